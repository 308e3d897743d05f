/* How fast records are cut and scanned, beside what it takes merely to find the tokens of the same
 * bytes (yajl) and their line ends, in MB for a second of CPU time. usage: scan_rate FILE... */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <yajl/yajl_parse.h>

#include "data/scan.h"

enum { ROUNDS = 5, BLOCK = 256 * 1024 };

/* What a report of calls wants to know. */
static const char *const paths[] = {
    "placed_at",    "created_on",       "id",           "call_id",       "session_id",
    "state",        "disposition",      "missed",       "has_voicemail", "failure_reason",
    "duration",     "completed_on",     "is_finalized", "campaign",      "camp.name",
    "costs.0.cost", "costs.0.currency", "costs.1"};
enum { PATHS = sizeof paths / sizeof paths[0] };

static int scan_chunk(struct jaxl_scan *s, const struct jaxl_cut *c, const struct jaxl_chunk *chunk,
                      uint64_t *n, struct jaxl_error *err)
{
    struct jaxl_scan_value values[PATHS];
    struct jaxl_record rec;
    size_t at = 0;
    int rc;

    while ((rc = jaxl_scan_next(s, c, chunk, &at, values, &rec, err)) == JAXL_OK)
        ++*n;
    return rc == JAXL_EEND ? 0 : rc;
}

static int scan(int fd, uint64_t *n)
{
    struct jaxl_chunk chunk = {0};
    struct jaxl_scan *s = NULL;
    struct jaxl_cut *c = NULL;
    struct jaxl_error err;
    int rc = jaxl_cut_new(&c, fd, "in", NULL, &err);

    if (!rc)
        rc = jaxl_scan_new(&s, paths, PATHS, &err);
    while (!rc && !(rc = jaxl_cut_next(c, -1, &chunk, &err)))
        rc = scan_chunk(s, c, &chunk, n, &err);
    if (rc != JAXL_EEND)
        fprintf(stderr, "%s\n", err.message);
    jaxl_chunk_free(&chunk);
    jaxl_scan_free(&s);
    jaxl_cut_free(&c);
    return rc == JAXL_EEND ? 0 : rc;
}

static int cut(int fd, uint64_t *n)
{
    struct jaxl_chunk chunk = {0};
    struct jaxl_cut *c = NULL;
    int rc = jaxl_cut_new(&c, fd, "in", NULL, NULL);

    while (!rc && !(rc = jaxl_cut_next(c, -1, &chunk, NULL)))
        ++*n;
    jaxl_chunk_free(&chunk);
    jaxl_cut_free(&c);
    return rc == JAXL_EEND ? 0 : rc;
}

static int on_nothing(void *ctx)
{
    (void)ctx;
    return 1;
}

static int on_boolean(void *ctx, int value)
{
    (void)ctx;
    (void)value;
    return 1;
}

static int on_number(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    (void)text;
    (void)len;
    return 1;
}

static int on_text(void *ctx, const unsigned char *text, size_t len)
{
    (void)ctx;
    (void)text;
    (void)len;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_nothing,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_text,
    .yajl_start_map = on_nothing,
    .yajl_map_key = on_text,
    .yajl_end_map = on_nothing,
    .yajl_start_array = on_nothing,
    .yajl_end_array = on_nothing,
};

static int tokens(int fd, uint64_t *n, bool lines)
{
    static char block[BLOCK + 1];
    yajl_handle y = yajl_alloc(&callbacks, NULL, NULL);
    ssize_t got;
    int bad = !y;

    if (y)
        yajl_config(y, yajl_allow_multiple_values, 1);
    while (!bad && (got = read(fd, block, BLOCK)) > 0) {
        char *p = block, *end = block + got;
        while (p < end) {
            char *lf = lines ? memchr(p, '\n', (size_t)(end - p)) : NULL;
            char *stop = lf ? lf + 1 : end;
            bad |= yajl_parse(y, (unsigned char *)p, (size_t)(stop - p)) != yajl_status_ok;
            ++*n;
            p = stop;
        }
    }
    if (y)
        yajl_free(y);
    return bad;
}

static int tokens_lines(int fd, uint64_t *n)
{
    return tokens(fd, n, true);
}

static int tokens_stream(int fd, uint64_t *n)
{
    return tokens(fd, n, false);
}

static int line_ends(int fd, uint64_t *n)
{
    static char block[BLOCK];
    ssize_t got;

    while ((got = read(fd, block, BLOCK)) > 0)
        for (char *p = block, *end = block + got;
             (p = memchr(p, '\n', (size_t)(end - p))) && ++*n && ++p < end;) {
        }
    return got != 0;
}

/* Of this process, so that others on the machine do not count. */
static int64_t cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void measure(const char *what, const char *file, int (*work)(int fd, uint64_t *n))
{
    int64_t best = INT64_MAX;
    uint64_t n = 0;
    off_t size = 0;

    for (int i = 0; i < ROUNDS; i++) {
        int fd = open(file, O_RDONLY | O_CLOEXEC), bad;
        int64_t start = cpu_us(), took;
        n = 0;
        bad = fd < 0 || work(fd, &n);
        took = cpu_us() - start;
        best = took < best ? took : best;
        size = lseek(fd, 0, SEEK_END);
        close(fd);
        if (bad)
            return;
    }
    printf("%-22s %7.0f MB/s  %10llu\n", what, (double)size / (double)best, (unsigned long long)n);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        printf("%s\n", argv[i]);
        measure("line ends, by memchr", argv[i], line_ends);
        measure("cut into chunks", argv[i], cut);
        measure("cut and scanned", argv[i], scan);
        measure("tokens, yajl by lines", argv[i], tokens_lines);
        measure("tokens, yajl at once", argv[i], tokens_stream);
    }
    return 0;
}
