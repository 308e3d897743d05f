#include "events/control_member.h"

#include <string.h>

#include "jaxl/clock.h"
#include "jaxl/ivrs.h"
#include "jaxl/live.h"
#include "platform/body.h"

/* What is read, and into which cell of which record. */
struct reading {
    struct jaxl_control_cells *out;
    enum jaxl_control_member member;
    struct jaxl_control_cell *cell;
    struct jaxl_error *err;
};

static const char *const types[] = {"chat", "note", NULL};
static const char *const directions[] = {"sent", "rcvd", NULL};
static const char *const statuses[] = {"pause", "resume", "stop", NULL};

enum { SHOWN = 60 }; /* bytes of a wrong value in a message */

static int wrong(const struct reading *r, const char *why)
{
    const char *text = r->cell->text;

    if (text)
        return jaxl_error_set(r->err, JAXL_EINPUT, "%s: '%.*s' is %s",
                              jaxl_control_member_name(r->member), SHOWN, text, why);
    return jaxl_error_set(r->err, JAXL_EINPUT, "%s: it is %s", jaxl_control_member_name(r->member),
                          why);
}

static int read_text(struct reading *r)
{
    size_t len;
    const char *text = jaxl_json_text(r->cell->value, &len);

    if (!text || memchr(text, '\0', len))
        return wrong(r, text ? "a text with a NUL byte" : "no text");
    r->cell->text = text;
    return 0;
}

static int read_number(struct reading *r)
{
    struct jaxl_phone *phone = &r->out->phones[r->out->n_phones];
    int rc = read_text(r);

    if (rc)
        return rc;
    rc = jaxl_phone_parse(r->cell->text, strlen(r->cell->text), phone, r->err);
    if (rc)
        return jaxl_error_prefix(r->err, rc, "%s", jaxl_control_member_name(r->member));
    r->out->n_phones++;
    r->cell->text = phone->text;
    return 0;
}

static int read_email(struct reading *r)
{
    int rc = read_text(r);

    return rc || jaxl_live_is_email(r->cell->text)
               ? rc
               : wrong(r, "no e-mail address such as asha@example.com");
}

static int read_url(struct reading *r)
{
    int rc = read_text(r);

    return rc || jaxl_ivrs_is_https(r->cell->text) ? rc : wrong(r, "no https URL");
}

/* An id of len digits; 0: it is none. */
static int64_t id_of(const char *text, size_t len)
{
    int64_t id = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9' || id > (INT64_MAX - 9) / 10)
            return 0;
        id = id * 10 + (text[i] - '0');
    }
    return id;
}

static int read_id(struct reading *r)
{
    int rc = read_text(r);

    if (rc)
        return rc;
    r->cell->number = id_of(r->cell->text, strlen(r->cell->text));
    return r->cell->number ? 0 : wrong(r, "no id, which is a whole number from 1");
}

static int add_id(struct reading *r, const char *text, size_t len)
{
    int64_t id = id_of(text, len);

    if (!id)
        return jaxl_error_set(r->err, JAXL_EINPUT, "%s: '%.*s' is no id",
                              jaxl_control_member_name(r->member), len < SHOWN ? (int)len : SHOWN,
                              text);
    if (r->out->n_ids == JAXL_CONTROL_IDS)
        return jaxl_error_set(r->err, JAXL_EINPUT, "%s: more than %d ids",
                              jaxl_control_member_name(r->member), JAXL_CONTROL_IDS);
    r->out->ids[r->out->n_ids++] = id;
    return 0;
}

/* "5", "5 7", "5;7", "[5, 7]": as cells of CSV have lists. */
static int add_ids(struct reading *r, const char *text)
{
    static const char between[] = "[]; ,\t";
    int rc = 0;

    while (!rc && *(text += strspn(text, between))) {
        size_t n = strcspn(text, between);
        rc = add_id(r, text, n);
        text += n;
    }
    return rc;
}

static int read_ids(struct reading *r)
{
    const struct jaxl_json *v = r->cell->value;
    int rc = 0;

    r->out->n_ids = 0;
    if (jaxl_json_type(v) != JAXL_JSON_ARRAY) {
        rc = read_text(r);
        if (!rc)
            rc = add_ids(r, r->cell->text);
    }
    for (const struct jaxl_json *e = jaxl_json_first(v); e && !rc; e = jaxl_json_next(e)) {
        size_t len = 0;
        const char *text = jaxl_json_text(e, &len);
        rc = add_id(r, text ? text : "?", text ? len : 1);
    }
    return rc || r->out->n_ids ? rc : wrong(r, "without an id");
}

static int read_word(struct reading *r, const char *const *words, const char *why)
{
    int rc = read_text(r);

    for (r->cell->number = 0; !rc && words[r->cell->number]; r->cell->number++)
        if (strcmp(words[r->cell->number], r->cell->text) == 0)
            return 0;
    return rc ? rc : wrong(r, why);
}

static int read_type(struct reading *r)
{
    return read_word(r, types, "neither chat nor note");
}

static int read_direction(struct reading *r)
{
    return read_word(r, directions, "neither sent nor rcvd");
}

static int read_status(struct reading *r)
{
    return read_word(r, statuses, "none of pause, resume, stop");
}

static int read_time(struct reading *r)
{
    int rc = read_text(r);

    if (rc)
        return rc;
    if (jaxl_clock_parse(r->cell->text, strlen(r->cell->text), &r->cell->number) ||
        r->cell->number <= 0)
        return wrong(r, "no time since 1970 such as 2026-11-27T09:30:00+05:30");
    return 0;
}

/* A text, or sentences. */
static int read_prompt(struct reading *r)
{
    const struct jaxl_json *v = r->cell->value;

    r->out->n_prompts = 0;
    if (jaxl_json_type(v) != JAXL_JSON_ARRAY)
        return read_text(r);
    for (const struct jaxl_json *e = jaxl_json_first(v); e; e = jaxl_json_next(e)) {
        const char *text = jaxl_json_string(e, "");
        if (!text[strspn(text, " \t\r\n")])
            return wrong(r, "no array of sentences, none of them empty");
        if (r->out->n_prompts == JAXL_CONTROL_PROMPTS)
            return wrong(r, "too much: 256 sentences are the most");
        r->out->prompts[r->out->n_prompts++] = text;
    }
    return r->out->n_prompts ? 0 : wrong(r, "without a sentence");
}

/* An object, or the text of one where CSV cannot have it. */
static int read_data(struct reading *r)
{
    if (jaxl_json_type(r->cell->value) != JAXL_JSON_STRING)
        return jaxl_body_is_flat(r->cell->value)
                   ? 0
                   : wrong(r, "no flat object such as {\"crm\": \"A-17\"}");
    return read_text(r);
}

static int read_path(struct reading *r)
{
    int rc = read_text(r);

    return rc || strcmp(r->cell->text, "-") != 0
               ? rc
               : wrong(r, "no file: standard input and output have the records");
}

static const struct {
    const char *name;
    int (*read)(struct reading *r);
} members[JAXL_CONTROL_MEMBERS] = {
    [JAXL_CONTROL_E164] = {"e164", read_number},
    [JAXL_CONTROL_FROM_E164] = {"from_e164", read_number},
    [JAXL_CONTROL_EMAIL] = {"email", read_email},
    [JAXL_CONTROL_PROMPT] = {"prompt", read_prompt},
    [JAXL_CONTROL_LANGUAGE] = {"language", read_text},
    [JAXL_CONTROL_MARK] = {"mark", read_text},
    [JAXL_CONTROL_URL] = {"url", read_url},
    [JAXL_CONTROL_FILE] = {"file", read_path},
    [JAXL_CONTROL_NEXT] = {"next", read_id},
    [JAXL_CONTROL_PHONE] = {"phone", read_number},
    [JAXL_CONTROL_DEVICES] = {"devices", read_ids},
    [JAXL_CONTROL_APPUSERS] = {"appusers", read_ids},
    [JAXL_CONTROL_TEAMS] = {"teams", read_ids},
    [JAXL_CONTROL_WEBHOOK] = {"webhook", read_url},
    [JAXL_CONTROL_TEXT] = {"text", read_text},
    [JAXL_CONTROL_TYPE] = {"type", read_type},
    [JAXL_CONTROL_DIRECTION] = {"direction", read_direction},
    [JAXL_CONTROL_TIME] = {"time", read_time},
    [JAXL_CONTROL_NAME] = {"name", read_text},
    [JAXL_CONTROL_RATIONALE] = {"rationale", read_text},
    [JAXL_CONTROL_DATA] = {"data", read_data},
    [JAXL_CONTROL_STATUS] = {"status", read_status},
    [JAXL_CONTROL_PATH] = {"path", read_path},
};

const char *jaxl_control_member_name(enum jaxl_control_member m)
{
    return members[m].name;
}

const struct jaxl_json *jaxl_control_member_given(const struct jaxl_json *record, const char *name)
{
    const struct jaxl_json *v = jaxl_json_get(record, name);
    size_t len;

    if (jaxl_json_is_null(v) || (jaxl_json_text(v, &len) && len == 0))
        return NULL;
    return v;
}

int jaxl_control_member_read(uint32_t set, const struct jaxl_json *record,
                             struct jaxl_control_cells *out, struct jaxl_error *err)
{
    int rc = 0;

    memset(out->of, 0, sizeof out->of);
    out->n_phones = out->n_ids = out->n_prompts = 0;
    for (unsigned m = 0; m < JAXL_CONTROL_MEMBERS && !rc; m++) {
        struct reading r = {.out = out, .member = m, .cell = &out->of[m], .err = err};
        if (!(set & JAXL_CONTROL_HAS(m)))
            continue;
        r.cell->value = jaxl_control_member_given(record, members[m].name);
        if (r.cell->value)
            rc = members[m].read(&r);
    }
    return rc;
}
