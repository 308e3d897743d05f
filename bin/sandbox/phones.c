/* The organisation's phone numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/request.h"

enum { KYC_INDIA = 1 }; /* the papers by which the Indian numbers are rented */

static const char *const statuses[] = {"CHECKOUT",
                                       "FAILURE",
                                       "IN_PROGRESS",
                                       "QUEUED",
                                       "RELEASED_BY_PROVIDER",
                                       "RELEASED_TO_PROVIDER",
                                       "SCHEDULED_FOR_RELEASE",
                                       "SUCCESS",
                                       "UNDEFINED",
                                       NULL};

static void write_phone(struct request *r, size_t i)
{
    static const char text[] =
        "{\"id\":%zu,\"uid\":\"%s\",\"provider\":1,\"status\":\"SUCCESS\",\"registered_on\":\"%s\","
        "\"registered_from_this_device\":false,\"capabilities\":{\"voice\":true,\"mms\":false,"
        "\"sms\":false},\"resource\":\"local\",\"registered_from_device\":null,\"attributes\":{},"
        "\"order_id\":%zu,\"paid_till\":null,\"kyc_id\":%s,\"sms_verified\":false,"
        "\"ringing_strategy\":\"%s\",\"jaxlid\":\"sandbox-phone-%zu\",\"verified\":true,"
        "\"ivr\":%s,\"frontdesk\":%s}";
    const struct phone *p = &r->world->own[i];
    char number[E164_TEXT], opened[JAXL_CLOCK_ISO_MAX], ivr[24] = "null", kyc[24] = "null";
    struct jaxl_buf b;

    jaxl_clock_format(r->world->opened, opened);
    e164_format(p->number, number);
    if (p->ivr)
        snprintf(ivr, sizeof ivr, "%lld", (long long)p->ivr);
    if (strncmp(number, "+91", 3) == 0)
        snprintf(kyc, sizeof kyc, "%d", KYC_INDIA);
    jaxl_buf_init(&b, 4096);
    jaxl_buf_printf(&b, text, i + 1, number, opened, i + 1, kyc,
                    p->round_robin ? "ROUND_ROBIN" : "BROADCAST", i + 1, ivr,
                    p->frontdesk ? p->frontdesk : "null");
    jaxl_json_write_raw(r->out, jaxl_buf_text(&b), b.len);
    jaxl_buf_free(&b);
}

/* All numbers are active and of provider 1. */
static bool matches(const struct request *r, size_t i)
{
    const struct phone *p = &r->world->own[i];
    char number[E164_TEXT];

    return (param_admits(r, "status", "SUCCESS") ||
            (param_text(r, "additional_status") &&
             param_admits(r, "additional_status", "SUCCESS"))) &&
           param_admits(r, "uid", e164_format(p->number, number)) &&
           param_admits_int(r, "ivr", p->ivr) && param_admits_int(r, "provider", 1);
}

static void list(struct world *w, struct request *r)
{
    int64_t ivr = 1;
    uint64_t uid;

    if (param_number(r, "uid", &uid) && param_each_of(r, "status", statuses) &&
        param_each_of(r, "additional_status", statuses) &&
        param_int(r, "ivr", 1, INT64_MAX, &ivr) && param_each_id(r, "provider"))
        page_serve(r, w->n_own, matches, write_phone);
}

/* Keeps what is set about the number of `from`, which is copied; in the state log first. */
static int phone_put(struct world *w, struct phone *to, const struct phone *from)
{
    struct jaxl_json_writer *j = log_begin(w, "phone");
    char number[E164_TEXT], *frontdesk;
    int code;

    jaxl_json_write_member(j, "number", e164_format(from->number, number));
    jaxl_json_write_member_int(j, "ivr", from->ivr);
    jaxl_json_write_member(j, "frontdesk", from->frontdesk);
    jaxl_json_write_key(j, "round_robin");
    jaxl_json_write_bool(j, from->round_robin);
    frontdesk = from->frontdesk ? strdup(from->frontdesk) : NULL;
    code = from->frontdesk && !frontdesk ? JAXL_ENOMEM : log_end(w);
    if (code) {
        free(frontdesk);
        return code;
    }
    free(to->frontdesk);
    *to = *from;
    to->frontdesk = frontdesk;
    return 0;
}

/* A number that this run was not given keeps its settings in the log, for one that is. */
int phone_replay(struct world *w, const struct jaxl_json *line)
{
    struct phone from = {.number = e164_parse(jaxl_json_string(jaxl_json_get(line, "number"), "")),
                         .round_robin = jaxl_json_bool(jaxl_json_get(line, "round_robin"))};
    const char *frontdesk = jaxl_json_string(jaxl_json_get(line, "frontdesk"), NULL);
    int code = 0;

    if (!from.number || jaxl_json_int(jaxl_json_get(line, "ivr"), &from.ivr) ||
        (from.ivr && !ivr_find(w, from.ivr)))
        return JAXL_EINPUT;
    if (frontdesk && !(from.frontdesk = strdup(frontdesk)))
        return JAXL_ENOMEM;
    for (size_t i = 0; !code && i < w->n_own; i++)
        if (w->own[i].number == from.number)
            code = phone_put(w, &w->own[i], &from);
    free(from.frontdesk);
    return code;
}

/* Takes what the body says into p, whose frontdesk is a copy. */
static bool take_settings(struct world *w, struct request *r, struct phone *p)
{
    const struct jaxl_json *ivr = jaxl_json_get(r->json, "ivr"),
                           *frontdesk = jaxl_json_get(r->json, "frontdesk"),
                           *strategy = jaxl_json_get(r->json, "ringing_strategy");
    const char *name = jaxl_json_string(strategy, "");

    if (ivr) {
        p->ivr = 0;
        if (!jaxl_json_is_null(ivr) && (jaxl_json_int(ivr, &p->ivr) || !ivr_find(w, p->ivr)))
            return refuse(r, 400, "INVALID_IVR_ID", "ivr", "no IVR has this id");
    }
    if (strategy) {
        p->round_robin = strcmp(name, "ROUND_ROBIN") == 0;
        if (!p->round_robin && strcmp(name, "BROADCAST") != 0)
            return refuse(r, 400, "INVALID_FIELD", "ringing_strategy",
                          "it must be BROADCAST or ROUND_ROBIN");
    }
    if (frontdesk) {
        free(p->frontdesk);
        p->frontdesk = json_copy(frontdesk);
        if (!p->frontdesk)
            return refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
    }
    return true;
}

static void update(struct world *w, struct request *r)
{
    static const struct field fields[] = {
        {"ivr", F_INT | F_NULL | F_OPTIONAL, 0},
        {"frontdesk", F_BOOL | F_INT | F_STRING | F_NULL | F_OPTIONAL, 0},
        {"ringing_strategy", F_STRING | F_OPTIONAL, 0}};
    struct phone *p, changed;
    int64_t before;

    if (r->ids[0] < 1 || (uint64_t)r->ids[0] > w->n_own) {
        refuse(r, 404, "NOT_FOUND", NULL, "no phone number has the id %lld", (long long)r->ids[0]);
        return;
    }
    if (!body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    p = &w->own[r->ids[0] - 1];
    before = p->ivr;
    changed = *p;
    changed.frontdesk = strdup(p->frontdesk ? p->frontdesk : "null");
    if (!changed.frontdesk)
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
    else if (take_settings(w, r, &changed)) {
        if (phone_put(w, p, &changed)) {
            refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the settings could not be kept");
        } else {
            if (p->ivr && p->ivr != before)
                play_assigned(w, p, r->now);
            r->status = 200;
            write_phone(r, (size_t)r->ids[0] - 1);
        }
    }
    free(changed.frontdesk);
}

static const char *const phone_params[] = {
    "uid", "status", "additional_status", "ivr", "provider", "limit", "offset", NULL};

const struct route phone_routes[] = {
    {CALLS, "GET", "/v1/phonenumbers/", phone_params, 0, list},
    {CALLS, "PATCH", "/v1/phonenumbers/(\\d{1,18})/", NULL, ROUTE_JSON, update},
    {0},
};
