# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what the tests use, and what lib.sh sets
# What the tests of fetching share: calls of the past, made by writing the state of a sandbox, and what
# is to come of them. Sourced after lib.sh.
: "${FETCH_SEED:=1}"
calls=4000
[ -z "${T_SLOW-}" ] || calls=800

fetcher=$builddir/tests/tool/fetcher
[ ! -x "$builddir/tests/tool/.libs/fetcher" ] || fetcher=$builddir/tests/tool/.libs/fetcher
now=$EPOCHSECONDS # of the seeds
month=$((30 * 86400))

# iso SECONDS: of the seeds' past, in $time
iso() {
    printf -v time '%(%Y-%m-%dT%H:%M:%SZ)T' $((now - $1))
}

# lines: "AGE TALK CURRENCY" (seconds before now, seconds, 1 or 2) as calls of the sandbox's state
lines() {
    sort -s -k1,1nr | awk -v now="$now" '{
        whole = int($1)
        us = int(($1 - whole) * 1000000 + 0.5)
        second = now - whole - (us ? 1 : 0)
        printf "{\"event\":\"call\",\"created\":%d%06d,\"from\":12015550199,\"to\":%d,\"speed\":1,\"ivr\":0,",
            second, us ? 1000000 - us : 0, 919800000000 + NR
        printf "\"ring\":5000,\"talk\":%d,\"digit\":0,\"digit_after\":0,\"outcome\":0,", $2 * 1000
        printf "\"failure\":null,\"currency\":%d,\"cid\":null}\n", $3
    }'
}

# past N: N calls of the last month; three of four within two hours of it, some on the same second
past() {
    awk -v n="$1" -v month="$month" -v seed="$FETCH_SEED" 'BEGIN {
        srand(seed)
        for (i = 0; i < n; i++) {
            age = i % 4 ? month / 2 + rand() * 7200 : 7200 + rand() * month
            if (i % 5 == 0)
                age = int(age)
            printf "%.6f %d %d\n", age, rand() * 200, 1 + i % 2
        }
    }'
}

# kept FILE: the state of a sandbox in ./kept, with the calls that the lines of FILE say
kept() {
    [ -d kept ] || jaxl-sandbox --dir kept -- true
    lines <"$1" >>kept/state.ndjson
}

# once FILE N: exactly the calls 1 to N, each once, in the order of time
once() {
    jq -r '.id' "$1" | sort -n >ids
    seq 1 "$2" | cmp - ids || { diff <(seq 1 "$2") ids | head -20; fail "calls are missing, or twice"; }
    in_order "$1"
}

# in_order FILE: by created_on, to the microsecond
in_order() {
    jq -r '.created_on | if test("[.]") then . else rtrimstr("Z") + ".000000Z" end' "$1" >created
    LC_ALL=C sort -c created
}

# total NAME N: the totals that the last run printed
total() {
    has err "\"$1\":$2[,}]"
}

fetch() {
    run "$fetcher" "$@"
}

# more ARGUMENT...: with a cursor, appended to all.ndjson
more() {
    rc=0
    "$fetcher" calls --cursor cursor --file "$@" >>all.ndjson 2>err 9>&- || rc=$?
}
