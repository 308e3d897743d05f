#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/fetch_impl.h"
#include "data/json_writer.h"
#include "jaxl/clock.h"

struct jaxl_fetch_slice *jaxl_fetch_slice_new(struct jaxl_fetch_run *r, int64_t from, int64_t to)
{
    struct jaxl_fetch_slice *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->run = r;
    s->from = from;
    s->to = to;
    s->n_parts = r->n_currencies;
    for (unsigned i = 0; i < s->n_parts; i++) {
        s->parts[i].currency = r->currencies[i];
        jaxl_keys_init(&s->parts[i].ids);
    }
    jaxl_buf_init(&s->text, JAXL_FETCH_TEXT);
    return s;
}

void jaxl_fetch_slice_drop(struct jaxl_fetch_slice *s)
{
    while (s->asks) {
        struct jaxl_fetch_ask *ask = s->asks;
        s->asks = ask->after;
        free(ask);
    }
}

void jaxl_fetch_slice_free(struct jaxl_fetch_slice *s)
{
    if (!s)
        return;
    jaxl_fetch_slice_drop(s);
    for (unsigned i = 0; i < s->n_parts; i++)
        jaxl_keys_free(&s->parts[i].ids);
    jaxl_buf_free(&s->text);
    free(s->rows);
    free(s);
}

void jaxl_fetch_slice_put(struct jaxl_fetch_slice *s, struct jaxl_fetch_ask *ask)
{
    struct jaxl_fetch_ask **end = &s->asks;

    while (*end)
        end = &(*end)->after;
    ask->after = NULL;
    *end = ask;
}

int jaxl_fetch_slice_ask(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *what)
{
    struct jaxl_fetch_ask *ask = malloc(sizeof *ask);

    if (!ask)
        return JAXL_ENOMEM;
    *ask = *what;
    ask->slice = s;
    jaxl_fetch_slice_put(s, ask);
    return 0;
}

struct jaxl_fetch_ask *jaxl_fetch_slice_next(struct jaxl_fetch_slice *s, int64_t now)
{
    struct jaxl_fetch_ask **at = &s->asks, *ask;

    while (*at && (*at)->due > now)
        at = &(*at)->after;
    ask = *at;
    if (ask)
        *at = ask->after;
    return ask;
}

int jaxl_fetch_slice_begin(struct jaxl_fetch_slice *s, int64_t due)
{
    bool calls = s->run->o->kind == JAXL_FETCH_CALLS;
    int rc = 0;

    jaxl_fetch_slice_drop(s);
    jaxl_buf_reset(&s->text);
    s->n = 0;
    s->state = JAXL_FETCH_READING;
    for (unsigned i = 0; i < s->n_parts && !rc; i++) {
        struct jaxl_fetch_part *p = &s->parts[i];
        bool probe = calls && i > 0;
        jaxl_keys_free(&p->ids);
        p->count = -1;
        p->same = false;
        p->asked = !probe;
        rc = jaxl_fetch_slice_ask(
            s,
            &(struct jaxl_fetch_ask){
                .part = i, .probe = probe, .page.limit = probe ? 1 : JAXL_FETCH_PAGE, .due = due});
    }
    return rc;
}

static bool has_gaps(const struct jaxl_fetch_part *p)
{
    return !p->same && (int64_t)p->ids.n < p->count;
}

/* Where the order of records of one time is not stable, a record may slip over the border of two
 * pages while they are read: so the borders are moved. */
int jaxl_fetch_slice_more(struct jaxl_fetch_slice *s, int64_t due)
{
    int rc = 0;

    s->state = JAXL_FETCH_READING;
    for (unsigned i = 0; i < s->n_parts && !rc; i++) {
        int64_t limit = s->parts[i].page * 73 / 100;
        if (has_gaps(&s->parts[i]))
            rc = jaxl_fetch_slice_ask(
                s, &(struct jaxl_fetch_ask){
                       .part = i, .page.limit = limit > 0 ? limit : 1, .due = due});
    }
    return rc;
}

int64_t jaxl_fetch_slice_missing(const struct jaxl_fetch_slice *s, int64_t *of)
{
    int64_t missing = 0;

    *of = 0;
    for (unsigned i = 0; i < s->n_parts; i++) {
        const struct jaxl_fetch_part *p = &s->parts[i];
        if (!has_gaps(p))
            continue;
        missing += p->count - (int64_t)p->ids.n;
        *of += p->count;
    }
    return missing;
}

/* Lists that both have and begin with the same are the same list: the protocol does not say
 * whether the currency chooses calls. If not, the second is read as well. */
static int compare_parts(struct jaxl_fetch_slice *s)
{
    struct jaxl_fetch_part *a = &s->parts[0], *b = &s->parts[1];

    if (s->n_parts < 2 || b->asked || b->same || a->count < 0 || b->count < 0)
        return 0;
    b->same = a->count == b->count && strcmp(a->newest, b->newest) == 0;
    b->asked = !b->same;
    return b->same || !b->count
               ? 0
               : jaxl_fetch_slice_ask(
                     s, &(struct jaxl_fetch_ask){.part = 1, .page.limit = JAXL_FETCH_PAGE});
}

static int ask_next(struct jaxl_fetch_slice *s, unsigned part)
{
    struct jaxl_fetch_part *p = &s->parts[part];
    const struct jaxl_fetch_ask ask = {.part = part, .page = {p->page, p->next}};

    if (p->next >= p->count)
        return 0;
    p->next = p->page < p->count - p->next ? p->next + p->page : p->count;
    return jaxl_fetch_slice_ask(s, &ask);
}

/* After the first page of n results: others, as long as that one is, for every connection one; each
 * that is answered makes room for the next. So a count costs nothing until its results come. */
static int ask_others(struct jaxl_fetch_slice *s, unsigned part, int64_t n)
{
    size_t ahead = s->run->work.most;
    int rc;

    s->parts[part].page = s->parts[part].next = n;
    rc = ask_next(s, part);
    while (!rc && ahead-- > 1 && s->parts[part].next < s->parts[part].count)
        rc = ask_next(s, part);
    return rc;
}

static void spoil(struct jaxl_fetch_slice *s)
{
    s->state = JAXL_FETCH_SPOILED;
    jaxl_fetch_slice_drop(s);
}

static void note_newest(struct jaxl_fetch_part *p, const struct jaxl_json *results)
{
    const char *id = jaxl_json_text(jaxl_json_get(jaxl_json_first(results), "id"), NULL);

    snprintf(p->newest, sizeof p->newest, "%s", id ? id : "");
}

/* The count of a page: the first one tells it, the others must agree. False: they do not. */
static bool note_count(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask, int64_t count,
                       int64_t n)
{
    struct jaxl_fetch_part *p = &s->parts[ask->part];
    int64_t left = count - ask->page.offset;

    if (p->count >= 0 && p->count != count)
        return false;
    p->count = count;
    if (ask->page.offset == 0)
        return n <= count && (n > 0 || count == 0);
    return n == (left < ask->page.limit ? left : ask->page.limit);
}

int jaxl_fetch_slice_page(struct jaxl_fetch_slice *s, const struct jaxl_fetch_ask *ask,
                          const struct jaxl_json *page, struct jaxl_error *err)
{
    const struct jaxl_json *results = jaxl_json_get(page, "results");
    int64_t n = (int64_t)jaxl_json_count(results), i = 0, count;
    int rc = 0;

    if (jaxl_json_type(results) != JAXL_JSON_ARRAY ||
        jaxl_json_int(jaxl_json_get(page, "count"), &count) || count < 0)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer is no list");
    if (s->state != JAXL_FETCH_READING)
        return 0;
    if (!note_count(s, ask, count, n)) {
        spoil(s);
        return 0;
    }
    if (count > JAXL_FETCH_SLICE && s->run->o->kind == JAXL_FETCH_CALLS && !s->uncut) {
        s->state = JAXL_FETCH_TOO_BIG;
        jaxl_fetch_slice_drop(s);
        return 0;
    }
    if (ask->page.offset == 0)
        note_newest(&s->parts[ask->part], results);
    if (!ask->probe)
        for (const struct jaxl_json *v = jaxl_json_first(results); v && !rc; v = jaxl_json_next(v))
            rc = jaxl_fetch_take(s, ask, i++, v, err);
    if (!rc && !ask->probe)
        rc = ask->page.offset == 0 ? ask_others(s, ask->part, n) : ask_next(s, ask->part);
    return rc ? rc : compare_parts(s);
}

static bool make_room(struct jaxl_fetch_slice *s)
{
    size_t room = s->room ? 2 * s->room : JAXL_FETCH_PAGE;
    struct jaxl_fetch_row *more;

    if (s->n < s->room)
        return true;
    more = reallocarray(s->rows, room, sizeof *more);
    if (!more)
        return false;
    s->rows = more;
    s->room = room;
    return true;
}

int jaxl_fetch_slice_row(struct jaxl_fetch_slice *s, const struct jaxl_fetch_row *row)
{
    if (!make_room(s))
        return JAXL_ENOMEM;
    s->rows[s->n++] = *row;
    return 0;
}

int jaxl_fetch_slice_add(struct jaxl_fetch_slice *s, const struct jaxl_fetch_row *row,
                         const char *id, const char *mark, const struct jaxl_json *record)
{
    struct jaxl_fetch_row added = *row;
    struct jaxl_json_writer w;

    added.id = s->text.len;
    jaxl_buf_add(&s->text, id, strlen(id) + 1);
    added.mark = mark == id ? added.id : s->text.len;
    if (mark != id)
        jaxl_buf_add(&s->text, mark, strlen(mark) + 1);
    added.json = s->text.len;
    jaxl_json_writer_init(&w, &s->text);
    jaxl_json_write_value(&w, record);
    added.len = s->text.len - added.json;
    jaxl_buf_putc(&s->text, '\0');
    return s->text.failed ? s->text.failed : jaxl_fetch_slice_row(s, &added);
}

int jaxl_fetch_slice_gone(struct jaxl_fetch_slice *s, int64_t id)
{
    const struct jaxl_fetch_row row = {.at = INT64_MIN, .gone = true};
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, id);
    return jaxl_fetch_slice_add(s, &row, text, text, NULL);
}

void jaxl_fetch_slice_end(struct jaxl_fetch_slice *s)
{
    bool listed = !s->gets && s->run->o->kind != JAXL_FETCH_USAGE;

    s->state = JAXL_FETCH_WHOLE;
    for (unsigned i = 0; i < s->n_parts && listed; i++) {
        const struct jaxl_fetch_part *p = &s->parts[i];
        if (!p->same && (int64_t)p->ids.n > p->count)
            s->state = JAXL_FETCH_SPOILED; /* one went and another came between two tries */
        else if (has_gaps(p) && s->state == JAXL_FETCH_WHOLE)
            s->state = JAXL_FETCH_GAPS;
    }
}

static int earlier(const void *a, const void *b, void *arg)
{
    const struct jaxl_fetch_row *x = a, *y = b;
    const struct jaxl_buf *text = arg;
    const char *id = text->data + x->id, *other = text->data + y->id;
    size_t len = strlen(id), other_len = strlen(other);

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (len != other_len) /* of numbers the greater one */
        return len < other_len ? -1 : 1;
    return strcmp(id, other) ? strcmp(id, other) : x->part - y->part;
}

void jaxl_fetch_slice_sort(struct jaxl_fetch_slice *s)
{
    if (s->n)
        qsort_r(s->rows, s->n, sizeof *s->rows, earlier, &s->text);
}
