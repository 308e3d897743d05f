#include <stdio.h>
#include <string.h>

#include "report/buckets.h"
#include "report/svg.h"

enum {
    CALLS_HEIGHT = 250,
    COST_HEIGHT = 190,
    BELOW = 26,      /* for the dates */
    LEFT = 46,       /* at least, so that charts stand in line */
    RIGHT = 6,       /* free */
    BAR_MOST = 44,   /* width */
    EACH_DAY = 16,   /* days up to which every one is labelled */
    DATE_ROOM = 48,  /* of "26 Oct" */
    MONTH_ROOM = 66, /* of "Oct 2026" */
    RANGE_TEXT = 256,
    CURRENCIES_MOST = 8 /* charts of costs */
};

struct plot {
    const struct buckets *b;
    struct svg_axis axis;
    double left, slot, gap, bottom;
};

static double max(double a, double b)
{
    return a > b ? a : b;
}

static double left_of(const struct plot *plot, size_t i)
{
    return plot->left + plot->slot * (double)i + plot->gap / 2;
}

static void lay_out(struct html *h, struct plot *plot)
{
    plot->left = max(svg_axis_room(h, &plot->axis), LEFT);
    plot->slot = (SVG_WIDTH - RIGHT - plot->left) / (double)plot->b->n;
    plot->gap = plot->slot > 6 ? plot->slot * 0.24 : plot->slot > 3 ? 1 : 0;
    plot->gap = max(plot->gap, plot->slot - BAR_MOST);
}

/* Days or months between two labels, so that they have room. */
static int64_t label_step(const struct plot *plot)
{
    static const int64_t days[] = {7, 14, 28}, months[] = {1, 2, 3, 6, 12, 24, 60, 120};
    const double month = plot->b->unit == BUCKETS_WEEK ? plot->slot * 4.345 : plot->slot;
    size_t i = 0;

    if (plot->b->unit == BUCKETS_DAY) {
        if (plot->b->n <= EACH_DAY)
            return 1;
        while (i < 2 && (double)days[i] * plot->slot < DATE_ROOM)
            i++;
        return days[i];
    }
    while (i < 7 && (double)months[i] * month < MONTH_ROOM)
        i++;
    return months[i];
}

/* The text of the label at a bucket; false: it has none. */
static bool label(const struct buckets *b, size_t i, int64_t step, char text[DATES_TEXT])
{
    static const char names[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int64_t start = buckets_start(b, i);
    struct dates_date date = dates_of(start);

    if (b->unit == BUCKETS_DAY) {
        (void)snprintf(text, DATES_TEXT, "%d %s", date.day, names[date.month - 1]);
        return step == 1 || (start + 3) % step == 0;
    }
    if (b->unit == BUCKETS_WEEK) /* one that a month begins in */
        date = dates_of(start + 6);
    if (b->unit == BUCKETS_YEAR)
        (void)snprintf(text, DATES_TEXT, "%d", (int)date.year);
    else
        (void)snprintf(text, DATES_TEXT, "%s %d", names[date.month - 1], (int)date.year);
    if (b->unit == BUCKETS_YEAR)
        return (int64_t)i % step == 0;
    return (b->unit == BUCKETS_MONTH || date.day <= 7) &&
           (date.year * 12 + date.month - 1) % step == 0;
}

static void put_labels(struct html *h, const struct plot *plot)
{
    const int64_t step = label_step(plot);
    char text[DATES_TEXT];

    for (size_t i = 0; i < plot->b->n; i++) {
        const double x = plot->left + plot->slot * ((double)i + 0.5);
        double half;
        if (!label(plot->b, i, step, text))
            continue;
        half = (double)(strlen(text) * SVG_LETTER) / 2;
        jaxl_buf_puts(h->out, "<text text-anchor=\"middle\" x=\"");
        svg_put(h->out, x + half > SVG_WIDTH ? SVG_WIDTH - half : x);
        jaxl_buf_puts(h->out, "\" y=\"");
        svg_put(h->out, plot->bottom + 18);
        jaxl_buf_printf(h->out, "\">%s</text>\n", text);
    }
}

/* "Thu 2026-10-08", "week from 2026-10-05", "2026-10", "2020" */
static void put_bucket(struct html *h, const struct buckets *b, size_t i)
{
    static const char weekdays[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const int64_t start = buckets_start(b, i);
    char text[DATES_TEXT];

    (void)dates_format(start, text);
    if (b->unit == BUCKETS_DAY)
        jaxl_buf_printf(h->out, "%s ", weekdays[dates_weekday(start)]);
    else if (b->unit == BUCKETS_WEEK)
        jaxl_buf_puts(h->out, "week from ");
    jaxl_buf_add(h->out, text, b->unit == BUCKETS_MONTH ? 7 : b->unit == BUCKETS_YEAR ? 4 : 10);
    if (b->unit == BUCKETS_YEAR && b->years > 1)
        jaxl_buf_puts(h->out, " on");
}

static void put_calls_of(struct html *h, const struct bucket *item)
{
    const struct {
        int64_t n;
        const char *name;
    } parts[] = {{item->answered, "answered"}, {item->missed, "missed"}, {item->failed, "failed"}};

    html_put_count(h, item->attempts);
    jaxl_buf_puts(h->out, item->attempts == 1 ? " call" : " calls");
    for (size_t i = 0; i < 3 && item->attempts > 0; i++) {
        jaxl_buf_puts(h->out, i ? ", " : ": ");
        html_put_count(h, parts[i].n);
        jaxl_buf_printf(h->out, " %s", parts[i].name);
    }
}

static void put_cost_of(struct html *h, const struct bucket *item, const char *currency)
{
    const char *only = item->only ? jaxl_json_text(jaxl_json_get(item->only, "cost"), NULL) : NULL;
    char text[JAXL_MONEY_TEXT];

    if (only)
        html_put_money(h, only, currency);
    else if (item->vast)
        jaxl_buf_puts(h->out, "a sum of too many digits");
    else
        html_put_money(h, jaxl_money_format(&item->cost, text), currency);
}

/* What is said where the pointer is over a bucket; currency: its cost, NULL: its calls. */
static void put_hints(struct html *h, const struct plot *plot, double top, const char *currency)
{
    jaxl_buf_puts(h->out, "<g class=\"hints\" fill=\"none\" pointer-events=\"all\">\n");
    for (size_t i = 0; i < plot->b->n; i++) {
        const struct bucket *item = &plot->b->items[i];
        if (!item->rows)
            continue;
        svg_put_rect(h->out, plot->left + plot->slot * (double)i, top, plot->slot,
                     plot->bottom - top);
        jaxl_buf_puts(h->out, "><title>");
        put_bucket(h, plot->b, i);
        jaxl_buf_puts(h->out, ": ");
        if (currency)
            put_cost_of(h, item, currency);
        else
            put_calls_of(h, item);
        jaxl_buf_puts(h->out, "</title></rect>\n");
    }
    jaxl_buf_puts(h->out, "</g>\n");
}

/* One of the parts that a bar is stacked of. */
static int64_t part_of(const struct bucket *item, size_t part)
{
    const int64_t parts[] = {item->answered, item->missed, item->failed};

    return parts[part];
}

static const struct {
    const char *name, *label;
} parts[] = {{"answered", "Answered"}, {"missed", "Missed"}, {"failed", "Failed"}};

static void put_stack(struct html *h, const struct plot *plot, size_t part)
{
    jaxl_buf_printf(h->out, "<path class=\"%s\" fill=\"%s\" d=\"", parts[part].name,
                    html_colour(parts[part].name));
    for (size_t i = 0; i < plot->b->n; i++) {
        const struct bucket *item = &plot->b->items[i];
        int64_t below = 0;
        for (size_t k = 0; k < part; k++)
            below += part_of(item, k);
        if (part_of(item, part) > 0)
            svg_put_bar(h->out, left_of(plot, i),
                        svg_place(&plot->axis, (double)(below + part_of(item, part))),
                        plot->slot - plot->gap, svg_place(&plot->axis, (double)below));
    }
    jaxl_buf_puts(h->out, "\"/>\n");
}

static void put_legend(struct html *h, double left)
{
    double x = left;

    for (size_t i = 0; i < 3; i++) {
        svg_put_rect(h->out, x, 2, 11, 11);
        jaxl_buf_printf(h->out, " class=\"%s\" fill=\"%s\"/><text x=\"", parts[i].name,
                        html_colour(parts[i].name));
        svg_put(h->out, x + 17);
        jaxl_buf_printf(h->out, "\" y=\"12\">%s</text>\n", parts[i].label);
        x += (double)(strlen(parts[i].label) * SVG_LETTER + 36);
    }
}

/* "2026-10-01 to 2026-10-31", which ends are cut off, and what is not in the chart. */
static void write_range(const struct buckets *b, int64_t without, char text[RANGE_TEXT])
{
    const bool first_cut = b->first > buckets_start(b, 0);
    const bool last_cut = b->last + 1 < buckets_start(b, b->n);
    char first[DATES_TEXT], last[DATES_TEXT], ends[64] = "", left[64] = "";

    if (first_cut || last_cut)
        (void)snprintf(ends, sizeof ends, ", %s%s%s %s not whole", first_cut ? "first" : "",
                       first_cut && last_cut ? " and " : "", last_cut ? "last" : "",
                       buckets_name(b, first));
    if (without > 0)
        (void)snprintf(left, sizeof left, ", without %lld calls that have no day",
                       (long long)without);
    (void)snprintf(text, RANGE_TEXT, "%s to %s%s%s", dates_format(b->first, first),
                   dates_format(b->last, last), ends, left);
}

static size_t highest(const struct buckets *b, bool cost)
{
    size_t most = 0;

    for (size_t i = 1; i < b->n; i++)
        if (cost ? b->items[i].value > b->items[most].value
                 : b->items[i].attempts > b->items[most].attempts)
            most = i;
    return most;
}

static void put_description(struct html *h, const struct plot *plot, const char *currency)
{
    const size_t most = highest(plot->b, currency != NULL);

    jaxl_buf_puts(h->out, "Bars, most in: ");
    put_bucket(h, plot->b, most);
    jaxl_buf_puts(h->out, ", ");
    if (currency)
        put_cost_of(h, &plot->b->items[most], currency);
    else
        put_calls_of(h, &plot->b->items[most]);
}

void svg_put_calls(struct html *h)
{
    struct buckets b;
    struct plot plot = {.b = &b, .bottom = CALLS_HEIGHT - BELOW};
    char unit[DATES_TEXT], caption[64], range[RANGE_TEXT];
    int64_t without;

    if (!buckets_lay_out(&b, &h->p->days) || b.first == b.last)
        return;
    without = buckets_fill(&b, &h->p->days, NULL);
    write_range(&b, without, range);
    (void)snprintf(caption, sizeof caption, "Calls by %s", buckets_name(&b, unit));
    plot.axis = svg_axis(0, (double)b.items[highest(&b, false)].attempts, true, plot.bottom, 30);
    lay_out(h, &plot);
    svg_begin(h, caption, range, CALLS_HEIGHT);
    put_description(h, &plot, NULL);
    svg_begin_drawing(h);
    svg_put_axis(h, &plot.axis, plot.left, SVG_WIDTH - RIGHT);
    for (size_t i = 0; i < 3; i++)
        put_stack(h, &plot, i);
    put_legend(h, plot.left);
    put_labels(h, &plot);
    put_hints(h, &plot, 30, NULL);
    svg_end(h);
}

static void put_cost_bars(struct html *h, const struct plot *plot)
{
    jaxl_buf_printf(h->out, "<path class=\"cost\" fill=\"%s\" d=\"", html_colour("cost"));
    for (size_t i = 0; i < plot->b->n; i++)
        if (plot->b->items[i].value > 0 || plot->b->items[i].value < 0)
            svg_put_bar(h->out, left_of(plot, i), svg_place(&plot->axis, plot->b->items[i].value),
                        plot->slot - plot->gap, svg_place(&plot->axis, 0));
    jaxl_buf_puts(h->out, "\"/>\n");
}

/* Nothing, when there was no cost on any day. */
static void put_cost(struct html *h, struct buckets *b, const char *currency)
{
    struct plot plot = {.b = b, .bottom = COST_HEIGHT - BELOW};
    char unit[DATES_TEXT], range[RANGE_TEXT];
    struct jaxl_buf caption;
    double low = 0, high = 0;

    (void)buckets_fill(b, &h->p->days, currency);
    for (size_t i = 0; i < b->n; i++) {
        low = -max(-low, -b->items[i].value);
        high = max(high, b->items[i].value);
    }
    if (!(high > low))
        return;
    write_range(b, 0, range);
    plot.axis = svg_axis(low, high, false, plot.bottom, 10);
    lay_out(h, &plot);
    jaxl_buf_init(&caption, h->out->max);
    jaxl_buf_printf(&caption, "Cost by %s, ", buckets_name(b, unit));
    jaxl_buf_puts(&caption, currency);
    svg_begin(h, jaxl_buf_text(&caption), range, COST_HEIGHT);
    put_description(h, &plot, currency);
    svg_begin_drawing(h);
    svg_put_axis(h, &plot.axis, plot.left, SVG_WIDTH - RIGHT);
    put_cost_bars(h, &plot);
    put_labels(h, &plot);
    put_hints(h, &plot, 10, currency);
    svg_end(h);
    if (caption.failed && !h->out->failed)
        h->out->failed = caption.failed;
    jaxl_buf_free(&caption);
}

static bool is_seen(const char *const seen[], size_t n, const char *currency)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(seen[i], currency) == 0)
            return true;
    return false;
}

void svg_put_costs(struct html *h)
{
    const char *seen[CURRENCIES_MOST];
    struct buckets b;
    size_t n = 0;

    if (!buckets_lay_out(&b, &h->p->days) || b.first == b.last)
        return;
    for (size_t i = 0; i < h->p->days.n && n < CURRENCIES_MOST; i++) {
        const char *currency = figure_text(h->p->days.items[i], "currency");
        if (!currency || is_seen(seen, n, currency))
            continue;
        put_cost(h, &b, currency);
        seen[n++] = currency;
    }
}
