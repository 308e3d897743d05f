#include "events/response.h"

#include <stdio.h>
#include <string.h>

#include "data/json_value.h"
#include "data/json_writer.h"
#include "jaxl/nearest.h"
#include "jaxl/phone.h"
#include "jaxl/sentence.h"

enum member { ID, PROMPT, NUM_CHARACTERS, MARK, NEXT, PHONE, DEVICES, APPUSERS, TEAMS, MEMBERS };

static const char *const names[MEMBERS] = {
    "id", "prompt", "num_characters", "mark", "next", "phone", "devices", "appusers", "teams",
};

struct answer {
    const struct jaxl_json *members[MEMBERS]; /* NULL: not there, or null */
    struct jaxl_json_writer w;
    struct jaxl_error *err;
};

/* What it must be, after the member's name. */
static int wrong(struct answer *a, enum member i, const char *why)
{
    return jaxl_error_set(a->err, JAXL_EINPUT, "%s: %s", names[i], why);
}

static int unknown(const struct jaxl_json *m, const char *in, const char *const *known, size_t n,
                   struct jaxl_error *err)
{
    const char *name = jaxl_json_key(m, NULL), *near = jaxl_nearest(name, known, n);

    if (near)
        return jaxl_error_set(err, JAXL_EINPUT, "unknown member '%.60s'%s; did you mean '%s'?",
                              name, in, near);
    return jaxl_error_set(err, JAXL_EINPUT, "unknown member '%.60s'%s", name, in);
}

/* Members by name, into values, which has n. */
static int take_members(const struct jaxl_json *object, const char *in, const char *const *known,
                        size_t n, const struct jaxl_json **values, struct jaxl_error *err)
{
    for (const struct jaxl_json *m = jaxl_json_first(object); m; m = jaxl_json_next(m)) {
        size_t i = 0;
        while (i < n && strcmp(known[i], jaxl_json_key(m, NULL)) != 0)
            i++;
        if (i == n)
            return unknown(m, in, known, n, err);
        if (!jaxl_json_is_null(m))
            values[i] = m;
    }
    return 0;
}

static bool is_blank(const char *text, size_t len)
{
    while (len && strchr(" \t\r\n", *text)) {
        if (!*text)
            return false;
        text++;
        len--;
    }
    return !len;
}

struct prompt {
    struct answer *a;
    size_t n, bytes;
};

static int put_sentence(void *ctx, const char *text, size_t len)
{
    struct prompt *p = ctx;

    if (is_blank(text, len))
        return 0;
    p->n++;
    p->bytes += len;
    if (p->n > JAXL_RESPONSE_SENTENCES || p->bytes > JAXL_RESPONSE_PROMPT)
        return jaxl_error_set(p->a->err, JAXL_EINPUT,
                              "prompt: more than %d sentences or %d bytes are too much to say",
                              JAXL_RESPONSE_SENTENCES, JAXL_RESPONSE_PROMPT);
    jaxl_json_write_string_n(&p->a->w, text, len);
    return 0;
}

/* A text of *len bytes, which no NUL need follow; NULL for everything else. */
static const char *read_text(const struct jaxl_json *v, size_t *len)
{
    const char *text = jaxl_json_type(v) == JAXL_JSON_STRING ? jaxl_json_text(v, len) : NULL;

    return text && !memchr(text, '\0', *len) ? text : NULL;
}

static int write_sentences(struct answer *a, const struct jaxl_json *v)
{
    struct prompt p = {.a = a};
    size_t len;
    const char *text = read_text(v, &len);
    int rc = 0;

    if (text) {
        rc = jaxl_sentence_each(text, len, NULL, put_sentence, &p, a->err);
        if (rc == JAXL_ELIMIT)
            rc = wrong(a, PROMPT, "a text that long is too much to say");
    } else if (jaxl_json_type(v) != JAXL_JSON_ARRAY) {
        return wrong(a, PROMPT, "a text, or an array of sentences, is wanted");
    }
    for (const struct jaxl_json *e = jaxl_json_first(v); e && !rc; e = jaxl_json_next(e)) {
        text = read_text(e, &len);
        rc = text ? put_sentence(&p, text, len)
                  : wrong(a, PROMPT, "a sentence is no text (or has a NUL byte)");
    }
    if (!rc && !p.n)
        rc = wrong(a, PROMPT, "nothing is said; for a moment of silence write \" . \"");
    return rc;
}

static int write_num_characters(struct answer *a)
{
    static const char expected[] =
        "give the number of digits to wait for (up to 64), \"*\" or \"#\" for digits up to that "
        "key, 0 to hang up, -1 to wait for none";
    const struct jaxl_json *v = a->members[NUM_CHARACTERS];
    const char *text = jaxl_json_string(v, "");
    int64_t n;

    if (!v)
        return jaxl_error_set(a->err, JAXL_EINPUT, "a prompt without num_characters: %s", expected);
    if (strcmp(text, "*") == 0 || strcmp(text, "#") == 0) {
        jaxl_json_write_string(&a->w, text);
        return 0;
    }
    if (jaxl_json_int(v, &n) || n < -1 || n > JAXL_RESPONSE_DIGITS)
        return wrong(a, NUM_CHARACTERS, expected);
    jaxl_json_write_int(&a->w, n);
    return 0;
}

static int write_mark(struct answer *a)
{
    const char *text = jaxl_json_string(a->members[MARK], NULL);

    if (!a->members[MARK])
        return 0;
    if (!text || !*text || strlen(text) > JAXL_RESPONSE_MARK)
        return wrong(a, MARK, "a name of up to 256 bytes is wanted");
    jaxl_json_write_member(&a->w, names[MARK], text);
    return 0;
}

static int write_prompt(struct answer *a, enum member i)
{
    int rc;

    jaxl_json_write_key(&a->w, names[i]);
    jaxl_json_write_array(&a->w);
    rc = write_sentences(a, a->members[i]);
    if (rc)
        return rc;
    jaxl_json_write_end(&a->w);
    jaxl_json_write_key(&a->w, names[NUM_CHARACTERS]);
    rc = write_num_characters(a);
    return rc ? rc : write_mark(a);
}

/* An id of len digits. */
static bool read_id(const char *text, size_t len, int64_t *id)
{
    *id = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9' || *id > (INT64_MAX - 9) / 10)
            return false;
        *id = *id * 10 + (text[i] - '0');
    }
    return *id > 0;
}

static int write_next(struct answer *a, enum member i)
{
    size_t len;
    const char *text = jaxl_json_text(a->members[i], &len);
    int64_t id;

    if (!text || !read_id(text, len, &id))
        return wrong(a, i, "the id of an IVR is wanted");
    jaxl_json_write_key(&a->w, names[i]);
    jaxl_json_write_int(&a->w, id);
    return 0;
}

static int write_number(struct answer *a, const char *name, const struct jaxl_json *v)
{
    struct jaxl_phone phone;
    size_t len;
    const char *text = jaxl_json_type(v) == JAXL_JSON_STRING ? jaxl_json_text(v, &len) : NULL;
    int rc;

    if (!text)
        return jaxl_error_set(a->err, JAXL_EINPUT,
                              "phone: %s: a text as \"+919876543210\" is "
                              "wanted",
                              name);
    rc = jaxl_phone_parse(text, len, &phone, a->err);
    if (rc)
        return jaxl_error_prefix(a->err, rc, "phone: %s", name);
    jaxl_json_write_member(&a->w, name, phone.text);
    return 0;
}

static int write_phone(struct answer *a, enum member i)
{
    static const char *const known[] = {"to_number", "from_number"};
    const struct jaxl_json *v = a->members[i], *numbers[2] = {v, NULL};
    int rc = 0;

    if (jaxl_json_type(v) == JAXL_JSON_OBJECT) {
        numbers[0] = NULL;
        rc = take_members(v, " of phone", known, 2, numbers, a->err);
    }
    if (rc)
        return rc;
    jaxl_json_write_key(&a->w, names[i]);
    jaxl_json_write_object(&a->w);
    rc = write_number(a, known[0], numbers[0]);
    if (!rc && numbers[1])
        rc = write_number(a, known[1], numbers[1]);
    if (!rc && !numbers[1])
        jaxl_json_write_member(&a->w, known[1], NULL);
    jaxl_json_write_end(&a->w);
    return rc;
}

struct ids {
    struct answer *a;
    enum member member;
    size_t n;
};

static int put_id(struct ids *ids, const char *text, size_t len)
{
    int64_t id;

    if (!read_id(text, len, &id))
        return jaxl_error_set(ids->a->err, JAXL_EINPUT, "%s: '%.*s' is no id", names[ids->member],
                              (int)(len < 60 ? len : 60), text);
    if (++ids->n > JAXL_RESPONSE_IDS)
        return wrong(ids->a, ids->member, "more than 256 ids");
    jaxl_json_write_int(&ids->a->w, id);
    return 0;
}

/* "5", "5 7", "5;7", "[5, 7]": as cells of CSV have lists. */
static int put_ids(struct ids *ids, const char *text, size_t len)
{
    static const char between[] = "[]; ,\t";
    const char *at = text, *end = text + len;
    int rc = 0;

    while (at < end && !rc) {
        size_t n = 0;
        while (at + n < end && !(at[n] && strchr(between, at[n])))
            n++;
        if (n)
            rc = put_id(ids, at, n);
        at += n + 1;
    }
    return rc;
}

static int write_ids(struct answer *a, enum member i)
{
    struct ids ids = {.a = a, .member = i};
    const struct jaxl_json *v = a->members[i];
    size_t len;
    const char *text = jaxl_json_text(v, &len);
    int rc = 0;

    jaxl_json_write_key(&a->w, names[i]);
    jaxl_json_write_array(&a->w);
    if (text)
        rc = put_ids(&ids, text, len);
    for (const struct jaxl_json *e = jaxl_json_first(v); e && !rc; e = jaxl_json_next(e)) {
        text = jaxl_json_text(e, &len);
        rc = put_id(&ids, text ? text : "?", text ? len : 1);
    }
    if (!rc && !ids.n)
        rc = wrong(a, i, "an id, or an array of some, is wanted");
    jaxl_json_write_end(&a->w);
    return rc;
}

static int (*const write[MEMBERS])(struct answer *a, enum member i) = {
    [PROMPT] = write_prompt, [NEXT] = write_next,    [PHONE] = write_phone,
    [DEVICES] = write_ids,   [APPUSERS] = write_ids, [TEAMS] = write_ids,
};

/* The one member that says what is to be done. */
static int choose(struct answer *a, enum member *chosen)
{
    *chosen = MEMBERS;
    for (enum member i = 0; i < MEMBERS; i++) {
        if (!a->members[i] || !write[i])
            continue;
        if (*chosen < MEMBERS)
            return jaxl_error_set(a->err, JAXL_EINPUT, "%s and %s: an answer has one of them",
                                  names[*chosen], names[i]);
        *chosen = i;
    }
    if (*chosen != PROMPT)
        for (enum member i = NUM_CHARACTERS; i <= MARK; i++)
            if (a->members[i])
                return wrong(a, i, "goes with a prompt only");
    return *chosen < MEMBERS ? 0 : jaxl_error_set(a->err, JAXL_EEND, "no answer");
}

static int check(struct answer *a, const struct jaxl_json *answer)
{
    enum member chosen;
    int rc;

    if (jaxl_json_type(answer) != JAXL_JSON_OBJECT)
        return jaxl_error_set(a->err, JAXL_EINPUT, "an answer is a JSON object");
    rc = take_members(answer, "", names, MEMBERS, a->members, a->err);
    if (!rc)
        rc = choose(a, &chosen);
    if (rc)
        return rc;
    jaxl_json_write_object(&a->w);
    rc = write[chosen](a, chosen);
    jaxl_json_write_end(&a->w);
    return rc ? rc : jaxl_json_writer_check(&a->w, a->err);
}

int jaxl_response_check(const struct jaxl_json *answer, struct jaxl_buf *out,
                        struct jaxl_error *err)
{
    struct answer a = {.err = err};
    size_t mark = out->len;
    int rc;

    jaxl_json_writer_init(&a.w, out);
    rc = check(&a, answer);
    if (rc && out->len > mark) {
        out->len = mark;
        out->data[mark] = '\0';
    }
    return rc;
}
