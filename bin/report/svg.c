#include "report/svg.h"

#include <stdio.h>
#include <string.h>

#include "report/width.h"

enum { TICKS = 5, ZEROS_MOST = 9, DECIMALS_MOST = 12 };

static int64_t up(double value)
{
    const int64_t n = (int64_t)value;

    return (double)n < value ? n + 1 : n;
}

struct svg_axis svg_axis(double low, double high, bool whole, double from, double to)
{
    struct svg_axis axis = {.unit = 1, .step = 1, .from = from, .to = to};
    double raw = high - low > 1e-100 ? (high < 1e300 ? high - low : 1e300) / TICKS : 1;

    for (; axis.step * 10 <= raw; axis.exponent++)
        axis.step *= 10;
    for (; axis.step > raw; axis.exponent--)
        axis.step /= 10;
    if (whole && axis.exponent < 0) {
        axis.exponent = 0;
        axis.step = 1;
    } else if (raw > axis.step * 5) {
        axis.exponent++;
        axis.step *= 10;
    } else if (raw > axis.step * 1.000001) {
        axis.unit = raw > axis.step * 2 ? 5 : 2;
        axis.step *= (double)axis.unit;
    }
    axis.first = low < 0 ? -up(-low / axis.step) : 0;
    axis.last = high > 0 ? up(high / axis.step - 1e-9) : 0;
    if (axis.last == axis.first)
        axis.last++;
    return axis;
}

double svg_place(const struct svg_axis *axis, double value)
{
    const double part =
        (value / axis->step - (double)axis->first) / (double)(axis->last - axis->first);

    return axis->from + (axis->to - axis->from) * part;
}

/* The i-th number of an axis, by locale; a power of ten where it is long. */
static void put_number(struct figure_writer *w, const struct svg_axis *axis, int64_t i)
{
    const int64_t n = i * axis->unit;
    char text[64];
    int64_t scale = 1;

    if (n == 0 || (axis->exponent >= 0 && axis->exponent <= ZEROS_MOST)) {
        for (int e = 0; e < axis->exponent && n; e++)
            scale *= 10;
        figure_put_count(w, n * scale);
    } else if (axis->exponent < 0 && -axis->exponent <= DECIMALS_MOST) {
        for (int e = 0; e > axis->exponent; e--)
            scale *= 10;
        (void)snprintf(text, sizeof text, "%s%lld.%0*lld", n < 0 ? "-" : "",
                       (long long)((n < 0 ? -n : n) / scale), -axis->exponent,
                       (long long)((n < 0 ? -n : n) % scale));
        figure_put_money(w, text, NULL);
    } else {
        jaxl_buf_printf(w->out, "%lde%d", (long)(n % 10 ? n : n / 10),
                        axis->exponent + (n % 10 ? 0 : 1));
    }
}

double svg_axis_room(struct html *h, const struct svg_axis *axis)
{
    size_t most = 0;

    for (int64_t i = axis->first; i <= axis->last; i++) {
        size_t width;
        put_number(&h->figure, axis, i);
        width = width_of(h->known, jaxl_buf_text(&h->scratch), h->scratch.len);
        most = most < width ? width : most;
        jaxl_buf_reset(&h->scratch);
    }
    return (double)(most * SVG_LETTER + 12);
}

void svg_put_axis(struct html *h, const struct svg_axis *axis, double left, double right)
{
    for (int64_t i = axis->first; i <= axis->last; i++) {
        const double y = svg_place(axis, (double)i * axis->step);
        jaxl_buf_printf(h->out, "<path class=\"%s\" d=\"M", i ? "grid" : "base");
        svg_put(h->out, left);
        jaxl_buf_putc(h->out, ' ');
        svg_put(h->out, y);
        jaxl_buf_putc(h->out, 'H');
        svg_put(h->out, right);
        jaxl_buf_puts(h->out, "\"/><text text-anchor=\"end\" x=\"");
        svg_put(h->out, left - 8);
        jaxl_buf_puts(h->out, "\" y=\"");
        svg_put(h->out, y + 4);
        jaxl_buf_puts(h->out, "\">");
        put_number(&h->figure, axis, i);
        html_puts(h->out, jaxl_buf_text(&h->scratch));
        jaxl_buf_reset(&h->scratch);
        jaxl_buf_puts(h->out, "</text>\n");
    }
}

void svg_put(struct jaxl_buf *out, double place)
{
    const bool negative = place < 0;
    const int64_t tenths = (int64_t)((negative ? -place : place) * 10 + 0.5);

    if (negative && tenths)
        jaxl_buf_putc(out, '-');
    jaxl_buf_int(out, tenths / 10);
    if (tenths % 10) {
        jaxl_buf_putc(out, '.');
        jaxl_buf_int(out, tenths % 10);
    }
}

static void put_attribute(struct jaxl_buf *out, const char *name, double place)
{
    jaxl_buf_printf(out, " %s=\"", name);
    svg_put(out, place);
    jaxl_buf_putc(out, '"');
}

void svg_put_rect(struct jaxl_buf *out, double x, double y, double width, double height)
{
    jaxl_buf_puts(out, "<rect");
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    put_attribute(out, "width", width);
    put_attribute(out, "height", height);
}

void svg_put_bar(struct jaxl_buf *out, double x, double y, double width, double base)
{
    jaxl_buf_putc(out, 'M');
    svg_put(out, x);
    jaxl_buf_putc(out, ' ');
    svg_put(out, base);
    jaxl_buf_putc(out, 'V');
    svg_put(out, y);
    jaxl_buf_putc(out, 'h');
    svg_put(out, width);
    jaxl_buf_putc(out, 'V');
    svg_put(out, base);
    jaxl_buf_putc(out, 'z');
}

/* There is no <bdi> in a drawing; these are its characters. */
void svg_put_isolated(struct html *h, const char *text, size_t len, size_t width)
{
    jaxl_buf_puts(h->out, "\xe2\x81\xa8");
    (void)html_put_cut(h, text, len, width);
    jaxl_buf_puts(h->out, "\xe2\x81\xa9");
}

void svg_begin(struct html *h, const char *caption, const char *more, double height)
{
    const unsigned id = ++h->drawings;

    jaxl_buf_puts(h->out, "<figure>\n<figcaption>");
    html_puts(h->out, caption);
    if (more) {
        jaxl_buf_puts(h->out, " <span>");
        html_puts(h->out, more);
        jaxl_buf_puts(h->out, "</span>");
    }
    jaxl_buf_puts(h->out, "</figcaption>\n<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                          "aria-label=\"");
    html_puts(h->out, caption);
    jaxl_buf_printf(h->out,
                    "\">\n<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                    "aria-labelledby=\"t%u d%u\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<title id=\"t%u\">",
                    SVG_WIDTH, (int)height, SVG_WIDTH, (int)height, id, id, id);
    html_puts(h->out, caption);
    jaxl_buf_printf(h->out, "</title>\n<desc id=\"d%u\">", id);
}

void svg_begin_drawing(struct html *h)
{
    jaxl_buf_puts(h->out, "</desc>\n");
}

void svg_end(struct html *h)
{
    jaxl_buf_puts(h->out, "</svg>\n</div>\n</figure>\n");
}
