/* A tariff: what is found, by looking at every row whose prefix it could be, and what it costs. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "billing/tariff.h"
#include "fuzz.h"

static const char number[] = "+919812345678";
static const int64_t now = INT64_C(1791158400000000);

/* Nothing is cheaper when it is longer, and a sum of one is its cost. */
static void rate(const struct jaxl_tariff_row *row)
{
    static const int64_t talks[] = {0, 1, 1000000, 60000000, 61000000, 3600000000};
    struct jaxl_money cost = {.low = 0}, before = {.low = 0};

    for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++) {
        struct jaxl_sum sum = {{0}}, total;
        struct jaxl_money of_sum;
        int64_t billed = -1;
        int rc = jaxl_tariff_rate(row, NULL, talks[i], &cost, &billed);
        FUZZ_CHECK(billed == jaxl_tariff_add(row, NULL, talks[i], &sum));
        jaxl_tariff_total(&sum, JAXL_SUM_SCALE, &total);
        FUZZ_CHECK(rc == jaxl_sum_money(&total, &of_sum));
        if (rc)
            return;
        FUZZ_CHECK(jaxl_money_compare(&cost, &of_sum) == 0);
        FUZZ_CHECK(jaxl_money_compare(&cost, &before) >= 0);
        FUZZ_CHECK(i > 0 || jaxl_money_sign(&cost) == 0);
        before = cost;
    }
}

static void look_up(const struct jaxl_tariff *t)
{
    const struct jaxl_tariff_row *best = NULL;

    for (size_t len = 0; len < sizeof number; len++) {
        const struct jaxl_tariff_row *row = jaxl_tariff_find(t, number, len, now);
        if (!row) {
            FUZZ_CHECK(!best); /* more digits never find less */
            continue;
        }
        FUZZ_CHECK(row->from <= now && strlen(row->prefix) <= len);
        FUZZ_CHECK(strncmp(row->prefix, number + 1, strlen(row->prefix)) == 0);
        FUZZ_CHECK(!best || strlen(row->prefix) >= strlen(best->prefix));
        best = row;
    }
    if (best)
        rate(best);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("tariff", MFD_CLOEXEC);
    struct jaxl_error err = {.message = ""};
    struct jaxl_tariff *t;
    int rc;

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    rc = jaxl_tariff_read(&t, fd, "t.csv", &err);
    FUZZ_CHECK((rc == 0) == (t != NULL));
    if (rc) {
        FUZZ_CHECK(rc == JAXL_EINPUT || rc == JAXL_ELIMIT || rc == JAXL_ECONFIG);
        FUZZ_CHECK(strncmp(err.message, "tariff: t.csv", 13) == 0);
    } else {
        look_up(t);
    }
    jaxl_tariff_free(&t);
    (void)close(fd);
    return 0;
}
