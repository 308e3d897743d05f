/* The journal: what was asked and what was really done, written before it is answered. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/server.h"

int journal_open(struct world *w, struct jaxl_error *err)
{
    if (!w->options.journal)
        return 0;
    w->journal = open(w->options.journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (w->journal < 0)
        return jaxl_error_set(err, JAXL_EIO, "cannot open the journal %s: %s", w->options.journal,
                              strerror(errno));
    return 0;
}

int write_line(int fd, const struct jaxl_buf *b)
{
    for (size_t done = 0; done < b->len;) {
        ssize_t n = write(fd, b->data + done, b->len - done);
        if (n < 0 && errno != EINTR)
            return JAXL_EIO;
        if (n > 0)
            done += (size_t)n;
    }
    return 0;
}

static void write_id(struct jaxl_json_writer *j, const char *key, uint32_t id)
{
    jaxl_json_write_key(j, key);
    if (id)
        jaxl_json_write_int(j, id);
    else
        jaxl_json_write_null(j);
}

static void write_placed(struct world *w, struct jaxl_json_writer *j, const struct call *c,
                         const char *session_id, const char *time)
{
    char number[E164_TEXT];

    jaxl_json_write_object(j);
    jaxl_json_write_member(j, "event", "placed");
    jaxl_json_write_member(j, "time", time);
    jaxl_json_write_member_int(j, "call_id", call_id(w, c));
    jaxl_json_write_member(j, "from", e164_format(c->from, number));
    jaxl_json_write_member(j, "to", e164_format(c->to, number));
    jaxl_json_write_member(j, "session_id", session_id);
    write_id(j, "ivr", c->ivr);
    write_id(j, "campaign", c->campaign);
    jaxl_json_write_end(j);
}

static bool answers_as_served(const struct request *r)
{
    return !r->fault || r->fault->kind == FAULT_STATUS || r->fault->kind == FAULT_REFUSE ||
           r->fault->kind == FAULT_SLOW;
}

static void write_request(struct jaxl_json_writer *j, const struct request *r, const char *time)
{
    bool answered = !r->fault || (r->fault->kind != FAULT_RESET && r->fault->kind != FAULT_HANG);

    jaxl_json_write_object(j);
    jaxl_json_write_member(j, "event", "request");
    jaxl_json_write_member(j, "time", time);
    jaxl_json_write_member(j, "method", r->method);
    jaxl_json_write_member(j, "path", r->path);
    jaxl_json_write_key(j, "status");
    if (answered)
        jaxl_json_write_int(j, answers_as_served(r) ? r->status : 200);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "reason", *r->reason ? r->reason : NULL);
    jaxl_json_write_member(j, "fault", r->fault ? r->fault->name : NULL);
    jaxl_json_write_end(j);
}

bool journal_append(struct world *w)
{
    if (!w->line.failed && write_line(w->journal, &w->line) == 0)
        return true;
    if (!w->write_failed)
        cli_message(SANDBOX, "cannot write the journal %s: %s", w->options.journal,
                    strerror(errno));
    w->write_failed = true;
    return false;
}

bool journal_placed(struct world *w, const struct call *c)
{
    char time[JAXL_CLOCK_ISO_MAX];

    if (w->journal < 0)
        return true;
    jaxl_clock_format(c->created, time);
    jaxl_buf_reset(&w->line);
    jaxl_json_writer_reset(w->line_writer);
    write_placed(w, w->line_writer, c, NULL, time);
    jaxl_buf_putc(&w->line, '\n');
    return journal_append(w);
}

bool journal_write(struct world *w, const struct request *r)
{
    struct jaxl_json_writer *j = w->line_writer;
    char time[JAXL_CLOCK_ISO_MAX];

    if (w->journal < 0)
        return true;
    jaxl_clock_format(r->now, time);
    jaxl_buf_reset(&w->line);
    jaxl_json_writer_reset(j);
    if (r->placed) {
        write_placed(w, j, call_find(w, r->placed), r->session_id, time);
        jaxl_buf_putc(&w->line, '\n');
        jaxl_json_writer_reset(j);
    }
    write_request(j, r, time);
    jaxl_buf_putc(&w->line, '\n');
    return journal_append(w);
}
