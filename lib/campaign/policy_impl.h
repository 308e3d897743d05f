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
    struct {
        int64_t after[JAXL_POLICY_RETRIES];
        size_t n;
    } retries[JAXL_DISPOSITION_COUNT];
};

#endif
