#include <string.h>

#include "jaxl/fetch.h"

static const char *const names[] = {[JAXL_FETCH_CALLS] = "calls",
                                    [JAXL_FETCH_PAYMENTS] = "payments",
                                    [JAXL_FETCH_SUBSCRIPTIONS] = "subscriptions",
                                    [JAXL_FETCH_CONSUMABLES] = "consumables",
                                    [JAXL_FETCH_USAGE] = "usage"};
enum { NAMES = sizeof names / sizeof *names };

const char *jaxl_fetch_kind_name(int kind)
{
    return kind < 0 || kind >= NAMES ? NULL : names[kind];
}

int jaxl_fetch_kind_parse(const char *name)
{
    for (int i = 0; i < NAMES; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}
