/* The file of JAXL_ENDPOINTS. */
#include <string.h>

#include "jaxl/live.h"
#include "platform/overrides.h"
#include "session_fixture.h"

static char dir[256], path[300];

static void set_up(void)
{
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/endpoints", dir);
}

static void tear_down(void)
{
    unit_dir_remove(dir);
}

static void put(const char *text)
{
    FILE *out = fopen(path, "w");

    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

static const struct {
    const char *text;
    enum jaxl_endpoint e;
    const char *row; /* "METHOD path" */
} fine[] = {
    {"", JAXL_CALLS_MUTE, "POST /v1/calls/{}/mute/"},
    {"calls mute = /v2/calls/{}/silence/\n", JAXL_CALLS_MUTE, "POST /v2/calls/{}/silence/"},
    {"calls mute=/x/{}/", JAXL_CALLS_MUTE, "POST /x/{}/"},
    {"\n# a remark\n  calls hold = PATCH   /x/{}/ \r\n", JAXL_CALLS_HOLD, "PATCH /x/{}/"},
    {"calls hold = GET /x/{}/\n", JAXL_CALLS_HOLD, "GET /x/{}/"},
    {"calls play = /1/{}/\ncalls play = /2/{}/\n", JAXL_CALLS_PLAY, "POST /2/{}/"},
    {"notifications list = /n/\n", JAXL_NOTIFICATIONS_LIST, "GET /n/"},
    {"calls mute = /x/{}/\n", JAXL_CALLS_UNMUTE, "POST /v1/calls/{}/unmute/"},
};

START_TEST(replaces)
{
    const struct jaxl_endpoint_row *row, *table = jaxl_endpoint_row(fine[_i].e);
    struct jaxl_overrides *o;
    struct jaxl_error err = {0};
    char text[256];

    put(fine[_i].text);
    ck_assert_msg(jaxl_overrides_load(&o, path, &err) == 0, "%s", err.message);
    row = jaxl_overrides_row(o, fine[_i].e);
    snprintf(text, sizeof text, "%s %s", row->method, row->path);
    ck_assert_str_eq(text, fine[_i].row);
    /* the rest is the table's */
    ck_assert_str_eq(row->verb, table->verb);
    ck_assert_int_eq(row->module, table->module);
    ck_assert(row->idempotent == (strcmp(row->method, "POST") != 0) &&
              row->answer == table->answer);
    ck_assert_ptr_eq(jaxl_overrides_row(o, JAXL_CALLS_TTS), jaxl_endpoint_row(JAXL_CALLS_TTS));
    jaxl_overrides_free(&o);
    ck_assert_ptr_null(o);
    jaxl_overrides_free(&o);
    ck_assert_ptr_eq(jaxl_overrides_row(NULL, fine[_i].e), table);
}
END_TEST

static const struct {
    const char *text;
    const char *message; /* behind the file's name */
} wrong[] = {
    {"calls mute\n", ":1: it is not NOUN VERB = PATH"},
    {"# fine\n\ncalls mute /v1/calls/{}/mute/\n", ":3: it is not NOUN VERB = PATH"},
    {"calls shout = /v1/calls/{}/shout/\n", ":1: there is no such command"},
    {"callsmute = /x/{}/\n", ":1: there is no such command"},
    {"= /x/{}/\n", ":1: there is no such command"},
    {"calls mute = /x/{}/\ncalls tts = /x/{}/\n", ":2: the path of this command is published"},
    {"ivrs options configure = /x/{}/\n", ":1: the path of this command is published"},
    {"calls mute =\n", ":1: a path begins and ends"},
    {"calls mute = x/{}/\n", ":1: a path begins and ends"},
    {"calls mute = /x/{}\n", ":1: a path begins and ends"},
    {"calls mute = /x/\n", ":1: a path begins and ends"},
    {"calls mute = /x/{}/{}/\n", ":1: a path begins and ends"},
    {"calls mute = /x/{}/?a=b/\n", ":1: a path begins and ends"},
    {"calls mute = /x/ {}/\n", ":1: a path begins and ends"},
    {"calls mute = PUT /x/{}/\n", ":1: a path begins and ends"},
    {"calls mute = /{/x{}/\n", ":1: a path begins and ends"},
};

START_TEST(refuses)
{
    struct jaxl_overrides *o;
    struct jaxl_error err = {0};

    put(wrong[_i].text);
    ck_assert_int_eq(jaxl_overrides_load(&o, path, &err), JAXL_ECONFIG);
    ck_assert_ptr_null(o);
    ck_assert_msg(
        !strncmp(err.message, path, strlen(path)) &&
            !strncmp(err.message + strlen(path), wrong[_i].message, strlen(wrong[_i].message)),
        "%s", err.message);
}
END_TEST

static void put_many(size_t lines, size_t length)
{
    FILE *out = fopen(path, "w");

    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < lines; i++) {
        for (size_t k = 0; k < length; k++)
            putc('#', out);
        putc('\n', out);
    }
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(limits)
{
    struct jaxl_overrides *o;
    struct jaxl_error err = {0};

    put_many(1000, 10);
    ck_assert_int_eq(jaxl_overrides_load(&o, path, &err), 0);
    jaxl_overrides_free(&o);
    put_many(1001, 10);
    ck_assert_int_eq(jaxl_overrides_load(&o, path, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, ":1001: too long"));
    put_many(1, 2000);
    ck_assert_int_eq(jaxl_overrides_load(&o, path, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, ":1: too long"));
    ck_assert_int_eq(jaxl_overrides_load(&o, "/nowhere/x", &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "JAXL_ENDPOINTS: /nowhere/x: No such file"));
    ck_assert_int_eq(jaxl_overrides_load(&o, dir, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "s a directory"));
}
END_TEST

/* A session takes the variable, and its typed calls go there. */
START_TEST(session_goes_there)
{
    const struct jaxl_live_somebody who = {.e164 = "+1"};
    const struct httpd_request *r;
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    put("calls mute = PATCH /v7/quiet/{}/\n");
    platform_set_up(&p, "2");
    p.endpoints = path;
    s = platform_session(&p);
    ck_assert_msg(jaxl_live_treat(s, 7, JAXL_LIVE_MUTE, &who, NULL, &err) == 0, "%s", err.message);
    r = platform_request(&p, "/v7/quiet/7/", 1);
    ck_assert_ptr_nonnull(r);
    ck_assert_str_eq(r->method, "PATCH");
    jaxl_session_free(&s);
    put("calls mute = no\n");
    ck_assert_int_eq(jaxl_session_new_env(&s, &p.options, &p.env, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "endpoints:1: a path"));
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, replaces, 0, UNIT_COUNT(fine));
    tcase_add_loop_test(tc, refuses, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, limits);
    tcase_add_test(tc, session_goes_there);
}

int main(void)
{
    return unit_run("overrides", add);
}
