#include "billing/counted.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "jaxl/error.h"

enum { FIRST_CAP = 256 };
#define TEXTS_MAX ((size_t)4 * 1024 * 1024 * 1024) /* bytes of all texts */

void jaxl_counted_init(struct jaxl_counted *c)
{
    *c = (struct jaxl_counted){.n_pages = 0};
    jaxl_arena_init(&c->arena, TEXTS_MAX);
}

void jaxl_counted_free(struct jaxl_counted *c)
{
    free(c->pages);
    free(c->texts);
    jaxl_arena_free(&c->arena);
    jaxl_counted_init(c);
}

/* The place of a page, or the free one where it belongs. */
static size_t place_of(const struct jaxl_counted_page *pages, size_t cap, uint64_t number)
{
    size_t i = (size_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (cap - 1);

    while (pages[i].number && pages[i].number != number)
        i = (i + 1) & (cap - 1);
    return i;
}

static int grow_pages(struct jaxl_counted *c)
{
    size_t cap = c->page_cap ? 2 * c->page_cap : FIRST_CAP;
    struct jaxl_counted_page *pages = calloc(cap, sizeof *pages);

    if (!pages)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < c->page_cap; i++)
        if (c->pages[i].number)
            pages[place_of(pages, cap, c->pages[i].number)] = c->pages[i];
    free(c->pages);
    c->pages = pages;
    c->page_cap = cap;
    c->last = 0;
    return 0;
}

static struct jaxl_counted_page *find_page(struct jaxl_counted *c, uint64_t number)
{
    if (!c->page_cap)
        return NULL;
    if (c->pages[c->last].number != number)
        c->last = place_of(c->pages, c->page_cap, number);
    return &c->pages[c->last];
}

bool jaxl_counted_has(struct jaxl_counted *c, uint64_t id)
{
    const struct jaxl_counted_page *page = find_page(c, id / JAXL_COUNTED_PAGE + 1);

    return page && page->bits[id % JAXL_COUNTED_PAGE / 64] >> id % 64 & 1;
}

int jaxl_counted_id(struct jaxl_counted *c, uint64_t id, bool *again)
{
    uint64_t number = id / JAXL_COUNTED_PAGE + 1, bit = UINT64_C(1) << id % 64;
    struct jaxl_counted_page *page;
    uint64_t *word;

    if (c->n_pages + 1 > c->page_cap / 4 * 3 && grow_pages(c))
        return JAXL_ENOMEM;
    page = find_page(c, number);
    if (!page->number) {
        page->number = number;
        c->n_pages++;
    }
    word = &page->bits[id % JAXL_COUNTED_PAGE / 64];
    *again = (*word & bit) != 0;
    *word |= bit;
    return 0;
}

static size_t place_of_text(const struct jaxl_counted_text *texts, size_t cap, uint64_t hash,
                            const char *text, size_t len)
{
    size_t i = (size_t)hash & (cap - 1);

    while (texts[i].text &&
           (texts[i].hash != hash || texts[i].len != len || memcmp(texts[i].text, text, len) != 0))
        i = (i + 1) & (cap - 1);
    return i;
}

static int grow_texts(struct jaxl_counted *c)
{
    size_t cap = c->text_cap ? 2 * c->text_cap : FIRST_CAP;
    struct jaxl_counted_text *texts = calloc(cap, sizeof *texts);

    if (!texts)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < c->text_cap; i++) {
        const struct jaxl_counted_text *t = &c->texts[i];
        if (t->text)
            texts[place_of_text(texts, cap, t->hash, t->text, t->len)] = *t;
    }
    free(c->texts);
    c->texts = texts;
    c->text_cap = cap;
    return 0;
}

bool jaxl_counted_has_text(const struct jaxl_counted *c, const char *text, size_t len)
{
    return c->text_cap &&
           c->texts[place_of_text(c->texts, c->text_cap, jaxl_hash_fast(text, len), text, len)]
               .text;
}

int jaxl_counted_text(struct jaxl_counted *c, const char *text, size_t len, bool *again)
{
    uint64_t hash = jaxl_hash_fast(text, len);
    struct jaxl_counted_text *t;
    char *copy;

    if (c->n_texts + 1 > c->text_cap / 4 * 3 && grow_texts(c))
        return JAXL_ENOMEM;
    t = &c->texts[place_of_text(c->texts, c->text_cap, hash, text, len)];
    *again = t->text != NULL;
    if (*again)
        return 0;
    copy = jaxl_arena_alloc(&c->arena, len + 1);
    if (!copy)
        return c->arena.failed;
    memcpy(copy, text, len);
    *t = (struct jaxl_counted_text){.hash = hash, .text = copy, .len = len};
    c->n_texts++;
    return 0;
}
