/* An input through the record reader, and cut and scanned: the same records, lines, values and
 * words. The first byte chooses format, limits and names, the second the pieces it comes in. */
#include "fuzz.h"

#define TRACE_CHECK FUZZ_CHECK
#include "scan_trace.h"

enum { SHORT_LINE = 64 };

static struct jaxl_record_reader_options options(uint8_t choice)
{
    static const char *const map[] = {"to=a", "a=to"};
    static const enum jaxl_record_input inputs[] = {JAXL_RECORD_AUTO, JAXL_RECORD_IN_CSV,
                                                    JAXL_RECORD_IN_NDJSON, JAXL_RECORD_AUTO};

    return (struct jaxl_record_reader_options){
        .input = inputs[choice & 3],
        .max_line = choice & 4 ? SHORT_LINE : 0,
        .map = map,
        .n_map = choice & 8 ? 2 : 0,
    };
}

static void same(const struct jaxl_buf *a, const struct jaxl_buf *b)
{
    if (a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len)))
        return;
    fprintf(stderr, "read:\n%s\nscanned:\n%s\n", jaxl_buf_text(a), jaxl_buf_text(b));
    FUZZ_CHECK(!"the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { AT_ONCE = 32 * 1024 };
    struct jaxl_record_reader_options o;
    struct jaxl_buf read, scanned;

    if (size < 2 || size - 2 > AT_ONCE)
        return 0;
    o = options(data[0]);
    jaxl_buf_init(&read, TRACE_MAX);
    jaxl_buf_init(&scanned, TRACE_MAX);
    trace_of(data + 2, size - 2, &o, AT_ONCE, trace_read, &read);
    trace_of(data + 2, size - 2, &o, AT_ONCE, trace_scan, &scanned);
    same(&read, &scanned);
    jaxl_buf_reset(&scanned);
    if (data[1]) {
        trace_of(data + 2, size - 2, &o, data[1], trace_scan, &scanned);
        same(&read, &scanned);
    }
    jaxl_buf_free(&read);
    jaxl_buf_free(&scanned);
    return 0;
}
