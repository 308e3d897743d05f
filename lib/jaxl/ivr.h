/* IVRs as data: files of menus that refer to each other by name are read, checked, compared with
 * the account and applied (jaxl-ivr(5), jaxl-ivr-apply(1)). One thread.
 *
 *     jaxl_ivr_new(&t, &err);
 *     jaxl_ivr_read(t, fd, "ivr.ndjson", NULL, &err);
 *     jaxl_ivr_check(t, NULL, report, ctx, &err);           // every problem, with file and line
 *     jaxl_ivr_plan_new(&plan, t, session, &options, &err); // what the account lacks
 *     jaxl_ivr_plan_apply(plan, write, ctx, &err);          // changes it
 */
#ifndef JAXL_IVR_H
#define JAXL_IVR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/buf.h>
#include <jaxl/record.h>
#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Menus, their options, and the phone numbers they answer: of files, or of an account. */
struct jaxl_ivr_tree;

/* JAXL_ENOMEM. */
JAXL_API int jaxl_ivr_new(struct jaxl_ivr_tree **t, struct jaxl_error *err);
JAXL_API void jaxl_ivr_free(struct jaxl_ivr_tree **t);

/* One problem: message is one line without file and line. */
typedef void jaxl_ivr_report(void *ctx, const char *file, uint64_t line, const char *message);
/* One record: the text of a JSON object. 0, or the code that ends what is being done, which is then
 * what it returns (JAXL_EEND: the reader has gone). */
typedef int jaxl_ivr_write(void *ctx, const char *json, size_t len, struct jaxl_error *err);

struct jaxl_ivr_read_options {
    enum jaxl_record_input input; /* of the outermost file; the others are AUTO */
    const char *const *settings;  /* n_settings texts "NAME=value" */
    size_t n_settings;
    char *const *environment; /* NULL-terminated, for names that are not set; or NULL */
};
/* Reads fd, which stays open, into an empty tree. name: its path, for messages and for what it
 * includes (a name without a '/', as "standard input", includes from the current folder). options
 * may be NULL. What is wrong with records, and files that cannot be included, become problems of
 * the tree, which jaxl_ivr_check tells, and reading goes on. JAXL_EARG for wrong settings; JAXL_EIO
 * when fd cannot be read; JAXL_ESTOPPED when a signal came while it waited; JAXL_ENOMEM;
 * JAXL_ELIMIT. */
JAXL_API int jaxl_ivr_read(struct jaxl_ivr_tree *t, int fd, const char *name,
                           const struct jaxl_ivr_read_options *options, struct jaxl_error *err);

/* Checks that are of opinion, not of need: what they find can be allowed. */
enum {
    JAXL_IVR_ALLOW_REACH = 1 << 0,  /* a menu that nobody can reach */
    JAXL_IVR_ALLOW_LEAVE = 1 << 1,  /* a menu that nobody can leave */
    JAXL_IVR_ALLOW_PROMPTS = 1 << 2 /* keys that are announced and not there, or the reverse */
};
/* To be called once, after reading. Reports every problem, in the order of the input, and links
 * menus to each other. allowed: bits JAXL_IVR_ALLOW_*, of which nothing is reported. 0 when there
 * is none; JAXL_EINPUT with their number in err; JAXL_ENOMEM and JAXL_ELIMIT, when nothing was
 * reported. */
JAXL_API int jaxl_ivr_check(struct jaxl_ivr_tree *t, unsigned allowed, jaxl_ivr_report *report,
                            void *ctx, struct jaxl_error *err);

struct jaxl_ivr_load_options {
    const char *state;    /* path of a state file, for the names of menus; NULL: "ivr-ID" */
    unsigned connections; /* requests at once; 0: 16 */
    const struct jaxl_session_watch *watch; /* asked whether to stop; NULL: never */
    jaxl_ivr_report *report;                /* of what the tree cannot express; file is "account",
                                               line 0. NULL: silent */
    void *ctx;                              /* of report */
};
/* Fills an empty tree with the account: every IVR that is neither ARCHIVED nor DELETED, all of
 * their options, and the numbers they are assigned to; all pages. options may be NULL. The errors
 * of jaxl_answer_ask; JAXL_EPROTO; JAXL_ESTOPPED; JAXL_EINPUT for a state file that is none. */
JAXL_API int jaxl_ivr_load(struct jaxl_ivr_tree *t, struct jaxl_session *s,
                           const struct jaxl_ivr_load_options *options, struct jaxl_error *err);

/* Writes a tree as records that jaxl_ivr_read reads: menus in the order of the tree, each followed
 * by its options in the order of their keys, then assignments. A loaded tree has the menus' ids and
 * the organisation with them. JAXL_ENOMEM, JAXL_ELIMIT, what write returns. */
JAXL_API int jaxl_ivr_export(const struct jaxl_ivr_tree *t, jaxl_ivr_write *write, void *ctx,
                             struct jaxl_error *err);
/* The columns of such records, for CSV and tables; n of them; static storage. */
JAXL_API const char *const *jaxl_ivr_export_columns(size_t *n);

/* Appends a graph in the DOT language of Graphviz, in UTF-8, with labels of its HTML-like kind:
 * menus as boxes with their names and the beginnings of their messages, options as edges with their
 * keys and names (dashed when disabled), what they lead out to as ovals, which those that lead to
 * the same share, phones that are assigned; IVRs that only their ids name in grey, as they are of
 * the account; and in red what leads to no menu or nowhere, or has no record. In the tree of an
 * account an id that no menu has is such a one. Nodes are named after what they stand for, as
 * "menu:main". Menus come in the order of the tree, options in that of their keys (of two for one
 * key the first). The tree need not be without problems, but checked or loaded. JAXL_ELIMIT,
 * JAXL_ENOMEM. */
JAXL_API int jaxl_ivr_dot(const struct jaxl_ivr_tree *t, struct jaxl_buf *out,
                          struct jaxl_error *err);

struct jaxl_ivr_walk_options {
    const char *start; /* name of a menu, or a number that is assigned to one; NULL: the first menu
                          of the outermost file */
    const char *keys;  /* what the caller presses, parted by commas: "1,2,0". After an option that
                          asks for data (needs_data_prompt) the next part is what is keyed in then:
                          "3,98765#". At most 64 KiB; NULL or "": none */
};
/* Plays a caller's path, one record a step. A menu is heard:
 *     {"step": 1, "at": 0.0, "ivr": "main", "says": "Welcome...", "seconds": 5.6}
 *     {"step": 5, "at": 9.6, "ivr": "hook", "says": null, "webhook": "https://..."}
 * A key is pressed. leads: next, phone, devices, appusers, teams, webhook, or other, which is
 * something that the account has and no file can say; to: the name of a menu, the id of an IVR that
 * the files do not have, a number, an array of ids and names, a URL; for other, JSON as the account
 * has it. "webhook_url" follows where the option has one, and only if that agrees the call goes on:
 *     {"step": 2, "at": 5.6, "key": "1", "option": "Sales", "leads": "teams", "to": [5]}
 * An option asks for data; data is null when no keys are left, and seconds has the time of reading
 * the data back, too:
 *     {"step": 3, "at": 5.6, "asks": "Your number?", "seconds": 3.5, "data": "98765#",
 *      "reads_back": true}
 * The last one says how it ends: hangup, the menu hangs up when it has spoken; left, the call is no
 * longer in the menus of the tree; waits, for keys that were not given:
 *     {"step": 6, "at": 9.6, "ends": "left"}
 * at and seconds are seconds of speech with one decimal, as they are estimated: 15 characters a
 * second, 0.3 s for each sentence, 0.4 s for each sign that is read back (a rule of thumb). Callers
 * hear every message to its end; names of options are not spoken.
 * JAXL_EARG: no such menu to start at, or keys that cannot be; JAXL_EINPUT: a key that the menu
 * does not have or that leads nowhere, or keys left over when the call has left the menus: the
 * records up to there are written. JAXL_ENOMEM, JAXL_ELIMIT, what write returns. */
JAXL_API int jaxl_ivr_walk(const struct jaxl_ivr_tree *t,
                           const struct jaxl_ivr_walk_options *options, jaxl_ivr_write *write,
                           void *ctx, struct jaxl_error *err);
/* The columns of such records, for CSV and tables; n of them; static storage. */
JAXL_API const char *const *jaxl_ivr_walk_columns(size_t *n);

/* What it takes to make an account match a tree. */
struct jaxl_ivr_plan;

struct jaxl_ivr_plan_options {
    const char *state;    /* path of the state file, which binds names to ids; NULL: none, menus are
                             found by their messages */
    bool prune;           /* options that the input does not have are disabled */
    bool lock;            /* for jaxl_ivr_plan_apply: no other run of the same state meanwhile */
    unsigned connections; /* requests at once; 0: 16 */
    const struct jaxl_session_watch *watch; /* asked whether to stop; NULL: never */
    jaxl_ivr_report *report; /* of what is wrong with the input beside the account: teams and
                                members that it does not have, menus that cannot be told apart */
    void *ctx;               /* of report */
};
struct jaxl_ivr_totals {
    size_t create, update, disable, assign, unchanged;
    size_t extra;  /* enabled options of the account that the input does not have, and that are not
                      to be disabled */
    size_t found;  /* menus that were found by their messages, as no state knew any */
    size_t done;   /* changes that were made */
    size_t failed; /* changes that were refused, or wait for one that was */
};
/* Reads from the account what the tree (checked without a problem; borrowed for the plan's life)
 * is about, and compares. Nothing is changed. The errors of jaxl_answer_ask; JAXL_EPROTO;
 * JAXL_ESTOPPED; JAXL_EINPUT after reporting, and for a state file that is none; JAXL_ECONFIG: the
 * state is of another organisation; JAXL_EBUSY: another run holds it; JAXL_EIO; JAXL_ENOMEM,
 * JAXL_ELIMIT. */
JAXL_API int jaxl_ivr_plan_new(struct jaxl_ivr_plan **p, struct jaxl_ivr_tree *t,
                               struct jaxl_session *s, const struct jaxl_ivr_plan_options *options,
                               struct jaxl_error *err);
JAXL_API void jaxl_ivr_plan_free(struct jaxl_ivr_plan **p);
JAXL_API const struct jaxl_ivr_totals *jaxl_ivr_plan_totals(const struct jaxl_ivr_plan *p);
/* One record for every menu, option and assignment of the input, and for every option that is to be
 * disabled, in the order of the input. JAXL_ENOMEM, JAXL_ELIMIT, what write returns. */
JAXL_API int jaxl_ivr_plan_write(const struct jaxl_ivr_plan *p, jaxl_ivr_write *write, void *ctx,
                                 struct jaxl_error *err);
/* The columns of such records, for CSV and tables; n of them; static storage. */
JAXL_API const char *const *jaxl_ivr_plan_columns(size_t *n);
/* Carries the plan out: menus, then options, then assignments; independent ones at the same time.
 * Writes the same records, with ids and for what failed "error", as they are done. What fails does
 * not keep the rest from being done (but for 401, 402, 403, and when the platform is out of reach
 * or has no good answer to 8 in a row). The state file is written on the way, so that whatever ends
 * the program the next run goes on from there. To be called once. JAXL_EREFUSED: some changes
 * failed (see totals); JAXL_ENET: the platform is out of reach, or all that failed had no good
 * answer and nothing was done; JAXL_EAUTH, JAXL_ETHROTTLE, JAXL_ESTOPPED, JAXL_EPROTO, JAXL_EIO,
 * JAXL_ENOMEM, what write returns. */
JAXL_API int jaxl_ivr_plan_apply(struct jaxl_ivr_plan *p, jaxl_ivr_write *write, void *ctx,
                                 struct jaxl_error *err);

#ifdef __cplusplus
}
#endif
#endif
