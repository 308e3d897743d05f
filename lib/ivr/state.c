#include "ivr/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json_writer.h"
#include "jaxl/record.h"

enum { ID = 24 /* bytes of an id as text */ };
#define STATE_MAX ((size_t)64 * 1024 * 1024) /* bytes of the file */

static int no_memory(const struct jaxl_ivr_state *s, int code, struct jaxl_error *err)
{
    return jaxl_error_set(err, code, "state file %s: %s", s->file.path ? s->file.path : "",
                          jaxl_error_name(code));
}

struct jaxl_ivr_bond *jaxl_ivr_state_find(const struct jaxl_ivr_state *s, const char *name)
{
    return jaxl_ivr_names_find(&s->names, name);
}

static bool make_room(struct jaxl_ivr_state *s)
{
    size_t room = s->room ? 2 * s->room : 64;
    struct jaxl_ivr_bond **more;

    if (s->n < s->room)
        return true;
    more = reallocarray(s->bonds, room, sizeof *more);
    if (!more)
        return false;
    s->bonds = more;
    s->room = room;
    return true;
}

static const char *id_text(int64_t id, char text[ID])
{
    snprintf(text, ID, "%" PRId64, id);
    return text;
}

struct jaxl_ivr_bond *jaxl_ivr_state_owner(const struct jaxl_ivr_state *s, int64_t id)
{
    char text[ID];
    struct jaxl_ivr_bond *b = jaxl_ivr_names_find(&s->ids, id_text(id, text));

    return b && b->id == id && !b->gone ? b : NULL;
}

/* Enters an id into one of the tables by id, where it is not yet. */
static int enter_id(struct jaxl_ivr_state *s, struct jaxl_ivr_names *table, int64_t id,
                    void *bearer)
{
    char text[ID], *kept = jaxl_arena_alloc(&s->arena, strlen(id_text(id, text)) + 1);

    if (!kept)
        return s->arena.failed;
    if (!jaxl_ivr_names_reserve(table))
        return JAXL_ENOMEM;
    jaxl_ivr_names_enter(table, strcpy(kept, text), bearer);
    return 0;
}

/* Makes b the owner of an id. */
static int own(struct jaxl_ivr_state *s, struct jaxl_ivr_bond *b, int64_t id)
{
    struct jaxl_ivr_bond *before = jaxl_ivr_state_owner(s, id);
    char text[ID];

    if (before == b)
        return 0;
    if (before)
        before->gone = true;
    return jaxl_ivr_names_replace(&s->ids, id_text(id, text), b) ? 0 : enter_id(s, &s->ids, id, b);
}

static struct jaxl_ivr_bond *add(struct jaxl_ivr_state *s, const char *name)
{
    size_t len = strlen(name);
    struct jaxl_ivr_bond *b;
    char *copy;

    if (!make_room(s) || !jaxl_ivr_names_reserve(&s->names))
        return NULL;
    b = jaxl_arena_alloc(&s->arena, sizeof *b + len + 1);
    if (!b)
        return NULL;
    copy = memcpy(b + 1, name, len + 1);
    *b = (struct jaxl_ivr_bond){.name = copy, .id = -1};
    jaxl_ivr_names_enter(&s->names, copy, b);
    return s->bonds[s->n++] = b;
}

int jaxl_ivr_state_bind(struct jaxl_ivr_state *s, const char *name, int64_t id)
{
    struct jaxl_ivr_bond *b = jaxl_ivr_state_find(s, name);
    int rc;

    if (!b)
        b = add(s, name);
    if (!b)
        return s->arena.failed ? s->arena.failed : JAXL_ENOMEM;
    rc = id ? own(s, b, id) : 0;
    if (rc)
        return rc;
    if (b->id != id || b->gone)
        s->changed = true;
    b->id = id;
    b->gone = false;
    return 0;
}

int jaxl_ivr_state_disown(struct jaxl_ivr_state *s, int64_t id)
{
    char text[ID];

    if (jaxl_ivr_names_find(&s->foreign, id_text(id, text)))
        return 0;
    s->changed = true;
    return enter_id(s, &s->foreign, id, s); /* (whatever is not NULL) */
}

bool jaxl_ivr_state_disowns(const struct jaxl_ivr_state *s, int64_t id)
{
    char text[ID];

    return jaxl_ivr_names_find(&s->foreign, id_text(id, text)) && !jaxl_ivr_state_owner(s, id);
}

/* A line of what is not the names', or JAXL_EAGAIN. */
static int take_foreign(struct jaxl_ivr_state *s, const struct jaxl_json *line,
                        struct jaxl_error *err)
{
    int64_t id;
    int rc;

    if (jaxl_json_count(line) != 1 || jaxl_json_int(jaxl_json_get(line, "not"), &id) || id < 1)
        return JAXL_EAGAIN;
    rc = jaxl_ivr_state_disown(s, id);
    return rc ? no_memory(s, rc, err) : 0;
}

static int take_line(void *ctx, const struct jaxl_record *rec, struct jaxl_error *err)
{
    struct jaxl_ivr_state *s = ctx;
    const struct jaxl_json *org = jaxl_json_get(rec->value, "org"),
                           *value = jaxl_json_get(rec->value, "id");
    const char *name = jaxl_json_string(jaxl_json_get(rec->value, "ivr"), NULL);
    int64_t id = 0;
    int rc;

    rc = take_foreign(s, rec->value, err);
    if (rc != JAXL_EAGAIN)
        return rc;
    if (org && !jaxl_json_int(org, &id) && id > 0 && !s->org && !name) {
        s->org = id;
        return 0;
    }
    if (!name || !*name || !value || jaxl_ivr_state_find(s, name) ||
        (!jaxl_json_is_null(value) && (jaxl_json_int(value, &id) || id < 1)) ||
        jaxl_ivr_state_owner(s, id))
        return jaxl_error_set(err, JAXL_EINPUT,
                              "state file %s, line %" PRIu64 ": neither a name with its id nor the "
                              "organisation",
                              s->file.path, rec->line);
    rc = jaxl_ivr_state_bind(s, name, id);
    return rc ? no_memory(s, rc, err) : 0;
}

int jaxl_ivr_state_open(struct jaxl_ivr_state *s, const char *path, bool lock,
                        struct jaxl_error *err)
{
    int rc;

    *s = (struct jaxl_ivr_state){.fresh = true};
    jaxl_arena_init(&s->arena, JAXL_IVR_TREE_MAX);
    rc = jaxl_statefile_open(&s->file, "state file", path, lock, err);
    if (!rc)
        rc = jaxl_statefile_read(&s->file, take_line, s, err);
    s->changed = false;
    s->fresh = !s->n;
    return rc;
}

void jaxl_ivr_state_free(struct jaxl_ivr_state *s)
{
    jaxl_statefile_close(&s->file);
    jaxl_arena_free(&s->arena);
    jaxl_ivr_names_free(&s->names);
    jaxl_ivr_names_free(&s->ids);
    jaxl_ivr_names_free(&s->foreign);
    free(s->bonds);
    *s = (struct jaxl_ivr_state){.file = s->file};
}

static int check_owner(const struct jaxl_ivr_state *s, int64_t org, struct jaxl_error *err)
{
    char whose[24] = "none";

    if (!s->org || s->org == org)
        return 0;
    if (org)
        snprintf(whose, sizeof whose, "%" PRId64, org);
    return jaxl_error_set(err, JAXL_ECONFIG,
                          "state file %s: it is of organisation %" PRId64 ", these credentials are "
                          "of %s: name another with --state",
                          s->file.path, s->org, whose);
}

int jaxl_ivr_state_own(struct jaxl_ivr_state *s, struct jaxl_session *session,
                       struct jaxl_error *err)
{
    int rc = jaxl_session_open(session, err);

    if (!rc)
        rc = check_owner(s, jaxl_session_org(session), err);
    if (!rc && !s->org)
        s->org = jaxl_session_org(session);
    return rc;
}

static void write_foreign(const struct jaxl_ivr_state *s, struct jaxl_buf *out)
{
    for (size_t i = 0; i < s->foreign.n_slots; i++) {
        const char *id = s->foreign.slots[i].name;
        if (id && jaxl_ivr_state_disowns(s, strtoll(id, NULL, 10)))
            jaxl_buf_printf(out, "{\"not\":%s}\n", id);
    }
}

static void write_lines(const struct jaxl_ivr_state *s, struct jaxl_buf *out)
{
    struct jaxl_json_writer w;

    jaxl_json_writer_init(&w, out);
    if (s->org)
        jaxl_buf_printf(out, "{\"org\":%" PRId64 "}\n", s->org);
    for (size_t i = 0; i < s->n; i++) {
        if (s->bonds[i]->gone)
            continue;
        jaxl_json_writer_reset(&w);
        jaxl_json_write_object(&w);
        jaxl_json_write_member(&w, "ivr", s->bonds[i]->name);
        jaxl_json_write_key(&w, "id");
        if (s->bonds[i]->id)
            jaxl_json_write_int(&w, s->bonds[i]->id);
        else
            jaxl_json_write_null(&w);
        jaxl_json_write_end(&w);
        jaxl_buf_putc(out, '\n');
    }
    write_foreign(s, out);
}

int jaxl_ivr_state_save(struct jaxl_ivr_state *s, struct jaxl_error *err)
{
    struct jaxl_buf text;
    int rc;

    if (s->file.lock < 0 || !s->changed)
        return 0;
    jaxl_buf_init(&text, STATE_MAX);
    write_lines(s, &text);
    rc = jaxl_statefile_write(&s->file, &text, err);
    if (!rc)
        s->changed = false;
    jaxl_buf_free(&text);
    return rc;
}
