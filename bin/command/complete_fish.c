#include <stdio.h>
#include <string.h>

#include "command/complete.h"

#define QUOTE "\\'"

static const char head[] = "# fish completion for jaxl, printed by: jaxl completion fish\n"
                           "\n"
                           "# Whether the words before the first option are these.\n"
                           "function __jaxl_words\n"
                           "    set -l words\n"
                           "    for word in (commandline -opc)[2..]\n"
                           "        string match -q -- '-*' $word; and break\n"
                           "        set -a words $word\n"
                           "    end\n"
                           "    string join ' ' -- $words\n"
                           "end\n"
                           "function __jaxl_at\n"
                           "    test (__jaxl_words | string collect -a) = \"$argv[1]\"\n"
                           "end\n"
                           "# The same, and operands may follow.\n"
                           "function __jaxl_in\n"
                           "    string match -q -- \"$argv[1] *\" (__jaxl_words)' '\n"
                           "end\n"
                           "# Or exactly so many.\n"
                           "function __jaxl_after\n"
                           "    set -l words (__jaxl_words | string split ' ')\n"
                           "    __jaxl_in $argv[1]; and test (count $words) = $argv[2]\n"
                           "end\n"
                           "complete -c jaxl -f\n";

static void print_follower(const char *words, const char *word, const char *summary)
{
    printf("complete -c jaxl -n \"__jaxl_at '%s'\" -a %s", words, word);
    if (*summary) {
        printf(" -d ");
        complete_quoted(summary, QUOTE);
    }
    putchar('\n');
}

static void print_place(const char *words)
{
    complete_followers(words, print_follower);
}

static void print_option(const struct command *c, const struct cli_option *o)
{
    if (o->kind == CLI_HEADING)
        return;
    printf("complete -c jaxl -n \"%s '%s'\" -l %s", c->operands ? "__jaxl_in" : "__jaxl_at",
           c->words, o->name);
    if (o->letter)
        printf(" -s %c", o->letter);
    switch (complete_value(o)) {
    case COMPLETE_NONE:
        break;
    case COMPLETE_FREE:
        printf(" -x");
        break;
    case COMPLETE_FILE:
        printf(" -rF");
        break;
    case COMPLETE_CHOICES:
        printf(" -xa '");
        for (size_t i = 0; o->choices[i]; i++)
            printf("%s%s", i ? " " : "", o->choices[i]);
        putchar('\'');
    }
    printf(" -d ");
    complete_quoted(o->help, QUOTE);
    putchar('\n');
}

static void print_operands(const struct command *c)
{
    char text[COMPLETE_TEXT];
    size_t words = 1;

    for (const char *p = c->words; (p = strchr(p, ' ')); p++)
        words++;
    for (size_t i = 0; complete_operand(c, i, text); i++) {
        if (!strchr(text, '|'))
            continue;
        printf("complete -c jaxl -n \"__jaxl_after '%s' %zu\" -a '", c->words, words + i);
        (void)complete_choices(text);
        printf("'\n");
    }
}

void complete_fish(void)
{
    const struct command *c;
    const struct cli_option *o;

    fputs(head, stdout);
    complete_places(print_place);
    for (size_t i = 0; (c = command_at(i)); i++) {
        struct engine_program p;
        engine_describe(c, &p);
        for (size_t j = 0; (o = cli_option_at(&p.program, j)); j++)
            print_option(c, o);
        print_operands(c);
    }
}
