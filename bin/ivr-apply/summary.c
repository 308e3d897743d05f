#include "ivr-apply/summary.h"

#include <stdio.h>

#include "common/cli.h"
#include "ivr-apply/options.h"

/* "2 to create, 1 to assign", or "2 created, 1 assigned": the kinds that there are. */
static void list_kinds(const struct jaxl_ivr_totals *t, bool made, char *out, size_t size)
{
    const struct {
        size_t n;
        const char *due, *made;
    } kinds[] = {{t->create, "to create", "created"},
                 {t->update, "to update", "updated"},
                 {t->disable, "to disable", "disabled"},
                 {t->assign, "to assign", "assigned"}};
    size_t len = 0;

    *out = '\0';
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && len < size; i++)
        if (kinds[i].n)
            len += (size_t)snprintf(out + len, size - len, "%s%zu %s", len ? ", " : "", kinds[i].n,
                                    made ? kinds[i].made : kinds[i].due);
}

size_t summary_changes(const struct jaxl_ivr_totals *t)
{
    return t->create + t->update + t->disable + t->assign;
}

void summary_print(const struct jaxl_ivr_totals *t, bool apply)
{
    const size_t changes = summary_changes(t);
    const bool applied = apply && changes, all = applied && t->done == changes;
    char kinds[160], of[40] = "", failed[40] = "";

    list_kinds(t, all, kinds, sizeof kinds);
    if (applied && !all)
        snprintf(of, sizeof of, "%zu of ", t->done);
    if (t->failed)
        snprintf(failed, sizeof failed, ", %zu failed", t->failed);
    cli_message(IVR_APPLY, "%s%zu change%s%s%s%s%s; %zu unchanged", of, changes,
                changes == 1 ? "" : "s", applied ? " made" : "", failed, changes ? ": " : "", kinds,
                t->unchanged);
    if (t->found)
        cli_message(IVR_APPLY,
                    "%zu menu%s no state knows: taken for what says the same on the account "
                    "(--verbose lists them)",
                    t->found, t->found == 1 ? "" : "s");
    if (t->extra)
        cli_message(IVR_APPLY, "%zu option%s of the account %s in no record: --prune disables %s",
                    t->extra, t->extra == 1 ? "" : "s", t->extra == 1 ? "is" : "are",
                    t->extra == 1 ? "it" : "them");
}
