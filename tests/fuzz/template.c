/* A template, a NUL byte, a record. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct jaxl_json_doc *doc;
    const char *text = (const char *)data, *nul = size ? memchr(text, '\0', size) : NULL;
    size_t len = nul ? (size_t)(nul - text) : size;
    const struct jaxl_json *record = NULL;
    struct jaxl_template *t;
    struct jaxl_buf out;
    struct jaxl_error err;
    int rc;

    if (!doc)
        FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    if (nul)
        (void)jaxl_json_parse(doc, nul + 1, size - len - 1, &record, NULL);
    rc = jaxl_template_new(&t, text, len, &err);
    FUZZ_CHECK(rc == 0 || ((rc == JAXL_EARG || rc == JAXL_ELIMIT) && !t && err.message[0]));
    if (rc)
        return 0;
    jaxl_buf_init(&out, 4096);
    jaxl_buf_puts(&out, ">");
    rc = jaxl_template_render(t, record, &out, &err);
    FUZZ_CHECK(rc == 0 || rc == JAXL_EINPUT || rc == JAXL_ELIMIT);
    FUZZ_CHECK(!jaxl_template_constant(t) || rc != JAXL_EINPUT);
    FUZZ_CHECK(rc == 0 || !strcmp(out.data, ">"));
    jaxl_buf_free(&out);
    jaxl_template_free(&t);
    return 0;
}
