/* What an IVR file says: menus that refer to each other by name, their options, the phone numbers
 * they answer, and what was found wrong with them. Made by jaxl_ivr_read, checked by
 * jaxl_ivr_check; or what an account has, made by account.h. */
#ifndef JAXL_IVR_TREE_H
#define JAXL_IVR_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/arena.h"
#include "jaxl/error.h"
#include "jaxl/ivr.h"
#include "jaxl/phone.h"

#define JAXL_IVR_KEYS "0123456789*#" /* what a caller can press; an index into it is a key */

enum {
    JAXL_IVR_INPUTS = 12,
    JAXL_IVR_TEXT = 64 * 1024, /* bytes of a name, a message or another text */
    JAXL_IVR_TARGETS = 1000,   /* in one list */
};
#define JAXL_IVR_TREE_MAX ((size_t)512 * 1024 * 1024) /* bytes of a whole input */

/* Where an option leads. */
enum jaxl_ivr_action {
    JAXL_IVR_NEXT,
    JAXL_IVR_PHONE,
    JAXL_IVR_DEVICES,
    JAXL_IVR_APPUSERS,
    JAXL_IVR_TEAMS,
    JAXL_IVR_WEBHOOK,
    JAXL_IVR_ACTIONS
};

struct jaxl_ivr_place {
    const char *file; /* as it was named */
    uint64_t line;
    size_t record; /* counts through all files in the order of reading, from 1 */
};

/* A device, an app user or a team: its id, or what to look it up by. */
struct jaxl_ivr_target {
    int64_t id;       /* 0: to be looked up by its name */
    const char *name; /* the name of a team, the e-mail of a member; NULL: has an id */
};

struct jaxl_ivr_list {
    const struct jaxl_ivr_target *targets;
    size_t n;
};

struct jaxl_ivr_menu;

/* Another menu: one of the input, or one that the account has already. */
struct jaxl_ivr_link {
    const char *name;         /* as written; NULL: none */
    struct jaxl_ivr_menu *to; /* filled in by jaxl_ivr_tree_link; NULL: none of that name */
    int64_t id; /* likewise, when there is none and the name is a number. Of an account
                   it is known before */
};

struct jaxl_ivr_option {
    struct jaxl_ivr_place place;
    struct jaxl_ivr_menu *menu; /* that it belongs to */
    int key;
    const char *message; /* its name; NULL: the record has none */
    unsigned actions;    /* bits 1 << enum jaxl_ivr_action: those that the record has, good or not.
                            A checked one has exactly one bit */
    struct jaxl_ivr_link next;
    const char *phone; /* E.164; NULL also when the record's is not a number */
    struct jaxl_ivr_list devices, appusers, teams;
    const char *webhook;
    const char *prompt; /* needs_data_prompt, or NULL */
    bool confirmation;
    const char *webhook_url; /* or NULL */
    bool disabled;
    int64_t id;      /* of the account; 0: not known */
    const char *cta; /* JSON text of where an option of the account leads when that is none of the
                        actions; else NULL */
    struct jaxl_ivr_option *after;     /* the next of the input */
    struct jaxl_ivr_option *also_here; /* the next that names the menu next.to */
};

struct jaxl_ivr_menu {
    struct jaxl_ivr_place place; /* its record; line 0: it was named but has none */
    const char *name;
    const char *message;        /* or the URL of a webhook IVR; NULL: the record has none */
    bool hangup, webhook;       /* a webhook IVR: message is its URL */
    bool entry;                 /* callers come in here */
    bool account;               /* an IVR of the account */
    bool failed;                /* it, or an option of it, could not be made as it should be */
    int64_t id;                 /* of the account; 0: not known */
    int64_t org;                /* whose id it is; 0: the session's */
    struct jaxl_ivr_menu *twin; /* what a menu of the input is on the account, and the reverse */
    /* By key; the first where the input has several. */
    struct jaxl_ivr_option *options[JAXL_IVR_INPUTS];
    struct jaxl_ivr_option *named_by; /* options that lead here; jaxl_ivr_tree_link makes them */
    struct jaxl_ivr_menu *after;      /* the next in the order in which they were first named */
    bool reached, left;               /* marks of check.h: a caller can get here; and away again */
    struct jaxl_ivr_menu *waiting;    /* for walks over the menus */
};

struct jaxl_ivr_phone {
    struct jaxl_ivr_place place;
    struct jaxl_phone number;
    struct jaxl_ivr_link ivr;
    int64_t id; /* of the account; 0: not known */
    struct jaxl_ivr_phone *after;
};

struct jaxl_ivr_problem {
    struct jaxl_ivr_place place;
    size_t nth;       /* of those of its record */
    unsigned opinion; /* 0, or the bit JAXL_IVR_ALLOW_* that allows it */
    const char *text;
    struct jaxl_ivr_problem *after;
};

/* A hash table from names to what bears them, with open addressing. */
struct jaxl_ivr_names {
    struct jaxl_ivr_name {
        const char *name; /* NULL: free */
        void *bearer;
    } * slots;
    size_t n_slots; /* a power of two, or 0 */
    size_t used;
};

void jaxl_ivr_names_free(struct jaxl_ivr_names *names);
/* What bears a name; NULL: nobody. */
void *jaxl_ivr_names_find(const struct jaxl_ivr_names *names, const char *name);
/* Makes room for one more. False: memory is out. */
bool jaxl_ivr_names_reserve(struct jaxl_ivr_names *names);
/* Gives a name that is there to another. False: it is not. */
bool jaxl_ivr_names_replace(struct jaxl_ivr_names *names, const char *name, void *bearer);
/* Enters a name that is not there, for which room has been made. It is borrowed. */
void jaxl_ivr_names_enter(struct jaxl_ivr_names *names, const char *name, void *bearer);

struct jaxl_ivr_tree {
    struct jaxl_arena arena; /* everything below lives here, but the tables */
    struct jaxl_ivr_names menu_names, phone_numbers;
    struct jaxl_ivr_menu *menus, **menus_end;
    struct jaxl_ivr_option *options, **options_end;
    struct jaxl_ivr_phone *phones, **phones_end;
    struct jaxl_ivr_problem *problems, **problems_end;
    size_t n_menus, n_options, n_phones, n_problems, n_records;
    const char *file; /* the outermost one; "account" of one that was loaded */
    int64_t org;      /* of an account */
    bool account;     /* what was loaded from one */
    unsigned opinion; /* of the problems that are noted from now on */
    bool incomplete;  /* a record or a file could not be read at all */
    int failed;       /* 0, JAXL_ENOMEM or JAXL_ELIMIT: sticky, see jaxl_ivr_tree_check */
};

/* Allocates nothing. */
void jaxl_ivr_tree_init(struct jaxl_ivr_tree *t);
/* Leaves an empty tree. */
void jaxl_ivr_tree_free(struct jaxl_ivr_tree *t);

/* What the following give back lives as long as the tree; NULL when memory is out or the tree is
 * full, which sticks: ask jaxl_ivr_tree_check after a while. */

/* n bytes, zeroed. */
void *jaxl_ivr_tree_alloc(struct jaxl_ivr_tree *t, size_t n);
/* A copy of len bytes, with a NUL. */
const char *jaxl_ivr_tree_keep(struct jaxl_ivr_tree *t, const char *text, size_t len);
/* The menu of a name (kept), which is made without a record when it is new. */
struct jaxl_ivr_menu *jaxl_ivr_tree_menu(struct jaxl_ivr_tree *t, const char *name);
/* The menu of a name, NULL when nobody named it. Fails never. */
struct jaxl_ivr_menu *jaxl_ivr_tree_find(const struct jaxl_ivr_tree *t, const char *name);
/* Adds an option to a menu. */
struct jaxl_ivr_option *jaxl_ivr_tree_option(struct jaxl_ivr_tree *t, struct jaxl_ivr_menu *menu,
                                             int key);
/* Adds an assignment; *first is the one that the number had before, NULL when it is the first. */
struct jaxl_ivr_phone *jaxl_ivr_tree_phone(struct jaxl_ivr_tree *t, const struct jaxl_phone *number,
                                           const struct jaxl_ivr_phone **first);
/* Notes what is wrong with the record at place. Control characters become blanks. */
void jaxl_ivr_tree_problem(struct jaxl_ivr_tree *t, const struct jaxl_ivr_place *place,
                           const char *fmt, ...) JAXL_PRINTF(3, 4);
/* 0, or why something was not taken. */
int jaxl_ivr_tree_check(const struct jaxl_ivr_tree *t, struct jaxl_error *err);

/* The id that len bytes are, all of them digits; 0 when they are none. */
int64_t jaxl_ivr_tree_id(const char *text, size_t len);
/* Resolves all links: to the menu of that name which has a record, else to an id when the name is a
 * number from 1. Makes the lists of the options that lead to a menu. To be called once, when
 * everything has been read. */
void jaxl_ivr_tree_link(struct jaxl_ivr_tree *t);

#endif
