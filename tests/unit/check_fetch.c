/* A fetch from a scripted platform. */
#include <string.h>

#include "jaxl/fetch.h"
#include "session_fixture.h"

#define LIST "{\"count\":1,\"next\":null,\"results\":[{\"id\":1,\"cost\":5}]}"

struct reader {
    const char *message; /* NULL: it does not say why */
    unsigned puts;
};

static int refuse(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct reader *r = ctx;

    (void)json;
    (void)len;
    r->puts++;
    return r->message ? jaxl_error_set(err, JAXL_EPROTO, "%s", r->message) : JAXL_EPROTO;
}

/* What the reader of the records returns ends the run, also where it is what a bad answer comes to,
 * which is asked for again. */
START_TEST(the_code_of_put_ends_the_run)
{
    static const struct httpd_step steps[] = {{.status = 200, .body = LIST}};
    const struct jaxl_fetch_options o = {.kind = JAXL_FETCH_CONSUMABLES,
                                         .start = INT64_MIN,
                                         .end = INT64_MAX,
                                         .currency = 1,
                                         .output_fd = -1};
    struct jaxl_fetch_totals totals;
    struct jaxl_session *s;
    struct jaxl_error err = {0};
    struct platform p;
    struct reader reader = {.message = _i ? "that is none of mine" : NULL};

    platform_set_up(&p, "2");
    p.rest = steps;
    p.n_rest = 1;
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_fetch(s, &o, refuse, NULL, &reader, &totals, &err), JAXL_EPROTO);
    ck_assert_int_eq(err.code, JAXL_EPROTO);
    if (reader.message)
        ck_assert_str_eq(err.message, reader.message);
    ck_assert_uint_eq(reader.puts, 1);
    ck_assert_uint_eq(p.others, 1);
    ck_assert_uint_eq(totals.written, 0);
    ck_assert_uint_eq(totals.pages, 1);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, the_code_of_put_ends_the_run, 0, 2);
}

int main(void)
{
    return unit_run("fetch", add);
}
