/* Reconciling against a matcher that looks at every pair, on random sets of calls. */
#include <stdlib.h>
#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/reconcile.h"
#include "unit.h"

enum { CALLS = 24, FINDINGS = 6 * CALLS };
#define START INT64_C(1790812800000000) /* 2026-10-01T00:00:00Z */
#define SPAN  (3600 * JAXL_SECOND)

static uint64_t seed = 1;

static uint64_t below(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

struct one {
    int id, session, to, from, cost, duration; /* id, session 0: none; cost -1: none */
    int64_t at;
    bool final;
    int pair; /* -1: none */
};

struct set {
    struct one ours[CALLS], theirs[CALLS];
    int n_ours, n_theirs;
};

static int64_t some_time(void)
{
    return START - 300 * JAXL_SECOND +
           (int64_t)below((SPAN + 600 * JAXL_SECOND) / JAXL_SECOND / 4) * 4 * JAXL_SECOND;
}

/* Few numbers and short spans, so that much collides. A session belongs to one attempt, an id to
 * one call of each side. */
static void draw(struct set *s)
{
    *s = (struct set){.n_ours = (int)below(CALLS + 1), .n_theirs = (int)below(CALLS + 1)};
    for (int i = 0; i < s->n_ours; i++)
        s->ours[i] = (struct one){.id = below(3) ? i + 1 : 0,
                                  .session = i + 1,
                                  .to = (int)below(3),
                                  .from = (int)below(2),
                                  .cost = (int)below(4) - 1,
                                  .duration = (int)below(3),
                                  .at = some_time(),
                                  .pair = -1};
    for (int i = 0; i < s->n_theirs; i++) {
        const struct one *o = s->n_ours ? &s->ours[below((uint64_t)s->n_ours)] : NULL;
        bool known = o && below(2);
        s->theirs[i] = (struct one){
            .id = 100 + i,
            .session = known && below(4) == 0 ? o->session : 0,
            .to = known ? o->to : (int)below(3),
            .from = known ? o->from : (int)below(2),
            .cost = (int)below(4) - 1,
            .duration = (int)below(3),
            .at = known ? o->at + (int64_t)below(140) * JAXL_SECOND - 8 * JAXL_SECOND : some_time(),
            .final = below(4) != 0,
            .pair = -1};
        if (i < s->n_ours && below(2) && s->ours[i].id) /* by id */
            s->theirs[i].id = s->ours[i].id;
    }
}

static bool may_be(const struct one *o, const struct one *t)
{
    return !o->id && o->pair < 0 && t->pair < 0 && o->to == t->to && o->from == t->from &&
           t->at >= o->at - 5 * JAXL_SECOND && t->at <= o->at + 120 * JAXL_SECOND;
}

static void join(struct set *s, int i, int k)
{
    s->ours[i].pair = k;
    s->theirs[k].pair = i;
}

static int candidates(const struct set *s, int i)
{
    int n = 0;

    for (int k = 0; k < s->n_theirs; k++)
        n += may_be(&s->ours[i], &s->theirs[k]);
    return n;
}

static int claims(const struct set *s, int k)
{
    int n = 0;

    for (int i = 0; i < s->n_ours; i++)
        n += may_be(&s->ours[i], &s->theirs[k]);
    return n;
}

static bool is_earlier(const struct one *a, const struct one *b)
{
    return a->at < b->at || (a->at == b->at && a->id < b->id);
}

static void pair(struct set *s)
{
    int of[CALLS];

    for (int i = 0; i < s->n_ours; i++)
        for (int k = 0; k < s->n_theirs; k++)
            if (s->ours[i].id && s->ours[i].id == s->theirs[k].id)
                join(s, i, k);
    for (int i = 0; i < s->n_ours; i++) {
        int best = -1;
        for (int k = 0; k < s->n_theirs; k++)
            if (!s->ours[i].id && s->theirs[k].pair < 0 &&
                s->theirs[k].session == s->ours[i].session &&
                (best < 0 || is_earlier(&s->theirs[k], &s->theirs[best])))
                best = k;
        if (best >= 0)
            join(s, i, best);
    }
    for (int i = 0; i < s->n_ours; i++) {
        of[i] = -1;
        for (int k = 0; k < s->n_theirs; k++)
            if (may_be(&s->ours[i], &s->theirs[k]) && candidates(s, i) == 1 && claims(s, k) == 1)
                of[i] = k;
    }
    for (int i = 0; i < s->n_ours; i++)
        if (of[i] >= 0)
            join(s, i, of[i]);
}

struct found {
    int64_t at;
    int id, session, kind; /* in the order of the kinds */
    char text[96];
};

struct found_list {
    struct found items[FINDINGS];
    int n;
};

static const char *const kinds[] = {"only-ours", "only-theirs", "duplicate", "unknown-resolved",
                                    "unknown",   "cost",        "duration"};

static void note(struct found_list *list, const struct one *shown, int session, int kind, int ours,
                 int theirs, bool difference)
{
    struct found *f = &list->items[list->n++];

    *f = (struct found){shown->at, shown->id, session, kind, ""};
    if (difference)
        snprintf(f->text, sizeof f->text, "%s %d %d %d %d", kinds[kind], shown->id, ours, theirs,
                 theirs - ours);
    else
        snprintf(f->text, sizeof f->text, "%s %d %d %d", kinds[kind], shown->id, ours, theirs);
}

static int or_0(int v)
{
    return v < 0 ? 0 : v;
}

static bool is_missed(const struct one *c)
{
    const int64_t near = 60 * JAXL_SECOND;

    return c->at >= START + near && c->at < START + SPAN && llabs(c->at - START) >= near &&
           llabs(c->at - START - SPAN) >= near;
}

static int known(const struct set *s, const struct one *t)
{
    int64_t nearest = 120 * JAXL_SECOND;
    const struct one *best = NULL;

    for (int i = 0; i < s->n_ours; i++)
        if (t->session && s->ours[i].session == t->session &&
            (s->ours[i].id || s->ours[i].pair >= 0))
            return s->ours[i].id ? s->ours[i].id : s->theirs[s->ours[i].pair].id;
    for (int k = 0; k < s->n_theirs; k++) {
        const struct one *c = &s->theirs[k];
        int64_t apart = llabs(c->at - t->at);
        if (c->pair < 0 || c->to != t->to || c->from != t->from || apart > nearest)
            continue;
        if (!best || apart < nearest || (apart == nearest && is_earlier(c, best)))
            best = c;
        nearest = apart;
    }
    return best ? best->id : 0;
}

static void tell(const struct set *s, struct found_list *list)
{
    for (int i = 0; i < s->n_ours; i++) {
        const struct one *o = &s->ours[i], *t = o->pair < 0 ? NULL : &s->theirs[o->pair];
        if (!t && is_missed(o))
            note(list, o, o->session, o->id ? 0 : 4, o->id, o->id ? 0 : candidates(s, i), false);
        if (!t || t->at < START || t->at >= START + SPAN)
            continue;
        if (!o->id)
            note(list, t, o->session, 3, 0, t->id, false);
        if (t->final && or_0(o->cost) != or_0(t->cost))
            note(list, t, o->session, 5, or_0(o->cost), or_0(t->cost), true);
        if (o->duration != t->duration)
            note(list, t, o->session, 6, o->duration, t->duration, true);
    }
    for (int k = 0; k < s->n_theirs; k++) {
        const struct one *t = &s->theirs[k];
        int repeats = known(s, t);
        if (t->pair < 0 && is_missed(t))
            note(list, t, t->session, repeats ? 2 : 1, repeats, t->id, false);
    }
}

static int compare(const void *left, const void *right)
{
    const struct found *a = left, *b = right;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->id != b->id)
        return a->id - b->id;
    return a->session != b->session ? a->session - b->session : a->kind - b->kind;
}

static void write_cost(struct jaxl_buf *b, const struct one *c)
{
    jaxl_buf_printf(b, ",\"duration\":%d,\"costs\":[", c->duration);
    if (c->cost >= 0)
        jaxl_buf_printf(b, "{\"cost\":%d.00,\"currency\":\"INR\"}", c->cost);
    jaxl_buf_puts(b, "]}");
}

static void write_call(const struct one *c, bool ours, struct jaxl_buf *b)
{
    char at[JAXL_CLOCK_ISO_MAX];

    jaxl_buf_reset(b);
    ck_assert_int_eq(jaxl_clock_format(c->at, at), 0);
    if (ours) {
        jaxl_buf_printf(b,
                        "{\"to\":\"+1202555010%d\",\"from\":\"+1201555019%d\",\"session_id\":"
                        "\"session %02d\",\"state\":\"%s\",\"%s\":\"%s\",\"call_id\":",
                        c->to, c->from, c->session, c->id ? "done" : "unknown",
                        c->id ? "placed_at" : "sent_at", at);
        jaxl_buf_puts(b, c->id ? "" : "null");
        if (c->id)
            jaxl_buf_int(b, c->id);
    } else {
        jaxl_buf_printf(b,
                        "{\"id\":%d,\"to_number\":\"+1202555010%d\",\"from_number\":"
                        "\"+1201555019%d\",\"created_on\":\"%s\",\"completed_on\":\"%s\","
                        "\"is_finalized\":%s",
                        c->id, c->to, c->from, at, at, c->final ? "true" : "false");
        if (c->session)
            jaxl_buf_printf(b, ",\"sid\":\"session %02d\"", c->session);
    }
    write_cost(b, c);
}

/* In another order, and some of them twice. */
static void give(struct jaxl_reconciler *r, const struct one *calls, int n, bool ours)
{
    int order[2 * CALLS], count = 0;
    const struct jaxl_json *record;
    struct jaxl_json_doc *doc;
    struct jaxl_buf text;

    jaxl_buf_init(&text, 4096);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    for (int i = 0; i < n; i++) {
        order[count++] = i;
        if (below(4) == 0)
            order[count++] = i;
    }
    for (int i = count - 1; i > 0; i--) {
        int k = (int)below((uint64_t)i + 1), swapped = order[i];
        order[i] = order[k];
        order[k] = swapped;
    }
    for (int i = 0; i < count; i++) {
        write_call(&calls[order[i]], ours, &text);
        ck_assert_int_eq(jaxl_json_parse(doc, text.data, text.len, &record, NULL), 0);
        ck_assert_int_eq(ours ? jaxl_reconcile_ours(r, record, NULL)
                              : jaxl_reconcile_theirs(r, record, NULL),
                         0);
    }
    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&text);
}

static int shown(const struct jaxl_json *f, const char *name)
{
    const char *text = jaxl_json_text(jaxl_json_get(f, name), NULL);

    return text ? atoi(text) : 0;
}

static int keep(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct found_list *list = ctx;
    struct found *f = &list->items[list->n++];
    const struct jaxl_json *v;
    struct jaxl_json_doc *doc;
    const char *kind;

    (void)err;
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, json, len, &v, NULL), 0);
    kind = jaxl_json_string(jaxl_json_get(v, "finding"), "?");
    if (jaxl_json_is_null(jaxl_json_get(v, "difference")))
        snprintf(f->text, sizeof f->text, "%s %d %d %d", kind, shown(v, "call_id"),
                 shown(v, "ours"), shown(v, "theirs"));
    else
        snprintf(f->text, sizeof f->text, "%s %d %d %d %d", kind, shown(v, "call_id"),
                 shown(v, "ours"), shown(v, "theirs"), shown(v, "difference"));
    jaxl_json_doc_free(&doc);
    return 0;
}

START_TEST(random_sets)
{
    const struct jaxl_reconcile_options options = {START, START + SPAN, 60 * JAXL_SECOND};
    static struct found_list expected, got;
    struct jaxl_reconcile_totals totals;
    uint64_t findings = 0, resolved = 0, duplicates = 0;

    for (int turn = 0; turn < 3000 / unit_slow(); turn++) {
        struct jaxl_reconciler *r;
        struct set s;
        draw(&s);
        expected.n = got.n = 0;
        ck_assert_int_eq(jaxl_reconcile_new(&r, &options, NULL), 0);
        give(r, s.ours, s.n_ours, true);
        give(r, s.theirs, s.n_theirs, false);
        ck_assert_int_eq(jaxl_reconcile_finish(r, keep, &got, &totals, NULL), 0);
        jaxl_reconcile_free(&r);
        pair(&s);
        tell(&s, &expected);
        qsort(expected.items, (size_t)expected.n, sizeof expected.items[0], compare);
        for (int i = 0; i < expected.n && i < got.n; i++)
            ck_assert_msg(strcmp(got.items[i].text, expected.items[i].text) == 0,
                          "turn %d, finding %d: %s, not %s", turn, i, got.items[i].text,
                          expected.items[i].text);
        ck_assert_msg(got.n == expected.n, "turn %d: %d findings, not %d", turn, got.n, expected.n);
        ck_assert_uint_eq(totals.only_ours + totals.only_theirs + totals.cost + totals.duration +
                              totals.disposition + totals.resolved + totals.unknown +
                              totals.duplicates,
                          (uint64_t)got.n);
        ck_assert_uint_eq(totals.ours, totals.pairs + totals.only_ours + totals.unknown);
        ck_assert_uint_eq(totals.theirs, totals.pairs + totals.only_theirs + totals.duplicates);
        ck_assert_uint_eq(totals.ours + totals.theirs + totals.boundary + totals.outside,
                          (uint64_t)(s.n_ours + s.n_theirs));
        findings += (uint64_t)got.n;
        resolved += totals.resolved;
        duplicates += totals.duplicates;
    }
    ck_assert_uint_gt(findings, 100);
    ck_assert_uint_gt(resolved, 10);
    ck_assert_uint_gt(duplicates, 10);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, random_sets);
}

int main(void)
{
    return unit_run("billing_reconcile_naive", add);
}
