# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# The network of the lab: two hosts, each a network namespace of its own, joined by one cable.
# Nothing here can reach, or be reached from, the network of the machine that runs it.
#
#   client  192.0.2.10  2001:db8::10        server  192.0.2.20  2001:db8::20
#
# Sourced by make-pcaps.sh, which sets $work (a temporary folder), $lab (this folder) and $name (the situation at hand).

client4=192.0.2.10
server4=192.0.2.20
client6=2001:db8::10
server6=2001:db8::20
client_ns=handlens-client-$$
server_ns=handlens-server-$$
background=()
recorder=

# client COMMAND..., server COMMAND...: runs it on that host, for 20 seconds at most.
client() { timeout 20 ip netns exec "$client_ns" "$@"; }
server() { timeout 20 ip netns exec "$server_ns" "$@"; }

# net_up MTU: both hosts, joined by a veth pair.
net_up()
{
    ip netns add "$client_ns"
    ip netns add "$server_ns"
    ip link add name c0 netns "$client_ns" type veth peer name s0 netns "$server_ns"
    # Without this the capture holds segments larger than the wire allows, with checksums nobody has filled in.
    client ethtool -K c0 tx off tso off gso off gro off >"$work/ethtool.log" 2>&1
    server ethtool -K s0 tx off tso off gso off gro off >>"$work/ethtool.log" 2>&1
    net_addresses "$1"
}

# net_up_wire MTU OPTION...: the same hosts, joined by peers/wire.py, which can lose, reorder and mirror frames.
net_up_wire()
{
    local mtu=$1
    shift
    ip netns add "$client_ns"
    ip netns add "$server_ns"
    in_background server python3 "$lab/peers/wire.py" "$@" c0 s0
    wait_until 'the wire' server ip link show dev s0
    server ip link set dev c0 netns "$client_ns"
    net_addresses "$mtu"
}

net_addresses()
{
    client ip link set dev lo up
    server ip link set dev lo up
    client ip link set dev c0 mtu "$1" up
    server ip link set dev s0 mtu "$1" up
    client ip addr add "$client4/24" dev c0
    server ip addr add "$server4/24" dev s0
    if [ "$1" -ge 1280 ]; then
        client ip addr add "$client6/64" dev c0 nodad
        server ip addr add "$server6/64" dev s0 nodad
    fi
}

# Ends every process of the lab, then the hosts and, with them, the cable.
net_down()
{
    local ns pid
    for pid in "${background[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    background=()
    for ns in "$client_ns" "$server_ns"; do
        [ -e "/run/netns/$ns" ] || continue
        for pid in $(ip netns pids "$ns"); do
            kill "$pid" 2>/dev/null || true
        done
        sleep 0.1
        for pid in $(ip netns pids "$ns"); do
            kill -9 "$pid" 2>/dev/null || true
        done
        ip netns del "$ns"
    done
    wait 2>/dev/null || true
}

# in_background client|server COMMAND...: a server, or a client that outlives the next step. None lives longer than a minute.
in_background()
{
    local ns=$server_ns
    [ "$1" = server ] || ns=$client_ns
    shift
    timeout 60 ip netns exec "$ns" "$@" >"$work/background-${#background[@]}.log" 2>&1 <"${console:-/dev/null}" &
    background+=($!)
}

# console_open: the next in_background reads its standard input from $console, which stays open, and takes commands later.
console_open()
{
    console=$work/console-$name
    mkfifo "$console"
    exec 9<>"$console"
}

# wait_until WHAT COMMAND...: until the command succeeds, five seconds at most.
wait_until()
{
    local what=$1 tries=0
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then
            echo "make-pcaps: $name: no sign of $what" >&2
            tail -n 5 "$work"/background-*.log >&2 || true
            return 1
        fi
        sleep 0.05
    done
}

not() { ! "$@"; }
listening() { "$1" ss -Hln"$2" "sport = :$3" | grep -q .; }

# up PORT: waits for a TCP server on the server host. It looks at the socket table: a connection would end up in the capture.
up() { wait_until "a server on port $1" listening server t "$1"; }
up_udp() { wait_until "a server on UDP port $1" listening server u "$1"; }

# record [-i INTERFACE] [TCPDUMP OPTION...]: from here on, what the server's interface sees goes to $raw; with "-i c0", what
# the client's sees. The filter is $filter.
record()
{
    local interface=s0 ns=$server_ns
    if [ "${1:-}" = -i ]; then
        interface=$2
        shift 2
    fi
    [ "$interface" != c0 ] || ns=$client_ns
    # shellcheck disable=SC2086 # the filter is a list of words
    timeout 60 ip netns exec "$ns" tcpdump -i "$interface" -Z root -n -U --immediate-mode "$@" -w "$raw" ${filter:-tcp or udp} 2>"$work/tcpdump-$name.log" &
    recorder=$!
    wait_until tcpdump grep -q 'listening on' "$work/tcpdump-$name.log"
}

# A moment for the last FIN, then the end of the capture.
record_end()
{
    [ -n "$recorder" ] || return 0
    sleep 0.3
    kill "$recorder" 2>/dev/null || true
    wait "$recorder" 2>/dev/null || true
    recorder=
}
