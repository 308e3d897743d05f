#!/bin/bash
# What is done to a call while it goes on, its recording, and the report over calls.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

# act VERB BODY: on call 1
act() {
    post CALL "/v1/calls/1/$1/" "$2"
}

# live FILTER: what was done to call 1 is this
live() {
    state_is 1 ".metadata.live | $1" || {
        cat body
        fail "not so: $1"
    }
}

# refused: lines VERB~BODY~STATUS~REASON~FIELD
refused() {
    local verb json status reason field
    while IFS='~' read -r verb json status reason field; do
        act "$verb" "$json"
        expect "$status" "$reason" "$field"
    done
}

# A call that rings for 300 seconds, and one that is over.
two_calls() {
    sandbox "$@"
    client_attest
    place +12025550112
    place +12025550112
    get CALL /v1/calls/2/hangup/
    expect 200
}

participants() {
    two_calls
    state_is 1 '.metadata == {}'
    act mute '{"e164": "+12025550112", "email": null}'
    expect 200
    holds body '. == [{}]'
    live '. == {participants: [{e164: "+12015550199", email: null, muted: false, held: false},
        {e164: "+12025550112", email: null, muted: true, held: false}], transfer: null, recording: "recording",
        spoken: 0, mark: null, played: 0, messages: 0}'
    act mute '{"e164": "+12025550112", "email": null}'
    expect 200
    act add '{"e164": "+12025550177", "from_e164": "+911400000001", "email": null}'
    expect 200
    act add '{"e164": null, "from_e164": null, "email": "Ann@example.com"}'
    expect 200
    act hold '{"e164": null, "email": "ann@example.com"}'
    expect 200
    act hold '{"e164": "+12015550199", "email": null}'
    expect 200
    act unhold '{"e164": "+12015550199", "email": null}'
    expect 200
    act unmute '{"e164": "+12025550112", "email": null}'
    expect 200
    live '(.participants | map([(.["e164"] // .email), .muted, .held])) == [["+12015550199", false, false],
        ["+12025550112", false, false], ["+12025550177", false, false], ["Ann@example.com", false, true]]'
    act remove '{"e164": "+12025550177", "email": null}'
    expect 200
    live '.participants | map(.["e164"]) == ["+12015550199", "+12025550112", null]'
    state_is 1 '.modified_on > .created_on'
    state_is 2 '.metadata == {}'
}
t "participants are added, removed, muted and held" participants

not_participants() {
    local verb i
    two_calls
    for verb in remove mute unmute hold unhold; do
        act "$verb" '{"e164": "+12025550177", "email": null}'
        expect 404 NOT_IN_CALL
        act "$verb" '{"e164": null, "email": "bob@example.com"}'
        expect 404 NOT_IN_CALL
        act "$verb" '{"e164": null, "email": null}'
        expect 400 INVALID_FIELD e164
        act "$verb" '{"e164": "+12025550112"}'
        expect 400 MISSING_FIELD email
        act "$verb" '{"e164": "+12025550112", "email": null, "from_e164": null}'
        expect 400 UNKNOWN_FIELD from_e164
    done
    refused <<'END'
remove~{"e164": "+12025550112", "email": null}~400~END_OF_CALL
mute~{"e164": "12025550112", "email": null}~400~INVALID_FIELD~e164
mute~{"e164": "+12025550112", "email": "ann@example.com"}~400~INVALID_FIELD~e164
mute~{"e164": null, "email": "ann"}~400~INVALID_FIELD~email
mute~{"e164": null, "email": "a@b@c"}~400~INVALID_FIELD~email
add~{"e164": "+12025550177", "email": null}~400~MISSING_FIELD~from_e164
add~{"e164": "+12025550112", "from_e164": null, "email": null}~400~ALREADY_IN_CALL
add~{"e164": "+12025550177", "from_e164": "+12025550178", "email": null}~400~INVALID_FROM_NUMBER~from_e164
add~{"e164": null, "from_e164": "+12015550199", "email": "ann@example.com"}~400~INVALID_FIELD~from_e164
add~{"e164": 1, "from_e164": null, "email": null}~400~INVALID_FIELD~e164
END
    state_is 1 '.metadata == {}'
    for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13; do
        act add "{\"e164\": null, \"from_e164\": null, \"email\": \"$i@example.com\"}"
        expect 200
    done
    act add '{"e164": "+12025550177", "from_e164": null, "email": null}'
    expect 400 TOO_MANY_PARTICIPANTS
}
t "who is not in the call, and what is no participant" not_participants

# Of an unknown call, and of one that is over.
no_call() {
    local verb json
    two_calls
    seal "$sk" '"hi"'
    while IFS='~' read -r verb json; do
        post CALL "/v1/calls/9/$verb/" "$json"
        expect 404 NOT_FOUND
        post CALL "/v1/calls/2/$verb/" "$json"
        expect 400 CALL_ALREADY_OVER
    done <<END
add~{"e164": "+12025550177", "from_e164": null, "email": null}
remove~{"e164": "+12025550112", "email": null}
mute~{"e164": "+12025550112", "email": null}
unmute~{"e164": "+12025550112", "email": null}
hold~{"e164": "+12025550112", "email": null}
unhold~{"e164": "+12025550112", "email": null}
tts~{"prompts": ["Hello"], "mark": null}
play~{"url": "https://example.com/a.wav"}
play~{"url": "HTTPS://example.com/a.wav"}
transfer~{"next_or_cta": {"next": 1, "cta": null}}
record~{"status": "pause"}
messages~{"text": "$answer", "timestamp": "2026-11-25T10:00:00Z", "why": "sent", "type": 1}
END
    holds "$journal" 'map(select(.path == "/v1/calls/2/tts/")) | length == 1 and .[0].status == 400 and
        .[0].reason == "CALL_ALREADY_OVER" and .[0].method == "POST"'
}
t "an unknown call is 404, one that is over 400" no_call

speaks() {
    two_calls
    act tts '{"prompts": ["Hello", " it costs 1.50", "Goodbye."], "mark": "m1"}'
    expect 200
    act tts '{"prompts": ["More"], "mark": null}'
    expect 200
    live '.spoken == 4 and .mark == null'
    act tts '{"prompts": ["More"], "mark": "m2"}'
    live '.spoken == 5 and .mark == "m2"'
    refused <<'END'
tts~{"prompts": [], "mark": null}~400~INVALID_FIELD~prompts
tts~{"prompts": "Hello", "mark": null}~400~INVALID_FIELD~prompts
tts~{"prompts": ["Hello", ""], "mark": null}~400~INVALID_FIELD~prompts
tts~{"prompts": ["Hello", " . "], "mark": null}~400~INVALID_FIELD~prompts
tts~{"prompts": [1], "mark": null}~400~INVALID_FIELD~prompts
tts~{"prompts": ["Hello"]}~400~MISSING_FIELD~mark
tts~{"prompts": ["Hello"], "mark": 1}~400~INVALID_FIELD~mark
END
    jq -nc '{prompts: [range(101) | "Hello"], mark: null}' >many
    act tts "$(cat many)"
    expect 400 INVALID_FIELD prompts
    live '.spoken == 5'
}
t "a text is spoken, sentence by sentence" speaks

# le BYTES NUMBER: little endian
le() {
    local i hex n=$2
    for ((i = 0; i < $1; i++)); do
        printf -v hex %02x $((n & 255))
        printf %b "\\x$hex"
        n=$((n >> 8))
    done
}

# wav FILE [FORMAT [CHANNELS [RATE [BITS [BYTES]]]]]
wav() {
    local n=${6:-1600}
    {
        printf RIFF && le 4 $((n + 36)) && printf 'WAVEfmt ' && le 4 16
        le 2 "${2:-1}" && le 2 "${3:-1}" && le 4 "${4:-8000}"
        le 4 $((${4:-8000} * ${3:-1} * ${5:-16} / 8)) && le 2 $((${3:-1} * ${5:-16} / 8)) && le 2 "${5:-16}"
        printf data && le 4 "$n" && head -c "$n" /dev/zero
    } >"$1"
}

plays() {
    two_calls
    act play '{"url": "https://example.com/a.wav"}'
    expect 200
    wav good.wav
    api POST CALL /v1/calls/1/play/ -F file=@good.wav
    expect 200
    live '.played == 2'
    refused <<'END'
play~{"url": "http://example.com/a.wav"}~400~INVALID_FIELD~url
play~{"url": "https://"}~400~INVALID_FIELD~url
play~{"url": null}~400~INVALID_FIELD~url
play~{}~400~MISSING_FIELD~url
play~{"url": "https://example.com/a.wav", "file": null}~400~UNKNOWN_FIELD~file
END
    wav law.wav 7
    wav stereo.wav 1 2
    wav fast.wav 1 1 16000
    wav bytes.wav 1 1 8000 8
    wav silent.wav 1 1 8000 16 0
    wav odd.wav 1 1 8000 16 5
    head -c 500 good.wav >cut.wav
    printf 'not a sound at all' >text.wav
    : >empty.wav
    for file in law stereo fast bytes silent odd cut text empty; do
        api POST CALL /v1/calls/1/play/ -F "file=@$file.wav"
        expect 400 INVALID_AUDIO file
    done
    api POST CALL /v1/calls/1/play/ -F audio=@good.wav
    expect 400 INVALID_PART file
    api POST CALL /v1/calls/1/play/ -F file=@good.wav -F more=1
    expect 400 INVALID_PART file
    api POST CALL /v1/calls/1/play/ -F file=sound
    expect 400 INVALID_PART file
    api POST CALL /v1/calls/1/play/ -H 'Content-Type: multipart/form-data' --data-binary x
    expect 400 INVALID_MULTIPART
    api POST CALL /v1/calls/1/play/ -H 'Content-Type: multipart/form-data; boundary=x' --data-binary x
    expect 400 INVALID_MULTIPART
    api POST CALL /v1/calls/1/play/ -H 'Content-Type: audio/wav' --data-binary @good.wav
    expect 415
    api POST CALL /v1/calls/1/tts/ -F file=@good.wav
    expect 415
    live '.played == 2'
    wav long.wav 1 1 8000 16 3000000 # larger than a JSON body may be
    api POST CALL /v1/calls/1/play/ -F file=@long.wav
    expect 200
    wav huge.wav 1 1 8000 16 17000000
    api POST CALL /v1/calls/1/play/ -F file=@huge.wav -H Expect:
    expect 413
}
t "a sound is played, from a URL or a file of the right kind" plays

transfers() {
    local none='"devices": null, "appusers": null, "collections": null, "webhook": null'
    two_calls
    act transfer '{"next_or_cta": {"next": 1, "cta": null}}'
    expect 200
    live '.transfer == {next: 1, cta: null}'
    act transfer "{\"next_or_cta\": {\"next\": null, \"cta\": {\"phone_number\": \"+12025550101\", $none}}}"
    expect 200
    live '.transfer.cta.phone_number == "+12025550101"'
    refused <<END
transfer~{"next_or_cta": {"next": 9, "cta": null}}~400~INVALID_TARGET~next
transfer~{"next_or_cta": {"next": "1", "cta": null}}~400~INVALID_TARGET~next
transfer~{"next_or_cta": {"next": null, "cta": null}}~400~INVALID_TARGET~next_or_cta
transfer~{"next_or_cta": {"next": 1}}~400~INVALID_TARGET~next_or_cta
transfer~{"next_or_cta": {"next": null, "cta": {"phone_number": null, $none}}}~400~INVALID_TARGET~next_or_cta
transfer~{"next_or_cta": {"next": null, "cta": {"phone_number": "2025550101", $none}}}~400~INVALID_TARGET~phone_number
transfer~{"next_or_cta": {"next": null, "cta": {"phone_number": "+12025550101"}}}~400~INVALID_TARGET~next_or_cta
transfer~{"next_or_cta": {"next": null, "cta": {"phone": 1, $none}}}~400~INVALID_TARGET~phone_number
transfer~{"next_or_cta": 1}~400~INVALID_FIELD~next_or_cta
transfer~{}~400~MISSING_FIELD~next_or_cta
END
    live '.transfer.cta.phone_number == "+12025550101"'
}
t "a transfer is checked as the option of an IVR is" transfers

# message CALL KEY PAYLOAD [FILTER]: sealed under the key
message() {
    local json
    seal "$2" "$3"
    json="{\"text\": \"$answer\", \"timestamp\": \"2026-11-25T10:00:00.5Z\", \"why\": \"sent\", \"type\": 1}"
    [ -z "${4-}" ] || json=$(jq -c "$4" <<<"$json")
    post CALL "/v1/calls/$1/messages/" "$json"
}

messages() {
    local filter field first
    two_calls
    first=$sk
    message 1 "$sk" '"h\u00e9"'
    expect 200
    message 1 "$sk" '"note"' '.why = "rcvd" | .type = 10'
    expect 200
    live '.messages == 2'
    message 2 "$sk" '"note"' '.type = 10' # afterwards, too
    expect 200
    message 1 "$genesis_key" '"h"'
    expect 400 PAYLOAD_INVALID_TOKEN text
    message 1 "$sk" '"h"' '.text = "hello"'
    expect 400 PAYLOAD_INVALID_TOKEN text
    message 1 "$sk" 'hello'
    expect 400 PAYLOAD_INVALID_JSON text
    message 1 "$sk" '{"text": "hello"}'
    expect 400 PAYLOAD_INVALID_JSON text
    message 1 "$sk" '""'
    expect 400 PAYLOAD_INVALID_JSON text
    while IFS='~' read -r filter field; do
        message 1 "$sk" '"h"' "$filter"
        expect 400 '' "$field"
    done <<'END'
del(.timestamp)~timestamp
.timestamp = "now"~timestamp
.timestamp = 1764000000~timestamp
.why = "read"~why
.type = 2~type
.type = "1"~type
.more = 1~more
END
    live '.messages == 2'
    client_attest # another device has another key
    message 1 "$first" '"h"'
    expect 400 PAYLOAD_INVALID_TOKEN text
    message 1 "$sk" '"h"'
    expect 200
}
t "messages are sealed under the key of the device" messages

# samples: of the recording in ./body
samples() {
    echo $((($(stat -c %s body) - 44) / 2))
}

# passes MS: until so many milliseconds have passed, of which a call has ten times as many
passes() {
    local from
    from=$(date +%s%3N)
    wait_until 20 past $((from + $1))
}

past() {
    [ "$(date +%s%3N)" -ge "$1" ]
}

records() {
    sandbox --speed 10
    client_attest
    place +12025550104 # rings 5 s, talks 600 s
    act record '{"status": "pause"}'
    expect 400 CALL_NOT_ANSWERED
    get CALL /v1/calls/1/audio/
    expect 400 CALL_NOT_OVER
    wait_until 20 state_is 1 '.missed == false and .recording_duration == null'
    refused <<'END'
record~{"status": "resume"}~400~RECORDING_NOT_PAUSED
record~{"status": "start"}~400~INVALID_FIELD~status
record~{"status": null}~400~INVALID_FIELD~status
record~{}~400~MISSING_FIELD~status
END
    passes 150
    act record '{"status": "pause"}'
    expect 200
    live '.recording == "paused"'
    act record '{"status": "pause"}'
    expect 400 NOT_RECORDING
    act record '{"status": "resume"}'
    expect 200
    live '.recording == "recording"'
    act record '{"status": "stop"}'
    expect 200
    live '.recording == "stopped"'
    passes 250
    act record '{"status": "resume"}'
    expect 400 RECORDING_NOT_PAUSED
    act record '{"status": "stop"}'
    expect 400 NOT_RECORDING
    get CALL /v1/calls/1/hangup/
    expect 200
    # what was said while it was paused and after it was stopped is not in it
    state_is 1 '.duration > .recording_duration and .recording_duration > 0 and .recording_start_time != null'
    seconds=$(jq .recording_duration body)
    get CALL /v1/calls/1/audio/
    expect 200
    [ "$(samples)" -le $((seconds * 8000)) ]
    [ "$(samples)" -gt $(((seconds - 1) * 8000)) ]
}
t "a recording is paused, resumed and stopped" records

audio() {
    sandbox --speed 1000
    client_attest
    place +12025550102
    place +12025550110
    place +12025550121
    place +12025550111
    wait_until 30 all_final
    state_is 1 ".recording_duration == 61 and .recording_playback_url == \"$JAXL_CALL_API_ROOT/v1/calls/1/audio/\""
    state_is 2 '.recording_duration == null and .recording_playback_url == null and .recording_start_time == null'
    get CALL /v1/calls/1/audio/
    expect 200
    has headers '^Content-Type: audio/wav.$'
    [ "$(samples)" -eq $((61 * 8000)) ]
    # the head, field by field
    {
        printf RIFF && le 4 $((61 * 16000 + 36)) && printf 'WAVEfmt ' && le 4 16
        le 2 1 && le 2 1 && le 4 8000 && le 4 16000 && le 2 2 && le 2 16
        printf data && le 4 $((61 * 16000))
    } >expected
    cmp -n 44 expected body
    # a tone: not silence, and without any loud sample
    tail -c +45 body | od -An -v -td2 -w2 | sort -n | sed -n '1p; $p' | tr -d ' ' >range
    same range $'-8000\n8000'
    cp body sound.wav
    place +12025550104
    api POST CALL /v1/calls/5/play/ -F file=@sound.wav # what it gives it takes
    expect 200
    get CALL /v1/calls/2/audio/
    expect 400 NO_RECORDING
    get CALL /v1/calls/3/audio/
    expect 400 NO_RECORDING
    get CALL /v1/calls/4/audio/ # of a voicemail
    expect 200
    [ "$(samples)" -eq $((12 * 8000)) ]
    get CALL /v1/calls/9/audio/
    expect 404
    get CALL '/v1/calls/?currency=1&recording=true'
    holds body '.[0].results | map(.id) - [5] == [4, 1]'
    get CALL '/v1/calls/?currency=1&recording=false'
    holds body '.[0].results | map(.id) - [5] == [3, 2]'
}
t "the recording of a call" audio

restarts() {
    sandbox --dir d
    client_attest
    place +12025550104
    act add '{"e164": null, "from_e164": null, "email": "ann@example.com"}'
    act hold '{"e164": null, "email": "ann@example.com"}'
    act tts '{"prompts": ["Hello"], "mark": "m"}'
    act transfer '{"next_or_cta": {"next": 1, "cta": null}}'
    act play '{"url": "https://example.com/a.wav"}'
    message 1 "$sk" '"h"'
    wait_until 20 state_is 1 '.missed == false'
    act record '{"status": "pause"}'
    expect 200
    state_is 1 .
    jq -S . body >before
    kill -KILL "$sandbox"
    await "$sandbox"
    sandbox --dir d
    state_is 1 .
    jq -S . body >after
    diff before after
    live '.participants[2] == {email: "ann@example.com", e164: null, muted: false, held: true} and .spoken == 1 and
        .mark == "m" and .transfer.next == 1 and .played == 1 and .messages == 1 and .recording == "paused"'
    message 1 "$sk" '"h"' # the key of the device is the same
    expect 200
    act remove '{"e164": null, "email": "ann@example.com"}'
    expect 200
    act record '{"status": "resume"}'
    expect 200
}
t "what was done is kept over a restart" restarts

owned() {
    two_calls
    post CALL /v1/calls/1/metadata/ '{"live": 1}'
    expect 403 BACKEND_OWNED_KEY live
    post CALL /v1/calls/1/metadata/ '{"order": 7}'
    act tts '{"prompts": ["Hello"], "mark": null}'
    post CALL /v1/calls/1/metadata/ '{"paid": true}'
    holds body '.[0] | keys == ["live", "order", "paid"] and .live.spoken == 1'
}
t "the platform's own metadata" owned

# report QUERY FILTER
report() {
    get CALL "/v1/calls/report/$1"
    expect 200
    holds body ".[0] | $2"
}

reports() {
    local query field i
    sandbox --speed 1000
    client_attest
    report '' '. == {num_calls: 0, answered: 0, missed: 0, voicemail: 0, failed: 0, live: 0, call_time: 0,
        costs: [{cost: 0, currency: "USD"}, {cost: 0, currency: "INR"}], is_finalized: true}'
    for i in 00 02 10 11 21; do
        place "+120255501$i"
    done
    wait_until 30 all_final
    post CALL /v1/calls/2/tags/ '{"name": "vip"}'
    report '' '. == {num_calls: 5, answered: 2, missed: 2, voicemail: 1, failed: 1, live: 0, call_time: 103,
        costs: [{cost: 0.056, currency: "USD"}, {cost: 0, currency: "INR"}], is_finalized: true}'
    report '?fields=num_calls&fields=costs' 'keys == ["costs", "is_finalized", "num_calls"]'
    report '?tag=vip' '.num_calls == 1 and .call_time == 61'
    report '?tag=vip&tag=other' '.num_calls == 1'
    report '?tag=other' '.num_calls == 0'
    report '?our_number=%2B12015550199' '.num_calls == 5'
    report '?our_number=%2B911400000001' '.num_calls == 0'
    report '?other_number=%2B12025550110&other_number=%2B12025550111' '.num_calls == 2 and .missed == 2'
    report '?eid=11' '.num_calls == 5'
    report '?eid=12' '.num_calls == 0'
    report '?tid=1' '.num_calls == 0'
    report '?date_range=2020-01-01,2999-01-01T00:00:00%2B05:30' '.num_calls == 5'
    report '?date_range=2020-01-01,2020-02-01' '.num_calls == 0'
    place +12025550104
    report '?other_number=%2B12025550104' '.num_calls == 1 and .live == 1 and (.is_finalized | not)'
    while read -r query field; do
        get CALL "/v1/calls/report/?$query"
        expect 400 '' "$field"
    done <<'END'
date_range=2020-01-01 date_range
date_range=today,tomorrow date_range
date_range=2020-02-01,2020-01-01 date_range
fields=everything fields
eid=me eid
tid=0 tid
our_number=12015550199 our_number
other_number=%2B1 other_number
currency=1 currency
END
}
t "the report adds up what matches" reports
