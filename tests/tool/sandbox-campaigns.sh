#!/bin/bash
# Campaigns that the platform runs: the upload, what it does with it, pausing, results.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

# leads NUMBER...: a file of them
leads() {
    {
        echo name,phone
        printf 'Ann,%s\n' "$@"
    } >leads.csv
}

# clock HOURS [ZONE]: the time of day so many hours from now, there; in $clock
clock() {
    local TZ=${2:-UTC}
    printf -v clock '%(%H:%M)T' $((EPOCHSECONDS + $1 * 3600))
}

# window START END [ZONE]: hours from now, in $window
window() {
    clock "$1" "${3-}"
    window="{\"start\": \"$clock\", \"end\": "
    clock "$2" "${3-}"
    window+="\"$clock\", \"tz\": \"${3:-UTC}\"};type=application/json"
}

# ready: what every upload needs; open is a window that is open for a day less an hour
ready() {
    sandbox "$@"
    client_attest
    call_body +12025550100 # asks for $signed
    sealed_id '{"o": "aiagent", "i": "cod", "oid": 42}'
    agent=$answer
    window -1 22
    open=$window
    leads +12025550100 +12025550110 +12025550121
}

# sealed_id JSON: the part jaxl_id, in $answer
sealed_id() {
    seal "$sk" "$1"
}

names=(specification content_type type jaxl_id run_at recharge currency template window auto_retry cc num_retries options)

# upload [NAME=VALUE...]: the parts in order, with these instead; NAME= leaves one out. Further parts,
# as curl takes them, in $more, the order in $order.
upload() {
    local name change parts=()
    local -A value=([specification]='@leads.csv;type=text/csv' [content_type]=CSV [type]=AIAGENT
        [recharge]=$signed [currency]=1 [template]='' [window]=$open
        [auto_retry]=False [cc]=IN [options]='{};type=application/json' [jaxl_id]=$agent)
    for change in "$@"; do
        name=${change%%=*}
        value[$name]=${change#*=}
        [ -n "${value[$name]}" ] || unset "value[$name]"
    done
    for name in "${order[@]:-${names[@]}}"; do
        [ -z "${value[$name]+set}" ] || parts+=(-F "$name=${value[$name]}")
    done
    api POST CALL /v1/campaign/upload/ "${parts[@]}" "${more[@]}"
}
order=() more=()

# campaign ID: its object in ./campaign
campaign() {
    get CALL '/v1/campaign/?limit=500'
    expect 200
    jq -c ".results[] | select(.id == $1)" body >campaign
}

is() {
    campaign "$1"
    jq -e "$2" campaign >/dev/null
}

# calls_of ID: the calls of a campaign in ./calls, the oldest first
calls_of() {
    get CALL "/v1/calls/?currency=1&limit=500&campaign_id=$1"
    expect 200
    jq -c '.results | reverse[]' body >calls
}

runs() {
    ready --speed 1000
    upload run_at=2020-01-01T00:00:00Z
    expect 200
    holds body '. == [{id: 1, cta_type: 4, cta_id: 1, run_at: "2020-01-01T00:00:00Z"}]'
    wait_until 30 is 1 '.status == "FINISHED"'
    holds campaign '.[0] | keys == ["created_on", "cta_type", "id", "in_window", "name", "started_by", "stats", "status",
        "tags"] and .name == "leads.csv" and .cta_type == 4 and .started_by == 11 and .tags == []'
    holds campaign '.[0].stats == {total: 3, successful: 1, failed: 1, missed: 1, pending: 0}'
    calls_of 1
    holds calls 'map(.to_number) == ["+12025550100", "+12025550110", "+12025550121"] and all(.[];
        .camp == {campaign_id: 1, name: "leads.csv", metadata: null} and .is_bot and .from_number == "+12015550199")'
    # one a second of its own time, which is a thousandth
    holds calls 'def us: sub("Z"; "") | split(".") | (.[0] + "Z" | fromdate) * 1000000 + ((.[1] // "0") + "000000" | .[:6] |
        tonumber); map(.created_on | us) | .[1] - .[0] == 1000 and .[2] - .[1] == 1000'
    [ "$(jq -r '.created_on' campaign)" = "$(jq -rs '.[0].created_on' calls)" ]
    holds "$journal" 'map(select(.event == "placed")) | map(.to) == ["+12025550100", "+12025550110", "+12025550121"] and
        all(.[]; .campaign == 1 and .session_id == null)'
    get CALL '/v1/calls/?currency=1&campaign=true&bot=true'
    holds body '.[0].count == 3'
    get CALL '/v1/calls/?currency=1&campaign=false'
    holds body '.[0].count == 0'
    get CALL '/v1/calls/?currency=1&bot=false'
    holds body '.[0].count == 0'
    get CALL '/v1/calls/?currency=1&campaign_id=2'
    holds body '.[0].count == 0'
    place +12025550100 # one that is not of the campaign
    holds "$journal" 'map(select(.event == "placed")) | .[3].campaign == null'
    get CALL '/v1/calls/?currency=1&campaign=false'
    holds body '.[0] | .count == 1 and .results[0].camp.campaign_id == null'
    post CALL /v1/calls/1/tags/ '{"name": "vip"}'
    post CALL /v1/calls/2/tags/ '{"name": "vip"}'
    post CALL /v1/calls/2/tags/ '{"name": "late"}'
    is 1 '.tags == [{name: "vip", count: 2}, {name: "late", count: 1}]'
}
t "a campaign calls everyone in its file" runs

kinds() {
    local type id cta
    ready
    while IFS='~' read -r type id cta_type cta; do
        sealed_id "$id"
        upload "type=$type" "jaxl_id=$answer"
        expect 200
        holds body ".[0] | .cta_type == $cta_type and .cta_id == $cta and .run_at == null"
    done <<'END'
AIAGENT~{"o": "aiagent", "i": "custom", "oid": 42}~4~8
MARKETPLACE~{"o": "ivr", "i": 5, "oid": 42}~3~5
ORGANIZATION_GROUP~{"o": "team", "i": 6, "oid": 42}~2~6
ORGANIZATION_EMPLOYEE~{"o": "member", "i": "sandbox@example.com", "oid": 42}~1~11
END
    calls_of 2
    holds calls 'length > 0 and all(.[]; .is_bot | not)'
    while IFS='~' read -r type id; do
        sealed_id "$id"
        upload "type=$type" "jaxl_id=$answer"
        expect 400 PAYLOAD_INVALID_FIELD jaxl_id
    done <<'END'
AIAGENT~{"o": "aiagent", "i": "nobody", "oid": 42}
AIAGENT~{"o": "aiagent", "i": 1, "oid": 42}
AIAGENT~{"o": "aiagent", "i": "cod", "oid": 43}
AIAGENT~{"o": "aiagent", "i": "cod", "oid": "42"}
AIAGENT~{"o": "aiagent", "i": "cod"}
AIAGENT~{"o": "aiagent", "i": "cod", "oid": 42, "more": 1}
AIAGENT~{"o": "team", "i": "cod", "oid": 42}
AIAGENT~["aiagent", "cod", 42]
MARKETPLACE~{"o": "ivr", "i": "5", "oid": 42}
ORGANIZATION_GROUP~{"o": "team", "i": 0, "oid": 42}
ORGANIZATION_EMPLOYEE~{"o": "member", "i": 11, "oid": 42}
END
    seal "$genesis_key" '{}'
    upload "jaxl_id=$answer"
    expect 400 PAYLOAD_INVALID_TOKEN jaxl_id
    upload jaxl_id=1
    expect 400 PAYLOAD_INVALID_TOKEN jaxl_id
    sealed_id aiagent
    upload "jaxl_id=$answer"
    expect 400 PAYLOAD_INVALID_JSON jaxl_id
    get CALL /v1/campaign/
    holds body '.[0].count == 4'
}
t "who talks to those that are called" kinds

parts() {
    local change reason field
    ready
    while IFS='~' read -r change reason field; do
        upload "$change"
        expect 400 "$reason" "$field"
    done <<'END'
specification=~MISSING_PART~specification
content_type=~MISSING_PART~content_type
type=~MISSING_PART~type
jaxl_id=~MISSING_PART~jaxl_id
recharge=~MISSING_PART~recharge
currency=~MISSING_PART~currency
window=~MISSING_PART~window
auto_retry=~MISSING_PART~auto_retry
cc=~MISSING_PART~cc
options=~MISSING_PART~options
specification=phone;type=text/csv~INVALID_PART~specification
specification=@leads.csv;type=text/plain~INVALID_PART~specification
content_type=JSON~INVALID_PART~content_type
content_type=YAML~INVALID_PART~content_type
content_type=csv~INVALID_PART~content_type
type=TEAM~INVALID_PART~type
run_at=tomorrow~INVALID_PART~run_at
recharge=1000000:1:42:00~PAYMENT_ISSUE~recharge
currency=2~PAYMENT_ISSUE~recharge
currency=3~INVALID_FIELD~currency
currency=EUR~INVALID_FIELD~currency
window={"start": "09:00", "end": "19:00", "tz": "UTC"}~INVALID_PART~window
window=[];type=application/json~INVALID_PART~window
window={"start": "9:00", "end": "19:00", "tz": "UTC"};type=application/json~INVALID_FIELD~start
window={"start": "24:00", "end": "19:00", "tz": "UTC"};type=application/json~INVALID_FIELD~start
window={"start": "09:00", "end": "19:60", "tz": "UTC"};type=application/json~INVALID_FIELD~end
window={"start": "09:00", "end": "09:00", "tz": "UTC"};type=application/json~INVALID_FIELD~end
window={"start": "09:00", "end": "19:00", "tz": "Asia/Nowhere"};type=application/json~INVALID_FIELD~tz
window={"start": "09:00", "end": "19:00"};type=application/json~MISSING_FIELD~tz
window={"start": "09:00", "end": "19:00", "tz": "UTC", "a": 1};type=application/json~UNKNOWN_FIELD~a
auto_retry=true~INVALID_PART~auto_retry
num_retries=2~INVALID_PART~num_retries
cc=in~INVALID_PART~cc
cc=IND~INVALID_PART~cc
options={}~INVALID_PART~options
options={"a": 1};type=application/json~INVALID_PART~options
template=@leads.csv~INVALID_PART~template
END
    for field in 0 11 x; do
        upload auto_retry=True "num_retries=$field"
        expect 400 INVALID_PART num_retries
    done
    order=("${names[@]:1}" specification)
    upload
    expect 400 MISSING_PART specification
    order=(specification type content_type "${names[@]:3}")
    upload
    expect 400 MISSING_PART content_type
    order=() more=(-F more=1)
    upload
    expect 400 UNKNOWN_PART more
    more=(-F options={})
    upload
    expect 400 UNKNOWN_PART options
    more=()
    post CALL /v1/campaign/upload/ '{}'
    expect 415
    get CALL /v1/campaign/
    holds body '.[0] == {count: 0, next: null, previous: null, results: []}'
    upload currency=USD template=Hello auto_retry=True num_retries=10 run_at=2999-01-01T00:00:00Z
    expect 200
}
t "every part of an upload is checked, and its place" parts

files() {
    local text
    ready
    # the column by its name, whatever its case and place, else the first
    for text in 'a,PHONE,to\nx,+12025550100,y' 'a,To\nx,+12025550100' 'number,a\n+12025550100,x' \
        'mobile,a\n+12025550100,x' '\xef\xbb\xbfphone\r\n"+12025550100"\r\n'; do
        printf %b "$text" >leads.csv
        upload
        expect 200
        id=$(jq .id body)
        calls_of "$id"
        holds calls 'map(.to_number) == ["+12025550100"]'
    done
    for text in '' 'phone\n' '+12025550100\n+12025550101\n' 'phone,a\n+12025550100\n' 'phone,phone\n1,2\n' \
        'phone\n"+12025550100\n'; do
        printf %b "$text" >leads.csv
        upload
        expect 400 INVALID_PART specification
    done
    # what is no number fails, and is not called
    leads +12025550100 12025550100 nobody '' '"a ""b"", c"'
    upload
    expect 200
    campaign 6
    holds campaign '.[0].stats | .total == 5 and .failed == 4 and .pending == 1'
    calls_of 6
    holds calls 'length == 1'
    get CALL '/v1/campaign/6/export/?as=csv'
    has body '^"12025550100",failed,,0,0,DID_YOU_FORGET_THE_PLUS_SIGN$'
    has body '^"nobody",failed,,0,0,INVALID_TO_NUMBER$'
    has body '^"",failed,,0,0,INVALID_TO_NUMBER$'
    has body '^"a ""b"", c",failed,,0,0,INVALID_TO_NUMBER$'
    {
        echo phone
        seq -f '+1202666%04.0f' 0 9999
    } >leads.csv
    upload
    expect 200
    is 7 '.stats.total == 10000'
    {
        echo phone
        seq -f '+120%.0f' 200000000 200100000
    } >leads.csv
    upload
    expect 400 INVALID_PART specification
}
t "the file: its column, what is no number, its length" files

exports() {
    ready --speed 1000
    upload
    wait_until 30 is 1 '.status == "FINISHED"'
    get CALL '/v1/campaign/1/export/?as=csv'
    expect 200
    has headers '^Content-Type: text/csv.$'
    same body 'phone,status,call_id,attempts,duration,failure_reason
"+12025550100",successful,1,1,30,
"+12025550110",missed,2,1,0,
"+12025550121",failed,3,1,0,DND'
    get CALL '/v1/campaign/1/export/?as=json'
    expect 200
    holds body '.[0][0] == {phone: "+12025550100", status: "successful", call_id: 1, attempts: 1, duration: 30,
        failure_reason: null} and (.[0] | length) == 3 and .[0][2].failure_reason == "DND"'
    get CALL '/v1/campaign/1/export/?as=yaml'
    expect 400 INVALID_PARAMETER as
    get CALL '/v1/campaign/1/export/?as=xlsx'
    expect 400 INVALID_PARAMETER as
    get CALL /v1/campaign/1/export/
    expect 400 MISSING_PARAMETER as
    get CALL '/v1/campaign/2/export/?as=csv'
    expect 404 NOT_FOUND
    upload run_at=2999-01-01T00:00:00Z
    get CALL '/v1/campaign/2/export/?as=json'
    holds body 'all(.[0][]; .status == "pending" and .call_id == null and .attempts == 0)'
}
t "the results of a campaign" exports

# status ID STATUS [FILTER]: asks for it
set_status() {
    local json="{\"status\": \"$2\", \"recharge\": \"$signed\", \"currency\": 1}"
    [ -z "${3-}" ] || json=$(jq -c "$3" <<<"$json")
    patch CALL "/v1/campaign/$1/" "$json"
}

pauses() {
    local filter field at
    ready --speed 600
    printf -v at '%(%Y-%m-%dT%H:%M:%SZ)T' $((EPOCHSECONDS + 1200)) # two seconds of real time
    upload "run_at=$at"
    set_status 1 PAUSED
    expect 200
    holds body '.[0] | .id == 1 and .status == "PAUSED" and .stats.pending == 3'
    upload "run_at=$at"
    is 2 '.status == "SCHEDULED" or .status == "RUNNING" or .status == "FINISHED"'
    wait_until 60 is 2 '.status == "FINISHED"'
    is 1 '.status == "PAUSED" and .stats.pending == 3'
    calls_of 1
    holds calls 'length == 0'
    set_status 1 PAUSED
    expect 400 CAMPAIGN_PAUSED status
    set_status 1 RESUMED '.currency = "USD"'
    expect 200
    holds body '.[0].status == "RESUMED"'
    wait_until 60 is 1 '.status == "FINISHED"'
    get CALL '/v1/calls/?currency=1'
    holds body '.[0].results | map(.camp.campaign_id) == [1, 1, 1, 2, 2, 2]'
    set_status 1 PAUSED
    expect 400 CAMPAIGN_FINISHED status
    set_status 9 PAUSED
    expect 404 NOT_FOUND
    upload run_at=2999-01-01T00:00:00Z
    set_status 3 RESUMED
    expect 400 CAMPAIGN_NOT_PAUSED status
    while IFS='~' read -r filter reason field; do
        set_status 3 PAUSED "$filter"
        expect 400 "$reason" "$field"
    done <<'END'
.status = "STOPPED"~INVALID_FIELD~status
.status = null~INVALID_FIELD~status
del(.status)~MISSING_FIELD~status
del(.recharge)~MISSING_FIELD~recharge
del(.currency)~MISSING_FIELD~currency
.currency = 7~INVALID_FIELD~currency
.currency = 2~PAYMENT_ISSUE~recharge
.recharge = "1"~PAYMENT_ISSUE~recharge
.more = 1~UNKNOWN_FIELD~more
END
    is 3 '.status == "SCHEDULED"'
}
t "a campaign that is paused calls nobody, until it is resumed" pauses

lists() {
    local query ids
    ready --speed 1000
    upload
    upload run_at=2999-01-01T00:00:00Z
    upload run_at=2999-01-01T00:00:00Z
    set_status 3 PAUSED
    wait_until 30 is 1 '.status == "FINISHED"'
    while read -r query ids; do
        get CALL "/v1/campaign/$query"
        expect 200
        holds body ".[0].results | map(.id) == $ids"
    done <<'END'
? [3,2,1]
?status=FINISHED [1]
?status=PAUSED&status=FINISHED [3,1]
?status=SCHEDULED [2]
?status=STOPPED []
?limit=2 [3,2]
?limit=2&offset=2 [1]
END
    get CALL '/v1/campaign/?limit=1&offset=1&status=FINISHED&status=PAUSED'
    holds body '.[0] | .count == 2 and .next == null and (.previous | endswith("limit=1&offset=0"))'
    get CALL '/v1/campaign/?status=DONE'
    expect 400 INVALID_PARAMETER status
    get CALL '/v1/campaign/?name=x'
    expect 400 UNKNOWN_PARAMETER name
    get CALL '/v1/campaign/1/'
    expect 405
}
t "the list of campaigns" lists

closed() {
    ready
    window 2 4 America/New_York
    upload "window=$window"
    expect 200
    is 1 '.status == "RUNNING" and .in_window == false and .stats == {total: 3, successful: 0, failed: 0, missed: 0,
        pending: 3}'
    window 2 -1 Asia/Kolkata # open but for three hours
    upload "window=$window"
    is 2 '.in_window == false'
    window 22 2 Asia/Kolkata # over midnight or not
    upload "window=$window"
    is 3 '.in_window'
    calls_of 1
    holds calls 'length == 0'
    calls_of 3
    holds calls 'length > 0'
}
t "outside of its window a campaign calls nobody" closed

opens() {
    ready --speed 3600
    leads +12025550121 +12025550121
    window 2 4 Asia/Kolkata
    upload "window=$window"
    expect 200
    wait_until 30 is 1 '.status == "FINISHED"'
    calls_of 1
    # it opens at the full minute two hours from now, which is 2 seconds less a minute's 1/60
    jq -s 'def s: sub("Z"; "") | split(".") | (.[0] + "Z" | fromdate) + ("0." + (.[1] // "0") | tonumber);
        (.[0].created_on | s) as $start | .[1:] | map(.created_on | s) | .[0] - $start > 1.98 and .[0] - $start <= 2.001 and
        length == 2' campaign calls >waited
    same waited true
}
t "calls begin when the window opens, by the clock of the zone" opens

retries() {
    ready --speed 1000
    leads +12025550110 +12025550100
    upload auto_retry=True num_retries=2
    wait_until 30 is 1 '.status == "FINISHED"'
    holds campaign '.[0].stats == {total: 2, successful: 1, failed: 0, missed: 1, pending: 0}'
    calls_of 1
    holds calls 'map(.to_number) == ["+12025550110", "+12025550100", "+12025550110", "+12025550110"]'
    get CALL '/v1/campaign/1/export/?as=csv'
    has body '^"\+12025550110",missed,4,3,0,$'
    leads +12025550111
    upload auto_retry=True
    wait_until 30 is 2 '.status == "FINISHED"'
    calls_of 2
    holds calls 'length == 2'
}
t "who misses the call is called again" retries

calls_final() {
    calls_of "$1"
    jq -se 'all(.[]; .is_finalized)' calls >/dev/null
}

no_money() {
    ready --speed 1000 --recharge 0.01
    leads +12025550100 +12025550133 # the second would be refused
    upload
    wait_until 30 is 1 '.status == "FINISHED"'
    wait_until 30 calls_final 1
    holds calls 'map(.failure_reason) == [null, "PROVIDER_SERVICE_ERROR"]'
    upload
    wait_until 30 is 2 '.status == "FINISHED" and .stats.failed == 2'
    calls_of 2
    holds calls 'length == 2 and all(.[]; .failure_reason == "OOB")'
}
t "without money the calls fail" no_money

restarts() {
    local i numbers=()
    for i in 0 1 2 3 4 5 6 7 8 9; do
        numbers+=("+120266600$i$i")
    done
    ready --dir d --speed 10
    leads "${numbers[@]}" nobody
    upload auto_retry=True num_retries=1
    expect 200
    upload run_at=2999-01-01T00:00:00Z
    set_status 2 PAUSED
    campaign 2
    mv campaign before
    calls_of 1
    head -n 1 calls >first
    kill -KILL "$sandbox"
    await "$sandbox"
    printf '{"event":"leads","first":0,"leads":["+12025550100"]}\n' >>d/state.ndjson # of an upload that was cut off
    sandbox --dir d --speed 1 # its speed is that which it had
    campaign 2
    diff before campaign
    set_status 2 RESUMED
    expect 200
    stop "$sandbox"
    sandbox --dir d
    is 2 '.status == "RESUMED" or .status == "SCHEDULED"'
    upload
    expect 200
    is 3 '.stats.total == 11' # not the leads of what was cut off
    calls_of 1
    jq -c '[.id, .to_number, .created_on]' first calls | sort | uniq -d >kept
    holds kept 'length == 1'
    # each is called once, or once more when nobody answered
    wait_until 120 every_number
    jq -r '[.to_number, .missed] | @tsv' calls | sort | uniq -c | awk '$1 > 2 { exit 1 }'
}

every_number() {
    calls_of 1
    [ "$(jq -r .to_number calls | sort -u | wc -l)" -eq 10 ]
}
t "campaigns go on after a restart" restarts
