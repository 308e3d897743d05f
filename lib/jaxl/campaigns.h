/* Campaigns that the platform runs (protocol.md section 5); those that run here are
 * jaxl/dialer.h. Every call waits for its answer or is queued: see jaxl/answer.h. */
#ifndef JAXL_CAMPAIGNS_H
#define JAXL_CAMPAIGNS_H

#include <jaxl/answer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A page of campaigns. */
struct jaxl_campaigns_filter {
    struct jaxl_texts status; /* APPROVED FINISHED INITIALIZING PAUSED RESUMED RUNNING SCHEDULED
                                 STOPPED UNDER_REVIEW */
    struct jaxl_page page;
};
JAXL_API int jaxl_campaigns_list(struct jaxl_session *s, const struct jaxl_campaigns_filter *filter,
                                 struct jaxl_answer *a, struct jaxl_error *err);

/* Whom the callees reach. The published client stops at agents: the other three forms are surmised
 * (protocol.md section 5). */
enum jaxl_campaigns_type {
    JAXL_CAMPAIGNS_AGENT,  /* agent: cod acart ndr feedback leadq hiring membership custom */
    JAXL_CAMPAIGNS_IVR,    /* id: an IVR of the catalogue */
    JAXL_CAMPAIGNS_TEAM,   /* id: a team */
    JAXL_CAMPAIGNS_MEMBER, /* agent: the e-mail of a member */
    JAXL_CAMPAIGNS_TYPES
};

struct jaxl_campaigns_upload {
    const char *data; /* the file: len bytes, at most 64 MiB */
    size_t len;
    const char *filename;     /* without a folder */
    const char *content_type; /* CSV, JSON or YAML */
    enum jaxl_campaigns_type type;
    const char *agent;    /* see the type */
    int64_t id;           /* see the type */
    const char *run_at;   /* ISO 8601, NULL: at once */
    const char *recharge; /* signed: of jaxl_payments_consumables_total */
    const char *currency; /* the parameter, "2", as text */
    const char *template_text;
    const char *start, *end; /* of the window: "09:00" */
    const char *tz;          /* IANA, of the window */
    bool auto_retry;
    const char *cc;      /* ISO country */
    int64_t num_retries; /* 0: left out */
};
/* Uploads and starts a campaign: never sent again after an ambiguous end. Answers {id, cta_type,
 * cta_id, run_at?}. JAXL_EARG names what is missing. */
JAXL_API int jaxl_campaigns_create(struct jaxl_session *s,
                                   const struct jaxl_campaigns_upload *upload,
                                   struct jaxl_answer *a, struct jaxl_error *err);

/* status: PAUSED or RESUMED. recharge: signed, as above. currency: the parameter as text. */
JAXL_API int jaxl_campaigns_update(struct jaxl_session *s, int64_t campaign, const char *status,
                                   const char *recharge, const char *currency,
                                   struct jaxl_answer *a, struct jaxl_error *err);

/* The results as a file, in a->text. format: csv, json, yaml, ... */
JAXL_API int jaxl_campaigns_export(struct jaxl_session *s, int64_t campaign, const char *format,
                                   struct jaxl_answer *a, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
