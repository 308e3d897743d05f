#!/bin/bash
# What is wrong is said in one line on standard error that names the command, with the exit status
# that it should have, and nothing is printed: the tables tests/tool/usage.txt (what the user does
# wrong) and tests/tool/failures.txt (what the platform and the network do).
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/recorder.sh"

account

# one_line EXIT REGEX: besides notices that something is tried again.
one_line() {
    local line n=0 notice=': (again in [0-9.]+ s|trying a new one)$'
    while IFS= read -r line; do
        echo "$line"
        [[ ! $line =~ $notice ]] || continue
        n=$((n + 1))
        echo "$line" >said
    done <err
    status "$1"
    same out ''
    [ "$n" -eq 1 ]
    has said '^jaxl'
    has said "$2"
}

# Whatever is wrong here shows before anything is sent: nobody listens at these roots.
nobody() {
    local module
    for module in ACCOUNT PAYMENT CALL MESSAGE; do
        export "JAXL_${module}_API_ROOT=http://127.0.0.1:1"
    done
}
usage() {
    nobody
    umask 077
    : >empty.csv
    echo '{}' >object.json
    printf 'to,name\n' >leads.csv
    umask 022
    [[ $3 != *folder.csv* ]] || mkdir folder.csv
    printf '# ours\ncalls get = /v1/calls/{}/\n' >published
    run bash -c "$3"
    one_line "$1" "$2"
}
while IFS='|' read -r code rest; do
    [[ $code != '#'* ]] || continue
    # the command line is what comes after the last bar; the words before may have bars
    regex=${rest# }
    t "${rest##* | }" usage "${code% }" "${regex% | *}" "${rest##* | }"
done <"$srcdir/tests/tool/usage.txt"

every_command() {
    local command
    nobody
    commands >all
    [ "$(wc -l <all)" -ge 45 ]
    while read -r command; do
        # shellcheck disable=SC2086 # words
        run jaxl $command --qqqqqqqq 1
        one_line 64 "^jaxl $command: unknown option '--qqqqqqqq' \\(see jaxl $command --help\\)\$"
    done <all
}
t "every command refuses an option that it does not have" every_command

every_help() {
    local command
    commands >all
    while read -r command; do
        # shellcheck disable=SC2086 # words
        run jaxl $command --help
        status 0
        same err ''
        has out "^Usage: jaxl $command .*\\[options\\]\$"
        has out "^  jaxl $command( |\$)" # the example
    done <all
    run jaxl calls --help
    status 0
    [ "$(grep -c '^  calls ' out)" -eq "$(grep -c '^calls ' all)" ]
    lacks out '^  ivrs'
    mv out asked
    run jaxl calls help
    status 0
    diff -u asked out
    run jaxl ivrs options -h
    [ "$(grep -c '^  ivrs options ' out)" -eq 2 ]
}
t "every command has a help with an example" every_help

# failure ANSWER EXIT REGEX COMMAND...
failure() {
    local answer=$1 code=$2 regex=$3
    shift 3
    recorder <<<"$answer"
    run "$@" --timeout $((500 * ${T_SLOW:-1}))ms
    one_line "$code" "$regex"
    [[ $* =~ ^jaxl\ ([a-z ]*[a-z])(\ --.*)?$ ]]
    has said "^jaxl: ${BASH_REMATCH[1]}: "
    if [ "$code" -eq 3 ]; then
        has said '\(it may have been carried out\); look before you do it again$'
        [ "$(grep -c "^POST\|^PATCH" "$record/requests")" -eq 1 ] # never twice
    elif [ "$code" -eq 69 ]; then
        has said '; try again later$'
    fi
}
failures() {
    failure "$1" "$2" "$4" jaxl calls get --call-id 1
    failure "$1" "$3" "$4" jaxl calls tag --call-id 1 --name callback
}
while IFS='|' read -r answer read change regex; do
    [[ $answer != '#'* ]] || continue
    t "answer: ${answer//#/}" failures "${answer% }" "${read// /}" "${change// /}" "${regex# }"
done <"$srcdir/tests/tool/failures.txt"

# A change that may be made twice without harm is unavailable, not unknown; and a list is read page
# by page.
others() {
    local there none option
    failure reset 69 'no whole answer' jaxl ivrs update --ivr 1 --message Hello
    failure hang 69 'no whole answer' jaxl calls hangup --call-id 1
    failure '500' 69 'answered 500' jaxl calls list --all
    failure '200 {"id": 1}' 69 "the answer is no list: it has no 'results'" jaxl calls list
    failure '200 {"results": [1]}' 69 'no JSON object' jaxl calls list
    failure '500' 3 'answered 500' jaxl calls mute --call-id 1 --email asha@example.com
    failure '200 <html>' 3 'the answer is not JSON' jaxl calls mute --call-id 1 --email asha@example.com
    # an option that is there is changed, one that is not is made
    there=$'200 {"results": [{"id": 9, "input": "1"}], "next": null}\n'
    none=$'200 {"results": [], "next": null}\n'
    option=(jaxl ivrs options configure --ivr 42 --input 1 --message Sales --next 1)
    failure '200 <html>' 69 'the answer is not JSON' "${option[@]}"
    failure "$there"'200 [1]' 69 'no JSON object' "${option[@]}"
    failure "$there"reset 69 'no whole answer' "${option[@]}"
    failure "$none"'200 [1]' 3 'no JSON object' "${option[@]}"
    failure "$none"500 3 'answered 500' "${option[@]}"
    failure 404 1 'answered 404; check the ids, or the path: see JAXL_ENDPOINTS' jaxl notifications
    failure '404 {"reason": "GONE"}' 1 'answered 404: GONE' jaxl calls audio --call-id 1 --path audio.wav
    [ ! -e audio.wav ]
}
t "other kinds of commands" others

# What an answer says is repeated: of what the user sent as well, of what is secret nothing.
echoed() { # TEXT REGEX
    recorder <<<"400 $1"
    run jaxl api POST call /v1/x/ --data '{"name": "Asha"}'
    one_line 1 "^jaxl: api: .*: answered 400$2; check the options\$"
}
echoes() {
    local secret
    echoed '{"reason": "TAKEN", "message": "Asha is taken"}' ': TAKEN: Asha is taken'
    for secret in "$JAXL_API_AUTH_TOKEN" "$(jq -r .client.key "$JAXL_API_CREDENTIALS")" \
        "$(jq -r .client.genesis_key "$JAXL_API_CREDENTIALS")" "$(jq -r .sk "$JAXL_STATE_DIR/attestation.json")"; do
        [ "${#secret}" -gt 5 ]
        echoed "{\"reason\": \"BAD\", \"message\": \"no: $secret\"}" ': BAD'
        echoed "{\"reason\": \"$secret\"}" ''
    done
}
t "api: what an answer repeats" echoes

refused() {
    recorder <<<'200 {}'
    JAXL_CALL_API_ROOT=http://127.0.0.1:1 run jaxl calls get --call-id 1
    one_line 69 '^jaxl: calls get: .* not sent: .*; check the network, or try again later$'
    JAXL_CALL_API_ROOT=http://127.0.0.1:1 run jaxl calls tag --call-id 1 --name callback
    one_line 69 '^jaxl: calls tag: .* not sent: .*; check the network, or try again later$'
}
t "connection refused" refused

bad_token() {
    sandbox
    JAXL_API_AUTH_TOKEN=wrong run jaxl accounts me
    one_line 77 '^jaxl: accounts me: .*answered 401.*check the auth token and the credentials file'
    lacks err wrong
    chmod 000 "$JAXL_API_CREDENTIALS"
    [ "$(id -u)" -eq 0 ] || {
        run jaxl accounts me
        one_line 78 '^jaxl: accounts me: .*credentials.json: Permission denied'
    }
}
t "a wrong token, credentials that cannot be read" bad_token

# A phone number that the account does not have.
no_number() {
    recorder <<<'200 {"count": 0, "next": null, "previous": null, "results": []}'
    run jaxl phones ivrs --e164 +918069001234 --ivr 1
    one_line 1 '^jaxl: phones ivrs: \+918069001234 is no active number of this account'
}
t "a number of somebody else" no_number

quiet() {
    recorder <<<'503'
    run jaxl calls get --call-id 1 --quiet
    [ "$(wc -l <err)" -eq 1 ]
    run jaxl calls get --call-id 1
    has err '^jaxl: GET .*/v1/calls/1/: answered 503: again in [0-9.]+ s$'
}
t "--quiet leaves nothing but the error" quiet
