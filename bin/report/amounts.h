/* Lines with amounts for people: each as the locale writes its currency, at the right. */
#ifndef JAXL_BIN_REPORT_AMOUNTS_H
#define JAXL_BIN_REPORT_AMOUNTS_H

#include "jaxl/buf.h"
#include "report/sink.h"

struct amounts {
    struct jaxl_buf lines; /* as they came, one after the other with a line feed each */
};

void amounts_init(struct amounts *a);
void amounts_free(struct amounts *a);
/* ctx: the amounts. Takes a line, which has members amount, balance and currency. */
int amounts_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);
/* Writes all lines. locale: NULL for English. JAXL_EARG: there is no such locale. */
int amounts_write(const struct amounts *a, const char *locale, struct sink *out,
                  struct jaxl_error *err);

#endif
