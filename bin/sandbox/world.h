/* The sandbox's world: what a run was told, its secrets, and the state of one account. Everything
 * in it is reached with the lock held, once the server runs. */
#ifndef SANDBOX_WORLD_H
#define SANDBOX_WORLD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cli.h"
#include "jaxl/clock.h"
#include "jaxl/fernet.h"
#include "jaxl/json.h"
#include "jaxl/money.h"
#include "sandbox/calls.h"
#include "sandbox/campaign.h"
#include "sandbox/fault.h"
#include "sandbox/hook.h"
#include "sandbox/ivr.h"
#include "sandbox/play.h"

#define SANDBOX  "jaxl-sandbox"
#define ORG_NAME "Sandbox"

enum {
    ORG_ID = 42,
    APP_ID = 7,
    APP_USER_ID = 11,
    SECRET_HEX = 48,          /* characters of the API key and of the auth token */
    TOKEN_CACHE = 32,         /* verified request tokens that are remembered */
    OWN_NUMBERS_MAX = 1000,   /* phone numbers of the organisation */
    BODY_MAX = 1024 * 1024,   /* bytes of a request's body */
    FORM_MAX = 16 * BODY_MAX, /* of one that is multipart */
    REPLY_MAX = 64 * 1024 * 1024
};

enum { FERNET_TEXT = 45 }; /* a Fernet key in base64, with its NUL */
void fernet_key_text(const unsigned char key[JAXL_FERNET_KEY], char text[FERNET_TEXT]);

enum module { ACCOUNTS, CALLS, MODULE_COUNT }; /* ACCOUNTS: also payments and messages */

struct options {
    struct cli_common common;
    const char *dir, *journal, *callers;
    struct hook_server webhook;
    struct jaxl_texts webhook_headers;
    int64_t webhook_timeout;
    uint64_t port, seed, speed;
    int64_t delay, slow, hang;
    struct fault_rates call_faults, other_faults;
    struct fault_aims aims;
    struct jaxl_texts numbers;
    struct jaxl_money recharge;
    bool background;
};

/* A device that has been attested. */
struct device {
    char uid[48];
    int64_t created, seen; /* seen: since the start, 0 for not yet */
};

/* A phone number of the organisation, and what was set about it. */
struct phone {
    uint64_t number;
    int64_t ivr;     /* 0 for none */
    char *frontdesk; /* JSON text, NULL for null */
    bool round_robin;
};

/* A request token that has been verified: good until it expires. */
struct known_token {
    char *text;
    size_t len;
    int64_t expires, device_id; /* seconds; 0 for the token of an attestation */
};

enum { RECHARGES_MAX = 16 };
struct recharge {
    int currency;
    struct jaxl_money amount;
};

struct wallet {
    struct jaxl_money recharged, spent; /* spent: on calls that are final */
    struct jaxl_money rate;             /* per started minute */
};

struct world {
    struct options options;
    const struct jaxl_clock *clock;
    pthread_mutex_t lock;
    char *dir;                 /* where the files are */
    bool dir_is_ours;          /* a temporary one, to be removed */
    int dir_lock;              /* held while --dir is in use, else -1 */
    char *roots[MODULE_COUNT]; /* http://127.0.0.1:port */
    void *key;                 /* EVP_PKEY of client.secret */
    char api_key[SECRET_HEX + 1], auth_token[SECRET_HEX + 1];
    char genesis_text[FERNET_TEXT];
    unsigned char genesis[JAXL_FERNET_KEY];
    unsigned char
        proof_key[JAXL_FERNET_KEY]; /* signs totals and usage, makes the keys of devices */
    int journal, log;               /* descriptors, -1 for none */
    bool replaying, write_failed;
    int64_t opened;         /* when the account was, microseconds */
    struct device *devices; /* id is the index plus 1 */
    size_t n_devices;
    struct phone own[OWN_NUMBERS_MAX]; /* id is the index plus 1 */
    size_t n_own;
    struct ivrs ivrs;
    struct calls calls;
    struct campaigns campaigns;
    struct play play;
    struct wallet wallets[CURRENCIES];
    struct recharge recharges[RECHARGES_MAX];
    size_t n_recharges;
    struct known_token tokens[TOKEN_CACHE];
    size_t next_token;
    uint64_t requests;
    struct jaxl_json_doc *doc; /* of the request at hand, and of replay */
    struct jaxl_buf out, line; /* the answer, a journal or state line */
    struct jaxl_json_writer *writer, *line_writer;
};

/* Everything but secrets, files and the server. */
int world_init(struct world *w, const struct options *options, struct jaxl_error *err);
void world_free(struct world *w);
int64_t world_now(const struct world *w);

/* Random hex digits (n of them) and a terminating NUL. */
int random_hex(const struct world *w, char *out, size_t n);
/* 64 well-mixed bits of (seed, a, b): what makes a run reproducible. */
uint64_t mix(uint64_t seed, uint64_t a, uint64_t b);

enum { SHA256_TEXT = 65 };
/* SHA-256 in lower-case hex. */
const char *sha256_text(const char *text, char out[SHA256_TEXT]);

/* A value as JSON text, to be freed; NULL when memory is out. */
char *json_copy(const struct jaxl_json *v);

/* An E.164 number as an integer, 0 when it is none. */
uint64_t e164_parse(const char *text);
enum { E164_TEXT = 24 };
const char *e164_format(uint64_t number, char text[E164_TEXT]);
bool is_own_number(const struct world *w, uint64_t number);

/* phones.c: what was set about a phone number, from the state log */
int phone_replay(struct world *w, const struct jaxl_json *line);

/* wallet.c */
extern const struct currency {
    const char *code, *symbol, *rate; /* per started minute */
} currencies[CURRENCIES];
#define RENT "1.15" /* of a phone number, in US dollars a month */
/* Reads the rates. */
int wallet_init(struct world *w, struct jaxl_error *err);
int wallet_recharge(struct world *w, int currency, const struct jaxl_money *amount);
int wallet_replay(struct world *w, const struct jaxl_json *line);
/* Forgets all recharges. */
void wallet_empty(struct world *w);
/* Reads an amount that is not negative; for CLI_CUSTOM. */
int amount_parse(const char *text, void *money, struct jaxl_error *err);
struct jaxl_money call_cost(const struct world *w, int currency, int64_t minutes);
/* Recharges minus what the calls that are final by now have cost. */
struct jaxl_money wallet_balance(struct world *w, int currency, int64_t now);
/* HMAC-SHA256 of text under the sandbox's own key; false when it cannot be had. */
enum { MAC_BYTES = 32 };
bool mac_make(const struct world *w, const char *text, unsigned char mac[MAC_BYTES]);
/* A proof that the sandbox signed `text`: 64 hex digits, a NUL. */
enum { PROOF_HEX = 64 };
void proof_make(const struct world *w, const char *text, char out[PROOF_HEX + 1]);
/* The signed total of a currency, as /v1/customer/consumables/ gives it. */
enum { PROOF_TEXT = 192 };
void recharge_proof(const struct world *w, int currency, char out[PROOF_TEXT]);
bool recharge_proof_ok(const struct world *w, int currency, const char *proof);

/* setup.c: files, keys, environment */
int setup_open(struct world *w, struct jaxl_error *err);
void setup_close(struct world *w);
/* Calls visit for each variable of the environment a client needs. */
void setup_environment(const struct world *w,
                       void (*visit)(void *arg, const char *name, const char *value), void *arg);

/* log.c: the state of --dir, one JSON object a line, replayed at the start */
int log_open(struct world *w, struct jaxl_error *err);
/* A writer on an empty line; log_end appends it to the file (0 when there is none to keep, or while
 * replaying). What is not on the file must not happen: JAXL_EIO means refuse the request. */
struct jaxl_json_writer *log_begin(struct world *w, const char *event);
int log_end(struct world *w);
/* journal.c: all of b, or JAXL_EIO with errno set. */
int write_line(int fd, const struct jaxl_buf *b);

/* run.c */
/* Before any thread starts. */
void run_block_signals(void);
/* SIGUSR1, --verbose: where things stand, on standard error. */
void run_print_state(struct world *w);
int run_command(struct world *w, char **argv);
int run_serve(struct world *w);

#endif
