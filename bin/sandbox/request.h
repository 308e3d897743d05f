/* A request at hand and the answer to it; the table of routes. A resource is one file that exports
 * its routes; routes.c lists them. */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/json.h"
#include "sandbox/world.h"

enum { MAX_PARAMS = 64, MAX_IDS = 2, PAGE_LIMIT = 20, PAGE_LIMIT_MAX = 500 };

struct param {
    const char *name, *value;
};

struct request;
struct MHD_Connection;

enum route_flags {
    ROUTE_ATTEST = 1,     /* neither auth token nor organisation, and a token without a device */
    ROUTE_ANY_ORG = 2,    /* the organisation may be left out */
    ROUTE_JSON = 4,       /* takes a JSON object as its body */
    ROUTE_OWN_FAULTS = 8, /* draws its faults by itself */
    ROUTE_FORM = 16,      /* takes multipart/form-data; with ROUTE_JSON: either */
    ROUTE_OPEN = 32       /* the sandbox's own: for everybody on this machine */
};

struct route {
    enum module module;
    const char *method;
    const char *pattern;       /* PCRE2, anchored at both ends by the router; groups are ids */
    const char *const *params; /* query parameters, NULL-terminated; NULL for none */
    unsigned flags;
    void (*handle)(struct world *w, struct request *r);
};

struct request {
    struct world *world;
    struct MHD_Connection *connection;
    enum module module;
    const char *method, *path;
    const struct route *route;
    int64_t now;
    int64_t ids[MAX_IDS];
    struct param params[MAX_PARAMS];
    size_t n_params;
    bool too_many_params;
    const char *body;
    size_t body_len, body_max;
    bool body_too_long;
    int64_t device;               /* that asks */
    const struct jaxl_json *json; /* the body, when the route takes one */
    const struct form *form;      /* likewise */
    /* the answer */
    int status; /* 0 until there is one */
    char reason[64];
    struct jaxl_json_writer *out; /* on an empty buffer */
    const char *type;             /* of an answer that is not JSON, written to w->out */
    uint64_t samples;             /* an answer that is a recording: its length */
    const struct fault *fault;    /* what is done to it */
    char retry_after[40];
    uint32_t placed; /* id of the call that was really placed, 0 for none */
    char session_id[40];
};

/* Resources: each an array that ends with a row without a method. */
extern const struct route account_routes[], payment_routes[], phone_routes[], ivr_routes[],
    call_routes[], call_list_routes[], call_action_routes[], attest_routes[], member_routes[],
    device_routes[], kyc_routes[], message_routes[], phone_search_routes[], payment_list_routes[],
    call_live_routes[], call_report_routes[], campaign_routes[], arrive_routes[];

/* Compiles the table. */
int routes_open(struct jaxl_error *err);
void routes_close(void);
/* Sets r->route and r->ids, or answers 404 or 405. */
bool routes_match(struct request *r);

/* auth.c: true when the request may go on; otherwise it has been answered. */
bool auth_check(struct world *w, struct request *r);
void auth_forget(struct world *w);
const char *request_header(const struct request *r, const char *name);

/* request.c */
/* From a request to its answer: routing, authentication, parameters, body, handler, faults. */
void request_serve(struct world *w, struct request *r);
/* Answers with an error: {"reason", "message", "field"}; field may be NULL. What was written of an
 * answer is forgotten. Returns false. */
bool refuse(struct request *r, int status, const char *reason, const char *field, const char *fmt,
            ...) JAXL_PRINTF(5, 6);

/* call_actions.c: the call of the path, or NULL after a 404; "it could not be kept". */
struct call *call_asked(struct world *w, struct request *r);
void not_kept(struct request *r);

/* What becomes of the answer. reason and retry_after may be NULL: the fault's own. */
void fault_meet(struct request *r, const struct fault *fault, const char *reason,
                const char *retry_after);

/* params.c */
/* Parameters: NULL or the fallback when absent; false after a refusal. */
const char *param_text(const struct request *r, const char *name);
bool param_int(struct request *r, const char *name, int64_t min, int64_t max, int64_t *out);
enum tristate { UNSET = -1, NO = 0, YES = 1 };
bool param_bool(struct request *r, const char *name, enum tristate *out);
bool param_time(struct request *r, const char *name, int64_t *out);
bool param_number(struct request *r, const char *name, uint64_t *out);
/* currency; required: absent is a refusal, else it is 1. */
bool param_currency(struct request *r, bool required, int64_t *out);
/* True when a list parameter is absent or holds value. */
bool param_admits(const struct request *r, const char *name, const char *value);
bool param_admits_int(const struct request *r, const char *name, int64_t value);
/* Each value of a list parameter must be one of these (NULL-terminated). */
bool param_each_of(struct request *r, const char *name, const char *const *values);
/* Each must be an id; a SHA-256 in lower-case hex; two capital letters. */
bool param_each_id(struct request *r, const char *name);
bool param_each_hash(struct request *r, const char *name);
bool param_country(struct request *r, const char *name);

/* A page: reads limit and offset, writes the head of it and opens results. */
struct page {
    size_t offset, limit;
};
bool page_read(struct request *r, struct page *p);
void page_open(struct world *w, struct request *r, const struct page *p, size_t count);
void page_close(struct request *r);
/* The page of those of n things that match; every other parameter has been checked. */
void page_serve(struct request *r, size_t n, bool (*matches)(const struct request *r, size_t i),
                void (*write)(struct request *r, size_t i));

/* Bodies, checked field by field. */
enum field_type {
    F_NULL = 1,
    F_BOOL = 2,
    F_INT = 4,
    F_STRING = 8,
    F_OBJECT = 16,
    F_ARRAY = 32,
    F_OPTIONAL = 64 /* may be absent */
};
struct field {
    const char *name;
    unsigned types;
    size_t max; /* bytes of a string that is not empty; 0: may be empty, up to 255 */
};
bool body_check(struct request *r, const struct field *fields, size_t n);
bool value_check(struct request *r, const struct jaxl_json *object, const struct field *fields,
                 size_t n);

/* target.c: next_or_cta of an IVR option or a transfer. Fills *next or *cta (JSON text, to be
 * freed), which are empty before; or refuses with this status and reason. */
bool target_take(struct world *w, struct request *r, const struct jaxl_json *target, int status,
                 const char *reason, int64_t *next, char **cta);

/* payload.c: what is sealed under a device's key. */
bool device_key(const struct world *w, int64_t id, unsigned char key[JAXL_FERNET_KEY]);
/* Opens a payload of the device that asks: *root is in w->doc, which forgets the body. */
bool payload_open(struct world *w, struct request *r, const char *field, const char *token,
                  const struct jaxl_json **root);

/* form.c: a multipart body. Each part's data ends with a NUL that size does not count. */
#define MULTIPART "multipart/form-data"
enum { MAX_PARTS = 20 };
struct part {
    const char *name, *filename, *type; /* the last two may be NULL */
    const char *data;
    size_t size;
};
struct form {
    struct part parts[MAX_PARTS];
    size_t n;
    struct jaxl_buf text; /* what the parts point into */
};
bool form_read(struct request *r, struct form *f);
void form_free(struct form *f);

/* audio.c: WAV of 8 kHz, mono, 16 bits: NULL when it is that, else what is wrong with it. */
const char *wav_wrong(const void *data, size_t size);
uint64_t wav_size(uint64_t samples);
/* Bytes of a WAV file that holds a tone, from a place on; how many were written. */
size_t wav_read(uint64_t samples, uint64_t at, char *out, size_t max);

/* The parameters of every list. */
extern const char *const params_page[];
/* Kinds of phone numbers. */
extern const char *const phone_resources[];

#endif
