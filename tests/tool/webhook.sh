# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what the tests use, what lib.sh sets
# A sandbox whose webhooks are delivered to tests/tool/webhook_server.c. Sourced after client.sh.
#
#   hooked --seed 3 <<'END'       starts both; ./answers is what is answered (see the server),
#   setup 200 {"prompt": ...}     ./asked what was asked, an NDJSON line a request
#   END
#   webhook_ivr /hook/            makes an IVR https://hooks.example.com/hook/, whose id is $ivr
#   calls +12025550104 '"keys": ["1"]'     calls somebody into it who does what these members of a
#                                 line of --callers say; $call is the call
#   over [ID]                     waits until the call is over and torn down, then tells it
#   tell [ID]                     what the journal says of the call so far, a line an event, in ./told

hooked() {
    cat >answers
    : >asked
    server
    sandbox --speed 100 --webhook "127.0.0.1:$hook_port" "$@"
    client_attest
    webhook_ivr /hook/
}

server() {
    spawn hooks "$builddir/tests/tool/webhook_server" "$PWD/asked" "$PWD/answers"
    hooks=$pid
    wait_until 30 hooks_ready
    read -r hook_port <hooks.out
}

hooks_ready() {
    alive "$hooks" || fail "the server of webhooks has ended: $(cat hooks.err)"
    [ -s hooks.out ]
}

webhook_ivr() {
    post CALL /v1/ivr/ "{\"name\": \"https://hooks.example.com$1\", \"hangup\": false}"
    expect 201
    ivr=$(jq .id body)
}

# caller JSON: posts a line of --callers; the answer in ./body and $code
caller() {
    code=$(curl -sS -o body -w '%{http_code}' -H 'Content-Type: application/json' -d "$1" \
        "$JAXL_CALL_API_ROOT/sandbox/callers/" 2>curl.err)
}

# calls TO [MEMBERS [JQ FILTER]]
calls() {
    if [ -n "${2-}" ]; then
        caller "{\"to\": \"$1\", $2}"
        expect 201
    fi
    place "$1" ".ivr_id = $ivr${3:+ | $3}"
    expect 200
    call=$(jq .call_id body)
}

tell() {
    jq -r --argjson id "${1:-$call}" '
        select(.call_id == $id) |
        if .event == "heard" then "heard \(.by): \(.text | join(" | "))\(if .whole then "" else " ..." end)"
        elif .event == "pressed" then "pressed \(.keys)"
        elif .event == "webhook" then
            "\(.kind)\([.option, .data, .mark] | map(values | " " + .) | add // ""): \(.wrong // .status)"
        elif .event == "bridged" then "bridged \(keys - ["event", "time", "call_id", "joined"] | first): \(.joined)"
        elif .event == "ended" then "ended: \(.why)"
        elif .event == "placed" or .event == "request" then empty
        else .event end' "$journal" >told
}

# tells REGEX [ID]: until a line of it matches
tells() {
    tell "${2:-$call}"
    grep -Eq "$1" told
}

over() {
    wait_until 30 tells '^teardown: ' "${1:-$call}"
}

# came KIND N: so many requests of this kind have come
came() {
    [ "$(grep -c "\"kind\":\"$1\"" asked)" -ge "$2" ]
}
