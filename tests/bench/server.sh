#!/usr/bin/env bash
# What the HTTP server of lib/net costs by itself, beside libmicrohttpd alone in its poll mode (events.sh has nginx):
# webhooks by wrk, over 64 connections, over 1024, and over 16 while 1000 more are open and idle. Prints the medians of
# ROUNDS rounds in turn: requests a second, requests for each second of the server's CPU time (which says more on a
# machine that others use, and what one thread would do that has it all), and the 99th percentile.
#
#   make bench                            all of it
#   ROUNDS=1 SECONDS_EACH=2 make bench    a quick look
set -euo pipefail
: "${builddir:=build}" "${srcdir:=.}" "${ROUNDS:=5}" "${SECONDS_EACH:=5}"
build=$(cd "$builddir" && pwd)
lua=$(cd "$srcdir" && pwd)/tests/bench/webhook.lua
export JAXL_MODULE_DIR=$build/lib
rate=$build/tests/bench/server_rate
bare=$build/tests/bench/server_bare

for tool in wrk curl; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: .ci/install bench" >&2 && exit 1; }
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/jaxl-bench-XXXXXX")
cd "$dir"
pids=()
# shellcheck disable=SC2317
finish() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait
    rm -rf "$dir"
}
trap finish EXIT

# A port that nobody listens on: a server has just had it.
free_port() {
    rm -f port
    "$rate" 0 >port &
    until [ -s port ]; do
        kill -0 $!
        sleep 0.02
    done
    kill $!
    wait $! || [ $? -eq 143 ]
    cat port
}

# start NAME PORT: the server is the first of pids.
start() {
    case $1 in
    bare) "$bare" "$2" & ;;
    *) "$rate" "$2" "$1" >/dev/null & ;;
    esac
    pids=($!)
    until curl --silent --output /dev/null "http://127.0.0.1:$2/"; do
        kill -0 "${pids[0]}"
        sleep 0.05
    done
}

ticks() {
    sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

# measure NAME CONNECTIONS IDLE: appends "NAME CONNECTIONS+IDLE rate per-cpu-second p99" to results.
measure() {
    local port before after
    port=$(free_port)
    start "$1" "$port"
    if [ "$3" -gt 0 ]; then
        rm -f held
        "$rate" "$port" hold "$3" >held &
        pids+=($!)
        until grep -qs held held; do
            kill -0 "${pids[1]}"
            sleep 0.05
        done
    fi
    before=$(ticks "${pids[0]}")
    wrk -t1 -c"$2" -d"${SECONDS_EACH}s" --latency -s "$lua" "http://127.0.0.1:$port/webhook/" >said
    after=$(ticks "${pids[0]}")
    kill "${pids[@]}"
    wait "${pids[@]}" || [ $? -eq 143 ]
    pids=()
    awk -v name="$1 $2+$3" -v cpu=$((after - before)) -v hz="$(getconf CLK_TCK)" '
        /99%/ { p99 = $2 * ($2 ~ /us$/ ? 0.001 : $2 ~ /ms$/ ? 1 : 1000) } /Requests\/sec/ { rate = $2 } / requests in / { n = $1 } /Non-2xx|Socket errors/ { bad = $0 }
        END { if (bad) print name ": " bad > "/dev/stderr"
            print name, rate, cpu ? n * hz / cpu : 0, p99 }' said >>results
}

echo "== webhooks, answered: by libmicrohttpd alone, by the server of lib/net at once (now), by another thread each by"
echo "   itself (one), and many together after a millisecond (many)"
ulimit -n "$(ulimit -Hn)"
for _ in $(seq "$ROUNDS"); do
    for name in bare now one many; do
        measure $name 64 0
        measure $name 1024 0
        measure $name 16 1000
    done
done
awk '
    function median(list, n, a, i, j, t) {
        n = split(list, a)
        for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
        return a[int((n + 1) / 2)] }
    { key = $1 " " $2; if (!(key in rate)) order[++keys] = key
      rate[key] = rate[key] " " $3; cpu[key] = cpu[key] " " $4; p99[key] = p99[key] " " $5 }
    END { printf "   %-6s %-10s %12s %18s %10s\n", "", "clients", "requests/s", "per CPU second", "p99 ms"
        for (i = 1; i <= keys; i++) { split(order[i], k)
            printf "   %-6s %-10s %12.0f %18.0f %10.1f\n", k[1], k[2], median(rate[order[i]]), median(cpu[order[i]]), median(p99[order[i]]) } }' results
