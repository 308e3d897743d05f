#include "events/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum {
    TEXTS = 3, /* option, data and mark */
    KEEP = 256 /* bytes that an entry keeps for the next event that it is given to */
};
#define ENTRIES_MAX ((size_t)1 << 30)

struct text {
    char *at;
    size_t len, cap;
};

/* What is looked at when one is forgotten comes first: that was a second ago, and the memory of it
 * is cold. */
struct entry {
    uint64_t hash;
    int64_t seen_at;
    uint32_t generation;        /* how often the entry was given to another event */
    uint32_t chain;             /* the next of the same bucket, or the next free one */
    uint32_t older, newer;      /* those that can be found, in the order in which they came */
    bool used, found, answered; /* found: it can be, the window is not over */
    bool disowned;              /* the same event is another one */
    uint32_t n_waiting;
    uint64_t *waiting;
    struct text texts;   /* option, data and mark, one behind the other */
    int32_t lens[TEXTS]; /* -1: null */
    enum jaxl_event_kind kind;
    int64_t call_id, ivr;
    struct text answer;
    int code;
    char id[sizeof((struct jaxl_event *)0)->id];
};

struct jaxl_replay {
    struct jaxl_replay_options options;
    struct entry
        *entries; /* from 1 on, 0 is none; memory of those above n_made was never touched */
    uint32_t n_made, n_found;
    uint32_t free, last_free; /* a queue: in turn, entries are neighbours of those before them */
    uint32_t oldest, newest;
    uint32_t *buckets;
    size_t n_buckets;
    size_t bytes;
};

int jaxl_replay_new(struct jaxl_replay **out, const struct jaxl_replay_options *options,
                    struct jaxl_error *err)
{
    struct jaxl_replay_options o = options ? *options : (struct jaxl_replay_options){.window = 0};
    struct jaxl_replay *r;

    *out = NULL;
    o.window = o.window ? o.window : JAXL_REPLAY_WINDOW;
    o.entries = o.entries ? o.entries : JAXL_REPLAY_ENTRIES;
    o.bytes = o.bytes ? o.bytes : JAXL_REPLAY_BYTES;
    if (o.window < 0 || o.entries > ENTRIES_MAX)
        return jaxl_error_set(err, JAXL_EARG, "replays: no such window or number of entries");
    r = calloc(1, sizeof *r);
    if (r) {
        r->options = o;
        for (r->n_buckets = 1; r->n_buckets < o.entries;)
            r->n_buckets *= 2;
        r->entries = calloc(o.entries + 1, sizeof *r->entries);
        r->buckets = calloc(r->n_buckets, sizeof *r->buckets);
        *out = r;
    }
    if (r && r->entries && r->buckets)
        return 0;
    jaxl_replay_free(out);
    return jaxl_error_set(err, JAXL_ENOMEM, "replays: out of memory");
}

void jaxl_replay_free(struct jaxl_replay **replay)
{
    struct jaxl_replay *r = replay ? *replay : NULL;

    if (!r)
        return;
    for (uint32_t i = 1; r->entries && i <= r->n_made; i++) {
        free(r->entries[i].texts.at);
        free(r->entries[i].answer.at);
        free(r->entries[i].waiting);
    }
    free(r->entries);
    free(r->buckets);
    free(r);
    *replay = NULL;
}

/* What an event is told from others by. */
struct key {
    uint64_t hash;
    const struct jaxl_event *event;
    const char *texts[TEXTS];
    int32_t lens[TEXTS];
    size_t len; /* of all texts */
};

static void make_key(struct key *key, const struct jaxl_event *e)
{
    int64_t numbers[2 + 1 + TEXTS] = {e->call_id, e->ivr, (int64_t)e->kind};

    *key = (struct key){.event = e, .texts = {e->option, e->data, e->mark}};
    for (int i = 0; i < TEXTS; i++) {
        size_t n = key->texts[i] ? strnlen(key->texts[i], INT32_MAX) : 0;
        key->lens[i] = key->texts[i] ? (int32_t)n : -1;
        key->len += n;
        numbers[3 + i] = key->lens[i] < 0 ? -1 : (int64_t)jaxl_hash_fast(key->texts[i], n);
    }
    key->hash = jaxl_hash_fast((const char *)numbers, sizeof numbers);
}

static bool is_same(const struct entry *entry, const struct key *key)
{
    const char *text = entry->texts.at;

    if (entry->disowned || entry->hash != key->hash || entry->call_id != key->event->call_id ||
        entry->ivr != key->event->ivr || entry->kind != key->event->kind ||
        memcmp(entry->lens, key->lens, sizeof entry->lens) != 0)
        return false;
    for (int i = 0; i < TEXTS; i++) {
        size_t n = entry->lens[i] > 0 ? (size_t)entry->lens[i] : 0;
        if (n && memcmp(text, key->texts[i], n) != 0)
            return false;
        text += n;
    }
    return true;
}

static uint32_t *bucket_of(const struct jaxl_replay *r, uint64_t hash)
{
    return &r->buckets[hash & (r->n_buckets - 1)];
}

/* False: there is no memory for it. */
static bool keep(struct text *t, size_t len)
{
    char *at = len > t->cap ? malloc(len) : t->at;

    if (!at && len)
        return false;
    if (len > t->cap) {
        free(t->at);
        t->at = at;
        t->cap = len;
    }
    t->len = len;
    return true;
}

static struct text emptied(struct text t)
{
    if (t.cap <= KEEP)
        return (struct text){.at = t.at, .cap = t.cap};
    free(t.at);
    return (struct text){0};
}

static void release(struct jaxl_replay *r, struct entry *e)
{
    uint32_t number = (uint32_t)(e - r->entries);

    r->bytes -= e->texts.len + e->answer.len;
    free(e->waiting);
    *e = (struct entry){
        .generation = e->generation + 1, .texts = emptied(e->texts), .answer = emptied(e->answer)};
    *(r->free ? &r->entries[r->last_free].chain : &r->free) = number;
    r->last_free = number;
}

/* It cannot be found any more; it stays for those that wait for its answer. */
static void forget(struct jaxl_replay *r, struct entry *e)
{
    uint32_t number = (uint32_t)(e - r->entries), *place = bucket_of(r, e->hash);

    while (*place != number)
        place = &r->entries[*place].chain;
    *place = e->chain;
    *(e->older ? &r->entries[e->older].newer : &r->oldest) = e->newer;
    *(e->newer ? &r->entries[e->newer].older : &r->newest) = e->older;
    e->found = false;
    r->n_found--;
    if (!e->n_waiting)
        release(r, e);
}

static void forget_oldest(struct jaxl_replay *r)
{
    forget(r, &r->entries[r->oldest]);
}

static void expire(struct jaxl_replay *r, int64_t now)
{
    while (r->oldest && now - r->entries[r->oldest].seen_at >= r->options.window)
        forget_oldest(r);
}

/* An entry that is free, the oldest one's where there is no other; NULL: all are waited for. */
static struct entry *take(struct jaxl_replay *r)
{
    struct entry *e;

    if (!r->free && r->n_made == r->options.entries && r->oldest)
        forget_oldest(r);
    if (r->free) {
        e = &r->entries[r->free];
        r->free = e->chain;
        e->chain = 0;
        return e;
    }
    return r->n_made < r->options.entries ? &r->entries[++r->n_made] : NULL;
}

/* Whether n more bytes may be kept, after forgetting the oldest but one that must stay. */
static bool make_room(struct jaxl_replay *r, size_t n, const struct entry *stays)
{
    while (n > r->options.bytes - r->bytes && r->oldest && &r->entries[r->oldest] != stays)
        forget_oldest(r);
    return n <= r->options.bytes - r->bytes;
}

static void keep_texts(char *to, const struct key *key)
{
    for (int i = 0; i < TEXTS; i++)
        if (key->lens[i] > 0) {
            memcpy(to, key->texts[i], (size_t)key->lens[i]);
            to += key->lens[i];
        }
}

static uint64_t ref_of(const struct jaxl_replay *r, const struct entry *e)
{
    return (uint64_t)e->generation << 32 | (uint64_t)(e - r->entries);
}

static struct entry *entry_of(const struct jaxl_replay *r, uint64_t ref)
{
    uint32_t number = (uint32_t)ref;
    struct entry *e = number <= r->n_made ? &r->entries[number] : NULL;

    return e && e->used && e->generation == ref >> 32 ? e : NULL;
}

/* Its ref, 0 when there is no memory for it. */
static uint64_t remember(struct jaxl_replay *r, const struct key *key, int64_t now)
{
    uint32_t number, *bucket = bucket_of(r, key->hash);
    struct entry *e = make_room(r, key->len, NULL) ? take(r) : NULL;

    if (!e)
        return 0;
    number = (uint32_t)(e - r->entries);
    if (!keep(&e->texts, key->len)) {
        release(r, e);
        return 0;
    }
    keep_texts(e->texts.at, key);
    *e = (struct entry){.hash = key->hash,
                        .seen_at = now,
                        .call_id = key->event->call_id,
                        .ivr = key->event->ivr,
                        .kind = key->event->kind,
                        .generation = e->generation,
                        .chain = *bucket,
                        .older = r->newest,
                        .texts = e->texts,
                        .answer = e->answer,
                        .used = true,
                        .found = true};
    memcpy(e->lens, key->lens, sizeof e->lens);
    memcpy(e->id, key->event->id, sizeof e->id);
    *bucket = number;
    *(r->newest ? &r->entries[r->newest].newer : &r->oldest) = number;
    r->newest = number;
    r->n_found++;
    r->bytes += key->len;
    return ref_of(r, e);
}

void jaxl_replay_see(struct jaxl_replay *r, const struct jaxl_event *event, int64_t now,
                     struct jaxl_replay_seen *seen)
{
    struct key key;
    uint32_t i;

    expire(r, now);
    make_key(&key, event);
    for (i = *bucket_of(r, key.hash); i && !is_same(&r->entries[i], &key);)
        i = r->entries[i].chain;
    if (i) {
        const struct entry *e = &r->entries[i];
        *seen = (struct jaxl_replay_seen){.ref = ref_of(r, e),
                                          .duplicate = true,
                                          .id = e->id,
                                          .answered = e->answered,
                                          .code = e->code,
                                          .text = e->answer.len ? e->answer.at : "",
                                          .len = e->answer.len};
    } else {
        *seen = (struct jaxl_replay_seen){.ref = remember(r, &key, now), .text = ""};
    }
}

void jaxl_replay_disown(struct jaxl_replay *r, uint64_t ref)
{
    struct entry *e = entry_of(r, ref);

    if (e)
        e->disowned = true;
}

int jaxl_replay_wait(struct jaxl_replay *r, uint64_t ref, uint64_t ticket)
{
    struct entry *e = entry_of(r, ref);
    uint32_t n = e ? e->n_waiting : 0;

    if (!e || e->answered)
        return JAXL_EARG;
    if (n == JAXL_REPLAY_WAITING)
        return JAXL_ELIMIT;
    if (!(n & (n - 1))) { /* 0 or a power of two: there is no room left */
        uint64_t *more = realloc(e->waiting, (n ? 2 * n : 1) * sizeof *more);
        if (!more)
            return JAXL_ENOMEM;
        e->waiting = more;
    }
    e->waiting[e->n_waiting++] = ticket;
    return 0;
}

/* False: there is no memory for it. */
static bool keep_answer(struct jaxl_replay *r, struct entry *e, int code, const char *text,
                        size_t len)
{
    if (!make_room(r, len, e) || !keep(&e->answer, len))
        return false;
    if (len)
        memcpy(e->answer.at, text, len);
    e->code = code;
    r->bytes += len;
    return true;
}

void jaxl_replay_answer(struct jaxl_replay *r, uint64_t ref, int code, const char *text, size_t len,
                        jaxl_replay_wake *wake, void *ctx)
{
    struct entry *e = entry_of(r, ref);

    if (!e || e->answered)
        return;
    e->answered = true;
    for (uint32_t i = 0; i < e->n_waiting; i++)
        wake(ctx, e->waiting[i], code, text, len);
    e->n_waiting = 0;
    if (!e->found)
        release(r, e);
    else if (!keep_answer(r, e, code, text, len))
        forget(r, e);
}

size_t jaxl_replay_count(const struct jaxl_replay *r)
{
    return r->n_found;
}

size_t jaxl_replay_bytes(const struct jaxl_replay *r)
{
    return r->bytes;
}
