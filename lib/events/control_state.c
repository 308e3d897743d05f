#include "events/control_state.h"

#include <string.h>

#include "jaxl/nearest.h"
#include "platform/disposition.h"

static const char *const names[JAXL_CONTROL_STATES] = {
    [JAXL_CONTROL_STATE_ACTIVE] = "active",     [JAXL_CONTROL_STATE_RINGING] = "ringing",
    [JAXL_CONTROL_STATE_ANSWERED] = "answered", [JAXL_CONTROL_STATE_VOICEMAIL] = "voicemail",
    [JAXL_CONTROL_STATE_MISSED] = "missed",     [JAXL_CONTROL_STATE_FAILED] = "failed",
    [JAXL_CONTROL_STATE_OVER] = "over",         [JAXL_CONTROL_STATE_FINAL] = "final",
};

const char *jaxl_control_state_name(enum jaxl_control_state s)
{
    return names[s];
}

static unsigned state_of_active(const struct jaxl_json *call)
{
    const struct jaxl_json *missed = jaxl_json_get(call, "missed");
    const unsigned active = JAXL_CONTROL_IS(JAXL_CONTROL_STATE_ACTIVE);

    if (jaxl_json_bool(jaxl_json_get(call, "has_voicemail")))
        return active | JAXL_CONTROL_IS(JAXL_CONTROL_STATE_VOICEMAIL);
    if (jaxl_json_type(missed) == JAXL_JSON_BOOL && !jaxl_json_bool(missed))
        return active | JAXL_CONTROL_IS(JAXL_CONTROL_STATE_ANSWERED);
    return active | JAXL_CONTROL_IS(JAXL_CONTROL_STATE_RINGING);
}

unsigned jaxl_control_state_of(const struct jaxl_json *call)
{
    struct jaxl_disposition_facts facts;
    unsigned states;

    jaxl_disposition_read(call, &facts);
    if (!facts.over)
        return state_of_active(call);
    states = JAXL_CONTROL_IS(JAXL_CONTROL_STATE_OVER);
    if (facts.finalized)
        states |= JAXL_CONTROL_IS(JAXL_CONTROL_STATE_FINAL);
    if (facts.disposition == JAXL_DISPOSITION_ANSWERED)
        states |= JAXL_CONTROL_IS(JAXL_CONTROL_STATE_ANSWERED);
    else if (facts.disposition == JAXL_DISPOSITION_VOICEMAIL)
        states |= JAXL_CONTROL_IS(JAXL_CONTROL_STATE_VOICEMAIL);
    else if (facts.disposition == JAXL_DISPOSITION_NO_ANSWER)
        states |= JAXL_CONTROL_IS(JAXL_CONTROL_STATE_MISSED);
    else if (facts.failure_reason)
        states |= JAXL_CONTROL_IS(JAXL_CONTROL_STATE_FAILED);
    return states;
}

enum jaxl_control_state jaxl_control_state_best(unsigned states)
{
    unsigned s = JAXL_CONTROL_STATES - 1;

    if (states & JAXL_CONTROL_IS(JAXL_CONTROL_STATE_OVER))
        return JAXL_CONTROL_STATE_OVER;
    while (s && !(states & JAXL_CONTROL_IS(s)))
        s--;
    return s;
}

static int unknown(const char *text, size_t len, struct jaxl_error *err)
{
    char name[32] = "";
    const char *near;

    memcpy(name, text, len < sizeof name ? len : sizeof name - 1);
    near = jaxl_nearest(name, names, JAXL_CONTROL_STATES);
    if (near)
        return jaxl_error_set(err, JAXL_EINPUT, "if: no call is '%s'; did you mean '%s'?", name,
                              near);
    return jaxl_error_set(err, JAXL_EINPUT,
                          "if: no call is '%s', but active, ringing, answered, voicemail, missed, "
                          "failed, over or final",
                          name);
}

static int add(const char *text, size_t len, unsigned *states, struct jaxl_error *err)
{
    for (unsigned s = 0; s < JAXL_CONTROL_STATES; s++)
        if (strlen(names[s]) == len && memcmp(names[s], text, len) == 0) {
            *states |= JAXL_CONTROL_IS(s);
            return 0;
        }
    return unknown(text, len, err);
}

static int add_text(const struct jaxl_json *v, unsigned *states, struct jaxl_error *err)
{
    static const char between[] = ", ;\t";
    const char *text = jaxl_json_string(v, NULL);
    int rc = 0;

    if (!text)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "if: the name of a state is wanted, such as "
                              "active, or several");
    while (!rc && *(text += strspn(text, between))) {
        size_t n = strcspn(text, between);
        rc = add(text, n, states, err);
        text += n;
    }
    return rc;
}

int jaxl_control_state_read(const struct jaxl_json *v, unsigned *states, struct jaxl_error *err)
{
    int rc = 0;

    *states = 0;
    if (jaxl_json_type(v) != JAXL_JSON_ARRAY)
        rc = add_text(v, states, err);
    for (const struct jaxl_json *e = jaxl_json_first(v); e && !rc; e = jaxl_json_next(e))
        rc = add_text(e, states, err);
    if (!rc && !*states)
        rc = jaxl_error_set(err, JAXL_EINPUT, "if: it names no state, such as active");
    return rc;
}
