/* The settings of a policy: what holds for a run, whoever is called. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "campaign/policy_impl.h"
#include "jaxl/span.h"

enum { NUMBER_MAX = 60 /* bytes of a number in a list */ };

struct jaxl_policy_setting {
    const char *key;
    int (*take)(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                const char *value, struct jaxl_error *err);
    size_t field, has; /* has: of those that may be 0 */
    unsigned max;
};

static void *at(struct jaxl_policy_settings *s, size_t offset)
{
    return (char *)s + offset;
}

static int take_rate(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                     const char *value, struct jaxl_error *err)
{
    bool *has = at(s, setting->has);
    int code = jaxl_pace_parse(value, at(s, setting->field), err);

    *has = *has || !code;
    return code;
}

static int take_count(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                      const char *value, struct jaxl_error *err)
{
    unsigned *field = at(s, setting->field), n = 0;
    const char *p = value;

    for (; *p >= '0' && *p <= '9' && n <= setting->max; p++)
        n = n * 10 + (unsigned)(*p - '0');
    if (*p || n == 0 || n > setting->max)
        return jaxl_error_set(err, JAXL_EARG, "'%.40s' is not a whole number from 1 to %u", value,
                              setting->max);
    *field = n;
    return 0;
}

static int take_amount(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                       const char *value, struct jaxl_error *err)
{
    struct jaxl_money amount;
    bool *has = at(s, setting->has);

    if (jaxl_money_parse(value, strlen(value), &amount, NULL))
        return jaxl_error_set(err, JAXL_EARG, "'%.60s' is not an amount such as 250 or 99.50",
                              value);
    if (jaxl_money_sign(&amount) < 0)
        return jaxl_error_set(err, JAXL_EARG,
                              "at least 0, not '%.60s': an amount such as 250 or 99.50", value);
    memcpy(at(s, setting->field), &amount, sizeof amount);
    *has = true;
    return 0;
}

/* "2%", "0.5%": with four decimals, in parts per million. */
static int take_share(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                      const char *value, struct jaxl_error *err)
{
    enum { HUNDRED = 1000000, ONE = HUNDRED / 100 };
    unsigned *field = at(s, setting->field), n = 0, unit = ONE;
    bool *has = at(s, setting->has);
    const char *p = value;

    for (; *p >= '0' && *p <= '9' && n <= HUNDRED; p++)
        n = n * 10 + (unsigned)(*p - '0') * ONE;
    if (p > value && p[0] == '.' && p[1] >= '0' && p[1] <= '9')
        for (p++; *p >= '0' && *p <= '9' && unit > 1; p++)
            n += (unsigned)(*p - '0') * (unit /= 10);
    if (p == value || strcmp(p, "%") != 0 || n > HUNDRED)
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.40s' is not a share such as 2%% or 0.5%%, of at most 100%% and "
                              "four decimals",
                              value);
    *field = n;
    *has = true;
    return 0;
}

int jaxl_policy_span(const char *text, size_t len, int64_t *us, struct jaxl_error *err)
{
    int64_t span;
    int code = jaxl_span_parse(text, len, &span, err);

    if (!code && span == 0)
        return jaxl_error_set(err, JAXL_EARG, "'%.*s' is no time at all", (int)len, text);
    if (!code)
        *us = span;
    return code;
}

static int take_span(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                     const char *value, struct jaxl_error *err)
{
    return jaxl_policy_span(value, strlen(value), at(s, setting->field), err);
}

static int add_number(struct jaxl_policy_settings *s, const char *text, size_t len,
                      struct jaxl_error *err)
{
    struct jaxl_phone phone;
    char number[NUMBER_MAX + 1];
    int code;

    snprintf(number, sizeof number, "%.*s", len < sizeof number ? (int)len : NUMBER_MAX, text);
    if (!*jaxl_line_trim(number))
        return jaxl_error_set(err, JAXL_EARG,
                              "a number is missing: they are written as +912233445566, with commas "
                              "between them");
    code = jaxl_phone_parse(text, len, &phone, err);
    if (code)
        return jaxl_error_prefix(err, code, "'%s'", jaxl_line_trim(number));
    for (size_t i = 0; i < s->n_from; i++)
        if (s->from[i].key == phone.key)
            return 0;
    if (s->n_from == JAXL_POLICY_FROM)
        return jaxl_error_set(err, JAXL_ELIMIT, "more than %d numbers", JAXL_POLICY_FROM);
    s->from[s->n_from++] = phone;
    return 0;
}

static int take_from(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                     const char *value, struct jaxl_error *err)
{
    struct jaxl_error own = {0}, *e = err ? err : &own;
    size_t before = s->n_from, len;
    int code;

    (void)setting;
    do {
        len = strcspn(value, ",");
        code = add_number(s, value, len, e);
        value += len + 1;
    } while (!code && value[-1]);
    if (code)
        s->n_from = before;
    if (code == JAXL_EINPUT)
        e->code = code = JAXL_EARG;
    return code;
}

static int take_from_by(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                        const char *value, struct jaxl_error *err)
{
    static const char *const names[] = {
        [JAXL_POLICY_ROTATION] = "rotation", [JAXL_POLICY_COUNTRY] = "country"};

    (void)setting;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], value) == 0) {
            s->from_by = (enum jaxl_policy_from_by)i;
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG, "'%.40s' is neither rotation nor country", value);
}

static int take_dnc(const struct jaxl_policy_setting *setting, struct jaxl_policy_settings *s,
                    const char *value, struct jaxl_error *err)
{
    struct jaxl_dnc_file file;
    int code = jaxl_dnc_name(value, &file, err);

    (void)setting;
    if (code)
        return code;
    for (size_t i = 0; i < s->n_dnc; i++)
        if (strcmp(s->dnc[i], value) == 0)
            return 0;
    if (s->n_dnc == JAXL_DNC_FILES)
        return jaxl_error_set(err, JAXL_ELIMIT, "more than %d files", JAXL_DNC_FILES);
    s->dnc[s->n_dnc] = strdup(value);
    if (!s->dnc[s->n_dnc])
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    s->n_dnc++;
    return 0;
}

#define AT(member) offsetof(struct jaxl_policy_settings, member), 0
#define BOTH(member)                                                                               \
    offsetof(struct jaxl_policy_settings, member),                                                 \
        offsetof(struct jaxl_policy_settings, has_##member)

static const struct jaxl_policy_setting settings[] = {
    {"rate", take_rate, BOTH(rate), 0},
    {"rate-per-from", take_rate, BOTH(rate_per_from), 0},
    {"max-active", take_count, AT(max_active), 1000000},
    {"connections", take_count, AT(connections), 64},
    {"from", take_from, AT(from), 0},
    {"from-by", take_from_by, AT(from_by), 0},
    {"dnc", take_dnc, AT(dnc), 0},
    {"budget", take_amount, BOTH(budget), 0},
    {"max-cost-per-call", take_amount, BOTH(max_cost_per_call), 0},
    {"min-balance", take_amount, BOTH(min_balance), 0},
    {"halt-after", take_count, AT(halt_after), 1000000},
    {"halt-unknown", take_share, BOTH(halt_unknown), 0},
    {"max-runtime", take_span, AT(max_runtime), 0},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

const struct jaxl_policy_setting *jaxl_policy_setting_find(const char *key)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(settings[i].key, key) == 0)
            return &settings[i];
    return NULL;
}

const char *jaxl_policy_setting_key(size_t i)
{
    return i < SETTINGS ? settings[i].key : NULL;
}

int jaxl_policy_setting_take(const struct jaxl_policy_setting *setting,
                             struct jaxl_policy_settings *s, const char *value,
                             struct jaxl_error *err)
{
    return setting->take(setting, s, value, err);
}

void jaxl_policy_settings_free(struct jaxl_policy_settings *s)
{
    for (size_t i = 0; i < s->n_dnc; i++)
        free(s->dnc[i]);
    s->n_dnc = 0;
}
