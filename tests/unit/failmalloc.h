/* Makes the n-th allocation fail, to walk every path that runs when memory is out. For the one
 * source file of a unit test, which is then linked with
 *
 *     tests_unit_check_x_LDFLAGS = $(FAILMALLOC_LINK)
 *
 * Only what the test and the convenience library call themselves is counted (malloc, calloc,
 * realloc, strdup, strndup), and only on the calling thread; shared libraries keep their own. */
#ifndef JAXL_FAILMALLOC_H
#define JAXL_FAILMALLOC_H

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jaxl/error.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);

static _Thread_local long failmalloc_left; /* allocations until one fails; 0: off */
static _Thread_local bool failmalloc_hit;

static bool failmalloc_now(void)
{
    if (!failmalloc_left || --failmalloc_left)
        return false;
    return failmalloc_hit = true;
}

void *__wrap_malloc(size_t n)
{
    return failmalloc_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
    return failmalloc_now() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    return failmalloc_now() ? NULL : __real_realloc(p, n);
}

char *__wrap_strndup(const char *text, size_t n)
{
    size_t len = strnlen(text, n);
    char *copy = __wrap_malloc(len + 1);

    if (!copy)
        return NULL;
    copy[len] = '\0';
    return memcpy(copy, text, len);
}

char *__wrap_strdup(const char *text)
{
    return __wrap_strndup(text, strlen(text));
}

/* From here the n-th allocation (1: the next) fails, and only that one. */
static inline void failmalloc_at(long n)
{
    failmalloc_left = n;
    failmalloc_hit = false;
}

/* No allocation fails any more. True when one has. */
static inline bool failmalloc_off(void)
{
    failmalloc_left = 0;
    return failmalloc_hit;
}

/* Runs work again and again with the first, the second, ... allocation failing, until none does.
 * work makes what it needs and frees all of it in every case (the leak checkers see to that), and
 * asserts nothing: Check allocates, too. Each
 * run in which an allocation failed must give JAXL_ENOMEM, and the last one 0. Returns the number
 * of allocations, so that a test can see that something was tested. */
static inline long failmalloc_each(int (*work)(void *ctx), void *ctx)
{
    for (long n = 1;; n++) {
        int rc;
        failmalloc_at(n);
        rc = work(ctx);
        if (!failmalloc_off()) {
            ck_assert_msg(rc == 0, "without any failure: %s", jaxl_error_name(rc));
            return n - 1;
        }
        ck_assert_msg(rc == JAXL_ENOMEM, "allocation %ld failed: %s", n, jaxl_error_name(rc));
    }
}

#endif
