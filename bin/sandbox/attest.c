/* Device attestation (protocol.md section 3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jaxl/fernet.h"
#include "jaxl/secret.h"
#include "sandbox/device.h"
#include "sandbox/request.h"

/* How old the proof may be: its Fernet token carries the time. */
#define PROOF_AGE (60 * JAXL_SECOND)

static bool check_origin(struct request *r)
{
    static const char *const known[] = {"linux://",   "darwin://", "windows://", "freebsd://",
                                        "openbsd://", "netbsd://", NULL};
    const char *origin = request_header(r, "origin");
    const char *from = request_header(r, "x-forwarded-for");
    const char *const *k = known;

    while (origin && *k && strcmp(*k, origin) != 0)
        k++;
    if (!origin || !*k)
        return refuse(r, 400, "INVALID_ORIGIN_SCHEME", "origin",
                      "it must be the lower-case name of the system, as linux://");
    if (!from || strcmp(from, "127.0.0.1") != 0)
        return refuse(r, 400, "INVALID_X_FORWARDED_FOR", "x-forwarded-for", "it must be 127.0.0.1");
    return true;
}

static bool check_uid(struct request *r, const char *uid)
{
    static const char prefix[] = "jaxl:sdk:";

    if (!uid)
        return refuse(r, 400, "NO_X_DEVICE_ID_HEADER", "x-device-id", "it is missing");
    if (strncmp(uid, prefix, strlen(prefix)) != 0 || strlen(uid) != strlen(prefix) + 32 ||
        strspn(uid + strlen(prefix), "0123456789abcdefABCDEF") != 32)
        return refuse(r, 400, "INVALID_X_DEVICE_ID", "x-device-id",
                      "it must be jaxl:sdk: and 32 hex digits");
    return true;
}

static bool check_payload(struct world *w, struct request *r, const struct jaxl_buf *payload,
                          const char *uid)
{
    static const struct field fields[] = {
        {"pd", F_STRING, 64}, {"dt", F_STRING, 0}, {"cookie", F_NULL, 0}};
    const struct jaxl_json *root;

    if (jaxl_json_parse(w->doc, payload->data, payload->len, &root, NULL) ||
        jaxl_json_type(root) != JAXL_JSON_OBJECT)
        return refuse(r, 400, "PAYLOAD_INVALID_JSON", "x-device-attest", "it holds no JSON object");
    if (!value_check(r, root, fields, sizeof fields / sizeof *fields))
        return false;
    if (strcmp(jaxl_json_string(jaxl_json_get(root, "pd"), ""), uid) != 0)
        return refuse(r, 400, "PAYLOAD_INVALID_DEVICE_ID", "pd", "it is not x-device-id");
    if (*jaxl_json_string(jaxl_json_get(root, "dt"), ""))
        return refuse(r, 400, "PAYLOAD_INVALID_FIELD", "dt", "it must be empty");
    return true;
}

static bool check_proof(struct world *w, struct request *r, const char *uid)
{
    const char *token = request_header(r, "x-device-attest");
    struct jaxl_buf payload;
    bool ok;

    if (!token)
        return refuse(r, 400, "NO_X_DEVICE_ATTEST_HEADER", "x-device-attest", "it is missing");
    jaxl_buf_init(&payload, 4096);
    if (jaxl_fernet_decrypt(w->genesis, r->now, PROOF_AGE, token, strlen(token), &payload, NULL))
        ok = refuse(r, 400, "PAYLOAD_INVALID_TOKEN", "x-device-attest",
                    "it is not a Fernet token of client.genesis_key made within the last minute");
    else
        ok = check_payload(w, r, &payload, uid);
    jaxl_buf_free(&payload);
    return ok;
}

int device_add(struct world *w, const char *uid, int64_t now)
{
    struct jaxl_json_writer *j;
    struct device *more = realloc(w->devices, (w->n_devices + 1) * sizeof *more);
    int code;

    if (!more)
        return JAXL_ENOMEM;
    w->devices = more;
    j = log_begin(w, "device");
    jaxl_json_write_member(j, "uid", uid);
    jaxl_json_write_member_int(j, "created", now);
    code = log_end(w);
    if (code)
        return code;
    snprintf(more[w->n_devices].uid, sizeof more->uid, "%s", uid);
    more[w->n_devices].seen = 0;
    more[w->n_devices++].created = now;
    return 0;
}

int device_replay(struct world *w, const struct jaxl_json *line)
{
    int64_t created;

    if (jaxl_json_int(jaxl_json_get(line, "created"), &created))
        return JAXL_EINPUT;
    return device_add(w, jaxl_json_string(jaxl_json_get(line, "uid"), ""), created);
}

/* {"id", "sk"} under the genesis key: the device's id and the key for its payloads. */
static int answer(struct world *w, struct request *r)
{
    unsigned char key[JAXL_FERNET_KEY] = {0}, iv[16];
    char sk[FERNET_TEXT];
    struct jaxl_buf plain, sealed;
    int code = jaxl_clock_random(w->clock, iv, sizeof iv);

    jaxl_buf_init(&plain, 1024);
    jaxl_buf_init(&sealed, 4096);
    if (!code && !device_key(w, (int64_t)w->n_devices, key))
        code = JAXL_ECRYPTO;
    fernet_key_text(key, sk);
    jaxl_buf_printf(&plain, "{\"id\": %zu, \"sk\": \"%s\"}", w->n_devices, sk);
    if (!code)
        code = jaxl_fernet_encrypt(w->genesis, r->now, iv, plain.data, plain.len, &sealed, NULL);
    if (!code) {
        r->status = 200;
        jaxl_json_write_object(r->out);
        jaxl_json_write_member(r->out, "encrypted", jaxl_buf_text(&sealed));
        jaxl_json_write_end(r->out);
    }
    jaxl_buf_wipe(&plain);
    jaxl_buf_free(&sealed);
    jaxl_secret_wipe(key, sizeof key);
    jaxl_secret_wipe(sk, sizeof sk);
    return code;
}

static void attest(struct world *w, struct request *r)
{
    const char *uid = request_header(r, "x-device-id");

    if (!check_origin(r) || !check_uid(r, uid) || !check_proof(w, r, uid))
        return;
    for (size_t i = 0; i < w->n_devices; i++)
        if (strcmp(w->devices[i].uid, uid) == 0) {
            refuse(r, 409, "DEVICE_UID_ALREADY_EXISTS", "x-device-id", "draw another one");
            return;
        }
    if (device_add(w, uid, r->now) || answer(w, r))
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the device could not be kept");
}

const struct route attest_routes[] = {
    {ACCOUNTS, "POST", "/v1/devices/attest/", NULL, ROUTE_ATTEST, attest},
    {0},
};
