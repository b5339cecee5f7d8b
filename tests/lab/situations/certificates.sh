# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# What can be wrong with a chain although the handshake completes, or because of which it fails. TLS 1.2, where it is seen.

situation_chain_wrong_order()
{
    about 'the chain in the wrong order, and with the root' openssl nginx \
        'leaf, root, intermediate: clients sort it; the root is sent for nothing'
    cat "$pki/rsa.pem" "$pki/root.pem" "$pki/inter.pem" >"$pki/disordered.chain"
    cp "$pki/rsa.key" "$pki/disordered.key"
    nginx_serve disordered 'ssl_protocols TLSv1.2'
    record
    openssl_ask -tls1_2
}

situation_chain_cluttered()
{
    about 'a chain with an intermediate twice and a root of somebody else' openssl nginx \
        'two certificates that help nobody'
    cat "$pki/rsa.pem" "$pki/inter.pem" "$pki/inter.pem" "$pki/other.pem" >"$pki/cluttered.chain"
    cp "$pki/rsa.key" "$pki/cluttered.key"
    nginx_serve cluttered 'ssl_protocols TLSv1.2'
    record
    openssl_ask -tls1_2
}

situation_staple_other_certificate()
{
    about 'a stapled OCSP answer about another certificate' openssl nginx \
        'the serial number in the answer is not that of the certificate'
    pki_staple ecdsa "$work/staple.der"
    nginx_serve rsa 'ssl_protocols TLSv1.2' 'ssl_stapling on' "ssl_stapling_file $work/staple.der"
    record
    openssl_ask -tls1_2 -status
}

situation_staple_revoked()
{
    about 'a stapled OCSP answer: the certificate was revoked' openssl nginx 'status revoked, keyCompromise'
    openssl ca -config "$pki/ca.cnf" -cert "$pki/inter.pem" -keyfile "$pki/inter.key" -revoke "$pki/revoked.pem" \
        -crl_reason keyCompromise 2>>"$pki/log"
    pki_staple revoked "$work/staple.der"
    nginx_serve revoked 'ssl_protocols TLSv1.2' 'ssl_stapling on' "ssl_stapling_file $work/staple.der"
    record
    openssl_ask -tls1_2 -status
}

situation_staple_missing()
{
    about 'a certificate that must come with an OCSP answer, without one' openssl nginx \
        'TLS feature status_request in the certificate, no CertificateStatus'
    nginx_serve stapled 'ssl_protocols TLSv1.2'
    record
    openssl_ask -tls1_2 -status
}

situation_fail_wrong_purpose()
{
    about 'a server with a certificate that is for clients only' openssl nginx \
        'extendedKeyUsage clientAuth; alert unsupported_certificate (43)'
    nginx_serve misused 'ssl_protocols TLSv1.2'
    record
    openssl_ask -tls1_2 -verify_return_error
}
