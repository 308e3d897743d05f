#include <stdio.h>
#include <string.h>

#include "report/svg.h"

enum {
    DAYS = 7,
    HOURS = 24,
    LEFT = 40,
    TOP = 22,
    CELL = 28, /* high */
    GAP = 2,
    KEY = 36, /* for the legend */
    HEIGHT = TOP + DAYS * CELL + KEY
};

static const char weekdays[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

struct heat {
    struct {
        int64_t attempts, answered;
    } cells[DAYS][HOURS];
    int64_t low, step; /* percent of the lowest level, of each */
    size_t levels;
    bool below, above; /* there are cells under the lowest level, over the highest */
    int64_t few;       /* calls of a cell below which it does not widen the levels */
    size_t best_day, best_hour;
    bool any;
};

static void fill(struct heat *heat, const struct report_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct jaxl_json *row = rows->items[i];
        const char *weekday = figure_text(row, "weekday");
        int64_t hour;
        if (!weekday || jaxl_json_int(jaxl_json_get(row, "hour"), &hour) || hour < 0 ||
            hour >= HOURS)
            continue;
        for (size_t d = 0; d < DAYS; d++)
            if (strcmp(weekdays[d], weekday) == 0) {
                heat->cells[d][hour].attempts += figure_count(row, "attempts");
                heat->cells[d][hour].answered += figure_count(row, "answered");
            }
    }
}

/* Whole percent, rounded down, below 100: which level a cell is in. */
static int64_t percent(const struct heat *heat, size_t day, size_t hour)
{
    const int64_t all = heat->cells[day][hour].attempts;
    int64_t part = heat->cells[day][hour].answered * 100 / all;

    return part < 0 ? 0 : part > 99 ? 99 : part;
}

static bool better(const struct heat *heat, size_t day, size_t hour)
{
    return heat->cells[day][hour].answered > heat->cells[heat->best_day][heat->best_hour].answered;
}

/* A cell of few calls has any rate: a fifth of what cells have on average is few. */
static void survey(struct heat *heat)
{
    int64_t calls = 0, cells = 0;

    for (size_t d = 0; d < DAYS; d++)
        for (size_t t = 0; t < HOURS; t++) {
            if (heat->cells[d][t].attempts <= 0)
                continue;
            calls += heat->cells[d][t].attempts;
            cells++;
            if (!heat->any || better(heat, d, t)) {
                heat->best_day = d;
                heat->best_hour = t;
            }
            heat->any = true;
        }
    heat->few = cells ? calls / cells / 5 : 0;
}

/* At most HTML_LEVELS levels of round percents that all cells but those of few calls are in. */
static void level(struct heat *heat)
{
    static const int64_t steps[] = {2, 5, 10, 20};
    int64_t low = 100, high = -1, rate;
    size_t i = 0;

    for (size_t d = 0; d < DAYS; d++)
        for (size_t t = 0; t < HOURS; t++) {
            if (heat->cells[d][t].attempts <= heat->few)
                continue;
            rate = percent(heat, d, t);
            low = rate < low ? rate : low;
            high = rate > high ? rate : high;
        }
    while (i < 3 && high / steps[i] - low / steps[i] >= HTML_LEVELS)
        i++;
    heat->step = steps[i];
    heat->low = low / heat->step * heat->step;
    heat->levels = (size_t)((high - heat->low) / heat->step) + 1;
}

static size_t level_of(struct heat *heat, size_t day, size_t hour)
{
    const int64_t rate = percent(heat, day, hour);
    const size_t at = rate < heat->low ? 0 : (size_t)((rate - heat->low) / heat->step);

    heat->below |= rate < heat->low;
    heat->above |= at >= heat->levels;
    return at < heat->levels ? at : heat->levels - 1;
}

/* The colour of a level: the scale is used from end to end, however few they are. */
static unsigned shade(const struct heat *heat, size_t at)
{
    if (heat->levels < 2)
        return HTML_LEVELS / 2;
    return (unsigned)((at * (HTML_LEVELS - 1) * 2 + heat->levels - 1) / ((heat->levels - 1) * 2));
}

static void put_classes(struct jaxl_buf *out, unsigned number)
{
    char name[16];

    (void)snprintf(name, sizeof name, "heat%u", number);
    jaxl_buf_printf(out, " class=\"heat%u\" fill=\"%s\"", number, html_colour(name));
}

static void put_cell_text(struct html *h, unsigned number, double x, double y)
{
    char name[16];

    (void)snprintf(name, sizeof name, "on%u", number);
    jaxl_buf_printf(h->out,
                    "<text class=\"on%u\" fill=\"%s\" font-size=\"11\" text-anchor=\"middle\" x=\"",
                    number, html_colour(name));
    svg_put(h->out, x);
    jaxl_buf_puts(h->out, "\" y=\"");
    svg_put(h->out, y);
    jaxl_buf_puts(h->out, "\">");
}

static void put_cell(struct html *h, struct heat *heat, size_t day, size_t hour)
{
    const double width = (double)(SVG_WIDTH - LEFT) / HOURS;
    const double x = LEFT + width * (double)hour, y = TOP + (double)(CELL * day);
    const int64_t all = heat->cells[day][hour].attempts;
    const int64_t answered = heat->cells[day][hour].answered;
    const int64_t rest = all > 0 ? answered * 100 % all : 0;
    unsigned number;
    int64_t whole;

    if (all <= 0)
        return;
    number = shade(heat, level_of(heat, day, hour));
    whole = answered * 100 / all;
    whole += rest > all - rest || (rest == all - rest && whole % 2);
    jaxl_buf_printf(h->out, "<g><title>%s %02zu:00 to %02zu:59: ", weekdays[day], hour, hour);
    html_put_count(h, answered);
    jaxl_buf_puts(h->out, " of ");
    html_put_count(h, all);
    jaxl_buf_puts(h->out, all == 1 ? " call answered, " : " calls answered, ");
    html_put_part(h, answered, all);
    jaxl_buf_puts(h->out, "</title>");
    svg_put_rect(h->out, x + GAP / 2.0, y + GAP / 2.0, width - GAP, CELL - GAP);
    put_classes(h->out, number);
    jaxl_buf_puts(h->out, "/>");
    put_cell_text(h, number, x + width / 2, y + CELL / 2.0 + 4);
    jaxl_buf_printf(h->out, "%lld</text></g>\n", (long long)whole);
}

static void put_sides(struct html *h)
{
    const double width = (double)(SVG_WIDTH - LEFT) / HOURS;

    for (size_t d = 0; d < DAYS; d++)
        jaxl_buf_printf(h->out, "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT - 8,
                        TOP + CELL * (int)d + CELL / 2 + 4, weekdays[d]);
    for (size_t t = 0; t < HOURS; t++) {
        jaxl_buf_puts(h->out, "<text text-anchor=\"middle\" x=\"");
        svg_put(h->out, LEFT + width * ((double)t + 0.5));
        jaxl_buf_printf(h->out, "\" y=\"14\">%zu</text>\n", t);
    }
}

static void put_legend(struct html *h, const struct heat *heat)
{
    const int y = TOP + DAYS * CELL + 12;

    for (size_t i = 0; i < heat->levels; i++) {
        const int64_t from = heat->low + heat->step * (int64_t)i, to = from + heat->step;
        const double x = LEFT + 1 + (double)(i * 112);
        svg_put_rect(h->out, x, y, 18, 14);
        put_classes(h->out, shade(heat, i));
        jaxl_buf_puts(h->out, "/><text x=\"");
        svg_put(h->out, x + 24);
        jaxl_buf_printf(h->out, "\" y=\"%d\">", y + 11);
        if (i == 0 && heat->below)
            jaxl_buf_printf(h->out, "below %lld%%", (long long)to);
        else if (i + 1 == heat->levels && heat->above)
            jaxl_buf_printf(h->out, "%lld%% or more", (long long)from);
        else
            jaxl_buf_printf(h->out, "%lld\xe2\x80\x93%lld%%", (long long)from,
                            (long long)(to == 100 ? to : to - 1));
        jaxl_buf_puts(h->out, "</text>\n");
    }
}

void svg_put_heat(struct html *h)
{
    struct heat heat;
    struct jaxl_buf more;

    memset(&heat, 0, sizeof heat);
    fill(&heat, &h->p->heat);
    survey(&heat);
    if (!heat.any)
        return;
    level(&heat);
    jaxl_buf_init(&more, h->out->max);
    jaxl_buf_puts(&more, "percent of the calls, by weekday and hour");
    if (h->p->tz && *h->p->tz)
        jaxl_buf_printf(&more, ", %s", h->p->tz);
    svg_begin(h, "Answer rate", jaxl_buf_text(&more), HEIGHT);
    jaxl_buf_printf(h->out,
                    "A row for each weekday, a column for each hour. Most calls are "
                    "answered on %s at %zu: ",
                    weekdays[heat.best_day], heat.best_hour);
    html_put_count(h, heat.cells[heat.best_day][heat.best_hour].answered);
    svg_begin_drawing(h);
    put_sides(h);
    for (size_t d = 0; d < DAYS; d++)
        for (size_t t = 0; t < HOURS; t++)
            put_cell(h, &heat, d, t);
    put_legend(h, &heat);
    svg_end(h);
    if (more.failed && !h->out->failed)
        h->out->failed = more.failed;
    jaxl_buf_free(&more);
}
