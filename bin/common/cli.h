/* The command line of every program: one table of options that parses, checks, suggests and prints
 * its own help; messages; exit codes. */
#ifndef JAXL_BIN_CLI_H
#define JAXL_BIN_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/answer.h"
#include "jaxl/error.h"

/* Exit codes, the same everywhere (jaxl(7)). */
enum {
    CLI_DONE = 0,
    CLI_SOME_FAILED = 1,
    CLI_DIFFERENT = 2,
    CLI_UNKNOWN = 3,
    CLI_LIMIT = 4,
    CLI_USAGE = 64,
    CLI_INPUT = 65,
    CLI_UNAVAILABLE = 69,
    CLI_IO = 74, /* memory, disk or pipe: EX_IOERR of sysexits.h */
    CLI_LATER = 75,
    CLI_REFUSED = 77,
    CLI_CONFIG = 78,
    CLI_SIGNAL = 128 /* plus the signal's number */
};

/* The exit code for an error of the library (enum jaxl_code). */
int cli_exit_code(int code);
/* The same for an error with its details: of a request that can be sent again without harm nothing
 * is unknown that counts, the platform is unavailable. */
int cli_exit_of(const struct jaxl_error *err);
/* Where two hold, the one that counts: signal, 4, 3, 77/78, 69, 65, the rest, 1. */
int cli_exit_worse(int a, int b);

enum cli_kind {
    CLI_FLAG,   /* bool */
    CLI_TEXT,   /* const char * */
    CLI_LIST,   /* struct jaxl_texts: may be given many times */
    CLI_IDS,    /* struct jaxl_ids: whole numbers from 1, with commas, as words that follow, or the
                   option many times */
    CLI_UINT,   /* uint64_t within min..max */
    CLI_SPAN,   /* int64_t microseconds (jaxl/span.h); min..max in microseconds */
    CLI_CHOICE, /* int: the index in choices */
    CLI_SWITCH, /* enum jaxl_choice: alone it means yes; =yes or =no */
    CLI_CUSTOM, /* whatever parse makes of it */
    CLI_HEADING /* a line in the help above the options that follow: its text is help */
};

struct cli_option {
    const char *name; /* long name without the dashes */
    char letter;      /* short name, 0 for none */
    enum cli_kind kind;
    const char *metavar; /* what the help calls the value */
    const char *help;
    size_t offset;              /* of the field in the program's struct */
    uint64_t min, max;          /* CLI_UINT, CLI_SPAN; max 0: no upper limit */
    const char *const *choices; /* CLI_CHOICE: NULL-terminated */
    int (*parse)(const char *value, void *field, struct jaxl_error *err); /* CLI_CUSTOM */
};

/* The first member of every program's struct: what all programs have. */
struct cli_common {
    bool quiet, verbose;
    const char **operands; /* n_operands that are left after the options; into argv */
    size_t n_operands;
};

struct cli_program {
    const char *name;
    const char *synopsis; /* "[options] [FILE...]" */
    const char *summary;  /* what it does, for the help */
    const struct cli_option *options;
    size_t n_options;
    const struct cli_option *shared; /* more options, which several programs have; NULL: none */
    size_t n_shared;
    bool command;         /* operands are a command of their own: the first one ends the options */
    const char *epilogue; /* examples, shown under the options; NULL for none */
    const char *manual;   /* NULL: that of its name */
};

enum { CLI_GO_ON = -1 };

/* Reads argv into fields (the program's struct, which starts with a struct cli_common and holds the
 * defaults). CLI_GO_ON, or the status to exit with: 0 after --help and --version, 64 after a
 * message about what is wrong. */
int cli_parse(const struct cli_program *program, int argc, char **argv, void *fields);
/* Frees the lists in fields (of CLI_LIST and CLI_IDS). */
void cli_free(const struct cli_program *program, void *fields);

/* Print on standard output; the status to exit with. */
int cli_print_help(const struct cli_program *program);
int cli_print_version(const struct cli_program *program);

/* All options of a program, then those of every program: NULL past the last. */
const struct cli_option *cli_option_at(const struct cli_program *program, size_t i);

/* Writes one line "name: text" on standard error, whole, with control characters made blanks;
 * a progress bar that is shown gives way. */
void cli_message(const char *name, const char *fmt, ...) JAXL_PRINTF(2, 3);
/* Prints the message of err and returns its exit code. */
int cli_fail(const char *name, const struct jaxl_error *err);
/* First in every main: a standard file that is closed is held, so that nothing which is opened
 * takes its place and gets what is printed. CLI_GO_ON, or CLI_IO after a message when there is no
 * standard output: nothing is done that nobody would hear of. */
int cli_hold_files(const char *name);
/* As many files at once as this user may have: for servers. */
void cli_raise_files(void);
/* Closes standard output: a full disk, or that it was never open, shows only here. status, or
 * CLI_IO after a message; a reader that has gone (EPIPE) is no error. */
int cli_close_stdout(const char *name, int status);
/* Columns of the terminal that fd is; 0: it is none, or does not say. */
size_t cli_terminal_width(int fd);

/* The nearest of n names to text by edit distance, NULL when none is near. */
const char *cli_nearest(const char *text, const char *const *names, size_t n);

#endif
