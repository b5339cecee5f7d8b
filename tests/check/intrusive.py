#!/usr/bin/env python3
"""handlens check --enumerate --intrusive: servers that have a known weakness are told, and no others.

  HANDLENS=build/.../handlens intrusive.py [NAME...]

No software with these weaknesses is to be had: a server of our own has them, as far as they can be seen."""
import json
import os
import random
import shutil
import socket
import struct
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import cases, certificate, check, expect, gnutls_server, openssl_server, validate  # noqa: E402
from relay import Relay, pump  # noqa: E402

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
except ImportError:
    x509 = None

RULES = ("weakness.heartbleed", "weakness.ccs_injection", "weakness.robot", "weakness.ticketbleed")
TLS12, RSA_SUITE = 0x0303, 0x003c  # TLS_RSA_WITH_AES_128_CBC_SHA256
CCS, ALERT, HANDSHAKE, HEARTBEAT = 20, 21, 22, 24
FATAL, UNEXPECTED_MESSAGE, BAD_RECORD_MAC, HANDSHAKE_FAILURE, DECRYPT_ERROR, PROTOCOL_VERSION = 2, 10, 20, 40, 51, 70
CLIENT_KEY_EXCHANGE = 16


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


class Weak:
    """Speaks TLS 1.2 with one suite as far as the client's second flight. `weakness`: what it has."""

    def __init__(self, folder, weakness):
        key, self.pem = certificate(folder)
        with open(key, "rb") as file:
            self.key = serialization.load_pem_private_key(file.read(), None).private_numbers()
        with open(self.pem, "rb") as file:
            self.der = x509.load_pem_x509_certificate(file.read()).public_bytes(serialization.Encoding.DER)
        self.weakness, self.random = weakness, random.Random(7)
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            client.settimeout(10)
            try:
                self.talk(client)
            except (OSError, EOFError, struct.error, IndexError):
                pass

    @staticmethod
    def read(client):
        def exactly(n):
            data = b""
            while len(data) < n:
                more = client.recv(n - len(data))
                if not more:
                    raise EOFError
                data += more
            return data
        kind, _, length = struct.unpack("!BHH", exactly(5))
        return kind, exactly(length)

    @staticmethod
    def send(client, kind, body):
        client.sendall(struct.pack("!BHH", kind, TLS12, len(body)) + body)

    def alert(self, client, description):
        self.send(client, ALERT, bytes([FATAL, description]))

    def talk(self, client):
        kind, hello = self.read(client)
        if kind != HANDSHAKE or hello[0] != 1:
            return self.alert(client, UNEXPECTED_MESSAGE)
        at = 4 + 2 + 32
        at += 1 + hello[at]
        n = int.from_bytes(hello[at:at + 2], "big")
        suites = struct.unpack("!%dH" % (n // 2), hello[at + 2:at + 2 + n])
        if hello[4:6] != TLS12.to_bytes(2, "big") or b"\x00\x2b\x00\x03\x02\x03\x04" in hello:  # TLS 1.3 alone
            return self.alert(client, PROTOCOL_VERSION)
        if RSA_SUITE not in suites:
            return self.alert(client, HANDSHAKE_FAILURE)
        extensions = b"\xff\x01\x00\x01\x00" + (b"\x00\x0f\x00\x01\x01" if b"\x00\x0f\x00\x01\x01" in hello else b"")
        server_hello = struct.pack("!H", TLS12) + bytes(range(32)) + b"\0" + struct.pack("!HB", RSA_SUITE, 0) + struct.pack("!H", len(extensions)) + extensions
        chain = len(self.der).to_bytes(3, "big") + self.der
        self.send(client, HANDSHAKE, message(2, server_hello) + message(11, len(chain).to_bytes(3, "big") + chain) + message(14, b""))
        while self.react(client, *self.read(client)):
            pass

    def react(self, client, kind, body):
        """False: that is the end."""
        if kind == HEARTBEAT:
            length = int.from_bytes(body[1:3], "big")
            if 3 + length + 16 <= len(body) or self.weakness == "heartbleed":
                self.send(client, HEARTBEAT, b"\2" + body[1:3] + (body[3:] + b"memory" * 100)[:length] + bytes(16))
            return True
        if kind == CCS and getattr(self, "takes_ccs", False):
            self.alert(client, BAD_RECORD_MAC)
            return False
        if kind == CCS:
            if self.weakness != "ccs":
                self.alert(client, UNEXPECTED_MESSAGE)
                return False
            if self.read(client)[0] == CCS:
                self.alert(client, BAD_RECORD_MAC)
            return False
        if kind == HANDSHAKE and body[0] == CLIENT_KEY_EXCHANGE:
            return self.finish(client, self.is_right(body[6:]))
        return False

    def is_right(self, encrypted):
        """A premaster secret as RFC 5246 wants it?"""
        numbers = self.key.public_numbers
        size = (numbers.n.bit_length() + 7) // 8
        block = pow(int.from_bytes(encrypted, "big"), self.key.d, numbers.n).to_bytes(size, "big")
        end = block.find(b"\0", 2)
        return block[:2] == b"\0\2" and end == size - 49 and block[end + 1:end + 3] == TLS12.to_bytes(2, "big")

    def finish(self, client, right):
        if self.weakness == "robot, to silence" and not right:
            client.settimeout(0.3)
            try:
                client.recv(1, socket.MSG_PEEK)
            except TimeoutError:
                self.alert(client, DECRYPT_ERROR)
                return False
            client.settimeout(10)
        if self.read(client)[0] != CCS or self.read(client)[0] != HANDSHAKE:
            return False
        if self.weakness == "robot, by closing" and not right:
            return False
        answer = BAD_RECORD_MAC
        if self.weakness == "robot" and not right:
            answer = DECRYPT_ERROR
        if self.weakness == "moody":
            answer = self.random.choice([BAD_RECORD_MAC, DECRYPT_ERROR, HANDSHAKE_FAILURE])
        self.alert(client, answer)
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def intruded(port, pem, *arguments):
    status, out, errors = check("--format", "json", "--enumerate", "--intrusive", "--ca-file", pem, "--connect", "127.0.0.1:%d" % port, *arguments, "check.test")
    expect(out, errors)
    document = json.loads(out)
    validate(document, "what was found", "check.schema.json")
    told = document["handlens"]["check"]
    return status, {v["rule"]: v for v in told["verdicts"]}, told


def results(verdicts):
    return [verdicts[rule]["result"] for rule in RULES]


def servers_of_today_have_none(folder):
    server, pem = openssl_server(folder, "-www -min_protocol TLSv1.2 -cipher ALL:@SECLEVEL=0")
    with server:
        status, verdicts, told = intruded(server.port, pem)
    expect(results(verdicts) == ["pass"] * 4 and status == 0, status, verdicts)
    expect("alike" in verdicts[RULES[2]]["text"] and "31 bytes" in verdicts[RULES[3]]["text"], verdicts)
    server, pem = openssl_server(folder, "-www -tls1_3")
    with server:
        status, verdicts, told = intruded(server.port, pem)
    expect(results(verdicts) == ["pass"] * 4 and status == 0, status, verdicts)
    if not shutil.which("gnutls-serv"):
        print("skipped: gnutls-serv is not installed")
        return
    server, pem = gnutls_server(folder, "NORMAL")
    with server:
        status, verdicts, _ = intruded(server.port, pem)
    expect(results(verdicts) == ["pass"] * 4 and status == 0, status, verdicts)


def one_that_has_none(folder):
    with Weak(folder, None) as server:
        status, verdicts, told = intruded(server.port, server.pem)
    expect(results(verdicts) == ["pass"] * 4, verdicts)
    expect("not answered" in verdicts[RULES[0]]["text"], verdicts)
    expect(status == 3, "its handshakes cannot be completed, which is told", status, told)


def weaknesses_are_found(folder):
    for weakness, rule, words in (("heartbleed", 0, "was answered"), ("ccs", 1, "before there were keys"), ("robot", 2, "decrypt_error"),
                                  ("robot, to silence", 2, "nothing for one that is right"), ("robot, by closing", 2, "the end of the connection")):
        with Weak(folder, weakness) as server:
            status, verdicts, _ = intruded(server.port, server.pem)
        expected = ["fail" if i == rule else "pass" for i in range(4)]
        expect(results(verdicts) == expected and status == 1, weakness, status, verdicts)
        expect(words in verdicts[RULES[rule]]["text"], weakness, verdicts)


def moods_are_no_oracle(folder):
    with Weak(folder, "moody") as server:
        status, verdicts, _ = intruded(server.port, server.pem)
    expect(verdicts[RULES[2]]["result"] == "unknown" and "again" in verdicts[RULES[2]]["text"], verdicts)
    expect(status == 3, status)


class Bleeding(Relay):
    """Puts a byte behind short session ids that a server sends back."""

    def pump(self, one, other, to_client):
        first = True

        def bleed(data):
            nonlocal first
            if first and data[:1] == b"\x16" and data[5:6] == b"\x02" and data[43] == 31:
                data = (data[:3] + struct.pack("!H", int.from_bytes(data[3:5], "big") + 1) + data[5:6] + (int.from_bytes(data[6:9], "big") + 1).to_bytes(3, "big")
                        + data[9:43] + b"\x20" + data[44:75] + b"\x99" + data[75:])
            first = False
            return data

        pump(one, other, bleed if to_client else lambda data: data)


def ticketbleed(folder):
    server, pem = openssl_server(folder, "-www -tls1_2 -cipher ECDHE+AESGCM")
    with server, Bleeding(server.port) as between:
        status, verdicts, _ = intruded(between.port, pem)
    expect(results(verdicts) == ["pass", "pass", "pass", "fail"] and status == 1, status, verdicts)


def with_a_policy_and_a_report(folder):
    path = os.path.join(folder, "out.sarif")
    with Weak(folder, "heartbleed") as server:
        status, verdicts, told = intruded(server.port, server.pem, "--policy", "mozilla-intermediate", "--report", "sarif=" + path)
        expect(status == 1 and verdicts[RULES[0]]["result"] == "fail" and "versions.required" in verdicts, verdicts)
        with open(path, encoding="utf-8") as file:
            found = {r["ruleId"] for r in json.load(file)["runs"][0]["results"]}
        expect(RULES[0] in found, found)
        alone, out, errors = check("--enumerate", "--intrusive", "--ca-file", server.pem, "--connect", "127.0.0.1:%d" % server.port, "check.test")
        expect(alone == 1 and b"OpenSSL 1.0.1g or later" in out, alone, out, errors)


def usage(folder):
    status, _, errors = check("--intrusive", "127.0.0.1:1")
    expect(status == 2 and "--enumerate" in errors, status, errors)
    status, _, errors = check("--enumerate", "--intrusive", "--report", "sarif=" + os.path.join(folder, "x"), "127.0.0.1:1")
    expect(status == 2 and "--policy" in errors, status, errors)


if __name__ == "__main__":
    if not shutil.which("openssl") or x509 is None:
        print("skipped: openssl, or python3-cryptography, is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
