/* An input through a report, with one thread and with two, from one piece and from many: the same
 * rows, and totals that add up. The first byte chooses format, limits and conditions. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "jaxl/json.h"
#include "jaxl/report.h"

enum { MAX_ROWS = 64 * 1024 * 1024, SHORT_LINE = 200, AT_ONCE = 32 * 1024 };

struct outcome {
    int code;
    struct jaxl_report_totals totals;
    struct jaxl_buf rows, rejects;
};

static int put(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    (void)err;
    jaxl_buf_add(ctx, json, len);
    jaxl_buf_putc(ctx, '\n');
    return 0;
}

static int reject(void *ctx, const char *lines, size_t len, struct jaxl_error *err)
{
    (void)err;
    jaxl_buf_add(&((struct outcome *)ctx)->rejects, lines, len);
    return 0;
}

struct feed {
    const uint8_t *data;
    size_t size;
    int fd;
};

static void *feed(void *ctx)
{
    const struct feed *f = ctx;
    uint64_t rng = f->size + 1;

    for (size_t at = 0, n; at < f->size; at += n) {
        n = 1 + (size_t)(fuzz_random(&rng) % 500);
        if (n > f->size - at)
            n = f->size - at;
        if (write(f->fd, f->data + at, n) != (ssize_t)n)
            break;
    }
    close(f->fd);
    return NULL;
}

static void read_all(struct jaxl_report *r, const uint8_t *data, size_t size, bool pieces,
                     struct outcome *out)
{
    struct feed f = {data, size, -1};
    pthread_t thread;
    int fds[2];

    FUZZ_CHECK(pipe(fds) == 0);
    f.fd = fds[1];
    if (pieces)
        FUZZ_CHECK(pthread_create(&thread, NULL, feed, &f) == 0);
    else
        feed(&f);
    out->code = jaxl_report_read(r, fds[0], "in", NULL);
    if (pieces) {
        /* what follows a header that cannot be used is not read */
        char rest[4096];
        while (read(fds[0], rest, sizeof rest) > 0) {
        }
        pthread_join(thread, NULL);
    }
    close(fds[0]);
}

/* Rows are JSON, their calls are those that were counted: attempts and provisional. No call is in
 * two rows of all sums. */
static void check_sums(const struct jaxl_report_totals *t, const char *row)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;
    int64_t counted = 0, open = 0, n;

    FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    for (size_t len; *row; row += len + 1) {
        len = strcspn(row, "\n");
        FUZZ_CHECK(jaxl_json_parse(doc, row, len, &root, NULL) == 0);
        FUZZ_CHECK(jaxl_json_int(jaxl_json_get(root, "attempts"), &n) == 0);
        counted += n;
        FUZZ_CHECK(jaxl_json_int(jaxl_json_get(root, "provisional"), &n) == 0);
        open += n;
    }
    FUZZ_CHECK((uint64_t)counted == t->counted && (uint64_t)open == t->provisional);
    jaxl_json_doc_free(&doc);
}

static void check_rows(const char *row)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;

    FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    for (size_t len; *row; row += len + 1) {
        len = strcspn(row, "\n");
        FUZZ_CHECK(jaxl_json_parse(doc, row, len, &root, NULL) == 0);
        FUZZ_CHECK(jaxl_json_type(root) == JAXL_JSON_OBJECT);
    }
    jaxl_json_doc_free(&doc);
}

static void finish(struct jaxl_report *r, struct outcome *out)
{
    const struct jaxl_report_totals *t = jaxl_report_totals(r);
    struct jaxl_buf sums;

    jaxl_buf_init(&sums, MAX_ROWS);
    FUZZ_CHECK(jaxl_report_finish(r, NULL) == 0);
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++)
        FUZZ_CHECK(jaxl_report_write(r, (enum jaxl_report_view)v, put,
                                     v == JAXL_REPORT_SUMS ? &sums : &out->rows, NULL) == 0);
    FUZZ_CHECK(t->records ==
               t->counted + t->provisional + t->repeats + t->not_calls + t->outside + t->rejects);
    FUZZ_CHECK((t->rejects == 0) == (out->rejects.len == 0));
    check_rows(jaxl_buf_text(&out->rows));
    check_sums(t, jaxl_buf_text(&sums));
    jaxl_buf_add(&out->rows, sums.data, sums.len);
    jaxl_buf_free(&sums);
    out->totals = *t;
}

static void report(const uint8_t *data, size_t size, uint8_t choice, unsigned threads, bool pieces,
                   struct outcome *out)
{
    static const char *const by[] = {"day", "campaign", "tag", "to-prefix", "ivr", "a.b"};
    static const char *const columns[] = {"all"}, *const where[] = {"duration<60", "campaign!~x$"};
    static const enum jaxl_record_input inputs[] = {JAXL_RECORD_AUTO, JAXL_RECORD_IN_CSV,
                                                    JAXL_RECORD_IN_NDJSON, JAXL_RECORD_AUTO};
    const struct jaxl_record_reader_options input = {.input = inputs[choice & 3],
                                                     .max_line = choice & 4 ? SHORT_LINE : 0};
    const struct jaxl_report_options o = {.by = {by, 6},
                                          .columns = {columns, 1},
                                          .where = {where, choice & 8 ? 2 : 0},
                                          .sort = choice & 16 ? "cost" : NULL,
                                          .pulse = choice & 32 ? "60/60" : NULL,
                                          .tz = "Europe/Berlin",
                                          .charts = true,
                                          .threads = threads,
                                          .input = &input,
                                          .reject = reject,
                                          .ctx = out};
    struct jaxl_report *r;

    memset(out, 0, sizeof *out);
    jaxl_buf_init(&out->rows, MAX_ROWS);
    jaxl_buf_init(&out->rejects, MAX_ROWS);
    FUZZ_CHECK(jaxl_report_new(&r, &o, NULL) == 0);
    read_all(r, data, size, pieces, out);
    FUZZ_CHECK(out->code == 0 || out->code == JAXL_ECONFIG);
    if (!out->code)
        finish(r, out);
    jaxl_report_free(&r);
}

static void end(struct outcome *out)
{
    jaxl_buf_free(&out->rows);
    jaxl_buf_free(&out->rejects);
}

static bool same(const struct jaxl_buf *a, const struct jaxl_buf *b)
{
    return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome one, two;

    if (size < 1 || size - 1 > AT_ONCE)
        return 0;
    report(data + 1, size - 1, data[0], 1, false, &one);
    report(data + 1, size - 1, data[0], 2, true, &two);
    FUZZ_CHECK(one.code == two.code);
    FUZZ_CHECK(memcmp(&one.totals, &two.totals, sizeof one.totals) == 0);
    FUZZ_CHECK(same(&one.rows, &two.rows));
    FUZZ_CHECK(same(&one.rejects, &two.rejects));
    end(&one);
    end(&two);
    return 0;
}
