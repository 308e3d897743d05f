/* What a JSON value is inside; shared by the reader, the accessors and the writer. */
#ifndef DATA_JSON_VALUE_H
#define DATA_JSON_VALUE_H

#include "jaxl/json.h"

struct jaxl_json {
    const char *key; /* NULL for elements and the root */
    union {
        const char *text;        /* strings and numbers */
        struct jaxl_json *first; /* arrays and objects */
    };
    struct jaxl_json *next;
    uint32_t key_len;
    uint32_t len; /* bytes of text; number of elements or members; 1 for true */
    enum jaxl_json_type type;
};

/* True when text is a number in JSON's own syntax. */
bool jaxl_json_is_number(const char *text, size_t len);

/* jaxl_json_get and jaxl_json_find for a key and a path of len bytes. */
const struct jaxl_json *jaxl_json_get_n(const struct jaxl_json *v, const char *key, size_t len);
const struct jaxl_json *jaxl_json_find_n(const struct jaxl_json *v, const char *path, size_t len);

struct jaxl_json_rename {
    const char *from;
    char *to; /* NUL-terminated, must outlive the document */
    size_t from_len, to_len;
};
/* Gives members of the object that the document holds other names, all at once. JAXL_EINPUT when
 * another member has one of these: whose value is meant nobody knows. */
int jaxl_json_rename(struct jaxl_json_doc *doc, const struct jaxl_json_rename *names, size_t n,
                     struct jaxl_error *err);

#endif
