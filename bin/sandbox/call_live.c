/* What is done to a call while it goes on, and its recording afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sandbox/live.h"
#include "sandbox/request.h"

enum {
    PROMPTS_MAX = 100,
    PROMPT_MAX = 4096, /* bytes of a sentence */
    URL_MAX = 2048,
    TOKEN_MAX = 16384, /* bytes of a sealed message */
    WAV_MS = 16,       /* bytes of a millisecond of sound */
    URL_MS = 5000,     /* how long a sound is that is not fetched */
    CHAT = 1,
    NOTE = 10
};

/* The call of the path while it goes on; NULL after a refusal. */
static struct call *live_call(struct world *w, struct request *r)
{
    struct call *c = call_asked(w, r);
    struct call_view v;

    if (!c)
        return NULL;
    call_view(c, r->now, &v);
    if (!v.over)
        return c;
    refuse(r, 400, "CALL_ALREADY_OVER", NULL, "the call is over");
    return NULL;
}

/* Does it, unless it is wrong, and answers. True: it is done. */
static bool act(struct world *w, struct request *r, struct call *c, const struct act *a)
{
    static const struct {
        const char *reason, *message;
    } whys[] = {{"ALREADY_IN_CALL", "the call has this participant already"},
                {"TOO_MANY_PARTICIPANTS", "nobody else can be added to the call"},
                {"NOT_IN_CALL", "the call has no such participant"},
                {"END_OF_CALL", "only who was added can be removed: hang up to end the call"},
                {"CALL_NOT_ANSWERED", "the call is not answered, so nothing is recorded"},
                {"NOT_RECORDING", "the recording is paused or stopped"},
                {"RECORDING_NOT_PAUSED", "the recording is not paused"}};
    int status = 0;
    size_t i = 0;
    const char *wrong = act_wrong(c, a, r->now, &status);

    if (wrong) {
        while (i + 1 < sizeof whys / sizeof *whys && strcmp(whys[i].reason, wrong) != 0)
            i++;
        refuse(r, status, wrong, NULL, "%s", whys[i].message);
    } else if (call_act(w, c, a, r->now)) {
        not_kept(r);
    } else {
        r->status = 200;
        jaxl_json_write_object(r->out);
        jaxl_json_write_end(r->out);
        return true;
    }
    return false;
}

/* One @ with something on both sides, and nothing that only a quoted address may have. */
static bool email_ok(const char *text)
{
    const char *at = strchr(text, '@');

    return at && at != text && at[1] && !strchr(at + 1, '@') && !strpbrk(text, " \t\r\n,;<>\"()");
}

/* e164 or email of the body: one of them. */
static bool take_party(struct request *r, struct act *a)
{
    const char *number = jaxl_json_string(jaxl_json_get(r->json, "e164"), NULL);

    a->email = jaxl_json_string(jaxl_json_get(r->json, "email"), NULL);
    if (!number == !a->email)
        return refuse(r, 400, "INVALID_FIELD", "e164", "one of e164 and email must be null");
    if (a->email && !email_ok(a->email))
        return refuse(r, 400, "INVALID_FIELD", "email", "it is no e-mail address");
    a->number = number ? e164_parse(number) : 0;
    if (number && !a->number)
        return refuse(r, 400, "INVALID_FIELD", "e164",
                      "it is not a number in the form +12015550123");
    return true;
}

static void add(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"e164", F_STRING | F_NULL, 32},
                                          {"from_e164", F_STRING | F_NULL, 32},
                                          {"email", F_STRING | F_NULL, 254}};
    struct call *c = live_call(w, r);
    struct act a = {.verb = ACT_ADD};
    const char *from;

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields) || !take_party(r, &a))
        return;
    from = jaxl_json_string(jaxl_json_get(r->json, "from_e164"), NULL);
    if (from && a.email)
        refuse(r, 400, "INVALID_FIELD", "from_e164", "it goes only with e164");
    else if (from && !is_own_number(w, e164_parse(from)))
        refuse(r, 400, "INVALID_FROM_NUMBER", "from_e164", "it is no number of the organisation");
    else
        act(w, r, c, &a);
}

/* The verb is the last part of the path, between its last two slashes. */
static void act_on_party(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"e164", F_STRING | F_NULL, 32},
                                          {"email", F_STRING | F_NULL, 254}};
    struct call *c = live_call(w, r);
    struct act a = {0};
    char name[16];
    const char *end = r->path + strlen(r->path) - 1, *start = end;

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields) || !take_party(r, &a))
        return;
    while (start[-1] != '/')
        start--;
    snprintf(name, sizeof name, "%.*s", (int)(end - start), start);
    a.verb = act_verb(name);
    act(w, r, c, &a);
}

/* A piece of a text: how well it was cut is the client's affair. */
static bool sentence_ok(const char *text)
{
    return strlen(text) <= PROMPT_MAX && strspn(text, " \t\r\n.") < strlen(text);
}

static void speak(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"prompts", F_ARRAY, 0}, {"mark", F_STRING | F_NULL, 64}};
    struct call *c = live_call(w, r);
    const struct jaxl_json *prompts;
    struct act a = {.verb = ACT_TTS};

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    prompts = jaxl_json_get(r->json, "prompts");
    a.count = (int64_t)jaxl_json_count(prompts);
    a.text = jaxl_json_string(jaxl_json_get(r->json, "mark"), NULL);
    if (!a.count || a.count > PROMPTS_MAX) {
        refuse(r, 400, "INVALID_FIELD", "prompts", "it must have 1 to %d sentences", PROMPTS_MAX);
        return;
    }
    for (const struct jaxl_json *v = jaxl_json_first(prompts); v; v = jaxl_json_next(v))
        if (!sentence_ok(jaxl_json_string(v, ""))) {
            refuse(r, 400, "INVALID_FIELD", "prompts",
                   "each must be a sentence that is not empty, of at most %d bytes", PROMPT_MAX);
            return;
        }
    if (act(w, r, c, &a))
        play_spoken(w, c, prompts, a.text, r->now);
}

/* The one part is the file. */
static bool play_file_ok(struct request *r)
{
    const struct part *p = &r->form->parts[0];
    const char *wrong;

    if (r->form->n != 1 || strcmp(p->name, "file") != 0 || !p->filename)
        return refuse(r, 400, "INVALID_PART", "file", "the body must be this one file");
    wrong = wav_wrong(p->data, p->size);
    return !wrong || refuse(r, 400, "INVALID_AUDIO", "file", "%s", wrong);
}

static bool play_url_ok(struct request *r)
{
    static const struct field fields[] = {{"url", F_STRING, URL_MAX}};
    const char *url;

    if (!body_check(r, fields, sizeof fields / sizeof *fields))
        return false;
    url = jaxl_json_string(jaxl_json_get(r->json, "url"), "");
    return (strncasecmp(url, "https://", 8) == 0 && url[8] && !strpbrk(url, " \t\r\n")) ||
           refuse(r, 400, "INVALID_FIELD", "url", "it must be an https:// URL");
}

static void play(struct world *w, struct request *r)
{
    struct call *c = live_call(w, r);

    if (c && (r->form ? play_file_ok(r) : play_url_ok(r)) &&
        act(w, r, c, &(struct act){.verb = ACT_PLAY}))
        play_sounded(w, c,
                     r->form ? r->form->parts[0].filename
                             : jaxl_json_string(jaxl_json_get(r->json, "url"), ""),
                     r->form ? (uint32_t)(r->form->parts[0].size / WAV_MS) : URL_MS, r->now);
}

static void transfer(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"next_or_cta", F_OBJECT, 0}};
    struct call *c = live_call(w, r);
    const struct jaxl_json *target;
    int64_t next = 0;
    char *cta = NULL, *text;

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    target = jaxl_json_get(r->json, "next_or_cta");
    if (!target_take(w, r, target, 400, "INVALID_TARGET", &next, &cta))
        return;
    text = json_copy(target);
    if (!text)
        not_kept(r);
    else if (act(w, r, c, &(struct act){.verb = ACT_TRANSFER, .text = text}))
        play_transferred(w, c, text, r->now);
    free(text);
    free(cta);
}

static bool message_ok(struct world *w, struct request *r, const char *token)
{
    const struct jaxl_json *text;

    if (!payload_open(w, r, "text", token, &text))
        return false;
    return *jaxl_json_string(text, "") ||
           refuse(r, 400, "PAYLOAD_INVALID_JSON", "text", "it holds no text");
}

/* A chat is held during the call; a note may be made afterwards. */
static void message(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"text", F_STRING, TOKEN_MAX},
                                          {"timestamp", F_STRING, 64},
                                          {"why", F_STRING, 8},
                                          {"type", F_INT, 0}};
    struct call *c = call_asked(w, r);
    const char *why, *time;
    int64_t type, at;

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    why = jaxl_json_string(jaxl_json_get(r->json, "why"), "");
    time = jaxl_json_string(jaxl_json_get(r->json, "timestamp"), "");
    if (jaxl_json_int(jaxl_json_get(r->json, "type"), &type) || (type != CHAT && type != NOTE))
        refuse(r, 400, "INVALID_FIELD", "type", "it must be %d or %d", CHAT, NOTE);
    else if (strcmp(why, "sent") != 0 && strcmp(why, "rcvd") != 0)
        refuse(r, 400, "INVALID_FIELD", "why", "it must be sent or rcvd");
    else if (jaxl_clock_parse(time, strlen(time), &at))
        refuse(r, 400, "INVALID_FIELD", "timestamp", "it is not an ISO 8601 time");
    else if ((type == NOTE || live_call(w, r)) &&
             message_ok(w, r, jaxl_json_string(jaxl_json_get(r->json, "text"), "")))
        act(w, r, c, &(struct act){.verb = ACT_MESSAGE});
}

static void record(struct world *w, struct request *r)
{
    static const struct field fields[] = {{"status", F_STRING, 16}};
    struct call *c = live_call(w, r);
    struct act a = {0};

    if (!c || !body_check(r, fields, sizeof fields / sizeof *fields))
        return;
    a.verb = act_verb(jaxl_json_string(jaxl_json_get(r->json, "status"), ""));
    if (a.verb == ACT_PAUSE || a.verb == ACT_RESUME || a.verb == ACT_STOP)
        act(w, r, c, &a);
    else
        refuse(r, 400, "INVALID_FIELD", "status", "it must be pause, resume or stop");
}

static void audio(struct world *w, struct request *r)
{
    const struct call *c = call_asked(w, r);
    struct call_view v;

    if (!c)
        return;
    call_view(c, r->now, &v);
    if (!v.over) {
        refuse(r, 400, "CALL_NOT_OVER", NULL, "the recording is there when the call is over");
    } else if (!v.recorded) {
        refuse(r, 400, "NO_RECORDING", NULL, "nothing of the call was recorded");
    } else {
        r->status = 200;
        r->type = "audio/wav";
        r->samples = (uint64_t)v.recorded * 8;
    }
}

#define CALL "/v1/calls/(\\d{1,18})/"

const struct route call_live_routes[] = {
    {CALLS, "POST", CALL "add/", NULL, ROUTE_JSON, add},
    {CALLS, "POST", CALL "(?:remove|mute|unmute|hold|unhold)/", NULL, ROUTE_JSON, act_on_party},
    {CALLS, "POST", CALL "tts/", NULL, ROUTE_JSON, speak},
    {CALLS, "POST", CALL "play/", NULL, ROUTE_JSON | ROUTE_FORM, play},
    {CALLS, "POST", CALL "transfer/", NULL, ROUTE_JSON, transfer},
    {CALLS, "POST", CALL "messages/", NULL, ROUTE_JSON, message},
    {CALLS, "POST", CALL "record/", NULL, ROUTE_JSON, record},
    {CALLS, "GET", CALL "audio/", NULL, 0, audio},
    {0},
};
