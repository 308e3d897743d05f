#include <string.h>

#include "data/scan_impl.h"
#include "data/utf8.h"

/* What is not sure is left to the JSON reader, whose verdict and words count: every function here
 * gives NULL then. The line feed behind a line ends whatever loop gets there. */

static const char *value(struct jaxl_scan *s, const char *p, struct jaxl_scan_node *node,
                         unsigned depth);

static const char *pass_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

static inline const char *blanks(const char *p)
{
    return (unsigned char)*p <= ' ' ? pass_blanks(p) : p;
}

static void set(struct jaxl_scan *s, const struct jaxl_scan_node *node, struct jaxl_scan_value v)
{
    for (uint32_t i = 0; i < node->n_sets; i++)
        s->values[s->sets[node->sets + i]] = v;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits at p; -1 where they are none. */
static long code_unit(const char *p)
{
    long unit = 0;

    for (int i = 0; i < 4; i++) {
        if (digit(p[i]) < 0)
            return -1;
        unit = unit * 16 + digit(p[i]);
    }
    return unit;
}

/* The character of the escape at p, a backslash, with its length. -1: none that is sure. */
static long escaped_character(const char *p, size_t *len)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = p[1] ? strchr(from, p[1]) : NULL;
    long first, second;

    *len = 2;
    if (at)
        return to[at - from];
    if (p[1] != 'u')
        return -1;
    *len = 6;
    first = code_unit(p + 2);
    if (first < 0xd800 || first > 0xdfff)
        return first;
    if (first > 0xdbff || p[6] != '\\' || p[7] != 'u')
        return -1;
    second = code_unit(p + 8);
    *len = 12;
    if (second < 0xdc00 || second > 0xdfff)
        return -1;
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

static char *put_utf8(char *to, long c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *to++ = (char)(0xe0 | c >> 12);
        } else {
            *to++ = (char)(0xf0 | c >> 18);
            *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (c & 0x3f));
    return to;
}

static inline bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Passes characters beyond ASCII. Those of three bytes that need no closer look come first: they
 * are most of what India writes. */
static const char *pass_characters(const char *p)
{
    while ((signed char)*p < 0) {
        unsigned char first = (unsigned char)*p;
        size_t len = 3;
        if (first <= 0xe0 || first >= 0xed || !continues(p[1]) || !continues(p[2]))
            len = jaxl_utf8_len(p, 4);
        if (!len)
            return NULL;
        p += len;
    }
    return p;
}

/* Passes what is not plain at p. */
static const char *pass_odd(const char *p, bool *escaped)
{
    size_t len;

    if ((signed char)*p < 0)
        return pass_characters(p);
    if (*p != '\\')
        return NULL;
    *escaped = true;
    return escaped_character(p, &len) < 0 ? NULL : p + len;
}

const char *jaxl_scan_string(const char *p, bool *escaped)
{
    for (;;) {
        uint32_t low = jaxl_bytes_not_plain(jaxl_bytes_load(p));
        uint32_t high = jaxl_bytes_not_plain(jaxl_bytes_load(p + 16));
        uint32_t mask = low | high << 16;
        if (!mask) {
            p += 32;
            continue;
        }
        p += jaxl_bytes_first(mask);
        if (*p == '"')
            return p;
        p = pass_odd(p, escaped);
        if (!p)
            return NULL;
    }
}

/* Decodes the string from text to end. */
static bool decode(struct jaxl_scan *s, const char *text, const char *end,
                   struct jaxl_scan_value *v)
{
    char *to = jaxl_scan_take(s, (size_t)(end - text));

    if (!to)
        return false;
    v->text = to;
    while (text < end) {
        size_t len = 1;
        if (*text == '\\')
            to = put_utf8(to, escaped_character(text, &len));
        else
            *to++ = *text;
        text += len;
    }
    v->len = (uint32_t)(to - v->text);
    return true;
}

static const char *string(struct jaxl_scan *s, const char *p, const struct jaxl_scan_node *node)
{
    bool escaped = false;
    const char *end = jaxl_scan_string(p + 1, &escaped);
    struct jaxl_scan_value v = {p + 1, (uint32_t)(end - p - 1), JAXL_JSON_STRING};

    if (!end)
        return NULL;
    if (node->n_sets) {
        if (escaped && !decode(s, p + 1, end, &v))
            return NULL;
        set(s, node, v);
    }
    return end + 1;
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *digits(const char *p)
{
    if (!is_digit(*p))
        return NULL;
    while (is_digit(*p))
        p++;
    return p;
}

static const char *number(struct jaxl_scan *s, const char *p, const struct jaxl_scan_node *node)
{
    enum { SURE = 200 }; /* with an exponent of two digits far from the end of the doubles */
    const char *start = p, *exponent = NULL;

    p += *p == '-';
    p = *p == '0' ? p + 1 : digits(p);
    if (p && *p == '.')
        p = digits(p + 1);
    if (p && (*p == 'e' || *p == 'E')) {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        exponent = p;
        p = digits(p);
    }
    if (!p || p - start > SURE || (exponent && p - exponent > 2))
        return NULL;
    if (node->n_sets)
        set(s, node, (struct jaxl_scan_value){start, (uint32_t)(p - start), JAXL_JSON_NUMBER});
    return p;
}

static const char *word(struct jaxl_scan *s, const char *p, const struct jaxl_scan_node *node)
{
    static const struct {
        char text[8];
        uint8_t len, type;
    } words[] = {
        {"null", 4, JAXL_JSON_NULL}, {"true", 4, JAXL_JSON_BOOL}, {"false", 5, JAXL_JSON_BOOL}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct jaxl_scan_value v = {words[i].text, words[i].len, words[i].type};
        if (*p != *words[i].text)
            continue;
        if (memcmp(p, words[i].text, words[i].len))
            return NULL;
        if (v.type == JAXL_JSON_NULL)
            v = (struct jaxl_scan_value){NULL, 0, JAXL_JSON_NULL};
        set(s, node, v);
        return p + words[i].len;
    }
    return NULL;
}

static const char *object(struct jaxl_scan *s, const char *p, struct jaxl_scan_node *node,
                          unsigned depth)
{
    struct jaxl_scan_node *key = node->object ? node->object : jaxl_scan_object(s, node);

    if (!key || depth == JAXL_JSON_DEPTH)
        return NULL;
    p = blanks(p + 1);
    if (*p == '}')
        return p + 1;
    for (;;) {
        struct jaxl_scan_node *next = key->next;
        if (!next || !jaxl_scan_matches(next, p))
            next = jaxl_scan_follow(s, key, p);
        if (!next)
            return NULL;
        key = next;
        p = blanks(p + key->len);
        if (*p != ':')
            return NULL;
        p = value(s, blanks(p + 1), key, depth + 1);
        if (!p)
            return NULL;
        p = blanks(p);
        if (*p != ',')
            return *p == '}' ? p + 1 : NULL;
        p = blanks(p + 1);
    }
}

static const char *array(struct jaxl_scan *s, const char *p, struct jaxl_scan_node *node,
                         unsigned depth)
{
    struct jaxl_scan_node *element = node->array ? node->array : jaxl_scan_array(s, node);

    if (!element || depth == JAXL_JSON_DEPTH)
        return NULL;
    p = blanks(p + 1);
    if (*p == ']')
        return p + 1;
    for (uint32_t i = 0;; i++) {
        while (element->index < i)
            element = element->alt;
        p = value(s, p, element->index == i ? element : element->next, depth + 1);
        if (!p)
            return NULL;
        p = blanks(p);
        if (*p != ',')
            return *p == ']' ? p + 1 : NULL;
        p = blanks(p + 1);
    }
}

/* The text of an array or object, without blanks. */
static bool set_text(struct jaxl_scan *s, const struct jaxl_scan_node *node, const char *p,
                     const char *end)
{
    uint8_t type = *p == '{' ? JAXL_JSON_OBJECT : JAXL_JSON_ARRAY;
    char *copy, *to;

    if (memchr(p, '\\', (size_t)(end - p))) /* which the writer would write in its own way */
        return false;
    copy = to = jaxl_scan_take(s, (size_t)(end - p));
    if (!copy)
        return false;
    for (bool inside = false; p < end; p++) {
        inside ^= *p == '"';
        if (inside || (unsigned char)*p > ' ')
            *to++ = *p;
    }
    set(s, node, (struct jaxl_scan_value){copy, (uint32_t)(to - copy), type});
    return true;
}

static const char *value(struct jaxl_scan *s, const char *p, struct jaxl_scan_node *node,
                         unsigned depth)
{
    const char *end;

    if (*p == '"')
        return string(s, p, node);
    if (*p == '-' || is_digit(*p))
        return number(s, p, node);
    if (*p != '{' && *p != '[')
        return word(s, p, node);
    end = *p == '{' ? object(s, p, node, depth) : array(s, p, node, depth);
    if (end && node->n_sets && !set_text(s, node, p, end))
        return NULL;
    return end;
}

const char *jaxl_scan_line(struct jaxl_scan *s, const char *p)
{
    p = object(s, p, s->nodes, 0);
    if (!p)
        return NULL;
    p = blanks(p);
    return *p == '\n' ? p : NULL;
}
