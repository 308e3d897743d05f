#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "data/utf8.h"
#include "ivr/announce.h"
#include "ivr/languages.h"
#include "jaxl/buf.h"

enum {
    PATTERN = 16 * 1024,         /* bytes */
    COPY = 16 * 1024 * 1024,     /* bytes of a text, at most */
    RANGE = JAXL_IVR_INPUTS + 1, /* the group of a range, behind those of the keys */
    GROUPS = RANGE + 1
};

struct patterns {
    pcre2_code *sure, *more, *keys;
};

struct jaxl_ivr_announcer {
    struct patterns *languages; /* jaxl_ivr_languages_count */
    pcre2_code *digits;
    pcre2_match_data *match, *inner;
    struct jaxl_buf copy; /* of the text that is read, padded */
};

#define NOTHING_BEFORE "(?<![\\pL\\pM\\pN])(?<!\\pN[.:])"
#define NOTHING_BEHIND "(?![\\pL\\pM\\pN])"
/* nor a fraction, a time, thousands, or more digits: "1.5", "1:30", "1,000", "1-800" */
#define NO_NUMBER "(?![\\pL\\pM\\pN]|[.:]\\pN|,\\pN{3}|[- ]\\pN{2})"

static int compile(struct jaxl_buf *pattern, pcre2_code **out, struct jaxl_error *err)
{
    int number, rc = jaxl_buf_check(pattern, "a pattern for prompts", err);
    PCRE2_SIZE offset;

    if (rc)
        return rc;
    *out = pcre2_compile((PCRE2_SPTR)jaxl_buf_text(pattern), pattern->len,
                         PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &number, &offset, NULL);
    if (!*out && number == PCRE2_ERROR_HEAP_FAILED)
        return jaxl_error_set(err, JAXL_ENOMEM, "patterns for prompts: out of memory");
    if (!*out)
        return jaxl_error_set(err, JAXL_EARG, "a pattern for prompts is wrong at byte %zu: %.200s",
                              offset, jaxl_buf_text(pattern));
    pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE); /* without it matching is only slower */
    return 0;
}

/* An announcement, with what (?&list) means behind it. */
static int compile_announcement(const struct jaxl_ivr_language *l, const char *text,
                                struct jaxl_buf *b, pcre2_code **out, struct jaxl_error *err)
{
    jaxl_buf_reset(b);
    jaxl_buf_printf(b, "(?:%s)(?(DEFINE)(?<key>" NOTHING_BEFORE "(?:%s", text, l->keys[0]);
    for (unsigned i = 1; i < JAXL_IVR_INPUTS; i++)
        jaxl_buf_printf(b, "|%s", l->keys[i]);
    jaxl_buf_printf(b, ")" NO_NUMBER ")(?<list>(?>(?&key)(?:\\s*(?:%s)\\s*(?&key))*)))", l->link);
    return compile(b, out, err);
}

/* Every key for itself, each in a group of its own; and what makes a range. */
static int compile_keys(const char *const *keys, const char *range, struct jaxl_buf *b,
                        pcre2_code **out, struct jaxl_error *err)
{
    jaxl_buf_reset(b);
    jaxl_buf_puts(b, NOTHING_BEFORE "(?:");
    for (unsigned i = 0; i < JAXL_IVR_INPUTS; i++)
        jaxl_buf_printf(b, "%s(%s)", i ? "|" : "", keys[i]);
    jaxl_buf_puts(b, ")" NO_NUMBER);
    if (range)
        jaxl_buf_printf(b, "|(%s)", range);
    return compile(b, out, err);
}

static int set_up(struct jaxl_ivr_announcer *a, struct jaxl_buf *b, struct jaxl_error *err)
{
    int rc = 0;

    a->languages = calloc(jaxl_ivr_languages_count, sizeof *a->languages);
    a->match = pcre2_match_data_create(GROUPS, NULL);
    a->inner = pcre2_match_data_create(GROUPS, NULL);
    if (!a->languages || !a->match || !a->inner)
        return jaxl_error_set(err, JAXL_ENOMEM, "patterns for prompts: out of memory");
    for (size_t i = 0; i < jaxl_ivr_languages_count && !rc; i++) {
        const struct jaxl_ivr_language *l = &jaxl_ivr_languages[i];
        rc = compile_announcement(l, l->sure, b, &a->languages[i].sure, err);
        if (!rc)
            rc = compile_announcement(l, l->more, b, &a->languages[i].more, err);
        if (!rc)
            rc = compile_keys(l->keys, l->range, b, &a->languages[i].keys, err);
    }
    return rc ? rc : compile_keys(jaxl_ivr_digits, NULL, b, &a->digits, err);
}

int jaxl_ivr_announcer_new(struct jaxl_ivr_announcer **out, struct jaxl_error *err)
{
    struct jaxl_buf b;
    int rc;

    *out = calloc(1, sizeof **out);
    if (!*out)
        return jaxl_error_set(err, JAXL_ENOMEM, "patterns for prompts: out of memory");
    jaxl_buf_init(&(*out)->copy, COPY);
    jaxl_buf_init(&b, PATTERN);
    rc = set_up(*out, &b, err);
    jaxl_buf_free(&b);
    if (rc)
        jaxl_ivr_announcer_free(out);
    return rc;
}

void jaxl_ivr_announcer_free(struct jaxl_ivr_announcer **announcer)
{
    struct jaxl_ivr_announcer *a = announcer ? *announcer : NULL;

    if (!a)
        return;
    for (size_t i = 0; a->languages && i < jaxl_ivr_languages_count; i++) {
        pcre2_code_free(a->languages[i].sure);
        pcre2_code_free(a->languages[i].more);
        pcre2_code_free(a->languages[i].keys);
    }
    free(a->languages);
    pcre2_code_free(a->digits);
    pcre2_match_data_free(a->match);
    pcre2_match_data_free(a->inner);
    jaxl_buf_free(&a->copy);
    free(a);
    *announcer = NULL;
}

struct text {
    const char *at;
    size_t len;
};

/* The next match from offset *from, which is moved behind it. False: none (or too hard), or no
 * memory, which sets *rc. */
static bool next_match(const pcre2_code *code, struct text text, size_t *from,
                       pcre2_match_data *match, int *rc)
{
    int found =
        pcre2_match(code, (PCRE2_SPTR)text.at, text.len, *from, PCRE2_NO_UTF_CHECK, match, NULL);
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(match);

    if (found == PCRE2_ERROR_NOMEMORY)
        *rc = JAXL_ENOMEM;
    if (found <= 0)
        return false;
    *from = ends[1]; /* every pattern takes at least a key */
    return true;
}

/* The keys that a list names one by one, or as a range. */
static unsigned keys_of(struct jaxl_ivr_announcer *a, const pcre2_code *code, struct text list,
                        int *rc)
{
    size_t from = 0;
    unsigned keys = 0;
    int before = -1; /* the key in front */
    bool range = false;

    while (next_match(code, list, &from, a->inner, rc)) {
        const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(a->inner);
        int key = 0;
        while (ends[2 * (key + 1)] == PCRE2_UNSET)
            key++;
        if (key + 1 == RANGE) {
            range = true;
            continue;
        }
        keys |= 1U << key;
        for (int i = before + 1; range && before >= 0 && i < key; i++)
            keys |= 1U << i;
        before = key;
        range = false;
    }
    return keys;
}

static unsigned announcements(struct jaxl_ivr_announcer *a, const pcre2_code *code,
                              const pcre2_code *keys, struct text sentence, int *rc)
{
    size_t from = 0;
    unsigned found = 0;

    while (next_match(code, sentence, &from, a->match, rc)) {
        const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(a->match);
        found |= keys_of(a, keys, (struct text){sentence.at + ends[2], ends[3] - ends[2]}, rc);
    }
    return found;
}

/* Bytes of the sentence at text, with what ends it. */
static size_t sentence_len(const char *text)
{
    static const char danda[] = "।";
    size_t i = 0;

    for (; text[i]; i++) {
        if (strchr("!?;\n", text[i]) || (text[i] == '.' && strchr(" \t\r\n", text[i + 1])))
            return i + 1; /* (the NUL is among them, too) */
        if (strncmp(text + i, danda, sizeof danda - 1) == 0)
            return i + sizeof danda - 1;
    }
    return i;
}

/* Compiled patterns look at whole vectors, also where these reach behind the text: what is there
 * makes no difference, but is to be there, and known. */
static int pad(struct jaxl_ivr_announcer *a, const char **text, size_t len, struct jaxl_error *err)
{
    static const char zeros[64];

    jaxl_buf_reset(&a->copy);
    jaxl_buf_add(&a->copy, *text, len);
    jaxl_buf_add(&a->copy, zeros, sizeof zeros);
    *text = jaxl_buf_text(&a->copy);
    return jaxl_buf_check(&a->copy, "a prompt", err);
}

int jaxl_ivr_announcer_read(struct jaxl_ivr_announcer *a, const char *text,
                            struct jaxl_ivr_announced *out, struct jaxl_error *err)
{
    unsigned known = 0; /* languages that have been recognised */
    size_t len = strlen(text);
    int rc = 0;

    if (jaxl_utf8_span(text, len) < len) /* PCRE2 would look at all of it for every match */
        return jaxl_error_set(err, JAXL_EINPUT, "a prompt is not UTF-8");
    rc = pad(a, &text, len, err);
    if (rc)
        return rc;
    while (*text && !rc) {
        struct text sentence = {text, sentence_len(text)};
        unsigned keys = 0;
        for (size_t i = 0; i < jaxl_ivr_languages_count; i++) {
            const struct patterns *l = &a->languages[i];
            unsigned sure = announcements(a, l->sure, l->keys, sentence, &rc);
            known |= sure ? 1U << i : 0;
            keys |= sure;
            if (known & 1U << i)
                keys |= announcements(a, l->more, l->keys, sentence, &rc);
        }
        out->keys |= keys;
        if (!keys)
            out->perhaps |= keys_of(a, a->digits, sentence, &rc);
        text += sentence.len;
    }
    return rc ? jaxl_error_set(err, rc, "reading a prompt: %s", jaxl_error_name(rc)) : 0;
}
