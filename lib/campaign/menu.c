#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "campaign/menu.h"
#include "jaxl/ivrs.h"
#include "jaxl/phone.h"

enum form { ONE_ID, IDS, NUMBER, URL };

static const struct {
    const char *name;
    enum form form;
} actions[JAXL_MENU_ACTIONS] = {
    [JAXL_MENU_NEXT] = {"next", ONE_ID},    [JAXL_MENU_PHONE] = {"phone", NUMBER},
    [JAXL_MENU_DEVICES] = {"devices", IDS}, [JAXL_MENU_APPUSERS] = {"appusers", IDS},
    [JAXL_MENU_TEAMS] = {"teams", IDS},     [JAXL_MENU_WEBHOOK] = {"webhook", URL},
};

#define FORM    "an option is INPUT=TEXT:ACTION=VALUE, as in '1=Press 1 for sales:teams=5'"
#define ACTIONS "next=IVR, phone=+NUMBER, devices=IDS, appusers=IDS, teams=IDS or webhook=URL"

static int wrong(struct jaxl_error *err, const char *text, const char *what)
{
    return jaxl_error_set(err, JAXL_EARG, "'%.80s': %s", text, what);
}

static enum jaxl_menu_action find_action(const char *p)
{
    for (unsigned i = 0; i < JAXL_MENU_ACTIONS; i++) {
        size_t n = strlen(actions[i].name);
        if (strncmp(p, actions[i].name, n) == 0 && p[n] == '=')
            return i;
    }
    return JAXL_MENU_ACTIONS;
}

/* The ':' before the action: the last one that a known action follows. */
static const char *find_colon(const char *text)
{
    const char *found = NULL;

    for (const char *p = strchr(text, ':'); p; p = strchr(p + 1, ':'))
        if (find_action(p + 1) != JAXL_MENU_ACTIONS)
            found = p;
    return found;
}

static int read_ids(const char *text, struct jaxl_menu_option *out)
{
    const char *p = text;

    for (out->n_ids = 0; out->n_ids < JAXL_MENU_IDS;) {
        char *end;
        errno = 0;
        if (*p < '0' || *p > '9')
            return JAXL_EARG;
        out->ids[out->n_ids] = strtoll(p, &end, 10);
        if (errno || out->ids[out->n_ids++] <= 0)
            return JAXL_EARG;
        if (!*end)
            return 0;
        if (*end != ',')
            return JAXL_EARG;
        p = end + 1;
    }
    return JAXL_EARG;
}

static int read_value(const char *text, const char *value, struct jaxl_menu_option *out,
                      struct jaxl_error *err)
{
    struct jaxl_phone phone;
    char what[128];

    switch (actions[out->action].form) {
    case ONE_ID:
        if (read_ids(value, out) || out->n_ids != 1)
            return wrong(err, text, "next is the id of one IVR, as in next=42");
        return 0;
    case IDS:
        snprintf(what, sizeof what, "%s is a list of 1 to %d ids with commas, as in %s=5,7",
                 actions[out->action].name, JAXL_MENU_IDS, actions[out->action].name);
        return read_ids(value, out) ? wrong(err, text, what) : 0;
    case NUMBER:
        if (jaxl_phone_parse(value, strlen(value), &phone, NULL))
            return wrong(err, text,
                         "phone is a number with + and country code, as in "
                         "phone=+912233445566");
        snprintf(out->target, sizeof out->target, "%s", phone.text);
        return 0;
    case URL:
        if (!jaxl_ivrs_is_https(value) ||
            (size_t)snprintf(out->target, sizeof out->target, "%s", value) >= sizeof out->target)
            return wrong(err, text, "webhook is an https:// URL");
        return 0;
    }
    return JAXL_EARG;
}

int jaxl_menu_parse(const char *text, struct jaxl_menu_option *out, struct jaxl_error *err)
{
    const char *colon, *said = text + 2;
    size_t len;

    *out = (struct jaxl_menu_option){0};
    if (!*text || !strchr("0123456789*#", *text) || text[1] != '=')
        return wrong(err, text,
                     "it must begin with the key pressed (0 to 9, * or #) and '='; " FORM);
    out->input = *text;
    colon = find_colon(said);
    if (!colon)
        return wrong(err, text, "no action at the end: add ':' and one of " ACTIONS "; " FORM);
    len = (size_t)(colon - said);
    if (len == 0)
        return wrong(err, text, "the text that is spoken is empty; " FORM);
    if (len >= sizeof out->text)
        return wrong(err, text, "the text that is spoken is longer than 1023 bytes");
    memcpy(out->text, said, len);
    out->action = find_action(colon + 1);
    return read_value(text, strchr(colon, '=') + 1, out, err);
}

void jaxl_menu_describe(const struct jaxl_menu_option *o, struct jaxl_ivrs_option *out)
{
    *out = (struct jaxl_ivrs_option){.name = o->text, .input = o->input};
    switch (o->action) {
    case JAXL_MENU_NEXT:
        out->cta.next = o->ids[0];
        break;
    case JAXL_MENU_PHONE:
        out->cta.phone_number = o->target;
        break;
    case JAXL_MENU_DEVICES:
        out->cta.devices = o->ids;
        out->cta.n_devices = o->n_ids;
        break;
    case JAXL_MENU_APPUSERS:
        out->cta.appusers = o->ids;
        out->cta.n_appusers = o->n_ids;
        break;
    case JAXL_MENU_TEAMS:
        out->cta.teams = o->ids;
        out->cta.n_teams = o->n_ids;
        break;
    case JAXL_MENU_WEBHOOK:
        out->cta.webhook = o->target;
        break;
    case JAXL_MENU_ACTIONS:
        break;
    }
}
