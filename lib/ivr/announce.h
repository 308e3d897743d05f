/* Which keys a prompt announces: "Press 1 for sales, 2 for support". */
#ifndef JAXL_IVR_ANNOUNCE_H
#define JAXL_IVR_ANNOUNCE_H

#include "jaxl/error.h"

/* The languages of languages.h, compiled. */
struct jaxl_ivr_announcer;

/* Sets of keys, bits 1 << an index into JAXL_IVR_KEYS. */
struct jaxl_ivr_announced {
    unsigned keys;    /* that it tells to press, in a language that is known */
    unsigned perhaps; /* digits, * and # that stand alone in sentences in which no language was
                         recognised: those of another language would be among them */
};

/* JAXL_ENOMEM; JAXL_EARG when a row of languages.c is no pattern. */
int jaxl_ivr_announcer_new(struct jaxl_ivr_announcer **a, struct jaxl_error *err);
void jaxl_ivr_announcer_free(struct jaxl_ivr_announcer **a);
/* Adds the keys of a text to *out. In a sentence that takes PCRE2 too long nothing is recognised.
 * JAXL_EINPUT: not UTF-8; JAXL_ENOMEM. */
int jaxl_ivr_announcer_read(struct jaxl_ivr_announcer *a, const char *text,
                            struct jaxl_ivr_announced *out, struct jaxl_error *err);

#endif
