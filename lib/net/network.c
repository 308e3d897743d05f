#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/network.h"

/* What stands before an IPv4 address in an IPv6 one: RFC 4291, 2.5.5.2. */
static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_ipv4(const uint8_t *address)
{
    return !memcmp(address, mapped, sizeof mapped);
}

/* Up to three digits; -1: something else. */
static int bits_of(const char *text)
{
    int bits = 0;
    size_t n = strspn(text, "0123456789");

    if (!n || n > 3 || text[n])
        return -1;
    while (*text)
        bits = bits * 10 + *text++ - '0';
    return bits;
}

static bool read_address(const char *text, size_t len, uint8_t *address, int *width)
{
    char copy[JAXL_NETWORK_TEXT];

    if (len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    *width = 128;
    if (inet_pton(AF_INET6, copy, address) == 1)
        return true;
    *width = 32;
    memcpy(address, mapped, sizeof mapped);
    return inet_pton(AF_INET, copy, address + sizeof mapped) == 1;
}

int jaxl_network_parse(const char *text, struct jaxl_network *n, struct jaxl_error *err)
{
    size_t len = strcspn(text, "/");
    int width, bits;

    if (!read_address(text, len, n->address, &width))
        return jaxl_error_set(err, JAXL_EARG,
                              "%s: not a network, write it as 10.0.0.0/8, 192.0.2.7 or "
                              "2001:db8::/32",
                              text);
    bits = text[len] ? bits_of(text + len + 1) : width;
    if (bits < 0 || bits > width)
        return jaxl_error_set(err, JAXL_EARG, "%s: 0 to %d bits of this address can count", text,
                              width);
    n->bits = (uint8_t)(128 - width + bits);
    for (unsigned i = n->bits; i < 128; i++)
        n->address[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
    return 0;
}

bool jaxl_network_has(const struct jaxl_network *n, const uint8_t address[JAXL_NETWORK_ADDRESS])
{
    unsigned bytes = n->bits / 8, rest = n->bits % 8;

    if (memcmp(n->address, address, bytes))
        return false;
    return !rest || (n->address[bytes] ^ address[bytes]) >> (8 - rest) == 0;
}

bool jaxl_network_address(const struct sockaddr *a, uint8_t address[JAXL_NETWORK_ADDRESS])
{
    if (a->sa_family == AF_INET6) {
        memcpy(address, &((const struct sockaddr_in6 *)a)->sin6_addr, JAXL_NETWORK_ADDRESS);
        return true;
    }
    if (a->sa_family != AF_INET)
        return false;
    memcpy(address, mapped, sizeof mapped);
    memcpy(address + sizeof mapped, &((const struct sockaddr_in *)a)->sin_addr, 4);
    return true;
}

void jaxl_network_text(const uint8_t address[JAXL_NETWORK_ADDRESS], char text[JAXL_NETWORK_TEXT])
{
    bool v4 = is_ipv4(address);

    if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? address + sizeof mapped : address, text,
                   JAXL_NETWORK_TEXT))
        *text = '\0';
}
