/* Filter structs as query parameters, and the ids of a path. */
#include <string.h>

#include "platform/query.h"
#include "session_fixture.h"

struct filter {
    int64_t currency;
    struct jaxl_page page;
    const char *tag;
    enum jaxl_choice missed;
    struct jaxl_texts aid;
    struct jaxl_ids tid;
};

static const struct jaxl_query_field fields[] = {
    JAXL_QUERY(struct filter, INT, currency), JAXL_QUERY_PAGE(struct filter),
    JAXL_QUERY(struct filter, TEXT, tag),     JAXL_QUERY(struct filter, CHOICE, missed),
    JAXL_QUERY(struct filter, TEXTS, aid),    JAXL_QUERY(struct filter, IDS, tid),
};

static const char *two[] = {"a b", ""}, *hole[] = {"x", NULL};
static int64_t ids[] = {1, INT64_MAX}, zero[] = {5, 0};
static const char *many[JAXL_QUERY_MAX + 1];

static const struct {
    struct filter filter;
    const char *query; /* or, when refused, a part of the message */
    bool refused;
} cases[] = {
    {{0}, "", false},
    {{.currency = 2}, "?currency=2", false},
    {{.page = {10, 0}}, "?limit=10", false},
    {{.page = {0, 10}}, "?offset=10", false},
    {{.tag = ""}, "?tag=", false},
    {{.missed = JAXL_YES}, "?missed=true", false},
    {{.missed = JAXL_NO}, "?missed=false", false},
    {{.aid = {two, 2}}, "?aid=a%20b&aid=", false},
    {{.tid = {ids, 2}}, "?tid=1&tid=9223372036854775807", false},
    {{1, {2, 3}, "t", JAXL_YES, {two, 1}, {ids, 1}},
     "?currency=1&limit=2&offset=3&tag=t&missed=true&aid=a%20b&tid=1",
     false},
    {{.currency = -1}, "calls list: currency: a number below 0", true},
    {{.page = {-1, 0}}, "limit: a number below 0", true},
    {{.page = {0, -9}}, "offset: a number below 0", true},
    {{.tid = {zero, 2}}, "tid: an id is a whole number from 1", true},
    {{.aid = {hole, 2}}, "aid: a value is missing", true},
    {{.aid = {many, JAXL_QUERY_MAX + 1}}, "aid: too many values", true},
    {{.currency = 1, .aid = {many, JAXL_QUERY_MAX}}, "aid: too many values", true},
    {{.aid = {many, JAXL_QUERY_MAX}, .tid = {ids, 1}}, "tid: too many", true},
    {{.currency = -1, .tid = {zero, 2}}, "currency", true}, /* the first */
};

START_TEST(filters)
{
    const struct httpd_request *r;
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;
    int code;

    for (size_t i = 0; i < UNIT_COUNT(many); i++)
        many[i] = "x";
    platform_set_up(&p, "2");
    s = platform_session(&p);
    code = jaxl_query_ask(s, JAXL_CALLS_LIST, 0, JAXL_QUERY_FIELDS(fields), &cases[_i].filter, NULL,
                          &err);
    r = platform_request(&p, "/v1/calls/", 1);
    ck_assert_int_eq(code, cases[_i].refused ? JAXL_EARG : 0);
    if (cases[_i].refused) {
        ck_assert_msg(strstr(err.message, cases[_i].query), "%s", err.message);
        ck_assert_uint_eq(httpd_requests(p.d), 0); /* nothing was asked */
    } else {
        ck_assert_str_eq(r->target + strlen("/v1/calls/"), cases[_i].query);
    }
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* As many as there may be, and a filter that is none. */
START_TEST(bounds)
{
    struct filter filter = {.aid = {many, JAXL_QUERY_MAX}};
    const struct httpd_request *r;
    struct jaxl_session *s;
    struct platform p;

    for (size_t i = 0; i < UNIT_COUNT(many); i++)
        many[i] = "x";
    platform_set_up(&p, "2");
    s = platform_session(&p);
    ck_assert_int_eq(
        jaxl_query_ask(s, JAXL_CALLS_LIST, 0, JAXL_QUERY_FIELDS(fields), &filter, NULL, NULL), 0);
    r = platform_request(&p, "/v1/calls/", 1);
    ck_assert_uint_eq(strlen(r->target), strlen("/v1/calls/") + JAXL_QUERY_MAX * strlen("?aid=x"));
    ck_assert_int_eq(
        jaxl_query_ask(s, JAXL_CALLS_LIST, 0, JAXL_QUERY_FIELDS(fields), NULL, NULL, NULL), 0);
    ck_assert_str_eq(platform_request(&p, "/v1/calls/", 2)->target, "/v1/calls/");
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct {
    enum jaxl_endpoint endpoint;
    int64_t ids[2];
    const char *target; /* NULL: refused */
    const char *message;
} paths[] = {
    {JAXL_IVRS_CREATE, {0, 0}, "/v1/ivr/", NULL},
    {JAXL_CALLS_ADD, {7, 0}, "/v1/calls/7/add/", NULL},
    {JAXL_IVR_OPTIONS_UPDATE, {7, 8}, "/v1/ivr/7/options/8/", NULL},
    {JAXL_CALLS_ADD, {0, 0}, NULL, "calls add: the id in /v1/calls/{}/add/"},
    {JAXL_CALLS_ADD, {-7, 0}, NULL, "not -7"},
    {JAXL_IVR_OPTIONS_UPDATE, {0, 8}, NULL, "configure: the id in /v1/ivr/{}/options/{}/"},
    {JAXL_IVR_OPTIONS_UPDATE, {7, 0}, NULL, "configure: the second id in"},
};

START_TEST(bodies)
{
    const struct httpd_request *r;
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct jaxl_buf body;
    struct platform p;
    char type[64];
    int code;

    platform_set_up(&p, "2");
    s = platform_session(&p);
    jaxl_buf_init(&body, 64);
    jaxl_buf_puts(&body, "a=b");
    code = jaxl_query_send_body(s, paths[_i].endpoint, paths[_i].ids, &body,
                                "application/x-www-form-urlencoded", NULL, &err);
    ck_assert_ptr_null(body.data); /* wiped and given back */
    if (paths[_i].target) {
        ck_assert_msg(code == 0, "%s", err.message);
        r = platform_request(&p, paths[_i].target, 1);
        ck_assert_str_eq(r->target, paths[_i].target);
        ck_assert_str_eq(r->body, "a=b");
        httpd_header(r, "Content-Type", type, sizeof type);
        ck_assert_str_eq(type, "application/x-www-form-urlencoded");
    } else {
        ck_assert_int_eq(code, JAXL_EARG);
        ck_assert_msg(strstr(err.message, paths[_i].message), "%s", err.message);
        ck_assert_uint_eq(httpd_requests(p.d), 0);
    }
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(body_too_long)
{
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct jaxl_buf body;
    struct platform p;

    platform_set_up(&p, "2");
    s = platform_session(&p);
    jaxl_buf_init(&body, 2);
    jaxl_buf_puts(&body, "abc");
    ck_assert_int_eq(jaxl_query_send_body(s, JAXL_IVRS_CREATE, (const int64_t[2]){0, 0}, &body,
                                          NULL, NULL, &err),
                     JAXL_ELIMIT);
    ck_assert_uint_eq(httpd_requests(p.d), 0);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, filters, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, bounds);
    tcase_add_loop_test(tc, bodies, 0, UNIT_COUNT(paths));
    tcase_add_test(tc, body_too_long);
}

int main(void)
{
    return unit_run("query", add);
}
