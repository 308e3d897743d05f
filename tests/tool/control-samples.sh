#!/bin/bash
# The samples of jaxl-control, and the examples of its manual, as a user runs them.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/control.sh"
samples=$srcdir/samples/control

time_limit() {
    sandbox --speed 10
    printf 'to,lead\n+12025550104,a\n+12025550100,b\n' >leads.csv
    jaxl-dial --follow placed --no-ledger --from "$from" --ivr 1 -q leads.csv |
        jq -c --unbuffered --arg after 4s -f "$samples/time-limit.jq" | jaxl-control -q >out
    # a lasts for a minute of ours, b for three seconds and a half
    jq -c '[.lead, .result]' out | sort >shown
    same shown $'["a","done"]\n["b","skipped"]'
}
t "a time limit for every call" time_limit

wrap_up() {
    sandbox --speed 60
    printf 'to,lead\n+12025550100,a\n+12025550110,b\n+12025550130,c\n' >leads.csv
    jaxl-dial --campaign winter --no-ledger --from "$from" --ivr 1 --poll 0.2 -q leads.csv >results.ndjson || rc=$?
    status 1 # the third is refused
    jq -c -f "$samples/wrap-up.jq" results.ndjson | jaxl-control >kept.ndjson
    jq -c '[.lead, .action, .result]' kept.ndjson | sort >shown
    same shown '["a","audio","done"]
["a","message","done"]
["a","tag","done"]
["b","message","done"]
["b","tag","done"]'
    id=$(jq 'select(.lead == "a" and .action == "audio") | .call_id' kept.ndjson)
    [ "$(head -c 4 "$id.wav")" = RIFF ]
    jaxl calls get --call-id "$id" >seen
    holds seen '.[0].tags | map(.name) == ["ANSWERED"]'
}
t "what is kept of every call" wrap_up

mailboxes() {
    sandbox --speed 2
    calls 1 +12015550104
    calls 1 +12025550111 # a mailbox after 25 s, for 12 s
    spawn boxes "$samples/hang-up-mailboxes" 0.2
    boxes=$pid
    wait_until 30 lines 1 boxes.out
    holds boxes.out "length == 1 and .[0].call_id == $id and .[0].result == \"done\""
    jaxl calls list --active --fields id >active
    lines 1 active
    stop "$sandbox" # the list ends, and all behind it
    await "$boxes"
}
t "mailboxes are hung up on" mailboxes

# talking CALL: somebody has answered
talking() {
    jaxl calls get --call-id "$1" | jq -e '.missed == false' >answered
}

csv() {
    sandbox --speed 10
    calls 2
    wait_until 30 talking 2
    run jaxl-control "$samples/actions.csv"
    status 0
    jq -r '"\(.call_id) \(.action) \(.result)"' out | sort >shown
    same shown '1 add done
1 tag done
1 tts done
2 hangup done
2 tts done'
    id=1
    live '.participants | length == 3'
}
t "actions as a table" csv

# The first example of the manual.
manual() {
    sandbox
    calls 1
    jaxl calls list --active --all | jq -c '{action: "hangup", call_id: .id, if: "ringing"}' | jaxl-control -q >out
    holds out 'length == 1 and .[0].result == "done"'
}
t "the calls that go on" manual
