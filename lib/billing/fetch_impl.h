/* A fetch, inside. The span is cut into slices of time; each is listed page by page, is whole when
 * what came fits the count that every page told, and is written when all before it have been. Lists
 * that know no time are one slice. What is asked is in fetch_ask.c, what comes is put together in
 * fetch_take.c and fetch_slice.c, and goes out in fetch_write.c; fetch_plan.c cuts. */
#ifndef JAXL_BILLING_FETCH_IMPL_H
#define JAXL_BILLING_FETCH_IMPL_H

#include "billing/cursor.h"
#include "jaxl/buf.h"
#include "platform/work.h"

enum {
    JAXL_FETCH_PAGE = 100,      /* results that are asked for at once */
    JAXL_FETCH_SLICE = 500,     /* calls of a slice: with more it is cut */
    JAXL_FETCH_PIECES = 64,     /* into at most so many */
    JAXL_FETCH_WINDOW = 16,     /* slices under way: what bounds the memory */
    JAXL_FETCH_GETS = 256,      /* calls that were held back are asked for one by one up to here */
    JAXL_FETCH_PAGE_TRIES = 4,  /* of a page whose answer is none */
    JAXL_FETCH_SLICE_TRIES = 6, /* of a list that changes */
    JAXL_FETCH_PARTS = 2        /* currencies */
};
#define JAXL_FETCH_TEXT ((size_t)64 * 1024 * 1024) /* bytes of a slice */

struct jaxl_fetch_run;
struct jaxl_fetch_slice;

/* A record: offsets into the text of its slice. */
struct jaxl_fetch_row {
    int64_t at; /* what it is ordered by */
    size_t json, len;
    size_t id;   /* NUL-terminated */
    size_t mark; /* what a cursor knows it by, NUL-terminated */
    uint8_t part;
    bool final; /* it can be written */
    bool gone;  /* the platform has it no more */
};

/* A request that is to be made. */
struct jaxl_fetch_ask {
    struct jaxl_fetch_slice *slice;
    unsigned part, tries;
    bool probe; /* only to see whether the list is that of the first part */
    struct jaxl_page page;
    int64_t id;  /* of a call; 0: a list */
    int64_t due; /* monotonic time, not earlier */
    struct jaxl_fetch_ask *after;
};

/* What is listed for one currency. */
struct jaxl_fetch_part {
    int64_t currency;
    int64_t count;        /* that the pages tell; -1: not yet */
    int64_t page;         /* results of the first page, and so of all but the last */
    int64_t next;         /* offset of the page that is asked for next */
    bool asked;           /* it is read */
    bool same;            /* the list is that of the first part */
    char newest[24];      /* id of the first result */
    struct jaxl_keys ids; /* that came, in this try and in those before it that left gaps */
};

enum jaxl_fetch_state {
    JAXL_FETCH_READING,
    JAXL_FETCH_SPOILED, /* to be read again */
    JAXL_FETCH_GAPS,    /* all pages came, but some ids on two, so others on none */
    JAXL_FETCH_TOO_BIG, /* to be cut */
    JAXL_FETCH_WHOLE
};

struct jaxl_fetch_slice {
    struct jaxl_fetch_run *run;
    int64_t from, to; /* of calls: [from, to), from INT64_MIN is open, to on a whole second */
    bool gets;        /* calls asked for by id */
    bool uncut;       /* it cannot be cut further */
    enum jaxl_fetch_state state;
    unsigned tries, in_flight;
    struct jaxl_fetch_part parts[JAXL_FETCH_PARTS];
    unsigned n_parts;
    struct jaxl_fetch_ask *asks;
    struct jaxl_fetch_row *rows;
    size_t n, room;
    struct jaxl_buf text;
    struct jaxl_fetch_slice *after;
};

struct jaxl_fetch_run {
    const struct jaxl_fetch_options *o;
    struct jaxl_session *session;
    jaxl_fetch_put *put;
    jaxl_fetch_flush *flush;
    void *ctx;
    struct jaxl_fetch_totals totals;
    struct jaxl_work work;
    struct jaxl_cursor *cursor; /* NULL: none */
    int64_t currencies[JAXL_FETCH_PARTS];
    unsigned n_currencies;

    int64_t now;                    /* the platform's, at the beginning */
    int64_t from, to;               /* what is to be listed */
    int64_t fresh;                  /* calls from here on are looked at again by the next run */
    int64_t count;                  /* of calls in it, about */
    int64_t oldest;                 /* one of them, INT64_MIN: not known */
    int64_t next;                   /* where the next slice begins */
    int64_t width;                  /* of a slice */
    bool planned;                   /* there is no next slice */
    struct jaxl_fetch_slice *first; /* that is not yet written */

    bool begun;     /* something was put since the cursor was saved as complete */
    bool broken;    /* the output or the cursor failed: nothing more is written */
    int64_t saved;  /* monotonic time */
    uint64_t stale; /* calls that were written though they are not final, because they are old */
};

/* fetch_plan.c: pure but for memory */
/* Cuts the span into slices of about half of JAXL_FETCH_SLICE calls. */
void jaxl_fetch_plan_start(struct jaxl_fetch_run *r);
/* The slices under way and the next ones up to the window. JAXL_ENOMEM. */
int jaxl_fetch_plan_fill(struct jaxl_fetch_run *r);
/* Puts smaller slices in place of one that is too big; count: of its calls. False: it cannot be
 * cut further. JAXL_ENOMEM in *rc. */
bool jaxl_fetch_plan_cut(struct jaxl_fetch_slice *s, int64_t count, int *rc);

/* fetch_slice.c */
/* A slice with nothing in it. NULL: JAXL_ENOMEM. */
struct jaxl_fetch_slice *jaxl_fetch_slice_new(struct jaxl_fetch_run *r, int64_t from, int64_t to);
void jaxl_fetch_slice_free(struct jaxl_fetch_slice *s);
/* Forgets what came, and asks for it (again). JAXL_ENOMEM. */
int jaxl_fetch_slice_begin(struct jaxl_fetch_slice *s, int64_t due);
/* Keeps what came, and asks again for what has GAPS, with shorter pages. JAXL_ENOMEM. */
int jaxl_fetch_slice_more(struct jaxl_fetch_slice *s, int64_t due);
/* How many records the counts tell that did not come, and in *of how many they tell. */
int64_t jaxl_fetch_slice_missing(const struct jaxl_fetch_slice *s, int64_t *of);
/* Takes an ask off the front of the list when it is due by now; NULL: none is. */
struct jaxl_fetch_ask *jaxl_fetch_slice_next(struct jaxl_fetch_slice *s, int64_t now);
/* Puts an ask at the end of the list (again). */
void jaxl_fetch_slice_put(struct jaxl_fetch_slice *s, struct jaxl_fetch_ask *ask);
/* Puts a copy of an ask at the end. JAXL_ENOMEM. */
int jaxl_fetch_slice_ask(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *what);
/* Forgets what was to be asked. */
void jaxl_fetch_slice_drop(struct jaxl_fetch_slice *s);
/* Takes the answer to an ask, which is a page of a list. What does not fit makes the slice
 * SPOILED, too many calls TOO_BIG. JAXL_EPROTO: it can be no answer; JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_fetch_slice_page(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                          const struct jaxl_json *page, struct jaxl_error *err);
/* Adds a row whose texts are there. JAXL_ENOMEM. */
int jaxl_fetch_slice_row(struct jaxl_fetch_slice *s, const struct jaxl_fetch_row *row);
/* Adds a row with its texts. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_fetch_slice_add(struct jaxl_fetch_slice *s, const struct jaxl_fetch_row *row,
                         const char *id, const char *mark, const struct jaxl_json *record);
/* Notes that a call that was held back is no more. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_fetch_slice_gone(struct jaxl_fetch_slice *s, int64_t id);
/* When nothing is in flight or to be asked: WHOLE, GAPS or SPOILED. */
void jaxl_fetch_slice_end(struct jaxl_fetch_slice *s);
/* Orders its rows. */
void jaxl_fetch_slice_sort(struct jaxl_fetch_slice *s);

/* fetch_take.c */
/* Takes a record of a list, n-th of its page, or a call by itself. JAXL_EPROTO: it can be none;
 * JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_fetch_take(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask, int64_t n,
                    const struct jaxl_json *record, struct jaxl_error *err);
/* Takes an answer of USAGE as rows. The same errors. */
int jaxl_fetch_take_usage(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                          const struct jaxl_json *answer, struct jaxl_error *err);
/* The times that a slice of calls is listed with, or INT64_MIN. */
int64_t jaxl_fetch_take_from(const struct jaxl_fetch_slice *s);
int64_t jaxl_fetch_take_to(const struct jaxl_fetch_slice *s);

/* fetch_look.c */
/* Looks what there is to list, and what time it is on the platform. The errors of jaxl_work_run. */
int jaxl_fetch_look(struct jaxl_fetch_run *r, struct jaxl_error *err);

/* fetch_ask.c */
/* Asks for all slices, and writes each when its turn has come. */
int jaxl_fetch_all(struct jaxl_fetch_run *r, struct jaxl_error *err);

/* fetch_write.c */
/* Writes the slices at the beginning that are whole. */
int jaxl_fetch_write(struct jaxl_fetch_run *r, struct jaxl_error *err);
/* Notes that all calls before a time have been looked at. */
void jaxl_fetch_reached(struct jaxl_fetch_run *r, int64_t to);
/* Flushes the output, and then saves the cursor. complete: nothing more is put. */
int jaxl_fetch_checkpoint(struct jaxl_fetch_run *r, bool complete, struct jaxl_error *err);

#endif
