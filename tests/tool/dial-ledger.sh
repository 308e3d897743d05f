#!/bin/bash
# What jaxl-dial shows of a ledger, and what is written to it without calling anybody.
. "$(dirname "$0")/../tool/lib.sh"

# writes CAMPAIGN: the lines of standard input, by tests/tool/ledger, to ./ledger.db
writes() {
    "$builddir/tests/tool/ledger" "$PWD/ledger.db" "$1" >/dev/null
}

# Five leads of winter: answered, twice unknown, intended, new; one of spring.
ledger() {
    writes winter <<'LINES'
add A-1 +919810000001 {"to": "+919810000001", "name": "Asha, \"A\"", "amount": 1.50}
add A-2 +919810000002 {"to": "+919810000002"}
add A-3 +919810000003 {"to": "+919810000003"}
add A-4 +919810000004 {"to": "+919810000004"}
intend 1
settle 1 done done 81 [{"cost": 0.10, "currency": "INR"}]
intend 1
settle 2 unknown unknown - -
intend 1
settle 3 unknown unknown - -
intend 1
add A-5 +919810000005 {"to": "+919810000005"}
LINES
    writes spring <<'LINES'
add B-1 +919810000001 {"to": "+919810000001"}
intend 1
settle 5 done done 82 [{"cost": 0.20, "currency": "INR"}]
LINES
}

# look COMMAND [OPTION...]
look() {
    run jaxl-dial "$1" --ledger "$PWD/ledger.db" "${@:2}"
}

status_of() {
    ledger
    look status
    status 0
    same err ''
    holds out 'map([.campaign, .state, .leads, .attempts, .costs]) == [
        ["winter", "new", 1, 0, null], ["winter", "intended", 1, 1, null],
        ["winter", "unknown", 2, 2, null],
        ["winter", "done", 1, 1, [{cost: 0.1, currency: "INR"}]],
        ["spring", "done", 1, 1, [{cost: 0.2, currency: "INR"}]]]'
    holds out 'map(.next_at == null) == [false, true, true, true, true]'
    look status --campaign spring
    same out '{"campaign":"spring","state":"done","leads":1,"attempts":1,"next_at":null,"costs":[{"cost":0.2,"currency":"INR"}]}'
    look status --campaign spring --output csv
    same out 'campaign,state,leads,attempts,next_at,costs.0.cost,costs.0.currency
spring,done,1,1,,0.2,INR'
    look status --campaign spring -o table
    same out 'campaign  state  leads  attempts  next_at  costs.0.cost  costs.0.currency
spring    done       1         1                    0.2  INR'
    look status --campaign spring --output json
    holds out '.[0] | map(.leads) == [1]'
}
t "status: leads, attempts and costs of each campaign and state" status_of

lists() {
    ledger
    look leads --campaign winter
    holds out 'map([.lead, .to, .state]) == [["A-1", "+919810000001", "done"],
        ["A-2", "+919810000002", "unknown"], ["A-3", "+919810000003", "unknown"],
        ["A-4", "+919810000004", "intended"], ["A-5", "+919810000005", "new"]]'
    has out '"input":\{"to":"\+919810000001","name":"Asha, \\"A\\"","amount":1\.50\}\}$'
    look leads --output csv
    [ "$(wc -l <out)" -eq 7 ]
    has out '^lead,to,campaign,state,attempts,next_at,reason,added_at,changed_at,input$'
    has out '^A-1,\+919810000001,winter,done,1,,,20.*Z,20.*Z,"\{""to"":""\+919810000001"",""name"":'
    look attempts --campaign winter
    holds out 'map([.id, .lead, .attempt, .state, .call_id]) == [[1, "A-1", 1, "done", 81],
        [2, "A-2", 1, "unknown", null], [3, "A-3", 1, "unknown", null], [4, "A-4", 1, "intended", null]]'
    look unknown
    holds out 'map([.id, .state]) == [[2, "unknown"], [3, "unknown"], [4, "intended"]]'
    look unknown --output csv
    has out '^id,to,from,ivr,lead,campaign,attempt,call_id,session_id,state,'
    has out '^2,\+919810000002,\+12015550199,,A-2,winter,1,,5B0B9F1E-'
    look unknown --campaign spring
    status 0
    same out ''
}
t "leads, attempts, unknown" lists

exported() {
    ledger
    look opt-out --quiet +919810000002 +919810000009
    status 0
    look export
    holds out 'map(.type) | group_by(.) | map([.[0], length]) ==
        [["attempt", 5], ["campaign", 2], ["lead", 6], ["suppression", 2]]'
    holds out 'all(.[]; .type == "suppression" or .campaign == "winter" or .campaign == "spring")'
    look export --campaign winter
    holds out 'map(.type) | group_by(.) | map([.[0], length]) ==
        [["attempt", 4], ["campaign", 1], ["lead", 5], ["suppression", 1]]'
    look export --output csv
    [ "$(wc -l <out)" -eq 16 ]
    has out '^type,id,to,'
    has out '^attempt,1,\+919810000001,'
}
t "export: all of it" exported

# On a terminal a table, of the columns that fit; what is exported stays NDJSON.
terminal() {
    ledger
    run script -qec "stty cols 200; jaxl-dial status --ledger $PWD/ledger.db" typescript
    tr -d '\r' <out >table
    has table '^campaign +state +leads +attempts +next_at +costs.0.cost +costs.0.currency *$'
    has table '^winter +unknown +2 +2 *$'
    run script -qec "stty cols 40; jaxl-dial leads --ledger $PWD/ledger.db" typescript
    tr -d '\r' <out >table
    not grep -q '.\{41\}' table
    run script -qec "jaxl-dial export --ledger $PWD/ledger.db" typescript
    has out '^\{"type":"campaign","campaign":"winter"'
}
t "a table on a terminal" terminal

resolved() {
    ledger
    look unknown --resolve-unknown free=2 --resolve-unknown adopt=3:99
    status 0
    same err 'jaxl-dial unknown: attempt 2 does not count: its lead is due again
jaxl-dial unknown: attempt 3 is call 99: the next run follows it'
    holds out 'map(.id) == [4]'
    look leads --campaign winter
    holds out 'map([.lead, .state, .attempts, .next_at == null]) == [["A-1", "done", 1, true],
        ["A-2", "new", 0, false], ["A-3", "submitted", 1, true], ["A-4", "intended", 1, true],
        ["A-5", "new", 0, false]]'
    look attempts
    holds out 'map(select(.id == 3))[0] | [.state, .call_id, .reconciled] == ["submitted", 99, true]'
    look unknown --campaign winter --resolve-unknown free=4 --quiet
    same err ''
    same out ''
    status 0
}
t "what was unknown is settled by hand" resolved

# refused STATUS REGEX COMMAND [OPTION...]
refused() {
    look "${@:3}"
    status "$1"
    same out ''
    has err "^jaxl-dial $3: $2"
}
not_resolved() {
    ledger
    refused 64 '.*attempt 1 is not unknown but done' unknown --resolve-unknown free=1
    refused 64 '.*no attempt 77' unknown --resolve-unknown adopt=77:1
    refused 64 '.*no attempt 5 in this campaign' unknown --campaign winter --resolve-unknown free=5
    refused 64 '.*call 82 is that of attempt 5' unknown --resolve-unknown adopt=2:82
    local value
    for value in '' free free= free=0 free=-1 free=2x free=2:3 adopt=2 adopt=2: adopt=2:0 adopt=2:x \
        adopt=:3 free=99999999999999999999 FREE=2 'free= 2' look; do
        # nothing is done before all is understood
        refused 64 "--resolve-unknown: '$value' is neither free=ID nor adopt=ID:CALL" \
            unknown --resolve-unknown free=2 --resolve-unknown "$value"
    done
    look unknown
    holds out 'length == 3'
}
t "what cannot be settled like that" not_resolved

# id_of NUMBER: of its attempt in ./out
id_of() {
    jq -r "select(.to == \"$1\") | .id" out
}
dial() {
    run jaxl-dial --ledger "$PWD/ledger.db" --campaign winter --from +12015550199 --ivr 1 \
        --rate max --poll 20ms --unknown-wait 200ms "$@"
}
with_runs() {
    local call
    sandbox --speed 600
    printf 'to\n+12025550150\n+12025550152\n' >leads.csv # 500 and 502, and nobody is called
    dial leads.csv
    status 3
    look unknown --campaign winter
    holds out 'map([.to, .state]) | sort == [["+12025550150", "unknown"], ["+12025550152", "unknown"]]'
    # a call that could have been that of the second one
    jaxl calls create --from +12015550199 --to +12025550101 --ivr 1 >call
    call=$(jq -r .call_id call)
    look unknown --resolve-unknown "free=$(id_of +12025550150)" \
        --resolve-unknown "adopt=$(id_of +12025550152):$call"
    status 0
    same out ''
    look opt-out +12025550102
    printf 'to\n+12025550102\n' >more.csv
    dial more.csv
    status 3 # the first is asked for again, and ends as it did before
    # the two of before, the call of this test, and that one
    holds "$journal" 'map(select(.event == "request" and .path == "/v1/calls/token/")) | length == 4'
    look attempts --campaign winter
    holds out 'map(.to) == ["+12025550150", "+12025550152", "+12025550150"]'
    holds out "map(select(.to == \"+12025550152\") | [.state, .disposition, .call_id]) ==
        [[\"done\", \"ANSWERED\", $call]]"
    look status
    holds out 'map([.state, .leads]) | sort == [["done", 1], ["suppressed", 1], ["unknown", 1]]'
}
t "what was settled by hand goes on in the next run" with_runs

# A run that has the campaign: it is looked at meanwhile, but not written to.
while_it_runs() {
    local i
    ledger
    mkfifo in
    "$builddir/tests/tool/ledger" "$PWD/ledger.db" winter <in >run.out 2>run.err 9>&- &
    pid=$!
    lib_pids+=("$pid")
    exec 5>in
    for i in {1..9}; do
        echo "add C-$i +91982000000$i {\"n\": $i}" >&5
        wait_until 30 lines run.out "$i"
        look leads --campaign winter
        status 0
        holds out "length == 5 + $i and .[-1].lead == \"C-$i\""
    done
    refused 75 '.*another run has this campaign' unknown --resolve-unknown free=2
    look opt-out +919820000001
    status 0
    exec 5>&-
    await "$pid"
    [ "$rc" -eq 0 ]
    look unknown --resolve-unknown free=2
    status 0
}
lines() {
    [ "$(wc -l <"$1")" -eq "$2" ]
}
t "while a run goes on" while_it_runs

opted_out() {
    ledger
    look opt-out '+91 98100-00002' +919810000009
    status 0
    same out ''
    same err "jaxl-dial opt-out: 2 numbers are not to be called by any campaign, recorded in $PWD/ledger.db"
    look opt-out --source 'letter, 3 May' +919810000009 +919810000008
    status 0
    look suppressions
    holds out 'map([.to, .source]) == [["+919810000002", "operator"],
        ["+919810000008", "letter, 3 May"], ["+919810000009", "operator"]]'
    holds out 'all(.[]; .since | test("^20.*Z$"))'
    look suppressions --output csv
    has out '^\+919810000008,"letter, 3 May",20'
    refused 64 "'919810000001': " opt-out +919810000007 919810000001
    refused 64 'which NUMBER' opt-out
    look suppressions
    holds out 'length == 3'
}
t "who opted out" opted_out

default_place() {
    run jaxl-dial status
    status 78
    has err "ledger $HOME/.local/state/jaxl/ledger.db: there is none yet: the first run of a campaign makes it"
    [ ! -e "$HOME/.local" ]
    ledger
    mkdir -p state/jaxl
    mv ledger.db state/jaxl/
    XDG_STATE_HOME=$PWD/state run jaxl-dial status --verbose
    status 0
    same err "jaxl-dial status: the ledger is $PWD/state/jaxl/ledger.db"
    holds out 'length == 5'
    XDG_STATE_HOME=$PWD/state run jaxl dial status
    holds out 'length == 5'
}
t "the ledger when none is named" default_place

empty_campaign() {
    writes winter </dev/null
    look leads --campaign winter
    status 0
    same out ''
    look leads --campaign winter --output csv
    same out 'lead,to,campaign,state,attempts,next_at,reason,added_at,changed_at,input'
    look status --output json
    same out '[]'
    look status --campaign wintr
    status 78
    has err "no campaign 'wintr', the latest are 'winter'"
}
t "an empty campaign, and one that is not there" empty_campaign

# unusable REGEX: each command says so, ends with 78 and leaves the file as it is.
unusable() {
    local command sum=none
    [ ! -f ledger.db ] || sum=$(sha256sum <ledger.db)
    for command in status leads attempts unknown export suppressions; do
        refused 78 "ledger $PWD/ledger.db: $1" "$command"
        refused "$rc" "ledger $PWD/ledger.db: $1" "$command" --output json
    done
    refused 78 "ledger $PWD/ledger.db: $1" unknown --resolve-unknown free=2
    refused 78 "ledger $PWD/ledger.db: $1" opt-out +919810000001
    [ "$sum" = none ] || [ "$sum" = "$(sha256sum <ledger.db)" ]
}
# patch OFFSET BYTES: in the header of ledger.db (https://sqlite.org/fileformat2.html)
patch() {
    printf %b "$2" | dd of=ledger.db bs=1 seek="$1" conv=notrunc status=none
}
other_files() {
    unusable 'there is none yet'
    [ ! -e ledger.db ]
    : >ledger.db
    unusable 'this is no ledger'
    seq 1000 >ledger.db
    unusable 'opening it: this is no ledger'
    rm ledger.db
    ledger
    patch 60 '\0000\0000\0000\0143' # user_version
    unusable 'written by a newer version of jaxl'
    patch 68 '\0000\0000\0000\0000' # application_id: another program's database
    unusable 'this is no ledger'
    rm ledger.db
    mkdir ledger.db
    unusable 'not a file'
}
t "files that are no ledger are left alone" other_files

damaged() {
    local i pages
    for i in {1000..1999}; do
        echo "add A-$i +91981000$i {\"n\": $i}"
    done | writes winter
    pages=$(($(stat -c %s ledger.db) / 4096))
    dd if=/dev/zero of=ledger.db bs=4096 seek=25 count=$((pages - 25)) conv=notrunc status=none
    look leads
    status 74
    has err '^jaxl-dial leads: ledger .*: the file is damaged: restore a copy of it$'
    jq -es 'length > 10 and length < 1000' out >/dev/null # what can be read comes out
}
t "of a damaged ledger what can be read" damaged

# A long list and a reader that has enough of it.
closed_pipe() {
    local i
    for i in {1000..1999}; do
        echo "add A-$i +91981000$i {\"n\": \"$(printf %0200d "$i")\"}"
    done | writes winter
    mkfifo pipe
    (trap '' PIPE && jaxl-dial leads --ledger "$PWD/ledger.db" 2>err >pipe && echo "$?" >rc) &
    head -n 1 pipe >first
    wait_until 30 test -s rc
    same rc 0
    same err ''
    holds first 'map(.lead) == ["A-1000"]'
}
t "a closed pipe ends it quietly" closed_pipe

full_disk() {
    ledger
    rc=0
    jaxl-dial leads --ledger "$PWD/ledger.db" >/dev/full 2>err || rc=$?
    status 74
    has err '^jaxl-dial leads: .*No space left'
}
t "a full disk shows" full_disk

# Each command has its own help; the help of jaxl-dial has them all; a file of that name is ./status.
words() {
    local command
    run jaxl-dial --help
    sed -n '/^Commands/,/^$/s/^  \([a-z-]*\) .*/\1/p' out >commands
    same commands 'status
leads
attempts
unknown
export
suppressions
opt-out'
    while read -r command; do
        run jaxl-dial "$command" --help
        status 0
        has out "^Usage: jaxl-dial $command \[options\]"
        has out '^Options:$'
        has out '^      --ledger FILE '
        has out '^The manual: man jaxl-dial$'
        has out "^  jaxl-dial $command "
    done <commands
    run jaxl-dial status --campain winter
    status 64
    has err "jaxl-dial status: unknown option '--campain'; did you mean '--campaign'"
    run jaxl-dial status leads.csv
    status 64
    has err "'leads.csv' is one word too many \(a file called 'status' is dialed as ./status\)"
    printf 'to\n+919810000001\n' >status
    for command in ./status '-- status' '-q status'; do
        # shellcheck disable=SC2086 # two words
        run jaxl-dial --from +12015550199 --ivr 1 --dry-run $command
        status 0
        holds out 'map(.state) == ["planned"]'
    done
}
t "the words of the commands" words
