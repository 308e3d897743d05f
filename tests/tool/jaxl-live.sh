#!/bin/bash
# jaxl against a call of the sandbox that goes on: what is done to it shows in the call.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/wav.sh"

from=+12015550199 to=+12025550104 # lasts ten minutes

call() {
    sandbox
    run jaxl calls create --to "$to" --from "$from" --ivr 1
    status 0
    id=$(jq .call_id out)
}
# live FILTER: true of what was done to the call
live() {
    run jaxl calls get --call-id "$id"
    jq -e ".metadata.live | $1" out || fail "the call does not have it: $1"
}
# act COMMAND...: succeeds and says nothing
act() {
    run jaxl calls "$1" --call-id "$id" "${@:2}"
    status 0
    same out ''
    same err ''
}

plays() {
    call
    wav 8000 1 1 >right.wav
    act play --audio right.wav
    wav 44100 2 1 >music.wav
    act play --audio music.wav
    act play --audio https://example.com/a.wav
    live '.played == 3'
    echo 'no sound' >text.wav
    run jaxl calls play --call-id "$id" --audio text.wav
    status 65
    has err '^jaxl: calls play: --audio: .*text\.wav'
    run jaxl calls play --call-id "$id" --audio missing.wav
    status 65
    has err 'missing\.wav.*No such file'
    live '.played == 3'
}
t "a file is played, whatever its rate and channels" plays

speaks() {
    call
    act tts --prompt 'Dear Dr. Rao, that is Rs. 5.50. Thank you! Goodbye.' --mark end
    live '.spoken == 3 and .mark == "end"'
    run jaxl calls tts --call-id "$id" --prompt ' '
    status 64
    has err '^jaxl: calls tts: .*nothing to say'
}
t "a text is spoken sentence by sentence" speaks

treats() {
    call
    act add --e164 '(202) 555-0177' --country US
    act add --email asha@example.com
    act mute --email asha@example.com
    act hold --e164 +12025550177
    live '.participants | map(select(.muted)) | length == 1 and .[0].email == "asha@example.com"'
    live '.participants | map(select(.held)) | length == 1 and .[0]["e164"] == "+12025550177"'
    act unmute --email asha@example.com
    act unhold --e164 +12025550177
    act remove --e164 +12025550177
    live '.participants | length == 3 and all(.muted == false and .held == false)'
    run jaxl calls mute --call-id "$id" --e164 +12025550177
    status 1
    has err '^jaxl: calls mute: .*answered 404: NOT_IN_CALL'
}
t "participants come, are muted and held, and go" treats

annotates() {
    call
    act message --text 'Asked for a callback.' --type note
    act message --text 'Hello' --direction rcvd --epoch 1795424400
    act transfer --teams 1
    live '.messages == 2 and .transfer.cta.collections.collection_ids == [1]'
    run jaxl calls tag --call-id "$id" --name vip --rationale 'spends much'
    holds out '.[0].name == "vip" and .[0].rationale == "spends much"'
    run jaxl calls metadata --call-id "$id" --data '{"crm": "A-17", "amount": 1.50}'
    has out '"amount":1\.50'
    run jaxl calls list --active --fields id,tags.0.name
    holds out 'length == 1 and .[0]["tags.0.name"] == "vip"'
    act hangup
    run jaxl calls list --active
    same out ''
    run jaxl calls hangup --call-id "$id"
    status 1
    has err 'answered 400: CALL_ALREADY_OVER'
}
t "messages, transfer, tags, metadata, hanging up" annotates

recorded() {
    sandbox --speed 60
    run jaxl calls create --to +12025550100 --from "$from" --ivr 1 --follow
    status 0
    id=$(jq .call_id out)
    run jaxl calls audio --call-id "$id" --path call.wav
    status 0
    same out ''
    [ "$(head -c 4 call.wav)" = RIFF ]
    run jaxl calls audio --call-id "$id"
    cmp call.wav out
    run jaxl calls report --field num_calls --field answered
    holds out ".[0] == {num_calls: 1, answered: 1, is_finalized: true}"
}
t "the recording of a call that is over" recorded

campaign() {
    sandbox --speed 60
    printf 'phone,name\n+12025550100,Asha\n+12025550110,Bo\n' >leads.csv
    run jaxl campaigns create --path leads.csv --type ai --ai-id feedback --template Hi \
        --country-code US --start-time 00:00 --end-time 23:59 --timezone UTC
    status 0
    id=$(jq .id out)
    wait_until 60 finished
    holds out '.[0].stats == {"total": 2, "successful": 1, "failed": 0, "missed": 1, "pending": 0}'
    run jaxl campaigns export --campaign-id "$id" --path results.csv
    status 0
    has results.csv "^\"\\+12025550100\",successful"
    run jaxl campaigns pause --campaign-id "$id"
    status 1
    has err '^jaxl: campaigns pause: .*answered 400'
}
finished() {
    run jaxl campaigns list --status FINISHED
    [ -s out ]
}
t "a campaign of the platform from file to results" campaign

# The platform hangs before the call is asked for.
interrupted() {
    sandbox --hang 600 --fault-other timeout-before=100%
    spawn create jaxl calls create --timeout 600 --to "$to" --from "$from" --ivr 1
    wait_until 20 grep -q timeout-before "$journal"
    stop "$pid" TERM
    status 143
    same create.out ''
    lacks "$journal" '"placed"'
}
t "a signal ends calls create while it waits" interrupted

# Nothing is done that nobody would hear of, and no file takes the place of what is closed.
closed() {
    sandbox
    rc=0
    jaxl calls create --to "$to" --from "$from" --ivr 1 >&- 2>err || rc=$?
    status 74
    same err 'jaxl: standard output is closed'
    printf 'to\n%s\n' "$to" >leads.csv
    rc=0
    jaxl-dial --from "$from" --ivr 1 leads.csv >&- 2>err || rc=$?
    status 74
    lacks "$journal" '"placed"'
}
t "without a standard output nothing is placed" closed

last_counts() {
    sandbox
    run jaxl calls create --to "$to" --to 5 --from "$from" --ivr 1
    status 64
    has err '^jaxl: calls create: --to: '
    lacks "$journal" '"placed"'
}
t "of a number that is given twice the last counts" last_counts

proofs() {
    sandbox
    run jaxl calls usage
    holds out '.[0].num_calls == 0 and (.[0] | has("signed") | not)'
    run jaxl api GET payment /v1/customer/consumables/
    holds out '.[0].symbol == "$" and (.[0] | has("signed") | not)'
}
t "what proves payments is not printed" proofs
