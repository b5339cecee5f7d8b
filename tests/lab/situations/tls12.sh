# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# TLS 1.2 and older, where the handshake completes.

situation_tls12_ecdhe_rsa()
{
    about 'TLS 1.2, the common case: ECDHE, RSA certificate, http/1.1 agreed by ALPN' curl nginx \
        'a clear handshake of two round trips; root not sent; extended master secret'
    nginx_serve rsa 'ssl_protocols TLSv1.2' 'ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256'
    record
    curl_get
}

situation_tls12_ecdhe_ecdsa()
{
    about 'TLS 1.2 with an ECDSA certificate (P-256)' gnutls nginx 'ServerKeyExchange signed with ECDSA; secp256r1'
    nginx_serve ecdsa 'ssl_protocols TLSv1.2'
    record
    gnutls_ask 'NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-SECP256R1'
}

situation_tls12_dhe()
{
    about 'TLS 1.2 with finite-field Diffie-Hellman, 2048 bits' openssl openssl \
        'ServerKeyExchange with dh_p, dh_g, dh_Ys; no supported_groups needed'
    openssl_serve rsa -tls1_2 -cipher DHE-RSA-AES256-GCM-SHA384 -dhparam "$(dh_parameters)"
    record
    openssl_ask -tls1_2
}

dh_parameters()
{
    cat >"$work/dh.pem" <<END
$(openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 2>>"$work/client.log")
END
    echo "$work/dh.pem"
}

situation_tls12_rsa_kx()
{
    about 'TLS 1.2 with RSA key exchange: no forward secrecy' openssl openssl \
        'no ServerKeyExchange; opens with lab-rsa-key.pem instead of a key log'
    openssl_serve rsa -tls1_2 -cipher AES128-GCM-SHA256
    record
    keys=/dev/null openssl_ask -tls1_2 -cipher AES128-GCM-SHA256
    openssl pkey -in "$pki/rsa.key" -traditional -out "$new/lab-rsa-key.pem"
}

situation_tls12_cbc()
{
    about 'TLS 1.2 with AES-CBC and HMAC, encrypt-then-MAC agreed' openssl openssl \
        'encrypt_then_mac in both hellos'
    openssl_serve rsa -tls1_2 -cipher ECDHE-RSA-AES128-SHA
    record
    openssl_ask -tls1_2
}

situation_tls12_chacha()
{
    about 'TLS 1.2 with ChaCha20-Poly1305' gnutls openssl 'cipher suite 0xCCA8'
    openssl_serve rsa -tls1_2
    record
    gnutls_ask 'NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CHACHA20-POLY1305'
}

situation_tls12_null()
{
    about 'TLS 1.2 that authenticates but does not encrypt' openssl openssl \
        'suite 0x003B NULL-SHA256: application data in the clear'
    openssl_serve rsa -tls1_2 -cipher NULL-SHA256@SECLEVEL=0
    record
    openssl_ask -tls1_2 -cipher NULL-SHA256@SECLEVEL=0
}

situation_tls12_psk()
{
    about 'TLS 1.2 with a pre-shared key and ECDHE, no certificate at all' openssl gnutls \
        'no Certificate; the identity "lab" in the ClientKeyExchange'
    echo lab:00112233445566778899aabbccddeeff >"$work/psk"
    gnutls_serve rsa 'NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-PSK' --pskpasswd "$work/psk"
    record
    openssl_ask -tls1_2 -psk_identity lab -psk 00112233445566778899aabbccddeeff
}

situation_tls12_anonymous()
{
    about 'TLS 1.2 with an anonymous key exchange: nobody is authenticated' openssl openssl \
        'no Certificate, unsigned ServerKeyExchange'
    openssl_serve rsa -tls1_2 -cipher AECDH-AES128-SHA@SECLEVEL=0
    record
    openssl_ask -tls1_2 -cipher AECDH-AES128-SHA@SECLEVEL=0
}

situation_tls12_resumed_ticket()
{
    about 'a full TLS 1.2 handshake, then one resumed by its ticket' openssl nginx \
        'second connection: ticket in the ClientHello, no Certificate, one round trip'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    openssl_ask -sess_out "$work/session"
    openssl_ask -sess_in "$work/session"
}

situation_tls12_resumed_id()
{
    about 'a full TLS 1.2 handshake, then one resumed by its session id' openssl nginx \
        'second connection: the server echoes the session id; no tickets'
    nginx_serve rsa 'ssl_protocols TLSv1.2' 'ssl_session_tickets off' 'ssl_session_cache shared:lab:1m'
    record
    openssl_ask -no_ticket -sess_out "$work/session"
    openssl_ask -no_ticket -sess_in "$work/session"
}

situation_tls12_resumption_declined()
{
    about 'a TLS 1.2 ticket the server no longer knows: a full handshake again' openssl nginx \
        'second connection: ticket offered, Certificate sent all the same'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    openssl_ask -sess_out "$work/session"
    kill "${background[-1]}"
    wait_until 'the end of nginx' not listening server t 443
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    openssl_ask -sess_in "$work/session"
}

situation_tls12_client_cert()
{
    about 'TLS 1.2 with a client certificate' curl nginx \
        'CertificateRequest; then Certificate and CertificateVerify from the client'
    nginx_serve rsa 'ssl_protocols TLSv1.2' 'ssl_verify_client on' "ssl_client_certificate $pki/root.pem" 'ssl_verify_depth 3'
    record
    curl_get --cert "$pki/client.chain" --key "$pki/client.key"
}

situation_tls12_ocsp_staple()
{
    about 'TLS 1.2 with a stapled OCSP answer' curl nginx 'CertificateStatus between Certificate and ServerKeyExchange: good'
    pki_staple rsa "$work/staple.der"
    nginx_serve rsa 'ssl_protocols TLSv1.2' 'ssl_stapling on' "ssl_stapling_file $work/staple.der"
    record
    curl_get --cert-status
}

situation_tls12_no_sni()
{
    about 'a TLS 1.2 client that does not name the server' openssl nginx 'no server_name in the ClientHello'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    { printf '%b' "$say"; sleep 0.5; } | client openssl s_client -connect "$server4:443" -noservername -tls1_2 \
        -CAfile "$pki/root.pem" -keylogfile "$keys" >>"$work/client.log" 2>&1 || true
}

situation_tls12_renegotiation()
{
    about 'a second TLS 1.2 handshake inside the first, started by the client' openssl openssl \
        'renegotiation_info with the verify data; the second handshake is encrypted'
    openssl_serve rsa -tls1_2 -client_renegotiation
    record
    { printf 'hello\n'; sleep 0.3; printf 'R\n'; sleep 0.3; printf 'again\n'; sleep 0.3; } | openssl_client -tls1_2
}

situation_tls12_renegotiation_refused()
{
    about 'a client asks for a second handshake and the server refuses' openssl openssl \
        'encrypted alert no_renegotiation (100), a warning, which the client takes as fatal'
    openssl_serve rsa -tls1_2 -no_renegotiation
    record
    { printf 'hello\n'; sleep 0.3; printf 'R\n'; sleep 0.3; printf 'again\n'; sleep 0.3; } | openssl_client -tls1_2
}

situation_tls12_wolfssl()
{
    about 'TLS 1.2 with a wolfSSL client' wolfssl nginx 'its order of cipher suites and extensions'
    nginx_serve ecdsa 'ssl_protocols TLSv1.2'
    record
    wolfssl_get 1.2
}

situation_tls11()
{
    about 'TLS 1.1: deprecated (RFC 8996)' gnutls gnutls 'version 0x0302 agreed; AES-CBC'
    gnutls_serve rsa 'NORMAL:-VERS-ALL:+VERS-TLS1.1'
    record
    gnutls_ask 'NORMAL:-VERS-ALL:+VERS-TLS1.1'
}

situation_tls10()
{
    about 'TLS 1.0: deprecated (RFC 8996)' openssl openssl 'version 0x0301 agreed; signature with MD5 and SHA-1'
    openssl_serve rsa -tls1 -cipher DEFAULT@SECLEVEL=0
    record
    openssl_ask -tls1 -cipher DEFAULT@SECLEVEL=0
}

situation_dtls12_cookie()
{
    about 'DTLS 1.2 over UDP, with the cookie exchange' openssl openssl \
        'ClientHello, HelloVerifyRequest, ClientHello with the cookie'
    console_open # s_server has no -rev over DTLS, and stops at the end of its standard input
    in_background server openssl s_server -quiet -dtls1_2 -accept 4433 -listen -cert "$pki/ecdsa.pem" \
        -key "$pki/ecdsa.key" -cert_chain "$pki/inter.pem"
    up_udp 4433
    record
    connect="$server4:4433" openssl_ask -dtls1_2
}
