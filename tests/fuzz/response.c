/* Any JSON as an answer to the platform: what is taken has a normal form, which is that of itself;
 * of what is not, one line says why. */
#include <string.h>

#include "events/response.h"
#include "fuzz.h"

static int check(struct jaxl_json_doc *doc, const char *text, size_t len, struct jaxl_buf *out,
                 struct jaxl_error *err)
{
    const struct jaxl_json *root;

    if (jaxl_json_parse(doc, text, len, &root, NULL))
        return JAXL_EPROTO;
    return jaxl_response_check(root, out, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_json_doc *doc;
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf first, second;
    int rc;

    FUZZ_CHECK(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) == 0);
    FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    jaxl_buf_init(&first, JAXL_RESPONSE_MAX);
    jaxl_buf_init(&second, JAXL_RESPONSE_MAX);
    rc = check(doc, (const char *)data, size, &first, &err);
    FUZZ_CHECK(rc == 0 || rc == JAXL_EPROTO || rc == JAXL_EINPUT || rc == JAXL_EEND);
    if (rc == JAXL_EINPUT || rc == JAXL_EEND)
        FUZZ_CHECK(err.code == rc && *err.message && !strchr(err.message, '\n') && !first.len);
    if (rc == 0) {
        FUZZ_CHECK(check(doc, first.data, first.len, &second, &err) == 0);
        FUZZ_CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    }
    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&first);
    jaxl_buf_free(&second);
    return 0;
}
