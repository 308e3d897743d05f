#!/bin/bash
# What jaxl-ivr-apply knows and forgets: the state file, and options that the input does not have.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/ivr-desk.sh"

state_file() {
    umask 022
    desk
    same desk.ndjson.state '{"org":42}
{"ivr":"main","id":2}
{"ivr":"support","id":3}'
    [ "$(stat -c %a desk.ndjson.state)" = 600 ]
    [ ! -e desk.ndjson.state.new ]
    mkdir folder
    cp desk.ndjson folder
    # by their messages: in another folder nothing is known of them
    run jaxl-ivr-apply folder/desk.ndjson
    status 0
    cmp desk.ndjson.state folder/desk.ndjson.state
    run jaxl-ivr-apply --state folder/other desk.ndjson
    status 0
    cmp desk.ndjson.state folder/other
    rm desk.ndjson.state
    run jaxl-ivr-apply <desk.ndjson
    status 0
    run jaxl-ivr-apply - <desk.ndjson
    status 0
    run jaxl-ivr-apply --state kept <desk.ndjson
    status 0
    cmp folder/other kept
    # beside what is no file it could not lie
    run jaxl-ivr-apply <(cat desk.ndjson)
    status 0
    mkfifo pipe
    cat desk.ndjson >pipe &
    run jaxl-ivr-apply pipe
    status 0
    run jaxl-ivr-apply /dev/stdin <desk.ndjson
    status 0
    [ ! -e /dev/stdin.state ]
    [ "$(echo ./*.state)" = './*.state' ]
}
t "the state file: a line for each name, its owner's alone, beside the input or where --state says" state_file

renamed() {
    desk
    edit 'if .ivr == "support" then .ivr = "help" elif .next == "support" then .next = "help" else . end'
    plan 0
    run jaxl-ivr-apply desk.ndjson
    status 0
    same desk.ndjson.state '{"org":42}
{"ivr":"main","id":2}
{"ivr":"help","id":3}'
    edit 'if .ivr == "help" then .message = "Do hold, please." else . end'
    run jaxl-ivr-apply desk.ndjson
    status 0
    holds out 'map(select(.action != "unchanged")) | length == 1 and (.[0] | .action == "update" and .ivr == "help"
        and .ivr_id == 3 and .before == {message: "Please hold."} and .after == {message: "Do hold, please."})'
    ivrs
    holds have 'map([.id, .name])[1:] == [[2, "Press 1 for sales, 2 for support, 0 to repeat."], [3, "Do hold, please."]]'
}
t "a menu keeps its IVR when its name changes, and then when its message does" renamed

lost() {
    desk
    cp desk.ndjson.state before
    rm desk.ndjson.state
    plan 0
    [ ! -e desk.ndjson.state ]
    run jaxl-ivr-apply desk.ndjson
    status 0
    same err "jaxl-ivr-apply: 0 changes; 6 unchanged
jaxl-ivr-apply: 2 menus no state knows: taken for what says the same on the account (--verbose lists them)"
    cmp before desk.ndjson.state
    rm desk.ndjson.state
    run jaxl-ivr-apply -v desk.ndjson
    status 0
    has err "desk.ndjson, line 2: menu 'main': taken for IVR 2, which says the same"
    run jaxl-ivr-apply -v desk.ndjson
    status 0
    lacks err "taken for"
}
t "what the state file knew is found again by message" lost

candidates() {
    desk
    jaxl ivrs create --message 'Please hold.' --hangup >made
    plan 0 # the state knows which
    rm desk.ndjson.state
    for mode in --plan --prune; do
        run jaxl-ivr-apply "$mode" desk.ndjson
        status 65
        same out ""
        same err "jaxl-ivr-apply: desk.ndjson, line 6: menu 'support': it may be any of the IVRs 3 and 4, which say the same: give it an id
jaxl-ivr-apply: 1 problem in desk.ndjson"
    done
    edit 'if .ivr == "support" then .id = 4 else . end'
    plan 1
    holds out '.[0] | .input == "2" and .before == {next: "ivr-3"} and .after == {next: "support"}'
    edit 'if .ivr == "support" then .id = 3 else . end'
    plan 0
    # an id of another organisation says nothing, so that it is not known which again
    edit 'if .ivr == "support" then .org = 43 else . end'
    run jaxl-ivr-apply --plan desk.ndjson
    status 65
    has err 'it may be any of the IVRs 3 and 4'
    edit 'if .ivr == "support" then .org = 42 else . end'
    plan 0
}
t "of several IVRs that say the same none is guessed: the id chooses, of this organisation" candidates

# A state that was taken along, of IVRs that are not there.
stale() {
    desk
    printf '%s\n' '{"org": 42}' '{"ivr": "main", "id": 77}' '{"ivr": "gone", "id": 78}' \
        '{"ivr": "support", "id": 79}' >desk.ndjson.state
    plan 0
    run jaxl-ivr-apply desk.ndjson
    status 0
    same desk.ndjson.state '{"org":42}
{"ivr":"main","id":2}
{"ivr":"gone","id":78}
{"ivr":"support","id":3}'
}
t "an IVR that the state names and that is not there is looked for by message" stale

# Two files, of which each has a menu that says the same.
beside() {
    desk
    jq -c 'select(.ivr == "support")' desk.ndjson >other.ndjson
    echo '{"ivr": "bye", "message": "Goodbye.", "hangup": true, "entry": true}' >>other.ndjson
    echo '{"ivr": "bye", "id": null}' >other.ndjson.state
    run jaxl-ivr-apply --plan other.ndjson
    status 2
    holds out 'map(.action) == ["create", "create"]'
    run jaxl-ivr-apply other.ndjson
    status 0
    plan 0
    run jaxl-ivr-apply --plan other.ndjson
    status 0
}
t "a name that a state does not have takes nobody's IVR" beside

# bad_state TEXT STATUS MESSAGE
bad_state() {
    printf '%s\n' "$1" >desk.ndjson.state
    for mode in --plan --prune; do
        run jaxl-ivr-apply "$mode" desk.ndjson
        status "$2"
        same err "jaxl-ivr-apply: $3"
        same out ""
        same desk.ndjson.state "$1"
    done
}
bad_states() {
    desk
    bad_state '{"org":43}' 78 \
        "state file desk.ndjson.state: it is of organisation 43, these credentials are of 42: name another with --state"
    bad_state $'{"org":42}\n{"ivr":"main"}' 65 \
        "state file desk.ndjson.state, line 2: neither a name with its id nor the organisation"
    bad_state '{"ivr":"main","id":0}' 65 \
        "state file desk.ndjson.state, line 1: neither a name with its id nor the organisation"
    bad_state $'{"ivr":"main","id":2}\n{"ivr":"main","id":3}' 65 \
        "state file desk.ndjson.state, line 2: neither a name with its id nor the organisation"
    run jaxl-ivr-apply --state . desk.ndjson
    status 65
    same err "jaxl-ivr-apply: state file .: not a regular file"
    run jaxl-ivr-apply --state nowhere/state desk.ndjson
    status 74
    same err "jaxl-ivr-apply: state file nowhere/state: No such file or directory"
}
t "a state that is of others, or none, is refused and left alone" bad_states

held() {
    desk
    exec {lock}<desk.ndjson.state
    flock -n "$lock"
    run jaxl-ivr-apply desk.ndjson
    status 75
    same err "jaxl-ivr-apply: state file desk.ndjson.state: another run that uses it is under way"
    plan 0
    exec {lock}<&-
    run jaxl-ivr-apply desk.ndjson
    status 0
}
t "one run at a time uses a state to apply, a plan waits for nobody" held

# What is refused before anything could be done leaves no file behind.
no_state_of_nothing() {
    sandbox
    cp "$T/desk.ndjson" .
    sed -i 's/"Sales"]/"Nobody"]/' desk.ndjson
    run jaxl-ivr-apply desk.ndjson
    status 65
    has err "the account has no team 'Nobody'"
    [ ! -e desk.ndjson.state ]
    : >mine # one that was there stays
    run jaxl-ivr-apply --state mine desk.ndjson
    status 65
    [ -f mine ]
}
t "a state file that nothing was put into does not stay" no_state_of_nothing

prune() {
    desk
    without_zero
    plan 1
    same err "jaxl-ivr-apply: 1 change: 1 to update; 4 unchanged
jaxl-ivr-apply: 1 option of the account is in no record: --prune disables it"
    plan 2 --prune
    same err "jaxl-ivr-apply: 2 changes: 1 to update, 1 to disable; 4 unchanged"
    holds out '.[1] | .action == "disable" and .ivr == "main" and .input == "0" and .option_id > 0 and .file == null
        and .line == null and .before == {enabled: true} and .after == {enabled: false}'
    run jaxl-ivr-apply desk.ndjson
    status 0
    same err "jaxl-ivr-apply: 1 change made: 1 updated; 4 unchanged
jaxl-ivr-apply: 1 option of the account is in no record: --prune disables it"
    # no terminal: nobody is asked
    run jaxl-ivr-apply --prune desk.ndjson
    status 0
    same err "jaxl-ivr-apply: 1 change made: 1 disabled; 5 unchanged"
    plan 0 --prune
    plan 0
    same err "jaxl-ivr-apply: 0 changes; 5 unchanged" # what is disabled is no longer counted
    jaxl ivrs options list --ivr 2 --output ndjson >have
    holds have 'map([.input, .enabled]) | sort == [["0", false], ["1", true], ["2", true]]'
    # brought back
    cp "$T/desk.ndjson" .
    run jaxl-ivr-apply desk.ndjson
    status 0
    same err "jaxl-ivr-apply: 2 changes made: 2 updated; 4 unchanged"
    holds out 'map(select(.input == "0"))[0] | .before == {enabled: false} and .after == {enabled: true}'
}
t "options that the input does not have are counted, with --prune disabled, and can be brought back" prune

prune_asks() {
    desk
    without_zero
    on_terminal n "jaxl-ivr-apply --prune --progress never desk.ndjson"
    status 64
    sed '/^n$/d' screen >out
    same out "option 0 of main (5): disabled
disable 1 option? [y/N] jaxl-ivr-apply: nothing was changed: --prune was not confirmed (--yes does not ask)"
    plan 2 --prune
    on_terminal '' "jaxl-ivr-apply --prune desk.ndjson"
    status 64
    plan 2 --prune
    # a plan asks nothing
    on_terminal '' "jaxl-ivr-apply --prune --plan desk.ndjson"
    status 2
    lacks screen 'y/N'
    # the input comes through a pipe: the terminal is asked nevertheless
    on_terminal y "cat desk.ndjson | jaxl-ivr-apply --prune --state desk.ndjson.state"
    status 0
    has screen '^disable 1 option\? \[y/N\]'
    has screen '2 changes made: 1 updated, 1 disabled; 4 unchanged$'
    plan 0 --prune
}
t "--prune lists what it would disable and asks on a terminal" prune_asks

prune_yes() {
    desk
    without_zero
    on_terminal '' "jaxl-ivr-apply --prune --yes desk.ndjson"
    status 0
    lacks screen 'y/N'
    plan 0 --prune
    # nothing to disable: no question either
    on_terminal '' "jaxl-ivr-apply --prune desk.ndjson"
    status 0
    lacks screen 'y/N'
}
t "and does not when --yes says so, or when there is nothing to disable" prune_yes

many_options() {
    local i
    sandbox
    for i in 1 2 3; do
        jq -nc --arg i "$i" '{ivr: $i, message: "Menu \($i): press 0 to 8.", entry: true},
            (range(9) | {ivr: $i, input: "\(.)", message: "To \(.)", teams: [1]})'
    done >desk.ndjson
    run jaxl-ivr-apply desk.ndjson
    status 0
    edit 'select(.input == null or .input == "8") | .message |= sub("0 to 8"; "8")'
    on_terminal n "jaxl-ivr-apply --prune desk.ndjson"
    status 64
    [ "$(grep -c ': disabled$' screen)" -eq 20 ]
    has screen '^and 4 more$'
    has screen '^disable 24 options\? '
}
t "of many options the first are listed" many_options
