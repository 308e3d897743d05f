#include "events/control_sound.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jaxl/audio.h"

struct jaxl_control_sound {
    struct jaxl_control_sound *next;
    struct stat file; /* as it was */
    struct jaxl_buf wav;
    char path[]; /* two names of one file are two sounds */
};

static void drop(struct jaxl_control_sounds *s, struct jaxl_control_sound **at)
{
    struct jaxl_control_sound *gone = *at;

    *at = gone->next;
    s->n--;
    s->bytes -= gone->wav.len;
    jaxl_buf_free(&gone->wav);
    free(gone);
}

void jaxl_control_sound_free(struct jaxl_control_sounds *s)
{
    while (s->first)
        drop(s, &s->first);
}

static bool unchanged(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The sound of that file, now the first; NULL. An older one of the same name goes. */
static struct jaxl_control_sound *find(struct jaxl_control_sounds *s, const char *path,
                                       const struct stat *file)
{
    struct jaxl_control_sound **at = &s->first, *found;

    while (*at && strcmp((*at)->path, path) != 0)
        at = &(*at)->next;
    found = *at;
    if (found && !unchanged(&found->file, file)) {
        drop(s, at);
        return NULL;
    }
    if (found) {
        *at = found->next;
        found->next = s->first;
        s->first = found;
    }
    return found;
}

/* The others, from the one that was used longest ago, until there is room. */
static void make_room(struct jaxl_control_sounds *s)
{
    while (s->n > 1 && (s->n > JAXL_CONTROL_SOUNDS || s->bytes > JAXL_AUDIO_MAX)) {
        struct jaxl_control_sound **at = &s->first;
        while ((*at)->next)
            at = &(*at)->next;
        drop(s, at);
    }
}

static int convert(const char *path, struct jaxl_buf *wav, struct jaxl_error *err)
{
    const struct jaxl_audio in = {.path = path};
    int rc = jaxl_audio_convert(&in, wav, err);

    if (rc == JAXL_EIO) /* it has gone: what was given, not this machine */
        rc = jaxl_error_set(err, JAXL_EINPUT, "%s: it cannot be read", path);
    return rc;
}

static int add(struct jaxl_control_sounds *s, const char *path, const struct stat *file,
               struct jaxl_error *err)
{
    size_t len = strlen(path) + 1;
    struct jaxl_control_sound *fresh = malloc(sizeof *fresh + len);
    int rc;

    if (!fresh)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", path);
    fresh->file = *file;
    memcpy(fresh->path, path, len);
    jaxl_buf_init(&fresh->wav, JAXL_AUDIO_MAX);
    rc = convert(path, &fresh->wav, err);
    if (rc) {
        jaxl_buf_free(&fresh->wav);
        free(fresh);
        return rc;
    }
    fresh->next = s->first;
    s->first = fresh;
    s->n++;
    s->bytes += fresh->wav.len;
    make_room(s);
    return 0;
}

int jaxl_control_sound_get(struct jaxl_control_sounds *s, const char *path,
                           const struct jaxl_buf **wav, struct jaxl_error *err)
{
    struct stat file;
    int rc = 0;

    if (stat(path, &file))
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(file.st_mode)) /* reading another could wait for ever */
        return jaxl_error_set(err, JAXL_EINPUT, "%s: it is no regular file", path);
    if (!find(s, path, &file))
        rc = add(s, path, &file, err);
    if (!rc)
        *wav = &s->first->wav;
    return rc;
}
