/* POST /v1/calls/token/: placing a call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/request.h"

enum { CALL_TYPE = 2 };

/* What is asked for, checked. */
struct order {
    const char *to_text, *session_id, *cid;
    uint64_t from, to;
    int64_t ivr;
    int currency;
};

static bool is_session_id(const char *text)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    if (strlen(text) != strlen(shape))
        return false;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == '-' ? text[i] != '-' : !strchr("0123456789ABCDEF", text[i]))
            return false;
    return true;
}

static bool take_currency(struct request *r, struct order *o)
{
    const char *code = jaxl_json_string(jaxl_json_get(r->json, "currency"), "");

    for (o->currency = 1; o->currency < CURRENCIES; o->currency++)
        if (strcmp(currencies[o->currency].code, code) == 0)
            return true;
    return refuse(r, 400, "INVALID_FIELD", "currency", "it must be USD or INR");
}

static bool take_order(struct request *r, struct order *o)
{
    static const struct field fields[] = {
        {"from_number", F_STRING, 32},     {"to_number", F_STRING, 32},
        {"session_id", F_STRING, 64},      {"call_type", F_INT, 0},
        {"balance", F_STRING, 64},         {"currency", F_STRING, 8},
        {"provider", F_INT | F_NULL, 0},   {"ivr_id", F_INT | F_NULL, 0},
        {"total_recharge", F_STRING, 255}, {"cid", F_STRING | F_NULL, 0}};
    const char *balance;
    struct jaxl_money money;
    int64_t type;

    if (!body_check(r, fields, sizeof fields / sizeof *fields))
        return false;
    o->to_text = jaxl_json_string(jaxl_json_get(r->json, "to_number"), "");
    o->to = e164_parse(o->to_text);
    o->from = e164_parse(jaxl_json_string(jaxl_json_get(r->json, "from_number"), ""));
    o->session_id = jaxl_json_string(jaxl_json_get(r->json, "session_id"), "");
    o->cid = jaxl_json_string(jaxl_json_get(r->json, "cid"), NULL);
    o->ivr = 0;
    if (!jaxl_json_is_null(jaxl_json_get(r->json, "ivr_id")) &&
        (jaxl_json_int(jaxl_json_get(r->json, "ivr_id"), &o->ivr) || o->ivr < 1))
        o->ivr = -1;
    balance = jaxl_json_string(jaxl_json_get(r->json, "balance"), "");
    if (!is_session_id(o->session_id))
        return refuse(r, 400, "INVALID_FIELD", "session_id", "it must be an upper-case UUID");
    if (jaxl_json_int(jaxl_json_get(r->json, "call_type"), &type) || type != CALL_TYPE)
        return refuse(r, 400, "INVALID_FIELD", "call_type", "it must be %d", CALL_TYPE);
    if (jaxl_money_parse(balance, strlen(balance), &money, NULL))
        return refuse(r, 400, "INVALID_FIELD", "balance", "it must be an amount, as \"0\"");
    return take_currency(r, o);
}

static bool lasts(const struct world *w, int currency, const struct jaxl_money *balance,
                  int64_t minutes)
{
    struct jaxl_money cost = call_cost(w, currency, minutes);

    return jaxl_money_compare(&cost, balance) <= 0;
}

/* Seconds that the balance lasts, up to the limit. */
static int64_t time_limit(const struct world *w, int currency, const struct jaxl_money *balance)
{
    int64_t minutes = CALL_MINUTES_MAX;

    while (minutes > 0 && !lasts(w, currency, balance, minutes))
        minutes--;
    return minutes * 60;
}

/* The CallToken: with a call, or with the reason why there is none. */
static void answer(struct world *w, struct request *r, const struct order *o, const struct call *c,
                   const char *reason)
{
    struct jaxl_money balance = wallet_balance(w, o->currency, r->now);
    char text[JAXL_MONEY_TEXT], token[PROOF_HEX + 1];

    r->status = 200;
    snprintf(r->reason, sizeof r->reason, "%s", reason ? reason : "");
    jaxl_json_write_object(r->out);
    jaxl_json_write_member(r->out, "reason", reason);
    jaxl_json_write_key(r->out, "token");
    if (c) {
        proof_make(w, o->session_id, token);
        jaxl_json_write_string(r->out, token);
    } else {
        jaxl_json_write_null(r->out);
    }
    jaxl_json_write_member(r->out, "to_number", o->to_text);
    jaxl_json_write_key(r->out, "call");
    if (c)
        call_write(w, r->out, c, r->now);
    else
        jaxl_json_write_null(r->out);
    jaxl_json_write_member(r->out, "session_id", o->session_id);
    jaxl_json_write_key(r->out, "call_id");
    if (c)
        jaxl_json_write_int(r->out, call_id(w, c));
    else
        jaxl_json_write_null(r->out);
    jaxl_json_write_member_int(r->out, "time_limit", time_limit(w, o->currency, &balance));
    jaxl_json_write_member_int(r->out, "provider", 1);
    jaxl_json_write_key(r->out, "balance");
    jaxl_json_write_number(r->out, jaxl_money_format(&balance, text));
    jaxl_json_write_end(r->out);
}

/* Why the platform itself says no; NULL when it does not. */
static const char *objection(struct world *w, struct request *r, const struct order *o)
{
    struct jaxl_money balance;

    if (!is_own_number(w, o->from))
        return "INVALID_FROM_NUMBER";
    if (o->ivr && !ivr_find(w, o->ivr))
        return "INVALID_IVR_ID";
    if (!recharge_proof_ok(w, o->currency,
                           jaxl_json_string(jaxl_json_get(r->json, "total_recharge"), "")))
        return "PAYMENT_ISSUE";
    balance = wallet_balance(w, o->currency, r->now);
    return jaxl_money_sign(&balance) > 0 ? NULL : "OOB";
}

struct call *call_place(struct world *w, struct call *c, const struct fate *fate, const char *cid,
                        uint32_t lead)
{
    static const struct fate plain = {ANSWERED, NULL, 5, 30, false, false};
    const struct magic *magic = magic_find(c->to);
    const struct callee *callee = callee_of(&w->calls, c->to);
    uint32_t script = fate ? 0 : script_next_to(w, c->to), n;
    struct fate drawn;
    struct call *added;

    if (!callee)
        return NULL;
    n = callee->placed;
    if (w->calls.n && w->calls.items[w->calls.n - 1].created > c->created)
        c->created = w->calls.items[w->calls.n - 1].created;
    drawn = !magic ? fate_of_number(w->options.seed, c->to, n) : magic->fault ? plain : magic->fate;
    call_plan(w, c, fate ? fate : &drawn, mix(w->options.seed, c->to, n + UINT64_C(0x100000000)));
    play_plan(w, c, script_find(w, script), !fate && !drawn.as_ivr);
    added = call_log(w, c, cid, lead) ? NULL : call_add(w, c, cid);
    if (added)
        play_begin(w, added, script);
    return added;
}

/* Places it, or answers why not. */
static void place(struct world *w, struct request *r, const struct order *o)
{
    const char *reason = objection(w, r, o);
    struct call c = {.created = r->now,
                     .from = o->from,
                     .to = o->to,
                     .ivr = (uint32_t)o->ivr,
                     .speed = (uint32_t)w->options.speed,
                     .currency = (uint8_t)o->currency},
                *added;

    if (reason) {
        answer(w, r, o, NULL, reason);
        return;
    }
    added = call_place(w, &c, NULL, o->cid, 0);
    if (!added) {
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "the call could not be kept");
        return;
    }
    r->placed = (uint32_t)call_id(w, added);
    snprintf(r->session_id, sizeof r->session_id, "%s", o->session_id);
    answer(w, r, o, added, NULL);
}

static const struct fault *fault_of(const struct world *w, const struct magic *magic,
                                    const struct callee *callee)
{
    if (!magic)
        return fault_draw(&w->options.call_faults,
                          mix(~w->options.seed, callee->number, callee->tries));
    if (!magic->fault || (magic->tries && callee->tries > magic->tries))
        return NULL;
    return fault_find(magic->fault);
}

static void call_token(struct world *w, struct request *r)
{
    const struct magic *magic;
    const struct fault *fault;
    struct callee *callee;
    struct order o;

    if (!take_order(r, &o))
        return;
    if (!o.to) {
        bool digits = *o.to_text && strspn(o.to_text, "0123456789") == strlen(o.to_text);
        answer(w, r, &o, NULL, digits ? "DID_YOU_FORGET_THE_PLUS_SIGN" : "INVALID_TO_NUMBER");
        return;
    }
    callee = callee_of(&w->calls, o.to);
    if (!callee) {
        refuse(r, 500, "INTERNAL_SERVER_ERROR", NULL, "out of memory");
        return;
    }
    callee->tries++;
    magic = magic_find(o.to);
    fault = fault_of(w, magic, callee);
    if (fault && fault->kind == FAULT_REFUSE)
        answer(w, r, &o, NULL, magic && magic->reason ? magic->reason : fault->reason);
    else if (!fault || fault->done)
        place(w, r, &o);
    if (fault)
        fault_meet(r, fault, magic ? magic->reason : NULL, magic ? magic->retry_after : NULL);
}

const struct route call_routes[] = {
    {CALLS, "POST", "/v1/calls/token/", NULL, ROUTE_JSON | ROUTE_OWN_FAULTS, call_token},
    {0},
};
