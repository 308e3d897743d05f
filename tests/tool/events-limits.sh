#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events --listen, and clients that are slow, too many or want to send too much: they are refused, and the
# others are served.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"
trap '' PIPE # clients write to connections that were cut off

head='POST /webhook/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n'

# The first line that the client of a descriptor gets, in $line; false while it is not cut off. It sends one byte more
# each time.
drips() {
    local status=0
    { printf x >&"$1"; } 2>/dev/null || status=$?
    IFS= read -r -t 0.02 -u "$1" line || status=$?
    [ "$status" -le 128 ]
}
is_cut_off() {
    drips "${held[0]}" || {
        call=$((call + 1))
        tell setup "$call"
        return 1
    }
}

# slow_one TEXT LINE: a client that goes on a byte at a time is cut off, with this line
slow_one() {
    hold 1 "$1"
    line=''
    wait_until 30 is_cut_off
    let_go
    [[ $line == "$2"* ]]
}

slow() {
    listen --request-timeout 700ms --default '{"next":5}' --metrics :0
    call=0
    # one that a busy machine lets begin too late hears nothing
    wait_until 60 slow_one "$head\r\n{" 'HTTP/1.1 408 '
    wait_until 60 slow_one "${head}X-Slow: " 'HTTP/1.1 408 '
    slow_one 'POST /webhook/' ''
    [ "$call" -gt 0 ] # who were served meanwhile
    holds events.out "length == $call"
    curl -sS "http://127.0.0.1:$watch/metrics" >metrics
    has metrics '^jaxl_webhook_refused_total\{reason="too_slow"\} [2-9]$'
    stop "$events"
}
t "--request-timeout: a byte now and then does not help" slow

# peak: KiB of memory that it has had at most
peak() {
    awk '/^VmHWM/ { print $2 }' "/proc/$events/status"
}

large() {
    local before
    listen --default '{"next":5}' --metrics :0
    tell setup 1
    before=$(peak)
    hold 1 'POST /webhook/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n\r\n'
    IFS= read -r -t 60 -u "${held[0]}" line # before any of it was sent
    [[ $line == 'HTTP/1.1 413 '* ]]
    let_go
    truncate -s 1G large
    for file in large -; do # -: in chunks, for ever
        rc=0
        curl -s -o answer -w '%{http_code}' -m 60 -X POST -H Expect: -T "$file" "http://127.0.0.1:$port/webhook" \
            >code </dev/zero || rc=$?
        # it is cut off while it sends, and may not have read why
        lib_matches code '^413$' || [ "$rc" -eq 55 ] || [ "$rc" -eq 56 ]
    done
    curl -sS "http://127.0.0.1:$watch/metrics" >metrics
    has metrics '^jaxl_webhook_refused_total\{reason="too_large"\} 3$'
    tell setup 2
    [ -n "${T_SLOW-}" ] || [ "$(peak)" -lt $((before + 16384)) ]
    stop "$events"
    holds events.out 'map(.call_id) == [1, 2]'
}
t "a body of 1 GiB, and one without end" large

served() {
    call=$((call + 1))
    ask POST "$(body setup "$call")" 2>/dev/null
    [ "$code" = 200 ]
}

connections() {
    listen --connections 2
    call=0
    hold 2 "$head\r\n{"
    not served
    not served
    let_go
    wait_until 30 served
    # who idles gives way
    hold 2 ''
    wait_until 30 served
    let_go
    stop "$events"
}
t "--connections: one more is hung up on, or one that idles" connections

soft() {
    ulimit -Sn 256
    exec jaxl-events "$@"
}
hard() {
    ulimit -n 256
    exec jaxl-events "$@"
}

few_files() {
    call=0
    listen_as soft --connections 500
    hold 400 "$head\r\n{"
    served
    let_go
    stop "$events"
    [ "$rc" -eq 143 ]

    run in_a_shell --listen :0 --connections 256
    status 78
    has err '^jaxl-events: 256 connections at once: 192 files at most .*ulimit -n'
    listen_as hard --journal journal --respond "jq --unbuffered -c '{id, next: 5}'"
    hold 300 "$head\r\n{"
    not served
    let_go
    wait_until 30 served
    said '{"next":5}'
    stop "$events"
    [ "$rc" -eq 143 ]
    same journal "$(cat events.out)"
}
in_a_shell() {
    (hard "$@")
}
t "few files that may be open: the soft limit is raised, beyond the hard one clients are refused" few_files

# The rest of a request that has begun.
grace() {
    text=$(body setup 7)
    listen --grace 600s --request-timeout 600s --default '{"next":5}'
    hold 1 "POST /webhook/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${#text}\r\n\r\n{"
    tell setup 1 # the other one has come, too
    kill "$events"
    wait_until 30 no_more
    alive "$events"
    printf %s "${text:1}" >&"${held[0]}"
    cat <&"${held[0]}" >answer
    has answer '^HTTP/1.1 200 '
    has answer '^\{"next":5\}'
    await "$events"
    [ "$rc" -eq 143 ]
    holds events.out 'map(.call_id) == [1, 7]'
}
no_more() {
    ask POST "$(body setup 2)" 2>/dev/null
    [ "$code" != 200 ]
}
t "--grace: a request that has begun is answered after the signal" grace

no_grace() {
    local begun
    listen --grace 100ms --request-timeout 600s
    hold 1 "$head\r\n{"
    tell setup 1
    begun=$SECONDS
    stop "$events"
    [ "$rc" -eq 143 ]
    [ -n "${T_SLOW-}" ] || [ $((SECONDS - begun)) -lt 9 ] # as long as it is without --grace
    has events.err ' 1 events,'
}
t "--grace: and not waited for any longer" no_grace

second() {
    listen --grace 600s --request-timeout 600s
    hold 1 "$head\r\n{"
    tell setup 1
    kill "$events"
    wait_until 30 no_more
    stop "$events"
    [ "$rc" -eq 143 ]
    holds events.out 'map(.call_id) == [1]'
    lacks events.err ' 1 events,'
}
t "a second signal ends it at once" second
