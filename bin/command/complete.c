#include "command/complete.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *shell;
    void (*print)(void);
} shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};

static int find(const struct cli_common *words)
{
    for (int i = 0; words->n_operands == 1 && i < (int)(sizeof shells / sizeof shells[0]); i++)
        if (strcmp(words->operands[0], shells[i].shell) == 0)
            return i;
    return -1;
}

int complete_check(void *fields, struct jaxl_error *err)
{
    return find(fields) < 0 ? jaxl_error_set(err, JAXL_EARG, "one of bash, zsh and fish is needed")
                            : 0;
}

int complete_run(const struct command *c, void *fields)
{
    (void)c;
    shells[find(fields)].print();
    return cli_close_stdout(JAXL, CLI_DONE);
}

/* Whether two rows share their first n bytes and a word ends there in both. */
static bool share(const struct command *a, const struct command *b, size_t n)
{
    return strncmp(a->words, b->words, n) == 0 && (!b->words[n] || b->words[n] == ' ');
}

/* Whether an earlier row than the i-th begins with the first n bytes of it. */
static bool seen(size_t i, size_t n)
{
    const struct command *c = command_at(i);

    for (size_t j = 0; j < i; j++)
        if (share(c, command_at(j), n))
            return true;
    return false;
}

void complete_places(void (*visit)(const char *words))
{
    const struct command *c;
    char words[COMPLETE_TEXT];

    visit("");
    for (size_t i = 0; (c = command_at(i)); i++)
        for (const char *p = strchr(c->words, ' '); p; p = strchr(p + 1, ' ')) {
            size_t n = (size_t)(p - c->words);
            if (seen(i, n))
                continue;
            snprintf(words, sizeof words, "%.*s", (int)n, c->words);
            visit(words);
        }
}

void complete_followers(const char *words,
                        void (*visit)(const char *words, const char *word, const char *summary))
{
    const struct command *c;
    size_t skip = strlen(words);
    char word[COMPLETE_TEXT];

    for (size_t i = 0; (c = command_at(i)); i++) {
        const char *next = c->words + skip + (skip > 0);
        size_t n;
        if (strncmp(c->words, words, skip) != 0 || (skip && c->words[skip] != ' '))
            continue;
        n = strcspn(next, " ");
        if (seen(i, (size_t)(next - c->words) + n))
            continue;
        snprintf(word, sizeof word, "%.*s", (int)n, next);
        visit(words, word, next[n] ? "" : c->summary);
    }
}

enum complete_value complete_value(const struct cli_option *o)
{
    if (o->kind == CLI_FLAG || o->kind == CLI_SWITCH)
        return COMPLETE_NONE;
    if (o->kind == CLI_CHOICE)
        return COMPLETE_CHOICES;
    return o->metavar && strstr(o->metavar, "FILE") ? COMPLETE_FILE : COMPLETE_FREE;
}

bool complete_operand(const struct command *c, size_t n, char text[COMPLETE_TEXT])
{
    const char *p = c->operands;

    for (; p && n > 0; n--)
        if ((p = strchr(p, ' ')))
            p++;
    if (!p)
        return false;
    snprintf(text, COMPLETE_TEXT, "%.*s", (int)strcspn(p, " "), p);
    return true;
}

size_t complete_operands(const struct command *c)
{
    char text[COMPLETE_TEXT];
    size_t n = 0;

    while (complete_operand(c, n, text))
        n++;
    return n;
}

bool complete_choices(const char *operand)
{
    if (!strchr(operand, '|'))
        return false;
    for (const char *p = operand; *p; p++)
        putchar(*p == '|' ? ' ' : *p);
    return true;
}

void complete_quoted(const char *text, const char *quote)
{
    putchar('\'');
    for (const char *p = text; *p; p++) {
        if (*p == '\'')
            fputs(quote, stdout);
        else
            putchar(*p);
    }
    putchar('\'');
}
