#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/date.h"
#include "jaxl/clock.h"

#define US_A_DAY (INT64_C(86400) * JAXL_SECOND)

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * JAXL_SECOND + ts.tv_nsec / 1000;
}

static int64_t system_now(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_mono(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

static void system_sleep(void *ctx, int64_t us)
{
    struct timespec ts = {.tv_sec = us / JAXL_SECOND, .tv_nsec = us % JAXL_SECOND * 1000};

    (void)ctx;
    if (us > 0)
        nanosleep(&ts, NULL);
}

static int system_random(void *ctx, void *data, size_t n)
{
    unsigned char *p = data;

    (void)ctx;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return JAXL_EIO;
        p += got;
        n -= (size_t)got;
    }
    return 0;
}

const struct jaxl_clock *jaxl_clock_system(void)
{
    static const struct jaxl_clock clock = {
        .now = system_now, .mono = system_mono, .sleep = system_sleep, .random = system_random};
    return &clock;
}

int64_t jaxl_clock_now(const struct jaxl_clock *c)
{
    return c->now(c->ctx);
}

int64_t jaxl_clock_mono(const struct jaxl_clock *c)
{
    return c->mono(c->ctx);
}

void jaxl_clock_sleep(const struct jaxl_clock *c, int64_t us)
{
    c->sleep(c->ctx, us);
}

int jaxl_clock_random(const struct jaxl_clock *c, void *data, size_t n)
{
    return c->random(c->ctx, data, n);
}

uint64_t jaxl_clock_below(const struct jaxl_clock *c, uint64_t below)
{
    uint64_t r, top;

    if (below < 2)
        return 0;
    top = UINT64_MAX - UINT64_MAX % below;
    /* Each turn is the last with a probability over one half; a source of randomness that always
     * gives the same does not hold the program up. */
    for (int turn = 0; turn < 128; turn++) {
        if (jaxl_clock_random(c, &r, sizeof r))
            return 0;
        if (r < top)
            return r % below;
    }
    return 0;
}

/* Writes the last n digits of v and what ends them; every record holds several times, and printf
 * and gmtime would cost more than all the rest of them. */
static char *put_digits(char *p, int v, int n, char end)
{
    p[n] = end;
    for (int i = n - 1; i >= 0; i--, v /= 10)
        p[i] = (char)('0' + v % 10);
    return p + n + 1;
}

int jaxl_clock_format(int64_t us, char *text)
{
    int64_t day = us / US_A_DAY, rest = us % US_A_DAY;
    struct jaxl_date date;
    int sec;

    text[0] = '\0';
    if (rest < 0) {
        rest += US_A_DAY;
        day--;
    }
    jaxl_date_from_days(day, &date);
    if (date.year < 0 || date.year > 9999)
        return JAXL_EARG;
    sec = (int)(rest / JAXL_SECOND);
    rest %= JAXL_SECOND;
    text = put_digits(text, (int)date.year, 4, '-');
    text = put_digits(text, date.month, 2, '-');
    text = put_digits(text, date.day, 2, 'T');
    text = put_digits(text, sec / 3600, 2, ':');
    text = put_digits(text, sec / 60 % 60, 2, ':');
    text = put_digits(text, sec % 60, 2, rest ? '.' : 'Z');
    if (rest)
        text = put_digits(text, (int)rest, 6, 'Z');
    *text = '\0';
    return 0;
}

struct cursor {
    const char *p, *end;
};

/* Reads exactly n digits. */
static int digits(struct cursor *c, int n)
{
    int v = 0;

    if (c->end - c->p < n)
        return -1;
    for (int i = 0; i < n; i++) {
        char ch = c->p[i];
        if (ch < '0' || ch > '9')
            return -1;
        v = v * 10 + (ch - '0');
    }
    c->p += n;
    return v;
}

static int literal(struct cursor *c, const char *any)
{
    if (c->p == c->end || !strchr(any, *c->p) || !*c->p)
        return -1;
    return *c->p++;
}

/* The decimals after the seconds, in microseconds. */
static int fraction(struct cursor *c, int64_t *us)
{
    int64_t unit = JAXL_SECOND;
    int count = 0;

    *us = 0;
    if (literal(c, ".,") < 0)
        return 0;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, count++) {
        unit /= 10;
        *us += (*c->p - '0') * unit;
    }
    return count >= 1 && count <= 9 ? 0 : -1;
}

/* Z, ±hh:mm, ±hhmm, ±hh or nothing, in seconds east. */
static int offset(struct cursor *c, int64_t *seconds)
{
    int sign, h, m = 0;

    *seconds = 0;
    if (c->p == c->end || literal(c, "Zz") >= 0)
        return 0;
    sign = literal(c, "+-");
    h = sign < 0 ? -1 : digits(c, 2);
    if (h < 0 || h > 23)
        return -1;
    if (c->p < c->end) {
        (void)literal(c, ":");
        m = digits(c, 2);
        if (m < 0 || m > 59)
            return -1;
    }
    *seconds = (sign == '-' ? -1 : 1) * (h * 3600 + m * 60);
    return 0;
}

int jaxl_clock_parse(const char *text, size_t len, int64_t *us)
{
    struct cursor c = {text, text + len};
    int y, mo, d, h, mi, s = 0;
    int64_t frac = 0, east;

    y = digits(&c, 4);
    if (y < 0 || literal(&c, "-") < 0 || (mo = digits(&c, 2)) < 1 || mo > 12 ||
        literal(&c, "-") < 0 || (d = digits(&c, 2)) < 1 || d > jaxl_date_month_days(y, mo) ||
        literal(&c, "Tt ") < 0 || (h = digits(&c, 2)) < 0 || h > 23 || literal(&c, ":") < 0 ||
        (mi = digits(&c, 2)) < 0 || mi > 59)
        return JAXL_EINPUT;
    if (literal(&c, ":") >= 0 && ((s = digits(&c, 2)) < 0 || s > 60 || fraction(&c, &frac)))
        return JAXL_EINPUT;
    if (offset(&c, &east) || c.p != c.end)
        return JAXL_EINPUT;
    *us = (jaxl_date_days(y, mo, d) * 86400 + h * 3600 + mi * 60 + s - east) * JAXL_SECOND + frac;
    return 0;
}
