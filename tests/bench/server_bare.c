/* The answer of a webhook by libmicrohttpd alone, in its poll mode: "server_bare PORT". */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char answer[] =
    "{\"prompt\":[\"Welcome to the shop.\",\"Press 1 for sales.\"],\"num_characters\":1}";

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *path,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct MHD_Response *response;
    enum MHD_Result done;

    (void)cls;
    (void)path;
    (void)method;
    (void)version;
    (void)data;
    if (!*state || *size) {
        *state = answer;
        *size = 0;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(sizeof answer - 1, answer, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "application/json");
    done = MHD_queue_response(c, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return done;
}

int main(int argc, char **argv)
{
    uint16_t port = (uint16_t)(argc > 1 ? atoi(argv[1]) : 0);

    if (!MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD, port, NULL, NULL, handle, NULL,
                          MHD_OPTION_CONNECTION_LIMIT, 4096U, MHD_OPTION_END)) {
        fprintf(stderr, "server_bare: cannot listen on port %u\n", port);
        return EXIT_FAILURE;
    }
    pause();
    return EXIT_SUCCESS;
}
