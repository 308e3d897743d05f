/* A graph in the DOT language. A node is named after what it stands for ("menu:main", "teams:5"),
 * so that a changed file gives a graph that differs where the file does. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "ivr/dot_text.h"
#include "ivr/lead.h"

enum { WIDTH = 40, LINES = 4, EDGE_WIDTH = 26, EDGE_LINES = 2 };
enum { NAME = 1000 /* bytes of the name of a node */ };

#define LEFT "<br align=\"left\"/>"
#define RED  "#c0282d"
#define GREY "#949494"

/* The library's default of 14 points makes the messages too wide; the font is whatever the machine
 * has without serifs, which is what fontconfig and browsers take the word for. */
static const char head[] =
    "digraph ivr {\n"
    "  graph [rankdir=LR, bgcolor=\"white\", charset=\"UTF-8\", nodesep=0.3, ranksep=0.7];\n"
    "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef3fb\", color=\"#4a6fa5\", "
    "fontname=\"sans-serif\", fontsize=11, margin=\"0.15,0.08\"];\n"
    "  edge [color=\"#5a5a5a\", fontname=\"sans-serif\", fontsize=10, arrowsize=0.7];\n";

#define OUT                                                                                        \
    "shape=ellipse, style=filled, fillcolor=\"#edf7ec\", color=\"#5b8f57\", margin=\"0.05,0.03\""
#define WRONG "style=filled, fillcolor=\"#fdeceb\", color=\"" RED "\", fontcolor=\"" RED "\""

/* What a node is named and looks like that is no menu. */
static const struct {
    const char *name, *one, *several, *looks;
} kinds[] = {
    [JAXL_IVR_TO_MENU] = {"menu", "", "", ""},
    [JAXL_IVR_TO_IVR] = {"ivr", "IVR ", "",
                         "style=filled, fillcolor=\"#f0f0f0\", color=\"" GREY "\""},
    [JAXL_IVR_TO_PHONE] = {"phone", "Phone ", "", OUT},
    [JAXL_IVR_TO_DEVICES] = {"devices", "Device ", "Devices ", OUT},
    [JAXL_IVR_TO_APPUSERS] = {"appusers", "App user ", "App users ", OUT},
    [JAXL_IVR_TO_TEAMS] = {"teams", "Team ", "Teams ", OUT},
    [JAXL_IVR_TO_WEBHOOK] = {"webhook", "Webhook ", "",
                             "shape=note, style=filled, fillcolor=\"#fdf5e2\", "
                             "color=\"#a98430\""},
    [JAXL_IVR_TO_OTHER] = {"other", "", "", "shape=octagon, " OUT},
    [JAXL_IVR_TO_MISSING] = {"menu", "No menu ", "", WRONG},
    [JAXL_IVR_TO_NOWHERE] = {"nowhere", "Nowhere", "", WRONG},
};

static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : !!a - !!b;
}

static int compare_ids(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_lists(const struct jaxl_ivr_list *a, const struct jaxl_ivr_list *b)
{
    int c = 0;

    for (size_t i = 0; i < a->n && i < b->n && !c; i++) {
        c = compare_ids(a->targets[i].id, b->targets[i].id);
        if (!c)
            c = compare_texts(a->targets[i].name, b->targets[i].name);
    }
    return c ? c : (a->n > b->n) - (a->n < b->n);
}

static int compare_leads(const void *one, const void *other)
{
    const struct jaxl_ivr_lead *a = one, *b = other;
    int c = (int)a->kind - (int)b->kind;

    if (!c)
        c = compare_ids(a->id, b->id);
    if (!c)
        c = compare_texts(a->text, b->text);
    return c ? c : compare_lists(&a->list, &b->list);
}

/* Graphviz takes no name of more than 16 KiB: the rest of a long one becomes its hash. */
static void shorten(struct jaxl_buf *out, size_t from)
{
    const uint64_t hash = jaxl_hash_bytes(out->data + from, out->len - from);
    char *end = out->data + from + NAME;

    while (((unsigned char)*end & 0xc0) == 0x80)
        end--;
    *end = '\0';
    out->len = (size_t)(end - out->data);
    jaxl_buf_printf(out, "%%~%016" PRIx64, hash);
}

/* A menu by its name; any other kind by what it is. */
static void put_node(struct jaxl_buf *out, const struct jaxl_ivr_lead *lead)
{
    const size_t from = out->len;

    jaxl_buf_printf(out, "\"%s", lead->id ? "ivr" : kinds[lead->kind].name);
    if (lead->menu || lead->text) {
        jaxl_buf_putc(out, ':');
        jaxl_ivr_dot_name(out, lead->menu ? lead->menu->name : lead->text);
    } else if (lead->id) {
        jaxl_buf_printf(out, ":%" PRId64, lead->id);
    }
    for (size_t i = 0; i < lead->list.n; i++) {
        const struct jaxl_ivr_target *target = &lead->list.targets[i];
        jaxl_buf_putc(out, i ? ',' : ':');
        if (target->id)
            jaxl_buf_int(out, target->id);
        else
            jaxl_ivr_dot_name(out, target->name);
    }
    if (out->len - from > NAME && !out->failed)
        shorten(out, from);
    jaxl_buf_putc(out, '"');
}

static void put_left(struct jaxl_buf *out, const char *text, size_t lines)
{
    jaxl_ivr_dot_lines(out, text, WIDTH, lines, LEFT);
    jaxl_buf_puts(out, LEFT);
}

static void draw_menu(struct jaxl_buf *out, const struct jaxl_ivr_menu *m)
{
    jaxl_buf_puts(out, "  ");
    put_node(out, &(struct jaxl_ivr_lead){.menu = m});
    jaxl_buf_puts(out, " [label=<<b>");
    jaxl_ivr_dot_lines(out, m->name, WIDTH, EDGE_LINES, LEFT);
    jaxl_buf_puts(out, "</b>");
    if (m->id)
        jaxl_buf_printf(out, " (%" PRId64 ")", m->id);
    jaxl_buf_puts(out, LEFT);
    if (m->webhook)
        jaxl_buf_puts(out, "<i>webhook</i>" LEFT);
    if (m->message)
        put_left(out, m->message, LINES);
    if (!m->place.line)
        jaxl_buf_puts(out, "<i>has no record</i>" LEFT);
    if (m->hangup)
        jaxl_buf_puts(out, "<i>hangs up</i>" LEFT);
    jaxl_buf_putc(out, '>');
    if (m->webhook)
        jaxl_buf_puts(out, ", shape=component, style=filled, fillcolor=\"#fdf5e2\", "
                           "color=\"#a98430\"");
    if (m->hangup)
        jaxl_buf_puts(out, ", peripheries=2, fillcolor=\"#f4f4f4\"");
    if (m->entry)
        jaxl_buf_puts(out, ", penwidth=2.5");
    if (!m->place.line)
        jaxl_buf_puts(out, ", " WRONG);
    jaxl_buf_puts(out, "];\n");
}

static void put_list(struct jaxl_buf *label, const struct jaxl_ivr_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        if (i)
            jaxl_buf_puts(label, ", ");
        if (list->targets[i].id)
            jaxl_buf_int(label, list->targets[i].id);
        else
            jaxl_buf_puts(label, list->targets[i].name);
    }
}

/* label: room to put a text together. */
static void draw_way(struct jaxl_buf *out, const struct jaxl_ivr_lead *lead, struct jaxl_buf *label)
{
    jaxl_buf_reset(label);
    jaxl_buf_puts(label, lead->list.n > 1 ? kinds[lead->kind].several : kinds[lead->kind].one);
    if (lead->text)
        jaxl_buf_puts(label, lead->text);
    else if (lead->id)
        jaxl_buf_int(label, lead->id);
    put_list(label, &lead->list);
    jaxl_buf_puts(out, "  ");
    put_node(out, lead);
    jaxl_buf_puts(out, " [label=<");
    jaxl_ivr_dot_lines(out, jaxl_buf_text(label), WIDTH, LINES, "<br/>");
    jaxl_buf_printf(out, ">, %s];\n", kinds[lead->kind].looks);
}

static bool is_wrong(const struct jaxl_ivr_lead *lead)
{
    return lead->kind == JAXL_IVR_TO_MISSING || lead->kind == JAXL_IVR_TO_NOWHERE;
}

static void put_edge_colour(struct jaxl_buf *out, const struct jaxl_ivr_lead *lead, bool disabled)
{
    if (disabled)
        jaxl_buf_puts(out, ", style=dashed");
    if (is_wrong(lead))
        jaxl_buf_puts(out, ", color=\"" RED "\", fontcolor=\"" RED "\"");
    else if (disabled)
        jaxl_buf_puts(out, ", color=\"" GREY "\", fontcolor=\"" GREY "\"");
}

static void put_note(struct jaxl_buf *out, const char *what, const char *text, const char *more)
{
    jaxl_buf_printf(out, "<br/><i>%s", what);
    jaxl_ivr_dot_lines(out, text, EDGE_WIDTH, EDGE_LINES, "<br/>");
    jaxl_buf_printf(out, "%s</i>", more);
}

static void draw_option(struct jaxl_buf *out, const struct jaxl_ivr_option *o,
                        const struct jaxl_ivr_lead *lead)
{
    jaxl_buf_puts(out, "  ");
    put_node(out, &(struct jaxl_ivr_lead){.menu = o->menu});
    jaxl_buf_puts(out, " -> ");
    put_node(out, lead);
    jaxl_buf_printf(out, " [label=<%c", JAXL_IVR_KEYS[o->key]);
    if (o->message) {
        jaxl_buf_putc(out, ' ');
        jaxl_ivr_dot_lines(out, o->message, EDGE_WIDTH, EDGE_LINES, "<br/>");
    }
    if (o->prompt)
        put_note(out, "asks: ", o->prompt, o->confirmation ? "<br/>and reads it back" : "");
    if (o->webhook_url)
        put_note(out, "if allowed by<br/>", o->webhook_url, "");
    jaxl_buf_putc(out, '>');
    put_edge_colour(out, lead, o->disabled);
    jaxl_buf_puts(out, "];\n");
}

static void draw_phone(struct jaxl_buf *out, const struct jaxl_ivr_tree *t,
                       const struct jaxl_ivr_phone *p)
{
    const struct jaxl_ivr_lead lead = jaxl_ivr_lead_link(t, &p->ivr);

    jaxl_buf_printf(out,
                    "  \"call:%s\" [label=<%s>, shape=cds, style=filled, fillcolor=\"#e3eefc\", "
                    "margin=\"0.2,0.1\"];\n",
                    p->number.text, p->number.text);
    jaxl_buf_printf(out, "  \"call:%s\" -> ", p->number.text);
    put_node(out, &lead);
    jaxl_buf_puts(out, " [penwidth=1.5");
    put_edge_colour(out, &lead, false);
    jaxl_buf_puts(out, "];\n");
}

typedef void lead_take(void *ctx, const struct jaxl_ivr_option *o,
                       const struct jaxl_ivr_lead *lead);

static void each_option(const struct jaxl_ivr_tree *t, lead_take *take, void *ctx)
{
    struct jaxl_ivr_lead leads[JAXL_IVR_ACTIONS];

    for (const struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        for (unsigned key = 0; key < JAXL_IVR_INPUTS; key++) {
            const struct jaxl_ivr_option *o = m->options[key];
            const size_t n = o ? jaxl_ivr_lead_option(t, o, leads) : 0;
            for (size_t i = 0; i < n; i++)
                take(ctx, o, &leads[i]);
        }
}

static void take_edge(void *ctx, const struct jaxl_ivr_option *o, const struct jaxl_ivr_lead *lead)
{
    draw_option(ctx, o, lead);
}

/* What is led to and is no menu. */
struct ways {
    const struct jaxl_ivr_tree *t;
    struct jaxl_ivr_lead *all; /* n; NULL: they are counted only */
    size_t n;
};

/* A menu without a record is drawn for its options already. */
static void take_way(void *ctx, const struct jaxl_ivr_option *o, const struct jaxl_ivr_lead *lead)
{
    struct ways *ways = ctx;

    (void)o;
    if (lead->kind == JAXL_IVR_TO_MENU || (lead->kind == JAXL_IVR_TO_MISSING && lead->text &&
                                           jaxl_ivr_tree_find(ways->t, lead->text)))
        return;
    if (ways->all)
        ways->all[ways->n] = *lead;
    ways->n++;
}

static void take_ways(struct ways *ways)
{
    ways->n = 0;
    each_option(ways->t, take_way, ways);
    for (const struct jaxl_ivr_phone *p = ways->t->phones; p; p = p->after) {
        const struct jaxl_ivr_lead lead = jaxl_ivr_lead_link(ways->t, &p->ivr);
        take_way(ways, NULL, &lead);
    }
}

/* Every way once: those who lead to the same share it. */
static int draw_ways(struct jaxl_buf *out, const struct jaxl_ivr_tree *t)
{
    struct ways ways = {.t = t};
    struct jaxl_buf label;
    int rc;

    take_ways(&ways);
    if (!ways.n)
        return 0;
    ways.all = calloc(ways.n, sizeof *ways.all);
    if (!ways.all)
        return JAXL_ENOMEM;
    take_ways(&ways);
    qsort(ways.all, ways.n, sizeof *ways.all, compare_leads);
    jaxl_buf_init(&label, JAXL_IVR_TREE_MAX);
    for (size_t i = 0; i < ways.n; i++)
        if (!i || compare_leads(&ways.all[i - 1], &ways.all[i]) != 0)
            draw_way(out, &ways.all[i], &label);
    rc = label.failed;
    jaxl_buf_free(&label);
    free(ways.all);
    return rc;
}

int jaxl_ivr_dot(const struct jaxl_ivr_tree *t, struct jaxl_buf *out, struct jaxl_error *err)
{
    int rc;

    jaxl_buf_puts(out, head);
    for (const struct jaxl_ivr_menu *m = t->menus; m; m = m->after)
        draw_menu(out, m);
    rc = draw_ways(out, t);
    for (const struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        draw_phone(out, t, p);
    each_option(t, take_edge, out);
    jaxl_buf_puts(out, "}\n");
    if (rc)
        return jaxl_error_set(err, rc, "the graph: %s", jaxl_error_name(rc));
    return jaxl_buf_check(out, "the graph", err);
}
