# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# TLS 1.3 where the handshake completes, and QUIC, which carries it.

situation_tls13_x25519()
{
    about 'TLS 1.3, the common case: X25519, RSA certificate' curl nginx \
        'one round trip; after the ServerHello all is encrypted: the key log opens it'
    nginx_serve rsa 'ssl_protocols TLSv1.3'
    record
    curl_get
}

situation_tls13_hello_retry()
{
    about 'TLS 1.3 where the client guessed the wrong group' openssl openssl \
        'HelloRetryRequest for secp384r1, a second ClientHello, one more round trip'
    openssl_serve rsa -groups P-384
    record
    openssl_ask -groups X25519:P-384
}

situation_tls13_p384()
{
    about 'TLS 1.3 over secp384r1, guessed right at once' openssl nginx 'key_share of 97 bytes'
    nginx_serve ecdsa 'ssl_protocols TLSv1.3' 'ssl_ecdh_curve secp384r1'
    record
    openssl_ask -groups P-384
}

situation_tls13_chacha()
{
    about 'TLS 1.3 with TLS_CHACHA20_POLY1305_SHA256' openssl openssl 'cipher suite 0x1303'
    openssl_serve rsa -ciphersuites TLS_CHACHA20_POLY1305_SHA256
    record
    openssl_ask
}

situation_tls13_ed25519()
{
    about 'TLS 1.3 with an Ed25519 certificate' gnutls openssl 'CertificateVerify with ed25519 (0x0807); needs the key log'
    openssl_serve ed25519 -tls1_3
    record
    gnutls_ask NORMAL
}

situation_tls13_gnutls()
{
    about 'TLS 1.3 between GnuTLS and GnuTLS' gnutls gnutls 'its order of extensions; record_size_limit in both directions'
    gnutls_serve ecdsa NORMAL
    record
    gnutls_ask NORMAL
}

situation_tls13_wolfssl()
{
    about 'TLS 1.3 with a wolfSSL client; the key log is the server'"'"'s' wolfssl openssl \
        'its order of cipher suites and extensions'
    in_background server openssl s_server -quiet -accept 443 -cert "$pki/rsa.pem" -key "$pki/rsa.key" \
        -cert_chain "$pki/inter.pem" -www -keylogfile "$keys"
    up 443
    record
    wolfssl_get 1.3
}

situation_tls13_node()
{
    about 'TLS 1.3 with a Node.js client' node nginx 'its cipher suites; ALPN http/1.1'
    need node nodejs
    nginx_serve rsa
    record
    client node --tls-keylog="$keys" "$lab/peers/node_client.js" "$server4" 443 "$pki/root.pem" >>"$work/client.log" 2>&1 || true
}

situation_tls13_java()
{
    command -v javac >/dev/null 2>&1 || skip 'no Java development kit here'
    about 'TLS 1.3 with a Java client' java nginx 'its many cipher suites; change_cipher_spec for middleboxes'
    nginx_serve rsa
    record
    client java "$lab/peers/JavaClient.java" "$server4" 443 "$pki/root.pem" >>"$work/client.log" 2>&1 || true
}

situation_tls13_client_cert()
{
    about 'TLS 1.3 with a client certificate' gnutls nginx 'CertificateRequest and the client'"'"'s Certificate, both encrypted'
    nginx_serve ecdsa 'ssl_protocols TLSv1.3' 'ssl_verify_client on' "ssl_client_certificate $pki/root.pem" 'ssl_verify_depth 3'
    record
    gnutls_ask NORMAL --x509certfile "$pki/client.chain" --x509keyfile "$pki/client.key"
}

situation_tls13_post_handshake_auth()
{
    about 'TLS 1.3 where the server asks for a client certificate after the handshake' openssl openssl \
        'post_handshake_auth in the ClientHello; CertificateRequest (13) among the application data'
    console_open
    in_background server openssl s_server -accept 443 -cert "$pki/rsa.pem" -key "$pki/rsa.key" \
        -cert_chain "$pki/inter.pem" -CAfile "$pki/root.pem"
    up 443
    record
    { sleep 0.8; printf 'hello\n'; sleep 0.5; } | openssl_client -enable_pha -cert "$pki/client.pem" -key "$pki/client.key" \
        -cert_chain "$pki/inter.pem" &
    sleep 0.4
    printf 'c\n' >"$console"
    wait $!
}

situation_tls13_resumed_psk()
{
    about 'a full TLS 1.3 handshake, then one resumed by its ticket' openssl nginx \
        'second connection: pre_shared_key in both hellos, no Certificate'
    nginx_serve rsa 'ssl_protocols TLSv1.3'
    record
    openssl_ask -sess_out "$work/session"
    openssl_ask -sess_in "$work/session"
}

situation_tls13_external_psk()
{
    about 'TLS 1.3 with a key agreed beforehand' openssl openssl 'pre_shared_key with the identity "lab"; no Certificate'
    openssl_serve rsa -nocert -psk_identity lab -psk 00112233445566778899aabbccddeeff
    record
    openssl_ask -tls1_3 -psk_identity lab -psk 00112233445566778899aabbccddeeff
}

situation_tls13_psk_only()
{
    about 'TLS 1.3 with a key agreed beforehand, and no Diffie-Hellman to it (psk_ke)' gnutls gnutls \
        'no key_share in the ServerHello: the key itself, 00112233445566778899aabbccddeeff of "lab", opens all of it'
    local priority='NORMAL:-VERS-ALL:+VERS-TLS1.3:-KX-ALL:+PSK'
    echo 'lab:00112233445566778899aabbccddeeff' >"$work/psk"
    in_background server gnutls-serv --quiet --port 443 --http --priority "$priority" --pskpasswd "$work/psk"
    up 443
    record
    gnutls_ask "$priority" --pskusername lab --pskkey 00112233445566778899aabbccddeeff
}

situation_tls13_early_data()
{
    about 'TLS 1.3 with early data (0-RTT), accepted' openssl nginx \
        'second connection: early_data, application data in the first flight, EndOfEarlyData'
    nginx_serve rsa 'ssl_protocols TLSv1.3' 'ssl_early_data on'
    record
    openssl_ask -sess_out "$work/session"
    ask_early
}

situation_tls13_early_data_rejected()
{
    about 'TLS 1.3 with early data that the server does not take' openssl nginx \
        'second connection: early_data offered, not in EncryptedExtensions; resumed all the same'
    head -c 80 /dev/urandom >"$work/ticket.key"
    nginx_serve rsa 'ssl_protocols TLSv1.3' 'ssl_early_data on' "ssl_session_ticket_key $work/ticket.key"
    record
    openssl_ask -sess_out "$work/session"
    kill "${background[-1]}"
    wait_until 'the end of nginx' not listening server t 443
    nginx_serve rsa 'ssl_protocols TLSv1.3' "ssl_session_ticket_key $work/ticket.key"
    ask_early
}

# Says what there is to say before the handshake is done.
ask_early()
{
    printf '%b' "$say" >"$work/request"
    sleep 0.5 | openssl_client -sess_in "$work/session" -early_data "$work/request"
}

situation_tls13_key_update()
{
    about 'TLS 1.3 where the client changes its keys and asks the server to do the same' openssl openssl \
        'KeyUpdate (24) in both directions after the handshake'
    openssl_serve rsa -tls1_3
    record
    { printf 'hello\n'; sleep 0.3; printf 'K\n'; sleep 0.3; printf 'again\n'; sleep 0.3; } | openssl_client
}

situation_tls13_alpn_h2()
{
    about 'HTTP/2 agreed by ALPN' curl nginx 'h2 and http/1.1 offered, h2 in EncryptedExtensions'
    listen='ssl http2' nginx_serve rsa
    record
    curl_get --http2
}

situation_tls12_alpn_h2()
{
    about 'HTTP/2 agreed by ALPN, in the clear' curl nginx 'h2 and http/1.1 offered, h2 in the ServerHello'
    listen='ssl http2' nginx_serve ecdsa
    record
    curl_get --http2 --tls-max 1.2
}

situation_tls13_large_chain()
{
    about 'a certificate with 900 names' curl nginx 'a Certificate message over two records and many segments'
    nginx_serve wide
    record
    curl_get
}

situation_quic_v1()
{
    about 'HTTP/3: TLS 1.3 inside QUIC version 1' ngtcp2 ngtcp2 \
        'Initial packets open without keys; the handshake is in CRYPTO frames; ALPN h3'
    need gtlsclient ngtcp2-client
    need gtlsserver ngtcp2-server
    mkdir -p "$work/www"
    echo hello >"$work/www/index.html"
    in_background server gtlsserver --quiet -d "$work/www" "$server4" 4433 "$pki/ecdsa.key" "$pki/ecdsa.chain"
    up_udp 4433
    record
    SSLKEYLOGFILE=$keys client gtlsclient --quiet --exit-on-all-streams-close "$server4" 4433 https://server.lab.test/index.html \
        >>"$work/client.log" 2>&1 || true
}
