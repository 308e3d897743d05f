#include "command/window.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char zone[] = "Asia/Kolkata"; /* the default */

static bool is_time(const char *text)
{
    return strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789:") == 5 &&
           memcmp(text, "24", 2) < 0 && text[1] != ':' && text[3] < '6' && text[4] != ':';
}

static int check_time(const char *option, const char *text, struct jaxl_error *err)
{
    return is_time(text)
               ? 0
               : jaxl_error_set(err, JAXL_EARG, "--%s: '%.40s' is no time of the day such as 09:00",
                                option, text);
}

static bool has_form(const char *tz)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789_+-/";
    size_t n = strlen(tz);

    return n > 0 && n < 64 && strchr(letters, tz[0]) && strspn(tz, fine) == n && tz[n - 1] != '/' &&
           !strstr(tz, "//");
}

/* What else the system keeps there. */
static bool is_foreign(const char *tz)
{
    return strncmp(tz, "posix/", 6) == 0 || strncmp(tz, "right/", 6) == 0 ||
           strcmp(tz, "posixrules") == 0 || strcmp(tz, "localtime") == 0;
}

static bool is_there(const char *dir, const char *tz)
{
    char path[PATH_MAX], magic[4];
    bool there;
    int fd;

    if (snprintf(path, sizeof path, "%s/%s", dir, tz) >= (int)sizeof path)
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    there =
        fd >= 0 && read(fd, magic, sizeof magic) == sizeof magic && memcmp(magic, "TZif", 4) == 0;
    if (fd >= 0)
        close(fd);
    return there;
}

/* A system that does not know the default, either, has no time zones, or few, and cannot say. */
static int check_zone(const char *tz, struct jaxl_error *err)
{
    const char *dir = getenv("TZDIR");

    dir = dir && *dir ? dir : "/usr/share/zoneinfo";
    if (!has_form(tz) || is_foreign(tz))
        return jaxl_error_set(err, JAXL_EARG, "--timezone: '%.64s' is no time zone such as %s", tz,
                              zone);
    if (!is_there(dir, tz) && is_there(dir, zone))
        return jaxl_error_set(err, JAXL_EARG, "--timezone: '%s' is not among the time zones of %s",
                              tz, dir);
    return 0;
}

int window_check(const char **start, const char **end, const char **tz, struct jaxl_error *err)
{
    bool given = *end != NULL;
    int code;

    *start = *start ? *start : "09:00";
    *end = *end ? *end : "19:00";
    *tz = *tz ? *tz : zone;
    code = check_time("start-time", *start, err);
    if (!code)
        code = check_time("end-time", *end, err);
    if (code)
        return code;
    if (strcmp(*end, *start) <= 0)
        return jaxl_error_set(err, JAXL_EARG, "--end-time: %s%s is not after --start-time %s", *end,
                              given ? "" : " (the default)", *start);
    return check_zone(*tz, err);
}
