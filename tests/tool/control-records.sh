#!/bin/bash
# jaxl-control: what it reads and writes.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/control.sh"

passes_through() {
    sandbox
    calls 1
    control <<<"{\"id\": 1.50, \"action\": \"tts\", \"deep\": {\"a\": [1, null]}, \"call_id\": \"$id\", \"prompt\": \"Hé\", \"none\": null}"
    status 0
    [[ $(cat out) =~ ^\{\"action\":\"tts\",\"call_id\":$id,\"result\":\"done\",\"http_status\":200,\"reason\":null,\"at\":\"20[0-9T:.-]+Z\",\"id\":1.50,\"deep\":\{\"a\":\[1,null\]\},\"prompt\":\"Hé\",\"none\":null\}$ ]]
}
t "members that are not ours pass through, numbers digit for digit" passes_through

# The results of one run are the actions of the next.
fed_again() {
    sandbox --fault-at 'POST /v1/calls/*/tts/=-,400'
    calls 1
    {
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"One\",\"id\":1}"
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"Two\",\"id\":2}"
        echo "{\"action\":\"metadata\",\"call_id\":$id,\"data\":{\"a\":1},\"id\":3}"
    } >in.ndjson
    run jaxl-control in.ndjson
    status 1
    holds out 'map([.id, .result]) == [[1, "done"], [2, "refused"], [3, "done"]] and (.[2].answer | .a == 1)'
    jq -c 'select(.result != "done" or .answer)' out >again.ndjson
    run jaxl-control again.ndjson
    status 0
    holds out 'map([.id, .result, .reason]) == [[2, "done", null], [3, "done", null]]'
    [ "$(jq -c 'keys_unsorted' out | head -n 1)" = '["action","call_id","result","http_status","reason","at","prompt","id"]' ]
}
t "a result can be fed again" fed_again

csv() {
    sandbox
    calls 2
    cat >in.csv <<'CSV'
call,action,prompt,mark,teams,data,if,delay,note
1,tts,"Hello, you.",,,,active,,"a ""b"""
2,tts,Second,m2,,,,100ms,
1,metadata,,,,"{""crm"": ""A-17""}",,,
1,transfer,,,1;2,,,,
2,transfer,,,[1],,,,
2,tts,,,,,,,empty
CSV
    run jaxl-control --map call_id=call --rejects rejects.ndjson in.csv
    status 1
    holds rejects.ndjson 'length == 1 and .[0].reason == "prompt is needed" and .[0].line == 7 and .[0].input.note == "empty"'
    jq -s 'sort_by(.call_id)' out >sorted
    holds sorted '.[0] | map([.call_id, .action, .result]) == [[1, "tts", "done"], [1, "metadata", "done"],
        [1, "transfer", "done"], [2, "tts", "done"], [2, "transfer", "done"]]'
    holds sorted '.[0][0].note == "a \"b\"" and .[0][0].mark == ""'
    same err 'jaxl-control: 6 actions: 5 done, 1 rejected'
    id=1
    live '.transfer.cta.collections.collection_ids == [1, 2]'
    id=2
    live '.mark == "m2"'
    live '.transfer.cta.collections.collection_ids == [1]'
}
t "CSV, with a column of another name" csv

outputs() {
    sandbox
    calls 1
    {
        echo "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"a,b\",\"id\":{\"x\":1}}"
        echo "{\"action\":\"hangup\",\"call_id\":$id,\"note\":\"n\"}"
    } >in.ndjson
    run jaxl-control --output csv in.ndjson
    status 0
    sed -E 's/20[0-9T:.-]+Z/AT/' out >shown
    same shown 'action,call_id,result,http_status,reason,at,prompt,id.x,extra
tts,1,done,200,,AT,"a,b",1,
hangup,1,done,200,,AT,,,"{""note"":""n""}"'
    run jaxl-control --output json in.ndjson
    holds out '.[0] | map(.result) == ["ended", "ended"]'
    run jaxl-control -o table in.ndjson
    has out '^action +call_id +result '
    has out '^hangup +1 +ended +400 '
    run jaxl-control --output json </dev/null
    same out '[]'
    run jaxl-control </dev/null
    same out ''
    status 0
}
t "CSV, JSON and a table" outputs

rejects() {
    sandbox
    calls 1
    printf '%s\r\n' "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"x\",\"n\":1}" '' 'rubbish' '[1]' \
        '{"action":"tts","call_id":1,"call_id":2}' "{\"action\":\"tts\",\"call_id\":$id,\"prompt\":\"x\",\"n\":6}" >in.ndjson
    printf '{"action":"tts","call_id":%d,"prompt":"x","n":7}' "$id" >>in.ndjson # no line end
    run jaxl-control --input ndjson --rejects r in.ndjson
    status 1
    holds out 'map(.n) == [1, 6, 7]'
    holds r 'map(.line) == [3, 4, 5] and all(.reason | length > 5)'
    has err '^jaxl-control: 6 actions: 3 done, 3 rejected$'
    [ "$(stat -c %a r)" = 600 ]
    run jaxl-control --rejects r <<<'{}'
    holds r 'length == 1 and .[0].reason == "there is no action"'
    # what was read before is carried out, what comes after is not looked at
    run jaxl-control --input ndjson --strict --quiet in.ndjson
    status 65
    holds out 'map(.n) == [1]'
    [ "$(wc -l <err)" -eq 2 ]
    has err '^jaxl-control: line 3: .* \(--strict\)$'
    run jaxl-control --rejects no/such/folder/r in.ndjson
    status 74
    has err '^jaxl-control: --rejects no/such/folder/r: No such file'
    same out ''
    run jaxl-control --dry-run --rejects r r
    status 64
    [ -s r ]
}
t "records that cannot be used" rejects

several() {
    sandbox
    calls 2
    echo '{"action":"tts","call_id":1,"prompt":"x","n":1}' >a
    echo 'action,call_id,prompt,n
tts,2,x,2' >b
    run jaxl-control a - b <<<'{"action":"tts","call_id":1,"prompt":"x","n":3}'
    status 0
    holds out '(map(.n | tostring) | sort) == ["1", "2", "3"]'
    run jaxl-control a missing b
    status 65
    has err '^jaxl-control: missing: No such file'
    holds out 'map(.n) == [1]'
    # a header that cannot be used ends the reading
    echo 'action,action
tts,tts' >c
    run jaxl-control a c b
    status 65
    holds out 'map(.n) == [1]'
    run jaxl-control . # a folder
    [ "$rc" -eq 65 ] || [ "$rc" -eq 74 ] || fail "exit status $rc"
    has err '^jaxl-control: .*directory'
}
t "several inputs" several

# Nothing is asked for, and no credentials are needed.
dry_run() {
    {
        echo '{"action":"tts","call_id":1,"prompt":"x","if":"active","delay":"1h","n":1}'
        echo '{"action":"tts","call_id":1,"prompt":"x","expires":"2026-11-23T10:00:00Z","n":2}'
        echo '{"action":"tts","call_id":1,"n":3}'
        echo '{"action":"play","call_id":2,"file":"missing.wav","n":4}'
        echo '{"action":"audio","call_id":2,"path":"there.wav","n":5}'
    } >in.ndjson
    run jaxl-control --dry-run in.ndjson
    status 1
    holds out 'map([.n, .result]) == [[5, "planned"], [1, "planned"], [2, "expired"]] or
        map([.n, .result]) == [[1, "planned"], [5, "planned"], [2, "expired"]] or
        map([.n, .result]) == [[1, "planned"], [2, "expired"], [5, "planned"]]'
    [ ! -e there.wav ]
    has err '^jaxl-control: 5 actions: 2 planned, 1 expired, 2 rejected$'
    run jaxl-control -n --connections 4 in.ndjson
    status 64
    has err 'do not go with it'
}
t "--dry-run" dry_run

usage() {
    local args expected
    while IFS='~' read -r args expected; do
        read -ra words <<<"$args"
        run jaxl-control "${words[@]}"
        status 64
        same out ''
        has err "^jaxl-control: $expected"
        [ "$(wc -l <err)" -eq 1 ]
    done <<'LINES'
--strickt~unknown option '--strickt'; did you mean '--strict'\?
--connections 0~--connections: '0' is not a whole number from 1 to 64
--connections 65~--connections: 
--queue 0~--queue: 
--timeout never~--timeout: 
--output xml~--output: 'xml' is not one of
--input xml~--input: 
--progress some~--progress: 
LINES
    run jaxl-control --dry-run --map nonsense
    status 64
    has err 'nonsense'
    run jaxl-control --help
    status 0
    same err ''
    has out '^Usage: jaxl-control \[options\] \[FILE\.\.\.\]$'
    run env -u JAXL_API_CREDENTIALS jaxl-control <<<'{"action":"hangup","call_id":1}'
    status 78
    has err 'JAXL_API_CREDENTIALS'
}
t "wrong usage" usage
