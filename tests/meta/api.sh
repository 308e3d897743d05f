#!/bin/bash
# The library exports what its installed headers declare, nothing else, and lib/libjaxl.sym says so.
. "$(dirname "$0")/../tool/lib.sh"

headers=$srcdir/lib/jaxl

exports() {
    awk -f "$srcdir/lib/exports.awk" "$@" | LC_ALL=C sort
}

pinned() {
    exports "$headers"/*.h >declared
    diff -u "$srcdir/lib/libjaxl.sym" declared ||
        fail "the interface has changed: run 'make sym' in the build directory and commit the result"
}
t "lib/libjaxl.sym is the list of the declared functions" pinned

exported() {
    local lib=$builddir/lib/.libs/libjaxl.so
    [ -e "$lib" ] || lib=$builddir/lib/.libs/libjaxl.a
    if [[ $lib == *.so ]]; then
        nm -D --defined-only "$lib" | awk '{ print $3 }' | LC_ALL=C sort >have
        diff -u "$srcdir/lib/libjaxl.sym" have
    fi
}
t "the shared library exports exactly these names" exported

extracts() {
    cat >x.h <<'H'
#define JAXL_API __attribute__((visibility("default"))) \
    JAXL_API jaxl_not(void);
/* JAXL_API int jaxl_not_this(void); */
JAXL_API int jaxl_a(void); /* an int; or so */
JAXL_API const struct jaxl_b_type *
jaxl_b(int (*f)(void *), JAXL_X);
JAXL_API extern const int jaxl_c;
int jaxl_d(void);
JAXL_API int jaxl_e(const char *fmt, ...)
    JAXL_PRINTF(1, 2);
H
    exports x.h >names
    same names $'jaxl_a\njaxl_b\njaxl_c\njaxl_e'
}
t "the list is made from declarations only" extracts

alone() {
    local header
    for header in jaxl.h "${header_names[@]}"; do
        printf '#include <%s>\nint main(void) { return 0; }\n' "$header" >x.c
        cp x.c x.cc
        "${CC:-cc}" -std=c11 -Wall -Wextra -Werror -pedantic -I"$srcdir/lib" -fsyntax-only x.c
        "${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror -pedantic -I"$srcdir/lib" -fsyntax-only x.cc
    done
}
mapfile -t header_names < <(cd "$headers/.." && printf '%s\n' jaxl/*.h)
t "each header compiles alone, as C11 and as C++17" alone

umbrella() {
    printf '#include <%s>\n' "${header_names[@]}" | LC_ALL=C sort >all
    grep '^#include' "$srcdir/lib/jaxl.h" | LC_ALL=C sort >have
    diff -u all have
}
t "jaxl.h includes every public header" umbrella

installed() {
    make -s --no-print-directory -C "$builddir" print-api | sed 's,^lib/,,' | LC_ALL=C sort >listed
    printf '%s\n' "${header_names[@]}" | LC_ALL=C sort >have
    diff -u listed have
}
t "every public header is installed" installed

# A declaration stands below a comment, or below other declarations that share one, or below the
# struct of its arguments which has one.
documented() {
    awk '
        FNR == 1 { comment = 0 }
        /^#/ || /^$/ { if (!/^$/ || !inside) comment = 0 }
        /\/\*/ { inside = 1 }
        /\*\// { inside = 0; comment = 1; if (!/JAXL_API/) next }
        /^(enum|struct|typedef)/ && !inside { above = /\{$/ && comment; comment = 0 }
        /^};?/ && !inside { comment = above; above = 0 }
        /^JAXL_API/ && !comment { print FILENAME ":" FNR ": " $0; bad = 1 }
        END { exit bad }' "$headers"/*.h
}
t "a comment stands above each public function" documented

# What asks the platform for something, in the wire test's hand-written list.
on_the_wire() {
    local name
    tr '\n' ' ' <<<"$(cat "$headers"/*.h)" | grep -oE 'JAXL_API int [a-z0-9_]+\([^;]*struct jaxl_answer \*a,' |
        sed -E 's/JAXL_API int ([a-z0-9_]+).*/\1/' >names
    [ "$(wc -l <names)" -ge 45 ]
    while read -r name; do
        grep -q "SENDS($name(" "$srcdir/tests/unit/check_wire.c" || fail "check_wire.c lacks $name"
    done <names
}
t "each function that asks the platform has its case on the wire" on_the_wire
