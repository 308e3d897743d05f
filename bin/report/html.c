#include "report/html.h"

#include <string.h>

#include "report/svg.h"
#include "report/width.h"

static void put_note(struct html *h, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    jaxl_buf_printf(h->out, "<span>%s", label);
    html_put_apart(h->out, text, strlen(text));
    jaxl_buf_puts(h->out, "</span>\n");
}

static void put_top(struct html *h)
{
    const struct report_page *p = h->p;

    jaxl_buf_puts(h->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width, "
                          "initial-scale=1\">\n"
                          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_puts(h->out, p->title);
    jaxl_buf_puts(h->out, "</title>\n<style>\n");
    html_put_style(h->out);
    jaxl_buf_puts(h->out, "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>");
    html_put_apart(h->out, p->title, strlen(p->title));
    jaxl_buf_puts(h->out, "</h1>\n<p class=\"notes\">\n");
    put_note(h, "Source: ", p->source);
    put_note(h, "Time zone: ", p->tz);
    put_note(h, "Made: ", p->made_at);
    jaxl_buf_puts(h->out, "</p>\n</header>\n");
}

int report_html_write(const struct report_page *p, struct jaxl_buf *out, struct jaxl_error *err)
{
    struct html h = {.p = p, .out = out, .currency = figure_currency(p)};
    int rc;

    jaxl_buf_init(&h.scratch, out->max);
    rc = figure_begin(&h.figure, p, &h.scratch, err);
    if (!rc) {
        h.known = width_open();
        put_top(&h);
        html_put_headline(&h);
        html_put_currencies(&h);
        svg_put_calls(&h);
        svg_put_costs(&h);
        svg_put_outcomes(&h);
        svg_put_heat(&h);
        html_put_tables(&h);
        jaxl_buf_puts(out, "</main>\n</body>\n</html>\n");
        rc = figure_end(&h.figure, "a page");
    }
    if (!rc)
        rc = jaxl_buf_check(out, "a page", err);
    jaxl_buf_free(&h.scratch);
    if (h.known)
        freelocale(h.known);
    return rc;
}
