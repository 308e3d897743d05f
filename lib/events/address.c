#include "events/address.h"

#include <stdbool.h>
#include <string.h>

static int wrong(const char *text, const char *what, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EARG, "%s %.80s: [HOST:]PORT is wanted, as :9919 or [::1]:9919",
                          what, text);
}

/* All of text: 0 to 65535. */
static bool read_port(const char *text, uint16_t *port)
{
    unsigned value = 0;

    if (!*text || strlen(text) > 5 || strspn(text, "0123456789") != strlen(text))
        return false;
    for (; *text; text++)
        value = value * 10 + (unsigned)(*text - '0');
    *port = (uint16_t)value;
    return value <= 65535;
}

int jaxl_address_parse(struct jaxl_address *a, const char *text, const char *what,
                       struct jaxl_error *err)
{
    const char *colon = strrchr(text, ':'), *host = text;
    size_t len = colon ? (size_t)(colon - text) : 0;

    if (len >= 2 && host[0] == '[') {
        if (host[len - 1] != ']' || len == 2)
            return wrong(text, what, err);
        host++;
        len -= 2;
    } else if (memchr(host, ':', len)) {
        return wrong(text, what, err);
    }
    if (len >= sizeof a->host || memchr(host, ']', len) ||
        !read_port(colon ? colon + 1 : text, &a->port))
        return wrong(text, what, err);
    if (!len) {
        host = "127.0.0.1";
        len = strlen(host);
    }
    memcpy(a->host, host, len);
    a->host[len] = '\0';
    return 0;
}
