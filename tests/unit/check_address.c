/* "[HOST:]PORT" */
#include <string.h>

#include "events/address.h"
#include "unit.h"

static const struct {
    const char *text, *host;
    unsigned port;
} good[] = {
    {"9919", "127.0.0.1", 9919},
    {":9919", "127.0.0.1", 9919},
    {":0", "127.0.0.1", 0},
    {"0", "127.0.0.1", 0},
    {"0.0.0.0:65535", "0.0.0.0", 65535},
    {"localhost:80", "localhost", 80},
    {"[::1]:9919", "::1", 9919},
    {"[::]:1", "::", 1},
    {"hook.example.com:00080", "hook.example.com", 80},
};

static const char *const bad[] = {
    "",          ":",          "host",     "host:",   ":65536",    ":999999", ":-1",
    ":9919x",    ": 9919",     "::1:9919", "[::1]",   "[::1]9919", "[]:9919", "[::1:9919",
    "::1]:9919", "a:b:c:9919", "99 19",    ":9919\n", "[::1]]:1",
};

START_TEST(reads)
{
    struct jaxl_address a;
    struct jaxl_error err = {0};

    ck_assert_msg(!jaxl_address_parse(&a, good[_i].text, "--listen", &err), "%s: %s", good[_i].text,
                  err.message);
    ck_assert_str_eq(a.host, good[_i].host);
    ck_assert_uint_eq(a.port, good[_i].port);
}
END_TEST

START_TEST(refuses)
{
    struct jaxl_address a;
    struct jaxl_error err = {0};

    ck_assert_msg(jaxl_address_parse(&a, bad[_i], "--listen", &err) == JAXL_EARG, "%s", bad[_i]);
    ck_assert_ptr_nonnull(strstr(err.message, "--listen"));
    ck_assert_ptr_nonnull(strstr(err.message, ":9919"));
}
END_TEST

START_TEST(a_host_has_a_length)
{
    struct jaxl_address a;
    char text[JAXL_ADDRESS_HOST + 16];

    memset(text, 'h', sizeof text);
    memcpy(text + JAXL_ADDRESS_HOST - 1, ":80", 4);
    ck_assert_int_eq(jaxl_address_parse(&a, text, "--listen", NULL), 0);
    ck_assert_uint_eq(strlen(a.host), JAXL_ADDRESS_HOST - 1);
    memset(text, 'h', sizeof text);
    memcpy(text + JAXL_ADDRESS_HOST, ":80", 4);
    ck_assert_int_eq(jaxl_address_parse(&a, text, "--listen", NULL), JAXL_EARG);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, reads, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, refuses, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, a_host_has_a_length);
}

int main(void)
{
    return unit_run("address", add);
}
