/* calls: finding, reading and labelling them. Placing one is create.c, what is done to a live one
 * live.c. */
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/create.h"
#include "common/file.h"
#include "jaxl/calls.h"
#include "jaxl/payments.h"

static void set_currency(int64_t *currency)
{
    if (!*currency)
        *currency = JAXL_CURRENCY_INR;
}

struct list {
    struct base base;
    struct jaxl_calls_filter f;
    struct number from, to, our, other;
    char since[JAXL_CLOCK_ISO_MAX], until[JAXL_CLOCK_ISO_MAX];
    bool active;
};
static int set_direction(const char *value, void *field, struct jaxl_error *err)
{
    static const char *const directions[] = {"0", "1", "2"};

    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++)
        if (strcmp(directions[i], value) == 0) {
            *(const char **)field = directions[i];
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG, "'%.40s' is none of 0, 1, 2", value);
}
#define NUMBER(name, help, field) OPTION_NUMBER(name, 0, help, offsetof(struct list, field))
static const struct cli_option list_options[] = {
    OPTION_CURRENCY(offsetof(struct list, f.currency)),
    OPTION("active", CLI_FLAG, NULL, "those of the page that are not over",
           offsetof(struct list, active)),
    {"since", 0, CLI_CUSTOM, "TIME", "made at this time or later (ISO 8601)",
     offsetof(struct list, since), 0, 0, NULL, option_time},
    {"until", 0, CLI_CUSTOM, "TIME", "made before this time", offsetof(struct list, until), 0, 0,
     NULL, option_time},
    {"direction", 0, CLI_CUSTOM, "N", "1 incoming, 2 outgoing, 0 app to app",
     offsetof(struct list, f.direction), 0, 0, NULL, set_direction},
    NUMBER("from", "from this number", from),
    NUMBER("to", "to this number", to),
    NUMBER("our-number", "with this number of ours", our),
    NUMBER("other-number", "with this number of others", other),
    OPTION_COUNTRY,
    OPTION("campaign", CLI_SWITCH, NULL, "of a campaign of the platform",
           offsetof(struct list, f.campaign)),
    OPTION_ID("campaign-id", "of this campaign", offsetof(struct list, f.campaign_id)),
    OPTION("tag", CLI_TEXT, "TAG", "with this tag", offsetof(struct list, f.tag)),
    OPTION("tag-operator", CLI_SWITCH, NULL, "the platform's tag_operator",
           offsetof(struct list, f.tag_operator)),
    OPTION("missed", CLI_SWITCH, NULL, "missed calls", offsetof(struct list, f.missed)),
    OPTION("duration", CLI_TEXT, "SECONDS", "the platform's filter by duration",
           offsetof(struct list, f.duration)),
    OPTION("ivr", CLI_SWITCH, NULL, "calls that entered an IVR", offsetof(struct list, f.ivr)),
    OPTION("recording", CLI_SWITCH, NULL, "calls with a recording",
           offsetof(struct list, f.recording)),
    OPTION("voicemail", CLI_SWITCH, NULL, "calls with a voicemail",
           offsetof(struct list, f.voicemail)),
    OPTION("bot", CLI_SWITCH, NULL, "calls of a bot", offsetof(struct list, f.bot)),
    OPTION("aid", CLI_LIST, "ID", "the platform's filter aid; may be repeated",
           offsetof(struct list, f.aid)),
    OPTION("tid", CLI_LIST, "ID", "the platform's filter tid; may be repeated",
           offsetof(struct list, f.tid)),
    OPTION_PAGE(struct list, f),
};
static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}
static int check_list(void *fields, struct jaxl_error *err)
{
    struct list *o = fields;

    o->f.start_time = text_or_null(o->since);
    o->f.end_time = text_or_null(o->until);
    o->f.from_number = text_or_null(o->from.phone.text);
    o->f.to_number = text_or_null(o->to.phone.text);
    o->f.our_numbers = text_or_null(o->our.phone.text);
    o->f.other_numbers = text_or_null(o->other.phone.text);
    set_currency(&o->f.currency);
    return check_span(o->since, o->until, err);
}
static bool keep_active(const void *fields, const struct jaxl_json *call)
{
    return !((const struct list *)fields)->active ||
           jaxl_json_is_null(jaxl_json_get(call, "completed_on"));
}
static int list(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_calls_list(run->session, &((struct list *)fields)->f, &run->answer, err);
}

/* One call. */

struct one {
    struct base base;
    int64_t call, currency;
    const char *path, *name, *rationale, *json;
};
#define OPTION_CALL OPTION_ID("call-id", "the call", offsetof(struct one, call))
static int check_one(void *fields, struct jaxl_error *err)
{
    struct one *o = fields;

    set_currency(&o->currency);
    return o->call ? check_path(o->path, err) : need(false, "call-id", err);
}

static const struct cli_option get_options[] = {
    OPTION_CALL,
    OPTION_CURRENCY(offsetof(struct one, currency)),
};
static int get(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;

    return jaxl_calls_get(run->session, o->call, o->currency, &run->answer, err);
}

static const struct cli_option audio_options[] = {
    OPTION_CALL,
    OPTION("path", CLI_TEXT, "FILE", "where the WAV goes (default: standard output)",
           offsetof(struct one, path)),
};
static int audio(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;
    int code = jaxl_calls_audio(run->session, o->call, &run->answer, err);

    return code ? code : cli_file_write(o->path, run->answer.text, run->answer.len, err);
}

static const struct cli_option tag_options[] = {
    OPTION_CALL,
    OPTION("name", CLI_TEXT, "TAG", "the tag", offsetof(struct one, name)),
    OPTION("rationale", CLI_TEXT, "TEXT", "why", offsetof(struct one, rationale)),
};
static int check_tag(void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;
    int code = check_one(fields, err);

    return code ? code : need(o->name && *o->name, "name", err);
}
static int tag(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;

    return jaxl_calls_tag(run->session, o->call, o->name, o->rationale, &run->answer, err);
}

static const struct cli_option metadata_options[] = {
    OPTION_CALL,
    OPTION("data", CLI_TEXT, "JSON", "a flat object, merged into what is there",
           offsetof(struct one, json)),
};
static int check_metadata(void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;
    int code = check_one(fields, err);

    return code ? code : need(o->json != NULL, "data", err);
}
static int metadata(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;

    return jaxl_calls_metadata(run->session, o->call, o->json, &run->answer, err);
}

/* Many calls at once. */

struct usage {
    struct base base;
    struct jaxl_calls_usage_filter f;
    char since[JAXL_CLOCK_ISO_MAX], until[JAXL_CLOCK_ISO_MAX];
};
static const struct cli_option usage_options[] = {
    OPTION_CURRENCY(offsetof(struct usage, f.currency)),
    {"since", 0, CLI_CUSTOM, "TIME", "from this time on (ISO 8601)", offsetof(struct usage, since),
     0, 0, NULL, option_time},
    {"until", 0, CLI_CUSTOM, "TIME", "before this time", offsetof(struct usage, until), 0, 0, NULL,
     option_time},
};
static int check_usage(void *fields, struct jaxl_error *err)
{
    struct usage *o = fields;

    o->f.start_time = text_or_null(o->since);
    o->f.end_time = text_or_null(o->until);
    set_currency(&o->f.currency);
    return check_span(o->since, o->until, err);
}
static int usage(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_calls_usage(run->session, &((struct usage *)fields)->f, &run->answer, err);
}

struct report {
    struct base base;
    struct jaxl_calls_report f;
};
#define VALUES(name, help, field)                                                                  \
    OPTION(name, CLI_LIST, "VALUE", help "; may be repeated", offsetof(struct report, f.field))
static const struct cli_option report_options[] = {
    OPTION("date-range", CLI_TEXT, "RANGE", "the platform's date_range",
           offsetof(struct report, f.date_range)),
    VALUES("field", "a field of the report", fields),
    VALUES("eid", "the platform's filter eid", eid),
    VALUES("tid", "the platform's filter tid", tid),
    VALUES("tag", "with this tag", tag),
    VALUES("our-number", "with this number of ours", our_number),
    VALUES("other-number", "with this number of others", other_number),
};
static int report(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_calls_report(run->session, &((struct report *)fields)->f, &run->answer, err);
}

const struct command calls_commands[] = {
    {.words = "calls create",
     .endpoint = JAXL_CALLS_TOKEN,
     .summary = "Places one call, at most once whatever fails.",
     .size = sizeof(struct create),
     .options = create_options,
     .n_options = CREATE_OPTIONS,
     .example = "calls create --to +919876543210 --from +918069001234 --ivr 42",
     .check = create_check,
     .custom = create_run},
    {.words = "calls list",
     .endpoint = JAXL_CALLS_LIST,
     .summary = "Calls, the newest first.",
     LIST(struct list, f),
     OPTIONS(list_options),
     .columns = "id,direction,from_number,to_number,created_on,duration,missed,failure_reason",
     .example = "calls list --since 2026-11-25T00:00:00+05:30 --missed --all",
     .check = check_list,
     .keep = keep_active,
     .call = list},
    {.words = "calls get",
     .endpoint = JAXL_CALLS_GET,
     .summary = "One call.",
     .size = sizeof(struct one),
     OPTIONS(get_options),
     .example = "calls get --call-id 1234",
     .check = check_one,
     .call = get},
    {.words = "calls usage",
     .endpoint = JAXL_CALLS_USAGE,
     .summary = "Calls, minutes and cost by day.",
     .flags = COMMAND_LIST,
     .size = sizeof(struct usage),
     OPTIONS(usage_options),
     .columns = "start_time,end_time,num_calls,call_time,cost,currency",
     .example = "calls usage --currency INR --since 2026-11-01T00:00:00+05:30",
     .check = check_usage,
     .call = usage},
    {.words = "calls report",
     .endpoint = JAXL_CALLS_REPORT,
     .summary = "The platform's own report.",
     .size = sizeof(struct report),
     OPTIONS(report_options),
     .example = "calls report --tag callback",
     .call = report},
    {.words = "calls audio",
     .endpoint = JAXL_CALLS_AUDIO,
     .summary = "The recording of a call, as WAV.",
     .flags = COMMAND_FILE,
     .size = sizeof(struct one),
     OPTIONS(audio_options),
     .example = "calls audio --call-id 1234 --path call.wav",
     .check = check_one,
     .call = audio},
    {.words = "calls tag",
     .endpoint = JAXL_CALLS_TAG,
     .summary = "Adds a tag to a call.",
     .size = sizeof(struct one),
     OPTIONS(tag_options),
     .example = "calls tag --call-id 1234 --name callback",
     .check = check_tag,
     .call = tag},
    {.words = "calls metadata",
     .endpoint = JAXL_CALLS_METADATA,
     .summary = "Merges an object into the metadata of a call, and prints all of it.",
     .size = sizeof(struct one),
     OPTIONS(metadata_options),
     .example = "calls metadata --call-id 1234 --data '{\"crm\": \"A-17\"}'",
     .check = check_metadata,
     .call = metadata},
    {0},
};
