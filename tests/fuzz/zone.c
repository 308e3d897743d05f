/* A zone's file, or the rule at its end alone. */
#include "data/zone_file.h"
#include "fuzz.h"

static void try_rule(const struct jaxl_zone_rule *rule)
{
    static const int64_t instants[] = {0, -1, 1764072000, 4102444800, -62167219200, 253402300799};

    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        struct jaxl_zone_span span;
        jaxl_zone_rule_span(rule, instants[i], &span);
        FUZZ_CHECK(span.from <= instants[i] && instants[i] < span.until);
        FUZZ_CHECK(span.offset == rule->standard || span.offset == rule->summer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_zone_data zone;
    struct jaxl_zone_rule rule;

    if (jaxl_zone_rule_parse((const char *)data, size, &rule))
        try_rule(&rule);
    if (jaxl_zone_data_parse(data, size, &zone))
        return 0;
    FUZZ_CHECK(zone.count > 0 && zone.changes[0].at == INT64_MIN);
    for (size_t i = 1; i < zone.count; i++) {
        FUZZ_CHECK(zone.changes[i].at > zone.changes[i - 1].at);
        FUZZ_CHECK(zone.changes[i].offset >= -JAXL_ZONE_FARTHEST &&
                   zone.changes[i].offset <= JAXL_ZONE_FARTHEST);
    }
    if (zone.ruled)
        try_rule(&zone.rule);
    free(zone.changes);
    return 0;
}
