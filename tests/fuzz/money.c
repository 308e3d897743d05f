/* Two texts with a blank between them as amounts: the laws of arithmetic. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/money.h"

static bool equal(const struct jaxl_money *a, const struct jaxl_money *b)
{
    return a->high == b->high && a->low == b->low && a->scale == b->scale &&
           a->negative == b->negative;
}

static bool take(const char *text, size_t n, struct jaxl_money *m)
{
    char written[JAXL_MONEY_TEXT];
    struct jaxl_money again;
    struct jaxl_error err;
    int rc = jaxl_money_parse(text, n, m, &err);

    FUZZ_CHECK(rc == 0 || ((rc == JAXL_EINPUT || rc == JAXL_ELIMIT) && err.message[0]));
    if (rc)
        return false;
    FUZZ_CHECK(strlen(jaxl_money_format(m, written)) < JAXL_MONEY_TEXT);
    FUZZ_CHECK(jaxl_money_parse(written, strlen(written), &again, NULL) == 0);
    FUZZ_CHECK(equal(m, &again));
    for (unsigned places = 0; places <= JAXL_MONEY_SCALE; places++) {
        again = jaxl_money_round(m, places);
        FUZZ_CHECK(again.scale <= places);
        FUZZ_CHECK(m->scale > places || equal(m, &again));
        FUZZ_CHECK(strlen(jaxl_money_format_fixed(m, places, written)) < JAXL_MONEY_TEXT);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *blank = size ? memchr(text, ' ', size) : NULL;
    size_t n = blank ? (size_t)(blank - text) : size;
    struct jaxl_money a, b, r, back;
    int rc;

    if (!take(text, n, &a) || !blank || !take(blank + 1, size - n - 1, &b))
        return 0;
    rc = jaxl_money_add(&a, &b, &r);
    FUZZ_CHECK(rc == 0 || rc == JAXL_ELIMIT);
    if (rc == 0) {
        FUZZ_CHECK(jaxl_money_sub(&r, &b, &back) == 0 && equal(&back, &a));
        FUZZ_CHECK(jaxl_money_compare(&r, &a) == jaxl_money_sign(&b));
    }
    rc = jaxl_money_sub(&a, &b, &r);
    FUZZ_CHECK(rc == 0 || rc == JAXL_ELIMIT);
    FUZZ_CHECK(rc || jaxl_money_compare(&a, &b) == jaxl_money_sign(&r));
    FUZZ_CHECK(jaxl_money_compare(&a, &b) == -jaxl_money_compare(&b, &a));
    rc = jaxl_money_multiply(&a, &b, &r);
    FUZZ_CHECK(rc == jaxl_money_multiply(&b, &a, &back) && (rc || equal(&r, &back)));
    FUZZ_CHECK(rc || jaxl_money_sign(&r) == jaxl_money_sign(&a) * jaxl_money_sign(&b));
    return 0;
}
