#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events --respond: answers of a program that stays, and what happens when it does not behave.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

sorry='{"prompt":["Goodbye."],"num_characters":0}'

answers() {
    cat >flow.jq <<'J'
if .event == "setup" then {id, prompt: "Hello. Press one.", num_characters: 1}
elif .option == "1" then {id, phone: "+12015550123"}
elif .option == "2" then {id, teams: 5}
elif .option == "3" then {id, devices: [1, 2]}
elif .option == "4" then {id, appusers: [9], next: null}
elif .option == "5" then {id, next: 12}
elif .event == "data" then {id, prompt: ["You said", .data], num_characters: "*", mark: "m"}
else {id} end
J
    listen --default Goodbye. --respond 'jq --unbuffered -cf flow.jq'
    tell setup 7
    said '{"prompt":["Hello.","Press one."],"num_characters":1}'
    tell option 7 1
    said '{"phone":{"to_number":"+12015550123","from_number":null}}'
    tell option 7 2
    said '{"teams":[5]}'
    tell option 7 3
    said '{"devices":[1,2]}'
    tell option 7 4
    said '{"appusers":[9]}'
    tell option 7 5
    said '{"next":12}'
    tell data 7 12
    said '{"prompt":["You said","12"],"num_characters":"*","mark":"m"}'
    tell option 7 6
    said "$sorry"
    tell teardown 7
    said '{"prompt":[" . "],"num_characters":0}'
    stop "$events"
    has events.err 'answered by the command 7,'
    lacks events.err 'late|unknown|answers replaced [1-9]'
}
t "every form of an answer" answers

# wrong JQ MESSAGE: an answer that is replaced, and what is said about it
wrong() {
    listen --default Goodbye. --timeout 500ms --respond "jq --unbuffered -c '$1'"
    tell setup 7
    said "$sorry"
    stop "$events"
    has events.err "$2"
    has events.err 'answers replaced 1,'
}
bad() {
    wrong '{id, phone: "12"}' 'phone'
    wrong '{id, next: 1, teams: [2]}' 'next.*teams|one'
    wrong '{id, prompt: "Hello"}' 'num_characters'
    wrong '{id, prompt: "Hello", num_characters: 1000}' 'num_characters'
    wrong '{id, nxt: 1}' 'next'
    wrong 'empty' 'no answer|time'
    wrong '{id: "other", next: 1}' 'other|unknown|nobody'
    wrong '.id' 'answer'
}
t "a wrong or missing answer is replaced by the default, and told" bad

passes() {
    printf '%s\n' '{"event":"setup","next":5}' '{"event":"option","option":"1","next":6}' >rules
    listen --default Goodbye. --flow rules --respond \
        "jq --unbuffered -c 'if .option == \"1\" then {id, next: 7} else {id} end'"
    tell setup 7
    said '{"next":5}'
    tell option 7 1
    said '{"next":7}'
    tell option 7 2
    said "$sorry"
    stop "$events"
    has events.err 'by the command 1, by rules 1, by default 1'
}
t "first the program, then the rules, then the default" passes

leads() {
    printf '%s\n' 'to,name' '+919876543210,Asha' >leads.csv
    listen --default Goodbye. --answer-from-leads leads.csv --respond \
        "jq --unbuffered -c '{id, prompt: \"Hello \\(.lead.name // \"you\")\", num_characters: 0}'"
    tell setup 7
    said '{"prompt":["Hello Asha"],"num_characters":0}'
    to=+12015550123 tell setup 8
    said '{"prompt":["Hello you"],"num_characters":0}'
    lacks events.out Asha
    stop "$events"
}
t "the lead is given to the program" leads

dies() {
    cat >once.sh <<'S'
#!/bin/sh
# answers one event, then dies
read -r line
echo "$$" >>started
id=${line#*\"id\":\"} id=${id%%\"*}
printf '{"id":"%s","next":%d}\n' "$id" "$(wc -l <started)"
S
    chmod +x once.sh
    listen --default Goodbye. --metrics :0 --respond ./once.sh
    watch=$(sed -n 's/.*metrics on port //p' events.err)
    tell setup 1
    said '{"next":1}'
    again() {
        tell setup $((SECONDS * 1000 + RANDOM % 1000 + 2))
        [ "$(cat answer)" = '{"next":2}' ]
    }
    wait_until 30 again
    has events.err 'command|co-process'
    curl -sS "http://127.0.0.1:$watch/metrics" >metrics
    has metrics '^jaxl_webhook_command_restarts_total [1-9]'
    stop "$events"
    while read -r process; do
        gone "$process"
    done <started
}
t "a program that dies is started again" dies

missing() {
    listen --default Goodbye. --metrics :0 --respond /nowhere/at-all
    watch=$(sed -n 's/.*metrics on port //p' events.err)
    tell setup 1
    said "$sorry"
    [ "$(curl -sS -o health -w '%{http_code}' "http://127.0.0.1:$watch/healthz")" = 503 ]
    has health command
    stop "$events"
}
t "a program that is not there: the default, and /healthz says it" missing

untold() {
    listen --metrics :0 --respond /nowhere/at-all
    watch=$(sed -n 's/.*metrics on port //p' events.err)
    call=0
    counted() {
        tell teardown "$((++call))"
        curl -sS "http://127.0.0.1:$watch/metrics" >metrics
        lib_matches metrics '^jaxl_webhook_command_untold_total [1-9]'
    }
    wait_until 30 counted
    stop "$events"
    has events.err ': teardown, which the command was not told of: it is not there'
}
t "an end that the program cannot be told is counted and told" untold

hangs() {
    listen --default Goodbye. --timeout 300ms --respond 'echo $$ >>started; exec tail -f /dev/null'
    for call in 1 2 3 4 5 6; do
        tell setup "$call"
        said "$sorry"
    done
    twice() {
        [ "$(wc -l <started)" -ge 2 ]
    }
    wait_until 30 twice
    gone "$(sed -n 1p started)"
    stop "$events"
    gone "$(sed -n '$p' started)"
}
t "a program that hangs is killed and started again" hangs

late() {
    mkfifo gate
    cat >late.sh <<'S'
#!/bin/sh
read -r first
id=${first#*\"id\":\"} id=${id%%\"*}
read -r go <gate
printf '{"id":"%s","next":1}\n' "$id"
while read -r line; do
    id=${line#*\"id\":\"} id=${id%%\"*}
    printf '{"id":"%s","next":2}\n{"id":"%s","next":3}\nrubbish\n' "$id" "$id"
done
S
    chmod +x late.sh
    listen --default Goodbye. --timeout 300ms --respond ./late.sh
    tell setup 1
    said "$sorry"
    echo go >gate
    second() {
        tell setup $((SECONDS * 1000 + RANDOM % 1000 + 2))
        [ "$(cat answer)" = '{"next":2}' ]
    }
    wait_until 30 second
    stop "$events"
    has events.err 'late|after'
    has events.err 'rubbish'
}
t "late, doubled and unreadable answers are told and dropped" late

replayed() {
    mkfifo gate
    cat >slow.sh <<'S'
#!/bin/sh
read -r go <gate
while read -r line; do
    id=${line#*\"id\":\"} id=${id%%\"*}
    printf '{"id":"%s","next":5}\n' "$id"
done
S
    chmod +x slow.sh
    listen --default Goodbye. --timeout 60s --respond ./slow.sh
    curl -sS -Z --parallel-immediate --parallel-max 100 -m 60 -H 'Content-Type: application/json' \
        --data-binary "$(body option 7 1)" -o 'got#1' "http://127.0.0.1:$port/webhook/?[1-100]" 2>curl.err &
    client=$!
    all_there() {
        [ "$(wc -l <events.out)" -eq 100 ]
    }
    wait_until 60 all_there
    echo go >gate
    wait "$client"
    cat got* | sed 's/}{/}\n{/g' | sort | uniq -c | sed 's/^ *//' >answers
    same answers '100 {"next":5}'
    stop "$events"
}
t "many replays get the answer that their first is waiting for" replayed

jobs() {
    listen --default Goodbye. --respond-jobs 3 --respond \
        "p=\$\$; exec jq --unbuffered -c --arg p \$p '{id, next: (\$p | tonumber)}'"
    for call in 1 2 3 4 5 6 7 8; do
        tell setup "$call"
        cat answer >first
        echo >>first
        cat first >>all
        tell option "$call" 1
        said "$(cat first)"
    done
    [ "$(sort -u all | wc -l)" -eq 3 ]
    stop "$events"
}
t "--respond-jobs: a call stays with one of them" jobs

slow_stop() {
    listen --default Goodbye. --respond "sleep 1; exec jq --unbuffered -c '{id, next: 4}'"
    curl -sS -o late-answer -H 'Content-Type: application/json' --data-binary "$(body setup 3)" \
        "http://127.0.0.1:$port/webhook/" &
    client=$!
    recorded() {
        lib_matches events.out '"setup"'
    }
    wait_until 30 recorded
    stop "$events"
    wait "$client"
    [ "$(cat late-answer)" = '{"next":4}' ]
}
t "a stop answers what has come" slow_stop
