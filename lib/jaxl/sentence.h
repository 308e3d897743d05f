/* A text cut into sentences, as text-to-speech takes them. */
#ifndef JAXL_SENTENCE_H
#define JAXL_SENTENCE_H

#include <stddef.h>

#include <jaxl/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JAXL_SENTENCE_TEXT_MAX = 64 * 1024 }; /* bytes of a text */

/* Takes one sentence of len bytes, borrowed from the text. What is not 0 ends the walk. */
typedef int jaxl_sentence_put(void *ctx, const char *sentence, size_t len);

/* Calls put with each sentence of a UTF-8 text of len bytes, in order, without the blanks around
 * it; what is blank altogether is left out. A sentence ends as Unicode has it (full stop, question
 * and exclamation mark, danda, end of a line, with closing quotes and brackets) but not after the
 * abbreviations known for the locale ("en", "de_CH"; NULL: none in particular) nor, in every
 * locale, in "Rs. 5.50", "Dr. Rao" and their like. Looks through the whole text before the first
 * call. Returns what put returned when it was not 0, as it is; JAXL_EINPUT: not UTF-8; JAXL_ELIMIT;
 * JAXL_EARG: not the name of a locale; JAXL_ENOMEM; JAXL_ECONFIG: its module is not installed. */
JAXL_API int jaxl_sentence_each(const char *text, size_t len, const char *locale,
                                jaxl_sentence_put *put, void *ctx, struct jaxl_error *err);

/* Sentences, each a text of its own. */
struct jaxl_sentences {
    char **items; /* n, NUL-terminated */
    size_t n;
};

/* All sentences of a text at once, into *out, which is to be freed also after a failure (it holds
 * none then). The errors of jaxl_sentence_each. */
JAXL_API int jaxl_sentences_split(const char *text, size_t len, const char *locale,
                                  struct jaxl_sentences *out, struct jaxl_error *err);
/* Frees the texts, and leaves none. NULL is fine. */
JAXL_API void jaxl_sentences_free(struct jaxl_sentences *s);

#ifdef __cplusplus
}
#endif
#endif
