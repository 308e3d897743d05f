#!/bin/bash
# jaxl-report calls: what its keys, columns, conditions, pulses, tariffs and outputs make of a few records
# whose sums are easily done by hand, and of those that the other programs really write.
. "$(dirname "$0")/../tool/lib.sh"

# 1-3: records of jaxl-dial, and two of nobody called; 4-7: Call objects, the last one not final.
calls=$srcdir/tests/tool/report-calls.ndjson
summary='jaxl-report: 9 records, 7 calls, 1 provisional, 1 that called nobody'

report() {
    run jaxl-report calls "$@"
}

# by KEYS ROWS [OPTION...]: of each row the keys, the currency, attempts, answered, missed, failed, cost
# and provisional.
by() {
    local keys=${1//[^,]/}
    report --by "$1" -o csv "${@:3}" "$calls"
    same err "$summary"
    status 0
    cut -d, -f "-$((${#keys} + 6)),$((${#keys} + 11)),$((${#keys} + 12))" out >rows
    same rows "${1%%:*},currency,attempts,answered,missed,failed,cost,provisional
$2"
}

times() {
    by day '2026-10-04,INR,2,2,0,0,0.6,0
2026-10-05,USD,3,0,1,2,0.014,0
2026-11-01,USD,2,1,1,0,0.025,1'
    by week '2026-W40,INR,2,2,0,0,0.6,0
2026-W41,USD,3,0,1,2,0.014,0
2026-W44,USD,2,1,1,0,0.025,1'
    by month '2026-10,INR,2,2,0,0,0.6,0
2026-10,USD,1,0,0,1,0.014,0
2026-10,,2,0,1,1,0,0
2026-11,USD,2,1,1,0,0.025,1'
    by hour '5,USD,1,1,0,0,0.02,0
6,USD,1,0,1,0,0.005,0
7,USD,0,0,0,0,0,1
10,,1,0,1,0,0,0
11,USD,1,0,0,1,0.014,0
12,,1,0,0,1,0,0
18,INR,2,2,0,0,0.6,0'
    by weekday 'Mon,USD,3,0,1,2,0.014,0
Sun,INR,2,2,0,0,0.6,0
Sun,USD,2,1,1,0,0.025,1'
}
t "by day, week, month, hour and weekday" times

parties() {
    by campaign 'diwali,INR,4,2,1,1,0.6,0
spring,USD,2,1,0,1,0.034,1
,USD,1,0,1,0,0.005,0'
    by from '+12015550101,INR,4,2,1,1,0.6,0
+12015550102,USD,3,1,1,1,0.039,1'
    by to-prefix '+1202,USD,2,0,1,1,0.019,1
+4420,USD,1,1,0,0,0.02,0
+9198,INR,4,2,1,1,0.6,0'
    by to-prefix:2 '+12,USD,2,0,1,1,0.019,1
+44,USD,1,1,0,0,0.02,0
+91,INR,4,2,1,1,0.6,0'
    by to-prefix:6 '+120255,USD,2,0,1,1,0.019,1
+442079,USD,1,1,0,0,0.02,0
+919812,INR,1,1,0,0,0.25,0
+919876,INR,3,1,1,1,0.35,0'
    by to '+12025550102,USD,1,0,0,1,0.014,0
+12025550103,USD,1,0,1,0,0.005,0
+12025550104,USD,0,0,0,0,0,1
+442079460000,USD,1,1,0,0,0.02,0
+919812345678,INR,1,1,0,0,0.25,0
+919876500000,,1,0,1,0,0,0
+919876500001,,1,0,0,1,0,0
+919876543210,INR,1,1,0,0,0.35,0'
    by country 'GB,USD,1,1,0,0,0.02,0
IN,INR,4,2,1,1,0.6,0
US,USD,2,0,1,1,0.019,1'
}
t "by campaign, from, to, to-prefix and country" parties

others() {
    by ivr '7,INR,4,2,1,1,0.6,0
8,USD,3,1,1,1,0.039,1'
    by actor '11,USD,2,0,1,1,0.019,1
12,USD,1,1,0,0,0.02,0
,INR,4,2,1,1,0.6,0'
    by tag 'east,USD,1,0,0,1,0.014,0
vip,USD,2,1,0,1,0.034,0
,INR,2,2,0,0,0.6,0
,USD,1,0,1,0,0.005,1
,,2,0,1,1,0,0'
    by disposition 'ANSWERED,INR,2,2,0,0,0.6,0
ANSWERED,USD,1,1,0,0,0.02,1
FUNDS,USD,1,0,0,1,0.014,0
NO_ANSWER,,1,0,1,0,0,0
VOICEMAIL,USD,1,0,1,0,0.005,0
,,1,0,0,1,0,0'
    by failure_reason 'OOB,USD,1,0,0,1,0.014,0
,INR,2,2,0,0,0.6,0
,USD,2,1,1,0,0.025,1
,,2,0,1,1,0,0'
    by input.city 'Goa,INR,1,1,0,0,0.25,0
Pune,INR,3,1,1,1,0.35,0
,USD,3,1,1,1,0.039,1'
    by metadata.crm 'A,USD,1,0,0,1,0.014,0
B,USD,1,1,0,0,0.02,0
,INR,2,2,0,0,0.6,0
,USD,1,0,1,0,0.005,1
,,2,0,1,1,0,0'
}
t "by IVR, actor, tag, disposition, failure reason and any field" others

currency() {
    report --by currency "$calls"
    status 0
    same out '{"currency":"INR","attempts":2,"answered":2,"missed":0,"failed":0,"asr":1,"acd":45.5,"talk":91,"billed":91,"cost":0.6,"provisional":0,"provisional_cost":0}
{"currency":"USD","attempts":3,"answered":1,"missed":1,"failed":1,"asr":0.3333,"acd":90.5,"talk":90.5,"billed":102.5,"cost":0.039,"provisional":1,"provisional_cost":0.01}
{"currency":null,"attempts":2,"answered":0,"missed":1,"failed":1,"asr":0,"acd":null,"talk":0,"billed":0,"cost":0,"provisional":0,"provisional_cost":0}'
    by campaign,weekday 'diwali,Mon,,2,0,1,1,0,0
diwali,Sun,INR,2,2,0,0,0.6,0
spring,Mon,USD,1,0,0,1,0.014,0
spring,Sun,USD,1,1,0,0,0.02,1
,Sun,USD,1,0,1,0,0.005,0'
    # a comma, or the option again
    mv out comma
    report --by campaign -b weekday -o csv "$calls"
    cmp comma out
    # no key at all: one row for each currency
    report "$calls"
    status 0
    [ "$(jq -rc '[.currency, .attempts]' out | paste -sd' ')" = '["INR",2] ["USD",3] [null,2]' ]
}
t "by currency, by several keys and by none" currency

columns() {
    report --by campaign --columns all "$calls"
    status 0
    same out '{"campaign":"diwali","currency":"INR","attempts":4,"answered":2,"missed":1,"failed":1,"asr":0.5,"acd":45.5,"talk":91,"billed":91,"cost":0.6,"provisional":0,"provisional_cost":0,"cost_per_answered":0.3,"shortest":30,"longest":61,"median":30,"p95":61}
{"campaign":"spring","currency":"USD","attempts":2,"answered":1,"missed":0,"failed":1,"asr":0.5,"acd":90.5,"talk":90.5,"billed":90.5,"cost":0.034,"provisional":1,"provisional_cost":0.01,"cost_per_answered":0.034,"shortest":90.5,"longest":90.5,"median":90.5,"p95":90.5}
{"campaign":null,"currency":"USD","attempts":1,"answered":0,"missed":1,"failed":0,"asr":0,"acd":null,"talk":0,"billed":12,"cost":0.005,"provisional":0,"provisional_cost":0,"cost_per_answered":null,"shortest":null,"longest":null,"median":null,"p95":null}'
    report --by campaign --columns p95,median -o csv "$calls"
    has out '^campaign,.*,provisional_cost,median,p95$'
    # nearest rank of 1 to 20 seconds; a third is rounded half-even
    seq 20 | sed 's/.*/{"call_id":&,"disposition":"ANSWERED","duration":&,"costs":[{"cost":0.05,"currency":"INR"}]}/' |
        jaxl-report calls --quiet --columns all -o csv >out
    has out ',0\.05,1,20,10,19$'
    printf '{"call_id":%d,"disposition":"%s","duration":%s,"costs":[{"cost":0.00005}]}\n' \
        1 ANSWERED 0.005 2 ANSWERED 0.015 3 ANSWERED 0.025 4 BUSY 0 5 BUSY 0 6 BUSY 0 >calls
    report --columns cost_per_answered calls
    # 0.045 / 3 = 0.015: 0.02; 0.0003 / 3
    has out '"asr":0.5,"acd":0.02,"talk":0.045,.*"cost":0.0003,.*"cost_per_answered":0.0001}$'
}
t "columns, and the further ones" columns

# where N CONDITION...: so many calls are left
where() {
    local n=$1 options=()
    shift
    for condition; do
        options+=(--where "$condition")
    done
    report --by currency --totals "${options[@]}" "$calls"
    status 0
    [ "$(jq -s 'map(select(.total | not).attempts) | add // 0' out)" -eq "$n" ] ||
        fail "$*: $(cat out)"
}
conditions() {
    where 7 'call_id!=77'
    where 2 'duration>60'
    where 3 'duration>=30'
    where 1 'duration<30' 'duration>0'
    where 1 'duration = 90.50'
    where 4 'campaign=~^diw'
    where 3 'campaign!~^diw'
    where 1 'campaign='
    where 6 'campaign!='
    where 3 'disposition=ANSWERED'
    where 2 'tag=vip'
    where 5 'tag!=vip'
    where 1 'tag=east'
    where 2 'costs.0.cost>=0.1'
    where 2 'costs.0.cost<0.015'
    where 3 'input.city=Pune'
    where 2 'country=US' 'country!=GB'
    where 3 'weekday=Mon'
    where 2 'hour=18'
    where 2 'day>2026-10-31'
    where 3 'placed_at<2026-10-05T10:00:00.5Z'
    where 0 'duration>1000000'
    report --where 'duration>1000000' "$calls"
    same out ''
    has err '9 records, 0 calls, .*8 outside'
}
t "conditions" conditions

zones() {
    local start=2026-10-05
    by day '2026-10-04,INR,1,1,0,0,0.35,0
2026-10-05,INR,1,1,0,0,0.25,0
2026-10-05,USD,1,0,0,1,0.014,0
2026-10-05,,2,0,1,1,0,0
2026-11-01,USD,2,1,1,0,0.025,1' --tz Asia/Kolkata
    report --by day -o csv --tz Asia/Kolkata --since "$start" --until 2026-11-01 "$calls"
    has err '9 records, 4 calls, 1 that called nobody, 4 outside of what was asked for$'
    has out '^2026-10-05,INR,1,'
    lacks out '^2026-10-04|^2026-11'
    report --by day -o csv --since "$start" --until 2026-11-01T06:30:00Z "$calls"
    lacks out '^2026-10-04'
    has out '^2026-11-01,USD,1,1,0,0,.*,0\.02,0,0$'
    report --by month -o csv --month 2026-11 "$calls"
    [ "$(grep -c ^2026-11, out)" -eq 1 ]
    [ "$(wc -l <out)" -eq 2 ]
    # in New York it is still October
    report --by month -o csv --month 2026-11 --tz Pacific/Honolulu "$calls"
    [ "$(wc -l <out)" -eq 1 ]
    report --tz Mars/Olympus "$calls"
    status 64
    has err "^jaxl-report: .*Mars/Olympus"
    same out ''
}
t "the zone decides the day, and what a period is" zones

pulses() {
    report --by campaign --pulse 60/60 -o csv "$calls"
    cut -d, -f 1,9,10 out >rows
    # 61 is 120, 30 is 60, 90.5 is 120, the message left in 12 is 60
    same rows 'campaign,talk,billed
diwali,91,180
spring,90.5,120
,0,60'
    report --by campaign --pulse 30/6 -o csv "$calls"
    cut -d, -f 1,9,10 out >rows
    same rows 'campaign,talk,billed
diwali,91,96
spring,90.5,96
,0,30'
    for pulse in 60 60/ 0/60 60/0 60/60/60 -1/1 1.5/1 a/b 60/100000 ''; do
        report --pulse "$pulse" "$calls"
        status 64
        has err "^jaxl-report: .*pulse"
        same out ''
    done
}
t "pulses" pulses

tariffs() {
    printf '%s\n' prefix,price,currency,pulse 91,0.30,INR,60/60 +919876,0.20,INR,60/60 44,0.01,USD,1/1 >tariff.csv
    report --by campaign --tariff tariff.csv -o csv "$calls"
    status 0
    # 2 x 0.20 + 1 x 0.30; 0.01 * 90.5 pulsed to 91 / 60
    cut -d, -f 1,10- out >rows
    same rows 'campaign,billed,cost,rated,difference,provisional,provisional_cost
diwali,180,0.6,0.7,0.1,0,0
spring,91,0.034,0.015166666667,-0.018833333333,1,0.01
,12,0.005,0,-0.005,0,0'
    has err '^jaxl-report: .*, 2 calls to numbers that the tariff does not have, rated at nothing$'
    report --by to-prefix --tariff tariff.csv -o csv "$calls"
    cut -d, -f 1,3 out >rows
    same rows 'to-prefix,attempts
+44,1
+91,1
+919876,3
,2'
    # what is asked for is before what the tariff says
    report --by campaign --tariff tariff.csv --pulse 1/1 -o csv "$calls"
    has out '^diwali,.*,91,0\.6,0\.353333333333,-0\.246666666667,0,0$'
    report --tariff nowhere.csv "$calls"
    status 65
    has err '^jaxl-report: .*nowhere.csv: No such file or directory$'
    echo 'prefix,price,currency
91,cheap,INR' >wrong.csv
    report --tariff wrong.csv "$calls"
    status 65
    has err '^jaxl-report: .*wrong.csv.*2.*cheap'
    same out ''
}
t "a tariff: its cost beside the platform's, and the difference" tariffs

sorted() {
    # sorts TEXT OPTION...
    sorts() {
        report --by campaign -o csv "${@:2}" "$calls"
        status 0
        [ "$(cut -d, -f 1 out | sed 1d | paste -sd' ')" = "$1" ] || fail "$*: $(cat out)"
    }
    sorts 'diwali spring ' # INR, then USD
    sorts 'diwali spring ' --sort cost
    sorts 'diwali  spring' --sort -cost
    sorts 'diwali spring ' --sort attempts
    sorts 'diwali  spring' --sort -attempts
    sorts ' spring diwali' --sort -campaign
    sorts 'diwali spring ' --sort acd
    sorts 'diwali spring' --top 1
    sorts 'diwali ' --top 1 --sort -cost
    sorts 'diwali spring ' --top 5
    report --by campaign --sort nothing "$calls"
    status 64
    has err "^jaxl-report: 'nothing' is no column of this report to sort by"
    report --by campaign --sort median "$calls"
    status 64
    report --by campaign --sort -median --columns median "$calls"
    status 0
    report --top 0 "$calls"
    status 64
}
t "sorted, and the top" sorted

totals() {
    report --by tag,campaign --totals "$calls"
    status 0
    # a call with two tags is in the sums once
    tail -n 3 out >sums
    same sums '{"tag":null,"campaign":null,"currency":"INR","attempts":2,"answered":2,"missed":0,"failed":0,"asr":1,"acd":45.5,"talk":91,"billed":91,"cost":0.6,"provisional":0,"provisional_cost":0,"total":true}
{"tag":null,"campaign":null,"currency":"USD","attempts":3,"answered":1,"missed":1,"failed":1,"asr":0.3333,"acd":90.5,"talk":90.5,"billed":102.5,"cost":0.039,"provisional":1,"provisional_cost":0.01,"total":true}
{"tag":null,"campaign":null,"currency":null,"attempts":2,"answered":0,"missed":1,"failed":1,"asr":0,"acd":null,"talk":0,"billed":0,"cost":0,"provisional":0,"provisional_cost":0,"total":true}'
    report --by campaign --totals --top 1 -o csv "$calls"
    has out '^campaign,currency,.*,provisional_cost,total$'
    has out '^diwali,INR,4,.*,$'
    has out '^,INR,4,.*,true$'
    has out '^,USD,3,.*,true$'
}
t "totals" totals

outputs() {
    report --by campaign "$calls"
    cp out ndjson
    report --by campaign -o ndjson "$calls"
    cmp out ndjson
    report --by campaign --output json "$calls"
    jq -c '.[]' out | diff <(jq -c . ndjson) -
    report --by campaign -o csv "$calls"
    same out 'campaign,currency,attempts,answered,missed,failed,asr,acd,talk,billed,cost,provisional,provisional_cost
diwali,INR,4,2,1,1,0.5,45.5,91,91,0.6,0,0
spring,USD,2,1,0,1,0.5,90.5,90.5,90.5,0.034,1,0.01
,USD,1,0,1,0,0,,0,12,0.005,0,0'
    report --by campaign -o table --locale en_IN "$calls"
    status 0
    has out '^campaign +currency +attempts'
    has out '^diwali +.*₹0\.60'
    lacks out $'\x1b'
    report --by day,campaign -o html --title 'Calls <&> more' "$calls"
    status 0
    has out '^<!DOCTYPE html>|^<!doctype html>'
    has out '<title>Calls &lt;&amp;&gt; more</title>'
    has out '<svg'
    has out 'diwali'
    lacks out '<script'
    report --by day,campaign -o hledger "$calls"
    status 0
    has out '^2026-10-04 '
    if command -v hledger >/dev/null; then
        mv out journal
        hledger -f journal check
        hledger -f journal balance >sums
    fi
    report -o yaml "$calls"
    status 64
    has err "^jaxl-report: .*yaml.*table"
}
t "every form of the output" outputs
