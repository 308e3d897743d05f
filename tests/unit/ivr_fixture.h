/* IVR files in a directory of their own, read and checked; the problems as text, one a line:
 * "main.ndjson:3: message". */
#ifndef JAXL_IVR_FIXTURE_H
#define JAXL_IVR_FIXTURE_H

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "ivr/check.h"
#include "ivr/read.h"
#include "unit.h"

struct ivr {
    char dir[256], path[512];
    struct jaxl_ivr_tree tree;
    struct jaxl_ivr_read_options options;
    struct jaxl_error err;
    struct jaxl_buf problems;
    unsigned allowed;
};

static inline void ivr_set_up(struct ivr *f)
{
    memset(f, 0, sizeof *f);
    unit_dir_make(f->dir);
    jaxl_ivr_tree_init(&f->tree);
    jaxl_buf_init(&f->problems, 64 * 1024 * 1024);
}

static inline void ivr_tear_down(struct ivr *f)
{
    jaxl_ivr_tree_free(&f->tree);
    jaxl_buf_free(&f->problems);
    unit_dir_remove(f->dir);
}

static inline void ivr_write(struct ivr *f, const char *name, const char *text)
{
    FILE *file;

    snprintf(f->path, sizeof f->path, "%s/%s", f->dir, name);
    file = fopen(f->path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* Reads a file of the directory, asserting nothing. */
static inline int ivr_read(struct ivr *f, const char *name)
{
    int fd, rc;

    snprintf(f->path, sizeof f->path, "%s/%s", f->dir, name);
    fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return JAXL_EIO;
    rc = jaxl_ivr_read(&f->tree, fd, f->path, &f->options, &f->err);
    close(fd);
    return rc;
}

/* The text with every mention of the directory taken out. */
static inline void ivr_note(void *ctx, const char *file, uint64_t line, const char *message)
{
    struct ivr *f = ctx;
    size_t dir = strlen(f->dir) + 1, mark = f->problems.len;
    char *at;

    jaxl_buf_printf(&f->problems, "%s:%" PRIu64 ": %s\n", file, line, message);
    for (at = f->problems.data + mark; (at = strstr(at, f->dir));) {
        memmove(at, at + dir, strlen(at + dir) + 1);
        f->problems.len -= dir;
    }
}

static inline int ivr_check(struct ivr *f)
{
    return jaxl_ivr_check(&f->tree, f->allowed, ivr_note, f, &f->err);
}

/* Everything about one text, as "main.ndjson" or whatever name says; the problems. */
static inline const char *ivr_problems(struct ivr *f, const char *name, const char *text)
{
    int rc;

    ivr_write(f, name, text);
    rc = ivr_read(f, name);
    ck_assert_msg(rc == 0, "%s", f->err.message);
    rc = ivr_check(f);
    ck_assert_msg(rc == (f->problems.len ? JAXL_EINPUT : 0), "%d: %s", rc, f->err.message);
    return jaxl_buf_text(&f->problems);
}

#endif
