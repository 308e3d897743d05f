#!/bin/bash
# jaxl-dial: the promise. Among 10 000 leads, 5 % each of connections reset before and after the
# call was placed, of 500s, 429s and answers that never come: no lead is called twice, none is lost,
# and what is unknown is settled. `make soak` takes 100 000.
. "$(dirname "$0")/../tool/lib.sh"
: "${PROMISE_LEADS:=10000}" "${PROMISE_RATE:=8000}"

promise() {
    sandbox --seed 11 --speed 10 \
        --fault reset-before=5%,reset-after=5%,500-before=2.5%,500-after=2.5%,429=5%,timeout-before=2.5%,timeout-after=2.5%
    awk -v n="$PROMISE_LEADS" 'BEGIN { print "to,lead"; for (i = 0; i < n; i++)
        printf "+9198%08d,L%d\n", i * 7919 % 100000000, i }' >leads.csv
    run jaxl-dial --from +12015550199 --ivr 1 --follow placed --rate "$PROMISE_RATE" --connections 64 \
        --max-active 64 --timeout 0.5 --poll 2 --unknown-wait 8 leads.csv
    status 3

    # no lead twice
    jq -r 'select(.event == "placed") | "\(.to) \(.call_id)"' "$journal" | sort >placed
    cut -d' ' -f1 placed | uniq -d >twice
    same twice ''
    # every lead once
    [ "$(wc -l <out)" -eq "$PROMISE_LEADS" ]
    [ "$(jq -r .lead out | sort -u | wc -l)" -eq "$PROMISE_LEADS" ]
    # every call with its id, found again where its answer was lost
    jq -r 'select(.call_id) | "\(.to) \(.call_id)"' out | sort >told
    diff placed told
    holds out 'map(select(.reconciled)) | length > 500 and all(.state == "submitted")'
    # and what was not placed stays unknown, with nothing that it could be
    holds out 'map(select(.call_id == null)) | length > 500 and
        all(.state == "unknown" and .candidates == 0)'
    # which was asked for exactly once, as was all that is not a 429
    [ "$(jq -c 'select(.path == "/v1/calls/token/" and .status != 429)' "$journal" | wc -l)" -eq "$PROMISE_LEADS" ]
    jq -c 'select(.method == "GET")' "$journal" | wc -l
}
t "no lead is called twice, none is lost" promise
