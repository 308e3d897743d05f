/* One thread's part: records into items, items into groups. */
#include <stdlib.h>
#include <string.h>

#include "billing/columns.h"
#include "billing/report_impl.h"

enum { CHUNK_BYTES = 256 * 1024 * 1024 }; /* of keys and rejects of one chunk, at most */

static int init_conditions(struct jaxl_worker *w, struct jaxl_error *err)
{
    struct jaxl_report *r = w->home;
    int rc = 0;

    w->where = calloc(r->n_conditions + 1, sizeof(struct jaxl_where *));
    w->had = calloc(r->n_conditions + 1, sizeof *w->had);
    if (!w->where || !w->had)
        return jaxl_error_set(err, JAXL_ENOMEM, "report: out of memory");
    for (size_t i = 0; i < r->n_conditions && !rc; i++)
        rc = jaxl_where_new(&w->where[i], r->conditions[i].text, err);
    return rc;
}

int jaxl_worker_init(struct jaxl_worker *w, struct jaxl_report *r, struct jaxl_error *err)
{
    const struct jaxl_record_reader_options *input = r->options.input;
    int rc;

    w->home = r;
    jaxl_buf_init(&w->bytes, CHUNK_BYTES);
    jaxl_buf_init(&w->rejects, CHUNK_BYTES + (input ? 7 * input->max_line : 0));
    for (int i = 0; i < JAXL_REPORT_VIEWS; i++)
        jaxl_groups_init(&w->groups[i]);
    w->ready = true;
    rc = jaxl_scan_new(&w->lines, r->slots.paths, r->n_line_slots, err);
    if (!rc)
        rc = jaxl_scan_new(&w->rows, r->slots.paths, r->slots.n, err);
    if (!rc)
        rc = jaxl_key_context_init(&w->context, r->options.tz, r->tariff, err);
    if (!rc)
        rc = init_conditions(w, err);
    if (!rc && jaxl_overlay_init(&w->overlay, &r->slots))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "report: out of memory");
    return rc;
}

void jaxl_worker_free(struct jaxl_worker *w)
{
    if (!w->ready)
        return;
    for (size_t i = 0; w->where && i < w->home->n_conditions; i++)
        jaxl_where_free(&w->where[i]);
    free(w->where);
    free(w->had);
    jaxl_scan_free(&w->lines);
    jaxl_scan_free(&w->rows);
    jaxl_json_doc_free(&w->rejected);
    jaxl_key_context_free(&w->context);
    jaxl_chunk_free(&w->chunk);
    free(w->items);
    free(w->costs);
    jaxl_buf_free(&w->bytes);
    jaxl_buf_free(&w->rejects);
    jaxl_overlay_free(&w->overlay);
    for (int i = 0; i < JAXL_REPORT_VIEWS; i++)
        jaxl_groups_free(&w->groups[i]);
}

static int grow(void **items, size_t *cap, size_t needed, size_t size)
{
    size_t more = *cap ? 2 * *cap : 512;
    void *p;

    if (needed <= *cap)
        return 0;
    while (more < needed)
        more *= 2;
    p = realloc(*items, more * size);
    if (!p)
        return JAXL_ENOMEM;
    *items = p;
    *cap = more;
    return 0;
}

/* A condition that an absent value meets (!=, !~) must hold of every tag, the others of one. */
static bool tags_meet(struct jaxl_worker *w, struct jaxl_where *where)
{
    bool all = jaxl_where_test(where, NULL, 0);

    for (size_t i = 0; i < w->context.n_tags; i++)
        if (jaxl_where_test(where, w->context.tags[i].text, w->context.tags[i].len) != all)
            return !all;
    return all;
}

static bool meets_one(struct jaxl_worker *w, size_t i)
{
    const struct jaxl_key *key = &w->home->conditions[i].key;
    struct jaxl_key_part part = jaxl_key_find(key, &w->context);

    w->had[i] = w->had[i] || part.type != 'n';
    if (jaxl_key_is(key, "tag"))
        return tags_meet(w, w->where[i]);
    return jaxl_where_test(w->where[i], part.type == 'n' ? NULL : part.text, part.len);
}

/* All are asked, so that it is known which of their fields no call has. */
static bool meets(struct jaxl_worker *w)
{
    bool met = true;

    for (size_t i = 0; i < w->home->n_conditions; i++)
        if (met || !w->had[i])
            met = meets_one(w, i) && met;
    return met;
}

static bool is_inside(const struct jaxl_report_options *o, const struct jaxl_fact *f)
{
    return (!o->start && !o->end) || (f->timed && f->at >= o->start && f->at < o->end);
}

/* The tariff's dates are those of the report's zone; a call that has no time is rated as one of
 * today. */
static int64_t local_time(struct jaxl_worker *w, const struct jaxl_fact *f)
{
    return f->timed ? f->at + jaxl_moments_at(&w->context.moments, f->at)->offset : INT64_MAX;
}

/* What the call is billed, and what it costs by the tariff. */
static void rate(struct jaxl_worker *w, const struct jaxl_scan_value *values,
                 const struct jaxl_fact *f, struct jaxl_item *item)
{
    const struct jaxl_report *r = w->home;
    const struct jaxl_pulse *pulse = r->pulsed ? &r->pulse : NULL;
    const struct jaxl_scan_value *to;
    const struct jaxl_tariff_row *row = NULL;

    item->billed = pulse ? jaxl_pulse_billed(pulse, f->line) * JAXL_SECOND : f->line;
    if (!r->tariff)
        return;
    to = jaxl_fact_given(&values[r->to]) ? &values[r->to] : &values[r->to_number];
    if (jaxl_fact_given(to))
        row = jaxl_tariff_find(r->tariff, to->text, to->len, local_time(w, f));
    item->rated = row != NULL;
    item->unrated = !row;
    if (!row)
        return;
    item->rated_currency = jaxl_group_currency(row->currency, strlen(row->currency));
    item->billed = jaxl_tariff_add(row, pulse, f->line, &item->rated_cost) * JAXL_SECOND;
}

static int add_costs(struct jaxl_worker *w, const struct jaxl_fact *f, struct jaxl_item *item)
{
    if (grow((void **)&w->costs, &w->costs_cap, w->n_costs + f->n_costs, sizeof *w->costs))
        return JAXL_ENOMEM;
    item->costs_at = w->n_costs;
    item->n_costs = (uint8_t)f->n_costs;
    if (f->n_costs)
        memcpy(w->costs + w->n_costs, f->costs, f->n_costs * sizeof *w->costs);
    w->n_costs += f->n_costs;
    return 0;
}

static int add_texts(struct jaxl_worker *w, const struct jaxl_scan_value *session,
                     struct jaxl_item *item, struct jaxl_error *why)
{
    const struct jaxl_report_definition *d = &w->home->definition;
    int rc = 0;

    item->text_at = w->bytes.len;
    item->session_len = session->type == JAXL_JSON_STRING ? session->len : 0;
    jaxl_buf_add(&w->bytes, session->text, item->session_len);
    for (size_t v = 0; v < d->n_views && !item->outside && !rc; v++)
        if (jaxl_report_counts(d, v))
            rc = jaxl_key_write(d->keys[v], d->n_keys[v], &w->context, &w->bytes);
    if (rc) {
        w->bytes.len = item->text_at; /* the next record is none the worse */
        w->bytes.failed = 0;
        return jaxl_error_set(why, rc, "more than %d tags, or keys that are too long",
                              JAXL_KEY_TAGS);
    }
    item->keys_len = (uint32_t)(w->bytes.len - item->text_at - item->session_len);
    return jaxl_buf_check(&w->bytes, "keys", why);
}

/* Of a call that is outside nothing is added but that it was there: another record of it is no
 * other call. */
static int add_item(struct jaxl_worker *w, const struct jaxl_scan_value *values,
                    const struct jaxl_fact *f, bool outside, struct jaxl_error *why)
{
    struct jaxl_item *item;
    int rc = 0;

    if (grow((void **)&w->items, &w->items_cap, w->n_items + 1, sizeof *w->items))
        return JAXL_ENOMEM;
    item = &w->items[w->n_items];
    *item = (struct jaxl_item){.id = f->id,
                               .talk = f->talk,
                               .outcome = (uint8_t)f->outcome,
                               .provisional = f->provisional,
                               .outside = outside};
    if (!outside) {
        rate(w, values, f, item);
        rc = add_costs(w, f, item);
    }
    if (!rc)
        rc = add_texts(w, &values[JAXL_FACT_SESSION_ID], item, why);
    w->n_items += !rc;
    return rc;
}

static int take_record(struct jaxl_worker *w, struct jaxl_scan_value *values,
                       struct jaxl_error *why)
{
    struct jaxl_fact fact;
    bool outside;
    int rc = 0;

    if (w->chunk.format == JAXL_RECORD_IN_CSV)
        rc = jaxl_overlay_read(&w->overlay, &w->home->slots, values, why);
    if (!rc)
        rc = jaxl_fact_read(values, &fact, why);
    if (rc)
        return rc;
    if (fact.kind == JAXL_FACT_NO_CALL) {
        w->totals.not_calls++;
        return 0;
    }
    jaxl_key_context_set(&w->context, values, &fact);
    outside = !is_inside(&w->home->options, &fact) || !meets(w);
    if (w->context.failed)
        return jaxl_error_set(why, w->context.failed, "more than %d tags", JAXL_KEY_TAGS);
    return add_item(w, values, &fact, outside, why);
}

/* A reject shows a record that could be read as it is; of a CSV, its row as a text. */
static void read_again(struct jaxl_worker *w, struct jaxl_record *record)
{
    if (!w->home->options.reject || w->chunk.format == JAXL_RECORD_IN_CSV)
        return;
    if (!w->rejected && jaxl_json_doc_new(&w->rejected, (size_t)1024 * 1024 * 1024))
        return;
    if (jaxl_json_parse(w->rejected, record->raw, record->raw_len, &record->value, NULL))
        record->value = NULL;
}

static int reject(struct jaxl_worker *w, const struct jaxl_record *record, const char *reason)
{
    w->totals.rejects++;
    if (!w->home->options.reject)
        return 0;
    jaxl_record_reject(&w->rejects, record, reason);
    return jaxl_buf_check(&w->rejects, "rejects", NULL);
}

static void link_items(struct jaxl_worker *w)
{
    for (size_t i = 0; i < w->n_items; i++) {
        struct jaxl_item *item = &w->items[i];
        item->costs = w->costs + item->costs_at;
        item->session = w->bytes.data + item->text_at;
        item->keys = item->session + item->session_len;
    }
}

/* A pattern that was given up on has left calls out that may belong in. */
static int check_conditions(const struct jaxl_worker *w, struct jaxl_error *err)
{
    int rc = 0;

    for (size_t i = 0; i < w->home->n_conditions && !rc; i++)
        rc = jaxl_where_check(w->where[i], err);
    return rc;
}

int jaxl_worker_parse(struct jaxl_worker *w, struct jaxl_error *err)
{
    struct jaxl_scan *scan = w->chunk.format == JAXL_RECORD_IN_CSV ? w->rows : w->lines;
    struct jaxl_scan_value values[JAXL_FACT_SLOTS] = {{NULL, 0, JAXL_JSON_NULL}};
    struct jaxl_record record;
    struct jaxl_error why = {0};
    size_t at = 0;
    int rc = 0;

    w->n_items = w->n_costs = 0;
    jaxl_buf_reset(&w->bytes);
    jaxl_buf_reset(&w->rejects);
    while (rc != JAXL_ENOMEM) {
        rc = jaxl_scan_next(scan, w->home->crew->cut, &w->chunk, &at, values, &record, &why);
        if (rc == JAXL_EEND)
            break;
        w->totals.records++;
        if (!rc) {
            rc = take_record(w, values, &why);
            if (rc == JAXL_EINPUT || rc == JAXL_ELIMIT)
                read_again(w, &record);
        }
        if ((rc == JAXL_EINPUT || rc == JAXL_ELIMIT) && reject(w, &record, why.message))
            rc = JAXL_ENOMEM;
    }
    if (rc != JAXL_EEND)
        return jaxl_error_set(err, rc, "reading calls: out of memory");
    link_items(w);
    return check_conditions(w, err);
}

static int add_cost(struct jaxl_groups *g, struct jaxl_group *group,
                    const struct jaxl_fact_cost *cost, bool provisional)
{
    struct jaxl_group_cell *cell = jaxl_groups_cell(g, group, cost->currency);
    struct jaxl_group_more *more = cell && provisional ? jaxl_groups_more(g, cell) : NULL;

    if (!cell || (provisional && !more))
        return jaxl_groups_error(g);
    jaxl_sum_join(provisional ? &more->provisional_cost : &cell->cost, &cost->amount);
    return 0;
}

static int add_rated(struct jaxl_groups *g, struct jaxl_group *group, const struct jaxl_item *item)
{
    struct jaxl_group_cell *cell = jaxl_groups_cell(g, group, item->rated_currency);
    struct jaxl_group_more *more = cell ? jaxl_groups_more(g, cell) : NULL;

    if (!more)
        return jaxl_groups_error(g);
    jaxl_sum_join(&more->rated, &item->rated_cost);
    return 0;
}

static int add_costs_of(struct jaxl_groups *g, struct jaxl_group *group,
                        const struct jaxl_item *item)
{
    int rc = 0;

    for (unsigned i = 0; i < item->n_costs && !rc; i++)
        rc = add_cost(g, group, &item->costs[i], item->provisional);
    if (!rc && item->rated && !item->provisional)
        rc = add_rated(g, group, item);
    return rc;
}

static int count_in(struct jaxl_worker *w, struct jaxl_groups *g, const char *key, uint32_t len,
                    const struct jaxl_item *item)
{
    const struct jaxl_group_call call = {.outcome = (enum jaxl_group_outcome)item->outcome,
                                         .provisional = item->provisional,
                                         .spread = (w->home->wanted & JAXL_COLUMNS_SPREAD) != 0,
                                         .talk = item->talk,
                                         .billed = item->billed};
    struct jaxl_group *group = jaxl_groups_find(g, key, len);
    struct jaxl_group_cell *cell =
        group ? jaxl_groups_cell(g, group, item->n_costs ? item->costs[0].currency : 0) : NULL;
    int rc = cell ? jaxl_groups_count(g, cell, &call) : jaxl_groups_error(g);

    return rc ? rc : add_costs_of(g, group, item);
}

int jaxl_worker_count(struct jaxl_worker *w, const struct jaxl_item *item)
{
    const char *at = item->keys;
    int rc = 0;

    if (item->outside) {
        w->totals.outside++;
        return 0;
    }
    for (size_t v = 0; v < w->home->definition.n_views; v++) {
        int variants = jaxl_report_counts(&w->home->definition, v) ? *at++ : 0;
        for (int i = 0; i < variants && !rc; i++) {
            uint32_t len;
            memcpy(&len, at, sizeof len);
            rc = count_in(w, &w->groups[v], at + sizeof len, len, item);
            at += sizeof len + len;
        }
    }
    if (item->provisional)
        w->totals.provisional++;
    else {
        w->totals.counted++;
        w->totals.unrated += item->unrated;
    }
    return rc;
}
