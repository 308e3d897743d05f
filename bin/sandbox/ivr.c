/* IVRs in memory and in the state log. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world.h"

struct ivr *ivr_find(struct world *w, int64_t id)
{
    if (id < 1 || (uint64_t)id > w->ivrs.n)
        return NULL;
    return &w->ivrs.items[id - 1];
}

size_t ivr_inputs(const struct ivr *ivr, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < ivr->n_options; i++)
        if (ivr->options[i].enabled)
            out[n++] = ivr->options[i].input;
    out[n] = '\0';
    return n;
}

static void option_free(struct ivr_option *o)
{
    free(o->name);
    free(o->prompt);
    free(o->webhook);
    free(o->cta);
}

static void ivr_free(struct ivr *ivr)
{
    free(ivr->name);
    free(ivr->settings);
    for (size_t i = 0; i < ivr->n_options; i++)
        option_free(&ivr->options[i]);
}

void ivrs_free(struct ivrs *ivrs)
{
    for (size_t i = 0; i < ivrs->n; i++)
        ivr_free(&ivrs->items[i]);
    free(ivrs->items);
    *ivrs = (struct ivrs){.next_option = 1};
}

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

int ivr_put(struct world *w, int64_t id, const struct ivr *from)
{
    struct ivr *more, *to;
    struct jaxl_json_writer *j = log_begin(w, "ivr");
    int code;

    jaxl_json_write_member_int(j, "id", id);
    jaxl_json_write_member(j, "name", from->name);
    jaxl_json_write_key(j, "hangup");
    jaxl_json_write_bool(j, from->hangup);
    jaxl_json_write_member(j, "settings", from->settings);
    jaxl_json_write_member_int(j, "created", from->created);
    code = log_end(w);
    if (code)
        return code;
    if ((uint64_t)id > w->ivrs.n) {
        more = realloc(w->ivrs.items, (w->ivrs.n + 1) * sizeof *more);
        if (!more)
            return JAXL_ENOMEM;
        w->ivrs.items = more;
        memset(&more[w->ivrs.n++], 0, sizeof *more);
    }
    to = &w->ivrs.items[id - 1];
    free(to->name);
    free(to->settings);
    to->name = copy(from->name);
    to->settings = copy(from->settings);
    to->hangup = from->hangup;
    to->created = from->created;
    return to->name ? 0 : JAXL_ENOMEM;
}

int ivr_put_option(struct world *w, int64_t ivr_id, const struct ivr_option *from)
{
    struct ivr *ivr = ivr_find(w, ivr_id);
    struct jaxl_json_writer *j = log_begin(w, "option");
    struct ivr_option *to, fresh = *from;
    size_t i;
    int code;

    jaxl_json_write_member_int(j, "ivr", ivr_id);
    jaxl_json_write_member_int(j, "id", from->id);
    jaxl_json_write_key(j, "input");
    jaxl_json_write_string_n(j, &from->input, 1);
    jaxl_json_write_member(j, "name", from->name);
    jaxl_json_write_key(j, "enabled");
    jaxl_json_write_bool(j, from->enabled);
    jaxl_json_write_key(j, "confirmation");
    jaxl_json_write_bool(j, from->confirmation);
    jaxl_json_write_member(j, "prompt", from->prompt);
    jaxl_json_write_member(j, "webhook", from->webhook);
    jaxl_json_write_member_int(j, "next", from->next);
    jaxl_json_write_member(j, "cta", from->cta);
    code = log_end(w);
    if (code)
        return code;
    fresh.name = copy(from->name);
    fresh.prompt = copy(from->prompt);
    fresh.webhook = copy(from->webhook);
    fresh.cta = copy(from->cta);
    for (i = 0; i < ivr->n_options && ivr->options[i].id != from->id; i++)
        ;
    to = &ivr->options[i];
    if (i == ivr->n_options)
        ivr->n_options++;
    else
        option_free(to);
    *to = fresh;
    if (from->id >= w->ivrs.next_option)
        w->ivrs.next_option = from->id + 1;
    return fresh.name ? 0 : JAXL_ENOMEM;
}

int ivr_seed(struct world *w)
{
    static char name[] = "Welcome to the sandbox. Press 1 to go on, press 2 to hang up.";
    static char yes[] = "Go on", no[] = "Hang up",
                cta[] = "{\"phone_number\":null,\"devices\":null,"
                        "\"appusers\":[11],\"collections\":null,\"webhook\":null}";
    int code = ivr_put(w, 1, &(struct ivr){.name = name, .created = w->opened});

    if (!code)
        code = ivr_put_option(
            w, 1,
            &(struct ivr_option){.id = 1, .input = '1', .enabled = true, .name = yes, .cta = cta});
    if (!code)
        code = ivr_put_option(
            w, 1,
            &(struct ivr_option){.id = 2, .input = '2', .enabled = true, .name = no, .cta = cta});
    return code;
}

static char *text_of(const struct jaxl_json *line, const char *key)
{
    const char *text = jaxl_json_string(jaxl_json_get(line, key), NULL);

    return copy(text);
}

int ivr_replay(struct world *w, const struct jaxl_json *line)
{
    struct ivr ivr = {.hangup = jaxl_json_bool(jaxl_json_get(line, "hangup"))};
    int64_t id;
    int code = JAXL_EINPUT;

    ivr.name = text_of(line, "name");
    ivr.settings = text_of(line, "settings");
    if (ivr.name && !jaxl_json_int(jaxl_json_get(line, "id"), &id) &&
        !jaxl_json_int(jaxl_json_get(line, "created"), &ivr.created) && id >= 1 &&
        (uint64_t)id <= w->ivrs.n + 1)
        code = ivr_put(w, id, &ivr);
    ivr_free(&ivr);
    return code;
}

int ivr_replay_option(struct world *w, const struct jaxl_json *line)
{
    struct ivr_option o = {.input = *jaxl_json_string(jaxl_json_get(line, "input"), ""),
                           .enabled = jaxl_json_bool(jaxl_json_get(line, "enabled")),
                           .confirmation = jaxl_json_bool(jaxl_json_get(line, "confirmation"))};
    struct ivr *ivr;
    int64_t id;
    int code = JAXL_EINPUT;

    o.name = text_of(line, "name");
    o.prompt = text_of(line, "prompt");
    o.webhook = text_of(line, "webhook");
    o.cta = text_of(line, "cta");
    if (o.name && o.input && !jaxl_json_int(jaxl_json_get(line, "ivr"), &id) &&
        (ivr = ivr_find(w, id)) && !jaxl_json_int(jaxl_json_get(line, "id"), &o.id) &&
        !jaxl_json_int(jaxl_json_get(line, "next"), &o.next) &&
        ivr->n_options < sizeof ivr->options / sizeof *ivr->options + (o.id < w->ivrs.next_option))
        code = ivr_put_option(w, id, &o);
    option_free(&o);
    return code;
}
