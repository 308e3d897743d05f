/* A report for people: a table, a page, a journal. */
#ifndef JAXL_BIN_REPORT_PAGES_H
#define JAXL_BIN_REPORT_PAGES_H

#include "report/run.h"

/* form: OUTPUT_TABLE, OUTPUT_HTML or OUTPUT_HLEDGER. */
int pages_write(struct run *run, const struct jaxl_report *report, enum output form,
                struct jaxl_error *err);

#endif
