#include "failmalloc.h"

#include <string.h>

#include "ivr/tree.h"
#include "unit.h"

static struct jaxl_ivr_menu *declare(struct jaxl_ivr_tree *t, const char *name, uint64_t line)
{
    struct jaxl_ivr_menu *menu = jaxl_ivr_tree_menu(t, name);

    ck_assert_ptr_nonnull(menu);
    menu->place = (struct jaxl_ivr_place){"f", line, line};
    return menu;
}

START_TEST(menus_have_names)
{
    struct jaxl_ivr_tree t;
    struct jaxl_ivr_menu *main, *other;

    jaxl_ivr_tree_init(&t);
    ck_assert_ptr_null(jaxl_ivr_tree_find(&t, "main"));
    main = jaxl_ivr_tree_menu(&t, "main");
    other = jaxl_ivr_tree_menu(&t, "Main");
    ck_assert_ptr_ne(main, other);
    ck_assert_ptr_eq(jaxl_ivr_tree_menu(&t, "main"), main);
    ck_assert_ptr_eq(jaxl_ivr_tree_find(&t, "Main"), other);
    ck_assert_ptr_null(jaxl_ivr_tree_find(&t, "mai"));
    ck_assert_ptr_eq(t.menus, main);
    ck_assert_ptr_eq(main->after, other);
    ck_assert_ptr_null(other->after);
    ck_assert_uint_eq(t.n_menus, 2);
    ck_assert_uint_eq(main->place.line, 0);
    jaxl_ivr_tree_free(&t);
    ck_assert_ptr_null(t.menus);
    ck_assert_ptr_null(jaxl_ivr_tree_find(&t, "main"));
    jaxl_ivr_tree_free(&t);
}
END_TEST

START_TEST(the_first_option_of_a_key_counts)
{
    struct jaxl_ivr_tree t;
    struct jaxl_ivr_menu *menu;
    struct jaxl_ivr_option *one, *two, *three;

    jaxl_ivr_tree_init(&t);
    menu = declare(&t, "main", 1);
    one = jaxl_ivr_tree_option(&t, menu, 11);
    two = jaxl_ivr_tree_option(&t, menu, 11);
    three = jaxl_ivr_tree_option(&t, menu, 0);
    ck_assert_ptr_eq(menu->options[11], one);
    ck_assert_ptr_eq(menu->options[0], three);
    ck_assert_ptr_eq(t.options, one);
    ck_assert_ptr_eq(one->after, two);
    ck_assert_ptr_eq(two->after, three);
    ck_assert_ptr_eq(two->menu, menu);
    ck_assert_uint_eq(t.n_options, 3);
    jaxl_ivr_tree_free(&t);
}
END_TEST

START_TEST(a_number_is_assigned_once)
{
    const struct jaxl_phone number = {919876543210, "+919876543210"};
    const struct jaxl_phone another = {919876543211, "+919876543211"};
    const struct jaxl_ivr_phone *one, *first;
    struct jaxl_ivr_tree t;

    jaxl_ivr_tree_init(&t);
    one = jaxl_ivr_tree_phone(&t, &number, &first);
    ck_assert_ptr_null(first);
    ck_assert_ptr_ne(jaxl_ivr_tree_phone(&t, &number, &first), one);
    ck_assert_ptr_eq(first, one);
    ck_assert_ptr_nonnull(jaxl_ivr_tree_phone(&t, &another, &first));
    ck_assert_ptr_null(first);
    ck_assert_uint_eq(t.n_phones, 3);
    jaxl_ivr_tree_free(&t);
}
END_TEST

static const struct {
    const char *name;
    bool menu;
    int64_t id;
} links[] = {
    {"main", true, 0},
    {"42", true, 0}, /* a menu of that name comes first */
    {"43", false, 43},
    {"named", false, 0}, /* has no record */
    {"44", false, 44},   /* likewise: the account's */
    {"other", false, 0},
    {"0", false, 0},
    {"-1", false, 0},
    {"1x", false, 0},
    {"922337203685477580", false, 922337203685477580},
    {"99999999999999999999", false, 0},
    {NULL, false, 0},
};

START_TEST(links_are_resolved)
{
    struct jaxl_ivr_tree t;
    struct jaxl_ivr_option *o;

    jaxl_ivr_tree_init(&t);
    declare(&t, "main", 1);
    declare(&t, "42", 2);
    ck_assert_ptr_nonnull(jaxl_ivr_tree_menu(&t, "44"));
    o = jaxl_ivr_tree_option(&t, jaxl_ivr_tree_menu(&t, "named"), 1);
    o->next.name = links[_i].name;
    jaxl_ivr_tree_link(&t);
    ck_assert_int_eq(o->next.to != NULL, links[_i].menu);
    ck_assert_int_eq(o->next.id, links[_i].id);
    if (o->next.to) {
        ck_assert_str_eq(o->next.to->name, links[_i].name);
        ck_assert_ptr_eq(o->next.to->named_by, o);
    }
    jaxl_ivr_tree_free(&t);
}
END_TEST

START_TEST(problems_are_one_line)
{
    const struct jaxl_ivr_place place = {"f", 7, 3};
    char long_text[3000];
    struct jaxl_ivr_tree t;

    jaxl_ivr_tree_init(&t);
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    jaxl_ivr_tree_problem(&t, &place, "a%sb\033", "\n");
    jaxl_ivr_tree_problem(&t, &place, "%s", long_text);
    ck_assert_uint_eq(t.n_problems, 2);
    ck_assert_str_eq(t.problems->text, "a b ");
    ck_assert_uint_eq(t.problems->place.line, 7);
    ck_assert_uint_eq(strlen(t.problems->after->text), 1023);
    jaxl_ivr_tree_free(&t);
}
END_TEST

START_TEST(a_full_tree_takes_nothing_more)
{
    struct jaxl_error err;
    struct jaxl_ivr_tree t;

    jaxl_ivr_tree_init(&t);
    ck_assert_int_eq(jaxl_ivr_tree_check(&t, &err), 0);
    ck_assert_ptr_null(jaxl_ivr_tree_alloc(&t, JAXL_IVR_TREE_MAX + 1));
    ck_assert_int_eq(jaxl_ivr_tree_check(&t, &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "the IVRs need more than 512 MiB of memory");
    ck_assert_ptr_null(jaxl_ivr_tree_menu(&t, "main"));
    jaxl_ivr_tree_free(&t);
    ck_assert_int_eq(jaxl_ivr_tree_check(&t, NULL), 0);
}
END_TEST

static int fill(void *ctx)
{
    const struct jaxl_ivr_place place = {"f", 7, 3};
    const struct jaxl_ivr_phone *first;
    struct jaxl_ivr_tree t;
    int rc;

    (void)ctx;
    jaxl_ivr_tree_init(&t);
    for (unsigned i = 0; i < 1000; i++) {
        struct jaxl_phone number;
        char name[16];
        const char *kept;
        struct jaxl_ivr_menu *menu;
        snprintf(name, sizeof name, "m%u", i);
        kept = jaxl_ivr_tree_keep(&t, name, strlen(name));
        menu = kept ? jaxl_ivr_tree_menu(&t, kept) : NULL;
        if (menu)
            jaxl_ivr_tree_option(&t, menu, 3);
        if (jaxl_phone_from_key(910000000000 + i, &number) == 0)
            jaxl_ivr_tree_phone(&t, &number, &first);
        jaxl_ivr_tree_problem(&t, &place, "%u", i);
    }
    jaxl_ivr_tree_link(&t);
    rc = jaxl_ivr_tree_check(&t, NULL);
    jaxl_ivr_tree_free(&t);
    return rc;
}

START_TEST(memory_runs_out)
{
    ck_assert_int_gt(failmalloc_each(fill, NULL), 10);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, menus_have_names);
    tcase_add_test(tc, the_first_option_of_a_key_counts);
    tcase_add_test(tc, a_number_is_assigned_once);
    tcase_add_loop_test(tc, links_are_resolved, 0, UNIT_COUNT(links));
    tcase_add_test(tc, problems_are_one_line);
    tcase_add_test(tc, a_full_tree_takes_nothing_more);
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("ivr_tree", add);
}
