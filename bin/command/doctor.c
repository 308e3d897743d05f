#include "command/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command/balance.h"
#include "jaxl/accounts.h"
#include "jaxl/setup.h"

/* The server compares our clock with its own when it looks at a request token, which is good for
 * half a minute when nothing else is said. */
#define SKEW_WARNING (5 * JAXL_SECOND)
#define SKEW_FAILED  (30 * JAXL_SECOND)

enum state { OK, WARNING, FAILED, SKIPPED };
static const char *const state_names[] = {"ok", "warning", "failed", "skipped"};

/* What a check has found. detail and advice: texts without secrets. */
struct finding {
    enum state state;
    int status; /* of the exit, when it failed */
    char detail[640], advice[256];
};

struct doctor {
    const struct base *base;
    struct output out;
    struct jaxl_setup *setup;
    struct jaxl_session *session;
    struct jaxl_setup_credentials cred;
    struct jaxl_setup_reached reached[JAXL_MODULE_COUNT];
    bool refused; /* the auth token */
};

static void set(struct finding *f, enum state state, const char *fmt, ...) JAXL_PRINTF(3, 4);
static void set(struct finding *f, enum state state, const char *fmt, ...)
{
    va_list ap;

    f->state = state;
    va_start(ap, fmt);
    (void)vsnprintf(f->detail, sizeof f->detail, fmt, ap);
    va_end(ap);
}

static void advise(struct finding *f, const char *text)
{
    snprintf(f->advice, sizeof f->advice, "%s", text);
}

/* Configuration, refusal, or out of reach. */
static int status_of(int code)
{
    switch (code) {
    case JAXL_ECONFIG:
    case JAXL_ECRYPTO:
    case JAXL_EARG:
    case JAXL_EIO: /* of a file of ours */
        return CLI_CONFIG;
    case JAXL_EAUTH:
    case JAXL_EREFUSED:
        return CLI_REFUSED;
    case JAXL_ENOMEM:
        return CLI_IO;
    default:
        return CLI_UNAVAILABLE;
    }
}

static void failed(struct finding *f, const struct jaxl_error *err, const char *advice)
{
    set(f, FAILED, "%s", err->message);
    f->status = status_of(err->code);
    advise(f, advice);
}

static void check_variable(struct finding *f, const char *name, bool secret, const char *advice)
{
    const char *value = getenv(name);

    if (value && *value) {
        set(f, OK, "%s", secret ? "set" : value);
        return;
    }
    set(f, FAILED, "not set");
    f->status = CLI_CONFIG;
    advise(f, advice);
}

static void check_credentials_variable(struct doctor *d, struct finding *f)
{
    (void)d;
    check_variable(
        f, "JAXL_API_CREDENTIALS", false,
        "export JAXL_API_CREDENTIALS=FILE, the path of the JSON file that Jaxl gave you");
}

static void check_token_variable(struct doctor *d, struct finding *f)
{
    static const char advice[] = "export JAXL_API_AUTH_TOKEN, your auth token";
    struct jaxl_error err = {0};

    check_variable(f, "JAXL_API_AUTH_TOKEN", true, advice);
    if (f->state == OK && jaxl_setup_auth_token(d->setup, &err))
        failed(f, &err, advice);
}

static void check_credentials(struct doctor *d, struct finding *f)
{
    struct jaxl_error err = {0};

    if (jaxl_setup_credentials(d->setup, &d->cred, &err))
        failed(f, &err, "fetch the credentials file from Jaxl again, and leave it as it is");
    else
        set(f, OK, "environment %s, app %lld, RSA key of %d bits that signs", d->cred.env,
            (long long)d->cred.app_id, d->cred.key_bits);
}

static void check_root(struct doctor *d, enum jaxl_module module, struct finding *f)
{
    struct jaxl_setup_reached *r = &d->reached[module];
    struct jaxl_error err = {0};
    const char *url;

    if (jaxl_setup_root(d->setup, module, &url, &err))
        failed(f, &err, "set the variable to the root that Jaxl gave you");
    else if (jaxl_setup_reach(d->setup, module, r, &err))
        failed(f, &err,
               "check the address, the network and the proxy; when the certificate is not trusted "
               "also ca-certificates and this machine's clock");
    else if (r->status >= 500)
        set(f, WARNING, "%s: answers %d%s", url, r->status, r->tls ? " over TLS" : "");
    else
        set(f, OK, "%s: answers%s", url, r->tls ? " over TLS" : ", on this machine");
    if (f->state == WARNING)
        advise(f, "the platform is there but not well: try again later");
}

static void check_account_root(struct doctor *d, struct finding *f)
{
    check_root(d, JAXL_ACCOUNT, f);
}
static void check_payment_root(struct doctor *d, struct finding *f)
{
    check_root(d, JAXL_PAYMENT, f);
}
static void check_call_root(struct doctor *d, struct finding *f)
{
    check_root(d, JAXL_CALL, f);
}
static void check_message_root(struct doctor *d, struct finding *f)
{
    check_root(d, JAXL_MESSAGE, f);
}

/* By the account's server, which judges the tokens; else by any that said the time. */
static void check_clock(struct doctor *d, struct finding *f)
{
    const struct jaxl_setup_reached *r = NULL;
    int64_t skew, size;

    for (size_t i = 0; i < JAXL_MODULE_COUNT && !r; i++)
        if (d->reached[i].dated)
            r = &d->reached[i];
    if (!r) {
        set(f, SKIPPED, "no server said what time it is");
        return;
    }
    skew = r->skew;
    size = skew < 0 ? -skew : skew;
    set(f,
        size >= SKEW_FAILED    ? FAILED
        : size >= SKEW_WARNING ? WARNING
                               : OK,
        "%lld s %s the server's", (long long)((size + JAXL_SECOND / 2) / JAXL_SECOND),
        skew > 0 ? "behind" : "ahead of");
    if (size < 2 * JAXL_SECOND)
        set(f, OK, "as the server's");
    if (f->state == OK)
        return;
    f->status = CLI_CONFIG;
    advise(f, "set this machine's clock, as with timedatectl set-ntp true: a request token of "
              "another time is refused");
}

static void check_attestation(struct doctor *d, struct finding *f)
{
    struct base base = *d->base;
    struct jaxl_error err = {0};
    const char *dir, *file;

    base.common.quiet = !base.common.verbose; /* a check of its own says what is open */
    d->session = engine_session(&base, NULL, &err);
    if (!d->session || jaxl_session_attest(d->session, &err)) {
        failed(f, &err,
               err.code == JAXL_EIO
                   ? "make the folder and the file yours to write, or set JAXL_STATE_DIR"
                   : "fetch the credentials file from Jaxl again; when that does not help, ask "
                     "Jaxl's support");
        return;
    }
    if (jaxl_setup_state(d->setup, &dir, &file, &err) == 0)
        set(f, OK, "kept in %s", file);
}

/* Adds a file that others may look into. */
static void look_at(struct finding *f, const char *path)
{
    size_t said = strlen(f->detail), advised = strlen(f->advice);
    struct stat st;

    if (!path || stat(path, &st) || !(st.st_mode & (S_IRWXG | S_IRWXO)))
        return;
    f->state = WARNING;
    snprintf(f->detail + said, sizeof f->detail - said, "%s%s is open to other users (mode %03o)",
             said ? "; " : "", path, st.st_mode & 0777);
    snprintf(f->advice + advised, sizeof f->advice - advised, "%schmod go-rwx %s",
             advised ? "; " : "", path);
}

static void check_permissions(struct doctor *d, struct finding *f)
{
    struct jaxl_error err = {0};
    const char *dir, *file;

    if (jaxl_setup_state(d->setup, &dir, &file, &err)) {
        failed(f, &err, "set JAXL_STATE_DIR to a folder of yours");
        return;
    }
    look_at(f, d->cred.path);
    look_at(f, dir);
    look_at(f, file);
    if (f->state == OK)
        set(f, OK, "credentials and attestation are for you alone");
}

static void check_token(struct doctor *d, struct finding *f)
{
    struct jaxl_answer me = {0};
    struct jaxl_error err = {0};
    const char *email;

    if (jaxl_session_open(d->session, &err) && err.status != 401) {
        set(f, SKIPPED, "not to be told before the organisation is known");
        return;
    }
    if (err.code || jaxl_accounts_me(d->session, &me, &err)) {
        failed(f, &err, "get a new auth token from Jaxl and set JAXL_API_AUTH_TOKEN to it");
        d->refused = true;
    } else {
        email = jaxl_json_string(jaxl_json_get(me.value, "email"), "");
        set(f, OK, "accepted%s%s", *email ? ", of " : "", email);
    }
    jaxl_answer_free(&me);
}

static void check_organisation(struct doctor *d, struct finding *f)
{
    struct jaxl_error err = {0};

    if (!d->cred.has_org)
        set(f, OK, "none: these credentials are for an app without organisations");
    else if (d->refused)
        set(f, SKIPPED, "after token is mended");
    else if (jaxl_session_open(d->session, &err))
        failed(f, &err, "accept an invitation to an organisation, or have one made, in the app");
    else
        set(f, OK, "%lld", (long long)jaxl_session_org(d->session));
}

static void check_balance(struct doctor *d, struct finding *f)
{
    char number[JAXL_MONEY_TEXT];
    struct jaxl_error err = {0};
    struct balance b;

    if (balance_ask(d->session, 0, &b, &err)) {
        failed(f, &err, "try jaxl accounts balance later");
        return;
    }
    set(f, jaxl_money_sign(&b.left) > 0 ? OK : WARNING, "%s %s", b.currency,
        jaxl_money_format(&b.left, number));
    if (f->state == WARNING)
        advise(f, "recharge the account when calls are to be paid in this currency (others: jaxl "
                  "accounts balance --currency)");
}

/* needs: earlier checks, as bits, that must not have failed or been skipped. */
enum {
    VARIABLE,
    TOKEN_VARIABLE,
    CREDENTIALS,
    ACCOUNT,
    PAYMENT,
    CALL,
    MESSAGE,
    CLOCK,
    ATTESTATION,
    PERMISSIONS,
    TOKEN,
    ORGANISATION,
    BALANCE
};
#define BIT(check) (1u << (check))
static const struct {
    const char *name;
    void (*run)(struct doctor *d, struct finding *f);
    unsigned needs;
} checks[] = {
    [VARIABLE] = {"JAXL_API_CREDENTIALS", check_credentials_variable, 0},
    [TOKEN_VARIABLE] = {"JAXL_API_AUTH_TOKEN", check_token_variable, 0},
    [CREDENTIALS] = {"credentials", check_credentials, BIT(VARIABLE)},
    [ACCOUNT] = {"account-api", check_account_root, BIT(CREDENTIALS)},
    [PAYMENT] = {"payment-api", check_payment_root, BIT(CREDENTIALS)},
    [CALL] = {"call-api", check_call_root, BIT(CREDENTIALS)},
    [MESSAGE] = {"message-api", check_message_root, BIT(CREDENTIALS)},
    [CLOCK] = {"clock", check_clock, BIT(CREDENTIALS)},
    [ATTESTATION] = {"attestation", check_attestation,
                     BIT(TOKEN_VARIABLE) | BIT(CREDENTIALS) | BIT(ACCOUNT)},
    [PERMISSIONS] = {"permissions", check_permissions, BIT(CREDENTIALS)},
    [TOKEN] = {"token", check_token, BIT(ATTESTATION)},
    [ORGANISATION] = {"organisation", check_organisation, BIT(ATTESTATION)},
    [BALANCE] = {"balance", check_balance,
                 BIT(TOKEN) | BIT(ORGANISATION) | BIT(PAYMENT) | BIT(CALL)},
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

static int print(struct doctor *d, const char *name, const struct finding *f,
                 struct jaxl_error *err)
{
    struct own_record own;
    int rc = output_own_begin(&own, err);

    if (rc)
        return rc;
    jaxl_json_write_member(own.w, "check", name);
    jaxl_json_write_member(own.w, "state", state_names[f->state]);
    jaxl_json_write_member(own.w, "detail", f->detail);
    jaxl_json_write_member(own.w, "advice", f->advice);
    rc = output_own_end(&d->out, &own, err);
    return rc ? rc : jaxl_record_flush(d->out.writer, err);
}

static int examine(struct doctor *d, int *status, struct jaxl_error *err)
{
    unsigned passed = 0;
    int code = 0;

    for (unsigned i = 0; i < CHECKS && !code; i++) {
        unsigned missing = checks[i].needs & ~passed, first = 0;
        struct finding f = {.state = OK};
        for (; missing && !(missing & BIT(first)); first++)
            ;
        if (missing)
            set(&f, SKIPPED, "after %s is mended", checks[first].name);
        else
            checks[i].run(d, &f);
        if (f.state == OK || f.state == WARNING)
            passed |= BIT(i);
        if (f.state == FAILED)
            *status = f.status > *status ? f.status : *status; /* 78, 77, 69 */
        code = print(d, checks[i].name, &f, err);
    }
    return code;
}

int doctor_run(const struct command *c, void *fields)
{
    struct doctor d = {.base = fields};
    const struct jaxl_session_options options = {.timeout = d.base->timeout};
    struct jaxl_error err = {0};
    int status = CLI_DONE, code = jaxl_setup_new(&d.setup, &options, &err);

    if (!code)
        code = output_open(&d.out, c, d.base, &err);
    if (!code)
        code = examine(&d, &status, &err);
    code = output_close(&d.out, code, &err);
    if (code && code != JAXL_EEND)
        status = cli_exit_worse(status, cli_fail(JAXL, &err));
    jaxl_session_free(&d.session);
    jaxl_setup_free(&d.setup);
    return cli_close_stdout(JAXL, status);
}
