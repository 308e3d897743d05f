#!/bin/bash
# Running commands, signals, the background, what is left behind, and the state in --dir.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

nothing_left() {
    [ -z "$(ls -A "$TMPDIR")" ] && [ -z "$(ls -A "$HOME")" ]
}

commands() {
    run jaxl-sandbox -- sh -c 'exit 7'
    status 7
    run jaxl-sandbox true
    status 0
    same out ''
    same err ''
    # shellcheck disable=SC2016 # of the shell inside
    run jaxl-sandbox -- sh -c 'kill -9 $$'
    status 137
    run jaxl-sandbox -- ./nothing-here
    status 127
    has err '^jaxl-sandbox: cannot run ./nothing-here: '
    touch plain
    run jaxl-sandbox -- ./plain
    status 126
    echo in | run jaxl-sandbox -- cat
    nothing_left
}
t "the exit status of the command" commands

environment() {
    # shellcheck disable=SC2016
    run jaxl-sandbox -- sh -c 'env | grep ^JAXL_ | cut -d= -f1 | grep -vx JAXL_MODULE_DIR | sort; stat -c %a "$JAXL_API_CREDENTIALS" \
        "$JAXL_STATE_DIR"; jq -e ".watermark.env == \"dev\" and .app.type == 2 and .client.platform == 3" \
        "$JAXL_API_CREDENTIALS"; cat'
    status 0
    same out 'JAXL_ACCOUNT_API_ROOT
JAXL_API_AUTH_TOKEN
JAXL_API_CREDENTIALS
JAXL_CALL_API_ROOT
JAXL_MESSAGE_API_ROOT
JAXL_PAYMENT_API_ROOT
JAXL_SANDBOX_PID
JAXL_STATE_DIR
600
700
true'
    nothing_left
}
t "the environment of the command" environment

signals() {
    spawn run jaxl-sandbox -- sh -c 'trap "echo got; exit 3" TERM; echo ready; while :; do sleep 0.05; done'
    wait_until 20 grep -q ready run.out
    stop "$pid" TERM
    status 3
    has run.out got
    spawn run env --default-signal=INT jaxl-sandbox -- sh -c 'trap "exit 4" INT; echo ready; while :; do sleep 0.05; done'
    wait_until 20 grep -q ready run.out
    stop "$pid" INT
    status 4
    nothing_left
}
t "signals are passed on" signals

# As timeout(1): to the sandbox, and to everything in its process group.
once_each() {
    local leader
    # shellcheck disable=SC2016 # of the shells inside
    spawn run env --default-signal=INT setsid --wait sh -c 'echo $$ >group; exec jaxl-sandbox -- sh -c "trap \"echo got\" TERM
        trap \"exit 3\" INT; echo ready; while :; do sleep 0.05; done"'
    wait_until 20 grep -q ready run.out
    read -r leader <group
    kill -TERM "$leader" "-$leader" # with nothing in between: what comes later is another one
    wait_until 20 grep -q got run.out
    kill -INT "$leader"
    await "$pid"
    status 3
    same run.out $'ready\ngot'
}
t "a signal to the whole process group reaches the command once" once_each

ignored() {
    spawn run nohup jaxl-sandbox -- sh -c 'echo ready; while [ ! -e go ]; do sleep 0.05; done; exit 5'
    wait_until 20 grep -q ready run.out
    kill -HUP "$pid"
    : >go
    await "$pid"
    status 5
    # a run in the background ignores SIGQUIT as well
    run env --default-signal --ignore-signal=INT,CHLD jaxl-sandbox -- grep SigIgn /proc/self/status
    status 0
    has out '^SigIgn:.*[13579bdf]...2$' || fail "not ignored"
}
t "signals that are ignored at the start stay so" ignored

serves() {
    sandbox --verbose
    client_attest
    kill -USR1 "$sandbox"
    wait_until 10 grep -q '^jaxl-sandbox: 1 requests, 0 calls' ./*.err
    stop "$sandbox" HUP
    status 129
    nothing_left
    sandbox
    stop "$sandbox"
    status 143
    nothing_left
    run jaxl-sandbox --version
    status 0
    run jaxl-sandbox --speed 0
    status 64
    run jaxl-sandbox --number 12 -- true
    status 64
    run jaxl-sandbox --recharge -1 -- true
    status 64
    run jaxl-sandbox --journal ./no/such/journal -- true
    status 74
    nothing_left
}
t "serving until a signal" serves

# A request that hangs or waits keeps nobody from ending.
ends_at_once() {
    sandbox --slow 100 --hang 100
    client_attest
    call_body +12025550163
    max_time=100
    place +12025550163 &
    place=$!
    wait_until 20 grep -q timeout-before "$journal"
    stop "$sandbox"
    wait "$place" # not %%: a job that has ended may be forgotten
    status 143
    nothing_left
}
t "it ends at once, whatever waits" ends_at_once

background() {
    eval "$(jaxl-sandbox --background 2>&1)"
    client_attest
    [ "$device" -eq 1 ]
    kill "$JAXL_SANDBOX_PID"
    wait_until 10 gone "$JAXL_SANDBOX_PID"
    wait_until 10 nothing_left
    run jaxl-sandbox --background --journal ./no/such/journal
    status 74
    run jaxl-sandbox --background -- true
    status 64
}
t "the background, for eval" background

evals() {
    # the shell waits for the output, not for the program
    eval "$(jaxl-sandbox --port 0 &)"
    client_attest
    kill "$JAXL_SANDBOX_PID"
    wait_until 10 gone "$JAXL_SANDBOX_PID"
}
t "standard output is let go once it serves" evals

quotes() {
    mkdir "it's here"
    # shellcheck disable=SC2030
    export TMPDIR="$PWD/it's here"
    sandbox
    [ -r "$JAXL_API_CREDENTIALS" ]
    client_attest
}
t "paths with quotes" quotes

ports() {
    local port
    sandbox
    port=${JAXL_CALL_API_ROOT##*:}
    run jaxl-sandbox --port "$port" -- true
    status 74
    has err "port $port of 127.0.0.1: Address already in use"
    stop "$sandbox"
}
t "a port that is taken" ports

without_ports() { # a recording is where the sandbox is
    sed -i 's,127\.0\.0\.1:[0-9]*,HOST,g' body
}

# Killed in the middle of everything, it goes on from what it had answered.
survives() {
    sandbox --dir state --speed 20
    client_attest
    post CALL /v1/ivr/ '{"name": "Kept \"é\"", "hangup": true, "settings": {"a": [1]}}'
    post CALL /v1/ivr/2/options/ '{"name": "One", "input": "1", "next_or_cta": {"next": 1, "cta": null},
        "enabled": true, "needs_data_prompt": "More?", "confirmation": true}'
    patch CALL /v1/ivr/2/ '{"name": "Kept too"}'
    place +12025550100 '.ivr_id = 2 | .cid = "mine"'
    place +12025550104
    place +12025550110
    get CALL /v1/calls/2/hangup/
    expect 200
    post CALL /v1/calls/1/tags/ '{"name": "vip"}'
    post CALL /v1/calls/1/metadata/ '{"order": 7.50}'
    wait_until 30 finals 3
    without_ports
    mv body before.calls
    get CALL /v1/ivr/2/ && mv body before.ivr
    get CALL /v1/ivr/2/options/ && mv body before.options
    kill -9 "$sandbox"
    await "$sandbox"
    printf '{"event":"call","cre' >>state/state.ndjson # a line that was never finished
    sandbox --dir state
    get CALL '/v1/calls/?currency=1' # with the same token and device
    expect 200
    without_ports
    cmp body before.calls
    get CALL /v1/ivr/2/ && cmp body before.ivr
    get CALL /v1/ivr/2/options/ && cmp body before.options
    place +12025550100
    holds body '.[0] | .call_id == 4 and .balance < 1000000'
    kill -9 "$sandbox"
    await "$sandbox"
    sandbox --dir state --recharge 5
    get CALL '/v1/calls/?currency=1&limit=3&offset=1'
    holds body '.[0] | .count == 4 and (.results | map(.id)) == [3, 2, 1]'
    get PAYMENT '/v1/customer/consumables/?currency=1'
    holds body '.[0].total == 1000000'
}
finals() {
    get CALL '/v1/calls/?currency=1'
    jq -e "[.results[] | select(.is_finalized)] | length == $1" body >/dev/null
}
t "the state in --dir survives kill -9" survives

one_at_a_time() {
    sandbox --dir state
    run jaxl-sandbox --dir state -- true
    status 75
    has err 'another jaxl-sandbox is using'
    stop "$sandbox"
    run jaxl-sandbox --dir state -- true
    status 0
    [ "$(stat -c %a state)" = 700 ]
    echo nonsense >>state/state.ndjson
    run jaxl-sandbox --dir state -- true
    status 65
    has err 'line 7 cannot be used'
    echo x >state/secrets
    run jaxl-sandbox --dir state -- true
    status 78
}
t "one sandbox at a time uses a directory; damage is named" one_at_a_time

# What was answered with a call is in the journal, although the sandbox was killed while busy.
truth() {
    local i
    sandbox --dir state
    client_attest
    curl=yes # bash would end with a connection that is reset
    call_body +12025550100
    for i in 1 2 3 4; do
        busy "$i" &
    done
    wait_until 30 enough_placed
    kill -9 "$sandbox"
    wait
    cat answers.* | sort -n >answered
    jq 'select(.event == "placed").call_id' "$journal" | sort -n >placed
    comm -23 answered placed >lied
    same lied ''
    sandbox --dir state
    get CALL '/v1/calls/?currency=1&limit=500'
    jq '.results[].id' body | sort -n >kept
    [ "$(wc -l <kept)" -lt 500 ]
    comm -23 answered kept >lost
    same lost ''
}
enough_placed() {
    [ "$(cat answers.* 2>/dev/null | wc -l)" -ge 20 ]
}
busy() {
    mkdir "busy.$1"
    cp json key.pem "busy.$1"
    cd "busy.$1"
    while place "+1415777000$1" && [ "$code" = 200 ]; do
        jq .call_id body >>"../answers.$1"
    done
}
t "journal and state are true when it is killed" truth
