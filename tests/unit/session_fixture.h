/* A session and the scripted platform that it talks to. */
#ifndef JAXL_UNIT_SESSION_FIXTURE_H
#define JAXL_UNIT_SESSION_FIXTURE_H

#include <pthread.h>

#include "httpd.h"
#include "platform/session_impl.h"
#include "unit.h"

#define UNIT_AUTH_TOKEN "SECRET-AUTH-TOKEN"

struct platform {
    struct httpd *d;
    char dir[256], url[64], credentials[300];
    const char *call_root; /* NULL: the server's */
    const char *endpoints; /* the file of JAXL_ENDPOINTS; NULL: none */
    /* the roots of the other modules than ACCOUNT end in their name: "http://.../CALL" */
    bool named_roots;
    char roots[3][80]; /* PAYMENT, CALL, MESSAGE */
    struct jaxl_env env;
    struct jaxl_clock clock;
    struct jaxl_log log;
    struct jaxl_session_options options;
    int64_t slept;        /* microseconds that passed in pauses, not really */
    struct jaxl_buf said; /* every log line and every message of an error */

    /* the script: step i answers request i of its kind, the last one all others */
    const struct httpd_step *attest, *orgs, *rest;
    size_t n_attest, n_orgs, n_rest;
    int64_t forgotten_device; /* 401 for tokens of this device; 0: none */
    bool first_token_refused; /* 401 for the first token that a call comes with */
    char refused[8192];
    const char *echo_target, *echo; /* 400 for targets that start with this, with the value of this
                                       header in all that the answer says; NULL: none */
    char echoed[20000];
    unsigned attests, looks, others; /* requests so far */
    char encrypted[4][2048];         /* answers to attestations: devices 77, 78, ... */
};

/* An unchecked fixture: once for all tests. */
void platform_key(void);
/* app_type: JSON text for the credentials file. */
void platform_set_up(struct platform *p, const char *app_type);
/* Also checks that no secret was said. */
void platform_tear_down(struct platform *p);
struct jaxl_session *platform_session(struct platform *p);
/* The n-th request whose target starts with this, from 1; NULL. */
const struct httpd_request *platform_request(struct platform *p, const char *target, unsigned n);
/* device_id of the request's token, -1 for null. */
int64_t platform_device(const struct httpd_request *r);
/* How often this was said. */
unsigned platform_said(const struct platform *p, const char *text);

/* What came of a request. */
struct outcome {
    struct platform *p;
    unsigned done;
    struct jaxl_reply r;
    char body[512];
};
void outcome_keep(void *arg, const struct jaxl_reply *reply);
void outcome_send(struct platform *p, struct jaxl_session *s, const struct jaxl_request *request,
                  struct outcome *out);
void outcome_wait(struct jaxl_session *s);

#endif
