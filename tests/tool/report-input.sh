#!/bin/bash
# jaxl-report calls: where its records come from, in every form, and what it says about those that it cannot
# use and about options that it does not have.
. "$(dirname "$0")/../tool/lib.sh"

calls=$srcdir/tests/tool/report-calls.ndjson

report() {
    run jaxl-report calls "$@"
}

# The sums do not depend on the form, nor on how the files are given.
inputs() {
    report --by campaign,day "$calls"
    cp out want
    report --by campaign,day <"$calls"
    cmp out want
    report --by campaign,day - <"$calls"
    cmp out want
    tac "$calls" | tac | jaxl-report calls --by campaign,day >out
    cmp out want
    head -n 4 "$calls" >a
    tail -n +5 "$calls" >b
    report --by campaign,day a b
    cmp out want
    report --by campaign,day - b <a
    cmp out want
    report --by campaign,day --threads 1 a b
    cmp out want
    sed 's/$/\r/' "$calls" >crlf
    report --by campaign,day crlf
    cmp out want
    report --input ndjson --by campaign,day "$calls"
    cmp out want
    # as a CSV all lines are wrong
    report --input csv "$calls"
    [ "$rc" -ne 0 ]
}
t "files, several files, standard input" inputs

mapped() {
    printf '%s\n' Id,When,Secs,Result,Price,Cur,Team \
        '1,2026-10-05T10:00:00Z,60,ANSWERED,0.5,INR,"a,b"' '2,2026-10-05T11:00:00Z,0,NO_ANSWER,,,c' >foreign.csv
    report --by campaign --map call_id=Id --map placed_at=When --map duration=Secs --map disposition=Result \
        --map costs.0.cost=Price --map costs.0.currency=Cur --map campaign=Team -o csv foreign.csv
    status 0
    same out 'campaign,currency,attempts,answered,missed,failed,asr,acd,talk,billed,cost,provisional,provisional_cost
"a,b",INR,1,1,0,0,1,60,60,60,0.5,0,0
c,INR,1,0,1,0,0,,0,0,0,0,0'
    cp foreign.csv plain.txt
    report --input csv --map call_id=Id --map duration=Secs --map disposition=Result plain.txt
    holds out 'map(.attempts) == [2] and map(.talk) == [60]'
    report --map call_id=Nothing foreign.csv
    status 78
    has err '^jaxl-report: .*Nothing'
    same out ''
    report --map nonsense foreign.csv
    status 64
    has err '^jaxl-report: .*nonsense'
    jq -c '{Nr: .call_id, T: .placed_at, disposition, duration}' "$calls" | head -n 2 >foreign.ndjson
    report --by day --map call_id=Nr --map placed_at=T foreign.ndjson
    holds out 'map([.day, .talk]) == [["2026-10-04", 91]]'
}
t "columns with other names" mapped

# What jaxl-dial and jaxl really write: the same sums out of CSV and NDJSON, and out of both together,
# since a call that several tell of is counted once.
real() {
    sandbox --speed 600
    {
        echo to,city
        for end in 00 01 02 03 04 10 11 12 20 21 22 23 24 25 26; do
            printf '%s,"Pune, old\nIndia"\n' "+120255501$end" "+120255502$end"
        done
    } >leads.csv
    run jaxl-dial -q --from +12015550199 --ivr 1 --rate max --currency USD --campaign autumn --poll 0.2 \
        --output csv leads.csv
    mv out dial.csv
    run jaxl calls list --all -o csv
    mv out list.csv
    run jaxl calls list --all
    mv out list.ndjson
    [ "$(wc -l <list.ndjson)" -eq 30 ]
    for by in day,currency disposition ivr,from to failure_reason country hour; do
        report --by "$by" --columns all list.ndjson
        status 0
        same err 'jaxl-report: 30 records, 30 calls'
        cp out want
        report --by "$by" --columns all list.csv
        same err 'jaxl-report: 30 records, 30 calls'
        diff want out
        report --by "$by" --columns all dial.csv
        same err 'jaxl-report: 30 records, 30 calls'
        diff want out
        report --by "$by" --columns all dial.csv list.csv list.ndjson
        same err 'jaxl-report: 90 records, 30 calls, 60 of calls that were there already, counted once'
        diff want out
    done
    report --by campaign,input.city dial.csv
    holds out 'map([.campaign, ."input.city", .attempts]) == [["autumn", "Pune, old\nIndia", 30]]'
    jq '.costs[0].cost | numbers' list.ndjson | paste -sd+ | bc | sed 's/^\./0./' >sum
    report -o csv list.csv
    [ "$(sed 1d out | cut -d, -f 10)" = "$(cat sum)" ]
}
t "what jaxl-dial and jaxl calls list really write" real

# Records that cannot be used.
rejected() {
    {
        head -n 2 "$calls"
        echo '{"call_id":"x","disposition":"ANSWERED"}'
        echo '[1,2]'
        echo '{"call_id":10,"duration":-5,"disposition":"ANSWERED"}'
        tail -n +3 "$calls"
        echo '{"city":"Pune"}'
    } >some
    report --by campaign "$calls"
    mv out want
    report --by campaign some
    status 1
    cmp out want
    grep '^{' err >rejects
    holds rejects 'map(.line) == [3, 4, 5, 13]'
    has rejects '"line":3,"reason":"call_id: .x. is no id of a call","input":'
    has rejects '"line":4,.*"input":"\[1,2\]"'
    has rejects '"line":5,"reason":"duration: .-5. is no number of seconds that a call can last"'
    has rejects '"line":13,"reason":"no record of a call: it has neither id nor state, time or cost"'
    has err '^jaxl-report: 13 records, 7 calls, 1 provisional, 1 that called nobody, 4 rejected$'
    report --by campaign --rejects those some
    status 1
    cmp out want
    cmp rejects those
    [ "$(wc -l <err)" -eq 1 ]
    report --by campaign --rejects those --strict some
    status 65
    same out ''
    holds those 'map(.line) == [3]'
    has err '^jaxl-report: a record cannot be used, and --strict ends the run at it'
    report --strict "$calls"
    status 0
    report --rejects none/there some
    status 74
    same out ''
    has err '^jaxl-report: --rejects none/there: No such file or directory$'
    cp some mine
    report --rejects mine mine
    status 64
    cmp some mine
    # nothing was wrong: there is an empty file
    report --rejects nothing "$calls"
    status 0
    same nothing ''
    report -q --by campaign some
    cmp out want
    lacks err '^jaxl-report'
}
t "what cannot be used is told, and the rest is counted" rejected

slips() {
    report --by campain,day "$calls"
    status 0
    has err "^jaxl-report: no call has a field 'campain': did you mean campaign\\?\$"
    [ "$(wc -l <err)" -eq 2 ]
    report --by no.such.field "$calls"
    has err "^jaxl-report: no call has a field 'no.such.field'\$"
    report --by metadata.crm,input.city,day "$calls"
    [ "$(wc -l <err)" -eq 1 ]
    report --by day,campain /dev/null
    [ "$(wc -l <err)" -eq 1 ]
    report -q --by campain "$calls"
    same err ''
}
t "a field that no call has" slips

usage() {
    # wrong REGEX OPTION...
    wrong() {
        run jaxl-report "${@:2}"
        [ "$rc" -eq 64 ] || fail "${*:2}: status $rc"
        [ "$(wc -l <err)" -eq 1 ]
        has err "^jaxl-report: .*$1"
        same out ''
    }
    wrong 'a command is wanted first'
    wrong "there is no command 'cals': did you mean calls\\?" cals
    wrong "there is no command 'statment': did you mean statement\\?" statment x
    wrong "unknown option '--bye'" calls --bye day
    wrong "'hello' is none of the further columns" calls --columns hello
    wrong "'day': a row has that twice" calls --by day,day
    wrong 'is no key to group by' calls --by ,
    wrong 'is no number of digits from 1 to 15' calls --by to-prefix:99
    wrong 'no comparison' calls --where duration
    wrong 'the pattern is wrong' calls --where 'campaign=~('
    wrong 'is no month such as' calls --month 2026-13
    wrong 'excludes --since' calls --month 2026-10 --since today
    wrong 'neither a day' calls --since yesterweek
    wrong 'is not after --since' calls --since 2026-10-05 --until 2026-10-05
    wrong '--gst goes with statement only' calls --gst 18
    wrong '--ledger goes with reconcile only' calls --ledger x
    wrong '--by goes with calls only' payments --by day
    wrong '--top goes with calls only' usage --top 3
    wrong '--cursor' calls --cursor x
    wrong '--fetch calls' calls --fetch payments
    wrong 'so no file is read' calls --fetch calls x
    wrong 'threads' calls --threads 0
    wrong 'threads' calls --threads 65
    wrong 'statement needs --month' statement
    wrong 'reconcile needs --ledger' reconcile
    # nothing is taken and then not looked at
    wrong '--currency goes with what the platform is asked for' calls --currency INR x
    wrong '--connections goes with what the platform' reconcile --ledger x --connections 2 y
    wrong '--timeout goes with what the platform' payments --timeout 1s x
    wrong '--cursor goes with what is fetched' payments --cursor x y
    wrong 'files are exported as they are: --month,' payments --month 2026-10 x
    wrong 'files are exported as they are: --month,' payments --tz Asia/Kolkata x
    wrong '--input goes with what is read' calls --fetch calls --input csv
    wrong '--map goes with what is read' --fetch calls --map a=b
    wrong '--strict and --rejects go with what is read' payments --strict
    wrong '--title goes with pages' calls --title x -o csv
    wrong '--locale goes with tables and pages' calls --locale en_IN -o ndjson
}
t "wrong usage" usage
