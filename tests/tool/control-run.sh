#!/bin/bash
# jaxl-control: how a run goes, is ended, and loses its surroundings.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/control.sh"

interruptible=(env --default-signal=INT)

# tts CALL N: an action
tts() {
    echo "{\"action\":\"tts\",\"call_id\":$1,\"prompt\":\"x\",\"n\":$2}"
}
# many COUNT: actions for the calls of the file ids, by turns
many() {
    awk -v n="$1" '{ id[NR] = $1 }
        END { for (i = 1; i <= n; i++) printf "{\"action\":\"tts\",\"call_id\":%d,\"prompt\":\"x\",\"n\":%d}\n", id[(i - 1) % NR + 1], i }' ids
}

# A pipe that stays open: each action leaves at once, and so does its result.
stream() {
    local n
    sandbox
    calls 1
    mkfifo in
    spawn control jaxl-control in
    exec 5>in
    for n in 1 2 3 4 5; do
        tts "$id" "$n" >&5
        wait_until 5 lines "$n" control.out
    done
    printf '{"action":"tts","call_id":%d,' "$id" >&5 # not whole yet
    tts "$id" 6 | sed 's/^{"action":"tts","call_id":[0-9]*,//' >&5
    wait_until 5 lines 6 control.out
    # an answer that waits holds back no result of another call
    exec 5>&-
    await "$pid"
    status 0
    holds control.out 'map(.n) == [1, 2, 3, 4, 5, 6]'
}
t "a pipe that stays open: every action at once" stream

# The results do not wait for what is in flight.
results_leave() {
    sandbox --slow 30s --fault-at 'POST /v1/calls/1/tts/=slow'
    calls 2
    mkfifo in
    spawn control jaxl-control --timeout 60 in
    exec 5>in
    tts 1 1 >&5
    tts 2 2 >&5
    wait_until 5 lines 1 control.out
    holds control.out '.[0].n == 2'
    exec 5>&-
    stop "$pid"
    wait "$pid" || rc=$?
    status 143
    holds control.out 'map(.result) == ["done", "done"]' # what is in flight ends
}
t "a result waits for no other call" results_leave

interrupted() { # SIGNAL STATUS
    sandbox --delay 200ms
    calls 4
    many 400 >in.ndjson
    spawn control "${interruptible[@]}" jaxl-control --connections 4 in.ndjson
    wait_until 20 lines 12 control.out
    stop "$pid" "$1"
    status "$2"
    holds control.out 'length == 400 and (map(.result) | unique) == ["done", "skipped"]'
    # every one that was carried out is told of as such
    [ "$(asked POST '/v1/calls/.*/tts/')" -eq "$(grep -c '"done"' control.out)" ]
    holds control.out '(map(select(.result == "skipped")) | length) > 300'
    jq -r '"\(.call_id) \(.n)"' control.out | awk '$2 <= last[$1] { exit 1 } { last[$1] = $2 }'
    has control.err '^jaxl-control: 400 actions: [0-9]+ done, [0-9]+ skipped$'
}
t "SIGINT: what is in flight ends, the rest is skipped" interrupted INT 130
t "SIGTERM: what is in flight ends, the rest is skipped" interrupted TERM 143

# What was taken out of a pipe is told of, what was not is still there.
interrupted_pipe() {
    sandbox --delay 300ms
    calls 1
    many 50 >in.ndjson
    mkfifo in
    spawn control jaxl-control --connections 1 --queue 5 in
    exec 5<>in
    cat in.ndjson >&5
    wait_until 20 lines 2 control.out
    stop "$pid" TERM
    status 143
    holds control.out 'length == 50 and (map(.n) | . == sort)'
    [ "$(asked POST '/v1/calls/.*/tts/')" -le 6 ]
}
t "SIGTERM: what was read out of a pipe is told of" interrupted_pipe

delayed() {
    sandbox
    calls 1
    {
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"x\",\"delay\":\"1h\"}"
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"x\"}"
    } >in.ndjson
    : >"$journal"
    spawn control jaxl-control in.ndjson
    wait_until 20 asked_once GET /v1/app/organizations/
    stop "$pid" TERM
    status 143
    holds control.out 'map(.result) == ["skipped", "skipped"]'
    [ "$(asked POST '/v1/calls/.*/tts/')" -eq 0 ]
}
asked_once() {
    [ "$(asked "$1" "$2")" -ge 1 ]
}
t "SIGTERM ends a delay" delayed

second_signal() {
    sandbox --hang 600 --fault-at 'POST /v1/calls/1/tts/=timeout-after'
    calls 2
    many 6 >in.ndjson
    spawn control "${interruptible[@]}" jaxl-control --timeout 600 in.ndjson
    wait_until 20 lines 3 control.out
    kill -TERM "$pid"
    pause
    alive "$pid" || fail "it did not wait for the answer"
    stop "$pid" INT
    status 143
    holds control.out 'length == 6 and (map(.result) | sort) == ["done", "done", "done", "skipped", "skipped", "unknown"]'
}
t "a second signal gives up what is in flight" second_signal

# The platform hangs before anything could be begun.
opening() {
    sandbox --hang 600 --fault-other timeout-before=100%
    tts 1 1 >in.ndjson
    spawn control jaxl-control --timeout 600 in.ndjson
    wait_until 20 grep -q timeout-before "$journal"
    stop "$pid" TERM
    status 143
    holds control.out 'map(.result) == ["skipped"]'
    same control.err 'jaxl-control: 1 action: 1 skipped'
}
t "a signal ends the attesting" opening

state() {
    sandbox --hang 600 --fault-at 'POST /v1/calls/1/tts/=timeout-after'
    calls 1
    many 3 >in.ndjson
    spawn control "${interruptible[@]}" jaxl-control --timeout 600 in.ndjson
    wait_until 20 asked_once POST /v1/calls/1/tts/
    kill -USR1 "$pid"
    wait_until 5 grep -q '^jaxl-control: 3 actions: 3 active$' control.err
    kill -TERM "$pid"
    stop "$pid" INT
}
t "SIGUSR1 shows the state" state

progress() {
    sandbox
    calls 1
    many 3 >in.ndjson
    run jaxl-control --progress always in.ndjson
    status 0
    grep -q $'\r' err
    run jaxl-control --progress always --quiet in.ndjson
    same err ''
    run jaxl-control in.ndjson
    same err 'jaxl-control: 3 actions: 3 done'
}
t "progress and the summary" progress

# A reader that does not read, for longer than an answer may take, keeps no answer waiting.
stopped_reader() {
    sandbox
    calls 8
    many 20000 >in.ndjson
    mkfifo out.fifo
    spawn control bash -c 'exec jaxl-control --timeout 1 in.ndjson >out.fifo'
    exec 5<out.fifo
    before=-1
    wait_until 60 stands_still
    # a backlog of 1 MiB and the pipe
    [ "$before" -lt 20000 ]
    [ "$before" -gt 1000 ]
    wait_until 20 stands_still # for longer than the time-out
    cat <&5 >all
    exec 5<&-
    await "$pid"
    status 0
    holds all 'length == 20000 and all(.result == "done")'
}
# Nothing has been asked for two seconds.
stands_still() {
    local since=$SECONDS now
    now=$(wc -l <"$journal")
    [ "$now" -gt 100 ] || return 1
    while [ $((SECONDS - since)) -lt 3 ]; do
        pause
        [ "$(wc -l <"$journal")" -eq "$now" ] || return 1
    done
    before=$now
}
t "a reader that stops: what is asked stops, and nothing is lost" stopped_reader

closed_pipe() {
    sandbox --delay 20ms
    calls 4
    many 2000 >in.ndjson
    set +o pipefail
    jaxl-control in.ndjson 2>err | head -n 3 >out
    [ "${PIPESTATUS[0]}" -eq 0 ]
    [ "$(wc -l <out)" -eq 3 ]
    lacks err '[Pp]ipe'
    [ "$(asked POST '/v1/calls/.*/tts/')" -lt 500 ]
}
t "a closed pipe ends it quietly" closed_pipe

# Also one that waits for actions, for which nobody would see a result.
closed_while_idle() {
    sandbox
    mkfifo in out.fifo
    exec 6<>in
    spawn control bash -c 'exec jaxl-control in >out.fifo'
    exec 5<out.fifo
    wait_until 20 asked_once GET /v1/app/organizations/
    exec 5<&-
    await "$pid" 20
    status 0
    exec 6>&-
}
t "a closed pipe ends it while there is nothing to do" closed_while_idle

full_disk() {
    sandbox
    calls 4
    many 2000 >in.ndjson
    rc=0
    jaxl-control in.ndjson >/dev/full 2>err || rc=$?
    status 74
    has err 'No space left'
    [ "$(asked POST '/v1/calls/.*/tts/')" -lt 1000 ]
    rc=0
    jaxl-control --rejects /dev/full in.ndjson >out 2>err <<<'' || rc=$?
    status 0
    rc=0
    echo 'x' | jaxl-control --input ndjson --rejects /dev/full >out 2>err || rc=$?
    status 74
    has err 'writing rejects: No space left'
}
t "a full disk" full_disk

# A hundred thousand actions, in bounded memory.
hundred_thousand() {
    local n=$((100000 / ${T_SLOW:-1} / ${T_SLOW:-1}))
    sandbox
    calls 100
    many "$n" >in.ndjson
    /usr/bin/time -f %M -o peak jaxl-control --quiet in.ndjson >out
    lines "$n" out
    [ "$(grep -c '"result":"done","http_status":200' out)" -eq "$n" ]
    jq -r '"\(.call_id) \(.n)"' out | awk '$2 <= last[$1] { exit 1 } { last[$1] = $2 }'
    [ "$(jq -s 'length' <(tail -n 5 out))" -eq 5 ]
    [ -n "${T_SLOW-}" ] || [ "$(cat peak)" -lt 40000 ] || fail "$(cat peak) KiB"
}
t "a hundred thousand actions" hundred_thousand

# What is read ahead is bounded in bytes, too.
large_records() {
    sandbox --delay 20ms
    calls 4
    {
        printf '{"fill":"%0900000d",' 0
    } >long
    many 300 | while IFS= read -r line; do
        cat long
        echo "${line#\{}"
    done >in.ndjson
    /usr/bin/time -f %M -o peak jaxl-control --quiet in.ndjson >out
    [ "$(grep -c '"result":"done"' out)" -eq 300 ]
    [ -n "${T_SLOW-}" ] || [ "$(cat peak)" -lt 160000 ] || fail "$(cat peak) KiB"
}
t "records of a megabyte" large_records
