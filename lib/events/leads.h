/* Leads by their numbers, for a flow that speaks to each of its own. */
#ifndef JAXL_EVENTS_LEADS_H
#define JAXL_EVENTS_LEADS_H

#include <stddef.h>
#include <stdint.h>

#include "data/arena.h"
#include "jaxl/flow.h"

enum { JAXL_LEADS_PATHS = 64 };

struct jaxl_leads_place;
/* One lead: its record as JSON text, and the fields that are wanted of it. */
struct jaxl_leads_one;

struct jaxl_leads {
    struct jaxl_leads_place *places; /* a hash table: n_places is a power of two, n are taken */
    size_t n_places, n;
    size_t n_paths;
    uint64_t seen; /* a bit for each path that some lead has */
    struct jaxl_arena texts;
};

/* Reads leads from fd. paths: n_paths (up to JAXL_LEADS_PATHS) paths of the fields that are wanted,
 * as jaxl_json_find reads them; borrowed for the call. The rest is as in jaxl_flow_leads. On
 * failure *l is empty. */
int jaxl_leads_read(struct jaxl_leads *l, int fd, const char *name,
                    const struct jaxl_flow_leads_options *options, const char *const *paths,
                    size_t n_paths, struct jaxl_error *err);
void jaxl_leads_free(struct jaxl_leads *l);

/* The lead of this number (the key of a struct jaxl_phone); NULL: there is none. */
const struct jaxl_leads_one *jaxl_leads_find(const struct jaxl_leads *l, uint64_t key);
/* Its record, NUL-terminated, of *len bytes. */
const char *jaxl_leads_json(const struct jaxl_leads_one *lead, size_t *len);
/* The text of field i of the paths, of *len bytes; NULL: it has none, or an array or object. */
const char *jaxl_leads_field(const struct jaxl_leads_one *lead, size_t i, size_t *len);

#endif
