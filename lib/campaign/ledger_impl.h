/* What the files of the ledger share among themselves. */
#ifndef JAXL_CAMPAIGN_LEDGER_IMPL_H
#define JAXL_CAMPAIGN_LEDGER_IMPL_H

#include <sqlite3.h>

#include "campaign/ledger.h"
#include "jaxl/buf.h"

/* bytes of a text that SQLite takes from us: a lead is a line of input, of at most 2 MiB */
enum { JAXL_LEDGER_TEXT = 4 * 1024 * 1024 };

enum jaxl_ledger_statement {
    LEDGER_BEGIN,
    LEDGER_COMMIT,
    LEDGER_FIND,
    LEDGER_ADD,
    LEDGER_ADD_INTENDED,
    LEDGER_CHANGE,
    LEDGER_CLAIM_SAME,
    LEDGER_CLAIM_LATER,
    LEDGER_DUE,
    LEDGER_MOVE,
    LEDGER_INTEND,
    LEDGER_LATEST,
    LEDGER_INTENDED,
    LEDGER_SETTLE,
    LEDGER_RESETTLE,
    LEDGER_SETTLED,
    LEDGER_SETTLED_LEAD,
    LEDGER_NTH,
    LEDGER_ATTEMPT,
    LEDGER_CAMPAIGN_OF,
    LEDGER_CALL_OF,
    LEDGER_HAS_CALL,
    LEDGER_RESOLVE,
    LEDGER_SUPPRESS,
    LEDGER_ANY_SUPPRESSED,
    LEDGER_SUPPRESSED,
    LEDGER_IVR,
    LEDGER_KEEP_IVR,
    LEDGER_POLICY,
    LEDGER_KEEP_POLICY,
    LEDGER_RECONSIDER,
    LEDGER_LEFT,
    LEDGER_ANY,
    LEDGER_AHEAD,
    LEDGER_REDATE,
    LEDGER_STATEMENTS
};

struct jaxl_ledger {
    sqlite3 *db;
    char *path;
    const struct jaxl_clock *clock;
    int64_t campaign; /* id; 0: none */
    int lock;         /* descriptor of the file with the locks, -1: none */
    bool writing;     /* a transaction is open */
    /* What stays true while it is, asked for once: */
    int64_t latest;             /* attempt, -1: not known */
    bool knows_none_suppressed; /* no number is */
    sqlite3_stmt *statements[LEDGER_STATEMENTS];
    int64_t at_due, at_id; /* claims have come up to here */
    int64_t *claimed;      /* a hash table of n_claimed ids of leads that are claimed */
    size_t n_claimed, room_claimed;
    struct jaxl_buf lead, data; /* texts of the lead that was claimed last */
};

/* ledger_db.c */

/* Opens the file, brings its schema up to date and checks whose it is. */
int jaxl_ledger_connect(struct jaxl_ledger *l, const struct jaxl_ledger_options *o,
                        struct jaxl_error *err);
/* Takes the lock of the campaign. JAXL_EBUSY. */
int jaxl_ledger_lock(struct jaxl_ledger *l, struct jaxl_error *err);
/* JAXL_EIO when the file is damaged. */
int jaxl_ledger_check(struct jaxl_ledger *l, struct jaxl_error *err);
/* ledger_query.c: the functions that views call. JAXL_ENOMEM. */
int jaxl_ledger_add_functions(struct jaxl_ledger *l, struct jaxl_error *err);
/* JAXL_ECONFIG: there is no campaign of that name, but these. */
int jaxl_ledger_no_campaign(struct jaxl_ledger *l, const char *name, struct jaxl_error *err);
/* What SQLite last said, as an error about doing that. */
int jaxl_ledger_failed(struct jaxl_ledger *l, const char *doing, struct jaxl_error *err);

/* ledger_run.c: a statement with its parameters, by the letters of types: i an int64_t, n one that
 * is null when negative, t a const char * (NULL: null) and a size_t, b the same as a blob. */

int jaxl_ledger_run(struct jaxl_ledger *l, enum jaxl_ledger_statement which, struct jaxl_error *err,
                    const char *types, ...);
/* The first row of a query, to be reset; NULL when there is none, with *code 0, or after a
 * failure. */
sqlite3_stmt *jaxl_ledger_first(struct jaxl_ledger *l, enum jaxl_ledger_statement which, int *code,
                                struct jaxl_error *err, const char *types, ...);

/* ledger_claim.c */

/* When a lead is due again before the place that claims have come to, they begin again. */
void jaxl_ledger_look_back(struct jaxl_ledger *l, int64_t next_at);
/* As jaxl_ledger_release, of a lead that has moved. */
void jaxl_ledger_drop_claim(struct jaxl_ledger *l, int64_t lead, int64_t next_at);

#endif
