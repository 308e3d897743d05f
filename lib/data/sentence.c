#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/utext.h>

#include "data/utf8.h"
#include "jaxl/sentence.h"

/* After these a sentence goes on, which ICU does not know or knows in some locales only. Those
 * that may as well end a sentence (etc., Inc., p.m.) are not here: ICU goes on where a small
 * letter follows. */
static const struct {
    const char *word, *before; /* before: how it must go on; "0": with a digit; "": anyhow */
} abbreviations[] = {
    {"rs", "0"},
    {"no", "0"},
    {"nos", "0"},
    {"approx", "0"},
    {"co", "inc"},
    {"co", "ltd"},
    {"co", "pvt"},
    {"dr", ""},
    {"mr", ""},
    {"mrs", ""},
    {"ms", ""},
    {"prof", ""},
    {"pvt", ""},
    {"st", ""},
    {"vs", ""},
    {"e.g", ""},
    {"i.e", ""},
    {"\u0930\u0941", "0"},            /* Rs */
    {"\u0928\u0902", "0"},            /* No */
    {"\u0921\u0949", ""},             /* Dr */
    {"\u092a\u094d\u0930\u094b", ""}, /* Prof */
};

/* A text of at most 64 KiB, so that offsets fit ICU's type, and ICU's view of it. */
struct cutter {
    const char *text;
    int32_t len;
    UText *view;
};

/* The character that ends at, when it begins at start or behind it. */
static UChar32 char_before(const struct cutter *c, int32_t start, int32_t at)
{
    return at > start ? utext_previous32From(c->view, at) : U_SENTINEL;
}

static bool in_word(UChar32 c)
{
    return u_isUAlphabetic(c) || u_isdigit(c);
}

/* The end of the text between start and end without its blanks, the beginning into *start. */
static int32_t trim(const struct cutter *c, int32_t *start, int32_t end)
{
    while (u_isUWhiteSpace(char_before(c, *start, end)))
        end = (int32_t)utext_getNativeIndex(c->view);
    while (*start < end && u_isUWhiteSpace(utext_next32From(c->view, *start)))
        *start = (int32_t)utext_getNativeIndex(c->view);
    return end;
}

static bool goes_on(const struct cutter *c, int32_t at, const char *before)
{
    size_t n = strlen(before);

    if (strcmp(before, "0") == 0)
        return u_isdigit(utext_char32At(c->view, at));
    return (size_t)(c->len - at) >= n && strncasecmp(c->text + at, before, n) == 0;
}

/* Whether the text from start to end, which has no blanks around it, ends with an abbreviation
 * that what stands at next belongs to. */
static bool abbreviated(const struct cutter *c, int32_t start, int32_t end, int32_t next)
{
    if (char_before(c, start, end) != '.')
        return false;
    end--;
    for (size_t i = 0; i < sizeof abbreviations / sizeof abbreviations[0]; i++) {
        int32_t n = (int32_t)strlen(abbreviations[i].word);
        if (end - start >= n &&
            strncasecmp(c->text + end - n, abbreviations[i].word, (size_t)n) == 0 &&
            !in_word(char_before(c, start, end - n)) && goes_on(c, next, abbreviations[i].before))
            return true;
    }
    return false;
}

static int walk(const struct cutter *c, UBreakIterator *ends, jaxl_sentence_put *put, void *ctx)
{
    int32_t start = 0, next;
    int rc = 0;

    while (!rc && (next = ubrk_next(ends)) != UBRK_DONE) {
        int32_t end = trim(c, &start, next);
        if (next < c->len && abbreviated(c, start, end, next))
            continue;
        if (end > start)
            rc = put(ctx, c->text + start, (size_t)(end - start));
        start = next;
    }
    return rc;
}

/* ICU's own abbreviations of a locale are asked for by a keyword. */
static UBreakIterator *open_ends(const char *locale, UText *text, UErrorCode *status)
{
    char name[ULOC_FULLNAME_CAPACITY];
    UBreakIterator *ends;

    (void)uloc_getName(locale, name, sizeof name, status);
    (void)uloc_setKeywordValue("ss", "standard", name, sizeof name, status);
    ends = ubrk_open(UBRK_SENTENCE, name, NULL, 0, status);
    if (U_SUCCESS(*status))
        ubrk_setUText(ends, text, status);
    return ends;
}

int jaxl_sentence_each(const char *text, size_t len, const char *locale, jaxl_sentence_put *put,
                       void *ctx, struct jaxl_error *err)
{
    struct cutter c = {.text = text, .len = (int32_t)len};
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *ends;
    size_t valid;
    int rc;

    if (len > JAXL_SENTENCE_TEXT_MAX)
        return jaxl_error_set(err, JAXL_ELIMIT, "text of %zu bytes: the limit is %d", len,
                              JAXL_SENTENCE_TEXT_MAX);
    valid = jaxl_utf8_span(text, len);
    if (valid < len)
        return jaxl_error_set(err, JAXL_EINPUT, "text: byte %zu is not UTF-8", valid + 1);
    locale = locale ? locale : "";
    c.view = utext_openUTF8(NULL, text, (int64_t)len, &status);
    ends = open_ends(locale, c.view, &status);
    if (U_SUCCESS(status))
        rc = walk(&c, ends, put, ctx);
    else if (status == U_MEMORY_ALLOCATION_ERROR)
        rc = jaxl_error_set(err, JAXL_ENOMEM, "sentences of a text: out of memory");
    else
        rc = jaxl_error_set(err, JAXL_EARG, "sentences of a text: locale '%s': %s", locale,
                            u_errorName(status));
    ubrk_close(ends);
    utext_close(c.view);
    return rc;
}
