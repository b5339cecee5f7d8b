# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# Handshakes that fail, each for one reason.

situation_fail_no_shared_version()
{
    about 'the client stops at TLS 1.2, the server starts at TLS 1.3' openssl openssl 'alert protocol_version (70) from the server'
    openssl_serve rsa -tls1_3
    record
    openssl_ask -tls1_2
}

situation_fail_no_shared_cipher()
{
    about 'no cipher suite in common' openssl openssl 'alert handshake_failure (40): CHACHA20 offered, AES-GCM accepted'
    openssl_serve rsa -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256
    record
    openssl_ask -tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305
}

situation_fail_certificate_type()
{
    about 'a client that only takes ECDSA suites, a server that only has an RSA certificate' gnutls nginx \
        'alert handshake_failure (40); every suite offered is ECDHE-ECDSA'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    gnutls_ask 'NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA'
}

situation_fail_no_shared_group()
{
    about 'TLS 1.3 without a group in common' openssl openssl 'alert handshake_failure (40): X25519 offered, secp521r1 accepted'
    openssl_serve rsa -groups P-521
    record
    openssl_ask -tls1_3 -groups X25519
}

situation_fail_no_shared_signature_scheme()
{
    about 'no signature scheme in common' openssl openssl \
        'alert handshake_failure (40): RSA schemes offered, the server has an ECDSA certificate'
    openssl_serve ecdsa -tls1_3
    record
    openssl_ask -tls1_3 -sigalgs rsa_pss_rsae_sha256:rsa_pss_rsae_sha384
}

situation_fail_no_shared_alpn()
{
    about 'no application protocol in common' openssl nginx 'alert no_application_protocol (120): xmpp-client offered to a web server'
    listen='ssl http2' nginx_serve rsa
    record
    openssl_ask -alpn xmpp-client
}

situation_fail_unrecognized_name()
{
    about 'the server has no certificate for the name asked for' openssl nginx 'alert unrecognized_name (112)'
    nginx_serve - 'ssl_reject_handshake on'
    record
    openssl_ask
}

situation_fail_inappropriate_fallback()
{
    about 'a client that fell back although the server can do better' openssl openssl \
        'TLS_FALLBACK_SCSV (0x5600) offered; alert inappropriate_fallback (86)'
    openssl_serve rsa
    record
    openssl_ask -tls1_2 -fallback_scsv
}

situation_fail_unknown_ca()
{
    about 'TLS 1.2: the client does not know the root' curl nginx 'alert unknown_ca (48) from the client, in the clear'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    curl_get --cacert "$pki/other.pem" --capath /nonexistent
}

situation_fail_unknown_ca_13()
{
    about 'TLS 1.3: the client does not know the root' curl nginx \
        'alert unknown_ca (48) from the client, encrypted: the key log opens it'
    nginx_serve rsa 'ssl_protocols TLSv1.3'
    record
    curl_get --cacert "$pki/other.pem" --capath /nonexistent
}

situation_fail_self_signed()
{
    about 'a self-signed certificate' openssl nginx 'issuer and subject are the same; alert unknown_ca (48)'
    nginx_serve self 'ssl_protocols TLSv1.2'
    record
    openssl_ask -verify_return_error
}

situation_fail_chain_incomplete()
{
    about 'the server forgot its intermediate certificate' curl openssl 'one certificate, whose issuer is not a root; alert unknown_ca (48)'
    in_background server openssl s_server -quiet -tls1_2 -accept 443 -cert "$pki/rsa.pem" -key "$pki/rsa.key" -rev
    up 443
    record
    curl_get
}

situation_fail_expired()
{
    about 'TLS 1.3: the certificate expired ten days earlier' curl nginx \
        'alert certificate_expired (45), encrypted: certificate and alert need the key log'
    nginx_serve expired 'ssl_protocols TLSv1.3'
    record
    curl_get
}

situation_fail_expired_12()
{
    about 'TLS 1.2: the certificate expired ten days earlier' curl nginx 'notAfter before the time of the capture; alert certificate_expired (45)'
    nginx_serve expired 'ssl_protocols TLSv1.2'
    record
    curl_get
}

situation_fail_name_mismatch()
{
    about 'the certificate is for another name' openssl nginx \
        'SNI www.lab.test, certificate for server.lab.test; alert bad_certificate (42)'
    nginx_serve rsa 'ssl_protocols TLSv1.2'
    record
    openssl_ask -servername www.lab.test -verify_hostname www.lab.test -verify_return_error
}

situation_tls12_client_cert_missing()
{
    about 'TLS 1.2: the server insists on a client certificate, the client has none' openssl openssl \
        'an empty Certificate from the client; alert handshake_failure (40)'
    openssl_serve rsa -tls1_2 -Verify 3 -verify_return_error -CAfile "$pki/root.pem"
    record
    openssl_ask -tls1_2
}

situation_tls13_client_cert_missing()
{
    about 'TLS 1.3: the server insists on a client certificate, the client has none' openssl openssl \
        'alert certificate_required (116) after the client thought itself done, encrypted'
    openssl_serve rsa -tls1_3 -Verify 3 -verify_return_error -CAfile "$pki/root.pem"
    record
    openssl_ask -tls1_3
}

situation_fail_client_cert_rejected()
{
    about 'the server does not know who issued the client certificate' openssl openssl 'alert unknown_ca (48) from the server'
    openssl_serve rsa -tls1_2 -Verify 3 -verify_return_error -CAfile "$pki/root.pem"
    record
    openssl_ask -tls1_2 -cert "$pki/stranger.pem" -key "$pki/stranger.key"
}

situation_fail_server_closes_after_hello()
{
    about 'the server hangs up on the ClientHello' curl script 'FIN instead of a ServerHello'
    in_background server python3 "$lab/peers/hangup.py" 443
    up 443
    record
    curl_get
}

situation_fail_reset_after_hello()
{
    about 'the ClientHello is answered by a reset' curl script 'RST instead of a ServerHello'
    in_background server python3 "$lab/peers/hangup.py" --reset 443
    up 443
    record
    curl_get
}

situation_fail_connection_refused()
{
    about 'nobody listens on the port' curl curl 'SYN, then RST: no handshake at all'
    peers=$(version curl)
    record
    curl_get
}

situation_fail_not_tls_server()
{
    about 'a TLS client meets plain HTTP' curl nginx '"HTTP/1.1 400 Bad Request" in answer to a ClientHello'
    listen=default_server nginx_serve -
    record
    curl_get
}

situation_fail_not_tls_client()
{
    about 'plain HTTP sent to a TLS port' curl nginx '"GET / HTTP/1.1" where a ClientHello belongs'
    nginx_serve rsa
    record
    url=http://server.lab.test:443/ curl_get
}
