/* A whole report with one allocation after the other failing: it says so, and leaks nothing. */
#include "failmalloc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "jaxl/report.h"
#include "unit.h"

struct job {
    struct jaxl_report_options options;
    int fd;
    size_t len;
    struct jaxl_error err;
    char out[32 * 1024]; /* rows and rejects */
};

static int put(void *ctx, const char *text, size_t len, struct jaxl_error *err)
{
    struct job *job = ctx;

    if (len > sizeof job->out - job->len)
        return jaxl_error_set(err, JAXL_ELIMIT, "no room");
    memcpy(job->out + job->len, text, len);
    job->len += len;
    return 0;
}

static int work(void *ctx)
{
    struct job *job = ctx;
    struct jaxl_report *r = NULL;
    struct jaxl_error err = {0};
    int rc;

    job->len = 0;
    rc = lseek(job->fd, 0, SEEK_SET) ? JAXL_EIO : jaxl_report_new(&r, &job->options, &err);
    if (!rc)
        rc = jaxl_report_read(r, job->fd, "calls", &err);
    if (!rc)
        rc = jaxl_report_finish(r, &err);
    for (int v = 0; v < JAXL_REPORT_VIEWS && !rc; v++)
        rc = jaxl_report_write(r, (enum jaxl_report_view)v, put, job, &err);
    jaxl_report_free(&r);
    job->err = err;
    return rc;
}

/* Some failures are made up for (PCRE2 without its compiler, libcsv with a smaller step): then
 * nothing else may come out. */
static void run(struct job *job, const char *text, long at_least)
{
    static struct job first;
    long n = 0;
    bool hit = true;

    job->fd = memfd_create("calls", MFD_CLOEXEC);
    ck_assert_int_ge(job->fd, 0);
    ck_assert_int_eq(write(job->fd, text, strlen(text)), (ssize_t)strlen(text));
    job->options.threads = 1;
    job->options.ctx = job;
    job->options.reject = put;
    ck_assert_int_eq(work(job), 0);
    ck_assert_uint_gt(job->len, 500);
    first = *job;
    while (hit) {
        int rc;
        failmalloc_at(++n);
        rc = work(job);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || rc == JAXL_ENOMEM, "%ld: %d %s", n, rc, job->err.message);
        ck_assert_msg(!rc || *job->err.message, "%ld: no message", n);
        ck_assert_msg(rc || (job->len == first.len && !memcmp(job->out, first.out, first.len)),
                      "%ld: %.*s", n, (int)job->len, job->out);
    }
    ck_assert_int_gt(n, at_least);
    close(job->fd);
}

#define CALL(id, tail)                                                                             \
    "{\"id\":" #id ",\"to\":\"+919812345678\",\"missed\":false,\"duration\":61," tail "}\n"

START_TEST(of_ndjson)
{
    static const char *const by[] = {"day", "campaign", "tag", "country", "to-prefix"},
                             *const columns[] = {"all"}, *const where[] = {"campaign!~^x", "id>=0"};
    struct job job = {.options = {.by = {by, 5},
                                  .where = {where, 2},
                                  .columns = {columns, 1},
                                  .sort = "-cost",
                                  .tz = "Asia/Kolkata",
                                  .pulse = "60/60",
                                  .top = 100,
                                  .charts = true}};

    run(&job,
        CALL(1, "\"tags\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"costs\":[{\"cost\":1}]")
            CALL(2, "\"session_id\":\"s\",\"is_finalized\":false")
                CALL(3, "\"campaign\":\"d\\u00e9\",\"created_on\":\"2026-10-05\"")
                    CALL(2, "\"costs\":[{\"cost\":1,\"currency\":\"INR\"}]") CALL(x, "\"a\":1")
                        CALL(4, "\"is_finalized\":false")
                            CALL(5, "\"campaign\":\"xy\"") "{\"session_id\":\"s\",\"state\":"
                                                           "\"done\"}\n{\"state\":\"planned\"}\n",
        60);
}
END_TEST

START_TEST(of_csv)
{
    static const char *const by[] = {"week", "hour", "weekday", "x.y"};
    char dir[256], tariff[300];
    struct job job = {.options = {.by = {by, 4}, .tariff = tariff}};
    FILE *f;

    unit_dir_make(dir);
    snprintf(tariff, sizeof tariff, "%s/tariff", dir);
    f = fopen(tariff, "w");
    ck_assert_ptr_nonnull(f);
    fputs("prefix,price,currency\n91,0.30,INR\n", f);
    fclose(f);
    run(&job,
        "id,to,duration,missed,placed_at,extra,costs\n"
        "1,+919812345678,5,false,2026-10-05,\"{\"\"x.y\"\":5}\",\"[{\"\"cost\"\":1}]\"\n"
        "2,+919812345678,5,false,2026-10-05,\"{\"\"is_finalized\"\":false}\",\n"
        "3,+919812345678,\"5\"\"\",false,2026-10-05,,\n"
        "4,+919812345678,5,true,2026-10-06,{,\n"
        "5,+919812345678,5,true,2026-10-06,,\n",
        60);
    unit_dir_remove(dir);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, of_ndjson);
    tcase_add_test(tc, of_csv);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("report_oom", add);
}
