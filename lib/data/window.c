#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/window.h"

/* Minutes are counted by the clocks of a zone from 1970-01-01 on, through all days; hours that go
 * on after midnight are then one piece. */
enum { DAY = 1440, WORDS = 23, FAR = JAXL_WINDOW_DAYS * DAY, MARGIN = 4 * DAY };

struct hours {
    const struct jaxl_window *window;
    const struct jaxl_holidays *holidays;
    struct jaxl_zone *zone;
};

bool jaxl_window_intersect(struct jaxl_window *w, const struct jaxl_window *other)
{
    bool left = false;

    for (int d = 0; d < 7; d++)
        for (int i = 0; i < WORDS; i++)
            left = (w->open[d][i] &= other->open[d][i]) || left;
    return left;
}

static int64_t day_of(int64_t minute)
{
    return minute / DAY - (minute % DAY < 0);
}

static const uint64_t *bits_of(const struct hours *h, int64_t day)
{
    static const uint64_t none[WORDS];
    int64_t weekday = ((day + 4) % 7 + 7) % 7; /* the first day was a Thursday */

    if (h->holidays && jaxl_holidays_has(h->holidays, day))
        return none;
    return h->window->open[weekday];
}

static bool allowed(const struct hours *h, int64_t minute)
{
    int64_t day = day_of(minute), m = minute - day * DAY;

    return bits_of(h, day)[m / 64] >> m % 64 & 1;
}

/* The first minute from start on that is allowed or not, as wanted; end when there is none before
 * it. */
static int64_t seek(const struct hours *h, int64_t start, bool wanted, int64_t end)
{
    int64_t at = start;

    while (at < end) {
        int64_t day = day_of(at), m = at - day * DAY;
        const uint64_t *bits = bits_of(h, day);
        for (; m < DAY; m = (m / 64 + 1) * 64) {
            uint64_t rest = (wanted ? bits[m / 64] : ~bits[m / 64]) >> m % 64;
            if (rest && (m += __builtin_ctzll(rest)) < DAY)
                return day * DAY + m < end ? day * DAY + m : end;
        }
        at = (day + 1) * DAY;
    }
    return end;
}

/* The first of the allowed minutes in one piece that at is among; or, when they began so long ago
 * that no change of the clocks matters, any one of them. */
static int64_t beginning(const struct hours *h, int64_t at)
{
    int64_t start = at - MARGIN, closed, open;

    for (open = seek(h, start, true, at); open < at; open = seek(h, closed, true, at)) {
        closed = seek(h, open, false, at);
        if (closed == at)
            return open;
    }
    return at;
}

static int64_t instant(const struct hours *h, int64_t minute, enum jaxl_zone_pick pick)
{
    int64_t day = day_of(minute);

    return jaxl_zone_instant(h->zone, day, (int)(minute - day * DAY), pick);
}

/* When allowed minutes up to end cease to be; never when that is where the search ends. */
static int64_t closing(const struct hours *h, int64_t end, int64_t far)
{
    return end == far ? JAXL_WINDOW_NEVER : instant(h, end, JAXL_ZONE_EARLIER);
}

/* The next opening of what begins at start or later; after now, and before it closes again. */
static int64_t next_opening(const struct hours *h, int64_t start, int64_t far, int64_t now)
{
    int64_t from, end;

    for (from = seek(h, start, true, far); from < far; from = seek(h, end, true, far)) {
        int64_t opens = instant(h, from, JAXL_ZONE_LATER);
        end = seek(h, from, false, far);
        if (opens > now && opens < closing(h, end, far))
            return opens;
    }
    return JAXL_WINDOW_NEVER;
}

/* When it closes, given where the allowed minutes end: clocks that are set forward over the pause
 * to the next make one of both. */
static int64_t last_closing(const struct hours *h, int64_t end, int64_t far)
{
    int64_t closes = closing(h, end, far), from;

    while (closes != JAXL_WINDOW_NEVER && (from = seek(h, end, true, far)) < far &&
           instant(h, from, JAXL_ZONE_LATER) <= closes) {
        end = seek(h, from, false, far);
        closes = closing(h, end, far);
    }
    return closes;
}

static bool open_there(const struct hours *h, int64_t now, int64_t *until)
{
    struct jaxl_zone_clock local;
    int64_t at, far, start;

    jaxl_zone_local(h->zone, now, &local);
    start = at = local.days * DAY + local.minute;
    far = at + FAR;
    if (allowed(h, at)) {
        int64_t end = seek(h, at, false, far);
        start = beginning(h, at);
        if (now >= instant(h, start, JAXL_ZONE_LATER)) {
            *until = last_closing(h, end, far);
            if (now < *until)
                return true;
            start = end;
        }
    }
    *until = next_opening(h, start, far, now);
    return false;
}

bool jaxl_window_open(const struct jaxl_window *w, const struct jaxl_holidays *holidays,
                      struct jaxl_zone *const *zones, size_t count, int64_t now, int64_t *until)
{
    int64_t far = INT64_C(86400) * JAXL_WINDOW_DAYS * JAXL_SECOND, at = now, next;
    bool open;

    *until = JAXL_WINDOW_NEVER;
    if (!count)
        return false;
    far = now < INT64_MAX - far ? now + far : INT64_MAX;
    do { /* at the last of the openings it may have closed again where it was open before */
        int64_t closes = JAXL_WINDOW_NEVER, change;
        open = true;
        next = at;
        for (size_t i = 0; i < count; i++) {
            struct hours hours = {w, holidays, zones[i]};
            if (!open_there(&hours, at, &change)) {
                open = false;
                next = change > next ? change : next;
            } else if (change < closes) {
                closes = change;
            }
        }
        if (open) {
            *until = at == now ? closes : at;
            return at == now;
        }
        at = next;
    } while (at < far);
    return false;
}
