/* A prompt that is one text is parted into sentences when its file is read, not when it is said:
 * that takes longer than all else that is done for an event. */
#include <string.h>

#include "events/flow_impl.h"
#include "jaxl/sentence.h"

/* What stands for a field: a number and a name, so that neither "Rs. {{amount}}" nor "Thank you.
 * {{name}}, press 1" is parted otherwise than people would. */
static const char sample[] = "1A";
enum { SAMPLE = sizeof sample - 1 };

struct parting {
    struct jaxl_flow_reading *r;
    struct jaxl_flow_rule *rule;
    const struct jaxl_flow_text *whole;
    struct jaxl_buf text;
    struct jaxl_flow_text sentences[JAXL_RESPONSE_SENTENCES];
    size_t n;
};

/* What of the pieces lies between start and end of the text, into out unless that is NULL; how many
 * they are. */
static size_t cut(const struct jaxl_flow_text *whole, size_t start, size_t end,
                  struct jaxl_flow_piece *out)
{
    size_t at = 0, n = 0;

    for (size_t i = 0; i < whole->n; i++) {
        struct jaxl_flow_piece piece = whole->pieces[i];
        size_t from = at > start ? at : start, to = at + piece.literal_len;
        if (to > end)
            to = end;
        at += piece.literal_len;
        if (!piece.field || at < start || at >= end)
            piece.field = NULL;
        piece.literal += from < to ? from - (at - piece.literal_len) : 0;
        piece.literal_len = from < to ? to - from : 0;
        if (out && (piece.field || piece.literal_len))
            out[n] = piece;
        n += piece.field || piece.literal_len;
        at += whole->pieces[i].field ? SAMPLE : 0;
    }
    return n;
}

static int add(void *ctx, const char *sentence, size_t len)
{
    struct parting *p = ctx;
    size_t start = (size_t)(sentence - p->text.data);
    struct jaxl_flow_piece *pieces;
    size_t n;

    if (p->n == JAXL_RESPONSE_SENTENCES) {
        jaxl_flow_problem(p->r, p->rule->line, "prompt: more than %d sentences",
                          JAXL_RESPONSE_SENTENCES);
        return JAXL_ESTOPPED;
    }
    n = cut(p->whole, start, start + len, NULL);
    pieces = jaxl_flow_alloc(p->r, n * sizeof *pieces);
    if (!pieces)
        return JAXL_ESTOPPED;
    (void)cut(p->whole, start, start + len, pieces);
    p->sentences[p->n++] = (struct jaxl_flow_text){.pieces = pieces, .n = n};
    return 0;
}

static bool part(struct parting *p)
{
    struct jaxl_error why;
    int rc;

    for (size_t i = 0; i < p->whole->n; i++) {
        jaxl_buf_add(&p->text, p->whole->pieces[i].literal, p->whole->pieces[i].literal_len);
        if (p->whole->pieces[i].field)
            jaxl_buf_puts(&p->text, sample);
    }
    rc = jaxl_buf_check(&p->text, "prompt", &why);
    if (!rc)
        rc = jaxl_sentence_each(p->text.data, p->text.len, NULL, add, p, &why);
    if (rc && rc != JAXL_ESTOPPED)
        jaxl_flow_fail(p->r, rc, why.message);
    return !rc;
}

bool jaxl_flow_prompt_part(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule)
{
    struct parting p = {.r = r, .rule = rule, .whole = rule->prompt};
    bool good;

    jaxl_buf_init(&p.text, JAXL_SENTENCE_TEXT_MAX); /* a field takes more bytes than its sample */
    good = part(&p);
    jaxl_buf_free(&p.text);
    rule->prompt = jaxl_flow_alloc(r, p.n * sizeof *rule->prompt);
    if (!rule->prompt)
        return false;
    memcpy(rule->prompt, p.sentences, p.n * sizeof *rule->prompt);
    rule->n_prompt = p.n;
    return good;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of a character beyond ASCII that is known to end no sentence: of the Latin letters, and of
 * the scripts of India but for the danda. 0: who knows. */
static size_t known(const unsigned char *c, size_t n)
{
    if (c[0] >= 0xc3 && c[0] <= 0xca && n >= 2) /* U+00C0 to U+02BF */
        return 2;
    if (c[0] == 0xe0 && n >= 3 && c[1] >= 0xa4 && c[1] <= 0xb7) /* U+0900 to U+0DFF */
        return c[1] == 0xa5 && (c[2] == 0xa4 || c[2] == 0xa5) ? 0 : 3;
    return 0;
}

/* Not only full stops end sentences: what is not known here is for others to judge. */
bool jaxl_flow_prompt_plain(const char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        unsigned char c = (unsigned char)text[i];
        bool decimal =
            c == '.' && i && i + 1 < len && is_digit(text[i - 1]) && is_digit(text[i + 1]);
        n = c < 0x80 ? 1 : known((const unsigned char *)text + i, len - i);
        if (!n || c < ' ' || c == 0x7f || c == '?' || c == '!' || (c == '.' && !decimal))
            return false;
    }
    return true;
}
