/* Payments: the wallet's recharges, and the subscriptions that the numbers are rented by. */
#include "sandbox/request.h"

static void consumables(struct world *w, struct request *r)
{
    char text[JAXL_MONEY_TEXT], proof[PROOF_TEXT];
    int64_t currency;
    int wallet;

    if (!param_currency(r, false, &currency))
        return;
    wallet = currency < CURRENCIES ? (int)currency : 0;
    recharge_proof(w, wallet, proof);
    r->status = 200;
    jaxl_json_write_object(r->out);
    jaxl_json_write_key(r->out, "total");
    jaxl_json_write_number(r->out, jaxl_money_format_fixed(&w->wallets[wallet].recharged, 2, text));
    jaxl_json_write_member(r->out, "symbol", currencies[wallet].symbol);
    jaxl_json_write_member(r->out, "signed", proof);
    jaxl_json_write_end(r->out);
}

/* Every number is rented by a subscription that differs only in its id and label. */
static void write_subscription(struct world *w, struct jaxl_json_writer *j, size_t i)
{
    static const char text[] =
        "{\"id\":%zu,\"plan_id\":1,\"provider_plan_id\":\"plan_sandbox\",\"name\":\"Phone number\","
        "\"status\":\"ACTIVE\",\"order_status\":\"PAID\",\"provider\":{\"customer\":%d,"
        "\"provider\":1,\"provider_customer_id\":null,\"currency\":null},\"plan\":{\"id\":1,"
        "\"app_id\":%d,\"name\":\"Phone number\",\"type\":{\"id\":1,\"cycle\":{\"every\":1,"
        "\"period\":5,\"symbol\":\"month\"}},\"item\":{\"name\":\"PHONE_NUMBER\",\"country\":null,"
        "\"number_type\":null,\"capabilities\":null},\"price\":{\"id\":1,\"app_id\":%d,"
        "\"price\":" RENT
        ",\"symbol\":\"$\",\"cost_per_year\":null,\"cost_by_100\":null},\"fees\":0,"
        "\"extra_details\":{},\"includes\":[],\"product_ids\":[],\"label\":null,\"message\":null,"
        "\"is_bundle\":false,\"enabled\":true,\"public\":true,\"release\":null},"
        "\"can_resubscribe\":{\"eligible\":false,\"reason\":\"\"},\"can_resubscribe_sku\":false,"
        "\"expiry_timestamp\":{\"type\":1,\"timestamp\":null,\"time_left_days\":null},"
        "\"cancel_timestamp\":{\"is_canceled\":false,\"canceled_by\":1,\"canceled_at\":null},"
        "\"cost\":" RENT ",\"fees\":{\"fees_percentage\":0,\"fees_amount\":0},\"symbol\":\"$\","
        "\"item\":{\"type\":\"PHONE_NUMBER\",\"sku\":\"%s\",\"sku_label\":\"%s\","
        "\"sku_hex_color\":null,\"country_name\":null,\"iso_country_code\":null,"
        "\"iso_alpha3_country_code\":null,\"flag_url\":null,\"intent\":null},\"tags\":[],"
        "\"includes\":[],\"jaxlid\":\"sandbox-subscription-%zu\",\"reason\":null,"
        "\"next_invoice_timestamp\":null}";
    char number[E164_TEXT];
    struct jaxl_buf b;

    e164_format(w->own[i].number, number);
    jaxl_buf_init(&b, 4096);
    jaxl_buf_printf(&b, text, i + 1, APP_USER_ID, APP_ID, APP_ID, number, number, i + 1);
    jaxl_json_write_raw(j, jaxl_buf_text(&b), b.len);
    jaxl_buf_free(&b);
}

static void subscriptions(struct world *w, struct request *r)
{
    static const char *const statuses[] = {
        "ACTIVE",   "CANCELED", "COMPLETED", "INCOMPLETE", "INCOMPLETE_EXPIRED",
        "PAST_DUE", "TRIALING", "UNPAID",    NULL};
    struct page page;
    int64_t currency;
    size_t count;

    if (!page_read(r, &page) || !param_currency(r, false, &currency) ||
        !param_each_of(r, "status", statuses))
        return;
    count = param_admits(r, "status", "ACTIVE") && param_admits(r, "item", "PHONE_NUMBER") &&
                    !param_text(r, "sku")
                ? w->n_own
                : 0;
    page_open(w, r, &page, count);
    for (size_t i = page.offset; i < count && i - page.offset < page.limit; i++)
        write_subscription(w, r->out, i);
    page_close(r);
}

static const char *const consumables_params[] = {"currency", NULL};
static const char *const subscription_params[] = {"currency", "status", "item", "sku",
                                                  "limit",    "offset", NULL};

const struct route payment_routes[] = {
    {ACCOUNTS, "GET", "/v1/customer/consumables/", consumables_params, 0, consumables},
    {ACCOUNTS, "GET", "/v3/orders/subscriptions/", subscription_params, 0, subscriptions},
    {0},
};
