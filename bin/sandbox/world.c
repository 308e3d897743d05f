#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/world.h"

int64_t world_now(const struct world *w)
{
    return jaxl_clock_now(w->clock);
}

int random_hex(const struct world *w, char *out, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char byte;

    for (size_t i = 0; i < n; i++) {
        int code = jaxl_clock_random(w->clock, &byte, 1);
        if (code)
            return code;
        out[i] = digits[byte & 15];
    }
    out[n] = '\0';
    return 0;
}

const char *sha256_text(const char *text, char out[SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    char *to = out;

    if (EVP_Digest(text, strlen(text), hash, &n, EVP_sha256(), NULL))
        for (unsigned i = 0; i < n; i++) {
            *to++ = digits[hash[i] >> 4];
            *to++ = digits[hash[i] & 15];
        }
    *to = '\0';
    return out;
}

char *json_copy(const struct jaxl_json *v)
{
    struct jaxl_json_writer *j;
    struct jaxl_buf b;
    char *text = NULL;

    jaxl_buf_init(&b, BODY_MAX);
    if (jaxl_json_writer_new(&j, &b) == 0) {
        jaxl_json_write_value(j, v);
        jaxl_json_writer_free(&j);
        text = jaxl_buf_take(&b);
    }
    jaxl_buf_free(&b);
    return text;
}

/* The finalizer of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
 */
static uint64_t splitmix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t mix(uint64_t seed, uint64_t a, uint64_t b)
{
    return splitmix(splitmix(splitmix(seed) ^ a) ^ b);
}

uint64_t e164_parse(const char *text)
{
    uint64_t number = 0;
    size_t n;

    if (!text || text[0] != '+' || text[1] < '1' || text[1] > '9')
        return 0;
    n = strspn(text + 1, "0123456789");
    if (n < 7 || n > 15 || text[n + 1])
        return 0;
    for (const char *p = text + 1; *p; p++)
        number = number * 10 + (uint64_t)(*p - '0');
    return number;
}

const char *e164_format(uint64_t number, char text[E164_TEXT])
{
    snprintf(text, E164_TEXT, "+%" PRIu64, number);
    return text;
}

bool is_own_number(const struct world *w, uint64_t number)
{
    for (size_t i = 0; i < w->n_own; i++)
        if (w->own[i].number == number)
            return true;
    return false;
}

/* The organisation's numbers: two of blocks that belong to nobody, and those of --number. */
static int add_own_numbers(struct world *w, struct jaxl_error *err)
{
    static const char *const first[] = {"+12015550199", "+911400000001"};

    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        w->own[w->n_own++].number = e164_parse(first[i]);
    for (size_t i = 0; i < w->options.numbers.n; i++) {
        uint64_t number = e164_parse(w->options.numbers.items[i]);
        if (!number)
            return jaxl_error_set(err, JAXL_EARG,
                                  "--number: '%s' is not a number in the form +12015550123",
                                  w->options.numbers.items[i]);
        if (w->n_own == OWN_NUMBERS_MAX)
            return jaxl_error_set(err, JAXL_ELIMIT, "--number: at most %d numbers",
                                  OWN_NUMBERS_MAX);
        if (!is_own_number(w, number))
            w->own[w->n_own++].number = number;
    }
    return 0;
}

int world_init(struct world *w, const struct options *options, struct jaxl_error *err)
{
    pthread_mutexattr_t attr;
    int code;

    memset(w, 0, sizeof *w);
    w->options = *options;
    w->clock = jaxl_clock_system();
    w->journal = w->log = w->dir_lock = -1;
    w->ivrs.next_option = w->calls.next_tag = 1;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(&w->lock, &attr);
    pthread_mutexattr_destroy(&attr);
    jaxl_buf_init(&w->out, REPLY_MAX);
    jaxl_buf_init(&w->line, 2 * BODY_MAX);
    code = jaxl_json_doc_new(&w->doc, BODY_MAX);
    if (!code)
        code = jaxl_json_writer_new(&w->writer, &w->out);
    if (!code)
        code = jaxl_json_writer_new(&w->line_writer, &w->line);
    if (code)
        return jaxl_error_set(err, code, "out of memory");
    if (play_init(w))
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    code = wallet_init(w, err);
    if (code)
        return code;
    return add_own_numbers(w, err);
}

void world_free(struct world *w)
{
    play_free(w);
    calls_free(&w->calls);
    ivrs_free(&w->ivrs);
    campaigns_free(&w->campaigns);
    free(w->devices);
    for (size_t i = 0; i < w->n_own; i++)
        free(w->own[i].frontdesk);
    for (int i = 0; i < MODULE_COUNT; i++)
        free(w->roots[i]);
    jaxl_json_writer_free(&w->writer);
    jaxl_json_writer_free(&w->line_writer);
    jaxl_json_doc_free(&w->doc);
    jaxl_buf_free(&w->out);
    jaxl_buf_free(&w->line);
    free(w->dir);
    pthread_mutex_destroy(&w->lock);
}
