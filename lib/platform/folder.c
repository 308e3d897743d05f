#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/folder.h"

const char *jaxl_folder_home(const struct jaxl_env *env, char room[JAXL_FOLDER_ROOM])
{
    const char *home = jaxl_env_get(env, "HOME");
    struct passwd entry, *found = NULL;

    if (!home && getpwuid_r(getuid(), &entry, room, JAXL_FOLDER_ROOM, &found) == 0 && found)
        home = found->pw_dir;
    return home;
}

int jaxl_folder_make(const char *dir, const char *what, struct jaxl_error *err)
{
    char *path = strdup(dir);
    int code = path ? 0 : jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", what);

    for (char *p = path; !code && *p; p++) {
        char *end = p + 1 + strcspn(p + 1, "/"), c = *end;
        *end = '\0';
        if (mkdir(path, 0700) && errno != EEXIST)
            code = jaxl_error_set(err, JAXL_EIO, "%s %s: %s", what, path, strerror(errno));
        *end = c;
        p = end - 1;
    }
    free(path);
    return code;
}
