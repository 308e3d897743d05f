/* An action record: read, or refused with a reason; what is kept of one is read as the same again,
 * and has nothing that its result says anew. */
#include <string.h>

#include "events/control_action.h"
#include "fuzz.h"

enum { NOW = 1000000 };

/* Prompts and sounds go to modules and files, which are not this target's affair. */
static bool goes_elsewhere(const struct jaxl_json *record)
{
    return jaxl_json_get(record, "prompt") || jaxl_json_get(record, "file");
}

static void check_rest(struct jaxl_control_tools *t, const struct jaxl_control_action *a)
{
    static const char *const ours[] = {"action", "call_id", "result", "http_status",
                                       "reason", "at",      "answer"};
    struct jaxl_control_action *again;
    const struct jaxl_json *rest;
    struct jaxl_json_doc *doc;
    char text[256];
    struct jaxl_buf whole;

    FUZZ_CHECK(jaxl_json_doc_new(&doc, JAXL_CONTROL_ACTION_MAX) == 0);
    FUZZ_CHECK(jaxl_json_parse(doc, a->rest, a->len, &rest, NULL) == 0);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        FUZZ_CHECK(!jaxl_json_get(rest, ours[i]));
    snprintf(text, sizeof text, "{\"action\":\"%s\",\"call_id\":%lld%s", a->row->name,
             (long long)a->call, a->len > 2 ? "," : "");
    jaxl_buf_init(&whole, 2 * JAXL_CONTROL_ACTION_MAX);
    jaxl_buf_puts(&whole, text);
    jaxl_buf_add(&whole, a->rest + 1, a->len - 1);
    FUZZ_CHECK(jaxl_json_parse(doc, whole.data, whole.len, &rest, NULL) == 0);
    FUZZ_CHECK(jaxl_control_action_read(t, rest, NOW, &again, NULL) == 0);
    FUZZ_CHECK(again->row == a->row && again->call == a->call && again->states == a->states &&
               again->delay == a->delay && again->expires == a->expires &&
               again->expiry == a->expiry && again->live == a->live && again->len == a->len &&
               memcmp(again->rest, a->rest, a->len) == 0);
    FUZZ_CHECK(jaxl_control_action_cells(t, a, NULL) == 0);
    jaxl_buf_free(&whole);
    free(again);
    jaxl_json_doc_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct jaxl_control_tools t;
    static struct jaxl_json_doc *doc;
    struct jaxl_control_action *a;
    const struct jaxl_json *record;
    struct jaxl_error err = {.message = ""};
    int rc;

    if (!doc) { /* kept from input to input, as in a run */
        FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
        FUZZ_CHECK(jaxl_control_tools_init(&t, NULL) == 0);
    }
    if (jaxl_json_parse(doc, (const char *)data, size, &record, NULL) || goes_elsewhere(record))
        return 0;
    rc = jaxl_control_action_read(&t, record, NOW, &a, &err);
    FUZZ_CHECK(rc == 0 || (rc == JAXL_EINPUT && !a && err.message[0]));
    FUZZ_CHECK(rc || a->call > 0);
    if (!rc)
        check_rest(&t, a);
    free(a);
    return 0;
}
