/* Runs a fuzz target without libFuzzer: the seeds, then mutations of them that are the same on
 * every machine. Prints TAP. The input that a crash happened on is left in NAME.crash.
 *
 *     tests/fuzz/NAME.fuzz [FILE...]     only these inputs
 *     FUZZ_RUNS=100000 tests/fuzz/NAME.fuzz */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

enum { MAX_SEEDS = 256, MAX_SIZE = 64 * 1024, DEFAULT_RUNS = 5000, CHANGES = 8 };

struct input {
    uint8_t *data;
    size_t size;
};

static struct input seeds[MAX_SEEDS], current;
static size_t n_seeds;
static char crash_file[256];

static void on_crash(int sig)
{
    int fd = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0666);

    if (fd >= 0 && write(fd, current.data, current.size) == (ssize_t)current.size)
        dprintf(2, "the input is in %s\n", crash_file);
    signal(sig, SIG_DFL);
    raise(sig);
}

static void run(const uint8_t *data, size_t size)
{
    /* a copy of just this size, so that a read past the end shows under a sanitizer */
    current.data = malloc(size ? size : 1);
    if (!current.data)
        abort();
    memcpy(current.data, data, size);
    current.size = size;
    LLVMFuzzerTestOneInput(current.data, size);
    free(current.data);
}

static int load(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct input *seed = &seeds[n_seeds];

    if (!f || n_seeds == MAX_SEEDS)
        return -1;
    seed->data = malloc(MAX_SIZE);
    seed->size = seed->data ? fread(seed->data, 1, MAX_SIZE, f) : 0;
    fclose(f);
    if (!seed->data)
        return -1;
    n_seeds++;
    return 0;
}

static int load_dir(const char *dir)
{
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort), rc = 0;

    for (int i = 0; i < n; i++) {
        char path[1280 + 16];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && load(path))
            rc = -1;
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return n < 0 ? -1 : rc;
}

/* Bytes that formats care for. */
static uint8_t special(uint64_t *rng)
{
    static const char bytes[] = "\0\"\\{}[],:\n\r\t 0123456789eE+-._=|/*#ntfud\x01\x7f\x80\xa0\xbf"
                                "\xc0\xc3\xed\xe2\xef\xf0\xf4\xff";

    return (uint8_t)bytes[fuzz_random(rng) % (sizeof bytes - 1)];
}

static size_t below(uint64_t *rng, size_t n)
{
    return n ? (size_t)(fuzz_random(rng) % n) : 0;
}

/* Puts n bytes of from at data + at, moving the rest. */
static size_t insert(uint8_t *data, size_t size, size_t at, const uint8_t *from, size_t n)
{
    uint8_t copy[256];

    if (n > sizeof copy)
        n = sizeof copy;
    if (size + n > MAX_SIZE)
        return size;
    memcpy(copy, from, n);
    memmove(data + at + n, data + at, size - at);
    memcpy(data + at, copy, n);
    return size + n;
}

static size_t change(uint8_t *data, size_t size, uint64_t *rng)
{
    const struct input *other = &seeds[below(rng, n_seeds)];
    size_t at = below(rng, size), span = 1 + below(rng, 16), from;
    uint8_t byte = special(rng);

    switch (below(rng, 7)) {
    case 0:
        if (size)
            data[at] ^= (uint8_t)(1u << below(rng, 8));
        return size;
    case 1:
        if (size)
            data[at] = byte;
        return size;
    case 2:
        return insert(data, size, at, &byte, 1);
    case 3: /* takes a span away */
        if (span > size - at)
            span = size - at;
        memmove(data + at, data + at + span, size - at - span);
        return size - span;
    case 4: /* repeats a span */
        return insert(data, size, at, data + at, span < size - at ? span : size - at);
    case 5: /* a piece of another seed */
        from = below(rng, other->size);
        return insert(data, size, at, other->data + from, below(rng, other->size - from + 1));
    default: /* cuts off */
        return at;
    }
}

static void mutate(long runs)
{
    static uint8_t data[MAX_SIZE];
    uint64_t rng = UINT64_C(0x9e3779b97f4a7c15);

    for (long i = 0; i < runs; i++) {
        const struct input *seed = &seeds[below(&rng, n_seeds)];
        size_t size = seed->size, changes = 1 + below(&rng, CHANGES);
        memcpy(data, seed->data, size);
        while (changes--)
            size = change(data, size, &rng);
        run(data, size);
    }
}

int main(int argc, char **argv)
{
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    const char *srcdir = getenv("srcdir"), *count = getenv("FUZZ_RUNS");
    int len = (int)strcspn(name, ".");
    char dir[1024];

    snprintf(crash_file, sizeof crash_file, "%.*s.crash", len, name);
    snprintf(dir, sizeof dir, "%s/tests/fuzz/corpus/%.*s", srcdir ? srcdir : ".", len, name);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], on_crash);
    for (int i = 1; i < argc; i++)
        if (load(argv[i]))
            return fprintf(stderr, "%s: cannot be read\n", argv[i]), 1;
    if (argc < 2 && (load_dir(dir) || !n_seeds))
        return fprintf(stderr, "%s: no seeds\n", dir), 1;
    printf("1..%d\n", argc < 2 ? 2 : 1);
    for (size_t i = 0; i < n_seeds; i++)
        run(seeds[i].data, seeds[i].size);
    printf("ok 1 - %zu inputs\n", n_seeds);
    fflush(stdout);
    if (argc < 2) {
        long runs = count ? atol(count) : DEFAULT_RUNS;
        mutate(runs);
        printf("ok 2 - %ld mutations of them\n", runs);
    }
    while (n_seeds)
        free(seeds[--n_seeds].data);
    return 0;
}
