/* A report while it is made: what is asked for, and the threads that read. */
#ifndef JAXL_BILLING_REPORT_IMPL_H
#define JAXL_BILLING_REPORT_IMPL_H

#include <pthread.h>

#include "billing/counted.h"
#include "billing/item.h"
#include "billing/key.h"
#include "billing/overlay.h"
#include "billing/pending.h"
#include "billing/pulse.h"
#include "data/cut.h"
#include "data/where.h"

struct jaxl_report_rows; /* rows.h */

struct jaxl_report_definition {
    struct jaxl_key keys[JAXL_REPORT_VIEWS][JAXL_REPORT_KEYS];
    size_t n_keys[JAXL_REPORT_VIEWS];
    size_t n_views;
    bool tagged; /* a call can be in several groups: its sums are counted apart */
};

/* A condition: its texts are compiled by each thread, the key that it asks for is shared. */
struct jaxl_report_condition {
    char *text;
    struct jaxl_key key;
};

/* What a thread has for itself, for as long as the report is. */
struct jaxl_worker {
    struct jaxl_report *home;
    pthread_t thread;
    bool ready;
    struct jaxl_scan *lines, *rows; /* of NDJSON, and of CSV, which has further slots */
    struct jaxl_key_context context;
    struct jaxl_where **where; /* n_conditions */
    bool *had;                 /* some call had the field of the condition */
    struct jaxl_chunk chunk;
    struct jaxl_item *items; /* of the chunk, as are costs, bytes and rejects */
    size_t n_items, items_cap;
    struct jaxl_fact_cost *costs;
    size_t n_costs, costs_cap;
    struct jaxl_buf bytes, rejects;
    struct jaxl_overlay overlay;
    struct jaxl_json_doc *rejected; /* a record that could be read, but not used */
    struct jaxl_groups groups[JAXL_REPORT_VIEWS];
    struct jaxl_report_totals totals;
};

/* One input and those that read it. */
struct jaxl_crew {
    struct jaxl_cut *cut;
    pthread_mutex_t cut_lock, turn_lock;
    pthread_cond_t turned;
    uint64_t turn; /* the chunk that may be settled */
    bool stop;
    int code; /* why */
    struct jaxl_error error;
};

struct jaxl_report {
    struct jaxl_report_options options; /* texts in it are copies */
    struct jaxl_record_reader_options input;
    struct jaxl_report_definition definition;
    struct jaxl_fact_slots slots;
    size_t n_line_slots; /* those behind are of cells of a CSV */
    struct jaxl_report_condition *conditions;
    size_t n_conditions;
    struct jaxl_pulse pulse;
    bool pulsed;
    struct jaxl_tariff *tariff;
    int to, to_number; /* slots, with a tariff */
    unsigned wanted;   /* bits of further columns, see columns.h */
    struct jaxl_worker *workers;
    unsigned n_workers;
    struct jaxl_crew *crew; /* while reading */
    struct jaxl_counted counted;
    struct jaxl_pending pending;
    struct jaxl_report_totals totals;
    struct jaxl_report_rows *rows[JAXL_REPORT_VIEWS];
    bool finished;
};

/* Whether threads count a view: the sums follow from the rows otherwise. */
static inline bool jaxl_report_counts(const struct jaxl_report_definition *d, size_t view)
{
    return view != JAXL_REPORT_SUMS || d->tagged;
}

/* worker.c: one thread's part */
int jaxl_worker_init(struct jaxl_worker *w, struct jaxl_report *r, struct jaxl_error *err);
void jaxl_worker_free(struct jaxl_worker *w);
/* Reads the records of w->chunk into items, and rejects. */
int jaxl_worker_parse(struct jaxl_worker *w, struct jaxl_error *err);
/* Adds a call that counts to the groups. */
int jaxl_worker_count(struct jaxl_worker *w, const struct jaxl_item *item);
/* crew.c: all threads read one input; the errors of jaxl_report_read. */
int jaxl_crew_read(struct jaxl_report *r, int fd, const char *name, struct jaxl_error *err);

#endif
