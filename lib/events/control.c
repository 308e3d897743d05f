#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "events/control_impl.h"

enum {
    CONNECTIONS = 16,
    QUEUE = 10000,
    QUEUE_BYTES = 64 * 1024 * 1024,
    BACKLOG = 1024 * 1024, /* bytes of results: with more nothing is begun */
    RECORDS_A_TURN = 256,
    REJECT_MAX = 8 * 1024 * 1024,
    RESULTS_MAX = 512 * 1024 * 1024
};
#define LONGEST (60 * JAXL_SECOND)

void jaxl_control_close(struct jaxl_control *c, int code, const struct jaxl_error *err)
{
    c->closed = true;
    if (c->failure.code)
        return;
    c->failure = *err;
    c->failure.code = code;
}

void jaxl_control_fail(struct jaxl_control *c, int code, const struct jaxl_error *err)
{
    jaxl_control_close(c, code, err);
    c->stopping = true;
}

static int make_parts(struct jaxl_control *c, struct jaxl_error *err)
{
    int rc = jaxl_control_queue_init(&c->queue, c->clock, err);

    if (!rc)
        rc = jaxl_control_tools_init(&c->tools, err);
    if (!rc && jaxl_json_doc_new(&c->reply, JAXL_ANSWER_MAX))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "actions: out of memory");
    return rc;
}

int jaxl_control_new(struct jaxl_control **out, const struct jaxl_control_options *options,
                     struct jaxl_session *session, struct jaxl_record_writer *writer,
                     struct jaxl_error *err)
{
    struct jaxl_control *c;
    int rc;

    *out = NULL;
    if (!session && !options->dry_run)
        return jaxl_error_set(err, JAXL_EARG, "actions: there is no session");
    c = calloc(1, sizeof *c);
    if (!c)
        return jaxl_error_set(err, JAXL_ENOMEM, "actions: out of memory");
    c->options = *options;
    if (!c->options.connections)
        c->options.connections = CONNECTIONS;
    if (!c->options.queue)
        c->options.queue = QUEUE;
    c->session = options->dry_run ? NULL : session;
    c->clock = session ? jaxl_session_clock(session) : jaxl_clock_system();
    c->out = writer;
    jaxl_buf_init(&c->line, REJECT_MAX);
    jaxl_buf_init(&c->results, RESULTS_MAX);
    rc = make_parts(c, err);
    if (rc)
        jaxl_control_free(&c);
    *out = c;
    return rc;
}

void jaxl_control_free(struct jaxl_control **control)
{
    struct jaxl_control *c = control ? *control : NULL;

    if (!c)
        return;
    c->stopping = c->aborted = c->gone = true;
    if (c->in_flight) /* its callbacks lead here */
        jaxl_session_abort(c->session);
    jaxl_control_queue_free(&c->queue);
    jaxl_control_tools_free(&c->tools);
    jaxl_json_doc_free(&c->reply);
    jaxl_buf_free(&c->line);
    jaxl_buf_free(&c->results);
    free(c);
    *control = NULL;
}

/* Input. */

enum input { INPUT_MORE, INPUT_DRY, INPUT_ENDED };

/* What is missing on this machine is no fault of the record. */
static bool ends_the_run(int code)
{
    return code == JAXL_ENOMEM || code == JAXL_ECONFIG || code == JAXL_EIO;
}

static void take(struct jaxl_control *c, const struct jaxl_record *rec)
{
    struct jaxl_control_action *a;
    struct jaxl_error err = {0};
    int rc = jaxl_control_action_read(&c->tools, rec->value, jaxl_clock_mono(c->clock), &a, &err);

    if (!rc) {
        rc = jaxl_control_queue_put(&c->queue, a, &err);
        if (rc)
            free(a);
    }
    if (!rc) {
        c->totals.active++;
        return;
    }
    jaxl_control_reject(c, rec, err.message);
    if (ends_the_run(rc))
        jaxl_control_fail(c, rc, &err);
}

static enum input read_one(struct jaxl_control *c, struct jaxl_record_reader *reader)
{
    struct jaxl_record rec = {0};
    struct jaxl_error err = {0};
    int rc = jaxl_record_read(reader, false, &rec, &err);

    switch (rc) {
    case JAXL_OK:
        c->totals.records++;
        take(c, &rec);
        return INPUT_MORE;
    case JAXL_EAGAIN:
        return INPUT_DRY;
    case JAXL_EEND:
        return INPUT_ENDED;
    case JAXL_EINPUT:
    case JAXL_ELIMIT:
        c->totals.records++;
        jaxl_control_reject(c, &rec, err.message);
        return INPUT_MORE;
    case JAXL_ENOMEM:
        jaxl_control_fail(c, rc, &err);
        return INPUT_ENDED;
    default: /* it cannot be read on */
        jaxl_control_close(c, rc == JAXL_ECONFIG ? JAXL_EINPUT : rc, &err);
        return INPUT_ENDED;
    }
}

static bool has_room(const struct jaxl_control *c)
{
    return c->queue.actions < c->options.queue && c->queue.bytes < QUEUE_BYTES &&
           jaxl_control_backlog(c) < BACKLOG;
}

static enum input read_some(struct jaxl_control *c, struct jaxl_record_reader *reader)
{
    enum input input = reader ? INPUT_MORE : INPUT_ENDED;

    for (int i = 0; i < RECORDS_A_TURN; i++) {
        if (input != INPUT_MORE || c->closed || !has_room(c))
            return input;
        input = read_one(c, reader);
    }
    return input;
}

/* The loop. */

static bool may_begin(struct jaxl_control *c, int64_t now, int64_t *next)
{
    if (jaxl_control_backlog(c) >= BACKLOG)
        return false;
    if (c->stopping || c->options.dry_run)
        return true;
    if (c->in_flight >= c->options.connections)
        return false;
    if (now >= c->held_until)
        return true;
    if (c->held_until < *next)
        *next = c->held_until;
    return false;
}

/* False: what has its turn cannot be begun before an answer comes. */
static bool begin_some(struct jaxl_control *c, int64_t now, int64_t *next)
{
    const bool all = c->stopping || c->options.dry_run;
    struct jaxl_control_call *call;
    bool can = true;

    while (can && may_begin(c, now, next)) {
        call = jaxl_control_queue_next(&c->queue, all);
        if (!call)
            break;
        can = jaxl_control_begin(c, call);
    }
    return can;
}

/* What more there is to do before anything comes from outside, and when. */
static void look_ahead(struct jaxl_control *c, enum input input, bool can, int64_t now,
                       int64_t *next)
{
    const int64_t due = jaxl_control_queue_due(&c->queue);

    if (input == INPUT_MORE && !c->closed && has_room(c))
        *next = now; /* what was written has made room */
    if (!can || !may_begin(c, now, next))
        return;
    if (c->queue.ready) /* what came to its end at once */
        *next = now;
    else if (due < *next)
        *next = due;
}

/* Before the first action, or while it is waited for. */
static void open_session(struct jaxl_control *c)
{
    struct jaxl_error err = {0};
    int rc;

    if (c->opened || !c->session || c->stopping)
        return;
    c->opened = true;
    rc = jaxl_session_open(c->session, &err);
    if (rc)
        jaxl_control_fail(c, rc, &err);
}

static unsigned watch(struct pollfd *fds, unsigned n, int fd, short events)
{
    if (fd < 0)
        return n;
    fds[n] = (struct pollfd){.fd = fd, .events = events};
    return n + 1;
}

static int wait_for(struct jaxl_control *c, struct pollfd *fds, unsigned n, int64_t timeout,
                    struct jaxl_error *err)
{
    if (c->session)
        return jaxl_session_wait(c->session, timeout, fds, n, err);
    if (poll(fds, n, (int)((timeout + JAXL_MSEC - 1) / JAXL_MSEC)) < 0 && errno != EINTR)
        return jaxl_error_set(err, JAXL_EIO, "poll: %s", strerror(errno));
    return 0;
}

/* The reader of the results has gone, also when there are none. */
static void look_at_output(struct jaxl_control *c, const struct pollfd *fd)
{
    struct jaxl_error err;

    if (!(fd->revents & (POLLERR | POLLHUP | POLLNVAL)))
        return;
    c->gone = true;
    (void)jaxl_error_set(&err, JAXL_EEND, "the reader has gone");
    jaxl_control_fail(c, err.code, &err);
}

static void wait(struct jaxl_control *c, int input_fd, int64_t timeout)
{
    struct pollfd fds[3];
    struct jaxl_error err = {0};
    const unsigned out = watch(fds, 0, c->options.wake_fd, POLLIN);
    const unsigned input =
        watch(fds, out, c->gone ? -1 : c->options.out_fd, c->blocked ? POLLOUT : 0);
    const unsigned n = watch(fds, input, input_fd, POLLIN);
    int rc = wait_for(c, fds, n, timeout, &err);

    if (rc) { /* no answer can be waited for any more, nor a signal */
        jaxl_control_fail(c, rc, &err);
        jaxl_control_abort(c);
        return;
    }
    if (input > out)
        look_at_output(c, &fds[out]);
    if (out > 0 && fds[0].revents && c->options.woken)
        c->options.woken(c->options.ctx);
}

static bool busy(const struct jaxl_control *c)
{
    return c->queue.actions > 0 || jaxl_control_backlog(c) > 0;
}

static enum input turn(struct jaxl_control *c, struct jaxl_record_reader *reader)
{
    const int64_t now = jaxl_clock_mono(c->clock);
    int64_t next = now + LONGEST;
    enum input input = read_some(c, reader);
    const bool thirsty = input == INPUT_DRY && !c->closed && has_room(c);
    bool can;

    if (thirsty || c->queue.actions > 0)
        open_session(c);
    can = begin_some(c, now, &next);
    jaxl_control_write(c, jaxl_clock_mono(c->clock), &next);
    if (c->options.turn)
        c->options.turn(c->options.ctx);
    look_ahead(c, input, can, now, &next);
    if (busy(c) || (input != INPUT_ENDED && !c->closed))
        wait(c, thirsty ? jaxl_record_reader_fd(reader) : -1, next > now ? next - now : 0);
    return input;
}

static int outcome(const struct jaxl_control *c, struct jaxl_error *err)
{
    if (err)
        *err = c->failure;
    return c->failure.code;
}

int jaxl_control_feed(struct jaxl_control *c, struct jaxl_record_reader *reader,
                      struct jaxl_error *err)
{
    while (!c->closed && turn(c, reader) != INPUT_ENDED)
        continue;
    /* what was taken out of a pipe already is nobody else's to carry out */
    while (c->stopping && !c->gone && jaxl_record_reader_ready(reader) &&
           read_one(c, reader) == INPUT_MORE)
        continue;
    return outcome(c, err);
}

int jaxl_control_finish(struct jaxl_control *c, struct jaxl_error *err)
{
    struct jaxl_error own = {0};
    int rc;

    while (busy(c))
        (void)turn(c, NULL);
    if (!c->gone) {
        rc = jaxl_record_finish(c->out, &own);
        if (rc)
            jaxl_control_fail(c, rc, &own);
    }
    return outcome(c, err);
}

void jaxl_control_stop(struct jaxl_control *c)
{
    c->closed = c->stopping = true;
}

void jaxl_control_abort(struct jaxl_control *c)
{
    c->closed = c->stopping = c->aborted = true;
    if (c->in_flight)
        jaxl_session_abort(c->session);
}

const struct jaxl_control_totals *jaxl_control_totals(const struct jaxl_control *c)
{
    return &c->totals;
}
