#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/iso.h"
#include "billing/tariff_impl.h"
#include "jaxl/record.h"

enum { DIGITS = 15 /* of E.164 */, DAY = 86400, TEXT = 40 };

static const struct jaxl_money ceiling = {.low = 1000000000};

/* One field, without blanks around; "" when it is empty, null or not there. */
static int take_text(const struct jaxl_json *v, const char *field, char text[TEXT],
                     struct jaxl_error *err)
{
    const struct jaxl_json *value = jaxl_json_get(v, field);
    size_t len = 0;
    const char *p = jaxl_json_text(value, &len);

    text[0] = '\0';
    if (!p && !jaxl_json_is_null(value))
        return jaxl_error_set(err, JAXL_EINPUT, "'%s' is neither text nor a number", field);
    while (len && (*p == ' ' || *p == '\t')) {
        p++;
        len--;
    }
    while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
        len--;
    if (len >= TEXT || (len && memchr(p, '\0', len)))
        return jaxl_error_set(err, JAXL_EINPUT, "'%s' is longer than %d bytes, or not text", field,
                              TEXT - 1);
    if (len)
        memcpy(text, p, len);
    text[len] = '\0';
    return 0;
}

static int read_prefix(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    const char *digits = text + (*text == '+');
    size_t n = strspn(digits, "0123456789");

    if (strcmp(text, "*") == 0)
        return 0;
    if (digits[n] || n > DIGITS || (!n && *text))
        return jaxl_error_set(
            err, JAXL_EINPUT,
            "prefix '%s': up to %d digits from the country code on, as 9198 or +9198", text,
            DIGITS);
    if (*digits == '0')
        return jaxl_error_set(err, JAXL_EINPUT,
                              "prefix '%s': begin with the country code, as 91, not with 0", text);
    memcpy(row->prefix, digits, n + 1);
    return 0;
}

static int read_amount(const char *text, const char *field, struct jaxl_money *out,
                       struct jaxl_error *err)
{
    int rc = jaxl_money_parse(text, strlen(text), out, err);

    if (rc)
        return jaxl_error_prefix(err, rc, "%s", field);
    if (jaxl_money_sign(out) < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s %s is negative", field, text);
    if (out->scale > JAXL_TARIFF_DECIMALS || jaxl_money_compare(out, &ceiling) >= 0)
        return jaxl_error_set(err, JAXL_ELIMIT,
                              "%s %s: write one below 1000000000 with at most %d decimals", field,
                              text, JAXL_TARIFF_DECIMALS);
    return 0;
}

static int read_price(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    if (!*text)
        return jaxl_error_set(err, JAXL_EINPUT, "no price: write 0 when calls are free");
    return read_amount(text, "price", &row->price, err);
}

static int read_setup(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    return *text ? read_amount(text, "setup", &row->setup, err) : 0;
}

static int read_currency(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    if (strlen(text) != 3 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return jaxl_error_set(err, JAXL_EINPUT, "currency '%s': three capital letters, as INR",
                              text);
    memcpy(row->currency, text, 4);
    return 0;
}

/* Digits as a number, -1 when they are none or above most. */
static int whole(const char *text, int most)
{
    int n = 0;

    if (!*text)
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || n > most)
            return -1;
        n = n * 10 + (*text - '0');
    }
    return n > most ? -1 : n;
}

static int read_per(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    row->per = *text ? whole(text, DAY) : 60;
    if (row->per > 0 && DAY % row->per == 0)
        return 0;
    return jaxl_error_set(
        err, JAXL_EINPUT,
        "per '%s': the seconds that price is for, which divide a day, as 1, 6, 60 or "
        "3600",
        text);
}

static int read_pulse(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    row->own_pulse = *text;
    if (jaxl_pulse_parse(*text ? text : "1/1", &row->pulse, err) == 0)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT,
                          "pulse '%s': first and further seconds, as 60/60, 30/6 or 1/1", text);
}

static int read_decimals(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    row->decimals = -1;
    if (!*text)
        return 0;
    row->decimals = whole(text, JAXL_TARIFF_DECIMALS);
    if (row->decimals >= 0)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "decimals '%s': 0 to %d, or nothing for no rounding",
                          text, JAXL_TARIFF_DECIMALS);
}

static int read_from(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err)
{
    bool has_zone = false;

    row->from = INT64_MIN;
    if (!*text || (jaxl_iso_parse(text, strlen(text), &row->from, &has_zone) == 0 && !has_zone))
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT,
                          has_zone
                              ? "from '%s': without a zone: the date is that of the report's zone"
                              : "from '%s': a date, as 2026-10-01",
                          text);
}

static const struct {
    const char *name;
    int (*read)(struct jaxl_tariff_row *row, const char *text, struct jaxl_error *err);
    bool must; /* be there, though it may be empty */
} columns[] = {
    {"prefix", read_prefix, true},      {"price", read_price, true},
    {"currency", read_currency, true},  {"per", read_per, false},
    {"pulse", read_pulse, false},       {"setup", read_setup, false},
    {"decimals", read_decimals, false}, {"from", read_from, false},
};

/* PARTS times an amount by so many: whole, as JAXL_TARIFF_DECIMALS and what a divisor of a day
 * needs (7 more) are fewer decimals than a sum has. */
static void in_parts(const struct jaxl_money *amount, int by, uint64_t out[2])
{
    struct jaxl_sum s = {{0}};

    jaxl_sum_add(&s, amount);
    jaxl_sum_multiply(&s, JAXL_TARIFF_PARTS);
    jaxl_sum_divide(&s, (uint64_t)by, JAXL_SUM_SCALE, &s);
    out[0] = s.w[0];
    out[1] = s.w[1];
}

static int read_row(struct jaxl_tariff_row *row, const struct jaxl_json *v, struct jaxl_error *err)
{
    char text[TEXT];
    int rc = 0;

    *row = (struct jaxl_tariff_row){.line = 0};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0] && !rc; i++) {
        if (columns[i].must && jaxl_json_is_null(jaxl_json_get(v, columns[i].name)))
            return jaxl_error_set(
                err, JAXL_EINPUT,
                "no %s: every row has a prefix (which may be empty), a price and a "
                "currency",
                columns[i].name);
        rc = take_text(v, columns[i].name, text, err);
        if (!rc)
            rc = columns[i].read(row, text, err);
    }
    if (rc)
        return rc;
    in_parts(&row->price, row->per, row->second);
    in_parts(&row->setup, 1, row->start);
    return 0;
}

struct rows {
    struct jaxl_tariff_row *items;
    size_t n, room;
};

static int make_room(struct rows *rows, struct jaxl_error *err)
{
    size_t room = rows->room ? 2 * rows->room : 64;
    struct jaxl_tariff_row *more;

    if (rows->n == JAXL_TARIFF_ROWS)
        return jaxl_error_set(err, JAXL_ELIMIT, "more than %d rows", JAXL_TARIFF_ROWS);
    if (rows->n < rows->room)
        return 0;
    more = realloc(rows->items, room * sizeof *more);
    if (!more)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    rows->items = more;
    rows->room = room;
    return 0;
}

/* The next row; errors with file and line, as those of the reader have them. */
static int next_row(struct rows *rows, struct jaxl_record_reader *r, const char *name,
                    struct jaxl_error *err)
{
    struct jaxl_record rec;
    int rc = jaxl_record_read(r, true, &rec, err);

    if (rc)
        return rc;
    rc = make_room(rows, err);
    if (!rc)
        rc = read_row(&rows->items[rows->n], rec.value, err);
    if (rc)
        return jaxl_error_prefix(err, rc, "%s, line %" PRIu64, name, rec.line);
    rows->items[rows->n++].line = rec.line;
    return 0;
}

static int read_rows(struct rows *rows, struct jaxl_record_reader *r, const char *name,
                     struct jaxl_error *err)
{
    int rc;

    do
        rc = next_row(rows, r, name, err);
    while (rc == 0);
    if (rc != JAXL_EEND)
        return rc;
    return rows->n ? 0
                   : jaxl_error_set(err, JAXL_EINPUT,
                                    "%s: no row: write one as prefix, price and currency", name);
}

int jaxl_tariff_read(struct jaxl_tariff **t, int fd, const char *name, struct jaxl_error *err)
{
    struct jaxl_record_reader *r = NULL;
    struct rows rows = {NULL, 0, 0};
    int rc = jaxl_record_reader_new(&r, fd, name, NULL, err);

    *t = NULL;
    if (!rc)
        rc = read_rows(&rows, r, name, err);
    jaxl_record_reader_free(&r);
    if (!rc) {
        rc = jaxl_tariff_index(t, rows.items, rows.n, err);
        rc = rc ? jaxl_error_prefix(err, rc, "%s", name) : 0;
    }
    if (!rc)
        return 0;
    free(rows.items);
    return jaxl_error_prefix(err, rc, "tariff");
}
