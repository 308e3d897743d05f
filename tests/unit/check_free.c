#include "campaign/adhoc.h"
#include "campaign/seen.h"
#include "jaxl.h"
#include "net/http.h"
#include "platform/attestation.h"
#include "platform/credentials.h"
#include "platform/token.h"
#include "unit.h"

/* Every handle with its way to be freed: no handle, an empty one, and it stays empty. */
#define HANDLES(each)                                                                              \
    each(jaxl_json_doc, jaxl_json_doc_free);                                                       \
    each(jaxl_json_writer, jaxl_json_writer_free);                                                 \
    each(jaxl_record_reader, jaxl_record_reader_free);                                             \
    each(jaxl_record_writer, jaxl_record_writer_free);                                             \
    each(jaxl_template, jaxl_template_free);                                                       \
    each(jaxl_http, jaxl_http_free);                                                               \
    each(jaxl_http_base, jaxl_http_base_free);                                                     \
    each(jaxl_http_headers, jaxl_http_headers_drop);                                               \
    each(jaxl_credentials, jaxl_credentials_free);                                                 \
    each(jaxl_token, jaxl_token_free);                                                             \
    each(jaxl_attestation_store, jaxl_attestation_store_free);                                     \
    each(jaxl_session, jaxl_session_free);                                                         \
    each(jaxl_seen, jaxl_seen_free);                                                               \
    each(jaxl_adhoc, jaxl_adhoc_free);                                                             \
    each(jaxl_dialer, jaxl_dialer_free)

#define FREE_NOTHING(type, release)                                                                \
    do {                                                                                           \
        struct type *handle = NULL;                                                                \
        release(NULL);                                                                             \
        release(&handle);                                                                          \
        ck_assert_ptr_null(handle);                                                                \
    } while (0)

START_TEST(nothing_is_freed)
{
    HANDLES(FREE_NOTHING);
    jaxl_buf_free(NULL);
    jaxl_buf_wipe(NULL);
    jaxl_secret_free(NULL);
    jaxl_secret_free(&(char *){NULL});
    jaxl_attestation_clear(NULL);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, nothing_is_freed);
}

int main(void)
{
    return unit_run("free", add);
}
