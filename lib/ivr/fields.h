/* The fields of one record of an IVR file. */
#ifndef JAXL_IVR_FIELDS_H
#define JAXL_IVR_FIELDS_H

#include "ivr/tree.h"
#include "ivr/variables.h"

enum jaxl_ivr_field {
    JAXL_IVR_F_IVR,
    JAXL_IVR_F_MESSAGE,
    JAXL_IVR_F_HANGUP,
    JAXL_IVR_F_INPUT,
    JAXL_IVR_F_NEXT, /* from here as enum jaxl_ivr_action */
    JAXL_IVR_F_PHONE,
    JAXL_IVR_F_DEVICES,
    JAXL_IVR_F_APPUSERS,
    JAXL_IVR_F_TEAMS,
    JAXL_IVR_F_WEBHOOK,
    JAXL_IVR_F_PROMPT,
    JAXL_IVR_F_CONFIRMATION,
    JAXL_IVR_F_WEBHOOK_URL,
    JAXL_IVR_F_ENABLED,
    JAXL_IVR_F_ENTRY,
    JAXL_IVR_F_ID,
    JAXL_IVR_F_ORG,
    JAXL_IVR_F_INCLUDE,
    JAXL_IVR_FIELDS
};

/* What a record is follows from its fields: include makes it an include, else input an option, else
 * phone an assignment; every other is a menu. */
enum jaxl_ivr_kind { JAXL_IVR_MENU, JAXL_IVR_OPTION, JAXL_IVR_ASSIGNMENT, JAXL_IVR_INCLUDE };

struct jaxl_ivr_cell {
    bool given;       /* there, neither null nor empty, good or not */
    const char *text; /* of a text; NULL when it is not good */
    bool yes;         /* of true and false */
    int64_t id;       /* of an id; 0 when it is not good */
    struct jaxl_ivr_list list;
};

struct jaxl_ivr_record {
    enum jaxl_ivr_kind kind;
    struct jaxl_ivr_cell cells[JAXL_IVR_FIELDS];
};

enum { JAXL_IVR_UNKNOWN = 32 };

/* Fields without a meaning that were met in a file: each is told once for the file. */
struct jaxl_ivr_unknown {
    const char *names[JAXL_IVR_UNKNOWN];
    size_t n;
};

/* Reads the members of a record, with variables in their places, into texts of the tree; what is
 * wrong with them becomes its problems. scratch: a buffer of at most JAXL_IVR_TEXT. JAXL_ENOMEM,
 * JAXL_ELIMIT. */
int jaxl_ivr_fields_read(struct jaxl_ivr_tree *t, const struct jaxl_ivr_variables *v,
                         const struct jaxl_json *record, const struct jaxl_ivr_place *place,
                         struct jaxl_ivr_unknown *unknown, struct jaxl_buf *scratch,
                         struct jaxl_ivr_record *out, struct jaxl_error *err);
/* Adds the menu, option or assignment that a record is to the tree, with the problems that show in
 * it alone or beside the records before it: no name, no message, no or two places to lead to, bad
 * numbers, webhooks that are not https, confirmation without prompt, a second record for the same.
 */
void jaxl_ivr_fields_enter(struct jaxl_ivr_tree *t, const struct jaxl_ivr_record *r,
                           const struct jaxl_ivr_place *place);
/* Whether a message is a URL, which makes a webhook IVR. */
bool jaxl_ivr_fields_is_url(const char *message);

#endif
