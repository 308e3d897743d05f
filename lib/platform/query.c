#include <inttypes.h>
#include <stdio.h>

#include "platform/query.h"

enum { ID_TEXT = 24 };

/* The parameters of one request, and room for the numbers among them. */
struct params {
    struct jaxl_param items[JAXL_QUERY_MAX];
    char numbers[JAXL_QUERY_MAX][ID_TEXT];
    size_t n;
    bool full, negative;
};

static void add(struct params *p, const char *name, const char *value)
{
    if (p->n == JAXL_QUERY_MAX)
        p->full = true;
    else
        p->items[p->n++] = (struct jaxl_param){name, value};
}

static void add_int(struct params *p, const char *name, int64_t v)
{
    if (p->n == JAXL_QUERY_MAX) {
        p->full = true;
        return;
    }
    p->negative = p->negative || v < 0;
    snprintf(p->numbers[p->n], ID_TEXT, "%" PRId64, v);
    add(p, name, p->numbers[p->n]);
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
            add_int(p, f->name, *(const int64_t *)field);
        break;
    case JAXL_QUERY_IDS:
        for (size_t i = 0; i < ids->n; i++)
            add_int(p, f->name, ids->items[i]);
        break;
    case JAXL_QUERY_CHOICE:
        if (*(const enum jaxl_choice *)field != JAXL_ANY)
            add(p, f->name, *(const enum jaxl_choice *)field == JAXL_YES ? "true" : "false");
        break;
    }
}

int jaxl_query_ask(struct jaxl_session *s, enum jaxl_endpoint endpoint, int64_t id,
                   const struct jaxl_query_field *fields, size_t n_fields, const void *filter,
                   struct jaxl_answer *a, struct jaxl_error *err)
{
    struct params p = {.n = 0};
    struct jaxl_request request = {.endpoint = endpoint, .query = p.items};
    char text[ID_TEXT];

    for (size_t i = 0; filter && i < n_fields; i++)
        add_field(&p, &fields[i], filter);
    if (p.full || p.negative)
        return jaxl_error_set(err, JAXL_EARG, "%s %s: %s", jaxl_endpoint_row(endpoint)->noun,
                              jaxl_endpoint_row(endpoint)->verb,
                              p.full ? "too many values for one request"
                                     : "a number below 0 where only positive ones make sense");
    request.n_query = p.n;
    snprintf(text, sizeof text, "%" PRId64, id);
    if (id)
        request.ids[0] = text;
    return jaxl_answer_ask(s, &request, a, err);
}

int jaxl_query_send_body(struct jaxl_session *s, enum jaxl_endpoint endpoint, int64_t id,
                         int64_t id2, struct jaxl_buf *body, struct jaxl_answer *a,
                         struct jaxl_error *err)
{
    char first[ID_TEXT], second[ID_TEXT];
    struct jaxl_request request = {.endpoint = endpoint, .body = jaxl_buf_text(body)};
    int rc = jaxl_buf_check(body, "the body of a request", err);

    request.body_len = body->len;
    snprintf(first, sizeof first, "%" PRId64, id);
    snprintf(second, sizeof second, "%" PRId64, id2);
    if (id)
        request.ids[0] = first;
    if (id2)
        request.ids[1] = second;
    if (!rc)
        rc = jaxl_answer_ask(s, &request, a, err);
    jaxl_buf_wipe(body);
    return rc;
}
