#include "billing/pulse.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

static const struct {
    const char *text;
    int64_t initial, step; /* 0: refused */
} texts[] = {
    {"60/60", 60, 60},
    {"30/6", 30, 6},
    {"1/1", 1, 1},
    {"86400/86400", 86400, 86400},
    {"060/006", 60, 6},
    {"0/1", 0, 0},
    {"1/0", 0, 0},
    {"86401/1", 0, 0},
    {"1/86401", 0, 0},
    {"60", 0, 0},
    {"", 0, 0},
    {"/", 0, 0},
    {"60/", 0, 0},
    {"/60", 0, 0},
    {" 60/60", 0, 0},
    {"60/60 ", 0, 0},
    {"60 / 60", 0, 0},
    {"-60/60", 0, 0},
    {"+60/60", 0, 0},
    {"60/60/60", 0, 0},
    {"6e1/60", 0, 0},
    {"1.5/1", 0, 0},
    {"0x3c/60", 0, 0},
    {"99999999999999999999999/1", 0, 0},
    {"1/18446744073709551617", 0, 0},
};

START_TEST(parse)
{
    struct jaxl_pulse pulse = {7, 8};
    struct jaxl_error err = {.message = ""};
    int rc = jaxl_pulse_parse(texts[_i].text, &pulse, &err);

    ck_assert_int_eq(rc, texts[_i].initial ? 0 : JAXL_EARG);
    ck_assert_int_eq(pulse.initial, rc ? 7 : texts[_i].initial);
    ck_assert_int_eq(pulse.step, rc ? 8 : texts[_i].step);
    ck_assert((rc == 0) == (err.message[0] == '\0'));
}
END_TEST

static const struct {
    int64_t initial, step, talk_us, billed;
} calls[] = {
    {60, 60, 0, 0},
    {60, 60, -1, 0},
    {60, 60, INT64_MIN, 0},
    {60, 60, 1, 60},
    {60, 60, 60 * SECOND, 60},
    {60, 60, 60 * SECOND + 1, 120},
    {60, 60, 120 * SECOND, 120},
    {30, 6, 29 * SECOND, 30},
    {30, 6, 30 * SECOND + 1, 36},
    {30, 6, 36 * SECOND, 36},
    {30, 6, 37 * SECOND, 42},
    {1, 1, 1, 1},
    {1, 1, 12345678, 13},
    {1, 86400, SECOND + 1, 86401},
    {86400, 1, SECOND, 86400},
    {1, 1, INT64_MAX, INT64_MAX / SECOND + 1},
    {1, 86400, INT64_MAX, 1 + (INT64_MAX / SECOND / 86400 + 1) * 86400},
    {86400, 86400, INT64_MAX, (INT64_MAX / SECOND / 86400 + 1) * 86400},
};

START_TEST(billed)
{
    struct jaxl_pulse pulse = {calls[_i].initial, calls[_i].step};

    ck_assert_int_eq(jaxl_pulse_billed(&pulse, calls[_i].talk_us), calls[_i].billed);
}
END_TEST

/* Never less than was talked, never a whole step more, only whole steps, and never less for more.
 */
START_TEST(laws)
{
    uint64_t state = 60;

    for (int i = 0; i < 500000 / unit_slow(); i++) {
        struct jaxl_pulse p = {(int64_t)(unit_random(&state) % 400) + 1,
                               (int64_t)(unit_random(&state) % (i % 2 ? 10 : 400)) + 1};
        int64_t talk = (int64_t)(unit_random(&state) % 2000) * SECOND;
        int64_t more = (int64_t)(unit_random(&state) % (2 * (uint64_t)SECOND));
        int64_t seconds;
        if (i % 3)
            talk += (int64_t)(unit_random(&state) % (uint64_t)SECOND);
        seconds = jaxl_pulse_billed(&p, talk);
        if ((seconds == 0) != (talk == 0) || seconds * SECOND < talk ||
            jaxl_pulse_billed(&p, talk + more) < seconds)
            ck_abort_msg("%d/%d: %lld us", (int)p.initial, (int)p.step, (long long)talk);
        if (seconds && (seconds < p.initial || (seconds - p.initial) % p.step ||
                        (seconds > p.initial && seconds * SECOND >= talk + p.step * SECOND)))
            ck_abort_msg("%d/%d: %lld us", (int)p.initial, (int)p.step, (long long)talk);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, parse, 0, UNIT_COUNT(texts));
    tcase_add_loop_test(tc, billed, 0, UNIT_COUNT(calls));
    tcase_add_test(tc, laws);
}

int main(void)
{
    return unit_run("pulse", add);
}
