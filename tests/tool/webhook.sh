# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what the tests use, what lib.sh sets
# A sandbox whose webhooks are delivered to tests/tool/webhook_server.c. Sourced after client.sh.
#
#   hooked --seed 3 <<'END'       starts both; ./answers is what is answered (see the server),
#   setup 200 {"prompt": ...}     ./asked what was asked, an NDJSON line a request
#   END
#   webhook_ivr /hook/            makes an IVR https://hooks.example.com/hook/, whose id is $ivr
#   calls +12025550104 '...'      calls somebody into it, who does what the JSON members say
#   over ID                       waits until the call is over and torn down; ./told has what the
#                                 journal says of it, without times

hooked() {
    cat >answers
    : >asked
    spawn hooks "$builddir/tests/tool/webhook_server" "$PWD/asked" "$PWD/answers"
    hooks=$pid
    wait_until 30 hooks_ready
    read -r hook_port <hooks.out
    sandbox --speed 100 --webhook "127.0.0.1:$hook_port" "$@"
    client_attest
    webhook_ivr /hook/
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

# caller JSON: adds somebody who does this; ./body has the call when there is one
caller() {
    local root=$JAXL_CALL_API_ROOT
    code=$(curl -sS -o body -w '%{http_code}' -H 'Content-Type: application/json' -d "$1" "$root/sandbox/callers/")
}

# calls TO MEMBERS [JQ FILTER]
calls() {
    caller "{\"to\": \"$1\"${2:+, $2}}"
    expect 201
    place "$1" ".ivr_id = $ivr${3:+ | $3}"
    expect 200
    call=$(jq .call_id body)
}

comes() { # EVENT CALL: a line of the journal
    grep -q "\"event\":\"$1\",\"time\":\"[^\"]*\",\"call_id\":$2[,}]" "$journal"
}

# asks KIND N: so many requests of this kind have come
asks() {
    [ "$(grep -c "\"kind\":\"$1\"" asked)" -ge "$2" ]
}

torn() {
    grep -q "\"event\":\"webhook\",\"time\":\"[^\"]*\",\"call_id\":$1,\"kind\":\"teardown\"" "$journal"
}

over() {
    wait_until 30 torn "$1"
    told "$1"
}

told() {
    jq -c "select(.call_id == $1) | del(.time, .call_id, .ms)" "$journal" >told
}
