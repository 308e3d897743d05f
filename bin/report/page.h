/* What the outputs for people and for ledgers are made from: rows as `jaxl-report calls` has them
 * (jaxl-report(1)), parsed. Everything is borrowed. */
#ifndef JAXL_BIN_REPORT_PAGE_H
#define JAXL_BIN_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <jaxl/json.h>

struct report_rows {
    const struct jaxl_json *const *items; /* n objects */
    size_t n;
};

struct report_page {
    const char *title;       /* "Calls, October 2026" */
    const char *const *keys; /* names of --by */
    size_t n_keys;
    const char *const *columns; /* all members of a row in order, keys first */
    size_t n_columns;
    struct report_rows rows,
        totals; /* as --by has them; totals: a row per currency, without keys */
    struct report_rows days, outcomes, heat; /* for the charts: by day, by disposition, by weekday
                                                and hour; n 0: none */
    const char *tz, *locale;      /* locale: "en_IN", for numbers and amounts; NULL: English */
    const char *made_at, *source; /* "2026-11-01T06:00:00Z"; NULL: not said */
};

/* All append to out: 0; JAXL_ELIMIT: out is full; JAXL_ENOMEM; JAXL_EINPUT: a figure of a row is no
 * number; JAXL_EARG: the locale; JAXL_ECONFIG: the module of locales is not installed. */

/* One page that needs nothing else: no script, no image or style from elsewhere. */
int report_html_write(const struct report_page *p, struct jaxl_buf *out, struct jaxl_error *err);

/* width: of the terminal in columns, 0: nothing is cut or left out; bars: with a bar beside cost or
 * attempts, for which room is kept from 60 columns on; colour: with a terminal's sequences. A table
 * that is too wide loses what its keys have too much, then columns, which a last line names. */
int report_table_write(const struct report_page *p, size_t width, bool bars, bool colour,
                       struct jaxl_buf *out, struct jaxl_error *err);

/* A journal for hledger(1): costs only, exact. Rows of one day are one transaction; those of a week
 * or a month stand at its first day. Without any of these keys, or where a row has none, the date
 * is the last of p->days, or that of made_at. What is provisional stands in comments. */
int report_hledger_write(const struct report_page *p, struct jaxl_buf *out, struct jaxl_error *err);

#endif
