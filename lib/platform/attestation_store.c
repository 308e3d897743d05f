#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jaxl/json.h"
#include "jaxl/secret.h"
#include "platform/attestation.h"
#include "platform/folder.h"
#include "platform/keyfile.h"

enum { PATH_LIMIT = 4096, OWNER_TEXT = 2 * 32 + 1 };
#define LOCK_PAUSE (50 * JAXL_MSEC)

struct jaxl_attestation_store {
    char *dir, *path, *lock_path, *new_path;
    char owner[OWNER_TEXT];
    const struct jaxl_log *log;
    int lock; /* descriptor, -1: not locked */
};

static int no_memory(struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ENOMEM, "attestation file: out of memory");
}

static int io_error(const char *path, int why, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EIO, "attestation file %s: %s", path, strerror(why));
}

/* A formatted text in memory of its own; NULL when there is none. */
static char *make_text(const char *a, const char *b, const char *c)
{
    struct jaxl_buf text;
    char *made;

    jaxl_buf_init(&text, PATH_LIMIT);
    jaxl_buf_printf(&text, "%s%s%s", a, b, c);
    made = jaxl_buf_take(&text);
    jaxl_buf_free(&text);
    return made;
}

static int find_dir(struct jaxl_attestation_store *s, const char *dir, const struct jaxl_env *env,
                    struct jaxl_error *err)
{
    char room[JAXL_FOLDER_ROOM];
    const char *home;

    if (!dir || !*dir)
        dir = jaxl_env_get(env, "JAXL_STATE_DIR");
    home = dir ? NULL : jaxl_folder_home(env, room);
    if (!dir && !home)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "this account has no home directory: set JAXL_STATE_DIR to where the "
                              "attestation is kept");
    s->dir = dir ? make_text(dir, "", "") : make_text(home, "/.jaxl/api", "");
    return s->dir ? 0 : no_memory(err);
}

static int find_paths(struct jaxl_attestation_store *s, const char *dir, const struct jaxl_env *env,
                      struct jaxl_error *err)
{
    const char *name = jaxl_env_get(env, "JAXL_ATTESTATION_FILE_NAME");
    int r = find_dir(s, dir, env, err);

    if (r)
        return r;
    if (!name)
        name = "attestation.json";
    if (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
        strlen(name) > NAME_MAX - 5)
        return jaxl_error_set(err, JAXL_ECONFIG,
                              "JAXL_ATTESTATION_FILE_NAME: '%.80s' is not the name of a file in %s",
                              name, s->dir);
    s->path = make_text(s->dir, "/", name);
    s->lock_path = s->path ? make_text(s->path, ".lock", "") : NULL;
    s->new_path = s->path ? make_text(s->path, ".new", "") : NULL;
    return s->lock_path && s->new_path ? 0 : no_memory(err);
}

/* Who an attestation belongs to: "once per credentials and user" (protocol.md section 3). */
static int find_owner(struct jaxl_attestation_store *s, const struct jaxl_env *env,
                      const struct jaxl_credentials *cred, const char *me, struct jaxl_error *err)
{
    const char *at = strrchr(me, '@');
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct jaxl_buf text;
    int r;

    jaxl_buf_init(&text, JAXL_CREDENTIALS_MAX + JAXL_CREDENTIALS_ROOT_MAX + PATH_LIMIT);
    r = jaxl_credentials_root(cred, env, JAXL_ACCOUNT, &text, err);
    if (!r) {
        jaxl_buf_printf(&text, "\n%s\n%lld\n%.*s", cred->api_key, (long long)cred->app_id,
                        at ? (int)(at - me) : (int)strlen(me), me);
        r = jaxl_buf_check(&text, "attestation file", err);
    }
    if (!r && !EVP_Digest(text.data, text.len, digest, NULL, EVP_sha256(), NULL))
        r = jaxl_error_set(err, JAXL_ECRYPTO, "attestation file: SHA-256 failed");
    for (int i = 0; !r && i < OWNER_TEXT / 2; i++)
        snprintf(s->owner + 2 * i, 3, "%02x", digest[i]);
    jaxl_buf_wipe(&text);
    return r;
}

int jaxl_attestation_store_new(struct jaxl_attestation_store **out, const char *dir,
                               const struct jaxl_env *env, const struct jaxl_credentials *cred,
                               const char *me, const struct jaxl_log *log, struct jaxl_error *err)
{
    struct jaxl_attestation_store *s = calloc(1, sizeof *s);
    int r;

    *out = NULL;
    if (!s)
        return no_memory(err);
    s->log = log;
    s->lock = -1;
    r = find_paths(s, dir, env, err);
    if (!r)
        r = find_owner(s, env, cred, me, err);
    if (r)
        jaxl_attestation_store_free(&s);
    *out = s;
    return r;
}

void jaxl_attestation_store_free(struct jaxl_attestation_store **store)
{
    struct jaxl_attestation_store *s = store ? *store : NULL;

    if (!s)
        return;
    jaxl_attestation_unlock(s);
    free(s->dir);
    free(s->path);
    free(s->lock_path);
    free(s->new_path);
    free(s);
    *store = NULL;
}

const char *jaxl_attestation_dir(const struct jaxl_attestation_store *s)
{
    return s->dir;
}

const char *jaxl_attestation_path(const struct jaxl_attestation_store *s)
{
    return s->path;
}

/* Why a text is no attestation of ours, NULL when it is one; *r for what is wrong besides. */
static const char *read_object(const struct jaxl_attestation_store *s, const struct jaxl_buf *text,
                               struct jaxl_attestation *a, int *r)
{
    const struct jaxl_json *root, *owner;
    const char *unusable = NULL;
    struct jaxl_json_doc *doc;

    *r = jaxl_json_doc_new(&doc, JAXL_ATTESTATION_MAX);
    if (!*r)
        *r = jaxl_json_parse(doc, text->data, text->len, &root, NULL);
    if (!*r)
        *r = jaxl_attestation_object(root, a);
    if (*r) {
        unusable = "it holds no attestation";
    } else {
        owner = jaxl_json_get(root, JAXL_ATTESTATION_OWNER);
        if (!jaxl_json_is_null(owner) && strcmp(jaxl_json_string(owner, ""), s->owner) != 0)
            unusable = "it belongs to other credentials or another user";
    }
    if (*r != JAXL_ENOMEM)
        *r = 0;
    jaxl_json_doc_wipe(&doc);
    return unusable;
}

int jaxl_attestation_load(struct jaxl_attestation_store *s, struct jaxl_attestation *a,
                          struct jaxl_error *err)
{
    const char *unusable = NULL;
    struct jaxl_buf text;
    int why = 0, r;

    memset(a, 0, sizeof *a);
    r = jaxl_keyfile_read(s->path, JAXL_ATTESTATION_MAX, s->log, &text, &why);
    if (!r)
        unusable = read_object(s, &text, a, &r);
    jaxl_buf_wipe(&text);
    if (r == JAXL_ELIMIT) {
        unusable = "it is too long";
        r = 0;
    }
    if (r == JAXL_EIO && (why == ENOENT || why == ENOTDIR))
        return jaxl_error_set(err, JAXL_EEND, "attestation file %s: not there yet", s->path);
    if (r)
        return r == JAXL_EIO ? io_error(s->path, why, err) : no_memory(err);
    if (!unusable)
        return 0;
    jaxl_attestation_clear(a);
    jaxl_log_print(s->log, JAXL_LOG_INFO, "attestation file %s: %s: attesting anew", s->path,
                   unusable);
    return jaxl_error_set(err, JAXL_EEND, "attestation file %s: %s", s->path, unusable);
}

/* Waits for a lock; 0 or errno, ECANCELED when it was stopped. */
static int wait_for_lock(int fd, const struct jaxl_clock *clock, bool (*stop)(void *ctx), void *ctx)
{
    for (int64_t waited = 0; flock(fd, LOCK_EX | LOCK_NB); waited += LOCK_PAUSE) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= JAXL_ATTESTATION_WAIT)
            return errno;
        if (stop && stop(ctx))
            return ECANCELED;
        jaxl_clock_sleep(clock, LOCK_PAUSE);
    }
    return 0;
}

int jaxl_attestation_lock(struct jaxl_attestation_store *s, const struct jaxl_clock *clock,
                          bool (*stop)(void *ctx), void *ctx, struct jaxl_error *err)
{
    int fd, why, r;

    if (s->lock >= 0)
        return 0;
    r = jaxl_folder_make(s->dir, "attestation file", err);
    if (r)
        return r;
    fd = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return io_error(s->lock_path, errno, err);
    why = wait_for_lock(fd, clock, stop, ctx);
    if (!why) {
        s->lock = fd;
        return 0;
    }
    close(fd);
    if (why == ECANCELED)
        return jaxl_error_set(err, JAXL_ESTOPPED, "stopped");
    if (why != EWOULDBLOCK)
        return io_error(s->lock_path, why, err);
    return jaxl_error_set(err, JAXL_EBUSY,
                          "attestation file %s: another process has been attesting for %d s: try "
                          "again later",
                          s->path, (int)(JAXL_ATTESTATION_WAIT / JAXL_SECOND));
}

bool jaxl_attestation_try_lock(struct jaxl_attestation_store *s)
{
    int fd = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return false;
    if (s->lock >= 0 || flock(fd, LOCK_EX | LOCK_NB)) {
        close(fd);
        return false;
    }
    s->lock = fd;
    return true;
}

void jaxl_attestation_unlock(struct jaxl_attestation_store *s)
{
    if (s->lock >= 0)
        close(s->lock);
    s->lock = -1;
}

int jaxl_attestation_save(struct jaxl_attestation_store *s, const struct jaxl_attestation *a,
                          struct jaxl_error *err)
{
    size_t n = a->object ? strlen(a->object) : 0;
    struct jaxl_buf text;
    int why, r;

    if (s->lock < 0 || n < 3) /* an object is never empty: id and sk are in it */
        return jaxl_error_set(err, JAXL_EARG, "attestation file %s: nothing to save or no lock",
                              s->path);
    jaxl_buf_init(&text, JAXL_ATTESTATION_MAX);
    r = jaxl_buf_reserve(&text, JAXL_ATTESTATION_MAX);
    if (r)
        return no_memory(err);
    jaxl_buf_add(&text, a->object, n - 1);
    jaxl_buf_printf(&text, ",\"%s\":\"%s\"}\n", JAXL_ATTESTATION_OWNER, s->owner);
    why = jaxl_keyfile_write(s->path, s->new_path, &text, true);
    jaxl_buf_wipe(&text);
    return why ? io_error(s->path, why, err) : 0;
}
