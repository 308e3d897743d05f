#!/bin/bash
# The commands of jaxl that are no call of the platform: api, doctor, help, apps run;
# and jaxl WORD, which runs jaxl-WORD.
. "$(dirname "$0")/../tool/lib.sh"

# asked FILTER: of the requests in the journal, the last that this selects is there.
asked() {
    holds "$journal" "map(select(.event == \"request\" and ($1))) | length >= 1"
}

api_get() {
    sandbox
    run jaxl api GET call '/v1/calls/?currency=2&limit=5'
    status 0
    holds out '.[0].count == 0'
    asked '.method == "GET" and .path == "/v1/calls/"'
    run jaxl api get account /v1/appusers/me/ --output csv --fields id
    status 0
    has out '^id$'
}
t "api asks for a path with a query" api_get

api_methods() {
    sandbox
    run jaxl api POST call /v1/ivr/ --data '{"name": "Hello", "hangup": true}'
    status 0
    holds out '.[0].name == "Hello"'
    jq -c .id out >id
    printf '{"name": "Other"}' >body
    run jaxl api PATCH call "/v1/ivr/$(cat id)/" --data @body
    status 0
    holds out '.[0].name == "Other"'
    run jaxl api POST call /v1/ivr/ --data - <<<'{"name": "Third", "hangup": true}'
    status 0
    holds out '.[0].name == "Third"'
    asked '.method == "PATCH"'
    run jaxl api DELETE call "/v1/ivr/$(cat id)/"
    status 1
    has err "^jaxl: api: DELETE .*/v1/ivr/$(cat id)/: answered 40[45]"
    asked '.method == "DELETE"'
}
t "api sends each method, and data from an argument, a file and standard input" api_methods

api_wrong() {
    local before
    sandbox
    jaxl api GET account /v1/appusers/me/ >/dev/null
    before=$(wc -l <"$journal")
    while IFS='|' read -r code words message; do
        read -ra words <<<"$words"
        run jaxl api "${words[@]}"
        status "$code"
        has err "$message"
        [ "$(wc -l <err)" -eq 1 ]
    done <<'END'
64||a method, a module and a path are needed
64|GET call|a method, a module and a path are needed
64|GET call /v1/ more|a method, a module and a path are needed
64|PUT call /v1/calls/|'PUT' is not GET, POST, PATCH or DELETE
64|GET calls /v1/calls/|'calls' is not account, payment, call or message
64|GET call v1/calls/|begins with /
64|GET call /v1/{}/|percent-encoded
64|GET call /v1/calls/ --data {}|a GET takes no --data
64|POST call /v1/ivr/ --data {|--data: .*
64|POST call /v1/ivr/ --data @|--data: '@' names no file \(see jaxl api --help\)
65|POST call /v1/ivr/ --data @missing|--data: missing: No such file
65|POST call /v1/ivr/ --data @.|--data: .: Is a directory
END
    [ "$(wc -l <"$journal")" -eq "$before" ]
}
t "api says what is wrong before it sends anything" api_wrong

# once NAME: a server that gives the answer in the file NAME, its root in $root; what it was asked is
# in NAME.asked.
once() {
    spawn "$1-server" perl "$srcdir/tests/tool/http-once.pl" "$1" "$1.asked"
    wait_until 20 test -s "$1-server.out"
    root=http://127.0.0.1:$(cat "$1-server.out")
}

api_plain() {
    printf 'HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\n[1, 2]\n' >list
    printf 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nplain' >text
    printf 'HTTP/1.0 204 No Content\r\n\r\n' >none
    sandbox
    once list
    JAXL_CALL_API_ROOT=$root run jaxl api GET call '/v9/x/?currency=2&tag=a%20b'
    status 0
    same out '[1, 2]'
    same list.asked 'GET /v9/x/?currency=2&tag=a%20b HTTP/1.1'
    once text
    JAXL_CALL_API_ROOT=$root run jaxl api POST call /x
    status 0
    same out plain
    once none
    JAXL_CALL_API_ROOT=$root run jaxl api DELETE call /v9/x/1/
    status 0
    same out ''
    same none.asked 'DELETE /v9/x/1/ HTTP/1.1'
}
t "api sends the path as it is, and prints what is no object as it came" api_plain

# What one command keeps for the next.
kept() {
    local file
    sandbox
    export JAXL_API_TOKEN_EXPIRY_IN_SEC=600
    file=$JAXL_STATE_DIR/attestation.json.kept
    run jaxl accounts me
    status 0
    [ "$(stat -c %a "$file")" = 600 ]
    not grep -q "$JAXL_API_AUTH_TOKEN" "$file"
    jaxl accounts me >/dev/null
    jaxl phones list >/dev/null
    holds "$journal" 'map(select(.path == "/v1/app/organizations/")) | length == 1'
    # of another user's auth token nothing is used
    JAXL_API_AUTH_TOKEN=0123456789abcdef run jaxl accounts me
    status 77
    has err 'looking the organisation up: .*answered 401'
    # several at once leave a whole file
    rm "$file"
    for i in 1 2 3 4 5 6; do
        spawn "at-once-$i" jaxl accounts me
    done
    for pid in "${lib_pids[@]:1}"; do
        await "$pid"
        status 0
    done
    jq -e '.org == 42 and (.token | length > 100)' "$file"
    [ "$(find "$JAXL_STATE_DIR" -name '*.new')" = '' ]
}
t "a command uses the organisation and the token of the one before" kept

# check NAME STATE [DETAIL [ADVICE]]: one record of the doctor's.
check() {
    holds out "any(.[]; .check == \"$1\" and .state == \"$2\" and (.detail | test(\"${3-}\")) and (.advice | test(\"${4-}\")))"
}
doctor() {
    local secrets
    # the auth token, the API key, the key of the attestation, and a line of the private key
    secrets=$JAXL_API_AUTH_TOKEN$(jq -r '.client | "|" + .key + "|" + .genesis_key + "|" + (.secret | split("\n")[1])' \
        "$credentials" | sed 's/[+]/[+]/g')
    run jaxl doctor
    lacks out "$secrets"
    lacks err "$secrets"
}
own_sandbox() {
    sandbox
    credentials=$JAXL_API_CREDENTIALS
}
CHECKS='["JAXL_API_CREDENTIALS","JAXL_API_AUTH_TOKEN","credentials","account-api","payment-api","call-api","message-api","clock","attestation","permissions","token","organisation","balance"]'

doctor_well() {
    own_sandbox
    doctor
    status 0
    same err ''
    holds out "map(.check) == $CHECKS"
    holds out 'all(.[]; .state == "ok" and .advice == "" and .detail != "")'
    check credentials ok 'environment dev, app 7, RSA key of [0-9]+ bits'
    check organisation ok '^42$'
    check balance ok '^USD 1000000$'
    check token ok 'accepted, of .*@'
    run jaxl doctor --output table
    status 0
    has out '^check +state +detail'
    run jaxl doctor --output csv --fields check,state
    status 0
    has out '^token,ok$'
}
t "doctor finds a good set-up good" doctor_well

doctor_no_variables() {
    JAXL_API_AUTH_TOKEN=nothing-secret
    run env -u JAXL_API_AUTH_TOKEN jaxl doctor
    status 78
    check JAXL_API_CREDENTIALS failed 'not set' 'export JAXL_API_CREDENTIALS'
    check JAXL_API_AUTH_TOKEN failed 'not set' 'export JAXL_API_AUTH_TOKEN'
    check credentials skipped JAXL_API_CREDENTIALS
    holds out "map(.check) == $CHECKS"
    own_sandbox
    run env -u JAXL_API_AUTH_TOKEN jaxl doctor
    status 78
    check credentials ok
    check message-api ok
    check attestation skipped JAXL_API_AUTH_TOKEN
    JAXL_API_AUTH_TOKEN=' blank' run jaxl doctor
    status 78
    check JAXL_API_AUTH_TOKEN failed 'printable ASCII'
}
t "doctor: no variables" doctor_no_variables

doctor_credentials() {
    own_sandbox
    JAXL_API_CREDENTIALS=$PWD/missing doctor
    status 78
    check credentials failed 'missing: No such file' 'fetch'
    check account-api skipped 'after credentials is mended'
    jq '.client.secret = "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n"' "$JAXL_API_CREDENTIALS" >bad-key
    jq 'del(.client.key)' "$JAXL_API_CREDENTIALS" >incomplete
    chmod 600 bad-key incomplete
    JAXL_API_CREDENTIALS=$PWD/bad-key doctor
    status 78
    check credentials failed 'client.secret is wrong'
    JAXL_API_CREDENTIALS=$PWD/incomplete doctor
    status 78
    check credentials failed 'client.key is missing'
}
t "doctor: credentials that are missing, incomplete, or with an unusable key" doctor_credentials

doctor_permissions() {
    own_sandbox
    doctor
    status 0
    chmod 644 "$JAXL_API_CREDENTIALS" "$JAXL_STATE_DIR/attestation.json"
    chmod 755 "$JAXL_STATE_DIR"
    doctor
    status 0
    check permissions warning "$JAXL_API_CREDENTIALS is open to other users .mode 644." "chmod go-rwx $JAXL_API_CREDENTIALS"
    check permissions warning "$JAXL_STATE_DIR is open to other users .mode 755." "chmod go-rwx $JAXL_STATE_DIR;"
    check permissions warning 'attestation.json is open' 'chmod go-rwx .*/attestation.json'
    eval "$(jq -r 'select(.check == "permissions").advice' out)"
    doctor
    status 0
    check permissions ok
}
t "doctor: files that others may read, and its advice mends it" doctor_permissions

doctor_roots() {
    local port
    own_sandbox
    # a port that was free a moment ago, and that nobody listens on
    spawn port perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport'
    await "$pid"
    port=$(cat port.out)
    JAXL_CALL_API_ROOT=http://127.0.0.1:$port doctor
    status 69
    check call-api failed "http://127.0.0.1:$port: .*onnect" 'check the address'
    check token ok
    check balance skipped call-api
    JAXL_PAYMENT_API_ROOT=http://example.com doctor
    status 78
    check payment-api failed 'JAXL_PAYMENT_API_ROOT: http:// is for this machine alone' 'set the variable'
    JAXL_ACCOUNT_API_ROOT=http://127.0.0.1:$port doctor
    status 69
    check account-api failed
    check attestation skipped account-api
    JAXL_MESSAGE_API_ROOT='' doctor
    status 78
    check message-api failed 'JAXL_MESSAGE_API_ROOT is not set'
}
t "doctor: roots that are closed, wrong or not set" doctor_roots

doctor_tls() {
    own_sandbox
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>req.log
    spawn tls openssl s_server -accept 127.0.0.1:0 -key key.pem -cert cert.pem -www
    wait_until 20 grep -q '^ACCEPT .*:' tls.out
    JAXL_MESSAGE_API_ROOT=https://localhost:$(sed -n 's/^ACCEPT .*://p' tls.out) doctor
    status 69
    check message-api failed 'https://localhost:[0-9]+: .*certificate' 'ca-certificates'
}
t "doctor: a certificate that nobody trusts" doctor_tls

doctor_token() {
    own_sandbox
    JAXL_API_AUTH_TOKEN=0123456789abcdef doctor
    status 77
    check attestation ok
    check token failed 'answered 401' 'JAXL_API_AUTH_TOKEN'
    check organisation skipped token
    check balance skipped token
}
t "doctor: an auth token that the platform refuses" doctor_token

# dated SECONDS: an account root whose clock is so many seconds from ours.
dated() {
    printf 'HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\nDate: DATE%s\r\n\r\n' "$1" >"dated$1"
    once "dated$1"
    JAXL_ACCOUNT_API_ROOT=$root doctor
}
doctor_clock() {
    own_sandbox
    dated +3600
    status 78
    check clock failed '^3[56][0-9][0-9] s behind' 'timedatectl'
    dated -3600
    check clock failed '^3[56][0-9][0-9] s ahead'
    dated +20
    check clock warning 'behind' 'timedatectl'
    dated +0
    check clock ok
}
t "doctor: a clock that is not the server's" doctor_clock

doctor_ill() {
    printf 'HTTP/1.0 503 Later\r\nContent-Length: 0\r\n\r\n' >ill
    own_sandbox
    once ill
    JAXL_MESSAGE_API_ROOT=$root doctor
    status 0
    check message-api warning 'answers 503' 'later'
}
t "doctor: a platform that is not well is a warning" doctor_ill

# A man that knows the pages in $known, and says which one it shows.
fake_man() {
    mkdir fake
    cat >fake/man <<'END'
#!/bin/bash
if [ "$1" = -w ]; then
    [[ " $known " == *" $2 "* ]]
else
    echo "shown: $*"
fi
END
    chmod +x fake/man
}
help_topics() {
    fake_man
    export known='jaxl jaxl-dial jaxl-records libjaxl'
    while read -r page topic; do
        read -ra topic <<<"$topic"
        PATH=$PWD/fake:$PATH run jaxl help "${topic[@]}"
        status 0
        same out "shown: $page"
    done <<'END'
jaxl
jaxl calls list
jaxl doctor
jaxl jaxl
jaxl-dial dial
jaxl-dial jaxl-dial
jaxl-records records
libjaxl libjaxl
END
    PATH=$PWD/fake:$PATH run jaxl help nothing-of-the-kind
    status 64
    has err "^jaxl: help: there is no manual of 'nothing-of-the-kind'"
    known='' PATH=$PWD/fake:$PATH run jaxl help calls list
    status 64
    has err '^jaxl: help: man does not find the manual of jaxl, nor is it in /.*jaxl COMMAND --help$'
}
t "help opens the page of a topic, a program or a command" help_topics

help_without_man() {
    local jaxl
    jaxl=$(command -v jaxl)
    PATH=$PWD run "$jaxl" help dial
    status 69
    has err '^jaxl: help: there is no man to show the manual with.*jaxl-dial'
}
t "help without man(1) says where the page is" help_without_man

apps() {
    local jaxl
    jaxl=$(command -v jaxl)
    cp "$jaxl" . # where there is nothing beside it
    PATH=$PWD run ./jaxl apps run
    status 69
    has err '^jaxl: apps run: jaxl-events.*install it'
    printf '#!/bin/sh\necho "events: $*"\n' >jaxl-events
    chmod +x jaxl-events
    PATH=$PWD:$PATH run jaxl apps run app --port 3
    status 0
    same out 'events: app --port 3'
    PATH=$PWD:$PATH run jaxl apps run -- --port 3
    same out 'events: --port 3'
}
t "apps run runs jaxl-events when it is there" apps

dispatched() {
    run jaxl-dial --version
    mv out version
    run jaxl dial --version
    status 0
    same out "$(cat version)"
    # from the folder of jaxl itself, whatever PATH says
    printf '#!/bin/sh\necho "in PATH: $*"\n' >jaxl-dial
    cp jaxl-dial jaxl-wave
    chmod +x jaxl-dial jaxl-wave
    PATH=$PWD:$PATH run jaxl dial --version
    same out "$(cat version)"
    PATH=$PWD:$PATH run jaxl wave hello
    same out 'in PATH: hello'
    run jaxl wave hello
    status 64
    has err "there is no 'wave'"
}
t "jaxl WORD runs jaxl-WORD, of its own folder and then of PATH" dispatched
