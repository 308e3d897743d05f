/* The commands of jaxl-dial that look into the ledger, or write to it without calling anybody. */
#ifndef JAXL_BIN_DIAL_QUERY_H
#define JAXL_BIN_DIAL_QUERY_H

/* For the help of jaxl-dial. */
#define QUERY_COMMANDS                                                                             \
    "Commands, in place of options and FILEs (jaxl-dial COMMAND --help):\n"                        \
    "  status        how many leads of each campaign are in which state, and what they cost\n"     \
    "  leads         every lead and its state\n"                                                   \
    "  attempts      every attempt and its result\n"                                               \
    "  unknown       attempts of which it is not known whether they called; settles them\n"        \
    "  export        everything in the ledger\n"                                                   \
    "  suppressions  the numbers that opted out\n"                                                 \
    "  opt-out       records numbers that no campaign is to call any more\n"

struct query_command;

/* The command of this name; NULL: it is none. */
const struct query_command *query_find(const char *word);
/* Carries it out; argv[0] is its name. The exit status. */
int query_run(const struct query_command *c, int argc, char **argv);

#endif
