#include "campaign/plan.h"
#include "unit.h"

static const struct {
    const char *what;
    uint64_t serials[6];
    size_t n;
    uint64_t next;
    size_t page, singles;
} cases[] = {
    {"nothing", {0}, 0, 9, 100, 0},
    {"one call by itself: the shorter answer", {5}, 1, 6, 100, 1},
    {"one old call by itself", {5}, 1, 100000, 100, 1},
    {"many young calls in one list", {1, 2, 3, 4, 5, 6}, 6, 7, 100, 0},
    {"an old one by itself, the young ones in a list", {1, 9001, 9002, 9003}, 4, 9050, 100, 1},
    {"two far apart", {1, 5000}, 2, 9000, 100, 2},
    {"a page of one is no better than single requests", {1, 2, 3}, 3, 4, 1, 3},
    {"pages count", {1, 150, 299, 300}, 4, 301, 100, 2},
};

START_TEST(fewest_requests)
{
    ck_assert_msg(jaxl_plan_singles(cases[_i].serials, cases[_i].n, cases[_i].next,
                                    cases[_i].page) == cases[_i].singles,
                  "%s", cases[_i].what);
}
END_TEST

/* Against trying every split. */
START_TEST(never_more_than_any_other_split)
{
    uint64_t serials[40], state = (uint64_t)_i * 7919 + 1, next = 1;

    for (size_t i = 0; i < 40; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        serials[i] = next += 1 + (state >> 33) % 90;
    }
    for (size_t page = 1; page < 200; page += 13) {
        size_t k = jaxl_plan_singles(serials, 40, next + 1, page);
        uint64_t cost = k + (k < 40 ? (next + 1 - serials[k] + page - 1) / page : 0);
        ck_assert_uint_le(cost, 40);
        for (size_t j = 0; j < 40; j++)
            ck_assert_uint_le(cost, j + (next + 1 - serials[j] + page - 1) / page);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, fewest_requests, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, never_more_than_any_other_split, 0, 8);
}

int main(void)
{
    return unit_run("plan", add);
}
