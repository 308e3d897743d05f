/* Do-not-call lists: files of numbers that are not to be called, read whole into sorted arrays of
 * eight bytes a number, and read again when they change. */
#ifndef JAXL_CAMPAIGN_DNC_H
#define JAXL_CAMPAIGN_DNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/clock.h"

enum { JAXL_DNC_FILES = 64, JAXL_DNC_NUMBERS = 200000000 };

struct jaxl_dnc;

/* A file. One number a line in E.164 form (jaxl/phone.h), up to the first comma, semicolon or tab;
 * empty lines, lines of '#' and a heading without any digit in the first line are passed over. With
 * a calling code a line may also have the number as it is written inside that country, in digits:
 * registries deliver those, and the American one cuts them in two ("305,5550123"). */
struct jaxl_dnc_file {
    const char *path;
    unsigned calling_code; /* 1 to 999; 0: only E.164 */
};

/* Reads the name of one as people give it: "FILE", or "+91:FILE" for numbers as they are written in
 * the country with this code. JAXL_EARG. out->path is within text. */
int jaxl_dnc_name(const char *text, struct jaxl_dnc_file *out, struct jaxl_error *err);
/* Reads them all. paths are borrowed for the call. JAXL_EINPUT: a line is no number (the first few
 * are named), a file cannot be read, changes meanwhile or has no number; JAXL_ELIMIT: too many
 * files or numbers; JAXL_ENOMEM. */
int jaxl_dnc_new(struct jaxl_dnc **out, const struct jaxl_dnc_file *files, size_t n,
                 struct jaxl_error *err);
void jaxl_dnc_free(struct jaxl_dnc **dnc);
/* Reads those again that have changed (device, inode, size or time of change) and been left alone
 * for two seconds at now, microseconds since 1970: half a list would let through the other half.
 * Until then, and after a failure, the old list of that file stays in force; the next call tries
 * again. The errors of jaxl_dnc_new. */
int jaxl_dnc_refresh(struct jaxl_dnc *dnc, int64_t now, struct jaxl_error *err);
/* The path of the first file that has the number; NULL: none. Borrowed from dnc. */
const char *jaxl_dnc_find(const struct jaxl_dnc *dnc, uint64_t number);
/* Numbers in all files; the oldest time of change of a file in microseconds since 1970, and which
 * file that is (NULL: there is none). */
uint64_t jaxl_dnc_count(const struct jaxl_dnc *dnc);
int64_t jaxl_dnc_oldest(const struct jaxl_dnc *dnc, const char **path);

#endif
