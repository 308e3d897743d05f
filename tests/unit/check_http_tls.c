#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "httpd.h"
#include "net/http.h"
#include "unit.h"

/* nghttpd, which speaks HTTP/2 over TLS, with certificates of our own. */
struct server {
    char dir[256], log[300], url[64];
    pid_t pid;
    int port;
};

static void run(const char *command)
{
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void make_certificate(const char *dir, const char *names)
{
    char command[1024];

    snprintf(command, sizeof command,
             "cd '%s' && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test "
             "-addext subjectAltName=%s -keyout key.pem -out cert.pem 2>/dev/null && "
             "echo file >index.html",
             dir, names);
    run(command);
}

static bool listens(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool yes = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;

    close(fd);
    return yes;
}

/* $0 to $3: port, directory, log */
#define H2                                                                                         \
    "exec nghttpd --address=127.0.0.1 -v -d \"$1\" \"$0\" \"$1/key.pem\" \"$1/cert.pem\" >\"$2\" " \
    "2>&1"
#define HTTP1                                                                                      \
    "exec openssl s_server -quiet -WWW -accept 127.0.0.1:\"$0\" -key \"$1/key.pem\" "              \
    "-cert \"$1/cert.pem\" >\"$2\" 2>&1"

static void start_server(struct server *s, const char *names, const char *script)
{
    char port[16];

    unit_dir_make(s->dir);
    snprintf(s->log, sizeof s->log, "%s/log", s->dir);
    make_certificate(s->dir, names);
    for (int tries = 0; tries < 5; tries++) { /* the port may be taken meanwhile */
        s->port = httpd_closed_port();
        snprintf(port, sizeof port, "%d", s->port);
        s->pid = fork();
        if (s->pid == 0) {
            if (chdir(s->dir) == 0)
                execl("/bin/sh", "sh", "-c", script, port, s->dir, s->log, (char *)NULL);
            _exit(127);
        }
        while (!listens(s->port) && waitpid(s->pid, NULL, WNOHANG) == 0)
            usleep(10000);
        if (kill(s->pid, 0) == 0)
            break;
    }
    snprintf(s->url, sizeof s->url, "https://127.0.0.1:%d", s->port);
}

static void stop_server(struct server *s)
{
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    unit_dir_remove(s->dir);
}

/* Lines of the log with this text in them; distinct: only those with another connection id. */
static unsigned logged(const struct server *s, const char *text, bool distinct)
{
    unsigned n = 0;
    long ids[64];
    char line[4096];
    FILE *f = fopen(s->log, "r");

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f)) {
        const char *id = strstr(line, "[id=");
        unsigned i = 0;
        if (!strstr(line, text) || n == UNIT_COUNT(ids))
            continue;
        ids[n] = id ? atol(id + 4) : 0;
        while (distinct && i < n && ids[i] != ids[n])
            i++;
        if (!distinct || i == n)
            n++;
    }
    fclose(f);
    return n;
}

struct result {
    unsigned done;
    struct jaxl_http_response r;
    char body[64], reason[256];
};

static void keep(void *arg, const struct jaxl_http_response *r)
{
    struct result *out = arg;

    out->done++;
    out->r = *r;
    snprintf(out->body, sizeof out->body, "%s", r->body);
    snprintf(out->reason, sizeof out->reason, "%s", r->reason);
}

/* n requests at once. ca: a file in the server's directory with what to trust, NULL: the system's.
 */
static void ask(const struct server *s, const char *ca, struct result *results, size_t n)
{
    char file[300];
    struct jaxl_http_options options = {.ca_file = ca ? file : NULL};
    struct jaxl_http_base *base;
    struct jaxl_http *h;

    snprintf(file, sizeof file, "%s/%s", s->dir, ca ? ca : "");
    memset(results, 0, n * sizeof *results);
    ck_assert_int_eq(jaxl_http_new(&h, &options, NULL), 0);
    ck_assert_int_eq(jaxl_http_base_new(&base, s->url, NULL), 0);
    for (size_t i = 0; i < n; i++) {
        struct jaxl_http_request r = {
            .base = base, .method = "GET", .path = "/index.html", .done = keep, .arg = &results[i]};
        ck_assert_int_eq(jaxl_http_send(h, &r, NULL), 0);
    }
    while (jaxl_http_active(h))
        ck_assert_int_eq(jaxl_http_wait(h, JAXL_SECOND, NULL, 0, NULL), 0);
    jaxl_http_free(&h);
    jaxl_http_base_free(&base);
}

#define GOOD "IP:127.0.0.1,DNS:localhost"

static const struct {
    const char *names;
    const char *ca;
} refused[] = {{GOOD, NULL},
               {"DNS:elsewhere.example", "cert.pem"},
               {"IP:127.0.0.2", "cert.pem"},
               {GOOD, "missing.pem"},
               {GOOD, "index.html"}};

START_TEST(wrong_certificate)
{
    struct server s;
    struct result r;

    start_server(&s, refused[_i].names, H2);
    ask(&s, refused[_i].ca, &r, 1);
    ck_assert_int_eq(r.r.end, JAXL_HTTP_NOT_SENT);
    ck_assert_uint_eq(r.r.sends, 0);
    ck_assert(r.r.permanent);
    ck_assert_msg(strstr(r.reason, "certificate") != NULL, "%s", r.reason);
    ck_assert_uint_eq(logged(&s, "recv HEADERS", false), 0);
    stop_server(&s);
}
END_TEST

START_TEST(http2_shares_one_connection)
{
    struct result r[12];
    struct server s;

    start_server(&s, GOOD, H2);
    ask(&s, "cert.pem", r, UNIT_COUNT(r));
    for (size_t i = 0; i < UNIT_COUNT(r); i++) {
        ck_assert_uint_eq(r[i].done, 1);
        ck_assert_msg(r[i].r.end == JAXL_HTTP_ANSWERED, "%s", r[i].reason);
        ck_assert_int_eq(r[i].r.status, 200);
        ck_assert_uint_eq(r[i].r.sends, 1);
        ck_assert_str_eq(r[i].body, "file\n");
        ck_assert_int_gt(r[i].r.date, 0);
    }
    ck_assert_uint_eq(logged(&s, "recv HEADERS", true), 1);
    stop_server(&s);
}
END_TEST

START_TEST(http1_over_tls)
{
    struct result r[3];
    struct server s;

    start_server(&s, GOOD, HTTP1);
    ask(&s, "cert.pem", r, UNIT_COUNT(r));
    for (size_t i = 0; i < UNIT_COUNT(r); i++) {
        ck_assert_msg(r[i].r.end == JAXL_HTTP_ANSWERED, "%s", r[i].reason);
        ck_assert_int_eq(r[i].r.status, 200);
        ck_assert_str_eq(r[i].body, "file\n");
    }
    stop_server(&s);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, wrong_certificate, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, http2_shares_one_connection);
    tcase_add_test(tc, http1_over_tls);
}

int main(void)
{
    return unit_run("http_tls", add);
}
