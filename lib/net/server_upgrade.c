/* Connections that another protocol goes on with. */
#include <fcntl.h>
#include <sys/epoll.h>

#include "net/server_impl.h"

void jaxl_server_upgrade_end(struct conn *c, int fd, const void *data, size_t len)
{
    jaxl_server_upgraded *taken = c->taken;

    c->taken = NULL;
    if (taken)
        taken(c->taken_ctx, fd, data, len);
}

/* The answer is sent. What is given away is a second descriptor, so that libmicrohttpd and what
 * counts connections are rid of the first at once, as of any other that ends. */
static void on_upgrade(void *cls, struct MHD_Connection *mhd, void *state, const char *data,
                       size_t len, MHD_socket fd, struct MHD_UpgradeResponseHandle *handle)
{
    struct conn *c = cls;

    (void)mhd;
    (void)state;
    (void)epoll_ctl(c->server->half_fd, EPOLL_CTL_DEL, fd, NULL);
    c->state = UPGRADED;
    jaxl_server_upgrade_end(c, fcntl(fd, F_DUPFD_CLOEXEC, 0), data, len);
    c->server->given_away = true;
    (void)MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

void jaxl_server_upgrade_answer(struct jaxl_server_request *r, const char *protocol,
                                jaxl_server_upgraded *taken, void *ctx)
{
    struct conn *c = (struct conn *)r;
    struct MHD_Response *response = MHD_create_response_for_upgrade(on_upgrade, c);

    c->taken = taken;
    c->taken_ctx = ctx;
    response = jaxl_server_answer_finish(c, response, "Upgrade", protocol);
    jaxl_server_answer_give(c, MHD_HTTP_SWITCHING_PROTOCOLS, response, 0);
}
