/* The first look: what time it is on the platform, how many calls there are, and since when. */
#include <string.h>

#include "billing/fetch_impl.h"
#include "jaxl/calls.h"
#include "jaxl/clock.h"

/* Calls of the last second or two may not all be listed yet. */
#define YOUNG (2 * JAXL_SECOND)

enum what { NEWEST, OLDEST, NOTHING };

struct look {
    struct jaxl_fetch_run *r;
    enum what next;
    unsigned tries;
};

static void note_time(struct jaxl_fetch_run *r, const struct jaxl_reply *reply)
{
    int64_t now = jaxl_clock_now(jaxl_session_clock(r->session));

    r->now = reply->server_skew < 0 ? now + reply->server_skew : now;
}

static void note_oldest(struct jaxl_fetch_run *r, const struct jaxl_json *results)
{
    const char *text =
        jaxl_json_string(jaxl_json_get(jaxl_json_first(results), "created_on"), NULL);
    int64_t at;

    if (text && !jaxl_clock_parse(text, strlen(text), &at) &&
        (r->oldest == INT64_MIN || at < r->oldest))
        r->oldest = at;
}

static void on_answer(void *arg, const struct jaxl_reply *reply)
{
    struct look *l = arg;
    struct jaxl_fetch_run *r = l->r;
    struct jaxl_error err = reply->error;
    const struct jaxl_json *root, *results;

    jaxl_work_answered(&r->work);
    r->totals.pages++;
    if (reply->outcome != JAXL_OUTCOME_OK) {
        jaxl_work_fail(&r->work, &err);
        return;
    }
    root = jaxl_work_parse(&r->work, reply);
    results = jaxl_json_get(root, "results");
    if (jaxl_json_type(results) != JAXL_JSON_ARRAY ||
        jaxl_json_int(jaxl_json_get(root, "count"), &r->count) || r->count < 0) {
        (void)jaxl_error_set(&err, JAXL_EPROTO, "the calls of the platform: the answer is no list");
        if (++l->tries == JAXL_FETCH_PAGE_TRIES)
            jaxl_work_fail(&r->work, &err);
        return; /* or it is asked again */
    }
    note_time(r, reply);
    note_oldest(r, results);
    l->next = l->next == NEWEST && r->count > 1 ? OLDEST : NOTHING;
}

static bool begin(void *ctx)
{
    struct look *l = ctx;
    struct jaxl_fetch_run *r = l->r;
    char from[JAXL_CLOCK_ISO_MAX];
    struct jaxl_answer a = {.done = on_answer, .arg = l};
    struct jaxl_calls_filter filter = {.currency = r->currencies[0], .page.limit = 1};
    struct jaxl_error err = {0};

    if (l->next == NOTHING || r->work.in_flight)
        return false;
    if (l->next == OLDEST)
        filter.page.offset = r->count - 1;
    if (r->from != INT64_MIN && !jaxl_clock_format(r->from, from))
        filter.start_time = from;
    return jaxl_work_sent(&r->work, jaxl_calls_list(r->session, &filter, &a, &err), &err);
}

int jaxl_fetch_look(struct jaxl_fetch_run *r, struct jaxl_error *err)
{
    struct look l = {.r = r};
    int64_t newest, rest;
    int rc = jaxl_work_run(&r->work, begin, &l, err);

    if (rc)
        return rc;
    newest = r->now - YOUNG;
    rest = newest % JAXL_SECOND;
    newest -= rest < 0 ? rest + JAXL_SECOND : rest;
    r->to = r->o->end < newest ? r->o->end : newest;
    r->fresh = newest - JAXL_FETCH_OVERLAP * JAXL_SECOND;
    return 0;
}
