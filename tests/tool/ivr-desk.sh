# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets
# A small input for tests of jaxl-ivr-apply, and what is done with it. Sourced after lib.sh.

# A front desk: three menus, three options, and a number.
cat >desk.ndjson <<'END'
{"phone": "+12015550199", "ivr": "main"}
{"ivr": "main", "message": "Press 1 for sales, 2 for support, 0 to repeat."}
{"ivr": "main", "input": "1", "message": "Sales", "teams": ["Sales"]}
{"ivr": "main", "input": "2", "message": "Support", "next": "support"}
{"ivr": "main", "input": "0", "message": "Repeat", "next": "main"}
{"ivr": "support", "message": "Please hold.", "hangup": true}
END

# desk: a new account, in which the front desk was applied, in the folder of the case
desk() {
    sandbox
    cp "$T/desk.ndjson" .
    run jaxl-ivr-apply desk.ndjson
    status 0
    same err "jaxl-ivr-apply: 6 changes made: 5 created, 1 assigned; 0 unchanged"
}

# edit FILTER: of each record of desk.ndjson
edit() {
    jq -c "$1" desk.ndjson >edited
    mv edited desk.ndjson
}

# plan N [OPTION...]: there are N changes, which are in ./out alone, and no more is said than that
plan() {
    local n=$1
    shift
    run jaxl-ivr-apply --plan "$@" desk.ndjson
    status $((n ? 2 : 0))
    jq -c 'select(.action != "unchanged")' out >changes
    [ "$(wc -l <changes)" -eq "$n" ]
    mv changes out
}

ivrs() {
    jaxl ivrs list --all --output ndjson >have
}

without_zero() {
    edit 'select(.input != "0") | if .ivr == "main" and .input == null and .phone == null
        then .message = "Press 1 for sales, 2 for support." else . end'
}

# on_terminal ANSWER COMMAND: what the terminal shows is in ./screen
on_terminal() {
    rc=0
    script -qec "stty cols 200 -echo; $2" typescript >raw 2>&1 <<<"$1" || rc=$?
    tr -d '\r' <raw >screen
}
