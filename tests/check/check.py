#!/usr/bin/env python3
"""handlens check against servers on loopback: real ones, each with a configuration that is known, and some that do not play by the rules.

  HANDLENS=build/.../handlens check.py [NAME...]"""
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

MOST_CONNECTIONS = 20


def certificate(folder, name="check.test", key="rsa:2048", days=60, more=()):
    """Paths of a key, and a certificate that signs itself."""
    stem = os.path.join(folder, "%s-%s-%d" % (name, key.replace(":", "-"), days))
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:" + key] if not key.startswith("rsa") else ["-newkey", key]
    if not os.path.exists(stem + ".key"):
        subprocess.run(["openssl", "req", "-x509", *kind, "-nodes", "-keyout", stem + ".key", "-out", stem + ".pem", "-subj", "/CN=" + name,
                        "-addext", "subjectAltName=DNS:" + name, "-days", str(days), *more], check=True, capture_output=True)
    return stem + ".key", stem + ".pem"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A program that listens on self.port."""

    def __init__(self, command, port):
        self.port = port
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("%s does not listen" % command[0])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def openssl_server(folder, arguments, **how):
    key, pem = certificate(folder, **how)
    port = free_port()
    environment = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-accept", str(port), "-key", key, "-cert", pem, "-quiet"]
    return Server(environment + arguments.split(), port), pem


def gnutls_server(folder, priority, **how):
    key, pem = certificate(folder, **how)
    port = free_port()
    return Server(["gnutls-serv", "--quiet", "--echo", "-p", str(port), "--x509keyfile", key, "--x509certfile", pem, "--priority", priority],
                  port), pem


def check(*arguments):
    p = subprocess.run([HANDLENS, "check", *arguments], capture_output=True, timeout=120)
    return p.returncode, p.stdout, p.stderr.decode()


def check_with_hosts(folder, hosts, *arguments):
    """The same, where names are as this text says; None where that cannot be had."""
    path = os.path.join(folder, "hosts")
    with open(path, "w", encoding="ascii") as file:
        file.write(hosts)
    if subprocess.run(["unshare", "-m", "mount", "--bind", path, "/etc/hosts"], capture_output=True).returncode != 0:
        print("skipped: names cannot be made for a test here")
        return None
    p = subprocess.run(["unshare", "-m", "sh", "-c", "mount --bind %s /etc/hosts && exec \"$@\"" % path, "sh", HANDLENS, "check", *arguments],
                       capture_output=True, timeout=120)
    return p.returncode, p.stdout, p.stderr.decode()


def checked(port, *arguments):
    """Exit status, and for each rule its result and what was said."""
    status, out, errors = check("--format", "json", "--connect", "127.0.0.1:%d" % port, *arguments, "check.test")
    expect(out.count(b"\n") == 1, out, errors)
    told = json.loads(out)["handlens"]["check"]
    return status, told, {v["rule"]: (v["result"], v["text"]) for v in told["verdicts"]}


# What each server was told, and what each policy must say of that: rules that are not named pass.
STRONG = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
CURVES = "-curves X25519:P-256:P-384"
ROWS = [
    ("intermediate", "mozilla-intermediate", "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), {}, 0, {}),
    ("modern", "mozilla-modern", "-tls1_3 " + CURVES, {"key": "P-256"}, 0, {}),
    ("a policy for others", "mozilla-modern", "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), {"key": "P-256"}, 1,
     {"versions.allowed": "TLS 1.2", "cipher_suites.allowed": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}),
    ("old versions", "mozilla-intermediate", "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0 " + CURVES, {}, 1,
     {"versions.allowed": "TLS 1.1, TLS 1.0", "cipher_suites.allowed": "TLS_RSA_WITH_AES_128_CBC_SHA"}),
    ("anonymous suites", "pci-4.0.1", "-min_protocol TLSv1.2 -cipher ALL:aNULL@SECLEVEL=0 " + CURVES, {}, 1,
     {"cipher_suites.allowed": "anon"}),
    ("more groups", "mozilla-intermediate", "-min_protocol TLSv1.2 -cipher %s" % STRONG, {}, 0, {"groups.allowed": "secp521r1"}),
    ("TLS 1.2 alone", "mozilla-intermediate", "-tls1_2 -cipher %s %s" % (STRONG, CURVES), {}, 1, {"versions.required": "TLS 1.3"}),
    ("a short key", "mozilla-intermediate", "-min_protocol TLSv1.2 -cipher %s@SECLEVEL=0 %s" % (STRONG, CURVES), {"key": "rsa:1024"}, 1,
     {"certificate.key": "1024"}),
    ("a curve", "mozilla-modern", "-tls1_3 " + CURVES, {"key": "P-521"}, 1, {"certificate.key": "secp521r1"}),
    ("a long life", "mozilla-intermediate", "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), {"days": 800}, 1,
     {"certificate.lifetime_days_max": "800", "certificate.lifetime_days_recommended": "800"}),
    ("the end of life", "mozilla-intermediate", "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), {"days": 3}, 1,
     {"certificate.days_left_min": "expires in"}),
    ("another name", "mozilla-intermediate", "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), {"name": "other.test"}, 1,
     {"certificate.name": "not for check.test"}),
    ("a prime", "pci-4.0.1", "-min_protocol TLSv1.2 -cipher ALL:!aNULL:!PSK:!3DES:!SEED:@SECLEVEL=0 -dhparam %s", {}, 1, {"dh_bits_min": "1024 bits"}),
    ("CBC, and others first", "nist-800-52r2", "-min_protocol TLSv1.2 -serverpref -cipher ECDHE+AESGCM:ECDHE-RSA-AES128-SHA "
     "-ciphersuites TLS_AES_128_GCM_SHA256 -curves P-256", {}, 0, {}),
    ("groups of ECDSA", "nist-800-52r2", "-min_protocol TLSv1.2 -cipher ECDHE+AESGCM -ciphersuites TLS_AES_128_GCM_SHA256 -curves X25519:P-256",
     {"key": "P-256"}, 1, {"groups.allowed": "x25519"}),
    ("groups of ECDSA before TLS 1.3", "nist-800-52r2", "-tls1_2 -cipher ECDHE+AESGCM -curves X25519:P-256", {"key": "P-256"}, 1,
     {"versions.required": "TLS 1.3", "groups.allowed": "x25519"}),
    ("no hybrid group", "pq-ready", "-tls1_3 " + CURVES, {}, 1, {"groups.required": "X25519MLKEM768"}),
]


def verdicts_are_right(folder):
    dhparam = os.path.join(folder, "dh1024.pem")
    subprocess.run(["openssl", "dhparam", "-out", dhparam, "1024"], check=True, capture_output=True)
    for name, policy, arguments, how, status, wrong in ROWS:
        server, pem = openssl_server(folder, arguments % dhparam if "%s" in arguments else arguments, **how)
        with server:
            got, told, verdicts = checked(server.port, "--policy", policy, "--ca-file", pem)
        print("  %-20s %-22s %d connections, %s" % (name, policy, told["connections"],
                                                   ", ".join("%s %s" % (r[0], rule) for rule, r in verdicts.items() if r[0] != "pass") or "all pass"))
        expect(got == status, name, "ended with", got, told)
        for rule, (result, text) in verdicts.items():
            if rule in wrong:
                expect(result in ("fail", "warn") and wrong[rule] in text, name, rule, result, text)
            else:
                expect(result == "pass", name, rule, result, text)
        expect(set(wrong) <= set(verdicts), name, verdicts)
        expect(told["connections"] <= MOST_CONNECTIONS, name, told["connections"])


def groups_that_cannot_be_done_here(folder):
    """TLS 1.3 is accepted all the same, and its suites are known; what only the opened flight shows is not, and does not pass."""
    for group, name in (("X448", "x448"), ("ffdhe3072", "ffdhe3072")):
        server, pem = openssl_server(folder, "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256:TLS_CHACHA20_POLY1305_SHA256 -curves " + group)
        with server:
            status, told, verdicts = checked(server.port, "--policy", "bsi-tr-02102-2", "--ca-file", pem)
        expect(status == 1 and verdicts["versions.allowed"][0] == "pass", verdicts)
        expect(verdicts["cipher_suites.allowed"] == ("fail", "accepted, and not allowed: TLS_CHACHA20_POLY1305_SHA256"), verdicts)
        expect(("x448" not in name or verdicts["groups.allowed"][0] == "fail") and name in verdicts["groups.allowed"][1], verdicts)
        for rule in ("certificate.key", "certificate.trusted", "certificate.name"):
            expect(verdicts[rule][0] == "unknown" and "cannot be done here" in verdicts[rule][1], rule, verdicts[rule])


def a_server_that_refuses_everything(folder):
    """Whatever is asked: a refusal says nothing then, and nothing passes."""
    path = os.path.join(folder, "versions.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"id": "v", "version": "1", "versions": {"allowed": ["TLS 1.3"]}, "cipher_suites": {"allowed": ["0x1301"]}}, file)
    with Script(lambda c, hello: c.send(b"\x15\x03\x03\x00\x02\x02\x28")) as script:
        status, told, verdicts = checked(script.port, "--policy", path, "--no-ca")
        expect(status == 3 and {r[0] for r in verdicts.values()} == {"unknown"}, verdicts)
        status, out, errors = check("--enumerate", "--no-ca", "127.0.0.1:%d" % script.port)
        expect(status == 3 and b"inconclusive" in out, status, out)


def other_servers(folder):
    if not shutil.which("gnutls-serv"):
        print("skipped: gnutls-serv is not installed")
        return
    for priority, policy, status, wrong in (
            ("NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-KX-ALL:+ECDHE-RSA:+ECDHE-ECDSA:"
             "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1", "mozilla-intermediate", 0, set()),
            ("NORMAL", "mozilla-intermediate", 1, {"versions.allowed", "cipher_suites.allowed", "groups.allowed"}),
            # a hole: TLS 1.1 is refused, though TLS 1.0 is spoken
            ("NONE:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.0:+AES-128-GCM:+AES-128-CBC:+SHA1:+AEAD:+ECDHE-RSA:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-SHA256:"
             "+COMP-NULL:+GROUP-X25519", "mozilla-intermediate", 1, {"versions.allowed", "cipher_suites.allowed"})):
        server, pem = gnutls_server(folder, priority)
        with server:
            got, told, verdicts = checked(server.port, "--policy", policy, "--ca-file", pem)
        bad = {rule for rule, r in verdicts.items() if r[0] != "pass"}
        expect(got == status and bad == wrong, priority, got, {r: verdicts[r] for r in bad}, told["connections"])


def it_says_the_same_each_time(folder):
    server, pem = openssl_server(folder, "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0")
    time.sleep(1.5)  # or the first ones see a day more until it expires
    told = set()
    with server:
        for _ in range(20):
            status, report, verdicts = checked(server.port, "--ca-file", pem)
            told.add(json.dumps([status, report["status"], report["connections"], verdicts]))
    expect(len(told) == 1, told)


# --- servers that do not play by the rules ------------------------------------------------------------------------------
class Script:
    """Accepts connections, and does the same with each."""

    def __init__(self, act):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.act, self.seen = self.socket.getsockname()[1], act, 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.seen += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                connection.settimeout(20)
                hello = connection.recv(65536)
                self.act(connection, hello)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def drip(connection, hello):
    for byte in b"\x16\x03\x03\x40\x00" + bytes(100):
        connection.send(bytes((byte,)))
        time.sleep(0.1)


def endless_records(connection, hello):
    while True:
        connection.send(b"\x16\x03\x03\x40\x00" + bytes(16384))


def endless_warnings(connection, hello):
    while True:
        connection.send(b"\x15\x03\x03\x00\x02\x01\x70" * 1000)


HOSTILE = [
    ("closes", lambda c, hello: None, "closed"),
    ("says nothing", lambda c, hello: time.sleep(5), "no answer in time"),
    ("speaks HTTP", lambda c, hello: c.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not TLS"),
    ("drips", drip, "no answer in time"),
    ("garbage", lambda c, hello: c.send(bytes(range(255, 0, -1)) * 20), "not TLS"),
    ("echoes", lambda c, hello: c.send(hello), ""),
    ("endless records", endless_records, ""),
    ("endless warnings", endless_warnings, ""),
    ("two alerts, of which the first counts", lambda c, hello: c.send(b"\x15\x03\x03\x00\x02\x02\x2f\x15\x03\x03\x00\x02\x02\x28"), "illegal_parameter"),
    ("an alert that means nothing", lambda c, hello: c.send(b"\x15\x03\x03\x00\x02\x02\x2f"), "illegal_parameter"),
]


def none_of_them_passes(folder):
    for name, act, words in HOSTILE:
        with Script(act) as script:
            begin = time.monotonic()
            status, out, errors = check("--format", "json", "--timeout", "700ms", "--no-ca", "127.0.0.1:%d" % script.port)
            took = time.monotonic() - begin
        told = json.loads(out)["handlens"]["check"]
        expect(status == 3 and told["status"] in ("unreachable", "inconclusive"), name, status, told)
        expect(all(v["result"] != "pass" for v in told["verdicts"]), name, told)
        expect(words in json.dumps(told), name, told)
        expect(took < 0.7 * (told["connections"] + 2), name, took, told["connections"])


def closing_without_an_alert(folder):
    """What such a server refuses is unknown, as it does not say so; and that costs few connections more."""
    def relay(connection, hello):
        with socket.create_connection(("127.0.0.1", server.port), 2) as other:
            other.sendall(hello)
            answer = other.recv(65536)
            other.settimeout(0.1)  # it serves one client after the other
            while answer and answer[0] != 21:
                connection.sendall(answer)
                answer = other.recv(65536)

    server, pem = openssl_server(folder, "-tls1_2 -cipher ECDHE+AESGCM -curves P-256")
    with server, Script(relay) as script:
        status, told, verdicts = checked(script.port, "--timeout", "2s", "--ca-file", pem)
        _, direct, _ = checked(server.port, "--ca-file", pem)
    expect(status == 3 and verdicts["versions.allowed"][0] == verdicts["cipher_suites.allowed"][0] == "unknown", status, verdicts)
    expect(told["connections"] <= direct["connections"] + 6, told["connections"], direct["connections"])


def nobody_is_there(folder):
    port = free_port()
    status, out, errors = check("127.0.0.1:%d" % port)
    expect(status == 3 and b"connection refused" in out and b"unreachable" in out, status, out, errors)
    status, out, errors = check("no-such-host.invalid")
    expect(status == 3 and b"unreachable" in out, status, out, errors)
    server, pem = openssl_server(folder, "-tls1_3 " + CURVES)
    with server:  # an absent answer for one of them is not made good by the other
        status, out, errors = check("--policy", "pq-ready", "127.0.0.1:%d" % port, "localhost:%d" % server.port)
    expect(status == 1 and out.count(b"policy pq-ready@1") == 2, status, out)


def usage(folder):
    for arguments, words in ((("--policy", "nothing", "a"), "policy list"), (("host:99999",), "host:port"), (("http://x",), "host:port"),
                             (("--policy", "/nowhere.json", "a"), "No such file"), (("--timeout", "0", "a"), "TIME"), (("[::1", "a"), "host:port"),
                             (("--fail-on", "high", "a"), "fail")):
        status, out, errors = check(*arguments)
        expect(status == 2 and words in errors and len(errors.splitlines()) == 1, arguments, status, errors)


def many_at_once(folder):
    """In the order of the list, each with its own policy; and what takes its time holds nobody up."""
    good, pem = openssl_server(folder, "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES))
    modern, other = openssl_server(folder, "-tls1_3 " + CURVES, key="P-256")
    lines = []
    with good, modern, Script(lambda c, hello: time.sleep(5)) as slow:
        for i in range(12):
            lines.append(("check.test:%d" if i % 4 else "slow.test:%d # says nothing") % (slow.port if i % 4 == 0 else good.port))
        lines.append("check.test:%d mozilla-modern@6.0" % modern.port)
        path = os.path.join(folder, "targets")
        with open(path, "w", encoding="ascii") as file:
            file.write("# a list\n\n" + "\n".join(lines) + "\n")
        took = {}
        for parallel in ("1", "8"):
            begin = time.monotonic()
            got = check_with_hosts(folder, "127.0.0.1 check.test slow.test\n", "--ca-file", pem, "--ca-file", other, "--format", "json",
                                   "--timeout", "600ms", "--parallel", parallel, "--targets", path)
            took[parallel] = time.monotonic() - begin
            if got is None:
                return
            status, out, errors = got
            told = [json.loads(line) for line in out.splitlines()]
            expect(status == 3 and [d["destination"]["address"] for d in told] == [line.split()[0] for line in lines], status, errors)
            states = [d["handlens"]["check"]["status"] for d in told]
            expect(states == ["passed" if i % 4 else "unreachable" for i in range(12)] + ["passed"], states)
            expect(told[-1]["handlens"]["check"]["policy"]["id"] == "mozilla-modern", told[-1])
    expect(took["8"] < took["1"], took)


def addresses_that_do_not_agree(folder):
    """Two addresses of one name, with servers that are not alike."""
    port = free_port()
    key, pem = certificate(folder)
    command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-key", key, "-cert", pem, "-quiet"]
    strong = ("-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES)).split()
    with Server(command + ["-accept", "127.0.0.1:%d" % port] + strong, port):
        for wrong, arguments in (("versions.allowed", ("-min_protocol TLSv1 -cipher ALL@SECLEVEL=0 " + CURVES).split()), ("", strong)):
            other = subprocess.Popen(command + ["-accept", "127.0.0.2:%d" % port] + arguments, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            try:
                got = check_with_hosts(folder, "127.0.0.1 check.test\n127.0.0.2 check.test\n", "--format", "json", "--ca-file", pem,
                                       "--all-addresses", "check.test:%d" % port)
            finally:
                other.kill()
                other.wait()
            if got is None:
                return
            status, out, errors = got
            told = [json.loads(line)["handlens"]["check"] for line in out.splitlines()]
            expect(len(told) == 2, out, errors)
            agrees = [v for t in told for v in t["verdicts"] if v["rule"] == "addresses.agree"]
            expect(status == (1 if wrong else 0) and [v["result"] for v in agrees] == ["fail" if wrong else "pass"] and wrong in agrees[0]["text"], told)


def policies(folder):
    def run(*arguments):
        p = subprocess.run([HANDLENS, "policy", *arguments], capture_output=True, timeout=30)
        return p.returncode, p.stdout, p.stderr.decode()

    status, out, _ = run("list")
    names = [line.split()[0].decode() for line in out.splitlines()]
    expect(status == 0 and len(names) >= 7, names)
    for name in names:
        status, document, _ = run("show", name)
        path = os.path.join(folder, name + ".json")
        with open(path, "wb") as file:
            file.write(document)
        expect(status == 0 and "%(id)s@%(version)s" % json.loads(document) == name, name)
        expect(run("hash", name)[1].split()[0] == run("hash", path)[1].split()[0], "hash of", name)
        expect(run("lint", path)[0] == 0, name)
        validate(json.loads(document), name)
    for text, words in (('{"id": "a"}', "version: it is missing"), ('{"id": "a", "version": "1"} x', "no JSON object"), ("[]", "no JSON object"),
                        ('{"id": "a", "version": "1", "verisons": {}}', "verisons: no such key"),
                        ('{"id": "a", "version": "1", "versions": {"allowed": ["TLS 1.9"]}}', "TLS 1.9 is the name of no"),
                        ('{"id": "a", "version": "1", "versions": {"allowed": "TLS 1.2"}}', "a list of names"),
                        ('{"id": "a", "version": "1", "dh_bits_min": 0.5}', "a whole number"),
                        ('{"id": "a", "version": "1", "certificate": {"name": "yes"}}', "required"),
                        ('{"id": "a", "version": "1", "id": "b"}', "it is there twice")):
        path = os.path.join(folder, "wrong.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        status, out, errors = run("lint", path)
        expect(status == 2 and words in errors and len(errors.splitlines()) == 1, text, errors)


def validate(document, name, schema="policy.schema.json"):
    try:
        import jsonschema
    except ImportError:
        return
    with open(os.path.join(ROOT, "docs", schema), encoding="utf-8") as file:
        jsonschema.validate(document, json.load(file))


def staples(folder):
    """Of that very certificate, and of the right time; none; and one of another certificate."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)

    with open(os.path.join(folder, "ext"), "w", encoding="ascii") as file:
        file.write("subjectAltName=DNS:check.test\nextendedKeyUsage=serverAuth\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Staple CA", "-days", "60")
    for name, serial in (("one", "17"), ("two", "18")):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=check.test")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", serial, "-days", "30", "-extfile", "ext",
                "-out", name + ".pem")
    with open(os.path.join(folder, "index"), "w", encoding="ascii") as file:
        file.write("V\t491231235959Z\t\t11\tunknown\t/CN=check.test\nR\t491231235959Z\t250101000000Z\t12\tunknown\t/CN=check.test\n")
    for name in ("one", "two"):
        openssl("ocsp", "-index", "index", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key", "-issuer", "ca.pem", "-cert", name + ".pem",
                "-respout", name + ".ocsp", "-ndays", "7", "-noverify")
    path = os.path.join(folder, "staple.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"id": "staple", "version": "1", "certificate": {"staple": "required"}}, file)
    for leaf, staple, result, words in (("one", "one", "pass", "good"), ("one", None, "fail", "no OCSP response"), ("one", "two", "fail", "other"),
                                        ("two", "two", "fail", "revoked")):
        port = free_port()
        command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-accept", str(port), "-quiet", "-key", leaf + ".key", "-cert", leaf + ".pem",
                   "-cert_chain", "ca.pem"] + (["-status_file", staple + ".ocsp"] if staple else [])
        here = os.getcwd()
        os.chdir(folder)
        try:
            with Server(command, port):
                status, told, verdicts = checked(port, "--policy", path, "--ca-file", "ca.pem")
        finally:
            os.chdir(here)
        expect(verdicts["certificate.staple"][0] == result and words in verdicts["certificate.staple"][1], leaf, staple, verdicts)


# Arguments of the server, and what becomes of resumption, early data, renegotiation and heartbeats; the connections that it may take.
SESSIONS = [
    ("-www -min_protocol TLSv1.2", ["pass", "pass", "pass", "pass"], 4),
    ("-www -tls1_3 -num_tickets 0", ["fail", "pass", "pass", "pass"], 3),
    ("-www -tls1_3", ["pass", "pass", "pass", "pass"], 4),
    ("-www -tls1_2 -no_ticket", ["pass", "pass", "pass", "pass"], 4),
    ("-www -tls1_2 -no_ticket -no_cache -client_renegotiation", ["fail", "pass", "fail", "pass"], 4),
    ("-www -tls1_2 -client_renegotiation", ["pass", "pass", "fail", "pass"], 4),
    ("-tls1_3 -early_data -max_early_data 1000", ["pass", "fail", "pass", "pass"], 4),
]


def sessions(folder):
    """Handshakes are completed for what a policy says about sessions, and for nothing else."""
    path = os.path.join(folder, "sessions.json")
    rules = ("session_resumption", "early_data", "client_renegotiation", "heartbeat")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"id": "s", "version": "1", "session_resumption": "required", "early_data": "forbidden", "client_renegotiation": "forbidden",
                   "heartbeat": "forbidden"}, file)
    for arguments, wanted, most in SESSIONS:
        server, pem = openssl_server(folder, arguments)
        with server:
            status, told, verdicts = checked(server.port, "--policy", path, "--ca-file", pem)
        expect([verdicts[rule][0] for rule in rules] == wanted, arguments, verdicts)
        expect(status == ("fail" in wanted) and told["connections"] <= most, arguments, status, told["connections"])
    if shutil.which("gnutls-serv"):
        server, pem = gnutls_server(folder, "NORMAL")
        with server:
            _, _, verdicts = checked(server.port, "--policy", path, "--ca-file", pem)
        expect([verdicts[rule][0] for rule in rules] == ["pass", "pass", "fail", "pass"], verdicts)
    with Script(lambda c, hello: c.send(b"\x15\x03\x03\x00\x02\x02\x28")) as script:
        _, _, verdicts = checked(script.port, "--policy", path, "--no-ca")
        expect({r[0] for r in verdicts.values()} == {"unknown"}, "a refusal of everything says nothing", verdicts)


def waivers(folder):
    """Those that count, that ended, that are for others, and that nobody needs."""
    document = json.loads(subprocess.run([HANDLENS, "policy", "show", "mozilla-modern"], capture_output=True, check=True).stdout)
    path = os.path.join(folder, "ours.json")
    server, pem = openssl_server(folder, "-tls1_3 " + CURVES)  # its key is RSA
    with server:
        for waivers, status, result, words in (
                ([], 1, "fail", ""),
                ([{"rule": "certificate.key", "until": "2199-12-31", "why": "the old box"}], 0, "waived", "waived until 2199-12-31: the old box"),
                ([{"rule": "certificate.key", "until": "2020-02-29", "why": "the old box"}], 1, "fail", "the waiver ended with 2020-02-29"),
                ([{"rule": "certificate.key", "target": "*.test", "until": "2199-12-31", "why": "x"}], 0, "waived", "waived"),
                ([{"rule": "certificate.key", "target": "*.example", "until": "2199-12-31", "why": "x"}], 1, "fail", "")):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(dict(document, waive=waivers), file)
            validate(dict(document, waive=waivers), "ours")
            got, told, verdicts = checked(server.port, "--policy", path, "--ca-file", pem)
            expect(got == status and verdicts["certificate.key"][0] == result and words in verdicts["certificate.key"][1], waivers, got, verdicts)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(dict(document, waive=[{"rule": "certificate.name", "until": "2199-12-31", "why": "x"}]), file)
        got, told, verdicts = checked(server.port, "--policy", path, "--ca-file", pem)
        expect(verdicts["waivers"] == ("warn", "certificate.name, until 2199-12-31"), verdicts)
    for waiver, words in (({"rule": "nothing", "until": "2199-12-31", "why": "x"}, "no such rule"), ({"rule": "compression", "until": "2199-13-31", "why": "x"}, "no date"),
                          ({"rule": "compression", "until": "2199-12-31"}, "lacks something"),
                          ({"rule": "compression", "until": "2199-12-31", "why": "x", "who": "me"}, "not known")):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(dict(document, waive=[waiver]), file)
        p = subprocess.run([HANDLENS, "policy", "lint", path], capture_output=True)
        expect(p.returncode == 2 and words.encode() in p.stderr, waiver, p.stderr)


def baselines(folder):
    """What was wrong before does not fail; what is wrong since then does."""
    port = free_port()
    key, pem = certificate(folder)
    base = os.path.join(folder, "base.json")
    command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-accept", str(port), "-key", key, "-cert", pem, "-quiet"]
    arguments = ("--ca-file", pem, "--connect", "127.0.0.1:%d" % port, "check.test")
    with Server(command + ("-min_protocol TLSv1.1 -cipher ALL@SECLEVEL=0 " + CURVES).split(), port):
        status, out, errors = check("--format", "json", *arguments)
        with open(base, "wb") as file:
            file.write(out)
        expect(status == 1, status)
        status, out, errors = check("--format", "json", "--baseline", base, *arguments)
        results = {v["rule"]: v["result"] for v in json.loads(out)["handlens"]["check"]["verdicts"]}
        expect(status == 0 and results["versions.allowed"] == "waived" and "fail" not in results.values(), status, results)
    with Server(command + ("-min_protocol TLSv1 -cipher ALL@SECLEVEL=0 " + CURVES).split(), port):
        status, out, errors = check("--format", "json", "--baseline", base, *arguments)
        results = {v["rule"]: v["result"] for v in json.loads(out)["handlens"]["check"]["verdicts"]}
        expect(status == 1 and results["versions.allowed"] == "fail", status, results)
    with open(base, "w", encoding="ascii") as file:
        file.write("{}\n")
    status, out, errors = check("--baseline", base, *arguments)
    expect(status == 2 and "line 1 is no result of a check" in errors, errors)


def captures(folder):
    """The servers of a capture, by what they agreed on."""
    pcaps = os.path.join(ROOT, "pcaps")

    def verdicts(name, *arguments):
        status, out, errors = check("--format", "json", "--ca-file", os.path.join(pcaps, "lab-ca.pem"), *arguments, os.path.join(pcaps, name))
        told = [json.loads(line) for line in out.splitlines()]
        return status, told, [{v["rule"]: (v["result"], v["text"]) for v in d["handlens"]["check"]["verdicts"]} for d in told], errors

    status, told, (seen,), errors = verdicts("tls12-ecdhe-rsa.pcap")
    expect(status == 3 and seen["versions.allowed"][0] == "pass" and seen["versions.required"][0] == "unknown", status, seen)
    expect(told[0]["destination"]["address"].endswith(":443") and seen["certificate.name"][0] == "pass", told)
    status, told, (seen,), errors = verdicts("tls12-rsa-kx.pcap")
    expect(status == 1 and seen["cipher_suites.allowed"][0] == "fail" and "TLS_RSA_WITH" in seen["cipher_suites.allowed"][1], seen)
    status, told, (seen,), errors = verdicts("tls13-x25519.pcap", "--policy", "mozilla-modern")
    expect(status == 3 and seen["certificate.key"] == ("unknown", "the capture has no certificate of it that can be read (--keylog)"), seen)
    status, told, (seen,), errors = verdicts("tls13-x25519.pcap", "--policy", "mozilla-modern", "--keylog", os.path.join(pcaps, "tls13-x25519.keys"))
    expect(seen["certificate.key"][0] in ("pass", "fail") and seen["versions.required"][0] == "pass", seen)
    status, out, errors = check(os.path.join(pcaps, "README.md"))
    expect(status == 2 and len(errors.splitlines()) == 1, errors)


def reports(folder):
    """For people no line is too long; what JSON says fits its schema."""
    server, pem = openssl_server(folder, "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0")
    with server:
        status, out, errors = check("--ca-file", pem, "-v", "127.0.0.1:%d" % server.port)
        json_status, document, _ = check("--ca-file", pem, "--format", "json", "127.0.0.1:%d" % server.port)
    text = out.decode()
    expect(status == json_status == 1 and all(len(line) <= 80 for line in text.splitlines()), max(text.splitlines(), key=len))
    for words in ("failed", "mozilla-intermediate@6.0", "sha256", "connections", "ssl_protocols TLSv1.2 TLSv1.3;", "SSLProtocol -all +TLSv1.2"):
        expect(words in text, words, text)
    try:
        import jsonschema
        with open(os.path.join(ROOT, "docs", "check.schema.json"), encoding="utf-8") as file:
            jsonschema.validate(json.loads(document), json.load(file))
    except ImportError:
        print("skipped: no jsonschema")


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
