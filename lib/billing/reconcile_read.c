#include <stdio.h>
#include <string.h>

#include "billing/reconcile_impl.h"
#include "jaxl/clock.h"
#include "jaxl/phone.h"
#include "platform/disposition.h"

enum { CSV_COSTS = 16 /* costs of a record that is flat */ };

/* Text that is not empty (CSV has no null), of a string or a number. */
static const char *text_of(const struct jaxl_json *v, size_t *len)
{
    const char *text = jaxl_json_text(v, len);

    return text && *len ? text : NULL;
}

static const char *member(const struct jaxl_json *record, const char *name, size_t *len)
{
    return text_of(jaxl_json_find(record, name), len);
}

static bool is_true(const struct jaxl_json *v)
{
    return jaxl_json_bool(v) || strcmp(jaxl_json_string(v, ""), "true") == 0;
}

static int refuse(struct jaxl_error *err, const char *name)
{
    return jaxl_error_set(err, JAXL_EINPUT, "%s: not one", name);
}

static int failed(int code, const char *name, struct jaxl_error *err)
{
    return code ? jaxl_error_set(err, code, "%s: %s", name, jaxl_error_name(code)) : 0;
}

/* An integer from 1; 0 where it is null. */
static int read_id(const struct jaxl_json *v, const char *name, int64_t *id, struct jaxl_error *err)
{
    size_t len;

    *id = 0;
    if (jaxl_json_is_null(v) || (jaxl_json_type(v) == JAXL_JSON_STRING && !text_of(v, &len)))
        return 0;
    return jaxl_json_int(v, id) || *id < 1 ? refuse(err, name) : 0;
}

/* -1 where it is null. */
static int read_time(const struct jaxl_json *record, const char *name, int64_t *us,
                     struct jaxl_error *err)
{
    size_t len;
    const char *text = member(record, name, &len);

    *us = -1;
    return text && (jaxl_clock_parse(text, len, us) || *us < 0) ? refuse(err, name) : 0;
}

static int read_amount(struct jaxl_reconciler *r, const struct jaxl_json *v, const char *name,
                       struct jaxl_reconcile_amount *out, struct jaxl_error *err)
{
    size_t len;
    const char *text = text_of(v, &len);
    struct jaxl_money m;
    int rc;

    *out = (struct jaxl_reconcile_amount){.scale = JAXL_RECONCILE_NO_AMOUNT};
    if (jaxl_json_is_null(v) || (jaxl_json_type(v) == JAXL_JSON_STRING && !text))
        return 0;
    if (!text)
        return refuse(err, name);
    rc = jaxl_money_parse(text, len, &m, NULL);
    if (rc == JAXL_EINPUT)
        return refuse(err, name);
    return failed(rc ? rc : jaxl_reconcile_keep_amount(r, &m, out), name, err);
}

/* E.164 where it is; *key 0 where it is not. */
static const char *read_number(const struct jaxl_json *record, const char *name, size_t *len,
                               struct jaxl_phone *phone)
{
    const char *text = member(record, name, len);

    *phone = (struct jaxl_phone){0};
    if (!text || jaxl_phone_parse(text, *len, phone, NULL))
        return text;
    *len = strlen(phone->text);
    return phone->text;
}

static int read_numbers(struct jaxl_reconciler *r, const struct jaxl_json *record, const char *from,
                        const char *to, struct jaxl_reconcile_call *c, struct jaxl_error *err)
{
    struct jaxl_phone phone;
    size_t len = 0;
    const char *text;

    read_number(record, to, &len, &phone);
    c->to = phone.key;
    text = read_number(record, from, &len, &phone);
    return failed(jaxl_reconcile_keep(r, text, len, &c->from), from, err);
}

static int read_text(struct jaxl_reconciler *r, const struct jaxl_json *record, const char *name,
                     uint32_t *place, struct jaxl_error *err)
{
    size_t len = 0;
    const char *text = member(record, name, &len);

    return failed(jaxl_reconcile_keep(r, text, len, place), name, err);
}

/* One more cost of a call; what it has in that currency already is added to. */
static int add_cost(struct jaxl_reconciler *r, struct jaxl_reconcile_call *c, uint8_t currency,
                    struct jaxl_reconcile_amount amount)
{
    struct jaxl_reconcile_amount first = {c->cost, c->cost_scale};
    struct jaxl_reconcile_cost *cost = NULL;
    struct jaxl_money a, b;
    int rc;

    if (first.scale == JAXL_RECONCILE_NO_AMOUNT) {
        c->cost = amount.value;
        c->cost_scale = amount.scale;
        c->currency = currency;
        return 0;
    }
    for (uint32_t i = c->more; i && !cost; i = r->costs[i - 1].next)
        cost = r->costs[i - 1].currency == currency ? &r->costs[i - 1] : NULL;
    if (c->currency == currency || cost) {
        jaxl_reconcile_amount(cost ? cost->amount : first, &a);
        jaxl_reconcile_amount(amount, &b);
        rc = jaxl_money_add(&a, &b, &a);
        if (!rc)
            rc = jaxl_reconcile_keep_amount(r, &a, &amount);
        if (!rc && cost)
            cost->amount = amount;
        if (!rc && !cost) {
            c->cost = amount.value;
            c->cost_scale = amount.scale;
        }
        return rc;
    }
    rc = jaxl_reconcile_grow(&r->costs, r->n_costs, &r->cost_room, sizeof *r->costs);
    if (rc)
        return rc;
    r->costs[r->n_costs++] = (struct jaxl_reconcile_cost){amount, c->more, currency};
    c->more = r->n_costs;
    return 0;
}

static int read_cost(struct jaxl_reconciler *r, const struct jaxl_json *amount,
                     const struct jaxl_json *currency, struct jaxl_reconcile_call *c,
                     struct jaxl_error *err)
{
    struct jaxl_reconcile_amount a;
    size_t len = 0;
    const char *text = text_of(currency, &len);
    uint8_t place;
    int rc = read_amount(r, amount, "cost", &a, err);

    if (rc || a.scale == JAXL_RECONCILE_NO_AMOUNT)
        return rc;
    rc = jaxl_reconcile_keep_currency(r, text, len, &place);
    return failed(rc ? rc : add_cost(r, c, place, a), "cost", err);
}

static int read_costs(struct jaxl_reconciler *r, const struct jaxl_json *record,
                      struct jaxl_reconcile_call *c, struct jaxl_error *err)
{
    const struct jaxl_json *costs = jaxl_json_get(record, "costs");
    char amount[32], currency[32];
    int rc = 0;

    if (jaxl_json_type(costs) == JAXL_JSON_ARRAY) {
        for (const struct jaxl_json *v = jaxl_json_first(costs); v && !rc; v = jaxl_json_next(v))
            rc = read_cost(r, jaxl_json_get(v, "cost"), jaxl_json_get(v, "currency"), c, err);
        return rc;
    }
    for (int i = 0; i < CSV_COSTS && !rc; i++) {
        snprintf(amount, sizeof amount, "costs.%d.cost", i);
        snprintf(currency, sizeof currency, "costs.%d.currency", i);
        rc = read_cost(r, jaxl_json_get(record, amount), jaxl_json_get(record, currency), c, err);
    }
    return rc;
}

static int read_money(struct jaxl_reconciler *r, const struct jaxl_json *record,
                      struct jaxl_reconcile_call *c, struct jaxl_error *err)
{
    struct jaxl_reconcile_amount duration;
    int rc = read_amount(r, jaxl_json_get(record, "duration"), "duration", &duration, err);

    c->duration = duration.value;
    c->duration_scale = duration.scale;
    return rc ? rc : read_costs(r, record, c, err);
}

static uint8_t disposition_of(const char *name)
{
    for (int i = 1; name && i < JAXL_DISPOSITION_COUNT; i++)
        if (strcmp(jaxl_disposition_name(i), name) == 0)
            return (uint8_t)i;
    return JAXL_DISPOSITION_NONE;
}

static int read_our_time(const struct jaxl_json *record, struct jaxl_reconcile_call *c,
                         struct jaxl_error *err)
{
    static const char *const names[] = {"placed_at", "sent_at", "intended_at"};
    int rc = 0;

    for (size_t i = c->id ? 0 : 1; i < 3 && !rc && c->at < 0; i++)
        rc = read_time(record, names[i], &c->at, err);
    return rc;
}

static int read_lead(struct jaxl_reconciler *r, const struct jaxl_json *record,
                     struct jaxl_reconcile_call *c, struct jaxl_error *err)
{
    size_t len = 0;
    const char *lead = member(record, "lead", &len);
    struct jaxl_phone phone;

    if (lead && jaxl_phone_from_key(c->to, &phone) == 0 && strcmp(lead, phone.text) == 0)
        return 0;
    return failed(jaxl_reconcile_keep_lone(r, lead, len, &c->lead), "lead", err);
}

int jaxl_reconcile_read_ours(struct jaxl_reconciler *r, const struct jaxl_json *record,
                             struct jaxl_reconcile_call *c, struct jaxl_error *err)
{
    const char *word = jaxl_json_string(jaxl_json_get(record, "disposition"), NULL);
    int64_t attempt;
    int rc = read_id(jaxl_json_get(record, "call_id"), "call_id", &c->id, err);

    if (!rc)
        rc = read_id(jaxl_json_get(record, "attempt"), "attempt", &attempt, err);
    if (!rc)
        rc = read_our_time(record, c, err);
    if (!rc)
        rc = read_numbers(r, record, "from", "to", c, err);
    if (!rc)
        rc = read_text(r, record, "campaign", &c->campaign, err);
    if (!rc)
        rc = read_lead(r, record, c, err);
    if (!rc)
        rc = read_money(r, record, c, err);
    if (rc)
        return rc;
    c->attempt = attempt > UINT16_MAX ? 0 : (uint16_t)attempt;
    c->disposition = disposition_of(word);
    return 0;
}

/* The call of ours whose session a Call has, wherever it says so. */
static uint32_t find_session(const struct jaxl_reconciler *r, const struct jaxl_json *call)
{
    static const char *const names[] = {"session_id", "sid", "cid", "metadata.session_id"};
    struct jaxl_reconcile_session key;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = 0, at = 0;
        const char *text = member(call, names[i], &len);
        uint32_t place = 0;
        if (jaxl_reconcile_session_key(r, text, len, &key))
            place = jaxl_reconcile_by_session(r, &key, &at);
        if (place)
            return place;
    }
    return 0;
}

static uint8_t flags_of(const struct jaxl_json *call)
{
    size_t len;

    if (!member(call, "completed_on", &len))
        return 0;
    return is_true(jaxl_json_get(call, "is_finalized")) ? JAXL_RECONCILE_OVER | JAXL_RECONCILE_FINAL
                                                        : JAXL_RECONCILE_OVER;
}

int jaxl_reconcile_read_theirs(struct jaxl_reconciler *r, const struct jaxl_json *call,
                               struct jaxl_reconcile_call *c, struct jaxl_error *err)
{
    struct jaxl_disposition_facts facts;
    int64_t modified;
    int rc = read_id(jaxl_json_get(call, "id"), "id", &c->id, err);

    if (!rc && !c->id)
        rc = refuse(err, "id");
    if (!rc)
        rc = read_time(call, "created_on", &c->at, err);
    if (!rc)
        rc = read_time(call, "modified_on", &modified, err);
    if (!rc)
        rc = read_numbers(r, call, "from_number", "to_number", c, err);
    if (!rc)
        rc = read_text(r, call, "camp.name", &c->campaign, err);
    if (!rc)
        rc = read_money(r, call, c, err);
    if (rc)
        return rc;
    c->session = find_session(r, call);
    c->modified = modified > 0 ? (uint32_t)(modified / JAXL_SECOND) : 0;
    c->flags = flags_of(call);
    jaxl_disposition_read(call, &facts);
    if (jaxl_json_type(jaxl_json_get(call, "is_finalized")) == JAXL_JSON_BOOL)
        c->disposition = (uint8_t)facts.disposition; /* CSV has no such values to judge by */
    return 0;
}
