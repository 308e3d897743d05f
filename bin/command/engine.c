#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "jaxl/log.h"
#include "jaxl/number.h"

enum { PAGE_TRIES = 3 }; /* a page of --all that is lost again and again ends it */

static const char *const outputs[] = {"auto", "ndjson", "json", "csv", "table", NULL};

/* Options of every command that talks to the platform; of one whose answer is a file, the last. */
static const struct cli_option shared[] = {
    {NULL, 0, CLI_HEADING, NULL, "Output", 0, 0, 0, NULL, NULL},
    {"output", 'o', CLI_CHOICE, "FORMAT",
     "auto (the default: a table for lists on a terminal, else ndjson), ndjson, json, csv or table",
     offsetof(struct base, output), 0, 0, outputs, NULL},
    {"fields", 'F', CLI_TEXT, "A,B.C", "these fields alone, in this order; dots lead into objects",
     offsetof(struct base, fields), 0, 0, NULL, NULL},
    {"timeout", 0, CLI_SPAN, "TIME", "wait so long for an answer to a request (default 10s)",
     offsetof(struct base, timeout), JAXL_SECOND / 100, UINT64_C(3600) * JAXL_SECOND, NULL, NULL},
};
enum { SHARED = sizeof shared / sizeof shared[0] };

static void on_log(void *ctx, enum jaxl_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    cli_message(JAXL, "%s", message);
}

static struct jaxl_session *open_session(const struct base *base, bool keep,
                                         const struct jaxl_session_watch *watch,
                                         struct jaxl_error *err)
{
    static const struct jaxl_log loud = {.level = JAXL_LOG_INFO, .write = on_log},
                                 normal = {.level = JAXL_LOG_WARNING, .write = on_log};
    const struct jaxl_session_options options = {
        .keep = keep,
        .watch = watch,
        .connections = 1,
        .timeout = base->timeout,
        .log = base->common.quiet ? NULL : (base->common.verbose ? &loud : &normal)};
    struct jaxl_session *s;

    return jaxl_session_new(&s, &options, err) ? NULL : s;
}

struct jaxl_session *engine_session(const struct base *base, const struct jaxl_session_watch *watch,
                                    struct jaxl_error *err)
{
    return open_session(base, false, watch, err);
}

/* Whether the platform has not published the call. */
static bool is_surmised(const struct command *c)
{
    return c->endpoint < JAXL_ENDPOINT_COUNT && jaxl_endpoint_row(c->endpoint)->provenance == 'S';
}

void engine_describe(const struct command *c, struct engine_program *p)
{
    const struct jaxl_endpoint_row *row =
        c->endpoint < JAXL_ENDPOINT_COUNT ? jaxl_endpoint_row(c->endpoint) : NULL;
    bool talks = !c->custom || row || c->flags & COMMAND_TALKS;
    size_t n_shared = c->flags & COMMAND_FILE ? 1 : talks ? SHARED : 0;

    snprintf(p->name, sizeof p->name, JAXL " %s", c->words);
    snprintf(p->synopsis, sizeof p->synopsis, "%s%s[options]", c->operands ? c->operands : "",
             c->operands ? " " : "");
    snprintf(p->epilogue, sizeof p->epilogue, "Example:\n  jaxl %s%s", c->example,
             is_surmised(c)
                 ? "\n\nThe platform has not published this call: see JAXL_ENDPOINTS in the manual."
                 : "");
    p->program = (struct cli_program){.name = p->name,
                                      .synopsis = p->synopsis,
                                      .summary = c->summary,
                                      .options = c->options,
                                      .n_options = c->n_options,
                                      .shared = shared + SHARED - n_shared,
                                      .n_shared = n_shared,
                                      .command = c->flags & COMMAND_REST,
                                      .epilogue = p->epilogue,
                                      .manual = JAXL};
}

/* What to do, where the message of the library does not say so. */
static const char *advice(const struct command *c, const struct jaxl_error *err)
{
    static const struct {
        int code, status; /* status 0: any */
        const char *text;
    } table[] = {
        {JAXL_EREFUSED, 404, "check the ids"},
        {JAXL_EREFUSED, 409, "look at what is there already"},
        {JAXL_ENET, 0, "check the network, or try again later"},
        {JAXL_ETHROTTLE, 0, "try again later"},
        {JAXL_EPROTO, 0, "try again later"},
    };

    if (err->code == JAXL_EUNKNOWN)
        return err->retry_safe ? "try again later" : "look before you do it again";
    if (err->code == JAXL_EREFUSED && err->status == 404 && is_surmised(c))
        return "check the ids, or the path: see JAXL_ENDPOINTS in the manual";
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].code == err->code && (!table[i].status || table[i].status == err->status))
            return table[i].text;
    return err->code == JAXL_EREFUSED && err->status ? "check the options" : NULL;
}

int engine_fail(const struct command *c, const struct jaxl_error *err)
{
    size_t n = strlen(c->words);
    bool named = strncmp(err->message, c->words, n) == 0 && err->message[n] == ':';
    const char *text = err->message + (named ? n + 2 : 0), *what = advice(c, err);

    if (err->code == JAXL_EARG)
        cli_message(JAXL, "%s: %s (see jaxl %s --help)", c->words, text, c->words);
    else
        cli_message(JAXL, "%s: %s%s%s", c->words, text, what ? "; " : "", what ? what : "");
    return cli_exit_of(err);
}

int need_list(const struct jaxl_json *answer, struct jaxl_error *err)
{
    return jaxl_json_type(jaxl_json_get(answer, "results")) == JAXL_JSON_ARRAY
               ? 0
               : jaxl_error_set(err, JAXL_EPROTO, "the answer is no list: it has no 'results'");
}

static int print_page(struct run *run, const void *fields, uint64_t *printed,
                      struct jaxl_error *err)
{
    const struct command *c = run->command;
    const struct jaxl_json *results = jaxl_json_get(run->answer.value, "results");
    int code = need_list(run->answer.value, err);

    for (const struct jaxl_json *v = jaxl_json_first(results); v && !code; v = jaxl_json_next(v)) {
        if (!c->keep || c->keep(fields, v))
            code = output_record(&run->out, v, err);
        ++*printed;
    }
    return code;
}

/* What may pass by itself: the same page is asked for again, so that a list of an hour does not
 * begin anew. */
static bool passes(int code)
{
    return code == JAXL_ENET || code == JAXL_EUNKNOWN || code == JAXL_EPROTO;
}

static int print_list(struct run *run, void *fields, struct jaxl_error *err)
{
    struct base *base = fields;
    const struct jaxl_clock *clock = jaxl_session_clock(run->session);
    uint64_t printed = 0;
    int code, tries = 0;

    for (;;) {
        code = run->command->call(run, fields, err);
        if (passes(code) && base->all && printed && ++tries < PAGE_TRIES) {
            cli_message(JAXL, "%s: %s; going on at result %lld", run->command->words, err->message,
                        (long long)base->page->offset);
            jaxl_clock_sleep(clock, tries * JAXL_SECOND);
            continue;
        }
        tries = 0;
        if (!code)
            code = print_page(run, fields, &printed, err);
        if (code || !base->all || !jaxl_answer_next(run->answer.value, base->page))
            return code;
    }
}

/* A change that is answered with no object was made nevertheless. */
static int print_answer(struct run *run, struct jaxl_error *err)
{
    enum jaxl_endpoint e = run->endpoint;
    const struct jaxl_endpoint_row *row = e < JAXL_ENDPOINT_COUNT ? jaxl_endpoint_row(e) : NULL;
    const struct jaxl_json *value = run->answer.value;

    if (row && row->answer == JAXL_ANSWER_ANY && jaxl_json_type(value) != JAXL_JSON_OBJECT)
        return 0;
    if (!row || row->idempotent || jaxl_json_is_null(value) ||
        jaxl_json_type(value) == JAXL_JSON_OBJECT)
        return output_record(&run->out, value, err);
    return jaxl_error_set(err, JAXL_EUNKNOWN,
                          "the answer is no JSON object (it may have been carried out)");
}

static int talk(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct command *c = run->command;
    int code;

    run->session = open_session(fields, true, NULL, err);
    code = run->session ? output_open(&run->out, c, fields, err) : err->code;
    if (!code && (c->flags & COMMAND_LIST))
        code = print_list(run, fields, err);
    else if (!code)
        code = c->call(run, fields, err);
    if (!code && !(c->flags & (COMMAND_LIST | COMMAND_FILE)))
        code = print_answer(run, err);
    return output_close(&run->out, code, err);
}

int option_number(const char *value, void *field, struct jaxl_error *err)
{
    struct number *number = field;

    number->text = value;
    number->phone = (struct jaxl_phone){0}; /* the last one counts */
    if (*value != '+' || !jaxl_phone_parse(value, strlen(value), &number->phone, err))
        return 0;
    err->code = JAXL_EARG;
    return JAXL_EARG;
}

/* The numbers that are not E.164, now that the country is known. */
static int read_numbers(const struct command *c, struct base *base, struct jaxl_error *err)
{
    char country[JAXL_NUMBER_REGION] = "";

    for (size_t i = 0; base->country && base->country[i] && i + 1 < sizeof country; i++)
        country[i] = (char)toupper((unsigned char)base->country[i]);
    for (size_t i = 0; i < c->n_options; i++) {
        const struct cli_option *o = &c->options[i];
        struct number *number = (void *)((char *)base + o->offset);
        int code = 0;
        if (o->parse != option_number || !number->text || number->phone.key)
            continue;
        if (base->country)
            code =
                jaxl_number_parse(number->text, strlen(number->text), country, &number->phone, err);
        else
            code = jaxl_phone_parse(number->text, strlen(number->text), &number->phone, err);
        if (!code)
            continue;
        if (code == JAXL_EINPUT)
            err->code = JAXL_EARG;
        return jaxl_error_prefix(err, code, "--%s", o->name);
    }
    return 0;
}

static int run_command(const struct command *c, void *fields)
{
    struct run run = {.command = c, .endpoint = c->endpoint};
    struct jaxl_error err = {0};
    struct base *base = fields;
    int code = read_numbers(c, base, &err), status;

    if (!code && c->check)
        code = c->check(fields, &err);
    if (code)
        return engine_fail(c, &err);
    if (c->custom)
        return c->custom(c, fields);
    if (c->flags & COMMAND_LIST)
        base->page = (struct jaxl_page *)(void *)((char *)fields + c->page);
    code = talk(&run, fields, &err);
    status = code && code != JAXL_EEND ? engine_fail(c, &err) : CLI_DONE;
    jaxl_answer_free(&run.answer);
    jaxl_session_free(&run.session);
    return cli_close_stdout(JAXL, status);
}

int engine_run(const struct command *c, int argc, char **argv)
{
    struct base *fields = calloc(1, c->size);
    struct engine_program p;
    int status;

    if (!fields) {
        cli_message(JAXL, "out of memory");
        return CLI_IO;
    }
    engine_describe(c, &p);
    status = cli_parse(&p.program, argc, argv, fields);
    if (status == CLI_GO_ON && fields->common.n_operands && !c->operands) {
        cli_message(p.name, "'%s' is one word too many (see %s --help)", fields->common.operands[0],
                    p.name);
        status = CLI_USAGE;
    }
    if (status == CLI_GO_ON)
        status = run_command(c, fields);
    cli_free(&p.program, fields);
    free(fields);
    return status;
}

int need(bool given, const char *name, struct jaxl_error *err)
{
    return given ? 0 : jaxl_error_set(err, JAXL_EARG, "--%s is needed", name);
}
