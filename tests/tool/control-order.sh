#!/bin/bash
# jaxl-control: what is done when, and whether.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/control.sh"

# actions COUNT: so many for each call of the file ids, by turns
actions() {
    awk -v n="$1" '{ id[NR] = $1 }
        END {
            for (k = 1; k <= n; k++)
                for (i = 1; i <= NR; i++)
                    printf "{\"action\":\"tts\",\"call_id\":%d,\"prompt\":\"No. %d!\",\"mark\":\"%d\",\"n\":%d}\n",
                        id[i], k, k, k
        }' ids
}

# The results of each call are in order, and so are its requests.
in_order() {
    local i
    sandbox --delay 20ms
    calls 5
    actions 20 >in.ndjson
    run jaxl-control --connections 8 in.ndjson
    status 0
    holds out 'length == 100 and all(.result == "done")'
    jq -r '"\(.call_id) \(.n)"' out | awk '$2 != ++n[$1] { exit 1 }'
    while read -r id; do
        live '.mark == "20" and .spoken == 20'
    done <ids
    # call by call, twenty pauses one after the other; all at once they take no longer
    started=$(date +%s%N)
    run jaxl-control --connections 1 <(head -n 20 in.ndjson)
    alone=$(($(date +%s%N) - started))
    started=$(date +%s%N)
    run jaxl-control --connections 5 in.ndjson
    all=$(($(date +%s%N) - started))
    [ $((all / 1000000)) -lt $((alone * 3 / 1000000)) ] || fail "100 actions of 5 calls: $all ns, 20 alone: $alone ns"
}
t "in order for each call, many calls at once" in_order

# Of one call there is never more than one request under way.
one_at_a_time() {
    sandbox --delay 50ms
    calls 2
    actions 10 >in.ndjson
    started=$(date +%s%N)
    run jaxl-control --connections 64 in.ndjson
    status 0
    [ $(($(date +%s%N) - started)) -ge 500000000 ] || fail "ten pauses of 50 ms were not waited for"
}
t "one action of a call at a time" one_at_a_time

# A slow call holds up no other.
no_queueing() {
    sandbox --slow 20s --fault-at "POST /v1/calls/1/tts/=slow"
    calls 2
    [ "$(head -n 1 ids)" -eq 1 ]
    mkfifo in
    spawn control jaxl-control --timeout 60 in
    exec 5>in
    printf '{"action":"tts","call_id":%d,"prompt":"x","n":%d}\n' 1 1 1 2 2 3 2 4 >&5
    wait_until 10 lines 2 control.out
    holds control.out 'map(.n) == [3, 4]'
    exec 5>&-
    stop "$pid" TERM
    status 143
    holds control.out 'map([.n, .result]) == [[3, "done"], [4, "done"], [1, "done"], [2, "skipped"]]'
}
t "a call that waits holds up no other" no_queueing

# The second begins its delay when the first has its result.
delays() {
    sandbox --delay 300ms
    calls 1
    {
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"One\"}"
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"Two\",\"delay\":\"700ms\"}"
        echo "{\"action\":\"hangup\",\"call_id\":$id,\"delay\":0.5}"
    } >in.ndjson
    run jaxl-control in.ndjson
    status 0
    holds out 'map(.result) == ["done", "done", "done"]'
    # seconds between the results: the delay and the request
    jq -r '.at | sub("\\.(?<f>[0-9]+)Z"; "Z .\(.f)") | split(" ") | "\(.[0] | fromdate) \(.[1] // 0)"' out |
        awk '{ t[NR] = $1 % 100000 + $2 } END { exit !(t[2] - t[1] >= 0.99 && t[3] - t[2] >= 0.79) }'
}
t "a delay is a pause between two actions" delays

# What has a delay keeps its place.
delayed_first() {
    sandbox
    calls 2
    {
        echo "{\"action\":\"tts\",\"call_id\":1,\"prompt\":\"One\",\"delay\":\"1s\",\"n\":1}"
        echo "{\"action\":\"tts\",\"call_id\":1,\"prompt\":\"Two\",\"n\":2}"
        echo "{\"action\":\"tts\",\"call_id\":2,\"prompt\":\"Three\",\"n\":3}"
    } >in.ndjson
    run jaxl-control in.ndjson
    status 0
    holds out 'map(.n) == [3, 1, 2] and all(.result == "done")'
}
t "an action that waits keeps its place before those behind it" delayed_first

expires() {
    local soon
    sandbox --slow 3s --fault-at "POST /v1/calls/1/tts/=slow"
    calls 1
    soon=$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)
    {
        echo '{"action":"tts","call_id":1,"prompt":"slow","expires":60}'
        echo '{"action":"tts","call_id":1,"prompt":"x","expires":"1s"}'
        echo "{\"action\":\"tts\",\"call_id\":1,\"prompt\":\"x\",\"expires\":\"$soon\"}"
        echo '{"action":"tts","call_id":1,"prompt":"x","expires":"2026-11-23T10:00:00+05:30"}'
        # not waited for: it cannot be in time
        echo '{"action":"tts","call_id":1,"prompt":"x","delay":"1h","expires":"30m"}'
        echo "{\"action\":\"tts\",\"call_id\":1,\"prompt\":\"x\",\"delay\":\"2h\",\"expires\":\"$soon\"}"
        echo '{"action":"tts","call_id":1,"prompt":"x","delay":"100ms","expires":"1h"}'
    } >in.ndjson
    run jaxl-control in.ndjson
    status 0
    holds out 'map(.result) == ["done", "expired", "done", "expired", "expired", "expired", "done"]'
    holds out '.[1] | .http_status == null and .reason == "it expired before it was begun" and .expires == "1s"'
    [ "$(asked POST /v1/calls/1/tts/)" -eq 3 ]
}
t "an action that has expired is not carried out" expires

# What cannot be sent is tried again, but not when it has expired meanwhile.
out_of_reach() {
    sandbox
    calls 2
    {
        echo '{"action":"tts","call_id":1,"prompt":"x","expires":"100ms"}'
        echo '{"action":"tts","call_id":2,"prompt":"x"}'
        echo '{"action":"hangup","call_id":2}'
    } >in.ndjson
    JAXL_CALL_API_ROOT=http://127.0.0.1:1 run jaxl-control in.ndjson
    status 1
    jq -c '[.call_id, .action, .result]' out | sort >results
    same results $'[1,"tts","expired"]\n[2,"hangup","failed"]\n[2,"tts","failed"]'
    holds out 'map(select(.result == "failed")) | all(.reason | test("not sent: .*connect"))'
    # nor can it be begun
    JAXL_ACCOUNT_API_ROOT=http://127.0.0.1:1 run jaxl-control in.ndjson
    status 69
    holds out 'length == 3 and all(.result == "skipped" and .http_status == null)'
    has err '^jaxl-control: .*not sent'
    # nothing is asked for nothing
    JAXL_ACCOUNT_API_ROOT=http://127.0.0.1:1 run jaxl-control </dev/null
    status 0
    same out ''
    same err 'jaxl-control: 0 actions'
}
t "a platform that is out of reach" out_of_reach

now_in() { # ID STATE
    control -q <<<"{\"action\":\"tag\",\"call_id\":$1,\"name\":\"t$RANDOM$RANDOM\",\"if\":\"$2\"}"
    jq -e '.result == "done"' out
}
states() {
    local number state
    sandbox --speed 20
    # still ringing, talking, talking to a mailbox, missed, failed
    while read -r number state; do
        calls 1 "$number"
        echo "$id $state" >>calls
    done <<'LINES'
+12025550112 ringing
+12025550104 answered
+12025550111 voicemail
+12025550110 missed
+12025550120 failed
LINES
    while read -r id state; do
        wait_until 20 now_in "$id" "$state"
    done <calls
}
t "if: the states of a call, each as it comes" states

conditions() {
    local cond result
    sandbox
    calls 1 +12025550112 # rings for 300 s
    while read -r cond result; do
        act 0 tag "\"name\": \"t$RANDOM$RANDOM\", \"if\": $cond"
        result ".result == \"$result\""
    done <<'LINES'
"active" done
"ringing" done
["answered","ringing"] done
"over,ringing" done
"answered" skipped
["over"] skipped
"voicemail" skipped
"failed" skipped
"final" skipped
null done
"" done
LINES
    act 0 tts '"prompt": "x", "if": "over"'
    result '.reason == "if: the call is ringing" and .http_status == null and .if == "over"'
    act 0 hangup
    act 0 tts '"prompt": "x", "if": "active"'
    result '.result == "skipped" and .reason == "if: the call is over"'
    act 0 tag '"name": "later", "if": "over"'
    result '.result == "done"'
    # no such call
    id=99
    act 1 tag '"name": "x", "if": "active"'
    result '.result == "refused" and .http_status == 404 and (.reason | test("^if: the call was not seen: .*NOT_FOUND"))'
}
t "if: any of several, and what a skipped action says" conditions

# A call that is over is no failure; one that there is not, or an action that is wrong, is.
ended() {
    local action
    sandbox
    calls 1
    act 0 hangup
    while IFS= read -r action; do
        act 0 "${action%% *}" "${action#* }"
        result '.result == "ended" and .http_status == 400 and (.reason | contains("CALL_ALREADY_OVER"))'
    done <<'LINES'
hangup "n": 1
tts "prompt": "x"
mute "e164": "+12025550177"
play "url": "https://example.com/a.wav"
transfer "next": 1
add "email": "a@example.com"
record "status": "pause"
message "text": "too late"
LINES
    act 0 message '"text": "in time", "type": "note"'
    result '.result == "done"'
    {
        echo "{\"action\":\"hangup\",\"call_id\":$id}"
        echo "{\"action\":\"tag\",\"call_id\":$id,\"name\":\"x\"}"
    } >in.ndjson
    run jaxl-control --strict in.ndjson
    status 1
    holds out 'map(.result) == ["ended", "done"]'
    has err '^jaxl-control: 2 actions: 1 done, 1 ended$'
    run jaxl-control in.ndjson
    status 1 # the tag is there already
    id=99
    act 1 hangup
    result '.result == "refused" and .http_status == 404'
}
t "actions on a call that is over" ended
