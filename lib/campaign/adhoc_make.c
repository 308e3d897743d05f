/* How an IVR is made: by one request after the other, each sent again where that does no harm. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "campaign/adhoc_impl.h"
#include "campaign/verdict.h"
#include "jaxl/ivrs.h"
#include "platform/session_secret.h"

enum { TRIES = 3, PAGE = 100, KEY = 32 };
static const int64_t LATER = JAXL_SECOND;     /* after a 429 that does not say when */
static const int64_t AGAIN = JAXL_SECOND / 2; /* before an unreadable page is read again */

/* What the ledger knows an IVR by: all that makes it what it is. */
static bool make_key(struct jaxl_adhoc_one *i, unsigned char key[KEY])
{
    struct jaxl_adhoc *a = i->home;
    struct jaxl_ivrs_menu menu = {.name = i->text, .hangup = a->n_options == 0};
    struct jaxl_ivrs_option option;
    int code;

    jaxl_buf_reset(&a->body);
    code = jaxl_ivrs_body(&menu, &a->body, NULL);
    for (size_t n = 0; n < a->n_options && !code; n++) {
        jaxl_menu_describe(&a->options[n], &option);
        code = jaxl_ivrs_option_body(&option, &a->body, NULL);
    }
    return !code && EVP_Digest(a->body.data, a->body.len, key, NULL, EVP_sha256(), NULL) == 1;
}

/* The one that an earlier run made, if any. */
static int recall(struct jaxl_adhoc_one *i, struct jaxl_error *err)
{
    unsigned char key[KEY];
    int code = 0;

    if (i->home->ledger && make_key(i, key))
        code = jaxl_ledger_ivr(i->home->ledger, key, sizeof key, &i->found, err);
    i->step = i->found ? KEPT : CREATE;
    return code;
}

/* When it cannot be kept the next run makes another one. */
static void keep(struct jaxl_adhoc_one *i)
{
    unsigned char key[KEY];

    if (i->home->ledger && i->step != KEPT && make_key(i, key))
        (void)jaxl_ledger_keep_ivr(i->home->ledger, key, sizeof key, i->pub.ivr, NULL);
}

/* How it ends. */

static void settle(struct jaxl_adhoc_one *i, enum jaxl_adhoc_state state)
{
    if (state == JAXL_ADHOC_READY)
        keep(i);
    i->pub.state = state;
    i->step = REST;
    i->home->changed = true;
}

static void explain(struct jaxl_adhoc_one *i, int status, const char *reason)
{
    i->pub.status = status;
    snprintf(i->pub.reason, sizeof i->pub.reason, "making the IVR: %.180s", reason);
}

static void fail(struct jaxl_adhoc_one *i, enum jaxl_outcome outcome, int status,
                 const char *reason)
{
    i->pub.outcome = outcome;
    explain(i, status, reason);
    settle(i, JAXL_ADHOC_FAILED);
}

static void on_reply(void *arg, const struct jaxl_reply *reply);

static int make_body(struct jaxl_adhoc_one *i, struct jaxl_error *err)
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
static int send_step(struct jaxl_adhoc_one *i, struct jaxl_error *err)
{
    static const enum jaxl_endpoint endpoints[] = {[KEPT] = JAXL_IVR_OPTIONS_LIST,
                                                   [CREATE] = JAXL_IVRS_CREATE,
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
    snprintf(id, sizeof id, "%" PRId64, i->step == OPTION ? i->pub.ivr : i->found);
    jaxl_buf_reset(&a->body);
    if (i->step == KEPT || i->step == CHECK || i->step == OPTION)
        request.ids[0] = id;
    if (i->step != CREATE && i->step != OPTION) {
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
static void go(struct jaxl_adhoc_one *i, enum jaxl_adhoc_step step)
{
    struct jaxl_error err = {0};

    i->step = step;
    if (i->home->stopped || send_step(i, &err))
        fail(i, JAXL_OUTCOME_NOT_SENT, 0, err.message);
}

/* The same step, after a while. */
static void go_later(struct jaxl_adhoc_one *i, int64_t pause)
{
    i->again_at = jaxl_clock_mono(jaxl_session_clock(i->home->session)) + pause;
    i->home->waiting++;
}

/* Reading does no harm: a page that could not be read is asked for again. */
static void read_again(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply, const char *reason)
{
    if (++i->tries < TRIES)
        go_later(i, AGAIN);
    else
        fail(i, JAXL_OUTCOME_UNKNOWN, reply->status, reason);
}

static void next_option(struct jaxl_adhoc_one *i, size_t option)
{
    i->option = option;
    i->tries = 0;
    if (option < i->home->n_options)
        go(i, OPTION);
    else
        settle(i, JAXL_ADHOC_READY);
}

static const struct jaxl_json *parse(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = NULL;

    if (jaxl_json_parse(i->home->doc, reply->body, reply->body_len, &root, NULL))
        return NULL;
    return root;
}

/* Creation: a readable answer goes on, a dark one leads to a look at what is there. */
static void look(struct jaxl_adhoc_one *i)
{
    i->offset = 0;
    i->found = 0;
    i->found_more = 0;
    i->tries = 0;
    go(i, LOOK);
}

static void on_created(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
{
    if (reply->outcome == JAXL_OUTCOME_OK &&
        jaxl_ivrs_id_read(parse(i, reply), &i->pub.ivr, NULL) == 0 && i->pub.ivr > 0)
        next_option(i, 0);
    else
        look(i);
}

static bool ivr_fits(const struct jaxl_adhoc_one *i, const struct jaxl_json *ivr)
{
    const char *status = jaxl_json_string(jaxl_json_get(ivr, "status"), "");
    const struct jaxl_json *hangup = jaxl_json_get(ivr, "hangup");
    size_t len;
    const char *name = jaxl_json_text(jaxl_json_get(ivr, "name"), &len);

    return name && len == i->len && memcmp(name, i->text, len) == 0 &&
           strcmp(status, "ARCHIVED") != 0 && strcmp(status, "DELETED") != 0 &&
           (jaxl_json_is_null(hangup) || jaxl_json_bool(hangup) == (i->home->n_options == 0));
}

static void create_again(struct jaxl_adhoc_one *i)
{
    if (++i->made < TRIES)
        go(i, CREATE);
    else
        fail(i, JAXL_OUTCOME_UNKNOWN, 0, "the platform gave no readable answer");
}

/* All pages seen: none means that it was not made, one is checked, more cannot be told apart. */
static void judge_found(struct jaxl_adhoc_one *i)
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

static void on_looked(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
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
static void on_checked(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
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

/* One that has other options than it was made with is somebody else's by now. */
static void on_kept(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
{
    const struct jaxl_json *root = reply->outcome == JAXL_OUTCOME_OK ? parse(i, reply) : NULL;
    const struct jaxl_json *results = jaxl_json_get(root, "results");

    if (!results && reply->outcome != JAXL_OUTCOME_REFUSED) {
        read_again(i, reply, "the options of an IVR could not be read");
    } else if (results && jaxl_json_count(results) == i->home->n_options) {
        i->pub.ivr = i->found;
        settle(i, JAXL_ADHOC_READY);
    } else {
        i->found = 0;
        i->tries = 0;
        go(i, CREATE);
    }
}

/* Making an option twice is harmless: the second time its key is taken (409). */
static void on_option(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
{
    if (reply->outcome == JAXL_OUTCOME_OK || (reply->status == 409 && i->tries > 0))
        next_option(i, i->option + 1);
    else if (++i->tries < TRIES)
        go(i, OPTION);
    else
        fail(i, JAXL_OUTCOME_UNKNOWN, reply->status, "an option could not be made");
}

static void refuse(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
{
    struct jaxl_adhoc *a = i->home;
    struct jaxl_verdict verdict;
    bool fit;

    jaxl_verdict_read(true, reply->status, reply->body, reply->body_len, a->doc, &verdict);
    fit = *verdict.reason && !jaxl_session_holds_secret(a->session, verdict.reason);
    fail(i, reply->outcome, reply->status, fit ? verdict.reason : reply->error.message);
}

static void put_off(struct jaxl_adhoc_one *i, const struct jaxl_reply *reply)
{
    go_later(i, reply->retry_after >= 0 ? reply->retry_after : LATER);
    i->pub.put_off = i->again_at;
    explain(i, reply->status, reply->error.message);
    i->home->changed = true;
}

static void on_reply(void *arg, const struct jaxl_reply *reply)
{
    static void (*const steps[])(struct jaxl_adhoc_one *,
                                 const struct jaxl_reply *) = {[KEPT] = on_kept,
                                                               [CREATE] = on_created,
                                                               [LOOK] = on_looked,
                                                               [CHECK] = on_checked,
                                                               [OPTION] = on_option};
    struct jaxl_adhoc_one *i = arg;

    switch (reply->outcome) {
    case JAXL_OUTCOME_THROTTLED:
        put_off(i, reply);
        return;
    case JAXL_OUTCOME_NOT_SENT:
        fail(i, reply->outcome, 0, reply->error.message);
        return;
    case JAXL_OUTCOME_REFUSED:
        if (i->step != KEPT && !(i->step == OPTION && reply->status == 409 && i->tries > 0)) {
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

int jaxl_adhoc_begin(struct jaxl_adhoc_one *i, struct jaxl_error *err)
{
    int code = recall(i, err);

    return code ? code : send_step(i, err);
}

void jaxl_adhoc_resend(struct jaxl_adhoc_one *i)
{
    go(i, i->step);
}
