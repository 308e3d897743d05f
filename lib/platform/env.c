#include <stdlib.h>

#include "platform/env.h"

const char *jaxl_env_get(const struct jaxl_env *env, const char *name)
{
    const char *value = env ? env->get(env->ctx, name) : getenv(name);

    return value && *value ? value : NULL;
}
