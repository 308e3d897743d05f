#!/bin/bash
# jaxl-report calls where the bytes are no text, the input is endless or no file, the output is closed, full or
# not read to its end, and where it is interrupted: it ends soon, says why in one line, prints nothing that is
# half, and needs little memory.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/report-both.sh"

# peak KIB COMMAND...: run with no more memory than that. Its standard input is ours.
peak() {
    local most=$1
    shift
    rc=0
    if [ -n "${T_SLOW-}" ] || ! [ -x /usr/bin/time ]; then
        "$@" >out 2>err 9>&- || rc=$?
        return
    fi
    /usr/bin/time -q -f %M -o peak "$@" >out 2>err 9>&- || rc=$?
    [ "$(cat peak)" -le "$most" ] || fail "$(cat peak) KiB: $*"
}

bytes() {
    printf '\xef\xbb\xbf%s\r\n\r\n' "$good" >mark
    report mark
    status 0
    same out "$row"
    # within a file it is none
    printf '%s\n\xef\xbb\xbf%s\n' "$good" "$good" >marks
    report marks
    status 1
    same out "$row"
    printf '\xef\xbb\xbfcall_id,disposition,duration\r\n1,ANSWERED,60\r\n\r\n2,BUSY,0' >mark.csv
    report mark.csv
    status 0
    holds out 'map([.attempts, .answered, .talk]) == [[2, 1, 60]]'
    # zeros within a text, an escaped one, and instead of a record
    printf '{"call_id":2,"campaign":"a\0b"}\n%s\n\0\0\0\0\n' "$good" >zeros
    report zeros
    status 1
    same out "$row"
    [ "$(grep -c '^{"line":[13],' err)" -eq 2 ]
    printf '{"call_id":2,"campaign":"a\\u0000b"}\n' >escaped
    report --by campaign escaped
    status 0
    has out '"campaign":"a\\u0000b",'
    printf 'call_id,campaign\n1,a\0b\n2,c\n' >zeros.csv
    report --by campaign zeros.csv
    has out '"campaign":"c"'
    # what is no UTF-8: cut, too long, a surrogate, Latin-1
    printf '{"call_id":2,"campaign":"\xe0\xa4"}\n{"call_id":3,"campaign":"\xc0\xaf"}\n' >bad
    printf '{"call_id":4,"campaign":"\xed\xa0\x80"}\n{"call_id":5,"campaign":"M\xfcnchen"}\n%s\n' "$good" >>bad
    report bad
    status 1
    same out "$row"
    [ "$(grep -c '^{"line":[1-4],"reason":"' err)" -eq 4 ]
    grep '^{' err >told
    iconv -f UTF-8 -t UTF-8 told >/dev/null # what is told of it is
    jq -e . told >/dev/null
    printf 'call_id,campaign\n1,M\xfcnchen\n2,c\n' >bad.csv
    report --by campaign bad.csv
    status 1
    [ "$(jq -c .campaign out)" = '"c"' ]
}
t "byte order marks, CRLF, zero bytes and what is no UTF-8" bytes

# endless TEXT: 100 MB that begin with it, without a line end
endless() {
    printf %s "$1"
    head -c 100M /dev/zero | tr '\0' x
}
long() {
    local most=65536 start
    {
        echo "$good"
        printf '{"call_id":2,"campaign":"'
        head -c 2M /dev/zero | tr '\0' x
        printf '"}\n%s\n' "${good/:1,/:3,}"
    } >long
    report --by campaign long
    status 1
    holds out 'map([.campaign, .attempts]) == [["a", 2]]'
    grep '^{' err >told
    holds told 'length == 1 and .[0].line == 2'
    {
        printf 'call_id,campaign\n1,a\n2,'
        head -c 2M /dev/zero | tr '\0' x
        printf '\n3,a\n'
    } >long.csv
    report --by campaign long.csv
    status 1
    holds out 'map([.campaign, .attempts]) == [["a", 2]]'
    # just what is allowed
    printf '{"call_id":2,"campaign":"%01048000d"}\n' 0 >large
    report --by campaign large
    status 0
    [ "$(wc -c <out)" -gt 1048000 ]
    peak $most jaxl-report calls < <(head -c 100M /dev/zero)
    status 78
    same out ''
    [ "$(wc -c <err)" -lt 500 ]
    peak $most jaxl-report calls < <(echo "$good" && head -c 100M /dev/zero)
    status 1
    same out "$row"
    for start in '' '{"call_id":2,"x":"' '"' '{'; do
        endless "$start" >line
        peak $most jaxl-report calls <line
        [ "$rc" -ne 0 ]
        same out ''
        [ "$(wc -c <err)" -lt 3000000 ]
        peak $most jaxl-report calls --input ndjson < <(echo "$good" && cat line)
        status 1
        same out "$row"
    done
}
t "a record of 2 MiB, and lines without an end" long

# A group for each call, of each form and by two keys.
groups() {
    local n=200000
    awk -v n=$n 'BEGIN {
        for (i = 0; i < n; i++)
            printf "{\"call_id\":%d,\"campaign\":\"campaign %d\",\"disposition\":\"ANSWERED\",\"duration\":%d,\"costs\":[{\"cost\":0.%02d,\"currency\":\"INR\"}]}\n", i, i * 7919 % n, i % 60, i % 100
    }' >many
    for threads in 1 2; do
        peak 150000 jaxl-report calls --by campaign --totals -o csv --threads $threads many
        status 0
        [ "$(wc -l <out)" -eq $((n + 2)) ]
        has out "^,INR,$n,$n,0,0,1,29\\.5,.*,99000,0,0,true\$"
        mv out out$threads
    done
    cmp out1 out2
    peak 150000 jaxl-report calls --by campaign --top 3 many
    [ "$(wc -l <out)" -eq 3 ]
}
t "as many groups as there are calls" groups

nothing() {
    report </dev/null
    status 0
    same out ''
    same err 'jaxl-report: 0 records, 0 calls'
    report --by day --totals -o csv </dev/null
    same out day,currency,attempts,answered,missed,failed,asr,acd,talk,billed,cost,provisional,provisional_cost,total
    report -o json </dev/null
    same out '[]'
    for form in html table hledger; do
        run jaxl-report calls -o $form --by day
        status 0
    done
    printf '\n\r\n  \n' >blank
    report blank
    status 0
    same out ''
    printf 'call_id,campaign\n' >header.csv
    report header.csv
    status 0
    same out ''
    same err 'jaxl-report: 0 records, 0 calls'
    printf '\xef\xbb\xbf' | jaxl-report calls -q >out
    same out ''
    run jaxl-report calls <&-
    [ "$rc" -eq 0 ] || [ "$rc" -eq 74 ]
    same out ''
}
t "empty input" nothing

no_files() {
    mkdir folder
    report folder
    said 74 'folder: .*Is a directory$'
    report <folder
    said 74 'standard input: .*Is a directory$'
    report nowhere.ndjson
    said 65 'nowhere.ndjson: No such file or directory$'
    echo "$good" >one
    report one nowhere.ndjson
    said 65 'nowhere.ndjson: No such file or directory$'
    report one/two
    said 65 'one/two: Not a directory$'
    report ''
    said 65 '.*No such file or directory$'
    ln -s loop loop
    report loop
    said 65 'loop: Too many levels of symbolic links$'
    [ "$(id -u)" -eq 0 ] || {
        chmod 0 one
        report one
        said 65 'one: Permission denied$'
    }
}
t "a folder, and files that are not there or cannot be read" no_files

closed() {
    local form
    echo "$good" >one
    for form in ndjson csv json table html hledger; do
        rc=0
        jaxl-report calls --by day -o $form one >&- 2>err 9>&- || rc=$?
        [ "$rc" -eq 74 ] || fail "$form: $rc"
        has err '^jaxl-report: '
        rc=0
        jaxl-report calls --by day -o $form one >/dev/full 2>err || rc=$?
        [ "$rc" -eq 74 ] || fail "$form: $rc"
        [ "$(grep -c 'No space left on device$' err)" -eq 1 ]
    done
    for option in --help --version; do
        rc=0
        jaxl-report $option >/dev/full 2>err || rc=$?
        status 74
    done
    run jaxl-report calls --rejects /dev/full - <<<'{"call_id":"x"}'
    status 74
    has err '^jaxl-report: /dev/full: No space left on device$|^jaxl-report: writing rejects: No space left on device$'
    # what cannot be told of is not lost in silence
    rc=0
    jaxl-report calls - >out 2>/dev/full <<<'{"call_id":"x"}' || rc=$?
    [ "$rc" -ne 0 ]
}
t "standard output that is closed, and full disks" closed

reader_gone() {
    local form
    awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"call_id\":%d,\"campaign\":\"campaign %d\",\"duration\":1}\n", i, i }' >many
    for form in ndjson csv json table html; do
        run bash -c "set -o pipefail; jaxl-report calls -q --by campaign -o $form many | head -n 1"
        [ "$rc" -eq 0 ] || [ "$rc" -eq 141 ] || fail "$form: $rc"
        same err ''
        [ "$(wc -l <out)" -eq 1 ]
    done
}
t "a reader that goes ends it quietly" reader_gone

# catches PID: it is our program, and has set up what a signal does
catches() {
    local line
    alive "$1"
    read -r line <"/proc/$1/comm"
    [ "$line" = jaxl-report ] || return 1
    while read -r line; do
        [[ $line != SigCgt:* ]] || [ $((0x${line##*[[:space:]]} & 0x4002)) -ne $((0x4002)) ] || return 0
    done <"/proc/$1/status"
    return 1
}
# Nothing that has been read is printed: they would be the sums of a part.
interrupted() {
    local form
    mkfifo pipe
    for form in ndjson csv json table html; do
        exec 7<>pipe
        spawn report env --default-signal=INT jaxl-report calls --by campaign --threads 2 -o $form pipe
        wait_until 20 catches "$pid"
        printf '%s\n' "$good" '{"call_id":2' >&7
        printf '%s' '{"call_id":2' >&7
        stop "$pid" "$1"
        exec 7>&-
        [ "$rc" -eq "$2" ]
        same report.out ''
        lacks report.err calls
    done
}
t "SIGINT while a pipe stays open" interrupted INT 130
t "SIGTERM while a pipe stays open" interrupted TERM 143

# ends PID: with as many signals as it takes
ends() {
    kill -TERM "$1" 2>/dev/null || return 0
    gone "$1"
}
# Endless input that is not waited for.
busy() {
    local file
    mkfifo endless
    spawn yes sh -c 'exec yes "$1" >endless' - "$good"
    for file in /dev/zero endless; do
        spawn report env --default-signal=INT jaxl-report calls --input ndjson --threads 2 $file
        wait_until 20 catches "$pid"
        stop "$pid" TERM
        [ "$rc" -eq 143 ]
        same report.out ''
    done
    # nobody has opened the other end yet: a signal just before that is waited for takes a second one
    mkfifo alone
    spawn report env --default-signal=INT jaxl-report calls alone
    wait_until 20 catches "$pid"
    wait_until 20 ends "$pid"
    await "$pid"
    [ "$rc" -eq 143 ]
    same report.out ''
    same report.err ''
}
t "SIGTERM while there is always more, and while there is nobody" busy

# A pipe that is full is waited for; not for ever.
unread() {
    local line
    mkfifo full
    exec 7<>full
    awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"call_id\":%d,\"campaign\":\"%d\"}\n", i, i }' >many
    spawn report env --default-signal=INT sh -c 'exec jaxl-report calls --by campaign many >full'
    wait_until 20 catches "$pid"
    read -r line <&7 # it writes now, and more than a pipe holds
    kill -TERM "$pid"
    wait_until 20 not catches "$pid"
    stop "$pid" TERM
    [ "$rc" -eq 143 ]
    has <(echo "$line") '^[{]"campaign":'
    exec 7>&-
}
t "a second signal ends it when nobody reads its output" unread

trickle() {
    mkfifo pipe
    spawn report jaxl-report calls --threads 2 --by campaign pipe
    exec 7>pipe
    for ((i = 0; i < ${#good}; i++)); do
        printf '%s' "${good:i:1}" >&7
    done
    pause
    printf '\n%s' "${good/:1,/:2,}" >&7
    pause
    exec 7>&-
    await "$pid"
    [ "$rc" -eq 0 ]
    holds report.out 'map([.campaign, .attempts, .cost]) == [["a", 2, 1]]'
}
t "input that trickles" trickle
