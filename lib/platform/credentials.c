#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jaxl/json.h"
#include "jaxl/secret.h"
#include "platform/credentials.h"
#include "platform/keyfile.h"

enum { PLATFORM = 3, RSA_BITS_MIN = 1024, RSA_BITS_MAX = 16384 };

/* protocol.md section 1; NULL: out of the environment. */
static const struct {
    const char *env, *call, *other;
} roots[] = {
    {"production", "https://live.jaxl.com", "https://fin.jaxl.com"},
    {"staging", "https://transport.jaxl.app", "https://payments.jaxl.app"},
    {"run", "https://ws.jaxl.run", "https://pay.jaxl.run"},
    {"dev", NULL, NULL},
};

static const char *const root_variables[] = {
    [JAXL_ACCOUNT] = "JAXL_ACCOUNT_API_ROOT",
    [JAXL_PAYMENT] = "JAXL_PAYMENT_API_ROOT",
    [JAXL_CALL] = "JAXL_CALL_API_ROOT",
    [JAXL_MESSAGE] = "JAXL_MESSAGE_API_ROOT",
};

static int find_roots(const char *env)
{
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (strcmp(roots[i].env, env) == 0)
            return (int)i;
    return -1;
}

static bool fits_header(const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    return n > 0 && n <= JAXL_CREDENTIALS_HEADER_MAX && text[0] != ' ' && text[n - 1] != ' ';
}

static int no_memory(const char *path, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ENOMEM, "credentials file %s: out of memory", path);
}

static int read_file(const char *path, const struct jaxl_log *log, struct jaxl_buf *out,
                     struct jaxl_error *err)
{
    int why = 0;

    switch (jaxl_keyfile_read(path, JAXL_CREDENTIALS_MAX, log, out, &why)) {
    case 0:
        return 0;
    case JAXL_ENOMEM:
        return no_memory(path, err);
    case JAXL_ELIMIT:
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "%s: more than %d bytes: this is no credentials file", path,
                              JAXL_CREDENTIALS_MAX);
    default:
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "credentials file %s: %s; set JAXL_API_CREDENTIALS to the JSON file "
                              "that Jaxl gave you",
                              path, strerror(why));
    }
}

/* The members that are taken as they are. */
static const struct member {
    const char *path;
    enum jaxl_json_type type;
    size_t at;
    const char *what;
} members[] = {
    {"watermark.version", JAXL_JSON_NUMBER, offsetof(struct jaxl_credentials, version),
     "a whole number"},
    {"watermark.env", JAXL_JSON_STRING, offsetof(struct jaxl_credentials, env),
     "production, staging, run or dev"},
    {"app.id", JAXL_JSON_NUMBER, offsetof(struct jaxl_credentials, app_id), "a whole number"},
    {"app.type", JAXL_JSON_NUMBER, offsetof(struct jaxl_credentials, app_type), "a whole number"},
    {"client.key", JAXL_JSON_STRING, offsetof(struct jaxl_credentials, api_key),
     "the API key, printable ASCII"},
};

/* A missing or wrong member. The value itself is not shown: it may be a secret. */
static int wrong(const struct jaxl_credentials *c, const struct jaxl_json *v, const char *member,
                 const char *what, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ECONFIG, "credentials file %s: %s %s: it must be %s", c->path,
                          member, jaxl_json_is_null(v) ? "is missing" : "is wrong", what);
}

static int take_member(struct jaxl_credentials *c, const struct jaxl_json *root,
                       const struct member *m, struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_json_find(root, m->path);
    void *field = (char *)c + m->at;
    const char *text = jaxl_json_string(v, NULL);

    if (jaxl_json_type(v) != m->type)
        return wrong(c, v, m->path, m->what, err);
    if (m->type == JAXL_JSON_NUMBER)
        return jaxl_json_int(v, field) ? wrong(c, v, m->path, m->what, err) : 0;
    if (!text)
        return wrong(c, v, m->path, m->what, err);
    *(char **)field = strdup(text);
    return *(char **)field ? 0 : no_memory(c->path, err);
}

/* Without this OpenSSL would ask on the terminal. */
static int no_password(char *buf, int size, int writing, void *ctx)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)ctx;
    return -1;
}

static const char *judge_key(const EVP_PKEY *key, const char *pem)
{
    if (!key && strstr(pem, "ENCRYPTED"))
        return "an RSA private key without a passphrase";
    if (!key || !EVP_PKEY_is_a(key, "RSA"))
        return "an RSA private key in PEM (-----BEGIN PRIVATE KEY-----)";
    if (EVP_PKEY_get_bits(key) < RSA_BITS_MIN || EVP_PKEY_get_bits(key) > RSA_BITS_MAX)
        return "an RSA private key of 1024 to 16384 bits";
    return NULL;
}

int jaxl_credentials_key(struct jaxl_credentials *c, struct jaxl_error *err)
{
    const char *expected;
    BIO *bio;

    if (c->key)
        return 0;
    bio = BIO_new_mem_buf(c->pem, (int)strlen(c->pem));
    if (!bio)
        return no_memory(c->path, err);
    c->key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    ERR_clear_error();
    expected = judge_key(c->key, c->pem);
    if (!expected)
        return 0;
    EVP_PKEY_free(c->key);
    c->key = NULL;
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "credentials file %s: client.secret is wrong: it must be %s", c->path,
                          expected);
}

static int take_pem(struct jaxl_credentials *c, const struct jaxl_json *root,
                    struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_json_find(root, "client.secret");
    const char *pem = jaxl_json_string(v, NULL);

    if (!pem)
        return wrong(c, v, "client.secret", judge_key(NULL, ""), err);
    c->pem = strdup(pem);
    return c->pem ? 0 : no_memory(c->path, err);
}

static int take_servers(struct jaxl_credentials *c, const struct jaxl_json *root,
                        struct jaxl_error *err)
{
    const struct jaxl_json *v = jaxl_json_get(root, "servers");
    struct jaxl_json_writer *w;
    struct jaxl_buf text;
    int r;

    if (jaxl_json_type(v) != JAXL_JSON_ARRAY)
        return wrong(c, v, "servers", "an array", err);
    jaxl_buf_init(&text, 2 * JAXL_CREDENTIALS_MAX);
    r = jaxl_json_writer_new(&w, &text);
    if (!r) {
        jaxl_json_write_value(w, v);
        r = jaxl_json_writer_check(w, NULL);
    }
    jaxl_json_writer_free(&w);
    c->servers = r ? NULL : jaxl_buf_take(&text);
    jaxl_buf_free(&text);
    return c->servers ? 0 : no_memory(c->path, err);
}

static int take_all(struct jaxl_credentials *c, const struct jaxl_json *root,
                    const struct jaxl_log *log, struct jaxl_error *err)
{
    const struct jaxl_json *genesis = jaxl_json_find(root, "client.genesis_key");
    int64_t platform;
    int r = 0;

    if (jaxl_json_type(root) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_ECONFIG, "credentials file %s: it must be a JSON object",
                              c->path);
    for (size_t i = 0; !r && i < sizeof members / sizeof members[0]; i++)
        r = take_member(c, root, &members[i], err);
    if (r)
        return r;
    if (find_roots(c->env) < 0)
        return wrong(c, root, "watermark.env", "production, staging, run or dev", err);
    if (!fits_header(c->api_key))
        return wrong(c, root, "client.key", "the API key, printable ASCII", err);
    r = jaxl_fernet_key(jaxl_json_string(genesis, ""), c->genesis, NULL);
    if (r)
        return r == JAXL_ENOMEM
                   ? no_memory(c->path, err)
                   : wrong(c, genesis, "client.genesis_key", "a Fernet key of 44 characters", err);
    if (!jaxl_json_int(jaxl_json_find(root, "client.platform"), &platform) && platform != PLATFORM)
        jaxl_log_print(log, JAXL_LOG_WARNING,
                       "credentials file %s: client.platform is not %d: they may be for an app",
                       c->path, PLATFORM);
    r = take_pem(c, root, err);
    return r ? r : take_servers(c, root, err);
}

static int parse(struct jaxl_credentials *c, const struct jaxl_buf *text,
                 const struct jaxl_log *log, struct jaxl_error *err)
{
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    int r = jaxl_json_doc_new(&doc, JAXL_CREDENTIALS_MAX);

    if (r)
        return no_memory(c->path, err);
    r = jaxl_json_parse(doc, jaxl_buf_text(text), text->len, &root, err);
    if (r == JAXL_ENOMEM) {
        r = no_memory(c->path, err);
    } else if (r) {
        r = JAXL_ECONFIG;
        (void)jaxl_error_prefix(err, r, "credentials file %s", c->path);
        if (err)
            err->code = r;
    } else {
        r = take_all(c, root, log, err);
    }
    jaxl_json_doc_wipe(&doc);
    return r;
}

int jaxl_credentials_read(const char *path, const struct jaxl_env *env, const struct jaxl_log *log,
                          struct jaxl_credentials **out, struct jaxl_error *err)
{
    struct jaxl_credentials *c;
    struct jaxl_buf text;
    int r;

    *out = NULL;
    if (!path)
        path = jaxl_env_get(env, "JAXL_API_CREDENTIALS");
    if (!path)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "JAXL_API_CREDENTIALS is not set: it is the path of the credentials "
                              "JSON file that Jaxl gave you");
    c = calloc(1, sizeof *c);
    if (c)
        c->path = strdup(path);
    if (!c || !c->path) {
        free(c);
        return no_memory(path, err);
    }
    r = read_file(path, log, &text, err);
    if (!r)
        r = parse(c, &text, log, err);
    jaxl_buf_wipe(&text);
    if (r)
        jaxl_credentials_free(&c);
    *out = c;
    return r;
}

int jaxl_credentials_load(const char *path, const struct jaxl_env *env, const struct jaxl_log *log,
                          struct jaxl_credentials **out, struct jaxl_error *err)
{
    int r = jaxl_credentials_read(path, env, log, out, err);

    if (!r)
        r = jaxl_credentials_key(*out, err);
    if (r)
        jaxl_credentials_free(out);
    return r;
}

void jaxl_credentials_free(struct jaxl_credentials **cred)
{
    struct jaxl_credentials *c = cred ? *cred : NULL;

    if (!c)
        return;
    EVP_PKEY_free(c->key);
    free(c->path);
    free(c->env);
    free(c->servers);
    jaxl_secret_free(&c->pem);
    jaxl_secret_free(&c->api_key);
    jaxl_secret_wipe(c, sizeof *c);
    free(c);
    *cred = NULL;
}

static bool is_loopback(const char *host)
{
    struct in_addr v4;

    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool found = curl_url_get(url, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return found;
}

/* What is wrong with a root, or NULL. The value itself is not shown: it may hold a password. */
static const char *judge_root(CURLU *url)
{
    static const char shape[] = "it must be an address such as https://host:port";
    char *scheme = NULL, *host = NULL;
    const char *wrong_part = NULL;

    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) ||
        curl_url_get(url, CURLUPART_HOST, &host, 0))
        wrong_part = shape;
    else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
        wrong_part = shape;
    else if (strcmp(scheme, "http") == 0 && !is_loopback(host))
        wrong_part = "http:// is for this machine alone (127.0.0.1, [::1], localhost), so that no "
                     "credentials travel in clear: use https://";
    else if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) ||
             has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT))
        wrong_part = "it must have no user, no '?' and no '#'";
    curl_free(scheme);
    curl_free(host);
    return wrong_part;
}

static int put_root(const char *variable, const char *value, struct jaxl_buf *out,
                    struct jaxl_error *err)
{
    CURLU *url = curl_url();
    const char *wrong_part = NULL;
    char *text = NULL;
    CURLUcode code;
    size_t n;

    if (!url)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", variable);
    code = strlen(value) > JAXL_CREDENTIALS_ROOT_MAX ? CURLUE_MALFORMED_INPUT
                                                     : curl_url_set(url, CURLUPART_URL, value, 0);
    if (code == CURLUE_OK)
        wrong_part = judge_root(url);
    if (code == CURLUE_OK && !wrong_part)
        code = curl_url_get(url, CURLUPART_URL, &text, 0);
    curl_url_cleanup(url);
    if (code == CURLUE_OUT_OF_MEMORY)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", variable);
    if (code != CURLUE_OK || wrong_part)
        return jaxl_error_set(err, JAXL_ECONFIG, "%s: %s", variable,
                              wrong_part ? wrong_part
                                         : "it must be an address such as https://host:port");
    for (n = strlen(text); n > 0 && text[n - 1] == '/';)
        n--;
    jaxl_buf_add(out, text, n);
    curl_free(text);
    return jaxl_buf_check(out, variable, err);
}

int jaxl_credentials_root(const struct jaxl_credentials *cred, const struct jaxl_env *env,
                          enum jaxl_module module, struct jaxl_buf *out, struct jaxl_error *err)
{
    int row = find_roots(cred->env);
    const char *variable = root_variables[module], *value;

    if (row >= 0 && roots[row].call) {
        jaxl_buf_puts(out, module == JAXL_CALL ? roots[row].call : roots[row].other);
        return jaxl_buf_check(out, "API root", err);
    }
    value = jaxl_env_get(env, variable);
    if (!value)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "%s is not set: credentials of the environment dev (%s) need it, "
                              "such as https://host:port",
                              variable, cred->path);
    return put_root(variable, value, out, err);
}

int jaxl_credentials_auth_token(const struct jaxl_env *env, const char *name, char **token,
                                struct jaxl_error *err)
{
    const char *value;

    *token = NULL;
    if (!name)
        name = "JAXL_API_AUTH_TOKEN";
    value = jaxl_env_get(env, name);
    if (!value)
        return jaxl_error_set(err, JAXL_ECONFIG, "%s is not set: it is your Jaxl auth token", name);
    if (!fits_header(value))
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "%s: an auth token is printable ASCII without blanks around it",
                              name);
    *token = strdup(value);
    return *token ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
}
