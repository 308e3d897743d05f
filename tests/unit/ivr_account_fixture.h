/* An account as the platform's lists say it, read into a tree without a platform. */
#ifndef JAXL_IVR_ACCOUNT_FIXTURE_H
#define JAXL_IVR_ACCOUNT_FIXTURE_H

#include "ivr/account.h"
#include "ivr_fixture.h"

struct lists {
    const char *ivrs, *options, *phones, *teams, *members; /* JSON arrays; NULL: not asked for */
};

/* Takes every object of one list; of options those whose "menu" has been taken. */
static inline int lists_take_one(struct jaxl_ivr_account *a, enum jaxl_ivr_list_of what,
                                 const char *text, struct jaxl_error *err)
{
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    int64_t id = 0;
    int rc;

    if (!text)
        return 0;
    rc = jaxl_json_doc_new(&doc, 0);
    if (rc)
        return rc;
    rc = jaxl_json_parse(doc, text, strlen(text), &root, err);
    for (const struct jaxl_json *v = rc ? NULL : jaxl_json_first(root); v && !rc;
         v = jaxl_json_next(v)) {
        struct jaxl_ivr_menu *menu = NULL;
        if (what == JAXL_IVR_LIST_OPTIONS) {
            (void)jaxl_json_int(jaxl_json_get(v, "menu"), &id);
            menu = jaxl_ivr_account_find(a, id);
        }
        if (what != JAXL_IVR_LIST_OPTIONS || menu)
            rc = jaxl_ivr_account_take(a, what, menu, v, err);
    }
    jaxl_json_doc_free(&doc);
    return rc;
}

#endif
