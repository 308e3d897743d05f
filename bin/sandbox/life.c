/* The life of a call: what the seed has in store, and what shows of it at a time. */
#include <string.h>

#include "sandbox/live.h"
#include "sandbox/world.h"

static const char *const failures[] = {NULL,
                                       "CAMPAIGN_STOPPED",
                                       "DID_YOU_FORGET_THE_PLUS_SIGN",
                                       "DND",
                                       "EXTERNALLY_CONVERTED",
                                       "INVALID_FROM_NUMBER",
                                       "INVALID_IVR_ID",
                                       "INVALID_TO_NUMBER",
                                       "LOCAL_REGULATION_ISSUE",
                                       "NOT_FOUND_IN_DB",
                                       "OOB",
                                       "OOS",
                                       "PAYMENT_ISSUE",
                                       "PROVIDER_SERVICE_ERROR",
                                       "PROVIDER_SERVICE_UNAVAILABLE",
                                       "UNASSIGNED",
                                       "UNFINISHED_CLEANUP",
                                       "VVR"};

const char *failure_name(unsigned failure)
{
    return failure < sizeof failures / sizeof *failures ? failures[failure] : NULL;
}

unsigned failure_number(const char *name)
{
    for (unsigned i = 1; name && i < sizeof failures / sizeof *failures; i++)
        if (strcmp(failures[i], name) == 0)
            return i;
    return 0;
}

/* What becomes of calls to ordinary numbers, in percent. Seconds: least and most. */
static const struct {
    unsigned percent;
    enum outcome outcome;
    const char *failure;
    unsigned ring_least, ring_most, talk_least, talk_most;
} shares[] = {
    {60, ANSWERED, NULL, 3, 20, 6, 150},
    {25, MISSED, NULL, 30, 30, 0, 0},
    {8, VOICEMAIL, NULL, 22, 28, 8, 30},
    {4, FAILED, "INVALID_TO_NUMBER", FAIL_AFTER, FAIL_AFTER, 0, 0},
    {1, FAILED, "DND", FAIL_AFTER, FAIL_AFTER, 0, 0},
    {2, FAILED, "PROVIDER_SERVICE_ERROR", FAIL_AFTER, 4, 0, 0},
};

static unsigned between(uint64_t dice, unsigned least, unsigned most)
{
    return least + (unsigned)(dice % (most - least + 1));
}

struct fate fate_of_number(uint64_t seed, uint64_t to, uint32_t n)
{
    uint64_t dice = mix(seed, to, n);
    unsigned percent = (unsigned)(dice % 100), i = 0;

    while (percent >= shares[i].percent)
        percent -= shares[i++].percent;
    return (struct fate){.outcome = shares[i].outcome,
                         .failure = shares[i].failure,
                         .ring = between(dice >> 8, shares[i].ring_least, shares[i].ring_most),
                         .talk = between(dice >> 24, shares[i].talk_least, shares[i].talk_most),
                         .presses = (dice >> 40) % 10 < 7,
                         .as_ivr = true};
}

/* With an IVR the callee listens to the greeting (15 characters a second are spoken), then chooses
 * an option (which leads to up to a minute more) or hangs up. */
static void plan_ivr(struct call *c, const struct ivr *ivr, const struct fate *fate, uint64_t dice)
{
    unsigned greeting = (unsigned)(strlen(ivr->name) / 15) + 2;
    char inputs[16];
    size_t n = ivr_inputs(ivr, inputs);

    if (n && fate->presses) {
        c->digit = inputs[fate->as_ivr ? (dice >> 44) % n : 0];
        c->digit_after = (uint16_t)(greeting + (fate->as_ivr ? (dice >> 50) % 6 : 0));
    }
    if (fate->as_ivr && (ivr->hangup || n))
        c->talk = (c->digit ? c->digit_after + between(dice >> 24, 3, 60) : greeting) * 1000;
    if (c->digit && c->talk <= c->digit_after * 1000u)
        c->talk = (c->digit_after + 1u) * 1000;
}

void call_plan(struct world *w, struct call *c, const struct fate *fate, uint64_t dice)
{
    const struct ivr *ivr = ivr_find(w, c->ivr);

    c->outcome = (uint8_t)fate->outcome;
    c->failure = (uint8_t)failure_number(fate->failure);
    c->ring = fate->ring * 1000;
    c->talk = fate->talk * 1000;
    if (fate->outcome == ANSWERED && ivr)
        plan_ivr(c, ivr, fate, dice);
}

void call_view(const struct call *c, int64_t now, struct call_view *v)
{
    int64_t gone = now > c->created ? (now - c->created) * c->speed : 0;
    int64_t answered = (int64_t)c->ring * JAXL_MSEC, over = answered + c->talk * JAXL_MSEC;
    bool talks = c->talk && (c->outcome == ANSWERED || c->outcome == VOICEMAIL);

    memset(v, 0, sizeof *v);
    v->talked = talks && gone >= answered;
    v->modified = c->created;
    if (v->talked)
        v->modified = v->answered = c->created + answered;
    if (c->digit && v->talked && gone >= answered + c->digit_after * JAXL_SECOND) {
        v->digit = c->digit;
        v->modified = v->answered + c->digit_after * JAXL_SECOND;
    }
    v->over = gone >= over;
    v->final = call_final_at(c) <= now;
    if (v->over) {
        v->modified = v->completed = c->created + over;
        v->duration = talks ? (c->talk + 999) / 1000 : 0;
        v->minutes = (v->duration + 59) / 60;
        v->recorded = talks ? c->talk - live_unrecorded(c) : 0;
    }
    if (v->final)
        v->modified = v->completed + FINALIZE_AFTER * JAXL_SECOND;
    if (c->extra && c->extra->modified > v->modified)
        v->modified = c->extra->modified;
}

bool call_missed(const struct call *c, const struct call_view *v)
{
    return (v->over || v->talked) &&
           (c->outcome == MISSED || c->outcome == VOICEMAIL || c->outcome == CANCELLED);
}
