#!/bin/bash
# Numbers that are not to be called.
. "$(dirname "$0")/../tool/lib.sh"

# three leads in leads.csv
leads() {
    printf 'to\n+919810000001\n+919810000002\n+919810000003\n' >leads.csv
}

dial() {
    run jaxl-dial --from +12015550199 --ivr 1 --rate max --poll 20ms "$@"
}

# called NUMBER...: exactly these, by the journal
called() {
    jq -rs '.[] | select(.event == "placed") | .to' "$journal" | sort >called
    same called "$(printf '%s\n' "$@")"
}

on_a_list() {
    sandbox --seed 3 --speed 100
    leads
    printf '# ours\n+91 98100-00002, Asha\n' >ours.txt
    printf 'phone\n9810000003\n' >registry.txt
    dial --dnc ours.txt --dnc +91:registry.txt leads.csv
    [ "$rc" -eq 0 ] || [ "$rc" -eq 1 ] # 1: the call may have failed
    called +919810000001
    holds out 'length == 3 and (map(select(.state == "suppressed") | [.to, .reason, .sent_at, .call_id]) | sort) == [
        ["+919810000002", "on the do-not-call list ours.txt", null, null],
        ["+919810000003", "on the do-not-call list registry.txt", null, null]]'
    has err '3 leads: .*2 suppressed'
}
t "leads on a do-not-call list are not called, and say so" on_a_list

planned() {
    echo +919810000002 >ours.txt
    leads
    dial --dry-run --dnc ours.txt leads.csv
    status 0
    holds out 'map(.state) == ["planned", "suppressed", "planned"]'
}
t "a dry run shows them" planned

no_ivr() {
    sandbox --seed 3 --speed 100
    printf 'to,name\n+919810000002,Asha\n' >leads.csv
    echo +919810000002 >ours.txt
    run jaxl-dial --from +12015550199 --message 'Hello {{name}}' --dnc ours.txt leads.csv
    status 0
    holds out 'map(.state) == ["suppressed"]'
    not grep -q '/v1/ivr/' "$journal"
}
t "no IVR is made for them" no_ivr

# One more lead of the new list, until one is not called.
one_more() {
    next=$((next + 1))
    echo "+91981000$next" >&5
    grep -q '"suppressed"' dial.out
}
changed() {
    local next=1000 i not
    sandbox --seed 3 --speed 100
    echo +919810000009 >ours.txt
    touch -d '1 hour ago' ours.txt
    mkfifo in
    spawn dial jaxl-dial --from +12015550199 --ivr 1 --rate max --poll 20ms --dnc ours.txt in
    exec 5>in
    printf 'to\n+919810000001\n' >&5
    wait_until 30 grep -q '"placed"' "$journal"
    for i in {1001..9999}; do
        echo "+91981000$i"
    done >new
    touch -d '1 minute ago' new
    mv new ours.txt
    wait_until 30 one_more
    echo +919810000009 >&5
    exec 5>&-
    await "$pid"
    holds dial.out "length == $((next - 1000)) + 2"
    jq -r 'select(.state != "suppressed") | .to' dial.out | sort >not
    mapfile -t not <not
    called "${not[@]}"
    has called '^\+919810000009$' # which the new list does not have
}
t "a list that changes is read again" changed

# One more lead, until the run has ended.
until_it_ends() {
    next=$((next + 1))
    echo "+91981000$next" >&5 2>&-
    gone "$pid"
}
vanished() {
    local next=1000
    trap '' PIPE
    sandbox --seed 3 --speed 100
    echo +919810000009 >ours.txt
    mkfifo in
    spawn dial jaxl-dial --from +12015550199 --ivr 1 --rate max --poll 20ms --dnc ours.txt in
    exec 5>in
    printf 'to\n+919810000001\n' >&5
    wait_until 30 grep -q '"placed"' "$journal"
    rm ours.txt
    wait_until 30 until_it_ends
    await "$pid"
    [ "$rc" -eq 4 ]
    exec 5>&-
    has dial.err 'jaxl-dial: the do-not-call list cannot be read again: ours.txt: No such file'
}
t "a list that cannot be read again ends the run" vanished

too_old() {
    echo +919810000009 >ours.txt
    touch -d '32 days ago' ours.txt
    leads
    dial --dry-run --dnc ours.txt --dnc-max-age 31d leads.csv
    status 4
    same out ''
    has err "the do-not-call list ours.txt is 768 hours old, more than the 744 allowed: fetch a newer one"
    dial --dry-run --dnc ours.txt --dnc-max-age 33d leads.csv
    status 0
}
t "a list that is too old ends the run" too_old

# refused STATUS REGEX OPTION...
refused() {
    leads
    dial --dry-run "${@:3}" leads.csv
    status "$1"
    same out ''
    has err "$2"
}
wrong() {
    printf '+919810000009\nrubbish 1\n12\n' >bad.txt
    : >empty.txt
    refused 65 'bad.txt: 2 lines are no number in E.164 form: line 2, 3 ' --dnc bad.txt
    refused 65 'empty.txt: there is no number in it' --dnc empty.txt
    refused 65 'none.txt: No such file' --dnc none.txt
    refused 64 "'\+1234:bad.txt' is neither a file nor a calling code" --dnc +1234:bad.txt
    refused 64 "'\+91:' is neither" --dnc +91:
    refused 64 'dnc-max-age' --dnc-max-age never
}
t "lists that cannot be used end the run before its first call" wrong
