#include <sys/resource.h>

#include "server_fixture.h"

static const struct {
    const char *name, *request;
    int status;
    const char *body;
} exchanges[] = {
    {"a post", "POST /webhook/ HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n{\"a\":1}", 200,
     "POST /webhook/?a= [] {\"a\":1}"},
    {"decoded", "GET /a%20b?a=%2b91&b HTTP/1.1\r\nHost: h\r\nX-TEST:  x y \t\r\n\r\n", 200,
     "GET /a b?a=+91 [x y] "},
    {"a teardown", "DELETE /w HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", 200,
     "DELETE /w?a= [] {}"},
    {"any method", "BREW /teapot HTTP/1.1\r\nHost: h\r\n\r\n", 418, "BREW /teapot?a= [] "},
    {"in chunks",
     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
     "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nT: t\r\n\r\n",
     200, "POST /?a= [] abcd"},
    {"an empty body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 200,
     "POST /?a= [] "},
    {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200, "GET /?a= [] "},
    {"an empty line before it", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 200, "GET /?a= [] "},
    {"later", "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 200,
     "POST /later?a= [] abc"},
};

/* Each at once, and byte by byte. */
START_TEST(answered)
{
    struct fixture f;
    struct got g;
    const char *request = exchanges[_i].request;
    int fd;

    start(&f, NULL, 1);
    fd = dial(&f);
    ck_assert_int_eq(ask(fd, request, &g), exchanges[_i].status);
    ck_assert_str_eq(g.body, exchanges[_i].body);
    close(fd);
    fd = dial(&f);
    for (; request[1]; request++) {
        ck_assert(put_n(fd, request, 1));
        usleep(200);
    }
    ck_assert_int_eq(ask(fd, request, &g), exchanges[_i].status);
    ck_assert_str_eq(g.body, exchanges[_i].body);
    close(fd);
    AWAIT_STATS(&f, connections, 0);
    AWAIT_STATS(&f, answers, 2);
    end(&f);
}
END_TEST

START_TEST(what_an_answer_says)
{
    struct fixture f;
    struct got g;
    char value[64];
    int fd;

    start(&f, NULL, 0);
    fd = dial(&f);
    ask(fd, "HEAD /teapot HTTP/1.1\r\nHost: h\r\n\r\n", &g);
    ck_assert_int_eq(g.status, 418);
    ck_assert(header_of(&g, "Content-Type", value, sizeof value));
    ck_assert_str_eq(value, "text/plain");
    ck_assert(header_of(&g, "Allow", value, sizeof value));
    ck_assert_str_eq(value, "BREW");
    ck_assert(header_of(&g, "Content-Length", value, sizeof value));
    ck_assert_str_eq(value, "19");
    ck_assert(!header_of(&g, "Connection", value, sizeof value));
    ck_assert_int_eq(ask(fd, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", &g), 200);
    ck_assert(header_of(&g, "Connection", value, sizeof value));
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    end(&f);
}
END_TEST

/* The end of what the client sends, which comes with its last bytes, is seen at once: in edge mode
 * libmicrohttpd overlooks it. */
static const struct {
    const char *name, *request;
    int status;
    int body; /* bytes of it that are sent */
} halves[] = {
    {"a request", "GET /now HTTP/1.1\r\nHost: h\r\n\r\n", 200, 0},
    {"a request that is answered later", "GET /later HTTP/1.1\r\nHost: h\r\n\r\n", 200, 0},
    {"half a head", "GET /now HTTP/1.1\r\nHost: h\r\n", 0, 0},
    {"half a body", "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", 0, 65536},
};

START_TEST(client_sends_no_more)
{
    struct fixture f;
    struct got g;
    char request[70000];

    snprintf(request, sizeof request, "%s%0*d", halves[_i].request, halves[_i].body, 0);
    start(&f, &(struct jaxl_server_options){.timeout = 1000 * JAXL_SECOND}, 1);
    for (int i = 0; i < 50; i++) {
        int fd = dial(&f);

        ck_assert(put_n(fd, request, strlen(halves[_i].request) + (size_t)halves[_i].body));
        shutdown(fd, SHUT_WR);
        read_answer(fd, &g, true);
        ck_assert_int_eq(g.status, halves[_i].status);
        ck_assert(ends(fd, WAIT_MS));
        close(fd);
    }
    AWAIT_STATS(&f, connections, 0);
    AWAIT_STATS(&f, broken, halves[_i].status ? 0 : 50);
    end(&f);
}
END_TEST

/* Many that have sent all, and wait. */
START_TEST(clients_that_wait_send_no_more)
{
    struct fixture f;
    struct got g;
    int fds[50];

    start(&f, NULL, 0);
    for (int i = 0; i < 50; i++) {
        fds[i] = dial(&f);
        ck_assert(put(fds[i], "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
        shutdown(fds[i], SHUT_WR);
    }
    await_held(&f, 50);
    usleep(20000);
    for (int i = 0; i < 50; i++)
        reply(f.held[i]);
    for (int i = 0; i < 50; i++) {
        read_answer(fds[i], &g, true);
        ck_assert_int_eq(g.status, 200);
        ck_assert(ends(fds[i], WAIT_MS));
        close(fds[i]);
    }
    AWAIT_STATS(&f, answers, 50);
    end(&f);
}
END_TEST

START_TEST(connection_is_kept)
{
    struct fixture f;
    struct got g;
    char request[128], body[128];
    int fd;

    start(&f, NULL, 1);
    fd = dial(&f);
    for (int i = 0; i < 100; i++) {
        snprintf(request, sizeof request,
                 "POST /%s HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n%02d",
                 i % 3 ? "now" : "later", i);
        snprintf(body, sizeof body, "POST /%s?a= [] %02d", i % 3 ? "now" : "later", i);
        ck_assert_int_eq(ask(fd, request, &g), 200);
        ck_assert_str_eq(g.body, body);
    }
    ck_assert_uint_eq(stats(&f).accepted, 1);
    ck_assert_uint_eq(stats(&f).connections, 1);
    ck_assert_uint_eq(stats(&f).requests, 100);
    ck_assert_uint_eq(stats(&f).bytes_in, 200);
    AWAIT_STATS(&f, answers, 100);
    ck_assert_uint_eq(stats(&f).bytes_out, 66 * 18 + 34 * 20);
    close(fd);
    AWAIT_STATS(&f, connections, 0);
    ck_assert_uint_eq(stats(&f).bad + stats(&f).broken + stats(&f).timed_out, 0);
    end(&f);
}
END_TEST

/* Requests that do not wait for answers are answered in their order. */
START_TEST(pipelined)
{
    struct fixture f;
    struct jaxl_buf all;
    struct got g;
    char body[64];
    int fd;

    start(&f, NULL, 2);
    jaxl_buf_init(&all, 1 << 20);
    for (int i = 0; i < 200; i++)
        jaxl_buf_printf(&all, "POST /%s HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n%03d",
                        i % 7 ? "now" : "later", i);
    fd = dial(&f);
    ck_assert(put_n(fd, all.data, all.len));
    for (int i = 0; i < 200; i++) {
        read_answer(fd, &g, true);
        snprintf(body, sizeof body, "POST /%s?a= [] %03d", i % 7 ? "now" : "later", i);
        ck_assert_int_eq(g.status, 200);
        ck_assert_str_eq(g.body, body);
    }
    close(fd);
    jaxl_buf_free(&all);
    end(&f);
}
END_TEST

START_TEST(expects_to_be_told_to_go_on)
{
    static const char head[] =
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    struct fixture f;
    struct got g;
    int fd;

    start(&f, NULL, 0);
    fd = dial(&f);
    ck_assert_int_eq(ask(fd, head, &g), 100);
    ck_assert_int_eq(ask(fd, "body", &g), 200);
    ck_assert_str_eq(g.body, "POST /?a= [] body");
    close(fd);
    end(&f);
}
END_TEST

/* A body of a kilobyte in each of its sizes around the buffers of libmicrohttpd and of ours. */
START_TEST(bodies_of_all_sizes)
{
    struct fixture f;
    struct jaxl_buf request;
    struct got g;
    char head[128];
    int fd;

    start(&f, NULL, 0);
    fd = dial(&f);
    jaxl_buf_init(&request, 1 << 20);
    for (size_t n = 1; n <= 8000; n += n < 3900 || n > 4200 ? 433 : 7) {
        jaxl_buf_reset(&request);
        snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n", n);
        jaxl_buf_puts(&request, head);
        for (size_t i = 0; i < n; i++)
            jaxl_buf_putc(&request, (char)('a' + i % 26));
        ck_assert_int_eq(ask(fd, request.data, &g), 200);
        ck_assert_uint_eq(g.len, n + sizeof "POST /?a= [] " - 1);
        ck_assert_str_eq(g.body + sizeof "POST /?a= [] " - 1, request.data + strlen(head));
    }
    jaxl_buf_free(&request);
    close(fd);
    end(&f);
}
END_TEST

START_TEST(later_answers_find_their_requests)
{
    struct fixture f;
    struct got g;
    char request[128], body[128];
    int fds[64];

    start(&f, NULL, 4);
    for (int i = 0; i < 64; i++)
        fds[i] = dial(&f);
    for (int round = 0; round < (unit_slow() > 1 ? 3 : 20); round++) {
        for (int i = 0; i < 64; i++) {
            snprintf(request, sizeof request,
                     "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n%02d%04d", i,
                     round);
            ck_assert(put(fds[i], request));
        }
        for (int i = 0; i < 64; i++) {
            snprintf(body, sizeof body, "POST /later?a= [] %02d%04d", i, round);
            read_answer(fds[i], &g, true);
            ck_assert_int_eq(g.status, 200);
            ck_assert_str_eq(g.body, body);
        }
    }
    for (int i = 0; i < 64; i++)
        close(fds[i]);
    end(&f);
}
END_TEST

START_TEST(client_goes_before_its_answer)
{
    struct fixture f;
    int fds[32];

    start(&f, NULL, 0);
    for (int i = 0; i < 32; i++) {
        fds[i] = dial(&f);
        ck_assert(put(fds[i], "GET /hold HTTP/1.1\r\nHost: h\r\nX-Test: x\r\n\r\n"));
    }
    await_held(&f, 32);
    for (int i = 0; i < 32; i++) {
        const struct linger reset = {.l_onoff = 1, .l_linger = 0};
        if (i % 2)
            setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fds[i]);
    }
    usleep(20000);
    for (int i = 0; i < 32; i++) {
        ck_assert_str_eq(f.held[i]->path, "/hold");
        ck_assert_str_eq(f.held[i]->peer, "127.0.0.1");
        reply(f.held[i]);
    }
    AWAIT_STATS(&f, connections, 0);
    ck_assert_uint_eq(stats(&f).requests, 32);
    ck_assert_uint_ge(stats(&f).broken, 16);
    still_serves(&f);
    end(&f);
}
END_TEST

/* As many as want to come at once: none waits for ever, as with the epoll mode of libmicrohttpd. */
START_TEST(a_thousand_clients)
{
    struct fixture f;
    struct rlimit files;
    struct got g;
    int fds[1024], n = 1024;
    bool later = _i != 0;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max < 8192 ? files.rlim_max : 8192;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_cur < 2400)
        n = 400;
    start(&f, NULL, 1);
    for (int i = 0; i < n; i++)
        fds[i] = dial(&f);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < n; i++)
            ck_assert(put(fds[i], later ? "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
                                        : "GET /now HTTP/1.1\r\nHost: h\r\n\r\n"));
        for (int i = 0; i < n; i++) {
            read_answer(fds[i], &g, true);
            ck_assert_msg(g.status == 200, "client %d of %d: %d", i, n, g.status);
        }
    }
    ck_assert_uint_eq(stats(&f).connections, (unsigned)n);
    for (int i = 0; i < n; i++)
        close(fds[i]);
    AWAIT_STATS(&f, connections, 0);
    end(&f);
}
END_TEST

static void try_new(const struct jaxl_server_options *o, int code, const char *says)
{
    struct jaxl_server_options copy = *o;
    struct jaxl_error err = {0};
    struct jaxl_server *s;

    copy.serve = fixture_serve;
    ck_assert_int_eq(jaxl_server_new(&s, &copy, &err), code);
    ck_assert_ptr_null(s);
    ck_assert_int_eq(err.code, code);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

START_TEST(cannot_listen)
{
    struct fixture f;

    start(&f, NULL, 0);
    try_new(&(struct jaxl_server_options){.port = f.port}, JAXL_EBUSY,
            "another program listens there");
    end(&f);
    try_new(&(struct jaxl_server_options){.host = "192.0.2.1"}, JAXL_ECONFIG,
            "192.0.2.1: this machine does not have that address");
    try_new(&(struct jaxl_server_options){.host = "no such host"}, JAXL_ECONFIG,
            "cannot listen on no such host");
    try_new(&(struct jaxl_server_options){.connections = UINT32_MAX}, JAXL_ECONFIG, "ulimit -n");
    try_new(&(struct jaxl_server_options){.header_max = 1000}, JAXL_EARG, "1024");
    try_new(&(struct jaxl_server_options){.timeout = -1}, JAXL_EARG, "time-out");
}
END_TEST

START_TEST(nobody_to_serve)
{
    const struct jaxl_server_options none = {0};
    struct jaxl_error err = {0};
    struct jaxl_server *s;

    ck_assert_int_eq(jaxl_server_new(&s, &none, &err), JAXL_EARG);
    ck_assert_ptr_null(s);
    jaxl_server_free(&s);
    jaxl_server_free(NULL);
}
END_TEST

START_TEST(module_missing)
{
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    try_new(&(struct jaxl_server_options){0}, JAXL_ECONFIG, "/nonexistent/libjaxl-server.so");
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

/* The server's end of a connection; -1: it has none. */
static int other_end(int fd)
{
    struct sockaddr_in mine, peer;
    socklen_t len = sizeof mine;

    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&mine, &len), 0);
    for (int i = 3; i < 256; i++) {
        len = sizeof peer;
        if (i != fd && getpeername(i, (struct sockaddr *)&peer, &len) == 0 &&
            peer.sin_port == mine.sin_port)
            return i;
    }
    return -1;
}

/* A child that is being born has the descriptors of its parent until it is what it will be: what
 * comes of a connection that has ended meanwhile is nobody's. */
START_TEST(a_child_that_holds_a_connection)
{
    struct fixture f;
    struct got g;
    int old, held, fd;

    start(&f, NULL, 0);
    for (int i = 0; i < 20; i++) {
        old = dial(&f);
        ck_assert_int_eq(ask(old, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n", &g), 200);
        held = dup(other_end(old));
        ck_assert_int_ge(held, 0);
        ck_assert_int_eq(ask(old, "GET /now HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", &g),
                         200);
        AWAIT_STATS(&f, connections, 0);
        fd = dial(&f); /* its memory may be that of the other one */
        AWAIT_STATS(&f, connections, 1);
        close(old);
        still_serves(&f); /* it has seen that end */
        ck_assert_int_eq(ask(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n", &g), 200);
        close(fd);
        close(held);
        AWAIT_STATS(&f, connections, 0);
    }
    end(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, a_child_that_holds_a_connection);
    tcase_add_loop_test(tc, answered, 0, UNIT_COUNT(exchanges));
    tcase_add_test(tc, what_an_answer_says);
    tcase_add_loop_test(tc, client_sends_no_more, 0, UNIT_COUNT(halves));
    tcase_add_test(tc, clients_that_wait_send_no_more);
    tcase_add_test(tc, connection_is_kept);
    tcase_add_test(tc, pipelined);
    tcase_add_test(tc, expects_to_be_told_to_go_on);
    tcase_add_test(tc, bodies_of_all_sizes);
    tcase_add_test(tc, later_answers_find_their_requests);
    tcase_add_test(tc, client_goes_before_its_answer);
    tcase_add_loop_test(tc, a_thousand_clients, 0, 2);
    tcase_add_test(tc, cannot_listen);
    tcase_add_test(tc, nobody_to_serve);
    tcase_add_test(tc, module_missing);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("server", add);
}
