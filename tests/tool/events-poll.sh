#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events --poll: what has become of calls, each once.
. "$(dirname "$0")/../tool/lib.sh"

printf 'to\n' >leads.csv
for i in $(seq 100 139); do
    echo "+919876500$i" >>leads.csv
done

# Dials all leads, in the sandbox's time.
dial() {
    run jaxl-dial --from +911400000001 --ivr 1 --rate max "$T/leads.csv"
    mv out calls.ndjson
}

poll() {
    jaxl-events --poll --once "$@"
}

# every_call_once FILE: four events of each answered call, three of the others, in order
every_call_once() {
    holds "$1" 'group_by(.call_id) | length == 40 and all(
        (map(.event) == ["placed", "answered", "completed", "finalised"]
         or map(.event) == ["placed", "completed", "finalised"])
        and (map(.call | has("created_on")) | all))'
    holds "$1" '(map(.id) | unique | length) == length'
    holds "$1" 'map(select(.event == "answered")) | length > 10'
}

final() {
    [ "$(grep -c '"finalised"' events)" -ge 40 ]
}

looks() {
    sandbox --speed 20
    poll --cursor cursor >events 2>err
    same events ''
    same err ''
    [ "$(stat -c %a cursor)" = 600 ]
    dial
    more() {
        poll --cursor cursor >>events
        final
    }
    wait_until 60 more
    every_call_once events
    poll --cursor cursor >rest
    same rest ''
}
t "--once with a cursor: everything once, over many runs" looks

stays() {
    sandbox --speed 20
    spawn events jaxl-events --poll --interval 200ms
    follower=$pid
    # it begins with what is placed from now on
    asked() {
        grep -q '"/v1/calls/"' "$journal" || grep -q '/v1/calls/' "$journal"
    }
    wait_until 30 asked
    dial
    all_final() {
        [ "$(grep -c '"finalised"' events.out)" -ge 40 ]
    }
    wait_until 60 all_final
    stop "$follower"
    [ "$rc" -eq 143 ]
    every_call_once events.out
}
t "it stays and tells what comes" stays

since() {
    sandbox --speed 60
    dial
    now_final() {
        poll --since today -e finalised >events
        final
    }
    wait_until 60 now_final
    poll --since today >events
    every_call_once events
    poll --since today -e answered -m 'to=~9$' -o csv >some.csv
    has some.csv '^id,event,call_id,'
    [ "$(wc -l <some.csv)" -lt 12 ]
    run poll
    status 64
    has err '^jaxl-events: --once needs --cursor or --since'
}
t "--since begins earlier; --event, --match and --output choose" since

crash() {
    local i
    sandbox --speed 20
    poll --cursor cursor >events
    dial
    for i in 1 2 3 4 5 6 7 8; do
        jaxl-events --poll --interval 100ms --cursor cursor >>events &
        follower=$!
        sleep_until "$i"
        kill -KILL "$follower"
        wait "$follower" 2>/dev/null || rc=$?
    done
    more() {
        poll --cursor cursor >>events
        jq -s 'map(select(.event == "finalised") | .call_id) | unique | length == 40' events >whole
        [ "$(cat whole)" = true ]
    }
    wait_until 60 more
    # none is missing; what came twice has the same id
    jq -cs 'unique_by(.id) | sort_by(.call_id, .received_at, .id) | .[]' events >once
    holds once 'group_by(.call_id) | length == 40 and all(map(.event) | contains(["placed", "completed", "finalised"]))'
}
# Until there is something of this run, or of none any more.
sleep_until() {
    local n
    n=$(wc -l <events)
    grown() {
        [ "$(wc -l <events)" -gt "$((n + $1 % 3))" ] || final
    }
    wait_until 30 grown "$1"
}
t "killed at any moment nothing is missing" crash

held() {
    sandbox
    spawn events jaxl-events --poll --cursor cursor --interval 100ms
    follower=$pid
    there() {
        [ -s cursor ]
    }
    wait_until 30 there
    run poll --cursor cursor
    status 75
    has err cursor
    stop "$follower"
    echo nonsense >other
    run poll --cursor other
    status 65
    sandbox
    run poll --cursor cursor --currency USD
    status 78
}
t "a cursor that is in use, is none, or is of something else" held

unreachable() {
    sandbox --fault-at 'GET /v1/calls/=503,503,503,503,503,503,503,503'
    run poll --since today
    [ "$rc" -eq 69 ] || [ "$rc" -eq 3 ]
    sandbox
    spawn events jaxl-events --poll --interval 100ms
    follower=$pid
    looked() {
        grep -q /v1/calls/ "$journal"
    }
    wait_until 30 looked
    stop "$sandbox" KILL
    told() {
        lib_matches events.err 'asking again'
    }
    wait_until 60 told
    stop "$follower"
    [ "$rc" -eq 143 ]
}
t "a platform that is out of reach is asked again" unreachable

output_full() {
    sandbox --speed 60
    poll --cursor cursor >none
    same none ''
    dial
    for turn in 1 2; do # what was not written is told by the next run
        rc=0
        poll --cursor cursor >/dev/full 2>err || rc=$?
        [ "$rc" -eq 74 ] || fail "status $rc in turn $turn"
        has err '^jaxl-events: .*No space left on device$'
    done
    : >events
    more() {
        poll --cursor cursor >>events
        final
    }
    wait_until 60 more
    every_call_once events
}
t "standard output on a full disk: the next run tells it" output_full

reader_gone() {
    sandbox --speed 60
    dial
    set +o pipefail
    jaxl-events --poll --since today --interval 100ms 2>err | head -n 1 >first
    [ "${PIPESTATUS[0]}" -eq 0 ]
    set -o pipefail
    [ "$(wc -l <first)" -eq 1 ]
    same err ''
}
t "ends when nobody reads any more" reader_gone
