#include "data/where.h"

#include <stdlib.h>
#include <string.h>

#include "base/iso.h"
#include "data/decimal.h"
#include "data/utf8.h"

/* What a comparison says of two that are: below 1, equal 2, above 4. */
enum kind { BELOW = 1, EQUAL = 2, ABOVE = 4, MATCH = 8, NO_MATCH = 16 };

static const struct {
    char text[3];
    unsigned kind;
} operators[] = {
    /* the longer first */
    {"!=", BELOW | ABOVE}, {"<=", BELOW | EQUAL}, {">=", EQUAL | ABOVE}, {"=~", MATCH},
    {"!~", NO_MATCH},      {"=", EQUAL},          {"<", BELOW},          {">", ABOVE},
};
enum { OPERATORS = sizeof operators / sizeof operators[0], NOT_EQUAL = BELOW | ABOVE };

struct jaxl_where {
    unsigned kind;
    const char *field, *value; /* in text */
    size_t value_len;
    bool is_number, is_time;
    struct jaxl_decimal number;
    int64_t time;
    int failed;                   /* the first reason to give up on a text */
    struct jaxl_pattern *pattern; /* of =~ and !~ */
    char text[JAXL_WHERE_TEXT + 1];
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The operator at p; OPERATORS when there is none. */
static size_t operator_at(const char *p)
{
    size_t i = 0;

    while (i < OPERATORS && strncmp(p, operators[i].text, strlen(operators[i].text)) != 0)
        i++;
    return i;
}

/* Takes w->text apart. */
static int split(struct jaxl_where *w, struct jaxl_error *err)
{
    char *p = w->text, *end = w->text + strlen(w->text), *behind;
    size_t op = OPERATORS;

    while (*p && (op = operator_at(p)) == OPERATORS)
        p++;
    if (!*p)
        return jaxl_error_set(err, JAXL_EARG,
                              "no comparison: write a field, one of = != < <= > >= =~ !~, and a "
                              "value, as duration>60");
    w->kind = operators[op].kind;
    behind = p + strlen(operators[op].text);
    if (*behind && strchr("=<>~", *behind) && !(w->kind & (MATCH | NO_MATCH)))
        return jaxl_error_set(
            err, JAXL_EARG,
            "'%.*s' is no operator: = != < <= > >= =~ !~ are (a value that begins "
            "with '%c' wants a blank in front)",
            (int)(behind + 1 - p), p, *behind);
    while (p > w->text && is_blank(p[-1]))
        p--;
    *p = '\0';
    w->field = w->text + strspn(w->text, " \t");
    while (end > behind && is_blank(end[-1]))
        *--end = '\0';
    w->value = behind + strspn(behind, " \t");
    w->value_len = (size_t)(end > w->value ? end - w->value : 0);
    if (!*w->field)
        return jaxl_error_set(err, JAXL_EARG, "no field in front of '%s'", operators[op].text);
    if (!w->value_len && w->kind != EQUAL && w->kind != NOT_EQUAL)
        return jaxl_error_set(err, JAXL_EARG, "no value behind '%s'", operators[op].text);
    return 0;
}

static int set_up(struct jaxl_where *w, struct jaxl_error *err)
{
    bool has_zone;
    int rc = split(w, err);

    if (rc)
        return rc;
    if (w->kind & (MATCH | NO_MATCH))
        return jaxl_pattern_new(&w->pattern, w->value, w->value_len, err);
    w->is_number = jaxl_decimal_read(w->value, w->value_len, &w->number);
    w->is_time = jaxl_iso_parse(w->value, w->value_len, &w->time, &has_zone) == 0;
    return 0;
}

int jaxl_where_new(struct jaxl_where **out, const char *text, struct jaxl_error *err)
{
    size_t len = strlen(text);
    int rc;

    *out = NULL;
    if (len > JAXL_WHERE_TEXT)
        return jaxl_error_set(err, JAXL_ELIMIT, "'%.40s...': a comparison has at most %d bytes",
                              text, JAXL_WHERE_TEXT);
    if (jaxl_utf8_span(text, len) < len)
        return jaxl_error_set(err, JAXL_EARG, "a comparison is not UTF-8");
    *out = calloc(1, sizeof **out);
    if (!*out)
        return jaxl_error_set(err, JAXL_ENOMEM, "'%.80s': out of memory", text);
    memcpy((*out)->text, text, len + 1);
    rc = set_up(*out, err);
    if (rc)
        jaxl_where_free(out);
    return rc ? jaxl_error_prefix(err, rc, "'%.80s'", text) : 0;
}

void jaxl_where_free(struct jaxl_where **where)
{
    struct jaxl_where *w = where ? *where : NULL;

    if (!w)
        return;
    jaxl_pattern_free(&w->pattern);
    free(w);
    *where = NULL;
}

const char *jaxl_where_field(const struct jaxl_where *w)
{
    return w->field;
}

const struct jaxl_pattern *jaxl_where_pattern(const struct jaxl_where *w)
{
    return w->kind == MATCH ? w->pattern : NULL;
}

static unsigned relation(int64_t a, int64_t b)
{
    return a < b ? BELOW : a > b ? ABOVE : EQUAL;
}

static unsigned compare_bytes(const struct jaxl_where *w, const char *text, size_t len)
{
    int order = memcmp(text, w->value, len < w->value_len ? len : w->value_len);

    return order ? relation(order, 0) : relation((int64_t)len, (int64_t)w->value_len);
}

static unsigned compare(const struct jaxl_where *w, const char *text, size_t len)
{
    struct jaxl_decimal number;
    int64_t time;
    bool has_zone;

    if (w->is_number && jaxl_decimal_read(text, len, &number))
        return relation(jaxl_decimal_compare(&number, &w->number), 0);
    if (w->is_time && jaxl_iso_parse(text, len, &time, &has_zone) == 0)
        return relation(time, w->time);
    return compare_bytes(w, text, len);
}

int jaxl_where_try(struct jaxl_where *w, const char *text, size_t len)
{
    bool none = !text || !len;
    int found;

    if (!w->value_len)
        return none == (w->kind == EQUAL);
    if (none)
        return w->kind == NOT_EQUAL || w->kind == NO_MATCH;
    if (!w->pattern)
        return (w->kind & compare(w, text, len)) != 0;
    found = jaxl_pattern_match(w->pattern, text, len);
    if (found < 0 && !w->failed)
        w->failed = found;
    return found < 0 ? found : found == (w->kind == MATCH);
}

bool jaxl_where_test(struct jaxl_where *w, const char *text, size_t len)
{
    return jaxl_where_try(w, text, len) > 0;
}

int jaxl_where_check(const struct jaxl_where *w, struct jaxl_error *err)
{
    static const char *const why[] = {"takes too long", "is not UTF-8",
                                      "takes more memory than there is"};
    int i = w->failed == JAXL_EINPUT ? 1 : w->failed == JAXL_ENOMEM ? 2 : 0;

    if (!w->failed)
        return 0;
    return jaxl_error_set(err, w->failed,
                          "the pattern '%.80s' of %.80s was given up on in a text that %s",
                          w->value, w->field, why[i]);
}
