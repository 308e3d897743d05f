#include "campaign/slots.h"
#include "unit.h"

START_TEST(slots_are_used_again_clean)
{
    struct jaxl_slots pool = {.max_text = 1 << 20};
    struct jaxl_slot *a = jaxl_slots_get(&pool), *b = jaxl_slots_get(&pool);
    char big[10000] = {0};

    ck_assert_ptr_ne(a, b);
    jaxl_buf_add(&a->result.input, big, sizeof big);
    jaxl_buf_add(&a->result.lead, "abc", 3);
    a->phase = JAXL_PHASE_LIVE;
    a->result.call_id = 7;
    jaxl_slots_put(&pool, a);
    ck_assert_ptr_eq(jaxl_slots_get(&pool), a);
    ck_assert_int_eq(a->phase, JAXL_PHASE_FREE);
    ck_assert_int_eq(a->result.call_id, 0);
    ck_assert_uint_eq(a->result.lead.len, 0);
    ck_assert_uint_eq(a->result.input.cap, 0); /* what is large is not kept */
    ck_assert_uint_gt(a->result.lead.cap, 0);
    ck_assert_int_eq(a->result.candidates, -1);
    jaxl_slots_put(&pool, a);
    jaxl_slots_put(&pool, b);
    jaxl_slots_free(&pool);
}
END_TEST

START_TEST(lists_keep_their_order)
{
    struct jaxl_slots pool = {.max_text = 64};
    struct jaxl_slot_list list = {0};
    struct jaxl_slot *s[4];

    for (int i = 0; i < 4; i++)
        jaxl_slots_append(&list, s[i] = jaxl_slots_get(&pool));
    jaxl_slots_remove(&list, s[1]);
    jaxl_slots_remove(&list, s[3]);
    ck_assert_uint_eq(list.n, 2);
    ck_assert_ptr_eq(list.first, s[0]);
    ck_assert_ptr_eq(list.first->next, s[2]);
    ck_assert_ptr_eq(list.last, s[2]);
    jaxl_slots_put(&pool, s[1]);
    jaxl_slots_put(&pool, s[3]);
    jaxl_slots_free_list(&list);
    ck_assert_ptr_null(list.first);
    jaxl_slots_free(&pool);
}
END_TEST

START_TEST(slots_are_found_by_their_key)
{
    static struct jaxl_slot_index index;
    static struct jaxl_slot slots[20000];
    struct jaxl_slot twin = {0};
    unsigned n = 0;

    for (uint64_t i = 0; i < 20000; i++)
        jaxl_slots_index(&index, &slots[i], 919800000000 + i);
    jaxl_slots_index(&index, &twin, 919800000007);
    for (uint64_t i = 0; i < 20000; i += 3)
        jaxl_slots_unindex(&index, &slots[i]);
    jaxl_slots_unindex(&index, &slots[0]); /* not there: nothing happens */
    for (uint64_t i = 0; i < 20000; i++)
        ck_assert_int_eq(jaxl_slots_find(&index, 919800000000 + i) != NULL, i % 3 != 0);
    for (struct jaxl_slot *s = jaxl_slots_find(&index, 919800000007); s; s = jaxl_slots_next(s))
        n++;
    ck_assert_uint_eq(n, 2);
    ck_assert_ptr_null(jaxl_slots_find(&index, 1));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, slots_are_used_again_clean);
    tcase_add_test(tc, lists_keep_their_order);
    tcase_add_test(tc, slots_are_found_by_their_key);
}

int main(void)
{
    return unit_run("slots", add);
}
