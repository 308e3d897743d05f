#!/bin/bash
# jaxl-ivr-apply when the platform, the network, the disk or somebody else gets in its way: nothing is
# made twice, nothing gets lost, and the next run finishes.
. "$(dirname "$0")/../tool/lib.sh"

# tree [MESSAGE]: two menus, two options, a number, as ivr.ndjson
tree() {
    cat >ivr.ndjson <<END
{"ivr": "main", "message": "${1-Press 1 for sales, 2 for support.}"}
{"ivr": "main", "input": "1", "message": "Sales", "teams": [1]}
{"ivr": "main", "input": "2", "message": "Support", "next": "support"}
{"ivr": "support", "message": "Please hold.", "hangup": true}
{"phone": "+12015550199", "ivr": "main"}
END
}

# wide [MESSAGE]: 15 menus in a circle with an option each; a message that all of them have
wide() {
    local i
    for i in {0..14}; do
        echo "{\"ivr\": \"m$i\", \"message\": \"${1-Menu $i.}\"}"
        echo "{\"ivr\": \"m$i\", \"input\": \"1\", \"message\": \"On\", \"next\": \"m$(((i + 1) % 15))\"}"
    done >ivr.ndjson
}

apply() {
    run jaxl-ivr-apply --allow reach,leave,prompts "$@" ivr.ndjson
}

# complete: the last run was fine, and there is nothing left to do
complete() {
    status 0
    holds out 'all(.error == null)'
    plan_is_empty "$@"
}
plan_is_empty() {
    apply --plan "$@"
    status 0
    holds out "length == $(wc -l <ivr.ndjson)"' and all(.action == "unchanged")'
}

# once MENUS OPTIONS: so many are on the account, besides what the sandbox begins with
once() {
    local id
    jaxl ivrs list --all --output ndjson >menus.json
    [ "$(wc -l <menus.json)" -eq $(($1 + 1)) ] || { cat menus.json && fail "not $1 menus"; }
    for id in $(jq 'select(.id > 1).id' menus.json); do
        jaxl ivrs options list --ivr "$id" --output ndjson
    done >have
    [ "$(wc -l <have)" -eq "$2" ] || { cat have && fail "not $2 options"; }
}

# asked METHOD PATH: how many requests there were; PATH is a pattern of bash
asked() {
    local line n=0
    while IFS= read -r line; do
        # shellcheck disable=SC2053 # a pattern
        [[ $line != *"\"$1\",\"path\":\""$2'"'* ]] || n=$((n + 1))
    done <"$journal"
    echo "$n"
}
reached() { # COUNT METHOD PATH
    [ "$(asked "$2" "$3")" -ge "$1" ]
}

# Creations whose answers get lost.

carried_out=reset-after,timeout-after,garbage,truncated,empty,500-after,504-after
nothing_done=reset-before,timeout-before,500-before,502,503,504

lost() {
    wide "$@"
    sandbox --fault-at "POST /v1/ivr/=$carried_out,$nothing_done" \
        --fault-at "POST /v1/ivr/*/options/=$nothing_done,$carried_out"
    apply --timeout 2s
    complete
    once 15 15
    # only what was not there is sent again
    [ "$(asked POST /v1/ivr/)" -eq 21 ]
    [ "$(asked POST '/v1/ivr/*/options/')" -eq 21 ]
    holds "$journal" 'map(select(.method == "POST" and .path == "/v1/ivr/")) | map(.fault) | .[13:] | all(. == null)'
}
t "menus and options whose answers get lost are looked up" lost
t "and so are menus that say the same" lost "All the same."

# That goes on: the run gives up, and says so.
gives_up() {
    local faults=('POST /v1/ivr/=503+' 'POST /v1/ivr/*/options/=503+' 'POST /v1/ivr/=429+')
    local n runs=() sandboxes=()
    tree
    for n in 0 1 2; do
        sandbox --dir "kept-$n" --fault-at "${faults[n]}"
        sandboxes+=("$sandbox")
        spawn "run-$n" jaxl-ivr-apply --state "state-$n" ivr.ndjson
        runs+=("$pid")
    done
    for n in 0 1 2; do
        await "${runs[n]}"
        echo "$rc" >>codes
        stop "${sandboxes[n]}"
    done
    same codes $'69\n69\n75'
    has run-0.err "^jaxl-ivr-apply: menu '(main|support)': the platform gives no readable answer: run this again later$"
    has run-1.err "^jaxl-ivr-apply: option 1 of menu 'main': the platform gives no readable answer: run this again later$"
    has run-2.err '^jaxl-ivr-apply: POST .*/v1/ivr/: answered 429'
    for n in 0 1 2; do
        sandbox --dir "kept-$n"
        apply --state "state-$n"
        complete --state "state-$n"
        once 2 2
    done
}
t "when no answer comes again and again it gives up, and the next run finishes" gives_up

# Somebody else makes one that says the same before it is looked: nobody can tell them apart.
several() {
    tree
    sandbox --fault-at 'POST /v1/ivr/=reset-after'
    spawn apply jaxl-ivr-apply --connections 1 ivr.ndjson
    wait_until 20 reached 1 POST /v1/ivr/
    kill -STOP "$pid"
    jaxl ivrs create --message 'Press 1 for sales, 2 for support.' >other
    kill -CONT "$pid"
    await "$pid"
    status 1
    holds apply.out 'map(select(.ivr == "main" and .input == null and .phone == null)) | length == 1 and
        (.[0].error | test("^the answer got lost, and several IVRs say the same, as IVR [0-9]+ does: give the menu its id$"))'
    holds apply.out 'length == 5 and (map(select(.error == null)) | length) == 1'
    apply
    status 65
    has err "menu 'main': it may be any of the IVRs 2 and [0-9]+, which say the same: give it an id$"
    once 3 0
}
t "a lost menu is never guessed" several

# Changes are sent again at once: no harm is done.
changes() {
    tree
    sandbox --dir kept
    apply
    complete
    stop "$sandbox"
    sandbox --dir kept --fault-at 'PATCH /v1/ivr/*/=reset-after,503' --fault-at 'PATCH /v1/ivr/*/options/*/=timeout-after,502' \
        --fault-at 'PATCH /v1/phonenumbers/*/=garbage' --fault-at 'GET /v1/ivr/=503,reset-before'
    sed -i 's/Please/Do/; s/"Support"/"Help"/; s/, 2 for/ and 2 for/; s/"Sales"/"Shop"/; s/"+12015550199", "ivr": "main"/"+12015550199", "ivr": "support"/' ivr.ndjson
    apply --timeout 2s
    complete
    once 2 2
    stop "$sandbox"
    sandbox --dir kept --fault-at 'PATCH /v1/ivr/*/=500-before'
    sed -i 's/Do hold/Hold on/; s/"Shop"/"Store"/' ivr.ndjson
    # one that has no good answer does not keep the others from being made
    apply
    status 1
    has err '^jaxl-ivr-apply: 1 of 2 changes could not be made; ivr.ndjson, line 4: PATCH .*/v1/ivr/3/: answered 500'
    apply
    complete
}

# Nor does it go on through hundreds of them.
dark() {
    wide
    sandbox --dir kept
    apply
    status 0
    stop "$sandbox"
    sandbox --dir kept --fault-at 'PATCH /v1/ivr/*/=500-before+'
    sed -i 's/"message": "Menu/"message": "New menu/' ivr.ndjson
    apply --connections 1
    status 69
    [ "$(asked PATCH '/v1/ivr/*/')" -eq 8 ]
}
t "lost changes are sent again" changes
t "a platform that has no good answer to any is left alone" dark

# seconds FILTER: when the requests were that it selects, in the order of the journal
seconds() {
    jq "select($1)"' | (.time[:19] + "Z" | fromdateiso8601) + (.time[19:26] | tonumber)' "$journal"
}

throttled() {
    local wanted='.path | startswith("/v1/ivr/") or startswith("/v1/phonenumbers/1")'
    tree
    sandbox --fault-at 'POST /v1/ivr/=429,429' --fault-at 'POST /v1/ivr/*/options/=-,429' \
        --fault-at 'PATCH /v1/phonenumbers/*/=429'
    apply --connections 1
    complete
    once 2 2
    # after each, nothing for a second
    seconds "$wanted" >stamps
    jq -r "select($wanted).status" "$journal" | paste - stamps | awk '
        at && $2 - at < 0.95 { print "after " $2 - at " s"; bad = 1 }
        { at = $1 == 429 ? $2 : 0; n += $1 == 429 }
        END { exit bad || n != 4 }'
}
t "Retry-After is waited for" throttled

# Credentials.

# denied REQUESTS FAULT: the run ends with it
denied() {
    tree
    sandbox --fault-at "$1=$2"
    apply
    status 77
    has err "^jaxl-ivr-apply: .*: answered ${2: -3}"
    holds ivr.ndjson.state 'map(select(.id)) | length >= 1'
    apply
    complete
    once 2 2
}
t "credentials that are refused end it, and the next run finishes" denied 'POST /v1/ivr/' '-,403'
t "so does a token that stays refused" denied 'POST /v1/ivr/*/options/' '-,401,401'
t "and an account that cannot pay" denied 'PATCH /v1/phonenumbers/*/' 402

# Refusals.

# error_of IVR [INPUT]: of its record in ./out
error_of() {
    jq -r --arg ivr "$1" --arg input "${2-}" 'select(.ivr == $ivr and .phone == null and (.input // "") == $input).error' out
}

refused() {
    local long
    printf -v long '%09000d' 0
    tree
    sed -i 's/"Please hold."/"Hold.{{LONG|}}"/' ivr.ndjson
    cat >>ivr.ndjson <<'END'
{"ivr": "main", "input": "3", "message": "Else", "next": "else"}
{"ivr": "else", "message": "Press 1."}
{"ivr": "else", "input": "1", "message": "On{{LONGER|}}", "teams": [2]}
{"ivr": "support", "input": "0", "message": "Back", "next": "main"}
END
    sandbox
    apply --set "LONG=$long" --set "LONGER=${long:0:3000}"
    status 1
    holds out 'length == 9 and (map(select(.error == null)) | length) == 4'
    [[ $(error_of support) == *'/v1/ivr/: answered 400: '* ]]
    [ "$(error_of support 0)" = "menu 'support' could not be made" ]
    [ "$(error_of main 2)" = "menu 'support' could not be made" ]
    [[ $(error_of else 1) == *'/options/: answered 400: '* ]]
    has err '^jaxl-ivr-apply: 5 of 9 changes could not be made; ivr.ndjson, line 4: POST .*/v1/ivr/: answered 400'
    holds ivr.ndjson.state 'map(select(.ivr).ivr) | sort == ["else", "main"]'
    once 2 2
    apply --plan
    status 2
    holds out '(map(select(.action != "unchanged")) | length) == 5'
    apply
    complete
    once 3 5
}
t "what is refused says why, what needs it too, and the rest is done" refused

vanished() {
    tree
    sandbox --dir kept
    apply
    complete
    stop "$sandbox"
    sandbox --dir kept --fault-at 'PATCH /v1/ivr/*/=404' --fault-at 'PATCH /v1/ivr/*/options/*/=404'
    sed -i 's/Please/Do/; s/"Sales"/"Shop"/; s/"Support"/"Help"/' ivr.ndjson
    apply
    status 1
    holds out 'map(select(.error)) | length == 2 and (map(.error | test("answered 404")) | all) and (map(.input) == [null, "1"])'
    apply
    complete
    # another account of the organisation, as far as the state can know
    sandbox
    apply
    complete
    once 2 2
}
t "what is gone meanwhile fails alone, and is made anew" vanished

# stale: ids in the state that the account does not have
stale() {
    tree
    sandbox
    apply
    complete
    printf '{"org":42}\n{"ivr":"main","id":77}\n{"ivr":"support","id":null}\n{"ivr":"old","id":3}\n' >ivr.ndjson.state
    apply
    complete
    holds out 'all(.action == "unchanged")'
    once 2 2
    holds ivr.ndjson.state 'map(select(.ivr)) | sort_by(.ivr) == [{ivr: "main", id: 2}, {ivr: "support", id: 3}]'
}
t "an id that the account does not have: the menu is found by its message" stale

# taken OPTION...: somebody else makes option 1 of main while the menus are being made.
taken() {
    tree
    sandbox --slow 2 --fault-at 'POST /v1/ivr/=-,slow'
    sed -n 1p ivr.ndjson >main.ndjson
    run jaxl-ivr-apply --allow prompts,leave --state ivr.ndjson.state main.ndjson
    status 0
    spawn apply jaxl-ivr-apply ivr.ndjson
    wait_until 20 reached 2 POST /v1/ivr/
    kill -STOP "$pid"
    jaxl ivrs options configure --ivr 2 --input 1 "$@" >other
    kill -CONT "$pid"
    await "$pid"
    status 0
    cp apply.out out
    complete
    once 2 2
    holds "$journal" 'any(.status == 409)'
}
taken_alike() {
    taken --message Sales --teams 1
    [ "$(asked PATCH '/v1/ivr/*')" -eq 0 ]
}
taken_otherwise() {
    taken --message Shop --appusers 11
    [ "$(asked PATCH '/v1/ivr/2/options/*')" -eq 1 ]
}
t "an option that somebody else made meanwhile is left when it is alike" taken_alike
t "and changed otherwise" taken_otherwise

out_of_reach() {
    tree
    sandbox --dir kept
    stop "$sandbox"
    apply
    status 69
    same out ''
    has err 'not sent'
    sandbox --dir kept --fault-at 'GET /v1/ivr/=garbage'
    apply
    status 69
    same out ''
    [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    apply
    complete
}
t "a platform that is out of reach, or talks nonsense" out_of_reach

# The state.

busy() {
    tree
    sandbox --fault-at 'GET /v1/ivr/=timeout-before'
    spawn first jaxl-ivr-apply --timeout 600s ivr.ndjson
    wait_until 20 reached 1 GET /v1/ivr/
    apply
    status 75
    same out ''
    has err '^jaxl-ivr-apply: state file ivr.ndjson.state: another run that uses it is under way$'
    apply --plan
    status 2
    stop "$pid" KILL
    apply
    complete
    once 2 2
}
t "one run at a time has the state" busy

foreign() {
    tree
    sandbox
    echo '{"org":43}' >ivr.ndjson.state
    cp ivr.ndjson.state before
    for option in --plan --prune; do
        apply "$option"
        status 78
        same out ''
        has err 'state file ivr.ndjson.state: it is of organisation 43, these credentials are of 42: name another with --state$'
        cmp before ivr.ndjson.state
    done
    [ "$(asked GET '/v1/ivr/*')" -eq 0 ]
    apply --state mine
    complete --state mine
}
t "the state of another organisation" foreign

# bad TEXT LINE: as printf has it
bad() {
    # shellcheck disable=SC2059 # escapes
    printf "$1" >ivr.ndjson.state
    cp ivr.ndjson.state before
    for option in --plan --prune; do
        apply "$option"
        [ "$rc" -eq 65 ] || fail "$1: status $rc"
        same out ''
        has err "^jaxl-ivr-apply: .*ivr.ndjson.state.*$2"
        cmp before ivr.ndjson.state
    done
}
garbage() {
    tree
    sandbox
    bad 'hello\n' 'line 1'
    bad '{"org":42}\n{"ivr":"main"}\n' 'line 2: neither a name with its id nor the organisation'
    bad '{"org":42}\n{"ivr":"main","id":2}\n{"ivr":"main","id":3}\n' 'line 3: neither'
    bad '{"org":42}\n{"org":42}\n' 'line 2: neither'
    bad '{"org":0}\n' 'line 1: neither'
    bad '{"ivr":"main","id":0}\n' 'line 1: neither'
    bad '{"ivr":"","id":1}\n' 'line 1: neither'
    bad '{"ivr":"main","id":1.5}\n' 'line 1: neither'
    bad '{"org":42}\n{"ivr":"main","i' 'line 2'
    bad '<<<<<<< HEAD\n{"org":42}\n' 'line 1'
    bad '\0\0\0\0' ''
    rm ivr.ndjson.state
    mkfifo ivr.ndjson.state
    for option in --plan --prune; do
        run timeout 20 jaxl-ivr-apply "$option" ivr.ndjson
        status 65
        has err 'state file ivr.ndjson.state: not a regular file$'
    done
    rm ivr.ndjson.state
    mkdir ivr.ndjson.state
    apply
    [ "$rc" -eq 65 ] || status 74
    [ ! -e "$journal" ] || [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    apply --state /dev/null
    status 65
}
t "a state that is none is left as it is" garbage

modes() {
    tree
    sandbox
    umask 0
    apply
    complete
    [ "$(stat -c %a ivr.ndjson.state)" = 600 ]
    same ivr.ndjson.state $'{"org":42}\n{"ivr":"main","id":2}\n{"ivr":"support","id":3}'
    # replaced as a whole: who reads it has the old one to its end
    chmod 644 ivr.ndjson.state
    exec 5<ivr.ndjson.state
    cp ivr.ndjson.state before
    sed -i 's/"support"/"help"/' ivr.ndjson
    apply
    complete
    [ "$(stat -c %a ivr.ndjson.state)" = 600 ]
    cat <&5 >held
    cmp held before
    same ivr.ndjson.state $'{"org":42}\n{"ivr":"main","id":2}\n{"ivr":"help","id":3}'
    once 2 2
    [ ! -e ivr.ndjson.state.new ]
}
t "the state is for its owner alone, and replaced as a whole" modes

# What cannot be written down is not done: a folder is where the new state has to go.
unwritable() {
    tree
    sandbox
    mkdir ivr.ndjson.state.new
    apply
    status 74
    has err '^jaxl-ivr-apply: state file ivr.ndjson.state: '
    [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    rmdir ivr.ndjson.state.new
    apply
    complete
    once 2 2
}
t "without a state nothing is made" unwritable

# The disk is full when the menus have been made.
unwritable_then() {
    tree
    sandbox --slow 2 --fault-at 'POST /v1/ivr/=slow'
    spawn apply jaxl-ivr-apply ivr.ndjson
    wait_until 20 reached 2 POST /v1/ivr/
    kill -STOP "$pid"
    mkdir ivr.ndjson.state.new
    kill -CONT "$pid"
    await "$pid"
    status 74
    has apply.err '^jaxl-ivr-apply: state file ivr.ndjson.state: '
    [ "$(asked POST '/v1/ivr/*/options/')" -eq 0 ]
    same ivr.ndjson.state $'{"org":42}\n{"ivr":"main","id":null}\n{"ivr":"support","id":null}'
    rmdir ivr.ndjson.state.new
    apply
    complete
    once 2 2
}
t "a state that cannot be written later on" unwritable_then

# A file may not become larger than it is.
no_room() {
    tree
    sandbox
    run jaxl accounts me
    status 0
    rc=0
    (
        trap '' XFSZ
        ulimit -f 0
        exec jaxl-ivr-apply ivr.ndjson
    ) 2>&1 | cat >both || rc=$?
    status 74
    has both '^jaxl-ivr-apply: state file ivr.ndjson.state: File too large$'
    [ ! -e ivr.ndjson.state ]
    [ ! -e ivr.ndjson.state.new ]
    [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    apply
    complete
}
t "no room for the state" no_room

# Output.

full() {
    : >out
    wide
    sandbox
    rc=0
    jaxl-ivr-apply --allow prompts,leave --connections 1 ivr.ndjson >/dev/full 2>err || rc=$?
    status 74
    has err 'No space left'
    holds ivr.ndjson.state 'length == 16'
    apply
    complete
    once 15 15
    rc=0
    jaxl-ivr-apply --allow prompts,leave ivr.ndjson >/dev/full 2>err || rc=$?
    status 74
    rc=0
    jaxl-ivr-apply --plan --allow prompts,leave ivr.ndjson >/dev/full 2>err || rc=$?
    status 74
}
t "standard output that is full" full

reader_gone() {
    wide
    sandbox --delay 100ms
    set +o pipefail
    jaxl-ivr-apply --allow prompts,leave --connections 1 ivr.ndjson 2>err | head -n 1 >out
    [ "${PIPESTATUS[0]}" -eq 0 ]
    set -o pipefail
    [ "$(wc -l <out)" -eq 1 ]
    lacks err '[Pp]ipe'
    [ "$(asked POST '/v1/ivr/*/options/')" -eq 0 ]
    # what was made is written down
    jaxl ivrs list --all --output ndjson >menus.json
    [ "$(wc -l <menus.json)" -lt 15 ]
    [ "$(jq -s 'map(select(.id and .ivr)) | length' ivr.ndjson.state)" -eq $(($(wc -l <menus.json) - 1)) ]
    has err '^jaxl-ivr-apply: [0-9]+ of 30 changes made: 30 to create; 0 unchanged$'
    apply
    complete
    once 15 15
}
t "a reader that goes ends it quietly, and the next run finishes" reader_gone

# The second signal does not wait for answers.
signals() {
    tree
    sandbox --fault-at 'POST /v1/ivr/=timeout-after'
    # a shell starts what runs in the background with SIGINT ignored
    spawn apply env --default-signal=INT jaxl-ivr-apply --timeout 600s ivr.ndjson
    wait_until 20 reached 2 POST /v1/ivr/
    kill -TERM "$pid"
    kill -USR1 "$pid"
    wait_until 20 grep -q '1 of 5 changes made' apply.err
    alive "$pid"
    stop "$pid" INT
    status 143
    holds ivr.ndjson.state 'length == 3 and (map(select(.ivr and .id == null)) | length) == 1'
    apply
    complete
    once 2 2
}
t "a second signal ends it at once, and the next run finishes" signals
