/* The command line of every program, run in a child so that what it prints can be read. */
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/progress.h"
#include "jaxl/clock.h"
#include "unit.h"

static const char *const kinds[] = {"final", "placed", NULL};

struct fields {
    struct cli_common common;
    bool flag;
    const char *text;
    struct jaxl_texts list;
    uint64_t number;
    int64_t span;
    int choice;
    int custom;
    struct jaxl_ids ids;
    enum jaxl_choice toggle;
    const char *also;
};

static int even(const char *value, void *field, struct jaxl_error *err)
{
    if (strlen(value) % 2)
        return jaxl_error_set(err, JAXL_EARG, "'%s' has an odd length", value);
    *(int *)field = (int)strlen(value);
    return 0;
}

#define AT(member) .offset = offsetof(struct fields, member)
static const struct cli_option options[] = {
    {.name = "flag", .letter = 'f', .kind = CLI_FLAG, .help = "a flag", AT(flag)},
    {.name = "text", .kind = CLI_TEXT, .metavar = "TEXT", .help = "a text", AT(text)},
    {.name = "list", .letter = 'l', .kind = CLI_LIST, .metavar = "X", .help = "a list", AT(list)},
    {.name = "number",
     .kind = CLI_UINT,
     .metavar = "N",
     .help = "n",
     AT(number),
     .min = 1,
     .max = 64},
    {.name = "span", .kind = CLI_SPAN, .metavar = "TIME", .help = "t", AT(span), .min = 1000},
    {.name = "follow",
     .kind = CLI_CHOICE,
     .metavar = "WHEN",
     .help = "w",
     AT(choice),
     .choices = kinds},
    {.name = "even", .kind = CLI_CUSTOM, .metavar = "E", .help = "e", AT(custom), .parse = even},
    {.name = "ids", .letter = 'i', .kind = CLI_IDS, .metavar = "ID...", .help = "i", AT(ids)},
    {.name = "switch", .kind = CLI_SWITCH, .help = "s", AT(toggle)},
};
static const struct cli_option shared[] = {
    {.kind = CLI_HEADING, .help = "Of several programs:"},
    {.name = "also", .letter = 'a', .kind = CLI_TEXT, .metavar = "A", .help = "shared", AT(also)},
};
static const struct cli_program program = {.name = "prog",
                                           .synopsis = "[options]",
                                           .summary = "Does it.",
                                           .options = options,
                                           .n_options = UNIT_COUNT(options),
                                           .shared = shared,
                                           .n_shared = UNIT_COUNT(shared),
                                           .epilogue = "Example:\n  prog --flag",
                                           .manual = "book"};

/* getopt_long wants to move the words about, not to change them. */
static char **words(const char *const *argv)
{
    return (char **)(uintptr_t)argv;
}

/* Parses in a child and gives back its status and what it wrote on both outputs. */
static int run(const char *const *argv, char *out, size_t room)
{
    int fds[2], status, argc = 0;
    size_t used = 0;
    ssize_t n;
    pid_t pid;

    while (argv[argc])
        argc++;
    ck_assert_int_eq(pipe(fds), 0);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        struct fields f = {0};
        dup2(fds[1], 1);
        dup2(fds[1], 2);
        status = cli_parse(&program, argc, words(argv), &f);
        cli_free(&program, &f);
        _exit(status == CLI_GO_ON ? 42 : status);
    }
    close(fds[1]);
    while (used + 1 < room && (n = read(fds[0], out + used, room - used - 1)) > 0)
        used += (size_t)n;
    out[used] = '\0';
    close(fds[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(parses_every_kind)
{
    const char *argv[] = {"prog",     "-f",     "--text=a b", "-lone",  "--list", "two",
                          "--number", "64",     "x",          "--span", "1.5m",   "--fol",
                          "placed",   "--even", "abcd",       "--",     "-y",     NULL};
    struct fields f = {0};

    ck_assert_int_eq(cli_parse(&program, UNIT_COUNT(argv) - 1, words(argv), &f), CLI_GO_ON);
    ck_assert(f.flag);
    ck_assert_str_eq(f.text, "a b");
    ck_assert_uint_eq(f.list.n, 2);
    ck_assert_str_eq(f.list.items[0], "one");
    ck_assert_str_eq(f.list.items[1], "two");
    ck_assert_uint_eq(f.number, 64);
    ck_assert_int_eq(f.span, 90 * JAXL_SECOND);
    ck_assert_int_eq(f.choice, 1);
    ck_assert_int_eq(f.custom, 4);
    ck_assert_uint_eq(f.common.n_operands, 2);
    ck_assert_str_eq(f.common.operands[0], "x");
    ck_assert_str_eq(f.common.operands[1], "-y");
    cli_free(&program, &f);
    ck_assert_ptr_null(f.list.items);
}
END_TEST

/* Lists of ids, in every way to write them, and what is left over. */
static const struct {
    const char *words[8];
    int64_t ids[6];
    size_t operands;
} lists[] = {
    {{"--ids", "5"}, {5}, 0},
    {{"--ids=5"}, {5}, 0},
    {{"-i5,7"}, {5, 7}, 0},
    {{"--ids", "1", "2", "3"}, {1, 2, 3}, 0},
    {{"--ids", "1,2,3"}, {1, 2, 3}, 0},
    {{"--ids=1", "2,3", "-f", "--ids", "4"}, {1, 2, 3, 4}, 0},
    {{"--ids", "1", "x", "2"}, {1}, 2},
    {{"--ids", "1", "--", "2"}, {1}, 1},
    {{"--ids", "9223372036854775807"}, {INT64_MAX}, 0},
    {{"-f"}, {0}, 0},
};

START_TEST(reads_ids)
{
    const char *argv[10] = {"prog"};
    struct fields f = {0};
    size_t argc = 1, n = 0;

    while (argc < 9 && lists[_i].words[argc - 1]) {
        argv[argc] = lists[_i].words[argc - 1];
        argc++;
    }
    ck_assert_int_eq(cli_parse(&program, (int)argc, words(argv), &f), CLI_GO_ON);
    for (; lists[_i].ids[n]; n++) {
        ck_assert_uint_lt(n, f.ids.n);
        ck_assert_int_eq(f.ids.items[n], lists[_i].ids[n]);
    }
    ck_assert_uint_eq(f.ids.n, n);
    ck_assert_uint_eq(f.common.n_operands, lists[_i].operands);
    cli_free(&program, &f);
    ck_assert_ptr_null(f.ids.items);
    ck_assert_uint_eq(f.ids.n, 0);
}
END_TEST

static const struct {
    const char *word; /* NULL: left out */
    enum jaxl_choice choice;
} switches[] = {
    {NULL, JAXL_ANY},         {"--switch", JAXL_YES}, {"--switch=yes", JAXL_YES},
    {"--switch=no", JAXL_NO}, {"--sw=no", JAXL_NO},
};

START_TEST(reads_switches)
{
    const char *argv[] = {"prog", switches[_i].word ? switches[_i].word : "-f", "no", NULL};
    struct fields f = {0};

    ck_assert_int_eq(cli_parse(&program, 3, words(argv), &f), CLI_GO_ON);
    ck_assert_int_eq((int)f.toggle, (int)switches[_i].choice);
    ck_assert_uint_eq(f.common.n_operands, 1); /* a word that follows is no value */
    cli_free(&program, &f);
}
END_TEST

START_TEST(reads_shared_options)
{
    const char *argv[] = {"prog", "-a", "x", "--quiet", "--flag", NULL};
    struct fields f = {0};

    ck_assert_int_eq(cli_parse(&program, 5, words(argv), &f), CLI_GO_ON);
    ck_assert_str_eq(f.also, "x");
    ck_assert(f.common.quiet && f.flag);
    cli_free(&program, &f);
}
END_TEST

static const struct {
    const char *word;
    const char *says;
} wrong[] = {
    {"--flg", "prog: unknown option '--flg'; did you mean '--flag'? (see prog --help)\n"},
    {"--zzzzzzz", "prog: unknown option '--zzzzzzz' (see prog --help)\n"},
    {"--qiuet=1", "did you mean '--quiet'?"},
    {"-z", "prog: unknown option '-z' (see prog --help)\n"},
    {"--text", "prog: --text needs a value"},
    {"-l", "prog: --list needs a value"},
    {"--flag=1", "prog: --flag takes no value"},
    {"--number=0", "--number: '0' is not a whole number from 1 to 64"},
    {"--number=65", "is not a whole number from 1 to 64"},
    {"--number=-1", "is not a whole number from 1 to 64"},
    {"--number=5x", "is not a whole number from 1 to 64"},
    {"--number=99999999999999999999", "is not a whole number from 1 to 64"},
    {"--span=5y", "--span: '5y' is not a span of time such as"},
    {"--span=0", "--span: '0' is not at least 0.001 seconds"},
    {"--follow=plaecd", "is not one of final, placed; did you mean 'placed'?"},
    {"--follow=no\n\033[1m", "is not one of final, placed"},
    {"--even=abc", "prog: --even: 'abc' has an odd length (see prog --help)\n"},
    {"--ids", "prog: --ids needs a value"},
    {"--ids=", "--ids: '' is not an id, or several with commas between them"},
    {"--ids=0", "--ids: '0' is not an id"},
    {"--ids=-1", "--ids: '-1' is not an id"},
    {"--ids=1,", "--ids: '1,' is not an id"},
    {"--ids=1,,2", "--ids: '1,,2' is not an id"},
    {"--ids=1 2", "--ids: '1 2' is not an id"},
    {"--ids=9223372036854775808", "is not an id"},
    {"--switch=", "--switch: '' is not yes or no"},
    {"--switch=maybe", "--switch: 'maybe' is not yes or no"},
    {"--alsoo=x", "unknown option '--alsoo'; did you mean '--also'?"},
};

START_TEST(says_what_is_wrong)
{
    char out[4096], word[64];
    const char *argv[] = {"prog", word, NULL};

    snprintf(word, sizeof word, "%s", wrong[_i].word);
    ck_assert_int_eq(run(argv, out, sizeof out), CLI_USAGE);
    ck_assert_msg(strstr(out, wrong[_i].says), "%s", out);
    ck_assert_msg(strchr(out, '\n') == out + strlen(out) - 1, "more than one line: %s", out);
    ck_assert_ptr_null(strchr(out, '\033'));
}
END_TEST

START_TEST(help_and_version)
{
    static const char *const help[] = {"prog", "--help", NULL};
    static const char *const version[] = {"prog", "-V", NULL};
    char out[8192];

    ck_assert_int_eq(run(help, out, sizeof out), CLI_DONE);
    ck_assert_ptr_nonnull(strstr(out, "Usage: prog [options]\n"));
    for (size_t i = 0; i < UNIT_COUNT(options); i++)
        ck_assert_ptr_nonnull(strstr(out, options[i].name));
    ck_assert_ptr_nonnull(strstr(out, "  -i, --ids ID..."));
    ck_assert_ptr_nonnull(strstr(out, "      --switch[=no]"));
    ck_assert_ptr_nonnull(strstr(out, "\nOf several programs:\n  -a, --also A"));
    ck_assert_ptr_nonnull(strstr(out, "--version"));
    ck_assert_ptr_nonnull(strstr(out, "\nExample:\n  prog --flag\n\nThe manual: man book\n"));
    ck_assert_int_eq(run(version, out, sizeof out), CLI_DONE);
    ck_assert_str_eq(out, "book " PACKAGE_VERSION "\n");
}
END_TEST

START_TEST(exit_codes)
{
    /* design.md section 6: signal, 4, 3, 77/78, 69, 65, 1 */
    static const int order[] = {143, 4, 3, 77, 69, 65, 1, 0};

    for (size_t i = 0; i < UNIT_COUNT(order); i++)
        for (size_t j = 0; j < UNIT_COUNT(order); j++)
            ck_assert_int_eq(cli_exit_worse(order[i], order[j]), order[i < j ? i : j]);
    for (int code = JAXL_ECRYPTO; code < 0; code++)
        if (code != JAXL_EEND)
            ck_assert_int_ne(cli_exit_code(code), 0);
    ck_assert_int_eq(cli_exit_code(JAXL_EAUTH), 77);
    ck_assert_int_eq(cli_exit_code(JAXL_ECONFIG), 78);
    ck_assert_int_eq(cli_exit_of(&(struct jaxl_error){.code = JAXL_EUNKNOWN}), 3);
    ck_assert_int_eq(cli_exit_of(&(struct jaxl_error){.code = JAXL_EUNKNOWN, .retry_safe = true}),
                     69);
    ck_assert_int_eq(cli_exit_of(&(struct jaxl_error){.code = JAXL_EAUTH, .retry_safe = true}), 77);
}
END_TEST

START_TEST(draws_progress)
{
    char line[200];

    cli_progress_format(line, sizeof line, 200, 50, 100, 10 * JAXL_SECOND, "answered 3");
    ck_assert_str_eq(line, "[##########..........] 50/100  5.0/s  0:10 left  answered 3");
    cli_progress_format(line, sizeof line, 200, 7, 0, 0, "");
    ck_assert_str_eq(line, "7  0.0/s  ");
    cli_progress_format(line, sizeof line, 200, 0, 100000, JAXL_SECOND, "x");
    ck_assert_str_eq(line, "[....................] 0/100000  0.0/s  --:-- left  x");
    cli_progress_format(line, sizeof line, 200, 200, 100, JAXL_SECOND, "x");
    ck_assert_str_eq(line, "[####################] 200/100  200.0/s  0:00 left  x");
    cli_progress_format(line, sizeof line, 200, 1, 7201, JAXL_SECOND, "x");
    ck_assert_ptr_nonnull(strstr(line, "2:00:00 left"));
    cli_progress_format(line, sizeof line, 10, 50, 100, JAXL_SECOND, "answered 3");
    ck_assert_uint_eq(strlen(line), 10);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, parses_every_kind);
    tcase_add_loop_test(tc, reads_ids, 0, UNIT_COUNT(lists));
    tcase_add_loop_test(tc, reads_switches, 0, UNIT_COUNT(switches));
    tcase_add_test(tc, reads_shared_options);
    tcase_add_loop_test(tc, says_what_is_wrong, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, help_and_version);
    tcase_add_test(tc, exit_codes);
    tcase_add_test(tc, draws_progress);
}

int main(void)
{
    return unit_run("cli", add);
}
