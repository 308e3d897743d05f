/* Which of recorded events and call records are wanted: jaxl-events as a filter. One thread at a
 * time. */
#ifndef JAXL_FILTER_H
#define JAXL_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include <jaxl/event.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jaxl_filter;

struct jaxl_filter_options {
    const char *const *conditions; /* n_conditions of them, which all must hold: a field (a path as
                                      jaxl_json_find takes it), one of = != < <= > >= =~ !~, and a
                                      value, as "from=~^\\+91" or "metadata.tries>2" (jaxl-flow(5),
                                      MATCHING) */
    size_t n_conditions;
    unsigned kinds; /* bits of jaxl_filter_event: only events of these; 0: all records */
    int64_t since;  /* microseconds since 1970: only records of that time or later; 0: all */
};

/* The bit of an event by its name: of webhooks (1 << enum jaxl_event_kind), and placed, answered,
 * completed and finalised of jaxl/follow.h. 0: there is none, and *err says which is near. */
JAXL_API unsigned jaxl_filter_event(const char *name, struct jaxl_error *err);

/* options: NULL for all defaults; nothing of it is kept. JAXL_EARG: a condition that is wrong, with
 * its text in the message; JAXL_ELIMIT: one of more than 4096 bytes; JAXL_ENOMEM. */
JAXL_API int jaxl_filter_new(struct jaxl_filter **f, const struct jaxl_filter_options *options,
                             struct jaxl_error *err);
JAXL_API void jaxl_filter_free(struct jaxl_filter **f);

/* 1: the record, an object, is wanted; 0: it is not. Its time is received_at of an event, placed_at
 * or created_on of a call, the first that it has, in ISO 8601, without a zone UTC; a record without
 * one is not since anything. A pattern that is given up on: JAXL_ELIMIT, it takes too long;
 * JAXL_ENOMEM. */
JAXL_API int jaxl_filter_test(struct jaxl_filter *f, const struct jaxl_json *record,
                              struct jaxl_error *err);
/* The field of condition i (from 0) when it was looked for in records and none had it: a slip,
 * perhaps. NULL otherwise. Borrowed. */
JAXL_API const char *jaxl_filter_unseen(const struct jaxl_filter *f, size_t i);

#ifdef __cplusplus
}
#endif
#endif
