#include "platform/work.h"

#include "jaxl/clock.h"

enum { CONNECTIONS = 16 };
#define TURN (500 * JAXL_MSEC)

int jaxl_work_init(struct jaxl_work *w, struct jaxl_session *s, unsigned connections,
                   const struct jaxl_session_watch *watch, struct jaxl_error *err)
{
    int rc;

    *w = (struct jaxl_work){
        .session = s, .watch = watch, .most = connections ? connections : CONNECTIONS};
    rc = jaxl_json_doc_new(&w->doc, JAXL_ANSWER_MAX);
    return rc ? jaxl_error_set(err, rc, "requests to the platform: %s", jaxl_error_name(rc)) : 0;
}

void jaxl_work_free(struct jaxl_work *w)
{
    jaxl_json_doc_free(&w->doc);
}

void jaxl_work_fail(struct jaxl_work *w, const struct jaxl_error *err)
{
    if (w->code)
        return;
    w->err = *err;
    w->code = err->code;
}

void jaxl_work_answered(struct jaxl_work *w)
{
    w->in_flight--;
}

bool jaxl_work_sent(struct jaxl_work *w, int code, const struct jaxl_error *err)
{
    if (code) {
        jaxl_work_fail(w, err);
        return false;
    }
    w->in_flight++;
    return true;
}

/* Waits for answers, and asks the watch when it has something to say. */
static int wait(struct jaxl_work *w, int64_t until, struct jaxl_error *err)
{
    struct pollfd fd = {.fd = w->watch ? w->watch->fd : -1, .events = POLLIN};
    int64_t left = until - jaxl_clock_mono(jaxl_session_clock(w->session));
    int rc;

    if (left < 0)
        left = 0;
    rc = jaxl_session_wait(w->session, left < TURN ? left : TURN, &fd, w->watch ? 1 : 0, err);
    if (!rc && w->watch && fd.revents && w->watch->stop(w->watch->ctx))
        w->stopped = true;
    return rc;
}

int jaxl_work_run(struct jaxl_work *w, jaxl_work_begin *begin, void *ctx, struct jaxl_error *err)
{
    int rc = 0;

    for (;;) {
        w->again_at = 0;
        while (!rc && !w->stopped && !w->code && w->in_flight < w->most && begin(ctx))
            ;
        if (!w->in_flight && (!w->again_at || w->stopped || w->code || rc))
            break;
        rc = wait(w, w->again_at && !w->in_flight ? w->again_at : INT64_MAX, err);
        if (rc) {
            jaxl_session_abort(w->session); /* answers all that is in flight */
            break;
        }
    }
    if (rc)
        return rc;
    if (w->code) {
        if (err)
            *err = w->err;
        return w->code;
    }
    return w->stopped ? jaxl_error_set(err, JAXL_ESTOPPED, "stopped by a signal") : 0;
}

const struct jaxl_json *jaxl_work_parse(struct jaxl_work *w, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = NULL;

    if (jaxl_json_parse(w->doc, reply->body, reply->body_len, &root, NULL))
        return NULL;
    return root;
}
