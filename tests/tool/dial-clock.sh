#!/bin/bash
# jaxl-dial and its ledger when the clock is wrong: nobody is called twice, no lead is stuck.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/crash.sh"

# The clock: of this machine alone, or of the platform as well.

set_clock() {
    echo "$1" >clock
    export CRASH_CLOCK=$PWD/clock
}
by_clock() {
    LD_PRELOAD=$shim "$@"
}
# An hour or days, either way, between two runs, after one that was killed with leads in all states;
# how calls go on is not looked at, as those of a sandbox whose clock jumps do not.
set_between() {
    set_clock 0
    leads 60
    by_clock sandbox --speed 300 --seed 3 --fault reset-after=20%
    by_clock spawn first jaxl-dial "${options[@]}" --follow placed --rate 60 leads.csv
    wait_until 30 placed_some
    kill -KILL "$pid"
    await "$pid"
    count_placed
    for off in "$@"; do
        set_clock "$off"
        by_clock dial --follow placed --limit 20 leads.csv
    done
    agree
    all_over 60
    holds leads.json 'map(select(.state == "submitted")) | length > 40'
}
set_within() {
    set_clock 0
    leads 60
    by_clock sandbox --speed 300 --seed 3 --fault reset-after=10%,429=10%
    by_clock spawn jump jaxl-dial "${options[@]}" --follow placed --rate 30 leads.csv
    for off in "$@"; do
        wait_until 30 placed_more 0
        placed_at=$placed
        wait_until 30 placed_more "$placed_at"
        set_clock "$off"
    done
    await "$pid"
    by_clock dial --follow placed --max-attempts 99 leads.csv
    agree
    all_over 60
}
t "the clock set back between runs" set_between -3600 -200000 -200000
t "the clock set forward between runs" set_between 3600 200000 200000
t "the clock set back within a run" set_within -3600 -200000
t "the clock set forward within a run" set_within 3600 200000

# The platform refuses what comes with a clock that is off by hours: no lead is to blame for it.
clock_is_off() {
    leads 60
    sandbox --speed 300
    set_clock -7200
    by_clock dial leads.csv
    echo "status $rc"
    not placed_some
    set_clock 0
    by_clock spawn jump jaxl-dial "${options[@]}" --rate 30 leads.csv
    wait_until 30 placed_some
    set_clock -7200
    await "$pid"
    status 78
    has jump.err 'clock'
    dial leads.csv
    done_all
    agree
    all_over 60
    holds leads.json 'all(.[]; .state != "refused")'
}
t "a clock that the platform does not take" clock_is_off

# Leads that were new then are new now; attempts that nobody knows of are not looked for until then.
dated() {
    set_clock 0
    by_clock sandbox --speed 300
    printf '%s\n' 'add L1 +919800000001 {"to":"+919800000001"}' 'intend 1' \
        'add L2 +919800000002 {"to":"+919800000002"}' |
        "$builddir/tests/tool/ledger" ledger.db crash
    set_clock -3600
    by_clock dial </dev/null
    status 3
    agree
    holds leads.json 'map(.state) == ["unknown", "done"]'
}
t "what is in the ledger is from the future" dated

# What waits after a 429 is not taken up a second time when the clock says that it is due.
put_off_and_due() {
    set_clock 0
    by_clock sandbox --speed 300
    printf 'to\n+12025550148\n' >leads.csv # 429 twice, then placed
    by_clock spawn late jaxl-dial "${options[@]}" --follow placed leads.csv
    wait_until 30 grep -q '"status":429' "$journal"
    set_clock 1000
    await "$pid"
    agree
    [ "$calls" -eq 1 ]
    [ "$requests" -eq 3 ]
}
t "a lead that waits after a 429 is not taken up twice" put_off_and_due
