#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/money.h"
#include "platform/disposition.h"

const char *jaxl_disposition_name(enum jaxl_disposition d)
{
    static const char *const names[JAXL_DISPOSITION_COUNT] = {
        NULL,    "ANSWERED",   "NO_ANSWER", "VOICEMAIL", "BAD_NUMBER", "DND",
        "FUNDS", "REGULATORY", "NET_FAIL",  "CANCELLED", "UNKNOWN"};

    return d < JAXL_DISPOSITION_COUNT ? names[d] : NULL;
}

/* A reason whose meaning the vendor does not tell (EXTERNALLY_CONVERTED, NOT_FOUND_IN_DB, OOS, VVR)
 * or that says nothing about the number dialed (INVALID_FROM_NUMBER, INVALID_IVR_ID) is UNKNOWN:
 * the record keeps it raw. OOB is out of balance. */
static const struct {
    const char *reason;
    enum jaxl_disposition disposition;
} failures[] = {
    {"CAMPAIGN_STOPPED", JAXL_DISPOSITION_CANCELLED},
    {"DID_YOU_FORGET_THE_PLUS_SIGN", JAXL_DISPOSITION_BAD_NUMBER},
    {"DND", JAXL_DISPOSITION_DND},
    {"INVALID_TO_NUMBER", JAXL_DISPOSITION_BAD_NUMBER},
    {"LOCAL_REGULATION_ISSUE", JAXL_DISPOSITION_REGULATORY},
    {"OOB", JAXL_DISPOSITION_FUNDS},
    {"PAYMENT_ISSUE", JAXL_DISPOSITION_FUNDS},
    {"PROVIDER_SERVICE_ERROR", JAXL_DISPOSITION_NET_FAIL},
    {"PROVIDER_SERVICE_UNAVAILABLE", JAXL_DISPOSITION_NET_FAIL},
    {"UNASSIGNED", JAXL_DISPOSITION_BAD_NUMBER},
    {"UNFINISHED_CLEANUP", JAXL_DISPOSITION_NET_FAIL},
};

enum jaxl_disposition jaxl_disposition_of_failure(const char *reason, size_t len)
{
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (strlen(failures[i].reason) == len && memcmp(failures[i].reason, reason, len) == 0)
            return failures[i].disposition;
    return JAXL_DISPOSITION_UNKNOWN;
}

static int64_t time_of(const struct jaxl_json *v)
{
    size_t len;
    const char *text = jaxl_json_text(v, &len);
    int64_t us;

    return text && jaxl_clock_parse(text, len, &us) == 0 ? us : -1;
}

int64_t jaxl_disposition_placed(const struct jaxl_json *call)
{
    return time_of(jaxl_json_get(call, "created_on"));
}

/* Whole microseconds of a number of seconds, cut; -1 when it is none. */
static int64_t span_of(const struct jaxl_json *v)
{
    const struct jaxl_money million = jaxl_money_int(JAXL_SECOND);
    struct jaxl_money amount;
    size_t len;
    const char *text = jaxl_json_text(v, &len);
    char whole[JAXL_MONEY_TEXT];
    int64_t us = 0;

    if (!text || jaxl_money_parse(text, len, &amount, NULL) || jaxl_money_sign(&amount) < 0 ||
        jaxl_money_multiply(&amount, &million, &amount))
        return -1;
    jaxl_money_format_fixed(&amount, 0, whole);
    for (const char *p = whole; *p; p++) {
        if (us > (INT64_MAX - 9) / 10)
            return -1;
        us = us * 10 + (*p - '0');
    }
    return us;
}

enum jaxl_disposition jaxl_disposition_judge(const struct jaxl_disposition_signs *signs)
{
    if (signs->failure_len)
        return jaxl_disposition_of_failure(signs->failure, signs->failure_len);
    if (signs->voicemail)
        return JAXL_DISPOSITION_VOICEMAIL;
    if (signs->missed)
        return JAXL_DISPOSITION_NO_ANSWER;
    return signs->missed_said || signs->span > 0 ? JAXL_DISPOSITION_ANSWERED
                                                 : JAXL_DISPOSITION_UNKNOWN;
}

static enum jaxl_disposition judge(const struct jaxl_json *call, const char *failure, int64_t span)
{
    const struct jaxl_json *missed = jaxl_json_get(call, "missed");
    const struct jaxl_disposition_signs signs = {
        .failure = failure,
        .failure_len = failure ? strlen(failure) : 0,
        .voicemail = jaxl_json_bool(jaxl_json_get(call, "has_voicemail")),
        .missed = jaxl_json_bool(missed),
        .missed_said = jaxl_json_type(missed) == JAXL_JSON_BOOL,
        .span = span};

    return jaxl_disposition_judge(&signs);
}

static const struct jaxl_json *of_type(const struct jaxl_json *v, enum jaxl_json_type type)
{
    return jaxl_json_type(v) == type ? v : NULL;
}

void jaxl_disposition_read(const struct jaxl_json *call, struct jaxl_disposition_facts *out)
{
    const struct jaxl_json *completed = jaxl_json_get(call, "completed_on");
    const struct jaxl_json *reason = jaxl_json_get(call, "failure_reason");
    const char *failure = jaxl_json_string(reason, NULL);
    int64_t span;

    *out = (struct jaxl_disposition_facts){
        .placed = jaxl_disposition_placed(call),
        .answered = -1,
        .ended = time_of(completed),
        .duration = of_type(jaxl_json_get(call, "duration"), JAXL_JSON_NUMBER),
        .costs = of_type(jaxl_json_get(call, "costs"), JAXL_JSON_ARRAY),
        .over = !jaxl_json_is_null(completed),
    };
    if (failure && *failure)
        out->failure_reason = reason;
    else
        failure = NULL;
    if (!out->over)
        return;
    span = span_of(out->duration);
    out->finalized = jaxl_json_bool(jaxl_json_get(call, "is_finalized"));
    out->disposition = judge(call, failure, span);
    if ((out->disposition == JAXL_DISPOSITION_ANSWERED ||
         out->disposition == JAXL_DISPOSITION_VOICEMAIL) &&
        span >= 0 && out->ended >= 0 && out->placed >= 0 && out->ended - span >= out->placed)
        out->answered = out->ended - span;
}
