/* Sounds that were read from files and made into what the platform plays: a greeting that a
 * thousand calls hear is converted once. */
#ifndef JAXL_EVENTS_CONTROL_SOUND_H
#define JAXL_EVENTS_CONTROL_SOUND_H

#include "jaxl/buf.h"

enum { JAXL_CONTROL_SOUNDS = 64 }; /* that are kept, of JAXL_AUDIO_MAX bytes together */

struct jaxl_control_sound;

struct jaxl_control_sounds {
    struct jaxl_control_sound *first; /* used last comes first */
    size_t n, bytes;
};

/* The WAV file of the sound at path, as it is now: borrowed until the next call. JAXL_EINPUT: there
 * is no such file, or it is no sound; JAXL_ELIMIT: too long; JAXL_ENOMEM; JAXL_ECONFIG. */
int jaxl_control_sound_get(struct jaxl_control_sounds *s, const char *path,
                           const struct jaxl_buf **wav, struct jaxl_error *err);
void jaxl_control_sound_free(struct jaxl_control_sounds *s);

#endif
