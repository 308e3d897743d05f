/* The system's table of the zones of each country, zone.tab. */
#ifndef JAXL_DATA_ZONE_TAB_H
#define JAXL_DATA_ZONE_TAB_H

#include <jaxl/error.h>

/* Takes a row: a country by ISO 3166 ("IN") and the name of a zone of it, borrowed. What is not 0
 * ends the walk. */
typedef int jaxl_zone_tab_row(void *ctx, const char *country, const char *zone);

/* Calls row with each row, in the order of the table, which puts a country's most important zone
 * first. Returns what row returned when it was not 0, as it is; JAXL_ECONFIG: there is no table. */
int jaxl_zone_tab_each(jaxl_zone_tab_row *row, void *ctx, struct jaxl_error *err);

#endif
