#!/bin/bash
# Every command of README.md does what it says: each ```sh block is run, in order, among the samples.
. "$(dirname "$0")/../tool/lib.sh"

# blocks: the n-th ```sh block of README.md into ./block-n
awk '/^```/ { inside = $0 == "```sh"; n += inside; next } inside { print > ("block-" n) }' \
    "$srcdir/README.md"
mkdir work
cp "$srcdir"/samples/*.* work/
cp -r "$srcdir/samples/ivr" work/
chmod -R u+w work # of a distribution nothing may be
sandbox --speed 60 --seed 3
cp "$JAXL_API_CREDENTIALS" "$HOME/jaxl-credentials.json"
printf '%s\n' "$JAXL_API_AUTH_TOKEN" >"$HOME/jaxl-auth-token"

# block N: runs it; some of the sample leads are refused, which is status 1; 2 is that something differs
block() {
    cd "$T/work"
    { echo 'set -u' && cat "$T/block-$1"; } >script
    run bash script
    [ "$rc" -le 2 ] || status 0
    lacks err '[Uu]sage|unknown option'
}
leads=$(($(wc -l <"$srcdir/samples/leads.csv") - 1))

campaign() {
    block 1
    holds results.ndjson "length == $leads and any(.disposition == \"ANSWERED\")"
}
t "a campaign" campaign

on_sandbox() {
    block 2
    holds results.ndjson "length == $leads and any(.disposition == \"NO_ANSWER\")"
}
t "the same in a sandbox of its own" on_sandbox

dry_run() {
    cp "$journal" "$T/before"
    block 3
    status 0
    cmp "$T/before" "$journal" # nothing was asked for
    holds out "length == $leads and all(.state == \"planned\") and .[0].message == \"Hello Ada Lovelace\""
}
t "a dry run" dry_run

questions() {
    block 4
    status 0
    has out '^ +[0-9]+ ANSWERED$'
    has out '^answered +[1-9]'
}
t "what came of it" questions

export_csv() {
    block 5
    has results.csv '^to,from,'
    [ "$(grep -c '^+1' results.csv)" -eq "$leads" ]
    [ -e bad.ndjson ]
}
t "another table" export_csv

again() {
    block 6
    holds vip.ndjson 'length == 2'
    holds again.ndjson 'length > 0'
}
t "some of the leads, and the missed ones again" again

# whatever the time is: nobody is called outside of the hours, and a plan and the ledger speak of all
to_cron() {
    export JAXL_POLICIES=$srcdir/samples/policies
    block 7
    status 0
    holds out "map(select(has(\"to\"))) | map(.to) | unique | length == $leads"
    holds out "(map(select(has(\"leads\")).leads) | add) == $leads"
}
t "a campaign for cron" to_cron

menus() {
    block 8
    status 0
    has out '^ +23 create$'
    has out '^ +1 assign$'
    holds applied.ndjson 'length == 24 and all(.error == null)'
    run jaxl-ivr-apply --plan ivr/clinic.csv
    status 0
    holds out 'length == 24 and all(.action == "unchanged")'
}
t "menus" menus

# results.ndjson are of another sandbox, since block 2
sums() {
    block 9
    status 2
    holds out "map(select(.finding == null)) | (map(.attempts) | add) == $leads and any(.currency == \"INR\" and .cost > 0)"
    holds out 'map(select(.finding)) | length > 0'
    has bill.html '<svg'
}
t "what it came to" sums

single() {
    block 10
    status 0
    holds out '.[:-1] | length > 0 and all(keys == ["created_on", "from_number"])'
    holds out '.[-1].name == "Welcome to our shop."'
}
t "one call of the platform" single

account() {
    unset JAXL_API_CREDENTIALS JAXL_API_AUTH_TOKEN
    block 11
    status 0
    holds out 'length == 1'
}
t "with an account" account

all_blocks() {
    [ -e "$T/block-11" ]
    [ ! -e "$T/block-12" ]
}
t "every block was run" all_blocks

starts() {
    local command
    awk '/^```$/ { inside = !inside; next } /^```/ { inside = 1; next } inside && /^\.\// { print $1 }' \
        "$srcdir/README.md" >commands
    same commands $'./samples/quickstart\n./tests/run'
    while read -r command; do
        [ -x "$srcdir/$command" ]
    done <commands
}
t "the two commands to start with exist" starts
