/* Errors: a negative code as the return value, the details in a struct that the caller owns. */
#ifndef JAXL_ERROR_H
#define JAXL_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define JAXL_API            __attribute__((visibility("default")))
#define JAXL_PRINTF(fmt, a) __attribute__((format(printf, fmt, a)))
#else
#define JAXL_API
#define JAXL_PRINTF(fmt, a)
#endif

enum jaxl_code {
    JAXL_OK = 0,
    JAXL_ENOMEM = -1,     /* an allocation failed */
    JAXL_EARG = -2,       /* wrong use: an argument or option that cannot be */
    JAXL_EINPUT = -3,     /* input that cannot be used: bad JSON, CSV, number, amount */
    JAXL_ELIMIT = -4,     /* a stated maximum was passed (size, depth, count) */
    JAXL_EIO = -5,        /* reading or writing a file or a pipe failed */
    JAXL_ECONFIG = -6,    /* configuration missing or wrong */
    JAXL_EAUTH = -7,      /* credentials refused (401, 402, 403) */
    JAXL_EREFUSED = -8,   /* the platform said no (other 4xx, or a reason) */
    JAXL_ENET = -9,       /* platform out of reach and nothing of the request left */
    JAXL_EUNKNOWN = -10,  /* the request may or may not have been carried out */
    JAXL_ETHROTTLE = -11, /* 429: later */
    JAXL_EAGAIN = -12,    /* nothing to give right now without waiting */
    JAXL_EEND = -13,      /* end of the input */
    JAXL_EBUSY = -14,     /* somebody else holds it */
    JAXL_EPROTO = -15,    /* an answer that does not follow the protocol */
    JAXL_ECRYPTO = -16,   /* a key, signature or token that does not verify */
    JAXL_ESTOPPED = -17,  /* the caller wanted no more of it */
    JAXL_ESAFETY = -18    /* going on would not be safe: a limit that was set, a stale list */
};

struct jaxl_error {
    int code;          /* enum jaxl_code */
    int status;        /* HTTP status, 0 when there was none */
    bool retry_safe;   /* true when doing the same again cannot do it twice */
    char message[512]; /* one line: the operation, the object in it, what is wrong */
};

/* Sets *err (which may be NULL) to code and the formatted message, with status 0 and retry_safe
 * false; longer messages are cut. Returns code, so that `return jaxl_error_set(...)` reads well. */
JAXL_API int jaxl_error_set(struct jaxl_error *err, int code, const char *fmt, ...)
    JAXL_PRINTF(3, 4);

/* Puts "text: " in front of the message of *err (which may be NULL): who was doing what to what.
 * Returns err->code, or code when err is NULL or was never set: code is then what it is set to. */
JAXL_API int jaxl_error_prefix(struct jaxl_error *err, int code, const char *fmt, ...)
    JAXL_PRINTF(3, 4);

/* The name of a code in words ("out of memory"); never NULL, static storage. */
JAXL_API const char *jaxl_error_name(int code);

#ifdef __cplusplus
}
#endif
#endif
