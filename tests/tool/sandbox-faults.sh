#!/bin/bash
# Magic numbers and injected faults, seen by curl, and the journal that tells the truth about them.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"
curl=yes # what the connection does is seen by curl

# placed TO: how often the journal says that a call to it was placed
placed() {
    jq -s "map(select(.event == \"placed\" and .to == \"$1\")) | length" "$journal"
}

# magic CODE STATUS EXIT PLACED [REASON]: one request to the number: status (000: none), exit status
# of curl, calls placed so far, reason
magic() {
    local to=+120255501$1
    place "$to"
    [ "$code $rc" = "$2 $3" ] || fail "$1: status $code, curl $rc instead of $2, $3"
    [ -z "${5-}" ] || holds body ".[0].reason == \"$5\""
    [ "$(placed "$to")" -eq "$4" ] || fail "$1: $(placed "$to") placed instead of $4"
    [ "$(calls_to "$to")" -eq "$4" ] || fail "$1: the list and the journal differ"
}

calls_to() {
    (
        mkdir -p look
        cd look
        get CALL "/v1/calls/?currency=1&to_number=%2B${1#+}"
        jq .count body
    )
}

statuses() {
    local row
    sandbox
    client_attest
    while read -r row; do
        # shellcheck disable=SC2086 # words
        magic $row
    done <<'END'
00 200 0 1
12 200 0 1
22 200 0 1
30 200 0 0 INVALID_TO_NUMBER
31 200 0 0 DND
32 200 0 0 OOB
33 200 0 0 PROVIDER_SERVICE_ERROR
34 200 0 0 PROVIDER_SERVICE_UNAVAILABLE
35 200 0 0 LOCAL_REGULATION_ISSUE
36 200 0 0 PAYMENT_ISSUE
37 200 0 0 DID_YOU_FORGET_THE_PLUS_SIGN
40 400 0 0 INVALID_TO_NUMBER
41 401 0 0
42 402 0 0
43 403 0 0
44 404 0 0
45 409 0 0 DUPLICATE_SESSION
46 422 0 0
47 429 0 0
47 429 0 0
47 429 0 0
48 429 0 0
48 429 0 0
48 200 0 1
49 429 0 0
49 200 0 1
50 500 0 0
51 500 0 1
52 502 0 0
53 503 0 0
54 504 0 0
55 504 0 1
56 401 0 0
56 200 0 1
END
    place +12025550147
    has headers '^Retry-After: 1.$'
    place +14155550149
    has headers '^Retry-After: [A-Z][a-z][a-z], .* GMT.$'
}
t "magic numbers: statuses and refusals" statuses

connections() {
    sandbox --slow 1 --hang 60
    client_attest
    magic 61 000 56 0
    has curl.err 'reset by peer'
    magic 62 000 56 1
    has curl.err 'reset by peer'
    magic 65 200 0 1
    not jq . body
    magic 66 200 18 1
    [ -s body ]
    magic 67 200 0 1
    holds body '.[0] == {}'
    magic 60 200 0 1
    holds body '.[0].call_id > 0'
    max_time=1
    magic 63 000 28 0
    magic 64 000 28 1
    holds "$journal" 'map(select(.fault == "timeout-after")) | length == 1 and .[0].status == null'
}
t "magic numbers: the connection" connections

# Others are served while answers are held back.
delays() {
    local i start
    sandbox --delay 1
    client_attest
    start=$(date +%s%3N)
    for i in 1 2 3 4 5 6 7 8; do
        (cd "$(mktemp -d)" && get CALL /v1/ivr/ && [ "$code" = 200 ]) &
    done
    for i in 1 2 3 4 5 6 7 8; do
        wait -n
    done
    [ $(($(date +%s%3N) - start)) -ge 1000 ]
    [ $(($(date +%s%3N) - start)) -lt $((5000 * ${T_SLOW:-1})) ]
}
t "a delay holds nobody else up" delays

# A connection that hangs is given up with the client, and at the latest after --hang.
hangs() {
    sandbox --hang 500ms
    client_attest
    place +12025550163
    [ "$rc" -eq 52 ] # closed without an answer
}
t "a hanging connection is closed at last" hangs

# What happens follows from the seed and the numbers, so that these counts are the same in every run.
injected() {
    local i
    sandbox --fault reset-after=20%,500-before=20%,429=0.2 --fault garbage=20%
    client_attest
    for i in $(seq 10 69); do
        place "+141577700$i"
    done
    holds "$journal" 'map(select(.path == "/v1/calls/token/")) | length == 60 and
        (group_by(.fault) | map([.[0].fault, length]) | map(select(.[1] < 4)) == []) and
        (map(.fault) | unique == [null, "429", "500-before", "garbage", "reset-after"])'
    # what was carried out is what was placed, once
    holds "$journal" '(map(select(.event == "placed").to) | sort) as $placed | ($placed | unique) == $placed and
        ($placed | length) == (map(select(.path == "/v1/calls/token/" and
            (.fault | . == null or . == "garbage" or . == "reset-after"))) | length)'
    get CALL '/v1/calls/?currency=1&limit=500'
    [ "$(jq .count body)" -eq "$(jq -s 'map(select(.event == "placed")) | length' "$journal")" ]
    place +12025550100 # a magic number is left alone
    expect 200
}
t "faults at given rates, and the journal adds up" injected

attested() {
    local uid='' proof=''
    attest_request
    [ "$code" = 200 ]
}

injected_elsewhere() {
    sandbox --fault-other 503=0.5
    wait_until 20 attested
    attested_device
    signed=x # placing a call is not one of the others
    place +12025550100
    expect 200 PAYMENT_ISSUE
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
        get CALL /v1/ivr/
        echo "$code"
    done | sort -u >codes
    same codes $'200\n503'
}
t "faults of other requests" injected_elsewhere

# ivr get|post PATH [BODY]: the status of a request, appended to ./codes
ivr() {
    local verb=$1
    shift
    "$verb" CALL "$@"
    echo "$verb $code" >>codes
}

aimed() {
    local menu='{"name":"Hello","hangup":true}'
    sandbox --fault-at 'POST /v1/ivr/=503,-,reset-after' --fault-at 'GET /v1/ivr/*/options/=500-before,404+' \
        --fault-at 'GET /v1/ivr/*/*/=429+'
    client_attest
    for _ in 1 2 3 4; do
        ivr post /v1/ivr/ "$menu"
        ivr get /v1/ivr/
    done
    for _ in 1 2 3; do
        ivr get /v1/ivr/1/options/
    done
    ivr get /v1/ivr/1/
    same codes $'post 503\nget 200\npost 201\nget 200\npost 000\nget 200\npost 201\nget 200
get 500\nget 404\nget 404\nget 200'
    get CALL /v1/ivr/
    [ "$(jq .count body)" -eq 4 ] # the seeded one, and those that were not before
    holds "$journal" 'map(select(.fault).fault) == ["503", "reset-after", "500-before", "404", "404"]'
}
t "faults aimed at a path, in turn" aimed

# There is nothing to refuse: the answer is the usual one.
refused_elsewhere() {
    sandbox --fault-other refused=100%
    client_attest
    get CALL /v1/ivr/
    expect 200
    [ "$(jq .count body)" -eq 1 ]
    holds "$journal" 'all(.fault == "refused")'
}
t "refused changes nothing for other requests" refused_elsewhere

options() {
    local bad
    for bad in nothing reset-after=x reset-after=101% reset-after=60%,garbage=60% rest-after=5%; do
        run jaxl-sandbox --fault "$bad" -- true
        status 64
        has err '^jaxl-sandbox: --fault: .*'
    done
    has err "did you mean 'reset-after'"
    for bad in '/v1/ivr/=503' 'POST /v1/ivr/' 'POST /v1/ivr/=' 'POST /v1/ivr/=+' 'POST /v1/ivr/=50' \
        'POST /v1/calls/*/=503' "GET /v1/ivr/=$(printf '503,%.0s' {1..17})"; do
        run jaxl-sandbox --fault-at "$bad" -- true
        status 64
        has err '^jaxl-sandbox: --fault-at: .*'
    done
}
t "faults that do not exist" options
