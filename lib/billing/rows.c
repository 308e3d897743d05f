#include "billing/rows.h"

#include <stdlib.h>
#include <string.h>

#include "billing/columns.h"

/* What rows are compared by. */
struct order {
    const struct jaxl_report_rows *rows;
    const struct jaxl_report_column *column; /* NULL: none, or the key */
    int key;                                 /* -1: none */
    bool turned, together;                   /* together: rows of one currency */
};

static bool by_currency(const struct jaxl_report_definition *d, enum jaxl_report_view view)
{
    for (size_t i = 0; i < d->n_keys[view]; i++)
        if (jaxl_key_is(&d->keys[view][i], "currency"))
            return true;
    return false;
}

static bool shows(const struct jaxl_report_rows *rows, const struct jaxl_report_column *column)
{
    return (column->when & rows->wanted) && (column->value || !rows->by_currency);
}

static struct jaxl_key_part currency_part(const struct jaxl_group_cell *cell, char text[9])
{
    jaxl_group_currency_text(cell->currency, text);
    return (struct jaxl_key_part){
        .type = *text ? '"' : 'n', .text = text, .len = (uint32_t)strlen(text)};
}

/* Currency is no part of a group's key: each cell has its own. */
static struct jaxl_key_part part_of(const struct jaxl_report_rows *rows, const struct jaxl_row *row,
                                    size_t key, char text[9])
{
    const char *at = row->group->key;
    struct jaxl_key_part part = {.type = 'n'};

    for (size_t i = 0; i <= key; i++)
        part = jaxl_key_read(&at);
    return jaxl_key_is(&rows->keys[key], "currency") ? currency_part(row->cell, text) : part;
}

static int compare_key(const struct jaxl_report_rows *rows, const struct jaxl_row *a,
                       const struct jaxl_row *b, size_t key)
{
    char text_a[9], text_b[9];
    struct jaxl_key_part x = part_of(rows, a, key, text_a), y = part_of(rows, b, key, text_b);

    return jaxl_key_compare(&rows->keys[key], &x, &y);
}

/* By all keys, which stand in the group's one behind the other. */
static int compare_keys(const struct jaxl_report_rows *rows, const struct jaxl_row *a,
                        const struct jaxl_row *b)
{
    const char *at_a = a->group->key, *at_b = b->group->key;
    char text_a[9], text_b[9];
    int order = 0;

    for (size_t i = 0; i < rows->n_keys && !order; i++) {
        struct jaxl_key_part x = jaxl_key_read(&at_a), y = jaxl_key_read(&at_b);
        if (jaxl_key_is(&rows->keys[i], "currency")) {
            x = currency_part(a->cell, text_a);
            y = currency_part(b->cell, text_b);
        }
        order = jaxl_key_compare(&rows->keys[i], &x, &y);
    }
    return order;
}

static int compare_currency(const struct jaxl_row *a, const struct jaxl_row *b)
{
    char x[9], y[9];

    jaxl_group_currency_text(a->cell->currency, x);
    jaxl_group_currency_text(b->cell->currency, y);
    if (!*x || !*y)
        return !*x - !*y;
    return strcmp(x, y);
}

/* The largest first; without a value last. */
static int compare_value(const struct order *o, const struct jaxl_row *a, const struct jaxl_row *b)
{
    struct jaxl_sum x, y;
    bool has_x = o->column->value(a->cell, &x), has_y = o->column->value(b->cell, &y);

    if (!has_x || !has_y)
        return !has_x - !has_y;
    return o->turned ? jaxl_sum_compare(&x, &y) : jaxl_sum_compare(&y, &x);
}

static int compare(const void *x, const void *y, void *arg)
{
    const struct order *o = arg;
    const struct jaxl_row *a = x, *b = y;
    int order = o->together ? compare_currency(a, b) : 0;

    if (o->turned && !o->column && o->key < 0)
        order = -order;
    if (!order && o->column)
        order = compare_value(o, a, b);
    if (!order && o->key >= 0) {
        order = compare_key(o->rows, a, b, (size_t)o->key);
        order = o->turned ? -order : order;
    }
    if (!order)
        order = compare_keys(o->rows, a, b);
    return order ? order : compare_currency(a, b);
}

static int find_order(const struct jaxl_report_rows *rows, const char *sort, struct order *o,
                      struct jaxl_error *err)
{
    size_t n;
    const struct jaxl_report_column *all = jaxl_columns_all(&n);

    *o = (struct order){.rows = rows, .key = -1};
    if (!sort)
        return 0;
    o->turned = *sort == '-';
    sort += o->turned;
    for (size_t i = 0; i < rows->n_keys; i++)
        if (strcmp(rows->keys[i].name, sort) == 0) {
            o->key = (int)i;
            return 0;
        }
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, sort) == 0 && shows(rows, &all[i])) {
            o->column = all[i].value ? &all[i] : NULL;
            o->together = true;
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG, "'%.40s' is no column of this report to sort by", sort);
}

static void find_columns(struct jaxl_report_rows *rows)
{
    size_t n;
    const struct jaxl_report_column *all = jaxl_columns_all(&n);

    for (size_t i = 0; i < rows->n_keys; i++)
        rows->columns[rows->n_columns++] = rows->keys[i].name;
    for (size_t i = 0; i < n; i++)
        if (shows(rows, &all[i]))
            rows->columns[rows->n_columns++] = all[i].name;
}

static void set_up(struct jaxl_report_rows *rows, const struct jaxl_report *r,
                   enum jaxl_report_view view)
{
    rows->keys = r->definition.keys[view];
    rows->n_keys = r->definition.n_keys[view];
    rows->wanted = r->wanted;
    rows->by_currency = by_currency(&r->definition, view);
    rows->n_columns = 0;
    find_columns(rows);
}

int jaxl_rows_check_sort(const struct jaxl_report *r, struct jaxl_error *err)
{
    struct jaxl_report_rows rows = {.n = 0};
    struct order order;

    set_up(&rows, r, JAXL_REPORT_ROWS);
    return find_order(&rows, r->options.sort, &order, err);
}

static bool costs_nothing(const struct jaxl_group_cell *c)
{
    return jaxl_sum_sign(&c->cost) == 0 &&
           (!c->more || (jaxl_sum_sign(&c->more->provisional_cost) == 0 &&
                         jaxl_sum_sign(&c->more->rated) == 0));
}

/* The currency of all that calls cost, if it is one; 0: there are none or several. */
static uint64_t find_only(const struct jaxl_groups *g)
{
    uint64_t only = 0;

    for (size_t i = 0; i < g->cap; i++)
        for (const struct jaxl_group_cell *c = g->places[i] ? g->places[i]->cells : NULL; c;
             c = c->next) {
            if (only && c->currency && c->currency != only)
                return 0;
            only = c->currency ? c->currency : only;
        }
    return only;
}

/* Calls that cost nothing belong to the only currency that the group has, or else the report. */
static int settle_cells(struct jaxl_groups *g, struct jaxl_group *group, uint64_t of_all)
{
    struct jaxl_group_cell **at = &group->cells, *none, *only;
    int rc;

    while (*at && (*at)->currency)
        at = &(*at)->next;
    none = *at;
    if (!none || !costs_nothing(none))
        return 0;
    only = group->cells == none ? none->next : group->cells;
    if (!only)
        none->currency = of_all;
    if (!only || (only->next && only->next != none) || (only->next == none && none->next))
        return 0;
    rc = jaxl_groups_join_cell(g, only, none);
    if (none->more)
        jaxl_spread_free(&none->more->talk);
    *at = none->next;
    return rc;
}

/* Each row's cell into that of its currency. */
static int add_up(struct jaxl_groups *sums, const struct jaxl_groups *from)
{
    int rc = 0;

    for (size_t i = 0; i < from->cap && !rc; i++)
        for (const struct jaxl_group_cell *c = from->places[i] ? from->places[i]->cells : NULL;
             c && !rc; c = c->next) {
            struct jaxl_group *all = jaxl_groups_find(sums, "", 0);
            struct jaxl_group_cell *cell = all ? jaxl_groups_cell(sums, all, c->currency) : NULL;
            rc = cell ? jaxl_groups_join_cell(sums, cell, c) : jaxl_groups_error(sums);
        }
    return rc;
}

int jaxl_rows_settle(const struct jaxl_report *r, enum jaxl_report_view view,
                     struct jaxl_groups *groups, struct jaxl_error *err)
{
    struct jaxl_groups *g = &groups[view];
    uint64_t only = find_only(g);
    int rc = 0;

    if (!jaxl_report_counts(&r->definition, view))
        rc = add_up(g, &groups[JAXL_REPORT_ROWS]);
    else if (!by_currency(&r->definition, view))
        for (size_t i = 0; i < g->cap && !rc; i++)
            rc = g->places[i] ? settle_cells(g, g->places[i], only) : 0;
    return rc ? jaxl_error_set(err, rc, "rows: out of memory") : 0;
}

static int add_rows(struct jaxl_report_rows *rows, struct jaxl_groups *g)
{
    size_t n = 0;

    for (size_t i = 0; i < g->cap; i++)
        for (const struct jaxl_group_cell *c = g->places[i] ? g->places[i]->cells : NULL; c;
             c = c->next)
            n++;
    rows->items = calloc(n + 1, sizeof *rows->items);
    if (!rows->items)
        return JAXL_ENOMEM;
    for (size_t i = 0; i < g->cap; i++)
        for (const struct jaxl_group_cell *c = g->places[i] ? g->places[i]->cells : NULL; c;
             c = c->next) {
            rows->items[rows->n++] = (struct jaxl_row){g->places[i], c};
            if (c->more)
                jaxl_spread_sort(&c->more->talk);
        }
    return 0;
}

/* The first so many rows of each currency, which are together. */
static void keep_top(struct jaxl_report_rows *rows, uint64_t top)
{
    uint64_t so_far = 0;
    size_t kept = 0;

    for (size_t i = 0; i < rows->n; i++) {
        const struct jaxl_row row = rows->items[i];
        if (kept && rows->items[kept - 1].cell->currency != row.cell->currency)
            so_far = 0;
        if (so_far++ < top)
            rows->items[kept++] = row;
    }
    rows->n = kept;
}

int jaxl_rows_new(struct jaxl_report_rows **out, const struct jaxl_report *r,
                  enum jaxl_report_view view, struct jaxl_groups *groups, struct jaxl_error *err)
{
    bool main_view = view == JAXL_REPORT_ROWS;
    struct jaxl_report_rows *rows = calloc(1, sizeof *rows);
    struct order order;

    *out = rows;
    if (!rows)
        return jaxl_error_set(err, JAXL_ENOMEM, "rows: out of memory");
    set_up(rows, r, view);
    if (add_rows(rows, groups))
        return jaxl_error_set(err, JAXL_ENOMEM, "rows: out of memory");
    if (find_order(rows, main_view ? r->options.sort : NULL, &order, err))
        return JAXL_EARG;
    order.together = order.together || (main_view && r->options.top);
    qsort_r(rows->items, rows->n, sizeof *rows->items, compare, &order);
    if (main_view && r->options.top)
        keep_top(rows, r->options.top);
    return 0;
}

void jaxl_rows_free(struct jaxl_report_rows **rows)
{
    if (!*rows)
        return;
    free((*rows)->items);
    free(*rows);
    *rows = NULL;
}

static void write_part(struct jaxl_json_writer *w, const struct jaxl_key_part *part)
{
    if (part->type == 'n')
        jaxl_json_write_null(w);
    else if (part->type == '#')
        jaxl_json_write_raw(w, part->text, part->len);
    else
        jaxl_json_write_string_n(w, part->text, part->len);
}

static void write_column(struct jaxl_json_writer *w, const struct jaxl_report_column *column,
                         const struct jaxl_group_cell *cell)
{
    char text[JAXL_SUM_TEXT];
    struct jaxl_sum value;

    jaxl_json_write_key(w, column->name);
    if (!column->value) {
        char code[9];
        struct jaxl_key_part part = currency_part(cell, code);
        write_part(w, &part);
    } else if (column->value(cell, &value)) {
        jaxl_json_write_number(w, jaxl_sum_format(&value, text));
    } else {
        jaxl_json_write_null(w);
    }
}

void jaxl_rows_write(const struct jaxl_report_rows *rows, size_t i, struct jaxl_json_writer *w)
{
    const struct jaxl_row *row = &rows->items[i];
    size_t n;
    const struct jaxl_report_column *all = jaxl_columns_all(&n);
    char text[9];

    jaxl_json_write_object(w);
    for (size_t k = 0; k < rows->n_keys; k++) {
        struct jaxl_key_part part = part_of(rows, row, k, text);
        jaxl_json_write_key(w, rows->keys[k].name);
        write_part(w, &part);
    }
    for (size_t c = 0; c < n; c++)
        if (shows(rows, &all[c]))
            write_column(w, &all[c], row->cell);
    jaxl_json_write_end(w);
}
