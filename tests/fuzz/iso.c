/* Dates and times: read the same in a copy of its own size, and again after being written. */
#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "base/iso.h"
#include "fuzz.h"
#include "jaxl/error.h"

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

static void again(int64_t us)
{
    int64_t days = us / DAY - (us % DAY < 0), time = us - days * DAY, back = 0;
    struct jaxl_date date;
    char text[96];
    bool zone = false;
    int len;

    jaxl_date_from_days(days, &date);
    if (date.year < 0 || date.year > 9999)
        return;
    len = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)date.year,
                   date.month, date.day, (int)(time / SECOND / 3600),
                   (int)(time / SECOND / 60 % 60), (int)(time / SECOND % 60), (int)(time % SECOND));
    FUZZ_CHECK(jaxl_iso_parse(text, (size_t)len, &back, &zone) == 0 && zone && back == us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = calloc(size ? size : 1, 1);
    int64_t us = 7, other = 7;
    bool zone = true, other_zone = true;
    int rc;

    FUZZ_CHECK(copy);
    if (size)
        memcpy(copy, data, size);
    rc = jaxl_iso_parse(copy, size, &us, &zone);
    FUZZ_CHECK(rc == 0 || (rc == JAXL_EINPUT && us == 7 && zone));
    if (size > 10 && copy[10] == 'T') { /* the long way */
        copy[10] = 't';
        FUZZ_CHECK(jaxl_iso_parse(copy, size, &other, &other_zone) == rc);
        FUZZ_CHECK(other == us && other_zone == zone);
    }
    if (rc == 0)
        again(us);
    free(copy);
    return 0;
}
