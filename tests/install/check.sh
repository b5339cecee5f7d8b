#!/bin/sh
# check.sh PREFIX - does a program of somebody else's build against the library installed in
# PREFIX, and run: with C and C++ compilers, shared and static, by pkg-config and by CMake?
set -eu

prefix=$1
here=$(cd "$(dirname "$0")" && pwd)
capture="$here/../../pcaps/tls12-ecdhe-rsa.pcap"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pkgconfig=$(dirname "$(find "$prefix" -name handlens.pc)")
libdir=$(dirname "$pkgconfig")
export PKG_CONFIG_PATH="$pkgconfig"
export LD_LIBRARY_PATH="$libdir"
expected="server.lab.test TLS 1.2 completed"

check() {
    "$@" "$capture" | grep -qx "$expected" || {
        echo "check.sh: $1 does not print '$expected'" >&2
        exit 1
    }
    echo "ok: $1"
}

# shellcheck disable=SC2046  # lists of words
cc -std=c11 -Wall -Wextra -Wpedantic -Werror "$here/names.c" -o "$work/c_shared" $(pkg-config --cflags --libs handlens)
check "$work/c_shared"
# shellcheck disable=SC2046
c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -x c++ "$here/names.c" -o "$work/cxx_shared" \
    $(pkg-config --cflags --libs handlens)
check "$work/cxx_shared"
# shellcheck disable=SC2046
cc -std=c11 "$here/names.c" -o "$work/c_static" $(pkg-config --cflags handlens) "$libdir/libhandlens.a" \
    $(pkg-config --libs libpcap wolfssl libcjson zlib libzstd liblz4 libbrotlidec)
check "$work/c_static"

cmake -S "$here" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$work/cmake" >/dev/null
check "$work/cmake/names_shared"
check "$work/cmake/names_static"

# Nothing but the public interface is visible.
if nm -D --defined-only "$libdir/libhandlens.so" | awk '{print $3}' | grep -v '^hl_' | grep -v '^HANDLENS_'; then
    echo "check.sh: the shared library shows names that are not its own" >&2
    exit 1
fi
"$prefix/bin/handlens" "$capture" | grep -q "1 handshake, 1 completed"
man_page=$(find "$prefix" -name handlens.1)
test -s "$man_page"
echo "ok: installed in $prefix"
