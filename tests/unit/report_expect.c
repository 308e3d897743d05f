/* The rows that a report on random calls must have. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/clock.h"
#include "report_calls.h"
#include "unit.h"

/* What a call adds to a row. */
struct entry {
    char sort[64], key[160];
    const char *currency; /* "~": none, which comes last */
    bool counts, open;    /* counts: it is here that the call is counted */
    int outcome;
    int64_t talk, billed, nanos;
};

struct entries {
    struct entry *items;
    size_t n;
};

static const struct {
    const char *disposition;
    int outcome;
} facts[] = {{"ANSWERED", 0},   {"ANSWERED", 0}, {"NO_ANSWER", 1}, {"VOICEMAIL", 1},
             {"BAD_NUMBER", 2}, {"FUNDS", 2},    {"UNKNOWN", 2}};

/* As JSON, and in the order of their bytes (null last). */
static const struct {
    const char *json, *sort;
} campaigns[] = {{"null", "\xFF"},
                 {"null", "\xFF"},
                 {"\"Diwali 2026\"", "Diwali 2026"},
                 {"\"\xC3\x84pfel, \\\"rot\\\"\"", "\xC3\x84pfel"},
                 {"\"diwali 2026\"", "diwali 2026"},
                 {"\"a,b\"", "a,b"},
                 {"\"two\\nlines\"", "two"},
                 {"\"x\"", "x"}};

static void set_key(struct entry *e, const struct call *c, enum jaxl_report_view view,
                    struct jaxl_zone *zone)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    struct jaxl_zone_clock now = {0};
    char day[16] = "null", weekday[8] = "null", hour[8] = "null";
    bool timed = c->at != INT64_MIN;

    if (timed) {
        jaxl_zone_local(zone, c->at, &now);
        snprintf(day, sizeof day, "\"%04u-%02u-%02u\"", (unsigned)now.year % 10000,
                 (unsigned)now.month % 100, (unsigned)now.day % 100);
        snprintf(weekday, sizeof weekday, "\"%s\"", days[now.weekday]);
        snprintf(hour, sizeof hour, "%u", (unsigned)now.minute / 60 % 24);
    }
    if (view == JAXL_REPORT_ROWS || view == JAXL_REPORT_SUMS) { /* sums are those of the rows */
        snprintf(e->key, sizeof e->key, "\"day\":%s,\"campaign\":%s,", day,
                 campaigns[c->campaign].json);
        snprintf(e->sort, sizeof e->sort, "%s%s", timed ? day : "\xFF",
                 campaigns[c->campaign].sort);
    } else if (view == JAXL_REPORT_DAYS) {
        snprintf(e->key, sizeof e->key, "\"day\":%s,", day);
        snprintf(e->sort, sizeof e->sort, "%s", timed ? day : "\xFF");
    } else if (view == JAXL_REPORT_OUTCOMES) {
        snprintf(e->key, sizeof e->key, "\"disposition\":\"%s\",", facts[c->how].disposition);
        snprintf(e->sort, sizeof e->sort, "%s", facts[c->how].disposition);
    } else if (view == JAXL_REPORT_HEAT) {
        snprintf(e->key, sizeof e->key, "\"weekday\":%s,\"hour\":%s,", weekday, hour);
        snprintf(e->sort, sizeof e->sort, "%s%d %02u", timed ? "" : "\xFF", (now.weekday + 6) % 7,
                 (unsigned)now.minute / 60);
    }
}

static void add_call(struct entries *to, const struct call *c, enum jaxl_report_view view,
                     struct jaxl_zone *zone)
{
    struct entry e = {.counts = true,
                      .currency = "~",
                      .open = c->kind == CALL_OPEN,
                      .outcome = facts[c->how].outcome};

    if (c->duration > 0 && e.outcome == 0)
        e.talk = e.billed = c->duration;
    if (c->duration > 0 && strcmp(facts[c->how].disposition, "VOICEMAIL") == 0)
        e.billed = c->duration;
    set_key(&e, c, view, zone);
    for (int i = 0; i < c->n_costs; i++) {
        e.counts = i == 0;
        e.currency = *c->costs[i].currency ? c->costs[i].currency : "~";
        e.nanos = c->costs[i].nanos;
        to->items[to->n++] = e;
    }
    if (!c->n_costs)
        to->items[to->n++] = e;
}

/* Which record of a call is the one that counts: final before open, the first of those that are
 * final, the last of those that are open. */
static bool same_call(const struct call *a, const struct call *b)
{
    return a->id >= 0 || b->id >= 0 ? a->id == b->id : a->session >= 0 && a->session == b->session;
}

static int by_identity(const void *x, const void *y)
{
    const struct call *a = *(const struct call *const *)x, *b = *(const struct call *const *)y;

    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    if (a->session != b->session)
        return a->session < b->session ? -1 : 1;
    return a < b ? -1 : a > b;
}

static const struct call *best_of(const struct call *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i]->kind == CALL_FINAL)
            return list[i];
    return list[n - 1];
}

static bool holds(const struct call *c, int64_t longer_than)
{
    return longer_than < 0 || (c->duration >= 0 && c->duration > longer_than);
}

static void choose(const struct calls *c, enum jaxl_report_view view, struct jaxl_zone *zone,
                   int64_t longer_than, struct entries *out, struct jaxl_report_totals *t)
{
    const struct call **list = calloc(c->n, sizeof(const struct call *)), *best;
    size_t n = 0, last;

    ck_assert_ptr_nonnull(list);
    *t = (struct jaxl_report_totals){.records = c->n};
    for (size_t i = 0; i < c->n; i++) {
        t->rejects += c->items[i].kind == CALL_BAD;
        t->not_calls += c->items[i].kind == CALL_NONE;
        if (c->items[i].kind != CALL_BAD && c->items[i].kind != CALL_NONE)
            list[n++] = &c->items[i];
    }
    qsort(list, n, sizeof(const struct call *), by_identity);
    for (size_t i = 0; i < n; i = last) {
        for (last = i + 1; last < n && same_call(list[i], list[last]); last++) {
        }
        best = best_of(list + i, last - i);
        t->repeats += last - i - 1;
        if (!holds(best, longer_than)) {
            t->outside++;
            continue;
        }
        t->counted += best->kind == CALL_FINAL;
        t->provisional += best->kind == CALL_OPEN;
        add_call(out, best, view, zone);
    }
    free(list);
}

static int by_row(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int order = strcmp(a->sort, b->sort);

    if (!order)
        order = strcmp(a->currency, b->currency);
    return order ? order : (a->talk > b->talk) - (a->talk < b->talk);
}

/* Calls without a cost go to the only currency of their group. */
static void settle(struct entry *e, size_t n)
{
    const char *only = NULL;
    int64_t final = 0, open = 0;

    for (size_t i = 0; i < n; i++) {
        if (*e[i].currency == '~')
            *(e[i].open ? &open : &final) += e[i].nanos;
        else if (only && strcmp(only, e[i].currency) != 0)
            return;
        else
            only = e[i].currency;
    }
    for (size_t i = 0; i < n && only && !final && !open; i++)
        e[i].currency = only;
}

/* value / by, half-even, as a text with at most so many places; value is in units of 10^-scale. */
static void quotient(struct jaxl_buf *out, const char *name, call_wide value, int scale,
                     call_wide by, int places)
{
    char text[64], *p = text + sizeof text;
    bool negative = value < 0;
    call_wide q, r;

    if (!by) {
        jaxl_buf_printf(out, ",\"%s\":null", name);
        return;
    }
    value = negative ? -value : value;
    for (; scale > places; scale--)
        by *= 10;
    for (; scale < places; scale++)
        value *= 10;
    q = value / by;
    r = value % by;
    if (2 * r > by || (2 * r == by && q % 2))
        q++;
    for (; places && q % 10 == 0; places--)
        q /= 10;
    negative = negative && q;
    *--p = '\0';
    for (int i = 0; q || i <= places; i++, q /= 10) {
        if (i && i == places)
            *--p = '.';
        *--p = (char)('0' + (int)(q % 10));
    }
    jaxl_buf_printf(out, ",\"%s\":%s%s", name, negative ? "-" : "", p);
}

static void exact(struct jaxl_buf *out, const char *name, call_wide value, int scale)
{
    quotient(out, name, value, scale, 1, scale);
}

struct row {
    call_wide outcomes[3], talk, billed, cost, open, open_cost;
    int64_t *talks;
};

static void add_entry(struct row *r, const struct entry *e)
{
    if (e->open) {
        r->open += e->counts;
        r->open_cost += e->nanos;
        return;
    }
    r->cost += e->nanos;
    if (!e->counts)
        return;
    if (e->outcome == 0)
        r->talks[r->outcomes[0]] = e->talk; /* in order, as entries are */
    r->outcomes[e->outcome]++;
    r->talk += e->talk;
    r->billed += e->billed;
}

static void write_spread(const struct row *r, struct jaxl_buf *out)
{
    static const struct {
        const char *name;
        int percent;
    } quantiles[] = {{"shortest", 0}, {"longest", 100}, {"median", 50}, {"p95", 95}};
    int64_t n = (int64_t)r->outcomes[0];

    for (size_t i = 0; i < UNIT_COUNT(quantiles); i++) {
        int64_t rank = (n * quantiles[i].percent + 99) / 100;
        if (n)
            exact(out, quantiles[i].name, r->talks[rank ? rank - 1 : 0], 6);
        else
            jaxl_buf_printf(out, ",\"%s\":null", quantiles[i].name);
    }
}

static void write_row(const struct entry *e, size_t n, struct jaxl_buf *out)
{
    struct row r = {.talks = calloc(n, sizeof(int64_t))};
    const char *quote = *e->currency == '~' ? "" : "\"";

    ck_assert_ptr_nonnull(r.talks);
    for (size_t i = 0; i < n; i++)
        add_entry(&r, &e[i]);
    jaxl_buf_printf(out, "{%s\"currency\":%s%s%s", e->key, quote,
                    *e->currency == '~' ? "null" : e->currency, quote);
    exact(out, "attempts", r.outcomes[0] + r.outcomes[1] + r.outcomes[2], 0);
    exact(out, "answered", r.outcomes[0], 0);
    exact(out, "missed", r.outcomes[1], 0);
    exact(out, "failed", r.outcomes[2], 0);
    quotient(out, "asr", r.outcomes[0], 0, r.outcomes[0] + r.outcomes[1] + r.outcomes[2], 4);
    quotient(out, "acd", r.talk, 6, r.outcomes[0], 2);
    exact(out, "talk", r.talk, 6);
    exact(out, "billed", r.billed, 6);
    exact(out, "cost", r.cost, 9);
    exact(out, "provisional", r.open, 0);
    exact(out, "provisional_cost", r.open_cost, 9);
    quotient(out, "cost_per_answered", r.cost, 9, r.outcomes[0], 6);
    write_spread(&r, out);
    jaxl_buf_puts(out, "}\n");
    free(r.talks);
}

static size_t run_of(const struct entries *e, size_t i, bool currency)
{
    size_t k = i + 1;

    while (k < e->n && strcmp(e->items[i].sort, e->items[k].sort) == 0 &&
           (!currency || strcmp(e->items[i].currency, e->items[k].currency) == 0))
        k++;
    return k - i;
}

/* And in groups that cost nothing, to the only currency of all. */
static void settle_all(struct entries *e)
{
    const char *only = NULL;

    for (size_t i = 0; i < e->n; i++) {
        const char *c = e->items[i].currency;
        if (only && *c != '~' && strcmp(c, only) != 0)
            return;
        only = *c != '~' ? c : only;
    }
    for (size_t i = 0, n; i < e->n && only; i += n) {
        int64_t final = 0, open = 0;
        bool none = true;
        n = run_of(e, i, false);
        for (size_t k = i; k < i + n; k++) {
            *(e->items[k].open ? &open : &final) += e->items[k].nanos;
            none = none && *e->items[k].currency == '~';
        }
        for (size_t k = i; k < i + n && none && !final && !open; k++)
            e->items[k].currency = only;
    }
}

void calls_rows(const struct calls *c, enum jaxl_report_view view, const char *tz,
                int64_t longer_than, struct jaxl_buf *out, struct jaxl_report_totals *totals)
{
    struct entries e = {calloc(2 * c->n, sizeof(struct entry)), 0};
    struct jaxl_zone *zone = NULL;

    ck_assert_ptr_nonnull(e.items);
    ck_assert_int_eq(jaxl_zone_new(&zone, tz, NULL), 0);
    choose(c, view, zone, longer_than, &e, totals);
    qsort(e.items, e.n, sizeof *e.items, by_row);
    for (size_t i = 0, n; i < e.n; i += n) {
        n = run_of(&e, i, false);
        settle(e.items + i, n);
    }
    settle_all(&e);
    for (size_t i = 0; i < e.n && view == JAXL_REPORT_SUMS; i++)
        *e.items[i].sort = *e.items[i].key = '\0';
    qsort(e.items, e.n, sizeof *e.items, by_row);
    for (size_t i = 0, n; i < e.n; i += n) {
        n = run_of(&e, i, true);
        write_row(e.items + i, n, out);
    }
    jaxl_zone_free(&zone);
    free(e.items);
}
