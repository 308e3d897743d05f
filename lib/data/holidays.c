#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "data/holidays.h"

enum { LINE = 1002 /* with newline and NUL */ };

struct jaxl_holidays {
    int64_t *days; /* in order */
    size_t count, room;
};

int jaxl_holidays_new(struct jaxl_holidays **h, struct jaxl_error *err)
{
    *h = calloc(1, sizeof **h);
    return *h ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "holidays: out of memory");
}

void jaxl_holidays_free(struct jaxl_holidays **h)
{
    if (*h)
        free((*h)->days);
    free(*h);
    *h = NULL;
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

bool jaxl_holidays_has(const struct jaxl_holidays *h, int64_t days)
{
    return h->count && bsearch(&days, h->days, h->count, sizeof days, compare) != NULL;
}

const int64_t *jaxl_holidays_days(const struct jaxl_holidays *h, size_t *n)
{
    *n = h->count;
    return h->days;
}

static int add(struct jaxl_holidays *h, int64_t days, struct jaxl_error *err)
{
    if (h->count == JAXL_HOLIDAYS_MAX)
        return jaxl_error_set(err, JAXL_ELIMIT, "more than %d dates", JAXL_HOLIDAYS_MAX);
    if (h->count == h->room) {
        size_t room = h->room ? 2 * h->room : 64;
        int64_t *more = realloc(h->days, room * sizeof *more);
        if (!more)
            return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        h->days = more;
        h->room = room;
    }
    h->days[h->count++] = days;
    return 0;
}

/* A line without its newline. */
static int take(struct jaxl_holidays *h, const char *line, struct jaxl_error *err)
{
    int64_t days;

    if (line[0] == '#' || line[strspn(line, " \t\r")] == '\0')
        return 0;
    if (!jaxl_date_parse(line, &days) || !strchr(" \t\r,", line[10]))
        return jaxl_error_set(err, JAXL_EINPUT, "'%.40s' does not begin with a date as 2026-12-25",
                              line);
    return add(h, days, err);
}

static int read_lines(struct jaxl_holidays *h, FILE *file, struct jaxl_error *err)
{
    char line[LINE];
    int rc = 0;

    for (long n = 1; !rc && fgets(line, sizeof line, file); n++) {
        size_t len = strlen(line), bom = n == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        if (len && line[len - 1] == '\n')
            line[len - 1] = '\0';
        else if (!feof(file) || !len) /* a NUL cuts a line, too */
            rc = jaxl_error_set(err, JAXL_EINPUT, "too long, or not text");
        if (!rc)
            rc = take(h, line + bom, err);
        if (rc)
            (void)jaxl_error_prefix(err, rc, "line %ld", n);
    }
    return rc;
}

int jaxl_holidays_load(struct jaxl_holidays *h, const char *path, struct jaxl_error *err)
{
    FILE *file = fopen(path, "re");
    size_t before = h->count;
    int rc;

    if (!file)
        return jaxl_error_set(err, JAXL_EIO, "holidays %s: %s", path, strerror(errno));
    rc = read_lines(h, file, err);
    if (!rc && ferror(file))
        rc = jaxl_error_set(err, JAXL_EIO, "%s", strerror(errno));
    (void)fclose(file);
    if (rc)
        h->count = before;
    else if (h->count)
        qsort(h->days, h->count, sizeof *h->days, compare);
    return rc ? jaxl_error_prefix(err, rc, "holidays %s", path) : 0;
}
