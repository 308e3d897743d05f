/* The line at the end of a run: what there was, and nothing of what there was not. */
#ifndef JAXL_BIN_REPORT_SUMMARY_H
#define JAXL_BIN_REPORT_SUMMARY_H

#include "report/options.h"

struct summary_part {
    uint64_t n;
    const char *what; /* behind the number */
};

/* The first n_always parts are shown also when they are 0. Not with --quiet. */
void summary_print(const struct options *o, const struct summary_part *parts, size_t n,
                   size_t n_always);

#endif
