# shellcheck shell=bash disable=SC2154,SC2034
# What ivr-broken.sh and ivr-disk.sh share: a small tree, applying it, and what was asked for.

# tree [MESSAGE]: two menus, two options, a number, as ivr.ndjson
tree() {
    cat >ivr.ndjson <<END
{"ivr": "main", "message": "${1-Press 1 for sales, 2 for support.}"}
{"ivr": "main", "input": "1", "message": "Sales", "teams": [1]}
{"ivr": "main", "input": "2", "message": "Support", "next": "support"}
{"ivr": "support", "message": "Please hold.", "hangup": true}
{"phone": "+12015550199", "ivr": "main"}
END
}

# wide [MESSAGE]: 15 menus in a circle with an option each; a message that all of them have
wide() {
    local i
    for i in {0..14}; do
        echo "{\"ivr\": \"m$i\", \"message\": \"${1-Menu $i.}\"}"
        echo "{\"ivr\": \"m$i\", \"input\": \"1\", \"message\": \"On\", \"next\": \"m$(((i + 1) % 15))\"}"
    done >ivr.ndjson
}

apply() {
    run jaxl-ivr-apply --allow reach,leave,prompts "$@" ivr.ndjson
}

# complete: the last run was fine, and there is nothing left to do
complete() {
    status 0
    holds out 'all(.error == null)'
    plan_is_empty "$@"
}
plan_is_empty() {
    apply --plan "$@"
    status 0
    holds out "length == $(wc -l <ivr.ndjson)"' and all(.action == "unchanged")'
}

# once MENUS OPTIONS: so many are on the account, besides what the sandbox begins with
once() {
    local id
    jaxl ivrs list --all --output ndjson >menus.json
    [ "$(wc -l <menus.json)" -eq $(($1 + 1)) ] || { cat menus.json && fail "not $1 menus"; }
    for id in $(jq 'select(.id > 1).id' menus.json); do
        jaxl ivrs options list --ivr "$id" --output ndjson
    done >have
    [ "$(wc -l <have)" -eq "$2" ] || { cat have && fail "not $2 options"; }
}

# asked METHOD PATH: how many requests there were; PATH is a pattern of bash
asked() {
    local line n=0
    while IFS= read -r line; do
        # shellcheck disable=SC2053 # a pattern
        [[ $line != *"\"$1\",\"path\":\""$2'"'* ]] || n=$((n + 1))
    done <"$journal"
    echo "$n"
}
reached() { # COUNT METHOD PATH
    [ "$(asked "$2" "$3")" -ge "$1" ]
}

# Creations whose answers get lost.

carried_out=reset-after,timeout-after,garbage,truncated,empty,500-after,504-after
nothing_done=reset-before,timeout-before,500-before,502,503,504
