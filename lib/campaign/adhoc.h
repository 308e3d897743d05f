/* IVRs made for campaigns: one for each distinct text, made when it is first needed and used again.
 */
#ifndef JAXL_CAMPAIGN_ADHOC_H
#define JAXL_CAMPAIGN_ADHOC_H

#include "campaign/ledger.h"
#include "campaign/menu.h"
#include "jaxl/session.h"

enum { JAXL_ADHOC_TEXTS = 1024 }; /* that are remembered; the one used longest ago is forgotten */

enum jaxl_adhoc_state {
    JAXL_ADHOC_MAKING, /* when it was put off, status and reason say why */
    JAXL_ADHOC_READY,  /* ivr is set */
    JAXL_ADHOC_FAILED  /* outcome, status and reason say why */
};

struct jaxl_adhoc_ivr {
    enum jaxl_adhoc_state state;
    int64_t ivr;
    int64_t put_off; /* monotonic: the platform says that making goes on then; 0: nothing of it */
    enum jaxl_outcome outcome;
    int status;
    char reason[200];
};

struct jaxl_adhoc;

/* options: n, borrowed. An IVR without any hangs up after its message. JAXL_ENOMEM. */
int jaxl_adhoc_new(struct jaxl_adhoc **a, struct jaxl_session *session,
                   const struct jaxl_menu_option *options, size_t n, struct jaxl_error *err);
void jaxl_adhoc_free(struct jaxl_adhoc **a);
/* IVRs that earlier runs made are looked up in the ledger, which is borrowed, and used again when
 * they are still as they were made; those that are made are kept there. */
void jaxl_adhoc_remember(struct jaxl_adhoc *a, struct jaxl_ledger *ledger);
/* The IVR that says the text; making it begins when there is none. *out stays valid until it is
 * released. JAXL_ENOMEM, JAXL_ELIMIT, or what sending gives. */
int jaxl_adhoc_get(struct jaxl_adhoc *a, const char *text, size_t len, struct jaxl_adhoc_ivr **out,
                   struct jaxl_error *err);
void jaxl_adhoc_release(struct jaxl_adhoc *a, struct jaxl_adhoc_ivr *ivr);
/* True once after the state of any of them has changed, or one was put off. */
bool jaxl_adhoc_changed(struct jaxl_adhoc *a);
/* Nothing is sent from now on: what is being made ends as FAILED when it is answered. */
void jaxl_adhoc_stop(struct jaxl_adhoc *a);
/* Sends again what was put off and is still waited for. Returns the monotonic time when it next has
 * something to do, or INT64_MAX. */
int64_t jaxl_adhoc_tick(struct jaxl_adhoc *a, int64_t now);

#endif
