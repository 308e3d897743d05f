#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/header.h"
#include "ivr/fields.h"
#include "ivr/read.h"

enum { PATH = 4096 };

struct file {
    dev_t device;
    ino_t inode;
    bool open;
};

struct reading {
    struct jaxl_ivr_tree *t;
    struct jaxl_ivr_variables variables;
    struct jaxl_buf scratch;
    struct file files[JAXL_IVR_FILES];
    size_t n_files, depth;
    struct jaxl_error *err;
};

static int read_file(struct reading *r, int fd, const char *name, enum jaxl_record_input input);

/* The path of a file that is named in another. False: too long. */
static bool path_of(const char *name, const char *in, char path[PATH])
{
    const char *slash = strrchr(in, '/');
    int folder = *name != '/' && slash ? (int)(slash + 1 - in) : 0;

    return snprintf(path, PATH, "%.*s%s", folder, in, name) < PATH;
}

static void not_included(struct jaxl_ivr_tree *t, const struct jaxl_ivr_place *place,
                         const char *name, const char *why)
{
    t->incomplete = true;
    jaxl_ivr_tree_problem(t, place, "include: '%.200s': %s", name, why);
}

static void too_many(struct jaxl_ivr_tree *t, const struct jaxl_ivr_place *place, const char *name,
                     int most, const char *what)
{
    char why[64];

    snprintf(why, sizeof why, "more than %d %s", most, what);
    not_included(t, place, name, why);
}

/* Whether an opened file is to be read; *file is where it is noted. */
static bool is_new(struct reading *r, int fd, const char *name, const struct jaxl_ivr_place *place,
                   struct file **file)
{
    struct stat info;
    size_t i = 0;

    if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
        not_included(r->t, place, name, "not a regular file");
        return false;
    }
    while (i < r->n_files &&
           (r->files[i].device != info.st_dev || r->files[i].inode != info.st_ino))
        i++;
    if (i < r->n_files) {
        if (r->files[i].open)
            not_included(r->t, place, name, "it includes itself in the end");
        return false;
    }
    if (i == JAXL_IVR_FILES) {
        too_many(r->t, place, name, JAXL_IVR_FILES, "files");
        return false;
    }
    r->files[r->n_files++] = (struct file){info.st_dev, info.st_ino, true};
    *file = &r->files[i];
    return true;
}

static int read_included(struct reading *r, int fd, const char *path,
                         const struct jaxl_ivr_place *place)
{
    struct jaxl_ivr_place in = {.file = jaxl_ivr_tree_keep(r->t, path, strlen(path))};
    struct file *file;
    int rc;

    if (!in.file || !is_new(r, fd, path, place, &file))
        return 0;
    r->depth++;
    rc = read_file(r, fd, in.file, JAXL_RECORD_AUTO);
    r->depth--;
    file->open = false;
    if (rc != JAXL_EIO)
        return rc;
    not_included(r->t, place, path, jaxl_header_reason(r->err->message, in.file, &in.line));
    return 0;
}

static int include(struct reading *r, const char *name, const struct jaxl_ivr_place *place)
{
    char path[PATH];
    int fd, rc;

    if (r->depth == JAXL_IVR_DEPTH) {
        too_many(r->t, place, name, JAXL_IVR_DEPTH, "files inside each other");
        return 0;
    }
    if (!path_of(name, place->file, path)) {
        not_included(r->t, place, name, "the path is too long");
        return 0;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* (of a pipe is_new will have none) */
    if (fd < 0) {
        not_included(r->t, place, path, strerror(errno));
        return 0;
    }
    rc = read_included(r, fd, path, place);
    close(fd);
    return rc;
}

static int take(struct reading *r, const struct jaxl_record *rec, struct jaxl_ivr_place *place,
                struct jaxl_ivr_unknown *unknown)
{
    struct jaxl_ivr_record record;
    int rc;

    place->line = rec->line;
    rc = jaxl_ivr_fields_read(r->t, &r->variables, rec->value, place, unknown, &r->scratch, &record,
                              r->err);
    if (rc)
        return rc;
    if (record.kind != JAXL_IVR_INCLUDE)
        jaxl_ivr_fields_enter(r->t, &record, place);
    else if (record.cells[JAXL_IVR_F_INCLUDE].text)
        rc = include(r, record.cells[JAXL_IVR_F_INCLUDE].text, place);
    return rc ? rc : jaxl_ivr_tree_check(r->t, r->err);
}

/* Reads records until the end, or until reading cannot go on. */
static int read_records(struct reading *r, struct jaxl_record_reader *reader, const char *name)
{
    struct jaxl_ivr_unknown unknown = {.n = 0};
    struct jaxl_record rec;
    int rc;

    for (;;) {
        struct jaxl_ivr_place place = {.file = name, .record = ++r->t->n_records};
        rc = jaxl_record_read(reader, true, &rec, r->err);
        if (rc == JAXL_EINPUT || rc == JAXL_ELIMIT || rc == JAXL_ECONFIG) {
            const char *message = jaxl_header_reason(r->err->message, place.file, &place.line);
            r->t->incomplete = true;
            jaxl_ivr_tree_problem(r->t, &place, "%s", message);
            if (rc == JAXL_ECONFIG)
                return jaxl_ivr_tree_check(r->t, r->err);
        } else if (rc) {
            break;
        } else {
            rc = take(r, &rec, &place, &unknown);
            if (rc)
                return rc;
        }
    }
    if (rc == JAXL_EAGAIN)
        return jaxl_error_set(r->err, JAXL_ESTOPPED, "%s: a signal came", name);
    return rc == JAXL_EEND ? jaxl_ivr_tree_check(r->t, r->err) : rc;
}

static int read_file(struct reading *r, int fd, const char *name, enum jaxl_record_input input)
{
    struct jaxl_record_reader_options options = {.input = input};
    struct jaxl_record_reader *reader;
    int rc = jaxl_record_reader_new(&reader, fd, name, &options, r->err);

    if (rc)
        return rc;
    rc = read_records(r, reader, name);
    jaxl_record_reader_free(&reader);
    return rc;
}

static int read_all(struct reading *r, int fd, const char *name,
                    const struct jaxl_ivr_read_options *o)
{
    struct stat info;
    int rc =
        jaxl_ivr_variables_new(&r->variables, o->settings, o->n_settings, o->environment, r->err);

    if (rc)
        return rc;
    if (fstat(fd, &info) == 0)
        r->files[r->n_files++] = (struct file){info.st_dev, info.st_ino, true};
    r->depth = 1;
    r->t->file = jaxl_ivr_tree_keep(r->t, name, strlen(name));
    if (r->t->file)
        rc = read_file(r, fd, r->t->file, o->input);
    else
        rc = jaxl_ivr_tree_check(r->t, r->err);
    jaxl_ivr_variables_free(&r->variables);
    return rc;
}

int jaxl_ivr_read(struct jaxl_ivr_tree *t, int fd, const char *name,
                  const struct jaxl_ivr_read_options *options, struct jaxl_error *err)
{
    static const struct jaxl_ivr_read_options defaults;
    struct jaxl_error own;
    struct reading *r = calloc(1, sizeof *r);
    int rc;

    if (!r)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    r->t = t;
    r->err = err ? err : &own;
    jaxl_buf_init(&r->scratch, JAXL_IVR_TEXT);
    rc = read_all(r, fd, name, options ? options : &defaults);
    jaxl_buf_free(&r->scratch);
    free(r);
    return rc;
}
