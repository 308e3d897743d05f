/* From method and path to a handler: one table, PCRE2 patterns compiled at the start. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/request.h"

static const struct route *const resources[] = {
    call_routes,         call_list_routes,    call_action_routes, ivr_routes,
    phone_routes,        payment_routes,      account_routes,     attest_routes,
    member_routes,       device_routes,       kyc_routes,         message_routes,
    phone_search_routes, payment_list_routes, call_live_routes,   call_report_routes,
    campaign_routes,     arrive_routes};

enum { MAX_ROUTES = 128, MAX_PATTERN = 128 };

static struct {
    const struct route *route;
    pcre2_code *code;
} table[MAX_ROUTES];
static size_t n_routes;
static pcre2_match_data *match; /* used with the lock held */

static int add(const struct route *route, struct jaxl_error *err)
{
    char pattern[MAX_PATTERN + 8] = "^";
    int number;
    PCRE2_SIZE offset;
    pcre2_code *code;

    if (n_routes == MAX_ROUTES || strlen(route->pattern) > MAX_PATTERN)
        return jaxl_error_set(err, JAXL_ELIMIT, "too many routes");
    strcat(strcat(pattern, route->pattern), "$");
    code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                         PCRE2_ANCHORED | PCRE2_DOLLAR_ENDONLY, &number, &offset, NULL);
    if (!code)
        return jaxl_error_set(err, JAXL_EARG, "route %s cannot be compiled", pattern);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it matching is only slower */
    table[n_routes].route = route;
    table[n_routes++].code = code;
    return 0;
}

int routes_open(struct jaxl_error *err)
{
    match = pcre2_match_data_create(MAX_IDS + 1, NULL);
    if (!match)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
        for (const struct route *r = resources[i]; r->method; r++) {
            int code = add(r, err);
            if (code)
                return code;
        }
    return 0;
}

void routes_close(void)
{
    while (n_routes)
        pcre2_code_free(table[--n_routes].code);
    pcre2_match_data_free(match);
    match = NULL;
}

/* The groups are ids of at most 18 digits. */
static void take_ids(struct request *r, int groups)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(match);

    for (int i = 1; i < groups; i++)
        r->ids[i - 1] = strtoll(r->path + at[2 * i], NULL, 10);
}

bool routes_match(struct request *r)
{
    size_t len = strlen(r->path);
    bool elsewhere = false, known = false;

    for (size_t i = 0; i < n_routes; i++) {
        const struct route *route = table[i].route;
        int groups = pcre2_match(table[i].code, (PCRE2_SPTR)r->path, len, 0, 0, match, NULL);
        if (groups <= 0)
            continue;
        if (route->module != r->module) {
            elsewhere = true;
            continue;
        }
        known = true;
        if (strcmp(route->method, r->method) != 0)
            continue;
        r->route = route;
        take_ids(r, groups);
        return true;
    }
    if (known)
        return refuse(r, 405, "METHOD_NOT_ALLOWED", NULL, "%s is not for this path", r->method);
    if (elsewhere)
        return refuse(r, 404, "NOT_FOUND", NULL,
                      "this path belongs to another API root: calls, numbers and IVRs are at "
                      "JAXL_CALL_API_ROOT, the rest is at the other roots");
    return refuse(r, 404, "NOT_FOUND", NULL, "no such path");
}
