#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "jaxl/clock.h"
#include "sandbox/window.h"

enum { DAY = 24 * 60 };
#define MINUTE (60 * JAXL_SECOND)

static bool take_minutes(const char *text, int *out)
{
    int h, m;

    if (strlen(text) != 5 || strspn(text, "0123456789:") != 5 || text[2] != ':')
        return false;
    h = (text[0] - '0') * 10 + text[1] - '0';
    m = (text[3] - '0') * 10 + text[4] - '0';
    *out = h * 60 + m;
    return h >= 0 && h < 24 && m >= 0 && m < 60 && text[4] != ':';
}

const char *window_format(int minutes, char text[WINDOW_TEXT])
{
    snprintf(text, WINDOW_TEXT, "%02d:%02d", minutes / 60 % 24, minutes % 60);
    return text;
}

/* ICU takes any name for a zone and makes unknown ones GMT: a name that it knows has a canonical
 * one. */
static bool open_zone(struct window *w)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar name[sizeof w->tz], canonical[128];
    UBool known = 0;

    u_uastrcpy(name, w->tz);
    ucal_getCanonicalTimeZoneID(name, -1, canonical, 128, &known, &code);
    if (U_FAILURE(code) || !known)
        return false;
    w->calendar = ucal_open(name, -1, "en", UCAL_GREGORIAN, &code);
    return U_SUCCESS(code);
}

const char *window_open(struct window *w, const char *start, const char *end, const char *tz)
{
    *w = (struct window){0};
    if (!take_minutes(start, &w->start))
        return "start";
    if (!take_minutes(end, &w->end) || w->end == w->start)
        return "end";
    if (!*tz || strlen(tz) >= sizeof w->tz ||
        strspn(tz, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") !=
            strlen(tz))
        return "tz";
    strcpy(w->tz, tz);
    return open_zone(w) ? NULL : "tz";
}

void window_close(struct window *w)
{
    if (w->calendar)
        ucal_close(w->calendar);
    w->calendar = NULL;
}

/* What the zone's clock is ahead of UTC. */
static int64_t offset_at(const struct window *w, int64_t t)
{
    UErrorCode code = U_ZERO_ERROR;
    int64_t ms;

    ucal_setMillis(w->calendar, (UDate)(t / JAXL_MSEC), &code);
    ms = ucal_get(w->calendar, UCAL_ZONE_OFFSET, &code);
    ms += ucal_get(w->calendar, UCAL_DST_OFFSET, &code);
    return U_SUCCESS(code) ? ms * JAXL_MSEC : 0;
}

int64_t window_next(const struct window *w, int64_t t)
{
    int64_t offset = offset_at(w, t), clock = t + offset, day = DAY * MINUTE;
    int64_t since = (clock % day - w->start * MINUTE + day) % day; /* the last start */
    int64_t length = ((w->end - w->start + DAY) % DAY) * MINUTE, next;

    if (since < length)
        return t;
    next = t + day - since;
    return next + offset - offset_at(w, next); /* the clock may have been changed until then */
}
