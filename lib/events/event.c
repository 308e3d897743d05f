#include "jaxl/event.h"

#include <string.h>

#include "data/json_value.h"
#include "data/json_writer.h"
#include "events/event_members.h"
#include "jaxl/clock.h"

static const char *const kinds[JAXL_EVENT_KINDS] = {
    [JAXL_EVENT_CONFIGURE] = "configure", [JAXL_EVENT_SETUP] = "setup",
    [JAXL_EVENT_DATA] = "data",           [JAXL_EVENT_OPTION] = "option",
    [JAXL_EVENT_MARK] = "mark",           [JAXL_EVENT_TEARDOWN] = "teardown",
    [JAXL_EVENT_STREAM] = "stream",
};

const char *jaxl_event_name(enum jaxl_event_kind kind)
{
    return kinds[kind];
}

int jaxl_event_kind(const char *name)
{
    for (int i = 0; i < JAXL_EVENT_KINDS; i++)
        if (strcmp(kinds[i], name) == 0)
            return i;
    return -1;
}

/* Members of the record, in its order, and what of the body or of its state they are. */
enum member {
    ID,
    EVENT,
    CALL_ID,
    IVR,
    FROM,
    TO,
    DIRECTION,
    OPTION,
    DATA,
    MARK,
    METADATA,
    CAMPAIGN_ID,
    RECEIVED_AT,
    STATE,
    DUPLICATE,
    MEMBERS = JAXL_EVENT_MEMBERS
};

struct name {
    const char *text;
    size_t len;
};
#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define OWN(text) .name = NAME(text), .key = NAME(",\"" text "\":")

static const struct {
    struct name name, in_state, in_body;
    struct name key; /* as it is written, behind another */
} members[MEMBERS] = {
    [ID] = {OWN("id")},
    [EVENT] = {OWN("event")},
    [CALL_ID] = {OWN("call_id"), .in_state = NAME("call_id")},
    [IVR] = {OWN("ivr"), .in_body = NAME("pk")},
    [FROM] = {OWN("from"), .in_state = NAME("from_number")},
    [TO] = {OWN("to"), .in_state = NAME("to_number")},
    [DIRECTION] = {OWN("direction"), .in_state = NAME("direction")},
    [OPTION] = {OWN("option"), .in_body = NAME("option")},
    [DATA] = {OWN("data"), .in_body = NAME("data")},
    [MARK] = {OWN("mark"), .in_body = NAME("mark")},
    [METADATA] = {OWN("metadata"), .in_state = NAME("metadata")},
    [CAMPAIGN_ID] = {OWN("campaign_id"), .in_state = NAME("campaign_id")},
    [RECEIVED_AT] = {OWN("received_at")},
    [STATE] = {OWN("state")},
    [DUPLICATE] = {OWN("duplicate")},
};

const char *jaxl_event_member(size_t i)
{
    return i < MEMBERS ? members[i].name.text : NULL;
}

static bool is(struct name name, const char *text, size_t len)
{
    return name.len == len && memcmp(name.text, text, len) == 0;
}

/* The member of this name; MEMBERS when there is none. */
static size_t member_of(const char *name, size_t len)
{
    size_t i = 0;

    while (i < MEMBERS && !is(members[i].name, name, len))
        i++;
    return i;
}

/* What the record has under a name of its own is not repeated in its state. */
static bool taken_from_state(const char *name, size_t len)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].in_state.len && is(members[i].in_state, name, len))
            return true;
    return false;
}

static bool known_in_body(const char *name, size_t len)
{
    static const struct name event = NAME("event"), state = NAME("state");

    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].in_body.len && is(members[i].in_body, name, len))
            return true;
    return is(event, name, len) || is(state, name, len);
}

/* The value that member i has in the body; NULL for what is not of the body, and for null. */
static const struct jaxl_json *given(const struct jaxl_event *e, size_t i)
{
    const struct jaxl_json *v = NULL;

    if (members[i].in_state.len)
        v = jaxl_json_get_n(e->state, members[i].in_state.text, members[i].in_state.len);
    if (members[i].in_body.len)
        v = jaxl_json_get_n(e->body, members[i].in_body.text, members[i].in_body.len);
    return jaxl_json_is_null(v) ? NULL : v;
}

static int read_number(const struct jaxl_json *v, const char *name, int64_t least, int64_t *out,
                       struct jaxl_error *err)
{
    if (jaxl_json_is_null(v))
        return least ? jaxl_error_set(err, JAXL_EINPUT, "event: %s is missing", name) : 0;
    if (jaxl_json_type(v) != JAXL_JSON_NUMBER || jaxl_json_int(v, out) || *out < least)
        return jaxl_error_set(err, JAXL_EINPUT, "event: %s is no whole number from %d", name,
                              (int)least);
    return 0;
}

static int read_text(const struct jaxl_json *v, const char *name, const char **out,
                     struct jaxl_error *err)
{
    *out = jaxl_json_string(v, NULL);
    if (*out || jaxl_json_is_null(v))
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "event: %s is no text%s", name,
                          jaxl_json_type(v) == JAXL_JSON_STRING ? ": it has a NUL byte" : "");
}

static int read_kind(struct jaxl_event *e, bool deleted, struct jaxl_error *err)
{
    static const enum jaxl_event_kind numbers[] = {
        [1] = JAXL_EVENT_SETUP,  [2] = JAXL_EVENT_OPTION, [3] = JAXL_EVENT_TEARDOWN,
        [4] = JAXL_EVENT_STREAM, [5] = JAXL_EVENT_MARK,
    };
    int64_t number = 3;
    int rc = read_number(jaxl_json_get(e->body, "event"), "event", !deleted, &number, err);

    if (rc)
        return rc;
    if (!deleted && number >= (int64_t)(sizeof numbers / sizeof numbers[0]))
        return jaxl_error_set(err, JAXL_EINPUT, "event: there is no event %lld (1 to 5 are)",
                              (long long)number);
    e->kind = deleted ? JAXL_EVENT_TEARDOWN : numbers[number];
    if (!e->state && e->kind == JAXL_EVENT_SETUP)
        e->kind = JAXL_EVENT_CONFIGURE;
    else if (e->data && (e->kind == JAXL_EVENT_SETUP || e->kind == JAXL_EVENT_OPTION))
        e->kind = JAXL_EVENT_DATA;
    return 0;
}

/* What the state says of the call. */
static int read_call(struct jaxl_event *e, struct jaxl_error *err)
{
    int rc;

    if (jaxl_json_type(e->state) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EINPUT,
                              e->state ? "event: state is no object"
                                       : "event: state is missing, which names the call");
    rc = read_number(given(e, CALL_ID), "state.call_id", 1, &e->call_id, err);
    if (!rc)
        rc = read_number(given(e, DIRECTION), "state.direction", 0, &e->direction, err);
    if (!rc)
        rc = read_text(given(e, FROM), "state.from_number", &e->from, err);
    if (!rc)
        rc = read_text(given(e, TO), "state.to_number", &e->to, err);
    e->metadata = given(e, METADATA);
    return rc;
}

static int read_body(struct jaxl_event *e, bool deleted, struct jaxl_error *err)
{
    int rc;

    if (jaxl_json_type(e->body) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EINPUT, "event: a JSON object is wanted");
    e->state = jaxl_json_get(e->body, "state");
    if (jaxl_json_is_null(e->state))
        e->state = NULL;
    rc = read_number(given(e, IVR), "pk", 1, &e->ivr, err);
    if (!rc)
        rc = read_text(given(e, OPTION), "option", &e->option, err);
    if (!rc)
        rc = read_text(given(e, DATA), "data", &e->data, err);
    if (!rc)
        rc = read_text(given(e, MARK), "mark", &e->mark, err);
    if (!rc)
        rc = read_kind(e, deleted, err);
    return rc || e->kind == JAXL_EVENT_CONFIGURE ? rc : read_call(e, err);
}

int jaxl_event_read(struct jaxl_event *e, const struct jaxl_json *body, bool deleted,
                    struct jaxl_error *err)
{
    struct jaxl_event read = {.body = body};
    int rc = read_body(&read, deleted, err);

    if (!rc)
        *e = read;
    return rc;
}

/* NULL: it has no text. */
static const char *write_time(const struct jaxl_event *e, char text[32])
{
    char iso[JAXL_CLOCK_ISO_MAX];

    if (jaxl_clock_format(e->received, iso))
        return NULL;
    return memcpy(text, iso, strlen(iso) + 1); /* 27 bytes at most */
}

/* Members of the body that go into the state: their names are the record's. */
static bool moves(const struct jaxl_json *m)
{
    size_t len;
    const char *name = jaxl_json_key(m, &len);

    return member_of(name, len) < MEMBERS && !known_in_body(name, len);
}

/* Whether what the record keeps of the state has this name with so many '_' behind it. */
static bool is_kept(const struct jaxl_event *e, const char *name, size_t len, size_t more)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->state); m; m = jaxl_json_next(m)) {
        size_t n;
        const char *key = jaxl_json_key(m, &n);
        if (n == len + more && memcmp(key, name, len) == 0 && strspn(key + len, "_") == more &&
            !taken_from_state(key, n))
            return true;
    }
    return false;
}

/* How many '_' part a member that moves into the state from what is there. */
static size_t apart(const struct jaxl_event *e, const char *name, size_t len)
{
    size_t more = 0;

    while (is_kept(e, name, len, more))
        more++;
    return more;
}

/* A value onto the buffer, whatever stands before it. */
static void write_value(struct jaxl_json_writer *w, const struct jaxl_json *v)
{
    jaxl_json_writer_reset(w);
    jaxl_json_write_value(w, v);
}

static void write_text(struct jaxl_json_writer *w, const char *text)
{
    jaxl_json_writer_reset(w);
    jaxl_json_write_string(w, text);
}

/* A member of the body as it is. */
static void write_member(struct jaxl_json_writer *w, const struct jaxl_json *m)
{
    size_t len;
    const char *name = jaxl_json_key(m, &len);

    jaxl_json_writer_reset(w);
    jaxl_json_write_string_n(w, name, len);
    jaxl_buf_putc(w->out, ':');
    write_value(w, m);
}

/* Names of ours need no escapes. */
static void write_moved(const struct jaxl_event *e, struct jaxl_json_writer *w, const char *comma)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (!moves(m))
            continue;
        jaxl_buf_puts(w->out, comma);
        jaxl_buf_putc(w->out, '"');
        jaxl_buf_add(w->out, name, len);
        for (size_t more = apart(e, name, len); more; more--)
            jaxl_buf_putc(w->out, '_');
        jaxl_buf_puts(w->out, "\":");
        write_value(w, m);
        comma = ",";
    }
}

/* Whether the body has members that the protocol does not: hardly ever. */
static bool has_unknown(const struct jaxl_event *e)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (!known_in_body(name, len))
            return true;
    }
    return false;
}

static bool has_moved(const struct jaxl_event *e)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m))
        if (moves(m))
            return true;
    return false;
}

static void write_state(const struct jaxl_event *e, struct jaxl_json_writer *w)
{
    bool moved = has_unknown(e) && has_moved(e);
    const char *comma = "";

    if (!e->state && !moved) {
        jaxl_buf_add(w->out, "null", 4);
        return;
    }
    jaxl_buf_putc(w->out, '{');
    for (const struct jaxl_json *m = jaxl_json_first(e->state); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (taken_from_state(name, len))
            continue;
        jaxl_buf_puts(w->out, comma);
        write_member(w, m);
        comma = ",";
    }
    if (moved)
        write_moved(e, w, comma);
    jaxl_buf_putc(w->out, '}');
}

static void write_unknown(const struct jaxl_event *e, struct jaxl_json_writer *w)
{
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = jaxl_json_next(m)) {
        size_t len;
        const char *name = jaxl_json_key(m, &len);
        if (member_of(name, len) < MEMBERS || known_in_body(name, len))
            continue;
        jaxl_buf_putc(w->out, ',');
        write_member(w, m);
    }
}

static void write_own(const struct jaxl_event *e, size_t i, struct jaxl_json_writer *w)
{
    char time[32];

    switch (i) {
    case ID:
        write_text(w, e->id);
        break;
    case EVENT:
        write_text(w, kinds[e->kind]);
        break;
    case RECEIVED_AT:
        write_text(w, write_time(e, time));
        break;
    default:
        write_state(e, w);
    }
}

void jaxl_event_write(const struct jaxl_event *e, struct jaxl_buf *out)
{
    struct jaxl_json_writer w = {.out = out};

    jaxl_buf_putc(out, '{');
    for (size_t i = 0; i < DUPLICATE; i++) {
        bool first = i == 0;
        jaxl_buf_add(out, members[i].key.text + first, members[i].key.len - first);
        if (members[i].in_state.len || members[i].in_body.len)
            write_value(&w, given(e, i));
        else
            write_own(e, i, &w);
    }
    if (has_unknown(e))
        write_unknown(e, &w);
    if (e->duplicate)
        jaxl_buf_puts(out, ",\"duplicate\":true");
    jaxl_buf_puts(out, "}\n");
}

const char *jaxl_event_other(const struct jaxl_event *e)
{
    return e->direction == 2 ? e->to : e->direction == 1 ? e->from : NULL;
}

/* A member of the body that moved into the state, by the name that it has there. */
static const struct jaxl_json *moved(const struct jaxl_event *e, const char *name, size_t len)
{
    const struct jaxl_json *m;
    size_t bare = len;

    while (bare && name[bare - 1] == '_')
        bare--;
    m = jaxl_json_get_n(e->body, name, bare);
    return m && moves(m) && apart(e, name, bare) == len - bare ? m : NULL;
}

static const struct jaxl_json *in_state(const struct jaxl_event *e, const char *name, size_t len)
{
    const struct jaxl_json *v = NULL;

    if (!taken_from_state(name, len))
        v = jaxl_json_get_n(e->state, name, len);
    return v ? v : moved(e, name, len);
}

/* Of the record's state, which is not an object of the body. */
static const struct jaxl_json *find_in_state(const struct jaxl_event *e, const char *path,
                                             size_t len)
{
    const struct jaxl_json *v = in_state(e, path, len);
    const char *dot = memchr(path, '.', len);

    if (v || !dot)
        return v;
    v = in_state(e, path, (size_t)(dot - path));
    return jaxl_json_find_n(v, dot + 1, len - (size_t)(dot + 1 - path));
}

/* A member of the record that is one of the body. */
static const struct jaxl_json *in_record(const struct jaxl_event *e, const char *name, size_t len)
{
    size_t i = member_of(name, len);

    if (i < MEMBERS)
        return given(e, i);
    return known_in_body(name, len) ? NULL : jaxl_json_get_n(e->body, name, len);
}

static const struct jaxl_json *find(const struct jaxl_event *e, const char *path, size_t len)
{
    const struct jaxl_json *v = in_record(e, path, len);
    const char *dot = memchr(path, '.', len), *rest;

    if (v || !dot)
        return v;
    rest = dot + 1;
    len -= (size_t)(rest - path);
    if (is(members[STATE].name, path, (size_t)(dot - path)))
        return find_in_state(e, rest, len);
    return jaxl_json_find_n(in_record(e, path, (size_t)(dot - path)), rest, len);
}

/* The fields that are not of the body; NULL for every other. */
static const char *own_field(const struct jaxl_event *e, size_t i, char scratch[32])
{
    switch (i) {
    case ID:
        return e->id;
    case EVENT:
        return kinds[e->kind];
    case RECEIVED_AT:
        return write_time(e, scratch);
    case DUPLICATE:
        return e->duplicate ? "true" : NULL;
    default:
        return NULL;
    }
}

const char *jaxl_event_field(const struct jaxl_event *e, const char *path, size_t len,
                             char scratch[32], size_t *n)
{
    const char *text = own_field(e, member_of(path, len), scratch);
    const struct jaxl_json *v;

    if (text) {
        *n = strlen(text);
        return text;
    }
    v = find(e, path, len);
    if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
        text = jaxl_json_bool(v) ? "true" : "false";
        *n = strlen(text);
        return text;
    }
    return jaxl_json_text(v, n);
}
