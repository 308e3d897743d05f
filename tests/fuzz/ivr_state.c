/* A state file: refused, or written again as what was read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "ivr/state.h"

static void put(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "w");

    FUZZ_CHECK(file && (!size || fwrite(data, size, 1, file) == 1) && fclose(file) == 0);
}

static void compare(struct jaxl_ivr_state *s, const char *path)
{
    struct jaxl_ivr_state again;

    s->changed = true;
    FUZZ_CHECK(jaxl_ivr_state_save(s, NULL) == 0);
    FUZZ_CHECK(jaxl_ivr_state_open(&again, path, false, NULL) == 0);
    FUZZ_CHECK(again.org == s->org && again.n == s->n);
    for (size_t i = 0; i < s->n; i++) {
        FUZZ_CHECK(strcmp(again.bonds[i]->name, s->bonds[i]->name) == 0);
        FUZZ_CHECK(again.bonds[i]->id == s->bonds[i]->id);
    }
    jaxl_ivr_state_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *tmp = getenv("TMPDIR");
    char dir[256], path[300];
    struct jaxl_ivr_state s;
    struct jaxl_error err = {0};
    int rc;

    snprintf(dir, sizeof dir, "%s/jaxl-fuzz-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    FUZZ_CHECK(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/state", dir);
    put(path, data, size);
    rc = jaxl_ivr_state_open(&s, path, true, &err);
    FUZZ_CHECK(rc == 0 || (rc == JAXL_EINPUT && strstr(err.message, path)));
    if (!rc)
        compare(&s, path);
    jaxl_ivr_state_free(&s);
    unlink(path);
    FUZZ_CHECK(rmdir(dir) == 0);
    return 0;
}
