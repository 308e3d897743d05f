/* Phone numbers that can be rented: of blocks that are kept free for films, books and tests, and in
 * India of the blocks for businesses that call. */
#include <stdio.h>
#include <string.h>

#include "sandbox/request.h"

const char *const phone_resources[] = {"local", "mobile", "toll_free", NULL};

enum { OFFERS = 4 }; /* numbers of a block, from its first on */

static const struct block {
    const char *country, *resource, *intent; /* intent: NULL for both */
    const char *region, *locality;
    uint64_t first;
    const char *currency, *price; /* a month */
} blocks[] = {
    {"US", "local", NULL, "California", "San Francisco", 14155550170, "USD", RENT},
    {"US", "local", NULL, "New York", "New York", 12125550170, "USD", RENT},
    {"US", "toll_free", NULL, "", "", 18005550170, "USD", "2.15"},
    {"IN", "local", "promotional", "Maharashtra", "Mumbai", 911400001000, "INR", "300"},
    {"IN", "local", "promotional", "Karnataka", "Bengaluru", 911400002000, "INR", "300"},
    {"IN", "local", "transactional", "Maharashtra", "Mumbai", 911600001000, "INR", "450"},
    {"GB", "local", NULL, "England", "London", 442079460170, "USD", "1.50"},
    {"GB", "mobile", NULL, "", "", 447700900170, "USD", "1.75"},
    {"GB", "toll_free", NULL, "", "", 448081570170, "USD", "2.50"},
};

struct search {
    const char *resource, *intent, *contains;
};

static void write_offer(struct world *w, struct jaxl_json_writer *j, const struct block *b,
                        const char *number, const char *intent)
{
    static const char text[] =
        "{\"display_name\":\"%s\",\"phone_number\":\"%s\",\"iso_country\":\"%s\",\"capabilities\":"
        "{\"voice\":true,\"sms\":false,\"mms\":false},\"region\":\"%s\",\"locality\":\"%s\","
        "\"resource\":\"%s\",\"rental_currency\":\"%s\",\"signature\":\"%s\",\"provider\":1,"
        "\"intent\":\"%s\",\"rental_price\":%s}";
    char offer[128], proof[PROOF_HEX + 1];
    struct jaxl_buf out;

    snprintf(offer, sizeof offer, "%s:%s:%s:%s", number, intent, b->price, b->currency);
    proof_make(w, offer, proof);
    jaxl_buf_init(&out, 2048);
    jaxl_buf_printf(&out, text, number, number, b->country, b->region, b->locality, b->resource,
                    b->currency, proof, intent, b->price);
    jaxl_json_write_raw(j, jaxl_buf_text(&out), out.len);
    jaxl_buf_free(&out);
}

static bool block_matches(const struct request *r, const struct search *s, const struct block *b)
{
    return strcmp(b->resource, s->resource) == 0 &&
           (!b->intent || strcmp(b->intent, s->intent) == 0) &&
           param_admits(r, "iso_country_code", b->country) &&
           param_admits(r, "region", b->region) && param_admits(r, "locality", b->locality);
}

static void write_offers(struct world *w, struct request *r, const struct search *s,
                         const struct block *b)
{
    char number[E164_TEXT];

    for (uint64_t n = b->first; n < b->first + OFFERS; n++)
        if (!is_own_number(w, n) && strstr(e164_format(n, number), s->contains))
            write_offer(w, r->out, b, number, s->intent);
}

/* The resources that there are where it was asked for. */
static void write_resources(struct request *r)
{
    jaxl_json_write_key(r->out, "resources");
    jaxl_json_write_array(r->out);
    for (const char *const *name = phone_resources; *name; name++)
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
            if (strcmp(blocks[i].resource, *name) == 0 &&
                param_admits(r, "iso_country_code", blocks[i].country)) {
                jaxl_json_write_string(r->out, *name);
                break;
            }
    jaxl_json_write_end(r->out);
}

static const char *text_or(const struct request *r, const char *name, const char *fallback)
{
    const char *text = param_text(r, name);

    return text ? text : fallback;
}

static bool search_read(struct request *r, struct search *s)
{
    static const char *const intents[] = {"promotional", "transactional", NULL};

    *s = (struct search){text_or(r, "resource", "local"), text_or(r, "intent", "promotional"),
                         text_or(r, "contains", "")};
    if (!param_country(r, "iso_country_code") || !param_each_of(r, "resource", phone_resources) ||
        !param_each_of(r, "intent", intents))
        return false;
    return strspn(s->contains, "0123456789") == strlen(s->contains) ||
           refuse(r, 400, "INVALID_PARAMETER", "contains", "it must be digits");
}

static void search(struct world *w, struct request *r)
{
    struct search s;

    if (!search_read(r, &s))
        return;
    r->status = 200;
    jaxl_json_write_object(r->out);
    jaxl_json_write_key(r->out, "results");
    jaxl_json_write_array(r->out);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (block_matches(r, &s, &blocks[i]))
            write_offers(w, r, &s, &blocks[i]);
    jaxl_json_write_end(r->out);
    jaxl_json_write_member(r->out, "resource", s.resource);
    write_resources(r);
    jaxl_json_write_end(r->out);
}

static const char *const search_params[] = {"iso_country_code", "resource", "intent", "region",
                                            "locality",         "contains", NULL};

const struct route phone_search_routes[] = {
    {CALLS, "GET", "/v1/phonenumbers/search/", search_params, 0, search},
    {0},
};
