"""Real TLS software for the matrix: certificates, and the commands that make OpenSSL and GnuTLS do what a row asks for."""
import os
import re
import shutil
import socket
import subprocess
import threading
import time

from relay import CLIENT, SERVER, DatagramRelay, Relay, write_pcap

REFUSALS = ["Syntax error at", "no cipher match"] # of software that was built without something
LIMIT = 20 # seconds for a process
QUIET = 0.12 # seconds without a byte: what was asked for is over
PSK = "00112233445566778899aabbccddeeff"
NAME = "matrix.test"

KEYS = {
    "rsa": ["rsa:2048"],
    "rsa-pss": ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"],
    "p256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p521": ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "ed25519": ["ed25519"],
    "ed448": ["ed448"],
}
DH_GROUPS = ["ffdhe2048", "ffdhe3072"]


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True, timeout=LIMIT).stdout


class Skipped(Exception):
    """The software of this machine cannot negotiate it."""


class Folder:
    """Keys, certificates and parameters, made once, and the captures."""

    def __init__(self, path):
        self.path = path
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Matrix CA", "-days", "30",
                "-keyout", self("ca.key"), "-out", self("ca.pem"))
        for name, key in KEYS.items():
            openssl("req", "-x509", "-newkey", *key, "-nodes", "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
                    "-addext", "basicConstraints=CA:FALSE", "-days", "20", "-CA", self("ca.pem"), "-CAkey", self("ca.key"),
                    "-keyout", self(name + ".key"), "-out", self(name + ".pem"))
        for group in DH_GROUPS:
            openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:" + group, "-out", self(group + ".pem"))
        self.write("psk.txt", "lab:" + PSK + "\n")
        self.write("early.txt", "early data\n")
        suites = openssl("ciphers", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        self.openssl_names = {fields[0]: fields[2] for fields in map(str.split, suites.splitlines())}

    def __call__(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text):
        with open(self(name), "w", encoding="utf8") as file:
            file.write(text)


# --- ports: below those that the system gives out by itself -----------------------------------------------------------------
PORTS = iter(range(21000 + os.getpid() % 4000, 32000))
PORTS_LOCK = threading.Lock()


def free_port():
    with PORTS_LOCK:
        for port in PORTS:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port
    raise OSError("no port is free")


# --- commands: a row -> words ----------------------------------------------------------------------------------------------
OPENSSL_DTLS_VERSIONS = {"1.0": "-dtls1", "1.2": "-dtls1_2"}
OPENSSL_VERSIONS = {"1.0": "-tls1", "1.1": "-tls1_1", "1.2": "-tls1_2", "1.3": "-tls1_3"}


def openssl_common(folder, row):
    words = [(OPENSSL_DTLS_VERSIONS if row.dtls else OPENSSL_VERSIONS)[row.version]]
    if row.version == "1.3":
        words += ["-ciphersuites", "TLS_" + row.suite]
    else:
        name = folder.openssl_names.get("TLS_" + row.suite)
        if name is None:
            raise Skipped("openssl has no TLS_" + row.suite)
        words += ["-cipher", name + ":@SECLEVEL=0"]
    if row.has_psk():
        words += ["-psk", PSK, "-psk_identity", "lab"]
    if row.does("no encrypt-then-mac"):
        words += ["-no_etm"]
    if row.does("psk without a share"):
        words += ["-allow_no_dhe_kex"]
    return words


def certificate_curves(row):
    """Up to TLS 1.2 the groups are those of ECDSA certificates, too (RFC 8422, section 5.1.1)."""
    curves = {"p256": "secp256r1", "p384": "secp384r1", "p521": "secp521r1"}
    return [curves[auth] for auth in (row.auth, row.client_auth) if row.version != "1.3" and auth in curves]


def openssl_server(folder, row, port):
    words = ["openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-CAfile", folder("ca.pem"), *openssl_common(folder, row)]
    words += ["-cert", folder(row.auth + ".pem"), "-key", folder(row.auth + ".key")] if row.auth != "none" else ["-nocert"]
    if row.is_finite_field():
        words += ["-dhparam", folder(row.group + ".pem")]
    elif row.group != "none":
        words += ["-groups", ":".join(dict.fromkeys([row.group] + certificate_curves(row)))]
    if row.client_auth and not row.does("late certificate"):
        words += ["-Verify", "3"]
    for what, options in (("session id", ["-no_ticket"]), ("early data", ["-early_data"]),
                          ("client renegotiates", ["-client_renegotiation"])):
        words += options if row.does(what) else []
    return words


def openssl_client(folder, row, port):
    words = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % port, "-CAfile", folder("ca.pem"), "-keylogfile",
             folder(row.stem + ".keys"), "-servername", NAME, "-alpn", "h2,http/1.1", *openssl_common(folder, row)]
    if row.group != "none" and not row.is_finite_field():
        words += ["-groups", ":".join(dict.fromkeys(row.client_groups() + certificate_curves(row)))]
    if row.client_auth:
        words += ["-cert", folder(row.client_auth + ".pem"), "-key", folder(row.client_auth + ".key")]
    if row.does("late certificate"):
        words += ["-enable_pha"]
    return words


GNUTLS_EXCHANGES = {"DH_anon": "ANON-DH", "ECDH_anon": "ANON-ECDH"}
GNUTLS_MACS = {"SHA": "SHA1"}


def gnutls_suite(row):
    """(key exchange, cipher, MAC) in GnuTLS's words."""
    exchange, _, rest = row.suite.rpartition("_WITH_")
    if row.version == "1.3":
        exchange = "PSK" if row.does("psk without a share") else "DHE_PSK:+ECDHE_PSK" if row.has_psk() else "KX_ALL"
    exchange = GNUTLS_EXCHANGES.get(exchange, exchange.replace("_", "-"))
    cipher, _, mac = rest.rpartition("_")
    if "CCM" in rest:
        cipher, mac = rest.replace("_SHA256", ""), "AEAD"
    elif "GCM" in rest or "POLY1305" in rest:
        mac = "AEAD"
    return exchange, cipher.replace("_EDE", "").replace("_", "-"), GNUTLS_MACS.get(mac, mac)


def gnutls_priority(row):
    words = ["NONE", ("+VERS-DTLS" if row.dtls else "+VERS-TLS") + row.version, "+COMP-NULL", *("+" + word for word in gnutls_suite(row)), "+SIGN-ALL",
             "+SIGN-RSA-SHA1", "+SIGN-ECDSA-SHA1", "+CTYPE-X509"]
    words += ["%NO_ETM"] if row.does("no encrypt-then-mac") else []
    words += ["%NO_SESSION_HASH"] if row.does("no extended master secret") else []
    return ":".join(words)


def gnutls_groups(groups):
    return "".join(":+GROUP-" + group.upper() for group in groups if group != "none")


def gnutls_server(folder, row, port):
    words = ["gnutls-serv", "--echo", "--port", str(port), "--priority", gnutls_priority(row) + gnutls_groups([row.group])]
    words += ["--udp"] if row.dtls else []
    if row.auth != "none":
        words += ["--x509certfile", folder(row.auth + ".pem"), "--x509keyfile", folder(row.auth + ".key")]
    if row.has_psk():
        words += ["--pskpasswd", folder("psk.txt")]
    if row.client_auth:
        words += ["--x509cafile", folder("ca.pem")]
    words += ["--require-client-cert"] if row.client_auth and not row.does("late certificate") else ["--disable-client-cert"]
    for what, options in (("session id", ["--noticket"]), ("early data", ["--earlydata"])):
        words += options if row.does(what) else []
    return words


def gnutls_client(folder, row, port):
    words = ["gnutls-cli", "--insecure", "--sni-hostname", NAME, "--port", str(port), "127.0.0.1", "--alpn", "h2",
             "--priority", gnutls_priority(row) + gnutls_groups(row.client_groups())]
    words += ["--udp"] if row.dtls else []
    if row.client_auth:
        words += ["--x509certfile", folder(row.client_auth + ".pem"), "--x509keyfile", folder(row.client_auth + ".key")]
    if row.has_psk():
        words += ["--pskusername", "lab", "--pskkey", PSK]
    if row.is_resumed():
        words += ["--resume"] + (["--waitresumption"] if row.version == "1.3" else [])
    for what, options in (("hello retry", ["--single-key-share"]), ("client renegotiates", ["--inline-commands"]),
                          ("late certificate", ["--post-handshake-auth"]), ("key update", ["--inline-commands"]),
                          ("early data", ["--earlydata", folder("early.txt")])):
        words += options if row.does(what) else []
    return words


COMMANDS = {"openssl": {CLIENT: openssl_client, SERVER: openssl_server}, "gnutls": {CLIENT: gnutls_client, SERVER: gnutls_server}}

# What is done after the handshake, by whom, with which software: what is typed for it, and where. GnuTLS's server does what its
# client tells it as data.
TYPED = {
    ("client renegotiates", CLIENT, "openssl"): (CLIENT, "R\n"),
    ("server renegotiates", SERVER, "openssl"): (SERVER, "r\n"),
    ("key update by client", CLIENT, "openssl"): (CLIENT, "k\n"),
    ("key update by both", CLIENT, "openssl"): (CLIENT, "K\n"),
    ("key update by server", SERVER, "openssl"): (SERVER, "k\n"),
    ("late certificate", SERVER, "openssl"): (SERVER, "c\n"),
    ("client renegotiates", CLIENT, "gnutls"): (CLIENT, "^renegotiate^\n"),
    ("server renegotiates", SERVER, "gnutls"): (CLIENT, "**REHANDSHAKE**\n"),
    ("key update by client", CLIENT, "gnutls"): (CLIENT, "^rekey1^\n"),
    ("key update by both", CLIENT, "gnutls"): (CLIENT, "^rekey^\n"),
    ("late certificate", SERVER, "gnutls"): (CLIENT, "**REAUTH**\n"),
}


# --- a live handshake -------------------------------------------------------------------------------------------------------
class Process:
    def __init__(self, words, key_log):
        self.words = words
        self.output = bytearray()
        environment = {name: value for name, value in os.environ.items() if name != "SSLKEYLOGFILE"}
        environment.update({"SSLKEYLOGFILE": key_log} if key_log else {})
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env=environment)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while data := self.process.stdout.read1(65536):
            self.output += data

    def type(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass # it ended: its output says why

    def end(self):
        """Its input ends, and it with it; else it is killed."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(1)

    def said(self):
        return self.output.decode(errors="replace")


def wait_for(condition, seconds=LIMIT):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def settled(relay, before):
    """Something passed since, and then nothing for a while."""
    return relay.passed > before and time.monotonic() - relay.last > QUIET


class Session:
    """A server, a relay before it, and the clients that connect through it."""

    def __init__(self, folder, row):
        self.folder, self.row = folder, row
        self.key_log = folder(row.stem + ".keys")
        port = free_port()
        self.server = Process(COMMANDS[row.server][SERVER](folder, row, port), None)
        self.relay = DatagramRelay(port) if row.dtls else Relay(port)
        self.clients = []

    def connect(self, *options):
        client = Process(COMMANDS[self.row.client][CLIENT](self.folder, self.row, self.relay.port) + list(options),
                         self.key_log if self.row.client == "gnutls" else None)
        self.clients.append(client)
        return client

    def wait_until_quiet(self, before):
        ended = self.clients[-1].process.poll
        wait_for(lambda: settled(self.relay, before) or ended() is not None)

    def play(self):
        """All that the row asks for; the capture and the key log are in the folder then."""
        try:
            if self.row.client == "openssl" and self.row.is_resumed():
                self.run_twice()
            else:
                self.run_once()
        finally:
            self.close()
        for said in REFUSALS:
            if said in self.story():
                raise Skipped(said)

    def run_once(self, *options):
        client = self.connect(*options)
        if typed := self.row.typed():
            self.wait_until_quiet(0)
        for side, text in typed:
            before = self.relay.passed
            (client if side == CLIENT else self.server).type(text)
            self.wait_until_quiet(before)
            self.let_both_speak(client)
        client.end()

    def let_both_speak(self, client):
        """Some answer to what was asked for only when they have something to say: GnuTLS's server is an echo."""
        before = self.relay.passed
        client.type("again\n")
        if self.row.server == "openssl":
            self.server.type("again\n")
        self.wait_until_quiet(before)

    def run_twice(self):
        """The ticket of TLS 1.3 comes after the handshake."""
        session = self.folder(self.row.stem + ".session")
        client = self.connect("-sess_out", session)
        if self.row.version == "1.3":
            self.wait_until_quiet(0)
        client.end()
        if not os.path.exists(session):
            return
        early = ["-early_data", self.folder("early.txt")] if self.row.does("early data") else []
        self.run_once("-sess_in", session, *early)

    def close(self):
        wait_for(lambda: time.monotonic() - self.relay.last > 0.03, 1)
        for process in [*self.clients, self.server]:
            process.kill()
        self.relay.stop()
        write_pcap(self.folder(self.row.stem + ".pcap"), self.relay.flows)

    def story(self):
        return "\n".join("$ %s\n%s" % (" ".join(p.words), p.said()) for p in [self.server, *self.clients])


def missing_software():
    return [name for name in ("openssl", "gnutls-cli", "gnutls-serv") if not shutil.which(name)]


def stem_of(text):
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")
