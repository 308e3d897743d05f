#!/usr/bin/env bash
# How fast jaxl-dial places calls, beside wrk, a bare libcurl loop, curl --parallel and xargs curl:
# the same request, the same sandbox, the same number of connections, one after the other, ROUNDS
# times in turn; then with the ledger and without. Prints the medians, the peak memory for few and for many leads, and
# where jaxl-dial spends its time: what stands between it and wrk.
#
#   make bench                         all of it
#   CALLS=20000 ROUNDS=1 make bench    a quick look; PARTS: of speed delay ledger memory profile
set -euo pipefail
: "${builddir:=build}" "${srcdir:=.}" "${CALLS:=60000}" "${ROUNDS:=5}" "${CONNECTIONS:=16}"
: "${MANY:=1000000}" "${FEW:=10000}" "${PROFILED:=20000}"
build=$(cd "$builddir" && pwd)
bin=$build/bin/.libs # past libtool's wrappers, which are shell scripts
export LD_LIBRARY_PATH=$build/lib/.libs JAXL_MODULE_DIR=$build/lib
loop=$build/tests/bench/curl_loop
lua=$(cd "$srcdir" && pwd)/tests/bench/request.lua
TIMEFORMAT='%R %U %S'
export JAXL_API_TOKEN_EXPIRY_IN_SEC=3600

for tool in wrk socat curl xargs /usr/bin/time; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: .ci/install bench" >&2 && exit 1; }
done

# leads N: a CSV of N numbers, all different, none of them magic.
leads() {
    awk -v n="$1" 'BEGIN { print "to"; for (i = 0; i < n; i++) printf "+9198%08d\n", i }'
}

# jaxl-dial, which places whatever it is given; after it the options of the case, with or without a ledger.
placing() {
    dial=("$bin/jaxl-dial" --rate max --from +12015550199 --ivr 1 --follow placed
        --connections "$CONNECTIONS" --max-active "$CONNECTIONS")
}

dial() {
    local dial
    placing
    "${dial[@]}" "$@"
}

# The request of jaxl-dial, as it travels: socat between it and the sandbox writes it down.
capture() {
    local port pid
    rm -f raw && : >socat.log
    socat -d -d -r raw TCP-LISTEN:0,bind=127.0.0.1 "TCP:${JAXL_CALL_API_ROOT#http://}" 2>socat.log &
    pid=$!
    until port=$(sed -n 's/.*listening on AF=2 127.0.0.1:\([0-9]*\).*/\1/p' socat.log) && [ -n "$port" ]; do
        kill -0 $pid
        sleep 0.02
    done
    leads 1 | JAXL_CALL_API_ROOT=http://127.0.0.1:$port dial --no-ledger --quiet --connections 1 >/dev/null
    wait $pid
    # the request that places the call, whatever went before it on the connection
    awk 'BEGIN { RS = "\001" } { i = index($0, "POST /v1/calls/token/"); printf "%s", substr($0, i) }' raw >request
    grep -q '^{"from_number"' request
    sed '1,/^\r$/d' request >body
    curl_config >curl.conf
}

# Calls a function of this script in a sandbox of its own.
in_sandbox() {
    "$bin/jaxl-sandbox" --recharge 100000000 --delay "$delay" -- bash "$self" --call "$@"
}

# measured NAME CALLS COMMAND...: runs it in a sandbox of its own, because jaxl-dial begins by reading
# which calls of the last seconds are not its own.
measured() {
    in_sandbox one "$@"
}

# Appends "NAME calls seconds cpu-seconds" to results. The command may say on standard output how many
# calls it really made.
one() {
    local name=$1 calls=$2 real user sys said
    shift 2
    capture
    { time "$@" >out 2>err; } 2>cost || { cat err >&2 && exit 1; }
    read -r real user sys <cost
    said=$(sed -n 's/^calls //p' out)
    echo "$name ${said:-$calls} $real $(awk "BEGIN { print $user + $sys }")" >>results
}

by_wrk() {
    REQUEST=$PWD/request wrk -t1 -c"$CONNECTIONS" -d"${SECONDS_OF_WRK:-5}s" -s "$lua" "$JAXL_CALL_API_ROOT" >wrk.out
    awk '$1 == "wrk" { if ($4 + $5) { print "wrk saw errors: " $0 >"/dev/stderr"; exit 1 } print "calls " $2 }' wrk.out
}

by_loop() {
    echo "calls $("$loop" "$JAXL_CALL_API_ROOT/v1/calls/token/" request "$CONNECTIONS" "$1")"
}

by_dial() {
    dial --no-ledger "leads.$1" 2>&1 >/dev/null | grep -q "$1 placed"
}

# The same with a ledger that is new, in a folder.
by_ledger() {
    local ledger
    ledger=$(mktemp -u "$2/jaxl-bench-XXXXXX")
    dial --ledger "$ledger" "leads.$1" 2>&1 >/dev/null | grep -q "$1 placed"
    rm -f "$ledger" "$ledger"-*
}

# The options of curl that make the same request.
curl_config() {
    tr -d '\r' <request | sed -n '1d; /^$/q; /^Host:/d; /^Content-Length:/d; /^Accept:/d; s/"/\\"/g; s/.*/header = "&"/p'
    echo "data-binary = \"@body\""
    echo 'silent'
}

by_curl_parallel() {
    {
        for ((i = 0; i < $1; i++)); do
            [ "$i" -eq 0 ] || echo next
            cat curl.conf
            echo "url = \"$JAXL_CALL_API_ROOT/v1/calls/token/\""
            echo 'output = "/dev/null"'
        done
    } >parallel.conf
    curl --parallel --parallel-immediate --parallel-max "$CONNECTIONS" --silent -K parallel.conf
}

by_xargs() {
    seq "$1" | xargs -P16 -I{} curl -K curl.conf -o /dev/null "$JAXL_CALL_API_ROOT/v1/calls/token/"
}

side_by_side() {
    local n=$1
    : >results
    leads "$n" >"leads.$n"
    for ((round = 0; round < ROUNDS; round++)); do
        measured wrk 0 by_wrk
        measured curl-loop "$n" by_loop "$n"
        measured jaxl-dial "$n" by_dial "$n"
        if [ "$2" = all ]; then
            measured curl--parallel 2000 by_curl_parallel 2000
            measured xargs-P16-curl 400 by_xargs 400
        fi
    done
    sort -k1,1 -s results | awk '
        function median(list, n,   a, i, j, t) {
            split(list, a, " ")
            for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] + 0 < a[i] + 0) { t = a[i]; a[i] = a[j]; a[j] = t }
            return a[int((n + 1) / 2)]
        }
        { if (!($1 in n)) order[++k] = $1; n[$1]++; rate[$1] = rate[$1] " " $2 / $3; cpu[$1] = cpu[$1] " " $4 * 1e6 / $2 }
        END {
            wr = median(rate["wrk"], n["wrk"]); wc = median(cpu["wrk"], n["wrk"])
            dr = median(rate["jaxl-dial"], n["jaxl-dial"]); dc = median(cpu["jaxl-dial"], n["jaxl-dial"])
            printf "%-16s %10s %8s %10s %12s %14s\n", "client", "calls/s", "of wrk", "us CPU", "wrk per core", "dial is faster"
            for (i = 1; i <= k; i++) {
                r = median(rate[order[i]], n[order[i]]); c = median(cpu[order[i]], n[order[i]])
                printf "%-16s %10.0f %7.0f%% %10.1f %11.0f%% %8.1fx %4.0fx\n", order[i], r, 100 * r / wr, c, 100 * wc / c, dr / r, c / dc
            }
        }'
}

# Microseconds until the disk has 64 KiB for good, which each commit waits for.
disk() {
    dd if=/dev/zero of=disk bs=64k count=200 oflag=dsync 2>&1 | awk '{ for (i = 2; i <= NF; i++) if ($i == "s,") print $(i - 1) * 1e6 / 200 }'
}

with_and_without() {
    local n=$1
    : >results
    leads "$n" >"leads.$n"
    for ((round = 0; round < ROUNDS; round++)); do
        measured without "$n" by_dial "$n"
        measured with "$n" by_ledger "$n" .
        measured memory "$n" by_ledger "$n" /dev/shm
    done
    sort -k1,1 -s results | awk -v disk="$(disk)" '
        function median(list, n,   a, i, j, t) {
            split(list, a, " ")
            for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] + 0 < a[i] + 0) { t = a[i]; a[i] = a[j]; a[j] = t }
            return a[int((n + 1) / 2)]
        }
        function show(name, what) {
            r = median(rate[name], n[name])
            printf "%-22s %10.0f calls/s %8.1f us CPU %6.0f%%\n", what, r, median(cpu[name], n[name]), 100 * r / o
        }
        { n[$1]++; rate[$1] = rate[$1] " " $2 / $3; cpu[$1] = cpu[$1] " " $4 * 1e6 / $2 }
        END {
            o = median(rate["without"], n["without"])
            show("without", "without a ledger")
            show("with", "with one")
            show("memory", "with one in memory")
            printf "the disk takes %.0f us to have 64 KiB for good, once for up to 64 calls\n", disk
        }'
}

peak() {
    local kib dial
    placing
    leads "$1" | /usr/bin/time -f %M -o peak "${dial[@]}" "${@:2}" --quiet >/dev/null
    kib=$(tail -1 peak)
    printf '%10d leads: %6.1f MiB %s\n' "$1" "$(awk "BEGIN { print $kib / 1024 }")" "${*:2}"
}

# The shares of the libraries, then the functions that most of the time is spent within, callees
# counted. Sampled with the kernel's part by perf; where that is not allowed callgrind counts the
# instructions of a tenth of the calls.
profile() {
    local dial
    placing
    dial+=(--no-ledger --quiet)
    leads "$1" >leads.profile
    if perf record -q -o perf.data true 2>/dev/null; then
        perf record -q -F 499 --call-graph dwarf,16384 -o perf.data \
            "${dial[@]}" leads.profile >/dev/null 2>perf.log || { cat perf.log >&2 && exit 1; }
        report() {
            perf report -i perf.data --stdio -g none -w 0 "$@" 2>/dev/null |
                awk '!/^#/ && NF && !/ 0x/ && n++ < 30 { sub(/ +(- +)*$/, ""); print }' # what has a name
        }
        report --no-children --sort dso --percent-limit 0.5
        report --children --sort dso,symbol --percent-limit 4
    else
        head -n $(($1 / 10 + 1)) leads.profile >leads.tenth
        valgrind -q --tool=callgrind --callgrind-out-file=callgrind.out \
            "${dial[@]}" leads.tenth >/dev/null
        callgrind_annotate --threshold=100 callgrind.out | awk '
            match($0, /\[[^]]*\]$/) { at = substr($0, RSTART + 1, RLENGTH - 2)
                sub(/.*\//, "", at); gsub(/,/, "", $1); sum[at] += $1; all += $1 }
            END { for (at in sum) if (sum[at] > all / 200) printf "%6.2f%%  %s\n", 100 * sum[at] / all, at }' | sort -rn
        callgrind_annotate --inclusive=yes --threshold=100 callgrind.out | awk '
            /^ *[0-9,]+ .*\[[^]]*\]$/ && !/:0x/ && n++ < 30 { sub(/\[.*\//, "["); print }'
    fi
}

part() {
    case $1 in
    speed)
        echo "== $CALLS calls over $CONNECTIONS connections (median of $ROUNDS rounds)"
        side_by_side "$CALLS" all
        ;;
    delay)
        export delay=5ms
        echo "== the same when the platform takes 5 ms to answer"
        side_by_side $((CALLS / 3)) some
        ;;
    ledger)
        export CONNECTIONS=64
        echo "== with the ledger and without, $CONNECTIONS connections (median of $ROUNDS rounds)"
        with_and_without "$CALLS"
        ;;
    memory)
        echo "== peak memory of jaxl-dial"
        in_sandbox peak "$FEW" --no-ledger
        in_sandbox peak "$MANY" --no-ledger
        in_sandbox peak "$FEW" --ledger few.db
        in_sandbox peak "$MANY" --ledger many.db
        ;;
    profile)
        echo "== where jaxl-dial spends its time"
        in_sandbox profile "$PROFILED"
        ;;
    esac
}

export CALLS ROUNDS CONNECTIONS
. "$(dirname "$0")/self.sh"
for part in ${PARTS:-speed delay ledger memory profile}; do
    (part "$part")
done
