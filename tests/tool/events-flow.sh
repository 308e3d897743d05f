#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events --flow: rules answer; leads speak by name; who opts out is not called again.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

sorry='{"prompt":["Goodbye."],"num_characters":0}'

reminder() {
    cat >flow.csv <<'C'
event,option,prompt,num_characters,phone,set
setup,,"Hello {{lead.name|there}}. Press 1 to talk to us, or 2 to hear it again.",1,,
option,1,,,+12015550123,
option,2,"It is about {{lead.item|your order}}. Press 1 to talk to us.",1,,heard=yes
option,3,"You heard it: {{vars.heard|no}}",0,,
C
    printf '%s\n' 'to,name,item' '+919876543210,Asha,shoes' >leads.csv
    listen --default Goodbye. --flow flow.csv --answer-from-leads leads.csv
    tell setup 7
    said '{"prompt":["Hello Asha.","Press 1 to talk to us, or 2 to hear it again."],"num_characters":1}'
    tell option 7 2
    said '{"prompt":["It is about shoes.","Press 1 to talk to us."],"num_characters":1}'
    tell option 7 3
    said '{"prompt":["You heard it: yes"],"num_characters":0}'
    tell option 7 1
    said '{"phone":{"to_number":"+12015550123","from_number":null}}'
    tell teardown 7
    tell option 7 3 # another call with this id: nothing is remembered
    to=+12015550199 tell setup 8
    said '{"prompt":["Hello there.","Press 1 to talk to us, or 2 to hear it again."],"num_characters":1}'
    to=+12015550199 tell option 8 3
    said '{"prompt":["You heard it: no"],"num_characters":0}'
    tell option 8 9
    said "$sorry"
    stop "$events"
}
t "rules, variables of a call, leads" reminder

missing_field() {
    echo '{"event":"setup","prompt":"Hello {{lead.name}}","num_characters":0}' >flow.ndjson
    listen --default Goodbye. --flow flow.ndjson
    has events.err "^jaxl-events: flow.ndjson, line 1: no lead has the field 'name'"
    tell setup 7
    said "$sorry"
    stop "$events"
    has events.err 'lead.name'
    has events.err 'line 1'
    has events.err 'answers replaced 1,'
}
t "a rule that lacks a field gives way to the default, and is told" missing_field

mapped() {
    printf '%s\n' 'Mobile,name' '+919876543210,Asha' >leads.csv
    echo '{"event":"setup","prompt":"Hello {{lead.name}}","num_characters":0}' >flow.ndjson
    listen --flow flow.ndjson --answer-from-leads leads.csv --map to=Mobile
    tell setup 7
    said '{"prompt":["Hello Asha"],"num_characters":0}'
    stop "$events"
    run jaxl-events --listen :0 --flow flow.ndjson --answer-from-leads leads.csv --map to=Phone
    status 65
}
t "--map says which column of the leads is the number" mapped

problems() {
    printf '%s\n' '{"event":"setup","prmpt":"Hello"}' '{"event":"opton","next":1}' \
        '{"option":"=~(","next":1}' '{"event":"setup","next":1,"teams":2}' >flow.ndjson
    run jaxl-events --listen :0 --flow flow.ndjson
    status 65
    for line in 1 2 3 4; do
        has err "^jaxl-events: flow.ndjson, line $line: "
    done
    has err 'prompt'
    has err 'option'
    same out ''
    run jaxl-events --listen :0 --flow missing
    status 65
}
t "every problem of the rules is told before anything is served" problems

# recorded N: so many have opted out by now
recorded() {
    run jaxl-dial suppressions --ledger ledger.db
    [ "$(wc -l <out)" -eq "$1" ]
}

opts_out() {
    sandbox
    run jaxl-dial --campaign c --ledger ledger.db --from +12015550199 --ivr 1 --limit 1 \
        <<<'{"to":"+12015550101"}'
    status 0
    echo '{"event":"option","option":"9","prompt":"We will not call again.","num_characters":0}' >flow
    listen --default Goodbye. --flow flow --suppress ledger.db --opt-out option=9 --opt-out 'data=~(?i)^stop'
    tell option 7 9
    said '{"prompt":["We will not call again."],"num_characters":0}'
    wait_until 20 recorded 1
    holds out 'length == 1 and .[0].to == "+919876543210" and (.[0].source | startswith("webhook event "))'
    to=+12015550102 tell data 8 STOP
    to=+12015550103 tell option 9 8
    wait_until 20 recorded 2
    holds out 'map(.to) | sort == ["+12015550102", "+919876543210"]'
    run jaxl-dial --campaign c --ledger ledger.db --from +12015550199 --ivr 1 \
        <<<'{"to":"+12015550102"}'
    holds out 'map(.state) == ["suppressed"]'
    stop "$events"
    has events.err 'opted out 2'
}
t "who opts out is in the ledger at once" opts_out

# The manual's way back from a kill while the ledger could not be written.
redone() {
    sandbox
    run jaxl-dial --campaign c --ledger made.db --from +12015550199 --ivr 1 </dev/null
    status 0
    listen --journal events.ndjson --suppress there/campaign.db --opt-out option=9 --opt-out data=stop
    tell option 7 9
    to=+12015550102 tell data 8 stop
    to=+12015550103 tell option 9 8
    not_yet() {
        lib_matches events.err 'is not recorded yet'
    }
    wait_until 20 not_yet
    stop "$events" KILL
    mkdir there
    cp made.db there/campaign.db
    for _ in 1 2; do
        run jaxl-events --suppress there/campaign.db --opt-out option=9 --opt-out data=stop events.ndjson
        status 0
        same out "$(cat events.ndjson)"
        run jaxl-dial suppressions --ledger there/campaign.db
        holds out 'map(.to) | sort == ["+12015550102", "+919876543210"]'
        holds out 'all(.source | startswith("webhook event "))'
    done
    run jaxl-events --suppress there/campaign.db --opt-out option=9 \
        <<<'{"id":"x","event":"option","option":"9","to":"+12015550104"}'
    status 1
    has err 'NOT recorded'
    run jaxl-events --suppress there/campaign.db --opt-out option=9 \
        <<<'{"id":"y","event":"option","option":"9","direction":2,"to":"12"}'
    status 1
    has err '12'
    run jaxl-events --suppress /nowhere/campaign.db --opt-out option=9 </dev/null
    status 65
    has err '^jaxl-events: --suppress: ledger /nowhere/campaign.db: there is none yet'
    run jaxl-events --poll --suppress there/campaign.db --opt-out option=9
    status 64
}
t "opt-outs that a kill has lost are recorded from the journal" redone

cannot_opt_out() {
    echo rubbish >ledger.db
    run jaxl-events --listen :0 --suppress ledger.db --opt-out option=9
    status 65
    has err 'ledger.db'
    listen --metrics :0 --suppress /nowhere/ledger.db --opt-out option=9 --grace 2s
    has events.err '^jaxl-events: --suppress /nowhere/ledger.db: there is no such ledger'
    watch=$(sed -n 's/.*metrics on port //p' events.err)
    tell option 7 9
    not_yet() {
        lib_matches events.err 'is not recorded yet'
    }
    wait_until 20 not_yet
    [ "$(curl -sS -o health -w '%{http_code}' "http://127.0.0.1:$watch/healthz")" = 503 ]
    stop "$events"
    [ "$rc" -eq 143 ]
    has events.err 'NOT recorded: \+919876543210'
}
t "an opt-out that cannot be recorded is told, and does not hold the caller up" cannot_opt_out
