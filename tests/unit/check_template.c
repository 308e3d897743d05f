#include <string.h>

#include "failmalloc.h"
#include "jaxl/template.h"
#include "unit.h"

static const char record_text[] =
    "{\"name\":\"Asha\",\"amount\":1250.50,\"ok\":true,\"no\":false,\"nothing\":null,\"empty\":"
    "\"\","
    "\"nul\":\"a\\u0000b\",\"costs\":[{\"cost\":0.350}],\"o\":{},\"a.b\":\"dotted\","
    "\"city name\":\"Pune\",\"\xe0\xa4\xa8\":\"na\"}";

static const struct {
    const char *text;
    const char *rendered; /* NULL: JAXL_EINPUT */
    const char *says;
    bool constant;
} rows[] = {
    {"", "", NULL, true},
    {"plain { text } with }} and {a}", "plain { text } with }} and {a}", NULL, true},
    {"{{name}}", "Asha", NULL, false},
    {"Hello {{ name }}, {{\tamount\n}}!", "Hello Asha, 1250.50!", NULL, false},
    {"{{name}}{{name}}", "AshaAsha", NULL, false},
    {"{{ok}} {{no}}", "true false", NULL, false},
    {"{{costs.0.cost}} {{a.b}} {{city name}}", "0.350 dotted Pune", NULL, false},
    {"{{\xe0\xa4\xa8}}", "na", NULL, false},
    {"{{missing|there}}", "there", NULL, false},
    {"{{ missing | out there | twice }}", "out there | twice", NULL, false},
    {"[{{missing|}}]", "[]", NULL, false},
    {"{{nothing|none}}", "none", NULL, false},
    {"{{empty|none}}", "none", NULL, false},
    {"[{{empty}}]", "[]", NULL, false},
    {"{{name|none}}", "Asha", NULL, false},
    {"{{no|yes}}", "false", NULL, false},
    {"{{{{name}}", "{{name}}", NULL, true},
    {"a{{{{b{{name}}c}}", "a{{bAshac}}", NULL, false},
    {"{{{{{{{{", "{{{{", NULL, true},
    {"{{name}}}", "Asha}", NULL, false},
    {"{{missing|{x}}}", "{x}", NULL, false},
    {"{ {name}}", "{ {name}}", NULL, true},
    {"{{missing}}", NULL, "\"missing\" of the template is missing", false},
    {"x{{ nothing }}", NULL, "\"nothing\" of the template is missing", false},
    {"{{costs}}", NULL, "\"costs\" of the template is an array", false},
    {"{{costs|x}}", NULL, "\"costs\" of the template is an array", false},
    {"{{o}}", NULL, "\"o\" of the template is an object", false},
    {"{{costs.1.cost}}", NULL, "\"costs.1.cost\" of the template is missing", false},
};

static struct jaxl_json_doc *doc;
static const struct jaxl_json *record;
static struct jaxl_buf out;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, record_text, strlen(record_text), &record, NULL), 0);
    jaxl_buf_init(&out, 1000);
    jaxl_buf_puts(&out, "> ");
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&out);
}

START_TEST(renders)
{
    struct jaxl_template *t;
    struct jaxl_error err = {.code = 0};

    ck_assert_msg(jaxl_template_new(&t, rows[_i].text, strlen(rows[_i].text), &err) == 0, "%s: %s",
                  rows[_i].text, err.message);
    ck_assert_int_eq(jaxl_template_constant(t), rows[_i].constant);
    for (int times = 0; times < 2; times++) {
        int rc = jaxl_template_render(t, record, &out, &err);
        if (rows[_i].rendered) {
            ck_assert_int_eq(rc, 0);
            ck_assert_str_eq(out.data + 2, rows[_i].rendered);
        } else {
            ck_assert_int_eq(rc, JAXL_EINPUT);
            ck_assert_msg(strstr(err.message, rows[_i].says), "%s", err.message);
            ck_assert_str_eq(out.data, "> ");
        }
        jaxl_buf_reset(&out);
        jaxl_buf_puts(&out, "> ");
    }
    jaxl_template_free(&t);
    ck_assert_ptr_null(t);
    jaxl_template_free(&t);
}
END_TEST

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t len;
    const char *says;
} bad[] = {
    {TEXT("{{"), "column 1: {{ is not closed"},
    {TEXT("Hello {{name"), "column 7: {{ is not closed"},
    {TEXT("caf\xc3\xa9 {{name}"), "column 6: {{ is not closed"},
    {TEXT("{{name {{x}}"), "column 1: {{ is not closed"},
    {TEXT("{{a|{{b}}}}"), "column 1: {{ is not closed"},
    {TEXT("{{ok}} {{}}"), "column 8: {{ without a field"},
    {TEXT("{{  }}"), "column 1: {{ without a field"},
    {TEXT("{{ | x}}"), "column 1: {{ without a field"},
    {TEXT("{{{name}}}"), "column 1: a brace in the name of a field"},
    {TEXT("{{na}me}}"), "column 1: a brace in the name of a field"},
    {TEXT("\xff"), "not UTF-8"},
    {TEXT("a\0b"), "not UTF-8"},
};

START_TEST(refuses)
{
    struct jaxl_template *t;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_template_new(&t, bad[_i].text, bad[_i].len, &err), JAXL_EARG);
    ck_assert_ptr_null(t);
    ck_assert_msg(strstr(err.message, bad[_i].says), "%s", err.message);
}
END_TEST

START_TEST(nul_bytes_go_through)
{
    struct jaxl_template *t;

    ck_assert_int_eq(jaxl_template_new(&t, "{{nul}}", 7, NULL), 0);
    ck_assert_int_eq(jaxl_template_render(t, record, &out, NULL), 0);
    ck_assert_uint_eq(out.len, 5);
    jaxl_template_free(&t);
}
END_TEST

START_TEST(limits)
{
    struct jaxl_template *t;
    struct jaxl_error err;
    char *text = malloc(JAXL_TEMPLATE_MAX + 1);

    memset(text, '{', JAXL_TEMPLATE_MAX + 1);
    ck_assert_int_eq(jaxl_template_new(&t, text, JAXL_TEMPLATE_MAX + 1, &err), JAXL_ELIMIT);
    ck_assert_int_eq(jaxl_template_new(&t, text, JAXL_TEMPLATE_MAX, &err), 0);
    ck_assert_int_eq(jaxl_template_render(t, record, &out, &err), JAXL_ELIMIT);
    ck_assert_str_eq(out.data, "> ");
    jaxl_template_free(&t);
    free(text);
}
END_TEST

static int render(void *ctx)
{
    static const char text[] = "a{{name}}b{{missing|x}}";
    struct jaxl_template *t;
    struct jaxl_buf mine;
    struct jaxl_error err;
    int rc = jaxl_template_new(&t, text, strlen(text), &err);

    (void)ctx;
    jaxl_buf_init(&mine, 100);
    if (!rc)
        rc = jaxl_template_render(t, record, &mine, &err);
    jaxl_template_free(&t);
    jaxl_buf_free(&mine);
    return rc;
}

START_TEST(allocations_fail)
{
    ck_assert_int_eq(failmalloc_each(render, NULL), 4);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, renders, 0, (int)UNIT_COUNT(rows));
    tcase_add_loop_test(tc, refuses, 0, (int)UNIT_COUNT(bad));
    tcase_add_test(tc, nul_bytes_go_through);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, allocations_fail);
}

int main(void)
{
    return unit_run("template", add);
}
