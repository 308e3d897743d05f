#include "ivr-apply/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/progress.h"
#include "jaxl/clock.h"
#include "jaxl/ivr.h"

#define AT(field) offsetof(struct options, field)

static const char *const inputs[] = {"auto", "csv", "ndjson", NULL};
static const char *const outputs[] = {"auto", "text", "ndjson", "json", "csv", "table", NULL};

static int parse_allow(const char *value, void *field, struct jaxl_error *err)
{
    static const struct {
        const char *name;
        unsigned bit;
    } findings[] = {{"reach", JAXL_IVR_ALLOW_REACH},
                    {"leave", JAXL_IVR_ALLOW_LEAVE},
                    {"prompts", JAXL_IVR_ALLOW_PROMPTS}};
    unsigned *allow = field;

    for (;;) {
        size_t len = strcspn(value, ","), i = 0, n = sizeof findings / sizeof findings[0];
        while (i < n &&
               (strlen(findings[i].name) != len || strncmp(findings[i].name, value, len) != 0))
            i++;
        if (i == n)
            return jaxl_error_set(err, JAXL_EARG, "'%.*s' is none of reach, leave and prompts",
                                  (int)(len < 40 ? len : 40), value);
        *allow |= findings[i].bit;
        if (!value[len])
            return 0;
        value += len + 1;
    }
}

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option table[] = {
    {"plan", 'n', CLI_FLAG, NULL, "show what would change, and change nothing (status 2: it would)",
     AT(plan), 0, 0, NULL, NULL},
    {"prune", 0, CLI_FLAG, NULL, "disable the options that the input does not have", AT(prune), 0,
     0, NULL, NULL},
    {"yes", 'y', CLI_FLAG, NULL, "do not ask on a terminal whether --prune may go on", AT(yes), 0,
     0, NULL, NULL},
    {"state", 0, CLI_TEXT, "FILE",
     "where names are bound to ids (default FILE.state; none for standard input)", AT(state), 0, 0,
     NULL, NULL},
    {"connections", 0, CLI_UINT, "N", "requests in flight at once (default 16)", AT(connections), 1,
     64, NULL, NULL},
    {"timeout", 0, CLI_SPAN, "TIME", "wait so long for an answer (default 10 seconds)", AT(timeout),
     1000, INT64_C(3600) * JAXL_SECOND, NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Input and output", 0, 0, 0, NULL, NULL},
    {"set", 0, CLI_LIST, "NAME=VALUE", "{{NAME}} in the input stands for VALUE; may be repeated",
     AT(set), 0, 0, NULL, NULL},
    {"allow", 0, CLI_CUSTOM, "LIST",
     "let these findings pass: reach, leave, prompts; several with commas", AT(allow), 0, 0, NULL,
     parse_allow},
    {"input", 0, CLI_CHOICE, "auto|csv|ndjson", "the form of the input", AT(input), 0, 0, inputs,
     NULL},
    {"output", 'o', CLI_CHOICE, "auto|text|ndjson|json|csv|table",
     "the form of the output (default text on a terminal and for --walk, else NDJSON)", AT(output),
     0, 0, outputs, NULL},
    {"progress", 0, CLI_CHOICE, "auto|always|never", "on standard error", AT(progress), 0, 0,
     cli_progress_modes, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Instead of applying", 0, 0, 0, NULL, NULL},
    {"export", 0, CLI_FLAG, NULL, "write the account as input", AT(export), 0, 0, NULL, NULL},
    {"dot", 0, CLI_FLAG, NULL, "write a graph for Graphviz", AT(dot), 0, 0, NULL, NULL},
    {"walk", 0, CLI_TEXT, "KEYS", "play the path of a caller who presses KEYS: 1,2,0", AT(walk), 0,
     0, NULL, NULL},
    {"start", 0, CLI_TEXT, "NAME", "the menu or number at which --walk begins", AT(start), 0, 0,
     NULL, NULL},
    {"account", 0, CLI_FLAG, NULL, "--dot and --walk look at the account, not at an input",
     AT(account), 0, 0, NULL, NULL},
};

static const struct cli_program program = {
    .name = IVR_APPLY,
    .synopsis = "[options] [FILE]",
    .summary = "Makes the IVRs of the account match a file of menus (CSV or NDJSON).",
    .options = table,
    .n_options = sizeof table / sizeof table[0],
    .epilogue = "Examples:\n"
                "  jaxl-ivr-apply --plan ivr.ndjson\n"
                "  jaxl-ivr-apply ivr.ndjson >changes.ndjson\n"
                "  jaxl-ivr-apply --export >ivr.ndjson\n"
                "  jaxl-ivr-apply --dot ivr.ndjson | dot -Tpng >ivr.png\n"
                "  jaxl-ivr-apply --walk 1,2 ivr.ndjson\n",
};

static int wrong(const char *text)
{
    cli_message(IVR_APPLY, "%s (see " IVR_APPLY " --help)", text);
    return CLI_USAGE;
}

static int check_settings(const struct options *o)
{
    char text[128];

    for (size_t i = 0; i < o->set.n; i++)
        if (o->set.items[i][strcspn(o->set.items[i], "=")] == '\0' || o->set.items[i][0] == '=') {
            snprintf(text, sizeof text, "--set: '%.80s' is not NAME=value", o->set.items[i]);
            return wrong(text);
        }
    return CLI_GO_ON;
}

/* Options that only go with some modes: nothing is taken and not looked at. */
static int check(const struct options *o)
{
    enum {
        APPLY = 1 << MODE_APPLY,
        PLAN = 1 << MODE_PLAN,
        EXPORT = 1 << MODE_EXPORT,
        DOT = 1 << MODE_DOT,
        WALK = 1 << MODE_WALK
    };
    const bool text = o->output == OUTPUT_TEXT, file = o->common.n_operands > 0 && !o->account;
    const struct {
        bool given;
        const char *name;
        unsigned modes;
    } rows[] = {
        {o->prune, "--prune goes with applying and --plan only", APPLY | PLAN},
        {o->yes, "--yes goes with applying only", APPLY},
        {o->start, "--start goes with --walk only", WALK},
        {o->account, "--account goes with --dot and --walk only", DOT | WALK},
        {file || o->set.n || o->allow || o->input, "--export reads no input", ~(unsigned)EXPORT},
        {text, "--output text goes with applying, --plan and --walk only", APPLY | PLAN | WALK},
        {o->output, "--output does not go with --dot", ~(unsigned)DOT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].given && !(rows[i].modes & 1U << o->mode))
            return wrong(rows[i].name);
    if (o->yes && !o->prune)
        return wrong("--yes goes with --prune only");
    if (o->account && (o->common.n_operands || o->set.n || o->allow || o->input))
        return wrong("--account reads no input");
    if ((o->mode == MODE_DOT || o->mode == MODE_WALK) && !o->account) {
        if (o->state)
            return wrong("--state is of the account: --dot and --walk take it with --account only");
        if (o->connections || o->timeout)
            return wrong("--dot and --walk ask nothing without --account, so --connections and "
                         "--timeout do not go with them");
    }
    return check_settings(o);
}

/* Beside a pipe, or what the shell calls /dev/fd/63, no state can lie. */
static bool is_file(const char *path)
{
    struct stat info;

    return strncmp(path, "/dev/", 5) != 0 && (stat(path, &info) || S_ISREG(info.st_mode));
}

static int settle(struct options *o)
{
    int modes = o->plan + o->export + o->dot + !!o->walk;
    size_t len;

    if (modes > 1)
        return wrong("--plan, --export, --dot and --walk exclude each other");
    if (o->common.n_operands > 1)
        return wrong("one file is wanted: others can be named in it, with include");
    o->mode = o->plan     ? MODE_PLAN
              : o->export ? MODE_EXPORT
              : o->dot    ? MODE_DOT
              : o->walk   ? MODE_WALK
                          : MODE_APPLY;
    if (o->common.n_operands && strcmp(o->common.operands[0], "-") != 0)
        o->path = o->common.operands[0];
    if (o->state || !o->path || !is_file(o->path)) {
        o->state_path = o->state ? strdup(o->state) : NULL;
        if (o->state && !o->state_path)
            return CLI_IO;
        return check(o);
    }
    len = strlen(o->path) + sizeof ".state";
    o->state_path = malloc(len);
    if (!o->state_path)
        return CLI_IO;
    snprintf(o->state_path, len, "%s.state", o->path);
    return check(o);
}

int options_parse(struct options *o, int argc, char **argv)
{
    int status;

    *o = (struct options){0};
    status = cli_parse(&program, argc, argv, o);
    return status == CLI_GO_ON ? settle(o) : status;
}

void options_free(struct options *o)
{
    cli_free(&program, o);
    free(o->state_path);
}
