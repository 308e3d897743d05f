/* calls: what is done to one that is going on. */
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/cta.h"
#include "command/speech.h"
#include "jaxl/live.h"

struct one {
    struct base base;
    int64_t call;
};
static const struct cli_option one_options[] = {
    OPTION_ID("call-id", "the call", offsetof(struct one, call)),
};
static int check_one(void *fields, struct jaxl_error *err)
{
    return need(((struct one *)fields)->call, "call-id", err);
}
static int hangup(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_live_hangup(run->session, ((struct one *)fields)->call, &run->answer, err);
}

/* A participant: by number or e-mail. */

struct somebody {
    struct base base;
    int64_t call;
    struct number e164, from;
    struct jaxl_live_somebody who;
};
#define OPTIONS_SOMEBODY                                                                           \
    OPTION_ID("call-id", "the call", offsetof(struct somebody, call)),                             \
        OPTION_NUMBER("e164", 0, "the one with this number", offsetof(struct somebody, e164)),     \
        OPTION_COUNTRY,                                                                            \
        OPTION_EMAIL("the member with this address", offsetof(struct somebody, who.email))
static const struct cli_option somebody_options[] = {OPTIONS_SOMEBODY};
static const struct cli_option add_options[] = {
    OPTIONS_SOMEBODY,
    OPTION_NUMBER("from-e164", 0, "call --e164 from this number", offsetof(struct somebody, from)),
};
static int check_somebody(void *fields, struct jaxl_error *err)
{
    struct somebody *o = fields;
    int code = need(o->call, "call-id", err);

    o->who.e164 = o->e164.text ? o->e164.phone.text : NULL;
    o->who.from_e164 = o->from.text ? o->from.phone.text : NULL;
    if (!code && !o->who.e164 == !o->who.email)
        code = jaxl_error_set(err, JAXL_EARG, "exactly one of --e164 and --email is needed");
    if (!code && o->who.from_e164 && !o->who.e164)
        code = jaxl_error_set(err, JAXL_EARG, "--from-e164 goes with --e164");
    return code;
}
static int add(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct somebody *o = fields;

    return jaxl_live_add(run->session, o->call, &o->who, &run->answer, err);
}
#define TREATMENT(name, verb)                                                                      \
    static int name(struct run *run, void *fields, struct jaxl_error *err)                         \
    {                                                                                              \
        const struct somebody *o = fields;                                                         \
                                                                                                   \
        return jaxl_live_treat(run->session, o->call, verb, &o->who, &run->answer, err);           \
    }
TREATMENT(remove_somebody, JAXL_LIVE_REMOVE)
TREATMENT(mute, JAXL_LIVE_MUTE)
TREATMENT(unmute, JAXL_LIVE_UNMUTE)
TREATMENT(hold, JAXL_LIVE_HOLD)
TREATMENT(unhold, JAXL_LIVE_UNHOLD)

/* Speech and sound. */

struct tts {
    struct base base;
    int64_t call;
    const char *prompt, *language, *mark;
};
static const struct cli_option tts_options[] = {
    OPTION_ID("call-id", "the call", offsetof(struct tts, call)),
    OPTION("prompt", CLI_TEXT, "TEXT", "what is said, sentence by sentence",
           offsetof(struct tts, prompt)),
    OPTION("language", CLI_TEXT, "LOCALE",
           "whose abbreviations end no sentence: en, de, ... (default: none in particular)",
           offsetof(struct tts, language)),
    OPTION("mark", CLI_TEXT, "NAME", "a webhook hears this name when it has been said",
           offsetof(struct tts, mark)),
};
static int check_tts(void *fields, struct jaxl_error *err)
{
    const struct tts *o = fields;
    int code = need(o->call, "call-id", err);

    return code ? code : need(o->prompt && *o->prompt, "prompt", err);
}
static int tts(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct tts *o = fields;

    return speech_say(run, o->call, o->prompt, o->language, o->mark, err);
}

struct play {
    struct base base;
    int64_t call;
    const char *audio;
};
static const struct cli_option play_options[] = {
    OPTION_ID("call-id", "the call", offsetof(struct play, call)),
    OPTION("audio", CLI_TEXT, "FILE-or-URL",
           "a sound: an https URL, or a file, converted to 8 kHz mono where it is not",
           offsetof(struct play, audio)),
};
static int check_play(void *fields, struct jaxl_error *err)
{
    const struct play *o = fields;
    int code = need(o->call, "call-id", err);

    if (!code)
        code = need(o->audio && *o->audio, "audio", err);
    return code ? code : check_https("audio", o->audio, err);
}
static int play(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct play *o = fields;

    return jaxl_ivrs_is_https(o->audio)
               ? jaxl_live_play_url(run->session, o->call, o->audio, &run->answer, err)
               : speech_play(run, o->call, o->audio, err);
}

struct transfer {
    struct base base;
    int64_t call;
    struct cta_options cta;
    struct jaxl_ivrs_cta to;
};
static const struct cli_option transfer_options[] = {
    OPTION_ID("call-id", "the call", offsetof(struct transfer, call)),
    OPTIONS_CTA(struct transfer, cta),
};
static int check_transfer(void *fields, struct jaxl_error *err)
{
    struct transfer *o = fields;
    int code = need(o->call, "call-id", err);

    return code ? code : cta_check(&o->cta, &o->to, err);
}
static int transfer(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct transfer *o = fields;

    return jaxl_live_transfer(run->session, o->call, &o->to, &run->answer, err);
}

static const char *const types[] = {"chat", "note", NULL};
static const char *const directions[] = {"sent", "rcvd", NULL};
static const char *const statuses[] = {"pause", "resume", "stop", NULL};

struct message {
    struct base base;
    int64_t call, epoch;
    const char *text;
    int type, direction;
};
static const struct cli_option message_options[] = {
    OPTION_ID("call-id", "the call", offsetof(struct message, call)),
    OPTION("text", CLI_TEXT, "TEXT", "what is written", offsetof(struct message, text)),
    {"type", 't', CLI_CHOICE, "TYPE", "chat (the default) or note", offsetof(struct message, type),
     0, 0, types, NULL},
    {"direction", 0, CLI_CHOICE, "DIRECTION", "sent (the default) or rcvd",
     offsetof(struct message, direction), 0, 0, directions, NULL},
    {"epoch", 0, CLI_UINT, "SECONDS", "when it was written, since 1970 (default: now)",
     offsetof(struct message, epoch), 1, INT64_C(253402300799), NULL, NULL},
};
static int check_message(void *fields, struct jaxl_error *err)
{
    const struct message *o = fields;
    int code = need(o->call, "call-id", err);

    return code ? code : need(o->text && *o->text, "text", err);
}
static int message(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct message *o = fields;
    const struct jaxl_live_message m = {.text = o->text,
                                        .time = o->epoch * JAXL_SECOND,
                                        .received = o->direction == 1,
                                        .note = o->type == 1};

    return jaxl_live_message(run->session, o->call, &m, &run->answer, err);
}

struct record {
    struct base base;
    int64_t call;
    int status;
};
static int set_status(const char *value, void *field, struct jaxl_error *err)
{
    int *status = field;

    for (*status = 0; statuses[*status]; ++*status)
        if (strcmp(statuses[*status], value) == 0) {
            ++*status; /* 0: not given */
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG, "'%.40s' is none of pause, resume, stop", value);
}
static const struct cli_option record_options[] = {
    OPTION_ID("call-id", "the call", offsetof(struct record, call)),
    {"status", 0, CLI_CUSTOM, "STATUS", "pause, resume or stop", offsetof(struct record, status), 0,
     0, NULL, set_status},
};
static int check_record(void *fields, struct jaxl_error *err)
{
    const struct record *o = fields;
    int code = need(o->call, "call-id", err);

    return code ? code : need(o->status, "status", err);
}
static int record(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct record *o = fields;

    return jaxl_live_record(run->session, o->call, statuses[o->status - 1], &run->answer, err);
}

#define SOMEBODY(verb, row, text, function)                                                        \
    {                                                                                              \
        .words = "calls " verb, .endpoint = row, .summary = text, .size = sizeof(struct somebody), \
        OPTIONS(somebody_options),                                                                 \
        .example = "calls " verb " --call-id 1234 --e164 +919876543210", .check = check_somebody,  \
        .call = function                                                                           \
    }

const struct command live_commands[] = {
    {.words = "calls hangup",
     .endpoint = JAXL_CALLS_HANGUP,
     .summary = "Ends a call.",
     .size = sizeof(struct one),
     OPTIONS(one_options),
     .example = "calls hangup --call-id 1234",
     .check = check_one,
     .call = hangup},
    {.words = "calls add",
     .endpoint = JAXL_CALLS_ADD,
     .summary = "Brings somebody into a call.",
     .size = sizeof(struct somebody),
     OPTIONS(add_options),
     .example = "calls add --call-id 1234 --e164 +919876543210 --from-e164 +918069001234",
     .check = check_somebody,
     .call = add},
    SOMEBODY("remove", JAXL_CALLS_REMOVE, "Takes somebody out of a call.", remove_somebody),
    SOMEBODY("mute", JAXL_CALLS_MUTE, "Silences somebody.", mute),
    SOMEBODY("unmute", JAXL_CALLS_UNMUTE, "Lets somebody be heard again.", unmute),
    SOMEBODY("hold", JAXL_CALLS_HOLD, "Puts somebody on hold.", hold),
    SOMEBODY("unhold", JAXL_CALLS_UNHOLD, "Takes somebody off hold.", unhold),
    {.words = "calls tts",
     .endpoint = JAXL_CALLS_TTS,
     .summary = "Says something in a call.",
     .size = sizeof(struct tts),
     OPTIONS(tts_options),
     .example = "calls tts --call-id 1234 --prompt 'That is Rs. 5.50. Thank you.'",
     .check = check_tts,
     .call = tts},
    {.words = "calls play",
     .endpoint = JAXL_CALLS_PLAY,
     .summary = "Plays a sound in a call.",
     .size = sizeof(struct play),
     OPTIONS(play_options),
     .example = "calls play --call-id 1234 --audio greeting.wav",
     .check = check_play,
     .call = play},
    {.words = "calls transfer",
     .endpoint = JAXL_CALLS_TRANSFER,
     .summary = "Hands a call on.",
     .size = sizeof(struct transfer),
     OPTIONS(transfer_options),
     .example = "calls transfer --call-id 1234 --teams 5",
     .check = check_transfer,
     .call = transfer},
    {.words = "calls message",
     .endpoint = JAXL_CALLS_MESSAGE,
     .summary = "Writes into the chat or the notes of a call.",
     .size = sizeof(struct message),
     OPTIONS(message_options),
     .example = "calls message --call-id 1234 --type note --text 'Asked for a callback.'",
     .check = check_message,
     .call = message},
    {.words = "calls record",
     .endpoint = JAXL_CALLS_RECORD,
     .summary = "Pauses, resumes or stops the recording of a call.",
     .size = sizeof(struct record),
     OPTIONS(record_options),
     .example = "calls record --call-id 1234 --status pause",
     .check = check_record,
     .call = record},
    {0},
};
