/* Records from a pipe: the first byte chooses format and limits, the second the pieces that the
 * rest comes in. What is read must not depend on the pieces; it is written in every form. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "jaxl/record.h"

enum { MAX_TRACE = 64 * 1024 * 1024, SHORT_LINE = 64 };

static struct jaxl_record_reader *make(int fd, uint8_t choice)
{
    static const char *const map[] = {"to=a", "a=to"};
    static const enum jaxl_record_input inputs[] = {JAXL_RECORD_AUTO, JAXL_RECORD_IN_CSV,
                                                    JAXL_RECORD_IN_NDJSON, JAXL_RECORD_AUTO};
    struct jaxl_record_reader_options o = {
        .input = inputs[choice & 3],
        .max_line = choice & 4 ? SHORT_LINE : 0,
        .map = map,
        .n_map = choice & 8 ? 2 : 0,
    };
    struct jaxl_record_reader *r;

    FUZZ_CHECK(jaxl_record_reader_new(&r, fd, "in", &o, NULL) == 0);
    return r;
}

/* Reads what there is. The code that ended it. */
static int drain(struct jaxl_record_reader *r, bool wait, struct jaxl_record_writer *w,
                 struct jaxl_buf *trace)
{
    for (;;) {
        struct jaxl_record rec;
        struct jaxl_error err;
        bool ready = jaxl_record_reader_ready(r);
        int rc = jaxl_record_read(r, wait, &rec, &err);

        FUZZ_CHECK(rc != JAXL_EAGAIN || (!ready && !wait));
        if (rc == JAXL_EAGAIN || rc == JAXL_EEND)
            return rc;
        (void)jaxl_record_reader_ready(r); /* must not disturb rec */
        if (rc == JAXL_OK)
            FUZZ_CHECK(jaxl_record_write(w, rec.value, NULL) == 0);
        FUZZ_CHECK(rc == JAXL_OK || (!rec.value && err.message[0]));
        jaxl_record_reject(trace, &rec, rc ? err.message : "");
        if (rc != JAXL_OK && rc != JAXL_EINPUT && rc != JAXL_ELIMIT)
            return rc;
    }
}

/* The trace of a whole input that comes in pieces of 1 to step bytes. */
static void trace_of(const uint8_t *data, size_t size, uint8_t choice, size_t step,
                     struct jaxl_buf *trace)
{
    static int sink = -1;
    struct jaxl_record_writer_options o = {.output = (enum jaxl_record_output)(choice >> 4 & 3),
                                           .width = choice & 64 ? 40 : 0};
    struct jaxl_record_reader *r;
    struct jaxl_record_writer *w;
    uint64_t rng = step;
    int fds[2], rc = JAXL_EAGAIN;

    if (sink < 0)
        sink = open("/dev/null", O_WRONLY);
    FUZZ_CHECK(sink >= 0 && pipe(fds) == 0);
    r = make(fds[0], choice);
    FUZZ_CHECK(jaxl_record_writer_new(&w, sink, &o, NULL) == 0);
    for (size_t at = 0, n; at < size && rc == JAXL_EAGAIN; at += n) {
        n = step < 256 ? 1 + (size_t)(fuzz_random(&rng) % step) : step;
        if (n > size - at)
            n = size - at;
        FUZZ_CHECK(write(fds[1], data + at, n) == (ssize_t)n);
        rc = drain(r, false, w, trace);
    }
    close(fds[1]);
    if (rc == JAXL_EAGAIN)
        rc = drain(r, true, w, trace);
    FUZZ_CHECK(rc == JAXL_EEND || rc == JAXL_ECONFIG);
    FUZZ_CHECK(jaxl_record_finish(w, NULL) == 0);
    jaxl_record_writer_free(&w);
    jaxl_record_reader_free(&r);
    close(fds[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_buf whole, pieces;

    if (size < 2)
        return 0;
    jaxl_buf_init(&whole, MAX_TRACE);
    jaxl_buf_init(&pieces, MAX_TRACE);
    trace_of(data + 2, size - 2, data[0], 32 * 1024, &whole);
    trace_of(data + 2, size - 2, data[0], data[1] ? data[1] : 1, &pieces);
    FUZZ_CHECK(!strcmp(jaxl_buf_text(&whole), jaxl_buf_text(&pieces)));
    jaxl_buf_free(&whole);
    jaxl_buf_free(&pieces);
    return 0;
}
