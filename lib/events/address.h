/* "[HOST:]PORT" */
#ifndef JAXL_EVENTS_ADDRESS_H
#define JAXL_EVENTS_ADDRESS_H

#include <stdint.h>

#include "jaxl/error.h"

enum { JAXL_ADDRESS_HOST = 256 };

struct jaxl_address {
    char host[JAXL_ADDRESS_HOST]; /* a name or an address; an IPv6 address without its brackets */
    uint16_t port;
};

/* "9919", ":9919", "host:9919", "[::1]:9919"; without a host 127.0.0.1. JAXL_EARG with the option's
 * name, what, in the message. */
int jaxl_address_parse(struct jaxl_address *a, const char *text, const char *what,
                       struct jaxl_error *err);

#endif
