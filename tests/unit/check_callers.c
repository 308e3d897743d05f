#include "failmalloc.h"

#include "campaign/callers.h"
#include "jaxl/clock.h"
#include "unit.h"

#define T(seconds) (JAXL_SECOND * (seconds))

static const struct jaxl_pace_rate no_limit, one_in_10_s = {1, 10 * JAXL_SECOND};

static struct jaxl_phone phone(const char *text)
{
    struct jaxl_phone p;

    ck_assert_int_eq(jaxl_phone_parse(text, strlen(text), &p, NULL), 0);
    return p;
}

static struct jaxl_callers *pool(const struct jaxl_pace_rate *rate, bool by_country,
                                 const char *const *numbers)
{
    struct jaxl_error err = {0};
    struct jaxl_callers *c;

    ck_assert_int_eq(jaxl_callers_new(&c, rate, by_country, NULL), 0);
    for (size_t i = 0; numbers[i]; i++) {
        struct jaxl_phone p = phone(numbers[i]);
        ck_assert_msg(jaxl_callers_add(c, &p, 0, &err) == 0, "%s", err.message);
    }
    return c;
}

/* The number that calls now, and does. */
static const char *next(struct jaxl_callers *c, const char *area, int64_t now)
{
    static struct jaxl_phone from;

    if (jaxl_callers_pick(c, area, now, &from))
        return "";
    jaxl_callers_take(c, &from, now);
    return from.text;
}

#define A "+12015550101"
#define B "+12125550102"
#define C "+918012345678"

START_TEST(each_in_turn)
{
    static const char *const numbers[] = {A, B, A, C, B, NULL};
    struct jaxl_callers *c = pool(&no_limit, false, numbers);

    ck_assert_uint_eq(jaxl_callers_count(c), 3);
    for (int i = 0; i < 4; i++) {
        ck_assert_str_eq(next(c, "IN", 0), A);
        ck_assert_str_eq(next(c, "", 0), B);
        ck_assert_str_eq(next(c, "US-NY", 0), C);
    }
    jaxl_callers_free(&c);
    ck_assert_ptr_null(c);
    jaxl_callers_free(&c);
    jaxl_callers_free(NULL);
}
END_TEST

START_TEST(each_with_a_pace_of_its_own)
{
    static const char *const numbers[] = {A, B, NULL};
    struct jaxl_callers *c = pool(&one_in_10_s, false, numbers);
    struct jaxl_phone from;

    ck_assert_str_eq(next(c, "", T(0)), A);
    ck_assert_str_eq(next(c, "", T(4)), B);
    ck_assert_str_eq(next(c, "", T(4)), "");
    ck_assert_int_eq(jaxl_callers_pick(c, "", T(4), &from) / 10,
                     T(6) / 10); /* of the one that is first */
    ck_assert_str_eq(next(c, "", T(10)), A);
    ck_assert_str_eq(next(c, "", T(10)), "");
    ck_assert_str_eq(next(c, "", T(14)), B);
    jaxl_callers_free(&c);
}
END_TEST

START_TEST(picked_and_not_called)
{
    static const char *const numbers[] = {A, NULL};
    struct jaxl_callers *c = pool(&one_in_10_s, false, numbers);
    struct jaxl_phone from;

    ck_assert_int_eq(jaxl_callers_pick(c, "", T(0), &from), 0);
    ck_assert_int_eq(jaxl_callers_pick(c, "", T(0), &from), 0);
    ck_assert_str_eq(next(c, "", T(0)), A);
    ck_assert_str_eq(next(c, "", T(0)), "");
    jaxl_callers_free(&c);
}
END_TEST

START_TEST(by_country)
{
    static const char *const numbers[] = {A, C, B, NULL};
    struct jaxl_callers *c = pool(&one_in_10_s, true, numbers);

    ck_assert_str_eq(next(c, "IN", T(0)), C);
    ck_assert_str_eq(next(c, "IN", T(0)), ""); /* it waits rather than taking another */
    ck_assert_str_eq(next(c, "US-FL", T(0)), B);
    ck_assert_str_eq(next(c, "US", T(0)), A);
    ck_assert_str_eq(next(c, "US", T(0)), "");
    ck_assert_str_eq(next(c, "GB", T(10)), C); /* has none of its own: the whole pool */
    ck_assert_str_eq(next(c, "", T(10)), B);
    ck_assert_str_eq(next(c, "GB", T(10)), A);
    ck_assert_str_eq(next(c, "GB", T(10)), "");
    jaxl_callers_free(&c);
}
END_TEST

START_TEST(where_a_number_is_cannot_be_told)
{
    const struct jaxl_phone nowhere = phone("+12995550100"), india = phone(C);
    struct jaxl_error err = {0};
    struct jaxl_callers *c;

    ck_assert_int_eq(jaxl_callers_new(&c, &no_limit, true, NULL), 0);
    ck_assert_int_eq(jaxl_callers_add(c, &nowhere, 0, &err), JAXL_EINPUT);
    ck_assert_uint_eq(jaxl_callers_count(c), 0);
    ck_assert_int_eq(jaxl_callers_add(c, &india, 0, &err), 0);
    jaxl_callers_free(&c);
}
END_TEST

START_TEST(a_full_pool)
{
    struct jaxl_error err = {0};
    struct jaxl_callers *c;
    struct jaxl_phone p;

    ck_assert_int_eq(jaxl_callers_new(&c, &no_limit, false, NULL), 0);
    for (unsigned i = 0; i < 256; i++) {
        ck_assert_int_eq(jaxl_phone_from_key(918012340000 + i, &p), 0);
        ck_assert_int_eq(jaxl_callers_add(c, &p, 0, &err), 0);
    }
    ck_assert_int_eq(jaxl_callers_add(c, &p, 0, &err), 0); /* that is in it */
    ck_assert_int_eq(jaxl_phone_from_key(918012349999, &p), 0);
    ck_assert_int_eq(jaxl_callers_add(c, &p, 0, &err), JAXL_ELIMIT);
    ck_assert_uint_eq(jaxl_callers_count(c), 256);
    jaxl_callers_free(&c);
}
END_TEST

/* Numbers that leads bring along. */
START_TEST(numbers_of_leads)
{
    static const char *const numbers[] = {A, NULL};
    struct jaxl_callers *c = pool(&one_in_10_s, false, numbers), *free_of_any;
    const struct jaxl_phone a = phone(A), b = phone(B);

    ck_assert_int_eq(jaxl_callers_wait(c, &b, T(0)), 0);
    jaxl_callers_take(c, &b, T(0));
    ck_assert_int_eq(jaxl_callers_wait(c, &b, T(3)) / 10, T(7) / 10); /* rounded up */
    ck_assert_str_eq(next(c, "", T(3)), A);                           /* b is none of the pool */
    ck_assert_str_eq(next(c, "", T(3)), "");
    ck_assert_int_eq(jaxl_callers_wait(c, &a, T(3)) / 10,
                     T(10) / 10); /* but one of it is the same for all */
    ck_assert_uint_eq(jaxl_callers_count(c), 1);
    jaxl_callers_free(&c);
    ck_assert_int_eq(jaxl_callers_new(&free_of_any, &no_limit, false, NULL), 0);
    jaxl_callers_take(free_of_any, &b, T(0));
    ck_assert_int_eq(jaxl_callers_wait(free_of_any, &b, T(0)), 0);
    jaxl_callers_free(&free_of_any);
}
END_TEST

START_TEST(very_many_numbers_of_leads)
{
    static const char *const numbers[] = {A, NULL};
    struct jaxl_callers *c = pool(&one_in_10_s, false, numbers);
    struct jaxl_phone p;

    ck_assert_str_eq(next(c, "", T(0)), A);
    for (unsigned i = 0; i < 5000; i++) {
        ck_assert_int_eq(jaxl_phone_from_key(918012340000 + i, &p), 0);
        ck_assert_int_eq(jaxl_callers_wait(c, &p, T(0)), 0);
        jaxl_callers_take(c, &p, T(0));
        ck_assert_int_eq(jaxl_callers_wait(c, &p, T(0)) / 10, T(10) / 10);
    }
    ck_assert_str_eq(next(c, "", T(0)), ""); /* of the pool none is forgotten */
    ck_assert_str_eq(next(c, "", T(10)), A);
    jaxl_callers_free(&c);
}
END_TEST

static int work(void *ctx)
{
    struct jaxl_callers *c;
    struct jaxl_phone p;
    int code = jaxl_callers_new(&c, &one_in_10_s, false, NULL);

    (void)ctx;
    for (unsigned i = 0; i < 40 && !code; i++) {
        (void)jaxl_phone_from_key(918012340000 + i, &p);
        code = i < 20                            ? jaxl_callers_add(c, &p, 0, NULL)
               : jaxl_callers_wait(c, &p, 0) < 0 ? JAXL_ENOMEM
                                                 : 0;
    }
    jaxl_callers_free(&c);
    return code;
}

START_TEST(without_memory)
{
    ck_assert_int_eq(failmalloc_each(work, NULL), 4);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, each_in_turn);
    tcase_add_test(tc, each_with_a_pace_of_its_own);
    tcase_add_test(tc, picked_and_not_called);
    tcase_add_test(tc, by_country);
    tcase_add_test(tc, where_a_number_is_cannot_be_told);
    tcase_add_test(tc, a_full_pool);
    tcase_add_test(tc, numbers_of_leads);
    tcase_add_test(tc, very_many_numbers_of_leads);
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("callers", add);
}
