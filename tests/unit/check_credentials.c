#include <malloc.h>
#include <string.h>
#include <sys/stat.h>

#include "credentials.h"
#include "failmalloc.h"
#include "jaxl/secret.h"
#include "platform/credentials.h"

static char dir[256], path[300];
static struct jaxl_buf key; /* JSON string */
static char warning[1024];
static int leaks;

void __real_free(void *p);
void __wrap_free(void *p);

/* Memory that is given back must not hold the key any more. */
void __wrap_free(void *p)
{
    static const char marker[] = "PRIVATE KEY";

    if (p && memmem(p, malloc_usable_size(p), marker, sizeof marker - 1))
        leaks++;
    __real_free(p);
}

static void setup(void)
{
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/credentials.json", dir);
    unit_key_make(&key, 2048);
}

static void teardown(void)
{
    jaxl_buf_free(&key);
    unit_dir_remove(dir);
}

static void no_file(void)
{
    (void)remove(path);
}

static void put(const char *member, const char *value)
{
    struct jaxl_buf text;

    jaxl_buf_init(&text, 65536);
    unit_credentials_put(&text, key.data, member, value);
    unit_file_write(path, text.data, text.len);
    ck_assert_int_eq(chmod(path, 0600), 0);
    jaxl_buf_wipe(&text);
}

static void remember(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    ck_assert_int_eq(level, JAXL_LOG_WARNING);
    snprintf(warning, sizeof warning, "%s", message);
}

static const struct jaxl_log to_memory = {.level = JAXL_LOG_DEBUG, .write = remember};

static int load(struct jaxl_credentials **cred, struct jaxl_error *err)
{
    warning[0] = '\0';
    return jaxl_credentials_load(path, NULL, &to_memory, cred, err);
}

START_TEST(reads_everything)
{
    static const unsigned char genesis_start[] = {0x73, 0x0f, 0xf4, 0xc7};
    struct jaxl_credentials *c;

    put(NULL, NULL);
    ck_assert_int_eq(load(&c, NULL), 0);
    ck_assert_str_eq(c->path, path);
    ck_assert_int_eq(c->version, 1);
    ck_assert_str_eq(c->env, "dev");
    ck_assert_int_eq(c->app_id, 7);
    ck_assert_int_eq(c->app_type, 2);
    ck_assert_str_eq(c->api_key, "API-KEY");
    ck_assert_int_eq(EVP_PKEY_get_bits(c->key), 2048);
    ck_assert_mem_eq(c->genesis, genesis_start, sizeof genesis_start);
    ck_assert_str_eq(c->servers, "[\"one\",\"tw\xc3\xb6\"]");
    ck_assert_str_eq(warning, "");
    jaxl_credentials_free(&c);
    ck_assert_ptr_null(c);
    jaxl_credentials_free(&c);
    jaxl_credentials_free(NULL);
}
END_TEST

#define PUBLIC_PEM "\"-----BEGIN PUBLIC KEY-----\\nMFww\\n-----END PUBLIC KEY-----\\n\""
#define ENCRYPTED_PEM                                                                              \
    "\"-----BEGIN ENCRYPTED PRIVATE KEY-----\\nMIIB\\n-----END ENCRYPTED PRIVATE KEY-----\\n\""
#define EC_PEM                                                                                     \
    "\"-----BEGIN PRIVATE "                                                                        \
    "KEY-----\\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88h"                    \
    "b2\\nOF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\\n1RTwjmYSi9R/"         \
    "zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\\n-----END PRIVATE KEY-----\\n\""

static const struct {
    const char *member, *value, *what; /* value NULL: left out */
} wrongs[] = {
    {"watermark.version", NULL, "watermark.version is missing"},
    {"watermark.version", "null", "watermark.version is missing"},
    {"watermark.version", "\"1\"", "watermark.version is wrong"},
    {"watermark.version", "1.5", "watermark.version is wrong: it must be a whole number"},
    {"watermark.version", "99999999999999999999", "watermark.version is wrong"},
    {"watermark.env", NULL, "watermark.env is missing"},
    {"watermark.env", "\"prod\"",
     "watermark.env is wrong: it must be production, staging, run or dev"},
    {"watermark.env", "\"dev\\u0000\"", "watermark.env is wrong"},
    {"watermark.env", "7", "watermark.env is wrong"},
    {"app.id", NULL, "app.id is missing"},
    {"app.id", "{}", "app.id is wrong"},
    {"app.type", NULL, "app.type is missing"},
    {"app.type", "true", "app.type is wrong"},
    {"client.key", NULL, "client.key is missing"},
    {"client.key", "\"\"", "client.key is wrong"},
    {"client.key", "\"a\\r\\nX-Header: b\"", "client.key is wrong"},
    {"client.key", "\"key \"", "client.key is wrong"},
    {"client.key", "\"k\\u00e9y\"", "client.key is wrong"},
    {"client.secret", NULL, "client.secret is missing"},
    {"client.secret", "[]", "client.secret is wrong"},
    {"client.secret", "\"s3cret\"", "client.secret is wrong: it must be an RSA private key in PEM"},
    {"client.secret", PUBLIC_PEM, "client.secret is wrong: it must be an RSA private key"},
    {"client.secret", ENCRYPTED_PEM, "without a passphrase"},
    {"client.secret", EC_PEM, "client.secret is wrong: it must be an RSA private key"},
    {"client.genesis_key", NULL, "client.genesis_key is missing"},
    {"client.genesis_key", "\"s3cret\"", "client.genesis_key is wrong"},
    {"servers", NULL, "servers is missing"},
    {"servers", "\"one\"", "servers is wrong: it must be an array"},
};

START_TEST(names_what_is_wrong)
{
    struct jaxl_credentials *c = NULL;
    struct jaxl_error err;

    put(wrongs[_i].member, wrongs[_i].value);
    ck_assert_int_eq(load(&c, &err), JAXL_ECONFIG);
    ck_assert_ptr_null(c);
    ck_assert_int_eq(err.code, JAXL_ECONFIG);
    ck_assert_msg(strstr(err.message, wrongs[_i].what) != NULL, "%s", err.message);
    ck_assert_ptr_nonnull(strstr(err.message, path));
    ck_assert_ptr_null(strstr(err.message, "s3cret"));
    ck_assert_int_eq(load(&c, NULL), JAXL_ECONFIG);
}
END_TEST

START_TEST(small_keys_are_refused)
{
    struct jaxl_credentials *c;
    struct jaxl_error err;
    struct jaxl_buf small;

    unit_key_make(&small, 512);
    put("client.secret", small.data);
    jaxl_buf_free(&small);
    ck_assert_int_eq(load(&c, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "1024 to 16384 bits"));
}
END_TEST

static const struct {
    const char *text, *what;
} files[] = {
    {"", "credentials file"},           {"{", "credentials file"},
    {"[]", "it must be a JSON object"}, {"{}", "watermark.version is missing"},
    {"{} {}", "credentials file"},      {"{\"watermark\": 7}", "watermark.version is missing"},
};

START_TEST(files_that_are_none)
{
    struct jaxl_credentials *c;
    struct jaxl_error err;

    unit_file_write(path, files[_i].text, strlen(files[_i].text));
    ck_assert_int_eq(load(&c, &err), JAXL_ECONFIG);
    ck_assert_int_eq(err.code, JAXL_ECONFIG);
    ck_assert_msg(strstr(err.message, files[_i].what) != NULL, "%s", err.message);
    ck_assert_ptr_nonnull(strstr(err.message, path));
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
    struct jaxl_credentials *c;
    struct jaxl_error err;
    char *big = malloc(JAXL_CREDENTIALS_MAX + 1);

    ck_assert_int_eq(load(&c, &err), JAXL_ECONFIG); /* not there */
    ck_assert_ptr_nonnull(strstr(err.message, "No such file"));
    ck_assert_ptr_nonnull(strstr(err.message, "JAXL_API_CREDENTIALS"));
    ck_assert_int_eq(jaxl_credentials_load(dir, NULL, NULL, &c, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "Is a directory"));
    memset(big, ' ', JAXL_CREDENTIALS_MAX + 1);
    unit_file_write(path, big, JAXL_CREDENTIALS_MAX + 1);
    ck_assert_int_eq(load(&c, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "more than 65536 bytes"));
    free(big);
}
END_TEST

START_TEST(a_file_of_the_greatest_size_is_read)
{
    struct jaxl_credentials *c;
    struct jaxl_buf text;

    jaxl_buf_init(&text, JAXL_CREDENTIALS_MAX);
    unit_credentials_put(&text, key.data, NULL, NULL);
    while (text.len < JAXL_CREDENTIALS_MAX)
        jaxl_buf_putc(&text, '\n');
    unit_file_write(path, text.data, text.len);
    jaxl_buf_free(&text);
    ck_assert_int_eq(load(&c, NULL), 0);
    jaxl_credentials_free(&c);
}
END_TEST

static const struct {
    mode_t mode;
    bool warned;
} modes[] = {{0400, false}, {0600, false}, {0640, true}, {0604, true}, {0644, true}, {0622, false}};

START_TEST(warns_when_others_can_read)
{
    struct jaxl_credentials *c;

    put(NULL, NULL);
    ck_assert_int_eq(chmod(path, modes[_i].mode), 0);
    ck_assert_int_eq(load(&c, NULL), 0);
    ck_assert_int_eq(strstr(warning, path) != NULL, modes[_i].warned);
    ck_assert_int_eq(strstr(warning, "chmod 600") != NULL, modes[_i].warned);
    jaxl_credentials_free(&c);
}
END_TEST

START_TEST(warns_of_another_platform)
{
    struct jaxl_credentials *c;

    put("client.platform", "1");
    ck_assert_int_eq(load(&c, NULL), 0);
    ck_assert_ptr_nonnull(strstr(warning, "client.platform"));
    jaxl_credentials_free(&c);
    put("client.platform", NULL);
    ck_assert_int_eq(load(&c, NULL), 0);
    ck_assert_str_eq(warning, "");
    jaxl_credentials_free(&c);
}
END_TEST

struct variable {
    const char *name, *value;
};

static const char *look_up(void *ctx, const char *name)
{
    const struct variable *v = ctx;

    return v->name && strcmp(v->name, name) == 0 ? v->value : NULL;
}

START_TEST(path_from_the_environment)
{
    struct variable v = {"JAXL_API_CREDENTIALS", path};
    struct jaxl_env env = {&v, look_up};
    struct jaxl_credentials *c;
    struct jaxl_error err;

    put(NULL, NULL);
    ck_assert_int_eq(jaxl_credentials_load(NULL, &env, NULL, &c, NULL), 0);
    jaxl_credentials_free(&c);
    v.value = "";
    ck_assert_int_eq(jaxl_credentials_load(NULL, &env, NULL, &c, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "JAXL_API_CREDENTIALS is not set"));
}
END_TEST

START_TEST(the_key_is_wiped)
{
    struct jaxl_credentials *c;

    put(NULL, NULL);
    leaks = 0;
    ck_assert_int_eq(load(&c, NULL), 0);
    jaxl_credentials_free(&c);
    put("servers", NULL);
    ck_assert_int_eq(load(&c, NULL), JAXL_ECONFIG);
    ck_assert_int_eq(leaks, 0);
    free(strdup("-----BEGIN PRIVATE KEY-----")); /* the check can fail */
    ck_assert_int_eq(leaks, 1);
}
END_TEST

static int load_and_free(void *ctx)
{
    struct jaxl_credentials *c;
    int r = load(&c, ctx);

    jaxl_credentials_free(&c);
    return r;
}

START_TEST(memory_runs_out)
{
    struct jaxl_error err;

    put(NULL, NULL);
    ck_assert_int_ge(failmalloc_each(load_and_free, NULL), 8);
    ck_assert_int_ge(failmalloc_each(load_and_free, &err), 8);
}
END_TEST

static const struct {
    const char *env, *account, *payment, *call, *message;
} fixed[] = {
    {"production", "https://fin.jaxl.com", "https://fin.jaxl.com", "https://live.jaxl.com",
     "https://fin.jaxl.com"},
    {"staging", "https://payments.jaxl.app", "https://payments.jaxl.app",
     "https://transport.jaxl.app", "https://payments.jaxl.app"},
    {"run", "https://pay.jaxl.run", "https://pay.jaxl.run", "https://ws.jaxl.run",
     "https://pay.jaxl.run"},
};

START_TEST(roots_by_environment)
{
    const char *want[] = {
        [JAXL_ACCOUNT] = fixed[_i].account,
        [JAXL_PAYMENT] = fixed[_i].payment,
        [JAXL_CALL] = fixed[_i].call,
        [JAXL_MESSAGE] = fixed[_i].message,
    };
    struct variable none = {NULL, NULL};
    struct jaxl_env env = {&none, look_up};
    struct jaxl_credentials *c;
    char value[20];

    snprintf(value, sizeof value, "\"%s\"", fixed[_i].env);
    put("watermark.env", value);
    ck_assert_int_eq(load(&c, NULL), 0);
    for (int m = 0; m < JAXL_MODULE_COUNT; m++) {
        struct jaxl_buf out;
        jaxl_buf_init(&out, JAXL_CREDENTIALS_ROOT_MAX);
        ck_assert_int_eq(jaxl_credentials_root(c, &env, (enum jaxl_module)m, &out, NULL), 0);
        ck_assert_str_eq(jaxl_buf_text(&out), want[m]);
        jaxl_buf_free(&out);
    }
    jaxl_credentials_free(&c);
}
END_TEST

static const struct {
    const char *value, *root; /* NULL: JAXL_ECONFIG */
} dev_roots[] = {
    {"https://api.example.com", "https://api.example.com"},
    {"https://api.example.com/", "https://api.example.com"},
    {"https://api.example.com:8443/base//", "https://api.example.com:8443/base"},
    {"HTTPS://api.example.com", "https://api.example.com"},
    {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
    {"http://127.9.9.9:1/", "http://127.9.9.9:1"},
    {"http://[::1]:8080/", "http://[::1]:8080"},
    {"http://localhost:8080", "http://localhost:8080"},
    {"http://LOCALHOST", "http://LOCALHOST"},
    {"http://api.example.com", NULL},
    {"http://127.0.0.1.example.com", NULL},
    {"http://localhost.example.com", NULL},
    {"http://128.0.0.1", NULL},
    {"http://0.0.0.0", NULL},
    {"http://[::2]", NULL},
    {"http://[::ffff:8.8.8.8]", NULL},
    {"http://127.0.0.1@example.com", NULL},
    {"https://user:s3cret@example.com", NULL},
    {"https://user@example.com", NULL},
    {"https://example.com?x=1", NULL},
    {"https://example.com/#x", NULL},
    {"ftp://127.0.0.1", NULL},
    {"file:///etc/passwd", NULL},
    {"api.example.com", NULL},
    {"https://", NULL},
    {"https://a b", NULL},
    {"https://example.com\r\nX: y", NULL},
    {"nonsense", NULL},
    {"", NULL},
    {NULL, NULL},
};

START_TEST(roots_of_dev)
{
    static const char *const names[] = {
        [JAXL_ACCOUNT] = "JAXL_ACCOUNT_API_ROOT",
        [JAXL_PAYMENT] = "JAXL_PAYMENT_API_ROOT",
        [JAXL_CALL] = "JAXL_CALL_API_ROOT",
        [JAXL_MESSAGE] = "JAXL_MESSAGE_API_ROOT",
    };
    enum jaxl_module module = (enum jaxl_module)(_i % JAXL_MODULE_COUNT);
    struct variable v = {names[module], dev_roots[_i].value};
    struct jaxl_env env = {&v, look_up};
    const char *want = dev_roots[_i].root;
    struct jaxl_credentials *c;
    struct jaxl_error err;
    struct jaxl_buf out;

    put(NULL, NULL);
    ck_assert_int_eq(load(&c, NULL), 0);
    jaxl_buf_init(&out, JAXL_CREDENTIALS_ROOT_MAX);
    ck_assert_int_eq(jaxl_credentials_root(c, &env, module, &out, &err), want ? 0 : JAXL_ECONFIG);
    ck_assert_str_eq(jaxl_buf_text(&out), want ? want : "");
    if (!want) {
        ck_assert_msg(strstr(err.message, names[module]) != NULL, "%s", err.message);
        ck_assert_ptr_null(strstr(err.message, "s3cret"));
    }
    jaxl_buf_free(&out);
    jaxl_credentials_free(&c);
}
END_TEST

static const struct {
    const char *name, *variable, *value, *token;
} auth_tokens[] = {
    {NULL, "JAXL_API_AUTH_TOKEN", "abc.DEF-1", "abc.DEF-1"},
    {"MY_TOKEN", "MY_TOKEN", "t", "t"},
    {"MY_TOKEN", "JAXL_API_AUTH_TOKEN", "t", NULL},
    {NULL, "JAXL_API_AUTH_TOKEN", "", NULL},
    {NULL, "JAXL_API_AUTH_TOKEN", "s3cret\n", NULL},
    {NULL, "JAXL_API_AUTH_TOKEN", " s3cret", NULL},
    {NULL, "JAXL_API_AUTH_TOKEN", "s3cr\xc3\xa9t", NULL},
};

START_TEST(auth_token)
{
    struct variable v = {auth_tokens[_i].variable, auth_tokens[_i].value};
    struct jaxl_env env = {&v, look_up};
    const char *name = auth_tokens[_i].name ? auth_tokens[_i].name : "JAXL_API_AUTH_TOKEN";
    struct jaxl_error err;
    char *token = NULL;

    ck_assert_int_eq(jaxl_credentials_auth_token(&env, auth_tokens[_i].name, &token, &err),
                     auth_tokens[_i].token ? 0 : JAXL_ECONFIG);
    ck_assert_pstr_eq(token, auth_tokens[_i].token);
    if (!token) {
        ck_assert_ptr_nonnull(strstr(err.message, name));
        ck_assert_ptr_null(strstr(err.message, "s3cr"));
    }
    jaxl_secret_free(&token);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, setup, teardown);
    tcase_add_checked_fixture(tc, no_file, NULL);
    tcase_add_test(tc, reads_everything);
    tcase_add_loop_test(tc, names_what_is_wrong, 0, UNIT_COUNT(wrongs));
    tcase_add_test(tc, small_keys_are_refused);
    tcase_add_loop_test(tc, files_that_are_none, 0, UNIT_COUNT(files));
    tcase_add_test(tc, files_that_cannot_be_read);
    tcase_add_test(tc, a_file_of_the_greatest_size_is_read);
    tcase_add_loop_test(tc, warns_when_others_can_read, 0, UNIT_COUNT(modes));
    tcase_add_test(tc, warns_of_another_platform);
    tcase_add_test(tc, path_from_the_environment);
    tcase_add_test(tc, the_key_is_wiped);
    tcase_add_test(tc, memory_runs_out);
    tcase_add_loop_test(tc, roots_by_environment, 0, UNIT_COUNT(fixed));
    tcase_add_loop_test(tc, roots_of_dev, 0, UNIT_COUNT(dev_roots));
    tcase_add_loop_test(tc, auth_token, 0, UNIT_COUNT(auth_tokens));
}

int main(void)
{
    return unit_run("credentials", add);
}
