/* How leads come in: from the input or from the ledger, each to become one attempt. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign/run.h"

enum { LINE_BITS = 44 };
#define LINE_MASK ((UINT64_C(1) << LINE_BITS) - 1)

void jaxl_admit_reject(struct jaxl_dialer *d, const struct jaxl_record *rec, const char *reason)
{
    struct jaxl_error err = {0};
    int code;

    d->totals.rejected++;
    jaxl_buf_reset(&d->line);
    jaxl_record_reject(&d->line, rec, reason);
    code = jaxl_buf_check(&d->line, "a reject", &err);
    if (!code && d->options.reject)
        code = d->options.reject(d->options.ctx, d->line.data, d->line.len, &err);
    if (!code && d->options.strict)
        code =
            jaxl_error_set(&err, JAXL_EINPUT, "line %" PRIu64 ": %s (--strict)", rec->line, reason);
    if (code)
        jaxl_run_fail(d, code, &err);
}

/* The place of a record in all the input: which one, and the line in it. */
static uint64_t place_of(const struct jaxl_dialer *d, uint64_t line)
{
    return ((uint64_t)d->inputs << LINE_BITS) | (line & LINE_MASK);
}

/* Whether the number was met before; a message for the reject then. */
static bool duplicate(struct jaxl_dialer *d, const struct jaxl_phone *to, uint64_t line,
                      char *reason, size_t room)
{
    uint64_t first;
    struct jaxl_error err = {0};

    if (!d->seen)
        return false;
    if (jaxl_seen_add(d->seen, to->key, place_of(d, line), &first, &err)) {
        snprintf(reason, room, "%s", err.message);
        jaxl_run_fail(d, err.code, &err);
        return true;
    }
    if (!first)
        return false;
    d->totals.duplicates++;
    if (first >> LINE_BITS == d->inputs)
        snprintf(reason, room, "duplicate of line %" PRIu64, first & LINE_MASK);
    else
        snprintf(reason, room, "duplicate of line %" PRIu64 " of input %" PRIu64, first & LINE_MASK,
                 first >> LINE_BITS);
    return true;
}

/* place: of the record where a number may come again and nothing else tells the leads apart. */
static int identify(struct jaxl_dialer *d, struct jaxl_slot *s, uint64_t place)
{
    struct jaxl_identity who = {.account = d->account,
                                .campaign = d->campaign,
                                .lead = jaxl_buf_text(&s->result.lead),
                                .lead_len = s->result.lead.len,
                                .to = s->result.to.text,
                                .place = place,
                                .attempt = s->result.attempt};

    s->result.campaign = d->campaign;
    if (d->options.dry_run) /* the account is not known without asking */
        return 0;
    return jaxl_identity_session(&who, &d->scratch, s->result.session_id);
}

/* A lead without a name of its own is known by its number, which may come again here: fed once
 * more, it could not be told whether it was called. */
static int check_name(const struct jaxl_dialer *d, const struct jaxl_json *record,
                      struct jaxl_error *err)
{
    if (!d->ledger || !d->options.allow_duplicates || !d->options.campaign ||
        !jaxl_json_is_null(jaxl_json_get(record, "lead")))
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT,
                          "no field 'lead': with --campaign and --allow-duplicates each lead needs "
                          "a name of its own");
}

/* "#LINE", and of another input than the first "#INPUT.LINE". */
static void name_by_place(struct jaxl_buf *lead, uint64_t place)
{
    jaxl_buf_putc(lead, '#');
    if (place >> LINE_BITS > 1)
        jaxl_buf_printf(lead, "%" PRIu64 ".", place >> LINE_BITS);
    jaxl_buf_printf(lead, "%" PRIu64, place & LINE_MASK);
}

/* Reads the lead into the slot. known: what the ledger has of it; NULL: it comes from the input. */
static int read_record(struct jaxl_dialer *d, struct jaxl_slot *s, const struct jaxl_json *record,
                       uint64_t place, const struct jaxl_ledger_lead *known, struct jaxl_error *err)
{
    int code = jaxl_lead_read(record, &d->defaults, &s->result, err);

    if (!code)
        code = check_name(d, record, err);
    if (!code && known) {
        jaxl_buf_reset(&s->result.lead);
        jaxl_buf_add(&s->result.lead, known->lead, known->lead_len);
    } else if (!code && d->ledger && d->options.allow_duplicates && !d->options.campaign &&
               jaxl_json_is_null(jaxl_json_get(record, "lead"))) {
        name_by_place(&s->result.lead, place);
    }
    if (!code)
        code = jaxl_gate_locate(d, s, record, err);
    if (!code)
        code = identify(d, s, d->options.allow_duplicates && !d->ledger ? place : 0);
    return code;
}

/* Whether it was not the lead's fault: all others would fare alike. */
static bool ends_the_run(int code)
{
    return code == JAXL_ENOMEM || code == JAXL_EIO || code == JAXL_ECONFIG || code == JAXL_ECRYPTO;
}

/* On with a lead that is the run's from now on. */
static void admit(struct jaxl_dialer *d, struct jaxl_slot *s)
{
    s->dialer = d;
    s->read_at = d->turn_at;
    d->totals.active++;
    d->active++;
    if (!jaxl_gate_pass(d, s)) /* before an IVR is made for it */
        return;
    if (++d->taken == d->options.limit)
        d->full = true;
    if (d->options.dry_run)
        jaxl_settle(d, s, JAXL_RESULT_PLANNED);
    else
        jaxl_place_advance(d, s);
}

void jaxl_admit_record(struct jaxl_dialer *d, const struct jaxl_record *rec)
{
    struct jaxl_slot *s = jaxl_slots_get(&d->pool);
    struct jaxl_error err = {0};
    bool is_new = true;
    char reason[600];
    int code;

    if (!s) {
        jaxl_admit_reject(d, rec, "out of memory");
        jaxl_run_fail(d, JAXL_ENOMEM, NULL);
        return;
    }
    code = read_record(d, s, rec->value, place_of(d, rec->line), NULL, &err);
    snprintf(reason, sizeof reason, "%s", err.message);
    if (code || duplicate(d, &s->result.to, rec->line, reason, sizeof reason)) {
        jaxl_slots_put(&d->pool, s);
        jaxl_admit_reject(d, rec, reason);
        if (ends_the_run(code))
            jaxl_run_fail(d, code, &err);
        return;
    }
    code = jaxl_register_enter(d, s, &is_new);
    if (code) { /* the run ends: what the ledger does not have is fed again */
        jaxl_slots_put(&d->pool, s);
        jaxl_admit_reject(d, rec, d->failure.message);
    } else if (!is_new) {
        d->totals.known++;
        jaxl_slots_put(&d->pool, s);
    } else {
        admit(d, s);
    }
}

/* The record as it was fed once; one that is no lead any more, because the options of this run are
 * others, stays as it is for the next. */
void jaxl_admit_lead(struct jaxl_dialer *d, const struct jaxl_ledger_lead *lead)
{
    struct jaxl_slot *s = jaxl_slots_get(&d->pool);
    struct jaxl_record rec = {.raw = lead->data, .raw_len = lead->data_len};
    struct jaxl_error err = {0};
    int code = s ? 0 : jaxl_error_set(&err, JAXL_ENOMEM, "out of memory");

    d->totals.taken_up++;
    if (!code)
        code = jaxl_json_parse(d->lead_doc, lead->data, lead->data_len, &rec.value, &err);
    if (!code) {
        s->lead = lead->id;
        s->added_at = lead->added_at;
        s->attempts = lead->attempts;
        s->result.attempt = lead->attempts + 1;
        code = read_record(d, s, rec.value, 0, lead, &err);
    }
    if (!code) {
        admit(d, s);
        return;
    }
    if (s)
        jaxl_slots_put(&d->pool, s);
    jaxl_admit_reject(d, &rec, err.message);
    if (ends_the_run(code))
        jaxl_run_fail(d, code, &err);
}
