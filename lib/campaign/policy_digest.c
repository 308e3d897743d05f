#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "campaign/policy_impl.h"
#include "data/holidays.h"

/* What the digest is over: numbers of eight bytes, and texts behind their lengths; so no two
 * policies are the same bytes. To be raised when what is hashed changes. */
static const uint64_t FORMAT = 1;

struct hash {
    EVP_MD_CTX *md;
    bool ok;
};

static void add(struct hash *h, const void *data, size_t len)
{
    h->ok = h->ok && EVP_DigestUpdate(h->md, data, len) == 1;
}

static void add_number(struct hash *h, uint64_t n)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(n >> 8 * i);
    add(h, bytes, sizeof bytes);
}

static void add_text(struct hash *h, const char *text)
{
    add_number(h, strlen(text));
    add(h, text, strlen(text));
}

static int by_span(const void *a, const void *b)
{
    const struct jaxl_policy_cap *x = a, *y = b;

    if (x->span != y->span)
        return x->span < y->span ? -1 : 1;
    return (x->calls > y->calls) - (x->calls < y->calls);
}

static int by_area(const void *a, const void *b)
{
    const struct jaxl_policy_section *const *x = a, *const *y = b;

    return strcmp((*x)->area, (*y)->area);
}

static void add_section(struct hash *h, const struct jaxl_policy_section *s)
{
    const struct jaxl_policy_rules *r = &s->rules;
    struct jaxl_policy_cap caps[JAXL_POLICY_CAPS];

    add_text(h, s->area);
    add_number(h, r->has_window);
    for (int d = 0; d < 7 && r->has_window; d++)
        for (size_t i = 0; i < sizeof r->window.open[d] / sizeof r->window.open[d][0]; i++)
            add_number(h, r->window.open[d][i]);
    add_number(h, r->has_days);
    add_number(h, r->days);
    memcpy(caps, r->caps, r->n_caps * sizeof caps[0]);
    qsort(caps, r->n_caps, sizeof caps[0], by_span);
    add_number(h, r->n_caps);
    for (size_t i = 0; i < r->n_caps; i++) {
        add_number(h, caps[i].calls);
        add_number(h, (uint64_t)caps[i].span);
    }
    add_number(h, r->max_attempts);
    add_number(h, (uint64_t)r->expire);
    add_number(h, (uint64_t)r->dnc_max_age);
}

static void add_sections(struct hash *h, const struct jaxl_policy *p)
{
    const struct jaxl_policy_section *sections[JAXL_POLICY_SECTIONS];
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        if (jaxl_policy_says(&p->sections[i].rules))
            sections[n++] = &p->sections[i];
    qsort(sections, n, sizeof sections[0], by_area);
    add_number(h, n);
    for (size_t i = 0; i < n; i++)
        add_section(h, sections[i]);
}

static void add_holidays(struct hash *h, const struct jaxl_holidays *holidays)
{
    size_t n = 0, distinct = 0;
    const int64_t *days = holidays ? jaxl_holidays_days(holidays, &n) : NULL;

    for (size_t i = 0; i < n; i++)
        distinct += i == 0 || days[i] != days[i - 1];
    add_number(h, distinct);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || days[i] != days[i - 1])
            add_number(h, (uint64_t)days[i]);
}

static void add_retries(struct hash *h, const struct jaxl_policy *p)
{
    for (int d = 0; d < JAXL_DISPOSITION_COUNT; d++) {
        const char *name = jaxl_disposition_name((enum jaxl_disposition)d);
        if (p->retries[d].n == 0)
            continue;
        add_text(h, name ? name : "");
        add_number(h, p->retries[d].n);
        for (size_t i = 0; i < p->retries[d].n; i++)
            add_number(h, (uint64_t)p->retries[d].after[i]);
    }
}

int jaxl_policy_digest(const struct jaxl_policy *p, unsigned char out[JAXL_POLICY_DIGEST],
                       struct jaxl_error *err)
{
    struct hash h = {.md = EVP_MD_CTX_new()};

    h.ok = h.md && EVP_DigestInit_ex(h.md, EVP_sha256(), NULL) == 1;
    add_number(&h, FORMAT);
    add_sections(&h, p);
    add_text(&h, p->zone);
    add_holidays(&h, p->holidays);
    add_retries(&h, p);
    h.ok = h.ok && EVP_DigestFinal_ex(h.md, out, NULL) == 1;
    EVP_MD_CTX_free(h.md);
    return h.ok ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "policy: its digest: out of memory");
}
