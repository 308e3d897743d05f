/* A policy from within. */
#ifndef JAXL_CAMPAIGN_POLICY_IMPL_H
#define JAXL_CAMPAIGN_POLICY_IMPL_H

#include "campaign/policy.h"
#include "jaxl/holidays.h"

struct jaxl_policy_section {
    char area[JAXL_AREA_NAME]; /* "": all */
    struct jaxl_policy_rules rules;
};

struct jaxl_policy {
    struct jaxl_policy_section sections[JAXL_POLICY_SECTIONS];
    size_t n;
    char zone[JAXL_ZONE_NAME];
    struct jaxl_holidays *holidays;
    struct jaxl_policy_settings settings;
    struct {
        int64_t after[JAXL_POLICY_RETRIES];
        size_t n;
    } retries[JAXL_DISPOSITION_COUNT];
};

/* What windows and days allow together. False: nothing. */
bool jaxl_policy_hours(const struct jaxl_policy_rules *r, struct jaxl_window *out);
/* Whether a section says anything. */
bool jaxl_policy_says(const struct jaxl_policy_rules *r);

/* A span of more than no time. JAXL_EARG. */
int jaxl_policy_span(const char *text, size_t len, int64_t *us, struct jaxl_error *err);

/* As jaxl_policy_set for a setting. */
struct jaxl_policy_setting;
const struct jaxl_policy_setting *jaxl_policy_setting_find(const char *key); /* NULL: none */
/* The i-th key; NULL past the last. */
const char *jaxl_policy_setting_key(size_t i);
int jaxl_policy_setting_take(const struct jaxl_policy_setting *setting,
                             struct jaxl_policy_settings *s, const char *value,
                             struct jaxl_error *err);
void jaxl_policy_settings_free(struct jaxl_policy_settings *s);

/* Writes days ("mon-fri") and windows ("mon-fri 09:00-18:00,sat 10:00-17:00") as a policy file has
 * them; "none" where nothing is left. What does not fit into size ends in "...". */
void jaxl_policy_days_text(unsigned days, char *out, size_t size);
void jaxl_policy_window_text(const struct jaxl_window *w, char *out, size_t size);

#endif
