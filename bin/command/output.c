/* Records of a command: in which format, and which of their fields. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"

enum { FIELDS_MAX = 256 };

/* "a,b.c" apart. */
static int split(struct output *o, const char *fields, struct jaxl_error *err)
{
    char *save = NULL;

    o->names = strdup(fields);
    o->fields = calloc(FIELDS_MAX, sizeof *o->fields);
    if (!o->names || !o->fields)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (char *p = strtok_r(o->names, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
        if (o->n_fields == FIELDS_MAX)
            return jaxl_error_set(err, JAXL_EARG, "--fields: more than %d", FIELDS_MAX);
        o->fields[o->n_fields++] = p;
    }
    return o->n_fields ? 0 : jaxl_error_set(err, JAXL_EARG, "--fields: no field is named");
}

static enum jaxl_record_output format_of(const struct command *c, const struct base *base)
{
    if (base->output)
        return (enum jaxl_record_output)(base->output - 1);
    return (c->flags & COMMAND_LIST) && isatty(STDOUT_FILENO) ? JAXL_RECORD_TABLE
                                                              : JAXL_RECORD_NDJSON;
}

int output_open(struct output *o, const struct command *c, const struct base *base,
                struct jaxl_error *err)
{
    struct jaxl_record_writer_options options = {.output = format_of(c, base)};
    bool table = options.output == JAXL_RECORD_TABLE;
    const char *fields = base->fields ? base->fields : table ? c->columns : NULL;
    int code = fields ? split(o, fields, err) : 0;

    if (code)
        return code;
    options.columns = o->n_fields ? o->fields : NULL;
    options.n_columns = o->n_fields;
    options.only = o->n_fields > 0;
    options.width = table ? cli_terminal_width(STDOUT_FILENO) : 0;
    return jaxl_record_writer_new(&o->writer, STDOUT_FILENO, &options, err);
}

/* Proofs of payment and tokens of calls are for the platform alone. */
static bool is_secret(const char *key)
{
    return strcmp(key, "signed") == 0 || strcmp(key, "token") == 0;
}

static bool has_secret(const struct jaxl_json *record)
{
    return jaxl_json_get(record, "signed") || jaxl_json_get(record, "token");
}

int output_own_begin(struct own_record *own, struct jaxl_error *err)
{
    jaxl_buf_init(&own->text, JAXL_ANSWER_MAX);
    if (jaxl_json_writer_new(&own->w, &own->text))
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    jaxl_json_write_object(own->w);
    return 0;
}

int output_own_end(struct output *o, struct own_record *own, struct jaxl_error *err)
{
    int code;

    jaxl_json_write_end(own->w);
    code = jaxl_json_writer_check(own->w, err);
    if (!code)
        code = jaxl_record_write_text(o->writer, own->text.data, own->text.len, err);
    jaxl_json_writer_free(&own->w);
    jaxl_buf_free(&own->text);
    return code;
}

static int write_without(struct output *o, const struct jaxl_json *record, struct jaxl_error *err)
{
    struct own_record own;
    int code = output_own_begin(&own, err);

    if (code)
        return code;
    for (const struct jaxl_json *v = jaxl_json_first(record); v; v = jaxl_json_next(v))
        if (!is_secret(jaxl_json_key(v, NULL)))
            jaxl_json_write_member_value(own.w, jaxl_json_key(v, NULL), v);
    return output_own_end(o, &own, err);
}

int output_record(struct output *o, const struct jaxl_json *record, struct jaxl_error *err)
{
    if (jaxl_json_is_null(record) ||
        (jaxl_json_type(record) == JAXL_JSON_OBJECT && jaxl_json_count(record) == 0))
        return 0;
    if (jaxl_json_type(record) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EPROTO, "the answer is no JSON object");
    return has_secret(record) ? write_without(o, record, err)
                              : jaxl_record_write(o->writer, record, err);
}

int output_close(struct output *o, int code, struct jaxl_error *err)
{
    int late = o->writer ? jaxl_record_finish(o->writer, code ? NULL : err) : 0;

    jaxl_record_writer_free(&o->writer);
    free(o->fields);
    free(o->names);
    *o = (struct output){0};
    return code ? code : late;
}
