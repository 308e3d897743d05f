#include <stdio.h>
#include <string.h>

#include "campaign/dnc.h"
#include "campaign/run.h"
#include "campaign/suppress.h"

static const int64_t EVERY = JAXL_SECOND; /* between two looks at the files */

static int check_age(const struct jaxl_dialer *d, int64_t most, struct jaxl_error *err)
{
    const char *path;
    int64_t age = jaxl_clock_now(d->clock) - jaxl_dnc_oldest(d->dnc, &path);

    if (!most || !path || age <= most)
        return 0;
    return jaxl_error_set(err, JAXL_ESAFETY,
                          "the do-not-call list %s is %lld hours old, more than the %lld allowed: "
                          "fetch a newer one",
                          path, (long long)(age / (3600 * JAXL_SECOND)),
                          (long long)(most / (3600 * JAXL_SECOND)));
}

int jaxl_suppress_open(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                       struct jaxl_error *err)
{
    const struct jaxl_policy_settings *set = jaxl_policy_settings(d->policy);
    struct jaxl_dnc_file files[JAXL_DNC_FILES];
    size_t n = o->n_dnc + set->n_dnc;
    int code;

    if (n == 0)
        return 0;
    if (n > JAXL_DNC_FILES)
        return jaxl_error_set(err, JAXL_EARG, "dnc: more than %d files", JAXL_DNC_FILES);
    for (size_t i = 0; i < n; i++) {
        code = jaxl_dnc_name(i < o->n_dnc ? o->dnc[i] : set->dnc[i - o->n_dnc], &files[i], err);
        if (code)
            return jaxl_error_prefix(err, code, "dnc");
    }
    code = jaxl_dnc_new(&d->dnc, files, n, err);
    return code ? code : check_age(d, o->dnc_max_age, err);
}

void jaxl_suppress_turn(struct jaxl_dialer *d, int64_t now)
{
    struct jaxl_error err = {0};
    int code;

    if (!d->dnc || now < d->dnc_at || d->stopping)
        return;
    d->dnc_at = now + EVERY;
    code = jaxl_dnc_refresh(d->dnc, jaxl_clock_now(d->clock), &err);
    if (code && code != JAXL_ENOMEM) {
        code = JAXL_ESAFETY; /* who may not be called can no longer be told */
        (void)jaxl_error_prefix(&err, code, "the do-not-call list cannot be read again");
    }
    if (!code)
        code = check_age(d, d->options.dnc_max_age, &err);
    if (code)
        jaxl_run_fail(d, code, &err);
}

bool jaxl_suppress_fresh(struct jaxl_dialer *d, int64_t most)
{
    struct jaxl_error err = {0};
    int code = d->dnc ? check_age(d, most, &err) : 0;

    if (code)
        jaxl_run_fail(d, code, &err);
    return !code;
}

/* Opt-outs that the ledger knows, whoever wrote them there. */
static int look_up(struct jaxl_dialer *d, uint64_t number, bool *is)
{
    struct jaxl_error err = {0};
    int code =
        d->ledger && !d->register_broken ? jaxl_ledger_suppressed(d->ledger, number, is, &err) : 0;

    return code ? jaxl_run_fail(d, code, &err) : 0;
}

bool jaxl_suppress_is(struct jaxl_dialer *d, uint64_t number)
{
    bool is = false;

    return (d->dnc && jaxl_dnc_find(d->dnc, number)) || look_up(d, number, &is) || is;
}

bool jaxl_suppress_lead(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    const char *path = d->dnc ? jaxl_dnc_find(d->dnc, s->result.to.key) : NULL;
    bool is = false;

    if (!path && look_up(d, s->result.to.key, &is)) { /* which says nothing about the lead */
        jaxl_settle(d, s, JAXL_RESULT_NEW);
        return true;
    }
    if (!path && !is)
        return false;
    s->result.rule = path ? "dnc" : "opt-out";
    if (path)
        snprintf(s->result.reason, sizeof s->result.reason, "on the do-not-call list %.150s", path);
    else
        snprintf(s->result.reason, sizeof s->result.reason, "opted out");
    jaxl_settle(d, s, JAXL_RESULT_SUPPRESSED);
    return true;
}
