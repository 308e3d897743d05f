#!/bin/bash
# The test library itself: a failing case must be seen to fail, and nothing may be left behind.
. "$(dirname "$0")/../tool/lib.sh"

# script TEXT: runs TEXT as a test script of its own
script() {
    printf '. "%s/tests/tool/lib.sh"\n%s\n' "$srcdir" "$1" >script.sh
    run env -u T_ONLY -u T_KEEP bash script.sh
}

passes() {
    script 't one true; two() { [ -n "$T" ]; test -d .; }; t two two'
    status 0
    same out $'ok 1 - one\nok 2 - two\n1..2'
}
t "cases that pass" passes

fails_in_the_middle() {
    script 'two() { echo before; grep -q x /dev/null; echo after; }; t one true; t two two'
    status 1
    has out '^not ok 2 - two$'
    has out '^# before$'
    has out 'failed: grep -q x /dev/null$'
    lacks out after
    has out '^1\.\.2$'
}
t "a case fails with its first failing command" fails_in_the_middle

bails() {
    script 't one true; false; t two true'
    status 1
    has out '^Bail out!'
    lacks out two
    script ''
    status 1
    has out '^Bail out! no case'
    script 't one true; echo "$undefined"'
    has out '^Bail out!'
}
t "a failure outside of the cases, or no case, is an error" bails

expectations() {
    local bad
    for bad in 'status 1' 'has out y' 'same out y' \
        'fail now' 'wait_until 0 false' 'has none x' 'lacks none x' 'lacks out "(x"'; do
        script "one() { run echo '\"x\"'; $bad; echo not reached; }; t one one"
        status 1
        has out '^not ok 1'
        lacks out 'not reached'
    done
    script 'one() { run echo "\"x\""; holds out "length == 1"
        holds out "length == 2"; : >out; }; t one one; two() { (holds /dev/null "length > 0"; echo after); }; t two two'
    status 1
    has out '^not ok 1'
    has out 'out, line 3 .*does not hold: length == 2$'
    lacks out 'length == 1'
    has out '^not ok 2'
    lacks out '^# after'
    for bad in ']' error null empty '.[' '.[0].x'; do
        script "one() { run echo '\"x\"'; holds out true; holds out '$bad'; }; t one one"
        status 1
        has out '^not ok 1'
    done
    for bad in 'has <(echo y) x' 'lacks <(echo x) x' 'lacks <(seq 9999) 7'; do
        script "one() { $bad; }; t one one"
        has out '^not ok 1'
    done
    script "one() { run echo '\"x\"'; status 0; has <(echo x) x; lacks <(echo x) y; has out x; lacks out y; same out '\"x\"'
        holds out 'length == 1'; wait_until 1 true; }; t one one"
    status 0
}
t "every expectation fails when it does not hold" expectations

substitutions() {
    script 'one() { local l; mapfile -t l < <(grep x /dev/null); [ "${#l[@]}" -eq 0 ]; }; t one one'
    status 0
    script 'one() { not true; echo after; }; t one one; two() { not false; }; t two two'
    has out '^not ok 1'
    lacks out after
    has out '^ok 2'
}
t "substitutions stay clean, not is seen" substitutions

toothless() {
    script 'one() { false; true; }; t one one && true'
    status 1
    has out '^Bail out! .one. was run where'
    script 'one() { false; true; }; if t one one; then :; fi'
    has out '^Bail out!'
}
t "a case is not run where the shell would ignore its failures" toothless

cleans_up() {
    script 'one() { spawn s sleep 500; echo $pid >&3; false; }; t one one; echo "$T" >&3' 3>left
    status 1
    gone "$(head -n 1 left)"
    [ ! -e "$(tail -n 1 left)" ]
}
cleaned() {
    printf '. "%s/tests/tool/lib.sh"\n%s\n' "$srcdir" 'spawn s sleep 500; echo "$pid"
        echo "$T"; wait_until 60 false' >script.sh
    spawn script bash script.sh
    wait_until 20 test -s script.out
    wait_until 20 lines_are 2 script.out
    stop "$pid"
    status 143
    gone "$(head -n 1 script.out)"
    [ ! -e "$(sed -n 2p script.out)" ]
}
lines_are() {
    [ "$(wc -l <"$2")" -eq "$1" ]
}
t "what a failing case spawned is ended, its directory removed" cleans_up
t "a stopped script cleans up as well" cleaned

waits() {
    spawn s sh -c 'sleep 0.1; exit 7'
    await "$pid"
    status 7
}
t "await gives the exit status" waits
