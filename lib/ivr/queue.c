/* Jobs of an apply: what is due, and what becomes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ivr/apply.h"
#include "jaxl/clock.h"
#include "net/retry.h"

enum { DARK = 8 };                 /* changes in a row that the platform has no good answer to */
enum { THROTTLED = 8 };            /* pauses that nothing was answered between */
#define LATER    (5 * JAXL_SECOND) /* after a 429 that does not say when */
#define AT_LEAST (100 * JAXL_MSEC) /* so that what is under way tells nothing new */

static int by_menu(const void *one, const void *other)
{
    const struct jaxl_ivr_change *a = *(struct jaxl_ivr_change *const *)one,
                                 *b = *(struct jaxl_ivr_change *const *)other;
    size_t at = a->menu->place.record, bt = b->menu->place.record;

    if (at != bt)
        return at < bt ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void make_jobs(struct jaxl_ivr_queue *q, struct jaxl_ivr_apply *a, bool together)
{
    for (size_t i = 0, j = 0; i < q->n; j++) {
        struct jaxl_ivr_job *job = &q->jobs[j];
        *job = (struct jaxl_ivr_job){.home = a, .at = &q->changes[i]};
        do
            i++;
        while (together && i < q->n && q->changes[i]->menu == q->changes[i - 1]->menu);
        job->end = &q->changes[i];
        jaxl_ivr_queue_put(job, 0);
    }
}

static int init(struct jaxl_ivr_queue *q, struct jaxl_ivr_apply *a, enum jaxl_ivr_subject subject,
                bool together, struct jaxl_error *err)
{
    struct jaxl_ivr_changes *all = &a->p->changes;

    jaxl_ivr_queue_free(q);
    q->last = &q->first;
    q->changes = calloc(all->n + 1, sizeof *q->changes);
    q->jobs = calloc(all->n + 1, sizeof *q->jobs);
    if (!q->changes || !q->jobs)
        return jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
    for (size_t i = 0; i < all->n; i++)
        if (all->items[i].subject == subject && all->items[i].verb != JAXL_IVR_UNCHANGED)
            q->changes[q->n++] = &all->items[i];
    if (together)
        qsort(q->changes, q->n, sizeof *q->changes, by_menu);
    make_jobs(q, a, together);
    return 0;
}

void jaxl_ivr_queue_free(struct jaxl_ivr_queue *q)
{
    free(q->changes);
    free(q->jobs);
    *q = (struct jaxl_ivr_queue){0};
}

int jaxl_ivr_queue_run(struct jaxl_ivr_apply *a, enum jaxl_ivr_subject subject, bool together,
                       jaxl_work_begin *begin, struct jaxl_error *err)
{
    int rc = init(&a->queue, a, subject, together, err);

    return rc ? rc : jaxl_work_run(&a->p->work, begin, a, err);
}

static int64_t now(const struct jaxl_ivr_apply *a)
{
    return jaxl_clock_mono(jaxl_session_clock(a->p->work.session));
}

void jaxl_ivr_queue_put(struct jaxl_ivr_job *j, int64_t span)
{
    struct jaxl_ivr_queue *q = &j->home->queue;

    j->due = span ? now(j->home) + span : 0;
    j->after = NULL;
    *q->last = j;
    q->last = &j->after;
}

struct jaxl_ivr_job *jaxl_ivr_queue_next(struct jaxl_ivr_queue *q, struct jaxl_work *w)
{
    if (q->first && now(q->first->home) < q->hold) {
        w->again_at = q->hold;
        return NULL;
    }
    for (struct jaxl_ivr_job **at = &q->first, *j; (j = *at); at = &j->after) {
        if (!j->due || j->due <= now(j->home)) {
            *at = j->after;
            if (!j->after)
                q->last = at;
            return j;
        }
        if (!w->again_at || j->due < w->again_at)
            w->again_at = j->due;
    }
    return NULL;
}

static void go_on(struct jaxl_ivr_job *j)
{
    struct jaxl_ivr_queue *q = &j->home->queue;
    struct jaxl_error err = {0};

    if (jaxl_ivr_plan_put(&j->home->sink, *j->at, &err))
        jaxl_work_fail(&j->home->p->work, &err);
    q->throttled = 0;
    j->tries = 0;
    j->look = j->taken = false;
    if (++j->at < j->end)
        jaxl_ivr_queue_put(j, 0);
}

void jaxl_ivr_apply_done(struct jaxl_ivr_job *j)
{
    j->home->p->changes.totals.done++;
    j->home->queue.dark = 0;
    go_on(j);
}

void jaxl_ivr_apply_failed(struct jaxl_ivr_job *j, const char *why)
{
    const char *kept = jaxl_ivr_tree_keep(&j->home->p->tree, why, strlen(why));

    (*j->at)->error = kept ? kept : "refused";
    if ((*j->at)->menu)
        (*j->at)->menu->failed = true;
    if (!j->home->failed)
        j->home->failed = *j->at;
    j->home->p->changes.totals.failed++;
    go_on(j);
}

void jaxl_ivr_apply_refuse(struct jaxl_ivr_job *j, const char *why)
{
    j->home->refused = true;
    jaxl_ivr_apply_failed(j, why);
}

bool jaxl_ivr_apply_lacks(struct jaxl_ivr_job *j, const struct jaxl_ivr_menu *menu)
{
    char why[128];

    if (!menu || menu->twin)
        return false;
    snprintf(why, sizeof why, "menu '%.60s' could not be made", menu->name);
    jaxl_ivr_apply_failed(j, why);
    return true;
}

/* Nothing at all is sent for a while: the platform counts requests, and not what they are for. */
static void throttle(struct jaxl_ivr_job *j, const struct jaxl_reply *reply)
{
    struct jaxl_ivr_queue *q = &j->home->queue;
    int64_t pause = reply->retry_after >= 0 ? reply->retry_after : LATER, at = now(j->home);

    q->throttled += at >= q->hold;
    pause = pause < AT_LEAST ? AT_LEAST : pause;
    if (q->throttled > THROTTLED || pause > JAXL_RETRY_WAIT_MAX) {
        jaxl_work_fail(&j->home->p->work, &reply->error);
        return;
    }
    if (q->hold < at + pause)
        q->hold = at + pause;
    jaxl_ivr_queue_put(j, 0);
}

bool jaxl_ivr_apply_answer(struct jaxl_ivr_job *j, const struct jaxl_reply *reply)
{
    switch (reply->outcome) {
    case JAXL_OUTCOME_REFUSED:
        jaxl_ivr_apply_refuse(j, reply->error.message);
        return true;
    case JAXL_OUTCOME_THROTTLED:
        throttle(j, reply);
        return true;
    case JAXL_OUTCOME_AUTH:
    case JAXL_OUTCOME_NOT_SENT:
        jaxl_work_fail(&j->home->p->work, &reply->error);
        return true;
    case JAXL_OUTCOME_OK:
    case JAXL_OUTCOME_UNKNOWN:
        break;
    }
    return false;
}

void jaxl_ivr_apply_dark(struct jaxl_ivr_job *j, const char *why)
{
    struct jaxl_ivr_apply *a = j->home;
    struct jaxl_error err;

    jaxl_ivr_apply_failed(j, why);
    if (++a->queue.dark < DARK)
        return;
    jaxl_error_set(&err, JAXL_ENET, "%d changes in a row could not be made; %s", DARK, why);
    jaxl_work_fail(&a->p->work, &err);
}

void jaxl_ivr_apply_changed(struct jaxl_ivr_job *j, const struct jaxl_reply *reply)
{
    if (jaxl_ivr_apply_answer(j, reply))
        return;
    if (reply->outcome == JAXL_OUTCOME_OK)
        jaxl_ivr_apply_done(j);
    else
        jaxl_ivr_apply_dark(j, reply->error.message);
}
