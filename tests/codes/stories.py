"""One handshake, or failure, for each code that handlens has: how it is made, and how handlens is asked.

A story is a function whose name is the code's, marked with @story("how it is made"); it gets a folder and returns the
arguments of handlens. Codes that a capture in pcaps/ shows are rows of SHOWN."""
import base64
import hashlib
import json
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

import handmade
from handmade import (CLIENT, NAME, ROOT, SERVER, Authority, Tls12, Wire, crl, extension, issue, list_extension,
                      message, number, rsa_key, sign, stored_key, vector)
import made
import quic_made
from relay import SYN, write_pcap

sys.path.insert(0, os.path.join(ROOT, "tests", "x509"))
import handshakes  # noqa: E402

PCAPS = os.path.join(ROOT, "pcaps")
LAB_CA = os.path.join(PCAPS, "lab-ca.pem")
STORIES = {}  # by code: (how it is made, function)

# Captures of pcaps/ that show a code: which one, and with which other options.
SHOWN = {
    "certificate-expired": ("fail-expired-12.pcap", ()),
    "certificate-name-mismatch": ("fail-name-mismatch.pcap", ()),
    "certificate-self-signed": ("fail-self-signed.pcap", ()),
    "certificate-untrusted-issuer": ("fail-unknown-ca-13.pcap", ("--keylog", "pcaps/fail-unknown-ca-13.keys")),
    "certificate-chain-incomplete": ("fail-chain-incomplete.pcap", ()),
    "certificate-revoked": ("staple-revoked.pcap", ()),
    "certificate-wrong-purpose": ("fail-wrong-purpose.pcap", ()),
    "certificate-profile": ("tls13-ed25519.pcap", ("--keylog", "pcaps/tls13-ed25519.keys")),
    "chain-wrong-order": ("chain-wrong-order.pcap", ()),
    "chain-duplicate": ("chain-cluttered.pcap", ()),
    "chain-unrelated": ("chain-cluttered.pcap", ()),
    "chain-root-sent": ("chain-wrong-order.pcap", ()),
    "ocsp-staple-missing": ("staple-missing.pcap", ()),
    "ocsp-staple-other-certificate": ("staple-other-certificate.pcap", ()),
    "version-obsolete": ("tls10.pcap", ()),
    "cipher-null": ("tls12-null.pcap", ()),
    "cipher-anonymous": ("tls12-anonymous.pcap", ()),
    "no-forward-secrecy": ("tls12-rsa-kx.pcap", ()),
    "no-secure-renegotiation": ("tls12-wolfssl.pcap", ()),
    "hello-retry": ("tls13-hello-retry.pcap", ()),
    "session-not-resumed": ("tls12-resumption-declined.pcap", ()),
    "early-data": ("tls13-early-data.pcap", ("--keylog", "pcaps/tls13-early-data.keys")),
    "server-flight-large": ("tls13-large-chain.pcap", ("--keylog", "pcaps/tls13-large-chain.keys")),
    "no-shared-version": ("fail-no-shared-version.pcap", ()),
    "no-shared-cipher": ("fail-no-shared-cipher.pcap", ()),
    "no-shared-group": ("fail-no-shared-group.pcap", ()),
    "no-shared-signature-scheme": ("fail-no-shared-signature-scheme.pcap", ()),
    "no-shared-alpn": ("fail-no-shared-alpn.pcap", ()),
    "unrecognized-name": ("fail-unrecognized-name.pcap", ()),
    "client-certificate-missing": ("tls12-client-cert-missing.pcap", ()),
    "client-certificate-rejected": ("fail-client-cert-rejected.pcap", ()),
    "inappropriate-fallback": ("fail-inappropriate-fallback.pcap", ()),
    "renegotiation-refused": ("tls12-renegotiation-refused.pcap",
                              ("--keylog", "pcaps/tls12-renegotiation-refused.keys")),
    "not-tls-server": ("fail-not-tls-server.pcap", ()),
    "not-tls-client": ("fail-not-tls-client.pcap", ()),
    "proxy-refused": ("proxy-refused.pcap", ()),
    "server-closed-after-client-hello": ("fail-server-closes-after-hello.pcap", ()),
    "reset-after-client-hello": ("fail-reset-after-hello.pcap", ()),
    "no-reply-to-client-hello": ("fail-dtls-no-reply.pcap", ()),
    "connection-refused": ("fail-connection-refused.pcap", ()),
    "lossy": ("dtls12-lossy.pcap", ()),
    "dtls-cookie-unanswered": ("fail-dtls-cookie-unanswered.pcap", ()),
    "capture-one-sided": ("one-sided.pcap", ()),
    "capture-mid-stream": ("mid-stream.pcap", ()),
    "capture-truncated": ("snaplen.pcap", ()),
}

BAD_CERTIFICATE, CERTIFICATE_UNKNOWN, UNKNOWN_CA, DECRYPT_ERROR, ILLEGAL_PARAMETER = 42, 46, 48, 51, 47
UNEXPECTED_MESSAGE, BAD_RECORD_MAC, DECODE_ERROR, UNRECOGNIZED_NAME, ECH_REQUIRED = 10, 20, 50, 112, 121
WARNING = 1


def story(how):
    def keep(function):
        STORIES[function.__name__.replace("_", "-")] = (how, function)
        return function
    return keep


class Asked:
    """Files in the folder of a case, and the arguments for them."""

    def __init__(self, folder):
        self.folder, self.options = folder, []

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def about(self, *flows, trust=None, keys=()):
        self.options += ["--ca-file", self.file("ca.pem", trust.pem)] if trust else ["--no-ca"]
        if keys:
            self.options += ["--keylog", self.file("made.keys", "\n".join(keys) + "\n")]
        capture = os.path.join(self.folder, "made.pcap")
        write_pcap(capture, flows)
        return self.options + [capture]


def ask(folder, handshake, authority=None, *options):
    asked = Asked(folder)
    asked.options += options
    return asked.about(handshake.wire, trust=authority.root if authority else None)


def completed(folder, *options, authority=None, **changes):
    """A handshake of TLS 1.2 with a good chain, and `changes` to it."""
    authority = authority or Authority()
    changes.setdefault("chain", authority.chain())
    return ask(folder, Tls12(**changes).hellos_and_flight().finish(), authority, *options)


def refused(folder, chain, authority, alert):
    """The client says what it thinks of the chain."""
    return ask(folder, Tls12(chain=chain).hellos_and_flight().refuse(CLIENT, alert), authority)


# --- certificates ---------------------------------------------------------------------------------------------------
@story("a certificate that begins to be valid in three hours; the client answers bad_certificate (42), as OpenSSL does")
def certificate_not_yet_valid(folder):
    authority = Authority()
    return refused(folder, authority.chain(begin=1 / 8), authority, BAD_CERTIFICATE)


@story("an RSA key of 1024 bits, signed with SHA-1; the client answers bad_certificate (42)")
def certificate_weak(folder):
    authority = Authority()
    chain = authority.chain(key=stored_key("rsa-pkcs8.pem"), digest=hashes.SHA1())
    return refused(folder, chain, authority, BAD_CERTIFICATE)


@story("a certificate that its issuer's key did not sign; the client answers decrypt_error (51), as OpenSSL does")
def certificate_signature_wrong(folder):
    authority = Authority()
    chain = authority.chain(signer=rsa_key("somebody else"))
    return refused(folder, chain, authority, DECRYPT_ERROR)


@story("a CA below one whose pathLenConstraint is 0; the client answers unknown_ca (48), as OpenSSL does")
def certificate_constraint_violated(folder):
    authority = Authority()
    inter = issue("Example Issuing CA", authority.root, ca=True, path_length=0)
    below = issue("Example CA below", inter, ca=True)
    return refused(folder, [authority.leaf(issuer=below), below, inter], authority, UNKNOWN_CA)


@story("a critical extension that nobody knows; the client answers certificate_unknown (46)")
def certificate_malformed(folder):
    authority = Authority()
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\5\0")
    return refused(folder, authority.chain(more=[(strange, True)]), authority, CERTIFICATE_UNKNOWN)


@story("an intermediate with an RSA key of 4104 bits, more than this build checks")
def certificate_unverifiable(folder):
    authority = Authority()
    authority.inter = issue("Example Large Intermediate", authority.root, ca=True, key=stored_key("rsa-4104.pem"))
    return completed(folder, authority=authority)


@story("a certificate of a year, three days before its end")
def certificate_expires_soon(folder):
    authority = Authority()
    return completed(folder, authority=authority, chain=authority.chain(begin=-362, end=3))


@story("fifteen CAs, each issued by the next")
def chain_too_long(folder):
    authority = Authority()
    line = [authority.root]
    for i in range(15):
        name = "Example CA %02d" % i
        line.insert(0, issue(name, line[0], ca=True, key=handmade.ed25519_key(name)))
    return completed(folder, authority=authority, chain=[authority.leaf(issuer=line[0]), *line[:-1]])


@story("a certificate of 600 names, of a CA that may issue for 600 domains: too many comparisons")
def chain_budget_exceeded(folder):
    authority = Authority()
    domains = [x509.DNSName("other-%03d.example.org" % i) for i in range(599)] + [x509.DNSName("example.test")]
    constraints = x509.NameConstraints(domains, None)
    authority.inter = issue("Example Constrained CA", authority.root, ca=True, more=[(constraints, True)])
    names = [NAME] + ["host-%03d.example.test" % i for i in range(599)]
    return completed(folder, authority=authority, chain=authority.chain(names=names))


@story("a CRL given with --crl for which a newer one was due a month ago")
def crl_unusable(folder):
    authority = Authority()
    old = Asked(folder).file("old.crl", crl(authority.inter, -60, -30))
    return completed(folder, "--crl", old, authority=authority)


# --- stapled responses, certificate timestamps ----------------------------------------------------------------------
LAB = ["--ca-file", LAB_CA]


@story("the capture tls12-ocsp-staple, judged a month after its response was due (--at)")
def ocsp_staple_stale(folder):
    return [*LAB, "--at", "2027-01-05", os.path.join(PCAPS, "tls12-ocsp-staple.pcap")]


@story("the capture tls12-ocsp-staple with one bit of the response's signature changed")
def ocsp_staple_forged(folder):
    document = handshakes.read(*LAB, "-vv", handshakes.capture("tls12-ocsp-staple"))[0]
    response = handshakes.message(document, "certificate_status")["ocsp_response"]
    return [*LAB, handshakes.flipped(folder, "tls12-ocsp-staple", response)]


@story("an OCSP response that says tryLater (3)")
def ocsp_staple_useless(folder):
    authority = Authority()
    status = message(handmade.CERTIFICATE_STATUS, b"\1" + vector(bytes.fromhex("30030a0103"), 3))
    handshake = Tls12(chain=authority.chain(), client_more=[extension(handmade.STATUS_REQUEST, b"\1\0\0\0\0")],
                      server_more=[extension(handmade.STATUS_REQUEST, b"")])
    return ask(folder, handshake.hellos_and_flight(status).finish(), authority)


class Log:
    """Of certificate timestamps (RFC 6962)."""

    def __init__(self):
        spki = rsa_key("log").public_key().public_bytes(serialization.Encoding.DER,
                                                        serialization.PublicFormat.SubjectPublicKeyInfo)
        self.id = hashlib.sha256(spki).digest()
        log = {"description": "Example Log", "log_id": base64.b64encode(self.id).decode(),
               "key": base64.b64encode(spki).decode(), "url": "https://log.example.test/", "mmd": 86400,
               "state": {"usable": {"timestamp": "2026-01-01T00:00:00Z"}}}
        operators = [{"name": "Example", "email": ["log@example.test"], "logs": [log], "tiled_logs": []}]
        self.list = json.dumps({"version": "3.1", "log_list_timestamp": "2026-06-01T00:00:00Z", "operators": operators})

    def timestamp(self):
        """Of no certificate: its signature is over something else."""
        when = handmade.START_US // 1000 - 86400000
        signature = sign(rsa_key("log"), b"something else")
        one = b"\0" + self.id + number(when, 8) + vector(b"", 2) + number(handmade.RSA_SHA256, 2) + vector(signature, 2)
        return vector(vector(one, 2), 2)


@story("a timestamp in the hello whose signature is over something else, with --ct-logs")
def sct_wrong(folder):
    log = Log()
    logs = Asked(folder).file("logs.json", log.list)
    return completed(folder, "--ct-logs", logs, client_more=[extension(handmade.TIMESTAMPS, b"")],
                     server_more=[extension(handmade.TIMESTAMPS, log.timestamp())])


@story("a certificate without any timestamp, with --ct-logs")
def certificate_not_logged(folder):
    return completed(folder, "--ct-logs", Asked(folder).file("logs.json", Log().list))


# --- proofs ---------------------------------------------------------------------------------------------------------
@story("a ServerKeyExchange signed by another key than the certificate's; the client answers decrypt_error (51)")
def server_signature_wrong(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain())
    handshake.key = rsa_key("somebody else")
    return ask(folder, handshake.hellos_and_flight().refuse(CLIENT, DECRYPT_ERROR), authority)


@story("a client's CertificateVerify by another key than its certificate's; the server answers decrypt_error (51)")
def client_signature_wrong(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain())
    schemes = vector(number(handmade.RSA_SHA256, 2), 2)
    request = message(handmade.CERTIFICATE_REQUEST, vector(b"\1", 1) + schemes + vector(b"", 2))
    handshake.hellos_and_flight(request)
    mine = authority.leaf("Example Client", purpose=handmade.CLIENT_AUTH)
    handshake.say(CLIENT, handshake.certificate([mine, authority.inter]), handshake.client_key_exchange())
    signature = sign(rsa_key("somebody else"), handshake.said)
    handshake.say(CLIENT, message(handmade.CERTIFICATE_VERIFY, number(handmade.RSA_SHA256, 2) + vector(signature, 2)))
    handshake.refuse(SERVER, DECRYPT_ERROR)
    return ask(folder, handshake, authority)


SERVER_SHARE = extension(made.KEY_SHARE, number(0x1d, 2) + vector(handmade.SHARE, 2))


class Tls13(made.Handshake):
    """With its key log: made.Handshake at fixed times."""

    def __init__(self, random=handmade.RANDOM[CLIENT], **wire):
        super().__init__(random)
        self.flow = Wire(**wire)

    def hellos(self, shared=tuple(made.SHARED_BY_HELLOS)):
        own = [made.server_name(NAME.encode()), *shared]
        self.hello(CLIENT, made.client_hello(self.random, made.SESSION_ID, own))
        self.hello(SERVER, made.server_hello(handmade.RANDOM[SERVER], [SERVER_SHARE]))
        return self

    def ask(self, folder, *options):
        asked = Asked(folder)
        asked.options += options
        return asked.about(self.flow, keys=self.log)


@story("TLS 1.3 opened with its key log: the server's Finished is wrong, and the client answers decrypt_error (51)")
def finished_wrong(folder):
    handshake = Tls13().hellos()
    keys = server_flight13(handshake, spoilt=True)
    return end_sealed(handshake, keys, DECRYPT_ERROR).ask(folder)


@story("a HelloRetryRequest for secp384r1, and a second hello with x25519; the server answers illegal_parameter (47)")
def hello_retry_wrong(folder):
    handshake = Tls13()
    groups = [extension(made.SUPPORTED_GROUPS, vector(number(0x1d, 2) + number(24, 2), 2)), *made.SHARED_BY_HELLOS[1:]]
    retry = [extension(made.KEY_SHARE, number(24, 2))]
    own = [made.server_name(NAME.encode()), *groups]
    handshake.hello(CLIENT, made.client_hello(handshake.random, made.SESSION_ID, own))
    handshake.hello(SERVER, made.server_hello(made.RETRY_RANDOM, retry))
    handshake.hello(CLIENT, made.client_hello(handshake.random, made.SESSION_ID, own))
    end_with_alert(handshake.flow, SERVER, ILLEGAL_PARAMETER)
    return handshake.ask(folder)


def end_with_alert(wire, sender, description):
    wire.send(sender, bytes([handmade.ALERT, 3, 3, 0, 2, 2, description]))
    wire.close(sender)
    wire.close(handmade.OTHER[sender])


@story("TLS 1.2 chosen by a server that marks its random; a client that offers 1.3 answers illegal_parameter (47)")
def version_downgrade(folder):
    authority = Authority()
    offer = extension(handmade.VERSIONS, vector(handmade.numbers([handmade.TLS13, handmade.TLS12]), 1))
    random = {CLIENT: handmade.RANDOM[CLIENT], SERVER: handmade.RANDOM[SERVER][:24] + handmade.DOWNGRADE_TO_TLS12}
    handshake = Tls12(chain=authority.chain(), client_more=[offer], random=random)
    return ask(folder, handshake.hellos_and_flight().refuse(CLIENT, ILLEGAL_PARAMETER), authority)


# --- what was agreed on ---------------------------------------------------------------------------------------------
def with_exchange(folder, params, client_share, **changes):
    """A key exchange that is not ECDHE. `params` None: there is no ServerKeyExchange."""
    authority = Authority()
    handshake = Tls12(chain=authority.chain(), **changes)
    if params is not None:
        handshake.server_key_exchange = lambda: message(handmade.SERVER_KEY_EXCHANGE, handshake.signed(params))
    handshake.hellos_and_flight(exchange=params is not None).finish(handshake.client_key_exchange(client_share))
    return ask(folder, handshake, authority)


@story("TLS 1.0 with TLS_RSA_EXPORT_WITH_RC4_40_MD5")
def cipher_export(folder):
    return with_exchange(folder, None, vector(b"\x0a" * 256, 2), version=handmade.TLS10,
                         suite=handmade.RSA_EXPORT_RC4_40)


@story("TLS 1.2 with TLS_RSA_WITH_3DES_EDE_CBC_SHA")
def cipher_weak(folder):
    return with_exchange(folder, None, vector(b"\x0a" * 256, 2), suite=handmade.RSA_3DES)


@story("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA without encrypt_then_mac")
def cipher_cbc(folder):
    return completed(folder, suite=handmade.ECDHE_RSA_AES128_CBC)


@story("ECDHE over secp160r1")
def group_weak(folder):
    return completed(folder, group=handmade.SECP160R1, groups=[handmade.SECP160R1])


# Group 2 of RFC 2409, section 6.2: 1024 bits.
OAKLEY_2 = bytes.fromhex(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff")


@story("DHE with the prime of 1024 bits of RFC 2409, group 2")
def dh_weak(folder):
    params = vector(OAKLEY_2, 2) + vector(b"\2", 2) + vector(b"\x0b" * 128, 2)
    return with_exchange(folder, params, vector(b"\x0c" * 128, 2), suite=handmade.DHE_RSA_AES128_GCM)


@story("a ServerKeyExchange signed with RSA and SHA-1")
def signature_weak(folder):
    return completed(folder, scheme=handmade.RSA_SHA1, schemes=[handmade.RSA_SHA256, handmade.RSA_SHA1])


@story("DEFLATE, offered and chosen")
def compression(folder):
    return completed(folder, compression=1)


@story("a server that does not take extended_master_secret")
def no_extended_master_secret(folder):
    return completed(folder, server_without=[handmade.EXTENDED_MASTER_SECRET])


@story("truncated_hmac, offered and taken, with a CBC suite")
def truncated_hmac(folder):
    short = [extension(handmade.TRUNCATED_HMAC, b"")]
    return completed(folder, suite=handmade.ECDHE_RSA_AES128_CBC, client_more=short, server_more=short)


@story("a server that warns of unrecognized_name (112) before its hello, and a client that goes on")
def warning_alert(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain())
    handshake.say(CLIENT, handshake.client_hello())
    handshake.alert(SERVER, UNRECOGNIZED_NAME, WARNING)
    handshake.say(SERVER, *handshake.server_flight())
    return ask(folder, handshake.finish(), authority)


X25519MLKEM768 = 0x11ec


@story("a client with shares of X25519MLKEM768 and x25519, and a server that takes x25519")
def key_exchange_not_post_quantum(folder):
    shares = number(X25519MLKEM768, 2) + vector(b"\x08" * 1216, 2) + number(0x1d, 2) + vector(b"\x07" * 32, 2)
    shared = [list_extension(made.SUPPORTED_GROUPS, [X25519MLKEM768, 0x1d]), made.SHARED_BY_HELLOS[1],
              extension(made.KEY_SHARE, vector(shares, 2)), made.SHARED_BY_HELLOS[3]]
    handshake = Tls13().hellos(shared=shared)
    handshake.finish(made.ENCRYPTED_EXTENSIONS_EMPTY)
    return handshake.ask(folder)


@story("an outer hello with a real inner one, whose secret is not known")
def ech_offered(folder):
    handshake = Tls13(made.OUTER_RANDOM)
    handshake.hello(CLIENT, made.EchClient().hello()[0])
    handshake.hello(SERVER, made.server_hello(handmade.RANDOM[SERVER], [SERVER_SHARE]))
    handshake.finish(made.ENCRYPTED_EXTENSIONS_EMPTY)
    return handshake.ask(folder)


@story("a server that goes on with the outer hello; the client answers ech_required (121), opened with the key log")
def ech_rejected(folder):
    handshake = Tls13(made.OUTER_RANDOM)
    handshake.hello(CLIENT, made.EchClient().hello()[0])
    handshake.hello(SERVER, made.server_hello(handmade.RANDOM[SERVER], [SERVER_SHARE]))
    made.log_ech(handshake)
    return end_sealed(handshake, server_flight13(handshake), ECH_REQUIRED).ask(folder)


def server_flight13(handshake, spoilt=False):
    """EncryptedExtensions and a Finished; the keys of both sides."""
    keys = {}
    for sender, label in ((CLIENT, "CLIENT"), (SERVER, "SERVER")):
        secret = made.digest(label.encode())
        handshake.log.append("%s_HANDSHAKE_TRAFFIC_SECRET %s %s" % (label, handshake.random.hex(), secret.hex()))
        keys[sender] = made.Keys(secret)
    transcript = made.digest(handshake.transcript + made.ENCRYPTED_EXTENSIONS_EMPTY)
    verify = bytes(32) if spoilt else made.hmac.digest(keys[SERVER].finished, transcript, "sha256")
    handshake.flow.send(SERVER, keys[SERVER].seal(made.ENCRYPTED_EXTENSIONS_EMPTY + message(handmade.FINISHED, verify)))
    return keys


def end_sealed(handshake, keys, description):
    """The client's alert, encrypted, and the end of the connection."""
    handshake.flow.send(CLIENT, sealed_alert(keys[CLIENT], description))
    handshake.flow.close(CLIENT)
    handshake.flow.close(SERVER)
    return handshake


def sealed_alert(keys, description):
    inner = bytes([2, description, handmade.ALERT])
    header = number(handmade.APPLICATION_DATA, 1) + number(0x0303, 2) + number(len(inner) + 16, 2)
    nonce = bytes(a ^ b for a, b in zip(keys.iv, number(keys.sealed, 12)))
    return header + keys.aead.encrypt(nonce, inner, header)


# --- what TCP tells -------------------------------------------------------------------------------------------------
@story("an SMTP server that answers STARTTLS with 454")
def starttls_refused(folder):
    wire = Wire(server_port=25)
    for sender, line in ((SERVER, "220 mail.example.test ESMTP"), (CLIENT, "EHLO client.example.test"),
                         (SERVER, "250-mail.example.test\r\n250 STARTTLS"), (CLIENT, "STARTTLS"),
                         (SERVER, "454 4.7.0 TLS not available due to local problem"), (CLIENT, "QUIT"),
                         (SERVER, "221 2.0.0 Bye")):
        wire.send(sender, line.encode() + b"\r\n")
    wire.close(SERVER)
    wire.close(CLIENT)
    return Asked(folder).about(wire)


GROWING = (0.3, 0.6, 1.2, 2.4)  # seconds between what is sent again


@story("a client hello of two segments; the first is sent again with growing pauses and never acknowledged")
def large_client_hello_dropped(folder):
    wire = Wire()
    handshake = large_hello(wire)
    hello = handshake.record(handmade.HANDSHAKE, handshake.client_hello())
    wire.send(CLIENT, hello)
    wire.acknowledge_less(SERVER, len(hello))
    for wait in GROWING:
        wire.pause(wait)
        wire.begin_again(CLIENT, hello)
    wire.pause(15)
    wire.close(CLIENT)
    return Asked(folder).about(wire)


def large_hello(wire):
    share = number(X25519MLKEM768, 2) + vector(b"\x08" * 1216, 2) + number(0x1d, 2) + vector(b"\x07" * 32, 2)
    more = [extension(made.KEY_SHARE, vector(share, 2)),
            extension(handmade.VERSIONS, vector(number(handmade.TLS13, 2), 1)),
            extension(handmade.ALPN, vector(vector(b"h2", 1) + vector(b"http/1.1", 1), 2)),
            extension(handmade.PADDING, bytes(100))]
    return Tls12(wire, groups=[X25519MLKEM768, handmade.X25519], suites=[0x1301, 0x1302], client_more=more)


@story("a server's flight of three segments; the first is sent again with growing pauses and never acknowledged")
def server_flight_lost(folder):
    authority = Authority()
    wire = Wire()
    chain = authority.chain(names=["host-%02d.example.test" % i for i in range(90)] + [NAME])
    handshake = Tls12(wire, chain=chain)
    handshake.say(CLIENT, handshake.client_hello())
    flight = handshake.record(handmade.HANDSHAKE, b"".join(handshake.server_flight()))
    wire.send(SERVER, flight)
    wire.acknowledge_less(CLIENT, len(flight))
    for wait in GROWING:
        wire.pause(wait)
        wire.begin_again(SERVER, flight)
    return ask(folder, handshake, authority)


@story("a client that resets the connection right after the server's flight")
def client_aborted_after_certificate(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain()).hellos_and_flight()
    handshake.wire.acknowledge(CLIENT)
    handshake.wire.reset(CLIENT)
    return ask(folder, handshake, authority)


@story("a SYN that is sent five times, with growing pauses")
def connection_timeout(folder):
    wire = Wire(connect=False)
    for wait in (1, 2, 4, 8, 16):
        wire.add(CLIENT, SYN)
        wire.sequence[CLIENT] -= 1
        wire.pause(wait)
    return Asked(folder).about(wire)


# --- QUIC -----------------------------------------------------------------------------------------------------------
@story("a first packet of draft 12, and a server that lists version 1")
def quic_version_unsupported(folder):
    connection = quic_made.Connection(quic_made.OLD_DRAFT)
    connection.send(CLIENT, connection.initial_packet(CLIENT, quic_made.crypto(quic_made.CLIENT_FIRST)))
    lists = number(0x80, 1) + bytes(4) + vector(quic_made.CLIENT_ID, 1) + vector(quic_made.FIRST_ID, 1)
    connection.send(SERVER, lists + number(quic_made.V1, 4) + number(0x1a2a3a4a, 4))
    return Asked(folder).about(connection)


@story("a server that answers the first packet with CONNECTION_CLOSE, INVALID_TOKEN")
def quic_connection_closed(folder):
    connection = quic_made.Connection()
    connection.send(CLIENT, connection.initial_packet(CLIENT, quic_made.crypto(quic_made.CLIENT_FIRST)))
    connection.send(SERVER, connection.initial_packet(SERVER, quic_made.close(0x0b, b"token is not ours")))
    return Asked(folder).about(connection)


# --- messages and records -------------------------------------------------------------------------------------------
@story("a hello of TLS 1.3 with a pre-shared key; the server has another one, and answers decrypt_error (51)")
def decrypt_error(folder):
    identity = vector(b"station 7", 2) + number(0, 4)
    psk = extension(handmade.PRE_SHARED_KEY, vector(identity, 2) + vector(vector(b"\x0d" * 32, 1), 2))
    handshake = Tls13()
    own = [made.server_name(NAME.encode()), *made.SHARED_BY_HELLOS, extension(handmade.PSK_MODES, b"\1\1"), psk]
    handshake.hello(CLIENT, made.client_hello(handshake.random, made.SESSION_ID, own))
    end_with_alert(handshake.flow, SERVER, DECRYPT_ERROR)
    return handshake.ask(folder)


@story("a server that answers the client's Finished with bad_record_mac (20)")
def record_corrupt(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain()).hellos_and_flight()
    handshake.say(CLIENT, handshake.client_key_exchange())
    handshake.wire.send(CLIENT, handshake.record(handmade.CHANGE_CIPHER_SPEC, b"\1")
                        + handshake.record(handmade.HANDSHAKE, b"\x5a" * 40))
    return ask(folder, handshake.refuse(SERVER, BAD_RECORD_MAC), authority)


@story("a client hello whose list of groups is shorter than it says; the server answers decode_error (50)")
def malformed_message(folder):
    broken = extension(handmade.GROUPS, number(6, 2) + handmade.numbers([29, 23]))
    handshake = Tls12(client_without=[handmade.GROUPS], client_more=[broken])
    handshake.say(CLIENT, handshake.client_hello())
    return ask(folder, handshake.refuse(SERVER, DECODE_ERROR))


@story("a server flight without ServerKeyExchange; the client answers unexpected_message (10)")
def unexpected_message(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain()).hellos_and_flight(exchange=False)
    return ask(folder, handshake.refuse(CLIENT, UNEXPECTED_MESSAGE), authority)


@story("a server that takes 2.5 seconds for its flight")
def slow_server(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain())
    handshake.say(CLIENT, handshake.client_hello())
    handshake.wire.acknowledge(SERVER)
    handshake.wire.pause(2.5)
    handshake.say(SERVER, *handshake.server_flight())
    return ask(folder, handshake.finish(), authority)


@story("a client that takes 3 seconds between the server's flight and its own")
def slow_client(folder):
    authority = Authority()
    handshake = Tls12(chain=authority.chain()).hellos_and_flight()
    handshake.wire.acknowledge(CLIENT)
    handshake.wire.pause(3)
    return ask(folder, handshake.finish(), authority)
