#include <stdio.h>
#include <string.h>

#include "command/complete.h"

#define QUOTE "'\\''"

/* _gnu_generic reads the options of another program out of its own help. */
static const char head[] = "#compdef jaxl jaxl-control jaxl-dial jaxl-ivr-apply jaxl-sandbox\n"
                           "# zsh completion for jaxl, printed by: jaxl completion zsh\n"
                           "\n"
                           "_jaxl() {\n"
                           "    local -a at next\n"
                           "    local i=2\n"
                           "    if [[ $service != jaxl ]]; then\n"
                           "        _gnu_generic\n"
                           "        return\n"
                           "    fi\n"
                           "    while (( i < CURRENT )) && [[ $words[i] != -* ]]; do\n"
                           "        at+=(\"$words[i]\")\n"
                           "        (( i++ ))\n"
                           "    done\n"
                           "    case \"${(j: :)at}\" in\n";

static const char tail[] =
    "    (*)\n"
    "        shift words\n"
    "        (( CURRENT-- ))\n"
    "        words[1]=jaxl-$words[1]\n"
    "        service=$words[1]\n"
    "        _gnu_generic\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "if [[ $funcstack[1] == _jaxl ]]; then\n"
    "    _jaxl \"$@\"\n"
    "else\n"
    "    compdef _jaxl jaxl jaxl-control jaxl-dial jaxl-ivr-apply jaxl-sandbox\n"
    "fi\n";

static void print_follower(const char *words, const char *word, const char *summary)
{
    (void)words;
    printf(" '%s", word);
    if (*summary)
        putchar(':');
    for (const char *p = summary; *p; p++)
        if (*p == '\'')
            fputs(QUOTE, stdout);
        else
            putchar(*p);
    putchar('\'');
}

static void print_place(const char *words)
{
    printf("    ('%s')\n        next=(", words);
    complete_followers(words, print_follower);
    printf(")\n");
    if (!*words)
        printf("        next+=(${${(k)commands[(I)jaxl-*]}#jaxl-})\n");
    printf("        _describe -t commands command next\n        ;;\n");
}

/* Within [...] of a specification and within single quotes. */
static void print_help(const char *text)
{
    for (const char *p = text; *p; p++) {
        if (strchr("[]:\\", *p))
            putchar('\\');
        if (*p == '\'')
            fputs(QUOTE, stdout);
        else
            putchar(*p);
    }
}

static void print_action(const struct cli_option *o)
{
    switch (complete_value(o)) {
    case COMPLETE_NONE:
        return;
    case COMPLETE_FREE:
        printf(":%s: ", o->metavar);
        return;
    case COMPLETE_FILE:
        printf(":%s:_files", o->metavar);
        return;
    case COMPLETE_CHOICES:
        printf(":%s:(", o->metavar);
        for (size_t i = 0; o->choices[i]; i++)
            printf("%s%s", i ? " " : "", o->choices[i]);
        putchar(')');
    }
}

static void print_option(const struct cli_option *o)
{
    const char *many = o->kind == CLI_LIST || o->kind == CLI_IDS ? "*" : "";
    bool value = o->kind != CLI_HEADING && complete_value(o) != COMPLETE_NONE;

    if (o->kind == CLI_HEADING)
        return;
    printf(" \\\n            '%s--%s%s[", many, o->name,
           value                   ? "="
           : o->kind == CLI_SWITCH ? "=-"
                                   : "");
    print_help(o->help);
    putchar(']');
    if (o->kind == CLI_SWITCH)
        printf("::yes or no:(yes no)");
    print_action(o);
    putchar('\'');
    if (!o->letter)
        return;
    printf(" \\\n            '%s-%c%s[", many, o->letter, value ? "+" : "");
    print_help(o->help);
    putchar(']');
    print_action(o);
    putchar('\'');
}

static void print_operand(const char *text)
{
    bool rest = strstr(text, "...") != NULL;

    printf(" \\\n            '%s:", rest ? "*" : "");
    if (strchr(text, '|')) {
        printf("word:(");
        (void)complete_choices(text);
        printf(")'");
    } else {
        printf("%.*s: '", (int)strcspn(text[0] == '[' ? text + 1 : text, ".]"),
               text[0] == '[' ? text + 1 : text);
    }
}

static size_t count_words(const char *words)
{
    size_t n = 1;

    for (const char *p = words; (p = strchr(p, ' ')); p++)
        n++;
    return n;
}

static void print_command(const struct command *c)
{
    const struct cli_option *o;
    struct engine_program p;
    char text[COMPLETE_TEXT];

    engine_describe(c, &p);
    printf("    ('%s'%s%s%s)\n", c->words, c->operands ? "|'" : "", c->operands ? c->words : "",
           c->operands ? " '*" : "");
    printf("        shift %zu words\n        (( CURRENT -= %zu ))\n", count_words(c->words),
           count_words(c->words));
    printf("        _arguments -s -S");
    for (size_t i = 0; (o = cli_option_at(&p.program, i)); i++)
        print_option(o);
    for (size_t i = 0; complete_operand(c, i, text); i++)
        print_operand(text);
    printf("\n        ;;\n");
}

void complete_zsh(void)
{
    const struct command *c;

    fputs(head, stdout);
    complete_places(print_place);
    for (size_t i = 0; (c = command_at(i)); i++)
        print_command(c);
    fputs(tail, stdout);
}
