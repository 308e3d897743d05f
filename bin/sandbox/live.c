#include <stdlib.h>
#include <string.h>

#include "sandbox/live.h"
#include "sandbox/world.h"

static struct party *party_find(struct live *l, const struct act *a)
{
    for (size_t i = 0; i < l->n_parties; i++) {
        struct party *p = &l->parties[i];
        if (a->email ? p->email && strcasecmp(p->email, a->email) == 0
                     : p->number && p->number == a->number)
            return p;
    }
    return NULL;
}

static const char *add_wrong(struct live *l, const struct act *a, int *status)
{
    *status = 400;
    return party_find(l, a)              ? "ALREADY_IN_CALL"
           : l->n_parties == PARTIES_MAX ? "TOO_MANY_PARTICIPANTS"
                                         : NULL;
}

static const char *party_wrong(struct live *l, const struct act *a, int *status)
{
    *status = 404;
    return party_find(l, a) ? NULL : "NOT_IN_CALL";
}

/* Without one of its ends it is no call. */
static const char *remove_wrong(struct live *l, const struct act *a, int *status)
{
    const struct party *p = party_find(l, a);

    *status = p ? 400 : 404;
    return !p ? "NOT_IN_CALL" : p < l->parties + 2 ? "END_OF_CALL" : NULL;
}

static const char *pause_wrong(struct live *l, const struct act *a, int *status)
{
    (void)a;
    *status = 400;
    return l->recording == RECORDING ? NULL : "NOT_RECORDING";
}

static const char *resume_wrong(struct live *l, const struct act *a, int *status)
{
    (void)a;
    *status = 400;
    return l->recording == PAUSED ? NULL : "RECORDING_NOT_PAUSED";
}

static const char *stop_wrong(struct live *l, const struct act *a, int *status)
{
    (void)a;
    *status = 400;
    return l->recording == STOPPED ? "NOT_RECORDING" : NULL;
}

/* What follows is done; talked: milliseconds since the answer. JAXL_ENOMEM. */
static int copy(char **to, const char *text)
{
    char *fresh = text ? strdup(text) : NULL;

    if (text && !fresh)
        return JAXL_ENOMEM;
    free(*to);
    *to = fresh;
    return 0;
}

static int add(struct live *l, const struct act *a, uint32_t talked)
{
    struct party *p = &l->parties[l->n_parties];

    (void)talked;
    *p = (struct party){.number = a->number};
    if (copy(&p->email, a->email))
        return JAXL_ENOMEM;
    l->n_parties++;
    return 0;
}

static int take_out(struct live *l, const struct act *a, uint32_t talked)
{
    struct party *p = party_find(l, a);

    (void)talked;
    free(p->email);
    l->n_parties--;
    memmove(p, p + 1, (size_t)(l->parties + l->n_parties - p) * sizeof *p);
    return 0;
}

static int mute(struct live *l, const struct act *a, uint32_t talked)
{
    (void)talked;
    party_find(l, a)->muted = a->verb == ACT_MUTE;
    return 0;
}

static int hold(struct live *l, const struct act *a, uint32_t talked)
{
    (void)talked;
    party_find(l, a)->held = a->verb == ACT_HOLD;
    return 0;
}

static int speak(struct live *l, const struct act *a, uint32_t talked)
{
    (void)talked;
    l->spoken += a->count;
    return copy(&l->mark, a->text);
}

static int play(struct live *l, const struct act *a, uint32_t talked)
{
    (void)a;
    (void)talked;
    l->played++;
    return 0;
}

static int transfer(struct live *l, const struct act *a, uint32_t talked)
{
    (void)talked;
    return copy(&l->transfer, a->text);
}

static int message(struct live *l, const struct act *a, uint32_t talked)
{
    (void)a;
    (void)talked;
    l->messages++;
    return 0;
}

static int pause_recording(struct live *l, const struct act *a, uint32_t talked)
{
    (void)a;
    l->recording = PAUSED;
    l->off_since = talked;
    return 0;
}

static int resume_recording(struct live *l, const struct act *a, uint32_t talked)
{
    (void)a;
    l->recording = RECORDING;
    l->unrecorded += talked - l->off_since;
    return 0;
}

static int stop_recording(struct live *l, const struct act *a, uint32_t talked)
{
    (void)a;
    if (l->recording == RECORDING)
        l->off_since = talked;
    l->recording = STOPPED;
    return 0;
}

static const struct {
    const char *name;
    bool answered; /* goes only when somebody has answered */
    const char *(*wrong)(struct live *l, const struct act *a, int *status);
    int (*apply)(struct live *l, const struct act *a, uint32_t talked);
} verbs[ACT_COUNT] = {
    [ACT_ADD] = {"add", false, add_wrong, add},
    [ACT_REMOVE] = {"remove", false, remove_wrong, take_out},
    [ACT_MUTE] = {"mute", false, party_wrong, mute},
    [ACT_UNMUTE] = {"unmute", false, party_wrong, mute},
    [ACT_HOLD] = {"hold", false, party_wrong, hold},
    [ACT_UNHOLD] = {"unhold", false, party_wrong, hold},
    [ACT_TTS] = {"tts", false, NULL, speak},
    [ACT_PLAY] = {"play", false, NULL, play},
    [ACT_TRANSFER] = {"transfer", false, NULL, transfer},
    [ACT_MESSAGE] = {"message", false, NULL, message},
    [ACT_PAUSE] = {"pause", true, pause_wrong, pause_recording},
    [ACT_RESUME] = {"resume", true, resume_wrong, resume_recording},
    [ACT_STOP] = {"stop", true, stop_wrong, stop_recording},
};

enum verb act_verb(const char *name)
{
    unsigned i = 0;

    while (i < ACT_COUNT && strcmp(verbs[i].name, name) != 0)
        i++;
    return (enum verb)i;
}

/* What there is before anything was done: the two ends. */
static struct live beginning(const struct call *c)
{
    return (struct live){.parties = {{.number = c->from}, {.number = c->to}}, .n_parties = 2};
}

const char *act_wrong(const struct call *c, const struct act *a, int64_t now, int *status)
{
    struct live fresh = beginning(c), *l = c->extra && c->extra->live ? c->extra->live : &fresh;
    struct call_view v;

    call_view(c, now, &v);
    *status = 400;
    if (verbs[a->verb].answered && !v.talked)
        return "CALL_NOT_ANSWERED";
    return verbs[a->verb].wrong ? verbs[a->verb].wrong(l, a, status) : NULL;
}

static void log_act(struct world *w, const struct call *c, const struct act *a, int64_t now)
{
    struct jaxl_json_writer *j = call_log_change(w, "act", c, now);

    jaxl_json_write_member(j, "verb", verbs[a->verb].name);
    jaxl_json_write_member_int(j, "number", (int64_t)a->number);
    jaxl_json_write_member(j, "email", a->email);
    jaxl_json_write_member_int(j, "count", a->count);
    jaxl_json_write_member(j, "text", a->text);
}

static struct live *live_of(struct call *c)
{
    struct call_extra *e = call_extra_of(c);

    if (e && !e->live) {
        e->live = malloc(sizeof *e->live);
        if (e->live)
            *e->live = beginning(c);
    }
    return e ? e->live : NULL;
}

int call_act(struct world *w, struct call *c, const struct act *a, int64_t now)
{
    int64_t talked = (now - c->created) * c->speed / JAXL_MSEC - c->ring;
    struct live *l;
    int code;

    log_act(w, c, a, now);
    code = log_end(w);
    if (code)
        return code;
    l = live_of(c);
    if (!l)
        return JAXL_ENOMEM;
    c->extra->modified = now;
    return verbs[a->verb].apply(l, a, talked > 0 ? (uint32_t)talked : 0);
}

int call_replay_act(struct world *w, const struct jaxl_json *line)
{
    struct call *c = call_replayed(w, line);
    struct act a = {.verb = act_verb(jaxl_json_string(jaxl_json_get(line, "verb"), "")),
                    .email = jaxl_json_string(jaxl_json_get(line, "email"), NULL),
                    .text = jaxl_json_string(jaxl_json_get(line, "text"), NULL)};
    int64_t at, number;
    int status;

    if (!c || a.verb == ACT_COUNT || jaxl_json_int(jaxl_json_get(line, "at"), &at) ||
        jaxl_json_int(jaxl_json_get(line, "number"), &number) || number < 0 ||
        jaxl_json_int(jaxl_json_get(line, "count"), &a.count) || at < c->created)
        return JAXL_EINPUT;
    a.number = (uint64_t)number;
    return act_wrong(c, &a, at, &status) ? JAXL_EINPUT : call_act(w, c, &a, at);
}

static void write_bool(struct jaxl_json_writer *j, const char *key, bool v)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_bool(j, v);
}

static void write_party(struct jaxl_json_writer *j, const struct party *p)
{
    char number[E164_TEXT];

    jaxl_json_write_object(j);
    jaxl_json_write_member(j, "e164", p->number ? e164_format(p->number, number) : NULL);
    jaxl_json_write_member(j, "email", p->email);
    write_bool(j, "muted", p->muted);
    write_bool(j, "held", p->held);
    jaxl_json_write_end(j);
}

void live_write(struct jaxl_json_writer *j, const struct live *l)
{
    static const char *const recordings[] = {"recording", "paused", "stopped"};

    jaxl_json_write_key(j, METADATA_LIVE);
    jaxl_json_write_object(j);
    jaxl_json_write_key(j, "participants");
    jaxl_json_write_array(j);
    for (size_t i = 0; i < l->n_parties; i++)
        write_party(j, &l->parties[i]);
    jaxl_json_write_end(j);
    jaxl_json_write_key(j, "transfer");
    if (l->transfer)
        jaxl_json_write_raw(j, l->transfer, strlen(l->transfer));
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "recording", recordings[l->recording]);
    jaxl_json_write_member_int(j, "spoken", l->spoken);
    jaxl_json_write_member(j, "mark", l->mark);
    jaxl_json_write_member_int(j, "played", l->played);
    jaxl_json_write_member_int(j, "messages", l->messages);
    jaxl_json_write_end(j);
}

uint32_t live_unrecorded(const struct call *c)
{
    const struct live *l = c->extra ? c->extra->live : NULL;
    bool off = l && l->recording != RECORDING && c->talk > l->off_since;

    return l ? l->unrecorded + (off ? c->talk - l->off_since : 0) : 0;
}

void live_free(struct live **l)
{
    for (size_t i = 0; *l && i < (*l)->n_parties; i++)
        free((*l)->parties[i].email);
    if (*l) {
        free((*l)->transfer);
        free((*l)->mark);
    }
    free(*l);
    *l = NULL;
}
