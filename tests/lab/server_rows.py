"""The servers of the lab: how each is started, what it was told, and what policies must say of that.

A row is a Row. `told` says what the enumeration must find, item by item; an item that is not there is not compared. What becomes of sessions is what another client sees
(other_client.py). `verdicts` has for
each policy the rules that do not pass, with what they say instead: all others pass. Some servers refuse without an alert, or with one that
does not mean a refusal: what they refuse stays unknown, on purpose, and `open` says what that is."""
import os
import shutil
import subprocess
from dataclasses import dataclass, field

from server_place import CLEAN, NAME

LAB = os.path.dirname(os.path.abspath(__file__))
VERSIONS = ["TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSL 3.0", "SSL 2.0"]
TLS13 = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"]


@dataclass
class Row:
    name: str
    start: object             # a function of a Place
    programs: list            # which must be installed
    packages: list            # of Debian, which have them
    told: dict
    verdicts: dict
    protocol: str = "https"
    light: bool = True        # its package is small
    root: bool = False        # it runs for root only
    open: list = field(default_factory=list)   # what cannot be found out, because it does not say so in the alerts that mean it
    parts: list = field(default_factory=list)  # files that must be there, too


# --- what words of OpenSSL mean -----------------------------------------------------------------------------------------

GROUPS = {"X25519": "x25519", "X448": "x448", "P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1", "prime256v1": "secp256r1",
          "secp384r1": "secp384r1"}
USUAL_GROUPS = "X25519:P-256:X448:P-521:P-384"
FFDHE = {"ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"}
PSS = {"rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512"}
PKCS1 = {"rsa_pkcs1_sha224", "rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512"}
ECDSA = {"ecdsa_sha224", "ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512"}


def openssl_suites(ciphers, keys, version):
    """IANA's names of what this list means for a server with such keys."""
    option = {"TLS 1.2": "-tls1_2", "TLS 1.1": "-tls1_1", "TLS 1.0": "-tls1"}[version]
    p = subprocess.run(["openssl", "ciphers", "-s", "-stdname", option, ciphers], capture_output=True, text=True, check=True, env=CLEAN)
    names = [line.split()[0] for line in p.stdout.splitlines()]
    signs = [{"rsa": "RSA", "ecdsa": "ECDSA"}[k] for k in keys]
    return {n for n in names if "_WITH_" in n and "PSK" not in n and "SRP" not in n
            and any(n.split("_WITH_")[0].endswith("_" + s) for s in signs)}


def openssl_told(versions, ciphers, groups, keys=("rsa",), order="client", level=2, tls13=TLS13, dh=0, protocols=(), **features):
    """What a server with OpenSSL 3 was told."""
    versions, new, listed = versions.split(", "), "TLS 1.3" in versions, [GROUPS[g] for g in groups.split(":")]
    suites = {v: set(tls13) if v == "TLS 1.3" else openssl_suites(ciphers, keys, v) for v in versions}
    old = next((v for v in versions if v != "TLS 1.3"), None)
    weak = {"rsa_pkcs1_sha1", "ecdsa_sha1"} if level == 0 else set()
    schemes = {"rsa": PSS | PKCS1 | weak, "ecdsa": ECDSA | weak}
    has = {kind: any(("_ECDSA_" in s) == (kind == "ecdsa") and "DHE" in s for s in suites.get("TLS 1.2", ())) for kind in keys}
    newest = {"rsa": PSS, "ecdsa": {"ecdsa_secp256r1_sha256"}}
    return {
        "versions": versions,
        "suites": suites,
        "order": {v: order for v in versions if len(suites[v]) > 1},
        "groups, TLS 1.3": set(listed) | (FFDHE if groups == USUAL_GROUPS else set()) if new else set(),
        "groups, older": set(listed) if old and any("ECDHE" in s for s in suites[old]) else set(),
        "schemes, TLS 1.3": set().union(*(newest[k] for k in keys)) if new else set(),
        "schemes, older": {s for k in keys if has[k] for s in schemes[k] if s.startswith(k)},
        "protocols": set(protocols),
        "certificates": set(keys) if old else {"ecdsa" if "ecdsa" in keys else "rsa"},
        "DH prime": dh,
        "client certificate": features.get("client_certificate", "no"),
    }


# --- servers of the web -------------------------------------------------------------------------------------------------

STRONG = "ECDHE+AESGCM:ECDHE+CHACHA20"
LEGACY = "ECDHE+AES:DHE+AES:RSA+AES:ECDHE+CHACHA20:@SECLEVEL=0"
CURVES = "X25519:P-256:P-384"


def dh_file(place):
    """A prime of 2048 bits that everybody knows (RFC 7919), so that it need not be looked for."""
    path = place.path("dh.pem")
    place.once(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", path])
    return path


def s_server(arguments, kind="rsa"):
    def start(place):
        place.start(["openssl", "s_server", "-accept", "127.0.0.1:%d" % place.port, "-key", place.keys.key(kind), "-cert", place.keys.pem(kind),
                     "-www", *arguments.split()])
    return start


def gnutls(priority, kind="rsa"):
    def start(place):
        place.start(["gnutls-serv", "--quiet", "--echo", "-p", str(place.port), "--x509keyfile", place.keys.key(kind),
                     "--x509certfile", place.keys.pem(kind), "--priority", priority])
    return start


def nginx(lines, kinds=("rsa",), listen="ssl"):
    def start(place):
        keys = "".join("ssl_certificate %s; ssl_certificate_key %s;\n" % (place.keys.pem(k), place.keys.key(k)) for k in kinds)
        temp = "".join("%s_temp_path %s;\n" % (what, place.path(what)) for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        text = "daemon off; master_process off; pid %s; error_log stderr error; %s\nevents {}\nhttp {\naccess_log off;\n%s" % (
            place.path("pid"), "user root;" if os.geteuid() == 0 else "", temp)
        text += "server { listen 127.0.0.1:%d %s; server_name %s;\n%s%s\nreturn 204; }\n}\n" % (
            place.port, listen, NAME, keys, lines.replace("PRIME", dh_file(place) if "PRIME" in lines else ""))
        place.start(["/usr/sbin/nginx", "-p", place.folder, "-c", place.write("nginx.conf", text), "-e", "stderr"])
    return start


def apache(place):
    modules = "/usr/lib/apache2/modules/"
    load = "".join("LoadModule %s_module %smod_%s.so\n" % (m, modules, m) for m in ("mpm_event", "authz_core", "socache_shmcb", "ssl"))
    text = load + """ServerRoot %(folder)s
ServerName %(name)s
PidFile %(folder)s/pid
ErrorLog %(folder)s/error
Listen 127.0.0.1:%(port)d
User #%(user)d
Group #%(group)d
<VirtualHost *:%(port)d>
SSLEngine on
SSLCertificateFile %(pem)s
SSLCertificateKeyFile %(key)s
SSLProtocol -all +TLSv1.2 +TLSv1.3
SSLCipherSuite %(ciphers)s
SSLOpenSSLConfCmd Curves %(curves)s
SSLHonorCipherOrder on
SSLSessionTickets off
SSLVerifyClient optional_no_ca
</VirtualHost>
""" % {"folder": place.folder, "name": NAME, "port": place.port, "user": os.geteuid() or 65534, "group": os.getegid() or 65534,
       "pem": place.keys.pem("rsa"), "key": place.keys.key("rsa"), "ciphers": STRONG, "curves": CURVES}
    place.start(["apache2", "-f", place.write("apache.conf", text), "-DFOREGROUND"])


def haproxy(words, kind="rsa"):
    def start(place):
        text = """global
    %s
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 1s
frontend lab
    bind 127.0.0.1:%d ssl crt %s %s
    http-request return status 204
""" % ("tune.ssl.default-dh-param 2048", place.port, place.keys.both(kind), words)
        place.start(["haproxy", "-db", "-f", place.write("haproxy.cfg", text)])
    return start


def stunnel(lines, kind="rsa"):
    def start(place):
        text = "foreground = yes\npid =\nsyslog = no\n[lab]\naccept = 127.0.0.1:%d\nexec = /bin/cat\nexecArgs = cat\ncert = %s\nkey = %s\n%s\n" % (
            place.port, place.keys.pem(kind), place.keys.key(kind), lines)
        place.start(["stunnel4", place.write("stunnel.conf", text)])
    return start


def node(place):
    text = """const fs = require('fs'), tls = require('tls');
tls.createServer({ key: fs.readFileSync('%s'), cert: fs.readFileSync('%s'), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305',
  ecdhCurve: 'P-256:X25519', honorCipherOrder: true, sigalgs: 'ECDSA+SHA256:ECDSA+SHA384',
  ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => socket.on('error', () => {}).resume()).on('tlsClientError', () => {}).listen(%d, '127.0.0.1');
""" % (place.keys.key("ecdsa"), place.keys.pem("ecdsa"), place.port)
    place.start([shutil.which("node") or "nodejs", place.write("server.js", text)])


def java(place):
    store = place.path("store.p12")
    place.once(["openssl", "pkcs12", "-export", "-inkey", place.keys.key("rsa"), "-in", place.keys.pem("rsa"), "-out", store, "-passout", "pass:lab-lab"])
    place.start(["java", "-Djdk.tls.namedGroups=secp256r1,x25519,secp384r1",
                 "-Djdk.tls.server.SignatureSchemes=rsa_pss_rsae_sha256,rsa_pss_rsae_sha384,rsa_pkcs1_sha256", os.path.join(LAB, "peers", "JavaServer.java"),
                 str(place.port), store, "lab-lab", "TLSv1.2,TLSv1.3",
                 "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "h2,http/1.1"])


def wolfssl(place):
    program = place.path("wolfssl_server")
    place.once(["gcc", "-o", program, os.path.join(LAB, "peers", "wolfssl_server.c"), "-lwolfssl"])
    place.start([program, str(place.port), place.keys.pem("ecdsa"), place.keys.key("ecdsa"),
                 "TLS13-AES128-GCM-SHA256:TLS13-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"])


# --- servers that are asked for TLS -------------------------------------------------------------------------------------

def vsftpd(place):
    os.makedirs(place.path("empty"), exist_ok=True)
    key, pem = place.own("rsa")
    lines = {"listen": "YES", "listen_ipv6": "NO", "listen_address": "127.0.0.1", "listen_port": place.port, "background": "NO",
             "run_as_launching_user": "YES", "secure_chroot_dir": place.path("empty"), "anonymous_enable": "YES", "local_enable": "NO",
             "anon_root": place.path("empty"), "ssl_enable": "YES", "allow_anon_ssl": "YES", "rsa_cert_file": pem, "rsa_private_key_file": key,
             "ssl_ciphers": STRONG, "xferlog_enable": "NO", "seccomp_sandbox": "NO"}
    os.chmod(place.path("empty"), 0o555)
    place.start(["vsftpd", place.write("vsftpd.conf", "".join("%s=%s\n" % pair for pair in lines.items()))])


SLAPD_PRIORITY = ("NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-128-GCM:+AES-256-GCM:+AEAD:+ECDHE-RSA:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-SHA256:"
                  "+GROUP-SECP256R1:+GROUP-X25519")


def slapd(place):
    text = "pidfile %s\nargsfile %s\nTLSCACertificateFile %s\nTLSCertificateFile %s\nTLSCertificateKeyFile %s\nTLSCipherSuite %s\nTLSVerifyClient never\n" % (
        place.path("pid"), place.path("args"), place.keys.pem("rsa"), place.keys.pem("rsa"), place.keys.key("rsa"), SLAPD_PRIORITY)
    place.start(["/usr/sbin/slapd", "-f", place.write("slapd.conf", text), "-h", "ldap://127.0.0.1:%d" % place.port, "-d", "0"])


def postfix(place):
    lib = "/usr/lib/postfix/sbin"
    for name in ("queue", "data"):
        os.makedirs(place.path(name))
    shutil.chown(place.path("data"), "postfix")
    key, pem = place.own("rsa")
    place.write("main.cf", "".join("%s = %s\n" % pair for pair in {
        "compatibility_level": "3.6", "queue_directory": place.path("queue"), "data_directory": place.path("data"), "daemon_directory": lib,
        "command_directory": "/usr/sbin", "mail_owner": "postfix", "setgid_group": "postdrop", "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4", "myhostname": NAME, "mydestination": NAME, "maillog_file": "/dev/stdout",
        "smtpd_relay_restrictions": "reject", "alias_maps": "", "alias_database": "", "smtpd_peername_lookup": "no",
        "smtpd_client_connection_rate_limit": "0", "smtpd_tls_security_level": "may", "smtpd_tls_cert_file": pem, "smtpd_tls_key_file": key,
        "smtpd_tls_protocols": ">=TLSv1.2", "smtpd_tls_ciphers": "medium", "tls_medium_cipherlist": STRONG, "tls_preempt_cipherlist": "yes",
        "tls_eecdh_auto_curves": "X25519 prime256v1", "smtpd_tls_eecdh_grade": "auto", "anvil_rate_time_unit": "1s"}.items()))
    place.write("master.cf", """127.0.0.1:%d inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
error unix - - n - - error
scache unix - - n - 1 scache
""" % place.port)
    place.once(["postfix", "-c", place.folder, "check"])
    place.end = ["postfix", "-c", place.folder, "abort"]  # its master leaves the group of processes that it was started in
    place.start(["postfix", "-c", place.folder, "start-fg"])


def dovecot(protocol):
    def start(place):
        other = "".join("service %s-login {\n inet_listener %s {\n port = %d\n address = 127.0.0.1\n}\n inet_listener %s {\n port = 0\n}\n%s}\n"
                        % ((login, plain, place.port if protocol == login else 0, tls, "")) for login, plain, tls in
                        (("imap", "imap", "imaps"), ("pop3", "pop3", "pop3s")) if login == protocol)
        if protocol == "sieve":
            other = "service managesieve-login {\n inet_listener sieve {\n port = %d\n address = 127.0.0.1\n}\n}\n" % place.port
        text = """base_dir = %(folder)s/run
state_dir = %(folder)s/state
log_path = /dev/stderr
protocols = %(protocol)s
ssl = yes
ssl_cert = <%(pem)s
ssl_key = <%(key)s
ssl_min_protocol = TLSv1.2
ssl_cipher_list = %(ciphers)s
ssl_curve_list = X25519:P-256
ssl_prefer_server_ciphers = yes
passdb {
 driver = static
 args = nopassword=y
}
userdb {
 driver = static
 args = uid=65534 gid=65534 home=/nonexistent
}
mail_location = maildir:/nonexistent
%(other)s""" % {"folder": place.folder, "protocol": protocol, "pem": place.keys.pem("rsa"), "key": place.keys.key("rsa"), "ciphers": STRONG, "other": other}
        place.start(["dovecot", "-F", "-c", place.write("dovecot.conf", text)])
    return start


def postgresql(place):
    versions = sorted(os.listdir("/usr/lib/postgresql"))
    binaries, data = "/usr/lib/postgresql/%s/bin/" % versions[-1], place.path("data")
    become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    key, pem = place.own("rsa", "postgres")
    if become:
        shutil.chown(place.folder, "postgres")
    place.once(become + [binaries + "initdb", "-D", data, "-A", "trust", "--no-sync", "-U", "lab", "--locale=C"], cwd="/")
    settings = {"port": place.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "ssl": "on", "ssl_cert_file": pem,
                "ssl_key_file": key, "ssl_ciphers": STRONG, "ssl_min_protocol_version": "TLSv1.2", "ssl_ecdh_curve": "prime256v1",
                "ssl_prefer_server_ciphers": "on", "fsync": "off"}
    place.start(become + [binaries + "postgres", "-D", data] + [w for k, v in settings.items() for w in ("-c", "%s=%s" % (k, v))], cwd="/")


def prosody(place):
    os.makedirs(place.path("data"))
    text = """run_as_root = true; daemonize = false; pidfile = "%(folder)s/pid"; data_path = "%(folder)s/data"
plugin_paths = {}; interfaces = { "127.0.0.1" }; c2s_ports = { %(port)d }; s2s_ports = {}; legacy_ssl_ports = {}; http_ports = {}; https_ports = {}
admin_socket = "%(folder)s/socket"
modules_enabled = { "tls", "saslauth" }; modules_disabled = { "s2s", "http", "offline" }
log = { { levels = { min = "warn" }, to = "console" } }
c2s_require_encryption = true
ssl = { key = "%(key)s"; certificate = "%(pem)s"; protocol = "tlsv1_2+"; ciphers = "%(ciphers)s"; curveslist = { "X25519", "P-256" }; dhparam = nil;
  options = { "cipher_server_preference" } }
VirtualHost "%(name)s"
  ssl = { key = "%(key)s"; certificate = "%(pem)s" }
""" % {"folder": place.folder, "port": place.port, "name": NAME, "key": place.keys.key("rsa"), "pem": place.keys.pem("rsa"), "ciphers": STRONG}
    place.start(["prosody", "--config", place.write("prosody.cfg.lua", text), "-F"])


def mariadb(place):
    import pwd
    me = pwd.getpwuid(os.geteuid()).pw_name
    data = place.path("data")
    place.once(["mariadb-install-db", "--no-defaults", "--user=" + me, "--datadir=" + data, "--auth-root-authentication-method=normal",
                "--skip-test-db", "--innodb-log-file-size=4M"])
    place.start(["mariadbd", "--no-defaults", "--user=" + me, "--datadir=" + data, "--port=%d" % place.port, "--bind-address=127.0.0.1",
                 "--socket=" + place.path("socket"), "--ssl-cert=" + place.keys.pem("rsa"), "--ssl-key=" + place.keys.key("rsa"),
                 "--tls-version=TLSv1.2,TLSv1.3", "--ssl-cipher=" + STRONG, "--pid-file=" + place.path("pid"), "--max-connect-errors=1000000",
                 "--innodb-log-file-size=4M"])


# --- the rows -----------------------------------------------------------------------------------------------------------

RSA_KEY = {"certificate.key": "fail"}
EXTRA_GROUPS = {"groups.allowed": "fail"}
TOO_OLD = {"versions.allowed": "fail", "cipher_suites.allowed": "fail"}
OLD_MODERN = {**TOO_OLD, **RSA_KEY}
NIST_X25519 = {"groups.allowed": "fail"}

# Servers that close the connection where others send an alert.
MUTE = [*VERSIONS, "groups_tls13", "groups_older", "signature_schemes_tls13", "signature_schemes_older", "fallback_scsv"]
MUTE_VERDICTS = {"mozilla-intermediate": {r: "unknown" for r in ("versions.allowed", "cipher_suites.allowed", "groups.allowed")},
                 "mozilla-modern": {**OLD_MODERN, "groups.allowed": "unknown"}}

ROWS = [
    Row("openssl legacy", s_server("-min_protocol TLSv1 -cipher %s -serverpref -curves %s" % (LEGACY, CURVES)), ["openssl"], ["openssl"],
        openssl_told("TLS 1.3, TLS 1.2, TLS 1.1, TLS 1.0", LEGACY, CURVES, order="server", level=0, dh=2048),
        {"mozilla-intermediate": TOO_OLD, "mozilla-modern": OLD_MODERN, "mozilla-old": {"cipher_suites.allowed": "fail"},
         "nist-800-52r2": {**TOO_OLD, "groups.allowed": "fail"}}),
    Row("openssl intermediate", s_server("-min_protocol TLSv1.2 -cipher %s -curves %s" % (STRONG, CURVES)), ["openssl"], ["openssl"],
        openssl_told("TLS 1.3, TLS 1.2", STRONG, CURVES), {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}),
    Row("openssl modern", s_server("-tls1_3 -curves X25519:P-256", "ecdsa"), ["openssl"], ["openssl"],
        openssl_told("TLS 1.3", STRONG, "X25519:P-256", keys=["ecdsa"]),
        {"mozilla-modern": {}, "mozilla-intermediate": {"versions.required": "fail"}}),
    Row("openssl ecdsa", s_server("-tls1_2 -cipher %s -curves %s" % (STRONG, CURVES), "ecdsa"), ["openssl"], ["openssl"],
        openssl_told("TLS 1.2", STRONG, CURVES, keys=["ecdsa"]),
        {"nist-800-52r2": {"versions.required": "fail", "cipher_suites.allowed": "fail", **NIST_X25519}}),
    Row("nginx legacy", nginx("ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers %s; ssl_prefer_server_ciphers on; ssl_ecdh_curve %s; ssl_dhparam PRIME;"
                              % (LEGACY, CURVES)), ["/usr/sbin/nginx"], ["nginx-light"],
        openssl_told("TLS 1.2, TLS 1.1, TLS 1.0", LEGACY, CURVES, order="server", level=0, dh=2048, protocols=["http/1.1", "http/1.0"]),
        {"mozilla-intermediate": {**TOO_OLD, "versions.required": "fail"}, "mozilla-old": {"cipher_suites.allowed": "fail"}}),
    Row("nginx intermediate", nginx("ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers %s; ssl_ecdh_curve %s; ssl_session_tickets off;"
                                    % (STRONG, CURVES), ("rsa", "ecdsa"), "ssl http2"), ["/usr/sbin/nginx"], ["nginx-light"],
        openssl_told("TLS 1.3, TLS 1.2", STRONG, CURVES, keys=["rsa", "ecdsa"], protocols=["h2", "http/1.1", "http/1.0"]),
        {"mozilla-intermediate": {}, "nist-800-52r2": {"cipher_suites.allowed": "fail", **NIST_X25519}}),
    Row("nginx modern", nginx("ssl_protocols TLSv1.3; ssl_ecdh_curve P-256:P-384; ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256;"
                              "ssl_verify_client optional_no_ca;", ("ecdsa",)), ["/usr/sbin/nginx"], ["nginx-light"],
        openssl_told("TLS 1.3", STRONG, "P-256:P-384", keys=["ecdsa"], tls13=TLS13[:1] + TLS13[2:], protocols=["http/1.1", "http/1.0"],
                     client_certificate="yes"),
        {"mozilla-modern": {}, "nist-800-52r2": {"versions.required": "fail"}}),
    Row("gnutls", gnutls("NONE:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.0:+AES-128-GCM:+AES-256-CBC:+SHA1:+AEAD:+ECDHE-RSA:+SIGN-RSA-PSS-RSAE-SHA256:"
                         "+SIGN-RSA-SHA512:+COMP-NULL:+GROUP-X25519:+GROUP-SECP384R1:%SERVER_PRECEDENCE"), ["gnutls-serv"], ["gnutls-bin"],
        {"versions": ["TLS 1.3", "TLS 1.2", "TLS 1.0"],
         "suites": {"TLS 1.3": {"TLS_AES_128_GCM_SHA256"}, "TLS 1.2": {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
                    "TLS 1.0": {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"}},
         "order": {"TLS 1.2": "server"}, "groups, TLS 1.3": {"x25519", "secp384r1"}, "groups, older": {"x25519", "secp384r1"},
         "schemes, TLS 1.3": {"rsa_pss_rsae_sha256"}, "schemes, older": {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha512"}, "protocols": set(),
         "certificates": {"rsa"}, "DH prime": 0, "client certificate": "yes"},
        {"mozilla-intermediate": TOO_OLD, "mozilla-old": {},
         "bsi-tr-02102-2": {**OLD_MODERN, **EXTRA_GROUPS, "client_renegotiation": "fail"}}),
    Row("apache", apache, ["apache2"], ["apache2"],
        openssl_told("TLS 1.3, TLS 1.2", STRONG, CURVES, order="server", protocols=["http/1.1"], client_certificate="yes"),
        {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}, light=False, parts=["/usr/lib/apache2/modules/mod_ssl.so"]),
    Row("haproxy intermediate", haproxy("ssl-min-ver TLSv1.2 ciphers %s curves %s alpn h2,http/1.1 no-tls-tickets" % (STRONG, CURVES)), ["haproxy"], ["haproxy"],
        openssl_told("TLS 1.3, TLS 1.2", STRONG, CURVES, order="server", protocols=["h2", "http/1.1"]),
        {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}),
    Row("haproxy modern", haproxy("ssl-min-ver TLSv1.3 ciphersuites TLS_AES_128_GCM_SHA256 curves P-256", "ecdsa"), ["haproxy"], ["haproxy"],
        openssl_told("TLS 1.3", STRONG, "P-256", keys=["ecdsa"], order="server", tls13=TLS13[2:]), {"mozilla-modern": {}, "pci-4.0.1": {}}),
    Row("stunnel", stunnel("sslVersionMin = TLSv1.2\nsslVersionMax = TLSv1.2\nciphers = %s\ncurves = P-256:P-384\noptions = CIPHER_SERVER_PREFERENCE" % STRONG),
        ["stunnel4"], ["stunnel4"], openssl_told("TLS 1.2", STRONG, "P-256:P-384", order="server"),
        {"mozilla-intermediate": {"versions.required": "fail"}, "nist-800-52r2": {"versions.required": "fail", "cipher_suites.allowed": "fail"}}),
    Row("node", node, ["node"], ["nodejs"],
        {"versions": ["TLS 1.3", "TLS 1.2"],
         "suites": {"TLS 1.3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"},
                    "TLS 1.2": {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"}},
         "order": {"TLS 1.3": "server", "TLS 1.2": "server"}, "groups, TLS 1.3": {"secp256r1", "x25519"}, "groups, older": {"secp256r1"},
         "schemes, TLS 1.3": {"ecdsa_secp256r1_sha256"}, "schemes, older": {"ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384"},
         "protocols": {"h2", "http/1.1"}, "certificates": {"ecdsa"}, "DH prime": 0, "client certificate": "no"},
        {"mozilla-intermediate": {}, "mozilla-modern": TOO_OLD}, light=False),
    Row("java", java, ["java", "javac"], ["openjdk-17-jdk-headless"],
        {"versions": ["TLS 1.3", "TLS 1.2"],
         "suites": {"TLS 1.3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"},
                    "TLS 1.2": {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
         "order": {"TLS 1.3": "server", "TLS 1.2": "server"}, "groups, TLS 1.3": {"secp256r1", "x25519", "secp384r1"},
         "groups, older": {"secp256r1", "x25519", "secp384r1"}, "schemes, TLS 1.3": {"rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384"},
         "schemes, older": {"rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pkcs1_sha256"}, "protocols": {"h2", "http/1.1"}, "certificates": {"rsa"}, "DH prime": 0,
         "client certificate": "no"},
        # no group in common is unexpected_message(10) to it
        {"mozilla-intermediate": {"groups.allowed": "unknown"}, "mozilla-modern": {**OLD_MODERN, "groups.allowed": "unknown"},
         "bsi-tr-02102-2": {**EXTRA_GROUPS, **RSA_KEY, "client_renegotiation": "fail"}}, light=False, open=["groups_tls13"]),
    Row("wolfssl", wolfssl, ["gcc"], ["libwolfssl-dev"],
        {"versions": ["TLS 1.3", "TLS 1.2"],
         "suites": {"TLS 1.3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"},
                    "TLS 1.2": {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}},
         "groups, TLS 1.3": {"x25519", "secp256r1"}, "schemes, TLS 1.3": {"ecdsa_secp256r1_sha256"},
         "protocols": set(), "certificates": {"ecdsa"}, "DH prime": 0, "client certificate": "no"},
        # it resets the connection when it hears SSL 2.0, and before TLS 1.3 takes every curve that it was built with
        {"mozilla-intermediate": {"versions.allowed": "unknown", "groups.allowed": "warn"}, "mozilla-modern": {**TOO_OLD, "groups.allowed": "warn"}},
        parts=["/usr/include/wolfssl/ssl.h"], open=["SSL 2.0"]),

    Row("vsftpd", vsftpd, ["vsftpd"], ["vsftpd"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "P-256", client_certificate="yes"),
        {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}, protocol="ftp"),
    Row("slapd", slapd, ["slapd"], ["slapd"],
        {"versions": ["TLS 1.3", "TLS 1.2"],
         "suites": {"TLS 1.3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"},
                    "TLS 1.2": {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
         "order": {"TLS 1.3": "client", "TLS 1.2": "client"}, "groups, TLS 1.3": {"secp256r1", "x25519"}, "groups, older": {"secp256r1", "x25519"},
         "schemes, TLS 1.3": {"rsa_pss_rsae_sha256"}, "schemes, older": {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}, "protocols": set(),
         "certificates": {"rsa"}, "DH prime": 0, "client certificate": "no"},
        {"mozilla-intermediate": {r: "unknown" for r in ("versions.allowed", "cipher_suites.allowed", "groups.allowed")},
         "nist-800-52r2": {**NIST_X25519, **{r: "unknown" for r in ("versions.allowed", "cipher_suites.allowed", "dh_bits_min", "encrypt_then_mac")}}},
        protocol="ldap", open=MUTE),
    Row("postfix", postfix, ["postfix"], ["postfix"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "X25519:P-256", order="server", level=0),
        {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}, protocol="smtp", light=False, root=True),
    Row("dovecot imap", dovecot("imap"), ["dovecot"], ["dovecot-imapd"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "X25519:P-256", order="server"),
        MUTE_VERDICTS, protocol="imap", light=False, root=True, open=MUTE, parts=["/usr/lib/dovecot/imap-login"]),
    Row("dovecot pop3", dovecot("pop3"), ["dovecot"], ["dovecot-pop3d"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "X25519:P-256", order="server"),
        MUTE_VERDICTS, protocol="pop3", light=False, root=True, open=MUTE, parts=["/usr/lib/dovecot/pop3-login"]),
    Row("dovecot sieve", dovecot("sieve"), ["dovecot"], ["dovecot-managesieved"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "X25519:P-256", order="server"),
        MUTE_VERDICTS, protocol="sieve", light=False, root=True, open=MUTE,
        parts=["/usr/lib/dovecot/managesieve-login"]),
    Row("postgresql", postgresql, [], ["postgresql"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "P-256", order="server"),
        {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}, protocol="postgres", light=False, parts=["/usr/lib/postgresql"]),
    Row("prosody", prosody, ["prosody"], ["prosody"], openssl_told("TLS 1.3, TLS 1.2", STRONG, "X25519:P-256", order="server"),
        {"mozilla-intermediate": {}, "mozilla-modern": OLD_MODERN}, protocol="xmpp", light=False),
    Row("mariadb", mariadb, ["mariadbd", "mariadb-install-db"], ["mariadb-server"], openssl_told("TLS 1.3, TLS 1.2", STRONG, USUAL_GROUPS, client_certificate="yes"),
        {"mozilla-intermediate": {"groups.allowed": "warn"}, "mozilla-modern": {**OLD_MODERN, "groups.allowed": "warn"}}, protocol="mysql", light=False),
]
