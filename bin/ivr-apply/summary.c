#include "ivr-apply/summary.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

void summary_print(const struct jaxl_ivr_totals *t, bool apply)
{
    size_t changes = t->create + t->update + t->disable + t->assign;
    bool made = changes && t->done == changes;
    char kinds[160], done[80] = "";

    list_kinds(t, made, kinds, sizeof kinds);
    if (apply && changes && !made)
        snprintf(done, sizeof done, "%zu made, %zu failed of ", t->done, t->failed);
    cli_message(IVR_APPLY, "%s%zu change%s%s%s%s; %zu unchanged", done, changes,
                changes == 1 ? "" : "s", made ? " made" : "", changes ? ": " : "", kinds,
                t->unchanged);
    if (t->extra)
        cli_message(IVR_APPLY, "%zu option%s of the account %s in no record: --prune disables %s",
                    t->extra, t->extra == 1 ? "" : "s", t->extra == 1 ? "is" : "are",
                    t->extra == 1 ? "it" : "them");
}

bool summary_confirmed(size_t n)
{
    char answer[16];
    FILE *tty;
    bool yes;

    if (!n || !(isatty(STDIN_FILENO) || isatty(STDERR_FILENO)))
        return true;
    tty = fopen("/dev/tty", "r+e");
    if (!tty)
        return false;
    fprintf(tty, "disable %zu option%s? [y/N] ", n, n == 1 ? "" : "s");
    fflush(tty);
    yes = fgets(answer, sizeof answer, tty) && (answer[0] == 'y' || answer[0] == 'Y');
    fclose(tty);
    return yes;
}
