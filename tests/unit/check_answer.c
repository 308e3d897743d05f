/* Where an answer goes, and what becomes of one that cannot be read. */
#include <string.h>

#include "jaxl.h"
#include "session_fixture.h"

static const struct jaxl_request requests[] = {
    {.endpoint = JAXL_CALLS_LIST},                       /* JSON, may be asked again */
    {.endpoint = JAXL_IVRS_CREATE},                      /* JSON, may not */
    {.endpoint = JAXL_CALLS_HANGUP, .ids = {"7", NULL}}, /* nothing or JSON, may */
    {.endpoint = JAXL_CALLS_TTS, .ids = {"7", NULL}},    /* nothing or JSON, may not */
    {.endpoint = JAXL_CALLS_AUDIO, .ids = {"7", NULL}},  /* bytes */
};

enum { P = JAXL_EPROTO, U = JAXL_EUNKNOWN };

static const struct {
    const char *body;
    int codes[UNIT_COUNT(requests)];
} answers[] = {
    {"{\"n\": 1}", {0, 0, 0, 0, 0}},
    {"[1, 2]", {0, 0, 0, 0, 0}},
    {"", {P, U, 0, 0, 0}},
    {" ", {P, U, P, U, 0}},
    {"<html><body>Bad gateway</body></html>", {P, U, P, U, 0}},
    {"{\"n\": 1", {P, U, P, U, 0}},
    {"{\"n\": 1} {\"n\": 2}", {P, U, P, U, 0}},
    {"{\"n\": \"\xff\"}", {P, U, P, U, 0}},
};

static struct jaxl_session *set_up(struct platform *p, const struct httpd_step *rest)
{
    platform_set_up(p, "2");
    p->options.timeout = 60 * JAXL_SECOND; /* nothing is waited for here: but a slow machine */
    p->rest = rest;
    p->n_rest = 1;
    return platform_session(p);
}

static void check_waited(const struct jaxl_answer *a, int code, size_t kind, size_t i)
{
    bool json = !code && answers[i].body[0] && kind != 4;

    ck_assert_int_eq(a->status, 200);
    ck_assert(!!a->value == json);
    if (code)
        return;
    ck_assert_str_eq(a->text, answers[i].body);
    ck_assert_uint_eq(a->len, strlen(answers[i].body));
}

START_TEST(waited)
{
    const size_t kind = (size_t)_i % UNIT_COUNT(requests), i = (size_t)_i / UNIT_COUNT(requests);
    const struct httpd_step step = {.status = 200, .body = answers[i].body};
    const int code = answers[i].codes[kind];
    struct jaxl_answer a = {0};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    s = set_up(&p, &step);
    ck_assert_int_eq(jaxl_answer_ask(s, &requests[kind], &a, &err), code);
    check_waited(&a, code, kind, i);
    ck_assert(!code || strstr(err.message, "the answer is not JSON"));
    ck_assert(!!strstr(err.message, "may have been carried out") == (code == JAXL_EUNKNOWN));
    ck_assert(err.retry_safe == (code == JAXL_EPROTO));
    /* dropped, and used again */
    ck_assert_int_eq(jaxl_answer_ask(s, &requests[kind], NULL, NULL), code);
    ck_assert_int_eq(jaxl_answer_ask(s, &requests[kind], &a, NULL), code);
    check_waited(&a, code, kind, i);
    ck_assert_uint_eq(p.others, 3); /* an unreadable answer is not asked for again */
    jaxl_answer_free(&a);
    ck_assert(!a.text && !a.value && !a.doc && !a.status);
    jaxl_answer_free(NULL);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* A queued one gets what came, as it came. */
START_TEST(queued)
{
    const size_t kind = (size_t)_i % UNIT_COUNT(requests), i = (size_t)_i / UNIT_COUNT(requests);
    const struct httpd_step step = {.status = 200, .body = answers[i].body};
    struct outcome out = {0};
    struct jaxl_answer a = {.done = outcome_keep, .arg = &out};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    s = set_up(&p, &step);
    ck_assert_msg(jaxl_answer_ask(s, &requests[kind], &a, &err) == 0, "%s", err.message);
    ck_assert_uint_eq(out.done, 0);
    outcome_wait(s);
    ck_assert_uint_eq(out.done, 1);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_OK);
    ck_assert_str_eq(out.body, answers[i].body);
    ck_assert(!a.text && !a.value && !a.status);
    jaxl_answer_free(&a);
    ck_assert(a.done == outcome_keep && a.arg == &out);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static bool not_again(void *arg)
{
    struct outcome *out = arg;

    ck_assert_uint_eq(out->done, 0);
    return false;
}

/* A typed call that is queued is asked whether it may be sent again. */
START_TEST(not_any_more)
{
    const struct httpd_step step = {.status = 503};
    struct outcome out = {0};
    struct jaxl_answer a = {.done = outcome_keep, .again = not_again, .arg = &out};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    s = set_up(&p, &step);
    ck_assert_msg(jaxl_calls_get(s, 7, 0, &a, &err) == 0, "%s", err.message);
    outcome_wait(s);
    ck_assert_uint_eq(p.others, 1);
    ck_assert_int_eq(out.r.outcome, JAXL_OUTCOME_UNKNOWN);
    ck_assert_msg(strstr(out.r.error.message, "may not be any more"), "%s", out.r.error.message);
    jaxl_answer_free(&a);
    ck_assert(a.again == not_again);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct {
    int status, code;
} refusals[] = {
    {400, JAXL_EREFUSED}, {401, JAXL_EAUTH},     {404, JAXL_EREFUSED}, {406, JAXL_EREFUSED},
    {409, JAXL_EREFUSED}, {429, JAXL_ETHROTTLE}, {500, JAXL_EUNKNOWN}, {302, JAXL_EUNKNOWN},
};

START_TEST(refused)
{
    const struct httpd_step step = {.status = refusals[_i].status,
                                    .body = "{\"message\": \"because\"}"};
    struct jaxl_answer a = {0};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    s = set_up(&p, &step);
    ck_assert_int_eq(jaxl_answer_ask(s, &requests[3], &a, &err), refusals[_i].code);
    ck_assert_int_eq(a.status, refusals[_i].status);
    ck_assert_int_eq(err.status, refusals[_i].status);
    ck_assert_ptr_nonnull(strstr(err.message, "because"));
    ck_assert(!a.text && !a.value);
    jaxl_answer_free(&a);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

enum { MIB = 1024 * 1024 };

/* A recording is longer than an answer in JSON may be. */
START_TEST(large_file)
{
    const struct httpd_step step = {.status = 200, .body = "RIFF", .fill = 9 * MIB};
    struct jaxl_answer a = {0};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    s = set_up(&p, &step);
    ck_assert_msg(jaxl_calls_audio(s, 7, &a, &err) == 0, "%s", err.message);
    ck_assert_uint_eq(a.len, 4 + 9 * MIB);
    ck_assert_mem_eq(a.text, "RIFFxxxx", 8);
    ck_assert_int_eq(a.text[a.len], '\0');
    ck_assert_int_eq(a.text[a.len - 1], 'x');
    jaxl_answer_free(&a);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

/* A file may take longer than the time-out as long as some of it comes; a list may not. */
START_TEST(slow_file)
{
    const struct httpd_step drip = {.status = 200, .body = "RIFF", .fill = 14 * 4096, .pause = 250};
    struct jaxl_answer a = {0};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    platform_set_up(&p, "2");
    p.options.timeout = 3 * JAXL_SECOND; /* twelve times one silence, less than all of them */
    p.rest = &drip;
    p.n_rest = 1;
    s = platform_session(&p);
    ck_assert_msg(jaxl_calls_audio(s, 7, &a, &err) == 0, "%s", err.message);
    ck_assert_uint_eq(a.len, 4 + 14 * 4096);
    ck_assert_int_eq(jaxl_answer_ask(s, &requests[1], &a, &err), JAXL_EUNKNOWN);
    ck_assert_ptr_null(a.text);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

START_TEST(large_json)
{
    const struct httpd_step step = {.status = 200, .body = "\"", .fill = JAXL_ANSWER_MAX};
    struct jaxl_answer a = {0};
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct platform p;

    s = set_up(&p, &step);
    ck_assert_int_eq(jaxl_calls_get(s, 7, 0, &a, &err), JAXL_EUNKNOWN);
    ck_assert_msg(strstr(err.message, "too long"), "%s", err.message);
    ck_assert(!a.text && !a.value);
    jaxl_answer_free(&a);
    jaxl_session_free(&s);
    platform_tear_down(&p);
}
END_TEST

static const struct {
    const char *answer;
    int64_t next; /* offset after it, from 10; 0: no more */
} pages[] = {
    {"{\"count\": 9, \"next\": \"https://x/?offset=12\", \"results\": [{}, {}]}", 12},
    {"{\"count\": 9, \"next\": null, \"results\": [{}, {}]}", 0},
    {"{\"count\": 9, \"results\": [{}, {}]}", 0},
    {"{\"next\": \"https://x/\", \"results\": []}", 0}, /* or it would never end */
    {"{\"next\": \"https://x/\"}", 0},
    {"[]", 0},
};

START_TEST(next_page)
{
    struct jaxl_page page = {2, 10};
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, pages[_i].answer, strlen(pages[_i].answer), &root, NULL),
                     0);
    ck_assert(jaxl_answer_next(root, &page) == (pages[_i].next > 0));
    ck_assert_int_eq(page.offset, pages[_i].next ? pages[_i].next : 10);
    ck_assert_int_eq(page.limit, 2);
    ck_assert(!jaxl_answer_next(NULL, &page));
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, waited, 0, UNIT_COUNT(answers) * UNIT_COUNT(requests));
    tcase_add_loop_test(tc, queued, 0, UNIT_COUNT(answers) * UNIT_COUNT(requests));
    tcase_add_test(tc, not_any_more);
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(refusals));
    tcase_add_test(tc, large_file);
    tcase_add_test(tc, slow_file);
    tcase_add_test(tc, large_json);
    tcase_add_loop_test(tc, next_page, 0, UNIT_COUNT(pages));
}

int main(void)
{
    return unit_run("answer", add);
}
