/* From the objects of the platform to a tree. */
#include "ivr/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/json_writer.h"
#include "ivr/fields.h"
#include "jaxl/ivrs.h"

static const char account[] = "account";

enum { NAME = 80 }; /* bytes of a name that is made */

void jaxl_ivr_account_init(struct jaxl_ivr_account *a, struct jaxl_ivr_tree *tree)
{
    *a = (struct jaxl_ivr_account){.tree = tree};
    tree->file = account;
    tree->account = true;
}

void jaxl_ivr_account_free(struct jaxl_ivr_account *a)
{
    jaxl_ivr_names_free(&a->ids);
}

static const char *id_name(int64_t id, char text[NAME])
{
    snprintf(text, NAME, "ivr-%" PRId64, id);
    return text;
}

/* "ivr-12", or "ivr-12_" when that is what the state file calls another. */
static const char *name_of(const struct jaxl_ivr_account *a, int64_t id, char text[NAME])
{
    const struct jaxl_ivr_bond *bond = a->names ? jaxl_ivr_state_owner(a->names, id) : NULL;

    if (bond)
        return bond->name;
    id_name(id, text);
    while (a->names && jaxl_ivr_state_find(a->names, text) && strlen(text) < NAME - 1)
        strcat(text, "_");
    return text;
}

struct jaxl_ivr_menu *jaxl_ivr_account_find(const struct jaxl_ivr_account *a, int64_t id)
{
    char text[NAME];

    return jaxl_ivr_names_find(&a->ids, id_name(id, text));
}

static int not_one(const char *what, struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_EPROTO, "%s: the answer is none that is known", what);
}

static int full(struct jaxl_ivr_account *a, struct jaxl_error *err)
{
    int rc = jaxl_ivr_tree_check(a->tree, err);

    return rc ? rc : jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
}

static const char *keep(struct jaxl_ivr_account *a, const char *text)
{
    return jaxl_ivr_tree_keep(a->tree, text, strlen(text));
}

/* A text, or NULL where there is none or it says nothing. */
static const char *keep_text(struct jaxl_ivr_account *a, const struct jaxl_json *object,
                             const char *key)
{
    const char *text = jaxl_json_string(jaxl_json_get(object, key), NULL);

    return text && *text ? keep(a, text) : NULL;
}

static void tell(const struct jaxl_ivr_account *a, const char *fmt, ...) JAXL_PRINTF(2, 3);
static void tell(const struct jaxl_ivr_account *a, const char *fmt, ...)
{
    char text[256];
    va_list args;

    if (!a->report)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    a->report(a->ctx, account, 0, text);
}

static struct jaxl_ivr_place place_of(struct jaxl_ivr_account *a)
{
    size_t n = ++a->tree->n_records;

    return (struct jaxl_ivr_place){.file = account, .line = n, .record = n};
}

static bool is_gone(const struct jaxl_json *ivr)
{
    const char *status = jaxl_json_string(jaxl_json_get(ivr, "status"), "");

    return strcmp(status, "ARCHIVED") == 0 || strcmp(status, "DELETED") == 0;
}

struct jaxl_ivr_menu *jaxl_ivr_account_add(struct jaxl_ivr_account *a, int64_t id,
                                           const char *message, bool hangup)
{
    char text[NAME];
    const char *key = keep(a, id_name(id, text)), *name = keep(a, name_of(a, id, text)),
               *kept = keep(a, message);
    struct jaxl_ivr_menu *menu = key && name && kept && jaxl_ivr_names_reserve(&a->ids)
                                     ? jaxl_ivr_tree_menu(a->tree, name)
                                     : NULL;

    if (!menu)
        return NULL;
    jaxl_ivr_names_enter(&a->ids, key, menu);
    menu->place = place_of(a);
    menu->account = true;
    menu->id = id;
    menu->message = kept;
    menu->hangup = hangup;
    menu->webhook = jaxl_ivr_fields_is_url(message);
    return menu;
}

static int take_menu(struct jaxl_ivr_account *a, struct jaxl_ivr_menu *none,
                     const struct jaxl_json *ivr, struct jaxl_error *err)
{
    const char *message = jaxl_json_string(jaxl_json_get(ivr, "name"), NULL);
    int64_t id;

    (void)none;
    if (jaxl_json_int(jaxl_json_get(ivr, "id"), &id) || id < 1 ||
        jaxl_json_type(jaxl_json_get(ivr, "name")) != JAXL_JSON_STRING)
        return not_one("an IVR", err);
    if (is_gone(ivr) || jaxl_ivr_account_find(a, id))
        return 0;
    if (!message || !*message) {
        tell(a, "IVR %" PRId64 " has no message: left out", id);
        return 0;
    }
    if (!jaxl_ivr_account_add(a, id, message, jaxl_json_bool(jaxl_json_get(ivr, "hangup"))))
        return full(a, err);
    return 0;
}

static int link_to(struct jaxl_ivr_account *a, struct jaxl_ivr_link *link, int64_t id)
{
    char text[NAME];

    link->id = id;
    link->name = keep(a, name_of(a, id, text));
    return link->name ? 0 : JAXL_ENOMEM;
}

/* A list of ids; false when it is another kind of list. */
static bool take_ids(struct jaxl_ivr_account *a, const struct jaxl_json *ids,
                     struct jaxl_ivr_list *list)
{
    size_t n = jaxl_json_count(ids), i = 0;
    struct jaxl_ivr_target *targets;

    if (jaxl_json_type(ids) != JAXL_JSON_ARRAY || !n || n > JAXL_IVR_TARGETS)
        return false;
    targets = jaxl_ivr_tree_alloc(a->tree, n * sizeof *targets);
    if (!targets)
        return false;
    for (const struct jaxl_json *v = jaxl_json_first(ids); v; v = jaxl_json_next(v))
        if (jaxl_json_int(v, &targets[i].id) || targets[i++].id < 1)
            return false;
    *list = (struct jaxl_ivr_list){targets, n};
    return true;
}

static bool take_teams(struct jaxl_ivr_account *a, const struct jaxl_json *teams,
                       struct jaxl_ivr_list *list)
{
    int64_t type;

    return !jaxl_json_int(jaxl_json_get(teams, "type"), &type) && type == 2 &&
           take_ids(a, jaxl_json_get(teams, "collection_ids"), list);
}

static bool take_number(struct jaxl_ivr_account *a, const struct jaxl_json *value,
                        struct jaxl_ivr_option *o)
{
    const char *text = jaxl_json_string(value, "");
    struct jaxl_phone number;

    return !jaxl_phone_parse(text, strlen(text), &number, NULL) &&
           (o->phone = keep(a, number.text));
}

/* Where a CTA leads: the one of its members that is set. False: none that is known. */
static bool take_cta(struct jaxl_ivr_account *a, const struct jaxl_json *cta,
                     struct jaxl_ivr_option *o)
{
    static const char *const members[JAXL_IVR_ACTIONS] = {
        [JAXL_IVR_PHONE] = "phone_number", [JAXL_IVR_DEVICES] = "devices",
        [JAXL_IVR_APPUSERS] = "appusers",  [JAXL_IVR_TEAMS] = "collections",
        [JAXL_IVR_WEBHOOK] = "webhook",
    };
    const struct jaxl_json *v;

    for (unsigned i = JAXL_IVR_PHONE; i < JAXL_IVR_ACTIONS; i++)
        if (!jaxl_json_is_null(jaxl_json_get(cta, members[i])))
            o->actions |= 1U << i;
    if (!o->actions || o->actions & (o->actions - 1))
        return false;
    if (o->actions & 1U << JAXL_IVR_PHONE)
        return take_number(a, jaxl_json_get(cta, "phone_number"), o);
    if (o->actions & 1U << JAXL_IVR_WEBHOOK)
        return (o->webhook = keep_text(a, cta, "webhook"));
    if (o->actions & 1U << JAXL_IVR_TEAMS)
        return take_teams(a, jaxl_json_get(cta, "collections"), &o->teams);
    v = jaxl_json_get(cta, o->actions & 1U << JAXL_IVR_DEVICES ? "devices" : "appusers");
    return take_ids(a, v, o->actions & 1U << JAXL_IVR_DEVICES ? &o->devices : &o->appusers);
}

/* Keeps the text of where an option leads that the tree has no words for. */
static int keep_cta(struct jaxl_ivr_account *a, const struct jaxl_json *cta,
                    struct jaxl_ivr_option *o, struct jaxl_error *err)
{
    struct jaxl_json_writer w;
    struct jaxl_buf text;
    int rc;

    o->actions = 0;
    jaxl_buf_init(&text, JAXL_ANSWER_MAX);
    jaxl_json_writer_init(&w, &text);
    jaxl_json_write_value(&w, cta);
    rc = jaxl_json_writer_check(&w, err);
    if (!rc && !(o->cta = keep(a, jaxl_buf_text(&text))))
        rc = full(a, err);
    jaxl_buf_free(&text);
    return rc;
}

static int take_leads(struct jaxl_ivr_account *a, const struct jaxl_json *option,
                      struct jaxl_ivr_option *o, struct jaxl_error *err)
{
    const struct jaxl_json *next = jaxl_json_get(option, "next"),
                           *cta = jaxl_json_get(option, "cta");
    int64_t id;

    if (!jaxl_json_is_null(next)) {
        if (jaxl_json_int(next, &id) || id < 1)
            return not_one("an option's next", err);
        o->actions = 1U << JAXL_IVR_NEXT;
        return link_to(a, &o->next, id) ? full(a, err) : 0;
    }
    if (take_cta(a, cta, o))
        return 0;
    if (a->tree->failed)
        return full(a, err);
    tell(a, "option %c of IVR %" PRId64 " leads to nothing that is known: left out",
         JAXL_IVR_KEYS[o->key], o->menu->id);
    return keep_cta(a, cta, o, err);
}

/* What a file may not have: it is told, and not left out. */
static void tell_odd(const struct jaxl_ivr_account *a, const struct jaxl_ivr_option *o)
{
    const struct {
        bool odd;
        const char *what;
    } rows[] = {{!o->message, "has no name"},
                {o->confirmation && !o->prompt, "has a confirmation without a prompt"},
                {o->webhook_url && !jaxl_ivrs_is_https(o->webhook_url),
                 "has a webhook_url that is not https"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].odd)
            tell(a, "option %c of IVR %" PRId64 " %s: no input may say so", JAXL_IVR_KEYS[o->key],
                 o->menu->id, rows[i].what);
}

static int take_option(struct jaxl_ivr_account *a, struct jaxl_ivr_menu *menu,
                       const struct jaxl_json *option, struct jaxl_error *err)
{
    const char *input = jaxl_json_text(jaxl_json_get(option, "input"), NULL);
    const char *key = input && *input && !input[1] ? strchr(JAXL_IVR_KEYS, *input) : NULL;
    const struct jaxl_json *enabled = jaxl_json_get(option, "enabled");
    struct jaxl_ivr_option *o;
    int64_t id;

    if (!key || jaxl_json_int(jaxl_json_get(option, "id"), &id) || id < 1)
        return not_one("an option of an IVR", err);
    if (menu->options[key - JAXL_IVR_KEYS])
        return 0;
    o = jaxl_ivr_tree_option(a->tree, menu, (int)(key - JAXL_IVR_KEYS));
    if (!o)
        return full(a, err);
    o->place = place_of(a);
    o->id = id;
    o->message = keep_text(a, option, "name");
    o->prompt = keep_text(a, option, "needs_data_prompt");
    o->webhook_url = keep_text(a, option, "webhook_url");
    o->confirmation = jaxl_json_bool(jaxl_json_get(option, "confirmation"));
    o->disabled = !jaxl_json_is_null(enabled) && !jaxl_json_bool(enabled);
    tell_odd(a, o);
    return take_leads(a, option, o, err);
}

static int take_phone(struct jaxl_ivr_account *a, struct jaxl_ivr_menu *none,
                      const struct jaxl_json *phone, struct jaxl_error *err)
{
    const struct jaxl_json *ivr = jaxl_json_get(phone, "ivr");
    const char *uid = jaxl_json_string(jaxl_json_get(phone, "uid"), "");
    const struct jaxl_ivr_phone *first;
    struct jaxl_ivr_phone *p;
    struct jaxl_phone number;
    int64_t id, to = 0;

    (void)none;
    if (jaxl_json_int(jaxl_json_get(phone, "id"), &id) || id < 1 ||
        (!jaxl_json_is_null(ivr) && (jaxl_json_int(ivr, &to) || to < 1)))
        return not_one("a phone number", err);
    if ((a->assigned_only && !to) || jaxl_phone_parse(uid, strlen(uid), &number, NULL) ||
        jaxl_ivr_names_find(&a->tree->phone_numbers, number.text))
        return 0;
    p = jaxl_ivr_tree_phone(a->tree, &number, &first);
    if (!p)
        return full(a, err);
    p->place = place_of(a);
    p->id = id;
    return to && link_to(a, &p->ivr, to) ? full(a, err) : 0;
}

static int take_person(struct jaxl_ivr_account *a, struct jaxl_ivr_person **list,
                       const struct jaxl_json *object, const char *id_key, const char *name_key,
                       struct jaxl_error *err)
{
    struct jaxl_ivr_person *p;
    int64_t id;

    if (jaxl_json_int(jaxl_json_get(object, id_key), &id) || id < 1)
        return 0; /* (a member who was invited is no app user yet) */
    for (p = *list; p; p = p->after)
        if (p->id == id)
            return 0;
    p = jaxl_ivr_tree_alloc(a->tree, sizeof *p);
    if (!p)
        return full(a, err);
    p->id = id;
    p->name = keep_text(a, object, name_key);
    p->after = *list;
    *list = p;
    return a->tree->failed ? full(a, err) : 0;
}

static int take_team(struct jaxl_ivr_account *a, struct jaxl_ivr_menu *none,
                     const struct jaxl_json *object, struct jaxl_error *err)
{
    (void)none;
    return take_person(a, &a->teams, object, "id", "name", err);
}

static int take_member(struct jaxl_ivr_account *a, struct jaxl_ivr_menu *none,
                       const struct jaxl_json *object, struct jaxl_error *err)
{
    (void)none;
    return take_person(a, &a->members, object, "app_user_id", "email", err);
}

int jaxl_ivr_account_take(struct jaxl_ivr_account *a, enum jaxl_ivr_list_of what,
                          struct jaxl_ivr_menu *menu, const struct jaxl_json *object,
                          struct jaxl_error *err)
{
    static int (*const take[])(struct jaxl_ivr_account *, struct jaxl_ivr_menu *,
                               const struct jaxl_json *, struct jaxl_error *) = {
        [JAXL_IVR_LIST_MENUS] = take_menu,     [JAXL_IVR_LIST_PHONES] = take_phone,
        [JAXL_IVR_LIST_TEAMS] = take_team,     [JAXL_IVR_LIST_MEMBERS] = take_member,
        [JAXL_IVR_LIST_OPTIONS] = take_option,
    };

    return take[what](a, menu, object, err);
}
