#!/bin/bash
# jaxl-control: each action shows in the call, and what is wrong with one is told.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/control.sh"
. "$srcdir/tests/tool/wav.sh"

participants() {
    sandbox
    calls 1
    act 0 add '"e164": "+12025550177", "from_e164": "+12015550199"'
    result '.result == "done" and .http_status == 200 and .reason == null and (has("answer") | not)'
    act 0 add '"email": "asha@example.com"'
    act 0 mute '"email": "asha@example.com"'
    act 0 hold '"e164": "+1 (202) 555-0177"'
    live '.participants | map([(.["e164"] // .email), .muted, .held]) == [["+12015550199", false, false],
        ["+12015550104", false, false], ["+12025550177", false, true], ["asha@example.com", true, false]]'
    act 0 unmute '"email": "asha@example.com"'
    act 0 unhold '"e164": "+12025550177"'
    act 0 remove '"e164": "+12025550177"'
    live '.participants | map([(.["e164"] // .email), .muted, .held]) == [["+12015550199", false, false],
        ["+12015550104", false, false], ["asha@example.com", false, false]]'
    # the platform says no: the call goes on
    act 1 mute '"e164": "+12025550177"'
    result '.result == "refused" and .http_status == 404 and (.reason | contains("NOT_IN_CALL"))'
    act 1 remove '"e164": "+12015550199"'
    result '.result == "refused" and .http_status == 400 and (.reason | contains("END_OF_CALL"))'
}
t "participants come, are muted and held, and go" participants

speech() {
    sandbox
    calls 1
    act 0 tts '"prompt": "Dear Dr. Rao, that is Rs. 5.50. Thank you!", "mark": "end"'
    live '.spoken == 2 and .mark == "end"'
    act 0 tts '"prompt": ["One. Two.", "Three."]'
    live '.spoken == 4 and .mark == null'
    act 0 tts '"prompt": "On Jan. 5 it is free.", "language": "en"'
    live '.spoken == 5'
}
t "a text is spoken sentence by sentence, sentences as they are" speech

sounds() {
    sandbox
    calls 1
    wav 8000 1 1 >right.wav
    wav 44100 2 1 >music.wav
    act 0 play '"file": "right.wav"'
    act 0 play '"file": "music.wav"'
    act 0 play '"url": "https://example.com/a.wav"'
    live '.played == 3'
    echo 'no sound' >text.wav
    act_rejected play '"file": "text.wav"' '^file: .*text\\.wav'
    act_rejected play '"file": "missing.wav"' 'missing\\.wav: No such file'
    act_rejected play '"file": "."' 'no regular file'
    live '.played == 3'
}
# act_rejected ACTION MEMBERS REGEX: it is rejected for this reason
act_rejected() {
    control <<<"{\"action\": \"$1\", \"call_id\": $id${2:+, $2}}"
    status 1
    same out ''
    head -n 1 err >reject
    holds reject "length == 1 and (.[0].reason | test(\"$3\")) and .[0].line == 1"
}
t "a file is played, whatever its rate and channels" sounds

# A file is read once, and again when it has changed.
changed_sound() {
    sandbox
    calls 1
    wav 8000 1 1 >a.wav
    mkfifo in
    spawn control jaxl-control in
    exec 5>in
    echo "{\"action\": \"play\", \"call_id\": $id, \"file\": \"a.wav\"}" >&5
    wait_until 20 grep -q '"done"' control.out
    echo 'not a sound any more' >a.wav
    echo "{\"action\": \"play\", \"call_id\": $id, \"file\": \"a.wav\"}" >&5
    wait_until 20 grep -q reason control.err
    wav 8000 1 2 >a.wav
    echo "{\"action\": \"play\", \"call_id\": $id, \"file\": \"a.wav\"}" >&5
    # and while it waits
    echo "{\"action\": \"play\", \"call_id\": $id, \"file\": \"a.wav\", \"delay\": \"2s\"}" >&5
    exec 5>&-
    wait_until 20 lines 2 control.out
    rm a.wav
    await "$pid"
    status 1
    live '.played == 2'
    holds control.out 'map(.result) == ["done", "done", "failed"] and (.[2].reason | test("a.wav: No such file"))'
}
t "a sound that has changed is read again" changed_sound

transfers() {
    local members target
    sandbox
    calls 1
    while IFS='~' read -r members target; do
        act 0 transfer "$members"
        live ".transfer == $target"
    done <<'LINES'
"next": 1~{next: 1, cta: null}
"phone": "+12025550177"~{next: null, cta: {phone_number: "+12025550177", devices: null, appusers: null, collections: null, webhook: null}}
"devices": [5, 7]~{next: null, cta: {phone_number: null, devices: [5, 7], appusers: null, collections: null, webhook: null}}
"appusers": "11;12"~{next: null, cta: {phone_number: null, devices: null, appusers: [11, 12], collections: null, webhook: null}}
"teams": 1~{next: null, cta: {phone_number: null, devices: null, appusers: null, collections: {collection_ids: [1], type: 2}, webhook: null}}
"webhook": "https://example.com/hook"~{next: null, cta: {phone_number: null, devices: null, appusers: null, collections: null, webhook: "https://example.com/hook"}}
LINES
    act 0 hangup
    jaxl calls get --call-id "$id" >seen
    holds seen '.[0].completed_on != null'
}
t "a call is transferred, and hung up" transfers

notes() {
    sandbox
    calls 1
    act 0 message '"text": "Asked for a callback.", "type": "note"'
    act 0 message '"text": "Hello", "direction": "rcvd", "time": "2026-11-23T10:00:00Z"'
    live '.messages == 2'
    act 0 tag '"name": "vip", "rationale": "spends much"'
    result '.answer.name == "vip" and .answer.rationale == "spends much" and .name == "vip"'
    act 1 tag '"name": "vip"'
    result '.result == "refused" and .http_status == 412'
    act 0 metadata '"data": {"crm": "A-17", "amount": 1.50}'
    result '.answer.crm == "A-17"'
    has out '"amount":1\.50'
    act 0 metadata '"data": "{\"more\": true}"' # as CSV has it
    result '.answer == {"crm": "A-17", "amount": 1.50, "more": true, "live": .answer.live}'
    act 1 metadata '"data": {"live": 1}' # the platform's own: 403 is of this action alone
    result '.result == "refused" and .http_status == 403'
    lacks out 'Hello.*sk|gAAAA' # what travels sealed is not told
    jaxl calls get --call-id "$id" >seen
    holds seen '.[0].metadata.more == true and (.[0].tags | map(.name)) == ["vip"]'
}
t "messages, tags and metadata" notes

recording() {
    sandbox --speed 10
    calls 1 +12015550102 # answered after 5 s, 61 s long
    wait_until 20 paused
    live '.recording == "paused"'
    act 0 record '"status": "resume"'
    live '.recording == "recording"'
    act 0 audio '"path": "call.wav", "if": "ringing"'
    result '.result == "skipped"'
    act 1 audio '"path": "call.wav"'
    result '.result == "refused" and .http_status == 400 and (.reason | contains("CALL_NOT_OVER"))'
    [ ! -e call.wav ]
    wait_until 20 over
    act 0 audio '"path": "call.wav", "if": "over", "mine": [1]'
    result '.result == "done" and .mine == [1] and .path == "call.wav"'
    [ "$(head -c 4 call.wav)" = RIFF ]
    [ "$(jq .answer.bytes out)" -eq "$(stat -c %s call.wav)" ]
    jaxl calls audio --call-id "$id" >again.wav
    cmp call.wav again.wav
    act 1 audio '"path": "no/such/folder/call.wav"'
    result '.result == "failed" and (.reason | contains("No such file"))'
    act 0 record '"status": "stop"'
    result '.result == "ended"'
}
paused() {
    act 0 record '"status": "pause", "if": "answered"'
    jq -e '.result == "done"' out
}
over() {
    jaxl calls get --call-id "$id" | jq -e .completed_on
}
t "the recording is paused, resumed and fetched" recording

# What a record lacks, or has too much of: a line each.
wrong() {
    local members reason action long
    printf -v long 'a%.0s' {1..300}
    sandbox
    id=1
    while IFS='~' read -r action members reason; do
        act_rejected "$action" "${members/LONG/$long}" "$reason"
    done <<'LINES'
mutt~"e164": "+12025550177"~^action: there is no 'mutt'; did you mean 'mute'\\?$
zzzzzzzzz~~^action: there is no 'zzzzzzzzz'$
mute~~^exactly one of e164 and email is needed, and there is none$
add~"e164": "+12025550177", "email": "a@b.c"~^exactly one of e164 and email is needed, and there are several$
add~"email": "a@b.c", "from_e164": "+12015550199"~^from_e164: it goes with e164 only$
hold~"e164": "2025550177"~^e164: 
hold~"email": "asha"~^email: 'asha' is no e-mail address
tts~~^prompt is needed$
tts~"prompt": ""~^prompt is needed$
tts~"prompt": " "~^prompt: there is nothing to say$
tts~"prompt": []~^prompt: it is without a sentence$
tts~"prompt": ["a", " "]~^prompt: it is no array of sentences
tts~"prompt": {"a": 1}~^prompt: it is no text$
tts~"prompt": "x", "language": "LONG"~^prompt: sentences of a text: locale 
play~~^exactly one of url and file
play~"url": "http://example.com/a.wav"~^url: 'http://example.com/a.wav' is no https URL$
play~"file": "-"~^file: '-' is no file
transfer~~^exactly one of next, phone, devices, appusers, teams and webhook is needed, and there is none$
transfer~"next": 5, "teams": [1]~and there are several$
transfer~"next": 0~^next: '0' is no id
transfer~"teams": []~^teams: it is without an id$
transfer~"devices": [5, "x"]~^devices: 'x' is no id$
transfer~"phone": "5"~^phone: 
transfer~"webhook": "example.com"~^webhook: 
message~~^text is needed$
message~"text": "x", "type": "chatt"~^type: 'chatt' is neither chat nor note$
message~"text": "x", "direction": "in"~^direction: 'in' is neither sent nor rcvd$
message~"text": "x", "time": "noon"~^time: 'noon' is no time
tag~~^name is needed$
metadata~~^data is needed$
metadata~"data": {"a": {"b": 1}}~^data: it is no flat object
metadata~"data": "[1]"~^data: '\\[1\\]' is no flat JSON object$
metadata~"data": "{"~^data: '\\{' is no flat JSON object$
record~~^status is needed$
record~"status": "start"~^status: 'start' is none of pause, resume, stop$
audio~~^path is needed$
audio~"path": "-"~^path: '-' is no file
hangup~"if": "activ"~^if: no call is 'activ'; did you mean 'active'\\?$
hangup~"if": "zzzzzz"~^if: no call is 'zzzzzz', but active, ringing, answered, voicemail, missed, failed, over or final$
hangup~"if": ["over", 5]~^if: the name of a state is wanted
hangup~"if": ","~^if: it names no state
hangup~"delay": "soon"~^delay: 'soon' is no span
hangup~"delay": -1~^delay: '-1' is no span
hangup~"expires": "soon"~^expires: 'soon' is neither a time such as .* nor a span
hangup~"expires": [1]~^expires: 
hangup~"expiry": "5s"~^expiry: it is not heeded; did you mean 'expires'\\?$
hangup~"unless": "over"~^unless: it is not heeded; did you mean 'if'\\?$
LINES
    id='"x"'
    act_rejected hangup '' '^call_id: it is no whole number from 1$'
    id=0
    act_rejected hangup '' '^call_id: it is no whole number from 1$'
    id=null
    act_rejected hangup '' '^there is no call_id$'
    control --quiet <<<'{"call_id": 1}'
    holds err '.[0].reason == "there is no action"'
    control --quiet <<<'{"call_id": 1, "action": 5}'
    holds err '.[0].reason == "action: it is no text"'
    [ "$(asked POST '/v1/calls/.*')" -eq 0 ]
}
t "what is wrong with a record" wrong
