#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "data/zone_file.h"
#include "data/zone_tab.h"

/* "IN\t+2232+08822\tAsia/Kolkata", and perhaps a comment. */
static int take(char *line, jaxl_zone_tab_row *row, void *ctx)
{
    char *rest = line;
    const char *country = strsep(&rest, "\t"), *zone;

    (void)strsep(&rest, "\t");
    zone = strsep(&rest, "\t\r\n");
    return zone && *zone && country[0] != '#' ? row(ctx, country, zone) : 0;
}

int jaxl_zone_tab_each(jaxl_zone_tab_row *row, void *ctx, struct jaxl_error *err)
{
    char path[JAXL_ZONE_PATH], line[1024];
    FILE *file;
    int rc = 0;

    errno = ENOENT; /* when the path is too long to be one */
    if (jaxl_zone_path("zone.tab", path) || !(file = fopen(path, "re")))
        return jaxl_zone_missing(err);
    while (!rc && fgets(line, sizeof line, file))
        rc = take(line, row, ctx);
    if (!rc && ferror(file))
        rc = jaxl_zone_missing(err);
    (void)fclose(file);
    return rc;
}
