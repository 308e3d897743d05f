#include <stdlib.h>
#include <string.h>

#include "campaign/callers.h"

enum { POOL_MAX = 256, OWN_MAX = 4096 };

struct caller {
    struct jaxl_phone number;
    char country[3];
    struct jaxl_pace pace;
};

struct jaxl_callers {
    struct jaxl_pace_rate rate;
    bool by_country;
    struct caller *all; /* n_pool of the pool, then those of leads, n in all */
    size_t n_pool, n, room, turn;
};

int jaxl_callers_new(struct jaxl_callers **out, const struct jaxl_pace_rate *rate, bool by_country,
                     struct jaxl_error *err)
{
    struct jaxl_callers *c = calloc(1, sizeof *c);

    *out = c;
    if (!c)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    c->rate = *rate;
    c->by_country = by_country;
    return 0;
}

void jaxl_callers_free(struct jaxl_callers **c)
{
    if (!c || !*c)
        return;
    free((*c)->all);
    free(*c);
    *c = NULL;
}

static struct caller *find(struct jaxl_callers *c, uint64_t key)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->all[i].number.key == key)
            return &c->all[i];
    return NULL;
}

static struct caller *append(struct jaxl_callers *c, const struct jaxl_phone *number, int64_t now)
{
    struct caller *more, *new;

    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        more = realloc(c->all, room * sizeof *more);
        if (!more)
            return NULL;
        c->all = more;
        c->room = room;
    }
    new = &c->all[c->n++];
    *new = (struct caller){.number = *number};
    jaxl_pace_start(&new->pace, &c->rate, now);
    return new;
}

int jaxl_callers_add(struct jaxl_callers *c, const struct jaxl_phone *from, int64_t now,
                     struct jaxl_error *err)
{
    char area[JAXL_AREA_NAME] = "";
    struct caller *new;
    int code = c->by_country ? jaxl_area_of(from, area, err) : 0;

    if (code)
        return code;
    if (find(c, from->key))
        return 0;
    if (c->n_pool == POOL_MAX)
        return jaxl_error_set(err, JAXL_ELIMIT, "from: more than %d numbers", POOL_MAX);
    new = append(c, from, now);
    if (!new)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    memcpy(new->country, area, strlen(area) < 2 ? 0 : 2);
    c->n_pool++;
    return 0;
}

size_t jaxl_callers_count(const struct jaxl_callers *c)
{
    return c->n_pool;
}

static bool has_country(const struct jaxl_callers *c, const char *area)
{
    for (size_t i = 0; i < c->n_pool && *area; i++)
        if (strncmp(c->all[i].country, area, 2) == 0)
            return true;
    return false;
}

int64_t jaxl_callers_pick(struct jaxl_callers *c, const char *area, int64_t now,
                          struct jaxl_phone *from)
{
    bool only = c->by_country && has_country(c, area);
    int64_t least = INT64_MAX;

    for (size_t n = 0; n < c->n_pool; n++) {
        struct caller *one = &c->all[(c->turn + n) % c->n_pool];
        int64_t wait = !only || strncmp(one->country, area, 2) == 0
                           ? jaxl_pace_wait(&one->pace, now)
                           : INT64_MAX;
        if (wait == 0) {
            c->turn = (c->turn + n + 1) % c->n_pool;
            *from = one->number;
            return 0;
        }
        least = wait < least ? wait : least;
    }
    return least;
}

/* With very many numbers of leads, those that were seen first are forgotten: their pace begins
 * anew. */
int64_t jaxl_callers_wait(struct jaxl_callers *c, const struct jaxl_phone *from, int64_t now)
{
    struct caller *one;

    if (!c->rate.span)
        return 0;
    one = find(c, from->key);
    if (!one && c->n - c->n_pool == OWN_MAX)
        c->n = c->n_pool;
    if (!one)
        one = append(c, from, now);
    return one ? jaxl_pace_wait(&one->pace, now) : -1;
}

void jaxl_callers_take(struct jaxl_callers *c, const struct jaxl_phone *from, int64_t now)
{
    struct caller *one = c->rate.span ? find(c, from->key) : NULL;

    if (one)
        jaxl_pace_take(&one->pace, now);
}
