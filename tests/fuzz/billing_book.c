/* The file of a book: refused and left alone, or kept as what was read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "jaxl/book.h"
#include "jaxl/buf.h"

static void put(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "w");

    FUZZ_CHECK(file && (!size || fwrite(data, size, 1, file) == 1) && fclose(file) == 0);
}

static void get(const char *path, struct jaxl_buf *out)
{
    FILE *file = fopen(path, "r");
    char part[4096];
    size_t n;

    FUZZ_CHECK(file);
    jaxl_buf_reset(out);
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        jaxl_buf_add(out, part, n);
    fclose(file);
}

static int keep(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    (void)err;
    jaxl_buf_add(ctx, json, len);
    jaxl_buf_putc(ctx, '\n');
    return 0;
}

/* A run that reports a row; what it writes goes to out. */
static int run(const char *path, struct jaxl_buf *out, struct jaxl_error *err)
{
    static const char *const keys[] = {"month", "campaign"};
    static const char row[] = "{\"month\":\"2026-10\",\"campaign\":\"a\",\"currency\":\"INR\","
                              "\"attempts\":3,\"cost\":1.95}";
    const struct jaxl_book_report report = {.definition = "x",
                                            .keys = keys,
                                            .n_keys = 2,
                                            .start = INT64_MIN,
                                            .end = INT64_MAX,
                                            .now = INT64_C(1793491200000000)};
    struct jaxl_book *b;
    int rc = jaxl_book_open(&b, path, &report, err);

    jaxl_buf_reset(out);
    if (!rc)
        rc = jaxl_book_row(b, row, sizeof row - 1, keep, out, err);
    if (!rc)
        rc = jaxl_book_finish(b, keep, out, err);
    if (!rc)
        rc = jaxl_book_commit(b, err);
    jaxl_book_free(&b);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *tmp = getenv("TMPDIR");
    char dir[256], path[300];
    struct jaxl_buf first, second;
    struct jaxl_error err = {0};
    int rc;

    snprintf(dir, sizeof dir, "%s/jaxl-fuzz-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    FUZZ_CHECK(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/book", dir);
    jaxl_buf_init(&first, (size_t)64 << 20);
    jaxl_buf_init(&second, (size_t)64 << 20);
    put(path, data, size);
    rc = run(path, &first, &err);
    /* a number that is too long shows only where it is compared */
    FUZZ_CHECK(rc == 0 || rc == JAXL_EINPUT || rc == JAXL_ELIMIT);
    if (rc) {
        FUZZ_CHECK(*err.message);
        get(path, &second);
        FUZZ_CHECK(second.len == size && (!size || memcmp(second.data, data, size) == 0));
    } else {
        FUZZ_CHECK(run(path, &second, NULL) == 0);
        FUZZ_CHECK(second.len == first.len && memcmp(first.data, second.data, first.len) == 0);
    }
    jaxl_buf_free(&first);
    jaxl_buf_free(&second);
    unlink(path);
    FUZZ_CHECK(rmdir(dir) == 0);
    return 0;
}
