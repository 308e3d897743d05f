# shellcheck shell=bash
# What every tests/tool/*.sh and tests/meta/*.sh begins with:
#
#   #!/bin/bash
#   . "$(dirname "$0")/../tool/lib.sh"
#
#   dials_all() {
#       sandbox --seed 7
#       run jaxl-dial --from +15550001 "$srcdir/samples/leads.csv"
#       status 0
#       holds out 'length == 20'
#       lacks err secret
#   }
#   t "dials every lead" dials_all
#
# The script works in a directory of its own, $T, removed at its end; each case in a directory of
# its own in there, with `set -e`, standard input empty, and everything it spawned ended with it.
# A case fails with its first failing command, which is shown together with all output. The
# programs of the build are first in PATH, HOME is empty, no JAXL_* variable is inherited.
# By hand: bash tests/tool/x.sh (builddir=... when it is not ./build; T_KEEP=1 keeps $T;
# T_ONLY=WORD runs the cases with WORD in their name).
set -euo pipefail

srcdir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
builddir=$(cd "${builddir:-$srcdir/build}" && pwd)
export srcdir builddir
T=$(mktemp -d "${TMPDIR:-/tmp}/jaxl-test-XXXXXX")
export T HOME=$T/home TMPDIR=$T/tmp LC_ALL=C.UTF-8 TZ=UTC
mkdir "$HOME" "$TMPDIR" "$T/held"
cd "$T"
# shellcheck disable=SC2086 # a list of names
unset ${!JAXL_@} http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY MAKEFLAGS MFLAGS MAKELEVEL
export JAXL_MODULE_DIR=$builddir/lib
if [ -x "$builddir/bin/.libs/jaxl-sandbox" ]; then # past libtool's wrappers, which cost a shell each
    PATH=$builddir/bin/.libs:$PATH
    export LD_LIBRARY_PATH=$builddir/lib/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
else
    PATH=$builddir/bin:$PATH
fi

lib_cases=0 lib_failed=0 lib_pids=() lib_case='' lib_filters=() lib_lines=()
exec {lib_never}<> <(:) # nothing ever comes from it: a sleep without a process
pid='' rc=0

# t NAME COMMAND...: one case. COMMAND is a function or a program.
t() {
    local name=$1 dir status=0 toothless
    shift
    [[ $name == *"${T_ONLY-}"* ]] || return 0
    lib_cases=$((lib_cases + 1))
    dir=$T/$lib_cases
    mkdir "$dir"
    set +e
    # after `t ... &&` and the like the shell ignores set -e in all of the case: nothing would fail
    (
        set -e
        false
        true
    )
    toothless=$?
    if [ "$toothless" -eq 0 ]; then
        echo "Bail out! '$name' was run where the shell ignores failures"
        exit 1
    fi
    (
        trap lib_end_case EXIT
        exec 9>&1 # the log, also where the output goes elsewhere
        trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: failed: $BASH_COMMAND" >&9' ERR
        lib_pids=() lib_case=$BASHPID
        cd "$dir" || exit
        set -eE
        "$@"
    ) >"$dir.log" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        echo "ok $lib_cases - $name"
    else
        lib_failed=$((lib_failed + 1))
        echo "not ok $lib_cases - $name"
        sed 's/^/# /' "$dir.log"
    fi
}

# fail MESSAGE...: ends the case.
fail() {
    echo "failed: $*" >&2
    exit 1
}

# not COMMAND...: succeeds when the command fails. (The shell lets `! command` pass either way.)
not() {
    ! "$@"
}

# run COMMAND...: standard output to ./out, standard error to ./err, exit status in $rc.
run() {
    rc=0
    "$@" >out 2>err 9>&- || rc=$?
}

# status N: the last run ended with exit status N.
status() {
    [ "$rc" -eq "$1" ] && return
    tail -n 20 out err
    fail "exit status $rc instead of $1"
}

# has FILE REGEX, lacks FILE REGEX: a line that matches (grep -E).
has() {
    lib_matches "$1" "$2" && return
    head -n 50 "$1"
    fail "no line in $1 matches $2"
}
lacks() {
    lib_matches "$1" "$2" || return 0
    cat "$1"
    fail "a line in $1 matches $2"
}

# As grep, which is not started for a short text.
lib_matches() {
    local line text=''
    [ -r "$1" ] || fail "no file $1"
    [[ '' =~ ($2)| ]] || fail "no regular expression: $2"
    # a pipe can be read once only
    if [ ! -f "$1" ] || IFS= read -r -d '' text <"$1" || [ "${#text}" -gt 8192 ]; then
        grep -Eq -- "$2" "$1"
        return
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        if [[ $line =~ $2 ]]; then
            return
        fi
    done <"$1"
    return 1
}

# same FILE TEXT: the file holds exactly the text (and a newline, when there is any text).
same() {
    local text
    text_of "$1"
    [ "$text" != "${2:+$2$'\n'}" ] || return 0
    diff -u --label expected --label "$1" <(printf '%s' "${2:+$2$'\n'}") "$1"
}

# text_of FILE: all of it, in $text
text_of() {
    text=''
    [ -r "$1" ] || fail "no file $1"
    if IFS= read -r -d '' text <"$1"; then
        fail "a zero byte in $1"
    fi
}

# holds FILE FILTER: the NDJSON in it, as one array, makes this jq filter true. What the file has now
# is kept, and jq started once for all of them at the end of the case; in a subshell, at once.
holds() {
    local text n=${#lib_filters[@]}
    text_of "$1"
    if [ "$BASHPID" != "$lib_case" ]; then
        jq -es "$2" "$1" >/dev/null && return
        head -n 50 "$1"
        fail "$1 does not hold: $2"
    fi
    printf %s "$text" >"$T/held/$n"
    lib_filters+=("$2")
    lib_lines+=("$1, line ${BASH_LINENO[*]:0:${#BASH_LINENO[@]}-3}")
}

lib_holds() {
    local n program='true' files=() status=0
    [ "${#lib_filters[@]}" -gt 0 ] || return 0
    for n in "${!lib_filters[@]}"; do
        files+=(--slurpfile "lib_$n" "$T/held/$n")
        program+=$',\n'"(\$lib_$n | [try (${lib_filters[n]}"$'\n'") catch false] | last)"
    done
    jq -en "${files[@]}" "[$program] | all" >"$T/held/all" 2>&1 && return
    for n in "${!lib_filters[@]}"; do
        jq -es "${lib_filters[n]}" "$T/held/$n" >/dev/null && continue
        status=1
        echo "${lib_lines[n]} of the test: does not hold: ${lib_filters[n]}"
        head -n 50 "$T/held/$n"
    done
    [ "$status" -ne 0 ] || cat "$T/held/all"
    return 1
}

# wait_until SECONDS COMMAND...: polls until the command succeeds; fails after that many seconds
# (times $T_SLOW, which runs under valgrind or a sanitizer set).
wait_until() {
    local seconds=$(($1 * ${T_SLOW:-1})) end
    end=$((SECONDS + seconds))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "not after $seconds s: $*"
        pause
    done
}

pause() {
    not read -r -t 0.02 -u "$lib_never"
}

# spawn NAME COMMAND...: in the background, output to ./NAME.out and ./NAME.err, its process in
# $pid. Ended with the case, unless stopped or awaited before.
spawn() {
    local name=$1
    shift
    # emptied here and now: nobody is to take what an earlier one wrote for this one's
    : >"$name.out"
    : >"$name.err"
    "$@" >"$name.out" 2>"$name.err" </dev/null 9>&- &
    pid=$!
    lib_pids+=("$pid")
}

alive() {
    kill -0 "$1" 2>/dev/null
}

gone() {
    ! alive "$1"
}

# await PID [SECONDS]: until it has ended by itself (60 s at most); its exit status in $rc.
await() {
    wait_until "${2:-60}" gone "$1"
    rc=0
    wait "$1" || rc=$?
}

# stop PID [SIGNAL]: TERM unless another is said, then as await.
stop() {
    kill -s "${2:-TERM}" "$1"
    await "$1"
}

# sandbox [OPTION...]: starts a jaxl-sandbox on a free port of loopback and takes over the
# environment that it prints. What it was asked and what it placed is in the NDJSON file $journal,
# its process in $sandbox. Several in one case are fine: the last one counts.
sandbox() {
    local name
    name=sandbox-$BASHPID-${#lib_pids[@]}
    journal=$PWD/$name.journal
    spawn "$name" jaxl-sandbox --journal "$journal" "$@"
    sandbox=$pid
    wait_until 30 lib_sandbox_ready "$name"
    # shellcheck disable=SC1090 # the exports
    . "./$name.out"
    export sandbox journal
}

lib_sandbox_ready() {
    alive "$sandbox" || fail "jaxl-sandbox ended: $(cat "$1.err")"
    local variable text nl=$'\n'
    text_of "$1.out"
    for variable in API_CREDENTIALS API_AUTH_TOKEN ACCOUNT_API_ROOT PAYMENT_API_ROOT CALL_API_ROOT \
        MESSAGE_API_ROOT; do
        [[ $nl$text =~ ${nl}export\ JAXL_$variable=[^$nl]+$nl ]] || return 1
    done
    [[ $text == *"$nl" ]] # the last line is whole
}

lib_end_pids() {
    local p end=$((SECONDS + 10))
    trap - ERR
    set +e
    for p in "${lib_pids[@]}"; do
        kill "$p" 2>/dev/null
    done
    for p in "${lib_pids[@]}"; do
        while alive "$p" && [ "$SECONDS" -lt "$end" ]; do
            pause
        done
        if alive "$p"; then
            echo "process $p had to be killed"
            kill -KILL "$p"
        fi
        wait "$p" 2>/dev/null
    done
}

lib_end_case() {
    local status=$? file
    lib_end_pids
    lib_holds || status=1
    if [ "$status" -ne 0 ]; then
        for file in *.err; do
            [ ! -s "$file" ] || { echo "--- $file" && tail -n 20 "$file"; }
        done
    fi
    exit "$status"
}

lib_end() {
    local status=$?
    trap - EXIT
    lib_end_pids
    cd /
    if [ -n "${T_KEEP-}" ]; then
        echo "# kept: $T"
    else
        chmod -R u+w "$T"
        rm -rf "$T"
    fi
    if [ "$status" -ne 0 ]; then
        echo "Bail out! outside of a case, with status $status"
    elif [ "$lib_cases" -eq 0 ]; then
        echo "Bail out! no case was run"
        status=1
    else
        echo "1..$lib_cases"
        [ "$lib_failed" -eq 0 ] || status=1
    fi
    exit "$status"
}
trap lib_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
