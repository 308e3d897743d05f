/* Any text as a Fernet token and as a key; any bytes there and back. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/clock.h"
#include "jaxl/fernet.h"
#include "platform/base64.h"

static const char secret[] = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

static void strict_base64(const char *text, size_t size)
{
    for (int kind = JAXL_BASE64_STANDARD; kind <= JAXL_BASE64_BARE; kind++) {
        struct jaxl_buf bytes, again;
        int rc;

        jaxl_buf_init(&bytes, size);
        jaxl_buf_init(&again, size);
        rc = jaxl_base64_decode((enum jaxl_base64)kind, text, size, &bytes);
        FUZZ_CHECK(rc == 0 || rc == JAXL_EINPUT);
        if (rc == 0) { /* one text for one value */
            jaxl_base64_encode((enum jaxl_base64)kind, jaxl_buf_text(&bytes), bytes.len, &again);
            FUZZ_CHECK(!again.failed && again.len == size);
            FUZZ_CHECK(size == 0 || memcmp(again.data, text, size) == 0);
        }
        jaxl_buf_free(&bytes);
        jaxl_buf_free(&again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int64_t now = 499162801 * JAXL_SECOND;
    unsigned char key[JAXL_FERNET_KEY], any[JAXL_FERNET_KEY], iv[16] = {0};
    const char *text = (const char *)data;
    struct jaxl_buf out, token;
    struct jaxl_error err;
    char *copy = strndup(text, size);
    int rc;

    FUZZ_CHECK(copy && jaxl_fernet_key(secret, key, NULL) == 0);
    rc = jaxl_fernet_key(copy, any, &err);
    FUZZ_CHECK(rc == 0 ? strlen(copy) == 44 : rc == JAXL_EINPUT && err.message[0]);
    free(copy);
    strict_base64(text, size);

    jaxl_buf_init(&out, size + 64);
    rc = jaxl_fernet_decrypt(key, now, 60 * JAXL_SECOND, text, size, &out, &err);
    FUZZ_CHECK(rc == 0 || (rc == JAXL_ECRYPTO && out.len == 0 && err.message[0]));
    jaxl_buf_reset(&out);
    memcpy(iv, data, size < sizeof iv ? size : sizeof iv);
    jaxl_buf_init(&token, 2 * size + 256);
    FUZZ_CHECK(jaxl_fernet_encrypt(key, now, iv, data, size, &token, NULL) == 0);
    FUZZ_CHECK(jaxl_fernet_decrypt(key, now, 1, token.data, token.len, &out, NULL) == 0);
    FUZZ_CHECK(out.len == size && (size == 0 || memcmp(out.data, data, size) == 0));
    jaxl_buf_free(&out);
    jaxl_buf_free(&token);
    return 0;
}
