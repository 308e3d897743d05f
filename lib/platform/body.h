/* What the calls of the platform that have a JSON body share: one object, opened, filled by the
 * caller, sent and wiped, and the checks of what goes into it. */
#ifndef JAXL_PLATFORM_BODY_H
#define JAXL_PLATFORM_BODY_H

#include "data/json_writer.h"
#include "jaxl/answer.h"

struct jaxl_body {
    struct jaxl_buf text;
    struct jaxl_json_writer w; /* within the object */
};

/* Opens the object. After it comes jaxl_body_send or jaxl_body_drop. */
void jaxl_body_begin(struct jaxl_body *b);
void jaxl_body_drop(struct jaxl_body *b);
/* Closes the object and asks the call; the body is gone afterwards. ids: 0 where the path has none.
 * JAXL_EARG, JAXL_ELIMIT, JAXL_ENOMEM, and the errors of jaxl_answer_ask. */
int jaxl_body_send(struct jaxl_body *b, struct jaxl_session *s, enum jaxl_endpoint endpoint,
                   int64_t id, int64_t id2, struct jaxl_answer *a, struct jaxl_error *err);

/* "calls add: exactly one of e164 and email is needed": JAXL_EARG for a call. */
int jaxl_body_refuse(enum jaxl_endpoint endpoint, struct jaxl_error *err, const char *fmt, ...)
    JAXL_PRINTF(3, 4);
/* JAXL_EARG names the first of n fields that is NULL or empty. */
int jaxl_body_need(enum jaxl_endpoint endpoint, const struct jaxl_param *fields, size_t n,
                   struct jaxl_error *err);
/* JAXL_EARG when the value of the field is none of the words, which a NULL ends. */
int jaxl_body_one_of(enum jaxl_endpoint endpoint, const char *field, const char *value,
                     const char *const *words, struct jaxl_error *err);
/* Whether it is an object with neither objects nor arrays in it, as metadata is. */
bool jaxl_body_is_flat(const struct jaxl_json *object);

#endif
