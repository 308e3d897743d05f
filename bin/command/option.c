/* Values that options of many commands take. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "command/command.h"
#include "jaxl/ivrs.h"
#include "jaxl/live.h"
#include "jaxl/payments.h"

static void put_upper(const char *text, char *out)
{
    do
        *out++ = (char)toupper((unsigned char)*text);
    while (*text++);
}

int option_currency(const char *value, void *field, struct jaxl_error *err)
{
    int64_t *currency = field;
    char *end, code[4] = "";
    long n = strtol(value, &end, 10);

    if (strlen(value) < sizeof code)
        put_upper(value, code);

    if (*value >= '0' && *value <= '9' && !*end && n >= 0 && n < 40)
        *currency = n;
    else
        *currency = jaxl_payments_currency_parse(code);
    return *currency ? 0
                     : jaxl_error_set(err, JAXL_EARG,
                                      "'%.40s' is not INR, USD or a number from 1 to 39", value);
}

int option_time(const char *value, void *field, struct jaxl_error *err)
{
    int64_t us;

    if (jaxl_clock_parse(value, strlen(value), &us) || jaxl_clock_format(us, field))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.40s' is not a time such as 2026-11-25T09:00:00Z or "
                              "2026-11-25T14:30:00+05:30",
                              value);
    return 0;
}

int option_iso(const char *value, void *field, struct jaxl_error *err)
{
    if (strlen(value) != 2 || !isalpha((unsigned char)value[0]) ||
        !isalpha((unsigned char)value[1]))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.40s' is no country in two letters (ISO 3166) such as IN", value);
    put_upper(value, field);
    return 0;
}

int check_email(const char *value, struct jaxl_error *err)
{
    return jaxl_live_is_email(value)
               ? 0
               : jaxl_error_set(err, JAXL_EARG,
                                "'%.80s' is no e-mail address such as asha@example.com", value);
}

int option_email(const char *value, void *field, struct jaxl_error *err)
{
    *(const char **)field = value;
    return check_email(value, err);
}

int check_url(const char *option, const char *value, struct jaxl_error *err)
{
    return jaxl_ivrs_is_https(value)
               ? 0
               : jaxl_error_set(err, JAXL_EARG, "--%s: '%.80s' is no https URL", option, value);
}

int check_https(const char *option, const char *value, struct jaxl_error *err)
{
    return strncasecmp(value, "http://", 7) == 0 ? check_url(option, value, err) : 0;
}

int check_path(const char *path, struct jaxl_error *err)
{
    return path && !*path ? jaxl_error_set(err, JAXL_EARG, "--path is empty") : 0;
}

int check_span(const char *since, const char *until, struct jaxl_error *err)
{
    int64_t from, to;

    if (*since && *until && !jaxl_clock_parse(since, strlen(since), &from) &&
        !jaxl_clock_parse(until, strlen(until), &to) && from >= to)
        return jaxl_error_set(err, JAXL_EARG, "--until: %s is not after --since %s", until, since);
    return 0;
}
