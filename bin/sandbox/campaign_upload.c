/* POST /v1/campaign/upload/: a file of leads, and what is to be done with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "jaxl/record.h"
#include "sandbox/campaign.h"
#include "sandbox/campaign_routes.h"

enum { TEXT_MAX = 8192, RETRIES_DEFAULT = 1 };
#define JSON "application/json"

/* In the order in which they must come. */
enum part_index {
    P_SPECIFICATION,
    P_CONTENT_TYPE,
    P_TYPE,
    P_JAXL_ID,
    P_RUN_AT,
    P_RECHARGE,
    P_CURRENCY,
    P_TEMPLATE,
    P_WINDOW,
    P_AUTO_RETRY,
    P_CC,
    P_NUM_RETRIES,
    P_OPTIONS,
    P_COUNT
};

static const struct {
    const char *name;
    bool optional;
    const char *type; /* that the part must have, NULL for any */
} expected[P_COUNT] = {
    [P_SPECIFICATION] = {"specification", false, "text/csv"},
    [P_CONTENT_TYPE] = {"content_type", false, NULL},
    [P_TYPE] = {"type", false, NULL},
    [P_JAXL_ID] = {"jaxl_id", false, NULL},
    [P_RUN_AT] = {"run_at", true, NULL},
    [P_RECHARGE] = {"recharge", false, NULL},
    [P_CURRENCY] = {"currency", false, NULL},
    [P_TEMPLATE] = {"template", false, NULL},
    [P_WINDOW] = {"window", false, JSON},
    [P_AUTO_RETRY] = {"auto_retry", false, NULL},
    [P_CC] = {"cc", false, NULL},
    [P_NUM_RETRIES] = {"num_retries", true, NULL},
    [P_OPTIONS] = {"options", false, JSON},
};

/* What was sent, part by part: NULL for what was left out. */
struct upload {
    const struct part *parts[P_COUNT];
    struct campaign campaign;
};

static bool part_ok(struct request *r, const struct part *p, size_t index)
{
    const char *name = expected[index].name, *type = expected[index].type;

    if (type && (!p->type || strcmp(p->type, type) != 0))
        return refuse(r, 400, "INVALID_PART", name, "it must be %s", type);
    if (!p->filename != (index != P_SPECIFICATION))
        return refuse(r, 400, "INVALID_PART", name,
                      p->filename ? "it must not be a file" : "it must be a file");
    if (index == P_SPECIFICATION)
        return true;
    if (strlen(p->data) != p->size || p->size > TEXT_MAX)
        return refuse(r, 400, "INVALID_PART", name, "it must be text of at most %d bytes",
                      TEXT_MAX);
    return p->size || index == P_TEMPLATE || refuse(r, 400, "INVALID_PART", name, "it is empty");
}

static bool take_parts(struct request *r, struct upload *u)
{
    const struct form *f = r->form;
    size_t n = 0;

    for (size_t i = 0; i < P_COUNT; i++) {
        const struct part *p = n < f->n ? &f->parts[n] : NULL;
        if (p && strcmp(p->name, expected[i].name) == 0) {
            if (!part_ok(r, p, i))
                return false;
            u->parts[i] = p;
            n++;
        } else if (!expected[i].optional) {
            return refuse(r, 400, "MISSING_PART", expected[i].name, "it must come here, not %s",
                          p ? p->name : "the end");
        }
    }
    return n == f->n ||
           refuse(r, 400, "UNKNOWN_PART", f->parts[n].name, "there is no such part, or not here");
}

static const char *text_of(const struct upload *u, enum part_index i)
{
    return u->parts[i] ? u->parts[i]->data : NULL;
}

static bool invalid(struct request *r, enum part_index i, const char *message)
{
    return refuse(r, 400, "INVALID_PART", expected[i].name, "%s", message);
}

static bool take_type(struct request *r, struct upload *u)
{
    const char *content = text_of(u, P_CONTENT_TYPE), *type = text_of(u, P_TYPE);
    struct campaign *c = &u->campaign;

    if (strcmp(content, "JSON") == 0 || strcmp(content, "YAML") == 0)
        return invalid(r, P_CONTENT_TYPE, "the sandbox takes CSV only");
    if (strcmp(content, "CSV") != 0)
        return invalid(r, P_CONTENT_TYPE, "it must be CSV, JSON or YAML");
    for (c->kind = 0; c->kind < KIND_COUNT; c->kind++)
        if (strcmp(campaign_kinds[c->kind].type, type) == 0)
            return true;
    return invalid(r, P_TYPE,
                   "it must be AIAGENT, MARKETPLACE, ORGANIZATION_GROUP or ORGANIZATION_EMPLOYEE");
}

/* Who is meant, as a number: of an agent its place in the list, of a member the one user. */
static int64_t cta_id(uint8_t kind, const struct jaxl_json *i)
{
    static const char *const agents[] = {"cod",   "acart",  "ndr",        "feedback",
                                         "leadq", "hiring", "membership", "custom"};
    const char *text = jaxl_json_string(i, "");
    int64_t id;

    if (strcmp(campaign_kinds[kind].object, "member") == 0)
        return strchr(text, '@') ? APP_USER_ID : 0;
    if (kind != KIND_AIAGENT)
        return jaxl_json_type(i) == JAXL_JSON_NUMBER && !jaxl_json_int(i, &id) && id > 0 ? id : 0;
    for (size_t k = 0; k < sizeof agents / sizeof *agents; k++)
        if (strcmp(agents[k], text) == 0)
            return (int64_t)k + 1;
    return 0;
}

static bool take_jaxl_id(struct world *w, struct request *r, struct upload *u)
{
    const struct jaxl_json *id;
    struct campaign *c = &u->campaign;
    int64_t org;

    if (!payload_open(w, r, "jaxl_id", text_of(u, P_JAXL_ID), &id))
        return false;
    if (jaxl_json_type(id) != JAXL_JSON_OBJECT || jaxl_json_count(id) != 3 ||
        strcmp(jaxl_json_string(jaxl_json_get(id, "o"), ""), campaign_kinds[c->kind].object) != 0)
        return refuse(r, 400, "PAYLOAD_INVALID_FIELD", "jaxl_id",
                      "it must hold {\"o\": \"%s\", \"i\", \"oid\"}",
                      campaign_kinds[c->kind].object);
    c->cta_id = cta_id(c->kind, jaxl_json_get(id, "i"));
    if (!c->cta_id)
        return refuse(r, 400, "PAYLOAD_INVALID_FIELD", "jaxl_id", "i says nobody that is known");
    if (jaxl_json_type(jaxl_json_get(id, "oid")) != JAXL_JSON_NUMBER ||
        jaxl_json_int(jaxl_json_get(id, "oid"), &org) || org != ORG_ID)
        return refuse(r, 400, "PAYLOAD_INVALID_FIELD", "jaxl_id",
                      "oid must be the id of the organisation");
    return true;
}

static bool take_window(struct world *w, struct request *r, struct upload *u)
{
    static const struct field fields[] = {
        {"start", F_STRING, 5}, {"end", F_STRING, 5}, {"tz", F_STRING, 63}};
    const struct part *p = u->parts[P_WINDOW];
    const struct jaxl_json *v;
    const char *wrong;

    if (jaxl_json_parse(w->doc, p->data, p->size, &v, NULL) ||
        jaxl_json_type(v) != JAXL_JSON_OBJECT)
        return invalid(r, P_WINDOW, "it must be a JSON object");
    if (!value_check(r, v, fields, sizeof fields / sizeof *fields))
        return false;
    wrong = window_open(&u->campaign.window, jaxl_json_string(jaxl_json_get(v, "start"), ""),
                        jaxl_json_string(jaxl_json_get(v, "end"), ""),
                        jaxl_json_string(jaxl_json_get(v, "tz"), ""));
    return !wrong || refuse(r, 400, "INVALID_FIELD", wrong,
                            "start and end must be times as 09:00 and differ, tz a time zone");
}

static bool take_retries(struct request *r, struct upload *u)
{
    const char *again = text_of(u, P_AUTO_RETRY), *n = text_of(u, P_NUM_RETRIES);
    long retries = n ? strtol(n, NULL, 10) : RETRIES_DEFAULT;

    if (strcmp(again, "True") != 0 && strcmp(again, "False") != 0)
        return invalid(r, P_AUTO_RETRY, "it must be True or False");
    if (n && (strspn(n, "0123456789") != strlen(n) || retries < 1 || retries > RETRIES_MAX))
        return invalid(r, P_NUM_RETRIES, "it must be a number from 1 to 10");
    if (n && *again == 'F')
        return invalid(r, P_NUM_RETRIES, "it goes only with auto_retry");
    u->campaign.retries = *again == 'T' ? (uint8_t)retries : 0;
    return true;
}

static bool take_rest(struct world *w, struct request *r, struct upload *u)
{
    struct campaign *c = &u->campaign;
    const char *run_at = text_of(u, P_RUN_AT), *cc = text_of(u, P_CC);
    const struct part *options = u->parts[P_OPTIONS];
    const struct jaxl_json *v;

    if (run_at && (jaxl_clock_parse(run_at, strlen(run_at), &c->run_at) || c->run_at <= 0))
        return invalid(r, P_RUN_AT, "it must be an ISO 8601 time");
    if (!campaign_funds(w, r, text_of(u, P_CURRENCY), text_of(u, P_RECHARGE), &c->currency))
        return false;
    if (strlen(cc) != 2 || strspn(cc, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
        return invalid(r, P_CC, "it must be the two letters of a country");
    if (jaxl_json_parse(w->doc, options->data, options->size, &v, NULL) ||
        jaxl_json_type(v) != JAXL_JSON_OBJECT || jaxl_json_count(v))
        return invalid(r, P_OPTIONS, "it must be {}");
    return take_retries(r, u) && take_window(w, r, u);
}

static bool looks_like_data(const char *name)
{
    return *name && strspn(name, "+0123456789 -()") == strlen(name);
}

/* The column of the numbers: by one of three names, else the first. NULL when there is no header.
 */
static const char *phone_column(const struct jaxl_json *row)
{
    static const char *const names[] = {"phone", "to", "number"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (const struct jaxl_json *v = jaxl_json_first(row); v; v = jaxl_json_next(v))
            if (strcasecmp(jaxl_json_key(v, NULL), names[i]) == 0)
                return jaxl_json_key(v, NULL);
    row = jaxl_json_first(row);
    return !row || looks_like_data(jaxl_json_key(row, NULL)) ? NULL : jaxl_json_key(row, NULL);
}

static bool read_rows(struct world *w, struct request *r, struct jaxl_record_reader *reader)
{
    struct jaxl_record rec;
    struct jaxl_error err;
    char column[256] = "";
    int code;

    while ((code = jaxl_record_read(reader, true, &rec, &err)) == 0) {
        const char *name = *column ? column : phone_column(rec.value);
        if (!name || strlen(name) >= sizeof column)
            return invalid(r, P_SPECIFICATION,
                           "its first line must be a header with a column of "
                           "phone numbers: phone, to, number or the first");
        if (!*column)
            strcpy(column, name);
        code = campaign_lead(w, jaxl_json_string(jaxl_json_get(rec.value, column), ""));
        if (code == JAXL_ELIMIT)
            return refuse(r, 400, "INVALID_PART", "specification", "it has more than %d rows",
                          LEADS_MAX);
        if (code)
            return refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
    }
    if (code != JAXL_EEND)
        return refuse(r, 400, "INVALID_PART", "specification", "%s", err.message);
    return w->campaigns.n_draft || invalid(r, P_SPECIFICATION, "there are no rows in it");
}

static bool take_leads(struct world *w, struct request *r, const struct upload *u)
{
    const struct jaxl_record_reader_options options = {.input = JAXL_RECORD_IN_CSV};
    const struct part *p = u->parts[P_SPECIFICATION];
    struct jaxl_record_reader *reader = NULL;
    int fd = memfd_create("specification", MFD_CLOEXEC);
    struct jaxl_buf text;
    bool ok;

    jaxl_buf_init(&text, FORM_MAX);
    jaxl_buf_add(&text, p->data, p->size);
    ok = fd >= 0 && !text.failed && write_line(fd, &text) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
         jaxl_record_reader_new(&reader, fd, "specification", &options, NULL) == 0;
    campaign_begin(w);
    ok = ok ? read_rows(w, r, reader)
            : refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the file could not be read");
    jaxl_record_reader_free(&reader);
    jaxl_buf_free(&text);
    if (fd >= 0)
        close(fd);
    return ok;
}

static void answer(struct world *w, struct request *r, const struct campaign *c)
{
    char text[JAXL_CLOCK_ISO_MAX];

    r->status = 200;
    jaxl_json_write_object(r->out);
    jaxl_json_write_member_int(r->out, "id", (int64_t)w->campaigns.n);
    jaxl_json_write_member_int(r->out, "cta_type", campaign_kinds[c->kind].cta_type);
    jaxl_json_write_member_int(r->out, "cta_id", c->cta_id);
    jaxl_json_write_key(r->out, "run_at");
    if (c->run_at && jaxl_clock_format(c->run_at, text) == 0)
        jaxl_json_write_string(r->out, text);
    else
        jaxl_json_write_null(r->out);
    jaxl_json_write_end(r->out);
}

void campaign_upload(struct world *w, struct request *r)
{
    struct upload u = {.campaign = {.created = r->now, .speed = (uint32_t)w->options.speed}};
    struct campaign *c = &u.campaign;

    if (w->campaigns.n == CAMPAIGNS_MAX) {
        refuse(r, 400, "TOO_MANY_CAMPAIGNS", NULL, "the sandbox keeps at most %d", CAMPAIGNS_MAX);
        return;
    }
    if (take_parts(r, &u) && take_type(r, &u) && take_jaxl_id(w, r, &u) && take_rest(w, r, &u) &&
        take_leads(w, r, &u)) {
        if (campaign_make(w, c, u.parts[P_SPECIFICATION]->filename))
            refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the campaign could not be kept");
        else
            answer(w, r, c);
    }
    campaign_begin(w);
    window_close(&c->window);
}
