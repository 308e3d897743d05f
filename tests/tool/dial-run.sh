#!/bin/bash
# jaxl-dial: how a run goes, is ended, and loses its surroundings.
. "$(dirname "$0")/../tool/lib.sh"

from=+12015550199

# a shell starts what runs in the background with SIGINT ignored
interruptible=(env --default-signal=INT)

leads() { # COUNT
    awk -v n="$1" 'BEGIN { print "to"; for (i = 0; i < n; i++) printf "+9198%08d\n", i }'
}

dial() {
    jaxl-dial --from "$from" --ivr 1 --poll 0.2 --unknown-wait 2 "$@"
}

placed() {
    jq -c 'select(.event == "placed")' "$journal" | wc -l
}

enough() { # COUNT
    [ "$(placed)" -ge "$1" ]
}

# Every lead that was read has its record, and every call that was placed is in one.
accounted() { # FILE
    jq -r 'select(.event == "placed").call_id' "$journal" | sort >expected.ids
    jq -r 'select(.call_id).call_id' "$1" | sort >told.ids
    diff -u expected.ids told.ids
    [ "$(jq -r .to "$1" | sort | uniq -d | wc -l)" -eq 0 ]
}

interrupted() { # SIGNAL STATUS
    sandbox --speed 60
    leads 5000 >leads.csv
    spawn dial "${interruptible[@]}" jaxl-dial --from "$from" --ivr 1 --poll 0.2 --rate 50 leads.csv
    wait_until 20 enough 10
    stop "$pid" "$1"
    status "$2"
    accounted dial.out
    holds dial.out 'length < 5000 and all(.state == "done")'
    has dial.err "^jaxl-dial: $(wc -l <dial.out) leads: "
}
t "SIGINT finishes what is under way" interrupted INT 130
t "SIGTERM finishes what is under way" interrupted TERM 143

given_back() {
    sandbox
    printf 'to\n' >leads.csv
    printf '+12025550147\n+12025550104\n' >>leads.csv
    spawn dial "${interruptible[@]}" jaxl-dial --from "$from" --ivr 1 --poll 0.2 leads.csv
    wait_until 20 enough 1
    kill -INT "$pid"
    wait_until 10 grep -q '"new"' dial.out
    alive "$pid" || fail "it did not wait for the call"
    stop "$pid" INT
    status 130
    holds dial.out 'length == 2 and (map(.state) | sort) == ["new", "submitted"]'
}
t "a second signal ends at once, and no lead is lost" given_back

# The platform hangs before anything has been placed: the first signal is enough.
opening() { # FAULT-OTHER, a regular expression for the first lines of the journal
    sandbox --hang 600 --fault-other "$1"
    leads 3 >leads.csv
    spawn dial "${interruptible[@]}" jaxl-dial --from "$from" --ivr 1 --timeout 600 leads.csv
    wait_until 20 grep -q "$2" "$journal"
    stop "$pid" TERM
    status 143
    same dial.out ''
    lacks dial.err stopped
    [ "$(wc -l <"$journal")" -lt 5 ] || fail "it went on trying"
}
t "a signal ends the attesting" opening timeout-before=100% timeout-before
t "a signal ends the pause before another try" opening 503=100% '"status":503'

state() {
    sandbox
    printf 'to\n+12025550104\n' >leads.csv
    spawn dial "${interruptible[@]}" jaxl-dial --from "$from" --ivr 1 leads.csv
    wait_until 20 enough 1
    kill -USR1 "$pid"
    wait_until 5 grep -q '1 lead: 1 active' dial.err
    kill -INT "$pid"
    stop "$pid" TERM # another one: two of the same kind may arrive as one
}
t "SIGUSR1 shows the state" state

closed_pipe() {
    sandbox --speed 60
    leads 3000 >leads.csv
    set +o pipefail
    dial --follow placed --rate max leads.csv 2>err | head -n 3 >out
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ "$(wc -l <out)" -eq 3 ]
    lacks err -i 'pipe'
    [ "$(placed)" -lt 3000 ]
    # what was placed was answered to somebody
    has err "^jaxl-dial: [0-9]+ leads: $(placed) placed$"
}
t "a closed pipe ends it quietly" closed_pipe

full_disk() {
    sandbox --speed 60
    leads 3000 >leads.csv
    rc=0
    dial --follow placed --rate 500 leads.csv >/dev/full 2>err || rc=$?
    status 74
    has err 'No space left'
    [ "$(placed)" -lt 1500 ]
}
t "a full disk ends the dialing" full_disk

slow_input() {
    sandbox --speed 600
    mkfifo in
    spawn dial bash -c "jaxl-dial --from $from --ivr 1 --poll 0.1 <in"
    exec 5>in
    printf 'to\n+12025550100\n' >&5
    wait_until 20 grep -q ANSWERED dial.out
    printf '+12025550110\n' >&5
    wait_until 20 grep -q NO_ANSWER dial.out
    printf '+12025550130\n+1202555' >&5
    wait_until 20 grep -q refused dial.out
    printf '0121' >&5
    exec 5>&-
    await "$pid"
    status 1
    holds dial.out 'length == 4'
}
t "a slow input holds up nothing, and records come as they are known" slow_input

pace() {
    sandbox --speed 600
    leads 20 >leads.csv
    local start end
    start=$(date +%s%N)
    run jaxl-dial --from "$from" --ivr 1 --follow placed --rate 10 leads.csv
    end=$(date +%s%N)
    status 0
    [ $((end - start)) -ge 1800000000 ] || fail "20 calls at 10 a second in $(((end - start) / 1000000)) ms"
}
t "--rate" pace

active() {
    sandbox --speed 20
    (echo to && for n in 201 202 203 204 205 206; do echo "+1${n}5550100"; done) >leads.csv
    run jaxl-dial --from "$from" --ivr 1 --poll 0.2 --max-active 2 leads.csv
    status 0
    # calls of 35 s at 20 times the speed: a third one may not begin before one has ended
    jq -s 'map(select(.event == "placed").time | sub("\\.[0-9]+Z"; "Z") | fromdate) |
        (.[2] - .[0]) >= 1 and (.[4] - .[2]) >= 1' "$journal" >ok
    same ok true
}
t "--max-active" active

throttled() {
    sandbox --speed 600 --fault 429=20%
    leads 40 >leads.csv
    run jaxl-dial --from "$from" --ivr 1 --follow placed --rate 200 leads.csv
    status 0
    holds out 'length == 40 and all(.state == "submitted")'
    [ "$(placed)" -eq 40 ]
    [ "$(jq -c 'select(.status == 429)' "$journal" | wc -l)" -gt 0 ]
}
t "a lead that was throttled is dialed later" throttled

# Two attempts to one number that both ended in the dark cannot be told apart.
contested() {
    sandbox --speed 600
    printf 'to\n+12025550151\n+12025550151\n' >leads.csv
    run jaxl-dial --from "$from" --ivr 1 --poll 0.2 --unknown-wait 1 --allow-duplicates leads.csv
    status 3
    holds out 'length == 2 and all(.state == "unknown" and .candidates == 2 and .call_id == null)'
}
t "two unknown calls to one number are not guessed" contested

# The other call to the number is known: what is left can only be this one.
claimed() {
    sandbox --speed 600
    printf 'to\n+12025550100\n+12025550100\n' >leads.csv
    run jaxl-dial --from "$from" --ivr 1 --poll 0.2 --allow-duplicates leads.csv
    status 0
    holds out 'length == 2 and (map(.call_id) | unique | length) == 2 and
        (map(.session_id) | unique | length) == 2'
}
t "a number may be called twice when that is asked for" claimed

# A second run right after the first: the calls of the first fit its numbers, and are not its own.
rerun() {
    sandbox --fault 500-before=40%
    leads 30 >leads.csv
    for run in a b; do
        rc=0
        jaxl-dial -q --from "$from" --ivr 1 --rate max --follow placed --poll 0.3 --unknown-wait 1 \
            leads.csv >"$run" || rc=$?
        status 3
    done
    jq 'select(.call_id).call_id' a b | sort >told
    jq 'select(.event == "placed").call_id' "$journal" | sort >placed
    diff -u placed told
    holds b 'map(select(.state == "unknown")) | length > 0 and all(.candidates == 0)'
}
t "the calls of an earlier run are not taken for its own" rerun

memory() {
    local small large
    leads 20000 >small.csv
    leads 400000 >large.csv
    export ASAN_OPTIONS=quarantine_size_mb=1 # else it keeps what was freed
    command -v /usr/bin/time >/dev/null || return 0
    /usr/bin/time -f %M -o small jaxl-dial --dry-run --quiet --from "$from" --ivr 1 small.csv >/dev/null
    /usr/bin/time -f %M -o large jaxl-dial --dry-run --quiet --from "$from" --ivr 1 large.csv >/dev/null
    small=$(cat small)
    large=$(cat large)
    [ $((large - small)) -lt 20480 ] || fail "from $small to $large KiB"
}
t "memory does not grow with the input" memory
