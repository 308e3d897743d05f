#!/bin/bash
# jaxl-ivr-apply as somebody uses it: the state file, options that went, names, variables, outputs, usage.
. "$(dirname "$0")/../tool/lib.sh"

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
    same err "jaxl-ivr-apply: 0 changes; 6 unchanged"
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
    printf '%s\n' '{"org": 42}' '{"ivr": "main", "id": 77}' '{"ivr": "gone", "id": 78}' >desk.ndjson.state
    plan 0
    run jaxl-ivr-apply desk.ndjson
    status 0
    same desk.ndjson.state '{"org":42}
{"ivr":"main","id":2}
{"ivr":"gone","id":78}
{"ivr":"support","id":3}'
}
t "an IVR that the state names and that is not there is looked for by message" stale

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

without_zero() {
    edit 'select(.input != "0") | if .ivr == "main" and .input == null and .phone == null
        then .message = "Press 1 for sales, 2 for support." else . end'
}

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

# on_terminal ANSWER COMMAND: what the terminal shows is in ./screen
on_terminal() {
    rc=0
    script -qec "stty cols 200 -echo; $2" typescript >raw 2>&1 <<<"$1" || rc=$?
    tr -d '\r' <raw >screen
}

prune_asks() {
    desk
    without_zero
    on_terminal n "jaxl-ivr-apply --prune --progress never desk.ndjson"
    status 64
    sed '/^n$/d' screen >out
    same out "option 0 of main (5): disabled
disable 1 option? [y/N] jaxl-ivr-apply: nothing was changed: --prune was not confirmed (--yes does not ask)
jaxl-ivr-apply: 0 of 2 changes made: 1 to update, 1 to disable; 4 unchanged"
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

names() {
    sandbox
    printf '%s\n' ivr,input,message,teams,appusers 'main,,"Press 1, 2, 3, 4 or 5.",,' 'main,1,One,Night shift;,' \
        'main,2,Two,"Support; Night shift ;1",' 'main,3,Three,,asha@example.com BEN@example.com' \
        'main,4,Four,,14' 'main,5,Five,"[3, 1]",' >names.csv
    run jaxl-ivr-apply names.csv
    status 0
    jaxl ivrs options list --ivr 2 --output ndjson >have
    holds have 'map({(.input): (.cta.collections.collection_ids // .cta.appusers)}) | add
        == {"1": [3], "2": [2, 3, 1], "3": [12, 13], "4": [14], "5": [3, 1]}'
    # in another order, and twice, is the same
    sed -i 's/"Support; Night shift ;1"/1 2 3 2/' names.csv
    run jaxl-ivr-apply --plan names.csv
    status 0
}
t "teams by name and members by e-mail, as a spreadsheet has them" names

refused() {
    sandbox
    cp "$T/desk.ndjson" .
    sed -i 's/"teams": \["Sales"\]/"phone": "+12"/' desk.ndjson
    run jaxl-ivr-apply desk.ndjson
    status 1
    holds out 'length == 6 and (map(select(.error)) | length == 1 and .[0].input == "1" and .[0].option_id == null)'
    same err "jaxl-ivr-apply: 1 of 6 changes could not be made
jaxl-ivr-apply: 5 of 6 changes made, 1 failed: 5 to create, 1 to assign; 0 unchanged"
    plan 1
    run jaxl-ivr-apply --output text desk.ndjson
    status 1
    has out '^option 1 of main$|^option 1 of main: new$'
    has out '^!   desk.ndjson:3: .*'
}
t "what the platform refuses is told, and the rest is done" refused

# The platform has several of a name: what a recorder says in place of it.
. "$srcdir/tests/tool/recorder.sh"
account
# page OBJECT...: an answer with these results
page() {
    jq -nc '{count: ($ARGS.positional | length), next: null, previous: null, results: $ARGS.positional}' --jsonargs "$@" |
        sed 's/^/200 /'
}
twice() {
    local desk='{"id": 1, "name": "Press 1.", "status": "DRAFT", "hangup": false}'
    printf '%s\n' '{"ivr": "main", "message": "Press 1."}' \
        '{"ivr": "main", "input": "1", "message": "One", "teams": "Sales"}' >desk.ndjson
    recorder <<<"$(page "$desk"; page '{"id": 1, "name": "Night"}' '{"id": 2, "name": "Sales"}' '{"id": 3, "name": "Sales"}')"
    run jaxl-ivr-apply --plan --connections 1 desk.ndjson
    status 65
    same err "jaxl-ivr-apply: desk.ndjson, line 2: option 1 of menu 'main': the account has several teams called 'Sales': give its id
jaxl-ivr-apply: 1 problem in desk.ndjson"
    has "$record/requests" '^GET /ACCOUNT/v2/app/organizations/42/groups/'
    sed -i 's/"teams": "Sales"/"appusers": ["Asha@Example.com"]/' desk.ndjson
    recorder <<<"$(page "$desk"; page '{"app_user_id": 11, "email": "asha@example.com"}' '{"app_user_id": 12, "email": "ASHA@example.com"}')"
    run jaxl-ivr-apply --plan --connections 1 desk.ndjson
    status 65
    same err "jaxl-ivr-apply: desk.ndjson, line 2: option 1 of menu 'main': several members of the organisation have the e-mail 'Asha@Example.com': give its id
jaxl-ivr-apply: 1 problem in desk.ndjson"
    has "$record/requests" '^GET /ACCOUNT/v2/app/organizations/42/employees/'
}
t "a team's name or a member's e-mail that is there twice is a problem" twice

included() {
    sandbox
    mkdir -p parts/deep
    cat >desk.ndjson <<<'{"include": "parts/desk.csv"}
{"phone": "+12015550199", "ivr": "main"}'
    printf '%s\n' include,ivr,input,message,next,hangup deep/hold.ndjson,,,,, ',main,,Press 1.,,' ',main,1,Hold,hold,' >parts/desk.csv
    echo '{"ivr": "hold", "message": "Please hold.", "hangup": true}
{"include": "../{{AGAIN}}.csv"}' >parts/deep/hold.ndjson
    run jaxl-ivr-apply --set AGAIN=other desk.ndjson
    status 65
    has err '^jaxl-ivr-apply: parts/deep/hold.ndjson, line 2: include: .parts/deep/\.\./other\.csv.: No such file'
    : >parts/other.csv
    run jaxl-ivr-apply --set AGAIN=other desk.ndjson
    status 0
    holds out 'map([.file, .line]) | sort == [["desk.ndjson", 2], ["parts/deep/hold.ndjson", 1], ["parts/desk.csv", 3],
        ["parts/desk.csv", 4]]'
    # from standard input, where the paths begin in the current folder
    run jaxl-ivr-apply --plan --set AGAIN=other <desk.ndjson
    status 0
    holds out 'map([.file, .line]) | sort == [["parts/deep/hold.ndjson", 1], ["parts/desk.csv", 3], ["parts/desk.csv", 4],
        ["standard input", 2]]'
}
t "files include others, where they lie" included

variables() {
    sandbox
    echo '{"ivr": "main", "message": "{{GREETING|Hello}}, {{ PLACE }} {{{{x}}.", "hangup": "{{ENDS|yes}}"}' >desk.ndjson
    run jaxl-ivr-apply --plan desk.ndjson
    status 65
    same err 'jaxl-ivr-apply: desk.ndjson, line 1: message: field "PLACE" of the template is missing: set it with --set NAME=value or in the environment, or write {{NAME|default}}
jaxl-ivr-apply: 1 problem in desk.ndjson'
    run env PLACE='"Ort" {{PLACE}}' jaxl-ivr-apply --plan desk.ndjson
    status 2
    holds out '.[0].after == {message: "Hello, \"Ort\" {{PLACE}} {{x}}.", hangup: true}'
    run env PLACE=Ort GREETING= jaxl-ivr-apply --plan --set PLACE=here --set ENDS=no --set PLACE=there=x --allow leave desk.ndjson
    status 2
    holds out '.[0].after == {message: "Hello, there=x {{x}}."}'
    for wrong in NAME =value; do
        run jaxl-ivr-apply --set "$wrong" desk.ndjson
        status 64
        same err "jaxl-ivr-apply: --set: '$wrong' is not NAME=value (see jaxl-ivr-apply --help)"
    done
}
t "variables: --set, the environment, what to say without" variables

forms() {
    local form
    desk
    edit 'if .input == "1" then .message = "Sales, \"please\"" | .teams = [1, 3] elif .input == "0" then .next = "support"
        elif .phone then .ivr = "support" else . end'
    plan 3
    run jaxl-ivr-apply --plan --output text desk.ndjson
    status 2
    same out 'phone +12015550199
-   ivr: main
+   ivr: support
option 1 of main (3)
-   message: Sales
+   message: Sales, "please"
-   teams: 1
+   teams: 1, 3
option 0 of main (5)
-   next: main
+   next: support'
    run jaxl-ivr-apply --plan --output ndjson desk.ndjson
    status 2
    [ "$(wc -l <out)" -eq 6 ]
    cp out ndjson
    holds out '.[2] | keys_unsorted == ["action", "ivr", "ivr_id", "input", "option_id", "phone", "phone_id", "before",
        "after", "error", "file", "line"]'
    run jaxl-ivr-apply --plan --output auto desk.ndjson
    cmp out ndjson
    run jaxl-ivr-apply --plan -o json desk.ndjson
    status 2
    jq -c '.[]' out | cmp - ndjson
    run jaxl-ivr-apply --plan -o csv desk.ndjson
    status 2
    same out 'action,ivr,ivr_id,input,option_id,phone,phone_id,before,after,error,file,line
assign,support,3,,,+12015550199,1,"{""ivr"":""main""}","{""ivr"":""support""}",,desk.ndjson,1
unchanged,main,2,,,,,,,,desk.ndjson,2
update,main,2,1,3,,,"{""message"":""Sales"",""teams"":[1]}","{""message"":""Sales, \""please\"""",""teams"":[1,3]}",,desk.ndjson,3
unchanged,main,2,2,4,,,,,,desk.ndjson,4
update,main,2,0,5,,,"{""next"":""main""}","{""next"":""support""}",,desk.ndjson,5
unchanged,support,3,,,,,,,,desk.ndjson,6'
    run jaxl-ivr-apply --plan -o table desk.ndjson
    status 2
    has out '^action +ivr +ivr_id +input +option_id +phone +phone_id +before +after +error +file +line *$'
    has out '^update +main +2 +0 +5 +\{"next":"main"\} +\{"next":"support"\} +desk.ndjson +5 *$'
    for form in text json csv table; do
        run jaxl-ivr-apply --output "$form" desk.ndjson
        status 0
        [ -s out ] || [ "$form" = text ]
    done
    same err "jaxl-ivr-apply: 0 changes; 6 unchanged"
}
t "a plan as text, NDJSON, JSON, CSV and a table" forms

# What can only be told of what is there: a kind that changes, what is set no more.
texts() {
    sandbox
    printf '%s\n' '{"ivr": "main", "message": "Press 1 or 2.", "hangup": true}' \
        '{"ivr": "main", "input": "1", "message": "One", "phone": "+12015550142", "needs_data_prompt": "Number?", "confirmation": true, "webhook_url": "https://example.com"}' \
        '{"ivr": "main", "input": "2", "message": "Two", "teams": [1], "enabled": true}' >desk.ndjson
    run jaxl-ivr-apply -q -o text desk.ndjson
    status 0
    same err ""
    same out 'menu main (2): new
+   message: Press 1 or 2.
+   hangup: true
option 1 of main (3): new
+   message: One
+   phone: +12015550142
+   needs_data_prompt: Number?
+   confirmation: true
+   webhook_url: https://example.com
option 2 of main (4): new
+   message: Two
+   teams: 1'
    printf '%s\n' '{"ivr": "main", "message": "Press 1 or\t2."}' \
        '{"ivr": "main", "input": "1", "message": "One", "next": "main"}' \
        '{"ivr": "main", "input": "2", "message": "Two", "teams": ["Support"], "enabled": false}' >desk.ndjson
    run jaxl-ivr-apply --plan -q -o text --allow prompts,leave desk.ndjson
    status 2
    same err ""
    same out 'menu main (2)
-   message: Press 1 or 2.
+   message: Press 1 or 2.
-   hangup: true
+   hangup: false
option 1 of main (3)
+   next: main
-   phone: +12015550142
-   needs_data_prompt: Number?
-   confirmation: true
+   confirmation: false
-   webhook_url: https://example.com
option 2 of main (4)
-   teams: 1
+   teams: 2
-   enabled: true
+   enabled: false'
}
t "as text every field that is set, changed or set no more has a line" texts

terminal() {
    local esc=$'\e'
    desk
    edit 'if .input == "1" then .message = "Us" else . end'
    on_terminal '' "jaxl-ivr-apply --plan desk.ndjson"
    status 2
    sed '/^$/d' screen >out
    same out "${esc}[1moption 1 of main (3)${esc}[0m
${esc}[31m-   message: Sales${esc}[0m
${esc}[32m+   message: Us${esc}[0m
jaxl-ivr-apply: 1 change: 1 to update; 5 unchanged"
    on_terminal '' "NO_COLOR=1 jaxl-ivr-apply --quiet --plan desk.ndjson"
    status 2
    sed '/^$/d' screen >out
    same out 'option 1 of main (3)
-   message: Sales
+   message: Us'
    on_terminal '' "jaxl-ivr-apply --output ndjson --plan desk.ndjson"
    status 2
    lacks screen "$esc"
    has screen '^\{"action":"update"'
    # how far it is, when it is applied
    on_terminal '' "jaxl-ivr-apply desk.ndjson"
    status 0
    has screen ' 6/6 '
    on_terminal '' "jaxl-ivr-apply --progress never desk.ndjson"
    status 0
    lacks screen '6/6'
    on_terminal '' "jaxl-ivr-apply --quiet desk.ndjson"
    status 0
    lacks screen '[a-z]'
}
t "on a terminal: text in colours, unless NO_COLOR is set, and how far it is" terminal

quiet() {
    desk
    without_zero
    plan 1 --quiet
    same err ""
    run jaxl-ivr-apply -q desk.ndjson
    status 0
    same err ""
    run jaxl-ivr-apply -q missing.ndjson
    status 65
    same err "jaxl-ivr-apply: missing.ndjson: No such file or directory"
    run jaxl-ivr-apply -q <<<'{"ivr": 1}'
    status 65
    has err "standard input, line 1: menu '1' has no message"
}
t "--quiet says nothing but what is wrong" quiet

# An answer takes its time, so that there is one to ask.
asked_meanwhile() {
    sandbox --delay 100ms
    jq -nc --argjson decades 1 -f "$srcdir/tests/tool/ivr-large.jq" >ivr.ndjson
    spawn apply jaxl-ivr-apply --connections 1 ivr.ndjson
    wait_until 20 grep -q '"create"' apply.out
    kill -USR1 "$pid"
    wait_until 20 grep -qE '^jaxl-ivr-apply: [0-9]+ of 72 changes made: 70 to create, 2 to assign; 0 unchanged$' apply.err
    stop "$pid" TERM
    [ "$rc" -eq 143 ]
    has apply.err '^jaxl-ivr-apply: [0-9]+ of 72 changes made: 70 to create, 2 to assign; 0 unchanged$'
    run jaxl-ivr-apply ivr.ndjson
    status 0
    has err '^jaxl-ivr-apply: [0-9]+ changes made: [0-9]+ created, 2 assigned; [1-9][0-9]* unchanged$'
    run jaxl-ivr-apply --plan ivr.ndjson
    status 0
    holds out 'length == 72'
}
t "SIGUSR1 asks how far it is, SIGTERM ends it, and the next run goes on" asked_meanwhile

no_room() {
    desk
    edit 'if .input == "1" then .message = "Us" else . end'
    rc=0
    jaxl-ivr-apply --plan desk.ndjson >/dev/full 2>err || rc=$?
    status 74
    has err '^jaxl-ivr-apply: .*No space left on device'
    rc=0
    jaxl-ivr-apply --plan -o text desk.ndjson >/dev/full 2>err || rc=$?
    status 74
    rc=0
    jaxl-ivr-apply --dot desk.ndjson >/dev/full 2>err || rc=$?
    status 74
    has err 'No space left on device'
}
t "what cannot be written is an error" no_room

# usage MESSAGE ARGUMENT...: wrong usage, of which nothing is asked
usage() {
    local message=$1
    shift
    run jaxl-ivr-apply "$@"
    status 64
    same err "jaxl-ivr-apply: $message"
    same out ""
}
wrong_usage() {
    local see='(see jaxl-ivr-apply --help)' two mode
    sandbox
    cp "$T/desk.ndjson" .
    for two in '--plan --export' '--plan --dot' '--export --dot' '--walk 1 --plan' '--dot --walk 1' '-n --export --dot'; do
        # shellcheck disable=SC2086 # two words
        usage "--plan, --export, --dot and --walk exclude each other $see" $two
    done
    usage "one file is wanted: others can be named in it, with include $see" desk.ndjson desk.ndjson
    for mode in --export --dot --walk=1; do
        usage "--prune goes with applying and --plan only $see" "$mode" --prune
        usage "--yes goes with applying only $see" "$mode" --yes
    done
    usage "--yes goes with applying only $see" --plan --prune --yes desk.ndjson
    usage "--yes goes with --prune only $see" --yes desk.ndjson
    for mode in --plan --export --dot --prune; do
        usage "--start goes with --walk only $see" "$mode" --start main
    done
    for mode in --plan --export --prune; do
        usage "--account goes with --dot and --walk only $see" "$mode" --account
    done
    usage "--export reads no input $see" --export desk.ndjson
    usage "--export reads no input $see" --export --set A=b
    usage "--export reads no input $see" --export --allow reach
    usage "--export reads no input $see" --export --input csv
    usage "--output text goes with applying, --plan and --walk only $see" --export --output text
    usage "--output text goes with applying, --plan and --walk only $see" --dot --output text
    usage "--output does not go with --dot $see" --dot --output csv desk.ndjson
    for mode in --dot --walk=1; do
        usage "--account reads no input $see" "$mode" --account desk.ndjson
        usage "--account reads no input $see" "$mode" --account --set A=b
        usage "--account reads no input $see" "$mode" --account --allow reach
        usage "--account reads no input $see" "$mode" --account --input csv
        usage "--state is of the account: --dot and --walk take it with --account only $see" "$mode" --state s desk.ndjson
    done
    usage "--allow: 'leaves' is none of reach, leave and prompts $see" --allow reach,leaves desk.ndjson
    usage "--allow: '' is none of reach, leave and prompts $see" --allow reach, desk.ndjson
    usage "--connections: '65' is not a whole number from 1 to 64 $see" --connections 65 desk.ndjson
    usage "--input: 'xml' is not one of auto, csv, ndjson $see" --input xml desk.ndjson
    usage "--output: 'xml' is not one of auto, text, ndjson, json, csv, table $see" --output xml desk.ndjson
    usage "unknown option '--purne'; did you mean '--prune'? $see" --purne desk.ndjson
    usage "'x' is no key: keys are 0 to 9, * and #, with commas between them" --walk 1,x desk.ndjson
    usage "the keys have an empty part, at byte 3; they are as in 1,2,0" --walk 1,,2 desk.ndjson
    usage "the keys end with a comma" --walk 1, desk.ndjson
    usage "there is no menu 'nobody' to start at" --walk 1 --start nobody desk.ndjson
    usage "phone +911400000001 is assigned to no menu" --walk 1 --start +911400000001 desk.ndjson
    [ ! -s "$journal" ] || fail "something was asked: $(cat "$journal")"
}
t "wrong usage is said, each in its words" wrong_usage

files() {
    sandbox
    run jaxl-ivr-apply missing.ndjson
    status 65
    same err "jaxl-ivr-apply: missing.ndjson: No such file or directory"
    run jaxl-ivr-apply .
    status 74
    has err '^jaxl-ivr-apply: \.: cannot be read: Is a directory$'
    run jaxl-ivr-apply --input csv "$T/desk.ndjson"
    status 65
    # nothing at all is no mistake
    run jaxl-ivr-apply </dev/null
    status 0
    same err "jaxl-ivr-apply: 0 changes; 0 unchanged"
    run jaxl-ivr-apply --help
    status 0
    has out '^Usage: jaxl-ivr-apply \[options\] \[FILE\]$'
    run jaxl-ivr-apply --version
    status 0
    run env -u JAXL_API_CREDENTIALS jaxl-ivr-apply --plan "$T/desk.ndjson"
    status 78
}
t "files that are not there, and no credentials" files

kept() {
    sandbox --seed 3
    # what is archived is not exported, what is not known is told
    run jaxl-ivr-apply --export
    status 0
    holds out 'map(select(.ivr == "ivr-1")) | length == 3 and .[0].entry and .[0].org == 42'
    run jaxl-ivr-apply --export -o csv
    status 0
    has out '^ivr,message,hangup,input,next,phone,devices,appusers,teams,webhook,needs_data_prompt,confirmation,webhook_url,enabled,entry,id,org$'
    run jaxl-ivr-apply --export -o table
    status 0
    run jaxl-ivr-apply --export -o json
    status 0
    jq -e 'length == 3' out >length
}
t "the account in each form" kept
