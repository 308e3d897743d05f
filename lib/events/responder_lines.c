#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "events/responder_impl.h"
#include "events/response.h"

enum { SHOWN = 60 /* bytes of a bad line */ };
#define QUIET (10 * JAXL_SECOND) /* between two complaints of a kind */

/* The log is told of the first of a kind, and then how many there were. */
static void complain(struct jaxl_responder *r, enum jaxl_responder_complaint kind,
                     uint64_t *counter, const struct jaxl_responder_job *job, const char *what,
                     const char *text, size_t len)
{
    int64_t now = jaxl_clock_mono(r->o.clock);
    char more[64] = "";

    pthread_mutex_lock(&r->lock);
    ++*counter;
    pthread_mutex_unlock(&r->lock);
    if (now < r->complaints[kind].next) {
        r->complaints[kind].hidden++;
        return;
    }
    if (r->complaints[kind].hidden)
        snprintf(more, sizeof more, " (and %" PRIu64 " more like it)", r->complaints[kind].hidden);
    jaxl_log_print(r->o.log, JAXL_LOG_WARNING, "co-process %u: %s: '%.*s%s'%s", job->number, what,
                   (int)(len < SHOWN ? len : SHOWN), text, len > SHOWN ? "..." : "", more);
    r->complaints[kind].next = now + QUIET;
    r->complaints[kind].hidden = 0;
}

static void rubbish(struct jaxl_responder *r, const struct jaxl_responder_job *job,
                    const char *what, const char *text, size_t len)
{
    complain(r, JAXL_RESPONDER_RUBBISH, &r->counts.rubbish, job, what, text, len);
}

/* An event is answered: closed, counted, and no longer waited for. What is returned says what it
 * was before; only one that was open has a *ticket. */
static enum jaxl_asked_state settle(struct jaxl_responder *r, struct jaxl_responder_job *job,
                                    const char *id, size_t len, uint64_t *ticket)
{
    enum jaxl_asked_state before = JAXL_ASKED_FREE;
    struct jaxl_asked_event *e;

    pthread_mutex_lock(&r->lock);
    e = jaxl_asked_find(job->asked, id, len);
    if (e) {
        before = e->state;
        *ticket = e->ticket;
    }
    if (before == JAXL_ASKED_OPEN)
        jaxl_asked_close(job->asked, e, JAXL_ASKED_ANSWERED);
    else if (before == JAXL_ASKED_TOLD)
        e->state = JAXL_ASKED_ANSWERED;
    pthread_mutex_unlock(&r->lock);
    return before;
}

static void deliver(struct jaxl_responder *r, uint64_t ticket, const struct jaxl_json *answer)
{
    struct jaxl_error err = {.code = 0};
    uint64_t *counter;
    int rc = JAXL_EEND;

    jaxl_buf_reset(&r->answer);
    if (jaxl_json_count(answer) > 1)
        rc = jaxl_response_check(answer, &r->answer, &err);
    counter = rc == 0 ? &r->counts.answered : rc == JAXL_EEND ? &r->counts.passed : &r->counts.bad;
    pthread_mutex_lock(&r->lock);
    ++*counter;
    pthread_mutex_unlock(&r->lock);
    r->o.answered(r->o.ctx, ticket, rc, rc ? "" : jaxl_buf_text(&r->answer), rc ? 0 : r->answer.len,
                  &err);
}

static void hear_line(struct jaxl_responder *r, struct jaxl_responder_job *job, const char *text,
                      size_t len)
{
    static const struct {
        enum jaxl_responder_complaint kind;
        const char *what;
    } odd[] = {
        [JAXL_ASKED_FREE] = {JAXL_RESPONDER_UNKNOWN,
                             "answers an event that it was not asked about"},
        [JAXL_ASKED_ANSWERED] = {JAXL_RESPONDER_TWICE, "answers an event twice"},
        [JAXL_ASKED_OVER] = {JAXL_RESPONDER_LATE,
                             "answers an event too late (do its answers wait in a buffer?)"},
    };
    uint64_t *counters[] = {&r->counts.unknown, NULL, &r->counts.twice, &r->counts.late};
    const struct jaxl_json *answer;
    enum jaxl_asked_state before;
    const char *id;
    size_t id_len;
    uint64_t ticket = 0;

    if (strspn(text, " \t\r") >= len)
        return;
    if (jaxl_json_parse(r->doc, text, len, &answer, NULL)) {
        rubbish(r, job, "writes what is not JSON", text, len);
        return;
    }
    id = jaxl_json_type(jaxl_json_get(answer, "id")) == JAXL_JSON_STRING
             ? jaxl_json_text(jaxl_json_get(answer, "id"), &id_len)
             : NULL;
    if (!id) {
        rubbish(r, job, "writes a line without the id of an event", text, len);
        return;
    }
    before = settle(r, job, id, id_len, &ticket);
    if (before != JAXL_ASKED_FREE)
        job->silent = 0;
    if (before == JAXL_ASKED_OPEN)
        deliver(r, ticket, answer);
    else if (before != JAXL_ASKED_TOLD)
        complain(r, odd[before].kind, counters[before], job, odd[before].what, id, id_len);
}

/* The part of a line that has come, at its end with its newline cut off. */
static void gather(struct jaxl_responder *r, struct jaxl_responder_job *job, const char *data,
                   size_t n)
{
    if (job->skipping)
        return;
    jaxl_buf_add(&job->line, data, n);
    if (!job->line.failed)
        return;
    rubbish(r, job,
            job->line.failed == JAXL_ENOMEM ? "a line is lost, out of memory"
                                            : "writes a line of more than 64 KiB",
            jaxl_buf_text(&job->line), job->line.len);
    job->skipping = true;
}

static void end_line(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    if (!job->skipping && job->line.len)
        hear_line(r, job, job->line.data, job->line.len);
    job->skipping = false;
    jaxl_buf_reset(&job->line);
}

void jaxl_responder_hear(struct jaxl_responder *r, struct jaxl_responder_job *job, const char *data,
                         size_t n)
{
    while (n) {
        const char *newline = memchr(data, '\n', n);
        size_t part = newline ? (size_t)(newline - data) : n;
        gather(r, job, data, part);
        if (!newline)
            return;
        end_line(r, job);
        data += part + 1;
        n -= part + 1;
    }
}

void jaxl_responder_hear_end(struct jaxl_responder *r, struct jaxl_responder_job *job)
{
    end_line(r, job);
}
