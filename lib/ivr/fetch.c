/* Lists of the platform, page by page, several at once. */
#include <stdlib.h>

#include "ivr/account.h"
#include "jaxl/accounts.h"
#include "jaxl/ivrs.h"
#include "jaxl/phones.h"

enum { PAGE = 100 };

struct job {
    struct fetch *home;
    enum jaxl_ivr_list_of what;
    struct jaxl_ivr_menu *menu;
    struct jaxl_page page;
    struct job *after;
};

struct fetch {
    struct jaxl_ivr_account *a;
    struct jaxl_work *w;
    struct job *jobs, *ready; /* ready: those whose next page can be asked for */
    size_t n;
};

static void put(struct fetch *f, struct job *j)
{
    j->after = f->ready;
    f->ready = j;
}

static int take_page(struct job *j, const struct jaxl_json *results, struct jaxl_error *err)
{
    int rc = 0;

    for (const struct jaxl_json *v = jaxl_json_first(results); v && !rc; v = jaxl_json_next(v))
        rc = jaxl_ivr_account_take(j->home->a, j->what, j->menu, v, err);
    return rc;
}

static void on_page(void *arg, const struct jaxl_reply *reply)
{
    struct job *j = arg;
    struct jaxl_work *w = j->home->w;
    const struct jaxl_json *root, *results;
    struct jaxl_error err = reply->error;

    jaxl_work_answered(w);
    if (reply->outcome != JAXL_OUTCOME_OK) {
        jaxl_work_fail(w, &err);
        return;
    }
    root = jaxl_work_parse(w, reply);
    results = jaxl_json_get(root, "results");
    if (jaxl_json_type(results) != JAXL_JSON_ARRAY)
        jaxl_error_set(&err, JAXL_EPROTO, "a list of the platform: the answer is none");
    if (err.code || take_page(j, results, &err))
        jaxl_work_fail(w, &err);
    else if (jaxl_answer_next(root, &j->page))
        put(j->home, j);
}

static int send(struct job *j, struct jaxl_error *err)
{
    static const char *const scheduled[] = {"SCHEDULED_FOR_RELEASE"};
    struct jaxl_session *s = j->home->w->session;
    struct jaxl_answer a = {.done = on_page, .arg = j};
    const struct jaxl_ivrs_filter ivrs = {.page = j->page};
    const struct jaxl_phones_filter phones = {
        .status = "SUCCESS", .additional_status = {scheduled, 1}, .page = j->page};
    const struct jaxl_accounts_teams teams = {.page = j->page};
    const struct jaxl_accounts_members members = {.page = j->page};

    switch (j->what) {
    case JAXL_IVR_LIST_MENUS:
        return jaxl_ivrs_list(s, &ivrs, &a, err);
    case JAXL_IVR_LIST_PHONES:
        return jaxl_phones_list(s, &phones, &a, err);
    case JAXL_IVR_LIST_TEAMS:
        return jaxl_accounts_teams(s, &teams, &a, err);
    case JAXL_IVR_LIST_MEMBERS:
        return jaxl_accounts_members(s, &members, &a, err);
    case JAXL_IVR_LIST_OPTIONS:
        return jaxl_ivrs_options(s, j->menu->id, &j->page, &a, err);
    }
    return JAXL_EARG;
}

static bool begin(void *ctx)
{
    struct fetch *f = ctx;
    struct job *j = f->ready;
    struct jaxl_error err = {0};

    if (!j)
        return false;
    f->ready = j->after;
    return jaxl_work_sent(f->w, send(j, &err), &err);
}

static int run(struct fetch *f, struct jaxl_error *err)
{
    for (size_t i = f->n; i-- > 0;) {
        f->jobs[i].home = f;
        f->jobs[i].page.limit = PAGE;
        put(f, &f->jobs[i]);
    }
    return jaxl_work_run(f->w, begin, f, err);
}

int jaxl_ivr_account_fetch(struct jaxl_ivr_account *a, struct jaxl_work *w, unsigned lists,
                           struct jaxl_error *err)
{
    struct job jobs[JAXL_IVR_LIST_OPTIONS] = {{NULL}};
    struct fetch f = {.a = a, .w = w, .jobs = jobs};

    for (unsigned what = 0; what < JAXL_IVR_LIST_OPTIONS; what++)
        if (lists & 1U << what)
            jobs[f.n++].what = what;
    return run(&f, err);
}

int jaxl_ivr_account_options(struct jaxl_ivr_account *a, struct jaxl_work *w, bool twins,
                             struct jaxl_error *err)
{
    struct fetch f = {.a = a, .w = w};
    int rc;

    f.jobs = calloc(a->tree->n_menus + 1, sizeof *f.jobs);
    if (!f.jobs)
        return jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
    for (struct jaxl_ivr_menu *m = a->tree->menus; m; m = m->after)
        if (m->id && (!twins || m->twin))
            f.jobs[f.n++] = (struct job){.what = JAXL_IVR_LIST_OPTIONS, .menu = m};
    rc = run(&f, err);
    free(f.jobs);
    return rc;
}
