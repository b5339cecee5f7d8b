#!/usr/bin/env bash
# Makes the captures in pcaps/ anew: real clients and real servers, one situation each, on a network of their own.
#
# usage: make-pcaps.sh [--list] [NAME...]      (as root, on Debian 12; all situations unless some are named)
#
# What is missing is installed with apt-get. Nothing the peers say leaves the two network namespaces they live in.
set -euo pipefail

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pcaps=$(cd "$lab/../.." && pwd)/pcaps

# shellcheck source=tests/lab/net.sh
. "$lab/net.sh"
# shellcheck source=tests/lab/pki.sh
. "$lab/pki.sh"
# shellcheck source=tests/lab/software.sh
. "$lab/software.sh"
for file in "$lab"/situations/*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done

# In the order of the README: as they stand in the files.
situations() { cat "$lab"/situations/{tls12,tls13,dtls,certificates,failures,before_tls,captures}.sh | sed -n 's/^situation_\([a-z0-9_]*\)()$/\1/p' | tr _ -; }

# Ends the situation without a capture, and without harm to the one that is there.
skip()
{
    echo "make-pcaps: $name: skipped: $1" >&2
    return 3
}

# make_one NAME: runs in a subshell of its own, so that whatever goes wrong ends here.
make_one()
{
    name=$1
    raw="$work/$name.raw"
    keys="$work/$name.keys"
    filter=
    say='hello\n'
    shows=
    peers=
    look_for=
    trap net_down EXIT
    net_up 1500
    "situation_${name//-/_}"
    record_end
    if ! compgen -G "$new/$name.pcap*" >/dev/null; then
        mv "$raw" "$new/$name.pcap"
    fi
    # Without the line that says which program wrote it; some peers write only that line.
    if grep -qsv '^#' "$keys"; then
        grep -v '^#' "$keys" >"$new/$name.keys"
    fi
    keep_row
}

keep_row()
{
    local file log=no
    file=$(basename "$(compgen -G "$new/$name.pcap*" | head -n 1)")
    [ ! -e "$new/$name.keys" ] || log="[yes]($name.keys)"
    case $file in
    *.pcapng) log=inside ;;
    esac
    printf '| [%s](%s) | %s | %s | %s | %s |\n' "$name" "$file" "$shows" "$peers" "$log" "$look_for" >"$work/$name.row"
}

# The table: new rows where something was made, the old ones elsewhere.
write_readme()
{
    local one
    touch "$pcaps/README.md"
    {
        cat "$lab/pcaps-readme.head"
        for one in $(situations); do
            cat "$work/$one.row" 2>/dev/null || grep -F "| [$one](" "$pcaps/README.md" || true
        done
    } >"$work/README.md"
    cp "$work/README.md" "$pcaps/README.md"
}

# The root that the certificates in the captures lead to; with those of earlier runs, where only some were made anew.
keep_root()
{
    if [ "$1" = 0 ]; then
        cp "$work/pki/root.pem" "$pcaps/lab-ca.pem"
    else
        cat "$work/pki/root.pem" >>"$pcaps/lab-ca.pem"
    fi
}

main()
{
    local wanted=("$@") one status failed=0
    if [ "${1:-}" = --list ]; then
        situations
        return
    fi
    [ "$(id -u)" = 0 ] || { echo 'make-pcaps: network namespaces need root' >&2; exit 2; }
    [ $# -gt 0 ] || mapfile -t wanted < <(situations)
    for one in "${wanted[@]}"; do
        declare -F "situation_${one//-/_}" >/dev/null || { echo "make-pcaps: no situation $one (see --list)" >&2; exit 2; }
    done

    work=$(mktemp -d)
    # Servers that give up root read their certificates here.
    chmod 755 "$work"
    trap 'rm -rf "$work"' EXIT
    new=$work/new
    mkdir "$new"
    need ip iproute2
    need ethtool ethtool
    need tcpdump tcpdump
    need editcap wireshark-common
    need openssl openssl
    need python3 python3
    pki_make "$work/pki"
    for one in "${wanted[@]}"; do
        echo "$one"
        # Not "|| status=$?": that would switch -e off inside.
        set +e
        (set -e; make_one "$one")
        status=$?
        set -e
        if [ "$status" = 0 ]; then
            rm -f "$pcaps/$one".pcap* "$pcaps/$one.keys"
            mv "$new"/* "$pcaps/"
        elif [ "$status" != 3 ]; then
            echo "make-pcaps: $one: not made" >&2
            failed=1
        fi
        rm -rf "${new:?}"/*
    done
    write_readme
    keep_root "$#"
    return "$failed"
}

main "$@"
