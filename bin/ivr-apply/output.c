#include "ivr-apply/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/progress.h"
#include "jaxl/clock.h"

#define FLUSH_AFTER (200 * JAXL_MSEC) /* who follows the output sees it soon */

static enum output form_of(const struct options *o, bool text)
{
    bool people = isatty(STDOUT_FILENO) || o->mode == MODE_WALK;

    if (o->output != OUTPUT_AUTO)
        return (enum output)o->output;
    return text && people ? OUTPUT_TEXT : OUTPUT_NDJSON;
}

int output_open(struct output_sink *s, const struct options *o, output_text *text,
                const char *const *columns, size_t n_columns, struct jaxl_error *err)
{
    static const enum jaxl_record_output forms[] = {[OUTPUT_NDJSON] = JAXL_RECORD_NDJSON,
                                                    [OUTPUT_JSON] = JAXL_RECORD_JSON,
                                                    [OUTPUT_CSV] = JAXL_RECORD_CSV,
                                                    [OUTPUT_TABLE] = JAXL_RECORD_TABLE};
    enum output form = form_of(o, text);
    struct jaxl_record_writer_options options = {.columns = columns, .n_columns = n_columns};
    const char *no_colour = getenv("NO_COLOR");
    int rc;

    *s = (struct output_sink){.text = text};
    jaxl_buf_init(&s->buf, (size_t)64 * 1024 * 1024);
    if (form == OUTPUT_TEXT) {
        s->colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
        rc = jaxl_json_doc_new(&s->doc, (size_t)16 * 1024 * 1024);
        return rc ? jaxl_error_set(err, rc, "out of memory") : 0;
    }
    options.output = forms[form];
    options.width = form == OUTPUT_TABLE ? cli_terminal_width(STDOUT_FILENO) : 0;
    return jaxl_record_writer_new(&s->writer, STDOUT_FILENO, &options, err);
}

void output_free(struct output_sink *s)
{
    jaxl_record_writer_free(&s->writer);
    jaxl_json_doc_free(&s->doc);
    jaxl_buf_free(&s->buf);
}

static int print(const char *text, size_t len, struct jaxl_error *err)
{
    if (fwrite(text, 1, len, stdout) == len && fflush(stdout) == 0)
        return 0;
    return jaxl_error_set(err, errno == EPIPE ? JAXL_EEND : JAXL_EIO, "writing: %s",
                          strerror(errno));
}

static int print_text(struct output_sink *s, const char *json, size_t len, struct jaxl_error *err)
{
    const struct jaxl_json *record;
    int rc = jaxl_json_parse(s->doc, json, len, &record, err);

    if (rc)
        return rc;
    jaxl_buf_reset(&s->buf);
    s->text(record, s->colour, &s->buf);
    rc = jaxl_buf_check(&s->buf, "a record as text", err);
    if (rc || !s->buf.len)
        return rc;
    cli_progress_hide();
    return print(s->buf.data, s->buf.len, err);
}

static int write_record(struct output_sink *s, const char *json, size_t len, struct jaxl_error *err)
{
    int64_t now = jaxl_clock_mono(jaxl_clock_system());
    int rc = jaxl_record_write_text(s->writer, json, len, err);

    if (rc || now - s->flushed < FLUSH_AFTER)
        return rc;
    s->flushed = now;
    return jaxl_record_flush(s->writer, err);
}

int output_record(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct output_sink *s = ctx;
    int rc = s->writer ? write_record(s, json, len, err) : print_text(s, json, len, err);

    if (s->total)
        cli_progress_update(++s->done, s->total, "");
    return rc;
}

int output_finish(struct output_sink *s, struct jaxl_error *err)
{
    return s->writer ? jaxl_record_finish(s->writer, err) : 0;
}
