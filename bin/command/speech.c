#include "command/speech.h"

#include <string.h>

#include "jaxl/audio.h"
#include "jaxl/live.h"
#include "jaxl/sentence.h"

int speech_say(struct run *run, int64_t call, const char *text, const char *locale,
               const char *mark, struct jaxl_error *err)
{
    struct jaxl_sentences s;
    int code = jaxl_sentences_split(text, strlen(text), locale, &s, err);
    const struct jaxl_texts texts = {(const char *const *)s.items, s.n};

    if (!code && s.n == 0)
        code = jaxl_error_set(err, JAXL_EARG, "--prompt: there is nothing to say");
    if (!code)
        code = jaxl_live_tts(run->session, call, &texts, mark, &run->answer, err);
    jaxl_sentences_free(&s);
    return code;
}

int speech_play(struct run *run, int64_t call, const char *path, struct jaxl_error *err)
{
    const struct jaxl_audio in = {.path = path};
    struct jaxl_buf wav;
    int code;

    jaxl_buf_init(&wav, JAXL_AUDIO_MAX);
    code = jaxl_audio_convert(&in, &wav, err);
    if (code == JAXL_EIO) /* no such file: what was given, not this machine */
        code = err->code = JAXL_EINPUT;
    if (code)
        code = jaxl_error_prefix(err, code, "--audio");
    if (!code)
        code = jaxl_live_play_wav(run->session, call, wav.data, wav.len, &run->answer, err);
    jaxl_buf_free(&wav);
    return code;
}
