/* The system's zone files (TZif, RFC 8536, version 2 and later). */
#ifndef JAXL_DATA_ZONE_FILE_H
#define JAXL_DATA_ZONE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "data/zone_rule.h"
#include "jaxl/error.h"

enum {
    JAXL_ZONE_PATH = 512,           /* bytes of a path and its NUL */
    JAXL_ZONE_FILE_MAX = 64 * 1024, /* bytes of a zone's file; those of IANA have 4000 at most */
};

struct jaxl_zone_change {
    int64_t at; /* seconds since 1970 (UTC); of the first INT64_MIN */
    int32_t offset;
};

/* The changes of a zone in order, at least one, and what follows the last. */
struct jaxl_zone_data {
    struct jaxl_zone_change *changes;
    size_t count;
    bool ruled; /* there is a rule for the time after the last change */
    struct jaxl_zone_rule rule;
};

/* Reads the bytes of a file. JAXL_EINPUT: not TZif, or it counts leap seconds; JAXL_ENOMEM. *out,
 * whose changes the caller frees, is untouched then. */
int jaxl_zone_data_parse(const unsigned char *bytes, size_t n, struct jaxl_zone_data *out);

/* The path of a file among the system's zones: in $TZDIR, as libc has it, or /usr/share/zoneinfo.
 * JAXL_ELIMIT. */
int jaxl_zone_path(const char *name, char path[JAXL_ZONE_PATH]);
/* What is wrong by errno with a file that must be there: JAXL_ECONFIG, with what to install, when
 * it is not, else JAXL_EIO. */
int jaxl_zone_missing(struct jaxl_error *err);

#endif
