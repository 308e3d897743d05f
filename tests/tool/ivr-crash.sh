#!/bin/bash
# jaxl-ivr-apply when it is killed, or the platform is: the next run ends in the same account, and no
# menu is there twice. Each round brings all menus of the input anew, since each says which round it
# is of. CRASH_KILLS and CRASH_SEED are those of the first case.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/crash.sh"
: "${CRASH_KILLS:=50}" "${CRASH_SEED:=1}"
[ -z "${T_SLOW-}" ] || CRASH_KILLS=$((CRASH_KILLS / 10))
few=4
[ -z "${T_SLOW-}" ] || few=1

# 40 menus, of which those about to wait say the same, and options that lead in circles; $records.
input() {
    awk 'BEGIN {
        print "{\"phone\":\"+12015550199\",\"ivr\":\"m0\"}"
        for (m = 0; m < 40; m++) {
            wait = m % 7 == 6
            printf "{\"ivr\":\"m%d\",\"message\":\"Round {{ROUND}}: %s.\"%s}\n", m,
                wait ? "please wait" : "menu " m, (wait && m > 20) ? ",\"hangup\":true" : ""
            for (k = 1; k <= 4; k++) {
                to = k < 4 ? "\"next\":\"m" (m * 7 + k) % 40 "\"" : m % 3 ? "\"teams\":[1,2]" : "\"appusers\":[11]"
                ask = m % 5 || k < 4 ? "" : ",\"needs_data_prompt\":\"Key it in\",\"confirmation\":true"
                printf "{\"ivr\":\"m%d\",\"input\":\"%d\",\"message\":\"%d of %d\",%s%s}\n", m, k, k, m, to, ask
            }
        }
    }' >ivr.ndjson
    records=$(wc -l <ivr.ndjson)
}

# apply ROUND [OPTION...]: the arguments of a run, in $arguments
apply() {
    arguments=(--allow "reach,leave,prompts" --set "ROUND=$1" --state "state-$1" "${@:2}" ivr.ndjson)
}

# begin ROUND: a run in the background, whose writing of the state takes its time in every other round
begin() {
    local preload=()
    [ $(($1 % 2)) -eq 0 ] || preload=("LD_PRELOAD=$shim" "CRASH_SYNC=$RANDOM:400" ASAN_OPTIONS=verify_asan_link_order=0)
    apply "$1"
    count
    spawn "life-$1" env "${preload[@]}" jaxl-ivr-apply "${arguments[@]}"
}

# nap MS
nap() {
    local seconds
    printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
    not read -r -t "$seconds" -u "$lib_never"
}

# at_random LOW HIGH: $ms
at_random() {
    ms=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
}

# requests N: reads on in the journal to the Nth request; 0: to what is its end now. $asked, $menus,
# $inputs and $phones are how many of them there were since.
asked=0 menus=0 inputs=0 phones=0
requests() {
    local line
    while [ "$1" -eq 0 ] || [ "$asked" -lt "$1" ]; do
        if ! IFS= read -r line <&"$journal_fd"; then
            if [ "$1" -eq 0 ] || gone "$pid"; then
                return 0
            fi
            continue # it is not asleep long
        fi
        asked=$((asked + 1))
        case $line in
        *'"POST","path":"/v1/ivr/"'*) menus=$((menus + 1)) ;;
        *'"POST","path":"/v1/ivr/'*) inputs=$((inputs + 1)) ;;
        *'"PATCH","path":"/v1/phonenumbers/'*) phones=$((phones + 1)) ;;
        esac
    done
}
count() {
    requests 0
    asked=0 menus=0 inputs=0 phones=0
}

# moment: waits for a random one of a run: by its requests, every third time by the clock
moment() {
    if [ $((n % 3)) -eq 0 ]; then
        at_random 0 $((took * 5 / 4))
        nap "$ms"
    else
        at_random 1 "$all_requests"
        requests "$ms"
    fi
}

# strike SIGNAL PID: it has it, or has ended by itself; $rc of the run. How far it got is counted.
early=0 in_menus=0 in_options=0 late=0
strike() {
    kill -s "$1" "$2" 2>err.kill || gone "$2"
    await "$pid"
    unset 'lib_pids[-1]'
    requests 0
    if [ "$menus" -eq 0 ]; then
        early=$((early + 1))
    elif [ "$menus" -lt 40 ]; then
        in_menus=$((in_menus + 1))
    elif [ "$inputs" -lt 160 ]; then
        in_options=$((in_options + 1))
    else
        late=$((late + 1))
    fi
}

# undisturbed ROUND: the journal is read from here on; $took, milliseconds of a run, and $all_requests
undisturbed() {
    local began
    exec {journal_fd}<"$journal"
    run jaxl accounts me # which attests this device: once
    status 0
    count
    apply "$1"
    began=${EPOCHREALTIME/./}
    run jaxl-ivr-apply "${arguments[@]}"
    status 0
    took=$(((${EPOCHREALTIME/./} - began) / 1000))
    requests 0
    [ "$menus $inputs $phones" = '40 160 1' ]
    all_requests=$asked
    holds out 'length == '"$records"' and all(.error == null)'
    all_there "$1"
}

# all_there ROUND: nothing is left to do
all_there() {
    apply "$1" --plan
    run jaxl-ivr-apply "${arguments[@]}"
    status 0
    holds out 'length == '"$records"' and all(.action == "unchanged")'
    [ "$(stat -c %a "state-$1")" = 600 ]
    [ ! -e "state-$1.new" ]
}

# finish ROUND: one more run does it
finish() {
    apply "$1"
    run jaxl-ivr-apply "${arguments[@]}"
    status 0
    all_there "$1"
}

# compare ROUND...: the account has what the input says for each, once, and nothing else but what was
# there at first
compare() {
    local n
    jq -rs -f "$srcdir/tests/tool/ivr.jq" ivr.ndjson >wanted.template
    for n in "$@"; do
        sed "s/{{ROUND}}/$n/g" wanted.template
    done | sort >wanted
    run jaxl-ivr-apply --export
    status 0
    jq -rs -f "$srcdir/tests/tool/ivr.jq" out | grep -v '"Welcome to the sandbox' | sort >there
    [ "$(wc -l <there)" -eq $((40 * $#)) ] || diff wanted there
    cmp wanted there || diff wanted there
}

# rounds COUNT SIGNAL STATUS: so many runs that end so, each finished by another one; $n of the last
rounds() {
    local left=$1
    while [ "$left" -gt 0 ]; do
        n=$((n + 1))
        begin "$n"
        moment
        strike "$2" "$pid"
        [ "$rc" -ne "$3" ] || left=$((left - 1))
        [ "$rc" -eq "$3" ] || [ "$rc" -eq 0 ] || fail "round $n: status $rc"
        "${4-:}" "$n"
        finish "$n"
    done
}

killed() {
    n=0
    RANDOM=$CRASH_SEED
    input
    sandbox --seed "$CRASH_SEED"
    undisturbed 0
    echo "a run takes $took ms and $all_requests requests"
    rounds "$CRASH_KILLS" KILL 137
    seq 0 "$n" >all
    mapfile -t all <all
    compare "${all[@]}"
    echo "$n rounds: $early before anything was made, $in_menus among menus, $in_options among options, $late later"
    [ -n "${T_SLOW-}" ] || [ $((in_menus * in_options)) -gt 0 ]
}
echo "# $CRASH_KILLS kills, seed $CRASH_SEED"
t "killed at random moments: the next run finishes, and no menu is there twice" killed

# knows ROUND: the state has every menu of the round that the account has
knows() {
    jaxl ivrs list --all --output ndjson >menus.json
    jq -r --arg say "Round $1:" 'select(.name | startswith($say)).id' menus.json | sort >made
    : >known
    [ ! -e "state-$1" ] || jq -r '.id // empty' "state-$1" | sort >known
    cmp made known
}

ended() {
    n=0
    RANDOM=$((CRASH_SEED + 1))
    input
    sandbox --seed "$CRASH_SEED"
    undisturbed 0
    rounds "$((3 * few))" TERM 143 knows
    seq 0 "$n" >all
    mapfile -t all <all
    compare "${all[@]}"
}
t "ended by SIGTERM: what was made is in the state" ended

# faulty ROUND: runs until one is done, which may take several
faulty() {
    local i
    apply "$1"
    for ((i = 0; i < 20; i++)); do
        run jaxl-ivr-apply "${arguments[@]}"
        [ "$rc" -ne 0 ] || return 0
        status 69
    done
    fail "round $1 is never done"
}

# Answers get lost as well, so that a run may give up on its own.
lossy() {
    RANDOM=$((CRASH_SEED + 2))
    input
    sandbox --dir kept
    undisturbed 0
    stop "$sandbox"
    sandbox --dir kept --fault-other reset-after=0.5%,reset-before=0.5%,503=0.5%,500-after=0.5%,garbage=0.5%
    exec {journal_fd}<"$journal"
    for ((n = 1; n <= few; n++)); do
        begin "$n"
        moment
        strike KILL "$pid"
        faulty "$n"
    done
    stop "$sandbox"
    sandbox --dir kept
    all_there "$few"
    seq 0 "$few" >all
    mapfile -t all <all
    compare "${all[@]}"
}
t "killed while answers get lost" lossy

platform_killed() {
    RANDOM=$((CRASH_SEED + 3))
    local gave_up=0
    input
    sandbox --dir kept
    undisturbed 0
    for ((n = 1; n <= few; n++)); do
        exec {journal_fd}<"$journal"
        begin "$n"
        at_random 3 $((all_requests - 20))
        requests "$ms"
        kill -KILL "$sandbox"
        await "$pid"
        [ "$rc" -eq 0 ] || status 69
        gave_up=$((gave_up + rc))
        sandbox --dir kept
        exec {journal_fd}<"$journal"
        finish "$n"
    done
    [ "$gave_up" -gt 0 ]
    seq 0 "$few" >all
    mapfile -t all <all
    compare "${all[@]}"
}
t "the platform is killed: the next run finishes" platform_killed
