#include "platform/target.h"
#include "unit.h"

static const struct {
    enum jaxl_endpoint endpoint;
    const char *ids[2];
    const char *path; /* NULL: refused */
} paths[] = {
    {JAXL_CALLS_LIST, {NULL, NULL}, "/v1/calls/"},
    {JAXL_CALLS_GET, {"7", NULL}, "/v1/calls/7/"},
    {JAXL_CALLS_GET, {"09223372036854775807", NULL}, "/v1/calls/09223372036854775807/"},
    {JAXL_IVR_OPTIONS_UPDATE, {"12", "345"}, "/v1/ivr/12/options/345/"},
    {JAXL_CALLS_AUDIO, {"7", NULL}, "/v1/calls/7/audio/"},
    {JAXL_MEMBERS_LIST, {"42", NULL}, "/v2/app/organizations/42/employees/"},
    {JAXL_CALLS_LIST, {"7", NULL}, NULL},
    {JAXL_CALLS_GET, {NULL, NULL}, NULL},
    {JAXL_CALLS_GET, {"7", "8"}, NULL},
    {JAXL_IVR_OPTIONS_UPDATE, {"12", NULL}, NULL},
    {JAXL_CALLS_GET, {"", NULL}, NULL},
    {JAXL_CALLS_GET, {"-7", NULL}, NULL},
    {JAXL_CALLS_GET, {"+7", NULL}, NULL},
    {JAXL_CALLS_GET, {" 7", NULL}, NULL},
    {JAXL_CALLS_GET, {"7/hangup", NULL}, NULL},
    {JAXL_CALLS_GET, {"..", NULL}, NULL},
    {JAXL_CALLS_GET, {"7?x", NULL}, NULL},
    {JAXL_CALLS_GET, {"7\n", NULL}, NULL},
    {JAXL_CALLS_GET, {"\xd9\xa7", NULL}, NULL}, /* ARABIC-INDIC DIGIT SEVEN */
    {JAXL_CALLS_GET, {"123456789012345678901", NULL}, NULL},
};

START_TEST(path)
{
    struct jaxl_error err = {0};
    struct jaxl_buf out;

    jaxl_buf_init(&out, JAXL_TARGET_MAX);
    if (paths[_i].path) {
        ck_assert_int_eq(
            jaxl_target_path(jaxl_endpoint_row(paths[_i].endpoint), paths[_i].ids, &out, &err), 0);
        ck_assert_str_eq(jaxl_buf_text(&out), paths[_i].path);
    } else {
        ck_assert_int_eq(
            jaxl_target_path(jaxl_endpoint_row(paths[_i].endpoint), paths[_i].ids, &out, &err),
            JAXL_EARG);
        ck_assert_str_ne(err.message, "");
    }
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    struct jaxl_param query[3];
    const char *text; /* NULL: refused */
} queries[] = {
    {{{"currency", "1"}}, "currency=1"},
    {{{"currency", "1"}, {"limit", "100"}}, "currency=1&limit=100"},
    {{{"tid", "1"}, {"tid", "2"}, {"aid", NULL}}, "tid=1&tid=2"},
    {{{"tag", NULL}, {"tid", "2"}}, "tid=2"},
    {{{"tag", ""}}, "tag="},
    {{{"to_number", "+91 22"}}, "to_number=%2B91%2022"},
    {{{"tag", "a&b=c#d/e?f%g"}}, "tag=a%26b%3Dc%23d%2Fe%3Ff%25g"},
    {{{"tag", "AZaz09-._~"}}, "tag=AZaz09-._~"},
    {{{"tag", "\xc3\xa9\r\n"}}, "tag=%C3%A9%0D%0A"},
    {{{"colour", "red"}}, NULL},
    {{{"currency=1&x", "1"}}, NULL},
};

START_TEST(query)
{
    const struct jaxl_endpoint_row *row = jaxl_endpoint_row(JAXL_CALLS_LIST);
    struct jaxl_error err = {0};
    struct jaxl_buf out;
    size_t n = 0;

    while (n < 3 && queries[_i].query[n].name)
        n++;
    jaxl_buf_init(&out, JAXL_TARGET_MAX);
    if (queries[_i].text) {
        ck_assert_int_eq(jaxl_target_query(row, queries[_i].query, n, &out, &err), 0);
        ck_assert_str_eq(jaxl_buf_text(&out), queries[_i].text);
    } else {
        ck_assert_int_eq(jaxl_target_query(row, queries[_i].query, n, &out, &err), JAXL_EARG);
        ck_assert_str_ne(err.message, "");
    }
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(too_long)
{
    struct jaxl_param param = {"tag", "0123456789"};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 10);
    ck_assert_int_eq(jaxl_target_query(jaxl_endpoint_row(JAXL_CALLS_LIST), &param, 1, &out, NULL),
                     JAXL_ELIMIT);
    jaxl_buf_free(&out);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, path, 0, UNIT_COUNT(paths));
    tcase_add_loop_test(tc, query, 0, UNIT_COUNT(queries));
    tcase_add_test(tc, too_long);
}

int main(void)
{
    return unit_run("target", add);
}
