/* Options: those of a menu one after the other, menus at the same time. */
#include <string.h>

#include "ivr/apply.h"
#include "ivr/write.h"
#include "jaxl/ivrs.h"

enum { PAGE = 100 };

static size_t copy_ids(const struct jaxl_ivr_list *list, int64_t *ids)
{
    for (size_t i = 0; i < list->n; i++)
        ids[i] = list->targets[i].id;
    return list->n;
}

/* What is sent of an option; the lists are put into ids, which has room for one. */
static void to_send(const struct jaxl_ivr_option *o, int64_t ids[JAXL_IVR_TARGETS],
                    struct jaxl_ivrs_option *out)
{
    *out = (struct jaxl_ivrs_option){
        .name = o->message,
        .input = JAXL_IVR_KEYS[o->key],
        .disabled = o->disabled,
        .needs_data_prompt = o->prompt,
        .confirmation = o->confirmation,
        .webhook_url = o->webhook_url,
    };
    out->cta.phone_number = o->phone;
    out->cta.webhook = o->webhook;
    if (o->actions & 1U << JAXL_IVR_NEXT)
        out->cta.next = jaxl_ivr_diff_target(&o->next);
    if (o->devices.n) {
        out->cta.n_devices = copy_ids(&o->devices, ids);
        out->cta.devices = ids;
    } else if (o->appusers.n) {
        out->cta.n_appusers = copy_ids(&o->appusers, ids);
        out->cta.appusers = ids;
    } else if (o->teams.n) {
        out->cta.n_teams = copy_ids(&o->teams, ids);
        out->cta.teams = ids;
    }
}

static void lost(struct jaxl_ivr_job *j)
{
    if (++j->tries < JAXL_IVR_TRIES) {
        j->look = true;
        jaxl_ivr_queue_put(j, JAXL_SECOND << (j->tries - 1));
    } else {
        jaxl_ivr_apply_dark(j, NO_ANSWER);
    }
}

static void on_created(struct jaxl_ivr_apply *x, struct jaxl_ivr_job *j,
                       const struct jaxl_reply *reply)
{
    struct jaxl_ivr_change *c = *j->at;
    int64_t id;

    if (reply->outcome == JAXL_OUTCOME_REFUSED && reply->status == 409 && !j->taken) {
        j->look = j->taken = true; /* by somebody else, or by the request before this one */
        jaxl_ivr_queue_put(j, 0);
    } else if (jaxl_ivr_apply_answer(j, reply)) {
        return;
    } else if (reply->outcome == JAXL_OUTCOME_OK &&
               !jaxl_ivrs_id_read(jaxl_work_parse(&x->p->work, reply), &id, NULL)) {
        c->option->id = id;
        jaxl_ivr_apply_done(j);
    } else {
        lost(j);
    }
}

/* Takes what the menu has by now into the account's tree. */
static int take_found(struct jaxl_ivr_apply *x, const struct jaxl_ivr_change *c,
                      const struct jaxl_reply *reply, struct jaxl_error *err)
{
    const struct jaxl_json *results = jaxl_json_get(jaxl_work_parse(&x->p->work, reply), "results");
    int rc = 0;

    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        return jaxl_error_set(err, JAXL_EPROTO, "the options of an IVR: the answer is no list");
    for (const struct jaxl_json *v = jaxl_json_first(results); v && !rc; v = jaxl_json_next(v))
        rc = jaxl_ivr_account_take(&x->p->account, JAXL_IVR_LIST_OPTIONS, c->menu->twin, v, err);
    return rc;
}

/* The option is there and as it should be, is there and differs, or is to be made again. */
static void on_found(struct jaxl_ivr_apply *x, struct jaxl_ivr_job *j,
                     const struct jaxl_reply *reply)
{
    struct jaxl_ivr_change *c = *j->at;
    struct jaxl_ivr_option *have;
    struct jaxl_error err = {0};

    if (reply->outcome != JAXL_OUTCOME_OK) {
        if (!jaxl_ivr_apply_answer(j, reply))
            jaxl_work_fail(&x->p->work, &reply->error);
        return;
    }
    if (take_found(x, c, reply, &err)) {
        jaxl_work_fail(&x->p->work, &err);
        return;
    }
    j->look = false;
    have = c->menu->twin->options[c->option->key];
    c->old_option = have;
    if (have && !jaxl_ivr_diff_option(c->option, have))
        jaxl_ivr_apply_done(j);
    else if (!have && j->taken)
        jaxl_ivr_apply_refuse(j, "the platform says that its input is taken, and has "
                                 "no option for it");
    else
        jaxl_ivr_queue_put(j, 0);
}

static void on_option(void *arg, const struct jaxl_reply *reply)
{
    struct jaxl_ivr_job *j = arg;
    struct jaxl_ivr_apply *x = j->home;

    jaxl_work_answered(&x->p->work);
    if (j->look)
        on_found(x, j, reply);
    else if ((*j->at)->old_option)
        jaxl_ivr_apply_changed(j, reply);
    else
        on_created(x, j, reply);
}

static int send(struct jaxl_ivr_apply *x, struct jaxl_ivr_job *j, struct jaxl_error *err)
{
    struct jaxl_session *s = x->p->work.session;
    struct jaxl_answer answer = {.done = on_option, .arg = j};
    const struct jaxl_page page = {.limit = PAGE};
    const struct jaxl_ivr_change *c = *j->at;
    int64_t ids[JAXL_IVR_TARGETS], ivr = c->menu->twin->id;
    struct jaxl_ivrs_option option;

    if (j->look)
        return jaxl_ivrs_options(s, ivr, &page, &answer, err);
    if (!c->option)
        return jaxl_ivrs_option_enable(s, ivr, c->old_option->id, false, &answer, err);
    to_send(c->option, ids, &option);
    option.no_webhook_url = c->old_option && !option.webhook_url;
    if (c->old_option)
        return jaxl_ivrs_option_update(s, ivr, c->old_option->id, &option, &answer, err);
    return jaxl_ivrs_option_create(s, ivr, &option, &answer, err);
}

static bool begin(void *ctx)
{
    struct jaxl_ivr_apply *x = ctx;
    struct jaxl_error err = {0};
    struct jaxl_ivr_job *j;

    do {
        j = jaxl_ivr_queue_next(&x->queue, &x->p->work);
        if (!j)
            return false;
    } while (jaxl_ivr_apply_lacks(j, (*j->at)->menu) ||
             ((*j->at)->option && jaxl_ivr_apply_lacks(j, (*j->at)->option->next.to)));
    return jaxl_work_sent(&x->p->work, send(x, j, &err), &err);
}

int jaxl_ivr_apply_options(struct jaxl_ivr_apply *a, struct jaxl_error *err)
{
    return jaxl_ivr_queue_run(a, JAXL_IVR_OF_OPTION, true, begin, err);
}
