/* ivrs, ivrs options. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/cta.h"
#include "jaxl/ivrs.h"

struct create {
    struct base base;
    const char *message;
    bool hangup;
};
static const struct cli_option create_options[] = {
    OPTION("message", CLI_TEXT, "TEXT", "what it says, or the https URL of a webhook IVR",
           offsetof(struct create, message)),
    OPTION("hangup", CLI_FLAG, NULL, "hang up after the message", offsetof(struct create, hangup)),
};
static int check_create(void *fields, struct jaxl_error *err)
{
    const struct create *o = fields;
    int code = need(o->message && *o->message, "message", err);

    return code ? code : check_https("message", o->message, err);
}
static int create(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct create *o = fields;
    const struct jaxl_ivrs_menu menu = {.name = o->message, .hangup = o->hangup};

    return jaxl_ivrs_create(run->session, &menu, &run->answer, err);
}

static const char *const durations[] = {"ONE_MINUTE", "ONE_HOUR",  "ONE_DAY",  "ONE_WEEK",
                                        "ONE_MONTH",  "SIX_MONTH", "ONE_YEAR", NULL};
#define OPTION_DURATION(at)                                                                        \
    {                                                                                              \
        "duration", 0, CLI_CUSTOM, "SPAN",                                                         \
            "the analytics of ONE_MINUTE, ONE_HOUR, ONE_DAY, ONE_WEEK (the platform's default), "  \
            "ONE_MONTH, SIX_MONTH or ONE_YEAR",                                                    \
            at, 0, 0, NULL, set_duration                                                           \
    }
static int set_duration(const char *value, void *field, struct jaxl_error *err)
{
    for (size_t i = 0; durations[i]; i++)
        if (strcmp(durations[i], value) == 0) {
            *(const char **)field = durations[i];
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG,
                          "'%.40s' is none of ONE_MINUTE, ONE_HOUR, ONE_DAY, ONE_WEEK, ONE_MONTH, "
                          "SIX_MONTH, ONE_YEAR",
                          value);
}

struct list {
    struct base base;
    struct jaxl_ivrs_filter f;
};
static const struct cli_option list_options[] = {
    OPTION("assigned", CLI_SWITCH, NULL, "those of a phone number",
           offsetof(struct list, f.assigned)),
    OPTION_DURATION(offsetof(struct list, f.duration)),
    OPTION_PAGE(struct list, f),
};
static int list(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_ivrs_list(run->session, &((struct list *)fields)->f, &run->answer, err);
}

struct get {
    struct base base;
    int64_t ivr;
    const char *duration;
};
static const struct cli_option get_options[] = {
    OPTION_ID("ivr", "the IVR", offsetof(struct get, ivr)),
    OPTION_DURATION(offsetof(struct get, duration)),
};
static int check_get(void *fields, struct jaxl_error *err)
{
    return need(((struct get *)fields)->ivr, "ivr", err);
}
static int get(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct get *o = fields;

    return jaxl_ivrs_get(run->session, o->ivr, o->duration, &run->answer, err);
}

struct update {
    struct base base;
    int64_t ivr;
    const char *message;
    enum jaxl_choice hangup;
};
static const struct cli_option update_options[] = {
    OPTION_ID("ivr", "the IVR", offsetof(struct update, ivr)),
    OPTION("message", CLI_TEXT, "TEXT", "what it says from now on",
           offsetof(struct update, message)),
    OPTION("hangup", CLI_SWITCH, NULL, "hang up after the message",
           offsetof(struct update, hangup)),
};
static int check_update(void *fields, struct jaxl_error *err)
{
    const struct update *o = fields;
    int code = need(o->ivr, "ivr", err);

    if (!code && o->message && !*o->message)
        code = jaxl_error_set(err, JAXL_EARG, "--message is empty");
    if (!code && !o->message && o->hangup == JAXL_ANY)
        code = jaxl_error_set(err, JAXL_EARG, "nothing to change: --message or --hangup is needed");
    if (!code && o->message)
        code = check_https("message", o->message, err);
    return code;
}
static int update(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct update *o = fields;

    return jaxl_ivrs_update(run->session, o->ivr, o->message, o->hangup, &run->answer, err);
}

struct options_list {
    struct base base;
    int64_t ivr;
    struct {
        struct jaxl_page page;
    } f;
};
static const struct cli_option options_list_options[] = {
    OPTION_ID("ivr", "the IVR", offsetof(struct options_list, ivr)),
    OPTION_PAGE(struct options_list, f),
};
static int check_options_list(void *fields, struct jaxl_error *err)
{
    return need(((struct options_list *)fields)->ivr, "ivr", err);
}
static int options_list(struct run *run, void *fields, struct jaxl_error *err)
{
    struct options_list *o = fields;

    return jaxl_ivrs_options(run->session, o->ivr, &o->f.page, &run->answer, err);
}

/* An option: made, or changed when the IVR has its input already. */

struct configure {
    struct base base;
    int64_t ivr;
    const char *input;
    struct cta_options cta;
    struct jaxl_ivrs_option option;
};
static const struct cli_option configure_options[] = {
    OPTION_ID("ivr", "the IVR", offsetof(struct configure, ivr)),
    OPTION("input", CLI_TEXT, "KEY", "the key: 0 to 9, * or #", offsetof(struct configure, input)),
    OPTION("message", CLI_TEXT, "TEXT", "what the option is called",
           offsetof(struct configure, option.name)),
    OPTIONS_CTA(struct configure, cta),
    OPTION("needs-data-prompt", CLI_TEXT, "TEXT", "ask for more input after the choice",
           offsetof(struct configure, option.needs_data_prompt)),
    OPTION("confirmation", CLI_FLAG, NULL, "read that input back",
           offsetof(struct configure, option.confirmation)),
    OPTION("webhook-url", CLI_TEXT, "URL", "asked when the option is chosen: 200 carries it out",
           offsetof(struct configure, option.webhook_url)),
    OPTION("disable", CLI_FLAG, NULL, "keep the option, but do not offer it",
           offsetof(struct configure, option.disabled)),
};
static int check_configure(void *fields, struct jaxl_error *err)
{
    struct configure *o = fields;
    int code = need(o->ivr, "ivr", err);

    if (!code)
        code = need(o->input, "input", err);
    if (!code && (strlen(o->input) != 1 || !strchr("0123456789*#", o->input[0])))
        code =
            jaxl_error_set(err, JAXL_EARG, "--input: '%.40s' is no key: 0 to 9, * or #", o->input);
    if (!code)
        code = need(o->option.name && *o->option.name, "message", err);
    if (!code)
        code = cta_check(&o->cta, &o->option.cta, err);
    if (!code && o->option.webhook_url)
        code = check_url("webhook-url", o->option.webhook_url, err);
    if (!code && o->option.confirmation && !o->option.needs_data_prompt)
        code = jaxl_error_set(err, JAXL_EARG,
                              "--confirmation reads back what --needs-data-prompt asks for");
    if (!code)
        o->option.input = o->input[0];
    return code;
}

/* The id of the option with this input, 0 when there is none: every page is looked at. */
static int find_option(struct run *run, int64_t ivr, const char *input, int64_t *id,
                       struct jaxl_error *err)
{
    struct jaxl_page page = {.limit = 100};
    int code;

    *id = 0;
    do {
        const struct jaxl_json *v;
        code = jaxl_ivrs_options(run->session, ivr, &page, &run->answer, err);
        if (!code)
            code = need_list(run->answer.value, err);
        if (code)
            return code;
        v = jaxl_json_first(jaxl_json_get(run->answer.value, "results"));
        for (; v; v = jaxl_json_next(v))
            if (strcmp(jaxl_json_string(jaxl_json_get(v, "input"), ""), input) == 0)
                return jaxl_ivrs_id_read(v, id, err);
    } while (jaxl_answer_next(run->answer.value, &page));
    return 0;
}

static int configure(struct run *run, void *fields, struct jaxl_error *err)
{
    struct configure *o = fields;
    struct jaxl_ivrs_option change = o->option;
    int64_t id;
    int code = find_option(run, o->ivr, o->input, &id, err);

    if (code)
        return code;
    if (!id)
        return jaxl_ivrs_option_create(run->session, o->ivr, &o->option, &run->answer, err);
    change.input = 0;
    run->endpoint = JAXL_IVR_OPTIONS_UPDATE;
    return jaxl_ivrs_option_update(run->session, o->ivr, id, &change, &run->answer, err);
}

const struct command ivrs_commands[] = {
    {.words = "ivrs create",
     .endpoint = JAXL_IVRS_CREATE,
     .summary = "Makes an IVR.",
     .size = sizeof(struct create),
     OPTIONS(create_options),
     .example = "ivrs create --message 'Welcome. Press 1 for sales.'",
     .check = check_create,
     .call = create},
    {.words = "ivrs list",
     .endpoint = JAXL_IVRS_LIST,
     .summary = "IVRs of the account.",
     LIST(struct list, f),
     OPTIONS(list_options),
     .columns = "id,name,status,hangup,phone,avg_time_spent",
     .example = "ivrs list --assigned --all",
     .call = list},
    {.words = "ivrs get",
     .endpoint = JAXL_IVRS_GET,
     .summary = "One IVR.",
     .size = sizeof(struct get),
     OPTIONS(get_options),
     .example = "ivrs get --ivr 42",
     .check = check_get,
     .call = get},
    {.words = "ivrs update",
     .endpoint = JAXL_IVRS_UPDATE,
     .summary = "Changes what an IVR says, or whether it hangs up then.",
     .size = sizeof(struct update),
     OPTIONS(update_options),
     .example = "ivrs update --ivr 42 --hangup=no",
     .check = check_update,
     .call = update},
    {.words = "ivrs options list",
     .endpoint = JAXL_IVR_OPTIONS_LIST,
     .summary = "Options of an IVR.",
     LIST(struct options_list, f),
     OPTIONS(options_list_options),
     .columns = "id,input,name,enabled,next,cta",
     .example = "ivrs options list --ivr 42",
     .check = check_options_list,
     .call = options_list},
    {.words = "ivrs options configure",
     .endpoint = JAXL_IVR_OPTIONS_CREATE,
     .summary = "Makes an option of an IVR, or changes the one with this input.",
     .size = sizeof(struct configure),
     OPTIONS(configure_options),
     .example = "ivrs options configure --ivr 42 --input 1 --message Sales --teams 5 7",
     .check = check_configure,
     .call = configure},
    {0},
};
