/* jaxl: every call of the platform from the shell. */
#include "command/command.h"
#include "command/dispatch.h"

int main(int argc, char **argv)
{
    int words;
    const struct command *command;

    if (cli_hold_files(JAXL) != CLI_GO_ON)
        return CLI_IO;
    command = tree_find(argc - 1, argv + 1, &words);
    if (command)
        return engine_run(command, argc - words, argv + words);
    dispatch(argc - 1, argv + 1); /* returns when there is no such program */
    return tree_explain(argc - 1, argv + 1);
}
