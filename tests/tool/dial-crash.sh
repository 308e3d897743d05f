#!/bin/bash
# jaxl-dial and its ledger when it is killed, the disk full, the clock wrong, the file damaged: nobody
# is called twice for one attempt, nobody is called without being remembered, no lead is lost.
# CRASH_KILLS, CRASH_LEADS and CRASH_SEED: of the case in which it is killed; `make soak` takes more.
if [ -z "${CRASH_DISK+said}" ]; then # mounts of our own, gone with the script, where that is allowed
    export CRASH_DISK=''
    ! unshare -m mount -t tmpfs jaxl-test /tmp 2>/dev/null ||
        CRASH_DISK=1 exec unshare -m bash "$0" "$@"
fi
. "$(dirname "$0")/../tool/lib.sh"
: "${CRASH_KILLS:=40}" "${CRASH_LEADS:=400}" "${CRASH_SEED:=1}"

shim=$T/crash.so
# shellcheck disable=SC2086 # a compiler and its options
${CC:-cc} -O1 -shared -fPIC -D_GNU_SOURCE -o "$shim" "$srcdir/tests/tool/crash.c" -ldl

options=(--from +12015550199 --ivr 1 --ledger ledger.db --campaign crash --rate max --poll 20ms
    --timeout 500ms --unknown-wait 300ms)
options+=(--retry NO_ANSWER=never --retry VOICEMAIL=never --retry NET_FAIL=never)
faults=reset-before=2%,reset-after=3%,500-before=2%,500-after=2%,429=4%,slow=3%,timeout-before=1%,timeout-after=1%

# leads N [FIRST]: so many leads in leads.csv.
leads() {
    awk -v n="$1" -v first="${2:-0}" 'BEGIN { print "to,lead"; for (i = first; i < first + n; i++)
        printf "+9198%08d,L%d\n", i * 7919 % 100000000, i }' >leads.csv
}

dial() {
    run jaxl-dial "${options[@]}" "$@"
}

# done_all: the last run is done, and some calls may have failed.
done_all() {
    [ "$rc" -eq 1 ] || status 0
}

# The ledger and the journal agree. $attempts, $requests and $calls are how many there are.
agree() {
    jaxl-dial attempts --ledger "${1:-ledger.db}" --output ndjson >attempts
    jaxl-dial leads --ledger "${1:-ledger.db}" --output ndjson >leads
    jq -c 'select(.event == "placed")' "$journal" >placed
    requests=$(jq -c 'select(.path == "/v1/calls/token/")' "$journal" | wc -l)
    attempts=$(wc -l <attempts)
    calls=$(wc -l <placed)
    jq -nr --slurpfile attempts attempts --slurpfile placed placed --argjson requests "$requests" \
        -f "$srcdir/tests/tool/crash.jq" >wrong
    same wrong ''
}

# The same where it may not have come to a ledger: then nobody was called.
agree_if_any() {
    calls=0
    if [ -e "$1" ] && jaxl-dial status --ledger "$1" >status 2>&1; then
        agree "$1"
    else
        not placed_some
    fi
}

# Every one of N leads is over, and was called at most once.
all_over() {
    holds leads "length == $1"' and all(.[]; IN(.state; "done", "submitted", "unknown", "refused"))'
    jq -r .to placed | sort | uniq -d >twice
    same twice ''
}

placed_some() {
    grep -q '"placed"' "$journal"
}

# Killing.

# at_random LOW HIGH: $ms
at_random() {
    ms=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
}

nap() {
    local seconds
    printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
    not read -r -t "$seconds" -u "$lib_never"
}

# live NAME ARGUMENT...: a run in the background whose commits take their time.
live() {
    local name=$1
    shift
    LD_PRELOAD=$shim CRASH_SYNC=$RANDOM:$stretch \
        jaxl-dial "${options[@]}" "$@" >"$name.out" 2>"$name.err" </dev/null 9>&- &
    pid=$!
    lib_pids+=("$pid")
}

# die: the run is killed, unless it has ended by itself; $rc.
die() {
    kill -KILL "$pid" 2>/dev/null || true
    rc=0
    wait "$pid" 2>err.wait || rc=$?
    unset 'lib_pids[-1]'
}

# killed N ARGUMENT...: so many runs are killed at random moments, from the start of the program to
# twice what it takes to the first call; the leads last for about all of them.
killed() {
    local n=$1 i=0 began first
    shift
    stretch=20
    run jaxl accounts me # which attests this device: once
    status 0
    for began in 0 1; do # the first one makes the ledger
        count_placed
        began=${EPOCHREALTIME/./}
        live life "$@"
        wait_until 30 placed_more "$placed"
        die
    done
    first=$(((${EPOCHREALTIME/./} - began) / 1000))
    options+=(--rate $((CRASH_LEADS * 2000 / (n * first) + 1)))
    echo "the first call after $first ms"
    while [ "$i" -lt "$n" ]; do
        at_random 0 $((2 * first))
        live "life-$i" "$@"
        nap "$ms"
        die
        [ "$rc" -eq 137 ] || tail -n 1 "life-$i.err"
        i=$((i + (rc == 137)))
    done
}
count_placed() {
    placed=$(grep -c '"placed"' "$journal" || true)
}
placed_more() {
    local before=$1
    count_placed
    [ "$placed" -gt "$before" ]
}

crashes() {
    RANDOM=$CRASH_SEED
    leads "$CRASH_LEADS"
    sandbox --seed "$CRASH_SEED" --speed 300 --slow 100ms --fault "$faults"
    killed "$CRASH_KILLS" leads.csv
    agree
    echo "killed $CRASH_KILLS times: $attempts attempts, $requests requests, $calls calls"
    # where the moment between the commit and the request was met
    [ "$attempts" -gt "$requests" ]
    # other rules: what was put off is due
    dial --rate max --max-attempts 99 --resolve-unknown leads.csv
    status 3
    agree
    echo "in the end: $attempts attempts, $requests requests, $calls calls"
    all_over "$CRASH_LEADS"
}
echo "# $CRASH_KILLS kills, $CRASH_LEADS leads, seed $CRASH_SEED"
t "killed again and again: no attempt twice, no lead lost" crashes

# With calls that follow each other, in runs that wait for what is due.
crashes_between_retries() {
    RANDOM=$((CRASH_SEED + 1))
    CRASH_LEADS=$((CRASH_LEADS / 10))
    leads "$CRASH_LEADS"
    sandbox --seed "$CRASH_SEED" --speed 300 --slow 100ms --fault "$faults"
    killed $((CRASH_KILLS / 2)) "${often[@]}" leads.csv
    dial --rate max "${often[@]}" --expire 9999d --resolve-unknown leads.csv
    status 3
    agree
    echo "$attempts attempts, $requests requests, $calls calls"
    holds leads "length == $CRASH_LEADS"' and
        all(.[]; IN(.state; "done", "unknown", "refused", "exhausted")) and
        any(.[]; .state == "exhausted" and .attempts == 3)'
}
often=(--retry NO_ANSWER=1s,1s --retry VOICEMAIL=1s --retry NET_FAIL=2s --max-attempts 3 --watch)
t "killed between the calls to a lead" crashes_between_retries

# Two at once.

one_of_two() {
    leads 40
    sandbox --speed 300
    spawn first jaxl-dial "${options[@]}" --rate 40 leads.csv
    local first=$pid
    wait_until 30 placed_some
    leads 10 1000
    dial leads.csv
    status 75
    same out ''
    has err 'ledger ledger.db: another run has this campaign'
    spawn second jaxl-dial "${options[@]}" --wait leads.csv
    wait_until 30 grep -q 'waiting' second.err
    alive "$first"
    await "$first"
    done_all
    has first.err ' 40 placed'
    await "$pid"
    done_all
    agree
    all_over 50
}
t "two runs at once: the second leaves, or waits" one_of_two

# On a ledger that is not there yet: of one campaign one gets it; several campaigns do not disturb
# each other.
first_of_many() {
    local i round pids
    leads 20
    sandbox --speed 300
    for round in 1 2 3; do
        rm -f ledger.db*
        pids=()
        for i in 1 2 3 4; do
            spawn "same-$i" jaxl-dial "${options[@]}" --campaign "$round" leads.csv
            pids+=("$pid")
        done
        : >codes
        for pid in "${pids[@]}"; do
            await "$pid"
            echo "$rc" >>codes
        done
        has codes '^[01]$'
        lacks codes '^([^017]|7[^5])'
        jaxl-dial leads --ledger ledger.db --output ndjson >leads
        all_over_of=$(jq -s 'all(.[]; .state == "done") and length == 20' leads)
        [ "$all_over_of" = true ]
        count_placed
        [ "$placed" -eq $((20 * round)) ]
    done
    rm -f ledger.db*
    pids=()
    for i in 1 2 3 4; do
        spawn "other-$i" jaxl-dial "${options[@]}" --campaign "c$i" leads.csv
        pids+=("$pid")
    done
    for pid in "${pids[@]}"; do
        await "$pid"
        done_all
    done
    jaxl-dial leads --ledger ledger.db --output ndjson >leads
    holds leads 'length == 80 and all(.[]; .state == "done")'
}
t "many runs at once on a ledger that is not there yet" first_of_many

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
    holds leads 'map(select(.state == "submitted")) | length > 40'
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
    holds leads 'all(.[]; .state != "refused")'
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
    holds leads 'map(.state) == ["unknown", "done"]'
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

# Disks.

# A small disk of our own, gone with the script.
if [ -n "${CRASH_DISK-}" ]; then
    mkdir "$T/disk"
    mount -t tmpfs -o size=1m jaxl-test "$T/disk"
    end() {
        local status=$?
        umount -l "$T/disk"
        (exit "$status")
        lib_end
    }
    trap end EXIT
fi

# A ledger that cannot be written any more: what was placed is in it, and the rest comes later.
no_room() {
    cannot_write 'ledger disk/ledger.db: .*: the disk is full'
    agree_if_any disk/ledger.db
}
full_disk() {
    local room
    ln -s "$T/disk" disk
    leads 600
    sandbox --speed 300
    for room in 0 16 120 240 400 500; do
        rm -f disk/filler
        fill "$room"
        dial --ledger disk/ledger.db leads.csv
        no_room
        echo "with $room KiB left: $calls calls"
    done
    [ "$calls" -gt 0 ]
    rm disk/filler
    mount -o remount,size=16m "$T/disk"
    dial --ledger disk/ledger.db --resolve-unknown leads.csv
    agree disk/ledger.db
    all_over 600
    holds leads 'map(select(.state == "done")) | length > 400'
}
# The last run ended because of that; then some outcome may be unknown, which matters more.
cannot_write() {
    [ "$rc" -eq 3 ] || status 74
    has err "$1"
}
# fill KIB: leaves so much.
fill() {
    dd if=/dev/zero of=disk/filler bs=1024 status=none 2>/dev/null || true
    truncate -s "-${1}K" disk/filler
}

[ -z "${CRASH_DISK-}" ] || t "a full disk" full_disk

# The same without a disk: files may not grow over so much. With the signal that says so the run is
# killed by it, without it is told.
no_growth() {
    local blocks
    leads 600
    sandbox --speed 300
    for blocks in 8 40 100 200 300; do
        rc=0
        # shellcheck disable=SC2064 # the signal of this round
        (
            ulimit -f "$blocks"
            [ "$1" = told ] && trap '' XFSZ
            exec jaxl-dial "${options[@]}" leads.csv
        ) 2>err | cat >out || rc=$?
        if [ "$1" = told ]; then
            cannot_write 'ledger ledger.db: .*: disk I/O error'
        else
            status 153
        fi
        agree_if_any ledger.db
        echo "with files of $blocks KiB: $calls calls"
    done
    [ "$calls" -gt 0 ]
    dial leads.csv
    agree
    all_over 600
}
t "files that may not grow, told" no_growth told
t "files that may not grow, killed by it" no_growth killed

# read_only PATH, writable PATH
read_only() {
    if [ -n "${CRASH_DISK-}" ]; then
        mount --bind "$1" "$1"
        mount -o remount,bind,ro "$1"
    else
        chmod a-w "$1"
    fi
}
writable() {
    if [ -n "${CRASH_DISK-}" ]; then
        umount "$1"
    else
        chmod u+w "$1"
    fi
}
read_only_ledger() {
    local what
    leads 40
    sandbox --speed 300
    mkdir kept
    dial --ledger kept/ledger.db --limit 10 leads.csv
    for what in kept/ledger.db kept; do
        read_only "$what"
        dial --ledger kept/ledger.db leads.csv || true
        writable "$what"
        status 74
        same out ''
        has err '^jaxl-dial: .*kept/ledger.db'
        agree kept/ledger.db
        [ "$calls" -eq 10 ]
    done
    mkdir none
    read_only none
    dial --ledger none/ledger.db leads.csv || true
    writable none
    status 74
    dial --ledger kept/ledger.db leads.csv
    done_all
    agree kept/ledger.db
    all_over 40
}
t "a ledger that is read-only, or its folder" read_only_ledger

# Files that are not what they were.

# With some of 600 leads dialed: kept.db is a copy of it.
half_done() {
    leads 600
    sandbox --speed 300
    spawn half jaxl-dial "${options[@]}" --rate 400 leads.csv
    wait_until 30 placed_more 100
    stop "$pid"
    status 143
    cp ledger.db kept.db
    count_placed
    before=$placed
}
# refuses STATUS REGEX: nothing is called, the file left as it is; with the kept one all is well.
refuses() {
    local sum
    sum=$(sha256sum <ledger.db)
    dial leads.csv
    status "$1"
    same out ''
    has err "^jaxl-dial: ledger ledger.db: .*$2"
    count_placed
    [ "$placed" -eq "$before" ]
    [ "$(sha256sum <ledger.db)" = "$sum" ]
    cp kept.db ledger.db
}
put() {
    printf %b "$2" | dd of=ledger.db bs=1 seek="$1" conv=notrunc status=none
}
damaged() {
    local size
    half_done
    size=$(stat -c %s ledger.db)
    truncate -s $((size / 2)) ledger.db
    refuses 74 'damaged'
    truncate -s $((size - 4096)) ledger.db
    refuses 74 'damaged'
    truncate -s 1000 ledger.db
    refuses 74 'damaged'
    dd if=/dev/urandom of=ledger.db bs=4096 seek=3 count=$((size / 4096 - 6)) conv=notrunc status=none
    refuses 74 'damaged'
    put 60 '\0000\0000\0000\0143' # user_version
    refuses 78 'written by a newer version of jaxl'
    seq 100000 >ledger.db
    refuses 78 'this is no ledger'
    dial leads.csv
    agree
    all_over 600
}
t "a ledger that is damaged, or a newer one" damaged

# A ledger in which all is done, a sector of any of its pages overwritten: nobody is new again.
damaged_somewhere() {
    local page pages refused=0
    leads 150
    sandbox --speed 3000
    dial leads.csv
    done_all
    cp ledger.db kept.db
    pages=$(($(stat -c %s ledger.db) / 4096))
    for ((page = 1; page < pages; page++)); do
        dd if=/dev/urandom of=ledger.db bs=512 seek=$((8 * page + 7)) count=1 conv=notrunc status=none
        dial leads.csv
        if [ "$rc" -ne 0 ]; then
            status 74
            has err 'ledger ledger.db: .*the file is damaged'
            refused=$((refused + 1))
        fi
        cp kept.db ledger.db
    done
    echo "$pages pages, $refused times refused"
    [ "$refused" -ge 15 ]
    agree
    all_over 150
}
t "a sector of a ledger overwritten" damaged_somewhere

# Of another account: the sandbox is that of 42.
foreign() {
    leads 10
    sandbox --speed 300
    echo 'add L1 +919800000000 {"to": "+919800000000"}' |
        "$builddir/tests/tool/ledger" ledger.db crash 43
    before=0
    cp ledger.db kept.db
    refuses 78 'belongs to account 43, not 42'
}
t "a ledger of another account" foreign
