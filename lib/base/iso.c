#include "base/iso.h"

#include <string.h>

#include "base/date.h"
#include "jaxl/error.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

__extension__ typedef __int128 wide;

struct cursor {
    const char *p, *end;
};

static bool skip(struct cursor *c, char ch)
{
    if (c->p == c->end || *c->p != ch)
        return false;
    c->p++;
    return true;
}

static bool is_digit(const struct cursor *c)
{
    return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

/* Exactly n digits with a value from least to most; -1 for everything else. */
static int number(struct cursor *c, int n, int least, int most)
{
    int v = 0;

    for (; n > 0; n--) {
        if (!is_digit(c))
            return -1;
        v = v * 10 + (*c->p++ - '0');
    }
    return v < least || v > most ? -1 : v;
}

static int64_t day_of_year(int year, int day)
{
    return jaxl_date_days(year, 1, 1) + day - 1;
}

/* The Monday of the first week: that of the 4th of January. */
static int64_t first_monday(int year)
{
    int64_t fourth = day_of_year(year, 4);

    return fourth - (jaxl_date_weekday(fourth) + 6) % 7;
}

static bool week_date(struct cursor *c, int year, bool extended, int64_t *days)
{
    int week = number(c, 2, 1, 53), day;

    if (week < 0 || skip(c, '-') != extended || (day = number(c, 1, 1, 7)) < 0)
        return false;
    *days = first_monday(year) + (week - 1) * 7 + day - 1;
    return week < 53 || first_monday(year + 1) > *days;
}

static bool ordinal_date(struct cursor *c, int year, int64_t *days)
{
    bool leap = jaxl_date_month_days(year, 2) == 29;
    int day = number(c, 3, 1, leap ? 366 : 365);

    *days = day_of_year(year, day);
    return day > 0;
}

static bool month_date(struct cursor *c, int year, bool extended, int64_t *days)
{
    int month = number(c, 2, 1, 12), day;

    if (month < 0 || skip(c, '-') != extended ||
        (day = number(c, 2, 1, jaxl_date_month_days(year, month))) < 0)
        return false;
    *days = jaxl_date_days(year, month, day);
    return true;
}

static bool read_date(struct cursor *c, int64_t *days)
{
    struct cursor ahead;
    bool extended;
    int year;

    if (skip(c, '+') && (!skip(c, '0') || !skip(c, '0')))
        return false;
    year = number(c, 4, 0, 9999);
    if (year < 0)
        return false;
    extended = skip(c, '-');
    if (skip(c, 'W'))
        return week_date(c, year, extended, days);
    ahead = *c;
    while (is_digit(&ahead))
        ahead.p++;
    if (ahead.p - c->p == 3)
        return ordinal_date(c, year, days);
    return month_date(c, year, extended, days);
}

/* Decimals of a part of unit microseconds, behind a point or comma; without one none. */
static bool read_fraction(struct cursor *c, int64_t unit, int64_t *us)
{
    int64_t parts = 0, whole = 1;

    if (!skip(c, '.') && !skip(c, ','))
        return true;
    if (!is_digit(c))
        return false;
    for (; is_digit(c); c->p++)
        if (whole < INT64_C(1000000000000000000)) {
            parts = parts * 10 + (*c->p - '0');
            whole *= 10;
        }
    if (whole <= INT64_C(1000000000))
        *us += parts * unit / whole;
    else
        *us += (int64_t)((wide)parts * unit / whole);
    return true;
}

static bool is_colon_or_digit(const struct cursor *c)
{
    return is_digit(c) || (c->p < c->end && *c->p == ':');
}

static bool read_time(struct cursor *c, int64_t *us)
{
    static const struct {
        int64_t unit;
        int most;
    } parts[] = {{HOUR, 24}, {MINUTE, 59}, {SECOND, 60}};
    bool extended = false;
    int64_t unit = HOUR;
    bool last = c->end - c->p > 1 && c->p[0] == '2' && c->p[1] == '4'; /* of the day */

    *us = 0;
    for (int i = 0; i < 3 && (i == 0 || is_colon_or_digit(c)); i++) {
        int v;
        if (i == 1)
            extended = skip(c, ':');
        else if (i == 2 && skip(c, ':') != extended)
            return false;
        v = number(c, 2, 0, parts[i].most);
        if (v < 0)
            return false;
        unit = parts[i].unit;
        *us += v * unit;
    }
    return read_fraction(c, unit, us) && (!last || *us == DAY);
}

/* Microseconds that local time is ahead of UTC. */
static bool read_offset(struct cursor *c, int64_t *us)
{
    bool negative = skip(c, '-');
    int hours, minutes = 0;

    if (!negative && !skip(c, '+'))
        return false;
    hours = number(c, 2, 0, 23);
    if (hours >= 0 && is_colon_or_digit(c)) {
        (void)skip(c, ':');
        minutes = number(c, 2, 0, 59);
    }
    *us = (negative ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
    return hours >= 0 && minutes >= 0;
}

static bool read_zone(struct cursor *c, int64_t *ahead, bool *has_zone)
{
    *ahead = 0;
    *has_zone = c->p < c->end;
    return !*has_zone || skip(c, 'Z') || skip(c, 'z') || read_offset(c, ahead);
}

static int read_all(const char *text, size_t len, int64_t *us, bool *has_zone)
{
    struct cursor c = {text, text + len};
    int64_t days, time = 0, ahead = 0;
    bool zone = false;

    if (!read_date(&c, &days))
        return JAXL_EINPUT;
    if (c.p < c.end) {
        if (!skip(&c, 'T') && !skip(&c, 't') && !skip(&c, ' '))
            return JAXL_EINPUT;
        if (!read_time(&c, &time) || !read_zone(&c, &ahead, &zone) || c.p < c.end)
            return JAXL_EINPUT;
    }
    *us = days * DAY + time - ahead;
    *has_zone = zone;
    return 0;
}

/* Eight bytes at once, the first in the lowest byte. */
static uint64_t load(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Where mask has ones there must be digits, elsewhere what expected has. *pairs: in each byte, that
 * digit times ten and the next. */
static bool take_pairs(uint64_t v, uint64_t expected, uint64_t mask, uint64_t *pairs)
{
    uint64_t x = v ^ (expected | (mask & EACH(0x30))), digits = x & mask;
    /* above 9 becomes 0x80 and above, what was 0x80 and above stays it */
    uint64_t above = ((digits & EACH(0x7f)) + (mask & EACH(0x76))) | digits;

    *pairs = digits * 10 + (digits >> 8);
    return !(x & ~mask) && !(above & EACH(0x80));
}

static unsigned pair(uint64_t pairs, int at)
{
    return pairs >> 8 * at & 0xff;
}

static uint32_t days_to(uint32_t year, uint32_t month, uint32_t day)
{
    /* of a year that begins in March */
    static const uint16_t before[13] = {0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275};

    year -= month <= 2;
    return year * 365 + year / 4 - year / 100 + year / 400 + before[month] + day;
}

/* Decimals of a second and Z. */
static bool take_micros(const char *p, size_t len, int64_t *us)
{
    const uint64_t six = UINT64_C(0x00ffffffffffff00), around = (uint64_t)'Z' << 56 | '.';
    struct cursor c = {p, p + len};
    uint64_t pairs;

    if (len != 8 || !take_pairs(load(p), around, six, &pairs))
        return read_fraction(&c, SECOND, us) && skip(&c, 'Z') && c.p == c.end;
    *us += pair(pairs, 1) * 10000 + pair(pairs, 3) * 100 + pair(pairs, 5);
    return true;
}

/* 2026-10-05T12:34:56Z, with or without decimals. False for every other form and for wrong ones. */
static bool read_usual(const char *text, size_t len, int64_t *us)
{
    const uint64_t date = UINT64_C(0x2d00002d00000000), time = UINT64_C(0x00003a0000540000);
    uint64_t a, b;
    unsigned year, month, day, hour, minute, second, ones;

    if (len < 20 || text[16] != ':')
        return false;
    if (!take_pairs(load(text), date, UINT64_C(0x00ffff00ffffffff), &a) ||
        !take_pairs(load(text + 8), time, UINT64_C(0xffff00ffff00ffff), &b))
        return false;
    second = (unsigned char)text[17] - '0';
    ones = (unsigned char)text[18] - '0';
    if (second > 5 || ones > 9)
        return false;
    year = pair(a, 0) * 100 + pair(a, 2);
    month = pair(a, 5);
    day = pair(b, 0);
    hour = pair(b, 3);
    minute = pair(b, 6);
    if (year == 0 || month - 1 > 11 || day == 0 || hour > 23 || minute > 59 ||
        (day > 28 && day > (unsigned)jaxl_date_month_days(year, (int)month)))
        return false;
    *us = ((int64_t)days_to(year, month, day) - 719469) * DAY + hour * HOUR + minute * MINUTE +
          (second * 10 + ones) * SECOND;
    return (len == 20 && text[19] == 'Z') || take_micros(text + 19, len - 19, us);
}

int jaxl_iso_parse(const char *text, size_t len, int64_t *us, bool *has_zone)
{
    int64_t usual;

    if (!read_usual(text, len, &usual))
        return read_all(text, len, us, has_zone);
    *us = usual;
    *has_zone = true;
    return 0;
}
