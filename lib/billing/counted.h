/* What has been counted already: ids of calls, as bits in pages of close ones, since the platform
 * numbers its calls; session ids of attempts that never became a call, as texts. */
#ifndef JAXL_BILLING_COUNTED_H
#define JAXL_BILLING_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

#include "data/arena.h"

enum { JAXL_COUNTED_PAGE = 256 }; /* ids */

struct jaxl_counted_page {
    uint64_t number; /* id / JAXL_COUNTED_PAGE, and one more: 0 is a free place */
    uint64_t bits[JAXL_COUNTED_PAGE / 64];
};
struct jaxl_counted_text {
    uint64_t hash;
    const char *text; /* NULL: a free place */
    size_t len;
};

/* All zero but for texts, see jaxl_counted_init. */
struct jaxl_counted {
    struct jaxl_counted_page *pages;
    size_t n_pages, page_cap, last; /* last: where the page was that was found last */
    struct jaxl_counted_text *texts;
    size_t n_texts, text_cap;
    struct jaxl_arena arena;
};

void jaxl_counted_init(struct jaxl_counted *c);
void jaxl_counted_free(struct jaxl_counted *c);
bool jaxl_counted_has(struct jaxl_counted *c, uint64_t id);
/* Notes one; *again: it was noted before. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_counted_id(struct jaxl_counted *c, uint64_t id, bool *again);
int jaxl_counted_text(struct jaxl_counted *c, const char *text, size_t len, bool *again);
bool jaxl_counted_has_text(const struct jaxl_counted *c, const char *text, size_t len);

#endif
