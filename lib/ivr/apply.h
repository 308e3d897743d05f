/* Carrying a plan out, step by step: what the files of each step share. */
#ifndef JAXL_IVR_APPLY_H
#define JAXL_IVR_APPLY_H

#include "ivr/plan_impl.h"

enum { JAXL_IVR_TRIES = 4 }; /* of a creation whose answers get lost */

/* Changes that are made one after the other. */
struct jaxl_ivr_job {
    struct jaxl_ivr_apply *home;
    struct jaxl_ivr_change **at, **end; /* the one that is due, and behind the last */
    int64_t due;                        /* monotonic time; 0: at once */
    unsigned tries;                     /* of *at whose answers got lost */
    bool look;                          /* at what is there, before *at is made again */
    bool taken;                         /* the platform says that *at is there already */
    struct jaxl_ivr_job *after;
};

struct jaxl_ivr_queue {
    struct jaxl_ivr_change **changes; /* n, of one kind */
    struct jaxl_ivr_job *jobs, *first, **last;
    size_t n;
    int64_t hold;       /* monotonic: nothing is sent before, the platform asked for it */
    unsigned throttled; /* times that it did since something was made or refused */
    unsigned dark;      /* changes of unknown outcome since one was made */
};

struct jaxl_ivr_apply {
    struct jaxl_ivr_plan *p;
    struct jaxl_ivr_sink sink;
    const struct jaxl_ivr_change *failed; /* the first that did */
    bool refused;                         /* some change was, for its own sake */
    struct jaxl_ivr_queue queue;          /* of the step that is under way */
    size_t before;                        /* records of the account when it began */
    struct jaxl_ivr_job *lost;            /* creations of menus whose answers got lost */
    int64_t pause;                        /* monotonic: they are not looked up before */
};

/* A step: the changes of a kind, which begin sends; together: those of a menu are one job. Its ctx
 * is a. The errors of jaxl_work_run, JAXL_ENOMEM. */
int jaxl_ivr_queue_run(struct jaxl_ivr_apply *a, enum jaxl_ivr_subject subject, bool together,
                       jaxl_work_begin *begin, struct jaxl_error *err);
void jaxl_ivr_queue_free(struct jaxl_ivr_queue *q);
/* Puts a job back, to go on after a span in microseconds. */
void jaxl_ivr_queue_put(struct jaxl_ivr_job *j, int64_t span);
/* The next job that is due; NULL: none is now. */
struct jaxl_ivr_job *jaxl_ivr_queue_next(struct jaxl_ivr_queue *q, struct jaxl_work *w);

/* The change of a job is made, or is not, and why; the job goes on with its next. */
void jaxl_ivr_apply_done(struct jaxl_ivr_job *j);
void jaxl_ivr_apply_failed(struct jaxl_ivr_job *j, const char *why);
/* The same for one that is refused for its own sake. */
void jaxl_ivr_apply_refuse(struct jaxl_ivr_job *j, const char *why);
/* Why a change cannot be made that needs a menu which could not: true, and told. */
bool jaxl_ivr_apply_lacks(struct jaxl_ivr_job *j, const struct jaxl_ivr_menu *menu);
/* Deals with a reply that is neither good nor of unknown outcome: true. */
bool jaxl_ivr_apply_answer(struct jaxl_ivr_job *j, const struct jaxl_reply *reply);

/* A change that the platform has no good answer to, however often it is asked: it fails, and does
 * not keep the others from being made; many in a row end the work. */
#define NO_ANSWER "the platform gives no readable answer: run this again later"
void jaxl_ivr_apply_dark(struct jaxl_ivr_job *j, const char *why);
/* What comes of a request that changes what is there, which the session has sent again where that
 * may help. */
void jaxl_ivr_apply_changed(struct jaxl_ivr_job *j, const struct jaxl_reply *reply);

/* The steps; each goes on until its changes are made or have failed. The errors of
 * jaxl_work_run, JAXL_ENOMEM. */
int jaxl_ivr_apply_menus(struct jaxl_ivr_apply *a, struct jaxl_error *err);
int jaxl_ivr_apply_options(struct jaxl_ivr_apply *a, struct jaxl_error *err);

#endif
