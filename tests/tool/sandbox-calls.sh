#!/bin/bash
# The life of calls, the list of them, and that the money adds up.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

call_fields='["actor","call_type","camp","cid","completed_on","costs","created_on","device",
 "device_app_user_id","device_id","device_user_id","direction","duration","failure_reason","from_number",
 "has_transcription","has_voicemail","id","is_bot","is_finalized","ivr","location_keys","locations","metadata",
 "missed","modified_on","org_id","parent","recording_duration","recording_playback_url","recording_start_time",
 "recording_upload_id","sid","tags","to_number","type","upload_metadata","via_number"]'

calls_total() {
    get CALL "/v1/calls/?currency=1&limit=500${1-}"
    expect 200
    jq .count body
}

places() {
    sandbox
    client_attest
    place +12025550100
    expect 200
    holds body '.[0] | keys == ["balance", "call", "call_id", "provider", "reason", "session_id", "time_limit",
        "to_number", "token"] and .reason == null and .call_id == 1 and .call.id == 1 and .balance == 1000000'
    holds body ".[0].call | keys == $call_fields"
    holds body '.[0].call | .missed == null and .completed_on == null and .costs == [] and .direction == 2'
    holds "$journal" 'map(select(.event == "placed")) | length == 1 and .[0].to == "+12025550100" and
        .[0].from == "+12015550199" and .[0].call_id == 1'
    [ "$(jq -r .session_id json)" = "$(jq -r 'select(.event == "placed").session_id' "$journal")" ]
    get CALL /v1/calls/2/
    expect 404 NOT_FOUND
}
t "a call is placed, with every field" places

body_wrong() {
    local filter status reason field
    sandbox
    client_attest
    while IFS='~' read -r filter status reason field; do
        place +12025550100 "$filter"
        expect "$status" "$reason" "$field"
    done <<'END'
del(.cid)~400~MISSING_FIELD~cid
del(.session_id)~400~MISSING_FIELD~session_id
.more = 1~400~UNKNOWN_FIELD~more
.ivr_id = "1"~400~INVALID_FIELD~ivr_id
.ivr_id = 1.5~400~INVALID_FIELD~ivr_id
.provider = "x"~400~INVALID_FIELD~provider
.call_type = 1~400~INVALID_FIELD~call_type
.call_type = "2"~400~INVALID_FIELD~call_type
.balance = 0~400~INVALID_FIELD~balance
.balance = "much"~400~INVALID_FIELD~balance
.currency = "EUR"~400~INVALID_FIELD~currency
.session_id |= ascii_downcase~400~INVALID_FIELD~session_id
.session_id = "1"~400~INVALID_FIELD~session_id
.from_number = ""~400~INVALID_FIELD~from_number
.total_recharge = null~400~INVALID_FIELD~total_recharge
END
    while IFS='~' read -r filter reason; do
        place +12025550100 "$filter"
        expect 200 "$reason"
        holds body '.[0] | .call == null and .call_id == null'
    done <<'END'
.to_number = "12025550100"~DID_YOU_FORGET_THE_PLUS_SIGN
.to_number = "+0123456789"~INVALID_TO_NUMBER
.to_number = "nobody"~INVALID_TO_NUMBER
.from_number = "+12015550100"~INVALID_FROM_NUMBER
.ivr_id = 99~INVALID_IVR_ID
.ivr_id = -1~INVALID_IVR_ID
.total_recharge = "1000000:1:42:00"~PAYMENT_ISSUE
.total_recharge |= sub("^1"; "2")~PAYMENT_ISSUE
.currency = "INR"~PAYMENT_ISSUE
END
    [ "$(calls_total)" -eq 0 ]
    holds "$journal" 'all(.[]; .event == "request")'
}
t "every field of the body is checked, and nothing is placed" body_wrong

lives() {
    sandbox --speed 10
    client_attest
    place +12025550102 # rings 5 s, talks 61 s, final 5 s later
    state_is 1 '.missed == null and .duration == null and .completed_on == null'
    wait_until 20 state_is 1 '.missed == false and .completed_on == null and .costs == []'
    wait_until 30 state_is 1 '.completed_on != null and .duration == 61'
    wait_until 20 state_is 1 '.is_finalized and .costs == [{"cost": 0.028, "currency": "USD"}]'
    # a minute and six seconds of its own time after it was created
    state_is 1 'def s: sub("[.][0-9]+"; "") | fromdate; (.completed_on | s) - (.created_on | s) == 66'
}
t "a call rings, is answered, ends and gets its cost" lives

outcomes() {
    local to
    sandbox --speed 1000
    client_attest
    for to in 10 11 21; do
        place "+120255501$to"
    done
    wait_until 30 all_final
    state_is 1 '.missed and .duration == 0 and .costs[0].cost == 0 and .failure_reason == null'
    state_is 2 '.missed and .has_voicemail and .duration == 12 and .costs[0].cost == 0.014'
    state_is 3 '(.missed | not) and .failure_reason == "DND" and .costs[0].cost == 0'
}
t "missed, voicemail and failed calls" outcomes

digits() {
    sandbox --speed 1000
    client_attest
    place +12025550103 '.ivr_id = 1'
    place +12025550100 '.ivr_id = 1'
    place +12025550103
    wait_until 30 all_final
    state_is 1 '.ivr == 1 and .metadata.ivr_inputs == "1"'
    state_is 2 '.ivr == 1 and .metadata == {}'
    state_is 3 '.ivr == null and .metadata == {}'
    get CALL /v1/ivr/1/
    holds body '.[0].avg_time_spent == 30'
}
t "the callee presses a digit of the IVR" digits

hangs_up() {
    sandbox --speed 5
    client_attest
    place +12025550104
    wait_until 20 state_is 1 '.missed == false'
    get CALL /v1/calls/1/hangup/
    expect 200
    state_is 1 '.completed_on != null and .duration > 0 and .duration < 600'
    get CALL /v1/calls/1/hangup/
    expect 400 CALL_ALREADY_OVER
    place +12025550112
    get CALL /v1/calls/2/hangup/
    expect 200
    state_is 2 '.missed and .duration == 0'
    get CALL /v1/calls/3/hangup/
    expect 404
    wait_until 20 all_final
}
t "hanging up ends a call" hangs_up

annotates() {
    sandbox
    client_attest
    place +12025550100
    post CALL /v1/calls/1/tags/ '{"name": "vip", "rationale": "asked for it"}'
    expect 200
    holds body '.[0] == {"id": 1, "name": "vip", "rationale": "asked for it"}'
    post CALL /v1/calls/1/tags/ '{"name": "vip"}'
    expect 412
    post CALL /v1/calls/1/tags/ '{"name": ""}'
    expect 400 INVALID_FIELD name
    post CALL /v1/calls/1/metadata/ '{"order": 7, "paid": false}'
    post CALL /v1/calls/1/metadata/ '{"order": 8.50, "note": "é"}'
    expect 200
    holds body '.[0] == {"order": 8.5, "paid": false, "note": "é"}'
    grep -q '"order":8\.50' body # numbers keep their text
    post CALL /v1/calls/1/metadata/ '{"ivr_inputs": "1"}'
    expect 403 BACKEND_OWNED_KEY ivr_inputs
    post CALL /v1/calls/1/metadata/ '{"deep": {}}'
    expect 400 INVALID_FIELD deep
    post CALL /v1/calls/9/tags/ '{"name": "vip"}'
    expect 404
    state_is 1 '.tags[0].name == "vip" and .metadata.note == "é"'
    [ "$(calls_total '&tag=vip')" -eq 1 ]
    [ "$(calls_total '&tag=other&tag=vip')" -eq 1 ]
    [ "$(calls_total '&tag=other&tag=vip&tag_operator=true')" -eq 0 ]
}
t "tags and metadata" annotates

lists() {
    local i url root
    sandbox --speed 1000 --number +14155550199
    client_attest
    for i in 00 10 11 21 03 00 00; do
        place "+120255501$i" '.ivr_id = (if .to_number == "+12025550103" then 1 else null end)'
    done
    place +12025550100 '.from_number = "+14155550199"'
    wait_until 30 all_final
    while read -r query count; do
        [ "$(calls_total "$query")" -eq "$count" ] || fail "$query: $(jq .count body)"
    done <<'END'
&missed=true 2
&missed=false 6
&voicemail=true 1
&to_number=%2B12025550100 4
&to_number=%2B12025550199 0
&from_number=%2B14155550199 1
&our_numbers=%2B14155550199&our_numbers=%2B12015550199 8
&other_numbers=%2B12025550110&other_numbers=%2B12025550111 2
&ivr=true 1
&ivr=false 7
&duration=20 5
&direction=2 8
&direction=1 0
&campaign=true 0
&campaign_id=3 0
&start_time=2020-01-01T00:00:00Z 8
&end_time=2020-01-01T00:00:00Z 0
&start_time=2999-01-01T00:00:00Z 0
END
    [ "$(calls_total '&to_number=%2B12025550100&missed=false&limit=2')" -eq 4 ]
    # newest first, by following next
    root=$JAXL_CALL_API_ROOT url='/v1/calls/?currency=1&limit=3&end_time=2999-01-01T00:00:00%2B05:30'
    : >all
    while [ "$url" != null ]; do
        get CALL "${url#"$root"}"
        expect 200
        cat body >>all
        url=$(jq -r .next body)
    done
    holds all 'map(.results[].id) == [8, 7, 6, 5, 4, 3, 2, 1] and length == 3 and all(.[]; .count == 8)'
    get CALL "$(jq -r .previous body | sed "s|^$root||")"
    holds body '.[0].results | map(.id) == [5, 4, 3]'
}
t "the list: filters, pages, newest first" lists

list_wrong() {
    local query field
    sandbox
    client_attest
    while read -r query field; do
        get CALL "/v1/calls/?$query"
        expect 400 '' "$field"
    done <<'END'
limit=5 currency
currency=40 currency
currency=x currency
currency=1&limit=0 limit
currency=1&offset=-1 offset
currency=1&start_time=tuesday start_time
currency=1&to_number=+12025550100 to_number
currency=1&to_number=12025550100 to_number
currency=1&missed=1 missed
currency=1&direction=3 direction
currency=1&missed missed
END
    for i in 1 2 3 4 5 6 7 8 9; do
        query="$query&tag=$i&tid=$i&aid=$i&our_numbers=$i&other_numbers=$i&missed=true&ivr=true&bot=true"
    done
    get CALL "/v1/calls/?$query"
    expect 400 TOO_MANY_PARAMETERS
}
t "the list refuses what it does not understand" list_wrong

# usage CURRENCY: what it says about everything
usage_of() {
    get CALL "/v1/calls/usage/?currency=$1"
    expect 200
}

adds_up() {
    local i inr
    sandbox --speed 1000 --recharge 10 --seed 5
    client_attest
    get PAYMENT '/v1/customer/consumables/?currency=2'
    inr=$(jq -r .signed body)
    for i in 0 1 2 3 4 5 6 7 8 9; do
        place "+1415777000$i"
    done
    for i in 0 1 2; do
        place "+1415777001$i" ".currency = \"INR\" | .total_recharge = \"$inr\""
    done
    wait_until 30 all_final
    mv body list
    usage_of 1
    # decimals as integers of thousandths, so that the comparison is exact
    jq -s '(.[0].results | map(select(.costs[0].currency == "USD"))) as $calls | .[1].results[0] as $u |
        def cents: . * 1000 | round;
        .[1].is_finalized and $u.num_calls == 10 and ($calls | length) == 10 and
        $u.call_time == ($calls | map(.duration) | add) and
        ($u.cost | cents) == ($calls | map(.costs[0].cost | cents) | add) and
        ($u.stats | map(.total_cost | cents) | add) == ($u.cost | cents) and
        ($u.stats | map(.num_calls) | add) == 10' list body >sums
    same sums true
    cost=$(jq '.results[0].cost * 1000 | round' body)
    [ "$cost" -gt 0 ]
    usage_of 2
    holds body '.[0].results[0] | .num_calls == 3 and .currency == "INR"'
    place +12025550110
    holds body ".[0].balance * 1000 | round == 10000 - $cost"
    usage_of 5
    holds body '.[0].results[0] | .num_calls == 0 and .cost == 0'
    get CALL '/v1/calls/usage/?currency=1&start_time=2020-01-01T00:00:00Z&end_time=2020-02-01T00:00:00Z'
    holds body '.[0].results[0] | .num_calls == 0 and .stats == [] and .start_time == "2020-01-01T00:00:00Z"'
}
t "usage, balance and the list of calls add up" adds_up

runs_out() {
    sandbox --speed 1000 --recharge 0.028
    client_attest
    place +12025550100
    holds body '.[0] | .balance == 0.028 and .time_limit == 120'
    wait_until 20 all_final
    place +12025550100
    holds body '.[0] | .balance == 0.014 and .time_limit == 60 and .call != null'
    wait_until 20 all_final
    place +12025550100
    expect 200 OOB
    holds body '.[0] | .balance == 0 and .call == null'
}
t "a wallet that is used up refuses" runs_out

# What the seed makes of the same ten numbers, in an order that does not matter.
outcomes_of() {
    local n
    sandbox --speed 10000 --seed "$1"
    client_attest
    shift
    for n in "$@"; do
        place "+1415777100$n"
    done
    wait_until 30 all_final
    jq -c '.results | map([.to_number, .missed, .duration, .failure_reason]) | sort' body
    stop "$sandbox"
}

repeats() {
    outcomes_of 7 0 1 2 3 4 5 6 7 8 9 3 >a
    outcomes_of 7 9 8 7 6 3 5 4 3 2 1 0 >b
    outcomes_of 8 0 1 2 3 4 5 6 7 8 9 3 >c
    cmp a b
    not cmp -s a c
}
t "the same seed gives the same outcomes, in any order" repeats
