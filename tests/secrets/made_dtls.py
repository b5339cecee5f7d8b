#!/usr/bin/env python3
"""Handshakes of DTLS that no peer in Debian makes, put together byte by byte: DTLS 1.3 (RFC 9147), and DTLS 1.2 with
connection ids (RFC 9146).

  HANDLENS=build/.../handlens made_dtls.py [NAME...]
  made_dtls.py --seeds tests/fuzz/corpus/dtls"""
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from made import (CERTIFICATE, CLIENT_HELLO, COOKIE, ENCRYPTED_EXTENSIONS, FINISHED, HANDSHAKE, KEY_SHARE, RETRY_RANDOM,
                  SERVER_HELLO, SUPPORTED_VERSIONS, certificate_message, digest, expect, extension, hkdf_expand, message, number,
                  proofs, server_name, vector)
from relay import CLIENT, SERVER, DatagramFlow, write_pcap

HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
CCS, ALERT, APPLICATION_DATA, TLS12_CID, ACK = 20, 21, 23, 25, 26
SERVER_HELLO_DONE, CLIENT_KEY_EXCHANGE, KEY_UPDATE, CONNECTION_ID = 14, 16, 24, 54
DTLS12, DTLS13 = 0xfefd, 0xfefc
RANDOM = {CLIENT: b"\xa1" * 32, SERVER: b"\xb2" * 32}
OTHER = {CLIENT: SERVER, SERVER: CLIENT}
OF_ANOTHER = ["CLIENT_RANDOM %s %s" % ("00" * 32, "00" * 48)] # opens nothing here


def fragment(kind, seq, body, offset=0, length=None):
    part = body[offset:] if length is None else body[offset:offset + length]
    return (number(kind, 1) + number(len(body), 3) + number(seq, 2) + number(offset, 3) + number(len(part), 3) + part)


class Handshake:
    def __init__(self):
        self.flow, self.log, self.transcript = DatagramFlow(40000), [], b""
        self.seq, self.record = {CLIENT: 0, SERVER: 0}, {CLIENT: {}, SERVER: {}}
        self.cid = {CLIENT: None, SERVER: None} # in what this side sends

    def number_of_record(self, sender, epoch):
        self.record[sender][epoch] = self.record[sender].get(epoch, -1) + 1
        return self.record[sender][epoch]

    def plain(self, sender, kind, content, epoch=0):
        return (number(kind, 1) + number(DTLS12, 2) + number(epoch, 2) + number(self.number_of_record(sender, epoch), 6)
                + vector(content, 2))

    def count(self, sender):
        self.seq[sender] += 1
        return self.seq[sender] - 1

    def read(self, folder, *options):
        pcap, keys = os.path.join(folder, "made.pcap"), os.path.join(folder, "made.keys")
        write_pcap(pcap, [self.flow])
        with open(keys, "w", encoding="ascii") as file:
            file.write("\n".join(self.log) + "\n")
        p = subprocess.run([HANDLENS, "read", "--format", "json", "--no-ca", *options, "--keylog", keys, pcap],
                           capture_output=True, timeout=60)
        expect(p.returncode == 0, p.stderr.decode())
        documents = [json.loads(line) for line in p.stdout.splitlines()]
        expect(len(documents) == 1, len(documents), "documents")
        return documents[0]


def names(document):
    return [(m["type"] or m["content_type"])["name"] for m in document["handlens"]["messages"]]


# --- DTLS 1.3 ----------------------------------------------------------------------------------------------------------------
def expand_label(secret, label, length, prefix=b"dtls13"):
    return hkdf_expand(secret, number(length, 2) + vector(prefix + label, 1) + b"\0", length)


class Keys13:
    def __init__(self, secret):
        self.secret, self.finished = secret, expand_label(secret, b"finished", 32)
        self.aead, self.iv = AESGCM(expand_label(secret, b"key", 16)), expand_label(secret, b"iv", 12)
        self.sn = Cipher(algorithms.AES(expand_label(secret, b"sn", 16)), modes.ECB())

    def next(self):
        return Keys13(expand_label(self.secret, b"traffic upd", 32))

    def seal(self, epoch, sequence, cid, content, kind):
        """RFC 9147, section 4: the header is the additional data, then its number is hidden."""
        content += bytes([kind])
        first = number(0x2c | epoch & 3 | (0x10 if cid is not None else 0), 1) + (cid or b"")
        length = number(len(content) + 16, 2)
        said = number(sequence & 0xffff, 2)
        nonce = bytes(a ^ b for a, b in zip(self.iv, number(sequence, 12)))
        sealed = self.aead.encrypt(nonce, content, first + said + length)
        mask = self.sn.encryptor().update(sealed[:16])
        return first + bytes(a ^ b for a, b in zip(said, mask)) + length + sealed


class Handshake13(Handshake):
    LABELS = {2: "HANDSHAKE_TRAFFIC_SECRET", 3: "TRAFFIC_SECRET_0"}

    def __init__(self, cids=None):
        super().__init__()
        self.cids = cids or {}
        self.keys = {}
        for side, label in ((CLIENT, "CLIENT"), (SERVER, "SERVER")):
            for epoch, name in self.LABELS.items():
                secret = digest(("%s %d" % (label, epoch)).encode())
                self.log.append("%s_%s %s %s" % (label, name, RANDOM[CLIENT].hex(), secret.hex()))
                self.keys[side, epoch] = Keys13(secret)

    def extensions(self, side):
        share = number(0x001d, 2) + vector(b"\x07" * 32, 2)
        own = [extension(SUPPORTED_VERSIONS, vector(number(DTLS13, 2), 1)), extension(KEY_SHARE, vector(share, 2))]
        if side == SERVER:
            own = [extension(SUPPORTED_VERSIONS, number(DTLS13, 2)), extension(KEY_SHARE, share)]
        return own + ([extension(CONNECTION_ID, vector(self.cids[side], 1))] if side in self.cids else [])

    def say(self, sender, kind, body):
        self.flow.send(sender, self.plain(sender, HANDSHAKE, fragment(kind, self.count(sender), body)))
        self.transcript += message(kind, body)

    def client_hello(self, *more):
        body = (number(DTLS12, 2) + RANDOM[CLIENT] + b"\0" + b"\0" + vector(number(0x1301, 2), 2) + vector(b"\0", 1)
                + vector(b"".join([server_name(b"server.example"), *self.extensions(CLIENT), *more]), 2))
        self.say(CLIENT, CLIENT_HELLO, body)

    def server_hello(self, random=RANDOM[SERVER], extensions=None):
        body = (number(DTLS12, 2) + random + b"\0" + number(0x1301, 2) + b"\0"
                + vector(b"".join(extensions or self.extensions(SERVER)), 2))
        self.say(SERVER, SERVER_HELLO, body)
        if self.cids and random != RETRY_RANDOM:
            self.cid = {side: self.cids[OTHER[side]] for side in self.cids} # what the other side wants to be called

    def sealed(self, sender, epoch, content, kind=HANDSHAKE):
        return self.keys[sender, epoch].seal(epoch, self.number_of_record(sender, epoch), self.cid[sender], content, kind)

    def hidden(self, sender, kind, body, pieces=1, epoch=2, again=False):
        """A message in so many datagrams, the last piece first."""
        seq, size = self.count(sender), -(-len(body) // pieces) or 1
        datagrams = [fragment(kind, seq, body, at, size) for at in range(0, max(len(body), 1), size)]
        for one in reversed(datagrams * (2 if again else 1)):
            self.flow.send(sender, self.sealed(sender, epoch, one))
        self.transcript += message(kind, body)

    def finish(self, sender):
        self.hidden(sender, FINISHED, hmac.digest(self.keys[sender, 2].finished, digest(self.transcript), "sha256"))

    def server_flight(self, **certificate):
        self.hidden(SERVER, ENCRYPTED_EXTENSIONS, vector(b"", 2))
        self.hidden(SERVER, CERTIFICATE, certificate_message(), **certificate)
        self.finish(SERVER)

    def acknowledge(self, sender, epoch, *records):
        self.flow.send(sender, self.sealed(sender, epoch, vector(b"".join(number(e, 8) + number(n, 8) for e, n in records), 2),
                                           ACK))


def is_proved(document, version="1.3"):
    expect((document["tls"]["version_protocol"], document["tls"]["version"]) == ("dtls", version), document["tls"])
    expect(document["handlens"]["outcome"] == "completed", document["handlens"]["reason"], names(document))
    found = proofs(document)
    expect(found["server_finished"] == found["client_finished"] == "verified", document["handlens"]["verification"])
    expect(not any(m["encrypted"] for m in document["handlens"]["messages"]), names(document))


def dtls13(folder):
    handshake = Handshake13()
    handshake.client_hello()
    handshake.server_hello()
    handshake.server_flight(pieces=3)
    handshake.finish(CLIENT)
    handshake.acknowledge(SERVER, 3, (2, 0))
    document = handshake.read(folder)
    is_proved(document)
    expect(len(document["handlens"]["certificates"]["server"]) == 1, document["handlens"]["certificates"])
    handshake.log = OF_ANOTHER
    document = handshake.read(folder)
    expect(document["handlens"]["outcome"] == "completed", "the epochs of closed records tell", document["handlens"]["reason"])


def dtls13_that_has_not_ended(folder):
    handshake = Handshake13()
    handshake.client_hello()
    handshake.server_hello()
    handshake.server_flight()
    handshake.acknowledge(CLIENT, 2, (2, 0))
    for log in (handshake.log, OF_ANOTHER):
        handshake.log = log
        document = handshake.read(folder)
        expect(document["handlens"]["outcome"] == "incomplete", log, document["handlens"]["outcome"])


def dtls13_with_losses(folder):
    """The certificate comes twice, and the client tells what it has by then."""
    handshake = Handshake13()
    handshake.client_hello()
    handshake.server_hello()
    handshake.hidden(SERVER, ENCRYPTED_EXTENSIONS, vector(b"", 2))
    handshake.acknowledge(CLIENT, 2, (2, 0))
    handshake.hidden(SERVER, CERTIFICATE, certificate_message(), pieces=2, again=True)
    handshake.finish(SERVER)
    handshake.finish(CLIENT)
    document = handshake.read(folder)
    is_proved(document)
    expect("ack" in [n.lower() for n in names(document)], names(document))
    sent = [m for m in document["handlens"]["messages"] if m["type"] and m["type"]["id"] == CERTIFICATE]
    expect(sent[0].get("resent") == 1 and sent[0]["records"] == 2, sent)


def dtls13_hello_retry(folder):
    handshake = Handshake13()
    handshake.client_hello()
    handshake.transcript = message(254, digest(handshake.transcript))
    cookie = extension(COOKIE, vector(b"cookie", 2))
    handshake.server_hello(RETRY_RANDOM, [extension(SUPPORTED_VERSIONS, number(DTLS13, 2)), cookie])
    handshake.client_hello(cookie)
    handshake.server_hello()
    handshake.server_flight()
    handshake.finish(CLIENT)
    document = handshake.read(folder)
    is_proved(document)
    expect(proofs(document)["hello_retry"] == "verified", proofs(document))


def dtls13_without_the_retry_request(folder):
    """The capture lacks it: what it asked for tells, and nothing is called wrong."""
    for missing in (1, 0, 2):
        handshake = Handshake13()
        handshake.client_hello()
        handshake.transcript = message(254, digest(handshake.transcript))
        cookie = extension(COOKIE, vector(b"cookie", 2))
        handshake.server_hello(RETRY_RANDOM, [extension(SUPPORTED_VERSIONS, number(DTLS13, 2)), cookie])
        handshake.client_hello(cookie)
        handshake.server_hello()
        handshake.server_flight()
        handshake.finish(CLIENT)
        del handshake.flow.frames[missing]
        document = handshake.read(folder)
        found = proofs(document)
        expect(found["server_finished"] == found["client_finished"] == "not-checkable", missing, found)


def dtls13_key_updates(folder):
    """Each brings the next epoch, of which records say two bits: 3, 0, 1, 2 (RFC 9147, section 6.1)."""
    handshake = Handshake13()
    handshake.client_hello()
    handshake.server_hello()
    handshake.server_flight()
    handshake.finish(CLIENT)
    for epoch in range(3, 7):
        handshake.hidden(SERVER, KEY_UPDATE, b"\0", epoch=epoch)
        handshake.keys[SERVER, epoch + 1] = handshake.keys[SERVER, epoch].next()
    handshake.flow.send(SERVER, handshake.sealed(SERVER, 7, b"\1\0", ALERT))
    document = handshake.read(folder)
    is_proved(document)
    expect(names(document).count("key_update") == 4, names(document))
    expect([a["description"]["name"] for a in document["handlens"]["alerts"]] == ["close_notify"], document["handlens"]["alerts"])


def dtls13_connection_ids(folder):
    handshake = Handshake13({CLIENT: b"\xc1\xc2\xc3", SERVER: b"\xd1\xd2\xd3\xd4\xd5"})
    handshake.client_hello()
    handshake.server_hello()
    handshake.server_flight(pieces=2)
    handshake.finish(CLIENT)
    is_proved(handshake.read(folder))


# --- DTLS 1.2 with connection ids --------------------------------------------------------------------------------------------
PSK_SUITE = 0x00a8 # TLS_PSK_WITH_AES_128_GCM_SHA256


def prf(secret, label, seed, length):
    out, a = b"", label + seed
    while len(out) < length:
        a = hmac.digest(secret, a, "sha256")
        out += hmac.digest(secret, a + label + seed, "sha256")
    return out[:length]


class Handshake12(Handshake):
    def __init__(self, cids, master=hashlib.sha384(b"master").digest()):
        super().__init__()
        self.master = master
        self.log.append("CLIENT_RANDOM %s %s" % (RANDOM[CLIENT].hex(), self.master.hex()))
        block = prf(self.master, b"key expansion", RANDOM[SERVER] + RANDOM[CLIENT], 40)
        self.keys = {CLIENT: (AESGCM(block[:16]), block[32:36]), SERVER: (AESGCM(block[16:32]), block[36:40])}
        self.cids = cids

    def say(self, sender, kind, body):
        one = fragment(kind, self.count(sender), body)
        self.flow.send(sender, self.plain(sender, HANDSHAKE, one))
        self.transcript += one

    def hellos(self):
        own = {side: b"" if cid is None else vector(extension(CONNECTION_ID, vector(cid, 1)), 2)
               for side, cid in self.cids.items()}
        self.say(CLIENT, CLIENT_HELLO, number(DTLS12, 2) + RANDOM[CLIENT] + b"\0" + b"\0" + vector(number(PSK_SUITE, 2), 2)
                 + vector(b"\0", 1) + own[CLIENT])
        self.say(SERVER, SERVER_HELLO, number(DTLS12, 2) + RANDOM[SERVER] + b"\0" + number(PSK_SUITE, 2) + b"\0" + own[SERVER])
        self.say(SERVER, SERVER_HELLO_DONE, b"")
        self.say(CLIENT, CLIENT_KEY_EXCHANGE, vector(b"lab", 2))

    def sealed(self, sender, content, kind):
        """RFC 9146, section 5.3; an empty connection id is none: the record has the usual form (section 3)."""
        aead, salt = self.keys[sender]
        cid = self.cids[OTHER[sender]]
        count = number(1, 2) + number(self.number_of_record(sender, 1), 6)
        if not cid:
            aad = count + number(kind, 1) + number(DTLS12, 2) + number(len(content), 2)
            return number(kind, 1) + number(DTLS12, 2) + count + vector(count + aead.encrypt(salt + count, content, aad), 2)
        content += bytes([kind]) + bytes(5)
        aad = (b"\xff" * 8 + number(TLS12_CID, 1) + number(len(cid), 1) + number(TLS12_CID, 1) + number(DTLS12, 2) + count + cid
               + number(len(content), 2))
        return (number(TLS12_CID, 1) + number(DTLS12, 2) + count + cid
                + vector(count + aead.encrypt(salt + count, content, aad), 2))

    def finish(self, sender):
        label = b"client finished" if sender == CLIENT else b"server finished"
        one = fragment(FINISHED, self.count(sender), prf(self.master, label, digest(self.transcript), 12))
        self.flow.send(sender, self.plain(sender, CCS, b"\1") + self.sealed(sender, one, HANDSHAKE))
        self.transcript += one


def connection_ids(folder):
    for cids in ({CLIENT: b"\xc1\xc2\xc3", SERVER: b"\xd1\xd2\xd3\xd4\xd5"}, {CLIENT: b"", SERVER: b"\xd1\xd2"}):
        handshake = Handshake12(cids)
        handshake.hellos()
        handshake.finish(CLIENT)
        handshake.finish(SERVER)
        handshake.flow.send(CLIENT, handshake.sealed(CLIENT, b"\1\0", ALERT))
        document = handshake.read(folder)
        is_proved(document, "1.2")
        expect([a["description"]["name"] for a in document["handlens"]["alerts"]] == ["close_notify"], document["handlens"]["alerts"])
        handshake.log = OF_ANOTHER
        document = handshake.read(folder)
        expect(document["handlens"]["outcome"] == "completed", "closed ones", document["handlens"]["reason"])


def keys_before_what_they_are_made_of(folder):
    """The datagrams with the client's Finished and key exchange change places; the secret is a pre-shared key."""
    psk = bytes(range(16))
    premaster = vector(bytes(16), 2) + vector(psk, 2)
    handshake = Handshake12({CLIENT: None, SERVER: None}, prf(premaster, b"master secret", RANDOM[CLIENT] + RANDOM[SERVER], 48))
    handshake.hellos()
    handshake.finish(CLIENT)
    handshake.finish(SERVER)
    frames = handshake.flow.frames
    (when, key_exchange), (later, finished) = frames[3:5]
    frames[3:5] = (when, finished), (later, key_exchange)
    handshake.log = OF_ANOTHER
    is_proved(handshake.read(folder, "--psk", "lab:" + psk.hex()), "1.2")


CASES = (dtls13, dtls13_that_has_not_ended, dtls13_with_losses, dtls13_hello_retry, dtls13_without_the_retry_request,
         dtls13_key_updates, dtls13_connection_ids, connection_ids, keys_before_what_they_are_made_of)


def write_seeds(folder):
    """Inputs of tests/fuzz/fuzz_dtls.c: the datagrams of each case, as it first reads them."""
    class Made(Exception):
        pass

    def keep(handshake, _, *__):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"\0" + b"".join(number(sender == SERVER, 1) + vector(data, 2) for sender, data in handshake.flow.sent))
        raise Made

    Handshake.read = keep
    for case in CASES:
        name = case.__name__
        try:
            case(folder)
        except Made:
            pass


def main():
    failed = 0
    if sys.argv[1:2] == ["--seeds"]:
        write_seeds(sys.argv[2])
        return 0
    for case in CASES:
        if len(sys.argv) > 1 and case.__name__ not in sys.argv[1:]:
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                case(folder)
            print("ok  %s" % case.__name__)
        except (AssertionError, KeyError) as error:
            failed += 1
            print("FAILED  %s: %r" % (case.__name__, error))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
