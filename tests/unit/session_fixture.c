#include <string.h>
#include <sys/stat.h>

#include "credentials.h"
#include "platform/base64.h"
#include "session_fixture.h"

static struct jaxl_buf key;

void platform_key(void)
{
    unit_key_make(&key, unit_slow() > 1 ? 1024 : 2048); /* valgrind makes arithmetic slow */
}

static const char *get(void *ctx, const char *name)
{
    const struct platform *p = ctx;
    const struct {
        const char *name, *value;
    } variables[] = {
        {"JAXL_API_CREDENTIALS", p->credentials},
        {"JAXL_API_AUTH_TOKEN", UNIT_AUTH_TOKEN},
        {"JAXL_ACCOUNT_API_ROOT", p->url},
        {"JAXL_PAYMENT_API_ROOT", p->named_roots ? p->roots[0] : p->url},
        {"JAXL_CALL_API_ROOT", p->named_roots ? p->roots[1]
                               : p->call_root ? p->call_root
                                              : p->url},
        {"JAXL_MESSAGE_API_ROOT", p->named_roots ? p->roots[2] : p->url},
        {"JAXL_ENDPOINTS", p->endpoints},
        {"JAXL_STATE_DIR", p->dir},
        {"USER", "user"},
    };

    for (size_t i = 0; i < UNIT_COUNT(variables); i++)
        if (!strcmp(variables[i].name, name))
            return variables[i].value;
    return NULL;
}

static int64_t now(void *ctx)
{
    return jaxl_clock_now(jaxl_clock_system()) + ((struct platform *)ctx)->slept;
}

static int64_t mono(void *ctx)
{
    return jaxl_clock_mono(jaxl_clock_system()) + ((struct platform *)ctx)->slept;
}

static void pass(void *ctx, int64_t us)
{
    ((struct platform *)ctx)->slept += us;
}

static int draw(void *ctx, void *data, size_t n)
{
    (void)ctx;
    return jaxl_clock_random(jaxl_clock_system(), data, n);
}

static void say(void *ctx, enum jaxl_log_level level, const char *message)
{
    struct platform *p = ctx;

    (void)level;
    jaxl_buf_puts(&p->said, message);
    jaxl_buf_putc(&p->said, '\n');
}

static void make_attestations(struct platform *p)
{
    unsigned char genesis[JAXL_FERNET_KEY], iv[16] = {1};

    ck_assert_int_eq(jaxl_fernet_key(UNIT_GENESIS, genesis, NULL), 0);
    for (size_t i = 0; i < UNIT_COUNT(p->encrypted); i++) {
        struct jaxl_buf text, token;
        jaxl_buf_init(&text, 1024);
        jaxl_buf_init(&token, 1024);
        jaxl_buf_printf(&text, "{\"id\": %zu, \"sk\": \"%c%s\", \"more\": [1]}", 77 + i,
                        i ? (char)('A' + (int)i) : *UNIT_GENESIS, UNIT_GENESIS + 1);
        ck_assert_int_eq(jaxl_fernet_encrypt(genesis, 1700000000 * JAXL_SECOND, iv, text.data,
                                             text.len, &token, NULL),
                         0);
        snprintf(p->encrypted[i], sizeof p->encrypted[i], "{\"encrypted\": \"%s\"}", token.data);
        jaxl_buf_free(&text);
        jaxl_buf_free(&token);
    }
}

int64_t platform_device(const struct httpd_request *r)
{
    char token[8192], *payload, *end, *found;
    struct jaxl_buf claims;
    int64_t device = -1;

    ck_assert(httpd_header(r, "X-JAXL-API-TOKEN", token, sizeof token));
    payload = strchr(token, '.') + 1;
    end = strchr(payload, '.');
    jaxl_buf_init(&claims, 8192);
    ck_assert_int_eq(
        jaxl_base64_decode(JAXL_BASE64_BARE, payload, (size_t)(end - payload), &claims), 0);
    found = strstr(claims.data, "\"device_id\":");
    ck_assert_ptr_nonnull(found);
    found += strlen("\"device_id\":");
    if (strncmp(found + strspn(found, " "), "null", 4))
        device = atoll(found);
    jaxl_buf_free(&claims);
    return device;
}

static bool refuses(struct platform *p, const struct httpd_request *r)
{
    char token[8192];

    if (p->forgotten_device && platform_device(r) == p->forgotten_device)
        return true;
    if (!p->first_token_refused || !strncmp(r->target, "/v1/app/", 8))
        return false;
    httpd_header(r, "X-JAXL-API-TOKEN", token, sizeof token);
    if (!*p->refused)
        strcpy(p->refused, token);
    return !strcmp(p->refused, token);
}

static bool echoes(struct platform *p, const struct httpd_request *r, struct httpd_step *step)
{
    char value[8192];

    if (!p->echo || strncmp(r->target, p->echo_target, strlen(p->echo_target)) != 0)
        return false;
    httpd_header(r, p->echo, value, sizeof value);
    snprintf(p->echoed, sizeof p->echoed, "{\"reason\": \"%s\", \"message\": \"not good: %s\"}",
             value, value);
    *step = (struct httpd_step){.status = 400, .body = p->echoed, .delay = 100};
    return true;
}

static struct httpd_step pick(const struct httpd_step *steps, size_t n, unsigned *turn,
                              const struct httpd_step *otherwise)
{
    unsigned i = (*turn)++;

    return n ? steps[i < n ? i : n - 1] : *otherwise;
}

static void answer(void *arg, const struct httpd_request *r, unsigned n, struct httpd_step *step)
{
    struct platform *p = arg;
    const struct httpd_step attested = {
        .status = 200, .body = p->encrypted[p->attests % UNIT_COUNT(p->encrypted)]};
    static const struct httpd_step orgs = {
        .status = 200, .body = "{\"count\": 1, \"results\": [{\"id\": 42, \"name\": \"x\"}]}"};
    static const struct httpd_step rest = {.status = 200, .body = "{\"fine\": true}"};

    (void)n;
    if (echoes(p, r, step))
        return;
    if (!strcmp(r->target, "/v1/devices/attest/"))
        *step = pick(p->attest, p->n_attest, &p->attests, &attested);
    else if (refuses(p, r))
        *step = (struct httpd_step){.status = 401, .body = "{\"detail\": \"who are you\"}"};
    else if (!strncmp(r->target, "/v1/app/organizations/", 22))
        *step = pick(p->orgs, p->n_orgs, &p->looks, &orgs);
    else
        *step = pick(p->rest, p->n_rest, &p->others, &rest);
    if (step->status == 200 && !step->body && p->attest &&
        !strcmp(r->target, "/v1/devices/attest/"))
        step->body = p->encrypted[0];
}

static void name_roots(struct platform *p)
{
    static const char *const names[] = {"PAYMENT", "CALL", "MESSAGE"};

    for (size_t i = 0; i < UNIT_COUNT(names); i++)
        snprintf(p->roots[i], sizeof p->roots[i], "%s/%s", p->url, names[i]);
}

void platform_set_up(struct platform *p, const char *app_type)
{
    struct jaxl_buf text;

    memset(p, 0, sizeof *p);
    unit_dir_make(p->dir);
    snprintf(p->credentials, sizeof p->credentials, "%s/credentials.json", p->dir);
    jaxl_buf_init(&text, 65536);
    unit_credentials_put(&text, key.data, "app.type", app_type);
    unit_file_write(p->credentials, text.data, text.len);
    jaxl_buf_free(&text);
    ck_assert_int_eq(chmod(p->credentials, 0600), 0);
    make_attestations(p);
    jaxl_buf_init(&p->said, 1 << 20);
    p->env = (struct jaxl_env){p, get};
    p->clock = (struct jaxl_clock){p, now, mono, pass, draw};
    p->log = (struct jaxl_log){p, JAXL_LOG_DEBUG, say};
    p->options = (struct jaxl_session_options){
        .clock = &p->clock, .log = &p->log, .timeout = 500 * JAXL_MSEC};
    p->d = httpd_start(answer, p);
    snprintf(p->url, sizeof p->url, "%s", httpd_url(p->d));
    name_roots(p);
}

/* The beginning of a secret that was cut is one, too. */
static void check_silence(struct platform *p, const char *secret)
{
    char start[25];

    snprintf(start, sizeof start, "%s", secret);
    ck_assert_msg(!strstr(jaxl_buf_text(&p->said), start), "'%s' was said:\n%s", start,
                  p->said.data);
}

void platform_tear_down(struct platform *p)
{
    static const char *const headers[] = {"X-JAXL-API-TOKEN", "X-JAXL-API-KEY", "x-device-attest",
                                          "X-JAXL-AUTH-TOKEN"};
    const struct httpd_request *r;
    char value[8192];

    for (unsigned n = 1; (r = httpd_request(p->d, n)); n++)
        for (size_t i = 0; i < UNIT_COUNT(headers); i++)
            if (httpd_header(r, headers[i], value, sizeof value))
                check_silence(p, value);
    check_silence(p, UNIT_AUTH_TOKEN);
    check_silence(p, UNIT_GENESIS);
    check_silence(p, "PRIVATE");
    httpd_stop(p->d);
    jaxl_buf_free(&p->said);
    unit_dir_remove(p->dir);
}

struct jaxl_session *platform_session(struct platform *p)
{
    struct jaxl_session *s;
    struct jaxl_error err = {0};

    ck_assert_msg(jaxl_session_new_env(&s, &p->options, &p->env, &err) == 0, "%s", err.message);
    return s;
}

const struct httpd_request *platform_request(struct platform *p, const char *target, unsigned n)
{
    const struct httpd_request *r;

    for (unsigned i = 1; (r = httpd_request(p->d, i)); i++)
        if (!strncmp(r->target, target, strlen(target)) && --n == 0)
            return r;
    return NULL;
}

unsigned platform_said(const struct platform *p, const char *text)
{
    unsigned n = 0;

    for (const char *at = jaxl_buf_text(&p->said); (at = strstr(at, text)); n++)
        at += strlen(text);
    return n;
}

void outcome_keep(void *arg, const struct jaxl_reply *reply)
{
    struct outcome *out = arg;

    out->done++;
    out->r = *reply;
    snprintf(out->body, sizeof out->body, "%s", reply->body);
    if (out->p)
        say(out->p, JAXL_LOG_INFO, reply->error.message);
}

void outcome_send(struct platform *p, struct jaxl_session *s, const struct jaxl_request *request,
                  struct outcome *out)
{
    struct jaxl_request copy = *request;
    struct jaxl_error err = {0};

    memset(out, 0, sizeof *out);
    out->p = p;
    copy.done = outcome_keep;
    copy.arg = out;
    ck_assert_msg(jaxl_session_send(s, &copy, &err) == 0, "%s", err.message);
    ck_assert_uint_eq(out->done, 0); /* never from _send */
}

void outcome_wait(struct jaxl_session *s)
{
    struct jaxl_error err = {0};

    while (jaxl_session_pending(s))
        ck_assert_msg(jaxl_session_wait(s, 600 * JAXL_SECOND, NULL, 0, &err) == 0, "%s",
                      err.message);
}
