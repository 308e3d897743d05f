/* Policies by their names: files, and the presets that come with the library. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/policy.h"
#include "jaxl/buf.h"

enum { PATH = 4096, LISTED = 300 /* bytes */ };

static const char ending[] = ".policy";

static bool ends_so(const char *name, size_t len)
{
    return len > sizeof ending - 1 &&
           memcmp(name + len - (sizeof ending - 1), ending, sizeof ending - 1) == 0;
}

static int is_preset(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_so(entry->d_name, strlen(entry->d_name));
}

/* "there are: in, uk, us", and not more of them than are read. */
static void list_presets(const char *dir, struct jaxl_buf *out)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, is_preset, alphasort);

    jaxl_buf_puts(out, n > 0 ? "there are: " : "there are none, install them again");
    for (int i = 0; i < n; i++) {
        int len = (int)(strlen(entries[i]->d_name) - (sizeof ending - 1));
        if (out->len < LISTED)
            jaxl_buf_printf(out, "%s%.*s", i ? ", " : "", len, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static int no_preset(const char *dir, const char *name, struct jaxl_error *err)
{
    struct jaxl_buf listed;
    int code;

    jaxl_buf_init(&listed, PATH);
    list_presets(dir, &listed);
    code = jaxl_error_set(err, JAXL_ECONFIG,
                          "there is no policy '%.40s' in %.100s (%s); a file of your own is named "
                          "with its folder, ./%.40s",
                          name, dir, jaxl_buf_text(&listed), name);
    jaxl_buf_free(&listed);
    return code;
}

static int load_one(struct jaxl_policy *p, const char *name, size_t len, struct jaxl_error *err)
{
    const char *dir = secure_getenv("JAXL_POLICIES");
    char word[PATH], path[2 * PATH];
    bool preset;

    dir = dir && *dir ? dir : POLICIES_DIR;
    while (len && strchr(" \t", name[len - 1]))
        len--;
    if (!len)
        return jaxl_error_set(err, JAXL_EARG,
                              "a name is missing: policies are named as us,in or ./own.policy");
    if (len >= sizeof word)
        return jaxl_error_set(err, JAXL_EARG, "a name is longer than %d bytes", PATH - 1);
    memcpy(word, name, len);
    word[len] = '\0';
    preset = !strchr(word, '/') && !ends_so(word, len);
    if (!preset)
        return jaxl_policy_read(p, word, err);
    if (snprintf(path, sizeof path, "%s/%s%s", dir, word, ending) >= (int)sizeof path)
        return jaxl_error_set(err, JAXL_ECONFIG, "JAXL_POLICIES: too long");
    if (access(path, F_OK))
        return no_preset(dir, word, err);
    return jaxl_policy_read(p, path, err);
}

int jaxl_policy_load(struct jaxl_policy *p, const char *names, struct jaxl_error *err)
{
    int code;
    size_t len;

    do {
        names += strspn(names, " \t");
        len = strcspn(names, ",");
        code = load_one(p, names, len, err);
        names += len + 1;
    } while (!code && names[-1]);
    return code;
}
