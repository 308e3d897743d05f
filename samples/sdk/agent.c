/* An agent that waits for a call, says something on it, tags it and hangs up. An agent of your own
 * does more between the two: a webhook IVR tells it at once what happens on the call.
 *
 *     agent "Thank you for calling." "We are closed."
 */
#include <jaxl.h>
#include <stdio.h>

static bool is_live(const struct jaxl_calls_call *call)
{
    return !call->completed_on && !call->failure_reason;
}

/* The newest call that goes on; *id stays 0 when there is none. */
static int find_live(struct jaxl_session *s, int64_t *id, struct jaxl_error *err)
{
    const struct jaxl_calls_filter filter = {.currency = JAXL_CURRENCY_USD, .page = {.limit = 20}};
    struct jaxl_answer a = {0};
    struct jaxl_calls_call call;
    int code = jaxl_calls_list(s, &filter, &a, err);

    for (const struct jaxl_json *r = jaxl_json_first(jaxl_json_get(a.value, "results"));
         r && !code && !*id; r = jaxl_json_next(r)) {
        code = jaxl_calls_read(r, &call, err);
        if (!code && is_live(&call))
            *id = call.id;
    }
    jaxl_answer_free(&a);
    return code;
}

/* What fails on one call is said and does not keep the agent from the rest. */
static int did(int64_t id, const char *what, int code, const struct jaxl_error *err)
{
    if (code)
        fprintf(stderr, "agent: call %lld: %s\n", (long long)id, err->message);
    else
        printf("%lld %s\n", (long long)id, what);
    return code;
}

int main(int argc, char **argv)
{
    const struct jaxl_texts sentences = {(const char *const *)(argv + 1), (size_t)(argc - 1)};
    struct jaxl_session *s;
    struct jaxl_error err;
    int64_t id = 0;
    int code;

    if (argc < 2) {
        fputs("usage: agent SENTENCE...\n", stderr);
        return 2;
    }
    code = jaxl_session_new(&s, NULL, &err);
    while (!code && !id) {
        code = find_live(s, &id, &err);
        if (!code && !id)
            jaxl_clock_sleep(jaxl_session_clock(s), JAXL_SECOND / 2);
    }
    if (code) {
        fprintf(stderr, "agent: %s\n", err.message);
        jaxl_session_free(&s);
        return 1;
    }
    (void)did(id, "spoken to", jaxl_live_tts(s, id, &sentences, NULL, NULL, &err), &err);
    (void)did(id, "tagged",
              jaxl_calls_tag(s, id, "agent", "answered by samples/sdk/agent", NULL, &err), &err);
    code = did(id, "ended", jaxl_live_hangup(s, id, NULL, &err), &err);
    jaxl_session_free(&s);
    return code ? 1 : 0;
}
