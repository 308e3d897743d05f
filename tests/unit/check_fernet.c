#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/fernet.h"
#include "platform/base64.h"
#include "unit.h"

/* The vectors of https://github.com/fernet/spec: generate, verify, invalid. */
#define SECRET "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
#define TOKEN                                                                                      \
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_"                                    \
    "5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4"                                                         \
    "IwqDA=="
#define MADE (499162800 * JAXL_SECOND)
#define TTL  (60 * JAXL_SECOND)

static unsigned char key[JAXL_FERNET_KEY];
static const unsigned char iv[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void setup(void)
{
    ck_assert_int_eq(jaxl_fernet_key(SECRET, key, NULL), 0);
}

START_TEST(generate)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1000);
    ck_assert_int_eq(jaxl_fernet_encrypt(key, MADE + 999999, iv, "hello", 5, &out, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), TOKEN);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(verify)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 5);
    ck_assert_int_eq(
        jaxl_fernet_decrypt(key, MADE + JAXL_SECOND, TTL, TOKEN, strlen(TOKEN), &out, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), "hello");
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    int64_t late; /* seconds after MADE */
    const char *why, *token;
} invalid[] = {
    {1, "another key or damaged",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQ"
     "UFBQQ=="},
    {1, "too short", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA=="},
    {1, "not url-safe base64",
     "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1Y"
     "sUD2Q=="},
    {1, "whole blocks",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyud"
     "zUm"},
    {1, "padding",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuK"
     "NqOhw=="},
    {1, "from the future",
     "gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_"
     "qXQcw=="},
    {91, "expired",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1Y"
     "sUD2Q=="},
    {1, "padding",
     "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZ"
     "jK1zQ=="},
    /* ours */
    {1, "too short", ""},
    {1, "not url-safe base64",
     "gAAAAAAdwJ6w"
     "\n"},
    {1, "version",
     "AAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4"
     "IwqDA=="},
};

START_TEST(refused)
{
    struct jaxl_buf out;
    struct jaxl_error err;

    jaxl_buf_init(&out, 1000);
    jaxl_buf_puts(&out, "before");
    ck_assert_int_eq(jaxl_fernet_decrypt(key, MADE + invalid[_i].late * JAXL_SECOND, TTL,
                                         invalid[_i].token, strlen(invalid[_i].token), &out, &err),
                     JAXL_ECRYPTO);
    ck_assert_msg(strstr(err.message, invalid[_i].why) != NULL, "%s", err.message);
    ck_assert_str_eq(jaxl_buf_text(&out), "before");
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(every_bit_counts)
{
    struct jaxl_buf raw, token, out;

    jaxl_buf_init(&raw, 200);
    jaxl_buf_init(&token, 200);
    jaxl_buf_init(&out, 200);
    ck_assert_int_eq(jaxl_base64_decode(JAXL_BASE64_URL, TOKEN, strlen(TOKEN), &raw), 0);
    for (size_t bit = 0; bit < 8 * raw.len; bit++) {
        raw.data[bit / 8] = (char)(raw.data[bit / 8] ^ 1 << bit % 8);
        jaxl_buf_reset(&token);
        jaxl_base64_encode(JAXL_BASE64_URL, raw.data, raw.len, &token);
        ck_assert_int_eq(jaxl_fernet_decrypt(key, MADE, 0, token.data, token.len, &out, NULL),
                         JAXL_ECRYPTO);
        raw.data[bit / 8] = (char)(raw.data[bit / 8] ^ 1 << bit % 8);
    }
    ck_assert_uint_eq(out.len, 0);
    jaxl_buf_free(&raw);
    jaxl_buf_free(&token);
    jaxl_buf_free(&out);
}
END_TEST

/* The token is of second 499162800. */
static const struct {
    int64_t now, ttl;
    int result;
} ages[] = {
    {MADE, TTL, 0},
    {MADE + TTL, TTL, 0},
    {MADE + TTL + JAXL_SECOND, TTL, JAXL_ECRYPTO},
    {MADE - 60 * JAXL_SECOND, TTL, 0},
    {MADE - 61 * JAXL_SECOND, TTL, JAXL_ECRYPTO},
    {MADE + 1000000 * JAXL_SECOND, 0, 0},
    {0, 0, 0},
    {INT64_MAX, TTL, JAXL_ECRYPTO},
    {INT64_MAX, INT64_MAX, 0},
    {MADE, 1, 0},
};

START_TEST(age)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 200);
    ck_assert_int_eq(
        jaxl_fernet_decrypt(key, ages[_i].now, ages[_i].ttl, TOKEN, strlen(TOKEN), &out, NULL),
        ages[_i].result);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(every_length_comes_back)
{
    char text[100];
    struct jaxl_buf token, out;

    memset(text, 'x', sizeof text);
    jaxl_buf_init(&token, 1000);
    jaxl_buf_init(&out, 1000);
    for (size_t n = 0; n <= sizeof text; n++) {
        jaxl_buf_reset(&token);
        jaxl_buf_reset(&out);
        ck_assert_int_eq(jaxl_fernet_encrypt(key, MADE, iv, text, n, &token, NULL), 0);
        ck_assert_int_eq(jaxl_fernet_decrypt(key, MADE, TTL, token.data, token.len, &out, NULL), 0);
        ck_assert_uint_eq(out.len, n);
        ck_assert_mem_eq(jaxl_buf_text(&out), text, n);
    }
    jaxl_buf_free(&token);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(limits)
{
    struct jaxl_buf out;
    struct jaxl_error err;

    jaxl_buf_init(&out, strlen(TOKEN) - 1);
    ck_assert_int_eq(jaxl_fernet_encrypt(key, MADE, iv, "hello", 5, &out, &err), JAXL_ELIMIT);
    ck_assert_int_eq(err.code, JAXL_ELIMIT);
    jaxl_buf_free(&out);
    jaxl_buf_init(&out, 4);
    ck_assert_int_eq(jaxl_fernet_decrypt(key, MADE, 0, TOKEN, strlen(TOKEN), &out, &err),
                     JAXL_ELIMIT);
    ck_assert_uint_eq(out.len, 0);
    jaxl_buf_free(&out);
    ck_assert_int_eq(jaxl_fernet_encrypt(key, -1, iv, "hello", 5, &out, &err), JAXL_EARG);
    ck_assert_int_eq(jaxl_fernet_encrypt(key, MADE, iv, "", SIZE_MAX, &out, &err), JAXL_ELIMIT);
}
END_TEST

static const char *const bad_keys[] = {
    "",
    "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4",
    "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=\n",
    "cw_0x689RpI-jtRR7oE8h/eQsKImvJapLeSbXpwF4e4=",
    "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e5=", /* bits behind the last byte */
    "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4Q==", /* 31 bytes */
    "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4A", /* 33 bytes */
};

START_TEST(keys_that_are_none)
{
    unsigned char k[JAXL_FERNET_KEY];
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_fernet_key(bad_keys[_i], k, &err), JAXL_EINPUT);
    ck_assert(!*bad_keys[_i] || !strstr(err.message, bad_keys[_i]));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, generate);
    tcase_add_test(tc, verify);
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(invalid));
    tcase_add_test(tc, every_bit_counts);
    tcase_add_loop_test(tc, age, 0, UNIT_COUNT(ages));
    tcase_add_test(tc, every_length_comes_back);
    tcase_add_test(tc, limits);
    tcase_add_loop_test(tc, keys_that_are_none, 0, UNIT_COUNT(bad_keys));
}

int main(void)
{
    return unit_run("fernet", add);
}
