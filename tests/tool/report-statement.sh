#!/bin/bash
# jaxl-report statement: a month of the sandbox, against its balance.
. "$(dirname "$0")/../tool/lib.sh"

# Calls of two campaigns, over and final; their month in $month.
campaigns() {
    sandbox --speed 100 --seed 3 --recharge 1000
    printf 'to\n+919812340001\n+919812340002\n+919812340003\n+919812340004\n' >diwali.csv
    printf 'to\n+919812340005\n+919812340006\n+919812340007\n' >holi.csv
    jaxl-dial --quiet --from +911400000001 --ivr 1 --poll 0.2 --campaign diwali diwali.csv >dialled
    jaxl-dial --quiet --from +911400000001 --ivr 1 --poll 0.2 --campaign holi holi.csv >>dialled
    wait_until 20 all_final
    month=$(jq -r '.created_on[:7]' listed | head -n 1)
}

all_final() {
    jaxl calls list --currency INR --output ndjson >listed
    jq -es 'length == 7 and all(.is_finalized)' listed >final
    # a fetch does not look at the last seconds
    jaxl-report --fetch calls --currency INR >fetched
    [ "$(wc -l <fetched)" -eq 7 ]
}

amount() { # LINE
    jq -r --arg line "$1" 'select(.line == $line).amount' out
}

balance() {
    jaxl accounts balance --currency INR --output ndjson | jq -r .balance
}

agrees() {
    campaigns
    run jaxl-report statement --month "$month" --currency INR --output ndjson
    status 0
    same err ''
    holds out 'map(.line) | index("opening") < index("closing")'
    # every line that moves the balance, from the opening one on, leads to the next
    holds out 'reduce (.[] | select(.balance)) as $l ({b: 0, ok: true};
        if $l.line == "closing" or $l.line == "expected" then .ok = (.ok and $l.balance == $l.amount)
        else .ok = (.ok and (($l.balance - .b - $l.amount) | fabs < 1e-9)) end | .b = $l.balance) | .ok'
    holds out 'map(select(.line == "difference"))[0].amount == 0'
    holds out 'map(select(.line == "usage-other")) == []'
    holds out 'map(select(.line == "usage").calls) | add == 7'
    [ "$(amount platform)" = "$(balance)" ]
    [ "$(amount closing)" = "$(balance)" ]
    [ "$(amount next-opening)" = "$(balance)" ]
    holds listed 'map(.costs[0].cost) | add > 0'
    run jaxl-report statement --month "$month" --currency INR --output table --locale en_IN
    status 0
    has out ' INR  *₹1,000.00  *₹1,000.00'
    run jaxl-report statement --month "$month" --output table --locale xx_YY
    status 64
}
t "opening, recharges and usage lead to the platform's balance" agrees

# The month after begins with what this one ends with, and holds nothing.
next_month() {
    local after
    campaigns
    run jaxl-report statement --month "$month" --currency INR --output ndjson
    status 0
    amount closing >left
    after=$(jq -nr --arg month "$month" '$month | split("-") | map(tonumber) |
        if .[1] == 12 then [.[0] + 1, 1] else [.[0], .[1] + 1] end |
        "\(.[0])-\(if .[1] < 10 then "0" else "" end)\(.[1])"')
    run jaxl-report statement --month "$after" --currency INR --output ndjson
    status 0
    [ "$(amount opening)" = "$(cat left)" ]
    [ "$(amount closing)" = "$(cat left)" ]
    holds out 'map(select(.line == "recharge" or .line == "usage")) == []'
}
t "the next month begins with what is left" next_month

taxed() { # TERMS
    run jaxl-report statement --month "$month" --currency INR --gst "$1" --output ndjson
    status 0
}

tax() {
    campaigns
    taxed 18
    holds out '(map({(.line): .amount}) | add) as $l | ($l.taxable + $l.tax - $l.gross | fabs < 1e-9) and
        ($l.taxable * 0.18 - $l.tax | fabs <= 0.005001) and $l.platform == $l.closing'
    taxed 18,inclusive
    holds out '(map({(.line): .amount}) | add) as $l | ($l.taxable + $l.tax - $l.gross | fabs < 1e-9) and
        ($l.gross * 18 / 118 - $l.tax | fabs <= 0.005001) and $l.platform == $l.closing'
    run jaxl-report statement --month "$month" --gst 118
    status 64
    has err "percent from 0 to 100"
}
t "a tax is on top of the usage or within it, and moves no balance" tax

# Calls from a file that lacks one that cost something.
a_call_is_missing() {
    local id
    campaigns
    id=$(jq -r 'select(.costs[0].cost > 0).id' listed | head -n 1)
    jq -c --argjson id "$id" 'select(.id != $id)' listed >short
    run jaxl-report statement --month "$month" --currency INR --output ndjson short
    status 2
    has err "does not agree"
    jq -c --argjson id "$id" 'select(.id == $id)' listed >missing
    holds <(jq -c -n --slurpfile out out --slurpfile call missing '[$out[], $call[]]') \
        '.[0] | (map(select(.line == "usage-other"))[0].amount) == -(map(select(.id))[0].costs[0].cost)'
    [ "$(amount platform)" = "$(balance)" ]
}
t "usage that the calls do not show is a line, and the exit status 2" a_call_is_missing
