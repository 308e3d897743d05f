/* A policy file. */
#include <string.h>
#include <unistd.h>

#include "campaign/policy.h"
#include "fuzz.h"
#include "jaxl/clock.h"

static int nth(void *ctx, unsigned n, int64_t *at, struct jaxl_error *err)
{
    (void)err;
    *at = n > 3 ? -1 : *(const int64_t *)ctx - (int64_t)n * 3600 * JAXL_SECOND;
    return 0;
}

static struct jaxl_zone *zone(void)
{
    static struct jaxl_zone *kept;

    if (!kept)
        FUZZ_CHECK(jaxl_zone_new(&kept, "America/New_York", NULL) == 0);
    return kept;
}

/* What is allowed now is forbidden by no rule, and what is put off is so by one that says which. */
static void ask(const struct jaxl_policy *p, const char *area)
{
    struct jaxl_zone *zones[] = {zone()};
    struct jaxl_policy_lead lead = {.now = INT64_C(1795600000) * JAXL_SECOND,
                                    .attempts = 1,
                                    .zones = zones,
                                    .n_zones = 1,
                                    .nth = nth};
    struct jaxl_policy_rules rules;
    struct jaxl_policy_answer answer;
    bool some = jaxl_policy_rules(p, area, &rules);

    lead.ctx = &lead.now;
    lead.added_at = lead.now - 86400 * JAXL_SECOND;
    FUZZ_CHECK(jaxl_policy_check(&rules, jaxl_policy_holidays(p), &lead, &answer, NULL) == 0);
    FUZZ_CHECK((answer.verdict == JAXL_POLICY_CALL) == !answer.rule);
    FUZZ_CHECK((answer.verdict == JAXL_POLICY_DEFER) == (answer.until > lead.now));
    FUZZ_CHECK(memchr(answer.value, '\0', sizeof answer.value));
    FUZZ_CHECK(some || answer.verdict > JAXL_POLICY_DEFER);
    FUZZ_CHECK(!jaxl_policy_empty(p) || answer.verdict == JAXL_POLICY_CALL);
}

/* Reads the text twice: to the same policy. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char one[JAXL_POLICY_DIGEST], other[JAXL_POLICY_DIGEST];
    struct jaxl_policy *p, *again;
    struct jaxl_error err = {0};
    char path[40];
    FILE *file = tmpfile();

    FUZZ_CHECK(file && (!size || fwrite(data, size, 1, file) == 1) && fflush(file) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    FUZZ_CHECK(jaxl_policy_new(&p, NULL) == 0 && jaxl_policy_new(&again, NULL) == 0);
    if (jaxl_policy_read(p, path, &err)) {
        FUZZ_CHECK(err.code < 0 && err.message[0]);
    } else {
        FUZZ_CHECK(jaxl_policy_read(again, path, NULL) == 0);
        FUZZ_CHECK(jaxl_policy_digest(p, one, NULL) == 0);
        FUZZ_CHECK(jaxl_policy_digest(again, other, NULL) == 0);
        FUZZ_CHECK(memcmp(one, other, sizeof one) == 0);
    }
    ask(p, "US-FL");
    ask(p, "");
    jaxl_policy_free(&p);
    jaxl_policy_free(&again);
    fclose(file);
    return 0;
}
