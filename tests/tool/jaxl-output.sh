#!/bin/bash
# How answers of the platform are printed, page by page.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/recorder.sh"

account
two='{"count": 2, "next": null, "previous": null, "results": [
  {"id": 1, "to_number": "+919876543210", "costs": [{"cost": 0.350, "currency": "INR"}], "metadata": {"crm": "A,1"}},
  {"id": 2, "to_number": "+14155550101", "costs": [], "metadata": null}]}'
two=200\ ${two//$'\n'/}

# prints TEXT COMMAND...
prints() {
    local text=$1
    shift
    recorder <<<"${answer-$two}"
    run "$@"
    same err ''
    status 0
    same out "$text"
}

formats() {
    local one two_
    one='{"id":1,"to_number":"+919876543210","costs":[{"cost":0.350,"currency":"INR"}],"metadata":{"crm":"A,1"}}'
    two_='{"id":2,"to_number":"+14155550101","costs":[],"metadata":null}'
    prints "$one"$'\n'"$two_" jaxl calls list
    prints "$one"$'\n'"$two_" jaxl calls list --output auto
    prints "$one"$'\n'"$two_" jaxl calls list --output ndjson
    prints "["$'\n'"$one,"$'\n'"$two_"$'\n]' jaxl calls list -o json
    prints 'id,to_number,costs.0.cost,costs.0.currency,metadata.crm,extra
1,+919876543210,0.350,INR,"A,1",
2,+14155550101,,,,"{""costs"":[],""metadata"":null}"' jaxl calls list --output csv
}
t "formats of a list" formats

fields() {
    local fields=id,costs.0.cost,metadata.crm,nothing
    prints '{"id":1,"costs.0.cost":0.350,"metadata.crm":"A,1","nothing":null}
{"id":2,"costs.0.cost":null,"metadata.crm":null,"nothing":null}' jaxl calls list --fields "$fields"
    prints '[
{"id":1,"costs.0.cost":0.350,"metadata.crm":"A,1","nothing":null},
{"id":2,"costs.0.cost":null,"metadata.crm":null,"nothing":null}
]' jaxl calls list -F "$fields" --output json
    prints 'id,costs.0.cost,metadata.crm,nothing
1,0.350,"A,1",
2,,,' jaxl calls list --fields "$fields" --output csv
    prints 'id  costs.0.cost  metadata.crm  nothing
 1         0.350  A,1
 2' jaxl calls list --fields "$fields" --output table
    prints '{"metadata":{"crm":"A,1"}}
{"metadata":null}' jaxl calls list --fields metadata
}
t "--fields in every format, into objects and arrays" fields

single() {
    local answer='200 {"id": 7, "name": "Welcome", "settings": {"voice": "x"}}'
    prints '{"id":7,"name":"Welcome","settings":{"voice":"x"}}' jaxl ivrs get --ivr 7
    prints '[
{"id":7,"name":"Welcome","settings":{"voice":"x"}}
]' jaxl ivrs get --ivr 7 --output json
    prints 'id,name,settings.voice,extra
7,Welcome,x,' jaxl ivrs get --ivr 7 --output csv
    prints 'name,settings.voice
Welcome,x' jaxl ivrs get --ivr 7 --output csv --fields name,settings.voice
    prints 'id  name     settings.voice
 7  Welcome  x' jaxl ivrs get --ivr 7 --output table
}
t "formats of one object" single

nothing() {
    local answer='200 {"count": 0, "next": null, "previous": null, "results": []}'
    prints '' jaxl calls list
    prints '[]' jaxl calls list --output json
    prints 'id,to_number' jaxl calls list --output csv --fields id,to_number
}
t "an empty list" nothing

# A table on a terminal, with the columns of the command, as wide as the terminal.
terminal() {
    recorder <<<"$two"
    run script -qec 'stty cols 200; jaxl calls list' typescript
    status 0
    tr -d '\r' <out >table
    has table '^id +direction +from_number +to_number +created_on +duration +missed +failure_reason *$'
    has table '^ *1 +\+919876543210 *$'
    [ "$(wc -l <table)" -eq 3 ]
    recorder <<<"$two"
    run script -qec 'stty cols 40; jaxl calls list' typescript
    tr -d '\r' <out >table
    [ "$(wc -L <table)" -le 40 ]
    recorder <<<"$two"
    run script -qec 'stty cols 200; jaxl calls list --output ndjson --fields id' typescript
    tr -d '\r' <out >table
    same table $'{"id":1}\n{"id":2}'
    recorder <<<'200 {"id": 7}'
    run script -qec 'jaxl ivrs get --ivr 7' typescript
    tr -d '\r' <out >table
    same table '{"id":7}'
}
t "a table on a terminal" terminal

# placed N: a sandbox with so many calls.
placed() {
    sandbox
    {
        echo to
        seq -f '+1415777%04.0f' "$1"
    } >leads.csv
    run jaxl-dial --from +12015550199 --ivr 1 --rate max --follow placed --currency USD leads.csv
    [ "$(jq -s 'map(select(.event == "placed")) | length' "$journal")" -eq "$1" ]
}
pages() {
    placed 45
    run jaxl calls list --limit 500
    status 0
    mv out whole
    [ "$(wc -l <whole)" -eq 45 ]
    run jaxl calls list --all --limit 7
    status 0
    same err ''
    # what changes with time left out
    jq -c .id whole >ids
    jq -c .id out | diff -u ids -
    run jaxl calls list --all
    status 0
    jq -c .id out | diff -u ids -
    run jaxl calls list
    jq -c .id out | diff -u <(head -n 20 ids) -
    run jaxl calls list --limit 5 --offset 10
    jq -c .id out | diff -u <(sed -n 11,15p ids) -
    run jaxl calls list --all --limit 9 --offset 40
    jq -c .id out | diff -u <(tail -n 5 ids) -
    run jaxl calls list --offset 45
    status 0
    same out ''
}
t "--all is every page, --limit and --offset a part" pages

page() { # FIRST LAST NEXT
    printf '200 {"count": 6, "next": %s, "previous": null, "results": [%s]}\n' "$3" \
        "$(seq -f '{"id": %.0f}' "$1" "$2" | paste -sd,)"
}
dropped() {
    {
        page 1 2 '"more"'
        echo 500
        page 3 4 '"more"'
        echo 'cut' && echo 'reset' && echo 'cut' && echo 'reset' # as often as a request is sent
        echo '200 <html>later</html>'
        page 5 6 null
    } >answers
    recorder <answers
    run jaxl calls list --all --limit 2
    status 0
    same out "$(seq -f '{"id":%.0f}' 6)"
    has err '^jaxl: calls list: .*answered 500.*; going on at result 2$'
    has err '^jaxl: calls list: .*not JSON.*; going on at result 4$'
    sed 's/.*offset=//; s/.*limit=2$/0/' "$record/requests" | uniq >offsets
    same offsets $'0\n2\n4'
}
t "--all goes on where a page was lost" dropped

lost() {
    {
        page 1 2 '"more"'
        echo 500
    } >answers
    recorder <answers
    run jaxl calls list --all --limit 2
    status 69
    same out $'{"id":1}\n{"id":2}'
    [ "$(tail -n 1 err | grep -c '^jaxl: calls list: .*answered 500.*; try again later$')" -eq 1 ]
    [ "$(wc -l <"$record/requests")" -eq 4 ]
    # the first page is not asked for in vain for long
    recorder <<<'500'
    run jaxl calls list --all
    status 69
    [ "$(wc -l <"$record/requests")" -eq 1 ]
}
t "--all ends when a page is lost again and again, with what there was" lost

# Opens descriptor 7 on a pipe that nobody reads any more.
deaf_pipe() {
    mkfifo pipe
    head -c 0 <pipe &
    exec 7>pipe
    wait "$!"
}
reader_gone() {
    local command
    deaf_pipe
    for command in 'calls list' 'calls list --output csv' 'calls audio --call-id 1' 'ivrs get --ivr 1' '--help'; do
        recorder <<<"$two"
        # shellcheck disable=SC2086 # words
        (trap '' PIPE && exec jaxl $command >&7 2>err) || fail "jaxl $command: exit status $?"
        same err ''
        rc=0
        # shellcheck disable=SC2086 # words
        (trap - PIPE && exec jaxl $command >&7 2>err) || rc=$?
        [ "$rc" -eq 0 ] || [ "$rc" -eq 141 ]
        same err ''
    done
}
t "a reader that is gone ends it quietly" reader_gone

full() {
    local command
    for command in 'calls list' 'calls list --output table' 'calls audio --call-id 1' 'ivrs get --ivr 1' \
        '--help' 'calls --help' 'calls get --help' '--version'; do
        recorder <<<"$two"
        rc=0
        # shellcheck disable=SC2086 # words
        jaxl $command >/dev/full 2>err || rc=$?
        status 74
        [ "$(wc -l <err)" -eq 1 ]
        has err '^jaxl.*: No space left on device$'
    done
    recorder <<<'200 RIFF'
    run jaxl calls audio --call-id 1 --path /dev/full
    status 74
    has err '^jaxl: calls audio: /dev/full: No space left on device$'
    run jaxl calls audio --call-id 1 --path nowhere/call.wav
    status 74
    has err '^jaxl: calls audio: nowhere/call.wav: No such file or directory$'
}
t "a full disk is said, with 74" full

# A recording, an export, an invoice: whole or not at all, and for the owner's eyes.
files() {
    local command large
    printf -v large '%09000d' 0
    umask 022
    for command in 'calls audio --call-id 1' 'campaigns export --campaign-id 1' 'payments invoice --payment-id 1'; do
        recorder <<<"200 $large"
        # shellcheck disable=SC2086 # words
        run jaxl $command --path new
        status 0
        same out ''
        [ "$(stat -c '%a %s' new)" = '600 9000' ]
        echo old >there
        # shellcheck disable=SC2086 # words
        run bash -c 'ulimit -f 8; exec jaxl "$@"' - $command --path there
        status 74
        has err '^jaxl: .*: there: File too large$'
        same there old
        [ -z "$(find . -name '.jaxl-*')" ]
        rm new
    done
}
t "--path is a file that is whole, and one's own" files

# What a call comes to, in the record and in the status.
creates() {
    local number code state
    sandbox
    while read -r number code state; do
        run jaxl calls create --to "+120255501$number" --from +12015550199 --ivr 1 --currency USD
        status "$code"
        if [ -n "$state" ]; then
            holds out "length == 1 and .[0].state == \"$state\" and .[0].to == \"+120255501$number\""
        fi
    done <<'END'
00 0 submitted
31 1 refused
40 1 refused
45 1 refused
42 77 new
51 0 submitted
END
    run jaxl calls create --to +12025550103 --from +12015550199 --message 'Good morning.' \
        --option '1=One:next=1' --currency USD
    status 0
    [ "$(jq -s 'map(select(.event == "placed" and .to == "+12025550103")) | length' "$journal")" -eq 1 ]
}
t "calls create: the record says what came of it, and the exit status" creates

follows() {
    sandbox --speed 600
    run jaxl calls create --to +12025550100 --from +12015550199 --ivr 1 --currency USD --follow
    status 0
    holds out '.[0].disposition == "ANSWERED" and .[0].duration == 30 and .[0].costs[0].cost == 0.014'
}
t "calls create --follow waits for the end" follows

# The other programs, by their short names.
others() {
    run jaxl sandbox --version
    status 0
    has out '^jaxl-sandbox [0-9.]+$'
    run jaxl dial --help
    status 0
    has out '^Usage: jaxl-dial '
    mkdir path
    printf '#!/bin/sh\necho "mine: $*"\n' >path/jaxl-mine
    chmod +x path/jaxl-mine
    PATH=$PWD/path:$PATH run jaxl mine a b
    status 0
    same out 'mine: a b'
    run jaxl mine
    status 64
    has err "^jaxl: there is no 'mine'"
    run jaxl --version
    has out '^jaxl [0-9.]+$'
}
t "jaxl NAME runs jaxl-NAME" others
