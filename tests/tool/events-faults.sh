#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events --listen when the disk, who reads it, the co-process or its clients fail: what was acknowledged is kept,
# what cannot be kept is not acknowledged, and a caller hears an answer.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

sorry='{"prompt":["Goodbye."],"num_characters":0}'

# each FILE N: it has N records, each a line, in order and none twice
each() {
    [ "$(wc -l <"$1")" -eq "$2" ] || fail "$1 has $(wc -l <"$1") lines, not $2"
    jq -c . "$1" >parsed
    [ "$(wc -l <parsed)" -eq "$2" ]
    [ "$(jq -r .id "$1" | sort -u | wc -l)" -eq "$2" ]
    iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}

# fills: tells events until one is refused; those that were acknowledged before are in $kept
fills() {
    local i
    for ((i = 0; i < 200; i++)); do
        ask POST "$(body setup $((1000 + kept)) '' "${2-}")"
        [ "$code" = 200 ] || return 0
        kept=$((kept + 1))
    done
    fail "200 events, and none was refused"
}

small_files() {
    ulimit -Sf 16
    exec jaxl-events "$@"
}

accepted() {
    ask POST "$(body setup $((1000 + kept)))"
    [ "$code" = 200 ] || return 1
    kept=$((kept + 1))
}

full() {
    kept=0
    printf '{"id":"old","x":"%012000d"}\n' 0 >journal # standard output is a file that has more room
    listen_as small_files --journal journal --metrics :0
    fills
    [ "$code" = 503 ]
    has answer 'cannot be kept: send it again later'
    [ "$kept" -gt 3 ]
    for ((i = 0; i < 5; i++)); do
        ask POST "$(body option 9 "$i")"
        [ "$code" = 503 ]
    done
    health 503
    has health '^events cannot be kept$'
    each events.out "$kept"
    # with room again
    prlimit --pid "$events" --fsize=unlimited
    wait_until 30 accepted
    wait_until 30 health 200
    stop "$events"
    [ "$rc" -eq 143 ]
    has events.err '^jaxl-events: journal journal: File too large: events are refused until it works again$'
    has events.err '^jaxl-events: journal .* works again, [6-9] events were refused$'
    each events.out "$kept"
    sed 1d journal >new
    cmp new events.out
}
t "a journal on a full disk: nothing is acknowledged, until there is room again" full

no_journal() {
    run jaxl-events --listen :0 --journal .
    status 65
    run jaxl-events --listen :0 --journal /dev/null
    status 65
    run jaxl-events --listen :0 --journal nowhere/journal
    status 74
    echo 'dear diary' >text
    run jaxl-events --listen :0 --journal text
    status 65
    same text 'dear diary'
}
t "a journal that cannot be one" no_journal

# Not even the end of its last line, at the start.
no_room() {
    printf '{"id":"%065527d"}' 0 >journal # without its newline, 64 KiB
    rc=0
    (
        ulimit -f 64
        exec jaxl-events --listen :0 --journal journal
    ) 2>&1 | cat >both || rc=$?
    status 74
    has both '^jaxl-events: journal journal: File too large$'
}
t "a journal that may not grow" no_room

to_full() {
    exec jaxl-events "$@" >/dev/full
}
output_full() {
    listen_as to_full --metrics :0 --grace 500ms
    ask POST "$(body setup 1)"
    [ "$code" = 503 ]
    health 503
    has health '^events cannot be kept$'
    has events.err '^jaxl-events: standard output: No space left on device$'
    stop "$events"
    [ "$rc" -eq 143 ]
    has events.err 'standard output did not take the last 1 event$'
}
t "standard output on a full disk" output_full

to_pipe() {
    exec jaxl-events "$@" >pipe 7>&-
}

from_pipe() {
    exec cat <&8
}

gone_reader() {
    mkfifo pipe
    exec 7<>pipe
    listen_as to_pipe --journal journal
    tell setup 1
    tell setup 2
    exec 7<&-
    await "$events" 30
    [ "$rc" -eq 0 ]
    each journal 2
}
t "who reads goes away: it ends, and the journal has all" gone_reader

# 64 MiB wait in memory.
stalled() {
    local large
    kept=0
    mkfifo pipe
    exec 7<>pipe
    listen_as to_pipe --metrics :0 --default '{"next":5}'
    printf -v large '"metadata":{"x":"%0900000d"}' 0
    body setup 100 '' "$large" >event
    for ((i = 1; i < 100; i++)); do
        sed "s/:100,/:$i,/" event >one
        ask POST @one
        [ "$code" = 200 ] || break
        said '{"next":5}'
        kept=$((kept + 1))
    done
    [ "$code" = 503 ]
    [ "$kept" -gt 60 ]
    health 503
    has health '^nobody reads the events$'
    exec 8<pipe 7>&-
    spawn reader from_pipe
    reader=$pid
    exec 8<&-
    wait_until 60 accepted
    wait_until 60 health 200
    stop "$events"
    [ "$rc" -eq 143 ]
    await "$reader"
    each reader.out "$kept"
}
t "who reads stalls: events wait in memory, up to a limit, and none is lost" stalled

killed() {
    listen --default Goodbye. --timeout 600s --respond 'echo $$ >started; exec 3>&1 cat >asked'
    clients=()
    for call in 1 2 3; do
        curl -sS -o "answer-$call" --data-binary "$(body setup "$call")" "http://127.0.0.1:$port/webhook/" &
        clients+=("$!")
    done
    all_asked() {
        [ -e asked ] && [ "$(wc -l <asked)" -eq 3 ]
    }
    wait_until 30 all_asked
    kill -KILL "$(cat started)"
    wait "${clients[@]}"
    for call in 1 2 3; do
        [ "$(cat "answer-$call")" = "$sorry" ]
    done
    stop "$events"
    has events.err 'ended by signal 9.*, 3 events without answer'
    has events.err 'answers replaced 3,'
}
t "a program that is killed: who waits for it gets the default at once" killed

# floods COMMAND: it writes what is no answer, as fast as it can
floods() {
    listen --default Goodbye. --timeout 300ms --grace 1s --respond "$1"
    for call in 1 2 3 4 5 6; do
        tell setup "$call"
        said "$sorry"
    done
    [ -n "${T_SLOW-}" ] || [ "$(awk '/^VmHWM/ { print $2 }' "/proc/$events/status")" -lt 65536 ]
    stop "$events"
    has events.err "$2"
    [ "$(wc -l <events.err)" -lt 40 ]
}
rubbish() {
    floods 'exec yes rubbish' "not JSON: 'rubbish'"
    floods 'exec yes "{\"id\":\"x\"}"' "not asked about: 'x'"
    floods "exec 3<&0 tr '\\0' x </dev/zero" 'more than 64 KiB'
}
t "a program that writes nothing but rubbish" rubbish

mutated() {
    local requests=$((100000 / ${T_SLOW:-1}))
    cat >rules <<'R'
{"event":"setup","to":"=~^\\+91","when":"metadata.vip=yes","prompt":"Hello {{metadata.vip}} {{to}}.","num_characters":1}
{"event":"data","data":"=~^(?<order>[0-9]+)\\*$","prompt":"Order {{order}}.","num_characters":0}
{"option":"=~[0-9]","next":6}
R
    listen --flow rules --respond-jobs 2 --respond "jq --unbuffered -c 'if .event == \"mark\" then {id, next: 5} else {id} end'"
    "$builddir/tests/tool/webhook_fuzz" "$port" "$requests" >statuses
    cat statuses
    answered=$(awk '$1 == 200 { print $2 }' statuses)
    [ "$answered" -gt $((requests / 20)) ]
    for code in 400 404 405; do
        has statuses "^$code "
    done
    lacks statuses '^50[0-4] '
    tell setup 7
    alive "$events"
    stop "$events"
    [ "$rc" -eq 143 ]
    each events.out $((answered + 1))
    has events.err " $((answered + 1)) events,"
}
t "a hundred thousand random and mutated webhooks" mutated
