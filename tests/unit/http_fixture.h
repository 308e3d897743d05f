/* An HTTP client, the server that it talks to, and what requests come to. */
#ifndef JAXL_UNIT_HTTP_FIXTURE_H
#define JAXL_UNIT_HTTP_FIXTURE_H

#include <string.h>

#include "httpd.h"
#include "net/http.h"
#include "unit.h"

/* What one request came to. */
struct result {
    unsigned done;
    struct jaxl_http_response r;
    char body[256], reason[256], type[64];
};

static inline void keep(void *arg, const struct jaxl_http_response *r)
{
    struct result *out = arg;

    out->done++;
    out->r = *r;
    snprintf(out->body, sizeof out->body, "%s", r->body);
    snprintf(out->reason, sizeof out->reason, "%s", r->reason);
    snprintf(out->type, sizeof out->type, "%s", r->content_type);
}

struct fixture {
    struct httpd *d;
    struct jaxl_http *h;
    struct jaxl_http_base *base;
};

static inline void set_up(struct fixture *f, const struct httpd_step *steps, size_t n,
                          const struct jaxl_http_options *options)
{
    struct jaxl_error err = {0};

    f->d = httpd_start_steps(steps, n);
    ck_assert_msg(jaxl_http_new(&f->h, options, &err) == 0, "%s", err.message);
    ck_assert_msg(jaxl_http_base_new(&f->base, httpd_url(f->d), &err) == 0, "%s", err.message);
}

static inline void tear_down(struct fixture *f)
{
    jaxl_http_free(&f->h);
    jaxl_http_base_free(&f->base);
    httpd_stop(f->d);
}

static inline void start(struct fixture *f, const struct jaxl_http_request *r, struct result *out)
{
    struct jaxl_http_request copy = *r;
    struct jaxl_error err = {0};

    memset(out, 0, sizeof *out);
    if (!copy.base)
        copy.base = f->base;
    copy.done = keep;
    copy.arg = out;
    ck_assert_msg(jaxl_http_send(f->h, &copy, &err) == 0, "%s", err.message);
}

static inline void finish(struct fixture *f)
{
    struct jaxl_error err = {0};

    while (jaxl_http_active(f->h))
        ck_assert_msg(jaxl_http_wait(f->h, JAXL_SECOND, NULL, 0, &err) == 0, "%s", err.message);
}

static inline void get(struct fixture *f, const struct jaxl_http_request *r, struct result *out)
{
    start(f, r, out);
    finish(f);
    ck_assert_uint_eq(out->done, 1);
}

static const struct jaxl_http_request post = {
    .method = "POST", .path = "/v1/calls/token/", .body = "{\"a\": 1}", .body_len = 8};
static const struct jaxl_http_request fetch = {
    .method = "GET", .path = "/v1/calls/", .query = "limit=1", .resend_safe = true};

#define OK                                                                                         \
    {                                                                                              \
        .status = 200, .headers = "Content-Type: application/json\r\n", .body = "{}"               \
    }

#endif
