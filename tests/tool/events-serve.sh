#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events --listen: requests become records and are answered.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

dot='{"prompt":[" . "],"num_characters":0}'

records() {
    listen --default 'Goodbye.'
    tell configure 0
    said "$dot"
    tell setup 7 '' '"metadata":{"vip":"yes"},"org":{"id":42},"campaign_id":5'
    said '{"prompt":["Goodbye."],"num_characters":0}'
    tell data 7 '123*'
    tell option 7 3
    tell mark 7 m1
    said '{}'
    tell teardown 7
    said "$dot"
    [ "$(wc -l <events.out)" -eq 6 ] # each before its answer
    holds events.out 'map(.event) == ["configure","setup","data","option","mark","teardown"]'
    holds events.out '.[1] | .call_id == 7 and .ivr == 11 and .from == "+911400000001" and .to == "+919876543210"
        and .direction == 2 and .metadata.vip == "yes" and .campaign_id == 5 and .state.org.id == 42
        and (.received_at | test("^20[0-9-]+T[0-9:.]+Z$"))'
    holds events.out '.[0].call_id == null and .[2].data == "123*" and .[3].option == "3" and .[4].mark == "m1"'
    holds events.out '(map(.id) | unique | length) == 6'
    stop "$events"
    [ "$rc" -eq 143 ]
    has events.err '6 events, 0 of them replays'
}
t "each event is a record, and then answered" records

refusals() {
    listen --default '{"next":5}'
    ask POST '{"pk":'
    [ "$code" = 400 ]
    ask POST '{"pk":11,"event":9,"state":null}'
    [ "$code" = 400 ]
    ask POST '[]'
    [ "$code" = 400 ]
    ask POST ''
    [ "$code" = 400 ]
    ask GET ''
    [ "$code" = 405 ]
    ask PUT "$(body setup 1)"
    [ "$code" = 405 ]
    path=/ ask POST "$(body setup 1)"
    [ "$code" = 404 ]
    path=/webhook/x ask POST "$(body setup 1)"
    [ "$code" = 404 ]
    path=/webhook ask POST "$(body setup 1)"
    [ "$code" = 200 ]
    said '{"next":5}'
    path='/webhook/?stream&conv' ask POST "$(body setup 2)"
    [ "$code" = 200 ]
    head -c 1100000 /dev/zero | tr '\0' ' ' >large
    ask POST @large
    [ "$code" = 413 ]
    ask POST @large -H 'Transfer-Encoding: chunked'
    [ "$code" = 413 ]
    holds events.out 'map(.call_id) == [1, 2]'
    stop "$events"
}
t "what is no event is refused, and no record" refusals

secrets() {
    echo '/hook/9f3a' >path
    printf 'X-Hook-Secret:  8b1f c2\r\n' >header
    listen --path @path --path /other/ --secret-header header -v
    path=/hook/9f3a ask POST "$(body setup 1)"
    [ "$code" = 403 ]
    path=/hook/9f3a ask POST "$(body setup 1)" -H 'X-Hook-Secret: 8b1f c3'
    [ "$code" = 403 ]
    path=/hook/9f3a ask POST "$(body setup 1)" -H 'x-hook-secret: 8b1f c2'
    [ "$code" = 200 ]
    path=/hook/9f3a/ ask POST "$(body setup 4)" -H 'X-Hook-Secret: 8b1f c2'
    [ "$code" = 200 ]
    path=/hook/9f3a// ask POST "$(body setup 4)" -H 'X-Hook-Secret: 8b1f c2'
    [ "$code" = 404 ]
    path=/other ask POST "$(body setup 2)" -H 'X-Hook-Secret: 8b1f c2'
    [ "$code" = 200 ]
    path=/webhook/ ask POST "$(body setup 3)" -H 'X-Hook-Secret: 8b1f c2'
    [ "$code" = 404 ]
    tr '\0' ' ' <"/proc/$events/cmdline" >cmdline
    lacks cmdline '9f3a|8b1f'
    stop "$events"
    lacks events.err '9f3a|8b1f'
    lacks events.out '9f3a|8b1f'
}
t "secret paths and a secret header" secrets

networks() {
    listen --allow 10.1.0.0/16 --allow ::1/128
    ask POST "$(body setup 1)"
    [ "$code" != 200 ]
    stop "$events"
    listen --allow 10.1.0.0/16 --allow 127.0.0.0/8
    tell setup 1
    stop "$events"
}
t "--allow: networks that may connect" networks

replays() {
    listen --default '{"next":5}'
    tell option 1 3
    tell option 1 3
    tell option 1 4
    tell option 2 3
    holds events.out 'map(.duplicate // false) == [false, true, false, false]'
    holds events.out '(map(.id) | unique | length) == 4'
    stop "$events"
    has events.err '4 events, 1 of them replays'
}
t "a replayed event is reported as a duplicate" replays

journal() {
    printf '%s\n%s' '{"id":"x1","event":"setup"}' '{"id":"x2","ev' >journal
    listen --journal journal
    has events.err 'journal'
    tell setup 1
    tell option 1 3
    same journal '{"id":"x1","event":"setup"}'$'\n'"$(cat events.out)"
    [ "$(stat -c %a journal)" = 644 ] # of a file that was there
    run jaxl-events --listen :0 --journal journal
    status 75
    has err 'journal'
    mv journal old
    kill -HUP "$events"
    reopened() {
        [ -e journal ]
    }
    tell option 1 5
    wait_until 20 reopened
    tell option 1 4
    holds journal 'map(.option) | .[-1] == "4"'
    [ "$(stat -c %a journal)" = 600 ]
    stop "$events"
    sed 1d old | cat - journal >both
    same both "$(cat events.out)"
}
t "--journal: on the disk before the answer, one writer, opened anew by SIGHUP" journal

# watched OPTION...: listen, with /metrics on port $watch
watched() {
    listen --metrics :0 "$@"
    watch=$(sed -n 's/.*metrics on port //p' events.err)
}

metrics() {
    watched --default '{"next":5}'
    tell setup 1
    tell option 1 3
    tell teardown 1
    ask GET ''
    curl -sS "http://127.0.0.1:$watch/metrics" >metrics
    has metrics '^jaxl_webhook_events_total\{event="setup"\} 1$'
    has metrics '^jaxl_webhook_answers_total\{by="default"\} 2$'
    has metrics '^jaxl_webhook_answers_total\{by="nobody"\} 1$'
    has metrics '^jaxl_webhook_refused_total\{reason="method"\} 1$'
    has metrics '^jaxl_webhook_answer_seconds_count 3$'
    [ "$(curl -sS "http://127.0.0.1:$watch/healthz")" = ok ]
    [ "$(curl -sS -o /dev/null -w '%{http_code}' "http://127.0.0.1:$watch/webhook/")" = 404 ]
    [ "$(curl -sS -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/metrics")" = 404 ]
    [ "$(curl -sS -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:$watch/metrics")" = 405 ]
    # every family is announced once, and every sample belongs to one
    awk '/^# TYPE/ { if (seen[$3]++) exit 1 }
        !/^#/ { sub(/[{ ].*/, ""); sub(/_(bucket|sum|count)$/, ""); if (!seen[$0]) exit 1 }' metrics
    stop "$events"
}
t "--metrics: /metrics and /healthz at another port" metrics

# counted REASON N: requests and connections refused for it, by /metrics
counted() {
    curl -sS "http://127.0.0.1:$watch/metrics" >metrics
    lib_matches metrics "^jaxl_webhook_refused_total\\{reason=\"$1\"\\} $2\$"
}

# raw TEXT: opens a connection as descriptor 8 and sends it, escapes and all
raw() {
    exec 8<>"/dev/tcp/127.0.0.1/$port"
    printf '%b' "$1" >&8
}

refusals_counted() {
    echo 'X-Hook-Secret: 8b1f' >header
    watched --secret-header header
    ask POST "$(body setup 1)"
    [ "$code" = 403 ]
    wait_until 30 counted forbidden 1
    ask POST 'no event' -H "$(cat header)"
    wait_until 30 counted bad_request 1
    raw 'nonsense\r\n\r\n'
    wait_until 30 counted bad_request 2
    ask GET '' -H "$(cat header)"
    wait_until 30 counted method 1
    path=/other ask POST '{}' -H "$(cat header)"
    wait_until 30 counted not_found 1
    ask POST "$(body setup 1)" -H "X: $(head -c 20000 /dev/zero | tr '\0' x)"
    wait_until 30 counted too_large 1
    raw 'POST /webhook/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"pk":'
    exec 8<&-
    wait_until 30 counted broken 1
    counted not_kept 0
    stop "$events"
    has events.err 'requests refused 7,'
}
t "whatever is refused is counted, by its reason" refusals_counted

limits_counted() {
    watched --request-timeout 100ms
    raw 'POST /webhook/ HTTP/1.1\r\nHost: x\r\n'
    wait_until 30 counted too_slow 1
    stop "$events"
    watched --allow 10.1.0.0/16
    ask POST "$(body setup 1)"
    wait_until 30 counted not_allowed 1
    stop "$events"
    watched --connections 1 --request-timeout 1h
    raw 'POST /webhook/ HTTP/1.1\r\nHost: x\r\n'
    one_too_many() {
        ask POST '{}'
        counted over_limit '[1-9][0-9]*'
    }
    wait_until 30 one_too_many
    exec 8<&-
    stop "$events"
}
t "connections that are cut off or refused are counted" limits_counted

named() {
    watched
    tell setup 1
    curl -sS "http://127.0.0.1:$watch/metrics" >metrics
    stop "$events"
    sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' metrics | sort >are
    sed -n 's/^\.It Cm \(jaxl_webhook_[a-z_]*\).*/\1/p' "$srcdir/man/jaxl-events.1" | sort >named
    [ "$(wc -l <are)" -gt 10 ]
    same named "$(cat are)"
    sed -n 's/^[^#]*{\([a-z]*\)="\([a-z_]*\)"}.*/\1 \2/p' metrics | grep -v '^event ' | sort -u >labels
    sed -n '/^\.Sh METRICS/,/^\.Sh SIGNALS/p' "$srcdir/man/jaxl-events.1" >section
    while read -r label value; do
        has section "^\.Cm $label( |\$)"
        has section "^\.(It )?Cm (.* )?$value( |\$)"
    done <labels
}
t "jaxl-events(1) names every metric" named

# mistaken WORD OPTION...: wrong usage, with that word, found before the journal is made
mistaken() {
    local word=$1
    shift
    run jaxl-events --listen :0 --journal none "$@"
    status 64
    has err "$word"
    [ ! -e none ]
}

mistakes() {
    mistaken nowhere --listen nowhere
    mistaken nowhere --metrics nowhere
    mistaken 10.0.0.0/99 --allow 10.0.0.0/99
    mistaken 'the default answer' --default '{"next": "none"}'
    mistaken nonsense --suppress ledger.db --opt-out nonsense
}
t "a wrong option is found before a file is made" mistakes

busy() {
    listen
    run jaxl-events --listen ":$port"
    status 75
    has err "$port"
    run jaxl-events --listen 192.0.2.1:0
    status 78
    stop "$events"
}
t "an address that cannot be listened on" busy

ends() {
    mkfifo pipe
    : >events.err
    jaxl-events --listen :0 >pipe 2>events.err &
    events=$!
    exec 7<pipe
    wait_until 30 listening
    port=$(sed -n 's/.*listening on port //p' events.err)
    tell setup 1
    exec 7<&-
    code=200
    gone_now() {
        ask POST "$(body setup $((SECONDS + RANDOM)))"
        gone "$events"
    }
    wait_until 30 gone_now
    rc=0
    wait "$events" || rc=$?
    [ "$rc" -eq 0 ]
}
t "ends when nobody reads any more" ends
