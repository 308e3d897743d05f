/* What was paid: the recharges of the wallets, and the rent of every number, month by month. */
#include <stdio.h>
#include <string.h>

#include "sandbox/request.h"

/* An order is a subscription, with the id of its number, or a recharge. The payments of an order
 * are numbered by its months, so that each keeps its id whatever comes later. */
enum { RECHARGE_ORDER = OWN_NUMBERS_MAX + 1, ORDER_IDS = 10000, RECHARGE_PLAN = 2 };
#define MONTH (30 * 86400 * JAXL_SECOND)

struct payment {
    int64_t id, order, month, time;
    const struct phone *phone; /* NULL for a recharge */
    int currency;
    struct jaxl_money amount;
    bool last; /* of its order */
};

static void write_money(struct jaxl_json_writer *j, const char *key, const struct jaxl_money *v)
{
    char text[JAXL_MONEY_TEXT];

    jaxl_json_write_key(j, key);
    jaxl_json_write_number(j, jaxl_money_format_fixed(v, 2, text));
}

static void write_raw(struct jaxl_json_writer *j, const char *key, const char *json)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_raw(j, json, strlen(json));
}

static bool order_matches(const struct request *r, size_t i)
{
    const char *currency = param_text(r, "currency");

    return currency ? param_admits_int(r, "currency", r->world->recharges[i].currency)
                    : r->world->recharges[i].currency == CURRENCY_USD;
}

static void write_order(struct request *r, size_t i)
{
    const struct recharge *recharge = &r->world->recharges[i];
    struct jaxl_json_writer *j = r->out;

    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", RECHARGE_ORDER + (int64_t)i);
    jaxl_json_write_member_int(j, "plan_id", RECHARGE_PLAN);
    jaxl_json_write_member(j, "name", "Recharge");
    jaxl_json_write_member(j, "order_status", "PAID");
    jaxl_json_write_key(j, "provider");
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "customer", APP_USER_ID);
    jaxl_json_write_member_int(j, "provider", 1);
    jaxl_json_write_member(j, "provider_customer_id", NULL);
    jaxl_json_write_member_int(j, "currency", recharge->currency);
    jaxl_json_write_end(j);
    write_money(j, "cost", &recharge->amount);
    write_raw(j, "fees", "{\"fees_percentage\":0,\"fees_amount\":0}");
    jaxl_json_write_member(j, "symbol", currencies[recharge->currency].symbol);
    jaxl_json_write_end(j);
}

static void orders(struct world *w, struct request *r)
{
    int64_t currency;

    if (param_currency(r, false, &currency))
        page_serve(r, w->n_recharges, order_matches, write_order);
}

/* Full months since the account was opened. */
static int64_t months(const struct request *r)
{
    return r->now > r->world->opened ? (r->now - r->world->opened) / MONTH : 0;
}

static size_t payments_max(const struct request *r)
{
    return (size_t)(months(r) + 1) * (r->world->n_own + r->world->n_recharges);
}

/* The i-th payment, the newest first. False: a place where none is, a recharge is not renewed. */
static bool payment_at(const struct request *r, size_t i, struct payment *p)
{
    const struct world *w = r->world;
    size_t at = payments_max(r) - 1 - i, n = w->n_own + w->n_recharges, order = at % n;

    *p = (struct payment){.month = (int64_t)(at / n), .currency = CURRENCY_USD, .last = true};
    if (order < w->n_own) {
        p->order = (int64_t)order + 1;
        p->phone = &w->own[order];
        p->last = p->month == months(r);
        jaxl_money_parse(RENT, strlen(RENT), &p->amount, NULL);
    } else {
        const struct recharge *recharge = &w->recharges[order - w->n_own];
        p->order = RECHARGE_ORDER + (int64_t)(order - w->n_own);
        p->currency = recharge->currency;
        p->amount = recharge->amount;
    }
    p->id = p->month * ORDER_IDS + p->order;
    p->time = w->opened + p->month * MONTH;
    return p->phone || p->month == 0;
}

/* Initial or Renewal, "" for a recharge. */
static const char *subscription_type(const struct payment *p)
{
    return !p->phone ? "" : p->month ? "Renewal" : "Initial";
}

static const char *item_type(const struct payment *p)
{
    return p->phone ? "PHONE_NUMBER" : "CONSUMABLE";
}

static bool payment_matches(const struct request *r, size_t i)
{
    const char *historical = param_text(r, "historical");
    struct payment p;

    return payment_at(r, i, &p) &&
           (param_text(r, "currency") ? param_admits_int(r, "currency", p.currency)
                                      : p.currency == CURRENCY_USD) &&
           (p.last || !historical || *historical == 't') &&
           param_admits(r, "item_type", item_type(&p)) &&
           param_admits_int(r, "order_id", p.order) &&
           param_admits(r, "subscription_type", subscription_type(&p));
}

static void write_payment(struct request *r, size_t i)
{
    struct jaxl_json_writer *j = r->out;
    char time[JAXL_CLOCK_ISO_MAX], transaction[48], number[E164_TEXT];
    struct payment p;

    payment_at(r, i, &p);
    jaxl_clock_format(p.time, time);
    snprintf(transaction, sizeof transaction, "sandbox-transaction-%lld", (long long)p.id);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", p.id);
    jaxl_json_write_member_int(j, "order_id", p.order);
    jaxl_json_write_member(j, "plan_name", p.phone ? "Phone number" : "Recharge");
    jaxl_json_write_member(j, "provider_plan_id", p.phone ? "plan_sandbox" : "recharge_sandbox");
    jaxl_json_write_member(j, "transaction_id", transaction);
    write_money(j, "amount", &p.amount);
    jaxl_json_write_member(j, "currency_symbol", currencies[p.currency].symbol);
    jaxl_json_write_member(j, "transaction_timestamp", time);
    jaxl_json_write_member(j, "status", "PAID");
    jaxl_json_write_member(j, "item_type", item_type(&p));
    write_raw(j, "period", p.phone ? "5" : "null");
    write_raw(j, "includes", "[]");
    write_raw(j, "interval", p.phone ? "1" : "null");
    jaxl_json_write_member(j, "sku", p.phone ? e164_format(p.phone->number, number) : NULL);
    jaxl_json_write_member(j, "subscription_type", p.phone ? subscription_type(&p) : NULL);
    jaxl_json_write_end(j);
}

static void payments(struct world *w, struct request *r)
{
    static const char *const types[] = {"Initial", "Renewal", NULL};
    enum tristate historical;
    int64_t currency;

    (void)w;
    if (param_currency(r, false, &currency) && param_bool(r, "historical", &historical) &&
        param_each_id(r, "order_id") && param_each_of(r, "subscription_type", types))
        page_serve(r, payments_max(r), payment_matches, write_payment);
}

/* The protocol does not say what is in an invoice: this is what a statement needs. */
static void write_invoice(struct jaxl_json_writer *j, const struct payment *p)
{
    char time[JAXL_CLOCK_ISO_MAX], number[48];

    jaxl_clock_format(p->time, time);
    snprintf(number, sizeof number, "SANDBOX-%08lld", (long long)p->id);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", p->id);
    jaxl_json_write_member_int(j, "payment_id", p->id);
    jaxl_json_write_member(j, "number", number);
    write_money(j, "amount", &p->amount);
    jaxl_json_write_member(j, "currency_symbol", currencies[p->currency].symbol);
    jaxl_json_write_member(j, "issued_on", time);
    jaxl_json_write_member(j, "url", NULL);
    jaxl_json_write_key(j, "items");
    jaxl_json_write_array(j);
    jaxl_json_write_object(j);
    jaxl_json_write_member(j, "name", p->phone ? "Phone number" : "Recharge");
    jaxl_json_write_member(j, "sku", p->phone ? e164_format(p->phone->number, number) : NULL);
    jaxl_json_write_member_int(j, "quantity", 1);
    write_money(j, "amount", &p->amount);
    jaxl_json_write_end(j);
    jaxl_json_write_end(j);
    jaxl_json_write_end(j);
}

static void invoice(struct world *w, struct request *r)
{
    int64_t id = 0;
    struct payment p;

    (void)w;
    if (!param_text(r, "payment_id")) {
        refuse(r, 400, "MISSING_PARAMETER", "payment_id", "it is required");
        return;
    }
    if (!param_int(r, "payment_id", 1, INT64_MAX, &id))
        return;
    for (size_t i = 0; i < payments_max(r); i++)
        if (payment_at(r, i, &p) && p.id == id) {
            r->status = 200;
            write_invoice(r->out, &p);
            return;
        }
    refuse(r, 404, "NOT_FOUND", "payment_id", "no payment has the id %lld", (long long)id);
}

static const char *const order_params[] = {"currency", "limit", "offset", NULL};
static const char *const payment_params[] = {
    "currency",          "historical", "item_type", "order_id",
    "subscription_type", "limit",      "offset",    NULL};
static const char *const invoice_params[] = {"payment_id", NULL};

const struct route payment_list_routes[] = {
    {ACCOUNTS, "GET", "/v3/orders/consumables/", order_params, 0, orders},
    {ACCOUNTS, "GET", "/v1/payments/", payment_params, 0, payments},
    {ACCOUNTS, "GET", "/v1/customer/invoice/", invoice_params, 0, invoice},
    {0},
};
