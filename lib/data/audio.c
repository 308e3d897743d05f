#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sndfile.h>
#include <speex/speex_resampler.h>

#include "jaxl/audio.h"

enum {
    RATE = 8000,
    RATE_LOWEST = 1000,
    RATE_HIGHEST = 768000,
    QUALITY = 8,  /* of 10: the stop band is down by more than what 16 bits resolve */
    BLOCK = 4096, /* samples of all channels that are read at once */
};

static const float full_scale = 32768;

/* A file in memory, as libsndfile sees it: the caller's bytes, or a buffer that is written. */
struct memory {
    const char *data;
    size_t len;
    struct jaxl_buf *out; /* NULL: data is read */
    size_t at;
};

static sf_count_t memory_len(void *ctx)
{
    const struct memory *m = ctx;

    return (sf_count_t)(m->out ? m->out->len : m->len);
}

static sf_count_t memory_seek(sf_count_t offset, int whence, void *ctx)
{
    struct memory *m = ctx;
    sf_count_t len = memory_len(m);
    sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (sf_count_t)m->at : len;

    if (offset < -from || offset > len - from)
        return -1;
    m->at = (size_t)(from + offset);
    return from + offset;
}

static sf_count_t memory_read(void *to, sf_count_t n, void *ctx)
{
    struct memory *m = ctx;
    sf_count_t left = memory_len(m) - (sf_count_t)m->at;

    if (n > left)
        n = left;
    if (n <= 0)
        return 0;
    memcpy(to, (m->out ? m->out->data : m->data) + m->at, (size_t)n);
    m->at += (size_t)n;
    return n;
}

/* Over what is there (the header, once the lengths are known), and behind it. */
static sf_count_t memory_write(const void *from, sf_count_t n, void *ctx)
{
    struct memory *m = ctx;
    size_t over = (size_t)(memory_len(m) - (sf_count_t)m->at), size = (size_t)n;

    if (over > size)
        over = size;
    if (jaxl_buf_reserve(m->out, size - over))
        return 0;
    memcpy(m->out->data + m->at, from, over);
    jaxl_buf_add(m->out, (const char *)from + over, size - over);
    m->at += size;
    return n;
}

static sf_count_t memory_tell(void *ctx)
{
    return (sf_count_t)((struct memory *)ctx)->at;
}

static SF_VIRTUAL_IO memory_io = {memory_len, memory_seek, memory_read, memory_write, memory_tell};

/* A file being read. */
struct source {
    const char *name;
    const struct jaxl_audio *in;
    int fd;
    struct memory memory;
    SF_INFO info;
    SNDFILE *file;
};

static void close_source(struct source *s)
{
    if (s->file)
        sf_close(s->file);
    if (s->fd >= 0)
        close(s->fd);
}

static int open_path(struct source *s, struct jaxl_error *err)
{
    struct stat st;

    /* a FIFO without a writer must not hold us */
    s->fd = open(s->in->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (s->fd < 0 || fstat(s->fd, &st) != 0)
        return jaxl_error_set(err, JAXL_EIO, "%s: %s", s->name, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return jaxl_error_set(err, JAXL_EIO, "%s: not a regular file, which audio is read from",
                              s->name);
    s->file = sf_open_fd(s->fd, SFM_READ, &s->info, SF_FALSE);
    return 0;
}

static int open_source(struct source *s, const struct jaxl_audio *in, struct jaxl_error *err)
{
    int rc = 0;

    *s = (struct source){.name = in->path ? in->path : "audio",
                         .in = in,
                         .fd = -1,
                         .memory = {.data = in->data, .len = in->len}};
    if (in->path)
        rc = open_path(s, err);
    else
        s->file = sf_open_virtual(&memory_io, SFM_READ, &s->info, &s->memory);
    if (!rc && !s->file)
        rc = jaxl_error_set(err, JAXL_EINPUT, "%s: not an audio file that can be read: %s", s->name,
                            sf_strerror(NULL));
    else if (!rc && s->info.frames <= 0)
        rc = jaxl_error_set(err, JAXL_EINPUT, "%s: an audio file without samples", s->name);
    else if (!rc && (s->info.samplerate < RATE_LOWEST || s->info.samplerate > RATE_HIGHEST))
        rc = jaxl_error_set(err, JAXL_EINPUT,
                            "%s: %d samples a second, which is not between %d and %d", s->name,
                            s->info.samplerate, RATE_LOWEST, RATE_HIGHEST);
    else if (!rc && (s->info.channels < 1 || s->info.channels > BLOCK))
        rc = jaxl_error_set(err, JAXL_EINPUT, "%s: %d channels", s->name, s->info.channels);
    if (rc)
        close_source(s);
    return rc;
}

static bool is_playable(const SF_INFO *info)
{
    return info->format == (SF_FORMAT_WAV | SF_FORMAT_PCM_16) && info->channels == 1 &&
           info->samplerate == RATE;
}

int jaxl_audio_check(const struct jaxl_audio *in, bool *playable, struct jaxl_error *err)
{
    struct source s;
    int rc = open_source(&s, in, err);

    if (rc)
        return rc;
    *playable = is_playable(&s.info);
    close_source(&s);
    return 0;
}

static sf_count_t seconds_of(const struct jaxl_buf *out)
{
    return (sf_count_t)(out->max / sizeof(short) / RATE);
}

static int too_long(const struct source *s, const struct jaxl_buf *out, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ELIMIT, "%s: longer than %lld seconds, %zu bytes of WAV",
                          s->name, (long long)seconds_of(out), out->max);
}

/* The file as it is. */
static int copy(struct source *s, struct jaxl_buf *out, struct jaxl_error *err)
{
    char block[16 * 1024];
    off_t at = 0;
    ssize_t n = 0;

    if (s->fd < 0)
        jaxl_buf_add(out, s->memory.data, s->memory.len);
    while (s->fd >= 0 && !out->failed && (n = pread(s->fd, block, sizeof block, at)) > 0) {
        jaxl_buf_add(out, block, (size_t)n);
        at += n;
    }
    if (n < 0)
        return jaxl_error_set(err, JAXL_EIO, "%s: %s", s->name, strerror(errno));
    return 0;
}

/* From a source to the file that is made of it. */
struct conversion {
    struct source *from;
    SpeexResamplerState *resampler; /* NULL: the rate is right */
    SNDFILE *to;
    sf_count_t read, written; /* frames */
    float block[BLOCK], mono[BLOCK];
    short rounded[BLOCK];
};

static sf_count_t expected(const struct conversion *c)
{
    sf_count_t rate = c->from->info.samplerate;

    return (c->read * RATE + rate - 1) / rate;
}

/* Fills mono with the next frames, the mean of their channels. Their number, 0 at the end. */
static size_t take(struct conversion *c)
{
    size_t channels = (size_t)c->from->info.channels;
    sf_count_t n = sf_readf_float(c->from->file, c->block, (sf_count_t)(BLOCK / channels));

    for (sf_count_t i = 0; i < n; i++) {
        const float *frame = c->block + (size_t)i * channels;
        float sum = 0;
        for (size_t k = 0; k < channels; k++)
            sum += frame[k];
        c->mono[i] = sum * full_scale / (float)channels;
    }
    c->read += n;
    return (size_t)n;
}

/* Rounds and writes n samples, not beyond the length that is due; false when out is full. */
static bool put(struct conversion *c, const float *samples, size_t n)
{
    sf_count_t due = expected(c) - c->written;

    if ((sf_count_t)n > due)
        n = (size_t)due;
    for (size_t i = 0; i < n; i++)
        c->rounded[i] = (short)lrintf(fmaxf(-32768, fminf(32767, samples[i])));
    c->written += (sf_count_t)n;
    return sf_write_short(c->to, c->rounded, (sf_count_t)n) == (sf_count_t)n;
}

/* Sends n samples of mono through the resampler. */
static bool resample(struct conversion *c, const float *samples, size_t n)
{
    float *out = c->block; /* which mono was made from */

    for (spx_uint32_t done = 0; done < n;) {
        spx_uint32_t in = (spx_uint32_t)n - done, made = BLOCK;
        if (speex_resampler_process_float(c->resampler, 0, samples + done, &in, out, &made) ||
            (!in && !made) || !put(c, out, made))
            return false;
        done += in;
    }
    return true;
}

static bool run(struct conversion *c)
{
    size_t n;

    while ((n = take(c)))
        if (!(c->resampler ? resample(c, c->mono, n) : put(c, c->mono, n)))
            return false;
    memset(c->mono, 0, sizeof c->mono);
    while (c->resampler && c->written < expected(c)) /* what is still in the filter */
        if (!resample(c, c->mono, BLOCK))
            return false;
    return true;
}

static int set_up(struct conversion *c, struct memory *to)
{
    SF_INFO info = {.samplerate = RATE, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
    int failed = 0;

    if (c->from->info.samplerate != RATE) {
        c->resampler =
            speex_resampler_init(1, (spx_uint32_t)c->from->info.samplerate, RATE, QUALITY, &failed);
        if (!c->resampler || failed || speex_resampler_skip_zeros(c->resampler))
            return JAXL_ENOMEM;
    }
    c->to = sf_open_virtual(&memory_io, SFM_WRITE, &info, to);
    return c->to ? 0 : JAXL_ENOMEM;
}

/* What went wrong once the buffer has been asked. */
static int judge(const struct conversion *c, bool done, struct jaxl_error *err)
{
    if (sf_error(c->from->file))
        return jaxl_error_set(err, JAXL_EINPUT, "%s: damaged: %s", c->from->name,
                              sf_strerror(c->from->file));
    if (!done)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", c->from->name);
    if (!c->written)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: an audio file without samples", c->from->name);
    return 0;
}

static int convert(struct source *s, struct jaxl_buf *out, struct jaxl_error *err)
{
    struct memory to = {.out = out};
    struct conversion *c;
    bool done;
    int rc;

    /* known beforehand for nearly every format: not to fill the buffer in vain */
    if (s->info.frames / s->info.samplerate > seconds_of(out))
        return too_long(s, out, err);
    c = calloc(1, sizeof *c);
    if (!c)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", s->name);
    c->from = s;
    done = set_up(c, &to) == 0 && run(c);
    if (c->to)
        sf_close(c->to); /* writes the lengths into the header */
    rc = out->failed ? 0 : judge(c, done, err);
    if (c->resampler)
        speex_resampler_destroy(c->resampler);
    free(c);
    return rc;
}

int jaxl_audio_convert(const struct jaxl_audio *in, struct jaxl_buf *out, struct jaxl_error *err)
{
    struct source s;
    int rc;

    jaxl_buf_reset(out);
    rc = open_source(&s, in, err);
    if (rc)
        return rc;
    rc = is_playable(&s.info) ? copy(&s, out, err) : convert(&s, out, err);
    if (!rc && out->failed == JAXL_ELIMIT)
        rc = too_long(&s, out, err);
    else if (!rc)
        rc = jaxl_buf_check(out, s.name, err);
    if (rc)
        jaxl_buf_free(out);
    close_source(&s);
    return rc;
}
