#include <string.h>
#include <strings.h>

#include "jaxl/ivrs.h"
#include "jaxl/live.h"
#include "net/multipart.h"
#include "platform/body.h"
#include "platform/query.h"
#include "platform/session_impl.h"

int jaxl_live_hangup(struct jaxl_session *s, int64_t call, struct jaxl_answer *a,
                     struct jaxl_error *err)
{
    return jaxl_query_ask(s, JAXL_CALLS_HANGUP, call, NULL, 0, NULL, a, err);
}

bool jaxl_live_is_email(const char *text)
{
    const char *at = strchr(text, '@');

    return at && at != text && at[1] && !strchr(at + 1, '@') && !strpbrk(text, " \t\r\n");
}

static int check_somebody(enum jaxl_endpoint endpoint, const struct jaxl_live_somebody *who,
                          struct jaxl_error *err)
{
    bool e164 = who->e164 && *who->e164, email = who->email && *who->email;

    if (e164 == email)
        return jaxl_body_refuse(endpoint, err, "exactly one of e164 and email is needed");
    if (who->from_e164 && (email || endpoint != JAXL_CALLS_ADD))
        return jaxl_body_refuse(endpoint, err, "from_e164 goes only with adding an e164");
    return 0;
}

int jaxl_live_add(struct jaxl_session *s, int64_t call, const struct jaxl_live_somebody *who,
                  struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_body b;
    int rc = check_somebody(JAXL_CALLS_ADD, who, err);

    if (rc)
        return rc;
    jaxl_body_begin(&b);
    jaxl_json_write_member(&b.w, "e164", who->e164);
    jaxl_json_write_member(&b.w, "from_e164", who->from_e164);
    jaxl_json_write_member(&b.w, "email", who->email);
    return jaxl_body_send(&b, s, JAXL_CALLS_ADD, call, 0, a, err);
}

int jaxl_live_treat(struct jaxl_session *s, int64_t call, enum jaxl_live_verb verb,
                    const struct jaxl_live_somebody *who, struct jaxl_answer *a,
                    struct jaxl_error *err)
{
    static const enum jaxl_endpoint endpoints[JAXL_LIVE_VERBS] = {
        [JAXL_LIVE_REMOVE] = JAXL_CALLS_REMOVE, [JAXL_LIVE_MUTE] = JAXL_CALLS_MUTE,
        [JAXL_LIVE_UNMUTE] = JAXL_CALLS_UNMUTE, [JAXL_LIVE_HOLD] = JAXL_CALLS_HOLD,
        [JAXL_LIVE_UNHOLD] = JAXL_CALLS_UNHOLD,
    };
    struct jaxl_body b;
    int rc;

    if ((unsigned)verb >= JAXL_LIVE_VERBS)
        return jaxl_error_set(err, JAXL_EARG, "a participant of a call: the verb is none");
    rc = check_somebody(endpoints[verb], who, err);
    if (rc)
        return rc;
    jaxl_body_begin(&b);
    jaxl_json_write_member(&b.w, "e164", who->e164);
    jaxl_json_write_member(&b.w, "email", who->email);
    return jaxl_body_send(&b, s, endpoints[verb], call, 0, a, err);
}

int jaxl_live_tts(struct jaxl_session *s, int64_t call, const struct jaxl_texts *prompts,
                  const char *mark, struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_body b;

    if (!prompts->n)
        return jaxl_body_refuse(JAXL_CALLS_TTS, err, "prompts: at least one sentence is needed");
    for (size_t i = 0; i < prompts->n; i++)
        if (!prompts->items[i] || !*prompts->items[i])
            return jaxl_body_refuse(JAXL_CALLS_TTS, err, "prompts: sentence %zu is empty", i + 1);
    jaxl_body_begin(&b);
    jaxl_json_write_key(&b.w, "prompts");
    jaxl_json_write_array(&b.w);
    for (size_t i = 0; i < prompts->n; i++)
        jaxl_json_write_string(&b.w, prompts->items[i]);
    jaxl_json_write_end(&b.w);
    jaxl_json_write_member(&b.w, "mark", mark);
    return jaxl_body_send(&b, s, JAXL_CALLS_TTS, call, 0, a, err);
}

int jaxl_live_play_url(struct jaxl_session *s, int64_t call, const char *url, struct jaxl_answer *a,
                       struct jaxl_error *err)
{
    struct jaxl_body b;

    if (!url || !jaxl_ivrs_is_https(url))
        return jaxl_body_refuse(JAXL_CALLS_PLAY, err, "url is no https:// URL");
    jaxl_body_begin(&b);
    jaxl_json_write_member(&b.w, "url", url);
    return jaxl_body_send(&b, s, JAXL_CALLS_PLAY, call, 0, a, err);
}

int jaxl_live_play_wav(struct jaxl_session *s, int64_t call, const char *wav, size_t len,
                       struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_multipart_part file = {"file", "audio.wav", "audio/wav", wav, len};
    char boundary[JAXL_MULTIPART_BOUNDARY], type[JAXL_MULTIPART_TYPE];
    struct jaxl_buf body;
    int rc;

    if (!wav || len < 12 || memcmp(wav, "RIFF", 4) != 0 || memcmp(wav + 8, "WAVE", 4) != 0)
        return jaxl_body_refuse(JAXL_CALLS_PLAY, err, "wav is not a WAV file");
    jaxl_buf_init(&body, JAXL_SESSION_BODY_MAX);
    rc = jaxl_multipart_boundary(&file, 1, jaxl_session_clock(s), boundary, err);
    if (!rc)
        rc = jaxl_multipart_write(&file, 1, boundary, &body, type, err);
    if (!rc)
        rc = jaxl_query_send_body(s, JAXL_CALLS_PLAY, (const int64_t[2]){call, 0}, &body, type, a,
                                  err);
    jaxl_buf_free(&body);
    return rc;
}

int jaxl_live_transfer(struct jaxl_session *s, int64_t call, const struct jaxl_ivrs_cta *cta,
                       struct jaxl_answer *a, struct jaxl_error *err)
{
    struct jaxl_body b;
    int rc;

    jaxl_body_begin(&b);
    jaxl_json_write_key(&b.w, "next_or_cta");
    rc = jaxl_ivrs_cta_write(&b.w, cta, err);
    if (!rc)
        return jaxl_body_send(&b, s, JAXL_CALLS_TRANSFER, call, 0, a, err);
    jaxl_body_drop(&b);
    return jaxl_error_prefix(err, rc, "calls transfer");
}

/* The token of the JSON text of a message. */
static int seal_text(struct jaxl_session *s, const char *text, struct jaxl_buf *token,
                     struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    struct jaxl_buf json;
    int rc;

    jaxl_buf_init(&json, JAXL_JSON_MAX);
    (void)jaxl_buf_reserve(&json, 6 * strlen(text) + 2); /* at most, so that no copy stays behind */
    jaxl_json_writer_init(&w, &json);
    jaxl_json_write_string(&w, text);
    rc = jaxl_json_writer_check(&w, err);
    if (!rc)
        rc = jaxl_session_seal(s, json.data, json.len, token, err);
    jaxl_buf_wipe(&json);
    return rc;
}

int jaxl_live_message(struct jaxl_session *s, int64_t call, const struct jaxl_live_message *message,
                      struct jaxl_answer *a, struct jaxl_error *err)
{
    const struct jaxl_param needed = {"text", message->text};
    const int64_t time = message->time ? message->time : jaxl_clock_now(jaxl_session_clock(s));
    char timestamp[JAXL_CLOCK_ISO_MAX];
    struct jaxl_buf token;
    struct jaxl_body b;
    int rc = jaxl_body_need(JAXL_CALLS_MESSAGE, &needed, 1, err);

    if (!rc && (time < 0 || jaxl_clock_format(time, timestamp)))
        rc = jaxl_body_refuse(JAXL_CALLS_MESSAGE, err, "time is before 1970 or after 9999");
    if (rc)
        return rc;
    jaxl_buf_init(&token, JAXL_JSON_MAX);
    rc = seal_text(s, message->text, &token, err);
    if (!rc) {
        jaxl_body_begin(&b);
        jaxl_json_write_member(&b.w, "text", token.data);
        jaxl_json_write_member(&b.w, "timestamp", timestamp);
        jaxl_json_write_member(&b.w, "why", message->received ? "rcvd" : "sent");
        jaxl_json_write_member_int(&b.w, "type", message->note ? 10 : 1);
        rc = jaxl_body_send(&b, s, JAXL_CALLS_MESSAGE, call, 0, a, err);
    }
    jaxl_buf_wipe(&token);
    return rc;
}

int jaxl_live_record(struct jaxl_session *s, int64_t call, const char *status,
                     struct jaxl_answer *a, struct jaxl_error *err)
{
    static const char *const words[] = {"pause", "resume", "stop", NULL};
    struct jaxl_body b;
    int rc = jaxl_body_one_of(JAXL_CALLS_RECORD, "status", status, words, err);

    if (rc)
        return rc;
    jaxl_body_begin(&b);
    jaxl_json_write_member(&b.w, "status", status);
    return jaxl_body_send(&b, s, JAXL_CALLS_RECORD, call, 0, a, err);
}
