#include <string.h>

#include "ivr/write.h"

/* "{{" stands as "{{{{", which is how it is written where variables are. */
static void write_escaped(struct jaxl_json_writer *w, const char *text)
{
    struct jaxl_buf copy;
    const char *braces;

    jaxl_buf_init(&copy, 2 * strlen(text) + 1);
    for (; (braces = strstr(text, "{{")); text = braces + 2) {
        jaxl_buf_add(&copy, text, (size_t)(braces - text));
        jaxl_buf_puts(&copy, "{{{{");
    }
    jaxl_buf_puts(&copy, text);
    jaxl_json_write_string_n(w, jaxl_buf_text(&copy), copy.len);
    if (copy.failed && !w->out->failed)
        w->out->failed = copy.failed;
    jaxl_buf_free(&copy);
}

static void write_text(struct jaxl_json_writer *w, const char *key, const char *text, bool escape)
{
    jaxl_json_write_key(w, key);
    if (escape && text && strstr(text, "{{"))
        write_escaped(w, text);
    else
        jaxl_json_write_string(w, text);
}

static void write_bool(struct jaxl_json_writer *w, const char *key, bool value)
{
    jaxl_json_write_key(w, key);
    jaxl_json_write_bool(w, value);
}

static void write_list(struct jaxl_json_writer *w, const char *key,
                       const struct jaxl_ivr_list *list, bool escape)
{
    jaxl_json_write_key(w, key);
    if (!list->n) {
        jaxl_json_write_null(w);
        return;
    }
    jaxl_json_write_array(w);
    for (size_t i = 0; i < list->n; i++)
        if (list->targets[i].id)
            jaxl_json_write_int(w, list->targets[i].id);
        else if (escape && strstr(list->targets[i].name, "{{"))
            write_escaped(w, list->targets[i].name);
        else
            jaxl_json_write_string(w, list->targets[i].name);
    jaxl_json_write_end(w);
}

void jaxl_ivr_write_link(struct jaxl_json_writer *w, const char *key,
                         const struct jaxl_ivr_link *link, bool escape)
{
    const struct jaxl_ivr_menu *menu = link->to;

    if (menu && menu->account && menu->twin)
        menu = menu->twin; /* by its name in the input */
    if (menu)
        write_text(w, key, menu->name, escape);
    else if (link->id)
        jaxl_json_write_member_int(w, key, link->id);
    else
        write_text(w, key, link->name, escape);
}

void jaxl_ivr_write_menu(struct jaxl_json_writer *w, const struct jaxl_ivr_menu *m, unsigned fields,
                         bool escape)
{
    if (fields & JAXL_IVR_BIT(MESSAGE))
        write_text(w, "message", m->message, escape);
    if (fields & JAXL_IVR_BIT(HANGUP))
        write_bool(w, "hangup", m->hangup);
}

/* NULL, or the CTA of an option that leads nowhere that can be said. */
static void write_unknown(struct jaxl_json_writer *w, const struct jaxl_ivr_option *o)
{
    if (!o->cta)
        return;
    jaxl_json_write_key(w, "cta");
    jaxl_json_write_raw(w, o->cta, strlen(o->cta));
}

void jaxl_ivr_write_option(struct jaxl_json_writer *w, const struct jaxl_ivr_option *o,
                           unsigned fields, bool escape)
{
    if (fields & JAXL_IVR_BIT(MESSAGE))
        write_text(w, "message", o->message, escape);
    if (fields & JAXL_IVR_BIT(NEXT))
        jaxl_ivr_write_link(w, "next", &o->next, escape);
    if (fields & JAXL_IVR_BIT(PHONE))
        jaxl_json_write_member(w, "phone", o->phone);
    if (fields & JAXL_IVR_BIT(DEVICES))
        write_list(w, "devices", &o->devices, escape);
    if (fields & JAXL_IVR_BIT(APPUSERS))
        write_list(w, "appusers", &o->appusers, escape);
    if (fields & JAXL_IVR_BIT(TEAMS))
        write_list(w, "teams", &o->teams, escape);
    if (fields & JAXL_IVR_BIT(WEBHOOK))
        write_text(w, "webhook", o->webhook, escape);
    if (fields & JAXL_IVR_ACTION_BITS)
        write_unknown(w, o);
    if (fields & JAXL_IVR_BIT(PROMPT))
        write_text(w, "needs_data_prompt", o->prompt, escape);
    if (fields & JAXL_IVR_BIT(CONFIRMATION))
        write_bool(w, "confirmation", o->confirmation);
    if (fields & JAXL_IVR_BIT(WEBHOOK_URL))
        write_text(w, "webhook_url", o->webhook_url, escape);
    if (fields & JAXL_IVR_BIT(ENABLED))
        write_bool(w, "enabled", !o->disabled);
}

unsigned jaxl_ivr_write_set(const struct jaxl_ivr_option *o)
{
    unsigned set = o->message ? JAXL_IVR_BIT(MESSAGE) : 0;

    for (unsigned i = 0; i < JAXL_IVR_ACTIONS; i++)
        if (o->actions & 1U << i)
            set |= JAXL_IVR_BIT(NEXT) << i;
    if (o->prompt)
        set |= JAXL_IVR_BIT(PROMPT);
    if (o->confirmation)
        set |= JAXL_IVR_BIT(CONFIRMATION);
    if (o->webhook_url)
        set |= JAXL_IVR_BIT(WEBHOOK_URL);
    if (o->disabled)
        set |= JAXL_IVR_BIT(ENABLED);
    return set;
}
