/* An IVR file, read and checked twice: the same problems, in the order of the input. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "ivr/check.h"
#include "ivr/read.h"

struct seen {
    size_t n;
    uint64_t line, hash;
};

static void note(void *ctx, const char *file, uint64_t line, const char *message)
{
    struct seen *seen = ctx;

    FUZZ_CHECK(*message && !strchr(message, '\n'));
    if (strcmp(file, "in") == 0) {
        FUZZ_CHECK(line >= seen->line);
        seen->line = line;
    }
    for (; *message; message++)
        seen->hash = seen->hash * 31 + (unsigned char)*message;
    seen->n++;
}

/* Whatever was read belongs together, also when there are problems. */
static void look(const struct jaxl_ivr_tree *t, int rc)
{
    size_t n = 0;

    for (const struct jaxl_ivr_menu *m = t->menus; m; m = m->after, n++)
        FUZZ_CHECK(jaxl_ivr_tree_find(t, m->name) == m);
    FUZZ_CHECK(n == t->n_menus);
    for (const struct jaxl_ivr_option *o = t->options; o; o = o->after) {
        FUZZ_CHECK(o->menu->options[o->key]);
        if (rc)
            continue;
        FUZZ_CHECK(o->message && o->menu->message && o->menu->options[o->key] == o);
        FUZZ_CHECK(o->actions && !(o->actions & (o->actions - 1)));
        FUZZ_CHECK(!o->next.name || o->next.to || o->next.id > 0);
        FUZZ_CHECK(!o->confirmation || o->prompt);
        FUZZ_CHECK(o->next.name || o->phone || o->devices.n || o->appusers.n || o->teams.n ||
                   o->webhook);
    }
}

static void run(int fd, bool all, struct seen *seen)
{
    static const char *const settings[] = {"NAME=value", "EMPTY="};
    const struct jaxl_ivr_read_options options = {.settings = settings, .n_settings = 2};
    struct jaxl_error err = {0};
    struct jaxl_ivr_tree t;
    int rc;

    *seen = (struct seen){0};
    jaxl_ivr_tree_init(&t);
    FUZZ_CHECK(lseek(fd, 0, SEEK_SET) == 0);
    rc = jaxl_ivr_read(&t, fd, "in", &options, &err);
    FUZZ_CHECK(rc == 0);
    if (all)
        t.incomplete = false; /* a mutation spoils nearly always a record */
    rc = jaxl_ivr_check(&t, 0, note, seen, &err);
    FUZZ_CHECK(rc == (seen->n ? JAXL_EINPUT : 0));
    look(&t, rc);
    jaxl_ivr_tree_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen one, other;
    FILE *file = tmpfile();

    FUZZ_CHECK(file && (!size || fwrite(data, size, 1, file) == 1) && fflush(file) == 0);
    run(fileno(file), size % 8 == 0, &one); /* compiling the patterns takes its time */
    run(fileno(file), size % 8 == 0, &other);
    FUZZ_CHECK(one.n == other.n && one.hash == other.hash);
    fclose(file);
    return 0;
}
