/* The balance: what was recharged less what calls have cost. */
#ifndef JAXL_BIN_COMMAND_BALANCE_H
#define JAXL_BIN_COMMAND_BALANCE_H

#include "jaxl/error.h"
#include "jaxl/money.h"
#include "jaxl/session.h"

struct balance {
    char currency[16]; /* "USD" */
    struct jaxl_money recharged, used, left;
    bool finalized;
};

/* currency: the platform's parameter; 0: USD. */
int balance_ask(struct jaxl_session *s, int64_t currency, struct balance *out,
                struct jaxl_error *err);

#endif
