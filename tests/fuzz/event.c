/* The body of a webhook as an event: its record parses again, holds all that came in, and fields of
 * the event are those of the record. */
#include <string.h>

#include "data/json_value.h"
#include "fuzz.h"
#include "jaxl/event.h"

static const char *const taken[] = {"call_id",   "from_number", "to_number",
                                    "direction", "metadata",    "campaign_id"};
static const char *const known[] = {"pk", "event", "option", "data", "mark", "state"};
static const char *const own[] = {"id",       "event",       "call_id",     "ivr",   "from",
                                  "to",       "direction",   "option",      "data",  "mark",
                                  "metadata", "campaign_id", "received_at", "state", "duplicate"};

static bool among(const char *name, const char *const *names, size_t n)
{
    while (n--)
        if (strcmp(name, names[n]) == 0)
            return true;
    return false;
}
#define AMONG(name, names) among(name, names, sizeof(names) / sizeof(names)[0])

static bool equal(const struct jaxl_json *a, const struct jaxl_json *b)
{
    const struct jaxl_json *x = jaxl_json_first(a), *y = jaxl_json_first(b);
    size_t n = 0, m = 0;
    const char *text = jaxl_json_text(a, &n), *other = jaxl_json_text(b, &m);

    if (jaxl_json_type(a) != jaxl_json_type(b) || jaxl_json_bool(a) != jaxl_json_bool(b))
        return false;
    if (text)
        return n == m && memcmp(text, other, n) == 0;
    for (; x && y; x = jaxl_json_next(x), y = jaxl_json_next(y)) {
        const char *key = jaxl_json_key(x, &n), *same = jaxl_json_key(y, &m);
        if (n != m || (n && memcmp(key, same, n) != 0) || !equal(x, y))
            return false;
    }
    return !x && !y;
}

/* Where a member of the body that has a name of the record's is to be found in its state. */
static const struct jaxl_json *moved(const struct jaxl_json *state, const struct jaxl_json *in,
                                     const char *name)
{
    size_t len = strlen(name), n = len;
    char *key = malloc(len + jaxl_json_count(state) + 2);
    const struct jaxl_json *v;

    FUZZ_CHECK(key);
    memcpy(key, name, len + 1);
    while (jaxl_json_get(in, key) && !AMONG(key, taken)) {
        key[n++] = '_';
        key[n] = '\0';
    }
    v = jaxl_json_get(state, key);
    free(key);
    return v;
}

/* All that came in is in the record, and nothing else. */
static void holds(const struct jaxl_json *body, const struct jaxl_json *record)
{
    const struct jaxl_json *in = jaxl_json_get(body, "state"), *state;
    size_t n = 14, inside = 0;

    state = jaxl_json_get(record, "state");
    for (const struct jaxl_json *m = jaxl_json_first(body); m; m = jaxl_json_next(m)) {
        const char *name = jaxl_json_key(m, NULL);
        if (AMONG(name, known))
            continue;
        if (AMONG(name, own)) {
            FUZZ_CHECK(equal(m, moved(state, in, name)));
            inside++;
        } else {
            FUZZ_CHECK(equal(m, jaxl_json_get(record, name)));
            n++;
        }
    }
    for (const struct jaxl_json *m = jaxl_json_first(in); m; m = jaxl_json_next(m)) {
        const char *name = jaxl_json_key(m, NULL);
        if (AMONG(name, taken))
            continue;
        FUZZ_CHECK(equal(m, jaxl_json_get(state, name)));
        inside++;
    }
    FUZZ_CHECK(jaxl_json_count(record) ==
               n + !jaxl_json_is_null(jaxl_json_get(record, "duplicate")));
    FUZZ_CHECK(jaxl_json_count(state) == inside);
    FUZZ_CHECK(equal(jaxl_json_get(body, "pk"), jaxl_json_get(record, "ivr")));
    FUZZ_CHECK(equal(jaxl_json_get(in, "call_id"), jaxl_json_get(record, "call_id")));
    FUZZ_CHECK(equal(jaxl_json_get(in, "metadata"), jaxl_json_get(record, "metadata")));
}

static void same_field(const struct jaxl_event *e, const struct jaxl_json *record, const char *path)
{
    const struct jaxl_json *v = jaxl_json_find(record, path);
    size_t len = 0, n = 0;
    const char *text = jaxl_json_text(v, &len), *found;
    char scratch[32];

    if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
        text = jaxl_json_bool(v) ? "true" : "false";
        len = strlen(text);
    }
    found = jaxl_event_field(e, path, strlen(path), scratch, &n);
    FUZZ_CHECK(!found == !text && (!text || (n == len && memcmp(text, found, n) == 0)));
}

static void fields(const struct jaxl_event *e, const struct jaxl_json *record,
                   const struct jaxl_json *in, const char *before)
{
    for (const struct jaxl_json *m = jaxl_json_first(in); m; m = jaxl_json_next(m)) {
        const char *name = jaxl_json_key(m, NULL);
        char path[256];
        if (snprintf(path, sizeof path, "%s%s", before, name) >= (int)sizeof path - 1)
            continue;
        same_field(e, record, path);
        strcat(path, ".");
        same_field(e, record, path);
        if (strlen(before) < 64)
            fields(e, record, m, path);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_json_doc *docs[2];
    const struct jaxl_json *body, *record;
    struct jaxl_error err = {.message = ""};
    struct jaxl_event e;
    struct jaxl_buf out;
    bool deleted = size && data[0] == ' ';
    int rc;

    jaxl_buf_init(&out, 16 << 20);
    for (int i = 0; i < 2; i++)
        FUZZ_CHECK(jaxl_json_doc_new(&docs[i], 4 << 20) == 0);
    rc = jaxl_json_parse(docs[0], (const char *)data, size, &body, NULL);
    if (!rc)
        rc = jaxl_event_read(&e, body, deleted, &err);
    if (!rc) {
        strcpy(e.id, "e1");
        e.received = (int64_t)size * 1000003;
        e.duplicate = size & 1;
        jaxl_event_write(&e, &out);
        FUZZ_CHECK(!out.failed && out.data[out.len - 1] == '\n');
        FUZZ_CHECK(jaxl_json_parse(docs[1], out.data, out.len, &record, NULL) == 0);
        FUZZ_CHECK(!memchr(out.data, '\n', out.len - 1));
        holds(body, record);
        fields(&e, record, record, "");
        fields(&e, record, body, "");
        fields(&e, record, body, "state.");
        FUZZ_CHECK((e.kind == JAXL_EVENT_CONFIGURE) == !e.call_id);
        FUZZ_CHECK(!deleted || e.kind == JAXL_EVENT_TEARDOWN);
    }
    for (int i = 0; i < 2; i++)
        jaxl_json_doc_free(&docs[i]);
    jaxl_buf_free(&out);
    return 0;
}
