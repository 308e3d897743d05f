#!/bin/bash
# jaxl-ivr-apply as somebody uses it: names, what is included, variables, forms of output, a terminal, usage.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/ivr-desk.sh"

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
    holds out 'length == 6 and (map(select(.error)) | length == 2 and .[0].input == "1" and .[0].option_id == null)'
    # nobody is sent to a menu that lacks what it announces
    holds out '.[] | select(.phone).error == "menu \u0027main\u0027 is not yet as it should be, so no number is assigned"'
    has err '^jaxl-ivr-apply: 2 of 6 changes could not be made; desk.ndjson, line 3: POST .*/options/: answered 406'
    has err '^jaxl-ivr-apply: 4 of 6 changes made, 2 failed: 5 to create, 1 to assign; 0 unchanged$'
    plan 2
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
