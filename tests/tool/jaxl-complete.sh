#!/bin/bash
# What the shells offer to complete a command line of jaxl with.
. "$(dirname "$0")/../tool/lib.sh"

# complete WORD...: what bash offers for the last of these words, sorted, in ./out.
complete_bash() {
    run bash --norc --noprofile -c '
        . ./script
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _jaxl
        [ "${#COMPREPLY[@]}" -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' - "$@"
    status 0
    same err ''
    sed 's/ *$//' out | LC_ALL=C sort >offered
    mv offered out
}
offers() {
    same out "$(tr ' ' '\n' <<<"$1" | LC_ALL=C sort)"
}
completion_bash() {
    jaxl completion bash >script
    bash -n script
    [ -z "$(command -v shellcheck)" ] || shellcheck script
    complete_bash jaxl pho
    offers phones
    complete_bash jaxl ivrs ''
    offers 'create get list options update'
    complete_bash jaxl ivrs options ''
    offers 'configure list'
    complete_bash jaxl calls get --c
    offers '--call-id --currency'
    complete_bash jaxl phones list --type ''
    offers 'all active inactive'
    complete_bash jaxl phones list --type = act
    offers active
    complete_bash jaxl calls list -o ''
    offers 'auto csv json ndjson table'
    complete_bash jaxl calls get --call-id ''
    offers ''
    complete_bash jaxl api ''
    offers 'DELETE GET PATCH POST'
    complete_bash jaxl api GET ''
    offers 'account call message payment'
    complete_bash jaxl api GET call /v1/ --da
    offers '--data'
    complete_bash jaxl completion ''
    offers 'bash fish zsh'
    touch 'a file' other
    complete_bash jaxl campaigns create --path 'a '
    same out 'a file'
    complete_bash jaxl api POST call /v1/ --data @ot
    offers '@other'
    complete_bash jaxl calls metadata --data ot # JSON, and no file
    offers ''
    complete_bash jaxl calls play --audio ot
    offers other
    complete_bash jaxl dial --dry
    offers '--dry-run'
    complete_bash jaxl dial s
    offers 'script status suppressions'
    complete_bash jaxl dial leads.csv st
    offers ''
    complete_bash jaxl dial unknown --res
    offers '--resolve-unknown'
    complete_bash jaxl dial unknown --dry
    offers ''
    run bash --norc --noprofile -c '. ./script
        COMP_WORDS=(jaxl-dial opt-out --so) COMP_CWORD=2
        _jaxl_program jaxl-dial --so opt-out
        echo "${COMPREPLY[@]}"'
    same out '--source'
    complete_bash jaxl nothing ''
    status 0
}
t "completion in bash" completion_bash

# Every command and every option of its help is offered.
completion_complete() {
    local words
    jaxl completion bash >script
    jaxl --help | sed -nE 's/^  ([a-z]+( [a-z]+)*)   +.*/\1/p' >commands
    [ "$(wc -l <commands)" -ge 45 ]
    while read -r words; do
        read -ra words <<<"$words"
        jaxl "${words[@]}" --help | sed -nE "s/^  (-., |    )(--[a-z0-9-]+).*/${words[*]} \\2/p"
    done <commands >options
    run bash --norc --noprofile -c '. ./script
        while read -ra words; do
            COMP_WORDS=(jaxl "${words[@]}" --)
            COMP_CWORD=$((${#words[@]} + 1))
            _jaxl
            printf "${words[*]} %s\n" "${COMPREPLY[@]}"
        done <commands'
    status 0
    diff -u options out
}
t "completion knows every option of every command" completion_complete

completion_fish() {
    jaxl completion fish >script.fish
    fish -n script.fish
    offered() {
        run fish --no-config -c 'source script.fish; complete -C "$argv[1]"' -- "$1"
        status 0
        same err ''
        cut -f 1 out | LC_ALL=C sort >offered
        mv offered out
    }
    offered 'jaxl ivrs '
    offers 'create get list options update'
    offered 'jaxl calls get --c'
    offers '--call-id --currency'
    offered 'jaxl phones list --type '
    offers 'all active inactive'
    offered 'jaxl api GET '
    offers 'account call message payment'
    offered 'jaxl api GET call /v1/ --da'
    offers '--data'
    touch other
    offered 'jaxl campaigns create --path oth'
    offers other
}
t "completion in fish" completion_fish

# The function runs as the completion system would run it, with what it calls replaced.
completion_zsh() {
    jaxl completion zsh >_jaxl
    zsh -n _jaxl
    asks() {
        run zsh -f -c '
            compdef() { : }
            _describe() { print -l -- ${(P)@[-1]%%:*} }
            _arguments() { print -l -- "$@"; print -- "words: $words, $CURRENT" }
            _gnu_generic() { print -- "generic: $words" }
            . ./_jaxl
            service=jaxl words=("$@") CURRENT=$#
            _jaxl' - "$@"
        status 0
        same err ''
    }
    asks jaxl ivrs ''
    same out $'create\nlist\nget\nupdate\noptions'
    asks jaxl ''
    has out '^calls$'
    asks jaxl phones list --type ''
    has out '^--type=\[.*\]:.*:\(all active inactive\)$'
    has out '^words: list --type , 3$'
    asks jaxl api GET ''
    has out '^:word:\(account payment call message\)$'
    has out '^words: api GET , 3$'
    asks jaxl campaigns create --path ''
    has out '^--path=\[.*\]:FILE:_files$'
    asks jaxl dial ''
    has out '^generic: jaxl-dial $'
}
t "completion in zsh" completion_zsh

completion_wrong() {
    run jaxl completion
    status 64
    has err 'one of bash, zsh and fish'
    run jaxl completion tcsh
    status 64
}
t "completion for another shell is refused" completion_wrong
