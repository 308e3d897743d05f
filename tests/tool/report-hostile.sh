#!/bin/bash
# jaxl-report calls with input that means it no good: what cannot be used is said with its line, the rest
# is counted exactly, memory stays bounded, and neither the form nor the number of threads matters.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/report-both.sh"

# forms: records from standard input, fields with bars between: id, time, disposition, duration, cost,
# currency, campaign; into ./in.ndjson and ./in.csv. What is empty is not said.
forms() {
    cat >fields
    {
        echo 'call_id,placed_at,disposition,duration,costs.0.cost,costs.0.currency,campaign'
        tr '|' , <fields
    } >in.csv
    awk -F '|' '{
        line = ""
        if ($1 != "") line = line ",\"call_id\":" $1
        if ($2 != "") line = line ",\"placed_at\":\"" $2 "\""
        if ($3 != "") line = line ",\"disposition\":\"" $3 "\""
        if ($4 != "") line = line ",\"duration\":" $4
        if ($5 != "") line = line ",\"costs\":[{\"cost\":" $5 ",\"currency\":\"" $6 "\"}]"
        if ($7 != "") line = line ",\"campaign\":\"" $7 "\""
        print "{" substr(line, 2) "}"
    }' fields >in.ndjson
}

# counts STATUS ROWS FIELDS OPTION...: out of both forms; FIELDS as for cut
counts() {
    local form
    for form in csv ndjson; do
        report -o csv "${@:4}" in.$form
        status "$1"
        cut -d, -f "$3" out | sed 1d >rows
        same rows "$2"
    done
}

halves() {
    printf '%s\n%s' "$good" '{"call_id":2,"placed_at":"2026-10-05T10:0' >end
    report end
    status 1
    same out "$row"
    rejects 2 'input'
    # without the line end alone nothing is missing
    printf '%s' "$good" >whole
    report whole
    status 0
    same out "$row"
    printf '%s\n' '{"call_id":2,"placed_at"' "$good" '{"call_id":3,"pla' '' 'ced_at":1}' >middle
    report middle
    status 1
    same out "$row"
    rejects '1 3 5' input
    # two records that have run into each other
    printf '%s\n' "{\"call_id\":2,\"dur$good" "$good" >torn
    report torn
    status 1
    same out "$row"
    rejects 1 input
    printf '%s\n' "$header" "$good_row" '2,2026-10-05T10' >short.csv
    report short.csv
    same out "$row"
    rejects 3 'columns|fields'
    printf '%s\n' "$header" '2,2026-10-05T10:00:00Z,ANS' "$good_row" >middle.csv
    report middle.csv
    same out "$row"
    rejects 2 'columns|fields'
    printf '%s\n%s\n%s' "$header" "$good_row" '2,2026-10-05T10:00:00Z,ANSWERED,1,0.5,INR,"a' >open.csv
    report open.csv
    status 1
    same out "$row"
    rejects 3 quote
}
t "half a line at the end and in the middle" halves

mixed() {
    printf '%s\n' "$header" "${good_row/1/2}" >other.csv
    echo "$good" >one.ndjson
    report one.ndjson other.csv
    status 0
    holds out 'map([.attempts, .cost]) == [[2, 1]]'
    report other.csv one.ndjson
    status 0
    holds out 'map([.attempts, .cost]) == [[2, 1]]'
    cat one.ndjson other.csv one.ndjson >within
    report within
    status 1
    same out "$row"
    rejects '2 3' input
    has err '4 records, 1 calls, 1 of calls that were there already, counted once, 2 rejected$'
    cat other.csv one.ndjson other.csv >within
    report within
    status 1
    has out '"attempts":1,'
    has err ', [23] rejected$'
}
t "CSV and NDJSON, in two files and in one" mixed

amounts() {
    forms <<'END'
1||ANSWERED|1|1e30|INR|a
2||ANSWERED|1|1000000000000000000000000000000.5|INR|a
3||ANSWERED|1|0.000000000000000000000001|INR|b
4||ANSWERED|1|1E-24|INR|b
5||ANSWERED|1|-0.000000000000000000000003|INR|b
6||ANSWERED|1|9999999999999999999999999999999999999|USD|c
7||ANSWERED|1|9999999999999999999999999999999999999|USD|c
8||ANSWERED|1|0.00000000000001|USD|c
9||ANSWERED|1|-0|EUR|d
END
    counts 0 'a,INR,2000000000000000000000000000000.5
b,INR,-0.000000000000000000000001
c,USD,19999999999999999999999999999999999998.00000000000001
d,EUR,0' 1,2,11 --by campaign
    counts 0 'EUR,0
INR,2000000000000000000000000000000.499999999999999999999999
USD,19999999999999999999999999999999999998.00000000000001' 1,10
}
t "amounts of 10^30 and of 24 decimals" amounts

# Sums of a few thousand amounts of all sizes, some of which are given back.
sums() {
    command -v bc >/dev/null || return 0
    awk 'BEGIN {
        srand(7)
        for (i = 1; i <= 6000; i++) {
            whole = ""
            for (n = int(rand() * 15); n > 0; n--) whole = whole int(rand() * 10)
            sub(/^0+/, "", whole)
            decimals = ""
            for (n = int(rand() * 23); n >= 0; n--) decimals = decimals int(rand() * 10)
            printf "%d||ANSWERED|%d|%s%s.%s|%s|a\n", i, i % 100, rand() < 0.3 ? "-" : "",
                whole == "" ? "0" : whole, decimals, i % 3 ? "INR" : "USD"
        }
        for (i = 6001; i <= 6020; i++) printf "%d||ANSWERED|1|987654321098765432109876543210987654%d|INR|a\n", i, i % 10
    }' >amounts
    forms <amounts
    for currency in INR USD; do
        { grep -F "|$currency|" amounts | cut -d'|' -f 5 | paste -sd+ | sed 's/+-/-/g'; } | BC_LINE_LENGTH=0 bc |
            sed 's/^\(-\{0,1\}\)\./\10./; /\./s/0*$//; s/\.$//' | sed "s/^/$currency,/"
    done >want
    counts 0 "$(cat want)" 1,10
    counts 0 "$(sed 's/,/,a,/' want)" 1,2,11 --by currency,campaign
}
t "sums that are longer than 38 digits, as bc has them" sums

# What is no amount, in a CSV, and in an NDJSON either as a string or as it is.
no_amounts() {
    local amount n=1
    for amount in NaN nan Infinity -Infinity inf 1e400 -1e400 1e39 1e-25 0x10 '1 000' 1_000 +1 .5 5. 1.2.3 -- '₹5' \
        0.0000000000000000000000001 123456789012345678901234567890123456789; do
        n=$((n + 1))
        printf '%s||ANSWERED|1|%s|INR|a\n' "$n" "$amount"
    done >lines
    { echo '1|2026-10-05T10:00:00Z|ANSWERED|60|0.5|INR|a' && cat lines; } | forms
    counts 1 INR,1,0.5 1,2,10
    [ "$(grep -c '^{' err)" -eq 20 ]
    report in.csv
    status 1
    rejects "$(seq -s ' ' 3 22)" 'costs.0.cost: .*is no amount'
    sed 's/"cost":\([^,]*\)/"cost":"\1"/' in.ndjson >quoted
    report quoted
    status 1
    same out "$row"
    rejects "$(seq -s ' ' 2 21)" 'costs.0.cost: .*is no amount'
    # the same for the time that a call took
    for amount in NaN Infinity 1e400 -5 -0.1 -60 0x10 abc 1e30 99999999999; do
        printf '%s||ANSWERED|%s|||\n' "$n" "$amount"
        n=$((n + 1))
    done >lines
    { echo '1|2026-10-05T10:00:00Z|ANSWERED|60|0.5|INR|a' && cat lines; } | forms
    counts 1 INR,1,60 1,2,8
    report in.csv
    rejects "$(seq -s ' ' 3 12)" 'duration: .*is no number of seconds that a call can last'
}
t "what is no amount and no duration" no_amounts

# The day, hour and week of each form, one instant in all of them.
instants() {
    local text n=0
    while read -r text; do
        n=$((n + 1))
        echo "$n|$text|ANSWERED|1|||"
    done <<'END' >lines
2026-10-05T00:30:00Z
2026-10-05t00:30:00z
2026-10-05 00:30:00Z
2026-10-05T00:30Z
2026-10-05T00:30:00.000000000001Z
2026-10-05T00:30.5Z
2026-10-05T00.5Z
2026-10-05T06:00:00+05:30
2026-10-05T06:00:00+0530
2026-10-04T20:30:00-04
2026-10-05T02:30:00+02
20261005T003000Z
20261005T003000.25Z
20261005T0030Z
20261005T060000+0530
2026-278T00:30:00Z
2026278T003000Z
2026-W41-1T00:30:00Z
2026W411T003000Z
+002026-10-05T00:30:00Z
2026-10-05T00:29:60Z
2026-10-04T24:00:00-00:30
END
    forms <lines
    counts 0 "2026-10-05,2026-W41,Mon,0,$n" 1-4,6 --by day,week,weekday,hour
    counts 0 "2026-10-05,2026-W41,Mon,6,$n" 1-4,6 --by day,week,weekday,hour --tz Asia/Kolkata
    counts 0 "2026-10-04,2026-W40,Sun,20,$n" 1-4,6 --by day,week,weekday,hour --tz America/New_York
    # with a comma, which a CSV has to quote; a day alone; before 1970; the ends of the calendar
    printf '{"call_id":%d,"placed_at":"%s"}\n' 1 2026-10-05T00:30:00,5Z 2 2026-10-05 3 1969-12-31T23:59:59.999999Z \
        4 1900-02-28 5 0000-01-01T00:00:00Z 6 9999-12-31T23:59:59Z 7 2024-02-29 8 2020-W53-7 9 2024-366 >dates
    report --by day,week -o csv dates
    status 0
    cut -d, -f 1,2,4 out >rows
    same rows 'day,week,attempts
0000-01-01,-001-W52,1
1900-02-28,1900-W09,1
1969-12-31,1970-W01,1
2021-01-03,2020-W53,1
2024-02-29,2024-W09,1
2024-12-31,2025-W01,1
2026-10-05,2026-W41,2
9999-12-31,9999-W52,1'
}
t "times in every form of ISO 8601" instants

impossible() {
    local n=1 text
    while read -r text; do
        n=$((n + 1))
        echo "$n|$text|ANSWERED|1|||"
    done <<'END' >lines
2026-02-30T10:00:00Z
2026-02-29
2100-02-29
2026-13-01T10:00:00Z
2026-00-10
2026-10-00
2026-04-31T00:00:00Z
2026-10-05T25:00:00Z
2026-10-05T24:00:01Z
2026-10-05T10:60:00Z
2026-10-05T10:00:61Z
2026-10-05T10:00:00+24:00
2026-10-05T10:00:00+05:60
2026-366
2025-W53-1
2026-W41-8
2026-W00-1
2026-10
2026
2026-1-5
05.10.2026
10/05/2026
yesterday
1759658400
2026-10-05T10:00:00 IST
2026-10-05T10:00:00Zjunk
2026-10-05T10:00:00.Z
2026-1005
END
    { echo '1|2026-10-05T10:00:00Z|ANSWERED|60|0.5|INR|a' && cat lines; } | forms
    counts 1 INR,1 1,2
    report in.csv
    rejects "$(seq -s ' ' 3 $((n + 1)))" 'placed_at: .*no time in ISO 8601'
    report in.ndjson
    rejects "$(seq -s ' ' 2 "$n")" 'placed_at: .*no time in ISO 8601'
}
t "dates that there are not" impossible

# every MINUTES FROM TO: a call every so often, UTC
every() {
    local from to
    from=$(date -u -d "$2" +%s)
    to=$(date -u -d "$3" +%s)
    seq "$from" $(($1 * 60)) "$to" | awk '{ print NR "|" strftime("%Y-%m-%dT%H:%M:%SZ", $1, 1) "|ANSWERED|1|||" }'
}
summer_time() {
    local hours
    command -v gawk >/dev/null || return 0
    awk() { gawk "$@"; }
    # 23 hours: the one from 2 is not there
    every 15 2026-03-08T05:00:00Z 2026-03-09T03:45:00Z | forms
    counts 0 2026-03-08,92 1,3 --by day --tz America/New_York
    mapfile -t hours < <(seq 0 23 | grep -vx 2 | sed 's/$/,4/')
    counts 0 "$(printf '%s\n' "${hours[@]}")" 1,3 --by hour --tz America/New_York
    # 25 hours: the one from 1 is there twice
    every 15 2026-11-01T04:00:00Z 2026-11-02T04:45:00Z | forms
    counts 0 2026-11-01,100 1,3 --by day --tz America/New_York
    mapfile -t hours < <(seq 0 23 | sed 's/$/,4/; s/^1,4/1,8/')
    counts 0 "$(printf '%s\n' "${hours[@]}")" 1,3 --by hour --tz America/New_York
    # half an hour less, from 2 to half past
    every 10 2026-10-03T13:30:00Z 2026-10-04T12:50:00Z | forms
    counts 0 2026-10-04,141 1,3 --by day --tz Australia/Lord_Howe
    mapfile -t hours < <(seq 0 23 | sed 's/$/,6/; s/^2,6/2,3/')
    counts 0 "$(printf '%s\n' "${hours[@]}")" 1,3 --by hour --tz Australia/Lord_Howe
    # the same in any order
    sort -t'|' -k 1.3,1.3 -k 1.2,1.2 -k 1,1 fields >turned
    forms <turned
    counts 0 "$(printf '%s\n' "${hours[@]}")" 1,3 --by hour --tz Australia/Lord_Howe
}
t "days of 23, 25 and 23.5 hours" summer_time

again='of calls that were there already, counted once'
repeats() {
    local open later
    printf '%s\n' "$good" "$good" "$good" >thrice
    report thrice
    same out "$row"
    same err "jaxl-report: 3 records, 1 calls, 2 $again"
    # the record of jaxl-dial and the object of the platform have one id
    echo '{"id":1,"created_on":"2026-10-05T10:00:00Z","completed_on":"2026-10-05T10:01:00Z","missed":false,"duration":61,"is_finalized":true,"costs":[{"cost":9,"currency":"INR"}]}' >platform
    report thrice platform
    same out "$row"
    same err "jaxl-report: 4 records, 1 calls, 3 $again"
    # final after what was not, in two files, either way round; twice what is not, then what is
    open='{"id":1,"created_on":"2026-10-05T10:00:00Z","completed_on":null,"missed":null,"duration":null,"is_finalized":false,"costs":[]}'
    later='{"id":1,"created_on":"2026-10-05T10:00:00Z","completed_on":"2026-10-05T10:01:00Z","missed":false,"duration":60,"is_finalized":false,"costs":[{"cost":0.1,"currency":"INR"}]}'
    echo "$open" >first
    echo "$later" >second
    echo "$good" >third
    report first third
    same out "$row"
    same err "jaxl-report: 2 records, 1 calls, 1 $again"
    report third second first
    same out "$row"
    same err "jaxl-report: 3 records, 1 calls, 2 $again"
    report first second
    holds out 'map([.attempts, .provisional, .provisional_cost, .currency]) == [[0, 1, 0.1, "INR"]]'
    same err "jaxl-report: 2 records, 0 calls, 1 provisional, 1 $again"
    # without an id by the session, without both each for itself
    printf '{"session_id":"%s","disposition":"ANSWERED","duration":1}\n' a b a "" "" >sessions
    report sessions
    holds out 'map(.attempts) == [4]'
    same err "jaxl-report: 5 records, 4 calls, 1 $again"
    # ids far from each other, and as strings
    printf '{"call_id":%s,"duration":1,"disposition":"ANSWERED"}\n' 0 999999999999999999 1 '"1"' 999999999999999999 0 7e0 >far
    report far
    status 1
    has err "7 records, 3 calls, 3 $again, 1 rejected\$"
    rejects 7 'is no id of a call'
}
t "a call that comes again is counted once, and it is said" repeats

# Calls that nobody knows of whether they meet it are not left out.
pattern() {
    printf '{"call_id":%d,"campaign":"%s"}\n' 1 000 2 "$(printf '%0999d!' 0)" >slow
    report --where 'campaign=~^(0+)+$' slow
    said 65 "the pattern '\\^\\(0\\+\\)\\+\\$' of campaign was given up on in a text that takes too long\$"
}
t "a pattern that takes too long" pattern
