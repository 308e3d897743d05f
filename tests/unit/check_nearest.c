#include <string.h>

#include "jaxl/nearest.h"
#include "unit.h"

static const char *const names[] = {"option", "data",    "from", "from_number",
                                    "mark",   "mark_as", "x"};

static const struct {
    const char *text, *near; /* NULL: none */
} cases[] = {
    {"option", "option"},
    {"optoin", "option"},
    {"opt", "option"},
    {"options", "option"},
    {"dta", "data"},
    {"date", "data"},
    {"form", "from"},
    {"from_numbr", "from_number"},
    {"marks", "mark"},
    {"mark_a", "mark_as"},
    {"zzzzzz", NULL},
    {"", "x"},
    {"y", "x"},
    {"op", NULL},
    {"prompt_text", NULL},
};

START_TEST(nearest)
{
    ck_assert_pstr_eq(jaxl_nearest(cases[_i].text, names, UNIT_COUNT(names)), cases[_i].near);
    ck_assert_ptr_null(jaxl_nearest(cases[_i].text, NULL, 0));
}
END_TEST

/* Names that are longer than words are near to nothing but what they begin. */
START_TEST(too_long)
{
    char name[100], text[100];
    const char *one[] = {name};

    memset(name, 'a', sizeof name);
    name[99] = '\0';
    memcpy(text, name, sizeof text);
    text[0] = 'b';
    ck_assert_ptr_null(jaxl_nearest(text, one, 1));
    text[0] = 'a';
    text[70] = '\0';
    ck_assert_ptr_eq(jaxl_nearest(text, one, 1), name);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, nearest, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, too_long);
}

int main(void)
{
    return unit_run("nearest", add);
}
