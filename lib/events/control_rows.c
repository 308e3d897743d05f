/* The table of actions. */
#include <string.h>

#include "events/control_action.h"
#include "jaxl/calls.h"
#include "jaxl/live.h"
#include "jaxl/sentence.h"
#include "platform/body.h"

#define HAS(member) JAXL_CONTROL_HAS(JAXL_CONTROL_##member)

static const struct jaxl_control_cell *cell(const struct jaxl_control_tools *t,
                                            enum jaxl_control_member m)
{
    return &t->cells->of[m];
}

static const char *text(const struct jaxl_control_tools *t, enum jaxl_control_member m)
{
    return cell(t, m)->text;
}

static int need(const struct jaxl_control_tools *t, enum jaxl_control_member m,
                struct jaxl_error *err)
{
    return cell(t, m)->value
               ? 0
               : jaxl_error_set(err, JAXL_EINPUT, "%s is needed", jaxl_control_member_name(m));
}

/* Exactly one of the set; names: as a person reads them. */
static int need_one(const struct jaxl_control_tools *t, uint32_t set, const char *names,
                    struct jaxl_error *err)
{
    unsigned given = 0;

    for (unsigned m = 0; m < JAXL_CONTROL_MEMBERS; m++)
        given += set & JAXL_CONTROL_HAS(m) && cell(t, m)->value;
    if (given == 1)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "exactly one of %s is needed, and there %s", names,
                          given ? "are several" : "is none");
}

/* Participants. */

static int check_somebody(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    int rc = need_one(t, HAS(E164) | HAS(EMAIL), "e164 and email", err);

    if (!rc && text(t, JAXL_CONTROL_FROM_E164) && !text(t, JAXL_CONTROL_E164))
        rc = jaxl_error_set(err, JAXL_EINPUT, "from_e164: it goes with e164 only");
    return rc;
}

static struct jaxl_live_somebody somebody(const struct jaxl_control_tools *t)
{
    return (struct jaxl_live_somebody){.e164 = text(t, JAXL_CONTROL_E164),
                                       .from_e164 = text(t, JAXL_CONTROL_FROM_E164),
                                       .email = text(t, JAXL_CONTROL_EMAIL)};
}

static int add(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
               struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_live_somebody who = somebody(t);

    return jaxl_live_add(s, call, &who, a, err);
}

#define TREATMENT(name, verb)                                                                      \
    static int name(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,            \
                    struct jaxl_answer *a, struct jaxl_error *err)                                 \
    {                                                                                              \
        const struct jaxl_live_somebody who = somebody(t);                                         \
                                                                                                   \
        return jaxl_live_treat(s, call, verb, &who, a, err);                                       \
    }
TREATMENT(take_out, JAXL_LIVE_REMOVE)
TREATMENT(mute, JAXL_LIVE_MUTE)
TREATMENT(unmute, JAXL_LIVE_UNMUTE)
TREATMENT(hold, JAXL_LIVE_HOLD)
TREATMENT(unhold, JAXL_LIVE_UNHOLD)

/* Speech and sound. */

static int split(const struct jaxl_control_tools *t, struct jaxl_sentences *out,
                 struct jaxl_error *err)
{
    const char *prompt = text(t, JAXL_CONTROL_PROMPT);
    int rc = jaxl_sentences_split(prompt, strlen(prompt), text(t, JAXL_CONTROL_LANGUAGE), out, err);

    if (rc)
        return jaxl_error_prefix(err, rc, "prompt");
    return out->n ? 0 : jaxl_error_set(err, JAXL_EINPUT, "prompt: there is nothing to say");
}

static int check_tts(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    struct jaxl_sentences sentences;
    int rc = need(t, JAXL_CONTROL_PROMPT, err);

    if (rc || t->cells->n_prompts)
        return rc;
    rc = split(t, &sentences, err);
    jaxl_sentences_free(&sentences);
    return rc;
}

static int tts(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
               struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_texts prompts = {t->cells->prompts, t->cells->n_prompts};
    struct jaxl_sentences sentences = {0};
    int rc = 0;

    if (!prompts.n) {
        rc = split(t, &sentences, err);
        prompts = (struct jaxl_texts){(const char *const *)sentences.items, sentences.n};
    }
    if (!rc)
        rc = jaxl_live_tts(s, call, &prompts, text(t, JAXL_CONTROL_MARK), a, err);
    jaxl_sentences_free(&sentences);
    return rc;
}

static int sound(struct jaxl_control_tools *t, const struct jaxl_buf **wav, struct jaxl_error *err)
{
    int rc = jaxl_control_sound_get(&t->sounds, text(t, JAXL_CONTROL_FILE), wav, err);

    return rc ? jaxl_error_prefix(err, rc, "file") : 0;
}

static int check_play(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    const struct jaxl_buf *wav;
    int rc = need_one(t, HAS(URL) | HAS(FILE), "url and file", err);

    return rc || !text(t, JAXL_CONTROL_FILE) ? rc : sound(t, &wav, err);
}

static int play(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_buf *wav;
    int rc;

    if (text(t, JAXL_CONTROL_URL))
        return jaxl_live_play_url(s, call, text(t, JAXL_CONTROL_URL), a, err);
    rc = sound(t, &wav, err);
    return rc ? rc : jaxl_live_play_wav(s, call, wav->data, wav->len, a, err);
}

/* Where a call goes. */

static int check_transfer(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    return need_one(
        t, HAS(NEXT) | HAS(PHONE) | HAS(DEVICES) | HAS(APPUSERS) | HAS(TEAMS) | HAS(WEBHOOK),
        "next, phone, devices, appusers, teams and webhook", err);
}

static int transfer(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                    struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_control_cells *c = t->cells;
    struct jaxl_ivrs_cta to = {.next = cell(t, JAXL_CONTROL_NEXT)->number,
                               .phone_number = text(t, JAXL_CONTROL_PHONE),
                               .webhook = text(t, JAXL_CONTROL_WEBHOOK)};

    if (cell(t, JAXL_CONTROL_DEVICES)->value) {
        to.devices = c->ids;
        to.n_devices = c->n_ids;
    } else if (cell(t, JAXL_CONTROL_APPUSERS)->value) {
        to.appusers = c->ids;
        to.n_appusers = c->n_ids;
    } else if (cell(t, JAXL_CONTROL_TEAMS)->value) {
        to.teams = c->ids;
        to.n_teams = c->n_ids;
    }
    return jaxl_live_transfer(s, call, &to, a, err);
}

static int hangup(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                  struct jaxl_answer *a, struct jaxl_error *err)
{
    (void)t;
    return jaxl_live_hangup(s, call, a, err);
}

/* What is written down of a call. */

static int check_message(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    return need(t, JAXL_CONTROL_TEXT, err);
}

static int message(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                   struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_live_message m = {.text = text(t, JAXL_CONTROL_TEXT),
                                        .time = cell(t, JAXL_CONTROL_TIME)->number,
                                        .received = cell(t, JAXL_CONTROL_DIRECTION)->number == 1,
                                        .note = cell(t, JAXL_CONTROL_TYPE)->number == 1};

    return jaxl_live_message(s, call, &m, a, err);
}

static int check_tag(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    return need(t, JAXL_CONTROL_NAME, err);
}

static int tag(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
               struct jaxl_answer *a, struct jaxl_error *err)
{
    return jaxl_calls_tag(s, call, text(t, JAXL_CONTROL_NAME), text(t, JAXL_CONTROL_RATIONALE), a,
                          err);
}

static int check_metadata(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    const char *json = text(t, JAXL_CONTROL_DATA);
    const struct jaxl_json *object;
    int rc = need(t, JAXL_CONTROL_DATA, err);

    if (rc || !json)
        return rc;
    rc = jaxl_json_parse(t->data, json, strlen(json), &object, err);
    return rc == JAXL_ENOMEM || jaxl_body_is_flat(object)
               ? rc
               : jaxl_error_set(err, JAXL_EINPUT, "data: '%.60s' is no flat JSON object", json);
}

static int metadata(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                    struct jaxl_answer *a, struct jaxl_error *err)
{
    const char *json = text(t, JAXL_CONTROL_DATA);
    struct jaxl_json_writer *w;
    int rc;

    if (json)
        return jaxl_calls_metadata(s, call, json, a, err);
    jaxl_buf_reset(&t->text);
    rc = jaxl_json_writer_new(&w, &t->text);
    if (rc)
        return jaxl_error_set(err, rc, "metadata: out of memory");
    jaxl_json_write_value(w, cell(t, JAXL_CONTROL_DATA)->value);
    rc = jaxl_json_writer_check(w, err);
    jaxl_json_writer_free(&w);
    return rc ? rc : jaxl_calls_metadata(s, call, jaxl_buf_text(&t->text), a, err);
}

/* The recording. */

static int check_record(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    return need(t, JAXL_CONTROL_STATUS, err);
}

static int record(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                  struct jaxl_answer *a, struct jaxl_error *err)
{
    return jaxl_live_record(s, call, text(t, JAXL_CONTROL_STATUS), a, err);
}

static int check_audio(struct jaxl_control_tools *t, struct jaxl_error *err)
{
    return need(t, JAXL_CONTROL_PATH, err);
}

static int audio(struct jaxl_control_tools *t, struct jaxl_session *s, int64_t call,
                 struct jaxl_answer *a, struct jaxl_error *err)
{
    (void)t;
    return jaxl_calls_audio(s, call, a, err);
}

#define SOMEBODY (HAS(E164) | HAS(EMAIL))

/* name, members, endpoint, live, reads, check, send */
static const struct jaxl_control_row rows[] = {
    {"add", SOMEBODY | HAS(FROM_E164), JAXL_CALLS_ADD, true, false, check_somebody, add},
    {"remove", SOMEBODY, JAXL_CALLS_REMOVE, true, false, check_somebody, take_out},
    {"mute", SOMEBODY, JAXL_CALLS_MUTE, true, false, check_somebody, mute},
    {"unmute", SOMEBODY, JAXL_CALLS_UNMUTE, true, false, check_somebody, unmute},
    {"hold", SOMEBODY, JAXL_CALLS_HOLD, true, false, check_somebody, hold},
    {"unhold", SOMEBODY, JAXL_CALLS_UNHOLD, true, false, check_somebody, unhold},
    {"tts", HAS(PROMPT) | HAS(LANGUAGE) | HAS(MARK), JAXL_CALLS_TTS, true, false, check_tts, tts},
    {"play", HAS(URL) | HAS(FILE), JAXL_CALLS_PLAY, true, false, check_play, play},
    {"transfer", HAS(NEXT) | HAS(PHONE) | HAS(DEVICES) | HAS(APPUSERS) | HAS(TEAMS) | HAS(WEBHOOK),
     JAXL_CALLS_TRANSFER, true, false, check_transfer, transfer},
    {"hangup", 0, JAXL_CALLS_HANGUP, true, false, NULL, hangup},
    {"message", HAS(TEXT) | HAS(TYPE) | HAS(DIRECTION) | HAS(TIME), JAXL_CALLS_MESSAGE, true, false,
     check_message, message},
    {"tag", HAS(NAME) | HAS(RATIONALE), JAXL_CALLS_TAG, false, false, check_tag, tag},
    {"metadata", HAS(DATA), JAXL_CALLS_METADATA, false, false, check_metadata, metadata},
    {"record", HAS(STATUS), JAXL_CALLS_RECORD, true, false, check_record, record},
    {"audio", HAS(PATH), JAXL_CALLS_AUDIO, false, true, check_audio, audio},
};

const struct jaxl_control_row *jaxl_control_action_row(size_t i)
{
    return i < sizeof rows / sizeof rows[0] ? &rows[i] : NULL;
}
