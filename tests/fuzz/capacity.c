/* Numbers of calls, a line each: the pieces that they come in make no difference. */
#include "campaign/capacity.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct jaxl_capacity whole = {.fd = -1}, pieces = {.fd = -1};
    unsigned calls = 7, again = 7;
    struct jaxl_error err;
    int code, other = 0;

    code = jaxl_capacity_take(&whole, text, size, &calls, &err);
    FUZZ_CHECK(!code || (code == JAXL_EINPUT && err.code == code && err.message[0]));
    FUZZ_CHECK(calls <= JAXL_CAPACITY_MOST && whole.len < sizeof whole.line);
    for (size_t at = 0, n = 1; at < size && !other; at += n, n = n % 3 + 1)
        other = jaxl_capacity_take(&pieces, text + at, size - at < n ? size - at : n, &again, NULL);
    FUZZ_CHECK(other == code && again == calls);
    return 0;
}
