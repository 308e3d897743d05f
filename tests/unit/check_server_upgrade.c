/* Connections that go on with another protocol: what WebSockets begin with. */
#include "server_fixture.h"

#define HOLD "GET /hold HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"

struct taken {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int times, fd; /* under lock */
    char early[64];
};

static void prepare(struct taken *t)
{
    *t = (struct taken){.fd = -2};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, NULL);
}

static void on_taken(void *ctx, int fd, const void *data, size_t len)
{
    struct taken *t = ctx;

    pthread_mutex_lock(&t->lock);
    t->times++;
    t->fd = fd;
    ck_assert_uint_lt(len, sizeof t->early);
    if (len)
        memcpy(t->early, data, len);
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}

static int await_taken(struct taken *t)
{
    pthread_mutex_lock(&t->lock);
    while (!t->times)
        pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
    return t->fd;
}

/* Both speak, and hear the other. */
static void talk(int ours, int theirs)
{
    char text[16] = "";

    ck_assert(put(ours, "ping"));
    ck_assert(readable(theirs, WAIT_MS));
    ck_assert_int_eq(recv(theirs, text, sizeof text, 0), 4);
    ck_assert(put(theirs, "pong!"));
    ck_assert(readable(ours, WAIT_MS));
    ck_assert_int_eq(recv(ours, text, sizeof text, 0), 5);
    ck_assert_str_eq(text, "pong!");
}

static void forget(struct taken *t)
{
    ck_assert_int_eq(t->times, 1);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
}

/* The server knows of it no more: neither time-outs nor its own end are for it. */
START_TEST(goes_on_with_another_protocol)
{
    struct jaxl_server_options o = {.timeout = 50 * JAXL_MSEC, .connections = 1};
    struct fixture f;
    struct taken t;
    struct got g;
    char value[32];
    int fd;

    start(&f, &o, 0);
    prepare(&t);
    fd = dial(&f);
    ck_assert(put(fd, HOLD "early"));
    await_held(&f, 1);
    jaxl_server_add(f.held[0], "Sec-Test", "1");
    jaxl_server_upgrade(f.held[0], "echo", on_taken, &t);
    read_answer(fd, &g, true);
    ck_assert_int_eq(g.status, 101);
    ck_assert(header_of(&g, "\r\nUpgrade", value, sizeof value));
    ck_assert_str_eq(value, "echo");
    ck_assert(header_of(&g, "Connection", value, sizeof value));
    ck_assert_str_eq(value, "Upgrade");
    ck_assert(header_of(&g, "Sec-Test", value, sizeof value));
    ck_assert_int_ge(await_taken(&t), 0);
    ck_assert_str_eq(t.early, "early");
    AWAIT_STATS(&f, connections, 0);
    still_serves(&f); /* there may be one connection only */
    ck_assert(!readable(fd, 200));
    talk(fd, t.fd);
    end(&f);
    talk(fd, t.fd);
    close(t.fd);
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    forget(&t);
}
END_TEST

static void serve_upgrade(void *ctx, struct jaxl_server_request *r)
{
    jaxl_server_upgrade(r, "echo", on_taken, ctx);
}

START_TEST(in_serve)
{
    struct taken t;
    struct jaxl_server_options o = {.serve = serve_upgrade, .ctx = &t};
    struct fixture f = {0};
    struct jaxl_server_stats st;
    struct got g;
    int fd;

    ck_assert_int_eq(jaxl_server_new(&f.s, &o, NULL), 0);
    f.port = jaxl_server_port(f.s);
    for (int i = 0; i < 100; i++) {
        prepare(&t);
        fd = dial(&f);
        ck_assert_int_eq(ask(fd, HOLD, &g), 101);
        ck_assert_int_ge(await_taken(&t), 0);
        talk(fd, t.fd);
        close(t.fd);
        ck_assert(ends(fd, WAIT_MS));
        close(fd);
        forget(&t);
    }
    AWAIT_STATS(&f, connections, 0);
    jaxl_server_stats(f.s, &st);
    ck_assert_uint_eq(st.answers, 100);
    ck_assert_uint_eq(st.broken, 0);
    ck_assert_uint_eq(st.bad, 0);
    jaxl_server_free(&f.s);
}
END_TEST

/* Who waits for a connection is told that there is none. */
START_TEST(ends_before)
{
    struct fixture f;
    struct taken gone, stopped;
    int fd, other;

    start(&f, NULL, 0);
    prepare(&gone);
    prepare(&stopped);
    fd = dial(&f);
    ck_assert(put(fd, "GET /hold HTTP/1.0\r\n\r\n")); /* knows of no upgrades */
    await_held(&f, 1);
    jaxl_server_upgrade(f.held[0], "echo", on_taken, &gone);
    ck_assert_int_eq(await_taken(&gone), -1);
    close(fd);
    other = dial(&f);
    ck_assert(put(other, HOLD));
    await_held(&f, 2);
    ck_assert_uint_eq(jaxl_server_stop(f.s, 0), 1);
    jaxl_server_upgrade(f.held[1], "echo", on_taken, &stopped);
    end(&f);
    ck_assert_int_eq(stopped.fd, -1);
    ck_assert(ends(other, WAIT_MS));
    close(other);
    forget(&gone);
    forget(&stopped);
}
END_TEST

/* One that has begun when the server stops is given away all the same. */
START_TEST(while_it_stops)
{
    struct fixture f;
    struct taken t;
    struct got g;
    int fd;

    start(&f, NULL, 0);
    prepare(&t);
    fd = dial(&f);
    ck_assert(put(fd, HOLD));
    await_held(&f, 1);
    jaxl_server_upgrade(f.held[0], "echo", on_taken, &t);
    ck_assert_uint_eq(jaxl_server_stop(f.s, 60 * JAXL_SECOND), 0);
    read_answer(fd, &g, true);
    ck_assert_int_eq(g.status, 101);
    ck_assert_int_ge(await_taken(&t), 0);
    end(&f);
    talk(fd, t.fd);
    close(t.fd);
    close(fd);
    forget(&t);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, goes_on_with_another_protocol);
    tcase_add_test(tc, in_serve);
    tcase_add_test(tc, ends_before);
    tcase_add_test(tc, while_it_stops);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("server_upgrade", add);
}
