# shellcheck shell=bash
# shellcheck disable=SC2154 # what lib.sh sets
# What the tests of jaxl-control share: calls of a sandbox, and what shows of what was done to them.

from=+12015550199

# calls COUNT [NUMBER]: places calls, by default to somebody who talks for ten minutes; their ids are
# the lines of the file ids, and $id is the first of them.
calls() {
    local i to=${2:-+12015550104}
    {
        echo to
        for ((i = 0; i < $1; i++)); do
            echo "$to"
        done
    } >leads.csv
    # shellcheck disable=SC2094 # "placed" is a word as well
    jaxl-dial --from "$from" --ivr 1 --no-ledger --allow-duplicates --follow placed --rate max \
        --max-active 100000 -q leads.csv >placed
    jq .call_id placed >ids
    [ "$(wc -l <ids)" -eq "$1" ]
    read -r id <ids
}

# control [OPTION...]: carries out the actions of standard input
control() {
    run jaxl-control "$@" # which has the case's standard input
}

# act STATUS ACTION [MEMBERS]: one action on call $id, which ends so; its result is in out
act() {
    control <<<"{\"action\": \"$2\", \"call_id\": $id${3:+, $3}}"
    status "$1"
    [ "$(wc -l <out)" -eq 1 ] || fail "no result, but: $(cat out err)"
}

# result FILTER: of the last act
result() {
    jq -e "$1" out >/dev/null || fail "the result is not so ($1): $(cat out)"
}

# live FILTER: true of what the sandbox has of call $id
live() {
    jaxl calls get --call-id "$id" >seen
    jq -e ".metadata.live | $1" seen >/dev/null || fail "the call is not so ($1): $(cat seen)"
}

# asked METHOD PATH: how often a path, which is a regular expression, was asked for
asked() {
    jq -s --arg method "$1" --arg path "^$2$" \
        'map(select(.method == $method and (.path | test($path)))) | length' "$journal"
}

# lines COUNT FILE: it has so many
lines() {
    [ "$(wc -l <"$2")" -eq "$1" ]
}
