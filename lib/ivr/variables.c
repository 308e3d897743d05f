#include <string.h>

#include "data/utf8.h"
#include "ivr/variables.h"
#include "jaxl/template.h"

/* The first of a name is the one that is found. */
static int add(struct jaxl_ivr_variables *v, const char *text, size_t name)
{
    return jaxl_json_build_string(v->doc, text, name, text + name + 1, strlen(text + name + 1));
}

static int add_setting(struct jaxl_ivr_variables *v, const char *text, struct jaxl_error *err)
{
    size_t name = strcspn(text, "="), len = strlen(text);
    int rc;

    if (!name || !text[name])
        return jaxl_error_set(err, JAXL_EARG, "'%.80s' is not NAME=value", text);
    if (jaxl_utf8_span(text, len) < len)
        return jaxl_error_set(err, JAXL_EARG, "the value of %.*s is not UTF-8",
                              (int)(name < 80 ? name : 80), text);
    rc = add(v, text, name);
    return rc ? jaxl_error_set(err, rc, "the value of %.*s: %s", (int)(name < 80 ? name : 80), text,
                               jaxl_error_name(rc))
              : 0;
}

/* The auth token is nothing to be spoken, sent to a webhook or shown in a plan. */
static int add_environment(struct jaxl_ivr_variables *v, const char *text)
{
    static const char token[] = "JAXL_API_AUTH_TOKEN=";
    size_t name = strcspn(text, "="), len = strlen(text);

    if (strncmp(text, token, sizeof token - 1) == 0)
        return 0;
    if (!name || !text[name] || jaxl_utf8_span(text, len) < len)
        return 0;
    return add(v, text, name);
}

int jaxl_ivr_variables_new(struct jaxl_ivr_variables *v, const char *const *settings, size_t n,
                           char *const *environment, struct jaxl_error *err)
{
    int rc;

    *v = (struct jaxl_ivr_variables){0};
    rc = jaxl_json_doc_new(&v->doc, 0);
    if (!rc) {
        jaxl_json_doc_reset(v->doc);
        rc = jaxl_json_build(v->doc, &v->values);
    }
    if (rc)
        rc = jaxl_error_set(err, rc, "variables: %s", jaxl_error_name(rc));
    while (!rc && n)
        rc = add_setting(v, settings[--n], err);
    for (; !rc && environment && *environment; environment++) {
        rc = add_environment(v, *environment);
        if (rc)
            rc = jaxl_error_set(err, rc, "the environment: %s", jaxl_error_name(rc));
    }
    if (rc)
        jaxl_ivr_variables_free(v);
    return rc;
}

void jaxl_ivr_variables_free(struct jaxl_ivr_variables *v)
{
    jaxl_json_doc_wipe(&v->doc);
    v->values = NULL;
}

int jaxl_ivr_variables_expand(const struct jaxl_ivr_variables *v, const char *text, size_t len,
                              struct jaxl_buf *out, struct jaxl_error *err)
{
    struct jaxl_template *t;
    struct jaxl_error why;
    int rc;

    if (!memmem(text, len, "{{", 2)) {
        jaxl_buf_add(out, text, len);
        return jaxl_buf_check(out, "a text", err);
    }
    rc = jaxl_template_new(&t, text, len, err);
    if (rc == JAXL_EARG) /* of the input here */
        return err ? err->code = JAXL_EINPUT : JAXL_EINPUT;
    if (rc)
        return rc;
    rc = jaxl_template_render(t, v->values, out, &why);
    jaxl_template_free(&t);
    if (rc == JAXL_EINPUT)
        return jaxl_error_set(err, rc,
                              "%s: set it with --set NAME=value or in the environment, or write "
                              "{{NAME|default}}",
                              why.message);
    if (rc && err)
        *err = why;
    return rc;
}
