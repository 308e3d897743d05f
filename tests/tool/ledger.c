/* ledger FILE CAMPAIGN [ACCOUNT]: a run of a campaign that calls nobody, for tests of what a ledger
 * shows. It has the campaign's lock until standard input ends. Each line there is carried out,
 * committed, and answered by a line:
 *
 *     add LEAD NUMBER JSON             a lead
 *     intend N                         attempt N of the lead that is due next; answers its id
 *     settle ID RESULT LEAD CALL JSON  an attempt ended so (enum jaxl_result_state,
 *                                      jaxl_ledger_state, by name), and its lead is in that state;
 *                                      CALL and JSON (the costs) may be - */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/ledger.h"

enum { LINE = 4096 };

static struct jaxl_error err;

/* Ends the program unless that is true. */
static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "ledger: %s: %s\n", what, err.message);
    exit(1);
}

static void add(struct jaxl_ledger *l, char *line)
{
    const char *lead = strtok(line, " "), *number = strtok(NULL, " "), *data = strtok(NULL, "");
    enum jaxl_ledger_added added;
    int64_t id;
    struct jaxl_phone phone;

    must(data && jaxl_phone_parse(number, strlen(number), &phone, &err) == 0, "add");
    must(jaxl_ledger_add(l, lead, strlen(lead), phone.key, data, strlen(data), &added, &id, &err) ==
             0,
         "add");
    puts("added");
}

static void intend(struct jaxl_ledger *l, const char *line)
{
    struct jaxl_ledger_intent intent = {.attempt = (unsigned)strtoul(line, NULL, 10),
                                        .from = 12015550199,
                                        .session_id = "5B0B9F1E-0000-5000-8000-000000000000"};
    struct jaxl_ledger_lead lead;
    int64_t id;

    must(jaxl_ledger_claim(l, jaxl_clock_now(jaxl_clock_system()), &lead, &err) == 0, "claim");
    intent.lead = lead.id;
    intent.to = lead.number;
    must(jaxl_ledger_intend(l, &intent, &id, &err) == 0, "intend");
    printf("%lld\n", (long long)id);
}

static void settle(struct jaxl_ledger *l, char *line)
{
    const char *id = strtok(line, " "), *result = strtok(NULL, " "), *lead = strtok(NULL, " "),
               *call = strtok(NULL, " "), *costs = strtok(NULL, "");
    const struct jaxl_ledger_attempt a = {.id = id ? strtoll(id, NULL, 10) : 0};
    struct jaxl_result r;
    int state = 0, lead_state = 0;

    must(costs && jaxl_result_init(&r, LINE) == 0, "settle");
    while (state < JAXL_RESULT_STATES &&
           strcmp(result, jaxl_result_state_name((enum jaxl_result_state)state)) != 0)
        state++;
    while (lead_state < JAXL_LEDGER_STATES &&
           strcmp(lead, jaxl_ledger_state_name((enum jaxl_ledger_state)lead_state)) != 0)
        lead_state++;
    must(state < JAXL_RESULT_STATES && lead_state < JAXL_LEDGER_STATES, "a state");
    r.state = (enum jaxl_result_state)state;
    r.call_id = *call == '-' ? 0 : strtoll(call, NULL, 10);
    if (*costs != '-')
        jaxl_buf_puts(&r.costs, costs);
    must(jaxl_ledger_settle(l, &a, &r, (enum jaxl_ledger_state)lead_state, -1, &err) == 0,
         "settle");
    jaxl_result_free(&r);
    puts("settled");
}

int main(int argc, char **argv)
{
    const struct jaxl_ledger_options options = {.path = argc > 2 ? argv[1] : "",
                                                .account = argc > 3 ? atoi(argv[3]) : 42,
                                                .campaign = argc > 2 ? argv[2] : NULL,
                                                .lock = true};
    struct jaxl_ledger *l;
    char line[LINE], *rest;

    must(jaxl_ledger_open(&l, &options, &err) == 0, "open");
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        rest = line + strcspn(line, " ");
        must(*rest != '\0', line);
        *rest++ = '\0';
        if (strcmp(line, "add") == 0)
            add(l, rest);
        else if (strcmp(line, "intend") == 0)
            intend(l, rest);
        else if (strcmp(line, "settle") == 0)
            settle(l, rest);
        else
            must(false, line);
        must(jaxl_ledger_commit(l, &err) == 0, "commit");
        fflush(stdout);
    }
    jaxl_ledger_free(&l);
    return 0;
}
