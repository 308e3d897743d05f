/* What a caller does: what the script says, what a magic number does, or what the seed has in
 * store. */
#include <string.h>

#include "sandbox/session.h"

enum { PER_SECOND = 15, NEXT_KEY = 500 }; /* characters spoken; ms between two keys */

uint32_t saying(const char *text)
{
    uint64_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80; /* characters, not bytes */
    return (uint32_t)(n * 1000 / PER_SECOND);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c & 0x80;
}

static bool is_point(char c)
{
    return c == '.' || c == ',' || c == ':';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One that is not part of a word, an amount or a time. */
static bool stands_alone(const char *text, const char *key)
{
    char before = key > text ? key[-1] : ' ', after = key[1];

    if (is_word(before) || is_word(after))
        return false;
    if (key - text > 1 && is_point(before) && is_digit(key[-2]))
        return false;
    return !after || !is_point(after) || !is_digit(key[2]);
}

void keys_named(const char *text, char named[16])
{
    size_t n = strlen(named);

    for (const char *p = text; *p && n < 12; p++)
        if ((is_digit(*p) || *p == '*' || *p == '#') && !strchr(named, *p) &&
            stands_alone(text, p)) {
            named[n++] = *p;
            named[n] = '\0';
        }
}

static unsigned roll(struct session *s, unsigned least, unsigned most)
{
    return least + (unsigned)(mix(s->dice, s->rolls++, 0) % (most - least + 1));
}

static void act(const struct call *c, struct session *s, enum caller_act what, uint64_t ms,
                int64_t at)
{
    s->act = what;
    s->acts_at = what == CALLER_IDLE ? NEVER : at + span_of(c, ms);
}

static void press(const struct call *c, struct session *s, const char *keys, uint64_t think,
                  int64_t at)
{
    strcpy(s->keys, keys);
    act(c, s, CALLER_PRESSES, think + (strlen(keys) - 1) * NEXT_KEY, at);
}

static void follow_script(const struct call *c, struct session *s, const struct script *script,
                          int64_t at)
{
    bool more = s->next_key < script->n_keys;
    const char *keys;

    if (s->awaited.what == AWAITS_NOTHING && more) {
        act(c, s, CALLER_IDLE, 0, at);
    } else if (!more) {
        act(c, s, script->then == THEN_HANG_UP ? CALLER_LEAVES : CALLER_IDLE, script->think, at);
    } else {
        keys = script->keys[s->next_key++];
        if (keys)
            press(c, s, keys, script->think, at);
        else
            act(c, s, CALLER_IDLE, 0, at);
    }
}

/* As many keys as are awaited, or some. */
static void some_keys(struct session *s, bool random, char keys[KEYS_MAX + 1])
{
    const struct awaited *a = &s->awaited;
    size_t named = strlen(s->named), n = a->count > 1 ? (size_t)a->count
                                         : random     ? roll(s, 4, 6)
                                                      : 4;

    if (a->what == AWAITS_OPTION) {
        n = 1;
        keys[0] = named ? s->named[random ? roll(s, 0, (unsigned)named - 1) : 0]
                        : (char)('0' + (random ? roll(s, 0, 9) : 1));
    } else {
        for (size_t i = 0; i < n; i++)
            keys[i] = (char)('0' + (random ? roll(s, 0, 9) : 1));
        if (a->end)
            keys[n++] = a->end;
    }
    keys[n] = '\0';
}

static void improvise(const struct call *c, struct session *s, int64_t at)
{
    char keys[KEYS_MAX + 1];

    if (s->awaited.what == AWAITS_NOTHING) {
        act(c, s, CALLER_LEAVES, roll(s, 10, 40) * 1000, at);
    } else if (roll(s, 1, 8) == 1) {
        act(c, s, CALLER_LEAVES, roll(s, 8, 20) * 1000, at);
    } else {
        some_keys(s, true, keys);
        press(c, s, keys, roll(s, 1, 6) * 1000, at);
    }
}

/* A magic number stays for as long as it has to. */
static void do_magic(const struct call *c, struct session *s, int64_t at)
{
    char keys[KEYS_MAX + 1];

    if (s->presses && s->awaited.what != AWAITS_NOTHING) {
        some_keys(s, false, keys);
        press(c, s, keys, 1000, at);
    } else {
        act(c, s, CALLER_IDLE, 0, at);
    }
}

void caller_decides(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);
    const struct script *script = script_find(w, s->script);

    if (script && (s->next_key < script->n_keys || script->then != THEN_RANDOM))
        follow_script(c, s, script, at);
    else if (s->magic)
        do_magic(c, s, at);
    else
        improvise(c, s, at);
}

void caller_talks(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);
    const struct script *script = script_find(w, s->script);

    if (script)
        act(c, s, CALLER_LEAVES, script->talk, at);
    else if (s->magic)
        act(c, s, CALLER_IDLE, 0, at);
    else
        act(c, s, CALLER_LEAVES, roll(s, 10, 60) * 1000, at);
}

/* Adds keys to those that were gathered. True when that is what was awaited. */
static bool gather(struct session *s, const char *keys)
{
    const struct awaited *a = &s->awaited;
    size_t had = strlen(s->data), most = a->what == AWAITS_OPTION ? 1
                                         : a->count > 1           ? (size_t)a->count
                                                                  : GATHER_MAX;

    for (; *keys && had < most; keys++) {
        s->data[had++] = *keys;
        s->data[had] = '\0';
        if (a->end && *keys == a->end)
            return true;
    }
    return had == most || (!a->end && a->count < 1);
}

void caller_acts(struct world *w, struct call *c, int64_t at)
{
    struct session *s = session_of(c);
    char keys[GATHER_MAX + 1];
    enum caller_act what = s->act;

    act(c, s, CALLER_IDLE, 0, at);
    if (what == CALLER_LEAVES) {
        session_end(w, c, "caller", at);
        return;
    }
    journal_pressed(w, c, s->keys, at);
    if (call_press(w, c, s->keys, at)) {
        session_end(w, c, "unkept", at);
    } else if (gather(s, s->keys)) {
        strcpy(keys, s->data);
        follow_keys(w, c, keys, at);
    } else {
        caller_decides(w, c, at);
    }
}
