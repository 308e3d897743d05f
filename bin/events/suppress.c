#include "events/suppress.h"

#include <stdio.h>
#include <stdlib.h>

#include "jaxl/campaign.h"

int suppress_record(const char *ledger, const char *number, const char *event,
                    struct jaxl_error *err)
{
    char source[96];

    (void)snprintf(source, sizeof source, "webhook event %s", event);
    return jaxl_campaign_suppress(ledger, &number, 1, source, err);
}

int suppress_check(const char *ledger, struct jaxl_error *err)
{
    int rc = jaxl_campaign_suppress(ledger, NULL, 0, EVENTS, err);

    if (rc == JAXL_ECONFIG) /* it is an input, and no configuration of ours */
        rc = err->code = JAXL_EINPUT;
    return !rc || rc == JAXL_EBUSY ? 0 : jaxl_error_prefix(err, rc, "--suppress");
}

int suppress_open(struct suppress *o, const struct options *options, struct jaxl_error *err)
{
    const struct jaxl_texts *conditions = &options->opt_out;
    int rc = options->suppress ? suppress_check(options->suppress, err) : 0;

    if (rc)
        return rc;
    o->ledger = options->suppress;
    o->any = calloc(conditions->n + 1, sizeof(struct jaxl_filter *));
    if (!o->any)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    while (o->n < conditions->n && !rc) {
        const struct jaxl_filter_options one = {.conditions = &conditions->items[o->n],
                                                .n_conditions = 1};
        rc = jaxl_filter_new(&o->any[o->n], &one, err);
        o->n += !rc;
    }
    return rc;
}

/* The number of the person in the call; NULL: nobody knows whose. */
static const char *number_of(const struct jaxl_json *event)
{
    static const char *const members[] = {NULL, "from", "to"};
    int64_t direction;

    if (jaxl_json_int(jaxl_json_get(event, "direction"), &direction) || direction < 1 ||
        direction > 2)
        return NULL;
    return jaxl_json_string(jaxl_json_get(event, members[direction]), NULL);
}

int suppress_take(struct suppress *o, const struct jaxl_json *record, struct jaxl_error *err)
{
    const char *number = number_of(record);
    int is = 0, rc;

    for (size_t i = 0; i < o->n && !is; i++)
        is = jaxl_filter_test(o->any[i], record, err);
    if (is <= 0)
        return is;
    if (!number)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "NOT recorded: somebody opted out, and no number is known");
    rc =
        suppress_record(o->ledger, number, jaxl_json_string(jaxl_json_get(record, "id"), "?"), err);
    return rc == JAXL_EARG ? JAXL_EINPUT : rc;
}

void suppress_close(struct suppress *o)
{
    for (size_t i = 0; i < o->n; i++)
        jaxl_filter_free(&o->any[i]);
    free(o->any);
    *o = (struct suppress){0};
}
