/* The files a client needs: key, credentials, auth token; made once in --dir, or for one run. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jaxl/secret.h"
#include "sandbox/jwt.h"
#include "sandbox/world.h"

enum { KEY_BITS = 2048, FILE_MAX = 65536 };

void fernet_key_text(const unsigned char key[JAXL_FERNET_KEY], char text[FERNET_TEXT])
{
    EVP_EncodeBlock((unsigned char *)text, key, JAXL_FERNET_KEY);
    for (char *p = text; *p; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
}

static int no_memory(struct jaxl_error *err)
{
    return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
}

static char *path_of(const struct world *w, const char *name)
{
    char *path;

    return asprintf(&path, "%s/%s", w->dir, name) < 0 ? NULL : path;
}

/* Writes a file that only the user can read, in one step. */
static int write_file(const struct world *w, const char *name, const struct jaxl_buf *b,
                      struct jaxl_error *err)
{
    char *path = path_of(w, name), *fresh = path_of(w, ".fresh");
    int code = 0, fd = -1;

    if (!path || !fresh)
        code = no_memory(err);
    if (!code && jaxl_buf_check(b, name, err))
        code = b->failed;
    if (!code) {
        fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0 || write_line(fd, b) || rename(fresh, path))
            code = jaxl_error_set(err, JAXL_EIO, "cannot write %s: %s", path, strerror(errno));
    }
    if (fd >= 0)
        close(fd);
    free(path);
    free(fresh);
    return code;
}

static void write_credentials(const struct world *w, const char *pem, struct jaxl_buf *b)
{
    char now[JAXL_CLOCK_ISO_MAX];

    jaxl_clock_format(world_now(w), now);
    jaxl_buf_printf(
        b,
        "{\"watermark\": {\"version\": 1, \"env\": \"dev\", \"by\": %d, \"on\": \"%s\", "
        "\"via\": \"" SANDBOX "\", \"through\": \"" SANDBOX "\"},\n"
        " \"app\": {\"id\": %d, \"type\": 2, \"platforms\": {\"ios\": null, "
        "\"android\": null, \"domain\": null}},\n"
        " \"client\": {\"key\": \"%s\", \"secret\": \"",
        APP_USER_ID, now, APP_ID, w->api_key);
    for (; *pem; pem++)
        if (*pem == '\n')
            jaxl_buf_puts(b, "\\n");
        else
            jaxl_buf_putc(b, *pem);
    jaxl_buf_printf(b, "\", \"genesis_key\": \"%s\", \"platform\": 3},\n \"servers\": [\"%s\"]}\n",
                    w->genesis_text, SERVERS);
}

/* The private key as PEM text, to be wiped and freed. */
static int make_key(struct world *w, char **pem, struct jaxl_error *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data;
    long n;

    w->key = EVP_RSA_gen(KEY_BITS);
    if (!bio || !w->key || !PEM_write_bio_PrivateKey(bio, w->key, NULL, NULL, 0, NULL, NULL)) {
        BIO_free(bio);
        return jaxl_error_set(err, JAXL_ECRYPTO, "cannot make an RSA key");
    }
    n = BIO_get_mem_data(bio, &data);
    *pem = strndup(data, (size_t)n);
    BIO_free(bio);
    return *pem ? 0 : no_memory(err);
}

/* Everything secret, new. The sandbox's own part is a file of its own, so that it needs nothing of
 * the credentials but to write them. */
static int make_secrets(struct world *w, struct jaxl_error *err)
{
    struct jaxl_buf credentials, own;
    char *pem = NULL, proof[FERNET_TEXT];
    int code = make_key(w, &pem, err);

    if (code)
        return code;
    if (random_hex(w, w->api_key, SECRET_HEX) || random_hex(w, w->auth_token, SECRET_HEX) ||
        jaxl_clock_random(w->clock, w->genesis, sizeof w->genesis) ||
        jaxl_clock_random(w->clock, w->proof_key, sizeof w->proof_key)) {
        jaxl_secret_free(&pem);
        return jaxl_error_set(err, JAXL_EIO, "no randomness is to be had");
    }
    fernet_key_text(w->genesis, w->genesis_text);
    fernet_key_text(w->proof_key, proof);
    jaxl_buf_init(&credentials, FILE_MAX);
    jaxl_buf_init(&own, FILE_MAX);
    write_credentials(w, pem, &credentials);
    jaxl_buf_printf(&own, "%s\n%s\n%s\n%s\n%s", w->api_key, w->auth_token, w->genesis_text, proof,
                    pem);
    code = write_file(w, "credentials.json", &credentials, err);
    if (!code)
        code = write_file(w, "secrets", &own, err); /* last: its presence says that all is there */
    jaxl_buf_wipe(&credentials);
    jaxl_buf_wipe(&own);
    jaxl_secret_free(&pem);
    return code;
}

/* A line of exactly len characters. */
static bool take_line(FILE *f, char *out, size_t len)
{
    return fread(out, 1, len, f) == len && (out[len] = '\0', fgetc(f) == '\n') &&
           strlen(out) == len && !strchr(out, '\n');
}

static int read_secrets(struct world *w, FILE *f, const char *path, struct jaxl_error *err)
{
    char proof[FERNET_TEXT];
    bool ok = take_line(f, w->api_key, SECRET_HEX) && take_line(f, w->auth_token, SECRET_HEX) &&
              take_line(f, w->genesis_text, FERNET_TEXT - 1) &&
              take_line(f, proof, FERNET_TEXT - 1) &&
              jaxl_fernet_key(w->genesis_text, w->genesis, NULL) == 0 &&
              jaxl_fernet_key(proof, w->proof_key, NULL) == 0;

    if (ok)
        w->key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    if (ok && w->key)
        return 0;
    return jaxl_error_set(err, JAXL_ECONFIG, "%s is damaged; move the directory away to begin anew",
                          path);
}

static int open_secrets(struct world *w, struct jaxl_error *err)
{
    char *path = path_of(w, "secrets");
    FILE *f = path ? fopen(path, "re") : NULL;
    int code;

    if (!path)
        return no_memory(err);
    if (f)
        code = read_secrets(w, f, path, err);
    else if (errno == ENOENT)
        code = make_secrets(w, err);
    else
        code = jaxl_error_set(err, JAXL_EIO, "cannot read %s: %s", path, strerror(errno));
    if (f)
        fclose(f);
    free(path);
    return code;
}

static int open_given_dir(struct world *w, struct jaxl_error *err)
{
    char *path;

    if (mkdir(w->options.dir, 0700) && errno != EEXIST)
        return jaxl_error_set(err, JAXL_EIO, "cannot make the directory %s: %s", w->options.dir,
                              strerror(errno));
    w->dir = realpath(w->options.dir, NULL);
    path = w->dir ? path_of(w, "lock") : NULL;
    if (path)
        w->dir_lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    if (w->dir_lock < 0)
        return jaxl_error_set(err, JAXL_EIO, "cannot use the directory %s: %s", w->options.dir,
                              strerror(errno));
    if (flock(w->dir_lock, LOCK_EX | LOCK_NB))
        return jaxl_error_set(err, JAXL_EBUSY, "another " SANDBOX " is using the directory %s",
                              w->dir);
    return 0;
}

static int open_temporary_dir(struct world *w, struct jaxl_error *err)
{
    const char *tmp = getenv("TMPDIR");

    if (asprintf(&w->dir, "%s/" SANDBOX "-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0) {
        w->dir = NULL;
        return no_memory(err);
    }
    if (!mkdtemp(w->dir))
        return jaxl_error_set(err, JAXL_EIO, "cannot make a directory like %s: %s", w->dir,
                              strerror(errno));
    w->dir_is_ours = true;
    return 0;
}

int setup_open(struct world *w, struct jaxl_error *err)
{
    int code = w->options.dir ? open_given_dir(w, err) : open_temporary_dir(w, err);
    char *client;

    if (code)
        return code;
    client = path_of(w, "client");
    if (!client)
        return no_memory(err);
    if (mkdir(client, 0700) && errno != EEXIST)
        code = jaxl_error_set(err, JAXL_EIO, "cannot make the directory %s: %s", client,
                              strerror(errno));
    free(client);
    return code ? code : open_secrets(w, err);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void setup_close(struct world *w)
{
    if (w->dir_is_ours && nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS))
        cli_message(SANDBOX, "cannot remove %s: %s", w->dir, strerror(errno));
    if (w->dir_lock >= 0)
        close(w->dir_lock);
    if (w->log >= 0)
        close(w->log);
    if (w->journal >= 0)
        close(w->journal);
    EVP_PKEY_free(w->key);
    jaxl_secret_wipe(w->proof_key, sizeof w->proof_key);
    jaxl_secret_wipe(w->genesis, sizeof w->genesis);
}

void setup_environment(const struct world *w,
                       void (*visit)(void *arg, const char *name, const char *value), void *arg)
{
    static const struct {
        const char *name;
        enum module module;
    } roots[] = {{"JAXL_ACCOUNT_API_ROOT", ACCOUNTS},
                 {"JAXL_PAYMENT_API_ROOT", ACCOUNTS},
                 {"JAXL_MESSAGE_API_ROOT", ACCOUNTS},
                 {"JAXL_CALL_API_ROOT", CALLS}};
    char *credentials = path_of(w, "credentials.json"), *client = path_of(w, "client");
    char pid[32];

    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    if (credentials && client) {
        visit(arg, "JAXL_API_CREDENTIALS", credentials);
        visit(arg, "JAXL_API_AUTH_TOKEN", w->auth_token);
        visit(arg, "JAXL_STATE_DIR", client);
        for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
            visit(arg, roots[i].name, w->roots[roots[i].module]);
        visit(arg, "JAXL_SANDBOX_PID", pid);
    }
    free(credentials);
    free(client);
}
