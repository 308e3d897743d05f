/* What one process leaves for the next beside the attestation: the organisation and a request
 * token, so that a single command makes one request and signs nothing. The file is bound to
 * everything that the two follow from, written only with what the platform has accepted, and
 * removed as soon as it may be wrong. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jaxl/secret.h"
#include "platform/keyfile.h"
#include "platform/session_impl.h"

enum { KEPT_MAX = 2 * JAXL_TOKEN_MAX, PATH_LIMIT = 4096, OWNER_TEXT = 2 * 32 + 1 };

static bool path_of(const struct jaxl_session *s, const char *end, char path[PATH_LIMIT])
{
    return snprintf(path, PATH_LIMIT, "%s%s", jaxl_attestation_path(s->store), end) < PATH_LIMIT;
}

/* A hash of credentials, user, host, auth token and device. */
static bool find_owner(const struct jaxl_session *s, char owner[OWNER_TEXT])
{
    const struct jaxl_credentials *c = s->cred;
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct jaxl_buf text;
    bool ok;

    jaxl_buf_init(&text, 2 * JAXL_CREDENTIALS_MAX + 4 * JAXL_CREDENTIALS_HEADER_MAX);
    ok = !jaxl_buf_reserve(&text, text.max); /* it does not move: wiping leaves nothing */
    jaxl_buf_printf(&text, "%s\n%s\n%lld %lld %lld %lld %lld\n%s\n%s\n%s\n%s\n%s",
                    jaxl_http_base_url(s->bases[JAXL_ACCOUNT]), c->env, (long long)c->version,
                    (long long)c->app_id, (long long)c->app_type, (long long)s->attestation.id,
                    (long long)jaxl_token_seconds(s->token), jaxl_token_me(s->token), c->api_key,
                    c->servers, s->auth_token, c->pem);
    ok = ok && !text.failed && EVP_Digest(text.data, text.len, digest, NULL, EVP_sha256(), NULL);
    for (int i = 0; ok && i < OWNER_TEXT / 2; i++)
        snprintf(owner + 2 * i, 3, "%02x", digest[i]);
    jaxl_buf_wipe(&text);
    return ok;
}

static bool take(struct jaxl_session *s, const struct jaxl_json *root, const char *owner)
{
    const char *token = jaxl_json_string(jaxl_json_get(root, "token"), "");
    int64_t org, made;

    if (strcmp(jaxl_json_string(jaxl_json_get(root, JAXL_ATTESTATION_OWNER), ""), owner) != 0 ||
        jaxl_json_int(jaxl_json_get(root, "org"), &org) ||
        jaxl_json_int(jaxl_json_get(root, "made"), &made) || !*token)
        return false;
    s->org = org;
    jaxl_token_put(s->token, token, made);
    if (jaxl_token_good(s->token))
        s->kept_token = s->token_number + 1; /* the number that it will have */
    return true;
}

bool jaxl_session_kept_load(struct jaxl_session *s)
{
    char path[PATH_LIMIT], owner[OWNER_TEXT];
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc = NULL;
    struct jaxl_buf text;
    bool ok = false;
    int why = 0;

    if (!s->keep || !path_of(s, ".kept", path))
        return false;
    if (!jaxl_keyfile_read(path, KEPT_MAX, s->log, &text, &why) && find_owner(s, owner) &&
        !jaxl_json_doc_new(&doc, KEPT_MAX) &&
        !jaxl_json_parse(doc, jaxl_buf_text(&text), text.len, &root, NULL))
        ok = take(s, root, owner);
    jaxl_json_doc_wipe(&doc);
    jaxl_buf_wipe(&text);
    return ok;
}

/* Where it cannot be written the next process works without it. */
void jaxl_session_kept_save(struct jaxl_session *s)
{
    char path[PATH_LIMIT], new_path[PATH_LIMIT], owner[OWNER_TEXT];
    struct jaxl_buf text;

    if (!s->keep || s->kept_token == s->token_number || !path_of(s, ".kept", path) ||
        !path_of(s, ".new", new_path) || !find_owner(s, owner))
        return;
    s->kept_token = s->token_number;
    if (!jaxl_attestation_try_lock(s->store))
        return; /* another process is writing just that */
    jaxl_buf_init(&text, KEPT_MAX);
    if (!jaxl_buf_reserve(&text, s->token_text.len + PATH_LIMIT)) {
        jaxl_buf_printf(&text, "{\"%s\":\"%s\",\"org\":%lld,\"made\":%lld,\"token\":\"%s\"}\n",
                        JAXL_ATTESTATION_OWNER, owner, (long long)s->org,
                        (long long)jaxl_token_made(s->token), s->token_text.data);
        (void)jaxl_keyfile_write(path, new_path, &text, false);
    }
    jaxl_buf_wipe(&text);
    jaxl_attestation_unlock(s->store);
}

void jaxl_session_kept_doubt(struct jaxl_session *s, int status)
{
    char path[PATH_LIMIT];

    if (!s->from_kept || (status != 401 && status != 403 && status != 404))
        return;
    s->doubtful = true;
    if (path_of(s, ".kept", path))
        (void)unlink(path);
}

int jaxl_session_reopen(struct jaxl_session *s, bool *changed, struct jaxl_error *err)
{
    int64_t org = s->org, device = s->attestation.id;
    int rc;

    s->doubtful = s->from_kept = s->opened = s->sealed_kept = false;
    s->kept_token = 0;
    rc = jaxl_session_open(s, err);
    *changed = s->org != org || s->attestation.id != device;
    if (*changed)
        jaxl_session_forget(s);
    if (!rc)
        jaxl_session_kept_save(s); /* the look-up was answered: they are good */
    return rc;
}

int jaxl_session_open_surely(struct jaxl_session *s, struct jaxl_error *err)
{
    int rc = jaxl_session_open(s, err);
    bool changed;

    if (rc || !s->from_kept)
        return rc;
    s->sealed_kept = s->pending || s->calling;
    return s->sealed_kept ? 0 : jaxl_session_reopen(s, &changed, err);
}
