#!/bin/bash
# A large account: applied, exported, changed, all of it counted in the journal of the sandbox.
. "$(dirname "$0")/../tool/lib.sh"

if [ -n "${T_SLOW-}" ]; then decades=4; else decades=50; fi
menus=$((10 * decades)) options=$((60 * decades)) all=$((70 * decades + 2))
jq -nc --argjson decades "$decades" -f "$srcdir/tests/tool/ivr-large.jq" >ivr.ndjson
sandbox

# changing FILTER: how many of the requests since $before that were to change something make the filter true
changing() {
    jq -n --argjson before "$before" "[inputs | select(.event == \"request\" and .method != \"GET\"
        and (.path | test(\"^/v1/(ivr|phonenumbers)/\")))] | .[\$before:] | map(select($1)) | length" "$journal"
}
before=0

# unchanged N: the last run had N records, and nothing to do
unchanged() {
    status 0
    same err "jaxl-ivr-apply: 0 changes; $1 unchanged"
    holds out "length == $1 and all(.action == \"unchanged\" and .before == null and .after == null and .error == null)"
}

first() {
    cd "$T"
    run jaxl-ivr-apply --plan ivr.ndjson
    status 2
    holds out "length == $all and all(.error == null and .before == (if .phone then {ivr: null} else null end))"
    [ ! -e ivr.ndjson.state ]
    [ "$(changing true)" -eq 0 ]
    run jaxl-ivr-apply ivr.ndjson
    status 0
    holds out "length == $all and all(.error == null and .ivr_id > 0)
        and (map(.option_id // empty) | unique | length) == $options
        and (map(select(.input == null and .phone == null).ivr_id) | unique | length) == $menus"
    [ "$(changing '.method == "POST" and .status == 201')" -eq $((menus + options)) ]
    [ "$(changing '.method == "PATCH" and .status == 200')" -eq 2 ]
    [ "$(changing true)" -eq "$all" ]
    [ "$(wc -l <ivr.ndjson.state)" -eq $((menus + 1)) ]
}
t "$menus menus and $options options are made by a request each" first

nothing_left() {
    cd "$T"
    before=$(changing true)
    run jaxl-ivr-apply ivr.ndjson
    unchanged "$all"
    run jaxl-ivr-apply --plan ivr.ndjson
    unchanged "$all"
    [ "$(changing true)" -eq 0 ]
}
t "once more there is nothing to do" nothing_left

# Of the sandbox's own IVR there are a menu and two options more.
exported() {
    local form names
    cd "$T"
    for form in ndjson csv; do
        for names in "" --state=ivr.ndjson.state; do
            run jaxl-ivr-apply --export --output "$form" ${names:+"$names"}
            status 0
            same err ""
            cp out exported
            run jaxl-ivr-apply --plan ${names:+"$names"} <exported
            unchanged $((all + 3))
        done
    done
    # by the names of the input
    run jaxl-ivr-apply --export --state ivr.ndjson.state
    jq -cS 'select(.ivr != "ivr-1") | del(.id, .org, .entry)' out | sort >have
    # as the platform has it: by id, and numbers without blanks
    jq -cS 'if .phone then .phone |= gsub("[- ()]"; "") else . end
        | if .teams == ["Sales", "Night shift"] then .teams = [1, 3] else . end
        | if .appusers == ["ben@example.com"] then .appusers = [13] else . end
        | if .next == 1 then .next = "ivr-1" else . end' ivr.ndjson | sort >want
    diff want have
}
t "what is exported is what was applied, in either form, and applied once more is no change" exported

seven() {
    cd "$T"
    jq -c --arg middle "desk $((menus / 2))" '
        def menu($name): .ivr == $name and .input == null and .phone == null;
        def option($name; $key): .ivr == $name and .input == $key;
        if menu("desk 0") then .message += " Thank you."
        elif menu("desk 8") then .hangup = true
        elif option("desk 2"; "1") then .message = "{{{{renamed}}"
        elif option("desk 3"; "2") then .next = "desk 0"
        elif option("desk 4"; "4") then .teams = ["Support", 1]
        elif option("desk 13"; "5") then .enabled = "no"
        elif .input == null and .phone == "+911400000001" then .ivr = "desk 1"
        else . end' ivr.ndjson >new
    mv new ivr.ndjson
    run jaxl-ivr-apply --plan ivr.ndjson
    status 2
    same err "jaxl-ivr-apply: 7 changes: 6 to update, 1 to assign; $((all - 7)) unchanged"
    holds out "length == $all"
    jq -c --argjson lines "$(grep -n . ivr.ndjson | sed -n '/^[0-9]*:{"ivr":"desk 8","message"/s/:.*//p')" '
        select(.action != "unchanged") | [.action, .ivr, .input, .phone, .before, .after, .error],
        if .ivr == "desk 8" then .file == "ivr.ndjson" and .line == $lines else empty end' out >changed
    same changed "$(jq -nr --arg middle "desk $((menus / 2))" '
        def said($more): "Welcome to \"Example\" & <Sons>, desk 0 {{not a name}}.\nPress 1 or 2 or 3 or 4 or 5 or star or 0, please."
            + $more;
        ["assign", "desk 1", null, "+911400000001", {ivr: $middle}, {ivr: "desk 1"}, null],
        ["update", "desk 2", "1", null, {message: "Sección 2 – «1»"}, {message: "{{renamed}}"}, null],
        ["update", "desk 3", "2", null, {next: "desk 5"}, {next: "desk 0"}, null],
        ["update", "desk 4", "4", null, {teams: [1, 3]}, {teams: [2, 1]}, null],
        ["update", "desk 13", "5", null, {enabled: true}, {enabled: false}, null],
        ["update", "desk 0", null, null, {message: said("")}, {message: said(" Thank you.")}, null],
        ["update", "desk 8", null, null, {hangup: false}, {hangup: true}, null], true | tojson')"
    cp changed planned
}
t "of seven things that were changed the plan shows what they were and will be" seven

seven_applied() {
    cd "$T"
    before=$(changing true)
    run jaxl-ivr-apply ivr.ndjson
    status 0
    [ "$(changing true)" -eq 7 ]
    [ "$(changing '.method == "PATCH" and .status == 200')" -eq 7 ]
    jq -c 'select(.action != "unchanged") | [.action, .ivr, .input, .phone, .before, .after, .error]' out | sort >changed
    diff <(grep -v true\$ planned | sort) changed
    holds out "map(select(.action != \"unchanged\")) | all(.ivr_id > 0 and (.option_id > 0) == (.input != null)
        and (.phone_id > 0) == (.phone != null))"
    run jaxl-ivr-apply --plan ivr.ndjson
    unchanged "$all"
    run jaxl-ivr-apply ivr.ndjson
    unchanged "$all"
    [ "$(changing true)" -eq 7 ]
}
t "they are seven requests, and then there is nothing to do" seven_applied

# Its own name announces it.
one_more() {
    cd "$T"
    before=$(changing true)
    echo '{"ivr": "desk 6", "input": "0", "message": "Press 0 to ring us", "phone": "+12015550142"}' >>ivr.ndjson
    run jaxl-ivr-apply ivr.ndjson
    status 0
    holds out 'map(select(.action != "unchanged")) | length == 1 and (.[0] | .action == "create" and .ivr == "desk 6"
        and .input == "0" and .option_id > 0 and .before == null
        and .after == {message: "Press 0 to ring us", phone: "+12015550142"})'
    [ "$(changing '.method == "POST" and .status == 201')" -eq 1 ]
    [ "$(changing true)" -eq 1 ]
    run jaxl-ivr-apply --plan ivr.ndjson
    unchanged $((all + 1))
}
t "one option more is one request more" one_more
