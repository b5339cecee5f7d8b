# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# What comes before TLS on the same connection: STARTTLS in several protocols, and proxies.

exim_serve()
{
    need exim4 exim4-daemon-light
    mkdir -p "$work/exim"
    chown Debian-exim: "$work/exim"
    cp "$pki/rsa.chain" "$work/exim/chain.pem"
    cp "$pki/rsa.key" "$work/exim/key.pem"
    chown Debian-exim: "$work"/exim/*.pem
    cat >"$work/exim.conf" <<END
primary_hostname = server.lab.test
spool_directory = $work/exim
log_file_path = $work/exim/%slog
pid_file_path = $work/exim/pid
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = $1
tls_certificate = $work/exim/chain.pem
tls_privatekey = $work/exim/key.pem
END
    in_background server exim4 -C "$work/exim.conf" -bdf -oX 25
    up 25
}

situation_starttls_smtp()
{
    about 'STARTTLS in SMTP, then TLS 1.3' openssl exim '250-STARTTLS, "STARTTLS", 220, and the ClientHello in the same stream'
    exim_serve '*'
    record
    { printf 'ehlo client.lab.test\n'; sleep 0.3; printf 'quit\n'; sleep 0.5; } |
        connect="$server4:25" openssl_client -starttls smtp -name client.lab.test -crlf
}

situation_starttls_refused()
{
    about 'a mail server that does not offer STARTTLS, and a client that insists' curl exim \
        'no STARTTLS after EHLO; the client asks for nothing more: no TLS'
    exim_serve ''
    record
    url=smtp://server.lab.test/ curl_get --resolve "server.lab.test:25:$server4" --ssl-reqd --mail-from a@lab.test --mail-rcpt b@lab.test -T /dev/null
}

dovecot_serve()
{
    need dovecot dovecot-core
    [ -e /usr/lib/dovecot/imap-login ] || install_package dovecot-imapd
    [ -e /usr/lib/dovecot/pop3-login ] || install_package dovecot-pop3d
    mkdir -p "$work/dovecot/mail"
    chmod -R 777 "$work/dovecot"
    cat >"$work/dovecot.conf" <<END
base_dir = $work/dovecot/run
log_path = $work/dovecot/log
protocols = imap pop3
listen = $server4
ssl = yes
ssl_cert = <$pki/ecdsa.chain
ssl_key = <$pki/ecdsa.key
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:$work/dovecot/mail
passdb {
  driver = static
  args = password=lab
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$work/dovecot/mail
}
END
    in_background server dovecot -F -c "$work/dovecot.conf"
    up 143
}

situation_starttls_imap()
{
    about 'STARTTLS in IMAP, then TLS 1.3' curl dovecot '"STARTTLS" and "OK Begin TLS negotiation now"'
    dovecot_serve
    record
    url=imap://server.lab.test/ curl_get --resolve "server.lab.test:143:$server4" --ssl-reqd -u lab:lab -X NOOP
}

situation_starttls_pop3()
{
    about 'STLS in POP3, then TLS 1.2' openssl dovecot '"STLS" and "+OK Begin TLS negotiation now."'
    dovecot_serve
    record
    { sleep 0.3; printf 'quit\n'; sleep 0.5; } | connect="$server4:110" openssl_client -starttls pop3 -tls1_2 -crlf
}

situation_starttls_ftp()
{
    about 'AUTH TLS in FTP, and a data connection with TLS of its own' curl vsftpd \
        '"AUTH SSL" or "AUTH TLS", 234; then a second, resumed handshake on the data port'
    need vsftpd vsftpd
    mkdir -p "$work/ftp/files" "$work/ftp/empty"
    echo hello >"$work/ftp/files/hello.txt"
    chmod -R a+rX "$work/ftp"
    cat "$pki/rsa.chain" >"$work/ftp.pem"
    cat >"$work/vsftpd.conf" <<END
listen=YES
background=NO
anonymous_enable=YES
no_anon_password=YES
anon_root=$work/ftp/files
secure_chroot_dir=$work/ftp/empty
nopriv_user=nobody
ftp_username=daemon
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
connect_from_port_20=NO
xferlog_enable=NO
ssl_enable=YES
allow_anon_ssl=YES
ssl_ciphers=HIGH
rsa_cert_file=$work/ftp.pem
rsa_private_key_file=$pki/rsa.key
END
    in_background server vsftpd "$work/vsftpd.conf"
    up 21
    record
    url=ftp://server.lab.test/hello.txt curl_get --resolve "server.lab.test:21:$server4" --ssl-reqd --tls-max 1.2
}

situation_starttls_postgresql()
{
    about 'the SSLRequest of PostgreSQL, then TLS 1.3' openssl postgres 'eight bytes ending in 04d2162f, the answer "S", then the ClientHello; the server only takes secp256r1: HelloRetryRequest'
    [ -n "$(postgres_bin)" ] || install_package postgresql
    peers="$(version openssl) → $(version postgres)"
    local data="$work/postgres" as=(setpriv --reuid postgres --regid postgres --clear-groups)
    mkdir -p "$data"
    cp "$pki/rsa.chain" "$data/../postgres.pem"
    cp "$pki/rsa.key" "$data/../postgres.key"
    chown postgres: "$data" "$work/postgres.key"
    chmod 600 "$work/postgres.key"
    (cd / && "${as[@]}" "$(postgres_bin)/initdb" -D "$data" -A trust -N >"$work/initdb.log" 2>&1)
    in_background server "${as[@]}" "$(postgres_bin)/postgres" -D "$data" -k "$data" -h "$server4" -F \
        -c ssl=on -c ssl_cert_file="$work/postgres.pem" -c ssl_key_file="$work/postgres.key"
    up 5432
    record
    sleep 0.5 | connect="$server4:5432" openssl_client -starttls postgres
}

tinyproxy_serve()
{
    need tinyproxy tinyproxy-bin
    cat >"$work/tinyproxy.conf" <<END
Port 8888
Listen $server4
Timeout 30
MaxClients 5
DisableViaHeader Yes
ConnectPort $1
END
    in_background server tinyproxy -d -c "$work/tinyproxy.conf"
    up 8888
}

situation_proxy_http_connect()
{
    about 'TLS through an HTTP proxy' curl tinyproxy '"CONNECT 192.0.2.20:443", "200", then the ClientHello'
    nginx_serve rsa
    tinyproxy_serve 443
    record
    noproxy='' curl_get --proxy "http://$server4:8888" --connect-to "::$server4:443"
}

situation_proxy_refused()
{
    about 'the proxy does not let the client through' curl tinyproxy '"HTTP/1.1 403" in answer to CONNECT: no TLS'
    tinyproxy_serve 563
    record
    noproxy='' curl_get --proxy "http://$server4:8888" --connect-to "::$server4:443"
}

situation_proxy_socks5()
{
    about 'TLS through a SOCKS5 proxy' curl microsocks 'method negotiation, CONNECT to 192.0.2.20:443, then the ClientHello'
    need microsocks microsocks
    nginx_serve rsa
    in_background server microsocks -i "$server4" -p 1080
    up 1080
    record
    noproxy='' curl_get --socks5 "$server4:1080"
}

# haproxy_relay HOW-IT-TELLS: a balancer on the client's host, in front of nginx on the server's. The visitor is 198.51.100.7.
haproxy_relay()
{
    need haproxy haproxy
    listen='ssl proxy_protocol' nginx_serve rsa
    cat >"$work/haproxy.cfg" <<END
defaults
    mode tcp
    timeout connect 5s
    timeout client 20s
    timeout server 20s
listen relay
    bind $client4:443
    server nginx $server4:443 $1
END
    client ip addr add 198.51.100.7/32 dev lo
    in_background client haproxy -db -f "$work/haproxy.cfg"
    wait_until HAProxy listening client t 443
}

situation_proxy_v1()
{
    about 'a load balancer that tells who the visitor is: PROXY protocol version 1' haproxy nginx \
        '"PROXY TCP4 198.51.100.7 ..." in front of the ClientHello'
    haproxy_relay send-proxy
    record
    curl_get --interface 198.51.100.7 --connect-to "::$client4:443"
}

situation_proxy_v2()
{
    about 'the same in binary: PROXY protocol version 2' haproxy nginx 'the twelve bytes 0d0a0d0a000d0a515549540a, then addresses'
    haproxy_relay send-proxy-v2
    record
    curl_get --interface 198.51.100.7 --connect-to "::$client4:443"
}
