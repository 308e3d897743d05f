#!/bin/bash
# jaxl-report calls --book: what was reported of a month that is over stays.
. "$(dirname "$0")/../tool/lib.sh"

call() { # ID DAY COST [FINAL]
    printf '{"id":%d,"direction":2,"from_number":"+12015550199","to_number":"+12025550100",' "$1"
    printf '"created_on":"%sT10:00:00Z","completed_on":"%sT10:01:00Z","is_finalized":%s,' "$2" "$2" \
        "${4-true}"
    printf '"missed":false,"duration":42,"costs":[{"cost":%s,"currency":"INR"}]}\n' "$3"
}

report() { # FILE [OPTION...]
    run jaxl-report calls --quiet --by month --book october.book --output ndjson "${@:2}" "$1"
    status 0
}

stays() {
    { call 1 2026-09-30 0.65 && call 2 2026-10-01 0.65 && call 3 2026-10-31 1.30; } >first
    report first
    holds out 'length == 2 and map(.cost) == [0.65, 1.95] and all(has("restatement") | not)'
    cp out reported
    report first
    cmp out reported
    # one became final, one has another cost, one has gone
    { call 2 2026-10-01 0.60 && call 3 2026-10-31 1.30 && call 4 2026-10-31 2.00; } >second
    report second
    cp out restated
    holds out 'map(select(.month == "2026-10")) | length == 2 and .[0].cost == 1.95 and
        .[1].cost == 1.95 and .[1].attempts == 1 and (.[1].restatement | test("^20..-"))'
    not grep -q 2026-09 out # it says nothing of September
    report second
    cmp out restated
    report second --month 2026-09
    holds out 'length == 2 and .[0].cost == 0.65 and .[1].cost == -0.65 and (map(.attempts) | add == 0)'
}
t "a month that was reported gets restatements" stays

refuses() {
    call 1 2026-10-01 0.65 >calls
    run jaxl-report calls --by campaign --book october.book calls
    status 64
    has err 'days, weeks or months'
    printf 'to\n+12025550100\n' >leads.csv
    run jaxl-report calls --by month --book leads.csv calls
    status 65
    has err 'leads.csv, line 1'
    [ "$(cat leads.csv)" = $'to\n+12025550100' ]
}
t "what is no book, and what is not for one" refuses

another_run() {
    call 1 2026-10-01 0.65 >calls
    report calls
    exec {held}<october.book
    flock -n "$held"
    run jaxl-report calls --by month --book october.book calls
    status 75
    has err 'another run'
    exec {held}<&-
    report calls
}
t "one run at a time" another_run
