/* Reports on calls: records of jaxl-dial(1) and Call objects of the platform (protocol.md section
 * 5), NDJSON or CSV, gigabytes of them, into rows by day, campaign and so on. One pass, all cores,
 * memory by the number of groups; sums are exact, and the same whatever the number of threads.
 *
 *     struct jaxl_report *r = NULL;
 *     const char *const by[] = {"day", "campaign"};
 *     struct jaxl_report_options o = {.by = {by, 2}, .tz = "Asia/Kolkata"};
 *     if (!jaxl_report_new(&r, &o, &err) && !jaxl_report_read(r, 0, "standard input", &err) &&
 *         !jaxl_report_finish(r, &err))
 *         jaxl_report_write(r, JAXL_REPORT_ROWS, put, ctx, &err);
 *     jaxl_report_free(&r);
 *
 * What counts as a call. A record whose state says that nobody was called (suppressed, deferred,
 * exhausted, expired, new, planned, not_sent, throttled, invalid) is none; one that was refused is
 * an attempt that failed. A call is answered when its disposition is ANSWERED, missed when it is
 * NO_ANSWER, VOICEMAIL or BUSY, else it failed; a Call object's disposition follows from missed,
 * has_voicemail, failure_reason and duration, as jaxl-dial has it. Its talk is the duration of an
 * answered call. A call is provisional while is_finalized is false or, where that is not said,
 * completed_on is null, or its state is submitted, unknown or intended: it is counted apart.
 *
 * A call whose id (call_id, id; without one session_id) comes twice is counted once: what is final
 * before what is provisional, then the first of those that are final, the last of those that are
 * not. Conditions are asked of that record alone. Sessions of calls that
 * have an id are not kept: a record with the session only that comes behind the final one with the
 * id counts for itself (jaxl-dial writes them the other way round). The ids of calls are kept as
 * bits, next ones close together. */
#ifndef JAXL_REPORT_H
#define JAXL_REPORT_H

#include <jaxl/answer.h>
#include <jaxl/record.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_report;

enum { JAXL_REPORT_KEYS = 16, JAXL_REPORT_THREADS = 64 };

/* Told of the records that cannot be used, in the order of the input, from one thread at a time:
 * one or several rejects as NDJSON, whole lines (jaxl_record_reject). Anything but 0 ends the
 * reading with that error. */
typedef int jaxl_report_reject(void *ctx, const char *lines, size_t len, struct jaxl_error *err);

struct jaxl_report_options {
    struct jaxl_texts by;    /* keys of the groups, at most JAXL_REPORT_KEYS: see jaxl_report_keys;
                                none: one group */
    struct jaxl_texts where; /* only calls of which all hold: "duration>60", "campaign=~^diwali",
                                on paths of the record and on keys */
    struct jaxl_texts columns; /* further columns of a row: cost_per_answered, shortest, longest,
                                  median, p95 (nearest rank), or all */
    const char *tz;            /* IANA zone that decides the day and the hour; NULL: UTC */
    const char *pulse;  /* "60/60": billed seconds are the initial ones, then steps; NULL: the
                           seconds as they are, or the tariff's pulses */
    const char *tariff; /* path of a tariff; NULL: none */
    int64_t start, end; /* microseconds since 1970: only calls placed from start on and before
                           end; both 0: all */
    const char *sort;   /* column: numbers fall, keys rise, a '-' before it turns it round; of
                           rows with different currencies those of one stay together. NULL: by
                           the keys */
    uint64_t top;       /* only so many rows of each currency; 0: all */
    bool charts;        /* also JAXL_REPORT_DAYS, OUTCOMES and HEAT */
    unsigned threads;   /* 0: as many as there are processors; at most JAXL_REPORT_THREADS */
    const struct jaxl_record_reader_options *input; /* form, map, longest line; NULL: defaults */
    const struct jaxl_session_watch
        *watch;                 /* what ends the reading with JAXL_ESTOPPED; borrowed.
                                   stop is asked from one thread at a time. NULL: none */
    jaxl_report_reject *reject; /* NULL: rejects are only counted */
    void *ctx;
};

/* Everything is copied but input->map and ctx, which are borrowed for the report's life. JAXL_EARG:
 * a key, condition, column, zone or pulse that is none, with what there is; JAXL_EINPUT,
 * JAXL_ECONFIG: the tariff cannot be used; JAXL_EIO, JAXL_ENOMEM. */
JAXL_API int jaxl_report_new(struct jaxl_report **r, const struct jaxl_report_options *options,
                             struct jaxl_error *err);
JAXL_API void jaxl_report_free(struct jaxl_report **r);
/* The names of keys that are no paths, NULL-terminated. */
JAXL_API const char *const *jaxl_report_keys(void);

/* Reads all records of a descriptor (a file or a pipe), which stays open; several inputs one after
 * the other are one report. name: for messages. JAXL_EIO, JAXL_ENOMEM, JAXL_ECONFIG (the header of
 * a CSV), JAXL_ESTOPPED, JAXL_ELIMIT and JAXL_EINPUT (a pattern of a condition that was given up
 * on, see PCRE2's match limit), JAXL_EARG (after jaxl_report_finish), and what the callback for
 * rejects gave. After an error the report must be given up. */
JAXL_API int jaxl_report_read(struct jaxl_report *r, int fd, const char *name,
                              struct jaxl_error *err);
/* All has been read: the rows are made and sorted. Once. JAXL_ENOMEM. */
JAXL_API int jaxl_report_finish(struct jaxl_report *r, struct jaxl_error *err);

/* Numbers of records; in all, records = counted + provisional + repeats + not_calls + outside +
 * rejects. */
struct jaxl_report_totals {
    uint64_t records;     /* that were read */
    uint64_t counted;     /* calls that are final */
    uint64_t provisional; /* calls that are not */
    uint64_t repeats;     /* of calls that are in the other numbers */
    uint64_t not_calls;   /* nobody was called */
    uint64_t outside;     /* of the span or of the conditions */
    uint64_t rejects;     /* cannot be used */
    uint64_t unrated;     /* counted calls whose number the tariff does not have */
};
/* Borrowed for the report's life. */
JAXL_API const struct jaxl_report_totals *jaxl_report_totals(const struct jaxl_report *r);

/* The field of condition i (from 0, as in options.where) when none of the calls has had it, which
 * mostly is a slip; NULL when some have, or there is no such condition. Borrowed. */
JAXL_API const char *jaxl_report_unknown(const struct jaxl_report *r, size_t i);

enum jaxl_report_view {
    JAXL_REPORT_ROWS,     /* by the keys, sorted */
    JAXL_REPORT_SUMS,     /* of all calls: one for each currency, no keys */
    JAXL_REPORT_DAYS,     /* by day */
    JAXL_REPORT_OUTCOMES, /* by disposition */
    JAXL_REPORT_HEAT,     /* by weekday and hour */
    JAXL_REPORT_VIEWS
};

/* The columns of the rows of a view, keys first, in order; *n of them. Borrowed. */
JAXL_API const char *const *jaxl_report_columns(const struct jaxl_report *r,
                                                enum jaxl_report_view view, size_t *n);
/* How many of them are keys. */
JAXL_API size_t jaxl_report_n_keys(const struct jaxl_report *r, enum jaxl_report_view view);
/* Rows that a view has, after jaxl_report_finish. */
JAXL_API size_t jaxl_report_count(const struct jaxl_report *r, enum jaxl_report_view view);

/* Gets one row as a JSON object of len bytes, borrowed for the call; anything but 0 ends it. */
typedef int jaxl_report_put(void *ctx, const char *json, size_t len, struct jaxl_error *err);

/* Writes the rows of a view as records: the keys under their names (null where the calls have
 * none), currency, attempts, answered, missed, failed, asr (answered of attempts, 4 decimals), acd
 * (average talk of an answered call, seconds, 2 decimals), talk and billed (seconds), cost; with a
 * tariff rated and difference (rated less cost); provisional and provisional_cost; the further
 * columns. Rounded half-even where decimals are said, exact else; null where a quotient has no
 * divisor. A group has a row for each currency that its calls cost something in; a call is counted
 * in that of its first cost, one without any in the group's only currency, in a group that cost
 * nothing in the report's only currency, or else in a row without. What put gave; JAXL_ENOMEM,
 * JAXL_ELIMIT. */
JAXL_API int jaxl_report_write(const struct jaxl_report *r, enum jaxl_report_view view,
                               jaxl_report_put *put, void *ctx, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
