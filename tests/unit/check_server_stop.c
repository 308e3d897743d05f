#include "server_fixture.h"

#define HOLD "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"

static int64_t now(void)
{
    return jaxl_clock_mono(jaxl_clock_system()) / JAXL_MSEC;
}

struct stopper {
    struct jaxl_server *s;
    int64_t wait;
    unsigned cut;
    pthread_t thread;
};

static void *stop_it(void *arg)
{
    struct stopper *st = arg;

    st->cut = jaxl_server_stop(st->s, st->wait);
    return NULL;
}

static void stop_beside(struct stopper *st, struct fixture *f, int64_t wait)
{
    *st = (struct stopper){.s = f->s, .wait = wait};
    ck_assert_int_eq(pthread_create(&st->thread, NULL, stop_it, st), 0);
}

static unsigned stopped(struct stopper *st)
{
    pthread_join(st->thread, NULL);
    return st->cut;
}

/* What has begun is answered: complete requests that are held, and one that is still coming in. */
START_TEST(finishes_what_has_begun)
{
    struct fixture f;
    struct stopper st;
    struct got g;
    char value[32];
    int fds[8], coming, idle;

    start(&f, NULL, 0);
    idle = dial(&f);
    coming = dial(&f);
    ck_assert(put(coming, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab"));
    for (int i = 0; i < 8; i++) {
        fds[i] = dial(&f);
        ck_assert(put(fds[i], HOLD));
    }
    await_held(&f, 8);
    usleep(50000);
    stop_beside(&st, &f, 60 * JAXL_SECOND);
    ck_assert(ends(idle, WAIT_MS));
    /* No more connections. */
    for (int refused = 0, tries = 0; !refused && tries < 1000; tries++) {
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(f.port)};
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        refused = connect(fd, (struct sockaddr *)&a, sizeof a) && errno == ECONNREFUSED;
        close(fd);
        ck_assert_int_lt(tries, 999);
        usleep(1000);
    }
    ck_assert_int_eq(ask(coming, "cd", &g), 200);
    ck_assert_str_eq(g.body, "POST /?a= [] abcd");
    for (int i = 0; i < 8; i++)
        reply(f.held[i]);
    for (int i = 0; i < 8; i++) {
        read_answer(fds[i], &g, true);
        ck_assert_int_eq(g.status, 200);
        ck_assert(header_of(&g, "Connection", value, sizeof value));
        ck_assert_str_eq(value, "close");
        ck_assert(ends(fds[i], WAIT_MS));
        close(fds[i]);
    }
    ck_assert_uint_eq(stopped(&st), 0);
    ck_assert_uint_eq(jaxl_server_stop(f.s, 0), 0);
    ck_assert_uint_eq(stats(&f).answers, 9);
    ck_assert_uint_eq(stats(&f).connections, 0);
    close(idle);
    close(coming);
    end(&f);
}
END_TEST

/* An answer that is being taken is taken to its end, and its connection is kept no longer. */
START_TEST(finishes_an_answer)
{
    enum { SIZE = 32 << 20 };
    struct fixture f;
    struct stopper st;
    static char data[65536];
    size_t len = 0;
    ssize_t n;
    int fd;

    start(&f, NULL, 0);
    ck_assert_int_eq(jaxl_buf_reserve(&f.big, SIZE), 0);
    memset(f.big.data, 'x', SIZE);
    f.big.len = SIZE;
    fd = dial(&f);
    ck_assert(put(fd, "GET /big HTTP/1.1\r\nHost: h\r\n\r\n"));
    ck_assert(readable(fd, WAIT_MS));
    stop_beside(&st, &f, 600 * JAXL_SECOND);
    while ((n = recv(fd, data, sizeof data, 0)) > 0)
        len += (size_t)n;
    ck_assert_uint_gt(len, SIZE);
    ck_assert_uint_eq(stopped(&st), 0);
    ck_assert_uint_eq(stats(&f).answers, 1);
    close(fd);
    end(&f);
}
END_TEST

/* A wait that ends: those that are left are told, and may still be answered, to no effect. */
START_TEST(does_not_wait_for_ever)
{
    struct fixture f;
    int64_t began;
    int fds[5], coming;

    start(&f, NULL, 0);
    coming = dial(&f);
    ck_assert(put(coming, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab"));
    for (int i = 0; i < 5; i++) {
        fds[i] = dial(&f);
        ck_assert(put(fds[i], HOLD));
    }
    await_held(&f, 5);
    AWAIT_STATS(&f, connections, 6);
    usleep(50000);
    began = now();
    ck_assert_uint_eq(jaxl_server_stop(f.s, 300 * JAXL_MSEC), 6);
    ck_assert_int_ge(now() - began, 290);
    ck_assert_int_lt(now() - began, 5000);
    ck_assert_uint_eq(jaxl_server_stop(f.s, 300 * JAXL_MSEC), 6);
    for (int i = 0; i < 5; i++) {
        ck_assert(ends(fds[i], WAIT_MS));
        close(fds[i]);
    }
    ck_assert(ends(coming, WAIT_MS));
    close(coming);
    for (int i = 0; i < 3; i++) /* the others never are */
        reply(f.held[i]);
    ck_assert_str_eq(f.held[4]->path, "/hold");
    end(&f);
}
END_TEST

START_TEST(stops_with_nothing_to_do)
{
    struct fixture f;
    int64_t began = now();

    start(&f, NULL, 0);
    ck_assert_uint_eq(jaxl_server_stop(f.s, 60 * JAXL_SECOND), 0);
    ck_assert_int_lt(now() - began, 5000);
    end(&f);
    start(&f, NULL, 0);
    end(&f); /* without being stopped */
}
END_TEST

/* Requests that came before the stop and had not been read are answered, too. */
START_TEST(reads_what_came_before)
{
    struct fixture f;
    struct got g;
    int fds[64], answered = 0;

    for (int round = 0; round < (unit_slow() > 1 ? 3 : 20); round++) {
        struct stopper st;

        start(&f, NULL, 2);
        for (int i = 0; i < 64; i++)
            fds[i] = dial(&f);
        AWAIT_STATS(&f, connections, 64);
        for (int i = 0; i < 64; i++)
            ck_assert(put(fds[i], i % 2 ? "GET /now HTTP/1.1\r\nHost: h\r\n\r\n"
                                        : "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
        stop_beside(&st, &f, 60 * JAXL_SECOND);
        for (int i = 0; i < 64; i++) {
            read_answer(fds[i], &g, true);
            ck_assert_int_eq(g.status, 200);
            answered++;
            close(fds[i]);
        }
        ck_assert_uint_eq(stopped(&st), 0);
        end(&f);
    }
    ck_assert_int_ge(answered, 3 * 64);
}
END_TEST

/* Answers come from four threads while the server is stopped and freed. */
START_TEST(stopped_under_load)
{
    for (int round = 0; round < (unit_slow() > 1 ? 2 : 20); round++) {
        struct fixture f;
        struct stopper st;
        int fds[100];

        start(&f, NULL, 4);
        for (int i = 0; i < 100; i++) {
            fds[i] = dial(&f);
            for (int n = 0; n < 10; n++)
                ck_assert(put(fds[i], i % 3 ? "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
                                            : "GET /now HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        stop_beside(&st, &f, round % 3 * 20 * JAXL_MSEC);
        for (int i = 0; i < 100; i += 2)
            close(fds[i]);
        (void)stopped(&st);
        for (int i = 1; i < 100; i += 2) {
            ck_assert(ends(fds[i], WAIT_MS));
            close(fds[i]);
        }
        end(&f);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, finishes_what_has_begun);
    tcase_add_test(tc, finishes_an_answer);
    tcase_add_test(tc, does_not_wait_for_ever);
    tcase_add_test(tc, stops_with_nothing_to_do);
    tcase_add_test(tc, reads_what_came_before);
    tcase_add_test(tc, stopped_under_load);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("server_stop", add);
}
