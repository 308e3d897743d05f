#!/bin/bash
# Sums of jaxl-report against those of bc: a million calls whose costs have 1 to 9 decimals, with refunds, in four
# currencies; and the same bytes however the same calls are read.
. "$(dirname "$0")/../tool/lib.sh"

calls=1000000
[ -z "${T_SLOW-}" ] || calls=20000
awk -v N=$calls -f "$srcdir/tests/tool/report-exact.awk"

# report OPTION...: of all calls, into ./out
report() {
    run jaxl-report calls --by campaign --output csv "$@"
    status 0
}

exact() {
    # as jaxl-report writes numbers: 0.5 and not .50
    BC_LINE_LENGTH=0 bc "$T/sums.bc" | sed 's/^\(-\{0,1\}\)\./\10./; s/\(\.[0-9]*[1-9]\)0*$/\1/; s/\.0*$//' >sums
    paste -d, "$T/counts" sums | sort >expected
    [ "$(wc -l <expected)" -eq 40 ]
    report "$T/calls.ndjson"
    awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["campaign"] "," $at["currency"] "," $at["attempts"] "," $at["talk"] "," $at["cost"] }' out |
        sort >said
    diff expected said
}
t "a million calls: every sum of costs is that of bc, to the last digit" exact

same_bytes() {
    local form threads
    report "$T/calls.ndjson"
    mv out first
    for form in ndjson csv; do
        for threads in 1 2; do
            report --threads $threads "$T/calls.$form"
            cmp first out
            report --threads $threads < <(cat "$T/calls.$form")
            cmp first out
        done
    done
}
t "files and pipes, NDJSON and CSV, one thread and more: the same bytes" same_bytes

in_pieces() {
    # in another order, in files of both forms
    sed -n '/^{"call_id":[0-9]*[02468],/p' "$T/calls.ndjson" | sort -r >even.ndjson
    sed -n '1p; /^[0-9]*[13579],/p' "$T/calls.csv" >odd.csv
    report "$T/calls.ndjson"
    mv out first
    report --threads 5 odd.csv even.ndjson
    cmp first out
}
t "and in another order, some as CSV and some as NDJSON" in_pieces
