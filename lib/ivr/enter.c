/* From the fields of a record to the tree. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ivr/fields.h"
#include "jaxl/ivrs.h"

bool jaxl_ivr_fields_is_url(const char *message)
{
    return strncasecmp(message, "http://", 7) == 0 || strncasecmp(message, "https://", 8) == 0;
}

static void enter_menu(struct jaxl_ivr_tree *t, const struct jaxl_ivr_cell *cells,
                       const struct jaxl_ivr_place *place)
{
    struct jaxl_ivr_menu *menu = jaxl_ivr_tree_menu(t, cells[JAXL_IVR_F_IVR].text);

    if (!menu)
        return;
    if (menu->place.line) {
        jaxl_ivr_tree_problem(t, place,
                              "menu '%.60s' has a record already, in %.200s, line %" PRIu64,
                              menu->name, menu->place.file, menu->place.line);
        return;
    }
    menu->place = *place;
    menu->message = cells[JAXL_IVR_F_MESSAGE].text;
    menu->hangup = cells[JAXL_IVR_F_HANGUP].yes;
    menu->entry = cells[JAXL_IVR_F_ENTRY].yes;
    menu->id = cells[JAXL_IVR_F_ID].id;
    menu->org = cells[JAXL_IVR_F_ORG].id;
    if (!cells[JAXL_IVR_F_MESSAGE].given)
        jaxl_ivr_tree_problem(t, place, "menu '%.60s' has no message", menu->name);
    if (menu->message && jaxl_ivr_fields_is_url(menu->message)) {
        menu->webhook = true;
        if (!jaxl_ivrs_is_https(menu->message))
            jaxl_ivr_tree_problem(t, place, "menu '%.60s': '%.100s' is not an https:// URL",
                                  menu->name, menu->message);
    }
}

/* The text of a phone number as a number; false: what it is has been told. */
static bool read_phone(struct jaxl_ivr_tree *t, const char *text,
                       const struct jaxl_ivr_place *place, struct jaxl_phone *number)
{
    struct jaxl_error why;

    if (!text)
        return false;
    if (!jaxl_phone_parse(text, strlen(text), number, &why))
        return true;
    jaxl_ivr_tree_problem(t, place, "phone: %s", why.message);
    return false;
}

/* "next and teams", "next, phone and teams" */
static void list_actions(unsigned actions, char *out, size_t size)
{
    static const char *const names[JAXL_IVR_ACTIONS] = {"next",     "phone", "devices",
                                                        "appusers", "teams", "webhook"};
    size_t len = 0;

    for (unsigned i = 0; i < JAXL_IVR_ACTIONS; i++) {
        unsigned rest = actions >> i;
        if (rest & 1)
            len += (size_t)snprintf(out + len, size - len, "%s%s",
                                    !len        ? ""
                                    : rest == 1 ? " and "
                                                : ", ",
                                    names[i]);
    }
}

static void judge_option(struct jaxl_ivr_tree *t, const struct jaxl_ivr_option *o,
                         const struct jaxl_ivr_cell *cells)
{
    const char *name = o->menu->name, key = JAXL_IVR_KEYS[o->key];
    char several[80];

    if (!cells[JAXL_IVR_F_MESSAGE].given)
        jaxl_ivr_tree_problem(t, &o->place, "option %c of menu '%.60s' has no message", key, name);
    if (!o->actions)
        jaxl_ivr_tree_problem(t, &o->place,
                              "option %c of menu '%.60s' leads nowhere: it needs one of next, "
                              "phone, devices, appusers, teams and webhook",
                              key, name);
    if (o->actions & (o->actions - 1)) {
        list_actions(o->actions, several, sizeof several);
        jaxl_ivr_tree_problem(t, &o->place,
                              "option %c of menu '%.60s' leads to more than one place: %s", key,
                              name, several);
    }
    if (o->confirmation && !cells[JAXL_IVR_F_PROMPT].given)
        jaxl_ivr_tree_problem(t, &o->place,
                              "option %c of menu '%.60s': confirmation needs a needs_data_prompt",
                              key, name);
    if (o->webhook && !jaxl_ivrs_is_https(o->webhook))
        jaxl_ivr_tree_problem(t, &o->place,
                              "option %c of menu '%.60s': webhook '%.100s' is not an https:// URL",
                              key, name, o->webhook);
    if (o->webhook_url && !jaxl_ivrs_is_https(o->webhook_url))
        jaxl_ivr_tree_problem(
            t, &o->place, "option %c of menu '%.60s': webhook_url '%.100s' is not an https:// URL",
            key, name, o->webhook_url);
}

static void enter_actions(struct jaxl_ivr_tree *t, struct jaxl_ivr_option *o,
                          const struct jaxl_ivr_cell *cells)
{
    struct jaxl_phone number;

    for (unsigned i = 0; i < JAXL_IVR_ACTIONS; i++)
        o->actions |= cells[JAXL_IVR_F_NEXT + i].given ? 1U << i : 0;
    o->next.name = cells[JAXL_IVR_F_NEXT].text;
    if (read_phone(t, cells[JAXL_IVR_F_PHONE].text, &o->place, &number))
        o->phone = jaxl_ivr_tree_keep(t, number.text, strlen(number.text));
    o->devices = cells[JAXL_IVR_F_DEVICES].list;
    o->appusers = cells[JAXL_IVR_F_APPUSERS].list;
    o->teams = cells[JAXL_IVR_F_TEAMS].list;
    o->webhook = cells[JAXL_IVR_F_WEBHOOK].text;
}

static void enter_option(struct jaxl_ivr_tree *t, const struct jaxl_ivr_cell *cells,
                         const struct jaxl_ivr_place *place)
{
    const char *input = cells[JAXL_IVR_F_INPUT].text;
    const char *key = input && *input && !input[1] ? strchr(JAXL_IVR_KEYS, *input) : NULL;
    struct jaxl_ivr_menu *menu;
    struct jaxl_ivr_option *first, *o;

    if (!key) {
        t->incomplete = true;
        if (input)
            jaxl_ivr_tree_problem(t, place, "input: '%.20s' is no key: 0 to 9, * or #", input);
        return;
    }
    menu = jaxl_ivr_tree_menu(t, cells[JAXL_IVR_F_IVR].text);
    if (!menu)
        return;
    first = menu->options[key - JAXL_IVR_KEYS];
    o = jaxl_ivr_tree_option(t, menu, (int)(key - JAXL_IVR_KEYS));
    if (!o)
        return;
    o->place = *place;
    o->message = cells[JAXL_IVR_F_MESSAGE].text;
    o->prompt = cells[JAXL_IVR_F_PROMPT].text;
    o->confirmation = cells[JAXL_IVR_F_CONFIRMATION].yes;
    o->webhook_url = cells[JAXL_IVR_F_WEBHOOK_URL].text;
    o->disabled = cells[JAXL_IVR_F_ENABLED].given && !cells[JAXL_IVR_F_ENABLED].yes;
    enter_actions(t, o, cells);
    if (first)
        jaxl_ivr_tree_problem(t, place,
                              "input %c of menu '%.60s' has a record already, in %.200s, line "
                              "%" PRIu64,
                              *key, menu->name, first->place.file, first->place.line);
    judge_option(t, o, cells);
}

static void enter_assignment(struct jaxl_ivr_tree *t, const struct jaxl_ivr_cell *cells,
                             const struct jaxl_ivr_place *place)
{
    const struct jaxl_ivr_phone *first;
    struct jaxl_ivr_phone *phone;
    struct jaxl_phone number;

    if (!read_phone(t, cells[JAXL_IVR_F_PHONE].text, place, &number)) {
        t->incomplete = true;
        return;
    }
    phone = jaxl_ivr_tree_phone(t, &number, &first);
    if (!phone)
        return;
    phone->place = *place;
    phone->ivr.name = cells[JAXL_IVR_F_IVR].text;
    if (first)
        jaxl_ivr_tree_problem(t, place, "phone %s is assigned already, in %.200s, line %" PRIu64,
                              number.text, first->place.file, first->place.line);
}

void jaxl_ivr_fields_enter(struct jaxl_ivr_tree *t, const struct jaxl_ivr_record *r,
                           const struct jaxl_ivr_place *place)
{
    static void (*const enter[])(struct jaxl_ivr_tree *, const struct jaxl_ivr_cell *,
                                 const struct jaxl_ivr_place *) = {
        [JAXL_IVR_MENU] = enter_menu,
        [JAXL_IVR_OPTION] = enter_option,
        [JAXL_IVR_ASSIGNMENT] = enter_assignment,
    };
    const struct jaxl_ivr_cell *ivr = &r->cells[JAXL_IVR_F_IVR];

    if (!ivr->text)
        t->incomplete = true;
    if (!ivr->given)
        jaxl_ivr_tree_problem(t, place, "ivr is missing: the name of the menu");
    else if (ivr->text)
        enter[r->kind](t, r->cells, place);
}
