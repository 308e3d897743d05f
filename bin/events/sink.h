/* Standard output as a place for records. */
#ifndef JAXL_BIN_EVENTS_SINK_H
#define JAXL_BIN_EVENTS_SINK_H

#include "events/options.h"
#include "jaxl/record.h"

struct sink {
    struct jaxl_record_writer *writer;
    const struct options *o;
    bool chosen, gone; /* chosen: it is known which columns there are; gone: its reader */
};

void sink_open(struct sink *s, const struct options *o);
/* JAXL_EEND: the reader has gone. */
int sink_put(struct sink *s, const struct jaxl_json *record, struct jaxl_error *err);
int sink_flush(struct sink *s, struct jaxl_error *err);
/* Writes the end, and frees. */
int sink_finish(struct sink *s, struct jaxl_error *err);

#endif
