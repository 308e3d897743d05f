/* Keys of groups: "day", "campaign", "to-prefix:5" or the path of any member. A key is found for
 * every call and written behind the ones before it, as the group's own key: for each part a byte
 * that says what it is ('n' null, '#' number, '"' text), its length in four bytes, and its bytes.
 */
#ifndef JAXL_BILLING_KEY_H
#define JAXL_BILLING_KEY_H

#include "billing/fact.h"
#include "billing/moment.h"
#include "billing/tariff.h"
#include "jaxl/buf.h"
#include "jaxl/report.h"

enum { JAXL_KEY_SOURCES = 9, JAXL_KEY_COUNTRIES = 1024, JAXL_KEY_TAGS = 64 };

struct jaxl_key_part {
    char type; /* 'n', '#', '"' */
    const char *text;
    uint32_t len;
};

struct jaxl_key_country {
    uint64_t number; /* 0: nothing is kept here */
    char region[4];
};

/* What a thread keeps for finding keys. */
struct jaxl_key_context {
    struct jaxl_moments moments;
    struct jaxl_key_country countries[JAXL_KEY_COUNTRIES];
    struct jaxl_json_doc *doc;            /* for tags */
    const struct jaxl_tariff *tariff;     /* NULL: none */
    const struct jaxl_scan_value *values; /* of the record, with its fact */
    const struct jaxl_fact *fact;
    struct jaxl_key_part tags[JAXL_KEY_TAGS];
    size_t n_tags;
    int failed; /* JAXL_ENOMEM, JAXL_ELIMIT: not all tags of the record could be read */
    char scratch[16], prefix[24]; /* of the currency, of to-prefix */
};

struct jaxl_key;
struct jaxl_key_kind {
    const char *name;
    struct jaxl_key_part (*find)(const struct jaxl_key *k, struct jaxl_key_context *c);
    const char *sources[JAXL_KEY_SOURCES]; /* paths: the first that is there counts */
};

struct jaxl_key {
    const struct jaxl_key_kind *kind;
    char *name;    /* as rows have it */
    unsigned size; /* to-prefix: digits, 0: the tariff's prefixes */
    int slots[JAXL_KEY_SOURCES], n_slots;
};

/* Reads the text of a key. JAXL_EARG; JAXL_ECONFIG: country without libphonenumber; JAXL_ENOMEM. */
int jaxl_key_init(struct jaxl_key *k, const char *text, struct jaxl_fact_slots *slots,
                  struct jaxl_error *err);
void jaxl_key_free(struct jaxl_key *k);
bool jaxl_key_is(const struct jaxl_key *k, const char *name);

int jaxl_key_context_init(struct jaxl_key_context *c, const char *tz,
                          const struct jaxl_tariff *tariff, struct jaxl_error *err);
void jaxl_key_context_free(struct jaxl_key_context *c);
/* The next record, of which keys are then found. */
void jaxl_key_context_set(struct jaxl_key_context *c, const struct jaxl_scan_value *values,
                          const struct jaxl_fact *fact);
/* The value of one key; of several tags the first. Borrowed until the next. */
struct jaxl_key_part jaxl_key_find(const struct jaxl_key *k, struct jaxl_key_context *c);
/* Appends how many group keys the call has (as a byte), then for each its length in four bytes and
 * itself: one, or with the key "tag" one for each tag. JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_key_write(const struct jaxl_key *keys, size_t n, struct jaxl_key_context *c,
                   struct jaxl_buf *out);
/* Takes the next part off a group's key. */
struct jaxl_key_part jaxl_key_read(const char **at);
/* -1, 0 or 1 as values of the key order: days of the week from Monday, numbers as such, null last.
 */
int jaxl_key_compare(const struct jaxl_key *k, const struct jaxl_key_part *a,
                     const struct jaxl_key_part *b);

#endif
