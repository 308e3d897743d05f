#!/bin/bash
# Rules of the source tree (HACKING.md).
. "$(dirname "$0")/../tool/lib.sh"

# The files of the project, relative to $srcdir: git's where there is a checkout, new ones too.
sources() {
    if [ -e .git ]; then
        git ls-files -co --exclude-standard
    else
        find . \( -path './build*' -o -path './_*' -o -path ./m4 -o -name configure -o \
            -name Makefile.in -o -name aclocal.m4 -o -name config.h.in \) -prune -o \
            -type f -printf '%P\n'
    fi | while read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done | LC_ALL=C sort
}
cd "$srcdir"
mapfile -t all < <(sources)
mapfile -t code < <(printf '%s\n' "${all[@]}" | grep -E '\.(c|cc|h)$')
mapfile -t scripts < <(
    grep -lE '^(#!.*sh|# shellcheck shell=bash)$' "${all[@]}"
)
cd "$T"

in_tree() {
    (cd "$srcdir" && "$@")
}

# Unit tests have tables of cases, and may be longer for it; so may a manual, which is one page.
short_files() {
    [ "${#all[@]}" -gt 50 ]
    in_tree awk '
        FNR == 1 { most = FILENAME ~ /^tests\/unit\// ? 800 : FILENAME ~ /^man\// ? 1100 : 550 }
        FNR == most + 1 { print FILENAME " has more than " most " lines"; bad = 1 }
        END { exit bad }' "${all[@]}"
}
t "no file is too long" short_files

formatted() {
    [ "${#code[@]}" -gt 20 ]
    in_tree clang-format --dry-run -Werror "${code[@]}"
}
t "clang-format has nothing to change" formatted

shells() {
    [ "${#scripts[@]}" -gt 5 ]
    in_tree shellcheck "${scripts[@]}"
}
t "shellcheck has nothing to say" shells

finished() {
    # spelled so that this line is not one of them
    not in_tree grep -Eniw 'T''ODO|F''IXME|st''ubs?' "${all[@]}"
}
t "nothing is marked as unfinished" finished

no_secrets() {
    local samples
    mapfile -t samples < <(printf '%s\n' "${all[@]}" | grep -E '^(samples|man|\.ci)/|\.md$')
    # private keys, 44 characters of base64 (a Fernet key), tokens of three parts
    not in_tree grep -EnI -e '-----BEGIN' -e '(^|[^A-Za-z0-9_+/-])[A-Za-z0-9_-]{43}=' \
        -e 'eyJ[A-Za-z0-9_-]{20,}\.' -e '(secret|password|auth_token)["'\'' ]*[:=] *["'\''][^"'\'' $]{8,}' \
        "${samples[@]}"
}
t "no secret is in samples or documents" no_secrets

# Rooms, from the lowest: a file may include what is below it and in its own room.
room() {
    case $1 in
    lib/jaxl.h | jaxl.h) echo api ;;
    lib/jaxl/* | jaxl/*) room_of_public "lib/jaxl/${1##*/}" ;;
    lib/*) room "${1#lib/}" ;;
    bin/* | common/* | sandbox/* | dial/* | command/*) echo bin ;;
    */*) echo "${1%%/*}" ;;
    esac
}
declare -A public_rooms
room_of_public() {
    echo "${public_rooms[$1]-none}"
}
read_rooms() {
    local makefile header
    for makefile in "$srcdir"/lib/*/Makefile.inc; do
        while read -r header; do
            public_rooms[$header]=$(basename "$(dirname "$makefile")")
        done < <(grep -o 'lib/jaxl/[a-z0-9_]*\.h' "$makefile" | sort -u)
    done
}
may_include() { # ROOM ROOM
    case $1/$2 in
    base/base | data/base | data/data) ;;
    net/base | net/data | net/net) ;;
    platform/base | platform/data | platform/net | platform/platform) ;;
    campaign/campaign | ivr/ivr | events/events | billing/billing) ;;
    campaign/* | ivr/* | events/* | billing/*)
        case $2 in base | data | net | platform) ;; *) return 1 ;; esac
        ;;
    *) return 1 ;;
    esac
}
downward() {
    local file included from to header lines bad=0
    read_rooms
    for file in "${code[@]}"; do
        case $file in lib/*.h | lib/*.c | lib/*.cc | bin/*) ;; *) continue ;; esac
        from=$(room "$file")
        lines=$(sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]+["<]([^">]+)[">].*/\1/p' \
            "$srcdir/$file")
        for included in $lines; do
            header=${included#lib/}
            case $header in
            jaxl.h | jaxl/* | */*) ;;
            *) continue ;; # the system's
            esac
            [ -e "$srcdir/lib/$header" ] || [ -e "$srcdir/bin/$header" ] || continue
            to=$(room "$header")
            if [ "$file" = lib/jaxl.h ]; then
                continue
            elif [ "$from" = bin ]; then
                case $header in
                jaxl.h | jaxl/* | common/*) continue ;;
                */*) # its program's own folder
                    [[ $file != bin/${header%%/*}/* && $file != bin/jaxl-${header%%/*}.c ]] || continue
                    [ "$file/${header%%/*}" != bin/jaxl.c/command ] || continue
                    ;;
                esac
            elif may_include "$from" "$to"; then
                continue
            fi
            echo "$file ($from) includes $included ($to)"
            bad=1
        done
    done
    return "$bad"
}
t "includes point downward between the rooms" downward

independent() {
    local files
    mapfile -t files < <(printf '%s\n' "${code[@]}" | grep '^bin/sandbox')
    [ "${#files[@]}" -gt 0 ]
    not in_tree grep -En '#include.*jaxl/(session|endpoint)\.h' "${files[@]}"
}
t "the sandbox is written without the client's side" independent

registered() {
    local file name bad=0
    make -s --no-print-directory -C "$builddir" print-tests >tests
    for file in "${all[@]}"; do
        case $file in
        tests/tool/*.sh | tests/meta/*.sh)
            [ "$(head -c 2 "$srcdir/$file")" = '#!' ] || continue # a library of theirs
            name=$file
            ;;
        tests/unit/check_*.c) name=${file%.c} ;;
        *) continue ;;
        esac
        grep -Fqx "$name" tests || {
            echo "$file is run by no test: register it in a Makefile.inc"
            bad=1
        }
    done
    return "$bad"
}
t "every test is registered" registered

# A sleep is a step of polling; `! command` would not end a case (`not command` does).
no_waiting() {
    local tests
    mapfile -t tests < <(printf '%s\n' "${all[@]}" | grep -E '^tests/(tool|meta)/.*\.sh$')
    awk '
        /spawn .*sleep [0-9]+/ { next }
        /(^|[^a-z_"-])sleep +([1-9]|0?\.[1-9])/ { bad = complain("a sleep that is not a step of polling") }
        /\|\| *(true|:)([ ;]|$)/ { bad = complain("an ignored failure") }
        /^ *! / && FILENAME !~ /lib.sh$/ { bad = complain("this failure is not seen: use not") }
        function complain(what) { print FILENAME ":" FNR ": " what ": " $0; return 1 }
        END { exit bad }' "${tests[@]/#/$srcdir/}"
}
t "tests poll with a deadline and see every failure" no_waiting
