#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "credentials.h"
#include "failmalloc.h"
#include "jaxl/json.h"
#include "platform/attestation.h"

#define SK     "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OBJECT "{\"id\":77,\"sk\":\"" SK "\",\"more\":[1.50,null]}"

struct variable {
    const char *name, *value;
};

static char dir[256], state[300], file[400];
static struct jaxl_credentials *cred;
static char logged[1024];
static int leaks;

void __real_free(void *p);
void __wrap_free(void *p);

/* Memory that is given back must not hold the key any more. */
void __wrap_free(void *p)
{
    if (p && memmem(p, malloc_usable_size(p), SK, 20))
        leaks++;
    __real_free(p);
}

static void remember(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    snprintf(logged, sizeof logged, "%s", message);
}

static const struct jaxl_log to_memory = {.level = JAXL_LOG_DEBUG, .write = remember};

static const char *look_up(void *ctx, const char *name)
{
    for (const struct variable *v = ctx; v->name; v++)
        if (strcmp(v->name, name) == 0)
            return v->value;
    return NULL;
}

static const struct variable sandbox[] = {{"JAXL_ACCOUNT_API_ROOT", "http://127.0.0.1:1"}, {0}};

static struct jaxl_env env_of(const struct variable *variables)
{
    static struct variable copy[8];
    size_t n = 0;

    for (; variables[n].name; n++)
        copy[n] = variables[n];
    copy[n] = variables[n];
    return (struct jaxl_env){copy, look_up};
}

static void setup(void)
{
    struct jaxl_buf key, text;
    char path[300];

    unit_dir_make(dir);
    unit_key_make(&key, 1024);
    jaxl_buf_init(&text, 65536);
    unit_credentials_put(&text, key.data, NULL, NULL);
    snprintf(path, sizeof path, "%s/credentials.json", dir);
    unit_file_write(path, text.data, text.len);
    ck_assert_int_eq(chmod(path, 0600), 0);
    ck_assert_int_eq(jaxl_credentials_load(path, NULL, NULL, &cred, NULL), 0);
    jaxl_buf_free(&key);
    jaxl_buf_free(&text);
}

static void teardown(void)
{
    jaxl_credentials_free(&cred);
    unit_dir_remove(dir);
}

/* Each test has its own state directory, not made yet. */
static void new_state(void)
{
    static int turn;

    snprintf(state, sizeof state, "%s/%d-%d/api", dir, (int)getpid(), turn++);
    snprintf(file, sizeof file, "%s/attestation.json", state);
    logged[0] = '\0';
}

static struct jaxl_attestation_store *open_store(const char *me)
{
    struct jaxl_env env = env_of(sandbox);
    struct jaxl_attestation_store *s;

    ck_assert_int_eq(jaxl_attestation_store_new(&s, state, &env, cred, me, &to_memory, NULL), 0);
    return s;
}

static struct jaxl_attestation read_object(const char *text)
{
    const struct jaxl_json *root;
    struct jaxl_attestation a;
    struct jaxl_json_doc *doc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &root, NULL), 0);
    ck_assert_int_eq(jaxl_attestation_object(root, &a), 0);
    jaxl_json_doc_wipe(&doc);
    return a;
}

static void save(struct jaxl_attestation_store *s, const char *object)
{
    struct jaxl_attestation a = read_object(object);

    ck_assert_int_eq(jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL), 0);
    ck_assert_int_eq(jaxl_attestation_save(s, &a, NULL), 0);
    jaxl_attestation_unlock(s);
    jaxl_attestation_clear(&a);
}

/* Puts a file there as somebody else would have written it. */
static void plant(struct jaxl_attestation_store *s, const char *text)
{
    ck_assert_int_eq(jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL), 0);
    jaxl_attestation_unlock(s);
    unit_file_write(file, text, strlen(text));
    ck_assert_int_eq(chmod(file, 0600), 0);
}

static unsigned mode_of(const char *path)
{
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static int files_in(const char *path)
{
    char command[400];
    FILE *p;
    int n;

    snprintf(command, sizeof command, "ls -A '%s' | wc -l", path);
    p = popen(command, "r");
    ck_assert(p && fscanf(p, "%d", &n) == 1);
    ck_assert_int_eq(pclose(p), 0);
    return n;
}

START_TEST(what_is_saved_is_loaded)
{
    static const unsigned char sk_start[] = {0, 1, 2, 3, 4};
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a;
    char parent[300];

    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), JAXL_EEND);
    ck_assert_int_eq(access(state, F_OK), -1); /* looking makes nothing */
    save(s, OBJECT);
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
    ck_assert_int_eq(a.id, 77);
    ck_assert_mem_eq(a.sk, sk_start, sizeof sk_start);
    ck_assert_str_eq(a.object, OBJECT);
    jaxl_attestation_clear(&a);
    ck_assert_ptr_null(a.object);
    jaxl_attestation_clear(NULL);
    snprintf(parent, sizeof parent, "%.*s", (int)(strrchr(state, '/') - state), state);
    ck_assert_uint_eq(mode_of(parent), 0700);
    ck_assert_uint_eq(mode_of(state), 0700);
    ck_assert_uint_eq(mode_of(file), 0600);
    ck_assert_int_eq(files_in(state), 2); /* it and its lock */
    jaxl_attestation_store_free(&s);
    ck_assert_ptr_null(s);
    jaxl_attestation_store_free(&s);
}
END_TEST

START_TEST(modes_do_not_depend_on_the_umask)
{
    static const mode_t masks[] = {0, 0077, 0377};
    struct jaxl_attestation_store *s;

    for (size_t i = 0; i < UNIT_COUNT(masks); i++) {
        mode_t old;
        new_state();
        s = open_store("ann@here");
        old = umask(masks[i] & 0077);
        ck_assert_int_eq(jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL), 0);
        (void)umask(masks[i]);
        save(s, OBJECT);
        (void)umask(old);
        ck_assert_uint_eq(mode_of(state), 0700);
        ck_assert_uint_eq(mode_of(file), 0600);
        jaxl_attestation_store_free(&s);
    }
}
END_TEST

static const struct {
    const char *text, *why; /* why NULL: usable */
} kept[] = {
    {OBJECT, NULL}, /* another client's */
    {"\n" OBJECT "\n", NULL},
    {"{\"id\":77,\"sk\":\"" SK "\",\"libjaxl_owner\":null}", NULL},
    {"{\"id\":77,\"sk\":\"" SK "\",\"libjaxl_owner\":\"00\"}", "other credentials"},
    {"{\"id\":77,\"sk\":\"" SK "\",\"libjaxl_owner\":7}", "other credentials"},
    {"", "holds no attestation"},
    {"{", "holds no attestation"},
    {"[]", "holds no attestation"},
    {"null", "holds no attestation"},
    {"{\"id\":77}", "holds no attestation"},
    {"{\"sk\":\"" SK "\"}", "holds no attestation"},
    {"{\"id\":\"77\",\"sk\":\"" SK "\"}", "holds no attestation"},
    {"{\"id\":7.5,\"sk\":\"" SK "\"}", "holds no attestation"},
    {"{\"id\":77,\"sk\":\"short\"}", "holds no attestation"},
    {"{\"id\":77,\"sk\":null}", "holds no attestation"},
};

START_TEST(unusable_files_are_passed_over_and_replaced)
{
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a;

    plant(s, kept[_i].text);
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), kept[_i].why ? JAXL_EEND : 0);
    ck_assert_int_eq(a.id, kept[_i].why ? 0 : 77);
    jaxl_attestation_clear(&a);
    if (kept[_i].why) {
        ck_assert_msg(strstr(logged, kept[_i].why) != NULL, "%s", logged);
        ck_assert_ptr_nonnull(strstr(logged, file));
        save(s, OBJECT);
        ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
        jaxl_attestation_clear(&a);
    }
    jaxl_attestation_store_free(&s);
}
END_TEST

START_TEST(a_file_too_long_is_passed_over)
{
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a;
    char *text = malloc(JAXL_ATTESTATION_MAX + 2);

    memset(text, ' ', JAXL_ATTESTATION_MAX + 1);
    text[JAXL_ATTESTATION_MAX + 1] = '\0';
    memcpy(text, OBJECT, sizeof OBJECT - 1);
    plant(s, text);
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), JAXL_EEND);
    text[JAXL_ATTESTATION_MAX] = '\0';
    plant(s, text);
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
    jaxl_attestation_clear(&a);
    free(text);
    jaxl_attestation_store_free(&s);
}
END_TEST

/* Up to the longest object that is taken; one byte more is not taken at all. */
START_TEST(what_is_saved_can_be_loaded)
{
    enum { MAX = JAXL_ATTESTATION_OBJECT_MAX };
    static const char start[] = "{\"id\":77,\"sk\":\"" SK "\",\"more\":\"";
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a;
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;
    char *text = malloc(MAX + 2);

    memset(text, 'x', MAX + 1);
    memcpy(text, start, sizeof start - 1);
    memcpy(text + MAX - 2, "\"}", 3);
    save(s, text);
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
    ck_assert_str_eq(a.object, text);
    jaxl_attestation_clear(&a);
    memcpy(text + MAX - 2, "x\"}", 4);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, JAXL_ATTESTATION_MAX), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, text, MAX + 1, &root, NULL), 0);
    ck_assert_int_eq(jaxl_attestation_object(root, &a), JAXL_EPROTO);
    jaxl_json_doc_wipe(&doc);
    explicit_bzero(text, MAX + 1);
    free(text);
    jaxl_attestation_store_free(&s);
}
END_TEST

START_TEST(belongs_to_credentials_and_user)
{
    static const struct variable elsewhere[] = {{"JAXL_ACCOUNT_API_ROOT", "http://127.0.0.1:2"},
                                                {0}};
    struct jaxl_attestation_store *s = open_store("ann@here"), *other;
    struct jaxl_credentials changed = *cred;
    struct jaxl_attestation a;
    struct jaxl_env env;

    save(s, OBJECT);
    jaxl_attestation_store_free(&s);
    s = open_store("ann@there"); /* the same home on another host */
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
    jaxl_attestation_clear(&a);
    jaxl_attestation_store_free(&s);
    s = open_store("bob@here");
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), JAXL_EEND);
    jaxl_attestation_store_free(&s);

    env = env_of(elsewhere);
    ck_assert_int_eq(jaxl_attestation_store_new(&other, state, &env, cred, "ann@here", NULL, NULL),
                     0);
    ck_assert_int_eq(jaxl_attestation_load(other, &a, NULL), JAXL_EEND);
    jaxl_attestation_store_free(&other);
    env = env_of(sandbox);
    changed.app_id++;
    ck_assert_int_eq(
        jaxl_attestation_store_new(&other, state, &env, &changed, "ann@here", NULL, NULL), 0);
    ck_assert_int_eq(jaxl_attestation_load(other, &a, NULL), JAXL_EEND);
    jaxl_attestation_store_free(&other);
    changed = *cred;
    changed.api_key = (char[]){"ANOTHER"};
    ck_assert_int_eq(
        jaxl_attestation_store_new(&other, state, &env, &changed, "ann@here", NULL, NULL), 0);
    ck_assert_int_eq(jaxl_attestation_load(other, &a, NULL), JAXL_EEND);
    jaxl_attestation_store_free(&other);
}
END_TEST

START_TEST(warns_when_others_can_read_it)
{
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a;

    save(s, OBJECT);
    ck_assert_int_eq(chmod(file, 0644), 0);
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
    ck_assert_ptr_nonnull(strstr(logged, "chmod 600"));
    jaxl_attestation_clear(&a);
    jaxl_attestation_store_free(&s);
}
END_TEST

START_TEST(where_it_is_kept)
{
    const struct {
        const char *dir;
        struct variable variables[3];
        const char *where; /* after the test's directory; NULL: JAXL_ECONFIG */
    } rows[] = {
        {state, {{0}}, "attestation.json"},
        {state, {{"JAXL_ATTESTATION_FILE_NAME", "mine.json"}}, "mine.json"},
        {NULL, {{"JAXL_STATE_DIR", state}, {"HOME", "/nowhere"}}, "attestation.json"},
        {"", {{"JAXL_STATE_DIR", state}, {"HOME", "/nowhere"}}, "attestation.json"},
        {NULL, {{"HOME", state}}, ".jaxl/api/attestation.json"},
        {state, {{"JAXL_ATTESTATION_FILE_NAME", "../x"}}, NULL},
        {state, {{"JAXL_ATTESTATION_FILE_NAME", ".."}}, NULL},
        {state, {{"JAXL_ATTESTATION_FILE_NAME", "."}}, NULL},
        {state, {{"JAXL_ATTESTATION_FILE_NAME", "/etc/passwd"}}, NULL},
    };

    for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
        struct variable variables[4] = {
            sandbox[0], rows[i].variables[0], rows[i].variables[1], {0}};
        struct jaxl_env env = env_of(variables);
        struct jaxl_attestation_store *s;
        struct jaxl_error err;
        char path[500];
        int r = jaxl_attestation_store_new(&s, rows[i].dir, &env, cred, "a@b", NULL, &err);
        ck_assert_int_eq(r, rows[i].where ? 0 : JAXL_ECONFIG);
        if (r) {
            ck_assert_ptr_nonnull(strstr(err.message, "JAXL_ATTESTATION_FILE_NAME"));
            continue;
        }
        save(s, OBJECT);
        snprintf(path, sizeof path, "%s/%s", state, rows[i].where);
        ck_assert_msg(access(path, F_OK) == 0, "%s", path);
        jaxl_attestation_store_free(&s);
    }
}
END_TEST

START_TEST(what_cannot_be_written_is_told)
{
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a = read_object(OBJECT), none;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_attestation_save(s, &a, &err), JAXL_EARG); /* without the lock */
    ck_assert_int_eq(jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL), 0);
    ck_assert_int_eq(mkdir(file, 0700), 0); /* in its place */
    ck_assert_int_eq(jaxl_attestation_save(s, &a, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, file));
    ck_assert_int_eq(jaxl_attestation_load(s, &none, &err), JAXL_EIO);
    ck_assert_int_eq(files_in(state), 2); /* the new one was taken away again */
    jaxl_attestation_clear(&a);
    jaxl_attestation_store_free(&s);

    snprintf(state + strlen(state), sizeof state - strlen(state), "/attestation.json.lock/sub");
    s = open_store("ann@here");
    ck_assert_int_eq(jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, &err), JAXL_EIO);
    jaxl_attestation_store_free(&s);
}
END_TEST

static int64_t slept;

static void count_sleep(void *ctx, int64_t us)
{
    (void)ctx;
    slept += us;
}

static bool after_a_second(void *ctx)
{
    (void)ctx;
    return slept >= JAXL_SECOND;
}

START_TEST(waits_for_the_lock_but_not_for_ever)
{
    struct jaxl_attestation_store *s = open_store("ann@here"), *other = open_store("ann@here");
    struct jaxl_clock clock = {.sleep = count_sleep};
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_attestation_lock(s, &clock, NULL, NULL, NULL), 0);
    ck_assert_int_eq(jaxl_attestation_lock(s, &clock, NULL, NULL, NULL), 0); /* has it already */
    ck_assert_int_eq(slept, 0);
    ck_assert_int_eq(jaxl_attestation_lock(other, &clock, NULL, NULL, &err), JAXL_EBUSY);
    ck_assert_int_eq(slept, JAXL_ATTESTATION_WAIT);
    slept = 0;
    ck_assert_int_eq(jaxl_attestation_lock(other, &clock, after_a_second, NULL, &err),
                     JAXL_ESTOPPED);
    ck_assert_int_eq(slept, JAXL_SECOND);
    jaxl_attestation_store_free(&s); /* unlocks */
    ck_assert_int_eq(jaxl_attestation_lock(other, &clock, NULL, NULL, NULL), 0);
    jaxl_attestation_store_free(&other);
}
END_TEST

enum { PROCESSES = 12 };

/* What the session does. Exit status: the device id that was ended with. */
static int attest(int start, int tally)
{
    struct jaxl_attestation_store *s = open_store("ann@here");
    struct jaxl_attestation a;
    char byte;
    int r;

    if (read(start, &byte, 1) != 0) /* all at once, when the pipe is closed */
        return 255;
    r = jaxl_attestation_load(s, &a, NULL);
    if (r == JAXL_EEND && !(r = jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL))) {
        r = jaxl_attestation_load(s, &a, NULL);
        if (r == JAXL_EEND) {
            char object[200];
            snprintf(object, sizeof object, "{\"id\":%d,\"sk\":\"" SK "\"}", 1 + getpid() % 250);
            a = read_object(object);
            if (write(tally, "x", 1) != 1)
                return 254;
            r = jaxl_attestation_save(s, &a, NULL);
        }
        jaxl_attestation_unlock(s);
    }
    jaxl_attestation_store_free(&s);
    return r ? 253 : (int)a.id;
}

START_TEST(processes_at_once_attest_once)
{
    int start[2], tally[2], status, id = 0;
    struct jaxl_attestation_store *s;
    struct jaxl_attestation a;
    char marks[PROCESSES + 1];

    ck_assert(pipe(start) == 0 && pipe(tally) == 0);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            close(start[1]);
            _exit(attest(start[0], tally[1]));
        }
    }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < PROCESSES; i++) {
        ck_assert_int_gt(wait(&status), 0);
        ck_assert(WIFEXITED(status));
        ck_assert_int_le(WEXITSTATUS(status), 250);
        ck_assert(id == 0 || id == WEXITSTATUS(status));
        id = WEXITSTATUS(status);
    }
    close(tally[1]);
    ck_assert_int_eq(read(tally[0], marks, sizeof marks), 1);
    close(tally[0]);
    s = open_store("ann@here");
    ck_assert_int_eq(jaxl_attestation_load(s, &a, NULL), 0);
    ck_assert_int_eq(a.id, id);
    ck_assert_int_eq(files_in(state), 2);
    jaxl_attestation_clear(&a);
    jaxl_attestation_store_free(&s);
}
END_TEST

START_TEST(a_process_that_died_holds_no_lock)
{
    struct jaxl_clock clock = {.sleep = count_sleep};
    struct jaxl_attestation_store *s;
    char path[450];
    int status;
    pid_t pid;

    s = open_store("ann@here");
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL))
            _exit(1);
        snprintf(path, sizeof path, "%s.new", file); /* half written */
        unit_file_write(path, "{", 1);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    slept = 0;
    ck_assert_int_eq(jaxl_attestation_lock(s, &clock, NULL, NULL, NULL), 0);
    ck_assert_int_eq(slept, 0);
    save(s, OBJECT);
    ck_assert_int_eq(files_in(state), 2);
    jaxl_attestation_store_free(&s);
}
END_TEST

static int draw(void *ctx, void *data, size_t n)
{
    unsigned char *p = data;

    if (ctx)
        return JAXL_EIO;
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(0xe0 + i);
    return 0;
}

static int64_t some_time(void *ctx)
{
    (void)ctx;
    return 1795391862 * JAXL_SECOND;
}

START_TEST(headers_of_the_request)
{
    struct jaxl_clock clock = {.now = some_time, .random = draw};
    struct jaxl_attestation_headers h;
    struct jaxl_buf text;

    ck_assert_int_eq(jaxl_attestation_prepare(cred, &clock, &h, NULL), 0);
    ck_assert_str_eq(h.origin, "linux://");
    ck_assert_str_eq(h.forwarded_for, "127.0.0.1");
    ck_assert_str_eq(h.device_id, "jaxl:sdk:e0e1e2e3e4e5e6e7e8e9eaebecedeeef");
    jaxl_buf_init(&text, 1000);
    ck_assert_int_eq(jaxl_fernet_decrypt(cred->genesis, some_time(NULL), JAXL_SECOND,
                                         h.device_attest, strlen(h.device_attest), &text, NULL),
                     0);
    ck_assert_str_eq(text.data, "{\"pd\": \"jaxl:sdk:e0e1e2e3e4e5e6e7e8e9eaebecedeeef\", \"dt\": "
                                "\"\", \"cookie\": null}");
    jaxl_buf_free(&text);
    clock.ctx = &clock;
    ck_assert_int_eq(jaxl_attestation_prepare(cred, &clock, &h, NULL), JAXL_EIO);
}
END_TEST

static void encrypt(const char *text, struct jaxl_buf *body)
{
    static const unsigned char iv[16];

    jaxl_buf_init(body, 1000);
    jaxl_buf_puts(body, "{\"extra\": 1, \"encrypted\": \"");
    ck_assert_int_eq(
        jaxl_fernet_encrypt(cred->genesis, JAXL_SECOND, iv, text, strlen(text), body, NULL), 0);
    jaxl_buf_puts(body, "\"}");
}

static const struct {
    const char *object;
    int result;
} answers[] = {
    {OBJECT, 0},
    {"{\"id\":77,\"sk\":\"" SK "\"}", 0},
    {"{\"id\":77}", JAXL_EPROTO},
    {"{\"id\":null,\"sk\":\"" SK "\"}", JAXL_EPROTO},
    {"{\"id\":77,\"sk\":\"x\"}", JAXL_EPROTO},
    {"[]", JAXL_EPROTO},
    {"", JAXL_EPROTO},
    {"nonsense", JAXL_EPROTO},
};

START_TEST(answers_that_hold_an_object)
{
    struct jaxl_attestation a;
    struct jaxl_error err;
    struct jaxl_buf body;

    encrypt(answers[_i].object, &body);
    ck_assert_int_eq(jaxl_attestation_accept(cred, 200, body.data, body.len, "", &a, &err),
                     answers[_i].result);
    if (!answers[_i].result) {
        ck_assert_int_eq(a.id, 77);
        ck_assert_str_eq(a.object, answers[_i].object);
    }
    jaxl_attestation_clear(&a);
    jaxl_buf_free(&body);
}
END_TEST

static const struct {
    int status, code;
    const char *body, *what; /* body: of a 200; of all others the reason that they give */
    bool safe;
} refusals[] = {
    {200, JAXL_EPROTO, "", "not understood", false},
    {200, JAXL_EPROTO, "{}", "not understood", false},
    {200, JAXL_EPROTO, "{\"encrypted\": 7}", "not understood", false},
    {200, JAXL_EPROTO, "<html>", "not understood", false},
    {200, JAXL_ECRYPTO, "{\"encrypted\": \"gAAAAA\"}", "genesis_key", false},
    {400, JAXL_EREFUSED, "PAYLOAD_INVALID_TOKEN", "genesis_key", false},
    {400, JAXL_EREFUSED, "NO_X_DEVICE_ATTEST_HEADER", "proxy", false},
    {400, JAXL_EREFUSED, "INVALID_ORIGIN_SCHEME", "operating system", false},
    {409, JAXL_EREFUSED, "DEVICE_UID_ALREADY_EXISTS", "again", false},
    {400, JAXL_EREFUSED, "NEW\nONE", "HTTP 400, NEW ONE", false},
    {404, JAXL_EREFUSED, "", "HTTP 404, no reason", false},
    {302, JAXL_EREFUSED, "", "HTTP 302", false},
    {401, JAXL_EAUTH, "BAD_TOKEN", "HTTP 401, BAD_TOKEN", false},
    {402, JAXL_EAUTH, "", "HTTP 402", false},
    {403, JAXL_EAUTH, "X", "clock", false},
    {429, JAXL_ETHROTTLE, "", "later", true},
    {500, JAXL_ENET, "", "HTTP 500", true},
    {503, JAXL_ENET, "X", "HTTP 503", true},
};

START_TEST(answers_that_refuse)
{
    struct jaxl_attestation a;
    struct jaxl_error err;
    const char *body = refusals[_i].body;

    ck_assert_int_eq(
        jaxl_attestation_accept(cred, refusals[_i].status, body, strlen(body), body, &a, &err),
        refusals[_i].code);
    ck_assert_int_eq(err.code, refusals[_i].code);
    ck_assert_int_eq(err.status, refusals[_i].status);
    ck_assert_int_eq(err.retry_safe, refusals[_i].safe);
    ck_assert_msg(strstr(err.message, refusals[_i].what) != NULL, "%s", err.message);
    ck_assert_ptr_null(a.object);
    ck_assert_int_eq(
        jaxl_attestation_accept(cred, refusals[_i].status, body, strlen(body), body, &a, NULL),
        refusals[_i].code);
}
END_TEST

static const struct {
    int status;
    unsigned tries;
    int64_t seconds; /* -1: no further try */
} pauses[] = {
    {503, 1, 2},  {503, 2, 3},  {503, 3, 5},  {503, 4, 9},           {503, 5, -1},
    {502, 1, 2},  {504, 1, 2},  {500, 1, -1}, {501, 1, -1},          {505, 1, -1},
    {400, 1, -1}, {200, 1, -1}, {503, 0, -1}, {503, 4000000000, -1},
};

START_TEST(pauses_between_tries)
{
    int64_t us = jaxl_attestation_retry(pauses[_i].status, pauses[_i].tries);

    ck_assert_int_eq(us, pauses[_i].seconds < 0 ? -1 : pauses[_i].seconds * JAXL_SECOND);
}
END_TEST

static int whole_life(void *ctx)
{
    struct jaxl_env env = env_of(sandbox);
    struct jaxl_attestation_store *s;
    struct jaxl_attestation_headers h;
    struct jaxl_attestation a = {0}, b = {0};
    struct jaxl_buf *body = ctx;
    int r = jaxl_attestation_store_new(&s, state, &env, cred, "ann@here", NULL, NULL);

    if (!r)
        r = jaxl_attestation_prepare(cred, jaxl_clock_system(), &h, NULL);
    if (!r)
        r = jaxl_attestation_accept(cred, 200, body->data, body->len, "", &a, NULL);
    if (!r)
        r = jaxl_attestation_lock(s, jaxl_clock_system(), NULL, NULL, NULL);
    if (!r)
        r = jaxl_attestation_save(s, &a, NULL);
    if (!r)
        r = jaxl_attestation_load(s, &b, NULL);
    jaxl_attestation_clear(&a);
    jaxl_attestation_clear(&b);
    jaxl_attestation_store_free(&s);
    return r;
}

START_TEST(memory_runs_out_and_keys_are_wiped)
{
    struct jaxl_buf body;

    encrypt(OBJECT, &body);
    leaks = 0;
    ck_assert_int_ge(failmalloc_each(whole_life, &body), 20);
    ck_assert_int_eq(leaks, 0);
    free(strdup(SK)); /* the check can fail */
    ck_assert_int_eq(leaks, 1);
    jaxl_buf_free(&body);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, setup, teardown);
    tcase_add_checked_fixture(tc, new_state, NULL);
    tcase_add_test(tc, what_is_saved_is_loaded);
    tcase_add_test(tc, modes_do_not_depend_on_the_umask);
    tcase_add_loop_test(tc, unusable_files_are_passed_over_and_replaced, 0, UNIT_COUNT(kept));
    tcase_add_test(tc, a_file_too_long_is_passed_over);
    tcase_add_test(tc, what_is_saved_can_be_loaded);
    tcase_add_test(tc, belongs_to_credentials_and_user);
    tcase_add_test(tc, warns_when_others_can_read_it);
    tcase_add_test(tc, where_it_is_kept);
    tcase_add_test(tc, what_cannot_be_written_is_told);
    tcase_add_test(tc, waits_for_the_lock_but_not_for_ever);
    tcase_add_test(tc, processes_at_once_attest_once);
    tcase_add_test(tc, a_process_that_died_holds_no_lock);
    tcase_add_test(tc, headers_of_the_request);
    tcase_add_loop_test(tc, answers_that_hold_an_object, 0, UNIT_COUNT(answers));
    tcase_add_loop_test(tc, answers_that_refuse, 0, UNIT_COUNT(refusals));
    tcase_add_loop_test(tc, pauses_between_tries, 0, UNIT_COUNT(pauses));
    tcase_add_test(tc, memory_runs_out_and_keys_are_wiped);
}

int main(void)
{
    return unit_run("attestation", add);
}
