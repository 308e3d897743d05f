#!/usr/bin/env bash
# What one command costs: the user and system time of `jaxl calls get` beside that of curl for the
# same request with the same headers, in turns of 20 runs: with the organisation and the token that
# an earlier command has kept, and fresh, with a look-up to make and a token to sign.
#
#   make bench                 all of it
#   RUNS=20 make bench         a quick look
set -euo pipefail
: "${builddir:=build}" "${RUNS:=100}"
bin=$(cd "$builddir" && pwd)/bin
if [ -x "$bin/.libs/jaxl" ]; then # past libtool's wrappers, which cost a shell each
    export LD_LIBRARY_PATH=$bin/../lib/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    bin=$bin/.libs
fi
TIMEFORMAT='%U %S'
export JAXL_API_TOKEN_EXPIRY_IN_SEC=3600

for tool in curl jq; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: apt-get install $tool" >&2 && exit 1; }
done

by_curl() {
    curl --silent --fail --output out --config curl.conf
}
kept() {
    "$bin/jaxl" calls get --call-id "$call" --currency INR >out
}
fresh() {
    rm -f "$JAXL_STATE_DIR/attestation.json.kept"
    "$bin/jaxl" calls get --call-id "$call" --currency INR >out
}

# turn NAME: 20 runs; appends its user and system time to NAME.cost.
turn() {
    { time for ((i = 0; i < 20; i++)); do "$1"; done; } 2>>"$1.cost"
}

inside() {
    local way
    call=$("$bin/jaxl" calls create --to +919876543210 --from +911400000001 --ivr 1 --currency INR --output ndjson | jq .call_id)
    kept
    jq -e ".id == $call" out >/dev/null
    jq -r --arg key "$(jq -r .client.key "$JAXL_API_CREDENTIALS")" --arg auth "$JAXL_API_AUTH_TOKEN" \
        --arg now "$(date +%s%3N)" --arg url "$JAXL_CALL_API_ROOT/v1/calls/$call/?currency=2" \
        '"url = \"\($url)\"", ("X-JAXL-PLATFORM: 3", "X-JAXL-API-KEY: \($key)", "X-JAXL-API-TOKEN: \(.token)",
          "X-JAXL-AUTH-TOKEN: \($auth)", "X-JAXL-ORGID: \(.org)", "X-JAXL-CLIENT-EP: \($now)" | "header = \"\(.)\"")' \
        "$JAXL_STATE_DIR/attestation.json.kept" >curl.conf
    by_curl
    jq -e ".id == $call" out >/dev/null
    for ((run = 0; run < RUNS; run += 20)); do
        for way in by_curl kept by_curl fresh; do
            turn "$way"
        done
    done
    for way in kept fresh; do
        awk -v way="$way" '
            FILENAME == "by_curl.cost" { curl += $1 + $2; turns++; next }
            { jaxl += $1 + $2; own++ }
            END {
                printf "%-8s %6.2f ms, curl %6.2f ms: %.2f times\n", way, 1000 * jaxl / own / 20,
                    1000 * curl / turns / 20, (jaxl / own) / (curl / turns)
            }' by_curl.cost "$way.cost"
    done
}

if [ "${1-}" = --inside ]; then
    inside
    exit
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/jaxl-bench-XXXXXX")
trap 'rm -rf "$dir"' EXIT
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
export builddir RUNS
builddir=$(cd "$builddir" && pwd)
cd "$dir"
echo "== user and system time of jaxl calls get"
"$bin/jaxl-sandbox" -- bash "$self" --inside
