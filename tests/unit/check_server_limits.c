#include <sys/resource.h>

#include "server_fixture.h"

#define GET "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

/* What is not to be read: answered, the connection ended, counted. */
static const struct {
    const char *name, *request;
    int status; /* 0: ended without an answer */
    uint64_t too_large, bad;
} refused[] = {
    {"a gigabyte", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n\r\n", 413, 1, 0},
    {"a gigabyte, waiting to be told to send it",
     "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1073741824\r\n\r\n",
     413, 1, 0},
    {"one byte more than may be", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4097\r\n\r\n", 413,
     1, 0},
    {"more than a number holds",
     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413, 1, 0},
    {"a chunk of more than a number holds",
     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\nx",
     413, 1, 0},
    {"no host", "GET / HTTP/1.1\r\n\r\n", 400, 0, 1},
    {"a length below zero", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400, 0, 1},
    {"two lengths",
     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, 0, 1},
    {"a length and chunks",
     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400, 0, 1},
    {"an encoding that is unknown",
     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nx", 400, 0, 1},
    {"a header without a colon", "GET / HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n", 400, 0, 1},
    {"a chunk that is none",
     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx", 400, 0, 1},
    {"not HTTP", "nonsense\r\n\r\n", 0, 0, 1},
    {"no version of HTTP", "this is no HTTP\r\n\r\n", 400, 0, 1},
    {"not this version", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", 505, 0, 1},
    {"a blank in the path", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 0, 0, 1},
};

START_TEST(is_refused)
{
    struct fixture f;
    struct got g;
    int fd;

    start(&f, &(struct jaxl_server_options){.body_max = 4096}, 0);
    fd = dial(&f);
    ck_assert_int_eq(ask(fd, refused[_i].request, &g), refused[_i].status);
    ck_assert_msg(ends(fd, WAIT_MS), "%s", refused[_i].name);
    AWAIT_STATS(&f, connections, 0);
    ck_assert_uint_eq(stats(&f).too_large, refused[_i].too_large);
    ck_assert_uint_eq(stats(&f).bad, refused[_i].bad);
    ck_assert_uint_eq(stats(&f).requests, 0);
    ck_assert_uint_eq(stats(&f).broken, 0);
    still_serves(&f);
    close(fd);
    end(&f);
}
END_TEST

/* The length is not said beforehand. */
START_TEST(chunks_that_grow_too_large)
{
    static const char head[] = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    struct fixture f;
    struct got g;
    char chunk[1024 + 8];
    unsigned sent = 0;
    int fd;

    start(&f, &(struct jaxl_server_options){.body_max = 4096}, 0);
    snprintf(chunk, sizeof chunk, "400\r\n%01024d\r\n", 0);
    fd = dial(&f);
    ck_assert(put(fd, head));
    for (int i = 0; i < 4; i++)
        ck_assert(put(fd, chunk));
    ck_assert_int_eq(ask(fd, "0\r\n\r\n", &g), 200); /* 4 KiB are not too much */
    ck_assert(put(fd, head));
    while (sent < 1 << 20 && put(fd, chunk))
        sent++;
    ck_assert_uint_lt(sent, 1 << 20); /* not a gigabyte */
    read_answer(fd, &g, true);
    ck_assert(g.status == 413 || g.status == 0); /* 0: the client was still sending */
    AWAIT_STATS(&f, too_large, 1);
    AWAIT_STATS(&f, connections, 0);
    still_serves(&f);
    close(fd);
    end(&f);
}
END_TEST

START_TEST(head_that_grows_too_large)
{
    struct fixture f;
    struct got g;
    char line[300];
    int fd;

    start(&f, NULL, 0);
    snprintf(line, sizeof line, "X-Long: %0200d\r\n", 0);
    fd = dial(&f);
    ck_assert(put(fd, "GET / HTTP/1.1\r\nHost: h\r\n"));
    for (int i = 0; i < 20; i++) /* 4 KiB are fine */
        ck_assert(put(fd, line));
    ck_assert_int_eq(ask(fd, "\r\n", &g), 200);
    ck_assert(put(fd, "GET / HTTP/1.1\r\nHost: h\r\n"));
    for (int i = 0; i < 1000 && put(fd, line); i++)
        ;
    AWAIT_STATS(&f, too_large, 1);
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    fd = dial(&f);
    ck_assert(put(fd, "GET /"));
    for (int i = 0; i < 4000 && put(fd, "0123456789"); i++)
        ;
    AWAIT_STATS(&f, too_large, 2);
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    still_serves(&f);
    end(&f);
}
END_TEST

static int64_t now(void)
{
    return jaxl_clock_mono(jaxl_clock_system()) / JAXL_MSEC;
}

/* A byte now and then, for ever: a time-out that sees inactivity only never comes. */
static const struct {
    const char *name, *before, *drip;
    int status;
} slow[] = {
    {"request line", "",
     "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0},
    {"header", "GET / HTTP/1.1\r\nHost: h\r\n",
     "X-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     408},
    {"body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     408},
    {"chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     408},
};

START_TEST(a_byte_a_second)
{
    struct fixture f;
    struct got g;
    const char *drip = slow[_i].drip;
    int64_t began;
    int fd;

    start(&f, &(struct jaxl_server_options){.timeout = 600 * JAXL_MSEC}, 0);
    fd = dial(&f);
    began = now();
    ck_assert(put(fd, slow[_i].before));
    while (*drip && put_n(fd, drip, 1) && !readable(fd, 50))
        drip++;
    ck_assert_msg(*drip, "%s: never cut off", slow[_i].name);
    ck_assert_int_ge(now() - began, 550);
    ck_assert_int_lt(now() - began, 4000);
    read_answer(fd, &g, true);
    ck_assert_int_eq(g.status, slow[_i].status);
    AWAIT_STATS(&f, connections, 0);
    ck_assert_uint_eq(stats(&f).timed_out, slow[_i].status ? 1 : 0);
    ck_assert_uint_eq(stats(&f).broken + stats(&f).bad, 0);
    close(fd);
    still_serves(&f);
    end(&f);
}
END_TEST

/* Nothing, nothing more, or half a request. */
static const char *const silent[] = {"",
                                     GET,
                                     "GET /",
                                     GET "GET /",
                                     "GET / HTTP/1.1\r\nHo",
                                     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx"};

START_TEST(silence_is_ended)
{
    struct fixture f;
    int64_t began;
    int fd;

    start(&f, &(struct jaxl_server_options){.timeout = 400 * JAXL_MSEC}, 0);
    fd = dial(&f);
    began = now();
    ck_assert(put(fd, silent[_i]));
    ck_assert(ends(fd, WAIT_MS));
    ck_assert_int_ge(now() - began, 350);
    ck_assert_int_lt(now() - began, 4000);
    AWAIT_STATS(&f, connections, 0);
    close(fd);
    end(&f);
}
END_TEST

/* One whose requests come well within the time is kept for many times that. */
START_TEST(busy_connection_is_kept)
{
    struct fixture f;
    struct got g;
    int fd;

    start(&f, &(struct jaxl_server_options){.timeout = 1000 * JAXL_MSEC}, 1);
    fd = dial(&f);
    for (int i = 0; i < 12; i++) {
        ck_assert_int_eq(ask(fd, i % 2 ? GET : "GET /later HTTP/1.1\r\nHost: h\r\n\r\n", &g), 200);
        usleep(200000);
    }
    ck_assert_uint_eq(stats(&f).accepted, 1);
    close(fd);
    end(&f);
}
END_TEST

/* An answer that is long in coming is no fault of the client's. */
START_TEST(held_longer_than_the_time)
{
    struct fixture f;
    struct got g;
    int fd;

    start(&f, &(struct jaxl_server_options){.timeout = 200 * JAXL_MSEC}, 0);
    fd = dial(&f);
    ck_assert(put(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
    await_held(&f, 1);
    ck_assert(!readable(fd, 900));
    reply(f.held[0]);
    read_answer(fd, &g, true);
    ck_assert_int_eq(g.status, 200);
    close(fd);
    end(&f);
}
END_TEST

START_TEST(answer_that_is_not_taken)
{
    struct fixture f;
    int fd;

    start(&f, &(struct jaxl_server_options){.timeout = 400 * JAXL_MSEC}, 0);
    ck_assert_int_eq(jaxl_buf_reserve(&f.big, 32 << 20), 0);
    memset(f.big.data, 'x', 32 << 20);
    f.big.len = 32 << 20;
    fd = dial(&f);
    ck_assert(put(fd, "GET /big HTTP/1.1\r\nHost: h\r\n\r\n"));
    AWAIT_STATS(&f, timed_out, 1);
    AWAIT_STATS(&f, connections, 0);
    ck_assert_uint_eq(stats(&f).answers, 0);
    close(fd);
    end(&f);
}
END_TEST

START_TEST(connections_over_the_limit)
{
    struct fixture f;
    struct got g;
    int fds[4], fd;

    start(&f, &(struct jaxl_server_options){.connections = 4}, 0);
    for (int i = 0; i < 4; i++) {
        fds[i] = dial(&f);
        ck_assert(put(fds[i], "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    await_held(&f, 4);
    for (unsigned i = 1; i <= 10; i++) {
        fd = dial(&f);
        ck_assert(ends(fd, WAIT_MS));
        close(fd);
        AWAIT_STATS(&f, over_limit, i);
    }
    for (unsigned i = 0; i < 4; i++) {
        reply(f.held[i]);
        read_answer(fds[i], &g, true);
        ck_assert_int_eq(g.status, 200);
    }
    /* Now all idle, and those that do so for long give way. */
    usleep(1100000);
    for (int i = 0; i < 4; i++)
        still_serves(&f);
    ck_assert_uint_eq(stats(&f).over_limit, 10);
    ck_assert_uint_le(stats(&f).connections, 4);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    end(&f);
}
END_TEST

START_TEST(connections_of_one_address)
{
    struct fixture f;
    struct got g;
    int a, b, c, d;

    start(&f, &(struct jaxl_server_options){.per_address = 2}, 0);
    a = dial(&f);
    b = dial(&f);
    c = dial(&f);
    ck_assert(ends(c, WAIT_MS));
    AWAIT_STATS(&f, over_limit, 1);
    d = dial_from(f.port, "127.0.0.2");
    ck_assert_int_eq(ask(d, GET, &g), 200);
    close(a);
    AWAIT_STATS(&f, connections, 2);
    still_serves(&f);
    close(b);
    close(c);
    close(d);
    end(&f);
}
END_TEST

START_TEST(only_those_allowed)
{
    struct fixture f;
    struct jaxl_network allow[2];
    struct got g;
    int fd;

    ck_assert_int_eq(jaxl_network_parse("2001:db8::/32", &allow[0], NULL), 0);
    ck_assert_int_eq(jaxl_network_parse("127.0.0.64/26", &allow[1], NULL), 0);
    start(&f, &(struct jaxl_server_options){.allow = allow, .n_allow = 2}, 0);
    memset(allow, 0, sizeof allow); /* they were copied */
    fd = dial(&f);
    (void)put(fd, GET);
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    AWAIT_STATS(&f, not_allowed, 1);
    fd = dial_from(f.port, "127.0.0.127");
    ck_assert_int_eq(ask(fd, GET, &g), 200);
    close(fd);
    fd = dial_from(f.port, "127.0.0.128");
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    AWAIT_STATS(&f, not_allowed, 2);
    ck_assert_uint_eq(stats(&f).accepted, 1);
    end(&f);
}
END_TEST

/* A listener for IPv6 is one for IPv4, too, and sees its clients under their own addresses. */
START_TEST(both_kinds_of_addresses)
{
    struct fixture f;
    struct jaxl_network allow;
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd, probe = socket(AF_INET6, SOCK_STREAM, 0);

    if (probe < 0 || bind(probe, (struct sockaddr *)&six, sizeof six)) {
        close(probe);
        return; /* a machine without IPv6 */
    }
    close(probe);
    ck_assert_int_eq(jaxl_network_parse("127.0.0.1", &allow, NULL), 0);
    start(&f, &(struct jaxl_server_options){.host = "::", .allow = &allow, .n_allow = 1}, 0);
    still_serves(&f);
    fd = socket(AF_INET6, SOCK_STREAM, 0);
    six.sin6_port = htons(f.port);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&six, sizeof six), 0);
    ck_assert(ends(fd, WAIT_MS));
    AWAIT_STATS(&f, not_allowed, 1);
    close(fd);
    fd = dial(&f);
    ck_assert(put(fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
    await_held(&f, 1);
    ck_assert_str_eq(f.held[0]->peer, "127.0.0.1");
    close(fd);
    end(&f);
}
END_TEST

/* Each body is allowed, all of them are not. */
START_TEST(bodies_together)
{
    enum { CLIENTS = 20, MEGABYTES = 4 };
    struct fixture f;
    char *megabyte = calloc(1, 1 << 20);
    int fds[CLIENTS];

    ck_assert_ptr_nonnull(megabyte);
    start(&f, &(struct jaxl_server_options){.body_max = (MEGABYTES << 20) + 1}, 0);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = dial(&f);
        ck_assert(put(fds[i], "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4194305\r\n\r\n"));
        for (int n = 0; n < MEGABYTES && put_n(fds[i], megabyte, 1 << 20); n++)
            ;
    }
    for (int tries = 0; stats(&f).connections > 16 && tries < WAIT_MS / 5; tries++)
        usleep(5000);
    ck_assert_uint_le(stats(&f).connections, 16); /* four megabytes each: 64 */
    ck_assert_uint_ge(stats(&f).too_large, 4);
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    AWAIT_STATS(&f, connections, 0);
    /* All of it was given back. */
    fds[0] = dial(&f);
    ck_assert(put(fds[0], "POST /hold HTTP/1.1\r\nHost: h\r\nContent-Length: 4194304\r\n\r\n"));
    for (int n = 0; n < MEGABYTES; n++)
        ck_assert(put_n(fds[0], megabyte, 1 << 20));
    await_held(&f, 1);
    ck_assert_uint_eq(f.held[0]->len, MEGABYTES << 20);
    close(fds[0]);
    free(megabyte);
    end(&f);
}
END_TEST

/* When no more files may be open, connections wait until there are. */
START_TEST(no_more_files)
{
    struct fixture f;
    struct rlimit files, few;
    struct got g;
    int fd, spare;

    if (unit_slow() > 1)
        return; /* valgrind keeps to the limit in a way of its own: it ends the connection */
    start(&f, NULL, 0);
    still_serves(&f);
    AWAIT_STATS(&f, connections, 0);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    spare = dup(fd);
    close(spare);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    few = files;
    few.rlim_cur = (rlim_t)spare;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert_int_eq(
        connect(fd,
                (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET,
                                                         .sin_port = htons(f.port),
                                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                sizeof(struct sockaddr_in)),
        0);
    ck_assert(put(fd, GET));
    ck_assert(!readable(fd, 500));
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    read_answer(fd, &g, true);
    ck_assert_int_eq(g.status, 200);
    close(fd);
    end(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, is_refused, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, chunks_that_grow_too_large);
    tcase_add_test(tc, head_that_grows_too_large);
    tcase_add_loop_test(tc, a_byte_a_second, 0, UNIT_COUNT(slow));
    tcase_add_loop_test(tc, silence_is_ended, 0, UNIT_COUNT(silent));
    tcase_add_test(tc, busy_connection_is_kept);
    tcase_add_test(tc, held_longer_than_the_time);
    tcase_add_test(tc, answer_that_is_not_taken);
    tcase_add_test(tc, connections_over_the_limit);
    tcase_add_test(tc, connections_of_one_address);
    tcase_add_test(tc, only_those_allowed);
    tcase_add_test(tc, both_kinds_of_addresses);
    tcase_add_test(tc, bodies_together);
    tcase_add_test(tc, no_more_files);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("server_limits", add);
}
