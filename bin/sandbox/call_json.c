/* A call as JSON: the platform's object, and a line of the state log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/campaign.h"
#include "sandbox/live.h"
#include "sandbox/world.h"

static void write_time(struct jaxl_json_writer *j, const char *key, int64_t us)
{
    char text[JAXL_CLOCK_ISO_MAX];

    jaxl_json_write_key(j, key);
    if (us && jaxl_clock_format(us, text) == 0)
        jaxl_json_write_string(j, text);
    else
        jaxl_json_write_null(j);
}

static void write_bool(struct jaxl_json_writer *j, const char *key, bool v)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_bool(j, v);
}

static void write_raw(struct jaxl_json_writer *j, const char *key, const char *json)
{
    jaxl_json_write_key(j, key);
    jaxl_json_write_raw(j, json, strlen(json));
}

/* Nothing while it lasts, a cost without an amount until it is final. */
static void write_costs(struct world *w, struct jaxl_json_writer *j, const struct call *c,
                        const struct call_view *v)
{
    char text[JAXL_MONEY_TEXT];
    struct jaxl_money cost = call_cost(w, c->currency, v->minutes);

    jaxl_json_write_key(j, "costs");
    jaxl_json_write_array(j);
    if (v->over) {
        jaxl_json_write_object(j);
        jaxl_json_write_key(j, "cost");
        if (v->final)
            jaxl_json_write_number(j, jaxl_money_format(&cost, text));
        else
            jaxl_json_write_null(j);
        jaxl_json_write_member(j, "currency", currencies[c->currency].code);
        jaxl_json_write_end(j);
    }
    jaxl_json_write_end(j);
}

static void write_tags(struct jaxl_json_writer *j, const struct call_extra *e)
{
    jaxl_json_write_key(j, "tags");
    jaxl_json_write_array(j);
    for (size_t i = 0; e && i < e->n_tags; i++)
        tag_write(j, &e->tags[i]);
    jaxl_json_write_end(j);
}

void tag_write(struct jaxl_json_writer *j, const struct tag *tag)
{
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", tag->id);
    jaxl_json_write_member(j, "name", tag->name);
    jaxl_json_write_member(j, "rationale", tag->rationale);
    jaxl_json_write_end(j);
}

void metadata_write(struct jaxl_json_writer *j, const struct call_extra *e, char digit)
{
    jaxl_json_write_object(j);
    for (size_t i = 0; e && i < e->n_metas; i++)
        write_raw(j, e->metas[i].key, e->metas[i].json);
    if (e && e->inputs) {
        jaxl_json_write_member(j, METADATA_INPUTS, e->inputs);
    } else if (digit) {
        jaxl_json_write_key(j, METADATA_INPUTS);
        jaxl_json_write_string_n(j, &digit, 1);
    }
    if (e && e->live)
        live_write(j, e->live);
    jaxl_json_write_end(j);
}

/* What every call of the sandbox has the same, from behind the first key on. */
static const char same[] =
    "2,\"call_type\":2,\"device\":null,"
    "\"device_user_id\":null,\"device_app_user_id\":null,\"org_id\":42,\"actor\":11,"
    "\"locations\":[],\"has_transcription\":false,\"location_keys\":[],"
    "\"recording_upload_id\":null,\"upload_metadata\":null,"
    "\"parent\":null,\"sid\":null,\"device_id\":null";

static void write_numbers(struct jaxl_json_writer *j, const struct call *c)
{
    char text[E164_TEXT];

    jaxl_json_write_member(j, "from_number", e164_format(c->from, text));
    jaxl_json_write_member(j, "to_number", e164_format(c->to, text));
    jaxl_json_write_member(j, "via_number", e164_format(call_ours(c), text));
}

/* missed is null while it rings. */
static void write_end(struct jaxl_json_writer *j, const struct call *c, const struct call_view *v)
{
    jaxl_json_write_key(j, "missed");
    if (!v->over && !v->talked)
        jaxl_json_write_null(j);
    else
        jaxl_json_write_bool(j, call_missed(c, v));
    write_bool(j, "has_voicemail", v->talked && c->outcome == VOICEMAIL);
    write_time(j, "completed_on", v->completed);
    jaxl_json_write_key(j, "duration");
    if (v->over)
        jaxl_json_write_int(j, v->duration);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "failure_reason", v->over ? failure_name(c->failure) : NULL);
    write_bool(j, "is_finalized", v->final);
}

/* There is one of every call that was answered, once it is over. */
static void write_recording(const struct world *w, struct jaxl_json_writer *j, const struct call *c,
                            const struct call_view *v)
{
    char url[128];

    snprintf(url, sizeof url, "%s/v1/calls/%lld/audio/", w->roots[CALLS], (long long)call_id(w, c));
    jaxl_json_write_member(j, "recording_playback_url", v->recorded ? url : NULL);
    write_time(j, "recording_start_time", v->recorded ? v->answered : 0);
    jaxl_json_write_key(j, "recording_duration");
    if (v->recorded)
        jaxl_json_write_int(j, (v->recorded + 999) / 1000);
    else
        jaxl_json_write_null(j);
}

static void write_campaign(struct world *w, struct jaxl_json_writer *j, const struct call *c)
{
    const struct campaign *camp = campaign_find(w, c->campaign);

    write_bool(j, "is_bot", camp && camp->kind == KIND_AIAGENT);
    jaxl_json_write_key(j, "camp");
    jaxl_json_write_object(j);
    jaxl_json_write_key(j, "campaign_id");
    if (camp)
        jaxl_json_write_int(j, c->campaign);
    else
        jaxl_json_write_null(j);
    jaxl_json_write_member(j, "name", camp ? camp->name : NULL);
    jaxl_json_write_member(j, "metadata", NULL);
    jaxl_json_write_end(j);
}

void call_write(struct world *w, struct jaxl_json_writer *j, const struct call *c, int64_t now)
{
    struct call_view v;

    call_view(c, now, &v);
    jaxl_json_write_object(j);
    jaxl_json_write_member_int(j, "id", call_id(w, c));
    jaxl_json_write_member_int(j, "direction", call_direction(c));
    write_numbers(j, c);
    write_time(j, "created_on", c->created);
    write_time(j, "modified_on", v.modified);
    write_end(j, c, &v);
    write_costs(w, j, c, &v);
    write_tags(j, c->extra);
    jaxl_json_write_key(j, "metadata");
    metadata_write(j, c->extra, v.digit);
    jaxl_json_write_member(j, "cid", c->extra ? c->extra->cid : NULL);
    jaxl_json_write_key(j, "ivr");
    if (c->ivr)
        jaxl_json_write_int(j, c->ivr);
    else
        jaxl_json_write_null(j);
    write_recording(w, j, c, &v);
    write_campaign(w, j, c);
    write_raw(j, "type", same);
    jaxl_json_write_end(j);
}

int call_log(struct world *w, const struct call *c, const char *cid, uint32_t lead)
{
    struct jaxl_json_writer *j;

    if (w->log < 0 || w->replaying)
        return 0;
    j = log_begin(w, "call");
    jaxl_json_write_member_int(j, "created", c->created);
    jaxl_json_write_member_int(j, "from", (int64_t)c->from);
    jaxl_json_write_member_int(j, "to", (int64_t)c->to);
    jaxl_json_write_member_int(j, "speed", c->speed);
    jaxl_json_write_member_int(j, "ivr", c->ivr);
    jaxl_json_write_member_int(j, "ring", c->ring);
    jaxl_json_write_member_int(j, "talk", c->talk);
    jaxl_json_write_member_int(j, "digit", c->digit);
    jaxl_json_write_member_int(j, "digit_after", c->digit_after);
    jaxl_json_write_member_int(j, "outcome", c->outcome);
    jaxl_json_write_member(j, "failure", failure_name(c->failure));
    jaxl_json_write_member_int(j, "currency", c->currency);
    jaxl_json_write_member(j, "cid", cid);
    if (c->incoming)
        write_bool(j, "incoming", true);
    if (c->played)
        write_bool(j, "played", true);
    if (c->campaign) {
        jaxl_json_write_member_int(j, "campaign", c->campaign);
        jaxl_json_write_member_int(j, "lead", lead);
    }
    return log_end(w);
}

/* A number of a line of the log, 0 when it is not within its bounds. */
static uint64_t number(const struct jaxl_json *line, const char *key, uint64_t max, bool *ok)
{
    int64_t v = -1;

    if (jaxl_json_int(jaxl_json_get(line, key), &v) || v < 0 || (uint64_t)v > max)
        *ok = false;
    return *ok ? (uint64_t)v : 0;
}

int call_replay(struct world *w, const struct jaxl_json *line)
{
    const char *cid = jaxl_json_string(jaxl_json_get(line, "cid"), NULL);
    bool ok = true;
    struct call c = {.created = (int64_t)number(line, "created", INT64_MAX, &ok),
                     .from = number(line, "from", UINT64_MAX / 2, &ok),
                     .to = number(line, "to", UINT64_MAX / 2, &ok),
                     .speed = (uint32_t)number(line, "speed", UINT32_MAX, &ok),
                     .ivr = (uint32_t)number(line, "ivr", w->ivrs.n, &ok),
                     .ring = (uint32_t)number(line, "ring", UINT32_MAX, &ok),
                     .talk = (uint32_t)number(line, "talk", UINT32_MAX, &ok),
                     .digit = (char)number(line, "digit", 127, &ok),
                     .digit_after = (uint16_t)number(line, "digit_after", UINT16_MAX, &ok),
                     .outcome = (uint8_t)number(line, "outcome", OUTCOME_COUNT - 1, &ok),
                     .currency = (uint8_t)number(line, "currency", CURRENCIES - 1, &ok),
                     .incoming = jaxl_json_bool(jaxl_json_get(line, "incoming")),
                     .played = jaxl_json_bool(jaxl_json_get(line, "played"))};

    struct call *added;
    uint32_t lead = 0;

    if (jaxl_json_get(line, "campaign")) {
        c.campaign = (uint32_t)number(line, "campaign", w->campaigns.n, &ok);
        lead = (uint32_t)number(line, "lead", UINT32_MAX, &ok);
    }
    c.failure = (uint8_t)failure_number(jaxl_json_string(jaxl_json_get(line, "failure"), NULL));
    if (!ok || !c.speed || !c.to)
        return JAXL_EINPUT;
    added = call_add(w, &c, cid);
    if (!added)
        return JAXL_ENOMEM;
    return c.campaign ? campaign_note(w, added, lead) : 0;
}

struct call *call_replayed(struct world *w, const struct jaxl_json *line)
{
    int64_t id;

    return jaxl_json_int(jaxl_json_get(line, "id"), &id) ? NULL : call_find(w, id);
}

int call_replay_cut(struct world *w, const struct jaxl_json *line)
{
    struct call *c = call_replayed(w, line);
    int64_t at;

    if (!c || jaxl_json_int(jaxl_json_get(line, "at"), &at) || at < c->created)
        return JAXL_EINPUT;
    return call_cut(w, c, at);
}

int call_replay_tag(struct world *w, const struct jaxl_json *line)
{
    const char *name = jaxl_json_string(jaxl_json_get(line, "name"), NULL);
    struct call *c = call_replayed(w, line);
    int64_t at;

    if (!c || !name || jaxl_json_int(jaxl_json_get(line, "at"), &at))
        return JAXL_EINPUT;
    return call_tag(w, c, name, jaxl_json_string(jaxl_json_get(line, "rationale"), NULL), at);
}

int call_replay_meta(struct world *w, const struct jaxl_json *line)
{
    struct call *c = call_replayed(w, line);
    const struct jaxl_json *values = jaxl_json_get(line, "values");
    int64_t at;

    if (!c || jaxl_json_int(jaxl_json_get(line, "at"), &at))
        return JAXL_EINPUT;
    return call_merge(w, c, values, at);
}
