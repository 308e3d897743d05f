# shellcheck shell=bash disable=SC2034,SC2154
# What a bench sources once its functions are there: it goes on in a folder of its own. With --call it only runs
# one of them, which is how a sandbox calls it; $self, $builddir, $srcdir and $delay are for that.
export self builddir srcdir delay
: "${delay:=0}"
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
builddir=$build srcdir=$(cd "$srcdir" && pwd)
if [ "${1-}" = --call ]; then
    "${@:2}"
    exit
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/jaxl-bench-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
