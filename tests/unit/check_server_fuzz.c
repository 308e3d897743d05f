/* Random and mutated requests, a hundred thousand of them from a fixed seed: the server answers or
 * ends the connection, and serves afterwards as if nothing had been. */
#include "mutate.h"
#include "server_fixture.h"

enum { REQUESTS = 100000 };

static const char *const seeds[] = {
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /later?a=%2b91&b=c#d HTTP/1.1\r\nHost: h\r\nX-Test: x\r\nCookie: a=b; c=\"d\"\r\n\r\n",
    "HEAD /now HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
    "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"pk\": null}",
    "DELETE /now HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
    "2\r\n\r\n{}",
    "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nabcde\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Foot: er\r\n\r\n",
    "POST /later HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\nabc",
    "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
};

/* What is put in somewhere. */
static const char *const words[] = {"\r\n",
                                    "\n",
                                    "\r",
                                    "\r\n\r\n",
                                    "Content-Length: 18446744073709551616\r\n",
                                    "Content-Length: 0x10\r\n",
                                    "Content-Length: 3\r\n",
                                    "Transfer-Encoding: chunked\r\n",
                                    "Transfer-Encoding: gzip, chunked\r\n",
                                    "Expect: 100-continue\r\n",
                                    "Connection: close\r\n",
                                    "Host: \r\n",
                                    " ",
                                    ":",
                                    "%",
                                    "%00",
                                    "?",
                                    "&=",
                                    "ffffffffffffffff\r\n",
                                    "-1\r\n",
                                    "0\r\n\r\n",
                                    "\xff\xfe",
                                    "HTTP/1.1",
                                    "HTTP/9.9",
                                    "Cookie: =;;=\"\r\n"};

static const struct material material = {seeds, words, UNIT_COUNT(seeds), UNIT_COUNT(words)};

/* Several requests, in pieces, without a look at the answers; then the client sends no more, resets
 * the connection or goes. */
static void talk(struct fixture *f, const struct message *m, uint64_t *seed)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    uint64_t how = unit_random(seed);
    size_t piece = how % 3 ? m->len : 1 + (how >> 8) % m->len;
    int fd = dial(f);

    for (size_t at = 0; at < m->len; at += piece)
        if (!put_n(fd, m->data + at, piece > m->len - at ? m->len - at : piece))
            break;
    if (how % 5) {
        shutdown(fd, SHUT_WR);
        ck_assert(ends(fd, WAIT_MS));
    }
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset); /* no port waits for its time */
    close(fd);
}

START_TEST(survives)
{
    struct fixture f;
    struct jaxl_server_stats st;
    uint64_t seed = 20261126;
    struct message *m = malloc(sizeof *m);

    ck_assert_ptr_nonnull(m);
    start(&f, &(struct jaxl_server_options){.body_max = 64}, 2);
    for (int i = 0; i < REQUESTS / unit_slow(); i += MUTATE_TOGETHER) {
        m->len = 0;
        for (int n = 0; n < MUTATE_TOGETHER; n++)
            message_add(m, &material, &seed);
        talk(&f, m, &seed);
        if (i % 4000 == 0)
            still_serves(&f);
    }
    free(m);
    AWAIT_STATS(&f, connections, 0);
    still_serves(&f);
    st = stats(&f);
    ck_assert_uint_gt(st.requests, 1000 / (unsigned)unit_slow());
    ck_assert_uint_gt(st.bad, 1000 / (unsigned)unit_slow());
    ck_assert_uint_gt(st.too_large, 100 / (unsigned)unit_slow());
    ck_assert_uint_gt(st.broken, 50 / (unsigned)unit_slow());
    ck_assert_uint_eq(jaxl_server_stop(f.s, 10 * JAXL_SECOND), 0);
    end(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, survives);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("server_fuzz", add);
}
