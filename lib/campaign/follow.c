#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/plan.h"
#include "campaign/run.h"

enum {
    PAGE = 200,     /* calls asked for at once; a server may give fewer */
    MISSING_MAX = 5 /* answers "no such call" in a row before it is believed */
};
static const int64_t GRACE = 60 * JAXL_SECOND; /* for the last look at an unknown call to work */

static void end_look(struct jaxl_dialer *d);

static const struct jaxl_json *parse(struct jaxl_dialer *d, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = NULL;

    if (reply->outcome == JAXL_OUTCOME_OK)
        (void)jaxl_json_parse(d->list_doc, reply->body, reply->body_len, &root, NULL);
    return root;
}

static void note_failure(struct jaxl_dialer *d, const struct jaxl_reply *reply)
{
    const char *why = reply->error.code ? reply->error.message : "the answer could not be read";

    if (reply->outcome == JAXL_OUTCOME_AUTH) {
        jaxl_run_fail(d, JAXL_EAUTH, &reply->error);
        d->blind = true;
        return;
    }
    if (jaxl_gate_clock(d, reply)) {
        d->blind = true;
        return;
    }
    jaxl_log_print(jaxl_session_log(d->session), JAXL_LOG_WARNING,
                   "asking how the calls go: %s; asking again", why);
}

/* What one call of a list tells. */

/* Whether a call cannot be the attempt's: another attempt has it, or it is from before the run,
 * which the attempt is not. */
static bool claimed(struct jaxl_dialer *d, const struct jaxl_slot *s, int64_t call_id,
                    int64_t created)
{
    if (jaxl_slots_find(&d->by_call, (uint64_t)call_id))
        return true;
    if (!s->resumed && (created < d->horizon || jaxl_seen_has(d->claimed, (uint64_t)call_id)))
        return true;
    return jaxl_register_has_call(d, s->result.to.key, call_id);
}

static void note_unknown(struct jaxl_dialer *d, const struct jaxl_json *call, int64_t id)
{
    const char *to = jaxl_json_string(jaxl_json_get(call, "to_number"), "");
    const char *from = jaxl_json_string(jaxl_json_get(call, "from_number"), "");
    struct jaxl_phone to_phone, from_phone;
    int64_t created, direction;
    size_t len;
    const char *text = jaxl_json_text(jaxl_json_get(call, "created_on"), &len);

    if (jaxl_json_int(jaxl_json_get(call, "direction"), &direction) == 0 && direction == 1)
        return; /* incoming */
    if (jaxl_phone_parse(to, strlen(to), &to_phone, NULL) ||
        jaxl_phone_parse(from, strlen(from), &from_phone, NULL) || !text ||
        jaxl_clock_parse(text, len, &created))
        return;
    for (struct jaxl_slot *s = jaxl_slots_find(&d->by_to, to_phone.key); s; s = jaxl_slots_next(s))
        if (s->phase == JAXL_PHASE_UNKNOWN && s->looked_for &&
            jaxl_reconcile_fits(&s->reconcile, from_phone.key, to_phone.key, created) &&
            !claimed(d, s, id, created))
            jaxl_reconcile_note(&s->reconcile, id, created);
}

static void note_call(struct jaxl_dialer *d, const struct jaxl_json *call)
{
    struct jaxl_slot *s;
    int64_t id;

    if (jaxl_json_int(jaxl_json_get(call, "id"), &id) || id <= 0)
        return;
    s = jaxl_slots_find(&d->by_call, (uint64_t)id);
    if (s) {
        d->look.wanted -= s->looked_for && s->listed;
        s->looked_for = false;
        jaxl_settle_learn(d, s, call);
    } else if (d->unknown.n) {
        note_unknown(d, call, id);
    }
}

/* The number of calls in a page; -1 when it is none. */
static int64_t note_page(struct jaxl_dialer *d, const struct jaxl_json *root)
{
    const struct jaxl_json *results = jaxl_json_get(root, "results");

    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        return -1;
    for (const struct jaxl_json *v = jaxl_json_first(results); v; v = jaxl_json_next(v))
        note_call(d, v);
    return (int64_t)jaxl_json_count(results);
}

/* Requests. */

int jaxl_follow_list(struct jaxl_dialer *d, int64_t since, const char *to, uint64_t offset,
                     jaxl_reply_fn done, void *arg, struct jaxl_error *err)
{
    char currency[12], limit[12], start[JAXL_CLOCK_ISO_MAX], skip[24];
    const struct jaxl_param query[] = {{"currency", currency},
                                       {"limit", limit},
                                       {"offset", offset ? skip : NULL},
                                       {"start_time", start},
                                       {"to_number", to}};
    struct jaxl_request request = {
        .endpoint = JAXL_CALLS_LIST, .query = query, .n_query = 5, .done = done, .arg = arg};

    snprintf(currency, sizeof currency, "%d", d->currency);
    snprintf(limit, sizeof limit, "%d", PAGE);
    snprintf(skip, sizeof skip, "%" PRIu64, offset);
    if (since < 0 || jaxl_clock_format(since - since % JAXL_SECOND, start))
        return jaxl_error_set(err, JAXL_EARG, "the clock shows no time that calls can have");
    return jaxl_session_send(d->session, &request, err);
}

static int ask_list(struct jaxl_dialer *d, int64_t since, const char *to, uint64_t offset,
                    jaxl_reply_fn done, void *arg)
{
    struct jaxl_error err;
    int code = jaxl_follow_list(d, since, to, offset, done, arg, &err);

    if (code)
        jaxl_run_fail(d, code, &err);
    else
        d->look.outstanding++;
    return code;
}

static void on_page(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_dialer *d = arg;
    struct jaxl_look *look = &d->look;
    const struct jaxl_json *root = parse(d, reply);
    int64_t n = note_page(d, root);
    bool more = n > 0 && !jaxl_json_is_null(jaxl_json_get(root, "next"));

    look->outstanding--;
    look->listing = false;
    if (n < 0)
        note_failure(d, reply);
    if (more)
        d->page = (size_t)n;
    if (n >= 0 && (!more || (!look->exhaustive && look->wanted == 0))) {
        look->listed = true;
    } else if (more) {
        look->offset += (uint64_t)n;
        look->listing = ask_list(d, look->since, NULL, look->offset, on_page, d) == 0;
    }
    end_look(d);
}

static void on_single(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_slot *s = arg;
    struct jaxl_dialer *d = s->dialer;
    const struct jaxl_json *call = parse(d, reply);

    d->look.outstanding--;
    s->asking--;
    s->looked_for = false;
    if (jaxl_json_type(call) == JAXL_JSON_OBJECT)
        jaxl_settle_learn(d, s, call);
    else if (reply->status != 404)
        note_failure(d, reply);
    else if (++s->missing >= MISSING_MAX)
        jaxl_settle_give_up(d, s, "the platform does not know this call any more");
    end_look(d);
}

static void ask_call(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    char id[24], currency[12];
    const struct jaxl_param query = {"currency", currency};
    struct jaxl_request request = {.endpoint = JAXL_CALLS_GET,
                                   .ids = {id},
                                   .query = &query,
                                   .n_query = 1,
                                   .done = on_single,
                                   .arg = s};
    struct jaxl_error err;
    int code;

    snprintf(id, sizeof id, "%" PRId64, s->result.call_id);
    snprintf(currency, sizeof currency, "%d", d->currency);
    code = jaxl_session_send(d->session, &request, &err);
    if (code) {
        jaxl_run_fail(d, code, &err);
        return;
    }
    s->asking++;
    d->look.outstanding++;
}

/* The list of one number's calls. More than a page of them within minutes is not to be told apart
 * and counts as not seen. */
static void on_number(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_slot *s = arg;
    struct jaxl_dialer *d = s->dialer;
    const struct jaxl_json *root = parse(d, reply);

    d->look.outstanding--;
    s->asking--;
    if (note_page(d, root) < 0)
        note_failure(d, reply);
    else
        s->looked_at = jaxl_json_is_null(jaxl_json_get(root, "next"));
    end_look(d);
}

static int64_t since_of(const struct jaxl_dialer *d, const struct jaxl_slot *s)
{
    int64_t sent = s->phase == JAXL_PHASE_UNKNOWN ? s->reconcile.sent : s->result.sent + d->skew;

    if (s->phase != JAXL_PHASE_UNKNOWN && s->result.placed >= 0 && s->result.placed < sent)
        sent = s->result.placed;
    return sent - JAXL_RECONCILE_BEFORE - JAXL_SECOND;
}

/* A look: whom to ask for, by which requests, and what it showed. */

static int by_serial(const void *a, const void *b)
{
    const struct jaxl_slot *x = *(struct jaxl_slot *const *)a, *y = *(struct jaxl_slot *const *)b;

    return (x->serial > y->serial) - (x->serial < y->serial);
}

static int make_room(struct jaxl_dialer *d, size_t n)
{
    struct jaxl_slot **targets;
    uint64_t *serials;

    if (n <= d->room_targets)
        return 0;
    targets = realloc(d->targets, n * 2 * sizeof(struct jaxl_slot *));
    d->targets = targets ? targets : d->targets;
    serials = realloc(d->serials, n * 2 * sizeof *serials);
    d->serials = serials ? serials : d->serials;
    if (!targets || !serials)
        return jaxl_run_fail(d, JAXL_ENOMEM, NULL);
    d->room_targets = n * 2;
    return 0;
}

static size_t gather(struct jaxl_dialer *d, int64_t now)
{
    size_t n = 0;

    if (make_room(d, d->live.n + d->unknown.n))
        return 0;
    for (struct jaxl_slot *s = d->live.first; s && d->live_at <= now; s = s->next)
        d->targets[n++] = s;
    for (struct jaxl_slot *s = d->unknown.first; s; s = s->next)
        if (s->look_at <= now)
            d->targets[n++] = s;
    qsort(d->targets, n, sizeof(struct jaxl_slot *), by_serial);
    for (size_t i = 0; i < n; i++) {
        struct jaxl_slot *s = d->targets[i];
        d->serials[i] = s->serial;
        s->looked_for = true;
        s->looked_at = false;
        jaxl_reconcile_begin(&s->reconcile);
    }
    return n;
}

static void ask_single(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    if (s->phase == JAXL_PHASE_LIVE)
        ask_call(d, s);
    else if (ask_list(d, since_of(d, s), s->result.to.text, 0, on_number, s) == 0)
        s->asking++;
}

static void begin_look(struct jaxl_dialer *d, int64_t now)
{
    size_t n = gather(d, now), singles;

    if (n == 0)
        return;
    d->look = (struct jaxl_look){.running = true, .began = now, .since = INT64_MAX};
    singles = jaxl_plan_singles(d->serials, n, d->next_serial, d->page);
    while (singles < n && d->serials[singles] == 0) /* too old for a list to be short */
        singles++;
    for (size_t i = singles; i < n; i++) {
        struct jaxl_slot *s = d->targets[i];
        int64_t since = since_of(d, s);
        d->look.since = since < d->look.since ? since : d->look.since;
        d->look.wanted += s->phase == JAXL_PHASE_LIVE;
        d->look.exhaustive = d->look.exhaustive || s->phase == JAXL_PHASE_UNKNOWN;
        s->listed = true;
    }
    for (size_t i = 0; i < singles; i++)
        ask_single(d, d->targets[i]);
    if (singles < n)
        d->look.listing = ask_list(d, d->look.since, NULL, 0, on_page, d) == 0;
    end_look(d);
}

/* A request to the same numbers that is in flight may turn out to be the owner of what was found.
 */
static bool rival_in_flight(struct jaxl_dialer *d, const struct jaxl_slot *s)
{
    for (struct jaxl_slot *o = jaxl_slots_find(&d->by_to, s->result.to.key); o;
         o = jaxl_slots_next(o))
        if (o->phase == JAXL_PHASE_FLYING && o->result.from.key == s->result.from.key)
            return true;
    return false;
}

static void adopt(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t call_id)
{
    jaxl_slots_remove(&d->unknown, s);
    jaxl_slots_unindex(&d->by_to, s);
    s->result.reconciled = true;
    s->result.placed = s->reconcile.created[0];
    jaxl_settle_placed(d, s, call_id, NULL);
}

/* After a look at an unknown attempt that showed all there is. */
static void judge(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now)
{
    struct jaxl_reconcile *u = &s->reconcile;
    bool rival = rival_in_flight(d, s);
    int64_t call_id;

    for (unsigned i = u->found; i-- > 0;)
        if (claimed(d, s, u->calls[i], u->created[i]))
            jaxl_reconcile_strike(u, u->calls[i]);
    call_id = rival ? 0 : jaxl_reconcile_settle(u);
    if (call_id)
        adopt(d, s, call_id);
    else if (!rival && d->look.began >= s->deadline)
        jaxl_settle_lost(d, s, (int)u->found);
    else
        s->look_at = now + (now - s->read_at); /* ever more rarely, and once at the end */
}

static void judge_all(struct jaxl_dialer *d, int64_t now)
{
    d->unknown_at = INT64_MAX;
    for (struct jaxl_slot *s = d->unknown.first, *after; s; s = after) {
        bool shown = s->looked_at || (s->listed && d->look.listed);
        bool asked = s->looked_for;
        after = s->next;
        s->looked_for = s->listed = false;
        if (asked && shown) {
            judge(d, s, now);
        } else if (asked) {
            s->look_at = now + d->options.poll;
            if (now > s->deadline + GRACE)
                jaxl_settle_lost(d, s, -1);
        }
    }
    for (struct jaxl_slot *s = d->unknown.first; s; s = s->next) {
        if (s->look_at > s->deadline && d->look.began < s->deadline)
            s->look_at = s->deadline > now ? s->deadline : now;
        d->unknown_at = s->look_at < d->unknown_at ? s->look_at : d->unknown_at;
    }
}

static void end_look(struct jaxl_dialer *d)
{
    int64_t now = jaxl_run_mono(d);

    if (!d->look.running || d->look.outstanding > 0)
        return;
    d->look.running = false;
    for (struct jaxl_slot *s = d->live.first; s; s = s->next)
        s->looked_for = s->listed = false;
    if (d->live_at <= d->look.began)
        d->live_at = d->look.began + d->options.poll;
    if (d->live_at < now)
        d->live_at = now;
    judge_all(d, now);
}

static void expire(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    struct jaxl_slot *s = d->live.first;

    while (s && s->due <= now && s->asking == 0 && !d->look.running) {
        jaxl_settle_give_up(d, s, "followed for as long as --follow-timeout says");
        s = d->live.first;
    }
    if (s && s->due > now && s->due < *next) /* else the end of the look brings it */
        *next = s->due;
    while (d->ghosts.first && d->ghosts.first->due <= now) {
        s = d->ghosts.first;
        jaxl_slots_remove(&d->ghosts, s);
        jaxl_slots_unindex(&d->by_to, s);
        jaxl_slots_put(&d->pool, s);
    }
}

void jaxl_follow_turn(struct jaxl_dialer *d, int64_t now, int64_t *next)
{
    int64_t due = d->unknown_at;

    expire(d, now, next);
    if (d->look.running)
        return;
    if (d->live.n && d->live_at < due)
        due = d->live_at;
    /* together: what is due a little early can wait for the rest */
    if (due < d->look.began + d->options.poll)
        due = d->look.began + d->options.poll;
    if (due <= now)
        begin_look(d, now);
    else if (due < *next)
        *next = due;
}

void jaxl_follow_end(struct jaxl_dialer *d, const char *reason)
{
    while (d->live.first)
        jaxl_settle_give_up(d, d->live.first, reason);
    while (d->unknown.first)
        jaxl_settle_lost(d, d->unknown.first, -1);
}
