#!/bin/bash
# A platform that does what the protocol leaves open, and one that is broken: a recorder says what it
# is told, one answer after the other.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/recorder.sh"
. "$srcdir/tests/tool/fetch.sh"
account

# page COUNT CALL...: an answer; a call is ID@MINUTE, and may have "open" behind it
page() {
    local count=$1 item id results=''
    shift
    for item; do
        id=${item%%@*} item=${item#*@}
        printf -v item '{"id":%d,"created_on":"2026-10-05T12:%02d:00Z","completed_on":"2026-10-05T13:00:00Z","is_finalized":%s}' \
            "$id" "${item%open}" "$([[ $item == *open ]] && echo false || echo true)"
        results+=${results:+,}$item
    done
    echo "200 {\"count\":$count,\"next\":null,\"previous\":null,\"results\":[$results]}"
}

# One request at a time: what is listed, from the first look on
one() {
    fetch calls --currency INR --connections 1 "$@"
}

# got ID...: what was written
got() {
    jq -r .id out >ids
    same ids "$(printf '%s\n' "$@")"
}

# times: each with start_time and end_time as the lines say
moves() {
    # two are there; while the second page comes a third is, in front of them; then it is read again
    recorder <<<"$(page 3 3@30; page 3 1@10; page 3 3@30 2@20; page 4 2@20; page 4 4@40 3@30; page 4 2@20 1@10)"
    one
    status 0
    got 1 2 3 4
    total again 1
    total pages 6
}
t "a list that grows while it is read is read again" moves

short() {
    recorder <<<"$(page 3 3@30; page 3 1@10; page 3 3@30 2@20; page 3; page 3 3@30 2@20; page 3 1@10)"
    one
    status 0
    got 1 2 3
    total again 1
}
t "a page that is short is read again" short

never() {
    recorder <<<"$(page 3 3@30; page 3 1@10; page 3 3@30 2@20; page 3)"
    one
    status 69
    same out ''
    has err 'the list of calls from the beginning to [0-9TZ:-]+ is never whole: its count is not what came'
}
# (the last answer is that to all further requests: the look, then pages that do not fit)
t "a list that is never whole ends the run" never

twice() {
    # on two pages, every time: so there is one that is on none
    recorder <<<"$(page 3 3@30; page 3 1@10; page 3 3@30 3@30 1@10)"
    one
    status 69
    same out ''
    has err 'the list of calls from the beginning to [0-9TZ:-]+ is never whole: 1 of its 3 are missing, others come twice$'
}
t "a list with a call twice, and so one missing, ends the run" twice

slips() {
    # of the same time: one comes twice, and one not, twice the same way; the pages become shorter
    recorder <<<"$(page 4 4@10; page 4 1@10; page 4 4@10 3@10; page 4 3@10 1@10
        page 4 4@10; page 4 4@10; page 4 3@10; page 4 1@10
        page 4 4@10; page 4 3@10; page 4 2@10; page 4 1@10)"
    one
    status 0
    got 1 2 3 4
    total again 2
    total pages 12
    grep -o 'limit=[0-9]*' "$record/requests" | uniq >asked
    same asked $'limit=1\nlimit=100\nlimit=2\nlimit=1'
}
t "a call that slips over the border of two pages is found" slips

# What the currency does is open: here it chooses the calls.
chooses() {
    recorder <<<"$(page 1 1@10; page 1 1@10; page 1 2@20; page 1 2@20)"
    fetch calls --connections 1
    status 0
    got 1 2
    grep -o 'currency=[12]&limit=[0-9]*' "$record/requests" >asked
    same asked $'currency=1&limit=1\ncurrency=1&limit=100\ncurrency=2&limit=1\ncurrency=2&limit=100'
}
t "currencies that have calls of their own" chooses

overlaps() {
    recorder <<<"$(page 2 2@20; page 2 1@10; page 2 2@20 1@10; page 2 3@30; page 2 3@30 2@20)"
    fetch calls --connections 1
    status 0
    got 1 2 3
    total repeats 1
}
t "currencies that share calls" overlaps

elsewhere() {
    recorder <<<"$(page 1 1@10)"
    one --since 2026-10-06T00:00:00Z --until 2026-10-07T00:00:00Z
    status 69
    same out ''
    has err 'the calls of the platform: call 1 of 2026-10-05T12:10:00Z is in a list of other times than that'
}
t "a platform that passes over the times that were asked for" elsewhere

late() {
    # at first only call 2 is there; then one that was made before it, and is listed late
    local now time
    printf -v now '%(%Y-%m-%dT%H:%M)T' "$EPOCHSECONDS"
    call() {
        echo "{\"id\":$1,\"created_on\":\"$(date -u -d "@$2" +%Y-%m-%dT%H:%M:%SZ)\",\"completed_on\":\"x\",\"is_finalized\":true}"
    }
    list() {
        local IFS=,
        echo "200 {\"count\":$#,\"results\":[$*]}"
    }
    time=$EPOCHSECONDS
    recorder <<<"$(list "$(call 2 $((time - 60)))"; list "$(call 2 $((time - 60)))")"
    one --cursor cursor --file
    status 0
    got 2
    recorder <<<"$(list "$(call 2 $((time - 60)))"; list "$(call 2 $((time - 60)))" "$(call 1 $((time - 90)))"
        list "$(call 2 $((time - 60)))" "$(call 1 $((time - 90)))")"
    one --cursor cursor --file
    status 0
    got 1
    total repeats 1
}
t "a call that the platform shows late is written by the next run" late

# later_call FINAL: one of an hour ago, with id 7
later_call() {
    echo "{\"id\":7,\"created_on\":\"$(date -u -d "@$((EPOCHSECONDS - 3600))" +%Y-%m-%dT%H:%M:%SZ)\",\"completed_on\":\"x\",\"is_finalized\":$1}"
}

held() {
    # only the second currency has it, and the first one does not know it by its id either
    local list
    list="200 {\"count\":1,\"results\":[$(later_call false)]}"
    recorder <<<"$(page 0; page 0; echo "$list"; echo "$list")"
    fetch calls --connections 1 --cursor cursor --file
    status 0
    same out ''
    total held 1
    cp cursor before
    recorder <<<"$(page 0; echo 404; echo "200 $(later_call true)"; page 0)"
    fetch calls --connections 1 --cursor cursor --file
    status 0
    got 7
    total gone 0
    total held 0
    grep -o 'v1/calls/7/?currency=[12]' "$record/requests" >asked
    same asked $'v1/calls/7/?currency=1\nv1/calls/7/?currency=2'
    mv before cursor
    recorder <<<"$(page 0; echo 404; echo 404; page 0)"
    fetch calls --connections 1 --cursor cursor --file
    status 0
    same out ''
    total gone 1
    total held 0
}
t "a call that was held back has gone when no currency knows it" held

no_answers() {
    local answer
    for answer in '200 <html>' '200 []' '200 {}' '500' '200'; do
        recorder <<<"$answer"
        one
        status 69
        same out ''
    done
    recorder <<<"$(echo '200 <html>'; page 1 1@10; echo '200 {}'; echo 500; page 1 1@10)"
    one
    status 0
    got 1
    recorder <<<'403'
    one
    status 69
    has err 'answered 403'
}
t "answers that are none" no_answers

unlike() {
    recorder <<<'200 {"results":[{"num_calls":3,"cost":0.5,"stats":null},{"stats":[{"day":"2026-10-05","num_calls":1,"call_time":2,"total_cost":0.10}]}]}'
    fetch usage --currency USD
    status 0
    same out '{"day":null,"currency":"USD","num_calls":3,"call_time":null,"total_cost":0.5,"is_finalized":null}
{"day":"2026-10-05","currency":"USD","num_calls":1,"call_time":2,"total_cost":0.10,"is_finalized":null}'
    recorder <<<'200 {"count":2,"results":[{"id":"pay_1","transaction_timestamp":null},{"id":2,"transaction_timestamp":"2026-10-05T12:00:00+05:30","amount":1.10}]}'
    fetch payments --currency USD
    same out '{"id":"pay_1","transaction_timestamp":null}
{"id":2,"transaction_timestamp":"2026-10-05T12:00:00+05:30","amount":1.10}'
    fetch payments --currency USD --since 2026-10-05T06:30:00Z --until 2026-10-05T06:30:01Z
    same out '{"id":2,"transaction_timestamp":"2026-10-05T12:00:00+05:30","amount":1.10}'
}
t "records with less in them" unlike

changed() {
    local one='{"id":1,"order_status":"CREATED","cost":5}' two='{"id":2,"order_status":"PAID","cost":5}'
    recorder <<<"200 {\"count\":2,\"results\":[$two,$one]}"
    fetch consumables --currency INR --cursor cursor
    same out "$two"$'\n'"$one"
    recorder <<<"200 {\"count\":2,\"results\":[$two,${one/CREATED/PAID}]}"
    fetch consumables --currency INR --cursor cursor
    same out "${one/CREATED/PAID}"
    fetch consumables --currency INR --cursor cursor
    same out ''
}
t "an order that is paid later is written again" changed
