#include <string.h>

#include "jaxl/number.h"
#include "unit.h"

static const struct {
    const char *in, *region, *text, *of; /* of: the region that it is a number of */
} good[] = {
    {"98765 43210", "IN", "+919876543210", "IN"},
    {"098765-43210", "IN", "+919876543210", "IN"},
    {"0091 98765 43210", "IN", "+919876543210", "IN"},
    {"91 98765 43210", "IN", "+919876543210", "IN"},
    {"(020) 2553 4567", "IN", "+912025534567", "IN"},
    {"1800 22 5669", "IN", "+911800225669", "IN"},
    {"+91 98765 43210", NULL, "+919876543210", "IN"},
    {"+44 (0)20 7946 0018", "IN", "+442079460018", "GB"},
    {"020 7946 0018", "GB", "+442079460018", "GB"},
    {"02 1234 5678", "IT", "+390212345678", "IT"}, /* Italy keeps its 0 */
    {"(415) 555-2671", "US", "+14155552671", "US"},
    {"(416) 555-2671", "US", "+14165552671", "CA"}, /* one plan, several countries */
    {"+800 1234 5678", NULL, "+80012345678", "001"},
    {"\u096f\u096e\u096d\u096c\u096b \u096a\u0969\u0968\u0967\u0966", "IN", "+919876543210", "IN"},
    {"\uff0b91\u00a098765\u201343210", NULL, "+919876543210", "IN"},
};

static const struct {
    const char *in, *region, *why; /* a part of the message */
    int code;
} bad[] = {
    {"98765", "IN", "'98765': too short for a number of IN", JAXL_EINPUT},
    {"9", "IN", "this is not a phone number", JAXL_EINPUT},
    {"+91 9", "IN", "too short", JAXL_EINPUT},
    {"98765 43210 98765", "IN", "too long", JAXL_EINPUT},
    {"98765 43210 98765 43210", "IN", "too long", JAXL_EINPUT},
    {"98765 43210 / 98765 43211", "IN", "too long", JAXL_EINPUT},
    {"98765 43210, 98765 43211", "IN", "", JAXL_EINPUT},
    {"", "IN", "this is not a phone number", JAXL_EINPUT},
    {"...", "IN", "this is not a phone number", JAXL_EINPUT},
    {"unknown", "IN", "there are letters in it", JAXL_EINPUT},
    {"98765 4321O", "IN", "there are letters in it", JAXL_EINPUT},
    {"1800 CALL NOW", "IN", "there are letters in it", JAXL_EINPUT},
    {"98765 43210 ext 5", "IN", "there are letters in it", JAXL_EINPUT},
    {"98765 43210 #5", "IN", "leave the extension out", JAXL_EINPUT},
    {"+999 98765 43210", "IN", "no country has this code", JAXL_EINPUT},
    {"98765 43210", NULL, "the '+' and a country code that exists are missing", JAXL_EINPUT},
    {"2253 4567", "US", "too short for a number of US", JAXL_EINPUT},
    {"253 4567", "US", "the area code is missing", JAXL_EINPUT},
    {"(123) 456-7890", "US", "no number of US begins like this", JAXL_EINPUT},
    {"98765 43210", "XX", "'XX' is not a region", JAXL_EARG},
    {"98765 43210", "in", "'in' is not a region", JAXL_EARG},
    {"+91 98765 43210", "", "'' is not a region", JAXL_EARG},
};

#ifdef WITH_PHONENUMBER

START_TEST(accepted)
{
    struct jaxl_phone phone = {0}, same;
    struct jaxl_error err = {.message = ""};
    char region[JAXL_NUMBER_REGION];

    ck_assert_msg(
        jaxl_number_parse(good[_i].in, strlen(good[_i].in), good[_i].region, &phone, &err) == 0,
        "%s", err.message);
    ck_assert_str_eq(phone.text, good[_i].text);
    ck_assert_int_eq(jaxl_phone_parse(good[_i].text, strlen(good[_i].text), &same, NULL), 0);
    ck_assert_uint_eq(phone.key, same.key);
    ck_assert_int_eq(jaxl_number_region(&phone, region, &err), 0);
    ck_assert_str_eq(region, good[_i].of);
}
END_TEST

START_TEST(refused)
{
    struct jaxl_phone phone = {.key = 7, .text = "+7"};
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(
        jaxl_number_parse(bad[_i].in, strlen(bad[_i].in), bad[_i].region, &phone, &err),
        bad[_i].code);
    ck_assert_int_eq(err.code, bad[_i].code);
    ck_assert_msg(strstr(err.message, bad[_i].why) != NULL, "%s", err.message);
    ck_assert_str_ne(err.message, "");
    ck_assert_uint_eq(phone.key, 7);
    ck_assert_str_eq(phone.text, "+7");
    ck_assert_int_eq(
        jaxl_number_parse(bad[_i].in, strlen(bad[_i].in), bad[_i].region, &phone, NULL),
        bad[_i].code);
}
END_TEST

START_TEST(looks_at_len_bytes_only)
{
    struct jaxl_phone phone;

    ck_assert_int_eq(jaxl_number_parse("98765432109", 10, "IN", &phone, NULL), 0);
    ck_assert_str_eq(phone.text, "+919876543210");
    ck_assert_int_eq(jaxl_number_parse("98765\00043210", 11, "IN", &phone, NULL), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_number_parse("9876543210\xff", 11, "IN", &phone, NULL), JAXL_EINPUT);
}
END_TEST

START_TEST(regions_of_none)
{
    static const char *const none[] = {"+12", "+99998765432", "+15550100", "+919", "+0", ""};
    char region[JAXL_NUMBER_REGION] = "??";

    for (size_t i = 0; i < UNIT_COUNT(none); i++) {
        struct jaxl_phone phone = {0};
        struct jaxl_error err;
        strcpy(phone.text, none[i]);
        ck_assert_int_eq(jaxl_number_region(&phone, region, &err), JAXL_EINPUT);
        ck_assert_ptr_nonnull(strstr(err.message, none[i]));
    }
    ck_assert_str_eq(region, "??");
}
END_TEST

START_TEST(module_missing)
{
    struct jaxl_phone phone;
    struct jaxl_error err;

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(jaxl_number_parse("1", 1, NULL, &phone, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent/libjaxl-number.so"));
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, accepted, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, looks_at_len_bytes_only);
    tcase_add_test(tc, regions_of_none);
    tcase_add_test(tc, module_missing);
}

#else

/* Good or bad, with a module at hand or not: nothing is read. */
START_TEST(without)
{
    struct jaxl_phone phone = {.key = 7, .text = "+7"};
    struct jaxl_error err = {.message = ""};
    char region[JAXL_NUMBER_REGION] = "??";

    for (size_t i = 0; i < UNIT_COUNT(good) + UNIT_COUNT(bad); i++) {
        const char *in = i < UNIT_COUNT(good) ? good[i].in : bad[i - UNIT_COUNT(good)].in;
        ck_assert_int_eq(jaxl_number_parse(in, strlen(in), "IN", &phone, &err), JAXL_ECONFIG);
        ck_assert_str_eq(err.message, "built without libphonenumber: give E.164 numbers");
    }
    ck_assert_str_eq(phone.text, "+7");
    ck_assert_int_eq(jaxl_number_region(&phone, region, &err), JAXL_ECONFIG);
    ck_assert_str_eq(region, "??");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, without);
}

#endif

int main(void)
{
    struct jaxl_phone phone;

    if (setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1))
        return EXIT_FAILURE;
    /* The module is loaded before Check forks: the plans are read once, and the leak checker
     * crashes in a child that has loaded it itself. */
    (void)jaxl_number_parse("98765 43210", 11, "IN", &phone, NULL);
    return unit_run("number", add);
}
