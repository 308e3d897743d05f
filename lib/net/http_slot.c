#include <stdlib.h>
#include <string.h>

#include "net/http_impl.h"

enum {
    PATH_MAX_BYTES = 16 * 1024, /* of a path, and of a query */
    KEEP_BYTES = 256 * 1024,    /* an answer's buffer above this is given back */
    /* An idle connection is not used again after so many seconds. Servers close theirs after about
     * five (Apache, Node) without a word, and a request that meets the closing is ambiguous: it may
     * have been read. Younger connections make that rare. */
    IDLE_SECONDS = 4
};

/* libcurl sends a request again by itself, also a POST, when a connection that it used before dies
 * before the first byte of an answer, or when an HTTP/2 server refuses the stream. That would call
 * a person twice. This callback comes after the connection stands and before each sending, so it
 * sees the second one coming; and when it never came, nothing was sent. */
static int before_send(void *arg, char *peer_ip, char *local_ip, int peer_port, int local_port)
{
    struct jaxl_http_slot *slot = arg;

    (void)peer_ip;
    (void)local_ip;
    (void)peer_port;
    (void)local_port;
    slot->sends++;
    return slot->sends > 1 && !slot->request.resend_safe ? CURL_PREREQFUNC_ABORT
                                                         : CURL_PREREQFUNC_OK;
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
    struct jaxl_http_slot *slot = arg;

    slot->header_lines++;
    slot->header_bytes += size * n;
    if (size * n >= 5 && !memcmp(data, "HTTP/", 5))
        slot->head_done = false; /* another one, after an interim answer */
    else if (data[0] == '\r' || data[0] == '\n')
        slot->head_done = true;
    /* the status line and the empty line come here too */
    return slot->header_lines > JAXL_HTTP_HEADERS_MAX + 2 ||
                   slot->header_bytes > JAXL_HTTP_HEADER_BYTES
               ? 0
               : size * n;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct jaxl_http_slot *slot = arg;

    jaxl_buf_add(&slot->body, data, size * n);
    return slot->body.failed ? 0 : size * n;
}

/* A private CA takes the place of the system's. */
static CURLcode set_trust(struct jaxl_http_slot *slot)
{
    const char *ca_file = slot->http->ca_file;
    CURLcode rc = CURLE_OK;

    if (ca_file)
        (void)((rc = curl_easy_setopt(slot->easy, CURLOPT_CAINFO, ca_file)) ||
               (rc = curl_easy_setopt(slot->easy, CURLOPT_CAPATH, NULL)));
    return rc;
}

/* Plain HTTP is for this machine alone and takes no way around. Where no proxy is set, saying so
 * spares libcurl the look at eight variables for each request. */
static CURLcode set_proxy(struct jaxl_http_slot *slot, const struct jaxl_http_base *base)
{
    const char *none = base->tls && slot->http->proxy ? NULL : "";
    CURLcode rc = curl_easy_setopt(slot->easy, CURLOPT_PROXY, none);

    return rc ? rc : curl_easy_setopt(slot->easy, CURLOPT_NOPROXY, none);
}

/* For TLS the handshake says whether requests can share a connection, which is worth waiting for.
 * Without it only an answer would, and one that does not come would hold up all others. */
static CURLcode set_wait(struct jaxl_http_slot *slot, const struct jaxl_http_base *base)
{
    return curl_easy_setopt(slot->easy, CURLOPT_PIPEWAIT, base->tls ? 1L : 0L);
}

static CURLcode set_callbacks(struct jaxl_http_slot *slot)
{
    CURL *e = slot->easy;
    CURLcode rc;

    (void)((rc = curl_easy_setopt(e, CURLOPT_PRIVATE, slot)) ||
           (rc = curl_easy_setopt(e, CURLOPT_CURLU, slot->url)) ||
           (rc = curl_easy_setopt(e, CURLOPT_ERRORBUFFER, slot->error)) ||
           (rc = curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, before_send)) ||
           (rc = curl_easy_setopt(e, CURLOPT_PREREQDATA, slot)) ||
           (rc = curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header)) ||
           (rc = curl_easy_setopt(e, CURLOPT_HEADERDATA, slot)) ||
           (rc = curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body)) ||
           (rc = curl_easy_setopt(e, CURLOPT_WRITEDATA, slot)));
    return rc;
}

static CURLcode set_numbers(CURL *e)
{
    static const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS},
        {CURLOPT_MAXAGE_CONN, IDLE_SECONDS},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE},
        {CURLOPT_NOPROGRESS, 1},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    };
    CURLcode rc = CURLE_OK;

    for (size_t i = 0; !rc && i < sizeof numbers / sizeof numbers[0]; i++)
        rc = curl_easy_setopt(e, numbers[i].option, numbers[i].value);
    if (!rc)
        rc = curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    return rc;
}

struct jaxl_http_slot *jaxl_http_slot_new(struct jaxl_http *h)
{
    struct jaxl_http_slot *slot = calloc(1, sizeof *slot);

    if (!slot)
        return NULL;
    slot->http = h;
    jaxl_buf_init(&slot->path, PATH_MAX_BYTES);
    jaxl_buf_init(&slot->query, PATH_MAX_BYTES);
    jaxl_buf_init(&slot->body, h->body_max);
    slot->easy = curl_easy_init();
    slot->url = curl_url();
    if (!slot->easy || !slot->url || set_callbacks(slot) || set_numbers(slot->easy) ||
        set_trust(slot))
        jaxl_http_slot_free(&slot);
    return slot;
}

void jaxl_http_slot_free(struct jaxl_http_slot **slot)
{
    struct jaxl_http_slot *gone = *slot;

    *slot = NULL;
    if (!gone)
        return;
    jaxl_http_slot_clear(gone);
    curl_easy_cleanup(gone->easy);
    curl_url_cleanup(gone->url);
    jaxl_buf_free(&gone->path);
    jaxl_buf_free(&gone->query);
    jaxl_buf_free(&gone->body);
    free(gone);
}

static int same(const struct jaxl_buf *kept, const char *text)
{
    return !kept->failed && !strcmp(jaxl_buf_text(kept), text);
}

/* Most requests of a run go to the same place: then the parsed URL stays as it is. */
static int set_url(struct jaxl_http_slot *slot, const struct jaxl_http_request *r)
{
    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
    const char *query = r->query ? r->query : "";
    CURLUcode rc = CURLUE_OK;

    if (slot->base == r->base && same(&slot->path, r->path) && same(&slot->query, query))
        return 0;
    for (size_t i = 0; !rc && slot->base != r->base && i < sizeof parts / sizeof parts[0]; i++) {
        char *text = NULL;
        rc = curl_url_get(r->base->url, parts[i], &text, CURLU_DEFAULT_PORT);
        if (!rc)
            rc = curl_url_set(slot->url, parts[i], text, 0);
        curl_free(text);
    }
    if (!rc && slot->base != r->base && (set_proxy(slot, r->base) || set_wait(slot, r->base)))
        rc = CURLUE_OUT_OF_MEMORY;
    slot->base = rc ? NULL : r->base;
    jaxl_buf_reset(&slot->path);
    jaxl_buf_reset(&slot->query);
    jaxl_buf_puts(&slot->path, r->base->prefix);
    jaxl_buf_puts(&slot->path, r->path);
    jaxl_buf_puts(&slot->query, query);
    if (slot->path.failed || slot->query.failed)
        return slot->path.failed == JAXL_ENOMEM || slot->query.failed == JAXL_ENOMEM ? JAXL_ENOMEM
                                                                                     : JAXL_EARG;
    if (!rc)
        rc = curl_url_set(slot->url, CURLUPART_PATH, slot->path.data, 0);
    if (!rc)
        rc = curl_url_set(slot->url, CURLUPART_QUERY, *query ? query : NULL, 0);
    jaxl_buf_consume(&slot->path, strlen(r->base->prefix)); /* to compare with next time */
    return !rc ? 0 : rc == CURLUE_OUT_OF_MEMORY ? JAXL_ENOMEM : JAXL_EARG;
}

static CURLcode set_body(CURL *e, const struct jaxl_http_request *r)
{
    CURLcode rc = curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);

    return rc ? rc : curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body ? r->body : "");
}

/* Most requests are a POST like the one before. */
static CURLcode set_method(struct jaxl_http_slot *slot, const struct jaxl_http_request *r)
{
    CURL *e = slot->easy;
    bool get = !strcmp(r->method, "GET"), post = !strcmp(r->method, "POST");
    CURLcode rc;

    if (slot->posts && post)
        return set_body(e, r);
    slot->posts = false;
    if (r->body || post) {
        (void)((rc = curl_easy_setopt(e, CURLOPT_POST, 1L)) || (rc = set_body(e, r)));
    } else {
        rc = curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
    }
    if (!rc)
        rc = curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST,
                              post || (get && !r->body) ? NULL : r->method);
    slot->posts = !rc && post;
    return rc;
}

/* The lines of this request in front of the shared list, without copying either. */
static CURLcode set_headers(struct jaxl_http_slot *slot, const struct jaxl_http_request *r)
{
    static char no_expect[] = "Expect:";     /* waiting for a 100 halves the rate */
    static char no_type[] = "Content-Type:"; /* or libcurl calls an empty body a form */
    struct curl_slist *head = r->headers ? r->headers->list : NULL;
    size_t n = 0;

    for (size_t i = 0; i < JAXL_HTTP_LINES && r->lines[i]; i++)
        slot->lines[n++].data = (char *)(uintptr_t)r->lines[i];
    slot->lines[n++].data = no_expect;
    if (!r->body)
        slot->lines[n++].data = no_type;
    while (n-- > 0) {
        slot->lines[n].next = head;
        head = &slot->lines[n];
    }
    return curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, head);
}

/* What a time-out ends: the whole, or for a file a silence. */
static CURLcode set_timeout(struct jaxl_http_slot *slot, const struct jaxl_http_request *r)
{
    const int64_t timeout = r->timeout > 0 ? r->timeout : slot->http->timeout;
    const long ms = (long)((timeout + JAXL_MSEC - 1) / JAXL_MSEC);
    CURL *e = slot->easy;
    CURLcode rc;

    if (slot->timeout_ms == ms && slot->for_file == r->file)
        return CURLE_OK;
    (void)((rc = curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, r->file ? 0L : ms)) ||
           (rc = curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, r->file ? ms : 0L)) ||
           (rc = curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, r->file ? 1L : 0L)) ||
           (rc = curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, r->file ? (ms + 999) / 1000 : 0L)));
    slot->timeout_ms = rc ? 0 : ms;
    slot->for_file = r->file;
    return rc;
}

int jaxl_http_slot_load(struct jaxl_http_slot *slot, const struct jaxl_http_request *r,
                        struct jaxl_error *err)
{
    int rc = set_url(slot, r);

    if (rc) {
        slot->base = NULL;
        return jaxl_error_set(err, rc, "%s %s: %s", r->method, r->path,
                              rc == JAXL_ENOMEM ? "out of memory" : "not a usable path or query");
    }
    if (set_method(slot, r) || set_headers(slot, r) || set_timeout(slot, r))
        return jaxl_error_set(err, JAXL_ENOMEM, "%s %s: out of memory", r->method, r->path);
    slot->body.max = r->body_max ? r->body_max : slot->http->body_max;
    if (slot->body.cap > slot->body.max + 1) /* kept from an answer that might be longer */
        jaxl_buf_free(&slot->body);
    slot->request = *r;
    if (r->headers)
        r->headers->holders++;
    return 0;
}

void jaxl_http_slot_clear(struct jaxl_http_slot *slot)
{
    jaxl_http_headers_drop(&slot->request.headers);
    memset(&slot->request, 0, sizeof slot->request);
    slot->sends = 0;
    slot->header_lines = 0;
    slot->header_bytes = 0;
    slot->head_done = false;
    slot->error[0] = '\0';
    if (slot->body.cap > KEEP_BYTES)
        jaxl_buf_free(&slot->body);
    else
        jaxl_buf_reset(&slot->body);
}
