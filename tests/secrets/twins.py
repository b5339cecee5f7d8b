"""Tampered twins of live handshakes: one bit is changed, and which proofs break follows from what the RFCs say they cover.

Protected records are opened with the key log's secrets, changed, and protected again, so that only the proof can tell."""
import collections
import hashlib
import hmac
import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from relay import CLIENT, SERVER, Flow, write_pcap

CHANGE_CIPHER_SPEC, HANDSHAKE = 20, 22
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE = 1, 2, 11, 12
CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED = 15, 16, 20
ALPN, ENCRYPT_THEN_MAC, SESSION_TICKET, PRE_SHARED_KEY, KEY_SHARE = 16, 22, 35, 41, 51


# --- key schedules ----------------------------------------------------------------------------------------------------------
def p_hash(digest, secret, seed, length):
    """RFC 5246, section 5."""
    out, a = b"", seed
    while len(out) < length:
        a = hmac.digest(secret, a, digest)
        out += hmac.digest(secret, a + seed, digest)
    return out[:length]


def prf(version, suite, secret, seed, length):
    if version == "1.2":
        return p_hash("sha384" if suite.endswith("SHA384") else "sha256", secret, seed, length)
    half = (len(secret) + 1) // 2
    md5, sha1 = p_hash("md5", secret[:half], seed, length), p_hash("sha1", secret[-half:], seed, length)
    return bytes(a ^ b for a, b in zip(md5, sha1))


def expand_label(digest, secret, label, length):
    """RFC 8446, section 7.1, with an empty context; one block is enough for keys and IVs."""
    label = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(label)]) + label + b"\0"
    return hmac.digest(secret, info + b"\1", digest)[:length]


# --- record protection ------------------------------------------------------------------------------------------------------
def key_length(suite):
    return 16 if "_128_" in suite else 32


def aead_of(suite, key):
    if "POLY1305" in suite:
        return ChaCha20Poly1305(key)
    if "CCM" in suite:
        return AESCCM(key, tag_length=8 if "CCM_8" in suite else 16)
    return AESGCM(key)


def xor_nonce(iv, sequence):
    return bytes(a ^ b for a, b in zip(iv, sequence.to_bytes(len(iv), "big")))


class Tls13:
    """RFC 8446, section 5.2."""

    def __init__(self, suite, secret):
        digest = "sha384" if suite.endswith("SHA384") else "sha256"
        self.aead = aead_of(suite, expand_label(digest, secret, b"key", key_length(suite)))
        self.iv = expand_label(digest, secret, b"iv", 12)
        self.tag = 8 if "CCM_8" in suite else 16
        self.opened = self.sealed = 0

    def open(self, record):
        inner = self.aead.decrypt(xor_nonce(self.iv, self.opened), record.fragment, record.header(len(record.fragment)))
        self.opened += 1
        content = inner.rstrip(b"\0")
        record.plain, record.plain_type, record.padding = content[:-1], content[-1], inner[len(content):]

    def seal(self, record):
        inner = record.plain + bytes([record.plain_type]) + record.padding
        sealed = self.aead.encrypt(xor_nonce(self.iv, self.sealed), inner, record.header(len(inner) + self.tag))
        self.sealed += 1
        return sealed


class Tls12:
    """What the protections up to TLS 1.2 have in common: a sequence number and what it authenticates."""

    def __init__(self):
        self.opened = self.sealed = 0

    def open(self, record):
        record.plain = self.open_numbered(record, self.opened)
        self.opened += 1

    def seal(self, record):
        sealed = self.seal_numbered(record, self.sealed)
        self.sealed += 1
        return sealed

    @staticmethod
    def additional(record, sequence, length):
        return sequence.to_bytes(8, "big") + record.header(length)


class Aead12(Tls12):
    """RFC 5288, RFC 6655: the nonce is a salt and what the record begins with; RFC 7905: it is the sequence number."""

    def __init__(self, suite, key, iv):
        super().__init__()
        self.aead, self.iv = aead_of(suite, key), iv
        self.tag = 8 if "CCM_8" in suite else 16
        self.explicit = 0 if "POLY1305" in suite else 8

    def nonce(self, record, sequence):
        return self.iv + record.explicit if self.explicit else xor_nonce(self.iv, sequence)

    def open_numbered(self, record, sequence):
        record.explicit, sealed = record.fragment[:self.explicit], record.fragment[self.explicit:]
        return self.aead.decrypt(self.nonce(record, sequence), sealed, self.additional(record, sequence, len(sealed) - self.tag))

    def seal_numbered(self, record, sequence):
        return record.explicit + self.aead.encrypt(self.nonce(record, sequence), record.plain,
                                                   self.additional(record, sequence, len(record.plain)))


class Cbc12(Tls12):
    """RFC 5246, section 6.2.3.2, and RFC 7366; in TLS 1.0 a record's IV is the end of the one before it."""

    def __init__(self, suite, version, mac_key, key, iv, encrypt_then_mac):
        super().__init__()
        self.cipher = (algorithms.Camellia if "CAMELLIA" in suite else algorithms.AES)(key)
        self.digest, self.mac_key, self.encrypt_then_mac = mac_digest(suite), mac_key, encrypt_then_mac
        self.mac_length = len(mac_key)
        self.chained = {"open": iv, "seal": iv} if version == "1.0" else None

    def mac(self, record, sequence, data):
        return hmac.digest(self.mac_key, self.additional(record, sequence, len(data)) + data, self.digest)

    def open_numbered(self, record, sequence):
        body = record.fragment[:-self.mac_length] if self.encrypt_then_mac else record.fragment
        record.explicit = b"" if self.chained else body[:16]
        iv, blocks = (self.chained["open"], body) if self.chained else (body[:16], body[16:])
        if self.chained:
            self.chained["open"] = blocks[-16:]
        decryptor = Cipher(self.cipher, modes.CBC(iv)).decryptor()
        plain = decryptor.update(blocks)
        record.padding = plain[-plain[-1] - 1:]
        content = plain[:-len(record.padding)]
        return content if self.encrypt_then_mac else content[:-self.mac_length]

    def seal_numbered(self, record, sequence):
        inner = record.plain + (b"" if self.encrypt_then_mac else self.mac(record, sequence, record.plain)) + record.padding
        encryptor = Cipher(self.cipher, modes.CBC(self.chained["seal"] if self.chained else record.explicit)).encryptor()
        blocks = encryptor.update(inner)
        if self.chained:
            self.chained["seal"] = blocks[-16:]
        body = record.explicit + blocks
        return body + self.mac(record, sequence, body) if self.encrypt_then_mac else body


def mac_digest(suite):
    return {"SHA": "sha1", "MD5": "md5"}.get(suite.rpartition("_")[2], suite.rpartition("_")[2].lower())


def keys_of_master(row, master, client_random, server_random, encrypt_then_mac):
    """{sender: protection} (RFC 5246, section 6.3)."""
    cbc = "_CBC_" in row.suite
    lengths = [hashlib.new(mac_digest(row.suite)).digest_size if cbc else 0, key_length(row.suite),
               16 if cbc else 12 if "POLY1305" in row.suite else 4]
    block = prf(row.version, row.suite, master, b"key expansion" + server_random + client_random, 2 * sum(lengths))
    parts = []
    for length in lengths:
        parts.append({CLIENT: block[:length], SERVER: block[length:2 * length]})
        block = block[2 * length:]
    macs, keys, ivs = parts
    if cbc:
        return {side: Cbc12(row.suite, row.version, macs[side], keys[side], ivs[side], encrypt_then_mac) for side in keys}
    return {side: Aead12(row.suite, keys[side], ivs[side]) for side in keys}


# --- records and messages ---------------------------------------------------------------------------------------------------
class Record:
    def __init__(self, sender, data):
        self.sender, self.type, self.version, self.fragment = sender, data[0], data[1:3], data[5:]
        self.plain, self.plain_type, self.padding, self.explicit = self.fragment, self.type, b"", b""
        self.protection = None

    def header(self, length):
        return bytes([self.type]) + self.version + length.to_bytes(2, "big")

    def bytes(self):
        fragment = self.protection.seal(self) if self.protection else self.plain
        return self.header(len(fragment)) + fragment


def records_of(chunks):
    """In the order in which they were complete."""
    waiting = {CLIENT: b"", SERVER: b""}
    for sender, data in chunks:
        data = waiting[sender] + data
        while len(data) >= 5 and len(data) >= 5 + int.from_bytes(data[3:5], "big"):
            length = 5 + int.from_bytes(data[3:5], "big")
            yield Record(sender, data[:length])
            data = data[length:]
        waiting[sender] = data


def messages_of(data):
    """(type, where its body begins, where it ends)"""
    at = 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at + 1:at + 4], "big")
        yield data[at], at + 4, end
        at = end


def secrets_of(key_log):
    """{(label, client random): secret}"""
    with open(key_log, encoding="ascii") as file:
        return {(label, bytes.fromhex(random)): bytes.fromhex(secret)
                for label, random, secret in (line.split() for line in file if not line.startswith("#") and line.strip())}


class Opener:
    """Gives each record its protection, and opens it, in the order in which they came."""

    def __init__(self, row, secrets):
        self.row, self.secrets = row, secrets
        self.current, self.pending = {CLIENT: None, SERVER: None}, {}
        self.client_random = self.server_random = None
        self.hello_random = None # of the first hello: key logs of TLS 1.3 name that
        self.encrypt_then_mac = False
        self.done = set() # with their handshake: a client that authenticates later has another Finished

    def take(self, record):
        is_dummy = self.row.version == "1.3" and record.type == CHANGE_CIPHER_SPEC
        if self.current[record.sender] and not is_dummy:
            record.protection = self.current[record.sender]
            record.protection.open(record)
        if record.plain_type == CHANGE_CIPHER_SPEC and not is_dummy:
            self.current[record.sender] = self.pending[record.sender]
        if record.plain_type == HANDSHAKE:
            self.read(record)

    def read(self, record):
        for kind, begin, end in messages_of(record.plain):
            body = record.plain[begin:end]
            if kind == CLIENT_HELLO:
                self.client_random = body[2:34]
                self.hello_random = self.hello_random or self.client_random
            elif kind == SERVER_HELLO:
                self.server_random = body[2:34]
                self.encrypt_then_mac = ENCRYPT_THEN_MAC in extensions_of(body, SERVER_HELLO)
                self.agree()
            elif kind == FINISHED and self.row.version == "1.3" and record.sender not in self.done:
                self.done.add(record.sender)
                self.current[record.sender] = self.traffic(record.sender, "TRAFFIC_SECRET_0")

    def traffic(self, side, label):
        return Tls13(self.row.suite, self.secrets[side.upper() + "_" + label, self.hello_random])

    def agree(self):
        is_retry = self.server_random == hashlib.sha256(b"HelloRetryRequest").digest() # RFC 8446, section 4.1.3
        if self.row.version == "1.3":
            if not is_retry:
                self.current = {side: self.traffic(side, "HANDSHAKE_TRAFFIC_SECRET") for side in self.current}
        else:
            master = self.secrets["CLIENT_RANDOM", self.client_random]
            self.pending = keys_of_master(self.row, master, self.client_random, self.server_random, self.encrypt_then_mac)


def extensions_of(body, kind):
    """{number: (begin, end)} of a hello."""
    at = 34
    at += 1 + body[at]
    if kind == CLIENT_HELLO:
        at += 2 + int.from_bytes(body[at:at + 2], "big")
        at += 1 + body[at]
    else:
        at += 3
    at += 2
    found = {}
    while at + 4 <= len(body):
        length = int.from_bytes(body[at + 2:at + 4], "big")
        found[int.from_bytes(body[at:at + 2], "big")] = (at + 4, at + 4 + length)
        at += 4 + length
    return found


# --- what is changed: the byte of a message in which a bit is flipped --------------------------------------------------------
Message = collections.namedtuple("Message", "version kind body")


def the_end(message):
    return len(message.body) - 1


def random(_):
    return 2


def in_extension(number, offset):
    """`offset` from the end of the extension when it is negative."""
    def where(message):
        begin, end = extensions_of(message.body, message.kind)[number]
        return end + offset if offset < 0 else begin + offset
    return where


def cipher_suite(message):
    """The low byte of the first suite that is offered."""
    return 34 + 1 + message.body[34] + 2 + 1


def leaf_signature(message):
    """The end of the first certificate is its issuer's signature."""
    at = 3 + (1 + message.body[0] if message.version == "1.3" else 0)
    return at + 3 + int.from_bytes(message.body[at:at + 3], "big") - 1


def leaf_key(message):
    """The last byte of an RSA modulus comes before its exponent, 65537 (RFC 8017, appendix A.1.1)."""
    return message.body.index(bytes.fromhex("0203010001")) - 1


def public_value(message):
    """The end of the server's (EC)DH value (RFC 8422, section 5.4; RFC 5246, section 7.4.3)."""
    body = message.body
    if body[0] == 3: # named_curve
        return 3 + body[3]
    at = 0
    for _ in ("p", "g", "Ys"):
        at += 2 + int.from_bytes(body[at:at + 2], "big")
    return at - 1


# name: sender, message, which of them, where
CHANGES = {
    "server's Finished": (SERVER, FINISHED, 0, the_end),
    "client's Finished": (CLIENT, FINISHED, 0, the_end),
    "server's Finished of the renegotiation": (SERVER, FINISHED, 1, the_end),
    "client's Finished of the renegotiation": (CLIENT, FINISHED, 1, the_end),
    "client's late Finished": (CLIENT, FINISHED, 1, the_end),
    "server's CertificateVerify": (SERVER, CERTIFICATE_VERIFY, 0, the_end),
    "client's CertificateVerify": (CLIENT, CERTIFICATE_VERIFY, 0, the_end),
    "signature of ServerKeyExchange": (SERVER, SERVER_KEY_EXCHANGE, 0, the_end),
    "server's public value": (SERVER, SERVER_KEY_EXCHANGE, 0, public_value),
    "ClientKeyExchange": (CLIENT, CLIENT_KEY_EXCHANGE, 0, the_end),
    "server's certificate": (SERVER, CERTIFICATE, 0, leaf_signature),
    "client's certificate": (CLIENT, CERTIFICATE, 0, leaf_signature),
    "server's key": (SERVER, CERTIFICATE, 0, leaf_key),
    "client's random": (CLIENT, CLIENT_HELLO, 0, random),
    "server's random": (SERVER, SERVER_HELLO, 0, random),
    "client's suites": (CLIENT, CLIENT_HELLO, 0, cipher_suite),
    "client's key share": (CLIENT, CLIENT_HELLO, 0, in_extension(KEY_SHARE, -1)),
    "server's key share": (SERVER, SERVER_HELLO, 0, in_extension(KEY_SHARE, -1)),
    "client's ALPN": (CLIENT, CLIENT_HELLO, 0, in_extension(ALPN, -1)),
    "session ticket": (CLIENT, CLIENT_HELLO, 0, in_extension(SESSION_TICKET, 0)),
    "PSK identity": (CLIENT, CLIENT_HELLO, 0, in_extension(PRE_SHARED_KEY, 4)),
    "PSK binder": (CLIENT, CLIENT_HELLO, 0, in_extension(PRE_SHARED_KEY, -1)),
    "suites of the second hello": (CLIENT, CLIENT_HELLO, 1, cipher_suite),
    "ALPN of the second hello": (CLIENT, CLIENT_HELLO, 1, in_extension(ALPN, -1)),
    "key share of the second hello": (CLIENT, CLIENT_HELLO, 1, in_extension(KEY_SHARE, -1)),
}

SF, CF = "server_finished", "client_finished"
SCV, CCV, SKE = "server_certificate_verify", "client_certificate_verify", "server_key_exchange"
BINDER, RETRY, RESUMPTION = "psk_binder", "hello_retry", "resumption"

# TLS 1.3 (RFC 8446, section 4.4): each signature and each Finished covers all messages before it, the client's what the
# server sent, too. Up to TLS 1.2 (RFC 5246, sections 7.4.3, 7.4.8, 7.4.9): ServerKeyExchange signs both randoms and the
# parameters; CertificateVerify and both Finished cover all messages before them; in a full handshake the client's Finished
# is the first, in a resumed one the server's.
RSA13 = "1.3 AES_128_GCM_SHA256 x25519 rsa openssl full"
ED13 = "1.3 CHACHA20_POLY1305_SHA256 x25519 ed25519 gnutls full"
CCM13 = "1.3 AES_128_CCM_8_SHA256 secp256r1 rsa openssl full"
CLIENT13 = "1.3 AES_256_GCM_SHA384 secp256r1 p256/p384 openssl full"
LATE13 = "1.3 AES_128_GCM_SHA256 x25519 rsa/p256 openssl late certificate"
RETRY13 = "1.3 AES_128_GCM_SHA256 secp384r1 rsa openssl hello retry from x25519"
RESUMED13 = "1.3 AES_128_GCM_SHA256 x25519 rsa openssl resumed by psk"
PSK13 = "1.3 AES_128_GCM_SHA256 x25519 none openssl external psk"
RSA12 = "1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256 x25519 rsa openssl full"
CHACHA12 = "1.2 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 x25519 p256 gnutls full"
CCM12 = "1.2 ECDHE_ECDSA_WITH_AES_128_CCM_8 x448 ed25519 gnutls full"
DHE12 = "1.2 DHE_RSA_WITH_AES_128_CBC_SHA ffdhe3072 rsa openssl full"
ETM12 = "1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA384 secp521r1 rsa openssl full"
MTE12 = "1.2 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384 secp384r1 p384 openssl no encrypt-then-mac"
KX12 = "1.2 RSA_WITH_AES_128_GCM_SHA256 none rsa openssl full"
CLIENT12 = "1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256 x25519 rsa/rsa openssl full"
TICKET12 = "1.2 ECDHE_RSA_WITH_AES_256_CBC_SHA384 secp256r1 rsa openssl resumed by ticket"
AGAIN12 = "1.2 ECDHE_RSA_WITH_AES_128_GCM_SHA256 x25519 rsa openssl client renegotiates"
CBC11 = "1.1 ECDHE_RSA_WITH_AES_128_CBC_SHA secp256r1 rsa openssl full"
CBC10 = "1.0 ECDHE_RSA_WITH_AES_256_CBC_SHA x25519 rsa openssl full"

# capture, what is changed, proofs that are wrong, those that stay, those that cannot be checked any more
TWINS = [
    (RSA13, "server's Finished", [SF, CF], [SCV], []),
    (RSA13, "client's Finished", [CF], [SCV, SF], []),
    (RSA13, "server's CertificateVerify", [SCV, SF, CF], [], []),
    (RSA13, "server's certificate", [SCV, SF, CF], [], []),
    (RSA13, "server's key", [SCV, SF, CF], [], []),
    (RSA13, "client's random", [SCV, SF, CF], [], []),
    (RSA13, "server's random", [SCV, SF, CF], [], []),
    (RSA13, "client's key share", [SCV, SF, CF], [], []),
    (RSA13, "server's key share", [SCV, SF, CF], [], []),
    (RSA13, "client's ALPN", [SCV, SF, CF], [], []),
    (RSA13, "client's suites", [SCV, SF, CF], [], []),
    (ED13, "server's CertificateVerify", [SCV, SF, CF], [], []),
    (ED13, "server's Finished", [SF, CF], [SCV], []),
    (CCM13, "client's Finished", [CF], [SCV, SF], []),
    (CLIENT13, "server's Finished", [SF, CCV, CF], [SCV], []),
    (CLIENT13, "client's certificate", [CCV, CF], [SCV, SF], []),
    (CLIENT13, "client's CertificateVerify", [CCV, CF], [SCV, SF], []),
    (CLIENT13, "client's Finished", [CF], [SCV, SF, CCV], []),
    (LATE13, "client's CertificateVerify", [CCV, CF], [SCV, SF], []), # its late Finished covers it
    (LATE13, "client's certificate", [CCV, CF], [SCV, SF], []),
    (LATE13, "client's Finished", [CCV, CF], [SCV, SF], []), # of the handshake: the late messages cover that
    (LATE13, "client's late Finished", [CF], [SCV, SF, CCV], []),
    (RETRY13, "suites of the second hello", [RETRY, SCV, SF, CF], [], []),
    (RETRY13, "ALPN of the second hello", [RETRY, SCV, SF, CF], [], []),
    (RETRY13, "key share of the second hello", [SCV, SF, CF], [RETRY], []),
    (RETRY13, "client's suites", [RETRY, SCV, SF, CF], [], []),
    (RESUMED13, "PSK binder", [SF, CF], [RESUMPTION], []),
    (RESUMED13, "PSK identity", [SF, CF], [], [RESUMPTION]),
    (RESUMED13, "client's Finished", [CF], [SF, RESUMPTION], []),
    (PSK13, "PSK binder", [BINDER, SF, CF], [], []),
    (PSK13, "PSK identity", [SF, CF], [], [BINDER]),
    (PSK13, "client's ALPN", [BINDER, SF, CF], [], []),
    (PSK13, "server's random", [SF, CF], [BINDER], []),
    (RSA12, "server's Finished", [SF], [SKE, CF], []),
    (RSA12, "client's Finished", [CF, SF], [SKE], []),
    (RSA12, "signature of ServerKeyExchange", [SKE, CF, SF], [], []),
    (RSA12, "server's public value", [SKE, CF, SF], [], []),
    (RSA12, "ClientKeyExchange", [CF, SF], [SKE], []),
    (RSA12, "server's certificate", [CF, SF], [SKE], []),
    (RSA12, "server's key", [SKE, CF, SF], [], []),
    (RSA12, "client's ALPN", [CF, SF], [SKE], []),
    (RSA12, "client's random", [SKE], [], [CF, SF]), # the keys are made of it: nothing opens
    (RSA12, "server's random", [SKE], [], [CF, SF]),
    (CHACHA12, "client's Finished", [CF, SF], [SKE], []),
    (CHACHA12, "signature of ServerKeyExchange", [SKE, CF, SF], [], []),
    (CCM12, "server's Finished", [SF], [SKE, CF], []),
    (DHE12, "server's public value", [SKE, CF, SF], [], []),
    (ETM12, "server's Finished", [SF], [SKE, CF], []),
    (MTE12, "client's Finished", [CF, SF], [SKE], []),
    (KX12, "ClientKeyExchange", [CF, SF], [], []),
    (CLIENT12, "client's CertificateVerify", [CCV, CF, SF], [SKE], []),
    (CLIENT12, "client's certificate", [CCV, CF, SF], [SKE], []),
    (CLIENT12, "client's Finished", [CF, SF], [SKE, CCV], []),
    (TICKET12, "session ticket", [SF, CF], [], [RESUMPTION]),
    (TICKET12, "server's Finished", [SF, CF], [RESUMPTION], []),
    (TICKET12, "client's Finished", [CF], [SF, RESUMPTION], []),
    (AGAIN12, "client's Finished of the renegotiation", [CF, SF], [SKE], []),
    (AGAIN12, "server's Finished of the renegotiation", [SF], [SKE, CF], []),
    (CBC11, "server's Finished", [SF], [SKE, CF], []),
    (CBC10, "client's Finished", [CF, SF], [SKE], []),
    (CBC10, "server's public value", [SKE, CF, SF], [], []),
]


# --- to make one --------------------------------------------------------------------------------------------------------------
def flip(records, version, change):
    """One bit of one message, whichever records it lies in; what its body was."""
    sender, wanted, which, where = CHANGES[change]
    parts = [record for record in records if record.sender == sender and record.plain_type == HANDSHAKE]
    data = bytearray(b"".join(record.plain for record in parts))
    kind, begin, end = [message for message in messages_of(data) if message[0] == wanted][which]
    before = bytes(data[begin:end])
    data[begin + where(Message(version, kind, before))] ^= 1
    for record in parts:
        record.plain, data = bytes(data[:len(record.plain)]), data[len(record.plain):]
    return before


def opened(row, chunks, secrets):
    opener, records = Opener(row, secrets), list(records_of(chunks))
    for record in records:
        opener.take(record)
    return records


def check_that_it_is_made_again(row, chunks, secrets):
    """What is not changed comes out as it was: then it is the change that is found out."""
    again = {CLIENT: b"", SERVER: b""}
    for record in opened(row, chunks, secrets):
        again[record.sender] += record.bytes()
    for side, data in again.items():
        assert b"".join(part for sender, part in chunks if sender == side).startswith(data), (row.name, side)


def written(path, connections):
    """`connections`: the (sender, bytes) of each, in order."""
    flows = []
    for number, chunks in enumerate(connections):
        flow = Flow(40000 + number)
        for sender, data in chunks:
            flow.send(sender, data)
        flow.close(CLIENT)
        flow.close(SERVER)
        flows.append(flow)
    write_pcap(path, flows)


def key_log_for(path, key_log, before, after):
    """The log names connections by the client's random, which is another one now."""
    with open(key_log, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(re.sub(before.hex(), after.hex(), text, flags=re.I))


def make(stem, row, connections, key_log, change):
    """The last connection changed: (capture, key log)."""
    secrets = secrets_of(key_log)
    check_that_it_is_made_again(row, connections[-1], secrets)
    records = opened(row, connections[-1], secrets)
    before = flip(records, row.version, change)
    written(stem + ".pcap", connections[:-1] + [[(record.sender, record.bytes()) for record in records]])
    if change != "client's random":
        return stem + ".pcap", key_log
    key_log_for(stem + ".keys", key_log, before[2:34], bytes([before[2] ^ 1]) + before[3:34])
    return stem + ".pcap", stem + ".keys"
