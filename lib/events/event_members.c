#include "events/event_members.h"

#include <string.h>

#include "data/json_value.h"

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define OWN(text) .name = NAME(text), .key = NAME(",\"" text "\":")

const struct jaxl_event_member jaxl_event_members[JAXL_EVENT_MEMBERS] = {
    [MEMBER_ID] = {OWN("id")},
    [MEMBER_EVENT] = {OWN("event")},
    [MEMBER_CALL_ID] = {OWN("call_id"), .in_state = NAME("call_id")},
    [MEMBER_IVR] = {OWN("ivr"), .in_body = NAME("pk")},
    [MEMBER_FROM] = {OWN("from"), .in_state = NAME("from_number")},
    [MEMBER_TO] = {OWN("to"), .in_state = NAME("to_number")},
    [MEMBER_DIRECTION] = {OWN("direction"), .in_state = NAME("direction")},
    [MEMBER_OPTION] = {OWN("option"), .in_body = NAME("option")},
    [MEMBER_DATA] = {OWN("data"), .in_body = NAME("data")},
    [MEMBER_MARK] = {OWN("mark"), .in_body = NAME("mark")},
    [MEMBER_METADATA] = {OWN("metadata"), .in_state = NAME("metadata")},
    [MEMBER_CAMPAIGN_ID] = {OWN("campaign_id"), .in_state = NAME("campaign_id")},
    [MEMBER_RECEIVED_AT] = {OWN("received_at")},
    [MEMBER_STATE] = {OWN("state")},
    [MEMBER_DUPLICATE] = {OWN("duplicate")},
};

const char *jaxl_event_member(size_t i)
{
    return i < JAXL_EVENT_MEMBERS ? jaxl_event_members[i].name.text : NULL;
}

static bool is(struct jaxl_event_name name, const char *text, size_t len)
{
    return name.len == len && memcmp(name.text, text, len) == 0;
}

size_t jaxl_event_member_named(const char *name, size_t len)
{
    size_t i = 0;

    while (i < JAXL_EVENT_MEMBERS && !is(jaxl_event_members[i].name, name, len))
        i++;
    return i;
}

size_t jaxl_event_member_in_body(const char *name, size_t len)
{
    static const unsigned char those[] = {MEMBER_IVR, MEMBER_OPTION, MEMBER_DATA, MEMBER_MARK};

    for (size_t i = 0; i < sizeof those; i++)
        if (is(jaxl_event_members[those[i]].in_body, name, len))
            return those[i];
    return JAXL_EVENT_MEMBERS;
}

size_t jaxl_event_member_in_state(const char *name, size_t len)
{
    static const unsigned char those[] = {MEMBER_CALL_ID,   MEMBER_FROM,     MEMBER_TO,
                                          MEMBER_DIRECTION, MEMBER_METADATA, MEMBER_CAMPAIGN_ID};

    for (size_t i = 0; i < sizeof those; i++)
        if (is(jaxl_event_members[those[i]].in_state, name, len))
            return those[i];
    return JAXL_EVENT_MEMBERS;
}

bool jaxl_event_member_known(const char *name, size_t len)
{
    static const struct jaxl_event_name event = NAME("event"), state = NAME("state");

    return jaxl_event_member_in_body(name, len) < JAXL_EVENT_MEMBERS || is(event, name, len) ||
           is(state, name, len);
}

void jaxl_event_member_values(const struct jaxl_event *e, struct jaxl_event_values *values)
{
    *values = (struct jaxl_event_values){.unknown = false};
    for (const struct jaxl_json *m = jaxl_json_first(e->body); m; m = m->next) {
        size_t i = jaxl_event_member_in_body(m->key, m->key_len);
        if (i < JAXL_EVENT_MEMBERS)
            values->of[i] = m->type == JAXL_JSON_NULL ? NULL : m;
        else if (!jaxl_event_member_known(m->key, m->key_len))
            values->unknown = true;
    }
    for (const struct jaxl_json *m = jaxl_json_first(e->state); m; m = m->next) {
        size_t i = jaxl_event_member_in_state(m->key, m->key_len);
        if (i < JAXL_EVENT_MEMBERS)
            values->of[i] = m->type == JAXL_JSON_NULL ? NULL : m;
    }
}
