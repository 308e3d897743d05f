#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/svg.h"
#include "report/width.h"

enum {
    BARS_MOST = 12,
    ROW = 26,
    BAR = 16,
    LEFT = 190,    /* of the bars */
    RIGHT = 140,   /* for the figures behind the longest */
    NAME_MOST = 25 /* columns of a name */
};

struct outcome {
    const char *name; /* NULL: calls without any */
    size_t len;
    int64_t attempts, answered, missed;
};

static const char *label_of(const struct outcome *o)
{
    static const struct {
        const char *name, *label;
    } rows[] = {
        {"ANSWERED", "Answered"},
        {"NO_ANSWER", "No answer"},
        {"VOICEMAIL", "Voicemail"},
        {"BAD_NUMBER", "Bad number"},
        {"DND", "Do not disturb"},
        {"FUNDS", "No funds"},
        {"REGULATORY", "Regulatory"},
        {"NET_FAIL", "Network failure"},
        {"CANCELLED", "Cancelled"},
        {"UNKNOWN", "Unknown"},
        {"BUSY", "Busy"},
    };

    if (!o->name)
        return "None";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, o->name) == 0)
            return rows[i].label;
    return o->name;
}

static int compare_names(const struct outcome *a, const struct outcome *b)
{
    const size_t len = a->len < b->len ? a->len : b->len;
    int order;

    if (!a->name || !b->name)
        return (a->name != NULL) - (b->name != NULL);
    order = memcmp(a->name, b->name, len);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static int by_name(const void *left, const void *right)
{
    return compare_names(left, right);
}

static int by_attempts(const void *left, const void *right)
{
    const struct outcome *a = left, *b = right;

    if (a->attempts != b->attempts)
        return a->attempts > b->attempts ? -1 : 1;
    return compare_names(a, b);
}

static void add(struct outcome *to, const struct outcome *more)
{
    to->attempts += more->attempts;
    to->answered += more->answered;
    to->missed += more->missed;
}

/* One of each name, most calls first; their number. */
static size_t gather(const struct report_rows *rows, struct outcome *items)
{
    size_t n = 0;

    for (size_t i = 0; i < rows->n; i++) {
        const struct jaxl_json *row = rows->items[i];
        items[i] = (struct outcome){.attempts = figure_count(row, "attempts"),
                                    .answered = figure_count(row, "answered"),
                                    .missed = figure_count(row, "missed")};
        items[i].name = jaxl_json_text(jaxl_json_get(row, "disposition"), &items[i].len);
    }
    qsort(items, rows->n, sizeof *items, by_name);
    for (size_t i = 0; i < rows->n; i++)
        if (n && compare_names(&items[n - 1], &items[i]) == 0)
            add(&items[n - 1], &items[i]);
        else
            items[n++] = items[i];
    qsort(items, n, sizeof *items, by_attempts);
    while (n && items[n - 1].attempts <= 0)
        n--;
    return n;
}

/* In what is too long for its place the whole is a title. */
static void put_name(struct html *h, const struct outcome *o, double y)
{
    const char *label = label_of(o);
    const size_t len = label == o->name ? o->len : strlen(label);

    jaxl_buf_puts(h->out, "<text class=\"name\" x=\"0\" y=\"");
    svg_put(h->out, y);
    jaxl_buf_puts(h->out, "\">");
    if (width_of(h->known, label, len) > NAME_MOST) {
        jaxl_buf_puts(h->out, "<title>");
        html_put_text(h->out, label, len);
        jaxl_buf_puts(h->out, "</title>");
    }
    svg_put_isolated(h, label, len, NAME_MOST);
    jaxl_buf_puts(h->out, "</text>\n");
}

static void put_bar(struct html *h, const struct outcome *o, size_t i, int64_t most, int64_t all)
{
    const char *colour = o->answered * 2 > o->attempts ? "answered"
                         : o->missed * 2 > o->attempts ? "missed"
                                                       : "failed";
    const double y = (double)(ROW * i), room = SVG_WIDTH - LEFT - RIGHT;
    double width = room * (double)o->attempts / (double)most;

    width = width < 1 ? 1 : width;
    put_name(h, o, y + 16);
    svg_put_rect(h->out, LEFT, y + (ROW - BAR) / 2.0 - 1, width, BAR);
    jaxl_buf_printf(h->out, " class=\"%s\" fill=\"%s\"/><text x=\"", colour, html_colour(colour));
    svg_put(h->out, LEFT + width + 8);
    jaxl_buf_puts(h->out, "\" y=\"");
    svg_put(h->out, y + 16);
    jaxl_buf_puts(h->out, "\"><tspan class=\"name\">");
    html_put_part(h, o->attempts, all);
    jaxl_buf_puts(h->out, "</tspan> <tspan dx=\"6\">");
    html_put_count(h, o->attempts);
    jaxl_buf_puts(h->out, "</tspan></text>\n");
}

static void draw(struct html *h, struct outcome *items, size_t n)
{
    const size_t shown = n > BARS_MOST ? BARS_MOST : n;
    const size_t bars = shown + (n > shown);
    struct outcome rest = {.name = NULL};
    char others[64];
    int64_t all = 0;

    for (size_t i = 0; i < n; i++)
        all += items[i].attempts;
    for (size_t i = shown; i < n; i++)
        add(&rest, &items[i]);
    (void)snprintf(others, sizeof others, "%zu others", n - shown);
    rest.name = others;
    rest.len = strlen(others);
    svg_begin(h, "Outcomes", "share of all calls", (double)(bars * ROW));
    jaxl_buf_puts(h->out, "Bars:");
    for (size_t i = 0; i < bars; i++) {
        const struct outcome *o = i < shown ? &items[i] : &rest;
        const char *label = label_of(o);
        jaxl_buf_puts(h->out, i ? ", " : " ");
        svg_put_isolated(h, label, label == o->name ? o->len : strlen(label), NAME_MOST);
        jaxl_buf_putc(h->out, ' ');
        html_put_part(h, o->attempts, all);
    }
    svg_begin_drawing(h);
    for (size_t i = 0; i < bars; i++) {
        const struct outcome *o = i < shown ? &items[i] : &rest;
        const int64_t most = rest.attempts > items[0].attempts ? rest.attempts : items[0].attempts;
        put_bar(h, o, i, most, all);
    }
    svg_end(h);
}

void svg_put_outcomes(struct html *h)
{
    const struct report_rows *rows = &h->p->outcomes;
    struct outcome *items = calloc(rows->n ? rows->n : 1, sizeof *items);
    size_t n;

    if (!items) {
        h->out->failed = h->out->failed ? h->out->failed : JAXL_ENOMEM;
        return;
    }
    n = gather(rows, items);
    if (n)
        draw(h, items, n);
    free(items);
}
