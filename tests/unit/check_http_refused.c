#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "httpd.h"
#include "net/http.h"
#include "unit.h"

/* HTTP/2 streams that the server refuses: libcurl opens another one by itself. The server is
 * openssl s_server for the TLS, and a thread that reads and writes the frames (RFC 9113,
 * section 4.1). */
enum { PREFACE = 24, FRAME = 9, DATA = 0, HEADERS = 1, END_STREAM = 1 };

struct server {
    char dir[256], url[64];
    pid_t pid;
    int in, out; /* to and from the client */
    pthread_t thread;
    unsigned requests; /* read after the thread has ended */
};

static bool read_all(int fd, unsigned char *data, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, data, n);
        if (got <= 0)
            return false;
        data += got;
        n -= (size_t)got;
    }
    return true;
}

static void put(int fd, const void *data, size_t n)
{
    ck_assert_int_eq(write(fd, data, n), (ssize_t)n);
}

/* The first request is refused, the second one answered. */
static void answer(struct server *s, const unsigned char stream[4])
{
    unsigned char refused[FRAME + 4] = {0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 7}; /* RST_STREAM */
    unsigned char ok[FRAME + 1] = {0, 0, 1, HEADERS, 5, 0, 0, 0, 0, 0x88};      /* :status 200 */

    memcpy(refused + 5, stream, 4);
    memcpy(ok + 5, stream, 4);
    if (++s->requests == 1)
        put(s->in, refused, sizeof refused);
    else
        put(s->in, ok, sizeof ok);
}

static void *serve(void *arg)
{
    static const unsigned char settings[FRAME] = {0, 0, 0, 4};
    struct server *s = arg;
    unsigned char head[PREFACE], body[65536];

    while (read_all(s->out, head, FRAME)) {
        size_t len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
        if (!memcmp(head, "PRI", 3)) { /* a new connection */
            if (!read_all(s->out, body, PREFACE - FRAME))
                break;
            put(s->in, settings, sizeof settings);
            continue;
        }
        if (len > sizeof body || !read_all(s->out, body, len))
            break;
        if ((head[3] == HEADERS || head[3] == DATA) && (head[4] & END_STREAM))
            answer(s, head + 5);
    }
    return NULL;
}

static void spawn(struct server *s)
{
    int in[2], out[2];
    char address[32];

    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(out), 0);
    snprintf(address, sizeof address, "127.0.0.1:%d", httpd_closed_port());
    snprintf(s->url, sizeof s->url, "https://%s", address);
    s->pid = fork();
    if (s->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        close(in[1]);
        close(out[0]);
        if (chdir(s->dir) == 0)
            execlp("openssl", "openssl", "s_server", "-quiet", "-alpn", "h2", "-accept", address,
                   "-key", "key.pem", "-cert", "cert.pem", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    s->in = in[1];
    s->out = out[0];
    ck_assert_int_eq(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void start_server(struct server *s)
{
    char command[512];

    memset(s, 0, sizeof *s);
    unit_dir_make(s->dir);
    snprintf(command, sizeof command,
             "cd '%s' && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test "
             "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null",
             s->dir);
    ck_assert_int_eq(system(command), 0);
    spawn(s);
}

static void stop_server(struct server *s)
{
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    pthread_join(s->thread, NULL);
    close(s->in);
    close(s->out);
    unit_dir_remove(s->dir);
}

static void keep(void *arg, const struct jaxl_http_response *r)
{
    *(struct jaxl_http_response *)arg = *r;
}

/* One POST, again while the server has not come up. */
static void post(struct server *s, bool resend_safe, struct jaxl_http_response *out)
{
    char file[300];
    struct jaxl_http_options options = {.ca_file = file};
    struct jaxl_http_request r = {.method = "POST",
                                  .path = "/v1/calls/token/",
                                  .body = "{}",
                                  .body_len = 2,
                                  .resend_safe = resend_safe,
                                  .done = keep,
                                  .arg = out};
    struct jaxl_http_base *base;
    struct jaxl_http *h;

    snprintf(file, sizeof file, "%s/cert.pem", s->dir);
    ck_assert_int_eq(jaxl_http_new(&h, &options, NULL), 0);
    ck_assert_int_eq(jaxl_http_base_new(&base, s->url, NULL), 0);
    r.base = base;
    do {
        ck_assert_int_eq(jaxl_http_send(h, &r, NULL), 0);
        while (jaxl_http_active(h))
            ck_assert_int_eq(jaxl_http_wait(h, JAXL_SECOND, NULL, 0, NULL), 0);
    } while (out->end == JAXL_HTTP_NOT_SENT && waitpid(s->pid, NULL, WNOHANG) == 0);
    jaxl_http_free(&h);
    jaxl_http_base_free(&base);
}

START_TEST(refused_stream)
{
    bool safe = _i;
    struct jaxl_http_response r;
    struct server s;

    start_server(&s);
    post(&s, safe, &r);
    stop_server(&s);
    ck_assert_int_eq(r.end, safe ? JAXL_HTTP_ANSWERED : JAXL_HTTP_AMBIGUOUS);
    ck_assert_int_eq(r.status, safe ? 200 : 0);
    ck_assert_uint_eq(r.sends, safe ? 2 : 1);
    ck_assert_uint_eq(s.requests, safe ? 2 : 1); /* what libcurl does, and what is let happen */
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, refused_stream, 0, 2);
}

int main(void)
{
    return unit_run("http_refused", add);
}
