#include <stdio.h>

#include "command/complete.h"

/* What the tables below are used by. */
static const char head[] =
    "# bash completion for jaxl, printed by: jaxl completion bash\n"
    "# shellcheck shell=bash\n"
    "\n"
    "# The commands and options of another program, as its own help has them; files otherwise.\n"
    "_jaxl_program() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} program=${1:-${COMP_WORDS[0]}} at=1 words help\n"
    "    [[ $program == \"${COMP_WORDS[0]}\" ]] || at=2 # jaxl dial\n"
    "    help=$(\"$program\" --help 2>/dev/null)\n"
    "    words=$(sed -nE '/^Commands/,/^$/s/^  ([a-z-]+) .*/\\1/p' <<<\"$help\")\n"
    "    if [[ $COMP_CWORD -gt $at && $'\\n'$words$'\\n' == *$'\\n'${COMP_WORDS[at]}$'\\n'* ]]; "
    "then\n"
    "        help=$(\"$program\" \"${COMP_WORDS[at]}\" --help 2>/dev/null)\n"
    "    fi\n"
    "    if [[ $cur == -* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$(\n"
    "            sed -nE 's/^  (-., |    )(--[a-z0-9-]+).*/\\2/p' <<<\"$help\")\" -- \"$cur\")\n"
    "    else\n"
    "        [[ $COMP_CWORD -eq $at ]] || words=''\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"; compgen -f -- \"$cur\")\n"
    "        compopt -o filenames 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "\n"
    "_jaxl_file() {\n"
    "    if [[ $1 == @* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -P @ -f -- \"${1#@}\")\n"
    "    else\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
    "    fi\n"
    "    compopt -o filenames 2>/dev/null\n"
    "}\n"
    "\n"
    "_jaxl() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words='' REPLY='' "
    "i\n"
    "    COMPREPLY=()\n"
    "    # --name=value comes as three words\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=''\n"
    "    elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        [[ ${COMP_WORDS[i]} != -* ]] || break\n"
    "        words+=${words:+ }${COMP_WORDS[i]}\n"
    "    done\n"
    "    if [[ $prev == -* ]] && _jaxl_value \"$words\" \"$prev\"; then\n"
    "        if [[ $REPLY == FILE ]]; then\n"
    "            _jaxl_file \"$cur\"\n"
    "        else\n"
    "            mapfile -t COMPREPLY < <(compgen -W \"$REPLY\" -- \"$cur\")\n"
    "        fi\n"
    "        return 0\n"
    "    fi\n"
    "    [[ $cur == -* ]] || _jaxl_word \"$words\"\n"
    "    if [[ -z $REPLY ]] && ! _jaxl_option \"$words\"; then\n"
    "        [[ -z $words ]] || _jaxl_program \"jaxl-${words%% *}\"\n"
    "        return 0\n"
    "    fi\n"
    "    [[ -n $words || $cur == -* ]] || REPLY+=\" $(compgen -c jaxl- | sed 's/^jaxl-//' | tr "
    "'\\n' ' ')\"\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$REPLY\" -- \"$cur\")\n"
    "}\n"
    "\n";

static void print_follower(const char *words, const char *word, const char *summary)
{
    (void)words;
    (void)summary;
    printf(" %s", word);
}

static void print_place(const char *words)
{
    printf("    '%s') REPLY='", words);
    complete_followers(words, print_follower);
    printf("' ;;\n");
}

/* The places of operands, the last first: "'api '*' '*" before "'api '*". */
static void print_operands(const struct command *c)
{
    char text[COMPLETE_TEXT];

    for (size_t n = complete_operands(c); n-- > 0;) {
        complete_operand(c, n, text);
        printf("    '%s%s'", c->words, n ? " " : "");
        for (size_t i = 0; i < n; i++)
            printf("%s*", i ? "' '" : "");
        printf(") REPLY='");
        (void)complete_choices(text);
        printf("' ;;\n");
    }
}

static void print_words(void)
{
    const struct command *c;

    printf("# The words that may follow these.\n_jaxl_word() {\n    case $1 in\n");
    complete_places(print_place);
    for (size_t i = 0; (c = command_at(i)); i++)
        print_operands(c);
    printf("    *) REPLY='' ;;\n    esac\n}\n\n");
}

static void print_pattern(const struct command *c)
{
    printf("    '%s'%s", c->words, c->operands ? " | '" : "");
    if (c->operands)
        printf("%s '*", c->words);
}

static void print_options(void)
{
    const struct command *c;
    const struct cli_option *o;

    printf("# The options of a command; false when it is none of ours.\n"
           "_jaxl_option() {\n    case $1 in\n"
           "    '') REPLY='--help --version' ;;\n");
    for (size_t i = 0; (c = command_at(i)); i++) {
        struct engine_program p;
        engine_describe(c, &p);
        print_pattern(c);
        printf(") REPLY='");
        for (size_t j = 0, n = 0; (o = cli_option_at(&p.program, j)); j++)
            if (o->kind != CLI_HEADING)
                printf("%s--%s", n++ ? " " : "", o->name);
        printf("' ;;\n");
    }
    printf("    *) return 1 ;;\n    esac\n}\n\n");
}

static void print_value(const struct command *c, const struct cli_option *o)
{
    if (o->kind == CLI_HEADING || complete_value(o) == COMPLETE_NONE)
        return;
    printf("    '%s'%s' --%s'", c->words, c->operands ? "*" : "", o->name);
    if (o->letter)
        printf(" | '%s'%s' -%c'", c->words, c->operands ? "*" : "", o->letter);
    printf(") REPLY='");
    if (complete_value(o) == COMPLETE_FILE)
        printf("FILE");
    for (size_t i = 0; complete_value(o) == COMPLETE_CHOICES && o->choices[i]; i++)
        printf("%s%s", i ? " " : "", o->choices[i]);
    printf("' ;;\n");
}

static void print_values(void)
{
    const struct command *c;
    const struct cli_option *o;

    printf("# What the value of an option may be; false when it takes none.\n"
           "_jaxl_value() {\n    case \"$1 $2\" in\n");
    for (size_t i = 0; (c = command_at(i)); i++) {
        struct engine_program p;
        engine_describe(c, &p);
        for (size_t j = 0; (o = cli_option_at(&p.program, j)); j++)
            print_value(c, o);
    }
    printf("    *) return 1 ;;\n    esac\n}\n\n");
}

void complete_bash(void)
{
    fputs(head, stdout);
    print_words();
    print_options();
    print_values();
    printf(
        "complete -F _jaxl jaxl\ncomplete -F _jaxl_program jaxl-control jaxl-dial jaxl-ivr-apply "
        "jaxl-sandbox\n");
}
