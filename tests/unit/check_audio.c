#include <endian.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sndfile.h>

#include "jaxl/audio.h"
#include "unit.h"

static char dir[256];

static const char *path_of(const char *name)
{
    static char path[320];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

/* Writes a file of so many frames: a tone of this frequency, each channel at its own level. */
static const char *record(const char *name, int format, int rate, int channels, int frames,
                          double frequency)
{
    static const float levels[] = {0.5F, 0.25F};
    SF_INFO info = {.samplerate = rate, .channels = channels, .format = format};
    const char *path = path_of(name);
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    float *tone = calloc((size_t)(frames * channels) + 1, sizeof *tone);

    ck_assert_msg(file != NULL, "%s: %s", path, sf_strerror(NULL));
    ck_assert_ptr_nonnull(tone);
    for (int i = 0; i < frames * channels; i++)
        tone[i] = levels[i % channels] * (float)sin(2 * M_PI * frequency * (i / channels) / rate);
    ck_assert_int_eq(sf_writef_float(file, tone, frames), frames);
    sf_close(file);
    free(tone);
    return path;
}

/* How much of a frequency there is in the samples: the amplitude, by Goertzel. */
static double amplitude(const short *samples, size_t n, double frequency)
{
    double factor = 2 * cos(2 * M_PI * frequency / 8000), s = 0, s1 = 0, s2 = 0;

    for (size_t i = 0; i < n; i++) {
        s = samples[i] / 32768.0 + factor * s1 - s2;
        s2 = s1;
        s1 = s;
    }
    return 2 * sqrt(s1 * s1 + s2 * s2 - factor * s1 * s2) / (double)n;
}

/* The samples of a WAV file as the platform plays it, its header checked byte by byte. */
static const short *samples_of(const struct jaxl_buf *wav, size_t *n)
{
    static const unsigned char fmt[] = {'W', 'A', 'V', 'E', 'f', 'm',  't',  ' ', 16,  0,    0,
                                        0,   1,   0,   1,   0,   0x40, 0x1f, 0,   0,   0x80, 0x3e,
                                        0,   0,   2,   0,   16,  0,    'd',  'a', 't', 'a'};
    uint32_t riff, data;

    ck_assert_uint_gt(wav->len, 44);
    ck_assert_int_eq(memcmp(wav->data, "RIFF", 4), 0);
    ck_assert_int_eq(memcmp(wav->data + 8, fmt, sizeof fmt), 0);
    memcpy(&riff, wav->data + 4, 4);
    memcpy(&data, wav->data + 40, 4);
    ck_assert_uint_eq(le32toh(riff), wav->len - 8);
    ck_assert_uint_eq(le32toh(data), wav->len - 44);
    *n = (wav->len - 44) / 2;
    return (const short *)(const void *)(wav->data + 44);
}

static void read_all(const char *path, struct jaxl_buf *b)
{
    char block[4096];
    FILE *f = fopen(path, "rb");
    size_t n;

    ck_assert_ptr_nonnull(f);
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        jaxl_buf_add(b, block, n);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(b->failed, 0);
}

/* One second and a bit of each; less where it would take minutes. */
static const struct {
    const char *name;
    int format, rate, channels;
    double level; /* of the tone that comes out */
} inputs[] = {
    {"cd.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, 0.375},
    {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16000, 1, 0.5},
    {"studio.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 48000, 2, 0.375},
    {"old.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_S8, 11025, 1, 0.5},
    {"low.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 4000, 1, 0.5},
    {"telephone.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, 8000, 1, 0.5},
    {"stereo.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 2, 0.375},
    {"extended.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 8000, 1, 0.5},
    {"big-endian.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, 8000, 1, 0.5},
    {"mulaw.au", SF_FORMAT_AU | SF_FORMAT_ULAW, 8000, 1, 0.5},
    {"music.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 22050, 2, 0.375},
};

START_TEST(converted)
{
    const int whole = unit_slow() > 1 ? 1600 : 7200; /* of these tones: whole periods */
    int rate = inputs[_i].rate, frames = rate * (800 + whole) / 8000 + rate / 7;
    const char *path =
        record(inputs[_i].name, inputs[_i].format, rate, inputs[_i].channels, frames, 440);
    struct jaxl_audio in = {.path = path}, memory = {0};
    struct jaxl_buf wav, file, again;
    struct jaxl_error err = {.message = ""};
    bool playable = true;
    const short *samples;
    size_t n;

    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    jaxl_buf_init(&again, JAXL_AUDIO_MAX);
    jaxl_buf_init(&file, JAXL_AUDIO_MAX);
    ck_assert_int_eq(jaxl_audio_check(&in, &playable, &err), 0);
    ck_assert(!playable);
    ck_assert_msg(jaxl_audio_convert(&in, &wav, &err) == 0, "%s", err.message);
    samples = samples_of(&wav, &n);
    ck_assert_uint_eq(n, (size_t)ceil(frames * 8000.0 / rate));
    /* whole periods from the middle: the tone is there, at its level, and nothing beside it */
    ck_assert_double_eq_tol(amplitude(samples + 800, (size_t)whole, 440), inputs[_i].level, 0.01);
    ck_assert_double_lt(amplitude(samples + 800, (size_t)whole, 430), 0.01);
    ck_assert_double_lt(amplitude(samples + 800, (size_t)whole, 450), 0.01);
    ck_assert_double_lt(amplitude(samples + 800, (size_t)whole, 880), 0.01);
    /* it begins where the original does: the first half period is above zero, then below */
    ck_assert_int_gt(samples[4], 3000);
    ck_assert_int_lt(samples[13], -3000);

    /* from memory it is the same, and the result is played as it is */
    read_all(path, &file);
    memory.data = file.data;
    memory.len = file.len;
    ck_assert_int_eq(jaxl_audio_convert(&memory, &again, &err), 0);
    ck_assert_uint_eq(again.len, wav.len);
    ck_assert_int_eq(memcmp(again.data, wav.data, wav.len), 0);
    memory.data = wav.data;
    memory.len = wav.len;
    ck_assert_int_eq(jaxl_audio_check(&memory, &playable, &err), 0);
    ck_assert(playable);
    jaxl_buf_free(&file);
    jaxl_buf_free(&again);
    jaxl_buf_free(&wav);
}
END_TEST

/* What is above half the rate must be gone and not folded down. */
START_TEST(no_aliases)
{
    struct jaxl_audio in = {
        .path = record("high.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 1, 44100, 5000)};
    struct jaxl_buf wav;
    const short *samples;
    size_t n;

    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    ck_assert_int_eq(jaxl_audio_convert(&in, &wav, NULL), 0);
    samples = samples_of(&wav, &n);
    ck_assert_uint_eq(n, 8000);
    ck_assert_double_lt(amplitude(samples, n, 3000), 0.0005);
    jaxl_buf_free(&wav);
}
END_TEST

START_TEST(right_ones_are_left_alone)
{
    const char *path = record("right.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 30000, 440);
    struct jaxl_audio in = {.path = path};
    struct jaxl_buf file, wav;
    bool playable = false;
    FILE *f = fopen(path, "ab");

    /* chunks that players skip stay, too */
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite("note\4\0\0\0kept", 1, 12, f), 12);
    ck_assert_int_eq(fclose(f), 0);
    jaxl_buf_init(&file, JAXL_AUDIO_MAX);
    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    jaxl_buf_puts(&wav, "what was there");
    read_all(path, &file);
    ck_assert_uint_eq(file.len, 44 + 60000 + 12);
    ck_assert_int_eq(jaxl_audio_check(&in, &playable, NULL), 0);
    ck_assert(playable);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(jaxl_audio_convert(&in, &wav, NULL), 0);
        ck_assert_uint_eq(wav.len, file.len);
        ck_assert_int_eq(memcmp(wav.data, file.data, file.len), 0);
        in = (struct jaxl_audio){.data = file.data, .len = file.len};
    }
    jaxl_buf_free(&file);
    jaxl_buf_free(&wav);
}
END_TEST

/* Too loud a file is clipped, it does not wrap round. */
START_TEST(clipped)
{
    SF_INFO info = {.samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
    const float loud[] = {0, 1.5F, -1.5F, 1, -1, NAN, 0.25F};
    const short want[] = {0, 32767, -32768, 32767, -32768, 32767, 8192};
    SNDFILE *file = sf_open(path_of("loud.wav"), SFM_WRITE, &info);
    struct jaxl_audio in = {.path = path_of("loud.wav")};
    struct jaxl_buf wav;
    const short *samples;
    size_t n;

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(sf_write_float(file, loud, 7), 7);
    sf_close(file);
    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    ck_assert_int_eq(jaxl_audio_convert(&in, &wav, NULL), 0);
    samples = samples_of(&wav, &n);
    ck_assert_uint_eq(n, 7);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(samples[i], want[i]);
    jaxl_buf_free(&wav);
}
END_TEST

static const struct {
    int rate, frames; /* 8000: taken over; others: made */
    size_t max;
    int result;
} limits[] = {
    {8000, 8000, 44 + 16000, 0},
    {8000, 8000, 44 + 15999, JAXL_ELIMIT},
    {16000, 16000, 44 + 16000, 0},
    {16000, 16000, 44 + 15999, JAXL_ELIMIT}, /* found in the last block */
    {16000, 48000, 44 + 16000, JAXL_ELIMIT}, /* and before anything is read */
    {16000, 100, 43, JAXL_ELIMIT},           /* not even the header */
};

START_TEST(too_long)
{
    struct jaxl_audio in = {.path = record("long.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                           limits[_i].rate, 1, limits[_i].frames, 440)};
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf wav;

    jaxl_buf_init(&wav, limits[_i].max);
    ck_assert_int_eq(jaxl_audio_convert(&in, &wav, &err), limits[_i].result);
    if (limits[_i].result) {
        ck_assert_int_eq(err.code, JAXL_ELIMIT);
        ck_assert_ptr_nonnull(strstr(err.message, "long.wav: longer than "));
    }
    jaxl_buf_free(&wav);
}
END_TEST

static void refuse(const struct jaxl_audio *in, int code, const char *why)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf wav;
    bool playable;

    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    ck_assert_int_eq(jaxl_audio_convert(in, &wav, &err), code);
    ck_assert_int_eq(err.code, code);
    ck_assert_msg(strstr(err.message, why) != NULL, "%s", err.message);
    ck_assert_uint_eq(wav.len, 0);
    ck_assert_int_eq(jaxl_audio_check(in, &playable, &err), code);
    ck_assert_msg(strstr(err.message, why) != NULL, "%s", err.message);
    jaxl_buf_free(&wav);
}

START_TEST(refused)
{
    struct jaxl_audio in = {.path = "/nonexistent/a.wav"};

    refuse(&in, JAXL_EIO, "/nonexistent/a.wav: No such file or directory");
    in.path = dir;
    refuse(&in, JAXL_EIO, "not a regular file");
    in.path = path_of("fifo.wav");
    ck_assert_int_eq(mkfifo(in.path, 0600), 0);
    refuse(&in, JAXL_EIO, "not a regular file");
    in = (struct jaxl_audio){.data = "This is not audio, and long enough to look at.", .len = 46};
    refuse(&in, JAXL_EINPUT, "audio: not an audio file that can be read: ");
    in = (struct jaxl_audio){.data = "", .len = 0};
    refuse(&in, JAXL_EINPUT, "audio: not an audio file that can be read: ");
    in = (struct jaxl_audio){.data = NULL, .len = 0};
    refuse(&in, JAXL_EINPUT, "audio: not an audio file that can be read: ");
    in.path = record("empty.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, 0, 440);
    refuse(&in, JAXL_EINPUT, "empty.wav: an audio file without samples");
    in.path = record("slow.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 999, 1, 100, 440);
    refuse(&in, JAXL_EINPUT, "slow.wav: 999 samples a second");
}
END_TEST

/* A file that breaks off in its middle: nothing of it is played. */
START_TEST(damaged)
{
    const char *path = record("cut.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, 64000, 440);
    struct jaxl_audio in = {.path = path};
    struct jaxl_error err = {.message = ""};
    struct jaxl_buf wav;
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(truncate(path, st.st_size / 2), 0);
    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    ck_assert_int_eq(jaxl_audio_convert(&in, &wav, &err), JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, "cut.flac: damaged: ") != NULL, "%s", err.message);
    jaxl_buf_free(&wav);
}
END_TEST

START_TEST(module_missing)
{
    struct jaxl_audio in = {.path = "/nonexistent/a.wav"};

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    refuse(&in, JAXL_ECONFIG, "/nonexistent/libjaxl-audio.so");
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

static void set_up(void)
{
    unit_dir_make(dir);
}

static void tear_down(void)
{
    unit_dir_remove(dir);
}

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, converted, 0, UNIT_COUNT(inputs));
    tcase_add_test(tc, no_aliases);
    tcase_add_test(tc, right_ones_are_left_alone);
    tcase_add_test(tc, clipped);
    tcase_add_loop_test(tc, too_long, 0, UNIT_COUNT(limits));
    tcase_add_test(tc, refused);
    tcase_add_test(tc, damaged);
    tcase_add_test(tc, module_missing);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("audio", add);
}
