/* Records of both sides, a line each; those of ours begin with '<'. Each is taken or refused, and
 * what is found adds up. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/reconcile.h"

static int count(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *finding;

    FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    FUZZ_CHECK(jaxl_json_parse(doc, json, len, &finding, err) == 0);
    FUZZ_CHECK(jaxl_json_count(finding) == 13);
    jaxl_json_doc_free(&doc);
    ++*(uint64_t *)ctx;
    return 0;
}

/* Gives the lines of one side; how many were taken. */
static uint64_t give(struct jaxl_reconciler *r, struct jaxl_json_doc *doc, const char *text,
                     size_t size, bool ours)
{
    uint64_t taken = 0;

    for (const char *end = text + size; text < end;) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t len = (size_t)((newline ? newline : end) - text);
        const struct jaxl_json *record;
        struct jaxl_error err = {0};
        bool mine = len && *text == '<';
        if (mine == ours && jaxl_json_parse(doc, text + mine, len - mine, &record, NULL) == 0) {
            int rc = ours ? jaxl_reconcile_ours(r, record, &err)
                          : jaxl_reconcile_theirs(r, record, &err);
            FUZZ_CHECK(rc == 0 || ((rc == JAXL_EINPUT || rc == JAXL_ELIMIT) && *err.message));
            taken += rc == 0;
        }
        text += len + 1;
    }
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct jaxl_reconcile_options options = {INT64_C(1790812800000000),
                                                   INT64_C(1793491200000000), 0};
    struct jaxl_reconcile_totals t;
    struct jaxl_reconciler *r;
    struct jaxl_json_doc *doc;
    uint64_t told = 0, ours, theirs;

    FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0 && jaxl_reconcile_new(&r, &options, NULL) == 0);
    ours = give(r, doc, (const char *)data, size, true);
    theirs = give(r, doc, (const char *)data, size, false);
    FUZZ_CHECK(jaxl_reconcile_finish(r, count, &told, &t, NULL) == 0);
    FUZZ_CHECK(told == t.only_ours + t.only_theirs + t.cost + t.duration + t.disposition +
                           t.resolved + t.unknown + t.duplicates);
    FUZZ_CHECK(t.ours + t.theirs + t.boundary + t.outside + t.repeats + t.nobody + t.other ==
               ours + theirs);
    FUZZ_CHECK(t.agree <= t.pairs && t.pairs <= t.ours && t.pairs <= t.theirs);
    jaxl_reconcile_free(&r);
    jaxl_json_doc_free(&doc);
    return 0;
}
