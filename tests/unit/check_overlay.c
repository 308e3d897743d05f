#include "billing/overlay.h"

#include <string.h>

#include "unit.h"

static struct jaxl_scan_value text_value(const char *text)
{
    return (struct jaxl_scan_value){text, (uint32_t)strlen(text), JAXL_JSON_STRING};
}

static const struct {
    const char *extra, *costs;
    const char *column; /* state, as a column has it */
    const char *out;    /* state, duration, is_finalized, costs.0.cost, costs.1.currency, x.y */
    int code;
} cells[] = {
    {"", "", "done", "done|||||", 0},
    {"{\"state\":\"new\",\"duration\":1.50,\"is_finalized\":false,\"x.y\":\"z\"}", "", "",
     "new|1.50|false|||z", 0},
    {"{\"state\":\"new\",\"x\":{\"y\":true}}", "", "done", "done|||||true", 0},
    {"{\"costs.0.cost\":0.1,\"costs.1.currency\":\"INR\"}", "", "", "|||0.1|INR|", 0},
    {"{\"costs\":[{\"cost\":3},{\"currency\":\"EUR\"}]}", "", "", "|||3|EUR|", 0},
    {"", "[{\"cost\":3},{\"currency\":\"EUR\"}]", "", "|||3|EUR|", 0},
    {"{\"costs.0.cost\":5}", "[{\"cost\":3},{\"currency\":2}]", "", "|||5|2|", 0},
    {"{\"x.y\":null,\"state\":\"\"}", "", "", "|||||", 0},
    {"a remark", "0.35", "done", "done|||||", 0},
    {"{\"a\":1", "", "done", NULL, JAXL_EINPUT},
    {"{\"a\":1,\"a\":2}", "", "done", NULL, JAXL_EINPUT},
    {"", "[{]", "", NULL, JAXL_EINPUT},
    {"", "[] []", "", NULL, JAXL_EINPUT},
};

START_TEST(cells_fill_what_columns_leave_empty)
{
    struct jaxl_fact_slots slots;
    struct jaxl_overlay o;
    struct jaxl_scan_value v[JAXL_FACT_SLOTS] = {{NULL, 0, 0}};
    struct jaxl_error err = {0};
    int wanted[6];
    char out[256] = "";
    int rc;

    jaxl_fact_slots_init(&slots);
    wanted[0] = JAXL_FACT_STATE;
    wanted[1] = JAXL_FACT_DURATION;
    wanted[2] = JAXL_FACT_FINAL;
    wanted[3] = JAXL_FACT_COST;
    wanted[4] = JAXL_FACT_COST + 3;
    wanted[5] = jaxl_fact_slot(&slots, "x.y");
    ck_assert_int_eq(jaxl_overlay_slots(&slots), 0);
    ck_assert_int_eq(jaxl_overlay_init(&o, &slots), 0);
    for (int turn = 0; turn < 2; turn++) {
        memset(v, 0, sizeof v);
        v[o.slots[JAXL_OVERLAY_EXTRA]] = text_value(cells[_i].extra);
        v[o.slots[JAXL_OVERLAY_COSTS]] = text_value(cells[_i].costs);
        v[JAXL_FACT_STATE] = text_value(cells[_i].column);
        rc = jaxl_overlay_read(&o, &slots, v, &err);
        ck_assert_msg(rc == cells[_i].code, "%d %s", rc, err.message);
    }
    for (size_t i = 0; i < 6 && !rc; i++) {
        size_t n = strlen(out);
        snprintf(out + n, sizeof out - n, "%s%.*s", i ? "|" : "", (int)v[wanted[i]].len,
                 v[wanted[i]].len ? v[wanted[i]].text : "");
    }
    if (!rc)
        ck_assert_str_eq(out, cells[_i].out);
    jaxl_overlay_free(&o);
}
END_TEST

/* The lead of a record of jaxl-dial, where somebody asks for a field of it. */
START_TEST(input_is_looked_into)
{
    for (int asked = 0; asked < 2; asked++) {
        struct jaxl_fact_slots slots;
        struct jaxl_overlay o;
        struct jaxl_scan_value v[JAXL_FACT_SLOTS] = {{NULL, 0, 0}};
        int city, input;

        jaxl_fact_slots_init(&slots);
        city = jaxl_fact_slot(&slots, asked ? "input.city" : "city");
        ck_assert_int_eq(jaxl_overlay_slots(&slots), 0);
        ck_assert_int_eq(jaxl_overlay_init(&o, &slots), 0);
        input = o.slots[JAXL_OVERLAY_INPUT];
        ck_assert_int_eq(input >= 0, asked);
        if (input >= 0)
            v[input] = text_value("{\"city\":\"Pune\"}");
        ck_assert_int_eq(jaxl_overlay_read(&o, &slots, v, NULL), 0);
        ck_assert_uint_eq(v[city].len, asked ? 4 : 0);
        ck_assert(!asked || memcmp(v[city].text, "Pune", 4) == 0);
        memset(v, 0, sizeof v);
        if (input >= 0)
            v[input] = text_value("{no JSON");
        ck_assert_int_eq(jaxl_overlay_read(&o, &slots, v, NULL), asked ? JAXL_EINPUT : 0);
        jaxl_overlay_free(&o);
    }
}
END_TEST

START_TEST(slots_may_run_out)
{
    struct jaxl_fact_slots slots;
    char names[JAXL_FACT_SLOTS][24];

    jaxl_fact_slots_init(&slots);
    for (size_t i = 0; slots.n < JAXL_FACT_SLOTS - 1; i++) {
        snprintf(names[i], sizeof names[i], "x%zu", i);
        ck_assert_int_ge(jaxl_fact_slot(&slots, names[i]), 0);
    }
    ck_assert_int_eq(jaxl_overlay_slots(&slots), JAXL_EARG);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, cells_fill_what_columns_leave_empty, 0, UNIT_COUNT(cells));
    tcase_add_test(tc, input_is_looked_into);
    tcase_add_test(tc, slots_may_run_out);
}

int main(void)
{
    return unit_run("overlay", add);
}
