/* An input as the record reader has it, and as it is cut and scanned, written down so that the two
 * can be compared: lines, verdicts, words, bytes, values. The includer defines TRACE_CHECK. */
#ifndef JAXL_SCAN_TRACE_H
#define JAXL_SCAN_TRACE_H

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "data/scan.h"

enum { TRACE_MAX = 64 * 1024 * 1024, TRACE_PATHS = 16 };

static const char *const trace_paths[TRACE_PATHS] = {
    "a",     "b",  "a.b",          "a.0",  "a.0.b", "a.1", "costs", "",
    "a.b.c", "to", "costs.0.cost", "a..b", "k",     "p",   "a",     "costs.0.currency"};

static inline void trace_record(struct jaxl_buf *trace, const struct jaxl_record *rec, int rc,
                                const struct jaxl_error *err)
{
    jaxl_buf_printf(trace, "%llu %d %s|", (unsigned long long)rec->line, rc,
                    rc ? err->message : "");
    jaxl_buf_add(trace, rec->raw, rec->raw_len);
}

static inline void trace_value(struct jaxl_buf *trace, int type, const char *text, size_t len)
{
    jaxl_buf_printf(trace, "\n %d %zu ", type, len);
    jaxl_buf_add(trace, text, len);
}

static inline void trace_json(struct jaxl_buf *trace, const struct jaxl_json *v)
{
    struct jaxl_json_writer *w;
    struct jaxl_buf text;
    size_t len;
    const char *plain = jaxl_json_text(v, &len);

    jaxl_buf_init(&text, TRACE_MAX);
    if (!plain && v && jaxl_json_type(v) != JAXL_JSON_NULL) {
        TRACE_CHECK(jaxl_json_writer_new(&w, &text) == 0);
        jaxl_json_write_value(w, v);
        jaxl_json_writer_free(&w);
        plain = text.data;
        len = text.len;
    }
    trace_value(trace, jaxl_json_type(v), plain, len);
    jaxl_buf_free(&text);
}

static inline void trace_end(struct jaxl_buf *trace, int rc, const struct jaxl_error *err)
{
    TRACE_CHECK(rc == JAXL_EEND || rc == JAXL_ECONFIG);
    jaxl_buf_printf(trace, "%d %s\n", rc, err->message);
}

static inline void trace_read(int fd, const struct jaxl_record_reader_options *o,
                              struct jaxl_buf *trace)
{
    struct jaxl_record_reader *r;
    struct jaxl_record rec;
    struct jaxl_error err;
    int rc;

    TRACE_CHECK(jaxl_record_reader_new(&r, fd, "in", o, NULL) == 0);
    for (;;) {
        rc = jaxl_record_read(r, true, &rec, &err);
        if (rc != JAXL_OK && rc != JAXL_EINPUT && rc != JAXL_ELIMIT)
            break;
        trace_record(trace, &rec, rc, &err);
        for (size_t i = 0; i < TRACE_PATHS && !rc; i++)
            trace_json(trace, jaxl_json_find(rec.value, trace_paths[i]));
        jaxl_buf_putc(trace, '\n');
    }
    trace_end(trace, rc, &err);
    jaxl_record_reader_free(&r);
}

static inline void trace_chunk(struct jaxl_scan *s, const struct jaxl_cut *c,
                               const struct jaxl_chunk *chunk, struct jaxl_buf *trace)
{
    struct jaxl_scan_value values[TRACE_PATHS];
    struct jaxl_record rec;
    struct jaxl_error err;
    size_t at = 0;
    int rc;

    while ((rc = jaxl_scan_next(s, c, chunk, &at, values, &rec, &err)) != JAXL_EEND) {
        TRACE_CHECK(rc == JAXL_OK || rc == JAXL_EINPUT || rc == JAXL_ELIMIT);
        trace_record(trace, &rec, rc, &err);
        for (size_t i = 0; i < TRACE_PATHS && !rc; i++)
            trace_value(trace, values[i].type, values[i].text, values[i].len);
        jaxl_buf_putc(trace, '\n');
    }
}

static inline void trace_scan(int fd, const struct jaxl_record_reader_options *o,
                              struct jaxl_buf *trace)
{
    struct jaxl_chunk chunk = {0};
    struct jaxl_error err;
    struct jaxl_scan *s;
    struct jaxl_cut *c;
    uint64_t number = 0;
    int rc;

    TRACE_CHECK(jaxl_cut_new(&c, fd, "in", o, NULL) == 0);
    TRACE_CHECK(jaxl_scan_new(&s, trace_paths, TRACE_PATHS, NULL) == 0);
    while ((rc = jaxl_cut_next(c, -1, &chunk, &err)) == JAXL_OK) {
        TRACE_CHECK(chunk.number == number++);
        trace_chunk(s, c, &chunk, trace);
    }
    trace_end(trace, rc, &err);
    jaxl_chunk_free(&chunk);
    jaxl_scan_free(&s);
    jaxl_cut_free(&c);
}

/* xorshift64; *state must not be 0. */
static inline uint64_t trace_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

struct trace_feed {
    const uint8_t *data;
    size_t size, step;
    int fd;
};

/* Writes piece after piece, each when the one before has been read. */
static inline void *trace_feed(void *ctx)
{
    const struct trace_feed *f = ctx;
    uint64_t rng = f->step;

    for (size_t at = 0, n; at < f->size; at += n) {
        int left = 1;
        n = f->step < 256 ? 1 + (size_t)(trace_random(&rng) % f->step) : f->step;
        if (n > f->size - at)
            n = f->size - at;
        TRACE_CHECK(write(f->fd, f->data + at, n) == (ssize_t)n);
        while (!ioctl(f->fd, FIONREAD, &left) && left)
            sched_yield();
    }
    close(f->fd);
    return NULL;
}

static inline void trace_of(const uint8_t *data, size_t size,
                            const struct jaxl_record_reader_options *o, size_t step,
                            void (*read_or_scan)(int fd, const struct jaxl_record_reader_options *o,
                                                 struct jaxl_buf *trace),
                            struct jaxl_buf *trace)
{
    struct trace_feed f = {data, size, step, -1};
    pthread_t thread;
    int fds[2];

    TRACE_CHECK(pipe(fds) == 0);
    f.fd = fds[1];
    if (step < 256) {
        TRACE_CHECK(pthread_create(&thread, NULL, trace_feed, &f) == 0);
    } else {
        TRACE_CHECK(write(fds[1], data, size) == (ssize_t)size);
        close(fds[1]);
    }
    read_or_scan(fds[0], o, trace);
    if (step < 256) {
        /* what follows a header that cannot be used is not read */
        char rest[4096];
        while (read(fds[0], rest, sizeof rest) > 0) {
        }
        pthread_join(thread, NULL);
    }
    close(fds[0]);
}

#endif
