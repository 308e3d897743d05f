#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/rules.h"

struct zone {
    struct zone *next;
    struct jaxl_zone *zone;
};

struct jaxl_rules_area {
    struct jaxl_rules_area *next;
    char name[JAXL_AREA_NAME];
    struct jaxl_policy_rules rules;
    struct jaxl_zone *zones[JAXL_AREA_ZONES];
    size_t n_zones;
};

struct jaxl_rules {
    const struct jaxl_policy *policy;
    struct jaxl_rules_area *areas; /* those that were needed so far, and their zones */
    struct zone *zones;
};

int jaxl_rules_new(struct jaxl_rules **out, const struct jaxl_policy *policy,
                   struct jaxl_error *err)
{
    struct jaxl_rules *r = calloc(1, sizeof *r);

    *out = r;
    if (!r)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    r->policy = policy;
    return 0;
}

void jaxl_rules_free(struct jaxl_rules **rules)
{
    struct jaxl_rules *r = rules ? *rules : NULL;

    if (!r)
        return;
    for (struct jaxl_rules_area *a = r->areas, *next; a; a = next) {
        next = a->next;
        free(a);
    }
    for (struct zone *z = r->zones, *next; z; z = next) {
        next = z->next;
        jaxl_zone_free(&z->zone);
        free(z);
    }
    free(r);
    *rules = NULL;
}

static int get_zone(struct jaxl_rules *r, const char *name, struct jaxl_zone **out,
                    struct jaxl_error *err)
{
    struct zone *z = r->zones;
    int code;

    while (z && strcmp(jaxl_zone_name(z->zone), name) != 0)
        z = z->next;
    if (!z) {
        z = calloc(1, sizeof *z);
        code = z ? jaxl_zone_new(&z->zone, name, err)
                 : jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        if (code) {
            free(z);
            return code;
        }
        z->next = r->zones;
        r->zones = z;
    }
    *out = z->zone;
    return 0;
}

/* Zones of an area that has none of its own are the campaign's. */
static int fill_zones(struct jaxl_rules *r, struct jaxl_rules_area *a, const char *home,
                      struct jaxl_error *err)
{
    const char *own = jaxl_policy_zone(r->policy);
    struct jaxl_area_list list = {0};
    int code = *home ? jaxl_area_zones(home, &list, err) : 0;

    if (code)
        return code;
    if (list.count == 0 && own)
        snprintf(list.name[list.count++], sizeof list.name[0], "%s", own);
    for (size_t i = 0; i < list.count && !code; i++)
        code = get_zone(r, list.name[i], &a->zones[a->n_zones++], err);
    return code;
}

/* name: "" for numbers that may be anywhere: every rule holds, as it does for those that no plan
 * has
 * ("?" and home). home: where its zones are from. */
static int get_area(struct jaxl_rules *r, const char *name, const char *home,
                    const struct jaxl_rules_area **out, struct jaxl_error *err)
{
    struct jaxl_rules_area *a = r->areas;
    int code;

    while (a && strcmp(a->name, name) != 0)
        a = a->next;
    *out = a;
    if (a)
        return 0;
    a = calloc(1, sizeof *a);
    if (!a)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    snprintf(a->name, sizeof a->name, "%s", name);
    (void)jaxl_policy_rules(r->policy, *name == '?' ? "" : name, &a->rules);
    code = fill_zones(r, a, home, err);
    if (code) {
        free(a);
        return code;
    }
    a->next = r->areas;
    r->areas = a;
    *out = a;
    return 0;
}

static int own_zone(struct jaxl_rules *r, const char *tz, size_t len, struct jaxl_zone **out,
                    struct jaxl_error *err)
{
    char name[JAXL_ZONE_NAME];
    int code;

    if (len >= sizeof name || memchr(tz, '\0', len))
        return jaxl_error_set(err, JAXL_EINPUT, "tz: no zone has a name like that");
    memcpy(name, tz, len);
    name[len] = '\0';
    code = get_zone(r, name, out, err);
    if (code != JAXL_EARG)
        return code;
    (void)jaxl_error_prefix(err, code, "tz");
    if (err)
        err->code = JAXL_EINPUT; /* it came with the record */
    return JAXL_EINPUT;
}

/* A number that libphonenumber does not know may be of an area code that is newer than it: the
 * strictest of all rules hold then ("?"), by the clocks of the whole country where that is plain.
 */
int jaxl_rules_locate(struct jaxl_rules *r, const struct jaxl_phone *to, const char *tz,
                      size_t tz_len, struct jaxl_rules_place *out, struct jaxl_error *err)
{
    char area[JAXL_AREA_NAME] = "";
    struct jaxl_error own = {0};
    const char *home = area;
    int code = jaxl_area_of(to, area, &own);

    *out = (struct jaxl_rules_place){NULL, NULL};
    if (code == JAXL_EINPUT) {
        home = to->text[1] == '1' ? "US" : "";
        snprintf(area, sizeof area, "?%s", home);
    } else if (code == JAXL_ECONFIG && jaxl_policy_zone(r->policy)) {
        area[0] = '\0';
    } else if (code) {
        if (err)
            *err = own;
        return code;
    }
    code = get_area(r, area, home, &out->area, err);
    return code || !tz ? code : own_zone(r, tz, tz_len, &out->own, err);
}

/* The zones that count where a lead is. */
static size_t zones_of(const struct jaxl_rules_place *place, struct jaxl_zone *const **zones)
{
    *zones = place->own ? &place->own : place->area->zones;
    return place->own ? 1 : place->area->n_zones;
}

int jaxl_rules_check(const struct jaxl_rules *r, const struct jaxl_rules_place *place,
                     struct jaxl_policy_lead *lead, struct jaxl_policy_answer *out,
                     struct jaxl_error *err)
{
    lead->n_zones = zones_of(place, &lead->zones);
    return jaxl_policy_check(&place->area->rules, jaxl_policy_holidays(r->policy), lead, out, err);
}

void jaxl_rules_explain(const struct jaxl_rules *r, const struct jaxl_rules_place *place,
                        int64_t now, char *text, size_t room)
{
    static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    struct jaxl_policy_lead lead = {.now = now};
    struct jaxl_policy_answer answer;
    struct jaxl_zone *const *zones;
    struct jaxl_zone_clock clock;
    struct jaxl_policy_rules hours = place->area->rules;
    size_t n = zones_of(place, &zones), i = 0;

    text[0] = '\0';
    if (n == 0) {
        snprintf(text, room, "no time zone is known for this number (--tz)");
        return;
    }
    hours.n_caps = 0;
    hours.max_attempts = 0;
    hours.expire = 0;
    for (lead.n_zones = 1; i < n; i++) {
        lead.zones = zones + i;
        if (jaxl_policy_check(&hours, jaxl_policy_holidays(r->policy), &lead, &answer, NULL) ||
            answer.verdict != JAXL_POLICY_CALL)
            break;
    }
    if (i == n)
        return;
    jaxl_zone_local(zones[i], now, &clock);
    snprintf(text, room, "%s %02d:%02d in %s", days[clock.weekday], clock.minute / 60,
             clock.minute % 60, jaxl_zone_name(zones[i]));
}

size_t jaxl_rules_zones(const struct jaxl_rules_place *place)
{
    struct jaxl_zone *const *zones;

    return zones_of(place, &zones);
}

int64_t jaxl_rules_dnc_age(const struct jaxl_rules_place *place)
{
    return place->area ? place->area->rules.dnc_max_age : 0;
}

const char *jaxl_rules_area_name(const struct jaxl_rules_place *place)
{
    return place->area && *place->area->name != '?' ? place->area->name : "";
}

unsigned jaxl_rules_max_attempts(const struct jaxl_rules_place *place)
{
    return place->area ? place->area->rules.max_attempts : 0;
}
