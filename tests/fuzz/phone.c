/* Any text as a phone number, by way of its key and back. */
#include <string.h>

#include "fuzz.h"
#include "jaxl/phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_phone phone, again;
    struct jaxl_error err;
    uint64_t key = 0;

    if (jaxl_phone_parse((const char *)data, size, &phone, &err)) {
        FUZZ_CHECK(err.code == JAXL_EINPUT && err.message[0]);
    } else {
        FUZZ_CHECK(phone.text[0] == '+' && strlen(phone.text) <= 16);
        FUZZ_CHECK(jaxl_phone_parse(phone.text, strlen(phone.text), &again, NULL) == 0);
        FUZZ_CHECK(again.key == phone.key && strcmp(again.text, phone.text) == 0);
        FUZZ_CHECK(jaxl_phone_from_key(phone.key, &again) == 0);
        FUZZ_CHECK(strcmp(again.text, phone.text) == 0);
    }
    memcpy(&key, data, size < sizeof key ? size : sizeof key);
    if (jaxl_phone_from_key(key, &phone) == 0) {
        FUZZ_CHECK(jaxl_phone_parse(phone.text, strlen(phone.text), &again, NULL) == 0);
        FUZZ_CHECK(again.key == key);
    }
    return 0;
}
