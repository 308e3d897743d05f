/* What every typed call of the platform shares: where its answer goes, pages, lists of values.
 *
 * A call waits for its answer, or is queued on the session and answered through a callback:
 *
 *     struct jaxl_answer a = {0};                      // wait
 *     if (jaxl_calls_get(s, 1234, JAXL_CURRENCY_INR, &a, &err) == 0)
 *         puts(jaxl_json_string(jaxl_json_get(a.value, "to_number"), "?"));
 *     jaxl_answer_free(&a);
 *
 *     struct jaxl_answer later = {.done = on_reply, .arg = x};   // queue: on_reply comes from
 *     jaxl_calls_get(s, 1234, JAXL_CURRENCY_INR, &later, &err);  // jaxl_session_wait
 */
#ifndef JAXL_ANSWER_H
#define JAXL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jaxl/json.h>
#include <jaxl/session.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JAXL_ANSWER_MAX ((size_t)8 * 1024 * 1024) /* bytes of an answer in JSON */

struct jaxl_answer {
    jaxl_reply_fn done;  /* set by the caller: the call is queued, and nothing below is touched.
                            NULL: the call waits */
    jaxl_again_fn again; /* for a queued call: NULL, or as in struct jaxl_request */
    void *arg;           /* for done and again */

    int status;                    /* HTTP, 0 without an answer */
    int64_t server_skew;           /* as in struct jaxl_reply */
    const struct jaxl_json *value; /* NULL when the answer is empty or a file */
    char *text;                    /* the answer as it came, NUL-terminated; NULL without one */
    size_t len;                    /* bytes of text */
    struct jaxl_json_doc *doc;     /* holds value */
};

/* Frees what an answer holds and makes it fit for the next call. NULL is fine. */
JAXL_API void jaxl_answer_free(struct jaxl_answer *a);

/* Any request, waited for or queued as above; a NULL: waited for, and the answer dropped. What
 * every typed call does in the end. The errors of jaxl_session_call; JAXL_EPROTO: the answer is not
 * JSON and should be, or JAXL_EUNKNOWN when the request may have been carried out. */
JAXL_API int jaxl_answer_ask(struct jaxl_session *s, const struct jaxl_request *request,
                             struct jaxl_answer *a, struct jaxl_error *err);

/* Part of a list. Zero: the first page, of the platform's own size. */
struct jaxl_page {
    int64_t limit;  /* results of one page; 0: the platform chooses */
    int64_t offset; /* results to pass over */
};

/* Moves the page on behind the results of the answer; false when there are no more.
 *
 *     do
 *         code = jaxl_calls_list(s, &filter, &a, &err);
 *     while (!code && jaxl_answer_next(a.value, &filter.page));
 */
JAXL_API bool jaxl_answer_next(const struct jaxl_json *answer, struct jaxl_page *page);

/* Lists of values; items are borrowed. */
struct jaxl_texts {
    const char *const *items;
    size_t n;
};
struct jaxl_ids {
    const int64_t *items; /* each from 1 */
    size_t n;
};

/* A filter that may be left out. */
enum jaxl_choice { JAXL_ANY, JAXL_YES, JAXL_NO };

#ifdef __cplusplus
}
#endif
#endif
