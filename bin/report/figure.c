#include "report/figure.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jaxl/money.h>

static const struct figure_column known[] = {
    {"attempts", "Calls", FIGURE_COUNT, 0},
    {"answered", "Answered", FIGURE_COUNT, 1},
    {"missed", "Missed", FIGURE_COUNT, 5},
    {"failed", "Failed", FIGURE_COUNT, 6},
    {"asr", "ASR", FIGURE_SHARE, 2},
    {"acd", "ACD", FIGURE_SHORT, 3},
    {"talk", "Talk", FIGURE_SPAN, 7},
    {"billed", "Billed", FIGURE_SPAN, 8},
    {"cost", "Cost", FIGURE_MONEY, 0},
    {"rated", "Rated", FIGURE_MONEY, 0},
    {"difference", "Difference", FIGURE_MONEY, 0},
    {"provisional", "Provisional", FIGURE_COUNT, 4},
    {"provisional_cost", "Provisional cost", FIGURE_MONEY, 4},
    {"cost_per_answered", "Cost per answered", FIGURE_MONEY, 6},
    {"shortest", "Shortest", FIGURE_SHORT, 12},
    {"longest", "Longest", FIGURE_SHORT, 11},
    {"median", "Median", FIGURE_SHORT, 9},
    {"p95", "95 % below", FIGURE_SHORT, 10},
};
enum { KNOWN = sizeof known / sizeof known[0] };

static const struct {
    const char *name, *label;
} key_labels[] = {
    {"day", "Day"},
    {"week", "Week"},
    {"month", "Month"},
    {"hour", "Hour"},
    {"weekday", "Weekday"},
    {"campaign", "Campaign"},
    {"from", "From"},
    {"to-prefix", "To"},
    {"country", "Country"},
    {"ivr", "IVR"},
    {"tag", "Tag"},
    {"actor", "Actor"},
    {"disposition", "Outcome"},
    {"failure_reason", "Reason"},
    {"currency", "Currency"},
};

int figure_begin(struct figure_writer *w, const struct report_page *p, struct jaxl_buf *out,
                 struct jaxl_error *err)
{
    *w = (struct figure_writer){.out = out, .err = err};
    w->failed = jaxl_currency_new(&w->locale, p->locale, err);
    return w->failed;
}

int figure_end(struct figure_writer *w, const char *what)
{
    jaxl_currency_free(&w->locale);
    return w->failed ? w->failed : jaxl_buf_check(w->out, what, w->err);
}

int64_t figure_count(const struct jaxl_json *row, const char *name)
{
    int64_t n = 0;

    return jaxl_json_int(jaxl_json_get(row, name), &n) ? 0 : n;
}

const char *figure_text(const struct jaxl_json *row, const char *name)
{
    return jaxl_json_string(jaxl_json_get(row, name), NULL);
}

bool figure_is_number(enum figure_kind kind)
{
    return kind != FIGURE_KEY && kind != FIGURE_TEXT;
}

/* Whether all rows that have a currency have this one, the first seen when it is NULL. */
static bool same_currency(const struct report_rows *rows, const char **currency)
{
    for (size_t i = 0; i < rows->n; i++) {
        const char *own = figure_text(rows->items[i], "currency");
        if (!*currency)
            *currency = own;
        else if (own && strcmp(own, *currency) != 0)
            return false;
    }
    return true;
}

const char *figure_currency(const struct report_page *p)
{
    const char *currency = NULL;

    if (!same_currency(&p->rows, &currency) || !same_currency(&p->totals, &currency))
        return NULL;
    return currency;
}

static bool is_zero(const struct jaxl_json *value)
{
    size_t len;
    const char *text = jaxl_json_text(value, &len);

    return !text || strspn(text, "-.0") == len;
}

static bool is_provisional(const char *name)
{
    return strcmp(name, "provisional") == 0 || strcmp(name, "provisional_cost") == 0;
}

static bool all_zero(const struct report_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n; i++)
        if (!is_zero(jaxl_json_get(rows->items[i], name)))
            return false;
    return true;
}

static bool all_numbers(const struct report_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n; i++) {
        enum jaxl_json_type type = jaxl_json_type(jaxl_json_get(rows->items[i], name));
        if (type != JAXL_JSON_NUMBER && type != JAXL_JSON_NULL)
            return false;
    }
    return true;
}

static bool is_key(const struct report_page *p, const char *name)
{
    for (size_t i = 0; i < p->n_keys; i++)
        if (strcmp(p->keys[i], name) == 0)
            return true;
    return false;
}

static struct figure_column column_of(const struct report_page *p, const char *name)
{
    struct figure_column column = {name, name, FIGURE_TEXT, 0};

    if (is_key(p, name))
        column.kind = FIGURE_KEY;
    for (size_t i = 0; i < sizeof key_labels / sizeof key_labels[0]; i++)
        if (strcmp(key_labels[i].name, name) == 0)
            column.label = key_labels[i].label;
    if (column.kind == FIGURE_KEY)
        return column;
    for (size_t i = 0; i < KNOWN; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i];
    if (strcmp(name, "currency") != 0 && all_numbers(&p->rows, name))
        column.kind = FIGURE_COUNT;
    return column;
}

size_t figure_columns(const struct report_page *p, struct figure_column *columns, size_t max)
{
    static const char *const provisional[] = {"provisional", "provisional_cost"};
    const bool none = all_zero(&p->rows, provisional[0]) && all_zero(&p->rows, provisional[1]) &&
                      all_zero(&p->totals, provisional[0]) && all_zero(&p->totals, provisional[1]);
    size_t n = 0;

    for (size_t i = 0; i < p->n_columns && n < max; i++) {
        const char *name = p->columns[i];
        if (!is_key(p, name)) {
            if (strcmp(name, "total") == 0 ||
                (strcmp(name, "currency") == 0 && figure_currency(p)) ||
                (none && is_provisional(name)))
                continue;
        }
        columns[n++] = column_of(p, name);
    }
    return n;
}

static void keep(struct figure_writer *w, int rc)
{
    if (rc && !w->failed)
        w->failed = rc;
}

void figure_put_money(struct figure_writer *w, const char *decimal, const char *currency)
{
    if (!w->failed)
        keep(w, jaxl_currency_put(w->locale, decimal, currency, w->out, w->err));
}

void figure_put_count(struct figure_writer *w, int64_t n)
{
    char text[JAXL_MONEY_TEXT];
    struct jaxl_money m = jaxl_money_int(n);

    figure_put_money(w, jaxl_money_format(&m, text), NULL);
}

static int amount(struct figure_writer *w, const char *text, struct jaxl_money *out)
{
    int rc = w->failed ? w->failed : jaxl_money_parse(text, strlen(text), out, w->err);

    keep(w, rc);
    return rc;
}

void figure_put_part(struct figure_writer *w, int64_t part, int64_t all)
{
    char text[JAXL_MONEY_TEXT];
    struct jaxl_money tenths, one = {.low = 1, .scale = 1}, percent;
    int64_t quotient, rest;

    while (part > INT64_MAX / 1000) {
        part /= 2;
        all /= 2;
    }
    quotient = part * 1000 / all;
    rest = part * 1000 % all;
    if (rest > all - rest || (rest == all - rest && quotient % 2))
        quotient++;
    tenths = jaxl_money_int(quotient);
    (void)jaxl_money_multiply(&tenths, &one, &percent);
    figure_put_money(w, jaxl_money_format_fixed(&percent, 1, text), NULL);
    if (!w->failed)
        jaxl_buf_putc(w->out, '%');
}

static void put_share(struct figure_writer *w, const char *share)
{
    const struct jaxl_money hundred = jaxl_money_int(100);
    char text[JAXL_MONEY_TEXT];
    struct jaxl_money m;

    if (amount(w, share, &m) || jaxl_money_multiply(&m, &hundred, &m))
        return;
    figure_put_money(w, jaxl_money_format_fixed(&m, 2, text), NULL);
    if (!w->failed)
        jaxl_buf_putc(w->out, '%');
}

void figure_put_span(struct figure_writer *w, const char *seconds, bool brief)
{
    char text[JAXL_MONEY_TEXT];
    struct jaxl_money m;
    long long n;

    if (amount(w, seconds, &m))
        return;
    (void)jaxl_money_format_fixed(&m, 0, text);
    errno = 0;
    n = strtoll(text, NULL, 10);
    if (errno || n == LLONG_MIN) {
        jaxl_buf_printf(w->out, "%s s", text);
        return;
    }
    if (n < 0)
        jaxl_buf_putc(w->out, '-');
    n = n < 0 ? -n : n;
    if (brief && n < 3600)
        jaxl_buf_printf(w->out, "%lld:%02lld", n / 60, n % 60);
    else
        jaxl_buf_printf(w->out, "%lld:%02lld:%02lld", n / 3600, n / 60 % 60, n % 60);
}

static bool put_plain(struct figure_writer *w, const struct jaxl_json *value)
{
    size_t len;
    const char *text = jaxl_json_text(value, &len);

    if (text)
        jaxl_buf_add(w->out, text, len);
    else
        jaxl_buf_puts(w->out, jaxl_json_bool(value) ? "true" : "false");
    return true;
}

bool figure_put(struct figure_writer *w, const struct figure_column *column,
                const struct jaxl_json *row, const char *currency)
{
    const struct jaxl_json *value = jaxl_json_get(row, column->name);
    const char *text = jaxl_json_text(value, NULL);
    const char *own = figure_text(row, "currency");

    if (jaxl_json_is_null(value) || w->failed)
        return false;
    if (is_provisional(column->name) && is_zero(value)) /* as it mostly is */
        return false;
    if (!figure_is_number(column->kind) || jaxl_json_type(value) != JAXL_JSON_NUMBER)
        return put_plain(w, value);
    switch (column->kind) {
    case FIGURE_SHARE:
        put_share(w, text);
        break;
    case FIGURE_SPAN:
    case FIGURE_SHORT:
        figure_put_span(w, text, column->kind == FIGURE_SHORT);
        break;
    case FIGURE_MONEY:
        figure_put_money(w, text, own ? own : currency);
        break;
    default:
        figure_put_money(w, text, NULL);
    }
    return true;
}
