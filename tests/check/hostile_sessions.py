#!/usr/bin/env python3
"""handlens check --enumerate against servers that shake hands as they should, and then do not: it ends in time, in bounds, and claims no
more than was proved.

  HANDLENS=build/.../handlens hostile_sessions.py [NAME...]"""
import json
import os
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases  # noqa: E402
from cases import expect  # noqa: E402
from check import validate  # noqa: E402

try:
    import tls_server as tls
    from tls_server import Server, Tls12, Tls13
except ImportError:
    print("skipped: python3-cryptography is not installed")
    sys.exit(77)

TIMEOUT = 2
SESSIONS12, SESSIONS13 = ("session_id", "session_ticket", "client_renegotiation"), ("psk_resumption", "early_data")


def is_sanitized():
    with open(HANDLENS, "rb") as file:
        return b"__asan_init" in file.read()


SANITIZED = is_sanitized()
MEMORY_MAX = (1 << 20) if SANITIZED else 80 << 10  # KiB


def asked(server, *arguments, target="check.test"):
    """What was found of each feature: (state, text); the whole, the exit status, the time it took."""
    command = [HANDLENS, "check", "--enumerate", "--format", "json", "--no-ca", "--timeout", str(TIMEOUT), "--retries", "0",
               "--connect", "127.0.0.1:%d" % server.port, *arguments, target]
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        _, ended, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
        out.seek(0)
        errors.seek(0)
        text, told = errors.read().decode(errors="replace"), out.read()
    took = time.monotonic() - begin
    expect(process.returncode in ((0, 1, 3) if "--intrusive" in arguments else (0, 3)) and "Sanitizer" not in text and "runtime error" not in text, process.returncode, text)
    expect(used.ru_maxrss < MEMORY_MAX, "memory: %d KiB" % used.ru_maxrss)
    document = json.loads(told)
    validate(document, "the inventory", "check.schema.json")
    check = document["handlens"]["check"]
    features = {k: (v["state"], v.get("text", "")) for k, v in (check.get("inventory") or {"features": {}})["features"].items()}
    for name, (state, why) in features.items():
        expect(state != "unknown" or why, name, "is unknown, and nobody says why")
    return features, check, process.returncode, took


def expect_found(name, classes, wanted, *arguments, finished=None, problems=(), server=None, target="check.test"):
    """`wanted`: state, or state and what is in the text. Each connection has its time, and those that wait are few."""
    with server or Server(*classes) as running:
        features, check, status, took = asked(running, *arguments, target=target)
    told = {k: v for k, v in features.items() if k in SESSIONS12 + SESSIONS13}
    for feature, value in wanted.items():
        state, text = value if isinstance(value, tuple) else (value, "")
        found = features.get(feature, (None, ""))
        expect(found[0] == state and re.search(text, found[1]), name, feature, "should be", value, "but all is", told, running.problems[:3])
    expect(finished is None or (running.finished > 0) == finished, name, "finished", running.finished, running.problems[:3])
    expect([p for p in running.problems if not any(p.startswith(q) for q in problems)] == [], name, running.problems[:3])
    expect(took < 12 * TIMEOUT, name, "took", took)
    return told, check


def variant(base, **attributes):
    return type(base.__name__, (base,), attributes)


# --- as it should be ------------------------------------------------------------------------

TAKEN13 = {"psk_resumption": "yes", "early_data": "no"}
TAKEN12 = {"session_id": "yes", "session_ticket": "yes", "client_renegotiation": "no"}


def right_handshakes(folder):
    """Of the server of these tests: what the others show does not come from its mistakes."""
    for group in (tls.X25519, tls.P256):
        expect_found("TLS 1.3", [variant(Tls13, group=group)], TAKEN13, finished=True)
    expect_found("early data", [variant(Tls13, early_data=16384)], {"psk_resumption": "yes", "early_data": "yes"}, finished=True)
    for suite in (tls.RSA_CBC, tls.DHE_GCM, tls.ECDHE_GCM):
        expect_found("TLS 1.2, %04x" % suite, [variant(Tls12, suite=suite)], TAKEN12, finished=True)



# --- tickets of TLS 1.3 ---------------------------------------------------------------------

def tickets_of_all_lengths(folder):
    for length, wanted in ((1, "yes"), (8192, "yes"), (8193, ("unknown", "too long")), (65000, ("unknown", "too long")), (0, ("unknown", "malformed"))):
        for early in (0, 16384):
            state = wanted if isinstance(wanted, str) else wanted[0]
            told = (state, "" if isinstance(wanted, str) else wanted[1]) if early else "no" if length > 0 else wanted
            expect_found("a ticket of %d" % length, [variant(Tls13, ticket_length=length, early_data=early)], {"psk_resumption": wanted, "early_data": told})


def tickets_that_say_odd_things(folder):
    class Extended(Tls13):
        early_data = 16384

        def ticket_extensions(self):
            return self.server.extensions

    for extensions in (tls.extension(42, b""), tls.extension(42, b"\0\1"), tls.extension(42, bytes(5)), b"\0", tls.extension(42, b"\0\0\x40\0")[:-1]):
        server = Server(Extended)
        server.extensions = extensions
        expect_found("ticket extensions %s" % extensions.hex(), [], {"early_data": ("unknown", "malformed")}, server=server)
    for nonce in (b"", bytes(255)):
        expect_found("a nonce of %d" % len(nonce), [variant(Tls13, nonce=nonce)], TAKEN13)
    expect_found("a life of 0", [variant(Tls13, lifetime=0, early_data=1)], {"psk_resumption": ("no", "lifetime"), "early_data": ("no", "lifetime")})
    expect_found("a life of 2^32-1", [variant(Tls13, lifetime=0xffffffff)], TAKEN13)


class Noisy13(Tls13):
    """Right, up to the client's Finished."""
    tickets = 0

    def noise(self):
        while True:
            yield b""

    def after(self):
        for i, data in enumerate(self.noise()):
            self.send(data)


def no_end_of_it(folder):
    """After the handshake: no ticket, and what is said of that is true."""
    silence = "no ticket came within a second, and the server did not close"

    class Updates(Noisy13):
        def noise(self):
            while True:
                yield self.seal(tls.HANDSHAKE, tls.message(tls.KEY_UPDATE, b"\1"))
                self.sealing = tls.Keys13(tls.expand(self.sealing.secret, b"traffic upd", b""))

    class Warnings(Noisy13):
        def noise(self):
            while True:
                yield self.seal(tls.ALERT, b"\1\x5a")

    class Content(Noisy13):
        def noise(self):
            while True:
                yield self.seal(tls.CONTENT, b"x" * 16384)

    class Words(Noisy13):
        def noise(self):
            while True:
                yield self.seal(tls.CONTENT, b"x") * 100

    class Empty(Noisy13):
        def noise(self):
            while True:
                yield self.seal(tls.CONTENT, b"") * 100

    class Nothing(Noisy13):
        """Records that have not even a content type."""
        def noise(self):
            while True:
                yield tls.record(tls.CONTENT, b"") * 1000

    class Long(Noisy13):
        def noise(self):
            while True:
                yield tls.record(tls.CONTENT, b"x" * (16384 + 2049))

    class Slow(Noisy13):
        def noise(self):
            while True:
                yield self.seal(tls.CONTENT, b"x")
                time.sleep(0.05)

    for case in (Updates, Warnings, Content, Words, Empty, Nothing, Long, Slow):
        why = silence if case is Slow else "more than .* (records|bytes) came|" + silence  # the time, where the machine is slow
        expect_found(case.__name__, [case], {"psk_resumption": ("unknown", why), "early_data": ("unknown", why)}, finished=True)


def very_many_tickets(folder):
    class Many(Noisy13):
        def noise(self):
            for _ in range(100000):
                yield self.seal(tls.HANDSHAKE, self.ticket())

    expect_found("tickets", [Many], TAKEN13, finished=True)

    class Broken(Noisy13):
        def noise(self):
            for _ in range(100000):
                yield self.seal(tls.HANDSHAKE, tls.message(tls.TICKET, b"?"))

    expect_found("tickets that are none", [Broken], {"psk_resumption": ("unknown", "malformed"), "early_data": ("unknown", "malformed")}, finished=True)


def how_it_closes(folder):
    class Closes(Tls13):
        tickets = 0

        def after(self):
            if self.read_record()[0] != tls.ALERT:
                self.drain()

    expect_found("never, after close_notify", [variant(Tls13, tickets=0, await_close=Tls13.drain)], {"psk_resumption": ("unknown", "did not close")})
    expect_found("after close_notify", [variant(Closes, waits=False)], {"psk_resumption": ("no", "no ticket is given out")})
    expect_found("at once", [variant(Tls13, tickets=0, waits=False)], {"psk_resumption": ("unknown", "closed")})

    class Alerts(Tls13):
        tickets, waits = 0, False

        def after(self):
            self.send(self.seal(tls.ALERT, b"\2\x74"))  # certificate_required

    expect_found("with an alert", [Alerts], {"psk_resumption": ("unknown", "certificate_required"), "early_data": ("unknown", "certificate_required")})


# --- resumption that is none ----------------------------------------------------------------

def pre_shared_keys(folder):
    early = "unknown"
    expect_found("identity 1", [variant(Tls13, selected_identity=1, early_data=1)], {"psk_resumption": ("unknown", "not offered"), "early_data": early})

    class Sha384(Tls13):
        """Takes the key back for a suite with another hash, and goes on as if it were SHA-256."""
        early_data = 1

        def choose_psk(self):
            psk = super().choose_psk()
            self.suite = 0x1302 if psk else self.suite
            return psk

    class OtherSuite(Sha384):
        def choose_psk(self):
            psk = super().choose_psk()
            self.suite = 0x1303 if psk else self.suite
            return psk

    class WrongKey(Tls13):
        """Says that it knows the key, and does not."""
        early_data = 1

        def early_secret(self):
            return tls.mac(bytes(32), os.urandom(32)) if self.psk else super().early_secret()

    class WrongFinished(Tls13):
        early_data = 1

        def finished_value(self):
            return os.urandom(32) if self.psk else super().finished_value()

    class NoFinished(Tls13):
        early_data = 1

        def put_finished(self):
            if self.psk is None:
                return super().put_finished()
            return self.drain()

    class Closes(NoFinished):
        def put_finished(self):
            if self.psk is None:
                return super().put_finished()
            raise tls.Ended

    class Retries(Tls13):
        """Asks for another hello whoever resumes: where that has no key, it was not refused."""
        early_data = 1

        def run(self):
            if self.hello.identity():
                self.hello.shares.clear()
            return super().run()

    class EarlyAlone(Tls13):
        """No resumption, but early data all the same."""
        early_data = 1

        def choose_psk(self):
            return None

        def takes_early_data(self):
            return True

    for case, why in ((Sha384, "not offered"), (OtherSuite, "not offered"), (WrongKey, "Finished"), (WrongFinished, "Finished"), (NoFinished, "Finished"),
                      (Closes, "Finished"), (Retries, "another group")):
        expect_found(case.__name__, [case], {"psk_resumption": ("unknown", why), "early_data": early}, finished=True)
        if case is not Retries:
            expect_found(case.__name__ + " without early data", [variant(case, early_data=0)], {"psk_resumption": ("unknown", why)}, finished=True)
    expect_found("early data without resumption", [EarlyAlone], {"psk_resumption": ("no", "not taken back"), "early_data": ("unknown", "without")})


def hellos_that_are_asked_for_again(folder):
    class Retries(Tls13):
        """Once, whatever came, but of who resumes."""
        cookie = None

        def run(self):
            if not self.hello.identity():
                self.hello.shares.clear()
            super().run()

        def retry_extensions(self):
            return super().retry_extensions() + (tls.extension(44, self.cookie) if self.cookie is not None else b"")

        def choose_psk(self):
            expect(self.cookie is None or self.hello.identity() or self.hello.extensions.get(44) == self.cookie, "a cookie came back as another one")
            return super().choose_psk()

    for cookie in (None, tls.vector(2, b"?"), tls.vector(2, bytes(65000))):
        expect_found("a cookie", [variant(Retries, cookie=cookie)], TAKEN13, finished=True)
    for cookie in (b"", b"\0", b"\0\0", b"\0\1", b"\0\1??", b"\xff\xff?"):
        expect_found("cookie %s" % cookie[:8].hex(), [variant(Retries, cookie=cookie)], {k: "unknown" for k in SESSIONS13}, finished=False)

    class Again(Retries):
        def retry(self):
            super().retry()
            super().retry()

    class OtherGroup(Retries):
        def retry_extensions(self):
            return tls.extension(43, b"\3\4") + tls.extension(51, b"\x4d\x4d")

    for case, state in ((Again, "unknown"), (OtherGroup, None)):
        expect_found(case.__name__, [case], {k: state for k in SESSIONS13}, finished=False)


def sessions_that_are_echoed(folder):
    class Echoes(Tls12):
        """An id comes back, and a whole handshake follows."""
        resumes = False

        def session_id(self):
            return self.hello.session_id or os.urandom(32)

    expect_found("an echo", [Echoes], {"session_id": ("no", "not taken back"), "session_ticket": ("no", "not taken back")}, finished=True)

    class OtherMaster(Tls12):
        """Goes on with keys that are not those of the session."""
        def resume(self):
            self.master = os.urandom(48)
            super().resume()

    class WrongFinished(Tls12):
        def finished_value(self):
            return os.urandom(12) if self.master in self.server.sessions.values() and not self.fresh else super().finished_value()

        def resume(self):
            self.fresh = False
            super().resume()

        fresh = True

    class NoFinished(Tls12):
        def resume(self):
            self.put(self.server_hello())
            self.make_keys()
            self.put_change()
            self.drain()

    class NoChange(Tls12):
        """The Finished comes in the clear, and is right."""
        def resume(self):
            self.put(self.server_hello())
            self.make_keys()
            self.put(tls.message(tls.FINISHED, self.finished_value()))
            self.drain()

    class DoneInstead(Renegotiates):
        """Under the keys of the session, a ServerHelloDone; and an answer to the renegotiation that nobody asks for."""
        gives_id = True

        def resume(self):
            self.put(self.server_hello())
            self.make_keys()
            self.put_change()
            self.put(tls.message(tls.DONE, b""))
            self.answer_renegotiation(self.hello)
            self.drain()

        def info(self):
            return tls.vector(1, bytes(24))

    for case in (OtherMaster, WrongFinished, NoFinished, NoChange, DoneInstead):
        told = {k: ("unknown", "Finished") for k in ("session_id", "session_ticket")}
        expect_found(case.__name__, [case], told, finished=True)


# --- Finished -------------------------------------------------------------------------------

def finished_of_tls13(folder):
    class Wrong(Tls13):
        def finished_value(self):
            return os.urandom(32)

    class Short(Tls13):
        def finished_value(self):
            return super().finished_value()[:31]

    class Empty(Tls13):
        def finished_value(self):
            return b""

    class Long(Tls13):
        def finished_value(self):
            return super().finished_value() * 2

    class Clear(Tls13):
        """Not under the handshake's keys."""
        def put(self, *messages):
            if messages[0][0] == tls.SERVER_HELLO:
                return super().put(*messages)
            self.transcript += b"".join(messages)
            return self.send_plain(tls.HANDSHAKE, b"".join(messages))

    for case in (Wrong, Short, Empty, Long, Clear):
        expect_found(case.__name__, [case], {k: ("unknown", "Finished") for k in SESSIONS13}, finished=False)

    class Twice(Tls13):
        def put_finished(self):
            finished = tls.message(tls.FINISHED, self.finished_value())
            self.put(finished)
            self.send(self.seal(tls.HANDSHAKE, finished))

    expect_found("twice", [Twice], {}, problems=["AssertionError"])


def finished_of_tls12(folder):
    class Wrong(Tls12):
        def finished_value(self):
            return os.urandom(12)

    class Short(Tls12):
        def finished_value(self):
            return super().finished_value()[:11]

    class Long(Tls12):
        def finished_value(self):
            return super().finished_value() + b"?"

    class Clear(Tls12):
        def put_finished(self):
            self.put(tls.message(tls.FINISHED, self.finished_value()))

    class Early(Tls12):
        """Before the client's key exchange, and in the clear: nobody knows a key yet."""
        def handshake(self):
            self.put(self.server_hello(), self.certificate(), tls.message(tls.FINISHED, bytes(12)), tls.message(tls.DONE, b""))
            self.master = bytes(48)
            self.make_keys()
            self.server.sessions[self.id] = self.master
            self.read_finished()
            self.put_finished()

    for suite in (tls.RSA_CBC, tls.ECDHE_GCM):
        for case in (Wrong, Short, Long, Clear, Early):
            if case is Early and suite != tls.RSA_CBC:
                continue
            told, check = expect_found(case.__name__, [variant(case, suite=suite)], {k: ("unknown", "Finished") for k in SESSIONS12},
                                       problems=["AssertionError", "TypeError"])

    class Twice(Tls12):
        def put_finished(self):
            super().put_finished()
            self.send(self.seal(tls.HANDSHAKE, tls.message(tls.FINISHED, self.server_verify)))

    expect_found("twice", [Twice], {"session_id": "yes", "session_ticket": "yes"}, problems=["AssertionError"])


# --- renegotiation --------------------------------------------------------------------------

class Renegotiates(Tls12):
    gives_id = False

    def info(self):
        return tls.vector(1, self.client_verify + self.server_verify)

    def answer_renegotiation(self, hello):
        info = self.info()
        extensions = tls.extension(0xff01, info) if info is not None else b""
        body = b"\3\3" + os.urandom(32) + b"\0" + struct.pack(">HB", self.suite, 0) + (tls.vector(2, extensions) if extensions else b"")
        self.send(self.seal(tls.HANDSHAKE, tls.message(tls.SERVER_HELLO, body)))


def renegotiations(folder):
    def informed(info):
        return type("Informed", (Renegotiates,), {"info": info})

    for suite in (tls.RSA_CBC, tls.ECDHE_GCM):
        expect_found("taken", [variant(Renegotiates, suite=suite)], {"client_renegotiation": ("yes", "")}, finished=True)
    rows = (lambda self: b"\0", lambda self: tls.vector(1, self.client_verify), lambda self: tls.vector(1, self.server_verify + self.client_verify),
            lambda self: b"", lambda self: tls.vector(1, bytes(255)), lambda self: tls.vector(1, self.client_verify + self.server_verify) + b"?", lambda self: None)
    for i, info in enumerate(rows):
        expect_found("info %d" % i, [informed(info)], {"client_renegotiation": ("unknown", "RFC 5746")}, finished=True)

    class Insecure(Renegotiates):
        """Has never heard of RFC 5746: that is how it was before, and it is taken."""
        def hello_extensions(self):
            return tls.extension(35, b"") if self.asked_for_ticket and self.master is None else b""

        def info(self):
            return None

    expect_found("insecure", [Insecure], {"client_renegotiation": ("yes", "")}, finished=True)

    def answering(kind, *data):
        class Answers(Tls12):
            gives_id = False

            def answer_renegotiation(self, hello):
                for one in data:
                    self.send(self.seal(kind, one))
        return Answers

    def endless(*data):
        class Answers(Tls12):
            gives_id = False

            def answer_renegotiation(self, hello):
                while True:
                    for kind, one in data:
                        self.send(self.seal(kind, one))
        return Answers

    rows = ((answering(tls.ALERT, b"\1\x64"), "no", ""), (answering(tls.ALERT, b"\2\x28"), "no", ""), (variant(answering(tls.ALERT, b"\1\0"), waits=False), "unknown", "closed"),
            (answering(tls.ALERT, b"\1\x5a"), "unknown", "no answer"), (answering(tls.ALERT, b"\1\x5a", b"\1\x64"), "no", ""),
            (variant(answering(tls.ALERT), waits=False), "unknown", "closed"), (answering(tls.ALERT), "unknown", "no answer"),
            (endless((tls.HANDSHAKE, tls.message(tls.HELLO_REQUEST, b""))), "unknown", "no answer"), (endless((tls.CONTENT, b"x")), "unknown", "no answer"),
            (endless((tls.CONTENT, b"x" * 16384)), "unknown", "no answer"), (endless((tls.ALERT, b"\1\x5a")), "unknown", "no answer"),
            (endless((tls.CONTENT, b"")), "unknown", "no answer"))
    for i, (case, state, text) in enumerate(rows):
        expect_found("answer %d" % i, [case], {"client_renegotiation": (state, text)}, finished=True)


def a_warning_before(folder):
    """unrecognized_name, which goes before the ServerHello (RFC 6066, section 3), refuses nothing."""
    class Warns(Renegotiates):
        gives_id = True

        def server_hello(self):
            self.send_plain(tls.ALERT, b"\1\x70")
            return super().server_hello()

    expect_found("TLS 1.2", [Warns], {"session_id": "yes", "session_ticket": "yes"}, finished=True)
    expect_found("without ids", [variant(Warns, gives_id=False)], {"client_renegotiation": "yes"}, finished=True)


# --- before the handshake is completed --------------------------------------------------------

def floods_in_the_handshake(folder):
    class Requests(Tls12):
        def handshake(self):
            self.put(self.server_hello())
            while True:
                self.send_plain(tls.HANDSHAKE, tls.message(tls.HELLO_REQUEST, b"") * 1000)

    class Warnings(Requests):
        def handshake(self):
            self.put(self.server_hello())
            while True:
                self.send_plain(tls.ALERT, b"\1\x5a")

    class Empty(Requests):
        def handshake(self):
            self.put(self.server_hello())
            while True:
                self.send(tls.record(tls.HANDSHAKE, b"") * 1000)

    class Late(Tls12):
        """Instead of a Finished."""
        def put_finished(self):
            while True:
                self.send_plain(tls.HANDSHAKE, tls.message(tls.HELLO_REQUEST, b"") * 1000)

    for case in (Requests, Warnings, Empty, Late):
        expect_found(case.__name__, [case], {k: "unknown" for k in SESSIONS12})

    class Waits(Tls12):
        """One byte after the other, and never an end of it."""
        def put_finished(self):
            self.put_change()
            while True:
                self.send(b"\x16")
                time.sleep(0.02)

    expect_found("slowly", [Waits], {k: "unknown" for k in SESSIONS12})


def halves_of_key_exchanges(folder):
    p, p_bytes = tls.FFDHE2048, tls.number(tls.FFDHE2048)
    groups = [("even", tls.number(p + 1), b"\2", b"\3", "group"), ("8 bits", b"\xfb", b"\2", b"\3", "group"), ("9000 bits", b"\xff" * 1125, b"\2", b"\3", "group"),
              ("4096 bits", b"\xff" * 512, b"\2", b"\3", None), ("p = 0", bytes(256), b"\2", b"\3", "group"), ("Ys long", p_bytes, b"\2", b"\3" * 300, "no element")]
    groups += [("g = %s" % name, p_bytes, g, b"\3", "group") for name, g in (("0", b"\0"), ("1", b"\1"), ("p - 1", tls.number(p - 1)), ("p", p_bytes), ("p + 1", tls.number(p + 1)))]
    groups += [("Ys = %s" % name, p_bytes, b"\2", y, "no element") for name, y in (("0", b"\0"), ("1", b"\1"), ("p - 1", tls.number(p - 1)), ("p", p_bytes), ("p + 1", tls.number(p + 1)),
                                                                              ("1 behind zeros", bytes(255) + b"\1"))]
    for name, prime, generator, public, why in groups:
        class Dh(Tls12):
            suite = tls.DHE_GCM

            def dh(self):
                return prime, generator, public, lambda theirs: b"\1"

        expect_found("DHE, " + name, [Dh], {k: ("unknown", why or "") for k in SESSIONS12}, finished=False, problems=["InvalidTag"])
    curve = tls.ec.generate_private_key(tls.ec.SECP256R1()).public_key().public_numbers()
    x, y = curve.x.to_bytes(32, "big"), curve.y.to_bytes(32, "big")
    points = [("off the curve", tls.P256, b"\4" + x + bytes(31) + b"\7"), ("zeros", tls.P256, b"\4" + bytes(64)), ("infinity", tls.P256, b"\0"), ("empty", tls.P256, b""),
              ("short", tls.P256, b"\4" + x + y[:-1]), ("long", tls.P256, b"\4" + x + y + b"?"), ("compressed", tls.P256, b"\2" + x), ("as if compressed", tls.P256, b"\2" + x + y),
              ("hybrid", tls.P256, bytes([6 + y[31] % 2]) + x + y), ("beyond the prime", tls.P256, b"\4" + b"\xff" * 64), ("infinity as long", tls.P256, b"\0" * 65),
              ("X25519: zero", tls.X25519, bytes(32)), ("X25519: one", tls.X25519, b"\1" + bytes(31)), ("X25519: short", tls.X25519, b"\x09" * 31), ("X25519: long", tls.X25519, b"\x09" * 33),
              ("another group", 0x0018, b"\4" + x + y), ("one that cannot be done", 0x0016, b"\4" + x + y), ("not offered", 0xffff, b"\4" + x + y)]
    for name, group, point in points:
        class Ec(Tls12):
            suite = tls.ECDHE_GCM

            def ec(self):
                return group, point, lambda theirs: b"\1"

        wanted = None if name == "not offered" else "unknown"  # then the suite was not taken, either
        expect_found("ECDHE, " + name, [Ec], {k: wanted for k in SESSIONS12}, finished=False, problems=["InvalidTag"])
    for group in (tls.X25519, tls.P256):
        for share in [b"", bytes(32), bytes(65), b"\4" + b"\xff" * 64, b"\2" + x + y]:
            class Share(Tls13):
                def exchange(self):
                    return share, bytes(32)

            expect_found("TLS 1.3, %d, %s" % (group, share.hex()), [variant(Share, group=group)], {k: "unknown" for k in SESSIONS13}, finished=False, problems=["Ended"])


def keys_of_certificates(folder):
    n, big = Server(Tls12).rsa_key.public_key().public_numbers().n, (1 << 4096) | 1
    keys = [("even", tls.rsa_key_info(n - 1, 65537)), ("511 bits", tls.rsa_key_info((1 << 510) | 1, 65537)), ("4097 bits", tls.rsa_key_info(big, 65537)),
            ("0", tls.rsa_key_info(0, 3)), ("1", tls.rsa_key_info(1, 3)), ("exponent 0", tls.rsa_key_info(n, 0)), ("exponent 1", tls.rsa_key_info(n, 1)),
            ("exponent 2", tls.rsa_key_info(n, 2)), ("exponent of 65 bits", tls.rsa_key_info(n, (1 << 64) | 1)), ("exponent as long", tls.rsa_key_info(n, n - 2)),
            ("negative", tls.rsa_key_info(n, 65537).replace(tls.der_integer(n), tls.der(2, tls.number(n)))),
            ("of a curve", tls.key_info_of(Server.ec_key)), ("none", b""), ("noise", b"\x30\x05abcde")]
    for name, info in keys:
        class Keyed(Tls12):
            def certificate_chain(self):
                return [tls.certificate_of(info)]

        expect_found("RSA, " + name, [Keyed], {k: "unknown" for k in SESSIONS12}, finished=False if name != "negative" else None, problems=["ValueError", "TypeError"])

    class NoChain(Tls12):
        def certificate_chain(self):
            return []

    expect_found("no certificate", [NoChain], {k: "unknown" for k in SESSIONS12}, finished=False)


def certificates_that_are_asked_for(folder):
    names = tls.vector(2, tls.vector(2, b"\x30" * 1000) * 65)

    class Asks12(Tls12):
        def request(self):
            return tls.message(tls.REQUEST, b"\1\1" + tls.vector(2, b"\4\1") + names)

    class Asks13(Tls13):
        def authenticate(self):
            if self.psk is None:
                self.put(tls.message(tls.REQUEST, tls.vector(1, self.server.context) + tls.vector(2, tls.extension(13, tls.vector(2, b"\4\3")) + tls.extension(47, tls.vector(2, tls.vector(2, b"\x30" * 1000) * 64)))))
            super().authenticate()

        def read_finished(self):
            if self.psk is None:
                self.transcript += self.read_message(tls.CERTIFICATE)
            super().read_finished()

    expect_found("TLS 1.2", [Asks12], TAKEN12, finished=True)
    server = Server(Asks13)
    server.context = b""
    expect_found("TLS 1.3", [], TAKEN13, finished=True, server=server)


def resets(folder):
    """Whenever it goes away, with a RST: nothing is claimed for that."""
    def resetting(base, step):
        def reset(self, *_):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise tls.Ended
        return type("Resets", (base,), {step: reset})

    for step in ("server_hello", "authenticate", "put_finished", "read_finished", "ticket"):
        expect_found("TLS 1.3, " + step, [resetting(Tls13, step)], {k: None if step == "server_hello" else "unknown" for k in SESSIONS13})
    for step in ("server_hello", "certificate", "read_finished", "put_finished"):
        expect_found("TLS 1.2, " + step, [resetting(Tls12, step)], {k: None if step in ("server_hello", "certificate") else "unknown" for k in SESSIONS12})
    expect_found("TLS 1.2, resume", [resetting(Tls12, "resume")], {k: "unknown" for k in SESSIONS12})
    expect_found("TLS 1.2, renegotiation", [resetting(variant(Tls12, gives_id=False), "answer_renegotiation")], {"client_renegotiation": ("unknown", "closed")})


def as_many_connections_as_allowed(folder):
    """Wherever they end, what was not asked is not known, and that is what is said."""
    with Server(Tls13, Tls12) as server:
        _, whole, status, _ = asked(server)
        expect(status == 0, whole)
        for most in range(1, whole["connections"], 1 if whole["connections"] < 30 else 2):
            features, check, status, _ = asked(server, "--max-connections", str(most), "--delay", "1ms")
            expect(check["connections"] <= most and status == 3, most, check["connections"], status)
            told = [v for v in features.values() if "connections were not enough" in v[1]]
            expect(all(v[0] == "unknown" for v in told), features)
            expect("no ticket" not in str(features), features)
    expect(not server.problems, server.problems)


def what_is_saved(folder):
    """--save-pcap: sessions that were resumed, with early data offered and without, open with the secrets in it."""
    for early_data in (0, 16384):
        path = os.path.join(folder, "saved-%d.pcapng" % early_data)
        expect_found("saved", [variant(Tls13, early_data=early_data), Tls12], {"psk_resumption": "yes", **TAKEN12}, "--save-pcap", path, finished=True)
        out = subprocess.run([HANDLENS, "read", "--format", "json", path], capture_output=True, timeout=60, check=True).stdout
        resumed, wrong = {}, []
        for line in out.splitlines():
            told = json.loads(line)["handlens"]
            proofs = {k: v.get("result") for k, v in told.get("verification", {}).items() if isinstance(v, dict)}
            wrong += [k for k, v in proofs.items() if v == "wrong" and "finished" in k]
            by = (told.get("resumption") or {}).get("accepted")
            if by:
                resumed[by] = proofs.get("server_finished")
        expect(not wrong and resumed == {"psk": "verified", "session_id": "verified", "session_ticket": "verified"}, wrong, resumed)


def byte_by_byte(folder):
    """Of a connection that is saved there is a packet for everything that came at once: as many as a server wants there are not."""
    class Slices(Tls12):
        def handshake(self):
            self.put(self.server_hello())
            while True:
                self.send(b"\x16\3\3\0\0")
                self.send(b"\x16\3\3\0\4")
                self.send(b"\0\0\0\0")

    expect_found("slices", [Slices], {"session_id": "unknown"}, "--save-pcap", os.path.join(folder, "slices.pcapng"))


def weaknesses(folder):
    """--intrusive: what is not known is no pass."""
    class Wrong(Tls12):
        def finished_value(self):
            return os.urandom(12)

    class Warns(Tls12):
        """unrecognized_name, which goes before the ServerHello, is no reaction to what is behind it: this is an oracle."""
        def server_hello(self):
            self.send_plain(tls.ALERT, b"\1\x70")
            return super().server_hello()

    rows = ((Wrong, "weakness.ticketbleed", "unknown", "no handshake could be completed"), (variant(Tls12, new_ticket=lambda self: bytes(8193)), "weakness.ticketbleed", "unknown", "too long"),
            (Warns, "weakness.robot", "fail", "apart"), (Tls12, "weakness.robot", "fail", "apart"))
    for case, rule, result, text in rows:
        with Server(case) as server:
            _, check, _, _ = asked(server, "--intrusive")
        told = {v["rule"]: (v["result"], v["text"]) for v in check["verdicts"]}
        expect(told[rule][0] == result and text in told[rule][1], case.__name__, told[rule])


def changed(dice, data):
    """A few bytes of it are others, are gone, or are there twice."""
    data = bytearray(data or b"\0")
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        at, other = dice.randrange(len(data)), dice.randrange(len(data))
        how = dice.randrange(6)
        if how == 0:
            data[at] ^= 1 << dice.randrange(8)
        elif how == 1:
            data[at:at + 2] = dice.choice((b"\0\0", b"\0\1", b"\x7f", b"\xff\xff"))
        elif how == 2:
            data[at:at + dice.randrange(1, 9)] = b""
        elif how == 3:
            data[at:at] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 9)))
        elif how == 4:
            data[at:at] = data[other:other + dice.randrange(1, 200)]
        else:
            data[at + 1:] = b""
    return bytes(data)


def changing(base, dice, rate, **attributes):
    """Messages are changed before they are protected."""
    class Changing(base):
        def put(self, *messages):
            super().put(*[changed(dice, m) if m and dice.random() < rate else m for m in messages])

        def ticket(self):
            data = super().ticket()
            return changed(dice, data) if dice.random() < rate else data

    return variant(Changing, **attributes)


def bytes_that_are_changed(folder):
    for seed in range(30):
        dice = random.Random(seed)
        rate = dice.choice((0.02, 0.1, 0.3))
        classes = [changing(Tls13, dice, rate, group=dice.choice((tls.X25519, tls.P256)), early_data=dice.choice((0, 9))),
                   changing(dice.choice((Tls12, Renegotiates)), dice, rate, suite=dice.choice((tls.RSA_CBC, tls.DHE_GCM, tls.ECDHE_GCM)), gives_id=dice.random() < 0.7)]
        with Server(*classes[:dice.choice((1, 2))]) as server:
            try:
                asked(server, "--timeout", "300ms", "--max-connections", "50", *(("--save-pcap", os.path.join(folder, "changed.pcapng")) if seed % 3 == 0 else ()))
            except AssertionError as error:
                raise AssertionError("seed %d: %s" % (seed, error))


# --- what goes around TLS ---------------------------------------------------------------------

class TdsServer(Server):
    """MS-TDS: records are in packets up to the end of the handshake, and as they are behind it (section 3.2.5.2)."""

    class Socket:
        def __init__(self, sock):
            self.sock, self.rest, self.wrapped = sock, b"", True

        def recv(self, n, flags=0):
            if self.wrapped and not self.rest:
                head = self.sock.recv(8, socket.MSG_WAITALL)
                if len(head) < 8:
                    return b""
                if head[0] != 0x12:
                    raise AssertionError("the client did not wrap a record")
                self.rest = self.sock.recv(int.from_bytes(head[2:4], "big") - 8, socket.MSG_WAITALL)
            if not self.wrapped and not self.rest:
                return self.sock.recv(n, flags)
            data = self.rest[:n]
            self.rest = self.rest[0 if flags else n:]
            return data

        def sendall(self, data):
            while data and self.wrapped:
                self.sock.sendall(struct.pack(">BBHI", 0x12, len(data) <= 4000, min(len(data), 4000) + 8, 0) + data[:4000])
                data = data[4000:]
            self.sock.sendall(data)

    def begin(self, sock):
        length = int.from_bytes(sock.recv(8, socket.MSG_WAITALL)[2:4], "big")
        sock.recv(length - 8, socket.MSG_WAITALL)
        answer = struct.pack(">BHHBHHB", 0, 11, 6, 1, 17, 1, 0xff) + bytes(6) + b"\1"
        sock.sendall(struct.pack(">BBHI", 4, 1, len(answer) + 8, 0) + answer)
        return self.Socket(sock)


def in_packets_of_tds(folder):
    class Unwraps12(Renegotiates):
        gives_id = True

        def after(self):
            self.socket.wrapped = False
            super().after()

    class Unwraps13(Tls13):
        def after(self):
            self.socket.wrapped = False
            super().after()

    for classes, wanted in (([Unwraps12], {"session_id": "yes", "session_ticket": "yes", "client_renegotiation": "yes"}), ([Unwraps13], TAKEN13)):
        expect_found("TDS", [], wanted, finished=True, server=TdsServer(*classes), target="tds://check.test")


def compressed_certificates(folder):
    """RFC 8879: what is in them is not what they say."""
    zeros = (1 << 24) - 1
    brotli = bytes.fromhex("9ffefffff82700e2b14000f7fe1f")  # so many zeros
    zstd = bytes.fromhex("28b52ffd0058") + b"\x02\x00\x10\0" * 1000 + b"\x03\x00\x10\0"
    import zlib
    rows = [(1, zlib.compress(bytes(zeros)), length) for length in (1, 1000, (1 << 20) - 1, 1 << 20, zeros)]
    rows += [(2, brotli, length) for length in (0, 1000, 1 << 20, zeros)] + [(3, zstd, length) for length in (1000, 1 << 20, zeros)]
    rows += [(1, b"", 1000), (1, zlib.compress(b"x")[:-1], 1), (4, b"x", 1), (0xffff, b"", zeros)]
    for algorithm, data, length in rows:
        class Compressed(Tls13):
            def certificate(self):
                return tls.message(tls.COMPRESSED, struct.pack(">H", algorithm) + length.to_bytes(3, "big") + tls.vector(3, data))

        expect_found("algorithm %d, %d bytes" % (algorithm, length), [Compressed], {})


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
