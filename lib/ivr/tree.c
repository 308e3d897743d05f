#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/line.h"
#include "ivr/tree.h"

enum { FIRST_SLOTS = 256, PROBLEM = 1024 /* bytes */ };

void jaxl_ivr_tree_init(struct jaxl_ivr_tree *t)
{
    *t = (struct jaxl_ivr_tree){0};
    jaxl_arena_init(&t->arena, JAXL_IVR_TREE_MAX);
    t->menus_end = &t->menus;
    t->options_end = &t->options;
    t->phones_end = &t->phones;
    t->problems_end = &t->problems;
}

void jaxl_ivr_tree_free(struct jaxl_ivr_tree *t)
{
    jaxl_ivr_names_free(&t->menu_names);
    jaxl_ivr_names_free(&t->phone_numbers);
    jaxl_arena_free(&t->arena);
    jaxl_ivr_tree_init(t);
}

int jaxl_ivr_new(struct jaxl_ivr_tree **t, struct jaxl_error *err)
{
    *t = malloc(sizeof **t);
    if (!*t)
        return jaxl_error_set(err, JAXL_ENOMEM, "IVRs: out of memory");
    jaxl_ivr_tree_init(*t);
    return 0;
}

void jaxl_ivr_free(struct jaxl_ivr_tree **t)
{
    if (!t || !*t)
        return;
    jaxl_ivr_tree_free(*t);
    free(*t);
    *t = NULL;
}

/* Appends a node to the list that has such an end. */
#define APPEND(end, node) (*(end) = (node), (end) = &(node)->after)

void *jaxl_ivr_tree_alloc(struct jaxl_ivr_tree *t, size_t n)
{
    void *p = t->failed ? NULL : jaxl_arena_alloc(&t->arena, n);

    if (p)
        return memset(p, 0, n);
    if (!t->failed)
        t->failed = t->arena.failed;
    return NULL;
}

const char *jaxl_ivr_tree_keep(struct jaxl_ivr_tree *t, const char *text, size_t len)
{
    char *copy = jaxl_ivr_tree_alloc(t, len + 1);

    return copy ? memcpy(copy, text, len) : NULL;
}

/* The slot of a name, or the free one where it belongs: never all are used. */
static struct jaxl_ivr_name *slot_of(struct jaxl_ivr_name *slots, size_t n, const char *name)
{
    size_t i = (size_t)jaxl_hash_bytes(name, strlen(name)) & (n - 1);

    while (slots[i].name && strcmp(slots[i].name, name) != 0)
        i = (i + 1) & (n - 1);
    return &slots[i];
}

void jaxl_ivr_names_free(struct jaxl_ivr_names *names)
{
    free(names->slots);
    *names = (struct jaxl_ivr_names){0};
}

bool jaxl_ivr_names_reserve(struct jaxl_ivr_names *names)
{
    size_t n = names->n_slots ? 2 * names->n_slots : FIRST_SLOTS;
    struct jaxl_ivr_name *more;

    if (names->used < names->n_slots / 4 * 3)
        return true;
    more = calloc(n, sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < names->n_slots; i++)
        if (names->slots[i].name)
            *slot_of(more, n, names->slots[i].name) = names->slots[i];
    free(names->slots);
    names->slots = more;
    names->n_slots = n;
    return true;
}

void *jaxl_ivr_names_find(const struct jaxl_ivr_names *names, const char *name)
{
    return names->n_slots ? slot_of(names->slots, names->n_slots, name)->bearer : NULL;
}

bool jaxl_ivr_names_replace(struct jaxl_ivr_names *names, const char *name, void *bearer)
{
    struct jaxl_ivr_name *slot =
        names->n_slots ? slot_of(names->slots, names->n_slots, name) : NULL;

    if (!slot || !slot->name)
        return false;
    slot->bearer = bearer;
    return true;
}

void jaxl_ivr_names_enter(struct jaxl_ivr_names *names, const char *name, void *bearer)
{
    *slot_of(names->slots, names->n_slots, name) = (struct jaxl_ivr_name){name, bearer};
    names->used++;
}

struct jaxl_ivr_menu *jaxl_ivr_tree_find(const struct jaxl_ivr_tree *t, const char *name)
{
    return jaxl_ivr_names_find(&t->menu_names, name);
}

struct jaxl_ivr_menu *jaxl_ivr_tree_menu(struct jaxl_ivr_tree *t, const char *name)
{
    struct jaxl_ivr_menu *menu = jaxl_ivr_names_find(&t->menu_names, name);

    if (menu)
        return menu;
    menu = jaxl_ivr_tree_alloc(t, sizeof *menu);
    if (!menu)
        return NULL;
    if (!jaxl_ivr_names_reserve(&t->menu_names)) {
        t->failed = JAXL_ENOMEM;
        return NULL;
    }
    menu->name = name;
    jaxl_ivr_names_enter(&t->menu_names, name, menu);
    APPEND(t->menus_end, menu);
    t->n_menus++;
    return menu;
}

struct jaxl_ivr_option *jaxl_ivr_tree_option(struct jaxl_ivr_tree *t, struct jaxl_ivr_menu *menu,
                                             int key)
{
    struct jaxl_ivr_option *o = jaxl_ivr_tree_alloc(t, sizeof *o);

    if (!o)
        return NULL;
    o->menu = menu;
    o->key = key;
    if (!menu->options[key])
        menu->options[key] = o;
    APPEND(t->options_end, o);
    t->n_options++;
    return o;
}

struct jaxl_ivr_phone *jaxl_ivr_tree_phone(struct jaxl_ivr_tree *t, const struct jaxl_phone *number,
                                           const struct jaxl_ivr_phone **first)
{
    struct jaxl_ivr_phone *phone = jaxl_ivr_tree_alloc(t, sizeof *phone);

    *first = NULL;
    if (!phone)
        return NULL;
    if (!jaxl_ivr_names_reserve(&t->phone_numbers)) {
        t->failed = JAXL_ENOMEM;
        return NULL;
    }
    phone->number = *number;
    *first = jaxl_ivr_names_find(&t->phone_numbers, phone->number.text);
    if (!*first)
        jaxl_ivr_names_enter(&t->phone_numbers, phone->number.text, phone);
    APPEND(t->phones_end, phone);
    t->n_phones++;
    return phone;
}

void jaxl_ivr_tree_problem(struct jaxl_ivr_tree *t, const struct jaxl_ivr_place *place,
                           const char *fmt, ...)
{
    struct jaxl_ivr_problem *problem = jaxl_ivr_tree_alloc(t, sizeof *problem);
    char text[PROBLEM];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    jaxl_line_clean(text);
    if (!problem || !(problem->text = jaxl_ivr_tree_keep(t, text, strlen(text))))
        return;
    problem->place = *place;
    problem->opinion = t->opinion;
    problem->nth = t->n_problems++;
    APPEND(t->problems_end, problem);
}

int jaxl_ivr_tree_check(const struct jaxl_ivr_tree *t, struct jaxl_error *err)
{
    if (t->failed == JAXL_ELIMIT)
        return jaxl_error_set(err, t->failed, "the IVRs need more than %zu MiB of memory",
                              JAXL_IVR_TREE_MAX >> 20);
    return t->failed ? jaxl_error_set(err, t->failed, "IVRs: %s", jaxl_error_name(t->failed)) : 0;
}

int64_t jaxl_ivr_tree_id(const char *text, size_t len)
{
    int64_t id = 0;
    size_t i = 0;

    for (; i < len && text[i] >= '0' && text[i] <= '9' && id < INT64_MAX / 10; i++)
        id = id * 10 + (text[i] - '0');
    return i < len ? 0 : id;
}

static void resolve(const struct jaxl_ivr_tree *t, struct jaxl_ivr_link *link)
{
    struct jaxl_ivr_menu *menu = link->name ? jaxl_ivr_tree_find(t, link->name) : NULL;

    link->to = menu && menu->place.line ? menu : NULL;
    if (link->name && !link->to && !link->id)
        link->id = jaxl_ivr_tree_id(link->name, strlen(link->name));
}

void jaxl_ivr_tree_link(struct jaxl_ivr_tree *t)
{
    for (struct jaxl_ivr_phone *p = t->phones; p; p = p->after)
        resolve(t, &p->ivr);
    for (struct jaxl_ivr_option *o = t->options; o; o = o->after) {
        resolve(t, &o->next);
        if (o->next.to) {
            o->also_here = o->next.to->named_by;
            o->next.to->named_by = o;
        }
    }
}
