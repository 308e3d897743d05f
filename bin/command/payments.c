/* payments, payments consumables, payments subscriptions. */
#include <stdlib.h>

#include "command/command.h"
#include "common/file.h"
#include "jaxl/payments.h"

struct total {
    struct base base;
    int64_t currency;
};
static const struct cli_option total_options[] = {
    OPTION_CURRENCY(offsetof(struct total, currency)),
};
static int total(struct run *run, void *fields, struct jaxl_error *err)
{
    struct jaxl_payments_total t;
    int code = jaxl_payments_consumables_total(run->session, ((struct total *)fields)->currency,
                                               &run->answer, err);

    return code ? code : jaxl_payments_total_read(run->answer.value, &t, err);
}

struct consumables {
    struct base base;
    struct jaxl_payments_consumables f;
};
static const struct cli_option consumables_options[] = {
    OPTION_CURRENCY(offsetof(struct consumables, f.currency)),
    OPTION_PAGE(struct consumables, f),
};
static int consumables(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_payments_consumables_list(run->session, &((struct consumables *)fields)->f,
                                          &run->answer, err);
}

struct subscriptions {
    struct base base;
    struct jaxl_payments_subscriptions f;
};
static const struct cli_option subscriptions_options[] = {
    OPTION_CURRENCY(offsetof(struct subscriptions, f.currency)),
    OPTION("status", CLI_LIST, "STATUS",
           "ACTIVE, CANCELED, COMPLETED, INCOMPLETE, INCOMPLETE_EXPIRED, PAST_DUE, TRIALING or "
           "UNPAID; may be repeated",
           offsetof(struct subscriptions, f.status)),
    OPTION("item", CLI_TEXT, "ITEM", "of this kind", offsetof(struct subscriptions, f.item)),
    OPTION("sku", CLI_TEXT, "SKU", "of this SKU", offsetof(struct subscriptions, f.sku)),
    OPTION_PAGE(struct subscriptions, f),
};
static int subscriptions(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_payments_subscriptions(run->session, &((struct subscriptions *)fields)->f,
                                       &run->answer, err);
}

struct list {
    struct base base;
    struct jaxl_payments_filter f;
};
static const struct cli_option list_options[] = {
    OPTION_CURRENCY(offsetof(struct list, f.currency)),
    OPTION("historical", CLI_SWITCH, NULL, "payments of the past",
           offsetof(struct list, f.historical)),
    OPTION("item-type", CLI_TEXT, "TYPE", "for this kind of item",
           offsetof(struct list, f.item_type)),
    OPTION("order-id", CLI_TEXT, "ID", "of this order", offsetof(struct list, f.order_id)),
    OPTION("subscription-type", CLI_TEXT, "TYPE", "Initial or Renewal",
           offsetof(struct list, f.subscription_type)),
    OPTION_PAGE(struct list, f),
};
static int list(struct run *run, void *fields, struct jaxl_error *err)
{
    return jaxl_payments_list(run->session, &((struct list *)fields)->f, &run->answer, err);
}

struct invoice {
    struct base base;
    const char *payment, *path;
};
static const struct cli_option invoice_options[] = {
    OPTION("payment-id", CLI_TEXT, "ID", "the payment", offsetof(struct invoice, payment)),
    OPTION("path", CLI_TEXT, "FILE", "where it goes (default: standard output)",
           offsetof(struct invoice, path)),
};
static int check_invoice(void *fields, struct jaxl_error *err)
{
    const struct invoice *o = fields;
    int code = need(o->payment && *o->payment, "payment-id", err);

    return code ? code : check_path(o->path, err);
}
static int invoice(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct invoice *o = fields;
    int code = jaxl_payments_invoice(run->session, o->payment, &run->answer, err);

    return code ? code : cli_file_write(o->path, run->answer.text, run->answer.len, err);
}

const struct command payments_commands[] = {
    {.words = "payments consumables total",
     .endpoint = JAXL_CONSUMABLES_TOTAL,
     .summary = "What was recharged in all.",
     .size = sizeof(struct total),
     OPTIONS(total_options),
     .example = "payments consumables total --currency INR",
     .call = total},
    {.words = "payments consumables list",
     .endpoint = JAXL_CONSUMABLES_LIST,
     .summary = "Recharges.",
     LIST(struct consumables, f),
     OPTIONS(consumables_options),
     .columns = "id,name,order_status,cost,symbol",
     .example = "payments consumables list --currency INR --all",
     .call = consumables},
    {.words = "payments subscriptions list",
     .endpoint = JAXL_SUBSCRIPTIONS_LIST,
     .summary = "Subscriptions.",
     LIST(struct subscriptions, f),
     OPTIONS(subscriptions_options),
     .columns = "id,name,status,order_status,item.sku,cost,symbol",
     .example = "payments subscriptions list --status ACTIVE",
     .call = subscriptions},
    {.words = "payments list",
     .endpoint = JAXL_PAYMENTS_LIST,
     .summary = "Payments.",
     LIST(struct list, f),
     OPTIONS(list_options),
     .columns = "id,plan_name,amount,currency_symbol,transaction_timestamp,status",
     .example = "payments list --currency INR --limit 20",
     .call = list},
    {.words = "payments invoice",
     .endpoint = JAXL_PAYMENTS_INVOICE,
     .summary = "The invoice of a payment.",
     .flags = COMMAND_FILE,
     .size = sizeof(struct invoice),
     OPTIONS(invoice_options),
     .example = "payments invoice --payment-id 17 --path invoice",
     .check = check_invoice,
     .call = invoice},
    {0},
};
