#include "billing/key.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* A key of what memory has right behind it nothing that may be read. */
START_TEST(texts_do_not_end)
{
    static const char *const names[] = {"ivr", "actor", "to-prefix", "campaign", "tag"};

    for (size_t i = 0; i < UNIT_COUNT(names); i++)
        for (uint32_t len = 1; len < 20; len++) {
            struct jaxl_scan_value values[JAXL_FACT_SLOTS] = {{NULL, 0, 0}};
            struct jaxl_fact_slots slots;
            struct jaxl_key_context context;
            const struct jaxl_fact fact = {.id = 1};
            struct jaxl_key key;
            struct jaxl_key_part part;
            char *text = malloc(len);

            ck_assert_ptr_nonnull(text);
            memset(text, '7', len);
            jaxl_fact_slots_init(&slots);
            ck_assert_int_eq(jaxl_key_init(&key, names[i], &slots, NULL), 0);
            ck_assert_int_eq(jaxl_key_context_init(&context, NULL, NULL, NULL), 0);
            values[key.slots[0]] = (struct jaxl_scan_value){text, len, JAXL_JSON_STRING};
            jaxl_key_context_set(&context, values, &fact);
            part = jaxl_key_find(&key, &context);
            if (strcmp(names[i], "to-prefix") != 0) {
                ck_assert_uint_eq(part.len, len);
                ck_assert_mem_eq(part.text, text, len);
            }
            if (i < 2)
                ck_assert_int_eq(part.type, len < 19 ? '#' : '"');
            jaxl_key_context_free(&context);
            jaxl_key_free(&key);
            free(text);
        }
}
END_TEST

/* Order is an order: no three values go round in a circle. */
START_TEST(values_are_in_order)
{
    static const struct jaxl_key_part parts[] = {
#define PART(type, text) {type, text, sizeof text - 1}
        PART('#', "-1e400"),
        PART('#', "-10"),
        PART('#', "-9"),
        PART('#', "0"),
        PART('#', "9"),
        PART('#', "10"),
        PART('#', "100000000000000000000000000000000000000000000000001"),
        PART('#', "100000000000000000000000000000000000000000000000002"),
        PART('#', "1e60"),
        PART('#', "1e400"),
        PART('#', "false"),
        PART('#', "true"),
        PART('"', ""),
        PART('"', "10"),
        PART('"', "9"),
        PART('"', "a"),
        PART('"', "a\0"),
        PART('"', "ab"),
        PART('n', "")};
    struct jaxl_fact_slots slots;
    struct jaxl_key key;

    jaxl_fact_slots_init(&slots);
    ck_assert_int_eq(jaxl_key_init(&key, "x", &slots, NULL), 0);
    for (size_t i = 0; i < UNIT_COUNT(parts); i++)
        for (size_t k = 0; k < UNIT_COUNT(parts); k++) {
            int want = i < k ? -1 : i > k;
            ck_assert_msg(jaxl_key_compare(&key, &parts[i], &parts[k]) == want, "%s and %s",
                          parts[i].text, parts[k].text);
        }
    jaxl_key_free(&key);
}
END_TEST

START_TEST(days_of_the_week_from_monday)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct jaxl_fact_slots slots;
    struct jaxl_key key;

    jaxl_fact_slots_init(&slots);
    ck_assert_int_eq(jaxl_key_init(&key, "weekday", &slots, NULL), 0);
    for (int i = 0; i < 7; i++)
        for (int k = 0; k < 7; k++) {
            const struct jaxl_key_part a = {'"', days[i], 3}, b = {'"', days[k], 3};
            ck_assert_int_eq(jaxl_key_compare(&key, &a, &b), i < k ? -1 : i > k);
        }
    jaxl_key_free(&key);
}
END_TEST

/* What is written is read again, for each tag. */
START_TEST(written_and_read)
{
    static const char tags[] = "[{\"name\":\"a\"},{\"id\":5,\"name\":\"b\"},\"c\"]";
    static const char *const by[] = {"tag", "x", "y"}, *const want[] = {"a", "b", "c"};
    struct jaxl_scan_value values[JAXL_FACT_SLOTS] = {{NULL, 0, 0}};
    struct jaxl_fact_slots slots;
    struct jaxl_key_context context;
    const struct jaxl_fact fact = {.id = 1};
    struct jaxl_key keys[3];
    struct jaxl_buf out;
    const char *at;

    jaxl_fact_slots_init(&slots);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(jaxl_key_init(&keys[i], by[i], &slots, NULL), 0);
    ck_assert_int_eq(jaxl_key_context_init(&context, NULL, NULL, NULL), 0);
    values[keys[0].slots[0]] = (struct jaxl_scan_value){tags, sizeof tags - 1, JAXL_JSON_ARRAY};
    values[keys[1].slots[0]] = (struct jaxl_scan_value){"1.50", 4, JAXL_JSON_NUMBER};
    jaxl_key_context_set(&context, values, &fact);
    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_key_write(keys, 3, &context, &out), 0);
    at = out.data;
    ck_assert_int_eq(*at++, 3);
    for (size_t i = 0; i < 3; i++) {
        uint32_t len;
        const char *end;
        struct jaxl_key_part part;
        memcpy(&len, at, sizeof len);
        at += sizeof len;
        end = at + len;
        part = jaxl_key_read(&at);
        ck_assert(part.type == '"' && part.len == 1 && *part.text == *want[i]);
        part = jaxl_key_read(&at);
        ck_assert(part.type == '#' && part.len == 4 && memcmp(part.text, "1.50", 4) == 0);
        part = jaxl_key_read(&at);
        ck_assert(part.type == 'n' && part.len == 0);
        ck_assert_ptr_eq(at, end);
    }
    ck_assert_ptr_eq(at, out.data + out.len);
    jaxl_buf_free(&out);
    jaxl_key_context_free(&context);
    for (size_t i = 0; i < 3; i++)
        jaxl_key_free(&keys[i]);
}
END_TEST

START_TEST(names_are_all_there)
{
    struct jaxl_fact_slots slots;
    struct jaxl_key key;
    struct jaxl_error err = {0};
    char name[300];
    size_t n = 0;

    for (const char *const *k = jaxl_report_keys(); *k; k++, n++) {
        if (strcmp(*k, "country") == 0) /* takes a module */
            continue;
        jaxl_fact_slots_init(&slots);
        ck_assert_int_eq(jaxl_key_init(&key, *k, &slots, &err), 0);
        ck_assert(jaxl_key_is(&key, *k));
        ck_assert_str_eq(key.name, *k);
        jaxl_key_free(&key);
    }
    ck_assert_uint_eq(n, 16);
    memset(name, 'a', sizeof name);
    name[257] = '\0';
    ck_assert_int_eq(jaxl_key_init(&key, name, &slots, &err), JAXL_EARG);
    jaxl_key_free(&key);
    ck_assert_int_eq(jaxl_key_init(&key, "", &slots, &err), JAXL_EARG);
    jaxl_key_free(&key);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, texts_do_not_end);
    tcase_add_test(tc, values_are_in_order);
    tcase_add_test(tc, days_of_the_week_from_monday);
    tcase_add_test(tc, written_and_read);
    tcase_add_test(tc, names_are_all_there);
}

int main(void)
{
    return unit_run("key", add);
}
