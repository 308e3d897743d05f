#include <string.h>
#include <unistd.h>

#include "credentials.h"
#include "session_fixture.h"

static const struct jaxl_request place = {
    .endpoint = JAXL_CALLS_TOKEN, .body = "{\"a\": 1}", .body_len = 8};
static const struct jaxl_request list = {.endpoint = JAXL_CALLS_LIST};

static void ask(struct platform *p, struct jaxl_session *s, const struct jaxl_request *request,
                struct outcome *out)
{
    outcome_send(p, s, request, out);
    outcome_wait(s);
    ck_assert_uint_eq(out->done, 1);
}

static const struct {
    const char *target, *app_type;
    const char *present[8], *absent[8];
} headers[] = {
    {"/v1/devices/attest/",
     "2",
     {"X-JAXL-PLATFORM", "X-JAXL-API-KEY", "X-JAXL-API-TOKEN", "X-JAXL-CLIENT-EP", "origin",
      "x-forwarded-for", "x-device-id", "x-device-attest"},
     {"X-JAXL-AUTH-TOKEN", "X-JAXL-ORGID", "Content-Type", "Expect"}},
    {"/v1/app/organizations/?status=accepted",
     "2",
     {"X-JAXL-PLATFORM", "X-JAXL-API-KEY", "X-JAXL-API-TOKEN", "X-JAXL-CLIENT-EP",
      "X-JAXL-AUTH-TOKEN"},
     {"X-JAXL-ORGID", "origin", "x-forwarded-for", "x-device-id", "x-device-attest",
      "Content-Type"}},
    {"/v1/calls/token/",
     "2",
     {"X-JAXL-PLATFORM", "X-JAXL-API-KEY", "X-JAXL-API-TOKEN", "X-JAXL-CLIENT-EP",
      "X-JAXL-AUTH-TOKEN", "X-JAXL-ORGID", "Content-Type"},
     {"origin", "x-forwarded-for", "x-device-id", "x-device-attest", "Expect"}},
    {"/v1/calls/token/",
     "1",
     {"X-JAXL-PLATFORM", "X-JAXL-API-KEY", "X-JAXL-API-TOKEN", "X-JAXL-CLIENT-EP",
      "X-JAXL-AUTH-TOKEN"},
     {"X-JAXL-ORGID", "x-device-attest"}},
};

static void check_value(const struct httpd_request *r, const char *name, const char *expected)
{
    char value[8192];

    if (httpd_header(r, name, value, sizeof value))
        ck_assert_str_eq(value, expected);
}

START_TEST(headers_of_every_request)
{
    const struct httpd_request *r;
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;
    char value[8192];
    int64_t skew;

    platform_set_up(&p, headers[_i].app_type);
    s = platform_session(&p);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_OK);
    r = platform_request(&p, headers[_i].target, 1);
    ck_assert_ptr_nonnull(r);
    for (size_t i = 0; i < 8 && headers[_i].present[i]; i++)
        ck_assert_msg(httpd_header_count(r, headers[_i].present[i]) == 1, "%s",
                      headers[_i].present[i]);
    for (size_t i = 0; i < 8 && headers[_i].absent[i]; i++)
        ck_assert_msg(!httpd_header_count(r, headers[_i].absent[i]), "%s", headers[_i].absent[i]);
    check_value(r, "X-JAXL-PLATFORM", "3");
    check_value(r, "X-JAXL-API-KEY", "API-KEY");
    check_value(r, "X-JAXL-AUTH-TOKEN", UNIT_AUTH_TOKEN);
    check_value(r, "X-JAXL-ORGID", "42");
    check_value(r, "Content-Type", "application/json");
    httpd_header(r, "X-JAXL-CLIENT-EP", value, sizeof value);
    skew = jaxl_clock_now(&p.clock) / JAXL_MSEC - atoll(value);
    ck_assert(skew >= 0 && skew < 60000);
    ck_assert_int_eq(platform_device(r), _i == 0 ? -1 : 77);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(one_token_serves_many)
{
    char first[8192], value[8192];
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    s = platform_session(&p);
    ask(&p, s, &list, &out);
    ask(&p, s, &list, &out);
    httpd_header(platform_request(&p, "/v1/calls/", 1), "X-JAXL-API-TOKEN", first, sizeof first);
    httpd_header(platform_request(&p, "/v1/calls/", 2), "X-JAXL-API-TOKEN", value, sizeof value);
    ck_assert_str_eq(first, value);
    p.slept += 3600 * JAXL_SECOND; /* it has expired */
    ask(&p, s, &list, &out);
    httpd_header(platform_request(&p, "/v1/calls/", 3), "X-JAXL-API-TOKEN", value, sizeof value);
    ck_assert_str_ne(first, value);
    ck_assert_uint_eq(p.attests, 1);
    ck_assert_uint_eq(p.looks, 1);
    ck_assert_int_eq(jaxl_session_org(s), 42);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* For a call (which may go out once) and for a list (which may go out again): what came of it and
 * how many requests reached the platform. */
static const struct {
    struct httpd_step step;
    struct {
        enum jaxl_outcome outcome;
        int code;
        unsigned requests;
    } call, list;
} ends[] = {
    {{.status = 200, .body = "{}"}, {JAXL_OUTCOME_OK, 0, 1}, {JAXL_OUTCOME_OK, 0, 1}},
    {{.status = 201, .body = "{}"}, {JAXL_OUTCOME_OK, 0, 1}, {JAXL_OUTCOME_OK, 0, 1}},
    {{.status = 301},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 302},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 303, .headers = "Location: /v1/calls/9/\r\n"},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 307},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 308},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 400, .body = "{\"reason\": \"NO\"}"},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 401}, {JAXL_OUTCOME_AUTH, JAXL_EAUTH, 2}, {JAXL_OUTCOME_AUTH, JAXL_EAUTH, 2}},
    {{.status = 402}, {JAXL_OUTCOME_AUTH, JAXL_EAUTH, 1}, {JAXL_OUTCOME_AUTH, JAXL_EAUTH, 1}},
    {{.status = 403}, {JAXL_OUTCOME_AUTH, JAXL_EAUTH, 1}, {JAXL_OUTCOME_AUTH, JAXL_EAUTH, 1}},
    {{.status = 404},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1},
     {JAXL_OUTCOME_REFUSED, JAXL_EREFUSED, 1}},
    {{.status = 429},
     {JAXL_OUTCOME_THROTTLED, JAXL_ETHROTTLE, 1},
     {JAXL_OUTCOME_THROTTLED, JAXL_ETHROTTLE, 4}},
    {{.status = 500},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1}},
    {{.status = 502},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 4}},
    {{.status = 503},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 4}},
    {{.status = 504},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 4}},
    {{.then = HTTPD_HANG},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 4}},
    {{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", .then = HTTPD_RST},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 4}},
    {{.raw = "nonsense\r\n\r\n", .then = HTTPD_FIN},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 1},
     {JAXL_OUTCOME_UNKNOWN, JAXL_EUNKNOWN, 4}},
};

START_TEST(end_of_a_request)
{
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    p.options.timeout = 200 * JAXL_MSEC;
    p.rest = &ends[_i].step;
    p.n_rest = 1;
    s = platform_session(&p);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, ends[_i].call.outcome);
    ck_assert_int_eq(out.r.error.code, ends[_i].call.code);
    ck_assert_int_eq(out.r.status, out.r.error.code ? out.r.error.status : out.r.status);
    ck_assert_uint_eq(out.r.tries, ends[_i].call.requests);
    ck_assert_uint_eq(p.others, ends[_i].call.requests);
    ck_assert_int_eq(out.r.error.message[0] == '\0', out.r.error.code == 0);
    ck_assert_int_eq(out.r.error.retry_safe,
                     out.r.error.code && out.r.outcome != JAXL_OUTCOME_UNKNOWN);
    p.others = 0;
    ask(&p, s, &list, &out);
    ck_assert_int_eq(out.r.outcome, ends[_i].list.outcome);
    ck_assert_int_eq(out.r.error.code, ends[_i].list.code);
    ck_assert_uint_eq(p.others, ends[_i].list.requests);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(dead_connection_is_no_second_call)
{
    static const struct httpd_step steps[] = {
        {.status = 200, .body = "{}"}, {.then = HTTPD_RST}, {.status = 200, .body = "{}"}};
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    p.rest = steps;
    p.n_rest = UNIT_COUNT(steps);
    s = platform_session(&p);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_OK);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_UNKNOWN);
    ck_assert_uint_eq(out.r.tries, 1);
    ck_assert_uint_eq(p.others, 2);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(refused_token_is_renewed_once)
{
    char tokens[16][2048];
    struct outcome out[6];
    struct jaxl_session *s;
    struct platform p;
    size_t distinct = 0;

    platform_set_up(&p, "2");
    p.first_token_refused = true;
    p.options.connections = 6;
    s = platform_session(&p);
    for (size_t i = 0; i < UNIT_COUNT(out); i++)
        outcome_send(&p, s, &place, &out[i]);
    ck_assert_uint_eq(jaxl_session_pending(s), UNIT_COUNT(out));
    outcome_wait(s);
    for (size_t i = 0; i < UNIT_COUNT(out); i++) {
        ck_assert_uint_eq(out[i].done, 1);
        ck_assert_int_eq(out[i].r.outcome, JAXL_OUTCOME_OK);
    }
    ck_assert_uint_eq(p.others, UNIT_COUNT(out)); /* the refused ones do not count there */
    for (unsigned n = 1; n <= 2 * UNIT_COUNT(out); n++) {
        const struct httpd_request *r = platform_request(&p, "/v1/calls/token/", n);
        size_t i = 0;
        if (!r)
            break;
        httpd_header(r, "X-JAXL-API-TOKEN", tokens[distinct], sizeof tokens[0]);
        while (strcmp(tokens[i], tokens[distinct]))
            i++;
        distinct += i == distinct;
    }
    ck_assert_uint_eq(distinct, 2);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(not_sent)
{
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;
    char root[64];

    platform_set_up(&p, "2");
    snprintf(root, sizeof root, "http://127.0.0.1:%d", httpd_closed_port());
    p.call_root = root;
    s = platform_session(&p);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_NOT_SENT);
    ck_assert_int_eq(out.r.error.code, JAXL_ENET);
    ck_assert(out.r.error.retry_safe);
    ck_assert_uint_eq(out.r.tries, 0);
    ck_assert_uint_eq(platform_said(&p, "again in"), 3);
    for (int i = 0; i < 40; i++) /* a platform that is down is not stormed */
        ask(&p, s, &place, &out);
    ck_assert_uint_ge(platform_said(&p, "again in"), 10);
    ck_assert_uint_le(platform_said(&p, "again in"), 10 + 5);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static bool allow_two(void *arg)
{
    unsigned *asked = arg;

    return ++*asked < 3;
}

static void no_reply(void *arg, const struct jaxl_reply *reply)
{
    unsigned *asked = arg;

    ck_assert_int_eq(reply->outcome, JAXL_OUTCOME_NOT_SENT);
    ck_assert_int_eq(reply->error.code, JAXL_ENET);
    ck_assert(reply->error.retry_safe);
    ck_assert_ptr_nonnull(strstr(reply->error.message, "may not be any more"));
    *asked += 10;
}

START_TEST(not_sent_again_without_leave)
{
    struct jaxl_request request = place;
    struct jaxl_session *s;
    struct platform p;
    unsigned asked = 0;
    char root[64];

    platform_set_up(&p, "2");
    snprintf(root, sizeof root, "http://127.0.0.1:%d", httpd_closed_port());
    p.call_root = root;
    s = platform_session(&p);
    request.again = allow_two;
    request.done = no_reply;
    request.arg = &asked;
    ck_assert_int_eq(jaxl_session_send(s, &request, NULL), 0);
    outcome_wait(s);
    ck_assert_uint_eq(asked, 13);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(throttled_list_waits)
{
    static const struct httpd_step steps[] = {{.status = 429, .headers = "Retry-After: 7\r\n"},
                                              {.status = 200, .body = "{}"}};
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    p.rest = steps;
    p.n_rest = UNIT_COUNT(steps);
    s = platform_session(&p);
    ask(&p, s, &list, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_OK);
    ck_assert_int_ge(p.slept, 7 * JAXL_SECOND);
    ck_assert_int_le(p.slept, 8 * JAXL_SECOND);
    p.others = 0;
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_THROTTLED);
    ck_assert_int_eq(out.r.retry_after, 7 * JAXL_SECOND);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(reply_says_all)
{
    static const struct httpd_step step = {.status = 400,
                                           .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                                           .body = "{\"reason\": \"INVALID_FROM_NUMBER\"}"};
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;
    int64_t before;

    platform_set_up(&p, "2");
    p.rest = &step;
    p.n_rest = 1;
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_session_open(s, NULL), 0);
    before = jaxl_clock_now(&p.clock);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.status, 400);
    ck_assert_str_eq(out.body, step.body);
    ck_assert_uint_eq(out.r.body_len, strlen(step.body));
    ck_assert_ptr_nonnull(strstr(out.r.error.message, "POST "));
    ck_assert_ptr_nonnull(strstr(out.r.error.message, "/v1/calls/token/"));
    ck_assert_ptr_nonnull(strstr(out.r.error.message, "INVALID_FROM_NUMBER"));
    ck_assert_int_ge(out.r.sent_at, before);
    ck_assert_int_le(out.r.sent_at, jaxl_clock_now(&p.clock));
    ck_assert_int_eq(out.r.retry_after, -1);
    ck_assert_int_lt(llabs(784111777 * JAXL_SECOND - before - out.r.server_skew), 60 * JAXL_SECOND);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const char *const echoes[] = {
    "{\"reason\": \"bad token " UNIT_AUTH_TOKEN "\"}",
    "{\"message\": \"API-KEY is not known\", \"detail\": \"" UNIT_AUTH_TOKEN "\"}"};

/* The check is in the tear-down. */
START_TEST(echoed_secret_is_not_said)
{
    struct httpd_step step = {.status = 400, .body = echoes[_i]};
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    p.rest = &step;
    p.n_rest = 1;
    s = platform_session(&p);
    ask(&p, s, &place, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_REFUSED);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* Each header that holds a secret comes back, for one request with a token that has been renewed
 * since. */
static const char *const secret_headers[] = {"X-JAXL-API-TOKEN", "X-JAXL-API-KEY",
                                             "X-JAXL-AUTH-TOKEN"};

START_TEST(echoed_header_is_not_said)
{
    struct outcome before, after;
    struct jaxl_session *s;
    struct platform p;

    platform_set_up(&p, "2");
    p.echo_target = "/v1/calls/";
    p.echo = secret_headers[_i];
    s = platform_session(&p);
    outcome_send(&p, s, &list, &before);
    ck_assert_int_eq(jaxl_session_wait(s, 0, NULL, 0, NULL), 0);
    p.slept += 3600 * JAXL_SECOND;
    outcome_send(&p, s, &list, &after);
    outcome_wait(s);
    ck_assert_int_eq(before.r.outcome, JAXL_OUTCOME_REFUSED);
    ck_assert_int_eq(after.r.outcome, JAXL_OUTCOME_REFUSED);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(keys_are_secrets)
{
    struct jaxl_session *s;
    struct platform p;

    platform_set_up(&p, "2");
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_session_open(s, NULL), 0);
    ck_assert_uint_gt(s->token_text.cap, JAXL_TOKEN_MAX); /* so that it never moves */
    ck_assert(jaxl_session_holds_secret(s, "the key " UNIT_GENESIS " is no good"));
    s->attestation.sk[0] ^= 1; /* the fixture's is the genesis key */
    ck_assert(!jaxl_session_holds_secret(s, "dA_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4"));
    ck_assert(jaxl_session_holds_secret(s, "cg_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4"));
    ck_assert(!jaxl_session_holds_secret(s, ""));
    ck_assert(!jaxl_session_holds_secret(s, "INVALID_FROM_NUMBER"));
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(target_on_the_wire)
{
    static const struct jaxl_param query[] = {{"currency", "2"},
                                              {"to_number", "+91 98/7&6=5"},
                                              {"tag", NULL},
                                              {"tid", "1"},
                                              {"tid", "2"}};
    static const struct jaxl_request requests[] = {
        {.endpoint = JAXL_CALLS_LIST, .query = query, .n_query = UNIT_COUNT(query)},
        {.endpoint = JAXL_IVR_OPTIONS_UPDATE, .ids = {"12", "345"}, .body = "{}", .body_len = 2},
        {.endpoint = JAXL_CALLS_GET, .ids = {"9"}, .query = query, .n_query = 1},
    };
    static const char *const targets[] = {
        "/v1/calls/?currency=2&to_number=%2b91%2098%2f7%266%3d5&tid=1&tid=2",
        "/v1/ivr/12/options/345/", "/v1/calls/9/?currency=2"};
    const struct httpd_request *r;
    struct jaxl_session *s;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    s = platform_session(&p);
    for (size_t i = 0; i < UNIT_COUNT(requests); i++) {
        ask(&p, s, &requests[i], &out);
        r = platform_request(&p, targets[i], 1);
        ck_assert_msg(r != NULL, "%s", targets[i]);
        ck_assert_str_eq(r->method, jaxl_endpoint_row(requests[i].endpoint)->method);
        ck_assert_str_eq(r->body, requests[i].body ? requests[i].body : "");
    }
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct jaxl_param bad_param[] = {{"colour", "red"}};
static const struct jaxl_request bad_requests[] = {
    {.endpoint = JAXL_CALLS_GET},
    {.endpoint = JAXL_CALLS_GET, .ids = {""}},
    {.endpoint = JAXL_CALLS_GET, .ids = {"1/../2"}},
    {.endpoint = JAXL_CALLS_GET, .ids = {"-1"}},
    {.endpoint = JAXL_CALLS_GET, .ids = {"123456789012345678901"}},
    {.endpoint = JAXL_CALLS_GET, .ids = {"1", "2"}},
    {.endpoint = JAXL_CALLS_LIST, .ids = {"1"}},
    {.endpoint = JAXL_IVR_OPTIONS_UPDATE, .ids = {"1"}},
    {.endpoint = JAXL_CALLS_LIST, .query = bad_param, .n_query = 1},
};

START_TEST(wrong_request)
{
    struct jaxl_request request = bad_requests[_i];
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;
    struct outcome out = {0};

    platform_set_up(&p, "2");
    s = platform_session(&p);
    request.done = outcome_keep;
    request.arg = &out;
    ck_assert_int_eq(jaxl_session_send(s, &request, &err), JAXL_EARG);
    ck_assert_str_ne(err.message, "");
    ck_assert_uint_eq(jaxl_session_pending(s), 0);
    ck_assert_uint_eq(out.done, 0);
    ck_assert_uint_eq(p.others, 0);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(call_and_wait)
{
    static const struct httpd_step steps[] = {{.status = 200, .body = "{\"id\": 1}"},
                                              {.status = 404, .body = "{\"detail\": \"gone\"}"}};
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;
    char *body = NULL;
    size_t len = 0;

    platform_set_up(&p, "2");
    p.rest = steps;
    p.n_rest = UNIT_COUNT(steps);
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_session_call(s, &list, &body, &len, &err), 0);
    ck_assert_str_eq(body, "{\"id\": 1}");
    ck_assert_uint_eq(len, 9);
    free(body);
    body = NULL;
    ck_assert_int_eq(jaxl_session_call(s, &list, &body, &len, &err), JAXL_EREFUSED);
    ck_assert_ptr_null(body);
    ck_assert_int_eq(err.status, 404);
    ck_assert_ptr_nonnull(strstr(err.message, "gone"));
    ck_assert_int_eq(jaxl_session_call(s, &list, NULL, NULL, NULL), JAXL_EREFUSED);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(given_up)
{
    static const struct httpd_step step = {.then = HTTPD_HANG};
    struct outcome sent, waiting, never;
    struct jaxl_session *s;
    struct platform p;

    platform_set_up(&p, "2");
    p.rest = &step;
    p.n_rest = 1;
    p.options.connections = 1;
    p.options.timeout = 60 * JAXL_SECOND;
    s = platform_session(&p);
    outcome_send(&p, s, &place, &sent);
    outcome_send(&p, s, &place, &waiting);
    while (!platform_request(&p, "/v1/calls/token/", 1))
        ck_assert_int_eq(jaxl_session_wait(s, 10 * JAXL_MSEC, NULL, 0, NULL), 0);
    jaxl_session_abort(s);
    ck_assert_uint_eq(sent.done, 1);
    ck_assert_int_eq(sent.r.outcome, JAXL_OUTCOME_UNKNOWN);
    ck_assert_uint_eq(waiting.done, 1);
    ck_assert_int_eq(waiting.r.outcome, JAXL_OUTCOME_NOT_SENT);
    ck_assert_uint_eq(jaxl_session_pending(s), 0);
    outcome_send(&p, s, &place, &never);
    ck_assert_int_eq(jaxl_session_wait(s, 0, NULL, 0, NULL), 0);
    jaxl_session_free(&s);
    ck_assert_ptr_null(s);
    ck_assert_uint_eq(never.done, 0);
    platform_tear_down(&p);
}
END_TEST

struct chain {
    struct jaxl_session *s;
    struct outcome next;
};

static void send_another(void *arg, const struct jaxl_reply *reply)
{
    struct chain *c = arg;
    struct jaxl_request request = list;

    ck_assert_int_eq(reply->outcome, JAXL_OUTCOME_OK);
    request.done = outcome_keep;
    request.arg = &c->next;
    ck_assert_int_eq(jaxl_session_send(c->s, &request, NULL), 0);
}

START_TEST(send_from_a_callback)
{
    struct jaxl_request request = place;
    struct chain c = {0};
    struct platform p;

    platform_set_up(&p, "2");
    c.s = platform_session(&p);
    request.done = send_another;
    request.arg = &c;
    ck_assert_int_eq(jaxl_session_send(c.s, &request, NULL), 0);
    outcome_wait(c.s);
    ck_assert_uint_eq(c.next.done, 1);
    ck_assert_int_eq(c.next.r.outcome, JAXL_OUTCOME_OK);
    jaxl_session_free(&c.s);
    platform_tear_down(&p);
}
END_TEST

struct aborting {
    struct jaxl_session *s;
    unsigned done[3];
};

static struct aborting aborting;

static void abort_all(void *arg, const struct jaxl_reply *reply)
{
    (void)reply;
    ++*(unsigned *)arg;
    jaxl_session_abort(aborting.s);
}

/* One is answered, one is under way and one waits: each callback gives all others up. */
START_TEST(abort_from_a_callback)
{
    static const struct httpd_step steps[] = {{.status = 200, .body = "{}"}, {.then = HTTPD_HANG}};
    struct jaxl_request request = place;
    struct platform p;
    struct outcome out;

    platform_set_up(&p, "2");
    p.rest = steps;
    p.n_rest = UNIT_COUNT(steps);
    p.options.connections = 2;
    aborting.s = platform_session(&p);
    for (size_t i = 0; i < UNIT_COUNT(aborting.done); i++) {
        request.done = abort_all;
        request.arg = &aborting.done[i];
        ck_assert_int_eq(jaxl_session_send(aborting.s, &request, NULL), 0);
    }
    outcome_wait(aborting.s);
    for (size_t i = 0; i < UNIT_COUNT(aborting.done); i++)
        ck_assert_uint_eq(aborting.done[i], 1);
    p.n_rest = 0; /* and it works on, with a platform that answers */
    ask(&p, aborting.s, &list, &out);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_OK);
    jaxl_session_free(&aborting.s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(other_descriptors)
{
    struct jaxl_session *s;
    struct platform p;
    struct pollfd extra;
    int fds[2];

    platform_set_up(&p, "2");
    s = platform_session(&p);
    ck_assert_int_eq(pipe(fds), 0);
    extra = (struct pollfd){.fd = fds[0], .events = POLLIN, .revents = POLLIN};
    ck_assert_int_eq(jaxl_session_wait(s, 0, &extra, 1, NULL), 0);
    ck_assert_int_eq(extra.revents, 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    ck_assert_int_eq(jaxl_session_wait(s, 3600 * JAXL_SECOND, &extra, 1, NULL), 0);
    ck_assert_int_eq(extra.revents, POLLIN);
    close(fds[0]);
    close(fds[1]);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, headers_of_every_request, 0, UNIT_COUNT(headers));
    tcase_add_test(tc, one_token_serves_many);
    tcase_add_loop_test(tc, end_of_a_request, 0, UNIT_COUNT(ends));
    tcase_add_test(tc, dead_connection_is_no_second_call);
    tcase_add_test(tc, refused_token_is_renewed_once);
    tcase_add_test(tc, not_sent);
    tcase_add_test(tc, not_sent_again_without_leave);
    tcase_add_test(tc, throttled_list_waits);
    tcase_add_test(tc, reply_says_all);
    tcase_add_loop_test(tc, echoed_secret_is_not_said, 0, UNIT_COUNT(echoes));
    tcase_add_loop_test(tc, echoed_header_is_not_said, 0, UNIT_COUNT(secret_headers));
    tcase_add_test(tc, keys_are_secrets);
    tcase_add_test(tc, target_on_the_wire);
    tcase_add_loop_test(tc, wrong_request, 0, UNIT_COUNT(bad_requests));
    tcase_add_test(tc, call_and_wait);
    tcase_add_test(tc, given_up);
    tcase_add_test(tc, send_from_a_callback);
    tcase_add_test(tc, abort_from_a_callback);
    tcase_add_test(tc, other_descriptors);
}

int main(void)
{
    return unit_run("session", add);
}
