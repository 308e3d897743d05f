/* What earlier runs of the campaign left open: attempts that may have been calls are looked for,
 * calls that were going on are followed. And, in a plan, the leads that are not up to be decided.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/run.h"

static const int64_t RECENT = 600 * JAXL_SECOND; /* calls that a short list still has */

static int read_phone(const struct jaxl_json *row, const char *name, struct jaxl_phone *out)
{
    size_t len;
    const char *text = jaxl_json_text(jaxl_json_get(row, name), &len);

    return text ? jaxl_phone_parse(text, len, out, NULL) : JAXL_EINPUT;
}

static int64_t read_time(const struct jaxl_json *row, const char *name)
{
    size_t len;
    const char *text = jaxl_json_text(jaxl_json_get(row, name), &len);
    int64_t at;

    return text && !jaxl_clock_parse(text, len, &at) ? at : -1;
}

static int read_input(struct jaxl_slot *s, const struct jaxl_json *row)
{
    struct jaxl_result *r = &s->result;
    size_t len;
    const char *lead = jaxl_json_text(jaxl_json_get(row, "lead"), &len);

    if (lead)
        jaxl_buf_add(&r->lead, lead, len);
    jaxl_json_writer_reset(r->input_writer);
    jaxl_json_write_value(r->input_writer, jaxl_json_get(row, "input"));
    return jaxl_json_writer_check(r->input_writer, NULL);
}

/* An attempt as the ledger has it. */
static int read_attempt(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *row,
                        struct jaxl_error *err)
{
    struct jaxl_result *r = &s->result;
    const struct jaxl_json *reserved = jaxl_json_get(row, "reserved");
    int64_t attempt = 1, status = 0;
    size_t len;
    const char *text;
    int code = read_phone(row, "to", &r->to);

    if (!code)
        code = read_phone(row, "from", &r->from);
    if (!code)
        code = jaxl_json_int(jaxl_json_get(row, "id"), &s->intent);
    if (!code)
        code = jaxl_json_int(jaxl_json_get(row, "attempt"), &attempt);
    if (!code)
        code = read_input(s, row);
    if (code)
        return jaxl_error_set(err, JAXL_EIO, "ledger: an attempt in it cannot be read");
    (void)jaxl_json_int(jaxl_json_get(row, "ivr"), &r->ivr);
    (void)jaxl_json_int(jaxl_json_get(row, "call_id"), &r->call_id);
    (void)jaxl_json_int(jaxl_json_get(row, "http_status"), &status);
    r->status = (int)status;
    r->reconciled = jaxl_json_bool(jaxl_json_get(row, "reconciled"));
    r->attempt = (unsigned)attempt;
    r->campaign = d->campaign;
    r->sent = read_time(row, "sent_at");
    if (r->sent < 0)
        r->sent = read_time(row, "intended_at");
    snprintf(r->session_id, sizeof r->session_id, "%s",
             jaxl_json_string(jaxl_json_get(row, "session_id"), ""));
    text = jaxl_json_text(reserved, &len);
    s->paid = text && !jaxl_money_parse(text, len, &s->reserved, NULL);
    code = jaxl_gate_locate(d, s, jaxl_json_get(row, "input"), err);
    return code == JAXL_EINPUT ? 0 : code;
}

/* Followed for what is left of its time, and looked at once at least. */
static void follow(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now, int64_t age)
{
    int64_t left = d->options.follow_timeout - age;

    s->phase = JAXL_PHASE_LIVE;
    s->due = now + (left > d->options.poll ? left : d->options.poll);
    d->live_at = now;
    jaxl_slots_append(&d->live, s);
    jaxl_slots_index(&d->by_call, s, (uint64_t)s->result.call_id);
}

/* Looked for at once, and again as long as the platform may still bring it to light. */
static void look_for(struct jaxl_dialer *d, struct jaxl_slot *s, int64_t now, int64_t age)
{
    int64_t left = d->options.unknown_wait - age;

    jaxl_settle_unknown(d, s);
    s->deadline = now + (left > 0 ? left : 0);
    s->look_at = now;
    d->unknown_at = now;
}

struct gathering {
    struct jaxl_dialer *d;
    struct jaxl_slot_list slots;
    bool more;
};

/* Whether this run can do something about it. */
static bool is_wanted(const struct jaxl_dialer *d, const struct jaxl_json *row)
{
    const char *state = jaxl_json_string(jaxl_json_get(row, "state"), "");

    if (strcmp(state, "unknown") == 0) /* it was looked for */
        return d->options.look_again;
    if (strcmp(state, "submitted") == 0)
        return !d->options.placed && !jaxl_json_is_null(jaxl_json_get(row, "call_id"));
    return true;
}

static int gather(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    struct gathering *g = arg;
    struct jaxl_dialer *d = g->d;
    const struct jaxl_json *row;
    struct jaxl_slot *s;
    int code = jaxl_json_parse(d->lead_doc, json, len, &row, err);

    if (code || !is_wanted(d, row))
        return code;
    g->more = g->slots.n == JAXL_RUN_HELD;
    if (g->more)
        return JAXL_EEND;
    s = jaxl_slots_get(&d->pool);
    if (!s)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    jaxl_slots_append(&g->slots, s);
    s->dialer = d;
    s->resumed = true;
    return read_attempt(d, s, row, err);
}

static void take_up(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    int64_t now = jaxl_run_mono(d), age = jaxl_clock_now(d->clock) - s->result.sent;

    if (age < 0) /* the clock was set back */
        age = 0;
    d->totals.taken_up++;
    d->totals.active++;
    d->active++;
    s->serial = age < RECENT ? d->next_serial++ : 0; /* 0: asked for by itself */
    if (s->result.call_id)
        follow(d, s, now, age);
    else
        look_for(d, s, now, age);
}

int jaxl_resume(struct jaxl_dialer *d, struct jaxl_error *err)
{
    struct gathering g = {.d = d};
    struct jaxl_slot *s;
    int code;

    if (!d->ledger || d->options.plan)
        return 0;
    code = jaxl_ledger_query(d->ledger, JAXL_LEDGER_OPEN, gather, &g, err);
    if (code == JAXL_EEND)
        code = 0;
    while ((s = g.slots.first)) {
        jaxl_slots_remove(&g.slots, s);
        if (code)
            jaxl_slots_put(&d->pool, s);
        else
            take_up(d, s);
    }
    if (g.more)
        jaxl_log_print(jaxl_session_log(d->session), JAXL_LOG_WARNING,
                       "earlier runs left more than %d attempts open: the next run takes up the "
                       "others",
                       JAXL_RUN_HELD);
    return code;
}

/* The states of leads that a plan shows as they are. */
static bool shown_state(const char *name, enum jaxl_result_state *state)
{
    static const struct {
        enum jaxl_ledger_state lead;
        enum jaxl_result_state shown;
    } table[] = {
        {JAXL_LEDGER_SUPPRESSED, JAXL_RESULT_SUPPRESSED},
        {JAXL_LEDGER_INTENDED, JAXL_RESULT_UNKNOWN},
        {JAXL_LEDGER_SUBMITTED, JAXL_RESULT_SUBMITTED},
        {JAXL_LEDGER_UNKNOWN, JAXL_RESULT_UNKNOWN},
        {JAXL_LEDGER_REFUSED, JAXL_RESULT_REFUSED},
        {JAXL_LEDGER_DONE, JAXL_RESULT_DONE},
        {JAXL_LEDGER_RETRY_WAIT, JAXL_RESULT_DEFERRED},
        {JAXL_LEDGER_EXHAUSTED, JAXL_RESULT_EXHAUSTED},
        {JAXL_LEDGER_EXPIRED, JAXL_RESULT_EXPIRED},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(jaxl_ledger_state_name(table[i].lead), name) == 0) {
            *state = table[i].shown;
            return true;
        }
    return false;
}

static int show(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_dialer *d = arg;
    const struct jaxl_json *row;
    enum jaxl_result_state state;
    struct jaxl_slot *s;
    int64_t attempts = 0, next_at;
    int code = jaxl_json_parse(d->lead_doc, json, len, &row, err);

    if (code || !shown_state(jaxl_json_string(jaxl_json_get(row, "state"), ""), &state))
        return code;
    next_at = read_time(row, "next_at");
    if (state == JAXL_RESULT_DEFERRED && next_at <= jaxl_clock_now(d->clock))
        return 0; /* it is up */
    s = jaxl_slots_get(&d->pool);
    if (!s)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    code = read_phone(row, "to", &s->result.to);
    if (!code)
        code = read_input(s, row);
    (void)jaxl_json_int(jaxl_json_get(row, "attempts"), &attempts);
    s->result.attempt = (unsigned)attempts;
    s->result.campaign = d->campaign;
    s->result.next_at = next_at;
    s->result.rule = state == JAXL_RESULT_DEFERRED ? "retry" : NULL;
    snprintf(s->result.reason, sizeof s->result.reason, "%.199s",
             jaxl_json_string(jaxl_json_get(row, "reason"), ""));
    d->totals.taken_up++;
    jaxl_settle_show(d, s, state);
    return code ? jaxl_error_set(err, JAXL_EIO, "ledger: a lead in it cannot be read") : 0;
}

int jaxl_resume_show(struct jaxl_dialer *d, struct jaxl_error *err)
{
    return d->ledger && d->options.plan
               ? jaxl_ledger_query(d->ledger, JAXL_LEDGER_LEADS, show, d, err)
               : 0;
}
