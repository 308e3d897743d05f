#include "billing/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/decimal.h"
#include "jaxl/number.h"

enum { PREFIX_DIGITS = 4 };

enum { KEY_BYTES = 16 * 1024 * 1024 }; /* of a group's key */

static const struct jaxl_key_part none = {.type = 'n'};

static struct jaxl_key_part text_part(const char *text)
{
    return (struct jaxl_key_part){.type = '"', .text = text, .len = (uint32_t)strlen(text)};
}

static const struct jaxl_scan_value *first_given(const struct jaxl_key *k,
                                                 const struct jaxl_key_context *c)
{
    for (int i = 0; i < k->n_slots; i++)
        if (jaxl_fact_given(&c->values[k->slots[i]]))
            return &c->values[k->slots[i]];
    return NULL;
}

static struct jaxl_key_part find_value(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_scan_value *v = first_given(k, c);

    if (!v)
        return none;
    return (struct jaxl_key_part){
        .type = v->type == JAXL_JSON_NUMBER || v->type == JAXL_JSON_BOOL ? '#' : '"',
        .text = v->text,
        .len = v->len};
}

/* How many digits a text begins with. */
static uint32_t digits(const char *text, uint32_t len)
{
    uint32_t n = 0;

    while (n < len && text[n] >= '0' && text[n] <= '9')
        n++;
    return n;
}

/* An id is a number, also where it comes from a CSV. */
static struct jaxl_key_part find_number(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    struct jaxl_key_part part = find_value(k, c);

    if (part.type == '"' && part.len < 19 && part.text[0] != '0' &&
        digits(part.text, part.len) == part.len)
        part.type = '#';
    return part;
}

static const struct jaxl_moment *moment_of(struct jaxl_key_context *c)
{
    return c->fact->timed ? jaxl_moments_at(&c->moments, c->fact->at) : NULL;
}

static struct jaxl_key_part find_day(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_moment *m = moment_of(c);

    (void)k;
    return m ? text_part(m->day) : none;
}

static struct jaxl_key_part find_week(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_moment *m = moment_of(c);

    (void)k;
    return m ? text_part(m->week) : none;
}

static struct jaxl_key_part find_month(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_moment *m = moment_of(c);

    (void)k;
    return m ? text_part(m->month) : none;
}

static struct jaxl_key_part find_weekday(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_moment *m = moment_of(c);

    (void)k;
    return m ? text_part(m->weekday) : none;
}

static struct jaxl_key_part find_hour(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_moment *m = moment_of(c);
    struct jaxl_key_part part = m ? text_part(m->hour) : none;

    (void)k;
    if (m)
        part.type = '#';
    return part;
}

static struct jaxl_key_part find_disposition(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    (void)k;
    if (!c->fact->disposition)
        return none;
    return (struct jaxl_key_part){
        .type = '"', .text = c->fact->disposition, .len = c->fact->disposition_len};
}

static struct jaxl_key_part find_currency(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    (void)k;
    if (!c->fact->n_costs || !c->fact->costs[0].currency)
        return none;
    jaxl_group_currency_text(c->fact->costs[0].currency, c->scratch);
    return text_part(c->scratch);
}

/* "+" and digits, however the number is written; of what is no number none. */
static struct jaxl_key_part prefix_part(struct jaxl_key_context *c, const char *text, uint32_t n)
{
    if (!n)
        return none;
    c->prefix[0] = '+';
    memcpy(c->prefix + 1, text, n);
    return (struct jaxl_key_part){.type = '"', .text = c->prefix, .len = n + 1};
}

static struct jaxl_key_part find_prefix(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_scan_value *v = first_given(k, c);
    const struct jaxl_tariff_row *row;
    uint32_t size = k->size ? k->size : PREFIX_DIGITS, n, plus;

    if (!v)
        return none;
    if (k->size || !c->tariff) {
        plus = *v->text == '+';
        n = digits(v->text + plus, v->len - plus);
        return prefix_part(c, v->text + plus, n < size ? n : size);
    }
    row = jaxl_tariff_find(c->tariff, v->text, v->len,
                           c->fact->timed
                               ? c->fact->at + jaxl_moments_at(&c->moments, c->fact->at)->offset
                               : INT64_MAX);
    if (row && !*row->prefix)
        return text_part("*");
    return row ? prefix_part(c, row->prefix, (uint32_t)strlen(row->prefix)) : none;
}

static struct jaxl_key_part find_country(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    const struct jaxl_scan_value *v = first_given(k, c);
    struct jaxl_key_country *kept;
    struct jaxl_phone phone;

    if (!v || jaxl_phone_parse(v->text, v->len, &phone, NULL))
        return none;
    kept = &c->countries[phone.key * UINT64_C(0x9E3779B97F4A7C15) >> 54];
    if (kept->number != phone.key) {
        kept->number = phone.key;
        if (jaxl_number_region(&phone, kept->region, NULL))
            kept->region[0] = '\0';
    }
    return kept->region[0] ? text_part(kept->region) : none;
}

static void add_tag(struct jaxl_key_context *c, const char *text, size_t len)
{
    for (size_t i = 0; i < c->n_tags; i++)
        if (c->tags[i].len == len && memcmp(c->tags[i].text, text, len) == 0)
            return;
    if (c->n_tags == JAXL_KEY_TAGS)
        c->failed = JAXL_ELIMIT;
    else
        c->tags[c->n_tags++] =
            (struct jaxl_key_part){.type = '"', .text = text, .len = (uint32_t)len};
}

static void add_list(struct jaxl_key_context *c, const struct jaxl_scan_value *v)
{
    const struct jaxl_json *root = NULL;
    int rc =
        v->text[0] == '[' ? jaxl_json_parse(c->doc, v->text, v->len, &root, NULL) : JAXL_EINPUT;

    if (rc == JAXL_EINPUT)
        add_tag(c, v->text, v->len);
    else if (rc)
        c->failed = rc;
    for (const struct jaxl_json *t = jaxl_json_first(root); t; t = jaxl_json_next(t)) {
        size_t len = 0;
        const struct jaxl_json *name = jaxl_json_get(t, "name");
        const char *text = jaxl_json_text(name ? name : t, &len);
        if (text && len)
            add_tag(c, text, len);
    }
}

/* "tags" is an array of objects with a name, or of texts; in a CSV it is that as text, or the
 * columns tags.0.name to tags.7.name. */
static void find_tags(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    c->n_tags = 0;
    for (int i = 1; i < k->n_slots; i++)
        if (jaxl_fact_given(&c->values[k->slots[i]]))
            add_tag(c, c->values[k->slots[i]].text, c->values[k->slots[i]].len);
    if (jaxl_fact_given(&c->values[k->slots[0]]))
        add_list(c, &c->values[k->slots[0]]);
}

static struct jaxl_key_part find_tag(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    find_tags(k, c);
    return c->n_tags ? c->tags[0] : none;
}

static const struct jaxl_key_kind kinds[] = {
    {"day", find_day, {NULL}},
    {"week", find_week, {NULL}},
    {"month", find_month, {NULL}},
    {"hour", find_hour, {NULL}},
    {"weekday", find_weekday, {NULL}},
    {"campaign", find_value, {"campaign", "camp.name", "camp.campaign_id"}},
    {"from", find_value, {"from", "from_number"}},
    {"to", find_value, {"to", "to_number"}},
    {"to-prefix", find_prefix, {"to", "to_number"}},
    {"country", find_country, {"to", "to_number"}},
    {"ivr", find_number, {"ivr"}},
    {"tag",
     find_tag,
     {"tags", "tags.0.name", "tags.1.name", "tags.2.name", "tags.3.name", "tags.4.name",
      "tags.5.name", "tags.6.name", "tags.7.name"}},
    {"actor", find_number, {"actor"}},
    {"disposition", find_disposition, {NULL}},
    {"failure_reason", find_value, {"failure_reason"}},
    {"currency", find_currency, {NULL}},
};
static const struct jaxl_key_kind path_kind = {"path", find_value, {NULL}};

const char *const *jaxl_report_keys(void)
{
    static const char *const names[] = {
        "day",   "week",        "month",          "hour",     "weekday", "campaign",
        "from",  "to",          "to-prefix",      "country",  "ivr",     "tag",
        "actor", "disposition", "failure_reason", "currency", NULL};

    return names;
}

static int add_slot(struct jaxl_key *k, const char *path, struct jaxl_fact_slots *slots,
                    struct jaxl_error *err)
{
    int slot = jaxl_fact_slot(slots, path);

    if (slot < 0)
        return jaxl_error_set(err, JAXL_EARG, "'%s': that are too many different fields", path);
    k->slots[k->n_slots++] = slot;
    return 0;
}

/* "to-prefix:5" */
static int read_size(struct jaxl_key *k, const char *text, struct jaxl_error *err)
{
    char *end;
    unsigned long size = text ? strtoul(text + 1, &end, 10) : 0;

    if (text && (size < 1 || size > 15 || *end))
        return jaxl_error_set(err, JAXL_EARG, "'%s' is no number of digits from 1 to 15", text + 1);
    k->size = (unsigned)size;
    return 0;
}

static const struct jaxl_key_kind *kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return &path_kind;
}

static int check_country(struct jaxl_error *err)
{
    struct jaxl_phone phone;
    char region[JAXL_NUMBER_REGION];
    int rc = jaxl_phone_parse("+12015550123", 12, &phone, err);

    return rc ? rc : jaxl_number_region(&phone, region, err);
}

int jaxl_key_init(struct jaxl_key *k, const char *text, struct jaxl_fact_slots *slots,
                  struct jaxl_error *err)
{
    const char *colon = strncmp(text, "to-prefix:", 10) == 0 ? text + 9 : NULL;
    int rc;

    *k = (struct jaxl_key){.n_slots = 0};
    if (!*text || strlen(text) > 256)
        return jaxl_error_set(err, JAXL_EARG, "'%.40s' is no key to group by", text);
    k->name = colon ? strndup(text, (size_t)(colon - text)) : strdup(text);
    if (!k->name)
        return jaxl_error_set(err, JAXL_ENOMEM, "keys: out of memory");
    k->kind = kind_of(k->name);
    rc = read_size(k, colon, err);
    for (int i = 0; i < JAXL_KEY_SOURCES && k->kind->sources[i] && !rc; i++)
        rc = add_slot(k, k->kind->sources[i], slots, err);
    if (!rc && k->kind == &path_kind)
        rc = add_slot(k, k->name, slots, err);
    if (!rc && k->kind->find == find_country)
        rc = check_country(err);
    return rc;
}

void jaxl_key_free(struct jaxl_key *k)
{
    free(k->name);
    *k = (struct jaxl_key){.n_slots = 0};
}

bool jaxl_key_is(const struct jaxl_key *k, const char *name)
{
    return strcmp(k->kind->name, name) == 0;
}

int jaxl_key_context_init(struct jaxl_key_context *c, const char *tz,
                          const struct jaxl_tariff *tariff, struct jaxl_error *err)
{
    int rc;

    memset(c, 0, sizeof *c);
    c->tariff = tariff;
    rc = jaxl_moments_init(&c->moments, tz, err);
    if (!rc && jaxl_json_doc_new(&c->doc, 0))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "keys: out of memory");
    return rc;
}

void jaxl_key_context_free(struct jaxl_key_context *c)
{
    jaxl_moments_free(&c->moments);
    jaxl_json_doc_free(&c->doc);
}

void jaxl_key_context_set(struct jaxl_key_context *c, const struct jaxl_scan_value *values,
                          const struct jaxl_fact *fact)
{
    c->values = values;
    c->fact = fact;
    c->failed = 0;
}

struct jaxl_key_part jaxl_key_find(const struct jaxl_key *k, struct jaxl_key_context *c)
{
    return k->kind->find(k, c);
}

static int write_parts(const struct jaxl_key_part *parts, size_t n, struct jaxl_buf *out)
{
    size_t all = 0;
    uint32_t len;
    char *p;

    for (size_t i = 0; i < n; i++)
        all += 5 + (size_t)parts[i].len;
    if (all > KEY_BYTES)
        return JAXL_ELIMIT;
    len = (uint32_t)all;
    if (jaxl_buf_reserve(out, len + sizeof len))
        return out->failed;
    p = out->data + out->len;
    memcpy(p, &len, sizeof len);
    p += sizeof len;
    for (size_t i = 0; i < n; i++) {
        *p++ = parts[i].type;
        memcpy(p, &parts[i].len, 4);
        if (parts[i].len)
            memcpy(p + 4, parts[i].text, parts[i].len);
        p += 4 + parts[i].len;
    }
    out->len = (size_t)(p - out->data);
    return 0;
}

/* Of the moment and the scratch there is one each: no key is found twice. The currency is that of
 * each cell of a group, not of the group: a call may cost something in several. */
int jaxl_key_write(const struct jaxl_key *keys, size_t n, struct jaxl_key_context *c,
                   struct jaxl_buf *out)
{
    struct jaxl_key_part parts[JAXL_REPORT_KEYS];
    size_t tag = n, variants = 1;
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        parts[i] = keys[i].kind->find == find_currency ? none : keys[i].kind->find(&keys[i], c);
        if (keys[i].kind->find == find_tag)
            tag = i;
    }
    if (tag < n && c->n_tags > 1)
        variants = c->n_tags;
    jaxl_buf_putc(out, (char)variants);
    for (size_t v = 0; v < variants && !rc; v++) {
        if (tag < n && c->n_tags)
            parts[tag] = c->tags[v];
        rc = write_parts(parts, n, out);
    }
    rc = rc ? rc : out->failed;
    return c->failed ? c->failed : rc;
}

struct jaxl_key_part jaxl_key_read(const char **at)
{
    struct jaxl_key_part part = {.type = **at};

    memcpy(&part.len, *at + 1, 4);
    part.text = *at + 5;
    *at += 5 + part.len;
    return part;
}

static int compare_texts(const struct jaxl_key_part *a, const struct jaxl_key_part *b)
{
    int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

    if (order)
        return order < 0 ? -1 : 1;
    return a->len < b->len ? -1 : a->len > b->len;
}

static int weekday_of(const struct jaxl_key_part *part)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    int i = 0;

    while (i < 7 && memcmp(days + (ptrdiff_t)3 * i, part->text, 3) != 0)
        i++;
    return i;
}

int jaxl_key_compare(const struct jaxl_key *k, const struct jaxl_key_part *a,
                     const struct jaxl_key_part *b)
{
    struct jaxl_decimal x, y;

    if (a->type == 'n' || b->type == 'n')
        return (a->type == 'n') - (b->type == 'n');
    if (k->kind->find == find_weekday)
        return (weekday_of(a) > weekday_of(b)) - (weekday_of(a) < weekday_of(b));
    if (a->type != b->type)
        return a->type == '#' ? -1 : 1;
    if (a->type == '#' && jaxl_decimal_read(a->text, a->len, &x) &&
        jaxl_decimal_read(b->text, b->len, &y) && jaxl_decimal_compare(&x, &y))
        return jaxl_decimal_compare(&x, &y);
    return compare_texts(a, b);
}
