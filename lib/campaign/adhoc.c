#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "campaign/adhoc_impl.h"

int jaxl_adhoc_new(struct jaxl_adhoc **out, struct jaxl_session *session,
                   const struct jaxl_menu_option *options, size_t n, struct jaxl_error *err)
{
    struct jaxl_adhoc *a = calloc(1, sizeof *a);

    *out = NULL;
    if (!a || jaxl_json_doc_new(&a->doc, (size_t)16 * 1024 * 1024)) {
        free(a);
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    }
    a->session = session;
    a->options = options;
    a->n_options = n;
    jaxl_buf_init(&a->body, (size_t)4 * 1024 * 1024);
    *out = a;
    return 0;
}

void jaxl_adhoc_free(struct jaxl_adhoc **a)
{
    if (!a || !*a)
        return;
    for (struct jaxl_adhoc_one *i = (*a)->oldest, *next; i; i = next) {
        next = i->newer;
        free(i);
    }
    jaxl_json_doc_free(&(*a)->doc);
    jaxl_buf_free(&(*a)->body);
    free(*a);
    *a = NULL;
}

void jaxl_adhoc_remember(struct jaxl_adhoc *a, struct jaxl_ledger *ledger)
{
    a->ledger = ledger;
}

void jaxl_adhoc_stop(struct jaxl_adhoc *a)
{
    a->stopped = true;
}

bool jaxl_adhoc_changed(struct jaxl_adhoc *a)
{
    bool changed = a->changed;

    a->changed = false;
    return changed;
}

/* By use. */

static void unlink_use(struct jaxl_adhoc *a, struct jaxl_adhoc_one *i)
{
    *(i->newer ? &i->newer->older : &a->newest) = i->older;
    *(i->older ? &i->older->newer : &a->oldest) = i->newer;
}

static void link_newest(struct jaxl_adhoc *a, struct jaxl_adhoc_one *i)
{
    i->newer = NULL;
    i->older = a->newest;
    *(a->newest ? &a->newest->newer : &a->oldest) = i;
    a->newest = i;
}

static void forget(struct jaxl_adhoc *a, struct jaxl_adhoc_one *i)
{
    struct jaxl_adhoc_one **p = &a->buckets[i->hash % JAXL_ADHOC_BUCKETS];

    while (*p != i)
        p = &(*p)->chain;
    *p = i->chain;
    unlink_use(a, i);
    a->n_ivrs--;
    a->waiting -= i->again_at != 0;
    free(i);
}

static void forget_oldest(struct jaxl_adhoc *a)
{
    for (struct jaxl_adhoc_one *i = a->oldest, *next; i && a->n_ivrs >= JAXL_ADHOC_TEXTS;
         i = next) {
        next = i->newer;
        if (i->users == 0 && (i->step == REST || i->again_at))
            forget(a, i);
    }
}

int64_t jaxl_adhoc_tick(struct jaxl_adhoc *a, int64_t now)
{
    int64_t next = INT64_MAX;

    if (a->waiting == 0)
        return next;
    for (struct jaxl_adhoc_one *i = a->oldest; i; i = i->newer) {
        if (!i->again_at || i->users == 0)
            continue;
        if (i->again_at <= now) {
            i->again_at = i->pub.put_off = 0;
            a->waiting--;
            jaxl_adhoc_resend(i);
        } else if (i->again_at < next) {
            next = i->again_at;
        }
    }
    return next;
}

static struct jaxl_adhoc_one *find(struct jaxl_adhoc *a, const char *text, size_t len,
                                   uint64_t hash)
{
    struct jaxl_adhoc_one *i = a->buckets[hash % JAXL_ADHOC_BUCKETS];

    while (i && (i->hash != hash || i->len != len || memcmp(i->text, text, len) != 0))
        i = i->chain;
    return i;
}

static struct jaxl_adhoc_one *add(struct jaxl_adhoc *a, const char *text, size_t len, uint64_t hash)
{
    struct jaxl_adhoc_one *i;

    forget_oldest(a);
    i = calloc(1, sizeof *i + len + 1);
    if (!i)
        return NULL;
    *i = (struct jaxl_adhoc_one){
        .home = a, .hash = hash, .len = len, .chain = a->buckets[hash % JAXL_ADHOC_BUCKETS]};
    memcpy(i->text, text, len);
    a->buckets[hash % JAXL_ADHOC_BUCKETS] = i;
    a->n_ivrs++;
    link_newest(a, i);
    return i;
}

int jaxl_adhoc_get(struct jaxl_adhoc *a, const char *text, size_t len, struct jaxl_adhoc_ivr **out,
                   struct jaxl_error *err)
{
    uint64_t hash = jaxl_hash_bytes(text, len);
    struct jaxl_adhoc_one *i = find(a, text, len, hash);
    int code;

    *out = NULL;
    if (memchr(text, '\0', len))
        return jaxl_error_set(err, JAXL_EINPUT, "message: a NUL byte cannot be said");
    if (!i) {
        i = add(a, text, len, hash);
        if (!i)
            return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        code = jaxl_adhoc_begin(i, err);
        if (code) {
            forget(a, i);
            return code;
        }
    } else {
        unlink_use(a, i);
        link_newest(a, i);
    }
    i->users++;
    *out = &i->pub;
    return 0;
}

void jaxl_adhoc_release(struct jaxl_adhoc *a, struct jaxl_adhoc_ivr *ivr)
{
    struct jaxl_adhoc_one *i = (struct jaxl_adhoc_one *)ivr;

    i->users--;
    /* what failed for a reason that may pass is made anew when it is needed again */
    if (i->users == 0 && ivr->state == JAXL_ADHOC_FAILED &&
        (ivr->outcome == JAXL_OUTCOME_NOT_SENT || ivr->outcome == JAXL_OUTCOME_UNKNOWN))
        forget(a, i);
}
