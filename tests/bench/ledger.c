/* Attempts that the ledger writes in a second, intent and result, at commits of 1, 16 and 256 of
 * them. usage: ledger_rate FILE */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "campaign/ledger.h"

static int check(int code, const struct jaxl_error *err)
{
    if (code)
        fprintf(stderr, "ledger: %s\n", err->message);
    return code;
}

/* One turn of the dialer: leads are claimed, intended and committed; what came back is settled. */
static int turn(struct jaxl_ledger *l, int batch, struct jaxl_result *r, struct jaxl_error *err)
{
    int64_t now = jaxl_clock_now(jaxl_clock_system());
    struct jaxl_ledger_attempt attempts[256];
    struct jaxl_ledger_lead lead;
    int code = 0;

    for (int i = 0; i < batch && !code; i++) {
        struct jaxl_ledger_intent intent = {.attempt = 1, .from = 15550001};
        code = jaxl_ledger_claim(l, now, &lead, err);
        intent.lead = lead.id;
        intent.to = lead.number;
        intent.session_id = "5B0B9F1E-0000-5000-8000-000000000000";
        if (!code)
            code = jaxl_ledger_intend(l, &intent, &attempts[i].id, err);
        attempts[i].lead = lead.id;
        attempts[i].is_new = true;
    }
    if (!code)
        code = jaxl_ledger_commit(l, err);
    for (int i = 0; i < batch && !code; i++)
        code = jaxl_ledger_settle(l, &attempts[i], r, JAXL_LEDGER_SUBMITTED, -1, err);
    return code;
}

static int fill(struct jaxl_ledger *l, int batch, int n, struct jaxl_error *err)
{
    enum jaxl_ledger_added added;
    int64_t id;
    char name[40], data[80];
    int code = 0;

    for (int i = 0; i < n && !code; i++) {
        snprintf(name, sizeof name, "%d-%d", batch, i);
        snprintf(data, sizeof data, "{\"to\":\"+91987%07d\",\"name\":\"Asha\"}", i);
        code = jaxl_ledger_add(l, name, strlen(name), 919870000000 + (uint64_t)i, data,
                               strlen(data), &added, &id, err);
    }
    return code ? code : jaxl_ledger_commit(l, err);
}

int main(int argc, char **argv)
{
    static const struct {
        int batch, turns;
    } runs[] = {{1, 2000}, {16, 1000}, {256, 200}};
    struct jaxl_ledger_options o = {
        .path = argc > 1 ? argv[1] : "ledger.db", .campaign = "bench", .lock = true};
    struct jaxl_error err = {0};
    struct jaxl_result r;
    struct jaxl_ledger *l;
    int code = check(jaxl_ledger_open(&l, &o, &err), &err);

    if (code || jaxl_result_init(&r, 1000))
        return 1;
    r.state = JAXL_RESULT_SUBMITTED;
    r.call_id = 7;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0] && !code; i++) {
        const int n = runs[i].batch * runs[i].turns;
        int64_t at[3] = {jaxl_clock_mono(jaxl_clock_system())};
        code = fill(l, runs[i].batch, n, &err);
        at[1] = jaxl_clock_mono(jaxl_clock_system());
        for (int k = 0; k < runs[i].turns && !code; k++)
            code = turn(l, runs[i].batch, &r, &err);
        at[2] = jaxl_clock_mono(jaxl_clock_system());
        printf("%4d a commit: %8.0f leads added/s, %8.0f attempts/s\n", runs[i].batch,
               n * 1e6 / (double)(at[1] - at[0]), n * 1e6 / (double)(at[2] - at[1]));
    }
    check(code, &err);
    jaxl_result_free(&r);
    jaxl_ledger_free(&l);
    return code != 0;
}
