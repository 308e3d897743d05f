#include "credentials.h"
#include "dialer_fixture.h"

static const struct jaxl_dialer_options to_ivr = {.ivr = 42, .placed = true};

static void dial(struct platform *p, const struct httpd_step *steps, size_t n, struct dialed *out)
{
    p->rest = steps;
    p->n_rest = n;
    dialed_run(p, &to_ivr, "to\n+919876543210\n", NULL, NULL, out);
}

/* Heads of answers that end before they are whole. Whatever their status says, the call may have
 * been placed. */
static const char *const torn[] = {
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Le",
    "HTTP/1.1 400 Bad Request\r\nContent-Le",
    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{",
    "HTTP/1.1 302 Found\r\nLoc",
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"reason\": \"OOB\"}",
};

START_TEST(torn_answer_is_unknown)
{
    const struct httpd_step steps[] = {
        DIALED_TOTAL, DIALED_NO_CALLS, {.raw = torn[_i], .then = HTTPD_FIN}, DIALED_NO_CALLS};
    struct platform p;
    struct dialed out;

    platform_set_up(&p, "2");
    dial(&p, steps, UNIT_COUNT(steps), &out);
    ck_assert_msg(out.code == 0, "%s", out.err.message);
    ck_assert_uint_eq(dialed_posts(&p), 1);
    ck_assert_msg(strstr(out.records, "\"state\":\"unknown\"") != NULL, "%s", out.records);
    platform_tear_down(&p);
}
END_TEST

static const struct jaxl_dialer_options to_message = {.message = "Hello", .placed = true};
#define LONG "a reason that goes on and on and on and on and on and on and on and on and on and on "

/* What the platform says of a call or of an IVR goes into the record, but no secret with it, and no
 * part of one that was cut. The check is in the tear-down. */
static const struct {
    const struct jaxl_dialer_options *options;
    struct httpd_step step;
} echoes[] = {
    {&to_ivr, {.status = 400, .body = "{\"detail\": \"token " UNIT_AUTH_TOKEN "\"}"}},
    {&to_ivr, {.status = 400, .body = "{\"error\": \"API-KEY is not known\"}"}},
    {&to_ivr, {.status = 400, .body = "{\"reason\": \"" LONG LONG "a " UNIT_AUTH_TOKEN "\"}"}},
    {&to_ivr, {.status = 200, .body = "{\"reason\": \"" UNIT_AUTH_TOKEN "\"}"}},
    {&to_ivr, {.status = 200, .body = "{\"call_id\": 9, \"reason\": \"" UNIT_AUTH_TOKEN "\"}"}},
    {&to_ivr, {.status = 403, .body = "{\"message\": \"" UNIT_AUTH_TOKEN "\"}"}},
    {&to_ivr, {.status = 500, .body = "{\"message\": \"" UNIT_GENESIS "\"}"}},
    {&to_message, {.status = 400, .body = "{\"detail\": \"token " UNIT_AUTH_TOKEN "\"}"}},
    {&to_message, {.status = 403, .body = "{\"error\": \"API-KEY is not known\"}"}},
};

START_TEST(echoed_secret_is_not_recorded)
{
    const struct httpd_step steps[] = {DIALED_TOTAL, DIALED_NO_CALLS, echoes[_i].step,
                                       DIALED_NO_CALLS};
    struct platform p;
    struct dialed out;

    platform_set_up(&p, "2");
    p.rest = steps;
    p.n_rest = UNIT_COUNT(steps);
    dialed_run(&p, echoes[_i].options, "to\n+919876543210\n", NULL, NULL, &out);
    ck_assert_ptr_nonnull(strstr(out.records, "\"state\":"));
    p.log.write(&p, JAXL_LOG_INFO, out.records);
    p.log.write(&p, JAXL_LOG_INFO, out.err.message);
    platform_tear_down(&p);
}
END_TEST

START_TEST(reason_is_recorded)
{
    static const struct httpd_step steps[] = {
        DIALED_TOTAL,
        DIALED_NO_CALLS,
        {.status = 400, .body = "{\"detail\": \"INVALID_FROM_NUMBER\"}"}};
    struct platform p;
    struct dialed out;

    platform_set_up(&p, "2");
    dial(&p, steps, UNIT_COUNT(steps), &out);
    ck_assert_ptr_nonnull(strstr(out.records, "\"reason\":\"INVALID_FROM_NUMBER\""));
    platform_tear_down(&p);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, torn_answer_is_unknown, 0, UNIT_COUNT(torn));
    tcase_add_loop_test(tc, echoed_secret_is_not_recorded, 0, UNIT_COUNT(echoes));
    tcase_add_test(tc, reason_is_recorded);
}

int main(void)
{
    return unit_run("place", add);
}
