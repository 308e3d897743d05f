/* The HTTP server when memory is out: its own sources are linked, not the module, so that their
 * allocations can fail, and those of libmicrohttpd for an answer. */
#include <microhttpd.h>
#include <stdatomic.h>

#include "failmalloc.h"
#include "server_fixture.h"

#define GET "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

struct MHD_Response *__real_MHD_create_response_from_buffer(size_t n, void *data,
                                                            enum MHD_ResponseMemoryMode mode);
enum MHD_Result __real_MHD_add_response_header(struct MHD_Response *r, const char *name,
                                               const char *value);
struct MHD_Response *__wrap_MHD_create_response_from_buffer(size_t n, void *data,
                                                            enum MHD_ResponseMemoryMode mode);
enum MHD_Result __wrap_MHD_add_response_header(struct MHD_Response *r, const char *name,
                                               const char *value);

static _Atomic bool no_response, no_header;

struct MHD_Response *__wrap_MHD_create_response_from_buffer(size_t n, void *data,
                                                            enum MHD_ResponseMemoryMode mode)
{
    return no_response ? NULL : __real_MHD_create_response_from_buffer(n, data, mode);
}

enum MHD_Result __wrap_MHD_add_response_header(struct MHD_Response *r, const char *name,
                                               const char *value)
{
    return no_header ? MHD_NO : __real_MHD_add_response_header(r, name, value);
}

/* Answers without an allocation of its own; after /fail the next one in its thread fails. */
static void serve(void *ctx, struct jaxl_server_request *r)
{
    struct fixture *f = ctx;

    if (!strcmp(r->path, "/hold")) {
        fixture_serve(f, r);
        return;
    }
    if (!strcmp(r->path, "/fail"))
        failmalloc_at(1);
    jaxl_server_answer(r, 200, "text/plain", "fine", 4);
}

static void begin(struct fixture *f)
{
    struct jaxl_server_options o = {.serve = serve, .ctx = f};
    struct jaxl_error err = {0};

    memset(f, 0, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    ck_assert_msg(!jaxl_server_new(&f->s, &o, &err), "%s", err.message);
    f->port = jaxl_server_port(f->s);
    no_response = no_header = false;
}

static void is_fine(struct fixture *f)
{
    struct got g;
    int fd = dial(f);

    ck_assert_int_eq(ask(fd, GET, &g), 200);
    ck_assert_str_eq(g.body, "fine");
    close(fd);
}

static int make_and_free(void *ctx)
{
    const struct jaxl_network everybody = {{0}, 0};
    struct jaxl_server_options o = {.serve = serve, .ctx = ctx, .allow = &everybody, .n_allow = 1};
    struct jaxl_server *s;
    int code = jaxl_server_new(&s, &o, NULL);

    jaxl_server_free(&s);
    return code;
}

START_TEST(no_server)
{
    ck_assert_int_eq(failmalloc_each(make_and_free, NULL), 2);
}
END_TEST

START_TEST(no_connection)
{
    struct fixture f;
    struct got g;
    int fd, next;

    begin(&f);
    fd = dial(&f);
    ck_assert_int_eq(ask(fd, "GET /fail HTTP/1.1\r\nHost: h\r\n\r\n", &g), 200);
    next = dial(&f);
    ck_assert(ends(next, WAIT_MS));
    AWAIT_STATS(&f, over_limit, 1);
    close(next);
    is_fine(&f);
    ck_assert_int_eq(ask(fd, GET, &g), 200);
    close(fd);
    end(&f);
}
END_TEST

START_TEST(no_body)
{
    struct fixture f;
    struct got g;
    int fd;

    begin(&f);
    fd = dial(&f);
    ck_assert_int_eq(ask(fd, "GET /fail HTTP/1.1\r\nHost: h\r\n\r\n", &g), 200);
    ck_assert_int_eq(ask(fd, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody", &g),
                     503);
    ck_assert(ends(fd, WAIT_MS));
    close(fd);
    is_fine(&f);
    end(&f);
}
END_TEST

static const char *const lost[] = {
    GET, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n\r\n"};

/* Of two, no response; of the others a response, but no place for its header. */
START_TEST(no_answer)
{
    struct fixture f;
    const char *request = lost[_i % 3];
    int fd;

    begin(&f);
    fd = dial(&f);
    no_response = _i < 3;
    no_header = _i >= 3;
    ck_assert(put(fd, request));
    if (strstr(request, "/hold")) {
        await_held(&f, 1);
        jaxl_server_answer(f.held[0], 200, "text/plain", "fine", 4);
    }
    ck_assert(ends(fd, WAIT_MS));
    AWAIT_STATS(&f, connections, 0);
    if (_i != 5)
        ck_assert_uint_eq(stats(&f).answers, 0); /* a refusal has no header of ours */
    no_response = no_header = false;
    close(fd);
    is_fine(&f);
    end(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, no_server);
    tcase_add_test(tc, no_connection);
    tcase_add_test(tc, no_body);
    tcase_add_loop_test(tc, no_answer, 0, 6);
}

int main(void)
{
    return unit_run("server_oom", add);
}
