/* The members of the organisation and its teams. */
#include <stdio.h>
#include <string.h>

#include "sandbox/members.h"
#include "sandbox/request.h"

enum { SALES = 1, SUPPORT = 2 };

const struct member members[MEMBERS] = {
    {"sandbox@example.com", "accepted", SALES | SUPPORT, "[\"admin\"]", 0, 0, NULL},
    {"asha@example.com", "accepted", SALES, "[]", 1, 0, "+12015550190"},
    {"ben@example.com", "accepted", SUPPORT, "[]", 1, 0, "+12015550191"},
    {"chitra@example.com", "accepted", 0, "[]", 2, 0, NULL},
    {"dev@example.com", "invited", 0, "[]", 1, 0, NULL},
    {"emil@example.com", "canceled", 0, "[]", 1, 0, NULL},
    {"fatima@example.com", "rejected", 0, "[]", 2, 0, NULL},
    {"george@example.com", "removed", 0, "[]", 1, 1, NULL},
};

/* The phone number of the team with the id n is the one with the id n; the last has none. */
static const struct team {
    const char *name;
    bool has_phone;
} teams[TEAMS] = {{"Sales", true}, {"Support", true}, {"Night shift", false}};

static void write_user(struct jaxl_json_writer *j, const char *key, int64_t member)
{
    jaxl_json_write_key(j, key);
    if (member)
        jaxl_json_write_int(j, member_user(member));
    else
        jaxl_json_write_null(j);
}

static void write_groups(struct jaxl_json_writer *j, unsigned in)
{
    jaxl_json_write_key(j, "groups");
    jaxl_json_write_array(j);
    for (int i = 0; i < TEAMS; i++)
        if (in & (1u << i)) {
            jaxl_json_write_object(j);
            jaxl_json_write_member_int(j, "id", i + 1);
            jaxl_json_write_member(j, "name", teams[i].name);
            jaxl_json_write_end(j);
        }
    jaxl_json_write_end(j);
}

static void write_member(struct request *r, size_t i)
{
    const struct member *m = &members[i];
    struct jaxl_json_writer *j = r->out;
    char id[48];

    snprintf(id, sizeof id, "sandbox-employee-%zu", i + 1);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", (int64_t)i + 1);
    write_user(j, "user_id", (int64_t)i + 1);
    write_user(j, "app_user_id", (int64_t)i + 1);
    jaxl_json_write_member(j, "email", m->email);
    write_groups(j, m->teams);
    jaxl_json_write_member(j, "status", m->status);
    jaxl_json_write_key(j, "permissions");
    jaxl_json_write_raw(j, m->permissions, strlen(m->permissions));
    jaxl_json_write_member(j, "jaxlid", id);
    jaxl_json_write_key(j, "preferences");
    jaxl_json_write_object(j);
    jaxl_json_write_end(j);
    write_user(j, "invited_by", m->invited_by);
    write_user(j, "removed_by", m->removed_by);
    jaxl_json_write_member(j, "phone_number", m->phone_number);
    jaxl_json_write_end(j);
}

static bool in_group(const struct request *r, unsigned in)
{
    for (int i = 0; i < TEAMS; i++)
        if ((in & (1u << i)) && param_admits_int(r, "group_id", i + 1))
            return true;
    return !param_text(r, "group_id");
}

static bool member_matches(const struct request *r, size_t i)
{
    const struct member *m = &members[i];
    char hash[SHA256_TEXT];
    bool status = param_text(r, "status") ? param_admits(r, "status", m->status)
                                          : strcmp(m->status, "accepted") == 0;

    return status && in_group(r, m->teams) &&
           param_admits(r, "email_hash", sha256_text(m->email, hash));
}

static bool asked_organization(struct request *r)
{
    return r->ids[0] == ORG_ID ||
           refuse(r, 404, "NOT_FOUND", NULL, "the user is in no organization with the id %lld",
                  (long long)r->ids[0]);
}

static void employees(struct world *w, struct request *r)
{
    static const char *const statuses[] = {"accepted", "canceled", "invited",
                                           "rejected", "removed",  NULL};

    (void)w;
    if (asked_organization(r) && param_each_of(r, "status", statuses) &&
        param_each_hash(r, "email_hash") && param_each_id(r, "group_id"))
        page_serve(r, MEMBERS, member_matches, write_member);
}

/* The ids of the members of a team; admins: of those who may do everything. */
static void write_ids(struct jaxl_json_writer *j, const char *key, size_t team, bool admins)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_array(j);
    for (int i = 0; i < MEMBERS; i++)
        if ((members[i].teams & (1u << team)) &&
            (!admins || strstr(members[i].permissions, "admin")))
            jaxl_json_write_int(j, i + 1);
    jaxl_json_write_end(j);
}

static void write_team(struct request *r, size_t i)
{
    struct jaxl_json_writer *j = r->out;
    char id[48];

    snprintf(id, sizeof id, "sandbox-group-%zu", i + 1);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", (int64_t)i + 1);
    jaxl_json_write_member(j, "name", teams[i].name);
    jaxl_json_write_key(j, "phone_numbers");
    jaxl_json_write_array(j);
    if (teams[i].has_phone)
        jaxl_json_write_int(j, (int64_t)i + 1);
    jaxl_json_write_end(j);
    write_ids(j, "admins", i, true);
    write_ids(j, "employees", i, false);
    jaxl_json_write_member(j, "jaxlid", id);
    jaxl_json_write_end(j);
}

static bool team_matches(const struct request *r, size_t i)
{
    bool empty = true;

    for (int k = 0; k < MEMBERS; k++)
        if (members[k].teams & (1u << i))
            empty = false;
    return param_admits(r, "empty", empty ? "true" : "false");
}

static void groups(struct world *w, struct request *r)
{
    enum tristate empty;

    (void)w;
    if (asked_organization(r) && param_bool(r, "empty", &empty))
        page_serve(r, TEAMS, team_matches, write_team);
}

#define ORGANIZATION "/v2/app/organizations/(\\d{1,18})"
static const char *const employee_params[] = {"status", "email_hash", "group_id",
                                              "limit",  "offset",     NULL};
static const char *const group_params[] = {"empty", "limit", "offset", NULL};

const struct route member_routes[] = {
    {ACCOUNTS, "GET", ORGANIZATION "/employees/", employee_params, 0, employees},
    {ACCOUNTS, "GET", ORGANIZATION "/groups/", group_params, 0, groups},
    {0},
};
