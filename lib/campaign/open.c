/* What a run must know before its first call: the proof of recharges that every call carries, the
 * platform's clock, and the calls that were there before. */
#include <stdio.h>
#include <string.h>

#include "campaign/run.h"
#include "jaxl/payments.h"

enum { TRIES = 3 }; /* for an answer that cannot be read */

/* A request whose answer is waited for. */
struct question {
    struct jaxl_dialer *d;
    int (*send)(struct question *q, struct jaxl_error *err);
    int (*read)(struct question *q, const struct jaxl_json *root, struct jaxl_error *err);
    bool answered;
    int code;
    struct jaxl_error error;
    uint64_t offset; /* of the page asked for */
    bool more;       /* pages follow */
};

static void on_answer(void *arg, const struct jaxl_reply *reply)
{
    struct question *q = arg;
    const struct jaxl_json *root;

    q->answered = true;
    if (reply->status)
        q->d->skew = reply->server_skew;
    q->error = reply->error;
    q->code = reply->error.code;
    if (jaxl_gate_clock(q->d, reply))
        return;
    if (!q->code)
        q->code = jaxl_json_parse(q->d->list_doc, reply->body, reply->body_len, &root, &q->error);
    if (!q->code)
        q->code = q->read(q, root, &q->error);
}

/* Asks, and again when the answer cannot be read: reading does no harm. */
static int ask(struct question *q, struct jaxl_error *err)
{
    for (int tries = 1;; tries++) {
        int code = q->send(q, err);
        if (code)
            return code;
        q->answered = false;
        while (!q->answered && !q->d->stopping)
            jaxl_run_wait(q->d, -1, JAXL_RUN_LONGEST);
        if (!q->answered) /* nobody may write to *q later */
            jaxl_session_abort(q->d->session);
        if (q->d->stopping)
            return jaxl_error_set(err, JAXL_ESTOPPED, "stopped");
        if ((q->code != JAXL_EINPUT && q->code != JAXL_EPROTO) || tries == TRIES)
            break;
    }
    *err = q->error;
    return q->code;
}

static int send_total(struct question *q, struct jaxl_error *err)
{
    char currency[12];
    const struct jaxl_param query = {"currency", currency};
    const struct jaxl_request request = {.endpoint = JAXL_CONSUMABLES_TOTAL,
                                         .query = &query,
                                         .n_query = 1,
                                         .done = on_answer,
                                         .arg = q};

    snprintf(currency, sizeof currency, "%d", q->d->currency);
    return jaxl_session_send(q->d->session, &request, err);
}

static int read_total(struct question *q, const struct jaxl_json *root, struct jaxl_error *err)
{
    struct jaxl_payments_total total;
    int code = jaxl_payments_total_read(root, &total, err);

    if (!code && !(q->d->recharge = strdup(total.signed_total)))
        code = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    if (!code && q->d->has_least)
        code = jaxl_money_parse(total.total, strlen(total.total), &q->d->balance, err);
    return code;
}

static int fetch_total(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct question q = {.d = d, .send = send_total, .read = read_total};
    int code = ask(&q, err);

    return code ? jaxl_error_prefix(err, code, "fetching the total of recharges") : 0;
}

static int send_usage(struct question *q, struct jaxl_error *err)
{
    char currency[12];
    const struct jaxl_param query = {"currency", currency};
    const struct jaxl_request request = {
        .endpoint = JAXL_CALLS_USAGE, .query = &query, .n_query = 1, .done = on_answer, .arg = q};

    snprintf(currency, sizeof currency, "%d", q->d->currency);
    return jaxl_session_send(q->d->session, &request, err);
}

/* What is left of the recharges: the platform has no call that says it without placing one. */
static int read_usage(struct question *q, const struct jaxl_json *root, struct jaxl_error *err)
{
    const struct jaxl_json *results = jaxl_json_get(root, "results");
    struct jaxl_money cost;
    size_t len;

    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer has no results");
    for (const struct jaxl_json *v = jaxl_json_first(results); v; v = jaxl_json_next(v)) {
        const char *text = jaxl_json_text(jaxl_json_get(v, "cost"), &len);
        if (text && !jaxl_money_parse(text, len, &cost, NULL) &&
            jaxl_money_sub(&q->d->balance, &cost, &q->d->balance))
            return jaxl_error_set(err, JAXL_EPROTO, "the cost is no amount that there is");
    }
    return 0;
}

static int fetch_usage(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct question q = {.d = d, .send = send_usage, .read = read_usage};
    int code = ask(&q, err);

    return code ? jaxl_error_prefix(err, code, "fetching what calls have cost") : 0;
}

static int send_earlier(struct question *q, struct jaxl_error *err)
{
    return jaxl_follow_list(q->d, q->d->horizon, NULL, q->offset, on_answer, q, err);
}

static int read_earlier(struct question *q, const struct jaxl_json *root, struct jaxl_error *err)
{
    const struct jaxl_json *results = jaxl_json_get(root, "results");
    uint64_t first;
    int64_t id;
    int code = 0;

    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer has no results");
    for (const struct jaxl_json *v = jaxl_json_first(results); v && !code; v = jaxl_json_next(v))
        if (jaxl_json_int(jaxl_json_get(v, "id"), &id) == 0)
            code = jaxl_seen_add(q->d->claimed, (uint64_t)id, 1, &first, err);
    q->offset += jaxl_json_count(results);
    q->more = jaxl_json_count(results) > 0 && !jaxl_json_is_null(jaxl_json_get(root, "next"));
    return code;
}

/* A call that was there before the run is none of its own, however well it fits an attempt whose
 * outcome is unknown: those that could fit are in this list, all that are older lie behind the
 * horizon. Neither depends on how well the clocks agree. */
static int claim_earlier(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct question q = {.d = d, .send = send_earlier, .read = read_earlier};
    int code;

    d->horizon = jaxl_clock_now(d->clock) + d->skew - JAXL_RECONCILE_BEFORE - JAXL_SECOND;
    d->horizon -= d->horizon % JAXL_SECOND;
    do
        code = ask(&q, err);
    while (!code && q.more);
    return code ? jaxl_error_prefix(err, code, "listing the calls from before this run") : 0;
}

static int ask_platform(struct jaxl_dialer *d, struct jaxl_error *err)
{
    int code = fetch_total(d, err);

    if (!code && d->has_least)
        code = fetch_usage(d, err);
    if (!code)
        jaxl_gate_balance(d, &d->balance);
    return code ? code : claim_earlier(d, err);
}

int jaxl_dialer_open(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct jaxl_error own = {0};
    int code;

    if (d->opened || (d->options.dry_run && !d->options.plan))
        return 0;
    code = d->session ? jaxl_session_open(d->session, &own) : 0;
    if (!code && d->session)
        d->account = jaxl_session_org(d->session);
    if (!code)
        code = jaxl_register_open(d, &own);
    if (!code && d->session)
        code = ask_platform(d, &own);
    if (!code)
        code = jaxl_resume(d, &own);
    if (!code)
        code = jaxl_resume_show(d, &own);
    d->opened = code == 0;
    if (code == JAXL_ESTOPPED)
        d->stopping = true;
    else if (code)
        jaxl_run_fail(d, code, &own);
    if (err)
        *err = d->failure.code ? d->failure : own;
    return d->failure.code ? d->failure.code : code;
}
