/* usage: signer     what OpenSSL does for tests/tool/client.sh, without a start for each time
 *
 * A line in, a line out; standard output of it is the answer.
 *
 *     pss KEYFILE TEXT     a signature in base64: RSA-PSS with the longest salt
 *     rsa KEYFILE TEXT     the same, PKCS #1 v1.5
 *     base64 TEXT
 *     sha256 TEXT          in hexadecimal
 *     seal KEY TIME TEXT   a Fernet token, https://github.com/fernet/spec
 *     open KEY TOKEN       what it holds */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 16, KEY_LEN = 32, HALF = 16, HEAD = 25, TAIL = 32 };

struct bytes {
    unsigned char at[TEXT_MAX];
    size_t len;
};

static void must(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "signer: %s\n", what);
    exit(1);
}

static void swap(char *text, const char *from, const char *to)
{
    for (const char *where; *text; text++)
        if ((where = strchr(from, *text)))
            *text = to[where - from];
}

/* With url, in the alphabet of URLs. */
static void print_base64(const struct bytes *b, int url)
{
    static char text[2 * TEXT_MAX];

    EVP_EncodeBlock((unsigned char *)text, b->at, (int)b->len);
    if (url)
        swap(text, "+/", "-_");
    puts(text);
}

static void read_base64url(char *text, struct bytes *b)
{
    size_t len = strlen(text), padding = len - strcspn(text, "=");
    int n;

    must(len < TEXT_MAX, "too long");
    swap(text, "-_", "+/");
    n = EVP_DecodeBlock(b->at, (const unsigned char *)text, (int)len);
    must(n >= 0 && (size_t)n >= padding, "no base64");
    b->len = (size_t)n - padding;
}

static void sign(char *args, int padding)
{
    const char *path = strsep(&args, " ");
    FILE *file = fopen(path, "r");
    static struct bytes out;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx;
    EVP_PKEY *key;

    must(file && args, path);
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    must(key && md && EVP_DigestSignInit(md, &ctx, EVP_sha256(), NULL, key) == 1, "no key");
    must(EVP_PKEY_CTX_set_rsa_padding(ctx, padding) > 0, "no such padding");
    if (padding == RSA_PKCS1_PSS_PADDING)
        must(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_MAX) > 0, "no such salt");
    out.len = sizeof out.at;
    must(EVP_DigestSign(md, out.at, &out.len, (const unsigned char *)args, strlen(args)) == 1,
         "not signed");
    print_base64(&out, 0);
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
}

static void pss(char *args)
{
    sign(args, RSA_PKCS1_PSS_PADDING);
}

static void rsa(char *args)
{
    sign(args, RSA_PKCS1_PADDING);
}

static void base64(char *args)
{
    static struct bytes b;

    b.len = strlen(args);
    memcpy(b.at, args, b.len);
    print_base64(&b, 0);
}

static void sha256(char *args)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len;

    must(EVP_Digest(args, strlen(args), hash, &len, EVP_sha256(), NULL) == 1, "no hash");
    for (unsigned i = 0; i < len; i++)
        printf("%02x", hash[i]);
    putchar('\n');
}

/* AES-128-CBC of in, with the second half of the key, behind what out has. */
static void cipher(const struct bytes *key, const unsigned char *iv, const unsigned char *in,
                   size_t len, int encrypt, struct bytes *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0, last = 0;

    must(ctx && EVP_CipherInit_ex(ctx, EVP_aes_128_cbc(), NULL, key->at + HALF, iv, encrypt) == 1 &&
             EVP_CipherUpdate(ctx, out->at + out->len, &n, in, (int)len) == 1 &&
             EVP_CipherFinal_ex(ctx, out->at + out->len + n, &last) == 1,
         "wrong key or token");
    out->len += (size_t)n + (size_t)last;
    EVP_CIPHER_CTX_free(ctx);
}

static void key_of(char **args, struct bytes *key)
{
    char *word = strsep(args, " ");

    must(*args != NULL, "usage: VERB KEY TEXT");
    read_base64url(word, key);
    must(key->len == KEY_LEN, "a key has 32 bytes");
}

static void seal(char *args)
{
    static struct bytes key, out;
    unsigned long long seconds;
    unsigned len;

    key_of(&args, &key);
    seconds = strtoull(args, &args, 10);
    must(*args == ' ' && strlen(args) < TEXT_MAX - HEAD - TAIL - HALF, "usage: seal KEY TIME TEXT");
    out.at[0] = 0x80;
    for (int i = 8; i > 0; i--, seconds >>= 8)
        out.at[i] = (unsigned char)(seconds & 0xff);
    must(RAND_bytes(out.at + 9, HALF) == 1, "nothing random");
    out.len = HEAD;
    cipher(&key, out.at + 9, (unsigned char *)args + 1, strlen(args + 1), 1, &out);
    must(HMAC(EVP_sha256(), key.at, HALF, out.at, out.len, out.at + out.len, &len) != NULL,
         "no MAC");
    out.len += len;
    print_base64(&out, 1);
}

/* Not whether it is right, which is for who is tested; but what is in it must be whole. */
static void unseal(char *args)
{
    static struct bytes key, token, text;

    key_of(&args, &key);
    read_base64url(args, &token);
    must(token.len >= HEAD + TAIL, "too short");
    text.len = 0;
    cipher(&key, token.at + 9, token.at + HEAD, token.len - HEAD - TAIL, 0, &text);
    fwrite(text.at, 1, text.len, stdout);
    putchar('\n');
}

static const struct {
    const char *name;
    void (*act)(char *args);
} verbs[] = {{"pss", pss},       {"rsa", rsa},   {"base64", base64},
             {"sha256", sha256}, {"seal", seal}, {"open", unseal}};

int main(void)
{
    static char line[TEXT_MAX];

    while (fgets(line, sizeof line, stdin)) {
        char *args = line, *verb;
        size_t i = 0;

        line[strcspn(line, "\n")] = '\0';
        verb = strsep(&args, " ");
        while (i < sizeof verbs / sizeof *verbs && strcmp(verb, verbs[i].name) != 0)
            i++;
        must(i < sizeof verbs / sizeof *verbs && args, "no such verb");
        verbs[i].act(args);
        fflush(stdout);
    }
    return 0;
}
