#include <string.h>

#include "jaxl/uuid.h"
#include "unit.h"

static const unsigned char dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                      0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

static const struct {
    const char *name, *text;
} named[] = {
    {"www.example.com", "2ED6657D-E927-568B-95E1-2665A8AEA6A2"}, /* RFC 9562 A.4 */
    {"python.org", "886313E1-3B8A-5372-9B90-0C9AEE199E5D"},      /* Python's uuid module */
    {"", "4EBD0208-8328-5D69-8C44-EC50939C0967"},
};

START_TEST(version_5)
{
    char text[JAXL_UUID_TEXT];

    ck_assert_int_eq(jaxl_uuid_v5(dns, named[_i].name, strlen(named[_i].name), text), 0);
    ck_assert_str_eq(text, named[_i].text);
}
END_TEST

static int fill(void *ctx, void *data, size_t n)
{
    memset(data, *(const int *)ctx, n);
    return *(const int *)ctx < 0 ? JAXL_EIO : 0;
}

START_TEST(version_4)
{
    static const struct {
        int byte, result;
        const char *text;
    } rows[] = {
        {0x00, 0, "00000000-0000-4000-8000-000000000000"},
        {0xff, 0, "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF"},
        {-1, JAXL_EIO, ""},
    };

    for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
        int byte = rows[i].byte;
        struct jaxl_clock clock = {.ctx = &byte, .random = fill};
        char text[JAXL_UUID_TEXT];
        ck_assert_int_eq(jaxl_uuid_v4(&clock, text), rows[i].result);
        ck_assert_str_eq(text, rows[i].text);
    }
}
END_TEST

START_TEST(random_ones_differ)
{
    char a[JAXL_UUID_TEXT], b[JAXL_UUID_TEXT];

    ck_assert_int_eq(jaxl_uuid_v4(jaxl_clock_system(), a), 0);
    ck_assert_int_eq(jaxl_uuid_v4(jaxl_clock_system(), b), 0);
    ck_assert_str_ne(a, b);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, version_5, 0, UNIT_COUNT(named));
    tcase_add_test(tc, version_4);
    tcase_add_test(tc, random_ones_differ);
}

int main(void)
{
    return unit_run("uuid", add);
}
