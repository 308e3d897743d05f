/* The papers of the organisation, by which numbers of some countries are rented. */
#include <stdio.h>

#include "sandbox/request.h"

static const struct kyc {
    const char *country, *name, *resource, *provider_status, *status, *can_edit, *document;
} papers[] = {
    {"IN", "Sandbox, Mumbai", "local", "APPROVED", "APPROVED", "false", "BUSINESS_REGISTRATION"},
    {"GB", "Sandbox, London", "local", "PENDING", "SUBMITTED", "true", "UTILITY_BILL"},
};

static void write_kyc(struct request *r, size_t i)
{
    static const char text[] =
        "{\"id\":%zu,\"address\":{\"id\":%zu,\"friendly_name_sha\":\"%s\",\"iso_country\":\"%s\","
        "\"status\":\"%s\",\"useridentity_id\":1},\"useridentity\":{\"id\":1,\"iso_country\":"
        "\"IN\"},\"proofs\":[{\"id\":%zu,\"document_type\":\"%s\",\"status\":\"%s\","
        "\"iso_country\":\"%s\"}],\"iso_country\":\"%s\",\"provider_status\":\"%s\",\"status\":"
        "\"%s\",\"can_edit\":%s,\"friendly_name\":\"%s\",\"created_on\":\"%s\",\"modified_on\":"
        "\"%s\",\"jaxlid\":\"sandbox-kyc-%zu\",\"resource\":\"%s\",\"parent_id\":null}";
    const struct kyc *k = &papers[i];
    char opened[JAXL_CLOCK_ISO_MAX], hash[SHA256_TEXT];
    size_t id = i + 1;
    struct jaxl_buf b;

    jaxl_clock_format(r->world->opened, opened);
    sha256_text(k->name, hash);
    jaxl_buf_init(&b, 4096);
    jaxl_buf_printf(&b, text, id, id, hash, k->country, k->status, id, k->document, k->status,
                    k->country, k->country, k->provider_status, k->status, k->can_edit, k->name,
                    opened, opened, id, k->resource);
    jaxl_json_write_raw(r->out, jaxl_buf_text(&b), b.len);
    jaxl_buf_free(&b);
}

static bool matches(const struct request *r, size_t i)
{
    const struct kyc *k = &papers[i];

    return param_admits(r, "iso_country", k->country) &&
           param_admits(r, "provider_status", k->provider_status) &&
           param_admits(r, "resource", k->resource) && param_admits(r, "status", k->status);
}

static void list(struct world *w, struct request *r)
{
    (void)w;
    if (param_country(r, "iso_country") && param_each_of(r, "resource", phone_resources))
        page_serve(r, sizeof papers / sizeof *papers, matches, write_kyc);
}

static const char *const kyc_params[] = {"iso_country", "provider_status", "resource", "status",
                                         "limit",       "offset",          NULL};

const struct route kyc_routes[] = {
    {CALLS, "GET", "/v1/kyc/", kyc_params, 0, list},
    {0},
};
