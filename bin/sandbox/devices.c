/* The devices that have been attested: all of the one user. */
#include <stdio.h>

#include "sandbox/members.h"
#include "sandbox/request.h"

static void write_device(struct request *r, size_t i)
{
    static const char *const none[] = {"parent", "parent_linked_on", "parent_unlinked_on", "name",
                                       "logged_out_on"};
    const struct device *d = &r->world->devices[i];
    char created[JAXL_CLOCK_ISO_MAX], seen[JAXL_CLOCK_ISO_MAX], id[48];

    jaxl_clock_format(d->created, created);
    jaxl_clock_format(d->seen ? d->seen : d->created, seen);
    snprintf(id, sizeof id, "sandbox-device-%zu", i + 1);
    jaxl_json_write_object(r->out);
    jaxl_json_write_member_int(r->out, "id", (int64_t)i + 1);
    jaxl_json_write_member(r->out, "uid", d->uid);
    jaxl_json_write_member(r->out, "created_on", created);
    jaxl_json_write_member(r->out, "last_seen", seen);
    jaxl_json_write_member(r->out, "restored_by", NULL);
    jaxl_json_write_member(r->out, "jaxlid", id);
    jaxl_json_write_member_int(r->out, "platform", 3);
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        jaxl_json_write_member(r->out, none[k], NULL);
    jaxl_json_write_end(r->out);
}

static bool matches(const struct request *r, size_t i)
{
    (void)i;
    return param_admits_int(r, "employee_id", USER_MEMBER) && param_admits(r, "is_sdds", "false");
}

static void devices(struct world *w, struct request *r)
{
    enum tristate is_sdds;

    if (param_each_id(r, "employee_id") && param_bool(r, "is_sdds", &is_sdds))
        page_serve(r, w->n_devices, matches, write_device);
}

static const char *const device_params[] = {"employee_id", "is_sdds", "limit", "offset", NULL};

const struct route device_routes[] = {
    {ACCOUNTS, "GET", "/v1/devices/", device_params, 0, devices},
    {0},
};
