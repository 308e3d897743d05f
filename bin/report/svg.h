/* Charts of the page: one figure each, with a caption, and a drawing that says in words what it
 * shows. Measures are pixels of a drawing that is SVG_WIDTH wide. Doubles are for places only:
 * every figure that is printed comes from text or whole numbers. */
#ifndef JAXL_BIN_REPORT_SVG_H
#define JAXL_BIN_REPORT_SVG_H

#include "report/html.h"

enum { SVG_WIDTH = 900, SVG_LETTER = 7 /* of the width of a digit, at the size of labels */ };

/* Round numbers along an axis: first * unit * 10^exponent and so on to last. */
struct svg_axis {
    int64_t first, last, unit; /* unit: 1, 2 or 5 */
    int exponent;
    double step;
    double from, to; /* places of first and last */
};

/* low at most 0, high at least 0; whole: of whole numbers. from, to: as in the struct. */
struct svg_axis svg_axis(double low, double high, bool whole, double from, double to);
double svg_place(const struct svg_axis *axis, double value);
/* Lines across the drawing at each number, from left to right, with the numbers before them. */
void svg_put_axis(struct html *h, const struct svg_axis *axis, double left, double right);
/* Room that the numbers of an axis take. */
double svg_axis_room(struct html *h, const struct svg_axis *axis);

/* A number for a place, with at most one decimal. */
void svg_put(struct jaxl_buf *out, double place);
void svg_put_rect(struct jaxl_buf *out, double x, double y, double width, double height);
/* A subpath: a rectangle from y to the line at base. */
void svg_put_bar(struct jaxl_buf *out, double x, double y, double width, double base);

/* A text of any direction, cut to a width in columns. */
void svg_put_isolated(struct html *h, const char *text, size_t len, size_t width);

/* Begins a figure: its caption, then what more the caption says, may be NULL. What is written next
 * is the description for those who do not see the drawing, until svg_begin_drawing. */
void svg_begin(struct html *h, const char *caption, const char *more, double height);
void svg_begin_drawing(struct html *h);
void svg_end(struct html *h);

/* The charts; nothing where there is nothing to draw. */
void svg_put_calls(struct html *h);
void svg_put_costs(struct html *h);
void svg_put_outcomes(struct html *h);
void svg_put_heat(struct html *h);

#endif
