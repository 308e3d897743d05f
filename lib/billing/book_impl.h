/* What a book is inside: the entries of one definition, and the lines of all others as they are. */
#ifndef BILLING_BOOK_IMPL_H
#define BILLING_BOOK_IMPL_H

#include <stdbool.h>

#include "billing/period.h"
#include "billing/sum.h"
#include "data/arena.h"
#include "data/json_writer.h"
#include "jaxl/book.h"
#include "jaxl/clock.h"
#include "platform/statefile.h"

enum { JAXL_BOOK_COLUMNS = 1024, JAXL_BOOK_DEFINITION = 64 * 1024 };
#define JAXL_BOOK_ROW  ((size_t)256 * 1024) /* bytes; a line of the file holds it and its keys */
#define JAXL_BOOK_FILE ((size_t)2 * 1024 * 1024 * 1024)

/* What a table of texts holds: the first member of what is found by it. */
struct jaxl_book_node {
    const char *key;
    size_t len;
    struct jaxl_book_node *next; /* of the table, in the order in which they came */
};
struct jaxl_book_table {
    struct jaxl_book_node **slots, *first, **end;
    size_t n_slots, used; /* n_slots a power of two, or 0 */
};

struct jaxl_book_line {
    const char *text;
    size_t len;
    struct jaxl_book_line *next;
};

/* A day, week or month, or the part of it that a span leaves. */
struct jaxl_book_period {
    struct jaxl_book_node node;
    bool before; /* an earlier report had it */
    bool seen;   /* this one has */
};

struct jaxl_book_entry {
    struct jaxl_book_node node; /* "START END [KEY,...]" */
    const char *keys;           /* "[KEY,...]", within the key */
    size_t keys_len;
    struct jaxl_book_period *period;
    int64_t start, end;
    struct jaxl_book_line row; /* text NULL: it came when its period had been reported */
    struct jaxl_book_line *restatements, **restatements_end;
    bool seen;
};

/* When the sums of a span were reported last. */
struct jaxl_book_report_made {
    int64_t start, end, at;
    struct jaxl_book_report_made *next;
};

/* A member of rows, and what it came to: in the book, and now. */
struct jaxl_book_column {
    const char *name;
    size_t len;
    int key;            /* the place in the keys; -1: no key */
    bool ratio;         /* no sum */
    bool there, number; /* in the row at hand */
    struct jaxl_sum was, is;
};

struct jaxl_book {
    struct jaxl_statefile file;
    struct jaxl_book_report report;
    size_t n_keys; /* with the currency */
    size_t period_key;
    enum jaxl_period_kind kind;
    struct jaxl_arena arena;
    struct jaxl_book_table entries, periods;
    struct jaxl_book_report_made *reports, **reports_end;
    struct jaxl_buf others; /* lines of other definitions */
    /* while it is read: a line has come; a definition has; it is ours; it is not, and has an entry
     */
    bool any, defined, ours, theirs;
    struct jaxl_book_entry *last;
    struct jaxl_book_column *columns;
    size_t n_columns;
    struct jaxl_json_doc *doc, *keys_doc;
    struct jaxl_buf row, key, text;
    struct jaxl_json_writer w;
    char at[JAXL_CLOCK_ISO_MAX]; /* of this report */
    struct jaxl_book_totals totals;
    bool changed, done;
    bool complete; /* to be committed */
};

/* The name of the i-th key. */
const char *jaxl_book_key(const struct jaxl_book *b, size_t i);

/* book_table.c */
void *jaxl_book_find(const struct jaxl_book_table *t, const char *key, size_t len);
/* Enters what is not there. JAXL_ENOMEM. */
int jaxl_book_enter(struct jaxl_book_table *t, struct jaxl_book_node *node);
/* A copy in the arena, with a NUL; NULL with arena.failed. */
const char *jaxl_book_copy(struct jaxl_book *b, const char *text, size_t len);
/* The entry of a key (kept) that is not there yet, its period made where that is new.
 * JAXL_ENOMEM, JAXL_ELIMIT. */
int jaxl_book_new_entry(struct jaxl_book *b, const char *key, size_t len, int64_t start,
                        int64_t end, struct jaxl_book_entry **out);
int jaxl_book_period(struct jaxl_book *b, int64_t start, int64_t end,
                     struct jaxl_book_period **out);
int jaxl_book_add_restatement(struct jaxl_book *b, struct jaxl_book_entry *e, const char *text,
                              size_t len);
/* Puts "START END " and the keys into b->key. */
void jaxl_book_begin_key(struct jaxl_book *b, int64_t start, int64_t end);

/* book_file.c */
int jaxl_book_take_line(void *ctx, const struct jaxl_record *line, struct jaxl_error *err);
/* The whole file, into out. */
void jaxl_book_write_file(struct jaxl_book *b, struct jaxl_buf *out);

/* book_sums.c: what a row is beside what the book has of it. Forgets the row before. */
void jaxl_book_sums_begin(struct jaxl_book *b);
/* Adds the numbers of a row: to what was, or to what is. JAXL_ELIMIT, JAXL_ENOMEM. */
int jaxl_book_sums_add(struct jaxl_book *b, const struct jaxl_json *row, bool is,
                       struct jaxl_error *err);
/* All that the book has of an entry. */
int jaxl_book_sums_entry(struct jaxl_book *b, const struct jaxl_book_entry *e,
                         struct jaxl_error *err);
bool jaxl_book_sums_differ(const struct jaxl_book *b);
/* The restatement, into b->text. */
int jaxl_book_sums_write(struct jaxl_book *b, const char *keys, size_t len, struct jaxl_error *err);

#endif
