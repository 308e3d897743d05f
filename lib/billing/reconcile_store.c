#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "billing/reconcile_impl.h"

enum { UUID = 36 };
#define WIDE_MAX ((size_t)1024 * 1024 * 1024) /* bytes */

int jaxl_reconcile_grow(void *array, uint32_t n, uint32_t *room, size_t size)
{
    uint32_t more = *room ? *room + *room / 2 : 64;
    void *old, *new;

    if (n < *room)
        return 0;
    memcpy(&old, array, sizeof old);
    new = more > *room ? reallocarray(old, more, size) : NULL;
    if (!new)
        return JAXL_ENOMEM;
    memcpy(array, &new, sizeof new);
    *room = more;
    return 0;
}

struct jaxl_reconcile_call *jaxl_reconcile_at(const struct jaxl_reconcile_side *side, uint32_t i)
{
    return &side->chunks[(i - 1) / JAXL_RECONCILE_CHUNK][(i - 1) % JAXL_RECONCILE_CHUNK];
}

struct jaxl_reconcile_call *jaxl_reconcile_add(struct jaxl_reconcile_side *side)
{
    uint32_t chunk = side->n / JAXL_RECONCILE_CHUNK;
    struct jaxl_reconcile_call *c;

    if (side->n % JAXL_RECONCILE_CHUNK == 0) {
        if (side->n == UINT32_MAX - JAXL_RECONCILE_CHUNK + 1 ||
            jaxl_reconcile_grow(&side->chunks, chunk, &side->room, sizeof(void *)))
            return NULL;
        side->chunks[chunk] = malloc(JAXL_RECONCILE_CHUNK * sizeof *c);
        if (!side->chunks[chunk])
            return NULL;
    }
    side->n++;
    c = jaxl_reconcile_at(side, side->n);
    *c = (struct jaxl_reconcile_call){.at = -1,
                                      .cost_scale = JAXL_RECONCILE_NO_AMOUNT,
                                      .duration_scale = JAXL_RECONCILE_NO_AMOUNT};
    return c;
}

/* Numbers that follow each other are spread (the finalizer of MurmurHash3, A. Appleby). */
static uint64_t mix(uint64_t v)
{
    v ^= v >> 33;
    v *= UINT64_C(0xff51afd7ed558ccd);
    v ^= v >> 33;
    v *= UINT64_C(0xc4ceb9fe1a85ec53);
    return v ^ v >> 33;
}

static void put(struct jaxl_reconcile_index *t, uint64_t hash, uint32_t place)
{
    size_t i = hash & (t->n_slots - 1);

    while (t->slots[i])
        i = (i + 1) & (t->n_slots - 1);
    t->slots[i] = place;
}

static int enter(struct jaxl_reconciler *r, struct jaxl_reconcile_index *t, uint32_t place)
{
    if (4 * t->used >= 3 * t->n_slots) {
        struct jaxl_reconcile_index bigger = {.n_slots = t->n_slots ? 2 * t->n_slots : 64,
                                              .hash = t->hash};
        bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
        if (!bigger.slots)
            return JAXL_ENOMEM;
        for (size_t i = 0; i < t->n_slots; i++)
            if (t->slots[i])
                put(&bigger, t->hash(r, t->slots[i]), t->slots[i]);
        bigger.used = t->used;
        free(t->slots);
        *t = bigger;
    }
    put(t, t->hash(r, place), place);
    t->used++;
    return 0;
}

/* Texts: a place is where one is in the pages, from 1, in steps of 4 bytes. */
static const char *entry(const struct jaxl_reconciler *r, uint32_t place)
{
    const uint32_t steps = JAXL_RECONCILE_PAGE / 4;

    return r->pages[(place - 1) / steps] + (size_t)((place - 1) % steps) * 4;
}

const char *jaxl_reconcile_text(const struct jaxl_reconciler *r, uint32_t place, size_t *len)
{
    uint32_t length;

    if (!place)
        return NULL;
    memcpy(&length, entry(r, place), sizeof length);
    *len = length;
    return entry(r, place) + 4;
}

static uint64_t text_hash(const struct jaxl_reconciler *r, uint32_t place)
{
    uint32_t len;

    memcpy(&len, entry(r, place), sizeof len);
    return mix(jaxl_hash_bytes(entry(r, place) + 4, len));
}

static uint32_t find_text(const struct jaxl_reconciler *r, const char *text, size_t len)
{
    const struct jaxl_reconcile_index *t = &r->texts;
    size_t i = mix(jaxl_hash_bytes(text, len)) & (t->n_slots - 1);
    uint32_t there;

    for (; t->n_slots && t->slots[i]; i = (i + 1) & (t->n_slots - 1)) {
        const char *e = entry(r, t->slots[i]);
        memcpy(&there, e, sizeof there);
        if (there == len && memcmp(e + 4, text, len) == 0)
            return t->slots[i];
    }
    return 0;
}

static int new_page(struct jaxl_reconciler *r)
{
    char **more;

    if (r->n_pages >= UINT32_MAX / (JAXL_RECONCILE_PAGE / 4) - 1)
        return JAXL_ELIMIT;
    more = reallocarray(r->pages, r->n_pages + 1, sizeof *more);
    if (!more)
        return JAXL_ENOMEM;
    r->pages = more;
    r->pages[r->n_pages] = malloc(JAXL_RECONCILE_PAGE);
    if (!r->pages[r->n_pages])
        return JAXL_ENOMEM;
    r->n_pages++;
    r->page_at = 0;
    return 0;
}

static int add_text(struct jaxl_reconciler *r, const char *text, size_t len, uint32_t *place)
{
    uint32_t length = (uint32_t)len, size = (length + 4 + 1 + 3) & ~3U;
    char *e;
    int rc;

    rc = r->n_pages && r->page_at + size <= JAXL_RECONCILE_PAGE ? 0 : new_page(r);
    if (rc)
        return rc;
    e = r->pages[r->n_pages - 1] + r->page_at;
    memcpy(e, &length, sizeof length);
    memcpy(e + 4, text, len);
    e[4 + len] = '\0';
    *place = (r->n_pages - 1) * (JAXL_RECONCILE_PAGE / 4) + r->page_at / 4 + 1;
    r->page_at += size;
    return 0;
}

int jaxl_reconcile_keep_lone(struct jaxl_reconciler *r, const char *text, size_t len,
                             uint32_t *place)
{
    *place = 0;
    if (!text || !len)
        return 0;
    return len > JAXL_RECONCILE_TEXT_MAX ? JAXL_ELIMIT : add_text(r, text, len, place);
}

int jaxl_reconcile_keep(struct jaxl_reconciler *r, const char *text, size_t len, uint32_t *place)
{
    int rc;

    *place = 0;
    if (!text || !len)
        return 0;
    if (len > JAXL_RECONCILE_TEXT_MAX)
        return JAXL_ELIMIT;
    *place = find_text(r, text, len);
    if (*place)
        return 0;
    rc = add_text(r, text, len, place);
    return rc ? rc : enter(r, &r->texts, *place);
}

static bool read_hex(const char *text, unsigned n, uint64_t *v)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";

    for (unsigned i = 0; i < n; i++) {
        const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
        if (!digit)
            return false;
        *v = *v << 4 | ((uint64_t)(digit - digits) & 15);
    }
    return true;
}

static bool read_uuid(const char *text, size_t len, struct jaxl_reconcile_session *out)
{
    *out = (struct jaxl_reconcile_session){0};
    return len == UUID && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' &&
           read_hex(text, 8, &out->high) && read_hex(text + 9, 4, &out->high) &&
           read_hex(text + 14, 4, &out->high) && read_hex(text + 19, 4, &out->low) &&
           read_hex(text + 24, 12, &out->low) && out->low;
}

static uint64_t hash_session(struct jaxl_reconcile_session s)
{
    return mix(s.high ^ mix(s.low));
}

static uint64_t session_hash(const struct jaxl_reconciler *r, uint32_t place)
{
    return hash_session(r->sessions[jaxl_reconcile_at(&r->ours, place)->session - 1]);
}

bool jaxl_reconcile_session_key(const struct jaxl_reconciler *r, const char *text, size_t len,
                                struct jaxl_reconcile_session *key)
{
    if (!text || !len || len > JAXL_RECONCILE_TEXT_MAX)
        return false;
    if (!read_uuid(text, len, key))
        *key = (struct jaxl_reconcile_session){.high = find_text(r, text, len)};
    return key->high || key->low;
}

uint32_t jaxl_reconcile_by_session(const struct jaxl_reconciler *r,
                                   const struct jaxl_reconcile_session *key, size_t *at)
{
    const struct jaxl_reconcile_index *t = &r->our_sessions;
    uint32_t place;

    while (t->n_slots && (place = t->slots[(hash_session(*key) + (*at)++) & (t->n_slots - 1)])) {
        const struct jaxl_reconcile_session *s =
            &r->sessions[jaxl_reconcile_at(&r->ours, place)->session - 1];
        if (s->high == key->high && s->low == key->low)
            return place;
    }
    return 0;
}

int jaxl_reconcile_keep_session(struct jaxl_reconciler *r, const char *text, size_t len,
                                uint32_t *place)
{
    struct jaxl_reconcile_session s;
    uint32_t kept = 0;
    int rc = 0;

    *place = 0;
    if (!text || !len)
        return 0;
    if (!read_uuid(text, len, &s)) {
        rc = jaxl_reconcile_keep(r, text, len, &kept);
        s = (struct jaxl_reconcile_session){.high = kept};
    }
    if (!rc)
        rc = jaxl_reconcile_grow(&r->sessions, r->n_sessions, &r->session_room, sizeof s);
    if (rc)
        return rc;
    r->sessions[r->n_sessions++] = s;
    *place = r->n_sessions;
    return 0;
}

const char *jaxl_reconcile_session(const struct jaxl_reconciler *r, uint32_t place, char *room,
                                   size_t *len)
{
    struct jaxl_reconcile_session s;

    if (!place)
        return NULL;
    s = r->sessions[place - 1];
    if (!s.low)
        return jaxl_reconcile_text(r, (uint32_t)s.high, len);
    snprintf(room, JAXL_RECONCILE_SESSION_TEXT,
             "%08" PRIX64 "-%04" PRIX64 "-%04" PRIX64 "-%04" PRIX64 "-%012" PRIX64, s.high >> 32,
             s.high >> 16 & 0xffff, s.high & 0xffff, s.low >> 48, s.low & UINT64_C(0xffffffffffff));
    *len = UUID;
    return room;
}

static uint64_t our_id_hash(const struct jaxl_reconciler *r, uint32_t place)
{
    return mix((uint64_t)jaxl_reconcile_at(&r->ours, place)->id);
}

static uint64_t their_id_hash(const struct jaxl_reconciler *r, uint32_t place)
{
    return mix((uint64_t)jaxl_reconcile_at(&r->theirs, place)->id);
}

uint32_t jaxl_reconcile_by_id(const struct jaxl_reconciler *r, bool ours, int64_t id, size_t *at)
{
    const struct jaxl_reconcile_index *t = ours ? &r->our_ids : &r->their_ids;
    uint32_t place;

    while (t->n_slots && (place = t->slots[(mix((uint64_t)id) + (*at)++) & (t->n_slots - 1)]))
        if (jaxl_reconcile_at(ours ? &r->ours : &r->theirs, place)->id == id)
            return place;
    return 0;
}

int jaxl_reconcile_enter_id(struct jaxl_reconciler *r, bool ours, uint32_t place)
{
    return enter(r, ours ? &r->our_ids : &r->their_ids, place);
}

int jaxl_reconcile_enter_session(struct jaxl_reconciler *r, uint32_t place)
{
    return enter(r, &r->our_sessions, place);
}

int jaxl_reconcile_keep_currency(struct jaxl_reconciler *r, const char *text, size_t len,
                                 uint8_t *place)
{
    uint32_t kept;
    int rc = jaxl_reconcile_keep(r, text, len, &kept);

    if (rc)
        return rc;
    for (uint32_t i = 1; i <= r->n_currencies; i++)
        if (r->currencies[i] == kept) {
            *place = (uint8_t)i;
            return 0;
        }
    if (r->n_currencies == JAXL_RECONCILE_CURRENCIES)
        return JAXL_ELIMIT;
    r->currencies[++r->n_currencies] = kept;
    *place = (uint8_t)r->n_currencies;
    return 0;
}

int jaxl_reconcile_keep_amount(struct jaxl_reconciler *r, const struct jaxl_money *m,
                               struct jaxl_reconcile_amount *out)
{
    struct jaxl_money *wide;

    if (!m->high && m->low <= INT64_MAX) {
        *out = (struct jaxl_reconcile_amount){m->negative ? -(int64_t)m->low : (int64_t)m->low,
                                              m->scale};
        return 0;
    }
    wide = jaxl_arena_alloc(&r->wide, sizeof *wide);
    if (!wide)
        return r->wide.failed;
    *wide = *m;
    *out = (struct jaxl_reconcile_amount){(int64_t)(intptr_t)wide, JAXL_RECONCILE_WIDE_AMOUNT};
    return 0;
}

bool jaxl_reconcile_amount(struct jaxl_reconcile_amount a, struct jaxl_money *m)
{
    if (a.scale == JAXL_RECONCILE_NO_AMOUNT)
        return false;
    if (a.scale == JAXL_RECONCILE_WIDE_AMOUNT)
        *m = *(const struct jaxl_money *)(intptr_t)a.value;
    else
        *m = (struct jaxl_money){.low = (uint64_t)(a.value < 0 ? -a.value : a.value),
                                 .scale = a.scale,
                                 .negative = a.value < 0};
    return true;
}

void jaxl_reconcile_store_init(struct jaxl_reconciler *r)
{
    jaxl_arena_init(&r->wide, WIDE_MAX);
    r->our_ids.hash = our_id_hash;
    r->their_ids.hash = their_id_hash;
    r->our_sessions.hash = session_hash;
    r->texts.hash = text_hash;
}

static void free_side(struct jaxl_reconcile_side *side)
{
    for (uint32_t i = 0; i < side->n; i += JAXL_RECONCILE_CHUNK)
        free(side->chunks[i / JAXL_RECONCILE_CHUNK]);
    free(side->chunks);
}

void jaxl_reconcile_store_free(struct jaxl_reconciler *r)
{
    free_side(&r->ours);
    free_side(&r->theirs);
    for (uint32_t i = 0; i < r->n_pages; i++)
        free(r->pages[i]);
    free(r->pages);
    free(r->our_ids.slots);
    free(r->our_sessions.slots);
    free(r->their_ids.slots);
    free(r->texts.slots);
    free(r->sessions);
    free(r->costs);
    jaxl_arena_free(&r->wide);
}
