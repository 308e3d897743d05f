#include "events/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int first_line(const char *file, char line[SECRET_MAX + 2], struct jaxl_error *err)
{
    FILE *f = fopen(file, "re");
    int rc = 0;

    if (!f)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", file, strerror(errno));
    setvbuf(f, NULL, _IONBF, 0); /* no copy of it stays behind */
    if (!fgets(line, SECRET_MAX + 2, f))
        rc = jaxl_error_set(err, JAXL_EINPUT, "%s: %s", file,
                            ferror(f) ? strerror(errno) : "its first line is wanted: it is empty");
    fclose(f);
    if (rc)
        return rc;
    if (strlen(line) > SECRET_MAX)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: its first line is longer than %d bytes", file,
                              SECRET_MAX);
    line[strcspn(line, "\r\n")] = '\0';
    return *line ? 0
                 : jaxl_error_set(err, JAXL_EINPUT, "%s: its first line is wanted: it is empty",
                                  file);
}

static int read_path(const char *given, char **out, struct jaxl_error *err)
{
    char line[SECRET_MAX + 2] = "";
    const bool filed = *given == '@';
    int rc = filed ? first_line(given + 1, line, err) : 0;
    const char *path = filed ? line : given;

    if (!rc && (*path != '/' || strpbrk(path, "?# \t")))
        rc = jaxl_error_set(err, JAXL_EARG,
                            "--path%s%s: a path begins with a slash and has no blank, ? or #",
                            filed ? " " : "", filed ? given : "");
    if (!rc && !(*out = strdup(path)))
        rc = jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    explicit_bzero(line, sizeof line);
    return rc;
}

int secret_paths(struct secret_paths *out, const struct jaxl_texts *given, struct jaxl_error *err)
{
    int rc = 0;

    *out = (struct secret_paths){0};
    if (!given->n)
        return 0;
    out->items = calloc(given->n, sizeof *out->items);
    if (!out->items)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (; out->n < given->n && !rc; out->n += !rc)
        rc = read_path(given->items[out->n], &out->items[out->n], err);
    return rc;
}

void secret_paths_free(struct secret_paths *p)
{
    for (size_t i = 0; i < p->n; i++) {
        explicit_bzero(p->items[i], strlen(p->items[i]));
        free(p->items[i]);
    }
    free(p->items);
    *p = (struct secret_paths){0};
}

/* Field names of HTTP: RFC 9110, section 5.6.2. */
#define TOKEN "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

int secret_header(struct secret_header *out, const char *file, struct jaxl_error *err)
{
    char *colon, *value;
    int rc;

    *out = (struct secret_header){.line = ""};
    if (!file)
        return 0;
    rc = first_line(file, out->line, err);
    if (rc)
        return rc;
    colon = strchr(out->line, ':');
    value = colon ? colon + 1 + strspn(colon + 1, " \t") : NULL;
    if (!value || colon == out->line || strspn(out->line, TOKEN) != (size_t)(colon - out->line) ||
        !*value)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "%s: its first line must be a header, as X-Hook-Secret: 8b1f", file);
    *colon = '\0';
    for (char *end = value + strlen(value); end[-1] == ' ' || end[-1] == '\t'; end--)
        end[-1] = '\0';
    out->name = out->line;
    out->value = value;
    return 0;
}

void secret_header_wipe(struct secret_header *h)
{
    explicit_bzero(h, sizeof *h);
}
