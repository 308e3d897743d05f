#include <stdio.h>
#include <string.h>

#include "campaign/dnc.h"
#include "campaign/run.h"
#include "campaign/suppress.h"

static const int64_t EVERY = JAXL_SECOND; /* between two looks at the files */

static int check_age(const struct jaxl_dialer *d, struct jaxl_error *err)
{
    const char *path;
    int64_t age = jaxl_clock_now(d->clock) - jaxl_dnc_oldest(d->dnc, &path);

    if (!d->options.dnc_max_age || !path || age <= d->options.dnc_max_age)
        return 0;
    return jaxl_error_set(err, JAXL_ESAFETY,
                          "the do-not-call list %s is %lld hours old, more than the %lld allowed: "
                          "fetch a newer one",
                          path, (long long)(age / (3600 * JAXL_SECOND)),
                          (long long)(d->options.dnc_max_age / (3600 * JAXL_SECOND)));
}

int jaxl_suppress_open(struct jaxl_dialer *d, const struct jaxl_dialer_options *o,
                       struct jaxl_error *err)
{
    struct jaxl_dnc_file files[JAXL_DNC_FILES];
    int code;

    if (o->n_dnc == 0)
        return 0;
    if (o->n_dnc > JAXL_DNC_FILES)
        return jaxl_error_set(err, JAXL_EARG, "dnc: more than %d files", JAXL_DNC_FILES);
    for (size_t i = 0; i < o->n_dnc; i++) {
        code = jaxl_dnc_name(o->dnc[i], &files[i], err);
        if (code)
            return jaxl_error_prefix(err, code, "dnc");
    }
    code = jaxl_dnc_new(&d->dnc, files, o->n_dnc, err);
    return code ? code : check_age(d, err);
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
        code = check_age(d, &err);
    if (code)
        jaxl_run_fail(d, code, &err);
}

bool jaxl_suppress_lead(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    const char *path = d->dnc ? jaxl_dnc_find(d->dnc, s->result.to.key) : NULL;

    if (!path)
        return false;
    snprintf(s->result.reason, sizeof s->result.reason, "on the do-not-call list %.150s", path);
    jaxl_settle(d, s, JAXL_RESULT_SUPPRESSED);
    return true;
}
