/* Multipart bodies, read by libmicrohttpd's post processor. */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/request.h"

enum { POST_BUFFER = 64 * 1024, PART_HEAD_MAX = 255 };

struct reading {
    struct form *form;
    const char *wrong;
};

/* The text lies in the form's buffer, which has room for all of the body and does not move. */
static const char *keep(struct form *f, const char *text)
{
    const char *at = f->text.data + f->text.len;

    if (!text)
        return NULL;
    jaxl_buf_add(&f->text, text, strlen(text) + 1);
    return at;
}

static bool too_long(const char *text)
{
    return text && strlen(text) > PART_HEAD_MAX;
}

/* The post processor may announce a part with nothing in it before its data come. */
static bool goes_on(const struct form *f, const char *name, uint64_t off, size_t size)
{
    const struct part *last = f->n ? &f->parts[f->n - 1] : NULL;

    return last && (off || (size && !last->size && strcmp(last->name, name) == 0));
}

static enum MHD_Result take_data(void *cls, enum MHD_ValueKind kind, const char *name,
                                 const char *filename, const char *type, const char *encoding,
                                 const char *data, uint64_t off, size_t size)
{
    struct reading *reading = cls;
    struct form *f = reading->form;
    struct part *p;

    (void)kind;
    (void)encoding;
    if (!name || too_long(name) || too_long(filename) || too_long(type)) {
        reading->wrong = "a part has no name, or one that is too long";
        return MHD_NO;
    }
    if (goes_on(f, name, off, size)) {
        f->text.len--; /* the NUL of what there is so far */
    } else {
        if (f->n == MAX_PARTS) {
            reading->wrong = "there are too many parts";
            return MHD_NO;
        }
        p = &f->parts[f->n];
        *p = (struct part){.name = keep(f, name),
                           .filename = keep(f, filename),
                           .type = keep(f, type),
                           .data = f->text.data + f->text.len};
        f->n++;
    }
    f->parts[f->n - 1].size += size;
    jaxl_buf_add(&f->text, data, size);
    jaxl_buf_putc(&f->text, '\0');
    return f->text.failed ? MHD_NO : MHD_YES;
}

bool form_read(struct request *r, struct form *f)
{
    struct reading reading = {f, NULL};
    struct MHD_PostProcessor *p;
    bool fed, ended;

    jaxl_buf_init(&f->text, r->body_len + 1024);
    if (jaxl_buf_reserve(&f->text, r->body_len + 1024))
        return refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
    p = MHD_create_post_processor(r->connection, POST_BUFFER, take_data, &reading);
    if (!p)
        return refuse(r, 400, "INVALID_MULTIPART", "Content-Type", "it has no usable boundary");
    fed = MHD_post_process(p, r->body, r->body_len) == MHD_YES;
    ended = MHD_destroy_post_processor(p) == MHD_YES;
    if (fed && ended && f->n)
        return true;
    return refuse(r, 400, "INVALID_MULTIPART", NULL, "%s",
                  reading.wrong ? reading.wrong : "the body is not whole");
}

void form_free(struct form *f)
{
    jaxl_buf_free(&f->text);
}
