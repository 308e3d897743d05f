/* The journal of calls that are played: what a caller heard and pressed, and what webhooks said. */
#include <stdio.h>
#include <string.h>

#include "sandbox/server.h"
#include "sandbox/session.h"

/* NULL without a journal. call 0: none. */
static struct jaxl_json_writer *begin(struct world *w, const char *event, uint32_t call, int64_t at)
{
    struct jaxl_json_writer *j = w->line_writer;
    char time[JAXL_CLOCK_ISO_MAX];

    if (w->journal < 0)
        return NULL;
    jaxl_clock_format(at, time);
    jaxl_buf_reset(&w->line);
    jaxl_json_writer_reset(j);
    jaxl_json_write_object(j);
    jaxl_json_write_member(j, "event", event);
    jaxl_json_write_member(j, "time", time);
    jaxl_json_write_key(j, "call_id");
    if (call)
        jaxl_json_write_int(j, call);
    else
        jaxl_json_write_null(j);
    return j;
}

static void end(struct world *w, struct jaxl_json_writer *j)
{
    jaxl_json_write_end(j);
    jaxl_buf_putc(&w->line, '\n');
    journal_append(w);
}

static uint32_t id(const struct world *w, const struct call *c)
{
    return (uint32_t)call_id(w, c);
}

void journal_heard(struct world *w, const struct call *c, const struct utterance *u, bool whole,
                   int64_t at)
{
    struct jaxl_json_writer *j = begin(w, "heard", id(w, c), at);

    if (!j)
        return;
    jaxl_json_write_member(j, "by", u->by);
    jaxl_json_write_key(j, "text");
    jaxl_json_write_raw(j, u->text, strlen(u->text));
    jaxl_json_write_member(j, "mark", u->mark);
    jaxl_json_write_key(j, "whole");
    jaxl_json_write_bool(j, whole);
    end(w, j);
}

void journal_pressed(struct world *w, const struct call *c, const char *keys, int64_t at)
{
    struct jaxl_json_writer *j = begin(w, "pressed", id(w, c), at);

    if (!j)
        return;
    jaxl_json_write_member(j, "keys", keys);
    end(w, j);
}

void journal_bridged(struct world *w, const struct call *c, const char *kind,
                     const struct jaxl_json *value, const char *joined, int64_t at)
{
    struct jaxl_json_writer *j = begin(w, "bridged", id(w, c), at);

    if (!j)
        return;
    jaxl_json_write_member_value(j, kind, value);
    jaxl_json_write_member(j, "joined", joined);
    end(w, j);
}

void journal_ended(struct world *w, const struct call *c, const char *why, int64_t at)
{
    struct jaxl_json_writer *j = begin(w, "ended", id(w, c), at);
    struct call_view v;

    if (!j)
        return;
    call_view(c, at, &v);
    jaxl_json_write_member(j, "why", why);
    jaxl_json_write_member_int(j, "duration", v.duration);
    end(w, j);
}

void journal_arrived(struct world *w, const struct call *c)
{
    struct jaxl_json_writer *j = begin(w, "arrived", id(w, c), c->created);
    char number[E164_TEXT];

    if (!j)
        return;
    jaxl_json_write_member(j, "from", e164_format(c->from, number));
    jaxl_json_write_member(j, "to", e164_format(c->to, number));
    jaxl_json_write_key(j, "ivr");
    if (c->ivr)
        jaxl_json_write_int(j, c->ivr);
    else
        jaxl_json_write_null(j);
    end(w, j);
}

static void write_answer(struct jaxl_json_writer *j, const struct delivery *d)
{
    char ms[32];

    jaxl_json_write_key(j, "status");
    if (d->status)
        jaxl_json_write_int(j, d->status);
    else
        jaxl_json_write_null(j);
    snprintf(ms, sizeof ms, "%lld.%03lld", (long long)(d->us / JAXL_MSEC),
             (long long)(d->us % JAXL_MSEC));
    jaxl_json_write_key(j, "ms");
    if (d->status)
        jaxl_json_write_number(j, ms);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "wrong", *d->wrong ? d->wrong : NULL);
}

void journal_webhook(struct world *w, const struct delivery *d, int64_t at)
{
    struct jaxl_json_writer *j = begin(w, "webhook", d->call, at);

    if (!j)
        return;
    jaxl_json_write_member(j, "kind", hook_event_name(d->event));
    jaxl_json_write_member_int(j, "ivr", d->ivr);
    jaxl_json_write_member(j, "url", d->url);
    jaxl_json_write_key(j, "option");
    if (d->option)
        jaxl_json_write_string_n(j, &d->option, 1);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "data", d->data);
    jaxl_json_write_member(j, "mark", d->mark);
    write_answer(j, d);
    end(w, j);
}
