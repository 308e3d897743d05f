/* What the library has to say goes to a function of the program's; without one it stays silent. */
#ifndef JAXL_LOG_H
#define JAXL_LOG_H

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum jaxl_log_level {
    JAXL_LOG_WARNING, /* the user should know: credentials readable by others, a retry */
    JAXL_LOG_INFO,    /* --verbose: what was decided and why */
    JAXL_LOG_DEBUG    /* every request; never a secret */
};

struct jaxl_log {
    void *ctx;
    enum jaxl_log_level level; /* messages above this level are left out */
    /* message: one line without a newline, borrowed for the call */
    void (*write)(void *ctx, enum jaxl_log_level level, const char *message);
};

/* Formats and passes a message on. log may be NULL. */
JAXL_API void jaxl_log_print(const struct jaxl_log *log, enum jaxl_log_level level, const char *fmt,
                             ...) JAXL_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
