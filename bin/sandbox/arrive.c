/* Calls that come in, and the sandbox's own path by which callers are added. */
#include <string.h>

#include "sandbox/request.h"
#include "sandbox/session.h"

enum { UNANSWERED = 30000 }; /* ms that a call rings which no IVR takes */

static int currency_of(uint64_t number)
{
    char text[E164_TEXT];

    return strncmp(e164_format(number, text), "+91", 3) == 0 ? CURRENCY_INR : CURRENCY_USD;
}

struct call *call_arrives(struct world *w, uint32_t number, int64_t at)
{
    const struct script *s = script_find(w, number);
    const struct calls *calls = &w->calls;
    struct call c = {.created = at,
                     .from = s->from,
                     .to = s->to,
                     .speed = (uint32_t)w->options.speed,
                     .currency = (uint8_t)currency_of(s->to),
                     .outcome = MISSED,
                     .ring = UNANSWERED,
                     .incoming = true},
                *added;

    for (size_t i = 0; i < w->n_own; i++)
        if (w->own[i].number == s->to)
            c.ivr = (uint32_t)w->own[i].ivr;
    if (calls->n && calls->items[calls->n - 1].created > c.created)
        c.created = calls->items[calls->n - 1].created;
    if (c.ivr)
        play_plan(w, &c, s, false);
    added = call_log(w, &c, NULL, 0) ? NULL : call_add(w, &c, NULL);
    if (!added)
        return NULL;
    journal_arrived(w, added);
    play_begin(w, added, number);
    return added;
}

/* What is posted is a line of --callers. Somebody with from calls at once. */
static void post_caller(struct world *w, struct request *r)
{
    struct jaxl_error err = {0};
    struct script s;
    const struct call *c;
    uint32_t number;

    if (script_read(w, r->json, &s, &err)) {
        refuse(r, 400, "INVALID_CALLER", NULL, "%s", err.message);
        return;
    }
    if (s.at) {
        script_free(&s);
        refuse(r, 400, "INVALID_CALLER", "at", "who is posted calls at once");
        return;
    }
    s.used = s.from != 0;
    number = script_add(w, &s);
    if (!number) {
        script_free(&s);
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "at most %d callers", SCRIPTS_MAX);
        return;
    }
    c = s.from ? call_arrives(w, number, r->now) : NULL;
    if (s.from && !c) {
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the call could not be kept");
        return;
    }
    r->status = 201;
    jaxl_json_write_object(r->out);
    jaxl_json_write_key(r->out, "call");
    if (c)
        call_write(w, r->out, c, r->now);
    else
        jaxl_json_write_null(r->out);
    jaxl_json_write_end(r->out);
}

const struct route arrive_routes[] = {
    {CALLS, "POST", "/sandbox/callers/", NULL, ROUTE_JSON | ROUTE_OPEN | ROUTE_OWN_FAULTS,
     post_caller},
    {0},
};
