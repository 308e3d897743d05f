# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what the tests use, and what lib.sh sets
# What the tests of jaxl-dial under bad luck share. Sourced after lib.sh.
shim=$T/crash.so
# shellcheck disable=SC2086 # a compiler and its options
${CC:-cc} -O1 -shared -fPIC -D_GNU_SOURCE -o "$shim" "$srcdir/tests/tool/crash.c" -ldl

options=(--from +12015550199 --ivr 1 --ledger ledger.db --campaign crash --rate max --poll 20ms
    --timeout 500ms --unknown-wait 300ms)
options+=(--retry NO_ANSWER=never --retry VOICEMAIL=never --retry NET_FAIL=never)

# leads N [FIRST]: so many leads in leads.csv.
leads() {
    awk -v n="$1" -v first="${2:-0}" 'BEGIN { print "to,lead"; for (i = first; i < first + n; i++)
        printf "+9198%08d,L%d\n", i * 7919 % 100000000, i }' >leads.csv
}

dial() {
    run jaxl-dial "${options[@]}" "$@"
}

# done_all: the last run is done, and some calls may have failed.
done_all() {
    [ "$rc" -eq 1 ] || status 0
}

# agree [LEDGER [FILE]]: the ledger and the journal agree; FILE: attempts of this ledger and of others
# that were dialed from. $attempts, $requests and $calls are how many there are.
agree() {
    jaxl-dial attempts --ledger "${1:-ledger.db}" --output ndjson >attempts.json
    [ -z "${2-}" ] || cp "$2" attempts.json
    jaxl-dial leads --ledger "${1:-ledger.db}" --output ndjson >leads.json
    jq -c 'select(.event == "placed")' "$journal" >placed
    # (where the clock jumps a token may be too old on its way: refused, and sent with another)
    requests=$(jq -c 'select(.path == "/v1/calls/token/" and .status != 401)' "$journal" | wc -l)
    attempts=$(wc -l <attempts.json)
    calls=$(wc -l <placed)
    jq -nr --slurpfile attempts attempts.json --slurpfile placed placed --argjson requests "$requests" \
        -f "$srcdir/tests/tool/crash.jq" >wrong
    same wrong ''
}

# The same where it may not have come to a ledger: then nobody was called.
agree_if_any() {
    calls=0
    if [ -e "$1" ] && jaxl-dial status --ledger "$1" >status.out 2>&1; then
        agree "$1"
    else
        not placed_some
    fi
}

# Every one of N leads is over, and was called at most once.
all_over() {
    holds leads.json "length == $1"' and all(.[]; IN(.state; "done", "submitted", "unknown", "refused"))'
    jq -r .to placed | sort | uniq -d >twice
    same twice ''
}

# $placed: how many calls there were.
count_placed() {
    placed=$(awk '/"placed"/ { n++ } END { print n + 0 }' "$journal")
}
placed_more() {
    local before=$1
    count_placed
    [ "$placed" -gt "$before" ]
}
placed_some() {
    grep -q '"placed"' "$journal"
}
