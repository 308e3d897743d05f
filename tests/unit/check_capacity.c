#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "campaign/capacity.h"
#include "unit.h"

static const struct {
    const char *text;
    unsigned calls; /* 7 before */
} good[] = {
    {"5\n", 5},       {"5", 7}, /* not whole yet */
    {"5\n12\n3", 12}, {"0\n", 0},  {"1000000\n", 1000000}, {"0000012\n", 12}, {"42 \t\r\n", 42},
    {"\n\n", 7},      {"  \n", 7}, {"9\n\n", 9},
};

START_TEST(the_latest_number_counts)
{
    size_t len = strlen(good[_i].text);

    for (size_t step = 1; step <= len; step++) { /* in pieces of any size */
        struct jaxl_capacity c = {.fd = -1};
        unsigned calls = 7;
        for (size_t at = 0; at < len; at += step)
            ck_assert_int_eq(jaxl_capacity_take(&c, good[_i].text + at,
                                                len - at < step ? len - at : step, &calls, NULL),
                             0);
        ck_assert_uint_eq(calls, good[_i].calls);
    }
}
END_TEST

#define TEXT(t) t, sizeof(t) - 1
static const struct {
    const char *text;
    size_t len;
} bad[] = {
    {TEXT("five\n")},     {TEXT("-1\n")},
    {TEXT("1000001\n")},  {TEXT("5 6\n")},
    {TEXT(" 5\n")},       {TEXT("5.0\n")},
    {TEXT("+5\n")},       {TEXT("99999999\n")},
    {TEXT("00000001\n")}, {TEXT("5\0\n")},
    {TEXT("\0")},         {TEXT("111111111111111111111111")},
    {TEXT("0x10\n")},     {TEXT("18446744073709551617\n")},
};

START_TEST(what_is_no_number_is_an_error)
{
    struct jaxl_capacity c = {.fd = -1};
    struct jaxl_error err = {0};
    unsigned calls = 7;

    ck_assert_int_eq(jaxl_capacity_take(&c, bad[_i].text, bad[_i].len, &calls, &err), JAXL_EINPUT);
    ck_assert_uint_eq(calls, 7);
    ck_assert_msg(strstr(err.message, "capacity: ") && strstr(err.message, "0 to 1000000"), "%s",
                  err.message);
}
END_TEST

START_TEST(a_descriptor)
{
    struct jaxl_capacity c;
    unsigned calls = 7;
    int fds[2];

    ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
    c = (struct jaxl_capacity){.fd = fds[0]};
    ck_assert_int_eq(jaxl_capacity_read(&c, &calls, NULL), 0); /* nothing yet */
    ck_assert_int_eq(c.fd, fds[0]);
    ck_assert_int_eq(write(fds[1], "4\n5", 3), 3);
    ck_assert_int_eq(jaxl_capacity_read(&c, &calls, NULL), 0);
    ck_assert_uint_eq(calls, 4);
    close(fds[1]);
    ck_assert_int_eq(jaxl_capacity_read(&c, &calls, NULL), 0); /* a last line without its end */
    ck_assert_uint_eq(calls, 5);
    ck_assert_int_eq(c.fd, -1);
    close(fds[0]);
}
END_TEST

START_TEST(a_descriptor_that_cannot_be_read)
{
    struct jaxl_error err = {0};
    struct jaxl_capacity c;
    unsigned calls = 7;
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    close(fds[0]);
    c = (struct jaxl_capacity){.fd = fds[0]};
    ck_assert_int_eq(jaxl_capacity_read(&c, &calls, &err), JAXL_EIO);
    ck_assert_int_eq(c.fd, -1);
    ck_assert_uint_eq(calls, 7);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], "x", 1), 1);
    close(fds[1]);
    c = (struct jaxl_capacity){.fd = fds[0]};
    ck_assert_int_eq(jaxl_capacity_read(&c, &calls, &err), 0);
    ck_assert_int_eq(jaxl_capacity_read(&c, &calls, &err), JAXL_EINPUT);
    ck_assert_int_eq(c.fd, -1);
    close(fds[0]);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, the_latest_number_counts, 0, (int)UNIT_COUNT(good));
    tcase_add_loop_test(tc, what_is_no_number_is_an_error, 0, (int)UNIT_COUNT(bad));
    tcase_add_test(tc, a_descriptor);
    tcase_add_test(tc, a_descriptor_that_cannot_be_read);
}

int main(void)
{
    return unit_run("capacity", add);
}
