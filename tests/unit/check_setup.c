#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failmalloc.h"
#include "platform/setup_impl.h"
#include "session_fixture.h"

static struct jaxl_setup *make(struct platform *p)
{
    struct jaxl_setup *s;

    p->options.timeout = 60 * JAXL_SECOND; /* nothing here is about time */
    ck_assert_int_eq(jaxl_setup_new_env(&s, &p->options, &p->env, NULL), 0);
    return s;
}

START_TEST(all_is_well)
{
    struct jaxl_setup_credentials c;
    const char *dir, *file, *url;
    struct jaxl_error err;
    struct jaxl_setup *s;
    struct platform p;

    platform_set_up(&p, "2");
    s = make(&p);
    ck_assert_int_eq(jaxl_setup_credentials(s, &c, &err), 0);
    ck_assert_str_eq(c.path, p.credentials);
    ck_assert_str_eq(c.env, "dev");
    ck_assert_int_eq(c.app_id, 7);
    ck_assert_int_eq(c.key_bits, unit_slow() > 1 ? 1024 : 2048); /* platform_key */
    ck_assert(c.has_org);
    ck_assert_int_eq(jaxl_setup_auth_token(s, &err), 0);
    ck_assert_int_eq(jaxl_setup_state(s, &dir, &file, &err), 0);
    ck_assert_str_eq(dir, p.dir);
    ck_assert(strncmp(file, dir, strlen(dir)) == 0);
    ck_assert_str_eq(file + strlen(dir), "/attestation.json");
    ck_assert_int_eq(access(file, F_OK), -1); /* looking makes nothing */
    for (int m = 0; m < JAXL_MODULE_COUNT; m++) {
        ck_assert_int_eq(jaxl_setup_root(s, (enum jaxl_module)m, &url, &err), 0);
        ck_assert_str_eq(url, p.url);
    }
    ck_assert_int_eq(jaxl_setup_credentials(s, &c, &err), 0); /* and again */
    ck_assert_int_eq(jaxl_setup_state(s, &dir, &file, &err), 0);
    jaxl_setup_free(&s);
    ck_assert_ptr_null(s);
    jaxl_setup_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* Nothing follows from credentials that are not there. */
START_TEST(without_credentials)
{
    struct jaxl_setup_reached reached;
    struct jaxl_setup_credentials c;
    const char *dir, *file, *url;
    struct jaxl_error err;
    struct jaxl_setup *s;
    struct platform p;

    platform_set_up(&p, "2");
    ck_assert_int_eq(unlink(p.credentials), 0);
    s = make(&p);
    ck_assert_int_eq(jaxl_setup_credentials(s, &c, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, p.credentials));
    ck_assert_int_eq(jaxl_setup_state(s, &dir, &file, &err), JAXL_ECONFIG);
    ck_assert_int_eq(jaxl_setup_root(s, JAXL_CALL, &url, &err), JAXL_ECONFIG);
    ck_assert_int_eq(jaxl_setup_reach(s, JAXL_CALL, &reached, &err), JAXL_ECONFIG);
    ck_assert_int_eq(jaxl_setup_auth_token(s, &err), 0);
    jaxl_setup_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct {
    struct httpd_step step;
    int code, status;
    bool dated;
    int64_t skew; /* seconds from now, give or take one; of 1 January 2000: below this */
} roots[] = {
    {{.status = 404}, 0, 404, false, 0},
    {{.raw = "HTTP/1.1 200 OK\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\nContent-Length: "
             "0\r\n\r\n"},
     0,
     200,
     true,
     -800000000},
    {{.raw = "HTTP/1.1 503 No\r\nDate: yesterday\r\nContent-Length: 0\r\n\r\n"}, 0, 503, false, 0},
    {{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", .then = HTTPD_FIN},
     JAXL_EUNKNOWN,
     0,
     false,
     0},
};

START_TEST(a_root_is_asked)
{
    char value[64];
    const struct httpd_request *r;
    struct jaxl_setup_reached reached;
    struct jaxl_setup_credentials c;
    struct jaxl_error err = {0};
    struct jaxl_setup *s;
    struct platform p;

    platform_set_up(&p, "2");
    p.rest = &roots[_i].step;
    p.n_rest = 1;
    s = make(&p);
    ck_assert_int_eq(jaxl_setup_credentials(s, &c, &err), 0);
    ck_assert_int_eq(jaxl_setup_reach(s, JAXL_CALL, &reached, &err), roots[_i].code);
    if (roots[_i].code)
        ck_assert_ptr_nonnull(strstr(err.message, p.url));
    ck_assert_int_eq(reached.status, roots[_i].status);
    ck_assert_int_eq(reached.dated, roots[_i].dated);
    ck_assert(!reached.tls);
    ck_assert_int_le(reached.skew / JAXL_SECOND, roots[_i].skew);
    r = platform_request(&p, "/", 1);
    ck_assert_str_eq(r->target, "/");
    ck_assert(!httpd_header(r, "X-JAXL-API-KEY", value, sizeof value));
    ck_assert(!httpd_header(r, "X-JAXL-API-TOKEN", value, sizeof value));
    ck_assert(!httpd_header(r, "X-JAXL-AUTH-TOKEN", value, sizeof value));
    jaxl_setup_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(a_closed_root)
{
    struct jaxl_setup_reached reached;
    struct jaxl_setup_credentials c;
    struct jaxl_error err = {0};
    struct jaxl_setup *s;
    struct platform p;

    platform_set_up(&p, "2");
    snprintf(p.url, sizeof p.url, "http://127.0.0.1:%d", httpd_closed_port());
    s = make(&p);
    ck_assert_int_eq(jaxl_setup_credentials(s, &c, &err), 0);
    ck_assert_int_eq(jaxl_setup_reach(s, JAXL_ACCOUNT, &reached, &err), JAXL_ENET);
    ck_assert_ptr_nonnull(strstr(err.message, p.url));
    snprintf(p.url, sizeof p.url, "http://example.com");
    ck_assert_int_eq(jaxl_setup_reach(s, JAXL_ACCOUNT, &reached, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "JAXL_ACCOUNT_API_ROOT"));
    jaxl_setup_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* With the n-th allocation failing: no crash, no leak, and a reason that fits. */
START_TEST(out_of_memory)
{
    struct platform p;
    bool hit = true;
    long n;

    platform_set_up(&p, "2");
    for (n = 1; hit; n++) {
        struct jaxl_setup_credentials c;
        struct jaxl_setup_reached reached;
        const char *dir, *file;
        struct jaxl_setup *s;
        struct jaxl_error err = {0};
        int rc;
        failmalloc_at(n);
        rc = jaxl_setup_new_env(&s, &p.options, &p.env, &err);
        if (!rc)
            rc = jaxl_setup_credentials(s, &c, &err);
        if (!rc)
            rc = jaxl_setup_auth_token(s, &err);
        if (!rc)
            rc = jaxl_setup_state(s, &dir, &file, &err);
        if (!rc)
            rc = jaxl_setup_reach(s, JAXL_CALL, &reached, &err);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || (hit && rc == err.code), "%ld: %d %s", n, rc, err.message);
        jaxl_setup_free(&s);
    }
    ck_assert_int_gt(n, 30);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, out_of_memory);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, all_is_well);
    tcase_add_test(tc, without_credentials);
    tcase_add_loop_test(tc, a_root_is_asked, 0, UNIT_COUNT(roots));
    tcase_add_test(tc, a_closed_root);
}

int main(void)
{
    return unit_run("setup", add);
}
