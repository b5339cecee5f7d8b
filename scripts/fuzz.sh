#!/bin/sh
# fuzz.sh SECONDS [TARGET...] - run each fuzz target (or those named) for SECONDS, from its own
# corpus and the sample captures; what is new is kept in build/fuzz-corpus. Stops at the first finding.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
seconds=${1:?usage: fuzz.sh SECONDS [TARGET...]}
shift
"$root/scripts/packages.sh" clang libclang-rt-14-dev cmake ninja-build pkg-config libpcap-dev libwolfssl-dev libcjson-dev \
    zlib1g-dev libzstd-dev liblz4-dev libbrotli-dev libseccomp-dev libcmocka-dev

cd "$root"
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz >/dev/null
cmake --build build/fuzz >/dev/null
total=0
if [ "$#" -eq 0 ]; then
    for target in build/fuzz/tests/fuzz_*; do
        set -- "$@" "${target##*fuzz_}"
    done
fi
for name in "$@"; do
    mkdir -p "build/fuzz-corpus/$name"
    log="build/fuzz-corpus/$name.log"
    # shellcheck disable=SC2046  # the folder only where there is one
    "build/fuzz/tests/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="build/fuzz-corpus/" -print_final_stats=1 "build/fuzz-corpus/$name" \
        $([ -d "tests/fuzz/corpus/$name" ] && echo "tests/fuzz/corpus/$name") pcaps >"$log" 2>&1 || {
        tail -n 40 "$log"
        echo "fuzz.sh: $name found something" >&2
        exit 1
    }
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    total=$((total + runs))
    echo "$name: $runs executions, nothing found"
done
echo "$total executions"
