#include "ivr-apply/confirm.h"

#include <stdio.h>
#include <string.h>

#include "ivr-apply/text.h"

enum { LISTED = 20, RECORD = 16 * 1024 * 1024 /* bytes */ };

struct list {
    FILE *tty;
    struct jaxl_json_doc *doc;
    struct jaxl_buf text;
    size_t n;
};

static int list_record(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct list *l = ctx;
    const struct jaxl_json *record;
    int code = jaxl_json_parse(l->doc, json, len, &record, err);

    if (code || strcmp(jaxl_json_string(jaxl_json_get(record, "action"), ""), "disable") != 0)
        return code;
    if (++l->n > LISTED)
        return 0;
    jaxl_buf_reset(&l->text);
    text_change(record, false, &l->text);
    code = jaxl_buf_check(&l->text, "a record as text", err);
    if (!code)
        fwrite(l->text.data, 1, l->text.len, l->tty);
    return code;
}

static bool ask(struct list *l)
{
    char answer[16];

    if (l->n > LISTED)
        fprintf(l->tty, "and %zu more\n", l->n - LISTED);
    fprintf(l->tty, "disable %zu option%s? [y/N] ", l->n, l->n == 1 ? "" : "s");
    fflush(l->tty);
    return fgets(answer, sizeof answer, l->tty) && (answer[0] == 'y' || answer[0] == 'Y');
}

bool confirm_disabling(const struct jaxl_ivr_plan *plan)
{
    struct list l = {.tty = fopen("/dev/tty", "r+e")}; /* standard input may be the input */
    bool yes = false;

    if (!l.tty)
        return false;
    jaxl_buf_init(&l.text, (size_t)1024 * 1024);
    if (!jaxl_json_doc_new(&l.doc, RECORD) && !jaxl_ivr_plan_write(plan, list_record, &l, NULL))
        yes = ask(&l);
    jaxl_json_doc_free(&l.doc);
    jaxl_buf_free(&l.text);
    fclose(l.tty);
    return yes;
}
