#!/usr/bin/env bash
# Actions a second that jaxl-control carries out, beside a shell loop over single commands: on the calls of a
# sandbox that answers at once, and of one that takes 5 ms. And how long one action takes from its record on a pipe that
# is open to its result, at rest.
#
#   make bench                          all of it; PARTS: control, and those of dial.sh
#   ACTIONS=2000 make bench             a quick look; by default 50000
set -euo pipefail
: "${builddir:=build}" "${ACTIONS:=50000}" "${CALLS:=200}" "${LOOP:=50}" "${SINGLE:=200}"
[[ " ${PARTS:-control} " == *' control '* ]] || exit 0
build=$(cd "$builddir" && pwd)
bin=$build/bin/.libs # past libtool's wrappers, which are shell scripts
export LD_LIBRARY_PATH=$build/lib/.libs JAXL_MODULE_DIR=$build/lib
TIMEFORMAT=%R
export JAXL_API_TOKEN_EXPIRY_IN_SEC=3600

# In a sandbox: places the calls; their ids in ./ids.
calls() {
    {
        echo to
        printf '+12015550104\n%.0s' $(seq "$CALLS") # each talks for ten minutes
    } >leads.csv
    "$bin/jaxl-dial" --quiet --from +12015550199 --ivr 1 --no-ledger --allow-duplicates --follow placed --rate max \
        --max-active 100000 leads.csv | jq .call_id >ids
    [ "$(wc -l <ids)" -eq "$CALLS" ]
}

# A rate from the seconds in ./seconds.
rate() { # NAME COUNT
    awk -v name="$1" -v n="$2" '{ printf "%-44s %8.0f a second\n", name, n / $1 }' seconds
}

stream() { # CONNECTIONS
    awk -v n="$ACTIONS" '{ id[NR] = $1 } END { for (i = 0; i < n; i++)
        printf "{\"action\":\"metadata\",\"call_id\":%d,\"data\":{\"n\":%d}}\n", id[i % NR + 1], i }' ids >actions
    { time "$bin/jaxl-control" --quiet --connections "$1" actions >out; } 2>seconds
    [ "$(grep -c '"result":"done"' out)" -eq "$ACTIONS" ]
    rate "jaxl-control --connections $1" "$ACTIONS"
}

loop() {
    head -n "$LOOP" ids >some
    { time while read -r id; do
        "$bin/jaxl" calls tag --call-id "$id" --name vip >/dev/null
    done <some; } 2>seconds
    rate "a shell loop over jaxl calls tag" "$LOOP"
}

# Microseconds from the record to the result, one at a time.
single() {
    local id i start to
    read -r id <ids
    coproc control { exec "$bin/jaxl-control" --quiet; }
    to=${control[1]}
    for ((i = 0; i < SINGLE; i++)); do
        start=$EPOCHREALTIME
        echo "{\"action\":\"metadata\",\"call_id\":$id,\"data\":{\"n\":$i}}" >&"$to"
        read -r _ <&"${control[0]}"
        echo "$start $EPOCHREALTIME"
    done >took # a pipe would make it a subshell, which has no coprocess
    awk '{ printf "%.0f\n", ($2 - $1) * 1e6 }' took | sort -n |
        awk '{ t[NR] = $1 } END { printf "%-44s %8d us median, %d us p99\n", "one action, from its record to its result",
            t[int((NR + 1) / 2)], t[int(NR * 0.99)] }'
    exec {to}>&-
    wait
}

parts() {
    echo "== $1"
    calls
    stream 16
    stream 1
    loop
    single
}

if [ "${1:-}" = parts ]; then
    parts "$2"
    exit
fi
T=$(mktemp -d "${TMPDIR:-/tmp}/jaxl-bench-XXXXXX")
trap 'rm -rf "$T"' EXIT
self=$(realpath "$0")
export builddir=$build ACTIONS CALLS LOOP SINGLE
cd "$T"
"$bin/jaxl-sandbox" -- bash "$self" parts 'actions, on a platform that answers at once'
ACTIONS=$((ACTIONS / 10)) "$bin/jaxl-sandbox" --delay 5ms -- bash "$self" parts 'actions, on a platform that takes 5 ms'
