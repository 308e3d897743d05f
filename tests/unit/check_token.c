#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credentials.h"
#include "jaxl/json.h"
#include "platform/base64.h"
#include "platform/token.h"

static char dir[256];
static struct jaxl_credentials *cred;
static const int64_t device = 77;

static const char *in_dir(const char *name)
{
    static char paths[4][300];
    static unsigned turn;
    char *path = paths[turn++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    return path;
}

static void setup(void)
{
    struct jaxl_buf key, text;

    unit_dir_make(dir);
    unit_key_make(&key, unit_slow() > 1 ? 1024 : 2048); /* valgrind makes arithmetic slow */
    jaxl_buf_init(&text, 65536);
    unit_credentials_put(&text, key.data, NULL, NULL);
    unit_file_write(in_dir("credentials.json"), text.data, text.len);
    ck_assert_int_eq(chmod(in_dir("credentials.json"), 0600), 0);
    ck_assert_int_eq(jaxl_credentials_load(in_dir("credentials.json"), NULL, NULL, &cred, NULL), 0);
    jaxl_buf_free(&key);
    jaxl_buf_free(&text);
}

static void teardown(void)
{
    jaxl_credentials_free(&cred);
    unit_dir_remove(dir);
}

static int64_t at(const char *text)
{
    int64_t us;

    ck_assert_int_eq(jaxl_clock_parse(text, strlen(text), &us), 0);
    return us;
}

/* The first is the one of protocol.md section 2. */
static const struct {
    const char *now, *me;
    const int64_t *device_id;
    const char *message;
} messages[] = {
    {"2026-11-22T23:57:42.185596Z", "user@host", &device,
     "{\"version\": 1, \"env\": \"dev\", \"app_id\": 7, \"me\": \"user@host\", \"now\": "
     "\"2026-11-22 23:57:42.185596+00:00\", \"device_id\": 77, \"app_version\": null}"},
    {"2026-11-22T23:57:42Z", "user@host", NULL,
     "{\"version\": 1, \"env\": \"dev\", \"app_id\": 7, \"me\": \"user@host\", \"now\": "
     "\"2026-11-22 23:57:42+00:00\", \"device_id\": null, \"app_version\": null}"},
    {"1999-01-02T03:04:05.000001Z", "\"\\/\b\f\n\r\t\x01\x7f~", NULL,
     "{\"version\": 1, \"env\": \"dev\", \"app_id\": 7, \"me\": "
     "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f~\", \"now\": "
     "\"1999-01-02 03:04:05.000001+00:00\", \"device_id\": null, \"app_version\": null}"},
    {"1999-01-02T03:04:05.100000Z",
     "jos\xc3\xa9\xe2\x82\xac\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf@\xf0\x90\x80\x80\xf0\x9f\x93\x9e"
     "\xf4\x8f\xbf\xbf",
     NULL,
     "{\"version\": 1, \"env\": \"dev\", \"app_id\": 7, \"me\": \"jos\\u00e9\\u20ac\\ud7ff\\ue000"
     "\\uffff@\\ud800\\udc00\\ud83d\\udcde\\udbff\\udfff\", \"now\": "
     "\"1999-01-02 03:04:05.100000+00:00\", \"device_id\": null, \"app_version\": null}"},
};

static struct jaxl_token_facts facts_of(const char *me, int64_t now, const int64_t *device_id)
{
    return (struct jaxl_token_facts){
        .version = 1, .env = "dev", .app_id = 7, .me = me, .now = now, .device_id = device_id};
}

START_TEST(message_byte_for_byte)
{
    struct jaxl_token_facts facts =
        facts_of(messages[_i].me, at(messages[_i].now), messages[_i].device_id);
    struct jaxl_buf out;

    jaxl_buf_init(&out, JAXL_TOKEN_MESSAGE_MAX);
    ck_assert_int_eq(jaxl_token_message(&facts, &out, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), messages[_i].message);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(claims_byte_for_byte)
{
    struct jaxl_token_facts facts =
        facts_of("us\xc3\xa9r@host", at("2026-11-22T23:57:42.185596Z"), &device);
    struct jaxl_buf out;

    jaxl_buf_init(&out, JAXL_TOKEN_MAX);
    ck_assert_int_eq(jaxl_token_claims(&facts, "AB+/", "[\"s\"]", 30, &out, NULL), 0);
    ck_assert_str_eq(
        jaxl_buf_text(&out),
        "{\"version\":\"1\",\"env\":\"dev\",\"signature\":\"AB+/\",\"me\":\"us\\u00e9r@host\","
        "\"now\":\"2026-11-22 23:57:42.185596+00:00\",\"servers\":[\"s\"],\"device_id\":77,"
        "\"app_version\":null,\"iss\":\"jaxl\",\"aud\":\"dialer\",\"iat\":1795391862,"
        "\"nbf\":1795391862,\"exp\":1795391892}");
    jaxl_buf_reset(&out);
    facts.device_id = NULL;
    ck_assert_int_eq(jaxl_token_claims(&facts, "", "[]", 30, &out, NULL), 0);
    ck_assert_ptr_nonnull(strstr(jaxl_buf_text(&out), "\"device_id\":null,"));
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(facts_that_cannot_be)
{
    const struct {
        struct jaxl_token_facts facts;
        int result;
    } rows[] = {
        {facts_of("caf\xe9@host", 0, NULL), JAXL_ECONFIG}, /* Latin-1 */
        {facts_of("\xed\xa0\x80", 0, NULL), JAXL_ECONFIG}, /* a surrogate */
        {facts_of("user@host", INT64_MAX, NULL), JAXL_EARG},
    };

    for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
        struct jaxl_buf out;
        struct jaxl_error err;
        jaxl_buf_init(&out, JAXL_TOKEN_MAX);
        ck_assert_int_eq(jaxl_token_message(&rows[i].facts, &out, &err), rows[i].result);
        ck_assert_int_eq(err.code, rows[i].result);
        jaxl_buf_reset(&out);
        ck_assert_int_eq(jaxl_token_claims(&rows[i].facts, "", "[]", 1, &out, NULL),
                         rows[i].result);
        jaxl_buf_free(&out);
    }
}
END_TEST

/* name=value, NULL-terminated */
static const char *look_up(void *ctx, const char *name)
{
    for (const char *const *p = ctx; *p; p++)
        if (strncmp(*p, name, strlen(name)) == 0 && (*p)[strlen(name)] == '=')
            return *p + strlen(name) + 1;
    return NULL;
}

static const struct {
    const char *variables[3];
    struct jaxl_token_host host;
    const char *me; /* NULL: JAXL_ECONFIG */
} identities[] = {
    {{"USER=ann"}, {.login = "bob", .name = "h"}, "ann@h"},
    {{"USER="}, {.login = "bob", .name = "h"}, "bob@h"},
    {{NULL}, {.login = "bob", .name = "h.example"}, "bob@h.example"},
    {{NULL}, {.name = "h"}, NULL},
    {{"JAXL_CONTAINER_USER=eve"}, {.login = "bob", .name = "h"}, "bob@h"},
    {{"USER=ann", "JAXL_CONTAINER_USER=eve"},
     {.container = true, .login = "bob", .name = "h"},
     "eve@h"},
    {{"USER=ann"}, {.container = true, .login = "bob", .name = "h"}, "jaxl-python@h"},
};

START_TEST(identity)
{
    const char *variables[3];
    struct jaxl_env env = {variables, look_up};
    struct jaxl_buf out;
    const char *want = identities[_i].me;

    memcpy(variables, identities[_i].variables, sizeof variables);
    jaxl_buf_init(&out, 100);
    ck_assert_int_eq(jaxl_token_identity(&env, &identities[_i].host, &out, NULL),
                     want ? 0 : JAXL_ECONFIG);
    ck_assert_str_eq(jaxl_buf_text(&out), want ? want : "");
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(identity_of_this_machine)
{
    const char *variables[] = {"USER=ann", "JAXL_CONTAINER_USER=ann", NULL};
    struct jaxl_env env = {variables, look_up};
    char host[256], want[300];
    struct jaxl_buf out;

    jaxl_buf_init(&out, JAXL_TOKEN_ME_MAX);
    ck_assert_int_eq(jaxl_token_identity(&env, NULL, &out, NULL), 0);
    ck_assert_int_eq(gethostname(host, sizeof host), 0);
    snprintf(want, sizeof want, "ann@%s", host);
    ck_assert_str_eq(jaxl_buf_text(&out), want);
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    const char *variable;
    int64_t seconds; /* 0: JAXL_ECONFIG */
} lifetimes[] = {
    {NULL, 30},         {"=", 30},     {"=1", 1},   {"=86400", 86400}, {"=0060", 60},
    {"=0", 0},          {"=86401", 0}, {"=-1", 0},  {"=+5", 0},        {"= 5", 0},
    {"=5 ", 0},         {"=5s", 0},    {"=1.5", 0}, {"=x", 0},         {"=99999999999999999999", 0},
    {"=4294967326", 0}, /* 2^32 + 30 */
};

START_TEST(lifetime)
{
    char text[80];
    const char *variables[] = {lifetimes[_i].variable ? text : NULL, NULL};
    struct jaxl_env env = {variables, look_up};
    struct jaxl_error err;
    int64_t seconds = -1, want = lifetimes[_i].seconds;

    snprintf(text, sizeof text, "JAXL_API_TOKEN_EXPIRY_IN_SEC%s",
             lifetimes[_i].variable ? lifetimes[_i].variable : "");
    ck_assert_int_eq(jaxl_token_lifetime(&env, &seconds, &err), want ? 0 : JAXL_ECONFIG);
    if (want)
        ck_assert_int_eq(seconds, want);
    else
        ck_assert_ptr_nonnull(strstr(err.message, "JAXL_API_TOKEN_EXPIRY_IN_SEC"));
}
END_TEST

/* What the openssl command says of a signature: 0 when it verifies. */
static int verify(const char *options, const char *data, size_t n, const struct jaxl_buf *signature)
{
    char command[2000];

    unit_file_write(in_dir("data"), data, n);
    unit_file_write(in_dir("signature"), signature->data, signature->len);
    snprintf(command, sizeof command,
             "openssl dgst -sha256 %s -verify %s -signature %s %s >%s 2>&1", options,
             in_dir("public.pem"), in_dir("signature"), in_dir("data"), "/dev/null");
    return system(command);
}

#define PSS "-sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha256 -sigopt rsa_pss_saltlen:"

static void write_public_key(void)
{
    FILE *f = fopen(in_dir("public.pem"), "w");

    ck_assert(f && PEM_write_PUBKEY(f, cred->key));
    ck_assert_int_eq(fclose(f), 0);
}

/* The three parts of a JWT, decoded but for the signed text. */
static void split(const char *jwt, struct jaxl_buf *header, struct jaxl_buf *claims,
                  size_t *signed_n, struct jaxl_buf *signature)
{
    const char *first = strchr(jwt, '.'), *second = strrchr(jwt, '.');

    jaxl_buf_init(header, 1000);
    jaxl_buf_init(claims, 10000);
    jaxl_buf_init(signature, 1000);
    ck_assert(first && second > first);
    *signed_n = (size_t)(second - jwt);
    ck_assert_int_eq(jaxl_base64_decode(JAXL_BASE64_BARE, jwt, (size_t)(first - jwt), header), 0);
    ck_assert_int_eq(
        jaxl_base64_decode(JAXL_BASE64_BARE, first + 1, (size_t)(second - first) - 1, claims), 0);
    ck_assert_int_eq(
        jaxl_base64_decode(JAXL_BASE64_BARE, second + 1, strlen(second + 1), signature), 0);
}

START_TEST(openssl_verifies)
{
    struct jaxl_buf jwt, header, claims, signature, pss;
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;
    const char *text;
    size_t n, len;

    jaxl_buf_init(&jwt, JAXL_TOKEN_MAX);
    ck_assert_int_eq(jaxl_token_make(cred, "user@host", &device, at("2026-11-22T23:57:42.185596Z"),
                                     30, &jwt, NULL),
                     0);
    split(jwt.data, &header, &claims, &n, &signature);
    ck_assert_str_eq(jaxl_buf_text(&header), "{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
    write_public_key();
    ck_assert_int_eq(verify("", jwt.data, n, &signature), 0);
    ck_assert_int_ne(verify("", jwt.data, n - 1, &signature), 0);

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, claims.data, claims.len, &root, NULL), 0);
    ck_assert_str_eq(jaxl_json_string(jaxl_json_find(root, "servers.1"), ""), "tw\xc3\xb6");
    text = jaxl_json_text(jaxl_json_get(root, "signature"), &len);
    jaxl_buf_init(&pss, 1000);
    ck_assert_int_eq(jaxl_base64_decode(JAXL_BASE64_STANDARD, text, len, &pss), 0);
    text = messages[0].message;
    ck_assert_int_eq(verify(PSS "max", text, strlen(text), &pss), 0);
    ck_assert_int_ne(verify(PSS "max", text, strlen(text) - 1, &pss), 0);
    ck_assert_int_ne(verify(PSS "digest", text, strlen(text), &pss), 0);

    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&jwt);
    jaxl_buf_free(&header);
    jaxl_buf_free(&claims);
    jaxl_buf_free(&signature);
    jaxl_buf_free(&pss);
}
END_TEST

static int64_t now_of(void *ctx)
{
    return *(int64_t *)ctx;
}

START_TEST(made_once_and_used_until_shortly_before_expiry)
{
    const char *variables[] = {"USER=ann", "JAXL_CONTAINER_USER=ann",
                               "JAXL_API_TOKEN_EXPIRY_IN_SEC=30", NULL};
    struct jaxl_env env = {variables, look_up};
    int64_t now = at("2026-11-22T23:57:42Z");
    struct jaxl_clock clock = {.ctx = &now, .now = now_of};
    const struct {
        int64_t pass; /* microseconds */
        bool fresh;
    } steps[] = {
        {0, true},
        {1, false},
        {25 * JAXL_SECOND - 2, false},
        {1, true}, /* five seconds before its end */
        {24 * JAXL_SECOND, false},
        {60 * JAXL_SECOND, true},
        {-1, true}, /* the clock was set back */
        {0, false},
    };
    struct jaxl_token *t;
    const char *text;
    char last[4096] = "";

    ck_assert_int_eq(jaxl_token_new(&t, cred, &env, &clock, NULL), 0);
    ck_assert_int_eq(strncmp(jaxl_token_me(t), "ann@", 4), 0);
    for (size_t i = 0; i < UNIT_COUNT(steps); i++) {
        now += steps[i].pass;
        ck_assert_int_eq(jaxl_token_get(t, &text, NULL), 0);
        ck_assert_msg((strcmp(text, last) != 0) == steps[i].fresh, "step %zu", i);
        snprintf(last, sizeof last, "%s", text);
    }
    jaxl_token_invalidate(t);
    ck_assert_int_eq(jaxl_token_get(t, &text, NULL), 0);
    ck_assert_str_ne(text, last);
    jaxl_token_free(&t);
    ck_assert_ptr_null(t);
    jaxl_token_free(&t);
}
END_TEST

static bool token_says(struct jaxl_token *t, const char *what)
{
    struct jaxl_buf header, claims, signature;
    const char *text;
    size_t n;
    bool found;

    ck_assert_int_eq(jaxl_token_get(t, &text, NULL), 0);
    split(text, &header, &claims, &n, &signature);
    found = strstr(jaxl_buf_text(&claims), what) != NULL;
    jaxl_buf_free(&header);
    jaxl_buf_free(&claims);
    jaxl_buf_free(&signature);
    return found;
}

START_TEST(carries_the_device_once_there_is_one)
{
    const char *variables[] = {"USER=ann", "JAXL_CONTAINER_USER=ann", NULL};
    struct jaxl_env env = {variables, look_up};
    struct jaxl_token *t;

    ck_assert_int_eq(jaxl_token_new(&t, cred, &env, jaxl_clock_system(), NULL), 0);
    ck_assert(token_says(t, "\"device_id\":null"));
    jaxl_token_set_device(t, &device);
    ck_assert(token_says(t, "\"device_id\":77"));
    jaxl_token_set_device(t, NULL);
    ck_assert(token_says(t, "\"device_id\":null"));
    jaxl_token_free(&t);
}
END_TEST

START_TEST(a_wrong_environment_is_told_at_once)
{
    const char *variables[] = {"USER=ann", "JAXL_CONTAINER_USER=ann",
                               "JAXL_API_TOKEN_EXPIRY_IN_SEC=soon", NULL};
    struct jaxl_env env = {variables, look_up};
    struct jaxl_token *t;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_token_new(&t, cred, &env, jaxl_clock_system(), &err), JAXL_ECONFIG);
    ck_assert_ptr_null(t);
    ck_assert_ptr_nonnull(strstr(err.message, "'soon'"));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, message_byte_for_byte, 0, UNIT_COUNT(messages));
    tcase_add_test(tc, claims_byte_for_byte);
    tcase_add_test(tc, facts_that_cannot_be);
    tcase_add_loop_test(tc, identity, 0, UNIT_COUNT(identities));
    tcase_add_test(tc, identity_of_this_machine);
    tcase_add_loop_test(tc, lifetime, 0, UNIT_COUNT(lifetimes));
    tcase_add_test(tc, openssl_verifies);
    tcase_add_test(tc, made_once_and_used_until_shortly_before_expiry);
    tcase_add_test(tc, carries_the_device_once_there_is_one);
    tcase_add_test(tc, a_wrong_environment_is_told_at_once);
}

int main(void)
{
    return unit_run("token", add);
}
