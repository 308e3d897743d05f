#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "platform/query.h"

enum { ID_TEXT = 24 };

/* The parameters of one request, and room for the numbers among them. */
struct params {
    struct jaxl_param items[JAXL_QUERY_MAX];
    char numbers[JAXL_QUERY_MAX][ID_TEXT];
    size_t n;
    const char *field, *wrong; /* the first that cannot be, and why */
};

static void refuse(struct params *p, const char *field, const char *wrong)
{
    if (p->wrong)
        return;
    p->field = field;
    p->wrong = wrong;
}

static void add(struct params *p, const char *name, const char *value)
{
    if (!value)
        refuse(p, name, "a value is missing");
    else if (p->n == JAXL_QUERY_MAX)
        refuse(p, name, "too many values for one request");
    else
        p->items[p->n++] = (struct jaxl_param){name, value};
}

static void add_int(struct params *p, const char *name, int64_t v, int64_t least)
{
    char *text = p->numbers[p->n < JAXL_QUERY_MAX ? p->n : 0];

    if (v < least)
        refuse(p, name, least ? "an id is a whole number from 1" : "a number below 0");
    if (p->n < JAXL_QUERY_MAX)
        snprintf(text, ID_TEXT, "%" PRId64, v);
    add(p, name, text);
}

static void add_field(struct params *p, const struct jaxl_query_field *f, const void *filter)
{
    const void *field = (const char *)filter + f->offset;
    const struct jaxl_texts *texts = field;
    const struct jaxl_ids *ids = field;

    switch (f->kind) {
    case JAXL_QUERY_TEXT:
        if (*(const char *const *)field)
            add(p, f->name, *(const char *const *)field);
        break;
    case JAXL_QUERY_TEXTS:
        for (size_t i = 0; i < texts->n; i++)
            add(p, f->name, texts->items[i]);
        break;
    case JAXL_QUERY_INT:
        if (*(const int64_t *)field)
            add_int(p, f->name, *(const int64_t *)field, 0);
        break;
    case JAXL_QUERY_IDS:
        for (size_t i = 0; i < ids->n; i++)
            add_int(p, f->name, ids->items[i], 1);
        break;
    case JAXL_QUERY_CHOICE:
        if (*(const enum jaxl_choice *)field != JAXL_ANY)
            add(p, f->name, *(const enum jaxl_choice *)field == JAXL_YES ? "true" : "false");
        break;
    }
}

/* The ids of a path as text, where they can be found until the request is sent. */
struct id_texts {
    char text[2][ID_TEXT];
};

/* Before anything is asked: one id from 1 for each {}. */
static int fill_ids(struct jaxl_request *request, struct id_texts *texts, const int64_t ids[2],
                    struct jaxl_error *err)
{
    const struct jaxl_endpoint_row *row = jaxl_endpoint_row(request->endpoint);
    size_t n = 0;

    for (const char *hole = row->path; n < 2 && (hole = strstr(hole, "{}")); hole += 2, n++) {
        if (ids[n] < 1)
            return jaxl_error_set(err, JAXL_EARG,
                                  "%s %s: the %sid in %s is a whole number from 1, not %" PRId64,
                                  row->noun, row->verb, n ? "second " : "", row->path, ids[n]);
        snprintf(texts->text[n], ID_TEXT, "%" PRId64, ids[n]);
        request->ids[n] = texts->text[n];
    }
    return 0;
}

int jaxl_query_ask(struct jaxl_session *s, enum jaxl_endpoint endpoint, int64_t id,
                   const struct jaxl_query_field *fields, size_t n_fields, const void *filter,
                   struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_endpoint_row *row = jaxl_endpoint_row(endpoint);
    struct params p;
    struct jaxl_request request = {.endpoint = endpoint, .query = p.items};
    struct id_texts texts;
    int rc = fill_ids(&request, &texts, (const int64_t[2]){id, 0}, err);

    p.n = 0;
    p.wrong = NULL;
    for (size_t i = 0; filter && i < n_fields; i++)
        add_field(&p, &fields[i], filter);
    if (!rc && p.wrong)
        rc =
            jaxl_error_set(err, JAXL_EARG, "%s %s: %s: %s", row->noun, row->verb, p.field, p.wrong);
    request.n_query = p.n;
    return rc ? rc : jaxl_answer_ask(s, &request, a, err);
}

int jaxl_query_send_body(struct jaxl_session *s, enum jaxl_endpoint endpoint, const int64_t ids[2],
                         struct jaxl_buf *body, const char *content_type, struct jaxl_answer *a,
                         struct jaxl_error *err)
{
    struct jaxl_request request = {.endpoint = endpoint,
                                   .body = jaxl_buf_text(body),
                                   .body_len = body->len,
                                   .content_type = content_type};
    struct id_texts texts;
    int rc = jaxl_buf_check(body, "the body of a request", err);

    if (!rc)
        rc = fill_ids(&request, &texts, ids, err);
    if (!rc)
        rc = jaxl_answer_ask(s, &request, a, err);
    jaxl_buf_wipe(body);
    return rc;
}
