/* The commands of jaxl: one row each, in a file for each resource. A row says what the command is
 * called, which platform call it makes, its options, and the library function that makes it; the
 * engine does the rest: options, session, pages, output. Help and completion read the same rows. */
#ifndef JAXL_BIN_COMMAND_COMMAND_H
#define JAXL_BIN_COMMAND_COMMAND_H

#include "common/cli.h"
#include "jaxl/answer.h"
#include "jaxl/buf.h"
#include "jaxl/phone.h"
#include "jaxl/record.h"

#define JAXL "jaxl"

/* What every command's struct begins with. */
struct base {
    struct cli_common common;
    int output;          /* place in its choices: 0 auto, then enum jaxl_record_output plus 1 */
    const char *fields;  /* "id,costs.0.cost" */
    const char *country; /* of numbers that are not E.164 */
    int64_t timeout;
    bool all;               /* lists: every page */
    struct jaxl_page *page; /* lists: where their filter keeps it; set by the engine */
};

/* A number that an option gives: E.164 is read at once, anything else when the country is known. */
struct number {
    struct jaxl_phone phone;
    const char *text; /* NULL: not given */
};

enum command_flags {
    COMMAND_LIST = 1,  /* the answer is a page of results: --all */
    COMMAND_FILE = 2,  /* the answer is a file, for standard output or --path */
    COMMAND_TALKS = 4, /* custom, and with the options of those that talk to the platform */
    COMMAND_REST = 8   /* the operands are the arguments of another program, options included */
};

struct command;

/* Where the records of a command go: in which format, and which of their fields. */
struct output {
    struct jaxl_record_writer *writer;
    const char **fields; /* n_fields; into names */
    size_t n_fields;
    char *names;
};
int output_open(struct output *out, const struct command *c, const struct base *base,
                struct jaxl_error *err);
/* One record; NULL, or an object without members, writes nothing. */
int output_record(struct output *out, const struct jaxl_json *record, struct jaxl_error *err);
/* A record that the command makes: an object is begun, to be written with own->w, and its end
 * writes it and frees what it has, also after a failure. */
struct own_record {
    struct jaxl_json_writer *w;
    struct jaxl_buf text;
};
int output_own_begin(struct own_record *own, struct jaxl_error *err);
int output_own_end(struct output *out, struct own_record *own, struct jaxl_error *err);
/* Ends it, also after a failure; the failure of the two. */
int output_close(struct output *out, int code, struct jaxl_error *err);

/* What a command has while it runs. */
struct run {
    const struct command *command;
    enum jaxl_endpoint endpoint; /* that gave the answer; the command's unless its call says else */
    struct jaxl_session *session;
    struct output out;
    struct jaxl_answer answer;
};

struct command {
    const char *words;           /* "ivrs options list"; NULL ends a table */
    enum jaxl_endpoint endpoint; /* JAXL_ENDPOINT_COUNT: none, or several */
    const char *summary;         /* one sentence */
    unsigned flags;
    size_t size;                      /* of the struct that the options fill */
    size_t page;                      /* offset of its struct jaxl_page; lists only */
    const struct cli_option *options; /* n_options */
    size_t n_options;
    const char *operands; /* words that it takes, one for each: "GET|POST PATH"; those with a bar
                             are choices, for the completion; NULL: none */
    const char *columns;  /* of a table on a terminal: "id,name"; NULL: all */
    const char *example;  /* the command line, without "jaxl" */
    /* Checks what the options say before anything is sent: 0 or JAXL_EARG. NULL: nothing to do */
    int (*check)(void *fields, struct jaxl_error *err);
    /* Lists: whether a result is shown; NULL: all are. */
    bool (*keep)(const void *fields, const struct jaxl_json *result);
    /* Makes one call; the engine prints run->answer. */
    int (*call)(struct run *run, void *fields, struct jaxl_error *err);
    /* In place of call: does everything, printing included. An exit status. */
    int (*custom)(const struct command *c, void *fields);
};

#define OPTIONS(table) .options = table, .n_options = sizeof(table) / sizeof(table)[0]
#define LIST(type, field)                                                                          \
    .flags = COMMAND_LIST, .size = sizeof(type), .page = offsetof(type, field.page)

/* Options that many commands have. at: an offsetof. */
#define OPTION(name, kind, metavar, help, at)                                                      \
    {                                                                                              \
        name, 0, kind, metavar, help, at, 0, 0, NULL, NULL                                         \
    }
#define OPTION_ID(name, help, at)                                                                  \
    {                                                                                              \
        name, 0, CLI_UINT, "ID", help, at, 1, INT64_MAX, NULL, NULL                                \
    }
#define OPTION_NUMBER(name, letter, help, at)                                                      \
    {                                                                                              \
        name, letter, CLI_CUSTOM, "NUMBER", help, at, 0, 0, NULL, option_number                    \
    }
#define OPTION_ISO_COUNTRY(name, help, at)                                                         \
    {                                                                                              \
        name, 0, CLI_CUSTOM, "CC", help, at, 0, 0, NULL, option_iso                                \
    }
#define OPTION_EMAIL(help, at)                                                                     \
    {                                                                                              \
        "email", 0, CLI_CUSTOM, "EMAIL", help, at, 0, 0, NULL, option_email                        \
    }
#define OPTION_COUNTRY                                                                             \
    OPTION("country", CLI_TEXT, "CC",                                                              \
           "numbers are given as they are dialed in this country (ISO 3166), not as E.164",        \
           offsetof(struct base, country))
#define OPTION_CURRENCY(at)                                                                        \
    {                                                                                              \
        "currency", 0, CLI_CUSTOM, "CODE", "INR, USD or the platform's number of one", at, 0, 0,   \
            NULL, option_currency                                                                  \
    }
#define OPTION_PAGE(type, field)                                                                   \
    {"limit",                                                                                      \
     'n',                                                                                          \
     CLI_UINT,                                                                                     \
     "N",                                                                                          \
     "results of one page (default: the platform's)",                                              \
     offsetof(type, field.page.limit),                                                             \
     1,                                                                                            \
     INT32_MAX,                                                                                    \
     NULL,                                                                                         \
     NULL},                                                                                        \
        {"offset",                                                                                 \
         0,                                                                                        \
         CLI_UINT,                                                                                 \
         "N",                                                                                      \
         "pass over so many results",                                                              \
         offsetof(type, field.page.offset),                                                        \
         0,                                                                                        \
         INT64_MAX,                                                                                \
         NULL,                                                                                     \
         NULL},                                                                                    \
    {                                                                                              \
        "all", 'a', CLI_FLAG, NULL, "every page, not just one", offsetof(type, base.all), 0, 0,    \
            NULL, NULL                                                                             \
    }

/* For CLI_CUSTOM. */
int option_currency(const char *value, void *field, struct jaxl_error *err); /* int64_t */
int option_number(const char *value, void *field, struct jaxl_error *err);   /* struct number */
int option_time(const char *value, void *field, struct jaxl_error *err);  /* char[ISO_MAX] in UTC */
int option_iso(const char *value, void *field, struct jaxl_error *err);   /* char[OPTION_ISO] */
int option_email(const char *value, void *field, struct jaxl_error *err); /* const char * */
enum { OPTION_ISO = 3 };

/* JAXL_EARG, for check: of an e-mail; of --since and --until, "" for not given. */
int check_email(const char *value, struct jaxl_error *err);
int check_url(const char *option, const char *value, struct jaxl_error *err);   /* https:// */
int check_https(const char *option, const char *value, struct jaxl_error *err); /* no http:// */
int check_path(const char *path, struct jaxl_error *err); /* of a file to write; NULL: none */
int check_span(const char *since, const char *until, struct jaxl_error *err);

/* Fails with "--name is needed"; for check. */
int need(bool given, const char *name, struct jaxl_error *err);
/* JAXL_EPROTO for an answer that is no page of results. */
int need_list(const struct jaxl_json *answer, struct jaxl_error *err);

/* The tables, and all of them in the order of the help; n-th row, NULL past the last. */
extern const struct command accounts_commands[], payments_commands[], phones_commands[],
    ivrs_commands[], calls_commands[], live_commands[], campaigns_commands[], own_commands[];
const struct command *command_at(size_t n);

/* tree.c: the row that the first words of argv name, and how many they are; NULL when they name
 * none. */
const struct command *tree_find(int argc, char **argv, int *words);
/* When tree_find gave none: help or what is wrong. The exit status. */
int tree_explain(int argc, char **argv);
/* The help of everything that begins with these words ("" for all). */
int tree_help(const char *words);

/* engine.c: runs a command; argv[0] is its last word. The exit status. */
int engine_run(const struct command *c, int argc, char **argv);
/* The command line of a command, for its help. name and so on: room for the texts. */
struct engine_program {
    struct cli_program program;
    char name[64], synopsis[128], epilogue[512];
};
void engine_describe(const struct command *c, struct engine_program *p);
/* Says that a command has failed, and what to do. The exit status. */
int engine_fail(const struct command *c, const struct jaxl_error *err);
/* A session for a command, with its messages. watch: what may end its waiting, NULL for none. NULL
 * after a failure, with *err set. */
struct jaxl_session *engine_session(const struct base *base, const struct jaxl_session_watch *watch,
                                    struct jaxl_error *err);

#endif
