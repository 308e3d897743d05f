/* Phone numbers as the people of a country write them, by the numbering plans in libphonenumber.
 * The plans are as old as that library is: a number that a country has begun to assign since is
 * refused, and jaxl_phone_parse, which knows no plans, reads it all the same. Built with
 * --disable-phonenumber the functions give JAXL_ECONFIG. */
#ifndef JAXL_NUMBER_H
#define JAXL_NUMBER_H

#include <stddef.h>

#include <jaxl/error.h>
#include <jaxl/phone.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JAXL_NUMBER_REGION = 4 }; /* bytes of a region and its NUL */

/* Reads a number of len bytes as it is dialed in the region, which is a country by ISO 3166 ("IN"),
 * or from anywhere ("+91 ..."; with region NULL only so), digits of any script. JAXL_EINPUT saying
 * what is wrong: too short, too long, not a number, no such country code, not in the numbering plan
 * of its country, letters or an extension in it, which would not be dialed. JAXL_EARG: there is no
 * such region; JAXL_ECONFIG: its module is not installed. *out is untouched then. */
JAXL_API int jaxl_number_parse(const char *text, size_t len, const char *region,
                               struct jaxl_phone *out, struct jaxl_error *err);
/* The region of a number: "IN", or "001" for the numbers of no country (+800). JAXL_EINPUT when its
 * numbering plan does not have it, JAXL_ECONFIG. */
JAXL_API int jaxl_number_region(const struct jaxl_phone *phone, char region[JAXL_NUMBER_REGION],
                                struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
