/* Networks of IP addresses, as in allow-lists: an address and how many of its bits count. IPv4 is
 * kept as IPv6 has it (::ffff:a.b.c.d), so that a listener for both sees it alike. */
#ifndef JAXL_NET_NETWORK_H
#define JAXL_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "jaxl/error.h"

enum { JAXL_NETWORK_ADDRESS = 16, JAXL_NETWORK_TEXT = 46 };

struct jaxl_network {
    uint8_t address[JAXL_NETWORK_ADDRESS]; /* zero after its bits */
    uint8_t bits;                          /* 0 to 128 */
};

/* Reads "10.0.0.0/8", "2001:db8::/32", or one address: "192.0.2.7". JAXL_EARG. */
int jaxl_network_parse(const char *text, struct jaxl_network *n, struct jaxl_error *err);
/* Whether the address is in the network. */
bool jaxl_network_has(const struct jaxl_network *n, const uint8_t address[JAXL_NETWORK_ADDRESS]);
/* The address of a socket; false when it is neither of IPv4 nor of IPv6. */
bool jaxl_network_address(const struct sockaddr *a, uint8_t address[JAXL_NETWORK_ADDRESS]);
/* Its text, as people write it: "192.0.2.7", "2001:db8::1". */
void jaxl_network_text(const uint8_t address[JAXL_NETWORK_ADDRESS], char text[JAXL_NETWORK_TEXT]);

#endif
