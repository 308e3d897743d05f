/* Menus are made and changed, all at the same time. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ivr/apply.h"
#include "ivr/bind.h"
#include "ivr/write.h"
#include "jaxl/ivrs.h"

/* A menu that will not be made is not about to be. */
static void forget(struct jaxl_ivr_apply *a, const struct jaxl_ivr_menu *menu)
{
    struct jaxl_ivr_bond *bond = jaxl_ivr_state_find(&a->p->state, menu->name);

    if (bond && !bond->id) {
        bond->gone = true;
        a->p->state.changed = true;
    }
}

static void made(struct jaxl_ivr_apply *a, struct jaxl_ivr_job *j, int64_t id)
{
    struct jaxl_ivr_plan *p = a->p;
    struct jaxl_error err = {0};
    int rc = jaxl_ivr_bind_made((*j->at)->menu, &p->account, &p->state, id);

    if (!rc) {
        jaxl_ivr_apply_done(j);
        return;
    }
    jaxl_error_set(&err, rc, "IVRs: %s", jaxl_error_name(rc));
    jaxl_work_fail(&p->work, &err);
}

static void on_menu(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_ivr_job *j = arg;
    struct jaxl_ivr_apply *a = j->home;
    struct jaxl_ivr_change *c = *j->at;
    struct jaxl_work *w = &a->p->work;
    int64_t id;

    jaxl_work_answered(w);
    if (reply->outcome == JAXL_OUTCOME_REFUSED && c->verb == JAXL_IVR_CREATE)
        forget(a, c->menu);
    if (c->verb != JAXL_IVR_CREATE) {
        jaxl_ivr_apply_changed(j, reply);
    } else if (!jaxl_ivr_apply_answer(j, reply)) {
        if (reply->outcome == JAXL_OUTCOME_OK &&
            !jaxl_ivrs_id_read(jaxl_work_parse(w, reply), &id, NULL)) {
            made(a, j, id);
        } else {
            j->after = a->lost;
            a->lost = j;
        }
    }
}

static int send(struct jaxl_ivr_apply *a, struct jaxl_ivr_job *j, struct jaxl_error *err)
{
    const struct jaxl_ivr_change *c = *j->at;
    const struct jaxl_ivrs_menu menu = {.name = c->menu->message, .hangup = c->menu->hangup};
    struct jaxl_answer answer = {.done = on_menu, .arg = j};
    struct jaxl_session *s = a->p->work.session;

    if (c->verb == JAXL_IVR_CREATE)
        return jaxl_ivrs_create(s, &menu, &answer, err);
    return jaxl_ivrs_update(s, c->menu->twin->id,
                            c->fields & JAXL_IVR_BIT(MESSAGE) ? menu.name : NULL,
                            !(c->fields & JAXL_IVR_BIT(HANGUP)) ? JAXL_ANY
                            : menu.hangup                       ? JAXL_YES
                                                                : JAXL_NO,
                            &answer, err);
}

static bool begin(void *ctx)
{
    struct jaxl_ivr_apply *a = ctx;
    struct jaxl_ivr_job *j = jaxl_ivr_queue_next(&a->queue, &a->p->work);
    struct jaxl_error err = {0};

    return j && jaxl_work_sent(&a->p->work, send(a, j, &err), &err);
}

/* IVRs that are new, nobody's, and say what the menu says: one that hangs up as it does, else any.
 */
static struct jaxl_ivr_menu *find_made(const struct jaxl_ivr_apply *a,
                                       const struct jaxl_ivr_menu *menu, size_t *n)
{
    struct jaxl_ivr_menu *best = NULL;

    *n = 0;
    for (struct jaxl_ivr_menu *ivr = a->p->tree.menus; ivr; ivr = ivr->after)
        if (!ivr->twin && ivr->place.record > a->before &&
            strcmp(ivr->message, menu->message) == 0) {
            ++*n;
            if (!best || (best->hangup != menu->hangup && ivr->hangup == menu->hangup))
                best = ivr;
        }
    return best;
}

static size_t count_lost(const struct jaxl_ivr_job *lost, const char *message)
{
    size_t n = 0;

    for (; lost; lost = lost->after)
        n += strcmp((*lost->at)->menu->message, message) == 0;
    return n;
}

static void several(struct jaxl_ivr_job *j, int64_t id)
{
    char why[200];

    snprintf(why, sizeof why,
             "the answer got lost, and several IVRs say the same, as IVR %" PRId64
             " does: give the menu its id",
             id);
    jaxl_ivr_apply_refuse(j, why);
}

/* Those first that fit in all: of menus that say the same each is to get its own. */
static void settle_alike(struct jaxl_ivr_apply *a)
{
    for (struct jaxl_ivr_job **at = &a->lost, *j; (j = *at);) {
        const struct jaxl_ivr_menu *menu = (*j->at)->menu;
        size_t n;
        const struct jaxl_ivr_menu *ivr = find_made(a, menu, &n);
        if (ivr && ivr->hangup == menu->hangup && n <= count_lost(a->lost, menu->message)) {
            *at = j->after;
            made(a, j, ivr->id);
        } else {
            at = &j->after;
        }
    }
}

/* What became of the creations that got no answer: found, or to be made again. */
static void settle_lost(struct jaxl_ivr_apply *a)
{
    struct jaxl_ivr_job *j;

    settle_alike(a);
    while ((j = a->lost)) {
        struct jaxl_ivr_menu *menu = (*j->at)->menu, *ivr;
        size_t n, lost = count_lost(a->lost, menu->message);
        ivr = find_made(a, menu, &n);
        a->lost = j->after;
        if (n > lost)
            several(j, ivr->id);
        else if (ivr)
            made(a, j, ivr->id);
        else if (++j->tries < JAXL_IVR_TRIES)
            jaxl_ivr_queue_put(j, 0);
        else
            jaxl_ivr_apply_dark(j, NO_ANSWER);
    }
}

/* Nothing but a pause: what was under way may still arrive. */
static bool pause_over(void *ctx)
{
    struct jaxl_ivr_apply *a = ctx;
    const struct jaxl_clock *clock = jaxl_session_clock(a->p->work.session);

    if (jaxl_clock_mono(clock) < a->pause)
        a->p->work.again_at = a->pause;
    return false;
}

static int look(struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    struct jaxl_ivr_plan *p = a->p;
    int rc;

    a->pause =
        jaxl_clock_mono(jaxl_session_clock(p->work.session)) + (JAXL_SECOND << a->lost->tries);
    rc = jaxl_work_run(&p->work, pause_over, a, err);
    if (!rc)
        rc = jaxl_ivr_account_fetch(&p->account, &p->work, 1U << JAXL_IVR_LIST_MENUS, err);
    if (!rc)
        settle_lost(a);
    return rc;
}

int jaxl_ivr_apply_menus(struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    int rc;

    a->before = a->p->tree.n_records;
    rc = jaxl_ivr_queue_run(a, JAXL_IVR_OF_MENU, false, begin, err);
    while (!rc && (a->lost || a->queue.first)) {
        if (a->lost)
            rc = look(a, err);
        if (!rc)
            rc = jaxl_work_run(&a->p->work, begin, a, err);
    }
    return rc;
}
