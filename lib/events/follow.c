/* A look at the list of calls. Pages are read from the newest on: calls that are placed meanwhile
 * move others to later pages, so that some come twice and none is missed. What is to be told of a
 * page is kept until the oldest was read, and put from there on. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json_writer.h"
#include "events/follow_impl.h"
#include "jaxl/calls.h"
#include "jaxl/clock.h"
#include "jaxl/log.h"
#include "platform/disposition.h"

enum { PAGE = 200 };                  /* calls asked for at once; a server may give fewer */
#define SLICE    (3600 * JAXL_SECOND) /* of a list that is read at once: what bounds memory */
#define OVERLAP  (JAXL_FOLLOW_OVERLAP * JAXL_SECOND)
#define NOISE    (2 * JAXL_SECOND)            /* between two clocks that are right */
#define TELL_MAX ((size_t)1024 * 1024 * 1024) /* bytes of records of one slice */

/* What one call has to be told of, in a slice. */
struct news {
    int64_t id, placed;
    unsigned stages;
    size_t at, len; /* of its Call in texts */
};

struct look {
    struct jaxl_follow *f;
    jaxl_follow_put *put;
    jaxl_follow_flush *flush;
    void *ctx;
    struct news *news;
    size_t n, room;
    struct jaxl_buf texts, line;
    int64_t now; /* wall time */
};

static int note(struct look *l, const struct jaxl_json *call, struct jaxl_error *err)
{
    struct news *news;
    const struct jaxl_told *t;
    struct jaxl_json_writer w;
    int64_t id, placed = jaxl_disposition_placed(call);
    unsigned stages = jaxl_stage_of(call);

    if (jaxl_json_int(jaxl_json_get(call, "id"), &id) || id < 1 || placed < 0) {
        jaxl_log_print(l->f->o.log, JAXL_LOG_WARNING,
                       "the list of calls has one without id or time: it is left out");
        return 0;
    }
    t = jaxl_told_find(&l->f->told, id);
    if (t && !jaxl_stage_news(t->stages, stages))
        return 0;
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : PAGE;
        news = realloc(l->news, room * sizeof *news);
        if (!news)
            return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        l->news = news;
        l->room = room;
    }
    news = &l->news[l->n++];
    *news = (struct news){.id = id, .placed = placed, .stages = stages, .at = l->texts.len};
    jaxl_json_writer_init(&w, &l->texts);
    jaxl_json_write_value(&w, call);
    news->len = l->texts.len - news->at;
    return jaxl_buf_check(&l->texts, "what has become of calls", err);
}

static void write_event(struct look *l, const struct news *news, enum jaxl_stage stage,
                        const struct jaxl_json *call)
{
    struct jaxl_json_writer w;
    char id[48], now[JAXL_CLOCK_ISO_MAX];

    jaxl_buf_reset(&l->line);
    jaxl_json_writer_init(&w, &l->line);
    snprintf(id, sizeof id, "%" PRId64 "-%s", news->id, jaxl_stage_name(stage));
    (void)jaxl_clock_format(l->now, now);
    jaxl_json_write_object(&w);
    jaxl_json_write_member(&w, "id", id);
    jaxl_json_write_member(&w, "event", jaxl_stage_name(stage));
    jaxl_json_write_member_int(&w, "call_id", news->id);
    jaxl_json_write_key(&w, "from");
    jaxl_json_write_value(&w, jaxl_json_get(call, "from_number"));
    jaxl_json_write_key(&w, "to");
    jaxl_json_write_value(&w, jaxl_json_get(call, "to_number"));
    jaxl_json_write_key(&w, "direction");
    jaxl_json_write_value(&w, jaxl_json_get(call, "direction"));
    jaxl_json_write_member(&w, "received_at", now);
    jaxl_json_write_key(&w, "call");
    jaxl_json_write_value(&w, call);
    jaxl_json_write_end(&w);
}

/* Every event of a call that was not told yet. */
static int tell(struct look *l, const struct news *news, struct jaxl_json_doc *doc,
                struct jaxl_error *err)
{
    struct jaxl_told *t = jaxl_told_enter(&l->f->told, news->id, news->placed);
    const struct jaxl_json *call;
    unsigned stages = t ? jaxl_stage_news(t->stages, news->stages) : 0;
    int rc = t ? jaxl_json_parse(doc, l->texts.data + news->at, news->len, &call, err)
               : jaxl_error_set(err, JAXL_ENOMEM, "out of memory");

    for (int s = STAGE_PLACED; !rc && s < STAGES; s++) {
        if (!(stages & 1u << s))
            continue;
        write_event(l, news, (enum jaxl_stage)s, call);
        rc = jaxl_buf_check(&l->line, "an event", err);
        if (!rc)
            rc = l->put(l->ctx, l->line.data, l->line.len, err);
        if (!rc)
            t->stages |= 1u << s;
    }
    return rc;
}

/* What was noted, from the oldest on. */
static int tell_all(struct look *l, struct jaxl_error *err)
{
    struct jaxl_json_doc *doc;
    int rc = jaxl_json_doc_new(&doc, 0);

    if (rc)
        return jaxl_error_set(err, rc, "out of memory");
    for (size_t i = l->n; i > 0 && !rc; i--)
        rc = tell(l, &l->news[i - 1], doc, err);
    jaxl_json_doc_free(&doc);
    l->n = 0;
    jaxl_buf_reset(&l->texts);
    return rc;
}

/* Now, or what the platform says of it where that is earlier: by a clock that is ahead, calls that
 * are still to be placed were seen already. */
static int64_t time_there(const struct look *l)
{
    return l->now + (l->f->skew < -NOISE ? l->f->skew : 0);
}

/* The calls placed in [start, end); end INT64_MAX: open. */
static int look_at_slice(struct look *l, int64_t start, int64_t end, struct jaxl_error *err)
{
    char from[JAXL_CLOCK_ISO_MAX], to[JAXL_CLOCK_ISO_MAX];
    struct jaxl_calls_filter filter = {
        .currency = l->f->currency, .page.limit = PAGE, .start_time = from};
    struct jaxl_answer a = {0};
    int rc = 0;
    bool more = true;

    (void)jaxl_clock_format(start, from);
    if (end != INT64_MAX && jaxl_clock_format(end, to) == 0)
        filter.end_time = to;
    while (!rc && more) {
        const struct jaxl_json *results;
        rc = jaxl_calls_list(l->f->session, &filter, &a, err);
        l->f->skew = a.server_skew;
        results = rc ? NULL : jaxl_json_get(a.value, "results");
        if (!rc && jaxl_json_type(results) != JAXL_JSON_ARRAY)
            rc = jaxl_error_set(err, JAXL_EPROTO, "the list of calls has no results");
        for (const struct jaxl_json *v = jaxl_json_first(results); v && !rc; v = jaxl_json_next(v))
            rc = note(l, v, err);
        more = !rc && jaxl_answer_next(a.value, &filter.page);
        jaxl_answer_free(&a);
    }
    return rc ? rc : tell_all(l, err);
}

/* Calls that go on for hours, or whose cost takes long to settle. */
static int ask_for(struct look *l, struct jaxl_told *t, int64_t now, struct jaxl_error *err)
{
    struct jaxl_answer a = {0};
    bool soon = false;
    int rc = jaxl_calls_get(l->f->session, t->id, l->f->currency, &a, err);

    if (!rc)
        rc = note(l, a.value, err);
    jaxl_answer_free(&a);
    if (rc == JAXL_EREFUSED) {
        jaxl_log_print(l->f->o.log, JAXL_LOG_WARNING, "call %" PRId64 " is no longer followed: %s",
                       t->id, err->message);
        t->stages |= 1u << STAGE_FINALISED;
        rc = 0;
    } else if (rc == JAXL_EUNKNOWN || rc == JAXL_EPROTO) { /* others may be told all the same */
        jaxl_log_print(l->f->o.log, JAXL_LOG_WARNING, "%s; asking again later", err->message);
        soon = true;
        rc = 0;
    }
    if (!rc) {
        jaxl_told_ask(t, now, soon);
        l->f->asked_id = t->id;
    }
    return rc;
}

static int ask_for_old(struct look *l, int64_t before, struct jaxl_error *err)
{
    struct jaxl_follow *f = l->f;
    const size_t n = f->told.n, first = jaxl_told_place(&f->told, f->asked_id + 1);
    const int64_t now = time_there(l);
    struct jaxl_error late = {0};
    int rc = 0, told, left = JAXL_FOLLOW_ASKS;

    for (size_t i = 0; i < n && left && !rc; i++) {
        struct jaxl_told *t = &f->told.items[(first + i) % n];
        if (t->placed >= before || !jaxl_told_due(t, now))
            continue;
        rc = ask_for(l, t, now, err);
        left--;
    }
    told = tell_all(l, &late); /* also what came before an error */
    for (size_t i = 0; i < f->told.n && told; i++)
        if (f->told.items[i].asked == now)
            jaxl_told_ask(&f->told.items[i], now, true);
    if (!rc && told)
        *err = late;
    return rc ? rc : told;
}

/* A little back is noise, of clocks that disagree or of a page that came slowly; within the overlap
 * nothing is missed by it. */
static void reach(struct look *l, int64_t seen)
{
    struct jaxl_follow *f = l->f;
    const int64_t there = time_there(l);

    if (seen > there)
        seen = there;
    if (f->from_now && seen < f->begin)
        f->begin = seen;
    if (f->from_now || seen >= f->seen || f->seen - seen >= OVERLAP)
        f->seen = seen;
    f->from_now = false;
}

/* From when on a look lists: not before what is still known of earlier ones, or that would be told
 * again, unless the time itself went back. */
static int64_t listed_from(const struct look *l)
{
    const struct jaxl_follow *f = l->f;
    int64_t from = jaxl_told_oldest(&f->told, time_there(l) - JAXL_FOLLOW_LISTED * JAXL_SECOND,
                                    f->seen - OVERLAP);

    return from < f->kept && f->kept <= f->seen - OVERLAP ? f->kept : from;
}

/* What the next look does not see again. */
static void forget(const struct look *l)
{
    struct jaxl_follow *f = l->f;

    f->kept = listed_from(l);
    jaxl_told_forget(&f->told, f->kept, time_there(l) - JAXL_FOLLOW_DAYS * 86400 * JAXL_SECOND);
}

/* What was told is where it does not get lost, then the cursor says so. */
static int keep(const struct look *l, struct jaxl_error *err)
{
    int rc = l->flush ? l->flush(l->ctx, err) : 0;

    return rc ? rc : jaxl_follow_save(l->f, err);
}

static int look(struct look *l, struct jaxl_error *err)
{
    struct jaxl_follow *f = l->f;
    const int64_t listed = time_there(l) - JAXL_FOLLOW_LISTED * JAXL_SECOND;
    int64_t start = listed_from(l);
    int rc = 0;

    if (start < f->begin)
        start = f->begin;
    for (; !rc && time_there(l) - start > SLICE; start += SLICE) {
        rc = look_at_slice(l, start, start + SLICE, err);
        if (rc || start + SLICE <= f->seen)
            continue;
        reach(l, start + SLICE);
        forget(l);
        rc = keep(l, err);
    }
    if (!rc)
        rc = look_at_slice(l, start, INT64_MAX, err);
    if (!rc)
        reach(l, INT64_MAX);
    return rc ? rc : ask_for_old(l, listed, err);
}

int jaxl_follow_look(struct jaxl_follow *f, jaxl_follow_put *put, jaxl_follow_flush *flush,
                     void *ctx, struct jaxl_error *err)
{
    struct look l = {.f = f,
                     .put = put,
                     .flush = flush,
                     .ctx = ctx,
                     .now = jaxl_clock_now(jaxl_session_clock(f->session))};
    int rc, late;
    struct jaxl_error late_err = {0};

    jaxl_buf_init(&l.texts, TELL_MAX);
    jaxl_buf_init(&l.line, TELL_MAX);
    rc = look(&l, err);
    if (!rc)
        forget(&l);
    late = keep(&l, &late_err); /* what was put before an error is told, too */
    if (!rc && late) {
        if (err)
            *err = late_err;
        rc = late;
    }
    jaxl_buf_free(&l.texts);
    jaxl_buf_free(&l.line);
    free(l.news);
    return rc;
}

int jaxl_follow_new(struct jaxl_follow **out, struct jaxl_session *s,
                    const struct jaxl_follow_options *options, struct jaxl_error *err)
{
    struct jaxl_follow *f = calloc(1, sizeof *f);
    int rc;

    *out = f;
    if (!f)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    f->session = s;
    f->o = *options;
    f->file.lock = -1;
    rc = jaxl_session_open(s, err);
    if (!rc)
        rc = jaxl_follow_load(f, err);
    if (!rc && f->fresh) {
        f->begin =
            options->since == INT64_MIN ? jaxl_clock_now(jaxl_session_clock(s)) : options->since;
        f->seen = f->begin;
        f->kept = INT64_MIN;
        f->from_now = options->since == INT64_MIN;
    }
    if (rc)
        jaxl_follow_free(out);
    return rc;
}

void jaxl_follow_free(struct jaxl_follow **f)
{
    if (!f || !*f)
        return;
    jaxl_statefile_close(&(*f)->file);
    jaxl_told_free(&(*f)->told);
    free(*f);
    *f = NULL;
}
