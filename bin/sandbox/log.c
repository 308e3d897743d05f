/* The state of --dir: a line for everything that changes it, appended before it changes. Killed at
 * any point, the sandbox loses nothing that it has answered; half a line at the end is what was
 * never answered, and is cut off. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/device.h"
#include "sandbox/live.h"
#include "sandbox/world.h"

static int replay_opened(struct world *w, const struct jaxl_json *line)
{
    return jaxl_json_int(jaxl_json_get(line, "at"), &w->opened);
}

static const struct {
    const char *event;
    int (*replay)(struct world *w, const struct jaxl_json *line);
} events[] = {{"opened", replay_opened},     {"recharge", wallet_replay},
              {"device", device_replay},     {"ivr", ivr_replay},
              {"option", ivr_replay_option}, {"call", call_replay},
              {"cut", call_replay_cut},      {"tag", call_replay_tag},
              {"meta", call_replay_meta},    {"phone", phone_replay},
              {"act", call_replay_act},      {"leads", campaign_replay_leads},
              {"campaign", campaign_replay}, {"campaign_pause", campaign_replay_pause},
              {"open", call_replay_open},    {"hook", call_replay_hook},
              {"press", call_replay_press},  {"torn", call_replay_tear}};

struct jaxl_json_writer *log_begin(struct world *w, const char *event)
{
    jaxl_buf_reset(&w->line);
    jaxl_json_writer_reset(w->line_writer);
    jaxl_json_write_object(w->line_writer);
    jaxl_json_write_member(w->line_writer, "event", event);
    return w->line_writer;
}

int log_end(struct world *w)
{
    off_t end;

    if (w->log < 0 || w->replaying)
        return 0;
    jaxl_json_write_end(w->line_writer);
    if (jaxl_json_writer_check(w->line_writer, NULL))
        return JAXL_EIO;
    jaxl_buf_putc(&w->line, '\n');
    end = lseek(w->log, 0, SEEK_END);
    if (write_line(w->log, &w->line) == 0)
        return 0;
    if (!w->write_failed)
        cli_message(SANDBOX, "cannot write the state in %s: %s", w->dir, strerror(errno));
    w->write_failed = true;
    if (ftruncate(w->log, end)) /* no half line may stand before the next one */
        cli_message(SANDBOX, "the state in %s may be damaged: %s", w->dir, strerror(errno));
    return JAXL_EIO;
}

static int replay_line(struct world *w, const char *text, size_t len)
{
    const struct jaxl_json *line;
    const char *event;

    if (jaxl_json_parse(w->doc, text, len, &line, NULL))
        return JAXL_EINPUT;
    event = jaxl_json_string(jaxl_json_get(line, "event"), "");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(events[i].event, event) == 0)
            return events[i].replay(w, line);
    return JAXL_EINPUT;
}

static int replay(struct world *w, FILE *f, const char *path, struct jaxl_error *err)
{
    char *text = NULL;
    size_t room = 0, n = 0;
    off_t good = 0;
    ssize_t len;
    int code = 0;

    w->replaying = true;
    while (!code && (len = getline(&text, &room, f)) > 0) {
        n++;
        if (text[len - 1] != '\n')
            break;
        code = replay_line(w, text, (size_t)len);
        good += len;
    }
    w->replaying = false;
    free(text);
    if (code)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "%s: line %zu cannot be used (%s); move the file away to begin anew",
                              path, n, jaxl_error_name(code));
    if (ftruncate(w->log, good))
        return jaxl_error_set(err, JAXL_EIO, "cannot write %s: %s", path, strerror(errno));
    return 0;
}

/* A new account: its first recharge, one IVR, and last of all that it is open. Whatever is there of
 * an account that was killed while it opened goes. */
static int begin(struct world *w)
{
    struct jaxl_json_writer *j;
    int code = 0;

    ivrs_free(&w->ivrs);
    wallet_empty(w);
    if (w->log >= 0 && ftruncate(w->log, 0))
        return JAXL_EIO;
    w->opened = world_now(w);
    for (int currency = 1; !code && currency < CURRENCIES; currency++)
        code = wallet_recharge(w, currency, &w->options.recharge);
    if (!code)
        code = ivr_seed(w);
    j = log_begin(w, "opened");
    jaxl_json_write_member_int(j, "at", w->opened);
    return code ? code : log_end(w);
}

static int open_log(struct world *w, const char *path, struct jaxl_error *err)
{
    FILE *f;
    int code;

    w->log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    f = w->log < 0 ? NULL : fopen(path, "re");
    if (!f)
        return jaxl_error_set(err, JAXL_EIO, "cannot open %s: %s", path, strerror(errno));
    code = replay(w, f, path, err);
    fclose(f);
    return code;
}

int log_open(struct world *w, struct jaxl_error *err)
{
    char *path;
    int code = 0;

    if (!w->dir_is_ours) {
        if (asprintf(&path, "%s/state.ndjson", w->dir) < 0)
            return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        code = open_log(w, path, err);
        free(path);
    }
    if (!code && !w->opened && begin(w))
        code = jaxl_error_set(err, JAXL_EIO, "cannot write the state in %s", w->dir);
    return code;
}
