/* Payloads: what a client seals under the key that its device was given. */
#include <stdio.h>
#include <string.h>

#include "jaxl/fernet.h"
#include "jaxl/secret.h"
#include "sandbox/request.h"

/* Made anew whenever it is needed, so that it is kept nowhere. */
bool device_key(const struct world *w, int64_t id, unsigned char key[JAXL_FERNET_KEY])
{
    char text[sizeof w->devices->uid + 48];

    snprintf(text, sizeof text, "device:%lld:%s", (long long)id, w->devices[id - 1].uid);
    return mac_make(w, text, key);
}

bool payload_open(struct world *w, struct request *r, const char *field, const char *token,
                  const struct jaxl_json **root)
{
    unsigned char key[JAXL_FERNET_KEY];
    struct jaxl_buf plain;
    bool ok = true;

    jaxl_buf_init(&plain, BODY_MAX);
    if (!device_key(w, r->device, key))
        ok = refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the key cannot be made");
    else if (jaxl_fernet_decrypt(key, r->now, 0, token, strlen(token), &plain, NULL))
        ok = refuse(r, 400, "PAYLOAD_INVALID_TOKEN", field,
                    "it is not a Fernet token of the key that the device was given (sk)");
    else if (jaxl_json_parse(w->doc, jaxl_buf_text(&plain), plain.len, root, NULL))
        ok = refuse(r, 400, "PAYLOAD_INVALID_JSON", field, "it holds no JSON");
    jaxl_buf_wipe(&plain);
    jaxl_secret_wipe(key, sizeof key);
    return ok;
}
