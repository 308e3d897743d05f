#include <stdio.h>
#include <string.h>

#include "common/cli.h"

static const struct cli_option common_options[] = {
    {.kind = CLI_HEADING, .help = "Of every program:"},
    {.name = "quiet",
     .letter = 'q',
     .help = "say nothing but errors",
     .offset = offsetof(struct cli_common, quiet)},
    {.name = "verbose",
     .letter = 'v',
     .help = "say what is decided and why",
     .offset = offsetof(struct cli_common, verbose)},
    {.name = "help", .letter = 'h', .help = "show this help"},
    {.name = "version", .letter = 'V', .help = "show the version"},
};

const struct cli_option *cli_option_at(const struct cli_program *p, size_t i)
{
    if (i < p->n_options)
        return &p->options[i];
    i -= p->n_options;
    if (i < p->n_shared)
        return &p->shared[i];
    i -= p->n_shared;
    return i < sizeof common_options / sizeof common_options[0] ? &common_options[i] : NULL;
}

/* Words of text from the given column on, in lines of at most 100. */
static void print_wrapped(const char *text, int column)
{
    enum { WIDTH = 100 };
    int used = column;

    while (*text) {
        int n = (int)strcspn(text, " ");
        if (used > column && used + 1 + n > WIDTH) {
            printf("\n%*s", column, "");
            used = column;
        } else if (used > column) {
            putchar(' ');
            used++;
        }
        printf("%.*s", n, text);
        used += n;
        text += n;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_option(const struct cli_option *o)
{
    enum { COLUMN = 30 };
    char left[96], letter[5] = "    ";
    int n;

    if (o->kind == CLI_HEADING) {
        printf("\n%s\n", o->help);
        return;
    }
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    n = snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->metavar ? " " : "",
                 o->metavar              ? o->metavar
                 : o->kind == CLI_SWITCH ? "[=no]"
                                         : "");
    if (n > COLUMN - 2)
        printf("%s\n%*s", left, COLUMN, "");
    else
        printf("%-*s", COLUMN, left);
    print_wrapped(o->help, COLUMN);
}

int cli_print_help(const struct cli_program *p)
{
    const struct cli_option *o;

    printf("Usage: %s %s\n\n", p->name, p->synopsis);
    print_wrapped(p->summary, 0);
    if (cli_option_at(p, 0)->kind != CLI_HEADING)
        printf("\nOptions:\n");
    for (size_t i = 0; (o = cli_option_at(p, i)); i++)
        print_option(o);
    if (p->epilogue)
        printf("\n%s\n", p->epilogue);
    printf("\nThe manual: man %s\n", p->manual ? p->manual : p->name);
    return cli_close_stdout(p->name, CLI_DONE);
}

int cli_print_version(const struct cli_program *p)
{
    printf("%s %s\n", p->manual ? p->manual : p->name, PACKAGE_VERSION);
    return cli_close_stdout(p->name, CLI_DONE);
}
