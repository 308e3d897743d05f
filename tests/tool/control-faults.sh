#!/bin/bash
# jaxl-control: answers that do not come, or that say no to everything.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/control.sh"

# A request that may have been carried out goes out once.
once() { # FAULT
    local action
    sandbox --hang 600 --fault-at "POST /v1/calls/*/*/=$1+"
    calls 1
    while IFS= read -r action; do
        : >"$journal"
        control --timeout 1 <<<"{\"call_id\":$id,$action}"
        status 3
        result '.result == "unknown" and (.reason | contains("may have been carried out"))'
        [ "$(asked POST '/v1/calls/.*')" -eq 1 ] || fail "sent again: $action"
    done <<'LINES'
"action":"tts","prompt":"x"
"action":"add","e164":"+12025550177"
"action":"play","url":"https://example.com/a.wav"
"action":"transfer","next":1
"action":"tag","name":"x"
"action":"metadata","data":{"a":1}
"action":"message","text":"x"
"action":"mute","e164":"+12025550177"
"action":"record","status":"stop"
LINES
}
t "a reset after the request: unknown, and never sent again" once reset-after
t "no answer in time: unknown, and never sent again" once timeout-after
t "500: unknown, and never sent again" once 500-before
t "502: unknown, and never sent again" once 502

unreadable() {
    sandbox --fault-at "POST /v1/calls/*/tts/=garbage,truncated,empty" \
        --fault-at "POST /v1/calls/*/tags/=truncated,garbage"
    calls 1
    act 3 tts '"prompt": "x"'
    result '.result == "unknown" and .http_status == 200'
    act 3 tts '"prompt": "x"'
    result '.result == "unknown"'
    act 0 tts '"prompt": "x"' # the protocol promises no more than 200
    act 3 tag '"name": "x"'
    result '.result == "unknown"'
    act 3 tag '"name": "y"'
    result '.result == "unknown" and .http_status == 200'
}
t "an answer that cannot be read: unknown" unreadable

# After one whose end nobody knows come those behind it.
goes_on() {
    sandbox --fault-at 'POST /v1/calls/1/tts/=-,reset-after,-'
    calls 2
    awk 'BEGIN { for (i = 1; i <= 6; i++) printf "{\"action\":\"tts\",\"call_id\":%d,\"prompt\":\"x\",\"n\":%d}\n", i % 2 ? 1 : 2, i }' >in.ndjson
    run jaxl-control in.ndjson
    status 3
    jq -r 'select(.call_id == 1) | .result' out >first
    same first $'done\nunknown\ndone'
    jq -r 'select(.call_id == 2) | .result' out >second
    same second $'done\ndone\ndone'
    has err '^jaxl-control: 6 actions: 5 done, 1 unknown$'
}
t "what comes behind an unknown end is carried out" goes_on

# Hanging up and fetching can be done again without harm.
finished() {
    jaxl calls get --call-id "$id" | jq -e .recording_playback_url
}
again() {
    sandbox --fault-at 'GET /v1/calls/*/hangup/=503' --fault-at 'GET /v1/calls/[0-9]*/=-,502,-'
    calls 1
    act 0 tag '"name": "a", "if": "active"'
    act 0 tag '"name": "b", "if": "active"'
    act 0 hangup
    result '.result == "done"'
    [ "$(asked GET '/v1/calls/1/hangup/')" -eq 2 ]
    sandbox --speed 60 --fault-at 'GET /v1/calls/*/audio/=reset-before'
    calls 1 +12025550100
    wait_until 30 finished
    act 0 audio '"path": "call.wav"'
    [ "$(head -c 4 call.wav)" = RIFF ]
}
t "what does no harm is tried again" again

# Its answer lost, a hang-up finds the call over.
lost_hangup() {
    sandbox --fault-at 'GET /v1/calls/*/hangup/=reset-after'
    calls 1
    act 0 hangup
    result '.result == "ended"'
    jaxl calls get --call-id "$id" >seen
    holds seen '.[0].completed_on != null'
}
t "a hang-up whose answer was lost" lost_hangup

throttled() {
    sandbox --fault-at 'POST /v1/calls/*/tts/=429,429,-'
    calls 3
    started=$(date +%s%N)
    awk '{ printf "{\"action\":\"tts\",\"call_id\":%d,\"prompt\":\"x\"}\n", $1 }' ids >in.ndjson
    run jaxl-control --connections 1 in.ndjson
    status 0
    holds out 'length == 3 and all(.result == "done")'
    [ "$(asked POST '/v1/calls/.*/tts/')" -eq 5 ]
    [ $(($(date +%s%N) - started)) -ge 1800000000 ] || fail "the pauses were not waited for"
}
t "after 429 it waits, and does it then" throttled

# While the platform wants nothing, what is behind the first waits, too, and may expire.
throttled_long() {
    sandbox --fault-at 'POST /v1/calls/*/tts/=429,429,429+'
    calls 1
    control <<<"{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"x\",\"expires\":\"1500ms\"}"
    status 0
    result '.result == "expired"'
    [ "$(asked POST '/v1/calls/.*/tts/')" -le 3 ]
}
t "an action expires while the platform wants nothing" throttled_long

# With the credentials refused nothing else would go.
refused_credentials() { # FAULT STATUS
    sandbox --fault-at "POST /v1/calls/*/tts/=$1+"
    calls 1
    awk 'BEGIN { for (i = 1; i <= 5; i++) printf "{\"action\":\"tts\",\"call_id\":1,\"prompt\":\"x\",\"n\":%d}\n", i }' >in.ndjson
    run jaxl-control in.ndjson
    status "$2"
    holds out 'map(.result) == ["failed", "skipped", "skipped", "skipped", "skipped"] and .[0].http_status == '"$1"
    has err "^jaxl-control: .*answered $1"
}
t "401 ends the run" refused_credentials 401 77
t "402 ends the run" refused_credentials 402 77

forbidden() {
    sandbox --fault-at 'POST /v1/calls/*/tts/=403,-'
    calls 1
    act 1 tts '"prompt": "x"'
    result '.result == "refused" and .http_status == 403'
    act 0 tts '"prompt": "x"'
}
t "403 is of one action alone" forbidden

# Whether a call is over cannot be seen: what was refused stays refused.
blind() {
    sandbox --fault-at 'GET /v1/calls/[0-9]*/=404,garbage,-'
    calls 1
    act 0 hangup
    act 1 tts '"prompt": "x"'
    result '.result == "refused" and .http_status == 400'
    act 1 tts '"prompt": "x", "if": "active"'
    result '.result == "failed" and (.reason | test("^if: the call was not seen"))'
    act 0 tts '"prompt": "x"'
    result '.result == "ended"'
}
t "a call that cannot be seen" blind

# Every kind of fault, over and over: each action has one result, and each that is done was done.
storm() {
    local n
    sandbox --seed 3 --hang 600 \
        --fault-other 'reset-before=2%,reset-after=2%,timeout-after=1%,500-after=2%,429=2%,503=2%,garbage=1%'
    rc=1
    # the dialer and the attestation meet the faults as well
    calls 20
    awk '{ id[NR] = $1 } END { for (k = 1; k <= 20; k++) for (i = 1; i <= NR; i++)
        printf "{\"action\":\"metadata\",\"call_id\":%d,\"data\":{\"k%d\":1},\"n\":%d}\n", id[i], k, k }' ids >in.ndjson
    run jaxl-control --timeout 2 --quiet in.ndjson
    [[ " 1 3 " == *" $rc "* ]]
    holds out 'length == 400'
    jq -r '"\(.call_id) \(.n)"' out | awk '$2 != ++n[$1] { exit 1 }'
    [ "$(jq -r .result out | sort -u | tr '\n' ' ')" = 'done unknown ' ]
    # none was sent twice
    [ "$(asked POST '/v1/calls/.*/metadata/')" -ge 400 ]
    jq -r 'select(.method == "POST" and (.path | test("metadata")) and .status != 429 and .status != null) | .path' \
        "$journal" | sort | uniq -c | awk '$1 > 20 { exit 1 }'
    while read -r id; do
        n=$(jq -s "map(select(.call_id == $id and .result == \"done\")) | length" out)
        wait_until 10 seen_at_least "$n"
    done <ids
}
seen_at_least() {
    jaxl calls get --call-id "$id" 2>/dev/null |
        jq -e ".metadata | [keys[] | select(startswith(\"k\"))] | length >= $1"
}
t "faults of every kind" storm
