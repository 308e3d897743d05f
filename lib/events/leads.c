#include "events/leads.h"

#include <stdlib.h>
#include <string.h>

#include "data/header.h"
#include "data/json_writer.h"
#include "jaxl/phone.h"

enum { FIRST_PLACES = 1024, MAX_RECORD = 1024 * 1024 };
#define MAX_MEMORY ((size_t)1024 * 1024 * 1024)

struct span {
    uint32_t at, len; /* in text; at NONE: there is none */
};
#define NONE UINT32_MAX

struct jaxl_leads_one {
    uint32_t len;        /* of the record, which text begins with */
    uint32_t n;          /* spans, at the end of this struct */
    struct span spans[]; /* and behind them the text */
};

struct jaxl_leads_place {
    uint64_t key; /* 0: free */
    const struct jaxl_leads_one *lead;
};

/* What a lead is made with. */
struct reading {
    struct jaxl_leads *l;
    const char *name;
    const struct jaxl_flow_leads_options *o;
    const char *const *paths;
    struct jaxl_buf text; /* of the lead at hand */
    struct span spans[JAXL_LEADS_PATHS];
    struct jaxl_json_writer w;
};

static const char *text_of(const struct jaxl_leads_one *lead)
{
    return (const char *)&lead->spans[lead->n];
}

const char *jaxl_leads_json(const struct jaxl_leads_one *lead, size_t *len)
{
    *len = lead->len;
    return text_of(lead);
}

const char *jaxl_leads_field(const struct jaxl_leads_one *lead, size_t i, size_t *len)
{
    if (lead->spans[i].at == NONE)
        return NULL;
    *len = lead->spans[i].len;
    return text_of(lead) + lead->spans[i].at;
}

static struct jaxl_leads_place *place_of(const struct jaxl_leads *l, uint64_t key)
{
    size_t at = key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (l->n_places - 1);

    while (l->places[at].key && l->places[at].key != key)
        at = (at + 1) & (l->n_places - 1);
    return &l->places[at];
}

const struct jaxl_leads_one *jaxl_leads_find(const struct jaxl_leads *l, uint64_t key)
{
    return l->n ? place_of(l, key)->lead : NULL;
}

static int grow(struct jaxl_leads *l)
{
    struct jaxl_leads more = *l;

    more.n_places = l->n_places ? l->n_places * 2 : FIRST_PLACES;
    more.places = calloc(more.n_places, sizeof *more.places);
    if (!more.places)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < l->n_places; i++)
        if (l->places[i].key)
            *place_of(&more, l->places[i].key) = l->places[i];
    free(l->places);
    *l = more;
    return 0;
}

/* The last of a number counts. */
static int enter(struct jaxl_leads *l, uint64_t key, const struct jaxl_leads_one *lead)
{
    struct jaxl_leads_place *place;

    if (l->n >= l->n_places / 4 * 3 && grow(l))
        return JAXL_ENOMEM;
    place = place_of(l, key);
    l->n += !place->key;
    *place = (struct jaxl_leads_place){key, lead};
    return 0;
}

static int read_number(const struct jaxl_json *record, struct jaxl_phone *phone,
                       struct jaxl_error *err)
{
    size_t len;
    const struct jaxl_json *v = jaxl_json_get(record, "to");
    const char *text = jaxl_json_text(v, &len);
    int rc;

    if (!text || !len)
        return jaxl_error_set(err, JAXL_EINPUT,
                              v ? "to: empty"
                                : "no field 'to' (--map to=FIELD says where the number is)");
    rc = jaxl_phone_parse(text, len, phone, err);
    return rc ? jaxl_error_prefix(err, rc, "to") : 0;
}

static void add_field(struct reading *r, size_t i, const struct jaxl_json *record)
{
    const struct jaxl_json *v = jaxl_json_find(record, r->paths[i]);
    size_t len;
    const char *text = jaxl_json_text(v, &len);

    if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
        text = jaxl_json_bool(v) ? "true" : "false";
        len = strlen(text);
    }
    r->spans[i] = (struct span){NONE, 0};
    if (v)
        r->l->seen |= UINT64_C(1) << i;
    if (!text)
        return;
    r->spans[i] = (struct span){(uint32_t)r->text.len, (uint32_t)len};
    jaxl_buf_add(&r->text, text, len);
    jaxl_buf_putc(&r->text, '\0');
}

static int keep(struct reading *r, uint64_t key, uint32_t record_len, struct jaxl_error *err)
{
    struct jaxl_leads *l = r->l;
    size_t spans = l->n_paths * sizeof *r->spans;
    struct jaxl_leads_one *lead = jaxl_arena_alloc(&l->texts, sizeof *lead + spans + r->text.len);

    if (!lead && l->texts.failed == JAXL_ELIMIT)
        return jaxl_error_set(err, JAXL_ELIMIT, "%s: leads of more than %zu bytes", r->name,
                              l->texts.max);
    if (!lead)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", r->name);
    lead->len = record_len;
    lead->n = (uint32_t)l->n_paths;
    memcpy(lead->spans, r->spans, spans);
    memcpy((char *)&lead->spans[lead->n], r->text.data, r->text.len);
    if (enter(l, key, lead))
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", r->name);
    return 0;
}

/* JAXL_EINPUT: this one cannot be used. */
static int take(struct reading *r, const struct jaxl_json *record, struct jaxl_error *err)
{
    struct jaxl_phone phone;
    size_t len;
    int rc = read_number(record, &phone, err);

    if (rc)
        return rc;
    jaxl_buf_reset(&r->text);
    jaxl_json_writer_init(&r->w, &r->text);
    jaxl_json_write_value(&r->w, record);
    len = r->text.len;
    jaxl_buf_putc(&r->text, '\0');
    for (size_t i = 0; i < r->l->n_paths; i++)
        add_field(r, i, record);
    rc = jaxl_buf_check(&r->text, "a lead", err);
    if (rc == JAXL_ELIMIT)
        return jaxl_error_set(err, JAXL_EINPUT, "more than %zu bytes of a lead", r->text.max);
    return rc ? rc : keep(r, phone.key, (uint32_t)len, err);
}

static void reject(const struct reading *r, uint64_t line, const char *message)
{
    if (r->o->report)
        r->o->report(r->o->ctx, r->name, line, message);
}

static int read_all(struct reading *r, struct jaxl_record_reader *reader, struct jaxl_error *err)
{
    struct jaxl_record rec;
    struct jaxl_error why;
    int rc;

    do {
        rc = jaxl_record_read(reader, true, &rec, &why);
        if (!rc)
            rc = take(r, rec.value, &why);
        if (rc == JAXL_EINPUT || (rc == JAXL_ELIMIT && !r->l->texts.failed)) {
            reject(r, rec.line, jaxl_header_reason(why.message, r->name, &rec.line));
            rc = 0;
        }
    } while (!rc);
    if (rc == JAXL_EEND)
        return 0;
    if (rc == JAXL_EAGAIN)
        return jaxl_error_set(err, JAXL_ESTOPPED, "%s: a signal came", r->name);
    if (err)
        *err = why;
    return rc;
}

int jaxl_leads_read(struct jaxl_leads *l, int fd, const char *name,
                    const struct jaxl_flow_leads_options *options, const char *const *paths,
                    size_t n_paths, struct jaxl_error *err)
{
    static const struct jaxl_flow_leads_options defaults;
    struct reading r = {l, name, options ? options : &defaults, .paths = paths};
    struct jaxl_record_reader_options how = {
        .input = r.o->input, .map = r.o->map, .n_map = r.o->n_map};
    struct jaxl_record_reader *reader;
    int rc;

    *l = (struct jaxl_leads){.n_paths = n_paths};
    jaxl_arena_init(&l->texts, r.o->max_memory ? r.o->max_memory : MAX_MEMORY);
    jaxl_buf_init(&r.text, 16 * (size_t)MAX_RECORD);
    rc = jaxl_record_reader_new(&reader, fd, name, &how, err);
    if (!rc) {
        rc = read_all(&r, reader, err);
        jaxl_record_reader_free(&reader);
    }
    jaxl_buf_free(&r.text);
    if (rc)
        jaxl_leads_free(l);
    return rc;
}

void jaxl_leads_free(struct jaxl_leads *l)
{
    free(l->places);
    jaxl_arena_free(&l->texts);
    l->places = NULL;
    l->n_places = l->n = 0;
}
