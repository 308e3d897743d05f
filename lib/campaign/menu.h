/* An option of a spoken menu as it is written on a command line:
 *
 *     1=Press 1 for sales:teams=5,7
 *     input = text ':' action '=' value
 *
 * The action is one of next (an IVR), phone (E.164), devices, appusers, teams (ids with commas) and
 * webhook (an https URL). The last ':' that an action's name and a '=' follow ends the text. */
#ifndef JAXL_CAMPAIGN_MENU_H
#define JAXL_CAMPAIGN_MENU_H

#include <stddef.h>
#include <stdint.h>

#include "jaxl/error.h"
#include "jaxl/ivrs.h"

enum jaxl_menu_action {
    JAXL_MENU_NEXT,
    JAXL_MENU_PHONE,
    JAXL_MENU_DEVICES,
    JAXL_MENU_APPUSERS,
    JAXL_MENU_TEAMS,
    JAXL_MENU_WEBHOOK,
    JAXL_MENU_ACTIONS
};

enum { JAXL_MENU_IDS = 64, JAXL_MENU_TEXT = 1024, JAXL_MENU_INPUTS = 12 };

struct jaxl_menu_option {
    char input; /* '0'..'9', '*', '#' */
    char text[JAXL_MENU_TEXT];
    enum jaxl_menu_action action;
    int64_t ids[JAXL_MENU_IDS]; /* n_ids, for next (one), devices, appusers, teams */
    size_t n_ids;
    char target[JAXL_MENU_TEXT]; /* phone (normalised) or webhook */
};

/* JAXL_EARG: err says which part is wrong and shows the right form. */
int jaxl_menu_parse(const char *text, struct jaxl_menu_option *out, struct jaxl_error *err);
/* The option as the platform's request builder takes it; *out borrows from the option. */
void jaxl_menu_describe(const struct jaxl_menu_option *option, struct jaxl_ivrs_option *out);

#endif
