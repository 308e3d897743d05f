/* From words to a command, and the help of what is between. */
#include <stdio.h>
#include <string.h>

#include "command/command.h"

enum { WORDS_MAX = 4, TEXT = 128, NAMES_MAX = 64 };

static const struct command *const tables[] = {accounts_commands,  ivrs_commands, phones_commands,
                                               calls_commands,     live_commands, payments_commands,
                                               campaigns_commands, own_commands};

const struct command *command_at(size_t n)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct command *c = tables[i]; c->words; c++)
            if (n-- == 0)
                return c;
    return NULL;
}

/* The words that come before the first option, with blanks between them. */
static int join(int argc, char **argv, int most, char text[TEXT])
{
    int n = 0;

    text[0] = '\0';
    for (; n < argc && n < most && argv[n][0] != '-'; n++) {
        size_t used = strlen(text);
        if (used + strlen(argv[n]) + 2 > TEXT)
            break;
        snprintf(text + used, TEXT - used, "%s%s", n ? " " : "", argv[n]);
    }
    return n;
}

static const struct command *find(const char *words)
{
    const struct command *c;

    for (size_t i = 0; (c = command_at(i)); i++)
        if (strcmp(c->words, words) == 0)
            return c;
    return NULL;
}

/* The longest that fits: "ivrs options list" before "ivrs options". */
const struct command *tree_find(int argc, char **argv, int *words)
{
    char text[TEXT];

    for (int n = join(argc, argv, WORDS_MAX, text); n > 0; n--) {
        const struct command *c;
        join(argc, argv, n, text);
        c = find(text);
        if (c) {
            *words = n;
            return c;
        }
    }
    return NULL;
}

/* Whether a command is below these words, and the word that comes next in it. */
static bool below(const struct command *c, const char *words, char next[TEXT])
{
    size_t n = strlen(words);
    const char *rest = c->words + n;

    if (strncmp(c->words, words, n) != 0 || (n && *rest != ' '))
        return false;
    rest += n ? 1 : 0;
    snprintf(next, TEXT, "%.*s", (int)strcspn(rest, " "), rest);
    return true;
}

int tree_help(const char *words)
{
    const struct command *c;
    char next[TEXT];

    printf("Usage: jaxl %s%s[SUB] ACTION [options]\n\n", *words ? words : "RESOURCE",
           *words ? " " : " ");
    if (!*words)
        printf("Every call of the Jaxl platform, from the shell.\n\n");
    for (size_t i = 0; (c = command_at(i)); i++)
        if (below(c, words, next))
            printf("  %-32s %s\n", c->words, c->summary);
    if (!*words)
        printf("\n  jaxl dial, jaxl sandbox and the like run jaxl-dial, jaxl-sandbox\n");
    printf("\nOptions of a command: jaxl COMMAND --help\nThe manual: man jaxl\n");
    return cli_close_stdout(JAXL, CLI_DONE);
}

/* The words that may follow, each once. */
static size_t followers(const char *words, char names[NAMES_MAX][TEXT])
{
    const struct command *c;
    size_t n = 0;

    for (size_t i = 0; n < NAMES_MAX && (c = command_at(i)); i++) {
        size_t j = 0;
        if (!below(c, words, names[n]))
            continue;
        while (j < n && strcmp(names[j], names[n]) != 0)
            j++;
        n += j == n;
    }
    return n;
}

/* Whether a command below these words has an option such as --limit=5 or -n5. */
static bool has_option(const char *words, const char *word)
{
    const size_t n = strcspn(word, "=") - 2;
    const struct cli_option *o;
    const struct command *c;
    char next[TEXT];

    for (size_t i = 0; word[1] && (c = command_at(i)); i++) {
        struct engine_program p;
        if (!below(c, words, next))
            continue;
        engine_describe(c, &p);
        for (size_t j = 0; (o = cli_option_at(&p.program, j)); j++)
            if (o->kind != CLI_HEADING &&
                (word[1] != '-' ? o->letter == word[1]
                                : strlen(o->name) == n && !strncmp(o->name, word + 2, n)))
                return true;
    }
    return false;
}

static int wrong_option(const char *words, const char *word)
{
    static const char *const names[] = {"help", "version"};
    char bare[TEXT];
    const char *near, *colon = *words ? ": " : "", *blank = *words ? " " : "";

    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word, "="), word);
    near = cli_nearest(bare + strspn(bare, "-"), names, 2);
    if ((!near || word[1] == '-') && has_option(words, word))
        cli_message(JAXL,
                    "%s%s'%.60s' comes too early: options follow the command, as in: jaxl calls "
                    "list --limit 5",
                    words, colon, word);
    else
        cli_message(JAXL, "%s%sunknown option '%.60s'%s%s%s (see jaxl%s%s --help)", words, colon,
                    bare, near ? "; did you mean '--" : "", near ? near : "", near ? "'?" : "",
                    blank, words);
    return CLI_USAGE;
}

static int wrong_word(const char *words, const char *word)
{
    char names[NAMES_MAX][TEXT], list[512] = "";
    const char *pointers[NAMES_MAX], *near;
    size_t n = followers(words, names);

    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(list);
        pointers[i] = names[i];
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    }
    near = word ? cli_nearest(word, pointers, n) : NULL;
    if (!word)
        cli_message(JAXL, "%s%sone of these must follow: %s (see jaxl%s%s --help)", words,
                    *words ? ": " : "", list, *words ? " " : "", words);
    else if (near)
        cli_message(JAXL, "%s%sthere is no '%.60s'; did you mean '%s'? (see jaxl%s%s --help)",
                    words, *words ? ": " : "", word, near, *words ? " " : "", words);
    else
        cli_message(JAXL, "%s%sthere is no '%.60s'; there are: %s", words, *words ? ": " : "", word,
                    list);
    return CLI_USAGE;
}

int tree_explain(int argc, char **argv)
{
    char text[TEXT], names[NAMES_MAX][TEXT];
    int n = join(argc, argv, WORDS_MAX, text);

    /* as many words as lead somewhere */
    while (n > 0 && followers(text, names) == 0)
        join(argc, argv, --n, text);
    if (n < argc && (strcmp(argv[n], "--help") == 0 || strcmp(argv[n], "-h") == 0 ||
                     strcmp(argv[n], "help") == 0)) /* jaxl help itself is a command */
        return tree_help(text);
    if (n == 0 && argc > 0 && (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0)) {
        static const struct cli_program program = {.name = JAXL};
        return cli_print_version(&program);
    }
    return n < argc && *argv[n] == '-' ? wrong_option(text, argv[n])
                                       : wrong_word(text, n < argc ? argv[n] : NULL);
}
