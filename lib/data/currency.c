#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucurr.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#include "jaxl/currency.h"

enum {
    KINDS = 8,      /* ways to write that are kept: a few currencies, a few counts of decimals */
    SKELETON = 128, /* bytes of the longest way, with its NUL */
    PLAIN_DECIMALS = 40, /* decimals that are counted; beyond them zeros at the end are dropped */
    WIDE = 2 * JAXL_CURRENCY_DECIMAL_MAX /* UTF-16 units of a result: groups and a sign */
};

struct kind {
    char skeleton[SKELETON];
    UNumberFormatter *formatter;
};

struct jaxl_currency {
    char locale[ULOC_FULLNAME_CAPACITY];
    UFormattedNumber *result;
    struct kind kinds[KINDS];
    size_t next; /* the one that makes room */
};

static int failed(UErrorCode status, const char *what, struct jaxl_error *err)
{
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", what);
    return jaxl_error_set(err, JAXL_EARG, "%s: %s", what, u_errorName(status));
}

/* ICU takes the locale of the environment for one that it does not know. */
static bool known(const char *locale)
{
    char language[ULOC_LANG_CAPACITY], other[ULOC_LANG_CAPACITY];
    UErrorCode status = U_ZERO_ERROR;

    (void)uloc_getLanguage(locale, language, sizeof language, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < uloc_countAvailable(); i++) {
        (void)uloc_getLanguage(uloc_getAvailable(i), other, sizeof other, &status);
        if (strcmp(language, other) == 0)
            return true;
    }
    return false;
}

static int set_locale(struct jaxl_currency *c, const char *locale, struct jaxl_error *err)
{
    static const char *const posix[] = {"C", "C.UTF-8", "C.utf8", "POSIX"};
    UErrorCode status = U_ZERO_ERROR;

    if (!locale || !*locale)
        locale = "en";
    for (size_t i = 0; i < sizeof posix / sizeof posix[0]; i++)
        if (strcmp(locale, posix[i]) == 0)
            locale = "en";
    (void)uloc_canonicalize(locale, c->locale, sizeof c->locale, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || !known(c->locale))
        return jaxl_error_set(err, JAXL_EARG,
                              "locale '%.64s' is not known: write it like en_IN or de_DE", locale);
    return 0;
}

int jaxl_currency_new(struct jaxl_currency **out, const char *locale, struct jaxl_error *err)
{
    struct jaxl_currency *c = calloc(1, sizeof *c);
    UErrorCode status = U_ZERO_ERROR;
    int rc;

    *out = NULL;
    if (!c)
        return jaxl_error_set(err, JAXL_ENOMEM, "a locale's numbers: out of memory");
    rc = set_locale(c, locale, err);
    if (!rc) {
        c->result = unumf_openResult(&status);
        if (U_FAILURE(status))
            rc = failed(status, "a locale's numbers", err);
    }
    *out = c;
    if (rc)
        jaxl_currency_free(out);
    return rc;
}

void jaxl_currency_free(struct jaxl_currency **c)
{
    if (!c || !*c)
        return;
    for (size_t i = 0; i < KINDS; i++)
        unumf_close((*c)->kinds[i].formatter);
    unumf_closeResult((*c)->result);
    free(*c);
    *c = NULL;
}

/* The length of a number; 0 when it is none, with the decimals that it has in *decimals. */
static size_t number_len(const char *text, size_t *decimals)
{
    size_t i = text[0] == '-', start = i;

    while (isdigit((unsigned char)text[i]))
        i++;
    if (i == start || (text[start] == '0' && i > start + 1))
        return 0;
    *decimals = 0;
    if (text[i] == '.') {
        start = ++i;
        while (isdigit((unsigned char)text[i]))
            i++;
        *decimals = i - start;
        if (!*decimals)
            return 0;
    }
    return text[i] ? 0 : i;
}

static bool is_currency(const char *currency)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar code[4] = {0};
    bool available;

    for (size_t i = 0; i < 3; i++) {
        if (currency[i] < 'A' || currency[i] > 'Z')
            return false;
        code[i] = (UChar)currency[i];
    }
    available = ucurr_isAvailable(code, U_DATE_MIN, U_DATE_MAX, &status);
    return !currency[3] && U_SUCCESS(status) && available;
}

static void write_skeleton(char skeleton[SKELETON], const char *currency, size_t decimals)
{
    static const char zeros[] = "0000000000000000000000000000000000000000";

    if (currency)
        (void)snprintf(skeleton, SKELETON, "currency/%s rounding-mode-half-even sign-negative",
                       currency);
    else if (decimals > PLAIN_DECIMALS)
        (void)snprintf(skeleton, SKELETON, ".+");
    else
        (void)snprintf(skeleton, SKELETON, ".%.*s", (int)decimals, zeros);
}

static int find_kind(struct jaxl_currency *c, const char *skeleton, struct kind **out,
                     struct jaxl_error *err)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[SKELETON];
    struct kind *kind;

    for (size_t i = 0; i < KINDS; i++)
        if (c->kinds[i].formatter && strcmp(c->kinds[i].skeleton, skeleton) == 0) {
            *out = &c->kinds[i];
            return 0;
        }
    kind = &c->kinds[c->next];
    unumf_close(kind->formatter);
    u_charsToUChars(skeleton, wide, (int32_t)strlen(skeleton) + 1);
    kind->formatter = unumf_openForSkeletonAndLocale(wide, -1, c->locale, &status);
    if (U_FAILURE(status)) {
        unumf_close(kind->formatter);
        kind->formatter = NULL;
        return failed(status, "a locale's numbers", err);
    }
    (void)snprintf(kind->skeleton, sizeof kind->skeleton, "%s", skeleton);
    c->next = (c->next + 1) % KINDS;
    *out = kind;
    return 0;
}

static int format(struct jaxl_currency *c, const struct kind *kind, const char *decimal, size_t len,
                  const char *before, struct jaxl_buf *out, struct jaxl_error *err)
{
    UErrorCode status = U_ZERO_ERROR;
    char text[3 * WIDE];
    UChar wide[WIDE];
    int32_t n, bytes = 0;
    size_t before_len = before ? strlen(before) : 0;

    unumf_formatDecimal(kind->formatter, decimal, (int32_t)len, c->result, &status);
    n = unumf_resultToString(c->result, wide, WIDE, &status);
    (void)u_strToUTF8(text, sizeof text, &bytes, wide, n, &status);
    if (U_FAILURE(status))
        return failed(status, "a number in a locale", err);
    if (!jaxl_buf_reserve(out, before_len + (before ? 2 : 0) + (size_t)bytes)) {
        if (before) {
            jaxl_buf_add(out, before, before_len);
            jaxl_buf_puts(out, "\xc2\xa0");
        }
        jaxl_buf_add(out, text, (size_t)bytes);
    }
    return jaxl_buf_check(out, "numbers of a locale", err);
}

int jaxl_currency_put(struct jaxl_currency *c, const char *decimal, const char *currency,
                      struct jaxl_buf *out, struct jaxl_error *err)
{
    const bool other = currency && *currency && !is_currency(currency);
    size_t decimals = 0, len = number_len(decimal, &decimals);
    char skeleton[SKELETON];
    struct kind *kind = NULL;
    int rc;

    if (!len)
        return jaxl_error_set(err, JAXL_EINPUT, "'%.64s' is not a decimal number", decimal);
    if (len > JAXL_CURRENCY_DECIMAL_MAX)
        return jaxl_error_set(err, JAXL_ELIMIT, "a number of %zu bytes: the limit is %d", len,
                              JAXL_CURRENCY_DECIMAL_MAX);
    write_skeleton(skeleton, currency && *currency && !other ? currency : NULL, decimals);
    rc = find_kind(c, skeleton, &kind, err);
    return rc ? rc : format(c, kind, decimal, len, other ? currency : NULL, out, err);
}

int jaxl_currency_format(const char *decimal, const char *currency, const char *locale,
                         struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_currency *c;
    int rc = jaxl_currency_new(&c, locale, err);

    if (!rc)
        rc = jaxl_currency_put(c, decimal, currency, out, err);
    jaxl_currency_free(&c);
    return rc;
}
