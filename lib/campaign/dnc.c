#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "campaign/dnc.h"
#include "data/radix.h"
#include "jaxl/buf.h"
#include "jaxl/phone.h"

enum { CHUNK = 1024 * 1024, LINE_MAX_BYTES = 1024, NAMED = 5, DIGITS = 15 };

static const int64_t SETTLED = 2 * JAXL_SECOND; /* a younger file may still be written */

struct list {
    char *path;
    unsigned calling_code;
    uint64_t *numbers; /* n of them, sorted */
    size_t n, room;
    struct stat as_of;
};

struct jaxl_dnc {
    struct list lists[JAXL_DNC_FILES];
    size_t n;
};

/* What reading a file has come to. */
struct reading {
    struct list *list;
    uint64_t line, bad;
    char named[120]; /* the first bad lines */
};

static bool add(struct list *l, uint64_t number)
{
    size_t room = l->room + l->room / 2 + 4096; /* what is not written to takes no memory */
    uint64_t *more;

    if (l->n == l->room) {
        more = realloc(l->numbers, room * sizeof *more);
        if (!more)
            return false;
        l->numbers = more;
        l->room = room;
    }
    l->numbers[l->n++] = number;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits alone, which most lines are; false for any other character, or too many. */
static bool read_digits(const char *text, size_t len, uint64_t *number)
{
    uint64_t v = 0;

    if (len > DIGITS)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        v = v * 10 + (uint64_t)(text[i] - '0');
    }
    *number = v;
    return len > 0;
}

static unsigned digits_of(uint64_t v)
{
    unsigned n = 0;

    for (; v; v /= 10)
        n++;
    return n;
}

/* A number as it is written inside the country; a 0 that is dialed before it is no part of it. */
static bool read_national(const char *text, size_t len, unsigned calling_code, uint64_t *number)
{
    uint64_t national, scale = 1;
    unsigned n;

    while (len > 0 && *text == '0')
        text++, len--;
    if (!calling_code || !read_digits(text, len, &national))
        return false;
    n = digits_of(national);
    if (n < 4 || n + digits_of(calling_code) > DIGITS)
        return false;
    while (n--)
        scale *= 10;
    *number = calling_code * scale + national;
    return true;
}

/* "305,5550123" */
static size_t join(const char *line, size_t len, char joined[LINE_MAX_BYTES])
{
    const char *comma = memchr(line, ',', len);
    size_t head = comma ? (size_t)(comma - line) : 0;

    if (head != 3 || len - head - 1 < 7)
        return 0;
    memcpy(joined, line, head);
    memcpy(joined + head, comma + 1, len - head - 1);
    return len - 1;
}

static bool read_number(const struct list *l, const char *line, size_t len, uint64_t *number)
{
    char joined[LINE_MAX_BYTES];
    struct jaxl_phone phone;
    size_t field = 0, both;

    if (*line == '+' && read_digits(line + 1, len - 1, number) && line[1] != '0' && len > 2)
        return true;
    both = l->calling_code ? join(line, len, joined) : 0;
    if (both && read_national(joined, both, l->calling_code, number))
        return true;
    while (field < len && !strchr(",;\t", line[field]))
        field++;
    if (jaxl_phone_parse(line, field, &phone, NULL) == 0) {
        *number = phone.key;
        return true;
    }
    return read_national(line, field, l->calling_code, number);
}

/* Digits that begin with the calling code may have it already: then it is the number of both, since
 * one number too many is better than one too few. */
static bool has_code(const struct list *l, const char *line, size_t len, uint64_t *number)
{
    char code[8];
    size_t n = (size_t)snprintf(code, sizeof code, "%u", l->calling_code), digits = 0;

    while (digits < len && is_digit(line[digits]))
        digits++;
    return l->calling_code && digits >= n + 7 && memcmp(line, code, n) == 0 &&
           read_digits(line, digits, number);
}

static bool is_heading(const struct reading *r, const char *line, size_t len)
{
    if (r->line != 1)
        return false;
    for (size_t i = 0; i < len; i++)
        if (is_digit(line[i]))
            return false;
    return true;
}

/* false when memory is out. */
static bool read_line(struct reading *r, const char *line, size_t len)
{
    uint64_t number;
    size_t used;

    r->line++;
    if (r->line == 1 && len >= 3 && !memcmp(line, "\xef\xbb\xbf", 3))
        line += 3, len -= 3;
    while (len > 0 && strchr(" \t\r", line[len - 1]))
        len--;
    if (len == 0 || *line == '#' || is_heading(r, line, len))
        return true;
    if (len < LINE_MAX_BYTES && !memchr(line, '\0', len) &&
        read_number(r->list, line, len, &number))
        return add(r->list, number) &&
               (!has_code(r->list, line, len, &number) || add(r->list, number));
    used = strlen(r->named);
    if (r->bad++ < NAMED)
        snprintf(r->named + used, sizeof r->named - used, "%s%" PRIu64, used ? ", " : "", r->line);
    return true;
}

/* Lines out of chunks; what is left of the last one waits at the start of the next. */
static int read_lines(struct reading *r, int fd, char *room, struct jaxl_error *err)
{
    size_t kept = 0;
    ssize_t n;

    while ((n = read(fd, room + kept, CHUNK - kept)) != 0) {
        char *line = room, *end = room + kept + (n > 0 ? n : 0), *stop;
        if (n < 0 && errno != EINTR)
            return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", r->list->path, strerror(errno));
        for (; (stop = memchr(line, '\n', (size_t)(end - line))); line = stop + 1)
            if (!read_line(r, line, (size_t)(stop - line)))
                return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", r->list->path);
        kept = (size_t)(end - line);
        if (kept == CHUNK)
            return jaxl_error_set(err, JAXL_EINPUT, "%s: line %" PRIu64 " is longer than %d bytes",
                                  r->list->path, r->line + 1, CHUNK);
        memmove(room, line, kept);
        if (r->list->n > JAXL_DNC_NUMBERS)
            return jaxl_error_set(err, JAXL_ELIMIT, "%s: more than %d numbers", r->list->path,
                                  JAXL_DNC_NUMBERS);
    }
    if (kept && !read_line(r, room, kept))
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", r->list->path);
    return 0;
}

static int judge(const struct reading *r, struct jaxl_error *err)
{
    if (r->bad)
        return jaxl_error_set(err, JAXL_EINPUT,
                              "%s: %" PRIu64 " %s no number in E.164 form: line %s%s%s",
                              r->list->path, r->bad, r->bad == 1 ? "line is" : "lines are",
                              r->named, r->bad > NAMED ? ", ..." : "",
                              r->list->calling_code ? "" : " (or say the country's calling code)");
    if (r->list->n == 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: there is no number in it", r->list->path);
    return 0;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int changed_meanwhile(const struct list *l, int fd, struct jaxl_error *err)
{
    struct stat now;

    if (fstat(fd, &now) == 0 && is_same(&now, &l->as_of))
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "%s: it changed while it was read", l->path);
}

static int read_file(struct list *l, int fd, struct jaxl_error *err)
{
    struct reading r = {.list = l};
    char *room = malloc(CHUNK);
    int code = 0;

    if (!room)
        return jaxl_error_set(err, JAXL_ENOMEM, "%s: out of memory", l->path);
    if (fstat(fd, &l->as_of))
        code = jaxl_error_set(err, JAXL_EINPUT, "%s: %s", l->path, strerror(errno));
    if (!code)
        code = read_lines(&r, fd, room, err);
    free(room);
    if (!code)
        code = changed_meanwhile(l, fd, err);
    if (!code)
        code = judge(&r, err);
    if (!code)
        jaxl_radix_sort(l->numbers, l->n);
    return code;
}

/* Puts what is in the file now in the place of what is in *l; which stays after a failure. */
static int load(struct list *l, struct jaxl_error *err)
{
    struct list fresh = {.path = l->path, .calling_code = l->calling_code};
    int fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NOCTTY), code;

    if (fd < 0)
        return jaxl_error_set(err, JAXL_EINPUT, "%s: %s", l->path, strerror(errno));
    code = read_file(&fresh, fd, err);
    close(fd);
    if (code) {
        free(fresh.numbers);
        return code;
    }
    free(l->numbers);
    *l = fresh;
    return 0;
}

int jaxl_dnc_name(const char *text, struct jaxl_dnc_file *out, struct jaxl_error *err)
{
    const char *colon = text[0] == '+' ? strchr(text, ':') : NULL;
    size_t digits = colon ? strspn(text + 1, "0123456789") : 0;

    *out = (struct jaxl_dnc_file){.path = colon ? colon + 1 : text};
    if (colon && digits > 0 && digits < 4 && text + 1 + digits == colon && text[1] != '0')
        out->calling_code = (unsigned)atoi(text + 1);
    if (!*out->path || (colon && !out->calling_code))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%.60s' is neither a file nor a calling code and a file, as "
                              "+91:registry.txt",
                              text);
    return 0;
}

int jaxl_dnc_new(struct jaxl_dnc **out, const struct jaxl_dnc_file *files, size_t n,
                 struct jaxl_error *err)
{
    struct jaxl_dnc *d;
    int code = 0;

    *out = NULL;
    if (n > JAXL_DNC_FILES)
        return jaxl_error_set(err, JAXL_ELIMIT, "%zu do-not-call files: at most %d", n,
                              JAXL_DNC_FILES);
    d = calloc(1, sizeof *d);
    if (!d)
        return jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    for (; d->n < n && !code; d->n++) {
        struct list *l = &d->lists[d->n];
        l->calling_code = files[d->n].calling_code;
        l->path = strdup(files[d->n].path);
        code = l->path ? load(l, err) : jaxl_error_set(err, JAXL_ENOMEM, "out of memory");
    }
    if (code)
        jaxl_dnc_free(&d);
    *out = d;
    return code;
}

void jaxl_dnc_free(struct jaxl_dnc **dnc)
{
    struct jaxl_dnc *d = dnc ? *dnc : NULL;

    if (!d)
        return;
    for (size_t i = 0; i < d->n; i++) {
        free(d->lists[i].path);
        free(d->lists[i].numbers);
    }
    free(d);
    *dnc = NULL;
}

static int64_t changed_at(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * JAXL_SECOND + st->st_mtim.tv_nsec / 1000;
}

int jaxl_dnc_refresh(struct jaxl_dnc *d, int64_t now, struct jaxl_error *err)
{
    struct stat st;
    int code = 0;

    for (size_t i = 0; i < d->n && !code; i++) {
        struct list *l = &d->lists[i];
        if (stat(l->path, &st))
            code = jaxl_error_set(err, JAXL_EINPUT, "%s: %s", l->path, strerror(errno));
        else if (!is_same(&st, &l->as_of) &&
                 (changed_at(&st) > now || now - changed_at(&st) >= SETTLED))
            code = load(l, err);
    }
    return code;
}

static bool has(const struct list *l, uint64_t number)
{
    size_t low = 0, high = l->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->numbers[mid] < number)
            low = mid + 1;
        else
            high = mid;
    }
    return low < l->n && l->numbers[low] == number;
}

const char *jaxl_dnc_find(const struct jaxl_dnc *d, uint64_t number)
{
    for (size_t i = 0; i < d->n; i++)
        if (has(&d->lists[i], number))
            return d->lists[i].path;
    return NULL;
}

uint64_t jaxl_dnc_count(const struct jaxl_dnc *d)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < d->n; i++)
        sum += d->lists[i].n;
    return sum;
}

int64_t jaxl_dnc_oldest(const struct jaxl_dnc *d, const char **path)
{
    int64_t oldest = INT64_MAX;

    *path = NULL;
    for (size_t i = 0; i < d->n; i++) {
        int64_t us = changed_at(&d->lists[i].as_of);
        if (us < oldest) {
            oldest = us;
            *path = d->lists[i].path;
        }
    }
    return oldest;
}
