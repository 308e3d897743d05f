#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "campaign/ledger.h"
#include "jaxl/campaign.h"
#include "platform/folder.h"

enum { PATH_LIMIT = 4096, NAME_LIMIT = 4096 };

int jaxl_campaign_path(char **path, bool make, struct jaxl_error *err)
{
    const char *own = jaxl_env_get(NULL, "JAXL_STATE_DIR");
    const char *state = jaxl_env_get(NULL, "XDG_STATE_HOME"), *home;
    char room[JAXL_FOLDER_ROOM];
    struct jaxl_buf text;
    int code = 0;

    *path = NULL;
    jaxl_buf_init(&text, PATH_LIMIT);
    if (own) { /* the sandbox's: what is tried out has nothing to do with the user's own */
        jaxl_buf_puts(&text, own);
    } else if (state &&
               *state == '/') { /* a relative one does not count (XDG Base Directory, 0.8) */
        jaxl_buf_printf(&text, "%s/jaxl", state);
    } else {
        home = jaxl_folder_home(NULL, room);
        if (!home)
            return jaxl_error_set(err, JAXL_ECONFIG,
                                  "this user has no home directory: say where the ledger is "
                                  "(--ledger)");
        jaxl_buf_printf(&text, "%s/.local/state/jaxl", home);
    }
    if (make && !text.failed)
        code = jaxl_folder_make(jaxl_buf_text(&text), "ledger", err);
    jaxl_buf_puts(&text, "/ledger.db");
    if (!code)
        code = jaxl_buf_check(&text, "path of the ledger", err);
    if (!code && !(*path = jaxl_buf_take(&text)))
        code = jaxl_error_set(err, JAXL_ENOMEM, "path of the ledger: out of memory");
    jaxl_buf_free(&text);
    return code;
}

static int look_at_file(const char *path, struct jaxl_error *err)
{
    struct stat st;

    if (stat(path, &st))
        return jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: %s", path,
                              errno == ENOENT ? "there is none yet: the first run of a campaign "
                                                "makes it, or name another"
                                              : strerror(errno));
    return S_ISREG(st.st_mode) ? 0
                               : jaxl_error_set(err, JAXL_ECONFIG, "ledger %s: not a file", path);
}

/* SQLite makes files beside a ledger also to read it. */
static int read_failed(const char *path, int code, struct jaxl_error *err)
{
    char *copy = code == JAXL_EIO ? strdup(path) : NULL;

    if (copy && faccessat(AT_FDCWD, dirname(copy), W_OK, AT_EACCESS))
        code = jaxl_error_set(err, JAXL_EIO,
                              "ledger %s: nothing may be written to its folder, which reading it "
                              "takes: copy the ledger to another",
                              path);
    free(copy);
    return code;
}

static int open_to_read(struct jaxl_ledger **l, const char *path, const char *campaign,
                        struct jaxl_error *err)
{
    const struct jaxl_ledger_options options = {
        .path = path, .campaign = campaign, .read_only = true};
    int code = look_at_file(path, err);

    *l = NULL;
    if (!code)
        code = jaxl_ledger_open(l, &options, err);
    return read_failed(path, code, err);
}

/* Of a ledger and campaign that are there: opening to write would make both. */
static int open_to_write(struct jaxl_ledger **l, const char *path, const char *campaign,
                         struct jaxl_error *err)
{
    const struct jaxl_ledger_options options = {
        .path = path, .campaign = campaign, .lock = campaign != NULL};
    int code = open_to_read(l, path, campaign, err);

    jaxl_ledger_free(l);
    return code ? code : jaxl_ledger_open(l, &options, err);
}

static int close_written(struct jaxl_ledger **l, int code, struct jaxl_error *err)
{
    if (!code)
        code = jaxl_ledger_commit(*l, err);
    jaxl_ledger_free(l);
    return code;
}

int jaxl_campaign_query(const char *ledger, const char *campaign, enum jaxl_campaign_view view,
                        jaxl_campaign_row row, void *arg, struct jaxl_error *err)
{
    static const enum jaxl_ledger_view views[JAXL_CAMPAIGN_VIEWS] = {
        [JAXL_CAMPAIGN_STATUS] = JAXL_LEDGER_BY_STATE,
        [JAXL_CAMPAIGN_LEADS] = JAXL_LEDGER_LEADS,
        [JAXL_CAMPAIGN_ATTEMPTS] = JAXL_LEDGER_ATTEMPTS,
        [JAXL_CAMPAIGN_UNKNOWN] = JAXL_LEDGER_UNRESOLVED,
        [JAXL_CAMPAIGN_EXPORT] = JAXL_LEDGER_EVERYTHING,
        [JAXL_CAMPAIGN_SUPPRESSIONS] = JAXL_LEDGER_SUPPRESSIONS,
    };
    struct jaxl_ledger *l;
    int code = open_to_read(&l, ledger, campaign, err);

    if (!code)
        code = jaxl_ledger_query(l, views[view], row, arg, err);
    jaxl_ledger_free(&l);
    return code;
}

#define CALL                                                                                       \
    "to", "from", "ivr", "lead", "campaign", "attempt", "call_id", "session_id", "state",          \
        "disposition", "placed_at", "answered_at", "ended_at", "duration", "costs.0.cost",         \
        "costs.0.currency", "failure_reason", "reason", "http_status", "reconciled", "sent_at",    \
        "intended_at", "reserved"

const char *const *jaxl_campaign_columns(enum jaxl_campaign_view view, size_t *n)
{
    static const char *const status[] = {"campaign", "state",        "leads",           "attempts",
                                         "next_at",  "costs.0.cost", "costs.0.currency"};
    static const char *const leads[] = {"lead",    "to",     "campaign", "state",      "attempts",
                                        "next_at", "reason", "added_at", "changed_at", "input"};
    static const char *const attempts[] = {"id", CALL, "input"};
    static const char *const all[] = {"type",    "id",       CALL,         "attempts",
                                      "next_at", "added_at", "changed_at", "created_at",
                                      "source",  "since",    "input"};
    static const char *const suppressions[] = {"to", "source", "since"};
#define VIEW(names)                                                                                \
    {                                                                                              \
        names, sizeof(names) / sizeof(names)[0]                                                    \
    }
    static const struct {
        const char *const *names;
        size_t n;
    } views[JAXL_CAMPAIGN_VIEWS] = {
        [JAXL_CAMPAIGN_STATUS] = VIEW(status),
        [JAXL_CAMPAIGN_LEADS] = VIEW(leads),
        [JAXL_CAMPAIGN_ATTEMPTS] = VIEW(attempts),
        [JAXL_CAMPAIGN_UNKNOWN] = VIEW(attempts),
        [JAXL_CAMPAIGN_EXPORT] = VIEW(all),
        [JAXL_CAMPAIGN_SUPPRESSIONS] = VIEW(suppressions),
    };

    *n = views[view].n;
    return views[view].names;
}

/* The campaign of an attempt, opened to write. */
static int open_of_attempt(struct jaxl_ledger **l, const char *path, const char *campaign,
                           int64_t attempt, struct jaxl_error *err)
{
    struct jaxl_buf name;
    int code;

    if (campaign)
        return open_to_write(l, path, campaign, err);
    jaxl_buf_init(&name, NAME_LIMIT);
    code = open_to_read(l, path, NULL, err);
    if (!code)
        code = jaxl_ledger_campaign_of(*l, attempt, &name, err);
    jaxl_ledger_free(l);
    if (!code)
        code = open_to_write(l, path, jaxl_buf_text(&name), err);
    jaxl_buf_free(&name);
    return code;
}

int jaxl_campaign_adopt(const char *ledger, const char *campaign, int64_t attempt, int64_t call_id,
                        struct jaxl_error *err)
{
    struct jaxl_ledger *l;
    int code;

    if (call_id < 1)
        return jaxl_error_set(err, JAXL_EARG, "%lld is no call", (long long)call_id);
    code = open_of_attempt(&l, ledger, campaign, attempt, err);
    if (!code)
        code = jaxl_ledger_adopt(l, attempt, call_id, err);
    return close_written(&l, code, err);
}

int jaxl_campaign_release(const char *ledger, const char *campaign, int64_t attempt,
                          struct jaxl_error *err)
{
    struct jaxl_ledger *l;
    int code = open_of_attempt(&l, ledger, campaign, attempt, err);

    if (!code)
        code = jaxl_ledger_disown(l, attempt, err);
    return close_written(&l, code, err);
}

int jaxl_campaign_suppress(const char *ledger, const char *const *numbers, size_t n,
                           const char *source, struct jaxl_error *err)
{
    struct jaxl_ledger *l;
    int code = open_to_write(&l, ledger, NULL, err);

    for (size_t i = 0; !code && i < n; i++) {
        struct jaxl_phone phone;
        code = jaxl_phone_parse(numbers[i], strlen(numbers[i]), &phone, err);
        if (code)
            jaxl_error_prefix(err, code, "'%.40s'", numbers[i]);
        else
            code = jaxl_ledger_suppress(l, phone.key, source, err);
    }
    return close_written(&l, code, err);
}
