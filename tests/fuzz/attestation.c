/* Any answer to an attestation. The first byte chooses: an odd one means that the rest is what the
 * answer holds encrypted, an even one that it is the answer's body; 0 and 1 are a 200, the others
 * refuse. */
#include <string.h>

#include "fuzz.h"
#include "platform/attestation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 400, 401, 409, 429, 503, 302, 0};
    static const unsigned char iv[16];
    struct jaxl_credentials cred = {.path = (char[]){"credentials.json"}};
    struct jaxl_attestation a;
    struct jaxl_error err;
    struct jaxl_buf body;
    uint8_t choice = size ? data[0] : 0;
    int rc;

    if (size) {
        data++;
        size--;
    }
    jaxl_buf_init(&body, 4 * size + 512);
    if (choice & 1) {
        jaxl_buf_puts(&body, "{\"encrypted\":\"");
        FUZZ_CHECK(jaxl_fernet_encrypt(cred.genesis, 0, iv, data, size, &body, NULL) == 0);
        jaxl_buf_puts(&body, "\"}");
    } else {
        jaxl_buf_add(&body, data, size);
    }
    rc = jaxl_attestation_accept(&cred, statuses[choice / 2 % 8], jaxl_buf_text(&body), body.len,
                                 jaxl_buf_text(&body), &a, &err);
    FUZZ_CHECK(rc == 0 ? a.object && a.object[0] == '{' : !a.object && err.code == rc);
    FUZZ_CHECK(rc == 0 || (err.message[0] && err.status == statuses[choice / 2 % 8]));
    jaxl_attestation_clear(&a);
    jaxl_buf_free(&body);
    return 0;
}
