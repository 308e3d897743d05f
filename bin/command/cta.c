#include "command/cta.h"

int cta_check(struct cta_options *o, struct jaxl_ivrs_cta *cta, struct jaxl_error *err)
{
    int given = (o->next != 0) + !!o->phone.text + !!o->webhook + !!o->devices.n + !!o->appusers.n +
                !!o->teams.n;
    int code;

    if (given != 1)
        return jaxl_error_set(err, JAXL_EARG,
                              "exactly one of --next, --phone, --devices, --appusers, --teams and "
                              "--webhook is needed, and there %s",
                              given == 0 ? "is none" : "are several");
    if (o->webhook && (code = check_url("webhook", o->webhook, err)))
        return code;
    *cta = (struct jaxl_ivrs_cta){.next = o->next,
                                  .phone_number = o->phone.text ? o->phone.phone.text : NULL,
                                  .webhook = o->webhook,
                                  .devices = o->devices.items,
                                  .n_devices = o->devices.n,
                                  .appusers = o->appusers.items,
                                  .n_appusers = o->appusers.n,
                                  .teams = o->teams.items,
                                  .n_teams = o->teams.n};
    return 0;
}
