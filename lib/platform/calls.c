#include "jaxl/calls.h"
#include "data/json_writer.h"
#include "platform/body.h"

/* Protocol.md section 5, "Placing a call": call_type, balance, provider and cid are the constants
 * of the published client. */
int jaxl_calls_body(const struct jaxl_calls_order *order, struct jaxl_buf *out,
                    struct jaxl_error *err)
{
    const struct jaxl_param needed[] = {
        {"from_number", order->from_number},       {"to_number", order->to_number},
        {"session_id", order->session_id},         {"currency", order->currency},
        {"total_recharge", order->total_recharge},
    };
    struct jaxl_json_writer writer, *w = &writer;
    int r = jaxl_body_need(JAXL_CALLS_TOKEN, needed, sizeof needed / sizeof needed[0], err);

    if (!r && order->ivr_id < 1)
        r = jaxl_body_refuse(JAXL_CALLS_TOKEN, err, "ivr_id is a whole number from 1");
    if (r)
        return r;
    jaxl_json_writer_init(w, out);
    jaxl_json_write_object(w);
    jaxl_json_write_member(w, "from_number", order->from_number);
    jaxl_json_write_member(w, "to_number", order->to_number);
    jaxl_json_write_member(w, "session_id", order->session_id);
    jaxl_json_write_member_int(w, "call_type", 2);
    jaxl_json_write_member(w, "balance", "0");
    jaxl_json_write_member(w, "currency", order->currency);
    jaxl_json_write_member(w, "provider", NULL);
    jaxl_json_write_member_int(w, "ivr_id", order->ivr_id);
    jaxl_json_write_member(w, "total_recharge", order->total_recharge);
    jaxl_json_write_member(w, "cid", NULL);
    jaxl_json_write_end(w);
    r = jaxl_json_writer_check(w, err);
    return r ? jaxl_error_prefix(err, r, "placing a call") : 0;
}

/* A positive id; 0 when absent, null or anything else. */
static int64_t id_of(const struct jaxl_json *v)
{
    int64_t id;

    return jaxl_json_int(v, &id) || id < 1 ? 0 : id;
}

static const char *text_of(const struct jaxl_json *v, const char *key)
{
    return jaxl_json_text(jaxl_json_get(v, key), NULL);
}

int jaxl_calls_token_read(const struct jaxl_json *answer, struct jaxl_calls_token *out,
                          struct jaxl_error *err)
{
    const struct jaxl_json *call = jaxl_json_get(answer, "call");
    const struct jaxl_json *inner = jaxl_json_get(call, "id");
    const struct jaxl_json *outer = jaxl_json_get(answer, "call_id");
    const char *reason = jaxl_json_string(jaxl_json_get(answer, "reason"), "");
    int64_t a = id_of(inner), b = id_of(outer);

    *out = (struct jaxl_calls_token){
        .reason = *reason ? reason : NULL,
        .session_id = jaxl_json_string(jaxl_json_get(answer, "session_id"), NULL),
        .provider = text_of(answer, "provider"),
        .balance = text_of(answer, "balance"),
        .call = jaxl_json_is_null(call) ? NULL : call,
    };
    if ((!a && !jaxl_json_is_null(inner)) || (!b && !jaxl_json_is_null(outer)) ||
        (a && b && a != b))
        return jaxl_error_set(err, JAXL_EPROTO,
                              "placing a call: the answer has a call whose id cannot be read");
    out->call_id = a ? a : b;
    if (!out->call_id && out->call)
        return jaxl_error_set(err, JAXL_EPROTO,
                              "placing a call: the answer has a call without an id");
    if (!out->call_id && !out->reason)
        return jaxl_error_set(err, JAXL_EPROTO,
                              "placing a call: the answer has neither a call nor a reason");
    return 0;
}

int jaxl_calls_read(const struct jaxl_json *call, struct jaxl_calls_call *out,
                    struct jaxl_error *err)
{
    int64_t direction;

    *out = (struct jaxl_calls_call){
        .id = id_of(jaxl_json_get(call, "id")),
        .from_number = text_of(call, "from_number"),
        .to_number = text_of(call, "to_number"),
        .created_on = text_of(call, "created_on"),
        .completed_on = text_of(call, "completed_on"),
        .is_finalized = jaxl_json_bool(jaxl_json_get(call, "is_finalized")),
        .missed = jaxl_json_bool(jaxl_json_get(call, "missed")),
        .has_voicemail = jaxl_json_bool(jaxl_json_get(call, "has_voicemail")),
        .duration = text_of(call, "duration"),
        .failure_reason = text_of(call, "failure_reason"),
        .sid = text_of(call, "sid"),
    };
    if (!out->id)
        return jaxl_error_set(err, JAXL_EPROTO, "a call in the answer has no id");
    if (jaxl_json_int(jaxl_json_get(call, "direction"), &direction) == 0 && direction >= 0 &&
        direction <= 2)
        out->direction = (int)direction;
    if (jaxl_json_type(jaxl_json_get(call, "costs")) == JAXL_JSON_ARRAY)
        out->costs = jaxl_json_get(call, "costs");
    return 0;
}

int jaxl_calls_usage_read(const struct jaxl_json *result, struct jaxl_calls_usage *out,
                          struct jaxl_error *err)
{
    *out = (struct jaxl_calls_usage){
        .signed_usage = text_of(result, "signed"),
        .call_time = text_of(result, "call_time"),
        .start_time = text_of(result, "start_time"),
        .end_time = text_of(result, "end_time"),
        .cost = text_of(result, "cost"),
        .currency = text_of(result, "currency"),
    };
    if (jaxl_json_type(result) != JAXL_JSON_OBJECT)
        return jaxl_error_set(err, JAXL_EPROTO, "a usage in the answer is no object");
    if (jaxl_json_int(jaxl_json_get(result, "num_calls"), &out->num_calls) || out->num_calls < 0)
        out->num_calls = 0;
    return 0;
}
