/* Reading IVR files into a tree. A file is CSV or NDJSON; its records come in any order:
 *
 *     {"ivr": "main", "message": "Press 1 for sales.", "hangup": false}      a menu
 *     {"ivr": "main", "input": "1", "message": "Sales", "teams": [5]}        an option of it
 *     {"phone": "+918069001234", "ivr": "main"}                              who answers a number
 *     {"include": "common.csv"}                                              another file
 *
 * An option leads to exactly one of next (a menu of the input, or the id of an IVR that the account
 * has), phone, devices, appusers (ids, or e-mails of members), teams (ids or names) and webhook,
 * and may have needs_data_prompt, confirmation, webhook_url and enabled. An empty text says
 * nothing, as an empty cell of CSV. Where a list is written as one text, a ';' parts it, or blanks
 * when there is none: "5 7", "Night shift; 7". {{VAR}} in any text is replaced, see variables.h.
 *
 * An included file is a regular one and looked for beside the file that includes it. One that has
 * been read already is passed over, so that two files may include a third; one that is being read
 * is a problem. */
#ifndef JAXL_IVR_READ_H
#define JAXL_IVR_READ_H

#include "ivr/tree.h"
#include "jaxl/record.h"

enum {
    JAXL_IVR_DEPTH = 16,  /* files that include each other */
    JAXL_IVR_FILES = 1000 /* in all */
};

struct jaxl_ivr_read_options {
    enum jaxl_record_input input; /* of the outermost file; the others are AUTO */
    const char *const *settings;  /* n_settings texts "NAME=value" */
    size_t n_settings;
    char *const *environment; /* NULL-terminated, for names that are not set; or NULL */
};

/* Reads fd, which stays open. name: its path, for messages and for what it includes (a name without
 * a '/', as "standard input", includes from the current folder). options may be NULL. What is wrong
 * with records, and files that cannot be included, become problems of the tree, and reading goes
 * on. JAXL_EARG for wrong settings; JAXL_EIO when fd cannot be read; JAXL_ESTOPPED when a signal
 * came while it waited; JAXL_ENOMEM; JAXL_ELIMIT. */
int jaxl_ivr_read(struct jaxl_ivr_tree *t, int fd, const char *name,
                  const struct jaxl_ivr_read_options *options, struct jaxl_error *err);

#endif
