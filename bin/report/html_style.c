#include "report/html.h"

static const char *const style[] = {
    "body{margin:0;font:1rem/1.5 system-ui,sans-serif}",
};

void html_put_style(struct jaxl_buf *out, bool wide)
{
    for (size_t i = 0; i < sizeof style / sizeof style[0]; i++) {
        jaxl_buf_puts(out, style[i]);
        jaxl_buf_putc(out, '\n');
    }
    jaxl_buf_puts(out,
                  wide ? "@page{size:A4 landscape;margin:14mm}\n" : "@page{size:A4;margin:14mm}\n");
}
