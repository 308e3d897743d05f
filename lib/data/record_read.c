#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "data/header.h"

struct jaxl_record_reader {
    struct jaxl_framer framer;
    struct jaxl_header header;
    struct jaxl_json_doc *doc;
    struct jaxl_frame ahead; /* found by jaxl_record_reader_ready, not given out yet */
    bool has_ahead;
    struct jaxl_error broken; /* why the input cannot be read on */
};

static int set_up(struct jaxl_record_reader *r, int fd, const char *name,
                  const struct jaxl_record_reader_options *o, struct jaxl_error *err)
{
    int rc = jaxl_header_init(&r->header, name, o, err);

    if (rc)
        return rc;
    rc = jaxl_framer_init(&r->framer, fd, o->input, r->header.max);
    if (!rc)
        rc = jaxl_json_doc_new(&r->doc, r->header.max);
    return rc ? jaxl_error_set(err, rc, "%s: %s", name, jaxl_error_name(rc)) : 0;
}

int jaxl_record_reader_new(struct jaxl_record_reader **out, int fd, const char *name,
                           const struct jaxl_record_reader_options *options, struct jaxl_error *err)
{
    static const struct jaxl_record_reader_options defaults;
    int rc;

    *out = calloc(1, sizeof **out);
    if (!*out)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    rc = set_up(*out, fd, name, options ? options : &defaults, err);
    if (rc)
        jaxl_record_reader_free(out);
    return rc;
}

void jaxl_record_reader_free(struct jaxl_record_reader **reader)
{
    struct jaxl_record_reader *r = reader ? *reader : NULL;

    if (!r)
        return;
    jaxl_framer_free(&r->framer);
    jaxl_json_doc_free(&r->doc);
    jaxl_header_free(&r->header);
    free(r);
    *reader = NULL;
}

int jaxl_record_reader_fd(const struct jaxl_record_reader *r)
{
    return r->framer.fd;
}

static int broken(struct jaxl_record_reader *r, struct jaxl_error *err)
{
    if (err)
        *err = r->broken;
    return r->broken.code;
}

/* The next frame out of the buffer; what cannot be mended breaks the reader. */
static int next_frame(struct jaxl_record_reader *r, struct jaxl_frame *frame)
{
    int rc;

    if (r->has_ahead) {
        *frame = r->ahead;
        r->has_ahead = false;
        return JAXL_OK;
    }
    rc = jaxl_framer_next(&r->framer, frame);
    if (rc == JAXL_ENOMEM)
        jaxl_error_set(&r->broken, rc, "%s: out of memory", r->header.name);
    return rc;
}

bool jaxl_record_reader_ready(struct jaxl_record_reader *r)
{
    if (!r->has_ahead && !r->broken.code)
        r->has_ahead = next_frame(r, &r->ahead) == JAXL_OK;
    return r->has_ahead || r->broken.code || r->framer.eof;
}

/* Makes a record of a frame. 0 also for a header, which leaves rec without a value. */
static int decode(struct jaxl_record_reader *r, const struct jaxl_frame *frame,
                  struct jaxl_record *rec, struct jaxl_error *err)
{
    bool csv = r->framer.format == JAXL_RECORD_IN_CSV;
    int rc;

    if (csv && !r->header.columns) {
        rc = jaxl_header_read(&r->header, &r->framer.csv, frame, &r->broken);
        return rc ? broken(r, err) : 0;
    }
    *rec = (struct jaxl_record){NULL, frame->line, frame->raw, frame->len};
    rc = jaxl_header_check(&r->header, csv, frame, err);
    if (!rc)
        rc = csv ? jaxl_header_row(&r->header, &r->framer.csv, r->doc, &rec->value, err)
                 : jaxl_header_line(&r->header, frame, r->doc, &rec->value, err);
    return rc ? jaxl_header_place(&r->header, frame->line, rc, err) : 0;
}

static int fill(struct jaxl_record_reader *r, bool wait, struct jaxl_error *err)
{
    int rc = jaxl_framer_fill(&r->framer, wait);

    if (rc == JAXL_EAGAIN)
        return jaxl_error_set(err, rc, "%s: nothing to read right now", r->header.name);
    if (!rc)
        return 0;
    jaxl_error_set(&r->broken, rc, "%s: cannot be read: %s", r->header.name,
                   rc == JAXL_EIO ? strerror(errno) : jaxl_error_name(rc));
    return broken(r, err);
}

int jaxl_record_read(struct jaxl_record_reader *r, bool wait, struct jaxl_record *rec,
                     struct jaxl_error *err)
{
    struct jaxl_frame frame;
    int rc = 0;

    memset(rec, 0, sizeof *rec);
    while (!rc && !rec->value) {
        if (r->broken.code)
            return broken(r, err);
        rc = next_frame(r, &frame);
        if (rc == JAXL_EEND)
            return jaxl_error_set(err, rc, "%s: end of the input", r->header.name);
        if (rc == JAXL_EAGAIN)
            rc = fill(r, wait, err);
        else if (!rc)
            rc = decode(r, &frame, rec, err);
        else
            rc = broken(r, err);
    }
    return rc;
}
