/* Following the list of calls of a scripted platform: what is told and when, what ends a look and
 * what the next one makes up for, the cursor, and every allocation failing once. */
#include "failmalloc.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jaxl/follow.h"
#include "session_fixture.h"

#define PATH_MAX_ 400

/* Calls of the list: "N", placed so many seconds ago. */
#define PLACED(id, ago) CALL(id, ago, "")
#define OVER(id, ago)   CALL(id, ago, ",\"missed\":true,\"completed_on\":\"@0\"")
#define FINAL(id, ago)                                                                             \
    CALL(id, ago, ",\"missed\":true,\"completed_on\":\"@0\",\"is_finalized\":true")
#define CALL(id, ago, more)                                                                        \
    "{\"id\":" #id ",\"from_number\":\"+1\",\"to_number\":\"+2\",\"direction\":2,"                 \
    "\"created_on\":\"@" #ago "\"" more "}"
#define LIST(calls)      "{\"count\":9,\"next\":null,\"results\":[" calls "]}"
#define LIST_MORE(calls) "{\"count\":9,\"next\":\"/v1/calls/?offset=2\",\"results\":[" calls "]}"

/* What was put: "ID-EVENT ..." in text. */
struct heard {
    struct jaxl_buf text;
    int rc;          /* of put, and of */
    unsigned put_at; /* which one gives it, from 1; 0: none */
    int flush_rc;    /* of flush */
    unsigned puts, flushes;
};

struct fixture {
    struct platform p;
    struct jaxl_session *session;
    struct jaxl_follow *follow;
    struct jaxl_follow_options options;
    struct heard heard;
    struct httpd_step steps[8];
    char bodies[8][4096], cursor[PATH_MAX_];
};

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    static const char begin[] = "{\"id\":\"";
    struct heard *h = ctx;
    const char *id = json + sizeof begin - 1;

    if (++h->puts == h->put_at)
        return jaxl_error_set(err, h->rc, "no place for it");
    if (len > 4000 || strncmp(json, begin, sizeof begin - 1) != 0)
        return jaxl_error_set(err, JAXL_EPROTO, "not an event: %.*s", (int)len, json);
    jaxl_buf_add(&h->text, id, strcspn(id, "\""));
    jaxl_buf_putc(&h->text, ' ');
    return jaxl_buf_check(&h->text, "what is heard", err);
}

static int flush(void *ctx, struct jaxl_error *err)
{
    struct heard *h = ctx;

    h->flushes++;
    return h->flush_rc ? jaxl_error_set(err, h->flush_rc, "not on the disk") : 0;
}

/* text, with "@N" made the time of N seconds ago. */
static void write_body(const struct fixture *f, char *body, const char *text)
{
    char now[JAXL_CLOCK_ISO_MAX], *end;
    size_t n = 0;

    for (; *text; body[n++] = *text++) {
        long ago;
        if (*text != '@')
            continue;
        ago = strtol(text + 1, &end, 10);
        (void)jaxl_clock_format(jaxl_clock_now(&f->p.clock) - ago * JAXL_SECOND, now);
        n += (size_t)sprintf(body + n, "%s", now);
        text = end;
    }
    body[n] = '\0';
}

/* The answers of the platform from here on: the body, or "!STATUS". */
static void script(struct fixture *f, const char *const *texts)
{
    f->p.others = 0;
    f->p.n_rest = 0;
    for (size_t i = 0; texts[i]; i++) {
        f->steps[i] = (struct httpd_step){.status = 200, .body = f->bodies[i]};
        if (*texts[i] == '!')
            f->steps[i] = (struct httpd_step){.status = atoi(texts[i] + 1), .body = "{}"};
        else
            write_body(f, f->bodies[i], texts[i]);
        f->p.n_rest++;
    }
    f->p.rest = f->steps;
}
#define SCRIPT(f, ...) script(f, (const char *const[]){__VA_ARGS__, NULL})

static void set_up(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    platform_set_up(&f->p, "2");
    f->p.options.timeout = 60 * JAXL_SECOND;
    f->session = platform_session(&f->p);
    jaxl_buf_init(&f->heard.text, 1 << 20);
    f->options = (struct jaxl_follow_options){
        .since = jaxl_clock_now(&f->p.clock) - 900 * JAXL_SECOND, .currency = 2, .log = &f->p.log};
    snprintf(f->cursor, sizeof f->cursor, "%s/cursor", f->p.dir);
}

static void tear_down(struct fixture *f)
{
    jaxl_follow_free(&f->follow);
    ck_assert_ptr_null(f->follow);
    jaxl_session_free(&f->session);
    jaxl_buf_free(&f->heard.text);
    platform_tear_down(&f->p);
}

static int begin(struct fixture *f, struct jaxl_error *err)
{
    jaxl_follow_free(&f->follow);
    return jaxl_follow_new(&f->follow, f->session, &f->options, err);
}

static void begin_well(struct fixture *f)
{
    struct jaxl_error err = {0};

    ck_assert_msg(begin(f, &err) == 0, "%s", err.message);
}

static int look(struct fixture *f, struct jaxl_error *err)
{
    jaxl_buf_reset(&f->heard.text);
    return jaxl_follow_look(f->follow, put, flush, &f->heard, err);
}

/* A look that ends with this code tells these events. */
static void looks(struct fixture *f, int code, const char *events)
{
    struct jaxl_error err = {0};
    int rc = look(f, &err);

    ck_assert_msg(rc == code, "%s: %s", jaxl_error_name(rc), err.message);
    ck_assert(!rc || (err.code == rc && *err.message));
    ck_assert_str_eq(jaxl_buf_text(&f->heard.text), events);
}

START_TEST(each_event_once_and_in_order)
{
    struct fixture f;

    set_up(&f);
    begin_well(&f);
    SCRIPT(&f, LIST_MORE(PLACED(13, 5) "," OVER(12, 50)), LIST(FINAL(11, 90)));
    looks(&f, 0, "11-placed 11-completed 11-finalised 12-placed 12-completed 13-placed ");
    ck_assert_uint_eq(f.p.others, 2);
    ck_assert_ptr_nonnull(strstr(platform_request(&f.p, "/v1/calls/", 2)->target, "offset=2"));
    SCRIPT(&f, LIST(FINAL(13, 5) "," OVER(12, 50) "," FINAL(11, 90)));
    looks(&f, 0, "13-completed 13-finalised ");
    /* one that a page has a second time, an older state of it behind a newer one */
    SCRIPT(&f, LIST_MORE(FINAL(12, 50)), LIST(OVER(12, 50) "," PLACED(12, 50)));
    looks(&f, 0, "12-finalised ");
    looks(&f, 0, "");
    ck_assert_uint_eq(f.heard.flushes, 4);
    tear_down(&f);
}
END_TEST

START_TEST(what_is_no_call_is_left_out)
{
    struct fixture f;

    set_up(&f);
    begin_well(&f);
    SCRIPT(&f,
           LIST("null,7,{},{\"id\":\"x\",\"created_on\":\"@1\"},{\"id\":0,\"created_on\":\"@1\"},"
                "{\"id\":5,\"created_on\":\"yesterday\"}," PLACED(9, 3)));
    looks(&f, 0, "9-placed ");
    ck_assert_uint_eq(platform_said(&f.p, "one without id or time: it is left out"), 6);
    tear_down(&f);
}
END_TEST

/* A page that fails ends the look, and nothing of the slice was told; the next one has all of it.
 */
static const struct {
    const char *answer;
    int code;
} failing[] = {{"!400", JAXL_EREFUSED},
               {"!503", JAXL_EUNKNOWN},
               {"{\"results\":{}}", JAXL_EPROTO},
               {"{\"detail\":\"none\"}", JAXL_EPROTO},
               {"[1", JAXL_EPROTO}};

START_TEST(an_error_between_pages)
{
    struct jaxl_error err = {0};
    struct fixture f;
    int rc;

    set_up(&f);
    begin_well(&f);
    SCRIPT(&f, LIST_MORE(PLACED(13, 5) "," OVER(12, 50)), failing[_i].answer);
    rc = look(&f, &err);
    ck_assert_msg(rc && rc == err.code && *err.message, "%d: %s", rc, err.message);
    ck_assert_msg(rc == failing[_i].code, "%s, not %s: %s", jaxl_error_name(rc),
                  jaxl_error_name(failing[_i].code), err.message);
    ck_assert_str_eq(jaxl_buf_text(&f.heard.text), "");
    SCRIPT(&f, LIST_MORE(PLACED(13, 5) "," OVER(12, 50)), LIST(FINAL(11, 90)));
    looks(&f, 0, "11-placed 11-completed 11-finalised 12-placed 12-completed 13-placed ");
    tear_down(&f);
}
END_TEST

/* A page that fails and then comes is no error. */
START_TEST(an_error_that_passes)
{
    struct fixture f;

    set_up(&f);
    begin_well(&f);
    SCRIPT(&f, "!503", LIST_MORE(PLACED(13, 5)), "!503", LIST(FINAL(11, 90)));
    looks(&f, 0, "11-placed 11-completed 11-finalised 13-placed ");
    tear_down(&f);
}
END_TEST

/* Who takes the records ends the look: with his code, and the next one goes on behind. */
START_TEST(a_put_that_fails)
{
    struct fixture f;

    set_up(&f);
    f.options.cursor = f.cursor;
    begin_well(&f);
    SCRIPT(&f, LIST(OVER(12, 50) "," FINAL(11, 90)));
    f.heard.rc = JAXL_EEND;
    f.heard.put_at = 3;
    looks(&f, JAXL_EEND, "11-placed 11-completed ");
    ck_assert_uint_eq(f.heard.flushes, 1); /* of those that were put */
    begin_well(&f);                        /* as the cursor has it */
    f.heard.put_at = 0;
    looks(&f, 0, "11-finalised 12-placed 12-completed ");
    tear_down(&f);
}
END_TEST

/* What was put may be lost: it is put again by the next run. */
START_TEST(a_flush_that_fails)
{
    struct fixture f;

    set_up(&f);
    f.options.cursor = f.cursor;
    begin_well(&f);
    SCRIPT(&f, LIST(PLACED(12, 50)));
    f.heard.flush_rc = JAXL_EIO;
    looks(&f, JAXL_EIO, "12-placed ");
    f.heard.flush_rc = 0;
    looks(&f, 0, ""); /* this run has put it */
    ck_assert_int_eq(unlink(f.cursor), 0);
    f.heard.flush_rc = JAXL_EIO;
    begin_well(&f);
    looks(&f, JAXL_EIO, "12-placed ");
    begin_well(&f);
    looks(&f, JAXL_EIO, "12-placed ");
    tear_down(&f);
}
END_TEST

/* Calls that were placed hours ago are read an hour at a time, and asked for by their ids. */
START_TEST(calls_of_long_ago)
{
    struct fixture f;

    set_up(&f);
    f.options.since = jaxl_clock_now(&f.p.clock) - 9000 * JAXL_SECOND;
    begin_well(&f);
    SCRIPT(&f, LIST(PLACED(11, 8000) "," PLACED(10, 8500)), LIST(FINAL(12, 4000)), LIST(""),
           FINAL(10, 8500), "!404", LIST(""));
    looks(&f, 0,
          "10-placed 11-placed 12-placed 12-completed 12-finalised 10-completed 10-finalised ");
    ck_assert_ptr_nonnull(platform_request(&f.p, "/v1/calls/10/", 1));
    ck_assert_ptr_nonnull(platform_request(&f.p, "/v1/calls/11/", 1));
    ck_assert_uint_eq(platform_said(&f.p, "call 11 is no longer followed"), 1);
    looks(&f, 0, "");
    ck_assert_uint_eq(f.p.others, 6);
    tear_down(&f);
}
END_TEST

/* One that cannot be had now is asked for again, when its time has come. */
START_TEST(a_call_that_cannot_be_had)
{
    struct fixture f;

    set_up(&f);
    f.options.since = jaxl_clock_now(&f.p.clock) - 9000 * JAXL_SECOND;
    begin_well(&f);
    SCRIPT(&f, LIST(PLACED(10, 8500)), LIST(""), LIST(""), "[]", LIST(""));
    looks(&f, 0, "10-placed ");
    ck_assert_uint_eq(f.p.others, 4);
    looks(&f, 0, "");
    ck_assert_uint_eq(f.p.others, 5);
    f.p.slept += 1800 * JAXL_SECOND; /* more than its share */
    SCRIPT(&f, LIST(""), FINAL(10, 10300));
    looks(&f, 0, "10-completed 10-finalised ");
    tear_down(&f);
}
END_TEST

/* ---- the cursor */

START_TEST(the_cursor_goes_on)
{
    struct fixture f;
    struct stat info;

    set_up(&f);
    f.options.cursor = f.cursor;
    begin_well(&f);
    SCRIPT(&f, LIST(OVER(12, 50) "," FINAL(11, 90)));
    looks(&f, 0, "11-placed 11-completed 11-finalised 12-placed 12-completed ");
    ck_assert_int_eq(stat(f.cursor, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0600);
    f.options.since = INT64_MIN; /* of a new one only */
    begin_well(&f);
    SCRIPT(&f, LIST(FINAL(12, 50) "," FINAL(11, 90)));
    looks(&f, 0, "12-finalised ");
    begin_well(&f);
    looks(&f, 0, "");
    tear_down(&f);
}
END_TEST

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static bool file_is(const char *path, const char *text)
{
    char have[4096];
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(have, 1, sizeof have - 1, file) : 0;

    ck_assert(file && fclose(file) == 0);
    have[n] = '\0';
    return strcmp(have, text) == 0;
}

#define HEAD_OF(org, currency)                                                                     \
    "{\"cursor\":\"events\",\"org\":" #org ",\"currency\":" #currency                              \
    ",\"begin\":\"2026-11-26T10:00:00Z\",\"seen\":\"2026-11-26T10:00:00Z\"}\n"
#define HEAD HEAD_OF(42, 2)
#define TOLD(id, told)                                                                             \
    "{\"call\":" #id ",\"placed\":\"2026-11-26T10:00:00Z\",\"told\":[" told "]}\n"

static const struct {
    const char *text;
    int code;
    const char *message; /* a part of it */
} cursors[] = {
    {"", 0, ""},
    {HEAD, 0, ""},
    {HEAD TOLD(7, "") TOLD(8, "\"placed\",\"answered\""), 0, ""},
    {"nonsense\n", JAXL_EINPUT, "line 1"},
    {"{}\n", JAXL_EINPUT, "line 1: that is none of jaxl-events"},
    {"[]\n", JAXL_EINPUT, ""},
    {TOLD(7, ""), JAXL_EINPUT, "line 1: that is none of jaxl-events"},
    {HEAD HEAD, JAXL_EINPUT, "line 2: that is none of jaxl-events"},
    {HEAD "{\"call\":7,\"pla", JAXL_EINPUT, "line 2"},
    {HEAD TOLD(7, "") TOLD(7, ""), JAXL_EINPUT, "line 3: that is none of jaxl-events"},
    {HEAD TOLD(0, ""), JAXL_EINPUT, "line 2: that is none of jaxl-events"},
    {HEAD TOLD(7, "\"ended\""), JAXL_EINPUT, "line 2: that is none of jaxl-events"},
    {HEAD TOLD(7, "5"), JAXL_EINPUT, "line 2: that is none of jaxl-events"},
    {HEAD "{\"call\":7,\"placed\":1,\"told\":[]}\n", JAXL_EINPUT, "line 2"},
    {HEAD "{\"call\":7,\"placed\":\"2026-11-26T10:00:00Z\",\"told\":1}\n", JAXL_EINPUT, "line 2"},
    {"{\"cursor\":\"fetch\",\"org\":42,\"currency\":2}\n", JAXL_EINPUT, "line 1"},
    {HEAD_OF(43, 2), JAXL_ECONFIG, "it is of organisation 43, this one is 42: name another file"},
    {HEAD_OF(42, 1), JAXL_ECONFIG, "it is of another currency: name another file"},
};

START_TEST(a_cursor_that_is_there)
{
    struct jaxl_error err = {.message = ""};
    struct fixture f;
    int rc;

    set_up(&f);
    f.options.cursor = f.cursor;
    write_file(f.cursor, cursors[_i].text);
    rc = begin(&f, &err);
    ck_assert_msg(rc == cursors[_i].code, "%s: %s", jaxl_error_name(rc), err.message);
    ck_assert_int_eq(rc == 0, f.follow != NULL);
    ck_assert_msg(strstr(err.message, cursors[_i].message) != NULL, "%s", err.message);
    ck_assert(!rc || strstr(err.message, f.cursor));
    jaxl_follow_free(&f.follow);
    ck_assert(file_is(f.cursor, cursors[_i].text)); /* left as it is */
    tear_down(&f);
}
END_TEST

START_TEST(a_cursor_that_cannot_be)
{
    char other[PATH_MAX_ + 8];
    struct jaxl_error err = {0};
    struct fixture f;
    int held;

    set_up(&f);
    f.options.cursor = f.p.dir;
    ck_assert_int_eq(begin(&f, &err), JAXL_EINPUT);
    snprintf(other, sizeof other, "%s/none/cursor", f.p.dir);
    f.options.cursor = other;
    ck_assert_int_eq(begin(&f, &err), JAXL_EIO);
    f.options.cursor = f.cursor;
    held = open(f.cursor, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_eq(flock(held, LOCK_EX), 0);
    ck_assert_int_eq(begin(&f, &err), JAXL_EBUSY);
    ck_assert_ptr_nonnull(strstr(err.message, f.cursor));
    close(held);
    /* where the new one has to go */
    snprintf(other, sizeof other, "%s.new", f.cursor);
    ck_assert_int_eq(mkdir(other, 0700), 0);
    begin_well(&f);
    SCRIPT(&f, LIST(PLACED(12, 50)));
    looks(&f, JAXL_EIO, "12-placed ");
    ck_assert_int_eq(rmdir(other), 0);
    looks(&f, 0, "");
    begin_well(&f);
    looks(&f, 0, "");
    jaxl_follow_free(&f.follow);
    jaxl_follow_free(NULL);
    tear_down(&f);
}
END_TEST

/* Whatever allocation fails: it is told, and after it all is put, once. Every request has the same
 * answer, because one whose answer there was no memory for is sent again. */
static void all_are_put(struct fixture *f, long failing_one, int rc)
{
    static const char all[] =
        "10-placed 10-completed 11-placed 12-placed 12-completed 12-finalised ";
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf sum;

    jaxl_buf_init(&sum, 4096);
    jaxl_buf_puts(&sum, jaxl_buf_text(&f->heard.text));
    if (!f->follow)
        begin_well(f);
    if (rc) {
        ck_assert_msg(look(f, &err) == 0, "allocation %ld: %s", failing_one, err.message);
        jaxl_buf_puts(&sum, jaxl_buf_text(&f->heard.text));
    }
    ck_assert_msg(!strcmp(jaxl_buf_text(&sum), all), "allocation %ld: %s", failing_one, sum.data);
    jaxl_buf_free(&sum);
}

START_TEST(without_memory)
{
    struct fixture f;
    unsigned failed = 0;
    bool hit = true;
    long n;

    set_up(&f);
    ck_assert_int_eq(jaxl_session_open(f.session, NULL), 0);
    f.options.cursor = f.cursor;
    jaxl_buf_puts(&f.heard.text,
                  "room for what is heard, so that hearing needs no allocation itself, "
                  "and one line more of it, which is enough for all that comes");
    SCRIPT(&f, LIST(FINAL(12, 300) "," PLACED(11, 8000) "," OVER(10, 8500)));
    for (n = 1; hit; n += unit_slow() > 1 ? 7 : 1) {
        struct jaxl_error err = {.message = ""};
        int rc;
        (void)unlink(f.cursor);
        f.options.since = jaxl_clock_now(&f.p.clock) - 9000 * JAXL_SECOND;
        jaxl_buf_reset(&f.heard.text);
        failmalloc_at(n);
        rc = begin(&f, &err);
        if (!rc)
            rc = look(&f, &err);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || (hit && rc == JAXL_ENOMEM && err.code == rc && *err.message),
                      "allocation %ld: %s, %s", n, jaxl_error_name(rc), err.message);
        failed += rc != 0;
        all_are_put(&f, n, rc);
    }
    ck_assert_int_gt(n, 40);
    ck_assert_uint_gt(failed, 5);
    tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, each_event_once_and_in_order);
    tcase_add_test(tc, what_is_no_call_is_left_out);
    tcase_add_loop_test(tc, an_error_between_pages, 0, UNIT_COUNT(failing));
    tcase_add_test(tc, an_error_that_passes);
    tcase_add_test(tc, a_put_that_fails);
    tcase_add_test(tc, a_flush_that_fails);
    tcase_add_test(tc, calls_of_long_ago);
    tcase_add_test(tc, a_call_that_cannot_be_had);
    tcase_add_test(tc, the_cursor_goes_on);
    tcase_add_loop_test(tc, a_cursor_that_is_there, 0, UNIT_COUNT(cursors));
    tcase_add_test(tc, a_cursor_that_cannot_be);
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return unit_run("follow_faults", add);
}
