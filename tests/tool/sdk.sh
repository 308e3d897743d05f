#!/bin/bash
# samples/sdk: three programs against the library, on a sandbox.
. "$(dirname "$0")/../tool/lib.sh"

sdk=$builddir/samples/sdk
from=+12015550199

sample() {
    local name=$1
    shift
    run "$sdk/$name" "$@"
}

places() {
    sandbox --speed 60
    sample place "$from" +12025550100 1
    status 0
    same out $'1 placed\n1 over: answered'
    same err ''
    holds "$journal" 'map(select(.event == "placed")) | length == 1 and .[0].to == "+12025550100"'
    sample place "$from" +12025550110 1
    status 1
    same out $'2 placed\n2 over: missed'
    sample place "$from" +12025550121 1
    status 1
    same out $'3 placed\n3 over: DND'
}
t "place places a call and waits until it is over" places

refuses() {
    sandbox
    sample place "$from" 12025550100 1
    status 1
    same out 'refused: DID_YOU_FORGET_THE_PLUS_SIGN'
    sample place "$from" +12025550100 0
    status 2
    has err '^place: calls create: ivr_id is a whole number from 1$'
    sample place
    status 2
    has err '^usage: '
    JAXL_API_CREDENTIALS=none sample place "$from" +12025550100 1
    status 2
    has err '^place: .*none'
    lacks "$journal" '"event": *"placed"'
}
t "place says what is wrong" refuses

lists() {
    local to page
    sandbox --speed 600
    for to in 00 10 11 20; do
        sample place "$from" "+120255501$to" 1
        has out 'placed$'
    done
    sample calls
    status 0
    [ "$(wc -l <out)" -eq 4 ]
    mv out whole
    for page in 1 2 3 4 5; do
        sample calls "$page"
        status 0
        diff whole out
    done
    same <(cut -f 1 whole | sort -n) $'1\n2\n3\n4'
    # one page, then 4, 2, 2, 1, 1
    holds "$journal" 'map(select(.path == "/v1/calls/")) | length == 11'
}
t "calls lists every call once, whatever the page" lists

reacts() {
    local place
    sandbox
    spawn agent "$sdk/agent" "Thank you for calling." "We are closed."
    agent=$pid
    spawn place "$sdk/place" "$from" +12025550104 1
    place=$pid
    await "$agent"
    status 0
    has agent.out '^1 spoken to$'
    has agent.out '^1 tagged$'
    has agent.out '^1 ended$'
    await "$place"
    has place.out '^1 over: '
    holds "$journal" 'map(.path // "" | capture("^/v1/calls/1/(?<what>tts|tags|hangup)/$").what) == ["tts", "tags", "hangup"]'
}
t "agent takes the call that comes, tags it and hangs up" reacts
