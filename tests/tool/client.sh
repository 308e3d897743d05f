# shellcheck shell=bash
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

device=null org=42 claims=. message='' code=0
headers=()

b64url() {
    openssl base64 -A | tr '+/' '-_' | tr -d '='
}

credential() {
    jq -r "$1" "$JAXL_API_CREDENTIALS"
}

# The private key of the credentials, or another one in $key.
key_file() {
    [ -e key.pem ] || (umask 077 && credential .client.secret >key.pem)
    echo "${key:-key.pem}"
}

# token [LIFETIME]: prints a request token.
token() {
    local now iat me=tester@example.com text signature body
    now=$(date -u '+%Y-%m-%d %H:%M:%S.%6N+00:00')
    now=${now/.000000/}
    iat=$(date +%s)
    text="{\"version\": 1, \"env\": \"dev\", \"app_id\": 7, \"me\": \"$me\", \"now\": \"$now\", \"device_id\": $device, \"app_version\": null}"
    signature=$(printf %s "$text" | sed "$message" | tr -d '\n' |
        openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max -sign "$(key_file)" |
        openssl base64 -A)
    body=$(jq -nc --arg me "$me" --arg now "$now" --arg signature "$signature" --argjson iat "$iat" \
        --argjson device "$device" --argjson life "${1:-30}" --argjson servers "$(credential '.servers | tojson')" \
        "{version: \"1\", env: \"dev\", signature: \$signature, me: \$me, now: \$now, servers: \$servers,
          device_id: \$device, app_version: null, iss: \"jaxl\", aud: \"dialer\", iat: \$iat, nbf: \$iat,
          exp: (\$iat + \$life)} | $claims")
    text=$(printf '{"alg":"%s","typ":"JWT"}' "${alg:-RS256}" | b64url).$(printf %s "$body" | b64url)
    printf '%s.%s' "$text" "$(printf %s "$text" | openssl dgst -sha256 -sign "$(key_file)" | b64url)"
}

# header NAME VALUE: another of $sent, unless $headers says something else about it.
header() {
    [[ " ${headers[*]} " == *" $1:"* ]] || sent+=(-H "$1: $2")
}

# api METHOD MODULE PATH [CURL OPTION...]: with $token, which is made when it is empty.
api() {
    local method=$1 root=JAXL_$2_API_ROOT path=$3 sent=()
    shift 3
    [ -n "${token-}" ] || token=$(token)
    header X-JAXL-PLATFORM 3
    header X-JAXL-API-KEY "$(credential .client.key)"
    header X-JAXL-API-TOKEN "$token"
    header X-JAXL-CLIENT-EP "$(date +%s%3N)"
    [ -z "$org" ] || header X-JAXL-ORGID "$org"
    [ -z "$JAXL_API_AUTH_TOKEN" ] || header X-JAXL-AUTH-TOKEN "$JAXL_API_AUTH_TOKEN"
    rc=0
    # shellcheck disable=SC2034 # rc is for status
    code=$(curl -sS -X "$method" -o body -D headers -w '%{http_code}' --max-time "${max_time:-20}" \
        "${sent[@]}" "${headers[@]}" "$@" "${!root}$path" 2>curl.err) || rc=$?
}

get() {
    local module=$1 path=$2
    shift 2
    api GET "$module" "$path" "$@"
}

post() {
    api POST "$1" "$2" -H 'Content-Type: application/json' --data-binary "$3"
}

patch() {
    api PATCH "$1" "$2" -H 'Content-Type: application/json' --data-binary "$3"
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
    local filter=$1
    shift
    jq -e "[$filter] | length > 0 and all(keys == (\$ARGS.positional | sort))" body --args "$@" >/dev/null ||
        fail "the fields are $(jq -c "[$filter] | .[0] | keys" body)"
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

# fernet_key: the key as hex.
fernet_hex() {
    tr -- '-_' '+/' | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n'
}

# seal KEY (44 characters) [TIME]: a Fernet token of standard input.
seal() {
    local hex iv time
    hex=$(printf %s "$1" | fernet_hex)
    iv=$(openssl rand -hex 16)
    time=$(printf '%016x' "${2:-$(date +%s)}")
    {
        printf '80%s%s' "$time" "$iv" | unhex
        openssl enc -aes-128-cbc -K "${hex:32}" -iv "$iv"
    } >sealed
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:${hex:0:32}" -binary sealed >mac
    cat sealed mac | openssl base64 -A | tr '+/' '-_'
}

# unseal KEY TOKEN: what it holds.
unseal() {
    local hex
    hex=$(printf %s "$1" | fernet_hex)
    printf %s "$2" | tr -- '-_' '+/' | openssl base64 -d -A >sealed
    head -c -32 sealed | tail -c +26 |
        openssl enc -d -aes-128-cbc -K "${hex:32}" -iv "$(od -An -v -tx1 -j9 -N16 sealed | tr -d ' \n')"
}

unhex() {
    local hex
    hex=$(cat)
    printf %b "$(printf %s "$hex" | sed 's,..,\\x&,g')"
}

# attest_request [CURL OPTION...]: with $uid and $proof, which are made when they are empty.
# shellcheck disable=SC2120 # the tests that source this pass some
attest_request() {
    local org='' JAXL_API_AUTH_TOKEN='' device=null token=''
    : "${uid:=jaxl:sdk:$(openssl rand -hex 16)}"
    : "${proof:=$(printf '{"pd": "%s", "dt": "", "cookie": null}' "$uid" | seal "$(credential .client.genesis_key)")}"
    local sent=()
    header origin linux://
    header x-forwarded-for 127.0.0.1
    header x-device-id "$uid"
    header x-device-attest "$proof"
    api POST ACCOUNT /v1/devices/attest/ "${sent[@]}" "$@"
}

client_attest() {
    local uid='' proof=''
    rm -f key.pem # of another sandbox
    signed=''
    attest_request
    expect 200
    unseal "$(credential .client.genesis_key)" "$(jq -r .encrypted body)" >device.json
    device=$(jq .id device.json)
    token=$(token 600)
}

# call_body TO [JQ FILTER]: what placing a call sends. The signed total is asked for once.
call_body() {
    [ -n "${signed-}" ] || {
        get PAYMENT '/v1/customer/consumables/?currency=1'
        expect 200
        signed=$(jq -r .signed body)
    }
    jq -nc --arg to "$1" --arg signed "$signed" --arg session "$(cat /proc/sys/kernel/random/uuid)" \
        "{from_number: \"+12015550199\", to_number: \$to, session_id: (\$session | ascii_upcase), call_type: 2, balance: \"0\",
          currency: \"USD\", provider: null, ivr_id: null, total_recharge: \$signed, cid: null} | ${2:-.}"
}

# place TO [JQ FILTER]
place() {
    local json
    call_body "$@" >json
    json=$(cat json)
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
