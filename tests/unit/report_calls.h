/* Random calls, as NDJSON and as CSV, and the rows that a report on them must have, worked out
 * without haste: what check_report compares jaxl_report with. */
#ifndef JAXL_REPORT_CALLS_H
#define JAXL_REPORT_CALLS_H

#include "jaxl/buf.h"
#include "jaxl/report.h"
#include "jaxl/zone.h"

__extension__ typedef __int128 call_wide;

struct call_cost {
    const char *currency; /* "": none */
    const char *written;  /* as the record has it */
    bool number;          /* written is a number */
    int64_t nanos;        /* of a unit */
};

struct call {
    enum { CALL_BAD, CALL_NONE, CALL_FINAL, CALL_OPEN } kind;
    int64_t id;       /* -1: none */
    int session;      /* -1: none */
    int64_t at;       /* INT64_MIN: none */
    int offset;       /* minutes, of the time as it is written */
    int campaign;     /* of call_campaigns */
    bool object;      /* a Call object of the platform, else a record of jaxl-dial */
    int how;          /* of call_hows */
    int64_t duration; /* microseconds, -1: none */
    int n_costs;
    struct call_cost costs[2];
    int flaw; /* of one that is bad, or which state one has that is no call */
};

struct calls {
    struct call *items;
    size_t n;
};

/* n calls of a seed. To be freed with calls_free. */
void calls_make(struct calls *c, size_t n, uint64_t seed);
void calls_free(struct calls *c);
void calls_write(const struct calls *c, bool csv, struct jaxl_buf *out);
/* The rows of a view (ROWS: by day and campaign), with all further columns, and the totals.
 * longer_than: only calls that last longer than so many microseconds, -1: all. */
void calls_rows(const struct calls *c, enum jaxl_report_view view, const char *tz,
                int64_t longer_than, struct jaxl_buf *out, struct jaxl_report_totals *totals);

#endif
