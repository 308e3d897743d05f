#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/frame.h"

enum { CHUNK = 64 * 1024 };

int jaxl_framer_init(struct jaxl_framer *f, int fd, enum jaxl_record_input format, size_t max)
{
    memset(f, 0, sizeof *f);
    f->fd = fd;
    f->format = format;
    f->max = max;
    f->line = f->start_line = 1;
    return jaxl_csv_init(&f->csv, max);
}

void jaxl_framer_free(struct jaxl_framer *f)
{
    jaxl_csv_free(&f->csv);
    free(f->data);
}

/* Room for at least one more byte: what was given out makes way first. A record of max bytes, and
 * the byte that shows it is longer, always fit. */
static int make_room(struct jaxl_framer *f)
{
    size_t cap = f->cap ? f->cap * 2 : CHUNK;
    char *data;

    if (f->start) {
        memmove(f->data, f->data + f->start, f->end - f->start);
        f->end -= f->start;
        f->scan -= f->start;
        f->line_start -= f->start;
        f->start = 0;
    }
    if (f->end < f->cap)
        return 0;
    data = realloc(f->data, cap);
    if (!data)
        return JAXL_ENOMEM;
    f->data = data;
    f->cap = cap;
    return 0;
}

int jaxl_framer_fill(struct jaxl_framer *f, bool wait)
{
    struct pollfd p = {.fd = f->fd, .events = POLLIN};
    ssize_t n;

    if (f->eof)
        return 0;
    if (make_room(f))
        return JAXL_ENOMEM;
    do {
        int ready = wait ? 1 : poll(&p, 1, 0);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            return JAXL_EAGAIN;
        if (ready < 0)
            return JAXL_EIO;
        n = read(f->fd, f->data + f->end, f->cap - f->end);
        if (n < 0 && errno == EINTR)
            return JAXL_EAGAIN;
    } while (n < 0 && errno == EAGAIN && wait && poll(&p, 1, -1) > 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? JAXL_EAGAIN : JAXL_EIO;
    f->eof = n == 0;
    f->end += (size_t)n;
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool all_blank(const char *text, size_t len)
{
    while (len && is_blank(text[len - 1]))
        len--;
    return !len;
}

/* The record at start is done with (or was none): the next one begins at scan. */
static void begin_record(struct jaxl_framer *f)
{
    f->start = f->line_start = f->scan;
    f->start_line = f->line;
}

/* What a line end does to the line number; CR and LF together count once. */
static void count_line(struct jaxl_framer *f, char c)
{
    if (c == '\r' || (c == '\n' && !f->after_cr))
        f->line++;
    f->after_cr = c == '\r';
}

/* Passes the byte order mark and, while the format is open, blanks up to the byte that decides. */
static int detect(struct jaxl_framer *f)
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t n = f->end - f->start;

    if (!f->begun) {
        if (!f->eof && n < 3 && (!n || !memcmp(f->data, bom, n)))
            return JAXL_EAGAIN;
        if (n >= 3 && !memcmp(f->data, bom, 3))
            f->scan = 3;
        begin_record(f);
        f->begun = true;
    }
    while (f->format == JAXL_RECORD_AUTO && f->scan < f->end) {
        char c = f->data[f->scan];
        if (is_blank(c)) {
            count_line(f, c);
            f->scan++;
        } else {
            f->format = c == '{' ? JAXL_RECORD_IN_NDJSON : JAXL_RECORD_IN_CSV;
            f->after_cr = false;
        }
        begin_record(f);
    }
    if (f->format != JAXL_RECORD_AUTO)
        return 0;
    return f->eof ? JAXL_EEND : JAXL_EAGAIN;
}

static int give(struct jaxl_framer *f, struct jaxl_frame *frame, size_t len, int code)
{
    *frame = (struct jaxl_frame){f->data + f->start, len, f->start_line, code};
    if (len > f->max)
        *frame = (struct jaxl_frame){frame->raw, f->max, frame->line, JAXL_ELIMIT};
    begin_record(f);
    return JAXL_OK;
}

static int next_ndjson(struct jaxl_framer *f, struct jaxl_frame *frame)
{
    while (f->scan < f->end || (f->eof && f->start < f->end)) {
        const char *nl = memchr(f->data + f->scan, '\n', f->end - f->scan);
        bool whole = nl || f->eof, skipped = f->skip;
        size_t len = (nl ? (size_t)(nl - f->data) : f->end) - f->start;

        f->scan = nl ? (size_t)(nl - f->data) + 1 : f->end;
        f->line += nl != NULL;
        if (!whole && !f->skip && len <= f->max + 1) /* one more: it may be the CR of a CRLF */
            return JAXL_EAGAIN;
        f->skip = !whole;
        if (whole && len && f->data[f->start + len - 1] == '\r')
            len--;
        if (!skipped && (len > f->max || !all_blank(f->data + f->start, len)))
            return give(f, frame, len, JAXL_OK);
        begin_record(f);
    }
    return f->eof ? JAXL_EEND : JAXL_EAGAIN;
}

/* Bytes through the first CR or LF, or n. In steps, because one of the two may be far away. */
static size_t line_span(const char *text, size_t n)
{
    enum { STEP = 512 };

    for (size_t at = 0; at < n; at += STEP) {
        size_t step = n - at < STEP ? n - at : STEP;
        const char *lf = memchr(text + at, '\n', step);
        const char *cr = memchr(text + at, '\r', lf ? (size_t)(lf - text) - at : step);
        if (cr || lf)
            return (size_t)((cr ? cr : lf) - text) + 1;
    }
    return n;
}

/* Moves over len bytes, the last of which ends a line or does not. */
static void pass_line(struct jaxl_framer *f, size_t len, bool ended)
{
    f->scan += len;
    if (len > ended)
        f->after_cr = false;
    if (!ended)
        return;
    count_line(f, f->data[f->scan - 1]);
    f->line_start = f->scan;
}

/* The record gets too long on a line that it did not start on: it ends before that line, which
 * gets a chance of its own. */
static int give_lines(struct jaxl_framer *f, struct jaxl_frame *frame)
{
    size_t len = f->line_start - f->start;

    while (len && (f->data[f->start + len - 1] == '\r' || f->data[f->start + len - 1] == '\n'))
        len--;
    f->scan = f->line_start;
    f->spoilt = false;
    jaxl_csv_reset(&f->csv);
    return give(f, frame, len, JAXL_ELIMIT);
}

static int finish_csv(struct jaxl_framer *f, struct jaxl_frame *frame)
{
    size_t len = f->end - f->start;
    int rc = f->spoilt ? JAXL_EINPUT : jaxl_csv_finish(&f->csv);

    if (rc == JAXL_ENOMEM)
        return rc;
    if (rc == JAXL_EINPUT)
        jaxl_csv_reset(&f->csv);
    f->spoilt = false;
    if (rc == JAXL_EAGAIN || all_blank(f->data + f->start, len)) {
        begin_record(f);
        return JAXL_EEND;
    }
    return give(f, frame, len, rc);
}

/* Lets the parser see len bytes more of a record that now has size. JAXL_EAGAIN: it goes on. */
static int feed(struct jaxl_framer *f, size_t at, size_t len, size_t size, bool ended)
{
    int rc;

    if (size > f->max)
        rc = JAXL_ELIMIT;
    else if (f->spoilt)
        rc = JAXL_EINPUT;
    else
        rc = jaxl_csv_feed(&f->csv, f->data + at, len);
    if (rc == JAXL_EINPUT || rc == JAXL_ELIMIT)
        jaxl_csv_reset(&f->csv);
    f->spoilt = rc == JAXL_EINPUT && !ended;
    f->skip = rc == JAXL_ELIMIT && !ended;
    if (f->spoilt)
        return JAXL_EAGAIN;
    if (rc == JAXL_EAGAIN && ended && at == f->start && all_blank(f->data + at, len))
        return JAXL_OK;
    return rc;
}

static int next_csv(struct jaxl_framer *f, struct jaxl_frame *frame)
{
    while (f->scan < f->end) {
        size_t at = f->scan, len = line_span(f->data + at, f->end - at);
        bool ended = f->data[at + len - 1] == '\n' || f->data[at + len - 1] == '\r';
        size_t size = at + len - f->start - ended;
        int rc;

        if (f->skip) {
            f->skip = !ended;
            pass_line(f, len, ended);
            begin_record(f);
            continue;
        }
        if (size > f->max && f->line_start > f->start)
            return give_lines(f, frame);
        rc = feed(f, at, len, size, ended);
        if (rc == JAXL_ENOMEM)
            return rc;
        pass_line(f, len, ended);
        if (rc == JAXL_EAGAIN)
            continue;
        if (rc == JAXL_ELIMIT || !all_blank(f->data + f->start, size))
            return give(f, frame, size, rc);
        begin_record(f);
    }
    return f->eof ? finish_csv(f, frame) : JAXL_EAGAIN;
}

int jaxl_framer_next(struct jaxl_framer *f, struct jaxl_frame *frame)
{
    int rc = detect(f);

    if (rc)
        return rc;
    return f->format == JAXL_RECORD_IN_NDJSON ? next_ndjson(f, frame) : next_csv(f, frame);
}
