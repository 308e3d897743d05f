# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what lib.sh and who sources this have
# What report-hostile.sh and report-broken.sh share. Sourced after lib.sh.

# A call, and all that there is to say of it; the same as CSV.
good='{"call_id":1,"placed_at":"2026-10-05T10:00:00Z","disposition":"ANSWERED","duration":60,"costs":[{"cost":0.5,"currency":"INR"}],"campaign":"a"}'
row='{"currency":"INR","attempts":1,"answered":1,"missed":0,"failed":0,"asr":1,"acd":60,"talk":60,"billed":60,"cost":0.5,"provisional":0,"provisional_cost":0}'
header='call_id,placed_at,disposition,duration,costs.0.cost,costs.0.currency,campaign'
good_row='1,2026-10-05T10:00:00Z,ANSWERED,60,0.5,INR,a'

# report OPTION...: with one thread and with two, which must say the same.
report() {
    local first
    run jaxl-report calls --threads 1 "$@"
    mv out out1
    mv err err1
    first=$rc
    run jaxl-report calls --threads 2 "$@"
    cmp out1 out
    diff err1 err
    [ "$rc" -eq "$first" ] || fail "status $first with one thread, $rc with two"
}

# said STATUS REGEX: nothing on standard output, one line that says why
said() {
    status "$1"
    same out ''
    [ "$(wc -l <err)" -eq 1 ]
    has err "^jaxl-report: $2"
}

# rejects LINES REGEX: the lines of the last run's rejects, and a reason that all of them have
rejects() {
    local line
    : >told
    while IFS= read -r line; do
        [[ $line != '{'* ]] || echo "$line" >>told
    done <err
    [ "$(jq -rs 'map(.line) | join(" ")' told)" = "$1" ] || fail "rejects: $(cut -c 1-200 told)"
    lacks <(grep -Evn "$2" told) .
}
