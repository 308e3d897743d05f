#include <string.h>
#include <strings.h>

#include "ivr/fields.h"

enum form { TEXT, YES_NO, ID, DEVICES, APPUSERS, TEAMS };
enum {
    IN_MENU = 1 << JAXL_IVR_MENU,
    IN_OPTION = 1 << JAXL_IVR_OPTION,
    IN_ASSIGNMENT = 1 << JAXL_IVR_ASSIGNMENT,
    IN_INCLUDE = 1 << JAXL_IVR_INCLUDE
};

static const struct {
    const char *name;
    enum form form;
    unsigned kinds; /* of records that may have it */
} fields[JAXL_IVR_FIELDS] = {
    [JAXL_IVR_F_IVR] = {"ivr", TEXT, IN_MENU | IN_OPTION | IN_ASSIGNMENT},
    [JAXL_IVR_F_MESSAGE] = {"message", TEXT, IN_MENU | IN_OPTION},
    [JAXL_IVR_F_HANGUP] = {"hangup", YES_NO, IN_MENU},
    [JAXL_IVR_F_INPUT] = {"input", TEXT, IN_OPTION},
    [JAXL_IVR_F_NEXT] = {"next", TEXT, IN_OPTION},
    [JAXL_IVR_F_PHONE] = {"phone", TEXT, IN_OPTION | IN_ASSIGNMENT},
    [JAXL_IVR_F_DEVICES] = {"devices", DEVICES, IN_OPTION},
    [JAXL_IVR_F_APPUSERS] = {"appusers", APPUSERS, IN_OPTION},
    [JAXL_IVR_F_TEAMS] = {"teams", TEAMS, IN_OPTION},
    [JAXL_IVR_F_WEBHOOK] = {"webhook", TEXT, IN_OPTION},
    [JAXL_IVR_F_PROMPT] = {"needs_data_prompt", TEXT, IN_OPTION},
    [JAXL_IVR_F_CONFIRMATION] = {"confirmation", YES_NO, IN_OPTION},
    [JAXL_IVR_F_WEBHOOK_URL] = {"webhook_url", TEXT, IN_OPTION},
    [JAXL_IVR_F_ENABLED] = {"enabled", YES_NO, IN_OPTION},
    [JAXL_IVR_F_ENTRY] = {"entry", YES_NO, IN_MENU},
    [JAXL_IVR_F_ID] = {"id", ID, IN_MENU},
    [JAXL_IVR_F_ORG] = {"org", ID, IN_MENU},
    [JAXL_IVR_F_INCLUDE] = {"include", TEXT, IN_INCLUDE},
};

#define FIELDS                                                                                     \
    "ivr, message, hangup, input, next, phone, devices, appusers, teams, webhook, "                \
    "needs_data_prompt, confirmation, webhook_url, enabled, entry, id, org, include"

static const char *const kinds[] = {
    [JAXL_IVR_MENU] = "a menu (an option has an input)",
    [JAXL_IVR_OPTION] = "an option",
    [JAXL_IVR_ASSIGNMENT] = "the assignment of a phone (an option has an input)",
    [JAXL_IVR_INCLUDE] = "an include",
};

/* What a record is read with. */
struct reading {
    struct jaxl_ivr_tree *t;
    const struct jaxl_ivr_variables *v;
    const struct jaxl_ivr_place *place;
    struct jaxl_buf *scratch;
    struct jaxl_error *err;
};

/* A text with its variables in place; *text NULL when it is not good. */
static int read_text(struct reading *r, const char *field, const struct jaxl_json *value,
                     const char **text)
{
    struct jaxl_error why;
    size_t len;
    const char *raw = jaxl_json_text(value, &len);
    int rc;

    *text = NULL;
    if (!raw || memchr(raw, '\0', len)) {
        r->t->incomplete = true;
        jaxl_ivr_tree_problem(r->t, r->place,
                              raw ? "%s: a NUL byte in a text" : "%s: a text is wanted", field);
        return 0;
    }
    jaxl_buf_reset(r->scratch);
    rc = jaxl_ivr_variables_expand(r->v, raw, len, r->scratch, &why);
    if (!rc)
        *text = jaxl_ivr_tree_keep(r->t, jaxl_buf_text(r->scratch), r->scratch->len);
    if (rc != JAXL_EINPUT && rc != JAXL_ELIMIT)
        return rc ? jaxl_error_set(r->err, rc, "IVRs: %s", why.message) : 0;
    r->t->incomplete = true;
    if (rc == JAXL_EINPUT)
        jaxl_ivr_tree_problem(r->t, r->place, "%s: %s", field, why.message);
    else
        jaxl_ivr_tree_problem(r->t, r->place, "%s: a text of more than %d bytes", field,
                              JAXL_IVR_TEXT);
    return 0;
}

/* Ways to write true and false: spreadsheets have their own. */
static void read_yes_no(struct reading *r, const char *field, const char *text,
                        struct jaxl_ivr_cell *cell)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(text, words[i]) == 0) {
            cell->yes = i & 1;
            return;
        }
    r->t->incomplete = true;
    jaxl_ivr_tree_problem(r->t, r->place, "%s: '%.60s' is neither true nor false", field, text);
}

static void read_id(struct reading *r, const char *field, const char *text,
                    struct jaxl_ivr_cell *cell)
{
    cell->id = jaxl_ivr_tree_id(text, strlen(text));
    if (cell->id)
        return;
    r->t->incomplete = true;
    jaxl_ivr_tree_problem(r->t, r->place, "%s: '%.60s' is no whole number from 1", field, text);
}

static const struct {
    const char *name, *otherwise;
} lists[] = {
    [DEVICES] = {"devices", "not the id of a device"},
    [APPUSERS] = {"appusers", "neither the id of an app user nor the e-mail of a member"},
    [TEAMS] = {"teams", "neither the id of a team nor a team's name"},
};

static bool may_be_name(enum form form, const char *text, size_t len)
{
    if (form == TEAMS)
        return strspn(text, "0123456789") < len;
    return form == APPUSERS && memchr(text, '@', len) && !memchr(text, ' ', len);
}

/* One target: an id, or a name where there can be one. */
static bool read_target(struct reading *r, enum form form, const char *text, size_t len,
                        struct jaxl_ivr_target *out)
{
    *out = (struct jaxl_ivr_target){.id = jaxl_ivr_tree_id(text, len)};
    if (out->id)
        return true;
    if (!may_be_name(form, text, len)) {
        jaxl_ivr_tree_problem(r->t, r->place, "%s: '%.*s' is %s", lists[form].name,
                              (int)(len < 60 ? len : 60), text, lists[form].otherwise);
        return false;
    }
    out->name = jaxl_ivr_tree_keep(r->t, text, len);
    return out->name;
}

struct targets {
    struct jaxl_ivr_target all[JAXL_IVR_TARGETS];
    size_t n;
    bool too_many;
};

static void add_target(struct reading *r, enum form form, const char *text, size_t len,
                       struct targets *to)
{
    while (len && strchr(" \t", *text)) {
        text++;
        len--;
    }
    while (len && strchr(" \t", text[len - 1]))
        len--;
    if (!len)
        return;
    if (to->n == JAXL_IVR_TARGETS)
        to->too_many = true;
    else if (read_target(r, form, text, len, &to->all[to->n]))
        to->n++;
}

/* A cell: with a ';' it is parted there, so that names may have blanks in them, else at blanks. Ids
 * may stand as the array that they are in JSON. */
static void split(struct reading *r, enum form form, const char *text, struct targets *to)
{
    bool array = *text == '[' && !text[strspn(text, "[]0123456789, \t")];
    const char *at = text, *ends = array ? "[], \t" : strchr(text, ';') ? ";" : " \t";

    for (;;) {
        size_t len = strcspn(at, ends);
        add_target(r, form, at, len, to);
        if (!at[len])
            return;
        at += len + 1;
    }
}

static int read_list(struct reading *r, const char *field, enum form form,
                     const struct jaxl_json *value, struct jaxl_ivr_cell *cell)
{
    size_t problems = r->t->n_problems;
    struct targets to;
    struct jaxl_ivr_target *kept;
    const struct jaxl_json *e = jaxl_json_first(value);
    const char *text;
    int rc = 0;

    to.n = 0;
    to.too_many = false;
    if (jaxl_json_type(value) == JAXL_JSON_ARRAY) {
        for (; e && !rc; e = jaxl_json_next(e)) {
            rc = read_text(r, field, e, &text);
            if (!rc && text)
                add_target(r, form, text, strlen(text), &to);
        }
    } else {
        rc = read_text(r, field, value, &text);
        if (!rc && text)
            split(r, form, text, &to);
    }
    if (to.too_many)
        jaxl_ivr_tree_problem(r->t, r->place, "%s: more than %d in one list", field,
                              JAXL_IVR_TARGETS);
    kept = to.n ? jaxl_ivr_tree_alloc(r->t, to.n * sizeof *kept) : NULL;
    if (kept)
        cell->list = (struct jaxl_ivr_list){memcpy(kept, to.all, to.n * sizeof *kept), to.n};
    cell->given = to.n || r->t->n_problems > problems;
    return rc;
}

/* Whether a member says something: an empty text, which is all that CSV has for nothing, does not.
 */
static bool says(const struct jaxl_json *value)
{
    size_t len;

    if (jaxl_json_type(value) == JAXL_JSON_ARRAY)
        return jaxl_json_count(value) > 0;
    return !jaxl_json_is_null(value) && (!jaxl_json_text(value, &len) || len);
}

static int read_cell(struct reading *r, unsigned field, const struct jaxl_json *value,
                     struct jaxl_ivr_cell *cell)
{
    const char *name = fields[field].name, *text;
    int rc;

    cell->given = says(value);
    if (!cell->given)
        return 0;
    if (fields[field].form >= DEVICES)
        return read_list(r, name, fields[field].form, value, cell);
    if (fields[field].form == YES_NO && jaxl_json_type(value) == JAXL_JSON_BOOL) {
        cell->yes = jaxl_json_bool(value);
        return 0;
    }
    rc = read_text(r, name, value, &text);
    if (rc || !text)
        return rc;
    cell->given = *text; /* a variable may be empty */
    if (cell->given && fields[field].form == YES_NO)
        read_yes_no(r, name, text, cell);
    if (cell->given && fields[field].form == ID)
        read_id(r, name, text, cell);
    cell->text = text;
    return 0;
}

static void tell_unknown(struct reading *r, const char *name, struct jaxl_ivr_unknown *unknown)
{
    for (size_t i = 0; i < unknown->n; i++)
        if (strcmp(unknown->names[i], name) == 0)
            return;
    if (unknown->n < JAXL_IVR_UNKNOWN) {
        const char *kept = jaxl_ivr_tree_keep(r->t, name, strlen(name));
        if (kept)
            unknown->names[unknown->n++] = kept;
    }
    jaxl_ivr_tree_problem(r->t, r->place, "unknown field '%.60s'; there are " FIELDS, name);
}

static void judge_kind(struct reading *r, struct jaxl_ivr_record *out)
{
    out->kind = out->cells[JAXL_IVR_F_INCLUDE].given ? JAXL_IVR_INCLUDE
                : out->cells[JAXL_IVR_F_INPUT].given ? JAXL_IVR_OPTION
                : out->cells[JAXL_IVR_F_PHONE].given ? JAXL_IVR_ASSIGNMENT
                                                     : JAXL_IVR_MENU;
    for (unsigned i = 0; i < JAXL_IVR_FIELDS; i++)
        if (out->cells[i].given && !(fields[i].kinds & 1U << out->kind))
            jaxl_ivr_tree_problem(r->t, r->place, "%s: not a field of %s", fields[i].name,
                                  kinds[out->kind]);
}

int jaxl_ivr_fields_read(struct jaxl_ivr_tree *t, const struct jaxl_ivr_variables *v,
                         const struct jaxl_json *record, const struct jaxl_ivr_place *place,
                         struct jaxl_ivr_unknown *unknown, struct jaxl_buf *scratch,
                         struct jaxl_ivr_record *out, struct jaxl_error *err)
{
    struct reading r = {t, v, place, scratch, err};
    int rc = 0;

    *out = (struct jaxl_ivr_record){0};
    for (const struct jaxl_json *m = jaxl_json_first(record); m && !rc; m = jaxl_json_next(m)) {
        const char *name = jaxl_json_key(m, NULL);
        unsigned i = 0;
        while (i < JAXL_IVR_FIELDS && strcmp(fields[i].name, name) != 0)
            i++;
        if (i == JAXL_IVR_FIELDS)
            tell_unknown(&r, name, unknown);
        else
            rc = read_cell(&r, i, m, &out->cells[i]);
    }
    if (!rc)
        judge_kind(&r, out);
    return rc ? rc : jaxl_ivr_tree_check(t, err);
}
