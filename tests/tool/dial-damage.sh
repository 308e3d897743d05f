#!/bin/bash
# jaxl-dial when its ledger cannot be written or is not what it was: nobody is called without being
# remembered, and what was not dialed is dialed by a later run.
if [ -z "${CRASH_DISK+said}" ]; then # mounts of our own, gone with the script, where that is allowed
    export CRASH_DISK=''
    if unshare -m mount -t tmpfs jaxl-test /tmp 2>/dev/null; then
        CRASH_DISK=1 exec unshare -m bash "$0" "$@"
    fi
fi
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/crash.sh"

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
    for room in 0 16 120 240 400; do
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
    holds leads.json 'map(select(.state == "done")) | length > 400'
}
# The last run ended because of that; then some outcome may be unknown, which matters more.
cannot_write() {
    [ "$rc" -eq 3 ] || status 74
    has err "$1"
}
# fill KIB: leaves so much.
fill() {
    not dd if=/dev/zero of=disk/filler bs=1024 2>err
    has err 'No space'
    truncate -s "-${1}K" disk/filler
}

[ -z "${CRASH_DISK-}" ] || t "a full disk" full_disk

# The same without a disk: files may not grow over so much. With the signal that says so the run is
# killed by it, without it is told.
no_growth() {
    local blocks
    leads 600
    sandbox --speed 300
    for blocks in 8 100 200 300; do
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
        dial --ledger kept/ledger.db leads.csv
        writable "$what"
        status 74
        same out ''
        has err '^jaxl-dial: .*kept/ledger.db'
        agree kept/ledger.db
        [ "$calls" -eq 10 ]
    done
    mkdir none
    read_only none
    dial --ledger none/ledger.db leads.csv
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
