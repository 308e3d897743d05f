/* An HTTP server of lib/net/server.h with the answer of a webhook: "server_rate PORT [HOW]", where
 * HOW is now (in the thread of the server), one (by another thread, each as it comes) or many (by
 * another thread, all that have come, after the milliseconds of a third argument: as a journal does
 * it). Or a client that holds N connections to a server open: "server_rate PORT hold N". */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server.h"

static const char answer[] =
    "{\"prompt\":[\"Welcome to the shop.\",\"Press 1 for sales.\"],\"num_characters\":1}";

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct jaxl_server_request *first;
    bool later;
    useconds_t pause;
};

static void reply(struct jaxl_server_request *r)
{
    jaxl_server_answer(r, 200, "application/json", answer, sizeof answer - 1);
}

static void serve(void *ctx, struct jaxl_server_request *r)
{
    struct queue *q = ctx;

    if (!q->later) {
        reply(r);
        return;
    }
    pthread_mutex_lock(&q->lock);
    r->user = q->first;
    q->first = r;
    if (!r->user)
        pthread_cond_signal(&q->filled);
    pthread_mutex_unlock(&q->lock);
}

static void *answer_all(void *ctx)
{
    struct queue *q = ctx;

    for (;;) {
        struct jaxl_server_request *r, *next;

        pthread_mutex_lock(&q->lock);
        while (!q->first)
            pthread_cond_wait(&q->filled, &q->lock);
        if (q->pause) {
            pthread_mutex_unlock(&q->lock);
            usleep(q->pause);
            pthread_mutex_lock(&q->lock);
        }
        r = q->first;
        q->first = q->pause ? NULL : r->user;
        pthread_mutex_unlock(&q->lock);
        for (; r; r = next) {
            next = q->pause ? r->user : NULL;
            reply(r);
        }
    }
    return NULL;
}

static int hold(uint16_t port, int n)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    for (int i = 0; i < n; i++)
        if (connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&a, sizeof a)) {
            perror("server_rate");
            return EXIT_FAILURE;
        }
    puts("held");
    fflush(stdout);
    pause();
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const char *how = argc > 2 ? argv[2] : "now";
    struct queue q = {.lock = PTHREAD_MUTEX_INITIALIZER,
                      .filled = PTHREAD_COND_INITIALIZER,
                      .later = strcmp(how, "now") != 0};
    struct jaxl_server_options o = {.serve = serve, .ctx = &q};
    struct jaxl_server *s;
    struct jaxl_error err;
    pthread_t thread;

    if (!strcmp(how, "hold"))
        return hold((uint16_t)atoi(argv[1]), argc > 3 ? atoi(argv[3]) : 1000);
    if (!strcmp(how, "many"))
        q.pause = (useconds_t)(argc > 3 ? atoi(argv[3]) : 1) * 1000;
    o.port = (uint16_t)(argc > 1 ? atoi(argv[1]) : 0);
    if (jaxl_server_new(&s, &o, &err)) {
        fprintf(stderr, "server: %s\n", err.message);
        return EXIT_FAILURE;
    }
    printf("%u\n", jaxl_server_port(s));
    fflush(stdout);
    if (!q.later)
        pause();
    if (pthread_create(&thread, NULL, answer_all, &q))
        return EXIT_FAILURE;
    pause();
    return EXIT_SUCCESS;
}
