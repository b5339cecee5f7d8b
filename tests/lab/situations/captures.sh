# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# Ordinary handshakes, out of the ordinary networks and captures.

situation_ipv6()
{
    about 'TLS 1.3 over IPv6' curl nginx '2001:db8::10 and 2001:db8::20'
    nginx_serve rsa
    record
    curl_get --resolve "server.lab.test:443:[$server6]"
}

situation_vlan()
{
    about 'what a switch shows of a trunk: frames with an IEEE 802.1Q tag' curl nginx 'VLAN 7 between Ethernet and IPv4'
    net_down
    net_up_wire 1500 --tag 7 --mirror mirror0
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    filter='vlan and tcp' record -i mirror0
    curl_get
}

situation_lossy()
{
    about 'TLS 1.2 over a bad line, captured at the client: small segments, some lost, some late' curl nginx \
        'segments missing, retransmitted and out of order; the handshake completes'
    net_down
    net_up_wire 400 --lose 12 --swap 20 --seed 7
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record -i c0
    curl_get
}

situation_small_segments()
{
    about 'every message cut: a ClientHello over many segments' curl nginx 'MSS 88: hardly a record in one piece'
    client ip route change 192.0.2.0/24 dev c0 advmss 88
    server ip route change 192.0.2.0/24 dev s0 advmss 88
    nginx_serve ecdsa 'ssl_protocols TLSv1.2'
    record
    curl_get
}

situation_mid_stream()
{
    about 'a capture that starts after the handshake' openssl openssl 'no SYN, no ClientHello: only application data and close_notify'
    openssl_serve rsa -tls1_2
    { printf 'hello\n'; sleep 1; printf 'hello\n'; sleep 0.5; } | keys=/dev/null openssl_client -tls1_2 &
    local talk=$!
    sleep 0.6
    record
    wait "$talk"
}

situation_starts_at_server_hello()
{
    about 'a capture that starts in the middle of a handshake, after the ClientHello' openssl openssl \
        'the first message is the ServerHello; what was offered stays unknown'
    openssl_serve rsa -tls1_2
    record
    openssl_ask -tls1_2
    record_end
    # The SYN, its answer, the acknowledgement and the ClientHello go.
    editcap -F pcap "$raw" "$new/$name.pcap" 1-4
}

situation_one_sided()
{
    about 'only what the client sent' curl nginx 'a ClientHello and no answer; acknowledgements say that there was one'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    filter="tcp and src host $client4" record
    curl_get
}

situation_snaplen()
{
    about 'packets cut at 200 bytes (tcpdump -s 200)' curl nginx 'caplen 200 where len is more: ClientHello and Certificate incomplete'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record -s 200
    curl_get
}

situation_nanoseconds()
{
    about 'a pcap with nanoseconds' curl nginx 'magic number a1b23c4d'
    nginx_serve rsa
    record --time-stamp-precision=nano
    curl_get
}

situation_secrets_inside()
{
    about 'a pcapng with nanoseconds and the key log inside' curl nginx 'a Decryption Secrets Block before the packets'
    nginx_serve rsa
    record --time-stamp-precision=nano
    curl_get
    record_end
    editcap -F pcapng --inject-secrets "tls,$keys" "$raw" "$new/$name.pcapng"
    rm -f "$keys"
}

situation_compressed()
{
    about 'a pcap compressed with gzip' curl nginx 'TLS 1.3, once decompressed'
    nginx_serve rsa 'ssl_protocols TLSv1.3'
    record
    curl_get
    record_end
    gzip -9n <"$raw" >"$new/$name.pcap.gz"
}

situation_linux_cooked()
{
    about 'captured on all interfaces at once (tcpdump -i any)' curl nginx 'link type LINUX_SLL2 instead of Ethernet'
    nginx_serve rsa
    record -i any
    curl_get
}

situation_raw_ip()
{
    about 'a capture without a link layer' curl nginx 'link type RAW: packets start with their IPv4 header'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    curl_get
    record_end
    editcap -F pcap -C 14 -L -T rawip "$raw" "$new/$name.pcap"
}

situation_two_at_once()
{
    about 'two handshakes at the same time: one fails, one succeeds' curl nginx 'packets of both interleaved; alert unknown_ca (48) in one'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    curl_get --cacert "$pki/other.pem" --capath /nonexistent &
    local first=$!
    curl_get
    wait "$first"
}
