#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <jaxl/money.h>

#include "report/dates.h"
#include "report/figure.h"
#include "report/page.h"

static const char keys_of_dates[][8] = {"day", "week", "month"};

struct posting {
    int64_t days; /* of the date, since 1970 */
    size_t row;
};

static bool is_date_key(const char *key)
{
    for (size_t i = 0; i < sizeof keys_of_dates / sizeof keys_of_dates[0]; i++)
        if (strcmp(key, keys_of_dates[i]) == 0)
            return true;
    return false;
}

/* What hledger takes for a blank, or what a line must not have (controls, ends of lines, changes of
 * the direction of writing): its bytes; 0: an ordinary character. */
static size_t blank_len(const unsigned char *text, size_t len)
{
    if (text[0] <= 0x20 || text[0] == 0x7f)
        return 1;
    if (len > 1 && text[0] == 0xc2 && text[1] <= 0xa0) /* C1, U+00A0 */
        return 2;
    if (len < 3)
        return 0;
    if (text[0] == 0xe2 && text[1] == 0x80 && /* U+2000 to U+200A, U+2028 to U+202F */
        (text[2] <= 0x8a || (text[2] >= 0xa8 && text[2] <= 0xaf)))
        return 3;
    if (text[0] == 0xe2 && text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9)
        return 3;
    return memcmp(text, "\xe2\x81\x9f", 3) == 0 || memcmp(text, "\xe3\x80\x80", 3) == 0 ||
                   memcmp(text, "\xe1\x9a\x80", 3) == 0
               ? 3
               : 0;
}

/* A part of an account's name: no blanks around it and no two together, which end a name; no
 * semicolon, which begins a comment; no colon, which begins the next part. */
static void put_name(struct jaxl_buf *out, const char *text, size_t len)
{
    const size_t mark = out->len;
    bool blank = false;
    size_t n;

    for (size_t i = 0; i < len; i += n ? n : 1) {
        n = blank_len((const unsigned char *)text + i, len - i);
        if (n) {
            blank = out->len > mark;
            continue;
        }
        if (blank)
            jaxl_buf_putc(out, ' ');
        blank = false;
        jaxl_buf_putc(out, text[i] == ';' ? ',' : text[i] == ':' ? '-' : text[i]);
    }
    if (out->len == mark)
        jaxl_buf_puts(out, "unnamed");
}

static void put_key(struct jaxl_buf *out, const struct jaxl_json *row, const char *key)
{
    const struct jaxl_json *value = jaxl_json_get(row, key);
    size_t len;
    const char *text = jaxl_json_text(value, &len);

    jaxl_buf_putc(out, ':');
    if (text)
        put_name(out, text, len);
    else if (jaxl_json_is_null(value)) {
        jaxl_buf_puts(out, "no ");
        put_name(out, key, strlen(key));
    } else
        jaxl_buf_puts(out, jaxl_json_bool(value) ? "true" : "false");
}

/* The campaign, or all keys that are neither a date nor the currency. */
static void put_account(struct jaxl_buf *out, const struct report_page *p,
                        const struct jaxl_json *row)
{
    bool campaign = false;

    jaxl_buf_puts(out, "expenses:calls");
    for (size_t i = 0; i < p->n_keys; i++)
        campaign |= strcmp(p->keys[i], "campaign") == 0;
    for (size_t i = 0; i < p->n_keys; i++)
        if (campaign ? strcmp(p->keys[i], "campaign") == 0
                     : !is_date_key(p->keys[i]) && strcmp(p->keys[i], "currency") != 0)
            put_key(out, row, p->keys[i]);
}

/* Letters stand as they are; everything else in quotes, which have none in them. */
static void put_commodity(struct jaxl_buf *out, const char *currency)
{
    size_t letters = 0;

    while (isalpha((unsigned char)currency[letters]))
        letters++;
    if (!currency[letters]) {
        jaxl_buf_puts(out, currency);
    } else {
        const size_t mark = out->len + 1;
        jaxl_buf_putc(out, '"');
        put_name(out, currency, strlen(currency));
        for (size_t i = mark; i < out->len; i++)
            if (out->data[i] == '"')
                out->data[i] = '\'';
        jaxl_buf_putc(out, '"');
    }
}

/* As it is when it is plain, which hledger reads whatever its length; else (1e3) made plain. */
static int put_decimal(struct jaxl_buf *out, const char *text, struct jaxl_error *err)
{
    char plain[JAXL_MONEY_TEXT];
    struct jaxl_money m;
    int rc;

    if (!text[strspn(text, "-.0123456789")]) {
        jaxl_buf_puts(out, text);
        return 0;
    }
    rc = jaxl_money_parse(text, strlen(text), &m, err);
    if (!rc)
        jaxl_buf_puts(out, jaxl_money_format(&m, plain));
    return rc;
}

/* The amount of a row; NULL when it is nothing. */
static const char *amount_of(const struct jaxl_json *row, const char *name)
{
    const struct jaxl_json *value = jaxl_json_get(row, name);
    const char *text =
        jaxl_json_type(value) == JAXL_JSON_NUMBER ? jaxl_json_text(value, NULL) : NULL;

    return text && strpbrk(text, "123456789") ? text : NULL;
}

static int put_posting(struct jaxl_buf *out, const struct report_page *p,
                       const struct jaxl_json *row, const char *amount, const char *before,
                       struct jaxl_error *err)
{
    const char *currency = figure_text(row, "currency");
    int rc;

    jaxl_buf_puts(out, before);
    put_account(out, p, row);
    jaxl_buf_puts(out, "  ");
    if (currency && *currency) {
        put_commodity(out, currency);
        jaxl_buf_putc(out, ' ');
    }
    rc = put_decimal(out, amount, err);
    jaxl_buf_putc(out, '\n');
    return rc;
}

/* The last day that there are calls of, or the one that this is made at; 1970 without either. */
static int64_t period_end(const struct report_page *p)
{
    int64_t last = INT64_MIN, days;

    for (size_t i = 0; i < p->days.n; i++) {
        const char *day = figure_text(p->days.items[i], "day");
        if (day && dates_parse_day(day, &days) && days > last)
            last = days;
    }
    if (last == INT64_MIN && !(p->made_at && dates_parse_day(p->made_at, &last)))
        last = 0;
    return last;
}

static int64_t date_of(const struct report_page *p, const struct jaxl_json *row, int64_t otherwise)
{
    int64_t days;

    for (size_t i = 0; i < p->n_keys; i++) {
        const char *text = is_date_key(p->keys[i]) ? figure_text(row, p->keys[i]) : NULL;
        if (text && dates_parse(text, &days))
            return days;
    }
    return otherwise;
}

static int by_date(const void *left, const void *right)
{
    const struct posting *a = left, *b = right;

    if (a->days != b->days)
        return a->days < b->days ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int put_transaction(struct jaxl_buf *out, const struct report_page *p,
                           const struct posting *postings, size_t n, struct jaxl_error *err)
{
    char date[DATES_TEXT];
    bool posted = false;
    int rc = 0;

    for (size_t i = 0; i < n; i++)
        posted |= amount_of(p->rows.items[postings[i].row], "cost") != NULL;
    if (posted)
        jaxl_buf_printf(out, "\n%s * Jaxl calls\n", dates_format(postings[0].days, date));
    for (size_t i = 0; i < n && !rc; i++) {
        const struct jaxl_json *row = p->rows.items[postings[i].row];
        const char *amount = amount_of(row, "cost");
        if (amount)
            rc = put_posting(out, p, row, amount, "    ", err);
    }
    if (posted)
        jaxl_buf_puts(out, "    assets:jaxl wallet\n");
    for (size_t i = 0; i < n && !rc; i++) {
        const struct jaxl_json *row = p->rows.items[postings[i].row];
        const char *amount = amount_of(row, "provisional_cost");
        if (amount) {
            jaxl_buf_printf(out, "; provisional, not posted: %s",
                            dates_format(postings[i].days, date));
            rc = put_posting(out, p, row, amount, " ", err);
        }
    }
    return rc;
}

static void put_comment(struct jaxl_buf *out, const char *what, const char *text)
{
    if (!text || !*text)
        return;
    jaxl_buf_printf(out, "; %s", what);
    put_name(out, text, strlen(text));
    jaxl_buf_putc(out, '\n');
}

int report_hledger_write(const struct report_page *p, struct jaxl_buf *out, struct jaxl_error *err)
{
    const int64_t otherwise = period_end(p);
    struct posting *postings = calloc(p->rows.n ? p->rows.n : 1, sizeof *postings);
    int rc = 0;

    if (!postings)
        return jaxl_error_set(err, JAXL_ENOMEM, "a journal: out of memory");
    for (size_t i = 0; i < p->rows.n; i++)
        postings[i] = (struct posting){date_of(p, p->rows.items[i], otherwise), i};
    qsort(postings, p->rows.n, sizeof *postings, by_date);
    put_comment(out, "", p->title);
    put_comment(out, "source: ", p->source);
    put_comment(out, "days in ", p->tz);
    jaxl_buf_puts(out, "decimal-mark .\n");
    for (size_t i = 0, n; i < p->rows.n && !rc && !out->failed; i += n) {
        n = 1;
        while (i + n < p->rows.n && postings[i + n].days == postings[i].days)
            n++;
        rc = put_transaction(out, p, postings + i, n, err);
    }
    free(postings);
    return rc ? rc : jaxl_buf_check(out, "a journal", err);
}
