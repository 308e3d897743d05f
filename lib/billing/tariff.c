#include "billing/tariff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "billing/tariff_impl.h"

/* Where the digits from the country code on lead. Nodes of one parent stand together, in order of
 * their digits, so that the digits that are there say which is where. */
struct node {
    uint32_t first;     /* child */
    uint32_t row, rows; /* of exactly this prefix, by date; rows 0: only longer ones */
    uint16_t digits;    /* 1 << digit for each child */
};

struct jaxl_tariff {
    struct jaxl_tariff_row *rows; /* by prefix, then date */
    struct node *nodes;           /* the root first */
    size_t n_rows, n_nodes;
};

static int compare_rows(const void *a, const void *b)
{
    const struct jaxl_tariff_row *x = a, *y = b;
    int order = strcmp(x->prefix, y->prefix);

    return order ? order : (x->from > y->from) - (x->from < y->from);
}

static int check_unique(const struct jaxl_tariff_row *rows, size_t n, struct jaxl_error *err)
{
    for (size_t i = 1; i < n; i++) {
        const struct jaxl_tariff_row *a = &rows[i - 1], *b = &rows[i];
        if (compare_rows(a, b) == 0)
            return jaxl_error_set(
                err, JAXL_EINPUT,
                "lines %" PRIu64 " and %" PRIu64 ": prefix '%s' twice%s: keep one, or give them "
                "different dates in 'from'",
                (a->line < b->line ? a->line : b->line), (a->line < b->line ? b->line : a->line),
                a->prefix, a->from == INT64_MIN ? "" : " since the same date");
    }
    return 0;
}

/* How many nodes the rows need: the root and, for each row, the digits it does not share with the
 * one before. */
static size_t count_nodes(const struct jaxl_tariff_row *rows, size_t n)
{
    size_t count = 1 + (n ? strlen(rows[0].prefix) : 0);

    for (size_t i = 1; i < n; i++) {
        size_t shared = 0;
        while (rows[i].prefix[shared] && rows[i].prefix[shared] == rows[i - 1].prefix[shared])
            shared++;
        count += strlen(rows[i].prefix) - shared;
    }
    return count;
}

/* Rows from to end share depth digits, which lead to node at. */
static void build(struct jaxl_tariff *t, uint32_t at, size_t depth, uint32_t from, uint32_t end)
{
    struct node *node = &t->nodes[at];
    uint32_t start[11];
    unsigned children = 0;

    node->row = from;
    while (from < end && !t->rows[from].prefix[depth])
        from++;
    node->rows = from - node->row;
    node->first = (uint32_t)t->n_nodes;
    while (from < end) {
        char digit = t->rows[from].prefix[depth];
        node->digits = (uint16_t)(node->digits | 1U << (digit - '0'));
        start[children++] = from;
        while (from < end && t->rows[from].prefix[depth] == digit)
            from++;
    }
    start[children] = end;
    t->n_nodes += children;
    for (unsigned i = 0; i < children; i++)
        build(t, node->first + i, depth + 1, start[i], start[i + 1]);
}

int jaxl_tariff_index(struct jaxl_tariff **out, struct jaxl_tariff_row *rows, size_t n,
                      struct jaxl_error *err)
{
    int rc;

    *out = NULL;
    qsort(rows, n, sizeof *rows, compare_rows);
    rc = check_unique(rows, n, err);
    if (rc)
        return rc;
    *out = calloc(1, sizeof **out);
    if (*out)
        (*out)->nodes = calloc(count_nodes(rows, n), sizeof *(*out)->nodes);
    if (!*out || !(*out)->nodes) {
        jaxl_tariff_free(out);
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    }
    (*out)->rows = rows;
    (*out)->n_rows = n;
    (*out)->n_nodes = 1;
    build(*out, 0, 0, 0, (uint32_t)n);
    return 0;
}

void jaxl_tariff_free(struct jaxl_tariff **t)
{
    if (!t || !*t)
        return;
    free((*t)->rows);
    free((*t)->nodes);
    free(*t);
    *t = NULL;
}

/* The last of a node's rows that is valid by then. */
static const struct jaxl_tariff_row *row_at(const struct jaxl_tariff *t, const struct node *node,
                                            int64_t at_us)
{
    const struct jaxl_tariff_row *rows = t->rows + node->row;
    size_t low = 0, high = node->rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].from <= at_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &rows[low - 1] : NULL;
}

/* The child for a digit; NULL when there is none. */
static const struct node *child(const struct jaxl_tariff *t, const struct node *node,
                                unsigned digit)
{
    unsigned bit = 1U << digit;

    if (!(node->digits & bit))
        return NULL;
    return &t->nodes[node->first + (unsigned)__builtin_popcount(node->digits & (bit - 1))];
}

const struct jaxl_tariff_row *jaxl_tariff_find(const struct jaxl_tariff *t, const char *e164,
                                               size_t len, int64_t at_us)
{
    const char *end = e164 + len, *p = e164 + (len && *e164 == '+');
    const struct jaxl_tariff_row *best = NULL;

    for (const struct node *node = t->nodes; node;) {
        const struct jaxl_tariff_row *row = row_at(t, node, at_us);
        if (row)
            best = row;
        node = p < end && *p >= '0' && *p <= '9' ? child(t, node, (unsigned)(*p++ - '0')) : NULL;
    }
    return best;
}

/* PARTS times the cost, not rounded. */
static int64_t add_exact(const struct jaxl_tariff_row *row, const struct jaxl_pulse *pulse,
                         int64_t talk_us, struct jaxl_sum *sum)
{
    int64_t billed = jaxl_pulse_billed(pulse ? pulse : &row->pulse, talk_us);
    struct jaxl_sum cost = {{row->second[0], row->second[1], 0, 0}};
    const struct jaxl_sum start = {{row->start[0], row->start[1], 0, 0}};

    if (!billed)
        return 0;
    jaxl_sum_multiply(&cost, (uint64_t)billed);
    jaxl_sum_join(&cost, &start);
    jaxl_sum_join(sum, &cost);
    return billed;
}

int64_t jaxl_tariff_add(const struct jaxl_tariff_row *row, const struct jaxl_pulse *pulse,
                        int64_t talk_us, struct jaxl_sum *rated)
{
    struct jaxl_sum cost = {{0}};
    int64_t billed;

    if (row->decimals < 0)
        return add_exact(row, pulse, talk_us, rated);
    billed = add_exact(row, pulse, talk_us, &cost);
    jaxl_sum_divide(&cost, JAXL_TARIFF_PARTS, (unsigned)row->decimals, &cost);
    jaxl_sum_multiply(&cost, JAXL_TARIFF_PARTS);
    jaxl_sum_join(rated, &cost);
    return billed;
}

int jaxl_tariff_rate(const struct jaxl_tariff_row *row, const struct jaxl_pulse *pulse,
                     int64_t talk_us, struct jaxl_money *cost, int64_t *billed)
{
    struct jaxl_sum exact = {{0}};
    int64_t seconds = add_exact(row, pulse, talk_us, &exact);

    if (billed)
        *billed = seconds;
    jaxl_tariff_total(&exact, row->decimals < 0 ? JAXL_SUM_SCALE : (unsigned)row->decimals, &exact);
    return jaxl_sum_money(&exact, cost);
}

void jaxl_tariff_total(const struct jaxl_sum *rated, unsigned places, struct jaxl_sum *out)
{
    jaxl_sum_divide(rated, JAXL_TARIFF_PARTS, places, out);
}
