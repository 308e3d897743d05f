#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "jaxl/campaigns.h"
#include "net/multipart.h"
#include "platform/body.h"
#include "platform/query.h"
#include "platform/session_impl.h"

enum { FILE_MAX_BYTES = 64 * 1024 * 1024, NUMBER = 24 };

int jaxl_campaigns_list(struct jaxl_session *s, const struct jaxl_campaigns_filter *filter,
                        struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {
        JAXL_QUERY(struct jaxl_campaigns_filter, TEXTS, status),
        JAXL_QUERY_PAGE(struct jaxl_campaigns_filter),
    };

    return jaxl_query_ask(s, JAXL_CAMPAIGNS_LIST, 0, JAXL_QUERY_FIELDS(fields), filter, a, err);
}

/* Protocol.md section 5, below the multipart parts of an upload. */
static const struct {
    const char *type;   /* the part of that name */
    const char *object; /* "o" of jaxl_id */
    bool by_id;         /* "i" of jaxl_id is a number */
} types[JAXL_CAMPAIGNS_TYPES] = {
    [JAXL_CAMPAIGNS_AGENT] = {"AIAGENT", "aiagent", false},
    [JAXL_CAMPAIGNS_IVR] = {"MARKETPLACE", "ivr", true},
    [JAXL_CAMPAIGNS_TEAM] = {"ORGANIZATION_GROUP", "team", true},
    [JAXL_CAMPAIGNS_MEMBER] = {"ORGANIZATION_EMPLOYEE", "member", false},
};

static int check_upload(const struct jaxl_campaigns_upload *u, struct jaxl_error *err)
{
    static const char *const contents[] = {"CSV", "JSON", "YAML", NULL};
    const bool by_id = u->type == JAXL_CAMPAIGNS_IVR || u->type == JAXL_CAMPAIGNS_TEAM;
    const struct jaxl_param needed[] = {
        {"filename", u->filename},
        {"agent", by_id ? "by id" : u->agent},
        {"recharge", u->recharge},
        {"currency", u->currency},
        {"template", u->template_text},
        {"start", u->start},
        {"end", u->end},
        {"tz", u->tz},
        {"cc", u->cc},
    };
    int rc = jaxl_body_need(JAXL_CAMPAIGNS_UPLOAD, needed, sizeof needed / sizeof needed[0], err);

    if (rc)
        return rc;
    if ((unsigned)u->type >= JAXL_CAMPAIGNS_TYPES)
        return jaxl_body_refuse(JAXL_CAMPAIGNS_UPLOAD, err, "type is none that there is");
    if (!u->data || u->len == 0 || u->len > FILE_MAX_BYTES)
        return jaxl_body_refuse(JAXL_CAMPAIGNS_UPLOAD, err,
                                "data: the file has 1 byte to 64 MiB, not %zu bytes", u->len);
    if (by_id && u->id < 1)
        return jaxl_body_refuse(JAXL_CAMPAIGNS_UPLOAD, err, "id is a whole number from 1");
    if (u->num_retries < 0)
        return jaxl_body_refuse(JAXL_CAMPAIGNS_UPLOAD, err, "num_retries is below 0");
    return jaxl_body_one_of(JAXL_CAMPAIGNS_UPLOAD, "content_type", u->content_type, contents, err);
}

/* Fernet of {"o": ..., "i": ..., "oid": organisation id}. */
static int seal_id(struct jaxl_session *s, const struct jaxl_campaigns_upload *u,
                   struct jaxl_buf *token, struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    struct jaxl_buf json;
    int rc = jaxl_session_open_surely(s, err); /* which knows the organisation */

    if (rc)
        return rc;
    jaxl_buf_init(&json, JAXL_JSON_MAX);
    jaxl_json_writer_init(&w, &json);
    jaxl_json_write_object(&w);
    jaxl_json_write_member(&w, "o", types[u->type].object);
    if (types[u->type].by_id)
        jaxl_json_write_member_int(&w, "i", u->id);
    else
        jaxl_json_write_member(&w, "i", u->agent);
    jaxl_json_write_member_int(&w, "oid", jaxl_session_org(s));
    jaxl_json_write_end(&w);
    rc = jaxl_json_writer_check(&w, err);
    if (!rc)
        rc = jaxl_session_seal(s, json.data, json.len, token, err);
    jaxl_buf_wipe(&json);
    return rc;
}

static int write_window(const struct jaxl_campaigns_upload *u, struct jaxl_buf *out,
                        struct jaxl_error *err)
{
    struct jaxl_json_writer w;

    jaxl_json_writer_init(&w, out);
    jaxl_json_write_object(&w);
    jaxl_json_write_member(&w, "start", u->start);
    jaxl_json_write_member(&w, "end", u->end);
    jaxl_json_write_member(&w, "tz", u->tz);
    jaxl_json_write_end(&w);
    return jaxl_json_writer_check(&w, err);
}

static struct jaxl_multipart_part text_part(const char *name, const char *text)
{
    return (struct jaxl_multipart_part){name, NULL, NULL, text, text ? strlen(text) : 0};
}

static struct jaxl_multipart_part json_part(const char *name, const char *text)
{
    return (struct jaxl_multipart_part){name, NULL, "application/json", text, strlen(text)};
}

/* NULL for 0: left out. */
static const char *number(int64_t v, char text[NUMBER])
{
    snprintf(text, NUMBER, "%" PRId64, v);
    return v ? text : NULL;
}

/* The parts in the order of the protocol, and the body of them. */
static int write_upload(struct jaxl_session *s, const struct jaxl_campaigns_upload *u,
                        const char *jaxl_id, const char *window, struct jaxl_buf *body, char *type,
                        struct jaxl_error *err)
{
    char boundary[JAXL_MULTIPART_BOUNDARY], retries[NUMBER];
    const struct jaxl_multipart_part parts[] = {
        {"specification", u->filename, "text/csv", u->data, u->len},
        text_part("content_type", u->content_type),
        text_part("type", types[u->type].type),
        text_part("jaxl_id", jaxl_id),
        text_part("run_at", u->run_at),
        text_part("recharge", u->recharge),
        text_part("currency", u->currency),
        text_part("template", u->template_text),
        json_part("window", window),
        text_part("auto_retry", u->auto_retry ? "True" : "False"),
        text_part("cc", u->cc),
        text_part("num_retries", number(u->num_retries, retries)),
        json_part("options", "{}"),
    };
    const size_t n = sizeof parts / sizeof parts[0];
    int rc = jaxl_multipart_boundary(parts, n, jaxl_session_clock(s), boundary, err);

    return rc ? rc : jaxl_multipart_write(parts, n, boundary, body, type, err);
}

int jaxl_campaigns_create(struct jaxl_session *s, const struct jaxl_campaigns_upload *upload,
                          struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_buf jaxl_id, window, body;
    char type[JAXL_MULTIPART_TYPE];
    int rc = check_upload(upload, err);

    if (rc)
        return rc;
    jaxl_buf_init(&jaxl_id, JAXL_JSON_MAX);
    jaxl_buf_init(&window, JAXL_JSON_MAX);
    jaxl_buf_init(&body, JAXL_SESSION_BODY_MAX);
    rc = seal_id(s, upload, &jaxl_id, err);
    if (!rc)
        rc = write_window(upload, &window, err);
    if (!rc)
        rc = write_upload(s, upload, jaxl_id.data, window.data, &body, type, err);
    if (!rc)
        rc = jaxl_query_send_body(s, JAXL_CAMPAIGNS_UPLOAD, (const int64_t[2]){0, 0}, &body, type,
                                  a, err);
    jaxl_buf_wipe(&jaxl_id);
    jaxl_buf_free(&window);
    jaxl_buf_wipe(&body); /* the signed total */
    return rc;
}

int jaxl_campaigns_update(struct jaxl_session *s, int64_t campaign, const char *status,
                          const char *recharge, const char *currency, struct jaxl_answer *a,
                          struct jaxl_error *err)
{
    static const char *const words[] = {"PAUSED", "RESUMED", NULL};
    const struct jaxl_param needed[] = {{"recharge", recharge}, {"currency", currency}};
    struct jaxl_body b;
    int rc = jaxl_body_one_of(JAXL_CAMPAIGNS_UPDATE, "status", status, words, err);

    if (!rc)
        rc = jaxl_body_need(JAXL_CAMPAIGNS_UPDATE, needed, 2, err);
    if (rc)
        return rc;
    jaxl_body_begin(&b);
    jaxl_json_write_member(&b.w, "status", status);
    jaxl_json_write_member(&b.w, "recharge", recharge);
    jaxl_json_write_member(&b.w, "currency", currency);
    return jaxl_body_send(&b, s, JAXL_CAMPAIGNS_UPDATE, campaign, 0, a, err);
}

int jaxl_campaigns_export(struct jaxl_session *s, int64_t campaign, const char *format,
                          struct jaxl_answer *a, struct jaxl_error *err)
{
    static const struct jaxl_query_field fields[] = {{"as", JAXL_QUERY_TEXT, 0}};
    const struct jaxl_param needed = {"format", format};
    int rc = jaxl_body_need(JAXL_CAMPAIGNS_EXPORT, &needed, 1, err);

    return rc ? rc
              : jaxl_query_ask(s, JAXL_CAMPAIGNS_EXPORT, campaign, JAXL_QUERY_FIELDS(fields),
                               &format, a, err);
}
