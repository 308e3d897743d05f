#!/bin/bash
# Callers: what a script or the seed has them do, and calls that come in.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"
. "$srcdir/tests/tool/webhook.sh"

answers='setup 200 {"prompt": ["Press 2 or 5, not 1.50 or 10:7"], "num_characters": 1}
option=9 200 {"prompt": ["Bye"], "num_characters": 0}
option 200 {"prompt": ["Three keys"], "num_characters": 3}
teardown 200'

refused() {
    local line what n=0
    while IFS='~' read -r line what; do
        n=$((n + 1))
        printf '{"to": "+12025550104"}\n%s\n' "$line" >callers
        run jaxl-sandbox --callers callers -- true
        status 65
        same err "jaxl-sandbox: callers, line 2: $what"
    done <<'END'
{}~to: who is called is missing
{"to": "12025550104"}~to: it is not a number in the form +12015550123
{"to": "+12025550104", "form": "+12025550105"}~form: there is no such member: did you mean from?
{"to": "+12025550104", "x": 1}~x: there is no such member
{"to": "+12025550104", "from": "+12025550105"}~to: somebody with from calls a number of the organisation
{"to": "+12025550104", "at": 1}~at: it goes only with from
{"to": "+12025550104", "keys": "1"}~keys: it must be a list of at most 1000 texts
{"to": "+12025550104", "keys": [1]}~keys: each must be null or 1 to 64 of the keys 0 to 9, * and #
{"to": "+12025550104", "keys": [""]}~keys: each must be null or 1 to 64 of the keys 0 to 9, * and #
{"to": "+12025550104", "keys": ["1a"]}~keys: each must be null or 1 to 64 of the keys 0 to 9, * and #
{"to": "+12025550104", "then": "sleep"}~then: it must be hangup, wait or random
{"to": "+12025550104", "think": null}~think: it must be seconds, or a text like "500ms"
{"to": "+12025550104", "ring": "2d"}~ring: it is more than a day
{"to": "+12025550104", "ring": "soon"}~ring: 'soon' is not a span of time such as 90s, 15m, 4h or 1d
rubbish~byte 1: lexical error: invalid char in json text.
END
    [ "$n" -eq 15 ]
    run jaxl-sandbox --callers nothing -- true
    status 74
    echo 'to,keys' >callers
    run jaxl-sandbox --callers callers -- true
    status 65
    : >callers
    run jaxl-sandbox --callers callers -- true
    status 0
}
t "a file of callers that is wrong" refused

scripts() {
    cat >callers <<'END'
{"to": "+12025550104", "keys": ["9"]}
{"to": "+12025550110", "keys": ["2", "345"], "think": 1}

{"to": "+12025550104", "keys": [null], "then": "wait", "leave": "40s"}
{"to": "+12025550104", "keys": ["2"], "then": "hangup"}
{"to": "+919876543210", "ring": 1, "talk": 7}
END
    hooked --callers callers <<<"$answers"
    calls +12025550104
    over
    has told '^pressed 9$'
    has told '^ended: prompt$'
    calls +12025550104
    over
    lacks told '^pressed'
    has told '^ended: caller$'
    state_is 2 '.duration == 40'
    calls +12025550104
    over
    same told 'setup: 200
heard webhook: Press 2 or 5, not 1.50 or 10:7
pressed 2
option 2: 200
heard webhook: Three keys
ended: caller
teardown: 200'
    calls +12025550104 # the last one again
    over
    has told '^ended: caller$'
    calls +12025550110 # whatever the number does otherwise
    over
    has told '^option 2 345: 200$'
    place +919876543210 # no IVR
    wait_until 30 all_final
    state_is 6 '.duration == 7 and .missed == false'
    has "$journal" '"call_id":6'
    holds "$journal" 'map(select(.call_id == 6)) | length == 1'
}
t "callers do what the file says, call by call" scripts

# pressed SEED: what callers of ten numbers press
pressed() {
    local i=0 number numbers=(+91987654321{0..5})
    printf '{"to": "%s", "then": "random"}\n' "${numbers[@]}" >callers
    hooked --seed "$1" --callers callers <<<"$answers"
    for number in "${numbers[@]}"; do
        calls "$number"
        i=$((i + 1))
    done
    wait_until 60 all_torn $i
    jq -c 'select(.event == "pressed") | {call_id, keys}' "$journal" | sort >"pressed.$1"
    stop "$sandbox"
    stop "$hooks"
}
all_torn() {
    [ "$(grep -c '"kind":"teardown"' "$journal")" -eq "$1" ]
}
by_seed() {
    pressed 1
    cp pressed.1 first
    pressed 1
    cmp first pressed.1
    pressed 2
    not cmp -s first pressed.2
    holds first 'length > 3 and all(.keys | test("^([25]|[0-9]{3})$")) and any(.keys | test("^[25]$")) and
        any(.keys | test("^[0-9]{3}$"))'
}
t "what others press follows from the seed, and is what was asked for" by_seed

magic() {
    hooked <<<"$answers"
    calls +12025550100
    over
    lacks told '^pressed'
    state_is 1 '.duration == 30'
    calls +12025550103
    over
    has told '^pressed 2$'
    has told '^pressed 111$'
    has told '^ended: caller$'
    state_is 2 '.duration == 30 and (.metadata.ivr_inputs | startswith("2111"))'
}
t "magic numbers" magic

incoming() {
    printf '%s\n' '{"from": "+919876543210", "to": "+12015550199", "keys": ["9"]}' \
        '{"from": "+919876543211", "to": "+12015550199", "at": 20, "keys": ["2"], "ring": "3s"}' \
        '{"from": "+919876543212", "to": "+911400000001", "keys": ["1"], "talk": 3}' >callers
    hooked --dir d --callers callers <<<"$answers"
    same asked ''
    patch CALL /v1/phonenumbers/1/ "{\"ivr\": $ivr}"
    expect 200
    over 1
    same told 'arrived
setup: 200
heard webhook: Press 2 or 5, not 1.50 or 10:7
pressed 9
option 9: 200
heard webhook: Bye
ended: prompt
teardown: 200'
    over 2
    has told '^option 2: 200$'
    holds asked 'map(select(.kind == "setup") | .body.state) | map([.call_id, .from_number, .to_number, .direction]) ==
        [[1, "+919876543210", "+12015550199", 1], [2, "+919876543211", "+12015550199", 1]]'
    holds "$journal" 'map(select(.event == "arrived"))[0] | del(.time) == {event: "arrived", call_id: 1,
        from: "+919876543210", to: "+12015550199", ivr: 2}'
    patch CALL /v1/phonenumbers/2/ '{"ivr": 1}'
    wait_until 20 tells '^ended' 3
    same told 'arrived
heard ivr: Welcome to the sandbox. Press 1 to go on, press 2 to hang up.
pressed 1
bridged appusers: sandbox@example.com
ended: caller'
    wait_until 20 all_final
    state_is 1 '.direction == 1 and .from_number == "+919876543210" and .to_number == "+12015550199" and
        .via_number == "+12015550199" and .ivr == 2 and .missed == false and .costs == [{cost: 0.014, currency: "USD"}]'
    state_is 3 '.costs[0].currency == "INR" and .metadata.ivr_inputs == "1"'
    calls +12025550110
    lists 'direction=1' '[3, 2, 1]'
    lists 'direction=2' '[4]'
    lists 'direction=0' '[]'
    lists 'our_numbers=%2B12015550199' '[4, 2, 1]'
    lists 'other_numbers=%2B919876543211' '[2]'
    lists 'to_number=%2B12015550199' '[2, 1]'
    get CALL '/v1/calls/report/?other_number=%2B919876543210&our_number=%2B12015550199'
    holds body '.[0].num_calls == 1'
    stop "$sandbox"
    sandbox --speed 100 --dir d --callers callers # whose numbers have an IVR by now
    wait_until 20 journal_has arrived 3
    state_is 1 '.direction == 1'
    state_is 3 '.direction == 1 and .metadata.ivr_inputs == "1"'
    lists 'direction=1' 'length == 6'
}
# lists QUERY IDS: the list of calls has these, or ids that make a filter true
lists() {
    get CALL "/v1/calls/?currency=1&$1"
    expect 200
    if [[ $2 == \[* ]]; then
        holds body ".[0].results | map(.id) == $2"
    else
        holds body ".[0].results | map(.id) | $2"
    fi
}
journal_has() {
    [ "$(grep -c "\"event\":\"$1\"" "$journal")" -ge "$2" ]
}
t "calls that come in when their number has an IVR" incoming

posted() {
    local line
    hooked <<<"$answers"
    caller '{"from": "+919876543210", "to": "+12015550199"}' # no IVR
    expect 201
    holds body '.[0].call | .id == 1 and .direction == 1 and .missed == null'
    wait_until 20 all_final
    state_is 1 '.missed and .ivr == null and .duration == 0'
    patch CALL /v1/phonenumbers/1/ "{\"ivr\": $ivr}"
    caller '{"from": "+919876543210", "to": "+12015550199", "keys": ["9"]}'
    expect 201
    over 2
    has told '^option 9: 200$'
    caller '{"to": "+12025550104"}'
    expect 201
    holds body '.[0] == {call: null}'
    for line in '{}' '{"to": "+12025550104", "more": 1}' '{"from": "+919876543210", "to": "+12015550199", "at": 5}' '[]' 'x'; do
        caller "$line"
        expect 400
    done
    code=$(curl -sS -o body -w '%{http_code}' "$JAXL_CALL_API_ROOT/sandbox/callers/")
    expect 405
    code=$(curl -sS -o body -w '%{http_code}' -d '{}' "$JAXL_ACCOUNT_API_ROOT/sandbox/callers/")
    expect 404
    code=$(curl -sS -o body -w '%{http_code}' -d '{}' "$JAXL_CALL_API_ROOT/sandbox/callers/")
    expect 415
}
t "callers are posted" posted

alone() {
    echo '{"to": "+12025550104", "keys": ["1"], "talk": 4}' >callers
    sandbox --speed 100 --callers callers
    client_attest
    webhook_ivr /hook/
    place +12025550104 '.ivr_id = 1' # an ordinary IVR
    place +12025550104 ".ivr_id = $ivr"
    wait_until 30 all_final
    tell 1
    same told 'heard ivr: Welcome to the sandbox. Press 1 to go on, press 2 to hang up.
pressed 1
bridged appusers: sandbox@example.com
ended: caller'
    get CALL /v1/calls/2/hangup/
    expect 400 CALL_ALREADY_OVER
    tell 2
    same told 'ended: caller'
}
t "scripts without webhooks" alone
