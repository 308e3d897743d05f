#include <string.h>

#include "data/flat.h"
#include "data/table.h"
#include "unit.h"

static struct jaxl_json_doc *doc;
static struct jaxl_flat flat;

static void set_up(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
}

static void tear_down(void)
{
    jaxl_flat_free(&flat);
    jaxl_json_doc_free(&doc);
}

static void spread(const char *json)
{
    const struct jaxl_json *record;

    ck_assert_int_eq(jaxl_json_parse(doc, json, strlen(json), &record, NULL), 0);
    ck_assert_int_eq(jaxl_flat_spread(&flat, record), 0);
}

/* The row as one text. */
static const char *row(void)
{
    static char text[512];
    bool number;
    size_t len;

    text[0] = '\0';
    for (size_t i = 0; i < jaxl_flat_count(&flat); i++) {
        const char *cell = jaxl_flat_cell(&flat, i, &len, &number);
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%.*s%s", i ? "|" : "", (int)len, cell,
                 number ? "#" : "");
    }
    return text;
}

START_TEST(the_first_record_decides)
{
    ck_assert_int_eq(jaxl_flat_init(&flat, NULL, 0), 0);
    spread("{\"a\": 1.50, \"b\": {\"c\": \"x\", \"d\": null}}");
    ck_assert_uint_eq(flat.n, 3);
    ck_assert_str_eq(jaxl_flat_name(&flat, 0), "a");
    ck_assert_str_eq(jaxl_flat_name(&flat, 1), "b.c");
    ck_assert_str_eq(jaxl_flat_name(&flat, 2), "b.d");
    ck_assert_uint_eq(strspn(row(), "1.50#|x"), strlen(row()));
    spread("{\"b\": {\"c\": true}, \"new\": [1]}");
    ck_assert_ptr_nonnull(strstr(row(), "|true|"));
    ck_assert_ptr_nonnull(strstr(row(), "\"new")); /* nothing is lost */
}
END_TEST

START_TEST(given_columns_stay)
{
    static const char *const columns[] = {"to", "costs.0.cost", "none"};

    ck_assert_int_eq(jaxl_flat_init(&flat, columns, UNIT_COUNT(columns)), 0);
    spread("{\"costs\": [{\"cost\": 0.35}], \"to\": \"+91\"}");
    ck_assert_str_eq(jaxl_flat_name(&flat, 1), "costs.0.cost");
    ck_assert_msg(!strncmp(row(), "+91|0.35#|", 10), "%s", row());
    spread("{}");
    ck_assert_uint_eq(strspn(row(), "|"), strlen(row()));
}
END_TEST

START_TEST(a_table_aligns)
{
    static const char *const columns[] = {"name", "n"};
    struct jaxl_table table;
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    jaxl_table_init(&table, 0);
    ck_assert_int_eq(jaxl_flat_init(&flat, columns, UNIT_COUNT(columns)), 0);
    spread("{\"name\": \"J\\u00fcrgen\", \"n\": 7}");
    ck_assert_int_eq(jaxl_table_add(&table, &flat), 0);
    spread("{\"name\": \"Al\", \"n\": 1234}");
    ck_assert_int_eq(jaxl_table_add(&table, &flat), 0);
    ck_assert(!jaxl_table_full(&table));
    jaxl_table_lay_out(&table, &flat, &out);
    ck_assert_ptr_nonnull(strstr(jaxl_buf_text(&out), "J\xc3\xbcrgen     7\n"));
    ck_assert_ptr_nonnull(strstr(jaxl_buf_text(&out), "Al      1234\n"));
    jaxl_table_free(&table);
    jaxl_buf_free(&out);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, the_first_record_decides);
    tcase_add_test(tc, given_columns_stay);
    tcase_add_test(tc, a_table_aligns);
}

int main(void)
{
    return unit_run("flat", add);
}
