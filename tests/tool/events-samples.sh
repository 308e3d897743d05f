#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# The three classic webhook applications of samples/webhooks, in jq and in awk: the sandbox's callers
# hear the same of both.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

samples=$srcdir/samples/webhooks
phone=+12015550123
echo '{"1234": "+12015550123", "5678": "+12015550124"}' >phones.json
printf '%s\n' '1234 +12015550123' '5678 +12015550124' >phones.txt
cat >callers.ndjson <<'J'
{"to":"+12015550111","keys":["1234*"]}
{"to":"+12015550112","keys":["1111*","5678*"]}
{"to":"+12015550113","keys":["1*","2*","3*"]}
{"to":"+12015550114","keys":["12015550188*","1"]}
{"to":"+12015550115","keys":["12*","12015550188*","2","12015550177*","1"]}
J

# play COMMAND TO...: calls each number into the application, until it has ended; what was heard and
# where each was connected, in ./heard
play() {
    local command=$1 ivr
    shift
    listen --respond "$command"
    sandbox --speed 60 --webhook "$port" --callers "$T/callers.ndjson"
    run jaxl ivrs create --message https://hook.example.com/webhook/
    status 0
    ivr=$(jq .id out)
    printf '%s\n' to "$@" >leads.csv
    run jaxl-dial --from +12015550199 --ivr "$ivr" --rate max leads.csv
    status 0
    holds out "length == $# and all(.disposition == \"ANSWERED\")"
    wait_until 60 torn_down "$#"
    stop "$events"
    lacks events.err 'late|replaced [1-9]|unknown'
    stop "$sandbox"
    jq -c 'select(.event == "heard") | .text' "$journal" | LC_ALL=C sort >heard
    jq -r 'select(.event == "bridged") | .phone.to_number' "$journal" | LC_ALL=C sort >bridged
}

torn_down() {
    [ "$(grep -c '"teardown"' events.out)" -eq "$1" ]
}

sizes() {
    local sample
    for sample in "$samples"/*.jq "$samples"/*.awk; do
        [ "$(wc -l <"$sample")" -le 30 ]
    done
}
t "none has more than 30 lines" sizes

send_to_phone() {
    play "jq --unbuffered -cf '$samples/send-to-phone.jq' --arg phone $phone" +12015550111 +12015550112
    same bridged $'+12015550123\n+12015550123'
    mv bridged bridged.jq
    play "awk -v phone=$phone -f '$samples/send-to-phone.awk'" +12015550111 +12015550112
    cmp bridged bridged.jq
}
t "send-to-phone: every call goes to one phone" send_to_phone

code() {
    play "jq -n --unbuffered -cf '$samples/code.jq' --argjson phones \"\$(cat '$T/phones.json')\"" \
        +12015550111 +12015550112 +12015550113
    same bridged $'+12015550123\n+12015550124'
    has heard 'Once more'
    has heard 'Goodbye'
    mv bridged bridged.jq
    mv heard heard.jq
    play "awk -f '$samples/code.awk' '$T/phones.txt' -" +12015550111 +12015550112 +12015550113
    cmp bridged bridged.jq
    cmp heard heard.jq
}
t "code: asks for a code and connects" code

manual() {
    echo '{"event":"setup","prompt":"Welcome. Press 1.","num_characters":1}' >flow.ndjson
    printf "%s\n" to +12015550103 +12025550103 >leads.csv
    sed -n '/^Try rules on this machine/,/^\.Ed/p' "$srcdir/man/jaxl-events.1" | grep -v '^[T.]' >block
    has block '^jaxl-events --listen :9919 --flow flow.ndjson >events.ndjson &$'
    listen --flow flow.ndjson
    sed "1d; s/:9919/:$port/; s/^kill .*/kill $events/" block >script
    run sh script
    status 0
    holds calls.ndjson 'length == 2'
    holds out 'map(select(.[1] == ["Welcome.", "Press 1."]) | .[0]) | sort == [1, 2]'
}
t "the first example of jaxl-events(1)" manual

confirm() {
    play "jq -n --unbuffered -cf '$samples/confirm.jq'" +12015550114 +12015550115
    same bridged $'+12015550177\n+12015550188'
    has heard 'That is no number'
    mv bridged bridged.jq
    mv heard heard.jq
    play "awk -f '$samples/confirm.awk'" +12015550114 +12015550115
    cmp bridged bridged.jq
    cmp heard heard.jq
}
t "confirm: asks, reads back, connects" confirm
