/* Any text as a time: what is read is written, read again, and is the same. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[JAXL_CLOCK_ISO_MAX];
    int64_t us = 7, again;
    int rc = jaxl_clock_parse((const char *)data, size, &us);

    FUZZ_CHECK(rc == 0 || (rc == JAXL_EINPUT && us == 7));
    if (rc == 0 && jaxl_clock_format(us, text) == 0) {
        FUZZ_CHECK(jaxl_clock_parse(text, strlen(text), &again) == 0);
        FUZZ_CHECK(again == us);
    }
    if (size >= sizeof us) { /* any instant */
        memcpy(&us, data, sizeof us);
        rc = jaxl_clock_format(us, text);
        FUZZ_CHECK(rc == 0 || (rc == JAXL_EARG && !text[0]));
        if (rc == 0) {
            FUZZ_CHECK(jaxl_clock_parse(text, strlen(text), &again) == 0);
            FUZZ_CHECK(again == us);
        }
    }
    return 0;
}
