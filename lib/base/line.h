/* One line of text: for a terminal, or of a file. */
#ifndef JAXL_BASE_LINE_H
#define JAXL_BASE_LINE_H

/* Makes control characters blanks (C0, DEL and U+0080 to U+009F: an answer must not drive a
 * terminal) and everything that is not UTF-8 a '?'; a sequence cut off at the end is dropped. */
void jaxl_line_clean(char *text);
/* What is between blanks and tabs at both ends and the end of the line, in text itself. */
char *jaxl_line_trim(char *text);

#endif
