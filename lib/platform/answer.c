#include <stdlib.h>
#include <string.h>

#include "jaxl/answer.h"
#include "jaxl/secret.h"
#include "platform/session_impl.h"

void jaxl_answer_free(struct jaxl_answer *a)
{
    if (!a)
        return;
    /* it may hold the signed total */
    if (a->text)
        jaxl_secret_wipe(a->text, a->len);
    free(a->text);
    jaxl_json_doc_wipe(&a->doc);
    *a = (struct jaxl_answer){.done = a->done, .again = a->again, .arg = a->arg};
}

/* The request went through and the answer says nothing: what may have happened decides. */
static int unreadable(const struct jaxl_endpoint_row *row, int status, struct jaxl_error *err)
{
    int code = row->idempotent ? JAXL_EPROTO : JAXL_EUNKNOWN;

    (void)jaxl_error_set(err, code, "%s %s: the answer is not JSON%s", row->method, row->path,
                         row->idempotent ? "" : " (it may have been carried out)");
    if (err) {
        err->status = status;
        err->retry_safe = row->idempotent;
    }
    return code;
}

static int read(struct jaxl_answer *a, const struct jaxl_endpoint_row *row, struct jaxl_error *err)
{
    int rc;

    if (row->answer == JAXL_ANSWER_BYTES || (row->answer == JAXL_ANSWER_ANY && a->len == 0))
        return 0;
    rc = jaxl_json_doc_new(&a->doc, JAXL_ANSWER_MAX);
    if (!rc)
        rc = jaxl_json_parse(a->doc, a->text, a->len, &a->value, NULL);
    if (!rc)
        return 0;
    a->value = NULL;
    return rc == JAXL_ENOMEM ? jaxl_error_set(err, rc, "an answer: out of memory")
                             : unreadable(row, a->status, err);
}

static int wait_for(struct jaxl_session *s, const struct jaxl_request *request,
                    struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_endpoint_row *row =
        request->row ? request->row : jaxl_session_row(s, request->endpoint);
    struct jaxl_session_answer answer;
    int rc = jaxl_session_ask(s, request, JAXL_SESSION_FULL, &answer, err);

    a->status = answer.status;
    a->server_skew = answer.server_skew;
    if (!rc && answer.outcome != JAXL_OUTCOME_OK) {
        rc = answer.error.code;
        if (err)
            *err = answer.error;
    } else if (!rc) {
        a->len = answer.body.len;
        a->text = jaxl_buf_take(&answer.body);
        rc = a->text ? read(a, row, err)
                     : jaxl_error_set(err, JAXL_ENOMEM, "an answer: out of memory");
    }
    jaxl_buf_free(&answer.body);
    return rc;
}

int jaxl_answer_ask(struct jaxl_session *s, const struct jaxl_request *request,
                    struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_request queued = *request;
    struct jaxl_answer dropped = {0};
    int rc;

    if (a && a->done) {
        queued.done = a->done;
        queued.again = a->again;
        queued.arg = a->arg;
        return jaxl_session_send(s, &queued, err);
    }
    jaxl_answer_free(a);
    rc = jaxl_session_open(s, err);
    if (!rc)
        rc = wait_for(s, request, a ? a : &dropped, err);
    jaxl_answer_free(&dropped);
    return rc;
}

bool jaxl_answer_next(const struct jaxl_json *answer, struct jaxl_page *page)
{
    size_t n = jaxl_json_count(jaxl_json_get(answer, "results"));

    if (n == 0 || jaxl_json_is_null(jaxl_json_get(answer, "next")))
        return false;
    page->offset += (int64_t)n;
    return true;
}
