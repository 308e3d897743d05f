/* The user and the organisation: one of each. */
#include "sandbox/request.h"

static void me(struct world *w, struct request *r)
{
    (void)w;
    r->status = 200;
    jaxl_json_write_object(r->out);
    jaxl_json_write_member_int(r->out, "id", APP_USER_ID);
    jaxl_json_write_member_int(r->out, "user", APP_USER_ID);
    jaxl_json_write_member_int(r->out, "platform", 3);
    jaxl_json_write_member(r->out, "email", "sandbox@example.com");
    jaxl_json_write_member(r->out, "jaxlid", "sandbox-user");
    jaxl_json_write_member(r->out, "account", NULL);
    jaxl_json_write_key(r->out, "verified");
    jaxl_json_write_bool(r->out, true);
    jaxl_json_write_end(r->out);
}

static void write_organization(struct jaxl_json_writer *j)
{
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", ORG_ID);
    jaxl_json_write_member(j, "name", ORG_NAME);
    jaxl_json_write_key(j, "preferences");
    jaxl_json_write_object(j);
    jaxl_json_write_end(j);
    jaxl_json_write_member(j, "jaxlid", "sandbox-organization");
    jaxl_json_write_member(j, "domain", "example.com");
    jaxl_json_write_member_int(j, "owner", APP_USER_ID);
    jaxl_json_write_member(j, "phone_number", NULL);
    jaxl_json_write_key(j, "managers");
    jaxl_json_write_array(j);
    jaxl_json_write_int(j, APP_USER_ID);
    jaxl_json_write_end(j);
    jaxl_json_write_end(j);
}

static void organizations(struct world *w, struct request *r)
{
    static const char *const statuses[] = {"accepted", "canceled", "invited",
                                           "rejected", "removed",  NULL};
    struct page page;
    size_t count;

    if (!page_read(r, &page) || !param_each_of(r, "status", statuses))
        return;
    count = param_admits(r, "status", "accepted");
    page_open(w, r, &page, count);
    if (page.offset < count)
        write_organization(r->out);
    page_close(r);
}

static const char *const organization_params[] = {"status", "limit", "offset", NULL};

const struct route account_routes[] = {
    {ACCOUNTS, "GET", "/v1/appusers/me/", NULL, 0, me},
    {ACCOUNTS, "GET", "/v1/app/organizations/", organization_params, ROUTE_ANY_ORG, organizations},
    {0},
};
