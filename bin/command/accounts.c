/* accounts, orgs, members, teams, devices, kycs, messages, notifications. */
#include <stdlib.h>
#include <string.h>

#include "command/balance.h"
#include "command/command.h"
#include "jaxl/accounts.h"
#include "jaxl/calls.h"
#include "jaxl/money.h"
#include "jaxl/payments.h"

struct plain {
    struct base base;
};

static int me(struct run *run, void *fields, struct jaxl_error *err)
{
    (void)fields;
    return jaxl_accounts_me(run->session, &run->answer, err);
}

/* The balance: what was recharged less what calls have cost. */

struct balance_of {
    struct base base;
    int64_t currency;
};

static const struct cli_option balance_options[] = {
    OPTION_CURRENCY(offsetof(struct balance_of, currency)),
};

static void write_amount(struct jaxl_json_writer *w, const char *key,
                         const struct jaxl_money *amount)
{
    char number[JAXL_MONEY_TEXT];

    jaxl_json_write_key(w, key);
    jaxl_json_write_number(w, jaxl_money_format(amount, number));
}

static int print_balance(struct run *run, const struct balance *b, struct jaxl_error *err)
{
    struct own_record own;
    int rc = output_own_begin(&own, err);

    if (rc)
        return rc;
    jaxl_json_write_member(own.w, "currency", b->currency);
    write_amount(own.w, "recharged", &b->recharged);
    write_amount(own.w, "used", &b->used);
    write_amount(own.w, "balance", &b->left);
    jaxl_json_write_key(own.w, "is_finalized");
    jaxl_json_write_bool(own.w, b->finalized);
    return output_own_end(&run->out, &own, err);
}

static int balance(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct balance_of *o = fields;
    struct balance b;
    int rc = balance_ask(run->session, o->currency ? o->currency : JAXL_CURRENCY_INR, &b, err);

    return rc ? rc : print_balance(run, &b, err);
}

/* Lists. */

struct orgs {
    struct base base;
    struct jaxl_accounts_orgs f;
};
static const struct cli_option orgs_options[] = {
    OPTION("status", CLI_LIST, "STATUS",
           "accepted, canceled, invited, rejected or removed; may be repeated",
           offsetof(struct orgs, f.status)),
    OPTION_PAGE(struct orgs, f),
};
static int orgs(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_accounts_orgs(run->session, &((struct orgs *)fields)->f, &run->answer, err);
}

struct members {
    struct base base;
    struct jaxl_accounts_members f;
    const char *email;
    const char *hashes[1];
    char hash[JAXL_ACCOUNTS_HASH];
};
static const struct cli_option members_options[] = {
    OPTION("status", CLI_LIST, "STATUS",
           "accepted (the platform's default), canceled, invited, rejected or removed; may be "
           "repeated",
           offsetof(struct members, f.status)),
    OPTION_EMAIL("the member with this address", offsetof(struct members, email)),
    OPTION("team-id", CLI_IDS, "ID...", "members of these teams",
           offsetof(struct members, f.group_id)),
    OPTION_PAGE(struct members, f),
};
static int members(struct run *run, void *fields, struct jaxl_error *err)
{
    struct members *o = fields;
    int code = o->email ? jaxl_accounts_email_hash(o->email, o->hash, err) : 0;

    o->hashes[0] = o->hash;
    if (o->email)
        o->f.email_hash = (struct jaxl_texts){o->hashes, 1};
    return code ? code : jaxl_accounts_members(run->session, &o->f, &run->answer, err);
}

struct teams {
    struct base base;
    struct jaxl_accounts_teams f;
};
static const struct cli_option teams_options[] = {
    OPTION("empty", CLI_SWITCH, NULL, "teams without members", offsetof(struct teams, f.empty)),
    OPTION_PAGE(struct teams, f),
};
static int teams(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_accounts_teams(run->session, &((struct teams *)fields)->f, &run->answer, err);
}

struct devices {
    struct base base;
    struct jaxl_accounts_devices f;
};
static const struct cli_option devices_options[] = {
    OPTION_ID("employee-id", "devices of this member", offsetof(struct devices, f.employee_id)),
    OPTION("is-sdds", CLI_SWITCH, NULL, "devices that the platform marks is_sdds",
           offsetof(struct devices, f.is_sdds)),
    OPTION_PAGE(struct devices, f),
};
static int devices(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_accounts_devices(run->session, &((struct devices *)fields)->f, &run->answer, err);
}

struct kycs {
    struct base base;
    struct jaxl_accounts_kycs f;
    char country[OPTION_ISO];
};
static const struct cli_option kycs_options[] = {
    OPTION_ISO_COUNTRY("country", "of this ISO country", offsetof(struct kycs, country)),
    OPTION("provider-status", CLI_LIST, "STATUS", "with the provider; may be repeated",
           offsetof(struct kycs, f.provider_status)),
    OPTION("resource", CLI_TEXT, "RESOURCE", "for this kind of number",
           offsetof(struct kycs, f.resource)),
    OPTION("status", CLI_TEXT, "STATUS", "with this status", offsetof(struct kycs, f.status)),
    OPTION_PAGE(struct kycs, f),
};
static int kycs(struct run *run, void *fields, struct jaxl_error *err)
{
    struct kycs *o = fields;

    o->f.iso_country = *o->country ? o->country : NULL;
    return jaxl_accounts_kycs(run->session, &o->f, &run->answer, err);
}

enum { MEMBERS_MAX = 64 };

struct messages {
    struct base base;
    struct jaxl_accounts_messages f;
    struct jaxl_texts emails;
    const char *keys[MEMBERS_MAX];
    char hashes[MEMBERS_MAX][JAXL_ACCOUNTS_HASH];
};
static const struct cli_option messages_options[] = {
    OPTION("member-email", CLI_LIST, "EMAIL", "messages of this member; may be repeated",
           offsetof(struct messages, emails)),
    OPTION("type", CLI_LIST, "TYPE", "of this type; may be repeated",
           offsetof(struct messages, f.types)),
    OPTION("tag", CLI_TEXT, "TAG", "with this tag", offsetof(struct messages, f.tag)),
    OPTION("mid", CLI_TEXT, "ID", "the message with this id", offsetof(struct messages, f.mid)),
    OPTION("fe", CLI_TEXT, "TEXT", "the platform's filter fe", offsetof(struct messages, f.fe)),
    OPTION("fi", CLI_TEXT, "TEXT", "the platform's filter fi", offsetof(struct messages, f.fi)),
    OPTION("te", CLI_TEXT, "TEXT", "the platform's filter te", offsetof(struct messages, f.te)),
    OPTION("ti", CLI_TEXT, "TEXT", "the platform's filter ti", offsetof(struct messages, f.ti)),
    OPTION_PAGE(struct messages, f),
};
static int check_messages(void *fields, struct jaxl_error *err)
{
    struct messages *o = fields;
    int code = need(o->emails.n > 0, "member-email", err);

    if (!code && o->emails.n > MEMBERS_MAX)
        code = jaxl_error_set(err, JAXL_EARG, "--member-email: more than %d", MEMBERS_MAX);
    for (size_t i = 0; !code && i < o->emails.n; i++) {
        code = check_email(o->emails.items[i], err);
        if (code)
            return jaxl_error_prefix(err, code, "--member-email");
        code = jaxl_accounts_email_hash(o->emails.items[i], o->hashes[i], err);
        o->keys[i] = o->hashes[i];
    }
    o->f.okey = (struct jaxl_texts){o->keys, o->emails.n};
    return code;
}
static int messages(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_accounts_messages(run->session, &((struct messages *)fields)->f, &run->answer, err);
}

struct notifications {
    struct base base;
    struct {
        struct jaxl_page page;
    } f;
};
static const struct cli_option notifications_options[] = {OPTION_PAGE(struct notifications, f)};
static int notifications(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_accounts_notifications(run->session, &((struct notifications *)fields)->f.page,
                                       &run->answer, err);
}

const struct command accounts_commands[] = {
    {.words = "accounts me",
     .endpoint = JAXL_ACCOUNTS_ME,
     .summary = "The user of the auth token.",
     .size = sizeof(struct plain),
     .example = "accounts me",
     .call = me},
    {.words = "accounts balance",
     .endpoint = JAXL_CONSUMABLES_TOTAL,
     .summary = "What was recharged, what calls have used, and what is left.",
     .size = sizeof(struct balance_of),
     OPTIONS(balance_options),
     .example = "accounts balance --currency INR",
     .call = balance},
    {.words = "orgs list",
     .endpoint = JAXL_ORGS_LIST,
     .summary = "Organisations of the user.",
     LIST(struct orgs, f),
     OPTIONS(orgs_options),
     .columns = "id,name,domain,owner,phone_number",
     .example = "orgs list --status accepted",
     .call = orgs},
    {.words = "members list",
     .endpoint = JAXL_MEMBERS_LIST,
     .summary = "Members of the organisation.",
     LIST(struct members, f),
     OPTIONS(members_options),
     .columns = "id,email,status,app_user_id,phone_number",
     .example = "members list --status invited",
     .call = members},
    {.words = "teams list",
     .endpoint = JAXL_TEAMS_LIST,
     .summary = "Teams of the organisation.",
     LIST(struct teams, f),
     OPTIONS(teams_options),
     .columns = "id,name,phone_numbers,admins,employees",
     .example = "teams list --empty=no",
     .call = teams},
    {.words = "devices list",
     .endpoint = JAXL_DEVICES_LIST,
     .summary = "Devices that have been attested.",
     LIST(struct devices, f),
     OPTIONS(devices_options),
     .columns = "id,name,platform,created_on,last_seen,logged_out_on",
     .example = "devices list --limit 5",
     .call = devices},
    {.words = "kycs list",
     .endpoint = JAXL_KYCS_LIST,
     .summary = "KYC cases.",
     LIST(struct kycs, f),
     OPTIONS(kycs_options),
     .columns = "id,friendly_name,iso_country,resource,status,provider_status",
     .example = "kycs list --country IN",
     .call = kycs},
    {.words = "messages list",
     .endpoint = JAXL_MESSAGES_LIST,
     .summary = "Messages of members.",
     LIST(struct messages, f),
     OPTIONS(messages_options),
     .columns = "id,type,fname,read,deleted,tag",
     .example = "messages list --member-email asha@example.com",
     .check = check_messages,
     .call = messages},
    {.words = "notifications",
     .endpoint = JAXL_NOTIFICATIONS_LIST,
     .summary = "Notifications of the user.",
     LIST(struct notifications, f),
     OPTIONS(notifications_options),
     .example = "notifications --limit 10",
     .call = notifications},
    {0},
};
