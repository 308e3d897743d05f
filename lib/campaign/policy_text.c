/* Rules as the text of a policy file, to say which of them decided. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "campaign/policy_impl.h"

enum { DAY = 1440 };

/* The days of a week as people count them. */
static const struct {
    char name[4];
    int day; /* from Sunday */
} week[7] = {{"mon", 1}, {"tue", 2}, {"wed", 3}, {"thu", 4}, {"fri", 5}, {"sat", 6}, {"sun", 0}};

struct text {
    char *out;
    size_t len, size;
};

static void JAXL_PRINTF(2, 3) put(struct text *t, const char *fmt, ...)
{
    va_list args;
    int n;

    if (t->len >= t->size)
        return;
    va_start(args, fmt);
    n = vsnprintf(t->out + t->len, t->size - t->len, fmt, args);
    va_end(args);
    t->len = n < 0 ? t->size : t->len + (size_t)n;
    if (t->len >= t->size && t->size > 3)
        memcpy(t->out + t->size - 4, "...", 4);
}

static void put_days(struct text *t, unsigned days)
{
    bool first = true;
    int from, to;

    for (from = 0; from < 7; from = to + 1) {
        for (to = from; to < 7 && days >> week[to].day & 1; to++)
            ;
        if (to == from)
            continue;
        to--;
        put(t, "%s%s", first ? "" : ",", week[from].name);
        if (to > from)
            put(t, "%c%s", to == from + 1 ? ',' : '-', week[to].name);
        first = false;
    }
}

static bool is_open(const uint64_t *bits, int minute)
{
    return minute < DAY && bits[minute / 64] >> minute % 64 & 1;
}

static void put_hours(struct text *t, const uint64_t *bits)
{
    const char *before = "";

    for (int from = 0, to; from < DAY; from = to) {
        for (to = from + 1; to < DAY && is_open(bits, to) == is_open(bits, from); to++)
            ;
        if (!is_open(bits, from))
            continue;
        put(t, "%s%02d:%02d-%02d:%02d", before, from / 60, from % 60, to / 60, to % 60);
        before = ",";
    }
}

void jaxl_policy_days_text(unsigned days, char *out, size_t size)
{
    struct text t = {out, 0, size};

    if ((days & 0x7f) == 0)
        put(&t, "none");
    else if ((days & 0x7f) == 0x7f)
        put(&t, "all");
    else
        put_days(&t, days);
}

void jaxl_policy_window_text(const struct jaxl_window *w, char *out, size_t size)
{
    static const uint64_t none[sizeof w->open[0] / sizeof w->open[0][0]];
    struct text t = {out, 0, size};
    unsigned done = 0;

    for (int i = 0; i < 7; i++) { /* the days that have the hours of this one, together */
        const uint64_t *bits = w->open[week[i].day];
        unsigned same = 0;
        for (int d = 0; d < 7; d++)
            same |= (unsigned)(memcmp(w->open[d], bits, sizeof w->open[d]) == 0) << d;
        if (done >> week[i].day & 1 || memcmp(bits, none, sizeof none) == 0)
            continue;
        put(&t, "%s", done ? "," : "");
        if (same != 0x7f)
            put_days(&t, same);
        put(&t, "%s", same != 0x7f ? " " : "");
        put_hours(&t, bits);
        done |= same;
    }
    if (!done)
        put(&t, "none");
}
