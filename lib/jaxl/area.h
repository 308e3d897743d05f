/* Where a phone number is at home, and which time zones that may be.
 *
 * The area code says where a number was given out; people take it along when they move. Debian's
 * libphonenumber knows places, but has no table of time zones: the zones of a country are the
 * system's own (zone.tab), those of a state or province are a table here. */
#ifndef JAXL_AREA_H
#define JAXL_AREA_H

#include <stddef.h>

#include <jaxl/error.h>
#include <jaxl/phone.h>
#include <jaxl/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    JAXL_AREA_NAME = 16, /* bytes of an area and its NUL */
    JAXL_AREA_ZONES = 40 /* zones of an area at most; the largest country has 29 */
};

/* Time zones by their names, those of most people first. */
struct jaxl_area_list {
    size_t count;
    char name[JAXL_AREA_ZONES][JAXL_ZONE_NAME];
};

/* The area of a number: a country by ISO 3166 ("IN"), in the United States and Canada with the
 * state or province ("US-FL"), or with several that share an area code ("CA-NS/PE"), or without
 * where it is not known ("US"). Empty for a number that may be anywhere: toll-free, premium and
 * personal numbers of the North American plan, and those of no country (+800, +870).
 * JAXL_EINPUT when no numbering plan has the number, as far as this libphonenumber knows (area
 * codes are added every year): area is untouched then. JAXL_ECONFIG: its module is not installed,
 * or the library was built with --disable-phonenumber; JAXL_ENOMEM. */
JAXL_API int jaxl_area_of(const struct jaxl_phone *phone, char area[JAXL_AREA_NAME],
                          struct jaxl_error *err);
/* The zones that an area may be in, none for an empty one. Who is somewhere in it may be in any of
 * them. JAXL_EARG: there is no such area; JAXL_ECONFIG, JAXL_EIO: the system's table is missing or
 * cannot be read. */
JAXL_API int jaxl_area_zones(const char *area, struct jaxl_area_list *out, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
