/* The thread of calls that are played: it delivers webhooks, many at once, and carries out what is
 * due. The lock of the world is not held while it waits or talks to anybody. */
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/hook.h"
#include "sandbox/world.h"

enum {
    HEADER_LINE_MAX = 8192,
    WAIT_MAX = 1000, /* milliseconds */
    GRACE = 1,       /* seconds at the end */
    IDLE_MAX = 4     /* seconds that a connection may be idle and used again */
};

struct hooks {
    struct world *world;
    CURLM *multi;
    struct curl_slist *headers, *connect_to;
    pthread_t thread;
    bool stopping; /* under the lock of the world */
    CURL *idle[HOOK_SENDS_MAX], *under_way[HOOK_SENDS_MAX];
    size_t n_idle, n_under_way;
};

/* [HOST:]PORT; a HOST with colons in brackets. */
int hook_server_parse(const char *text, void *field, struct jaxl_error *err)
{
    static const char host_chars[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    struct hook_server *server = field;
    const char *colon = strrchr(text, ':'), *port = colon ? colon + 1 : text;
    size_t n = colon ? (size_t)(colon - text) : 0;
    bool six = n > 2 && text[0] == '[' && text[n - 1] == ']' &&
               strspn(text + 1, "0123456789abcdefABCDEF:.") == n - 2;
    long number;

    number = strspn(port, "0123456789") == strlen(port) && strlen(port) < 6 ? atol(port) : 0;
    if (number < 1 || number > 65535 || n > 255 || (n && !six && strspn(text, host_chars) != n))
        return jaxl_error_set(err, JAXL_EARG, "'%s' is not [HOST:]PORT, as :9919 or localhost:9919",
                              text);
    snprintf(server->connect_to, sizeof server->connect_to, "::%.*s:%ld", n ? (int)n : 9,
             n ? text : "127.0.0.1", number);
    return 0;
}

static bool header_add(struct hooks *h, const char *line)
{
    struct curl_slist *more;
    const char *colon = strchr(line, ':');

    if (!colon || colon == line || strspn(line, " \t") || strpbrk(line, "\r\n"))
        return false;
    more = curl_slist_append(h->headers, line);
    if (more)
        h->headers = more;
    return more != NULL;
}

static int header_wrong(const char *where, struct jaxl_error *err)
{
    /* what stands there may be a secret */
    return jaxl_error_set(err, JAXL_EARG, "--webhook-header: %s is not 'Name: value'", where);
}

/* Each line of a file is a header. */
static int headers_read(struct hooks *h, const char *path, struct jaxl_error *err)
{
    FILE *f = fopen(path, "re");
    char line[HEADER_LINE_MAX], where[256];
    int code = 0;

    if (!f)
        return jaxl_error_set(err, JAXL_EIO, "--webhook-header: cannot open %s: %s", path,
                              strerror(errno));
    for (unsigned n = 1; !code && fgets(line, sizeof line, f); n++) {
        line[strcspn(line, "\r\n")] = '\0';
        snprintf(where, sizeof where, "line %u of %.200s", n, path);
        if (*line && !header_add(h, line))
            code = header_wrong(where, err);
    }
    fclose(f);
    return code;
}

static int headers_make(struct hooks *h, struct jaxl_error *err)
{
    const struct jaxl_texts *given = &h->world->options.webhook_headers;
    int code = 0;

    if (!header_add(h, "Content-Type: application/json") || !header_add(h, "User-Agent: " SANDBOX))
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; !code && i < given->n; i++) {
        const char *text = given->items[i];
        if (*text == '@')
            code = headers_read(h, text + 1, err);
        else if (!header_add(h, text))
            code = header_wrong("the value", err);
    }
    return code;
}

static size_t take_answer(char *data, size_t size, size_t n, void *arg)
{
    struct delivery *d = arg;

    jaxl_buf_add(&d->answer, data, size * n);
    return d->answer.failed ? 0 : size * n;
}

/* libcurl sends again by itself when a connection that it used before turns out to be dead. Nothing
 * is to be sent twice. */
static int before_send(void *arg, char *peer_ip, char *local_ip, int peer_port, int local_port)
{
    struct delivery *d = arg;

    (void)peer_ip;
    (void)local_ip;
    (void)peer_port;
    (void)local_port;
    return d->sends++ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* The URL as it is asked for: over plain HTTP, whatever the server is called. */
static CURLcode aim(struct hooks *h, CURL *easy, const struct delivery *d)
{
    struct jaxl_buf url;
    CURLcode code;

    jaxl_buf_init(&url, 65536);
    jaxl_buf_printf(&url, "http%s", d->url + strlen("https"));
    code =
        url.failed ? CURLE_OUT_OF_MEMORY : curl_easy_setopt(easy, CURLOPT_URL, jaxl_buf_text(&url));
    jaxl_buf_free(&url);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_CONNECT_TO, h->connect_to);
    return code;
}

static CURLcode prepare(struct hooks *h, CURL *easy, struct delivery *d)
{
    CURLcode code = aim(h, easy, d);

    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, d->event == HOOK_TEARDOWN ? "DELETE" : "POST");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, d->body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, h->headers);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     (long)(h->world->options.webhook_timeout / JAXL_MSEC));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, d);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, d->wrong);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, d);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_MAX);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, d);
    return code;
}

static void give_back(struct world *w, struct delivery *d)
{
    pthread_mutex_lock(&w->lock);
    play_answered(w, d, world_now(w));
    pthread_mutex_unlock(&w->lock);
}

static void start(struct hooks *h, struct delivery *d)
{
    CURL *easy = h->n_idle ? h->idle[--h->n_idle] : curl_easy_init();

    jaxl_buf_init(&d->answer, HOOK_ANSWER_MAX);
    if (easy && !prepare(h, easy, d) && !curl_multi_add_handle(h->multi, easy)) {
        h->under_way[h->n_under_way++] = easy;
        return;
    }
    snprintf(d->wrong, sizeof d->wrong, "it could not be sent");
    curl_easy_cleanup(easy);
    give_back(h->world, d);
}

/* Everything that there is room for; *next is when the next step is due. False: it is to end. */
static bool take_new(struct hooks *h, int64_t *next)
{
    struct world *w = h->world;
    struct delivery *first = NULL, **last = &first;
    size_t room = HOOK_SENDS_MAX - h->n_under_way;
    bool go_on;

    pthread_mutex_lock(&w->lock);
    go_on = !h->stopping;
    if (go_on)
        play_run(w, world_now(w));
    while (go_on && room-- && w->play.first) {
        *last = w->play.first;
        last = &(*last)->next;
        w->play.first = *last;
    }
    *last = NULL;
    if (!w->play.first)
        w->play.last = &w->play.first;
    *next = play_next(w);
    pthread_mutex_unlock(&w->lock);
    while (first) {
        struct delivery *d = first;
        first = d->next;
        start(h, d);
    }
    return go_on;
}

static void forget(struct hooks *h, CURL *easy)
{
    size_t i = 0;

    curl_multi_remove_handle(h->multi, easy);
    while (h->under_way[i] != easy)
        i++;
    h->under_way[i] = h->under_way[--h->n_under_way];
    h->idle[h->n_idle++] = easy;
}

static void ended(struct hooks *h, CURL *easy, CURLcode code)
{
    struct delivery *d = NULL;
    curl_off_t us = 0;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&d);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &us);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &d->status);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    d->us = us;
    if (code)
        d->status = 0;
    if (d->given_up)
        snprintf(d->wrong, sizeof d->wrong, "given up at the end");
    else if (code == CURLE_OPERATION_TIMEDOUT)
        snprintf(d->wrong, sizeof d->wrong, "no answer in time");
    else if (d->sends > 1)
        snprintf(d->wrong, sizeof d->wrong, "the connection was lost");
    else if (d->answer.failed)
        snprintf(d->wrong, sizeof d->wrong, "the answer is over %d bytes", HOOK_ANSWER_MAX);
    else if (code && !*d->wrong)
        snprintf(d->wrong, sizeof d->wrong, "%s", curl_easy_strerror(code));
    else if (!code)
        *d->wrong = '\0';
    forget(h, easy);
    give_back(h->world, d);
}

static void talk(struct hooks *h)
{
    CURLMsg *m;
    int n;

    curl_multi_perform(h->multi, &n);
    while ((m = curl_multi_info_read(h->multi, &n)))
        if (m->msg == CURLMSG_DONE)
            ended(h, m->easy_handle, m->data.result);
}

/* Milliseconds until a time. */
static int until(const struct world *w, int64_t at, int most)
{
    int64_t left = at == INT64_MAX ? INT64_MAX : at - world_now(w);

    return left <= 0                          ? 0
           : left > (int64_t)most * JAXL_MSEC ? most
                                              : (int)((left + JAXL_MSEC - 1) / JAXL_MSEC);
}

static void *run(void *arg)
{
    struct hooks *h = arg;
    int64_t next, end;

    while (take_new(h, &next)) {
        curl_multi_poll(h->multi, NULL, 0, until(h->world, next, WAIT_MAX), NULL);
        talk(h);
    }
    end = world_now(h->world) + GRACE * JAXL_SECOND;
    while (h->n_under_way && world_now(h->world) < end) {
        curl_multi_poll(h->multi, NULL, 0, until(h->world, end, WAIT_MAX), NULL);
        talk(h);
    }
    while (h->n_under_way) {
        struct delivery *d = NULL;
        curl_easy_getinfo(h->under_way[0], CURLINFO_PRIVATE, (char **)&d);
        d->given_up = true;
        ended(h, h->under_way[0], CURLE_ABORTED_BY_CALLBACK);
    }
    return NULL;
}

static void hooks_free(struct hooks *h)
{
    while (h->n_idle)
        curl_easy_cleanup(h->idle[--h->n_idle]);
    curl_multi_cleanup(h->multi);
    curl_slist_free_all(h->headers);
    curl_slist_free_all(h->connect_to);
    curl_global_cleanup();
    free(h);
}

int hooks_start(struct world *w, struct jaxl_error *err)
{
    struct hooks *h = calloc(1, sizeof *h);
    int code = 0;

    if (!h)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    h->world = w;
    curl_global_init(CURL_GLOBAL_NOTHING); /* no TLS */
    h->multi = curl_multi_init();
    if (*w->options.webhook.connect_to)
        h->connect_to = curl_slist_append(NULL, w->options.webhook.connect_to);
    if (!h->multi || (*w->options.webhook.connect_to && !h->connect_to))
        code = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    if (!code)
        code = headers_make(h, err);
    if (!code && pthread_create(&h->thread, NULL, run, h))
        code = jaxl_error_set(err, JAXL_ENOMEM, "cannot start a thread");
    if (code) {
        hooks_free(h);
        return code;
    }
    pthread_mutex_lock(&w->lock);
    w->play.hooks = h;
    pthread_mutex_unlock(&w->lock);
    return 0;
}

void hooks_stop(struct world *w)
{
    struct hooks *h = w->play.hooks;

    if (!h)
        return;
    pthread_mutex_lock(&w->lock);
    h->stopping = true;
    pthread_mutex_unlock(&w->lock);
    curl_multi_wakeup(h->multi);
    pthread_join(h->thread, NULL);
    w->play.hooks = NULL;
    hooks_free(h);
}

void hooks_wake(struct world *w)
{
    if (w->play.hooks)
        curl_multi_wakeup(w->play.hooks->multi);
}

void hooks_put(struct world *w, struct delivery *d)
{
    d->next = NULL;
    *w->play.last = d;
    w->play.last = &d->next;
    hooks_wake(w);
}
