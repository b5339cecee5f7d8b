"""What the stories of the codes are made of: TCP connections with a clock of their own, handshakes of TLS 1.2 in the
clear put together byte by byte, and certificates. Everything is the same at each run: keys follow from names,
signatures are of kinds that hold nothing random (RSA with PKCS #1, Ed25519), and no time is the time of the day."""
import datetime
import functools
import hashlib
import itertools
import os
import sys
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(HERE, "..", "..")))
sys.path.insert(0, os.path.join(ROOT, "tests", "secrets"))
from made import extension, message, number, server_name, vector  # noqa: E402
from relay import ACK, CLIENT, PSH, SEGMENT, SERVER, Flow  # noqa: E402

NOW = datetime.datetime(2026, 11, 25, 12)
START_US = int(NOW.replace(tzinfo=datetime.timezone.utc).timestamp()) * 1000000
DAY = datetime.timedelta(1)
NAME = "www.example.test"
RST = 4
OTHER = {CLIENT: SERVER, SERVER: CLIENT}


# --- TCP ------------------------------------------------------------------------------------------------------------
class Wire(Flow):
    """Frames whose times are given: each comes `step` milliseconds after the one before, and pause() lets time pass."""

    def __init__(self, port=40000, server_port=443, connect=True):
        self.now_us, self.step_us = START_US, 5000
        self.server_port = server_port
        super().__init__(port)
        if not connect:
            self.frames, self.sequence = [], {CLIENT: 1000, SERVER: 2000}

    def add(self, sender, flags, data=b""):
        self.ports[SERVER] = self.server_port
        super().add(sender, flags, data)
        half = 5e-7  # of a microsecond: it is cut off when written
        self.frames[-1] = (self.now_us / 1e6 + half, self.frames[-1][1])
        self.now_us += self.step_us

    def pause(self, seconds):
        self.now_us += int(seconds * 1000000) - self.step_us

    def begin_again(self, sender, data):
        """The first segment of what was sent last, once more."""
        self.sequence[sender] -= len(data)
        first = data[:SEGMENT]
        self.add(sender, PSH | ACK, first)
        self.sequence[sender] += len(data) - len(first)

    def acknowledge(self, sender):
        self.add(sender, ACK)

    def reset(self, sender):
        self.add(sender, RST | ACK)

    def acknowledge_less(self, sender, missing):
        """An acknowledgment as if `missing` bytes of the other side's had not arrived."""
        self.sequence[OTHER[sender]] -= missing
        self.add(sender, ACK)
        self.sequence[OTHER[sender]] += missing


# --- TLS 1.2 --------------------------------------------------------------------------------------------------------
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST = 1, 2, 11, 12, 13
SERVER_HELLO_DONE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED, CERTIFICATE_STATUS = 14, 15, 16, 20, 22
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
TRUNCATED_HMAC, STATUS_REQUEST, GROUPS, POINT_FORMATS, SCHEMES, ALPN, TIMESTAMPS, PADDING = 4, 5, 10, 11, 13, 16, 18, 21
EXTENDED_MASTER_SECRET, PRE_SHARED_KEY, VERSIONS, PSK_MODES, RENEGOTIATION_INFO = 23, 41, 43, 45, 0xff01
ECDHE_ECDSA_AES128_GCM, ECDHE_RSA_AES128_GCM, ECDHE_RSA_AES128_CBC = 0xc02b, 0xc02f, 0xc013
DHE_RSA_AES128_GCM, RSA_3DES, RSA_EXPORT_RC4_40 = 0x009e, 0x000a, 0x0003
X25519, P256, SECP160R1 = 29, 23, 16
RSA_SHA256, RSA_SHA1, ECDSA_SHA256 = 0x0401, 0x0201, 0x0403
TLS10, TLS12, TLS13 = 0x0301, 0x0303, 0x0304
RANDOM = {CLIENT: b"\xa1" * 32, SERVER: b"\xb2" * 32}
DOWNGRADE_TO_TLS12 = b"DOWNGRD\1"  # RFC 8446, section 4.1.3
SHARE = b"\x09" * 32
RECORD_MAX = 1 << 14


def numbers(values, width=2):
    return b"".join(number(value, width) for value in values)


def list_extension(kind, values):
    return extension(kind, vector(numbers(values), 2))


class Tls12:
    """A handshake over `wire`. The attributes say what goes into its messages; `said` is the transcript."""

    def __init__(self, wire=None, name=NAME, chain=(), **changes):
        self.wire, self.said = wire or Wire(), b""
        self.name, self.chain, self.key = name, chain, chain[0].key if chain else None
        self.version, self.suite, self.suites, self.compression = TLS12, ECDHE_RSA_AES128_GCM, None, 0
        self.group, self.scheme, self.random = X25519, RSA_SHA256, dict(RANDOM)
        self.groups, self.schemes = [X25519, P256], [ECDSA_SHA256, RSA_SHA256]
        self.client_more, self.server_more = [], []
        self.client_without, self.server_without = (), ()
        for attribute, value in changes.items():
            assert hasattr(self, attribute), attribute
            setattr(self, attribute, value)

    def record(self, kind, content):
        """Or several, where it does not fit into one."""
        parts = [content[at:at + RECORD_MAX] for at in range(0, len(content), RECORD_MAX)]
        return b"".join(number(kind, 1) + number(self.version, 2) + vector(part, 2) for part in parts)

    def say(self, sender, *messages):
        """A flight."""
        self.said += b"".join(messages)
        self.wire.send(sender, self.record(HANDSHAKE, b"".join(messages)))

    def alert(self, sender, description, level=2):
        self.wire.send(sender, self.record(ALERT, bytes([level, description])))

    def client_hello(self):
        suites = self.suites or [self.suite, ECDHE_ECDSA_AES128_GCM, ECDHE_RSA_AES128_GCM]
        ours = {0: server_name(self.name.encode()), GROUPS: list_extension(GROUPS, self.groups),
                POINT_FORMATS: extension(POINT_FORMATS, b"\1\0"), SCHEMES: list_extension(SCHEMES, self.schemes),
                EXTENDED_MASTER_SECRET: extension(EXTENDED_MASTER_SECRET, b""),
                RENEGOTIATION_INFO: extension(RENEGOTIATION_INFO, b"\0")}
        extensions = [e for kind, e in ours.items() if kind not in self.client_without] + self.client_more
        return message(CLIENT_HELLO, number(self.version, 2) + self.random[CLIENT] + vector(b"", 1)
                       + vector(numbers(dict.fromkeys(suites)), 2)
                       + vector(bytes(dict.fromkeys([self.compression, 0])), 1)
                       + vector(b"".join(extensions), 2))

    def server_hello(self):
        ours = {POINT_FORMATS: extension(POINT_FORMATS, b"\1\0"),
                EXTENDED_MASTER_SECRET: extension(EXTENDED_MASTER_SECRET, b""),
                RENEGOTIATION_INFO: extension(RENEGOTIATION_INFO, b"\0")}
        extensions = [e for kind, e in ours.items() if kind not in self.server_without] + self.server_more
        return message(SERVER_HELLO, number(self.version, 2) + self.random[SERVER] + vector(b"", 1)
                       + number(self.suite, 2) + number(self.compression, 1) + vector(b"".join(extensions), 2))

    def certificate(self, chain=None):
        chain = self.chain if chain is None else chain
        return message(CERTIFICATE, vector(b"".join(vector(one.der, 3) for one in chain), 3))

    def signed(self, params):
        """`params` with the server's signature behind them."""
        signature = sign(self.key, self.random[CLIENT] + self.random[SERVER] + params, self.scheme)
        return params + number(self.scheme, 2) + vector(signature, 2)

    def server_key_exchange(self):
        return message(SERVER_KEY_EXCHANGE, self.signed(b"\3" + number(self.group, 2) + vector(SHARE, 1)))

    def server_flight(self, *more, exchange=True):
        """From its hello to ServerHelloDone; `more` stands behind the certificate."""
        return [self.server_hello(), self.certificate(), *more] + ([self.server_key_exchange()] if exchange else []) + [
            message(SERVER_HELLO_DONE, b"")]

    def client_key_exchange(self, share=None):
        return message(CLIENT_KEY_EXCHANGE, vector(SHARE, 1) if share is None else share)

    def hellos_and_flight(self, *more, **options):
        self.say(CLIENT, self.client_hello())
        self.say(SERVER, *self.server_flight(*more, **options))
        return self

    def finish(self, *client_flight, data=True):
        """Both Finished are opaque, and so is the application data behind them."""
        self.say(CLIENT, *client_flight or [self.client_key_exchange()])
        opaque = self.record(CHANGE_CIPHER_SPEC, b"\1") + self.record(HANDSHAKE, b"\x5a" * 40)
        for sender in (CLIENT, SERVER):
            self.wire.send(sender, opaque)
        if data:
            self.wire.send(CLIENT, self.record(APPLICATION_DATA, b"\x5b" * 64))
            self.wire.close(CLIENT)
            self.wire.close(SERVER)
        return self

    def refuse(self, sender, description):
        """An alert, and the end of the connection."""
        self.alert(sender, description)
        self.wire.close(sender)
        self.wire.close(OTHER[sender])
        return self


# --- certificates ---------------------------------------------------------------------------------------------------
SMALL_PRIMES = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, n, 2))]
PUBLIC_EXPONENT = 65537


def prime(name):
    """Of 1024 bits, the first one behind a number that follows from the name (as sure as a test needs it)."""
    start = int.from_bytes(hashlib.shake_256(name.encode()).digest(128), "big") | 3 << 1022 | 1
    for candidate in itertools.count(start, 2):
        if all(candidate % small for small in SMALL_PRIMES) and pow(2, candidate - 1, candidate) == 1:
            if (candidate - 1) % PUBLIC_EXPONENT:
                return candidate


@functools.lru_cache(None)
def rsa_key(name):
    """Of 2048 bits; always the same for a name."""
    p, q = prime(name + " p"), prime(name + " q")
    d = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    parts = [d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)]
    return rsa.RSAPrivateNumbers(p, q, *parts, rsa.RSAPublicNumbers(PUBLIC_EXPONENT, p * q)).private_key()


def ed25519_key(name):
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def stored_key(name):
    """Of tests/keys."""
    with open(os.path.join(ROOT, "tests", "keys", name), "rb") as file:
        return serialization.load_pem_private_key(file.read(), None)


def sign(key, data, scheme=RSA_SHA256):
    return key.sign(data, padding.PKCS1v15(), hashes.SHA1() if scheme == RSA_SHA1 else hashes.SHA256())


class Certificate:
    def __init__(self, key, certificate):
        self.key, self.certificate = key, certificate
        self.der = certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)


SERVER_AUTH, CLIENT_AUTH = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
DOMAIN_VALIDATED = x509.ObjectIdentifier("2.23.140.1.2.1")  # CABF BR 7.1.6.1


def subject(name):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
                      x509.NameAttribute(NameOID.COMMON_NAME, name)])


def serial_of(name):
    return int.from_bytes(hashlib.sha256(b"serial " + name.encode()).digest()[:8], "big") >> 1


def issue(name, issuer=None, *, key=None, ca=False, path_length=None, begin=-100, end=265, purpose=SERVER_AUTH,
          names=(NAME,), more=(), signer=None, digest=None):
    """`begin` and `end` are in days from NOW. `issuer` None: self-signed. `signer`: somebody else's key signs it.
    `more`: extensions, and whether they are critical."""
    key = key or rsa_key(name)
    issuer_key = issuer.key if issuer else key
    signer = signer or issuer_key
    builder = (x509.CertificateBuilder().subject_name(subject(name))
               .issuer_name(issuer.certificate.subject if issuer else subject(name))
               .public_key(key.public_key()).serial_number(serial_of(name))
               .not_valid_before(NOW + begin * DAY).not_valid_after(NOW + end * DAY)
               .add_extension(x509.BasicConstraints(ca, path_length), True)
               .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
    if issuer:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        policies = x509.CertificatePolicies([x509.PolicyInformation(DOMAIN_VALIDATED, None)])
        builder = builder.add_extension(authority, False).add_extension(policies, False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([SERVER_AUTH, CLIENT_AUTH] if ca else [purpose]), False)
    if not ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), False)
    for value, critical in more:
        builder = builder.add_extension(value, critical)
    if not isinstance(signer, ed25519.Ed25519PrivateKey) and digest is None:
        digest = hashes.SHA256()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SHA-1, on purpose
        return Certificate(key, builder.sign(signer, digest))


def crl(issuer, begin, end):
    """In which nothing is revoked."""
    builder = (x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
               .last_update(NOW + begin * DAY).next_update(NOW + end * DAY))
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Authority:
    """A root that is trusted, and an intermediate."""

    def __init__(self):
        self.root = issue("Example Root", ca=True, begin=-2000, end=5000)
        self.inter = issue("Example Intermediate", self.root, ca=True, begin=-1000, end=2000)

    def leaf(self, name=NAME, issuer=None, **options):
        return issue(name, issuer or self.inter, **options)

    def chain(self, **options):
        return [self.leaf(**options), self.inter]
