#include "campaign/verdict.h"
#include "jaxl/calls.h"

/* HTTP statuses and what they mean when a call was to be placed; the first row that holds counts.
 * All others are unknown: a 303 may lead to the call, and behind the gateway of a 502, 503 or 504
 * something may have placed it. */
static const struct {
    int from, to;
    enum jaxl_verdict_kind kind;
} table[] = {
    {200, 299, JAXL_VERDICT_SUBMITTED}, /* when the body bears it out */
    {307, 308, JAXL_VERDICT_REFUSED},   /* to be asked elsewhere, which never happens */
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

static enum jaxl_verdict_kind read_success(const struct jaxl_json *root, struct jaxl_verdict *out)
{
    struct jaxl_calls_token token;
    int code = jaxl_calls_token_read(root, &token, NULL);

    out->reason = token.reason ? token.reason : "";
    if (code)
        return JAXL_VERDICT_UNKNOWN;
    out->call_id = token.call_id;
    out->call = token.call;
    out->balance = token.balance;
    return token.call_id ? JAXL_VERDICT_SUBMITTED : JAXL_VERDICT_REFUSED;
}

void jaxl_verdict_read(bool sent, int status, const char *body, size_t len,
                       struct jaxl_json_doc *doc, struct jaxl_verdict *out)
{
    const struct jaxl_json *root = NULL;

    *out = (struct jaxl_verdict){.kind = kind_of(sent, status), .reason = ""};
    if (len == 0 || jaxl_json_parse(doc, body, len, &root, NULL))
        root = NULL;
    if (out->kind == JAXL_VERDICT_SUBMITTED)
        out->kind = read_success(root, out);
    else
        out->reason = reason_of(root);
}
