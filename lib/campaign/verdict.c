#include "campaign/verdict.h"

/* HTTP statuses and what they mean when a call was to be placed; the first row that holds counts.
 * 502, 503 and 504 are unknown too: something behind the gateway may have placed the call. */
static const struct {
    int from, to;
    enum jaxl_verdict_kind kind;
} table[] = {
    {200, 299, JAXL_VERDICT_SUBMITTED}, /* when the body bears it out */
    {300, 399, JAXL_VERDICT_REFUSED},   /* never followed, so nothing was asked for */
    {401, 403, JAXL_VERDICT_HALT},      {429, 429, JAXL_VERDICT_THROTTLED},
    {400, 499, JAXL_VERDICT_REFUSED},
};

static enum jaxl_verdict_kind kind_of(bool sent, int status)
{
    if (!sent)
        return JAXL_VERDICT_NOT_SENT;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (status >= table[i].from && status <= table[i].to)
            return table[i].kind;
    return JAXL_VERDICT_UNKNOWN;
}

/* The platform's words, from the members that carry them (protocol.md: reason, message). */
static const char *reason_of(const struct jaxl_json *root)
{
    static const char *const members[] = {"reason", "message", "detail", "error"};

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *text = jaxl_json_string(jaxl_json_get(root, members[i]), "");
        if (*text)
            return text;
    }
    return "";
}

/* The id in call_id and in call.id: where both are said they must agree. 0 for none, -1 for one
 * that cannot be read. */
static int64_t call_id_of(const struct jaxl_json *root)
{
    const struct jaxl_json *outer = jaxl_json_get(root, "call_id");
    const struct jaxl_json *inner = jaxl_json_get(jaxl_json_get(root, "call"), "id");
    int64_t a = 0, b = 0;

    if (!jaxl_json_is_null(outer) && (jaxl_json_int(outer, &a) || a <= 0))
        return -1;
    if (!jaxl_json_is_null(inner) && (jaxl_json_int(inner, &b) || b <= 0))
        return -1;
    if (a && b && a != b)
        return -1;
    return a ? a : b;
}

static enum jaxl_verdict_kind read_success(const struct jaxl_json *root, struct jaxl_verdict *out)
{
    const struct jaxl_json *call = jaxl_json_get(root, "call");
    int64_t id = call_id_of(root);

    if (id > 0) {
        out->call_id = id;
        out->call = jaxl_json_is_null(call) ? NULL : call;
        return JAXL_VERDICT_SUBMITTED;
    }
    if (id == 0 && jaxl_json_is_null(call) && out->reason[0])
        return JAXL_VERDICT_REFUSED;
    return JAXL_VERDICT_UNKNOWN;
}

void jaxl_verdict_read(bool sent, int status, const char *body, size_t len,
                       struct jaxl_json_doc *doc, struct jaxl_verdict *out)
{
    const struct jaxl_json *root = NULL;

    *out = (struct jaxl_verdict){.kind = kind_of(sent, status), .reason = ""};
    if (len == 0 || jaxl_json_parse(doc, body, len, &root, NULL) ||
        jaxl_json_type(root) != JAXL_JSON_OBJECT)
        root = NULL;
    if (out->kind == JAXL_VERDICT_SUBMITTED) {
        out->reason = jaxl_json_string(jaxl_json_get(root, "reason"), "");
        out->kind = root ? read_success(root, out) : JAXL_VERDICT_UNKNOWN;
    } else if (root) {
        out->reason = reason_of(root);
    }
}
