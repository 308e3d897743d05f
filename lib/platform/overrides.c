#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "jaxl/buf.h"
#include "platform/overrides.h"

enum { LINES = 1000, LINE = 1024 };

struct jaxl_overrides {
    struct jaxl_endpoint_row rows[JAXL_ENDPOINT_COUNT]; /* method NULL: the table's */
    char *texts[JAXL_ENDPOINT_COUNT];                   /* the paths, owned */
};

const struct jaxl_endpoint_row *jaxl_overrides_row(const struct jaxl_overrides *o,
                                                   enum jaxl_endpoint e)
{
    return o && o->rows[e].method ? &o->rows[e] : jaxl_endpoint_row(e);
}

void jaxl_overrides_free(struct jaxl_overrides **o)
{
    if (!*o)
        return;
    for (size_t i = 0; i < JAXL_ENDPOINT_COUNT; i++)
        free((*o)->texts[i]);
    free(*o);
    *o = NULL;
}

/* The row of "calls mute"; JAXL_ENDPOINT_COUNT when there is none. */
static enum jaxl_endpoint find(const char *command)
{
    size_t i;

    for (i = 0; i < JAXL_ENDPOINT_COUNT; i++) {
        const struct jaxl_endpoint_row *row = jaxl_endpoint_row((enum jaxl_endpoint)i);
        size_t n = strlen(row->noun);
        if (strncmp(command, row->noun, n) == 0 && command[n] == ' ' &&
            strcmp(command + n + 1, row->verb) == 0)
            break;
    }
    return (enum jaxl_endpoint)i;
}

static size_t holes(const char *path)
{
    size_t n = 0;

    while ((path = strstr(path, "{}"))) {
        path += 2;
        n++;
    }
    return n;
}

/* A path of plain characters, with as many ids in it as before. */
static bool is_path(const char *path, const char *before)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    const char *end = path + strspn(path, plain);

    while (!strncmp(end, "{}", 2)) {
        end += 2;
        end += strspn(end, plain);
    }
    return *path == '/' && !*end && end[-1] == '/' && holes(path) == holes(before);
}

/* "calls mute = /v1/calls/{}/silence/", with a method before the path when it is another. */
static const char *take(struct jaxl_overrides *o, char *line)
{
    static const char *const methods[] = {"GET", "POST", "PATCH"};
    char *equals = strchr(line, '='), *path;
    const struct jaxl_endpoint_row *row;
    const char *method;
    enum jaxl_endpoint e;

    if (!equals)
        return "it is not NOUN VERB = PATH, as in: calls mute = /v1/calls/{}/mute/";
    *equals = '\0';
    e = find(jaxl_line_trim(line));
    if (e == JAXL_ENDPOINT_COUNT)
        return "there is no such command";
    row = jaxl_endpoint_row(e);
    if (row->provenance != 'S')
        return "the path of this command is published and cannot be replaced";
    path = jaxl_line_trim(equals + 1);
    method = row->method;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        size_t n = strlen(methods[i]);
        if (strncmp(path, methods[i], n) == 0 && path[n] == ' ') {
            method = methods[i];
            path = jaxl_line_trim(path + n);
            break;
        }
    }
    if (!is_path(path, row->path))
        return "a path begins and ends with '/' and has a {} where an id goes, as many as before";
    free(o->texts[e]);
    o->texts[e] = strdup(path);
    if (!o->texts[e])
        return "out of memory";
    o->rows[e] = *row;
    o->rows[e].path = o->texts[e];
    o->rows[e].method = method;
    o->rows[e].idempotent = strcmp(method, "POST") != 0; /* section 6 */
    return NULL;
}

static int read_lines(struct jaxl_overrides *o, FILE *in, const char *path, struct jaxl_error *err)
{
    char line[LINE];

    for (unsigned n = 1; fgets(line, sizeof line, in); n++) {
        const char *wrong = NULL, *text;
        if (n > LINES || strlen(line) == LINE - 1)
            return jaxl_error_set(err, JAXL_ECONFIG, "%s:%u: too long", path, n);
        text = jaxl_line_trim(line);
        if (*text && *text != '#')
            wrong = take(o, line);
        if (wrong)
            return jaxl_error_set(err, JAXL_ECONFIG, "%s:%u: %s", path, n, wrong);
    }
    return ferror(in) ? jaxl_error_set(err, JAXL_ECONFIG, "%s: %s", path, strerror(errno)) : 0;
}

int jaxl_overrides_load(struct jaxl_overrides **out, const char *path, struct jaxl_error *err)
{
    struct jaxl_overrides *o = calloc(1, sizeof *o);
    FILE *in = o ? fopen(path, "re") : NULL;
    int rc;

    *out = o;
    if (!o)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", path);
    if (in)
        rc = read_lines(o, in, path, err);
    else
        rc = jaxl_error_set(err, JAXL_ECONFIG, "JAXL_ENDPOINTS: %s: %s", path, strerror(errno));
    if (in)
        (void)fclose(in);
    if (rc)
        jaxl_overrides_free(out);
    return rc;
}
