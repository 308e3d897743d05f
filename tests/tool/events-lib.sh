# shellcheck shell=bash
# What the tests of the webhook server share.

# listen OPTION...: starts jaxl-events on a free port: $port, $events (its process), records in
# events.out, messages in events.err
listen() {
    listen_as jaxl-events "$@"
}

# listen_as FUNCTION OPTION...: as listen, by a function that ends with exec jaxl-events "$@"
listen_as() {
    local starts=$1
    shift
    spawn events "$starts" --listen :0 "$@"
    # shellcheck disable=SC2154 # of lib.sh
    events=$pid
    wait_until 30 listening
    port=$(sed -n 's/.*listening on port //p' events.err)
    # shellcheck disable=SC2034 # for the test, with --metrics
    watch=$(sed -n 's/.*metrics on port //p' events.err)
}

listening() {
    alive "$events" || fail "jaxl-events ended: $(cat events.err)"
    lib_matches events.err 'listening on port [0-9]+$'
}

# body KIND CALL [VALUE [STATE_MEMBERS]]: the body of a webhook; VALUE is the option, data or mark
body() {
    local option=null data=null mark=null event=1
    case $1 in
    configure)
        printf '{"pk":11,"event":1,"option":null,"data":null,"mark":null,"state":null}'
        return
        ;;
    data) data="\"$3\"" ;;
    option) option="\"$3\"" event=2 ;;
    mark) mark="\"$3\"" event=5 ;;
    teardown) event=3 ;;
    esac
    printf '{"pk":11,"event":%d,"option":%s,"data":%s,"mark":%s,"state":{"call_id":%d,%s}}' \
        "$event" "$option" "$data" "$mark" "$2" "\"from_number\":\"+911400000001\",\"to_number\":\"${to-+919876543210}\",\"direction\":2${4:+,$4}"
}

# ask METHOD BODY [CURL_OPTION...]: the answer in ./answer, its status in $code
ask() {
    local method=$1 text=$2
    shift 2
    code=$(curl -sS -o answer -w '%{http_code}' -m 30 -X "$method" -H 'Content-Type: application/json' \
        --data-binary "$text" "$@" "http://127.0.0.1:$port${path-/webhook/}") || code=0
    # shellcheck disable=SC2034 # for the test
    : "$code"
}

# tell KIND CALL [VALUE]: sends an event, DELETE for a teardown; the status must be 200
tell() {
    local method=POST
    [ "$1" != teardown ] || method=DELETE
    ask "$method" "$(body "$@")"
    [ "$code" = 200 ] || fail "status $code: $(cat answer)"
}

# said TEXT: the last answer, whole
said() {
    [ "$(cat answer)" = "$1" ] || fail "the answer is $(cat answer), not $1"
}

# health CODE: what /healthz says, with --metrics; the text in ./health
health() {
    [ "$(curl -sS -o health -w '%{http_code}' "http://127.0.0.1:$watch/healthz")" = "$1" ]
}

# the descriptors of the clients that hold has opened, and how many of them were hung up on at once
held=() hung_up=0

# hold N TEXT: N clients more, each of which sends a text, as printf has it, and no more
hold() {
    local i fd
    for ((i = 0; i < $1; i++)); do
        exec {fd}<>"/dev/tcp/127.0.0.1/$port"
        # shellcheck disable=SC2059 # escapes
        printf "$2" >&"$fd" || hung_up=$((hung_up + 1))
        held+=("$fd")
    done
}

let_go() {
    local fd
    for fd in "${held[@]}"; do
        exec {fd}>&-
    done
    held=() hung_up=0
}
