#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/adhoc.h"
#include "campaign/verdict.h"
#include "jaxl/ivrs.h"
#include "jaxl/json.h"
#include "platform/session_secret.h"

enum { BUCKETS = 2048, TRIES = 3, PAGE = 100 };
static const int64_t LATER = JAXL_SECOND;     /* after a 429 that does not say when */
static const int64_t AGAIN = JAXL_SECOND / 2; /* before an unreadable page is read again */

/* What is being done for an IVR. An IVR whose creation ended in the dark is looked for before it is
 * made again. */
enum step { CREATE, LOOK, CHECK, OPTION, REST };

struct ivr {
    struct jaxl_adhoc_ivr pub; /* first: the one handed out */
    struct jaxl_adhoc *home;
    struct ivr *chain;         /* in its bucket */
    struct ivr *newer, *older; /* by use */
    uint64_t hash;
    unsigned users; /* attempts that wait for it or have not let go of it */
    enum step step;
    unsigned tries;      /* of the option being made, or of the page being read */
    unsigned made;       /* times that its creation came to nothing */
    size_t option;       /* the one being made */
    uint64_t offset;     /* of the page being looked at */
    int64_t found;       /* the one IVR that says the text, 0: none yet */
    unsigned found_more; /* others that say it too */
    int64_t again_at;    /* when the step is sent again; 0: not waiting */
    size_t len;
    char text[];
};

struct jaxl_adhoc {
    struct jaxl_session *session;
    const struct jaxl_menu_option *options;
    size_t n_options, n_ivrs;
    struct ivr *buckets[BUCKETS];
    struct ivr *newest, *oldest;
    unsigned waiting; /* IVRs with again_at */
    bool changed, stopped;
    struct jaxl_json_doc *doc;
    struct jaxl_buf body;
};

int jaxl_adhoc_new(struct jaxl_adhoc **out, struct jaxl_session *session,
                   const struct jaxl_menu_option *options, size_t n, struct jaxl_error *err)
{
    struct jaxl_adhoc *a = calloc(1, sizeof *a);

    *out = NULL;
    if (!a || jaxl_json_doc_new(&a->doc, (size_t)16 * 1024 * 1024)) {
        free(a);
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    }
    a->session = session;
    a->options = options;
    a->n_options = n;
    jaxl_buf_init(&a->body, (size_t)4 * 1024 * 1024);
    *out = a;
    return 0;
}

void jaxl_adhoc_free(struct jaxl_adhoc **a)
{
    if (!a || !*a)
        return;
    for (struct ivr *i = (*a)->oldest, *next; i; i = next) {
        next = i->newer;
        free(i);
    }
    jaxl_json_doc_free(&(*a)->doc);
    jaxl_buf_free(&(*a)->body);
    free(*a);
    *a = NULL;
}

void jaxl_adhoc_stop(struct jaxl_adhoc *a)
{
    a->stopped = true;
}

bool jaxl_adhoc_changed(struct jaxl_adhoc *a)
{
    bool changed = a->changed;

    a->changed = false;
    return changed;
}

/* By use. */

static void unlink_use(struct jaxl_adhoc *a, struct ivr *i)
{
    *(i->newer ? &i->newer->older : &a->newest) = i->older;
    *(i->older ? &i->older->newer : &a->oldest) = i->newer;
}

static void link_newest(struct jaxl_adhoc *a, struct ivr *i)
{
    i->newer = NULL;
    i->older = a->newest;
    *(a->newest ? &a->newest->newer : &a->oldest) = i;
    a->newest = i;
}

static void forget(struct jaxl_adhoc *a, struct ivr *i)
{
    struct ivr **p = &a->buckets[i->hash % BUCKETS];

    while (*p != i)
        p = &(*p)->chain;
    *p = i->chain;
    unlink_use(a, i);
    a->n_ivrs--;
    a->waiting -= i->again_at != 0;
    free(i);
}

static void forget_oldest(struct jaxl_adhoc *a)
{
    for (struct ivr *i = a->oldest, *next; i && a->n_ivrs >= JAXL_ADHOC_TEXTS; i = next) {
        next = i->newer;
        if (i->users == 0 && (i->step == REST || i->again_at))
            forget(a, i);
    }
}

/* How it ends. */

static void settle(struct ivr *i, enum jaxl_adhoc_state state)
{
    i->pub.state = state;
    i->step = REST;
    i->home->changed = true;
}

static void explain(struct ivr *i, int status, const char *reason)
{
    i->pub.status = status;
    snprintf(i->pub.reason, sizeof i->pub.reason, "making the IVR: %.180s", reason);
}

static void fail(struct ivr *i, enum jaxl_outcome outcome, int status, const char *reason)
{
    i->pub.outcome = outcome;
    explain(i, status, reason);
    settle(i, JAXL_ADHOC_FAILED);
}

static void on_reply(void *arg, const struct jaxl_reply *reply);

static int make_body(struct ivr *i, struct jaxl_error *err)
{
    struct jaxl_adhoc *a = i->home;
    struct jaxl_ivrs_menu menu = {.name = i->text, .hangup = a->n_options == 0};
    struct jaxl_ivrs_option option;

    if (i->step == CREATE)
        return jaxl_ivrs_body(&menu, &a->body, err);
    jaxl_menu_describe(&a->options[i->option], &option);
    return jaxl_ivrs_option_body(&option, &a->body, err);
}

/* Sends the request of the step that the IVR is at. */
static int send_step(struct ivr *i, struct jaxl_error *err)
{
    static const enum jaxl_endpoint endpoints[] = {[CREATE] = JAXL_IVRS_CREATE,
                                                   [LOOK] = JAXL_IVRS_LIST,
                                                   [CHECK] = JAXL_IVR_OPTIONS_LIST,
                                                   [OPTION] = JAXL_IVR_OPTIONS_CREATE};
    struct jaxl_adhoc *a = i->home;
    char limit[24], offset[24], id[24];
    const struct jaxl_param page[] = {{"limit", limit}, {"offset", offset}};
    struct jaxl_request request = {.endpoint = endpoints[i->step], .done = on_reply, .arg = i};
    int code = 0;

    snprintf(limit, sizeof limit, "%d", PAGE);
    snprintf(offset, sizeof offset, "%" PRIu64, i->offset);
    snprintf(id, sizeof id, "%" PRId64, i->step == CHECK ? i->found : i->pub.ivr);
    jaxl_buf_reset(&a->body);
    if (i->step == CHECK || i->step == OPTION)
        request.ids[0] = id;
    if (i->step == LOOK || i->step == CHECK) {
        request.query = page;
        request.n_query = 2;
    } else {
        code = make_body(i, err);
        request.body = a->body.data;
        request.body_len = a->body.len;
    }
    return code ? code : jaxl_session_send(a->session, &request, err);
}

/* On to a step, from within a reply: what cannot be sent ends it. */
static void go(struct ivr *i, enum step step)
{
    struct jaxl_error err = {0};

    i->step = step;
    if (i->home->stopped || send_step(i, &err))
        fail(i, JAXL_OUTCOME_NOT_SENT, 0, err.message);
}

/* The same step, after a while. */
static void go_later(struct ivr *i, int64_t pause)
{
    i->again_at = jaxl_clock_mono(jaxl_session_clock(i->home->session)) + pause;
    i->home->waiting++;
}

/* Reading does no harm: a page that could not be read is asked for again. */
static void read_again(struct ivr *i, const struct jaxl_reply *reply, const char *reason)
{
    if (++i->tries < TRIES)
        go_later(i, AGAIN);
    else
        fail(i, JAXL_OUTCOME_UNKNOWN, reply->status, reason);
}

static void next_option(struct ivr *i, size_t option)
{
    i->option = option;
    i->tries = 0;
    if (option < i->home->n_options)
        go(i, OPTION);
    else
        settle(i, JAXL_ADHOC_READY);
}

static const struct jaxl_json *parse(struct ivr *i, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = NULL;

    if (jaxl_json_parse(i->home->doc, reply->body, reply->body_len, &root, NULL))
        return NULL;
    return root;
}

/* Creation: a readable answer goes on, a dark one leads to a look at what is there. */
static void look(struct ivr *i)
{
    i->offset = 0;
    i->found = 0;
    i->found_more = 0;
    i->tries = 0;
    go(i, LOOK);
}

static void on_created(struct ivr *i, const struct jaxl_reply *reply)
{
    if (reply->outcome == JAXL_OUTCOME_OK &&
        jaxl_ivrs_id_read(parse(i, reply), &i->pub.ivr, NULL) == 0 && i->pub.ivr > 0)
        next_option(i, 0);
    else
        look(i);
}

static bool ivr_fits(const struct ivr *i, const struct jaxl_json *ivr)
{
    const char *status = jaxl_json_string(jaxl_json_get(ivr, "status"), "");
    const struct jaxl_json *hangup = jaxl_json_get(ivr, "hangup");
    size_t len;
    const char *name = jaxl_json_text(jaxl_json_get(ivr, "name"), &len);

    return name && len == i->len && memcmp(name, i->text, len) == 0 &&
           strcmp(status, "ARCHIVED") != 0 && strcmp(status, "DELETED") != 0 &&
           (jaxl_json_is_null(hangup) || jaxl_json_bool(hangup) == (i->home->n_options == 0));
}

static void create_again(struct ivr *i)
{
    if (++i->made < TRIES)
        go(i, CREATE);
    else
        fail(i, JAXL_OUTCOME_UNKNOWN, 0, "the platform gave no readable answer");
}

/* All pages seen: none means that it was not made, one is checked, more cannot be told apart. */
static void judge_found(struct ivr *i)
{
    if (i->found_more)
        fail(i, JAXL_OUTCOME_REFUSED, 0,
             "the answer got lost, and several IVRs of the account say this text: choose one with "
             "--ivr");
    else if (i->found)
        go(i, CHECK);
    else
        create_again(i);
}

static void on_looked(struct ivr *i, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = reply->outcome == JAXL_OUTCOME_OK ? parse(i, reply) : NULL;
    const struct jaxl_json *results = jaxl_json_get(root, "results");
    int64_t id;

    if (!results) {
        read_again(i, reply, "the list of IVRs could not be read");
        return;
    }
    i->tries = 0;
    for (const struct jaxl_json *v = jaxl_json_first(results); v; v = jaxl_json_next(v)) {
        if (!ivr_fits(i, v) || jaxl_json_int(jaxl_json_get(v, "id"), &id) || id == i->found)
            continue;
        if (i->found)
            i->found_more++;
        else
            i->found = id;
    }
    i->offset += jaxl_json_count(results);
    if (jaxl_json_is_null(jaxl_json_get(root, "next")) || jaxl_json_count(results) == 0)
        judge_found(i);
    else
        go(i, LOOK);
}

/* The one IVR that says the text is taken when it has no options yet. One with options of its own
 * was there before: a new one is made. */
static void on_checked(struct ivr *i, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = reply->outcome == JAXL_OUTCOME_OK ? parse(i, reply) : NULL;
    const struct jaxl_json *results = jaxl_json_get(root, "results");

    if (!results) {
        read_again(i, reply, "the options of an IVR could not be read");
    } else if (jaxl_json_count(results) == 0) {
        i->pub.ivr = i->found;
        next_option(i, 0);
    } else {
        create_again(i);
    }
}

/* Making an option twice is harmless: the second time its key is taken (409). */
static void on_option(struct ivr *i, const struct jaxl_reply *reply)
{
    if (reply->outcome == JAXL_OUTCOME_OK || (reply->status == 409 && i->tries > 0))
        next_option(i, i->option + 1);
    else if (++i->tries < TRIES)
        go(i, OPTION);
    else
        fail(i, JAXL_OUTCOME_UNKNOWN, reply->status, "an option could not be made");
}

static void refuse(struct ivr *i, const struct jaxl_reply *reply)
{
    struct jaxl_adhoc *a = i->home;
    struct jaxl_verdict verdict;
    bool fit;

    jaxl_verdict_read(true, reply->status, reply->body, reply->body_len, a->doc, &verdict);
    fit = *verdict.reason && !jaxl_session_holds_secret(a->session, verdict.reason);
    fail(i, reply->outcome, reply->status, fit ? verdict.reason : reply->error.message);
}

static void put_off(struct ivr *i, const struct jaxl_reply *reply)
{
    go_later(i, reply->retry_after >= 0 ? reply->retry_after : LATER);
    i->pub.put_off = i->again_at;
    explain(i, reply->status, reply->error.message);
    i->home->changed = true;
}

static void on_reply(void *arg, const struct jaxl_reply *reply)
{
    static void (*const steps[])(struct ivr *, const struct jaxl_reply *) = {
        [CREATE] = on_created, [LOOK] = on_looked, [CHECK] = on_checked, [OPTION] = on_option};
    struct ivr *i = arg;

    switch (reply->outcome) {
    case JAXL_OUTCOME_THROTTLED:
        put_off(i, reply);
        return;
    case JAXL_OUTCOME_NOT_SENT:
        fail(i, reply->outcome, 0, reply->error.message);
        return;
    case JAXL_OUTCOME_REFUSED:
        if (!(i->step == OPTION && reply->status == 409 && i->tries > 0)) {
            refuse(i, reply);
            return;
        }
        break;
    case JAXL_OUTCOME_AUTH:
        refuse(i, reply);
        return;
    case JAXL_OUTCOME_OK:
    case JAXL_OUTCOME_UNKNOWN:
        break;
    }
    steps[i->step](i, reply);
}

int64_t jaxl_adhoc_tick(struct jaxl_adhoc *a, int64_t now)
{
    int64_t next = INT64_MAX;

    if (a->waiting == 0)
        return next;
    for (struct ivr *i = a->oldest; i; i = i->newer) {
        if (!i->again_at || i->users == 0)
            continue;
        if (i->again_at <= now) {
            i->again_at = i->pub.put_off = 0;
            a->waiting--;
            go(i, i->step);
        } else if (i->again_at < next) {
            next = i->again_at;
        }
    }
    return next;
}

static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return h;
}

static struct ivr *find(struct jaxl_adhoc *a, const char *text, size_t len, uint64_t hash)
{
    struct ivr *i = a->buckets[hash % BUCKETS];

    while (i && (i->hash != hash || i->len != len || memcmp(i->text, text, len) != 0))
        i = i->chain;
    return i;
}

static struct ivr *add(struct jaxl_adhoc *a, const char *text, size_t len, uint64_t hash)
{
    struct ivr *i;

    forget_oldest(a);
    i = calloc(1, sizeof *i + len + 1);
    if (!i)
        return NULL;
    *i = (struct ivr){.home = a, .hash = hash, .len = len, .chain = a->buckets[hash % BUCKETS]};
    memcpy(i->text, text, len);
    a->buckets[hash % BUCKETS] = i;
    a->n_ivrs++;
    link_newest(a, i);
    return i;
}

int jaxl_adhoc_get(struct jaxl_adhoc *a, const char *text, size_t len, struct jaxl_adhoc_ivr **out,
                   struct jaxl_error *err)
{
    uint64_t hash = hash_of(text, len);
    struct ivr *i = find(a, text, len, hash);
    int code;

    *out = NULL;
    if (memchr(text, '\0', len))
        return jaxl_error_set(err, JAXL_EINPUT, "message: a NUL byte cannot be said");
    if (!i) {
        i = add(a, text, len, hash);
        if (!i)
            return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        code = send_step(i, err);
        if (code) {
            forget(a, i);
            return code;
        }
    } else {
        unlink_use(a, i);
        link_newest(a, i);
    }
    i->users++;
    *out = &i->pub;
    return 0;
}

void jaxl_adhoc_release(struct jaxl_adhoc *a, struct jaxl_adhoc_ivr *ivr)
{
    struct ivr *i = (struct ivr *)ivr;

    i->users--;
    /* what failed for a reason that may pass is made anew when it is needed again */
    if (i->users == 0 && ivr->state == JAXL_ADHOC_FAILED &&
        (ivr->outcome == JAXL_OUTCOME_NOT_SENT || ivr->outcome == JAXL_OUTCOME_UNKNOWN))
        forget(a, i);
}
