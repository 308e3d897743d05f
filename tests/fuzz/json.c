/* Any bytes as a JSON text: what is read is written, read again, and written the same. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/json.h"

enum { MAX_OUT = 16 * 1024 * 1024 };

static void write_text(struct jaxl_buf *out, const struct jaxl_json *v)
{
    struct jaxl_json_writer *w;

    jaxl_buf_reset(out);
    FUZZ_CHECK(jaxl_json_writer_new(&w, out) == 0);
    jaxl_json_write_value(w, v);
    FUZZ_CHECK(jaxl_json_writer_check(w, NULL) == 0);
    jaxl_json_writer_free(&w);
}

static void look_around(const struct jaxl_json *v)
{
    size_t n = 0;
    int64_t number;

    for (const struct jaxl_json *m = jaxl_json_first(v); m; m = jaxl_json_next(m)) {
        const char *key = jaxl_json_key(m, NULL);
        FUZZ_CHECK(key ? jaxl_json_get(v, key) == m : jaxl_json_at(v, n) == m);
        (void)jaxl_json_find(m, "a.0.b");
        (void)jaxl_json_int(m, &number);
        n++;
    }
    FUZZ_CHECK(n == jaxl_json_count(v));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct jaxl_json_doc *doc; /* kept, as a program keeps it */
    const struct jaxl_json *root;
    struct jaxl_buf first, second;
    struct jaxl_error err;

    if (!doc)
        FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    if (jaxl_json_parse(doc, (const char *)data, size, &root, &err)) {
        FUZZ_CHECK(err.code == JAXL_EINPUT || err.code == JAXL_ELIMIT);
        FUZZ_CHECK(!root && err.message[0]);
        return 0;
    }
    look_around(root);
    jaxl_buf_init(&first, MAX_OUT);
    jaxl_buf_init(&second, MAX_OUT);
    write_text(&first, root);
    FUZZ_CHECK(jaxl_json_parse(doc, first.data, first.len, &root, NULL) == 0);
    write_text(&second, root);
    FUZZ_CHECK(first.len == second.len && !memcmp(first.data, second.data, first.len));
    jaxl_buf_free(&first);
    jaxl_buf_free(&second);
    return 0;
}
