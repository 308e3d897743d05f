/* What programs other than a run do with a ledger, the file in which the dialer keeps what every
 * campaign of an account has done: look into it, also while runs go on, settle by hand what nobody
 * knows the outcome of, and record who is not to be called any more (jaxl-dial(1)).
 *
 * ledger is its path everywhere, campaign a name; all texts are borrowed for the call. A ledger is
 * never made here. Every function can give JAXL_ECONFIG (there is no such ledger or campaign, the
 * file is something else, or of another version of jaxl), JAXL_EIO (it is damaged, or cannot be
 * read or written), JAXL_EBUSY (another program keeps writing to it) and JAXL_ENOMEM. */
#ifndef JAXL_CAMPAIGN_H
#define JAXL_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The path of the ledger that is used when no other is named, to be freed with free():
 * $JAXL_STATE_DIR/ledger.db, where that variable is set, as jaxl-sandbox does; else
 * $XDG_STATE_HOME/jaxl/ledger.db, or $HOME/.local/state/jaxl/ledger.db when that one is unset or no
 * absolute path. make: its folder and those above it are made (mode 0700) where they are
 * missing. JAXL_ECONFIG: the user has no home; JAXL_EIO: a folder cannot be made. */
JAXL_API int jaxl_campaign_path(char **path, bool make, struct jaxl_error *err);

/* jaxl-records(5) has the members of their rows. */
enum jaxl_campaign_view {
    JAXL_CAMPAIGN_STATUS,       /* for each campaign and state: leads, attempts, costs */
    JAXL_CAMPAIGN_LEADS,        /* each lead and its state */
    JAXL_CAMPAIGN_ATTEMPTS,     /* each attempt and its result */
    JAXL_CAMPAIGN_UNKNOWN,      /* of these, the ones whose result is unknown or not known yet */
    JAXL_CAMPAIGN_EXPORT,       /* everything there is, each row with a type */
    JAXL_CAMPAIGN_SUPPRESSIONS, /* the numbers of jaxl_campaign_suppress; of all campaigns */
    JAXL_CAMPAIGN_VIEWS
};

/* Takes a row, len bytes of a JSON object, borrowed. Not 0 ends the query and is given back. */
typedef int (*jaxl_campaign_row)(void *arg, const char *json, size_t len, struct jaxl_error *err);
/* Gives the rows of a campaign, or of all when it is NULL, to row one by one: all of the moment
 * when the query began. */
JAXL_API int jaxl_campaign_query(const char *ledger, const char *campaign,
                                 enum jaxl_campaign_view view, jaxl_campaign_row row, void *arg,
                                 struct jaxl_error *err);
/* The columns of a view for CSV; *n of them, static storage. */
JAXL_API const char *const *jaxl_campaign_columns(enum jaxl_campaign_view view, size_t *n);

/* Settles an attempt of JAXL_CAMPAIGN_UNKNOWN, by its id: it was the call call_id, which the next
 * run follows; or nobody was called, so that it does not count and its lead is due again. campaign
 * NULL: whichever it belongs to. JAXL_EARG: there is no such attempt (in this campaign), it is not
 * unknown, or another attempt has that call. JAXL_EBUSY: a run has the campaign. */
JAXL_API int jaxl_campaign_adopt(const char *ledger, const char *campaign, int64_t attempt,
                                 int64_t call_id, struct jaxl_error *err);
JAXL_API int jaxl_campaign_release(const char *ledger, const char *campaign, int64_t attempt,
                                   struct jaxl_error *err);

/* Records n numbers (as jaxl_phone_parse reads them) that no campaign is to call from now on, and
 * who or what said so. One that was recorded before stays as it is. All of them or, after an error,
 * none. JAXL_EINPUT: one is no number. */
JAXL_API int jaxl_campaign_suppress(const char *ledger, const char *const *numbers, size_t n,
                                    const char *source, struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
