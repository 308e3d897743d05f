#include "command/dispatch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 4096 };

/* The folder that this program was started from; false when it is not to be known. */
static int own_folder(char *path)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH - 1);
    char *slash;

    if (n <= 0)
        return 0;
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (!slash)
        return 0;
    slash[1] = '\0';
    return 1;
}

void dispatch(int argc, char **argv)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
    char name[64], folder[PATH], path[PATH + 64];
    char *word = argc > 0 ? argv[0] : NULL;

    if (argc < 1 || argv[0][0] == '-' || strspn(argv[0], letters) != strlen(argv[0]) ||
        strlen(argv[0]) > sizeof name - sizeof "jaxl-")
        return;
    snprintf(name, sizeof name, "jaxl-%s", argv[0]);
    argv[0] = name;
    if (own_folder(folder)) {
        snprintf(path, sizeof path, "%s%s", folder, name);
        execv(path, argv);
    }
    execvp(name, argv);
    argv[0] = word;
}
