/* Records for people: a caller's path, and the changes of a plan. Control characters in them become
 * blanks; colour: with the escape sequences of a terminal. Where memory is out or out is full, its
 * failure says so. */
#ifndef JAXL_BIN_IVR_TEXT_H
#define JAXL_BIN_IVR_TEXT_H

#include <stdbool.h>

#include "jaxl/buf.h"
#include "jaxl/json.h"

/* Appends one line for a record of jaxl_ivr_walk:
 *        0.0 s  main says: Welcome to Example. Press 1 for sales. (3.6 s)
 *        3.6 s  key 1 (Sales): to team 5
 *        3.6 s  the call has left the menus */
void text_walk(const struct jaxl_json *record, bool colour, struct jaxl_buf *out);
/* Appends the lines for a record of jaxl_ivr_plan_write or jaxl_ivr_plan_apply; none when nothing
 * changes and nothing went wrong:
 *     option 3 of main (34)
 *     -   teams: 5
 *     +   teams: 5, Night shift
 *     !   ivr.ndjson:3: refused: ... */
void text_change(const struct jaxl_json *record, bool colour, struct jaxl_buf *out);

#endif
