#!/bin/bash
# What an input is told before anything is asked of the platform, and then what it is told beside the account, before
# anything is changed. The cases are in ivr-checks.txt.
. "$(dirname "$0")/../tool/lib.sh"

mkdir blocks
awk -v out=blocks -f "$srcdir/tests/tool/ivr-checks.awk" "$srcdir/tests/tool/ivr-checks.txt"
sandbox

told() {
    cd "$1/in"
    for mode in "" --plan; do
        run jaxl-ivr-apply ${mode:+"$mode"} ivr.ndjson
        status 65
        same err "$(cat ../want)"
        same out ""
        [ ! -e ivr.ndjson.state ]
    done
}
offline() {
    told "$1"
    [ ! -s "$journal" ] || fail "something was asked: $(cat "$journal")"
    # a graph and a walk are told the same, and the graph is drawn nevertheless
    run jaxl-ivr-apply --walk 1 ivr.ndjson
    status 65
    same err "$(cat ../want)"
    same out ""
    run jaxl-ivr-apply --dot ivr.ndjson
    status 0
    same err "$(sed '$d' ../want)"
    has out '^digraph ivr \{$'
}
for block in "$T"/blocks/*; do
    name=$(cat "$block/name")
    [[ $name == account:* ]] || t "$name" offline "$block"
done

# Three IVRs that say the same.
for _ in 1 2 3; do
    jaxl ivrs create --message 'Twins of the account.' >made
done
jaxl ivrs create --message 'One of the account.' >made
asked() {
    local changes='[inputs | select(.event == "request" and .method != "GET")] | length' before
    before=$(jq -n "$changes" "$journal")
    told "$1"
    [ "$(jq -n "$changes" "$journal")" -eq "$before" ]
}
for block in "$T"/blocks/*; do
    name=$(cat "$block/name")
    [[ $name != account:* ]] || t "$name" asked "$block"
done

allowed() {
    printf '%s\n' '{"ivr": "main", "message": "Press 1."}' '{"ivr": "lost", "message": "Lost.", "hangup": true}' \
        '{"phone": "+12015550199", "ivr": "main"}' >ivr.ndjson
    run jaxl-ivr-apply --plan ivr.ndjson
    status 65
    same err "jaxl-ivr-apply: ivr.ndjson, line 1: menu 'main': nobody can leave it: it does not hang up and no option leads out
jaxl-ivr-apply: ivr.ndjson, line 1: menu 'main': the prompt announces key 1, which has no option
jaxl-ivr-apply: ivr.ndjson, line 2: menu 'lost': nobody can reach it: no phone is assigned to it, no option leads to it and it is not marked as entry
jaxl-ivr-apply: 3 problems in ivr.ndjson"
    run jaxl-ivr-apply --plan --allow reach,prompts ivr.ndjson
    status 65
    same err "jaxl-ivr-apply: ivr.ndjson, line 1: menu 'main': nobody can leave it: it does not hang up and no option leads out
jaxl-ivr-apply: 1 problem in ivr.ndjson"
    run jaxl-ivr-apply --plan --allow leave --allow prompts ivr.ndjson
    status 65
    has err "line 2: menu 'lost': nobody can reach it"
    lacks err 'line 1'
    run jaxl-ivr-apply --plan --allow leave,prompts,reach ivr.ndjson
    status 2
    same err "jaxl-ivr-apply: 3 changes: 2 to create, 1 to assign; 0 unchanged"
}
t "each opinion can be allowed" allowed

# What is read from standard input has that for its name.
from_standard_input() {
    run jaxl-ivr-apply <<<'{"ivr": "main", "message": "Hello."}'
    status 65
    same err "jaxl-ivr-apply: standard input, line 1: menu 'main': nobody can leave it: it does not hang up and no option leads out
jaxl-ivr-apply: 1 problem in standard input"
}
t "standard input is named in what is told" from_standard_input
