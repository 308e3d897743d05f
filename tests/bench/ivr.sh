#!/usr/bin/env bash
# How long the first apply of a large account takes, 500 menus and 3000 options, beside the same requests one after the
# other: by jaxl-ivr-apply itself with one connection, and by one curl that keeps its connection and has the bodies ready.
# In turns, ROUNDS times, each in a sandbox of its own; once when it answers at once, once when it takes 5 ms.
#
#   make bench                          all of it; PARTS: ivr, and those of dial.sh
#   DECADES=5 ROUNDS=1 make bench       a quick look: 50 menus and 300 options
set -euo pipefail
: "${builddir:=build}" "${srcdir:=.}" "${DECADES:=50}" "${ROUNDS:=3}"
[[ " ${PARTS:-ivr} " == *' ivr '* ]] || exit 0
build=$(cd "$builddir" && pwd)
bin=$build/bin/.libs # past libtool's wrappers, which are shell scripts
export LD_LIBRARY_PATH=$build/lib/.libs JAXL_MODULE_DIR=$build/lib
TIMEFORMAT=%R
export JAXL_API_TOKEN_EXPIRY_IN_SEC=3600

for tool in socat curl jq perl; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: .ci/install bench" >&2 && exit 1; }
done

# written COMMAND...: runs it through socat, which writes down in ./raw what it asks of the CALL API.
written() {
    local port pid
    rm -f raw && : >socat.log
    socat -d -d -r raw TCP-LISTEN:0,bind=127.0.0.1,fork "TCP:${JAXL_CALL_API_ROOT#http://}" 2>socat.log &
    pid=$!
    until port=$(sed -n 's/.*listening on AF=2 127.0.0.1:\([0-9]*\).*/\1/p' socat.log) && [ -n "$port" ]; do
        kill -0 $pid
        sleep 0.02
    done
    JAXL_CALL_API_ROOT=http://127.0.0.1:$port "$@" >/dev/null
    kill $pid
    wait $pid || [ $? -eq 143 ] # the signal
}

# What is to be sent: a line each of method, path and file of the body, in ./requests.
capture() {
    mkdir -p bodies
    written "$bin/jaxl-ivr-apply" --quiet --connections 1 - <ivr.ndjson
    perl -0777 -ne '
        while (/\G(\S+) (\S+) HTTP\/1\.1\r\n(.*?)\r\n\r\n/gcs) {
            my ($method, $path, $head) = ($1, $2, $3);
            next unless $head =~ /^Content-Length: (\d+)/mi;
            open my $body, ">", "bodies/" . ++$n or die;
            print $body substr($_, pos, $1);
            pos($_) += $1;
            print "$method $path bodies/$n\n";
        }' raw >requests
    [ "$(wc -l <requests)" -eq $((70 * DECADES + 2)) ]
}

by_apply() {
    "$bin/jaxl-ivr-apply" --quiet --connections "$1" - <ivr.ndjson >out
    [ "$(wc -l <out)" -eq $((70 * DECADES + 2)) ]
}

# The headers of this sandbox, on every request that is to be sent.
curl_config() {
    written "$bin/jaxl" ivrs list
    tr -d '\r' <raw | sed -n '1d; /^$/q; s/"/\\"/g; s/^X-JAXL.*/header = "&"/ip' >headers
    awk -v root="$JAXL_CALL_API_ROOT" '
        FILENAME == "headers" { headers = headers $0 "\n"; next }
        FNR > 1 { print "next" }
        {
            printf "%s", headers
            print "header = \"Content-Type: application/json\"\nrequest = " $1 "\ndata-binary = \"@" $3 "\""
            print "url = \"" root $2 "\"\noutput = \"/dev/null\"\nwrite-out = \"%{http_code}\\n\"\nsilent"
        }' headers requests >curl.conf
}
by_curl() {
    curl -K curl.conf >out
    [ "$(grep -c '^20[01]$' out)" -eq $((70 * DECADES + 2)) ]
}

# Appends the seconds that it takes to NAME.seconds.
one() {
    local name=$1
    shift
    [ "$name" != curl ] || curl_config
    { time "$@"; } 2>"$name.log"
    tail -n 1 "$name.log" >>"$name.seconds"
}

median() {
    sort -n "$1.seconds" | sed -n "$(((ROUNDS + 1) / 2))p"
}

in_sandbox() {
    "$bin/jaxl-sandbox" --delay "$delay" -- bash "$self" --call "$@"
}

side_by_side() {
    rm -f ./*.seconds
    for ((round = 0; round < ROUNDS; round++)); do
        in_sandbox one sixteen by_apply 16
        in_sandbox one single by_apply 1
        in_sandbox one curl by_curl
    done
    awk -v apply="$(median sixteen)" -v single="$(median single)" -v curl="$(median curl)" 'BEGIN {
        printf "jaxl-ivr-apply                    %7.2f s\n", apply
        printf "jaxl-ivr-apply --connections 1    %7.2f s: %.1f times\n", single, single / apply
        printf "one curl, one after the other     %7.2f s: %.1f times\n", curl, curl / apply
    }'
}

export DECADES ROUNDS
. "$(dirname "$0")/self.sh"
jq -nc --argjson decades "$DECADES" -f "$srcdir/tests/tool/ivr-large.jq" >ivr.ndjson
in_sandbox capture
echo "== first apply of $((10 * DECADES)) menus and $((60 * DECADES)) options (median of $ROUNDS rounds)"
side_by_side
echo "== the same when the platform takes 5 ms to answer"
delay=5ms
side_by_side
