#!/bin/bash
# Who may ask: every header, claim and proof wrong once, seen by a client that is not ours.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

accepted() {
    sandbox
    client_attest
    [ "$device" -eq 1 ]
    holds device.json '.[0].id == 1 and (.[0].sk | length) == 44'
    org=''
    get ACCOUNT '/v1/app/organizations/?status=accepted'
    expect 200
    holds body '.[0] | .count == 1 and .next == null and .results[0].id == 42'
    org=42
    get ACCOUNT /v1/appusers/me/
    expect 200
    holds body '.[0] | keys == ["account", "email", "id", "jaxlid", "platform", "user", "verified"]'
    get ACCOUNT '/v1/app/organizations/?status=invited&status=removed'
    holds body '.[0].count == 0'
}
t "a client written by someone else attests and asks" accepted

# refused STATUS REASON: the user's own data, which everything but the fault would give
refused() {
    get ACCOUNT /v1/appusers/me/
    expect "$@"
}

headers_wrong() {
    local row
    sandbox
    client_attest
    refused 200
    while IFS='|' read -r row status reason; do
        headers=(-H "$row")
        refused "$status" "$reason" "${row%%[:;]*}"
    done <<END
X-JAXL-PLATFORM:|400|NO_X_JAXL_PLATFORM_HEADER
X-JAXL-PLATFORM: 4|400|INVALID_X_JAXL_PLATFORM
X-JAXL-CLIENT-EP:|400|NO_X_JAXL_CLIENT_EP_HEADER
X-JAXL-CLIENT-EP: soon|400|INVALID_X_JAXL_CLIENT_EP
X-JAXL-CLIENT-EP: -1|400|INVALID_X_JAXL_CLIENT_EP
X-JAXL-CLIENT-EP: $EPOCHSECONDS|400|INVALID_X_JAXL_CLIENT_EP
X-JAXL-API-KEY:|401|NO_X_JAXL_API_KEY_HEADER
X-JAXL-API-KEY: $(printf '%048d' 0)|401|INVALID_API_KEY
X-JAXL-API-TOKEN:|401|NO_X_JAXL_API_TOKEN_HEADER
X-JAXL-API-TOKEN: a.b|401|INVALID_TOKEN
X-JAXL-API-TOKEN: a.b.c.d|401|INVALID_TOKEN
X-JAXL-AUTH-TOKEN:|401|NO_X_JAXL_AUTH_TOKEN_HEADER
X-JAXL-AUTH-TOKEN: $(printf '%048d' 0)|401|INVALID_AUTH_TOKEN
X-JAXL-ORGID:|400|NO_X_JAXL_ORGID_HEADER
X-JAXL-ORGID: 43|403|INVALID_ORG
X-JAXL-ORGID: 42x|403|INVALID_ORG
END
    headers=()
    refused 200
    holds "$journal" 'map(select(.reason == "INVALID_ORG" and .status == 403)) | length == 2'
}
t "every header is needed, and right" headers_wrong

# Each line: a jq filter over the claims, and the reason it is refused with.
claims_wrong() {
    local filter reason
    sandbox
    client_attest
    while IFS='~' read -r filter reason; do
        claims=$filter token=''
        refused 401 "$reason"
    done <<'END'
.version = 1~INVALID_CLAIM
.version = "2"~INVALID_CLAIM
.env = "production"~INVALID_CLAIM
.iss = "else"~INVALID_CLAIM
.aud = "else"~INVALID_CLAIM
.app_version = "1"~INVALID_CLAIM
.servers = []~INVALID_CLAIM
.servers = ["else"]~INVALID_CLAIM
.me = "tester"~INVALID_CLAIM
.me = "@example.com"~INVALID_CLAIM
.me = "other@example.com"~INVALID_SIGNATURE
.device_id = "1"~INVALID_CLAIM
.device_id = 1.5~INVALID_CLAIM
.device_id = null~INVALID_SIGNATURE
.more = 1~INVALID_CLAIM
del(.nbf)~INVALID_CLAIM
del(.app_version)~INVALID_CLAIM
.iat = "now"~INVALID_CLAIM
.exp = .iat | .iat -= 60 | .nbf = .iat~TOKEN_EXPIRED
.exp = .iat - 3600~TOKEN_EXPIRED
.nbf += 60~TOKEN_NOT_YET_VALID
.iat += 60 | .exp += 60~TOKEN_NOT_YET_VALID
.iat -= 60~INVALID_CLAIM
.now = "yesterday"~INVALID_CLAIM
.now |= sub(" "; "T")~INVALID_CLAIM
.now |= sub("[+]00:00"; "Z")~INVALID_CLAIM
.now |= sub("[+]00:00"; "+01:00")~INVALID_CLAIM
.now |= sub("([.][0-9]+)?[+]"; ".000000+")~INVALID_CLAIM
.now |= sub("([.][0-9]+)?[+]"; ".000001+")~INVALID_SIGNATURE
.signature = ""~INVALID_SIGNATURE
.signature |= sub("=+$"; "")~INVALID_SIGNATURE
.signature = (.signature[1:] + "A")~INVALID_SIGNATURE
END
    claims=. token=''
    refused 200
}
t "every claim of the token is checked" claims_wrong

keys_wrong() {
    sandbox
    client_attest
    openssl genrsa -out other.pem 2048
    key=other.pem token=''
    refused 401 INVALID_TOKEN_SIGNATURE
    key='' alg=none token=''
    refused 401 INVALID_TOKEN
    alg=HS256 token=''
    refused 401 INVALID_TOKEN
    alg=RS256
    for message in 's/, /,/' 's/"version": 1/"version": "1"/' 's/"app_id": 7/"app_id": 8/' 's/, "app_version": null//' \
        's/"env": "dev", "app_id": 7/"app_id": 7, "env": "dev"/' 's/$/ /'; do
        token=''
        refused 401 INVALID_SIGNATURE
    done
    message='' token=''
    refused 200
    token=${token%?}x
    refused 401 INVALID_TOKEN_SIGNATURE
    device=2 token=''
    refused 401 DEVICE_NOT_ATTESTED
    device=null token=''
    refused 401 DEVICE_NOT_ATTESTED
}
t "another key, algorithm, message or device is refused" keys_wrong

expires() {
    sandbox
    client_attest
    token 5
    refused 200
    refused 200 # known by now
    wait_until 20 answers 401
    refused 401 TOKEN_EXPIRED
}
answers() {
    get ACCOUNT /v1/appusers/me/
    [ "$code" = "$1" ]
}
t "a token that was good expires" expires

attestation_wrong() {
    local uid='' proof=''
    sandbox
    attest_request
    expect 200
    proof=''
    attest_request
    expect 409 DEVICE_UID_ALREADY_EXISTS
    # all the ways a proof can be wrong, each with a fresh device
    while IFS='|' read -r payload reason; do
        printf -v uid jaxl:sdk:%08x%08x%08x%08x $SRANDOM $SRANDOM $SRANDOM $SRANDOM
        seal "$genesis_key" "${payload//UID/$uid}"
        proof=$answer
        attest_request
        expect 400 "$reason"
    done <<'END'
{"pd": "jaxl:sdk:00000000000000000000000000000000", "dt": "", "cookie": null}|PAYLOAD_INVALID_DEVICE_ID
{"pd": "UID", "dt": "x", "cookie": null}|PAYLOAD_INVALID_FIELD
{"pd": "UID", "dt": "", "cookie": 1}|INVALID_FIELD
{"pd": "UID", "dt": ""}|MISSING_FIELD
{"pd": "UID", "dt": "", "cookie": null, "more": 1}|UNKNOWN_FIELD
[]|PAYLOAD_INVALID_JSON
{|PAYLOAD_INVALID_JSON
END
    payload='{"pd": "'$uid'", "dt": "", "cookie": null}'
    seal "$(openssl rand -base64 32)" "$payload"
    proof=$answer
    attest_request
    expect 400 PAYLOAD_INVALID_TOKEN
    seal "$genesis_key" "$payload" $((EPOCHSECONDS - 120))
    proof=$answer
    attest_request
    expect 400 PAYLOAD_INVALID_TOKEN
    proof=''
    attest_request
    expect 200
}
t "a wrong proof of attestation is refused" attestation_wrong

attestation_headers() {
    local uid='' proof='' row reason
    sandbox
    while IFS='|' read -r row reason; do
        uid='' proof=''
        attest_request -H "$row"
        expect 400 "$reason"
    done <<END
X-JAXL-AUTH-TOKEN: $JAXL_API_AUTH_TOKEN|UNEXPECTED_HEADER
X-JAXL-ORGID: 42|UNEXPECTED_HEADER
END
    while IFS='|' read -r row reason; do
        headers=(-H "$row") uid='' proof=''
        attest_request
        expect 400 "$reason"
    done <<END
origin:|INVALID_ORIGIN_SCHEME
origin: Linux://|INVALID_ORIGIN_SCHEME
x-forwarded-for:|INVALID_X_FORWARDED_FOR
x-forwarded-for: 10.0.0.1|INVALID_X_FORWARDED_FOR
x-device-id:|NO_X_DEVICE_ID_HEADER
x-device-id: jaxl:sdk:1|INVALID_X_DEVICE_ID
x-device-attest:|NO_X_DEVICE_ATTEST_HEADER
x-device-attest: nothing|PAYLOAD_INVALID_TOKEN
END
    headers=() uid='' proof=''
    attest_request --data-binary x
    expect 400 BODY_NOT_EMPTY
    proof=''
    attest_request
    expect 200
}
t "every header of an attestation is needed, and right" attestation_headers

paths() {
    sandbox
    client_attest
    get CALL /v1/nothing/
    expect 404 NOT_FOUND
    get CALL /v1/calls
    expect 404 NOT_FOUND
    get CALL /v1/appusers/me/
    expect 404 NOT_FOUND
    get ACCOUNT '/v1/calls/?currency=1'
    expect 404 NOT_FOUND
    api DELETE CALL /v1/ivr/
    expect 405 METHOD_NOT_ALLOWED
    get CALL '/v1/ivr/?colour=red'
    expect 400 UNKNOWN_PARAMETER colour
    get CALL /v1/ivr/ -d x=1
    expect 400 BODY_NOT_EMPTY
    api POST CALL /v1/ivr/ -d '{"name": "x", "hangup": true}'
    expect 415 UNSUPPORTED_MEDIA_TYPE
    post CALL /v1/ivr/ '{"name": "x", "hangup": true'
    expect 400 INVALID_JSON
    post CALL /v1/ivr/ '[]'
    expect 400 INVALID_JSON
    head -c 1100000 /dev/zero | tr '\0' ' ' >large
    post CALL /v1/ivr/ @large
    expect 413 BODY_TOO_LARGE
    get CALL /v1/ivr/ -H "X-Long: $(printf '%040000d' 0)"
    expect 431
    get CALL /v1/ivr/
    expect 200
}
t "paths, methods, parameters and bodies that are not right" paths
