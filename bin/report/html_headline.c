#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jaxl/money.h>

#include "report/html.h"

static int64_t sum(const struct report_rows *rows, const char *name)
{
    int64_t n = 0;

    for (size_t i = 0; i < rows->n; i++)
        n += figure_count(rows->items[i], name);
    return n;
}

static void begin(struct html *h, const char *label)
{
    jaxl_buf_puts(h->out, "<div><dt>");
    html_puts(h->out, label);
    jaxl_buf_puts(h->out, "</dt>\n<dd><strong>");
}

static void end(struct html *h)
{
    jaxl_buf_puts(h->out, "</dd></div>\n");
}

/* All seconds of talk in microseconds; -1: a row has none, or they do not fit. */
static int64_t talk_us(const struct report_rows *rows)
{
    struct jaxl_money all = jaxl_money_int(0), one;
    char text[JAXL_MONEY_TEXT];
    const struct jaxl_money million = jaxl_money_int(1000000);
    long long us;

    for (size_t i = 0; i < rows->n; i++) {
        size_t len;
        const char *talk = jaxl_json_text(jaxl_json_get(rows->items[i], "talk"), &len);
        if (!talk || jaxl_money_parse(talk, len, &one, NULL) || jaxl_money_add(&all, &one, &all))
            return -1;
    }
    if (jaxl_money_multiply(&all, &million, &all))
        return -1;
    errno = 0;
    us = strtoll(jaxl_money_format_fixed(&all, 0, text), NULL, 10);
    return errno || us < 0 ? -1 : us;
}

static void put_average(struct html *h, int64_t answered)
{
    const int64_t us = talk_us(&h->p->totals);
    char text[32];
    int64_t each, seconds, rest;

    if (us < 0 || !answered || answered > INT64_MAX / 2000000)
        return;
    each = answered * 1000000;
    seconds = us / each;
    rest = us % each;
    if (rest > each - rest || (rest == each - rest && seconds % 2))
        seconds++;
    begin(h, "Average talk (ACD)");
    (void)snprintf(text, sizeof text, "%lld", (long long)seconds);
    html_put_span(h, text, true);
    jaxl_buf_puts(h->out, "</strong> <span>of ");
    (void)snprintf(text, sizeof text, "%lld.%06lld", (long long)(us / 1000000),
                   (long long)(us % 1000000));
    html_put_span(h, text, false);
    jaxl_buf_puts(h->out, " in all</span>");
    end(h);
}

static bool has_provisional(const struct jaxl_json *row)
{
    return figure_count(row, "provisional") > 0;
}

static void put_provisional(struct html *h, const struct jaxl_json *row, const char *currency)
{
    const char *cost = jaxl_json_text(jaxl_json_get(row, "provisional_cost"), NULL);
    const int64_t n = figure_count(row, "provisional");

    jaxl_buf_puts(h->out, " <span>plus ");
    if (cost) {
        html_put_money(h, cost, currency);
        jaxl_buf_puts(h->out, " provisional (");
    }
    html_put_count(h, n);
    jaxl_buf_puts(h->out, n == 1 ? " call" : " calls");
    jaxl_buf_puts(h->out, cost ? ")</span>" : " provisional</span>");
}

static void put_costs(struct html *h)
{
    const struct report_rows *totals = &h->p->totals;

    for (size_t i = 0; i < totals->n; i++) {
        const struct jaxl_json *row = totals->items[i];
        const char *cost = jaxl_json_text(jaxl_json_get(row, "cost"), NULL);
        const char *own = figure_text(row, "currency");
        const char *currency = own ? own : h->currency;
        if (!cost || (!currency && !has_provisional(row)))
            continue;
        jaxl_buf_puts(h->out, "<div><dt>Cost");
        if (currency) {
            jaxl_buf_puts(h->out, ", ");
            html_put_apart(h->out, currency, strlen(currency));
        }
        jaxl_buf_puts(h->out, "</dt>\n<dd><strong>");
        html_put_money(h, cost, currency);
        jaxl_buf_puts(h->out, "</strong>");
        if (has_provisional(row))
            put_provisional(h, row, currency);
        end(h);
    }
}

void html_put_headline(struct html *h)
{
    const struct report_rows *totals = &h->p->totals;
    const int64_t attempts = sum(totals, "attempts"), answered = sum(totals, "answered");

    if (!totals->n)
        return;
    jaxl_buf_puts(h->out, "<dl class=\"figures\">\n");
    begin(h, "Calls");
    html_put_count(h, attempts);
    jaxl_buf_puts(h->out, "</strong>");
    end(h);
    if (attempts > 0) {
        begin(h, "Answered (ASR)");
        html_put_count(h, answered);
        jaxl_buf_puts(h->out, "</strong> <span>");
        html_put_part(h, answered, attempts);
        jaxl_buf_puts(h->out, " of the calls</span>");
        end(h);
    }
    put_average(h, answered);
    put_costs(h);
    jaxl_buf_puts(h->out, "</dl>\n");
}
