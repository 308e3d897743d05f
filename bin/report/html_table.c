#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/width.h"

enum {
    NAME_MOST = 80, /* columns of a name before it is cut */
    WRAPPED = 28,   /* before it is broken into lines */
    MANY = 11       /* columns of a table that is printed small */
};

static const char dash[] = "\xe2\x80\x93";

/* again: the line above has the same. */
static void put_key_cell(struct html *h, const char *text, size_t len, bool again)
{
    const size_t width = width_of(h->known, text, len);
    struct jaxl_buf *out = h->out;

    jaxl_buf_puts(out, "<th scope=\"row\" style=\"text-align:left\"");
    if (width > WRAPPED || again)
        jaxl_buf_printf(out, " class=\"%s%s\"", again ? "again" : "",
                        width <= WRAPPED ? ""
                        : again          ? " long"
                                         : "long");
    if (width > NAME_MOST) {
        jaxl_buf_puts(out, " title=\"");
        html_put_text(out, text, len);
        jaxl_buf_puts(out, "\"><bdi>");
        (void)html_put_cut(h, text, len, NAME_MOST);
        jaxl_buf_puts(out, "</bdi>");
    } else {
        jaxl_buf_putc(out, '>');
        html_put_apart(out, text, len);
    }
    jaxl_buf_puts(out, "</th>");
}

static void put_cell(struct html *h, const struct figure_column *column,
                     const struct jaxl_json *row, bool again)
{
    const struct jaxl_json *value = jaxl_json_get(row, column->name);
    size_t len = 0;
    const char *text = jaxl_json_text(value, &len);

    if (!figure_is_number(column->kind)) {
        if (!text && !jaxl_json_is_null(value)) {
            text = jaxl_json_bool(value) ? "true" : "false";
            len = strlen(text);
        }
        put_key_cell(h, text ? text : dash, text ? len : strlen(dash), again);
        return;
    }
    jaxl_buf_puts(h->out, column->kind == FIGURE_MONEY && text && *text == '-'
                              ? "<td class=\"neg\">"
                              : "<td>");
    if (!html_put_figure(h, column, row))
        jaxl_buf_puts(h->out, dash);
    jaxl_buf_puts(h->out, "</td>");
}

/* In the line of totals keys have nothing to say but the currency. */
static void put_total_key(struct html *h, const struct figure_column *column,
                          const struct jaxl_json *row, bool first)
{
    const char *own = figure_text(row, column->name);
    const char *currency = strcmp(column->name, "currency") == 0 ? own : NULL;

    jaxl_buf_puts(h->out, "<th scope=\"row\" style=\"text-align:left\">");
    jaxl_buf_puts(h->out, first ? "Total" : "");
    jaxl_buf_puts(h->out, first && currency ? " " : "");
    if (currency)
        html_put_apart(h->out, currency, strlen(currency));
    jaxl_buf_puts(h->out, "</th>");
}

static bool is_same(const struct report_rows *rows, size_t row, const char *name)
{
    const char *above = row ? figure_text(rows->items[row - 1], name) : NULL;
    const char *own = figure_text(rows->items[row], name);

    return above && own && strcmp(above, own) == 0;
}

static void put_rows(struct html *h, const struct report_rows *rows,
                     const struct figure_column *columns, size_t n, bool total)
{
    for (size_t r = 0; r < rows->n && !h->out->failed && !h->figure.failed; r++) {
        jaxl_buf_puts(h->out, "<tr>");
        for (size_t i = 0; i < n; i++)
            if (total && columns[i].kind == FIGURE_KEY)
                put_total_key(h, &columns[i], rows->items[r], i == 0);
            else
                put_cell(h, &columns[i], rows->items[r],
                         i == 0 && n > 1 && columns[1].kind == FIGURE_KEY &&
                             is_same(rows, r, columns[0].name));
        jaxl_buf_puts(h->out, "</tr>\n");
    }
}

static void put_head(struct html *h, const struct figure_column *columns, size_t n)
{
    jaxl_buf_puts(h->out, "<thead>\n<tr>");
    for (size_t i = 0; i < n; i++) {
        jaxl_buf_puts(h->out, figure_is_number(columns[i].kind)
                                  ? "<th scope=\"col\" style=\"text-align:right\">"
                                  : "<th scope=\"col\" style=\"text-align:left\">");
        html_puts(h->out, columns[i].label);
        jaxl_buf_puts(h->out, "</th>");
    }
    jaxl_buf_puts(h->out, "</tr>\n</thead>\n");
}

/* In a box of its own, which scrolls where the page is narrower than the table. */
static void put_table(struct html *h, const char *caption, const struct figure_column *columns,
                      size_t n, const struct report_rows *rows, const struct report_rows *totals)
{
    jaxl_buf_puts(h->out, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"");
    html_puts(h->out, caption);
    jaxl_buf_puts(h->out,
                  n > MANY ? "\">\n<table class=\"many\">\n<caption>" : "\">\n<table>\n<caption>");
    html_puts(h->out, caption);
    jaxl_buf_puts(h->out, "</caption>\n");
    put_head(h, columns, n);
    jaxl_buf_puts(h->out, "<tbody style=\"text-align:right\">\n");
    put_rows(h, rows, columns, n, false);
    jaxl_buf_puts(h->out, "</tbody>\n");
    if (totals && totals->n) {
        jaxl_buf_puts(h->out, "<tfoot style=\"text-align:right\">\n");
        put_rows(h, totals, columns, n, true);
        jaxl_buf_puts(h->out, "</tfoot>\n");
    }
    jaxl_buf_puts(h->out, "</table>\n</div>\n");
}

/* "By day and campaign" */
static void put_caption(struct html *h, const struct figure_column *columns, size_t n,
                        struct jaxl_buf *caption)
{
    size_t keys = 0, seen = 0;

    for (size_t i = 0; i < n; i++)
        keys += columns[i].kind == FIGURE_KEY;
    jaxl_buf_puts(caption, keys ? "Calls by " : "All calls");
    for (size_t i = 0; i < n; i++) {
        if (columns[i].kind != FIGURE_KEY)
            continue;
        seen++;
        jaxl_buf_puts(caption, seen == 1 ? "" : seen == keys ? " and " : ", ");
        jaxl_buf_puts(caption, columns[i].name);
    }
    if (h->currency)
        jaxl_buf_printf(caption, ", %s", h->currency);
}

/* Where there are several currencies, a line for each before everything else. */
void html_put_currencies(struct html *h)
{
    const struct report_page *p = h->p;
    struct figure_column *columns = calloc(p->n_columns + 1, sizeof *columns);
    size_t n, kept = 1;

    if (!columns) {
        h->out->failed = h->out->failed ? h->out->failed : JAXL_ENOMEM;
        return;
    }
    n = figure_columns(p, columns + 1, p->n_columns);
    columns[0] = (struct figure_column){"currency", "Currency", FIGURE_TEXT, 0};
    for (size_t i = 1; i <= n; i++)
        if (figure_is_number(columns[i].kind))
            columns[kept++] = columns[i];
    if (p->totals.n > 1 && p->n_keys)
        put_table(h, "By currency", columns, kept, &p->totals, NULL);
    free(columns);
}

void html_put_tables(struct html *h)
{
    const struct report_page *p = h->p;
    const size_t most = p->n_columns ? p->n_columns : 1;
    struct figure_column *columns = calloc(most, sizeof *columns);
    struct jaxl_buf caption;
    size_t n;

    if (!columns) {
        h->out->failed = h->out->failed ? h->out->failed : JAXL_ENOMEM;
        return;
    }
    jaxl_buf_init(&caption, h->out->max);
    n = figure_columns(p, columns, most);
    put_caption(h, columns, n, &caption);
    if (!p->rows.n)
        jaxl_buf_puts(h->out, "<p>There are no calls.</p>\n");
    else
        put_table(h, jaxl_buf_text(&caption), columns, n, &p->rows, p->n_keys ? &p->totals : NULL);
    if (caption.failed && !h->out->failed)
        h->out->failed = caption.failed;
    jaxl_buf_free(&caption);
    free(columns);
}
