/* Menus, options and assignments as members of a record, by the names that they are read by. */
#ifndef JAXL_IVR_WRITE_H
#define JAXL_IVR_WRITE_H

#include "data/json_writer.h"
#include "ivr/fields.h"

/* Sets of fields: bits 1 << enum jaxl_ivr_field. */
#define JAXL_IVR_BIT(field) (1U << JAXL_IVR_F_##field)
#define JAXL_IVR_ACTION_BITS                                                                       \
    (JAXL_IVR_BIT(NEXT) | JAXL_IVR_BIT(PHONE) | JAXL_IVR_BIT(DEVICES) | JAXL_IVR_BIT(APPUSERS) |   \
     JAXL_IVR_BIT(TEAMS) | JAXL_IVR_BIT(WEBHOOK))

/* The fields of an option that say something: those that are set, or other than by default. */
unsigned jaxl_ivr_write_set(const struct jaxl_ivr_option *o);
/* Write these fields as members of the object that is open; null for what is not set. escape: texts
 * are written so that jaxl_ivr_read gives them back, braces included. */
void jaxl_ivr_write_menu(struct jaxl_json_writer *w, const struct jaxl_ivr_menu *m, unsigned fields,
                         bool escape);
void jaxl_ivr_write_option(struct jaxl_json_writer *w, const struct jaxl_ivr_option *o,
                           unsigned fields, bool escape);
/* Where a link leads: the name of a menu (in the input, where it is of the account and has a twin),
 * else the id. */
void jaxl_ivr_write_link(struct jaxl_json_writer *w, const char *key,
                         const struct jaxl_ivr_link *link, bool escape);

#endif
