/* How long a do-not-call list takes to load, and a look-up in it, and the memory of both.
 * usage: dnc_load FILE */
#include <stdio.h>
#include <sys/resource.h>

#include "campaign/dnc.h"

enum { LOOKUPS = 1000000 };

static double since(int64_t start)
{
    return (double)(jaxl_clock_mono(jaxl_clock_system()) - start) / 1e6;
}

int main(int argc, char **argv)
{
    const struct jaxl_dnc_file file = {argc > 1 ? argv[1] : "dnc.txt", 0};
    int64_t start = jaxl_clock_mono(jaxl_clock_system());
    struct jaxl_error err = {0};
    struct rusage usage;
    struct jaxl_dnc *d;
    unsigned found = 0;
    double load;

    if (jaxl_dnc_new(&d, &file, 1, &err)) {
        fprintf(stderr, "dnc_load: %s\n", err.message);
        return 1;
    }
    load = since(start);
    start = jaxl_clock_mono(jaxl_clock_system());
    for (uint64_t i = 0; i < LOOKUPS; i++)
        found += jaxl_dnc_find(d, 910000000000 + i * 7919 * 999983 % 10000000000) != NULL;
    printf("%llu numbers: loaded in %.2f s, %.0f ns a look-up (%u of %d found)",
           (unsigned long long)jaxl_dnc_count(d), load, since(start) * 1e9 / LOOKUPS, found,
           LOOKUPS);
    (void)jaxl_dnc_refresh(d, jaxl_clock_now(jaxl_clock_system()), &err);
    jaxl_dnc_free(&d);
    getrusage(RUSAGE_SELF, &usage);
    printf(", at most %.0f MiB\n", (double)usage.ru_maxrss / 1024);
    return 0;
}
