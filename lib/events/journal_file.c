#include "events/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jaxl/json.h"

enum { TRIES = 16, CHUNK = 64 * 1024, TRY_SIZE = 3 * 4096 };

static int io_error(const char *path, int why, struct jaxl_error *err)
{
    return jaxl_error_set(err, why == ENOMEM ? JAXL_ENOMEM : JAXL_EIO, "journal %s: %s", path,
                          strerror(why));
}

static int not_regular(const char *path, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EINPUT, "journal %s: not a regular file", path);
}

/* A new name is on the disk when its folder is. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    int fd, rc = -1;

    if (!folder) {
        errno = ENOMEM;
        return -1;
    }
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd >= 0) {
        rc = fsync(fd) && errno != EINVAL ? -1 : 0; /* some file systems have no such thing */
        close(fd);
    }
    return rc;
}

static int open_or_make(const char *path)
{
    const int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags | O_CREAT | O_EXCL, 0600);

    if (fd < 0)
        return errno == EEXIST ? open(path, flags) : -1;
    if (sync_folder(path)) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

/* Locks fd when it is still what path names. 0, JAXL_EAGAIN: it is not, or another code. */
static int lock_it(int fd, const char *path, struct jaxl_error *err)
{
    struct stat mine, there;

    if (fstat(fd, &mine))
        return io_error(path, errno, err);
    if (!S_ISREG(mine.st_mode))
        return not_regular(path, err);
    if (flock(fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK
                   ? jaxl_error_set(err, JAXL_EBUSY, "journal %s: another process writes to it",
                                    path)
                   : io_error(path, errno, err);
    return stat(path, &there) == 0 && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
               ? 0
               : JAXL_EAGAIN;
}

static int open_locked(const char *path, int *out, struct jaxl_error *err)
{
    int rc = JAXL_EAGAIN;

    for (int i = 0; i < TRIES && rc == JAXL_EAGAIN; i++) {
        int fd = open_or_make(path);
        if (fd < 0 && errno == ENOENT && i + 1 < TRIES)
            continue; /* it has gone in between; or its folder is not there */
        if (fd < 0)
            return errno == EISDIR ? not_regular(path, err) : io_error(path, errno, err);
        rc = lock_it(fd, path, err);
        if (!rc)
            *out = fd;
        else
            close(fd);
    }
    return rc == JAXL_EAGAIN
               ? jaxl_error_set(err, JAXL_EBUSY, "journal %s: others move it about", path)
               : rc;
}

/* Reads n bytes from where on; fewer at the end of the file. */
static ssize_t read_at(int fd, char *to, size_t n, off_t where)
{
    size_t got = 0;

    while (got < n) {
        ssize_t more = pread(fd, to + got, n - got, where + (off_t)got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return -1;
        if (more == 0)
            break;
        got += (size_t)more;
    }
    return (ssize_t)got;
}

/* Puts what follows the last newline of a file of size bytes into *tail. */
static int read_tail(const char *path, int fd, off_t size, struct jaxl_buf *tail,
                     struct jaxl_error *err)
{
    const char *newline = NULL;
    size_t n = 0;
    ssize_t got;

    while (!newline && (off_t)n < size) {
        n = n + CHUNK < (size_t)size ? n + CHUNK : (size_t)size;
        jaxl_buf_reset(tail);
        if (jaxl_buf_reserve(tail, n))
            return tail->failed == JAXL_ENOMEM
                       ? jaxl_error_set(err, JAXL_ENOMEM, "journal %s: out of memory", path)
                       : jaxl_error_set(err, JAXL_EINPUT,
                                        "journal %s: holds something else: its last line is longer "
                                        "than any event",
                                        path);
        got = read_at(fd, tail->data, n, size - (off_t)n);
        if (got < 0)
            return io_error(path, errno, err);
        tail->len = (size_t)got;
        newline = memrchr(tail->data, '\n', tail->len);
    }
    if (newline)
        jaxl_buf_consume(tail, (size_t)(newline + 1 - tail->data));
    return 0;
}

static int is_whole(const struct jaxl_buf *tail, bool *whole)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;
    int rc = jaxl_json_doc_new(&doc, JAXL_JOURNAL_FILE_LINE);

    if (rc)
        return rc;
    rc = jaxl_json_parse(doc, tail->data, tail->len, &root, NULL);
    *whole = !rc && jaxl_json_type(root) == JAXL_JSON_OBJECT;
    jaxl_json_doc_free(&doc);
    return rc == JAXL_ENOMEM ? rc : 0;
}

/* A torn line goes; one that is whole but for its end gets that. */
static int mend_tail(const char *path, int fd, off_t size, const struct jaxl_buf *tail,
                     const struct jaxl_log *log, struct jaxl_error *err)
{
    bool whole;

    if (is_whole(tail, &whole))
        return jaxl_error_set(err, JAXL_ENOMEM, "journal %s: out of memory", path);
    if (whole ? write(fd, "\n", 1) != 1 : ftruncate(fd, size - (off_t)tail->len) != 0)
        return io_error(path, errno, err);
    if (fdatasync(fd))
        return io_error(path, errno, err);
    jaxl_log_print(log, JAXL_LOG_WARNING,
                   whole ? "journal %s: its last line of %zu bytes was not ended, and is now"
                         : "journal %s: its last line was torn: %zu bytes were cut off",
                   path, tail->len);
    return 0;
}

/* Looks at what is there; nothing that is no journal is changed. */
static int check(const char *path, int fd, const struct jaxl_log *log, struct jaxl_error *err)
{
    struct jaxl_buf tail;
    struct stat info;
    char first = '{';
    int rc;

    if (fstat(fd, &info) || (info.st_size > 0 && read_at(fd, &first, 1, 0) < 0))
        return io_error(path, errno, err);
    if (first != '{')
        return jaxl_error_set(err, JAXL_EINPUT,
                              "journal %s: holds something else: it does not begin with an event",
                              path);
    jaxl_buf_init(&tail, JAXL_JOURNAL_FILE_LINE);
    rc = read_tail(path, fd, info.st_size, &tail, err);
    if (!rc && tail.len)
        rc = mend_tail(path, fd, info.st_size, &tail, log, err);
    jaxl_buf_free(&tail);
    return rc;
}

static int open_checked(const char *path, int *fd, const struct jaxl_log *log,
                        struct jaxl_error *err)
{
    int rc = open_locked(path, fd, err);

    if (rc)
        return rc;
    rc = check(path, *fd, log, err);
    if (rc)
        close(*fd);
    return rc;
}

int jaxl_journal_file_open(struct jaxl_journal_file *f, const char *path,
                           const struct jaxl_log *log, struct jaxl_error *err)
{
    int fd = -1, rc = open_checked(path, &fd, log, err);

    *f = (struct jaxl_journal_file){.fd = -1};
    if (!rc)
        *f = (struct jaxl_journal_file){.path = path, .fd = fd};
    return rc;
}

void jaxl_journal_file_close(struct jaxl_journal_file *f)
{
    if (f->path)
        close(f->fd);
    *f = (struct jaxl_journal_file){.fd = -1};
}

int jaxl_journal_file_reopen(struct jaxl_journal_file *f, const struct jaxl_log *log,
                             struct jaxl_error *err)
{
    struct stat mine, there;
    int fd = -1, rc;

    if (stat(f->path, &there) == 0 && fstat(f->fd, &mine) == 0 && mine.st_ino == there.st_ino &&
        mine.st_dev == there.st_dev)
        return 0;
    rc = open_checked(f->path, &fd, log, err);
    if (rc)
        return rc;
    close(f->fd);
    *f = (struct jaxl_journal_file){.path = f->path, .fd = fd};
    return 0;
}

/* The bytes that got in; errno says why not all. */
static size_t write_all(int fd, const char *data, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t got = write(fd, data + done, n - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        done += (size_t)got;
    }
    return done;
}

/* Nothing is left behind this many bytes. A file that somebody cut shorter stays as it is. */
static void take_back(struct jaxl_journal_file *f, off_t whole)
{
    struct stat info;

    f->whole = whole;
    f->torn = fstat(f->fd, &info) || (info.st_size > whole && ftruncate(f->fd, whole));
}

static size_t whole_lines(const char *data, size_t n)
{
    const char *newline = n ? memrchr(data, '\n', n) : NULL;

    return newline ? (size_t)(newline + 1 - data) : 0;
}

/* The bytes of the file, from which on is appended. */
static int begin(struct jaxl_journal_file *f, off_t *size, struct jaxl_error *err)
{
    struct stat info;

    if (f->torn)
        take_back(f, f->whole);
    if (f->torn || fstat(f->fd, &info))
        return io_error(f->path, errno, err);
    *size = info.st_size;
    return 0;
}

int jaxl_journal_file_append(struct jaxl_journal_file *f, const char *data, size_t n, size_t *kept,
                             struct jaxl_error *err)
{
    off_t before;
    size_t done;
    int why = 0;

    *kept = 0;
    if (begin(f, &before, err))
        return JAXL_EIO;
    done = write_all(f->fd, data, n);
    if (done < n) {
        why = errno;
        done = whole_lines(data, done);
        take_back(f, before + (off_t)done);
    }
    if (done && fdatasync(f->fd)) {
        why = errno;
        take_back(f, before);
        done = 0;
    }
    *kept = done;
    return why ? io_error(f->path, why, err) : 0;
}

int jaxl_journal_file_try(struct jaxl_journal_file *f, struct jaxl_error *err)
{
    char text[TRY_SIZE];
    off_t before;
    size_t kept;
    int rc = begin(f, &before, err);

    if (rc)
        return rc;
    memset(text, ' ', sizeof text);
    text[0] = '{'; /* a crash right here leaves a torn line, as any other */
    rc = jaxl_journal_file_append(f, text, sizeof text, &kept, err);
    if (!rc)
        take_back(f, before);
    return rc || !f->torn ? rc : io_error(f->path, errno, err);
}
