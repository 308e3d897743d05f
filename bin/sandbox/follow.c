/* Where a call that is played goes: what an answer, an option or a transfer asks for. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sandbox/live.h"
#include "sandbox/members.h"
#include "sandbox/session.h"

bool is_webhook(const char *name)
{
    return strncasecmp(name, "https://", 8) == 0;
}

static void await(struct session *s, struct awaited awaited)
{
    s->turn++;
    s->awaited = awaited;
    s->act = CALLER_IDLE;
    s->acts_at = NEVER;
    *s->data = '\0';
}

static void enter_webhook(struct world *w, struct call *c, int64_t ivr, const char *url, int64_t at)
{
    struct session *s = session_of(c);

    s->visit++;
    s->inside = true;
    s->ivr = ivr;
    s->option = '\0';
    await(s, (struct awaited){AWAITS_NOTHING, 0, 0});
    if (call_hook(w, c, ivr, url, at))
        session_end(w, c, "unkept", at);
    else if (delivers(w))
        session_tell(w, c, HOOK_SETUP, NULL, NULL, at);
    else
        caller_talks(w, c, at);
}

char *list_of_one(struct world *w, const char *text)
{
    struct jaxl_json_writer *j = w->play.writer;

    jaxl_buf_reset(&w->play.text);
    jaxl_json_writer_reset(j);
    jaxl_json_write_array(j);
    jaxl_json_write_string(j, text);
    jaxl_json_write_end(j);
    return jaxl_json_writer_check(j, NULL) ? NULL : strdup(jaxl_buf_text(&w->play.text));
}

/* One text by the platform itself. */
static void say_text(struct world *w, struct call *c, const char *text, int64_t at)
{
    char *json = list_of_one(w, text);

    if (json)
        session_say(w, c,
                    &(struct utterance){
                        .text = json, .by = "ivr", .ms = saying(text), .turn = session_of(c)->turn},
                    at);
    else
        session_end(w, c, "unkept", at);
    free(json);
}

void follow_ivr(struct world *w, struct call *c, int64_t id, int64_t at)
{
    const struct ivr *ivr = ivr_find(w, id);
    struct session *s = session_of(c);

    if (is_webhook(ivr->name)) {
        enter_webhook(w, c, id, ivr->name, at);
        return;
    }
    s->visit++;
    s->inside = false;
    s->ivr = id;
    s->option = '\0';
    await(s, (struct awaited){ivr_inputs(ivr, s->named) ? AWAITS_OPTION
                              : ivr->hangup             ? AWAITS_END
                                                        : AWAITS_NOTHING,
                              1, 0});
    say_text(w, c, ivr->name, at);
}

/* The first member who has accepted of a team (a place in the list), or who has this app user. */
static const struct member *member_of(int64_t team, int64_t user)
{
    for (int i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].status, "accepted") == 0 &&
            (user ? member_user(i + 1) == user
                  : team <= TEAMS && (members[i].teams & (1u << (team - 1)))))
            return &members[i];
    return NULL;
}

/* Who of the ids answers. */
static const struct member *who(const struct world *w, const char *kind,
                                const struct jaxl_json *ids)
{
    const struct member *m = NULL;
    int64_t id;

    for (const struct jaxl_json *v = jaxl_json_first(ids); v && !m; v = jaxl_json_next(v)) {
        jaxl_json_int(v, &id);
        if (strcmp(kind, "teams") == 0)
            m = member_of(id, 0);
        else if (strcmp(kind, "appusers") == 0)
            m = member_of(0, id);
        else if ((uint64_t)id <= w->n_devices) /* all devices are those of one */
            m = &members[USER_MEMBER - 1];
    }
    return m;
}

/* A number answers unless it is one of those that never do. */
static bool answers(uint64_t number)
{
    const struct magic *magic = magic_find(number);

    return !magic || magic->fault || magic->fate.outcome == ANSWERED;
}

/* Somebody joins, and the call goes on for a while. */
static void bridge(struct world *w, struct call *c, const char *kind, const struct jaxl_json *value,
                   int64_t at)
{
    bool phone = strcmp(kind, "phone") == 0;
    const struct jaxl_json *to = jaxl_json_get(value, "to_number");
    const char *number = phone ? jaxl_json_string(to ? to : value, "") : NULL;
    const struct member *m = phone ? NULL : who(w, kind, value);
    struct act add = {
        .verb = ACT_ADD, .number = phone ? e164_parse(number) : 0, .email = m ? m->email : NULL};
    bool joins = phone ? answers(add.number) : m != NULL;
    int status;

    journal_bridged(w, c, kind, value, joins ? phone ? number : m->email : NULL, at);
    if (!joins)
        session_end(w, c, "nobody", at);
    else if (!act_wrong(c, &add, at, &status) && call_act(w, c, &add, at))
        session_end(w, c, "unkept", at);
    else {
        await(session_of(c), (struct awaited){AWAITS_NOTHING, 0, 0});
        caller_talks(w, c, at);
    }
}

static void follow_cta(struct world *w, struct call *c, const char *text, int64_t at)
{
    static const struct {
        const char *member, *kind;
    } kinds[] = {{"phone_number", "phone"}, {"devices", "devices"}, {"appusers", "appusers"}};
    const struct jaxl_json *cta = NULL, *v;

    if (jaxl_json_parse(w->play.doc, text, strlen(text), &cta, NULL)) {
        session_end(w, c, "unkept", at);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!jaxl_json_is_null(v = jaxl_json_get(cta, kinds[i].member))) {
            bridge(w, c, kinds[i].kind, v, at);
            return;
        }
    v = jaxl_json_get(cta, "webhook");
    if (!jaxl_json_is_null(v))
        enter_webhook(w, c, session_of(c)->ivr, jaxl_json_string(v, ""), at);
    else
        bridge(w, c, "teams", jaxl_json_find(cta, "collections.collection_ids"), at);
}

void follow_transfer(struct world *w, struct call *c, const char *text, int64_t at)
{
    const struct jaxl_json *target = NULL;
    int64_t next = 0;
    char *cta = NULL;

    if (!jaxl_json_parse(w->play.doc, text, strlen(text), &target, NULL) &&
        jaxl_json_int(jaxl_json_get(target, "next"), &next))
        cta = json_copy(jaxl_json_get(target, "cta"));
    if (next || cta)
        follow_target(w, c, next, cta, at);
    else
        session_end(w, c, "unkept", at);
    free(cta);
}

void follow_target(struct world *w, struct call *c, int64_t next, const char *cta, int64_t at)
{
    if (next)
        follow_ivr(w, c, next, at);
    else
        follow_cta(w, c, cta, at);
}

static const struct ivr_option *chosen(struct world *w, const struct session *s)
{
    const struct ivr *ivr = ivr_find(w, s->ivr);

    for (size_t i = 0; ivr && i < ivr->n_options; i++)
        if (ivr->options[i].id == s->chosen)
            return &ivr->options[i];
    return NULL;
}

/* All that was asked for is there: tells the option's webhook, or goes where it leads. */
static void carry_out(struct world *w, struct call *c, bool told, int64_t at)
{
    const struct session *s = session_of(c);
    const struct ivr_option *o = chosen(w, s);

    if (!o)
        session_end(w, c, "nobody", at);
    else if (o->webhook && delivers(w) && !told)
        session_deliver(w, c,
                        &(struct hook_fact){.event = HOOK_CHOSEN,
                                            .ivr = s->ivr,
                                            .url = o->webhook,
                                            .option = s->option,
                                            .data = *s->data ? s->data : NULL},
                        at);
    else
        follow_target(w, c, o->next, o->cta, at);
}

void follow_said(struct world *w, struct call *c, int64_t at)
{
    switch (session_of(c)->awaited.what) {
    case AWAITS_END:
        session_end(w, c, "prompt", at);
        break;
    case AWAITS_SPOKEN:
        carry_out(w, c, false, at);
        break;
    default:
        caller_decides(w, c, at);
    }
}

/* A key of an ordinary IVR; one without an option has the menu spoken again. */
static void choose(struct world *w, struct call *c, char key, int64_t at)
{
    struct session *s = session_of(c);
    const struct ivr *ivr = ivr_find(w, s->ivr);
    const struct ivr_option *o = ivr->options, *end = o + ivr->n_options;

    while (o < end && (o->input != key || !o->enabled))
        o++;
    if (o == end) {
        follow_ivr(w, c, s->ivr, at);
        return;
    }
    s->option = key;
    s->chosen = o->id;
    if (o->prompt) {
        await(s, (struct awaited){AWAITS_DATA, 0, 0});
        *s->named = '\0';
        say_text(w, c, o->prompt, at);
    } else {
        carry_out(w, c, false, at);
    }
}

/* What was asked for after an option; it may be read back. */
static void take_data(struct world *w, struct call *c, const char *keys, int64_t at)
{
    struct session *s = session_of(c);
    const struct ivr_option *o = chosen(w, s);

    if (o && o->confirmation) {
        await(s, (struct awaited){AWAITS_SPOKEN, 0, 0});
        strcpy(s->data, keys);
        say_text(w, c, keys, at);
    } else {
        strcpy(s->data, keys);
        carry_out(w, c, false, at);
    }
}

void follow_keys(struct world *w, struct call *c, const char *keys, int64_t at)
{
    struct session *s = session_of(c);
    bool option = s->awaited.what == AWAITS_OPTION;

    s->awaited.what = AWAITS_NOTHING;
    *s->data = '\0';
    if (!s->inside && option) {
        choose(w, c, *keys, at);
    } else if (!s->inside) {
        take_data(w, c, keys, at);
    } else if (option) {
        s->option = *keys;
        session_tell(w, c, HOOK_OPTION, NULL, NULL, at);
    } else {
        session_tell(w, c, s->option ? HOOK_OPTION : HOOK_DATA, keys, NULL, at);
    }
}

static void say_prompt(struct world *w, struct call *c, const struct hook_answer *a, int64_t at)
{
    struct session *s = session_of(c);
    struct utterance u = {.by = "webhook", .mark = (char *)(uintptr_t)a->mark};

    await(s, a->awaited);
    *s->named = '\0';
    for (const struct jaxl_json *v = jaxl_json_first(a->prompt); v; v = jaxl_json_next(v)) {
        u.ms += saying(jaxl_json_string(v, ""));
        keys_named(jaxl_json_string(v, ""), s->named);
    }
    u.turn = s->turn;
    u.text = json_copy(a->prompt);
    if (u.text)
        session_say(w, c, &u, at);
    else
        session_end(w, c, "unkept", at);
    free(u.text);
}

void follow_answer(struct world *w, struct call *c, const struct delivery *d,
                   const struct hook_answer *a, int64_t at)
{
    int64_t next;

    if (d->event == HOOK_CHOSEN) {
        carry_out(w, c, true, at);
    } else if (a->prompt) {
        say_prompt(w, c, a, at);
    } else if (a->target && strcmp(a->target, "next") != 0) {
        bridge(w, c, a->target, a->value, at);
    } else if (a->target && !jaxl_json_int(a->value, &next)) {
        follow_ivr(w, c, next, at);
    }
}
