/* The parts of the scanner. */
#ifndef DATA_SCAN_IMPL_H
#define DATA_SCAN_IMPL_H

#include "data/arena.h"
#include "data/bytes.h"
#include "data/scan.h"

enum {
    JAXL_SCAN_TOKEN = 32,   /* bytes of a key that a node holds itself */
    JAXL_SCAN_KEY = 256,    /* bytes of a key that is remembered, with its quotes */
    JAXL_SCAN_NODES = 4096, /* keys that are remembered */
    JAXL_SCAN_SETS = 8192,  /* slots that they fill, in all; so many paths lead through them */
    JAXL_SCAN_TEXT = 65536, /* bytes of long keys, in all */
    JAXL_SCAN_ALTS = 16,    /* keys that may follow one key */
    JAXL_SCAN_KEYS = 256    /* keys of one object */
};

/* A path that leads on through a value: what of it is left. */
struct jaxl_scan_want {
    uint32_t slot, offset;
};

/* A key behind the keys that stood before it in its object, an element of an array, or a record.
 * That it follows says that it is no duplicate of those. */
struct jaxl_scan_node {
    char token[JAXL_SCAN_TOKEN]; /* "key", with the quotes, or its beginning; zeros behind */
    uint32_t mask;               /* a bit for each byte of token */
    uint32_t len;                /* of the whole token */
    const char *rest;            /* the whole token where it is longer */
    struct jaxl_scan_node *next; /* the key that followed last; of an element: any element */
    struct jaxl_scan_node *follow, *alt; /* all keys that did: the first of them; the one beside */
    struct jaxl_scan_node *prev;         /* the key before; NULL for a beginning */
    struct jaxl_scan_node *home;         /* of a key: the beginning of its object */
    struct jaxl_scan_node *object, *array; /* of the value: what begins it; its elements */
    const char *name;                      /* what the key is read as */
    uint32_t name_len;
    uint32_t index;          /* of an element; UINT32_MAX: any */
    uint32_t sets, n_sets;   /* in jaxl_scan.sets: slots that the value fills */
    uint32_t wants, n_wants; /* in jaxl_scan.wants: paths that lead on through the value */
    uint32_t rank;           /* keys before it */
};

struct jaxl_scan_path {
    char *text;
    size_t len;
};

/* A column, and the slot that it fills. */
struct jaxl_scan_cell {
    uint32_t column, slot;
};

struct jaxl_scan {
    struct jaxl_scan_path *paths;
    size_t n;
    struct jaxl_scan_value *values; /* of the record */
    uint64_t line;                  /* at which the next record starts */
    struct jaxl_arena arena;        /* text of values that does not stand in the chunk */
    bool used;                      /* the arena is not empty */
    /* NDJSON */
    struct jaxl_scan_node *nodes;
    size_t n_nodes;
    uint32_t *sets, used_sets;
    struct jaxl_scan_want *wants;
    uint32_t used_wants, max_wants;
    char *keys; /* tokens that are longer than a node holds */
    size_t used_keys;
    bool full;                        /* nothing more can be remembered */
    const struct jaxl_header *header; /* of the record */
    uint64_t map;                     /* a digest of the map that the nodes rest on */
    struct jaxl_json_doc *doc;        /* for what is not sure */
    size_t doc_max;
    struct jaxl_buf text;
    /* CSV */
    struct jaxl_framer framer;
    size_t framer_max;            /* 0: there is none */
    bool sound;                   /* the chunk is UTF-8 without NUL */
    size_t block;                 /* of the chunk, that is being looked at */
    uint64_t breaks, lines;       /* of it, those to come */
    bool folded;                  /* there may be line ends within quotes in the row */
    struct jaxl_scan_cell *cells; /* by column; room for n */
    size_t n_cells;
    size_t *starts;  /* of the fields of the row, as far as there are columns, and of one more */
    size_t n_starts; /* that there is room for: a block's more */
};

/* n bytes that stay until the next record; NULL when memory is out. */
char *jaxl_scan_take(struct jaxl_scan *s, size_t n);

/* scan_tree.c. Forgets all keys. */
void jaxl_scan_forget(struct jaxl_scan *s);
/* The key that stands at p, behind the key (or beginning) before: remembered or made. NULL: not
 * sure about it, or full. */
struct jaxl_scan_node *jaxl_scan_follow(struct jaxl_scan *s, struct jaxl_scan_node *before,
                                        const char *p);
/* What begins the object that is node's value; the elements of the array. NULL: full. */
struct jaxl_scan_node *jaxl_scan_object(struct jaxl_scan *s, struct jaxl_scan_node *node);
struct jaxl_scan_node *jaxl_scan_array(struct jaxl_scan *s, struct jaxl_scan_node *node);

/* Whether the token of a node stands at p, where 64 bytes can be read. */
static inline bool jaxl_scan_matches(const struct jaxl_scan_node *n, const char *p)
{
    uint32_t low = jaxl_bytes_same(jaxl_bytes_load(n->token), jaxl_bytes_load(p));
    uint32_t high = jaxl_bytes_same(jaxl_bytes_load(n->token + 16), jaxl_bytes_load(p + 16));

    if (((low | high << 16) & n->mask) != n->mask)
        return false;
    return n->len <= JAXL_SCAN_TOKEN || !memcmp(n->rest, p, n->len);
}

/* scan_json.c. Reads the line that begins at p with a brace; it is followed by a line feed. Where
 * the line feed is, or NULL when it is not sure. */
const char *jaxl_scan_line(struct jaxl_scan *s, const char *p);
/* The end of the plain or escaped string that begins at p, behind the quote: where its closing
 * quote is, or NULL when it is not sure. */
const char *jaxl_scan_string(const char *p, bool *escaped);

/* scan_csv.c */
int jaxl_scan_rows(struct jaxl_scan *s, const struct jaxl_chunk *chunk, struct jaxl_error *err);
int jaxl_scan_row(struct jaxl_scan *s, const struct jaxl_chunk *chunk, size_t *at,
                  struct jaxl_record *record, struct jaxl_error *err);

#endif
