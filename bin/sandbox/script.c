/* What callers do: the lines of --callers, and those that are posted. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jaxl/record.h"
#include "jaxl/span.h"
#include "sandbox/world.h"

enum { SPAN_MAX = 86400 }; /* seconds */

static int read_number(const struct jaxl_json *v, struct script *s, size_t offset,
                       struct jaxl_error *err)
{
    uint64_t number = e164_parse(jaxl_json_string(v, NULL));

    if (!number)
        return jaxl_error_set(err, JAXL_EINPUT, "it is not a number in the form +12015550123");
    *(uint64_t *)(void *)((char *)s + offset) = number;
    return 0;
}

/* Seconds, or a text with a unit. */
static int read_span(const struct jaxl_json *v, struct script *s, size_t offset,
                     struct jaxl_error *err)
{
    size_t len = 0;
    const char *text = jaxl_json_text(v, &len);
    int64_t us = 0;

    if (!text)
        return jaxl_error_set(err, JAXL_EINPUT, "it must be seconds, or a text like \"500ms\"");
    if (jaxl_span_parse(text, len, &us, err))
        return err->code = JAXL_EINPUT;
    if (us > SPAN_MAX * JAXL_SECOND)
        return jaxl_error_set(err, JAXL_EINPUT, "it is more than a day");
    *(uint32_t *)(void *)((char *)s + offset) = (uint32_t)(us / JAXL_MSEC);
    return 0;
}

static int read_then(const struct jaxl_json *v, struct script *s, size_t offset,
                     struct jaxl_error *err)
{
    static const char *const thens[] = {
        [THEN_HANG_UP] = "hangup", [THEN_WAIT] = "wait", [THEN_RANDOM] = "random"};
    unsigned n = sizeof thens / sizeof *thens, i = 0;

    (void)offset;
    while (i < n && strcmp(jaxl_json_string(v, ""), thens[i]) != 0)
        i++;
    if (i == n)
        return jaxl_error_set(err, JAXL_EINPUT, "it must be hangup, wait or random");
    s->then = (enum then)i;
    return 0;
}

static bool keys_ok(const char *keys)
{
    size_t n = strlen(keys);

    return n && n <= KEYS_MAX && strspn(keys, "0123456789*#") == n;
}

static int read_keys(const struct jaxl_json *v, struct script *s, size_t offset,
                     struct jaxl_error *err)
{
    size_t n = jaxl_json_count(v);

    (void)offset;
    if (jaxl_json_type(v) != JAXL_JSON_ARRAY || n > SCRIPT_KEYS_MAX)
        return jaxl_error_set(err, JAXL_EINPUT, "it must be a list of at most %d texts",
                              SCRIPT_KEYS_MAX);
    s->keys = calloc(n ? n : 1, sizeof *s->keys);
    if (!s->keys)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (const struct jaxl_json *e = jaxl_json_first(v); e; e = jaxl_json_next(e)) {
        const char *keys = jaxl_json_string(e, "");
        if (!jaxl_json_is_null(e)) {
            if (!keys_ok(keys))
                return jaxl_error_set(err, JAXL_EINPUT,
                                      "each must be null or 1 to %d of the keys 0 to 9, * and #",
                                      KEYS_MAX);
            s->keys[s->n_keys] = strdup(keys);
            if (!s->keys[s->n_keys])
                return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
        }
        s->n_keys++;
    }
    return 0;
}

static const struct {
    const char *name;
    int (*read)(const struct jaxl_json *v, struct script *s, size_t offset, struct jaxl_error *err);
    size_t offset;
} members[] = {{"from", read_number, offsetof(struct script, from)},
               {"to", read_number, offsetof(struct script, to)},
               {"keys", read_keys, 0},
               {"then", read_then, 0},
               {"ring", read_span, offsetof(struct script, ring)},
               {"think", read_span, offsetof(struct script, think)},
               {"talk", read_span, offsetof(struct script, talk)},
               {"leave", read_span, offsetof(struct script, leave)},
               {"at", read_span, offsetof(struct script, at)}};
enum { MEMBER_COUNT = sizeof members / sizeof *members };

static int read_member(const struct jaxl_json *v, struct script *s, struct jaxl_error *err)
{
    const char *key = jaxl_json_key(v, NULL), *names[MEMBER_COUNT + 1] = {NULL}, *near;
    int code;

    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        names[i] = members[i].name;
        if (strcmp(key, members[i].name) != 0)
            continue;
        code = members[i].read(v, s, members[i].offset, err);
        return code ? jaxl_error_prefix(err, code, "%s", key) : 0;
    }
    near = cli_nearest(key, names, MEMBER_COUNT);
    return jaxl_error_set(err, JAXL_EINPUT, "%s: there is no such member%s%s%s", key,
                          near ? ": did you mean " : "", near ? near : "", near ? "?" : "");
}

static int check(const struct world *w, const struct script *s, struct jaxl_error *err)
{
    if (!s->to)
        return jaxl_error_set(err, JAXL_EINPUT, "to: who is called is missing");
    if (s->from && !is_own_number(w, s->to))
        return jaxl_error_set(err, JAXL_EINPUT,
                              "to: somebody with from calls a number of the organisation");
    if (s->at && !s->from)
        return jaxl_error_set(err, JAXL_EINPUT, "at: it goes only with from");
    return 0;
}

int script_read(const struct world *w, const struct jaxl_json *v, struct script *s,
                struct jaxl_error *err)
{
    int code = 0;

    *s = (struct script){.think = 2000, .talk = 30000, .ring = NOT_SAID, .leave = NOT_SAID};
    for (v = jaxl_json_first(v); !code && v; v = jaxl_json_next(v))
        code = read_member(v, s, err);
    if (!code)
        code = check(w, s, err);
    if (code)
        script_free(s);
    else if (s->ring == NOT_SAID)
        s->ring = s->from ? 1000 : 5000;
    return code;
}

void script_free(struct script *s)
{
    for (size_t i = 0; i < s->n_keys; i++)
        free(s->keys[i]);
    free(s->keys);
    s->keys = NULL;
    s->n_keys = 0;
}

struct script *script_find(struct world *w, uint32_t number)
{
    return number ? &w->play.scripts[number - 1] : NULL;
}

uint32_t script_add(struct world *w, struct script *s)
{
    struct play *p = &w->play;
    struct callee *callee = s->from ? NULL : callee_of(&w->calls, s->to);
    uint32_t *last;

    if (p->n_scripts == SCRIPTS_MAX || (!callee && !s->from))
        return 0;
    if (p->n_scripts == p->scripts_room) {
        size_t room = p->scripts_room ? p->scripts_room * 2 : 64;
        struct script *more = realloc(p->scripts, room * sizeof *more);
        if (!more)
            return 0;
        p->scripts = more;
        p->scripts_room = room;
    }
    p->scripts[p->n_scripts++] = *s;
    if (callee) {
        for (last = &callee->script; *last; last = &script_find(w, *last)->next)
            ;
        *last = (uint32_t)p->n_scripts;
    }
    return (uint32_t)p->n_scripts;
}

/* The first that nobody has followed yet, else the last. */
uint32_t script_next_to(struct world *w, uint64_t to)
{
    const struct callee *callee = w->play.n_scripts ? callee_of(&w->calls, to) : NULL;
    uint32_t number = callee ? callee->script : 0;

    while (number && script_find(w, number)->used && script_find(w, number)->next)
        number = script_find(w, number)->next;
    return number;
}

static int read_all(struct world *w, struct jaxl_record_reader *in, struct jaxl_error *err)
{
    const char *path = w->options.callers;
    struct jaxl_record rec;
    struct script s;
    int code;

    while (!(code = jaxl_record_read(in, true, &rec, err))) {
        code = script_read(w, rec.value, &s, err);
        if (code)
            return jaxl_error_prefix(err, code, "%s, line %llu", path,
                                     (unsigned long long)rec.line);
        if (!script_add(w, &s)) {
            script_free(&s);
            return jaxl_error_set(err, JAXL_ELIMIT, "%s: at most %d callers", path, SCRIPTS_MAX);
        }
    }
    return code == JAXL_EEND ? 0 : code;
}

int play_read_callers(struct world *w, struct jaxl_error *err)
{
    const struct jaxl_record_reader_options ndjson = {.input = JAXL_RECORD_IN_NDJSON};
    const char *path = w->options.callers;
    struct jaxl_record_reader *in;
    int fd, code;

    if (!path)
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return jaxl_error_set(err, JAXL_EIO, "cannot open %s: %s", path, strerror(errno));
    code = jaxl_record_reader_new(&in, fd, path, &ndjson, err);
    if (!code)
        code = read_all(w, in, err);
    jaxl_record_reader_free(&in);
    close(fd);
    return code;
}
