#!/bin/bash
# What each command of jaxl sends, to the byte that counts, and what it prints of the answer. The
# tables in tests/tool/wire are written by hand from the protocol. A command is a line "$", then for
# each request in turn
#
#     > METHOD MODULE/path?parameters     the parameters in any order, decoded
#     >> body                             JSON, compared with the order of its keys, or a line
#                                         "name (file, type) = text" for each part of a form, of
#                                         a WAV file what is in it
#     < status answer                     what it is answered
#
# and "=" before each line that it prints, or "=~" before what jq finds true of that. What is sealed
# for the platform is opened; the session id of a call stands as UUID, the present time as NOW.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"
. "$srcdir/tests/tool/recorder.sh"

tables=("$srcdir"/tests/tool/wire/*.txt)
account
printf 'calls mute = PATCH /v2/calls/{}/silence/\n# ours\n\ncalls hold = /v2/calls/{}/wait/\ncalls play = /v2/calls/{}/sound/\n' >endpoints

# Parameters of a query in order, a line each.
parameters() {
    local part all lines=()
    IFS='&' read -r -a all <<<"$1"
    for part in "${all[@]}"; do
        part=${part//+/ }
        printf -v part %b "${part//%/\\x}"
        recent "$part" && part=${part%%=*}=NOW
        lines+=("  ? $part")
    done
    if [ "${#lines[@]}" -eq 1 ]; then
        echo "${lines[0]}"
    else
        printf '%s\n' "${lines[@]}" | LC_ALL=C sort
    fi
}
# A time of the last ten minutes.
recent() {
    [[ $1 == start_time=* ]] && [ "$((EPOCHSECONDS - $(date -d "${1#*=}" +%s)))" -lt 600 ]
}

hashed() { # TEXT, in $block with the SHA-256 of text for HASH(text)
    local hash
    block=$1
    while [[ $block =~ HASH\(([^\)]*)\) ]]; do
        hash=${BASH_REMATCH[0]}
        signer sha256 "${BASH_REMATCH[1]}"
        block=${block/"$hash"/$answer}
    done
}

# opened SED: standard input with its sealed texts opened, each put through sed.
opened() {
    local text key token
    text=$(cat)
    if [[ $text == *gAAAAA* ]]; then
        key=$(jq -r .sk "$JAXL_STATE_DIR/attestation.json")
        while [[ $text =~ gAAAAA[A-Za-z0-9_=-]+ ]]; do
            token=${BASH_REMATCH[0]}
            unseal "$key" "$token"
            text=${text/"$token"/"sealed $(jq -c . <<<"$answer" | sed "$1")"}
        done
    fi
    printf '%s\n' "$text"
}

# wav SAMPLE...: a WAV file of 8 kHz, mono, 16 bit.
wav() {
    perl -e '$d = pack "s<*", @ARGV; $n = length $d;
        print pack "A4VA4A4VvvVVvvA4V", "RIFF", 36 + $n, "WAVE", "fmt ", 16, 1, 1, 8000, 16000, 2, 16, "data", $n;
        print $d' -- "$@"
}
# Such a file within a form, as words.
wav_told() {
    perl -0777 -pe 's{RIFF....WAVEfmt \x10\0\0\0(.{16})data(....)(.*)(?=\r\n--)}{
        ($form, $channels, $rate, undef, undef, $bits) = unpack "vvVVvv", $1;
        unpack("V", $2) == length $3 or die "the WAV has another length than it says";
        sprintf "format %d, %d Hz, channels %d, bits %d: %s", $form, $rate, $channels, $bits,
            join " ", unpack "s<*", $3}se'
}

# The parts of a form, a line each.
parts() { # TYPE FILE
    local boundary=${1#*boundary=}
    [[ $1 == 'multipart/form-data; boundary='* ]] || fail "the form has the type $1"
    wav_told <"$2" >form
    awk -v RS="--${boundary//\"/}" '
        NR > 1 && !/^--/ {
            sub(/^\r\n/, ""); sub(/\r\n$/, "")
            n = index($0, "\r\n\r\n")
            head = substr($0, 1, n - 1); text = substr($0, n + 4)
            match(head, /name="[^"]*"/); name = substr(head, RSTART + 6, RLENGTH - 7)
            more = ""
            if (match(head, /filename="[^"]*"/)) more = substr(head, RSTART + 10, RLENGTH - 11)
            if (match(head, /Content-Type: [^\r]*/))
                more = more (more ? ", " : "") substr(head, RSTART + 14, RLENGTH - 14)
            gsub(/\n/, "\\n", text)
            print name (more ? " (" more ")" : "") " = " text
        }' form | sed 's/ $//' | opened ''
}

body() { # N
    local type
    text_of "$record/$1.type"
    type=$text
    case $type in
    '') [ ! -s "$record/$1.body" ] || fail "a body without a type" ;;
    application/json)
        jq -c --argjson now "$EPOCHSECONDS" '
            if .session_id? then .session_id |= sub("^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$"; "UUID") else . end |
            if .timestamp? and (.timestamp | sub("\\.[0-9]+Z$"; "Z") | fromdate - $now | . > -600 and . < 60)
            then .timestamp = "NOW" else . end
            ' "$record/$1.body" | opened 's/[\\"]/\\&/g' | sed 's/^/  /'
        ;;
    *) parts "$type" "$record/$1.body" | sed 's/^/  /' ;;
    esac
}

# What was sent, and what should have been, in the same words.
sent() {
    local n=0 method target
    while read -r method target; do
        n=$((n + 1))
        target=${target#/}
        echo "$method ${target%%\?*}"
        [[ $target != *\?* ]] || parameters "${target#*\?}"
        body "$n"
    done <"$record/requests"
}
expected() {
    local line target
    while IFS= read -r line; do
        case $line in
        '> '*)
            target=${line#> }
            echo "${target%%\?*}"
            # a plus that is meant travels as %2B
            target=${target//+/%2B}
            [[ $target != *\?* ]] || parameters "${target#*\?}"
            ;;
        '>> {'*) jq -c . <<<"${line#>> }" | sed 's/^/  /' ;;
        '>> '*) echo "  ${line#>> }" ;;
        esac
    done <<<"$block"
}

# picked PREFIX: the lines of $block that begin with it, without it, in $picked
picked() {
    local line
    picked=''
    while IFS= read -r line; do
        [[ $line != "$1"* ]] || picked+=${line#"$1"}$'\n'
    done <<<"$block"
}

command_line() {
    local did text
    picked '< '
    recorder < <(printf %s "$picked")
    printf 'to,name\n+919876543210,Asha\n' >leads.csv
    printf '[{"to": "+919876543210"}]\n' >leads.json
    printf -- '- to: "+919876543210"\n' >leads.yml
    wav 0 1000 -1000 32767 >tone.wav
    run bash -c "$1"
    expected >should
    sent >did
    text_of did
    did=$text
    text_of should
    [ "$did" = "$text" ] || diff -u should did
    same err ''
    status 0
    picked '=~ '
    if [ -n "$picked" ]; then
        holds out "$picked"
    else
        picked '= '
        text_of out
        [[ $text == "$picked" || $text$'\n' == "$picked" ]] || diff -u <(printf %s "$picked") out
    fi
}

# every BLOCK: runs them all.
every() {
    local line block='' command=''
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '#'*) continue ;;
        '$ '*) command=${line#* } block='' ;;
        '')
            if [ -n "$command" ]; then
                row "$command" "$block"
                command=''
            fi
            ;;
        *) block+=$line$'\n' ;;
        esac
    done
    [ -z "$command" ] || row "$command" "$block"
}
row() {
    in_case() {
        hashed "$2"
        command_line "$1"
    }
    t "$1" in_case "$1" "$2"
}
for table in "${tables[@]}"; do
    every <"$table"
done

# Nothing that jaxl has is missing from the tables.
complete() {
    local command option
    sed -n 's/^\$ //p' "${tables[@]}" >lines
    # but those that ask the platform nothing, or what other commands ask it
    commands | grep -vE '^(doctor|help|apps run|completion)$' >all
    [ "$(wc -l <all)" -ge 45 ]
    while read -r command; do
        grep -E "(^| )jaxl $command( |\$)" lines >of || fail "no row for jaxl $command"
        options "$command" >own
        text_of of
        while read -r option; do
            [[ $text =~ "--$option"[=[:space:]] ]] || echo "jaxl $command --$option"
        done <own
    done <all >missing
    same missing ''
}
t "there is a row for every command and every option" complete
