/* What a platform may say of an account, taken into a tree, drawn, and written as an input: where
 * that has no problem, it is read back as the same. A line is a letter for the list, m o p t e, and
 * an object of it; or w and the keys of a caller. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "ivr/account.h"
#include "ivr/check.h"
#include "ivr/read.h"

static int keep(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_buf *text = ctx;

    FUZZ_CHECK(!memchr(json, '\n', len));
    jaxl_buf_add(text, json, len);
    jaxl_buf_putc(text, '\n');
    return jaxl_buf_check(text, "text", err);
}

static void note(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)ctx;
    FUZZ_CHECK(*file && *message && !strchr(message, '\n'));
    (void)line;
}

static void take(struct jaxl_ivr_account *a, struct jaxl_json_doc *doc, const char *line,
                 size_t len)
{
    static const char letters[] = {[JAXL_IVR_LIST_MENUS] = 'm',
                                   [JAXL_IVR_LIST_PHONES] = 'p',
                                   [JAXL_IVR_LIST_TEAMS] = 't',
                                   [JAXL_IVR_LIST_MEMBERS] = 'e',
                                   [JAXL_IVR_LIST_OPTIONS] = 'o'};
    const char *kind = len ? memchr(letters, *line, sizeof letters) : NULL;
    struct jaxl_ivr_menu *menu = NULL;
    const struct jaxl_json *v;
    struct jaxl_error err = {0};
    int64_t id = 0;
    int rc;

    if (!kind || jaxl_json_parse(doc, line + 1, len - 1, &v, NULL))
        return;
    (void)jaxl_json_int(jaxl_json_get(v, "menu"), &id);
    if (*kind == 'o' && !(menu = jaxl_ivr_account_find(a, id)))
        return;
    rc = jaxl_ivr_account_take(a, (enum jaxl_ivr_list_of)(kind - letters), menu, v, &err);
    FUZZ_CHECK(rc == 0 || rc == JAXL_EPROTO);
    FUZZ_CHECK(rc == err.code);
}

static void take_all(struct jaxl_ivr_account *a, const char *data, size_t size)
{
    struct jaxl_json_doc *doc;

    FUZZ_CHECK(jaxl_json_doc_new(&doc, 0) == 0);
    while (size) {
        const char *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        take(a, doc, data, len);
        data += len + !!end;
        size -= len + !!end;
    }
    jaxl_json_doc_free(&doc);
}

/* Every caller gets somewhere, or is told why not. */
static void walk(const struct jaxl_ivr_tree *t, const char *data, size_t size)
{
    while (size) {
        const char *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        char *keys = *data == 'w' ? strndup(data + 1, len - 1) : NULL;
        const struct jaxl_ivr_walk_options options = {.keys = keys};
        struct jaxl_buf text;
        int rc;
        jaxl_buf_init(&text, (size_t)64 * 1024 * 1024);
        rc = keys ? jaxl_ivr_walk(t, &options, keep, &text, NULL) : 0;
        FUZZ_CHECK(rc == 0 || rc == JAXL_EINPUT || rc == JAXL_EARG);
        jaxl_buf_free(&text);
        free(keys);
        data += len + !!end;
        size -= len + !!end;
    }
}

static void read_back(const struct jaxl_buf *text)
{
    struct jaxl_buf again;
    struct jaxl_ivr_tree t;
    FILE *file = tmpfile();

    FUZZ_CHECK(file && (!text->len || fwrite(text->data, text->len, 1, file) == 1) &&
               fflush(file) == 0 && lseek(fileno(file), 0, SEEK_SET) == 0);
    jaxl_buf_init(&again, (size_t)64 * 1024 * 1024);
    jaxl_ivr_tree_init(&t);
    FUZZ_CHECK(jaxl_ivr_read(&t, fileno(file), "in", NULL, NULL) == 0);
    jaxl_ivr_tree_link(&t);
    if (!t.n_problems) {
        FUZZ_CHECK(jaxl_ivr_export(&t, keep, &again, NULL) == 0);
        FUZZ_CHECK(again.len == text->len &&
                   (!text->len || memcmp(again.data, text->data, text->len) == 0));
    }
    jaxl_ivr_tree_free(&t);
    jaxl_buf_free(&again);
    fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jaxl_ivr_account a;
    struct jaxl_ivr_tree t;
    struct jaxl_buf text;

    jaxl_buf_init(&text, (size_t)64 * 1024 * 1024);
    jaxl_ivr_tree_init(&t);
    jaxl_ivr_account_init(&a, &t);
    a.report = note;
    a.assigned_only = true;
    t.org = 42;
    take_all(&a, (const char *)data, size);
    jaxl_ivr_tree_link(&t);
    jaxl_ivr_check_entries(&t);
    FUZZ_CHECK(jaxl_ivr_dot(&t, &text, NULL) == 0);
    walk(&t, (const char *)data, size);
    jaxl_buf_reset(&text);
    FUZZ_CHECK(jaxl_ivr_export(&t, keep, &text, NULL) == 0);
    read_back(&text);
    jaxl_ivr_account_free(&a);
    jaxl_ivr_tree_free(&t);
    jaxl_buf_free(&text);
    return 0;
}
