#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cli.h"
#include "jaxl/span.h"

enum { MAX_OPTIONS = 128, LONG_BASE = 256 };

static int usage(const struct cli_program *p, const char *text)
{
    cli_message(p->name, "%s (see %s --help)", text, p->name);
    return CLI_USAGE;
}

static int unknown_option(const struct cli_program *p, const char *word)
{
    const char *names[MAX_OPTIONS], *near;
    const struct cli_option *o;
    char text[256], bare[64];
    size_t n = 0;

    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    for (size_t i = 0; n < MAX_OPTIONS && (o = cli_option_at(p, i)); i++)
        if (o->name)
            names[n++] = o->name;
    near = cli_nearest(bare, names, n);
    if (near)
        snprintf(text, sizeof text, "unknown option '--%s'; did you mean '--%s'?", bare, near);
    else
        snprintf(text, sizeof text, "unknown option '--%s'", bare);
    return usage(p, text);
}

static int bad_value(const struct cli_program *p, const struct cli_option *o, const char *value,
                     const char *expected)
{
    char text[512];

    snprintf(text, sizeof text, "--%s: '%.100s' is not %s", o->name, value, expected);
    return usage(p, text);
}

/* The items of a list, which the library only borrows, belong to this file. */
static void *own(const void *items)
{
    return (void *)(uintptr_t)items;
}

static int add_to_list(const struct cli_program *p, struct jaxl_texts *list, const char *value)
{
    const char **items = realloc(own(list->items), (list->n + 1) * sizeof *items);

    if (!items) {
        cli_message(p->name, "out of memory");
        return CLI_IO;
    }
    items[list->n++] = value;
    list->items = items;
    return CLI_GO_ON;
}

/* Adds the ids of a word such as 5 or 5,7. */
static int add_ids(const struct cli_program *p, const struct cli_option *o, const char *value,
                   struct jaxl_ids *ids)
{
    const char *at = value;
    char *end;

    do {
        int64_t *items, id;
        errno = 0;
        id = strtoll(at, &end, 10);
        if (*at < '0' || *at > '9' || id < 1 || errno || (*end && *end != ','))
            return bad_value(p, o, value, "an id, or several with commas between them");
        items = realloc(own(ids->items), (ids->n + 1) * sizeof *items);
        if (!items) {
            cli_message(p->name, "out of memory");
            return CLI_IO;
        }
        items[ids->n++] = id;
        ids->items = items;
        at = end + 1;
    } while (*end);
    return CLI_GO_ON;
}

/* The ids that follow as words of their own: --devices 1 2 3. */
static int add_more_ids(const struct cli_program *p, const struct cli_option *o, int argc,
                        char **argv, void *fields)
{
    int status = CLI_GO_ON;

    while (status == CLI_GO_ON && optind < argc && *argv[optind] >= '0' && *argv[optind] <= '9')
        status = add_ids(p, o, argv[optind++], (void *)((char *)fields + o->offset));
    return status;
}

static int set_switch(const struct cli_program *p, const struct cli_option *o, const char *value,
                      enum jaxl_choice *field)
{
    if (value && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return bad_value(p, o, value, "yes or no");
    *field = value && *value == 'n' ? JAXL_NO : JAXL_YES;
    return CLI_GO_ON;
}

static int set_uint(const struct cli_program *p, const struct cli_option *o, const char *value,
                    uint64_t *field)
{
    char expected[96], *end;
    uint64_t v;

    errno = 0;
    v = strtoull(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno || v < o->min || (o->max && v > o->max)) {
        if (o->max)
            snprintf(expected, sizeof expected, "a whole number from %" PRIu64 " to %" PRIu64,
                     o->min, o->max);
        else
            snprintf(expected, sizeof expected, "a whole number of at least %" PRIu64, o->min);
        return bad_value(p, o, value, expected);
    }
    *field = v;
    return CLI_GO_ON;
}

static int set_span(const struct cli_program *p, const struct cli_option *o, const char *value,
                    int64_t *field)
{
    char expected[96];
    int64_t us;

    if (jaxl_span_parse(value, strlen(value), &us, NULL))
        return bad_value(p, o, value, "a span of time such as 5, 0.5, 500ms, 90s, 15m, 4h or 1d");
    if ((uint64_t)us < o->min || (o->max && (uint64_t)us > o->max)) {
        if (o->max)
            snprintf(expected, sizeof expected, "within %g and %g seconds", (double)o->min / 1e6,
                     (double)o->max / 1e6);
        else
            snprintf(expected, sizeof expected, "at least %g seconds", (double)o->min / 1e6);
        return bad_value(p, o, value, expected);
    }
    *field = us;
    return CLI_GO_ON;
}

static int set_choice(const struct cli_program *p, const struct cli_option *o, const char *value,
                      int *field)
{
    char expected[256] = "one of";
    const char *near;
    size_t n = 0, used;

    for (; o->choices[n]; n++)
        if (strcmp(o->choices[n], value) == 0) {
            *field = (int)n;
            return CLI_GO_ON;
        }
    for (size_t i = 0; i < n; i++) {
        used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "%s %s", i ? "," : "", o->choices[i]);
    }
    near = cli_nearest(value, o->choices, n);
    if (near) {
        used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "; did you mean '%s'?", near);
    }
    return bad_value(p, o, value, expected);
}

static int set_custom(const struct cli_program *p, const struct cli_option *o, const char *value,
                      void *field)
{
    struct jaxl_error err = {0};
    int code = o->parse(value, field, &err);
    char text[600];

    if (!code)
        return CLI_GO_ON;
    snprintf(text, sizeof text, "--%s: %s", o->name, err.message);
    if (code != JAXL_ENOMEM)
        return usage(p, text);
    cli_message(p->name, "%s", text);
    return CLI_IO;
}

static int apply(const struct cli_program *p, const struct cli_option *o, const char *value,
                 void *fields)
{
    void *field = (char *)fields + o->offset;

    switch (o->kind) {
    case CLI_FLAG:
        *(bool *)field = true;
        return CLI_GO_ON;
    case CLI_TEXT:
        *(const char **)field = value;
        return CLI_GO_ON;
    case CLI_LIST:
        return add_to_list(p, field, value);
    case CLI_UINT:
        return set_uint(p, o, value, field);
    case CLI_SPAN:
        return set_span(p, o, value, field);
    case CLI_CHOICE:
        return set_choice(p, o, value, field);
    case CLI_IDS:
        return add_ids(p, o, value, field);
    case CLI_SWITCH:
        return set_switch(p, o, value, field);
    case CLI_CUSTOM:
        return set_custom(p, o, value, field);
    case CLI_HEADING:
        break;
    }
    return CLI_GO_ON;
}

/* The table as getopt_long wants it; the value of each is LONG_BASE plus its place in the list. */
static void fill_getopt(const struct cli_program *p, struct option *longs, char *shorts)
{
    const struct cli_option *o;
    size_t n = 0, s = 0;

    if (p->command)
        shorts[s++] = '+';
    shorts[s++] = ':';
    for (size_t i = 0; i < MAX_OPTIONS && (o = cli_option_at(p, i)); i++) {
        if (o->kind == CLI_HEADING)
            continue;
        longs[n++] = (struct option){.name = o->name,
                                     .has_arg = o->kind == CLI_FLAG     ? no_argument
                                                : o->kind == CLI_SWITCH ? optional_argument
                                                                        : required_argument,
                                     .val = LONG_BASE + (int)i};
        if (!o->letter)
            continue;
        shorts[s++] = o->letter;
        if (o->kind != CLI_FLAG)
            shorts[s++] = ':';
    }
    longs[n] = (struct option){0};
    shorts[s] = '\0';
}

static const struct cli_option *found(const struct cli_program *p, int c)
{
    const struct cli_option *o;

    if (c >= LONG_BASE)
        return cli_option_at(p, (size_t)(c - LONG_BASE));
    for (size_t i = 0; (o = cli_option_at(p, i)); i++)
        if (o->kind != CLI_HEADING && o->letter == c)
            return o;
    return NULL;
}

static int complain(const struct cli_program *p, int c, char **argv)
{
    const struct cli_option *o = optopt ? found(p, optopt) : NULL;
    char text[128];

    if (o && (c == ':' || optopt >= LONG_BASE)) {
        snprintf(text, sizeof text, "--%s %s", o->name,
                 c == ':' ? "needs a value" : "takes no value");
        return usage(p, text);
    }
    if (!optopt)
        return unknown_option(p, argv[optind - 1]);
    snprintf(text, sizeof text, "unknown option '-%c'", optopt);
    return usage(p, text);
}

int cli_parse(const struct cli_program *p, int argc, char **argv, void *fields)
{
    struct cli_common *common = fields;
    struct option longs[MAX_OPTIONS + 1];
    char shorts[2 * MAX_OPTIONS + 3];
    int c, status;

    fill_getopt(p, longs, shorts);
    opterr = 0;
    optind = 0; /* glibc: forget where an earlier argv was left */
    while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        const struct cli_option *o;
        if (c == '?' || c == ':')
            return complain(p, c, argv);
        o = found(p, c);
        if (strcmp(o->name, "help") == 0)
            return cli_print_help(p);
        if (strcmp(o->name, "version") == 0)
            return cli_print_version(p);
        status = apply(p, o, optarg, fields);
        if (status == CLI_GO_ON && o->kind == CLI_IDS)
            status = add_more_ids(p, o, argc, argv, fields);
        if (status != CLI_GO_ON)
            return status;
    }
    common->operands = (const char **)(void *)(argv + optind);
    common->n_operands = (size_t)(argc - optind);
    return CLI_GO_ON;
}

void cli_free(const struct cli_program *p, void *fields)
{
    const struct cli_option *o;

    for (size_t i = 0; (o = cli_option_at(p, i)); i++) {
        void *field = (char *)fields + o->offset;
        if (o->kind == CLI_LIST) {
            free(own(((struct jaxl_texts *)field)->items));
            *(struct jaxl_texts *)field = (struct jaxl_texts){0};
        } else if (o->kind == CLI_IDS) {
            free(own(((struct jaxl_ids *)field)->items));
            *(struct jaxl_ids *)field = (struct jaxl_ids){0};
        }
    }
}
