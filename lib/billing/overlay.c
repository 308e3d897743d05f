#include "billing/overlay.h"

#include <string.h>

static const struct {
    const char *name, *prefix; /* of the column, and of the paths that lead into it */
    char begin;                /* of its text; something else is no JSON */
} cells[JAXL_OVERLAY_CELLS] = {
    [JAXL_OVERLAY_EXTRA] = {"extra", "", '{'},
    [JAXL_OVERLAY_COSTS] = {"costs", "costs.", '['},
    [JAXL_OVERLAY_INPUT] = {"input", "input.", '{'},
};

static bool is_wanted(const char *prefix, const struct jaxl_fact_slots *slots)
{
    for (size_t i = 0; i < slots->n; i++)
        if (strncmp(slots->paths[i], prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

int jaxl_overlay_slots(struct jaxl_fact_slots *slots)
{
    for (int i = 0; i < JAXL_OVERLAY_CELLS; i++)
        if (is_wanted(cells[i].prefix, slots) && jaxl_fact_slot(slots, cells[i].name) < 0)
            return JAXL_EARG;
    return 0;
}

int jaxl_overlay_init(struct jaxl_overlay *o, struct jaxl_fact_slots *slots)
{
    *o = (struct jaxl_overlay){.docs = {NULL}};
    for (int i = 0; i < JAXL_OVERLAY_CELLS; i++) {
        o->slots[i] = is_wanted(cells[i].prefix, slots) ? jaxl_fact_slot(slots, cells[i].name) : -1;
        if (jaxl_json_doc_new(&o->docs[i], 0))
            return JAXL_ENOMEM;
    }
    return 0;
}

void jaxl_overlay_free(struct jaxl_overlay *o)
{
    for (int i = 0; i < JAXL_OVERLAY_CELLS; i++)
        jaxl_json_doc_free(&o->docs[i]);
}

static void fill(struct jaxl_scan_value *to, const struct jaxl_json *v)
{
    size_t len = 0;
    const char *text = jaxl_json_text(v, &len);

    if (jaxl_json_type(v) == JAXL_JSON_BOOL)
        *to = jaxl_json_bool(v) ? (struct jaxl_scan_value){"true", 4, JAXL_JSON_BOOL}
                                : (struct jaxl_scan_value){"false", 5, JAXL_JSON_BOOL};
    else if (text && len <= UINT32_MAX)
        *to = (struct jaxl_scan_value){text, (uint32_t)len, (uint8_t)jaxl_json_type(v)};
}

/* Whether a path may lead to a member of that name, or below it. Mostly it does not. */
static bool leads_to(const char *path, const char *name, size_t len, bool below)
{
    size_t i = 0;

    if (!name) /* but an element of an array */
        return true;
    while (i < len && path[i] && path[i] == name[i])
        i++;
    return i == len && (!path[i] || (path[i] == '.' && below));
}

/* A path below the cell: "costs.0.cost" is "0.cost" in the cell "costs". */
static int fill_from(struct jaxl_json_doc *doc, const struct jaxl_scan_value *cell,
                     const char *prefix, const struct jaxl_fact_slots *slots,
                     struct jaxl_scan_value *values, struct jaxl_error *err)
{
    size_t skip = strlen(prefix);
    const struct jaxl_json *root;
    int rc = jaxl_json_parse(doc, cell->text, cell->len, &root, err);

    if (rc)
        return rc;
    for (const struct jaxl_json *m = jaxl_json_first(root); m; m = jaxl_json_next(m)) {
        bool below = jaxl_json_first(m) != NULL;
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        for (size_t i = 0; i < slots->n; i++) {
            const char *path = slots->paths[i];
            if (!jaxl_fact_given(&values[i]) && (!skip || strncmp(path, prefix, skip) == 0) &&
                leads_to(path + skip, name, len, below))
                fill(&values[i], jaxl_json_find(root, path + skip));
        }
    }
    return 0;
}

int jaxl_overlay_read(struct jaxl_overlay *o, const struct jaxl_fact_slots *slots,
                      struct jaxl_scan_value *values, struct jaxl_error *err)
{
    int rc = 0;

    for (int i = 0; i < JAXL_OVERLAY_CELLS && !rc; i++) {
        const struct jaxl_scan_value *cell = o->slots[i] < 0 ? NULL : &values[o->slots[i]];
        if (cell && jaxl_fact_given(cell) && cell->text[0] == cells[i].begin)
            rc = fill_from(o->docs[i], cell, cells[i].prefix, slots, values, err);
    }
    return rc;
}
