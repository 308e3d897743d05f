/* What an answer to the platform may be (the protocol, section 7). */
#ifndef JAXL_EVENTS_RESPONSE_H
#define JAXL_EVENTS_RESPONSE_H

#include "jaxl/buf.h"
#include "jaxl/json.h"

enum {
    JAXL_RESPONSE_DIGITS = 64,     /* num_characters at most */
    JAXL_RESPONSE_PROMPT = 65536,  /* bytes of all sentences */
    JAXL_RESPONSE_SENTENCES = 256, /* of a prompt */
    JAXL_RESPONSE_IDS = 256,       /* of a list */
    JAXL_RESPONSE_MARK = 256,      /* bytes of a name */
    JAXL_RESPONSE_MAX = 512 * 1024 /* bytes of the normal form at most */
};

/* Appends the normal form of an answer to out (whose maximum need not pass JAXL_RESPONSE_MAX):
 * compact JSON, without a newline, one of
 *
 *     {"prompt": ["sentence", ...], "num_characters": N or "*" or "#", "mark": "name"}
 *     {"next": id}    {"phone": {"to_number": "+...", "from_number": null or "+..."}}
 *     {"devices": [id, ...]}    {"appusers": [...]}    {"teams": [...]}
 *
 * answer: an object that has exactly one of them, as here or in the ways in which people write
 * them: the prompt as one text, which is parted into sentences; num_characters and ids as texts of
 * digits; a phone as a text; one id, or a text of some, where a list goes; phone numbers with
 * separators. Members that are null, and id, are passed over; blank sentences are left out.
 * JAXL_EINPUT: what is wrong in one line; JAXL_EEND, "no answer": it has neither a prompt nor where
 * to go; the errors of jaxl_sentence_each. On failure nothing is appended. */
int jaxl_response_check(const struct jaxl_json *answer, struct jaxl_buf *out,
                        struct jaxl_error *err);

#endif
