#include <string.h>

#include "campaign/costs.h"
#include "unit.h"

START_TEST(sums)
{
    static const char *const calls[] = {
        "[{\"cost\": 0.350, \"currency\": \"INR\"}]",
        "[{\"cost\": 0.1, \"currency\": \"INR\"}, {\"cost\": 1e-7, \"currency\": 1}]",
        "[{\"cost\": \"0.2\", \"currency\": \"INR\"}]", /* a number as a text */
        "[{\"cost\": 3}]",
        "[{\"cost\": null, \"currency\": \"INR\"}, {\"cost\": \"much\", \"currency\": \"INR\"}, 7]",
        "{\"cost\": 5}",
        "null",
        "[]",
    };
    struct jaxl_dialer_cost sum[JAXL_DIALER_CURRENCIES] = {0};
    const struct jaxl_json *root;
    struct jaxl_json_writer *w;
    struct jaxl_json_doc *doc;
    struct jaxl_buf text;
    size_t n = 0;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    for (size_t i = 0; i < UNIT_COUNT(calls); i++) {
        ck_assert_int_eq(jaxl_json_parse(doc, calls[i], strlen(calls[i]), &root, NULL), 0);
        jaxl_costs_add(sum, &n, root);
    }
    jaxl_costs_add(sum, &n, NULL);
    jaxl_buf_init(&text, 1000);
    ck_assert_int_eq(jaxl_json_writer_new(&w, &text), 0);
    jaxl_costs_write(sum, n, w);
    ck_assert_int_eq(jaxl_json_writer_check(w, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&text),
                     "[{\"cost\":0.65,\"currency\":\"INR\"},"
                     "{\"cost\":0.0000001,\"currency\":\"USD\"},{\"cost\":3,\"currency\":\"?\"}]");
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&text);
    jaxl_json_doc_free(&doc);
}
END_TEST

START_TEST(many_currencies)
{
    struct jaxl_dialer_cost sum[JAXL_DIALER_CURRENCIES] = {0};
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    char text[JAXL_MONEY_TEXT];
    size_t n = 0;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "[{\"cost\": 1, \"currency\": \"C%d\"}]", i % 10);
        ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &root, NULL), 0);
        jaxl_costs_add(sum, &n, root);
    }
    ck_assert_uint_eq(n, JAXL_DIALER_CURRENCIES);
    ck_assert_str_eq(jaxl_money_format(&sum[n - 1].sum, text), "2");
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_test(tc, sums);
    tcase_add_test(tc, many_currencies);
}

int main(void)
{
    return unit_run("costs", add_tests);
}
