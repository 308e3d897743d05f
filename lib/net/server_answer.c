#include <string.h>

#include "net/server_impl.h"

static struct conn *conn_of(struct jaxl_server_request *r)
{
    return (struct conn *)r;
}

const char *jaxl_server_answer_header(struct jaxl_server_request *r, const char *name)
{
    return MHD_lookup_connection_value(conn_of(r)->mhd, MHD_HEADER_KIND, name);
}

const char *jaxl_server_answer_query(struct jaxl_server_request *r, const char *name)
{
    return MHD_lookup_connection_value(conn_of(r)->mhd, MHD_GET_ARGUMENT_KIND, name);
}

void jaxl_server_answer_add(struct jaxl_server_request *r, const char *name, const char *value)
{
    struct conn *c = conn_of(r);

    if (c->extra == JAXL_SERVER_EXTRA)
        return;
    c->names[c->extra] = name;
    c->values[c->extra++] = value;
}

struct MHD_Response *jaxl_server_answer_finish(const struct conn *c, struct MHD_Response *r,
                                               const char *name, const char *value)
{
    bool fine = r && (!value || MHD_add_response_header(r, name, value) == MHD_YES);

    for (unsigned i = 0; fine && i < c->extra; i++)
        fine = MHD_add_response_header(r, c->names[i], c->values[i]) == MHD_YES;
    if (fine || !r)
        return r;
    MHD_destroy_response(r);
    return NULL;
}

/* What others answer is put on a stack, and the thread woken for the first on it alone. */
static void push(struct server *s, struct conn *c)
{
    struct conn *top = atomic_load_explicit(&s->answered, memory_order_relaxed);

    do
        c->next_answered = top;
    while (!atomic_compare_exchange_weak_explicit(&s->answered, &top, c, memory_order_release,
                                                  memory_order_relaxed));
    if (!top)
        jaxl_server_wake(s);
}

void jaxl_server_answer_send(struct jaxl_server_request *r, unsigned status, const char *type,
                             const void *body, size_t len)
{
    struct conn *c = conn_of(r);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);

    response = jaxl_server_answer_finish(c, response, "Content-Type", type);
    jaxl_server_answer_give(c, status, response, len);
}

void jaxl_server_answer_give(struct conn *c, unsigned status, struct MHD_Response *response,
                             size_t len)
{
    struct server *s = c->server;

    c->response = response;
    c->status = status;
    c->out_len = len;
    if (pthread_equal(pthread_self(), s->self) && s->serving == c)
        s->serving = NULL;
    else
        push(s, c);
}

struct conn *jaxl_server_answer_take(struct server *s)
{
    struct conn *c = atomic_exchange_explicit(&s->answered, NULL, memory_order_acquire);
    struct conn *first = NULL;

    while (c) {
        struct conn *next = c->next_answered;

        c->next_answered = first;
        first = c;
        c = next;
    }
    return first;
}
