/* Texts in the DOT language of Graphviz: names of nodes, and labels that are like HTML. */
#ifndef JAXL_IVR_DOT_TEXT_H
#define JAXL_IVR_DOT_TEXT_H

#include "jaxl/buf.h"

/* A part of a name of a node, which stands in double quotes: what could end it, and a comma, goes
 * as % and two hexadecimal digits, so that different texts stay different. */
void jaxl_ivr_dot_name(struct jaxl_buf *out, const char *text);
/* A text in a label <...>: cut into lines of at most width characters, at blanks where it has some,
 * with between put between them; what the first lines do not hold is left out for an ellipsis.
 * Control characters become blanks, what is not UTF-8 U+FFFD, and a text without any character that
 * shows a no-break blank. */
void jaxl_ivr_dot_lines(struct jaxl_buf *out, const char *text, size_t width, size_t lines,
                        const char *between);

#endif
