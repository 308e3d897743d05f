/* A tree as records that are read back as the same tree. */
#include "ivr/write.h"

struct export
{
    struct jaxl_json_writer w;
    struct jaxl_buf line;
    const struct jaxl_ivr_tree *t;
    jaxl_ivr_write *write;
    void *ctx;
    struct jaxl_error *err;
};

static void begin(struct export *x)
{
    jaxl_buf_reset(&x->line);
    jaxl_json_writer_init(&x->w, &x->line);
    jaxl_json_write_object(&x->w);
}

static int end(struct export *x)
{
    int rc;

    jaxl_json_write_end(&x->w);
    rc = jaxl_json_writer_check(&x->w, x->err);
    return rc ? jaxl_error_prefix(x->err, rc, "IVRs")
              : x->write(x->ctx, jaxl_buf_text(&x->line), x->line.len, x->err);
}

static void write_name(struct export *x, const char *key, const struct jaxl_ivr_menu *m)
{
    const struct jaxl_ivr_link link = {.name = m->name};

    jaxl_ivr_write_link(&x->w, key, &link, true);
}

static int export_menu(struct export *x, const struct jaxl_ivr_menu *m)
{
    begin(x);
    write_name(x, "ivr", m);
    if (m->id) {
        jaxl_json_write_member_int(&x->w, "id", m->id);
        if (m->account ? x->t->org : m->org)
            jaxl_json_write_member_int(&x->w, "org", m->account ? x->t->org : m->org);
    }
    jaxl_ivr_write_menu(&x->w, m, JAXL_IVR_BIT(MESSAGE) | (m->hangup ? JAXL_IVR_BIT(HANGUP) : 0),
                        true);
    if (m->entry) {
        jaxl_json_write_key(&x->w, "entry");
        jaxl_json_write_bool(&x->w, true);
    }
    return end(x);
}

static int export_option(struct export *x, const struct jaxl_ivr_option *o)
{
    const char input[2] = {JAXL_IVR_KEYS[o->key], '\0'};

    begin(x);
    write_name(x, "ivr", o->menu);
    jaxl_json_write_member(&x->w, "input", input);
    jaxl_ivr_write_option(&x->w, o, jaxl_ivr_write_set(o), true);
    return end(x);
}

static int export_phone(struct export *x, const struct jaxl_ivr_phone *p)
{
    begin(x);
    jaxl_json_write_member(&x->w, "phone", p->number.text);
    jaxl_ivr_write_link(&x->w, "ivr", &p->ivr, true);
    return end(x);
}

static int export_all(struct export *x)
{
    int rc = 0;

    for (const struct jaxl_ivr_menu *m = x->t->menus; m && !rc; m = m->after) {
        if (m->place.line)
            rc = export_menu(x, m);
        for (int key = 0; key < JAXL_IVR_INPUTS && !rc; key++)
            if (m->options[key] && !m->options[key]->cta)
                rc = export_option(x, m->options[key]);
    }
    for (const struct jaxl_ivr_phone *p = x->t->phones; p && !rc; p = p->after)
        rc = export_phone(x, p);
    return rc;
}

int jaxl_ivr_export(const struct jaxl_ivr_tree *t, jaxl_ivr_write *write, void *ctx,
                    struct jaxl_error *err)
{
    struct export x = {.t = t, .write = write, .ctx = ctx, .err = err};
    int rc;

    jaxl_buf_init(&x.line, JAXL_JSON_MAX);
    rc = export_all(&x);
    jaxl_buf_free(&x.line);
    return rc;
}

const char *const *jaxl_ivr_export_columns(size_t *n)
{
    static const char *const columns[] = {"ivr",
                                          "message",
                                          "hangup",
                                          "input",
                                          "next",
                                          "phone",
                                          "devices",
                                          "appusers",
                                          "teams",
                                          "webhook",
                                          "needs_data_prompt",
                                          "confirmation",
                                          "webhook_url",
                                          "enabled",
                                          "entry",
                                          "id",
                                          "org"};

    *n = sizeof columns / sizeof columns[0];
    return columns;
}
