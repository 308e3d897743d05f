#!/bin/bash
# What is done to calls that webhooks lead, ordinary IVRs that come to webhooks, restarts.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"
. "$srcdir/tests/tool/webhook.sh"

none='"devices": null, "appusers": null, "collections": null, "webhook": null'

# act VERB JSON: on the call $call
act() {
    post CALL "/v1/calls/$call/$1/" "$2"
}

hangs_up() {
    hooked <<'END'
setup until:go 200 {"prompt": ["A text that is much too long to be heard to its end. A text that is much too long to be heard to its end. A text that is much too long to be heard to its end. A text that is much too long to be heard to its end."], "num_characters": 1}
setup 200 {"prompt": ["Short"], "num_characters": 1}
teardown 200
END
    calls +12025550104 '"then": "wait"'
    wait_until 20 came setup 1
    get CALL "/v1/calls/$call/hangup/" # while an answer is awaited
    expect 200
    not came teardown 1
    : >go
    over
    same told 'ended: api
setup: 200
teardown: 200'
    get CALL "/v1/calls/$call/hangup/"
    expect 400 CALL_ALREADY_OVER
    state_is 1 '.completed_on != null and .duration > 0'
    sandbox --speed 1 --webhook "127.0.0.1:$hook_port"
    client_attest
    webhook_ivr /hook/
    calls +12025550104 '"ring": "10ms"'
    wait_until 20 tells '^setup: 200' # of a text of more than ten seconds
    get CALL "/v1/calls/$call/hangup/"
    expect 200
    over
    same told 'setup: 200
heard webhook: A text that is much too long to be heard to its end. A text that is much too long to be heard to its end. A text that is much too long to be heard to its end. A text that is much too long to be heard to its end. ...
ended: api
teardown: 200'
}
t "hangup ends the call, and it is torn down" hangs_up

transfers_out() {
    hooked <<'END'
setup 200 {"prompt": ["Press"], "num_characters": 1}
mark 200 {"prompt": ["never said"], "num_characters": 1}
option until:go 200 {"prompt": ["never said"], "num_characters": 1}
teardown 200
END
    calls +12025550104 '"keys": ["1", "2"], "think": 200, "talk": 50'
    wait_until 20 came option 1
    act transfer '{"next_or_cta": {"next": 1, "cta": null}}' # while an answer is awaited
    expect 200
    : >go
    act tts '{"prompts": ["For all"], "mark": "m"}'
    expect 200
    over
    grep -v '^option 1' told >story # it is answered when it likes
    same story 'setup: 200
heard webhook: Press
pressed 1
heard ivr: Welcome to the sandbox. Press 1 to go on, press 2 to hang up.
heard api: For all
pressed 2
bridged appusers: sandbox@example.com
ended: caller
teardown: 200'
    not came mark 1 # it has left the webhook
    state_is 1 '.metadata.ivr_inputs == "12" and .metadata.live.transfer.next == 1 and .metadata.live.mark == "m"'
}
t "a transfer takes the call out of the webhook" transfers_out

transfers_in() {
    hooked <<'END'
setup@/other 200 {"prompt": ["Other"], "num_characters": 0}
setup 200 {"prompt": ["Press"], "num_characters": 1}
teardown 200
END
    webhook_ivr /other
    ivr=1
    place +12025550104 '.ivr_id = 1' # an ordinary call, planned for 600 s
    call=$(jq .call_id body)
    wait_until 20 state_is 1 '.missed == false'
    act transfer '{"next_or_cta": {"next": 3, "cta": null}}'
    expect 200
    over
    same told 'setup: 200
heard webhook: Other
ended: prompt
teardown: 200'
    state_is 1 '.duration < 600 and .ivr == 1'
    caller '{"to": "+12025550106", "ring": 500, "talk": 600}'
    place +12025550106 # without an IVR, while it rings, into a webhook of no IVR
    call=$(jq .call_id body)
    act transfer "{\"next_or_cta\": {\"next\": null, \"cta\": {\"phone_number\": null, ${none/null\}/}}}}"
    expect 400
    act transfer '{"next_or_cta": {"next": null, "cta": {"phone_number": null, "devices": null, "appusers": null,
        "collections": null, "webhook": "https://hooks.example.com/other"}}}'
    expect 200
    state_is 2 '.missed == null'
    over
    same told 'setup: 200
heard webhook: Other
ended: prompt
teardown: 200'
    holds asked 'map(.body.pk) == [3, 3, 0, 0] and all(.target == "/other")'
    # from one webhook into another
    ivr=2
    calls +12025550105 '"then": "wait", "keys": [null]'
    wait_until 20 tells '^heard'
    act transfer '{"next_or_cta": {"next": 3, "cta": null}}'
    over
    same told 'setup: 200
heard webhook: Press
setup: 200
heard webhook: Other
ended: prompt
teardown: 200'
    holds asked 'map(select(.body.state.call_id == 3) | .body.pk) == [2, 3, 3]'
    # one that will not be answered stays as it is
    place +12025550110 '.ivr_id = 1'
    call=$(jq .call_id body)
    act transfer '{"next_or_cta": {"next": 3, "cta": null}}'
    expect 200
    wait_until 20 state_is 4 '.is_finalized'
    state_is 4 '.missed'
}
t "a transfer takes an ordinary call into a webhook" transfers_in

targets() {
    local cta
    hooked <<'END'
setup 200 {"prompt": ["Press"], "num_characters": 1}
teardown 200
END
    while IFS='~' read -r cta line; do
        calls +12025550104 '"keys": [null], "talk": 10'
        wait_until 20 tells '^heard'
        act transfer "{\"next_or_cta\": {\"next\": null, \"cta\": $cta}}"
        expect 200
        over
        has told "^bridged $line$"
        has told '^ended: caller$'
    done <<END
{"phone_number": "+12025550177", $none}~phone: .12025550177
{"phone_number": null, "devices": [1], "appusers": null, "collections": null, "webhook": null}~devices: sandbox@example.com
{"phone_number": null, "devices": null, "appusers": [13], "collections": null, "webhook": null}~appusers: ben@example.com
{"phone_number": null, "devices": null, "appusers": null, "collections": {"collection_ids": [1], "type": 2}, "webhook": null}~teams: sandbox@example.com
END
}
t "who a transfer can bridge to" targets

in_between() {
    hooked <<'END'
setup until:go 200 {"prompt": ["Hold"], "num_characters": 1}
option=1 200 {"phone": {"to_number": "+12025550177", "from_number": null}}
mark 200
teardown 200
END
    calls +12025550104 '"ring": 500, "keys": ["1"], "talk": 5000'
    act tts '{"prompts": ["While it rings"], "mark": "rang"}'
    expect 200
    wait_until 20 tells '^heard api'
    : >go
    wait_until 20 tells '^bridged'
    act mute '{"e164": "+12025550177", "email": null}'
    expect 200
    act hold '{"e164": "+12025550104", "email": null}'
    expect 200
    act add '{"e164": null, "from_e164": null, "email": "ann@example.com"}'
    expect 200
    act play '{"url": "https://example.com/a.wav"}'
    expect 200
    act record '{"status": "pause"}'
    expect 200
    post CALL /v1/calls/1/tags/ '{"name": "vip"}'
    post CALL /v1/calls/1/metadata/ '{"order": 7}'
    state_is 1 '.metadata.live | .participants[2] == {e164: "+12025550177", email: null, muted: true, held: false} and
        .participants[1].held and .participants[3].email == "ann@example.com" and .played == 1 and .recording == "paused"'
    act remove '{"e164": "+12025550177", "email": null}'
    expect 200
    act unhold '{"e164": "+12025550104", "email": null}'
    expect 200
    state_is 1 '.metadata.live | .participants[2].email == "ann@example.com" and (.participants[1].held | not)'
    wait_until 20 tells '^heard play'
    get CALL /v1/calls/1/hangup/
    over
    grep -v '^mark' told >story
    same story 'heard api: While it rings
setup: 200
heard webhook: Hold
pressed 1
option 1: 200
bridged phone: +12025550177
heard play: https://example.com/a.wav
ended: api
teardown: 200'
    # what was said before the call came to the webhook is told to it nevertheless: it is there by then
    holds asked 'map(select(.kind == "mark") | .body.mark) == ["rang"] and (map(.kind) | index("mark") > index("setup"))'
    holds asked 'map(select(.kind == "teardown") | .body.state.metadata)[0] | .order == 7 and .ivr_inputs == "1" and
        .live.played == 1'
}
t "what is done to a call that webhooks lead shows in it" in_between

# option INPUT MEMBERS: of the IVR $ivr
option() {
    post CALL "/v1/ivr/$ivr/options/" "$(jq -nc "{name: \"x\", input: \"$1\", enabled: true, needs_data_prompt: null,
        confirmation: false, next_or_cta: {next: null, cta: {phone_number: \"+12025550177\", $none}}} + $2")"
    expect 201
}

chosen() {
    local to_webhook='{phone_number: null, devices: null, appusers: null, collections: null, webhook: "https://hooks.example.com/cta"}'
    hooked <<'END'
option@/paid 200 whatever
option@/unpaid 204
option@/stopped 500
setup@/cta 200 {"prompt": ["In the option"], "num_characters": 0}
setup@/hook/ 200 {"prompt": ["In the IVR"], "num_characters": 0}
teardown 200
END
    post CALL /v1/ivr/ '{"name": "Choose", "hangup": false}'
    expect 201
    ivr=3
    option 1 '{webhook_url: "https://hooks.example.com/paid"}'
    option 2 '{webhook_url: "https://hooks.example.com/unpaid"}'
    option 3 '{webhook_url: "https://hooks.example.com/stopped", next_or_cta: {next: 2, cta: null}}'
    option 4 "{next_or_cta: {next: null, cta: $to_webhook}}"
    option 5 '{next_or_cta: {next: 2, cta: null}}'
    option 6 '{needs_data_prompt: "Your number", confirmation: true, webhook_url: "https://hooks.example.com/paid"}'
    option 7 '{needs_data_prompt: "Your code"}'
    for key in 1 2 3 4 5; do
        calls "+9198765432$key" "\"keys\": [\"$key\"], \"talk\": 10"
    done
    calls +91987654326 '"keys": ["6", "42"], "talk": 10'
    calls +91987654327 '"keys": ["7", "43#"], "talk": 10'
    wait_until 30 all_final
    story 1 'chosen 1: 200
bridged phone: +12025550177
ended: caller'
    story 2 'chosen 2: status 204
ended: webhook'
    story 3 'chosen 3: status 500
ended: webhook'
    over 4
    story 4 'setup: 200
heard webhook: In the option
ended: prompt
teardown: 200'
    over 5
    story 5 'setup: 200
heard webhook: In the IVR
ended: prompt
teardown: 200'
    story 6 'heard ivr: Your number
pressed 42
heard ivr: 42
chosen 6 42: 200
bridged phone: +12025550177
ended: caller'
    story 7 'heard ivr: Your code
pressed 43#
bridged phone: +12025550177
ended: caller'
    holds asked 'map(select(.target == "/paid") | .body | [.pk, .event, .option, .data]) == [[3, 2, "1", null], [3, 2, "6", "42"]]'
    holds asked 'map(select(.target == "/cta") | .body.pk) == [3, 3]'
    state_is 6 '.metadata.ivr_inputs == "642"'
}
# story CALL TEXT: after the greeting and the first key
story() {
    tell "$1"
    has told '^heard ivr: Choose$'
    sed '1,2d' told >story
    same story "$2"
}
t "options of ordinary IVRs: webhook_url, webhooks, more digits" chosen

restarts() {
    echo '{"to": "+12025550106", "ring": 1500, "keys": [null]}' >callers
    hooked --dir d --callers callers <<'END'
setup@/hook/ 200 {"prompt": ["Press"], "num_characters": 1}
setup@/next 200 {"prompt": ["Press more"], "num_characters": 2}
option 200 {"next": 3}
teardown 200
END
    webhook_ivr /next
    ivr=2
    calls +12025550104 '"keys": ["1", null]'
    calls +12025550105 '"keys": []'
    over 2
    wait_until 20 tells 'heard webhook: Press more' 1
    calls +12025550106 # rings for 15 s
    kill -KILL "$sandbox"
    await "$sandbox"
    sandbox --dir d --callers callers --speed 100 --webhook "127.0.0.1:$hook_port"
    wait_until 20 tells '^teardown' 1
    same told 'ended: restart
teardown: 200'
    state_is 1 '.completed_on != null and .missed == false and .ivr == 2'
    get CALL /v1/calls/1/
    jq -S 'del(.recording_playback_url)' body >after
    holds after '.[0].metadata.ivr_inputs == "1"'
    wait_until 60 tells '^setup' 3 # it rang and goes on
    holds asked 'map(select(.kind == "teardown") | [.body.state.call_id, .body.pk]) == [[2, 2], [1, 3]]'
    stop "$sandbox"
    status 143
    sandbox --dir d --speed 100 --webhook "127.0.0.1:$hook_port"
    wait_until 20 tells '^teardown' 3
    same told 'ended: restart
teardown: 200'
    get CALL /v1/calls/1/
    jq -S 'del(.recording_playback_url)' body >later
    diff after later
    holds asked 'map(select(.kind == "teardown") | .body.state.call_id) == [2, 1, 3]'
    stop "$sandbox"
    sandbox --dir d --speed 100
    state_is 3 '.completed_on != null'
    holds asked 'map(select(.kind == "teardown")) | length == 3'
}
t "calls that were going on when the sandbox was killed are over" restarts

opened() {
    hooked --dir d --speed 3 <<'END'
setup 200 {"prompt": ["Press"], "num_characters": 1}
option 200 {"prompt": ["Wait"], "num_characters": -1}
teardown 200
END
    place +12025550103 '.ivr_id = 1' # presses the first option
    call=1
    wait_until 20 state_is 1 '.metadata.ivr_inputs == "1"'
    act transfer "{\"next_or_cta\": {\"next\": $ivr, \"cta\": null}}"
    expect 200
    wait_until 20 tells '^pressed 1'
    kill -KILL "$sandbox"
    await "$sandbox"
    sandbox --dir d --speed 3 --webhook "127.0.0.1:$hook_port"
    over
    wait_until 20 state_is 1 '.is_finalized and .metadata.ivr_inputs == "11" and .duration > 0'
    wait_until 20 paid
}
# paid: what the IVR knows of calls that are final
paid() {
    get CALL /v1/ivr/1/
    jq -e '.avg_time_spent > 0' body
}
t "a call that was transferred to a webhook is kept over a restart" opened

ends_at_once() {
    local start
    hooked <<'END'
setup hang
END
    calls +12025550104
    wait_until 20 came setup 1
    start=$SECONDS
    stop "$sandbox"
    status 143
    [ $((SECONDS - start)) -lt $((8 * ${T_SLOW:-1})) ] # the time limit of an answer is 10 s
    tell
    same told 'setup: given up at the end'
}
t "the sandbox does not wait for an answer when it ends" ends_at_once
