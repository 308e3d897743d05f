#!/bin/bash
# What is delivered to webhooks, and what their answers do.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"
. "$srcdir/tests/tool/webhook.sh"

bodies() {
    hooked --webhook-header 'X-Hook: blue' --webhook-header @headers <<'END'
setup 200 {"prompt": ["Press 1"], "num_characters": 1}
option=1 200 {"prompt": ["Your code"], "num_characters": 3}
option=1/123 200 {"prompt": ["Bye"], "num_characters": 0}
teardown 200 {"prompt": [" . "], "num_characters": 0}
END
    webhook_ivr '/a/b/?key=x%20y&z'
    post CALL /v1/ivr/ '{"name": "HTTPS://user:pw@Hooks.Example.com:8443/c", "hangup": false}'
    calls +12025550104 '"keys": ["1", "123"]'
    over
    same told 'setup: 200
heard webhook: Press 1
pressed 1
option 1: 200
heard webhook: Your code
pressed 123
option 1 123: 200
heard webhook: Bye
ended: prompt
teardown: 200'
    holds asked 'map(.method) == ["POST", "POST", "POST", "DELETE"] and all(.target == "/a/b/?key=x%20y&z") and
        all(.headers | index("Host: hooks.example.com") and index("X-Hook: blue") and index("X-Secret: green") and
            index("Content-Type: application/json"))'
    holds asked 'all(.[].body; keys == ["data", "event", "mark", "option", "pk", "state"] and .pk == 3 and .mark == null) and
        map(.body.event) == [1, 2, 2, 3] and map(.body.option) == [null, "1", "1", null] and
        map(.body.data) == [null, null, "123", null]'
    holds asked 'all(.[].body.state; .call_id == 1 and .from_number == "+12015550199" and .to_number == "+12025550104" and
        .direction == 2 and .org == {id: 42, name: "Sandbox"} and .greeting_message == null and .options == null and
        .voice.lang == "en" and .campaign_id == null and .campaign_type == null) and
        map(.body.state.metadata.ivr_inputs) == [null, "1", "1123", "1123"] and .[0].body.state.metadata == null'
    state_is 1 '.metadata.ivr_inputs == "1123" and .completed_on != null and .missed == false and .ivr == 3'
    holds "$journal" '[.[] | select(.event == "webhook")] | length == 4 and
        all(.url == "https://hooks.example.com/a/b/?key=x%20y&z" and .ivr == 3 and .ms >= 0 and .time > "2026")'
}
with_headers() {
    printf 'X-Secret: green\r\n\nX-More: 1\n' >headers
    bodies
}
t "what a webhook is sent" with_headers

num_characters() {
    local n keys line
    hooked <<<''
    while IFS='~' read -r n keys line; do
        printf 'setup 200 {"prompt": ["Keys"], "num_characters": %s}\nteardown 204
* 200 {"prompt": ["Bye"], "num_characters": 0}\n' "$n" >answers
        calls +12025550104 "\"keys\": [$keys]"
        over
        has told "^$line"
        has told '^ended: prompt$'
        has told '^teardown: 204$'
    done <<'END'
1~"7"~option 7:
1~"*"~option \*:
1~"712"~option 7:
2~"77"~data 77:
4~"12345"~data 1234:
4~"12", "3", "4567"~data 1234:
"*"~"12*"~data 12\*:
"*"~"12*34"~data 12\*:
"#"~"1*2#"~data 1\*2#:
"#"~"#"~data #:
64~"0123456789012345678901234567890123456789012345678901234567890123"~data [0-9]{64}:
0~"1"~heard webhook: Keys
END
}
t "as many keys as are awaited, or up to a terminator" num_characters

silent() {
    hooked <<'END'
setup 200 {"prompt": ["Talk to me"], "num_characters": -1}
teardown 200
END
    calls +12025550104 '"keys": ["1"], "leave": 60'
    over
    same told 'setup: 200
heard webhook: Talk to me
ended: caller
teardown: 200'
    state_is 1 '.duration == 60 and (.metadata | has("ivr_inputs") | not)'
    calls +12025550105 '"keys": []' # hangs up when nothing is left to do
    over
    has told '^ended: caller$'
    state_is 2 '.duration < 60'
}
t "an agent awaits no keys" silent

nested() {
    hooked <<'END'
setup@/hook/ 200 {"prompt": ["Code"], "num_characters": "#"}
data=12# 200 {"prompt": ["Choose"], "num_characters": 1, "next": null, "phone": null, "mark": null}
option=2@/hook/ 200 {"prompt": ["Number"], "num_characters": 2}
option=2/34 200 {"prompt": ["Again"], "num_characters": 1}
option=3 200 {"next": 3}
setup@/second 200 {"prompt": ["Second"], "num_characters": 2}
data=55 200 {"next": 1, "prompt": null, "num_characters": null}
teardown 200
END
    webhook_ivr /second
    ivr=2
    calls +12025550104 '"keys": ["12#", "2", "34", "3", "55", "9", "2"]'
    over
    same told 'setup: 200
heard webhook: Code
pressed 12#
data 12#: 200
heard webhook: Choose
pressed 2
option 2: 200
heard webhook: Number
pressed 34
option 2 34: 200
heard webhook: Again
pressed 3
option 3: 200
setup: 200
heard webhook: Second
pressed 55
data 55: 200
heard ivr: Welcome to the sandbox. Press 1 to go on, press 2 to hang up.
pressed 9
heard ivr: Welcome to the sandbox. Press 1 to go on, press 2 to hang up.
pressed 2
bridged appusers: sandbox@example.com
ended: caller
teardown: 200'
    holds asked 'map(.body.pk) == [2, 2, 2, 2, 2, 3, 3, 3]'
    state_is 1 '.ivr == 2 and .metadata.ivr_inputs == "12#23435592"'
}
t "digits at setup, options, digits within them, other IVRs" nested

bridges() {
    local key kind joined i=0
    hooked <<'END'
setup 200 {"prompt": ["Hold the line"], "num_characters": 1}
option=0 200 {"phone": {"to_number": "+442079460000", "from_number": "+12015550199"}}
option=1 200 {"phone": {"to_number": "+12025550110"}, "devices": null}
option=2 200 {"devices": [9, 1]}
option=3 200 {"devices": [9]}
option=4 200 {"appusers": [15, 12]}
option=5 200 {"appusers": [15, 99]}
option=6 200 {"teams": [3, 2]}
option=7 200 {"teams": [3, 64, 1000000]}
teardown 200
END
    for key in 0 1 2 3 4 5 6 7; do
        calls "+9198765432$key" "\"keys\": [\"$key\"], \"talk\": \"20s\""
    done
    while read -r kind joined; do
        i=$((i + 1))
        over $i
        has told "^bridged $kind: ${joined//+/\\+}$"
        if [ "$joined" = null ]; then
            has told '^ended: nobody$'
        else
            has told '^ended: caller$'
            state_is $i ".metadata.live.participants | length == 3 and (.[2] | .email // .[\"e164\"]) == \"$joined\""
            state_is $i '.duration >= 20'
        fi
    done <<'END'
phone +442079460000
phone null
devices sandbox@example.com
devices null
appusers asha@example.com
appusers null
teams sandbox@example.com
teams null
END
}
t "somebody joins the call, or nobody" bridges

wrong_answers() {
    local answer wrong
    hooked <<<''
    while IFS='~' read -r answer wrong; do
        printf 'setup 200 %s\nteardown 200\n' "$answer" >answers
        calls +12025550104
        over
        same told "setup: $wrong
ended: webhook
teardown: 200"
    done <<'END'
~there is neither a prompt nor a target
null~there is neither a prompt nor a target
{}~there is neither a prompt nor a target
{"prompt": null, "next": null}~there is neither a prompt nor a target
{"prompt": ["a"]~it is not JSON
[1]~it is not a JSON object
{"prompt": "a", "num_characters": 1}~prompt must be a list of sentences that are not empty
{"prompt": [], "num_characters": 1}~prompt must be a list of sentences that are not empty
{"prompt": ["a", ""], "num_characters": 1}~prompt must be a list of sentences that are not empty
{"prompt": ["a", 1], "num_characters": 1}~prompt must be a list of sentences that are not empty
{"prompt": ["a"]}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": -2}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": 65}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": 1.5}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": "1"}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": "**"}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": ""}~num_characters must be a number from -1 to 64, "*" or "#"
{"prompt": ["a"], "num_characters": 1, "mark": ""}~mark must be a text of 1 to 64 bytes
{"prompt": ["a"], "num_characters": 1, "mark": 1}~mark must be a text of 1 to 64 bytes
{"prompt": ["a"], "num_characters": 1, "next": 1}~it must have either a prompt or exactly one target
{"next": 1, "teams": [1]}~it must have either a prompt or exactly one target
{"next": 1, "num_characters": 1}~num_characters and mark go only with a prompt
{"num_characters": 1}~num_characters and mark go only with a prompt
{"next": 1, "id": "x"}~it has a member that is none of prompt, num_characters, mark, next, phone, devices, appusers and teams
{"next": 99}~next is no IVR
{"next": "1"}~next is no IVR
{"phone": "+12025550177"}~phone must be {"to_number": "+12015550123", "from_number": null}
{"phone": {"to_number": "12025550177", "from_number": null}}~phone must be {"to_number": "+12015550123", "from_number": null}
{"phone": {"to_number": "+12025550177", "more": null}}~phone must be {"to_number": "+12015550123", "from_number": null}
{"phone": {"to_number": "+12025550177", "from_number": "+12025550177"}}~from_number is no number of the organisation
{"devices": []}~devices, appusers and teams are lists of ids
{"teams": ["1"]}~devices, appusers and teams are lists of ids
{"appusers": 11}~devices, appusers and teams are lists of ids
END
    state_is "$call" '.completed_on != null and .missed == false'
}
t "an answer that is wrong ends the call" wrong_answers

no_answers() {
    hooked --webhook-timeout 300ms <<'END'
!setup hang
!setup reset
!setup 404 {"prompt": ["a"], "num_characters": 0}
!setup 302
!setup until:never 200 {"prompt": ["a"], "num_characters": 0}
teardown 200
END
    for wrong in 'no answer in time' 'the connection was lost|Recv failure.*|.*empty reply.*' 'status 404' 'status 302' 'no answer in time'; do
        calls +12025550104
        over
        has told "^setup: ($wrong)$"
        has told '^ended: webhook$'
        lacks told '^heard'
    done
    printf 'setup 200 {"prompt": ["%070000d"], "num_characters": 1}\nteardown 500\n' 1 >answers
    calls +12025550104
    over
    same told 'setup: the answer is over 65536 bytes
ended: webhook
teardown: status 500'
    stop "$hooks"
    calls +12025550104
    over
    has told '^setup: .*([Cc]onnect|refused)'
    has told '^teardown: .*([Cc]onnect|refused)'
    holds "$journal" '[.[] | select(.event == "webhook" and .call_id == 7)] | all(.status == null and .ms == null)'
    # nothing was sent twice
    holds asked 'map(select(.kind == "setup")) | length == 6'
    kill -USR1 "$sandbox"
    wait_until 10 grep -q ': 0 calls are played; 8 webhooks answered, p50 [0-9.]* ms, p99 [0-9.]* ms, max [0-9.]* ms; 9 without' ./*.err
}
t "no answer, or none in time, ends the call" no_answers

marks() {
    hooked <<'END'
setup 200 {"prompt": ["One", "two"], "num_characters": 1, "mark": "m1"}
mark=m1 until:go 200 {}
option=1 200 {"prompt": ["Three"], "num_characters": -1, "mark": "m2"}
mark=m2 200 {"prompt": ["Four"], "num_characters": -1, "mark": "m3"}
mark=m3 200
mark=m4 200 {"phone": {"to_number": "+12025550177"}}
mark=m5 200 null
teardown 200
END
    calls +12025550104 '"keys": ["1", null], "talk": 3000, "think": 0'
    wait_until 20 tells '^pressed 1'
    lacks told '^mark'
    not came option 1 # the mark before is not answered yet
    : >go
    wait_until 20 came mark 3
    post CALL "/v1/calls/1/tts/" '{"prompts": ["Five"], "mark": "m4"}'
    expect 200
    wait_until 20 came mark 4
    post CALL "/v1/calls/1/tts/" '{"prompts": ["Six"], "mark": null}'
    post CALL "/v1/calls/1/tts/" '{"prompts": ["Seven"], "mark": "m5"}'
    wait_until 20 came mark 5
    get CALL /v1/calls/1/hangup/
    expect 200
    over
    same told 'setup: 200
heard webhook: One | two
pressed 1
mark m1: 200
option 1: 200
heard webhook: Three
mark m2: 200
heard webhook: Four
mark m3: 200
heard api: Five
mark m4: 200
bridged phone: +12025550177
heard api: Six
heard api: Seven
mark m5: 200
ended: api
teardown: 200'
    holds asked 'map(select(.kind == "mark") | .body) | all(.event == 5 and .option == null and .data == null) and
        map(.mark) == ["m1", "m2", "m3", "m4", "m5"]'
    state_is 1 '.metadata.live | .spoken == 3 and .mark == "m5"'
    printf 'setup 200 {"prompt": ["One"], "num_characters": 1, "mark": "m"}\nmark 200 {"next": 99}\nteardown 200\n' >answers
    calls +12025550105 '"keys": [null]'
    over
    same told 'setup: 200
heard webhook: One
mark m: next is no IVR
ended: webhook
teardown: 200'
}
t "marks, and what their answers do" marks

configures() {
    hooked <<'END'
configure 200 {"prompt": [" . "], "num_characters": 0}
setup@/second 200 {"next": 99}
END
    webhook_ivr /second
    patch CALL /v1/phonenumbers/1/ '{"ivr": 2}'
    expect 200
    wait_until 20 came configure 1
    patch CALL /v1/phonenumbers/1/ '{"ivr": 2}'          # as before
    patch CALL /v1/phonenumbers/1/ '{"ivr": null}'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 1}'          # an ordinary one
    patch CALL /v1/phonenumbers/1/ '{"ringing_strategy": "ROUND_ROBIN"}'
    patch CALL /v1/phonenumbers/2/ '{"ivr": 3}'
    expect 200
    wait_until 20 came configure 2
    holds asked 'length == 2 and map(.body.pk) == [2, 3] and map(.target) == ["/hook/", "/second"] and
        all(.method == "POST" and .body.event == 1 and .body.state == null and .body.data == null)'
    wait_until 20 has "$journal" '"kind":"configure","ivr":3'
    holds "$journal" 'map(select(.event == "webhook")) | length == 2 and all(.call_id == null and .kind == "configure" and
        .status == 200 and .wrong == null)'
}
t "a webhook is told when it is assigned to a number" configures

unanswered() {
    hooked <<<'teardown 200'
    for number in 10 11 12 21; do
        calls "+120255501$number"
    done
    calls +12025550104 '"ring": 3000'
    get CALL /v1/calls/5/hangup/ # while it rings
    expect 200
    wait_until 30 all_final
    state_is 2 '.has_voicemail'
    state_is 5 '.missed and .completed_on != null'
    same asked ''
    holds "$journal" 'map(select(.event == "ended" or .event == "heard")) | length == 1 and .[0].call_id == 5 and
        .[0].why == "api" and .[0].duration == 0'
}
t "who does not answer enters no webhook" unanswered

at_once() {
    local i
    hooked <<'END'
setup until:go 200 {"prompt": ["Hello"], "num_characters": 0}
teardown 200
END
    calls +12025550104 '"then": "wait"'
    for ((i = 1; i < 30; i++)); do
        calls +12025550104
    done
    wait_until 30 came setup 30 # all of them are under way, and the sandbox is there for others
    state_is 30 '.missed == false and .completed_on == null'
    : >go
    wait_until 30 came teardown 30
    wait_until 30 all_final
    holds "$journal" 'map(select(.event == "ended")) | length == 30 and all(.why == "prompt")'
}
t "many calls at once" at_once

nowhere() {
    sandbox --speed 100
    client_attest
    webhook_ivr /hook/
    place +12025550100 ".ivr_id = $ivr"
    wait_until 30 all_final
    state_is 1 '.duration == 30'
    patch CALL /v1/phonenumbers/1/ "{\"ivr\": $ivr}"
    expect 200
    holds "$journal" 'all(.event == "placed" or .event == "request")'
}
t "without a server nothing is delivered, and calls go as planned" nowhere

options() {
    local value
    for value in 0 65536 x localhost: : 'a b:99' 99999999; do
        run jaxl-sandbox --webhook "$value" -- true
        status 64
        has err "^jaxl-sandbox: .*'$value' is not \[HOST:\]PORT"
    done
    for value in 9919 :9919 localhost:9919 '[::1]:9919' hooks.example.com:1; do
        run jaxl-sandbox --webhook "$value" -- true
        status 0
    done
    run jaxl-sandbox --webhook-header 'no secret is said' -- true
    status 64
    same err "jaxl-sandbox: --webhook-header: the value is not 'Name: value'"
    run jaxl-sandbox --webhook-header @nothing -- true
    status 74
    printf 'A: b\nsecret\n' >headers
    run jaxl-sandbox --webhook-header @headers -- true
    status 64
    same err "jaxl-sandbox: --webhook-header: line 2 of headers is not 'Name: value'"
    run jaxl-sandbox --webhook-timeout 0 -- true
    status 64
}
t "options that are wrong" options
