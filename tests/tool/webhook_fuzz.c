/* webhook_fuzz PORT REQUESTS: random and mutated webhooks for a server on loopback, the same in
 * each run; a program that ends a connection early is dialled again. Prints how many answers came
 * of each status, a line each: "200 1234". */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mutate.h"

enum { PATIENCE_MS = 120000, STATUSES = 600 };

#define CALL "70000" /* another number in each body */
#define STATE                                                                                      \
    "\"state\":{\"call_id\":" CALL                                                                 \
    ",\"from_number\":\"+911400000001\",\"to_number\":\"+919876543210\","                          \
    "\"direction\":2,\"metadata\":{\"vip\":\"yes\",\"n\":[1,2.5e3,null,true]},\"org\":{\"id\":42}" \
    ","                                                                                            \
    "\"campaign_id\":5}}"

static const char *const bodies[] = {
    "{\"pk\":11,\"event\":1,\"option\":null,\"data\":null,\"mark\":null,\"state\":null}",
    "{\"pk\":11,\"event\":1,\"option\":null,\"data\":null,\"mark\":null," STATE,
    "{\"pk\":11,\"event\":1,\"option\":null,\"data\":\"123*\",\"mark\":null," STATE,
    "{\"pk\":11,\"event\":2,\"option\":\"3\",\"data\":null,\"mark\":null," STATE,
    "{\"pk\":11,\"event\":2,\"option\":\"3\",\"data\":\"12#\",\"mark\":null," STATE,
    "{\"pk\":11,\"event\":3,\"option\":null,\"data\":null,\"mark\":null," STATE,
    "{\"pk\":11,\"event\":4,\"option\":null,\"data\":null,\"mark\":null," STATE,
    "{\"pk\":11,\"event\":5,\"option\":null,\"data\":null,\"mark\":\"m\\u00e91\"," STATE,
    "{}",
    "[]",
    "",
};
static const char *const body_words[] = {"null",
                                         "\"",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         "\\",
                                         "\\u0000",
                                         "\\ud83d",
                                         "\\udc00",
                                         "1e999",
                                         "-0",
                                         "0.1",
                                         ",",
                                         ":",
                                         "\n",
                                         "\r\n",
                                         "\x01",
                                         "\xff\xfe",
                                         "\xc0\x80",
                                         "\xed\xa0\x80",
                                         "\xe2\x80\xa8",
                                         "\xf0\x9f\x98\x80",
                                         "9223372036854775808",
                                         "-9223372036854775809",
                                         "\"event\":2,",
                                         "\"option\":\"9\",",
                                         "\"state\":null,",
                                         "\"call_id\":-1,",
                                         "\"metadata\":{\"a\":",
                                         "[[[[[[[[[[[[[[[[",
                                         "\xef\xbb\xbf"};

static const char *const heads[] = {
    "POST /webhook/ HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n",
    "POST /webhook?stream&conv HTTP/1.1\r\nHost: h\r\n",
    "DELETE /webhook/ HTTP/1.1\r\nHost: h\r\nUser-Agent: x\r\n",
    "POST /webhook/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n",
    "PUT /webhook/ HTTP/1.1\r\nHost: h\r\n",
    "POST /other HTTP/1.1\r\nHost: h\r\n",
};
static const char *const head_words[] = {
    "\r\n", "\n",   "\r\n\r\n", "Content-Length: 18446744073709551616\r\n", "Content-Length: 3\r\n",
    "-1",   "\xff", "HTTP/9.9", "Transfer-Encoding: chunked\r\n",           "Connection: close\r\n",
    ":",    "%00",  "?&=",      "Transfer-Encoding: gzip, chunked\r\n",     "Host: \r\n"};

static const struct material body_material = {bodies, body_words, UNIT_COUNT(bodies),
                                              UNIT_COUNT(body_words)};
static const struct material head_material = {heads, head_words, UNIT_COUNT(heads),
                                              UNIT_COUNT(head_words)};

static unsigned long answers[STATUSES];

static void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* One request: a head, mostly whole, how the body is sent, and a body, which is mutated on its own,
 * so that most of what is mutated is read as a body. */
static void add_request(struct message *m, uint64_t *seed)
{
    static struct message head, body;
    uint64_t how = unit_random(seed);
    char line[64], *at;
    int n;

    head.len = body.len = 0;
    message_add(&body, &body_material, seed);
    at = memmem(body.data, body.len, CALL, strlen(CALL));
    if (at) {
        (void)snprintf(line, sizeof line, "%0*d", (int)strlen(CALL), (int)(how >> 40) % 100000);
        memcpy(at, line, strlen(CALL));
    }
    message_insert(&head, 0, heads[how % UNIT_COUNT(heads)],
                   strlen(heads[how % UNIT_COUNT(heads)]));
    if (how >> 16 & 1)
        n = snprintf(line, sizeof line, "Content-Length: %zu\r\n\r\n", body.len);
    else
        n = snprintf(line, sizeof line, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", body.len);
    message_insert(&head, head.len, line, (size_t)n);
    if (how >> 24 & 1 ? how >> 32 & 1 : false)
        message_mutate(&head, 0, &head_material, seed);
    message_insert(m, m->len, head.data, head.len);
    message_insert(m, m->len, body.data, body.len);
    if (!(how >> 16 & 1) && body.len)
        message_insert(m, m->len, "\r\n0\r\n\r\n", 7);
    else if (!(how >> 16 & 1))
        message_insert(m, m->len, "\r\n", 2);
}

static int dial(uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a))
        give_up("connecting");
    return fd;
}

static void count(const char *text)
{
    static const char mark[] = "HTTP/1.1 ";

    for (const char *at = text; (at = strstr(at, mark)); at += sizeof mark - 1) {
        unsigned long status = strtoul(at + sizeof mark - 1, NULL, 10);
        if (status >= STATUSES)
            give_up("a status that is none");
        answers[status]++;
    }
}

/* Sends all of it, and reads every answer until the server ends the connection. */
static void talk(uint16_t port, const struct message *m, uint64_t *seed)
{
    static char got[1 << 20];
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    uint64_t how = unit_random(seed);
    size_t piece = how % 3 ? m->len : 1 + (how >> 8) % m->len, n = 0;
    ssize_t more = 1;
    int fd = dial(port);
    struct pollfd p = {.fd = fd, .events = POLLIN};

    for (size_t at = 0; at < m->len && more > 0; at += more > 0 ? (size_t)more : 0)
        more = send(fd, m->data + at, piece > m->len - at ? m->len - at : piece, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    do {
        if (poll(&p, 1, PATIENCE_MS) != 1)
            give_up("the server does not end a connection that has ended");
        more = recv(fd, got + n, sizeof got - 1 - n, 0);
        n += more > 0 ? (size_t)more : 0;
    } while (more > 0);
    got[n] = '\0';
    count(got);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset); /* no port waits for its time */
    close(fd);
}

int main(int argc, char **argv)
{
    static struct message m;
    uint16_t port = (uint16_t)(argc > 1 ? atoi(argv[1]) : 0);
    int requests = argc > 2 ? atoi(argv[2]) : 0;
    uint64_t seed = 20261126;

    for (int i = 0; i < requests;) {
        m.len = 0;
        for (uint64_t n = 1 + unit_random(&seed) % MUTATE_TOGETHER; n > 0 && i < requests; n--, i++)
            add_request(&m, &seed);
        talk(port, &m, &seed);
    }
    for (unsigned status = 0; status < STATUSES; status++)
        if (answers[status])
            printf("%u %lu\n", status, answers[status]);
    return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
