/* Audio files made into what the platform plays: WAV, 8 kHz, mono, 16-bit signed linear PCM. */
#ifndef JAXL_AUDIO_H
#define JAXL_AUDIO_H

#include <stdbool.h>
#include <stddef.h>

#include <jaxl/buf.h>
#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A maximum for the buffer of a WAV file, in bytes: a little more than an hour. */
enum { JAXL_AUDIO_MAX = 64 * 1024 * 1024 };

/* An audio file in any format that libsndfile reads (WAV, AIFF, FLAC, Ogg, MP3 and more): the one
 * at path, or where path is NULL the len bytes at data. */
struct jaxl_audio {
    const char *path;
    const void *data;
    size_t len;
};

/* Whether the platform plays the file as it is; reads no more than its header. The errors of
 * jaxl_audio_convert. */
JAXL_API int jaxl_audio_check(const struct jaxl_audio *in, bool *playable, struct jaxl_error *err);
/* Puts the WAV file into out in the place of what was there: the bytes of the file itself where
 * the platform plays it as it is, otherwise mixed to mono, resampled and rounded. JAXL_EIO: there
 * is no such file, or reading failed; JAXL_EINPUT: not audio, without samples, damaged;
 * JAXL_ELIMIT: longer than out may be; JAXL_ENOMEM; JAXL_ECONFIG: its module is not installed. On
 * failure out is not to be used, but to be freed as ever. */
JAXL_API int jaxl_audio_convert(const struct jaxl_audio *in, struct jaxl_buf *out,
                                struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
