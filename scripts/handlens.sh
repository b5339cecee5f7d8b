#!/bin/sh
# handlens.sh [ARGUMENT...] - build handlens if needed, and run it with the arguments given.
# The first run installs the Debian packages that are missing.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
"$root/scripts/packages.sh" gcc cmake ninja-build pkg-config libpcap-dev libwolfssl-dev libcjson-dev zlib1g-dev \
    libzstd-dev liblz4-dev libbrotli-dev libseccomp-dev libc6-dev ca-certificates

build="$root/build/release"
log="$root/build/release.log"
mkdir -p "$root/build"
if [ ! -f "$build/build.ninja" ]; then
    (cd "$root" && cmake --preset release) >"$log" 2>&1 || {
        cat "$log" >&2
        exit 2
    }
fi
cmake --build "$build" --target handlens >"$log" 2>&1 || {
    cat "$log" >&2
    exit 2
}
exec "$build/handlens" "$@"
