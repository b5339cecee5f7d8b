# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# DTLS. The one with the cookie alone is in tls12.sh.

# openssl_serve_dtls LEAF OPTION...: s_server has no -rev over DTLS, and stops at the end of its standard input.
openssl_serve_dtls()
{
    local leaf=$1
    shift
    console_open
    in_background server openssl s_server -quiet -accept 4433 -cert "$pki/$leaf.pem" -key "$pki/$leaf.key" \
        -cert_chain "$pki/inter.pem" "$@"
    up_udp 4433
}

openssl_ask_dtls() { connect="$server4:4433" openssl_ask "$@"; }

situation_dtls12_fragmented()
{
    about 'DTLS 1.2 with a small MTU' openssl openssl 'certificates in many fragments, some datagrams with two records'
    openssl_serve_dtls rsa -dtls1_2 -listen -mtu 300
    record
    openssl_ask_dtls -dtls1_2 -mtu 300
}

situation_dtls12_client_cert()
{
    about 'DTLS 1.2 with a client certificate' openssl openssl 'CertificateRequest, and CertificateVerify of the client'
    openssl_serve_dtls ecdsa -dtls1_2 -Verify 2 -CAfile "$pki/root.pem"
    record
    openssl_ask_dtls -dtls1_2 -cert "$pki/client.pem" -key "$pki/client.key" -cert_chain "$pki/inter.pem"
}

situation_dtls10()
{
    about 'DTLS 1.0: deprecated (RFC 8996)' openssl openssl 'version 0xfeff agreed; AES-CBC'
    openssl_serve_dtls rsa -dtls1 -cipher DEFAULT@SECLEVEL=0
    record
    openssl_ask_dtls -dtls1 -cipher DEFAULT@SECLEVEL=0
}

situation_dtls12_lossy()
{
    about 'DTLS 1.2 on a path that loses datagrams' gnutls gnutls \
        'flights sent again after a second; seen at the client, so that what did arrive twice is there twice'
    need gnutls-serv gnutls-bin
    net_down
    net_up_wire 1500 --lose 15 --swap 10 --seed 2
    in_background server gnutls-serv --udp --echo --quiet --port 443 --disable-client-cert --mtu 600 \
        --x509certfile "$pki/rsa.chain" --x509keyfile "$pki/rsa.key"
    up_udp 443
    record -i c0
    gnutls_ask NORMAL --udp --mtu 600
}

situation_fail_dtls_no_shared_cipher()
{
    about 'DTLS 1.2: no cipher suite in common' openssl openssl 'alert handshake_failure after the hello with the cookie'
    openssl_serve_dtls rsa -dtls1_2 -listen -cipher ECDHE-RSA-AES256-GCM-SHA384
    record
    openssl_ask_dtls -dtls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256
}

situation_fail_dtls_no_reply()
{
    about 'DTLS: nobody answers' openssl script 'the ClientHello again after 1 s, 2 s and 4 s'
    in_background server python3 "$lab/peers/dtls_mute.py" 4433
    up_udp 4433
    record
    say= connect="$server4:4433" openssl_wait 8 -dtls1_2
}

situation_fail_dtls_cookie_unanswered()
{
    about 'DTLS: a server that asks for a cookie, and then says nothing' openssl script \
        'HelloVerifyRequest, and the ClientHello with its cookie again and again'
    in_background server python3 "$lab/peers/dtls_mute.py" 4433 cookie
    up_udp 4433
    record
    say= connect="$server4:4433" openssl_wait 8 -dtls1_2
}

# openssl_wait SECONDS OPTION...: connects, and gives up after so long.
openssl_wait()
{
    local seconds=$1
    shift
    sleep "$seconds" | timeout "$seconds" ip netns exec "$client_ns" openssl s_client -connect "$connect" \
        -servername server.lab.test -CAfile "$pki/root.pem" "$@" >>"$work/client.log" 2>&1 || true
}
