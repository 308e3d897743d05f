#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credentials.h"
#include "failmalloc.h"
#include "jaxl/campaigns.h"
#include "jaxl/fernet.h"
#include "jaxl/live.h"
#include "platform/keyfile.h"
#include "session_fixture.h"

static const struct jaxl_request list = {.endpoint = JAXL_CALLS_LIST};

static void set_up(struct platform *p)
{
    platform_set_up(p, "2");
    p->options.keep = true;
    p->options.timeout = 60 * JAXL_SECOND; /* nothing here is about time: a slow machine is fine */
}

/* One command; the result of its one call. */
static int command(struct platform *p, struct jaxl_error *err)
{
    struct jaxl_session *s = platform_session(p);
    int rc;

    memset(err, 0, sizeof *err);
    rc = jaxl_session_call(s, &list, NULL, NULL, err);
    p->log.write(p, JAXL_LOG_INFO, err->message); /* it may not hold a secret either */
    jaxl_session_free(&s);
    return rc;
}

static void command_works(struct platform *p)
{
    struct jaxl_error err;

    ck_assert_msg(command(p, &err) == 0, "%s", err.message);
}

static const char *header(struct platform *p, unsigned n, const char *name)
{
    static char values[8][8192];
    static unsigned turn;
    const struct httpd_request *r = platform_request(p, "/v1/calls/", n);
    char *value = values[turn++ % UNIT_COUNT(values)];

    ck_assert_ptr_nonnull(r);
    ck_assert(httpd_header(r, name, value, sizeof values[0]));
    return value;
}

static void kept_path(const struct platform *p, char path[400])
{
    snprintf(path, 400, "%s/attestation.json.kept", p->dir);
}

START_TEST(next_command_asks_once)
{
    char path[400];
    struct platform p;
    struct stat st;

    set_up(&p);
    command_works(&p);
    ck_assert_uint_eq(p.looks, 1);
    kept_path(&p, path);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    command_works(&p);
    command_works(&p);
    ck_assert_uint_eq(p.attests, 1);
    ck_assert_uint_eq(p.looks, 1);
    ck_assert_uint_eq(p.others, 3);
    for (unsigned n = 1; n <= 3; n++) {
        ck_assert_str_eq(header(&p, n, "X-JAXL-ORGID"), "42");
        ck_assert_str_eq(header(&p, n, "X-JAXL-API-TOKEN"), header(&p, 1, "X-JAXL-API-TOKEN"));
    }
    platform_tear_down(&p);
}
END_TEST

/* The organisation lasts, the token does not. */
START_TEST(later_command_signs_anew)
{
    struct platform p;

    set_up(&p);
    command_works(&p);
    p.slept += 60 * JAXL_SECOND;
    command_works(&p);
    command_works(&p);
    ck_assert_uint_eq(p.looks, 1);
    ck_assert_str_ne(header(&p, 1, "X-JAXL-API-TOKEN"), header(&p, 2, "X-JAXL-API-TOKEN"));
    ck_assert_str_eq(header(&p, 2, "X-JAXL-API-TOKEN"), header(&p, 3, "X-JAXL-API-TOKEN"));
    platform_tear_down(&p);
}
END_TEST

START_TEST(only_when_it_is_wanted)
{
    char path[400];
    struct platform p;

    set_up(&p);
    command_works(&p);
    p.options.keep = false;
    command_works(&p);
    ck_assert_uint_eq(p.looks, 2);
    kept_path(&p, path);
    ck_assert_int_eq(unlink(path), 0);
    command_works(&p);
    ck_assert_int_eq(access(path, F_OK), -1);
    platform_tear_down(&p);
}
END_TEST

static const struct httpd_step other_org[] = {
    {.status = 200, .body = "{\"results\": [{\"id\": 43}]}"}};
static const int doubts[] = {401, 403, 404};

START_TEST(another_organisation_is_found)
{
    const struct httpd_step steps[] = {{.status = doubts[_i]}, {.status = 200, .body = "{}"}};
    const struct httpd_step twice[] = {{.status = 401}, {.status = 401}, {.status = 200}};
    struct platform p;
    unsigned last;

    set_up(&p);
    command_works(&p);
    p.orgs = other_org;
    p.n_orgs = 1;
    p.others = 0;
    p.rest = doubts[_i] == 401 ? twice : steps; /* a 401 is answered with a fresh token first */
    p.n_rest = doubts[_i] == 401 ? 3 : 2;
    command_works(&p);
    ck_assert_uint_eq(p.looks, 2);
    last = 1 + p.others;
    ck_assert_uint_eq(p.others, doubts[_i] == 401 ? 3 : 2);
    ck_assert_str_eq(header(&p, last - 1, "X-JAXL-ORGID"), "42");
    ck_assert_str_eq(header(&p, last, "X-JAXL-ORGID"), "43");
    p.n_rest = 0;
    command_works(&p); /* and it is kept now */
    ck_assert_uint_eq(p.looks, 2);
    ck_assert_str_eq(header(&p, last + 1, "X-JAXL-ORGID"), "43");
    platform_tear_down(&p);
}
END_TEST

/* A 404 of something else: looked up once, not asked again, and kept again. */
START_TEST(the_same_organisation_stays)
{
    static const struct httpd_step no[] = {{.status = 404, .body = "{\"reason\": \"NO_CALL\"}"}};
    struct jaxl_error err;
    struct platform p;

    set_up(&p);
    command_works(&p);
    p.rest = no;
    p.n_rest = 1;
    ck_assert_int_eq(command(&p, &err), JAXL_EREFUSED);
    ck_assert_int_eq(err.status, 404);
    ck_assert_ptr_nonnull(strstr(err.message, "NO_CALL"));
    ck_assert_uint_eq(p.others, 2);
    ck_assert_uint_eq(p.looks, 2);
    p.n_rest = 0;
    command_works(&p);
    ck_assert_uint_eq(p.looks, 2);
    platform_tear_down(&p);
}
END_TEST

START_TEST(forgotten_device_is_replaced)
{
    struct platform p;

    set_up(&p);
    command_works(&p);
    p.forgotten_device = 77;
    command_works(&p);
    ck_assert_uint_eq(p.attests, 2);
    command_works(&p);
    ck_assert_uint_eq(p.attests, 2);
    platform_tear_down(&p);
}
END_TEST

/* What is sealed for an organisation and with the key of a device is not for another: both are
 * looked at before, and it goes out once. */
static int sealed(struct jaxl_session *s, int which, struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_live_message message = {.text = "Hi"};
    static const struct jaxl_campaigns_upload upload = {
        .data = "to\n+919876543210\n",
        .len = 17,
        .filename = "leads.csv",
        .content_type = "CSV",
        .agent = "cod",
        .recharge = "SIGNED",
        .currency = "2",
        .template_text = "t",
        .start = "09:00",
        .end = "19:00",
        .tz = "Asia/Kolkata",
        .cc = "IN",
    };

    return which ? jaxl_campaigns_create(s, &upload, a, err)
                 : jaxl_live_message(s, 1234, &message, a, err);
}

static int send_sealed(struct platform *p, int which, struct jaxl_error *err)
{
    struct jaxl_session *s = platform_session(p);
    int rc = sealed(s, which, NULL, err);

    jaxl_session_free(&s);
    return rc;
}

/* The JSON text in the first token of a request's body, which this device's key opens. */
static void unseal(const struct platform *p, const struct httpd_request *r, char text[200])
{
    char path[400];
    const char *token = NULL;
    unsigned char key[JAXL_FERNET_KEY];
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;
    struct jaxl_buf file, out;
    size_t len = 0;
    int why;

    for (const char *at = r->body; !token && (at = strchr(at, 'g')); at++)
        if (strncmp(at, "gAAAAA", 6) == 0)
            token = at;
    ck_assert_ptr_nonnull(token);
    len = strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=");
    snprintf(path, sizeof path, "%s/attestation.json", p->dir);
    ck_assert_int_eq(jaxl_keyfile_read(path, 65536, NULL, &file, &why), 0);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, jaxl_buf_text(&file), file.len, &root, NULL), 0);
    ck_assert_int_eq(jaxl_fernet_key(jaxl_json_string(jaxl_json_get(root, "sk"), ""), key, NULL),
                     0);
    jaxl_buf_init(&out, 200);
    ck_assert_int_eq(jaxl_fernet_decrypt(key, 0, 0, token, len, &out, NULL), 0);
    snprintf(text, 200, "%s", jaxl_buf_text(&out));
    jaxl_buf_free(&out);
    jaxl_buf_free(&file);
    jaxl_json_doc_free(&doc);
}

static const char *const targets[] = {"/v1/calls/1234/messages/", "/v1/campaign/upload/"};

START_TEST(sealed_for_whom_it_is)
{
    const int which = _i / 2, new_device = _i % 2;
    struct jaxl_error err = {0};
    struct platform p;
    char text[200];

    set_up(&p);
    command_works(&p);
    if (new_device)
        p.forgotten_device = 77;
    p.orgs = other_org;
    p.n_orgs = 1;
    ck_assert_msg(send_sealed(&p, which, &err) == 0, "%s", err.message);
    ck_assert_ptr_nonnull(platform_request(&p, targets[which], 1));
    ck_assert_ptr_null(platform_request(&p, targets[which], 2));
    unseal(&p, platform_request(&p, targets[which], 1), text);
    ck_assert_str_eq(text, which ? "{\"o\":\"aiagent\",\"i\":\"cod\",\"oid\":43}" : "\"Hi\"");
    command_works(&p); /* and the new ones are kept */
    ck_assert_uint_eq(p.looks, 2);
    platform_tear_down(&p);
}
END_TEST

/* What queues does not wait while others are under way, and nobody is called back in it. */
static struct {
    struct jaxl_session *s;
    unsigned answers, within;
    int from_callback; /* what is sealed there, -1 for nothing */
    bool sending;
} queue;

static void on_queued(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_answer later = {.done = on_queued, .arg = arg};
    const int which = queue.from_callback;

    ck_assert_int_eq(reply->outcome, JAXL_OUTCOME_OK);
    queue.answers++;
    queue.within += queue.sending;
    queue.from_callback = -1;
    queue.sending = true;
    if (which >= 0)
        ck_assert_int_eq(sealed(queue.s, which, &later, NULL), 0);
    queue.sending = false;
}

START_TEST(queued_without_waiting)
{
    const int which = _i / 2, from_callback = _i % 2;
    struct jaxl_answer later = {.done = on_queued};
    struct jaxl_request first = list;
    struct jaxl_error err = {0};
    struct platform p;

    set_up(&p);
    command_works(&p);
    memset(&queue, 0, sizeof queue);
    queue.s = platform_session(&p);
    queue.from_callback = from_callback ? which : -1;
    first.done = on_queued;
    ck_assert_int_eq(jaxl_session_send(queue.s, &first, NULL), 0);
    queue.sending = true;
    if (!from_callback)
        ck_assert_msg(sealed(queue.s, which, &later, &err) == 0, "%s", err.message);
    queue.sending = false;
    ck_assert_uint_eq(queue.answers, 0);
    outcome_wait(queue.s);
    ck_assert_uint_eq(queue.answers, 2);
    ck_assert_uint_eq(queue.within, 0);
    ck_assert_uint_eq(p.looks, 1);
    ck_assert_int_eq(sealed(queue.s, which, &later, NULL), 0); /* nothing else is under way */
    ck_assert_uint_eq(p.looks, 2);
    outcome_wait(queue.s);
    jaxl_session_free(&queue.s);
    platform_tear_down(&p);
}
END_TEST

/* Sealed for one organisation, it is not sent again for the other that is found. */
START_TEST(sealed_is_not_sent_again)
{
    static const struct httpd_step no[] = {{.status = 404}};
    struct jaxl_request other = list;
    struct outcome answered = {0};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    set_up(&p);
    command_works(&p);
    p.orgs = other_org;
    p.n_orgs = 1;
    p.rest = no;
    p.n_rest = 1;
    s = platform_session(&p);
    other.done = outcome_keep;
    other.arg = &answered;
    ck_assert_int_eq(jaxl_session_send(s, &other, NULL), 0);
    ck_assert_int_eq(sealed(s, _i, NULL, &err), JAXL_EREFUSED);
    ck_assert_ptr_nonnull(platform_request(&p, targets[_i], 1));
    ck_assert_ptr_null(platform_request(&p, targets[_i], 2));
    ck_assert_int_eq(jaxl_session_org(s), 43); /* the next one is for it */
    p.n_rest = 0;
    ck_assert_msg(sealed(s, _i, NULL, &err) == 0, "%s", err.message);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(refused_token_is_made_anew)
{
    struct platform p;

    set_up(&p);
    command_works(&p);
    p.first_token_refused = true;
    command_works(&p);
    command_works(&p); /* with the fresh one */
    ck_assert_uint_eq(p.looks, 1);
    ck_assert_str_ne(header(&p, 2, "X-JAXL-API-TOKEN"), header(&p, 3, "X-JAXL-API-TOKEN"));
    ck_assert_str_eq(header(&p, 3, "X-JAXL-API-TOKEN"), header(&p, 4, "X-JAXL-API-TOKEN"));
    platform_tear_down(&p);
}
END_TEST

/* What stands in the file is used only when it is whole and ours. */
static const char *const spoilt[] = {
    "",
    "{",
    "[]",
    "{\"libjaxl_owner\":\"00\",\"org\":43,\"made\":1,\"token\":\"x\"}",
    "{\"org\":43,\"made\":1,\"token\":\"x\"}",
};

START_TEST(spoilt_file_is_passed_over)
{
    char path[400];
    struct platform p;

    set_up(&p);
    command_works(&p);
    kept_path(&p, path);
    unit_file_write(path, spoilt[_i], strlen(spoilt[_i]));
    command_works(&p);
    ck_assert_uint_eq(p.looks, 2);
    ck_assert_str_eq(header(&p, 2, "X-JAXL-ORGID"), "42");
    command_works(&p); /* written anew */
    ck_assert_uint_eq(p.looks, 2);
    platform_tear_down(&p);
}
END_TEST

/* Of another API key, as when the credentials are replaced. */
START_TEST(other_credentials_do_not_share)
{
    char text[65536], *at;
    struct platform p;
    FILE *f;
    size_t n;

    set_up(&p);
    command_works(&p);
    f = fopen(p.credentials, "r+");
    ck_assert_ptr_nonnull(f);
    n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    at = strstr(text, "\"servers\"");
    ck_assert_ptr_nonnull(at);
    at = strchr(at, '[');
    ck_assert_ptr_nonnull(at);
    rewind(f);
    fprintf(f, "%.*s[\"other.example\"%s%s", (int)(at - text), text,
            at[1 + strspn(at + 1, " \n")] == ']' ? "" : ", ", at + 1);
    ck_assert_int_eq(fclose(f), 0);
    command_works(&p);
    ck_assert_uint_eq(p.looks, 2);
    ck_assert_str_ne(header(&p, 1, "X-JAXL-API-TOKEN"), header(&p, 2, "X-JAXL-API-TOKEN"));
    platform_tear_down(&p);
}
END_TEST

/* With the n-th allocation failing: no crash, no leak, and a reason that fits. */
START_TEST(out_of_memory)
{
    bool hit = true;
    struct platform p;
    long n;

    set_up(&p);
    command_works(&p);
    for (n = 1; hit; n++) {
        struct jaxl_session *s;
        struct jaxl_error err = {0};
        int rc;
        failmalloc_at(n);
        rc = jaxl_session_new_env(&s, &p.options, &p.env, &err);
        if (!rc)
            rc = jaxl_session_call(s, &list, NULL, NULL, &err);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || (hit && rc == JAXL_ENOMEM), "%ld: %s", n, err.message);
        jaxl_session_free(&s);
    }
    ck_assert_int_gt(n, 30);
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, out_of_memory);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, next_command_asks_once);
    tcase_add_test(tc, later_command_signs_anew);
    tcase_add_test(tc, only_when_it_is_wanted);
    tcase_add_loop_test(tc, another_organisation_is_found, 0, UNIT_COUNT(doubts));
    tcase_add_test(tc, the_same_organisation_stays);
    tcase_add_test(tc, forgotten_device_is_replaced);
    tcase_add_loop_test(tc, sealed_for_whom_it_is, 0, 4);
    tcase_add_loop_test(tc, queued_without_waiting, 0, 4);
    tcase_add_loop_test(tc, sealed_is_not_sent_again, 0, 2);
    tcase_add_test(tc, refused_token_is_made_anew);
    tcase_add_loop_test(tc, spoilt_file_is_passed_over, 0, UNIT_COUNT(spoilt));
    tcase_add_test(tc, other_credentials_do_not_share);
}

int main(void)
{
    return unit_run("session_kept", add);
}
