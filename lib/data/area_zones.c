#include <string.h>

#include "data/area_table.h"
#include "data/zone_tab.h"
#include "jaxl/area.h"

struct search {
    char country[3];
    struct jaxl_area_list *out;
};

/* Adds a name of len bytes that is not there yet. */
static int add(struct jaxl_area_list *out, const char *name, size_t len)
{
    for (size_t i = 0; i < out->count; i++)
        if (strlen(out->name[i]) == len && memcmp(out->name[i], name, len) == 0)
            return 0;
    if (out->count == JAXL_AREA_ZONES || len >= JAXL_ZONE_NAME)
        return JAXL_ELIMIT;
    memcpy(out->name[out->count], name, len);
    out->name[out->count++][len] = '\0';
    return 0;
}

/* Those of the first row of an area. */
static int from_table(const char *area, size_t len, struct jaxl_area_list *out)
{
    size_t count;
    const struct jaxl_area_row *row = jaxl_area_table(&count), *end = row + count;
    int rc = 0;

    while (row < end && (strlen(row->area) != len || memcmp(row->area, area, len) != 0))
        row++;
    if (row == end)
        return JAXL_EARG;
    for (const char *p = row->zones; !rc && *p; p += *p == ' ') {
        size_t n = strcspn(p, " ");
        rc = add(out, p, n);
        p += n;
    }
    return rc;
}

static int take_row(void *ctx, const char *country, const char *zone)
{
    struct search *s = ctx;

    return strcmp(country, s->country) == 0 ? add(s->out, zone, strlen(zone)) : 0;
}

static int of_country(const char *country, struct jaxl_area_list *out, struct jaxl_error *err)
{
    struct search s = {.out = out};
    int rc = from_table(country, 2, out);

    if (rc != JAXL_EARG)
        return rc;
    memcpy(s.country, country, 2);
    rc = jaxl_zone_tab_each(take_row, &s, err);
    return !rc && !out->count ? JAXL_EARG : rc;
}

/* "US-FL", "CA-NT/NU/YT" */
static int of_states(const char *area, struct jaxl_area_list *out)
{
    char one[] = "CC-SS";
    int rc = 0;

    memcpy(one, area, 3);
    for (const char *p = area + 2; !rc && *p; p += 3) {
        if (!p[1] || !p[2] || (p[3] && p[3] != '/'))
            return JAXL_EARG;
        memcpy(one + 3, p + 1, 2);
        rc = from_table(one, 5, out);
    }
    return rc;
}

int jaxl_area_zones(const char *area, struct jaxl_area_list *out, struct jaxl_error *err)
{
    size_t len = strlen(area);
    int rc = JAXL_EARG;

    out->count = 0;
    if (!len)
        return 0;
    if (len == 2)
        rc = of_country(area, out, err);
    else if (len < JAXL_AREA_NAME && len >= 5 && area[2] == '-')
        rc = of_states(area, out);
    if (rc)
        out->count = 0;
    if (rc == JAXL_EARG)
        return jaxl_error_set(err, rc, "there is no area '%.20s', as IN or US-FL", area);
    return rc == JAXL_ELIMIT ? jaxl_error_set(err, rc, "area %s: too many time zones", area) : rc;
}
