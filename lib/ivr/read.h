/* Reading IVR files into a tree. A file is CSV or NDJSON; its records come in any order:
 *
 *     {"ivr": "main", "message": "Press 1 for sales.", "hangup": false}      a menu
 *     {"ivr": "main", "input": "1", "message": "Sales", "teams": [5]}        an option of it
 *     {"phone": "+918069001234", "ivr": "main"}                              who answers a number
 *     {"include": "common.csv"}                                              another file
 *
 * An option leads to exactly one of next (a menu of the input, or the id of an IVR that the account
 * has), phone, devices, appusers (ids, or e-mails of members), teams (ids or names) and webhook,
 * and may have needs_data_prompt, confirmation, webhook_url and enabled. A menu may have entry
 * (callers come in here, as those of jaxl-dial --ivr do) and id, the IVR of the account that it is;
 * with org, when the account is that organisation. An empty text says nothing, as an empty cell of
 * CSV. Where a list is written as one text, a ';' parts it, or blanks
 * when there is none: "5 7", "Night shift; 7". {{VAR}} in any text is replaced, see variables.h.
 *
 * An included file is a regular one and looked for beside the file that includes it. One that has
 * been read already is passed over, so that two files may include a third; one that is being read
 * is a problem. */
#ifndef JAXL_IVR_READ_H
#define JAXL_IVR_READ_H

#include "ivr/tree.h"

enum {
    JAXL_IVR_DEPTH = 16,  /* files that include each other */
    JAXL_IVR_FILES = 1000 /* in all */
};

#endif
