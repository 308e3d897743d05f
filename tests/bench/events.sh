#!/usr/bin/env bash
# How many webhooks jaxl-events answers, beside nginx with one worker that returns 200 and never looks at the body:
# wrk on loopback, the same requests, one server after the other, ROUNDS times in turn; medians. With rules, with a
# journal that is synced before each answer, with a co-process; then 5000 events a second, 1024 clients, 1000 connections
# that idle, and a million events.
#
#   make bench                                        with everything else
#   SECONDS_EACH=2 ROUNDS=1 bash tests/bench/events.sh    a quick look; PARTS: of rate paced clients idle memory
set -euo pipefail
: "${builddir:=build}" "${srcdir:=.}" "${ROUNDS:=5}" "${SECONDS_EACH:=5}" "${CONNECTIONS:=64}" "${EVENTS:=1000000}"
: "${PARTS:=rate paced clients idle memory}"
build=$(cd "$builddir" && pwd)
bin=$build/bin/.libs
export LD_LIBRARY_PATH=$build/lib/.libs JAXL_MODULE_DIR=$build/lib
lua=$(cd "$srcdir" && pwd)/tests/bench/webhook.lua
PATH=$PATH:/usr/sbin

for tool in wrk curl jq mawk; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: .ci/install bench" >&2 && exit 1; }
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/jaxl-bench-XXXXXX")
server=
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || wait "$server" 2>/dev/null
    rm -rf "$dir"
}
trap end EXIT
cd "$dir"
held=() # connections that idle

cat >flow.ndjson <<'J'
{"event":"setup","to":"=~^\\+1","prompt":"Hello {{to}}. Press one.","num_characters":1}
{"event":"setup","direction":"1","prompt":"Welcome. Press one.","num_characters":1}
{"event":"setup","prompt":"Welcome to the shop. Press 1 for sales, or 2 for service.","num_characters":1}
{"event":"option","option":"9","prompt":"We will not call again.","num_characters":0}
{"event":"option","option":"8","teams":5}
{"event":"option","option":"1","phone":"+12015550123"}
{"event":"option","option":"2","prompt":"Please enter your order number, then the star key.","num_characters":"*"}
{"event":"data","data":"=~^(?<order>[0-9]+)\\*$","prompt":"Order {{order}} is on its way.","num_characters":0}
{"event":"data","prompt":"That is no number.","num_characters":"*"}
{"event":"mark","next":5}
J
cat >answer.awk <<'A'
{ match($0, /"id":"[^"]*"/); print "{" substr($0, RSTART, RLENGTH) ",\"next\":5}"; fflush() }
A

# start_X: a server on $port, its process in $server.
free_port() {
    port=$((20000 + RANDOM % 20000))
    while ss -ltn 2>/dev/null | grep -q ":$port "; do
        port=$((port + 1))
    done
}
start_nginx() {
    free_port
    mkdir -p ngx
    cat >nginx.conf <<C
worker_processes 1;
daemon off;
master_process off;
pid $dir/ngx/pid;
error_log $dir/ngx/log;
events { worker_connections 8192; }
http {
    access_log off;
    client_body_temp_path $dir/ngx/b; proxy_temp_path $dir/ngx/p; fastcgi_temp_path $dir/ngx/f;
    uwsgi_temp_path $dir/ngx/u; scgi_temp_path $dir/ngx/s;
    keepalive_requests 1000000000;
    server {
        listen 127.0.0.1:$port backlog=4096;
        default_type application/json;
        location / { return 200 '{"prompt":["Welcome to the shop.","Press 1 for sales."],"num_characters":1}'; }
    }
}
C
    nginx -c "$dir/nginx.conf" 2>ngx/err &
    server=$!
}
start_events() {
    rm -f err
    "$bin/jaxl-events" --listen :0 "$@" >/dev/null 2>err &
    server=$!
    until port=$(sed -n 's/.*listening on port //p' err) && [ -n "$port" ]; do
        kill -0 "$server"
        sleep 0.02
    done
}
start_default() { start_events; }
start_flow() { start_events --flow flow.ndjson; }
start_journal() { rm -f journal && start_events --flow flow.ndjson --journal journal; }
start_respond() { start_events --respond 'mawk -W interactive -f answer.awk'; }
start_jq() { start_events --respond "jq --unbuffered -c '{id, next: 5}'"; }
ready() {
    until curl -s -o /dev/null "http://127.0.0.1:$port/"; do
        kill -0 "$server"
        sleep 0.02
    done
}
stop() {
    kill "$server"
    wait "$server" || [ $? -eq 143 ]
    server=
}

# clock ticks that the server has used, its children as well
ticks() {
    local files
    mapfile -t files < <(pgrep -P "$server" | sed 's|.*|/proc/&/stat|')
    awk '{ sum += $14 + $15 } END { print sum }' "/proc/$server/stat" "${files[@]}"
}

# load NAME CONNECTIONS [WEBHOOK_DELAY]: appends "NAME rate per-cpu-second p50 p99 max errors" to results
load() {
    local name=$1 before after fd
    before=$(ticks)
    ( # wrk has no place for descriptors beyond some hundreds
        for fd in "${held[@]}"; do
            exec {fd}>&-
        done
        WEBHOOK_DELAY=${3:-0} exec wrk -t1 -c"$2" -d"${SECONDS_EACH}s" --timeout 10s --latency -s "$lua" \
            "http://127.0.0.1:$port/webhook/" >wrk.out
    )
    after=$(ticks)
    awk -v name="$name" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '$1 == "RESULT" {
        printf "%s %.0f %.0f %.2f %.2f %.2f %d\n", name, $2 / $3, $2 / ((ticks ? ticks : 1) / hz), $4 / 1000, $5 / 1000,
            $6 / 1000, $7 }' wrk.out >>results
}
median() {
    sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
# of COLUMN NAME: the median of a column of the results
of() {
    awk -v name="$2" -v column="$1" '$1 == name { print $column }' results | median
}
show() {
    local name
    printf '%-10s %10s %8s %14s %8s %8s %8s %7s\n' '' 'events/s' '' 'per CPU second' p50/ms p99/ms max/ms errors
    for name in "$@"; do
        awk -v n="$name" -v r="$(of 2 "$name")" -v c="$(of 3 "$name")" -v r0="$(of 2 "$1")" -v c0="$(of 3 "$1")" \
            -v p50="$(of 4 "$name")" -v p99="$(of 5 "$name")" -v max="$(of 6 "$name")" -v e="$(of 7 "$name")" 'BEGIN {
            printf "%-10s %10d %6.0f %% %8d %3.0f %% %8.2f %8.2f %8.2f %7d\n", n, r, 100 * r / r0, c, 100 * c / c0, p50, p99,
                max, e }'
    done
}

rate() {
    local round name
    echo "== webhooks a second, $CONNECTIONS connections, medians of $ROUNDS rounds of $SECONDS_EACH s"
    : >results
    for ((round = 0; round < ROUNDS; round++)); do
        for name in nginx default flow journal respond jq; do
            "start_$name"
            ready
            load "$name" "$CONNECTIONS"
            stop
        done
    done
    show nginx default flow journal respond jq
}

paced() {
    echo "== about 5000 events a second (55 connections, one event each 10 ms)"
    : >results
    local name round
    for ((round = 0; round < ROUNDS; round++)); do
        for name in nginx flow journal respond; do
            "start_$name"
            ready
            load "$name" 55 10
            stop
        done
    done
    show nginx flow journal respond
}

clients() {
    echo "== 1024 clients"
    : >results
    local name round
    ulimit -n 8192
    for ((round = 0; round < ROUNDS; round++)); do
        for name in nginx flow journal; do
            "start_$name"
            ready
            load "$name" 1024
            stop
        done
    done
    show nginx flow journal
}

# 1000 connections that are held open and say nothing, while others are served.
idle() {
    echo "== $CONNECTIONS connections beside 1000 that idle"
    : >results
    local name round fd i
    ulimit -n 8192
    for ((round = 0; round < ROUNDS; round++)); do
        for name in nginx flow; do
            "start_$name"
            ready
            for ((i = 0; i < 1000; i++)); do
                exec {fd}<>"/dev/tcp/127.0.0.1/$port"
                held+=("$fd")
            done
            load "$name" "$CONNECTIONS"
            for fd in "${held[@]}"; do
                exec {fd}>&-
            done
            held=()
            stop
        done
    done
    show nginx flow
}

resident() {
    awk '/^VmRSS|^RssAnon/ { print $1, $2 }' "/proc/$server/status" | paste -sd ' '
}
memory() {
    echo "== memory (KiB) over $EVENTS events"
    local sent=0
    start_flow
    ready
    while [ "$sent" -lt "$EVENTS" ]; do
        load memory "$CONNECTIONS"
        sent=$((sent + $(awk '$1 == "RESULT" { print $2 }' wrk.out)))
        echo "$sent events: $(resident)"
    done
    stop
}

for part in $PARTS; do
    [ "$part" != memory ] || : >results
    $part
done
