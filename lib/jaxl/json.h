/* JSON: a reader that keeps what it read (numbers as text, members in order, unknown ones too) and
 * a writer. Over yajl, with what yajl lets through checked here. */
#ifndef JAXL_JSON_H
#define JAXL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/buf.h>

#ifdef __cplusplus
extern "C" {
#endif

enum jaxl_json_type {
    JAXL_JSON_NULL,
    JAXL_JSON_BOOL,
    JAXL_JSON_NUMBER,
    JAXL_JSON_STRING,
    JAXL_JSON_ARRAY,
    JAXL_JSON_OBJECT
};

/* A document: an arena of values, used again for text after text. */
struct jaxl_json_doc;
/* A value in a document; borrowed until the next parse or reset of its document. */
struct jaxl_json;

enum { JAXL_JSON_DEPTH = 64 };              /* levels of nesting that are read */
#define JAXL_JSON_MAX ((size_t)1024 * 1024) /* bytes of text, when nothing else is said */

/* max_text: the longest text in bytes, 0 for JAXL_JSON_MAX. JAXL_ENOMEM; JAXL_EARG above 1 GiB. */
JAXL_API int jaxl_json_doc_new(struct jaxl_json_doc **out, size_t max_text);
JAXL_API void jaxl_json_doc_free(struct jaxl_json_doc **doc);
/* The same for a document that read a secret: overwrites it first. */
JAXL_API void jaxl_json_doc_wipe(struct jaxl_json_doc **doc);
/* Forgets all values and keeps the memory. */
JAXL_API void jaxl_json_doc_reset(struct jaxl_json_doc *doc);

/* Reads exactly one JSON text of len bytes (surrounding white space is fine) into *root. What the
 * document held is forgotten, also on failure. JAXL_EINPUT with the place in the message: syntax,
 * invalid or overlong UTF-8, lone surrogates, a duplicate key, a number too large for a double (one
 * too small is fine), NUL in a key, something after the value. JAXL_ELIMIT: too long, too deep, out
 * of arena.
 */
JAXL_API int jaxl_json_parse(struct jaxl_json_doc *doc, const char *text, size_t len,
                             const struct jaxl_json **root, struct jaxl_error *err);

/* All of these take NULL for "absent" and answer as for null. */
JAXL_API enum jaxl_json_type jaxl_json_type(const struct jaxl_json *v);
JAXL_API bool jaxl_json_is_null(const struct jaxl_json *v); /* null or absent */
JAXL_API bool jaxl_json_bool(const struct jaxl_json *v);    /* true only for true */
/* The text of a string (UTF-8, may hold NUL bytes) or of a number as it was written, with its
 * length in *len (which may be NULL); NUL-terminated. NULL for every other type. */
JAXL_API const char *jaxl_json_text(const struct jaxl_json *v, size_t *len);
/* The same, for strings without a NUL byte only; fallback for everything else. */
JAXL_API const char *jaxl_json_string(const struct jaxl_json *v, const char *fallback);
/* An integer number, also from a string of digits when the value came from CSV (strings of an
 * optional '-' and digits are taken). JAXL_EINPUT when it is none or does not fit. */
JAXL_API int jaxl_json_int(const struct jaxl_json *v, int64_t *out);
/* Elements of an array or members of an object; 0 for the rest. */
JAXL_API size_t jaxl_json_count(const struct jaxl_json *v);
/* The member of an object with this key, the element of an array; NULL when there is none. */
JAXL_API const struct jaxl_json *jaxl_json_get(const struct jaxl_json *v, const char *key);
JAXL_API const struct jaxl_json *jaxl_json_at(const struct jaxl_json *v, size_t index);
/* A path with dots: "costs.0.cost". A member whose own name is the whole path comes first (CSV
 * columns). NULL when there is none. */
JAXL_API const struct jaxl_json *jaxl_json_find(const struct jaxl_json *v, const char *path);
/* Walking: the first element or member, the one after, the key of a member (NULL for elements). */
JAXL_API const struct jaxl_json *jaxl_json_first(const struct jaxl_json *v);
JAXL_API const struct jaxl_json *jaxl_json_next(const struct jaxl_json *v);
JAXL_API const char *jaxl_json_key(const struct jaxl_json *v, size_t *len);

/* Building a flat object in a document (what a CSV row becomes). Each call adds a member with a
 * string value (valid UTF-8, copied; that no key comes twice is the caller's affair);
 * jaxl_json_doc_reset comes before the first. JAXL_ELIMIT for a text longer than the document
 * takes, JAXL_ENOMEM. */
JAXL_API int jaxl_json_build(struct jaxl_json_doc *doc, const struct jaxl_json **root);
JAXL_API int jaxl_json_build_string(struct jaxl_json_doc *doc, const char *key, size_t key_len,
                                    const char *text, size_t len);

/* Writing: values one after the other onto a buffer, commas and colons set by the writer. Failure
 * is sticky in the buffer; wrong order (a value without a key in an object) is JAXL_EARG at the
 * end. */
struct jaxl_json_writer;
/* out: borrowed, must outlive the writer. */
JAXL_API int jaxl_json_writer_new(struct jaxl_json_writer **w, struct jaxl_buf *out);
JAXL_API void jaxl_json_writer_free(struct jaxl_json_writer **w);
/* Starts over, for the next text, on the same buffer (whose contents are the caller's affair). */
JAXL_API void jaxl_json_writer_reset(struct jaxl_json_writer *w);
JAXL_API void jaxl_json_write_object(struct jaxl_json_writer *w); /* { */
JAXL_API void jaxl_json_write_array(struct jaxl_json_writer *w);  /* [ */
JAXL_API void jaxl_json_write_end(struct jaxl_json_writer *w);    /* the matching } or ] */
JAXL_API void jaxl_json_write_key(struct jaxl_json_writer *w, const char *key);
JAXL_API void jaxl_json_write_key_n(struct jaxl_json_writer *w, const char *key, size_t len);
/* text NULL writes null. Invalid UTF-8 is written as U+FFFD, so that the output is always JSON. */
JAXL_API void jaxl_json_write_string(struct jaxl_json_writer *w, const char *text);
JAXL_API void jaxl_json_write_string_n(struct jaxl_json_writer *w, const char *text, size_t len);
JAXL_API void jaxl_json_write_int(struct jaxl_json_writer *w, int64_t v);
/* text must be a JSON number; written as it is. */
JAXL_API void jaxl_json_write_number(struct jaxl_json_writer *w, const char *text);
JAXL_API void jaxl_json_write_bool(struct jaxl_json_writer *w, bool v);
JAXL_API void jaxl_json_write_null(struct jaxl_json_writer *w);
/* A whole value of a document, everything in it, numbers as they were written. NULL writes null. */
JAXL_API void jaxl_json_write_value(struct jaxl_json_writer *w, const struct jaxl_json *v);
/* Text that is JSON already, written as it is (the caller vouches for it). */
JAXL_API void jaxl_json_write_raw(struct jaxl_json_writer *w, const char *text, size_t len);
/* key and value in one */
JAXL_API void jaxl_json_write_member(struct jaxl_json_writer *w, const char *key, const char *text);
JAXL_API void jaxl_json_write_member_int(struct jaxl_json_writer *w, const char *key, int64_t v);
JAXL_API void jaxl_json_write_member_value(struct jaxl_json_writer *w, const char *key,
                                           const struct jaxl_json *v);
/* 0 when one value was written, everything is closed and fitted; JAXL_EARG, JAXL_ELIMIT (the
 * buffer, or more than 2 * JAXL_JSON_DEPTH levels) or JAXL_ENOMEM. */
JAXL_API int jaxl_json_writer_check(const struct jaxl_json_writer *w, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
