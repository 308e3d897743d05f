#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "data/zone_file.h"
#include "data/zone_tab.h"
#include "jaxl/clock.h"
#include "jaxl/zone.h"

enum { DAY = 24 * 3600, FIRST_DAY = -719528, LAST_DAY = 2932896 /* of the years 0 to 9999 */ };

struct jaxl_zone {
    char name[JAXL_ZONE_NAME];
    struct jaxl_zone_data data;
    struct jaxl_zone_span span; /* what was found last */
};

/* No dot, so that no name leads out of the directory. */
static bool is_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "_+-/";
    /* in the directory, but no place's; "right" counts leap seconds */
    static const char *const others[] = {"posix/", "right/", "posixrules", "localtime", "Factory"};
    size_t len = strlen(name);

    if (!len || len >= JAXL_ZONE_NAME || strspn(name, allowed) != len || name[0] == '/' ||
        name[len - 1] == '/' || strstr(name, "//"))
        return false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0)
            return false;
    return true;
}

struct meant {
    const char *given;
    char name[JAXL_ZONE_NAME];
};

/* A zone is meant that differs in capitals only, or whose city was given. */
static int is_meant(void *ctx, const char *country, const char *zone)
{
    struct meant *meant = ctx;
    const char *city = strrchr(zone, '/');

    (void)country;
    if (strlen(zone) >= JAXL_ZONE_NAME ||
        (strcasecmp(zone, meant->given) != 0 && (!city || strcasecmp(city + 1, meant->given) != 0)))
        return 0;
    strcpy(meant->name, zone);
    return 1;
}

static int unknown(const char *name, struct jaxl_error *err)
{
    struct meant meant = {.given = name};
    int rc = jaxl_zone_tab_each(is_meant, &meant, err);

    if (rc < 0)
        return rc;
    if (rc)
        return jaxl_error_set(err, JAXL_EARG, "there is no time zone '%.80s': %s is meant?", name,
                              meant.name);
    return jaxl_error_set(err, JAXL_EARG,
                          "there is no time zone '%.80s': give the name of IANA, as Asia/Kolkata",
                          name);
}

/* What went wrong with a zone's file by errno: it is a directory or not there (0), or it cannot be
 * read. */
static int unreadable(const char *name, struct jaxl_error *err)
{
    if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR)
        return 0;
    return jaxl_error_set(err, JAXL_EIO, "time zone %s: %s", name, strerror(errno));
}

/* The bytes of the zone's file; none when there is no such zone. */
static int read_file(const char *name, unsigned char *bytes, size_t *n, struct jaxl_error *err)
{
    char path[JAXL_ZONE_PATH];
    FILE *file;
    int rc = 0;

    *n = 0;
    if (!is_name(name) || jaxl_zone_path(name, path))
        return 0;
    file = fopen(path, "re");
    if (!file)
        return unreadable(name, err);
    *n = fread(bytes, 1, JAXL_ZONE_FILE_MAX, file);
    if (ferror(file))
        rc = unreadable(name, err);
    (void)fclose(file);
    if (*n < 4 || memcmp(bytes, "TZif", 4) != 0)
        *n = 0;
    return rc;
}

static int load(struct jaxl_zone_data *data, const char *name, struct jaxl_error *err)
{
    unsigned char *bytes = malloc(JAXL_ZONE_FILE_MAX);
    size_t n;
    int rc = bytes ? read_file(name, bytes, &n, err) : JAXL_ENOMEM;

    if (!rc)
        rc = n ? jaxl_zone_data_parse(bytes, n, data) : unknown(name, err);
    free(bytes);
    if (rc == JAXL_ENOMEM)
        return jaxl_error_set(err, rc, "time zone: out of memory");
    if (rc == JAXL_EINPUT)
        return jaxl_error_set(
            err, JAXL_ECONFIG,
            "time zone %s: its file is damaged: apt-get install --reinstall tzdata", name);
    return rc;
}

int jaxl_zone_new(struct jaxl_zone **z, const char *name, struct jaxl_error *err)
{
    struct jaxl_zone *made = calloc(1, sizeof *made);
    int rc;

    *z = NULL;
    if (!made)
        return jaxl_error_set(err, JAXL_ENOMEM, "time zone: out of memory");
    rc = load(&made->data, name, err);
    if (rc) {
        free(made);
        return rc;
    }
    strcpy(made->name, name);
    *z = made;
    return 0;
}

void jaxl_zone_free(struct jaxl_zone **z)
{
    if (*z)
        free((*z)->data.changes);
    free(*z);
    *z = NULL;
}

const char *jaxl_zone_name(const struct jaxl_zone *z)
{
    return z->name;
}

/* The number of the last change that is not behind t: there is one. */
static size_t search(const struct jaxl_zone_data *data, int64_t t)
{
    size_t low = 0, high = data->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (data->changes[middle].at <= t)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static const struct jaxl_zone_span *span_at(struct jaxl_zone *z, int64_t t)
{
    const struct jaxl_zone_data *data = &z->data;
    const struct jaxl_zone_change *change;
    bool last;

    if (z->span.from <= t && t < z->span.until)
        return &z->span;
    change = data->changes + search(data, t);
    last = change == data->changes + data->count - 1;
    if (last && data->ruled) {
        jaxl_zone_rule_span(&data->rule, t, &z->span);
        if (z->span.from < change->at)
            z->span.from = change->at;
    } else {
        z->span =
            (struct jaxl_zone_span){change->at, last ? INT64_MAX : change[1].at, change->offset};
    }
    return &z->span;
}

void jaxl_zone_local(struct jaxl_zone *z, int64_t us, struct jaxl_zone_clock *out)
{
    int64_t t = us / JAXL_SECOND - (us % JAXL_SECOND < 0), second;
    struct jaxl_date date;

    out->offset = span_at(z, t)->offset;
    t += out->offset;
    second = (t % DAY + DAY) % DAY;
    out->days = (t - second) / DAY;
    jaxl_date_from_days(out->days, &date);
    out->year = (int)date.year;
    out->month = date.month;
    out->day = date.day;
    out->weekday = jaxl_date_weekday(out->days);
    out->minute = (int)(second / 60);
    out->second = (int)(second % 60);
}

int64_t jaxl_zone_instant(struct jaxl_zone *z, int64_t days, int minute, enum jaxl_zone_pick pick)
{
    int64_t local, t, found = 0;
    bool shown = false;

    days = days < FIRST_DAY ? FIRST_DAY : days > LAST_DAY ? LAST_DAY : days;
    local = days * DAY + minute * 60;
    for (t = local - JAXL_ZONE_FARTHEST; t <= local + JAXL_ZONE_FARTHEST;) {
        const struct jaxl_zone_span *span = span_at(z, t);
        int64_t at = local - span->offset;
        if (at >= span->from && at < span->until && !(shown && pick == JAXL_ZONE_EARLIER)) {
            found = at;
            shown = true;
        } else if (at >= span->until && !shown) {
            found = span->until; /* the clocks may leave it out here */
        }
        t = span->until;
    }
    return found * JAXL_SECOND;
}
