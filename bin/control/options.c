#include "control/options.h"

#include "common/progress.h"
#include "jaxl/clock.h"

#define AT(field) offsetof(struct options, field)

static const char *const inputs[] = {"auto", "csv", "ndjson", NULL};
static const char *const outputs[] = {"ndjson", "json", "csv", "table", NULL};

/* name, letter, kind, metavar, help, field, min, max, choices, parse */
static const struct cli_option table[] = {
    {"connections", 'c', CLI_UINT, "N", "requests in flight at once (default 16)", AT(connections),
     1, 64, NULL, NULL},
    {"timeout", 0, CLI_SPAN, "TIME", "wait so long for an answer to a request (default 10s)",
     AT(timeout), JAXL_SECOND / 100, INT64_C(3600) * JAXL_SECOND, NULL, NULL},
    {"queue", 0, CLI_UINT, "N", "read so many actions ahead at most (default 10000)", AT(queue), 1,
     1000000, NULL, NULL},
    {"dry-run", 'n', CLI_FLAG, NULL, "carry nothing out: check the actions", AT(dry_run), 0, 0,
     NULL, NULL},
    {"strict", 0, CLI_FLAG, NULL,
     "read no further than the first record that cannot be used, and count actions on calls that "
     "are over as failed",
     AT(strict), 0, 0, NULL, NULL},
    {NULL, 0, CLI_HEADING, NULL, "Records", 0, 0, 0, NULL, NULL},
    {"map", 0, CLI_LIST, "FIELD=COLUMN", "read COLUMN of the input as FIELD; may be repeated",
     AT(map), 0, 0, NULL, NULL},
    {"rejects", 0, CLI_TEXT, "FILE", "where records go that cannot be used (default: stderr)",
     AT(rejects), 0, 0, NULL, NULL},
    {"input", 0, CLI_CHOICE, "FORMAT", "auto (the default), csv or ndjson", AT(input), 0, 0, inputs,
     NULL},
    {"output", 'o', CLI_CHOICE, "FORMAT", "ndjson (the default), json, csv or table", AT(output), 0,
     0, outputs, NULL},
    {"progress", 0, CLI_CHOICE, "WHEN", "auto (the default), always or never", AT(progress), 0, 0,
     cli_progress_modes, NULL},
};

static const struct cli_program program = {
    .name = CONTROL,
    .synopsis = "[options] [FILE...]",
    .summary = "Carries out the actions in the FILEs (standard input without any) on their calls, "
               "in order for each call, and writes a record of what came of each.",
    .options = table,
    .n_options = sizeof table / sizeof table[0],
    .epilogue =
        "Actions: add, remove, mute, unmute, hold, unhold, tts, play, transfer, hangup, message, "
        "tag,\nmetadata, record, audio.\n"
        "\n"
        "Examples:\n"
        "  echo '{\"action\": \"tts\", \"call_id\": 1234, \"prompt\": \"One moment.\"}' | "
        "jaxl-control\n"
        "  jaxl calls list --active --all | jq -c '{action: \"hangup\", call_id: .id}' | "
        "jaxl-control",
};

int options_parse(struct options *o, int argc, char **argv)
{
    int status;

    *o = (struct options){0};
    status = cli_parse(&program, argc, argv, o);
    if (status == CLI_GO_ON && o->dry_run && (o->connections || o->timeout)) {
        cli_message(CONTROL, "--dry-run asks nothing of the platform, so --connections and "
                             "--timeout do not go with it (see " CONTROL " --help)");
        return CLI_USAGE;
    }
    return status;
}

void options_free(struct options *o)
{
    cli_free(&program, o);
}
