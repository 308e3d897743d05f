#include "events/sink.h"

#include <unistd.h>

/* Of an event, in CSV and tables; jaxl-records(5). */
static const char *const event_columns[] = {
    "id",     "event", "call_id", "ivr",         "from",        "to",       "direction",
    "option", "data",  "mark",    "campaign_id", "received_at", "duplicate"};

/* Of a call of the list: what a spreadsheet wants of the Call. */
static const char *const poll_columns[] = {"id",
                                           "event",
                                           "call_id",
                                           "from",
                                           "to",
                                           "direction",
                                           "received_at",
                                           "call.created_on",
                                           "call.completed_on",
                                           "call.duration",
                                           "call.missed",
                                           "call.failure_reason",
                                           "call.costs.0.cost",
                                           "call.costs.0.currency"};

static int open_writer(struct sink *s, bool events, struct jaxl_error *err)
{
    static const enum jaxl_record_output forms[] = {[OUTPUT_AUTO] = JAXL_RECORD_NDJSON,
                                                    [OUTPUT_NDJSON] = JAXL_RECORD_NDJSON,
                                                    [OUTPUT_JSON] = JAXL_RECORD_JSON,
                                                    [OUTPUT_CSV] = JAXL_RECORD_CSV,
                                                    [OUTPUT_TABLE] = JAXL_RECORD_TABLE};
    struct jaxl_record_writer_options options = {.output = forms[s->o->output]};

    if (s->o->output == OUTPUT_CSV || s->o->output == OUTPUT_TABLE) {
        options.columns = s->o->poll ? poll_columns : events ? event_columns : NULL;
        options.n_columns = s->o->poll ? sizeof poll_columns / sizeof poll_columns[0]
                            : events   ? sizeof event_columns / sizeof event_columns[0]
                                       : 0;
    }
    if (s->o->output == OUTPUT_TABLE)
        options.width = cli_terminal_width(STDOUT_FILENO);
    s->chosen = true;
    return jaxl_record_writer_new(&s->writer, STDOUT_FILENO, &options, err);
}

void sink_open(struct sink *s, const struct options *o)
{
    *s = (struct sink){.o = o};
}

/* The first record says what they are. */
static bool is_event(const struct jaxl_json *record)
{
    return jaxl_json_get(record, "event") && jaxl_json_get(record, "received_at") &&
           !jaxl_json_get(record, "call");
}

static int note(struct sink *s, int rc)
{
    s->gone = s->gone || rc == JAXL_EEND;
    return rc;
}

int sink_put(struct sink *s, const struct jaxl_json *record, struct jaxl_error *err)
{
    int rc = s->chosen ? 0 : open_writer(s, is_event(record), err);

    return rc ? rc : note(s, jaxl_record_write(s->writer, record, err));
}

int sink_flush(struct sink *s, struct jaxl_error *err)
{
    return s->writer ? note(s, jaxl_record_flush(s->writer, err)) : 0;
}

int sink_finish(struct sink *s, struct jaxl_error *err)
{
    int rc = s->o && !s->chosen ? open_writer(s, true, err) : 0;

    if (!rc && s->writer)
        rc = note(s, jaxl_record_finish(s->writer, err));
    jaxl_record_writer_free(&s->writer);
    return rc;
}
