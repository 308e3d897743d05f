#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/cli.h"
#include "dial/summary.h"

enum { DECIMALS = 2 };

void summary_counts(const struct jaxl_dialer_totals *t, char *out, size_t room)
{
    const struct {
        const char *name;
        uint64_t n;
    } counts[] = {
        {"planned", t->planned},     {"placed", t->placed},         {"answered", t->answered},
        {"missed", t->missed},       {"voicemail", t->voicemail},   {"failed", t->failed},
        {"refused", t->refused},     {"not sent", t->not_sent},     {"throttled", t->throttled},
        {"unknown", t->unknown},     {"reconciled", t->reconciled}, {"given back", t->given_back},
        {"deferred", t->deferred},   {"exhausted", t->exhausted},   {"expired", t->expired},
        {"known already", t->known}, {"suppressed", t->suppressed}, {"rejected", t->rejected},
        {"active", t->active},
    };
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (counts[i].n && used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%" PRIu64 " %s", used ? ", " : "",
                                     counts[i].n, counts[i].name);
}

/* At least two decimals, and all that there are. */
static void print_amount(const struct jaxl_money *sum, char text[JAXL_MONEY_TEXT])
{
    const char *point;

    jaxl_money_format(sum, text);
    point = strchr(text, '.');
    if (!point || strlen(point + 1) < DECIMALS)
        jaxl_money_format_fixed(sum, DECIMALS, text);
}

/* Costs, each with what stands before it. */
static size_t add_costs(const struct jaxl_dialer_totals *t, const char *before, const char *between,
                        char *out, size_t room)
{
    char amount[JAXL_MONEY_TEXT];
    size_t used = 0;

    for (size_t i = 0; i < t->n_costs && used < room; i++) {
        print_amount(&t->costs[i].sum, amount);
        used += (size_t)snprintf(out + used, room - used, "%s%s %s", i ? between : before, amount,
                                 t->costs[i].currency);
    }
    return used;
}

void summary_rest(const struct jaxl_dialer_totals *t, char *out, size_t room)
{
    size_t used = 0;

    out[0] = '\0';
    if (t->left)
        used = (size_t)snprintf(out, room, ", %" PRIu64 " left", t->left);
    if (used < room)
        (void)add_costs(t, ", ", " + ", out + used, room - used);
}

void summary_print(const char *name, const struct jaxl_dialer_totals *t)
{
    char counts[512], costs[512] = "";

    summary_counts(t, counts, sizeof counts);
    (void)add_costs(t, "; cost ", " + ", costs, sizeof costs);
    cli_message(name, "%" PRIu64 " lead%s%s%s%s", t->leads, t->leads == 1 ? "" : "s",
                counts[0] ? ": " : "", counts, costs);
}
