/* Recorded events and records of calls, through what was asked for. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/signals.h"
#include "events/run.h"
#include "events/sink.h"
#include "events/suppress.h"
#include "jaxl/filter.h"

static int reject(struct run *run, const struct jaxl_record *record, const struct jaxl_error *why,
                  struct jaxl_error *err)
{
    struct jaxl_buf line;
    int rc;

    jaxl_buf_init(&line, (size_t)16 * 1024 * 1024);
    jaxl_record_reject(&line, record, why->message);
    rc = jaxl_buf_check(&line, "a reject", err);
    if (!rc)
        rc = cli_rejects_put(&run->rejects, line.data, line.len, err);
    jaxl_buf_free(&line);
    run->n_rejects++;
    if (!rc && run->o->strict)
        rc = jaxl_error_set(err, JAXL_EINPUT,
                            "a record cannot be used, and --strict ends the run at it");
    return rc;
}

/* What a record goes through. */
struct way {
    struct jaxl_filter *filter;
    struct suppress suppress;
    struct sink sink;
};

/* A pattern that is given up on is the record's fault. */
static int pass(struct way *way, const struct jaxl_record *record, struct jaxl_error *err)
{
    int wanted = jaxl_filter_test(way->filter, record->value, err), rc;

    if (wanted != 1)
        return wanted;
    rc = suppress_take(&way->suppress, record->value, err);
    return rc ? rc : sink_put(&way->sink, record->value, err);
}

static int read_all(struct run *run, struct jaxl_record_reader *reader, struct way *way,
                    struct jaxl_error *err)
{
    struct jaxl_record record;
    struct jaxl_error why = {0};
    int rc = 0, read = 0;

    while (!rc && !cli_signals_stop()) {
        if (!jaxl_record_reader_ready(reader))
            rc = sink_flush(&way->sink, err);
        if (rc)
            break;
        rc = read = jaxl_record_read(reader, true, &record, &why);
        if (!rc)
            rc = pass(way, &record, &why);
        if (rc == JAXL_EINPUT || rc == JAXL_ELIMIT)
            rc = reject(run, &record, &why, err);
        else if (rc == JAXL_EAGAIN)
            rc = 0;
        else if (rc)
            *err = why;
    }
    if (read == JAXL_ECONFIG) /* the header is no configuration of ours */
        rc = err->code = JAXL_EINPUT;
    return rc == JAXL_EEND && !way->sink.gone ? 0 : rc;
}

static int read_one(struct run *run, const char *path, struct way *way, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const bool standard = strcmp(path, "-") == 0;
    const struct jaxl_record_reader_options options = {
        .input = (enum jaxl_record_input)o->input, .map = o->map.items, .n_map = o->map.n};
    struct jaxl_record_reader *reader = NULL;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), rc;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", path, strerror(errno));
    rc = jaxl_record_reader_new(&reader, fd, standard ? "standard input" : path, &options, err);
    if (!rc)
        rc = read_all(run, reader, way, err);
    jaxl_record_reader_free(&reader);
    if (!standard)
        close(fd);
    return rc;
}

static int read_inputs(struct run *run, struct way *way, struct jaxl_error *err)
{
    static const char *const standard[] = {"-"};
    const struct options *o = run->o;
    const char *const *paths = o->common.n_operands ? o->common.operands : standard;
    size_t n = o->common.n_operands ? o->common.n_operands : 1;
    int rc = 0;

    for (size_t i = 0; i < n && !rc && !cli_signals_stop(); i++)
        rc = read_one(run, paths[i], way, err);
    return rc;
}

int run_filter(struct run *run, struct jaxl_error *err)
{
    const struct options *o = run->o;
    const struct jaxl_filter_options options = {.conditions = o->match.items,
                                                .n_conditions = o->match.n,
                                                .kinds = o->kinds,
                                                .since =
                                                    o->since_at == INT64_MIN ? 0 : o->since_at};
    struct way way = {0};
    struct jaxl_error late = {0};
    int rc = jaxl_filter_new(&way.filter, &options, err), rc_late;

    if (!rc)
        rc = suppress_open(&way.suppress, o, err);
    if (!rc)
        rc = cli_rejects_open(&run->rejects, o->rejects, &o->common, err);
    if (!rc)
        rc = cli_rejects_empty(&run->rejects, err);
    if (!rc) {
        sink_open(&way.sink, o);
        rc = read_inputs(run, &way, err);
    }
    for (size_t i = 0; i < o->match.n && !rc && !o->common.quiet; i++)
        if (jaxl_filter_unseen(way.filter, i))
            cli_message(EVENTS, "--match: no record has a field %s",
                        jaxl_filter_unseen(way.filter, i));
    rc_late = sink_finish(&way.sink, &late); /* also what came before an error */
    suppress_close(&way.suppress);
    jaxl_filter_free(&way.filter);
    if (!rc && rc_late) {
        *err = late;
        rc = rc_late;
    }
    return rc;
}
