#include "jaxl/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/columns.h"
#include "billing/rows.h"

static int out_of_memory(struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ENOMEM, "report: out of memory");
}

/* A row has each name once. */
static bool is_taken(const struct jaxl_report_definition *d, enum jaxl_report_view view,
                     const struct jaxl_key *key)
{
    size_t n;
    const struct jaxl_report_column *columns = jaxl_columns_all(&n);

    if (strcmp(key->name, "total") == 0)
        return true;
    for (size_t i = 0; i < n && jaxl_key_is(key, "path"); i++)
        if (strcmp(columns[i].name, key->name) == 0)
            return true;
    for (size_t i = 0; i + 1 < d->n_keys[view]; i++)
        if (strcmp(d->keys[view][i].name, key->name) == 0)
            return true;
    return false;
}

static int define_view(struct jaxl_report *r, enum jaxl_report_view view,
                       const struct jaxl_texts *by, struct jaxl_error *err)
{
    struct jaxl_report_definition *d = &r->definition;

    if (by->n > JAXL_REPORT_KEYS)
        return jaxl_error_set(err, JAXL_EARG, "a report has at most %d keys", JAXL_REPORT_KEYS);
    d->n_views = (size_t)view + 1;
    for (size_t i = 0; i < by->n; i++) {
        struct jaxl_key *key = &d->keys[view][d->n_keys[view]++];
        int rc = jaxl_key_init(key, by->items[i], &r->slots, err);
        d->tagged = d->tagged || (!rc && jaxl_key_is(key, "tag"));
        if (!rc && is_taken(d, view, key))
            rc = jaxl_error_set(err, JAXL_EARG, "'%s': a row has that twice", key->name);
        if (rc)
            return rc;
    }
    return 0;
}

static int define_views(struct jaxl_report *r, const struct jaxl_report_options *o,
                        struct jaxl_error *err)
{
    static const char *const days[] = {"day"}, *const outcomes[] = {"disposition"},
                             *const heat[] = {"weekday", "hour"};
    const struct jaxl_texts by[JAXL_REPORT_VIEWS] = {[JAXL_REPORT_ROWS] = o->by,
                                                     [JAXL_REPORT_DAYS] = {days, 1},
                                                     [JAXL_REPORT_OUTCOMES] = {outcomes, 1},
                                                     [JAXL_REPORT_HEAT] = {heat, 2}};
    int rc = 0, n = o->charts ? JAXL_REPORT_VIEWS : JAXL_REPORT_SUMS + 1;

    for (int view = 0; view < n && !rc; view++)
        rc = define_view(r, (enum jaxl_report_view)view, &by[view], err);
    return rc;
}

/* The condition's field is a key, or a path. */
static int define_conditions(struct jaxl_report *r, const struct jaxl_texts *where,
                             struct jaxl_error *err)
{
    int rc = 0;

    r->conditions = calloc(where->n + 1, sizeof *r->conditions);
    if (!r->conditions)
        return out_of_memory(err);
    for (; r->n_conditions < where->n && !rc; r->n_conditions++) {
        struct jaxl_report_condition *c = &r->conditions[r->n_conditions];
        struct jaxl_where *w = NULL;
        rc = jaxl_where_new(&w, where->items[r->n_conditions], err);
        if (!rc)
            rc = jaxl_key_init(&c->key, jaxl_where_field(w), &r->slots, err);
        jaxl_where_free(&w);
        c->text = strdup(where->items[r->n_conditions]);
        if (!rc && !c->text)
            rc = out_of_memory(err);
    }
    return rc;
}

static int read_tariff(struct jaxl_report *r, const char *path, struct jaxl_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "tariff %s: %s", path, strerror(errno));
    rc = jaxl_tariff_read(&r->tariff, fd, path, err);
    close(fd);
    r->to = jaxl_fact_slot(&r->slots, "to");
    r->to_number = jaxl_fact_slot(&r->slots, "to_number");
    if (!rc && (r->to < 0 || r->to_number < 0))
        rc = jaxl_error_set(err, JAXL_EARG, "too many different fields");
    return rc;
}

static int copy_text(const char **to, const char *text, struct jaxl_error *err)
{
    *to = text ? strdup(text) : NULL;
    return text && !*to ? out_of_memory(err) : 0;
}

static int set_options(struct jaxl_report *r, const struct jaxl_report_options *o,
                       struct jaxl_error *err)
{
    int rc;

    r->options = *o;
    r->options.sort = NULL;
    if (o->input) {
        r->input = *o->input;
        r->options.input = &r->input;
    }
    rc = copy_text(&r->options.tz, o->tz, err);
    if (!rc)
        rc = copy_text(&r->options.sort, o->sort, err);
    if (o->pulse && !rc) {
        r->pulsed = true;
        rc = jaxl_pulse_parse(o->pulse, &r->pulse, err);
    }
    if (!rc)
        rc = jaxl_columns_parse(&o->columns, &r->wanted, err);
    r->wanted |= JAXL_COLUMNS_ALWAYS | (o->tariff ? JAXL_COLUMNS_TARIFF : 0U);
    return rc;
}

static int define(struct jaxl_report *r, const struct jaxl_report_options *o,
                  struct jaxl_error *err)
{
    int rc = set_options(r, o, err);

    if (!rc && o->tariff)
        rc = read_tariff(r, o->tariff, err);
    if (!rc)
        rc = define_views(r, o, err);
    if (!rc)
        rc = define_conditions(r, &o->where, err);
    r->n_line_slots = r->slots.n;
    if (!rc && jaxl_overlay_slots(&r->slots))
        rc = jaxl_error_set(err, JAXL_EARG, "too many different fields");
    if (!rc)
        rc = jaxl_rows_check_sort(r, err);
    return rc;
}

static int make_workers(struct jaxl_report *r, struct jaxl_error *err)
{
    long n = r->options.threads ? (long)r->options.threads : sysconf(_SC_NPROCESSORS_ONLN);
    int rc = 0;

    r->n_workers = n < 1 ? 1 : n > JAXL_REPORT_THREADS ? JAXL_REPORT_THREADS : (unsigned)n;
    r->workers = calloc(r->n_workers, sizeof *r->workers);
    if (!r->workers)
        return out_of_memory(err);
    for (unsigned i = 0; i < r->n_workers && !rc; i++)
        rc = jaxl_worker_init(&r->workers[i], r, err);
    return rc;
}

int jaxl_report_new(struct jaxl_report **out, const struct jaxl_report_options *options,
                    struct jaxl_error *err)
{
    struct jaxl_report *r = calloc(1, sizeof *r);
    int rc;

    *out = NULL;
    if (!r)
        return out_of_memory(err);
    jaxl_fact_slots_init(&r->slots);
    jaxl_counted_init(&r->counted);
    rc = define(r, options, err);
    if (!rc)
        rc = make_workers(r, err);
    if (rc)
        jaxl_report_free(&r);
    *out = r;
    return rc;
}

void jaxl_report_free(struct jaxl_report **rp)
{
    struct jaxl_report *r = *rp;

    if (!r)
        return;
    for (unsigned i = 0; r->workers && i < r->n_workers; i++)
        jaxl_worker_free(&r->workers[i]);
    free(r->workers);
    for (int v = 0; v < JAXL_REPORT_VIEWS; v++) {
        jaxl_rows_free(&r->rows[v]);
        for (size_t k = 0; k < r->definition.n_keys[v]; k++)
            jaxl_key_free(&r->definition.keys[v][k]);
    }
    for (size_t i = 0; i < r->n_conditions; i++) {
        jaxl_key_free(&r->conditions[i].key);
        free(r->conditions[i].text);
    }
    free(r->conditions);
    jaxl_tariff_free(&r->tariff);
    jaxl_counted_free(&r->counted);
    jaxl_pending_free(&r->pending);
    free((char *)(uintptr_t)r->options.tz);
    free((char *)(uintptr_t)r->options.sort);
    free(r);
    *rp = NULL;
}

int jaxl_report_read(struct jaxl_report *r, int fd, const char *name, struct jaxl_error *err)
{
    if (r->finished)
        return jaxl_error_set(err, JAXL_EARG, "the report is finished already");
    return jaxl_crew_read(r, fd, name, err);
}

static int count_pending(struct jaxl_report *r)
{
    int rc = 0;

    for (size_t i = 0; i < r->pending.cap; i++)
        for (const struct jaxl_pending_call *c = r->pending.chains[i]; c && !rc; c = c->next)
            rc = jaxl_worker_count(&r->workers[0], &c->item);
    return rc;
}

static void add_totals(struct jaxl_report_totals *to, const struct jaxl_report_totals *from)
{
    to->records += from->records;
    to->counted += from->counted;
    to->provisional += from->provisional;
    to->repeats += from->repeats;
    to->not_calls += from->not_calls;
    to->outside += from->outside;
    to->rejects += from->rejects;
    to->unrated += from->unrated;
}

/* What the threads have counted, all into the groups of the first. */
static int join(struct jaxl_report *r)
{
    int rc = count_pending(r);

    for (unsigned i = 0; i < r->n_workers; i++)
        add_totals(&r->totals, &r->workers[i].totals);
    for (unsigned i = 1; i < r->n_workers && !rc; i++)
        for (size_t v = 0; v < r->definition.n_views && !rc; v++) {
            rc = jaxl_groups_join(&r->workers[0].groups[v], &r->workers[i].groups[v]);
            jaxl_groups_free(&r->workers[i].groups[v]);
        }
    return rc;
}

int jaxl_report_finish(struct jaxl_report *r, struct jaxl_error *err)
{
    int rc;

    if (r->finished)
        return jaxl_error_set(err, JAXL_EARG, "the report is finished already");
    r->finished = true;
    rc = join(r);
    if (rc)
        return jaxl_error_set(err, rc, "counting calls: %s",
                              rc == JAXL_ENOMEM ? "out of memory" : "too many groups");
    for (size_t v = 0; v < r->definition.n_views && !rc; v++)
        rc = jaxl_rows_settle(r, (enum jaxl_report_view)v, r->workers[0].groups, err);
    for (size_t v = 0; v < r->definition.n_views && !rc; v++)
        rc = jaxl_rows_new(&r->rows[v], r, (enum jaxl_report_view)v, &r->workers[0].groups[v], err);
    return rc;
}

const struct jaxl_report_totals *jaxl_report_totals(const struct jaxl_report *r)
{
    return &r->totals;
}

const char *jaxl_report_unknown(const struct jaxl_report *r, size_t i)
{
    if (i >= r->n_conditions)
        return NULL;
    for (unsigned w = 0; w < r->n_workers; w++)
        if (r->workers[w].had[i])
            return NULL;
    return r->conditions[i].key.name;
}

const char *const *jaxl_report_columns(const struct jaxl_report *r, enum jaxl_report_view view,
                                       size_t *n)
{
    *n = r->rows[view] ? r->rows[view]->n_columns : 0;
    return r->rows[view] ? r->rows[view]->columns : NULL;
}

size_t jaxl_report_n_keys(const struct jaxl_report *r, enum jaxl_report_view view)
{
    return r->definition.n_keys[view];
}

size_t jaxl_report_count(const struct jaxl_report *r, enum jaxl_report_view view)
{
    return r->rows[view] ? r->rows[view]->n : 0;
}

int jaxl_report_write(const struct jaxl_report *r, enum jaxl_report_view view, jaxl_report_put *put,
                      void *ctx, struct jaxl_error *err)
{
    struct jaxl_json_writer *w = NULL;
    struct jaxl_buf row;
    int rc;

    jaxl_buf_init(&row, (size_t)64 * 1024 * 1024);
    rc = jaxl_json_writer_new(&w, &row);
    if (rc)
        (void)out_of_memory(err);
    for (size_t i = 0; i < jaxl_report_count(r, view) && !rc; i++) {
        jaxl_buf_reset(&row);
        jaxl_json_writer_reset(w);
        jaxl_rows_write(r->rows[view], i, w);
        rc = jaxl_json_writer_check(w, err);
        if (!rc)
            rc = put(ctx, row.data, row.len, err);
    }
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&row);
    return rc;
}
