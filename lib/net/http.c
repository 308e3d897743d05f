#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_date.h"
#include "net/http_impl.h"

/* The variables that libcurl looks at for an https:// URL. */
static bool proxy_is_set(void)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return true;
    }
    return false;
}

static int set_up(struct jaxl_http *h, const struct jaxl_http_options *o)
{
    h->clock = o->clock ? o->clock : jaxl_clock_system();
    h->max = o->connections ? o->connections : JAXL_HTTP_CONNECTIONS;
    h->timeout = o->timeout > 0 ? o->timeout : JAXL_HTTP_TIMEOUT;
    h->body_max = o->body_max ? o->body_max : JAXL_HTTP_BODY_MAX;
    h->proxy = proxy_is_set();
    if (o->ca_file && !(h->ca_file = strdup(o->ca_file)))
        return JAXL_ENOMEM;
    h->multi = curl_multi_init();
    if (!h->multi || curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)h->max) ||
        curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->max) ||
        curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX))
        return JAXL_ENOMEM;
    return jaxl_http_poll_start(h);
}

int jaxl_http_new(struct jaxl_http **out, const struct jaxl_http_options *options,
                  struct jaxl_error *err)
{
    static const struct jaxl_http_options defaults;
    const struct jaxl_http_options *o = options ? options : &defaults;
    struct jaxl_http *h;

    *out = NULL;
    if (o->connections > JAXL_HTTP_CONNECTIONS_MAX)
        return jaxl_error_set(err, JAXL_EARG, "%u connections: at most %d", o->connections,
                              JAXL_HTTP_CONNECTIONS_MAX);
    if (curl_global_init(CURL_GLOBAL_DEFAULT)) /* counted, and safe in threads, since 7.84 */
        return jaxl_error_set(err, JAXL_ENOMEM, "HTTP client: libcurl cannot start");
    h = calloc(1, sizeof *h);
    if (!h || set_up(h, o)) {
        if (h)
            jaxl_http_free(&h);
        else
            curl_global_cleanup();
        return jaxl_error_set(err, JAXL_ENOMEM, "HTTP client: out of memory");
    }
    *out = h;
    return 0;
}

void jaxl_http_free(struct jaxl_http **http)
{
    struct jaxl_http *h = http ? *http : NULL;

    if (!h)
        return;
    for (unsigned i = 0; i < h->made; i++) {
        if (h->slots[i]->busy)
            (void)curl_multi_remove_handle(h->multi, h->slots[i]->easy);
        jaxl_http_slot_free(&h->slots[i]);
    }
    curl_multi_cleanup(h->multi);
    jaxl_http_poll_end(h);
    free(h->ca_file);
    free(h);
    *http = NULL;
    curl_global_cleanup();
}

unsigned jaxl_http_active(const struct jaxl_http *h)
{
    return h->made - h->idle;
}

unsigned jaxl_http_room(const struct jaxl_http *h)
{
    return h->max - jaxl_http_active(h);
}

static struct jaxl_http_slot *take(struct jaxl_http *h)
{
    struct jaxl_http_slot *slot;

    if (h->idle)
        return h->free[--h->idle];
    slot = jaxl_http_slot_new(h);
    if (slot)
        h->slots[h->made++] = slot;
    return slot;
}

static void give_back(struct jaxl_http_slot *slot)
{
    struct jaxl_http *h = slot->http;

    jaxl_http_slot_clear(slot);
    h->free[h->idle++] = slot;
}

int jaxl_http_send(struct jaxl_http *h, const struct jaxl_http_request *request,
                   struct jaxl_error *err)
{
    struct jaxl_http_slot *slot;
    int rc;

    if (!jaxl_http_room(h))
        return jaxl_error_set(err, JAXL_EBUSY, "%s %s: all %u connections are in use",
                              request->method, request->path, h->max);
    slot = take(h);
    if (!slot)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s %s: out of memory", request->method,
                              request->path);
    rc = jaxl_http_slot_load(slot, request, err);
    if (!rc && curl_multi_add_handle(h->multi, slot->easy))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "%s %s: out of memory", request->method,
                            request->path);
    if (rc) {
        give_back(slot);
        return rc;
    }
    slot->busy = true;
    slot->sent_at = jaxl_clock_now(h->clock);
    return 0;
}

/* Reasons that another try will meet again. */
static bool is_permanent(CURLcode result)
{
    static const CURLcode codes[] = {
        CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CACERT_BADFILE,
        CURLE_UNSUPPORTED_PROTOCOL,
        CURLE_URL_MALFORMAT,
        CURLE_OUT_OF_MEMORY,
        CURLE_SSL_ENGINE_INITFAILED,
    };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i] == result)
            return true;
    return false;
}

static const char *header(struct jaxl_http_slot *slot, const char *name)
{
    struct curl_header *found;

    return curl_easy_header(slot->easy, name, 0, CURLH_HEADER, -1, &found) ? NULL : found->value;
}

static int64_t read_date(struct jaxl_http *h, const char *text)
{
    int64_t us;

    if (!text || !*text)
        return -1;
    if (strcmp(text, h->date_text) == 0)
        return h->date;
    if (jaxl_http_date_parse(text, &us))
        return -1;
    if (strlen(text) < sizeof h->date_text) {
        strcpy(h->date_text, text);
        h->date = us;
    }
    return us;
}

static void read_headers(struct jaxl_http_slot *slot, struct jaxl_http_response *r)
{
    const char *date = header(slot, "Date"), *type = header(slot, "Content-Type");
    const char *wait = header(slot, "Retry-After");

    r->date = read_date(slot->http, date);
    if (wait)
        r->retry_after = jaxl_http_date_wait(wait, jaxl_clock_now(slot->http->clock));
    r->content_type = type ? type : "";
}

static const char *reason(const struct jaxl_http_slot *slot, CURLcode result)
{
    if (slot->header_lines > JAXL_HTTP_HEADERS_MAX + 2 ||
        slot->header_bytes > JAXL_HTTP_HEADER_BYTES)
        return "the answer has too many headers";
    if (slot->body.failed)
        return slot->body.failed == JAXL_ELIMIT ? "the answer is too long" : "out of memory";
    if (result == CURLE_ABORTED_BY_CALLBACK)
        return "the connection was lost after the request was sent";
    if (result == CURLE_OK)
        return "the answer is cut off";
    return slot->error[0] ? slot->error : curl_easy_strerror(result);
}

/* What is known of a request that ended with this result. */
static void report(struct jaxl_http_slot *slot, CURLcode result, struct jaxl_http_response *r)
{
    long status = 0;

    memset(r, 0, sizeof *r);
    r->sends = slot->sends > 1 && !slot->request.resend_safe ? 1 : slot->sends;
    r->sent_at = slot->sent_at;
    r->body = jaxl_buf_text(&slot->body);
    r->body_len = slot->body.len;
    r->content_type = r->reason = "";
    r->retry_after = r->date = -1;
    if (result == CURLE_OK || slot->sends) {
        (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
        r->status = (int)status;
    }
    if (status)
        read_headers(slot, r);
    if (result == CURLE_OK && slot->head_done) {
        r->end = JAXL_HTTP_ANSWERED;
        return;
    }
    r->end = slot->sends ? JAXL_HTTP_AMBIGUOUS : JAXL_HTTP_NOT_SENT;
    r->permanent = !slot->sends && is_permanent(result);
    r->reason = reason(slot, result);
}

static void finish(struct jaxl_http_slot *slot, CURLcode result)
{
    struct jaxl_http_response response;

    report(slot, result, &response);
    (void)curl_multi_remove_handle(slot->http->multi, slot->easy);
    slot->busy = false; /* the callback may abort all others, not this one again */
    slot->request.done(slot->request.arg, &response);
    give_back(slot);
}

unsigned jaxl_http_dispatch(struct jaxl_http *h)
{
    unsigned n = 0;
    int left;

    for (const CURLMsg *m; (m = curl_multi_info_read(h->multi, &left)); n++) {
        char *private;
        CURLcode result = m->data.result;
        (void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
        finish((struct jaxl_http_slot *)(void *)private, result);
    }
    return n;
}

void jaxl_http_abort(struct jaxl_http *h)
{
    for (unsigned i = 0; i < h->made; i++) {
        struct jaxl_http_slot *slot = h->slots[i];
        if (!slot->busy)
            continue;
        (void)snprintf(slot->error, sizeof slot->error, "given up");
        finish(slot, CURLE_OPERATION_TIMEDOUT);
    }
}
