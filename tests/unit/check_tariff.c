#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "billing/tariff.h"
#include "failmalloc.h"
#include "unit.h"

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

static FILE *file_of(const char *text, size_t len)
{
    FILE *file = tmpfile();

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, len, file), len);
    ck_assert_int_eq(fflush(file), 0);
    ck_assert_int_eq(fseek(file, 0, SEEK_SET), 0);
    return file;
}

static struct jaxl_tariff *tariff_of(const char *text)
{
    FILE *file = file_of(text, strlen(text));
    struct jaxl_error err = {.message = ""};
    struct jaxl_tariff *t;

    ck_assert_msg(jaxl_tariff_read(&t, fileno(file), "t.csv", &err) == 0, "%s", err.message);
    (void)fclose(file);
    return t;
}

static int64_t at(const char *date)
{
    int64_t days = 0;

    ck_assert(jaxl_date_parse(date, &days));
    return days * DAY;
}

static const struct jaxl_tariff_row *find(const struct jaxl_tariff *t, const char *number,
                                          const char *date)
{
    return jaxl_tariff_find(t, number, strlen(number), at(date));
}

static const char india[] =
    "\xef\xbb\xbfprefix,country,price,currency,pulse,from,per,setup,decimals\r\n"
    "*,others,2.5,USD,60/60,,,,\r\n"
    "91,India,0.35,INR,,,,,\r\n"
    "+91 ,India,0.40,INR,60/60,2026-10-01,,0.1,2\r\n"
    "9198,\"mobile, old\",0.30,INR,30/6,2026-10-15T12:00,,,\r\n"
    "\r\n"
    "1,US,0.5,USD,1/1,,1,,";

START_TEST(rows_and_dates)
{
    static const struct {
        const char *number, *date, *price; /* NULL: none */
    } cases[] = {
        {"+919812345678", "2026-09-30", "0.35"},
        {"919812345678", "2026-10-01", "0.4"},
        {"+919812345678", "2026-10-15", "0.4"},
        {"+919812345678", "2026-10-16", "0.3"},
        {"+917012345678", "2026-10-16", "0.4"},
        {"+91", "2026-10-16", "0.4"},
        {"+9", "2026-10-16", "2.5"},
        {"+12125551212", "1970-01-01", "0.5"},
        {"anonymous", "2026-10-16", "2.5"},
        {"", "2026-10-16", "2.5"},
        {"+", "2026-10-16", "2.5"},
        {"++91", "2026-10-16", "2.5"},
        {"91x98", "2026-10-16", "0.4"},
    };
    struct jaxl_tariff *t = tariff_of(india);
    const struct jaxl_tariff_row *row;
    char text[JAXL_MONEY_TEXT];

    for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
        row = find(t, cases[i].number, cases[i].date);
        ck_assert_ptr_nonnull(row);
        ck_assert_msg(strcmp(jaxl_money_format(&row->price, text), cases[i].price) == 0,
                      "%s on %s: %s", cases[i].number, cases[i].date, text);
    }
    row = find(t, "+91", "2026-10-01");
    ck_assert_str_eq(row->prefix, "91");
    ck_assert_str_eq(row->currency, "INR");
    ck_assert_str_eq(jaxl_money_format(&row->setup, text), "0.1");
    ck_assert(row->own_pulse && row->pulse.initial == 60 && row->pulse.step == 60);
    ck_assert(row->per == 60 && row->decimals == 2 && row->line == 4);
    ck_assert_int_eq(row->from, at("2026-10-01"));
    row = find(t, "+91", "2026-09-30");
    ck_assert(!row->own_pulse && row->pulse.initial == 1 && row->pulse.step == 1);
    ck_assert(row->decimals == -1 && row->from == INT64_MIN);
    jaxl_tariff_free(&t);
    ck_assert_ptr_null(t);
    jaxl_tariff_free(&t);
    jaxl_tariff_free(NULL);
}
END_TEST

START_TEST(ndjson)
{
    struct jaxl_tariff *t =
        tariff_of("{\"prefix\":9198,\"price\":0.30,\"currency\":\"INR\",\"per\":1,"
                  "\"pulse\":null,\"x\":[1]}\n"
                  "{\"prefix\":\"44\",\"price\":\"1e-2\",\"currency\":\"GBP\"}");

    ck_assert_ptr_null(find(t, "+919712345678", "2026-10-01"));
    ck_assert_ptr_null(find(t, "", "2026-10-01"));
    ck_assert_int_eq(find(t, "+919812345678", "2026-10-01")->per, 1);
    ck_assert_str_eq(find(t, "+44", "2026-10-01")->currency, "GBP");
    jaxl_tariff_free(&t);
}
END_TEST

#define HEAD "prefix,price,currency,pulse,setup,from,per,decimals\n"
static const struct {
    const char *text, *message;
    int result;
} wrong[] = {
    {"", "t.csv: no row: write one as prefix, price and currency", JAXL_EINPUT},
    {HEAD, "t.csv: no row", JAXL_EINPUT},
    {"price,currency\n1,INR\n", "t.csv, line 2: no prefix: every row has a prefix", JAXL_EINPUT},
    {"prefix,price\n1,1\n", "t.csv, line 2: no currency: every row", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,,\n91,1,INR,,,,\n", "t.csv, line 3: 7 fields where the header has 8",
     JAXL_EINPUT},
    {HEAD "91,\"0,35\",INR,,,,,\n", "t.csv, line 2: price: '0,35' is not a decimal number",
     JAXL_EINPUT},
    {HEAD "91,,INR,,,,,\n", "t.csv, line 2: no price: write 0", JAXL_EINPUT},
    {HEAD "91,NaN,INR,,,,,\n", "t.csv, line 2: price: 'NaN'", JAXL_EINPUT},
    {HEAD "91,-1,INR,,,,,\n", "t.csv, line 2: price -1 is negative", JAXL_EINPUT},
    {HEAD "91,1e30,INR,,,,,\n", "t.csv, line 2: price 1e30: write one below 1000000000",
     JAXL_ELIMIT},
    {HEAD "91,1e99,INR,,,,,\n", "t.csv, line 2: price: 1e99: an amount has", JAXL_ELIMIT},
    {HEAD "91,1000000000,INR,,,,,\n", "t.csv, line 2: price 1000000000: write", JAXL_ELIMIT},
    {HEAD "91,0.0000000000001,INR,,,,,\n", "t.csv, line 2: price 0.0000000000001: write",
     JAXL_ELIMIT},
    {HEAD "91,1,inr,,,,,\n", "t.csv, line 2: currency 'inr': three capital letters, as INR",
     JAXL_EINPUT},
    {HEAD "91,1,,,,,,\n", "t.csv, line 2: currency ''", JAXL_EINPUT},
    {HEAD "91,1,RUPEES,,,,,\n", "t.csv, line 2: currency 'RUPEES'", JAXL_EINPUT},
    {HEAD "91,1,INR,60,,,,\n", "t.csv, line 2: pulse '60': first and further", JAXL_EINPUT},
    {HEAD "91,1,INR,,-1,,,\n", "t.csv, line 2: setup -1 is negative", JAXL_EINPUT},
    {HEAD "91,1,INR,,x,,,\n", "t.csv, line 2: setup: 'x' is not", JAXL_EINPUT},
    {HEAD "91,1,INR,,,2026-02-30,,\n", "t.csv, line 2: from '2026-02-30': a date", JAXL_EINPUT},
    {HEAD "91,1,INR,,,2026-02-03T00:00Z,,\n",
     "t.csv, line 2: from '2026-02-03T00:00Z': without a zone", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,7,\n", "t.csv, line 2: per '7': the seconds", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,0,\n", "t.csv, line 2: per '0'", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,-60,\n", "t.csv, line 2: per '-60'", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,4294967356,\n", "t.csv, line 2: per '4294967356'", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,172800,\n", "t.csv, line 2: per '172800'", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,,13\n", "t.csv, line 2: decimals '13': 0 to 12", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,,x\n", "t.csv, line 2: decimals 'x'", JAXL_EINPUT},
    {HEAD "91-98,1,INR,,,,,\n", "t.csv, line 2: prefix '91-98': up to 15 digits", JAXL_EINPUT},
    {HEAD "+,1,INR,,,,,\n", "t.csv, line 2: prefix '+'", JAXL_EINPUT},
    {HEAD "1234567890123456,1,INR,,,,,\n", "t.csv, line 2: prefix '1234567890123456'", JAXL_EINPUT},
    {HEAD "0091,1,INR,,,,,\n", "t.csv, line 2: prefix '0091': begin with the country code",
     JAXL_EINPUT},
    {HEAD "12345678901234567890123456789012345678901,1,INR,,,,,\n",
     "t.csv, line 2: 'prefix' is longer than 39 bytes", JAXL_EINPUT},
    {HEAD "91,1,INR,,,,,\n44,1,GBP,,,,,\n+91,2,INR,,,,,\n",
     "t.csv: lines 2 and 4: prefix '91' twice: keep one", JAXL_EINPUT},
    {HEAD "*,1,INR,,,,,\n,1,GBP,,,,,\n", "t.csv: lines 2 and 3: prefix '' twice", JAXL_EINPUT},
    {HEAD "91,1,INR,,,2026-10-01,,\n91,2,INR,,,2026-274,,\n",
     "t.csv: lines 2 and 3: prefix '91' twice since the same date", JAXL_EINPUT},
    {"{\"prefix\":true,\"price\":1,\"currency\":\"INR\"}",
     "t.csv, line 1: 'prefix' is neither text nor a number", JAXL_EINPUT},
    {"{\"prefix\":null,\"price\":1,\"currency\":\"INR\"}", "t.csv, line 1: no prefix", JAXL_EINPUT},
    {"{\"prefix\":\"9\\u00001\",\"price\":1,\"currency\":\"INR\"}",
     "t.csv, line 1: 'prefix' is longer", JAXL_EINPUT},
    {"{\"prefix\":\"91\",\"price\":1,\n", "t.csv, line 1: ", JAXL_EINPUT},
    {"prefix,prefix\n", "t.csv, line 1: ", JAXL_ECONFIG},
};

START_TEST(refused)
{
    FILE *file = file_of(wrong[_i].text, strlen(wrong[_i].text));
    struct jaxl_error err = {.message = ""};
    struct jaxl_tariff *t;
    char message[300];

    ck_assert_int_eq(jaxl_tariff_read(&t, fileno(file), "t.csv", &err), wrong[_i].result);
    ck_assert_ptr_null(t);
    snprintf(message, sizeof message, "tariff: %s", wrong[_i].message);
    ck_assert_msg(strncmp(err.message, message, strlen(message)) == 0, "%s", err.message);
    (void)fclose(file);
}
END_TEST

START_TEST(unreadable)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_tariff *t;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(jaxl_tariff_read(&t, ends[1], "t.csv", &err), JAXL_EIO);
    ck_assert_ptr_null(t);
    ck_assert_ptr_nonnull(strstr(err.message, "tariff: t.csv: cannot be read"));
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

/* The same row for each of so many prefixes. */
static char *many(int n, size_t *len)
{
    char *text = malloc((size_t)n * 24 + 64);
    char *p = text;

    ck_assert_ptr_nonnull(text);
    p += sprintf(p, "prefix,price,currency\n");
    for (int i = 0; i < n; i++)
        p += sprintf(p, "%d,0.%d,INR\n", 100000 + (int)(i * INT64_C(65537) % 900000), i % 1000 + 1);
    *len = (size_t)(p - text);
    return text;
}

START_TEST(as_many_as_there_may_be)
{
    struct jaxl_error err;
    struct jaxl_tariff *t;
    size_t len;
    char *text = many(JAXL_TARIFF_ROWS + 1, &len);
    FILE *file = file_of(text, len);

    ck_assert_int_eq(jaxl_tariff_read(&t, fileno(file), "t.csv", &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "tariff: t.csv, line 100002: more than 100000 rows");
    (void)fclose(file);
    free(text);
    text = many(JAXL_TARIFF_ROWS, &len);
    file = file_of(text, len);
    ck_assert_int_eq(jaxl_tariff_read(&t, fileno(file), "t.csv", &err), 0);
    ck_assert_str_eq(find(t, "+10000012345", "2026-10-01")->prefix, "100000");
    ck_assert_ptr_null(find(t, "+1000", "2026-10-01"));
    jaxl_tariff_free(&t);
    (void)fclose(file);
    free(text);
}
END_TEST

static uint64_t state = 9198;

static unsigned next_random(unsigned below)
{
    return (unsigned)(unit_random(&state) % below);
}

/* Few different digits, so that prefixes and numbers have much in common. */
static void random_digits(char *text, unsigned least, unsigned most)
{
    unsigned n = least + next_random(most - least + 1);

    for (unsigned i = 0; i < n; i++)
        text[i] = "1279"[next_random(4)];
    text[n] = '\0';
}

enum { RANDOM_ROWS = 60 };

struct plain_row {
    char prefix[20];
    int day; /* of October; 0: since ever */
};

static const char *write_rows(const struct plain_row *rows, int n)
{
    static char text[RANDOM_ROWS * 48 + 64];
    char *p = text + sprintf(text, "prefix,price,currency,from\n");

    for (int i = 0; i < n; i++) {
        p += sprintf(p, "%s,%d,INR,", rows[i].prefix, i);
        p += rows[i].day ? sprintf(p, "2026-10-%02d\n", rows[i].day) : sprintf(p, "\n");
    }
    return text;
}

/* The row that holds, found by looking at each: the longest prefix, of these the latest; -1: none.
 */
static int naive_find(const struct plain_row *rows, int n, const char *number, int day)
{
    int best = -1;

    for (int i = 0; i < n; i++) {
        size_t len = strlen(rows[i].prefix), best_len = best < 0 ? 0 : strlen(rows[best].prefix);
        if (strncmp(rows[i].prefix, number, len) != 0 || rows[i].day > day)
            continue;
        if (best < 0 || len > best_len || (len == best_len && rows[i].day > rows[best].day))
            best = i;
    }
    return best;
}

static int random_rows(struct plain_row *rows)
{
    int n = 0;

    for (unsigned left = 1 + next_random(RANDOM_ROWS); left > 0; left--) {
        bool there = false;
        random_digits(rows[n].prefix, 0, left % 3 ? 5 : 15);
        rows[n].day = (int)next_random(5) * 3;
        for (int i = 0; i < n; i++)
            there |= strcmp(rows[i].prefix, rows[n].prefix) == 0 && rows[i].day == rows[n].day;
        n += !there;
    }
    return n;
}

START_TEST(longest_prefix)
{
    int64_t first = at("2026-10-01");
    int found = 0;

    for (int round = 0; round < 2000 / unit_slow(); round++) {
        struct plain_row rows[RANDOM_ROWS];
        int n = random_rows(rows);
        struct jaxl_tariff *t = tariff_of(write_rows(rows, n));
        for (int i = 0; i < 50; i++) {
            char number[24] = "+";
            int day = 1 + (int)next_random(15), expected;
            const struct jaxl_tariff_row *row;
            random_digits(number + 1, 0, 15);
            expected = naive_find(rows, n, number + 1, day);
            row = jaxl_tariff_find(t, number + i % 2, strlen(number) - (size_t)i % 2,
                                   first + (day - 1) * DAY + (i % 3 ? DAY - 1 : 0));
            if ((row ? (int)row->line - 2 : -1) != expected)
                ck_abort_msg("%s on %d of %s", number, day, write_rows(rows, n));
            found += expected >= 0;
        }
        jaxl_tariff_free(&t);
    }
    ck_assert_int_gt(found, 1000 / unit_slow());
}
END_TEST

/* The cost of one call, and 27 times it, by hand. */
static const struct {
    const char *row; /* price, pulse, setup, per, decimals */
    int64_t talk_us, billed;
    const char *cost, *rated;
} calls[] = {
    {"0.35,60/60,,,", 1, 60, "0.35", "9.45"},
    {"0.35,60/60,,,", 61 * SECOND, 120, "0.7", "18.9"},
    {"0.35,60/60,1,,", 0, 0, "0", "0"},
    {"0.35,60/60,1,,", -5, 0, "0", "0"},
    {"0.35,60/60,1,,", 1, 60, "1.35", "36.45"},
    {"0.10,1/1,,,", SECOND, 1, "0.001666666666666666666667", "0.045"},
    {"0.10,1/1,,,2", 3 * SECOND, 3, "0", "0"},            /* 0.005 */
    {"0.10,1/1,,,2", 9 * SECOND, 9, "0.02", "0.54"},      /* 0.015 */
    {"0.10,1/1,,,2", 10 * SECOND, 10, "0.02", "0.54"},    /* 0.01666 */
    {"0.10,1/1,0.001,,2", 3 * SECOND, 3, "0.01", "0.27"}, /* 0.006 */
    {"0.5,30/6,,,0", 60 * SECOND, 60, "0", "0"},
    {"1,1/1,,86400,", 86400 * SECOND, 86400, "1", "27"},
    {"1,1/1,,86400,", SECOND, 1, "0.000011574074074074074074", "0.0003125"},
    {"0.000000000001,1/1,,86400,", SECOND, 1, "0.000000000000000011574074",
     "0.0000000000000003125"},
    {"0.02,1/1,,1,", 90 * SECOND, 90, "1.8", "48.6"},
    {"2,1/1,,3600,", 45 * SECOND, 45, "0.025", "0.675"},
    {"0,1/1,,,", 60 * SECOND, 60, "0", "0"},
};

static const char *show(const struct jaxl_sum *s)
{
    static char text[JAXL_SUM_TEXT];

    return jaxl_sum_format(s, text);
}

static struct jaxl_tariff *tariff_of_row(const char *row)
{
    char text[200];

    snprintf(text, sizeof text, "prefix,currency,price,pulse,setup,per,decimals\n*,INR,%s\n", row);
    return tariff_of(text);
}

START_TEST(rated)
{
    struct jaxl_tariff *t = tariff_of_row(calls[_i].row);
    const struct jaxl_tariff_row *row = find(t, "", "2026-10-01");
    struct jaxl_money cost;
    struct jaxl_sum sum = {{0}};
    int64_t billed = -1;
    char text[JAXL_MONEY_TEXT];

    ck_assert_int_eq(jaxl_tariff_rate(row, NULL, calls[_i].talk_us, &cost, &billed), 0);
    ck_assert_str_eq(jaxl_money_format(&cost, text), calls[_i].cost);
    ck_assert_int_eq(billed, calls[_i].billed);
    ck_assert_int_eq(jaxl_tariff_rate(row, &row->pulse, calls[_i].talk_us, &cost, NULL), 0);
    ck_assert_int_eq(jaxl_tariff_add(row, NULL, calls[_i].talk_us, &sum), calls[_i].billed);
    ck_assert_str_eq(show(&sum), calls[_i].rated);
    jaxl_tariff_free(&t);
}
END_TEST

START_TEST(a_pulse_of_the_caller)
{
    const struct jaxl_pulse minute = {60, 60};
    struct jaxl_tariff *t = tariff_of_row("0.6,1/1,,,");
    const struct jaxl_tariff_row *row = find(t, "", "2026-10-01");
    struct jaxl_money cost;
    struct jaxl_sum sum = {{0}};
    int64_t billed;

    ck_assert_int_eq(jaxl_tariff_rate(row, &minute, SECOND, &cost, &billed), 0);
    ck_assert(billed == 60 && cost.low == 6 && cost.scale == 1);
    ck_assert_int_eq(jaxl_tariff_add(row, &minute, SECOND, &sum), 60);
    ck_assert_str_eq(show(&sum), "16.2");
    jaxl_tariff_free(&t);
}
END_TEST

/* Three sixtieths of 0.10 are 0.005, not a digit more: rounded half-even that is nothing. */
START_TEST(sums_are_exact)
{
    struct jaxl_tariff *t = tariff_of_row("0.10,1/1,,,");
    const struct jaxl_tariff_row *row = find(t, "", "2026-10-01");
    struct jaxl_sum sum = {{0}}, total;

    for (int i = 0; i < 3; i++)
        (void)jaxl_tariff_add(row, NULL, SECOND, &sum);
    jaxl_tariff_total(&sum, 24, &total);
    ck_assert_str_eq(show(&total), "0.005");
    jaxl_tariff_total(&sum, 2, &total);
    ck_assert_str_eq(show(&total), "0");
    for (int i = 0; i < 1000000 / unit_slow() / 3 * 3; i++)
        (void)jaxl_tariff_add(row, NULL, SECOND, &sum);
    jaxl_tariff_total(&sum, 24, &total);
    if (unit_slow() == 1)
        ck_assert_str_eq(show(&total), "1666.67");
    jaxl_tariff_free(&t);
}
END_TEST

/* Every divisor of a day and the finest and largest prices: as dividing the exact product. */
START_TEST(every_per)
{
    static const char *const prices[] = {"999999999.999999999999", "0.000000000001", "0.35",
                                         "123456.789012345679"};
    int divisors = 0;

    for (int per = 1; per <= 86400; per++) {
        if (86400 % per)
            continue;
        divisors++;
        for (size_t i = 0; i < UNIT_COUNT(prices); i++) {
            char text[100];
            struct jaxl_tariff *t;
            struct jaxl_sum sum = {{0}}, expected;
            snprintf(text, sizeof text, "%s,1/1,%s,%d,", prices[i], prices[i], per);
            t = tariff_of_row(text);
            (void)jaxl_tariff_add(find(t, "", "2026-10-01"), NULL, 12347 * SECOND, &sum);
            ck_assert_int_eq(jaxl_sum_parse(prices[i], strlen(prices[i]), &expected), 0);
            jaxl_sum_multiply(&expected, (uint64_t)(27 * (12347 + per)));
            jaxl_sum_multiply(&sum, (uint64_t)per);
            ck_assert_int_eq(jaxl_sum_compare(&sum, &expected), 0);
            jaxl_tariff_free(&t);
        }
    }
    ck_assert_int_eq(divisors, 96);
}
END_TEST

START_TEST(too_much_for_an_amount)
{
    struct jaxl_tariff *t = tariff_of_row("999999999.999999999999,1/1,,1,");
    const struct jaxl_tariff_row *row = find(t, "", "2026-10-01");
    struct jaxl_money cost = {.low = 7};
    struct jaxl_sum sum = {{0}};

    ck_assert_int_eq(jaxl_tariff_rate(row, NULL, INT64_MAX, &cost, NULL), 0);
    jaxl_tariff_free(&t);
    t = tariff_of_row("999999999.999999999998,1/1,,7200,");
    row = find(t, "", "2026-10-01");
    cost = (struct jaxl_money){.low = 7};
    ck_assert_int_eq(jaxl_tariff_rate(row, NULL, INT64_MAX, &cost, NULL), JAXL_ELIMIT);
    ck_assert(cost.low == 7 && !cost.scale);
    ck_assert_int_eq(jaxl_tariff_add(row, NULL, INT64_MAX, &sum), INT64_MAX / SECOND + 1);
    ck_assert_int_eq(jaxl_sum_sign(&sum), 1);
    jaxl_tariff_free(&t);
}
END_TEST

static int make(void *file)
{
    struct jaxl_tariff *t = NULL;
    struct jaxl_error err;
    int rc;

    (void)lseek(fileno(file), 0, SEEK_SET);
    rc = jaxl_tariff_read(&t, fileno(file), "t.csv", &err);
    jaxl_tariff_free(&t);
    return rc;
}

START_TEST(out_of_memory)
{
    char text[200 * 64], *p = text;
    bool hit = true;
    int refusals = 0;
    FILE *file;

    for (int i = 0; i < 200; i++)
        p += sprintf(p, "{\"prefix\":%d,\"price\":1,\"currency\":\"INR\"}\n", 1000 + i);
    file = file_of(text, (size_t)(p - text));
    ck_assert_int_gt(failmalloc_each(make, file), 8);
    (void)fclose(file);
    file = file_of(india, strlen(india));
    for (long n = 1; hit; n++) {
        int rc;
        failmalloc_at(n);
        rc = make(file);
        hit = failmalloc_off();
        /* libcsv does with less where it can */
        ck_assert_msg(rc == 0 || (hit && rc == JAXL_ENOMEM), "allocation %ld: %d", n, rc);
        refusals += rc != 0;
    }
    ck_assert_int_gt(refusals, 8);
    (void)fclose(file);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, rows_and_dates);
    tcase_add_test(tc, ndjson);
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, unreadable);
    tcase_add_test(tc, as_many_as_there_may_be);
    tcase_add_test(tc, longest_prefix);
    tcase_add_loop_test(tc, rated, 0, UNIT_COUNT(calls));
    tcase_add_test(tc, a_pulse_of_the_caller);
    tcase_add_test(tc, sums_are_exact);
    tcase_add_test(tc, every_per);
    tcase_add_test(tc, too_much_for_an_amount);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("tariff", add);
}
