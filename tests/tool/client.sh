# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what the tests use, what lib.sh sets
# A client of the platform written by someone else: curl, openssl and jq, after protocol.md. Sourced
# after lib.sh and used within a case that has started a sandbox.
#
#   client_attest          makes the device known; $device is its id
#   api GET CALL /v1/ivr/  the answer in ./body, its status in $code, its headers in ./headers
#   post CALL /v1/ivr/ '{"name": "Hello", "hangup": true}'     (and patch)
#   expect 400 INVALID_FIELD name     status, reason and field of the last answer
#   fields '.results[]' id name       exactly these fields, in each of them
#
# $claims is a jq filter over the claims of the next tokens, $message a sed script over the text that
# is signed, $headers an array of curl options whose headers win.
#
# A request goes over bash's own /dev/tcp; curl makes it when it is given options, or when $curl says
# yes, for what only curl sees of a connection. Nothing here starts a program that need not be: a
# fork is what these tests spend their time on.

device=null org=42 claims=. message='' code=0 curl=''
headers=()

# The credentials that the environment names, in $api_key, $genesis_key, $servers and ./key.pem.
credentials_of=''
credentials() {
    [ "$credentials_of" != "$JAXL_API_CREDENTIALS" ] || return 0
    credentials_of=$JAXL_API_CREDENTIALS
    jq -r '.client.key, .client.genesis_key, (.servers | tojson), .client.secret' "$JAXL_API_CREDENTIALS" >key.pem
    chmod 600 key.pem
    {
        read -r api_key
        read -r genesis_key
        read -r servers # and the private key, before which PEM may have anything
    } <key.pem
}

# signer VERB ARGUMENT...: asks tests/tool/signer.c; the answer in $answer
coproc lib_signer { exec "$builddir/tests/tool/signer"; }
lib_pids+=("$lib_signer_PID")
exec {signer_in}>&"${lib_signer[1]}" {signer_out}<&"${lib_signer[0]}" # as subshells have them
signer() {
    printf '%s\n' "$*" >&"$signer_in"
    IFS= read -r answer <&"$signer_out" || fail "no answer of the signer to $1"
}

# base64url TEXT: in $answer, without padding.
base64url() {
    signer base64 "$1"
    url
}
url() {
    answer=${answer//+/-}
    answer=${answer//\//_}
    answer=${answer%%=*}
}

# token [LIFETIME]: makes the request token $token.
token() {
    local now iat me=tester@example.com text body stamp=$EPOCHREALTIME signature
    credentials
    iat=${stamp%.*}
    printf -v now '%(%Y-%m-%d %H:%M:%S)T.%s+00:00' "$iat" "${stamp#*.}"
    now=${now/.000000/}
    text="{\"version\": 1, \"env\": \"dev\", \"app_id\": 7, \"me\": \"$me\", \"now\": \"$now\", \"device_id\": $device, \"app_version\": null}"
    [ -z "$message" ] || text=$(sed "$message" <<<"$text")
    signer pss "$PWD/${key:-key.pem}" "$text"
    signature=$answer
    body="{\"version\": \"1\", \"env\": \"dev\", \"signature\": \"$signature\", \"me\": \"$me\", \"now\": \"$now\", \"servers\": $servers, \"device_id\": $device, \"app_version\": null, \"iss\": \"jaxl\", \"aud\": \"dialer\", \"iat\": $iat, \"nbf\": $iat, \"exp\": $((iat + ${1:-30}))}"
    [ "$claims" = . ] || body=$(jq -c "$claims" <<<"$body")
    base64url "{\"alg\":\"${alg:-RS256}\",\"typ\":\"JWT\"}"
    token=$answer
    base64url "$body"
    token+=.$answer
    signer rsa "$PWD/${key:-key.pem}" "$token"
    url
    token+=.$answer
}

# header NAME VALUE: another of $sent, unless $headers says something else about it.
header() {
    [[ " ${headers[*]} " == *" $1:"* ]] || sent+=("$1: $2")
}

# api METHOD MODULE PATH [CURL OPTION...]: with $token, which is made when it is empty.
api() {
    local method=$1 root=JAXL_$2_API_ROOT path=$3 sent=() stamp
    shift 3
    credentials
    [ -n "${token-}" ] || token
    stamp=$EPOCHREALTIME
    header X-JAXL-PLATFORM 3
    header X-JAXL-API-KEY "$api_key"
    header X-JAXL-API-TOKEN "$token"
    header X-JAXL-CLIENT-EP "${stamp%.*}${stamp:11:3}"
    [ -z "$org" ] || header X-JAXL-ORGID "$org"
    [ -z "$JAXL_API_AUTH_TOKEN" ] || header X-JAXL-AUTH-TOKEN "$JAXL_API_AUTH_TOKEN"
    [ -z "${attesting-}" ] || attest_headers
    rc=0
    root=${!root}
    if [ $# -gt 0 ] || [ -n "$curl${max_time-}" ]; then
        with_curl "$@"
    else
        plainly "${content-}" || rc=$?
    fi
}

with_curl() {
    local line options=()
    for line in "${sent[@]}"; do
        options+=(-H "$line")
    done
    code=$(curl -sS -X "$method" -o body -D headers -w '%{http_code}' --max-time "${max_time:-20}" \
        "${options[@]}" "${headers[@]}" "$@" "$root$path" 2>curl.err) || rc=$?
}

# plainly JSON: the request of api, without curl but with its exit statuses.
plainly() {
    local LC_ALL=C line connection text='' length='' type='' status
    local rest=${root#http://} request="$method $path HTTP/1.1"$'\r\n'"Host: ${root#http://}"$'\r\n'
    : >body
    for line in "${sent[@]}" "${headers[@]}"; do
        case $line in
        -H | *:) ;; # curl leaves a header without a value out
        *) request+=$line$'\r\n' ;;
        esac
    done
    [ -z "$1" ] || request+=$'Content-Type: application/json\r\nContent-Length: '${#1}$'\r\n'
    code=000
    { exec {connection}<>"/dev/tcp/${rest%:*}/${rest#*:}"; } 2>curl.err || return 7
    printf '%sConnection: close\r\n\r\n%s' "$request" "$1" >&"$connection"
    read -r -t 20 -u "$connection" _ status _ || return 52
    while IFS= read -r line <&"$connection" && [ "$line" != $'\r' ]; do
        printf '%s\n' "$line"
        case ${line,,} in
        content-length:*) length=${line//[!0-9]/} ;;
        content-type:*) type=${line#*: } ;;
        esac
    done >headers
    if [[ $type == application/json* && -n $length ]]; then
        [ "$length" -eq 0 ] || IFS= read -r -N "$length" -u "$connection" text
        printf %s "$text" >body
        [ "${#text}" -eq "$length" ] || return 18
    else
        cat <&"$connection" >body
    fi
    exec {connection}>&-
    code=$status
}

# json METHOD MODULE PATH JSON: or @ and a file of it
json() {
    if [[ -n $curl${max_time-} || $4 == @* ]]; then
        api "$1" "$2" "$3" -H 'Content-Type: application/json' --data-binary "$4"
    else
        content=$4 api "$1" "$2" "$3"
    fi
}

get() {
    local module=$1 path=$2
    shift 2
    api GET "$module" "$path" "$@"
}

post() {
    json POST "$@"
}

patch() {
    json PATCH "$@"
}

# expect STATUS [REASON [FIELD]]
expect() {
    if [ "$code" != "$1" ]; then
        cat body curl.err
        fail "status $code instead of $1"
    fi
    [ -z "${2-}" ] || holds body ".[0].reason == \"$2\""
    [ -z "${3-}" ] || holds body ".[0].field == \"$3\""
}

# fields FILTER FIELD...: each value of this jq filter over the last answer, and there is one, is an
# object with exactly these fields.
fields() {
    local filter=$1 names
    shift
    printf -v names ', "%s"' "$@"
    holds body ".[0] | [$filter] | length > 0 and all(keys == ([${names#, }] | sort))"
}

# refused CODE: each line of standard input, "MODULE PATH FIELD", names a GET that is refused with
# this status on account of this field.
refused() {
    local module path field
    while read -r module path field; do
        get "$module" "$path"
        expect "$1" '' "$field"
    done
}

# seal KEY TEXT [TIME]: a Fernet token, in $answer; unseal KEY TOKEN: what it holds, in $answer.
seal() {
    signer seal "$1" "${3:-$EPOCHSECONDS}" "$2"
}
unseal() {
    signer open "$1" "$2"
}

# attest_request [CURL OPTION...]: with $uid and $proof, which are made when they are empty.
# shellcheck disable=SC2120 # the tests that source this pass some
attest_request() {
    local org='' JAXL_API_AUTH_TOKEN='' device=null token='' attesting=yes
    credentials
    [ -n "$uid" ] || printf -v uid jaxl:sdk:%08x%08x%08x%08x $SRANDOM $SRANDOM $SRANDOM $SRANDOM
    [ -n "$proof" ] || {
        seal "$genesis_key" "{\"pd\": \"$uid\", \"dt\": \"\", \"cookie\": null}"
        proof=$answer
    }
    api POST ACCOUNT /v1/devices/attest/ "$@"
}

attest_headers() {
    header origin linux://
    header x-forwarded-for 127.0.0.1
    header x-device-id "$uid"
    header x-device-attest "$proof"
}

client_attest() {
    local uid='' proof=''
    credentials_of='' # of another sandbox
    signed=''
    attest_request
    expect 200
    attested_device
    token 600
}

# attested_device: what the answer to an attestation says, in ./device.json, $device and $sk
attested_device() {
    local text
    text_of body
    [[ $text =~ \"encrypted\":\ *\"([^\"]*)\" ]]
    unseal "$genesis_key" "${BASH_REMATCH[1]}"
    printf '%s\n' "$answer" >device.json
    holds device.json '.[0] | .id > 0 and (.sk | length) == 44'
    [[ $answer =~ \"id\":\ *([0-9]+) ]]
    device=${BASH_REMATCH[1]}
    [[ $answer =~ \"sk\":\ *\"([^\"]*)\" ]]
    sk=${BASH_REMATCH[1]}
}

# call_body TO [JQ FILTER]: what placing a call sends, in $json. The signed total is asked for once.
call_body() {
    local session
    [ -n "${signed-}" ] || {
        get PAYMENT '/v1/customer/consumables/?currency=1'
        expect 200
        signed=$(jq -r .signed body)
    }
    read -r session </proc/sys/kernel/random/uuid
    json="{\"from_number\":\"+12015550199\",\"to_number\":\"$1\",\"session_id\":\"${session^^}\",\"call_type\":2,\"balance\":\"0\",\"currency\":\"USD\",\"provider\":null,\"ivr_id\":null,\"total_recharge\":\"$signed\",\"cid\":null}"
    [ -z "${2-}" ] || json=$(jq -c "$2" <<<"$json")
    printf '%s\n' "$json" >json
}

# place TO [JQ FILTER]
place() {
    local json
    call_body "$@"
    post CALL /v1/calls/token/ "$json"
}

# state_is ID FILTER: the call as it is now makes the jq filter true.
state_is() {
    get CALL "/v1/calls/$1/?currency=1"
    expect 200
    jq -e "$2" body >/dev/null
}

# all_final: no call is going on, or waits for its cost.
all_final() {
    get CALL "/v1/calls/?currency=1&limit=500"
    jq -e 'all(.results[]; .is_finalized)' body >/dev/null
}
