#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/module.h"

void *jaxl_module_find(const char *module, const char *function, struct jaxl_error *err)
{
    const char *dir = secure_getenv("JAXL_MODULE_DIR");
    char path[4096];
    void *handle = NULL, *found = NULL;

    if (snprintf(path, sizeof path, "%s/libjaxl-%s.so", dir ? dir : MODULE_DIR, module) <
        (int)sizeof path)
        handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle) {
        found = dlsym(handle, function);
        (void)dlclose(handle);
    }
    if (!found) {
        const char *why = dlerror();
        (void)jaxl_error_set(err, JAXL_ECONFIG,
                             "a part of libjaxl cannot be loaded, install it again: %s",
                             why ? why : path);
    }
    return found;
}
