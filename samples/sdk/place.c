/* Places a call that plays an IVR, and waits until it is over.
 *
 *     place +12015550199 +12025550100 1
 *
 * from, to, IVR. Exit status 0 when it was answered, 1 when not or refused, 2 when it failed. */
#include <jaxl.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(const struct jaxl_error *err)
{
    fprintf(stderr, "place: %s\n", err->message);
    return 2;
}

/* Places it. Every call carries the platform's signed total of what was recharged, and an id of
 * ours, by which it can be found should the answer get lost. */
static int place(struct jaxl_session *s, struct jaxl_calls_order *order,
                 struct jaxl_calls_token *token, struct jaxl_answer *a, struct jaxl_error *err)
{
    char session_id[JAXL_UUID_TEXT];
    struct jaxl_answer recharges = {0};
    struct jaxl_payments_total total;
    int code = jaxl_payments_consumables_total(s, JAXL_CURRENCY_USD, &recharges, err);

    if (!code)
        code = jaxl_payments_total_read(recharges.value, &total, err);
    if (!code && jaxl_uuid_v4(jaxl_session_clock(s), session_id))
        code = jaxl_error_set(err, JAXL_EIO, "no randomness to be had");
    if (!code) {
        order->currency = jaxl_payments_currency(JAXL_CURRENCY_USD);
        order->total_recharge = total.signed_total;
        order->session_id = session_id;
        code = jaxl_calls_create(s, order, a, err);
    }
    if (!code)
        code = jaxl_calls_token_read(a->value, token, err);
    jaxl_answer_free(&recharges);
    return code;
}

/* Until it is over; a has its last state then. */
static int follow(struct jaxl_session *s, int64_t id, struct jaxl_calls_call *call,
                  struct jaxl_answer *a, struct jaxl_error *err)
{
    for (;;) {
        int code = jaxl_calls_get(s, id, JAXL_CURRENCY_USD, a, err);
        if (!code)
            code = jaxl_calls_read(a->value, call, err);
        if (code || call->completed_on)
            return code;
        jaxl_clock_sleep(jaxl_session_clock(s), JAXL_SECOND);
    }
}

static int run(struct jaxl_session *s, struct jaxl_calls_order *order, struct jaxl_answer *a)
{
    struct jaxl_calls_token token;
    struct jaxl_calls_call call;
    struct jaxl_error err;

    if (place(s, order, &token, a, &err))
        return failed(&err);
    if (!token.call_id) {
        printf("refused: %s\n", token.reason);
        return 1;
    }
    printf("%lld placed\n", (long long)token.call_id);
    fflush(stdout);
    if (follow(s, token.call_id, &call, a, &err))
        return failed(&err);
    printf("%lld over: %s\n", (long long)call.id,
           call.failure_reason ? call.failure_reason
           : call.missed       ? "missed"
                               : "answered");
    return call.failure_reason || call.missed ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct jaxl_calls_order order = {0};
    struct jaxl_answer a = {0};
    struct jaxl_session *s;
    struct jaxl_error err;
    int status;

    if (argc != 4) {
        fputs("usage: place FROM TO IVR\n", stderr);
        return 2;
    }
    order.from_number = argv[1];
    order.to_number = argv[2];
    order.ivr_id = strtoll(argv[3], NULL, 10);
    if (jaxl_session_new(&s, NULL, &err))
        return failed(&err);
    status = run(s, &order, &a);
    jaxl_answer_free(&a);
    jaxl_session_free(&s);
    return status;
}
