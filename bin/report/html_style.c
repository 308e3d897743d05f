#include <string.h>

#include "report/html.h"

/* What is read has a contrast of 4.5 to what it stands on, what is seen of 3 (WCAG 2.2 AA), in both
 * schemes; a test computes it. Paper is light. */
static const struct {
    const char *name, *light, *dark;
} colours[] = {
    {"page", "#ffffff", "#12171d"},     {"ink", "#1b2530", "#e6ebf0"},
    {"soft", "#566270", "#a3afbb"},     {"line", "#dde3e8", "#2b343d"},
    {"answered", "#1f6f8b", "#55aecb"}, {"missed", "#8391a0", "#7d8a97"},
    {"failed", "#b23b32", "#f08579"},   {"cost", "#4b5fa8", "#96a8ee"},
    {"heat0", "#e6f0f4", "#1a303a"},    {"on0", "#1b2530", "#e6ebf0"},
    {"heat1", "#c7dfe8", "#1d4554"},    {"on1", "#1b2530", "#e6ebf0"},
    {"heat2", "#a0cbda", "#235b70"},    {"on2", "#1b2530", "#f4f8fa"},
    {"heat3", "#75b3c8", "#2c728c"},    {"on3", "#131b23", "#ffffff"},
    {"heat4", "#3f8ba6", "#57a3bd"},    {"on4", "#000000", "#0b1014"},
    {"heat5", "#1f6a85", "#8bc5d8"},    {"on5", "#ffffff", "#0b1014"},
    {"heat6", "#0c4a61", "#c4e6f1"},    {"on6", "#ffffff", "#0b1014"},
};
enum { COLOURS = sizeof colours / sizeof colours[0] };

static const char style[] =
    "html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"
    "\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;font-variant-numeric:tabular-nums lining-nums}\n"
    "main{max-width:66rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}\n"
    "h1{margin:0 0 .4rem;font-size:1.9rem;line-height:1.2;letter-spacing:-.015em;"
    "overflow-wrap:anywhere}\n"
    ".notes{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;margin:0;color:var(--soft);"
    "font-size:.875rem;overflow-wrap:anywhere}\n"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));"
    "gap:1.25rem 1rem;margin:2rem 0 2.5rem}\n"
    ".figures div{border-top:3px solid var(--answered);padding:.5rem .25rem 0 0;min-width:0}\n"
    "dt{color:var(--soft);font-size:.875rem}\n"
    "dd{margin:0;color:var(--soft);font-size:.875rem}\n"
    "dd strong{display:block;color:var(--ink);font-size:1.75rem;font-weight:600;line-height:1.3;"
    "letter-spacing:-.01em;overflow-wrap:anywhere}\n"
    "figure{margin:0 0 2.5rem}\n"
    "figcaption,caption{margin:0;padding:0 0 .6rem;font-size:1.05rem;font-weight:600;"
    "text-align:left}\n"
    "figcaption span{color:var(--soft);font-size:.875rem;font-weight:400;margin-left:.35rem}\n"
    ".wide{overflow-x:auto}\n"
    ".wide:focus-visible{outline:2px solid var(--answered);outline-offset:4px}\n"
    "svg{display:block;width:100%;min-width:44rem;height:auto;font-family:inherit}\n"
    "svg text{fill:var(--soft)}\n"
    "svg .name{fill:var(--ink)}\n"
    ".grid{stroke:var(--line);fill:none}\n"
    ".base{stroke:var(--soft);fill:none}\n"
    ".hints rect:hover{fill:var(--soft);fill-opacity:.15}\n"
    "table{border-collapse:collapse;width:100%;font-size:.8125rem;margin:0 0 2.5rem}\n"
    "th,td{padding:.3rem .4rem;border-bottom:1px solid var(--line);white-space:nowrap;"
    "vertical-align:baseline}\n"
    "th:first-child,td:first-child{padding-left:0}\n"
    "th:last-child,td:last-child{padding-right:0}\n"
    "thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--soft);"
    "vertical-align:bottom;white-space:normal}\n"
    "tbody th{font-weight:400}\n"
    "tbody .long{white-space:normal;overflow-wrap:anywhere;min-width:14rem}\n"
    "tbody .again{color:var(--soft)}\n"
    "tfoot th,tfoot td{font-weight:600;border-bottom:0}\n"
    "tfoot tr:first-child>*{border-top:2px solid var(--soft)}\n"
    ".neg{color:var(--failed)}\n"
    "@media print{\n"
    "html{font-size:10pt}\n"
    "body{font-size:10pt}\n"
    "main{max-width:none;padding:0}\n"
    ".wide{overflow:visible}\n"
    "svg{min-width:0}\n"
    "h1{font-size:18pt}\n"
    "dd strong{font-size:15pt}\n"
    ".figures,figure,table{margin-bottom:1.4rem}\n"
    "table{font-size:7.5pt}\n"
    ".many{font-size:6.6pt}\n"
    "th,td{padding:.2em .4em}\n"
    "thead{display:table-header-group}\n"
    "tfoot{display:table-row-group}\n"
    "figure,tr,dl,tfoot{break-inside:avoid}\n"
    "tbody tr:last-child{break-after:avoid}\n"
    "figcaption,caption{break-after:avoid}\n"
    "}\n";

const char *html_colour(const char *name)
{
    for (size_t i = 0; i < COLOURS; i++)
        if (strcmp(colours[i].name, name) == 0)
            return colours[i].light;
    return colours[1].light;
}

static void put_colours(struct jaxl_buf *out, bool dark)
{
    for (size_t i = 0; i < COLOURS; i++)
        jaxl_buf_printf(out, ";--%s:%s", colours[i].name,
                        dark ? colours[i].dark : colours[i].light);
    jaxl_buf_puts(out, "}");
}

/* What is drawn has its colour as an attribute as well, for readers that drop the style. */
static void put_fills(struct jaxl_buf *out)
{
    for (size_t i = 0; i < COLOURS; i++)
        if (strcmp(colours[i].name, "page") != 0 && strcmp(colours[i].name, "line") != 0)
            jaxl_buf_printf(out, "svg .%s{fill:var(--%s)}\n", colours[i].name, colours[i].name);
}

void html_put_style(struct jaxl_buf *out)
{
    jaxl_buf_puts(out, "@page{size:A4;margin:14mm}\n:root{color-scheme:light dark");
    put_colours(out, false);
    jaxl_buf_puts(out, "\n@media screen and (prefers-color-scheme:dark){\n:root{color-scheme:dark");
    put_colours(out, true);
    jaxl_buf_puts(out, "}\n@media print{\n:root{color-scheme:light}\n}\n");
    jaxl_buf_puts(out, style);
    put_fills(out);
}
