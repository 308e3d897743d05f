#include "report/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jaxl/json.h"
#include "report/page.h"
#include "report/rows.h"

#define TEXT_MAX ((size_t)1024 * 1024 * 1024)

/* The rows of a view, parsed. */
struct view {
    struct jaxl_buf text;
    struct jaxl_json_doc *doc;
    const struct jaxl_json **items;
    size_t n;
};

struct pages {
    struct view views[JAXL_REPORT_VIEWS];
    struct rows_out rows;
    char title[128], made_at[JAXL_CLOCK_ISO_MAX];
    struct jaxl_buf source;
};

static int gather(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct view *v = ctx;

    jaxl_buf_putc(&v->text, v->n++ ? ',' : '[');
    jaxl_buf_add(&v->text, json, len);
    return jaxl_buf_check(&v->text, "rows", err);
}

static int parse(struct view *v, struct jaxl_error *err)
{
    const struct jaxl_json *root;
    size_t n = 0;
    int rc;

    if (!v->n)
        return 0;
    jaxl_buf_putc(&v->text, ']');
    rc = jaxl_buf_check(&v->text, "rows", err);
    v->items = calloc(v->n, sizeof(const struct jaxl_json *));
    if (!rc && (!v->items || jaxl_json_doc_new(&v->doc, TEXT_MAX)))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "rows: out of memory");
    if (!rc)
        rc = jaxl_json_parse(v->doc, v->text.data, v->text.len, &root, err);
    for (const struct jaxl_json *row = rc ? NULL : jaxl_json_first(root); row;
         row = jaxl_json_next(row))
        v->items[n++] = row;
    return rc;
}

static int collect(struct pages *p, const struct jaxl_report *report, struct jaxl_error *err)
{
    int rc = 0;

    for (int i = 0; i < JAXL_REPORT_VIEWS && !rc; i++) {
        struct view *v = &p->views[i];
        if (i == JAXL_REPORT_ROWS)
            rc = rows_write(&p->rows, false, gather, v, err);
        else
            rc = jaxl_report_write(report, (enum jaxl_report_view)i, gather, v, err);
        if (!rc)
            rc = parse(v, err);
    }
    return rc;
}

static const char *title_of(struct pages *p, const struct options *o)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int month;

    if (o->title)
        return o->title;
    if (!o->month)
        return "Calls";
    month = (int)strtol(o->period.name + 5, NULL, 10);
    snprintf(p->title, sizeof p->title, "Calls, %s %.4s", months[(month + 11) % 12],
             o->period.name);
    return p->title;
}

static const char *source_of(struct pages *p, const struct options *o)
{
    if (o->fetch)
        return "the platform";
    for (size_t i = 0; i < o->n_paths; i++)
        jaxl_buf_printf(&p->source, "%s%s", i ? ", " : "",
                        strcmp(o->paths[i], "-") == 0 ? "standard input" : o->paths[i]);
    return o->n_paths ? jaxl_buf_text(&p->source) : "standard input";
}

static struct report_rows rows_of(const struct pages *p, enum jaxl_report_view view)
{
    return (struct report_rows){p->views[view].items, p->views[view].n};
}

static int write_page(const struct report_page *page, enum output form, struct jaxl_buf *out,
                      struct jaxl_error *err)
{
    const char *no_colour = getenv("NO_COLOR");
    bool terminal = isatty(STDOUT_FILENO);

    if (form == OUTPUT_HTML)
        return report_html_write(page, out, err);
    if (form == OUTPUT_HLEDGER)
        return report_hledger_write(page, out, err);
    return report_table_write(page, terminal ? cli_terminal_width(STDOUT_FILENO) : 0, terminal,
                              terminal && !(no_colour && *no_colour), out, err);
}

static int write_pages(struct pages *p, const struct options *o, const struct jaxl_report *report,
                       enum output form, struct jaxl_error *err)
{
    struct report_page page = {.title = title_of(p, o),
                               .keys = p->rows.columns,
                               .n_keys = jaxl_report_n_keys(report, JAXL_REPORT_ROWS),
                               .columns = p->rows.columns,
                               .n_columns = p->rows.n_columns - o->totals,
                               .rows = rows_of(p, JAXL_REPORT_ROWS),
                               .totals = rows_of(p, JAXL_REPORT_SUMS),
                               .days = rows_of(p, JAXL_REPORT_DAYS),
                               .outcomes = rows_of(p, JAXL_REPORT_OUTCOMES),
                               .heat = rows_of(p, JAXL_REPORT_HEAT),
                               .tz = o->tz ? o->tz : "UTC",
                               .locale = options_locale(o),
                               .made_at = p->made_at,
                               .source = source_of(p, o)};
    struct jaxl_buf out;
    int rc;

    jaxl_clock_format(jaxl_clock_now(jaxl_clock_system()) / JAXL_SECOND * JAXL_SECOND, p->made_at);
    jaxl_buf_init(&out, TEXT_MAX);
    rc = write_page(&page, form, &out, err);
    if (!rc)
        rc = sink_text(&out, err);
    jaxl_buf_free(&out);
    return rc;
}

int pages_write(struct run *run, const struct jaxl_report *report, enum output form,
                struct jaxl_error *err)
{
    struct pages p = {.title = ""};
    int rc;

    rows_init(&p.rows, run->o, report);
    jaxl_buf_init(&p.source, (size_t)64 * 1024);
    for (int i = 0; i < JAXL_REPORT_VIEWS; i++)
        jaxl_buf_init(&p.views[i].text, TEXT_MAX);
    rc = collect(&p, report, err);
    if (!rc)
        rc = write_pages(&p, run->o, report, form, err);
    if (!rc)
        rc = rows_commit(&p.rows, err);
    for (int i = 0; i < JAXL_REPORT_VIEWS; i++) {
        jaxl_json_doc_free(&p.views[i].doc);
        jaxl_buf_free(&p.views[i].text);
        free(p.views[i].items);
    }
    jaxl_buf_free(&p.source);
    rows_free(&p.rows);
    return rc;
}
