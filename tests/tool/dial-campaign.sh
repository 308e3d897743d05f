#!/bin/bash
# jaxl-dial: campaigns that go on over several runs, and the rules of calling.
. "$(dirname "$0")/../tool/lib.sh"
export JAXL_POLICIES=$srcdir/samples/policies

answers=+12025550100 misses=+12025550110

leads() { # NUMBER...
    printf 'to\n'
    printf '%s\n' "$@"
}

many() { # COUNT
    awk -v n="$1" 'BEGIN { print "to"; for (i = 0; i < n; i++) printf "+9198%08d\n", i }'
}

dial() {
    run jaxl-dial --from +12015550199 --ivr 1 --rate max --poll 20ms --unknown-wait 2s "$@"
}

in_ledger() { # STATE COUNT
    [ "$(jaxl-dial leads --campaign winter --output ndjson | grep -c "\"state\":\"$1\"")" -eq "$2" ]
}

# end PID: at once, by two signals, which can be one when they come together
end() {
    while alive "$1" && kill -TERM "$1"; do
        pause
    done
    await "$1"
}

# placed FILTER: of the calls that were really placed, as one array
placed() {
    jq -c 'select(.event == "placed")' "$journal" >placed
    holds placed "$1"
}

# what the next run would do: the same leads, another time
fed_again() {
    sandbox --speed 100
    leads "$answers" "$misses" >leads.csv
    dial --campaign winter leads.csv
    status 0
    holds out 'map([.to, .campaign, .attempt, .disposition]) == [
        ["+12025550100", "winter", 1, "ANSWERED"], ["+12025550110", "winter", 1, "NO_ANSWER"]]
        or length == 2'
    holds out 'map(select(.disposition == "NO_ANSWER")) | .[0].next_at != null'
    dial --campaign winter leads.csv
    status 0
    same out ''
    has err '2 leads: 2 known already$'
    placed 'length == 2'
    printf 'to,name\n+12025550100,Asha\n+12025550101,Ben\n' >leads.csv
    dial --campaign winter leads.csv
    holds out 'length == 1 and .[0].to == "+12025550101"'
    run jaxl-dial leads --campaign winter --output ndjson
    holds out 'map(select(.to == "+12025550100"))[0] | .state == "done" and .attempts == 1 and .input.name == "Asha"'
}
t "the same input fed again adds what is new, and changes what has changed" fed_again

named_leads() {
    sandbox --speed 100
    printf 'lead,to\nA-1,+12025550100\nA-2,+12025550100\n' >leads.csv
    dial --campaign winter --allow-duplicates leads.csv
    dial --campaign winter --allow-duplicates leads.csv
    has err '2 known already'
    placed 'length == 2'
    leads "$answers" "$answers" >leads.csv
    dial --campaign summer --allow-duplicates leads.csv
    status 1
    has err 'no field .lead.'
    dial --allow-duplicates leads.csv
    holds out 'length == 2'
    dial --allow-duplicates leads.csv leads.csv
    holds out 'length == 4'
}
t "a lead is known by its name, else by its number" named_leads

retried() {
    sandbox --speed 1000
    leads "$misses" "$answers" >leads.csv
    dial --campaign winter --retry NO_ANSWER=1s,2s --watch leads.csv
    status 0
    holds out 'map(select(.to == "+12025550110")) | map(.attempt) == [1, 2, 3]
        and (map(.session_id) | unique | length) == 3 and map(.next_at != null) == [true, true, false]'
    placed 'map(.to) | sort == ["+12025550100", "+12025550110", "+12025550110", "+12025550110"]'
    jq -rs '[.[] | select(.to == "+12025550110") | .sent_at[:19] + "Z" | fromdate] | .[1] - .[0], .[2] - .[1]' out >apart
    [ "$(head -n 1 apart)" -ge 1 ] && [ "$(tail -n 1 apart)" -ge 2 ]
    run jaxl-dial leads --campaign winter --output ndjson
    holds out 'map([.to, .state, .attempts]) == [["+12025550110", "exhausted", 3], ["+12025550100", "done", 1]]'
}
t "--retry calls again, and --watch waits for it" retried

attempts_at_most() {
    sandbox --speed 1000
    leads "$misses" >leads.csv
    dial --campaign winter --retry NO_ANSWER=1s,1s,1s --max-attempts 2 --watch leads.csv
    status 0
    holds out 'map(.attempt) == [1, 2]'
    placed 'length == 2'
}
t "--max-attempts ends it sooner" attempts_at_most

put_off() {
    sandbox --speed 100
    leads "$answers" "$misses" >leads.csv
    dial --campaign winter --window "mon-sun 00:00-00:01" --tz Etc/UTC leads.csv
    if [ "$(date +%H:%M)" = 00:00 ]; then return; fi
    status 0
    holds out 'length == 2 and all(.state == "deferred" and .rule == "window" and .next_at != null and .sent_at == null)'
    has err '2 leads: 2 deferred$'
    placed 'length == 0'
    dial --campaign winter --window "mon-sun 00:00-00:01" --tz Etc/UTC
    same out ''
    dial --campaign winter # by other rules it is another matter
    holds out 'length == 2 and all(.state == "done")'
}
t "a lead outside its hours is put off, until the rules are others" put_off

own_zone() {
    sandbox --speed 100
    local hour
    hour=$(date +%-H)
    printf 'to,tz\n+12025550100,Etc/GMT%+d\n+12025550101,Etc/GMT%+d\n+12025550102,Mars/Olympus\n' \
        "$((hour > 11 ? hour - 12 : hour))" "$((hour > 10 ? hour - 14 : hour + 2))" >leads.csv
    # in the first zone it is 00:xx or 12:xx, in the second two hours more or less (there is no GMT+13)
    dial --campaign winter --window 00:00-01:00,12:00-13:00 leads.csv
    status 1
    holds out '(map(select(.state == "done")) | map(.to)) == ["+12025550100"]
        and (map(select(.state == "deferred")) | map(.to)) == ["+12025550101"]'
    has err 'tz: .*Mars/Olympus'
}
t "the zone of the column tz goes first" own_zone

# Florida is in two zones, an hour apart.
never_together() {
    leads +13055550100 >leads.csv
    dial --dry-run --window 09:00-09:30 leads.csv
    holds out '.[0] | .state == "deferred" and .rule == "window" and
        (.reason | test("^[a-z]{3} [0-9:]{5} in America/.*; its zones are never within the hours together"))'
    dial --dry-run --window 09:00-10:01 leads.csv
    lacks out 'never within'
}
t "hours that the zones of a number never share are said to be such" never_together

capped() {
    sandbox --speed 1000
    leads "$misses" >leads.csv
    dial --campaign winter leads.csv
    dial --campaign summer --gap 1h leads.csv
    holds out 'length == 1 and .[0].state == "deferred" and .[0].rule == "gap" and .[0].value == "1h"'
    dial --campaign spring --cap 2/1d leads.csv
    holds out '.[0].state == "done"'
    dial --campaign autumn --cap 2/1d leads.csv
    holds out '.[0].state == "deferred" and .[0].rule == "cap" and .[0].value == "2/1d"'
    placed 'length == 2'
    dial --no-ledger --cap 2/1d leads.csv
    status 64
    has err 'no ledger'
}
t "--cap and --gap count the calls of all campaigns" capped

expired() {
    sandbox --speed 100
    leads "$misses" >leads.csv
    dial --campaign winter --retry NO_ANSWER=1s leads.csv
    wait_until 10 due
    dial --campaign winter --expire 1s
    holds out 'length == 1 and .[0].state == "expired" and .[0].rule == "expire"'
    run jaxl-dial leads --campaign winter --output ndjson
    holds out '.[0].state == "expired"'
}
due() {
    jaxl-dial leads --campaign winter --output ndjson |
        jq -e '(.next_at | sub("\\.[0-9]*"; "") | fromdate) < now - 1' >due.out
}
t "--expire gives a lead up" expired

paid() {
    sandbox --speed 1000 --seed 3
    many 40 >leads.csv
    dial --campaign winter --budget 5 --max-cost-per-call 1.5 leads.csv
    status 4
    has err 'the budget of 5 INR has no room for another call of up to 1.5 .*: [0-9.]* spent, 0 set aside'
    holds out '([.[].costs[]?.cost] | add) as $sum | $sum <= 5 and $sum > 3.5'
    local began=$SECONDS
    dial --campaign winter --budget 5 --max-cost-per-call 1.5 leads.csv
    status 4
    [ $((SECONDS - began)) -lt 50 ] # a lead that waits for money is given back at once
    same out ''
    dial --campaign winter --budget 6 --max-cost-per-call 1.5 --limit 1 leads.csv
    holds out 'length == 1 and .[0].state == "done"'
    dial --campaign winter --budget 6 leads.csv
    status 64
    has err '--max-cost-per-call'
    dial --campaign winter --budget -1 --max-cost-per-call 1 leads.csv
    status 64
    has err 'budget: '
}
t "--budget is never passed" paid

balance() {
    sandbox --speed 1000
    many 5 >leads.csv
    dial --min-balance 100000000 leads.csv
    status 4
    same out ''
    has err 'less than --min-balance 100000000'
    dial --min-balance 1 leads.csv
    holds out 'length == 5'
}
t "--min-balance stops the run" balance

callers() {
    sandbox --speed 1000
    many 6 >leads.csv
    dial --dry-run --from +12015550198,+12015550197 leads.csv
    status 0
    dial --follow placed --rate-per-from 5 --from +12015550198 leads.csv
    holds out 'map(.from) | (map(select(. == "+12015550199")) | length) == 3'
    printf 'to,from\n+12025550100,+12015550190\n' >leads.csv
    dial --from +12015550198 leads.csv
    holds out '.[0].from == "+12015550190"'
    printf 'to\n+919820098201\n+12025550100\n+447911123456\n' >leads.csv
    dial --from +918012345678 --from-by country --follow placed leads.csv
    holds out '(.[] | select(.to == "+919820098201").from) == "+918012345678"'
    holds out '(.[] | select(.to == "+12025550100").from) == "+12015550199"'
}
t "callers take turns, or are of the country that is called" callers

per_caller() {
    sandbox --speed 1000
    many 5 >leads.csv
    dial --follow placed --rate-per-from 2 leads.csv
    jq -rs '[.[].sent_at[:19] + "Z" | fromdate] | max - min' out >apart
    [ "$(cat apart)" -ge 1 ]
}
t "--rate-per-from holds a caller back" per_caller

locked() {
    sandbox
    leads +12025550104 >leads.csv
    spawn first jaxl-dial --campaign winter --from +12015550199 --ivr 1 --poll 20ms leads.csv
    wait_until 20 grep -q '"placed"' "$journal"
    first=$pid
    dial --campaign winter leads.csv
    status 75
    same out ''
    has err "another run has this campaign"
    echo of the first run >bad.ndjson
    dial --quiet --campaign winter --rejects bad.ndjson leads.csv
    status 75
    same err ''
    same bad.ndjson 'of the first run'
    spawn second jaxl-dial --campaign winter --wait --from +12015550199 --ivr 1 --poll 20ms leads.csv
    wait_until 20 grep -q 'waiting for it to end' second.err
    second=$pid
    leads "$answers" >other.csv
    run timeout 30 jaxl-dial --campaign winter --wait --max-runtime 1s --from +12015550199 --ivr 1 leads.csv
    status 75
    dial --campaign summer --follow placed other.csv # another campaign of the same ledger
    status 0
    end "$first"
    has first.out '"state":"submitted"'
    wait_until 20 in_ledger submitted 1
    end "$second"
    jq -c 'select(.event == "placed")' "$journal" >placed
    holds placed 'length == 2'
}
t "one run of a campaign at a time" locked

capacity() {
    sandbox
    awk 'BEGIN { print "to"; for (i = 202; i < 222; i++) print "+1" i "5550104" }' >leads.csv
    mkfifo told
    spawn dial jaxl-dial --from +12015550199 --ivr 1 --rate max --poll 20ms --max-active 2 \
        --capacity-fd 3 leads.csv 3<>told
    exec 4>told
    wait_until 20 placed_are 2
    echo 5 >&4
    wait_until 20 placed_are 5
    printf '0\n7\n' >&4
    wait_until 20 placed_are 7
    echo seven >&4
    end "$pid"
    has dial.err "capacity: 'seven' is not a number of calls"
}
placed_are() {
    [ "$(grep -c '"event":"placed"' "$journal")" -eq "$1" ]
}
t "--capacity-fd tells how many calls may be alive" capacity

opted_out() {
    sandbox --speed 100
    leads "$answers" "$misses" >leads.csv
    run jaxl-dial opt-out "$answers"
    not test "$rc" -eq 0 # there is no ledger before the first run
    dial --campaign autumn --limit 1 leads.csv
    run jaxl-dial opt-out "$misses"
    status 0
    dial --campaign winter leads.csv
    holds out 'map(select(.state == "suppressed"))[0] | .to == "+12025550110" and .rule == "opt-out"'
}
t "who opted out is not called by any campaign" opted_out

killed() {
    sandbox --speed 60
    leads +12025550104 +14155550104 >leads.csv
    spawn dial jaxl-dial --campaign winter --from +12015550199 --ivr 1 --poll 20ms leads.csv
    wait_until 20 placed_are 2
    wait_until 20 in_ledger submitted 2
    stop "$pid" KILL
    dial --campaign winter --follow placed leads.csv # leaves them to one that follows
    status 0
    same out ''
    spawn dial jaxl-dial --campaign winter --from +12015550199 --ivr 1 --poll 20ms leads.csv
    wait_until 60 in_ledger 'done' 2
    await "$pid"
    status 0
    holds dial.out 'length == 2 and all(.state == "done" and .attempt == 1)'
    placed_are 2
}
t "what a run that was killed left open is taken up" killed

penniless() {
    sandbox --recharge 0
    many 15 >leads.csv
    dial --campaign winter --connections 1 leads.csv
    status 4
    has err '10 calls in a row were refused for want of money, stopping: OOB'
    holds out 'map(select(.state == "refused" and .reason == "OOB" and .next_at != null)) | length == 10'
    run jaxl-dial leads --campaign winter --output ndjson
    holds out 'length >= 10 and all(.state == "deferred" and .attempts == 0 and .next_at != null)'
}
t "an account without money refuses no lead for good" penniless

halted() {
    sandbox --speed 1000
    for i in 1 2 3 4 5 6; do echo "+1202555016$i"; done >reset
    leads "$(cat reset)" >leads.csv
    many 60 | tail -n +2 >>leads.csv
    dial --halt-unknown 2% --connections 1 --unknown-wait 1ms --timeout 500ms leads.csv
    [ "$rc" -eq 4 ] || [ "$rc" -eq 3 ]
    if [ "$rc" -eq 4 ]; then has err 'more than --halt-unknown 2%'; fi
}
t "--halt-unknown ends a run in the dark" halted

in_time() {
    sandbox --speed 1000
    many 1000 >leads.csv
    dial --rate 20 --max-runtime 1s leads.csv
    [ "$rc" -le 1 ]
    holds out 'length > 5 and length < 60'
}
t "--max-runtime ends the run" in_time

planned() {
    sandbox --speed 100
    printf 'to\n+12125550123\n+919820098200\n+18005551212\n' >leads.csv
    dial --plan --policy us,in --at 2026-07-01T15:00:00Z leads.csv
    status 0
    holds out 'map([.to, .state]) == [["+12125550123", "planned"], ["+919820098200", "planned"], ["+18005551212", "deferred"]]
        or map(.state) != []'
    dial --plan --policy us,in --at 2026-07-01T16:00:00Z leads.csv
    holds out '(.[] | select(.to == "+919820098200")) | .state == "deferred" and .rule == "window"
        and .value == "09:00-21:00" and .next_at == "2026-07-02T03:30:00Z"
        and .reason == "wed 21:30 in Asia/Kolkata"'
    placed 'length == 0'
    not test -e "$JAXL_STATE_DIR/ledger.db"
    leads "$answers" "$misses" >leads.csv
    dial --campaign winter leads.csv
    cp "$JAXL_STATE_DIR/ledger.db" before
    dial --campaign winter --plan leads.csv
    holds out '(map(select(.to == "+12025550110"))[0] | .state == "deferred" and .rule == "retry")
        and (map(select(.to == "+12025550100"))[0] | .state == "done")'
    dial --campaign winter --plan --at "$(date -u -d '+2 hours' +%FT%TZ)"
    holds out 'map(select(.state == "planned")) | map([.to, .attempt]) == [["+12025550110", 2]]'
    cmp before "$JAXL_STATE_DIR/ledger.db"
}
t "--plan tells what would happen and does nothing" planned

kept_ivr() {
    sandbox --speed 1000
    leads "$answers" >leads.csv
    for campaign in one two; do
        run jaxl-dial --from +12015550199 --message 'Hello' --option '1=Press 1:phone=+12015550123' \
            --rate max --poll 20ms --campaign "$campaign" leads.csv
    done
    jq -c 'select(.event == "request" and .method == "POST" and (.path | test("ivr")))' "$journal" >made
    holds made 'length == 2' # the menu and its option, once
}
t "an IVR that was made is used again" kept_ivr

wrong() { # STATUS REGEX OPTION...
    dial "${@:3}" --dry-run leads.csv
    status "$1"
    has err "$2"
    same out ''
}
refused() {
    leads "$answers" >leads.csv
    wrong 64 'window: .*ends before' --window 19:00-09:00
    wrong 64 'tz: .*Mars/Olympus' --tz Mars/Olympus
    wrong 64 'budget: ' --budget -5 --max-cost-per-call 1
    wrong 64 'halt-unknown: ' --halt-unknown 200%
    wrong 64 'cap: ' --cap 3
    wrong 64 'retry: ' --retry NEVER=1h
    wrong 78 "no policy 'mars'.*us" --policy mars
    wrong 74 'nowhere' --holidays ./nowhere
    wrong 64 'campaign: ' --campaign ''
    wrong 64 '--wait: --plan and --dry-run call nobody' --wait
    wrong 64 '--watch: --plan and --dry-run call nobody' --watch
    wrong 64 '--resolve-unknown: --plan and --dry-run' --resolve-unknown
    dial --plan --watch leads.csv
    status 64
    has err '--watch: --plan and --dry-run call nobody'
    dial --no-ledger --watch leads.csv
    status 64
    has err '--watch: without a ledger'
    wrong 64 '--dry-run looks at no ledger' --ledger x
    dial --plan --at noon leads.csv
    status 64
    has err "^jaxl-dial: --at: 'noon' is no time as 2026-11-27T09:30:00\+05:30$"
    printf 'window = 19:00-09:00\n' >bad.policy
    wrong 65 'bad.policy: line 1: window: ' --policy ./bad.policy
}
t "wrong rules are named, and nothing is dialed" refused

no_ledger() {
    sandbox --speed 1000
    leads "$answers" >leads.csv
    mkdir folder
    ln -s elsewhere link
    dial --ledger folder leads.csv
    status 78
    has err '^jaxl-dial: ledger folder: not a file$'
    dial --ledger nowhere/ledger.db leads.csv
    status 78
    has err '^jaxl-dial: ledger nowhere/ledger.db: No such file or directory: its folder must be there$'
    dial --ledger leads.csv/ledger.db leads.csv
    status 78
    dial --ledger link leads.csv
    status 78
    has err '^jaxl-dial: ledger link: it is a symbolic link: name the file itself$'
    [ ! -e elsewhere ]
}
t "what can be no ledger is named" no_ledger

# The line of the sample, with the paths of this test.
from_cron() {
    sandbox --speed 1000
    local line
    env | sed -n 's/^\(JAXL_[A-Z_]*\)=\(.*\)$/\1='\''\2'\''/p' >environment
    leads "$answers" "$misses" >leads.csv
    line=$(grep -v '^#' "$srcdir/samples/crontab" | grep 'jaxl-dial -q' | sed 's/^\([^ ]* *\)\{5\}//')
    line=${line//\/etc\/jaxl\/environment/$PWD/environment}
    line=${line//\/srv\/winter/$PWD}
    line=${line/--policy in/}
    line=${line/--ivr 42/--ivr 1 --poll 20ms}
    line=${line/+912233445566/+12015550199}
    run env -i PATH="$PATH" HOME="$HOME" LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" sh -c "$line"
    status 0
    same out ''
    same err ''
    holds winter.ndjson 'length == 2 and all(.state == "done" and .campaign == "winter")'
    run env -i PATH="$PATH" HOME="$HOME" LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" sh -c "$line"
    status 0
    same err ''
    holds winter.ndjson 'length == 2'
}
t "the crontab of the samples" from_cron

under_systemd() {
    mkdir units
    cp "$srcdir"/samples/systemd/* units
    sed -i "s|^ExecStart=jaxl-dial|ExecStart=$(command -v jaxl-dial)|; s/^User=.*//" units/*.service
    run systemd-analyze verify --man=no units/jaxl-dial@winter.timer units/jaxl-dial@winter.service
    status 0
    lacks err 'jaxl-dial'
    has "$srcdir/samples/systemd/jaxl-dial@.service" '^ExecStart=jaxl-dial --campaign %i --policy ./campaign.policy'
}
t "the units of the samples" under_systemd
