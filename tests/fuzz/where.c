/* A comparison, a NUL byte, and a value: what it says, and that its opposite says the opposite. */
#include <string.h>

#include "data/utf8.h"
#include "data/where.h"
#include "fuzz.h"

/* Of < and >=, say, just one is true; of a value that is there. */
static void opposites(const char *value, const char *text, size_t len)
{
    static const char *const pairs[][2] = {{"=", "!="}, {"<", ">="}, {">", "<="}};
    char comparison[2][512];

    for (int i = 0; i < 3; i++) {
        struct jaxl_where *w[2] = {NULL, NULL};
        bool is[2];
        for (int k = 0; k < 2; k++) {
            snprintf(comparison[k], sizeof comparison[k], "x%s %s", pairs[i][k], value);
            FUZZ_CHECK(jaxl_where_new(&w[k], comparison[k], NULL) == 0);
            is[k] = jaxl_where_test(w[k], text, len);
            jaxl_where_free(&w[k]);
        }
        FUZZ_CHECK(is[0] != is[1]);
    }
}

static void patterns(const char *value, const char *text, size_t len)
{
    char comparison[2][512];
    struct jaxl_where *yes, *no;
    bool found;

    snprintf(comparison[0], sizeof comparison[0], "x=~%s", value);
    snprintf(comparison[1], sizeof comparison[1], "x!~%s", value);
    if (jaxl_where_new(&yes, comparison[0], NULL))
        return;
    FUZZ_CHECK(jaxl_where_new(&no, comparison[1], NULL) == 0);
    found = jaxl_where_test(yes, text, len);
    FUZZ_CHECK(jaxl_where_check(yes, NULL) || found != jaxl_where_test(no, text, len));
    FUZZ_CHECK(!found || jaxl_utf8_span(text, len) == len);
    jaxl_where_free(&yes);
    jaxl_where_free(&no);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *value = (const char *)data;
    size_t len = strnlen(value, size < 255 ? size : 255);
    char text[256];
    struct jaxl_where *w;
    struct jaxl_error err = {.message = ""};
    int rc;

    memcpy(text, data, len);
    text[len] = '\0';
    value += len + (len < size);
    size -= len + (len < size);
    rc = jaxl_where_new(&w, text, &err);
    FUZZ_CHECK(rc == 0 || ((rc == JAXL_EARG || rc == JAXL_ELIMIT) && !w && err.message[0]));
    if (rc == 0) {
        FUZZ_CHECK(*jaxl_where_field(w));
        (void)jaxl_where_test(w, value, size);
        (void)jaxl_where_test(w, NULL, 0);
        jaxl_where_free(&w);
    }
    if (size && jaxl_utf8_span(text, len) == len && text[strspn(text, " \t")]) {
        opposites(text, value, size);
        patterns(text, value, size);
    }
    return 0;
}
