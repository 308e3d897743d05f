/* campaigns: those that the platform runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "command/command.h"
#include "command/window.h"
#include "common/file.h"
#include "jaxl/campaigns.h"
#include "jaxl/payments.h"
#include "jaxl/secret.h"

enum { FILE_MAX_BYTES = 64 * 1024 * 1024 }; /* of leads */

struct list {
    struct base base;
    struct jaxl_campaigns_filter f;
};
static const struct cli_option list_options[] = {
    OPTION("status", CLI_LIST, "STATUS",
           "APPROVED, FINISHED, INITIALIZING, PAUSED, RESUMED, RUNNING, SCHEDULED, STOPPED or "
           "UNDER_REVIEW; may be repeated",
           offsetof(struct list, f.status)),
    OPTION_PAGE(struct list, f),
};
static int list(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_campaigns_list(run->session, &((struct list *)fields)->f, &run->answer, err);
}

/* The proof of recharges, which whatever costs money must carry; to be freed by the caller. */
static int fetch_recharge(struct run *run, int64_t currency, char **proof, struct jaxl_error *err)
{
    struct jaxl_payments_total total;
    int code = jaxl_payments_consumables_total(run->session, currency, &run->answer, err);

    *proof = NULL;
    if (!code)
        code = jaxl_payments_total_read(run->answer.value, &total, err);
    if (!code && !(*proof = strdup(total.signed_total)))
        code = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    return code;
}

static const char *const types[] = {"ai", "ivr", "team", "member", NULL};
static const char *const agents[] = {"cod",    "acart",      "ndr",    "feedback", "leadq",
                                     "hiring", "membership", "custom", NULL};

struct create {
    struct base base;
    struct jaxl_campaigns_upload u;
    const char *path, *agent, *email;
    int64_t ivr, team, currency;
    int type;
    char run_at[JAXL_CLOCK_ISO_MAX], country[OPTION_ISO];
};
static const struct cli_option create_options[] = {
    OPTION("path", CLI_TEXT, "FILE", "the leads: .csv, .json, .yaml or .yml",
           offsetof(struct create, path)),
    {"type", 't', CLI_CHOICE, "TYPE", "whom the callees reach: ai (the default), ivr, team, member",
     offsetof(struct create, type), 0, 0, types, NULL},
    OPTION("ai-id", CLI_TEXT, "AGENT",
           "cod, acart, ndr, feedback, leadq, hiring, membership or custom",
           offsetof(struct create, agent)),
    OPTION_ID("ivr-id", "an IVR of the catalogue", offsetof(struct create, ivr)),
    OPTION_ID("team-id", "a team", offsetof(struct create, team)),
    OPTION_EMAIL("a member", offsetof(struct create, email)),
    OPTION_ISO_COUNTRY("country-code", "ISO country of the numbers",
                       offsetof(struct create, country)),
    OPTION("template", CLI_TEXT, "TEXT", "the template", offsetof(struct create, u.template_text)),
    OPTION("auto-retry", CLI_FLAG, NULL, "call those again that were not reached",
           offsetof(struct create, u.auto_retry)),
    {"num-retries", 0, CLI_UINT, "N", "with --auto-retry: so often at most",
     offsetof(struct create, u.num_retries), 1, INT64_MAX, NULL, NULL},
    OPTION("start-time", CLI_TEXT, "HH:MM", "calls begin at this time of the day (default 09:00)",
           offsetof(struct create, u.start)),
    OPTION("end-time", CLI_TEXT, "HH:MM", "and end at this, later on the same day (default 19:00)",
           offsetof(struct create, u.end)),
    OPTION("timezone", CLI_TEXT, "ZONE", "the IANA zone of these times (default Asia/Kolkata)",
           offsetof(struct create, u.tz)),
    {"run-at", 0, CLI_CUSTOM, "TIME", "not before this time (ISO 8601)",
     offsetof(struct create, run_at), 0, 0, NULL, option_time},
    OPTION_CURRENCY(offsetof(struct create, currency)),
};

static bool is_agent(const char *name)
{
    for (size_t i = 0; agents[i]; i++)
        if (strcmp(agents[i], name) == 0)
            return true;
    return false;
}

/* Exactly the option that belongs to the type. */
static int check_target(struct create *o, struct jaxl_error *err)
{
    const struct {
        bool given;
        const char *name;
    } targets[] = {{o->agent != NULL, "ai-id"},
                   {o->ivr != 0, "ivr-id"},
                   {o->team != 0, "team-id"},
                   {o->email != NULL, "email"}};

    for (int i = 0; i < 4; i++)
        if (targets[i].given && i != o->type)
            return jaxl_error_set(err, JAXL_EARG, "--%s does not go with --type %s",
                                  targets[i].name, types[o->type]);
    if (!targets[o->type].given)
        return jaxl_error_set(err, JAXL_EARG, "--%s is needed for --type %s", targets[o->type].name,
                              types[o->type]);
    if (o->agent && !is_agent(o->agent))
        return jaxl_error_set(err, JAXL_EARG,
                              "--ai-id: '%.40s' is none of cod, acart, ndr, feedback, leadq, "
                              "hiring, membership, custom",
                              o->agent);
    o->u.type = (enum jaxl_campaigns_type)o->type;
    o->u.agent = o->email ? o->email : o->agent;
    o->u.id = o->ivr ? o->ivr : o->team;
    return 0;
}

static const char *content_type(const char *path)
{
    static const struct {
        const char *ending, *type;
    } endings[] = {{".csv", "CSV"}, {".json", "JSON"}, {".yaml", "YAML"}, {".yml", "YAML"}};
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++)
        if (strcasecmp(dot, endings[i].ending) == 0)
            return endings[i].type;
    return NULL;
}

static int check_create(void *fields, struct jaxl_error *err)
{
    struct create *o = fields;
    int code = need(o->path != NULL, "path", err);

    if (code || (code = check_target(o, err)) || (code = need(*o->country, "country-code", err)) ||
        (code = need(o->u.template_text && *o->u.template_text, "template", err)))
        return code;
    o->u.cc = o->country;
    o->u.run_at = *o->run_at ? o->run_at : NULL;
    o->u.content_type = content_type(o->path);
    o->currency = o->currency ? o->currency : JAXL_CURRENCY_INR;
    if (!o->u.content_type)
        return jaxl_error_set(err, JAXL_EARG, "--path: '%.100s' ends in none of .csv, .json, .yaml",
                              o->path);
    if (o->u.num_retries && !o->u.auto_retry)
        return jaxl_error_set(err, JAXL_EARG, "--num-retries goes with --auto-retry");
    return window_check(&o->u.start, &o->u.end, &o->u.tz, err);
}

static int create(struct run *run, void *fields, struct jaxl_error *err)
{
    struct create *o = fields;
    const char *slash = strrchr(o->path, '/');
    char currency[8], *proof = NULL;
    struct jaxl_buf file;
    int code;

    code = cli_file_read(o->path, FILE_MAX_BYTES, &file, err);
    if (!code && !file.len)
        code = jaxl_error_set(err, JAXL_EINPUT, "%s: the file is empty", o->path);
    if (!code)
        code = fetch_recharge(run, o->currency, &proof, err);
    if (!code) {
        snprintf(currency, sizeof currency, "%d", (int)o->currency);
        o->u.data = jaxl_buf_text(&file);
        o->u.len = file.len;
        o->u.filename = slash ? slash + 1 : o->path;
        o->u.currency = currency;
        o->u.recharge = proof;
        code = jaxl_campaigns_create(run->session, &o->u, &run->answer, err);
    }
    jaxl_secret_free(&proof);
    jaxl_buf_free(&file);
    return code;
}

struct one {
    struct base base;
    int64_t campaign, currency;
    const char *format, *path;
};
#define OPTION_CAMPAIGN OPTION_ID("campaign-id", "the campaign", offsetof(struct one, campaign))
static const struct cli_option one_options[] = {
    OPTION_CAMPAIGN,
    OPTION_CURRENCY(offsetof(struct one, currency)),
};
static const struct cli_option export_options[] = {
    OPTION_CAMPAIGN,
    OPTION("as", CLI_TEXT, "FORMAT", "csv (the default), json, yaml", offsetof(struct one, format)),
    OPTION("path", CLI_TEXT, "FILE", "where it goes (default: standard output)",
           offsetof(struct one, path)),
};
static int check_one(void *fields, struct jaxl_error *err)
{
    struct one *o = fields;

    o->currency = o->currency ? o->currency : JAXL_CURRENCY_INR;
    if (o->format && !*o->format)
        return jaxl_error_set(err, JAXL_EARG, "--as is empty");
    return o->campaign ? check_path(o->path, err) : need(false, "campaign-id", err);
}
static int set_status(struct run *run, const struct one *o, const char *status,
                      struct jaxl_error *err)
{
    char currency[8], *proof;
    int code = fetch_recharge(run, o->currency, &proof, err);

    snprintf(currency, sizeof currency, "%d", (int)o->currency);
    if (!code)
        code = jaxl_campaigns_update(run->session, o->campaign, status, proof, currency,
                                     &run->answer, err);
    jaxl_secret_free(&proof);
    return code;
}
static int pause_campaign(struct run *run, void *fields, struct jaxl_error *err)
{
    return set_status(run, fields, "PAUSED", err);
}
static int resume_campaign(struct run *run, void *fields, struct jaxl_error *err)
{
    return set_status(run, fields, "RESUMED", err);
}
static int export_campaign(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct one *o = fields;
    int code = jaxl_campaigns_export(run->session, o->campaign, o->format ? o->format : "csv",
                                     &run->answer, err);

    return code ? code : cli_file_write(o->path, run->answer.text, run->answer.len, err);
}

const struct command campaigns_commands[] = {
    {.words = "campaigns list",
     .endpoint = JAXL_CAMPAIGNS_LIST,
     .summary = "Campaigns that the platform runs.",
     LIST(struct list, f),
     OPTIONS(list_options),
     .columns = "id,name,status,stats.total,stats.successful,stats.failed,stats.missed,"
                "stats.pending,created_on",
     .example = "campaigns list --status RUNNING",
     .call = list},
    {.words = "campaigns create",
     .endpoint = JAXL_CAMPAIGNS_UPLOAD,
     .summary = "Has the platform run a campaign over a file of leads.",
     .size = sizeof(struct create),
     OPTIONS(create_options),
     .example = "campaigns create --path leads.csv --type ai --ai-id feedback --country-code IN "
                "--template 'Hello {{name}}'",
     .check = check_create,
     .call = create},
    {.words = "campaigns pause",
     .endpoint = JAXL_CAMPAIGNS_UPDATE,
     .summary = "Pauses a campaign.",
     .size = sizeof(struct one),
     OPTIONS(one_options),
     .example = "campaigns pause --campaign-id 7",
     .check = check_one,
     .call = pause_campaign},
    {.words = "campaigns resume",
     .endpoint = JAXL_CAMPAIGNS_UPDATE,
     .summary = "Resumes a campaign.",
     .size = sizeof(struct one),
     OPTIONS(one_options),
     .example = "campaigns resume --campaign-id 7",
     .check = check_one,
     .call = resume_campaign},
    {.words = "campaigns export",
     .endpoint = JAXL_CAMPAIGNS_EXPORT,
     .summary = "The results of a campaign, as a file.",
     .flags = COMMAND_FILE,
     .size = sizeof(struct one),
     OPTIONS(export_options),
     .example = "campaigns export --campaign-id 7 --as csv --path results.csv",
     .check = check_one,
     .call = export_campaign},
    {0},
};
