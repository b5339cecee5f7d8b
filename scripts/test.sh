#!/bin/sh
# test.sh [CTEST-ARGUMENT...] - build with sanitizers and run every test.
# The first run installs the Debian packages that are missing.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
"$root/scripts/packages.sh" gcc g++ cmake ninja-build pkg-config libpcap-dev libwolfssl-dev libcjson-dev zlib1g-dev \
    libzstd-dev liblz4-dev libbrotli-dev libseccomp-dev libc6-dev libcmocka-dev librdkafka-dev kcat python3 python3-jsonschema \
    python3-cryptography python3-yaml libxml2-utils openssl gnutls-bin haproxy stunnel4 gzip zstd lz4 iproute2 tcpdump tcpreplay \
    systemd slurm-wlm munge shellcheck

cd "$root"
[ -f build/asan/build.ninja ] || cmake --preset asan
cmake --build build/asan
ctest --test-dir build/asan --output-on-failure -j "$(nproc)" "$@"
