#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/bytes.h"
#include "data/cut.h"

enum {
    TARGET = 256 * 1024, /* bytes of a chunk: half of a second-level cache */
    STEP = 64 * 1024,    /* that a chunk grows by for a record that is longer */
    BEHIND = 64          /* readable bytes behind a chunk */
};

struct jaxl_cut {
    int fd;
    enum jaxl_record_input format; /* AUTO until the first non-blank byte */
    struct jaxl_header header;
    uint64_t line, number; /* of what comes next */
    bool begun;            /* the byte order mark is behind us */
    bool eof;
    bool skip;     /* the rest of the line belongs to a record that was too long */
    bool after_cr; /* a line feed that comes next belongs to the line end before it */
    bool framing;  /* framer is in the middle of a record, at the beginning of what was kept */
    struct jaxl_framer framer; /* over the bytes of a chunk, which it does not own */
    char *kept;                /* bytes that were read and not given out */
    size_t n_kept, kept_cap;
    struct jaxl_error broken; /* why the input cannot be read on */
};

int jaxl_cut_new(struct jaxl_cut **out, int fd, const char *name,
                 const struct jaxl_record_reader_options *options, struct jaxl_error *err)
{
    static const struct jaxl_record_reader_options defaults;
    struct jaxl_cut *c = calloc(1, sizeof *c);
    int rc;

    *out = NULL;
    if (!c)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    if (!options)
        options = &defaults;
    c->fd = fd;
    c->format = options->input;
    c->line = 1;
    rc = jaxl_header_init(&c->header, name, options, err);
    if (!rc && jaxl_framer_init(&c->framer, -1, JAXL_RECORD_IN_CSV, c->header.max))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", name);
    if (rc)
        jaxl_cut_free(&c);
    *out = c;
    return rc;
}

void jaxl_cut_free(struct jaxl_cut **cut)
{
    struct jaxl_cut *c = cut ? *cut : NULL;

    if (!c)
        return;
    c->framer.data = NULL;
    jaxl_framer_free(&c->framer);
    jaxl_header_free(&c->header);
    free(c->kept);
    free(c);
    *cut = NULL;
}

void jaxl_chunk_free(struct jaxl_chunk *chunk)
{
    free(chunk->base);
    free(chunk->blocks);
    *chunk = (struct jaxl_chunk){0};
}

const struct jaxl_header *jaxl_cut_header(const struct jaxl_cut *c)
{
    return &c->header;
}

static int no_memory(struct jaxl_cut *c)
{
    return jaxl_error_set(&c->broken, JAXL_ENOMEM, "%s: out of memory", c->header.name);
}

/* Room for n bytes more and those behind. */
static int make_room(struct jaxl_chunk *chunk, size_t n)
{
    size_t offset = chunk->base ? (size_t)(chunk->data - chunk->base) : 0;
    size_t need = chunk->len + n + BEHIND;
    char *base;

    if (offset + need <= chunk->cap)
        return 0;
    if (offset) {
        memmove(chunk->base, chunk->data, chunk->len);
        chunk->data = chunk->base;
    }
    if (need <= chunk->cap)
        return 0;
    if (need < TARGET + BEHIND)
        need = TARGET + BEHIND;
    base = realloc(chunk->base, need);
    if (!base)
        return JAXL_ENOMEM;
    chunk->base = chunk->data = base;
    chunk->cap = need;
    return 0;
}

/* What was kept is the beginning of the chunk; what of a chunk is not given out, is kept. */
static int take_kept(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    chunk->data = chunk->base;
    chunk->len = 0;
    chunk->code = 0;
    chunk->slow = false;
    if (make_room(chunk, c->n_kept))
        return no_memory(c);
    if (c->n_kept)
        memcpy(chunk->data, c->kept, c->n_kept);
    chunk->len = c->n_kept;
    c->n_kept = 0;
    return 0;
}

static int keep(struct jaxl_cut *c, const char *data, size_t n)
{
    if (n > c->kept_cap) {
        char *kept = realloc(c->kept, n);
        if (!kept)
            return no_memory(c);
        c->kept = kept;
        c->kept_cap = n;
    }
    if (n)
        memcpy(c->kept, data, n);
    c->n_kept = n;
    return 0;
}

static void pass(struct jaxl_chunk *chunk, size_t n)
{
    chunk->data += n;
    chunk->len -= n;
}

static int unreadable(struct jaxl_cut *c, int code)
{
    return jaxl_error_set(&c->broken, JAXL_EIO, "%s: cannot be read: %s", c->header.name,
                          strerror(code));
}

/* Waits for the input, at most timeout milliseconds (-1: for ever). 1 when it can be read. */
static int await(struct jaxl_cut *c, int stop_fd, int timeout)
{
    struct pollfd p[] = {{.fd = c->fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    int ready;

    do
        ready = poll(p, 2, timeout);
    while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return unreadable(c, errno);
    if (p[1].revents)
        return JAXL_EAGAIN;
    return p[0].revents != 0;
}

/* Reads what there is, at least one byte, up to a whole chunk. */
static int fill(struct jaxl_cut *c, int stop_fd, struct jaxl_chunk *chunk)
{
    size_t target = c->header.max < TARGET ? c->header.max : TARGET;
    size_t want = chunk->len + 1 < target ? target - chunk->len : STEP;
    bool some = false;

    if (make_room(chunk, want))
        return no_memory(c);
    while (want && !c->eof) {
        int rc = await(c, stop_fd, some ? 0 : -1);
        ssize_t n;
        if (rc <= 0)
            return rc;
        n = read(c->fd, chunk->data + chunk->len, want);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return unreadable(c, errno);
        if (n < 0)
            continue;
        c->eof = n == 0;
        some = true;
        chunk->len += (size_t)n;
        want -= (size_t)n;
    }
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Passes blanks up to the byte that decides between the formats. */
static int detect(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    size_t at = 0;

    for (; at < chunk->len && is_blank(chunk->data[at]); at++) {
        char b = chunk->data[at];
        c->line += b == '\r' || (b == '\n' && !c->after_cr);
        c->after_cr = b == '\r';
    }
    pass(chunk, at);
    if (!chunk->len)
        return JAXL_EAGAIN;
    c->format = *chunk->data == '{' ? JAXL_RECORD_IN_NDJSON : JAXL_RECORD_IN_CSV;
    c->after_cr = false;
    return 0;
}

static int pass_mark(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    static const char mark[] = "\xef\xbb\xbf";

    if (!c->eof && chunk->len < 3 && !memcmp(chunk->data, mark, chunk->len))
        return JAXL_EAGAIN;
    if (chunk->len >= 3 && !memcmp(chunk->data, mark, 3))
        pass(chunk, 3);
    c->begun = true;
    return 0;
}

/* Passes the rest of a line whose beginning was given out. */
static int pass_rest(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    bool csv = c->format == JAXL_RECORD_IN_CSV;
    size_t at = 0;

    while (at < chunk->len && chunk->data[at] != '\n' && !(csv && chunk->data[at] == '\r'))
        at++;
    if (at == chunk->len) {
        pass(chunk, at);
        return JAXL_EAGAIN;
    }
    c->after_cr = chunk->data[at] == '\r';
    c->line++;
    c->skip = false;
    pass(chunk, at + 1);
    return 0;
}

/* Lets the framer see all of the chunk. */
static int frame_row(struct jaxl_cut *c, const struct jaxl_chunk *chunk, struct jaxl_frame *row)
{
    struct jaxl_framer *f = &c->framer;

    if (!c->framing) {
        f->start = f->scan = f->line_start = 0;
        f->line = f->start_line = c->line;
        f->after_cr = f->spoilt = f->skip = false;
        f->begun = true;
        jaxl_csv_reset(&f->csv);
    }
    c->framing = true;
    f->data = chunk->data;
    f->end = chunk->len;
    f->eof = c->eof;
    return jaxl_framer_next(f, row);
}

static int read_header(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    struct jaxl_frame row;
    int rc = frame_row(c, chunk, &row);

    if (rc == JAXL_ENOMEM)
        return no_memory(c);
    if (rc)
        return JAXL_EAGAIN;
    rc = jaxl_header_read(&c->header, &c->framer.csv, &row, &c->broken);
    c->framing = false;
    c->line = c->framer.line;
    c->after_cr = c->framer.after_cr;
    pass(chunk, c->framer.scan);
    return rc;
}

/* Passes what comes before a record. JAXL_EAGAIN: more has to be read first. */
static int begin(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    int rc = c->begun ? 0 : pass_mark(c, chunk);

    if (!rc && c->format == JAXL_RECORD_AUTO)
        rc = detect(c, chunk);
    if (!rc && c->skip)
        rc = pass_rest(c, chunk);
    if (!rc && c->format == JAXL_RECORD_IN_CSV && !c->header.columns)
        rc = read_header(c, chunk);
    if (!rc && !chunk->len)
        return JAXL_EAGAIN;
    if (!rc && c->after_cr && *chunk->data == '\n')
        pass(chunk, 1);
    if (!rc)
        c->after_cr = false;
    return rc;
}

/* Gives the first len bytes out; those from next on are kept. */
static int give(struct jaxl_cut *c, struct jaxl_chunk *chunk, size_t len, size_t next)
{
    if (keep(c, chunk->data + next, chunk->len - next))
        return JAXL_ENOMEM;
    chunk->line = c->line;
    chunk->number = c->number++;
    chunk->format = (int)c->format;
    chunk->len = len;
    chunk->last = c->eof && !c->n_kept;
    chunk->data[len] = '\n';
    memset(chunk->data + len + 1, 0, BEHIND - 1);
    c->framing = false;
    return 0;
}

static uint64_t count_lines(const char *data, size_t len)
{
    uint64_t lines = 0;

    for (size_t at = 0; at < len; at += JAXL_BYTES_BLOCK) {
        const struct jaxl_block b = jaxl_block_load(data + at);
        lines += jaxl_bytes_count(jaxl_block_equal(&b, '\n') & jaxl_bytes_first_n(len - at));
    }
    return lines;
}

/* *seen: bytes that are known to hold no line end. */
static int cut_lines(struct jaxl_cut *c, struct jaxl_chunk *chunk, size_t *seen)
{
    const char *lf = memrchr(chunk->data + *seen, '\n', chunk->len - *seen);
    size_t len = lf ? (size_t)(lf - chunk->data) + 1 : chunk->len;
    int rc;

    *seen = chunk->len;
    /* one byte more than is too long: the last may be the CR of a CRLF */
    if (!lf && !c->eof && chunk->len < c->header.max + 2)
        return JAXL_EAGAIN;
    rc = give(c, chunk, len, len);
    if (rc)
        return rc;
    c->skip = !lf && !c->eof;
    c->line += lf ? count_lines(chunk->data, len) : 0;
    return 0;
}

static int give_long(struct jaxl_cut *c, struct jaxl_chunk *chunk, const struct jaxl_frame *row)
{
    struct jaxl_framer *f = &c->framer;
    size_t offset = (size_t)(row->raw - chunk->data);
    uint64_t next = f->line;
    int rc;

    c->line = row->line;
    c->skip = f->skip;
    c->after_cr = f->scan && chunk->data[f->scan - 1] == '\r';
    pass(chunk, offset);
    rc = give(c, chunk, row->len, f->scan - offset);
    chunk->code = JAXL_ELIMIT;
    c->line = next;
    return rc;
}

/* Rows with wrong quotes, or ones that are too long, end where the framer says. */
static int cut_slow(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    struct jaxl_framer *f = &c->framer;
    struct jaxl_frame row;
    size_t end = 0;
    int rc;

    chunk->slow = true;
    while (!(rc = frame_row(c, chunk, &row)) && row.code != JAXL_ELIMIT)
        end = f->scan;
    if (rc == JAXL_ENOMEM)
        return no_memory(c);
    if (!rc && !end)
        return give_long(c, chunk, &row);
    if (rc == JAXL_EEND)
        end = chunk->len;
    if (!end)
        return JAXL_EAGAIN;
    rc = give(c, chunk, end, end);
    c->line += rc ? 0 : jaxl_rows_lines(chunk->data, end);
    c->after_cr = chunk->data[end - 1] == '\r';
    return rc;
}

/* Room for the blocks of the whole chunk. */
static int make_blocks(struct jaxl_cut *c, struct jaxl_chunk *chunk)
{
    size_t n = jaxl_rows_blocks(chunk->cap);
    struct jaxl_rows_block *blocks;

    if (n <= chunk->n_blocks)
        return 0;
    blocks = realloc(chunk->blocks, n * sizeof *blocks);
    if (!blocks)
        return no_memory(c);
    chunk->blocks = blocks;
    chunk->n_blocks = n;
    return 0;
}

static int cut_rows(struct jaxl_cut *c, struct jaxl_chunk *chunk, struct jaxl_rows *rows)
{
    uint64_t lines;
    int rc = make_blocks(c, chunk);

    if (rc)
        return rc;
    if (c->framing)
        return cut_slow(c, chunk);
    chunk->data[chunk->len] = '\n';
    lines = jaxl_rows_walk(rows, chunk->data, chunk->len, c->eof, chunk->blocks);
    if (rows->bad || (c->eof && rows->end < chunk->len) || rows->end > c->header.max)
        return cut_slow(c, chunk);
    if (!rows->end)
        return chunk->len > c->header.max ? cut_slow(c, chunk) : JAXL_EAGAIN;
    rc = give(c, chunk, rows->end, rows->end);
    c->line += rc ? 0 : lines;
    c->after_cr = chunk->data[rows->end - 1] == '\r';
    return rc;
}

static int cut(struct jaxl_cut *c, int stop_fd, struct jaxl_chunk *chunk)
{
    struct jaxl_rows rows;
    size_t seen = 0;
    int rc = take_kept(c, chunk);

    jaxl_rows_init(&rows);
    while (!rc) {
        rc = begin(c, chunk);
        if (!rc)
            rc = c->format == JAXL_RECORD_IN_CSV ? cut_rows(c, chunk, &rows)
                                                 : cut_lines(c, chunk, &seen);
        if (rc != JAXL_EAGAIN)
            return rc;
        if (c->eof)
            return JAXL_EEND;
        rc = fill(c, stop_fd, chunk);
    }
    return rc;
}

int jaxl_cut_next(struct jaxl_cut *c, int stop_fd, struct jaxl_chunk *chunk, struct jaxl_error *err)
{
    int rc = c->broken.code;

    if (!rc)
        rc = cut(c, stop_fd, chunk);
    if (rc == JAXL_EAGAIN && keep(c, chunk->data, chunk->len))
        rc = JAXL_ENOMEM;
    if (rc == JAXL_EEND)
        return jaxl_error_set(err, rc, "%s: end of the input", c->header.name);
    if (rc == JAXL_EAGAIN)
        return jaxl_error_set(err, rc, "%s: stopped while reading", c->header.name);
    if (rc && err)
        *err = c->broken;
    return rc;
}
