/* What a call hears: a text cut into sentences, a file made fit for a telephone. */
#ifndef JAXL_BIN_COMMAND_SPEECH_H
#define JAXL_BIN_COMMAND_SPEECH_H

#include "command/command.h"

int speech_say(struct run *run, int64_t call, const char *text, const char *locale,
               const char *mark, struct jaxl_error *err);
int speech_play(struct run *run, int64_t call, const char *path, struct jaxl_error *err);

#endif
