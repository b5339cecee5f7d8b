#!/usr/bin/env python3
"""handlens check --enumerate: handshakes are completed, and sessions are resumed, by every kind of cipher suite.

  HANDLENS=build/.../handlens sessions.py [NAME...]"""
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import enumerate as inventories  # noqa: E402
from check import Server, cases, certificate, expect, free_port, gnutls_server, openssl_server  # noqa: E402
from relay import Relay, pump  # noqa: E402
from save import handshakes  # noqa: E402

TAKEN = {"session_id": "yes", "session_ticket": "yes", "client_renegotiation": "yes"}
ASKED = ("session_id", "session_ticket", "psk_resumption", "early_data", "client_renegotiation")

# Version, cipher suite, key of the server.
OLDER = [
    ("tls1_2", "ECDHE-RSA-AES128-GCM-SHA256", "rsa:2048"),
    ("tls1_2", "ECDHE-RSA-CHACHA20-POLY1305", "rsa:2048"),
    ("tls1_2", "ECDHE-ECDSA-AES256-CCM8", "P-256"),
    ("tls1_2", "ECDHE-ECDSA-AES256-SHA384", "P-384"),
    ("tls1_2", "ECDHE-RSA-CAMELLIA128-SHA256", "rsa:2048"),
    ("tls1_2", "DHE-RSA-AES256-GCM-SHA384", "rsa:2048"),
    ("tls1_2", "DHE-RSA-AES128-SHA256", "rsa:2048"),
    ("tls1_2", "AES256-GCM-SHA384", "rsa:3072"),
    ("tls1_2", "AES128-SHA", "rsa:2048"),
    ("tls1_2", "ADH-AES128-SHA256", "rsa:2048"),
    ("tls1_1", "ECDHE-RSA-AES256-SHA", "rsa:2048"),
    ("tls1_1", "CAMELLIA256-SHA", "rsa:2048"),
    ("tls1", "AES128-SHA", "rsa:1024"),
    ("tls1", "ECDHE-ECDSA-AES128-SHA", "P-521"),
]
NEWEST = ["TLS_AES_128_GCM_SHA256 -curves X25519", "TLS_AES_256_GCM_SHA384 -curves P-256", "TLS_CHACHA20_POLY1305_SHA256 -curves P-384",
          "TLS_AES_128_CCM_SHA256 -curves P-521", "TLS_AES_128_CCM_8_SHA256 -curves P-256", "TLS_AES_128_GCM_SHA256 -curves X448:P-256 -verify 1"]


def found(port, pem, *arguments):
    """Exit status, what was told of the target, and the state of each feature."""
    status, told, inventory = inventories.enumerated(port, pem, *arguments)
    return status, told, {k: v["state"] for k, v in inventory["features"].items()}, inventory


def expect_states(name, features, wanted):
    states = {k: features.get(k) for k in wanted}
    expect(states == wanted, name, states)


def before_tls13(folder):
    for version, cipher, key in OLDER:
        for more in ("", " -no_etm", " -verify 1", " -no_ticket"):
            if more != "" and cipher not in ("AES128-SHA", "DHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA"):
                continue
            server, pem = openssl_server(folder, "-%s -www -cipher %s:@SECLEVEL=0 -client_renegotiation%s" % (version, cipher, more), key=key)
            with server:
                status, told, features, _ = found(server.port, pem)
            wanted = dict(TAKEN, session_ticket="no") if "no_ticket" in more else TAKEN
            expect_states("%s %s%s" % (version, cipher, more), features, wanted)
            expect(status == 0 or cipher.startswith("ADH"), cipher, status, told)


def tls13(folder):
    for suite in NEWEST:
        for more, early in (("", "no"), (" -early_data -max_early_data 16384", "yes")):
            server, pem = openssl_server(folder, "-tls1_3 -ciphersuites %s%s" % (suite, more), key="P-256")
            with server:
                status, told, features, _ = found(server.port, pem)
            expect_states(suite + more, features, {"psk_resumption": "yes", "early_data": early})
            expect(status == 0, suite, status, told)


def what_is_not_given(folder):
    rows = [
        ("-www -min_protocol TLSv1.2 -no_ticket -no_cache", {"session_id": "no", "session_ticket": "no", "psk_resumption": "no", "client_renegotiation": "no"}),
        ("-min_protocol TLSv1.2 -www -no_cache", {"session_id": "no", "session_ticket": "yes", "psk_resumption": "yes"}),
        ("-min_protocol TLSv1.2 -www -num_tickets 0", {"psk_resumption": "no", "early_data": "no", "session_ticket": "yes"}),
        ("-tls1_2 -www", {"session_id": "yes", "session_ticket": "yes", "psk_resumption": None, "early_data": None, "client_renegotiation": "no"}),
        ("-tls1_3", {"session_id": None, "session_ticket": None, "psk_resumption": "yes", "client_renegotiation": None}),
    ]
    for arguments, wanted in rows:
        server, pem = openssl_server(folder, arguments)
        with server:
            status, told, features, _ = found(server.port, pem)
        expect_states(arguments, features, wanted)
        expect(status == 0, arguments, status, told)


def by_gnutls(folder):
    if not shutil.which("gnutls-serv"):
        print("skipped: gnutls-serv is not installed")
        return
    server, pem = gnutls_server(folder, "NORMAL")
    with server:
        status, told, features, _ = found(server.port, pem)
    expect_states("gnutls-serv", features, {"session_id": "yes", "session_ticket": "yes", "psk_resumption": "yes"})
    expect(status == 0, status, told)
    server, pem = gnutls_server(folder, "NONE:+VERS-TLS1.2:+3DES-CBC:+SHA1:+RSA:+SIGN-RSA-SHA256:+COMP-NULL")
    with server:
        _, _, features, _ = found(server.port, pem)
    expect_states("3DES", features, {"session_id": "yes", "session_ticket": "yes"})


def what_is_saved_opens(folder):
    """Handshakes that were completed are in the capture with their secrets, and all of them hold."""
    path = os.path.join(folder, "saved.pcapng")
    server, pem = openssl_server(folder, "-www -client_renegotiation")
    with server:
        found(server.port, pem, "--save-pcap", path)
    by, proved, wrong = set(), 0, []
    for document in handshakes(path):
        told = document["handlens"]
        resumption = told.get("resumption") or {}
        by.add(resumption.get("accepted"))
        proofs = told.get("verification", {})
        results = {k: v.get("result") for k, v in proofs.items() if isinstance(v, dict)}
        proved += results.get("client_finished") == "verified" and results.get("server_finished") == "verified"
        wrong += [k for k, v in results.items() if v == "wrong"]
    expect(not wrong, wrong)
    expect(proved == 4, proved)  # of each version a first one, one without a ticket, and one that renegotiates
    expect({"psk", "session_id", "session_ticket"} <= by, by)


class Spoiler(Relay):
    """Changes one bit of the records that the server protects."""

    def pump(self, one, other, to_client):
        rest, protected = b"", False

        def spoil(data):
            nonlocal rest, protected
            rest, changed = rest + data, b""
            while len(rest) >= 5 and len(rest) >= 5 + int.from_bytes(rest[3:5], "big"):
                n = 5 + int.from_bytes(rest[3:5], "big")
                record, rest = bytearray(rest[:n]), rest[n:]
                if protected and record[0] == 22:
                    record[-1] ^= 1
                protected |= record[0] == 20
                changed += record
            return changed

        pump(one, other, spoil if to_client else lambda data: data)


def a_finished_that_does_not_hold(folder):
    server, pem = openssl_server(folder, "-www -tls1_2 -cipher ECDHE+AESGCM")
    with server, Spoiler(server.port) as between:
        status, told, features, inventory = found(between.port, pem, "--timeout", "2")
    expect_states("a wrong Finished", features, {"session_id": "unknown", "session_ticket": "unknown", "client_renegotiation": "unknown"})
    expect(status == 3 and "completed" in inventory["features"]["session_id"]["text"], status, inventory["features"])


def with_tickets_of_another_server(folder):
    """One that gives out tickets, and does not take them back, is told: two processes, one after the other, that share no keys."""
    key, pem = certificate(folder)
    servers = []
    for _ in range(2):
        port = free_port()
        servers.append(Server(["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-accept", str(port), "-key", key, "-cert", pem, "-quiet", "-www"], port))
    with servers[0], servers[1]:
        turn = Turns([s.port for s in servers])
        with turn:
            _, _, features, inventory = found(turn.port, pem)
    states = {k: features[k] for k in ASKED[:3]}
    expect("no" in states.values(), inventory["features"])
    expect(all(inventory["features"][k].get("text") == "one is given out, and not taken back" for k, v in states.items() if v == "no"), inventory["features"])


class Turns(Relay):
    """Each connection goes to the next one of several servers."""

    def __init__(self, ports):
        self.ports = ports
        super().__init__(ports[0])

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.ports[self.count % len(self.ports)]))


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    if subprocess.run(["openssl", "ciphers", "-tls1", "ALL:@SECLEVEL=0"], capture_output=True).returncode != 0:
        print("skipped: this openssl has no TLS 1.0")
        sys.exit(77)
    sys.exit(cases.main(globals()))
