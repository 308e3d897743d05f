/* A small HTTP/1.1 server on loopback for unit tests, in threads of its own: it does what it is
 * told with each request, and counts what really arrived. */
#ifndef JAXL_UNIT_HTTPD_H
#define JAXL_UNIT_HTTPD_H

#include <stdbool.h>
#include <stddef.h>

struct httpd_request {
    char method[16];
    char target[2048];   /* path and query as they came */
    char headers[16384]; /* all lines, each with its CRLF */
    char body[16384];
    unsigned connection; /* which one it came on, from 1 */
};

/* What to do once a request has been read completely. */
struct httpd_step {
    int status;          /* a proper answer with this status; 0: only raw */
    const char *headers; /* more lines of it, each with CRLF; NULL for none */
    const char *body;    /* NULL: empty */
    const char *raw;     /* bytes sent as they are, after the proper answer if any; NULL for none */
    size_t fill;         /* so many bytes of 'x' after all that */
    int pause;           /* milliseconds before each 4096 of those */
    int delay;           /* milliseconds before any of it */
    const char *until;   /* and until there is such a file; NULL for at once */
    enum { HTTPD_KEEP, HTTPD_FIN, HTTPD_RST, HTTPD_HANG } then; /* with the connection */
};

/* Fills *step, which is zero (HTTPD_KEEP); called under a lock. n counts requests from 1. */
typedef void (*httpd_fn)(void *arg, const struct httpd_request *request, unsigned n,
                         struct httpd_step *step);

struct httpd;

/* Starts serving on a free port of 127.0.0.1. */
struct httpd *httpd_start(httpd_fn answer, void *arg);
/* The same for a list: request i gets steps[i], all after the last one get that. */
struct httpd *httpd_start_steps(const struct httpd_step *steps, size_t n);
/* Ends it and frees it. */
void httpd_stop(struct httpd *d);
/* "http://127.0.0.1:PORT" */
const char *httpd_url(const struct httpd *d);
int httpd_port(const struct httpd *d);
/* Complete requests and connections so far, and the most connections open at once. */
unsigned httpd_requests(struct httpd *d);
unsigned httpd_connections(struct httpd *d);
unsigned httpd_most(struct httpd *d);
/* Request n, from 1; NULL when there is none. The first 256 are kept. */
const struct httpd_request *httpd_request(struct httpd *d, unsigned n);
/* The value of a header of a request into out ("" and false when absent). */
bool httpd_header(const struct httpd_request *r, const char *name, char *out, size_t size);
/* How often the header is there. */
unsigned httpd_header_count(const struct httpd_request *r, const char *name);

/* A port of 127.0.0.1 that nobody listens on. */
int httpd_closed_port(void);

#endif
