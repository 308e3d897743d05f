#!/bin/bash
# jaxl-ivr-apply when the platform, the network or somebody else gets in its way: nothing is made twice,
# nothing gets lost, and the next run finishes.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/ivr-tree.sh"

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
    # where menus could be made, their options failed: some changes; where nothing could, the platform
    same codes $'69\n1\n75'
    has run-0.err '^jaxl-ivr-apply: 5 of 5 changes could not be made; ivr.ndjson, line [14]: the platform gives no readable answer: run this again later$'
    has run-1.err '^jaxl-ivr-apply: 3 of 5 changes could not be made; ivr.ndjson, line 2: the platform gives no readable answer: run this again later$'
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
    printf '{"org":42}\n{"ivr":"main","id":77}\n{"ivr":"support","id":null}\n{"ivr":"old","id":78}\n' >ivr.ndjson.state
    apply
    complete
    holds out 'all(.action == "unchanged")'
    once 2 2
    holds ivr.ndjson.state 'map(select(.ivr)) | sort_by(.ivr) == [{ivr: "main", id: 2}, {ivr: "old", id: 78}, {ivr: "support", id: 3}]'
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
