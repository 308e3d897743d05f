#!/bin/bash
# jaxl-ivr-apply when its state, the disk, its output or a signal gets in its way: nothing is made twice,
# nothing gets lost, and the next run finishes.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/ivr-tree.sh"

# The state.

busy() {
    tree
    sandbox --fault-at 'GET /v1/ivr/=timeout-before'
    spawn first jaxl-ivr-apply --timeout 600s ivr.ndjson
    wait_until 20 reached 1 GET /v1/ivr/
    apply
    status 75
    same out ''
    has err '^jaxl-ivr-apply: state file ivr.ndjson.state: another run that uses it is under way$'
    apply --plan
    status 2
    stop "$pid" KILL
    apply
    complete
    once 2 2
}
t "one run at a time has the state" busy

foreign() {
    tree
    sandbox
    echo '{"org":43}' >ivr.ndjson.state
    cp ivr.ndjson.state before
    for option in --plan --prune; do
        apply "$option"
        status 78
        same out ''
        has err 'state file ivr.ndjson.state: it is of organisation 43, these credentials are of 42: name another with --state$'
        cmp before ivr.ndjson.state
    done
    [ "$(asked GET '/v1/ivr/*')" -eq 0 ]
    apply --state mine
    complete --state mine
}
t "the state of another organisation" foreign

# bad TEXT LINE: as printf has it
bad() {
    # shellcheck disable=SC2059 # escapes
    printf "$1" >ivr.ndjson.state
    cp ivr.ndjson.state before
    for option in --plan --prune; do
        apply "$option"
        [ "$rc" -eq 65 ] || fail "$1: status $rc"
        same out ''
        has err "^jaxl-ivr-apply: .*ivr.ndjson.state.*$2"
        cmp before ivr.ndjson.state
    done
}
garbage() {
    tree
    sandbox
    bad 'hello\n' 'line 1'
    bad '{"org":42}\n{"ivr":"main"}\n' 'line 2: neither a name with its id nor the organisation'
    bad '{"org":42}\n{"ivr":"main","id":2}\n{"ivr":"main","id":3}\n' 'line 3: neither'
    bad '{"org":42}\n{"org":42}\n' 'line 2: neither'
    bad '{"org":0}\n' 'line 1: neither'
    bad '{"ivr":"main","id":0}\n' 'line 1: neither'
    bad '{"ivr":"","id":1}\n' 'line 1: neither'
    bad '{"ivr":"main","id":1.5}\n' 'line 1: neither'
    bad '{"org":42}\n{"ivr":"main","i' 'line 2'
    bad '<<<<<<< HEAD\n{"org":42}\n' 'line 1'
    bad '\0\0\0\0' ''
    rm ivr.ndjson.state
    mkfifo ivr.ndjson.state
    for option in --plan --prune; do
        run timeout 20 jaxl-ivr-apply "$option" ivr.ndjson
        status 65
        has err 'state file ivr.ndjson.state: not a regular file$'
    done
    rm ivr.ndjson.state
    mkdir ivr.ndjson.state
    apply
    [ "$rc" -eq 65 ] || status 74
    [ ! -e "$journal" ] || [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    apply --state /dev/null
    status 65
}
t "a state that is none is left as it is" garbage

modes() {
    tree
    sandbox
    umask 0
    apply
    complete
    [ "$(stat -c %a ivr.ndjson.state)" = 600 ]
    same ivr.ndjson.state $'{"org":42}\n{"ivr":"main","id":2}\n{"ivr":"support","id":3}'
    # replaced as a whole: who reads it has the old one to its end
    chmod 644 ivr.ndjson.state
    exec 5<ivr.ndjson.state
    cp ivr.ndjson.state before
    sed -i 's/"support"/"help"/' ivr.ndjson
    apply
    complete
    [ "$(stat -c %a ivr.ndjson.state)" = 600 ]
    cat <&5 >held
    cmp held before
    same ivr.ndjson.state $'{"org":42}\n{"ivr":"main","id":2}\n{"ivr":"help","id":3}'
    once 2 2
    [ ! -e ivr.ndjson.state.new ]
}
t "the state is for its owner alone, and replaced as a whole" modes

# What cannot be written down is not done: a folder is where the new state has to go.
unwritable() {
    tree
    sandbox
    mkdir ivr.ndjson.state.new
    apply
    status 74
    has err '^jaxl-ivr-apply: state file ivr.ndjson.state: '
    [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    rmdir ivr.ndjson.state.new
    apply
    complete
    once 2 2
}
t "without a state nothing is made" unwritable

# The disk is full when the menus have been made.
unwritable_then() {
    tree
    sandbox --slow 2 --fault-at 'POST /v1/ivr/=slow'
    spawn apply jaxl-ivr-apply ivr.ndjson
    wait_until 20 reached 2 POST /v1/ivr/
    kill -STOP "$pid"
    mkdir ivr.ndjson.state.new
    kill -CONT "$pid"
    await "$pid"
    status 74
    has apply.err '^jaxl-ivr-apply: state file ivr.ndjson.state: '
    [ "$(asked POST '/v1/ivr/*/options/')" -eq 0 ]
    same ivr.ndjson.state $'{"org":42}\n{"ivr":"main","id":null}\n{"ivr":"support","id":null}'
    rmdir ivr.ndjson.state.new
    apply
    complete
    once 2 2
}
t "a state that cannot be written later on" unwritable_then

# A file may not become larger than it is.
no_room() {
    tree
    sandbox
    run jaxl accounts me
    status 0
    rc=0
    (
        trap '' XFSZ
        ulimit -f 0
        exec jaxl-ivr-apply ivr.ndjson
    ) 2>&1 | cat >both || rc=$?
    status 74
    has both '^jaxl-ivr-apply: state file ivr.ndjson.state: File too large$'
    [ ! -e ivr.ndjson.state ]
    [ ! -e ivr.ndjson.state.new ]
    [ "$(asked POST '/v1/ivr/*')" -eq 0 ]
    apply
    complete
}
t "no room for the state" no_room

# Output.

full() {
    : >out
    wide
    sandbox
    rc=0
    jaxl-ivr-apply --allow prompts,leave --connections 1 ivr.ndjson >/dev/full 2>err || rc=$?
    status 74
    has err 'No space left'
    holds ivr.ndjson.state 'length == 16'
    apply
    complete
    once 15 15
    rc=0
    jaxl-ivr-apply --allow prompts,leave ivr.ndjson >/dev/full 2>err || rc=$?
    status 74
    rc=0
    jaxl-ivr-apply --plan --allow prompts,leave ivr.ndjson >/dev/full 2>err || rc=$?
    status 74
}
t "standard output that is full" full

reader_gone() {
    wide
    sandbox --delay 100ms
    set +o pipefail
    jaxl-ivr-apply --allow prompts,leave --connections 1 ivr.ndjson 2>err | head -n 1 >out
    [ "${PIPESTATUS[0]}" -eq 0 ]
    set -o pipefail
    [ "$(wc -l <out)" -eq 1 ]
    lacks err '[Pp]ipe'
    [ "$(asked POST '/v1/ivr/*/options/')" -eq 0 ]
    # what was made is written down
    jaxl ivrs list --all --output ndjson >menus.json
    [ "$(wc -l <menus.json)" -lt 15 ]
    [ "$(jq -s 'map(select(.id and .ivr)) | length' ivr.ndjson.state)" -eq $(($(wc -l <menus.json) - 1)) ]
    has err '^jaxl-ivr-apply: [0-9]+ of 30 changes made: 30 to create; 0 unchanged$'
    apply
    complete
    once 15 15
}
t "a reader that goes ends it quietly, and the next run finishes" reader_gone

# The second signal does not wait for answers.
signals() {
    tree
    sandbox --fault-at 'POST /v1/ivr/=timeout-after'
    # a shell starts what runs in the background with SIGINT ignored
    spawn apply env --default-signal=INT jaxl-ivr-apply --timeout 600s ivr.ndjson
    wait_until 20 reached 2 POST /v1/ivr/
    kill -TERM "$pid"
    kill -USR1 "$pid"
    wait_until 20 grep -q '1 of 5 changes made' apply.err
    alive "$pid"
    stop "$pid" INT
    status 143
    holds ivr.ndjson.state 'length == 3 and (map(select(.ivr and .id == null)) | length) == 1'
    apply
    complete
    once 2 2
}
t "a second signal ends it at once, and the next run finishes" signals
