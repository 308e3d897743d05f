#include "billing/overlay.h"

#include <string.h>

static const char extra_name[] = "extra", costs_name[] = "costs";

int jaxl_overlay_slots(struct jaxl_fact_slots *slots)
{
    return jaxl_fact_slot(slots, extra_name) < 0 || jaxl_fact_slot(slots, costs_name) < 0
               ? JAXL_EARG
               : 0;
}

int jaxl_overlay_init(struct jaxl_overlay *o, struct jaxl_fact_slots *slots)
{
    *o = (struct jaxl_overlay){.extra_slot = jaxl_fact_slot(slots, extra_name),
                               .costs_slot = jaxl_fact_slot(slots, costs_name)};
    return jaxl_json_doc_new(&o->extra, 0) || jaxl_json_doc_new(&o->costs, 0) ? JAXL_ENOMEM : 0;
}

void jaxl_overlay_free(struct jaxl_overlay *o)
{
    jaxl_json_doc_free(&o->extra);
    jaxl_json_doc_free(&o->costs);
}

static void fill(struct jaxl_scan_value *to, const struct jaxl_json *v)
{
    size_t len = 0;
    const char *text = jaxl_json_text(v, &len);

    if (jaxl_fact_given(to))
        return;
    if (jaxl_json_type(v) == JAXL_JSON_BOOL)
        *to = jaxl_json_bool(v) ? (struct jaxl_scan_value){"true", 4, JAXL_JSON_BOOL}
                                : (struct jaxl_scan_value){"false", 5, JAXL_JSON_BOOL};
    else if (text && len <= UINT32_MAX)
        *to = (struct jaxl_scan_value){text, (uint32_t)len, (uint8_t)jaxl_json_type(v)};
}

/* A path below the cell: "costs.0.cost" is "0.cost" in the cell "costs". */
static int fill_from(struct jaxl_json_doc *doc, const struct jaxl_scan_value *cell,
                     const char *prefix, const struct jaxl_fact_slots *slots,
                     struct jaxl_scan_value *values, struct jaxl_error *err)
{
    size_t len = strlen(prefix);
    const struct jaxl_json *root;
    int rc = jaxl_json_parse(doc, cell->text, cell->len, &root, err);

    for (size_t i = 0; i < slots->n && !rc; i++)
        if (strncmp(slots->paths[i], prefix, len) == 0)
            fill(&values[i], jaxl_json_find(root, slots->paths[i] + len));
    return rc;
}

int jaxl_overlay_read(struct jaxl_overlay *o, const struct jaxl_fact_slots *slots,
                      struct jaxl_scan_value *values, struct jaxl_error *err)
{
    const struct jaxl_scan_value *extra = &values[o->extra_slot], *costs = &values[o->costs_slot];
    int rc = 0;

    if (jaxl_fact_given(extra) && extra->text[0] == '{')
        rc = fill_from(o->extra, extra, "", slots, values, err);
    if (!rc && jaxl_fact_given(costs) && costs->text[0] == '[')
        rc = fill_from(o->costs, costs, "costs.", slots, values, err);
    return rc;
}
