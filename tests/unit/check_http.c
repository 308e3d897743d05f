#include <curl/curl.h>

#include "http_fixture.h"

static size_t discard(char *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

/* What libcurl does when it is left alone, with the same options: the reason for the guard. */
static void bare_post(CURL *e, const char *url)
{
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_POSTFIELDS, "{\"a\": 1}");
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_TIMEOUT, 5L);
    curl_easy_perform(e);
}

static const struct httpd_step die_on_reuse[][3] = {
    {OK, {.then = HTTPD_FIN}, OK},
    {OK, {.then = HTTPD_RST}, OK},
};

START_TEST(libcurl_alone_sends_twice)
{
    struct httpd *d = httpd_start_steps(die_on_reuse[_i], 3);
    CURL *e = curl_easy_init();
    char url[128];

    snprintf(url, sizeof url, "%s/v1/calls/token/", httpd_url(d));
    bare_post(e, url);
    ck_assert_uint_eq(httpd_requests(d), 1);
    bare_post(e, url);
    ck_assert_uint_eq(httpd_requests(d), 3); /* two calls asked for, three placed */
    curl_easy_cleanup(e);
    httpd_stop(d);
}
END_TEST

START_TEST(never_sent_twice)
{
    struct fixture f;
    struct result r;

    set_up(&f, die_on_reuse[_i], 3, NULL);
    get(&f, &post, &r);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_ANSWERED);
    get(&f, &post, &r);
    ck_assert_uint_eq(httpd_requests(f.d), 2);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_AMBIGUOUS);
    ck_assert_int_eq(r.r.status, 0);
    ck_assert_uint_eq(r.r.sends, 1);
    ck_assert_str_ne(r.reason, "");
    tear_down(&f);
}
END_TEST

START_TEST(sent_again_when_safe)
{
    struct fixture f;
    struct result r;

    set_up(&f, die_on_reuse[_i], 3, NULL);
    get(&f, &fetch, &r);
    get(&f, &fetch, &r);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_ANSWERED);
    ck_assert_uint_eq(r.r.sends, 2);
    ck_assert_uint_eq(httpd_requests(f.d), 3);
    tear_down(&f);
}
END_TEST

static const struct {
    const char *name;
    struct httpd_step step;
    enum jaxl_http_end end;
    int status;
    const char *body;
} ends[] = {
    {"ok", OK, JAXL_HTTP_ANSWERED, 200, "{}"},
    {"created", {.status = 201, .body = "[1]"}, JAXL_HTTP_ANSWERED, 201, "[1]"},
    {"empty", {.status = 204}, JAXL_HTTP_ANSWERED, 204, ""},
    {"redirect",
     {.status = 302, .headers = "Location: /elsewhere/\r\n"},
     JAXL_HTTP_ANSWERED,
     302,
     ""},
    {"refused",
     {.status = 400, .body = "{\"reason\": \"x\"}"},
     JAXL_HTTP_ANSWERED,
     400,
     "{\"reason\": \"x\"}"},
    {"error", {.status = 500}, JAXL_HTTP_ANSWERED, 500, ""},
    {"close", {.then = HTTPD_FIN}, JAXL_HTTP_AMBIGUOUS, 0, ""},
    {"reset", {.then = HTTPD_RST}, JAXL_HTTP_AMBIGUOUS, 0, ""},
    {"slow", {.then = HTTPD_HANG}, JAXL_HTTP_AMBIGUOUS, 0, ""},
    {"garbage", {.raw = "not HTTP at all\r\n\r\n", .then = HTTPD_FIN}, JAXL_HTTP_AMBIGUOUS, 0, ""},
    {"half a head",
     {.raw = "HTTP/1.1 200 OK\r\nContent-Le", .then = HTTPD_FIN},
     JAXL_HTTP_AMBIGUOUS,
     -1,
     ""},
    {"truncated",
     {.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", .then = HTTPD_FIN},
     JAXL_HTTP_AMBIGUOUS,
     200,
     "{}"},
    {"hangs in the body",
     {.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", .then = HTTPD_HANG},
     JAXL_HTTP_AMBIGUOUS,
     200,
     "{}"},
    {"bad chunk",
     {.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .then = HTTPD_FIN},
     JAXL_HTTP_AMBIGUOUS,
     200,
     ""},
    {"last chunk missing",
     {.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", .then = HTTPD_FIN},
     JAXL_HTTP_AMBIGUOUS,
     200,
     "{}"},
    {"chunks",
     {.raw = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "2\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n"},
     JAXL_HTTP_ANSWERED,
     200,
     "{}"},
    {"only an interim answer",
     {.raw = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nX", .then = HTTPD_FIN},
     JAXL_HTTP_AMBIGUOUS,
     -1,
     ""},
    {"huge", {.status = 200, .fill = 100001}, JAXL_HTTP_AMBIGUOUS, 200, NULL},
    {"as long as may be", {.status = 200, .fill = 100000}, JAXL_HTTP_ANSWERED, 200, NULL},
    {"endless header",
     {.raw = "HTTP/1.1 200 OK\r\nX: ", .fill = 200000, .then = HTTPD_FIN},
     JAXL_HTTP_AMBIGUOUS,
     -1,
     ""},
};

START_TEST(end_of_a_request)
{
    static const struct jaxl_http_options options = {.timeout = 400 * JAXL_MSEC,
                                                     .body_max = 100000};
    struct fixture f;
    struct result r;

    set_up(&f, &ends[_i].step, 1, &options);
    get(&f, &post, &r);
    ck_assert_msg(r.r.end == ends[_i].end, "%s: %d (%s)", ends[_i].name, (int)r.r.end, r.reason);
    if (ends[_i].status >= 0)
        ck_assert_msg(r.r.status == ends[_i].status, "%s: %d", ends[_i].name, r.r.status);
    if (ends[_i].body)
        ck_assert_str_eq(r.body, ends[_i].body);
    ck_assert_int_eq(r.reason[0] == '\0', ends[_i].end == JAXL_HTTP_ANSWERED);
    ck_assert_uint_eq(r.r.sends, 1);
    ck_assert_uint_eq(httpd_requests(f.d), 1);
    tear_down(&f);
}
END_TEST

START_TEST(too_many_headers)
{
    char lines[JAXL_HTTP_HEADERS_MAX * 8 + 64] = "";
    struct httpd_step step = {.status = 200, .headers = lines};
    struct fixture f;
    struct result r;

    for (int i = 0; i < JAXL_HTTP_HEADERS_MAX - 1 + _i; i++) /* beside Content-Length */
        strcat(lines, "X: 1\r\n");
    set_up(&f, &step, 1, NULL);
    get(&f, &post, &r);
    ck_assert_int_eq(r.r.end, _i ? JAXL_HTTP_AMBIGUOUS : JAXL_HTTP_ANSWERED);
    tear_down(&f);
}
END_TEST

START_TEST(not_sent)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://no-such-host.invalid",
                                        "https://127.0.0.1"};
    static const struct httpd_step step = OK;
    struct fixture f;
    struct result r;
    struct jaxl_http_base *base;
    char url[64];
    /* the last one speaks plain HTTP and waits for more: the time runs out within TLS */
    static const struct jaxl_http_options options = {.timeout = 300 * JAXL_MSEC};
    int port;

    set_up(&f, &step, 1, &options);
    port = _i == 2 ? httpd_port(f.d) : httpd_closed_port();
    snprintf(url, sizeof url, "%s:%d", hosts[_i], port);
    ck_assert_int_eq(jaxl_http_base_new(&base, url, NULL), 0);
    struct jaxl_http_request request = post;
    request.base = base;
    get(&f, &request, &r);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_NOT_SENT);
    ck_assert_uint_eq(r.r.sends, 0);
    ck_assert_int_eq(r.r.status, 0);
    ck_assert_str_ne(r.reason, "");
    ck_assert_uint_eq(httpd_requests(f.d), 0);
    jaxl_http_free(&f.h);
    jaxl_http_base_free(&base);
    tear_down(&f);
}
END_TEST

/* The buffer that an answer leaves for the next does not lend it room. */
START_TEST(less_than_before)
{
    static const struct httpd_step steps[] = {{.status = 200, .fill = 100000},
                                              {.status = 200, .fill = 1001},
                                              {.status = 200, .fill = 1000}};
    struct jaxl_http_request request = fetch;
    struct fixture f;
    struct result r;

    set_up(&f, steps, UNIT_COUNT(steps), NULL);
    get(&f, &request, &r);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_ANSWERED);
    request.body_max = 1000;
    get(&f, &request, &r);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_AMBIGUOUS);
    get(&f, &request, &r);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_ANSWERED);
    tear_down(&f);
}
END_TEST

START_TEST(request_on_the_wire)
{
    static const struct httpd_step step = OK;
    struct jaxl_http_request request = post;
    struct jaxl_http_headers *headers;
    const struct httpd_request *seen;
    struct fixture f;
    struct result r;
    char value[64];

    set_up(&f, &step, 1, NULL);
    ck_assert_int_eq(jaxl_http_headers_new(&headers), 0);
    ck_assert_int_eq(jaxl_http_headers_add(headers, "X-Shared", "one"), 0);
    ck_assert_int_eq(jaxl_http_headers_add(headers, "X-Evil", "a\r\nb: c"), JAXL_EARG);
    request.headers = headers;
    request.lines[0] = "X-Own: two";
    request.lines[1] = "Content-Type: application/json";
    start(&f, &request, &r);
    jaxl_http_headers_drop(&headers); /* the request holds it */
    finish(&f);
    seen = httpd_request(f.d, 1);
    ck_assert_str_eq(seen->method, "POST");
    ck_assert_str_eq(seen->target, "/v1/calls/token/");
    ck_assert_str_eq(seen->body, post.body);
    ck_assert(httpd_header(seen, "X-Shared", value, sizeof value));
    ck_assert_str_eq(value, "one");
    ck_assert(httpd_header(seen, "X-Own", value, sizeof value));
    ck_assert_str_eq(value, "two");
    ck_assert(httpd_header(seen, "Content-Type", value, sizeof value));
    ck_assert_str_eq(value, "application/json");
    ck_assert_uint_eq(httpd_header_count(seen, "Content-Type"), 1);
    ck_assert_uint_eq(httpd_header_count(seen, "Expect"), 0);
    ck_assert_str_eq(r.type, "application/json");

    request = fetch; /* the handle is used again: nothing of the last request may stay */
    get(&f, &request, &r);
    seen = httpd_request(f.d, 2);
    ck_assert_str_eq(seen->method, "GET");
    ck_assert_str_eq(seen->target, "/v1/calls/?limit=1");
    ck_assert_uint_eq(httpd_header_count(seen, "X-Shared"), 0);
    ck_assert_uint_eq(httpd_header_count(seen, "X-Own"), 0);
    ck_assert_uint_eq(httpd_header_count(seen, "Content-Length"), 0);
    ck_assert_uint_eq(seen->connection, 1);

    request = (struct jaxl_http_request){.method = "POST", .path = "/v1/devices/attest/"};
    get(&f, &request, &r);
    seen = httpd_request(f.d, 3);
    ck_assert_str_eq(seen->method, "POST");
    ck_assert_str_eq(seen->target, "/v1/devices/attest/");
    ck_assert(httpd_header(seen, "Content-Length", value, sizeof value));
    ck_assert_str_eq(value, "0");
    ck_assert_uint_eq(httpd_header_count(seen, "Content-Type"), 0);

    request = post;
    request.method = "PATCH";
    get(&f, &request, &r);
    seen = httpd_request(f.d, 4);
    ck_assert_str_eq(seen->method, "PATCH");
    ck_assert_str_eq(seen->body, post.body);
    tear_down(&f);
}
END_TEST

START_TEST(path_in_front)
{
    static const struct httpd_step step = OK;
    struct jaxl_http_request request = fetch;
    struct fixture f;
    struct result r;
    char url[64];

    set_up(&f, &step, 1, NULL);
    jaxl_http_base_free(&f.base);
    snprintf(url, sizeof url, "%s/api/", httpd_url(f.d));
    ck_assert_int_eq(jaxl_http_base_new(&f.base, url, NULL), 0);
    for (unsigned i = 1; i <= 3; i++) {
        request.query = i == 3 ? NULL : "a=%20b%2F";
        get(&f, &request, &r);
        /* libcurl writes the hexadecimal digits small, which is the same URL */
        ck_assert_str_eq(httpd_request(f.d, i)->target,
                         i == 3 ? "/api/v1/calls/" : "/api/v1/calls/?a=%20b%2f");
    }
    tear_down(&f);
}
END_TEST

static const char *const bad_urls[] = {
    "", "fin.jaxl.com", "ftp://fin.jaxl.com", "file:///etc/passwd", "https://", "http://a b/"};

START_TEST(unusable_base)
{
    struct jaxl_http_base *base;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_http_base_new(&base, bad_urls[_i], &err), JAXL_EARG);
    ck_assert_ptr_null(base);
    ck_assert_str_ne(err.message, "");
}
END_TEST

static const struct {
    const char *lines;
    int64_t retry_after, date;
} answer_headers[] = {
    {"Retry-After: 7\r\n", 7 * JAXL_SECOND, -1},
    {"retry-after: 0\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0, 784111777 * JAXL_SECOND},
    {"Retry-After: soon\r\nDate: today\r\n", -1, -1},
    {"Retry-After:\r\nDate:\r\n", -1, -1},
    {"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0, -1},
    {"Retry-After: 99999999999999999999\r\n", 24 * 3600 * JAXL_SECOND, -1},
    {NULL, -1, -1},
};

START_TEST(headers_of_an_answer)
{
    struct httpd_step step = {.status = 429, .headers = answer_headers[_i].lines};
    struct fixture f;
    struct result r;

    set_up(&f, &step, 1, NULL);
    get(&f, &post, &r);
    ck_assert_int_eq(r.r.status, 429);
    ck_assert_int_eq(r.r.retry_after, answer_headers[_i].retry_after);
    ck_assert_int_eq(r.r.date, answer_headers[_i].date);
    tear_down(&f);
}
END_TEST

/* A proxy in the environment is used for TLS, and what is for the server does not reach it; plain
 * HTTP goes straight. */
START_TEST(through_a_proxy)
{
    static const struct httpd_step step = {.status = 403};
    struct jaxl_http_request request = post;
    struct jaxl_http_headers *headers;
    const struct httpd_request *seen;
    struct jaxl_http_base *base;
    struct fixture f;
    struct result r;
    struct httpd *proxy = httpd_start_steps(&step, 1);

    setenv("http_proxy", httpd_url(proxy), 1);
    setenv("https_proxy", httpd_url(proxy), 1);
    set_up(&f, &step, 1, NULL);
    ck_assert_int_eq(jaxl_http_base_new(&base, "https://no-such-host.invalid", NULL), 0);
    ck_assert_int_eq(jaxl_http_headers_new(&headers), 0);
    ck_assert_int_eq(jaxl_http_headers_add(headers, "X-Secret", "s"), 0);
    request.headers = headers;
    for (int i = 0; i < 3; i++) {
        request.base = i == 1 ? base : f.base;
        get(&f, &request, &r);
        ck_assert_int_eq(r.r.end, i == 1 ? JAXL_HTTP_NOT_SENT : JAXL_HTTP_ANSWERED);
        ck_assert_int_eq(r.r.status, i == 1 ? 0 : 403);
    }
    unsetenv("http_proxy");
    unsetenv("https_proxy");
    ck_assert_uint_eq(httpd_requests(f.d), 2);
    ck_assert_uint_eq(httpd_requests(proxy), 1);
    seen = httpd_request(proxy, 1);
    ck_assert_str_eq(seen->method, "CONNECT");
    ck_assert_str_eq(seen->target, "no-such-host.invalid:443");
    ck_assert_uint_eq(httpd_header_count(seen, "X-Secret"), 0);
    jaxl_http_headers_drop(&headers);
    tear_down(&f);
    jaxl_http_base_free(&base);
    httpd_stop(proxy);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, through_a_proxy);
    tcase_add_loop_test(tc, libcurl_alone_sends_twice, 0, UNIT_COUNT(die_on_reuse));
    tcase_add_loop_test(tc, never_sent_twice, 0, UNIT_COUNT(die_on_reuse));
    tcase_add_loop_test(tc, sent_again_when_safe, 0, UNIT_COUNT(die_on_reuse));
    tcase_add_loop_test(tc, end_of_a_request, 0, UNIT_COUNT(ends));
    tcase_add_loop_test(tc, too_many_headers, 0, 2);
    tcase_add_loop_test(tc, not_sent, 0, 3);
    tcase_add_test(tc, less_than_before);
    tcase_add_test(tc, request_on_the_wire);
    tcase_add_test(tc, path_in_front);
    tcase_add_loop_test(tc, unusable_base, 0, UNIT_COUNT(bad_urls));
    tcase_add_loop_test(tc, headers_of_an_answer, 0, UNIT_COUNT(answer_headers));
}

int main(void)
{
    return unit_run("http", add);
}
