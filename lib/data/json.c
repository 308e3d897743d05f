#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "data/arena.h"
#include "data/json_reserve.h"
#include "data/json_value.h"
#include "data/utf8.h"
#include "jaxl/secret.h"

enum {
    TEXT_LIMIT = 1 << 30,
    RESERVE_BASE = 8192, /* handle, state stack, first decode buffer of yajl */
    FIRST_TEXT = 1024,
    SCAN_MEMBERS = 64, /* up to here duplicates are found by looking, beyond by sorting */
    SEEN = 4,
    ARENA_PER_BYTE = 32,
    ARENA_BASE = 64 * 1024
};

struct level {
    struct jaxl_json *node, *last;
    uint64_t seen[SEEN]; /* a bit for each key so far, by hash: a clear bit proves a key is new */
};

struct jaxl_json_doc {
    struct jaxl_arena arena;
    struct jaxl_json_reserve reserve;
    yajl_handle yajl; /* NULL until needed and after an error */
    size_t max_text;
    struct jaxl_buf text; /* the text being read and the newline that completes it */
    struct jaxl_json *root;
    struct level levels[JAXL_JSON_DEPTH];
    size_t depth;
    char *key; /* of the member to come */
    size_t key_len;
    int code; /* why a callback stopped the parser */
    struct jaxl_error *err;
};

int jaxl_json_doc_new(struct jaxl_json_doc **out, size_t max_text)
{
    struct jaxl_json_doc *doc;

    *out = NULL;
    if (!max_text)
        max_text = JAXL_JSON_MAX;
    if (max_text > TEXT_LIMIT)
        return JAXL_EARG;
    doc = calloc(1, sizeof *doc);
    if (!doc)
        return JAXL_ENOMEM;
    doc->max_text = max_text;
    jaxl_arena_init(&doc->arena, max_text * ARENA_PER_BYTE + ARENA_BASE);
    jaxl_buf_init(&doc->text, max_text + 1);
    *out = doc;
    return 0;
}

void jaxl_json_doc_free(struct jaxl_json_doc **doc)
{
    if (!doc || !*doc)
        return;
    jaxl_arena_free(&(*doc)->arena);
    jaxl_json_reserve_free(&(*doc)->reserve);
    jaxl_buf_free(&(*doc)->text);
    free(*doc);
    *doc = NULL;
}

void jaxl_json_doc_wipe(struct jaxl_json_doc **doc)
{
    if (!doc || !*doc)
        return;
    jaxl_arena_wipe(&(*doc)->arena);
    jaxl_secret_wipe((*doc)->reserve.base, (*doc)->reserve.size);
    jaxl_buf_wipe(&(*doc)->text);
    jaxl_json_doc_free(doc);
}

void jaxl_json_doc_reset(struct jaxl_json_doc *doc)
{
    jaxl_arena_reset(&doc->arena);
    doc->root = NULL;
    doc->depth = 0;
    doc->key = NULL;
    doc->key_len = 0;
    doc->code = 0;
    doc->err = NULL;
}

/* Ends a parse from within a callback (0 is what stops yajl). */
static int stop(struct jaxl_json_doc *doc, int code, const char *why)
{
    doc->code = jaxl_error_set(doc->err, code, "%s", why);
    return 0;
}

static void *take(struct jaxl_json_doc *doc, size_t n)
{
    void *p = jaxl_arena_alloc(&doc->arena, n);

    if (!p)
        (void)stop(doc, doc->arena.failed, jaxl_error_name(doc->arena.failed));
    return p;
}

/* A new value in its place, with room for len bytes of text and a NUL behind it. */
static struct jaxl_json *add(struct jaxl_json_doc *doc, enum jaxl_json_type type, size_t room)
{
    struct level *level = doc->depth ? &doc->levels[doc->depth - 1] : NULL;
    struct jaxl_json *v;

    if (!level && doc->root) {
        (void)stop(doc, JAXL_EINPUT, "something follows the value");
        return NULL;
    }
    v = take(doc, sizeof *v + room);
    if (!v)
        return NULL;
    *v = (struct jaxl_json){.key = doc->key, .key_len = (uint32_t)doc->key_len, .type = type};
    doc->key = NULL;
    doc->key_len = 0;
    if (!level) {
        doc->root = v;
        return v;
    }
    if (level->last)
        level->last->next = v;
    else
        level->node->first = v;
    level->last = v;
    level->node->len++;
    return v;
}

static int add_text(struct jaxl_json_doc *doc, enum jaxl_json_type type, const char *text,
                    size_t len)
{
    struct jaxl_json *v = add(doc, type, len + 1);
    char *copy;

    if (!v)
        return 0;
    copy = (char *)(v + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    v->text = copy;
    v->len = (uint32_t)len;
    return 1;
}

static int on_null(void *ctx)
{
    return add(ctx, JAXL_JSON_NULL, 0) != NULL;
}

static int on_boolean(void *ctx, int value)
{
    struct jaxl_json *v = add(ctx, JAXL_JSON_BOOL, 0);

    if (!v)
        return 0;
    v->len = value != 0;
    return 1;
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
    return add_text(ctx, JAXL_JSON_STRING, (const char *)text, len);
}

/* True when a number overflows a double: its magnitude, leading digit first, is compared with
 * 2^1024 - 2^970, from which on rounding gives infinity (IEEE 754). No strtod: it follows the
 * locale. Too small a number rounds to zero and is fine. */
static bool overflows(const char *text, size_t len)
{
    static const char bound[] = "17976931348623158079";
    char digits[sizeof bound - 1];
    size_t n = 0, at = 0;
    int64_t exponent = -1, written = 0;
    bool point = false, negative;

    for (; at < len && text[at] != 'e' && text[at] != 'E'; at++) {
        if (text[at] == '.')
            point = true;
        if (text[at] < '0' || text[at] > '9')
            continue;
        if (n || text[at] != '0') {
            if (n < sizeof digits)
                digits[n++] = text[at];
            exponent += !point;
        } else {
            exponent -= point;
        }
    }
    negative = at + 1 < len && text[at + 1] == '-';
    for (; at < len && written < INT32_MAX; at++)
        if (text[at] >= '0' && text[at] <= '9')
            written = written * 10 + (text[at] - '0');
    exponent += negative ? -written : written;
    if (!n || exponent != 308)
        return n && exponent > 308;
    memset(digits + n, '0', sizeof digits - n);
    return memcmp(digits, bound, sizeof digits) >= 0;
}

static int on_number(void *ctx, const char *text, size_t len)
{
    bool plain = len < 300 && !memchr(text, 'e', len) && !memchr(text, 'E', len);

    if (!plain && overflows(text, len))
        return stop(ctx, JAXL_EINPUT, "a number outside the range of a double");
    return add_text(ctx, JAXL_JSON_NUMBER, text, len);
}

static int open_container(struct jaxl_json_doc *doc, enum jaxl_json_type type)
{
    struct jaxl_json *v;

    if (doc->depth == JAXL_JSON_DEPTH)
        return stop(doc, JAXL_ELIMIT, "nested too deeply");
    v = add(doc, type, 0);
    if (!v)
        return 0;
    doc->levels[doc->depth++] = (struct level){.node = v};
    return 1;
}

static int on_map(void *ctx)
{
    return open_container(ctx, JAXL_JSON_OBJECT);
}

static int on_array(void *ctx)
{
    return open_container(ctx, JAXL_JSON_ARRAY);
}

static int on_array_end(void *ctx)
{
    struct jaxl_json_doc *doc = ctx;

    doc->depth--;
    return 1;
}

static int duplicate(struct jaxl_json_doc *doc, const char *key, size_t len)
{
    doc->code = jaxl_error_set(doc->err, JAXL_EINPUT, "duplicate key \"%.*s\"",
                               (int)(len < 64 ? len : 64), key);
    return 0;
}

/* Whether an object already has the key. Beyond SCAN_MEMBERS the end of the object finds out. */
static bool has_key(struct level *level, const char *key, size_t len)
{
    size_t hash = len ? len * 31 + (unsigned char)key[0] * 7u + (unsigned char)key[len / 2] * 13u +
                            (unsigned char)key[len - 1]
                      : 0;
    uint64_t bit = UINT64_C(1) << (hash & 63), *seen = &level->seen[hash >> 6 & (SEEN - 1)];

    if (level->node->len > SCAN_MEMBERS)
        return false;
    if (!(*seen & bit)) {
        *seen |= bit;
        return false;
    }
    for (const struct jaxl_json *m = level->node->first; m; m = m->next)
        if (m->key_len == len && !memcmp(m->key, key, len))
            return true;
    return false;
}

static int set_key(struct jaxl_json_doc *doc, const char *key, size_t len)
{
    doc->key = take(doc, len + 1);
    if (!doc->key)
        return 0;
    memcpy(doc->key, key, len);
    doc->key[len] = '\0';
    doc->key_len = len;
    return 1;
}

static int on_key(void *ctx, const unsigned char *bytes, size_t len)
{
    struct jaxl_json_doc *doc = ctx;
    const char *key = (const char *)bytes;

    if (has_key(&doc->levels[doc->depth - 1], key, len))
        return duplicate(doc, key, len);
    if (memchr(key, '\0', len))
        return stop(doc, JAXL_EINPUT, "NUL in a key");
    return set_key(doc, key, len);
}

static int by_key(const void *a, const void *b)
{
    const struct jaxl_json *x = *(const struct jaxl_json *const *)a;
    const struct jaxl_json *y = *(const struct jaxl_json *const *)b;

    if (x->key_len != y->key_len)
        return x->key_len < y->key_len ? -1 : 1;
    return memcmp(x->key, y->key, x->key_len);
}

static int on_map_end(void *ctx)
{
    struct jaxl_json_doc *doc = ctx;
    const struct jaxl_json *object = doc->levels[--doc->depth].node, **sorted;
    size_t n = 0;

    if (object->len <= SCAN_MEMBERS)
        return 1;
    sorted = take(doc, object->len * sizeof(void *));
    if (!sorted)
        return 0;
    for (const struct jaxl_json *m = object->first; m; m = m->next)
        sorted[n++] = m;
    qsort(sorted, n, sizeof(void *), by_key);
    for (size_t i = 1; i < n; i++)
        if (!by_key(&sorted[i - 1], &sorted[i]))
            return duplicate(doc, sorted[i]->key, sorted[i]->key_len);
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_map_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

/* A \u escape of D8 to DB (high) or DC to DF (low), as third says, at s. */
static bool is_surrogate(const char *s, const char *end, const char *third)
{
    return end - s >= 6 && s[0] == '\\' && s[1] == 'u' && (s[2] == 'd' || s[2] == 'D') && s[3] &&
           strchr(third, s[3]);
}

/* The offset of the first escaped surrogate that is not in a pair, or len. */
static size_t lone_surrogate(const char *text, size_t len)
{
    static const char high[] = "89abAB", low[] = "cdefCDEF";
    const char *end = text + len, *s = text;

    while (s < end && (s = memchr(s, '\\', (size_t)(end - s)))) {
        if (is_surrogate(s, end, high) && is_surrogate(s + 6, end, low))
            s += 12;
        else if (is_surrogate(s, end, high) || is_surrogate(s, end, low))
            return (size_t)(s - text);
        else
            s += 2;
    }
    return len;
}

static int at_byte(struct jaxl_error *err, int code, size_t offset)
{
    return jaxl_error_prefix(err, code, "byte %zu", offset + 1);
}

/* What yajl would let through and can be seen before it runs. */
static int check_text(const struct jaxl_json_doc *doc, const char *text, size_t len,
                      struct jaxl_error *err)
{
    size_t valid, lone;

    if (len > doc->max_text)
        return jaxl_error_set(err, JAXL_ELIMIT, "JSON text of %zu bytes: the limit is %zu", len,
                              doc->max_text);
    valid = jaxl_utf8_span(text, len);
    if (valid < len)
        return at_byte(err, jaxl_error_set(err, JAXL_EINPUT, "invalid UTF-8"), valid);
    lone = lone_surrogate(text, len);
    if (lone < len)
        return at_byte(err, jaxl_error_set(err, JAXL_EINPUT, "half of a surrogate pair"), lone);
    return 0;
}

/* Copies the text, with the newline that tells yajl that a number has ended, and makes room for
 * whatever yajl may allocate for it: of its buffers only the one for decoded strings grows, to
 * less than twice the longest string, and in place because it is the last. */
static int prepare(struct jaxl_json_doc *doc, const char *text, size_t len)
{
    size_t need = RESERVE_BASE + 2 * len;

    jaxl_buf_reset(&doc->text);
    if (jaxl_buf_reserve(&doc->text, len + 1))
        return doc->text.failed;
    jaxl_buf_add(&doc->text, text, len);
    jaxl_buf_putc(&doc->text, '\n');
    if (doc->yajl && need <= doc->reserve.size)
        return 0;
    doc->yajl = NULL;
    return jaxl_json_reserve_make(&doc->reserve, need <= doc->reserve.size ? need : 2 * need);
}

/* yajl's own words, without the newline. */
static void explain(struct jaxl_json_doc *doc)
{
    char *words = (char *)yajl_get_error(doc->yajl, 0, NULL, 0);

    words[strcspn(words, "\n")] = '\0';
    doc->code = jaxl_error_set(doc->err, JAXL_EINPUT, "%s", words);
}

/* Runs the parser over the prepared text. Sets doc->code. */
static void run(struct jaxl_json_doc *doc)
{
    yajl_alloc_funcs funcs = jaxl_json_reserve_funcs(&doc->reserve);

    if (setjmp(doc->reserve.exhausted)) {
        doc->yajl = NULL;
        (void)stop(doc, JAXL_ELIMIT, "needs more memory than was reserved");
        return;
    }
    if (!doc->yajl) {
        doc->yajl = yajl_alloc(&callbacks, &funcs, doc);
        yajl_config(doc->yajl, yajl_allow_multiple_values, 1);
        yajl_config(doc->yajl, yajl_dont_validate_strings, 1);
    }
    if (yajl_parse(doc->yajl, (unsigned char *)doc->text.data, doc->text.len) == yajl_status_error)
        explain(doc);
}

/* After an error the handle is of no more use; its memory stays for the next one. */
static int failed(struct jaxl_json_doc *doc, int code)
{
    doc->yajl = NULL;
    jaxl_json_doc_reset(doc);
    return code;
}

int jaxl_json_parse(struct jaxl_json_doc *doc, const char *text, size_t len,
                    const struct jaxl_json **root, struct jaxl_error *err)
{
    int rc;

    *root = NULL;
    jaxl_json_doc_reset(doc);
    rc = check_text(doc, text, len, err);
    if (rc)
        return rc;
    rc = prepare(doc, text, len);
    if (rc)
        return jaxl_error_set(err, rc, "JSON text of %zu bytes: %s", len, jaxl_error_name(rc));
    doc->err = err;
    run(doc);
    doc->err = NULL;
    if (doc->code) {
        size_t used = doc->yajl ? yajl_get_bytes_consumed(doc->yajl) : 1;
        return failed(doc, at_byte(err, doc->code, used ? used - 1 : 0)); /* last seen */
    }
    if (!doc->root || doc->depth)
        return failed(doc, jaxl_error_set(err, JAXL_EINPUT,
                                          doc->root ? "the JSON text ends early" : "no JSON text"));
    *root = doc->root;
    return 0;
}

static bool is_named(const struct jaxl_json *m, const char *name, size_t len)
{
    return m->key_len == len && !memcmp(m->key, name, len);
}

int jaxl_json_rename(struct jaxl_json_doc *doc, const struct jaxl_json_rename *names, size_t n,
                     struct jaxl_error *err)
{
    for (struct jaxl_json *m = doc->root->first; m; m = m->next) {
        size_t i = 0, taken = 0;
        while (i < n && !is_named(m, names[i].from, names[i].from_len))
            i++;
        while (i == n && taken < n && !is_named(m, names[taken].to, names[taken].to_len))
            taken++;
        if (i == n && taken < n)
            return jaxl_error_set(err, JAXL_EINPUT,
                                  "it has a \"%s\", which is to be read from \"%s\"",
                                  names[taken].to, names[taken].from);
        if (i < n) {
            m->key = names[i].to;
            m->key_len = (uint32_t)names[i].to_len;
        }
    }
    return 0;
}

int jaxl_json_build(struct jaxl_json_doc *doc, const struct jaxl_json **root)
{
    if (!open_container(doc, JAXL_JSON_OBJECT))
        return doc->code;
    *root = doc->root;
    return 0;
}

int jaxl_json_build_string(struct jaxl_json_doc *doc, const char *key, size_t key_len,
                           const char *text, size_t len)
{
    if (len > doc->max_text)
        return JAXL_ELIMIT;
    if (!set_key(doc, key, key_len) || !add_text(doc, JAXL_JSON_STRING, text, len))
        return doc->code;
    return 0;
}
