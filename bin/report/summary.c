#include "report/summary.h"

#include <inttypes.h>

#include "common/progress.h"
#include "jaxl/buf.h"

void summary_print(const struct options *o, const struct summary_part *parts, size_t n,
                   size_t n_always)
{
    struct jaxl_buf text;

    cli_progress_hide();
    if (o->common.quiet)
        return;
    jaxl_buf_init(&text, 4096);
    for (size_t i = 0; i < n; i++)
        if (i < n_always || parts[i].n)
            jaxl_buf_printf(&text, "%s%" PRIu64 " %s", text.len ? ", " : "", parts[i].n,
                            parts[i].what);
    cli_message(REPORT, "%s", jaxl_buf_text(&text));
    jaxl_buf_free(&text);
}
