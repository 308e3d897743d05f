#include "report_fixture.h"

static const struct {
    const char *fixture, *golden;
    size_t width;
    bool bars, colour;
} rows[] = {
    {"month", "month.txt", 0, true, false},
    {"month", "month-80.txt", 80, true, false},
    {"campaigns", "campaigns.txt", 120, true, false},
    {"campaigns", "campaigns-colour.txt", 120, true, true},
    {"campaigns", "campaigns-plain.txt", 0, false, false},
    {"campaigns", "campaigns-60.txt", 60, true, false},
    {"single", "single.txt", 140, true, false},
    {"long", "long.txt", 110, true, false},
    {"hostile", "hostile.txt", 0, false, false},
    {"hostile", "hostile-100.txt", 100, true, true},
    {"empty", "empty.txt", 80, true, false},
};

START_TEST(golden)
{
    struct fixture *f = fixture_new(rows[_i].fixture);
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 16 << 20);
    ck_assert_msg(report_table_write(&f->page, rows[_i].width, rows[_i].bars, rows[_i].colour, &out,
                                     &err) == 0,
                  "%s", err.message);
    fixture_golden(rows[_i].golden, &out);
    jaxl_buf_free(&out);
    fixture_free(f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, golden, 0, UNIT_COUNT(rows));
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("report_table", add);
}
