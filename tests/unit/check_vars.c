#include <string.h>

#include "events/vars.h"
#include "failmalloc.h"
#include "unit.h"

static struct jaxl_vars v;

static void setup(void)
{
    jaxl_vars_init(&v, 3, 1000, 1 << 20);
}

static void teardown(void)
{
    jaxl_vars_free(&v);
    jaxl_vars_free(&v);
}

static void set(int64_t call, size_t name, const char *text)
{
    ck_assert_int_eq(jaxl_vars_set(&v, call, name, text, strlen(text)), 0);
}

static const char *get(int64_t call, size_t name)
{
    size_t len;
    const char *text = jaxl_vars_get(&v, call, name, &len);

    ck_assert(!text || strlen(text) == len);
    return text;
}

START_TEST(remembers)
{
    ck_assert_ptr_null(get(1, 0));
    set(1, 0, "a");
    set(1, 2, "c");
    set(2, 0, "other");
    set(INT64_MAX, 0, "last");
    set(-5, 1, "");
    ck_assert_uint_eq(v.n, 3);
    ck_assert_str_eq(get(1, 0), "a");
    ck_assert_ptr_null(get(1, 1));
    ck_assert_str_eq(get(1, 2), "c");
    ck_assert_str_eq(get(2, 0), "other");
    ck_assert_str_eq(get(INT64_MAX, 0), "last");
    set(1, 0, "longer than it was before, by more than a few bytes");
    ck_assert_str_eq(get(1, 0), "longer than it was before, by more than a few bytes");
    set(1, 0, "short");
    ck_assert_str_eq(get(1, 0), "short");
    set(1, 0, "");
    ck_assert_ptr_null(get(1, 0));
    ck_assert_str_eq(get(1, 2), "c");
    jaxl_vars_forget(&v, 1);
    jaxl_vars_forget(&v, 1);
    ck_assert_ptr_null(get(1, 2));
    ck_assert_uint_eq(v.n, 2);
    set(3, 1, "x"); /* in the place of the one that was forgotten */
    ck_assert_ptr_null(get(3, 2));
    ck_assert_ptr_null(get(1, 1));
}
END_TEST

START_TEST(lengths)
{
    char text[JAXL_VARS_TEXT + 1];

    memset(text, 'x', sizeof text);
    for (size_t len = 1; len <= JAXL_VARS_TEXT; len += len < 100 ? 1 : 333) {
        size_t n;
        ck_assert_int_eq(jaxl_vars_set(&v, 1, 0, text, len), 0);
        ck_assert_ptr_nonnull(jaxl_vars_get(&v, 1, 0, &n));
        ck_assert_uint_eq(n, len);
    }
    ck_assert_int_eq(jaxl_vars_set(&v, 1, 0, text, JAXL_VARS_TEXT), 0);
    ck_assert_int_eq(jaxl_vars_set(&v, 1, 0, text, JAXL_VARS_TEXT + 1), JAXL_ELIMIT);
    ck_assert_uint_eq(strlen(get(1, 0)), JAXL_VARS_TEXT);
    ck_assert_int_eq(jaxl_vars_set(&v, 1, 1, "a\0b", 3), 0);
    ck_assert_int_eq(memcmp(jaxl_vars_get(&v, 1, 1, &(size_t){0}), "a\0b", 4), 0);
}
END_TEST

/* The one that was touched longest ago goes first; to read is to touch. */
START_TEST(oldest_goes)
{
    v.max_calls = 3;
    set(1, 0, "1");
    set(2, 0, "2");
    set(3, 0, "3");
    ck_assert_str_eq(get(1, 0), "1");
    set(4, 0, "4");
    ck_assert_ptr_null(get(2, 0));
    ck_assert_str_eq(get(3, 0), "3");
    set(5, 0, "5");
    ck_assert_ptr_null(get(1, 0));
    ck_assert_str_eq(get(3, 0), "3");
    ck_assert_str_eq(get(4, 0), "4");
    ck_assert_uint_eq(v.n, 3);
    v.max_calls = 0;
    jaxl_vars_free(&v);
    ck_assert_int_eq(jaxl_vars_set(&v, 1, 0, "1", 1), 0);
    ck_assert_ptr_null(get(1, 0));
}
END_TEST

START_TEST(bytes)
{
    char text[4000];

    memset(text, 'x', sizeof text);
    v.max_bytes = 10000;
    for (int64_t call = 1; call < 100; call++) {
        ck_assert_int_eq(jaxl_vars_set(&v, call, 0, text, sizeof text), 0);
        ck_assert_uint_le(v.bytes, v.max_bytes);
    }
    ck_assert_uint_eq(v.n, 2);
    for (size_t name = 0; name < 3; name++) /* one call may have all of its own */
        ck_assert_int_eq(jaxl_vars_set(&v, 7, name, text, sizeof text), 0);
    ck_assert_uint_eq(v.n, 1);
    for (size_t name = 0; name < 3; name++)
        ck_assert_ptr_nonnull(jaxl_vars_get(&v, 7, name, &(size_t){0}));
    jaxl_vars_forget(&v, 7);
    ck_assert_uint_eq(v.bytes, 0);
}
END_TEST

/* Against a plain list: random calls, names and texts, with all bounds reached. */
enum { CALLS = 40, MOST = 25 };
static struct model {
    int64_t touched; /* 0: not remembered */
    char text[3][64];
} model[CALLS];

static void model_touch(int call, int64_t now)
{
    int n = 0, oldest = -1;

    for (int i = 0; i < CALLS; i++) {
        n += model[i].touched > 0;
        if (model[i].touched && (oldest < 0 || model[i].touched < model[oldest].touched))
            oldest = i;
    }
    if (!model[call].touched && n == MOST)
        memset(&model[oldest], 0, sizeof model[oldest]);
    model[call].touched = now;
}

START_TEST(random_turns)
{
    uint64_t state = 42 + (uint64_t)_i;

    memset(model, 0, sizeof model); /* without a fork it is that of the turns before */
    v.max_calls = MOST;
    for (int64_t now = 1; now < 200000 / unit_slow(); now++) {
        int call = (int)(unit_random(&state) % CALLS), name = (int)(unit_random(&state) % 3);
        uint64_t turn = unit_random(&state) % 10;
        if (turn == 0) {
            memset(&model[call], 0, sizeof model[call]);
            jaxl_vars_forget(&v, call * INT64_C(4294967296));
        } else if (turn < 5) {
            char text[64];
            int len = (int)(unit_random(&state) % 50);
            snprintf(text, sizeof text, "%.*s", len,
                     "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
            if (len || model[call].touched)
                model_touch(call, now);
            strcpy(model[call].text[name], text);
            set(call * INT64_C(4294967296), (size_t)name, text);
        } else {
            const char *text = get(call * INT64_C(4294967296), (size_t)name);
            if (model[call].touched)
                model[call].touched = now;
            if (strcmp(text ? text : "", model[call].text[name]) != 0)
                ck_abort_msg("%s %s", text, model[call].text[name]);
        }
    }
    ck_assert_uint_le(v.used, MOST);
}
END_TEST

static int turns(void *ctx)
{
    struct jaxl_vars own;
    int rc = 0;

    (void)ctx;
    jaxl_vars_init(&own, 2, 1000, 1 << 20);
    for (int64_t call = 0; call < 100 && !rc; call++)
        rc = jaxl_vars_set(&own, call, 0, "text", 4);
    if (!rc)
        rc = jaxl_vars_set(&own, 5, 0, "a text of more than thirty-one bytes", 36);
    jaxl_vars_free(&own);
    return rc;
}

START_TEST(out_of_memory)
{
    ck_assert_int_ge(failmalloc_each(turns, NULL), 100);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, remembers);
    tcase_add_test(tc, lengths);
    tcase_add_test(tc, oldest_goes);
    tcase_add_test(tc, bytes);
    tcase_add_loop_test(tc, random_turns, 0, 3);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("vars", add);
}
