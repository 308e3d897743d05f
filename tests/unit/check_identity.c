#include <string.h>

#include "campaign/identity.h"
#include "unit.h"

#define WHO(account, campaign, lead, to, place, attempt)                                           \
    {                                                                                              \
        account, campaign, lead, sizeof lead - 1, to, place, attempt                               \
    }

static const struct jaxl_identity attempts[] = {
    WHO(42, "winter", "lead1", "+12", 0, 1),  WHO(43, "winter", "lead1", "+12", 0, 1),
    WHO(42, "winter,", "lead1", "+12", 0, 1), WHO(42, "winter", "lead", "+12", 0, 11),
    WHO(42, "winter", "lead1", "+12", 0, 11), WHO(42, "winterl", "ead1", "+12", 0, 1),
    WHO(42, "", "winterlead1", "+12", 0, 1),  WHO(42, "winter", "", "+12", 0, 1),
    WHO(4, "2winter", "lead1", "+12", 0, 1),  WHO(42, "winter,5:lead1", "", "+12", 0, 1),
    WHO(42, "winter", "lead1", "+13", 0, 1),  WHO(42, "winter", "lead1", "+12", 2, 1),
    WHO(42, "winter", "lead\0", "+12", 0, 1),
};

static void session(size_t i, char *text)
{
    struct jaxl_buf scratch;

    jaxl_buf_init(&scratch, 1024);
    ck_assert_int_eq(jaxl_identity_session(&attempts[i], &scratch, text), 0);
    jaxl_buf_free(&scratch);
}

START_TEST(attempts_differ_and_stay_the_same)
{
    char a[JAXL_UUID_TEXT], b[JAXL_UUID_TEXT];

    session((size_t)_i, a);
    for (size_t i = 0; i < UNIT_COUNT(attempts); i++) {
        session(i, b);
        ck_assert_int_eq(strcmp(a, b) == 0, i == (size_t)_i);
    }
}
END_TEST

/* Worked out with Python's uuid.uuid5: another implementation of the encoding. */
START_TEST(known_value)
{
    char text[JAXL_UUID_TEXT];

    session(0, text);
    ck_assert_str_eq(text, "4CD440A2-E0C0-5F26-B060-F751E3F8CB82");
}
END_TEST

static int64_t fixed_now(void *ctx)
{
    (void)ctx;
    return INT64_C(1795489445123456);
}

static int fixed_random(void *ctx, void *data, size_t n)
{
    (void)ctx;
    memset(data, 0xab, n);
    return 0;
}

START_TEST(a_run_is_named_by_time_and_chance)
{
    const struct jaxl_clock clock = {.now = fixed_now, .random = fixed_random};
    char text[JAXL_IDENTITY_RUN];

    ck_assert_int_eq(jaxl_identity_run(&clock, text), 0);
    ck_assert_str_eq(text, "run-20261124T030405Z-abababab");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, attempts_differ_and_stay_the_same, 0, UNIT_COUNT(attempts));
    tcase_add_test(tc, known_value);
    tcase_add_test(tc, a_run_is_named_by_time_and_chance);
}

int main(void)
{
    return unit_run("identity", add);
}
