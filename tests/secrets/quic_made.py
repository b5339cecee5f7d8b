#!/usr/bin/env python3
"""QUIC, sealed packet by packet after RFC 9001, in the ways that one does not get from a peer on demand: packets out of order
and coalesced, Retry, another version, closes, silence, changed bytes.

  HANDLENS=build/.../handlens quic_made.py [NAME...]"""
import hmac
import json
import os
import subprocess
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from made import (CLIENT_HELLO, ENCRYPTED_EXTENSIONS_EMPTY, FINISHED, HANDLENS, KEY_SHARE, SERVER_HELLO, SHARED_BY_HELLOS,
                  digest, expand_label, extension, hkdf_extract, message, number, proofs, server_name, vector)
from relay import CLIENT, SERVER, write_pcap

import cases
from cases import expect

V1, V2, DRAFT_29, OLD_DRAFT = 1, 0x6b3343cf, 0xff00001d, 0xff00000c
SALTS = {V1: bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), V2: bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
         DRAFT_29: bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899")}
INITIAL, ZERO_RTT, HANDSHAKE, RETRY, ONE_RTT = range(5)
CRYPTO, CONNECTION_CLOSE, HANDSHAKE_DONE, PING = 0x06, 0x1c, 0x1e, b"\1"
CLIENT_ID, SERVER_ID, FIRST_ID = b"\xc1" * 5, b"\x51" * 8, b"\xf1" * 8
CLIENT_RANDOM, SERVER_RANDOM = b"\xaa" * 32, b"\xcc" * 32
SHARE = extension(KEY_SHARE, number(0x001d, 2) + vector(b"\x09" * 32, 2))


def varint(value):
    return number(value, 1) if value < 64 else number(value | 0x4000, 2) if value < 16384 else number(value | 0x80000000, 4)


def crypto(data, offset=0):
    return varint(CRYPTO) + varint(offset) + varint(len(data)) + data


def close(code, reason=b""):
    return varint(CONNECTION_CLOSE) + varint(code) + varint(CRYPTO) + varint(len(reason)) + reason


def hello(kind, random, extensions):
    chosen = number(0x1301, 2) + b"\0" if kind == SERVER_HELLO else vector(number(0x1301, 2), 2) + vector(b"\0", 1)
    return message(kind, number(0x0303, 2) + random + vector(b"", 1) + chosen + vector(b"".join(extensions), 2))


CLIENT_FIRST = hello(CLIENT_HELLO, CLIENT_RANDOM, [server_name(b"quic.example"), *SHARED_BY_HELLOS])
SERVER_FIRST = hello(SERVER_HELLO, SERVER_RANDOM, [extension(43, number(0x0304, 2)), SHARE])


class Keys:
    def __init__(self, secret, version):
        label = b"quicv2 " if version == V2 else b"quic "
        self.secret, self.version, self.sealed = secret, version, 0
        self.aead, self.iv = AESGCM(expand_label(secret, label + b"key", b"", 16)), expand_label(secret, label + b"iv", b"", 12)
        self.hp = Cipher(algorithms.AES(expand_label(secret, label + b"hp", b"", 16)), modes.ECB()).encryptor()

    def updated(self):
        """RFC 9001, section 6: all but the header protection."""
        label = b"quicv2 ku" if self.version == V2 else b"quic ku"
        after = Keys(expand_label(self.secret, label, b"", 32), self.version)
        after.hp, after.sealed = self.hp, self.sealed
        return after

    def seal(self, first, before, payload, packet_number=None):
        """A packet: `before` is what stands between the first byte and the length, or the number of a short header."""
        packet_number = self.sealed if packet_number is None else packet_number
        self.sealed = packet_number + 1
        payload += bytes(max(0, 4 - len(payload)))
        is_short = first & 0x80 == 0
        length = b"" if is_short else varint(2 + len(payload) + 16)
        header = number(first | 1, 1) + before + length + number(packet_number & 0xffff, 2)
        nonce = bytes(a ^ b for a, b in zip(self.iv, number(packet_number, 12)))
        packet = bytearray(header + self.aead.encrypt(nonce, payload, header))
        at = len(header) - 2
        mask = self.hp.update(bytes(packet[at + 4:at + 20]))
        packet[0] ^= mask[0] & (0x1f if is_short else 0x0f)
        packet[at] ^= mask[1]
        packet[at + 1] ^= mask[2]
        return bytes(packet)


class Connection:
    def __init__(self, version=V1):
        self.version, self.frames, self.time, self.log = version, [], 1700000000.0, []
        self.to = {CLIENT: FIRST_ID, SERVER: CLIENT_ID}  # the id that a side's packets carry
        self.own = {CLIENT: CLIENT_ID, SERVER: SERVER_ID}
        self.token, self.transcript = b"", b""
        self.initial_keys(FIRST_ID)
        self.keys = {}

    def initial_keys(self, connection_id, version=None):
        version = version or self.version
        secret = hkdf_extract(SALTS.get(version, SALTS[V1]), connection_id)
        self.initial = {CLIENT: Keys(expand_label(secret, b"client in", b"", 32), version),
                        SERVER: Keys(expand_label(secret, b"server in", b"", 32), version)}

    def long(self, sender, kind, payload, keys, number_=None):
        bits = (kind + 1) % 4 if self.version == V2 else kind
        token = vector(self.token if sender == CLIENT else b"", 1) if kind == INITIAL else b""
        before = number(self.version, 4) + vector(self.to[sender], 1) + vector(self.own[sender], 1) + token
        return keys.seal(0xc0 | bits << 4, before, payload, number_)

    def initial_packet(self, sender, payload, number_=None):
        return self.long(sender, INITIAL, payload, self.initial[sender], number_)

    def short(self, sender, payload, keys, phase=0):
        return keys.seal(0x40 | phase << 2, self.to[sender], payload)

    def send(self, sender, *packets, fill=True):
        """A datagram; a client's with an Initial packet is filled up (with what is no packet)."""
        data = b"".join(packets)
        if sender == CLIENT and data[0] & 0x80 and fill:
            data += bytes(max(0, 1200 - len(data)))
        ports = (40000, 443) if sender == CLIENT else (443, 40000)
        ends = (b"\x0a\0\0\1", b"\x0a\0\0\2") if sender == CLIENT else (b"\x0a\0\0\2", b"\x0a\0\0\1")
        udp = number(ports[0], 2) + number(ports[1], 2) + number(8 + len(data), 2) + bytes(2) + data
        ip = b"\x45\0" + number(20 + len(udp), 2) + bytes(4) + b"\x40\x11\0\0" + ends[0] + ends[1]
        self.frames.append((self.time, b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + udp))
        self.time += 0.01

    def secrets(self, label):
        """Of a level; both directions'."""
        keys = {}
        for sender, name in ((CLIENT, "CLIENT"), (SERVER, "SERVER")):
            secret = digest((name + label).encode())
            self.log.append("%s %s %s" % (label.replace("?", name), CLIENT_RANDOM.hex(), secret.hex()))
            keys[sender] = Keys(secret, self.version)
        return keys

    def finished(self, keys):
        verify = hmac.digest(expand_label(keys.secret, b"finished", b"", 32), digest(self.transcript), "sha256")
        self.transcript += message(FINISHED, verify)
        return message(FINISHED, verify)

    def handshake(self):
        """From the server's hello to HANDSHAKE_DONE."""
        handshake, self.keys = self.secrets("?_HANDSHAKE_TRAFFIC_SECRET"), self.secrets("?_TRAFFIC_SECRET_0")
        self.transcript = CLIENT_FIRST + SERVER_FIRST + ENCRYPTED_EXTENSIONS_EMPTY
        flight = ENCRYPTED_EXTENSIONS_EMPTY + self.finished(handshake[SERVER])
        self.send(SERVER, self.initial_packet(SERVER, crypto(SERVER_FIRST)), self.long(SERVER, HANDSHAKE, crypto(flight), handshake[SERVER]))
        self.to[CLIENT] = SERVER_ID
        self.send(CLIENT, self.long(CLIENT, HANDSHAKE, crypto(self.finished(handshake[CLIENT])), handshake[CLIENT]),
                  self.short(CLIENT, PING, self.keys[CLIENT]), fill=False)
        self.send(SERVER, self.short(SERVER, number(HANDSHAKE_DONE, 1), self.keys[SERVER]))

    def read(self, folder, secrets=True, count=1):
        pcap, keys = os.path.join(folder, "made.pcap"), os.path.join(folder, "made.keys")
        write_pcap(pcap, [self])
        with open(keys, "w", encoding="ascii") as file:
            file.write("\n".join(self.log) + "\n")
        p = subprocess.run([HANDLENS, "read", "--format", "json", "--no-ca", *(["--keylog", keys] if secrets and self.log else []), pcap],
                           capture_output=True, timeout=60)
        expect(p.returncode == 0, p.stderr.decode())
        documents = [json.loads(line) for line in p.stdout.splitlines()]
        expect(len(documents) == count, len(documents), "documents")
        return documents[0] if documents else None


def expect_proved(document):
    expect(document["handlens"]["outcome"] == "completed", document["handlens"]["outcome"], document["handlens"]["reason"])
    expect(proofs(document)["server_finished"] == proofs(document)["client_finished"] == "verified", proofs(document))
    expect(document["tls"]["client"]["server_name"] == "quic.example", document["tls"]["client"])


def expect_cause(document, code, blame, outcome="failed"):
    handlens = document["handlens"]
    expect(handlens["outcome"] == outcome, handlens["outcome"], handlens["reason"])
    expect(handlens["diagnosis"] and handlens["diagnosis"][0]["code"] == code, handlens["diagnosis"])
    expect(handlens["diagnosis"][0]["blame"] == blame, handlens["diagnosis"][0])


# --- cases -----------------------------------------------------------------------------------------------------------------
def each_version_is_proved(folder):
    for version in (V1, V2, DRAFT_29):
        connection = Connection(version)
        connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
        connection.handshake()
        document = connection.read(folder)
        expect_proved(document)
        expect(document["network"]["transport"] == "udp" and document["network"]["protocol"] == "quic", document["network"])
        quic = document["handlens"]["quic"]
        expect(quic["version"]["id"] == version and quic["original_destination_connection_id"] == FIRST_ID.hex()
               and quic["client_connection_id"] == CLIENT_ID.hex() and quic["server_connection_id"] == SERVER_ID.hex()
               and not quic["retry"] and quic["closed"] is None, quic)
        expect(document["handlens"]["fingerprints"]["ja4"].startswith("q13d"), document["handlens"]["fingerprints"]["ja4"])


def without_secrets(folder):
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.handshake()
    document = connection.read(folder, secrets=False)
    expect(document["handlens"]["outcome"] == "completed" and document["tls"]["version"] == "1.3", document["handlens"]["reason"])
    expect(proofs(document)["server_finished"] == "not-checkable", proofs(document))
    expect(document["handlens"]["certificates"]["why_absent"]["server"] == "encrypted", document["handlens"]["certificates"])


def a_foreign_secret(folder):
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.handshake()
    connection.log = [line[:-64] + "00" * 32 for line in connection.log]
    document = connection.read(folder)
    expect(proofs(document)["server_finished"] == "not-checkable", proofs(document))


def out_of_order_and_in_pieces(folder):
    connection = Connection()
    whole = crypto(CLIENT_FIRST)
    pieces = [crypto(CLIENT_FIRST[60:90], 60) + PING, crypto(CLIENT_FIRST[:30]) + bytes(5) + crypto(CLIENT_FIRST[90:], 90),
              crypto(CLIENT_FIRST[20:70], 20)]
    for piece in pieces:
        connection.send(CLIENT, connection.initial_packet(CLIENT, piece))
    connection.send(CLIENT, connection.initial_packet(CLIENT, whole))  # and once more
    connection.handshake()
    document = connection.read(folder)
    expect_proved(document)
    expect(document["handlens"]["capture"]["retransmitted"] == 1, document["handlens"]["capture"])
    expect([m["frame"] for m in document["handlens"]["messages"]][0] == 3, "the hello is there with its last piece")


def what_comes_before_its_keys(folder):
    """The server's Handshake packet overtakes its hello."""
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.handshake()
    when, frame = connection.frames[1]
    initial = connection_length(frame)
    first, second = frame[:42] + frame[42 + initial:], frame[:42] + frame[42:42 + initial]
    connection.frames[1:2] = [(when, with_length(first)), (when + 0.001, with_length(second))]
    expect_proved(connection.read(folder))


def connection_length(frame):
    """Of the Initial packet at the front of a server's datagram."""
    at = 42 + 1 + 4 + 1 + frame[47] + 1
    at += frame[at - 1] + 1  # the Source Connection ID, and an empty token
    return at - 42 + 2 + (int.from_bytes(frame[at:at + 2], "big") & 0x3fff)


def with_length(frame):
    return frame[:16] + number(len(frame) - 14, 2) + frame[18:38] + number(len(frame) - 34, 2) + frame[40:]


def after_a_retry(folder):
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    for retry_id in (b"\x77" * 6, b"\x88" * 6):  # a client heeds the first
        connection.send(SERVER, number(0xf0, 1) + number(V1, 4) + vector(CLIENT_ID, 1) + vector(retry_id, 1) + b"token" + bytes(16))
    connection.to[CLIENT], connection.token = b"\x77" * 6, b"token"
    connection.initial_keys(b"\x77" * 6)
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST), 1))
    connection.handshake()
    document = connection.read(folder)
    expect_proved(document)
    expect(document["handlens"]["quic"]["retry"] is True, document["handlens"]["quic"])


def after_a_key_update(folder):
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.handshake()
    ticket = message(4, number(7200, 4) + bytes(4) + vector(b"", 1) + vector(b"ticket", 2) + vector(b"", 2))
    after = connection.keys[SERVER].updated()
    connection.send(SERVER, connection.short(SERVER, crypto(ticket), after, phase=1))
    document = connection.read(folder)
    expect_proved(document)
    kinds = [m["type"]["name"] for m in document["handlens"]["messages"] if m["type"]]
    expect(kinds[-1] == "new_session_ticket", kinds)


def changed_on_the_way(folder):
    """What was not sealed as it stands is no packet; a Finished that was is wrong."""
    connection = Connection()
    packet = connection.initial_packet(CLIENT, crypto(CLIENT_FIRST))
    connection.send(CLIENT, packet[:-1] + bytes([packet[-1] ^ 1]))
    connection.read(folder, count=0)
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    plain = connection.finished
    connection.finished = lambda keys: plain(keys)[:-1] + b"\0"
    connection.handshake()
    expect(proofs(connection.read(folder))["server_finished"] == "wrong", "the Finished")


def another_version(folder):
    connection = Connection(OLD_DRAFT)
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.send(SERVER, number(0x80, 1) + bytes(4) + vector(CLIENT_ID, 1) + vector(FIRST_ID, 1) + number(V1, 4) + number(0x1a2a3a4a, 4))
    document = connection.read(folder)
    expect_cause(document, "quic-version-unsupported", "client")
    expect([v["id"] for v in document["handlens"]["quic"]["version_negotiation"]] == [V1, 0x1a2a3a4a], document["handlens"]["quic"])
    connection = Connection(V1)
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.send(SERVER, number(0x80, 1) + bytes(4) + vector(CLIENT_ID, 1) + vector(FIRST_ID, 1) + number(DRAFT_29, 4))
    expect_cause(connection.read(folder), "quic-version-unsupported", "server")


def closed(folder):
    for code, reason, blame in ((0x0b, b"token <b>\xff", "client"), (0x02, b"", "server"), (0x12345, b"", "server")):
        connection = Connection()
        connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
        connection.send(SERVER, connection.initial_packet(SERVER, close(code, reason)))
        document = connection.read(folder)
        expect_cause(document, "quic-connection-closed", blame)
        expect(document["handlens"]["quic"]["closed"]["error"]["id"] == code, document["handlens"]["quic"]["closed"])


def closed_with_an_alert(folder):
    connection = Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
    connection.send(SERVER, connection.initial_packet(SERVER, close(0x0100 + 120)))
    document = connection.read(folder)
    alert = document["handlens"]["alerts"][0]
    expect(alert["description"]["id"] == 120 and alert["from"] == "server", alert)
    expect_cause(document, "no-shared-alpn", "client")


def nobody_answers(folder):
    connection = Connection()
    for _ in range(3):
        connection.send(CLIENT, connection.initial_packet(CLIENT, crypto(CLIENT_FIRST)))
        connection.time += 1
    expect_cause(connection.read(folder), "no-reply-to-client-hello", "network", "incomplete")
    connection.frames = connection.frames[:1]  # that may be the end of the capture
    document = connection.read(folder)
    expect("no-reply-to-client-hello" not in [d["code"] for d in document["handlens"]["diagnosis"]], document["handlens"]["diagnosis"])


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
