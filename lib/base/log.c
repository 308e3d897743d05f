#include <stdio.h>

#include "base/line.h"
#include "jaxl/log.h"

void jaxl_log_print(const struct jaxl_log *log, enum jaxl_log_level level, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    if (!log || !log->write || level > log->level)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    jaxl_line_clean(text);
    log->write(log->ctx, level, text);
}
