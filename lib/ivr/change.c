/* A change as a record. */
#include "ivr/diff.h"
#include "ivr/write.h"

static void write_id(struct jaxl_json_writer *w, const char *key, int64_t id)
{
    jaxl_json_write_key(w, key);
    if (id)
        jaxl_json_write_int(w, id);
    else
        jaxl_json_write_null(w);
}

static void write_phone_ivr(struct jaxl_json_writer *w, const char *key,
                            const struct jaxl_ivr_phone *phone)
{
    jaxl_json_write_key(w, key);
    jaxl_json_write_object(w);
    jaxl_ivr_write_link(w, "ivr", &phone->ivr, false);
    jaxl_json_write_end(w);
}

/* The fields of what is on one side, as an object. */
static void write_side(struct jaxl_json_writer *w, const char *key, const struct jaxl_ivr_change *c,
                       const struct jaxl_ivr_menu *menu, const struct jaxl_ivr_option *option)
{
    jaxl_json_write_key(w, key);
    jaxl_json_write_object(w);
    if (option)
        jaxl_ivr_write_option(w, option, c->fields, false);
    else
        jaxl_ivr_write_menu(w, menu, c->fields, false);
    jaxl_json_write_end(w);
}

/* What an option to be disabled becomes. */
static void write_disabled(struct jaxl_json_writer *w)
{
    jaxl_json_write_key(w, "after");
    jaxl_json_write_object(w);
    jaxl_json_write_key(w, "enabled");
    jaxl_json_write_bool(w, false);
    jaxl_json_write_end(w);
}

static void write_before(struct jaxl_json_writer *w, const struct jaxl_ivr_change *c)
{
    if (c->verb == JAXL_IVR_UNCHANGED || c->verb == JAXL_IVR_CREATE)
        jaxl_json_write_member(w, "before", NULL);
    else if (c->subject == JAXL_IVR_OF_PHONE)
        write_phone_ivr(w, "before", c->old_phone);
    else
        write_side(w, "before", c, c->menu->twin, c->old_option);
}

static void write_after(struct jaxl_json_writer *w, const struct jaxl_ivr_change *c)
{
    if (c->verb == JAXL_IVR_UNCHANGED)
        jaxl_json_write_member(w, "after", NULL);
    else if (c->verb == JAXL_IVR_DISABLE)
        write_disabled(w);
    else if (c->subject == JAXL_IVR_OF_PHONE)
        write_phone_ivr(w, "after", c->phone);
    else
        write_side(w, "after", c, c->menu, c->option);
}

static void write_subject(struct jaxl_json_writer *w, const struct jaxl_ivr_change *c)
{
    const struct jaxl_ivr_option *o = c->option ? c->option : c->old_option;
    const char input[2] = {o ? JAXL_IVR_KEYS[o->key] : '\0', '\0'};
    int64_t option = c->old_option ? c->old_option->id : c->option ? c->option->id : 0;
    int64_t ivr = c->menu && c->menu->twin ? c->menu->twin->id : 0;

    if (c->subject == JAXL_IVR_OF_PHONE) {
        jaxl_ivr_write_link(w, "ivr", &c->phone->ivr, false);
        ivr = jaxl_ivr_diff_target(&c->phone->ivr);
    } else {
        jaxl_json_write_member(w, "ivr", c->menu->name);
    }
    write_id(w, "ivr_id", ivr);
    jaxl_json_write_member(w, "input", o ? input : NULL);
    write_id(w, "option_id", option);
    jaxl_json_write_member(w, "phone", c->phone ? c->phone->number.text : NULL);
    write_id(w, "phone_id", c->old_phone ? c->old_phone->id : 0);
}

void jaxl_ivr_diff_write(struct jaxl_json_writer *w, const struct jaxl_ivr_change *c)
{
    static const char *const verbs[] = {
        [JAXL_IVR_UNCHANGED] = "unchanged", [JAXL_IVR_CREATE] = "create",
        [JAXL_IVR_UPDATE] = "update",       [JAXL_IVR_DISABLE] = "disable",
        [JAXL_IVR_ASSIGN] = "assign",
    };

    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "action", verbs[c->verb]);
    write_subject(w, c);
    write_before(w, c);
    write_after(w, c);
    jaxl_json_write_member(w, "error", c->error);
    jaxl_json_write_member(w, "file", c->place ? c->place->file : NULL);
    write_id(w, "line", c->place ? (int64_t)c->place->line : 0);
    jaxl_json_write_end(w);
}

const char *const *jaxl_ivr_plan_columns(size_t *n)
{
    static const char *const columns[] = {"action",    "ivr",   "ivr_id",   "input",
                                          "option_id", "phone", "phone_id", "before",
                                          "after",     "error", "file",     "line"};

    *n = sizeof columns / sizeof columns[0];
    return columns;
}
