#include <string.h>

#include "net/multipart.h"
#include "unit.h"

static int countdown(void *ctx, void *data, size_t n)
{
    unsigned char *left = ctx;

    memset(data, *left, n);
    if (*left)
        --*left;
    return 0;
}

static int nothing(void *ctx, void *data, size_t n)
{
    (void)ctx;
    (void)data;
    (void)n;
    return JAXL_EIO;
}

#define OF(byte)                                                                                   \
    "jaxl-" byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte

START_TEST(boundaries)
{
    unsigned char first = 2;
    struct jaxl_clock clock = {.ctx = &first, .random = countdown};
    const struct jaxl_multipart_part parts[] = {
        {"a", NULL, NULL, "xx" OF("02") "yy", strlen(OF("02")) + 4},
        {"b", NULL, NULL, NULL, 0},
        {"c", NULL, NULL, OF("01"), strlen(OF("01"))},
    };
    const struct jaxl_multipart_part zero = {"a", NULL, NULL, OF("00"), strlen(OF("00"))};
    char boundary[JAXL_MULTIPART_BOUNDARY];
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_multipart_boundary(parts, 2, &clock, boundary, &err), 0);
    ck_assert_str_eq(boundary, OF("01")); /* 02 is in the data */
    first = 2;
    ck_assert_int_eq(jaxl_multipart_boundary(parts, 3, &clock, boundary, &err), 0);
    ck_assert_str_eq(boundary, OF("00"));
    /* randomness that is none ends */
    ck_assert_int_eq(jaxl_multipart_boundary(&zero, 1, &clock, boundary, &err), JAXL_EIO);
    ck_assert_str_eq(boundary, "");
    clock.random = nothing;
    ck_assert_int_eq(jaxl_multipart_boundary(parts, 3, &clock, boundary, &err), JAXL_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "randomness"));
}
END_TEST

static const struct {
    struct jaxl_multipart_part parts[3];
    size_t n, len; /* len: of the body, where it has a NUL in it */
    const char *body;
} bodies[] = {
    {{{0}}, 0, 0, "--B--\r\n"},
    {{{"a", NULL, NULL, "1", 1}},
     1,
     0,
     "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--\r\n"},
    {{{"a", NULL, NULL, "", 0}, {"left out", NULL, NULL, NULL, 0}, {"c", NULL, "x/y", "3\r\n", 3}},
     3,
     0,
     "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n"
     "--B\r\nContent-Disposition: form-data; name=\"c\"\r\nContent-Type: x/y\r\n\r\n3\r\n\r\n"
     "--B--\r\n"},
    {{{"f", "plain.csv", "text/csv", "a,b", 3}},
     1,
     0,
     "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"plain.csv\"\r\n"
     "Content-Type: text/csv\r\n\r\na,b\r\n--B--\r\n"},
    /* the standard of the browsers: these three are encoded, no other */
    {{{"f\"", "a\"b\r\nc\\d%22 \xc3\xa9.csv", NULL, "", 0}},
     1,
     0,
     "--B\r\nContent-Disposition: form-data; name=\"f%22\"; "
     "filename=\"a%22b%0D%0Ac\\d%22 \xc3\xa9.csv\"\r\n\r\n\r\n--B--\r\n"},
    {{{"f", "n", NULL, "a\0b", 3}},
     1,
     75,
     "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\n\r\na\0b\r\n--B--\r\n"},
};

START_TEST(writes)
{
    const size_t len = bodies[_i].len ? bodies[_i].len : strlen(bodies[_i].body);
    char type[JAXL_MULTIPART_TYPE];
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_multipart_write(bodies[_i].parts, bodies[_i].n, "B", &out, type, NULL),
                     0);
    ck_assert_str_eq(type, "multipart/form-data; boundary=B");
    ck_assert_uint_eq(out.len, len);
    ck_assert_mem_eq(out.data, bodies[_i].body, len);
    jaxl_buf_free(&out);
    /* a byte too few, and just enough */
    jaxl_buf_init(&out, len - 1);
    ck_assert_int_eq(jaxl_multipart_write(bodies[_i].parts, bodies[_i].n, "B", &out, type, NULL),
                     JAXL_ELIMIT);
    jaxl_buf_free(&out);
    jaxl_buf_init(&out, len);
    ck_assert_int_eq(jaxl_multipart_write(bodies[_i].parts, bodies[_i].n, "B", &out, type, NULL),
                     0);
    jaxl_buf_free(&out);
}
END_TEST

/* A secret in it is not copied about: the buffer is allocated once. */
START_TEST(one_allocation)
{
    static char data[100000];
    const struct jaxl_multipart_part parts[] = {{"a", NULL, NULL, "secret", 6},
                                                {"b", "\"\"\"\"\"\"", NULL, data, sizeof data}};
    char type[JAXL_MULTIPART_TYPE];
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1 << 20);
    ck_assert_int_eq(jaxl_multipart_write(parts, 2, "B", &out, type, NULL), 0);
    ck_assert_uint_gt(out.len, sizeof data);
    ck_assert_uint_lt(out.cap, sizeof data + 2048);
    jaxl_buf_free(&out);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, boundaries);
    tcase_add_loop_test(tc, writes, 0, UNIT_COUNT(bodies));
    tcase_add_test(tc, one_allocation);
}

int main(void)
{
    return unit_run("multipart", add);
}
