#include "billing/group.h"

#include <string.h>

#include "jaxl/error.h"
#include "unit.h"

static struct jaxl_group_cell *cell_of(struct jaxl_groups *g, const char *key, const char *currency)
{
    struct jaxl_group *group = jaxl_groups_find(g, key, (uint32_t)strlen(key));

    ck_assert_ptr_nonnull(group);
    return jaxl_groups_cell(g, group, jaxl_group_currency(currency, strlen(currency)));
}

/* Groups stay what they were while the table grows. */
START_TEST(many_groups)
{
    enum { N = 20000 };
    struct jaxl_groups g;
    char key[16];

    jaxl_groups_init(&g);
    for (int turn = 0; turn < 3; turn++)
        for (int i = 0; i < N; i++) {
            const struct jaxl_group_call call = {
                .outcome = (enum jaxl_group_outcome)turn, .talk = i, .billed = 2 * (int64_t)i};
            snprintf(key, sizeof key, "%d", i);
            ck_assert_int_eq(jaxl_groups_count(&g, cell_of(&g, key, i % 2 ? "INR" : ""), &call), 0);
        }
    ck_assert_uint_eq(g.n, N);
    for (int i = 0; i < N; i++) {
        const struct jaxl_group_cell *c;
        snprintf(key, sizeof key, "%d", i);
        c = cell_of(&g, key, i % 2 ? "INR" : "");
        ck_assert_ptr_null(c->next);
        ck_assert_ptr_null(c->more);
        for (int o = 0; o < 3; o++)
            ck_assert_uint_eq(c->outcomes[o], 1);
        ck_assert_uint_eq(c->talk.low, 3 * (uint64_t)i);
        ck_assert_uint_eq(c->billed.low, 6 * (uint64_t)i);
    }
    jaxl_groups_free(&g);
}
END_TEST

START_TEST(keys_of_any_bytes)
{
    struct jaxl_groups g;
    struct jaxl_group *a, *b, *c;

    jaxl_groups_init(&g);
    a = jaxl_groups_find(&g, "", 0);
    b = jaxl_groups_find(&g, "\0", 1);
    c = jaxl_groups_find(&g, "\0\0", 2);
    ck_assert(a && b && c && a != b && b != c && a != c);
    ck_assert_ptr_eq(jaxl_groups_find(&g, "\0", 1), b);
    ck_assert_ptr_eq(jaxl_groups_find(&g, "", 0), a);
    jaxl_groups_free(&g);
}
END_TEST

/* More than 2^64 microseconds. */
START_TEST(a_long_talk)
{
    struct jaxl_groups g, other;
    const struct jaxl_group_call call = {.talk = INT64_MAX, .billed = 1};
    struct jaxl_group_cell *c;

    jaxl_groups_init(&g);
    jaxl_groups_init(&other);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(jaxl_groups_count(&g, cell_of(&g, "a", ""), &call), 0);
        ck_assert_int_eq(jaxl_groups_count(&other, cell_of(&other, "a", ""), &call), 0);
    }
    ck_assert_int_eq(jaxl_groups_join(&g, &other), 0);
    c = cell_of(&g, "a", "");
    ck_assert_uint_eq(c->talk.high, 2); /* 6 * (2^63 - 1) = 2 * 2^64 + 2^64 - 6 */
    ck_assert_uint_eq(c->talk.low, UINT64_MAX - 5);
    ck_assert_uint_eq(c->billed.low, 6);
    jaxl_groups_free(&g);
    jaxl_groups_free(&other);
}
END_TEST

START_TEST(joined_with_all_there_is)
{
    struct jaxl_groups g, other;
    const struct jaxl_group_call open = {.provisional = true, .spread = true, .talk = 9},
                                 answered = {.spread = true, .talk = 7},
                                 missed = {.outcome = JAXL_GROUP_MISSED, .spread = true};
    struct jaxl_group_cell *c;

    jaxl_groups_init(&g);
    jaxl_groups_init(&other);
    ck_assert_int_eq(jaxl_groups_count(&g, cell_of(&g, "a", "INR"), &answered), 0);
    ck_assert_int_eq(jaxl_groups_count(&other, cell_of(&other, "a", "USD"), &missed), 0);
    ck_assert_int_eq(jaxl_groups_count(&other, cell_of(&other, "a", "INR"), &open), 0);
    ck_assert_int_eq(jaxl_groups_count(&other, cell_of(&other, "a", "INR"), &answered), 0);
    ck_assert_int_eq(jaxl_groups_count(&other, cell_of(&other, "b", "INR"), &open), 0);
    ck_assert_int_eq(jaxl_groups_join(&g, &other), 0);
    jaxl_groups_free(&other);
    c = cell_of(&g, "a", "INR");
    ck_assert_uint_eq(c->outcomes[JAXL_GROUP_ANSWERED], 2);
    ck_assert_uint_eq(c->more->provisional, 1);
    ck_assert_uint_eq(c->more->talk.n, 1); /* of the open one nothing is known yet */
    jaxl_spread_sort(&c->more->talk);
    ck_assert_int_eq(c->more->talk.values[0].value, 7);
    ck_assert_uint_eq(c->more->talk.values[0].count, 2);
    ck_assert_uint_eq(c->talk.low, 14);
    ck_assert_uint_eq(cell_of(&g, "a", "USD")->outcomes[JAXL_GROUP_MISSED], 1);
    ck_assert_ptr_null(cell_of(&g, "a", "USD")->more);
    ck_assert_uint_eq(cell_of(&g, "b", "INR")->more->provisional, 1);
    ck_assert_uint_eq(g.n, 2);
    jaxl_groups_free(&g);
}
END_TEST

START_TEST(currencies_are_texts)
{
    static const char *const codes[] = {"", "INR", "EIGHTEEN"};
    char text[9];

    for (size_t i = 0; i < UNIT_COUNT(codes); i++) {
        jaxl_group_currency_text(jaxl_group_currency(codes[i], strlen(codes[i])), text);
        ck_assert_str_eq(text, codes[i]);
    }
    ck_assert_uint_eq(jaxl_group_currency("", 0), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, many_groups);
    tcase_add_test(tc, keys_of_any_bytes);
    tcase_add_test(tc, a_long_talk);
    tcase_add_test(tc, joined_with_all_there_is);
    tcase_add_test(tc, currencies_are_texts);
}

int main(void)
{
    return unit_run("group", add);
}
