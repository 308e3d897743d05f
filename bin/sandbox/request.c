/* Serving one request: the steps, and how an error is answered. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sandbox/request.h"

bool refuse(struct request *r, int status, const char *reason, const char *field, const char *fmt,
            ...)
{
    char message[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    r->status = status;
    snprintf(r->reason, sizeof r->reason, "%s", reason);
    jaxl_buf_reset(&r->world->out);
    jaxl_json_writer_reset(r->out);
    jaxl_json_write_object(r->out);
    jaxl_json_write_member(r->out, "reason", reason);
    jaxl_json_write_member(r->out, "message", message);
    if (field)
        jaxl_json_write_member(r->out, "field", field);
    jaxl_json_write_end(r->out);
    return false;
}

static bool params_known(struct request *r)
{
    if (r->too_many_params)
        return refuse(r, 400, "TOO_MANY_PARAMETERS", NULL, "at most %d", MAX_PARAMS);
    for (size_t i = 0; i < r->n_params; i++) {
        const char *const *known = r->route->params;
        while (known && *known && strcmp(*known, r->params[i].name) != 0)
            known++;
        if (!known || !*known)
            return refuse(r, 400, "UNKNOWN_PARAMETER", r->params[i].name,
                          "this path takes no such parameter");
        if (!r->params[i].value)
            return refuse(r, 400, "INVALID_PARAMETER", r->params[i].name, "it has no value");
    }
    return true;
}

static bool body_read(struct request *r)
{
    const char *type = request_header(r, "Content-Type");
    struct jaxl_error err;

    if (!(r->route->flags & ROUTE_JSON)) {
        if (r->body_len)
            return refuse(r, 400, "BODY_NOT_EMPTY", NULL, "this request takes no body");
        return true;
    }
    if (!type || strncasecmp(type, "application/json", strlen("application/json")) != 0)
        return refuse(r, 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type",
                      "the body must be application/json");
    if (jaxl_json_parse(r->world->doc, r->body, r->body_len, &r->json, &err))
        return refuse(r, 400, "INVALID_JSON", NULL, "the body: %s", err.message);
    if (jaxl_json_type(r->json) != JAXL_JSON_OBJECT)
        return refuse(r, 400, "INVALID_JSON", NULL, "the body is not a JSON object");
    return true;
}

void fault_meet(struct request *r, const struct fault *fault, const char *reason,
                const char *retry_after)
{
    struct tm tm;
    time_t soon;

    r->fault = fault;
    if (fault->kind == FAULT_STATUS && fault->status == 429 && !retry_after)
        retry_after = "1";
    if (retry_after && strcmp(retry_after, "date") == 0) {
        soon = (time_t)(r->now / JAXL_SECOND) + 2;
        strftime(r->retry_after, sizeof r->retry_after, "%a, %d %b %Y %H:%M:%S GMT",
                 gmtime_r(&soon, &tm));
    } else if (retry_after) {
        snprintf(r->retry_after, sizeof r->retry_after, "%s", retry_after);
    }
    if (fault->kind == FAULT_STATUS)
        refuse(r, fault->status, reason ? reason : fault->reason, NULL, "%s",
               "a fault that the sandbox was told to make");
    if (fault->kind == FAULT_EMPTY) {
        jaxl_buf_reset(&r->world->out);
        jaxl_buf_puts(&r->world->out, "{}");
    }
}

/* A request that does not place a call: what happens to it has nothing to do with what it asks. */
static void serve_with_faults(struct world *w, struct request *r)
{
    const struct fault *fault =
        fault_draw(&w->options.other_faults, mix(w->options.seed, UINT64_MAX, w->requests));

    if (!fault || fault->done || fault->kind == FAULT_REFUSE)
        r->route->handle(w, r);
    if (fault)
        fault_meet(r, fault, NULL, NULL);
}

void request_serve(struct world *w, struct request *r)
{
    w->requests++;
    jaxl_buf_reset(&w->out);
    jaxl_json_writer_reset(w->writer);
    r->world = w;
    r->out = w->writer;
    r->now = world_now(w);
    if (!routes_match(r) || !auth_check(w, r) || !params_known(r))
        return;
    if (r->body_too_long) {
        refuse(r, 413, "BODY_TOO_LARGE", NULL, "the body is over %d bytes", BODY_MAX);
        return;
    }
    if (!body_read(r))
        return;
    if (r->route->flags & ROUTE_OWN_FAULTS)
        r->route->handle(w, r);
    else
        serve_with_faults(w, r);
    if (!r->fault && (jaxl_json_writer_check(r->out, NULL) || !r->status))
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the answer could not be written");
}
