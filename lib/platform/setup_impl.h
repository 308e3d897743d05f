/* A set-up in another environment, for the tests. */
#ifndef JAXL_PLATFORM_SETUP_IMPL_H
#define JAXL_PLATFORM_SETUP_IMPL_H

#include "jaxl/setup.h"
#include "platform/env.h"

int jaxl_setup_new_env(struct jaxl_setup **s, const struct jaxl_session_options *options,
                       const struct jaxl_env *env, struct jaxl_error *err);

#endif
