#include <malloc.h>
#include <string.h>

#include "jaxl/buf.h"
#include "jaxl/secret.h"
#include "unit.h"

static int leaks;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
    if (p && memmem(p, malloc_usable_size(p), "s3cret", 6))
        leaks++;
    __real_free(p);
}

START_TEST(wipes_exactly_n_bytes)
{
    char text[] = "abcdef";

    jaxl_secret_wipe(text + 1, 3);
    ck_assert_mem_eq(text, "a\0\0\0ef", 7);
    jaxl_secret_wipe(text, 0);
    ck_assert_mem_eq(text, "a\0\0\0ef", 7);
    jaxl_secret_wipe(NULL, 5);
}
END_TEST

START_TEST(what_is_freed_is_wiped)
{
    char *text = strdup("a s3cret");
    struct jaxl_buf b;

    leaks = 0;
    jaxl_secret_free(&text);
    ck_assert_ptr_null(text);
    jaxl_secret_free(&text);
    jaxl_secret_free(NULL);
    jaxl_buf_init(&b, 100);
    jaxl_buf_puts(&b, "a s3cret");
    jaxl_buf_consume(&b, 8); /* gone from the text, not yet from the memory */
    jaxl_buf_wipe(&b);
    ck_assert_int_eq(leaks, 0);
    free(strdup("a s3cret")); /* the check can fail */
    ck_assert_int_eq(leaks, 1);
}
END_TEST

START_TEST(compares_every_byte)
{
    unsigned char a[64], b[64];

    for (size_t i = 0; i < sizeof a; i++)
        a[i] = b[i] = (unsigned char)(i * 37);
    ck_assert_int_eq(jaxl_secret_compare(a, b, sizeof a), 0);
    ck_assert_int_eq(jaxl_secret_compare(a, b, 0), 0);
    for (size_t i = 0; i < sizeof a; i++)
        for (int bit = 0; bit < 8; bit++) {
            b[i] = (unsigned char)(b[i] ^ 1 << bit);
            ck_assert_int_ne(jaxl_secret_compare(a, b, sizeof a), 0);
            ck_assert_int_eq(jaxl_secret_compare(a, b, i), 0);
            b[i] = (unsigned char)(b[i] ^ 1 << bit);
        }
    b[3] ^= 0x55; /* two differences do not cancel out */
    b[4] ^= 0x55;
    ck_assert_int_ne(jaxl_secret_compare(a, b, sizeof a), 0);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, wipes_exactly_n_bytes);
    tcase_add_test(tc, what_is_freed_is_wiped);
    tcase_add_test(tc, compares_every_byte);
}

int main(void)
{
    return unit_run("secret", add);
}
