/* The cursor of a fetch: how far the runs before came. NDJSON:
 *
 *     {"cursor": "calls", "org": 42, "currency": "INR", "start": "2026-10-01T00:00:00Z",
 *      "until": "2026-10-07T12:00:00Z", "settled": "2026-10-07T11:50:00Z", "complete": true}
 *     {"output": "/home/asha/calls.ndjson", "dev": 2049, "ino": 131, "born": 1791374400000000,
 * "size": 8192}
 *     {"held": "17", "at": "2026-10-07T11:48:02Z"}     a call that was not final
 *     {"seen": "16", "at": "2026-10-07T11:50:01Z"}     written already, not before settled
 *
 * What is before `settled` has been written or is held, whatever the platform shows; what is not is
 * looked at again, and `seen` tells what of it was written. Lists without time have `seen` alone.
 */
#ifndef JAXL_BILLING_CURSOR_H
#define JAXL_BILLING_CURSOR_H

#include "billing/keys.h"
#include "jaxl/fetch.h"
#include "platform/statefile.h"

struct jaxl_cursor {
    struct jaxl_statefile file;
    bool fresh;        /* nothing was in the file */
    int kind;          /* enum jaxl_fetch_kind */
    int64_t org;       /* 0: nobody's yet */
    int64_t currency;  /* the parameter; 0: all */
    int64_t start;     /* INT64_MIN: open */
    int64_t until;     /* up to which all was looked at; INT64_MIN: nothing yet */
    int64_t settled;   /* INT64_MIN: nothing yet */
    bool complete;     /* all that is behind the noted size of the output is somebody else's */
    bool noted;        /* the output is a regular file: */
    uint64_t dev, ino; /* of it */
    int64_t born;      /* when it was made, since numbers of files are used again; 0: not known */
    int64_t size;      /* bytes up to which it is what the cursor says */
    char *output;      /* its path, as far as it is known; "" */
    struct jaxl_keys held, seen;
};

/* Reads the file, and holds it until it is freed. To be freed also on failure. The errors of
 * jaxl_statefile_open and _read. */
int jaxl_cursor_open(struct jaxl_cursor *c, const char *path, struct jaxl_error *err);
void jaxl_cursor_free(struct jaxl_cursor *c);
/* Makes it that of this fetch. JAXL_ECONFIG: it is another's. */
int jaxl_cursor_own(struct jaxl_cursor *c, const struct jaxl_fetch_options *o, int64_t org,
                    struct jaxl_error *err);
/* Writes it. JAXL_EIO, JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_cursor_save(struct jaxl_cursor *c, struct jaxl_error *err);

/* Looks at the output that a run begins to write, and cuts off what an interrupted one wrote behind
 * what the cursor knows: *cut bytes. JAXL_ECONFIG: what is there would be lost or repeated;
 * JAXL_EIO, JAXL_ENOMEM. */
int jaxl_cursor_output_begin(struct jaxl_cursor *c, int fd, uint64_t *cut, struct jaxl_error *err);
/* Makes the output durable and notes how long it is. JAXL_EIO. */
int jaxl_cursor_output_note(struct jaxl_cursor *c, int fd, struct jaxl_error *err);

#endif
