/* Attempts whose outcome nobody knew, and what a person found out. */
#include <string.h>

#include "campaign/ledger_impl.h"

static int no_attempt(struct jaxl_ledger *l, int64_t attempt, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EARG, "ledger %s: no attempt %lld%s", l->path,
                          (long long)attempt, l->campaign ? " in this campaign" : "");
}

/* JAXL_EARG unless the attempt is one that can be resolved; *number: which of its lead it is. */
static int check(struct jaxl_ledger *l, int64_t attempt, int64_t *number, struct jaxl_error *err)
{
    int code;
    sqlite3_stmt *s = jaxl_ledger_first(l, LEDGER_ATTEMPT, &code, err, "ii", attempt, l->campaign);
    const char *state;

    if (!s)
        return code ? code : no_attempt(l, attempt, err);
    state = (const char *)sqlite3_column_text(s, 0);
    *number = sqlite3_column_int64(s, 1);
    if (!state)
        code = jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", l->path);
    else if (strcmp(state, jaxl_result_state_name(JAXL_RESULT_UNKNOWN)) != 0)
        code = jaxl_error_set(err, JAXL_EARG, "ledger %s: attempt %lld is not unknown but %s",
                              l->path, (long long)attempt, state);
    else if (sqlite3_column_int(s, 2))
        code = jaxl_error_set(err, JAXL_EARG,
                              "ledger %s: the lead of attempt %lld was called again since", l->path,
                              (long long)attempt);
    sqlite3_reset(s);
    return code;
}

static int check_call(struct jaxl_ledger *l, int64_t attempt, int64_t call_id,
                      struct jaxl_error *err)
{
    int code;
    sqlite3_stmt *s = jaxl_ledger_first(l, LEDGER_CALL_OF, &code, err, "ii", call_id, attempt);

    if (!s)
        return code;
    code = jaxl_error_set(err, JAXL_EARG, "ledger %s: call %lld is that of attempt %lld", l->path,
                          (long long)call_id, (long long)sqlite3_column_int64(s, 0));
    sqlite3_reset(s);
    return code;
}

/* What is written of an attempt: what became of it, and where that leaves its lead. */
struct found {
    enum jaxl_result_state result;
    int64_t call_id; /* -1: none */
    const char *reason;
    enum jaxl_ledger_state lead;
    int64_t next_at;
};

static int resolve(struct jaxl_ledger *l, int64_t attempt, const struct found *f,
                   struct jaxl_error *err)
{
    const char *state = jaxl_result_state_name(f->result);
    const int64_t now = jaxl_clock_now(l->clock), counts = f->call_id >= 0;
    int code = jaxl_ledger_run(l, LEDGER_RESOLVE, err, "itiinti", attempt, state, strlen(state),
                               counts, now, f->call_id, f->reason, strlen(f->reason), counts);

    if (!code)
        code = jaxl_ledger_run(l, LEDGER_SETTLED, err, "iintii", attempt, (int64_t)f->lead,
                               f->next_at, f->reason, strlen(f->reason), now, (int64_t)!counts);
    if (!code)
        jaxl_ledger_look_back(l, f->next_at);
    return code;
}

int jaxl_ledger_adopt(struct jaxl_ledger *l, int64_t attempt, int64_t call_id,
                      struct jaxl_error *err)
{
    const struct found call = {JAXL_RESULT_SUBMITTED, call_id, "adopted by hand",
                               JAXL_LEDGER_SUBMITTED, -1};
    int64_t number;
    int code = jaxl_ledger_write(l, err); /* first: nothing changes between looking and writing */

    if (!code)
        code = check(l, attempt, &number, err);
    if (!code)
        code = check_call(l, attempt, call_id, err);
    return code ? code : resolve(l, attempt, &call, err);
}

int jaxl_ledger_disown(struct jaxl_ledger *l, int64_t attempt, struct jaxl_error *err)
{
    struct found none = {JAXL_RESULT_NEW, -1, "freed by hand: nobody was called", JAXL_LEDGER_NEW,
                         jaxl_clock_now(l->clock)};
    int64_t number;
    int code = jaxl_ledger_write(l, err);

    if (!code)
        code = check(l, attempt, &number, err);
    if (!code && number > 1)
        none.lead = JAXL_LEDGER_RETRY_WAIT;
    return code ? code : resolve(l, attempt, &none, err);
}

int jaxl_ledger_campaign_of(struct jaxl_ledger *l, int64_t attempt, struct jaxl_buf *name,
                            struct jaxl_error *err)
{
    int code;
    sqlite3_stmt *s = jaxl_ledger_first(l, LEDGER_CAMPAIGN_OF, &code, err, "i", attempt);
    const char *text;

    if (!s)
        return code ? code : no_attempt(l, attempt, err);
    text = (const char *)sqlite3_column_text(s, 0);
    if (text)
        jaxl_buf_puts(name, text);
    sqlite3_reset(s);
    return text ? jaxl_buf_check(name, "name of the campaign", err)
                : jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", l->path);
}
