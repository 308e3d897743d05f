#!/bin/bash
# The manuals are clean, complete, and say what the programs say.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/recorder.sh"

print() {
    make -s -C "$builddir" --no-print-directory "print-$1"
}
mapfile -t manuals < <(cd "$srcdir" && printf '%s\n' man/*.[1-8])
mapfile -t programs < <(print programs)

lint() {
    local manual here=$PWD
    for manual in "${manuals[@]}"; do
        # whether the pages referred to are installed here is not the manual's affair
        (cd "$srcdir" && mandoc -Tlint "$manual" >"$here/said" 2>&1) || cat said >>all
    done
    [ ! -e all ] || sed '/referenced manual not found/d; /outdated mandoc.db/d' all >lint
    touch lint
    same lint ''
}
t "mandoc has nothing to say" lint

registered() {
    print manuals | LC_ALL=C sort >listed
    printf '%s\n' "${manuals[@]}" | LC_ALL=C sort >have
    diff -u listed have
}
t "every manual is installed" registered

every_program() {
    local program
    [ "${#programs[@]}" -ge 2 ]
    for program in "${programs[@]}"; do
        [ -s "$srcdir/man/${program#bin/}.1" ]
    done
}
t "every program has a manual" every_program

# The long options that the manual explains, sorted; those of --help, sorted.
options_of_manual() {
    awk '
        /^\.It Fl/ {
            line = $0
            while (match(line, /Fl (Fl |-)[a-z0-9-]+/)) {
                name = substr(line, RSTART, RLENGTH)
                sub(/^Fl (Fl |-)/, "", name)
                print name
                line = substr(line, RSTART + RLENGTH)
            }
        }' "$1" | LC_ALL=C sort
}
options_of_help() {
    sed -nE 's/^  (-., |    )--([a-z0-9-]+).*/\2/p' "$1" | LC_ALL=C sort
}
same_options() {
    local program name
    for program in "${programs[@]}"; do
        name=${program#bin/}
        [ "$name" != jaxl ] || continue # which has commands
        run "$name" --help
        status 0
        options_of_help out >help
        has help '^version$'
        options_of_manual "$srcdir/man/$name.1" >manual
        diff -u help manual || fail "man/$name.1 (+) and $name --help (-) differ in their options"
    done
}
t "the options of --help are those of OPTIONS" same_options

# The commands of jaxl-dial, and each of their options.
dial_commands() {
    local command option
    run jaxl-dial --help
    sed -n '/^Commands/,/^$/s/^  \([a-z-]*\) .*/\1/p' out >commands
    [ "$(wc -l <commands)" -ge 7 ]
    sed -n '/^\.Sh THE LEDGER/,/^\.Sh SIGNALS/p' "$srcdir/man/jaxl-dial.1" >section
    sed -n 's/^\.It Cm \([a-z-]*\).*/\1/p' section | diff -u commands -
    while read -r command; do
        run jaxl-dial "$command" --help
        options_of_help out
    done <commands | sort -u >options
    [ "$(wc -l <options)" -ge 9 ]
    while read -r option; do
        has section "Fl Fl $option( |\$)"
    done <options
}
t "jaxl-dial(1) has its commands, in the order of the help, and their options" dial_commands

# Of jaxl(1): "COMMAND" and "COMMAND --OPTION", a line each, in the order of the page. Entries that
# follow each other share what comes then; those with "Op Ar page" have the options of lists.
entries_of_manual() {
    awk '
        /^\.Sh / { inside = $2 == "COMMANDS" }
        !inside { next }
        /^\.It Ic / {
            if (body) n = body = 0
            name = $0
            sub(/^\.It Ic /, "", name)
            page = sub(/ Op Ar page$/, "", name)
            names[n++] = name
            print name
            if (page) print name " --limit\n" name " --offset\n" name " --all"
            next
        }
        { body = 1 }
        /^\.It Fl/ {
            match($0, /Fl Fl [a-z0-9-]+/)
            for (i = 0; i < n; i++) print names[i] " --" substr($0, RSTART + 6, RLENGTH - 6)
        }' "$srcdir/man/jaxl.1"
}
every_command() {
    local command
    commands >all
    [ "$(wc -l <all)" -ge 45 ]
    entries_of_manual >entries
    grep -v -- -- entries | diff -u all -
    while read -r command; do
        options "$command" | sed "s/^/$command --/"
        has "$srcdir/man/jaxl.1" "^\.Dl jaxl $command( |\$)" >&9
    done <all | LC_ALL=C sort >help
    grep -- -- entries | LC_ALL=C sort | diff -u help -
    # and those of every command, which one without any of its own shows
    run jaxl accounts me --help
    options_of_help out >help
    sed '/^\.Sh VALUES/q' "$srcdir/man/jaxl.1" >top
    options_of_manual top | diff -u help -
}
t "jaxl(1) has every command, in the order of the help, with its options and an example" every_command

references() {
    local manual name section
    sed -nE 's/^\.Xr (lib)?(jaxl[a-z_-]*) ([1-8]).*/\1\2 \3/p' "${manuals[@]/#/$srcdir/}" | sort -u >refs
    while read -r name section; do
        [ -f "$srcdir/man/$name.$section" ] || fail ".Xr $name $section: there is no such manual"
    done <refs
    for manual in "${manuals[@]}"; do
        [ "$manual" = man/jaxl.7 ] || has "$srcdir/$manual" '^\.Xr jaxl 7'
    done
}
t "references lead somewhere, all to jaxl(7)" references

# Each function of the library, with its prototype, and in a sentence.
every_function() {
    local name
    cat "$srcdir"/man/*.3 >all
    while read -r name; do
        grep -qx "\.Fo $name" all || fail "no manual has the prototype of $name"
        grep -Eq "^\.(It )?.*Fn $name( |\$)" all || fail "no manual says what $name does"
    done <"$srcdir/lib/libjaxl.sym"
}
t "every function of the library is in a manual of section 3" every_function

# The arguments of the prototypes are those of the headers.
prototypes() {
    sed -nE 's/^\.Fo (.*)/\1(/p; s/^\.Fa "(.*)"/\1,/p; s/^\.Fc/)/p' "$srcdir"/man/*.3 | tr -d '\n ' |
        sed 's/,)/)\n/g' | LC_ALL=C sort >manuals
    grep -hv '^#' "$srcdir"/lib/jaxl/*.h | tr '\n' ' ' | grep -oE 'JAXL_API [^;]*;' |
        sed -E 's/ +JAXL_PRINTF\([^)]*\)//; s/^[^(]*[ *](jaxl_[a-z0-9_]+\()/\1/; s/[; ]//g' |
        LC_ALL=C sort >headers
    diff -u headers manuals
}
t "their prototypes are those of the headers" prototypes

exit_codes() {
    local number
    sed -n '/CLI_DONE = 0/,/^}/s/^ *CLI_[A-Z_]* = \([0-9]*\).*/\1/p' \
        "$srcdir/bin/common/cli.h" | grep -v 128 >codes
    [ "$(wc -l <codes)" -ge 8 ]
    while read -r number; do
        has "$srcdir/man/jaxl.7" "^\.It (Em )?$number\$"
    done <codes
}
t "jaxl(7) explains every exit code" exit_codes

# The tables of lib/campaign and of the outcomes, word for word.
words() {
    local word
    {
        sed -n '/_name(enum/,/^}/p' "$srcdir/lib/campaign/result.c" "$srcdir/lib/platform/disposition.c"
        sed -n '/^} failures\[\]/,/^};/p' "$srcdir/lib/platform/disposition.c"
        sed -n '/columns\[\] = {/,/};/p' "$srcdir/lib/campaign/result.c"
        sed -n '/_name(enum/,/^}/p' "$srcdir/lib/campaign/ledger_query.c"
        sed -n '/^#define CALL/,/^#define VIEW/p' "$srcdir/lib/campaign/campaign.c"
    } | grep -o '"[A-Za-z_.0-]*"' | tr -d '"' | sed 's/\..*//' | sort -u >words
    [ "$(wc -l <words)" -ge 60 ]
    while read -r word; do
        has "$srcdir/man/jaxl-records.5" "(^| )$word( |\$)"
    done <words
}
t "jaxl-records(5) explains every field, state, disposition and reason" words

# What the calls that note a problem say, a regular expression a line: numbers and names are any.
problems() {
    perl -0777 -ne '
        s{/\*.*?\*/}{}gs;
        while (/\b(?:jaxl_ivr_tree_problem|not_included|too_many)\(((?:"(?:[^"\\]|\\.)*"|[^";{])*);/g) {
            my $call = $1;
            while ($call =~ /((?:"(?:[^"\\]|\\.)*"\s*(?:PRI[a-z]64\s*)?)+)/g) {
                my $text = $1;
                $text =~ s/"\s*(PRI[a-z]64)?\s*"?/$1 ? "u" : ""/ge;
                $text = quotemeta $text;
                $text =~ s/\\%(\\[.*]|\d)*[a-z]/.*/g;
                print "$text\n" if $text =~ /[a-z]{2}/;
            }
        }' "$@"
}
problems_of_ivr() {
    local problem
    sed 's/\\(dq/"/g' "$srcdir/man/jaxl-ivr.5" >text
    problems "$srcdir"/lib/ivr/*.c >told
    [ "$(wc -l <told)" -ge 35 ]
    while IFS= read -r problem; do
        grep -Pq -- "$problem" text || fail "man/jaxl-ivr.5 lacks: $problem"
    done <told
}
t "jaxl-ivr(5) has what every check says" problems_of_ivr
