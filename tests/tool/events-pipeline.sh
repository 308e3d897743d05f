#!/bin/bash
# End to end: leads dialled into a webhook IVR, answered by a jq program; a digit leads to an action
# through jaxl-control, another one suppresses the number; jaxl-report counts the outcome.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

cat >callers.ndjson <<'J'
{"to":"+12015550111","keys":["1"]}
{"to":"+12015550112","keys":["3"]}
{"to":"+12015550113","keys":["9"]}
{"to":"+12015550114","keys":["2","1"]}
J
printf '%s\n' to,name +12015550111,Asha +12015550112,Ravi +12015550113,Meera +12015550114,Tara >leads.csv
cat >ivr.jq <<'J'
if .event == "setup" then
  {id, prompt: "Hello \(.lead.name). Press 1 to talk, 2 to hear this again, 3 to be called back, 9 for never again.",
   num_characters: 1}
elif .option == "1" then {id, phone: "+12015550199"}
elif .option == "2" then {id, prompt: "Press 1 to talk.", num_characters: 1}
elif .option == "3" then {id, prompt: "We will call back.", num_characters: 0}
elif .option == "9" then {id, prompt: "Never again.", num_characters: 0}
else {id} end
J

actions() {
    exec 8>&-
    jq --unbuffered -c 'select(.option == "3") | {action: "tag", call_id, name: "call back"}' stream |
        jaxl-control
}

serve_events() {
    exec 8>&-
    exec jaxl-events --listen :0 --journal "$T/events.ndjson" --respond "jq --unbuffered -cf '$T/ivr.jq'" \
        --answer-from-leads "$T/leads.csv" --suppress "$T/ledger.db" --opt-out option=9 >stream
}

dial() {
    run jaxl-dial --campaign hello --ledger "$T/ledger.db" --from +12015550199 --ivr "$1" "$T/leads.csv"
    status 0
}

all_torn_down() {
    [ "$(grep -c '"teardown"' "$T/events.ndjson")" -eq 4 ]
}

pipeline() {
    local control ivr
    mkfifo stream
    exec 8<>stream # which nobody reads yet
    spawn events serve_events
    events=$pid
    wait_until 30 listening
    port=$(sed -n 's/.*listening on port //p' events.err)
    sandbox --speed 20 --webhook "$port" --callers "$T/callers.ndjson" 8>&-
    spawn control actions
    control=$pid
    run jaxl ivrs create --message https://hook.example.com/webhook/
    status 0
    ivr=$(jq .id out)
    dial "$ivr"
    mv out calls.ndjson
    holds calls.ndjson 'length == 4 and all(.disposition == "ANSWERED")'
    wait_until 60 all_torn_down
    stop "$events"
    exec 8>&- # the last writer
    await "$control"

    # what was told and heard
    holds "$T/events.ndjson" 'map(select(.event == "option") | [.to[-1:], .option]) | sort
        == [["1","1"],["2","3"],["3","9"],["4","1"],["4","2"]]'
    jq -c 'select(.event == "heard")' "$journal" >heard
    has heard 'Hello Asha'
    has heard 'Never again'
    jq -c 'select(.event == "bridged")' "$journal" >bridged
    [ "$(wc -l <bridged)" -eq 2 ]

    # the digit that led to an action
    holds control.out 'length == 1 and .[0].result == "done" and .[0].action == "tag"'
    run jaxl calls get --call-id "$(jq .call_id control.out)"
    holds out '.[0] | .to_number == "+12015550112" and (.tags | map(.name)) == ["call back"]'

    # the digit that suppressed a number: it is not called again
    run jaxl-dial suppressions --ledger "$T/ledger.db"
    holds out 'map(.to) == ["+12015550113"]'
    run jaxl-dial --campaign again --ledger "$T/ledger.db" --from +12015550199 --ivr 1 "$T/leads.csv"
    holds out 'map(select(.state == "suppressed") | .to) == ["+12015550113"]'

    # the outcome is counted
    run jaxl-report calls --by campaign,disposition --output csv calls.ndjson
    status 0
    has out '^hello,ANSWERED,.*4,4,0,0'
    run jaxl-events --event option --match option=9 "$T/events.ndjson"
    holds out 'length == 1'
}
t "leads into a webhook IVR, digits into actions, opt-outs into the ledger, all of it into a report" \
    pipeline
