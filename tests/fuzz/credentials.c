/* Any file as credentials and, where it is one, the token made of it. In a seed @KEY@ stands for an
 * RSA key, so that no key need be kept here. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "platform/credentials.h"
#include "platform/token.h"

#define MARK "@KEY@"

/* The key as it stands in JSON. */
static const char *key_text(void)
{
    static struct jaxl_buf text;
    EVP_PKEY *key;
    BIO *bio;
    char *pem;
    long n;

    if (text.len)
        return text.data;
    key = EVP_RSA_gen(1024);
    bio = BIO_new(BIO_s_mem());
    FUZZ_CHECK(key && bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    n = BIO_get_mem_data(bio, &pem);
    jaxl_buf_init(&text, 8192);
    for (long i = 0; i < n; i++)
        if (pem[i] == '\n')
            jaxl_buf_puts(&text, "\\n");
        else
            jaxl_buf_putc(&text, pem[i]);
    BIO_free(bio);
    EVP_PKEY_free(key);
    FUZZ_CHECK(!text.failed);
    return text.data;
}

static void write_file(int fd, const char *data, size_t size)
{
    const char *mark = size ? memmem(data, size, MARK, sizeof MARK - 1) : NULL, *key = key_text();
    size_t before = mark ? (size_t)(mark - data) : size;

    FUZZ_CHECK(write(fd, data, before) == (ssize_t)before);
    if (!mark)
        return;
    mark += sizeof MARK - 1;
    size -= before + sizeof MARK - 1;
    FUZZ_CHECK(write(fd, key, strlen(key)) == (ssize_t)strlen(key));
    FUZZ_CHECK(write(fd, mark, size) == (ssize_t)size);
}

static void use(const struct jaxl_credentials *c)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, JAXL_TOKEN_MAX);
    (void)jaxl_token_make(c, "user@host", NULL, 0, 30, &out, NULL);
    for (int m = 0; m < JAXL_MODULE_COUNT; m++)
        (void)jaxl_credentials_root(c, NULL, (enum jaxl_module)m, &out, NULL);
    jaxl_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("credentials", MFD_CLOEXEC);
    struct jaxl_credentials *c;
    struct jaxl_error err;
    char path[64];
    int rc;

    FUZZ_CHECK(fd >= 0);
    write_file(fd, (const char *)data, size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    rc = jaxl_credentials_load(path, NULL, NULL, &c, &err);
    close(fd);
    if (rc == 0) {
        use(c);
    } else {
        FUZZ_CHECK(rc == JAXL_ECONFIG && err.code == rc && !c);
        FUZZ_CHECK(strstr(err.message, path) && !strchr(err.message, '\n'));
    }
    jaxl_credentials_free(&c);
    return 0;
}
