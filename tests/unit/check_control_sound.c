/* Sounds that are kept: each file converted once, read again when it has changed. */
#include "failmalloc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/control_sound.h"
#include "jaxl/audio.h"
#include "unit.h"

static char dir[256];
static struct jaxl_control_sounds sounds;

static void begin(void)
{
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
    unit_dir_make(dir);
}

static void end(void)
{
    jaxl_control_sound_free(&sounds);
    unit_dir_remove(dir);
}

static void le(FILE *file, unsigned n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        fputc((int)(n >> 8 * i & 0xff), file);
}

/* As the platform plays it, of so many samples. */
static const char *wav(const char *name, unsigned samples)
{
    static char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fputs("RIFF", file);
    le(file, 36 + 2 * samples, 4);
    fputs("WAVEfmt ", file);
    le(file, 16, 4);
    le(file, 1, 2);
    le(file, 1, 2);
    le(file, 8000, 4);
    le(file, 16000, 4);
    le(file, 2, 2);
    le(file, 16, 2);
    fputs("data", file);
    le(file, 2 * samples, 4);
    for (unsigned i = 0; i < samples; i++)
        le(file, i & 0xff, 2);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static const struct jaxl_buf *get(const char *path)
{
    struct jaxl_error err = {.message = ""};
    const struct jaxl_buf *out = NULL;

    ck_assert_msg(jaxl_control_sound_get(&sounds, path, &out, &err) == 0, "%s", err.message);
    return out;
}

START_TEST(once)
{
    const char *path = wav("a.wav", 100);
    const struct jaxl_buf *first = get(path);
    struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

    ck_assert_uint_eq(first->len, 244);
    ck_assert_mem_eq(first->data, "RIFF", 4);
    ck_assert_ptr_eq(get(path), first);
    ck_assert_uint_eq(sounds.n, 1);
    ck_assert_uint_eq(sounds.bytes, 244);
    /* changed: longer, or just later */
    ck_assert_uint_eq(get(wav("a.wav", 200))->len, 444);
    ck_assert_uint_eq(sounds.n, 1);
    ck_assert_uint_eq(sounds.bytes, 444);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, past, 0), 0);
    ck_assert_uint_eq(get(path)->len, 444);
    ck_assert_uint_eq(sounds.n, 1);
}
END_TEST

/* The one that was used longest ago goes. */
START_TEST(room)
{
    enum { FILES = JAXL_CONTROL_SOUNDS + 10 };
    char paths[FILES][300], name[32];
    const struct jaxl_buf *used;

    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "%d.wav", i);
        snprintf(paths[i], sizeof paths[i], "%s", wav(name, 10));
    }
    used = get(paths[0]);
    for (int i = 1; i < FILES; i++) {
        (void)get(paths[i]);
        ck_assert_ptr_eq(get(paths[0]), used);
    }
    ck_assert_uint_eq(sounds.n, JAXL_CONTROL_SOUNDS);
    ck_assert_uint_eq(sounds.bytes, 64 * JAXL_CONTROL_SOUNDS);
    ck_assert_uint_eq(get(paths[1])->len, 64); /* read once more */
    ck_assert_uint_eq(sounds.n, JAXL_CONTROL_SOUNDS);
}
END_TEST

START_TEST(bytes)
{
    enum { THIRD = JAXL_AUDIO_MAX / 2 / 3 };

    (void)get(wav("a.wav", THIRD));
    (void)get(wav("b.wav", THIRD));
    ck_assert_uint_eq(sounds.n, 2);
    (void)get(wav("c.wav", THIRD));
    ck_assert_uint_eq(sounds.n, 2); /* the headers are too much */
    ck_assert_uint_le(sounds.bytes, JAXL_AUDIO_MAX);
}
END_TEST

static const struct {
    const char *name, *why;
} refused[] = {{"none.wav", "none.wav: No such file"},
               {"", "no regular file"},
               {"fifo", "no regular file"},
               {"text", "text"}};

START_TEST(refuses)
{
    const struct jaxl_buf *out;
    struct jaxl_error err = {.message = ""};
    char path[300];
    FILE *file;

    snprintf(path, sizeof path, "%s/fifo", dir);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    snprintf(path, sizeof path, "%s/text", dir);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("no sound", file);
    fclose(file);
    snprintf(path, sizeof path, "%s/%s", dir, refused[_i].name);
    ck_assert_int_eq(jaxl_control_sound_get(&sounds, path, &out, &err), JAXL_EINPUT);
    ck_assert_msg(strstr(err.message, refused[_i].why), "%s", err.message);
    ck_assert_uint_eq(sounds.n, 0);
}
END_TEST

static int get_twice(void *ctx)
{
    struct jaxl_control_sounds own = {0};
    const struct jaxl_buf *out;
    int rc = jaxl_control_sound_get(&own, ctx, &out, NULL);

    if (!rc)
        rc = jaxl_control_sound_get(&own, ctx, &out, NULL);
    jaxl_control_sound_free(&own);
    return rc;
}

START_TEST(without_memory)
{
    char path[300];

    snprintf(path, sizeof path, "%s", wav("a.wav", 100));
    ck_assert_int_ge(failmalloc_each(get_twice, path), 1);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, once);
    tcase_add_test(tc, room);
    tcase_add_test(tc, bytes);
    tcase_add_loop_test(tc, refuses, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, without_memory);
}

int main(void)
{
    return unit_run("control_sound", add);
}
