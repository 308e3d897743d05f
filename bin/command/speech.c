#include "command/speech.h"

#include "jaxl/live.h"

int speech_say(struct run *run, int64_t call, const char *text, const char *locale,
               const char *mark, struct jaxl_error *err)
{
    const struct jaxl_texts whole = {&text, 1};

    (void)locale;
    return jaxl_live_tts(run->session, call, &whole, mark, &run->answer, err);
}

int speech_play(struct run *run, int64_t call, const char *path, struct jaxl_error *err)
{
    (void)run, (void)call, (void)path;
    return jaxl_error_set(err, JAXL_EARG, "files come later");
}
