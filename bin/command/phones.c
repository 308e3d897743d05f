/* phones. */
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "jaxl/phones.h"

/* The published command's words, and what they are on the wire (protocol.md section 5). */
enum { ALL, ACTIVE, INACTIVE };
static const char *const types[] = {"all", "active", "inactive", NULL};
static const struct {
    const char *status, *additional;
} statuses[] = {[ALL] = {NULL, NULL},
                [ACTIVE] = {"SUCCESS", "SCHEDULED_FOR_RELEASE"},
                [INACTIVE] = {"RELEASED_TO_PROVIDER", "RELEASED_BY_PROVIDER"}};

struct list {
    struct base base;
    int type;
    struct number e164;
    const char *additional[1];
    struct jaxl_phones_filter f;
};
static const struct cli_option list_options[] = {
    {"type", 't', CLI_CHOICE, "TYPE", "all (the default), active or inactive",
     offsetof(struct list, type), 0, 0, types, NULL},
    OPTION_NUMBER("e164", 0, "this number alone", offsetof(struct list, e164)),
    OPTION_COUNTRY,
    OPTION_ID("ivr", "numbers with this IVR", offsetof(struct list, f.ivr)),
    OPTION("provider", CLI_TEXT, "PROVIDER", "numbers of this provider",
           offsetof(struct list, f.provider)),
    OPTION_PAGE(struct list, f),
};
static int list(struct run *run, void *fields, struct jaxl_error *err)
{
    struct list *o = fields;

    o->f.uid = o->e164.text ? o->e164.phone.text : NULL;
    o->f.status = statuses[o->type].status;
    o->additional[0] = statuses[o->type].additional;
    if (o->additional[0])
        o->f.additional_status = (struct jaxl_texts){o->additional, 1};
    return jaxl_phones_list(run->session, &o->f, &run->answer, err);
}

struct ivrs {
    struct base base;
    struct number e164;
    int64_t ivr;
};
static const struct cli_option ivrs_options[] = {
    OPTION_NUMBER("e164", 0, "the number", offsetof(struct ivrs, e164)),
    OPTION_COUNTRY,
    OPTION_ID("ivr", "callers enter this IVR; without it the assignment is taken away",
              offsetof(struct ivrs, ivr)),
};
static int check_ivrs(void *fields, struct jaxl_error *err)
{
    return need(((struct ivrs *)fields)->e164.text != NULL, "e164", err);
}

/* The id of an active number of the account: one that was given back and rented again is there
 * twice. */
static int find_phone(struct run *run, const char *number, int64_t *id, struct jaxl_error *err)
{
    const struct jaxl_phones_filter filter = {
        .uid = number,
        .status = statuses[ACTIVE].status,
        .additional_status = {(const char *[]){statuses[ACTIVE].additional}, 1}};
    const struct jaxl_json *first;
    int code = jaxl_phones_list(run->session, &filter, &run->answer, err);

    if (code)
        return code;
    first = jaxl_json_first(jaxl_json_get(run->answer.value, "results"));
    if (need_list(run->answer.value, err))
        return JAXL_EPROTO;
    while (first && jaxl_json_get(first, "uid") &&
           strcmp(jaxl_json_string(jaxl_json_get(first, "uid"), ""), number) != 0)
        first = jaxl_json_next(first);
    if (!first)
        return jaxl_error_set(err, JAXL_EREFUSED,
                              "%s is no active number of this account (see jaxl phones list)",
                              number);
    if (jaxl_json_int(jaxl_json_get(first, "id"), id))
        return jaxl_error_set(err, JAXL_EPROTO, "%s: the answer has no id", number);
    return 0;
}
static int ivrs(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct ivrs *o = fields;
    const struct jaxl_phones_change change = {.assign = true, .ivr = o->ivr};
    int64_t id;
    int code = find_phone(run, o->e164.phone.text, &id, err);

    return code ? code : jaxl_phones_update(run->session, id, &change, &run->answer, err);
}

static const char *const kinds[] = {"landline", "mobile", "tollfree", NULL};
static const char *const resources[] = {"local", "mobile", "toll_free"};
static const char *const intents[] = {"promotional", "transactional", NULL};

struct search {
    struct base base;
    int type, intent;
    struct jaxl_phones_search f;
    char country[OPTION_ISO];
};
static const struct cli_option search_options[] = {
    OPTION_ISO_COUNTRY("country", "in this ISO country", offsetof(struct search, country)),
    {"type", 't', CLI_CHOICE, "TYPE", "landline (the default), mobile or tollfree",
     offsetof(struct search, type), 0, 0, kinds, NULL},
    {"intent", 0, CLI_CHOICE, "INTENT", "promotional (the default) or transactional",
     offsetof(struct search, intent), 0, 0, intents, NULL},
    OPTION("region", CLI_TEXT, "REGION", "in this region", offsetof(struct search, f.region)),
    OPTION("locality", CLI_TEXT, "LOCALITY", "in this locality",
           offsetof(struct search, f.locality)),
    OPTION("contains", CLI_TEXT, "DIGITS", "with these digits",
           offsetof(struct search, f.contains)),
};
static int check_search(void *fields, struct jaxl_error *err)
{
    struct search *o = fields;

    o->f.iso_country_code = o->country;
    return need(*o->country, "country", err);
}
static int search(struct run *run, void *fields, struct jaxl_error *err)
{
    struct search *o = fields;

    o->f.resource = resources[o->type];
    o->f.intent = intents[o->intent];
    return jaxl_phones_search(run->session, &o->f, &run->answer, err);
}

const struct command phones_commands[] = {
    {.words = "phones list",
     .endpoint = JAXL_PHONES_LIST,
     .summary = "Phone numbers of the account.",
     LIST(struct list, f),
     OPTIONS(list_options),
     .columns = "id,uid,status,resource,ivr,capabilities.voice,paid_till",
     .example = "phones list --type active",
     .call = list},
    {.words = "phones ivrs",
     .endpoint = JAXL_PHONES_UPDATE,
     .summary = "Assigns an IVR to a number, or takes the assignment away.",
     .size = sizeof(struct ivrs),
     OPTIONS(ivrs_options),
     .example = "phones ivrs --e164 +918069001234 --ivr 42",
     .check = check_ivrs,
     .call = ivrs},
    {.words = "phones search",
     .endpoint = JAXL_PHONES_SEARCH,
     .summary = "Numbers that can be rented.",
     .flags = COMMAND_LIST,
     .size = sizeof(struct search),
     OPTIONS(search_options),
     .columns = "phone_number,region,locality,resource,rental_price,rental_currency",
     .example = "phones search --country IN --type tollfree",
     .check = check_search,
     .call = search},
    {0},
};
