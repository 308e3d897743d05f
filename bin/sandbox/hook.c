/* What is sent to a webhook, and what its answer may be (protocol.md section 7). */
#include "sandbox/hook.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/world.h"

static const struct {
    const char *name;
    int event; /* of the protocol */
} events[HOOK_EVENTS] = {
    [HOOK_CONFIGURE] = {"configure", 1}, [HOOK_SETUP] = {"setup", 1},
    [HOOK_DATA] = {"data", 1},           [HOOK_OPTION] = {"option", 2},
    [HOOK_TEARDOWN] = {"teardown", 3},   [HOOK_MARK] = {"mark", 5},
    [HOOK_CHOSEN] = {"chosen", 2},
};

const char *hook_event_name(enum hook_event event)
{
    return events[event].name;
}

static void write_campaign(const struct world *w, struct jaxl_json_writer *j, const struct call *c)
{
    const struct campaign *camp = c->campaign ? &w->campaigns.items[c->campaign - 1] : NULL;

    jaxl_json_write_key(j, "campaign_id");
    if (camp)
        jaxl_json_write_int(j, c->campaign);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "campaign_type", camp ? campaign_kinds[camp->kind].type : NULL);
}

static void write_metadata(struct jaxl_json_writer *j, const struct call *c)
{
    const struct call_extra *e = c->extra;

    jaxl_json_write_key(j, "metadata");
    if (e && (e->n_metas || e->inputs || e->live))
        metadata_write(j, e, c->digit);
    else
        jaxl_json_write_null(j);
}

static void write_state(const struct world *w, struct jaxl_json_writer *j, const struct call *c)
{
    static const char voice[] = "{\"lang\":\"en\",\"name\":\"sandbox\",\"gender\":null}";
    char number[E164_TEXT];

    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "call_id", call_id(w, c));
    jaxl_json_write_member(j, "from_number", e164_format(c->from, number));
    jaxl_json_write_member(j, "to_number", e164_format(c->to, number));
    jaxl_json_write_member_int(j, "direction", call_direction(c));
    jaxl_json_write_key(j, "org");
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", ORG_ID);
    jaxl_json_write_member(j, "name", ORG_NAME);
    jaxl_json_write_end(j);
    write_metadata(j, c);
    jaxl_json_write_member(j, "greeting_message", NULL);
    jaxl_json_write_member(j, "options", NULL);
    jaxl_json_write_key(j, "voice");
    jaxl_json_write_raw(j, voice, strlen(voice));
    write_campaign(w, j, c);
    jaxl_json_write_end(j);
}

static char *body(struct world *w, const struct call *c, const struct hook_fact *f)
{
    struct jaxl_json_writer *j = w->play.writer;

    jaxl_buf_reset(&w->play.text);
    jaxl_json_writer_reset(j);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "pk", f->ivr);
    jaxl_json_write_member_int(j, "event", events[f->event].event);
    jaxl_json_write_key(j, "option");
    if (f->option)
        jaxl_json_write_string_n(j, &f->option, 1);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "data", f->data);
    jaxl_json_write_member(j, "mark", f->mark);
    jaxl_json_write_key(j, "state");
    if (c)
        write_state(w, j, c);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_end(j);
    return jaxl_json_writer_check(j, NULL) ? NULL : strdup(jaxl_buf_text(&w->play.text));
}

/* True unless memory is out. */
static bool copied(char **to, const char *text)
{
    *to = text ? strdup(text) : NULL;
    return *to || !text;
}

struct delivery *delivery_new(struct world *w, const struct call *c, const struct hook_fact *f)
{
    struct delivery *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->call = c ? (uint32_t)call_id(w, c) : 0;
    d->event = f->event;
    d->ivr = f->ivr;
    d->option = f->option;
    d->body = body(w, c, f);
    if (d->body && copied(&d->url, f->url) && copied(&d->data, f->data) &&
        copied(&d->mark, f->mark))
        return d;
    delivery_free(d);
    return NULL;
}

void delivery_free(struct delivery *d)
{
    jaxl_buf_free(&d->answer);
    free(d->url);
    free(d->body);
    free(d->data);
    free(d->mark);
    free(d);
}

static bool strings_ok(const struct jaxl_json *v)
{
    if (jaxl_json_type(v) != JAXL_JSON_ARRAY || !jaxl_json_count(v))
        return false;
    for (const struct jaxl_json *e = jaxl_json_first(v); e; e = jaxl_json_next(e))
        if (!*jaxl_json_string(e, ""))
            return false;
    return true;
}

static const char *read_prompt(const struct jaxl_json *v, struct hook_answer *a)
{
    const struct jaxl_json *n = jaxl_json_get(v, "num_characters"),
                           *mark = jaxl_json_get(v, "mark");
    const char *end = jaxl_json_string(n, "");
    int64_t count = GATHER_MAX + 1;

    if (!strings_ok(a->prompt))
        return "prompt must be a list of sentences that are not empty";
    if (*end && (strcmp(end, "*") == 0 || strcmp(end, "#") == 0))
        a->awaited = (struct awaited){AWAITS_DATA, 0, *end};
    else if (jaxl_json_type(n) != JAXL_JSON_NUMBER || jaxl_json_int(n, &count) || count < -1 ||
             count > GATHER_MAX)
        return "num_characters must be a number from -1 to 64, \"*\" or \"#\"";
    else
        a->awaited = (struct awaited){count == 1   ? AWAITS_OPTION
                                      : count > 1  ? AWAITS_DATA
                                      : count == 0 ? AWAITS_END
                                                   : AWAITS_NOTHING,
                                      (int)count, 0};
    a->mark = jaxl_json_string(mark, NULL);
    if (!jaxl_json_is_null(mark) && (!a->mark || !*a->mark || strlen(a->mark) > MARK_MAX))
        return "mark must be a text of 1 to 64 bytes";
    return NULL;
}

static bool ids_ok(const struct jaxl_json *v)
{
    int64_t id;

    if (jaxl_json_type(v) != JAXL_JSON_ARRAY || !jaxl_json_count(v))
        return false;
    for (const struct jaxl_json *e = jaxl_json_first(v); e; e = jaxl_json_next(e))
        if (jaxl_json_type(e) != JAXL_JSON_NUMBER || jaxl_json_int(e, &id) || id < 1)
            return false;
    return true;
}

static const char *read_phone(const struct world *w, const struct jaxl_json *v)
{
    const struct jaxl_json *from = jaxl_json_get(v, "from_number");

    if (jaxl_json_type(v) != JAXL_JSON_OBJECT || jaxl_json_count(v) != (size_t)1 + (from != NULL) ||
        !e164_parse(jaxl_json_string(jaxl_json_get(v, "to_number"), NULL)))
        return "phone must be {\"to_number\": \"+12015550123\", \"from_number\": null}";
    if (!jaxl_json_is_null(from) && !is_own_number(w, e164_parse(jaxl_json_string(from, NULL))))
        return "from_number is no number of the organisation";
    return NULL;
}

static const char *read_target(struct world *w, struct hook_answer *a)
{
    int64_t id;

    if (strcmp(a->target, "phone") == 0)
        return read_phone(w, a->value);
    if (strcmp(a->target, "next") != 0)
        return ids_ok(a->value) ? NULL : "devices, appusers and teams are lists of ids";
    if (jaxl_json_type(a->value) != JAXL_JSON_NUMBER || jaxl_json_int(a->value, &id) ||
        !ivr_find(w, id))
        return "next is no IVR";
    return NULL;
}

/* Finds the members that are not null. */
static const char *read_members(const struct jaxl_json *v, struct hook_answer *a, bool *of_prompt)
{
    static const char *const targets[] = {"next", "phone", "devices", "appusers", "teams"};
    size_t n = sizeof targets / sizeof *targets;

    for (v = jaxl_json_first(v); v; v = jaxl_json_next(v)) {
        const char *key = jaxl_json_key(v, NULL);
        size_t i = 0;
        while (i < n && strcmp(key, targets[i]) != 0)
            i++;
        if (strcmp(key, "num_characters") == 0 || strcmp(key, "mark") == 0)
            *of_prompt = *of_prompt || !jaxl_json_is_null(v);
        else if (i == n && strcmp(key, "prompt") != 0)
            return "it has a member that is none of prompt, num_characters, mark, next, phone, "
                   "devices, appusers and teams";
        else if (jaxl_json_is_null(v))
            continue;
        else if (a->prompt || a->target)
            return "it must have either a prompt or exactly one target";
        else if (i == n)
            a->prompt = v;
        else {
            a->target = targets[i];
            a->value = v;
        }
    }
    return NULL;
}

const char *hook_answer_read(struct world *w, const char *text, size_t len, struct hook_answer *a)
{
    const struct jaxl_json *root;
    const char *wrong;
    bool of_prompt = false;

    *a = (struct hook_answer){.empty = !len};
    if (!len)
        return NULL;
    if (jaxl_json_parse(w->play.doc, text, len, &root, NULL))
        return "it is not JSON";
    if (jaxl_json_is_null(root)) {
        a->empty = true;
        return NULL;
    }
    if (jaxl_json_type(root) != JAXL_JSON_OBJECT)
        return "it is not a JSON object";
    wrong = read_members(root, a, &of_prompt);
    if (wrong)
        return wrong;
    if (a->prompt)
        return read_prompt(root, a);
    if (of_prompt)
        return "num_characters and mark go only with a prompt";
    a->empty = !a->target;
    return a->empty ? NULL : read_target(w, a);
}
