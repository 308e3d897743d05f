/* An input through the record reader, and cut and scanned: the same records, lines, values and
 * words. The first byte chooses format, limits and names, the second the pieces it comes in. */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "data/scan.h"
#include "fuzz.h"

enum { MAX_TRACE = 64 * 1024 * 1024, SHORT_LINE = 64, PATHS = 16 };

static const char *const paths[PATHS] = {
    "a",     "b",  "a.b",          "a.0",  "a.0.b", "a.1", "costs", "",
    "a.b.c", "to", "costs.0.cost", "a..b", "k",     "p",   "a",     "costs.0.currency"};

static struct jaxl_record_reader_options options(uint8_t choice)
{
    static const char *const map[] = {"to=a", "a=to"};
    static const enum jaxl_record_input inputs[] = {JAXL_RECORD_AUTO, JAXL_RECORD_IN_CSV,
                                                    JAXL_RECORD_IN_NDJSON, JAXL_RECORD_AUTO};

    return (struct jaxl_record_reader_options){
        .input = inputs[choice & 3],
        .max_line = choice & 4 ? SHORT_LINE : 0,
        .map = map,
        .n_map = choice & 8 ? 2 : 0,
    };
}

static void note(struct jaxl_buf *trace, const struct jaxl_record *rec, int rc,
                 const struct jaxl_error *err)
{
    jaxl_buf_printf(trace, "%llu %d %s|", (unsigned long long)rec->line, rc,
                    rc ? err->message : "");
    jaxl_buf_add(trace, rec->raw, rec->raw_len);
}

static void note_value(struct jaxl_buf *trace, int type, const char *text, size_t len)
{
    jaxl_buf_printf(trace, "\n %d %zu ", type, len);
    jaxl_buf_add(trace, text, len);
}

static void note_json(struct jaxl_buf *trace, const struct jaxl_json *v)
{
    struct jaxl_json_writer *w;
    struct jaxl_buf text;
    size_t len;
    const char *plain = jaxl_json_text(v, &len);

    jaxl_buf_init(&text, MAX_TRACE);
    if (!plain && v && jaxl_json_type(v) != JAXL_JSON_NULL) {
        FUZZ_CHECK(jaxl_json_writer_new(&w, &text) == 0);
        jaxl_json_write_value(w, v);
        jaxl_json_writer_free(&w);
        plain = text.data;
        len = text.len;
    }
    note_value(trace, jaxl_json_type(v), plain, len);
    jaxl_buf_free(&text);
}

static void end(struct jaxl_buf *trace, int rc, const struct jaxl_error *err)
{
    FUZZ_CHECK(rc == JAXL_EEND || rc == JAXL_ECONFIG);
    jaxl_buf_printf(trace, "%d %s\n", rc, err->message);
}

static void read_all(int fd, uint8_t choice, struct jaxl_buf *trace)
{
    struct jaxl_record_reader_options o = options(choice);
    struct jaxl_record_reader *r;
    struct jaxl_record rec;
    struct jaxl_error err;
    int rc;

    FUZZ_CHECK(jaxl_record_reader_new(&r, fd, "in", &o, NULL) == 0);
    for (;;) {
        rc = jaxl_record_read(r, true, &rec, &err);
        if (rc != JAXL_OK && rc != JAXL_EINPUT && rc != JAXL_ELIMIT)
            break;
        note(trace, &rec, rc, &err);
        for (size_t i = 0; i < PATHS && !rc; i++)
            note_json(trace, jaxl_json_find(rec.value, paths[i]));
        jaxl_buf_putc(trace, '\n');
    }
    end(trace, rc, &err);
    jaxl_record_reader_free(&r);
}

static void scan_chunk(struct jaxl_scan *s, const struct jaxl_cut *c,
                       const struct jaxl_chunk *chunk, struct jaxl_buf *trace)
{
    struct jaxl_scan_value values[PATHS];
    struct jaxl_record rec;
    struct jaxl_error err;
    size_t at = 0;
    int rc;

    while ((rc = jaxl_scan_next(s, c, chunk, &at, values, &rec, &err)) != JAXL_EEND) {
        FUZZ_CHECK(rc == JAXL_OK || rc == JAXL_EINPUT || rc == JAXL_ELIMIT);
        note(trace, &rec, rc, &err);
        for (size_t i = 0; i < PATHS && !rc; i++)
            note_value(trace, values[i].type, values[i].text, values[i].len);
        jaxl_buf_putc(trace, '\n');
    }
}

static void scan_all(int fd, uint8_t choice, struct jaxl_buf *trace)
{
    struct jaxl_record_reader_options o = options(choice);
    struct jaxl_chunk chunk = {0};
    struct jaxl_error err;
    struct jaxl_scan *s;
    struct jaxl_cut *c;
    uint64_t number = 0;
    int rc;

    FUZZ_CHECK(jaxl_cut_new(&c, fd, "in", &o, NULL) == 0);
    FUZZ_CHECK(jaxl_scan_new(&s, paths, PATHS, NULL) == 0);
    while ((rc = jaxl_cut_next(c, -1, &chunk, &err)) == JAXL_OK) {
        FUZZ_CHECK(chunk.number == number++);
        scan_chunk(s, c, &chunk, trace);
    }
    end(trace, rc, &err);
    jaxl_chunk_free(&chunk);
    jaxl_scan_free(&s);
    jaxl_cut_free(&c);
}

struct feed {
    const uint8_t *data;
    size_t size, step;
    int fd;
};

/* Writes piece after piece, each when the one before has been read. */
static void *feed(void *ctx)
{
    const struct feed *f = ctx;
    uint64_t rng = f->step;

    for (size_t at = 0, n; at < f->size; at += n) {
        int left = 1;
        n = f->step < 256 ? 1 + (size_t)(fuzz_random(&rng) % f->step) : f->step;
        if (n > f->size - at)
            n = f->size - at;
        FUZZ_CHECK(write(f->fd, f->data + at, n) == (ssize_t)n);
        while (!ioctl(f->fd, FIONREAD, &left) && left)
            sched_yield();
    }
    close(f->fd);
    return NULL;
}

static void trace_of(const uint8_t *data, size_t size, uint8_t choice, size_t step,
                     void (*read_or_scan)(int fd, uint8_t choice, struct jaxl_buf *trace),
                     struct jaxl_buf *trace)
{
    struct feed f = {data, size, step, -1};
    pthread_t thread;
    int fds[2];

    FUZZ_CHECK(pipe(fds) == 0);
    f.fd = fds[1];
    if (step < 256) {
        FUZZ_CHECK(pthread_create(&thread, NULL, feed, &f) == 0);
    } else {
        FUZZ_CHECK(write(fds[1], data, size) == (ssize_t)size);
        close(fds[1]);
    }
    read_or_scan(fds[0], choice, trace);
    if (step < 256) {
        /* what follows a header that cannot be used is not read */
        char rest[4096];
        while (read(fds[0], rest, sizeof rest) > 0) {
        }
        pthread_join(thread, NULL);
    }
    close(fds[0]);
}

static void same(const struct jaxl_buf *a, const struct jaxl_buf *b)
{
    if (a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len)))
        return;
    fprintf(stderr, "read:\n%s\nscanned:\n%s\n", jaxl_buf_text(a), jaxl_buf_text(b));
    FUZZ_CHECK(!"the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { AT_ONCE = 32 * 1024 };
    struct jaxl_buf read, scanned;

    if (size < 2 || size - 2 > AT_ONCE)
        return 0;
    jaxl_buf_init(&read, MAX_TRACE);
    jaxl_buf_init(&scanned, MAX_TRACE);
    trace_of(data + 2, size - 2, data[0], AT_ONCE, read_all, &read);
    trace_of(data + 2, size - 2, data[0], AT_ONCE, scan_all, &scanned);
    same(&read, &scanned);
    jaxl_buf_reset(&scanned);
    if (data[1]) {
        trace_of(data + 2, size - 2, data[0], data[1], scan_all, &scanned);
        same(&read, &scanned);
    }
    jaxl_buf_free(&read);
    jaxl_buf_free(&scanned);
    return 0;
}
