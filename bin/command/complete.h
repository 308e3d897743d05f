/* jaxl completion: a script for a shell, out of the same rows as the commands themselves. */
#ifndef JAXL_BIN_COMMAND_COMPLETE_H
#define JAXL_BIN_COMMAND_COMPLETE_H

#include "command/command.h"

struct complete {
    struct base base;
};
int complete_check(void *fields, struct jaxl_error *err);
int complete_run(const struct command *c, void *fields);

enum { COMPLETE_TEXT = 256 };

/* Every place where a word of a command follows, each once: "" and "ivrs" and "ivrs options". */
void complete_places(void (*visit)(const char *words));
/* What may follow there: the word, and what it does ("" for a word that others follow). */
void complete_followers(const char *words,
                        void (*visit)(const char *words, const char *word, const char *summary));

/* What the value of an option is. */
enum complete_value { COMPLETE_NONE, COMPLETE_FREE, COMPLETE_CHOICES, COMPLETE_FILE };
enum complete_value complete_value(const struct cli_option *o);

/* The n-th operand of a command, from 0: its name, or its choices with bars between them. false
 * when it has not so many. */
bool complete_operand(const struct command *c, size_t n, char text[COMPLETE_TEXT]);
size_t complete_operands(const struct command *c);
/* Prints "a|b" with blanks for the bars; whether there was one, and else nothing is printed. */
bool complete_choices(const char *operand);

/* Prints a text within single quotes of a shell; quote: what stands for a single quote there. */
void complete_quoted(const char *text, const char *quote);

void complete_bash(void);
void complete_fish(void);
void complete_zsh(void);

#endif
