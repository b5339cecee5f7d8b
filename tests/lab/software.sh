# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# The software of the lab: how each peer is installed, named, started and spoken to.
# Sourced by make-pcaps.sh, which sets $work, $lab, $name and $keys (where the key log of the situation goes).

# need COMMAND PACKAGE: installs the package when the command is missing.
need()
{
    command -v "$1" >/dev/null 2>&1 || install_package "$2"
}

need_header()
{
    [ -e "/usr/include/$1" ] || install_package "$2"
}

# Without letting the package start its service: the lab starts what it needs, where it needs it.
install_package()
{
    local policy=/usr/sbin/policy-rc.d ours=no
    echo "make-pcaps: installing $1" >&2
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        ours=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$1" >"$work/apt.log" 2>&1 ||
        { tail -n 3 "$work/apt.log" >&2; [ "$ours" = no ] || rm -f "$policy"; return 1; }
    [ "$ours" = no ] || rm -f "$policy"
}

# Install a piece of software by the name that situations use for it.
provide()
{
    case $1 in
    curl) need curl curl ;;
    dovecot) need dovecot dovecot-core ;;
    exim) need exim4 exim4-daemon-light ;;
    gnutls) need gnutls-cli gnutls-bin ;;
    haproxy) need haproxy haproxy ;;
    java) need java openjdk-17-jre-headless ;;
    microsocks) need microsocks microsocks ;;
    nginx) need nginx nginx ;;
    ngtcp2)
        need gtlsclient ngtcp2-client
        need gtlsserver ngtcp2-server
        ;;
    node) need node nodejs ;;
    postgres) [ -x "$(postgres_bin)/postgres" ] || install_package postgresql ;;
    tinyproxy) need tinyproxy tinyproxy-bin ;;
    vsftpd) need vsftpd vsftpd ;;
    wolfssl) need_header wolfssl/version.h libwolfssl-dev ;;
    esac
}

# The name and version of a piece of software, as the README states it.
version()
{
    case $1 in
    curl) curl -V | sed -n '1s/^\(curl [0-9.]*\).*OpenSSL\/\([0-9.]*\).*/\1 (OpenSSL \2)/p' ;;
    dovecot) dovecot --version | sed 's/\([0-9.]*\).*/Dovecot \1/' ;;
    exim) exim4 -bV 2>/dev/null | sed -n '1s/Exim version \([0-9.]*\).*/Exim \1 (GnuTLS)/p' ;;
    gnutls) gnutls-cli --version | sed -n '1s/.* \([0-9.]*\)$/GnuTLS \1/p' ;;
    haproxy) haproxy -v | sed -n '1s/.*version \([0-9.]*\).*/HAProxy \1/p' ;;
    java) java -version 2>&1 | sed -n '1s/.*"\(.*\)".*/OpenJDK \1/p' ;;
    microsocks) dpkg-query -W -f 'microsocks ${source:Upstream-Version}\n' microsocks ;;
    nginx) nginx -V 2>&1 | sed -n -e '1s/.*nginx\/\([0-9.]*\).*/nginx \1/p' -e 's/.*OpenSSL \([0-9.a-z]*\) [^(]*$/ (OpenSSL \1)/p' \
        -e 's/.*running with OpenSSL \([0-9.a-z]*\).*/ (OpenSSL \1)/p' | tr -d '\n' ;;
    ngtcp2) dpkg-query -W -f 'ngtcp2 ${source:Upstream-Version} (GnuTLS)\n' ngtcp2-client | sed 's/+dfsg//' ;;
    node) node -p '"Node.js " + process.versions.node + " (OpenSSL " + process.versions.openssl.replace(/[+].*/, "") + ")"' ;;
    openssl) openssl version | sed 's/\(OpenSSL [0-9.a-z]*\).*/\1/' ;;
    postgres) "$(postgres_bin)/postgres" --version | sed 's/.* \([0-9.]*\) .*/PostgreSQL \1/' ;;
    tinyproxy) tinyproxy -v | sed 's/tinyproxy/Tinyproxy/' ;;
    vsftpd) dpkg-query -W -f 'vsftpd ${source:Upstream-Version}\n' vsftpd ;;
    wolfssl) sed -n 's/.*LIBWOLFSSL_VERSION_STRING "\(.*\)".*/wolfSSL \1/p' /usr/include/wolfssl/version.h ;;
    script) echo 'a script of ours' ;;
    esac
}

# about WHAT-IT-SHOWS CLIENT SERVER LOOK-FOR: the row of this capture in the README.
about()
{
    shows=$1
    provide "$2"
    provide "$3"
    peers="$(version "$2") → $(version "$3")"
    look_for=$4
}

# --- servers -------------------------------------------------------------------------------------------------------

# nginx_serve LEAF DIRECTIVE...: HTTPS on port 443 with that certificate; "-" for none. Directives go into the server block.
# TLS 1.2 and 1.3 unless a directive says otherwise. From here on the clients ask for a page.
nginx_serve()
{
    local leaf=$1 certificate='' protocols='ssl_protocols TLSv1.2 TLSv1.3;'
    shift
    need nginx nginx
    case "$*" in
    *ssl_protocols*) protocols= ;;
    esac
    say='GET / HTTP/1.1\r\nHost: server.lab.test\r\n\r\n'
    [ "$leaf" = - ] || certificate="ssl_certificate $pki/$leaf.chain; ssl_certificate_key $pki/$leaf.key;"
    mkdir -p "$work/nginx"
    cat >"$work/nginx/nginx.conf" <<END
daemon off;
master_process off;
pid $work/nginx/pid;
error_log $work/nginx/error.log info;
events { }
http {
    access_log off;
    server_tokens off;
    default_type text/plain;
    server {
        listen 443 ${listen:-ssl};
        listen [::]:443 ${listen:-ssl};
        server_name server.lab.test;
        $certificate
        $protocols
        $(printf '%s;\n' "${@:-# nothing else}")
        location / { return 200 "hello\n"; }
    }
}
END
    in_background server nginx -e stderr -c "$work/nginx/nginx.conf"
    up 443
}

# openssl_serve LEAF OPTION...: openssl s_server on port 443, which answers each line with the line reversed.
openssl_serve()
{
    local leaf=$1
    shift
    in_background server openssl s_server -quiet -accept 443 -cert "$pki/$leaf.pem" -key "$pki/$leaf.key" \
        -cert_chain "$pki/inter.pem" -rev "$@"
    up 443
}

# gnutls_serve LEAF PRIORITY OPTION...: gnutls-serv on port 443, which answers each line with the same line.
gnutls_serve()
{
    local leaf=$1 priority=$2
    shift 2
    need gnutls-serv gnutls-bin
    in_background server gnutls-serv --echo --quiet --port 443 --disable-client-cert --priority "$priority" \
        --x509certfile "$pki/$leaf.chain" --x509keyfile "$pki/$leaf.key" "$@"
    up 443
}

# --- clients -------------------------------------------------------------------------------------------------------
# None of these fails the script: a client that ends with an error is what many situations are about.

# curl_get OPTION...: a request for https://server.lab.test/, trusting the lab root.
curl_get()
{
    need curl curl
    SSLKEYLOGFILE=$keys client curl -q -sS -o "$work/answer" --noproxy "${noproxy-*}" --max-time 10 --cacert "$pki/root.pem" \
        --resolve "server.lab.test:443:$server4" "$@" "${url:-https://server.lab.test/}" >>"$work/client.log" 2>&1 || true
}

# openssl_ask OPTION...: connects with openssl s_client, says $say, waits for the answer, and closes.
openssl_ask()
{
    { printf '%b' "$say"; sleep 0.5; } | openssl_client "$@"
}

# openssl_client OPTION...: the same, with what to say on standard input. Keys are logged in $keys.
openssl_client()
{
    client openssl s_client -connect "${connect:-$server4:443}" -servername server.lab.test -CAfile "$pki/root.pem" \
        -keylogfile "$keys" "$@" >>"$work/client.log" 2>&1 || true
}

# gnutls_ask PRIORITY OPTION...: connects with gnutls-cli, says $say, waits for the answer, and closes.
gnutls_ask()
{
    local priority=$1
    shift
    need gnutls-cli gnutls-bin
    { sleep 0.3; printf '%b' "$say"; sleep 0.5; } | SSLKEYLOGFILE=$keys client gnutls-cli --port "${port:-443}" \
        --priority "$priority" --x509cafile "$pki/root.pem" --sni-hostname server.lab.test \
        --verify-hostname server.lab.test "$@" "$server4" >>"$work/client.log" 2>&1 || true
}

# wolfssl_get 1.2|1.3
wolfssl_get()
{
    need gcc gcc
    need_header wolfssl/ssl.h libwolfssl-dev
    [ -x "$work/wolfssl_client" ] || gcc -o "$work/wolfssl_client" "$lab/peers/wolfssl_client.c" -lwolfssl
    client "$work/wolfssl_client" "$server4" 443 "$pki/root.pem" "$1" >>"$work/client.log" 2>&1 || true
}

postgres_bin() { find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1; }
