#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/secret.h"
#include "net/http.h"
#include "platform/attestation.h"
#include "platform/setup_impl.h"
#include "platform/token.h"

struct jaxl_setup {
    struct jaxl_session_options options;
    const struct jaxl_env *env;
    const struct jaxl_clock *clock;
    struct jaxl_credentials *cred;
    struct jaxl_attestation_store *store;
    struct jaxl_buf roots[JAXL_MODULE_COUNT];
};

int jaxl_setup_new_env(struct jaxl_setup **out, const struct jaxl_session_options *options,
                       const struct jaxl_env *env, struct jaxl_error *err)
{
    struct jaxl_setup *s = calloc(1, sizeof *s);

    *out = s;
    if (!s)
        return jaxl_error_set(err, JAXL_ENOMEM, "the set-up: out of memory");
    if (options)
        s->options = *options;
    s->env = env;
    s->clock = s->options.clock ? s->options.clock : jaxl_clock_system();
    for (size_t i = 0; i < JAXL_MODULE_COUNT; i++)
        jaxl_buf_init(&s->roots[i], JAXL_CREDENTIALS_ROOT_MAX);
    return 0;
}

int jaxl_setup_new(struct jaxl_setup **s, const struct jaxl_session_options *options,
                   struct jaxl_error *err)
{
    return jaxl_setup_new_env(s, options, NULL, err);
}

void jaxl_setup_free(struct jaxl_setup **setup)
{
    struct jaxl_setup *s = *setup;

    if (!s)
        return;
    jaxl_attestation_store_free(&s->store);
    jaxl_credentials_free(&s->cred);
    for (size_t i = 0; i < JAXL_MODULE_COUNT; i++)
        jaxl_buf_free(&s->roots[i]);
    free(s);
    *setup = NULL;
}

/* The token itself is dropped: whether it can be made is what counts. */
static int try_key(struct jaxl_setup *s, struct jaxl_error *err)
{
    struct jaxl_token *token;
    const char *text;
    int rc = jaxl_token_new(&token, s->cred, s->env, s->clock, err);

    if (!rc)
        rc = jaxl_token_get(token, &text, err);
    jaxl_token_free(&token);
    return rc;
}

int jaxl_setup_credentials(struct jaxl_setup *s, struct jaxl_setup_credentials *out,
                           struct jaxl_error *err)
{
    int rc;

    memset(out, 0, sizeof *out);
    jaxl_attestation_store_free(&s->store);
    jaxl_credentials_free(&s->cred);
    rc = jaxl_credentials_load(s->options.credentials, s->env, s->options.log, &s->cred, err);
    if (!rc)
        rc = try_key(s, err);
    if (rc) {
        jaxl_credentials_free(&s->cred);
        return rc;
    }
    *out = (struct jaxl_setup_credentials){.path = s->cred->path,
                                           .env = s->cred->env,
                                           .app_id = s->cred->app_id,
                                           .key_bits = EVP_PKEY_get_bits(s->cred->key),
                                           .has_org = s->cred->app_type == 2};
    return 0;
}

int jaxl_setup_auth_token(struct jaxl_setup *s, struct jaxl_error *err)
{
    char *token;
    int rc = jaxl_credentials_auth_token(s->env, s->options.auth_token_env, &token, err);

    jaxl_secret_free(&token);
    return rc;
}

static int need_credentials(const struct jaxl_setup *s, struct jaxl_error *err)
{
    return s->cred
               ? 0
               : jaxl_error_set(err, JAXL_ECONFIG, "there are no usable credentials to look at");
}

int jaxl_setup_state(struct jaxl_setup *s, const char **dir, const char **file,
                     struct jaxl_error *err)
{
    struct jaxl_token *token = NULL;
    int rc = need_credentials(s, err);

    if (!rc && !s->store) {
        rc = jaxl_token_new(&token, s->cred, s->env, s->clock, err);
        if (!rc)
            rc = jaxl_attestation_store_new(&s->store, s->options.state_dir, s->env, s->cred,
                                            jaxl_token_me(token), NULL, err);
        jaxl_token_free(&token);
    }
    *dir = rc ? NULL : jaxl_attestation_dir(s->store);
    *file = rc ? NULL : jaxl_attestation_path(s->store);
    return rc;
}

int jaxl_setup_root(struct jaxl_setup *s, enum jaxl_module module, const char **url,
                    struct jaxl_error *err)
{
    struct jaxl_buf *root = &s->roots[module];
    int rc = need_credentials(s, err);

    jaxl_buf_reset(root);
    if (!rc)
        rc = jaxl_credentials_root(s->cred, s->env, module, root, err);
    *url = rc ? NULL : jaxl_buf_text(root);
    return rc;
}

struct reach {
    struct jaxl_setup *setup;
    const char *url;
    struct jaxl_setup_reached *out;
    bool done;
    int rc;
    struct jaxl_error *err;
};

static void on_answer(void *arg, const struct jaxl_http_response *r)
{
    struct reach *reach = arg;

    reach->done = true;
    if (r->end != JAXL_HTTP_ANSWERED) {
        reach->rc = r->end == JAXL_HTTP_NOT_SENT ? JAXL_ENET : JAXL_EUNKNOWN;
        (void)jaxl_error_set(reach->err, reach->rc, "%s: %s", reach->url, r->reason);
        return;
    }
    reach->out->status = r->status;
    reach->out->dated = r->date >= 0;
    if (r->date >= 0) /* the header cuts its second off */
        reach->out->skew = r->date + JAXL_SECOND / 2 - jaxl_clock_now(reach->setup->clock);
}

static int ask(struct jaxl_http *http, struct jaxl_http_base *base, struct reach *reach,
               struct jaxl_error *err)
{
    const struct jaxl_http_request request = {
        .base = base, .method = "GET", .path = "/", .done = on_answer, .arg = reach};
    int rc = jaxl_http_send(http, &request, err);

    while (!rc && !reach->done)
        rc = jaxl_http_wait(http, 60 * JAXL_SECOND, NULL, 0, err);
    return rc ? rc : reach->rc;
}

int jaxl_setup_reach(struct jaxl_setup *s, enum jaxl_module module, struct jaxl_setup_reached *out,
                     struct jaxl_error *err)
{
    const struct jaxl_http_options options = {.connections = 1,
                                              .timeout = s->options.timeout,
                                              .ca_file = s->options.ca_file,
                                              .clock = s->clock};
    struct reach reach = {.setup = s, .out = out, .err = err};
    struct jaxl_http_base *base = NULL;
    struct jaxl_http *http = NULL;
    int rc = jaxl_setup_root(s, module, &reach.url, err);

    memset(out, 0, sizeof *out);
    if (!rc)
        rc = jaxl_http_base_new(&base, reach.url, err);
    if (!rc)
        rc = jaxl_http_new(&http, &options, err);
    if (!rc) {
        out->tls = strncmp(reach.url, "https:", 6) == 0;
        rc = ask(http, base, &reach, err);
    }
    jaxl_http_free(&http);
    jaxl_http_base_free(&base);
    return rc;
}
