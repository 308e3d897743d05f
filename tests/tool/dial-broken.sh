#!/bin/bash
# jaxl-dial: what it waits with breaks down.
. "$(dirname "$0")/../tool/lib.sh"

from=+12015550199

enough() { # COUNT
    [ "$(jq -c 'select(.event == "placed")' "$journal" | wc -l)" -ge "$1" ]
}

# poll(2) refuses more descriptors than the process may have.
blind() {
    sandbox
    printf 'to\n+12025550104\n' >leads.csv
    # without descriptors LeakSanitizer cannot look, and calls that a failure
    spawn dial env ASAN_OPTIONS=detect_leaks=0 jaxl-dial --from "$from" --ivr 1 leads.csv
    wait_until 20 enough 1
    prlimit --pid "$pid" --nofile=0:0
    await "$pid" 20
    status 74
    has dial.err 'Invalid argument'
    holds dial.out 'length == 1 and .[0].state == "submitted" and .[0].call_id != null'
}
t "a run that cannot wait any more ends, and says what is known" blind
