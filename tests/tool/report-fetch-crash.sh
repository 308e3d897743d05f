#!/bin/bash
# A fetch with a cursor that is killed, stopped, or finds what it should not: nothing is left out and
# nothing comes twice. CRASH_KILLS and FETCH_SEED are those of the cases with kill -9; `make soak` draws a seed.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/crash.sh"
. "$srcdir/tests/tool/fetch.sh"
: "${CRASH_KILLS:=15}"
[ -z "${T_SLOW-}" ] || CRASH_KILLS=4

# nap MS
nap() {
    local seconds
    printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
    not read -r -t "$seconds" -u "$lib_never"
}

# begin OUTPUT [OPTION...]: a run in the background that appends to it, with a slow disk every second time
begin() {
    local preload=()
    turn=$((turn + 1))
    [ $((turn % 2)) -eq 0 ] || preload=("LD_PRELOAD=$shim" "CRASH_SYNC=$RANDOM:60" ASAN_OPTIONS=verify_asan_link_order=0)
    # shellcheck disable=SC2016 # for the other shell
    spawn fetching env "${preload[@]}" bash -c 'exec "$0" calls --cursor cursor --connections 2 "${@:2}" >>"$1"' \
        "$fetcher" "$@"
}
turn=0

# took: $took, milliseconds of a run
took() {
    local began=${EPOCHREALTIME/./}
    begin all.ndjson --file
    await "$pid"
    [ "$rc" -eq 0 ]
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    once all.ndjson "$calls"
    rm cursor all.ndjson
}

# struck: kills the run at a random moment; $rc
struck() {
    local ms=$(((RANDOM * 32768 + RANDOM) % took))
    nap "$ms"
    kill -KILL "$pid" 2>err.kill || gone "$pid"
    await "$pid"
    unset 'lib_pids[-1]'
}

# size of the output, 0 without
size() {
    bytes=0
    [ ! -e "$1" ] || bytes=$(stat -c %s "$1")
}

killed() {
    local left=$CRASH_KILLS done=0 kills=0 behind=0 bytes cut calls=1500
    RANDOM=$FETCH_SEED
    past "$calls" >seed
    kept seed
    sandbox --dir kept --delay 20ms
    took
    while [ "$left" -gt 0 ]; do
        begin all.ndjson --file
        struck
        if [ "$rc" -eq 137 ]; then
            left=$((left - 1)) kills=$((kills + 1))
            size all.ndjson
            cut=$bytes
            [ ! -s cursor ] || cut=$(jq -r 'select(has("output")) | .size' cursor)
            [ "$bytes" -le "$cut" ] || behind=$((behind + 1))
        else
            [ "$rc" -eq 0 ]
            once all.ndjson "$calls"
            done=$((done + 1))
            rm cursor all.ndjson
        fi
    done
    more
    status 0
    once all.ndjson "$calls"
    echo "a run takes $took ms; $kills kills, after $behind the output was longer than the cursor knew; $done runs were done before"
    [ -n "${T_SLOW-}" ] || [ "$behind" -gt 0 ]
}
echo "# $CRASH_KILLS kills, seed $FETCH_SEED"
t "killed at random moments: every call once" killed

# Into a pipe: what comes twice is at most what was not flushed before the cursor went on.
piped() {
    local i hold calls=1500
    RANDOM=$((FETCH_SEED + 1))
    past "$calls" >seed
    kept seed
    sandbox --dir kept --delay 20ms
    took
    mkfifo pipe
    for ((i = 0; i < (CRASH_KILLS + 4) / 5; i++)); do
        spawn reading bash -c 'exec cat pipe >>piped.ndjson'
        exec {hold}>pipe # so that it has a writer, also when the run is killed before it opens it
        begin pipe
        struck
        exec {hold}>&-
        [ "$rc" -eq 0 ] || [ "$rc" -eq 137 ]
        await "${lib_pids[-1]}"
    done
    run "$fetcher" calls --cursor cursor
    status 0
    # whole lines alone: the last one before a kill may be half
    { jq -cR 'fromjson? // empty' piped.ndjson && cat out; } | jq -sc 'unique_by(.id) | sort_by(.id)[]' >all
    jq -r .id all | sort -n >ids
    seq 1 "$calls" | cmp - ids
}
t "killed while it writes into a pipe: every call at least once" piped

stopped() {
    past "$calls" >seed
    kept seed
    sandbox --dir kept --delay 20ms
    begin all.ndjson --file
    wait_until 30 written all.ndjson
    stop "$pid"
    [ "$rc" -eq 143 ]
    has fetching.err 'stopped by a signal'
    [ "$(wc -l <all.ndjson)" -lt "$calls" ]
    in_order all.ndjson
    holds cursor '.[0].complete and (.[1].size > 0)'
    mv all.ndjson first.ndjson # any output will do now
    more
    status 0
    cat first.ndjson all.ndjson >both
    once both "$calls"
}
written() {
    [ -s "$1" ] || gone "$pid"
}
t "stopped by a signal: the cursor stands where the output ends" stopped

two() {
    past "$calls" >seed
    kept seed
    sandbox --dir kept --delay 20ms
    begin all.ndjson --file
    wait_until 30 written all.ndjson
    run "$fetcher" calls --cursor cursor
    status 75
    has err 'another run that uses it is under way'
    same out ''
    await "$pid"
    [ "$rc" -eq 0 ]
    once all.ndjson "$calls"
}
t "two at once: the second one says so" two

# a run that was killed after it had written behind what the cursor knows: the cursor of one that was not
interrupted() {
    past 50 >seed
    kept seed
    sandbox --dir kept
    more
    status 0
    sed -i 's/"complete":true/"complete":false/' cursor
    cp all.ndjson good
    printf '{"id":999,"half' >>all.ndjson
}

appended() {
    interrupted
    more
    status 0
    total cut 15
    has err 'cut 15 bytes off the output, which a run that was interrupted had written'
    cmp all.ndjson good
    printf 'mine\n' >>all.ndjson # that run was not interrupted: nothing behind is its own
    more
    total cut 0
    cat good <(echo mine) | cmp all.ndjson -
}
t "what an interrupted run wrote behind the cursor is cut off" appended

truncated() {
    interrupted
    run "$fetcher" calls --cursor cursor --file # into a new file
    status 78
    has err 'the last run was interrupted, and what it wrote to .*/all.ndjson behind byte [0-9]+ would come twice'
    same out ''
    truncate -s "$(stat -c %s good)" all.ndjson
    run "$fetcher" calls --cursor cursor --file
    status 0
    sed -i 's/"complete":true/"complete":false/; s/"size":0/"size":10/' cursor
    cp cursor before
    "$fetcher" calls --cursor cursor --file >>out 2>err || rc=$?
    status 78
    has err 'of the 10 bytes that it and others had written to the output only 0 are left'
    cmp cursor before
    interrupted_gone
}
interrupted_gone() {
    echo gone >>out
    sed -i 's/"size":10/"size":3/' cursor
    rm out
    run "$fetcher" calls --cursor cursor --file # there is nothing that could be repeated
    status 0
}
t "an output that would have a hole, or records twice, is refused" truncated

rotated() {
    past 50 >seed
    kept seed
    sandbox --dir kept
    more
    status 0
    mv all.ndjson first
    more
    status 0
    : >all.ndjson
    more
    status 0
    total written 0
    same all.ndjson ''
}
t "files may be rotated and emptied between runs" rotated

others() {
    past 50 >seed
    kept seed
    sandbox --dir kept
    iso $((20 * 86400))
    more --currency INR --since "$time"
    status 0
    cp cursor before
    fetch payments --cursor cursor --currency INR --since "$time"
    status 78
    has err 'it is of calls, this fetch is of payments: name another file'
    fetch calls --cursor cursor --since "$time"
    status 78
    has err 'it is of INR, this fetch is of all currencies'
    fetch calls --cursor cursor --currency INR --since 2001-01-01T00:00:00Z
    status 78
    has err 'it begins at [0-9TZ:-]+, this fetch at 2001-01-01T00:00:00Z'
    fetch calls --cursor cursor --currency INR --until "$time"
    status 78
    has err 'what was before [0-9TZ:-]+ is written already, this fetch ends at'
    fetch calls --cursor cursor --currency INR # goes on where it was
    status 0
    sed 's/"org":42/"org":43/' before >cursor
    fetch calls --cursor cursor --currency INR --since "$time"
    status 78
    has err 'it is of organisation 43, this fetch is of organisation 42'
    echo '{"id": 1}' >cursor
    fetch calls --cursor cursor
    status 65
    has err 'cursor .*cursor, line 1: that is none'
    fetch calls --cursor "$PWD/none/cursor"
    status 69
}
t "a cursor of something else is refused" others

full() {
    past "$calls" >seed
    kept seed
    sandbox --dir kept
    rc=0
    "$fetcher" calls --cursor cursor --file >/dev/full 2>err || rc=$?
    status 69
    has err 'output: No space left on device'
    more
    status 0
    once all.ndjson "$calls"
}
t "an output that is full" full

closed() {
    past "$calls" >seed
    kept seed
    sandbox --dir kept
    rc=0
    "$fetcher" calls 2>err | head -n 1 >out || rc=$?
    holds out 'length == 1'
    lacks err 'written":0'
}
t "a reader that has gone" closed
