/* The options that say where a caller is sent: exactly one of them. */
#ifndef JAXL_BIN_COMMAND_CTA_H
#define JAXL_BIN_COMMAND_CTA_H

#include "command/command.h"
#include "jaxl/ivrs.h"

struct cta_options {
    int64_t next;
    const char *webhook;
    struct number phone;
    struct jaxl_ids devices, appusers, teams;
};

#define OPTIONS_CTA(type, field)                                                                   \
    OPTION_ID("next", "go to this IVR", offsetof(type, field.next)),                               \
        OPTION_NUMBER("phone", 0, "call this number", offsetof(type, field.phone)),                \
        OPTION("devices", CLI_IDS, "ID...", "ring these devices", offsetof(type, field.devices)),  \
        OPTION("appusers", CLI_IDS, "ID...", "ring these app users",                               \
               offsetof(type, field.appusers)),                                                    \
        OPTION("teams", CLI_IDS, "ID...", "ring these teams", offsetof(type, field.teams)),        \
        OPTION("webhook", CLI_TEXT, "URL", "ask this https URL", offsetof(type, field.webhook)),   \
        OPTION_COUNTRY

/* Checks them and says the same for the library; *cta borrows from o. JAXL_EARG. */
int cta_check(struct cta_options *o, struct jaxl_ivrs_cta *cta, struct jaxl_error *err);

#endif
