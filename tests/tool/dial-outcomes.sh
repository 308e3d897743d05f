#!/bin/bash
# jaxl-dial: what every magic number of the sandbox makes of a call.
. "$(dirname "$0")/../tool/lib.sh"

from=+12015550199

# The last two digits of the number, then what its record must say: state, disposition,
# failure_reason, reason (- is null), http_status, reconciled.
outcomes() {
    cat <<'EOF'
00 done ANSWERED - - 200 false
01 done ANSWERED - - 200 false
02 done ANSWERED - - 200 false
03 done ANSWERED - - 200 false
04 done ANSWERED - - 200 false
10 done NO_ANSWER - - 200 false
11 done VOICEMAIL - - 200 false
12 done NO_ANSWER - - 200 false
20 done BAD_NUMBER INVALID_TO_NUMBER - 200 false
21 done DND DND - 200 false
22 done FUNDS OOB - 200 false
23 done NET_FAIL PROVIDER_SERVICE_ERROR - 200 false
24 done NET_FAIL PROVIDER_SERVICE_UNAVAILABLE - 200 false
25 done REGULATORY LOCAL_REGULATION_ISSUE - 200 false
26 done BAD_NUMBER UNASSIGNED - 200 false
30 refused - - INVALID_TO_NUMBER 200 false
31 refused - - DND 200 false
32 refused - - OOB 200 false
33 refused - - PROVIDER_SERVICE_ERROR 200 false
34 refused - - PROVIDER_SERVICE_UNAVAILABLE 200 false
35 refused - - LOCAL_REGULATION_ISSUE 200 false
36 refused - - PAYMENT_ISSUE 200 false
37 refused - - DID_YOU_FORGET_THE_PLUS_SIGN 200 false
40 refused - - INVALID_TO_NUMBER 400 false
44 refused - - NOT_FOUND 404 false
45 refused - - DUPLICATE_SESSION 409 false
46 refused - - UNPROCESSABLE 422 false
47 throttled - - TOO_MANY_REQUESTS 429 false
48 done ANSWERED - - 200 false
49 done ANSWERED - - 200 false
50 unknown - - INTERNAL_SERVER_ERROR 500 false
51 done ANSWERED - INTERNAL_SERVER_ERROR 500 true
52 unknown - - BAD_GATEWAY 502 false
53 unknown - - SERVICE_UNAVAILABLE 503 false
54 unknown - - GATEWAY_TIMEOUT 504 false
55 done ANSWERED - GATEWAY_TIMEOUT 504 true
56 done ANSWERED - - 200 false
60 done ANSWERED - - 200 false
61 unknown - - * - false
62 done ANSWERED - * - true
63 unknown - - * - false
64 done ANSWERED - * - true
65 done ANSWERED - * 200 true
66 done ANSWERED - * 200 true
67 done ANSWERED - * 200 true
EOF
}

dial() {
    run jaxl-dial --from "$from" --ivr 1 --rate max --poll 0.2 --timeout 1.5 --unknown-wait 2 \
        --throttle-wait 4 --connections 32 "$@"
}

# Every outcome as the record tells it, in the form of the table; a reason in the words of the
# client is shown as *.
as_in_table() {
    jq -r '[.to[10:], .state, .disposition // "-", .failure_reason // "-",
        (.reason // "-" | if test("POST http|answer") then "*" else . end), .http_status // "-",
        .reconciled] | map(tostring) | join(" ")' out | sort
}

every_number() {
    sandbox --speed 600 --slow 0.3
    (echo to && outcomes | sed -E 's/^(..).*/+120255501\1/') >leads.csv
    dial leads.csv
    status 3
    outcomes >expected
    as_in_table >told
    diff -u expected told
    lacks err '"reason"'
}
t "every magic number has its outcome" every_number

nothing_twice() {
    sandbox --speed 600 --slow 0.3
    (echo to && outcomes | sed -E 's/^(..).*/+120255501\1/') >leads.csv
    dial --follow placed leads.csv
    status 3
    jq -r 'select(.event == "placed").to' "$journal" | sort >placed
    [ -z "$(uniq -d placed)" ] || fail "called twice: $(uniq -d placed)"
    jq -r 'select(.call_id).to' out | sort >told
    diff -u placed told
    holds out 'map(select(.state == "unknown")) | length > 0 and all(.candidates == 0)'
    holds out 'all(.disposition == null or .state == "submitted")'
    # what was ambiguous was asked for once
    [ "$(jq -r 'select(.event == "request" and .path == "/v1/calls/token/" and
        (.fault // "" | test("reset|timeout|50|garbage|truncated|empty|slow"))).fault' "$journal" |
        wc -l)" -eq 14 ] || fail "an ambiguous request was sent again"
}
t "no number is called twice, with --follow placed" nothing_twice

call_ids_match() {
    sandbox --speed 600
    (echo to && for n in 00 10 51 62 67; do echo "+120255501$n"; done) >leads.csv
    dial leads.csv
    status 0
    jq -r 'select(.event == "placed") | "\(.to) \(.call_id)"' "$journal" | sort >placed
    jq -r '"\(.to) \(.call_id)"' out | sort >told
    diff -u placed told
    jq -r 'select(.event == "placed") | .session_id' "$journal" | sort >placed
    jq -r .session_id out | sort >told
    diff -u placed told
}
t "call and session ids are those that the platform has" call_ids_match

halted() {
    sandbox --speed 600
    printf 'to\n+12025550100\n+12025550%s\n+12025550101\n+12025550102\n' "$1" >leads.csv
    run jaxl-dial --from "$from" --ivr 1 --rate max --connections 1 --poll 0.2 leads.csv
    status 77
    holds out 'length == 2'
    holds out 'map(select(.state == "done")) | length == 1 and .[0].to == "+12025550100"'
    holds out "map(select(.state == \"new\")) | length == 1 and .[0].to == \"+12025550$1\" and
        .[0].http_status == $2"
    has err "$2"
    [ "$(jq -c 'select(.event == "placed")' "$journal" | wc -l)" -eq 1 ]
}
t "401 ends the run and gives the lead back" halted 141 401
t "402 ends the run and gives the lead back" halted 142 402
t "403 ends the run and gives the lead back" halted 143 403

times_and_costs() {
    sandbox --speed 600
    printf 'to,lead\n+12025550102,A-7\n' >leads.csv
    dial leads.csv
    status 0
    holds out '.[0] | .lead == "A-7" and .attempt == 1 and .duration == 61 and .ivr == 1 and
        .costs == [{"cost": 1.30, "currency": "INR"}] and .from == "+12015550199" and
        (.placed_at < .answered_at) and (.answered_at < .ended_at) and
        (.session_id | test("^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$"))
        and .input == {"to": "+12025550102", "lead": "A-7"}'
    has out '"cost":1\.3'
    has err '^jaxl-dial: 1 lead: 1 placed, 1 answered; cost 1\.30 INR$'
    dial --currency USD leads.csv
    holds out '.[0].costs[0].currency == "USD"'
}
t "times, duration, costs and the summary" times_and_costs

few_requests() {
    sandbox --speed 60
    (echo to && for n in $(seq 100 199); do echo "+9198000001$n"; done) >leads.csv
    dial --max-active 100 leads.csv
    holds out 'length == 100 and all(.state == "done")'
    local lists singles
    lists=$(jq -c 'select(.method == "GET" and .path == "/v1/calls/")' "$journal" | wc -l)
    singles=$(jq -c 'select(.method == "GET" and (.path | test("/v1/calls/[0-9]+/$")))' "$journal" | wc -l)
    [ "$lists" -ge 1 ]
    # 100 calls of up to 4 s, looked at every 0.2 s: one by one would be about 1500 requests
    [ $((lists + singles)) -le 150 ] || fail "$lists lists and $singles single requests"
}
t "many calls share a request" few_requests

follow_timeout() {
    sandbox
    printf 'to\n+12025550104\n' >leads.csv
    dial --follow-timeout 0.5 leads.csv
    status 0
    holds out '.[0] | .state == "submitted" and .disposition == null and .call_id == 1 and
        (.reason | test("follow-timeout"))'
}
t "a call that does not end is followed for so long" follow_timeout

out_of_reach() {
    sandbox --dir world
    printf 'to\n' >leads.csv
    for n in $(seq 1000 1099); do echo "+91980000$n"; done >>leads.csv
    run jaxl-dial --from "$from" --ivr 1 --follow placed --limit 1 leads.csv
    status 0
    stop "$sandbox"
    run jaxl-dial --from "$from" --ivr 1 --follow placed leads.csv
    status 69
    same out ''
    has err 'jaxl-dial: .*(refused|connect|reach)'
}
t "a platform that is not there" out_of_reach
