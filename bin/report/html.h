/* Parts of the page that --output html writes. */
#ifndef JAXL_BIN_REPORT_HTML_H
#define JAXL_BIN_REPORT_HTML_H

#include <locale.h>

#include "report/figure.h"
#include "report/page.h"

enum { HTML_LEVELS = 7 }; /* shades of a heat map: colours heat0 and on, texts on them on0 and on */

struct html {
    const struct report_page *p;
    struct jaxl_buf *out;
    struct jaxl_buf scratch; /* a figure, before it is escaped */
    struct figure_writer figure;
    locale_t known;       /* for widths */
    unsigned drawings;    /* so far */
    const char *currency; /* the one that all rows have, or NULL */
};

/* The text of <style>. */
void html_put_style(struct jaxl_buf *out);

/* A colour of the page by its name, as it is on paper. */
const char *html_colour(const char *name);

/* Text as HTML, in an element or an attribute in double quotes: what is markup escaped, what is no
 * UTF-8 or no character that a page may have as U+FFFD, blanks for white space, nothing for what
 * would turn the direction of the text around it. */
void html_put_text(struct jaxl_buf *out, const char *text, size_t len);
void html_puts(struct jaxl_buf *out, const char *text);
/* Text of any direction that leaves that of the text around it: in a <bdi> where it needs one. */
void html_put_apart(struct jaxl_buf *out, const char *text, size_t len);
/* At most width columns of a text, "…" behind what was cut. True: it was. */
bool html_put_cut(struct html *h, const char *text, size_t len, size_t width);

/* Figures, as figure.h has them, escaped. */
bool html_put_figure(struct html *h, const struct figure_column *column,
                     const struct jaxl_json *row);
void html_put_count(struct html *h, int64_t n);
void html_put_part(struct html *h, int64_t part, int64_t all);
void html_put_money(struct html *h, const char *decimal, const char *currency);
void html_put_span(struct html *h, const char *seconds, bool brief);

/* The figures at the head, and the tables. */
void html_put_headline(struct html *h);
void html_put_currencies(struct html *h);
void html_put_tables(struct html *h);

#endif
