#!/bin/bash
# jaxl-dial and its ledger when it is killed, or started twice: nobody is called twice for one attempt,
# nobody is called without being remembered, no lead is lost.
# CRASH_KILLS, CRASH_LEADS and CRASH_SEED are those of the first case; `make soak` draws a seed.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/crash.sh"
: "${CRASH_KILLS:=200}" "${CRASH_LEADS:=2000}" "${CRASH_SEED:=1}"
faults=reset-before=2%,reset-after=3%,500-before=2%,500-after=2%,429=4%,slow=3%,timeout-before=1%,timeout-after=1%

# at_random LOW HIGH: $ms
at_random() {
    ms=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
}

nap() {
    local seconds
    printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
    not read -r -t "$seconds" -u "$lib_never"
}

# live NAME ARGUMENT...: a run in the background whose commits take their time.
live() {
    local name=$1
    shift
    LD_PRELOAD=$shim CRASH_SYNC=$RANDOM:$stretch \
        jaxl-dial "${options[@]}" "$@" >"$name.out" 2>"$name.err" </dev/null 9>&- &
    pid=$!
    lib_pids+=("$pid")
}

# die: the run is killed, unless it has ended by itself; $rc.
die() {
    kill -KILL "$pid" 2>err.kill || gone "$pid"
    rc=0
    wait "$pid" 2>err.wait || rc=$?
    unset 'lib_pids[-1]'
}

# killed N ARGUMENT...: so many runs are killed at random moments, from the start of the program to
# twice what it takes to the first call; the leads last for about all of them.
killed() {
    local n=$1 i=0 began took first=9999
    shift
    stretch=20
    options+=(--rate 20)
    run jaxl accounts me # which attests this device: once
    status 0
    for i in 1 2 3; do # the first one makes the ledger
        count_placed
        began=${EPOCHREALTIME/./}
        live "life--$i" "$@"
        wait_until 30 placed_more "$placed"
        die
        took=$(((${EPOCHREALTIME/./} - began) / 1000))
        first=$((took < first ? took : first))
    done
    i=0
    options+=(--rate $((CRASH_LEADS * 2000 / (n * first) + 1)))
    echo "the first call after $first ms"
    while [ "$i" -lt "$n" ]; do
        at_random 0 $((2 * first))
        live "life-$i" "$@"
        nap "$ms"
        die
        [ "$rc" -eq 137 ] || tail -n 1 "life-$i.err"
        i=$((i + (rc == 137)))
    done
}

crashes() {
    RANDOM=$CRASH_SEED
    leads "$CRASH_LEADS"
    sandbox --seed "$CRASH_SEED" --speed 300 --slow 100ms --fault "$faults"
    killed "$CRASH_KILLS" leads.csv
    agree
    echo "killed $CRASH_KILLS times: $attempts attempts, $requests requests, $calls calls"
    # what was told is remembered
    cat life*.out | jq -Rr 'fromjson? | select(.call_id) | "\(.session_id) \(.call_id)"' | sort -u >told
    jq -r '"\(.session_id) \(.call_id)"' attempts.json | sort -u | comm -23 told - >forgotten
    same forgotten ''
    [ -s told ]
    # where the moment between the commit and the request was met
    [ "$attempts" -gt "$requests" ]
    # other rules: what was put off is due
    dial --rate max --max-attempts 99 --resolve-unknown leads.csv
    status 3
    agree
    echo "in the end: $attempts attempts, $requests requests, $calls calls"
    all_over "$CRASH_LEADS"
}
echo "# $CRASH_KILLS kills, $CRASH_LEADS leads, seed $CRASH_SEED"
t "killed again and again: no attempt twice, no lead lost" crashes

# With calls that follow each other, in runs that wait for what is due.
crashes_between_retries() {
    RANDOM=$((CRASH_SEED + 1))
    CRASH_LEADS=$((CRASH_LEADS / 20))
    leads "$CRASH_LEADS"
    sandbox --seed "$CRASH_SEED" --speed 300 --slow 100ms --fault "$faults"
    killed $((CRASH_KILLS / 8)) "${often[@]}" leads.csv
    dial --rate max "${often[@]}" --expire 9999d --resolve-unknown leads.csv
    status 3
    agree
    echo "$attempts attempts, $requests requests, $calls calls"
    holds leads.json "length == $CRASH_LEADS"' and
        all(.[]; IN(.state; "done", "unknown", "refused", "exhausted")) and
        any(.[]; .state == "exhausted" and .attempts == 3)'
}
often=(--retry 'NO_ANSWER=1s,1s' --retry VOICEMAIL=1s --retry NET_FAIL=2s --max-attempts 3 --watch)
t "killed between the calls to a lead" crashes_between_retries

# Before there is a ledger, and while it is made.
crashes_at_first() {
    RANDOM=$((CRASH_SEED + 2))
    local i
    sandbox --speed 300
    run jaxl accounts me
    stretch=100
    for i in {1..10}; do
        leads 3 $((3 * i))
        live "life-$i" --ledger "ledger-$i" --campaign "c$i" leads.csv
        at_random 20 120
        nap "$ms"
        die
        dial --ledger "ledger-$i" --campaign "c$i" leads.csv
        [ "$rc" -eq 3 ] || done_all
        jaxl-dial attempts --ledger "ledger-$i" --output ndjson >>all
        agree "ledger-$i" all
        holds leads.json 'length == 3 and all(.[]; IN(.state; "done", "unknown"))'
    done
}
t "killed while it makes its ledger" crashes_at_first

# Two at once.

one_of_two() {
    sandbox --speed 300
    mkfifo pipe
    spawn first jaxl-dial "${options[@]}" pipe
    local first=$pid
    leads 40
    exec 5>pipe
    cat leads.csv >&5
    wait_until 30 placed_some
    leads 10 1000
    dial leads.csv 5>&-
    status 75
    same out ''
    has err 'ledger ledger.db: another run has this campaign'
    spawn second jaxl-dial "${options[@]}" --wait leads.csv 5>&-
    wait_until 30 grep -q 'waiting' second.err
    local second=$pid
    spawn third jaxl-dial "${options[@]}" --wait leads.csv 5>&-
    wait_until 30 grep -q 'waiting' third.err
    stop "$pid"
    status 143
    pid=$second
    alive "$first"
    exec 5>&-
    await "$first"
    done_all
    has first.err ' 40 placed'
    await "$pid"
    done_all
    agree
    all_over 50
}
t "two runs at once: the second leaves, or waits" one_of_two

# On a ledger that is not there yet: of one campaign one gets it; several campaigns do not disturb
# each other.
first_of_many() {
    local i round pids
    leads 20
    sandbox --speed 300
    for round in 1 2; do
        rm -f ledger.db*
        pids=()
        for i in 1 2 3 4; do
            spawn "same-$i" jaxl-dial "${options[@]}" --campaign "$round" leads.csv
            pids+=("$pid")
        done
        : >codes
        for pid in "${pids[@]}"; do
            await "$pid"
            echo "$rc" >>codes
        done
        has codes '^[01]$'
        lacks codes '^([^017]|7[^5])'
        jaxl-dial leads --ledger ledger.db --output ndjson >leads.json
        all_over_of=$(jq -s 'all(.[]; .state == "done") and length == 20' leads.json)
        [ "$all_over_of" = true ]
        count_placed
        [ "$placed" -eq $((20 * round)) ]
    done
    rm -f ledger.db*
    pids=()
    for i in 1 2 3 4; do
        spawn "other-$i" jaxl-dial "${options[@]}" --campaign "c$i" leads.csv
        pids+=("$pid")
    done
    for pid in "${pids[@]}"; do
        await "$pid"
        done_all
    done
    jaxl-dial leads --ledger ledger.db --output ndjson >leads.json
    holds leads.json 'length == 80 and all(.[]; .state == "done")'
}
t "many runs at once on a ledger that is not there yet" first_of_many
