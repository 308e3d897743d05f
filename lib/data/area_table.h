/* States and provinces of the North American numbering plan, their names and their time zones. */
#ifndef JAXL_DATA_AREA_TABLE_H
#define JAXL_DATA_AREA_TABLE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_area_row {
    const char *area;  /* ISO 3166-2 */
    const char *name;  /* as libphonenumber writes it where it names no town */
    const char *zones; /* those of zone.tab, separated by blanks */
};

const struct jaxl_area_row *jaxl_area_table(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
