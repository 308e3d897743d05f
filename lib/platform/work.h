/* Many requests to the platform, as many at once as there are connections. */
#ifndef JAXL_PLATFORM_WORK_H
#define JAXL_PLATFORM_WORK_H

#include "jaxl/answer.h"
#include "jaxl/json.h"

struct jaxl_work {
    struct jaxl_session *session;
    const struct jaxl_session_watch *watch; /* NULL: nothing stops it */
    size_t most;                            /* requests at once */
    size_t in_flight;
    struct jaxl_json_doc *doc; /* of the answer that is looked at */
    bool stopped;              /* the watch wants no more */
    int code;                  /* 0, or the first error that ends it: nothing more is begun */
    struct jaxl_error err;     /* of code */
    int64_t again_at;          /* monotonic time to ask begin again at, when it has nothing now */
};

/* Sends the next request with jaxl_work_answer. False: there is none now. */
typedef bool jaxl_work_begin(void *ctx);

/* connections: 0 for 16. JAXL_ENOMEM. */
int jaxl_work_init(struct jaxl_work *w, struct jaxl_session *s, unsigned connections,
                   const struct jaxl_session_watch *watch, struct jaxl_error *err);
void jaxl_work_free(struct jaxl_work *w);
/* Goes on until begin has none left and everything is answered, also after an error or a stop: then
 * with what is in flight only. The code, JAXL_ESTOPPED, or the errors of jaxl_session_wait. */
int jaxl_work_run(struct jaxl_work *w, jaxl_work_begin *begin, void *ctx, struct jaxl_error *err);
/* To be called by every reply function first: counts the request as answered. */
void jaxl_work_answered(struct jaxl_work *w);
/* To be called by begin with what sending came to: false, and an error, when it failed. */
bool jaxl_work_sent(struct jaxl_work *w, int code, const struct jaxl_error *err);
/* Notes an error that ends the work, if it is the first. err->code is it. */
void jaxl_work_fail(struct jaxl_work *w, const struct jaxl_error *err);
/* The answer of a reply; NULL when it is not JSON. */
const struct jaxl_json *jaxl_work_parse(struct jaxl_work *w, const struct jaxl_reply *reply);

#endif
