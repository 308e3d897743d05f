#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/zone_file.h"

enum { HEADER = 44, TYPE = 6 };

struct counts {
    size_t utc, standard, leap, times, types, chars;
};

static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t get64(const unsigned char *p)
{
    return (int64_t)((uint64_t)get32(p) << 32 | get32(p + 4));
}

/* Takes a header and gives the bytes of its data, whose times have so many bytes; 0 when it is
 * none. No count passes the size of the file, so that nothing overflows. */
static size_t header(const unsigned char *p, size_t n, size_t time_bytes, struct counts *c)
{
    size_t *const fields[] = {&c->utc, &c->standard, &c->leap, &c->times, &c->types, &c->chars};

    if (n < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if ((*fields[i] = get32(p + 20 + 4 * i)) > n)
            return 0;
    return c->times * (time_bytes + 1) + c->types * TYPE + c->chars + c->leap * (time_bytes + 4) +
           c->standard + c->utc;
}

/* Fills the changes from the times, the numbers of their types, and the types. */
static bool take_changes(const unsigned char *p, const struct counts *c,
                         struct jaxl_zone_change *changes)
{
    const unsigned char *numbers = p + c->times * 8, *types = numbers + c->times;

    for (size_t i = 0; i <= c->times; i++) {
        size_t type = i ? numbers[i - 1] : 0;
        int64_t at = i ? get64(p + (i - 1) * 8) : INT64_MIN, offset;
        if (type >= c->types || (i && at <= changes[i - 1].at))
            return false;
        offset = (int32_t)get32(types + type * TYPE);
        if (offset < -JAXL_ZONE_FARTHEST || offset > JAXL_ZONE_FARTHEST)
            return false;
        changes[i] = (struct jaxl_zone_change){at, (int32_t)offset};
    }
    return true;
}

/* The line behind the data. */
static bool take_rule(const unsigned char *p, size_t n, struct jaxl_zone_data *data)
{
    const unsigned char *end = n > 1 && *p == '\n' ? memchr(p + 1, '\n', n - 1) : NULL;

    if (!end)
        return false;
    data->ruled = end > p + 1;
    return !data->ruled ||
           jaxl_zone_rule_parse((const char *)p + 1, (size_t)(end - p - 1), &data->rule);
}

int jaxl_zone_data_parse(const unsigned char *bytes, size_t n, struct jaxl_zone_data *out)
{
    struct jaxl_zone_data data = {0};
    struct counts c;
    size_t skip = HEADER + header(bytes, n, 4, &c), size;

    /* the data with times of 32 bits comes first */
    if (skip == HEADER || skip > n || (size = header(bytes + skip, n - skip, 8, &c)) == 0 ||
        size > n - skip - HEADER || c.leap ||
        !take_rule(bytes + skip + HEADER + size, n - skip - HEADER - size, &data))
        return JAXL_EINPUT;
    data.count = c.times + 1;
    data.changes = calloc(data.count, sizeof *data.changes);
    if (!data.changes)
        return JAXL_ENOMEM;
    if (!take_changes(bytes + skip + HEADER, &c, data.changes)) {
        free(data.changes);
        return JAXL_EINPUT;
    }
    *out = data;
    return 0;
}

static const char *directory(void)
{
    const char *dir = secure_getenv("TZDIR");

    return dir && *dir ? dir : "/usr/share/zoneinfo";
}

int jaxl_zone_path(const char *name, char path[JAXL_ZONE_PATH])
{
    return snprintf(path, JAXL_ZONE_PATH, "%s/%s", directory(), name) < JAXL_ZONE_PATH
               ? 0
               : JAXL_ELIMIT;
}

int jaxl_zone_missing(struct jaxl_error *err)
{
    if (errno != ENOENT && errno != ENOTDIR)
        return jaxl_error_set(err, JAXL_EIO, "the time zones of the system in %s: %s", directory(),
                              strerror(errno));
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "the time zones of the system are not in %s: apt-get install tzdata",
                          directory());
}
