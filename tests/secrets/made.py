#!/usr/bin/env python3
"""Handshakes of TLS 1.3 that no peer in Debian makes, put together byte by byte: Encrypted ClientHello (RFC 9849) with the
secrets that key logs have of it, and compressed certificates (RFC 8879).

  HANDLENS=build/.../handlens made.py [NAME...]"""
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from relay import CLIENT, SERVER, Flow, write_pcap

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

CLIENT_HELLO, SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE, FINISHED, COMPRESSED_CERTIFICATE = 1, 2, 8, 11, 20, 25
HANDSHAKE, APPLICATION_DATA = 22, 23
SERVER_NAME, SUPPORTED_GROUPS, SIGNATURE_ALGORITHMS, SUPPORTED_VERSIONS, COOKIE, KEY_SHARE = 0, 10, 13, 43, 44, 51
OUTER_EXTENSIONS, ECH = 0xfd00, 0xfe0d
RETRY_RANDOM = hashlib.sha256(b"HelloRetryRequest").digest() # RFC 8446, section 4.1.3
SESSION_ID = bytes(range(32))
SHARED_SECRET = b"\x5e" * 32 # of the KEM; which public keys it comes from is of no interest here


# --- the pieces ----------------------------------------------------------------------------------------------------------------
def number(value, width):
    return value.to_bytes(width, "big")


def vector(data, width):
    return number(len(data), width) + data


def message(kind, body):
    return number(kind, 1) + vector(body, 3)


def extension(kind, body):
    return number(kind, 2) + vector(body, 2)


def server_name(name):
    return extension(SERVER_NAME, vector(b"\0" + vector(name, 2), 2))


SHARED_BY_HELLOS = [extension(SUPPORTED_GROUPS, vector(number(0x001d, 2), 2)),
                    extension(SIGNATURE_ALGORITHMS, vector(number(0x0403, 2), 2)),
                    extension(KEY_SHARE, vector(number(0x001d, 2) + vector(b"\x07" * 32, 2), 2)),
                    extension(SUPPORTED_VERSIONS, vector(number(0x0304, 2), 1))]


def client_hello(random, session_id, extensions):
    return (number(0x0303, 2) + random + vector(session_id, 1) + vector(number(0x1301, 2), 2) + vector(b"\0", 1)
            + vector(b"".join(extensions), 2))


def server_hello(random, extensions):
    return (number(0x0303, 2) + random + vector(SESSION_ID, 1) + number(0x1301, 2) + b"\0"
            + vector(b"".join([extension(SUPPORTED_VERSIONS, number(0x0304, 2)), *extensions]), 2))


# --- keys --------------------------------------------------------------------------------------------------------------------
def digest(data):
    return hashlib.sha256(data).digest()


def hkdf_extract(salt, key):
    return hmac.digest(salt or bytes(32), key, "sha256")


def hkdf_expand(secret, info, length):
    return hmac.digest(secret, info + b"\1", "sha256")[:length] # one block is enough


def expand_label(secret, label, context, length):
    return hkdf_expand(secret, number(length, 2) + vector(b"tls13 " + label, 1) + vector(context, 1), length)


class Keys:
    """One direction under one secret."""

    def __init__(self, secret):
        self.finished = expand_label(secret, b"finished", b"", 32)
        self.aead, self.iv, self.sealed = AESGCM(expand_label(secret, b"key", b"", 16)), expand_label(secret, b"iv", b"", 12), 0

    def seal(self, content):
        content += bytes([HANDSHAKE])
        header = number(APPLICATION_DATA, 1) + number(0x0303, 2) + number(len(content) + 16, 2)
        nonce = bytes(a ^ b for a, b in zip(self.iv, number(self.sealed, 12)))
        self.sealed += 1
        return header + self.aead.encrypt(nonce, content, header)


class Hpke:
    """RFC 9180, base mode, DHKEM(X25519) and HKDF-SHA256 and AES-128-GCM, from the KEM's shared secret on."""

    def __init__(self, shared_secret, info):
        self.suite = b"HPKE" + number(0x0020, 2) + number(1, 2) + number(1, 2)
        context = b"\0" + self.extract(b"", b"psk_id_hash", b"") + self.extract(b"", b"info_hash", info)
        secret = self.extract(shared_secret, b"secret", b"")
        self.aead, self.nonce, self.sealed = AESGCM(self.expand(secret, b"key", context, 16)), self.expand(secret, b"base_nonce",
                                                                                                         context, 12), 0

    def extract(self, salt, label, key):
        return hkdf_extract(salt, b"HPKE-v1" + self.suite + label + key)

    def expand(self, secret, label, info, length):
        return hkdf_expand(secret, number(length, 2) + b"HPKE-v1" + self.suite + label + info, length)

    def seal(self, aad, plain):
        nonce = bytes(a ^ b for a, b in zip(self.nonce, number(self.sealed, 12)))
        self.sealed += 1
        return self.aead.encrypt(nonce, plain, aad)


# --- a handshake ------------------------------------------------------------------------------------------------------------
class Handshake:
    """The hellos go over the wire as they are given; the transcript may have others."""

    def __init__(self, client_random):
        self.flow, self.log, self.random, self.transcript = Flow(40000), [], client_random, b""

    def hello(self, sender, body, counts=None):
        kind = CLIENT_HELLO if sender == CLIENT else SERVER_HELLO
        self.flow.send(sender, number(HANDSHAKE, 1) + number(0x0303, 2) + vector(message(kind, body), 2))
        self.transcript += message(kind, body if counts is None else counts)

    def finish(self, *flight):
        """The server's `flight`, and both Finished."""
        keys = {}
        for sender, label in ((CLIENT, "CLIENT"), (SERVER, "SERVER")):
            secret = digest(label.encode())
            self.log.append("%s_HANDSHAKE_TRAFFIC_SECRET %s %s" % (label, self.random.hex(), secret.hex()))
            keys[sender] = Keys(secret)
        for sender, messages in ((SERVER, flight), (CLIENT, ())):
            for one in messages:
                self.transcript += one
            verify = hmac.digest(keys[sender].finished, digest(self.transcript), "sha256")
            finished = message(FINISHED, verify)
            self.transcript += finished
            self.flow.send(sender, keys[sender].seal(b"".join(messages) + finished))
        self.flow.close(CLIENT)
        self.flow.close(SERVER)

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


ENCRYPTED_EXTENSIONS_EMPTY = message(ENCRYPTED_EXTENSIONS, vector(b"", 2))


def proofs(document):
    return {name: proof["result"] for name, proof in document["handlens"]["verification"].items() if isinstance(proof, dict)}


# --- ECH -----------------------------------------------------------------------------------------------------------------------
CONFIG_ID = 7
CONFIG_CONTENTS = (number(CONFIG_ID, 1) + number(0x0020, 2) + vector(b"\x01" * 32, 2) + vector(number(1, 2) + number(1, 2), 2)
                   + b"\0" + vector(b"public.example", 1) + vector(b"", 2))
CONFIG = number(ECH, 2) + vector(CONFIG_CONTENTS, 2)
OUTER_RANDOM, INNER_RANDOM, SERVER_RANDOM = b"\xaa" * 32, b"\xbb" * 32, b"\xcc" * 32


class EchClient:
    def __init__(self):
        self.hpke = Hpke(SHARED_SECRET, b"tls ech\0" + CONFIG)

    def hello(self, more=()):
        """The outer hello, and the inner one."""
        kinds = [number(int.from_bytes(e[:2], "big"), 2) for e in SHARED_BY_HELLOS[:3]]
        own = [server_name(b"secret.example"), extension(ECH, b"\1")]
        own_after = [SHARED_BY_HELLOS[3], *more]
        encoded = client_hello(INNER_RANDOM, b"", own + [extension(OUTER_EXTENSIONS, vector(b"".join(kinds), 1))] + own_after)
        encoded += bytes(-len(encoded) % 32)
        inner = client_hello(INNER_RANDOM, SESSION_ID, own + SHARED_BY_HELLOS[:3] + own_after)
        enc = b"\x02" * 32 if self.hpke.sealed == 0 else b""

        def outer(payload):
            ech = b"\0" + number(1, 2) + number(1, 2) + number(CONFIG_ID, 1) + vector(enc, 2) + vector(payload, 2)
            return client_hello(OUTER_RANDOM, SESSION_ID, [server_name(b"public.example"), *SHARED_BY_HELLOS, *more,
                                                          extension(ECH, ech)])
        aad = outer(bytes(len(encoded) + 16))
        return outer(self.hpke.seal(aad, encoded)), inner


def confirmed_hello(transcript):
    """ServerHello whose random ends with the confirmation of RFC 9849, section 7.2."""
    share = extension(KEY_SHARE, number(0x001d, 2) + vector(b"\x09" * 32, 2))
    before = server_hello(SERVER_RANDOM[:24] + bytes(8), [share])
    secret = hkdf_extract(b"", INNER_RANDOM)
    confirmation = expand_label(secret, b"ech accept confirmation", digest(transcript + message(SERVER_HELLO, before)), 8)
    return server_hello(SERVER_RANDOM[:24] + confirmation, [share])


def log_ech(handshake):
    handshake.log += ["ECH_SECRET %s %s" % (OUTER_RANDOM.hex(), SHARED_SECRET.hex()),
                      "ECH_CONFIG %s %s" % (OUTER_RANDOM.hex(), CONFIG.hex())]


def ech_accepted(folder):
    handshake = Handshake(INNER_RANDOM)
    outer, inner = EchClient().hello()
    handshake.hello(CLIENT, outer, inner)
    handshake.hello(SERVER, confirmed_hello(handshake.transcript))
    handshake.finish(ENCRYPTED_EXTENSIONS_EMPTY)
    document = handshake.read(folder)
    expect(document["handlens"].get("inner_client_hello") is None, "nothing is opened without its secret")
    expect(proofs(document)["server_finished"] == "not-checkable", "the transcript is not known", proofs(document))
    log_ech(handshake)
    document = handshake.read(folder)
    hello = document["handlens"]["inner_client_hello"]
    expect(document["handlens"]["ech_accepted"] is True and hello["server_name"] == "secret.example", hello)
    expect([e["id"] for e in hello["extensions"]] == [SERVER_NAME, ECH, SUPPORTED_GROUPS, SIGNATURE_ALGORITHMS, KEY_SHARE,
                                                              SUPPORTED_VERSIONS], hello["extensions"])
    expect(document["tls"]["client"]["server_name"] == "secret.example", document["tls"]["client"])
    expect(document["handlens"]["client_hello"]["server_name"] == "public.example", "the outer name")
    expect(proofs(document)["server_finished"] == proofs(document)["client_finished"] == "verified", proofs(document))


def ech_in_the_packets_that_are_written(folder):
    handshake = Handshake(INNER_RANDOM)
    outer, inner = EchClient().hello()
    handshake.hello(CLIENT, outer, inner)
    handshake.hello(SERVER, confirmed_hello(handshake.transcript))
    handshake.finish(ENCRYPTED_EXTENSIONS_EMPTY)
    log_ech(handshake)
    written = os.path.join(folder, "written.pcapng")
    handshake.read(folder, "--decrypted-pcap", written)
    p = subprocess.run([HANDLENS, "read", "--format", "json", "--no-ca", written], capture_output=True, timeout=60, check=True)
    document = json.loads(p.stdout)
    expect(document["handlens"]["ech_accepted"] is True, "ECH opens with the secrets in the file")
    expect(proofs(document)["server_finished"] == proofs(document)["client_finished"] == "verified", proofs(document))


def ech_accepted_after_a_retry(folder):
    handshake, client = Handshake(INNER_RANDOM), EchClient()
    outer, inner = client.hello()
    handshake.hello(CLIENT, outer, inner)
    handshake.transcript = message(254, digest(handshake.transcript))
    cookie = extension(COOKIE, vector(b"cookie", 2))
    # Whether the retry confirms ECH, too (its extension has eight bytes for that), changes nothing here.
    handshake.hello(SERVER, server_hello(RETRY_RANDOM, [cookie, extension(ECH, bytes(8))]))
    outer, inner = client.hello([cookie])
    handshake.hello(CLIENT, outer, inner)
    handshake.hello(SERVER, confirmed_hello(handshake.transcript))
    handshake.finish(ENCRYPTED_EXTENSIONS_EMPTY)
    log_ech(handshake)
    document = handshake.read(folder)
    expect(document["handlens"]["ech_accepted"] is True, document["handlens"]["second_client_hello"])
    expect(proofs(document)["server_finished"] == proofs(document)["client_finished"] == "verified", proofs(document))


def ech_rejected(folder):
    handshake = Handshake(OUTER_RANDOM)
    handshake.hello(CLIENT, EchClient().hello()[0])
    handshake.hello(SERVER, server_hello(SERVER_RANDOM, [extension(KEY_SHARE, number(0x001d, 2) + vector(b"\x09" * 32, 2))]))
    handshake.finish(ENCRYPTED_EXTENSIONS_EMPTY)
    log_ech(handshake)
    document = handshake.read(folder)
    expect(document["handlens"]["ech_accepted"] is False, "the server went on with the outer hello")
    expect(document["handlens"]["inner_client_hello"]["server_name"] == "secret.example", "but the inner one can be read")
    expect(document["tls"]["client"]["server_name"] == "public.example", document["tls"]["client"])
    expect(proofs(document)["server_finished"] == proofs(document)["client_finished"] == "verified", proofs(document))


def ech_changed_on_the_way(folder):
    handshake = Handshake(INNER_RANDOM)
    outer, inner = EchClient().hello()
    handshake.hello(CLIENT, outer[:-1] + bytes([outer[-1] ^ 1]), inner)
    handshake.hello(SERVER, confirmed_hello(handshake.transcript))
    handshake.finish(ENCRYPTED_EXTENSIONS_EMPTY)
    log_ech(handshake)
    document = handshake.read(folder)
    expect(document["handlens"].get("inner_client_hello") is None, "the payload is not what was sealed")


# --- compressed certificates -------------------------------------------------------------------------------------------------
def certificate_message():
    with open(os.path.join(ROOT, "pcaps", "lab-ca.pem"), encoding="ascii") as file:
        pem = re.search("-----BEGIN CERTIFICATE-----(.*?)-----END", file.read(), re.S).group(1)
    return vector(b"", 1) + vector(vector(base64.b64decode(pem), 3) + vector(b"", 2), 3)


def compress(tool, data):
    """None: that tool is not installed."""
    if tool == "zlib":
        return zlib.compress(data)
    return subprocess.run([tool, "-c"], input=data, capture_output=True, check=True).stdout if shutil.which(tool) else None


def with_compressed(folder, algorithm, length, data):
    handshake = Handshake(OUTER_RANDOM)
    handshake.hello(CLIENT, client_hello(OUTER_RANDOM, SESSION_ID, [server_name(b"server.example"), *SHARED_BY_HELLOS]))
    handshake.hello(SERVER, server_hello(SERVER_RANDOM, [extension(KEY_SHARE, number(0x001d, 2) + vector(b"\x09" * 32, 2))]))
    body = number(algorithm, 2) + number(length, 3) + vector(data, 3)
    handshake.finish(ENCRYPTED_EXTENSIONS_EMPTY, message(COMPRESSED_CERTIFICATE, body))
    return handshake.read(folder, "-vv")


def compressed_certificates(folder):
    plain = certificate_message()
    for algorithm, tool in ((1, "zlib"), (2, "brotli"), (3, "zstd")):
        data = compress(tool, plain)
        if data is None:
            print("skipped: %s is not installed" % tool)
            continue
        document = with_compressed(folder, algorithm, len(plain), data)
        expect(len(document["handlens"]["certificates"]["server"]) == 1, tool, document["handlens"]["certificates"])
        expect(proofs(document)["server_finished"] == proofs(document)["client_finished"] == "verified", tool, proofs(document))
        sent = [m for m in document["handlens"]["messages"] if m["type"] and m["type"]["id"] == COMPRESSED_CERTIFICATE]
        expect("certificate" in sent[0], tool, sent)


def compressed_certificates_that_are_none(folder):
    plain = certificate_message()
    zeros = zlib.compress(bytes(8 << 20), 9) # 8 KiB that would be 8 MiB
    for algorithm, length, data, why in ((1, len(plain) - 1, zlib.compress(plain), "compressed, and does not decompress"),
                                         (2, len(plain), zlib.compress(plain), "compressed, and does not decompress"),
                                         (1, 1000, zeros, "compressed, and does not decompress"),
                                         (1, 8 << 20, zeros, "compressed, and too large"),
                                         (9, len(plain), zlib.compress(plain), "compressed in a way that is not known")):
        document = with_compressed(folder, algorithm, length, data)
        expect(document["handlens"]["certificates"]["why_absent"]["server"] == why, why,
               document["handlens"]["certificates"]["why_absent"])
        expect(proofs(document)["server_finished"] == "verified", "the transcript has it as it was sent", proofs(document))


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
