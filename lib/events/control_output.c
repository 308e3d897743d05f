#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "data/json_writer.h"
#include "events/control_impl.h"

enum {
    CHUNK = 4096,           /* bytes that a pipe takes when it says that it takes some: PIPE_BUF */
    MANY = 64 * 1024,       /* that are written at once where nobody minds */
    ANSWER_MAX = 64 * 1024, /* of the platform's that go into a result */
    COMPACT_FROM = 256 * 1024 /* bytes that are gone and still kept */
};
#define LINGER                                                                                     \
    (20 * JAXL_MSEC) /* a result waits so long for company while requests are in flight */

const char *jaxl_control_result_name(enum jaxl_control_result r)
{
    static const char *const names[JAXL_CONTROL_RESULTS] = {
        [JAXL_CONTROL_DONE] = "done",       [JAXL_CONTROL_PLANNED] = "planned",
        [JAXL_CONTROL_ENDED] = "ended",     [JAXL_CONTROL_SKIPPED] = "skipped",
        [JAXL_CONTROL_EXPIRED] = "expired", [JAXL_CONTROL_REFUSED] = "refused",
        [JAXL_CONTROL_FAILED] = "failed",   [JAXL_CONTROL_UNKNOWN] = "unknown",
    };

    return names[r];
}

static void write_answer(struct jaxl_json_writer *w, const struct jaxl_control_end *end)
{
    if (end->answer) {
        jaxl_json_write_member_value(w, "answer", end->answer);
    } else if (end->bytes) {
        jaxl_json_write_key(w, "answer");
        jaxl_json_write_object(w);
        jaxl_json_write_member_int(w, "bytes", (int64_t)end->bytes);
        jaxl_json_write_end(w);
    }
}

/* What we say, what the record said, what the platform said. */
static int write_result(struct jaxl_control *c, const struct jaxl_control_action *a,
                        const struct jaxl_control_end *end, struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    char at[JAXL_CLOCK_ISO_MAX];

    (void)jaxl_clock_format(jaxl_clock_now(c->clock), at);
    jaxl_json_writer_init(&w, &c->results);
    jaxl_json_write_object(&w);
    jaxl_json_write_member(&w, "action", a->row->name);
    jaxl_json_write_member_int(&w, "call_id", a->call);
    jaxl_json_write_member(&w, "result", jaxl_control_result_name(end->result));
    jaxl_json_write_key(&w, "http_status");
    if (end->status)
        jaxl_json_write_int(&w, end->status);
    else
        jaxl_json_write_null(&w);
    jaxl_json_write_member(&w, "reason", end->reason);
    jaxl_json_write_member(&w, "at", at);
    if (a->len > 2) { /* an object: what is between its braces */
        jaxl_buf_putc(&c->results, ',');
        jaxl_buf_add(&c->results, a->rest + 1, a->len - 2);
    }
    write_answer(&w, end);
    jaxl_json_write_end(&w);
    jaxl_buf_putc(&c->results, '\n');
    return jaxl_json_writer_check(&w, err);
}

void jaxl_control_end(struct jaxl_control *c, struct jaxl_control_call *call,
                      const struct jaxl_control_end *end)
{
    const size_t mark = c->results.len;
    struct jaxl_error err = {0};
    int rc = c->gone ? 0 : write_result(c, call->first, end, &err);

    if (rc) {
        c->results.len = mark;
        c->results.failed = 0;
        jaxl_control_fail(c, rc, &err);
    } else if (!c->dirty_since && !c->gone) {
        c->dirty_since = jaxl_clock_mono(c->clock);
    }
    c->totals.results[end->result]++;
    c->totals.active--;
    jaxl_control_queue_done(&c->queue, call);
}

size_t jaxl_control_backlog(const struct jaxl_control *c)
{
    return c->results.len - c->given;
}

static void forget(struct jaxl_control *c)
{
    jaxl_buf_reset(&c->results);
    c->given = 0;
    c->dirty_since = 0;
    c->blocked = false;
}

/* Whether writing a little would not block. That the reader has gone shows when it is done. */
static bool writable(const struct jaxl_control *c)
{
    struct pollfd fd = {.fd = c->options.out_fd, .events = POLLOUT};

    return fd.fd < 0 || poll(&fd, 1, 0) != 0;
}

/* Hands over some lines, at least one. */
static int give(struct jaxl_control *c, struct jaxl_error *err)
{
    const size_t most = c->options.out_fd < 0 ? MANY : CHUNK, from = c->given;
    int rc = 0;

    while (!rc && jaxl_control_backlog(c)) {
        const char *line = c->results.data + c->given;
        size_t len = (size_t)((char *)memchr(line, '\n', jaxl_control_backlog(c)) - line);
        if (c->given > from && c->given - from + len >= most)
            break;
        rc = jaxl_record_write_text(c->out, line, len, err);
        c->given += len + 1;
    }
    if (!rc && (c->options.out_fd >= 0 || !jaxl_control_backlog(c)))
        rc = jaxl_record_flush(c->out, err);
    if (c->given > COMPACT_FROM && c->given > jaxl_control_backlog(c)) {
        jaxl_buf_consume(&c->results, c->given);
        c->given = 0;
    }
    return rc;
}

void jaxl_control_write(struct jaxl_control *c, int64_t now, int64_t *next)
{
    struct jaxl_error err = {0};
    int rc = 0;

    if (c->gone)
        forget(c);
    if (!jaxl_control_backlog(c))
        return;
    if (c->in_flight && jaxl_control_backlog(c) < CHUNK && now < c->dirty_since + LINGER) {
        if (c->dirty_since + LINGER < *next)
            *next = c->dirty_since + LINGER;
        return;
    }
    c->blocked = false;
    while (!rc && !c->blocked && jaxl_control_backlog(c)) {
        c->blocked = !writable(c);
        if (!c->blocked)
            rc = give(c, &err);
    }
    if (rc)
        jaxl_control_fail(c, rc, &err);
    if (rc || (c->blocked && c->aborted))
        c->gone = true;
    if (c->gone || !jaxl_control_backlog(c))
        forget(c);
}

void jaxl_control_reject(struct jaxl_control *c, const struct jaxl_record *rec, const char *reason)
{
    struct jaxl_error err = {0};
    int rc;

    c->totals.rejected++;
    jaxl_buf_reset(&c->line);
    jaxl_record_reject(&c->line, rec, reason);
    rc = jaxl_buf_check(&c->line, "a reject", &err);
    if (!rc && c->options.reject)
        rc = c->options.reject(c->options.ctx, c->line.data, c->line.len, &err);
    if (rc) {
        jaxl_control_fail(c, rc, &err);
    } else if (c->options.strict && !c->stopping) {
        jaxl_error_set(&err, JAXL_EINPUT, "line %" PRIu64 ": %s (--strict)", rec->line, reason);
        jaxl_control_close(c, JAXL_EINPUT, &err);
    }
}
