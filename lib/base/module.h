/* Modules: shared objects of ours for what needs libraries that few runs want, loaded at their
 * first use. */
#ifndef JAXL_BASE_MODULE_H
#define JAXL_BASE_MODULE_H

#include "jaxl/error.h"

/* The function of this name in libjaxl-MODULE.so, which the directory of modules has, or
 * $JAXL_MODULE_DIR. NULL with *err set (JAXL_ECONFIG) when it cannot be loaded. Nothing is kept but
 * what the dynamic linker keeps: a module stays loaded, and to find it again is cheap. */
void *jaxl_module_find(const char *module, const char *function, struct jaxl_error *err);

#endif
