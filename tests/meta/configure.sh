#!/bin/bash
# configure says what is missing by the name of its Debian package, all of it at once.
. "$(dirname "$0")/../tool/lib.sh"

# What libtool and automake find out of a machine the build has found out: no case is about that, and
# it takes half of the time.
sed -n '/^## Cache variables/,/^## Output variables/p' "$builddir/config.log" | grep -E '^(lt|am)_cv_' >site
export CONFIG_SITE=$T/site

# without PATTERN...: a PATH in ./path with every program but those.
without() {
    local pattern
    mkdir path
    find /usr/local/bin /usr/bin /bin -maxdepth 1 ! -type d -exec ln -sf -t path {} +
    for pattern in "$@"; do
        find path -name "$pattern" -delete
    done
}

libraries() {
    run env PKG_CONFIG_LIBDIR=/nonexistent "$srcdir/configure" -q
    status 1
    has err 'apt-get install libcurl4-openssl-dev libssl-dev libsqlite3-dev libpcre2-dev libmicrohttpd-dev libicu-dev libsndfile1-dev libspeexdsp-dev$'
}
t "every missing library is named at once" libraries

no_header() {
    run "$srcdir/configure" -q ac_cv_header_csv_h=no ac_cv_lib_yajl_yajl_alloc=no
    status 1
    has err 'apt-get install libyajl-dev libcsv-dev$'
}
t "libraries without pkg-config files as well" no_header

no_pkg_config() {
    without '*pkg-config*' '*pkgconf*'
    run env PATH="$PWD/path" PKG_CONFIG= "$srcdir/configure" -q ac_cv_header_microhttpd_h=no
    status 1
    has err 'apt-get install pkg-config libmicrohttpd-dev$'
}
t "without pkg-config the list is complete" no_pkg_config

no_phonenumber() {
    without '*g++*' '*c++*' '*clang++*'
    run env -u CXX PATH="$PWD/path" "$srcdir/configure" -q jaxl_cv_phonenumber=no
    status 1
    has err 'apt-get install libphonenumber-dev g\+\+$'
    has err 'configure --disable-phonenumber$'
}
t "without libphonenumber and C++ both are named, and the option that does without" no_phonenumber

no_compiler() {
    without '*gcc*' '*cc' '*clang*' 'c89*' 'c99*'
    run env -u CC PATH="$PWD/path" "$srcdir/configure" -q
    status 1
    has err 'apt-get install gcc libc6-dev$'
}
t "without a compiler its package is named" no_compiler

# What can be left out, in one tree, as configuring takes long: libphonenumber and C++, Check, and
# optimisation.
mkdir tree
cd tree
printf '#!/bin/sh\ncase $* in *check*) exit 1 ;; esac\nexec pkg-config "$@"\n' >pkg-config
chmod +x pkg-config
without '*g++*' '*c++*' '*clang++*'
plain() (
    cd "$T/tree"
    export PATH=$PWD/path
    "$@"
)
plain env -u CXX "$srcdir/configure" -q --disable-dependency-tracking --enable-werror --disable-phonenumber \
    jaxl_cv_phonenumber=no CFLAGS=-O0 PKG_CONFIG="$PWD/pkg-config" >said 2>&1 || echo "configure: $?" >>said
cd "$T"

disabled_phonenumber() {
    local object
    has "$T/tree/said" 'E\.164 only'
    for object in data/libcore_la-module base/libcore_la-module base/libcore_la-error base/libcore_la-line; do
        run plain make "lib/$object.lo"
        status 0
    done
    cat >ask.c <<'C'
#include <jaxl.h>
#include <stdio.h>

int main(void)
{
    struct jaxl_phone phone;
    struct jaxl_error err;
    char region[JAXL_NUMBER_REGION], area[JAXL_AREA_NAME];

    if (jaxl_number_parse("98765 43210", 11, "IN", &phone, &err) != JAXL_ECONFIG)
        return 1;
    puts(err.message);
    return jaxl_number_region(&phone, region, &err) != JAXL_ECONFIG ||
           jaxl_area_of(&phone, area, &err) != JAXL_ECONFIG;
}
C
    "${CC:-cc}" -I"$srcdir/lib" ask.c "$T"/tree/lib/*/libcore_la-*.o -o ask
    run ./ask
    status 0
    same out 'built without libphonenumber: give E.164 numbers'
    plain make -n all >plan
    has plan libjaxl-audio
    lacks plan 'libjaxl-(number|area)|lphonenumber|lgeocoding'
}
t "--disable-phonenumber needs neither, and the functions say so" disabled_phonenumber

no_check() {
    has "$T/tree/said" 'no: without unit tests \(apt-get install check\)'
    run plain make check-local
    status 2
    has err 'apt-get install check,'
}
t "without Check it builds, and make check says what is missing" no_check

unoptimised() {
    has "$T/tree/Makefile" '^HARDEN_CPPFLAGS = *$'
    run plain make lib/base/libcore_la-error.lo
    status 0
}
t "an unoptimised build is not fortified, which would warn" unoptimised
