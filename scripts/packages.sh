#!/bin/sh
# packages.sh PACKAGE... - install those Debian packages that are missing.
# Needs root (or sudo) only if something is missing.
set -eu

missing=""
for package in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    case "$state" in
    ii*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

run=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "packages.sh: missing:$missing; install them as root: apt-get install$missing" >&2
        exit 1
    }
    run=sudo
fi
echo "installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # a list of words
{
    $run apt-get update -qq
    $run apt-get install -y -qq --no-install-recommends $missing
} >&2
