#!/bin/bash
# What make install leaves: usable, hardened, and gone after make uninstall.
. "$(dirname "$0")/../tool/lib.sh"

root=$T/root
version=$(make -s -C "$builddir" --no-print-directory print-version)
make -s -C "$builddir" install DESTDIR="$root" >install.log 2>&1
prefix=$root$(sed -n 's/^prefix = //p' "$builddir/Makefile")
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export JAXL_MODULE_DIR=$prefix/lib/jaxl # DESTDIR is not where it will run
read -ra cc <<<"${CC:-cc} -std=c11 -Wall -Wextra -Werror"

pc() {
    pkg-config --define-variable=prefix="$prefix" "$@" jaxl
}

complete() {
    local header program
    for program in $(make -s -C "$builddir" --no-print-directory print-programs); do
        [ -x "$prefix/$program" ]
        [ -s "$prefix/share/man/man1/${program#bin/}.1" ]
    done
    for header in "$srcdir"/lib/jaxl.h "$srcdir"/lib/jaxl/*.h; do
        cmp "$header" "$prefix/include/${header#"$srcdir/lib/"}"
    done
    for program in jaxl jaxl-control jaxl-dial jaxl-ivr-apply jaxl-sandbox; do
        has <(bash -c '. "$1" && complete -p "$2"' - "$prefix/share/bash-completion/completions/$program" "$program") _jaxl
    done
    [ -s "$prefix/share/zsh/site-functions/_jaxl" ]
    [ -s "$prefix/share/fish/vendor_completions.d/jaxl.fish" ]
    for program in crontab jaxl-dial@.service jaxl-dial@.timer leads.csv summary.jq \
        billing/crontab billing/funnel billing/monthly-bill billing/tariff.csv billing/top-costs \
        control/actions.csv control/hang-up-mailboxes control/time-limit.jq control/wrap-up.jq \
        ivr/clinic.csv ivr/common.ndjson ivr/languages.ndjson ivr/order-confirmation.ndjson; do
        [ -s "$prefix/share/doc/jaxl/examples/$program" ]
    done
    [ -s "$prefix/share/man/man7/jaxl.7" ]
    [ -s "$prefix/share/man/man5/jaxl-records.5" ]
    [ -s "$prefix/share/man/man5/jaxl-ivr.5" ]
    [ -s "$prefix/share/man/man3/libjaxl.3" ]
}
t "programs, manuals and headers are installed" complete

versions() {
    local program
    [ "$(pc --modversion)" = "$version" ]
    for program in "$prefix"/bin/*; do
        LD_LIBRARY_PATH=$prefix/lib run "$program" --version
        status 0
        same out "${program##*/} $version"
    done
}
t "every program and jaxl.pc tell the configured version" versions

cat >tiny.c <<'C'
#include <jaxl.h>
#include <stdio.h>

int main(void)
{
    struct jaxl_error err;
    struct jaxl_buf b;

    jaxl_buf_init(&b, 3);
    jaxl_buf_puts(&b, "four");
    if (jaxl_buf_check(&b, "a word", &err) != JAXL_ELIMIT)
        return 1;
    puts(err.message);
    jaxl_buf_free(&b);
    return 0;
}
C
shared() {
    local flags
    read -ra flags <<<"$(pc --cflags --libs)"
    "${cc[@]}" ../tiny.c "${flags[@]}" -o tiny
    has <(readelf -d tiny) 'NEEDED.*libjaxl\.so\.0'
    LD_LIBRARY_PATH=$prefix/lib run ./tiny
    status 0
    has out 'a word'
}
t "a program builds and runs with the installed shared library" shared

static() {
    local flags
    mkdir only
    ln "$prefix/lib/libjaxl.a" only/
    read -ra flags <<<"$(pc --static --cflags --libs)"
    "${cc[@]}" ../tiny.c -Lonly "${flags[@]}" -o tiny
    lacks <(readelf -d tiny) 'NEEDED.*libjaxl'
    LD_LIBRARY_PATH='' run ./tiny
    status 0
}
t "and with the static one" static

cat >cut.c <<'C'
#include <jaxl.h>
#include <stdio.h>

static int show(void *ctx, const char *sentence, size_t len)
{
    (void)ctx;
    printf("%.*s\n", (int)len, sentence);
    return 0;
}

int main(void)
{
    struct jaxl_error err;

    if (jaxl_sentence_each("Hello, Dr. Rao. Bye.", 20, NULL, show, NULL, &err) == 0)
        return 0;
    puts(err.message);
    return 1;
}
C
modules() {
    local flags library
    mkdir only
    ln "$prefix/lib/libjaxl.a" only/
    read -ra flags <<<"$(pc --static --cflags --libs)"
    "${cc[@]}" ../cut.c -Lonly "${flags[@]}" -o static
    read -ra flags <<<"$(pc --cflags --libs)"
    "${cc[@]}" ../cut.c "${flags[@]}" -o shared
    for library in shared static; do
        LD_LIBRARY_PATH=$prefix/lib run "./$library"
        status 0
        same out $'Hello, Dr. Rao.\nBye.'
    done
    run env -u JAXL_MODULE_DIR LD_LIBRARY_PATH="$prefix/lib" ./shared
    status 1
    has out "${prefix#"$root"}/lib/jaxl/libjaxl-sentence.so"
}
t "the modules are found by both, at first use, in the configured directory" modules

quick_start() {
    # ICU, libsndfile and libphonenumber would cost every start milliseconds
    ldd "$prefix/lib/libjaxl.so" >needed
    has needed 'libcurl'
    lacks needed 'libicu|libsndfile|libphonenumber'
}
t "the library itself does without what is slow to load" quick_start

cplusplus() {
    local flags
    read -ra flags <<<"$(pc --cflags --libs)"
    cp ../tiny.c tiny.cc
    "${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror -pedantic tiny.cc "${flags[@]}" -o tiny
    LD_LIBRARY_PATH=$prefix/lib run ./tiny
    status 0
}
t "and from C++" cplusplus

# build_example MANUAL: the program between the first .Bd and .Ed of its EXAMPLES, as ./example.
build_example() {
    local flags
    read -ra flags <<<"$(pc --cflags --libs)"
    sed -n '/^\.Sh EXAMPLES/,$p' "$1" |
        sed -n '/^\.Bd/,/^\.Ed/{/^\.[BE]d/d;s/\\e/\\/g;s/^\\&//;p;}' >example.c
    has example.c '^#include <jaxl.h>'
    has example.c '^int main\('
    rm -f example
    "${cc[@]}" example.c "${flags[@]}" -o example
}

example() {
    build_example "$srcdir/man/libjaxl.3"
    printf 'to,name\n+15550100,Ada\n+15550101,"Lovelace, A."\n' >leads.csv
    LD_LIBRARY_PATH=$prefix/lib run ./example <leads.csv
    status 0
    same out $'+15550100\n+15550101'
}
t "the example of libjaxl(3) compiles and does what it says" example

all_examples() {
    local manual
    [ "$(find "$srcdir/man" -name '*.3' | wc -l)" -ge 10 ]
    for manual in "$srcdir"/man/*.3; do
        build_example "$manual" || fail "the example of ${manual##*/} cannot be built"
        [ -x example ]
    done
}
t "the example of every manual of the library compiles and links" all_examples

# Those that need no platform do what their manual says.
local_examples() {
    export LD_LIBRARY_PATH=$prefix/lib
    build_example "$srcdir/man/jaxl_base.3"
    run ./example
    same out '+12025550100: 1.05'
    build_example "$srcdir/man/jaxl_json.3"
    run ./example
    same out '0.350'
    build_example "$srcdir/man/jaxl_record.3"
    printf 'to,name\n+15550100,Ada\n' >leads.csv
    run ./example <leads.csv
    status 0
    has out '^to +name$'
    has out '^\+15550100 +Ada$'
    build_example "$srcdir/man/jaxl_report.3"
    printf '%s\n' '{"call_id":1,"campaign":"a","placed_at":"2026-10-05T20:00:00Z","disposition":"ANSWERED","duration":9}' >calls
    run ./example <calls
    status 0
    holds out 'length == 1 and .[0].day == "2026-10-06" and .[0].talk == 9'
    build_example "$srcdir/man/jaxl_window.3"
    run ./example
    status 0
    same out 'closed until 2026-11-27T15:00:00Z'
}
t "the examples of the manuals that need no platform do what they say" local_examples

hardened() {
    local file
    for file in "$prefix"/bin/* "$prefix"/lib/libjaxl.so "$prefix"/lib/jaxl/*.so; do
        readelf -hldW "$file" >elf
        has elf 'Type: +DYN'
        has elf 'GNU_RELRO'
        has elf 'BIND_NOW|FLAGS_1.*NOW'
        has elf 'GNU_STACK .* RW  '
        lacks elf 'RPATH|RUNPATH.*(tmp|build)'
        has <(nm -D "$file") ' U __stack_chk_fail'
        case $file in
        */bin/*) has elf 'FLAGS_1.*PIE' ;;
        */libjaxl.so) has <(nm -D "$file") ' U __[a-z]+_chk' ;;
        *) lacks <(nm -D --defined-only "$file") ' [^j ][^ ]*$' ;; # a module gives away no other name
        esac
    done
}
t "position independent, read-only relocations, bound at start, stack protector, fortified" hardened

static_names() {
    # no name without our prefix can clash with a user's
    nm -g --defined-only "$prefix/lib/libjaxl.a" | awk 'NF == 3 { print $3 }' >names
    lacks names '^[^j]|^j[^a]|^ja[^x]|^jax[^l]|^jaxl[^_]'
}
t "the static library defines only names that begin with jaxl_" static_names

gone_again() {
    make -s -C "$builddir" uninstall DESTDIR="$root"
    find "$root" ! -type d >left
    same left ''
}
t "make uninstall takes every file away" gone_again
