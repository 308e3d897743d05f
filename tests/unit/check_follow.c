/* Following the list of a scripted platform. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jaxl/follow.h"
#include "session_fixture.h"

#define HOUR (3600 * JAXL_SECOND)

struct following {
    struct platform p;
    struct jaxl_session *s;
    struct jaxl_follow *f;
    struct httpd_step steps[8];
    char date[80], bodies[8][512], cursor[300];
    int64_t there; /* the platform's time, when this began */
    unsigned puts, flushes;
    char told[1024];    /* the ids of events, each with a blank */
    int64_t seen_at[8]; /* what the cursor said at each put; 0: nothing yet */
};

/* What the platform says in step i. */
static void script(struct following *f, unsigned i, const char *body)
{
    snprintf(f->bodies[i], sizeof f->bodies[i], "%s", body);
    f->steps[i] = (struct httpd_step){.status = 200, .headers = f->date, .body = f->bodies[i]};
    f->p.n_rest = i + 1;
}

/* ahead: how much our clock is */
static void set_up(struct following *f, int64_t ahead)
{
    time_t now;

    memset(f, 0, sizeof *f);
    platform_set_up(&f->p, "2");
    f->there = jaxl_clock_now(&f->p.clock);
    now = (time_t)(f->there / JAXL_SECOND);
    strftime(f->date, sizeof f->date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime(&now));
    f->p.slept = ahead;
    f->p.rest = f->steps;
    snprintf(f->cursor, sizeof f->cursor, "%s/cursor", f->p.dir);
    script(f, 0, "{\"count\":0,\"next\":null,\"results\":[]}");
    f->s = platform_session(&f->p);
}

static void open_follow(struct following *f, int64_t since)
{
    const struct jaxl_follow_options options = {
        .cursor = f->cursor, .since = since, .currency = 1, .log = &f->p.log};
    struct jaxl_error err = {0};

    ck_assert_msg(jaxl_follow_new(&f->f, f->s, &options, &err) == 0, "%s", err.message);
}

static void tear_down(struct following *f)
{
    jaxl_follow_free(&f->f);
    jaxl_session_free(&f->s);
    ck_assert_int_eq(remove(f->cursor), 0);
    platform_tear_down(&f->p);
}

static int64_t time_of(const char *text, size_t len)
{
    int64_t at;

    ck_assert_msg(jaxl_clock_parse(text, len, &at) == 0, "%.*s", (int)len, text);
    return at;
}

/* What is seen by the cursor in the file; 0: there is none. */
static int64_t seen(const struct following *f)
{
    static const char key[] = "\"seen\":\"";
    char text[512] = "";
    const char *at;
    FILE *file = fopen(f->cursor, "r");

    if (!file)
        return 0;
    (void)!fread(text, 1, sizeof text - 1, file);
    fclose(file);
    at = strstr(text, key);
    return at ? time_of(at + strlen(key), strcspn(at + strlen(key), "\"")) : 0;
}

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct following *f = ctx;
    size_t told = strlen(f->told);

    (void)len;
    (void)err;
    ck_assert_int_eq(strncmp(json, "{\"id\":\"", 7), 0);
    snprintf(f->told + told, sizeof f->told - told, "%.*s ", (int)strcspn(json + 7, "\""),
             json + 7);
    f->seen_at[f->puts++ % 8] = seen(f);
    return 0;
}

static int flush(void *ctx, struct jaxl_error *err)
{
    (void)err;
    ((struct following *)ctx)->flushes++;
    return 0;
}

static void look(struct following *f)
{
    struct jaxl_error err = {0};

    ck_assert_msg(jaxl_follow_look(f->f, put, flush, f, &err) == 0, "%s", err.message);
}

/* From when on the list was asked for, the n-th time. */
static int64_t asked_from(struct following *f, unsigned n)
{
    const struct httpd_request *r = platform_request(&f->p, "/v1/calls/?", n);
    char text[64] = "";
    const char *at;
    size_t len = 0;

    ck_assert_ptr_nonnull(r);
    at = strstr(r->target, "start_time=");
    ck_assert_ptr_nonnull(at);
    for (at += strlen("start_time="); *at && *at != '&' && len < sizeof text - 1; at++)
        if (strncmp(at, "%3a", 3) == 0) {
            text[len++] = ':';
            at += 2;
        } else {
            text[len++] = *at;
        }
    return time_of(text, len);
}

/* By our clock, which is three hours ahead, calls of these three hours were before its beginning.
 */
START_TEST(a_clock_that_is_ahead)
{
    struct following f;

    set_up(&f, 3 * HOUR);
    open_follow(&f, INT64_MIN);
    look(&f);
    ck_assert_int_lt(seen(&f), f.there + HOUR);
    look(&f);
    ck_assert_int_lt(asked_from(&f, 2), f.there + HOUR);
    ck_assert_int_gt(asked_from(&f, 2), f.there - HOUR);
    tear_down(&f);
}
END_TEST

/* What was asked for is asked for, whatever time it is. */
START_TEST(a_beginning_that_is_to_come)
{
    struct following f;

    set_up(&f, 0);
    open_follow(&f, f.there + HOUR);
    look(&f);
    look(&f);
    ck_assert_int_eq(asked_from(&f, 1), asked_from(&f, 2));
    ck_assert_int_gt(asked_from(&f, 2), f.there + HOUR - 2 * JAXL_SECOND);
    tear_down(&f);
}
END_TEST

/* n calls that were placed so long ago and are not over, in the file of the cursor. */
static void keep_calls(struct following *f, unsigned n, int64_t ago)
{
    char placed[JAXL_CLOCK_ISO_MAX];
    FILE *file;

    open_follow(f, f->there);
    look(f);
    jaxl_follow_free(&f->f);
    ck_assert_int_eq(jaxl_clock_format(f->there - ago, placed), 0);
    ck_assert_ptr_nonnull(file = fopen(f->cursor, "a"));
    for (unsigned i = 1; i <= n; i++)
        fprintf(file, "{\"call\":%u,\"placed\":\"%s\",\"told\":[\"placed\"]}\n", i, placed);
    ck_assert_int_eq(fclose(file), 0);
    /* an empty list, and a call that has nothing new */
    script(f, 0,
           "{\"count\":0,\"next\":null,\"results\":[],\"id\":1,"
           "\"created_on\":\"2026-11-26T10:00:00Z\"}");
}

/* How many calls were asked for in a look. */
static unsigned asks_in_look(struct following *f)
{
    const unsigned before = f->p.others;

    look(f);
    return f->p.others - before - 1;
}

START_TEST(an_old_call_is_asked_for_now_and_then)
{
    struct following f;

    set_up(&f, 0);
    keep_calls(&f, 1, 24 * HOUR);
    open_follow(&f, INT64_MIN);
    ck_assert_uint_eq(asks_in_look(&f), 1);
    ck_assert_uint_eq(asks_in_look(&f), 0);
    jaxl_follow_free(&f.f);
    open_follow(&f, INT64_MIN); /* the next run of cron */
    ck_assert_uint_eq(asks_in_look(&f), 0);
    f.p.slept = HOUR / 2;
    f.steps[0].headers = NULL;
    ck_assert_uint_eq(asks_in_look(&f), 0);
    f.p.slept = HOUR + HOUR / 12;
    ck_assert_uint_eq(asks_in_look(&f), 1);
    ck_assert_uint_eq(f.puts, 0);
    tear_down(&f);
}
END_TEST

START_TEST(many_old_calls_share_the_looks)
{
    struct following f;

    set_up(&f, 0);
    keep_calls(&f, 2 * JAXL_FOLLOW_ASKS + 50, 24 * HOUR);
    open_follow(&f, INT64_MIN);
    ck_assert_uint_eq(asks_in_look(&f), JAXL_FOLLOW_ASKS);
    ck_assert_uint_eq(asks_in_look(&f), JAXL_FOLLOW_ASKS);
    ck_assert_uint_eq(asks_in_look(&f), 50);
    ck_assert_uint_eq(asks_in_look(&f), 0);
    tear_down(&f);
}
END_TEST

/* A call that was placed then, in step i. */
static void script_call(struct following *f, unsigned i, int64_t placed)
{
    char text[JAXL_CLOCK_ISO_MAX], body[512];

    ck_assert_int_eq(jaxl_clock_format(placed, text), 0);
    snprintf(body, sizeof body,
             "{\"count\":1,\"next\":null,\"results\":[{\"id\":%u,\"created_on\":\"%s\"}]}", i + 1,
             text);
    script(f, i, body);
}

/* A kill in the middle of a long look does not repeat it all: what was told before has been
 * flushed, and the cursor says so. */
START_TEST(a_long_look_is_kept_on_the_way)
{
    struct following f;

    set_up(&f, 0);
    for (unsigned i = 0; i < 3; i++)
        script_call(&f, i, f.there - 3 * HOUR + HOUR / 2 + i * HOUR);
    open_follow(&f, f.there - 3 * HOUR + HOUR / 4);
    look(&f);
    ck_assert_str_eq(f.told, "1-placed 2-placed 3-placed ");
    ck_assert_int_eq(f.seen_at[0], 0);
    ck_assert_int_eq(f.seen_at[1], f.there - 2 * HOUR + HOUR / 4);
    ck_assert_int_eq(f.seen_at[2], f.there - HOUR + HOUR / 4);
    ck_assert_uint_eq(f.flushes, 3);
    ck_assert_int_gt(seen(&f), f.there - HOUR / 2);
    tear_down(&f);
}
END_TEST

static void look_fails(struct following *f)
{
    struct jaxl_error err = {0};

    ck_assert_int_ne(jaxl_follow_look(f->f, put, flush, f, &err), 0);
}

/* A cursor that was made by a clock that is ahead, in a run whose only look came to nothing. */
START_TEST(a_first_look_that_fails)
{
    struct following f;

    set_up(&f, 3 * HOUR);
    f.steps[0].status = 400;
    open_follow(&f, INT64_MIN);
    look_fails(&f);
    jaxl_follow_free(&f.f);
    script(&f, 0, "{\"count\":0,\"next\":null,\"results\":[]}");
    open_follow(&f, INT64_MIN);
    look(&f);
    ck_assert_int_lt(seen(&f), f.there + HOUR);
    look(&f);
    ck_assert_int_lt(asked_from(&f, 3), f.there + HOUR);
    tear_down(&f);
}
END_TEST

/* After an error a look goes on with what was not told, however long ago it was. */
START_TEST(an_error_on_a_long_way)
{
    struct following f;
    const int64_t since = 40 * 24 * HOUR;

    set_up(&f, 0);
    script_call(&f, 0, f.there - since + HOUR - HOUR / 12);
    script(&f, 1, "no list");
    script_call(&f, 2, f.there - since + HOUR - HOUR / 12);
    f.bodies[2][strcspn(f.bodies[2], "3")] = '1'; /* the same call again */
    script(&f, 3, "{\"count\":0,\"next\":null,\"results\":[]}");
    open_follow(&f, f.there - since);
    look_fails(&f);
    ck_assert_str_eq(f.told, "1-placed ");
    look(&f);
    ck_assert_str_eq(f.told, "1-placed ");
    tear_down(&f);
}
END_TEST

/* Clocks of the platform that disagree by seconds, or a page that came slowly. */
START_TEST(a_clock_that_wavers)
{
    struct following f;
    char older[80];
    time_t before;

    set_up(&f, 0);
    before = (time_t)(f.there / JAXL_SECOND) - 60;
    strftime(older, sizeof older, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime(&before));
    script_call(&f, 0, f.there - 2 * HOUR + 5 * JAXL_SECOND); /* nothing is known of its end */
    open_follow(&f, f.there - 3 * HOUR / 2 - HOUR);
    for (unsigned i = 1; i < 3; i++)
        script(&f, i,
               "{\"count\":0,\"next\":null,\"results\":[],\"id\":1,"
               "\"created_on\":\"2026-11-26T10:00:00Z\"}");
    for (unsigned i = 0; i < 3; i++)
        f.steps[i].headers = NULL;
    look(&f);
    f.p.slept = 10 * JAXL_SECOND; /* it leaves the list */
    look(&f);
    f.steps[2].headers = older; /* it would come into it again */
    look(&f);
    look(&f);
    ck_assert_int_gt(asked_from(&f, 5), f.there - HOUR / 2);
    ck_assert_int_gt(asked_from(&f, 6), f.there - HOUR / 4 - JAXL_FOLLOW_OVERLAP * JAXL_SECOND);
    ck_assert_int_gt(seen(&f), f.there - 5 * JAXL_SECOND);
    tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, a_first_look_that_fails);
    tcase_add_test(tc, an_error_on_a_long_way);
    tcase_add_test(tc, a_clock_that_wavers);
    tcase_add_test(tc, a_long_look_is_kept_on_the_way);
    tcase_add_test(tc, an_old_call_is_asked_for_now_and_then);
    tcase_add_test(tc, many_old_calls_share_the_looks);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, a_clock_that_is_ahead);
    tcase_add_test(tc, a_beginning_that_is_to_come);
}

int main(void)
{
    return unit_run("follow", add);
}
