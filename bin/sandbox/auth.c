/* Who is asking: the headers of protocol.md section 2, checked as a strict server would. */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/secret.h"
#include "sandbox/jwt.h"
#include "sandbox/request.h"

enum { CLIENT_EP_WINDOW = 300 }; /* seconds that the client's clock may be off */

const char *request_header(const struct request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

static bool same_secret(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && jaxl_secret_compare(a, b, strlen(b)) == 0;
}

static const struct known_token *known_token(struct world *w, const char *text, size_t len,
                                             int64_t now)
{
    for (size_t i = 0; i < TOKEN_CACHE; i++) {
        const struct known_token *t = &w->tokens[i];
        if (t->text && t->len == len && t->expires > now / JAXL_SECOND &&
            memcmp(t->text, text, len) == 0)
            return t;
    }
    return NULL;
}

static const struct known_token *remember(struct world *w, const char *text, size_t len,
                                          const struct jwt_facts *facts)
{
    struct known_token *t = &w->tokens[w->next_token];

    w->next_token = (w->next_token + 1) % TOKEN_CACHE;
    free(t->text);
    *t = (struct known_token){strdup(text), len, facts->expires, facts->device_id};
    return t;
}

void auth_forget(struct world *w)
{
    for (size_t i = 0; i < TOKEN_CACHE; i++)
        free(w->tokens[i].text);
}

static bool check_client(struct world *w, struct request *r)
{
    const char *platform = request_header(r, "X-JAXL-PLATFORM");
    const char *clock = request_header(r, "X-JAXL-CLIENT-EP");
    const char *key = request_header(r, "X-JAXL-API-KEY");

    if (!platform || strcmp(platform, "3") != 0)
        return refuse(r, 400, platform ? "INVALID_X_JAXL_PLATFORM" : "NO_X_JAXL_PLATFORM_HEADER",
                      "X-JAXL-PLATFORM", "it must be 3");
    if (!clock)
        return refuse(r, 400, "NO_X_JAXL_CLIENT_EP_HEADER", "X-JAXL-CLIENT-EP", "it is missing");
    if (!*clock || strspn(clock, "0123456789") != strlen(clock) || strlen(clock) > 15 ||
        llabs(strtoll(clock, NULL, 10) - r->now / JAXL_MSEC) > CLIENT_EP_WINDOW * 1000)
        return refuse(r, 400, "INVALID_X_JAXL_CLIENT_EP", "X-JAXL-CLIENT-EP",
                      "it must be milliseconds since 1970, not more than %d s off",
                      CLIENT_EP_WINDOW);
    if (!key)
        return refuse(r, 401, "NO_X_JAXL_API_KEY_HEADER", "X-JAXL-API-KEY", "it is missing");
    if (!same_secret(key, w->api_key))
        return refuse(r, 401, "INVALID_API_KEY", "X-JAXL-API-KEY", "it is not client.key");
    return true;
}

static bool check_token(struct world *w, struct request *r, int64_t *device_id)
{
    const char *text = request_header(r, "X-JAXL-API-TOKEN"), *reason, *message;
    const struct known_token *known;
    struct jwt_facts facts;
    size_t len;

    if (!text)
        return refuse(r, 401, "NO_X_JAXL_API_TOKEN_HEADER", "X-JAXL-API-TOKEN", "it is missing");
    len = strlen(text);
    known = known_token(w, text, len, r->now);
    if (!known) {
        reason = jwt_verify(w->key, APP_ID, w->doc, text, len, r->now, &facts, &message);
        if (reason)
            return refuse(r, 401, reason, "X-JAXL-API-TOKEN", "%s", message);
        known = remember(w, text, len, &facts);
    }
    *device_id = known->device_id;
    return true;
}

static bool check_user(struct world *w, struct request *r)
{
    const char *token = request_header(r, "X-JAXL-AUTH-TOKEN");
    const char *org = request_header(r, "X-JAXL-ORGID");
    char *end;

    if (!token)
        return refuse(r, 401, "NO_X_JAXL_AUTH_TOKEN_HEADER", "X-JAXL-AUTH-TOKEN", "it is missing");
    if (!same_secret(token, w->auth_token))
        return refuse(r, 401, "INVALID_AUTH_TOKEN", "X-JAXL-AUTH-TOKEN",
                      "it is not the user's auth token");
    if (!org && (r->route->flags & ROUTE_ANY_ORG))
        return true;
    if (!org)
        return refuse(r, 400, "NO_X_JAXL_ORGID_HEADER", "X-JAXL-ORGID", "it is missing");
    if (strtoll(org, &end, 10) != ORG_ID || *end)
        return refuse(r, 403, "INVALID_ORG", "X-JAXL-ORGID",
                      "the user is not of this organisation");
    return true;
}

static bool check_attesting(struct request *r, int64_t device_id)
{
    static const char *const absent[] = {"X-JAXL-AUTH-TOKEN", "X-JAXL-ORGID"};

    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (request_header(r, absent[i]))
            return refuse(r, 400, "UNEXPECTED_HEADER", absent[i],
                          "an attestation is made without it");
    if (device_id)
        return refuse(r, 401, "INVALID_CLAIM", "X-JAXL-API-TOKEN",
                      "device_id must be null before the attestation");
    return true;
}

bool auth_check(struct world *w, struct request *r)
{
    int64_t device_id = 0;

    if (r->route->flags & ROUTE_OPEN)
        return true;
    if (!check_client(w, r) || !check_token(w, r, &device_id))
        return false;
    if (r->route->flags & ROUTE_ATTEST)
        return check_attesting(r, device_id);
    if (device_id < 1 || (uint64_t)device_id > w->n_devices)
        return refuse(r, 401, "DEVICE_NOT_ATTESTED", "X-JAXL-API-TOKEN",
                      "device_id is not an attested device: attest this one");
    r->device = device_id;
    if (!check_user(w, r))
        return false;
    w->devices[device_id - 1].seen = r->now;
    return true;
}
