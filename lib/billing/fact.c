#include "billing/fact.h"

#include <stdlib.h>
#include <string.h>

#include "base/iso.h"
#include "jaxl/clock.h"
#include "jaxl/payments.h"
#include "platform/disposition.h"

#define LONGEST (INT64_C(366) * 86400 * JAXL_SECOND) /* a call: more is a mistake */

static const char *const fixed[JAXL_FACT_FIXED] = {
    [JAXL_FACT_CALL_ID] = "call_id",
    [JAXL_FACT_ID] = "id",
    [JAXL_FACT_SESSION_ID] = "session_id",
    [JAXL_FACT_STATE] = "state",
    [JAXL_FACT_DISPOSITION] = "disposition",
    [JAXL_FACT_MISSED] = "missed",
    [JAXL_FACT_VOICEMAIL] = "has_voicemail",
    [JAXL_FACT_FAILURE] = "failure_reason",
    [JAXL_FACT_DURATION] = "duration",
    [JAXL_FACT_PLACED] = "placed_at",
    [JAXL_FACT_CREATED] = "created_on",
    [JAXL_FACT_SENT] = "sent_at",
    [JAXL_FACT_COMPLETED] = "completed_on",
    [JAXL_FACT_FINAL] = "is_finalized",
    [JAXL_FACT_COST] = "costs.0.cost",
    "costs.0.currency",
    "costs.1.cost",
    "costs.1.currency",
    "costs.2.cost",
    "costs.2.currency",
    "costs.3.cost",
    "costs.3.currency",
    "costs.4.cost",
    "costs.4.currency",
    "costs.5.cost",
    "costs.5.currency",
    "costs.6.cost",
    "costs.6.currency",
    "costs.7.cost",
    "costs.7.currency",
    [JAXL_FACT_TOO_MANY] = "costs.8",
    "costs.8.cost",
};

void jaxl_fact_slots_init(struct jaxl_fact_slots *s)
{
    memcpy(s->paths, fixed, sizeof fixed);
    s->n = JAXL_FACT_FIXED;
}

int jaxl_fact_slot(struct jaxl_fact_slots *s, const char *path)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->paths[i], path) == 0)
            return (int)i;
    if (s->n == JAXL_FACT_SLOTS)
        return -1;
    s->paths[s->n] = path;
    return (int)s->n++;
}

static bool is(const struct jaxl_scan_value *v, const char *text)
{
    return v->len == strlen(text) && memcmp(v->text, text, v->len) == 0;
}

static int wrong(const struct jaxl_scan_value *v, const char *path, const char *what,
                 struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EINPUT, "%s: '%.*s' is %s", path,
                          v->len < 40 ? (int)v->len : 40, v->text, what);
}

static bool is_text(const struct jaxl_scan_value *v)
{
    return v->type == JAXL_JSON_STRING || v->type == JAXL_JSON_NUMBER;
}

/* A whole number from 0. */
static bool parse_id(const struct jaxl_scan_value *v, int64_t *out)
{
    int64_t id = 0;

    if (!is_text(v) || v->len > 18)
        return false;
    for (uint32_t i = 0; i < v->len; i++) {
        if (v->text[i] < '0' || v->text[i] > '9')
            return false;
        id = id * 10 + (v->text[i] - '0');
    }
    *out = id;
    return true;
}

static int read_id(const struct jaxl_scan_value *values, struct jaxl_fact *out,
                   struct jaxl_error *err)
{
    int slot = jaxl_fact_given(&values[JAXL_FACT_CALL_ID]) ? JAXL_FACT_CALL_ID : JAXL_FACT_ID;
    const struct jaxl_scan_value *session = &values[JAXL_FACT_SESSION_ID];

    out->id = -1;
    if (jaxl_fact_given(&values[slot]) && !parse_id(&values[slot], &out->id))
        return wrong(&values[slot], fixed[slot], "no id of a call", err);
    if (session->len > JAXL_FACT_SESSION)
        return wrong(session, fixed[JAXL_FACT_SESSION_ID], "too long", err);
    return 0;
}

static int read_time(const struct jaxl_scan_value *values, struct jaxl_fact *out,
                     struct jaxl_error *err)
{
    static const enum jaxl_fact_slot times[] = {JAXL_FACT_PLACED, JAXL_FACT_CREATED,
                                                JAXL_FACT_SENT};
    bool zoned;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        const struct jaxl_scan_value *v = &values[times[i]];
        if (!jaxl_fact_given(v))
            continue;
        if (v->type != JAXL_JSON_STRING || jaxl_iso_parse(v->text, v->len, &out->at, &zoned))
            return wrong(v, fixed[times[i]], "no time in ISO 8601", err);
        out->timed = true;
        return 0;
    }
    return 0;
}

/* Seconds as a decimal number; what is finer than a microsecond is cut, as it is for the
 * disposition. */
static bool parse_seconds(const char *text, size_t len, int64_t *us)
{
    const struct jaxl_money million = jaxl_money_int(JAXL_SECOND);
    struct jaxl_money amount;
    char whole[JAXL_MONEY_TEXT];
    int64_t seconds = 0;
    size_t i = 0;

    for (; i < len && i < 9 && text[i] >= '0' && text[i] <= '9'; i++)
        seconds = seconds * 10 + (text[i] - '0');
    *us = seconds * JAXL_SECOND;
    if (i == len && (*text != '0' || len == 1))
        return *us <= LONGEST;
    if (jaxl_money_parse(text, len, &amount, NULL) || jaxl_money_sign(&amount) < 0 ||
        jaxl_money_multiply(&amount, &million, &amount))
        return false;
    jaxl_money_format(&amount, whole);
    whole[strcspn(whole, ".")] = '\0';
    if (strlen(whole) > 18)
        return false;
    *us = strtoll(whole, NULL, 10);
    return *us <= LONGEST;
}

static int read_duration(const struct jaxl_scan_value *v, struct jaxl_fact *out,
                         struct jaxl_error *err)
{
    out->duration = -1;
    if (!jaxl_fact_given(v))
        return 0;
    if (!is_text(v) || !parse_seconds(v->text, v->len, &out->duration))
        return wrong(v, "duration", "no number of seconds that a call can last", err);
    return 0;
}

/* A code, or the platform's number of one. */
static bool parse_currency(const struct jaxl_scan_value *v, uint64_t *out)
{
    const char *code;
    int64_t number;

    if (!is_text(v) || v->len > 8 || memchr(v->text, '\0', v->len))
        return false;
    code = parse_id(v, &number) ? jaxl_payments_currency((int)number) : NULL;
    *out = code ? jaxl_group_currency(code, strlen(code)) : jaxl_group_currency(v->text, v->len);
    return true;
}

/* Below 10^37, and some more: ten thousand million million of them add up without overflow. */
static bool parse_amount(const struct jaxl_scan_value *v, struct jaxl_sum *out)
{
    const int64_t most = 1 << 12;

    if (!is_text(v) || jaxl_sum_parse(v->text, v->len, out))
        return false;
    return (int64_t)out->w[3] < most && (int64_t)out->w[3] >= -most;
}

static int read_costs(const struct jaxl_scan_value *values, struct jaxl_fact *out,
                      struct jaxl_error *err)
{
    for (int i = 0; i < JAXL_FACT_COSTS; i++) {
        int slot = JAXL_FACT_COST + 2 * i;
        const struct jaxl_scan_value *amount = &values[slot], *currency = &values[slot + 1];
        struct jaxl_fact_cost *cost = &out->costs[out->n_costs];

        if (!jaxl_fact_given(amount) && !jaxl_fact_given(currency))
            continue;
        *cost = (struct jaxl_fact_cost){.currency = 0};
        if (jaxl_fact_given(currency) && !parse_currency(currency, &cost->currency))
            return wrong(currency, fixed[slot + 1], "no currency", err);
        if (jaxl_fact_given(amount) && !parse_amount(amount, &cost->amount))
            return wrong(amount, fixed[slot],
                         "no amount (a decimal number below 10^37, of at most 24 decimals)", err);
        out->n_costs++;
    }
    if (jaxl_fact_given(&values[JAXL_FACT_TOO_MANY]) ||
        jaxl_fact_given(&values[JAXL_FACT_TOO_MANY + 1]))
        return jaxl_error_set(err, JAXL_EINPUT, "costs: a call has at most %d", JAXL_FACT_COSTS);
    return 0;
}

enum stage { STAGE_NO_CALL, STAGE_OPEN, STAGE_OVER, STAGE_REFUSED };

/* jaxl-records(5), STATES. */
static enum stage stage_of(const struct jaxl_scan_value *state)
{
    static const struct {
        const char *name;
        enum stage stage;
    } states[] = {
        {"done", STAGE_OVER},         {"refused", STAGE_REFUSED},   {"submitted", STAGE_OPEN},
        {"unknown", STAGE_OPEN},      {"intended", STAGE_OPEN},     {"suppressed", STAGE_NO_CALL},
        {"deferred", STAGE_NO_CALL},  {"exhausted", STAGE_NO_CALL}, {"expired", STAGE_NO_CALL},
        {"new", STAGE_NO_CALL},       {"planned", STAGE_NO_CALL},   {"not_sent", STAGE_NO_CALL},
        {"throttled", STAGE_NO_CALL}, {"invalid", STAGE_NO_CALL},   {"retry-wait", STAGE_NO_CALL}};

    for (size_t i = 0; jaxl_fact_given(state) && i < sizeof states / sizeof states[0]; i++)
        if (is(state, states[i].name))
            return states[i].stage;
    return STAGE_OVER;
}

static bool is_true(const struct jaxl_scan_value *v)
{
    return is(v, "true");
}

static bool is_bool(const struct jaxl_scan_value *v)
{
    return is_true(v) || is(v, "false");
}

static enum jaxl_disposition judge(const struct jaxl_scan_value *values, int64_t duration)
{
    const struct jaxl_scan_value *failure = &values[JAXL_FACT_FAILURE];
    const struct jaxl_scan_value *missed = &values[JAXL_FACT_MISSED];
    const struct jaxl_disposition_signs signs = {.failure = failure->text,
                                                 .failure_len =
                                                     jaxl_fact_given(failure) ? failure->len : 0,
                                                 .voicemail = is_true(&values[JAXL_FACT_VOICEMAIL]),
                                                 .missed = is_true(missed),
                                                 .missed_said = is_bool(missed),
                                                 .span = duration};

    return jaxl_disposition_judge(&signs);
}

static void read_disposition(const struct jaxl_scan_value *values, enum stage stage,
                             struct jaxl_fact *out)
{
    const struct jaxl_scan_value *v = &values[JAXL_FACT_DISPOSITION];

    if (jaxl_fact_given(v) && is_text(v)) {
        out->disposition = v->text;
        out->disposition_len = v->len;
    } else if (stage == STAGE_OVER) {
        out->disposition = jaxl_disposition_name(judge(values, out->duration));
        out->disposition_len = (uint32_t)strlen(out->disposition);
    }
}

static enum jaxl_group_outcome outcome_of(const struct jaxl_fact *f)
{
    static const struct {
        const char *name;
        enum jaxl_group_outcome outcome;
    } outcomes[] = {{"ANSWERED", JAXL_GROUP_ANSWERED},
                    {"NO_ANSWER", JAXL_GROUP_MISSED},
                    {"VOICEMAIL", JAXL_GROUP_MISSED},
                    {"BUSY", JAXL_GROUP_MISSED}};

    for (size_t i = 0; f->disposition && i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (strlen(outcomes[i].name) == f->disposition_len &&
            memcmp(outcomes[i].name, f->disposition, f->disposition_len) == 0)
            return outcomes[i].outcome;
    return JAXL_GROUP_FAILED;
}

/* A Call object that is not over has completed_on null, where records of jaxl-dial have none. */
static bool is_open(const struct jaxl_scan_value *values, enum stage stage)
{
    const struct jaxl_scan_value *final = &values[JAXL_FACT_FINAL];

    if (stage == STAGE_OPEN || is(final, "false"))
        return true;
    return jaxl_fact_given(&values[JAXL_FACT_CREATED]) && !is_true(final) &&
           !jaxl_fact_given(&values[JAXL_FACT_COMPLETED]);
}

static bool says_anything(const struct jaxl_scan_value *values)
{
    for (int i = 0; i < JAXL_FACT_FIXED; i++)
        if (jaxl_fact_given(&values[i]))
            return true;
    return false;
}

int jaxl_fact_read(const struct jaxl_scan_value *values, struct jaxl_fact *out,
                   struct jaxl_error *err)
{
    enum stage stage = stage_of(&values[JAXL_FACT_STATE]);
    bool voicemail;
    int rc;

    out->kind = JAXL_FACT_CALL;
    out->timed = false;
    out->disposition = NULL;
    out->disposition_len = out->n_costs = 0;
    if (!says_anything(values))
        return jaxl_error_set(err, JAXL_EINPUT,
                              "no record of a call: it has neither id nor state, time or cost");
    rc = read_id(values, out, err);
    if (!rc)
        rc = read_time(values, out, err);
    if (!rc)
        rc = read_duration(&values[JAXL_FACT_DURATION], out, err);
    if (!rc)
        rc = read_costs(values, out, err);
    if (rc)
        return rc;
    if (stage == STAGE_NO_CALL)
        out->kind = JAXL_FACT_NO_CALL;
    out->provisional = is_open(values, stage);
    read_disposition(values, stage, out);
    out->outcome = outcome_of(out);
    out->talk = out->outcome == JAXL_GROUP_ANSWERED && out->duration > 0 ? out->duration : 0;
    voicemail = out->disposition_len == 9 && memcmp(out->disposition, "VOICEMAIL", 9) == 0;
    out->line = voicemail && out->duration > 0 ? out->duration : out->talk;
    return 0;
}
