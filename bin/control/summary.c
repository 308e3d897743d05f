#include "control/summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "control/options.h"

static size_t add(char *out, size_t room, size_t used, uint64_t n, const char *what)
{
    if (!n || used >= room)
        return used;
    return used +
           (size_t)snprintf(out + used, room - used, "%s%" PRIu64 " %s", used ? ", " : "", n, what);
}

void summary_counts(const struct jaxl_control_totals *t, char *out, size_t room)
{
    size_t used = 0;

    out[0] = '\0';
    for (unsigned r = 0; r < JAXL_CONTROL_RESULTS; r++)
        used = add(out, room, used, t->results[r], jaxl_control_result_name(r));
    used = add(out, room, used, t->rejected, "rejected");
    (void)add(out, room, used, t->active, "active");
}

void summary_print(const struct jaxl_control_totals *t)
{
    char counts[512];

    summary_counts(t, counts, sizeof counts);
    cli_message(CONTROL, "%" PRIu64 " action%s%s%s", t->records, t->records == 1 ? "" : "s",
                counts[0] ? ": " : "", counts);
}
