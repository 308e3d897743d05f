#include "data/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 1000000,
    HEAP = 16 * 1024, /* KiB */
    COPY = 4096,
    PAD =
        64 /* of what compiled patterns may look at behind a text, though it makes no difference */
};

struct jaxl_pattern {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    pcre2_code *code;
    pcre2_match_data *match;
    const unsigned char *names; /* of the groups: n entries of size bytes, the number first */
    uint32_t n, size;
    char copy[COPY + PAD];
};

static void *take_memory(size_t n, void *ctx)
{
    (void)ctx;
    return malloc(n);
}

static void give_memory(void *p, void *ctx)
{
    (void)ctx;
    free(p);
}

static int out_of_memory(struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
}

static int refuse(int number, size_t offset, struct jaxl_error *err)
{
    PCRE2_UCHAR why[128] = "";

    if (number == PCRE2_ERROR_HEAP_FAILED)
        return out_of_memory(err);
    (void)pcre2_get_error_message(number, why, sizeof why);
    return jaxl_error_set(err, JAXL_EARG, "the pattern is wrong at byte %zu of it: %s", offset + 1,
                          (const char *)why);
}

static int compile(struct jaxl_pattern *p, const char *text, size_t len, struct jaxl_error *err)
{
    const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *c;
    PCRE2_SIZE offset;
    int number;

    p->memory = pcre2_general_context_create(take_memory, give_memory, NULL);
    if (p->memory)
        p->limits = pcre2_match_context_create(p->memory);
    if (!p->limits)
        return out_of_memory(err);
    pcre2_set_match_limit(p->limits, STEPS);
    pcre2_set_heap_limit(p->limits, HEAP);
    c = pcre2_compile_context_create(p->memory);
    if (!c)
        return out_of_memory(err);
    p->code = pcre2_compile((PCRE2_SPTR)text, len, options, &number, &offset, c);
    pcre2_compile_context_free(c); /* what it says of memory is in the code now */
    if (!p->code)
        return refuse(number, offset, err);
    (void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE); /* without it matching is only slower */
    return 0;
}

static int name_groups(struct jaxl_pattern *p, struct jaxl_error *err)
{
    PCRE2_SPTR names = NULL;

    (void)pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &p->n);
    (void)pcre2_pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &p->size);
    (void)pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &names);
    p->names = names;
    p->match = p->n ? pcre2_match_data_create_from_pattern(p->code, p->memory)
                    : pcre2_match_data_create(1, p->memory);
    return p->match ? 0 : out_of_memory(err);
}

int jaxl_pattern_new(struct jaxl_pattern **out, const char *text, size_t len,
                     struct jaxl_error *err)
{
    struct jaxl_pattern *p = calloc(1, sizeof *p);
    int rc;

    *out = p;
    if (!p)
        return out_of_memory(err);
    rc = compile(p, text, len, err);
    if (!rc)
        rc = name_groups(p, err);
    if (rc)
        jaxl_pattern_free(out);
    return rc;
}

void jaxl_pattern_free(struct jaxl_pattern **pattern)
{
    struct jaxl_pattern *p = pattern ? *pattern : NULL;

    if (!p)
        return;
    pcre2_match_data_free(p->match);
    pcre2_code_free(p->code);
    pcre2_match_context_free(p->limits);
    pcre2_general_context_free(p->memory);
    free(p);
    *pattern = NULL;
}

static int failure(int code)
{
    if (code == PCRE2_ERROR_NOMEMORY)
        return JAXL_ENOMEM;
    return code <= PCRE2_ERROR_UTF8_ERR1 && code >= PCRE2_ERROR_UTF8_ERR21 ? JAXL_EINPUT
                                                                           : JAXL_ELIMIT;
}

int jaxl_pattern_match(struct jaxl_pattern *p, const char *text, size_t len)
{
    int found = PCRE2_ERROR_JIT_STACKLIMIT;

    if (len <= COPY) {
        memcpy(p->copy, text, len);
        memset(p->copy + len, 0, PAD);
        found = pcre2_match(p->code, (PCRE2_SPTR)p->copy, len, 0, 0, p->match, p->limits);
    }
    if (found == PCRE2_ERROR_JIT_STACKLIMIT) /* or too long for a copy: not compiled */
        found = pcre2_match(p->code, (PCRE2_SPTR)text, len, 0, PCRE2_NO_JIT, p->match, p->limits);
    return found >= 0 ? 1 : found == PCRE2_ERROR_NOMATCH ? 0 : failure(found);
}

size_t jaxl_pattern_groups(const struct jaxl_pattern *p)
{
    return p->n;
}

/* An entry of the table: two bytes for the number of the group, the name, a NUL. */
static const unsigned char *entry(const struct jaxl_pattern *p, size_t i)
{
    return p->names + i * p->size;
}

const char *jaxl_pattern_name(const struct jaxl_pattern *p, size_t i)
{
    return (const char *)entry(p, i) + 2;
}

bool jaxl_pattern_group(const struct jaxl_pattern *p, size_t i, size_t *start, size_t *len)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(p->match);
    size_t group = (size_t)entry(p, i)[0] << 8 | entry(p, i)[1];

    if (ends[2 * group] == PCRE2_UNSET)
        return false;
    *start = ends[2 * group];
    *len = ends[2 * group + 1] < *start ? 0 : ends[2 * group + 1] - *start; /* \K may go back */
    return true;
}
