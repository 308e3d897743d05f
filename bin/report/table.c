#include <stdlib.h>
#include <string.h>

#include "report/figure.h"
#include "report/page.h"
#include "report/width.h"

#define BOLD  "\033[1m"
#define RED   "\033[31m"
#define CYAN  "\033[36m"
#define PLAIN "\033[0m"

enum {
    GAP = 2,       /* blanks between columns */
    KEY_KEPT = 12, /* keys are not cut below this while there are columns to leave out */
    KEY_LEAST = 3, /* nor below this at all */
    BAR_LEAST = 6,
    BAR_FROM = 60, /* columns of a terminal: below there is no room for one */
    BAR_MOST = 24
};

static const char dash[] = "\xe2\x80\x93", ellipsis[] = "\xe2\x80\xa6", rule[] = "\xe2\x94\x80";

struct cell {
    size_t start, len, width; /* bytes in the text, columns on the terminal */
    bool negative;
};

struct column {
    struct figure_column figure;
    size_t full, width;      /* of its widest cell; as shown */
    bool right, hidden, cut; /* cut: it may be */
};

struct table {
    const struct report_page *p;
    struct column *columns;
    size_t n, limit;
    const char *currency;        /* the one that all rows have, or NULL */
    struct jaxl_buf text, cells; /* struct cell, n a line: the heading, rows, totals */
    locale_t known;
    struct figure_writer writer; /* onto text */
    struct jaxl_buf *out;
    size_t bar, bar_width; /* column that it stands behind, n: none */
    double bar_max;
    bool colour;
};

static const struct report_rows *totals_of(const struct report_page *p)
{
    static const struct report_rows none = {NULL, 0};

    return p->n_keys ? &p->totals : &none;
}

static void add_cell(struct table *t, size_t i, size_t start)
{
    struct cell cell = {.start = start, .len = t->text.len - start};
    struct column *column = &t->columns[i];
    const char *text = jaxl_buf_text(&t->text) + start;

    cell.width = width_of(t->known, text, cell.len);
    cell.negative = column->figure.kind == FIGURE_MONEY && memchr(text, '-', cell.len);
    if (column->full < cell.width)
        column->full = cell.width;
    jaxl_buf_add(&t->cells, &cell, sizeof cell);
}

static void add_heading(struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const char *name = t->columns[i].figure.name;
        size_t start = t->text.len;
        width_put_clean(&t->text, name, strlen(name));
        add_cell(t, i, start);
    }
}

/* A cell that a record has the words of is cleaned; currencies that are none too. */
static void put_cell(struct table *t, size_t i, const struct jaxl_json *row, bool total)
{
    const struct figure_column *figure = &t->columns[i].figure;
    size_t start = t->text.len, len;
    const char *text = jaxl_json_text(jaxl_json_get(row, figure->name), &len);

    if (total && i == 0)
        jaxl_buf_puts(&t->text, "total");
    else if (!figure_is_number(figure->kind) && text)
        width_put_clean(&t->text, text, len);
    else if (!figure_put(&t->writer, figure, row, t->currency) &&
             !(total && figure->kind == FIGURE_KEY))
        jaxl_buf_puts(&t->text, dash);
    add_cell(t, i, start);
}

static void add_rows(struct table *t, const struct report_rows *rows, bool total)
{
    for (size_t r = 0; r < rows->n && !t->writer.failed && !t->text.failed; r++)
        for (size_t i = 0; i < t->n; i++)
            put_cell(t, i, rows->items[r], total);
}

static double value_of(const struct jaxl_json *row, const char *name)
{
    const char *text = jaxl_json_text(jaxl_json_get(row, name), NULL);
    double value = text ? strtod(text, NULL) : 0;

    return value > 0 ? value : 0;
}

/* The bar is of the cost where there is one currency and something has cost, else of attempts. */
static void choose_bar(struct table *t)
{
    static const char *const names[] = {"cost", "attempts"};
    const struct report_rows *rows = &t->p->rows;

    t->bar = t->n;
    for (size_t k = t->currency ? 0 : 1; k < 2 && t->bar == t->n; k++) {
        t->bar_max = 0;
        for (size_t r = 0; r < rows->n; r++)
            if (value_of(rows->items[r], names[k]) > t->bar_max)
                t->bar_max = value_of(rows->items[r], names[k]);
        for (size_t i = 0; i < t->n && t->bar_max > 0; i++)
            if (strcmp(t->columns[i].figure.name, names[k]) == 0)
                t->bar = i;
    }
}

static size_t total_width(const struct table *t)
{
    size_t total = 0;

    for (size_t i = 0; i < t->n; i++)
        if (!t->columns[i].hidden)
            total += t->columns[i].width + (total ? GAP : 0);
    return total;
}

/* Takes from the widest key until the lines fit or all are down to least. */
static void cut_keys(struct table *t, size_t least)
{
    for (size_t i = 0; i < t->n; i++)
        t->columns[i].width = t->columns[i].full;
    for (size_t total = total_width(t); total > t->limit; total--) {
        struct column *widest = NULL;
        for (size_t i = 0; i < t->n; i++)
            if (t->columns[i].cut && !t->columns[i].hidden &&
                (!widest || t->columns[i].width > widest->width))
                widest = &t->columns[i];
        if (!widest || widest->width <= least)
            break;
        widest->width--;
    }
}

static bool hide_one(struct table *t)
{
    struct column *first = NULL;

    for (size_t i = 0; i < t->n; i++)
        if (!t->columns[i].hidden && t->columns[i].figure.drop &&
            (!first || t->columns[i].figure.drop > first->figure.drop))
            first = &t->columns[i];
    if (first)
        first->hidden = true;
    return first != NULL;
}

static void fit(struct table *t, bool bars)
{
    const size_t limit = t->limit;
    size_t total, room;

    choose_bar(t);
    t->limit = limit ? limit : (size_t)-1;
    if (bars && limit >= BAR_FROM && t->bar < t->n)
        t->limit -= BAR_LEAST + 1;
    cut_keys(t, KEY_KEPT);
    while (total_width(t) > t->limit && hide_one(t))
        cut_keys(t, KEY_KEPT);
    if (total_width(t) > t->limit)
        cut_keys(t, KEY_LEAST);
    total = total_width(t);
    room = limit > total ? limit - total : limit ? 0 : (size_t)-1;
    if (!bars || room <= BAR_LEAST || t->bar == t->n)
        t->bar = t->n;
    else
        t->bar_width = room - 1 < BAR_MOST ? room - 1 : BAR_MOST;
    t->limit = limit;
}

static void blanks(struct jaxl_buf *out, size_t n)
{
    while (n--)
        jaxl_buf_putc(out, ' ');
}

static void paint(const struct table *t, const char *sequence)
{
    if (t->colour)
        jaxl_buf_puts(t->out, sequence);
}

static void put_bar(struct table *t, const struct jaxl_json *row)
{
    static const char *const parts[] = {"",
                                        "\xe2\x96\x8f",
                                        "\xe2\x96\x8e",
                                        "\xe2\x96\x8d",
                                        "\xe2\x96\x8c",
                                        "\xe2\x96\x8b",
                                        "\xe2\x96\x8a",
                                        "\xe2\x96\x89",
                                        "\xe2\x96\x88"};
    const double value = value_of(row, t->columns[t->bar].figure.name);
    const double most = (double)(t->bar_width * 8);
    size_t eighths = (size_t)(value / t->bar_max * most + 0.5);

    if (value > 0 && !eighths)
        eighths = 1;
    jaxl_buf_putc(t->out, ' ');
    paint(t, CYAN);
    for (size_t i = 0; i < eighths / 8; i++)
        jaxl_buf_puts(t->out, parts[8]);
    jaxl_buf_puts(t->out, parts[eighths % 8]);
    paint(t, PLAIN);
    blanks(t->out, t->bar_width - (eighths + 7) / 8);
}

static void put_shown(struct table *t, const struct column *column, const struct cell *cell)
{
    const char *text = jaxl_buf_text(&t->text) + cell->start;
    size_t len = cell->len, width = cell->width;
    const bool cut = width > column->width;

    if (cut) {
        len = width_prefix(t->known, text, len, column->width - 1);
        width = width_of(t->known, text, len) + 1;
    }
    if (column->right)
        blanks(t->out, column->width - width);
    if (cell->negative)
        paint(t, RED);
    jaxl_buf_add(t->out, text, len);
    if (cut)
        jaxl_buf_puts(t->out, ellipsis);
    if (cell->negative)
        paint(t, PLAIN);
    if (!column->right)
        blanks(t->out, column->width - width);
}

/* row: NULL where there is no bar. */
static void put_line(struct table *t, size_t line, const struct jaxl_json *row, bool bold)
{
    const size_t mark = t->out->len;
    bool first = true;

    for (size_t i = 0; i < t->n; i++) {
        struct cell cell;
        if (t->columns[i].hidden)
            continue;
        memcpy(&cell, t->cells.data + (line * t->n + i) * sizeof cell, sizeof cell);
        blanks(t->out, first ? 0 : GAP);
        if (bold)
            paint(t, BOLD);
        put_shown(t, &t->columns[i], &cell);
        if (bold)
            paint(t, PLAIN);
        if (i == t->bar && row)
            put_bar(t, row);
        else if (i == t->bar)
            blanks(t->out, t->bar_width + 1);
        first = false;
    }
    while (t->out->len > mark && t->out->data[t->out->len - 1] == ' ')
        t->out->len--;
    jaxl_buf_putc(t->out, '\n');
}

static void put_rule(struct table *t)
{
    size_t width = total_width(t) + (t->bar < t->n ? t->bar_width + 1 : 0);

    while (width--)
        jaxl_buf_puts(t->out, rule);
    jaxl_buf_putc(t->out, '\n');
}

/* Appends a word to lines that are not longer than the table may be. */
static void put_word(struct table *t, const char *word, size_t *at)
{
    size_t len = width_prefix(t->known, word, strlen(word), t->limit);
    const size_t width = width_of(t->known, word, len);

    if (*at && *at + 1 + width > t->limit) {
        jaxl_buf_putc(t->out, '\n');
        *at = 0;
    } else if (*at) {
        jaxl_buf_putc(t->out, ' ');
        *at += 1;
    }
    width_put_clean(t->out, word, len);
    *at += width;
}

static void put_left_out(struct table *t)
{
    static const char *const words[] = {"not", "shown,", "for", "want", "of", "width:"};
    size_t at = 0, left = 0;

    for (size_t i = 0; i < t->n; i++)
        left += t->columns[i].hidden;
    for (size_t i = 0; left && i < sizeof words / sizeof words[0]; i++)
        put_word(t, words[i], &at);
    for (size_t i = 0; left && i < t->n; i++)
        if (t->columns[i].hidden)
            put_word(t, t->columns[i].figure.name, &at);
    if (at)
        jaxl_buf_putc(t->out, '\n');
}

static void put_lines(struct table *t)
{
    const struct report_rows *rows = &t->p->rows, *totals = totals_of(t->p);
    size_t line = 0;

    put_line(t, line++, NULL, true);
    for (size_t r = 0; r < rows->n && !t->out->failed; r++)
        put_line(t, line++, rows->items[r], false);
    if (totals->n)
        put_rule(t);
    for (size_t r = 0; r < totals->n && !t->out->failed; r++)
        put_line(t, line++, NULL, true);
    put_left_out(t);
}

/* Names may be cut; what is short by nature, and numbers, never. */
static bool may_be_cut(const struct figure_column *figure)
{
    static const char *const whole[] = {"day",     "week",      "month",   "hour",
                                        "weekday", "to-prefix", "country", "currency"};

    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (strcmp(whole[i], figure->name) == 0)
            return false;
    return !figure_is_number(figure->kind);
}

static int make_columns(struct table *t, struct jaxl_error *err)
{
    const size_t most = t->p->n_columns ? t->p->n_columns : 1;
    struct figure_column *figures = calloc(most, sizeof *figures);

    t->columns = calloc(most, sizeof *t->columns);
    if (!figures || !t->columns) {
        free(figures);
        return jaxl_error_set(err, JAXL_ENOMEM, "a table: out of memory");
    }
    t->n = figure_columns(t->p, figures, most);
    for (size_t i = 0; i < t->n; i++) {
        t->columns[i].figure = figures[i];
        t->columns[i].cut = may_be_cut(&figures[i]);
        t->columns[i].right =
            figure_is_number(figures[i].kind) ||
            (t->p->rows.n && jaxl_json_type(jaxl_json_get(t->p->rows.items[0], figures[i].name)) ==
                                 JAXL_JSON_NUMBER);
    }
    free(figures);
    return 0;
}

int report_table_write(const struct report_page *p, size_t width, bool bars, bool colour,
                       struct jaxl_buf *out, struct jaxl_error *err)
{
    struct table t = {.p = p, .limit = width, .out = out, .colour = colour};
    int rc;

    t.known = width_open();
    t.currency = figure_currency(p);
    jaxl_buf_init(&t.text, (size_t)-1 / 2);
    jaxl_buf_init(&t.cells, (size_t)-1 / 2);
    rc = make_columns(&t, err);
    if (!rc)
        rc = figure_begin(&t.writer, p, &t.text, err);
    if (!rc) {
        add_heading(&t);
        add_rows(&t, &p->rows, false);
        add_rows(&t, totals_of(p), true);
        rc = figure_end(&t.writer, "a table");
    }
    if (!rc)
        rc = jaxl_buf_check(&t.cells, "a table", err);
    if (!rc) {
        fit(&t, bars);
        put_lines(&t);
        rc = jaxl_buf_check(out, "a table", err);
    }
    jaxl_buf_free(&t.text);
    jaxl_buf_free(&t.cells);
    free(t.columns);
    if (t.known)
        freelocale(t.known);
    return rc;
}
