/* The whole account as a tree. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ivr/account.h"
#include "ivr/check.h"

static int fill(struct jaxl_ivr_account *a, struct jaxl_work *w, struct jaxl_error *err)
{
    int rc =
        jaxl_ivr_account_fetch(a, w, 1U << JAXL_IVR_LIST_MENUS | 1U << JAXL_IVR_LIST_PHONES, err);

    if (!rc)
        rc = jaxl_ivr_account_options(a, w, false, err);
    if (rc)
        return rc;
    a->tree->org = jaxl_session_org(w->session);
    jaxl_ivr_tree_link(a->tree);
    jaxl_ivr_check_entries(a->tree);
    return jaxl_ivr_tree_check(a->tree, err);
}

static int load(struct jaxl_ivr_tree *t, struct jaxl_session *s,
                const struct jaxl_ivr_load_options *o, const struct jaxl_ivr_state *names,
                struct jaxl_error *err)
{
    struct jaxl_ivr_account a;
    struct jaxl_work w;
    int rc = jaxl_work_init(&w, s, o->connections, o->watch, err);

    if (rc)
        return rc;
    jaxl_ivr_account_init(&a, t);
    a.names = names;
    a.assigned_only = true;
    a.report = o->report;
    a.ctx = o->ctx;
    rc = fill(&a, &w, err);
    jaxl_ivr_account_free(&a);
    jaxl_work_free(&w);
    return rc;
}

int jaxl_ivr_load(struct jaxl_ivr_tree *t, struct jaxl_session *s,
                  const struct jaxl_ivr_load_options *options, struct jaxl_error *err)
{
    static const struct jaxl_ivr_load_options defaults;
    const struct jaxl_ivr_load_options *o = options ? options : &defaults;
    struct jaxl_ivr_state state;
    int rc = jaxl_ivr_state_open(&state, o->state, false, err);

    if (!rc && o->state && access(o->state, F_OK))
        rc = jaxl_error_set(err, JAXL_EINPUT, "state file %.200s: %s", o->state, strerror(errno));
    if (!rc)
        rc = jaxl_ivr_state_own(&state, s, err);
    if (!rc)
        rc = load(t, s, o, &state, err);
    jaxl_ivr_state_free(&state);
    return rc;
}
