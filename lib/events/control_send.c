/* What becomes of an action whose turn it is: looked at, sent, judged by its answer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/control_impl.h"
#include "events/control_state.h"
#include "jaxl/calls.h"
#include "net/retry.h"

/* What an answer is to. */
enum phase {
    PHASE_IF,   /* whether the call is in a state that its action wants */
    PHASE_ACT,  /* the action */
    PHASE_ENDED /* whether an action was refused because the call is over */
};

enum {
    WEIGHT_MAX = 128 * 1024 * 1024, /* bytes of files that are on their way at once */
    RECORDING = 32 * 1024 * 1024    /* what a recording counts as: half an hour */
};
#define LATER      JAXL_SECOND         /* after a 429 that does not say when */
#define AT_LEAST   (100 * JAXL_MSEC)   /* so that what is under way tells nothing new */
#define THROTTLED  (60 * JAXL_SECOND)  /* and nothing came of it */
#define ANSWER_MAX ((size_t)64 * 1024) /* bytes of an answer that goes into a result */
#define NOT_BEGUN  "the run was stopped before it was begun"
#define TOO_LATE   "it expired before it was begun"

static void on_reply(void *arg, const struct jaxl_reply *reply);

static void end_with(struct jaxl_control *c, struct jaxl_control_call *call,
                     enum jaxl_control_result result, int status, const char *reason)
{
    const struct jaxl_control_end end = {.result = result, .status = status, .reason = reason};

    jaxl_control_end(c, call, &end);
}

static bool expired(const struct jaxl_control *c, const struct jaxl_control_action *a)
{
    return jaxl_control_action_expired(a, jaxl_clock_mono(c->clock), jaxl_clock_now(c->clock));
}

/* Whether a request that was not sent yet may still be. */
static bool may_again(void *arg)
{
    const struct jaxl_control_call *call = arg;
    const struct jaxl_control *c = call->owner;

    return !c->stopping && !expired(c, call->first);
}

static void forget_weight(struct jaxl_control *c, struct jaxl_control_call *call)
{
    c->weight -= call->weight;
    call->weight = 0;
}

/* A request that could not even be queued. */
static void not_queued(struct jaxl_control *c, struct jaxl_control_call *call, int code,
                       const struct jaxl_error *err)
{
    const bool record = code == JAXL_EARG || code == JAXL_EINPUT || code == JAXL_ELIMIT;

    forget_weight(c, call);
    if (!record)
        jaxl_control_fail(c, code, err);
    end_with(c, call, JAXL_CONTROL_FAILED, 0, err->message);
}

/* Looks the call up. */
static void look(struct jaxl_control *c, struct jaxl_control_call *call, enum phase phase)
{
    struct jaxl_answer a = {.done = on_reply, .again = may_again, .arg = call};
    struct jaxl_error err = {0};
    int rc;

    call->phase = phase;
    rc = jaxl_calls_get(c->session, call->id, 0, &a, &err);
    if (rc)
        not_queued(c, call, rc, &err);
    else
        c->in_flight++;
}

/* Bytes of a file that the request brings along, or its answer. */
static int weigh(struct jaxl_control *c, const struct jaxl_control_row *row, size_t *weight,
                 struct jaxl_error *err)
{
    const char *file = c->tools.cells->of[JAXL_CONTROL_FILE].text;
    const struct jaxl_buf *wav;
    int rc = 0;

    *weight = row->endpoint == JAXL_CALLS_AUDIO ? RECORDING : 0;
    if (file) {
        rc = jaxl_control_sound_get(&c->tools.sounds, file, &wav, err);
        *weight = rc ? 0 : wav->len;
    }
    return rc;
}

static bool act(struct jaxl_control *c, struct jaxl_control_call *call)
{
    const struct jaxl_control_action *a = call->first;
    struct jaxl_answer answer = {.done = on_reply, .again = may_again, .arg = call};
    struct jaxl_error err = {0};
    size_t weight = 0;
    int rc = jaxl_control_action_cells(&c->tools, a, &err);

    if (!rc)
        rc = weigh(c, a->row, &weight, &err);
    if (!rc && c->weight && c->weight + weight > WEIGHT_MAX && weight) {
        jaxl_control_queue_again(&c->queue, call);
        return false;
    }
    call->phase = PHASE_ACT;
    call->weight = weight;
    c->weight += weight;
    if (!rc)
        rc = a->row->send(&c->tools, c->session, call->id, &answer, &err);
    if (rc)
        not_queued(c, call, rc, &err);
    else
        c->in_flight++;
    return true;
}

bool jaxl_control_begin(struct jaxl_control *c, struct jaxl_control_call *call)
{
    const struct jaxl_control_action *a = call->first;

    call->owner = c;
    if (c->stopping) {
        end_with(c, call, JAXL_CONTROL_SKIPPED, 0, NOT_BEGUN);
    } else if (expired(c, a)) {
        end_with(c, call, JAXL_CONTROL_EXPIRED, 0, TOO_LATE);
    } else if (c->options.dry_run) {
        end_with(c, call, JAXL_CONTROL_PLANNED, 0, NULL);
    } else if (a->row->reads && !c->options.save) {
        end_with(c, call, JAXL_CONTROL_REFUSED, 0, "no files are written here");
    } else if (a->states && !a->looked) {
        look(c, call, PHASE_IF);
    } else {
        return act(c, call);
    }
    return true;
}

/* Answers. */

/* The platform wants no request for a while. */
static void on_throttled(struct jaxl_control *c, struct jaxl_control_call *call,
                         const struct jaxl_reply *reply)
{
    struct jaxl_control_action *a = call->first;
    const int64_t now = jaxl_clock_mono(c->clock);
    int64_t pause = reply->retry_after >= 0 ? reply->retry_after : LATER;

    if (!a->throttled_since)
        a->throttled_since = now;
    if (pause > JAXL_RETRY_WAIT_MAX || now - a->throttled_since >= THROTTLED || c->aborted) {
        end_with(c, call, JAXL_CONTROL_FAILED, reply->status, reply->error.message);
        return;
    }
    if (pause < AT_LEAST)
        pause = AT_LEAST;
    jaxl_log_print(jaxl_session_log(c->session), JAXL_LOG_INFO,
                   "call %" PRId64 ": %s: answered 429: nothing is sent for %.1f s", call->id,
                   a->row->name, (double)pause / (double)JAXL_SECOND);
    if (c->held_until < now + pause)
        c->held_until = now + pause;
    jaxl_control_queue_again(&c->queue, call);
}

/* Nothing was carried out, since no byte left. */
static void on_not_sent(struct jaxl_control *c, struct jaxl_control_call *call,
                        const struct jaxl_reply *reply)
{
    if (expired(c, call->first))
        end_with(c, call, JAXL_CONTROL_EXPIRED, 0, TOO_LATE);
    else if (c->stopping && !c->aborted)
        end_with(c, call, JAXL_CONTROL_SKIPPED, 0, NOT_BEGUN);
    else
        end_with(c, call, JAXL_CONTROL_FAILED, 0, reply->error.message);
}

/* 403 is of the call or of what is asked of it; with the others nothing else will go, either. */
static void on_auth(struct jaxl_control *c, struct jaxl_control_call *call,
                    const struct jaxl_reply *reply)
{
    if (reply->status != 403)
        jaxl_control_fail(c, reply->error.code, &reply->error);
    end_with(c, call, reply->status == 403 ? JAXL_CONTROL_REFUSED : JAXL_CONTROL_FAILED,
             reply->status, reply->error.message);
}

/* 400 and 404 are what an action on a call that is over gets, and what a wrong one gets: the call
 * tells. */
static void on_refused(struct jaxl_control *c, struct jaxl_control_call *call,
                       const struct jaxl_reply *reply)
{
    const bool perhaps = call->first->live && (reply->status == 400 || reply->status == 404);

    if (perhaps && !c->aborted)
        call->refusal = malloc(sizeof *call->refusal);
    if (!call->refusal) {
        end_with(c, call, JAXL_CONTROL_REFUSED, reply->status, reply->error.message);
        return;
    }
    *call->refusal = reply->error;
    look(c, call, PHASE_ENDED);
}

/* What a success says; false: it is not readable, so that something else may have answered. */
static bool read_answer(struct jaxl_control *c, const struct jaxl_control_row *row,
                        const struct jaxl_reply *reply, struct jaxl_control_end *end)
{
    const enum jaxl_answer_kind kind = jaxl_endpoint_row(row->endpoint)->answer;
    const struct jaxl_json *value;

    if (kind == JAXL_ANSWER_BYTES || (kind == JAXL_ANSWER_ANY && !reply->body_len))
        return true;
    if (jaxl_json_parse(c->reply, reply->body, reply->body_len, &value, NULL))
        return false;
    if (jaxl_json_type(value) != JAXL_JSON_OBJECT)
        return kind == JAXL_ANSWER_ANY;
    if (jaxl_json_count(value) && reply->body_len <= ANSWER_MAX)
        end->answer = value;
    return true;
}

/* Keeps what an action brought. */
static int keep(struct jaxl_control *c, const struct jaxl_control_action *a,
                const struct jaxl_reply *reply, struct jaxl_error *err)
{
    int rc = jaxl_control_action_cells(&c->tools, a, err);

    if (!rc && !reply->body_len)
        rc = jaxl_error_set(err, JAXL_EPROTO, "the recording that came is empty");
    return rc ? rc
              : c->options.save(c->options.ctx, c->tools.cells->of[JAXL_CONTROL_PATH].text,
                                reply->body, reply->body_len, err);
}

static void on_done(struct jaxl_control *c, struct jaxl_control_call *call,
                    const struct jaxl_reply *reply)
{
    const struct jaxl_control_action *a = call->first;
    struct jaxl_control_end end = {.result = JAXL_CONTROL_DONE, .status = reply->status};
    struct jaxl_error err = {0};

    if (a->row->reads) {
        end.bytes = reply->body_len;
        if (keep(c, a, reply, &err)) {
            end.result = JAXL_CONTROL_FAILED;
            end.bytes = 0;
            end.reason = err.message;
        }
    } else if (!read_answer(c, a->row, reply, &end)) {
        end.result = JAXL_CONTROL_UNKNOWN;
        end.reason = "the answer cannot be read (it may have been carried out)";
    }
    jaxl_control_end(c, call, &end);
}

/* What every answer may be, whatever was asked. False: it says something of what was asked. */
static bool on_trouble(struct jaxl_control *c, struct jaxl_control_call *call,
                       const struct jaxl_reply *reply)
{
    switch (reply->outcome) {
    case JAXL_OUTCOME_THROTTLED:
        on_throttled(c, call, reply);
        return true;
    case JAXL_OUTCOME_NOT_SENT:
        on_not_sent(c, call, reply);
        return true;
    case JAXL_OUTCOME_AUTH:
        on_auth(c, call, reply);
        return true;
    default:
        return false;
    }
}

static void on_acted(struct jaxl_control *c, struct jaxl_control_call *call,
                     const struct jaxl_reply *reply)
{
    if (on_trouble(c, call, reply))
        return;
    if (reply->outcome == JAXL_OUTCOME_OK)
        on_done(c, call, reply);
    else if (reply->outcome == JAXL_OUTCOME_REFUSED)
        on_refused(c, call, reply);
    else
        end_with(c, call, call->first->row->reads ? JAXL_CONTROL_FAILED : JAXL_CONTROL_UNKNOWN,
                 reply->status, reply->error.message);
}

/* The Call of an answer; NULL: it is none. */
static const struct jaxl_json *call_of(struct jaxl_control *c, const struct jaxl_reply *reply)
{
    const struct jaxl_json *value = NULL;

    if (reply->outcome != JAXL_OUTCOME_OK ||
        jaxl_json_parse(c->reply, reply->body, reply->body_len, &value, NULL) ||
        jaxl_json_type(value) != JAXL_JSON_OBJECT)
        return NULL;
    return value;
}

static void on_looked(struct jaxl_control *c, struct jaxl_control_call *call,
                      const struct jaxl_reply *reply)
{
    struct jaxl_control_action *a = call->first;
    const struct jaxl_json *value;
    char reason[JAXL_CLOCK_ISO_MAX + sizeof reply->error.message];
    unsigned states;

    if (on_trouble(c, call, reply))
        return;
    value = call_of(c, reply);
    if (!value) {
        snprintf(reason, sizeof reason, "if: the call was not seen: %s",
                 *reply->error.message ? reply->error.message : "the answer cannot be read");
        end_with(c, call,
                 reply->outcome == JAXL_OUTCOME_REFUSED ? JAXL_CONTROL_REFUSED
                                                        : JAXL_CONTROL_FAILED,
                 reply->status, reason);
        return;
    }
    states = jaxl_control_state_of(value);
    if (!(states & a->states)) {
        snprintf(reason, sizeof reason, "if: the call is %s",
                 jaxl_control_state_name(jaxl_control_state_best(states)));
        end_with(c, call, JAXL_CONTROL_SKIPPED, 0, reason);
        return;
    }
    a->looked = true;
    jaxl_control_queue_again(&c->queue, call);
}

/* The call could be seen or not: the action was refused either way. */
static void on_seen(struct jaxl_control *c, struct jaxl_control_call *call,
                    const struct jaxl_reply *reply)
{
    const struct jaxl_json *value = call_of(c, reply);
    const bool over =
        value && jaxl_control_state_of(value) & JAXL_CONTROL_IS(JAXL_CONTROL_STATE_OVER);

    end_with(c, call, over ? JAXL_CONTROL_ENDED : JAXL_CONTROL_REFUSED, call->refusal->status,
             call->refusal->message);
}

static void on_reply(void *arg, const struct jaxl_reply *reply)
{
    static void (*const phases[])(struct jaxl_control *, struct jaxl_control_call *,
                                  const struct jaxl_reply *) = {
        [PHASE_IF] = on_looked, [PHASE_ACT] = on_acted, [PHASE_ENDED] = on_seen};
    struct jaxl_control_call *call = arg;
    struct jaxl_control *c = call->owner;

    c->in_flight--;
    forget_weight(c, call);
    phases[call->phase](c, call, reply);
}
