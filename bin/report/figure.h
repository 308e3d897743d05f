/* Figures of a row as people read them: counts and amounts by locale, shares in percent, seconds
 * as h:mm:ss. Everything goes from text to text, exactly. */
#ifndef JAXL_BIN_REPORT_FIGURE_H
#define JAXL_BIN_REPORT_FIGURE_H

#include <jaxl/currency.h>

#include "report/page.h"

enum figure_kind {
    FIGURE_KEY,   /* of --by: text */
    FIGURE_TEXT,  /* the currency, and what is not known here */
    FIGURE_COUNT, /* a number */
    FIGURE_SHARE, /* 0..1, in percent */
    FIGURE_SPAN,  /* seconds, h:mm:ss */
    FIGURE_SHORT, /* seconds, m:ss below an hour */
    FIGURE_MONEY  /* in the row's currency */
};

/* A column that is shown. */
struct figure_column {
    const char *name;  /* of the member */
    const char *label; /* for a heading: "Calls", or the name itself */
    enum figure_kind kind;
    unsigned drop; /* where a table is too wide: the highest goes first; 0: stays */
};

/* What writes figures: appends to out; the first failure is kept, in *err as well, and nothing is
 * appended after it. */
struct figure_writer {
    struct jaxl_currency *locale;
    struct jaxl_buf *out;
    struct jaxl_error *err;
    int failed;
};

int figure_begin(struct figure_writer *w, const struct report_page *p, struct jaxl_buf *out,
                 struct jaxl_error *err);
/* Frees, and gives what has failed first: of the writer or of out. */
int figure_end(struct figure_writer *w, const char *what);

/* The columns of p that are shown, at most max of them: without "total", without the provisional
 * ones when there is nothing provisional in any row, and without the currency when all rows have
 * the same and it is no key. Returns their number. */
size_t figure_columns(const struct report_page *p, struct figure_column *columns, size_t max);
/* The one currency of all rows and totals that have one; NULL: none, or several. */
const char *figure_currency(const struct report_page *p);
bool figure_is_number(enum figure_kind kind);

/* The cell of a row, in words for people. False, with nothing appended: it has none (null). Texts
 * are appended as they are. currency: for rows that have no currency of their own, or NULL. */
bool figure_put(struct figure_writer *w, const struct figure_column *column,
                const struct jaxl_json *row, const char *currency);
void figure_put_count(struct figure_writer *w, int64_t n);
void figure_put_money(struct figure_writer *w, const char *decimal, const char *currency);
/* part of all (more than 0) in percent, rounded half-even to one decimal: "60.7%". */
void figure_put_part(struct figure_writer *w, int64_t part, int64_t all);
/* Seconds as "3:25:46", rounded half-even to whole ones; brief: "25:46" below an hour. */
void figure_put_span(struct figure_writer *w, const char *seconds, bool brief);

/* A count of a row; what is no whole number counts as 0. */
int64_t figure_count(const struct jaxl_json *row, const char *name);
/* A text member; NULL when it is none. */
const char *figure_text(const struct jaxl_json *row, const char *name);

#endif
