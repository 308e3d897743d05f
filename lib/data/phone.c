#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "jaxl/phone.h"

enum { DIGITS_MIN = 2, DIGITS_MAX = 15 }; /* E.164 section 6.1 has the upper one */

static const char *const separators[] = {
    " ",
    "\t",
    "-",
    ".",
    "(",
    ")",
    "\xc2\xa0",     /* U+00A0 no-break space */
    "\xe2\x80\xaf", /* U+202F narrow no-break space */
    "\xe2\x80\x90", /* U+2010 hyphen */
    "\xe2\x80\x91", /* U+2011 non-breaking hyphen */
    "\xe2\x80\x93", /* U+2013 en dash */
    "\xe2\x80\x8e", /* U+200E left-to-right mark */
    "\xe2\x80\xaa", /* U+202A left-to-right embedding */
    "\xe2\x80\xac", /* U+202C pop directional formatting */
};

/* Bytes of the separator at p, 0 when there is none. */
static size_t separator(const char *p, const char *end)
{
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        size_t n = strlen(separators[i]);
        if ((size_t)(end - p) >= n && memcmp(p, separators[i], n) == 0)
            return n;
    }
    return 0;
}

/* Drops the separators. What is wrong, or NULL; *n digits, the '+' not counted. */
static const char *strip(const char *p, const char *end, bool *plus, char *digits, size_t *n)
{
    size_t open = DIGITS_MAX; /* digits before the last '(' */

    *plus = false;
    *n = 0;
    while (p < end) {
        size_t skip;
        if (*p >= '0' && *p <= '9') { /* nearly always: before the table is asked */
            if (*n < DIGITS_MAX + 1)
                digits[(*n)++] = *p;
            p++;
            continue;
        }
        if (*p == '+') {
            if (*plus || *n)
                return "the '+' stands once, in front";
            *plus = true;
            p++;
            continue;
        }
        skip = separator(p, end);
        if (*p == '(')
            open = *n;
        if (*p == ')' && *n == open + 1 && digits[open] == '0')
            return "leave the (0) out: it is not dialed from abroad";
        if (!skip)
            return "a number is '+', country code and digits, nothing else";
        p += skip;
    }
    return NULL;
}

static const char *judge(bool plus, const char *digits, size_t n)
{
    if (n == 0)
        return "it has no digits";
    if (!plus && n > 2 && digits[0] == '0' && digits[1] == '0')
        return "write '+' in the place of the leading 00";
    if (!plus)
        return "the '+' and the country code are missing (+919876543210)";
    if (digits[0] == '0')
        return "no country code begins with 0";
    if (n < DIGITS_MIN)
        return "it has fewer than 2 digits";
    if (n > DIGITS_MAX)
        return "it has more than 15 digits";
    return NULL;
}

int jaxl_phone_parse(const char *text, size_t len, struct jaxl_phone *out, struct jaxl_error *err)
{
    char digits[DIGITS_MAX + 1];
    bool plus;
    size_t n;
    const char *wrong = strip(text, text + len, &plus, digits, &n);

    if (!wrong)
        wrong = judge(plus, digits, n);
    if (wrong)
        return jaxl_error_set(err, JAXL_EINPUT, "phone number '%.*s': %s", len < 40 ? (int)len : 40,
                              text, wrong);
    out->key = 0;
    for (size_t i = 0; i < n; i++)
        out->key = out->key * 10 + (uint64_t)(digits[i] - '0');
    out->text[0] = '+';
    memcpy(out->text + 1, digits, n);
    out->text[1 + n] = '\0';
    return 0;
}

int jaxl_phone_from_key(uint64_t key, struct jaxl_phone *out)
{
    if (key < 10 || key > UINT64_C(999999999999999))
        return JAXL_EINPUT;
    out->key = key;
    snprintf(out->text, sizeof out->text, "+%" PRIu64, key);
    return 0;
}
