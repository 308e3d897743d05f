#!/bin/bash
# Records of a platform that loses pages, restarts and goes on dialing: all of them, each once.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/fetch.sh"

whole() {
    past "$calls" >seed
    kept seed
    sandbox --dir kept
    fetch calls
    status 0
    once out "$calls"
    total written "$calls"
    total again 0
    cp out all
    fetch calls --currency INR
    status 0
    cmp all out # the sandbox shows each call in its own currency
    fetch calls --connections 1
    status 0
    cmp all out
    holds out 'all(.is_finalized)'
}
t "all calls, in the order of time" whole

span() {
    local since until
    {
        echo 86401
        echo 86400.000001
        echo 86400
        echo 86399.5
        echo 3600.000001
        echo 3600
    } | sed 's/$/ 5 2/' >seed
    kept seed
    sandbox --dir kept
    iso 86400
    since=$time
    iso 3600
    until=$time
    fetch calls --since "$since" --until "$until"
    status 0
    same <(jq -r .id out) $'3\n4\n5'
    fetch calls --since "$since"
    same <(jq -r .id out) $'3\n4\n5\n6'
    fetch calls --until "$since"
    same <(jq -r .id out) $'1\n2'
    fetch calls --until "$since" --since "$until"
    status 64
}
t "a span takes its beginning in, and leaves its end out" span

memory() {
    [ -z "${T_SLOW-}" ] || return 0
    past 40000 >seed
    kept seed
    sandbox --dir kept
    (
        ulimit -v $((200 * 1024))
        "$fetcher" calls >out 2>err
    )
    once out 40000
}
t "memory is bounded" memory

none() {
    sandbox
    fetch calls --cursor cursor --file
    status 0
    same out ''
    total written 0
    [ "$(stat -c %a cursor)" = 600 ]
    fetch calls --cursor cursor --file
    status 0
    same out ''
}
t "an account without calls" none

# A page in the middle is lost for good: what was written is a beginning without holes.
lost() {
    local kind n=0
    past "$calls" >seed
    kept seed
    for kind in 500-after garbage empty; do
        n=$((n + 1))
        sandbox --dir kept --fault-at "GET /v1/calls/=-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,$kind+" --delay 1ms
        : >all.ndjson
        more --connections 2
        status 69
        n=$(wc -l <all.ndjson)
        [ "$n" -lt "$calls" ]
        in_order all.ndjson
        stop "$sandbox"
        sandbox --dir kept
        more
        status 0
        once all.ndjson "$calls"
        stop "$sandbox"
        rm cursor
    done
}
t "a page that stays lost ends the run, and the next one goes on" lost

again() {
    local kind
    past "$calls" >seed
    kept seed
    for kind in 500-after garbage empty truncated reset-after 503 504-after; do
        sandbox --dir kept --fault-at "GET /v1/calls/=-,-,-,-,-,-,-,$kind,-,-,$kind"
        fetch calls
        status 0
        once out "$calls"
        stop "$sandbox"
    done
}
t "a page that is lost is asked for again" again

faulty() {
    local i
    past "$calls" >seed
    kept seed
    sandbox --dir kept
    fetch calls --until 2000-01-01T00:00:00Z # which attests the device
    stop "$sandbox"
    sandbox --dir kept \
        --fault-other 500-after=2%,garbage=2%,empty=2%,truncated=2%,reset-after=2%,reset-before=2%,503=2%,429=1%
    : >all.ndjson
    for ((i = 0; i < 200; i++)); do
        more
        [ "$rc" -ne 0 ] || break
        in_order all.ndjson
    done
    status 0
    once all.ndjson "$calls"
}
t "with faults all over: every call once" faulty

restarts() {
    local i port
    past "$calls" >seed
    kept seed
    sandbox --dir kept --delay 20ms
    port=${JAXL_CALL_API_ROOT##*:}
    : >all.ndjson
    for ((i = 1; i <= 5; i++)); do
        spawn fetching bash -c 'exec "$0" calls --cursor cursor --file --connections 2 >>all.ndjson' "$fetcher"
        wait_until 30 asked 8
        kill -KILL "$sandbox"
        await "$pid"
        [ "$rc" -eq 69 ]
        in_order all.ndjson
        sandbox --dir kept --delay 20ms --port "$port"
    done
    more
    status 0
    once all.ndjson "$calls"
}
asked() {
    [ "$(wc -l <"$journal")" -ge "$1" ] || gone "$pid"
}
t "the platform restarts: the next run goes on" restarts

# held N: calls that are not final yet, some looked at again anyway, some long ago
held() {
    local now=$EPOCHSECONDS i
    {
        past 300
        for ((i = 0; i < $1; i++)); do
            echo "2000 $((1990 + 6 + i % 4)) 2"
            echo "100.5 $((90 + 6 + i % 4)) 2"
        done
    } >seed
    kept seed
    sandbox --dir kept
    more
    status 0
    [ "$(wc -l <all.ndjson)" -lt $((300 + 2 * $1)) ]
    total held '[1-9][0-9]*'
    fetch calls
    [ "$(wc -l <out)" -eq $((300 + 2 * $1)) ]
    total provisional '[1-9][0-9]*'
    wait_until 60 none_held
    jq -sc 'sort_by(.id)[]' all.ndjson >sorted
    once sorted $((300 + 2 * $1))
    holds all.ndjson 'all(.is_finalized and .completed_on != null)'
    more
    total written 0
}
none_held() {
    more
    status 0
    grep -q '"held":0' err
}
t "calls that are not final are held back, and written once they are" held 10
t "also when they are many" held 300

never() {
    {
        echo "$((31 * 86400)) $((40 * 86400)) 2"
        echo "$((29 * 86400)) $((40 * 86400)) 2"
        echo "2000 $((40 * 86400)) 2"
    } >seed
    kept seed
    sandbox --dir kept
    more
    status 0
    total held 2
    total provisional 1
    has err '1 calls have not become final in 30 days: written as they are'
    same <(jq -c '[.id, .is_finalized]' all.ndjson) '[1,false]'
    stop "$sandbox"
    # the last call: as if it had been deleted
    sed -i "$(grep -n '"event":"call"' kept/state.ndjson | tail -n 1 | cut -d: -f1)d" kept/state.ndjson
    sandbox --dir kept
    more
    status 0
    total held 1
    total gone 1
    has err '1 calls that were not final are not on the platform any more'
    more
    total gone 0
    total written 0
}
t "calls that never become final, or go" never

dialing() {
    local n=300
    [ -z "${T_SLOW-}" ] || n=40
    sandbox --speed 100
    awk -v n="$n" 'BEGIN { print "to"; for (i = 0; i < n; i++) printf "+9198%08d\n", i * 7919 }' >leads.csv
    spawn dialing jaxl-dial --from +12015550199 --ivr 1 --currency INR --rate 60/s --poll 50ms leads.csv
    while alive "$pid"; do
        more --connections 4
        status 0
        in_order all.ndjson
        pause
    done
    await "$pid"
    jq -r 'select(.event == "placed") | .call_id' "$journal" | sort -n >placed
    [ "$(wc -l <placed)" -ge "$n" ]
    wait_until 60 got_all
    jq -r .id all.ndjson | sort -n | cmp - placed
    holds all.ndjson 'all(.is_finalized)'
}
got_all() {
    more
    status 0
    [ "$(wc -l <all.ndjson)" -ge "$(wc -l <placed)" ]
}
t "while calls are placed: each once" dialing

lists() {
    local kind
    sandbox --dir kept
    for kind in payments subscriptions consumables; do
        run jaxl "$kind" list --all --currency USD --output ndjson
        fetch "$kind"
        status 0
        jq -r .id out | sort -u >ids
        [ "$(wc -l <ids)" -eq "$(wc -l <out)" ]
        fetch "$kind" --cursor "$kind.cursor" --file
        status 0
        jq -r .id out | sort | cmp - ids
        fetch "$kind" --cursor "$kind.cursor" --file
        status 0
        same out ''
    done
    stop "$sandbox"
    echo '{"event":"recharge","currency":2,"amount":"12.50"}' >>kept/state.ndjson
    sandbox --dir kept
    for kind in payments consumables; do
        fetch "$kind" --cursor "$kind.cursor" --file
        holds out 'length == 1 and (.[0] | .amount // .cost) == 12.50'
    done
    fetch payments --until 2001-01-01T00:00:00Z
    same out ''
    fetch payments --since 2001-01-01T00:00:00Z --currency USD
    holds out 'length == 3 and all(.currency_symbol == "$")'
    fetch consumables --since 2001-01-01T00:00:00Z --currency USD
    holds out 'length == 1'
    has err 'the platform gives no time of consumables: all are written'
    fetch usage --cursor none
    status 64
}
t "payments, subscriptions and recharges, and what came of them since" lists

usage() {
    past 500 >seed
    kept seed
    sandbox --dir kept
    iso $((40 * 86400))
    fetch usage --since "$time"
    status 0
    holds out 'map(.num_calls) | add == 500'
    holds out 'all(keys_unsorted == ["day", "currency", "num_calls", "call_time", "total_cost", "is_finalized"])'
    holds out 'all(.is_finalized) and (map(.currency) | unique == ["INR", "USD"]) and map(.day) == (map(.day) | sort)'
    jq -rs 'group_by(.day)[] | [.[0].day, (map(.num_calls) | add)] | @tsv' out >days
    fetch calls
    jq -rs 'group_by(.created_on[:10])[] | [.[0].created_on[:10], length] | @tsv' out | cmp - days
}
t "the use of each day" usage
