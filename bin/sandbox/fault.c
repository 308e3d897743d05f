/* The kinds of faults, the rates they are drawn at, and the magic numbers. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/world.h"

const struct fault faults[FAULT_COUNT] = {
    {"reset-before", FAULT_RESET, false, 0, NULL},
    {"reset-after", FAULT_RESET, true, 0, NULL},
    {"timeout-before", FAULT_HANG, false, 0, NULL},
    {"timeout-after", FAULT_HANG, true, 0, NULL},
    {"slow", FAULT_SLOW, true, 0, NULL},
    {"garbage", FAULT_GARBAGE, true, 0, NULL},
    {"truncated", FAULT_TRUNCATED, true, 0, NULL},
    {"empty", FAULT_EMPTY, true, 0, NULL},
    {"refused", FAULT_REFUSE, false, 200, "PROVIDER_SERVICE_UNAVAILABLE"},
    {"400", FAULT_STATUS, false, 400, "INVALID_TO_NUMBER"},
    {"401", FAULT_STATUS, false, 401, "UNAUTHORIZED"},
    {"402", FAULT_STATUS, false, 402, "PAYMENT_REQUIRED"},
    {"403", FAULT_STATUS, false, 403, "FORBIDDEN"},
    {"404", FAULT_STATUS, false, 404, "NOT_FOUND"},
    {"409", FAULT_STATUS, false, 409, "DUPLICATE_SESSION"},
    {"422", FAULT_STATUS, false, 422, "UNPROCESSABLE"},
    {"429", FAULT_STATUS, false, 429, "TOO_MANY_REQUESTS"},
    {"500-before", FAULT_STATUS, false, 500, "INTERNAL_SERVER_ERROR"},
    {"500-after", FAULT_STATUS, true, 500, "INTERNAL_SERVER_ERROR"},
    {"502", FAULT_STATUS, false, 502, "BAD_GATEWAY"},
    {"503", FAULT_STATUS, false, 503, "SERVICE_UNAVAILABLE"},
    {"504", FAULT_STATUS, false, 504, "GATEWAY_TIMEOUT"},
    {"504-after", FAULT_STATUS, true, 504, "GATEWAY_TIMEOUT"},
};

const struct fault *fault_find(const char *name)
{
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (strcmp(faults[i].name, name) == 0)
            return &faults[i];
    return NULL;
}

/* "5%" or "0.05" as parts of 2^32; false when it is neither. */
static bool parse_rate(const char *text, uint32_t *rate)
{
    char *end;
    double v = strtod(text, &end);

    if (end == text || *text == '-' || *text == '+')
        return false;
    if (*end == '%') {
        v /= 100;
        end++;
    }
    if (*end || !(v >= 0 && v <= 1))
        return false;
    *rate = v >= 1 ? UINT32_MAX : (uint32_t)(v * 4294967296.0);
    return true;
}

static int unknown_kind(const char *kind, struct jaxl_error *err)
{
    const char *names[FAULT_COUNT], *near;

    for (size_t i = 0; i < FAULT_COUNT; i++)
        names[i] = faults[i].name;
    near = cli_nearest(kind, names, FAULT_COUNT);
    return jaxl_error_set(err, JAXL_EARG, "no fault is called '%s'; did you mean '%s'?", kind,
                          near ? near : faults[0].name);
}

static int add_rate(struct fault_rates *rates, char *item, struct jaxl_error *err)
{
    char *equals = strchr(item, '=');
    const struct fault *fault;

    if (!equals)
        return jaxl_error_set(err, JAXL_EARG, "'%s' is not KIND=RATE, as in reset-after=5%%", item);
    *equals = '\0';
    fault = fault_find(item);
    if (!fault)
        return unknown_kind(item, err);
    if (!parse_rate(equals + 1, &rates->rate[fault - faults]))
        return jaxl_error_set(err, JAXL_EARG, "'%s' is not a rate such as 5%% or 0.05", equals + 1);
    rates->any = true;
    return 0;
}

int fault_parse(const char *text, void *field, struct jaxl_error *err)
{
    struct fault_rates *rates = field;
    char *copy = strdup(text), *save = NULL;
    uint64_t sum = 0;
    int code = 0;

    if (!copy)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (char *p = strtok_r(copy, ",", &save); p && !code; p = strtok_r(NULL, ",", &save))
        code = add_rate(rates, p, err);
    free(copy);
    for (size_t i = 0; i < FAULT_COUNT; i++)
        sum += rates->rate[i];
    if (!code && sum > UINT64_C(1) << 32)
        code = jaxl_error_set(err, JAXL_EARG, "the rates are more than 100 %% together");
    return code;
}

const struct fault *fault_draw(const struct fault_rates *rates, uint64_t dice)
{
    uint32_t point = (uint32_t)(dice >> 32);

    if (!rates->any)
        return NULL;
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        if (point < rates->rate[i])
            return &faults[i];
        point -= rates->rate[i];
    }
    return NULL;
}

static int add_turn(struct fault_aim *aim, const char *kind, struct jaxl_error *err)
{
    const struct fault *fault = fault_find(kind);

    if (aim->n == sizeof aim->turns / sizeof *aim->turns)
        return jaxl_error_set(err, JAXL_EARG, "more than %zu faults for one path", aim->n);
    if (!fault && strcmp(kind, "-") != 0)
        return unknown_kind(kind, err);
    aim->turns[aim->n++] = fault;
    return 0;
}

static int not_an_aim(const char *text, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EARG,
                          "'%.200s' is not METHOD PATH=KIND,..., as in "
                          "'POST /v1/ivr/=reset-after'",
                          text);
}

/* Takes the method and the path; the kinds that follow, or NULL. */
static const char *read_target(struct fault_aim *aim, const char *text, struct jaxl_error *err)
{
    int end = 0;

    if (sscanf(text, "%7[A-Z] %119[^= ]=%n", aim->method, aim->path, &end) != 2 || !end) {
        not_an_aim(text, err);
        return NULL;
    }
    if (fnmatch(aim->path, "/v1/calls/token/", FNM_PATHNAME) == 0) {
        jaxl_error_set(err, JAXL_EARG, "placing calls has faults of its own: --fault");
        return NULL;
    }
    return text + end;
}

int fault_aim_parse(const char *text, void *field, struct jaxl_error *err)
{
    struct fault_aims *aims = field;
    struct fault_aim aim = {.n = 0};
    const char *kinds = read_target(&aim, text, err);
    char *copy, *save = NULL;
    int code = 0;

    if (!kinds)
        return JAXL_EARG;
    if (aims->n == sizeof aims->items / sizeof *aims->items)
        return jaxl_error_set(err, JAXL_EARG, "more than %zu of them", aims->n);
    copy = strdup(kinds);
    if (!copy)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    aim.on = *copy && copy[strlen(copy) - 1] == '+';
    if (aim.on)
        copy[strlen(copy) - 1] = '\0';
    for (char *p = strtok_r(copy, ",", &save); p && !code; p = strtok_r(NULL, ",", &save))
        code = add_turn(&aim, p, err);
    free(copy);
    if (!code && !aim.n)
        code = not_an_aim(text, err);
    if (!code)
        aims->items[aims->n++] = aim;
    return code;
}

const struct fault *fault_aimed(struct fault_aims *aims, const char *method, const char *path)
{
    for (size_t i = 0; i < aims->n; i++) {
        struct fault_aim *aim = &aims->items[i];
        size_t turn = aim->met;
        if (strcmp(method, aim->method) != 0 || fnmatch(aim->path, path, FNM_PATHNAME) != 0)
            continue;
        aim->met++;
        if (aim->on && turn >= aim->n)
            turn = aim->n - 1;
        return turn < aim->n ? aim->turns[turn] : NULL;
    }
    return NULL;
}

/* The table of jaxl-sandbox(1). */
static const struct magic magics[] = {
    /* calls that are placed, and how they go */
    {.code = 0, .fate = {ANSWERED, NULL, 5, 30, false, false}},
    {.code = 1, .fate = {ANSWERED, NULL, 5, 60, false, false}},
    {.code = 2, .fate = {ANSWERED, NULL, 5, 61, false, false}},
    {.code = 3, .fate = {ANSWERED, NULL, 5, 30, true, false}},
    {.code = 4, .fate = {ANSWERED, NULL, 5, 600, false, false}},
    {.code = 10, .fate = {MISSED, NULL, 30, 0, false, false}},
    {.code = 11, .fate = {VOICEMAIL, NULL, 25, 12, false, false}},
    {.code = 12, .fate = {MISSED, NULL, 300, 0, false, false}},
    {.code = 20, .fate = {FAILED, "INVALID_TO_NUMBER", FAIL_AFTER, 0, false, false}},
    {.code = 21, .fate = {FAILED, "DND", FAIL_AFTER, 0, false, false}},
    {.code = 22, .fate = {FAILED, "OOB", FAIL_AFTER, 0, false, false}},
    {.code = 23, .fate = {FAILED, "PROVIDER_SERVICE_ERROR", FAIL_AFTER, 0, false, false}},
    {.code = 24, .fate = {FAILED, "PROVIDER_SERVICE_UNAVAILABLE", FAIL_AFTER, 0, false, false}},
    {.code = 25, .fate = {FAILED, "LOCAL_REGULATION_ISSUE", FAIL_AFTER, 0, false, false}},
    {.code = 26, .fate = {FAILED, "UNASSIGNED", FAIL_AFTER, 0, false, false}},
    /* refused with a reason, no call */
    {.code = 30, .fault = "refused", .reason = "INVALID_TO_NUMBER"},
    {.code = 31, .fault = "refused", .reason = "DND"},
    {.code = 32, .fault = "refused", .reason = "OOB"},
    {.code = 33, .fault = "refused", .reason = "PROVIDER_SERVICE_ERROR"},
    {.code = 34, .fault = "refused", .reason = "PROVIDER_SERVICE_UNAVAILABLE"},
    {.code = 35, .fault = "refused", .reason = "LOCAL_REGULATION_ISSUE"},
    {.code = 36, .fault = "refused", .reason = "PAYMENT_ISSUE"},
    {.code = 37, .fault = "refused", .reason = "DID_YOU_FORGET_THE_PLUS_SIGN"},
    /* an HTTP status, no call unless said */
    {.code = 40, .fault = "400"},
    {.code = 41, .fault = "401"},
    {.code = 42, .fault = "402"},
    {.code = 43, .fault = "403"},
    {.code = 44, .fault = "404"},
    {.code = 45, .fault = "409"},
    {.code = 46, .fault = "422"},
    {.code = 47, .fault = "429", .retry_after = "1"},
    {.code = 48, .fault = "429", .retry_after = "1", .tries = 2},
    {.code = 49, .fault = "429", .retry_after = "date", .tries = 1},
    {.code = 50, .fault = "500-before"},
    {.code = 51, .fault = "500-after"},
    {.code = 52, .fault = "502"},
    {.code = 53, .fault = "503"},
    {.code = 54, .fault = "504"},
    {.code = 55, .fault = "504-after"},
    {.code = 56, .fault = "401", .tries = 1},
    /* the connection */
    {.code = 60, .fault = "slow"},
    {.code = 61, .fault = "reset-before"},
    {.code = 62, .fault = "reset-after"},
    {.code = 63, .fault = "timeout-before"},
    {.code = 64, .fault = "timeout-after"},
    {.code = 65, .fault = "garbage"},
    {.code = 66, .fault = "truncated"},
    {.code = 67, .fault = "empty"},
};

/* +1 NPA 555 01XX: set aside for fiction in every area code of the North American plan. */
const struct magic *magic_find(uint64_t number)
{
    uint64_t line = number % 10000000;

    if (number / UINT64_C(10000000000) != 1 || line < 5550100 || line > 5550199)
        return NULL;
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if ((uint64_t)magics[i].code == line % 100)
            return &magics[i];
    return NULL;
}
