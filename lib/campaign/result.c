#include <stdio.h>
#include <string.h>

#include "campaign/result.h"
#include "jaxl/clock.h"

enum { KEEP = 4096 }; /* bytes of a buffer that are kept for the next attempt */

const char *const *jaxl_result_columns(size_t *n)
{
    static const char *const columns[] = {"to",
                                          "from",
                                          "ivr",
                                          "lead",
                                          "campaign",
                                          "attempt",
                                          "call_id",
                                          "session_id",
                                          "state",
                                          "disposition",
                                          "placed_at",
                                          "answered_at",
                                          "ended_at",
                                          "duration",
                                          "costs.0.cost",
                                          "costs.0.currency",
                                          "failure_reason",
                                          "reason",
                                          "rule",
                                          "value",
                                          "next_at",
                                          "http_status",
                                          "candidates",
                                          "reconciled",
                                          "sent_at",
                                          "message",
                                          "input"};

    *n = sizeof columns / sizeof columns[0];
    return columns;
}

const char *jaxl_result_state_name(enum jaxl_result_state state)
{
    static const char *const names[JAXL_RESULT_STATES] = {
        "new",       "planned", "submitted",  "done",     "refused",   "not_sent",
        "throttled", "unknown", "suppressed", "deferred", "exhausted", "expired"};

    return names[state];
}

int jaxl_result_init(struct jaxl_result *r, size_t max)
{
    *r = (struct jaxl_result){0};
    jaxl_buf_init(&r->costs, max);
    jaxl_buf_init(&r->lead, max);
    jaxl_buf_init(&r->message, max);
    jaxl_buf_init(&r->input, max);
    jaxl_result_reset(r);
    return jaxl_json_writer_new(&r->input_writer, &r->input);
}

static void empty(struct jaxl_buf *b)
{
    if (b->cap > KEEP)
        jaxl_buf_free(b);
    jaxl_buf_reset(b);
}

void jaxl_result_reset(struct jaxl_result *r)
{
    empty(&r->costs);
    empty(&r->lead);
    empty(&r->message);
    empty(&r->input);
    r->to = r->from = (struct jaxl_phone){0};
    r->own_from = false;
    r->ivr = r->call_id = 0;
    r->attempt = 1;
    r->session_id[0] = r->duration[0] = r->failure[0] = r->reason[0] = '\0';
    r->state = JAXL_RESULT_NEW;
    r->disposition = JAXL_DISPOSITION_NONE;
    r->placed = r->answered = r->ended = r->sent = r->next_at = -1;
    r->rule = NULL;
    r->value[0] = '\0';
    r->status = 0;
    r->candidates = -1;
    r->reconciled = false;
}

void jaxl_result_free(struct jaxl_result *r)
{
    jaxl_buf_free(&r->costs);
    jaxl_buf_free(&r->lead);
    jaxl_buf_free(&r->message);
    jaxl_buf_free(&r->input);
    jaxl_json_writer_free(&r->input_writer);
}

static int copy_costs(struct jaxl_result *r, const struct jaxl_json *costs)
{
    struct jaxl_json_writer *w;
    int code;

    jaxl_buf_reset(&r->costs);
    if (!costs)
        return 0;
    code = jaxl_json_writer_new(&w, &r->costs);
    if (code)
        return code;
    jaxl_json_write_value(w, costs);
    code = jaxl_json_writer_check(w, NULL);
    jaxl_json_writer_free(&w);
    return code;
}

int jaxl_result_learn(struct jaxl_result *r, const struct jaxl_disposition_facts *facts)
{
    const char *duration = jaxl_json_text(facts->duration, NULL);

    r->disposition = facts->disposition;
    r->placed = facts->placed;
    r->answered = facts->answered;
    r->ended = facts->ended;
    r->duration[0] = '\0';
    if (duration && strlen(duration) < sizeof r->duration)
        snprintf(r->duration, sizeof r->duration, "%s", duration);
    snprintf(r->failure, sizeof r->failure, "%s", jaxl_json_string(facts->failure_reason, ""));
    return copy_costs(r, facts->costs);
}

bool jaxl_result_is_unpaid(const struct jaxl_result *r)
{
    return r->state == JAXL_RESULT_REFUSED &&
           jaxl_disposition_of_failure(r->reason, strlen(r->reason)) == JAXL_DISPOSITION_FUNDS;
}

static void write_time(struct jaxl_json_writer *w, const char *key, int64_t us)
{
    char text[JAXL_CLOCK_ISO_MAX];

    jaxl_json_write_member(w, key, us >= 0 && jaxl_clock_format(us, text) == 0 ? text : NULL);
}

static void write_text(struct jaxl_json_writer *w, const char *key, const char *text)
{
    jaxl_json_write_member(w, key, *text ? text : NULL);
}

/* 0 and below stand for what is not known. */
static void write_count(struct jaxl_json_writer *w, const char *key, int64_t v, int64_t least)
{
    if (v >= least)
        jaxl_json_write_member_int(w, key, v);
    else
        jaxl_json_write_member(w, key, NULL);
}

static void write_raw(struct jaxl_json_writer *w, const char *key, const char *text, size_t len)
{
    jaxl_json_write_key(w, key);
    if (len)
        jaxl_json_write_raw(w, text, len);
    else
        jaxl_json_write_null(w);
}

static void write_identity(const struct jaxl_result *r, struct jaxl_json_writer *w)
{
    write_text(w, "to", r->to.text);
    write_text(w, "from", r->from.text);
    write_count(w, "ivr", r->ivr, 1);
    jaxl_json_write_key(w, "lead");
    jaxl_json_write_string_n(w, jaxl_buf_text(&r->lead), r->lead.len);
    jaxl_json_write_member(w, "campaign", r->campaign);
    jaxl_json_write_member_int(w, "attempt", r->attempt);
    write_count(w, "call_id", r->call_id, 1);
    write_text(w, "session_id", r->session_id);
}

static void write_outcome(const struct jaxl_result *r, struct jaxl_json_writer *w)
{
    jaxl_json_write_member(w, "state", jaxl_result_state_name(r->state));
    jaxl_json_write_member(w, "disposition", jaxl_disposition_name(r->disposition));
    write_time(w, "placed_at", r->placed);
    write_time(w, "answered_at", r->answered);
    write_time(w, "ended_at", r->ended);
    write_raw(w, "duration", r->duration, strlen(r->duration));
    write_raw(w, "costs", r->costs.data, r->costs.len);
    write_text(w, "failure_reason", r->failure);
}

void jaxl_result_write(const struct jaxl_result *r, struct jaxl_json_writer *w)
{
    jaxl_json_write_object(w);
    write_identity(r, w);
    write_outcome(r, w);
    write_text(w, "reason", r->reason);
    jaxl_json_write_member(w, "rule", r->rule);
    write_text(w, "value", r->value);
    write_time(w, "next_at", r->next_at);
    write_count(w, "http_status", r->status, 1);
    write_count(w, "candidates", r->candidates, 0);
    jaxl_json_write_key(w, "reconciled");
    jaxl_json_write_bool(w, r->reconciled);
    write_time(w, "sent_at", r->sent);
    if (r->state == JAXL_RESULT_PLANNED)
        write_text(w, "message", jaxl_buf_text(&r->message));
    write_raw(w, "input", r->input.data, r->input.len);
    jaxl_json_write_end(w);
}
