#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events as a filter: recorded events and calls go through when they meet what is asked for.
. "$(dirname "$0")/../tool/lib.sh"

cat >events.ndjson <<'J'
{"id":"a1","event":"setup","call_id":1,"ivr":11,"from":"+911400000001","to":"+919876500001","direction":2,"option":null,"data":null,"mark":null,"metadata":{"vip":"yes"},"campaign_id":null,"received_at":"2026-11-24T10:00:00Z","state":{"org":{"id":42}}}
{"id":"a2","event":"option","call_id":1,"ivr":11,"from":"+911400000001","to":"+919876500001","direction":2,"option":"1","data":null,"mark":null,"metadata":{"vip":"yes"},"campaign_id":null,"received_at":"2026-11-24T10:00:05Z","state":{}}
{"id":"a3","event":"option","call_id":2,"ivr":11,"from":"+911400000001","to":"+12015550123","direction":2,"option":"9","data":null,"mark":null,"metadata":null,"campaign_id":5,"received_at":"2026-11-25T10:00:00.5Z","state":{}}
{"id":"a4","event":"data","call_id":2,"ivr":11,"from":"+911400000001","to":"+12015550123","direction":2,"option":null,"data":"123*","mark":null,"metadata":null,"campaign_id":5,"received_at":"2026-11-25T10:00:07Z","state":{}}
{"id":"a5","event":"teardown","call_id":1,"ivr":11,"from":"+911400000001","to":"+919876500001","direction":2,"option":null,"data":null,"mark":null,"metadata":null,"campaign_id":null,"received_at":"2026-11-26T10:00:00Z","state":{},"duplicate":true}
J

# ids WORD...: the records that went through
ids() {
    status 0
    same err ''
    [ "$(sed 's/^{"id":"\([^"]*\)".*/\1/' out | paste -sd ' ')" = "$*" ]
}

everything() {
    run jaxl-events "$T/events.ndjson"
    ids a1 a2 a3 a4 a5
    diff "$T/events.ndjson" out
    run jaxl-events <"$T/events.ndjson"
    ids a1 a2 a3 a4 a5
    cp "$T/events.ndjson" copy
    run jaxl-events "$T/events.ndjson" - <copy
    ids a1 a2 a3 a4 a5 a1 a2 a3 a4 a5
}
t "without an option every record goes through as it is" everything

conditions() {
    run jaxl-events --match 'to=~^\+91' "$T/events.ndjson"
    ids a1 a2 a5
    run jaxl-events -m 'to=~^\+91' -m option=1 "$T/events.ndjson"
    ids a2
    run jaxl-events -m metadata.vip=yes "$T/events.ndjson"
    ids a1 a2
    run jaxl-events -m 'state.org.id>=42' "$T/events.ndjson"
    ids a1
    run jaxl-events -m 'data!=' "$T/events.ndjson"
    ids a4
    run jaxl-events -m duplicate=true "$T/events.ndjson"
    ids a5
    run jaxl-events -m option=7 "$T/events.ndjson"
    ids
}
t "--match: all conditions hold" conditions

kinds() {
    run jaxl-events --event option "$T/events.ndjson"
    ids a2 a3
    run jaxl-events -e setup,teardown -e data "$T/events.ndjson"
    ids a1 a4 a5
    run jaxl-events -e opton "$T/events.ndjson"
    status 64
    has err "^jaxl-events: .*'?opton'?.*option"
    same out ''
}
t "--event: these events" kinds

since() {
    run jaxl-events --since 2026-11-25 "$T/events.ndjson"
    ids a3 a4 a5
    run jaxl-events --since 2026-11-25T10:00:01Z "$T/events.ndjson"
    ids a4 a5
    run jaxl-events --since 2026-11-25T15:30:07+05:30 "$T/events.ndjson"
    ids a4 a5
    run jaxl-events --since yesterday-ish "$T/events.ndjson"
    status 64
}
t "--since: what was received from then on" since

forms() {
    run jaxl-events -e data,teardown --output csv "$T/events.ndjson"
    status 0
    same out 'id,event,call_id,ivr,from,to,direction,option,data,mark,campaign_id,received_at,duplicate
a4,data,2,11,+911400000001,+12015550123,2,,123*,,5,2026-11-25T10:00:07Z,
a5,teardown,1,11,+911400000001,+919876500001,2,,,,,2026-11-26T10:00:00Z,true'
    run jaxl-events -e stream --output csv "$T/events.ndjson"
    same out 'id,event,call_id,ivr,from,to,direction,option,data,mark,campaign_id,received_at,duplicate'
    run jaxl-events -e setup -o json "$T/events.ndjson"
    holds out '.[0] | length == 1 and .[0].id == "a1"'
    run jaxl-events -e setup -o table "$T/events.ndjson"
    has out '^id +event +call_id'
    run jaxl-events -e data -o csv "$T/events.ndjson"
    cp out events.csv
    run jaxl-events -m call_id=2 -o csv events.csv
    same out "$(cat events.csv)"
}
t "--output csv, json, table; and CSV as input" forms

calls() {
    printf '%s\n' 'Mobile,duration,placed_at' '+911,10,2026-11-24T10:00:00Z' \
        '+912,70,2026-11-25T10:00:00Z' '+913,80,2026-11-26T10:00:00Z' >calls.csv
    run jaxl-events --map to=Mobile -m 'duration>60' --since 2026-11-26 -o csv calls.csv
    status 0
    same out $'to,duration,placed_at,extra\n+913,80,2026-11-26T10:00:00Z,'
    printf '%s\n' '{"id":1,"created_on":"2026-11-25T10:00:00Z","costs":[{"cost":0.50}]}' \
        '{"id":2,"created_on":"2026-11-26T10:00:00Z","costs":[{"cost":1.50}]}' >calls.ndjson
    run jaxl-events -m 'costs.0.cost<1' calls.ndjson
    same out '{"id":1,"created_on":"2026-11-25T10:00:00Z","costs":[{"cost":0.50}]}'
    run jaxl-events --since 2026-11-26 calls.ndjson
    holds out 'map(.id) == [2]'
}
t "records of calls, of jaxl-dial and of the platform" calls

rejects() {
    printf '%s\n' '{"id":"a1","event":"setup"}' '{"id":' '[1]' '{"id":"a2","event":"setup"}' >in
    run jaxl-events in
    status 1
    holds out 'map(.id) == ["a1", "a2"]'
    holds err 'map(.line) == [2, 3]'
    run jaxl-events --rejects bad in
    status 1
    same err ''
    holds bad 'map(.line) == [2, 3]'
    [ "$(stat -c %a bad)" = 600 ]
    run jaxl-events --strict in
    status 65
    holds out 'map(.id) == ["a1"]'
}
t "a record that cannot be used is a reject" rejects

apart() {
    echo '{"event":"setup"}' >in
    ln in same
    run jaxl-events --rejects same in
    status 64
    has err '^jaxl-events: --rejects same: it is the input, which would be lost: name another$'
    # shellcheck disable=SC2094 # that is the slip
    run jaxl-events --rejects in <in
    status 64
    same in '{"event":"setup"}'
    run jaxl-events --rejects /dev/null in
    status 0
}
t "--rejects does not empty what is to be read" apart

at_once() {
    mkfifo in
    spawn events jaxl-events -e setup in
    exec 8>in
    echo '{"id":"a1","event":"setup"}' >&8
    wait_until 20 lib_matches events.out '"a1"'
    exec 8>&-
    await "$pid"
    [ "$rc" -eq 0 ]
    holds events.out 'length == 1'
}
t "what comes through a pipe goes on at once" at_once

reader_gone() {
    awk 'BEGIN { for (i = 0; i < 200000; i++) print "{\"id\":\"a1\",\"event\":\"setup\"}" }' >many
    jaxl-events many 2>err | sed 1q >out
    same err ''
    holds out 'length == 1'
}
t "a reader that goes away ends it quietly" reader_gone

wrong() {
    local args
    while read -r args; do
        # shellcheck disable=SC2086 # words
        run jaxl-events $args
        status 64
        same out ''
        [ "$(wc -l <err)" -eq 1 ]
    done <<'A'
--match option
--match =1
--match to=~(
--listen :9919 --poll
--listen :9919 --match option=1
--listen :99999
--listen here:there
--listen :0 file
--listen :0 --output csv
--listen :0 --respond-jobs 2
--listen :0 --suppress ledger.db
--listen :0 --opt-out option=9
--listen :0 --answer-from-leads leads.csv
--listen :0 --default {"prompt":"no_number"}
--listen :0 --default {"next":1,"phone":"+12015550123"}
--listen :0 --allow 10.0.0.0/33
--listen :0 --path hook
--poll --journal x
--poll --strict
--flow x
--journal x
--cursor x
--once
--poll --once
--listen :0 --map to=phone
--listen :0 --default [1]
--event setpu
--frobnicate
--output xml
A
    run jaxl-events --listen :0 --respond ' '
    status 64
    run jaxl-events --listen :0 --allow here
    status 64
    has err '^jaxl-events: --allow: here: not a network'
    run jaxl-events --event hangup
    status 64
    has err "no event 'hangup': there are configure, .* and finalised of the call list"
    run jaxl-events missing.ndjson
    status 65
    has err 'missing.ndjson: No such file'
    printf '\377\376 rubbish' >rubbish
    run jaxl-events rubbish
    status 65
    has err 'rubbish, line 1: the header: byte 1: invalid UTF-8'
}
t "wrong usage is 64, and one line says why" wrong
