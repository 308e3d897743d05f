#include <stdlib.h>
#include <string.h>

#include "jaxl/sentence.h"

struct keeper {
    struct jaxl_sentences *out;
    struct jaxl_error *err;
};

static int keep(void *ctx, const char *sentence, size_t len)
{
    struct keeper *k = ctx;
    char **items = realloc(k->out->items, (k->out->n + 1) * sizeof *items);

    if (items) {
        k->out->items = items;
        items[k->out->n] = strndup(sentence, len);
    }
    if (!items || !items[k->out->n])
        return jaxl_error_set(k->err, JAXL_ENOMEM, "sentences of a text: out of memory");
    k->out->n++;
    return 0;
}

int jaxl_sentences_split(const char *text, size_t len, const char *locale,
                         struct jaxl_sentences *out, struct jaxl_error *err)
{
    struct keeper k = {out, err};
    int rc;

    *out = (struct jaxl_sentences){0};
    rc = jaxl_sentence_each(text, len, locale, keep, &k, err);
    if (rc)
        jaxl_sentences_free(out);
    return rc;
}

void jaxl_sentences_free(struct jaxl_sentences *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        free(s->items[i]);
    free(s->items);
    *s = (struct jaxl_sentences){0};
}
