"""A small TLS server that does what a test tells it to: TLS 1.3 (TLS_AES_128_GCM_SHA256, X25519 or P-256) and TLS 1.2 (AES_128_CBC_SHA256
with RSA, AES_128_GCM_SHA256 with DHE and ECDHE). Its handshakes are right, and resume; a subclass of Tls13 or Tls12 overrides the step
that is to go wrong.

  with Server(Tls13, Tls12) as server:
      ... connect to 127.0.0.1:server.port ...
  server.problems, server.finished"""
import hashlib
import hmac
import os
import socket
import struct
import threading

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHANGE, ALERT, HANDSHAKE, CONTENT = 20, 21, 22, 23
HELLO_REQUEST, CLIENT_HELLO, SERVER_HELLO, TICKET, ENCRYPTED_EXTENSIONS, CERTIFICATE, KEY_EXCHANGE, REQUEST, DONE, VERIFY = 0, 1, 2, 4, 8, 11, 12, 13, 14, 15
CLIENT_KEY_EXCHANGE, FINISHED, KEY_UPDATE, COMPRESSED = 16, 20, 24, 25
X25519, P256 = 0x001d, 0x0017
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
# RFC 7919, appendix A.1: ffdhe2048.
FFDHE2048 = int("FFFFFFFFFFFFFFFFADF85458A2BB4A9AAFDC5620273D3CF1D8B9C583CE2D3695A9E13641146433FBCC939DCE249B3EF97D2FE363630C75D8F681B202AEC4617A"
                "D3DF1ED5D5FD65612433F51F5F066ED0856365553DED1AF3B557135E7F57C935984F0C70E0E68B77E2A689DAF3EFE8721DF158A136ADE73530ACCA4F483A797A"
                "BC0AB182B324FB61D108A94BB2C8E3FBB96ADAB760D7F4681D4F42A3DE394DF4AE56EDE76372BB190B07A7C8EE0A6D709E02FCE1CDF7E2ECC03404CD28342F61"
                "9172FE9CE98583FF8E4F1232EEF28183C3FE3B1B4C6FAD733BB5FCBC2EC22005C58EF1837D1683B2C6F34A26C1B2EFFA886B423861285C97FFFFFFFFFFFFFFFF", 16)


def vector(width, data):
    return len(data).to_bytes(width, "big") + data


def number(n):
    return n.to_bytes(max(1, (n.bit_length() + 7) // 8), "big")


def message(kind, body):
    return bytes([kind]) + vector(3, body)


def record(kind, data, version=0x0303):
    return struct.pack(">BHH", kind, version, len(data)) + data


def extension(kind, data):
    return struct.pack(">H", kind) + vector(2, data)


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(secret, label, context, length=32):
    """HKDF-Expand-Label (RFC 8446, section 7.1)."""
    info = struct.pack(">H", length) + vector(1, b"tls13 " + label) + vector(1, context)
    return mac(secret, info + b"\1")[:length]


def derive(secret, label, transcript):
    return expand(secret, label, hashlib.sha256(transcript).digest())


def prf(secret, label, seed, length):
    """RFC 5246, section 5."""
    out, a = b"", label + seed
    while len(out) < length:
        a = mac(secret, a)
        out += mac(secret, a + label + seed)
    return out[:length]


# --- certificates ---------------------------------------------------------------------------

def der(tag, *parts):
    data = b"".join(parts)
    length = bytes([len(data)]) if len(data) < 128 else bytes([0x80 | len(number(len(data)))]) + number(len(data))
    return bytes([tag]) + length + data


def der_integer(n):
    return der(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def rsa_key_info(modulus, exponent):
    """SubjectPublicKeyInfo of any numbers."""
    algorithm = der(0x30, der(6, bytes.fromhex("2a864886f70d010101")), der(5))
    return der(0x30, algorithm, der(3, b"\0", der(0x30, der_integer(modulus), der_integer(exponent))))


def certificate_of(key_info):
    """One for check.test, with a signature that is none."""
    algorithm = der(0x30, der(6, bytes.fromhex("2a864886f70d01010b")), der(5))
    name = der(0x30, der(0x31, der(0x30, der(6, bytes.fromhex("550403")), der(12, b"check.test"))))
    validity = der(0x30, der(23, b"250101000000Z"), der(23, b"490101000000Z"))
    tbs = der(0x30, der(0xa0, der_integer(2)), der_integer(77), algorithm, name, validity, name, key_info)
    return der(0x30, tbs, algorithm, der(3, b"\0" + bytes(256)))


def key_info_of(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


# --- connections ----------------------------------------------------------------------------

class Ended(Exception):
    """The client went away, or was sent away: no mistake of anybody's."""


def read_extensions(data):
    found = {}
    while data:
        kind, length = struct.unpack(">HH", data[:4])
        found[kind], data = data[4:4 + length], data[4 + length:]
    return found


class Hello:
    def __init__(self, body):
        self.random, at = body[2:34], 35 + body[34]
        self.session_id = body[35:at]
        length = int.from_bytes(body[at:at + 2], "big")
        self.suites = [c for c, in struct.iter_unpack(">H", body[at + 2:at + 2 + length])]
        at += 2 + length
        at += 1 + body[at]
        self.extensions = read_extensions(body[at + 2:])
        self.version = int.from_bytes(body[0:2], "big")
        self.versions = [v for v, in struct.iter_unpack(">H", self.extensions.get(43, b"\0")[1:])]
        self.groups = [g for g, in struct.iter_unpack(">H", self.extensions.get(10, b"\0\0")[2:])]
        self.shares, shares = {}, self.extensions.get(51, b"\0\0")[2:]
        while shares:
            group, length = struct.unpack(">HH", shares[:4])
            self.shares[group], shares = shares[4:4 + length], shares[4 + length:]

    def identity(self):
        """Of the first pre-shared key; None: there is none."""
        data = self.extensions.get(41)
        return data[4:4 + int.from_bytes(data[2:4], "big")] if data else None


class Connection:
    """What both versions need. `server` has what outlasts connections: tickets, sessions."""

    def __init__(self, server, sock, hello, raw):
        self.server, self.socket, self.hello = server, sock, hello
        self.transcript, self.messages = raw, b""
        self.sealing = self.opening = None

    def send(self, data):
        self.socket.sendall(data)

    def send_plain(self, kind, data):
        self.send(record(kind, data))

    def seal(self, kind, data):
        return b"".join(self.sealing.seal(kind, data[i:i + 16384]) for i in range(0, max(len(data), 1), 16384))

    def put(self, *messages):
        """Handshake messages, as the keys are now."""
        data = b"".join(messages)
        self.transcript += data
        if self.sealing is not None:
            return self.send(self.seal(HANDSHAKE, data))
        for i in range(0, len(data), 16384):
            self.send_plain(HANDSHAKE, data[i:i + 16384])

    def refuse(self, description=40):
        self.send_plain(ALERT, bytes([2, description]))
        raise Ended

    def read_record(self):
        head = self.read(5)
        kind, data = head[0], self.read(int.from_bytes(head[3:5], "big"))
        return self.opening.open(kind, data) if self.opening is not None and kind != CHANGE else (kind, data)

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.socket.recv(n - len(data))
            if not more:
                raise Ended
            data += more
        return data

    def read_message(self, wanted):
        """The body of the next one, which must be of this kind; ChangeCipherSpec is passed over."""
        while len(self.messages) < 4 or len(self.messages) < 4 + int.from_bytes(self.messages[1:4], "big"):
            kind, data = self.read_record()
            if kind == ALERT:
                raise Ended
            if kind == HANDSHAKE:
                self.messages += data
            elif kind == CHANGE:
                self.changed()
        n = 4 + int.from_bytes(self.messages[1:4], "big")
        raw, self.messages = self.messages[:n], self.messages[n:]
        if raw[0] != wanted:
            raise AssertionError("the client sent %d instead of %d" % (raw[0], wanted))
        return raw

    def changed(self):
        pass

    def drain(self):
        """Whatever still comes, to its end."""
        while self.socket.recv(65536):
            pass


# --- TLS 1.3 --------------------------------------------------------------------------------

class Keys13:
    def __init__(self, secret):
        self.secret, self.key, self.iv, self.sequence = secret, AESGCM(expand(secret, b"key", b"", 16)), expand(secret, b"iv", b"", 12), 0

    def nonce(self):
        self.sequence += 1
        return bytes(a ^ b for a, b in zip(self.iv, (self.sequence - 1).to_bytes(12, "big")))

    def seal(self, kind, data):
        head = struct.pack(">BHH", CONTENT, 0x0303, len(data) + 17)
        return head + self.key.encrypt(self.nonce(), data + bytes([kind]), head)

    def open(self, kind, data):
        if kind == ALERT:
            raise Ended
        inner = self.key.decrypt(self.nonce(), data, struct.pack(">BHH", kind, 0x0303, len(data))).rstrip(b"\0")
        return inner[-1], inner[:-1]


class Tls13(Connection):
    """Override what is to be different."""
    version, suite, group = 0x0304, 0x1301, X25519
    resumes, early_data, tickets = True, 0, 1
    selected_identity, nonce, lifetime, ticket_length, waits = 0, b"\0", 7200, 32, True

    def run(self):
        if self.suite not in self.hello.suites:
            self.refuse()
        if self.group not in self.hello.groups:
            self.refuse()
        if self.group not in self.hello.shares:
            self.retry()
        self.psk = self.choose_psk()
        self.handshake()
        self.after()
        if self.waits:
            self.await_close()

    def await_close(self):
        while self.read_record()[0] != ALERT:
            pass

    def retry(self):
        self.transcript = message(254, hashlib.sha256(self.transcript).digest())
        self.put(message(SERVER_HELLO, b"\3\3" + RETRY + vector(1, self.hello.session_id) + struct.pack(">HB", self.suite, 0) + vector(2, self.retry_extensions())))
        raw = self.read_message(CLIENT_HELLO)
        self.transcript += raw
        self.hello = Hello(raw[4:])

    def retry_extensions(self):
        return extension(43, b"\3\4") + extension(51, struct.pack(">H", self.group))

    def choose_psk(self):
        """The key of a ticket, if it is taken back."""
        return self.server.tickets.get(self.hello.identity()) if self.resumes else None

    def early_secret(self):
        return mac(bytes(32), self.psk or bytes(32))

    def exchange(self):
        """Our share, and what both give."""
        theirs = self.hello.shares[self.group]
        if self.group == X25519:
            own = x25519.X25519PrivateKey.generate()
            return (own.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw),
                    own.exchange(x25519.X25519PublicKey.from_public_bytes(theirs)))
        own = ec.generate_private_key(ec.SECP256R1())
        return (own.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint),
                own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)))

    def hello_extensions(self, share):
        out = extension(43, b"\3\4") + extension(51, struct.pack(">H", self.group) + vector(2, share))
        return out + (extension(41, struct.pack(">H", self.selected_identity)) if self.psk is not None else b"")

    def server_hello(self, share):
        return message(SERVER_HELLO, b"\3\3" + os.urandom(32) + vector(1, self.hello.session_id) + struct.pack(">HB", self.suite, 0)
                       + vector(2, self.hello_extensions(share)))

    def takes_early_data(self):
        return self.early_data > 0 and self.psk is not None and 42 in self.hello.extensions

    def encrypted_extensions(self):
        return message(ENCRYPTED_EXTENSIONS, vector(2, extension(42, b"") if self.takes_early_data() else b""))

    def certificate(self):
        entry = vector(3, self.server.certificate(self.server.ec_key)) + vector(2, b"")
        return message(CERTIFICATE, vector(1, b"") + vector(3, entry))

    def certificate_verify(self):
        signed = b" " * 64 + b"TLS 1.3, server CertificateVerify\0" + hashlib.sha256(self.transcript).digest()
        return message(VERIFY, struct.pack(">H", 0x0403) + vector(2, self.server.ec_key.sign(signed, ec.ECDSA(hashes.SHA256()))))

    def authenticate(self):
        if self.psk is None:
            self.put(self.certificate())
            self.put(self.certificate_verify())

    def finished_value(self):
        return mac(expand(self.sealing.secret, b"finished", b""), hashlib.sha256(self.transcript).digest())

    def put_finished(self):
        self.put(message(FINISHED, self.finished_value()))

    def handshake(self):
        share, shared = self.exchange()
        self.put(self.server_hello(share))
        self.send_plain(CHANGE, b"\1")
        handshake = mac(derive(self.early_secret(), b"derived", b""), shared)
        self.sealing = Keys13(derive(handshake, b"s hs traffic", self.transcript))
        self.opening = Keys13(derive(handshake, b"c hs traffic", self.transcript))
        self.put(self.encrypted_extensions())
        self.authenticate()
        self.put_finished()
        master = mac(derive(handshake, b"derived", b""), bytes(32))
        server, client = derive(master, b"s ap traffic", self.transcript), derive(master, b"c ap traffic", self.transcript)
        self.read_finished()
        self.resumption = derive(master, b"res master", self.transcript)
        self.sealing, self.opening = Keys13(server), Keys13(client)

    def read_finished(self):
        expected = mac(expand(self.opening.secret, b"finished", b""), hashlib.sha256(self.transcript).digest())
        raw = self.read_message(FINISHED)
        if raw[4:] != expected:
            raise AssertionError("the client's Finished is wrong")
        self.transcript += raw
        self.server.finished += 1

    def ticket_extensions(self):
        return extension(42, struct.pack(">I", self.early_data)) if self.early_data else b""

    def ticket(self):
        identity = os.urandom(self.ticket_length)
        self.server.tickets[identity] = expand(self.resumption, b"resumption", self.nonce)
        return message(TICKET, struct.pack(">II", self.lifetime, 7) + vector(1, self.nonce) + vector(2, identity) + vector(2, self.ticket_extensions()))

    def after(self):
        """The client's Finished is there."""
        for _ in range(self.tickets):
            self.send(self.seal(HANDSHAKE, self.ticket()))


# --- TLS 1.2 --------------------------------------------------------------------------------

RSA_CBC, DHE_GCM, ECDHE_GCM = 0x003c, 0x009e, 0xc02f


class Keys12:
    """One direction. Of CBC the MAC comes first (RFC 5246, section 6.2.3.2)."""

    def __init__(self, key, iv, mac_key):
        self.key, self.iv, self.mac_key, self.sequence = key, iv, mac_key, 0

    def header(self, kind, length):
        self.sequence += 1
        return struct.pack(">QBHH", self.sequence - 1, kind, 0x0303, length)

    def seal(self, kind, data):
        if self.iv:
            explicit = struct.pack(">Q", self.sequence)
            return record(kind, explicit + AESGCM(self.key).encrypt(self.iv + explicit, data, self.header(kind, len(data))))
        data += mac(self.mac_key, self.header(kind, len(data)) + data)
        n, iv = 15 - len(data) % 16, os.urandom(16)
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(iv)).encryptor()
        return record(kind, iv + cipher.update(data + bytes([n]) * (n + 1)) + cipher.finalize())

    def open(self, kind, data):
        if self.iv:
            head = self.header(kind, len(data) - 24)
            return kind, AESGCM(self.key).decrypt(self.iv + data[:8], data[8:], head)
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(data[:16])).decryptor()
        data = cipher.update(data[16:]) + cipher.finalize()
        data = data[:-1 - data[-1]]
        if data[-32:] != mac(self.mac_key, self.header(kind, len(data) - 32) + data[:-32]):
            raise AssertionError("the client's MAC is wrong")
        return kind, data[:-32]


class Tls12(Connection):
    version, suite = 0x0303, RSA_CBC
    resumes, gives_id, gives_ticket, lifetime, waits = True, True, True, 7200, True
    renegotiates = "refuses"

    def run(self):
        if self.suite not in self.hello.suites or (self.suite == ECDHE_GCM and X25519 not in self.hello.groups and P256 not in self.hello.groups):
            self.refuse()
        self.random, self.asked_for_ticket = os.urandom(32), self.gives_ticket and 35 in self.hello.extensions
        self.master = self.choose_session()
        if self.master is not None:
            self.resume()
        else:
            self.handshake()
        self.server.finished += 1
        self.after()
        if self.waits:
            self.drain()

    def choose_session(self):
        if not self.resumes:
            return None
        return self.server.sessions.get(self.hello.extensions.get(35, b"")) or self.server.sessions.get(self.hello.session_id)

    def hello_extensions(self):
        out = extension(0xff01, b"\0") if 0xff01 in self.hello.extensions or 0x00ff in self.hello.suites else b""
        return out + (extension(35, b"") if self.asked_for_ticket and self.master is None else b"")

    def session_id(self):
        if self.master is not None:
            return self.hello.session_id
        return os.urandom(32) if self.gives_id and not self.asked_for_ticket else b""

    def server_hello(self):
        self.id = self.session_id()
        extensions = self.hello_extensions()
        return message(SERVER_HELLO, b"\3\3" + self.random + vector(1, self.id) + struct.pack(">HB", self.suite, 0)
                       + (vector(2, extensions) if extensions else b""))

    def certificate_chain(self):
        return [self.server.certificate(self.server.rsa_key)]

    def certificate(self):
        return message(CERTIFICATE, vector(3, b"".join(vector(3, c) for c in self.certificate_chain())))

    def dh(self):
        """p, g, Ys, and the secret with the client's half."""
        own = int.from_bytes(os.urandom(32), "big")
        return number(FFDHE2048), b"\2", number(pow(2, own, FFDHE2048)), lambda theirs: number(pow(int.from_bytes(theirs, "big"), own, FFDHE2048))

    def ec(self):
        """Group, point, and the secret with the client's half."""
        if P256 not in self.hello.groups:
            own = x25519.X25519PrivateKey.generate()
            return (X25519, own.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw),
                    lambda theirs: own.exchange(x25519.X25519PublicKey.from_public_bytes(theirs)))
        own = ec.generate_private_key(ec.SECP256R1())
        return (P256, own.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint),
                lambda theirs: own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)))

    def key_exchange(self):
        """ServerKeyExchange, where the suite has one."""
        if self.suite == RSA_CBC:
            return b""
        if self.suite == DHE_GCM:
            p, g, public, self.agree = self.dh()
            parameters = vector(2, p) + vector(2, g) + vector(2, public)
        else:
            group, point, self.agree = self.ec()
            parameters = b"\3" + struct.pack(">H", group) + vector(1, point)
        signature = self.server.rsa_key.sign(self.hello.random + self.random + parameters, padding.PKCS1v15(), hashes.SHA256())
        return message(KEY_EXCHANGE, parameters + struct.pack(">H", 0x0401) + vector(2, signature))

    def premaster(self, body):
        if self.suite == RSA_CBC:
            return self.server.rsa_key.decrypt(body[2:], padding.PKCS1v15())
        return self.agree(body[1 if self.suite == ECDHE_GCM else 2:])

    def request(self):
        """CertificateRequest; none."""
        return b""

    def make_keys(self):
        n = 0 if self.suite != RSA_CBC else 32
        iv = 0 if n else 4
        block = prf(self.master, b"key expansion", self.random + self.hello.random, 2 * (n + 16 + iv))
        parts = [block[:n], block[n:2 * n], block[2 * n:2 * n + 16], block[2 * n + 16:2 * n + 32], block[2 * n + 32:2 * n + 32 + iv], block[2 * n + 32 + iv:]]
        self.client_keys, self.server_keys = Keys12(parts[2], parts[4], parts[0]), Keys12(parts[3], parts[5], parts[1])

    def changed(self):
        self.opening = self.client_keys

    def verify_data(self, label):
        return prf(self.master, label, hashlib.sha256(self.transcript).digest(), 12)

    def read_finished(self):
        expected = self.client_verify = self.verify_data(b"client finished")
        raw = self.read_message(FINISHED)
        if raw[4:] != expected:
            raise AssertionError("the client's Finished is wrong")
        self.transcript += raw

    def finished_value(self):
        return self.verify_data(b"server finished")

    def put_change(self):
        self.send_plain(CHANGE, b"\1")
        self.sealing = self.server_keys

    def put_finished(self):
        self.put_change()
        self.server_verify = self.finished_value()
        self.put(message(FINISHED, self.server_verify))

    def new_ticket(self):
        return os.urandom(32)

    def ticket(self):
        identity = self.new_ticket()
        self.server.sessions[identity] = self.master
        return message(TICKET, struct.pack(">I", self.lifetime) + vector(2, identity))

    def handshake(self):
        self.put(self.server_hello(), self.certificate(), self.key_exchange(), self.request(), message(DONE, b""))
        if self.request():
            self.transcript += self.read_message(CERTIFICATE)
        raw = self.read_message(CLIENT_KEY_EXCHANGE)
        self.transcript += raw
        self.master = prf(self.premaster(raw[4:]), b"master secret", self.hello.random + self.random, 48)
        self.make_keys()
        self.read_finished()
        if self.id:
            self.server.sessions[self.id] = self.master
        if self.asked_for_ticket:
            self.put(self.ticket())
        self.put_finished()

    def resume(self):
        self.put(self.server_hello())
        self.make_keys()
        self.put_finished()
        self.read_finished()

    def after(self):
        """Both Finished are there: what a client that wants to renegotiate gets."""
        kind, data = self.read_record()
        if kind == ALERT:
            raise Ended
        if kind == HANDSHAKE and data[0] == CLIENT_HELLO:
            self.answer_renegotiation(Hello(data[4:]))

    def answer_renegotiation(self, hello):
        self.send(self.seal(ALERT, b"\1\x64"))  # no_renegotiation


# --- the server -----------------------------------------------------------------------------

class Server:
    """Each connection in a thread of its own, by the first class whose version the client takes."""
    rsa_key = ec_key = None

    def __init__(self, *classes):
        if Server.rsa_key is None:
            Server.rsa_key, Server.ec_key = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
        self.classes, self.tickets, self.sessions, self.problems, self.finished = classes, {}, {}, [], 0
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @staticmethod
    def certificate(key):
        return certificate_of(key_info_of(key))

    def accept(self):
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(20)
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def begin(self, sock):
        """What is spoken before TLS; the connection that TLS is spoken in."""
        return sock

    def serve(self, sock):
        with sock:
            try:
                self.speak(self.begin(sock))
            except (Ended, OSError):
                pass
            except Exception as error:  # a mistake of the client's, or of this server
                self.problems.append("%s: %s" % (type(error).__name__, error))

    def speak(self, sock):
        first = Connection(self, sock, None, b"")
        if sock.recv(1, socket.MSG_PEEK) != b"\x16":  # SSL 2.0
            sock.recv(4096)
            first.refuse()
        raw = first.read_message(CLIENT_HELLO)
        hello = Hello(raw[4:])
        for made in self.classes:
            if made.version in (hello.versions or [hello.version]):
                return made(self, sock, hello, raw).run()
        first.refuse(70)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
