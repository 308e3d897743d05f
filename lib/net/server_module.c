#include "base/module.h"
#include "net/server.h"

int jaxl_server_new(struct jaxl_server **s, const struct jaxl_server_options *options,
                    struct jaxl_error *err)
{
    __typeof__(&jaxl_server_new) make = jaxl_module_find("server", "jaxl_server_new", err);

    *s = NULL;
    return make ? make(s, options, err) : JAXL_ECONFIG;
}
