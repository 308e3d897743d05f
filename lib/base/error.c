#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "jaxl/error.h"

static const struct {
    int code;
    const char *name;
} names[] = {
    {JAXL_OK, "done"},
    {JAXL_ENOMEM, "out of memory"},
    {JAXL_EARG, "wrong use"},
    {JAXL_EINPUT, "unusable input"},
    {JAXL_ELIMIT, "limit passed"},
    {JAXL_EIO, "input/output error"},
    {JAXL_ECONFIG, "configuration missing or wrong"},
    {JAXL_EAUTH, "credentials refused"},
    {JAXL_EREFUSED, "refused by the platform"},
    {JAXL_ENET, "platform out of reach"},
    {JAXL_EUNKNOWN, "outcome unknown"},
    {JAXL_ETHROTTLE, "throttled by the platform"},
    {JAXL_EAGAIN, "nothing right now"},
    {JAXL_EEND, "end of input"},
    {JAXL_EBUSY, "in use by somebody else"},
    {JAXL_EPROTO, "answer not understood"},
    {JAXL_ECRYPTO, "key or signature does not verify"},
    {JAXL_ESTOPPED, "stopped"},
    {JAXL_ESAFETY, "stopped by a safety limit"},
};

int jaxl_error_set(struct jaxl_error *err, int code, const char *fmt, ...)
{
    char text[sizeof err->message]; /* the old message may be among the arguments */
    va_list ap;

    if (!err)
        return code;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    memset(err, 0, sizeof *err);
    err->code = code;
    memcpy(err->message, text, strlen(text) + 1);
    jaxl_line_clean(err->message);
    return code;
}

/* As much of more as there is room for. */
static void append(char *text, size_t size, const char *more)
{
    size_t n = strlen(text), m = strlen(more);

    if (m > size - 1 - n)
        m = size - 1 - n;
    memcpy(text + n, more, m);
    text[n + m] = '\0';
}

int jaxl_error_prefix(struct jaxl_error *err, int code, const char *fmt, ...)
{
    char text[sizeof err->message];
    va_list ap;

    if (!err)
        return code;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    append(text, sizeof text, ": ");
    append(text, sizeof text, err->message);
    memcpy(err->message, text, sizeof text);
    jaxl_line_clean(err->message);
    if (!err->code)
        err->code = code;
    return err->code;
}

const char *jaxl_error_name(int code)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].code == code)
            return names[i].name;
    return "unknown error";
}
