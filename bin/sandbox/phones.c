/* The organisation's phone numbers. */
#include <stdlib.h>

#include "sandbox/request.h"

static const char *const statuses[] = {"CHECKOUT",
                                       "FAILURE",
                                       "IN_PROGRESS",
                                       "QUEUED",
                                       "RELEASED_BY_PROVIDER",
                                       "RELEASED_TO_PROVIDER",
                                       "SCHEDULED_FOR_RELEASE",
                                       "SUCCESS",
                                       "UNDEFINED",
                                       NULL};

static void write_phone(struct world *w, struct jaxl_json_writer *j, size_t i)
{
    static const char text[] =
        "{\"id\":%zu,\"uid\":\"%s\",\"provider\":1,\"status\":\"SUCCESS\",\"registered_on\":\"%s\","
        "\"registered_from_this_device\":false,\"capabilities\":{\"voice\":true,\"mms\":false,"
        "\"sms\":false},\"resource\":\"local\",\"registered_from_device\":null,\"attributes\":{},"
        "\"order_id\":%zu,\"paid_till\":null,\"kyc_id\":null,\"sms_verified\":false,"
        "\"ringing_strategy\":\"BROADCAST\",\"jaxlid\":\"sandbox-phone-%zu\",\"verified\":true,"
        "\"ivr\":null,\"frontdesk\":null}";
    char number[E164_TEXT], opened[JAXL_CLOCK_ISO_MAX];
    struct jaxl_buf b;

    jaxl_clock_format(w->opened, opened);
    jaxl_buf_init(&b, 2048);
    jaxl_buf_printf(&b, text, i + 1, e164_format(w->own[i], number), opened, i + 1, i + 1);
    jaxl_json_write_raw(j, jaxl_buf_text(&b), b.len);
    jaxl_buf_free(&b);
}

/* All numbers are active, of provider 1 and without an IVR. */
static bool admitted(const struct request *r)
{
    return (param_admits(r, "status", "SUCCESS") ||
            (param_text(r, "additional_status") &&
             param_admits(r, "additional_status", "SUCCESS"))) &&
           !param_text(r, "ivr") && param_admits(r, "provider", "1");
}

static void phones(struct world *w, struct request *r)
{
    size_t matches[OWN_NUMBERS_MAX], n = 0;
    uint64_t uid = 0;
    struct page page;

    if (!page_read(r, &page) || !param_number(r, "uid", &uid) ||
        !param_each_of(r, "status", statuses) || !param_each_of(r, "additional_status", statuses))
        return;
    for (size_t i = 0; i < w->n_own && admitted(r); i++)
        if (!uid || w->own[i] == uid)
            matches[n++] = i;
    page_open(w, r, &page, n);
    for (size_t i = page.offset; i < n && i - page.offset < page.limit; i++)
        write_phone(w, r->out, matches[i]);
    page_close(r);
}

static const char *const phone_params[] = {
    "uid", "status", "additional_status", "ivr", "provider", "limit", "offset", NULL};

const struct route phone_routes[] = {
    {CALLS, "GET", "/v1/phonenumbers/", phone_params, 0, phones},
    {0},
};
