/* What a flow is inside. A file is read record by record (flow_read.c: members, their texts as they
 * are written); when all variables are known its texts are compiled (flow_text.c: where each field
 * comes from; flow_prompt.c: prompts as sentences) and its rules checked (flow_check.c). Problems
 * are gathered on the way and told in the order of the lines. flow_answer.c is what runs for an
 * event; vars.c remembers, leads.c finds leads. */
#ifndef JAXL_EVENTS_FLOW_IMPL_H
#define JAXL_EVENTS_FLOW_IMPL_H

#include "data/arena.h"
#include "data/json_value.h"
#include "data/pattern.h"
#include "data/where.h"
#include "events/leads.h"
#include "events/response.h"
#include "events/vars.h"
#include "jaxl/flow.h"

/* Members of a rule. */
enum jaxl_flow_member {
    JAXL_FLOW_EVENT, /* conditions */
    JAXL_FLOW_OPTION,
    JAXL_FLOW_DATA,
    JAXL_FLOW_FROM,
    JAXL_FLOW_TO,
    JAXL_FLOW_DIRECTION,
    JAXL_FLOW_IVR,
    JAXL_FLOW_MARK,
    JAXL_FLOW_WHEN,
    JAXL_FLOW_SET, /* what becomes of it */
    JAXL_FLOW_GO_ON,
    JAXL_FLOW_NAME,
    JAXL_FLOW_NUM_CHARACTERS,
    JAXL_FLOW_MARK_AS,
    JAXL_FLOW_FROM_NUMBER,
    JAXL_FLOW_PROMPT, /* answers: one of these, or none */
    JAXL_FLOW_NEXT,
    JAXL_FLOW_PHONE,
    JAXL_FLOW_DEVICES,
    JAXL_FLOW_APPUSERS,
    JAXL_FLOW_TEAMS,
    JAXL_FLOW_MEMBERS
};

enum jaxl_flow_source {
    JAXL_FLOW_OF_EVENT,
    JAXL_FLOW_OF_VARIABLE,
    JAXL_FLOW_OF_EITHER, /* of the event, or the variable when that has none */
    JAXL_FLOW_OF_LEAD
};

/* Where a value comes from. */
struct jaxl_flow_field {
    enum jaxl_flow_source source;
    const char *name; /* as it is written; of an event also its path */
    size_t len;
    unsigned slot; /* the variable, or the path in leads */
};

/* A literal text, and the field that follows it. */
struct jaxl_flow_piece {
    const char *literal;
    size_t literal_len;
    const struct jaxl_flow_field *field; /* NULL: none */
    const char *fallback;                /* NULL: the field must be there */
    size_t fallback_len;
};

struct jaxl_flow_text {
    const char *raw; /* as written; NULL: there is none */
    size_t raw_len;
    const struct jaxl_flow_piece *pieces;
    size_t n;
};

/* A variable for each named group of a pattern. */
struct jaxl_flow_groups {
    const unsigned char *slots;
    size_t n;
};

struct jaxl_flow_condition {
    struct jaxl_flow_condition *next;
    enum jaxl_flow_member member;
    struct jaxl_pattern *pattern; /* NULL: equal to text */
    const char *text;
    size_t len;
    struct jaxl_flow_groups groups;
};

struct jaxl_flow_when {
    struct jaxl_flow_when *next;
    struct jaxl_where *where;
    const char *text;
    struct jaxl_flow_field field;
    struct jaxl_flow_groups groups;
};

struct jaxl_flow_set {
    struct jaxl_flow_set *next;
    unsigned slot;
    struct jaxl_flow_text value;
};

struct jaxl_flow_rule {
    uint64_t line;
    const char *name; /* NULL: none */
    unsigned kinds;   /* bits of enum jaxl_event_kind: of the others it matches none */
    struct jaxl_flow_condition *conditions;
    struct jaxl_flow_when *whens;
    struct jaxl_flow_set *sets;
    bool go_on;
    bool wrong;                                     /* there were problems while it was read */
    size_t groups;                                  /* of all its patterns */
    enum jaxl_flow_member answer;                   /* JAXL_FLOW_MEMBERS: none */
    struct jaxl_flow_text texts[JAXL_FLOW_MEMBERS]; /* of those that are one text */
    struct jaxl_flow_text *prompt;                  /* sentences, or one text that has some */
    size_t n_prompt;
    bool one_text;        /* the prompt was, so that its values are parted as well */
    const char *constant; /* the answer when it has no field; NULL: it has */
    size_t constant_len;
    unsigned given; /* bits of enum jaxl_flow_member: what the record has */
};

enum { JAXL_FLOW_SENTENCES = JAXL_RESPONSE_SENTENCES + 1 /* one too many, to be told */ };

struct jaxl_flow {
    char *name; /* of the file */
    struct jaxl_arena arena;
    struct jaxl_flow_rule **rules;
    size_t n, cap;
    const char *variables[JAXL_FLOW_VARIABLES];
    size_t n_variables;
    struct jaxl_vars vars;
    const char *lead_paths[JAXL_LEADS_PATHS];
    uint64_t lead_lines[JAXL_LEADS_PATHS]; /* of the first rule that takes it */
    size_t n_lead_paths;
    struct jaxl_leads leads;
    struct jaxl_buf scratch; /* of an answer: texts that were rendered */
    struct jaxl_json nodes[JAXL_FLOW_SENTENCES];
};

/* A file being read. */
struct jaxl_flow_problem {
    uint64_t line;
    size_t order;
    const char *message;
};
enum { JAXL_FLOW_PROBLEMS = 1000, JAXL_FLOW_MATCHES = 10000 };

struct jaxl_flow_reading {
    struct jaxl_flow *f;
    const struct jaxl_flow_options *o;
    struct jaxl_flow_problem *problems; /* up to JAXL_FLOW_PROBLEMS of n_problems */
    size_t n_problems;
    const char *unknown[16]; /* names that were told of */
    size_t n_unknown;
    bool too_many_variables, too_many_paths; /* which were told of */
    unsigned matches;                        /* of patterns, to see which rules hide others */
    int failed; /* JAXL_ENOMEM, JAXL_ELIMIT or JAXL_ECONFIG: the reading is over */
    struct jaxl_error *err;
};

/* flow_read.c */
const char *jaxl_flow_member_name(enum jaxl_flow_member member);
/* Records into rules, as they are written. */
int jaxl_flow_read_rules(struct jaxl_flow_reading *r, int fd);
/* Notes a problem, in one line. */
void jaxl_flow_problem(struct jaxl_flow_reading *r, uint64_t line, const char *fmt, ...)
    JAXL_PRINTF(3, 4);
/* n bytes of the flow's arena, or a copy of a text there; NULL with r->failed set. */
void *jaxl_flow_alloc(struct jaxl_flow_reading *r, size_t n);
const char *jaxl_flow_keep(struct jaxl_flow_reading *r, const char *text, size_t len);
/* Ends the reading. */
void jaxl_flow_fail(struct jaxl_flow_reading *r, int code, const char *why);

/* flow_text.c */
/* Compiles t->raw, which stands in a member of a rule. False: there is a problem, or r->failed. */
bool jaxl_flow_text_compile(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule,
                            const char *member, struct jaxl_flow_text *t);
/* Finds out where a field of len bytes comes from. False as above. */
bool jaxl_flow_field_find(struct jaxl_flow_reading *r, const struct jaxl_flow_rule *rule,
                          const char *member, const char *name, size_t len,
                          struct jaxl_flow_field *field);
bool jaxl_flow_text_constant(const struct jaxl_flow_text *t);

/* flow_prompt.c: parts the prompt of a rule, which is compiled, into sentences. */
bool jaxl_flow_prompt_part(struct jaxl_flow_reading *r, struct jaxl_flow_rule *rule);
/* Whether a value that stands in a sentence leaves it one sentence. */
bool jaxl_flow_prompt_plain(const char *text, size_t len);

/* flow_check.c: compiles all rules, and looks at what is wrong with them. */
void jaxl_flow_check(struct jaxl_flow_reading *r);

/* flow_answer.c */
/* The normal form of the answer of a rule, with a sample that is good in the place of every text
 * that is not constant. The error says nothing of file and line. */
int jaxl_flow_give(struct jaxl_flow *f, const struct jaxl_flow_rule *rule, struct jaxl_buf *out,
                   struct jaxl_error *err);

#endif
