#include <string.h>

#include "jaxl/phone.h"
#include "unit.h"

static const struct {
    const char *in, *text;
    uint64_t key;
} good[] = {
    {"+919876543210", "+919876543210", 919876543210},
    {"+12", "+12", 12},
    {"+999999999999999", "+999999999999999", 999999999999999},
    {" +91 98765-43210\t", "+919876543210", 919876543210},
    {"+1 (415) 555.0100", "+14155550100", 14155550100},
    {"(+44) 20 7946 0018", "+442079460018", 442079460018},
    {"+39 (06) 698", "+3906698", 3906698}, /* Italy dials its 0 from abroad too */
    {"+33\xc2\xa0"
     "1\xe2\x80\xaf"
     "23\xe2\x80\x90"
     "45\xe2\x80\x91"
     "67\xe2\x80\x93"
     "89",
     "+33123456789", 33123456789},
    {"\xe2\x80\xaa+91 98765 43210\xe2\x80\xac", "+919876543210", 919876543210},
    {"\xe2\x80\x8e+4930123456", "+4930123456", 4930123456},
};

START_TEST(accepted)
{
    struct jaxl_phone phone, again;
    struct jaxl_error err = {.message = ""};

    ck_assert_msg(jaxl_phone_parse(good[_i].in, strlen(good[_i].in), &phone, &err) == 0, "%s",
                  err.message);
    ck_assert_str_eq(phone.text, good[_i].text);
    ck_assert_uint_eq(phone.key, good[_i].key);
    ck_assert_int_eq(jaxl_phone_from_key(phone.key, &again), 0);
    ck_assert_str_eq(again.text, phone.text);
    ck_assert_uint_eq(again.key, phone.key);
}
END_TEST

static const struct {
    const char *in, *why; /* a part of the message */
} bad[] = {
    {"", "no digits"},
    {"+", "no digits"},
    {" - ", "no digits"},
    {"9876543210", "'+' and the country code are missing"},
    {"0", "'+' and the country code are missing"},
    {"00919876543210", "leading 00"},
    {"+0919876543210", "begins with 0"},
    {"+1", "fewer than 2"},
    {"+1234567890123456", "more than 15"},
    {"+12345678901234567890123456789012345678901234567890", "more than 15"},
    {"++12", "once, in front"},
    {"+1+2", "once, in front"},
    {"91+98765", "once, in front"},
    {"+44 (0)20 7946 0018", "leave the (0) out"},
    {"+44 ( 0 ) 20 7946 0018", "leave the (0) out"},
    {"+91987654321o", "nothing else"},
    {"tel:+919876543210", "nothing else"},
    {"+49 30 1234/5", "nothing else"},
    {"+4930123456,+4930123457", "nothing else"},
    {"+4930123456x12", "nothing else"},
    {"+9198\n76543210", "nothing else"},
    {"+91\xc2", "nothing else"}, /* cut UTF-8 */
    {"+91\xe2\x80", "nothing else"},
    {"+91\xe2\x80\x8f"
     "9876543210",
     "nothing else"},
    {"\xd9\xa9\xd9\xa1"
     "9876543210",
     "nothing else"}, /* Arabic digits */
    {"\xef\xbc\x8b"
     "919876543210",
     "nothing else"}, /* full-width plus */
};

START_TEST(refused)
{
    struct jaxl_phone phone = {.key = 7, .text = "+7"};
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_phone_parse(bad[_i].in, strlen(bad[_i].in), &phone, &err), JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, bad[_i].why) != NULL, "%s", err.message);
    ck_assert_ptr_null(strchr(err.message, '\n'));
    ck_assert_uint_eq(phone.key, 7);
    ck_assert_str_eq(phone.text, "+7");
}
END_TEST

START_TEST(looks_at_len_bytes_only)
{
    struct jaxl_phone phone;

    ck_assert_int_eq(jaxl_phone_parse("+12345", 4, &phone, NULL), 0);
    ck_assert_str_eq(phone.text, "+123");
    ck_assert_int_eq(jaxl_phone_parse("+12\0"
                                      "3",
                                      5, &phone, NULL),
                     JAXL_EINPUT);
}
END_TEST

START_TEST(keys_without_a_number)
{
    static const uint64_t keys[] = {0, 9, 1000000000000000, UINT64_MAX};
    struct jaxl_phone phone = {.key = 7, .text = "+7"};

    for (size_t i = 0; i < UNIT_COUNT(keys); i++)
        ck_assert_int_eq(jaxl_phone_from_key(keys[i], &phone), JAXL_EINPUT);
    ck_assert_str_eq(phone.text, "+7");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, accepted, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, looks_at_len_bytes_only);
    tcase_add_test(tc, keys_without_a_number);
}

int main(void)
{
    return unit_run("phone", add);
}
