#!/bin/bash
# jaxl-dial: leads in, records and rejects out.
. "$(dirname "$0")/../tool/lib.sh"

from=+12015550199

plan() {
    run jaxl-dial --dry-run --from "$from" "$@"
}

dry_run() {
    printf 'to,name\n+12025550100,Asha\n+12025550101,Bo\n' >leads.csv
    plan --message 'Hello {{name}}' leads.csv
    status 0
    holds out 'length == 2 and all(.state == "planned" and .call_id == null and .session_id == null)
        and map(.message) == ["Hello Asha", "Hello Bo"] and .[1].input.name == "Bo"'
    has err '^jaxl-dial: 2 leads: 2 planned$'
    plan --ivr 42 --quiet leads.csv
    holds out 'map(.ivr) == [42, 42] and all(.message == null)'
    same err ''
}
t "--dry-run shows what would be placed, without credentials or network" dry_run

from_stdin() {
    plan --ivr 1 < <(printf 'to\n+12025550100\n')
    holds out 'length == 1'
    plan --ivr 1 - < <(printf '{"to": "+12025550100", "n": 1.50, "x": {"y": [1]}}')
    holds out 'length == 1 and .[0].input.x.y == [1]'
    has out '"n":1\.50'
    printf 'to\n+12025550101\n' >b.csv
    plan --ivr 1 - b.csv < <(printf 'to\n+12025550100\n')
    holds out 'map(.to) == ["+12025550100", "+12025550101"]'
    plan --ivr 1 </dev/null
    status 0
    same out ''
}
t "leads come from standard input and from files" from_stdin

columns() {
    cat >leads.csv <<'EOF'
to,from,ivr,lead,message
+12025550100,,,,
+12025550101,+14155550100,7,A-1,
+12025550102,,,A-2,Bye
EOF
    plan --ivr 42 leads.csv
    status 0
    holds out 'map(.from) == ["+12015550199", "+14155550100", "+12015550199"] and
        map(.ivr) == [42, 7, null] and map(.lead) == ["+12025550100", "A-1", "A-2"] and
        map(.message) == [null, null, "Bye"]'
}
t "columns go before options" columns

mapping() {
    printf 'Mobile,Name\n+1 (202) 555-0100,Asha\n' >leads.csv
    plan --ivr 1 --map to=Mobile --map lead=Name leads.csv
    status 0
    holds out '.[0].to == "+12025550100" and .[0].lead == "Asha"'
    plan --ivr 1 leads.csv
    status 1
    has err '"reason":"no field .to. \(--map to=FIELD'
    plan --ivr 1 --map Mobile leads.csv
    status 64
}
t "--map names columns" mapping

rejects() {
    cat >leads.ndjson <<'EOF'
{"to": "+12025550100"}
{"to": "02025550101"}
{"to": "+12025550102", "ivr": 7, "message": "x"}
{"to": broken
[1]
{"to": "+12025550100"}

{"to": "+12025550103", "name": "last"}
EOF
    plan --message 'Hi {{name|you}}' --rejects bad leads.ndjson
    status 1
    holds out 'map(.to) == ["+12025550100", "+12025550103"]'
    holds bad 'map(.line) == [2, 3, 4, 5, 6] and all(.reason != "" and .input != null)'
    holds bad '.[4].reason == "duplicate of line 1" and .[2].input == "{\"to\": broken"'
    lacks err reason
    has err '^jaxl-dial: 7 leads: 2 planned, 5 rejected$'
    plan --message 'Hi {{name}}' leads.ndjson
    holds out 'map(.to) == ["+12025550103"]'
    has err '"reason":"message: .*name'
}
t "what cannot be used is a reject with its line and reason" rejects

strict() {
    printf 'to\n+12025550100\nbad\n+12025550101\n' >leads.csv
    run timeout 30 jaxl-dial --dry-run --from "$from" --ivr 1 --strict --rejects bad leads.csv
    status 65
    holds out 'length == 1'
    holds bad 'length == 1 and .[0].line == 3'
    has err '^jaxl-dial: line 3: .*--strict'
}
t "--strict ends at the first" strict

duplicates() {
    printf 'to\n+12025550100\n+1 202 555 0100\n+12025550101\n' >a.csv
    printf 'to\n+12025550101\n+12025550102\n' >b.csv
    plan --ivr 1 --rejects bad a.csv b.csv
    status 1
    holds out 'length == 3'
    holds bad 'map(.reason) == ["duplicate of line 2", "duplicate of line 4 of input 1"]'
    plan --ivr 1 --rejects b.csv a.csv b.csv
    status 64
    has b.csv 0102
    plan --ivr 1 --allow-duplicates a.csv b.csv
    status 0
    holds out 'length == 5'
}
t "a number is dialed once, unless duplicates are allowed" duplicates

limit() {
    printf 'to\nbad\n+12025550100\n+12025550101\n+12025550102\n' >leads.csv
    run timeout 30 jaxl-dial --dry-run --from "$from" --ivr 1 --limit 2 --rejects bad leads.csv
    holds out 'map(.to) == ["+12025550100", "+12025550101"]'
    holds bad 'length == 1'
}
t "--limit counts leads that are dialed" limit

formats() {
    printf 'to,lead\n+12025550100,"a,b"\n' >leads.csv
    plan --ivr 1 --output csv leads.csv
    has out '^to,from,ivr,lead,campaign,attempt,call_id,session_id,state,disposition,placed_at,'
    has out '^\+12025550100,\+12015550199,1,"a,b",run-'
    plan --ivr 1 --output json leads.csv
    jq -e 'length == 1 and .[0].lead == "a,b"' out
    plan --ivr 1 --output table leads.csv
    has out '\+12025550100'
    plan --ivr 1 --input ndjson leads.csv
    status 1
    holds out 'length == 0'
}
t "--input and --output" formats

usage() {
    local args
    while read -r args; do
        # shellcheck disable=SC2086 # words
        plan $args </dev/null
        status 64
        has err '^jaxl-dial: .+'
        [ "$(wc -l <err)" -eq 1 ]
    done <<'EOF'
--ivr 1 --rate 5/d
--ivr 1 --rate 0
--ivr 1 --currency EUR
--ivr 1 --currency 7
--ivr 0
--ivr 1 --from nobody
--ivr 1 --message x
--ivr 1 --option 1=x:next=2
--message x --option 1=x
--message x --option 1=x:next=2 --option 1=y:next=3
--message {{
--ivr 1 --follow maybe
--ivr 1 --max-active 0
--ivr 1 --connections 65
--ivr 1 --no-such-option
EOF
    plan --ivr 1 missing.csv
    status 65
    has err '^jaxl-dial: missing\.csv: No such file'
    run jaxl-dial --from "$from" --ivr 1 </dev/null
    status 78
    has err JAXL_API_CREDENTIALS
}
t "wrong options are named" usage

# Announcements and menus.

ivrs() {
    jq -c 'select(.method == "POST" and .path == "/v1/ivr/")' "$journal" | wc -l
}

messages() {
    sandbox --speed 600
    cat >leads.csv <<'EOF'
to,name,message
+12025550100,Asha,
+12025550101,Bo,
+12025550110,Asha,
+12025550111,,Hello Bo
EOF
    run jaxl-dial --from "$from" --message 'Hello {{name}}' --poll 0.2 leads.csv
    status 0
    holds out 'length == 4 and all(.state == "done")'
    holds out 'map({(.to): .ivr}) | add | .["+12025550100"] == .["+12025550110"] and
        .["+12025550101"] == .["+12025550111"] and .["+12025550100"] != .["+12025550101"]'
    [ "$(ivrs)" -eq 2 ] || fail "$(ivrs) IVRs were made"
}
t "an IVR is made once for each text" messages

menus() {
    sandbox --speed 600
    printf 'to\n+12025550103\n+12025550100\n' >leads.csv
    run jaxl-dial --from "$from" --message 'Choose.' --poll 0.2 \
        --option '1=One: sales:teams=5,7' --option '2=Two:phone=+12025550123' leads.csv
    status 0
    holds out 'length == 2 and all(.disposition == "ANSWERED")'
    [ "$(ivrs)" -eq 1 ]
    [ "$(jq -c 'select(.method == "POST" and .status == 201 and
        (.path | test("/options/$")))' "$journal" | wc -l)" -eq 2 ]
}
t "options make a menu" menus

many_texts() {
    sandbox --speed 600
    (echo to,n && for n in $(seq 1000 1299); do echo "+91980000$n,$((n % 150))"; done) >leads.csv
    run jaxl-dial --from "$from" --message 'Number {{n}}' --follow placed --rate max leads.csv
    status 0
    holds out 'length == 300 and all(.state == "submitted")'
    holds out 'group_by(.input.n) | length == 150 and all(map(.ivr) | unique | length == 1)'
    [ "$(ivrs)" -eq 150 ]
}
t "many texts at once" many_texts

# Making an IVR ends in the dark now and then: none is made twice without having been looked for.
lost_answers() {
    sandbox --speed 600 --fault-other reset-after=10%,500-before=10%,garbage=5%
    (echo to,n && for n in $(seq 1000 1059); do echo "+91980000$n,$n"; done) >leads.csv
    run jaxl-dial --from "$from" --message 'Number {{n}}' --option '1=x:next=1' --follow placed \
        --rate max leads.csv
    holds out 'length == 60 and (map(select(.state == "submitted")) | length > 50) and
        all(.state == "submitted" or .state == "not_sent")'
    holds out 'map(.ivr) | map(select(. != null)) | length == (unique | length)'
}
t "an IVR whose making ended in the dark is looked for" lost_answers

ivr_refused() {
    sandbox --speed 600 --fault-other 403=100%
    printf 'to\n+12025550103\n' >leads.csv
    run jaxl-dial --from "$from" --message Hello leads.csv
    status 77
}
t "an account that may not make an IVR" ivr_refused
