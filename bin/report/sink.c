#include "report/sink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum output sink_form(const struct options *o, bool table)
{
    if (o->output != OUTPUT_AUTO)
        return (enum output)o->output;
    return table && isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_NDJSON;
}

int sink_open(struct sink *s, enum output form, const char *const *columns, size_t n_columns,
              struct jaxl_error *err)
{
    static const enum jaxl_record_output forms[] = {[OUTPUT_NDJSON] = JAXL_RECORD_NDJSON,
                                                    [OUTPUT_JSON] = JAXL_RECORD_JSON,
                                                    [OUTPUT_CSV] = JAXL_RECORD_CSV,
                                                    [OUTPUT_TABLE] = JAXL_RECORD_TABLE};
    const struct jaxl_record_writer_options options = {
        .output = forms[form],
        .columns = columns,
        .n_columns = n_columns,
        .width = form == OUTPUT_TABLE ? cli_terminal_width(STDOUT_FILENO) : 0};

    *s = (struct sink){.written = 0};
    return jaxl_record_writer_new(&s->writer, STDOUT_FILENO, &options, err);
}

void sink_free(struct sink *s)
{
    jaxl_record_writer_free(&s->writer);
}

int sink_put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct sink *s = ctx;

    s->written++;
    return jaxl_record_write_text(s->writer, json, len, err);
}

int sink_flush(void *ctx, struct jaxl_error *err)
{
    struct sink *s = ctx;
    struct stat info;
    int rc = jaxl_record_flush(s->writer, err);

    if (!rc && !fstat(STDOUT_FILENO, &info) && S_ISREG(info.st_mode) && fsync(STDOUT_FILENO))
        rc = jaxl_error_set(err, JAXL_EIO, "writing to the disk: %s", strerror(errno));
    return rc;
}

int sink_finish(struct sink *s, struct jaxl_error *err)
{
    return s->writer ? jaxl_record_finish(s->writer, err) : 0;
}

int sink_text(const struct jaxl_buf *text, struct jaxl_error *err)
{
    if (fwrite(text->data, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
        return 0;
    return jaxl_error_set(err, errno == EPIPE ? JAXL_EEND : JAXL_EIO, "writing: %s",
                          strerror(errno));
}
