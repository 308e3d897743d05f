#include <stdlib.h>
#include <string.h>

#include "events/follow_impl.h"
#include "platform/disposition.h"

#define ASKED (JAXL_FOLLOW_ASKED * JAXL_SECOND)

static const char *const names[STAGES] = {NULL, "placed", "answered", "completed", "finalised"};

const char *jaxl_stage_name(enum jaxl_stage s)
{
    return names[s];
}

enum jaxl_stage jaxl_stage_parse(const char *name)
{
    for (int s = STAGE_PLACED; s < STAGES; s++)
        if (strcmp(names[s], name) == 0)
            return (enum jaxl_stage)s;
    return STAGE_NONE;
}

/* The protocol does not say how an answered call shows while it goes on: `missed` that is false, or
 * a recording that has begun, are taken for it. */
static bool is_answered(const struct jaxl_json *call, const struct jaxl_disposition_facts *facts)
{
    const struct jaxl_json *missed = jaxl_json_get(call, "missed");

    if (facts->over)
        return facts->disposition == JAXL_DISPOSITION_ANSWERED ||
               facts->disposition == JAXL_DISPOSITION_VOICEMAIL;
    return (jaxl_json_type(missed) == JAXL_JSON_BOOL && !jaxl_json_bool(missed)) ||
           !jaxl_json_is_null(jaxl_json_get(call, "recording_start_time"));
}

unsigned jaxl_stage_of(const struct jaxl_json *call)
{
    struct jaxl_disposition_facts facts;
    unsigned stages = 1 << STAGE_PLACED;

    jaxl_disposition_read(call, &facts);
    if (is_answered(call, &facts))
        stages |= 1 << STAGE_ANSWERED;
    if (facts.over)
        stages |= 1 << STAGE_COMPLETED;
    if (facts.finalized)
        stages |= 1 << STAGE_FINALISED;
    return stages;
}

unsigned jaxl_stage_news(unsigned told, unsigned stages)
{
    unsigned past = told;

    for (unsigned by = 1; by < STAGES; by++)
        past |= told >> by;
    return stages & ~past;
}

/* Ids mostly grow: the end is looked at first. */
size_t jaxl_told_place(const struct jaxl_told_list *l, int64_t id)
{
    size_t low = 0, high = l->n;

    if (l->n && l->items[l->n - 1].id < id)
        return l->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->items[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct jaxl_told *jaxl_told_find(const struct jaxl_told_list *l, int64_t id)
{
    size_t i = jaxl_told_place(l, id);

    return i < l->n && l->items[i].id == id ? &l->items[i] : NULL;
}

struct jaxl_told *jaxl_told_enter(struct jaxl_told_list *l, int64_t id, int64_t placed)
{
    size_t i = jaxl_told_place(l, id);

    if (i < l->n && l->items[i].id == id)
        return &l->items[i];
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 256;
        struct jaxl_told *items = realloc(l->items, room * sizeof *items);
        if (!items)
            return NULL;
        l->items = items;
        l->room = room;
    }
    memmove(&l->items[i + 1], &l->items[i], (l->n - i) * sizeof *l->items);
    l->n++;
    l->items[i] = (struct jaxl_told){.id = id, .placed = placed};
    return &l->items[i];
}

bool jaxl_told_final(const struct jaxl_told *t)
{
    return t->stages & 1 << STAGE_FINALISED;
}

static int64_t pause_of(const struct jaxl_told *t, int64_t now)
{
    const int64_t share = (now - t->placed) / JAXL_FOLLOW_SHARE;

    return share > ASKED ? share : ASKED;
}

bool jaxl_told_due(const struct jaxl_told *t, int64_t now)
{
    return !jaxl_told_final(t) && (t->asked > now + ASKED || now - t->asked >= pause_of(t, now));
}

void jaxl_told_ask(struct jaxl_told *t, int64_t now, bool soon)
{
    t->asked = soon ? now - pause_of(t, now) + ASKED : now;
}

int64_t jaxl_told_oldest(const struct jaxl_told_list *l, int64_t from, int64_t to)
{
    for (size_t i = 0; i < l->n; i++)
        if (!jaxl_told_final(&l->items[i]) && l->items[i].placed >= from && l->items[i].placed < to)
            to = l->items[i].placed;
    return to;
}

void jaxl_told_forget(struct jaxl_told_list *l, int64_t before, int64_t too_old)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->n; i++) {
        const struct jaxl_told *t = &l->items[i];
        if (t->placed >= before || (t->placed >= too_old && !jaxl_told_final(t)))
            l->items[kept++] = *t;
    }
    l->n = kept;
}

void jaxl_told_free(struct jaxl_told_list *l)
{
    free(l->items);
    *l = (struct jaxl_told_list){0};
}
