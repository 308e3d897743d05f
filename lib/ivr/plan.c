/* From a tree and an account to a plan. */
#include <stdlib.h>

#include "ivr/bind.h"
#include "ivr/check.h"
#include "ivr/plan_impl.h"

enum { LINE_MAX_BYTES = 4 * JAXL_IVR_TEXT * JAXL_IVR_ACTIONS * 6 }; /* each byte may be "\u0000" */

static unsigned lists_for(const struct jaxl_ivr_tree *t)
{
    return 1U << JAXL_IVR_LIST_MENUS | (t->phones ? 1U << JAXL_IVR_LIST_PHONES : 0) |
           jaxl_ivr_bind_asks(t);
}

static int compare(struct jaxl_ivr_plan *p, const struct jaxl_ivr_plan_options *o,
                   struct jaxl_error *err)
{
    int rc = jaxl_ivr_bind_people(p->t, &p->account, err);

    if (!rc)
        rc = jaxl_ivr_bind_menus(p->t, &p->account, &p->state, err);
    if (!rc && !p->t->n_problems)
        rc = jaxl_ivr_account_options(&p->account, &p->work, true, err);
    if (rc)
        return rc;
    jaxl_ivr_tree_link(&p->tree);
    rc = jaxl_ivr_diff(&p->changes, p->t, &p->account, o->prune, err);
    p->changes.totals.found = p->account.found;
    return rc;
}

static void unreported(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)ctx;
    (void)file;
    (void)line;
    (void)message;
}

static int make(struct jaxl_ivr_plan *p, struct jaxl_session *s,
                const struct jaxl_ivr_plan_options *o, struct jaxl_error *err)
{
    int rc = jaxl_ivr_state_open(&p->state, o->state, o->lock, err);

    if (!rc)
        rc = jaxl_work_init(&p->work, s, o->connections, o->watch, err);
    if (!rc)
        rc = jaxl_ivr_state_own(&p->state, s, err);
    if (rc)
        return rc;
    p->tree.org = jaxl_session_org(s);
    p->account.log = jaxl_session_log(s);
    rc = jaxl_ivr_account_fetch(&p->account, &p->work, lists_for(p->t), err);
    if (!rc)
        rc = compare(p, o, err);
    return rc ? rc
              : jaxl_ivr_check_report(p->t, 0, o->report ? o->report : unreported, o->ctx, err);
}

int jaxl_ivr_plan_new(struct jaxl_ivr_plan **out, struct jaxl_ivr_tree *t, struct jaxl_session *s,
                      const struct jaxl_ivr_plan_options *options, struct jaxl_error *err)
{
    static const struct jaxl_ivr_plan_options defaults;
    struct jaxl_ivr_plan *p = calloc(1, sizeof *p);
    int rc;

    *out = NULL;
    if (!p)
        return jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
    p->t = t;
    p->state.file.lock = -1;
    jaxl_ivr_tree_init(&p->tree);
    jaxl_ivr_account_init(&p->account, &p->tree);
    rc = make(p, s, options ? options : &defaults, err);
    if (rc)
        jaxl_ivr_plan_free(&p);
    *out = p;
    return rc;
}

void jaxl_ivr_plan_free(struct jaxl_ivr_plan **plan)
{
    struct jaxl_ivr_plan *p = plan ? *plan : NULL;

    if (!p)
        return;
    for (struct jaxl_ivr_menu *m = p->t->menus; m; m = m->after)
        m->twin = NULL; /* which end with the plan */
    jaxl_ivr_diff_free(&p->changes);
    jaxl_work_free(&p->work);
    jaxl_ivr_state_free(&p->state);
    jaxl_ivr_account_free(&p->account);
    jaxl_ivr_tree_free(&p->tree);
    free(p);
    *plan = NULL;
}

const struct jaxl_ivr_totals *jaxl_ivr_plan_totals(const struct jaxl_ivr_plan *p)
{
    return &p->changes.totals;
}

int jaxl_ivr_plan_put(struct jaxl_ivr_sink *sink, const struct jaxl_ivr_change *c,
                      struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    int rc;

    if (!sink->line.max)
        jaxl_buf_init(&sink->line, LINE_MAX_BYTES);
    jaxl_buf_reset(&sink->line);
    jaxl_json_writer_init(&w, &sink->line);
    jaxl_ivr_diff_write(&w, c);
    rc = jaxl_json_writer_check(&w, err);
    return rc ? jaxl_error_prefix(err, rc, "IVRs")
              : sink->write(sink->ctx, jaxl_buf_text(&sink->line), sink->line.len, err);
}

int jaxl_ivr_plan_write(const struct jaxl_ivr_plan *p, jaxl_ivr_write *write, void *ctx,
                        struct jaxl_error *err)
{
    struct jaxl_ivr_sink sink = {.write = write, .ctx = ctx};
    int rc = 0;

    for (size_t i = 0; i < p->changes.n && !rc; i++)
        rc = jaxl_ivr_plan_put(&sink, &p->changes.items[i], err);
    jaxl_buf_free(&sink.line);
    return rc;
}
