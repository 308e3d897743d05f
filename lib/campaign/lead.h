/* A lead: a record of the input made into what is dialed. */
#ifndef JAXL_CAMPAIGN_LEAD_H
#define JAXL_CAMPAIGN_LEAD_H

#include "campaign/result.h"
#include "jaxl/template.h"

/* What holds for every lead that does not say otherwise in a column of the same name. */
struct jaxl_lead_defaults {
    const char *from;                    /* E.164, normalised; NULL for none */
    int64_t ivr;                         /* 0 for none */
    const struct jaxl_template *message; /* NULL for none */
};

/* Reads to, from, ivr, message and lead of an object into *out, together with the whole object as
 * its input. A field that is null or empty counts as absent. A message, also of a column, is a
 * template over the record. One of ivr and message is set afterwards.
 * JAXL_EINPUT with what is wrong with the lead; JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_lead_read(const struct jaxl_json *record, const struct jaxl_lead_defaults *defaults,
                   struct jaxl_result *out, struct jaxl_error *err);

#endif
