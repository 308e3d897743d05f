#include <string.h>
#include <unistd.h>

#include "failmalloc.h"
#include "session_fixture.h"

static const struct jaxl_request list = {.endpoint = JAXL_CALLS_LIST};

static int open_session(struct platform *p, struct jaxl_session **s, struct jaxl_error *err)
{
    int rc;

    *s = platform_session(p);
    memset(err, 0, sizeof *err);
    rc = jaxl_session_open(*s, err);
    p->log.write(p, JAXL_LOG_INFO, err->message); /* it may not hold a secret either */
    return rc;
}

static void open_and_close(struct platform *p)
{
    struct jaxl_session *s;
    struct jaxl_error err;

    ck_assert_msg(open_session(p, &s, &err) == 0, "%s", err.message);
    jaxl_session_free(&s);
}

START_TEST(attested_once)
{
    struct platform p;

    platform_set_up(&p, "2");
    open_and_close(&p);
    open_and_close(&p);
    ck_assert_uint_eq(p.attests, 1);
    ck_assert_uint_eq(p.looks, 2);
    ck_assert_int_eq(platform_device(platform_request(&p, "/v1/app/", 1)), 77);
    ck_assert_int_eq(platform_device(platform_request(&p, "/v1/app/", 2)), 77);
    platform_tear_down(&p);
}
END_TEST

#define LATER                                                                                      \
    {                                                                                              \
        .status = 503                                                                              \
    }

static const struct httpd_step four_later[] = {
    LATER, {.status = 502}, {.status = 504}, LATER, {.status = 200}};
static const struct httpd_step always_later[] = {LATER};
static const struct httpd_step internal_error[] = {{.status = 500}};
static const struct httpd_step refused[] = {
    {.status = 400, .body = "{\"reason\": \"PAYLOAD_INVALID_TOKEN\"}"}};
static const struct httpd_step forbidden[] = {{.status = 403, .body = "{\"reason\": \"X\"}"}};
static const struct httpd_step garbage[] = {{.status = 200, .body = "not JSON"}};
static const struct httpd_step foreign[] = {{.status = 200, .body = "{\"encrypted\": \"gAAAAA\"}"}};
static const struct httpd_step cut_off[] = {
    {.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", .then = HTTPD_FIN}};

static const struct {
    const struct httpd_step *steps;
    size_t n;
    int code;
    unsigned requests;
    int64_t slept; /* seconds */
} attestations[] = {
    {four_later, 5, 0, 5, 2 + 3 + 5 + 9}, {always_later, 1, JAXL_ENET, 5, 2 + 3 + 5 + 9},
    {internal_error, 1, JAXL_ENET, 1, 0}, {refused, 1, JAXL_EREFUSED, 1, 0},
    {forbidden, 1, JAXL_EAUTH, 1, 0},     {garbage, 1, JAXL_EPROTO, 1, 0},
    {foreign, 1, JAXL_ECRYPTO, 1, 0},     {cut_off, 1, JAXL_EUNKNOWN, 1, 0},
};

START_TEST(attesting)
{
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    p.attest = attestations[_i].steps;
    p.n_attest = attestations[_i].n;
    ck_assert_int_eq(open_session(&p, &s, &err), attestations[_i].code);
    if (attestations[_i].code)
        ck_assert_int_eq(err.code, attestations[_i].code);
    ck_assert_uint_eq(p.attests, attestations[_i].requests);
    ck_assert_int_eq(p.slept, attestations[_i].slept * JAXL_SECOND);
    ck_assert_uint_eq(p.looks, attestations[_i].code == 0);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const char *const secret_headers[] = {"X-JAXL-API-TOKEN", "X-JAXL-API-KEY",
                                             "x-device-attest"};

/* The check is in the tear-down. */
START_TEST(echoed_secret_is_not_said)
{
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    p.echo_target = "/v1/devices/attest/";
    p.echo = secret_headers[_i];
    ck_assert_int_eq(open_session(&p, &s, &err), JAXL_EREFUSED);
    ck_assert_ptr_nonnull(strstr(err.message, "no reason given"));
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(refusal_says_why)
{
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    p.attest = refused;
    p.n_attest = 1;
    ck_assert_int_eq(open_session(&p, &s, &err), JAXL_EREFUSED);
    ck_assert_ptr_nonnull(strstr(err.message, "PAYLOAD_INVALID_TOKEN"));
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(forgotten_device_is_replaced)
{
    struct platform p;

    platform_set_up(&p, "2");
    open_and_close(&p);
    p.forgotten_device = 77;
    open_and_close(&p);
    ck_assert_uint_eq(p.attests, 2);
    open_and_close(&p); /* the new one is kept */
    ck_assert_uint_eq(p.attests, 2);
    p.forgotten_device = 0;
    ck_assert_int_eq(platform_device(platform_request(&p, "/v1/app/", 5)), 78);
    platform_tear_down(&p);
}
END_TEST

/* A wrong auth token looks the same: then the kept device must stay. */
START_TEST(wrong_auth_token_keeps_the_device)
{
    static const struct httpd_step no[] = {{.status = 401, .body = "{\"detail\": \"who\"}"}};
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    open_and_close(&p);
    p.orgs = no;
    p.n_orgs = 1;
    p.looks = 0;
    ck_assert_int_eq(open_session(&p, &s, &err), JAXL_EAUTH);
    ck_assert_int_eq(err.status, 401);
    ck_assert_ptr_nonnull(strstr(err.message, "organisation"));
    ck_assert_uint_eq(p.attests, 2);
    ck_assert_uint_eq(p.looks, 4); /* twice on each device */
    ck_assert_int_eq(jaxl_session_open(s, &err), JAXL_EAUTH);
    ck_assert_uint_eq(p.attests, 2); /* once per session */
    jaxl_session_free(&s);
    p.n_orgs = 0;
    open_and_close(&p);
    ck_assert_int_eq(platform_device(platform_request(&p, "/v1/app/", 8)), 77);
    platform_tear_down(&p);
}
END_TEST

START_TEST(wrong_auth_token_on_a_new_device)
{
    static const struct httpd_step no[] = {{.status = 401}};
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    p.orgs = no;
    p.n_orgs = 1;
    ck_assert_int_eq(open_session(&p, &s, &err), JAXL_EAUTH);
    ck_assert_uint_eq(p.attests, 1);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct {
    struct httpd_step step;
    int code;
} looks[] = {
    {{.status = 200, .body = "{\"results\": []}"}, JAXL_EAUTH},
    {{.status = 200, .body = "{\"results\": [{\"name\": \"x\"}]}"}, JAXL_EPROTO},
    {{.status = 200, .body = "[]"}, JAXL_EPROTO},
    {{.status = 200, .body = "<html>"}, JAXL_EPROTO},
    {{.status = 200, .body = ""}, JAXL_EPROTO},
    {{.status = 403}, JAXL_EAUTH},
    {{.status = 404}, JAXL_EREFUSED},
    {{.status = 503}, JAXL_EUNKNOWN},
};

START_TEST(organisation_not_to_be_had)
{
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    p.orgs = &looks[_i].step;
    p.n_orgs = 1;
    ck_assert_int_eq(open_session(&p, &s, &err), looks[_i].code);
    ck_assert_ptr_nonnull(strstr(err.message, "organisation"));
    p.n_orgs = 0; /* and when it works again, it works */
    ck_assert_int_eq(jaxl_session_call(s, &list, NULL, NULL, &err), 0);
    ck_assert_int_eq(jaxl_session_org(s), 42);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(platform_out_of_reach)
{
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;

    platform_set_up(&p, "2");
    snprintf(p.url, sizeof p.url, "http://127.0.0.1:%d", httpd_closed_port());
    ck_assert_int_eq(open_session(&p, &s, &err), JAXL_ENET);
    ck_assert(err.retry_safe);
    ck_assert_ptr_nonnull(strstr(err.message, p.url));
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static bool the_second_time(void *ctx)
{
    return ++*(int *)ctx >= 2;
}

/* While the answer is waited for, and in the pause before another try. */
START_TEST(opening_can_be_stopped)
{
    static const struct httpd_step steps[] = {{.then = HTTPD_HANG}, {.status = 503}};
    struct jaxl_session_watch watch = {.stop = the_second_time};
    struct jaxl_session *s;
    struct jaxl_error err;
    struct platform p;
    int fds[2], asked = 0;

    platform_set_up(&p, "2");
    p.attest = &steps[_i];
    p.n_attest = 1;
    p.options.timeout = 600 * JAXL_SECOND;
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "", 1), 1);
    watch.fd = fds[0];
    watch.ctx = &asked;
    p.options.watch = &watch;
    ck_assert_int_eq(open_session(&p, &s, &err), JAXL_ESTOPPED);
    ck_assert_int_eq(asked, 2); /* no is no, and yes is yes */
    ck_assert_uint_le(p.attests, 1);
    ck_assert_uint_eq(jaxl_session_pending(s), 0);
    jaxl_session_free(&s);
    close(fds[0]);
    close(fds[1]);
    platform_tear_down(&p);
}
END_TEST

static const char *only_home(void *ctx, const char *name)
{
    return strcmp(name, "HOME") ? NULL : ctx;
}

START_TEST(nothing_configured)
{
    char home[] = "/nonexistent";
    struct jaxl_env env = {home, only_home};
    struct jaxl_session *s;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_session_new_env(&s, NULL, &env, &err), JAXL_ECONFIG);
    ck_assert_ptr_null(s);
    ck_assert_ptr_nonnull(strstr(err.message, "JAXL_API_CREDENTIALS"));
    jaxl_session_free(&s);
}
END_TEST

/* With the n-th allocation failing: no crash, no leak, and a reason that fits. */
START_TEST(out_of_memory)
{
    bool hit = true;
    struct platform p;
    long n;

    platform_set_up(&p, "2");
    for (n = 1; hit; n++) {
        struct jaxl_session *s;
        struct jaxl_error err = {0};
        char *body = NULL;
        int rc;
        failmalloc_at(n);
        rc = jaxl_session_new_env(&s, &p.options, &p.env, &err);
        if (!rc)
            rc = jaxl_session_call(s, &list, &body, NULL, &err);
        hit = failmalloc_off();
        /* an answer that there was no memory for is asked for again */
        ck_assert_msg(rc == 0 || (hit && rc == JAXL_ENOMEM), "%ld: %s", n, err.message);
        ck_assert_int_eq(rc == 0, body != NULL);
        free(body);
        jaxl_session_free(&s);
    }
    ck_assert_int_gt(n, 50);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, out_of_memory);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, attested_once);
    tcase_add_loop_test(tc, attesting, 0, UNIT_COUNT(attestations));
    tcase_add_loop_test(tc, echoed_secret_is_not_said, 0, UNIT_COUNT(secret_headers));
    tcase_add_test(tc, refusal_says_why);
    tcase_add_test(tc, forgotten_device_is_replaced);
    tcase_add_test(tc, wrong_auth_token_keeps_the_device);
    tcase_add_test(tc, wrong_auth_token_on_a_new_device);
    tcase_add_loop_test(tc, organisation_not_to_be_had, 0, UNIT_COUNT(looks));
    tcase_add_test(tc, platform_out_of_reach);
    tcase_add_loop_test(tc, opening_can_be_stopped, 0, 2);
    tcase_add_test(tc, nothing_configured);
}

int main(void)
{
    return unit_run("session_open", add);
}
