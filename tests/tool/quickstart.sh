#!/bin/bash
# samples/quickstart, with this build.
. "$(dirname "$0")/../tool/lib.sh"

quickstart() {
    local leads
    leads=$(($(wc -l <"$srcdir/samples/leads.csv") - 1))
    run env QUICKSTART="$PWD" "$srcdir/samples/quickstart"
    status 0
    [ "$(grep -c '^+1[0-9]\{10\} ' out)" -eq "$leads" ]
    has out "^leads +$leads\$"
    has out '^answered +[1-9]'
    has out '^missed +[1-9]'
    has out '^voicemail +[1-9]'
    has out '^refused +[1-9]'
    has out '^cost +[0-9.]+ [A-Z]{3}'
    holds "$builddir/quickstart.ndjson" "length == $leads"
    [ ! -e "$builddir/quickstart" ]
    not grep -ls "QUICKSTART=$PWD" /proc/[0-9]*/environ
}
t "the quickstart shows every lead and the summary" quickstart
