#include <stdbool.h>
#include <string.h>

#include "events/asked.h"
#include "failmalloc.h"
#include "unit.h"

static struct jaxl_asked *asked;

static void teardown(void)
{
    jaxl_asked_free(&asked);
    ck_assert_ptr_null(asked);
}

static struct jaxl_asked_event *find(const char *id)
{
    return jaxl_asked_find(asked, id, strlen(id));
}

START_TEST(open_and_over)
{
    ck_assert_int_eq(jaxl_asked_new(&asked, 3), 0);
    ck_assert_ptr_null(jaxl_asked_first(asked));
    ck_assert_ptr_null(find("a"));
    ck_assert_int_eq(jaxl_asked_put(asked, "a", 1, 10), 0);
    ck_assert_int_eq(jaxl_asked_put(asked, "b", 2, 11), 0);
    ck_assert_int_eq(jaxl_asked_put(asked, "a", 3, 12), JAXL_EARG);
    ck_assert_uint_eq(jaxl_asked_count(asked), 2);
    ck_assert_uint_eq(jaxl_asked_first(asked)->ticket, 1);
    ck_assert_int_eq(jaxl_asked_first(asked)->due, 10);
    jaxl_asked_close(asked, find("a"), JAXL_ASKED_ANSWERED);
    ck_assert_uint_eq(jaxl_asked_first(asked)->ticket, 2);
    ck_assert_int_eq(find("a")->state, JAXL_ASKED_ANSWERED);
    ck_assert_int_eq(find("b")->state, JAXL_ASKED_OPEN);
    ck_assert_int_eq(jaxl_asked_put(asked, "a", 3, 12), JAXL_EARG); /* over, but known */
}
END_TEST

START_TEST(those_over_longest_go_first)
{
    ck_assert_int_eq(jaxl_asked_new(&asked, 3), 0);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(jaxl_asked_put(asked, (const char *[]){"a", "b", "c"}[i], 0, i), 0);
    ck_assert_int_eq(jaxl_asked_put(asked, "d", 0, 9), JAXL_EBUSY);
    jaxl_asked_close(asked, find("c"), JAXL_ASKED_OVER);
    jaxl_asked_close(asked, find("a"), JAXL_ASKED_ANSWERED);
    ck_assert_int_eq(jaxl_asked_put(asked, "d", 0, 9), 0);
    ck_assert_ptr_null(find("c"));
    ck_assert_ptr_nonnull(find("a"));
    ck_assert_int_eq(jaxl_asked_put(asked, "e", 0, 9), 0);
    ck_assert_ptr_null(find("a"));
    ck_assert_int_eq(jaxl_asked_put(asked, "f", 0, 9), JAXL_EBUSY);
    ck_assert_str_eq(jaxl_asked_first(asked)->id, "b");
    jaxl_asked_close(asked, find("b"), JAXL_ASKED_OVER);
    ck_assert_str_eq(jaxl_asked_first(asked)->id, "d");
}
END_TEST

START_TEST(ids)
{
    char longest[JAXL_ASKED_ID + 1];

    memset(longest, 'x', sizeof longest);
    longest[JAXL_ASKED_ID - 1] = '\0';
    ck_assert_int_eq(jaxl_asked_new(&asked, 10), 0);
    ck_assert_int_eq(jaxl_asked_put(asked, longest, 1, 0), 0);
    ck_assert_uint_eq(find(longest)->ticket, 1);
    longest[JAXL_ASKED_ID - 1] = 'x';
    longest[JAXL_ASKED_ID] = '\0';
    ck_assert_int_eq(jaxl_asked_put(asked, longest, 1, 0), JAXL_EARG);
    ck_assert_ptr_null(find(longest));
    ck_assert_int_eq(jaxl_asked_put(asked, "", 1, 0), JAXL_EARG);
    ck_assert_int_eq(jaxl_asked_put(asked, "ab", 2, 0), 0);
    ck_assert_ptr_null(find("a"));
    ck_assert_ptr_null(find("abc"));
    ck_assert_ptr_nonnull(jaxl_asked_find(asked, "abc", 2));
}
END_TEST

/* What a co-process wrote may have anything in it; with one bucket nothing but the ids differ. */
START_TEST(ids_that_are_none)
{
    ck_assert_int_eq(jaxl_asked_new(&asked, 1), 0);
    ck_assert_int_eq(jaxl_asked_put(asked, "ab", 1, 0), 0);
    ck_assert_ptr_nonnull(jaxl_asked_find(asked, "ab\0c", 2));
    ck_assert_ptr_null(jaxl_asked_find(asked, "ab\0c", 4));
    ck_assert_ptr_null(jaxl_asked_find(asked, "ab\0\0", 4));
    ck_assert_ptr_null(jaxl_asked_find(asked, "ab\0", 3));
    ck_assert_ptr_null(jaxl_asked_find(asked, "ab", 1));
    ck_assert_ptr_null(jaxl_asked_find(asked, "ab", 0));
}
END_TEST

enum { MAX = 40, IDS = 200 };

/* The same said with arrays: of each id its state, and when it was opened or closed. */
static struct {
    enum jaxl_asked_state state;
    int since;
} model[IDS];

static int model_oldest(bool open)
{
    int oldest = -1;

    for (int i = 0; i < IDS; i++)
        if (model[i].state != JAXL_ASKED_FREE && (model[i].state == JAXL_ASKED_OPEN) == open &&
            (oldest < 0 || model[i].since < model[oldest].since))
            oldest = i;
    return oldest;
}

static int model_put(int id, int now)
{
    int known = 0, forgotten = model_oldest(false);

    for (int i = 0; i < IDS; i++)
        known += model[i].state != JAXL_ASKED_FREE;
    if (model[id].state != JAXL_ASKED_FREE)
        return JAXL_EARG;
    if (known == MAX && forgotten < 0)
        return JAXL_EBUSY;
    if (known == MAX)
        model[forgotten].state = JAXL_ASKED_FREE;
    model[id].state = JAXL_ASKED_OPEN;
    model[id].since = now;
    return 0;
}

static void compare(void)
{
    size_t open = 0;
    int first = model_oldest(true);

    for (int i = 0; i < IDS; i++) {
        char id[12];
        const struct jaxl_asked_event *e;
        snprintf(id, sizeof id, "%d", i);
        e = find(id);
        ck_assert_int_eq(e ? e->state : JAXL_ASKED_FREE, model[i].state);
        open += model[i].state == JAXL_ASKED_OPEN;
    }
    ck_assert_uint_eq(jaxl_asked_count(asked), open);
    ck_assert_int_eq(jaxl_asked_first(asked) ? atoi(jaxl_asked_first(asked)->id) : -1, first);
}

START_TEST(as_a_naive_model_has_it)
{
    uint64_t seed = 42;

    memset(model, 0, sizeof model);
    ck_assert_int_eq(jaxl_asked_new(&asked, MAX), 0);
    for (int now = 0; now < 20000 / unit_slow(); now++) {
        int i = (int)(unit_random(&seed) % IDS);
        char id[12];
        snprintf(id, sizeof id, "%d", i);
        if (model[i].state == JAXL_ASKED_OPEN) {
            model[i].state = now % 2 ? JAXL_ASKED_ANSWERED : JAXL_ASKED_OVER;
            model[i].since = now;
            jaxl_asked_close(asked, find(id), model[i].state);
        } else {
            ck_assert_int_eq(jaxl_asked_put(asked, id, 0, now), model_put(i, now));
        }
        if (now % 50 == 0)
            compare();
    }
    compare();
}
END_TEST

static int make_one(void *ctx)
{
    struct jaxl_asked *a;
    int rc = jaxl_asked_new(&a, *(const size_t *)ctx);

    jaxl_asked_free(&a);
    return rc;
}

START_TEST(sizes_and_memory)
{
    size_t max = 10;

    ck_assert_int_eq(failmalloc_each(make_one, &max), 3);
    ck_assert_int_eq(jaxl_asked_new(&asked, 0), JAXL_EARG);
    ck_assert_int_eq(jaxl_asked_new(&asked, ((size_t)1 << 24) + 1), JAXL_EARG);
    ck_assert_ptr_null(asked);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, open_and_over);
    tcase_add_test(tc, those_over_longest_go_first);
    tcase_add_test(tc, ids);
    tcase_add_test(tc, ids_that_are_none);
    tcase_add_test(tc, as_a_naive_model_has_it);
    tcase_add_test(tc, sizes_and_memory);
}

int main(void)
{
    return unit_run("asked", add);
}
