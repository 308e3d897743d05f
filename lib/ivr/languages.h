/* How languages say which key to press. A new one is a row in languages.c. */
#ifndef JAXL_IVR_LANGUAGES_H
#define JAXL_IVR_LANGUAGES_H

#include <stddef.h>

#include "ivr/tree.h"

/* Patterns of PCRE2, in UTF-8, without regard to case, with no capturing groups but those named
 * here. In sure and more, (?&list) stands for a list of keys, and group 1 must be one. They are
 * looked for in one sentence at a time. */
struct jaxl_ivr_language {
    const char *name;
    const char *keys[JAXL_IVR_INPUTS]; /* how each is written, as alternatives */
    const char *link;                  /* what stands between the keys of a list */
    const char *range;                 /* those links which mean the keys between as well */
    const char *sure;                  /* an announcement: "press 1 or 2" */
    const char *more; /* one that goes on from a sure one before it: ", 3 for support" */
};

extern const struct jaxl_ivr_language jaxl_ivr_languages[];
extern const size_t jaxl_ivr_languages_count;

/* The digits of the scripts of India, and Arabic ones. */
extern const char *const jaxl_ivr_digits[JAXL_IVR_INPUTS];

#endif
