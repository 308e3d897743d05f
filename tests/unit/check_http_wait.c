#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "http_fixture.h"

START_TEST(connections_are_limited_and_used_again)
{
    static const struct httpd_step step = {.status = 200, .delay = 2};
    static const struct jaxl_http_options options = {.connections = 4};
    struct jaxl_http_request request = fetch;
    struct result results[40];
    struct fixture f;
    size_t next = 0;

    set_up(&f, &step, 1, &options);
    while (next < UNIT_COUNT(results) || jaxl_http_active(f.h)) {
        while (next < UNIT_COUNT(results) && jaxl_http_room(f.h))
            start(&f, &request, &results[next++]);
        if (next < UNIT_COUNT(results)) {
            request.base = f.base;
            ck_assert_int_eq(jaxl_http_send(f.h, &request, NULL), JAXL_EBUSY);
        }
        ck_assert_uint_le(jaxl_http_active(f.h), 4);
        ck_assert_int_eq(jaxl_http_wait(f.h, JAXL_SECOND, NULL, 0, NULL), 0);
    }
    for (size_t i = 0; i < UNIT_COUNT(results); i++) {
        ck_assert_uint_eq(results[i].done, 1);
        ck_assert_int_eq(results[i].r.status, 200);
    }
    ck_assert_uint_eq(httpd_connections(f.d), 4);
    tear_down(&f);
}
END_TEST

START_TEST(limits_of_options)
{
    struct jaxl_http_options options = {.connections = JAXL_HTTP_CONNECTIONS_MAX + 1};
    struct jaxl_error err;
    struct jaxl_http *h;

    ck_assert_int_eq(jaxl_http_new(&h, &options, &err), JAXL_EARG);
    ck_assert_ptr_null(h);
    options.connections = JAXL_HTTP_CONNECTIONS_MAX;
    ck_assert_int_eq(jaxl_http_new(&h, &options, &err), 0);
    ck_assert_uint_eq(jaxl_http_room(h), JAXL_HTTP_CONNECTIONS_MAX);
    jaxl_http_free(&h);
    ck_assert_ptr_null(h);
    jaxl_http_free(&h);
}
END_TEST

START_TEST(given_up)
{
    static const struct httpd_step step = {.then = HTTPD_HANG};
    static const struct jaxl_http_options options = {.connections = 2};
    struct fixture f;
    struct result sent, kept;

    set_up(&f, &step, 1, &options);
    start(&f, &post, &sent);
    while (!httpd_requests(f.d))
        ck_assert_int_eq(jaxl_http_wait(f.h, 10 * JAXL_MSEC, NULL, 0, NULL), 0);
    start(&f, &post, &kept);
    jaxl_http_abort(f.h);
    ck_assert_uint_eq(sent.done, 1);
    ck_assert_int_eq(sent.r.end, JAXL_HTTP_AMBIGUOUS);
    ck_assert_uint_eq(kept.done, 1);
    ck_assert_int_eq(kept.r.end, JAXL_HTTP_NOT_SENT);
    ck_assert_uint_eq(jaxl_http_active(f.h), 0);
    start(&f, &post, &sent); /* and its callback is not called when the client goes */
    tear_down(&f);
    ck_assert_uint_eq(sent.done, 0);
}
END_TEST

/* Of the first connection nobody knows yet what the server can do. */
START_TEST(one_that_hangs)
{
    static const struct httpd_step steps[] = {{.then = HTTPD_HANG}, {.status = 200}};
    static const struct jaxl_http_options options = {.connections = 4, .timeout = 20 * JAXL_SECOND};
    struct fixture f;
    struct result hangs, other;

    set_up(&f, steps, 2, &options);
    start(&f, &fetch, &hangs);
    while (!httpd_requests(f.d))
        ck_assert_int_eq(jaxl_http_wait(f.h, 10 * JAXL_MSEC, NULL, 0, NULL), 0);
    start(&f, &fetch, &other);
    while (!other.done && !hangs.done)
        ck_assert_int_eq(jaxl_http_wait(f.h, JAXL_SECOND, NULL, 0, NULL), 0);
    ck_assert_uint_eq(hangs.done, 0);
    ck_assert_int_eq(other.r.status, 200);
    tear_down(&f);
}
END_TEST

START_TEST(other_descriptors)
{
    static const struct httpd_step step = {.then = HTTPD_HANG};
    struct pollfd extra[3];
    struct fixture f;
    struct result r;
    int fds[2][2];

    set_up(&f, &step, 1, NULL);
    ck_assert_int_eq(pipe(fds[0]), 0);
    ck_assert_int_eq(pipe(fds[1]), 0);
    extra[0] = (struct pollfd){.fd = fds[0][0], .events = POLLIN};
    extra[1] = (struct pollfd){.fd = fds[1][0], .events = POLLIN};
    extra[2] = (struct pollfd){.fd = -1, .events = POLLIN};
    start(&f, &post, &r);
    ck_assert_int_eq(write(fds[1][1], "x", 1), 1);
    ck_assert_int_eq(jaxl_http_wait(f.h, 60 * JAXL_SECOND, extra, 3, NULL), 0);
    ck_assert_int_eq(extra[0].revents, 0);
    ck_assert_int_eq(extra[1].revents, POLLIN);
    ck_assert_int_eq(extra[2].revents, 0);
    close(fds[0][1]); /* a closed pipe is ready, too */
    extra[1].fd = -1;
    ck_assert_int_eq(jaxl_http_wait(f.h, 60 * JAXL_SECOND, extra, 3, NULL), 0);
    ck_assert_int_ne(extra[0].revents, 0);
    ck_assert_int_eq(extra[1].revents, 0);
    close(fds[0][0]);
    close(fds[1][0]);
    close(fds[1][1]);
    tear_down(&f);
}
END_TEST

/* The time-out of a file ends a silence, that of anything else the whole. One drip is twelve times
 * shorter than the time-out, for a machine that stands still; all of them are longer. */
#define DRIPS                                                                                      \
    {                                                                                              \
        .status = 200, .fill = 14 * 4096, .pause = 250                                             \
    }
static const struct {
    struct httpd_step step;
    bool file;
    enum jaxl_http_end end;
} files[] = {
    {DRIPS, true, JAXL_HTTP_ANSWERED},
    {DRIPS, false, JAXL_HTTP_AMBIGUOUS},
    {{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nRIFF", .then = HTTPD_HANG},
     true,
     JAXL_HTTP_AMBIGUOUS},
    {{.then = HTTPD_HANG}, true, JAXL_HTTP_AMBIGUOUS},
};

START_TEST(slow_files)
{
    struct jaxl_http_request request = fetch;
    struct fixture f;
    struct result r;

    request.file = files[_i].file;
    request.timeout = 3 * JAXL_SECOND;
    set_up(&f, &files[_i].step, 1, NULL);
    start(&f, &request, &r);
    while (!r.done)
        ck_assert_int_eq(jaxl_http_wait(f.h, 60 * JAXL_SECOND, NULL, 0, NULL), 0);
    ck_assert_int_eq(r.r.end, files[_i].end);
    tear_down(&f);
}
END_TEST

static void ignore(int number)
{
    (void)number;
}

struct poke {
    pthread_t whom;
    volatile bool stop;
};

/* Again and again, so that one of them comes while the other thread waits. */
static void *poke_often(void *arg)
{
    struct poke *p = arg;

    while (!p->stop) {
        pthread_kill(p->whom, SIGUSR1);
        usleep(1000);
    }
    return NULL;
}

START_TEST(signal_ends_the_wait)
{
    static const struct httpd_step step = {.then = HTTPD_HANG};
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    struct poke poke = {.whom = pthread_self()};
    int64_t before;
    struct fixture f;
    struct result r;
    pthread_t thread;

    set_up(&f, &step, 1, NULL);
    if (_i)
        start(&f, &post, &r);
    ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
    before = jaxl_clock_mono(jaxl_clock_system());
    ck_assert_int_eq(pthread_create(&thread, NULL, poke_often, &poke), 0);
    ck_assert_int_eq(jaxl_http_wait(f.h, 3600 * JAXL_SECOND, NULL, 0, NULL), 0);
    ck_assert_int_lt(jaxl_clock_mono(jaxl_clock_system()) - before, 5 * JAXL_SECOND);
    poke.stop = true;
    pthread_join(thread, NULL);
    tear_down(&f);
}
END_TEST

START_TEST(waits_as_long_as_it_is_told)
{
    static const struct httpd_step step = OK;
    const struct jaxl_clock *clock = jaxl_clock_system();
    int64_t before = jaxl_clock_mono(clock);
    struct fixture f;

    set_up(&f, &step, 1, NULL);
    ck_assert_int_eq(jaxl_http_wait(f.h, 20 * JAXL_MSEC, NULL, 0, NULL), 0);
    ck_assert_int_ge(jaxl_clock_mono(clock) - before, 20 * JAXL_MSEC);
    ck_assert_int_eq(jaxl_http_wait(f.h, 0, NULL, 0, NULL), 0);
    tear_down(&f);
}
END_TEST

/* Others have an end to report in every wait: here no way to a multicast address, found out at
 * once. An answer that is there is read all the same, and long before its time is over. */
START_TEST(nobody_starves)
{
    static const struct httpd_step step = OK;
    struct jaxl_http_request request = fetch;
    struct jaxl_http_base *nowhere;
    struct result answered, lost = {.done = 1};
    struct fixture f;

    set_up(&f, &step, 1, NULL);
    ck_assert_int_eq(jaxl_http_base_new(&nowhere, "https://224.0.0.1", NULL), 0);
    request.base = nowhere;
    start(&f, &fetch, &answered);
    while (!answered.done) {
        if (lost.done)
            start(&f, &request, &lost);
        ck_assert_int_eq(jaxl_http_wait(f.h, JAXL_SECOND, NULL, 0, NULL), 0);
    }
    ck_assert_int_eq(answered.r.end, JAXL_HTTP_ANSWERED);
    jaxl_http_free(&f.h);
    jaxl_http_base_free(&nowhere);
    tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, connections_are_limited_and_used_again);
    tcase_add_test(tc, limits_of_options);
    tcase_add_test(tc, given_up);
    tcase_add_test(tc, one_that_hangs);
    tcase_add_test(tc, other_descriptors);
    tcase_add_loop_test(tc, slow_files, 0, UNIT_COUNT(files));
    tcase_add_test(tc, nobody_starves);
    tcase_add_test(tc, waits_as_long_as_it_is_told);
    tcase_add_loop_test(tc, signal_ends_the_wait, 0, 2);
}

int main(void)
{
    return unit_run("http_wait", add);
}
