# shellcheck shell=bash
# shellcheck disable=SC2154 # what lib.sh sets
# What jaxl sends and how it takes an answer, against tests/tool/recorder.c. Sourced after lib.sh.
#
#   account                       once, outside of a case: credentials and an attested device
#   recorder <<<'200 {"id": 1}'   in a case: starts one; $record/requests is what it was asked
#
# The four roots of the platform are folders of the recorder, so that a target begins with the name
# of its module, as in the protocol: /CALL/v1/calls/.

account() {
    sandbox --dir "$T/account"
    run jaxl accounts me
    status 0
    stop "$sandbox"
    # kept for whoever is asked, as another client of the platform writes it
    jq -c 'del(.libjaxl_owner)' "$JAXL_STATE_DIR/attestation.json" >attestation
    cat attestation >"$JAXL_STATE_DIR/attestation.json"
}

recorder() {
    local root text
    record=$PWD/record-${#lib_pids[@]}
    text_of /dev/stdin
    printf %s "$text" >"$record.answers"
    spawn recorder "$builddir/tests/tool/recorder" "$record" "$record.answers"
    wait_until 30 recorder_ready "$pid"
    read -r root <recorder.out
    export JAXL_ACCOUNT_API_ROOT=$root/ACCOUNT JAXL_PAYMENT_API_ROOT=$root/PAYMENT
    export JAXL_CALL_API_ROOT=$root/CALL JAXL_MESSAGE_API_ROOT=$root/MESSAGE
}

recorder_ready() {
    alive "$1" || fail "the recorder has ended: $(cat recorder.err)"
    [ -s recorder.out ]
}

# commands: every command of jaxl, a line each.
commands() {
    jaxl --help | sed -nE 's/^  ([a-z]+( [a-z]+)*)  +[A-Z].*/\1/p'
}

# options COMMAND: the options of its own, without those of all commands.
options() {
    # shellcheck disable=SC2086 # words
    jaxl $1 --help | sed -nE '/^(Output|Of every program:)$/q; s/^  (-., |    )--([a-z0-9-]+).*/\2/p' |
        sed '/^timeout$/d'
}
