/* Values of wanted paths out of the records of a chunk, several times as fast as building the
 * records. The same records are accepted and refused, with the same words, as jaxl_record_read
 * does. */
#ifndef DATA_SCAN_H
#define DATA_SCAN_H

#include "data/cut.h"

struct jaxl_scan;

struct jaxl_scan_value {
    const char *text; /* string: decoded; number: as it was written; bool: "true", "false"; array,
                         object: JSON text without blanks; NULL for null. Not NUL-terminated */
    uint32_t len;     /* bytes */
    uint8_t type;     /* enum jaxl_json_type; JAXL_JSON_NULL also for what is absent. CSV: strings
                         only, an empty field is an empty string */
};

/* One for each thread. paths: n of them, copied, each as for jaxl_json_find ("costs.0.cost"; a
 * member whose own name is the whole path comes first). JAXL_ENOMEM; JAXL_EARG for more than 4096
 * paths. */
int jaxl_scan_new(struct jaxl_scan **s, const char *const *paths, size_t n, struct jaxl_error *err);
void jaxl_scan_free(struct jaxl_scan **s);
/* The next record of a chunk. c: what the chunk comes from; only its header is read. *at: 0 at the
 * beginning of each chunk, moved on. values: room for n.
 * JAXL_OK      values are set, borrowed until the next call or until the chunk is used again
 * JAXL_EEND    no more
 * JAXL_EINPUT, JAXL_ELIMIT  this record cannot be used: err says why; the next call goes on
 * JAXL_ENOMEM
 * *record: line, raw, raw_len as jaxl_record_read gives them, value NULL. Empty lines are passed
 * over. */
int jaxl_scan_next(struct jaxl_scan *s, const struct jaxl_cut *c, const struct jaxl_chunk *chunk,
                   size_t *at, struct jaxl_scan_value *values, struct jaxl_record *record,
                   struct jaxl_error *err);

#endif
