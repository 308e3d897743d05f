#include "command/api.h"

#include <string.h>
#include <strings.h>

#include "common/file.h"
#include "jaxl/buf.h"

static const struct {
    const char *name;
    bool idempotent;
} methods[] = {{"GET", true}, {"POST", false}, {"PATCH", true}, {"DELETE", false}};

static const char *const modules[] = {[JAXL_ACCOUNT] = "account",
                                      [JAXL_PAYMENT] = "payment",
                                      [JAXL_CALL] = "call",
                                      [JAXL_MESSAGE] = "message"};

const struct cli_option api_options[API_OPTIONS] = {
    OPTION("data", CLI_TEXT, "JSON-or-@FILE",
           "the body; @FILE reads a file, - standard input: the place for a secret, since others "
           "see arguments",
           offsetof(struct api, data)),
};

static int set_method(struct api *o, const char *word, struct jaxl_error *err)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcasecmp(methods[i].name, word) == 0) {
            o->method = methods[i].name;
            o->idempotent = methods[i].idempotent;
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG, "'%.40s' is not GET, POST, PATCH or DELETE", word);
}

static int set_module(struct api *o, const char *word, struct jaxl_error *err)
{
    for (size_t i = 0; i < JAXL_MODULE_COUNT; i++)
        if (strcmp(modules[i], word) == 0) {
            o->module = (enum jaxl_module)i;
            return 0;
        }
    return jaxl_error_set(err, JAXL_EARG, "'%.40s' is not account, payment, call or message", word);
}

/* As RFC 3986 has it; what else there is must come percent-encoded. */
static int check_target(const char *path, struct jaxl_error *err)
{
    static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-._~!$&'()*+,;=:@/?%";

    if (*path != '/')
        return jaxl_error_set(err, JAXL_EARG, "'%.80s' is no path: it begins with / as /v1/calls/",
                              path);
    if (path[strspn(path, fine)])
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.80s': a path and its query are percent-encoded: %%20 for a blank",
                              path);
    return 0;
}

int api_check(void *fields, struct jaxl_error *err)
{
    struct api *o = fields;
    const struct cli_common *words = &o->base.common;
    int code = 0;

    if (words->n_operands != 3)
        return jaxl_error_set(
            err, JAXL_EARG, "a method, a module and a path are needed, as in: GET call /v1/calls/");
    code = set_method(o, words->operands[0], err);
    if (!code)
        code = set_module(o, words->operands[1], err);
    if (!code)
        code = check_target(words->operands[2], err);
    if (!code && o->data && strcmp(o->method, "GET") == 0)
        code = jaxl_error_set(err, JAXL_EARG, "a GET takes no --data");
    if (!code && o->data && strcmp(o->data, "@") == 0)
        code = jaxl_error_set(err, JAXL_EARG, "--data: '@' names no file");
    return code;
}

/* The body, which must be JSON: the platform would say less clearly that it is not. */
static int take_data(const char *data, struct jaxl_buf *out, struct jaxl_error *err)
{
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    int code = 0;

    if (strcmp(data, "-") == 0 || *data == '@') {
        code = cli_file_read(data + (*data == '@'), JAXL_ANSWER_MAX, out, err);
        if (code)
            return jaxl_error_prefix(err, code, "--data");
    } else {
        jaxl_buf_puts(out, data);
        code = jaxl_buf_check(out, "--data", err);
    }
    if (!code && jaxl_json_doc_new(&doc, JAXL_ANSWER_MAX))
        code = jaxl_error_set(err, JAXL_ENOMEM, "--data: out of memory");
    if (code)
        return code;
    code = jaxl_json_parse(doc, jaxl_buf_text(out), out->len, &root, err);
    jaxl_json_doc_wipe(&doc);
    if (code && *data != '@' && strcmp(data, "-") != 0)
        code = err->code = JAXL_EARG; /* it stands in the command line */
    return code ? jaxl_error_prefix(err, code, "--data") : 0;
}

/* An object goes through the writer as every answer does; anything else is printed as it came. */
static int show(struct jaxl_answer *a, struct jaxl_error *err)
{
    int code;

    if (jaxl_json_doc_new(&a->doc, JAXL_ANSWER_MAX))
        return jaxl_error_set(err, JAXL_ENOMEM, "an answer: out of memory");
    if (jaxl_json_parse(a->doc, a->text, a->len, &a->value, NULL) == 0 &&
        jaxl_json_type(a->value) == JAXL_JSON_OBJECT)
        return 0;
    a->value = NULL;
    code = cli_file_write(NULL, a->text, a->len, err);
    if (!code && a->len && a->text[a->len - 1] != '\n' && !memchr(a->text, '\0', a->len))
        code = cli_file_write(NULL, "\n", 1, err);
    return code;
}

static int ask(struct run *run, const struct api *o, char *path, const struct jaxl_buf *body,
               struct jaxl_error *err)
{
    char *query = strchr(path, '?');
    const struct jaxl_endpoint_row row = {.noun = "api",
                                          .verb = o->method,
                                          .module = o->module,
                                          .method = o->method,
                                          .path = path,
                                          .idempotent = o->idempotent,
                                          .answer = JAXL_ANSWER_BYTES};
    const struct jaxl_request request = {.row = &row,
                                         .query_text = query ? query + 1 : NULL,
                                         .body = o->data ? jaxl_buf_text(body) : NULL,
                                         .body_len = body->len};

    if (query)
        *query = '\0';
    return jaxl_answer_ask(run->session, &request, &run->answer, err);
}

int api_call(struct run *run, void *fields, struct jaxl_error *err)
{
    const struct api *o = fields;
    struct jaxl_buf body, path;
    int code = 0;

    jaxl_buf_init(&body, JAXL_ANSWER_MAX);
    jaxl_buf_init(&path, 65536);
    jaxl_buf_puts(&path, o->base.common.operands[2]);
    code = jaxl_buf_check(&path, "the path", err);
    if (!code && o->data)
        code = take_data(o->data, &body, err);
    if (!code)
        code = ask(run, o, path.data, &body, err);
    if (!code)
        code = show(&run->answer, err);
    jaxl_buf_wipe(&body); /* may hold a secret */
    jaxl_buf_free(&path);
    return code;
}
