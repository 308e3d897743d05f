/* A caller's path through the menus, with the time that it takes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "data/json_writer.h"
#include "data/utf8.h"
#include "ivr/lead.h"

/* Rules of thumb: text-to-speech speaks about 150 words a minute, a word having five letters and a
 * blank; counted in characters, so that it holds for scripts without blanks too. Before the next
 * sentence it draws breath. What is read back is spoken sign by sign, each being a word. */
enum { CHARACTERS_A_SECOND = 15, SENTENCE_END = 3, READ_BACK = 4 /* tenths of a second */ };
enum { KEYS_MAX = 64 * 1024 /* bytes */ };

/* How a walk ends. */
enum end { HANGUP, LEFT, WAITS };

struct walk {
    const struct jaxl_ivr_tree *t;
    const char *keys; /* what is left of them */
    jaxl_ivr_write *write;
    void *ctx;
    struct jaxl_buf text;
    struct jaxl_json_writer json;
    int64_t step, at; /* of the next record; tenths of a second */
    struct jaxl_error *err;
};

static const char *const leads[] = {
    [JAXL_IVR_TO_MENU] = "next",         [JAXL_IVR_TO_IVR] = "next",
    [JAXL_IVR_TO_PHONE] = "phone",       [JAXL_IVR_TO_DEVICES] = "devices",
    [JAXL_IVR_TO_APPUSERS] = "appusers", [JAXL_IVR_TO_TEAMS] = "teams",
    [JAXL_IVR_TO_WEBHOOK] = "webhook",   [JAXL_IVR_TO_OTHER] = "other",
};

static bool marks_end(const char *p, size_t len)
{
    static const char *const marks[] = {".",      "!",      "?",      "\u2026",
                                        "\u0964", "\u0965", "\u061f", "\u06d4"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strlen(marks[i]) == len && memcmp(p, marks[i], len) == 0)
            return true;
    return false;
}

/* Tenths of a second, rounded. A sentence ends at a mark before a blank, and with the text. */
static int64_t spoken(const char *text)
{
    int64_t characters = 0, sentences = 0;
    bool marked = false, open = false;

    for (size_t len; *text; text += len) {
        const bool blank = strchr(" \t\r\n", *text);
        len = jaxl_utf8_len(text, strnlen(text, 4));
        len = len ? len : 1;
        characters++;
        if (blank && marked && open) {
            sentences++;
            open = false;
        }
        marked = marks_end(text, len);
        open = open || (!blank && !marked);
    }
    return (20 * characters / CHARACTERS_A_SECOND + 1) / 2 + SENTENCE_END * (sentences + open);
}

static int fail(struct jaxl_error *err, int code, const char *fmt, ...) JAXL_PRINTF(3, 4);

static int fail(struct jaxl_error *err, int code, const char *fmt, ...)
{
    char text[sizeof err->message];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    jaxl_line_clean(text);
    return jaxl_error_set(err, code, "%s", text);
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* Parts of keys with commas between them, blanks around them being fine. */
static int check_keys(const char *keys, struct jaxl_error *err)
{
    const char *p = skip_blanks(keys);

    if (strnlen(keys, KEYS_MAX + 1) > KEYS_MAX)
        return jaxl_error_set(err, JAXL_EARG, "the keys are longer than %d bytes", KEYS_MAX);
    while (*p) {
        const size_t n = strspn(p, JAXL_IVR_KEYS);
        const char *end = skip_blanks(p + n);
        if (!n && (!*end || *end == ','))
            return jaxl_error_set(err, JAXL_EARG,
                                  "the keys have an empty part, at byte %td; they are as in 1,2,0",
                                  end - keys + 1);
        if (*end && *end != ',')
            return fail(err, JAXL_EARG,
                        "'%.*s' is no key: keys are 0 to 9, * and #, with commas between them",
                        (int)strcspn(end, ", \t") < 20 ? (int)strcspn(end, ", \t") : 20, end);
        p = skip_blanks(end + (*end == ','));
        if (*end && !*p)
            return jaxl_error_set(err, JAXL_EARG, "the keys end with a comma");
    }
    return 0;
}

/* The next part of the keys, of len bytes; NULL: none is left. */
static const char *take_keys(struct walk *w, size_t *len)
{
    const char *part = skip_blanks(w->keys);

    *len = strspn(part, JAXL_IVR_KEYS);
    w->keys = skip_blanks(part + *len);
    w->keys += *w->keys == ',';
    return *len ? part : NULL;
}

static void write_tenths(struct walk *w, const char *key, int64_t tenths)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%" PRId64 ".%d", tenths / 10, (int)(tenths % 10));
    jaxl_json_write_key(&w->json, key);
    jaxl_json_write_number(&w->json, text);
}

static void begin(struct walk *w)
{
    jaxl_buf_reset(&w->text);
    jaxl_json_writer_init(&w->json, &w->text);
    jaxl_json_write_object(&w->json);
    jaxl_json_write_member_int(&w->json, "step", ++w->step);
    write_tenths(w, "at", w->at);
}

static int finish(struct walk *w)
{
    int rc;

    jaxl_json_write_end(&w->json);
    rc = jaxl_json_writer_check(&w->json, w->err);
    return rc ? rc : w->write(w->ctx, w->text.data, w->text.len, w->err);
}

/* What is spoken takes so long. */
static void pass(struct walk *w, int64_t tenths)
{
    write_tenths(w, "seconds", tenths);
    w->at += tenths;
}

static int write_menu(struct walk *w, const struct jaxl_ivr_menu *m)
{
    begin(w);
    jaxl_json_write_member(&w->json, "ivr", m->name);
    jaxl_json_write_member(&w->json, "says", m->webhook ? NULL : m->message);
    if (m->webhook)
        jaxl_json_write_member(&w->json, "webhook", m->message);
    else
        pass(w, m->message ? spoken(m->message) : 0);
    return finish(w);
}

static int write_end(struct walk *w, enum end end)
{
    static const char *const names[] = {[HANGUP] = "hangup", [LEFT] = "left", [WAITS] = "waits"};

    begin(w);
    jaxl_json_write_member(&w->json, "ends", names[end]);
    return finish(w);
}

static void write_to(struct walk *w, const struct jaxl_ivr_lead *lead)
{
    struct jaxl_json_writer *j = &w->json;

    jaxl_json_write_key(j, "to");
    if (lead->kind == JAXL_IVR_TO_OTHER) {
        jaxl_json_write_raw(j, lead->text, strlen(lead->text));
    } else if (lead->menu || lead->text) {
        jaxl_json_write_string(j, lead->menu ? lead->menu->name : lead->text);
    } else if (lead->id) {
        jaxl_json_write_int(j, lead->id);
    } else {
        jaxl_json_write_array(j);
        for (size_t i = 0; i < lead->list.n; i++)
            if (lead->list.targets[i].id)
                jaxl_json_write_int(j, lead->list.targets[i].id);
            else
                jaxl_json_write_string(j, lead->list.targets[i].name);
        jaxl_json_write_end(j);
    }
}

static int write_option(struct walk *w, const struct jaxl_ivr_option *o,
                        const struct jaxl_ivr_lead *lead)
{
    const char key[] = {JAXL_IVR_KEYS[o->key], '\0'};

    begin(w);
    jaxl_json_write_member(&w->json, "key", key);
    jaxl_json_write_member(&w->json, "option", o->message);
    jaxl_json_write_member(&w->json, "leads", leads[lead->kind]);
    write_to(w, lead);
    if (o->webhook_url)
        jaxl_json_write_member(&w->json, "webhook_url", o->webhook_url);
    return finish(w);
}

/* The prompt of an option, and what is keyed in then. */
static int write_data(struct walk *w, const struct jaxl_ivr_option *o, bool *waits)
{
    size_t len;
    const char *data = take_keys(w, &len);
    const bool reads_back = o->confirmation && data;

    *waits = !data;
    begin(w);
    jaxl_json_write_member(&w->json, "asks", o->prompt);
    pass(w, spoken(o->prompt) + (reads_back ? READ_BACK * (int64_t)len : 0));
    jaxl_json_write_key(&w->json, "data");
    if (data)
        jaxl_json_write_string_n(&w->json, data, len);
    else
        jaxl_json_write_null(&w->json);
    jaxl_json_write_key(&w->json, "reads_back");
    jaxl_json_write_bool(&w->json, o->confirmation);
    return finish(w);
}

/* "its keys are 0, 1 and 2", "it has no keys" */
static void list_keys(const struct jaxl_ivr_menu *m, char out[80])
{
    char keys[JAXL_IVR_INPUTS];
    size_t n = 0, len;

    for (unsigned key = 0; key < JAXL_IVR_INPUTS; key++)
        if (m->options[key] && !m->options[key]->disabled)
            keys[n++] = JAXL_IVR_KEYS[key];
    len = (size_t)snprintf(out, 80, "%s",
                           n == 0   ? "it has no keys"
                           : n == 1 ? "its only key is "
                                    : "its keys are ");
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(out + len, 80 - len, "%s%c",
                                i == 0       ? ""
                                : i == n - 1 ? " and "
                                             : ", ",
                                keys[i]);
}

/* The option that a part of the keys chooses. */
static int choose(struct walk *w, const struct jaxl_ivr_menu *m, const char *part, size_t len,
                  const struct jaxl_ivr_option **o)
{
    char keys[80];

    list_keys(m, keys);
    *o = m->options[strchr(JAXL_IVR_KEYS, *part) - JAXL_IVR_KEYS];
    if (len > 1)
        return fail(w->err, JAXL_EINPUT,
                    "menu '%.60s' takes one key at a time, not '%.*s'; %s (what follows an option "
                    "that asks for data may be longer)",
                    m->name, len < 20 ? (int)len : 20, part, keys);
    if (!*o)
        return fail(w->err, JAXL_EINPUT, "menu '%.60s' has no key %c; %s", m->name, *part, keys);
    if ((*o)->disabled)
        return fail(w->err, JAXL_EINPUT, "key %c of menu '%.60s' is not enabled; %s", *part,
                    m->name, keys);
    return 0;
}

/* The one place that an option leads to. */
static int follow(struct walk *w, const struct jaxl_ivr_option *o, struct jaxl_ivr_lead *lead)
{
    struct jaxl_ivr_lead all[JAXL_IVR_ACTIONS];
    const size_t n = jaxl_ivr_lead_option(w->t, o, all);
    const char key = JAXL_IVR_KEYS[o->key], *name = o->menu->name;

    *lead = all[0];
    if (n > 1)
        return fail(w->err, JAXL_EINPUT, "key %c of menu '%.60s' leads to more than one place", key,
                    name);
    if (lead->kind == JAXL_IVR_TO_NOWHERE)
        return fail(w->err, JAXL_EINPUT, "key %c of menu '%.60s' leads nowhere", key, name);
    if (lead->kind != JAXL_IVR_TO_MISSING)
        return 0;
    if (lead->text)
        return fail(w->err, JAXL_EINPUT,
                    "key %c of menu '%.60s' leads nowhere: there is no menu "
                    "'%.60s'",
                    key, name, lead->text);
    return fail(w->err, JAXL_EINPUT,
                "key %c of menu '%.60s' leads nowhere: the account has no IVR %" PRId64, key, name,
                lead->id);
}

/* The call is over, or goes on where no file tells how: no key may be left. */
static int leave(struct walk *w, enum end end, const struct jaxl_ivr_menu *m,
                 const struct jaxl_ivr_option *o)
{
    const char *rest = skip_blanks(w->keys);
    const int len = (int)strnlen(rest, 20);
    char where[160];

    if (!*rest)
        return write_end(w, end);
    if (o)
        (void)snprintf(where, sizeof where, "key %c of menu '%.60s' leads out of the menus",
                       JAXL_IVR_KEYS[o->key], m->name);
    else
        (void)snprintf(where, sizeof where, "menu '%.60s' %s", m->name,
                       end == HANGUP ? "hangs up"
                                     : "is a webhook IVR, whose answers are not known here");
    return fail(w->err, JAXL_EINPUT, "nobody takes the keys %.*s%s: %s", len, rest,
                rest[len] ? "..." : "", where);
}

/* From hearing a menu to the next one; *m NULL: the walk has ended. */
static int visit(struct walk *w, const struct jaxl_ivr_menu **m)
{
    const struct jaxl_ivr_menu *here = *m;
    const struct jaxl_ivr_option *o;
    struct jaxl_ivr_lead lead;
    const char *part;
    size_t len;
    bool waits = false;
    int rc = write_menu(w, here);

    *m = NULL;
    if (rc)
        return rc;
    if (here->webhook || here->hangup)
        return leave(w, here->webhook ? LEFT : HANGUP, here, NULL);
    part = take_keys(w, &len);
    if (!part)
        return write_end(w, WAITS);
    rc = choose(w, here, part, len, &o);
    if (!rc)
        rc = follow(w, o, &lead);
    if (!rc)
        rc = write_option(w, o, &lead);
    if (!rc && o->prompt)
        rc = write_data(w, o, &waits);
    if (rc)
        return rc;
    if (waits)
        return write_end(w, WAITS);
    *m = lead.menu;
    return lead.menu ? 0 : leave(w, LEFT, here, o);
}

static int start_at_phone(const struct jaxl_ivr_tree *t, const struct jaxl_phone *number,
                          const struct jaxl_ivr_menu **m, struct jaxl_error *err)
{
    const struct jaxl_ivr_phone *p = t->phones;

    while (p && p->number.key != number->key)
        p = p->after;
    if (!p)
        return jaxl_error_set(err, JAXL_EARG, "phone %s is assigned to no menu", number->text);
    *m = p->ivr.to;
    if (*m)
        return 0;
    if (p->ivr.id)
        return jaxl_error_set(err, JAXL_EARG,
                              "phone %s is assigned to IVR %" PRId64 ", which is not here",
                              number->text, p->ivr.id);
    return fail(err, JAXL_EARG, "phone %s is assigned to '%.60s', and there is no such menu",
                number->text, p->ivr.name);
}

static int find_start(const struct jaxl_ivr_tree *t, const char *start,
                      const struct jaxl_ivr_menu **m, struct jaxl_error *err)
{
    struct jaxl_phone number;

    *m = start ? jaxl_ivr_tree_find(t, start) : jaxl_ivr_lead_start(t);
    if (*m && (*m)->place.line)
        return 0;
    if (start && !jaxl_phone_parse(start, strlen(start), &number, NULL))
        return start_at_phone(t, &number, m, err);
    if (start)
        return fail(err, JAXL_EARG, "there is no menu '%.60s' to start at", start);
    return fail(err, JAXL_EARG, "there is no menu to start at in %.200s",
                t->file ? t->file : "the IVRs");
}

int jaxl_ivr_walk(const struct jaxl_ivr_tree *t, const struct jaxl_ivr_walk_options *options,
                  jaxl_ivr_write *write, void *ctx, struct jaxl_error *err)
{
    struct walk w = {.t = t, .write = write, .ctx = ctx, .err = err};
    const struct jaxl_ivr_menu *m = NULL;
    int rc;

    w.keys = options->keys ? options->keys : "";
    rc = check_keys(w.keys, err);
    if (!rc)
        rc = find_start(t, options->start, &m, err);
    jaxl_buf_init(&w.text, JAXL_IVR_TREE_MAX);
    while (!rc && m)
        rc = visit(&w, &m);
    jaxl_buf_free(&w.text);
    return rc;
}

const char *const *jaxl_ivr_walk_columns(size_t *n)
{
    static const char *const columns[] = {"step", "at",     "ivr",        "says",    "webhook",
                                          "key",  "option", "leads",      "to",      "webhook_url",
                                          "asks", "data",   "reads_back", "seconds", "ends"};

    *n = sizeof columns / sizeof columns[0];
    return columns;
}
