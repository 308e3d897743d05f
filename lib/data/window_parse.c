#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "jaxl/window.h"

enum { DAY = 1440, ALL_DAYS = 0x7f, WORD = 40 };

struct parser {
    const char *rest;
    char word[WORD];
    struct jaxl_window window;
    unsigned days;  /* those that the next hours are for, a bit each */
    unsigned given; /* those that have hours */
    bool begun;     /* the days have had their first hours */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next word; an empty one at the end. */
static int next_word(struct parser *p, struct jaxl_error *err)
{
    bool first = p->word[0] == '\0', comma = false;
    size_t len;

    for (; is_blank(*p->rest) || *p->rest == ','; p->rest++) {
        if (*p->rest == ',' && (comma || first))
            return jaxl_error_set(err, JAXL_EARG, "nothing stands before a comma");
        comma = comma || *p->rest == ',';
    }
    len = strcspn(p->rest, " \t,");
    if (len >= WORD)
        return jaxl_error_set(err, JAXL_EARG, "'%.60s' is neither a day nor hours", p->rest);
    if (!len && comma)
        return jaxl_error_set(err, JAXL_EARG, "nothing stands behind the last comma");
    memcpy(p->word, p->rest, len);
    p->word[len] = '\0';
    p->rest += len;
    return 0;
}

/* The number of the day that text begins with, -1 when it begins with none. */
static int day(const char *text)
{
    static const char names[7][4] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

    for (int i = 0; i < 7; i++)
        if (strncasecmp(text, names[i], 3) == 0)
            return i;
    return -1;
}

static int take_days(struct parser *p, struct jaxl_error *err)
{
    int from = day(p->word), to = from;

    if (p->begun) {
        p->begun = false;
        p->days = 0;
    }
    if (strcasecmp(p->word, "all") == 0) {
        p->days = ALL_DAYS;
        return 0;
    }
    if (from >= 0 && p->word[3] == '-')
        to = day(p->word + 4);
    if (from < 0 || to < 0 || (p->word[3] && (p->word[3] != '-' || p->word[7])))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%s' is neither days (mon, mon-fri, all) nor hours (09:00-19:00)",
                              p->word);
    for (p->days |= 1U << to; from != to; from = (from + 1) % 7)
        p->days |= 1U << from;
    return 0;
}

/* The minute of the day in "9:00" or "19:00", which ends at *end; -1 when it is none. */
static int minute(const char *text, const char **end)
{
    const char *p = text;
    int h = 0, m = 0;

    for (; isdigit((unsigned char)*p) && p - text < 2; p++)
        h = h * 10 + (*p - '0');
    if (p == text || p[0] != ':' || !isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[2]))
        return -1;
    m = (p[1] - '0') * 10 + (p[2] - '0');
    *end = p + 3;
    return m < 60 && h * 60 + m <= DAY ? h * 60 + m : -1;
}

static int read_hours(const char *word, int *from, int *to, struct jaxl_error *err)
{
    const char *end = "";

    *from = minute(word, &end);
    *to = *from >= 0 && *end == '-' ? minute(end + 1, &end) : -1;
    if (*to < 0 || *end)
        return jaxl_error_set(err, JAXL_EARG,
                              "'%s' are no hours, which are written as 09:00-19:00, up to 24:00",
                              word);
    if (*to == *from)
        return jaxl_error_set(err, JAXL_EARG,
                              "'%s' ends when it begins; a whole day is "
                              "00:00-24:00",
                              word);
    if (*to < *from)
        return jaxl_error_set(
            err, JAXL_EARG,
            "'%s' ends before it begins; over midnight it is two: %02d:%02d-24:00, "
            "00:00-%02d:%02d",
            word, *from / 60, *from % 60, *to / 60, *to % 60);
    return 0;
}

static void allow(struct jaxl_window *w, unsigned days, int from, int to)
{
    for (int d = 0; d < 7; d++)
        for (int m = from; days >> d & 1 && m < to; m++)
            w->open[d][m / 64] |= UINT64_C(1) << m % 64;
}

static int take_hours(struct parser *p, struct jaxl_error *err)
{
    int from, to, rc = read_hours(p->word, &from, &to, err);

    if (rc)
        return rc;
    if (!p->begun) {
        p->begun = true;
        p->days = p->days ? p->days : ALL_DAYS;
        if (p->given & p->days)
            return jaxl_error_set(err, JAXL_EARG, "'%s': a day of these has hours already",
                                  p->word);
        p->given |= p->days;
    }
    allow(&p->window, p->days, from, to);
    return 0;
}

static int finish(struct parser *p, struct jaxl_error *err)
{
    if (!p->days)
        return jaxl_error_set(err, JAXL_EARG, "there are neither hours nor days");
    if (!p->given)
        allow(&p->window, p->days, 0, DAY);
    else if (!p->begun)
        return jaxl_error_set(err, JAXL_EARG, "the last days have no hours");
    return 0;
}

int jaxl_window_parse(const char *text, struct jaxl_window *w, struct jaxl_error *err)
{
    struct parser p = {.rest = text};
    int rc;

    while (!(rc = next_word(&p, err)) && p.word[0]) {
        rc = isdigit((unsigned char)p.word[0]) ? take_hours(&p, err) : take_days(&p, err);
        if (rc)
            break;
    }
    if (!rc)
        rc = finish(&p, err);
    if (rc)
        return jaxl_error_prefix(err, rc, "calling hours '%.80s'", text);
    *w = p.window;
    return 0;
}
