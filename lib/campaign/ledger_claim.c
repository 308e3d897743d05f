/* Which lead is next: claims, and how far they have come. */
#include <stdlib.h>

#include "campaign/ledger_impl.h"

enum { CLAIMS_LEAST = 64 }; /* a power of two */

void jaxl_ledger_look_back(struct jaxl_ledger *l, int64_t next_at)
{
    if (next_at >= 0 && next_at <= l->at_due)
        l->at_due = l->at_id = -1;
}

/* The claims are a hash table of ids, 0 for none: leads that a run cannot use stay claimed, however
 * many they are. */
static size_t place_of(const struct jaxl_ledger *l, int64_t id)
{
    size_t i = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (l->room_claimed - 1);

    while (l->claimed[i] && l->claimed[i] != id)
        i = (i + 1) & (l->room_claimed - 1);
    return i;
}

static bool is_claimed(const struct jaxl_ledger *l, int64_t id)
{
    return l->n_claimed > 0 && l->claimed[place_of(l, id)] == id;
}

static bool forget(struct jaxl_ledger *l, int64_t id)
{
    const size_t mask = l->room_claimed - 1;
    size_t i;

    if (!is_claimed(l, id))
        return false;
    i = place_of(l, id);
    l->claimed[i] = 0;
    l->n_claimed--;
    /* what stands behind it may have come there past it */
    for (i = (i + 1) & mask; l->claimed[i]; i = (i + 1) & mask) {
        int64_t moved = l->claimed[i];
        l->claimed[i] = 0;
        l->claimed[place_of(l, moved)] = moved;
    }
    return true;
}

void jaxl_ledger_release(struct jaxl_ledger *l, int64_t lead)
{
    if (forget(l, lead))
        l->at_due = l->at_id = -1;
}

void jaxl_ledger_drop_claim(struct jaxl_ledger *l, int64_t lead, int64_t next_at)
{
    (void)forget(l, lead);
    jaxl_ledger_look_back(l, next_at);
}

static int make_room(struct jaxl_ledger *l, struct jaxl_error *err)
{
    struct jaxl_ledger larger = *l;

    if (2 * l->n_claimed < l->room_claimed)
        return 0;
    larger.room_claimed = l->room_claimed ? 2 * l->room_claimed : CLAIMS_LEAST;
    larger.claimed = calloc(larger.room_claimed, sizeof *larger.claimed);
    if (!larger.claimed)
        return jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", l->path);
    for (size_t i = 0; i < l->room_claimed; i++)
        if (l->claimed[i])
            larger.claimed[place_of(&larger, l->claimed[i])] = l->claimed[i];
    free(l->claimed);
    l->claimed = larger.claimed;
    l->room_claimed = larger.room_claimed;
    return 0;
}

static int keep_claim(struct jaxl_ledger *l, int64_t id, struct jaxl_error *err)
{
    int code = make_room(l, err);

    if (code || is_claimed(l, id))
        return code;
    l->claimed[place_of(l, id)] = id;
    l->n_claimed++;
    return 0;
}

int jaxl_ledger_take(struct jaxl_ledger *l, int64_t lead, struct jaxl_error *err)
{
    return keep_claim(l, lead, err);
}

int jaxl_ledger_redate(struct jaxl_ledger *l, int64_t now, bool *redated, struct jaxl_error *err)
{
    int code;
    sqlite3_stmt *s = jaxl_ledger_first(l, LEDGER_AHEAD, &code, err, "i", now);

    *redated = false;
    if (!s)
        return code;
    sqlite3_reset(s);
    code = jaxl_ledger_write(l, err);
    if (!code)
        code = jaxl_ledger_run(l, LEDGER_REDATE, err, "ii", now, (int64_t)JAXL_LEDGER_DEFERRED);
    *redated = !code && sqlite3_changes(l->db) > 0;
    l->at_due = l->at_id = -1;
    return code;
}

static bool copy_text(struct jaxl_buf *to, sqlite3_stmt *s, int column)
{
    const void *text = sqlite3_column_text(s, column);

    jaxl_buf_reset(to);
    if (text)
        jaxl_buf_add(to, text, (size_t)sqlite3_column_bytes(s, column));
    return text && !jaxl_buf_reserve(to, 0); /* so that there is a text, also an empty one */
}

/* Takes the row over and ends the statement: one left open would keep others from writing. */
static int read_lead(struct jaxl_ledger *l, sqlite3_stmt *s, struct jaxl_ledger_lead *out,
                     struct jaxl_error *err)
{
    bool copied = copy_text(&l->lead, s, 1) && copy_text(&l->data, s, 2);

    *out = (struct jaxl_ledger_lead){.id = sqlite3_column_int64(s, 0),
                                     .lead = jaxl_buf_text(&l->lead),
                                     .lead_len = l->lead.len,
                                     .data = jaxl_buf_text(&l->data),
                                     .data_len = l->data.len,
                                     .number = (uint64_t)sqlite3_column_int64(s, 3),
                                     .state = (enum jaxl_ledger_state)sqlite3_column_int(s, 4),
                                     .attempts = (unsigned)sqlite3_column_int(s, 5),
                                     .added_at = sqlite3_column_int64(s, 6),
                                     .next_at = sqlite3_column_int64(s, 7)};
    sqlite3_reset(s);
    return copied ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "ledger %s: out of memory", l->path);
}

int jaxl_ledger_claim(struct jaxl_ledger *l, int64_t now, struct jaxl_ledger_lead *out,
                      struct jaxl_error *err)
{
    sqlite3_stmt *s;
    int code;

    do {
        s = jaxl_ledger_first(l, LEDGER_CLAIM_SAME, &code, err, "iii", l->campaign, l->at_due,
                              l->at_id);
        if (!s && !code)
            s = jaxl_ledger_first(l, LEDGER_CLAIM_LATER, &code, err, "iii", l->campaign, l->at_due,
                                  now);
        if (!s)
            return code ? code : JAXL_EEND;
        code = read_lead(l, s, out, err);
        if (code)
            return code;
        l->at_due = out->next_at;
        l->at_id = out->id;
    } while (is_claimed(l, out->id));
    return keep_claim(l, out->id, err);
}

int jaxl_ledger_due(struct jaxl_ledger *l, int64_t *at, struct jaxl_error *err)
{
    int code, rc = SQLITE_ROW;
    sqlite3_stmt *s = jaxl_ledger_first(l, LEDGER_DUE, &code, err, "i", l->campaign);

    *at = INT64_MAX;
    if (!s)
        return code;
    while (rc == SQLITE_ROW && is_claimed(l, sqlite3_column_int64(s, 0)))
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        *at = sqlite3_column_int64(s, 1);
    else if (rc != SQLITE_DONE)
        code = jaxl_ledger_failed(l, "looking for leads", err);
    sqlite3_reset(s);
    return code;
}
