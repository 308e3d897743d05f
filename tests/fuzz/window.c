/* Calling hours, a NUL byte, and an instant in seconds. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/clock.h"
#include "jaxl/window.h"

/* From an instant on, each change is one, and nothing changes in between. */
static void walk(const struct jaxl_window *w, int64_t now)
{
    static struct jaxl_zone *zone;
    int64_t until = 0, between = 0;
    bool open;

    if (!zone)
        FUZZ_CHECK(jaxl_zone_new(&zone, "Australia/Lord_Howe", NULL) == 0);
    open = jaxl_window_open(w, NULL, &zone, 1, now, &until);
    for (int i = 0; i < 4 && until != JAXL_WINDOW_NEVER; i++) {
        FUZZ_CHECK(until > now);
        FUZZ_CHECK(jaxl_window_open(w, NULL, &zone, 1, until - 1, &between) == open);
        FUZZ_CHECK(between == until);
        now = until;
        FUZZ_CHECK(jaxl_window_open(w, NULL, &zone, 1, now, &until) == !open);
        open = !open;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_window w, both;
    struct jaxl_error err;
    char text[256];
    size_t len = size < sizeof text ? size : sizeof text - 1;
    int32_t at = 0;

    if (!size)
        return 0;
    len = strnlen((const char *)data, len);
    memcpy(text, data, len);
    text[len] = '\0';
    if (jaxl_window_parse(text, &w, &err)) {
        FUZZ_CHECK(err.code == JAXL_EARG && err.message[0]);
        return 0;
    }
    both = w;
    FUZZ_CHECK(jaxl_window_intersect(&both, &w) && memcmp(&both, &w, sizeof w) == 0);
    for (int day = 0; day < 7; day++)
        FUZZ_CHECK(w.open[day][22] >> 32 == 0);
    if (size - len > sizeof at)
        memcpy(&at, data + len + 1, sizeof at);
    walk(&w, at * JAXL_SECOND);
    return 0;
}
