#!/bin/bash
# jaxl-report reconcile: what jaxl-dial wrote against the calls of the sandbox.
. "$(dirname "$0")/../tool/lib.sh"

# Five calls, over and final, in ours and theirs; the ledger in $ledger.
calls() {
    sandbox --speed 100 --seed 3
    printf 'to\n+919812340001\n+919812340002\n+919812340003\n+919812340004\n+919812340005\n' >leads.csv
    ledger=$PWD/ledger.db
    jaxl-dial --quiet --from +911400000001 --ivr 1 --poll 0.2 --campaign diwali --ledger "$ledger" \
        leads.csv >ours
    wait_until 20 all_final
}

all_final() {
    jaxl calls list --currency INR --output ndjson >theirs
    jq -es 'length == 5 and all(.is_finalized)' theirs >final
    listed 5
}

# A fetch does not look at the last seconds.
listed() { # COUNT
    jaxl-report --fetch calls --currency INR >fetched
    [ "$(wc -l <fetched)" -eq "$1" ]
}

compare() { # OPTION...
    run jaxl-report reconcile --output ndjson "$@"
}

agrees() {
    calls
    # what a run tells may not be final yet: the ledger and the list are
    compare --ledger "$ledger" --fetch calls
    status 0
    same out ''
    has err '5 calls of ours, 5 of the platform, 5 agree'
    compare --ledger ours theirs
    status 0
    same out ''
}
t "a ledger, and what a run wrote, agree with the platform" agrees

differs() {
    local first
    calls
    first=$(jq -r .call_id ours | head -n 1)
    # a call that we do not know, one that is not listed, a cost that is another
    jq -c --argjson id "$first" 'select(.call_id != $id)' ours >less
    compare --ledger less theirs
    status 2
    holds out "length == 1 and .[0].finding == \"only-theirs\" and .[0].call_id == $first"
    jq -c --argjson id "$first" 'select(.id != $id)' theirs >less
    compare --ledger ours less
    status 2
    holds out "length == 1 and .[0].finding == \"only-ours\" and .[0].call_id == $first"
    jq -c --argjson id "$first" 'if .id == $id then .costs[0].cost = 12.345 | .duration = 7.5 else . end' \
        theirs >other
    compare --ledger ours other
    status 2
    holds out "map(.finding) == [\"cost\", \"duration\"] and all(.call_id == $first)"
    holds out '.[0] | .currency == "INR" and .theirs == 12.345 and .difference == 12.345 - .ours'
}
t "calls that one side has, and costs and durations that differ" differs

resolves() {
    local first
    calls
    first=$(jq -r .call_id ours | head -n 1)
    jq -c --argjson id "$first" 'if .call_id == $id then .call_id = null | .state = "unknown" else . end' \
        ours >unknown
    compare --ledger unknown theirs
    status 2
    holds out ".[0].finding == \"unknown-resolved\" and .[0].theirs == $first"
    # a second call to the same number, right after it
    jq -c --argjson id "$first" '., (select(.id == $id) | .id = 999999)' theirs >twice
    compare --ledger ours twice
    status 2
    holds out "length == 1 and .[0].finding == \"duplicate\" and .[0].ours == $first"
}
t "what was unknown is found, and a call that was made twice" resolves

# A run that is killed while a call has no answer: its ledger knows no more than that it began.
killed() {
    sandbox --speed 100
    printf 'to\n+12025550164\n' >leads.csv
    spawn dial jaxl-dial --quiet --from +12015550199 --ivr 1 --ledger ledger.db --campaign c leads.csv
    wait_until 20 grep -q '"placed"' "$journal"
    stop "$pid" KILL
    wait_until 20 listed 1
    compare --ledger ledger.db --fetch calls
    status 2
    holds out '.[0] | .finding == "unknown-resolved" and .ours == null and .theirs == .call_id and
        .lead == "+12025550164" and .campaign == "c"'
}
t "a run that was killed in the middle of a call" killed
