/* IVRs made for campaigns, from within: adhoc.c knows which ones there are, adhoc_make.c makes one.
 */
#ifndef JAXL_CAMPAIGN_ADHOC_IMPL_H
#define JAXL_CAMPAIGN_ADHOC_IMPL_H

#include "campaign/adhoc.h"
#include "jaxl/json.h"

enum { JAXL_ADHOC_BUCKETS = 2048 };

/* What is being done for an IVR: one that an earlier run made is seen to first. An IVR whose
 * creation ended in the dark is looked for before it is made again. */
enum jaxl_adhoc_step { KEPT, CREATE, LOOK, CHECK, OPTION, REST };

struct jaxl_adhoc_one {
    struct jaxl_adhoc_ivr pub; /* first: the one handed out */
    struct jaxl_adhoc *home;
    struct jaxl_adhoc_one *chain;         /* in its bucket */
    struct jaxl_adhoc_one *newer, *older; /* by use */
    uint64_t hash;
    unsigned users; /* attempts that wait for it or have not let go of it */
    enum jaxl_adhoc_step step;
    unsigned tries;      /* of the option being made, or of the page being read */
    unsigned made;       /* times that its creation came to nothing */
    size_t option;       /* the one being made */
    uint64_t offset;     /* of the page being looked at */
    int64_t found;       /* the one IVR that says the text, 0: none yet */
    unsigned found_more; /* others that say it too */
    int64_t again_at;    /* when the step is sent again; 0: not waiting */
    size_t len;
    char text[];
};

struct jaxl_adhoc {
    struct jaxl_session *session;
    struct jaxl_ledger *ledger; /* NULL: none */
    const struct jaxl_menu_option *options;
    size_t n_options, n_ivrs;
    struct jaxl_adhoc_one *buckets[JAXL_ADHOC_BUCKETS];
    struct jaxl_adhoc_one *newest, *oldest;
    unsigned waiting; /* IVRs with again_at */
    bool changed, stopped;
    struct jaxl_json_doc *doc;
    struct jaxl_buf body;
};

/* adhoc_make.c */

/* Begins to make it, or to see whether the one of an earlier run is still there. */
int jaxl_adhoc_begin(struct jaxl_adhoc_one *i, struct jaxl_error *err);
/* Sends its step again. */
void jaxl_adhoc_resend(struct jaxl_adhoc_one *i);

#endif
