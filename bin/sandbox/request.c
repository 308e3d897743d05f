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
    r->type = NULL;
    r->samples = 0;
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

static bool is_of_type(const char *type, const char *wanted)
{
    return type && strncasecmp(type, wanted, strlen(wanted)) == 0;
}

static bool body_read(struct request *r, struct form *form)
{
    const char *type = request_header(r, "Content-Type");
    unsigned flags = r->route->flags;
    struct jaxl_error err;

    if (!(flags & (ROUTE_JSON | ROUTE_FORM))) {
        if (r->body_len)
            return refuse(r, 400, "BODY_NOT_EMPTY", NULL, "this request takes no body");
        return true;
    }
    if ((flags & ROUTE_FORM) && is_of_type(type, MULTIPART)) {
        r->form = form;
        return form_read(r, form);
    }
    if (!(flags & ROUTE_JSON) || !is_of_type(type, "application/json"))
        return refuse(r, 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type", "the body must be %s%s%s",
                      flags & ROUTE_JSON ? "application/json" : "",
                      flags & ROUTE_JSON && flags & ROUTE_FORM ? " or " : "",
                      flags & ROUTE_FORM ? MULTIPART : "");
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
        r->type = NULL;
        r->samples = 0;
        jaxl_buf_reset(&r->world->out);
        jaxl_buf_puts(&r->world->out, "{}");
    }
}

/* A request that does not place a call: what happens to it has nothing to do with what it asks. */
static void serve_with_faults(struct world *w, struct request *r)
{
    const struct fault *fault = fault_aimed(&w->options.aims, r->method, r->path);

    if (!fault)
        fault = fault_draw(&w->options.other_faults, mix(w->options.seed, UINT64_MAX, w->requests));
    if (!fault || fault->done || fault->kind == FAULT_REFUSE)
        r->route->handle(w, r);
    if (fault)
        fault_meet(r, fault, NULL, NULL);
}

/* An answer that is not JSON is written to the buffer itself, or is a recording. */
static bool answer_ok(const struct request *r)
{
    if (r->type)
        return !r->world->out.failed;
    return jaxl_json_writer_check(r->out, NULL) == 0;
}

static void serve(struct world *w, struct request *r, struct form *form)
{
    if (!routes_match(r) || !auth_check(w, r) || !params_known(r))
        return;
    if (r->body_too_long) {
        refuse(r, 413, "BODY_TOO_LARGE", NULL, "the body is over %zu bytes", r->body_max);
        return;
    }
    if (!body_read(r, form))
        return;
    if (r->route->flags & ROUTE_OWN_FAULTS)
        r->route->handle(w, r);
    else
        serve_with_faults(w, r);
    if (!r->fault && (!r->status || !answer_ok(r)))
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the answer could not be written");
}

void request_serve(struct world *w, struct request *r)
{
    struct form form = {.n = 0};

    w->requests++;
    jaxl_buf_reset(&w->out);
    jaxl_json_writer_reset(w->writer);
    r->world = w;
    r->out = w->writer;
    r->now = world_now(w);
    play_run(w, r->now);
    if (campaigns_run(w, r->now))
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "a call of a campaign could not be kept");
    else
        serve(w, r, &form);
    r->form = NULL;
    form_free(&form);
}
