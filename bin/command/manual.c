#include "command/manual.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/dispatch.h"

enum { NAME = 96, PATH = 4096 };

/* Whether man(1) knows a page; -1: there is no man. */
static int man_knows(char *page)
{
    char man[] = "man", where[] = "-w";
    char *const argv[] = {man, where, page, NULL};
    posix_spawn_file_actions_t silent;
    int status = 0, failed;
    pid_t child;

    if (posix_spawn_file_actions_init(&silent))
        return 0;
    posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&silent, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    failed = posix_spawnp(&child, man, &silent, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&silent);
    if (failed)
        return failed == ENOENT ? -1 : 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The file of a page where make install puts it. */
static bool installed(const char *page, char path[PATH])
{
    char pattern[PATH];
    glob_t found;
    bool any;

    snprintf(pattern, sizeof pattern, "%s/man[1-8]/%s.[1-8]*", MANDIR, page);
    any = glob(pattern, 0, NULL, &found) == 0;
    if (any)
        snprintf(path, PATH, "%s", found.gl_pathv[0]);
    globfree(&found);
    return any;
}

/* Becomes man; the exit status when that fails. */
static int open_page(char *page)
{
    char man[] = "man";
    char *const argv[] = {man, page, NULL};

    execvp(man, argv);
    cli_message(JAXL, "help: man: %s", strerror(errno));
    return CLI_UNAVAILABLE;
}

static int without_man(char pages[][NAME], size_t n)
{
    char path[PATH];

    for (size_t i = 0; i < n; i++)
        if (installed(pages[i], path)) {
            cli_message(JAXL, "help: there is no man to show the manual with; it is %s", path);
            return CLI_UNAVAILABLE;
        }
    cli_message(JAXL,
                "help: there is no man to show the manual with, nor a manual %s in %s; the options "
                "of a command: jaxl COMMAND --help",
                pages[0], MANDIR);
    return CLI_UNAVAILABLE;
}

static bool is_command(const char *word)
{
    const struct command *c;
    size_t len = strlen(word);

    for (size_t i = 0; (c = command_at(i)); i++)
        if (strncmp(c->words, word, len) == 0 && (c->words[len] == ' ' || !c->words[len]))
            return true;
    return false;
}

/* The pages that a topic may mean, the likeliest first: "calls list" jaxl, "dial" jaxl-dial. */
static size_t pages_of(const struct cli_common *words, char pages[2][NAME])
{
    const char *topic = words->n_operands ? words->operands[0] : JAXL;

    if (is_command(topic))
        topic = JAXL;
    snprintf(pages[0], NAME, "%s%.80s", strncmp(topic, JAXL, sizeof JAXL - 1) ? "jaxl-" : "",
             topic);
    snprintf(pages[1], NAME, "%.80s", topic);
    return strcmp(pages[0], pages[1]) ? 2 : 1;
}

int manual_run(const struct command *c, void *fields)
{
    const struct cli_common *words = fields;
    char pages[2][NAME], path[PATH];
    size_t n = pages_of(words, pages);

    (void)c;
    for (size_t i = 0; i < n; i++) {
        int known = pages[i][0] == '-' || strchr(pages[i], '/') ? 0 : man_knows(pages[i]);
        if (known < 0)
            return without_man(pages, n);
        if (known)
            return open_page(pages[i]);
        if (installed(pages[i], path))
            return open_page(path);
    }
    if (strcmp(pages[0], JAXL) == 0)
        cli_message(JAXL,
                    "help: man does not find the manual of jaxl, nor is it in %s; the commands: "
                    "jaxl --help, the options of one: jaxl COMMAND --help",
                    MANDIR);
    else
        cli_message(JAXL, "help: there is no manual of '%.80s' (see jaxl --help)",
                    words->operands[0]);
    return CLI_USAGE;
}

int apps_run(const struct command *c, void *fields)
{
    const struct cli_common *words = fields;
    char program[] = "events";
    char **argv = calloc(words->n_operands + 2, sizeof *argv);

    if (!argv) {
        cli_message(JAXL, "out of memory");
        return CLI_IO;
    }
    argv[0] = program;
    memcpy(argv + 1, words->operands, words->n_operands * sizeof *argv);
    dispatch((int)words->n_operands + 1, argv);
    free(argv);
    cli_message(JAXL,
                "%s: jaxl-events, which answers webhooks, is neither beside jaxl nor in PATH: "
                "install it",
                c->words);
    return CLI_UNAVAILABLE;
}
