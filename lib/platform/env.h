/* The environment, behind a function that a test replaces: no setenv, no race. */
#ifndef JAXL_PLATFORM_ENV_H
#define JAXL_PLATFORM_ENV_H

struct jaxl_env {
    void *ctx;
    const char *(*get)(void *ctx, const char *name); /* NULL when unset; borrowed */
};

/* The variable, NULL when it is unset or empty. env NULL: the process's own. */
const char *jaxl_env_get(const struct jaxl_env *env, const char *name);

#endif
