#include "report_calls.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "jaxl/clock.h"
#include "report_run.h"

static const char *const campaigns[] = {
    NULL, "", "Diwali 2026", "\xC3\x84pfel, \"rot\"", "diwali 2026", "a,b", "two\nlines", "x"};

/* How a call ended: as jaxl-dial says it, and as a Call object does. */
static const struct {
    const char *disposition, *missed, *voicemail, *failure;
} hows[] = {{"ANSWERED", "false", "false", NULL},        {"ANSWERED", "false", NULL, ""},
            {"NO_ANSWER", "true", "false", NULL},        {"VOICEMAIL", "true", "true", NULL},
            {"BAD_NUMBER", "false", NULL, "UNASSIGNED"}, {"FUNDS", NULL, NULL, "OOB"},
            {"UNKNOWN", "false", NULL, "SOMETHING"}};

static const char *const no_calls[] = {"suppressed", "deferred", "expired", "not_sent", "planned"};

static const struct call_cost currencies[] = {{"INR", "INR", false, 0}, {"INR", "2", true, 0},
                                              {"USD", "USD", false, 0}, {"USD", "1", true, 0},
                                              {"EUR", "EUR", false, 0}, {"", NULL, false, 0}};

static unsigned pick(uint64_t *seed, unsigned n)
{
    return (unsigned)(ran_random(seed) >> 33) % n;
}

static void make_costs(struct call *c, uint64_t *seed)
{
    static const int64_t units[] = {1000000000, 10000000, 1000, 1};

    c->n_costs = (int)pick(seed, 8);
    c->n_costs = c->n_costs == 7 ? 2 : c->n_costs > 1;
    for (int i = 0; i < c->n_costs; i++) {
        int64_t unit = units[pick(seed, 4)];
        c->costs[i] = currencies[pick(seed, 20) ? pick(seed, 5) : 5];
        c->costs[i].nanos = (int64_t)pick(seed, 2000000000) / (unit > 1000 ? 1000000 : 1) * unit;
        if (!pick(seed, 10))
            c->costs[i].nanos = -c->costs[i].nanos;
    }
}

static void make_one(struct call *c, uint64_t i, uint64_t *seed)
{
    unsigned kind = pick(seed, 100), id = pick(seed, 100);
    int64_t day = jaxl_date_days(2026, 10, 20) + pick(seed, 12);

    *c = (struct call){.id = -1, .session = -1, .duration = -1};
    c->kind = kind < 3 ? CALL_BAD : kind < 8 ? CALL_NONE : kind < 25 ? CALL_OPEN : CALL_FINAL;
    if (id < 60)
        c->id = (int64_t)(1000000 + i);
    else if (id < 85)
        c->id = (int64_t)(1000000 + (i ? ran_random(seed) % i : 0));
    else if (id < 95)
        c->session = (int)pick(seed, (unsigned)i + 1);
    c->at =
        (day * 86400 + pick(seed, 86400)) * JAXL_SECOND + pick(seed, 3) % 2 * pick(seed, 1000000);
    if (!pick(seed, 30))
        c->at = INT64_MIN;
    c->offset = pick(seed, 4) ? 0 : (int)pick(seed, 100) * 15 - 720;
    c->campaign = (int)pick(seed, UNIT_COUNT(campaigns));
    c->how = (int)pick(seed, 3) ? (int)pick(seed, 2) : (int)pick(seed, UNIT_COUNT(hows));
    c->object = pick(seed, 2) && c->kind != CALL_NONE && c->session < 0 && c->at != INT64_MIN;
    if (pick(seed, 10))
        c->duration = (int64_t)pick(seed, 900) * JAXL_SECOND +
                      (pick(seed, 3) ? 0 : (int64_t)pick(seed, 1000000));
    c->flaw = (int)pick(seed, 5);
    make_costs(c, seed);
}

void calls_make(struct calls *c, size_t n, uint64_t seed)
{
    c->items = calloc(n, sizeof *c->items);
    c->n = n;
    ck_assert_ptr_nonnull(c->items);
    for (size_t i = 0; i < n; i++)
        make_one(&c->items[i], i, &seed);
}

void calls_free(struct calls *c)
{
    free(c->items);
}

/* value / 10^places without needless zeros. */
static const char *decimal(call_wide value, unsigned places, char text[64])
{
    char digits[48];
    int n = 0;
    char *p = text;
    bool negative = value < 0;

    if (negative)
        value = -value;
    while (places && value % 10 == 0) {
        value /= 10;
        places--;
    }
    do {
        digits[n++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value || n <= (int)places);
    if (negative)
        *p++ = '-';
    while (n--) {
        *p++ = digits[n];
        if (n && (unsigned)n == places)
            *p++ = '.';
    }
    *p = '\0';
    return text;
}

static const char *time_text(const struct call *c, char text[64])
{
    int64_t local, seconds, days;
    struct jaxl_date date;
    int n;

    if (c->at == INT64_MIN)
        return NULL;
    local = c->at + (int64_t)c->offset * 60 * JAXL_SECOND;
    seconds = local / JAXL_SECOND;
    days = seconds / 86400;
    jaxl_date_from_days(days, &date);
    n = snprintf(text, 64, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year, date.month, date.day,
                 (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (local % JAXL_SECOND)
        n += snprintf(text + n, 64 - (size_t)n, ".%06d", (int)(local % JAXL_SECOND));
    if (c->offset)
        snprintf(text + n, 64 - (size_t)n, "%c%02d:%02d", c->offset < 0 ? '-' : '+',
                 abs(c->offset) / 60, abs(c->offset) % 60);
    else
        snprintf(text + n, 64 - (size_t)n, "Z");
    return text;
}

enum { FIELDS = 18 };
static const char *const names[FIELDS] = {"call_id",       "id",
                                          "session_id",    "state",
                                          "disposition",   "missed",
                                          "has_voicemail", "failure_reason",
                                          "duration",      "placed_at",
                                          "created_on",    "completed_on",
                                          "is_finalized",  "campaign",
                                          "costs.0.cost",  "costs.0.currency",
                                          "costs.1.cost",  "costs.1.currency"};
/* In NDJSON: a string, or as it stands. */
static const bool plain[FIELDS] = {[0] = true, [1] = true,  [5] = true,  [6] = true,
                                   [8] = true, [12] = true, [14] = true, [16] = true};

static void fill_ends(const struct call *c, const char *cells[FIELDS])
{
    bool open = c->kind == CALL_OPEN;

    if (c->object) {
        cells[5] = hows[c->how].missed;
        cells[6] = hows[c->how].voicemail;
        cells[7] = hows[c->how].failure;
        if (!open || c->flaw % 2)
            cells[11] = "2026-12-01T00:00:00Z";
        cells[12] = open && c->flaw % 2 ? "false" : open ? NULL : "true";
    } else {
        cells[3] = c->kind == CALL_NONE ? no_calls[c->flaw]
                   : !open              ? "done"
                   : c->flaw % 2        ? "submitted"
                                        : "unknown";
        cells[4] = hows[c->how].disposition;
        cells[7] = hows[c->how].failure;
    }
}

static void fill_flaw(const struct call *c, const char *cells[FIELDS])
{
    static const char *const flaws[][2] = {
        {"NaN", ""}, {"-1", ""}, {"1e9", ""}, {"", "2026-13-01T00:00:00Z"}, {"", "yesterday"}};

    if (*flaws[c->flaw][0])
        cells[8] = flaws[c->flaw][0];
    else
        cells[9] = flaws[c->flaw][1];
}

static void write_cells(const char *const cells[FIELDS], bool csv, struct jaxl_buf *out)
{
    struct jaxl_json_writer *w = NULL;

    for (int i = 0; i < FIELDS && csv; i++) {
        jaxl_buf_puts(out, i ? ",\"" : "\"");
        for (const char *p = cells[i] ? cells[i] : ""; *p; p++) {
            if (*p == '"')
                jaxl_buf_putc(out, '"');
            jaxl_buf_putc(out, *p);
        }
        jaxl_buf_puts(out, "\"");
    }
    if (csv)
        return;
    ck_assert_int_eq(jaxl_json_writer_new(&w, out), 0);
    jaxl_json_write_object(w);
    for (int i = 0; i < FIELDS - 4; i++) {
        if (!cells[i] && i % 2)
            continue;
        jaxl_json_write_key(w, names[i]);
        if (!cells[i])
            jaxl_json_write_null(w);
        else if (plain[i])
            jaxl_json_write_raw(w, cells[i], strlen(cells[i]));
        else
            jaxl_json_write_string(w, cells[i]);
    }
    jaxl_json_writer_free(&w);
}

static void write_costs(const struct call *c, struct jaxl_buf *out)
{
    char text[64];

    jaxl_buf_puts(out, ",\"costs\":[");
    for (int i = 0; i < c->n_costs; i++) {
        const char *quote = c->costs[i].number ? "" : "\"";
        jaxl_buf_printf(out, "%s{\"cost\":%s", i ? "," : "", decimal(c->costs[i].nanos, 9, text));
        if (c->costs[i].written)
            jaxl_buf_printf(out, ",\"currency\":%s%s%s", quote, c->costs[i].written, quote);
        jaxl_buf_puts(out, "}");
    }
    jaxl_buf_puts(out, "]}");
}

static void write_one(const struct call *c, bool csv, struct jaxl_buf *out)
{
    char id[32], session[40], duration[64], at[64], cost[2][64];
    const char *cells[FIELDS] = {NULL};

    snprintf(id, sizeof id, "%lld", (long long)c->id);
    snprintf(session, sizeof session, "%08x-0000-4000-8000-000000000000", (unsigned)c->session);
    if (c->id >= 0)
        cells[c->object] = id;
    if (c->session >= 0)
        cells[2] = session;
    if (c->duration >= 0)
        cells[8] = decimal(c->duration, 6, duration);
    cells[c->object ? 10 : 9] = time_text(c, at);
    cells[13] = campaigns[c->campaign];
    fill_ends(c, cells);
    for (int i = 0; i < c->n_costs && csv; i++) {
        cells[14 + 2 * i] = decimal(c->costs[i].nanos, 9, cost[i]);
        cells[15 + 2 * i] = c->costs[i].written;
    }
    if (c->kind == CALL_BAD)
        fill_flaw(c, cells);
    write_cells(cells, csv, out);
    if (!csv)
        write_costs(c, out);
    jaxl_buf_puts(out, "\n");
}

void calls_write(const struct calls *c, bool csv, struct jaxl_buf *out)
{
    if (csv) {
        for (int i = 0; i < FIELDS; i++)
            jaxl_buf_printf(out, "%s%s", i ? "," : "", names[i]);
        jaxl_buf_puts(out, "\r\n");
    }
    for (size_t i = 0; i < c->n; i++)
        write_one(&c->items[i], csv, out);
    ck_assert_int_eq(jaxl_buf_check(out, "calls", NULL), 0);
}
