/* What the members have written to each other and to their teams. */
#include <stdio.h>

#include "sandbox/members.h"
#include "sandbox/request.h"

enum { CHAT = 1, NOTE = 10 };

static const struct message {
    int type;
    int64_t from;     /* a member */
    const char *kind; /* of whom it goes to: member or team */
    int64_t to, reply_to;
    bool read;
    const char *text, *tag; /* tag: NULL for none */
} messages[] = {
    {CHAT, 1, "member", 2, 0, true, "Please call the leads of today.", NULL},
    {CHAT, 2, "member", 1, 1, true, "They are called.", NULL},
    {NOTE, 1, "team", 2, 0, false, "Support opens at nine.", "shift"},
    {CHAT, 3, "member", 1, 0, false, "A lead wants to talk to you.", "lead"},
};

/* The key of a member is the hash of the e-mail; a team has none: "". */
static const char *key_of(const char *kind, int64_t id, char out[SHA256_TEXT])
{
    out[0] = '\0';
    return *kind == 'm' ? sha256_text(members[id - 1].email, out) : out;
}

static void write_id(struct jaxl_json_writer *j, const char *key, int64_t id)
{
    jaxl_json_write_key(j, key);
    if (id)
        jaxl_json_write_int(j, id);
    else
        jaxl_json_write_null(j);
}

static void write_bool(struct jaxl_json_writer *j, const char *key, bool v)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_bool(j, v);
}

static void write_empty(struct jaxl_json_writer *j, const char *key)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_array(j);
    jaxl_json_write_end(j);
}

static void write_message(struct request *r, size_t i)
{
    const struct message *m = &messages[i];
    struct jaxl_json_writer *j = r->out;
    char from[SHA256_TEXT], to[SHA256_TEXT], proof[PROOF_HEX + 1], id[48];
    bool to_member = *key_of(m->kind, m->to, to);

    proof_make(r->world, m->text, proof);
    snprintf(id, sizeof id, "sandbox-message-%zu", i + 1);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", (int64_t)i + 1);
    jaxl_json_write_member_int(j, "ver", 1);
    jaxl_json_write_member_int(j, "fpk", m->from);
    jaxl_json_write_member_int(j, "fau", member_user(m->from));
    write_id(j, "tau", to_member ? member_user(m->to) : 0);
    jaxl_json_write_member(j, "fkey", key_of("member", m->from, from));
    jaxl_json_write_member(j, "tkey", to_member ? to : NULL);
    jaxl_json_write_member(j, "pkey", NULL);
    write_bool(j, "fwded", false);
    jaxl_json_write_member(j, "con", m->text);
    write_bool(j, "read", m->read);
    jaxl_json_write_member(j, "signature", proof);
    write_bool(j, "encrypted", false);
    write_empty(j, "att");
    write_bool(j, "deleted", false);
    jaxl_json_write_member(j, "fe", "member");
    jaxl_json_write_member_int(j, "fi", m->from);
    jaxl_json_write_member(j, "te", m->kind);
    jaxl_json_write_member_int(j, "ti", m->to);
    write_id(j, "irt", m->reply_to);
    jaxl_json_write_member(j, "fname", NULL);
    write_empty(j, "reactions");
    jaxl_json_write_member(j, "jaxlid", id);
    jaxl_json_write_member_int(j, "type", m->type);
    jaxl_json_write_member(j, "tag", m->tag);
    jaxl_json_write_end(j);
}

static bool matches(const struct request *r, size_t i)
{
    const struct message *m = &messages[i];
    char from[SHA256_TEXT], to[SHA256_TEXT];

    return (param_admits(r, "okey", key_of("member", m->from, from)) ||
            param_admits(r, "okey", key_of(m->kind, m->to, to))) &&
           param_admits_int(r, "types", m->type) && param_admits(r, "tag", m->tag ? m->tag : "") &&
           param_admits_int(r, "mid", (int64_t)i + 1) && param_admits(r, "fe", "member") &&
           param_admits_int(r, "fi", m->from) && param_admits(r, "te", m->kind) &&
           param_admits_int(r, "ti", m->to);
}

static void list(struct world *w, struct request *r)
{
    static const char *const ids[] = {"types", "mid", "fi", "ti"};

    (void)w;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (!param_each_id(r, ids[i]))
            return;
    if (param_each_hash(r, "okey"))
        page_serve(r, sizeof messages / sizeof *messages, matches, write_message);
}

static const char *const message_params[] = {"okey", "limit", "offset", "types", "tag", "mid",
                                             "fe",   "fi",    "te",     "ti",    NULL};

const struct route message_routes[] = {
    {ACCOUNTS, "GET", "/v1/messages/", message_params, 0, list},
    {0},
};
