#include "report_fixture.h"

static const char *const fixtures[] = {"month", "campaigns", "single", "long", "hostile", "empty"};

START_TEST(golden)
{
    struct fixture *f = fixture_new(fixtures[_i]);
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf out;
    char name[64];

    jaxl_buf_init(&out, 16 << 20);
    ck_assert_msg(report_hledger_write(&f->page, &out, &err) == 0, "%s", err.message);
    snprintf(name, sizeof name, "%s.journal", fixtures[_i]);
    fixture_golden(name, &out);
    jaxl_buf_free(&out);
    fixture_free(f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, golden, 0, UNIT_COUNT(fixtures));
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("report_hledger", add);
}
