/* Where records come from. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/signals.h"
#include "report/run.h"

int run_open(const char *path, int *fd, const char **name, struct jaxl_error *err)
{
    bool standard = strcmp(path, "-") == 0;

    *name = standard ? "standard input" : path;
    do /* a named pipe has to be waited for */
        *fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    while (*fd < 0 && errno == EINTR && !cli_signals_stop());
    if (*fd < 0 && errno == EINTR)
        return jaxl_error_set(err, JAXL_ESTOPPED, "%s: stopped while opening it", path);
    if (*fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", path, strerror(errno));
    return 0;
}

void run_close(int fd)
{
    if (fd > STDERR_FILENO)
        close(fd);
}

static int put_line(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    FILE *spool = ctx;

    if (fwrite(json, 1, len, spool) == len && putc('\n', spool) != EOF)
        return 0;
    return jaxl_error_set(err, JAXL_EIO, "keeping calls in a temporary file: %s", strerror(errno));
}

static void on_notice(void *ctx, const char *message)
{
    (void)ctx;
    cli_message(REPORT, "%s", message);
}

int run_fetch(struct run *run, struct jaxl_fetch_options *options, jaxl_fetch_put *put,
              jaxl_fetch_flush *flush, void *ctx, struct jaxl_fetch_totals *totals,
              struct jaxl_error *err)
{
    const struct options *o = run->o;
    int rc = run_session(run, err);

    options->start = o->period.start;
    options->end = o->period.end;
    options->currency = o->currency;
    options->connections = (unsigned)o->connections;
    options->watch = &run->watch;
    options->report = on_notice;
    return rc ? rc : jaxl_fetch(run->session, options, put, flush, ctx, totals, err);
}

static int fetch_into(struct run *run, FILE *spool, struct jaxl_error *err)
{
    struct jaxl_fetch_options options = {.kind = JAXL_FETCH_CALLS, .output_fd = -1};
    int rc = run_fetch(run, &options, put_line, NULL, spool, NULL, err);

    if (!rc && fflush(spool))
        rc =
            jaxl_error_set(err, JAXL_EIO, "keeping calls in a temporary file: %s", strerror(errno));
    return rc;
}

int run_spool(struct run *run, int *fd, struct jaxl_error *err)
{
    FILE *spool = tmpfile();
    int rc;

    *fd = -1;
    if (!spool)
        return jaxl_error_set(err, JAXL_EIO, "making a temporary file: %s", strerror(errno));
    rc = fetch_into(run, spool, err);
    *fd = rc ? -1 : fcntl(fileno(spool), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (!rc && (*fd < 0 || lseek(*fd, 0, SEEK_SET) < 0))
        rc = jaxl_error_set(err, JAXL_EIO, "reading a temporary file: %s", strerror(errno));
    fclose(spool);
    return rc;
}

static const char *const standard[] = {"-"};

int run_read(struct run *run, struct jaxl_report *report, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const char *const *paths = o->n_paths ? o->paths : standard;
    size_t n = o->n_paths ? o->n_paths : 1;
    const char *name = "the platform's calls";
    int rc = 0, fd;

    if (o->fetch || (o->command == COMMAND_STATEMENT && !o->n_paths)) {
        rc = run_spool(run, &fd, err);
        if (!rc)
            rc = jaxl_report_read(report, fd, name, err);
        if (fd >= 0)
            run_close(fd);
        return rc;
    }
    for (size_t i = 0; i < n && !rc; i++) {
        rc = run_open(paths[i], &fd, &name, err);
        if (!rc)
            rc = jaxl_report_read(report, fd, name, err);
        run_close(fd);
    }
    return rc;
}

static int reject(struct run *run, const struct jaxl_record *record, const char *reason,
                  struct jaxl_error *err)
{
    struct jaxl_buf line;
    int rc;

    jaxl_buf_init(&line, (size_t)64 * 1024 * 1024);
    jaxl_record_reject(&line, record, reason);
    rc = jaxl_buf_check(&line, "a reject", err);
    if (!rc)
        rc = run_reject(run, line.data, line.len, err);
    jaxl_buf_free(&line);
    return rc;
}

int run_records_of(struct run *run, int fd, const char *name, bool platform, run_take *take,
                   void *ctx, struct jaxl_error *err)
{
    const struct jaxl_record_reader_options options = options_reader(run->o, platform);
    struct jaxl_record_reader *reader = NULL;
    struct jaxl_record record;
    int rc = jaxl_record_reader_new(&reader, fd, name, &options, err);

    while (!rc) {
        struct jaxl_error why = {0};
        rc = jaxl_record_read(reader, true, &record, &why);
        if (rc == JAXL_EEND)
            break;
        if (rc == JAXL_EAGAIN)
            rc = run->watch.stop(run->watch.ctx)
                     ? jaxl_error_set(err, JAXL_ESTOPPED, "reading was stopped")
                     : 0;
        else if (!rc)
            rc = take(ctx, record.value, &why);
        if (rc == JAXL_EINPUT || rc == JAXL_ELIMIT)
            rc = reject(run, &record, why.message, err);
        else if (rc && rc != JAXL_ESTOPPED && err)
            *err = why;
    }
    jaxl_record_reader_free(&reader);
    return rc == JAXL_EEND ? 0 : rc;
}

int run_records(struct run *run, const char *const *paths, size_t n_paths, run_take *take,
                void *ctx, struct jaxl_error *err)
{
    const char *name;
    int rc = 0, fd;

    for (size_t i = 0; i < n_paths && !rc; i++) {
        rc = run_open(paths[i], &fd, &name, err);
        if (!rc)
            rc = run_records_of(run, fd, name, false, take, ctx, err);
        run_close(fd);
    }
    return rc;
}
