/* A plan carried out: menus, then options, then numbers, so that callers get to whole menus only.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ivr/apply.h"
#include "jaxl/phones.h"

static void on_phone(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_ivr_job *j = arg;
    struct jaxl_ivr_apply *x = j->home;

    jaxl_work_answered(&x->p->work);
    jaxl_ivr_apply_changed(j, reply);
}

/* Callers are not sent to a menu that announces what it does not have. */
static bool holds_back(struct jaxl_ivr_job *j, const struct jaxl_ivr_menu *menu)
{
    char why[160];

    if (!menu || !menu->failed)
        return jaxl_ivr_apply_lacks(j, menu);
    snprintf(why, sizeof why, "menu '%.60s' is not yet as it should be, so no number is assigned",
             menu->name);
    jaxl_ivr_apply_failed(j, why);
    return true;
}

static bool begin_phone(void *ctx)
{
    struct jaxl_ivr_apply *x = ctx;
    struct jaxl_work *w = &x->p->work;
    struct jaxl_phones_change change = {.assign = true};
    struct jaxl_error err = {0};
    struct jaxl_answer answer = {.done = on_phone};
    struct jaxl_ivr_job *j;

    do {
        j = jaxl_ivr_queue_next(&x->queue, w);
        if (!j)
            return false;
    } while (holds_back(j, (*j->at)->phone->ivr.to));
    answer.arg = j;
    change.ivr = jaxl_ivr_diff_target(&(*j->at)->phone->ivr);
    return jaxl_work_sent(
        w, jaxl_phones_update(w->session, (*j->at)->old_phone->id, &change, &answer, &err), &err);
}

static int apply_phones(struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    return jaxl_ivr_queue_run(a, JAXL_IVR_OF_PHONE, false, begin_phone, err);
}

static int write_unchanged(struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    const struct jaxl_ivr_changes *all = &a->p->changes;
    int rc = 0;

    for (size_t i = 0; i < all->n && !rc; i++)
        if (all->items[i].verb == JAXL_IVR_UNCHANGED)
            rc = jaxl_ivr_plan_put(&a->sink, &all->items[i], err);
    return rc;
}

/* Says which menus are going to be made, before any is: after a crash they are found again, also
 * when several say the same. */
static int announce(struct jaxl_ivr_plan *p, struct jaxl_error *err)
{
    int rc = 0;

    for (const struct jaxl_ivr_menu *m = p->t->menus; m && !rc; m = m->after)
        if (m->place.line && !m->twin)
            rc = jaxl_ivr_state_bind(&p->state, m->name, 0);
    return rc ? jaxl_error_set(err, rc, "state file: %s", jaxl_error_name(rc))
              : jaxl_ivr_state_save(&p->state, err);
}

/* What is known is written down, whatever ended the steps; the first error counts. */
static int save(struct jaxl_ivr_plan *p, int rc, struct jaxl_error *err)
{
    struct jaxl_error own = {0};
    int saved = jaxl_ivr_state_save(&p->state, &own);

    if (rc || !saved)
        return rc;
    if (err)
        *err = own;
    return saved;
}

/* How many, and why the first. Where nothing was made and nothing refused it is the platform. */
static int some_failed(const struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    const struct jaxl_ivr_totals *totals = &a->p->changes.totals;
    const struct jaxl_ivr_change *c = a->failed;
    char where[256];

    if (c->place)
        snprintf(where, sizeof where, "%.200s, line %" PRIu64, c->place->file, c->place->line);
    else
        snprintf(where, sizeof where, "option %c of menu '%.60s'",
                 JAXL_IVR_KEYS[c->old_option->key], c->menu->name);
    return jaxl_error_set(err, totals->done || a->refused ? JAXL_EREFUSED : JAXL_ENET,
                          "%zu of %zu changes could not be made; %s: %.250s", totals->failed,
                          totals->failed + totals->done, where, c->error);
}

static int apply(struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    const struct jaxl_ivr_totals *totals = &a->p->changes.totals;
    int rc = write_unchanged(a, err);

    if (!rc)
        rc = announce(a->p, err);
    if (!rc)
        rc = save(a->p, jaxl_ivr_apply_menus(a, err), err);
    if (!rc)
        rc = jaxl_ivr_apply_options(a, err);
    if (!rc)
        rc = apply_phones(a, err);
    rc = save(a->p, rc, err);
    if (rc || !totals->failed)
        return rc;
    return some_failed(a, err);
}

int jaxl_ivr_plan_apply(struct jaxl_ivr_plan *p, jaxl_ivr_write *write, void *ctx,
                        struct jaxl_error *err)
{
    struct jaxl_ivr_apply a = {.p = p, .sink = {.write = write, .ctx = ctx}};
    int rc = apply(&a, err);

    jaxl_ivr_queue_free(&a.queue);
    jaxl_buf_free(&a.sink.line);
    return rc;
}
