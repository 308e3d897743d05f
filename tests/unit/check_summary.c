#include <string.h>

#include "dial/summary.h"
#include "unit.h"

static const struct {
    struct jaxl_dialer_totals totals;
    const char *counts;
} runs[] = {
    {{0}, ""},
    {{.leads = 3, .placed = 3, .answered = 2, .missed = 1}, "3 placed, 2 answered, 1 missed"},
    {{.not_sent = 16, .given_back = 1, .duplicates = 5}, "16 not sent, 1 given back"},
    {{.unknown = 1, .reconciled = UINT64_MAX}, "1 unknown, 18446744073709551615 reconciled"},
};

START_TEST(what_is_not_zero_is_counted)
{
    char text[512];

    summary_counts(&runs[_i].totals, text, sizeof text);
    ck_assert_str_eq(text, runs[_i].counts);
}
END_TEST

START_TEST(it_stays_within_its_room)
{
    const struct jaxl_dialer_totals t = {.planned = 1, .placed = 22, .answered = 333};
    char whole[64], text[64];

    summary_counts(&t, whole, sizeof whole);
    for (size_t room = 1; room <= strlen(whole) + 1; room++) {
        memset(text, '#', sizeof text);
        summary_counts(&t, text, room);
        ck_assert_uint_eq(strlen(text), room - 1);
        ck_assert(strncmp(text, whole, room - 1) == 0);
        ck_assert_int_eq(text[room], '#');
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, what_is_not_zero_is_counted, 0, (int)UNIT_COUNT(runs));
    tcase_add_test(tc, it_stays_within_its_room);
}

int main(void)
{
    return unit_run("summary", add);
}
