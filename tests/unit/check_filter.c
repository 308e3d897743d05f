#include <string.h>

#include "failmalloc.h"
#include "jaxl/filter.h"
#include "unit.h"

static struct jaxl_json_doc *doc;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
}

static int test(struct jaxl_filter *f, const char *record, struct jaxl_error *err)
{
    const struct jaxl_json *root;

    ck_assert_int_eq(jaxl_json_parse(doc, record, strlen(record), &root, NULL), 0);
    return jaxl_filter_test(f, root, err);
}

#define SINCE     INT64_C(1795687200000000) /* 2026-11-26T10:00:00Z */
#define BIT(kind) (1U << JAXL_EVENT_##kind)

/* Records of which the marked ("+") are wanted. */
static const struct {
    const char *conditions[4];
    unsigned kinds;
    int64_t since;
    const char *records[8];
} cases[] = {
    {{NULL}, 0, 0, {"+{}", "+{\"event\":\"setup\"}", "+{\"id\":7,\"duration\":3}"}},
    {{NULL},
     BIT(SETUP) | BIT(MARK),
     0,
     {"+{\"event\":\"setup\"}", "+{\"event\":\"mark\"}", "-{\"event\":\"option\"}",
      "-{\"event\":\"x\"}", "-{\"event\":1}", "-{\"id\":7}"}},
    {{NULL},
     0,
     SINCE,
     {"+{\"received_at\":\"2026-11-26T10:00:00Z\"}",
      "+{\"received_at\":\"2026-11-26T15:30+05:30\"}",
      "-{\"received_at\":\"2026-11-26T09:59:59.999999Z\"}", "+{\"placed_at\":\"2026-11-27\"}",
      "+{\"created_on\":\"2026-11-26T10:00:00\"}", "-{\"created_on\":\"yesterday\"}", "-{}",
      "-{\"received_at\":\"2026-11-25\",\"created_on\":\"2026-11-27\"}"}},
    {{NULL},
     0,
     SINCE,
     {"+{\"received_at\":null,\"placed_at\":\"\",\"created_on\":\"2026-11-27\"}",
      "-{\"received_at\":1795687200}", "-{\"placed_at\":[]}"}},
    {{"from=~^\\+91", "metadata.n>2", "flag=true"},
     0,
     0,
     {"+{\"from\":\"+911\",\"metadata\":{\"n\":3},\"flag\":true}",
      "-{\"from\":\"+921\",\"metadata\":{\"n\":3},\"flag\":true}",
      "-{\"from\":\"+911\",\"metadata\":{\"n\":2},\"flag\":true}",
      "-{\"from\":\"+911\",\"metadata\":{\"n\":3},\"flag\":false}",
      "-{\"from\":\"+911\",\"metadata\":{\"n\":3}}", "-{}"}},
    {{"option=", "event!=setup"},
     BIT(SETUP) | BIT(DATA),
     SINCE,
     {"+{\"event\":\"data\",\"option\":null,\"received_at\":\"2026-11-26T10:00:00Z\"}",
      "-{\"event\":\"setup\",\"received_at\":\"2026-11-26T10:00:00Z\"}",
      "-{\"event\":\"data\",\"option\":\"1\",\"received_at\":\"2026-11-26T10:00:00Z\"}",
      "-{\"event\":\"data\"}"}},
    {{"metadata!=", "costs.0.cost>=0.5"},
     0,
     0,
     {"-{\"metadata\":{},\"costs\":[{\"cost\":1}]}",
      "+{\"metadata\":\"x\",\"costs\":[{\"cost\":1}]}",
      "+{\"metadata\":1,\"costs.0.cost\":\"0.50\"}"}},
};

static struct jaxl_filter *filter(int i)
{
    struct jaxl_filter_options o = {cases[i].conditions, 0, cases[i].kinds, cases[i].since};
    struct jaxl_filter *f;

    while (o.n_conditions < 4 && o.conditions[o.n_conditions])
        o.n_conditions++;
    ck_assert_int_eq(jaxl_filter_new(&f, &o, NULL), 0);
    return f;
}

START_TEST(wanted)
{
    struct jaxl_filter *f = filter(_i);

    for (int i = 0; i < 8 && cases[_i].records[i]; i++)
        ck_assert_msg(test(f, cases[_i].records[i] + 1, NULL) == (*cases[_i].records[i] == '+'),
                      "%s", cases[_i].records[i]);
    jaxl_filter_free(&f);
    ck_assert_ptr_null(f);
    jaxl_filter_free(&f);
    jaxl_filter_free(NULL);
}
END_TEST

START_TEST(refused)
{
    static const char *const conditions[] = {"a=b", "a=~("};
    struct jaxl_filter_options o = {.conditions = conditions, .n_conditions = 2};
    struct jaxl_error err = {.message = ""};
    struct jaxl_filter *f;

    ck_assert_int_eq(jaxl_filter_new(&f, &o, &err), JAXL_EARG);
    ck_assert_str_eq(err.message, "'a=~(': the pattern is wrong at byte 2 of it: missing closing "
                                  "parenthesis");
    ck_assert_ptr_null(f);
    ck_assert_int_eq(jaxl_filter_new(&f, NULL, &err), 0);
    ck_assert_int_eq(test(f, "{}", &err), 1);
    jaxl_filter_free(&f);
}
END_TEST

START_TEST(given_up)
{
    static const char *const conditions[] = {"a!~^(x+)+$"};
    struct jaxl_filter_options o = {.conditions = conditions, .n_conditions = 1};
    struct jaxl_error err = {.message = ""};
    struct jaxl_filter *f;

    ck_assert_int_eq(jaxl_filter_new(&f, &o, &err), 0);
    ck_assert_int_eq(test(f, "{\"a\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy\"}", &err),
                     JAXL_ELIMIT);
    ck_assert_str_eq(err.message,
                     "the pattern '^(x+)+$' of a was given up on in a text that takes too long");
    ck_assert_int_eq(test(f, "{\"a\":\"xx\"}", &err), 0); /* and goes on */
    ck_assert_int_eq(test(f, "{\"a\":\"y\"}", &err), 1);
    jaxl_filter_free(&f);
}
END_TEST

START_TEST(unseen)
{
    static const char *const conditions[] = {"event=setup", "nmae=x", "to!=y"};
    struct jaxl_filter_options o = {.conditions = conditions, .n_conditions = 3};
    struct jaxl_filter *f;

    ck_assert_int_eq(jaxl_filter_new(&f, &o, NULL), 0);
    ck_assert_ptr_null(jaxl_filter_unseen(f, 0));
    ck_assert_int_eq(test(f, "{\"event\":\"data\"}", NULL), 0);
    ck_assert_ptr_null(jaxl_filter_unseen(f, 1)); /* nobody has looked for it yet */
    ck_assert_int_eq(test(f, "{\"event\":\"setup\",\"to\":1}", NULL), 0);
    ck_assert_ptr_null(jaxl_filter_unseen(f, 0));
    ck_assert_str_eq(jaxl_filter_unseen(f, 1), "nmae");
    ck_assert_ptr_null(jaxl_filter_unseen(f, 2));
    ck_assert_ptr_null(jaxl_filter_unseen(f, 3));
    ck_assert_int_eq(test(f, "{\"event\":\"setup\",\"nmae\":null}", NULL), 0);
    ck_assert_ptr_null(jaxl_filter_unseen(f, 1));
    jaxl_filter_free(&f);
}
END_TEST

static int make(void *ctx)
{
    struct jaxl_filter *f = NULL;
    int rc = jaxl_filter_new(&f, ctx, NULL);

    jaxl_filter_free(&f);
    return rc;
}

START_TEST(out_of_memory)
{
    static const char *const conditions[] = {"a=b", "c=d"};
    struct jaxl_filter_options o = {.conditions = conditions, .n_conditions = 2};

    ck_assert_int_eq(failmalloc_each(make, &o), 4);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, wanted, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, refused);
    tcase_add_test(tc, given_up);
    tcase_add_test(tc, unseen);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("filter", add);
}
