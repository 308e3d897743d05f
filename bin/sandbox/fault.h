/* Faults: what a platform and the network between can do to a request, forced by a magic number or
 * drawn at a given rate. */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jaxl/error.h"
#include "sandbox/calls.h"

enum fault_kind {
    FAULT_STATUS,    /* an answer with an error status */
    FAULT_REFUSE,    /* 200 with a reason and no call */
    FAULT_RESET,     /* RST instead of an answer */
    FAULT_HANG,      /* no answer at all */
    FAULT_SLOW,      /* the right answer, late */
    FAULT_GARBAGE,   /* 200 with something that is not JSON */
    FAULT_TRUNCATED, /* half an answer, then the connection is closed */
    FAULT_EMPTY,     /* 200 with {} */
};

struct fault {
    const char *name;
    enum fault_kind kind;
    bool done; /* the request is carried out nevertheless */
    int status;
    const char *reason;
};

enum { FAULT_COUNT = 23 };
extern const struct fault faults[FAULT_COUNT];
const struct fault *fault_find(const char *name);

/* Per kind of fault: parts of 2^32. */
struct fault_rates {
    uint32_t rate[FAULT_COUNT];
    bool any;
};
/* Reads KIND=RATE[,KIND=RATE...]; for CLI_CUSTOM. */
int fault_parse(const char *text, void *rates, struct jaxl_error *err);
/* The fault that the dice (64 random bits) give, NULL for none. */
const struct fault *fault_draw(const struct fault_rates *rates, uint64_t dice);

/* Faults for the requests of one method and path, in turn. */
struct fault_aim {
    char method[8], path[120];     /* path: * stands for one part of it */
    const struct fault *turns[16]; /* of the first n requests; NULL: none */
    size_t n, met;
    bool on; /* the last turn is also that of all further requests */
};
struct fault_aims {
    struct fault_aim items[16];
    size_t n;
};
/* Reads "METHOD PATH=KIND[,KIND...][+]"; for CLI_CUSTOM. */
int fault_aim_parse(const char *text, void *aims, struct jaxl_error *err);
/* The fault that is aimed at a request, which takes the turn; NULL for none. */
const struct fault *fault_aimed(struct fault_aims *aims, const char *method, const char *path);

/* What a magic number does. The first `tries` requests to it (0: all) meet the fault. */
struct magic {
    int code; /* the last two digits */
    const char *fault;
    const char *reason;      /* in place of the fault's own */
    const char *retry_after; /* "date": an HTTP date a second or two from now */
    uint32_t tries;
    struct fate fate;
};
/* NULL for a number that is none. */
const struct magic *magic_find(uint64_t number);

#endif
